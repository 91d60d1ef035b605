//! Two instances side by side.

use roxmltree::{Document, Node};

/// Whether two instances are the same tree: names as written, attributes in any order, texts; declarations of namespaces apart.
/// `uuid:*` stands for any UUID in the expected one.
///
/// # Errors
/// The first difference, in words.
pub fn same_instance(expected: &str, actual: &str) -> Result<(), String> {
    let read = |xml| Document::parse(xml).map_err(|error| error.to_string());
    let (expected, actual) = (read(expected)?, read(actual)?);
    let mut open = vec![(expected.root_element(), actual.root_element())];
    while let Some((one, other)) = open.pop() {
        let (name, found) = (crate::xform::written_name(one), crate::xform::written_name(other));
        if name != found {
            return Err(format!("<{found}> and not <{name}>"));
        }
        if attributes(one) != attributes(other) {
            return Err(format!("<{name}> has the attributes {:?} and not {:?}", attributes(other), attributes(one)));
        }
        let (ours, theirs) = (elements(other), elements(one));
        if ours.len() != theirs.len() {
            let names =
                |all: &[Node<'_, '_>]| all.iter().map(|node| node.tag_name().name()).collect::<Vec<_>>().join(" ");
            return Err(format!("<{name}> has in it “{}” and not “{}”", names(&ours), names(&theirs)));
        }
        if ours.is_empty() && !same_text(text(one), text(other)) {
            return Err(format!("<{name}> is “{}” and not “{}”", text(other), text(one)));
        }
        open.extend(theirs.into_iter().zip(ours).rev());
    }
    Ok(())
}

fn elements<'a>(node: Node<'a, 'a>) -> Vec<Node<'a, 'a>> {
    node.children().filter(Node::is_element).collect()
}

fn text<'a>(node: Node<'a, 'a>) -> &'a str {
    node.text().unwrap_or_default()
}

fn attributes<'a>(node: Node<'a, 'a>) -> Vec<(&'a str, &'a str)> {
    let mut all: Vec<_> = crate::xform::written_attributes(node);
    all.sort_unstable();
    all
}

fn same_text(expected: &str, actual: &str) -> bool {
    let is_uuid = |text: &str| {
        let parts: Vec<usize> = text.split('-').map(str::len).collect();
        parts == [8, 4, 4, 4, 12] && text.chars().all(|letter| letter.is_ascii_hexdigit() || letter == '-')
    };
    match expected.strip_suffix('*') {
        Some(before) if expected == "uuid:*" => actual.strip_prefix(before).is_some_and(is_uuid),
        _ => expected == actual,
    }
}
