//! Lookups in lists and filters of choices: the quick way gives what a look at each row gives, the first time and the
//! hundredth.
#![cfg(feature = "read")]
#![expect(clippy::unwrap_used, reason = "tests: what is not there fails them")]

use std::fmt::Write as _;
use std::rc::Rc;

use proptest::prelude::*;
use zhucun_forms::contract::{List, Lists};

use zhucun_forms::{Definition, NativeHost, Session, read_form};

/// Conditions on a row with `{a}` for its column `a`.
const CONDITIONS: [&str; 7] = [
    "{a} = ${q}",
    "${q} = {a}",
    "{a} = 'x'",
    "{b} = ${r} and {a} = ${q}",
    "{b} != ${r} and {a} = ${q} and {name} != 'n1'",
    "{a} = ${q} and position() < 3",
    "{missing} = ${q}",
];

/// A column as it is, for the quick way, and as a longer path, for a look at each row.
fn written(condition: &str, is_quick: bool) -> String {
    let mut text = condition.to_owned();
    for column in ["a", "b", "name", "missing"] {
        let whole = if is_quick { column.to_owned() } else { format!("./{column}") };
        text = text.replace(&format!("{{{column}}}"), &whole);
    }
    text
}

/// Each condition as a lookup and as a filter of choices, on the list `l` from a file and `k` of the sheet, both ways.
fn form(rows: &[(String, String)]) -> Definition {
    let mut sheet = String::from("| survey |\n| | type | name | label | calculation | choice_filter |\n");
    sheet.push_str("| | text | q | Q | | |\n| | text | r | R | | |\n");
    for (number, condition) in CONDITIONS.iter().enumerate() {
        for (way, is_quick) in [("quick", true), ("slow", false)] {
            let condition = written(condition, is_quick);
            for list in ["l", "k"] {
                let found = format!("join(' ', instance('{list}')/root/item[{condition}][name != 'n2']/name)");
                writeln!(sheet, "| | calculate | {list}{way}{number} | | {found} | |").unwrap();
            }
            let filter = condition.replace("missing", "b");
            writeln!(sheet, "| | select_one_from_file l.csv | f{way}{number} | F | | {filter} |").unwrap();
            writeln!(sheet, "| | select_multiple k | s{way}{number} | S | | {filter} |").unwrap();
        }
    }
    sheet.push_str("| | calculate | pulled | | pulldata('l', 'name', 'a', ${q}) | |\n");
    sheet.push_str("| | calculate | first | | (instance('l')/root/item[./a = ${q}])[1]/name | |\n");
    sheet.push_str("| choices |\n| | list_name | name | label | a | b |\n");
    for (number, (a, b)) in rows.iter().enumerate() {
        writeln!(sheet, "| | k | n{number} | N{number} | {a} | {b} |").unwrap();
    }
    // A list that is never empty, and columns that are there.
    sheet.push_str("| | k | last | Last | w | w |\n");
    read_form("form.md", sheet.as_bytes()).unwrap_or_else(|problems| panic!("{}", problems[0])).definition
}

fn begin(rows: &[(String, String)]) -> Session {
    let mut list = List::new(&["name", "label", "a", "b"]);
    for (number, (a, b)) in rows.iter().enumerate() {
        list.push(&[&format!("n{number}"), &format!("N{number}"), a, b]);
    }
    let lists: Lists = [("l".to_owned(), list)].into_iter().collect();
    Session::new(Rc::new(form(rows)), Rc::new(lists), Rc::new(NativeHost::new(0, 480)))
}

fn value(session: &Session, name: &str) -> String {
    session.draft().answers[name].as_str().unwrap_or_default().to_owned()
}

fn offered(session: &Session, name: &str) -> Vec<(String, String)> {
    let id = session.find(&format!("/data/{name}")).unwrap();
    session.question(id).unwrap().choices
}

fn text() -> impl Strategy<Value = String> {
    prop::sample::select(vec!["", "x", "y", "xy", "村", "7", "7.0"]).prop_map(str::to_owned)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn the_quick_way_finds_what_a_look_at_each_row_finds(
        rows in prop::collection::vec((text(), text()), 0..24),
        answers in prop::collection::vec((text(), text()), 1..12),
    ) {
        let mut session = begin(&rows);
        for (q, r) in answers {
            for (name, answer) in [("q", &q), ("r", &r)] {
                let id = session.find(&format!("/data/{name}")).unwrap();
                session.answer(id, answer);
            }
            for (number, condition) in CONDITIONS.iter().enumerate() {
                for list in ["l", "k"] {
                    let of = |way: &str| value(&session, &format!("{list}{way}{number}"));
                    prop_assert_eq!(of("quick"), of("slow"), "{} in {}: {}, {}", condition, list, &q, &r);
                }
                for select in ["f", "s"] {
                    let of = |way: &str| offered(&session, &format!("{select}{way}{number}"));
                    prop_assert_eq!(of("quick"), of("slow"), "{} as {}: {}, {}", condition, select, &q, &r);
                }
            }
            prop_assert_eq!(value(&session, "pulled"), value(&session, "first"));
        }
    }
}

#[test]
fn a_choice_of_a_file_is_read_by_its_label_whether_it_is_offered_or_not() {
    let mut session = begin(&[("x".into(), String::new()), ("y".into(), String::new())]);
    let (q, select) = (session.find("/data/q").unwrap(), session.find("/data/fquick0").unwrap());
    session.answer(q, "y");
    assert_eq!(offered(&session, "fquick0"), [("n1".to_owned(), "N1".to_owned())]);
    session.answer(select, "n1");
    session.answer(q, "x");
    // What is not offered any more is no answer.
    assert_eq!(value(&session, "fquick0"), "");
    assert_eq!(offered(&session, "fquick0"), [("n0".to_owned(), "N0".to_owned())]);
}

#[test]
fn a_file_that_is_not_here_counts_as_empty() {
    let form = Rc::new(form(&[("x".into(), String::new())]));
    let mut session = Session::new(form, Rc::default(), Rc::new(NativeHost::new(0, 480)));
    let q = session.find("/data/q").unwrap();
    session.answer(q, "x");
    assert!(session.eval_problems().is_empty(), "{:?}", session.eval_problems());
    assert_eq!((value(&session, "lquick0"), value(&session, "kquick0")), (String::new(), "n0".to_owned()));
    assert!(offered(&session, "fquick0").is_empty());
}
