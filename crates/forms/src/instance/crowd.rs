//! Whether a form wants more than a filling takes, as far as that is known without answers.

use super::tree::MOST_NODES;
use super::update::MOST_INSTANCES;
use crate::definition::{Kind, Node};

/// Repeats whose numbers, where the form says them, come to more than [`MOST_INSTANCES`] of one range; and the first with which
/// there are more than [`MOST_NODES`] in all.
pub(crate) fn crowded(nodes: &[&Node]) -> Vec<usize> {
    let mut times: Vec<f64> = Vec::with_capacity(nodes.len());
    let mut totals = 0.0;
    let mut found = Vec::new();
    for (index, node) in nodes.iter().enumerate() {
        let above = times.get(node.parent as usize).copied().unwrap_or(1.0);
        let own = if node.kind == Kind::Repeat { instances(node, nodes) } else { 1.0 };
        let here = above * own.min(MOST_INSTANCES as f64);
        let was_full = totals > MOST_NODES as f64;
        // What is in a repeat comes after it: with what it holds it is full.
        totals += here;
        times.push(here);
        let is_full = !was_full && totals > MOST_NODES as f64;
        let at = if is_full { repeat_around(index, nodes) } else { Some(index) };
        if is_full || own > MOST_INSTANCES as f64 {
            found.extend(at);
        }
    }
    found.dedup();
    found
}

fn repeat_around(index: usize, nodes: &[&Node]) -> Option<usize> {
    let mut here = index;
    while here != 0 && nodes[here].kind != Kind::Repeat {
        here = nodes[here].parent as usize;
    }
    (here != 0).then_some(here)
}

/// How many instances a repeat has at least, written as a number or as the name of a calculation that is one (as pyxform writes it).
fn instances(node: &Node, nodes: &[&Node]) -> f64 {
    let count = node.repeat_count.trim();
    if count.is_empty() {
        return f64::from(node.begins.unwrap_or(1));
    }
    let number = |text: &str| text.trim().parse::<f64>().ok().filter(|number| number.is_finite());
    let named = || {
        let name = count.rsplit('/').next().unwrap_or(count);
        let mut same = nodes.iter().filter(|node| node.name == name);
        same.next().filter(|_| same.next().is_none()).and_then(|node| number(&node.calculate))
    };
    number(count).or_else(named).map_or(1.0, |number| number.max(0.0))
}
