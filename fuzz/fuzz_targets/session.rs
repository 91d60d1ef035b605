//! A random form is filled at random: whatever is answered, added, taken away and brought back, what was computed step by
//! step is what a fresh start gives.
#![no_main]

use std::rc::Rc;

use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;
use zhucun_forms::contract::{Draft, Id, Item, QuestionView};
use zhucun_forms::definition::{Kind, Node};
use zhucun_forms::parse::{Sheet, Workbook, read_workbook};
use zhucun_forms::{Definition, NativeHost, Removed, Session};

#[derive(Arbitrary, Debug)]
struct Row {
    kind: u8,
    /// Which parts of an expression, and which questions they name.
    relevant: Option<(u8, u8, u8)>,
    calculation: Option<(u8, u8, u8)>,
    constraint: Option<(u8, u8, u8)>,
    filter: Option<(u8, u8, u8)>,
    count: Option<(u8, u8, u8)>,
    default: Option<(u8, u8, u8)>,
    label: Option<u8>,
    trigger: Option<u8>,
}

#[derive(Arbitrary, Debug)]
enum Step {
    Answer(u8, u8),
    Add(u8),
    Remove(u8),
    Undo,
    Reopen,
    Language(u8),
}

const KINDS: [&str; 12] = [
    "integer",
    "text",
    "select_one colour",
    "select_multiple colour",
    "calculate",
    "begin group",
    "end group",
    "begin repeat",
    "end repeat",
    "note",
    "date",
    "rank colour",
];

const VALUES: [&str; 14] =
    ["", "1", "2", "7", "-3", "red", "red blue", "2026-11-23", "何德贵", "x y", "green", "0", "40", "1500"];

/// Fillings of more questions are looked at once, at the end.
const MANY: usize = 2_000;

/// An expression over two questions.
fn expression((form, one, other): (u8, u8, u8), questions: usize) -> String {
    let name = |which: u8| format!("${{q{}}}", usize::from(which) % questions.max(1));
    let (one, other) = (name(one), name(other));
    match form % 14 {
        0 => format!("{one} = {other}"),
        1 => format!("{one} > 2"),
        2 => format!("{one} + 1"),
        3 => format!("count({one})"),
        4 => format!("sum({one}) + {other}"),
        5 => format!("if({one} = '', {other}, 3)"),
        6 => format!("concat({one}, '-', {other})"),
        7 => "position(..)".into(),
        8 => format!("selected({one}, 'red')"),
        9 => format!("{one} != '' and {other} != ''"),
        10 => format!("count({one}[. > 1])"),
        11 => format!("coalesce({one}, {other})"),
        12 => format!("once({one})"),
        _ => format!("not({one})"),
    }
}

fn workbook(rows: &[Row]) -> Workbook {
    let head = [
        "type",
        "name",
        "label::zh",
        "label::en",
        "relevant",
        "calculation",
        "constraint",
        "choice_filter",
        "repeat_count",
        "default",
        "trigger",
    ];
    let mut survey = vec![head.map(str::to_owned).to_vec()];
    let questions = rows.len();
    let mut open: Vec<&str> = Vec::new();
    for (number, row) in rows.iter().enumerate() {
        let mut kind = KINDS[usize::from(row.kind) % KINDS.len()];
        // What ends is what was begun last.
        if kind.starts_with("end") {
            match open.pop() {
                Some(begun) => kind = if begun == "begin group" { "end group" } else { "end repeat" },
                None => continue,
            }
        } else if kind.starts_with("begin") {
            open.push(kind);
        }
        let text = |part: Option<(u8, u8, u8)>| part.map_or_else(String::new, |part| expression(part, questions));
        let is_select = kind.contains("colour");
        let label = match row.label {
            Some(which) => format!("Q ${{q{}}}", usize::from(which) % questions),
            None => format!("Q {number}"),
        };
        let trigger = row.trigger.map_or_else(String::new, |which| format!("${{q{}}}", usize::from(which) % questions));
        survey.push(vec![
            kind.to_owned(),
            format!("q{number}"),
            label.clone(),
            label,
            text(row.relevant),
            text(row.calculation),
            text(row.constraint),
            if is_select { text(row.filter).replace("${q", "name != ${q") } else { String::new() },
            if kind == "begin repeat" { text(row.count) } else { String::new() },
            text(row.default),
            trigger,
        ]);
    }
    while let Some(begun) = open.pop() {
        survey.push(vec![begun.replace("begin", "end")]);
    }
    let choices = [
        ["list_name", "name", "label"],
        ["colour", "red", "Red"],
        ["colour", "green", "Green"],
        ["colour", "blue", "Blue"],
    ];
    let choices = choices.map(|cells| cells.map(str::to_owned).to_vec()).to_vec();
    let sheet = |name: &str, rows| Sheet { name: name.into(), rows };
    Workbook { sheets: vec![sheet("survey", survey), sheet("choices", choices)] }
}

fn host() -> Rc<NativeHost> {
    Rc::new(NativeHost::new(1_795_406_400_000, 480).signed_in("luo", "device"))
}

fn items(session: &Session) -> Vec<Item> {
    session.pages().into_iter().flat_map(|page| page.items).collect()
}

fn questions(session: &Session) -> Vec<Id> {
    let id = |item| if let Item::Question(id) = item { Some(id) } else { None };
    items(session).into_iter().filter_map(id).collect()
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

fn reopened(definition: &Rc<Definition>, draft: &Draft) -> Session {
    let (again, unknown) = Session::restore(Rc::clone(definition), Rc::default(), host(), draft);
    assert!(unknown.is_empty(), "{unknown:?} has no place");
    again
}

fn pick<T: Clone>(from: &[T], which: u8) -> Option<T> {
    from.get(usize::from(which).checked_rem(from.len())?).cloned()
}

fn take(session: &mut Session, definition: &Rc<Definition>, undo: &mut Vec<Removed>, step: &Step) {
    let repeats: Vec<_> = items(session)
        .into_iter()
        .filter_map(|item| if let Item::Repeat(view) = item { Some(view) } else { None })
        .collect();
    match step {
        Step::Answer(question, value) => {
            if let Some(id) = pick(&questions(session), *question) {
                let value = VALUES[usize::from(*value) % VALUES.len()];
                session.answer(id, value);
                // Whatever came into being by it, and with whatever default.
                let is_typed = |view: &QuestionView| matches!(view.kind, Kind::Text | Kind::Integer | Kind::Date);
                if let Some(view) = session.question(id).filter(|view| is_typed(view) && !sets_itself(definition)) {
                    assert_eq!(view.value, value, "at {}", session.path(id));
                }
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
            *session = reopened(definition, &session.draft());
            // Ids are of one session.
            undo.clear();
        }
        Step::Language(which) => {
            session.set_language(usize::from(*which) % 2);
        }
    }
}

/// Whether answers may be set by others or by calculations.
fn sets_itself(definition: &Definition) -> bool {
    let is_set = |node: &Node| !node.actions.is_empty() || (node.kind != Kind::Calculate && !node.calculate.is_empty());
    definition.nodes.iter().any(is_set)
}

/// Whether what it has depends on what was there before: of such forms only that they can be filled.
fn has_memory(definition: &Definition, index: usize) -> bool {
    let node = &definition.nodes[index];
    // A count may read the instances that it counts ("one more while the last one says so"), or what is in them.
    let is_inside = |name: &str| {
        let mut here = definition.nodes.iter().position(|node| node.name == name).unwrap_or(0);
        while here > index {
            here = definition.nodes[here].parent as usize;
        }
        here == index
    };
    let mut names = node.repeat_count.split(|letter: char| !letter.is_alphanumeric());
    let counts_itself = index != 0 && names.any(is_inside);
    let is_kept = !node.calculate.is_empty() && (node.kind != Kind::Calculate || node.calculate.contains("once("));
    !node.actions.is_empty() || node.dynamic_default || counts_itself || is_kept
}

fuzz_target!(|given: (Vec<Row>, Vec<Step>)| {
    let (mut rows, mut steps) = given;
    rows.truncate(16);
    steps.truncate(24);
    let Ok(parsed) = read_workbook("form.xlsx", &workbook(&rows)) else { return };
    let has_memory = (0..parsed.definition.nodes.len()).any(|index| has_memory(&parsed.definition, index));
    let definition = Rc::new(parsed.definition);
    let mut session = Session::new(Rc::clone(&definition), Rc::default(), host());
    let mut undo = Vec::new();
    for (number, step) in steps.iter().enumerate() {
        take(&mut session, &definition, &mut undo, step);
        // What had no room may have it when the rest is opened anew.
        let is_bounded = session.eval_problems().iter().any(|problem| problem.message.starts_with("over "));
        let is_looked_at = number + 1 == steps.len() || questions(&session).len() < MANY;
        if !has_memory && !is_bounded && is_looked_at {
            let again = reopened(&definition, &session.draft());
            assert_eq!(seen(&again), seen(&session));
        }
    }
    session.problems();
    drop(session.finalise());
});
