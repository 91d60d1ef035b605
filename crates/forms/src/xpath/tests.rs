#[cfg(feature = "read")]
mod costs;
#[cfg(feature = "read")]
mod documents;
mod hostile;
mod printed;
mod rare;

use std::borrow::Cow;

use proptest::prelude::*;

use super::*;

/// A tree by hand: (parent, name, text) in document order; 0 is the document.
struct Rows(Vec<(u32, &'static str, &'static str)>);

impl Tree for Rows {
    fn root(&self) -> NodeId {
        NodeId(0)
    }
    fn parent(&self, node: NodeId) -> Option<NodeId> {
        (node.0 > 0 && self.name(node) != "#list").then(|| NodeId(self.0[node.0 as usize].0))
    }
    fn children(&self, node: NodeId, each: &mut dyn FnMut(NodeId)) {
        let inside = |at: &usize| self.0[*at].0 == node.0 && self.0[*at].1 != "#list";
        (1..self.0.len()).filter(inside).for_each(|at| each(NodeId(at as u32)));
    }
    fn name(&self, node: NodeId) -> &str {
        self.0[node.0 as usize].1
    }
    fn string(&self, node: NodeId) -> Cow<'_, str> {
        Cow::Borrowed(self.0[node.0 as usize].2)
    }
    fn instance(&self, id: &str) -> Option<NodeId> {
        let list = self.0.iter().position(|row| row.1 == "#list")?;
        (id == "households").then_some(NodeId(list as u32))
    }
    fn lookup(&self, _: &str, column: &str, value: &str) -> Option<Vec<NodeId>> {
        // Only by name, so that other columns show that the slow way finds the same.
        (column == "name").then(|| {
            let found = self.0.iter().filter(|row| row.1 == "name" && row.2 == value);
            found.map(|row| NodeId(row.0)).collect()
        })
    }
    fn choice_name(&self, _: NodeId, value: &str, question: &str) -> Option<String> {
        Some(format!("{question}:{value}"))
    }
}

struct Phone;

impl Host for Phone {
    /// 2026-11-23 17:30 UTC: already the 24th in China.
    fn now(&self) -> i64 {
        crate::dates::parse_date_time("2026-11-23T17:30:00", 0).unwrap()
    }
    fn utc_offset(&self) -> i32 {
        480
    }
    fn math(&self, name: &'static str, number: f64, other: f64) -> f64 {
        crate::host::native_math(name, number, other)
    }

    fn random(&self) -> f64 {
        0.25
    }
    fn uuid(&self) -> String {
        "00000000-0000-4000-8000-000000000000".to_owned()
    }
    fn regex(&self, pattern: &str, text: &str) -> Option<bool> {
        (pattern != "(").then(|| pattern == text)
    }
    fn username(&self) -> String {
        String::new()
    }
    fn device_id(&self) -> String {
        String::new()
    }
}

/// A household with two members, and a list with two rows.
fn household() -> Rows {
    Rows(vec![
        (0, "", ""),
        (0, "data", ""),
        (1, "household", "h2"),
        (1, "met", "yes"),
        (1, "member", ""),
        (4, "m_health", "chronic"),
        (4, "m_birth", "2000-02-29"),
        (1, "member", ""),
        (7, "m_health", "healthy"),
        (7, "m_birth", ""),
        (1, "wages", "1000.5"),
        (1, "none", ""),
        (1, "others", "a c"),
        (0, "#list", ""),
        (13, "root", ""),
        (14, "item", ""),
        (15, "name", "h1"),
        (15, "head_name", "王一"),
        (14, "item", ""),
        (18, "name", "h2"),
        (18, "head_name", "李二"),
    ])
}

fn value_at(text: &str, node: u32) -> Result<Value, EvalError> {
    Expr::parse(text).unwrap().eval(&household(), NodeId(node), &Phone)
}

fn text_at(text: &str, node: u32) -> String {
    value_at(text, node).unwrap().text(&household(), &Phone)
}

fn text(expression: &str) -> String {
    text_at(expression, 1)
}

#[test]
fn paths_go_down_up_and_through_predicates() {
    assert_eq!(text("/data/met"), "yes");
    assert_eq!(text_at("../met", 10), "yes");
    assert_eq!(text_at(". = 1000.5", 10), "true");
    assert_eq!(text("count(/data/member)"), "2");
    assert_eq!(text("count(/data/member[./m_health = 'chronic' or ./m_health = 'serious'])"), "1");
    assert_eq!(text("member[2]/m_health"), "healthy");
    assert_eq!(text("member[position() = last()]/m_health"), "healthy");
    assert_eq!(text("count(//m_health | member/m_health | //*)"), "12");
    assert_eq!(text("count(/data/@id)"), "0");
    assert_eq!(text("indexed-repeat(/data/member/m_health, /data/member, 2)"), "healthy");
    assert_eq!(text_at("position(..)", 8), "2");
    assert_eq!(text("join(',', member/m_health)"), "chronic,healthy");
}

#[test]
fn the_nodes_of_a_path_are_in_document_order_and_once() {
    let nodes = |text: &str| match value_at(text, 1).unwrap() {
        Value::Nodes(nodes) => nodes.iter().map(|node| node.0).collect::<Vec<_>>(),
        other => panic!("{other:?}"),
    };
    assert_eq!(nodes("member/*/.."), [4, 7]);
    assert_eq!(nodes("member[2] | member[1]"), [4, 7]);
    assert_eq!(nodes("(//*)/m_health"), [5, 8]);
    assert_eq!(nodes("met/preceding::*"), [2]);
    assert_eq!(nodes("member[1]/following-sibling::*[1]"), [7]);
    assert_eq!(nodes("member/m_birth/ancestor::*"), [1, 4, 7]);
}

#[test]
fn a_lookup_finds_the_same_with_and_without_index() {
    assert_eq!(text("instance('households')/root/item[name = /data/household]/head_name"), "李二");
    assert_eq!(text("instance('households')/root/item[/data/household = name]/head_name"), "李二");
    assert_eq!(text("instance('households')/root/item[name = current()/household]/head_name"), "李二");
    assert_eq!(text("instance('households')/root/item[head_name = '李二']/name"), "h2");
    assert_eq!(text("instance('households')/root/item[name = /data/none]/head_name"), "");
    assert_eq!(text("pulldata('households', 'head_name', 'name', 'h1')"), "王一");
    assert_eq!(value_at("instance('x')/root", 1), Err(EvalError::UnknownInstance("x".to_owned())));
}

#[test]
fn a_choice_filter_sees_its_item_and_through_current_its_question() {
    let filter = Expr::parse("name != current()/household and position() = 1").unwrap();
    let value = filter.eval_in(&household(), NodeId(15), NodeId(1), (1, 2), &Phone).unwrap();
    assert_eq!(value, Value::Bool(true));
}

#[test]
fn today_is_the_phones_day() {
    assert_eq!(text("today()"), "2026-11-24");
    assert_eq!(text("now()"), "2026-11-24T01:30:00.000+08:00");
    assert_eq!(text("'2026-11-24' <= today()"), "true");
    assert_eq!(text("'2026-11-25' <= today()"), "false");
    assert_eq!(text("'2026-11-24' = today()"), "true");
    assert_eq!(text("today() + 1 > today()"), "true");
    assert_eq!(text("date(today() + 1)"), "2026-11-25");
    assert_eq!(text("format-date(today(), '%Y/%n/%e %a')"), "2026/11/24 Tue");
}

#[test]
fn an_age_is_whole_years_and_empty_without_a_birthday() {
    let age = "if(m_birth = '', '', int((decimal-date-time(today()) - decimal-date-time(m_birth)) div 365.25))";
    assert_eq!(text_at(age, 4), "26");
    assert_eq!(text_at(age, 7), "");
    assert_eq!(text_at("date(m_birth)", 7), "");
}

#[test]
fn truths_add_up() {
    assert_eq!(text("(met = 'yes') + (met = 'no') + (household = 'h2')"), "2");
    assert_eq!(text("round(1000.5 div 3, 2)"), "333.5");
    assert_eq!(text("round(1.005, 2)"), "1.01");
    assert_eq!(text("round(-2.5)"), "-3");
    assert_eq!(text("round(1 div 3, 2)"), "0.33");
}

#[test]
fn several_choices_are_counted_and_found() {
    assert_eq!(text("not(selected(others, 'a') and count-selected(others) > 1)"), "false");
    assert_eq!(text("selected-at(others, 1)"), "c");
    assert_eq!(text("selected(others, 'b')"), "false");
    assert_eq!(text("jr:choice-name(met, ' /data/met ')"), "/data/met:yes");
    assert_eq!(text("selected('', '')"), "true", "nothing is chosen");
    assert_eq!(text("selected(' ', ' ')"), "true");
    assert_eq!(text("selected(others, '')"), "false");
    assert_eq!(text("selected('', 'a')"), "false");
}

#[test]
fn digits_are_days_but_no_moment() {
    assert_eq!(text("date('31')"), "1970-02-01T08:00:00.000+08:00");
    assert_eq!(text("decimal-date-time('31')"), "NaN");
    assert_eq!(text("decimal-date-time('soon')"), "NaN");
    assert_eq!(text("decimal-date-time('1970-02-01T08:00:00.000+08:00')"), "31");
    assert_eq!(text("decimal-date-time(date(31))"), "31");
    assert!(value_at("decimal-date-time('2023-02-29')", 1).is_err());
}

#[test]
fn texts_count_characters_not_bytes() {
    assert_eq!(text("string-length(normalize-space('  王 小明 '))"), "4");
    assert_eq!(text("substring('王小明', 2, 1)"), "小");
    assert_eq!(text("substr('王小明', -1)"), "明");
    assert_eq!(text("substr('abc', 2, 1)"), "");
    assert_eq!(text("translate('王小明', '小', '大')"), "王大明");
}

#[test]
fn what_is_not_needed_is_not_evaluated() {
    assert_eq!(text("if(true(), 'a', explode())"), "a");
    assert_eq!(text("1 or explode()"), "true");
    assert_eq!(text("0 and explode()"), "false");
    assert_eq!(text("coalesce('', 'b', explode())"), "b");
    assert_eq!(value_at("explode()", 1), Err(EvalError::UnknownFunction("explode".to_owned())));
    assert_eq!(value_at("if(1)", 1), Err(EvalError::Arguments("if".to_owned())));
    assert_eq!(value_at("count('a')", 1), Err(EvalError::NotNodes("count".to_owned())));
    assert!(value_at("regex('a', '(')", 1).is_err());
}

#[test]
fn an_expression_is_checked_without_being_evaluated() {
    let expr = Expr::parse("if(a[explode(1)], round(), today())").unwrap();
    let problems: Vec<(&str, bool)> = expr.check().iter().map(|problem| (problem.name, problem.known)).collect();
    assert_eq!(problems, [("explode", false), ("round", true)]);
    assert_eq!(expr.functions(), ["if", "explode", "round", "today"]);
}

#[test]
fn operators_need_no_space_where_nothing_else_is_possible() {
    assert_eq!(text("1mod2"), "1");
    assert_eq!(text("5- 4-1--1--4"), "5");
    assert_eq!(text("2*3 div 8 * 2"), "1.5");
    assert_eq!(text("-5 mod -3"), "-2");
    assert_eq!(text("10 - 4 - 3"), "3");
    assert_eq!(text("1 + 2 * 3 = 7 and 1 < 2"), "true");
    for wrong in ["", "1 +", "a b", "a order", "(1", "'a", "a[1", "a/", "$a", "foo::a", "a/count(b)", "..a", "1 2", "]"]
    {
        assert!(Expr::parse(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn too_deep_nesting_is_refused_and_long_chains_are_not() {
    let deep = |levels: usize| format!("{}1{}", "(".repeat(levels), ")".repeat(levels));
    assert!(Expr::parse(&deep(150)).is_ok());
    assert_eq!(Expr::parse(&deep(100_000)).unwrap_err().message, "nested too deep");
    assert!(Expr::parse(&"a[".repeat(100_000)).is_err());
    assert_eq!(text(&format!("1{}", " + 1".repeat(20_000))), "20001");
    let nested = format!("{}0{}", "if(0, 1, ".repeat(150), ")".repeat(150));
    assert_eq!(text(&nested), "0");
}

fn used(text: &str) -> Vec<String> {
    let expr = Expr::parse(text).unwrap();
    let step = |step: &PathStep<'_>| match step {
        PathStep::Child(name) => (*name).to_owned(),
        other => format!("{other:?}"),
    };
    let path = |path: &PathUse<'_>| {
        let steps: Vec<String> = path.steps.iter().map(step).collect();
        format!("{:?} {}", path.start, steps.join("/"))
    };
    expr.paths().iter().map(path).collect()
}

#[test]
fn paths_inside_predicates_start_where_the_filtered_step_is() {
    assert_eq!(
        used("count(/data/member[./m_health = ../worst])"),
        ["Root data/member/m_health", "Root data/member/Parent/worst", "Root data/member"]
    );
    assert_eq!(
        used("instance('h')/root/item[name = /data/x]/head"),
        ["Instance(\"h\") root/item/name", "Root data/x", "Instance(\"h\") root/item/head"]
    );
    assert_eq!(used("item[name = current()/../x]"), ["Context item/name", "Current Parent/x", "Context item"]);
    assert_eq!(used(". > 1 and string-length() > 2"), ["Context ", "Context "]);
    assert_eq!(used("(a | b)[c]/d"), ["Context a/c", "Context b/c", "Context a/d", "Context b/d"]);
    assert_eq!(used("//a"), ["Root Inside/a"]);
    assert_eq!(used("once(random())"), ["Context "]);
}

proptest! {
    #[test]
    fn any_text_is_parsed_or_refused(text in ".*") {
        let _ = Expr::parse(&text);
    }

    #[test]
    fn any_mix_of_marks_and_words_is_parsed_evaluated_or_refused(
        parts in prop::collection::vec(
            prop::sample::select(vec![
                "a", "/", "//", "..", ".", "[", "]", "(", ")", "-", "*", "1", "0.5", "'x'", "=", "<", "|", ",", " ", "or",
                "and", "div", "count(", "date(", "substr(", "round(", "randomize(", "uuid(", "if(", "/data/member", "@",
                "::", "self", "2000-02-30", "position()", "indexed-repeat(", "王",
            ]),
            0..14,
        )
    ) {
        if let Ok(expr) = Expr::parse(&parts.concat()) {
            let _ = expr.paths();
            if let Ok(value) = expr.eval(&household(), NodeId(1), &Phone) {
                let _ = value.text(&household(), &Phone);
            }
        }
    }

    #[test]
    fn a_number_survives_being_written(number in prop::num::f64::NORMAL | prop::num::f64::ZERO) {
        let text = number_text(number);
        prop_assert!(!text.contains(['e', 'E']));
        prop_assert_eq!(text_number(&text, &Phone), number);
    }
}
