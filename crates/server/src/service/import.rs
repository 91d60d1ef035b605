//! A list of households (CSV) into a village's stream, whole or not at all.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use serde_json::{Value, json};
use zhucun_domain::{
    collection,
    household::{self, HouseholdProblem, field},
};
use zhucun_sync::{Change, Record, RecordKey, StreamId};

use super::random;
use crate::store::{Act, Store, StoreError};

/// The author of imported changes.
pub const AUTHOR: &str = "import";

/// Longest text of a column, characters.
const LONGEST: usize = 200;

/// A household as the list has it: its id, and field to text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HouseholdLine {
    /// From `name`: the record's id.
    pub id: String,
    /// The columns that the file has.
    pub fields: BTreeMap<&'static str, String>,
}

/// What is wrong in the file and where; lines count from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CsvProblem {
    /// Line; 0 when the file itself is the matter.
    pub line: u64,
    /// Column's name; empty when the line itself is the matter.
    pub column: &'static str,
    /// What, and what to do.
    pub text: &'static str,
}

impl fmt::Display for CsvProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.line, self.column) {
            (0, _) => f.write_str(self.text),
            (line, "") => write!(f, "line {line}: {}", self.text),
            (line, column) => write!(f, "line {line}, {column}: {}", self.text),
        }
    }
}

/// How many of each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// New households.
    pub added: usize,
    /// Households with something new.
    pub updated: usize,
    /// Households that were so already.
    pub same: usize,
}

const COLUMNS: [&str; 5] = [field::HEAD_NAME, field::GROUP, field::KIND, field::PHONE, field::ADDRESS];

/// Reads a list; a byte order mark is taken. Columns that are not known are left out.
///
/// # Errors
/// Everything that is wrong, by line and column.
pub fn read(bytes: &[u8]) -> Result<Vec<HouseholdLine>, Vec<CsvProblem>> {
    let whole = |text| vec![CsvProblem { line: 0, column: "", text }];
    let text = std::str::from_utf8(bytes)
        .map_err(|_| whole("the file is not in UTF-8: in Excel save it as “CSV UTF-8”"))?
        .trim_start_matches('\u{feff}');
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_bytes());
    let headers = reader.headers().map_err(|_| whole("the first line with the column names cannot be read"))?.clone();
    let position = |name: &str| headers.iter().position(|header| header.eq_ignore_ascii_case(name));
    let missing: Vec<CsvProblem> = ["name", field::HEAD_NAME, field::GROUP]
        .into_iter()
        .filter(|name| position(name).is_none())
        .map(|column| CsvProblem { line: 1, column, text: "this column is missing: add it to the first line" })
        .collect();
    if !missing.is_empty() {
        return Err(missing);
    }
    let places: Vec<(&'static str, usize)> =
        COLUMNS.into_iter().filter_map(|column| Some((column, position(column)?))).collect();
    let name_at = position("name").unwrap_or(0);
    let mut problems = Vec::new();
    let mut list = Vec::new();
    let mut ids = BTreeSet::new();
    for record in reader.records() {
        match record {
            Ok(record) => {
                let line = record.position().map_or(0, csv::Position::line);
                let fields =
                    places.iter().map(|(name, at)| (*name, record.get(*at).unwrap_or("").to_owned())).collect();
                let household = HouseholdLine { id: record.get(name_at).unwrap_or("").to_owned(), fields };
                check(&household, line, &mut problems);
                if !ids.insert(household.id.clone()) {
                    problems.push(CsvProblem {
                        line,
                        column: "name",
                        text: "this name is there twice: make it unique",
                    });
                }
                list.push(household);
            }
            Err(error) => {
                let line = error.position().map_or(0, csv::Position::line);
                let text = "this line has more or fewer columns than the first one: put texts with commas in quotes";
                problems.push(CsvProblem { line, column: "", text });
            }
        }
    }
    if list.is_empty() && problems.is_empty() {
        problems = whole("the file has no line below the column names");
    }
    if problems.is_empty() { Ok(list) } else { Err(problems) }
}

fn check(household: &HouseholdLine, line: u64, problems: &mut Vec<CsvProblem>) {
    let text = |column: &str| household.fields.get(column).map_or("", String::as_str);
    let mut problem = |column, text| problems.push(CsvProblem { line, column, text });
    let id = &household.id;
    if id.is_empty() || id.len() > 100 || id.contains(|c: char| c.is_whitespace() || c.is_control()) {
        problem("name", "a name without blanks is needed, 100 characters at most, e.g. h-0001");
    }
    for wrong in household::check(text(field::HEAD_NAME), text(field::GROUP), text(field::PHONE)) {
        match wrong {
            HouseholdProblem::HeadName => problem(field::HEAD_NAME, "the head's name has two characters at least"),
            HouseholdProblem::Group => problem(field::GROUP, "the group is a number from 1 to 99"),
            HouseholdProblem::Phone => problem(field::PHONE, "digits, blanks, + and - only"),
        }
    }
    for (column, text) in &household.fields {
        if text.chars().count() > LONGEST || text.contains('\0') {
            problem(column, "too long, or it holds a NUL character");
        }
    }
    if !text(field::KIND).bytes().all(|b| b.is_ascii_lowercase() || b == b'_') {
        problem(field::KIND, "a code is wanted, e.g. general, poor, unstable");
    }
}

/// Writes a list in one transaction with the row of the act: only fields that differ, so that importing again changes nothing.
///
/// # Errors
/// When the database fails; then nothing is written.
pub async fn write(
    store: &Store,
    stream: &StreamId,
    list: &[HouseholdLine],
    act: Act<'_>,
) -> Result<Imported, StoreError> {
    let mut done = Imported::default();
    let mut changes = Vec::new();
    for household in list {
        let key = RecordKey::new(collection::HOUSEHOLDS, household.id.clone());
        let record = store.record(stream, &key).await?;
        let fields = household.fields.iter().map(|(name, text)| (*name, Value::from(text.as_str())));
        match server_change(key, record.as_ref(), fields, AUTHOR, act.at) {
            None => done.same += 1,
            Some(change) => {
                changes.push(change);
                if record.is_some() { done.updated += 1 } else { done.added += 1 }
            }
        }
    }
    store.administer(stream, AUTHOR, &changes, None, act).await?;
    Ok(done)
}

/// A change that the server makes itself: of the given fields those that differ from the record. `None` when none does.
/// Empty texts are not written to a field that is not there.
#[must_use]
pub fn server_change<'a>(
    key: RecordKey,
    record: Option<&Record>,
    fields: impl IntoIterator<Item = (&'a str, Value)>,
    device: &str,
    now: i64,
) -> Option<Change> {
    let mut patch = BTreeMap::new();
    let mut prev = BTreeMap::new();
    for (name, value) in fields {
        let heads = record.map(|record| record.heads(name)).unwrap_or_default();
        let shown = record.and_then(|record| record.get(name));
        let nothing = shown.is_none() && (value.is_null() || value == json!(""));
        if nothing || (shown == Some(&value) && heads.len() == 1) {
            continue;
        }
        if !heads.is_empty() {
            prev.insert(name.to_owned(), heads);
        }
        patch.insert(name.to_owned(), value);
    }
    (!patch.is_empty()).then(|| Change {
        id: random::uuid_v7(now),
        record: key,
        patch,
        prev: prev.into_iter().collect(),
        device: device.to_owned(),
        device_time: now,
        format: Change::FORMAT,
        extra: BTreeMap::new(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_with_a_byte_order_mark_and_a_strange_column_is_read() {
        let list = read("\u{feff}name,label,head_name,group,kind\nh-1,\"1组, 何\",何德贵,1,poor\n".as_bytes());
        let list = list.expect("a good list");
        assert_eq!(list[0].id, "h-1");
        assert_eq!(list[0].fields["head_name"], "何德贵");
        assert!(!list[0].fields.contains_key("phone"), "a column that is not there is not emptied");
    }

    #[test]
    fn every_problem_has_its_line_and_column() {
        let file = "name,head_name,group,phone\nh 1,何德贵,1,\nh-2,何,x,abc\nh-2,罗素英,2,1,2\nh-2,罗素英,2,1\n";
        let problems = read(file.as_bytes()).expect_err("a bad list");
        let shown: Vec<String> = problems.iter().map(ToString::to_string).collect();
        insta::assert_snapshot!(shown.join("\n"), @r#"
        line 2, name: a name without blanks is needed, 100 characters at most, e.g. h-0001
        line 3, head_name: the head's name has two characters at least
        line 3, group: the group is a number from 1 to 99
        line 3, phone: digits, blanks, + and - only
        line 4: this line has more or fewer columns than the first one: put texts with commas in quotes
        line 5, name: this name is there twice: make it unique
        "#);
        assert_eq!(
            read(b"name,head_name\n").expect_err("no group")[0].to_string(),
            "line 1, group: this column is missing: add it to the first line"
        );
        assert!(read(&[0xc4, 0xe3]).expect_err("GBK")[0].to_string().contains("UTF-8"));
    }
}
