//! What is told before a form is finished: what will be in it, and what of the draft will not. On the phone it comes with the
//! last part of the program.

use serde_json::Value as Json;

use super::pages::numbered;
use super::tree::ROOT;
use super::{Session, lexical};
use crate::contract::{Id, Unsent};
use crate::definition::NodeIndex;
use crate::texts::joined;
use crate::xpath::NodeId;

impl Session {
    /// The answers as they would be in the finished form: [`crate::contract::Finalised::answers`].
    pub fn answers(&self) -> Json {
        Json::Object(self.answers_in(ROOT, true))
    }

    /// What a live question is in the definition, and its answer as stored; for lists of many, of which few are drawn.
    pub fn asked(&self, id: Id) -> Option<(NodeIndex, &str)> {
        let live = self.tree.is_alive(id).then(|| self.tree.get(id)).filter(|live| live.relevant)?;
        Some((live.node, &live.value))
    }

    /// Answers of questions that do not apply, in document order: they are kept in the draft and not in the finished form.
    /// What the form has set by itself is none.
    pub fn dropped(&self) -> Vec<Unsent> {
        let mut dropped = Vec::new();
        // And whether they are in an instance beyond its repeat's count.
        let mut open = vec![(ROOT, false)];
        while let Some((id, is_parked)) = open.pop() {
            let live = self.tree.get(id);
            open.extend(live.parked.iter().rev().map(|&instance| (instance, true)));
            open.extend(live.children.iter().rev().map(|&child| (child, is_parked)));
            let goes = is_parked || !live.relevant;
            if goes && self.tree.kind(id).is_asked() && !live.value.is_empty() && !self.came_by_itself(id) {
                let (value, node) = (live.value.clone(), Some(live.node));
                dropped.push(Unsent { label: self.label_within(id), value, node });
            }
        }
        dropped
    }

    /// Whether an answer is what the form's default or calculation gives.
    fn came_by_itself(&self, id: Id) -> bool {
        let live = self.tree.get(id);
        let (node, rules) = (self.tree.form.node(live.node), &self.tree.form.rules[live.node as usize]);
        let gives = |expr: &crate::xpath::Expr| {
            let value = expr.eval(&self.tree, NodeId(id), &*self.tree.host).ok();
            value.is_some_and(|value| lexical::cast(node, value.stored(&self.tree, &*self.tree.host)) == live.value)
        };
        (!node.dynamic_default && node.default == live.value)
            || rules.default.as_ref().is_some_and(gives)
            || rules.calculate.as_ref().is_some_and(gives)
    }

    /// A question's words, behind those of the instances that it is in.
    fn label_within(&self, id: Id) -> String {
        let mut label = self.label(id);
        let mut here = id;
        while here > ROOT {
            let above = self.tree.get(here).parent;
            if self.tree.get(above).range {
                let instance = numbered(&self.label(above), self.tree.get(here).place + 1);
                label = joined(&[&instance, &label], " · ");
            }
            here = above;
        }
        label
    }

    /// Answers that fit nothing in this definition: they are kept in the draft and not in the finished form.
    pub fn leftover(&self) -> Vec<Unsent> {
        self.leftover.iter().map(|(path, answer)| crate::moving::told(path, answer)).collect()
    }
}
