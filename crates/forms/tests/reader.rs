//! What the reader makes of the parts of XLSForm, in the definition's words.
#![cfg(feature = "read")]
#![expect(clippy::unwrap_used, reason = "tests: what is not there fails them")]

use zhucun_forms::Definition;
use zhucun_forms::definition::{Event, Kind, Node, Piece, Text};
use zhucun_forms::parse::{Parsed, read_xlsform};

fn parsed(md: &str) -> Parsed {
    read_xlsform("form.md", md.as_bytes()).unwrap_or_else(|problems| panic!("{}", problems[0]))
}

fn form(md: &str) -> Definition {
    parsed(md).definition
}

fn node<'a>(form: &'a Definition, name: &str) -> &'a Node {
    form.nodes.iter().find(|node| node.name == name).unwrap()
}

fn words(text: Option<&Text>, language: usize) -> String {
    let pieces = text.and_then(|text| text.0.get(language)).map_or(&[][..], Vec::as_slice);
    let words = pieces.iter().map(|piece| match piece {
        Piece::Words(words) => words.clone(),
        Piece::Value { v } => format!("<{v}>"),
    });
    words.collect()
}

/// Sheet, cell and code of each problem.
fn problems(md: &str) -> Vec<(String, String, &'static str)> {
    let found = read_xlsform("form.md", md.as_bytes()).unwrap_err();
    found.into_iter().map(|problem| (problem.sheet, problem.cell, problem.kind.code())).collect()
}

fn one(sheet: &str, cell: &str, code: &'static str) -> Vec<(String, String, &'static str)> {
    vec![(sheet.into(), cell.into(), code)]
}

#[test]
fn a_loop_asks_its_questions_for_each_choice() {
    let form = form(
        "| survey |
         | | type              | name | label            | relevant |
         | | begin loop over l | w    | Water            | |
         | | integer           | n    | How many %(label)s (%(name)s)? | |
         | | select_one l or_other | s | More of %(label)s? | |
         | | end loop          |      |                  | |
         | choices |
         | | list_name | name | label |
         | | l         | well | Wells |
         | | l         | tap  | Taps |",
    );
    let names: Vec<_> = form.nodes.iter().map(|node| (node.name.as_str(), node.parent)).collect();
    let wanted = [
        ("data", 0),
        ("w", 0),
        ("well", 1),
        ("n", 2),
        ("s", 2),
        ("s_other", 2),
        ("tap", 1),
        ("n", 6),
        ("s", 6),
        ("s_other", 6),
        ("other", 1),
        ("n", 10),
        ("s", 10),
        ("s_other", 10),
    ];
    assert_eq!(names, wanted);
    assert_eq!(words(form.nodes[7].label.as_ref(), 0), "How many Taps (tap)?");
    assert_eq!(form.nodes[9].relevant, "selected(../s, 'other')");
    assert_eq!(form.choices.get("l").unwrap().last().unwrap().name, "other");
}

#[test]
fn expressions_in_a_loop_have_the_choice_s_name() {
    let form = form(
        "| survey |
         | | type              | name | label | relevant | default |
         | | begin loop over l | w    | Water | | |
         | | text              | n    | N     | selected(., '%(name)s') | a %(label)s |
         | | end loop          |      |       | | |
         | choices |
         | | list_name | name | label |
         | | l         | well | Wells |",
    );
    let asked = node(&form, "n");
    assert_eq!((asked.relevant.as_str(), asked.default.as_str()), ("selected(., 'well')", "a Wells"));
}

#[test]
fn a_loop_over_a_list_with_or_other_has_a_turn_for_it() {
    let form = form(
        "| survey |
         | | type                  | name | label |
         | | begin loop over l     | w    | Water |
         | | integer               | n    | How many %(label)s (%(name)s)? |
         | | end loop              |      | |
         | | select_one l or_other | s    | Which? |
         | choices |
         | | list_name | name | label |
         | | l         | well | Wells |",
    );
    assert_eq!((form.nodes[4].name.as_str(), words(form.nodes[4].label.as_ref(), 0)), ("other", "Other".into()));
    assert_eq!(words(form.nodes[5].label.as_ref(), 0), "How many Other (other)?");
}

#[test]
fn what_is_written_close_to_a_reference_is_no_part_of_its_name() {
    let form = form(
        "| survey |
         | | type         | name | label | calculation |
         | | begin repeat | r    | R     | |
         | | integer      | a    | A     | |
         | | calculate    | b    |       | ${a}-1 |
         | | calculate    | c    |       | ${a}-${b} |
         | | calculate    | d    |       | 10 div${a}mod 3 + count(${r})-1 |
         | | calculate    | e    |       | if(${a}=1or${b}=2, ${r}[1]/a, '${a}') |
         | | end repeat   |      |       | |",
    );
    let calculated = |name| node(&form, name).calculate.as_str();
    assert_eq!(calculated("b"), "../a -1");
    assert_eq!(calculated("c"), "../a -../b");
    assert_eq!(calculated("d"), "10 div ../a mod 3 + count(/data/r)-1");
    assert_eq!(calculated("e"), "if(../a=1or ../b=2, /data/r[1]/a, '../a')");
}

#[test]
fn names_of_questions_in_an_appearance_are_paths() {
    let form = form(
        "| survey |
         | | type         | name | label | appearance |
         | | begin repeat | r    | R     | |
         | | text         | t    | T     | |
         | | select_one l | s    | S     | minimal search('f', 'matches', 'c', ${t}) |
         | | end repeat   |      |       | |
         | | text         | e    | E     | ex:org.example.app(given=${s}) |
         | choices |
         | | list_name | name | label |
         | | l         | n    | n     |",
    );
    assert_eq!(node(&form, "s").appearance.join(" "), "minimal search('f', 'matches', 'c', ../t)");
    assert_eq!(node(&form, "e").appearance, ["ex:org.example.app(given=/data/r/s)"]);
    let unknown =
        "| survey |\n| | type | name | label | appearance |\n| | text | a | A | ex:org.example.app(b=${b}) |\n";
    assert_eq!(problems(unknown), one("survey", "D2", "unknown_reference"));
}

#[test]
fn words_of_parameters_may_be_in_capital_letters() {
    let form = form(
        "| survey |
         | | type  | name | label | parameters |
         | | audio | a    | A     | Quality=LOW |
         | | image | b    | B     | app=org.example.App |",
    );
    assert_eq!(node(&form, "a").parameters.get("quality").unwrap(), "low");
    assert_eq!(node(&form, "b").parameters.get("app").unwrap(), "org.example.App");
}

#[test]
fn words_and_media_come_in_all_their_languages() {
    let form = form(
        "| survey |
         | | type | name | label::中文 (zh) | label::English (en) | guidance_hint::English (en) | image::中文 (zh) | constraint | constraint_message::English (en) |
         | | text | a    | 姓名            | Name of ${a}        | As on the card              | a.jpg           | . != ''    | Write it |",
    );
    assert_eq!(form.languages, ["中文 (zh)", "English (en)"]);
    let a = node(&form, "a");
    assert_eq!((words(a.label.as_ref(), 0), words(a.label.as_ref(), 1)), ("姓名".into(), "Name of </data/a>".into()));
    assert_eq!(words(a.guidance.as_ref(), 1), "As on the card");
    assert_eq!(words(a.media.get("image"), 0), "a.jpg");
    assert_eq!(words(a.constraint_message.as_ref(), 1), "Write it");
}

#[test]
fn a_value_of_a_list_in_a_label_is_a_value() {
    let form = form(
        "| survey |
         | | type         | name | label |
         | | select_one l | a    | A |
         | | note         | b    | You said instance('l')/root/item[name = ${a}]/label today, an instance(s) |
         | choices |
         | | list_name | name | label |
         | | l         | x    | X |",
    );
    let label = words(node(&form, "b").label.as_ref(), 0);
    assert_eq!(label, "You said <instance('l')/root/item[name = /data/a]/label> today, an instance(s)");
}

#[test]
fn choices_come_from_files_answers_and_external_choices() {
    let form = form(
        "| survey |
         | | type                                 | name | label | parameters | choice_filter |
         | | csv-external                         | own  |       | | |
         | | select_one_from_file towns.csv       | t    | T     | value=code label=title randomize=true seed=${n} | region = ${n} |
         | | select_multiple_from_file map.geojson | m   | M     | | |
         | | integer                              | n    | N     | | |
         | | begin repeat                         | r    | R     | | |
         | | text                                 | who  | Who   | | |
         | | end repeat                           |      |       | | |
         | | select_one ${who}                    | head | Head  | | |
         | | select_one_external v                | v    | V     | | town = ${t} |
         | external_choices |
         | | list_name | name | label | town |
         | | v         | v1   | V1    | a |",
    );
    let source = |name: &str| node(&form, name).choices.clone().unwrap();
    let towns = source("t");
    assert_eq!(
        (towns.list.as_str(), towns.external, towns.value.as_str(), towns.label.as_str()),
        ("towns", true, "code", "title")
    );
    assert_eq!((towns.filter.as_str(), towns.randomize.as_deref()), ("region = /data/n", Some("/data/n")));
    assert_eq!((source("m").value.as_str(), source("m").label.as_str()), ("id", "title"));
    assert_eq!((source("head").nodeset.as_str(), source("head").value.as_str()), ("/data/r[./who != '']", "who"));
    assert_eq!((source("v").list.as_str(), source("v").filter.as_str()), ("v", "town = /data/t"));
    assert_eq!(form.choices.get("v").unwrap()[0].columns.get("town").map(String::as_str), Some("a"));
    let files: Vec<_> = form.files.iter().map(|file| (file.id.as_str(), file.file.as_str())).collect();
    assert_eq!(files, [("own", "own.csv"), ("towns", "towns.csv"), ("map", "map.geojson")]);
}

#[test]
fn triggers_defaults_and_the_answers_sent_last_are_kept() {
    let form = form(
        "| survey |
         | | type                | name  | label | default            | calculation | trigger |
         | | integer             | a     | A     | ${last-saved#a}    |             | |
         | | integer             | b     | B     | +86 1              |             | |
         | | dateTime            | when  |       |                    | now()       | ${a}, ${b} |
         | | background-geopoint | where |       |                    |             | ${b} |",
    );
    let (a, b, when) = (node(&form, "a"), node(&form, "b"), node(&form, "when"));
    assert_eq!((a.default.as_str(), a.dynamic_default), ("instance('__last-saved')/data/a", true));
    assert_eq!(form.files[0].file, "jr://instance/last-saved");
    assert!(!b.dynamic_default, "a number with its country");
    assert_eq!((when.kind, when.bind_type.as_str()), (Kind::Hidden, "dateTime"));
    assert_eq!((a.actions[0].target.as_str(), a.actions[0].value.as_str()), ("/data/when", "now()"));
    assert_eq!(a.actions[0].events, [Event::Changed]);
    assert!(b.actions[1].geopoint && b.actions[1].target == "/data/where");
}

#[test]
fn entities_belong_to_the_repeat_that_their_answers_are_in() {
    let form = form(
        "| survey |
         | | type         | name | label | save_to |
         | | csv-external | people |     | |
         | | text         | town | Town  | |
         | | begin repeat | r    | R     | |
         | | text         | who  | Who   | people#full_name |
         | | end repeat   |      |       | |
         | entities |
         | | list_name | label                      | entity_id | create_if | update_if |
         | | people    | concat(${town}, ' ', ${who}) |         | ${who} != '' |  |",
    );
    let entity = &form.entities[0];
    assert_eq!((entity.list.as_str(), form.nodes[entity.node as usize].name.as_str()), ("people", "r"));
    assert_eq!((entity.label.as_str(), entity.create_if.as_str()), ("concat(/data/town, ' ', ./who)", "./who != ''"));
    assert_eq!(node(&form, "who").save_to, "full_name");
}

#[test]
fn an_audit_is_in_meta_and_the_instance_s_id_where_it_is_named() {
    let form = form(
        "| survey |
         | | type      | name | label | calculation | parameters |
         | | audit     |      |       |             | track-changes=true |
         | | text      | a    | A     |             | |
         | | calculate | b    |       | concat(${instanceID}, ${a}) | |",
    );
    let names: Vec<_> = form.nodes.iter().skip(3).map(|node| (node.name.as_str(), node.parent)).collect();
    assert_eq!(names, [("meta", 0), ("audit", 3), ("instanceID", 3)]);
    assert_eq!(node(&form, "audit").parameters.get("track-changes").map(String::as_str), Some("true"));
    assert_eq!(node(&form, "b").calculate, "concat(/data/meta/instanceID, /data/a)");
}

#[test]
fn comma_separated_sheets_are_read_with_quotes_and_any_separator() {
    let csv = "survey,,,\n,type,name,label\n,text,a,\"A, \"\"B\"\"\nand C\"\nchoices\n";
    let text = form(csv);
    assert_eq!(words(node(&text, "a").label.as_ref(), 0), "A, \"B\"\nand C");
    let other = form("\u{feff}survey;;;\n;type;name;label\n;text;a;A\n");
    assert_eq!(other.nodes.len(), 2);
}

#[test]
fn a_line_in_a_cell_ends_in_one_way() {
    let csv = "\"survey\"\r\n,\"type\",\"name\",\"label\"\r\n,\"note\",\"n\",\"one\r\ntwo\"\r\n";
    let form = read_xlsform("form.csv", csv.as_bytes()).unwrap().definition;
    assert_eq!(words(node(&form, "n").label.as_ref(), 0), "one\ntwo");
}

#[test]
fn a_lone_sheet_is_the_survey_and_others_are_not_read() {
    let lone = form("| my form |\n| | type | name | label |\n| | text | a | A |\n");
    assert_eq!(lone.nodes.len(), 2);
    let more =
        parsed("| survey |\n| | type | name | label |\n| | text | a | A |\n| setings |\n| | form_id |\n| | x |\n");
    assert_eq!(more.definition.id, "form");
    assert_eq!(more.warnings[0].kind.code(), "misspelt_sheet");
    let found = problems("| servey |\n| | type | name |\n| | text | a |\n| choices |\n| | name |\n");
    assert_eq!(found, one("", "", "no_sheet"));
}

#[test]
fn what_is_far_below_or_beside_is_not_read_and_told() {
    let mut csv = String::from("survey,,,,\n,type,name,label,mine\n,text,a,A,x\n");
    csv += "settings,,,,\n,form_id\n,f\n";
    let warnings = parsed(&csv).warnings;
    let found: Vec<_> = warnings.iter().map(|warning| (warning.cell.as_str(), warning.kind.code())).collect();
    assert_eq!(found, [("D1", "unused_column")]);
}

#[test]
fn appearances_that_are_not_drawn_are_named() {
    let warnings =
        parsed("| survey |\n| | type | name | label | appearance |\n| | text | a | A | multiline sparkle |\n").warnings;
    assert_eq!(warnings[0].message("en"), "survey D2: the appearance “sparkle” is not known here: drawn as plain text");
    assert_eq!(warnings[0].message("zh"), "survey D2: 此处没有外观“sparkle”：按普通 text 显示");
}

#[test]
fn mistakes_are_told_with_their_cell() {
    for (rows, cell, code) in [
        ("| | text | a | A | | ${ b } |", "E2", "bad_reference"),
        ("| | text | a | A | | ${a |", "E2", "unclosed_reference"),
        ("| | range | a | A | start=1 end=5 step=9 | |", "D2", "bad_range"),
        ("| | image | a | A | max-pixels=big | |", "D2", "bad_number"),
        ("| | text | a | A | colour=red | |", "D2", "unknown_parameter"),
        ("| | text | a | | | |", "C2", "no_words"),
        ("| | text | meta | A | | |", "B2", "reserved_name"),
        ("| | background-geopoint | a | | | |", "A2", "no_trigger"),
        ("| | audit | log | | | |", "B2", "audit_name"),
        ("| | select_one nobody | a | A | | |", "A2", "no_list"),
        ("| | geotrace | a | A | incremental=no | |", "D2", "bad_word"),
    ] {
        let md = format!("| survey |\n| | type | name | label | parameters | relevant |\n{rows}\n");
        assert_eq!(problems(&md), one("survey", cell, code), "{rows}");
    }
    for (rows, cell, code) in [
        ("| | text | a | A | ${ b } | |", "D2", "bad_reference"),
        ("| | text | a | A | ${a | |", "D2", "unclosed_reference"),
        ("| | note | a | A | | big.png |", "E2", "no_small_image"),
        ("| | select_one l or_other | a | A | | |\n| | text | a_other | B | | |", "B3", "duplicate_name"),
        ("| | text | a_other | B | | |\n| | select_one l or_other | a | A | | |", "A3", "duplicate_name"),
    ] {
        let survey = format!("| survey |\n| | type | name | label | default | big-image |\n{rows}\n");
        let md = survey + "| choices |\n| | list_name | name | label |\n| | l | n | N |\n";
        assert_eq!(problems(&md), one("survey", cell, code), "{rows}");
    }
    let twice = "| survey |\n| | type | name | relevance | relevant | label |\n| | text | a | | | A |\n";
    assert_eq!(problems(twice), one("survey", "D1", "same_column"));
}

#[test]
fn columns_that_a_template_has_and_nobody_filled_are_no_language() {
    let parsed = parsed(
        "| survey |
         | | type | name | label::English (en) | label::French (fr) | hint | hint::Swahili (sw) |
         | | text | a    | A                   | Un                 |      | |",
    );
    assert_eq!(parsed.definition.languages, ["English (en)", "French (fr)"]);
    assert!(parsed.warnings.is_empty(), "{:?}", parsed.warnings);
}
