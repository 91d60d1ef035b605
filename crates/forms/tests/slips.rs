//! What is allowed in a sheet and surely not meant: warnings, each at its cell.
#![cfg(feature = "read")]

use zhucun_forms::parse::{SheetProblem, read_xlsform};

const CHOICES: &str = "| choices |
| | list_name | name | label | county |
| | town | hekou | Hekou | q |
| | town | shan | Shan | q |
| | use | drink | Drinking | |
| | use | wash | Washing | |
";

fn warnings(survey: &str, choices: &str) -> Vec<SheetProblem> {
    let form = format!("| survey |\n{survey}{choices}| settings |\n| | form_id | version |\n| | f | 1 |\n");
    read_xlsform("form.md", form.as_bytes()).unwrap_or_else(|problems| panic!("{}", problems[0])).warnings
}

/// Cell and code of each warning.
fn told(survey: &str) -> Vec<(String, &'static str)> {
    warnings(survey, CHOICES).into_iter().map(|warning| (warning.cell, warning.kind.code())).collect()
}

fn one(cell: &str, code: &'static str) -> Vec<(String, &'static str)> {
    vec![(cell.into(), code)]
}

#[test]
fn a_filter_by_a_column_that_the_choices_have_not_is_told() {
    let survey = |filter: &str| {
        format!(
            "| | type | name | label | choice_filter |\n| | text | c | C | |\n| | select_one town | t | T | {filter} |\n"
        )
    };
    assert_eq!(told(&survey("county = ${c} and name != 'x' and position() < 9")), []);
    assert_eq!(told(&survey("selected(${c}, name) or starts-with(label, ${c})")), []);
    let found = warnings(&survey("cuonty = ${c}"), CHOICES);
    assert_eq!(found.len(), 1);
    assert_eq!(
        found[0].message("en"),
        "survey D3: the choices “town” have no column “cuonty” (they have: name, label, county): check the spelling"
    );
    assert_eq!(
        found[0].message("zh"),
        "survey D3: 选项列表“town”没有“cuonty”列（现有：name, label, county）：请检查拼写"
    );
}

#[test]
fn a_bare_word_that_names_nothing_is_told() {
    let survey = |required: &str, relevant: &str| {
        format!(
            "| | type | name | label | required | relevant |\n| | text | a | A | | |\n| | text | b | B | {required} | {relevant} |\n"
        )
    };
    for right in ["yes", "TRUE", "true()", "${a} = ''", ". = ''", "../a = 'x'", "/data/a", "count(//*) > 1"] {
        assert_eq!(told(&survey(right, "")), [], "{right}");
    }
    assert_eq!(told(&survey("yess", "")), one("D3", "idle_word"));
    assert_eq!(told(&survey("", "${a} = yes")), one("E3", "idle_word"));
    let found = warnings(&survey("yess", ""), CHOICES);
    let said = "survey D3: “yess” names nothing here and is always empty: write yes or no, 'yess' for words, ${yess} for an answer";
    assert_eq!(found[0].message("en"), said);
    let said = "survey D3: “yess”在此不指任何内容，结果总为空：请写 yes 或 no，文字写成 'yess'，答案写成 ${yess}";
    assert_eq!(found[0].message("zh"), said);
}

#[test]
fn what_a_group_holds_may_be_named_from_it_without_a_path() {
    let survey = |relevant: &str| {
        format!(
            "| | type | name | label | relevant | calculation |\n| | begin group | g | G | {relevant} | |\n| | text | a | A | | |\n\
             | | end group | | | | |\n| | calculate | n | | | count(instance('town')/root/item[county = 'q']) |\n"
        )
    };
    assert_eq!(told(&survey("b = 'x'")), one("D2", "idle_word"));
    let form = format!("| survey |\n{}{CHOICES}", survey("true()"));
    assert!(
        read_xlsform("form.md", form.as_bytes())
            .is_ok_and(|read| { read.warnings.iter().all(|warning| warning.kind.code() != "idle_word") })
    );
}

#[test]
fn an_answer_that_is_none_of_the_choices_is_told_where_it_is_asked_for() {
    let survey = |relevant: &str, constraint: &str| {
        format!(
            "| | type | name | label | relevant | constraint |\n| | select_multiple use | uses | U | | {constraint} |\n\
             | | select_one town or_other | t | T | | |\n| | text | n | N | {relevant} | |\n"
        )
    };
    for right in [
        "selected(${uses}, 'drink')",
        "selected(${uses}, ' wash ')",
        "${uses} = 'drink wash'",
        "${t} = 'other' or ${t} != ''",
        "'hekou' = ${t}",
        "selected(${t_other}, 'anything')",
        "concat(${t}, '!') = 'hekou!'",
        "instance('town')/root/item[name = ${t}]/county = 'x'",
    ] {
        assert_eq!(told(&survey(right, "")).iter().filter(|(_, code)| *code == "unknown_choice").count(), 0, "{right}");
    }
    for slip in ["selected(${uses}, 'drnk')", "not(${t} = 'heko')", "1 = 1 and 'heko' != ${t}"] {
        assert_eq!(told(&survey(slip, "")).last(), one("D4", "unknown_choice").last(), "{slip}");
    }
    assert_eq!(told(&survey("", "not(selected(., 'drnk'))")).last(), one("E2", "unknown_choice").last());
    let found = warnings(&survey("selected(${uses}, 'drnk')", ""), CHOICES);
    let said = |language| found.last().map(|warning| warning.message(language));
    assert_eq!(said("en").as_deref(), Some("survey D4: “drnk” is none of the choices of “uses”: check the spelling"));
    assert_eq!(said("zh").as_deref(), Some("survey D4: “uses”没有选项“drnk”：请检查拼写"));
}

#[test]
fn choices_that_are_not_on_the_sheet_or_are_set_by_the_form_are_not_asked_after() {
    let survey = "| | type | name | label | relevant | calculation | appearance | default |
| | select_one_from_file towns.csv | f | F | | | | |
| | select_one town | s | S | | | search('towns') | |
| | select_one use | c | C | | 'tea' | | |
| | select_one use | d | D | | | | tea |
| | note | n | N | selected(${f}, 'tea') or ${s} = 'tea' or ${c} = 'tea' or ${d} = 'tea' | | | |
";
    assert_eq!(told(survey).iter().filter(|(_, code)| *code == "unknown_choice").count(), 0);
}

#[test]
fn a_label_that_one_language_has_not_is_told_at_its_cell() {
    let survey = "| | type | name | label::中文 (zh) | label::English (en) | calculation |
| | text | a | 甲 | A | |
| | text | b | 乙 | | |
| | begin group | g | 组 | | |
| | text | c | | C | |
| | end group | | | | |
| | calculate | d | 丁 | | 1 |
";
    let choices = "| choices |
| | list_name | name | label::中文 (zh) | label::English (en) |
| | use | drink | 喝 | |
| | use | wash | 洗 | Washing |
";
    let found = warnings(survey, choices);
    let told: Vec<_> = found.iter().map(|warning| warning.message("en")).collect();
    assert_eq!(
        told,
        [
            "survey C5: “c” has no label in “中文 (zh)”: write one",
            "survey D3: “b” has no label in “English (en)”: write one",
            "choices D2: “drink” has no label in “English (en)”: write one",
        ]
    );
    assert_eq!(found[1].message("zh"), "survey D3: “b”没有语言“English (en)”的标签：请填写");
}

#[test]
fn a_translation_that_was_only_begun_is_not_told_cell_by_cell() {
    let survey = "| | type | name | label::中文 (zh) | label::English (en) |
| | text | a | 甲 | A |
| | text | b | 乙 | |
| | text | c | 丙 | |
";
    assert_eq!(warnings(survey, ""), []);
}
