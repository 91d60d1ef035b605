//! Whatever a person does, a draft loses nothing, and what was recomputed step by step is what a fresh start gives.
#![cfg(feature = "read")]

use std::rc::Rc;

use proptest::prelude::*;
use zhucun_forms::contract::{Id, Item, Lists, QuestionView};
use zhucun_forms::parse::{Sheet, Workbook, read_workbook};
use zhucun_forms::{Definition, NativeHost, Removed, Session};

/// A form with everything that makes recomputing hard: nested and counted repeats, positions, sums, filters, inherited
/// relevance, defaults that are expressions, a calculation that may be overwritten.
const SURVEY: &[[&str; 8]] = &[
    ["type", "name", "label", "relevant", "calculation", "constraint", "choice_filter", "default"],
    ["select_one colour", "first", "First", "", "", "", "", ""],
    ["select_multiple colour", "others", "Others than ${first}", "", "", "", "name != ${first}", ""],
    ["begin group", "home", "Home", "${first} != 'red'", "", "", "", ""],
    ["begin repeat", "member", "Member", "", "", "", "", ""],
    ["text", "m_name", "Name", "", "", "string-length(.) > 1", "", ""],
    ["integer", "m_age", "Age", "", "", ". < 100", "", "concat('1', count(${member}))"],
    ["calculate", "m_place", "", "", "position(..)", "", "", ""],
    ["text", "m_school", "School of ${m_name}", "${m_age} < 18", "", "", "", ""],
    ["begin repeat", "job", "Job", "${m_age} >= 16", "", "", "", ""],
    ["decimal", "pay", "Pay", "", "", "", "", "5"],
    ["end repeat", "", "", "", "", "", "", ""],
    ["calculate", "m_pay", "", "", "sum(${pay})", "", "", ""],
    ["end repeat", "", "", "", "", "", "", ""],
    ["calculate", "people", "", "", "count(${member})", "", "", ""],
    ["calculate", "minors", "", "", "count(${member}[./m_age < 18])", "", "", ""],
    ["note", "said", "${people} people, ${minors} young", "", "", "", "", ""],
    ["end group", "", "", "", "", "", "", ""],
    ["text", "title", "Title", "", "concat(${first}, '-', ${people})", "", "", ""],
    ["integer", "how_many", "How many", "", "", ". < 4", "", ""],
];

const CHOICES: &[[&str; 3]] = &[
    ["list_name", "name", "label"],
    ["colour", "red", "Red"],
    ["colour", "green", "Green"],
    ["colour", "blue", "Blue"],
];

/// Values that are good somewhere and wrong elsewhere.
const VALUES: &[&str] = &["", "red", "green", "red blue", "7", "17", "18", "150", "2", "x", "何德贵", "1.5"];

fn sheet<const N: usize>(name: &str, rows: &[[&str; N]]) -> Sheet {
    let rows = rows.iter().map(|cells| cells.iter().map(|cell| (*cell).to_owned()).collect()).collect();
    Sheet { name: name.into(), rows }
}

fn definition() -> Rc<Definition> {
    let mut survey = sheet("survey", SURVEY);
    for (row, count) in [
        (["begin repeat", "gift", "Gift", "", "", "", "", ""], "${how_many}"),
        (["text", "what", "What", "", "", "", "", ""], ""),
        (["end repeat", "", "", "", "", "", "", ""], ""),
    ] {
        let mut cells: Vec<String> = row.iter().map(|cell| (*cell).to_owned()).collect();
        cells.push(count.into());
        survey.rows.push(cells);
    }
    survey.rows[0].push("repeat_count".into());
    let workbook = Workbook { sheets: vec![survey, sheet("choices", CHOICES)] };
    Rc::new(read_workbook("form.xlsx", &workbook).expect("a form without problems").definition)
}

fn host() -> Rc<NativeHost> {
    Rc::new(NativeHost::new(1_795_406_400_000, 480).signed_in("luo", "device"))
}

#[derive(Clone, Debug)]
enum Step {
    /// Which of the questions now on the pages, and which value.
    Answer(usize, usize),
    Add(usize),
    Remove(usize),
    Undo,
    Reopen,
    TurnTo(usize),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        8 => (any::<usize>(), any::<usize>()).prop_map(|(question, value)| Step::Answer(question, value)),
        2 => any::<usize>().prop_map(Step::Add),
        2 => any::<usize>().prop_map(Step::Remove),
        1 => Just(Step::Undo),
        1 => Just(Step::Reopen),
        1 => any::<usize>().prop_map(Step::TurnTo),
    ];
    prop::collection::vec(step, 1..25)
}

fn items(session: &Session) -> Vec<Item> {
    session.pages().into_iter().flat_map(|page| page.items).collect()
}

fn questions(session: &Session) -> Vec<Id> {
    let ids = items(session).into_iter().filter_map(|item| match item {
        Item::Question(id) => Some(id),
        _ => None,
    });
    ids.collect()
}

/// Everything a person can see, with paths in place of ids.
fn seen(session: &Session) -> Vec<(String, QuestionView)> {
    let views = questions(session).into_iter().filter_map(|id| {
        let mut view = session.question(id)?;
        view.id = 0;
        if let Some(problem) = &mut view.problem {
            problem.id = 0;
        }
        Some((session.path(id), view))
    });
    views.collect()
}

fn reopen(session: &Session) -> Session {
    let (again, unknown) = Session::restore(definition(), Rc::new(Lists::new()), host(), &session.draft());
    assert_eq!(unknown, Vec::<String>::new());
    again
}

fn pick<T: Clone>(from: &[T], which: usize) -> Option<T> {
    from.get(which.checked_rem(from.len())?).cloned()
}

fn take(session: &mut Session, undo: &mut Vec<Removed>, step: &Step) {
    let repeats: Vec<_> = items(session)
        .into_iter()
        .filter_map(|item| if let Item::Repeat(view) = item { Some(view) } else { None })
        .collect();
    match step {
        Step::Answer(question, value) => {
            if let Some((id, value)) = pick(&questions(session), *question).zip(pick(VALUES, *value)) {
                session.answer(id, value);
            }
        }
        Step::Add(which) => {
            if let Some(repeat) = pick(&repeats, *which) {
                session.add_repeat(repeat.id);
            }
        }
        Step::Remove(which) => {
            let instances: Vec<Id> = repeats.iter().flat_map(|view| &view.instances).map(|(id, _)| *id).collect();
            if let Some(instance) = pick(&instances, *which) {
                undo.push(session.remove_repeat(instance).0);
            }
        }
        Step::Undo => {
            if let Some(removed) = undo.pop() {
                session.undo_remove(removed);
            }
        }
        Step::Reopen => {
            *session = reopen(session);
            // Ids are of one session.
            undo.clear();
        }
        Step::TurnTo(page) => {
            if let Some(page) = pick(&session.pages(), *page) {
                session.set_page(page.id);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_draft_opened_again_is_the_same_draft_and_shows_the_same(steps in steps()) {
        let mut session = Session::new(definition(), Rc::new(Lists::new()), host());
        let mut undo = Vec::new();
        for step in &steps {
            take(&mut session, &mut undo, step);
            let again = reopen(&session);
            prop_assert_eq!(again.draft(), session.draft());
            prop_assert_eq!(seen(&again), seen(&session));
            prop_assert_eq!(again.problems().len(), session.problems().len());
        }
        prop_assert_eq!(session.eval_problems(), &[]);
    }

    #[test]
    fn every_question_that_looks_different_is_reported_as_changed(steps in steps()) {
        let mut session = Session::new(definition(), Rc::new(Lists::new()), host());
        for step in &steps {
            let Step::Answer(question, value) = step else {
                take(&mut session, &mut Vec::new(), step);
                continue;
            };
            let Some((id, value)) = pick(&questions(&session), *question).zip(pick(VALUES, *value)) else { continue };
            let pages = session.pages();
            let before: Vec<_> = questions(&session).into_iter().map(|id| (id, session.question(id))).collect();
            let changed = session.answer(id, value);
            for (id, view) in before {
                // What left with its instance is said by the layout.
                let left = changed.layout && session.find(&session.path(id)) != Some(id);
                let same = session.question(id) == view;
                prop_assert!(same || left || changed.questions.contains(&id), "{} changed unsaid", session.path(id));
            }
            let shown = |pages: &[zhucun_forms::contract::Page]| -> Vec<(Id, usize)> {
                pages.iter().map(|page| (page.id, page.items.len())).collect()
            };
            prop_assert!(changed.layout || shown(&pages) == shown(&session.pages()), "pages changed unsaid");
            // What a screen keeps its pages by.
            let is_named = changed.questions.iter().any(|id| session.is_in_instance(*id));
            prop_assert!(changed.layout || is_named || pages == session.pages(), "words of pages changed unsaid");
        }
    }
}

#[test]
fn a_removed_instance_comes_back_at_its_place_with_its_answers() {
    let mut session = Session::new(definition(), Rc::new(Lists::new()), host());
    let repeat = session.find("/data/home/member").expect("the list of members");
    let first = session.find("/data/home/member[1]").expect("a member");
    session.add_repeat(repeat);
    session.prefill("/data/home/member[1]/m_name", "何德贵");
    session.prefill("/data/home/member[2]/m_name", "罗素英");
    let before = session.draft().answers;
    let (removed, changed) = session.remove_repeat(first);
    assert!(changed.layout);
    assert_eq!(session.draft().answers["home"]["people"], "1");
    assert_eq!(session.draft().answers["home"]["member"][0]["m_name"], "罗素英");
    session.undo_remove(removed);
    assert_eq!(session.draft().answers, before);
    assert_eq!(session.path(first), "/data/home/member[1]");
}

#[test]
fn instances_beyond_a_count_are_kept_until_it_grows_again() {
    let mut session = Session::new(definition(), Rc::new(Lists::new()), host());
    session.prefill("/data/how_many", "2");
    assert!(session.prefill("/data/gift[2]/what", "rice"));
    session.prefill("/data/how_many", "1");
    assert_eq!(session.find("/data/gift[2]"), None);
    let mut again = reopen(&session);
    again.prefill("/data/how_many", "2");
    let what = again.find("/data/gift[2]/what").expect("back");
    assert_eq!(again.question(what).expect("relevant").value, "rice");
}

#[test]
fn answers_that_a_newer_form_has_no_place_for_are_told_and_kept() {
    let mut session = Session::new(definition(), Rc::new(Lists::new()), host());
    session.prefill("/data/home/member[1]/m_name", "何德贵");
    session.prefill("/data/how_many", "3");
    let draft = session.draft();
    let mut newer = (*definition()).clone();
    let name = newer.nodes.iter_mut().find(|node| node.name == "m_name").expect("a question");
    name.name = "full_name".into();
    let (other, unknown) = Session::restore(Rc::new(newer), Rc::new(Lists::new()), host(), &draft);
    assert_eq!(unknown, ["/data/home/member[1]/m_name"]);
    let (back, unknown) = Session::restore(definition(), Rc::new(Lists::new()), host(), &other.draft());
    assert_eq!(unknown, Vec::<String>::new());
    assert_eq!(back.draft().answers, draft.answers);
}

#[test]
fn an_answer_costs_only_what_depends_on_it() {
    let mut session = Session::new(definition(), Rc::new(Lists::new()), host());
    let spent = |session: &mut Session, path: &str, value: &str| {
        let before = session.evaluations();
        assert!(session.prefill(path, value), "{path}");
        session.evaluations() - before
    };
    assert!(session.evaluations() > 10);
    // Its own constraint.
    assert_eq!(spent(&mut session, "/data/home/member[1]/m_name", "何德贵"), 1);
    assert_eq!(spent(&mut session, "/data/title", "anything"), 0);
    // Its constraint, the school's and the jobs' relevance, the number of minors; then the sum, as the jobs left.
    let age = spent(&mut session, "/data/home/member[1]/m_age", "9");
    assert!((4..=8).contains(&age), "{age}");
}
