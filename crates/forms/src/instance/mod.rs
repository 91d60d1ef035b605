//! A filling session: a live tree of answers. Answering recomputes only what depends on the answer.
//!
//! The form's expressions and their dependencies are in `form`, the live tree in `tree`, choice lists and external lists
//! in `lists`, the recomputing in `update`; what a screen asks is in `view`, `pages` and `paging`, drafts and the finished
//! form in `draft`, what is told before finishing in `review`.

mod choices;
#[cfg(feature = "read")]
pub(crate) mod crowd;
mod deeds;
mod draft;
mod form;
pub(crate) mod lexical;
mod lists;
mod marks;
mod pages;
pub mod paging;
mod paths;
pub mod pictures;
pub mod placed;
#[cfg(feature = "read")]
mod probe;
mod review;
mod tree;
mod trees;
mod update;
mod view;
#[cfg(feature = "read")]
mod whole;
mod work;

pub use paging::Paging;
#[cfg(feature = "read")]
pub use probe::State;

use std::rc::Rc;

use serde_json::Value as Json;

use crate::contract::{Changed, Draft, EvalProblem, Finalised, Id, Lists, Page, Problem};
use crate::definition::{Definition, Kind};
use crate::{Host, dates};

use form::Form;
use lists::Secondary;
use marks::Marks;
use tree::{DOCUMENT, LiveTree, ROOT};
use work::Work;

/// A form being filled.
pub struct Session {
    tree: LiveTree,
    /// Form id and version of the draft or definition it was begun with.
    begun_with: (String, String),
    start: String,
    page: Id,
    /// How it is divided into pages, where that is not by its groups.
    divide: Option<fn(&Session) -> Vec<Page>>,
    problems: Vec<EvalProblem>,
    /// Answers of a draft that fit nothing in this definition, by path: kept for the next draft.
    leftover: Vec<(String, Json)>,
    /// While a draft is being restored: whose value came from it.
    loaded: Marks,
    /// Instances made by a `repeat_count`, whose dynamic defaults are still to be set.
    newborn: Vec<Id>,
    /// Whether the first computing is over: only then do choices that are not offered leave a selection.
    settled: bool,
    /// Elements whose value changed and that have actions.
    fired: Vec<Id>,
    /// Whether no answer changes but by the form itself: nothing is set off then.
    quiet: bool,
    /// Whether calculations do not keep what was loaded.
    anew: bool,
    /// Elements that are to get the place of the phone.
    places: Vec<Id>,
    evaluations: u64,
    /// Nothing to do, with room for what an answer will give to do.
    work: Work,
}

/// An instance taken out of a repeat, with everything in it: [`Session::undo_remove`] puts it back.
#[derive(Debug)]
pub struct Removed {
    range: Id,
    instance: Id,
    place: usize,
}

impl Session {
    /// A new filling: defaults, preloads (start, today, username, deviceid), calculations done. `lists` are the external
    /// lists.
    pub fn new(definition: Rc<Definition>, lists: Rc<Lists>, host: Rc<dyn Host>) -> Self {
        let start = dates::format_date_time(host.now(), host.utc_offset());
        let mut session = Self::empty(definition, lists, host, start);
        let form = Rc::clone(&session.tree.form);
        session.load(&form.definition.first);
        session.loaded.clear();
        session.begin(true);
        session
    }

    fn empty(definition: Rc<Definition>, lists: Rc<Lists>, host: Rc<dyn Host>, start: String) -> Self {
        let begun_with = (definition.id.clone(), definition.version.clone());
        let secondary = Secondary::new(Rc::clone(&definition), lists);
        let (form, problems) = Form::new(definition);
        let mut tree = LiveTree::new(Rc::new(form), host, secondary);
        let root = tree.create(0, DOCUMENT);
        tree.attach(DOCUMENT, 0, root);
        Self {
            tree,
            begun_with,
            start,
            page: ROOT,
            divide: None,
            problems,
            leftover: Vec::new(),
            loaded: Marks::default(),
            newborn: Vec::new(),
            settled: false,
            fired: Vec::new(),
            quiet: true,
            anew: false,
            places: Vec::new(),
            evaluations: 0,
            work: Work::default(),
        }
    }

    /// Preloads, the first computing, dynamic defaults, actions.
    fn begin(&mut self, is_new: bool) {
        if self.tree.is_full() {
            self.over(ROOT, None, update::FULL);
        }
        let all = self.tree.inside(ROOT);
        for &id in &all {
            if !self.loaded.contains(id) {
                self.preload(id);
            }
        }
        self.compute_all();
        let mut work = std::mem::take(&mut self.work);
        self.dynamic_defaults(&all, &mut work);
        self.act_at_start(is_new, &mut work);
        self.finish(work);
        self.settle_newborn(&mut Changed::default());
        self.loaded.clear();
        self.settled = true;
        self.quiet = false;
    }

    fn preload(&mut self, id: Id) {
        let host = Rc::clone(&self.tree.host);
        let value = match self.tree.kind(id) {
            Kind::Start => self.start.clone(),
            // The day the filling began.
            Kind::Today => self.start.get(..10).unwrap_or_default().to_owned(),
            Kind::Username => host.username(),
            Kind::DeviceId => host.device_id(),
            Kind::PhoneNumber => host.property("phonenumber"),
            Kind::Email => host.property("email"),
            Kind::SubscriberId => host.property("subscriberid"),
            Kind::SimSerial => host.property("simserial"),
            _ => return,
        };
        self.tree.get_mut(id).value = value;
    }

    /// The form.
    pub fn definition(&self) -> &Definition {
        &self.tree.form.definition
    }

    /// Index of the active language.
    pub fn language(&self) -> usize {
        self.tree.language
    }

    /// Changes the language; an index that the form does not have changes nothing.
    pub fn set_language(&mut self, index: usize) -> Changed {
        if index >= self.definition().languages.len() || index == self.tree.language {
            return Changed::default();
        }
        self.tree.language = index;
        let shown = self.tree.inside(ROOT).into_iter().filter(|&id| self.is_question(id) && self.tree.get(id).relevant);
        Changed { questions: shown.collect(), layout: true }
    }

    /// Sets an answer as the person gives it (XForms lexical form, "" clears). A value that breaks a rule is kept and shown
    /// with its problem.
    pub fn answer(&mut self, id: Id, value: &str) -> Changed {
        let takes = self.tree.is_alive(id) && lexical::has_value(self.tree.kind(id));
        if !takes || self.tree.get(id).range || self.tree.get(id).value == value {
            return Changed::default();
        }
        let mut work = std::mem::take(&mut self.work);
        self.put(id, value.to_owned(), &mut work);
        let mut changed = self.finish(work);
        self.settle_newborn(&mut changed);
        changed
    }

    /// Whether a repeat's instances are the form's affair.
    fn is_fixed(&self, range: Id) -> bool {
        let node = self.tree.get(range).node;
        self.tree.form.rules[node as usize].count.is_some() || self.tree.form.node(node).fixed
    }

    /// By path, for prefilling before the first screen (`/data/who/household`); false when there is no such question.
    pub fn prefill(&mut self, path: &str, value: &str) -> bool {
        match self.find(path).filter(|&id| lexical::has_value(self.tree.kind(id))) {
            Some(id) => {
                self.answer(id, value);
                true
            }
            None => false,
        }
    }

    /// Adds an instance at the end of a repeat and gives its id; where `repeat` is no repeat (or a counted one), nothing
    /// happens and its own id comes back.
    pub fn add_repeat(&mut self, repeat: Id) -> (Id, Changed) {
        let node = match self.tree.live.get(repeat as usize) {
            Some(live) if live.range && self.tree.is_alive(repeat) => live.node,
            _ => return (repeat, Changed::default()),
        };
        let full = self.tree.is_full();
        if full {
            self.over(repeat, None, update::FULL);
        }
        if full || self.is_fixed(repeat) {
            return (repeat, Changed::default());
        }
        let instance = self.tree.create(node, repeat);
        let place = self.tree.get(repeat).children.len();
        self.tree.attach(repeat, place, instance);
        for id in self.tree.inside(instance) {
            self.preload(id);
        }
        let mut changed = self.compute_instances(repeat, place, Some(instance));
        update::merge(&mut changed, self.welcome(&[instance]));
        self.settle_newborn(&mut changed);
        (instance, changed)
    }

    /// Takes an instance out. The screen keeps what comes back for "undo"; where `instance` is none, undoing does nothing.
    pub fn remove_repeat(&mut self, instance: Id) -> (Removed, Changed) {
        let (range, place) =
            self.tree.live.get(instance as usize).map_or((DOCUMENT, 0), |live| (live.parent, live.place));
        let removed = Removed { range, instance, place };
        let counted = self.is_fixed(range);
        let can = range != DOCUMENT && self.tree.get(range).range && self.tree.is_alive(instance);
        if !can || counted {
            return (Removed { range: DOCUMENT, ..removed }, Changed::default());
        }
        self.tree.detach(range, place);
        let mut changed = self.compute_instances(range, place, None);
        self.settle_newborn(&mut changed);
        (removed, changed)
    }

    /// Puts an instance back at its place with all its answers.
    #[expect(clippy::needless_pass_by_value, reason = "given away, it cannot be put back a second time")]
    pub fn undo_remove(&mut self, removed: Removed) -> Changed {
        if removed.range == DOCUMENT || !self.tree.is_alive(removed.range) || self.tree.is_alive(removed.instance) {
            return Changed::default();
        }
        let place = removed.place.min(self.tree.get(removed.range).children.len());
        self.tree.attach(removed.range, place, removed.instance);
        let mut changed = self.compute_instances(removed.range, place, Some(removed.instance));
        self.settle_newborn(&mut changed);
        changed
    }

    /// What went wrong inside expressions so far.
    pub fn eval_problems(&self) -> &[EvalProblem] {
        &self.problems
    }

    /// How many expressions were evaluated so far: what an answer costs.
    pub fn evaluations(&self) -> u64 {
        self.evaluations
    }

    /// Goes on with a draft. What does not fit the definition any more is listed by path; it is kept in the next draft.
    pub fn restore(
        definition: Rc<Definition>,
        lists: Rc<Lists>,
        host: Rc<dyn Host>,
        draft: &Draft,
    ) -> (Self, Vec<String>) {
        let mut session = Self::empty(definition, lists, host, draft.start.clone());
        session.begun_with.clone_from(&draft.form);
        if draft.language < session.definition().languages.len() {
            session.tree.language = draft.language;
        }
        session.load(&draft.answers);
        session.begin(false);
        session.page = session.find(&draft.page).unwrap_or(ROOT);
        let unknown = session.leftover.iter().map(|(path, _)| path.clone()).collect();
        (session, unknown)
    }

    /// Opens an instance that was finished, in the shape of [`Draft::answers`]: calculations are done anew. What does not fit
    /// is listed by path.
    pub fn edit(
        definition: Rc<Definition>,
        lists: Rc<Lists>,
        host: Rc<dyn Host>,
        answers: &Json,
    ) -> (Self, Vec<String>) {
        let start = dates::format_date_time(host.now(), host.utc_offset());
        let mut session = Self::empty(definition, lists, host, start);
        session.anew = true;
        session.load(answers);
        session.begin(false);
        session.anew = false;
        let unknown = session.leftover.iter().map(|(path, _)| path.clone()).collect();
        (session, unknown)
    }

    /// Sets `end` and gives the finished form, without what is not relevant.
    ///
    /// # Errors
    /// All problems in document order, when there are any; the answers stay as they are.
    pub fn finalise(&mut self) -> Result<Finalised, Vec<Problem>> {
        let end = dates::format_date_time(self.tree.host.now(), self.tree.host.utc_offset());
        for id in self.tree.inside(ROOT) {
            if self.tree.kind(id) == Kind::End && !self.tree.get(id).range {
                self.answer(id, &end);
            }
        }
        let problems = self.problems();
        if problems.is_empty() { Ok(self.finished()) } else { Err(problems) }
    }
}
