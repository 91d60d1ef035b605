//! What a person is told before a form is finished: answers that will not be in it.
#![cfg(feature = "read")]

use std::rc::Rc;

use zhucun_forms::contract::Lists;
use zhucun_forms::parse::{Sheet, Workbook, read_workbook};
use zhucun_forms::{Definition, NativeHost, Session};

const SURVEY: &[[&str; 7]] = &[
    ["type", "name", "label", "relevant", "default", "calculation", "repeat_count"],
    ["select_one yes", "met", "Met", "", "", "", ""],
    ["begin group", "family", "Family", "${met} = 'yes'", "", "", ""],
    ["text", "head", "Head of ${met}", "", "", "", ""],
    ["integer", "amount", "Amount", "", "0", "", ""],
    ["date", "day", "Day", "", "today()", "", ""],
    ["integer", "double", "Double", "", "", "${amount} * 2", ""],
    ["calculate", "sum", "", "", "", "${amount} + 1", ""],
    ["begin repeat", "member", "Member", "", "", "", ""],
    ["text", "m_name", "Name", "", "", "", ""],
    ["end repeat", "", "", "", "", "", ""],
    ["end group", "", "", "", "", "", ""],
    ["integer", "how_many", "How many", "", "", "", ""],
    ["begin repeat", "gift", "Gift", "", "", "", "${how_many}"],
    ["text", "what", "What", "", "", "", ""],
    ["end repeat", "", "", "", "", "", ""],
];

fn definition() -> Rc<Definition> {
    let rows = |rows: &[[&str; 7]]| rows.iter().map(|row| row.map(str::to_owned).to_vec()).collect();
    let choices = [["list_name", "name", "label"], ["yes", "yes", "Yes"], ["yes", "no", "No"]];
    let choices = choices.iter().map(|row| row.map(str::to_owned).to_vec()).collect();
    let sheets =
        vec![Sheet { name: "survey".into(), rows: rows(SURVEY) }, Sheet { name: "choices".into(), rows: choices }];
    Rc::new(read_workbook("form.xlsx", &Workbook { sheets }).expect("a form without problems").definition)
}

fn filled(answers: &[(&str, &str)]) -> Session {
    let mut session =
        Session::new(definition(), Rc::new(Lists::new()), Rc::new(NativeHost::new(1_795_406_400_000, 480)));
    for (path, value) in answers {
        assert!(session.prefill(path, value), "{path}");
    }
    session
}

fn dropped(session: &Session) -> Vec<(String, String)> {
    session.dropped().into_iter().map(|unsent| (unsent.label, unsent.value)).collect()
}

fn said(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(label, value)| ((*label).to_owned(), (*value).to_owned())).collect()
}

#[test]
fn answers_that_do_not_apply_any_more_are_told_and_what_the_form_set_by_itself_is_not() {
    let mut session = filled(&[
        ("/data/met", "yes"),
        ("/data/family/head", "何德贵"),
        ("/data/family/amount", "5"),
        ("/data/family/member[1]/m_name", "小军"),
    ]);
    assert_eq!(dropped(&session), []);
    session.prefill("/data/met", "no");
    assert_eq!(dropped(&session), said(&[("Head of no", "何德贵"), ("Amount", "5"), ("Member 1 · Name", "小军")]));
    let done = session.finalise().expect("no problems").answers;
    assert_eq!(done.get("family"), None);
}

#[test]
fn a_default_that_nobody_touched_is_no_answer() {
    let session = filled(&[("/data/met", "no")]);
    assert_eq!(dropped(&session), []);
    let session = filled(&[("/data/met", "yes"), ("/data/family/day", "2026-01-01"), ("/data/met", "no")]);
    assert_eq!(dropped(&session), said(&[("Day", "2026-01-01")]));
}

#[test]
fn answers_of_instances_beyond_their_count_are_told() {
    let mut session = filled(&[("/data/how_many", "2"), ("/data/gift[1]/what", "rice"), ("/data/gift[2]/what", "oil")]);
    assert_eq!(dropped(&session), []);
    session.prefill("/data/how_many", "1");
    assert_eq!(dropped(&session), said(&[("Gift 2 · What", "oil")]));
    session.prefill("/data/how_many", "2");
    assert_eq!(dropped(&session), []);
}

#[test]
fn what_would_be_in_the_finished_form_is_what_is() {
    let mut session = filled(&[("/data/met", "yes"), ("/data/family/head", "何德贵")]);
    let told = session.answers();
    assert_eq!(session.finalise().expect("no problems").answers, told);
}

#[test]
fn what_a_question_is_and_its_answer_are_told_while_it_applies() {
    let mut session = filled(&[("/data/met", "yes"), ("/data/family/head", "何德贵")]);
    let head = session.find("/data/family/head").expect("a question");
    let (node, value) = session.asked(head).expect("it applies");
    assert_eq!((session.definition().nodes[node as usize].name.as_str(), value), ("head", "何德贵"));
    session.prefill("/data/met", "no");
    assert_eq!(session.asked(head), None);
}
