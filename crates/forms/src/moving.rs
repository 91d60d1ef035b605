//! A draft of one version of a form goes on with another: what fits goes along, what does not is told by its words and kept.
//! On the phone it comes with the last part of the program.

use serde_json::{Map, Value};

use crate::contract::{Draft, Unsent};
use crate::definition::{Definition, Kind, Node, NodeIndex};
use crate::instance::lexical::fits;
use crate::texts::{joined, words};
use crate::told::{Say, Teller};

/// Where a draft keeps answers that fit nothing, by path; see `instance::draft`. Names of elements have no such sign.
const KEPT: &str = "/kept";
/// Names that begin with it are marks, no elements.
const MARK: char = '/';

/// A draft for the other version.
#[derive(Clone, Debug, PartialEq)]
pub struct Moved {
    /// The draft, with what does not fit among what is kept.
    pub draft: Draft,
    /// How many answers of the person go along.
    pub carried: usize,
    /// The others, in document order.
    pub left: Vec<Left>,
}

/// An answer that does not go along.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Left {
    /// Its question, in the words of the version that it was given in.
    pub label: String,
    /// The answer in words of that version.
    pub words: String,
    /// Whether the other version has the question too, but takes no such answer.
    pub is_changed: bool,
}

/// Carries a draft of `old` over to `new`. A question is the same one when it is at the same path; or, outside of repeats, when
/// it is the only one of its name in both versions. `language` is that of the words of what does not fit.
#[must_use]
pub fn carry_over(old: &Definition, new: &Definition, draft: &Draft, language: usize, say: &dyn Say) -> Moved {
    let mut carrier = Carrier::new(old, new, &draft.answers, language, say);
    let mut answers = match &draft.answers {
        Value::Object(answers) => carrier.group(0, Some(0), answers, &root(old)),
        _ => Map::new(),
    };
    carrier.regroup(&mut answers);
    let kept = match answers.remove(KEPT) {
        Some(Value::Object(kept)) => carrier.find_places(kept, &mut answers),
        _ => Map::new(),
    };
    carrier.moved(answers, kept, draft)
}

/// Takes [`carry_over`] back: `before` is the draft of `old` then, `then` the answers of `new` right after it, `now` the draft
/// of `new` since. What was not touched since is as it was before; what was given since goes along where it fits.
#[must_use]
pub fn take_back(
    (old, before): (&Definition, &Draft),
    (new, then, now): (&Definition, &Value, &Draft),
    language: usize,
    say: &dyn Say,
) -> Moved {
    let mut carrier = Carrier::new(new, old, &now.answers, language, say);
    let versions = [Some(&before.answers), Some(then), Some(&now.answers)];
    let mut answers = match carrier.back((0, Some(0)), versions, &root(new)) {
        Some(Value::Object(answers)) => answers,
        _ => Map::new(),
    };
    carrier.regroup_back([&before.answers, then, &now.answers], &mut answers);
    let kept_of = |draft: &Draft| draft.answers.get(KEPT).and_then(Value::as_object).cloned().unwrap_or_default();
    let mut kept = kept_of(before);
    let mut still = Vec::new();
    for (path, answer) in kept_of(now) {
        let is_in = |repeat: &String| path.strip_prefix(repeat.as_str()).is_some_and(|rest| rest.starts_with('['));
        if carrier.anew.iter().any(is_in) && !kept.contains_key(&path) {
            let Unsent { label, value, .. } = told(&path, &answer);
            still.push(Left { label, words: value, is_changed: false });
            kept.insert(path, answer);
        }
    }
    let mut moved = carrier.moved(answers, kept, now);
    moved.left.append(&mut still);
    moved
}

/// What is kept under a path, for a person.
pub(crate) fn told(path: &str, answer: &Value) -> Unsent {
    let said = |name: &str| answer.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let (label, value) = match answer {
        Value::Object(_) => (said("l"), said("w")),
        Value::String(text) => (String::new(), text.clone()),
        _ => (String::new(), String::from("…")),
    };
    // What was kept before answers were kept with their words.
    let name = path.trim_end_matches(MARK).rsplit(MARK).next().unwrap_or_default();
    Unsent { label: if label.is_empty() { name.to_owned() } else { label }, value, node: None }
}

fn root(form: &Definition) -> String {
    joined(&["/", form.nodes.first().map_or("", |root| &root.name)], "")
}

fn child(form: &Definition, parent: NodeIndex, name: &str) -> Option<NodeIndex> {
    let is_it = |node: &Node| node.parent == parent && node.name == name;
    form.nodes.iter().skip(1).position(is_it).map(|place| place as NodeIndex + 1)
}

/// A node of the version that answers come from, and what it is in the other one.
type Nodes = (NodeIndex, Option<NodeIndex>);

/// An answer that does not go along, with where it was.
struct Gone {
    path: String,
    node: NodeIndex,
    value: String,
    is_changed: bool,
}

struct Carrier<'a> {
    from: &'a Definition,
    to: &'a Definition,
    teller: Teller<'a>,
    carried: usize,
    gone: Vec<Gone>,
    /// Repeats whose instances cannot be told from those of before.
    anew: Vec<String>,
}

impl<'a> Carrier<'a> {
    fn new(from: &'a Definition, to: &'a Definition, answers: &'a Value, language: usize, say: &'a dyn Say) -> Self {
        Self {
            from,
            to,
            teller: Teller::new(from, language, answers, say),
            carried: 0,
            gone: Vec::new(),
            anew: Vec::new(),
        }
    }

    /// What of the answers in a group or an instance goes along. No deeper than forms are.
    fn group(
        &mut self,
        was: NodeIndex,
        is: Option<NodeIndex>,
        answers: &Map<String, Value>,
        path: &str,
    ) -> Map<String, Value> {
        let mut out = Map::new();
        for (name, answer) in answers {
            let below = child(self.from, was, name).filter(|_| !name.starts_with(MARK));
            let carried = match below {
                // Marks, and what is unknown to the version that it comes from.
                None => Some(answer.clone()),
                Some(below) => {
                    let to = is.and_then(|is| child(self.to, is, name));
                    self.answer((below, to), answer, &joined(&[path, "/", name], ""))
                }
            };
            if let Some(carried) = carried {
                out.insert(name.clone(), carried);
            }
        }
        out
    }

    fn answer(&mut self, (was, is): Nodes, answer: &Value, path: &str) -> Option<Value> {
        match answer {
            Value::Object(inside) => {
                let to = self.of_kind(is, Kind::Group);
                let out = self.group(was, to, inside, path);
                to.map(|_| Value::Object(out))
            }
            Value::Array(instances) => {
                let to = self.of_kind(is, Kind::Repeat);
                let mut out = Vec::new();
                for (place, instance) in instances.iter().enumerate() {
                    let inside = instance.as_object().map(|inside| self.group(was, to, inside, &numbered(path, place)));
                    out.push(Value::Object(inside.unwrap_or_default()));
                }
                to.map(|_| Value::Array(out))
            }
            Value::String(value) => self.single(was, is, value, path).map(Value::String),
            _ => None,
        }
    }

    fn of_kind(&self, node: Option<NodeIndex>, kind: Kind) -> Option<NodeIndex> {
        node.filter(|&node| self.to.nodes[node as usize].kind == kind)
    }

    /// What goes along of a single answer; the rest is noted.
    fn single(&mut self, was: NodeIndex, is: Option<NodeIndex>, value: &str, path: &str) -> Option<String> {
        let (from, to) = (&self.from.nodes[was as usize], is.map(|is| &self.to.nodes[is as usize]));
        if !from.kind.is_asked() || value.is_empty() {
            // What the form has set it sets again; an answer that was cleared stays so.
            let is_same = |to: &&Node| to.kind == from.kind || (value.is_empty() && to.kind.is_asked());
            return to.filter(is_same).map(|_| value.to_owned());
        }
        let kept = match to.filter(|to| to.kind.is_asked()) {
            Some(to) => fitting(self.to, from, to, value),
            None => String::new(),
        };
        if kept.len() < value.len() {
            let mut lost = words(value);
            let held = words(&kept);
            lost.retain(|name| !held.contains(name));
            let value = if kept.is_empty() { value.to_owned() } else { joined(&lost, " ") };
            self.gone.push(Gone { path: path.to_owned(), node: was, value, is_changed: to.is_some() });
        }
        self.carried += usize::from(!kept.is_empty());
        (!kept.is_empty()).then_some(kept)
    }

    /// Answers of questions that are in another group now.
    fn regroup(&mut self, answers: &mut Map<String, Value>) {
        for gone in std::mem::take(&mut self.gone) {
            let from = &self.from.nodes[gone.node as usize];
            let to = self.only(&from.name).filter(|_| !gone.is_changed && !gone.path.contains('['));
            let names = to.filter(|&to| fitting(self.to, from, &self.to.nodes[to as usize], &gone.value) == gone.value);
            let names = names.and_then(|to| names_of(self.to, to));
            match names.and_then(|names| place(answers, &names)) {
                Some(place) => {
                    *place = Value::String(gone.value);
                    self.carried += 1;
                }
                None => self.gone.push(gone),
            }
        }
    }

    /// As [`Self::regroup`], for taking back: an answer that was carried over to another group, and was changed or cleared there,
    /// takes the place of the one before.
    fn regroup_back(&mut self, [before, then, now]: [&Value; 3], answers: &mut Map<String, Value>) {
        for (node, from) in (0..).zip(&self.from.nodes) {
            let Some(was) = names_of(self.from, node).filter(|_| from.kind.is_asked()) else { continue };
            let (then, now) = (at(then, &was), at(now, &was));
            let to = self.only(&from.name).filter(|_| then != now);
            let is = to.and_then(|to| names_of(self.to, to)).filter(|is| *is != was);
            let Some((to, is)) = to.zip(is) else { continue };
            // What did not go along has the better right to its question.
            if at(before, &is).is_some_and(|before| then != Some(before) && before != "") {
                continue;
            }
            let value = now.and_then(Value::as_str).unwrap_or_default();
            let fits = fitting(self.to, from, &self.to.nodes[to as usize], value) == value;
            let holder = if value.is_empty() || fits { holder(answers, &is) } else { None };
            let Some((inside, name)) = holder else { continue };
            match now {
                Some(now) => drop(inside.insert(name.to_owned(), now.clone())),
                None => drop(inside.remove(name)),
            }
            self.gone.retain(|gone| gone.node != node);
            self.carried += usize::from(!value.is_empty());
        }
    }

    /// The only question of a name in both versions, where it is in the other one.
    fn only(&self, name: &str) -> Option<NodeIndex> {
        let count = |form: &Definition| form.nodes.iter().filter(|node| node.name == name).count();
        let is_only = count(self.from) == 1 && count(self.to) == 1;
        let at = self.to.nodes.iter().position(|node| node.name == name && node.kind.is_asked())?;
        is_only.then_some(at as NodeIndex)
    }

    /// What an earlier version left over goes to its question, where this one has it again; gives the rest.
    fn find_places(&mut self, kept: Map<String, Value>, answers: &mut Map<String, Value>) -> Map<String, Value> {
        let mut rest = Map::new();
        for (path, answer) in kept {
            let said = |name: &str| answer.get(name).and_then(Value::as_str);
            let mut at = Some(0);
            let mut names: Vec<&str> = path.split(MARK).skip(2).collect();
            names.retain(|name| !name.is_empty());
            for name in &names {
                at = at.and_then(|at| child(self.to, at, name));
            }
            let node = at.map(|at| &self.to.nodes[at as usize]);
            let is_same = |node: &&Node| said("k") == Some(node.kind.code());
            let value = said("v")
                .filter(|value| node.filter(is_same).is_some_and(|to| fitting(self.to, to, to, value) == *value));
            match value.and_then(|value| Some((place(answers, &names)?, value))) {
                Some((place, value)) => {
                    *place = Value::String(value.to_owned());
                    self.carried += 1;
                }
                None => drop(rest.insert(path, answer)),
            }
        }
        rest
    }

    /// As [`take_back`], of one node: `versions` are the answer before, right after moving, and now.
    fn back(&mut self, (was, is): Nodes, [before, then, now]: [Option<&Value>; 3], path: &str) -> Option<Value> {
        if then == now {
            return before.cloned();
        }
        let kind = self.from.nodes[was as usize].kind;
        let to = self.of_kind(is, kind);
        if matches!(kind, Kind::Root | Kind::Group) {
            let out = self.back_group((was, to), [before, then, now], path);
            // Something else has the name in the other version.
            return if to.is_none() { before.cloned() } else { (!out.is_empty()).then_some(Value::Object(out)) };
        }
        match (before, then, now?) {
            (Some(Value::Array(before)), Some(Value::Array(then)), Value::Array(now))
                if before.len() == now.len() && then.len() == now.len() && to.is_some() =>
            {
                let mut out = Vec::new();
                for place in 0..now.len() {
                    let versions = [before, then, now].map(|all| all.get(place));
                    out.push(Value::Object(self.back_group((was, to), versions, &numbered(path, place))));
                }
                Some(Value::Array(out))
            }
            (before, _, now @ Value::Array(_)) => {
                // Instances have come or gone: they go along as they are now.
                self.anew.push(path.to_owned());
                self.answer((was, is), now, path).or_else(|| before.cloned())
            }
            // What did not go along has the better right to its question.
            (Some(before), None, Value::String(now)) => {
                let (path, value) = (path.to_owned(), now.clone());
                self.gone.push(Gone { path, node: was, value, is_changed: true });
                Some(before.clone())
            }
            (Some(Value::String(before)), Some(Value::String(then)), Value::String(now))
                if kind == Kind::SelectMultiple =>
            {
                let now = self.single(was, is, now, path).unwrap_or_default();
                // Choices that did not go along were not taken back.
                let went = words(then);
                let mut all = words(before);
                all.retain(|name| !went.contains(name));
                all.extend(words(&now));
                Some(Value::String(joined(&all, " ")))
            }
            (_, _, now) => self.answer((was, is), now, path),
        }
    }

    fn back_group(&mut self, (was, is): Nodes, versions: [Option<&Value>; 3], path: &str) -> Map<String, Value> {
        let none = Map::new();
        let [before, then, now] = versions.map(|answers| answers.and_then(Value::as_object).unwrap_or(&none));
        let mut out = Map::new();
        for name in before.keys().chain(now.keys().filter(|name| !before.contains_key(*name))) {
            let versions = [before, then, now].map(|answers| answers.get(name));
            let below = child(self.from, was, name).filter(|_| !name.starts_with(MARK));
            let back = match below {
                None => versions[0].cloned(),
                Some(below) => {
                    let to = is.and_then(|is| child(self.to, is, name));
                    self.back((below, to), versions, &joined(&[path, "/", name], ""))
                }
            };
            if let Some(back) = back {
                out.insert(name.clone(), back);
            }
        }
        out
    }

    /// A question's words, behind those of the instance that it is in.
    fn label(&self, node: &Node, path: &str) -> String {
        let label = self.teller.label(node);
        let number = path.rsplit_once('[').and_then(|(_, rest)| rest.split_once(']')).map(|(number, _)| number);
        let mut above = node;
        while !matches!(above.kind, Kind::Root | Kind::Repeat) {
            above = &self.from.nodes[above.parent as usize];
        }
        match number.filter(|_| above.kind == Kind::Repeat) {
            Some(number) => joined(&[&self.teller.label(above), " ", number, " · ", &label], ""),
            None => label,
        }
    }

    fn moved(mut self, mut answers: Map<String, Value>, mut kept: Map<String, Value>, draft: &Draft) -> Moved {
        let mut left = Vec::new();
        for gone in std::mem::take(&mut self.gone) {
            let node = &self.from.nodes[gone.node as usize];
            let (label, said) = (self.label(node, &gone.path), self.teller.words(node, &gone.value));
            let mut entry = Map::new();
            let fields = [("k", node.kind.code()), ("v", &gone.value), ("l", &label), ("w", &said)];
            for (name, text) in fields {
                entry.insert(name.to_owned(), Value::String(text.to_owned()));
            }
            let mut path = gone.path;
            while kept.contains_key(&path) {
                path.push(MARK);
            }
            kept.insert(path, Value::Object(entry));
            left.push(Left { label, words: said, is_changed: gone.is_changed });
        }
        if !kept.is_empty() {
            answers.insert(KEPT.to_owned(), Value::Object(kept));
        }
        let language = self.from.languages.get(draft.language);
        let same = self.to.languages.iter().position(|name| Some(name) == language);
        let draft = Draft {
            form: (self.to.id.clone(), self.to.version.clone()),
            answers: Value::Object(answers),
            start: draft.start.clone(),
            language: same.unwrap_or(self.to.default_language),
            page: draft.page.clone(),
        };
        Moved { draft, carried: self.carried, left }
    }
}

/// What of an answer the other version's question takes; empty for nothing.
fn fitting(form: &Definition, from: &Node, to: &Node, value: &str) -> String {
    let chooses = |kind| matches!(kind, Kind::SelectOne | Kind::SelectMultiple | Kind::Rank);
    // What no other kind of question could have been answered with.
    let is_bound = |kind: Kind| kind.is_file() || kind.is_located() || matches!(kind, Kind::Acknowledge | Kind::Rank);
    let is_other = from.kind != to.kind;
    if is_other && (chooses(from.kind) != chooses(to.kind) || is_bound(from.kind) || is_bound(to.kind)) {
        return String::new();
    }
    if !chooses(to.kind) {
        return if fits(to, value) { value.to_owned() } else { String::new() };
    }
    let mut names = words(value);
    // Choices that are not written in the form cannot be known here.
    let source = to.choices.as_ref().filter(|source| !source.external && source.nodeset.is_empty());
    if let Some(listed) = source.and_then(|source| form.choices.get(&source.list)) {
        names.retain(|name| listed.iter().any(|choice| choice.name == *name));
        if to.kind == Kind::Rank && (names.len() != listed.len() || words(value).len() != names.len()) {
            return String::new();
        }
    }
    if to.kind == Kind::SelectOne && words(value).len() > 1 {
        return String::new();
    }
    joined(&names, " ")
}

/// Names from below the root down to a node; `None` in a repeat, where it has several places.
fn names_of(form: &Definition, node: NodeIndex) -> Option<Vec<&str>> {
    let mut names = Vec::new();
    let mut here = &form.nodes[node as usize];
    while here.kind != Kind::Root {
        if here.kind == Kind::Repeat {
            return None;
        }
        names.insert(0, here.name.as_str());
        here = &form.nodes[here.parent as usize];
    }
    Some(names)
}

/// The free place that names lead to, made with what it is in; `None` when something is there.
fn place<'a>(answers: &'a mut Map<String, Value>, names: &[&str]) -> Option<&'a mut Value> {
    let (inside, last) = holder(answers, names)?;
    if inside.contains_key(last) {
        return None;
    }
    Some(inside.entry(last.to_owned()).or_insert(Value::Null))
}

/// What is to hold the place that names lead to, made with what it is in, and the last name.
fn holder<'a, 'n>(
    answers: &'a mut Map<String, Value>,
    names: &[&'n str],
) -> Option<(&'a mut Map<String, Value>, &'n str)> {
    let (last, above) = names.split_last()?;
    let mut inside = answers;
    for name in above {
        let entry = inside.entry((*name).to_owned()).or_insert_with(|| Value::Object(Map::new()));
        inside = entry.as_object_mut()?;
    }
    Some((inside, *last))
}

/// What is at the place that names lead to.
fn at<'a>(answers: &'a Value, names: &[&str]) -> Option<&'a Value> {
    names.iter().try_fold(answers, |inside, name| inside.get(*name))
}

fn numbered(path: &str, place: usize) -> String {
    joined(&[path, "[", &(place + 1).to_string(), "]"], "")
}
