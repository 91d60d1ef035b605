//! A definition with all that forms have, written as an `XForm`.
#![cfg(feature = "read")]
#![expect(clippy::unwrap_used, reason = "tests: what is not there fails them")]

use serde_json::{Value, json};
use zhucun_forms::xform::instance;
use zhucun_forms::xform_out::{XformError, write};
use zhucun_forms::{Definition, read_form};

fn form(fields: &Value) -> Definition {
    let mut form = json!({"id": "f", "version": "3", "title": [["标题"]], "languages": [""], "default_language": 0});
    for (name, value) in fields.as_object().unwrap() {
        form[name] = value.clone();
    }
    serde_json::from_value(form).unwrap()
}

/// The lines of the written form that hold a mark, an element each.
fn lines(form: &Definition, marks: &[&str]) -> Vec<String> {
    let xml = write(form).unwrap().replace("><", ">\n<");
    xml.lines().filter(|line| marks.iter().any(|mark| line.contains(mark))).map(str::to_owned).collect()
}

/// The part of the written form from one mark to another.
fn part<'a>(xml: &'a str, from: &str, to: &str) -> &'a str {
    let begin = xml.find(from).unwrap();
    let end = xml[begin..].find(to).unwrap() + begin + to.len();
    &xml[begin..end]
}

#[test]
fn an_instance_has_a_template_of_each_repeat_and_what_the_form_begins_with() {
    let form = form(&json!({
        "nodes": [
            {"n": "data", "p": 0, "k": "root"},
            {"n": "a", "p": 0, "k": "text", "def": "<x>"},
            {"n": "r", "p": 0, "k": "repeat", "rc": "/data/a"},
            {"n": "b", "p": 2, "k": "text", "def": "0"},
            {"n": "s", "p": 2, "k": "repeat", "rc": "count(../b) + 1"},
            {"n": "c", "p": 4, "k": "image", "def": "c.png"},
            {"n": "fixed", "p": 0, "k": "repeat", "fix": true},
            {"n": "d", "p": 6, "k": "integer", "def": "now()", "dyn": true},
            {"n": "log", "p": 0, "k": "audit", "par": {"track-changes": "true"}},
        ],
        "instance_name": "concat('\"', /data/a)",
        "first": {"fixed": [{"d": "1"}, {"d": "2"}]},
    }));
    let xml = write(&form).unwrap();
    assert_eq!(
        part(&xml, "<instance>", "</instance>"),
        "<instance><data id=\"f\" version=\"3\"><a>&lt;x&gt;</a>\
         <r jr:template=\"\"><b>0</b><s_count/><s jr:template=\"\"><c>jr://images/c.png</c></s><s><c>jr://images/c.png</c></s></r>\
         <r><b>0</b><s_count/><s><c>jr://images/c.png</c></s></r>\
         <fixed jr:template=\"\"><d/></fixed><fixed><d>1</d></fixed><fixed><d>2</d></fixed>\
         <meta><audit/><instanceID/><instanceName/></meta></data></instance>"
    );
    let told = lines(&form, &["jr:count", "noAddRemove", "s_count\" ", "meta/", "setvalue"]);
    assert_eq!(
        told,
        [
            "<bind nodeset=\"/data/r/s_count\" type=\"string\" readonly=\"true()\" calculate=\"count(../b) + 1\"/>",
            "<bind nodeset=\"/data/meta/audit\" type=\"binary\" odk:track-changes=\"true\"/>",
            "<setvalue event=\"odk-instance-first-load\" ref=\"/data/fixed/d\" value=\"now()\"/>",
            "<bind nodeset=\"/data/meta/instanceID\" type=\"string\" readonly=\"true()\" jr:preload=\"uid\"/>",
            "<bind nodeset=\"/data/meta/instanceName\" type=\"string\" calculate=\"concat('&quot;', /data/a)\"/>",
            "<repeat nodeset=\"/data/r\" jr:count=\"/data/a\">",
            "<repeat nodeset=\"/data/r/s\" jr:count=\"/data/r/s_count\">",
            "<repeat nodeset=\"/data/fixed\" jr:noAddRemove=\"true()\">",
            "<setvalue event=\"odk-new-repeat\" ref=\"/data/fixed/d\" value=\"now()\"/>",
        ]
    );
}

#[test]
fn texts_in_several_languages_and_media_are_itext_complete_in_each() {
    let form = form(&json!({
        "languages": ["中文 (zh)", "English (en)"], "default_language": 0,
        "title": [["走访"], ["Visit"]],
        "nodes": [
            {"n": "data", "p": 0, "k": "root"},
            {"n": "who", "p": 0, "k": "text", "l": [["谁", {"v": "/data/n"}, "？"], ["Who & why"]],
             "h": [["提示"], []], "g": [[], ["more"]], "cm": [["不对"], ["wrong"]], "rm": [["必填"], []],
             "con": ". != ''", "m": {"image": [["a.jpg"], []], "audio": [[], ["jr://audio/b.mp3"]]}},
            {"n": "kind", "p": 0, "k": "select_one", "ch": {"list": "kinds", "f": "x=current()/../who", "r": "7"}},
            {"n": "n", "p": 0, "k": "calculate", "calc": "1"},
        ],
        "choices": {"kinds": [
            {"n": "k1", "l": [["甲"], ["A"]], "c": {"x": "1", "no name": "y"}},
            {"n": "k2", "l": [], "m": {"image": [["k2.png"], ["k2.png"]]}},
            {"n": "k3", "l": []},
        ]},
    }));
    let xml = write(&form).unwrap();
    assert_eq!(
        part(&xml, "<translation lang=\"English", "</translation>"),
        "<translation lang=\"English (en)\"><text id=\"kinds-0\"><value>A</value></text>\
         <text id=\"kinds-1\"><value form=\"image\">jr://images/k2.png</value></text>\
         <text id=\"kinds-2\"><value>k3</value></text>\
         <text id=\"/data/who:label\"><value>Who &amp; why</value><value form=\"audio\">jr://audio/b.mp3</value>\
         <value form=\"image\">jr://images/a.jpg</value></text>\
         <text id=\"/data/who:hint\"><value>提示</value><value form=\"guidance\">more</value></text>\
         <text id=\"/data/who:jr:constraintMsg\"><value>wrong</value></text>\
         <text id=\"/data/who:jr:requiredMsg\"><value>必填</value></text></translation>"
    );
    assert!(xml.contains("<translation lang=\"中文 (zh)\" default=\"true()\">"));
    assert!(xml.contains("<value>谁<output value=\"/data/n\"/>？</value>"));
    assert!(xml.contains("<h:title>走访</h:title>"));
    assert!(
        xml.contains("<item><itextId>kinds-0</itextId><name>k1</name><x>1</x></item>"),
        "a column without a name of XML is left out"
    );
    assert_eq!(
        part(&xml, "<input", "</h:body>"),
        "<input ref=\"/data/who\"><label ref=\"jr:itext('/data/who:label')\"/><hint ref=\"jr:itext('/data/who:hint')\"/></input>\
         <select1 ref=\"/data/kind\"><label/>\
         <itemset nodeset=\"randomize(instance('kinds')/root/item[x=current()/../who], 7)\">\
         <value ref=\"name\"/><label ref=\"jr:itext(itextId)\"/></itemset></select1></h:body>"
    );
}

#[test]
fn a_form_in_one_language_has_its_words_in_the_controls() {
    let form = form(&json!({
        "style": ["pages"],
        "nodes": [
            {"n": "data", "p": 0, "k": "root"},
            {"n": "g", "p": 0, "k": "group", "l": [["组"]], "a": ["field-list"], "rel": "1 < 2", "set": []},
            {"n": "who", "p": 1, "k": "text", "l": [["谁 ", {"v": "../n"}]], "req": "true()", "rm": [["必填"]], "a": ["multiline"],
             "par": {"rows": "3"}, "set": [{"e": ["changed"], "t": "/data/n", "v": "now()"}, {"e": ["changed"], "t": "../p", "geo": true}]},
            {"n": "n", "p": 0, "k": "hidden", "ty": "dateTime"},
            {"n": "p", "p": 1, "k": "geopoint", "l": [["处"]], "par": {"capture-accuracy": "5", "allow-mock-accuracy": "true"}},
            {"n": "from", "p": 0, "k": "start_geopoint"},
            {"n": "rec", "p": 0, "k": "background_audio", "par": {"quality": "low"}},
            {"n": "level", "p": 0, "k": "range", "l": [["级"]], "par": {"end": "5", "tick_interval": "2", "tick_labelset": "ticks"}},
            {"n": "ok", "p": 0, "k": "acknowledge", "l": [["好"]], "ro": "true()"},
            {"n": "photo", "p": 0, "k": "image", "l": [["照"]], "par": {"max-pixels": "640"}, "sv": "picture"},
            {"n": "order", "p": 0, "k": "rank", "l": [["序"]], "ch": {"list": "ticks"}},
            {"n": "town", "p": 0, "k": "select_one", "l": [["镇"]], "ch": {"list": "towns", "x": true, "v": "id", "lb": "title"}},
            {"n": "house", "p": 0, "k": "select_one", "l": [["户"]], "ch": {"list": "households", "x": true}},
        ],
        "choices": {"ticks": [{"n": "1", "l": [["一"]]}]},
        "files": [{"id": "towns", "file": "towns.geojson"}, {"id": "__last-saved", "file": "jr://instance/last-saved"}],
    }));
    let xml = write(&form).unwrap();
    assert!(!xml.contains("<itext>"));
    let model = lines(&form, &["<bind", "<instance id", "setgeopoint", "recordaudio", "<item>", "<setvalue"]);
    assert_eq!(
        model,
        [
            "<instance id=\"ticks\">",
            "<item>",
            "<instance id=\"towns\" src=\"jr://file/towns.geojson\"/>",
            "<instance id=\"__last-saved\" src=\"jr://instance/last-saved\"/>",
            "<instance id=\"households\" src=\"jr://file-csv/households.csv\"/>",
            "<bind nodeset=\"/data/g\" relevant=\"1 &lt; 2\"/>",
            "<bind nodeset=\"/data/g/who\" type=\"string\" required=\"true()\" jr:requiredMsg=\"必填\"/>",
            "<bind nodeset=\"/data/n\" type=\"dateTime\"/>",
            "<bind nodeset=\"/data/g/p\" type=\"geopoint\" odk:allow-mock-accuracy=\"true\"/>",
            "<bind nodeset=\"/data/from\" type=\"geopoint\"/>",
            "<bind nodeset=\"/data/rec\" type=\"binary\"/>",
            "<bind nodeset=\"/data/level\" type=\"int\"/>",
            "<bind nodeset=\"/data/ok\" type=\"string\" readonly=\"true()\"/>",
            "<bind nodeset=\"/data/photo\" type=\"binary\" entities:saveto=\"picture\" orx:max-pixels=\"640\"/>",
            "<bind nodeset=\"/data/order\" type=\"odk:rank\"/>",
            "<bind nodeset=\"/data/town\" type=\"string\"/>",
            "<bind nodeset=\"/data/house\" type=\"string\"/>",
            "<odk:setgeopoint event=\"odk-instance-first-load\" ref=\"/data/from\"/>",
            "<odk:recordaudio event=\"odk-instance-load\" ref=\"/data/rec\" odk:quality=\"low\"/>",
            "<bind nodeset=\"/data/meta/instanceID\" type=\"string\" readonly=\"true()\" jr:preload=\"uid\"/>",
            "<setvalue event=\"xforms-value-changed\" ref=\"/data/n\" value=\"now()\"/>",
            "<odk:setgeopoint event=\"xforms-value-changed\" ref=\"/data/g/p\"/>",
        ]
    );
    assert_eq!(
        part(&xml, "<h:body", "</h:body>").replace("><", ">\n<").lines().collect::<Vec<_>>().join(""),
        "<h:body class=\"pages\"><group ref=\"/data/g\" appearance=\"field-list\"><label>组</label>\
         <input ref=\"/data/g/who\" appearance=\"multiline\" rows=\"3\"><label>谁 <output value=\"../n\"/></label>\
         <setvalue event=\"xforms-value-changed\" ref=\"/data/n\" value=\"now()\"/>\
         <odk:setgeopoint event=\"xforms-value-changed\" ref=\"/data/g/p\"/></input>\
         <input ref=\"/data/g/p\" accuracyThreshold=\"5\"><label>处</label></input></group>\
         <range ref=\"/data/level\" start=\"1\" end=\"5\" step=\"1\" odk:tick-interval=\"2\"><label>级</label>\
         <itemset nodeset=\"instance('ticks')/root/item\"><value ref=\"name\"/><label ref=\"label\"/></itemset></range>\
         <trigger ref=\"/data/ok\"><label>好</label></trigger>\
         <upload ref=\"/data/photo\" mediatype=\"image/*\"><label>照</label></upload>\
         <odk:rank ref=\"/data/order\"><label>序</label><itemset nodeset=\"instance('ticks')/root/item\">\
         <value ref=\"name\"/><label ref=\"label\"/></itemset></odk:rank>\
         <select1 ref=\"/data/town\"><label>镇</label><itemset nodeset=\"instance('towns')/root/item\">\
         <value ref=\"id\"/><label ref=\"title\"/></itemset></select1>\
         <select1 ref=\"/data/house\"><label>户</label><itemset nodeset=\"instance('households')/root/item\">\
         <value ref=\"name\"/><label ref=\"label\"/></itemset></select1></h:body>"
    );
}

#[test]
fn entities_are_in_the_meta_of_the_node_that_they_are_of() {
    let form = form(&json!({
        "nodes": [
            {"n": "data", "p": 0, "k": "root"},
            {"n": "r", "p": 0, "k": "repeat"},
            {"n": "q", "p": 1, "k": "text", "sv": "name"},
        ],
        "entities": [
            {"list": "people", "node": 1, "label": "./q"},
            {"list": "homes", "node": 0, "entity_id": "/data/r/q", "update_if": "/data/r/q != ''"},
        ],
    }));
    let xml = write(&form).unwrap();
    assert!(xml.contains("entities:entities-version=\"2025.1.0\""));
    assert_eq!(
        part(&xml, "<instance>", "</instance>"),
        "<instance><data id=\"f\" version=\"3\"><r jr:template=\"\"><q/><meta>\
         <entity dataset=\"people\" id=\"\" create=\"1\"><label/></entity></meta></r>\
         <r><q/><meta><entity dataset=\"people\" id=\"\" create=\"1\"><label/></entity></meta></r>\
         <meta><instanceID/><entity dataset=\"homes\" id=\"\" update=\"1\" baseVersion=\"\" trunkVersion=\"\" branchId=\"\"/></meta>\
         </data></instance>"
    );
    assert_eq!(
        lines(&form, &["entity/", "instance id"]),
        [
            "<instance id=\"homes\" src=\"jr://file-csv/homes.csv\"/>",
            "<bind nodeset=\"/data/r/meta/entity/@id\" type=\"string\" readonly=\"true()\"/>",
            "<setvalue event=\"odk-instance-first-load\" ref=\"/data/r/meta/entity/@id\" value=\"uuid()\"/>",
            "<bind nodeset=\"/data/r/meta/entity/label\" type=\"string\" readonly=\"true()\" calculate=\"../../../q\"/>",
            "<bind nodeset=\"/data/meta/entity/@update\" type=\"string\" readonly=\"true()\" calculate=\"/data/r/q != ''\"/>",
            "<bind nodeset=\"/data/meta/entity/@baseVersion\" type=\"string\" readonly=\"true()\" calculate=\"instance('homes')/root/item[name=/data/r/q]/__version\"/>",
            "<bind nodeset=\"/data/meta/entity/@trunkVersion\" type=\"string\" readonly=\"true()\" calculate=\"instance('homes')/root/item[name=/data/r/q]/__trunkVersion\"/>",
            "<bind nodeset=\"/data/meta/entity/@branchId\" type=\"string\" readonly=\"true()\" calculate=\"instance('homes')/root/item[name=/data/r/q]/__branchId\"/>",
            "<bind nodeset=\"/data/meta/entity/@id\" type=\"string\" readonly=\"true()\" calculate=\"/data/r/q\"/>",
            "<setvalue event=\"odk-new-repeat\" ref=\"/data/r/meta/entity/@id\" value=\"uuid()\"/>",
        ]
    );
}

#[test]
fn choices_may_be_instances_of_a_repeat_or_found_by_search() {
    let form = form(&json!({
        "nodes": [
            {"n": "data", "p": 0, "k": "root"},
            {"n": "who", "p": 0, "k": "select_one", "l": [["谁"]],
             "ch": {"list": "", "n": "/data/r[./name != '']", "v": "name", "lb": "name"}},
            {"n": "found", "p": 0, "k": "select_multiple", "l": [["找"]], "a": ["search('file')"], "ch": {"list": "columns"}},
            {"n": "r", "p": 0, "k": "repeat"},
            {"n": "name", "p": 3, "k": "text", "l": [["名"]]},
        ],
        "choices": {"columns": [{"n": "key", "l": [["label_zh"]]}]},
    }));
    let xml = write(&form).unwrap();
    assert!(
        xml.contains("<itemset nodeset=\"/data/r[./name != '']\"><value ref=\"name\"/><label ref=\"name\"/></itemset>")
    );
    assert!(xml.contains("<item><label>label_zh</label><value>key</value></item>"));
    assert!(!xml.contains("<instance id"), "{xml}");
}

#[test]
fn attributes_prefixes_and_lists_that_are_no_tables_are_kept() {
    let form = form(&json!({
        "nodes": [
            {"n": "data", "p": 0, "k": "root"},
            {"n": "@version", "p": 0, "k": "hidden", "def": "9"},
            {"n": "x:a", "p": 0, "k": "text", "l": [["甲"]]},
            {"n": "@unit", "p": 2, "k": "calculate", "calc": "'kg'"},
            {"n": "r", "p": 0, "k": "repeat", "b": 0},
            {"n": "b", "p": 4, "k": "text"},
            {"n": "orx:meta", "p": 0, "k": "group"},
            {"n": "orx:instanceID", "p": 6, "k": "hidden"},
        ],
        "ns": {"": "urn:mine", "x": "urn:x", "orx": "http://openrosa.org/xforms"},
        "texts": {"said": [["词"]]},
        "trees": {"t": [{"n": "top"}, {"n": "@v", "t": "1"}, {"n": "a", "t": "<"}, {"n": "b", "p": 2}, {"n": "@id", "p": 3, "t": "q"}, {"n": "c", "t": "z"}]},
    }));
    let xml = write(&form).unwrap();
    assert!(xml.contains(" xmlns:x=\"urn:x\">") && xml.matches("xmlns:orx").count() == 1, "{xml}");
    assert_eq!(
        part(&xml, "<instance>", "</instance>"),
        "<instance><data xmlns=\"urn:mine\" id=\"f\" version=\"9\"><x:a unit=\"\"/><r jr:template=\"\"><b/></r>\
         <orx:meta><orx:instanceID/></orx:meta></data></instance>"
    );
    assert_eq!(
        part(&xml, "<instance id=\"t\">", "</instance>"),
        "<instance id=\"t\"><top v=\"1\"><a>&lt;<b id=\"q\"/></a><c>z</c></top></instance>"
    );
    assert!(xml.contains("<text id=\"said\"><value>词</value></text>"));
    assert_eq!(
        lines(&form, &["@unit", "instanceID\" "]),
        [
            "<bind nodeset=\"/data/x:a/@unit\" type=\"string\" calculate=\"'kg'\"/>",
            "<bind nodeset=\"/data/orx:meta/orx:instanceID\" type=\"string\" readonly=\"true()\" jr:preload=\"uid\"/>",
        ]
    );
    assert!(part(&xml, "<h:body", "</h:body>").contains("<input ref=\"/data/x:a\"><label>甲</label></input><group"));
}

#[test]
fn a_name_that_xml_does_not_take_is_said_and_not_written() {
    let form = form(&json!({"nodes": [{"n": "data", "p": 0, "k": "root"}, {"n": "m²", "p": 0, "k": "text"}]}));
    assert_eq!(write(&form), Err(XformError::Name("m²".into())));
    assert_eq!(write(&Definition::default()), Err(XformError::Empty));
}

#[test]
fn many_repeats_in_each_other_do_not_multiply() {
    let mut nodes = vec![json!({"n": "data", "p": 0, "k": "root"})];
    for depth in 0..30 {
        nodes.push(json!({"n": format!("r{depth}"), "p": depth, "k": "repeat"}));
    }
    let xml = write(&form(&json!({"nodes": nodes}))).unwrap();
    assert!(xml.len() < 100_000, "{}", xml.len());
}

#[test]
fn a_range_of_whole_numbers_is_whole_however_they_are_written() {
    let range = |start: &str, step: &str| {
        let node = json!({"n": "a", "p": 0, "k": "range", "par": {"start": start, "end": "10.0", "step": step}});
        lines(&form(&json!({"nodes": [{"n": "data", "p": 0, "k": "root"}, node]})), &["/data/a\" type"]).concat()
    };
    assert!(range("0.0", "1").contains("type=\"int\""));
    assert!(range("0", "0.5").contains("type=\"decimal\""));
}

/// A client fills what we wrote: all of it is understood when it comes back, with what stands elsewhere than in the definition.
#[test]
fn an_instance_of_a_written_form_has_nothing_that_the_form_has_no_place_for() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/e2e/forms/gallery.md");
    let gallery = read_form("gallery.md", &std::fs::read(path).unwrap()).unwrap().definition;
    let nodes = |meta: bool| {
        let mut nodes = vec![
            json!({"n": "data", "p": 0, "k": "root"}),
            json!({"n": "log", "p": 0, "k": "audit"}),
            json!({"n": "r", "p": 0, "k": "repeat", "rc": "1 + 1"}),
            json!({"n": "q", "p": 2, "k": "text", "sv": "name"}),
        ];
        if meta {
            nodes.push(json!({"n": "orx:meta", "p": 0, "k": "group"}));
        }
        nodes
    };
    let entities = json!([{"list": "people", "node": 2, "label": "./q"}, {"list": "homes", "node": 0}]);
    let made = |meta: bool| {
        form(&json!({
            "nodes": nodes(meta), "entities": entities, "instance_name": "'x'",
            "ns": {"orx": "http://openrosa.org/xforms"},
        }))
    };
    for form in [gallery, made(false), made(true)] {
        let xml = write(&form).unwrap();
        let blank = part(&xml, "<instance>", "</instance>");
        let blank = &blank["<instance>".len()..blank.len() - "</instance>".len()];
        let spaces = "xmlns:jr=\"http://openrosa.org/javarosa\" xmlns:orx=\"http://openrosa.org/xforms\" ";
        // The templates count as instances here, so that they are read as well.
        let blank = blank.replace(" jr:template=\"\"", "").replacen("id=", &format!("{spaces}id="), 1);
        let filled = blank.replace("<audit/>", "<audit>audit.csv</audit>");
        let read = instance::read(&form, &filled).unwrap();
        assert_eq!(read.unknown, [], "{filled}");
        if filled.contains("<audit>") {
            assert_eq!(read.answers["log"], "audit.csv", "{filled}");
        }
    }
    let stray = "<data id=\"f\"><s_count>2</s_count><meta><audit>a</audit><audit>b</audit></meta></data>";
    let unknown = instance::read(&made(false), stray).unwrap().unknown;
    let unknown: Vec<_> = unknown.iter().map(|unknown| unknown.path.as_str()).collect();
    assert_eq!(unknown, ["/data/s_count", "/data/meta/audit"]);
}
