//! Instances as XML: what is written is read again, what does not belong is told, what would harm is refused.
#![cfg(feature = "read")]

use std::rc::Rc;

use proptest::prelude::*;
use serde_json::{Value, json};
use zhucun_forms::contract::Lists;
use zhucun_forms::definition::{Entity, Kind, Node};
use zhucun_forms::xform::instance::{self, EntityElement, Meta};
use zhucun_forms::{Definition, NativeHost, Session};

fn node(name: &str, parent: u32, kind: Kind) -> Node {
    Node { name: name.into(), parent, kind, ..Node::default() }
}

fn definition() -> Definition {
    Definition {
        id: "visit".into(),
        version: "3".into(),
        languages: vec![String::new()],
        nodes: vec![
            node("data", 0, Kind::Root),
            node("who", 0, Kind::Text),
            node("home", 0, Kind::Group),
            node("rooms", 2, Kind::Integer),
            node("member", 2, Kind::Repeat),
            node("name", 4, Kind::Text),
        ],
        ..Definition::default()
    }
}

fn meta() -> Meta {
    Meta { instance_id: "uuid:1".into(), ..Meta::default() }
}

fn code(xml: &str) -> &'static str {
    instance::read(&definition(), xml).expect_err("refused").kind.code()
}

#[test]
fn a_submission_has_its_form_its_id_and_the_answers_in_the_form_s_order() {
    let answers = json!({"home": {"member": [{"name": "何 & 罗"}, {}], "rooms": ""}, "who": "a<b"});
    let xml = instance::write(&definition(), &answers, &meta());
    assert_eq!(
        xml,
        "<data id=\"visit\" version=\"3\"><who>a&lt;b</who><home><rooms/><member><name>何 &amp; 罗</name></member>\
         <member/></home><meta><instanceID>uuid:1</instanceID></meta></data>"
    );
    let read = instance::read(&definition(), &xml).expect("our own");
    assert_eq!(read.answers, answers);
    assert_eq!((read.head.form_id.as_str(), read.head.version.as_str()), ("visit", "3"));
    assert_eq!((read.head.meta, read.unknown), (meta(), Vec::new()));
}

#[test]
fn the_form_of_an_instance_is_known_before_its_answers_are_read() {
    let xml = "<data id='visit' xmlns:orx='http://openrosa.org/xforms' orx:version='7'><who/>\
               <orx:meta><orx:instanceID>uuid:9</orx:instanceID><orx:deprecatedID>uuid:8</orx:deprecatedID></orx:meta></data>";
    let head = instance::head(xml).expect("an instance");
    assert_eq!((head.form_id.as_str(), head.version.as_str()), ("visit", "7"));
    assert_eq!((head.meta.instance_id.as_str(), head.meta.deprecated_id.as_str()), ("uuid:9", "uuid:8"));
}

#[test]
fn what_the_form_has_no_place_for_is_told_by_its_path() {
    let xml = "<data id='visit'><who>x<i>inner</i></who><who>y</who><pet><dog/></pet><home> words <member age='4'><name/>\
               <age>3</age></member></home><meta><instanceID/><mood>good</mood><instanceID>2</instanceID>\
               <instanceName>a<b/></instanceName></meta></data>";
    let read = instance::read(&definition(), xml).expect("an instance of the form");
    let unknown: Vec<_> = read.unknown.iter().map(|one| (one.path.as_str(), one.written.as_str())).collect();
    assert_eq!(
        unknown,
        [
            ("/data/who/i", "<i>inner</i>"),
            ("/data/who[2]", "<who>y</who>"),
            ("/data/pet", "<pet><dog/></pet>"),
            ("/data/home/text()", " words "),
            ("/data/home/member[1]/@age", "4"),
            ("/data/home/member[1]/age", "<age>3</age>"),
            ("/data/meta/mood", "<mood>good</mood>"),
            ("/data/meta/instanceID", "<instanceID>2</instanceID>"),
            ("/data/meta/instanceName", "<instanceName>a<b/></instanceName>"),
        ]
    );
    assert_eq!(read.answers, json!({"who": "x", "home": {"member": [{"name": ""}]}}));
}

/// What costs its reader more than its bytes: elements times questions, instances times repeats, attributes and namespaces times
/// themselves, an entity's path once for each.
#[test]
fn an_instance_that_is_made_to_harm_is_refused_at_once() {
    let mut wide = definition();
    wide.nodes.extend((0..1500).map(|number| node(&format!("q{number}"), 0, Kind::Text)));
    wide.nodes.extend((0..1500).map(|number| node(&format!("r{number}"), 4, Kind::Repeat)));
    let refused = |inside: &str| {
        let xml = format!("<data id='visit'>{inside}</data>");
        instance::read(&wide, &xml).expect_err("refused").kind.code()
    };
    let numbered = |count: usize, text: &dyn Fn(usize) -> String| (0..count).map(text).collect::<String>();
    let long = "l".repeat(100_000);
    for (what, inside) in [
        ("elements that are no questions", "<z/>".repeat(400_000)),
        ("fewer of them", "<z/>".repeat(1_001)),
        ("instances of a repeat with many repeats", format!("<home>{}</home>", "<member/>".repeat(150_000))),
        ("attributes of one element", format!("<who {}/>", numbered(100_000, &|at| format!(" a{at}=''")))),
        (
            "namespaces times elements",
            format!(
                "<who {}>{}</who>",
                numbered(499, &|at| format!(" xmlns:a{at}='u'")),
                "<b xmlns:c='d'/>".repeat(50_000)
            ),
        ),
        ("entities with a long path", format!("<{long}><meta>{}</meta></{long}>", "<entity/>".repeat(100_000))),
    ] {
        assert_eq!(refused(&inside), "too_large", "{what}");
    }
    let many = format!("<data id='visit'><home>{}</home></data>", "<member><name>x</name></member>".repeat(30_000));
    let read = instance::read(&definition(), &many).expect("long, and of its form");
    assert_eq!(read.answers["home"]["member"].as_array().map(Vec::len), Some(30_000));
}

#[test]
fn a_group_without_instances_of_its_repeat_says_that_there_are_none() {
    let read = instance::read(&definition(), "<data id='visit'><home/></data>").expect("an instance");
    assert_eq!(read.answers, json!({"home": {"member": []}}));
    let read = instance::read(&definition(), "<data id='visit'/>").expect("an instance");
    assert_eq!(read.answers, json!({}));
}

#[test]
fn what_it_does_to_entity_lists_is_written_and_read() {
    let mut meta = meta();
    meta.entities.push(EntityElement {
        path: "/data".into(),
        list: "households".into(),
        id: "uuid-1".into(),
        update: true,
        base_version: "4".into(),
        label: "何家".into(),
        ..EntityElement::default()
    });
    meta.entities.push(EntityElement {
        path: "/data/home/member[2]".into(),
        list: "people".into(),
        id: "uuid-2".into(),
        create: true,
        ..EntityElement::default()
    });
    let answers = json!({"home": {"member": [{"name": "a"}, {"name": "b"}]}});
    let xml = instance::write(&definition(), &answers, &meta);
    assert_eq!(instance::head(&xml).expect("our own").meta, {
        // In document order: the repeat comes before the end.
        let mut sorted = meta.clone();
        sorted.entities.reverse();
        sorted
    });
    assert_eq!(instance::read(&definition(), &xml).expect("our own").answers, answers);
}

#[test]
fn what_could_harm_or_is_of_another_form_is_refused() {
    assert_eq!(code("<!DOCTYPE data [<!ENTITY a 'aaaa'>]><data id='visit'>&a;</data>"), "document_type");
    assert_eq!(code("<data id='visit'>"), "not_xml");
    assert_eq!(code("no xml"), "not_xml");
    assert_eq!(code("<data id='other'/>"), "other_form");
    assert_eq!(code("<form id='visit'/>"), "other_form");
    let deep = format!("<data id='visit'>{}{}</data>", "<g>".repeat(100_000), "</g>".repeat(100_000));
    assert_eq!(code(&deep), "too_deep");
}

#[test]
fn messages_name_the_line_in_both_languages() {
    let problem = instance::read(&definition(), "<data id='visit'>\n<who>\n</data>").expect_err("not closed");
    assert!(problem.message("en").starts_with("line 3: this is not XML: "), "{problem}");
    assert!(problem.message("zh-CN").starts_with("第 3 行: 这不是 XML："), "{}", problem.message("zh-CN"));
}

#[test]
fn an_instance_of_a_filling_has_all_that_is_relevant() {
    let host = Rc::new(NativeHost::new(0, 0));
    let mut form = definition();
    form.nodes[3].relevant = "/data/who != 'x'".into();
    let mut session = Session::new(Rc::new(form), Rc::new(Lists::new()), host);
    assert_eq!(session.instance(), json!({"who": "", "home": {"rooms": "", "member": [{"name": ""}]}}));
    session.prefill("/data/who", "x");
    assert_eq!(session.instance(), json!({"who": "x", "home": {"member": [{"name": ""}]}}));
}

#[test]
fn answers_say_what_becomes_of_the_entities_of_a_form() {
    let mut form = definition();
    form.entities = vec![
        Entity {
            list: "people".into(),
            node: 4,
            create_if: "name != ''".into(),
            label: "name".into(),
            ..Entity::default()
        },
        Entity { list: "homes".into(), entity_id: "/data/who".into(), ..Entity::default() },
    ];
    let mut session = Session::new(Rc::new(form), Rc::new(Lists::new()), Rc::new(NativeHost::new(0, 0)));
    session.prefill("/data/who", "h-1");
    let homes = session.entities();
    assert_eq!(homes.len(), 1, "nobody has a name yet");
    assert_eq!(
        (homes[0].path.as_str(), homes[0].id.as_str(), homes[0].update, homes[0].create),
        ("/data", "h-1", true, false)
    );
    session.prefill("/data/home/member[1]/name", "何");
    let all = session.entities();
    assert_eq!((all[0].path.as_str(), all[0].label.as_str(), all[0].create), ("/data/home/member[1]", "何", true));
}

fn text() -> impl Strategy<Value = Value> {
    "[ -~何<>&'\"\n\t]{0,12}".prop_map(|text| {
        // A text of nothing but white space is no answer.
        Value::String(if text.trim().is_empty() { String::new() } else { text })
    })
}

proptest! {
    #[test]
    fn whatever_was_answered_is_written_and_read(who in text(), rooms in 0_i64..1000, names in prop::collection::vec(text(), 0..4)) {
        let members: Vec<Value> = names.into_iter().map(|name| json!({"name": name})).collect();
        let answers = json!({"who": who, "home": {"rooms": rooms.to_string(), "member": members}});
        let xml = instance::write(&definition(), &answers, &meta());
        prop_assert_eq!(instance::read(&definition(), &xml).expect("our own").answers, answers);
    }

    #[test]
    fn no_text_makes_the_reader_panic(xml in "(<data id='visit'>)?[<>/a-z&;'= !?\\[\\]-]{0,40}(</data>)?") {
        let _ = instance::read(&definition(), &xml);
        let _ = instance::head(&xml);
    }
}
