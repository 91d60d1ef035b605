//! XForm XML: what is in it is understood, each problem is told with its place, what would harm is refused.
#![cfg(feature = "read")]

use proptest::prelude::*;
use serde_json::json;
use zhucun_forms::Definition;
use zhucun_forms::definition::{Event, Kind, Node, Piece};
use zhucun_forms::xform::{XFormProblem, read_xform};

/// A form of a primary instance, what follows it in the model, and a body.
fn form(primary: &str, model: &str, body: &str) -> String {
    format!(
        "<h:html xmlns=\"http://www.w3.org/2002/xforms\" xmlns:h=\"http://www.w3.org/1999/xhtml\" \
         xmlns:jr=\"http://openrosa.org/javarosa\" xmlns:odk=\"http://www.opendatakit.org/xforms\" \
         xmlns:orx=\"http://openrosa.org/xforms\" xmlns:entities=\"http://www.opendatakit.org/xforms/entities\">\
         <h:head><h:title>T</h:title><model><instance><data id=\"f\" version=\"2\">{primary}</data></instance>\n{model}\
         </model></h:head><h:body>{body}</h:body></h:html>"
    )
}

fn good(primary: &str, model: &str, body: &str) -> Definition {
    match read_xform(&form(primary, model, body)) {
        Ok(form) => form.definition,
        Err(problems) => panic!("{problems:?}"),
    }
}

fn problems(primary: &str, model: &str, body: &str) -> Vec<XFormProblem> {
    read_xform(&form(primary, model, body)).map(|form| form.definition).expect_err("a form with problems")
}

fn codes(primary: &str, model: &str, body: &str) -> Vec<&'static str> {
    problems(primary, model, body).iter().map(|problem| problem.kind.code()).collect()
}

fn node<'a>(form: &'a Definition, name: &str) -> &'a Node {
    form.nodes.iter().find(|node| node.name == name).unwrap_or_else(|| panic!("no {name}"))
}

fn words(text: Option<&zhucun_forms::definition::Text>, language: usize) -> String {
    let pieces = text.map(|text| text.0[language].clone()).unwrap_or_default();
    let part = |piece: &Piece| match piece {
        Piece::Words(words) => words.clone(),
        Piece::Value { v } => format!("{{{v}}}"),
    };
    pieces.iter().map(part).collect()
}

#[test]
fn controls_and_types_make_the_kinds() {
    let primary = "<a/><b/><c/><d/><e/><f/><g/><h/><i/><j/><k/><l/><m/><n/>";
    let bind = |name: &str, kind: &str| format!("<bind nodeset=\"/data/{name}\" type=\"{kind}\"/>");
    let model = [
        bind("a", "xsd:int"),
        bind("b", "decimal"),
        bind("c", "dateTime"),
        bind("d", "geoshape"),
        bind("e", "barcode"),
        "<bind nodeset=\"/data/l\" readonly=\"true()\"/><bind nodeset=\"/data/m\" calculate=\"1 + 1\"/>".into(),
        "<bind nodeset=\"/data/n\" jr:preload=\"property\" jr:preloadParams=\"deviceid\"/>".into(),
    ]
    .concat();
    let items = "<item><label>Yes</label><value>y</value></item>";
    let body = [
        "<input ref=\"/data/a\"/><input ref=\"/data/b\"/><input ref=\"/data/c\"/><input ref=\"/data/d\"/>",
        "<input ref=\"/data/e\"/><upload ref=\"/data/f\" mediatype=\"audio/*\"/>",
        "<range ref=\"/data/g\" start=\"0\" end=\"5\" step=\"1\"/><trigger ref=\"/data/h\"/>",
        &format!("<select1 ref=\"/data/i\">{items}</select1><select ref=\"/data/j\">{items}</select>"),
        &format!("<odk:rank ref=\"/data/k\">{items}</odk:rank><input ref=\"/data/l\"><label>Read</label></input>"),
    ]
    .concat();
    let form = good(primary, &model, &body);
    let kinds: Vec<Kind> = form.nodes.iter().skip(1).map(|node| node.kind).collect();
    assert_eq!(
        kinds,
        [
            Kind::Integer,
            Kind::Decimal,
            Kind::DateTime,
            Kind::Geoshape,
            Kind::Barcode,
            Kind::Audio,
            Kind::Range,
            Kind::Acknowledge,
            Kind::SelectOne,
            Kind::SelectMultiple,
            Kind::Rank,
            Kind::Note,
            Kind::Calculate,
            Kind::DeviceId,
        ]
    );
    assert!(form.nodes.iter().all(|node| node.bind_type.is_empty()), "kinds have their types by themselves");
}

#[test]
fn texts_come_in_all_languages_with_their_forms_files_and_values() {
    let model = "<itext><translation lang=\"zh\"><text id=\"a\"><value>名字 <output value=\"/data/n\"/>？</value>\
        <value form=\"image\">jr://images/zh.png</value></text></translation>\
        <translation lang=\"en\" default=\"true()\"><text id=\"a\"><value form=\"long\">Name?</value></text>\
        <text id=\"h\"><value>Hint</value><value form=\"guidance\">More</value></text></translation></itext>\
        <bind nodeset=\"/data/a\" constraint=\". != ''\" jr:constraintMsg=\"jr:itext('h')\" jr:requiredMsg=\"Needed\"/>";
    let body = "<input ref=\"/data/a\"><label ref=\"jr:itext('a')\"/><hint ref=\"jr:itext('h')\"/></input>";
    let form = good("<a/><n/>", model, body);
    assert_eq!((form.languages.as_slice(), form.default_language), (&["zh".to_owned(), "en".to_owned()][..], 1));
    let asked = node(&form, "a");
    assert_eq!(words(asked.label.as_ref(), 0), "名字 {/data/n}？");
    assert_eq!(words(asked.label.as_ref(), 1), "Name?");
    assert_eq!(words(asked.hint.as_ref(), 1), "Hint");
    assert_eq!(words(asked.guidance.as_ref(), 1), "More");
    assert_eq!(words(asked.media.get("image"), 0), "zh.png");
    assert_eq!(words(asked.constraint_message.as_ref(), 1), "Hint");
    assert_eq!(words(asked.required_message.as_ref(), 1), "Needed");
}

#[test]
fn repeats_know_their_template_their_count_and_their_first_instances() {
    let primary =
        "<r jr:template=\"\"><x>5</x></r><r><x>1</x></r><r><x>2</x></r><s><y>9</y></s><t jr:template=\"\"><z/></t>";
    let body = "<repeat nodeset=\"/data/r\"><input ref=\"/data/r/x\"/></repeat>\
        <repeat nodeset=\"/data/s\" jr:noAddRemove=\"true()\"><input ref=\"y\"/></repeat>\
        <repeat nodeset=\"/data/t\" jr:count=\"/data/r[1]/x\"><input ref=\"/data/t/z\"/></repeat>";
    let form = good(primary, "", body);
    let (r, s, t) = (node(&form, "r"), node(&form, "s"), node(&form, "t"));
    assert_eq!((r.kind, r.begins, node(&form, "x").default.as_str()), (Kind::Repeat, Some(2), "5"));
    assert_eq!((s.begins, s.fixed, node(&form, "y").default.as_str()), (None, true, ""));
    assert_eq!((t.begins, t.repeat_count.as_str()), (Some(0), "/data/r[1]/x"));
    assert_eq!(form.first, json!({"r": [{"x": "1"}, {"x": "2"}], "s": [{"y": "9"}]}));
}

#[test]
fn choices_come_from_tables_trees_files_and_answers() {
    let model = "<instance id=\"t\"><root><item><code>1</code><label>One</label><group>g</group><unused>u</unused></item></root></instance>\
        <instance id=\"tree\"><zoo><cat name=\"Tom\"/></zoo></instance>\
        <instance id=\"file\" src=\"jr://file-csv/people.csv\"/>";
    let set = |name: &str, nodeset: &str, value: &str, label: &str| {
        format!(
            "<select1 ref=\"/data/{name}\"><itemset nodeset=\"{nodeset}\"><value ref=\"{value}\"/><label ref=\"{label}\"/></itemset></select1>"
        )
    };
    let body = [
        set("a", "randomize(instance('t')/root/item[group = 'g'], 3)", "code", "label"),
        set("b", "instance('tree')/zoo/cat", "@name", "@name"),
        set("c", "instance('file')/root/item", "id", "label"),
        set("d", "/data/a", ".", "."),
    ]
    .concat();
    let form = good("<a/><b/><c/><d/>", model, &body);
    let source = |name: &str| node(&form, name).choices.clone().expect("choices");
    let table = source("a");
    assert_eq!(
        (table.list.as_str(), table.filter.as_str(), table.randomize.as_deref()),
        ("t", "group = 'g'", Some("3"))
    );
    assert_eq!((table.value.as_str(), table.label.as_str()), ("", ""));
    let row = &form.choices.get("t").expect("a list")[0];
    assert_eq!((row.name.as_str(), words(Some(&row.label), 0).as_str()), ("1", "One"));
    assert_eq!(row.columns.keys().collect::<Vec<_>>(), ["group"], "what no expression reads is left out");
    assert_eq!(source("b").nodeset, "instance('tree')/zoo/cat");
    assert_eq!(
        form.trees.get("tree").expect("a tree").iter().map(|node| node.name.as_str()).collect::<Vec<_>>(),
        ["zoo", "cat", "@name"]
    );
    assert_eq!((source("c").external, source("c").value.as_str()), (true, "id"));
    assert_eq!(form.files[0].file, "people.csv");
    assert_eq!(source("d").nodeset, "/data/a");
}

#[test]
fn actions_stand_where_they_happen_and_simple_ones_are_defaults() {
    let model = "<setvalue event=\"odk-instance-first-load\" ref=\"/data/a\" value=\"now()\"/>\
        <setvalue event=\"odk-instance-load\" ref=\"/data/b\">it's</setvalue>";
    let body = "<input ref=\"/data/a\"><setvalue event=\"xforms-value-changed\" ref=\"/data/r[1]/x\" value=\"/data/a\"/></input>\
        <repeat nodeset=\"/data/r\"><setvalue event=\"jr-insert\" ref=\"/data/r/x\" value=\"position(..)\"/><input ref=\"/data/r/x\"/>\
        <setvalue event=\"odk-instance-first-load odk-new-repeat\" ref=\"/data/r/y\" value=\"uuid()\"/></repeat>";
    let form = good("<a/><b/><r><x/><y/></r>", model, body);
    assert!(node(&form, "a").dynamic_default && node(&form, "a").default == "now()");
    assert!(node(&form, "y").dynamic_default && node(&form, "y").default == "uuid()");
    let at = |name: &str| node(&form, name).actions.clone();
    assert_eq!((at("data")[0].events.as_slice(), at("data")[0].value.as_str()), (&[Event::Load][..], "\"it's\""));
    assert_eq!((at("a")[0].events.as_slice(), at("a")[0].target.as_str()), (&[Event::Changed][..], "/data/r[1]/x"));
    assert_eq!((at("r")[0].events.as_slice(), at("r")[0].target.as_str()), (&[Event::Repeat][..], "./x"));
}

#[test]
fn the_meta_block_says_the_name_and_what_becomes_of_entities() {
    let primary = "<who/><meta><instanceID/><instanceName/><entity dataset=\"people\" id=\"\" create=\"1\"><label/></entity></meta>";
    let model = "<bind nodeset=\"/data/who\" entities:saveto=\"full_name\"/><bind nodeset=\"/data/meta/instanceID\" jr:preload=\"uid\"/>\
        <bind nodeset=\"/data/meta/instanceName\" calculate=\"concat('of ', /data/who)\"/>\
        <bind nodeset=\"/data/meta/entity/label\" calculate=\"/data/who\"/>\
        <setvalue event=\"odk-instance-first-load\" ref=\"/data/meta/entity/@id\" value=\"uuid()\"/>";
    let form = good(primary, model, "<input ref=\"/data/who\"/>");
    assert_eq!(form.instance_name, "concat('of ', /data/who)");
    assert_eq!(node(&form, "who").save_to, "full_name");
    let entity = &form.entities[0];
    assert_eq!((entity.list.as_str(), entity.node, entity.entity_id.as_str()), ("people", 0, ""));
    assert_eq!(entity.label, "/data/meta/entity/label");
    assert!(node(&form, "@id").dynamic_default);
}

#[test]
fn each_problem_is_told_with_its_element_and_line() {
    let found = problems("<a/>", "<bind nodeset=\"/data/a\"\n relevant=\"1 +\"/>", "<input ref=\"/data/none\"/>");
    let told: Vec<_> = found.iter().map(|problem| (problem.kind.code(), problem.line, problem.path.as_str())).collect();
    assert_eq!(
        told,
        [("unknown_path", 3, "/h:html/h:body/input"), ("bad_expression", 1, "/h:html/h:head/model/instance/data/a"),]
    );
    assert!(
        found[0].message("zh-CN").starts_with("第 3 行, /h:html/h:body/input: “/data/none”"),
        "{}",
        found[0].message("zh-CN")
    );
    assert!(found[0].message("en").starts_with("line 3, /h:html/h:body/input: “/data/none” is no node"));
}

#[test]
fn what_cannot_work_is_refused() {
    let calculate = |text: &str| format!("<bind nodeset=\"/data/a\" calculate=\"{text}\"/>");
    let both = |one: &str, other: &str| calculate(one) + &format!("<bind nodeset=\"/data/b\" calculate=\"{other}\"/>");
    for (primary, model, body, code) in [
        ("<a/><b/>", both("/data/b", "/data/a"), "", "cycle"),
        ("<a/>", calculate("/data/a + 1"), "", "cycle"),
        ("<g><a/></g>", "<bind nodeset=\"/data/g\" relevant=\"/data/g/a = 1\"/>".into(), "", "cycle"),
        ("<a/>", calculate("explode()"), "", "unknown_function"),
        ("<a/>", calculate("today(1)"), "", "bad_arguments"),
        ("<a/>", calculate("instance('none')/root"), "", "unknown_instance"),
        ("<a/><b/>", calculate("jr:choice-name('x', '/data/b')"), "", "no_choices"),
        ("<a/><a/>", String::new(), "", "duplicate_node"),
        ("<a/>", "<submission method=\"pigeon\"/>".into(), "", "bad_submission"),
        ("<a/>", "<setvalue event=\"moon-rise\" ref=\"/data/a\"/>".into(), "", "bad_event"),
        ("<a/>", "<setvalue event=\"odk-new-repeat\" ref=\"/data/a\"/>".into(), "", "misplaced_action"),
        ("<a/>", "<setvalue event=\"odk-instance-load\"/>".into(), "", "no_target"),
        ("<a/>", String::new(), "<group ref=\"/data/a\"/><input ref=\"/data/a\"/>", "other_structure"),
        ("<a/>", String::new(), "<range ref=\"/data/a\" start=\"1\" end=\"x\" step=\"1\"/>", "bad_number"),
        ("<a/>", String::new(), "<select1 ref=\"/data/a\"><itemset nodeset=\"/data/a\"/></select1>", "no_value"),
        ("<a/>", String::new(), "<input ref=\"/data/a\"><label ref=\"jr:itext('none')\"/></input>", "no_text"),
        ("<a/>", "<instance id=\"x\"/><instance id=\"x\"/>".into(), "", "duplicate_instance"),
    ] {
        let found = codes(primary, &model, body);
        assert!(found.contains(&code), "{primary} {model} {body}: {found:?} and not {code}");
    }
    for (xml, code) in [
        ("no xml", "not_xml"),
        ("<html/>", "not_a_form"),
        ("<html><head><model/></head></html>", "no_instance"),
        ("<html><head><model><instance><data/></instance></model></head></html>", "no_form_id"),
        ("<!DOCTYPE h [<!ENTITY a \"&a;&a;\">]><h>&a;</h>", "document_type"),
    ] {
        let found = read_xform(xml).map(|form| form.definition).expect_err("refused");
        assert_eq!(found[0].kind.code(), code, "{xml}");
    }
}

#[test]
fn values_of_other_instances_may_go_round() {
    let last = "/data/r[position() = position(current()/..) - 1]";
    let model = format!(
        "<bind nodeset=\"/data/r/opening\" calculate=\"{last}/closing\"/>\
         <bind nodeset=\"/data/r/closing\" calculate=\"../opening + ../amount\"/>\
         <bind nodeset=\"/data/r/total\" calculate=\"sum({last}/total) + ../amount\"/>"
    );
    let body = "<repeat nodeset=\"/data/r\"><input ref=\"/data/r/amount\"/></repeat>";
    good("<r><opening/><amount/><closing/><total/></r>", &model, body);
}

#[test]
fn what_is_nested_too_deep_is_refused() {
    let depth = 100_000;
    for (primary, body) in [
        (format!("{}{}", "<g>".repeat(depth), "</g>".repeat(depth)), String::new()),
        ("<a/>".into(), format!("{}{}", "<group>".repeat(depth), "</group>".repeat(depth))),
    ] {
        assert_eq!(codes(&primary, "", &body), ["too_deep"]);
    }
}

#[test]
fn script_in_a_label_is_text() {
    let form = good("<a/>", "", "<input ref=\"/data/a\"><label>&lt;script&gt;alert(1)&lt;/script&gt;</label></input>");
    assert_eq!(words(node(&form, "a").label.as_ref(), 0), "<script>alert(1)</script>");
}

#[test]
fn a_form_of_many_questions_is_read_in_a_moment() {
    let count = 20_000;
    let nodes: String = (0..count).map(|index| format!("<q{index}/>")).collect();
    let binds: String = (0..count).map(|index| format!("<bind nodeset=\"/data/q{index}\" type=\"int\"/>")).collect();
    let body: String = (0..count).map(|index| format!("<input ref=\"/data/q{index}\"/>")).collect();
    assert_eq!(good(&nodes, &binds, &body).nodes.len(), count + 1);
}

/// A piece of a form that is there, or not, or is something else.
fn piece(pieces: &'static [&'static str]) -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(pieces), 0..6).prop_map(|pieces| pieces.concat())
}

const PRIMARY: &[&str] = &[
    "<a/>",
    "<a>1</a>",
    "<b x=\"\"/>",
    "<r><a/></r>",
    "<r jr:template=\"\"><a/><r><b/></r></r>",
    "<meta><entity dataset=\"d\"/></meta>",
];
const MODEL: &[&str] = &[
    "<bind nodeset=\"/data/a\" calculate=\"/data/b\"/>",
    "<bind nodeset=\"/data/r/a\" relevant=\"count(/data/r[a = 1]) &gt; position(..)\" type=\"int\"/>",
    "<bind nodeset=\"..\" calculate=\"\"/>",
    "<bind nodeset=\"/data/b/@x\" calculate=\"/data/@x\" jr:preload=\"uid\"/>",
    "<bind calculate=\"]\"/>",
    "<setvalue event=\"odk-new-repeat xforms-ready\" ref=\"/data/r[/a\" value=\"'\"/>",
    "<setvalue event=\"odk-instance-load\" ref=\"/data/a\" value=\"//a\"/>",
    "<instance id=\"i\"><root><item><v>1</v></item><item/></root></instance>",
    "<instance id=\"i\"><x y=\"1\"><z/></x></instance>",
    "<instance/>",
    "<itext><translation lang=\"x\"><text id=\"t\"><value/></text><text/></translation><translation/></itext>",
];
const BODY: &[&str] = &[
    "<input ref=\"/data/a\"><label ref=\"jr:itext('t')\"/></input>",
    "<group ref=\"/data/r\"><label>L</label><repeat nodeset=\"/data/r\" jr:count=\"/data/a\"><input ref=\"a\"/></repeat></group>",
    "<repeat nodeset=\"/data/r\"><setvalue event=\"odk-new-repeat\" ref=\"/data/r/a\" value=\"position(..)\"/></repeat>",
    "<repeat nodeset=\"/data/r/r\"><input ref=\"b\"/></repeat>",
    "<select1 ref=\"/data/b\"><itemset nodeset=\"randomize(instance('i')/root/item[v = /data/a])\"><value ref=\"v\"/><label ref=\"jr:itext(v)\"/></itemset></select1>",
    "<select ref=\"/data/a\"><itemset nodeset=\"/data/r\"><value ref=\"a\"/></itemset></select>",
    "<range ref=\"/data/a\"/>",
    "<odk:rank ref=\"/data/b\"><item/></odk:rank>",
    "<group><input/></group>",
    "<input ref=\"/data\"/>",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_form_makes_the_reader_or_a_filling_panic(primary in piece(PRIMARY), model in piece(MODEL), body in piece(BODY)) {
        let Ok(read) = read_xform(&form(&primary, &model, &body)) else { return Ok(()) };
        let json = serde_json::to_string(&read.definition).expect("a definition is JSON");
        prop_assert_eq!(&serde_json::from_str::<Definition>(&json).expect("readable"), &read.definition);
        let host = std::rc::Rc::new(zhucun_forms::NativeHost::new(0, 0));
        let form = std::rc::Rc::new(read.definition);
        let mut player = zhucun_forms::play::Player::open(form, std::rc::Rc::default(), host);
        for step in [
            json!({"answer": ["/data/a", "2"]}),
            json!({"new_repeat": "/data/r"}),
            json!({"answer": ["/data/r[1]/a", "1"]}),
            json!({"remove_repeat": "/data/r[1]"}),
            json!({"save_and_reopen": true}),
        ] {
            let _ = player.take(&zhucun_forms::play::Step::of(&step).expect("a step"));
        }
    }
}
