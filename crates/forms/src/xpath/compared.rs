//! Which words an expression compares answers with: what a form's author may have misspelt.

use super::ast::{Call, Node, Op};
use super::uses::{self, PathUse};

/// The paths and the words that they are compared with: `selected(path, 'word')`, `path = 'word'`, `path != 'word'`. Not those
/// in predicates, where a path begins elsewhere.
pub(super) fn compared(node: &Node) -> Vec<(PathUse<'_>, &str)> {
    let mut found = Vec::new();
    walk(node, &mut found);
    found
}

fn walk<'a>(node: &'a Node, found: &mut Vec<(PathUse<'a>, &'a str)>) {
    match node {
        Node::Number(_) | Node::Text(_) | Node::Path(_) => {}
        Node::Minus(inner, _) => walk(inner, found),
        Node::Union(all) => all.iter().for_each(|each| walk(each, found)),
        Node::Chain(first, rest) => {
            if let Some((Op::Equal | Op::Differs, second)) = rest.first() {
                found.extend(pair(first, second).or_else(|| pair(second, first)));
            }
            walk(first, found);
            rest.iter().for_each(|(_, part)| walk(part, found));
        }
        Node::Call(call) => {
            let Call { name, args, .. } = &**call;
            if let ("selected", [answer, word]) = (name.as_str(), args.as_slice()) {
                found.extend(pair(answer, word));
            }
            args.iter().for_each(|each| walk(each, found));
        }
    }
}

/// One path, and a word.
fn pair<'a>(path: &'a Node, word: &'a Node) -> Option<(PathUse<'a>, &'a str)> {
    let (Node::Path(_), Node::Text(word)) = (path, word) else { return None };
    let mut paths = uses::paths(path).into_iter();
    match (paths.next(), paths.next()) {
        (Some(path), None) => Some((path, word)),
        _ => None,
    }
}
