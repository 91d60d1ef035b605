//! Visits as a table: a row a visit, a column a question, repeats numbered up to the most that a visit has.

use std::collections::BTreeMap;

use serde_json::Value;
use zhucun_forms::definition::Kind;

use super::answers::{Outside, Reader};

/// What the cells say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cells {
    /// Labels and words.
    Words,
    /// Names and values as stored, for programs.
    Names,
}

/// A visit to put into a table: which of the readers reads it, and its answers.
#[derive(Clone, Copy, Debug)]
pub struct Filled<'a> {
    /// Index of the reader (one a version of the form).
    pub reader: usize,
    /// The answers.
    pub answers: &'a Value,
}

/// A step on the way to an answer: the element's name, and which instance of a repeat.
type Step = (String, Option<usize>);

struct Column {
    steps: Vec<Step>,
    /// Names without instances: the same question in every version.
    question: String,
    heading: String,
}

/// Heading and rows. Columns are those of the first reader (the newest version), then what only older ones ask.
#[must_use]
pub fn table(
    readers: &[Reader<'_>],
    visits: &[Filled<'_>],
    cells: Cells,
    outside: &dyn Outside,
) -> (Vec<String>, Vec<Vec<String>>) {
    let mut most = BTreeMap::new();
    for visit in visits {
        count_instances(&readers[visit.reader], 0, visit.answers, "", &mut most);
    }
    let mut columns: Vec<Column> = Vec::new();
    for reader in readers {
        let mut own = Vec::new();
        walk(reader, 0, &Way::default(), &most, cells, &mut own);
        own.retain(|column| !columns.iter().any(|known| known.steps == column.steps));
        columns.extend(own);
    }
    let questions: Vec<_> = readers.iter().map(questions).collect();
    let rows = visits
        .iter()
        .map(|visit| {
            let (reader, questions) = (&readers[visit.reader], &questions[visit.reader]);
            columns
                .iter()
                .map(|column| {
                    let Some(value) = find(visit.answers, &column.steps) else { return String::new() };
                    match questions.get(&column.question) {
                        Some(node) if cells == Cells::Words && is_chosen(reader.form.nodes[*node].kind) => {
                            reader.words(&reader.form.nodes[*node], value, visit.answers, outside)
                        }
                        Some(_) => value.to_owned(),
                        None => String::new(),
                    }
                })
                .collect()
        })
        .collect();
    (columns.into_iter().map(|column| column.heading).collect(), rows)
}

/// Whether an answer is a code that has words. Dates, numbers and places stay as spreadsheets read and sort them.
const fn is_chosen(kind: Kind) -> bool {
    matches!(kind, Kind::SelectOne | Kind::SelectMultiple | Kind::Rank | Kind::Acknowledge)
}

fn count_instances(reader: &Reader<'_>, at: usize, value: &Value, way: &str, most: &mut BTreeMap<String, usize>) {
    for child in reader.children(at) {
        let node = &reader.form.nodes[*child];
        let Some(inner) = value.get(&node.name) else { continue };
        let below = format!("{way}/{}", node.name);
        match node.kind {
            Kind::Group => count_instances(reader, *child, inner, &below, most),
            Kind::Repeat => {
                let instances = inner.as_array().map_or(&[][..], Vec::as_slice);
                let known = most.entry(below.clone()).or_default();
                *known = instances.len().max(*known);
                for instance in instances {
                    count_instances(reader, *child, instance, &below, most);
                }
            }
            _ => {}
        }
    }
}

/// The way down to a column.
#[derive(Clone, Default)]
struct Way {
    steps: Vec<Step>,
    question: String,
    headings: Vec<String>,
}

impl Way {
    fn down(&self, name: &str, instance: Option<usize>, label: &str, cells: Cells) -> Self {
        let mut below = self.clone();
        below.steps.push((name.to_owned(), instance));
        below.question = format!("{}/{name}", self.question);
        let mut heading = if cells == Cells::Words { label.to_owned() } else { name.to_owned() };
        if let Some(n) = instance {
            heading.push_str(&format!("[{}]", n + 1));
        }
        below.headings.push(heading);
        below
    }
}

fn walk(
    reader: &Reader<'_>,
    at: usize,
    way: &Way,
    most: &BTreeMap<String, usize>,
    cells: Cells,
    columns: &mut Vec<Column>,
) {
    for child in reader.children(at) {
        let node = &reader.form.nodes[*child];
        let label = reader.label(node);
        match node.kind {
            Kind::Group => walk(reader, *child, &way.down(&node.name, None, &label, cells), most, cells, columns),
            Kind::Repeat => {
                let question = format!("{}/{}", way.question, node.name);
                for n in 0..most.get(&question).copied().unwrap_or(0) {
                    walk(reader, *child, &way.down(&node.name, Some(n), &label, cells), most, cells, columns);
                }
            }
            Kind::Note => {}
            _ if cells == Cells::Words && !node.is_told() => {}
            _ => {
                let below = way.down(&node.name, None, &label, cells);
                let between = if cells == Cells::Words { " · " } else { "/" };
                columns.push(Column {
                    heading: below.headings.join(between),
                    steps: below.steps,
                    question: below.question,
                });
            }
        }
    }
}

/// The questions of a form by their names from the root down.
fn questions(reader: &Reader<'_>) -> BTreeMap<String, usize> {
    let mut ways: Vec<String> = Vec::with_capacity(reader.form.nodes.len());
    let mut found = BTreeMap::new();
    for (index, node) in reader.form.nodes.iter().enumerate() {
        let way = if index == 0 {
            String::new()
        } else {
            let above = ways.get(node.parent as usize).map_or("", String::as_str);
            format!("{above}/{}", node.name)
        };
        if !matches!(node.kind, Kind::Root | Kind::Group | Kind::Repeat | Kind::Note) {
            found.insert(way.clone(), index);
        }
        ways.push(way);
    }
    found
}

fn find<'v>(answers: &'v Value, steps: &[Step]) -> Option<&'v str> {
    steps
        .iter()
        .try_fold(answers, |value, (name, instance)| {
            let inner = value.get(name)?;
            instance.map_or(Some(inner), |n| inner.get(n))
        })?
        .as_str()
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use zhucun_words::Lang;

    use super::{
        super::answers::tests::{Shiban, answers, form},
        *,
    };

    #[test]
    fn repeats_are_numbered_up_to_the_most_that_a_visit_has() {
        let form = form();
        let readers = [Reader::new(&form, Lang::Zh)];
        let (answers, short) = (answers(), json!({"who": {"member": [{"name": "罗素英"}]}, "start": "s"}));
        let visits = [Filled { reader: 0, answers: &answers }, Filled { reader: 0, answers: &short }];
        let (heading, rows) = table(&readers, &visits, Cells::Words, &Shiban);
        assert_eq!(
            heading,
            [
                "对象 · 农户",
                "对象 · 位置",
                "对象 · 成员[1] · 姓名",
                "对象 · 成员[1] · 出生",
                "对象 · 成员[2] · 姓名",
                "对象 · 成员[2] · 出生",
                "对象 · 病",
                "照片:…",
                "确认"
            ]
        );
        assert_eq!(rows[0][..4], ["何德贵 · 1组", "31.2 107.5 600 8.4", "何德贵", "1970-01-05"]);
        assert_eq!(rows[1][2..5], ["罗素英", "", ""]);
        let (heading, rows) = table(&readers, &visits, Cells::Names, &Shiban);
        assert_eq!(heading[..4], ["start", "who/household", "who/place", "who/member[1]/name"]);
        assert_eq!(rows[0][1], "h-1");
        assert_eq!(rows[1][0], "s");
    }

    #[test]
    fn what_only_an_older_version_asks_keeps_its_column() {
        let new = form();
        let mut old = form();
        old.nodes[3].name = "farm".into();
        let readers = [Reader::new(&new, Lang::En), Reader::new(&old, Lang::En)];
        let (first, second) = (json!({"who": {"household": "h-1"}}), json!({"who": {"farm": "h-1"}}));
        let visits = [Filled { reader: 0, answers: &first }, Filled { reader: 1, answers: &second }];
        let (heading, rows) = table(&readers, &visits, Cells::Words, &Shiban);
        assert_eq!(heading.iter().filter(|h| *h == "Who · Household").count(), 2);
        assert_eq!((rows[0][0].as_str(), rows[1][0].as_str()), ("何德贵 · 1组", ""));
        assert_eq!(rows[1].last().map(String::as_str), Some("何德贵 · 1组"));
    }
}
