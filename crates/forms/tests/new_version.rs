//! A draft goes on with another version of its form, and back: what fits goes along, and no answer is lost.
#![cfg(feature = "read")]

use std::rc::Rc;

use proptest::prelude::*;
use serde_json::{Value, json};
use zhucun_forms::contract::{Draft, Item, Lists};
use zhucun_forms::definition::{ChoiceSource, Kind};
use zhucun_forms::moving::{Left, Moved, carry_over, take_back};
use zhucun_forms::parse::{Sheet, Workbook, read_workbook};
use zhucun_forms::told::Say;
use zhucun_forms::{Definition, NativeHost, Session};

struct Plain;

impl Say for Plain {
    fn value(&self, _: Kind, value: &str) -> String {
        value.to_owned()
    }

    fn listed(&self, _: &ChoiceSource, _: &str) -> Option<String> {
        None
    }

    fn between(&self) -> &str {
        ", "
    }
}

/// A form of rows: type, name, label; colours are red, green and blue, of which the second version has no blue.
fn form(version: &str, rows: &[[&str; 3]]) -> Rc<Definition> {
    let head = ["type", "name", "label"];
    let cells = |rows: &[[&str; 3]]| -> Vec<Vec<String>> {
        std::iter::once(&head).chain(rows).map(|row| row.map(str::to_owned).to_vec()).collect()
    };
    let mut choices = vec![
        ["list_name", "name", "label"],
        ["colour", "red", "Red"],
        ["colour", "green", "Green"],
        ["colour", "blue", "Blue"],
        ["two", "red", "Red"],
        ["two", "green", "Green"],
    ];
    if version == "2" {
        choices.remove(3);
    }
    let choices = choices.iter().map(|row| row.map(str::to_owned).to_vec()).collect();
    let settings = [["form_id", "form_title", "version"], ["f", "The form", version]];
    let settings = settings.iter().map(|row| row.map(str::to_owned).to_vec()).collect();
    let sheet = |name: &str, rows| Sheet { name: name.into(), rows };
    let sheets = vec![sheet("survey", cells(rows)), sheet("choices", choices), sheet("settings", settings)];
    Rc::new(read_workbook("form.xlsx", &Workbook { sheets }).expect("a form without problems").definition)
}

fn host() -> Rc<NativeHost> {
    Rc::new(NativeHost::new(1_795_406_400_000, 480))
}

fn filled(form: &Rc<Definition>, answers: &[(&str, &str)]) -> Session {
    let mut session = Session::new(Rc::clone(form), Rc::new(Lists::new()), host());
    for (path, value) in answers {
        assert!(session.prefill(path, value), "{path}");
    }
    session
}

fn open(form: &Rc<Definition>, draft: &Draft) -> Session {
    Session::restore(Rc::clone(form), Rc::new(Lists::new()), host(), draft).0
}

fn over(old: &Definition, new: &Definition, draft: &Draft) -> Moved {
    carry_over(old, new, draft, 0, &Plain)
}

fn left(moved: &Moved) -> Vec<(&str, &str, bool)> {
    moved.left.iter().map(|Left { label, words, is_changed }| (label.as_str(), words.as_str(), *is_changed)).collect()
}

/// One question, its answer, and what becomes of it in another question of its name.
fn becomes(old: &str, value: &str, new: &str) -> (Option<String>, Vec<(String, bool)>) {
    let form_of = |version, kind: &str| form(version, &[[kind, "q", "Question"], ["text", "other", "Other"]]);
    let (old, new) = (form_of("1", old), form_of("2", new));
    let moved = over(&old, &new, &filled(&old, &[("/data/q", value)]).draft());
    let answer = moved.draft.answers.get("q").and_then(Value::as_str).map(str::to_owned);
    assert_eq!(moved.carried, usize::from(answer.is_some()));
    (answer, moved.left.into_iter().map(|left| (left.words, left.is_changed)).collect())
}

#[test]
fn an_answer_goes_along_where_its_question_takes_it() {
    for (old, value, new) in [
        ("text", "村口", "text"),
        ("text", "12", "integer"),
        ("integer", "12", "decimal"),
        ("decimal", "1.5", "text"),
        ("date", "2026-11-23", "text"),
        ("select_one colour", "red", "select_one two"),
        ("select_one colour", "green", "select_multiple two"),
        ("select_multiple colour", "green", "select_one two"),
        ("image", "house.jpg", "image"),
        ("barcode", "690", "text"),
    ] {
        assert_eq!(becomes(old, value, new), (Some(value.to_owned()), Vec::new()), "{old} to {new}");
    }
}

#[test]
fn an_answer_that_its_question_does_not_take_is_told_in_the_old_words() {
    for (old, value, new, words) in [
        ("text", "twelve", "integer", "twelve"),
        ("decimal", "1.5", "integer", "1.5"),
        ("text", "red", "select_one colour", "red"),
        ("select_one colour", "green", "text", "Green"),
        ("select_one colour", "blue", "select_one colour", "Blue"),
        ("select_multiple colour", "red green", "select_one colour", "Red, Green"),
        ("select_multiple colour", "red green", "rank two", "Red, Green"),
        ("image", "house.jpg", "text", "house.jpg"),
        ("image", "house.jpg", "file", "house.jpg"),
        ("geopoint", "26 106 0 0", "text", "26 106 0 0"),
        ("acknowledge", "OK", "text", "OK"),
        ("text", "typed", "hidden", "typed"),
    ] {
        assert_eq!(becomes(old, value, new), (None, vec![(words.to_owned(), true)]), "{old} to {new}");
    }
}

#[test]
fn of_several_choices_those_go_along_that_are_still_there() {
    let (answer, left) = becomes("select_multiple colour", "red blue", "select_multiple colour");
    assert_eq!((answer.as_deref(), left), (Some("red"), vec![("Blue".to_owned(), true)]));
}

const OLD: &[[&str; 3]] = &[
    ["text", "name", "Name"],
    ["text", "gone", "What is gone"],
    ["begin group", "home", "Home"],
    ["text", "roof", "Roof"],
    ["integer", "rooms", "Rooms"],
    ["end group", "", ""],
    ["begin repeat", "member", "Member"],
    ["text", "m_name", "Name"],
    ["text", "m_job", "Job"],
    ["end repeat", "", ""],
    ["begin group", "last_part", "Last"],
    ["text", "last_word", "Last word"],
    ["end group", "", ""],
];

/// A question is gone, one is in another group, a group is gone, one question of the members too; there are new ones.
const NEW: &[[&str; 3]] = &[
    ["text", "name", "Full name"],
    ["begin group", "house", "House"],
    ["text", "roof", "Roof"],
    ["text", "walls", "Walls"],
    ["end group", "", ""],
    ["begin repeat", "member", "Member"],
    ["text", "m_name", "Name"],
    ["text", "m_school", "School"],
    ["end repeat", "", ""],
];

fn before() -> (Rc<Definition>, Rc<Definition>, Draft) {
    let (old, new) = (form("1", OLD), form("2", NEW));
    let mut session =
        filled(&old, &[("/data/name", "何德贵"), ("/data/gone", "old news"), ("/data/home/roof", "tiles")]);
    let member = session.find("/data/member").expect("a repeat");
    session.add_repeat(member);
    session.prefill("/data/home/rooms", "4");
    session.prefill("/data/last_part/last_word", "bye");
    for (path, value) in [("[1]/m_name", "小军"), ("[2]/m_name", "小妹"), ("[2]/m_job", "smith")] {
        assert!(session.prefill(&format!("/data/member{path}"), value), "{path}");
    }
    (old, new, session.draft())
}

#[test]
fn a_draft_goes_on_with_the_new_version_and_tells_what_has_no_place_in_it() {
    let (old, new, draft) = before();
    let moved = over(&old, &new, &draft);
    assert_eq!(
        left(&moved),
        [
            ("What is gone", "old news", false),
            ("Rooms", "4", false),
            ("Last word", "bye", false),
            ("Member 2 · Job", "smith", false),
        ]
    );
    assert_eq!(moved.carried, 4);
    assert_eq!(moved.draft.form, ("f".to_owned(), "2".to_owned()));
    let mut session = open(&new, &moved.draft);
    let answers = session.draft().answers;
    assert_eq!(answers["house"], json!({ "roof": "tiles" }), "the only question of its name");
    assert_eq!(answers["member"], json!([{ "m_name": "小军" }, { "m_name": "小妹" }]));
    let leftover = session.leftover();
    assert!(leftover.iter().any(|one| (one.label.as_str(), one.value.as_str()) == ("Member 2 · Job", "smith")));
    assert_eq!(leftover.len(), 4);
    let done = session.finalise().expect("no problems").answers;
    assert!(!done.to_string().contains("smith") && done["name"] == "何德贵");
}

#[test]
fn what_was_left_over_is_back_in_a_version_that_has_its_question_again() {
    let (old, new, draft) = before();
    let there = open(&new, &over(&old, &new, &draft).draft).draft();
    let third = form("3", OLD);
    let again = over(&new, &third, &there);
    assert_eq!(again.draft.answers["gone"], "old news");
    assert_eq!(again.draft.answers["home"], json!({ "roof": "tiles", "rooms": "4" }));
    // Which of the members was which is not sure any more.
    let session = open(&third, &again.draft);
    let leftover: Vec<_> = session.leftover().into_iter().map(|one| one.label).collect();
    assert_eq!(leftover, ["Member 2 · Job"]);
}

/// The draft right after moving, as it is kept.
fn after(old: &Definition, new: &Rc<Definition>, draft: &Draft) -> Session {
    open(new, &over(old, new, draft).draft)
}

fn back(old: &Definition, draft: &Draft, new: &Definition, then: &Draft, now: &Draft) -> Moved {
    take_back((old, draft), (new, &then.answers, now), 0, &Plain)
}

#[test]
fn taken_back_at_once_it_is_the_same_draft() {
    let (old, new, draft) = before();
    let then = after(&old, &new, &draft).draft();
    let moved = back(&old, &draft, &new, &then, &then);
    assert_eq!((moved.draft.answers, moved.draft.form), (draft.answers, draft.form));
    assert_eq!(moved.left, []);
}

#[test]
fn taken_back_later_it_has_what_was_given_since_where_that_fits() {
    let (old, new, draft) = before();
    let mut session = after(&old, &new, &draft);
    let then = session.draft();
    for (path, value) in [("/data/name", "何贵"), ("/data/house/walls", "stone"), ("/data/member[1]/m_name", "")] {
        assert!(session.prefill(path, value), "{path}");
    }
    let moved = back(&old, &draft, &new, &then, &session.draft());
    assert_eq!(left(&moved), [("Walls", "stone", false)]);
    let again = open(&old, &moved.draft);
    let answers = again.draft().answers;
    assert_eq!((&answers["name"], &answers["gone"]), (&json!("何贵"), &json!("old news")));
    assert_eq!(answers["home"], json!({ "roof": "tiles", "rooms": "4" }));
    assert_eq!(answers["member"], json!([{}, { "m_name": "小妹", "m_job": "smith" }]));
    assert_eq!(again.leftover().len(), 1);
}

#[test]
fn taken_back_after_members_came_and_went_what_only_the_old_version_knew_of_them_is_told() {
    let (old, new, draft) = before();
    let mut session = after(&old, &new, &draft);
    let then = session.draft();
    let first = session.find("/data/member[1]").expect("a member");
    session.remove_repeat(first);
    let moved = back(&old, &draft, &new, &then, &session.draft());
    assert_eq!(left(&moved), [("Member 2 · Job", "smith", false)]);
    let again = open(&old, &moved.draft);
    assert_eq!(again.draft().answers["member"], json!([{ "m_name": "小妹" }]));
    assert_eq!(again.leftover().len(), 1);
}

#[test]
fn an_answer_to_a_question_that_has_become_another_does_not_take_the_place_of_the_old_one() {
    let (old, new) = (form("1", &[["text", "q", "Old"]]), form("2", &[["integer", "q", "New"]]));
    let draft = filled(&old, &[("/data/q", "twelve")]).draft();
    let mut session = after(&old, &new, &draft);
    let then = session.draft();
    assert!(session.prefill("/data/q", "12"));
    let moved = back(&old, &draft, &new, &then, &session.draft());
    assert_eq!(moved.draft.answers["q"], "twelve");
    assert_eq!(left(&moved), [("New", "12", true)]);
}

/// A question in one group, and in another one in the next version.
fn moved_question(kind: &str, new_kind: &str) -> (Rc<Definition>, Rc<Definition>) {
    let in_group = |version, group, kind| {
        form(
            version,
            &[
                ["begin group", group, group],
                [kind, "q", "Question"],
                ["text", "other", "Other"],
                ["end group", "", ""],
            ],
        )
    };
    (in_group("1", "a", kind), in_group("2", "b", new_kind))
}

#[test]
fn an_answer_in_another_group_that_was_changed_since_is_the_one_taken_back() {
    let (old, new) = moved_question("text", "text");
    let draft = filled(&old, &[("/data/a/q", "before")]).draft();
    for (since, is) in [("since", json!("since")), ("", Value::Null), ("before", json!("before"))] {
        let mut session = after(&old, &new, &draft);
        let then = session.draft();
        assert_eq!(then.answers["b"]["q"], "before");
        assert!(session.prefill("/data/b/q", since));
        assert!(session.prefill("/data/b/other", "as well"));
        let moved = back(&old, &draft, &new, &then, &session.draft());
        assert_eq!(open(&old, &moved.draft).draft().answers["a"]["q"], is, "{since}");
        assert_eq!(moved.draft.answers["a"]["other"], "as well");
        assert_eq!(left(&moved), []);
    }
}

#[test]
fn an_answer_first_given_in_another_group_is_taken_back() {
    let (old, new) = moved_question("text", "text");
    let draft = filled(&old, &[]).draft();
    let mut session = after(&old, &new, &draft);
    let then = session.draft();
    assert!(session.prefill("/data/b/q", "since"));
    let moved = back(&old, &draft, &new, &then, &session.draft());
    assert_eq!(moved.draft.answers["a"]["q"], "since");
    assert_eq!((left(&moved), moved.carried), (vec![], 1));
}

#[test]
fn an_answer_in_another_group_does_not_take_the_place_of_one_that_did_not_go_along() {
    let (old, new) = moved_question("text", "integer");
    let draft = filled(&old, &[("/data/a/q", "twelve")]).draft();
    let mut session = after(&old, &new, &draft);
    let then = session.draft();
    assert!(session.prefill("/data/b/q", "12"));
    let moved = back(&old, &draft, &new, &then, &session.draft());
    assert_eq!(moved.draft.answers["a"]["q"], "twelve");
    assert_eq!(left(&moved), [("Question", "12", false)]);
    // Nor does one that the old question does not take.
    let (old, new) = moved_question("integer", "text");
    let draft = filled(&old, &[("/data/a/q", "12")]).draft();
    let mut session = after(&old, &new, &draft);
    let then = session.draft();
    assert!(session.prefill("/data/b/q", "thirteen"));
    let moved = back(&old, &draft, &new, &then, &session.draft());
    assert_eq!(moved.draft.answers["a"]["q"], "12");
    assert_eq!(left(&moved), [("Question", "thirteen", false)]);
}

#[test]
fn choices_that_the_new_version_does_not_have_come_back_with_those_that_were_made_since() {
    let rows: &[[&str; 3]] = &[["select_multiple colour", "q", "Colours"]];
    let (old, new) = (form("1", rows), form("2", rows));
    let draft = filled(&old, &[("/data/q", "red blue")]).draft();
    let mut session = after(&old, &new, &draft);
    let then = session.draft();
    assert!(session.prefill("/data/q", "green"));
    let moved = back(&old, &draft, &new, &then, &session.draft());
    assert_eq!((moved.draft.answers["q"].as_str(), moved.left.len()), (Some("blue green"), 0));
}

const KINDS: [&str; 6] =
    ["text", "integer", "select_one colour", "select_multiple colour", "begin group", "begin repeat"];

/// A form of a few questions of few names, so that two of them share some.
fn rows() -> impl Strategy<Value = Vec<(usize, usize)>> {
    prop::collection::vec((0..KINDS.len(), 0..5usize), 1..8)
}

fn written(version: &str, rows: &[(usize, usize)]) -> Rc<Definition> {
    const NAMES: [&str; 5] = ["a", "b", "c", "d", "e"];
    let mut out: Vec<[&str; 3]> = Vec::new();
    let mut open: Vec<(&str, Vec<&str>)> = vec![("", Vec::new())];
    // A form has one repeat of a name.
    let mut repeats = Vec::new();
    for (kind, name) in rows {
        let (kind, name) = (KINDS[*kind], NAMES[*name]);
        let Some((_, taken)) = open.last_mut() else { continue };
        if taken.contains(&name) || (kind == "begin repeat" && repeats.contains(&name)) {
            continue;
        }
        repeats.extend(Some(name).filter(|_| kind == "begin repeat"));
        taken.push(name);
        out.push([kind, name, name]);
        if let Some(what) = kind.strip_prefix("begin ") {
            open.push((what, Vec::new()));
        }
    }
    out.push(["text", "z", "z"]);
    for (what, _) in open.iter().skip(1).rev() {
        out.push([if *what == "group" { "end group" } else { "end repeat" }, "", ""]);
    }
    form(version, &out)
}

/// Answers what is asked, each text with a word of its own; adds and takes away instances.
fn fill(session: &mut Session, steps: &[(usize, usize)], word: &str) {
    for (step, (which, how)) in steps.iter().enumerate() {
        let items: Vec<Item> = session.pages().into_iter().flat_map(|page| page.items).collect();
        match &items[which % items.len()] {
            Item::Repeat(repeat) => match repeat.instances.get(1) {
                Some((instance, _)) if how % 3 == 0 => drop(session.remove_repeat(*instance)),
                _ => drop(session.add_repeat(repeat.id)),
            },
            item => {
                let Some(question) = session.question(item.id()) else { continue };
                let value = match question.kind {
                    Kind::Text => format!("{word}{step}"),
                    Kind::Integer => format!("{}{step}", word.len() * 100),
                    Kind::SelectOne => ["red", "green", "blue"][how % 3].to_owned(),
                    _ => ["red", "red green", "green blue", "blue"][how % 4].to_owned(),
                };
                session.answer(item.id(), &value);
            }
        }
    }
}

/// All single answers in what a draft holds, kept ones too, as words.
fn held(value: &Value, into: &mut Vec<String>) {
    match value {
        Value::String(text) => into.extend(text.split(' ').filter(|word| !word.is_empty()).map(str::to_owned)),
        Value::Array(all) => all.iter().for_each(|value| held(value, into)),
        Value::Object(all) => all.values().for_each(|value| held(value, into)),
        _ => {}
    }
}

fn words(answers: &Value) -> Vec<String> {
    let mut all = Vec::new();
    held(answers, &mut all);
    all
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_answer_is_lost_there_or_back(
        old in rows(),
        new in rows(),
        first in prop::collection::vec((any::<usize>(), any::<usize>()), 0..15),
        since in prop::collection::vec((any::<usize>(), any::<usize>()), 0..10),
    ) {
        let (old, new) = (written("1", &old), written("2", &new));
        let mut session = filled(&old, &[]);
        fill(&mut session, &first, "before");
        let draft = session.draft();
        let moved = over(&old, &new, &draft);
        let mut there = open(&new, &moved.draft);
        let then = there.draft();
        let (had, has) = (words(&draft.answers), words(&then.answers));
        for word in &had {
            prop_assert!(has.contains(word), "{word} is lost: {} became {}", draft.answers, then.answers);
        }
        prop_assert_eq!(there.leftover().len(), moved.left.len());

        // Back at once.
        let at_once = back(&old, &draft, &new, &then, &then);
        prop_assert_eq!(&at_once.draft.answers, &draft.answers);
        prop_assert_eq!(&open(&old, &at_once.draft).draft().answers, &draft.answers);

        // Back later: what is in the new draft is there, and what was not carried over, too.
        fill(&mut there, &since, "since");
        let now = there.draft();
        let later = back(&old, &draft, &new, &then, &now);
        let has = words(&open(&old, &later.draft).draft().answers);
        for word in words(&now.answers).iter().filter(|word| word.starts_with("since")) {
            prop_assert!(has.contains(word), "{word} is lost: {} became {}", now.answers, later.draft.answers);
        }
        let gone: Vec<String> = moved.left.iter().map(|left| left.words.clone()).collect();
        for word in had.iter().filter(|word| word.starts_with("before") && gone.contains(word)) {
            prop_assert!(has.contains(word), "{word} of before is lost: {}", later.draft.answers);
        }
    }
}
