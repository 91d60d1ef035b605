//! The workbook is read back by another library.

use std::io::Cursor;

use calamine::{Data, DataType as _, Range, Reader as _, Xlsx};
use proptest::prelude::*;
use serde_json::{Value, json};
use zhucun_sync::{Change, Record, RecordKey};

use super::{cells::exact, plan::sheet_name, *};

fn form(version: &str) -> Definition {
    let text = |zh: &str, en: &str| json!([[zh], [en]]);
    let mut form = json!({
        "id": "f", "version": version, "title": text("走访", "Visit"), "languages": ["中文 (zh)", "English (en)"],
        "default_language": 0,
        "nodes": [
            {"n": "data", "p": 0, "k": "root"},
            {"n": "start", "p": 0, "k": "start"},
            {"n": "who", "p": 0, "k": "group", "l": text("对象", "Who")},
            {"n": "household", "p": 2, "k": "select_one", "l": text("农户", "Household"),
             "ch": {"list": "households", "x": true}},
            {"n": "place", "p": 2, "k": "geopoint", "l": text("位置", "Where")},
            {"n": "member", "p": 2, "k": "repeat", "l": text("成员[/]", "Member")},
            {"n": "name", "p": 5, "k": "text", "l": text("姓名", "Name")},
            {"n": "birth", "p": 5, "k": "date", "l": text("出生", "Birth")},
            {"n": "job", "p": 5, "k": "repeat", "l": text("务工", "Job")},
            {"n": "months", "p": 8, "k": "integer", "l": text("几个月", "Months")},
            {"n": "ill", "p": 0, "k": "select_multiple", "l": text("病", "Ill"), "ch": {"list": "ill"}},
            {"n": "id", "p": 0, "k": "integer", "l": text("证件", "Id")},
            {"n": "sum", "p": 0, "k": "calculate"},
            {"n": "at", "p": 0, "k": "date_time", "l": text("何时", "When")},
            {"n": "clock", "p": 0, "k": "time", "l": text("几点", "Clock")},
            {"n": "sure", "p": 0, "k": "acknowledge", "l": text("确认", "Sure")},
        ],
        "choices": {"ill": [{"n": "a", "l": text("甲", "A")}, {"n": "b", "l": text("乙", "B")}]},
    });
    if version == "1" {
        form["nodes"].as_array_mut().unwrap().push(json!({"n": "old", "p": 0, "k": "text", "l": text("旧", "Old")}));
    }
    serde_json::from_value(form).unwrap()
}

fn visit(id: &str, fields: &Value) -> RecordRow {
    let mut record = Record::default();
    let change = Change {
        id: "c".into(),
        record: RecordKey::new("visits", id),
        patch: serde_json::from_value(fields.clone()).unwrap(),
        prev: Default::default(),
        device: "d".into(),
        device_time: 0,
        format: 1,
        extra: Default::default(),
    };
    record.apply(&change, 0, "u");
    RecordRow { id: id.to_owned(), sort_key: String::new(), record }
}

fn full() -> RecordRow {
    visit(
        "v-1",
        &json!({
            "form_version": "2", "household": "520100198603120017", "day": "2026-11-23", "finished_at": 1_795_400_000_000_i64,
            "started_at": 1_795_399_200_000_i64, "replaces": "v-0", "corrected_at": 1_795_400_060_000_i64, "reason": "=1",
            "answers": {
                "who": {
                    "household": "h-1", "place": "31.2 107.5 600 8.4",
                    "member": [
                        {"name": "=HYPERLINK(\"x\")", "birth": "1970-01-05", "job": [{"months": "3"}, {"months": "6"}]},
                        {"name": "乙\u{1}", "birth": "1899-01-01", "job": []},
                    ],
                },
                "ill": "b", "id": "520100198603120017", "sum": "1234.50", "at": "2026-11-23T09:30:00.000+09:00",
                "clock": "09:45:00.000+08:00", "sure": "OK",
            },
        }),
    )
}

fn made(versions: Versions, villages: bool, visits: Vec<(usize, RecordRow)>, max_rows: u32) -> Xlsx<Cursor<Vec<u8>>> {
    let spec = Spec { forms: vec![form("2"), form("1")], lang: Lang::Zh, versions, villages };
    let readers: Vec<_> = spec.forms.iter().map(|form| Reader::new(form, spec.lang)).collect();
    let mut book = Book::new(&spec, &readers, max_rows).unwrap();
    let batch = Batch { village: "石板村".into(), around: Arc::default(), visits };
    for (reader, visit) in &batch.visits {
        book.visit(&batch, *reader, visit).unwrap();
    }
    let mut bytes = Vec::new();
    std::io::Read::read_to_end(&mut book.end().unwrap(), &mut bytes).unwrap();
    Xlsx::new(Cursor::new(bytes)).unwrap()
}

/// The cell under a name in a row, from the top.
fn cell<'a>(sheet: &'a Range<Data>, name: &str, row: u32) -> &'a Data {
    let column = (0..).take(sheet.width()).find(|at| sheet.get_value((0, *at)).is_some_and(|cell| cell == name));
    sheet.get_value((row, column.unwrap_or_else(|| panic!("no column {name}")))).unwrap_or(&Data::Empty)
}

/// A date or time of Excel; empty when it is none.
fn when(cell: &Data) -> String {
    let Data::DateTime(at) = cell else { return String::new() };
    let (year, month, day, hour, minute, second, _) = at.to_ymd_hms_milli();
    format!("{year}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}")
}

#[test]
fn cells_have_the_types_of_their_questions_and_text_is_text() {
    let mut book = made(Versions::All, true, vec![(0, full())], ROWS);
    assert_eq!(book.sheet_names(), ["走访", "成员", "务工"]);
    let main = book.worksheet_range("走访").unwrap();
    let text = |name: &str| cell(&main, name, 2).get_string().map(str::to_owned).unwrap_or_default();
    let number = |name: &str| cell(&main, name, 2).get_float();
    let moment = |name: &str| when(cell(&main, name, 2));
    assert_eq!(text("village"), "石板村");
    assert_eq!(text("household_id"), "520100198603120017", "an id is not rounded");
    assert_eq!((text("visit"), text("replaces"), text("reason")), ("v-1".into(), "v-0".into(), "=1".into()));
    assert_eq!(moment("day"), "2026-11-23 00:00:00");
    assert_eq!(moment("finished_at"), "2026-11-23 10:13:20");
    assert_eq!(moment("at"), "2026-11-23 08:30:00", "the county's clock");
    assert_eq!(&moment("clock")[11..], "09:45:00");
    assert_eq!((text("who/household:label"), text("who/household")), ("h-1".into(), "h-1".into()));
    assert_eq!(["Latitude", "Accuracy"].map(|part| number(&format!("who/place-{part}"))), [Some(31.2), Some(8.4)]);
    assert_eq!(
        (text("ill:label"), text("ill"), number("ill/a"), number("ill/b")),
        ("乙".into(), "b".into(), Some(0.0), Some(1.0))
    );
    assert_eq!((text("id"), number("sum")), ("520100198603120017".into(), Some(1234.5)));
    assert_eq!(cell(&main, "sure", 2), &Data::Bool(true));
    assert_eq!(cell(&main, "ill/b", 1), &Data::String("病 · 乙".into()), "the second line has the words");
    assert_eq!(cell(&main, "old", 2), &Data::Empty, "what only an older version asks has its column");
}

#[test]
fn each_repeat_has_a_sheet_whose_rows_find_their_visit() {
    let mut book = made(Versions::Newest, false, vec![(0, full())], ROWS);
    let members = book.worksheet_range("成员").unwrap();
    assert_eq!(members.height(), 4);
    assert_eq!(cell(&members, "visit", 2), &Data::String("v-1".into()));
    assert_eq!(cell(&members, "name", 2), &Data::String("=HYPERLINK(\"x\")".into()), "no formula");
    assert_eq!(when(cell(&members, "birth", 2)), "1970-01-05 00:00:00");
    assert_eq!(cell(&members, "birth", 3), &Data::String("1899-01-01".into()), "before Excel's calendar");
    assert_eq!([2, 3].map(|row| cell(&members, "number", row).get_float()), [Some(1.0), Some(2.0)]);
    let jobs = book.worksheet_range("务工").unwrap();
    assert_eq!([2, 3].map(|row| cell(&jobs, "months", row).get_float()), [Some(3.0), Some(6.0)]);
    assert_eq!([2, 3].map(|row| cell(&jobs, "parent", row).get_float()), [Some(1.0), Some(1.0)]);
    assert_eq!(book.worksheet_formula("成员").unwrap().used_cells().count(), 0);
}

#[test]
fn an_older_versions_answers_come_into_the_same_columns_and_its_own() {
    let old = visit("v-2", &json!({"form_version": "1", "answers": {"ill": "a b", "old": "0851"}}));
    let mut book = made(Versions::Newest, false, vec![(0, full()), (1, old)], ROWS);
    let main = book.worksheet_range("走访").unwrap();
    assert_eq!(cell(&main, "ill:label", 3), &Data::String("甲、乙".into()));
    assert_eq!(cell(&main, "ill/a", 3).get_float(), Some(1.0));
    assert_eq!(cell(&main, "old", 3), &Data::String("0851".into()));
    let names: Vec<_> = main.rows().next().unwrap().iter().map(ToString::to_string).collect();
    assert_eq!(names.iter().filter(|name| *name == "ill").count(), 1);
}

#[test]
fn what_does_not_fit_a_sheet_goes_on_in_the_next() {
    let visits = (0..5).map(|n| (0, visit(&format!("v-{n}"), &json!({"answers": {"sum": n.to_string()}})))).collect();
    let mut book = made(Versions::Newest, false, visits, HEADINGS + 2);
    assert_eq!(book.sheet_names()[..3], ["走访", "走访 (2)", "走访 (3)"]);
    let last = book.worksheet_range("走访 (3)").unwrap();
    assert_eq!((last.height(), cell(&last, "sum", 2).get_float()), (3, Some(4.0)));
}

#[test]
fn a_text_longer_than_a_cell_is_cut_with_a_mark() {
    let long = visit("v", &json!({"form_version": "1", "answers": {"old": "村".repeat(40_000)}}));
    let mut book = made(Versions::Newest, false, vec![(1, long)], ROWS);
    let main = book.worksheet_range("走访").unwrap();
    let shown = cell(&main, "old", 2).to_string();
    assert_eq!((shown.chars().count(), shown.ends_with('…')), (32_767, true));
}

#[test]
fn digits_become_a_number_only_when_all_of_them_stay() {
    for (text, number) in [("0", 0.0), ("-12.50", -12.5), ("123456789012345", 123_456_789_012_345.0), ("0.10", 0.1)] {
        assert_eq!(exact(text), Some(number), "{text}");
    }
    for text in ["", "-", "0851", "1e5", "1.", ".5", "+1", "1234567890123456", "520100198603120017", "12a", "NaN", "１"]
    {
        assert_eq!(exact(text), None, "{text}");
    }
}

proptest! {
    #[test]
    fn sheets_have_names_that_excel_takes_and_no_name_twice(names in prop::collection::vec("[a-cA-C村'/\\[ 𠮷]{0,40}|[Hh]istory", 1..12)) {
        let mut given = Vec::new();
        let made: Vec<_> = names.iter().map(|name| sheet_name(name, &mut given)).collect();
        let mut workbook = Workbook::new();
        for name in &made {
            prop_assert!(name.encode_utf16().count() <= 31);
            prop_assert!(!name.eq_ignore_ascii_case("history"));
            workbook.add_worksheet().set_name(name).unwrap();
        }
        prop_assert!(workbook.save_to_buffer().is_ok(), "{made:?}");
    }
}
