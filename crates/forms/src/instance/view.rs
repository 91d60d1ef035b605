//! A question as it stands, and what is wrong with it.

use super::tree::ROOT;
use super::{Session, lexical, lists};
use crate::contract::{Id, Problem, QuestionView, Rule};
use crate::definition::{Kind, NodeIndex, Piece, Text};
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
            appearance: node.appearance.clone(),
            parameters: node.parameters.clone(),
            choices: self.offered(id).unwrap_or_else(|| self.all_choices(live.node)),
            problem: self.answer_problem(id),
        })
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
        if !lexical::fits(self.tree.form.node(live.node), &live.value) || !self.is_listed(live.node, &live.value) {
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

    /// The choices that the filter lets through; `None` where it cannot be evaluated.
    pub(super) fn offered(&self, id: Id) -> Option<Vec<(String, String)>> {
        let node = self.tree.get(id).node;
        let Some(filter) = &self.tree.form.rules[node as usize].filter else { return Some(self.all_choices(node)) };
        let source = self.tree.form.node(node).choices.as_ref()?;
        let Some(table) = self.tree.secondary.table(&source.list, source.external) else { return Some(Vec::new()) };
        let mut kept = Vec::new();
        for (row, choice) in self.all_choices(node).into_iter().enumerate() {
            let place = (row + 1, table.rows);
            let value = filter.eval_in(&self.tree, table.item(row), NodeId(id), place, &*self.tree.host).ok()?;
            if value.bool() {
                kept.push(choice);
            }
        }
        Some(kept)
    }

    fn all_choices(&self, node: NodeIndex) -> Vec<(String, String)> {
        let Some(source) = &self.tree.form.node(node).choices else { return Vec::new() };
        let secondary = &self.tree.secondary;
        let columns = self.tree.choice_columns(node).zip(secondary.table(&source.list, source.external));
        let Some(((name, label), table)) = columns else { return Vec::new() };
        let cell = |row, column: &str| secondary.cell(table, row, column, self.tree.language).into_owned();
        (0..table.rows).map(|row| (cell(row, &name), cell(row, &label))).collect()
    }

    pub(super) fn form_list_rows(&self, node: NodeIndex) -> usize {
        let source = self.tree.form.node(node).choices.as_ref();
        source.and_then(|source| self.tree.secondary.table(&source.list, source.external)).map_or(0, |table| table.rows)
    }

    /// Whether chosen names are in their list. External lists may be incomplete on this phone: there all names are good.
    fn is_listed(&self, node: NodeIndex, value: &str) -> bool {
        let source = self.tree.form.node(node).choices.as_ref().filter(|source| !source.external);
        let Some(table) = source.and_then(|source| self.tree.secondary.table(&source.list, false)) else { return true };
        let known = |name: &str| self.tree.secondary.row(table, "name", name, self.tree.language).is_some();
        match self.tree.form.node(node).kind {
            Kind::SelectOne => known(value),
            _ => words(value).into_iter().all(known),
        }
    }
}
