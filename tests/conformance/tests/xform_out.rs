//! Tables of `xlsform.jsonl`, read into definitions and written as `XForm`s, beside what pyxform writes of them: nodes of the
//! instance, binds, actions, controls, lists, languages. Compared as trees.
#![expect(clippy::unwrap_used, reason = "tests: what is not there fails them")]

use std::collections::{BTreeMap, BTreeSet};

use roxmltree::{Document, Node};
use serde::Deserialize;
use serde_json::json;
use zhucun_conformance::{Report, Suite, cases};
use zhucun_forms::Definition;
use zhucun_forms::parse::read_xlsform;
use zhucun_forms::xform::read_xform;
use zhucun_forms::xform_out;

const NO_ID: &str =
    "the form wants no id of its submissions, or another one: without, no server knows what it has already";
const ITEXT: &str =
    "pyxform keeps lists without translations and media out of itext; here a form is in itext or is not";
const QUERY: &str = "a select from itemsets.csv is written as one from any file: ODK Collect takes both";
const COUNT: &str = "a count that is no path gets a node of its own, as pyxform writes it";

const TABLE: &str = "pyxform writes rows of labels for a table of selects; here it is a page of selects";

const WRITTEN: Suite = Suite {
    name: "xform_written",
    title: "Tables written as XForms, as pyxform writes them (xlsform.jsonl)",
    wanted: None,
    skipped: &[
        ("xlsform-04d18fb04f11", ITEXT),
        ("xlsform-30a7df11ddf9", QUERY),
        ("xlsform-4e1a20d835e4", "OSM editors are no part of the product"),
        ("xlsform-57278c8f6152", NO_ID),
        ("xlsform-adb0e1e251c2", "pyxform forgets the instance that the label reads"),
        ("xlsform-e0d3e1f70292", TABLE),
        ("xlsform-e80f592e46fb", NO_ID),
        ("xlsform-f058ef5204f1", QUERY),
        ("xlsform-fc35c767918e", NO_ID),
    ],
};

const AGAIN: Suite = Suite {
    name: "xform_again",
    title: "XForms read, written and read again: the same form (xlsform.jsonl, scenarios.jsonl)",
    wanted: None,
    skipped: &[
        ("xlsform-57278c8f6152", NO_ID),
        ("scenario-024a66d7ed80", TABLE),
        ("scenario-325b96d3e1d7", COUNT),
        ("scenario-74547080fbde", COUNT),
        ("scenario-765962b3f0ed", COUNT),
        (
            "scenario-937fbb9b99cb",
            "an expression shows ids of texts as they are: they are other ids, of the same texts",
        ),
        ("scenario-a51c66778bbf", "the path of the count is written from the top: the same node"),
        ("scenario-b06d22e79cca", COUNT),
        ("scenario-d0cc8154e235", TABLE),
        ("scenario-e58fe652026c", NO_ID),
    ],
};

const KEPT: Suite = Suite {
    name: "xform_kept",
    title: "pyxform's XForms read and written: what they were (xlsform.jsonl)",
    wanted: None,
    skipped: &[
        ("xlsform-04d18fb04f11", ITEXT),
        ("xlsform-30a7df11ddf9", QUERY),
        ("xlsform-4e1a20d835e4", "OSM editors are no part of the product"),
        ("xlsform-57278c8f6152", NO_ID),
        ("xlsform-adb0e1e251c2", "pyxform forgets the instance that the label reads"),
        ("xlsform-c945badfc1ab", ITEXT),
        ("xlsform-e80f592e46fb", NO_ID),
        ("xlsform-f058ef5204f1", QUERY),
        ("xlsform-fc35c767918e", NO_ID),
    ],
};

const XFORMS: &str = "http://www.w3.org/2002/xforms";
const JAVAROSA: &str = "http://openrosa.org/javarosa";

#[derive(Deserialize)]
struct Case {
    id: String,
    #[serde(default)]
    tests: Vec<String>,
    #[serde(default)]
    test: String,
    #[serde(default)]
    md: String,
    xform_xml: Option<String>,
}

/// A form as it can be compared: what it has, each with where it stands.
type Shape = BTreeMap<String, String>;

/// Gathers the shape of an `XForm`.
struct Gathering {
    root: String,
    shape: Shape,
}

impl Gathering {
    fn of(xml: &str) -> Shape {
        let document = Document::parse(xml).unwrap_or_else(|error| panic!("{error}: {xml}"));
        let model = find(document.root(), "model").expect("a model");
        let primary = find(model, "instance").and_then(|instance| instance.first_element_child()).expect("a form");
        let mut this = Self { root: primary.tag_name().name().to_owned(), shape: Shape::new() };
        this.instance(primary, "");
        for child in model.children().filter(Node::is_element) {
            this.model(child);
        }
        this.body(find(document.root(), "body").expect("a body"));
        this.shape
    }

    fn put(&mut self, key: String, value: impl Into<String>) {
        self.shape.insert(key, value.into());
    }

    fn instance(&mut self, node: Node<'_, '_>, above: &str) {
        let path = if above.is_empty() { "/root".to_owned() } else { format!("{above}/{}", node.tag_name().name()) };
        let has_inside = node.children().any(|child| child.is_element());
        let text = if has_inside { "" } else { node.text().unwrap_or("") };
        let mut attributes: Vec<String> = node
            .attributes()
            .filter(|attribute| attribute.namespace() != Some(JAVAROSA) && attribute.name() != "prefix")
            .map(|attribute| format!("{}={}", attribute.name(), attribute.value()))
            .collect();
        attributes.sort();
        self.put(format!("node {path}"), format!("{} {text}", attributes.join(" ")));
        if node.attribute((JAVAROSA, "template")).is_some() {
            self.put(format!("repeat {path}"), "");
        }
        for child in node.children().filter(Node::is_element) {
            self.instance(child, &path);
        }
    }

    fn model(&mut self, node: Node<'_, '_>) {
        match node.tag_name().name() {
            "bind" => {
                let at = self.absolute(node.attribute("nodeset").unwrap_or(""));
                let says = |name: &str, value: &str| name != "nodeset" && (name, value) != ("required", "false()");
                for attribute in node.attributes().filter(|it| says(it.name(), it.value())) {
                    self.put(format!("bind {at} {}", attribute.name()), self.plain(attribute.value(), &at));
                }
            }
            "setvalue" | "setgeopoint" | "recordaudio" => self.action(node),
            "instance" => match node.attribute("src") {
                Some(src) => self.put(format!("file {}", node.attribute("id").unwrap_or("")), src),
                None => self.list(node),
            },
            "itext" => {
                // Where only some texts have a language, pyxform keeps the others out of here.
                let languages = node.children().filter_map(|child| child.attribute("lang"));
                for language in languages.filter(|language| *language != "default") {
                    self.put(format!("language {language}"), "");
                }
            }
            _ => {}
        }
    }

    fn list(&mut self, instance: Node<'_, '_>) {
        let Some(id) = instance.attribute("id") else { return };
        let items = instance.descendants().filter(|node| node.tag_name().name() == "item");
        for (place, item) in items.enumerate() {
            for cell in item.children().filter(Node::is_element) {
                self.put(format!("item {id} {place} {}", cell.tag_name().name()), cell.text().unwrap_or(""));
            }
        }
    }

    fn action(&mut self, node: Node<'_, '_>) {
        let at = self.absolute(node.attribute("ref").unwrap_or(""));
        let above = node.parent().map_or("", |above| above.tag_name().name());
        for event in node.attribute("event").unwrap_or("").split_whitespace() {
            let value = self.plain(node.attribute("value").unwrap_or(""), &at);
            let trigger = match above {
                "model" | "repeat" => above.to_owned(),
                _ => self.absolute(node.parent().and_then(|above| above.attribute("ref")).unwrap_or("")),
            };
            self.put(format!("{} {event} {at} at {trigger}", node.tag_name().name()), value);
        }
    }

    fn body(&mut self, node: Node<'_, '_>) {
        for child in node.children().filter(Node::is_element) {
            let name = child.tag_name().name();
            match name {
                "setvalue" | "setgeopoint" => {
                    self.action(child);
                    continue;
                }
                "label" | "hint" | "itemset" | "item" => continue,
                _ => {}
            }
            let at = child.attribute("ref").or_else(|| child.attribute("nodeset")).unwrap_or("");
            let at = self.absolute(at);
            if let Some(itemset) = child.children().find(|child| child.tag_name().name() == "itemset") {
                self.put(format!("choices {at}"), self.plain(itemset.attribute("nodeset").unwrap_or(""), &at));
                for part in itemset.children().filter(Node::is_element) {
                    let value = part.attribute("ref").unwrap_or("");
                    self.put(format!("choices {at} {}", part.tag_name().name()), value);
                }
            }
            if child.tag_name().namespace() == Some(XFORMS) || name == "rank" {
                self.put(format!("control {name} {at}"), "");
                for attribute in child.attributes().filter(|attribute| !["ref", "nodeset"].contains(&attribute.name()))
                {
                    let value = self.plain(attribute.value(), &at);
                    self.put(format!("control {name} {at} {}", attribute.name()), value);
                }
            }
            self.body(child);
        }
    }

    /// A path below a root of any name.
    fn absolute(&self, path: &str) -> String {
        let path = path.trim();
        path.strip_prefix(&format!("/{}", self.root)).map_or_else(|| path.to_owned(), |rest| format!("/root{rest}"))
    }

    /// White space outside quotes, and how a path is written, do not matter: each path that begins with `..` is made absolute.
    fn plain(&self, text: &str, at: &str) -> String {
        let mut out = String::new();
        let last_saved = "instance('__last-saved')/";
        let mut rest = text.replace("current()/", "");
        rest = rest.replace(&format!("{last_saved}{}/", self.root), &format!("{last_saved}root/"));
        let mut quote = None;
        let mut last = None;
        while let Some(first) = rest.chars().next() {
            let begins = quote.is_none()
                && last.is_none_or(|last: char| !last.is_alphanumeric() && !matches!(last, '/' | '.' | ')'));
            if rest.starts_with("../") && begins {
                let mut here = at;
                while let Some(more) = rest.strip_prefix("../") {
                    here = here.rsplit_once('/').map_or("", |(above, _)| above);
                    rest = more.to_owned();
                }
                out.push_str(&format!("{here}/"));
                last = Some('/');
                continue;
            }
            if begins && rest.starts_with(&format!("/{}/", self.root)) {
                out.push_str("/root/");
                rest.drain(..self.root.len() + 2);
                last = Some('/');
                continue;
            }
            last = Some(rest.remove(0));
            match (quote, first) {
                (Some(open), _) if open == first => quote = None,
                (None, '\'' | '"') => quote = Some(first),
                _ => {}
            }
            if quote.is_some() || !first.is_whitespace() {
                out.push(first);
            }
        }
        out
    }
}

fn find<'a, 'd>(within: Node<'a, 'd>, name: &str) -> Option<Node<'a, 'd>> {
    within.descendants().find(|node| node.tag_name().name() == name)
}

/// What differs between two shapes. Columns of choices that no expression asks for are not read, so not written.
fn differences(ours: &Shape, theirs: &Shape) -> Vec<String> {
    let keys: BTreeSet<&String> = ours.keys().chain(theirs.keys()).collect();
    let is_own = |key: &str| ["name", "label", "itextId"].iter().any(|own| key.ends_with(&[" ", own].concat()));
    let is_unread = |key: &str| key.starts_with("item ") && !ours.contains_key(key) && !is_own(key);
    let differs = keys.into_iter().filter(|key| ours.get(*key) != theirs.get(*key) && !is_unread(key));
    differs.map(|key| format!("{key}: {:?}, pyxform {:?}", ours.get(key), theirs.get(key))).collect()
}

/// Nothing found, or all of it.
fn outcome(found: &[String]) -> Result<(), String> {
    if found.is_empty() { Ok(()) } else { Err(found.join("\n  ")) }
}

#[test]
fn a_table_written_as_an_xform_is_the_form_that_pyxform_writes() {
    let Some(cases) = cases::<Case>("xlsform.jsonl") else { return };
    let mut report = Report::new(&WRITTEN);
    for case in cases {
        let Some(theirs) = case.xform_xml else { continue };
        // Whether the reader takes all it should is tested in xlsform.rs.
        let Ok(parsed) = read_xlsform("data.md", case.md.as_bytes()) else { continue };
        let ours = xform_out::write(&parsed.definition).unwrap();
        let found = differences(&Gathering::of(&ours), &Gathering::of(&theirs));
        report.case(&case.id, &case.tests.join(", "), outcome(&found));
    }
    report.finish();
}

/// What differs between two values, by path.
fn unlike(one: &serde_json::Value, other: &serde_json::Value, path: &str, found: &mut Vec<String>) {
    use serde_json::Value;
    match (one, other) {
        (Value::Object(one), Value::Object(other)) => {
            let keys: BTreeSet<&String> = one.keys().chain(other.keys()).collect();
            for key in keys {
                let of = |map: &serde_json::Map<String, Value>| map.get(key).cloned().unwrap_or_default();
                unlike(&of(one), &of(other), &format!("{path}.{key}"), found);
            }
        }
        (Value::Array(one), Value::Array(other)) if one.len() == other.len() => {
            for (place, (one, other)) in one.iter().zip(other).enumerate() {
                unlike(one, other, &format!("{path}[{place}]"), found);
            }
        }
        _ if one == other => {}
        _ => found.push(format!("{path}: {one}, again {other}")),
    }
}

/// A form as JSON, without the meta block and its namespace where the form had none at first: every written form has one. The
/// id of a submission is the client's in any case.
fn comparable(form: &Definition, first: &Definition) -> serde_json::Value {
    let mut json = serde_json::to_value(form).unwrap();
    let is = |node: &zhucun_forms::definition::Node, name: &str| node.name.rsplit(':').next() == Some(name);
    let has_meta = first.nodes.iter().any(|node| node.parent == 0 && is(node, "meta"));
    let nodes = json["nodes"].as_array_mut().unwrap();
    for (node, of) in nodes.iter_mut().zip(&form.nodes) {
        if is(of, "instanceID") {
            *node = json!({"n": "instanceID"});
        }
    }
    if !has_meta {
        nodes.truncate(
            form.nodes.iter().position(|node| node.parent == 0 && is(node, "meta")).unwrap_or(form.nodes.len()),
        );
    }
    if first.namespaces.get("orx").is_none() {
        json["ns"].as_object_mut().map(|names| names.remove("orx"));
        if json["ns"] == json!({}) {
            json["ns"] = serde_json::Value::Null;
        }
    }
    json
}

/// What is other in a form that was read, written and read again.
fn changed(first: &Definition) -> Vec<String> {
    let written = xform_out::write(first).unwrap();
    match read_xform(&written) {
        Ok(again) => {
            let mut found = Vec::new();
            unlike(&comparable(first, first), &comparable(&again.definition, first), "", &mut found);
            found
        }
        Err(problems) => problems.iter().map(ToString::to_string).collect(),
    }
}

#[test]
fn an_xform_that_is_read_and_written_is_read_as_the_same_form() {
    let files = ["xlsform.jsonl", "scenarios.jsonl"].map(cases::<Case>);
    let [Some(tables), Some(scenarios)] = files else { return };
    let mut report = Report::new(&AGAIN);
    for case in tables.into_iter().chain(scenarios) {
        // Whether the reader takes all it should is tested in xforms.rs and scenarios.rs.
        let Some(Ok(first)) = case.xform_xml.map(|xml| read_xform(&xml)) else { continue };
        let test = [case.tests.join(", "), case.test].concat();
        report.case(&case.id, &test, outcome(&changed(&first.definition)));
    }
    report.finish();
}

#[test]
fn pyxforms_xforms_read_and_written_are_what_they_were() {
    let Some(cases) = cases::<Case>("xlsform.jsonl") else { return };
    let mut report = Report::new(&KEPT);
    for case in cases {
        let Some(theirs) = case.xform_xml else { continue };
        let Ok(form) = read_xform(&theirs) else { continue };
        let ours = xform_out::write(&form.definition).unwrap();
        let found = differences(&Gathering::of(&ours), &Gathering::of(&theirs));
        report.case(&case.id, &case.tests.join(", "), outcome(&found));
    }
    report.finish();
}
