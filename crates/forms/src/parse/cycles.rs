//! Values and relevance that depend on themselves.

use super::problem::ProblemKind;
use super::survey::Survey;

/// Finds a circle of calculations and relevance and adds it as a problem, at the row of its first question.
pub(super) fn check(survey: &mut Survey<'_>) {
    let edges: Vec<Vec<usize>> = (0..survey.entries.len())
        .map(|index| {
            // What is in a group is there only while the group is.
            let parent = (index > 0).then(|| survey.entries[index].node.parent as usize);
            parent.into_iter().chain(survey.needs[index].iter().map(|&need| need as usize)).collect()
        })
        .collect();
    let Some(circle) = circle(&edges) else { return };
    let names: Vec<String> =
        circle.iter().chain(circle.first()).map(|&index| survey.entries[index].node.name.clone()).collect();
    let first = circle.iter().copied().find(|&index| !survey.needs[index].is_empty()).unwrap_or(circle[0]);
    let node = &survey.entries[first].node;
    let key = if node.calculate.is_empty() { "relevant" } else { "calculation" };
    if let Some(row) = survey.entries[first].row {
        survey.problem(row, key, ProblemKind::Cycle(names));
    }
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
