//! What is still to be computed, and what was changed so far.

use super::form::Form;
use super::marks::Marks;
use crate::contract::Id;
use crate::definition::NodeIndex;
use crate::xpath::NodeId;

/// Which of a reader's expressions read something.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kinds {
    /// Relevance, calculation, number of instances, choices.
    Updates,
    /// Required, readonly, constraint.
    Checks,
    /// Words.
    Shows,
}

/// Live nodes: one by one, or all of a definition node.
#[derive(Default)]
pub(super) struct Which {
    pub(super) ids: Marks,
    pub(super) nodes: Marks,
}

/// What is to be done.
#[derive(Default)]
pub(super) struct Work {
    /// Positions in the form's order of which something waits.
    positions: Marks,
    /// Positions of which all is to be evaluated.
    pub(super) whole: Marks,
    /// What waits, by position.
    queue: Vec<Vec<NodeId>>,
    /// What is in the queue.
    pub(super) queued: Marks,
    /// Those of them whose expressions must be evaluated; of the others the group came or went.
    pub(super) evaluate: Marks,
    /// Whose rules (required, readonly, constraint) must be evaluated.
    pub(super) checks: Which,
    /// Whose words may be other ones.
    pub(super) shown: Which,
    /// What changed.
    pub(super) changed: Marks,
    /// Whether questions came or went.
    pub(super) layout: bool,
    /// How often readers that come earlier were evaluated once more.
    pub(super) again: usize,
}

impl Work {
    /// A live node of a definition node must be looked at: with its expressions, or only for what its group became.
    pub(super) fn put(&mut self, form: &Form, node: NodeIndex, id: Id, evaluate: bool) {
        let position = form.position[node as usize];
        if self.whole.contains(position) {
            return;
        }
        if evaluate {
            self.evaluate.insert(id);
        }
        if self.queued.insert(id) {
            let place = position as usize;
            if place >= self.queue.len() {
                self.queue.resize(form.order.len(), Vec::new());
            }
            self.queue[place].push(NodeId(id));
            self.positions.insert(position);
        }
    }

    /// All live nodes of a definition node must be looked at.
    pub(super) fn put_all(&mut self, form: &Form, node: NodeIndex, kind: Kinds) {
        match kind {
            Kinds::Updates => self.whole.insert(form.position[node as usize]),
            Kinds::Checks => self.checks.nodes.insert(node),
            Kinds::Shows => self.shown.nodes.insert(node),
        };
    }

    /// Whether all live nodes of a definition node will be looked at anyway.
    pub(super) fn has_all(&self, form: &Form, node: NodeIndex, kind: Kinds) -> bool {
        match kind {
            Kinds::Updates => self.whole.contains(form.position[node as usize]),
            Kinds::Checks => self.checks.nodes.contains(node),
            Kinds::Shows => self.shown.nodes.contains(node),
        }
    }

    /// The definition node that comes next in the form's order, before a position, and whether all of it is to be evaluated.
    pub(super) fn next(&mut self, form: &Form, end: u32) -> Option<(NodeIndex, bool)> {
        let (one, all) = (self.positions.first(), self.whole.first());
        let position = match (one, all) {
            (Some(one), Some(all)) => one.min(all),
            (one, all) => one.or(all)?,
        };
        if position >= end {
            return None;
        }
        self.positions.remove(position);
        Some((form.order[position as usize], self.whole.remove(position)))
    }

    /// Takes what waits of a definition node.
    pub(super) fn waiting(&mut self, form: &Form, node: NodeIndex) -> Vec<NodeId> {
        self.queue.get_mut(form.position[node as usize] as usize).map(std::mem::take).unwrap_or_default()
    }

    /// The same with nothing to do, for the next time: an answer should not have to ask for memory.
    pub(super) fn emptied(mut self) -> Self {
        for marks in [
            &mut self.positions,
            &mut self.whole,
            &mut self.queued,
            &mut self.evaluate,
            &mut self.checks.ids,
            &mut self.checks.nodes,
            &mut self.shown.ids,
            &mut self.shown.nodes,
            &mut self.changed,
        ] {
            marks.clear();
        }
        self.queue.iter_mut().for_each(Vec::clear);
        (self.layout, self.again) = (false, 0);
        self
    }
}
