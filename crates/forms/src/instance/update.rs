//! Recomputing what depends on what changed, and nothing else.

use std::mem::take;
use std::rc::Rc;

use super::form::{Form, Reader, definition_path};
use super::marks::Marks;
use super::tree::{DOCUMENT, ROOT};
use super::work::{Kinds, Work};
use super::{Session, lexical};
use crate::contract::{Changed, EvalProblem, Id};
use crate::definition::{Event, Kind, NodeIndex};
use crate::texts::{joined, words};
use crate::xpath::{Expr, NodeId, Tree, Value, sort_nodes};

/// Beyond this a `repeat_count` is a mistake in the form.
pub(super) const MOST_INSTANCES: usize = 1000;

/// How often one node may be taken up again, on average, before a form is taken to go round in circles.
const ROUNDS: usize = 64;

/// How often the actions of one element may be set off by one answer: beyond that they set each other off in a circle.
const MOST_TIMES: usize = 8;

/// Bytes of a computed text: one that is longer has grown in a circle, and is none.
const MOST_BYTES: usize = 1 << 20;

/// How many problems are noted: more are more of the same.
const MOST_PROBLEMS: usize = 200;

/// What is said where [`super::tree::MOST_NODES`] are reached.
pub(super) const FULL: &str = "over 100,000 nodes";

impl Session {
    /// All expressions, as at the beginning.
    pub(super) fn compute_all(&mut self) {
        let mut work = take(&mut self.work);
        for node in 0..self.tree.form.order.len() as NodeIndex {
            work.whole.insert(node);
            work.checks.nodes.insert(node);
        }
        self.run(&mut work);
        self.work = work.emptied();
    }

    /// Everything inside instances that are new or came back, and what depends on instances having come or gone: at a place of
    /// their range.
    pub(super) fn compute_instances(&mut self, range: Id, place: usize, new: Option<Id>) -> Changed {
        let mut work = take(&mut self.work);
        self.instances_changed(&mut work, range, place, new);
        self.finish(work)
    }

    pub(super) fn finish(&mut self, mut work: Work) -> Changed {
        self.run(&mut work);
        let changed = self.summary(&mut work);
        self.work = work.emptied();
        changed
    }

    fn instances_changed(&mut self, work: &mut Work, range: Id, place: usize, new: Option<Id>) {
        let form = Rc::clone(&self.tree.form);
        work.layout = true;
        let repeat = self.tree.get(range).node;
        // What reads anything in the instances from outside reads more or less of it now.
        let mut inside = vec![repeat];
        while let Some(node) = inside.pop() {
            self.tell(work, range, node, Some(repeat), None);
            inside.extend(&form.children[node as usize]);
        }
        self.places_changed(work, range, place);
        let Some(new) = new else { return };
        for id in self.tree.inside(new) {
            let node = self.tree.get(id).node;
            work.put(&form, node, id, true);
            work.checks.ids.insert(id);
            work.changed.insert(id);
        }
    }

    /// Instances from a place on are other ones than before by their number.
    fn places_changed(&mut self, work: &mut Work, range: Id, from: usize) {
        let form = Rc::clone(&self.tree.form);
        let repeat = self.tree.get(range).node as usize;
        for (readers, kind) in
            [(&form.updates, Kinds::Updates), (&form.checks, Kinds::Checks), (&form.shows, Kinds::Shows)]
        {
            for reader in readers[repeat].iter().filter(|reader| reader.within as usize == repeat) {
                for place in from..self.tree.get(range).children.len() {
                    let instance = self.tree.get(range).children[place];
                    self.tell_one(work, instance, *reader, kind);
                }
            }
        }
    }

    /// Marks an element as changed and its readers as to be evaluated.
    fn mark(&mut self, work: &mut Work, id: Id) {
        work.changed.insert(id);
        // The node itself may have a constraint on its value.
        work.checks.ids.insert(id);
        let node = self.tree.get(id).node;
        let here = self.tree.form.position[node as usize];
        self.tell(work, id, node, None, Some(here));
    }

    /// Tells the readers of a node that it changed at `id`: those that look beyond an instance of `beyond`; those that do not
    /// come after a position only so often.
    fn tell(&self, work: &mut Work, id: Id, node: NodeIndex, beyond: Option<NodeIndex>, after: Option<u32>) {
        let form = &self.tree.form;
        let node = node as usize;
        for (readers, kind) in
            [(&form.updates, Kinds::Updates), (&form.checks, Kinds::Checks), (&form.shows, Kinds::Shows)]
        {
            for reader in &readers[node] {
                // What is around a repeat comes before it.
                if beyond.is_some_and(|repeat| reader.within >= repeat) {
                    continue;
                }
                let is_late = after.is_some_and(|here| form.position[reader.node as usize] <= here);
                if is_late && kind == Kinds::Updates {
                    // In a circle (where instances read each other in turn) so often must do.
                    work.again += 1;
                    if work.again >= MOST_INSTANCES {
                        continue;
                    }
                }
                if work.has_all(form, reader.node, kind) {
                    continue;
                }
                if reader.within == 0 && form.repeated.contains(reader.node) {
                    let is_group = matches!(form.node(reader.node).kind, Kind::Group | Kind::Repeat);
                    work.layout |= is_group && kind == Kinds::Shows;
                    work.put_all(form, reader.node, kind);
                } else {
                    self.tell_one(work, self.tree.around(id, reader.within), *reader, kind);
                }
            }
        }
    }

    /// Tells a reader inside an element.
    fn tell_one(&self, work: &mut Work, top: Id, reader: Reader, kind: Kinds) {
        let form = &self.tree.form;
        match kind {
            Kinds::Updates if form.serial.contains(reader.node) => work.put_all(form, reader.node, kind),
            Kinds::Updates => {
                for id in self.tree.nodes(top, reader.node) {
                    work.put(form, reader.node, id, true);
                }
            }
            Kinds::Checks => self.tree.elements(top, reader.node).into_iter().for_each(|id| {
                work.checks.ids.insert(id);
            }),
            Kinds::Shows if matches!(form.node(reader.node).kind, Kind::Group | Kind::Repeat) => work.layout = true,
            Kinds::Shows => self.tree.elements(top, reader.node).into_iter().for_each(|id| {
                work.shown.ids.insert(id);
            }),
        }
    }

    /// Gives an element a value.
    pub(super) fn put(&mut self, id: Id, text: String, work: &mut Work) {
        if self.tree.get(id).value != text {
            self.tree.get_mut(id).value = text;
            self.mark(work, id);
            if !self.quiet && !self.tree.form.rules[self.tree.get(id).node as usize].deeds.is_empty() {
                self.fired.push(id);
            }
        }
    }

    fn run(&mut self, work: &mut Work) {
        let form = Rc::clone(&self.tree.form);
        self.settle(&form, work, u32::MAX);
        // Actions may set what sets them off again.
        let mut done: Vec<Id> = Vec::new();
        loop {
            let fired = take(&mut self.fired);
            if fired.is_empty() {
                break;
            }
            for id in fired {
                if done.iter().filter(|&&other| other == id).count() < MOST_TIMES {
                    done.push(id);
                    self.act(id, Event::Changed, work);
                }
            }
            self.settle(&form, work, u32::MAX);
        }
        self.check_rules(&form, work);
    }

    /// Evaluates what waits before a position of the form's order until nothing does.
    pub(super) fn settle(&mut self, form: &Form, work: &mut Work, end: u32) {
        // Only counts that depend on what is in their own instances could go on for ever.
        work.again = 0;
        let mut left = ROUNDS * (form.order.len() + MOST_INSTANCES);
        while let Some((node, whole)) = work.next(form, end).filter(|_| left > 0) {
            left -= 1;
            let mut waiting = work.waiting(form, node);
            if whole {
                for id in self.tree.nodes(ROOT, node) {
                    work.evaluate.insert(id);
                    self.update(form, id, work);
                }
                continue;
            }
            if waiting.len() > 1 {
                sort_nodes(&mut waiting, &|one, other| self.tree.order(one, other));
            }
            for id in waiting {
                self.update(form, id.0, work);
            }
        }
    }

    fn update(&mut self, form: &Form, id: Id, work: &mut Work) {
        work.queued.remove(id);
        let evaluate = work.evaluate.remove(id);
        if !self.tree.is_alive(id) {
            return;
        }
        let rules = &form.rules[self.tree.get(id).node as usize];
        if self.tree.get(id).range {
            self.range_relevance(id, rules.relevant.as_ref().filter(|_| evaluate), work);
            if let Some(count) = rules.count.as_ref().filter(|_| evaluate) {
                self.set_count(id, count, work);
            }
            return;
        }
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
        for &child in &self.tree.get(id).children {
            self.inherit(work, child);
            if self.tree.get(child).range {
                self.tree.get(child).children.iter().for_each(|&instance| self.inherit(work, instance));
            }
        }
    }

    fn inherit(&self, work: &mut Work, id: Id) {
        work.put(&self.tree.form, self.tree.get(id).node, id, false);
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
        let Some(value) = self.evaluate(id, expr) else { return String::new() };
        let text = value.stored(&self.tree, &*self.tree.host);
        if text.len() > MOST_BYTES {
            self.over(id, Some(expr), "over 1 MB");
            return String::new();
        }
        lexical::cast(self.tree.form.node(self.tree.get(id).node), text)
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
        let mut wanted = wanted as usize;
        if wanted > MOST_INSTANCES {
            wanted = MOST_INSTANCES;
            self.over(range, Some(count), "over 1,000 instances");
        }
        while self.tree.get(range).children.len() > wanted {
            let place = self.tree.get(range).children.len() - 1;
            let last = self.tree.detach(range, place);
            self.tree.get_mut(range).parked.insert(0, last);
            self.instances_changed(work, range, place, None);
        }
        while self.tree.get(range).children.len() < wanted {
            let live = self.tree.get_mut(range);
            let place = live.children.len();
            let instance = if !live.parked.is_empty() {
                live.parked.remove(0)
            } else if self.tree.is_full() {
                return self.over(range, Some(count), FULL);
            } else {
                let instance = self.tree.create(self.tree.get(range).node, range);
                self.newborn.push(instance);
                instance
            };
            self.tree.attach(range, place, instance);
            self.instances_changed(work, range, place, Some(instance));
        }
    }

    fn check_rules(&mut self, form: &Form, work: &mut Work) {
        let mut ids = take(&mut work.checks.ids);
        for node in work.checks.nodes.numbers() {
            ids.insert_all(&self.tree.elements(ROOT, node));
        }
        // What is in a group comes behind it: it may be added on the way.
        while let Some(id) = ids.first() {
            ids.remove(id);
            if !self.tree.get(id).range && self.tree.is_alive(id) {
                self.check_element(form, id, work);
                ids.insert_all(&take(&mut work.checks.ids).numbers());
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
        let inherits = live.readonly != readonly;
        if (live.required, live.readonly, live.valid) != (required, readonly, valid) {
            (live.required, live.readonly, live.valid) = (required, readonly, valid);
            work.changed.insert(id);
        }
        if inherits {
            for &child in &self.tree.get(id).children {
                work.checks.ids.insert(child);
                if self.tree.get(child).range {
                    work.checks.ids.insert_all(&self.tree.get(child).children);
                }
            }
        }
    }

    fn summary(&self, work: &mut Work) -> Changed {
        for node in work.shown.nodes.numbers() {
            work.shown.ids.insert_all(&self.tree.elements(ROOT, node));
        }
        for id in work.shown.ids.numbers() {
            if self.tree.get(id).relevant {
                work.changed.insert(id);
            }
        }
        let mut nodes = Vec::new();
        for id in work.changed.numbers() {
            if self.tree.is_alive(id) && self.is_question(id) {
                nodes.push(NodeId(id));
            }
        }
        sort_nodes(&mut nodes, &|one, other| self.tree.order(one, other));
        Changed { questions: nodes.into_iter().map(|node| node.0).collect(), layout: work.layout }
    }

    /// Evaluates an expression; what fails is noted and gives nothing.
    pub(super) fn evaluate(&mut self, id: Id, expr: &Expr) -> Option<Value> {
        self.evaluations += 1;
        match expr.eval(&self.tree, NodeId(id), &*self.tree.host) {
            Ok(value) => Some(value),
            Err(error) => {
                self.failed(self.path(id), self.source_of(id, expr), error.message());
                None
            }
        }
    }

    fn failed(&mut self, path: String, expression: String, message: String) {
        let problem = EvalProblem { path, expression, message };
        if self.problems.len() < MOST_PROBLEMS && !self.problems.contains(&problem) {
            self.problems.push(problem);
        }
    }

    /// Notes that there would be more than a filling takes: once, whatever the instance.
    pub(super) fn over(&mut self, id: Id, expr: Option<&Expr>, what: &str) {
        let path = definition_path(self.definition(), self.tree.get(id).node as usize);
        let expression = expr.map_or_else(String::new, |expr| self.source_of(id, expr));
        self.failed(path, expression, what.to_owned());
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
            (&rules.count, &node.repeat_count),
        ];
        let found = all.into_iter().find(|(rule, _)| rule.as_ref().is_some_and(|rule| std::ptr::eq(rule, expr)));
        found.map_or_else(String::new, |(_, text)| text.clone())
    }

    /// Dynamic defaults of elements that came into being, and what follows from them.
    pub(super) fn dynamic_defaults(&mut self, ids: &[Id], work: &mut Work) {
        let form = Rc::clone(&self.tree.form);
        for &id in ids {
            let live = self.tree.get(id);
            let Some(expr) = &form.rules[live.node as usize].default else { continue };
            if live.range || self.loaded.contains(id) || !self.tree.is_alive(id) {
                continue;
            }
            // What follows from the others is computed as far as this one reads it: each time all would take too long.
            self.settle(&form, work, form.end_of_reads(live.node, expr));
            let text = self.stored(id, expr);
            if !text.is_empty() {
                self.put(id, text, work);
            }
        }
        self.settle(&form, work, u32::MAX);
    }

    /// Dynamic defaults of instances that a `repeat_count` made, until no more come: none is left for when somebody has answered
    /// in them.
    pub(super) fn settle_newborn(&mut self, changed: &mut Changed) {
        while !self.newborn.is_empty() {
            let newborn = take(&mut self.newborn);
            merge(changed, self.welcome(&newborn));
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
    let mut known = Marks::default();
    known.insert_all(&all.questions);
    all.questions.extend(more.questions.into_iter().filter(|&id| known.insert(id)));
}
