//! Where the phone's place is noted by actions (`setgeopoint`). Apart: only who takes their consent back needs it, so it comes to
//! a phone with the last part of the app.

use super::Session;
use super::lexical;
use super::lists::FIRST;
use super::tree::ROOT;
use crate::contract::Id;
use crate::xpath::{NodeId, Value};

/// The elements that have a place by an action, in all instances.
#[inline(never)]
pub fn placed(session: &Session) -> Vec<Id> {
    let tree = &session.tree;
    let mut placed = Vec::new();
    for id in tree.inside(ROOT) {
        for deed in tree.form.rules[tree.get(id).node as usize].deeds.iter().filter(|deed| deed.geopoint) {
            let Ok(Value::Nodes(targets)) = deed.target.eval(tree, NodeId(id), &*tree.host) else { continue };
            for NodeId(target) in targets {
                if target < FIRST && lexical::has_value(tree.kind(target)) && !tree.get(target).value.is_empty() {
                    placed.push(target);
                }
            }
        }
    }
    placed
}
