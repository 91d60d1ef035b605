//! XML as a tree, and expressions asked and answered in lines.

use super::super::{Document, NodeKind, Tree, XmlError, answer};
use super::{Expr, Phone};

fn read(xml: &str) -> Document {
    Document::read(xml).unwrap()
}

fn text(document: &Document, expression: &str) -> String {
    let value = Expr::parse(expression).unwrap().eval(document, document.root(), &Phone).unwrap();
    value.text(document, &Phone)
}

#[test]
fn a_document_has_elements_attributes_texts_comments_and_instructions() {
    let document = read("<a p='1' q='2'>x<b/><!--c--><?d e?><b r='3'>y<c/>z</b></a>");
    assert_eq!(text(&document, "/a"), "xyz");
    assert_eq!(text(&document, "/a/@q"), "2");
    assert_eq!(text(&document, "/a/b[2]/@r"), "3");
    assert_eq!(text(&document, "/a/comment()"), "c");
    assert_eq!(text(&document, "/a/processing-instruction('d')"), "e");
    assert_eq!(text(&document, "count(//node())"), "9");
    assert_eq!(text(&document, "count(/a/b/@*)"), "1");
    assert_eq!(text(&document, "name(/a/*[last()]/*)"), "c");
}

#[test]
fn a_node_is_found_by_its_path_and_has_that_path() {
    let document = read("<a p='1'>x<b/><!--c--><?d e?><b x:r='3' xmlns:x='u'>y<x:c/>z</b></a>");
    let paths = [
        "/",
        "/a[1]",
        "/a[1]/@p",
        "/a[1]/text()[1]",
        "/a[1]/b[2]",
        "/a[1]/b[2]/@x:r",
        "/a[1]/b[2]/x:c[1]",
        "/a[1]/b[2]/text()[2]",
        "/a[1]/comment()[1]",
        "/a[1]/processing-instruction()[1]",
    ];
    let nodes: Vec<_> = paths.iter().map(|path| document.find(path).unwrap()).collect();
    assert_eq!(document.paths(&nodes), paths);
    assert_eq!(document.kind(nodes[0]), NodeKind::Document);
    for wrong in ["", "a[1]", "/a", "/a[0]", "/a[2]", "/a[x]", "/a[1]/@q", "/a[1]/text()[9]"] {
        assert_eq!(document.find(wrong), Err(XmlError::NoNode(wrong.to_owned())));
    }
}

#[test]
fn prefixes_are_the_bound_ones_else_the_documents() {
    let mut document =
        read("<a xmlns='http://www.w3.org/2002/xforms' xmlns:x='u' xml:lang='zh-CN'><x:b/><b xmlns='v'/></a>");
    assert_eq!(text(&document, "count(/a/x:b)"), "1");
    assert_eq!(text(&document, "count(/a/x:*)"), "1");
    assert_eq!(text(&document, "count(/a/b)"), "0");
    assert_eq!(text(&document, "namespace-uri(/a/*[2])"), "v");
    assert_eq!(text(&document, "/a/@xml:lang"), "zh-CN");
    assert_eq!(text(&document, "count(/a[lang('zh')])"), "1");
    assert_eq!(text(&document, "count(/a/*[lang('zh-c')])"), "0");
    document.bind("x", "v");
    assert_eq!(text(&document, "name(/a/x:b)"), "b");
}

#[test]
fn elements_are_found_by_id_each_once_and_in_their_order() {
    let document = read("<a><b id='1'/><c id='2'/><d id='1'/><e xml:id='3'>2 1</e></a>");
    let names = |expression: &str| text(&document, &format!("join(' ', {expression}/@id)"));
    assert_eq!(names("id('2 1 2 9')"), "1 2");
    assert_eq!(names("id(/a/e)"), "1 2");
    assert_eq!(text(&document, "name(id('1'))"), "b");
    assert_eq!(text(&document, "count(id('3') | id(''))"), "0");
}

#[test]
fn a_whole_form_has_instances_and_texts_in_its_languages() {
    let mut document = read(concat!(
        "<h:html xmlns:h='x' xmlns='http://www.w3.org/2002/xforms'><model><itext>",
        "<translation lang='en'><text id='t'><value form='image'>i</value><value>Village</value></text></translation>",
        "<translation lang='zh' default='true()'><text id='t'><value>村</value></text></translation></itext>",
        "<instance><data version='3'><a>h2</a></data></instance>",
        "<instance id='h'><root><item><name>h1</name></item><item><name>h2</name><n>李</n></item></root></instance>",
        "</model></h:html>"
    ));
    document.set_root("/h:html[1]/model[1]/instance[1]").unwrap();
    assert_eq!(text(&document, "instance('h')/root/item[name = /data/a]/n"), "李");
    assert_eq!(text(&document, "pulldata('h', 'n', 'name', 'h2')"), "李");
    assert_eq!(text(&document, "version()"), "3");
    assert_eq!(text(&document, "jr:itext('t')"), "村");
    document.set_language("en");
    assert_eq!(text(&document, "jr:itext('t')"), "Village");
    assert_eq!(text(&document, "jr:itext('u')"), "");
}

#[test]
fn what_is_no_good_xml_is_refused_with_the_reason() {
    assert!(matches!(Document::read("<a>"), Err(XmlError::Xml(_))));
    assert!(matches!(Document::read(""), Err(XmlError::Xml(_))));
    assert!(Document::read("\n <!DOCTYPE html><html/>").is_ok());
    let bomb = "<!DOCTYPE a [<!ENTITY b 'x'><!ENTITY c '&b;&b;'>]><a>&c;</a>";
    assert_eq!(Document::read(bomb).err(), Some(XmlError::Entities));
    let hidden = "<!-- <!DOCTYPE a> --><!DOCTYPE a SYSTEM '>' [<!ENTITY b 'x'>]><a>&b;</a>";
    assert_eq!(Document::read(hidden).err(), Some(XmlError::Entities));
}

#[test]
fn elements_nested_without_end_are_refused() {
    let nested = |depth: usize| format!("{}{}", "<a>".repeat(depth), "</a>".repeat(depth));
    let refused = std::thread::Builder::new().stack_size(1 << 20).spawn(move || {
        assert!(Document::read(&"<a>".repeat(100_000)).is_err());
        assert!(Document::read(&nested(900)).is_ok());
        Document::read(&nested(100_000)).err()
    });
    assert_eq!(refused.unwrap().join().unwrap(), Some(XmlError::TooDeep));
}

fn answered(line: &str) -> String {
    answer(line.as_bytes(), 0)
}

#[test]
fn a_line_is_answered_with_its_id_type_and_value() {
    assert_eq!(answered(r#"{"id":"1","expr":"1 + 1"}"#), r#"{"id":"1","type":"number","value":2}"#);
    assert_eq!(answered(r#"{"id":2,"expr":"-1 div 0"}"#), r#"{"id":2,"type":"number","value":"-Infinity"}"#);
    assert_eq!(answered(r#"{"id":3,"expr":"1 = 1"}"#), r#"{"id":3,"type":"boolean","value":true}"#);
    assert_eq!(answered(r#"{"id":4,"expr":"1","type":"string"}"#), r#"{"id":4,"type":"string","value":"1"}"#);
    let both = r#"{"id":5,"expr":"'a'","type":"boolean","expect":{"type":"number","value":1}}"#;
    assert_eq!(answered(both), r#"{"id":5,"type":"boolean","value":true}"#);
    assert_eq!(
        answered(r#"{"expr":"a","context_xml":"<r><a>x</a></r>","context_node":"/r[1]"}"#),
        r#"{"id":null,"type":"nodeset","value":[{"path":"/r[1]/a[1]","string":"x"}]}"#
    );
    let namespaced = r#"{"id":6,"expr":"count(//x:a)","context_xml":"<a xmlns='u'/>","namespaces":{"x":"u"}}"#;
    assert_eq!(answered(namespaced), r#"{"id":6,"type":"number","value":1}"#);
}

#[test]
fn a_day_begins_at_midnight_of_the_zone_asked_for() {
    let days = |zone: &str| answered(&format!(r#"{{"expr":"decimal-date-time('1970-01-01')","tz":"{zone}"}}"#));
    assert_eq!(days("UTC"), r#"{"id":null,"type":"number","value":0}"#);
    assert_eq!(days("+06:00"), r#"{"id":null,"type":"number","value":-0.25}"#);
    assert_eq!(days("-06:00"), r#"{"id":null,"type":"number","value":0.25}"#);
    assert!(days("Asia/Shanghai").contains("-0.333"));
    assert!(days("America/Phoenix").contains("0.291"));
    assert!(days("Mars").contains("tz: Mars is not known; write UTC, "));
}

#[test]
fn a_bad_line_is_told_what_to_do_with_its_id() {
    let error = |line: &str, id: &str, what: &str| {
        let answer = answered(line);
        assert!(answer.starts_with(&format!(r#"{{"id":{id},"type":"error","value":""#)), "{answer}");
        assert!(answer.contains(what), "{answer}");
        serde_json::from_str::<serde_json::Value>(&answer).unwrap();
    };
    error("", "null", "write one JSON object a line");
    error("[1]", "null", "write one JSON object a line");
    error(r#"{"id":"a"}"#, r#""a""#, "missing field `expr`");
    error(r#"{"id":1,"expr":"1 +"}"#, "1", "the expression ends too early");
    error(r#"{"id":1,"expr":"nothing()"}"#, "1", "there is no function nothing");
    error(r#"{"id":1,"expr":"1","context_xml":"<a>"}"#, "1", "not XML");
    error(r#"{"id":1,"expr":"1","context_node":"/a"}"#, "1", "context_node: there is no node /a");
    error(r#"{"id":1,"expr":"1","root_node":"/b[1]"}"#, "1", "root_node: there is no node /b[1]");
    error(r#"{"id":1,"expr":"1","type":"nodeset"}"#, "1", "gives a number, not nodes");
    error(r#"{"id":1,"expr":"1","type":"date"}"#, "1", "type: date is not known");
}
