//! Actions: what is done when a filling begins, an instance is added or an answer changes.

use std::rc::Rc;

use super::Session;
use super::lexical;
use super::lists::FIRST;
use super::tree::ROOT;
use super::work::Work;
use crate::contract::{Changed, Id};
use crate::definition::{Event, Kind};
use crate::xpath::{NodeId, Value};

impl Session {
    /// Does what is to be done at an element when something happens there.
    pub(super) fn act(&mut self, id: Id, event: Event, work: &mut Work) {
        let form = Rc::clone(&self.tree.form);
        for deed in &form.rules[self.tree.get(id).node as usize].deeds {
            if !deed.events.contains(&event) {
                continue;
            }
            let Some(Value::Nodes(targets)) = self.evaluate(id, &deed.target) else { continue };
            for NodeId(target) in targets {
                let takes = target < FIRST && lexical::has_value(self.tree.kind(target));
                // What is set at the beginning is no default for later.
                if !takes || (event != Event::Changed && !self.tree.get(target).relevant) {
                    continue;
                }
                if deed.geopoint {
                    self.places.push(target);
                    continue;
                }
                let text = deed.value.as_ref().map_or_else(String::new, |expr| self.stored(target, expr));
                self.put(target, text, work);
            }
        }
    }

    /// As [`Self::act`], with what follows from it.
    fn act_now(&mut self, id: Id, event: Event, work: &mut Work) {
        let form = Rc::clone(&self.tree.form);
        if !form.rules[self.tree.get(id).node as usize].deeds.is_empty() {
            self.act(id, event, work);
            self.settle(&form, work, u32::MAX);
        }
    }

    /// What is done once when a filling begins, or each time it is opened.
    pub(super) fn act_at_start(&mut self, is_new: bool, work: &mut Work) {
        for event in [Event::First, Event::Load] {
            if is_new || event == Event::Load {
                self.act_now(ROOT, event, work);
            }
        }
    }

    /// Dynamic defaults and actions of instances that are new.
    pub(super) fn welcome(&mut self, instances: &[Id]) -> Changed {
        let mut inside = Vec::new();
        for &instance in instances {
            inside.extend(self.tree.inside(instance));
        }
        let loud = !std::mem::replace(&mut self.quiet, true);
        let mut work = std::mem::take(&mut self.work);
        self.dynamic_defaults(&inside, &mut work);
        for id in inside {
            if self.tree.kind(id) == Kind::Repeat && !self.tree.get(id).range && self.tree.is_alive(id) {
                self.act_now(id, Event::Repeat, &mut work);
            }
        }
        let changed = self.finish(work);
        self.quiet = !loud;
        changed
    }

    /// Takes the questions that are to get the place where the phone is now (`setgeopoint`): the screen answers them.
    pub fn take_places(&mut self) -> Vec<Id> {
        std::mem::take(&mut self.places)
    }
}
