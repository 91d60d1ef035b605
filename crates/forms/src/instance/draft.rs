//! Answers as JSON: drafts and the finished form.

use crate::texts::joined;
use serde_json::{Map, Value as Json};

use super::tree::ROOT;
use super::{Session, lexical};
use crate::contract::{Draft, Finalised, Id};
use crate::definition::Kind;
use crate::xpath::NodeId;

/// Where a draft keeps answers that fit nothing in the definition: no element can have this name.
const KEPT: &str = "/kept";
/// In an instance beyond its repeat's count, kept in case it grows again.
const PARKED: &str = "/parked";

impl Session {
    /// Everything needed to go on at the same place.
    pub fn draft(&self) -> Draft {
        let mut answers = self.answers_in(ROOT, false);
        if !self.leftover.is_empty() {
            let mut kept = Map::new();
            for (path, answer) in &self.leftover {
                kept.insert(path.clone(), answer.clone());
            }
            answers.insert(KEPT.into(), Json::Object(kept));
        }
        // What was turned to, not the page that shows it now: the form may be divided in another way when it is opened.
        let place = if self.tree.is_alive(self.page) { self.page } else { self.page() };
        Draft {
            form: self.begun_with.clone(),
            answers: Json::Object(answers),
            start: self.start.clone(),
            language: self.tree.language,
            page: self.path(place),
        }
    }

    /// Answers inside an element. For a draft all of them, and also cleared ones that would get a default again; for a
    /// finished form the relevant ones, and an empty text for what was asked and not answered: a reader can tell it from what
    /// was not asked, as in an XForms submission.
    pub(super) fn answers_in(&self, id: Id, finished: bool) -> Map<String, Json> {
        let mut out = Map::new();
        for &child in &self.tree.get(id).children {
            let live = self.tree.get(child);
            if finished && !live.relevant {
                continue;
            }
            let node = self.tree.form.node(live.node);
            let answer = if live.range {
                let parked = if finished { &[][..] } else { &live.parked };
                let mut instances = Vec::new();
                for (place, &instance) in live.children.iter().chain(parked).enumerate() {
                    if !finished || self.tree.get(instance).relevant {
                        let mut inside = self.answers_in(instance, finished);
                        if place >= live.children.len() {
                            inside.insert(PARKED.into(), Json::Null);
                        }
                        instances.push(Json::Object(inside));
                    }
                }
                Json::Array(instances)
            } else if node.kind == Kind::Group {
                let inside = self.answers_in(child, finished);
                if inside.is_empty() {
                    continue;
                }
                Json::Object(inside)
            } else if !live.value.is_empty()
                || (if finished { node.kind.is_asked() } else { self.would_fill_itself(child) })
            {
                Json::String(live.value.clone())
            } else {
                continue;
            };
            out.insert(node.name.clone(), answer);
        }
        out
    }

    /// Whether an empty answer, were it not written down, would be filled again when the draft is opened.
    fn would_fill_itself(&self, id: Id) -> bool {
        let node = self.tree.form.node(self.tree.get(id).node);
        !node.default.is_empty() || (node.kind != Kind::Calculate && !node.calculate.is_empty())
    }

    /// Puts a draft's answers into the tree.
    pub(super) fn load(&mut self, answers: &Json) {
        let empty = Map::new();
        let answers = answers.as_object().unwrap_or(&empty);
        let root = joined(&["/", &self.tree.form.node(0).name], "");
        self.load_into(ROOT, answers, &root);
        if let Some(kept) = answers.get(KEPT).and_then(Json::as_object) {
            for (path, answer) in kept {
                self.load_kept(path, answer);
            }
        }
    }

    fn load_into(&mut self, id: Id, answers: &Map<String, Json>, path: &str) {
        for (name, answer) in answers {
            if name == KEPT || name == PARKED {
                continue;
            }
            let path = joined(&[path, "/", name], "");
            match self.tree.child(id, name) {
                Some(child) => self.load_answer(child, answer, path),
                None => self.leftover.push((path, answer.clone())),
            }
        }
    }

    fn load_answer(&mut self, id: Id, answer: &Json, path: String) {
        let (range, kind) = (self.tree.get(id).range, self.tree.kind(id));
        match answer {
            Json::Array(instances) if range => self.load_instances(id, instances, &path),
            Json::Object(inside) if kind == Kind::Group => self.load_into(id, inside, &path),
            Json::String(text) if lexical::has_value(kind) => {
                text.clone_into(&mut self.tree.get_mut(id).value);
                self.loaded.insert(id);
            }
            _ => self.leftover.push((path, answer.clone())),
        }
    }

    fn load_instances(&mut self, range: Id, instances: &[Json], path: &str) {
        let node = self.tree.get(range).node;
        while self.tree.get(range).children.len() > instances.len() {
            self.tree.detach(range, instances.len());
        }
        for (place, answers) in instances.iter().enumerate() {
            let path = joined(&[path, "[", &(place + 1).to_string(), "]"], "");
            let instance = match self.tree.get(range).children.get(place) {
                Some(&instance) => instance,
                None if self.tree.is_full() => {
                    self.leftover.push((path, answers.clone()));
                    continue;
                }
                None => {
                    let instance = self.tree.create(node, range);
                    self.tree.attach(range, place, instance);
                    instance
                }
            };
            match answers {
                Json::Object(inside) => self.load_into(instance, inside, &path),
                other => self.leftover.push((path, other.clone())),
            }
        }
        // They are the last, and so they were when there was a count.
        let counted = self.tree.form.rules[node as usize].count.is_some();
        let is_parked = |answers: &&Json| counted && answers.get(PARKED).is_some();
        let alive = instances.len() - instances.iter().filter(is_parked).count();
        let live = self.tree.get_mut(range);
        live.parked = live.children.split_off(alive.min(live.children.len()));
    }

    /// An answer that an earlier definition had no place for: a newer one may.
    fn load_kept(&mut self, path: &str, answer: &Json) {
        let free = self.find(path).filter(|id| !self.loaded.contains(*id));
        match free.filter(|&id| !self.tree.get(id).range && lexical::has_value(self.tree.kind(id))) {
            Some(id) => self.load_answer(id, answer, path.to_owned()),
            None => self.leftover.push((path.to_owned(), answer.clone())),
        }
    }

    /// The relevant answers.
    pub(super) fn finished(&self) -> Finalised {
        let name = self.tree.form.instance_name.as_ref();
        let name = name.and_then(|expr| expr.eval(&self.tree, NodeId(ROOT), &*self.tree.host).ok());
        let name = name.map(|value| value.text(&self.tree, &*self.tree.host)).filter(|name| !name.trim().is_empty());
        let mut attachments = Vec::new();
        for id in self.tree.inside(ROOT) {
            let live = self.tree.get(id);
            if self.tree.kind(id).is_file() && live.relevant && !live.value.is_empty() {
                attachments.push((live.value.clone(), self.path(id)));
            }
        }
        Finalised {
            answers: Json::Object(self.answers_in(ROOT, true)),
            instance_name: name.unwrap_or_else(|| self.words(ROOT, Some(&self.definition().title))),
            attachments,
        }
    }
}
