//! However a form is divided into pages, everything that applies is asked once, in the form's order.
#![cfg(feature = "read")]

use std::{collections::BTreeSet, rc::Rc};

use proptest::prelude::*;
use zhucun_forms::contract::{Id, Item, Lists, Page};
use zhucun_forms::instance::{Paging, paging};
use zhucun_forms::parse::{Sheet, Workbook, read_workbook};
use zhucun_forms::{Definition, NativeHost, Session};

const SURVEY: &[[&str; 5]] = &[
    ["type", "name", "label", "relevant", "appearance"],
    ["text", "before", "Before", "", ""],
    ["note", "said", "Said ${before}", "${before} != ''", ""],
    ["begin group", "home", "Home", "${before} != 'x'", ""],
    ["integer", "rooms", "Rooms", "", ""],
    ["begin group", "roof", "Roof", "${rooms} > 1", ""],
    ["text", "tiles", "Tiles", "", ""],
    ["begin group", "leaks", "Leaks", "${tiles} = 'old'", "field-list"],
    ["text", "where", "Where", "", ""],
    ["text", "since", "Since", "", ""],
    ["end group", "", "", "", ""],
    ["text", "beams", "Beams", "", ""],
    ["end group", "", "", "", ""],
    ["begin repeat", "member", "Member", "", ""],
    ["text", "m_name", "Name", "", ""],
    ["begin group", "work", "Work", "${m_name} != 'x'", ""],
    ["text", "job", "Job", "", ""],
    ["decimal", "pay", "Pay", "${job} != ''", ""],
    ["end group", "", "", "", ""],
    ["begin repeat", "trip", "Trip", "${m_name} != ''", "field-list"],
    ["text", "to", "To", "", ""],
    ["text", "why", "Why", "", ""],
    ["end repeat", "", "", "", ""],
    ["end repeat", "", "", "", ""],
    ["text", "after", "After", "", ""],
    ["end group", "", "", "", ""],
    ["begin group", "views", "Views", "", "field-list"],
    ["select_one scale", "head", "How is it", "", "label"],
    ["select_one scale", "water", "Water", "", "list-nolabel"],
    ["select_one scale", "road", "Road", "", "list-nolabel"],
    ["text", "more", "More", "", ""],
    ["end group", "", "", "", ""],
    ["begin group", "grid", "Grid", "", "table-list"],
    ["select_one scale", "light", "Light", "", ""],
    ["select_one scale", "phone", "Phone", "", ""],
    ["end group", "", "", "", ""],
    ["begin group", "empty", "Nothing", "", ""],
    ["calculate", "sum", "", "", ""],
    ["end group", "", "", "", ""],
    ["text", "last", "Last", "", ""],
    ["text", "end_word", "End", "", ""],
];

const VALUES: &[&str] = &["", "x", "old", "3", "1"];

fn definition(style: &str) -> Rc<Definition> {
    let cells = |rows: &[[&str; 5]]| rows.iter().map(|row| row.map(str::to_owned).to_vec()).collect();
    let choices = [["list_name", "name", "label"], ["scale", "good", "Good"], ["scale", "bad", "Bad"]];
    let settings = [["form_id", "form_title", "style"], ["f", "The form", style]];
    let small = |rows: &[[&str; 3]]| rows.iter().map(|row| row.map(str::to_owned).to_vec()).collect();
    let mut survey: Vec<Vec<String>> = cells(SURVEY);
    survey[0].push("calculation".into());
    for row in &mut survey[1..] {
        row.push(if row[0] == "calculate" { "1 + 1".into() } else { String::new() });
    }
    let sheet = |name: &str, rows| Sheet { name: name.into(), rows };
    let sheets = vec![sheet("survey", survey), sheet("choices", small(&choices)), sheet("settings", small(&settings))];
    Rc::new(read_workbook("form.xlsx", &Workbook { sheets }).expect("a form without problems").definition)
}

fn begin(style: &str, way: Paging) -> Session {
    let mut session = Session::new(definition(style), Rc::new(Lists::new()), Rc::new(NativeHost::new(0, 480)));
    paging::set(&mut session, way);
    session
}

/// The names of what each page asks, headings in brackets.
fn told(session: &Session) -> Vec<String> {
    let name = |id: &Id| session.path(*id).rsplit('/').next().unwrap_or_default().to_owned();
    let item = |item: &Item| match item {
        Item::Question(id) => name(id),
        Item::Heading(id, words) => {
            assert!(!words.is_empty(), "the heading of {}", name(id));
            format!("[{words}]")
        }
        Item::Table(id) => format!("#{}", name(id)),
        Item::Repeat(repeat) => format!("+{}", name(&repeat.id)),
    };
    session.pages().iter().map(|page| page.items.iter().map(item).collect::<Vec<_>>().join(" ")).collect()
}

/// A filling in which everything is asked, with a second member.
fn full(style: &str, way: Paging) -> Session {
    let mut session = begin(style, way);
    for (path, value) in [
        ("/f/before", "ok"),
        ("/f/home/rooms", "3"),
        ("/f/home/roof/tiles", "old"),
        ("/f/home/member[1]/m_name", "何小军"),
        ("/f/home/member[1]/work/job", "smith"),
    ] {
        let path = path.replace("/f/", "/data/");
        assert!(session.prefill(&path, value), "{path}");
    }
    let member = session.find("/data/home/member").expect("a repeat");
    session.add_repeat(member);
    session
}

#[test]
fn by_question_each_page_asks_one_under_the_headings_that_it_is_in_and_a_table_stays_whole() {
    assert_eq!(
        told(&full("", Paging::Questions)),
        [
            "before",
            "said",
            "rooms",
            "[Roof] tiles",
            "[Roof] [Leaks] where",
            "[Roof] [Leaks] since",
            "[Roof] beams",
            "+member",
            "m_name",
            "[Work] job",
            "[Work] pay",
            "+trip",
            "to",
            "why",
            "m_name",
            "[Work] job",
            "after",
            "head water road",
            "more",
            "#light light phone",
            "last",
            "end_word",
        ]
    );
}

#[test]
fn with_the_style_pages_a_field_list_is_one_page() {
    let mut session = full("theme-grid pages", Paging::Form);
    let expected = [
        "before",
        "said",
        "rooms",
        "[Roof] tiles",
        "[Roof] [Leaks] where since",
        "[Roof] beams",
        "+member",
        "m_name",
        "[Work] job",
        "[Work] pay",
        "+trip",
        "to why",
        "m_name",
        "[Work] job",
        "after",
        "head water road more",
        "#light light phone",
        "last",
        "end_word",
    ];
    assert_eq!(told(&session), expected);
    paging::set(&mut session, Paging::Questions);
    assert!(told(&session).len() > expected.len());
    paging::set(&mut session, Paging::Form);
    assert_eq!(told(&session), expected);
}

#[test]
fn without_that_style_the_form_is_divided_by_its_groups() {
    let by_groups = told(&full("pages", Paging::Groups));
    assert_eq!(told(&full("theme-grid", Paging::Form)), by_groups);
    assert_eq!(by_groups[0], "before said");
    assert_eq!(by_groups[1], "rooms [Roof] tiles [Leaks] where since beams +member");
    assert_eq!(by_groups.last().map(String::as_str), Some("last end_word"));
}

#[test]
fn on_one_page_is_all_but_the_instances_of_repeats() {
    let session = full("", Paging::Whole);
    let pages = told(&session);
    assert_eq!(pages[0], "before said [Home] rooms [Roof] tiles [Leaks] where since beams +member");
    assert_eq!(
        pages.last().map(String::as_str),
        Some("after [Views] head water road more [Grid] #light light phone last end_word")
    );
    let titles: Vec<_> = session.pages().into_iter().map(|page| (page.title, page.section)).collect();
    assert_eq!(titles[0], ("The form".to_owned(), (1, 1)));
    assert_eq!(titles[1].0, "Member 1");
}

#[test]
fn pages_of_one_instance_know_it_and_its_place() {
    let session = full("", Paging::Questions);
    let instance = session.find("/data/home/member[1]").expect("a member");
    let of: Vec<_> = session.pages().into_iter().filter(|page| page.within == instance).collect();
    assert_eq!(of.len(), 4, "{of:?}");
    assert!(of.iter().all(|page| page.repeat == Some((1, 2)) && page.title == "Member 1"), "{of:?}");
}

#[test]
fn a_draft_that_is_opened_in_another_way_shows_what_it_showed() {
    let mut session = full("", Paging::Questions);
    let asked = session.find("/data/home/member[2]/work/job").expect("a question");
    session.set_page(asked);
    let draft = session.draft();
    for (way, items) in [(Paging::Groups, "m_name [Work] job"), (Paging::Questions, "[Work] job")] {
        let host = Rc::new(NativeHost::new(0, 480));
        let (mut again, _) = Session::restore(definition(""), Rc::new(Lists::new()), host, &draft);
        paging::set(&mut again, way);
        let (pages, page) = (again.pages(), again.page());
        let at = pages.iter().position(|other| other.id == page).expect("a page");
        assert_eq!(told(&again)[at], items);
    }
}

#[derive(Clone, Debug)]
enum Step {
    Answer(usize, usize),
    Add(usize),
    Remove(usize),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        6 => (any::<usize>(), any::<usize>()).prop_map(|(question, value)| Step::Answer(question, value)),
        2 => any::<usize>().prop_map(Step::Add),
        1 => any::<usize>().prop_map(Step::Remove),
    ];
    prop::collection::vec(step, 0..20)
}

fn pick<T: Clone>(from: &[T], which: usize) -> Option<T> {
    from.get(which.checked_rem(from.len())?).cloned()
}

fn take(session: &mut Session, step: &Step) {
    let items: Vec<Item> = session.pages().into_iter().flat_map(|page| page.items).collect();
    let questions: Vec<Id> = items.iter().filter(|item| matches!(item, Item::Question(_))).map(Item::id).collect();
    let repeats: Vec<_> =
        items.iter().filter_map(|i| if let Item::Repeat(view) = i { Some(view) } else { None }).collect();
    match step {
        Step::Answer(question, value) => {
            if let Some((id, value)) = pick(&questions, *question).zip(pick(VALUES, *value)) {
                session.answer(id, value);
            }
        }
        Step::Add(which) => drop(pick(&repeats, *which).map(|repeat| session.add_repeat(repeat.id))),
        Step::Remove(which) => {
            let instances: Vec<Id> = repeats.iter().flat_map(|view| &view.instances).map(|(id, _)| *id).collect();
            drop(pick(&instances, *which).map(|instance| session.remove_repeat(instance)));
        }
    }
}

/// Paths of all that applies and is asked or said, in the form's order.
fn applying(session: &Session) -> Vec<String> {
    let states = session.states().into_iter().filter(|state| state.relevant);
    let shown = states.filter(|state| session.find(&state.path).is_some_and(|id| session.question(id).is_some()));
    shown.map(|state| state.path).collect()
}

fn asked(session: &Session, pages: &[Page]) -> Vec<String> {
    let items = pages.iter().flat_map(|page| &page.items);
    items.filter(|item| matches!(item, Item::Question(_))).map(|item| session.path(item.id())).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_question_that_applies_is_on_one_page_in_the_forms_order(steps in steps(), style in "(pages)?") {
        let mut session = begin(&style, Paging::Form);
        for step in &steps {
            take(&mut session, step);
        }
        let expected = applying(&session);
        let mut lists = None;
        for way in Paging::ALL {
            paging::set(&mut session, way);
            let pages = session.pages();
            prop_assert_eq!(asked(&session, &pages), expected.clone(), "{:?}", way);
            let ids: BTreeSet<Id> = pages.iter().map(|page| page.id).collect();
            prop_assert_eq!(ids.len(), pages.len(), "{:?}: two pages of one id", way);
            prop_assert!(pages.iter().all(|page| page.items.iter().any(|item| !matches!(item, Item::Heading(..)))));
            let repeats: Vec<Id> = pages.iter().flat_map(|page| &page.items)
                .filter(|item| matches!(item, Item::Repeat(_))).map(Item::id).collect();
            prop_assert_eq!(lists.get_or_insert_with(|| repeats.clone()), &repeats, "{:?}", way);
            let mut before = 1;
            for page in &pages {
                let (at, of) = page.section;
                prop_assert!((before..=before + 1).contains(&at) && at <= of, "{:?}: section {} of {}", way, at, of);
                before = at;
                session.set_page(page.id);
                prop_assert_eq!(session.page_among(&pages), page.id);
            }
            prop_assert!(pages.last().is_none_or(|page| page.section.0 == page.section.1));
        }
    }

    #[test]
    fn what_was_shown_is_still_shown_when_the_form_is_divided_anew(steps in steps(), at in any::<usize>()) {
        let mut session = begin("pages", Paging::Groups);
        for step in &steps {
            take(&mut session, step);
        }
        for (from, to) in Paging::ALL.into_iter().flat_map(|from| Paging::ALL.map(|to| (from, to))) {
            paging::set(&mut session, from);
            let Some(page) = pick(&session.pages(), at) else { continue };
            session.set_page(page.id);
            paging::set(&mut session, to);
            let here = session.page();
            let pages = session.pages();
            let shown = pages.iter().find(|page| page.id == here).expect("a page");
            let is_same = |item: &Item| !matches!(item, Item::Heading(..)) && page.items.contains(item);
            prop_assert!(shown.items.iter().any(is_same), "{:?} to {:?}: {:?} became {:?}", from, to, page, shown);
        }
    }
}

#[test]
fn a_definition_that_is_divided_as_it_says_is_read_as_it_was_written() {
    let form = definition("pages theme-grid");
    let text = serde_json::to_string(&*form).expect("JSON");
    let read: Definition = zhucun_json::from_text(&text).expect("a definition");
    assert_eq!(read.style, ["pages", "theme-grid"]);
    assert_eq!(read.nodes, form.nodes);
}
