//! Recomputing what depends on what changed, and nothing else.

use std::rc::Rc;

use super::form::Form;
use super::marks::Marks;
use super::tree::{DOCUMENT, ROOT};
use super::{Session, lexical};
use crate::contract::{Changed, EvalProblem, Id};
use crate::definition::{Event, Kind, NodeIndex};
use crate::texts::{joined, words};
use crate::xpath::{Expr, NodeId, Value};

/// Beyond this a `repeat_count` is a mistake in the form.
const MOST_INSTANCES: usize = 1000;

/// Beyond so many rounds actions that set each other off are a mistake in the form.
const MOST_ROUNDS: usize = 100;

/// What is still to be done, by position in the form's order, and what was changed so far.
#[derive(Default)]
pub(super) struct Work {
    /// Nodes whose expressions must be evaluated.
    evaluate: Marks,
    /// Nodes whose group came or went.
    inherit: Marks,
    /// Nodes whose rules (required, readonly, constraint) must be evaluated.
    checks: Marks,
    /// Nodes that changed in value or relevance somewhere.
    nodes: Marks,
    changed: Marks,
    layout: bool,
    /// The node whose readers were last marked: its other elements have the same.
    marked: Option<NodeIndex>,
    /// How often readers that come earlier were evaluated once more.
    again: usize,
}

impl Session {
    /// All expressions, as at the beginning.
    pub(super) fn compute_all(&mut self) -> Changed {
        let mut work = Work::default();
        for node in 0..self.tree.form.order.len() as u32 {
            work.evaluate.insert(node);
            work.checks.insert(node);
        }
        self.run(work)
    }

    /// Everything that depends on an answer that was just set.
    pub(super) fn compute_after(&mut self, id: Id) -> Changed {
        let mut work = Work::default();
        self.mark(&mut work, id);
        self.run(work)
    }

    /// Everything inside instances that are new or came back, and what depends on instances having come or gone.
    pub(super) fn compute_instances(&mut self, range: Id, new: Option<Id>) -> Changed {
        let mut work = Work { layout: true, ..Work::default() };
        self.instances_changed(&mut work, range, new);
        self.run(work)
    }

    fn instances_changed(&mut self, work: &mut Work, range: Id, new: Option<Id>) {
        self.tree.reorder();
        let form = Rc::clone(&self.tree.form);
        work.layout = true;
        let repeat = self.tree.get(range).node;
        // What reads anything in the instances reads more or less of it now.
        let mut inside = vec![repeat];
        while let Some(node) = inside.pop() {
            work.nodes.insert(node);
            for &reader in &form.updates[node as usize] {
                work.evaluate.insert(form.position[reader as usize]);
            }
            inside.extend(&form.children[node as usize]);
        }
        let Some(new) = new else { return };
        for id in self.tree.inside(new) {
            let node = self.tree.get(id).node;
            work.evaluate.insert(form.position[node as usize]);
            work.checks.insert(node);
            work.changed.insert(id);
        }
    }

    /// Marks an element as changed and its readers as to be evaluated.
    fn mark(&mut self, work: &mut Work, id: Id) {
        let node = self.tree.get(id).node;
        work.changed.insert(id);
        // The node itself may have a constraint on its value.
        work.checks.insert(node);
        work.nodes.insert(node);
        if work.marked.replace(node) == Some(node) {
            return;
        }
        let form = &self.tree.form;
        let here = form.position[node as usize];
        for &reader in &form.updates[node as usize] {
            let position = form.position[reader as usize];
            // In a circle (where instances read each other in turn) so often must do.
            if position <= here {
                work.again += 1;
            }
            if position > here || work.again < MOST_INSTANCES {
                work.evaluate.insert(position);
            }
        }
    }

    /// Gives an element a value; whether it is another one.
    pub(super) fn put(&mut self, id: Id, text: String, work: &mut Work) {
        if self.tree.get(id).value != text {
            self.tree.get_mut(id).value = text;
            self.mark(work, id);
            if !self.quiet && !self.tree.form.rules[self.tree.get(id).node as usize].deeds.is_empty() {
                self.fired.push(id);
            }
        }
    }

    pub(super) fn run(&mut self, mut work: Work) -> Changed {
        let form = Rc::clone(&self.tree.form);
        self.settle(&form, &mut work);
        // Actions may set what sets them off again.
        for _ in 0..MOST_ROUNDS {
            let fired = std::mem::take(&mut self.fired);
            if fired.is_empty() {
                break;
            }
            for id in fired {
                self.act(id, Event::Changed, &mut work);
            }
            self.settle(&form, &mut work);
        }
        self.fired.clear();
        self.check_rules(&form, &mut work);
        self.summary(&form, work)
    }

    /// Evaluates what is marked until nothing is.
    fn settle(&mut self, form: &Form, work: &mut Work) {
        loop {
            let next = match (work.evaluate.first(), work.inherit.first()) {
                (Some(one), Some(other)) => one.min(other),
                (Some(one), None) | (None, Some(one)) => one,
                (None, None) => break,
            };
            let evaluate = work.evaluate.remove(next);
            work.inherit.remove(next);
            work.marked = None;
            self.update(form, form.order[next as usize], evaluate, work);
        }
        work.marked = None;
    }

    fn update(&mut self, form: &Form, node: NodeIndex, evaluate: bool, work: &mut Work) {
        let rules = &form.rules[node as usize];
        if form.node(node).kind == Kind::Repeat {
            for range in self.tree.ranges[node as usize].clone() {
                self.range_relevance(range, rules.relevant.as_ref().filter(|_| evaluate), work);
                if let Some(count) = rules.count.as_ref().filter(|_| evaluate) {
                    self.set_count(range, count, work);
                }
            }
        }
        for id in self.tree.elements[node as usize].clone() {
            self.relevance(id, rules.relevant.as_ref().filter(|_| evaluate), work);
            if evaluate {
                if let Some(calculate) = &rules.calculate {
                    self.calculate(id, calculate, rules.once, work);
                }
                if rules.filter.is_some() && self.settled {
                    self.deselect(id, work);
                }
            }
        }
    }

    /// Whether an instance could be added: what the repeat's condition says where its instances are.
    fn range_relevance(&mut self, range: Id, expr: Option<&Expr>, work: &mut Work) {
        if let Some(expr) = expr {
            let own = self.evaluate(range, expr).is_none_or(|value| value.bool());
            self.tree.get_mut(range).own = own;
        }
        let relevant = self.tree.get(range).own && self.tree.get(self.tree.get(range).parent).relevant;
        // Its list of instances may come or go without any instance.
        work.layout |= self.tree.get(range).relevant != relevant;
        self.tree.get_mut(range).relevant = relevant;
    }

    fn relevance(&mut self, id: Id, expr: Option<&Expr>, work: &mut Work) {
        if let Some(expr) = expr {
            // A condition that cannot be evaluated hides nothing.
            let own = self.evaluate(id, expr).is_none_or(|value| value.bool());
            self.tree.get_mut(id).own = own;
        }
        let above = self.tree.element_above(id);
        let relevant = self.tree.get(id).own && (above == DOCUMENT || self.tree.get(above).relevant);
        if relevant == self.tree.get(id).relevant {
            return;
        }
        self.tree.get_mut(id).relevant = relevant;
        work.layout = true;
        self.mark(work, id);
        let form = &self.tree.form;
        let children = &form.children[self.tree.get(id).node as usize];
        for &child in children {
            work.inherit.insert(form.position[child as usize]);
        }
    }

    fn calculate(&mut self, id: Id, expr: &Expr, once: bool, work: &mut Work) {
        let kept = !self.anew && self.loaded.contains(id) && self.tree.kind(id) != Kind::Calculate;
        if kept || (once && !self.tree.get(id).value.is_empty()) {
            return;
        }
        let text = self.stored(id, expr);
        self.put(id, text, work);
    }

    /// What an expression gives, as it is stored in an element: no number is empty, and whole where whole numbers are.
    pub(super) fn stored(&mut self, id: Id, expr: &Expr) -> String {
        match self.evaluate(id, expr) {
            Some(Value::Number(number) | Value::Days(number) | Value::Date(number)) if number.is_nan() => String::new(),
            Some(value) => {
                let text = value.text(&self.tree, &*self.tree.host);
                lexical::cast(self.tree.form.node(self.tree.get(id).node), text)
            }
            None => String::new(),
        }
    }

    /// Choices that are not offered any more leave the selection.
    fn deselect(&mut self, id: Id, work: &mut Work) {
        let live = self.tree.get(id);
        let chooses = matches!(self.tree.kind(id), Kind::SelectOne | Kind::SelectMultiple | Kind::Rank);
        if live.value.is_empty() || !live.relevant || !chooses || !self.tree.has_choices(live.node) {
            return;
        }
        let Some(offered) = self.tree.offered(id) else { return };
        let mut kept = words(&live.value);
        kept.retain(|name| offered.iter().any(|(offer, _)| offer == name));
        let kept = joined(&kept, " ");
        if kept.len() != live.value.len() {
            self.put(id, kept, work);
        }
    }

    fn set_count(&mut self, range: Id, count: &Expr, work: &mut Work) {
        // Its paths are written from the repeat: from the range that is where the instances are.
        let wanted = self.evaluate(range, count).map_or(f64::NAN, |value| value.number(&self.tree, &*self.tree.host));
        // While a number is being typed anew, nothing comes or goes.
        if wanted.is_nan() {
            return;
        }
        // Negative numbers become 0.
        let wanted = (wanted as usize).min(MOST_INSTANCES);
        while self.tree.get(range).children.len() > wanted {
            if let Some(last) = self.tree.get_mut(range).children.pop() {
                self.tree.get_mut(range).parked.insert(0, last);
                self.instances_changed(work, range, None);
            }
        }
        while self.tree.get(range).children.len() < wanted {
            let live = self.tree.get_mut(range);
            let next = if live.parked.is_empty() { None } else { Some(live.parked.remove(0)) };
            let instance = next.unwrap_or_else(|| {
                let instance = self.tree.create(self.tree.get(range).node, range);
                self.newborn.push(instance);
                instance
            });
            self.tree.get_mut(range).children.push(instance);
            self.instances_changed(work, range, Some(instance));
        }
    }

    fn check_rules(&mut self, form: &Form, work: &mut Work) {
        for node in work.nodes.numbers() {
            work.checks.insert_all(&form.checks[node as usize]);
        }
        // What is in a group comes behind it: it may be added on the way.
        while let Some(node) = work.checks.first() {
            work.checks.remove(node);
            for id in self.tree.elements[node as usize].clone() {
                self.check_element(form, id, work);
            }
        }
    }

    fn check_element(&mut self, form: &Form, id: Id, work: &mut Work) {
        let rules = &form.rules[self.tree.get(id).node as usize];
        let is = |session: &mut Self, rule: &Option<Expr>| {
            rule.as_ref().and_then(|expr| session.evaluate(id, expr)).is_some_and(|value| value.bool())
        };
        let required = is(self, &rules.required);
        let readonly = is(self, &rules.readonly) || self.tree.get(self.tree.element_above(id)).readonly;
        let live = self.tree.get(id);
        let asked = live.relevant && !live.value.is_empty() && lexical::fits(form.node(live.node), &live.value);
        // A constraint that cannot be evaluated forbids nothing.
        let valid = match rules.constraint.as_ref().filter(|_| asked) {
            Some(expr) => self.evaluate(id, expr).is_none_or(|value| value.bool()),
            None => true,
        };
        let live = self.tree.get_mut(id);
        if live.readonly != readonly {
            work.checks.insert_all(&form.children[live.node as usize]);
        }
        if (live.required, live.readonly, live.valid) != (required, readonly, valid) {
            (live.required, live.readonly, live.valid) = (required, readonly, valid);
            work.changed.insert(id);
        }
    }

    fn summary(&mut self, form: &Form, mut work: Work) -> Changed {
        for node in work.nodes.numbers() {
            for &reader in &form.shows[node as usize] {
                if matches!(form.node(reader).kind, Kind::Group | Kind::Repeat) {
                    work.layout = true;
                    continue;
                }
                for &id in &self.tree.elements[reader as usize] {
                    if self.tree.get(id).relevant {
                        work.changed.insert(id);
                    }
                }
            }
        }
        // Their places in document order put them in that order.
        let mut places = Marks::default();
        for id in work.changed.numbers() {
            if self.tree.is_alive(id) && self.is_question(id) {
                places.insert(self.tree.ordinal(id));
            }
        }
        let mut questions = places.numbers();
        for question in &mut questions {
            *question = self.tree.at_place(*question);
        }
        Changed { questions, layout: work.layout }
    }

    /// Evaluates an expression; what fails is noted and gives nothing.
    pub(super) fn evaluate(&mut self, id: Id, expr: &Expr) -> Option<Value> {
        self.evaluations += 1;
        match expr.eval(&self.tree, NodeId(id), &*self.tree.host) {
            Ok(value) => Some(value),
            Err(error) => {
                let problem =
                    EvalProblem { path: self.path(id), expression: self.source_of(id, expr), message: error.message() };
                if !self.problems.contains(&problem) {
                    self.problems.push(problem);
                }
                None
            }
        }
    }

    /// The text of an expression of an element, for saying which failed.
    fn source_of(&self, id: Id, expr: &Expr) -> String {
        let node = self.tree.get(id).node;
        let (rules, node) = (&self.tree.form.rules[node as usize], self.tree.form.node(node));
        let all = [
            (&rules.relevant, &node.relevant),
            (&rules.required, &node.required),
            (&rules.constraint, &node.constraint),
            (&rules.calculate, &node.calculate),
            (&rules.readonly, &node.readonly),
            (&rules.default, &node.default),
        ];
        let found = all.into_iter().find(|(rule, _)| rule.as_ref().is_some_and(|rule| std::ptr::eq(rule, expr)));
        found.map_or_else(String::new, |(_, text)| text.clone())
    }

    /// Dynamic defaults of elements that came into being, and what follows from them.
    pub(super) fn dynamic_defaults(&mut self, ids: &[Id]) -> Changed {
        let form = Rc::clone(&self.tree.form);
        let mut all = Changed::default();
        for &id in ids {
            let Some(expr) = &form.rules[self.tree.get(id).node as usize].default else { continue };
            if self.tree.get(id).range || self.loaded.contains(id) {
                continue;
            }
            let text = self.stored(id, expr);
            if self.tree.get(id).value != text && !text.is_empty() {
                self.tree.get_mut(id).value = text;
                let changed = self.compute_after(id);
                merge(&mut all, changed);
            }
        }
        all
    }

    /// Dynamic defaults of instances that a `repeat_count` made, until no more come.
    pub(super) fn settle_newborn(&mut self, changed: &mut Changed) {
        for _ in 0..MOST_INSTANCES {
            let Some(instance) = self.newborn.pop() else { return };
            if self.tree.is_alive(instance) {
                merge(changed, self.welcome(instance));
            }
        }
    }

    /// Whether the person sees it as a question.
    pub(super) fn is_question(&self, id: Id) -> bool {
        id >= ROOT && !self.tree.get(id).range && lexical::is_shown(self.tree.kind(id))
    }
}

/// Adds one report to another.
pub(super) fn merge(all: &mut Changed, more: Changed) {
    all.layout |= more.layout;
    for id in more.questions {
        if !all.questions.contains(&id) {
            all.questions.push(id);
        }
    }
}
