use serde_json::json;

use super::*;

struct Plain;

impl Say for Plain {
    fn value(&self, kind: Kind, value: &str) -> String {
        format!("{kind:?}:{value}")
    }

    fn listed(&self, source: &ChoiceSource, name: &str) -> Option<String> {
        (source.list == "households" && name == "h-1").then(|| "何德贵 · 1组".to_owned())
    }

    fn between(&self) -> &str {
        "、"
    }
}

fn form() -> Definition {
    let text = |zh: &str, en: &str| json!([[zh], [en]]);
    serde_json::from_value(json!({
        "id": "f", "version": "1", "title": text("走访", "Visit"), "languages": ["中文 (zh)", "English (en)"],
        "default_language": 0,
        "nodes": [
            {"n": "data", "p": 0, "k": "root"},
            {"n": "start", "p": 0, "k": "start"},
            {"n": "who", "p": 0, "k": "group", "l": text("对象", "Who")},
            {"n": "household", "p": 2, "k": "select_one", "l": text("农户", "Household"),
             "ch": {"list": "households", "x": true}},
            {"n": "member", "p": 2, "k": "repeat", "l": text("成员", "Member")},
            {"n": "name", "p": 4, "k": "text", "l": text("姓名", "Name")},
            {"n": "ill", "p": 4, "k": "select_multiple", "l": [[{"v": " ../name "}, "有什么病"], ["Ill"]],
             "ch": {"list": "ill"}},
            {"n": "bed", "p": 4, "k": "group", "l": text("床", "Bed")},
            {"n": "wide", "p": 7, "k": "integer", "l": [["给", {"v": "/data/who/member/name"}, "的"], ["Wide"]]},
            {"n": "note", "p": 2, "k": "note", "l": text("注", "Note")},
            {"n": "after", "p": 2, "k": "text", "l": text("其他", "Other")},
            {"n": "sign", "p": 0, "k": "image", "l": text("签名", "Signed"), "a": ["signature"]},
            {"n": "photo", "p": 0, "k": "image", "l": [["照片:", {"v": " /data/who/household "}], ["Photo"]]},
            {"n": "sum", "p": 0, "k": "calculate"},
            {"n": "empty", "p": 0, "k": "group", "l": text("空", "Empty")},
        ],
        "choices": {"ill": [{"n": "a", "l": text("甲", "A")}, {"n": "b", "l": text("乙", "B")}]},
    }))
    .expect("a definition")
}

fn told(answers: &Value, tag: &str) -> Vec<Section> {
    let form = form();
    tell(&form, language(&form, tag), answers, &Plain)
}

fn lines(sections: &[Section]) -> Vec<String> {
    let mut lines = Vec::new();
    for section in sections {
        lines.push(format!("{} {}", "#".repeat(section.depth), section.title));
        lines.extend(section.rows.iter().map(|row| format!("{}: {}", row.label, row.answer)));
        lines.extend(section.missing.iter().map(|label| format!("- {label}")));
    }
    lines
}

#[test]
fn a_form_is_told_in_its_order_and_words_and_says_what_was_not_answered() {
    let answers = json!({
        "start": "s", "sum": "3", "sign": "ab.png", "photo": "", "empty": {},
        "who": {"household": "h-1", "member": [
            {"name": "何德贵", "ill": "b a x", "bed": {"wide": "2"}}, {"name": "", "ill": "", "bed": {}}], "after": "无"},
    });
    assert_eq!(
        lines(&told(&answers, "zh")),
        [
            "# 对象",
            "农户: 何德贵 · 1组",
            "## 成员 1 · 何德贵",
            "姓名: Text:何德贵",
            "何德贵有什么病: 乙、甲、x",
            "### 床",
            "给何德贵的: Integer:2",
            "## 成员 2",
            "- 姓名",
            "- 有什么病",
            "# ",
            "其他: Text:无",
            "# ",
            "签名: ab.png",
            "- 照片:h-1",
        ]
    );
    let sections = told(&answers, "en");
    assert_eq!((sections[0].title.as_str(), sections[1].rows[1].answer.as_str()), ("Who", "B、A、x"));
    assert_eq!(sections.last().map(|last| last.rows[0].shown), Some(Shown::Signature));
    assert_eq!(sections[2].path, "/data/who/member[1]/bed");
}

#[test]
fn what_is_no_answer_of_the_form_is_passed_over() {
    for odd in [json!(null), json!([1]), json!({"who": "text", "member": {}, "photo": 3, "x": {"y": 1}})] {
        assert!(told(&odd, "zh").iter().all(|section| section.rows.is_empty()), "{odd}");
    }
}

#[test]
fn an_order_is_told_in_words_a_date_as_far_as_it_was_asked_and_a_tables_head_not_at_all() {
    let form: Definition = serde_json::from_value(json!({
        "id": "f", "version": "1", "title": [["F"]], "languages": ["zh"], "default_language": 0,
        "nodes": [
            {"n": "data", "p": 0, "k": "root"},
            {"n": "first", "p": 0, "k": "rank", "l": [["先后"]], "ch": {"list": "l"}},
            {"n": "since", "p": 0, "k": "date", "l": [["年月"]], "a": ["w4", "month-year"]},
            {"n": "born", "p": 0, "k": "date", "l": [["年"]], "a": ["year"]},
            {"n": "day", "p": 0, "k": "date", "l": [["日"]]},
            {"n": "head", "p": 0, "k": "select_one", "l": [["表头"]], "a": ["label"], "ch": {"list": "l"}},
        ],
        "choices": {"l": [{"n": "a", "l": [["甲"]]}, {"n": "b", "l": [["乙"]]}]},
    }))
    .expect("a definition");
    let answers = json!({"first": "b a", "since": "2019-03-01", "born": "1956-01-01", "day": "2026-11-23", "head": ""});
    let sections = tell(&form, 0, &answers, &Plain);
    let answers = ["先后: 乙、甲", "年月: Date:2019-03", "年: Date:1956", "日: Date:2026-11-23"];
    assert_eq!(lines(&sections)[1..], answers.map(str::to_owned));
}

fn differing(old: &Value, new: &Value) -> Vec<String> {
    let said = |row: &Option<Row>| row.as_ref().map_or("∅".to_owned(), |row| row.answer.clone());
    compare(&told(old, "zh"), &told(new, "zh"))
        .iter()
        .flat_map(|part| part.rows.iter().map(move |pair| (part, pair)))
        .filter(|(_, pair)| !pair.is_same())
        .map(|(part, pair)| format!("{}|{}|{}|{}", part.title, pair.label(), said(&pair.old), said(&pair.new)))
        .collect()
}

fn family(names: &[(&str, &str)]) -> Value {
    let members: Vec<_> =
        names.iter().map(|(name, ill)| json!({"name": name, "ill": ill, "bed": {"wide": "1"}})).collect();
    json!({"who": {"household": "h-1", "member": members}})
}

#[test]
fn only_what_differs_differs() {
    let old = json!({"who": {"household": "h-1", "after": "无"}, "photo": "a.jpg"});
    let new = json!({"who": {"household": "h-2", "after": ""}, "photo": "a.jpg", "sign": "s.png"});
    assert_eq!(differing(&old, &new), ["对象|农户|何德贵 · 1组|h-2", "对象|其他|Text:无|∅", "|签名|∅|s.png"]);
    assert_eq!(differing(&old, &old), [""; 0]);
}

#[test]
fn a_member_that_is_taken_out_does_not_change_those_behind_it() {
    let old = family(&[("甲", "a"), ("乙", "b"), ("丙", "")]);
    let new = family(&[("乙", "b"), ("丙", "a")]);
    assert_eq!(
        differing(&old, &new),
        [
            "成员 2 · 丙|丙有什么病|∅|甲",
            "成员 1 · 甲|姓名|Text:甲|∅",
            "成员 1 · 甲|甲有什么病|甲|∅",
            "床|给甲的|Integer:1|∅",
        ]
    );
    // A name that was mistyped is the same member, at its place.
    assert_eq!(differing(&old, &family(&[("甲", "a"), ("已", "b"), ("丙", "")])), ["成员 2 · 已|姓名|Text:乙|Text:已"]);
    let more = differing(&old, &family(&[("甲", "a"), ("乙", "b"), ("丙", ""), ("丁", "")]));
    assert_eq!(more, ["成员 4 · 丁|姓名|∅|Text:丁", "床|给丁的|∅|Integer:1"]);
}

#[test]
fn amounts_have_marks_and_other_digits_stay() {
    let table = [
        ("12000", "12,000"),
        ("1234567.50", "1,234,567.50"),
        ("-98765", "-98,765"),
        ("2026", "2026"),
        ("13800000000", "13800000000"),
        ("520100198603120017", "520100198603120017"),
        ("01234", "01234"),
        ("1.", "1."),
        ("12a45", "12a45"),
        ("", ""),
    ];
    for (number, said) in table {
        assert_eq!(grouped(number), said);
    }
}
