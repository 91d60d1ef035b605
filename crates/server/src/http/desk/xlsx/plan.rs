//! Which columns there are, and where each question of each version of the form goes.

use std::collections::HashMap;

use zhucun_forms::definition::{Kind, Node};
use zhucun_words::{Word, server as w};

use super::{Spec, visits_title};
use crate::{http::desk::answers::Reader, store::Versions};

/// The name of the column that says within which instance of the outer repeat one is.
pub(super) const PARENT: &str = "parent";
/// Letters (UTF-16) that a sheet's name may have.
const NAME_MAX: usize = 31;

/// A part of an answer with a column of its own.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Part {
    /// As it is stored, with its type.
    Stored,
    /// In words.
    Words,
    /// Whether this choice is among those chosen.
    Chosen(String),
    /// The n-th number of a place.
    Place(usize),
}

/// A column.
pub(super) struct Column {
    /// For programs.
    pub(super) name: String,
    /// For people.
    pub(super) label: String,
    /// In letters.
    pub(super) width: f64,
}

/// Where a node's answers go.
#[derive(Clone, Default)]
struct Target {
    columns: Vec<(Part, u16)>,
    /// Of a repeat.
    sheet: usize,
}

/// Sheets with their columns, and the way of each node there.
pub(super) struct Plan {
    /// Title and columns; the first is that of visits.
    pub(super) sheets: Vec<(String, Vec<Column>)>,
    /// By reader and node.
    targets: Vec<Vec<Target>>,
    /// Repeats by their path, and columns by sheet, question and part.
    known_sheets: HashMap<String, usize>,
    known_columns: HashMap<(usize, String, Part), u16>,
}

/// The way down: names for programs and words for people, since the last repeat, and the whole path.
#[derive(Clone, Default)]
struct Way {
    path: String,
    names: Vec<String>,
    labels: Vec<String>,
    sheet: usize,
    repeats: usize,
}

impl Plan {
    pub(super) fn new(spec: &Spec, readers: &[Reader<'_>]) -> Self {
        let mut plan = Self {
            sheets: vec![(visits_title(spec.lang), facts(spec))],
            targets: readers.iter().map(|reader| vec![Target::default(); reader.form.nodes.len()]).collect(),
            known_sheets: HashMap::new(),
            known_columns: HashMap::new(),
        };
        for (index, reader) in readers.iter().enumerate() {
            plan.walk(spec, (index, reader), 0, &Way::default());
        }
        plan
    }

    /// The sheet of a repeat.
    pub(super) fn sheet_of(&self, reader: usize, node: usize) -> usize {
        self.targets[reader][node].sheet
    }

    /// The columns of a question.
    pub(super) fn columns_of(&self, reader: usize, node: usize) -> &[(Part, u16)] {
        &self.targets[reader][node].columns
    }

    fn walk(&mut self, spec: &Spec, (index, reader): (usize, &Reader<'_>), at: usize, way: &Way) {
        for child in reader.children(at) {
            let node = &reader.form.nodes[*child];
            let label = reader.label(node);
            let mut below = way.clone();
            below.path = format!("{}/{}", way.path, node.name);
            match node.kind {
                Kind::Group => {
                    below.names.push(node.name.clone());
                    below.labels.push(label);
                    self.walk(spec, (index, reader), *child, &below);
                }
                Kind::Repeat => {
                    let sheet = *self.known_sheets.entry(below.path.clone()).or_insert_with(|| {
                        self.sheets.push((label, keys(spec, way.repeats > 0)));
                        self.sheets.len() - 1
                    });
                    self.targets[index][*child].sheet = sheet;
                    let inside = Way { path: below.path, sheet, repeats: way.repeats + 1, ..Way::default() };
                    self.walk(spec, (index, reader), *child, &inside);
                }
                // What the phone notes by itself is on the visit's own columns.
                Kind::Root
                | Kind::Note
                | Kind::Start
                | Kind::End
                | Kind::Today
                | Kind::Username
                | Kind::DeviceId
                | Kind::PhoneNumber
                | Kind::Email
                | Kind::SubscriberId
                | Kind::SimSerial
                | Kind::Audit => {}
                _ => {
                    below.names.push(node.name.clone());
                    below.labels.push(label);
                    let (name, label) = (below.names.join("/"), below.labels.join(" · "));
                    for (part, name, label) in parts(spec, reader, node, &name, &label) {
                        let width = width(node.kind, &part, &label);
                        let column = self.column(way.sheet, &below.path, &part, Column { name, label, width });
                        self.targets[index][*child].columns.push((part, column));
                    }
                }
            }
        }
    }

    /// The column of a part of a question, made when no version before had it.
    fn column(&mut self, sheet: usize, path: &str, part: &Part, column: Column) -> u16 {
        *self.known_columns.entry((sheet, path.to_owned(), part.clone())).or_insert_with(|| {
            let columns = &mut self.sheets[sheet].1;
            columns.push(column);
            u16::try_from(columns.len() - 1).unwrap_or(u16::MAX)
        })
    }
}

/// The parts of a question's answer with the names and words of their columns. Names as ODK Central has them: `need/water` for
/// a choice of several, `place-Latitude`; `:label` for words.
fn parts(spec: &Spec, reader: &Reader<'_>, node: &Node, name: &str, label: &str) -> Vec<(Part, String, String)> {
    let said = |word: Word| word.fill(spec.lang, &[("label", label)]);
    let mut parts = Vec::new();
    match node.kind {
        Kind::SelectOne | Kind::SelectMultiple => {
            parts.push((Part::Words, format!("{name}:label"), label.to_owned()));
            parts.push((Part::Stored, name.to_owned(), said(w::CODE_OF)));
        }
        Kind::Geopoint => {
            let words = [
                ("Latitude", w::LATITUDE_OF),
                ("Longitude", w::LONGITUDE_OF),
                ("Altitude", w::ALTITUDE_OF),
                ("Accuracy", w::ACCURACY_OF),
            ];
            for (nth, (part, word)) in words.into_iter().enumerate() {
                parts.push((Part::Place(nth), format!("{name}-{part}"), said(word)));
            }
        }
        _ => parts.push((Part::Stored, name.to_owned(), label.to_owned())),
    }
    if node.kind == Kind::SelectMultiple
        && let Some(source) = node.choices.as_ref().filter(|source| !source.external)
    {
        for choice in reader.form.choices.get(&source.list).unwrap_or_default() {
            let words = format!("{label} · {}", reader.choice(node, &choice.name));
            parts.push((Part::Chosen(choice.name.clone()), format!("{name}/{}", choice.name), words));
        }
    }
    parts
}

fn column(name: &str, word: Word, spec: &Spec, width: f64) -> Column {
    Column { name: name.to_owned(), label: word.get(spec.lang).to_owned(), width }
}

/// The columns every visit has.
fn facts(spec: &Spec) -> Vec<Column> {
    let mut columns =
        vec![column("household", w::COLUMN_HOUSEHOLD, spec, 12.0), column("group", w::COLUMN_GROUP, spec, 6.0)];
    if spec.villages {
        columns.push(column("village", w::COLUMN_VILLAGE, spec, 12.0));
    }
    columns.extend([
        column("day", w::COLUMN_DAY, spec, 12.0),
        column("by", w::COLUMN_BY, spec, 10.0),
        column("started_at", w::COLUMN_STARTED, spec, 17.0),
        column("finished_at", w::COLUMN_FINISHED, spec, 17.0),
        column("form_version", w::COLUMN_VERSION, spec, 12.0),
        column("household_id", w::COLUMN_HOUSEHOLD_ID, spec, 14.0),
        column("visit", w::COLUMN_VISIT, spec, 14.0),
    ]);
    if spec.versions == Versions::All {
        columns.extend([
            column("replaces", w::COLUMN_REPLACES, spec, 14.0),
            column("corrected_at", w::COLUMN_CORRECTED, spec, 17.0),
            column("corrected_by", w::COLUMN_CORRECTED_BY, spec, 10.0),
            column("reason", w::COLUMN_REASON, spec, 24.0),
        ]);
    }
    columns
}

/// The columns by which an instance of a repeat finds its visit.
fn keys(spec: &Spec, nested: bool) -> Vec<Column> {
    let mut columns = vec![column("household", w::COLUMN_HOUSEHOLD, spec, 12.0)];
    if spec.villages {
        columns.push(column("village", w::COLUMN_VILLAGE, spec, 12.0));
    }
    columns.push(column("day", w::COLUMN_DAY, spec, 12.0));
    columns.push(column("visit", w::COLUMN_VISIT, spec, 14.0));
    if nested {
        columns.push(column(PARENT, w::COLUMN_PARENT, spec, 10.0));
    }
    columns.push(column("number", w::COLUMN_NUMBER, spec, 6.0));
    columns
}

/// Room for the answers, and for a heading of two or three lines.
fn width(kind: Kind, part: &Part, label: &str) -> f64 {
    let letters: usize = label.chars().map(|letter| if letter.is_ascii() { 1 } else { 2 }).sum();
    let answers: f64 = match (part, kind) {
        (Part::Chosen(_) | Part::Place(_), _) => 8.0,
        (Part::Words, _) => 18.0,
        (Part::Stored, Kind::Integer | Kind::Decimal | Kind::Range | Kind::Calculate | Kind::Acknowledge) => 10.0,
        (Part::Stored, Kind::Date | Kind::Time) => 12.0,
        (Part::Stored, Kind::DateTime) => 17.0,
        (Part::Stored, Kind::Text) => 24.0,
        (Part::Stored, _) => 14.0,
    };
    answers.max(letters as f64 / 3.0 + 2.0).min(40.0)
}

/// A name that Excel takes and no other sheet has: at most 31 letters, none of `[]:*?/\`, no apostrophe at an end.
pub(super) fn sheet_name(wanted: &str, given: &mut Vec<String>) -> String {
    let clean: String = wanted
        .chars()
        .map(|letter| if "[]:*?/\\".contains(letter) || letter.is_control() { ' ' } else { letter })
        .collect();
    let clean = clean.trim_matches(['\'', ' ']);
    let clean = if clean.is_empty() { "-" } else { clean };
    for number in 1_usize.. {
        // Excel keeps "History" for itself.
        let mark = if number == 1 { String::new() } else { format!(" ({number})") };
        let mut name = String::new();
        for letter in clean.chars() {
            if name.encode_utf16().count() + letter.len_utf16() + mark.len() > NAME_MAX {
                break;
            }
            name.push(letter);
        }
        let name = format!("{}{mark}", name.trim_end_matches(['\'', ' ']));
        let lower = name.to_lowercase();
        if lower != "history" && !given.contains(&lower) {
            given.push(lower);
            return name;
        }
    }
    clean.to_owned()
}
