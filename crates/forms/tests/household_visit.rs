//! The real checklist, filled as a secretary would, where ../shared/forms has it.
#![cfg(feature = "read")]
#![expect(clippy::print_stderr, reason = "a skip is said")]

use std::{path::PathBuf, rc::Rc};

use zhucun_forms::{
    Definition, NativeHost, Session,
    contract::{Draft, List, Lists, Problem, Rule},
    parse::read_xlsform,
};

/// 2026-11-23 12:00 in China.
const NOON: i64 = 1_795_406_400_000;

fn host() -> Rc<NativeHost> {
    Rc::new(NativeHost::new(NOON, 480).signed_in("luo", "device"))
}

fn shared(path: &str) -> Option<PathBuf> {
    let root = std::env::var_os("ZHUCUN_SHARED")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared"), PathBuf::from);
    let file = root.join(path);
    if file.exists() {
        return Some(file);
    }
    assert!(std::env::var_os("CI").is_none(), "CI has {}", file.display());
    eprintln!("{} is not here: skipped", file.display());
    None
}

fn definition() -> Option<Rc<Definition>> {
    let bytes = std::fs::read(shared("forms/household_visit.xlsx")?).expect("a readable file");
    let parsed = read_xlsform("household_visit.xlsx", &bytes).expect("a form without problems");
    Some(Rc::new(parsed.definition))
}

fn lists() -> Rc<Lists> {
    let mut households = List::new(&["name", "label", "head_name", "group", "kind"]);
    for (id, head) in [("h-1", "何德贵"), ("h-2", "罗素英")] {
        households.push(&[id, head, head, "1", "poor"]);
    }
    Rc::new([("households".to_owned(), households)].into_iter().collect())
}

fn begin() -> Option<Session> {
    Some(Session::new(definition()?, lists(), host()))
}

fn put(session: &mut Session, path: &str, value: &str) {
    let id = session.find(path).unwrap_or_else(|| panic!("no {path}"));
    session.answer(id, value);
}

fn value(session: &Session, path: &str) -> String {
    session.find(path).and_then(|id| session.question(id)).map_or_else(String::new, |question| question.value)
}

fn is_shown(session: &Session, path: &str) -> bool {
    session.find(path).and_then(|id| session.question(id)).is_some()
}

fn rules(problems: &[Problem]) -> Vec<Rule> {
    problems.iter().map(|problem| problem.rule).collect()
}

/// Everything required, for a household that was met.
fn fill(session: &mut Session) {
    put(session, "/data/who/household", "h-1");
    put(session, "/data/who/met", "yes");
    let member = "/data/family/member[1]";
    for (name, answer) in [
        ("m_name", "何小军"),
        ("m_sex", "m"),
        ("m_relation", "child"),
        ("m_health", "chronic"),
        ("m_birth", "1990-01-31"),
    ] {
        put(session, &format!("{member}/{name}"), answer);
    }
    put(session, "/data/causes/main_cause", "illness");
    for name in ["wages", "farming", "costs", "property", "transfer"] {
        put(session, &format!("/data/income/{name}"), "0");
    }
    put(session, "/data/income/wages", "9000.5");
    put(session, "/data/income/wages_source", "told");
    for name in ["food", "clothing", "schooling", "medical", "housing", "water"] {
        put(session, &format!("/data/living/{name}"), "ok");
    }
    put(session, "/data/living/house_grade", "a");
    put(session, "/data/needs/next_step", "下月再来");
}

#[test]
fn the_definition_is_small_enough_for_2g() {
    let Some(definition) = definition() else { return };
    let json = serde_json::to_string(&*definition).expect("a definition is JSON");
    assert!(json.len() < 40_000, "{} bytes", json.len());
    assert_eq!(serde_json::from_str::<Definition>(&json).expect("readable"), *definition);
}

#[test]
fn a_household_that_was_met_is_filled_and_finalised() {
    let Some(mut session) = begin() else { return };
    fill(&mut session);
    assert_eq!(session.problems(), []);
    let done = session.finalise().expect("no problems");
    assert_eq!(done.instance_name, "何德贵 2026-11-23");
    assert_eq!(done.answers["family"]["member"][0]["m_name"], "何小军");
    assert_eq!(done.answers["family"]["chronic"], "1");
    assert_eq!(done.answers["income"]["net"], "9000.5");
    assert_eq!(done.answers["income"]["per_head"], "9000.5");
    assert_eq!(done.answers["today"], "2026-11-23");
    assert_eq!(done.answers["username"], "luo");
    assert!(done.answers["who"].get("not_met_reason").is_none(), "what is not relevant is dropped");
}

#[test]
fn nobody_at_home_leaves_one_question_more_and_all_others_out() {
    let Some(mut session) = begin() else { return };
    put(&mut session, "/data/who/household", "h-1");
    put(&mut session, "/data/who/met", "no");
    assert_eq!(session.pages().len(), 1);
    assert_eq!(rules(&session.problems()), [Rule::Required]);
    put(&mut session, "/data/who/not_met_reason", "外出");
    let done = session.finalise().expect("no problems");
    assert!(done.answers.get("family").is_none() && done.answers.get("income").is_none());
}

#[test]
fn constraints_are_said_in_the_active_language() {
    let Some(mut session) = begin() else { return };
    fill(&mut session);
    put(&mut session, "/data/family/member[1]/m_id", "123");
    let problem = |session: &Session| session.problems().first().map(|p| (p.rule, p.message.clone()));
    assert_eq!(problem(&session), Some((Rule::Constraint, "应为 18 位,末位可为 X".into())));
    session.set_language(1);
    assert_eq!(problem(&session), Some((Rule::Constraint, "18 characters, the last may be X".into())));
    put(&mut session, "/data/family/member[1]/m_id", "11010519491231002X");
    assert_eq!(session.problems(), []);
}

#[test]
fn questions_come_and_go_with_the_answers() {
    let Some(mut session) = begin() else { return };
    fill(&mut session);
    let member = "/data/family/member[1]";
    assert!(!is_shown(&session, &format!("{member}/m_disability")));
    put(&mut session, &format!("{member}/m_health"), "disabled");
    assert!(is_shown(&session, &format!("{member}/m_disability")));
    assert!(!is_shown(&session, &format!("{member}/m_student")), "36 years old");
    put(&mut session, &format!("{member}/m_birth"), "2016-01-31");
    assert!(is_shown(&session, &format!("{member}/m_student")));
    assert!(!is_shown(&session, &format!("{member}/m_labour")), "10 years old");
    put(&mut session, "/data/living/house_grade", "d");
    assert!(session.problems().iter().any(|p| p.rule == Rule::Required), "a photo of the house is wanted");
    put(&mut session, "/data/income/wages", "100");
    assert!(is_shown(&session, "/data/income/income_low"));
}

#[test]
fn the_main_cause_is_not_offered_again_among_the_others() {
    let Some(mut session) = begin() else { return };
    fill(&mut session);
    let offered = |session: &Session| -> Vec<String> {
        let id = session.find("/data/causes/other_causes").expect("a question");
        session.question(id).expect("relevant").choices.into_iter().map(|(name, _)| name).collect()
    };
    assert_eq!(offered(&session).len(), 13);
    assert!(!offered(&session).contains(&"illness".to_owned()));
    put(&mut session, "/data/causes/main_cause", "disaster");
    assert!(offered(&session).contains(&"illness".to_owned()) && !offered(&session).contains(&"disaster".to_owned()));
}

#[test]
fn a_removed_member_comes_back_whole() {
    let Some(mut session) = begin() else { return };
    fill(&mut session);
    let repeat = session.find("/data/family/member").or_else(|| {
        session.pages().iter().flat_map(|page| page.items.clone()).find_map(|item| match item {
            zhucun_forms::contract::Item::Repeat(view) => Some(view.id),
            _ => None,
        })
    });
    let (second, _) = session.add_repeat(repeat.expect("a repeat"));
    put(&mut session, "/data/family/member[2]/m_name", "何小妹");
    let before = session.draft().answers;
    assert_eq!(value(&session, "/data/family/member[2]/m_name"), "何小妹");
    let (removed, _) = session.remove_repeat(second);
    assert!(!is_shown(&session, "/data/family/member[2]/m_name"));
    session.undo_remove(removed);
    assert_eq!(session.draft().answers, before);
}

#[test]
fn a_draft_goes_on_at_the_same_place_with_every_word() {
    let Some(mut session) = begin() else { return };
    fill(&mut session);
    put(&mut session, "/data/who/met", "no");
    put(&mut session, "/data/who/met", "yes");
    let page = session.pages()[2].id;
    session.set_page(page);
    let draft = session.draft();
    let path = session.path(page);
    let json = serde_json::to_string(&draft).expect("JSON");
    let read = serde_json::from_str(&json).expect("readable");
    let (again, lost) = Session::restore(definition().expect("was there"), lists(), host(), &read);
    assert_eq!(lost, Vec::<String>::new());
    assert_eq!(again.draft(), draft);
    assert_eq!(again.path(again.page()), path);
}

#[test]
fn notes_show_values_in_both_languages() {
    let Some(mut session) = begin() else { return };
    fill(&mut session);
    let label = |session: &Session| {
        let id = session.find("/data/income/income_note").expect("a note");
        session.question(id).expect("relevant").label
    };
    assert_eq!(label(&session), "家庭纯收入 9000.5 元,人均 9000.5 元");
    session.set_language(1);
    assert_eq!(label(&session), "Net income 9000.5, per head 9000.5");
}

#[test]
fn an_answer_costs_only_what_depends_on_it() {
    let Some(mut session) = begin() else { return };
    fill(&mut session);
    let before = session.evaluations();
    put(&mut session, "/data/income/wages", "9100");
    // Own constraint and required, the source's relevance, net, per head, the low income's relevance; no more.
    let cost = session.evaluations() - before;
    assert!(cost <= 8, "{cost} of {before}");
    let before = session.evaluations();
    put(&mut session, "/data/needs/next_step", "下周再来");
    assert!(session.evaluations() - before <= 1);
}

#[test]
fn members_are_pages_after_their_list_and_the_rest_of_the_family_follows() {
    let Some(mut session) = begin() else { return };
    fill(&mut session);
    let list = session.find("/data/family/member").expect("the list");
    session.add_repeat(list);
    let titles: Vec<_> = session.pages().into_iter().map(|page| (page.title, page.section, page.repeat)).collect();
    assert_eq!(
        titles[1..5],
        [
            ("家庭情况".to_owned(), (2, 6), None),
            ("家庭成员 1".to_owned(), (2, 6), Some((1, 2))),
            ("家庭成员 2".to_owned(), (2, 6), Some((2, 2))),
            ("家庭情况".to_owned(), (2, 6), None),
        ]
    );
    let ids: std::collections::BTreeSet<_> = session.pages().iter().map(|page| page.id).collect();
    assert_eq!(ids.len(), session.pages().len(), "every page has its own id");
}

#[test]
fn a_low_income_must_be_acknowledged_and_a_dangerous_house_photographed() {
    let Some(mut session) = begin() else { return };
    fill(&mut session);
    put(&mut session, "/data/income/wages", "100");
    put(&mut session, "/data/living/house_grade", "c");
    let missing: Vec<_> =
        session.finalise().expect_err("two answers are missing").iter().map(|p| session.path(p.id)).collect();
    assert_eq!(missing, ["/data/income/income_low", "/data/living/house_photo"]);
    put(&mut session, "/data/income/income_low", "OK");
    put(&mut session, "/data/living/house_photo", "house.jpg");
    let done = session.finalise().expect("complete");
    assert_eq!(done.attachments, [("house.jpg".to_owned(), "/data/living/house_photo".to_owned())]);
    assert!(done.answers["end"].as_str().is_some_and(|end| end.starts_with("2026-11-23T")));
}

#[test]
fn a_value_of_the_wrong_type_is_kept_and_told() {
    let Some(mut session) = begin() else { return };
    fill(&mut session);
    put(&mut session, "/data/income/costs", "12x");
    assert_eq!(rules(&session.problems()), [Rule::Type]);
    assert_eq!(value(&session, "/data/income/costs"), "12x");
}

/// What a correction begins with: the finished answers, as of the day of the visit.
#[test]
fn a_finished_form_that_is_opened_again_and_not_changed_is_the_same_a_year_later() {
    let Some(mut session) = begin() else { return };
    fill(&mut session);
    let draft = session.draft();
    let done = session.finalise().expect("no problems");
    assert_eq!(done.answers["needs"]["need_text"], serde_json::Value::Null, "what was not asked is not there");
    assert_eq!(done.answers["needs"]["signature"], "", "what was asked and not answered is");
    let again = Draft { answers: done.answers.clone(), page: String::new(), ..draft };
    let definition = definition().expect("as above");
    let (mut correction, lost) = Session::restore(definition, lists(), host(), &again);
    assert_eq!(lost, [""; 0]);
    assert_eq!(correction.problems(), []);
    assert_eq!(correction.finalise().expect("no problems").answers, done.answers);
}
