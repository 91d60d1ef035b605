//! Paths of live nodes, with positions, and back.

use super::Session;
use super::tree::{DOCUMENT, ROOT};
use crate::contract::Id;
use crate::texts::{cut, joined};

impl Session {
    /// `/data/family/member[2]/m_name`; the list of a repeat's instances has its path without position. Empty for an id
    /// that never was.
    pub fn path(&self, id: Id) -> String {
        let mut path = String::new();
        let mut here = id;
        while here != DOCUMENT && (here as usize) < self.tree.live.len() {
            let live = self.tree.get(here);
            let above = self.tree.get(live.parent);
            let mut step = joined(&["/", &self.tree.form.node(live.node).name], "");
            // The document above the root looks like a list: its path has no position.
            if above.range && here != ROOT {
                let place = if self.tree.is_alive(here) { live.place + 1 } else { 0 };
                step.push_str(&joined(&["[", &place.to_string(), "]"], ""));
                here = above.parent;
            } else {
                here = live.parent;
            }
            path.insert_str(0, &step);
        }
        path
    }

    /// Whether it is inside an instance of a repeat: lists of instances may name theirs by it.
    pub fn is_in_instance(&self, id: Id) -> bool {
        let mut here = id;
        while here != ROOT && here != DOCUMENT && (here as usize) < self.tree.live.len() {
            here = self.tree.get(here).parent;
            if here != DOCUMENT && self.tree.get(here).range {
                return true;
            }
        }
        false
    }

    /// The node at a path. Without position a repeat is its list at the end of a path, and its first instance before.
    pub fn find(&self, path: &str) -> Option<Id> {
        let (root, mut rest) = cut(path.strip_prefix('/')?, b'/');
        if root != self.tree.form.node(0).name {
            return None;
        }
        let mut here = ROOT;
        while let Some(steps) = rest {
            let (step, after) = cut(steps, b'/');
            let (name, place) = cut(step, b'[');
            let place = match place {
                Some(place) => Some(place.strip_suffix(']')?.parse::<usize>().ok()?),
                None => None,
            };
            let found = self.tree.child(here, name)?;
            here = match (self.tree.get(found).range, place) {
                (true, None) if after.is_none() => found,
                (true, place) => *self.tree.get(found).children.get(place.unwrap_or(1).checked_sub(1)?)?,
                (false, None | Some(1)) => found,
                (false, Some(_)) => return None,
            };
            rest = after;
        }
        Some(here)
    }
}
