//! Wrong sheets: each problem is told with its sheet and cell, and all of them at once.
#![cfg(feature = "read")]

use rust_xlsxwriter::Workbook;
use zhucun_forms::parse::{SheetProblem, read_xlsform};

/// A workbook of a survey and a choices sheet.
fn sheets(survey: &[&[&str]], choices: &[&[&str]]) -> Vec<u8> {
    let mut book = Workbook::new();
    for (name, rows) in [("survey", survey), ("choices", choices)] {
        let sheet = book.add_worksheet();
        sheet.set_name(name).expect("a name");
        for (row, cells) in (0..).zip(rows) {
            for (column, cell) in (0..).zip(*cells) {
                sheet.write(row, column, *cell).expect("a cell");
            }
        }
    }
    book.save_to_buffer().expect("a workbook")
}

fn problems(survey: &[&[&str]]) -> Vec<(String, String, &'static str)> {
    let bytes = sheets(survey, &[&["list_name", "name", "label"], &["yes_no", "yes", "Yes"]]);
    let found: Vec<SheetProblem> = read_xlsform("form.xlsx", &bytes).expect_err("a wrong sheet");
    found.into_iter().map(|problem| (problem.sheet, problem.cell, problem.kind.code())).collect()
}

fn one(cell: &str, code: &'static str) -> Vec<(String, String, &'static str)> {
    vec![("survey".into(), cell.into(), code)]
}

#[test]
fn bytes_that_are_no_spreadsheet_are_said_to_be_none() {
    for bytes in [&b""[..], b"PK\x03\x04 broken", b"<html>not a sheet</html>"] {
        let found = read_xlsform("form.xlsx", bytes).expect_err("no spreadsheet");
        assert_eq!(found[0].kind.code(), "not_a_spreadsheet");
    }
}

#[test]
fn an_unknown_function_is_told_with_its_cell() {
    let found = problems(&[&["type", "name", "label", "calculation"], &["calculate", "a", "", "explode(1)"]]);
    assert_eq!(found, one("D2", "unknown_function"));
}

#[test]
fn an_expression_that_cannot_be_read_is_told_with_its_cell() {
    let found = problems(&[&["type", "name", "label", "relevant"], &["text", "a", "A", "1 +"]]);
    assert_eq!(found, one("D2", "bad_expression"));
}

#[test]
fn a_list_that_is_missing_is_told_with_its_cell() {
    let found = problems(&[&["type", "name", "label"], &["select_one colour", "a", "A"]]);
    assert_eq!(found, one("A2", "no_list"));
}

#[test]
fn a_reference_to_nothing_is_told_with_its_cell() {
    let found = problems(&[&["type", "name", "label", "relevant"], &["text", "a", "A", "${b} = 1"]]);
    assert_eq!(found, one("D2", "unknown_reference"));
}

#[test]
fn values_that_depend_on_themselves_are_named() {
    let found = problems(&[
        &["type", "name", "label", "calculation"],
        &["calculate", "a", "", "${b} + 1"],
        &["calculate", "b", "", "${a} + 1"],
    ]);
    assert_eq!(found, one("D2", "cycle"));
}

#[test]
fn a_value_that_needs_itself_by_a_path_is_named_and_one_of_another_instance_is_not() {
    let head = &["type", "name", "label", "calculation", "relevant"];
    let found = problems(&[head, &["calculate", "a", "", ". + 1", ""]]);
    assert_eq!(found, one("D2", "cycle"));
    let found = problems(&[head, &["text", "a", "A", "", "/data/a != ''"]]);
    assert_eq!(found, one("E2", "cycle"));
    let found = problems(&[
        head,
        &["begin group", "g", "G", "", "../g/a = 1"],
        &["integer", "a", "A", "", ""],
        &["end group", "", "", "", ""],
    ]);
    assert_eq!(found, one("E2", "cycle"), "what is in a group is there only while the group is");
    let fine = sheets(
        &[
            head,
            &["begin repeat", "r", "R", "", ""],
            &["integer", "n", "N", "", ""],
            &["calculate", "sum", "", "${n} + coalesce(indexed-repeat(${sum}, ${r}, position(..) - 1), 0)", ""],
            &["calculate", "place", "", "concat(position(..), ' of ', count(${r}))", ""],
            &["calculate", "kept", "", "once(random())", ""],
            &["end repeat", "", "", "", ""],
        ],
        &[],
    );
    read_xlsform("form.xlsx", &fine).expect("no circle");
}

#[test]
fn what_a_trigger_sets_is_in_no_circle() {
    let bytes = sheets(
        &[
            &["type", "name", "label", "calculation", "trigger"],
            &["integer", "a", "A", "", ""],
            &["integer", "b", "B", "${a} + ${b}", "${a}"],
        ],
        &[],
    );
    let nodes = read_xlsform("form.xlsx", &bytes).expect("no circle").definition.nodes;
    assert_eq!(nodes[2].calculate, "");
    let action = &nodes[1].actions[0];
    assert_eq!((action.target.as_str(), action.value.as_str()), ("/data/b", "/data/a + /data/b"));
}

#[test]
fn all_problems_are_told_at_once() {
    let found = problems(&[
        &["type", "name", "label"],
        &["telepathy", "a", "A"],
        &["text", "b", "B"],
        &["text", "b", "B again"],
        &["begin group", "g", "G"],
    ]);
    let codes: Vec<_> = found.iter().map(|(_, cell, code)| (cell.as_str(), *code)).collect();
    assert!(codes.contains(&("A2", "unknown_type")), "{codes:?}");
    assert!(codes.contains(&("B4", "duplicate_name")), "{codes:?}");
    assert!(codes.iter().any(|(_, code)| *code == "unmatched_begin"), "{codes:?}");
}

#[test]
fn a_form_without_a_survey_sheet_says_so() {
    let mut book = Workbook::new();
    book.add_worksheet().set_name("Sheet1").expect("a name");
    let found = read_xlsform("form.xlsx", &book.save_to_buffer().expect("a workbook")).expect_err("no survey");
    assert_eq!(found[0].kind.code(), "no_sheet");
}

#[test]
fn aliases_spaces_and_blank_rows_are_read() {
    let bytes = sheets(
        &[
            &["Type", " name ", "Label::English (en)"],
            &["select one yes_no", "a", "A"],
            &[],
            &["begin_group", "g", "G"],
            &["string", "t", "T"],
            &["end_group"],
        ],
        &[&["list name", "name", "label::English (en)"], &["yes_no", "yes", "Yes"]],
    );
    let parsed = read_xlsform("form.xlsx", &bytes).expect("a form");
    let names: Vec<_> = parsed.definition.nodes.iter().map(|node| node.name.as_str()).collect();
    assert_eq!(&names[1..], ["a", "g", "t"]);
}

#[test]
fn what_refers_to_a_wrong_row_is_not_told_as_wrong_too() {
    let found = problems(&[
        &["type", "name", "label", "relevant"],
        &["telepathy", "a", "A", ""],
        &["text", "b", "B", "${a} != ''"],
    ]);
    assert_eq!(found, one("A2", "unknown_type"));
}

#[test]
fn groups_nested_without_end_are_refused() {
    let names: Vec<String> = (0..100).map(|number| format!("g{number}")).collect();
    let mut rows: Vec<Vec<&str>> = vec![vec!["type", "name", "label"]];
    rows.extend(names.iter().map(|name| vec!["begin group", name.as_str(), "G"]));
    let rows: Vec<&[&str]> = rows.iter().map(Vec::as_slice).collect();
    assert!(problems(&rows).iter().any(|(_, _, code)| *code == "too_large"));
}

#[test]
fn parameters_and_files_that_make_no_sense_are_told_with_their_cell() {
    let found = problems(&[&["type", "name", "label", "parameters"], &["range", "a", "A", "start=one end=5"]]);
    assert_eq!(found, one("D2", "bad_number"));
    let found = problems(&[&["type", "name", "label"], &["select_one_from_file households.exe", "a", "A"]]);
    assert_eq!(found, one("A2", "bad_file"));
    let found = problems(&[&["type", "name", "label", "calculation"], &["calculate", "a", "", ""]]);
    assert_eq!(found, one("D2", "no_calculation"));
}

#[test]
fn messages_name_the_place_and_what_to_do_in_both_languages() {
    let bytes = sheets(&[&["type", "name", "label"], &["select_one colour", "a", "A"]], &[]);
    let found = read_xlsform("form.xlsx", &bytes).expect_err("no list");
    assert_eq!(found[0].message("en"), "survey A2: there is no choice list “colour”: add it to the sheet “choices”");
    assert_eq!(found[0].message("zh-CN"), "survey A2: 没有选项列表“colour”：请在 choices 工作表中添加");
}

#[test]
fn names_inside_a_repeat_are_relative_and_others_absolute() {
    let bytes = sheets(
        &[
            &["type", "name", "label", "calculation", "choice_filter"],
            &["text", "town", "Town", "", ""],
            &["begin repeat", "member", "Member", "", ""],
            &["text", "m", "Name", "", ""],
            &["calculate", "c", "", "concat(${town}, ${m}, count(${member}))", ""],
            &["select_one yes_no", "s", "S", "", "name != ${m}"],
            &["end repeat", "", "", "", ""],
            &["calculate", "d", "", "count(${member}[./m = ${town}])", ""],
        ],
        &[&["list_name", "name", "label"], &["yes_no", "yes", "Yes"]],
    );
    let nodes = read_xlsform("form.xlsx", &bytes).expect("a form").definition.nodes;
    let node = |name: &str| nodes.iter().find(|node| node.name == name).expect("a node");
    assert_eq!(node("c").calculate, "concat(/data/town, ../m, count(/data/member))");
    assert_eq!(node("s").choices.as_ref().expect("choices").filter, "name != current()/../m");
    assert_eq!(node("d").calculate, "count(/data/member[./m = /data/town])");
}
