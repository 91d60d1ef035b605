//! What a form wants more of than a filling takes is bounded and told; defaults of instances that a count makes come at once.
#![cfg(feature = "read")]

use std::rc::Rc;

use serde_json::json;
use zhucun_forms::contract::{Draft, Lists};
use zhucun_forms::parse::{Parsed, Sheet, Workbook, read_workbook};
use zhucun_forms::{Definition, NativeHost, Session};

const HEAD: [&str; 6] = ["type", "name", "label", "repeat_count", "calculation", "default"];

fn read(rows: &[[&str; 6]]) -> Parsed {
    let rows = [HEAD].iter().chain(rows).map(|cells| cells.map(str::to_owned).to_vec()).collect();
    let workbook = Workbook { sheets: vec![Sheet { name: "survey".into(), rows }] };
    read_workbook("form.xlsx", &workbook).expect("a form without problems")
}

fn form(rows: &[[&str; 6]]) -> Rc<Definition> {
    Rc::new(read(rows).definition)
}

fn host() -> Rc<NativeHost> {
    Rc::new(NativeHost::new(1_795_406_400_000, 480))
}

fn open(form: &Rc<Definition>) -> Session {
    Session::new(Rc::clone(form), Rc::new(Lists::new()), host())
}

fn reopen(form: &Rc<Definition>, draft: &Draft) -> (Session, Vec<String>) {
    Session::restore(Rc::clone(form), Rc::new(Lists::new()), host(), draft)
}

fn value(session: &Session, path: &str) -> String {
    let id = session.find(path).unwrap_or_else(|| panic!("no {path}"));
    session.state(id).value.expect("a question")
}

/// What was noted: path, expression, why.
fn noted(session: &Session) -> Vec<(&str, &str, &str)> {
    let problems = session.eval_problems().iter();
    problems.map(|it| (it.path.as_str(), it.expression.as_str(), it.message.as_str())).collect()
}

const END: [&str; 6] = ["end repeat", "", "", "", "", ""];

#[test]
fn an_answer_stays_where_more_instances_came_with_defaults_than_one_range_takes() {
    let form = form(&[
        ["integer", "households", "N", "", "", ""],
        ["begin repeat", "h", "H", "${households}", "", ""],
        ["begin repeat", "m", "M", "12", "", ""],
        ["date", "day", "D", "", "", "today()"],
        END,
        END,
        ["calculate", "full", "", "", "count(/data/h/m/day[. != ''])", ""],
    ]);
    let mut session = open(&form);
    assert!(session.prefill("/data/households", "90"));
    assert_eq!(value(&session, "/data/full"), "1080");
    for (path, day) in [("/data/h[1]/m[1]/day", "2020-02-02"), ("/data/h[90]/m[12]/day", "2020-03-03")] {
        assert!(session.prefill(path, day));
    }
    assert!(session.prefill("/data/households", "91"));
    let (again, _) = reopen(&form, &session.draft());
    for session in [&session, &again] {
        assert_eq!(value(session, "/data/h[1]/m[1]/day"), "2020-02-02");
        assert_eq!(value(session, "/data/h[90]/m[12]/day"), "2020-03-03");
        assert_eq!(value(session, "/data/h[91]/m[12]/day"), "2026-11-23");
    }
    assert_eq!(again.draft(), session.draft());
    assert_eq!(noted(&session), []);
}

#[test]
fn instances_that_come_because_others_go_have_their_defaults_before_they_are_answered() {
    let form = form(&[
        ["begin repeat", "here", "Here", "", "", ""],
        ["text", "who", "Who", "", "", ""],
        END,
        ["begin repeat", "away", "Away", "3 - count(${here})", "", ""],
        ["date", "day", "D", "", "", "today()"],
        END,
    ]);
    let mut session = open(&form);
    let first = session.find("/data/here[1]").expect("one is there");
    let (removed, changed) = session.remove_repeat(first);
    assert!(changed.layout);
    assert_eq!(value(&session, "/data/away[3]/day"), "2026-11-23");
    assert!(session.prefill("/data/away[3]/day", "2020-02-02"));
    assert_eq!(value(&session, "/data/away[3]/day"), "2020-02-02");
    session.undo_remove(removed);
    assert_eq!(session.find("/data/away[3]"), None);
}

#[test]
fn a_default_reads_what_follows_from_the_defaults_before_it() {
    let form = form(&[
        ["integer", "n", "N", "", "", ""],
        ["begin repeat", "r", "R", "${n}", "", ""],
        ["integer", "one", "One", "", "", "position(..) * 10"],
        ["calculate", "twice", "", "", "${one} * 2", ""],
        ["integer", "next", "Next", "", "", "${twice} + 1"],
        ["integer", "all", "All", "", "", "count(/data/r/twice[. != ''])"],
        END,
        ["calculate", "sum", "", "", "sum(/data/r/next)", ""],
    ]);
    let mut session = open(&form);
    session.prefill("/data/n", "3");
    assert_eq!(value(&session, "/data/r[3]/next"), "61");
    assert_eq!(value(&session, "/data/sum"), "123");
    let all: Vec<_> = (1..4).map(|place| value(&session, &format!("/data/r[{place}]/all"))).collect();
    assert_eq!(all, ["1", "2", "3"], "one instance after the other");
}

#[test]
fn more_instances_than_a_range_takes_are_told_with_their_count() {
    let form = form(&[
        ["integer", "c", "N", "", "", ""],
        ["begin repeat", "o", "O", "${c}", "", ""],
        ["text", "d", "D", "", "", ""],
        END,
        ["calculate", "n", "", "", "count(${o})", ""],
    ]);
    let mut session = open(&form);
    session.prefill("/data/c", "1000");
    assert_eq!(noted(&session), []);
    session.prefill("/data/c", "1500");
    assert_eq!(value(&session, "/data/n"), "1000");
    let count = form.nodes.iter().find(|node| node.name == "o").expect("the repeat").repeat_count.clone();
    assert_eq!(noted(&session), [("/data/o", count.as_str(), "over 1,000 instances")]);
}

/// Three repeats in one another, with their counts.
fn nested(count: &str) -> Parsed {
    read(&[
        ["integer", "c", "N", "", "", ""],
        ["begin repeat", "o", "O", count, "", ""],
        ["begin repeat", "i", "I", count, "", ""],
        ["begin repeat", "j", "J", count, "", ""],
        ["text", "d", "D", "", "", ""],
        END,
        END,
        END,
    ])
}

#[test]
fn counts_in_counts_end_where_a_filling_is_full() {
    for count in ["1000", "${c}"] {
        let form = Rc::new(nested(count).definition);
        let mut session = open(&form);
        session.prefill("/data/c", "1000");
        let nodes = session.states().len();
        assert!((90_000..101_000).contains(&nodes), "{nodes} nodes");
        let told: Vec<_> = noted(&session).into_iter().map(|(_, _, why)| why).collect();
        assert!(!told.is_empty() && told.len() < 4 && told.iter().all(|why| *why == "over 100,000 nodes"), "{told:?}");
        session.prefill("/data/c", "2");
        assert!(session.states().len() < 100 || count == "1000");
    }
}

#[test]
fn a_draft_with_more_than_a_filling_takes_keeps_the_rest() {
    let rows: Vec<[&str; 6]> = (0..40).map(|_| ["text", "", "T", "", "", ""]).collect();
    let names: Vec<String> = (0..40).map(|number| format!("q{number}")).collect();
    let mut all = vec![["begin repeat", "r", "R", "", "", ""]];
    all.extend(rows.iter().zip(&names).map(|(row, name)| [row[0], name, row[2], "", "", ""]));
    all.push(END);
    let form = form(&all);
    let mut draft = open(&form).draft();
    draft.answers = json!({ "r": vec![json!({ "q0": "kept" }); 5_000] });
    let (mut session, unknown) = reopen(&form, &draft);
    assert!(session.states().len() < 101_000);
    let there = session.states().iter().filter(|state| state.value.as_deref() == Some("kept")).count();
    assert_eq!(there + unknown.len(), 5_000);
    assert_eq!(noted(&session), [("/data", "", "over 100,000 nodes")]);
    let range = session.find("/data/r").expect("the repeat");
    assert_eq!(session.add_repeat(range).0, range, "none more");
}

#[test]
fn a_text_that_is_too_long_is_told_with_its_calculation() {
    let form = form(&[["text", "s", "S", "", "", ""], ["calculate", "big", "", "", "concat(${s}, ${s}, ${s})", ""]]);
    let mut session = open(&form);
    session.prefill("/data/s", &"A".repeat(400_000));
    assert_eq!(value(&session, "/data/big"), "");
    let [(path, expression, why)] = noted(&session)[..] else { panic!("{:?}", noted(&session)) };
    assert_eq!((path, why), ("/data/big", "over 1 MB"));
    assert!(expression.starts_with("concat("));
}

#[test]
fn a_form_that_wants_more_than_a_filling_takes_has_a_warning() {
    let told = |read: &Parsed| -> Vec<(String, &str)> {
        read.warnings.iter().map(|warning| (warning.cell.clone(), warning.kind.code())).collect()
    };
    assert_eq!(told(&nested("10")), []);
    assert_eq!(told(&nested("${c}")), []);
    assert_eq!(told(&nested("1000")), [("D4".to_owned(), "crowded")], "with the second one it is full");
    let single = |count| read(&[["begin repeat", "o", "O", count, "", ""], ["text", "d", "D", "", "", ""], END]);
    assert_eq!(told(&single("1000")), []);
    assert_eq!(told(&single("1001")), [("D2".to_owned(), "crowded")]);
}

/// As pyxform writes it: a number of instances is a calculation beside the repeat.
#[test]
fn an_xform_that_wants_more_than_a_filling_takes_has_a_warning() {
    let form = |count: &str| {
        let xml = format!(
            r#"<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"
  xmlns:jr="http://openrosa.org/javarosa"><h:head><h:title>T</h:title><model><instance><data id="f">
  <o_count/><o jr:template=""><d/></o></data></instance>
  <bind nodeset="/data/o_count" type="string" readonly="true()" calculate="{count}"/></model></h:head><h:body>
  <repeat nodeset="/data/o" jr:count=" /data/o_count "><input ref="/data/o/d"/></repeat></h:body></h:html>"#
        );
        let read = zhucun_forms::xform::read_xform(&xml).expect("a form");
        read.warnings.iter().map(|warning| warning.kind.code()).collect::<Vec<_>>()
    };
    assert_eq!(form("1000"), Vec::<&str>::new());
    assert_eq!(form("1500"), ["crowded"]);
}
