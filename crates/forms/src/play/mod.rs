//! A form played step by step: what a person does, and what there should be after it. For people who write forms (`zhucun form
//! play`) and for tests.

mod compare;
mod run;
mod steps;

use std::collections::BTreeMap;
use std::rc::Rc;

use serde_json::{Value, json};

pub use compare::same_instance;
pub use run::run;
pub use steps::{SHAPES, STEPS, Step, StepProblem};

use crate::contract::{Id, Lists};
use crate::definition::Kind;
use crate::instance::State;
use crate::xform::instance::{self, Meta};
use crate::xform::{XFormProblem, lexical};
use crate::{Definition, Host, Session};

/// A form being played.
pub struct Player {
    definition: Rc<Definition>,
    lists: Rc<Lists>,
    host: Rc<dyn Host>,
    session: Session,
    meta: Meta,
    /// How everything stood after the last step, by path.
    before: BTreeMap<String, Known>,
}

/// What is known of a node, as steps expect it.
#[derive(Clone, Debug, PartialEq)]
struct Known {
    state: State,
    choices: Option<Vec<(String, String)>>,
}

/// What a step did.
#[derive(Clone, Debug, PartialEq)]
pub struct Played {
    /// What differs now, as steps that expect it, in document order.
    pub changed: Vec<Value>,
    /// For a step that expects something: what there is instead.
    pub mismatch: Option<Value>,
}

impl Player {
    /// Opens a new filling.
    pub fn open(definition: Rc<Definition>, lists: Rc<Lists>, host: Rc<dyn Host>) -> Self {
        let session = Session::new(Rc::clone(&definition), Rc::clone(&lists), Rc::clone(&host));
        Self::with(session, definition, lists, host)
    }

    /// Opens an instance to edit it: it gets a new id and remembers the one that it had.
    ///
    /// # Errors
    /// When it is no instance of the form.
    pub fn edit(
        definition: Rc<Definition>,
        lists: Rc<Lists>,
        host: Rc<dyn Host>,
        xml: &str,
    ) -> Result<Self, XFormProblem> {
        let read = instance::read(&definition, xml)?;
        let (mut session, _) =
            Session::edit(Rc::clone(&definition), Rc::clone(&lists), Rc::clone(&host), &read.answers);
        let root = definition.nodes.first().map_or_else(String::new, |root| format!("/{}", root.name));
        let renewed = ["uuid:", &host.uuid()].concat();
        let own = |name: &str| {
            let states = session.states();
            let found = states.iter().find(|state| state.path.starts_with(&root) && is_meta(&state.path, name));
            found.map(|state| state.path.clone())
        };
        let old = read.head.meta.instance_id;
        for (path, value) in [(own("instanceID"), &renewed), (own("deprecatedID"), &old)] {
            if let Some(path) = path {
                session.prefill(&path, value);
            }
        }
        let mut player = Self::with(session, definition, lists, host);
        player.meta = Meta { instance_id: renewed, deprecated_id: old, ..Meta::default() };
        Ok(player)
    }

    fn with(session: Session, definition: Rc<Definition>, lists: Rc<Lists>, host: Rc<dyn Host>) -> Self {
        let meta = Meta { instance_id: ["uuid:", &host.uuid()].concat(), ..Meta::default() };
        Self { definition, lists, host, session, meta, before: BTreeMap::new() }
    }

    /// The filling.
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// The instance as it would be sent.
    pub fn xml(&self) -> String {
        let meta = Meta { entities: self.session.entities(), ..self.meta.clone() };
        instance::write(&self.definition, &self.session.instance(), &meta)
    }

    /// What differs from how things stood when this was last asked, as steps that expect it. The first time, what is not as in
    /// an empty form: answers, counts, choices, and what is not relevant, required, read-only or not valid.
    pub fn changes(&mut self) -> Vec<Value> {
        let mut now = BTreeMap::new();
        let mut changed = Vec::new();
        let states = self.session.states();
        for state in states {
            if let Some(id) = self.session.find(&state.path) {
                let choices = self.session.node(id).choices.as_ref().map(|_| self.session.offered(id));
                let known = Known { state: self.stored(id, state), choices };
                self.differences(&known, &mut changed);
                now.insert(known.state.path.clone(), known);
            }
        }
        for path in self.before.keys().filter(|path| !now.contains_key(*path)) {
            changed.push(json!({ "expect_gone": path }));
        }
        self.before = now;
        changed
    }

    /// A state with its value as it is stored in an instance; one that is not of its type is not.
    fn stored(&self, id: Id, mut state: State) -> State {
        if let Some(value) = &state.value {
            state.value = Some(lexical::canonical(self.session.node(id), value).unwrap_or_default());
        }
        state
    }

    fn differences(&self, known: &Known, changed: &mut Vec<Value>) {
        let Known { state, choices } = known;
        let path = &state.path;
        let before = self.before.get(path);
        let old = before.map(|known| &known.state);
        if let Some(count) = state.count.filter(|_| old.is_none_or(|old| old.count != state.count)) {
            changed.push(json!({ "expect_repeat_count": [path, count] }));
        }
        if let Some(value) = state.value.as_ref().filter(|_| old.is_none_or(|old| old.value != state.value)) {
            changed.push(json!({ "expect_value": [path, value] }));
        }
        for (name, is, was) in [
            ("expect_relevant", state.relevant, old.is_none_or(|old| old.relevant)),
            ("expect_required", state.required, old.is_some_and(|old| old.required)),
            ("expect_readonly", state.readonly, old.is_some_and(|old| old.readonly)),
        ] {
            if is != was {
                changed.push(json!({ name: [path, is] }));
            }
        }
        for rule in [RuleName::Constraint, RuleName::Required] {
            let was = old.is_none_or(|old| rule.holds(old));
            let is = rule.holds(state);
            if is != was {
                changed.push(json!({ "expect_valid": [path, is, rule.name()] }));
                let message = self.message(path);
                if let Some(message) = message.filter(|message| !is && !message.is_empty()) {
                    changed.push(json!({ "expect_message": [path, message] }));
                }
            }
        }
        if let Some(choices) = choices.as_ref().filter(|_| before.is_none_or(|before| before.choices != known.choices))
        {
            let names: Vec<&String> = choices.iter().map(|(name, _)| name).collect();
            let labels: Vec<&String> = choices.iter().map(|(_, label)| label).collect();
            changed.push(json!({ "expect_choices": [path, names] }));
            changed.push(json!({ "expect_choice_labels": [path, labels] }));
        }
    }

    /// The words of the rule that an answer breaks; `None` where it breaks none.
    fn message(&self, path: &str) -> Option<String> {
        let id = self.session.find(path)?;
        let state = self.stored(id, self.session.state(id));
        let constraint = !RuleName::Constraint.holds(&state);
        (constraint || !RuleName::Required.holds(&state)).then(|| self.session.message_of(id, constraint))
    }

    /// Takes a step.
    ///
    /// # Errors
    /// When the step cannot be taken: no such node, nothing that can be answered.
    pub fn take(&mut self, step: &Step) -> Result<Played, StepProblem> {
        let mismatch = match step {
            Step::Answer(path, value) => self.answer(path, value).map(|()| None)?,
            Step::NewRepeat(path) => self.new_repeat(path).map(|()| None)?,
            Step::RemoveRepeat(path) => self.remove_repeat(path).map(|()| None)?,
            Step::SetLanguage(name) => self.set_language(name).map(|()| None)?,
            Step::SaveAndReopen => self.reopen().map(|()| None)?,
            Step::Expect(name, expected) => self.expect(name, expected)?,
        };
        Ok(Played {
            changed: if mismatch.is_none() && !step.is_deed() { Vec::new() } else { self.changes() },
            mismatch,
        })
    }

    fn find(&self, path: &str) -> Result<Id, StepProblem> {
        self.session.find(path).ok_or_else(|| StepProblem::NoNode(path.to_owned()))
    }

    /// Sets an answer as a person could: in the form in which it is stored, of several choices those that are offered in their
    /// order. What is not of the question's type is not taken: the answer is cleared.
    fn answer(&mut self, path: &str, value: &str) -> Result<(), StepProblem> {
        let id = self.find(path)?;
        let state = self.session.state(id);
        if state.value.is_none() {
            return Err(StepProblem::NoAnswer(path.to_owned()));
        }
        if state.readonly {
            return Err(StepProblem::ReadOnly(path.to_owned()));
        }
        let node = self.session.node(id);
        let mut text = lexical::canonical(node, value).unwrap_or_default();
        if matches!(node.kind, Kind::SelectOne | Kind::SelectMultiple | Kind::Rank) {
            let offered = self.session.offered(id);
            let offers = |name: &str| offered.iter().any(|(offer, _)| offer == name);
            let chosen: Vec<&str> = text.split_whitespace().collect();
            text = match node.kind {
                Kind::SelectOne => {
                    if offers(&text) {
                        text
                    } else {
                        String::new()
                    }
                }
                Kind::SelectMultiple => {
                    let names = offered.iter().map(|(name, _)| name.as_str());
                    names.filter(|name| chosen.contains(name)).collect::<Vec<_>>().join(" ")
                }
                _ => chosen.into_iter().filter(|name| offers(name)).collect::<Vec<_>>().join(" "),
            };
        }
        self.session.answer(id, &text);
        Ok(())
    }

    fn new_repeat(&mut self, path: &str) -> Result<(), StepProblem> {
        let range = self.find(path)?;
        match self.session.add_repeat(range) {
            (added, _) if added != range => Ok(()),
            _ => Err(StepProblem::NoRepeat(path.to_owned())),
        }
    }

    fn remove_repeat(&mut self, path: &str) -> Result<(), StepProblem> {
        let instance = self.find(path)?;
        let place = self.session.state(instance).path;
        let count = |session: &Session| {
            let range = place.rsplit_once('[').and_then(|(range, _)| session.find(range));
            range.and_then(|range| session.state(range).count)
        };
        let before = count(&self.session);
        self.session.remove_repeat(instance);
        if before.is_none() || count(&self.session) == before {
            return Err(StepProblem::NoRepeat(path.to_owned()));
        }
        Ok(())
    }

    fn set_language(&mut self, name: &str) -> Result<(), StepProblem> {
        let index = self.definition.languages.iter().position(|language| language == name);
        let index = index.ok_or_else(|| StepProblem::NoLanguage(name.to_owned()))?;
        self.session.set_language(index);
        Ok(())
    }

    fn reopen(&mut self) -> Result<(), StepProblem> {
        let xml = self.xml();
        let read =
            instance::read(&self.definition, &xml).map_err(|problem| StepProblem::Instance(problem.to_string()))?;
        let language = self.session.language();
        let (definition, lists, host) = (Rc::clone(&self.definition), Rc::clone(&self.lists), Rc::clone(&self.host));
        (self.session, _) = Session::edit(definition, lists, host, &read.answers);
        self.session.set_language(language);
        Ok(())
    }

    /// What there is instead of what is expected.
    fn expect(&self, name: &str, expected: &Value) -> Result<Option<Value>, StepProblem> {
        let bad = || StepProblem::BadStep(json!({ name: expected }).to_string());
        if name == "expect_instance_xml" {
            let xml = self.xml();
            return Ok(same_instance(expected.as_str().ok_or_else(bad)?, &xml)
                .err()
                .map(|why| json!({ "why": why, "xml": xml })));
        }
        let path = expected.as_str().or_else(|| expected.get(0)?.as_str()).ok_or_else(bad)?;
        if name == "expect_gone" {
            return Ok(self.session.find(path).map(|_| json!("there")));
        }
        let id = self.find(path)?;
        let state = self.stored(id, self.session.state(id));
        let actual = match name {
            "expect_value" => json!(state.value.unwrap_or_default()),
            "expect_relevant" => json!(state.relevant),
            "expect_required" => json!(state.required),
            "expect_readonly" => json!(state.readonly),
            "expect_repeat_count" => json!(state.count),
            "expect_label" => json!(self.session.label_of(id)),
            "expect_message" => json!(self.message(path)),
            "expect_choices" => json!(self.session.offered(id).into_iter().map(|(name, _)| name).collect::<Vec<_>>()),
            "expect_choice_labels" => {
                json!(self.session.offered(id).into_iter().map(|(_, label)| label).collect::<Vec<_>>())
            }
            "expect_valid" => {
                let rule = expected.get(2).and_then(Value::as_str).and_then(RuleName::of).ok_or_else(bad)?;
                json!(rule.holds(&state))
            }
            _ => return Err(bad()),
        };
        Ok((Some(&actual) != expected.get(1)).then_some(actual))
    }
}

/// Whether a path is of a node of the meta block, whatever their prefixes.
fn is_meta(path: &str, name: &str) -> bool {
    let local = |step: &str| step.rsplit_once(':').map_or(step, |(_, local)| local).to_owned();
    let steps: Vec<String> = path.split('/').skip(1).map(local).collect();
    matches!(&steps[..], [_, meta, found] if meta == "meta" && found == name)
}

/// A rule that steps name.
#[derive(Clone, Copy)]
enum RuleName {
    Constraint,
    Required,
}

impl RuleName {
    fn of(name: &str) -> Option<Self> {
        match name {
            "constraint" => Some(Self::Constraint),
            "required" => Some(Self::Required),
            _ => None,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Constraint => "constraint",
            Self::Required => "required",
        }
    }

    /// Whether a node keeps it. What is not relevant keeps all rules.
    fn holds(self, state: &State) -> bool {
        let is_empty = state.value.as_ref().is_none_or(String::is_empty);
        match self {
            Self::Constraint => !state.relevant || is_empty || state.valid,
            Self::Required => !state.relevant || state.value.is_none() || !state.required || !is_empty,
        }
    }
}
