//! The gallery of all questions, which people copy from.
#![cfg(all(feature = "read", feature = "native"))]

use std::rc::Rc;

use zhucun_forms::contract::Item;
use zhucun_forms::definition::Kind;
use zhucun_forms::parse::{ProblemKind, read_xlsform};
use zhucun_forms::{NativeHost, Session};

#[test]
fn the_gallery_is_read_as_it_stands_and_has_every_kind_that_is_typed_or_chosen() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/e2e/forms/gallery.md");
    let parsed = read_xlsform("gallery.md", &std::fs::read(path).unwrap()).unwrap();
    let plain: Vec<_> = parsed.warnings.iter().map(|warning| &warning.kind).collect();
    let is_plain = |kind: &&ProblemKind| matches!(kind, ProblemKind::PlainAppearance(..));
    assert!(
        plain.iter().all(is_plain) && plain.len() == 3,
        "image-map, bearing and ethiopian are drawn plainly: {plain:?}"
    );
    let nodes = &parsed.definition.nodes;
    for kind in [
        Kind::Text,
        Kind::Integer,
        Kind::Decimal,
        Kind::Range,
        Kind::SelectOne,
        Kind::SelectMultiple,
        Kind::Rank,
        Kind::Note,
        Kind::Date,
        Kind::Time,
        Kind::DateTime,
        Kind::Acknowledge,
    ] {
        assert!(nodes.iter().any(|node| node.kind == kind), "{kind:?}");
    }
    assert!(nodes.iter().any(|node| node.guidance.is_some()));
}

#[test]
fn a_group_that_is_a_table_is_a_head_and_rows_and_the_head_goes_with_the_last_row() {
    let form = "| survey |
| | type | name | label | appearance | relevant |
| | select_one l | has | Has | | |
| | begin group | t | T | table-list | |
| | note | n | N | | |
| | select_one l | a | A | | ${has} = 'x' |
| | select_one l | b | B | w4 | ${has} != 'z' |
| | end group | | | | |
| choices |
| | list_name | name | label |
| | l | x | X |
| | l | y | Y |
| | l | z | Z |
";
    let parsed = read_xlsform("t.md", form.as_bytes()).unwrap();
    let host = Rc::new(NativeHost::new(0, 0));
    let mut session = Session::new(Rc::new(parsed.definition), Rc::default(), host);
    let id = |session: &Session, path: &str| session.find(path).unwrap();
    let (has, note) = (id(&session, "/data/has"), id(&session, "/data/t/n"));
    let (a, b) = (id(&session, "/data/t/a"), id(&session, "/data/t/b"));
    let items = |session: &Session| session.pages().pop().unwrap().items.clone();
    let (question, table) = (Item::Question, Item::Table);
    session.answer(has, "x");
    assert_eq!(items(&session), [question(note), table(a), question(a), question(b)]);
    session.answer(has, "y");
    assert_eq!(items(&session), [question(note), table(b), question(b)]);
    assert_eq!(session.question(b).unwrap().appearance, ["w4", "list-nolabel"]);
    assert!(session.question(has).unwrap().appearance.is_empty());
    session.answer(has, "z");
    assert_eq!(items(&session), [question(note)]);
}
