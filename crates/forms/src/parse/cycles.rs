//! Values and relevance that depend on themselves.
//!
//! As JavaRosa has it: a calculation or a relevance must not need its own result, by whatever way; a constraint may. What
//! a trigger sets is set once and is no calculation. `once()` keeps its own value. A path through a repeat from above may
//! mean another instance (`indexed-repeat()`, predicates), so only names in the same instance count there.

use std::collections::BTreeMap;

use super::problem::ProblemKind;
use super::survey::Survey;
use crate::definition::{Kind, NodeIndex};
use crate::xpath::{Expr, PathStart, PathStep, PathUse};

/// Children by their parent and name.
pub(super) type Children<'a> = BTreeMap<(NodeIndex, &'a str), NodeIndex>;

/// Finds a circle of calculations and relevance and adds it as a problem, at the row of its first question.
pub(super) fn check(survey: &mut Survey<'_>) {
    let edges = edges(survey);
    let Some(circle) = circle(&edges) else { return };
    let names: Vec<String> =
        circle.iter().chain(circle.first()).map(|&index| survey.entries[index].node.name.clone()).collect();
    let says = |index: &usize| {
        let node = &survey.entries[*index].node;
        !(node.calculate.is_empty() && node.relevant.is_empty())
    };
    let first = circle.iter().copied().find(says).unwrap_or(circle[0]);
    let node = &survey.entries[first].node;
    let key = if node.calculate.is_empty() { "relevant" } else { "calculation" };
    if let Some(row) = survey.entries[first].row {
        survey.problem(row, key, ProblemKind::Cycle(names));
    }
}

/// All nodes but the root.
pub(super) fn children<'a>(survey: &'a Survey<'_>) -> Children<'a> {
    let nodes = survey.entries.iter().map(|entry| &entry.node);
    (0..).zip(nodes).skip(1).map(|(index, node)| ((node.parent, node.name.as_str()), index)).collect()
}

/// For each node the nodes that its value or relevance needs.
fn edges(survey: &Survey<'_>) -> Vec<Vec<usize>> {
    let nodes = || survey.entries.iter().map(|entry| &entry.node);
    let children = children(survey);
    (0..)
        .zip(nodes())
        .map(|(index, node)| {
            // What is in a group is there only while the group is.
            let parent = (index > 0).then_some(node.parent);
            let mut needs: Vec<NodeIndex> =
                parent.into_iter().chain(survey.needs[index as usize].iter().copied()).collect();
            for (text, is_relevance) in [(&node.relevant, true), (&node.calculate, false)] {
                let Ok(expr) = Expr::parse(text) else { continue };
                // `.` in a relevance is let through, as pyxform does: what was answered stays, and is asked about itself.
                let keeps = expr.functions().contains(&"once");
                let paths = expr.paths().into_iter().filter(|path| !(is_relevance && path.steps.is_empty()));
                let found = paths.filter_map(|path| follow(survey, &children, index, &path));
                needs.extend(found.filter(|&need| !(keeps && need == index)));
            }
            needs.into_iter().map(|need| need as usize).collect()
        })
        .collect()
}

/// The node that a path means, where it means the one of this instance.
pub(super) fn follow(
    survey: &Survey<'_>,
    children: &Children<'_>,
    from: NodeIndex,
    path: &PathUse<'_>,
) -> Option<NodeIndex> {
    let mut here = match path.start {
        PathStart::Context | PathStart::Current => Some(from),
        PathStart::Root => None,
        PathStart::Instance(_) => return None,
    };
    for step in &path.steps {
        here = match (here, step) {
            (None, PathStep::Child(name)) if *name == survey.node(0).name => Some(0),
            (Some(0), PathStep::Parent) => None,
            (Some(node), PathStep::Parent) => Some(survey.node(node).parent),
            (Some(node), PathStep::Child(name)) => {
                let child = *children.get(&(node, *name))?;
                Some(child).filter(|&child| survey.node(child).kind != Kind::Repeat)
            }
            _ => None,
        };
        here?;
    }
    // What a group holds is not its own: who names it counts it, or asks for its place.
    here.filter(|&node| !matches!(survey.node(node).kind, Kind::Root | Kind::Group | Kind::Repeat))
}

/// Takes away, again and again, what needs nothing that is left; what stays leads into a circle.
pub(crate) fn circle(edges: &[Vec<usize>]) -> Option<Vec<usize>> {
    let mut waits: Vec<usize> = edges.iter().map(Vec::len).collect();
    let mut needed_by: Vec<Vec<usize>> = vec![Vec::new(); edges.len()];
    for (index, needs) in edges.iter().enumerate() {
        needs.iter().for_each(|&need| needed_by[need].push(index));
    }
    let mut free: Vec<usize> = (0..edges.len()).filter(|&index| waits[index] == 0).collect();
    while let Some(index) = free.pop() {
        for &other in &needed_by[index] {
            waits[other] -= 1;
            if waits[other] == 0 {
                free.push(other);
            }
        }
    }
    let mut walk = vec![(0..edges.len()).find(|&index| waits[index] > 0)?];
    loop {
        let last = *walk.last()?;
        let next = edges[last].iter().copied().find(|&need| waits[need] > 0)?;
        if let Some(at) = walk.iter().position(|&seen| seen == next) {
            return Some(walk.split_off(at));
        }
        walk.push(next);
    }
}
