//! A question as it stands, and what is wrong with it.

use super::tree::ROOT;
use super::{Session, lexical, lists};
use crate::contract::{Id, Problem, QuestionView, Rule};
use crate::definition::{Kind, Piece, Text};
use crate::texts::words;
use crate::xpath::NodeId;

impl Session {
    /// The question; `None` when it is gone, not relevant or no question.
    pub fn question(&self, id: Id) -> Option<QuestionView> {
        if !self.tree.is_alive(id) || !self.is_question(id) || !self.tree.get(id).relevant {
            return None;
        }
        let live = self.tree.get(id);
        let node = self.tree.form.node(live.node);
        Some(QuestionView {
            id,
            name: node.name.clone(),
            kind: node.kind,
            label: self.words(id, node.label.as_ref()),
            hint: self.words(id, node.hint.as_ref()),
            guidance: self.words(id, node.guidance.as_ref()),
            value: live.value.clone(),
            required: live.required,
            readonly: live.readonly,
            appearance: self.appearance(id),
            parameters: node.parameters.clone(),
            choices: self.choices(id),
            problem: self.answer_problem(id),
        })
    }

    /// What can be chosen: a node without a value yet cannot.
    fn choices(&self, id: Id) -> Vec<(String, String)> {
        let mut choices = self.tree.offered(id).unwrap_or_else(|| self.tree.all_choices(self.tree.get(id).node));
        choices.retain(|(name, _)| !name.is_empty());
        choices
    }

    /// Everything wrong in the form, missing answers included, in document order.
    pub fn problems(&self) -> Vec<Problem> {
        self.problems_of(&self.tree.inside(ROOT))
    }

    pub(super) fn problems_of(&self, ids: &[Id]) -> Vec<Problem> {
        let mut problems = Vec::new();
        for &id in ids {
            problems.extend(self.problem(id));
        }
        problems
    }

    fn problem(&self, id: Id) -> Option<Problem> {
        let live = self.tree.get(id);
        if !live.relevant || !self.is_question(id) {
            return None;
        }
        if live.value.is_empty() {
            let missing = live.required && self.tree.kind(id) != Kind::Note;
            return missing.then(|| self.broken(id, Rule::Required));
        }
        self.answer_problem(id)
    }

    /// What is wrong with an answer that is there.
    fn answer_problem(&self, id: Id) -> Option<Problem> {
        let live = self.tree.get(id);
        if live.value.is_empty() {
            return None;
        }
        let is_listed = match self.tree.kind(id) {
            Kind::SelectOne => self.tree.is_listed(live.node, &live.value),
            Kind::SelectMultiple | Kind::Rank => {
                words(&live.value).iter().all(|name| self.tree.is_listed(live.node, name))
            }
            _ => true,
        };
        if !is_listed || !lexical::fits(self.tree.form.node(live.node), &live.value) {
            return Some(self.broken(id, Rule::Type));
        }
        (!live.valid).then(|| self.broken(id, Rule::Constraint))
    }

    fn broken(&self, id: Id, rule: Rule) -> Problem {
        let node = self.tree.form.node(self.tree.get(id).node);
        let message = match rule {
            Rule::Required => self.words(id, node.required_message.as_ref()),
            Rule::Constraint => self.words(id, node.constraint_message.as_ref()),
            Rule::Type => String::new(),
        };
        Problem { id, rule, message, label: self.words(id, node.label.as_ref()) }
    }

    /// A text in the active language with its values.
    pub(super) fn words(&self, id: Id, text: Option<&Text>) -> String {
        let Some(text) = text else { return String::new() };
        let mut out = String::new();
        for piece in lists::pieces(text, self.tree.language, self.definition().default_language) {
            match piece {
                Piece::Words(words) => out.push_str(words),
                Piece::Value { v } => {
                    let expr = self.tree.form.word(v);
                    let value = expr.and_then(|expr| expr.eval(&self.tree, NodeId(id), &*self.tree.host).ok());
                    if let Some(value) = value {
                        out.push_str(&value.text(&self.tree, &*self.tree.host));
                    }
                }
            }
        }
        out
    }
}
