//! The `trigger` column: what is done when another question is answered.

use super::problem::ProblemKind;
use super::references::{Scope, names_in};
use super::survey::{Role, Survey};
use super::types::Preset;
use crate::definition::{Action, Event, Kind, NodeIndex};

impl Survey<'_> {
    /// Puts what a question is set by at the questions that trigger it. The question itself is not calculated any more.
    pub(super) fn triggers(&mut self, scope: &Scope) {
        for place in 1..self.entries.len() {
            let Some(row) = self.entries[place].row else { continue };
            if !matches!(self.entries[place].role, Role::Row | Role::Preset(_)) {
                continue;
            }
            let text = self.sheets.survey.get(row, "trigger");
            // Groups are not set by anything.
            if text.is_empty() || matches!(self.entries[place].node.kind, Kind::Group | Kind::Repeat) {
                continue;
            }
            let Some(names) = list(text) else {
                self.problem(row, "trigger", ProblemKind::BadTrigger(text.into()));
                continue;
            };
            let target = place as NodeIndex;
            let node = &mut self.entries[place].node;
            let value = std::mem::take(&mut node.calculate);
            if node.kind == Kind::Calculate {
                node.kind = Kind::Hidden;
            }
            // Its value is no longer what others wait for.
            self.needs[place].clear();
            for name in names {
                match self.trigger(scope, &name, target) {
                    Ok(Some(trigger)) => self.act(scope, trigger, target, value.clone()),
                    Ok(None) => self.warn(row, "trigger", ProblemKind::IdleTrigger(name)),
                    Err(kind) => self.problem(row, "trigger", kind),
                }
            }
        }
    }

    /// The question of that name; `None` where a person never answers it.
    fn trigger(&self, scope: &Scope, name: &str, target: NodeIndex) -> Result<Option<NodeIndex>, ProblemKind> {
        let trigger = match scope.target(name) {
            Err(ProblemKind::UnknownReference(name)) => return Err(ProblemKind::UnknownTrigger(name)),
            found => found?,
        };
        let entry = &self.entries[trigger as usize];
        let node = &entry.node;
        if matches!(node.kind, Kind::Group | Kind::Repeat) || matches!(entry.role, Role::Meta) {
            return Err(ProblemKind::UnknownTrigger(name.into()));
        }
        let is_set = node.kind == Kind::Calculate || self.is_triggered(trigger) && !node.kind.is_asked();
        if is_set && !self.is_background(target) {
            return Err(ProblemKind::HiddenTrigger(name.into(), self.node(target).name.clone()));
        }
        Ok(Some(trigger).filter(|_| node.kind.is_asked() || node.kind == Kind::Note))
    }

    fn is_triggered(&self, index: NodeIndex) -> bool {
        let row = self.entries[index as usize].row;
        row.is_some_and(|row| !self.sheets.survey.get(row, "trigger").is_empty())
    }

    fn is_background(&self, index: NodeIndex) -> bool {
        matches!(self.entries[index as usize].role, Role::Preset(Preset { background: true, .. }))
    }

    fn act(&mut self, scope: &Scope, trigger: NodeIndex, target: NodeIndex, value: String) {
        let geopoint = self.is_background(target);
        let action = Action { events: vec![Event::Changed], target: scope.plain(trigger, target), value, geopoint };
        self.entries[trigger as usize].node.actions.push(action);
    }
}

/// The names of a list of references: one at most in each part between commas.
fn list(text: &str) -> Option<Vec<String>> {
    let mut names = Vec::new();
    for part in text.split(',') {
        let mut found = names_in(part);
        if found.len() != part.matches("${").count() || found.len() > 1 {
            return None;
        }
        names.append(&mut found);
    }
    Some(names).filter(|names| !names.is_empty())
}
