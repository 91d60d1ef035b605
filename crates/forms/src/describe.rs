//! A definition told as JSON for people and programs: nodes, types, rules, choices, languages.

use serde_json::{Map, Value, json};

use crate::Definition;
use crate::definition::{Action, Choice, ChoiceSource, Event, Kind, Node, Piece, Text};
use crate::xform::lexical::value_type;

/// The summary: `form_id`, `title`, `version`, `root`, `languages`, `default_language`, `nodes` (all but the root and attributes,
/// in document order), `choices` and `external`. What is not set is null or not there. A text is a string, or an object by
/// language; `{path}` in it is a value shown there.
#[must_use]
pub fn summary(form: &Definition) -> Value {
    let described = Describer { form, paths: paths(form) };
    let is_translated = form.languages.iter().any(|name| !name.is_empty());
    let nodes: Vec<Value> = (1..form.nodes.len())
        .filter(|&index| !form.nodes[index].name.starts_with('@'))
        .map(|index| described.node(index))
        .collect();
    let choices: Map<String, Value> =
        form.choices.all().iter().map(|(name, choices)| (name.clone(), described.list(choices))).collect();
    let external: Map<String, Value> =
        form.files.iter().map(|file| (file.id.clone(), json!(address(&file.file)))).collect();
    json!({
        "form_id": form.id,
        "title": described.text(&form.title),
        "version": filled(&form.version),
        "root": form.nodes.first().map(|root| root.name.as_str()),
        "languages": if is_translated { form.languages.as_slice() } else { &[] },
        "default_language": form.languages.get(form.default_language).filter(|_| is_translated),
        "nodes": nodes,
        "choices": choices,
        "external": external,
    })
}

/// Absolute paths of all nodes.
fn paths(form: &Definition) -> Vec<String> {
    let mut paths: Vec<String> = Vec::new();
    for (index, node) in form.nodes.iter().enumerate() {
        let above = if index == 0 { "" } else { paths.get(node.parent as usize).map_or("", String::as_str) };
        paths.push(format!("{above}/{}", node.name));
    }
    paths
}

fn filled(text: &str) -> Option<&str> {
    Some(text).filter(|text| !text.is_empty())
}

/// Where a file is found, as an `XForm` says it.
fn address(file: &str) -> String {
    match file.rsplit_once('.') {
        _ if file.starts_with("jr://") => file.to_owned(),
        Some((_, "csv")) => format!("jr://file-csv/{file}"),
        _ => format!("jr://file/{file}"),
    }
}

struct Describer<'a> {
    form: &'a Definition,
    paths: Vec<String>,
}

impl Describer<'_> {
    fn node(&self, index: usize) -> Value {
        let node = &self.form.nodes[index];
        let is_leaf = !matches!(node.kind, Kind::Root | Kind::Group | Kind::Repeat);
        let default = if node.dynamic_default { "" } else { node.default.as_str() };
        let mut out = json!({
            "path": self.paths[index],
            "leaf": is_leaf,
            "type": is_leaf.then(|| value_type(node)),
            "relevant": filled(&node.relevant),
            "required": filled(&node.required),
            "constraint": filled(&node.constraint),
            "calculate": filled(&node.calculate),
            "readonly": filled(&node.readonly),
            "default": filled(default),
            "repeat": node.kind == Kind::Repeat,
        });
        let Value::Object(fields) = &mut out else { return out };
        let mut put = |name: &str, value: Value| {
            if !value.is_null() {
                fields.insert(name.to_owned(), value);
            }
        };
        put("repeat_count", json!(filled(&node.repeat_count)));
        for (name, text) in [
            ("label", &node.label),
            ("hint", &node.hint),
            ("guidance", &node.guidance),
            ("constraint_message", &node.constraint_message),
            ("required_message", &node.required_message),
        ] {
            put(name, text.as_ref().map_or(Value::Null, |text| self.text(text)));
        }
        put("label_media", self.media(node.media.iter()));
        put("control", json!(control(node)));
        put("appearance", json!(filled(&node.appearance.join(" "))));
        put("save_to", json!(filled(&node.save_to)));
        if let Some((preload, parameters)) = preload(node) {
            put("preload", json!(preload));
            put("preload_params", json!(filled(parameters)));
        }
        for (name, value) in &node.parameters {
            put(name, json!(value));
        }
        if let Some(media) = mediatype(node.kind) {
            put("mediatype", json!(media));
        }
        if let Some(source) = &node.choices {
            put("itemset", json!(itemset(source)));
            let or = |text: &str, usual: &str| if text.is_empty() { usual.to_owned() } else { text.to_owned() };
            put("itemset_value", json!(or(&source.value, "name")));
            put("itemset_label", json!(or(&source.label, "label")));
        }
        put("set_by", self.set_by(index));
        out
    }

    fn text(&self, text: &Text) -> Value {
        let words = |pieces: &Vec<Piece>| -> String {
            let part = |piece: &Piece| match piece {
                Piece::Words(words) => words.clone(),
                Piece::Value { v } => format!("{{{v}}}"),
            };
            pieces.iter().map(part).collect()
        };
        let named = self.form.languages.iter().zip(&text.0).filter(|(_, pieces)| !pieces.is_empty());
        let mut all: Vec<(String, String)> = named.map(|(name, pieces)| (name.clone(), words(pieces))).collect();
        match all.len() {
            0 => Value::Null,
            1 if self.form.languages.len() == 1 && all[0].0.is_empty() => json!(all.remove(0).1),
            _ => all.into_iter().map(|(name, words)| (name, json!(words))).collect::<Map<_, _>>().into(),
        }
    }

    fn media<'m>(&self, media: impl Iterator<Item = (&'m String, &'m Text)>) -> Value {
        let kinds: Map<String, Value> = media.map(|(kind, text)| (kind.clone(), self.text(text))).collect();
        if kinds.is_empty() { Value::Null } else { kinds.into() }
    }

    fn list(&self, choices: &[Choice]) -> Value {
        let rows = choices.iter().map(|choice| {
            let mut row = Map::new();
            row.insert("name".into(), json!(choice.name));
            for (name, value) in [("label", self.text(&choice.label)), ("media", self.media(choice.media.iter()))] {
                if !value.is_null() {
                    row.insert(name.into(), value);
                }
            }
            for (column, text) in &choice.columns {
                row.insert(column.clone(), json!(text));
            }
            Value::Object(row)
        });
        rows.collect()
    }

    /// Dynamic defaults and actions that set a node.
    fn set_by(&self, index: usize) -> Value {
        let node = &self.form.nodes[index];
        let mut all = Vec::new();
        if node.dynamic_default && !is_uid(node) {
            let in_repeat = self.is_in_repeat(index);
            let events = if in_repeat { &[Event::First, Event::Repeat][..] } else { &[Event::First] };
            all.extend(events.iter().map(|event| set_by("setvalue", *event, Some(&node.default))));
        }
        for (place, other) in self.form.nodes.iter().enumerate() {
            for action in other.actions.iter().filter(|action| self.target(place, action) == self.paths[index]) {
                let name = if action.geopoint { "odk:setgeopoint" } else { "setvalue" };
                all.extend(action.events.iter().map(|event| set_by(name, *event, filled(&action.value))));
            }
        }
        if all.is_empty() { Value::Null } else { all.into() }
    }

    fn is_in_repeat(&self, mut index: usize) -> bool {
        while index > 0 {
            if self.form.nodes[index].kind == Kind::Repeat {
                return true;
            }
            index = self.form.nodes[index].parent as usize;
        }
        false
    }

    /// The absolute path of what an action sets, without predicates.
    fn target(&self, place: usize, action: &Action) -> String {
        let reference = crate::xform::without_predicates(&action.target);
        crate::xform::resolve(&self.paths[place], &reference).unwrap_or_default()
    }
}

fn set_by(action: &str, event: Event, value: Option<&str>) -> Value {
    let event = match event {
        Event::First => "odk-instance-first-load",
        Event::Load => "odk-instance-load",
        Event::Repeat => "odk-new-repeat",
        Event::Changed => "xforms-value-changed",
    };
    json!({ "action": action, "event": event, "value": value })
}

fn itemset(source: &ChoiceSource) -> String {
    let nodes = if source.nodeset.is_empty() {
        let filter = if source.filter.is_empty() { String::new() } else { format!("[{}]", source.filter) };
        format!("instance('{}')/root/item{filter}", source.list)
    } else {
        source.nodeset.clone()
    };
    match source.randomize.as_deref() {
        None => nodes,
        Some("") => format!("randomize({nodes})"),
        Some(seed) => format!("randomize({nodes}, {seed})"),
    }
}

fn control(node: &Node) -> Option<&'static str> {
    Some(match node.kind {
        Kind::Group => "group",
        Kind::Repeat => "repeat",
        Kind::SelectOne => "select1",
        Kind::SelectMultiple => "select",
        Kind::Rank => "rank",
        Kind::Range => "range",
        Kind::Acknowledge => "trigger",
        Kind::Image | Kind::Audio | Kind::Video | Kind::File => "upload",
        kind if kind.is_asked() || kind == Kind::Note => "input",
        _ => return None,
    })
}

/// Whether a node gets an id of its own.
fn is_uid(node: &Node) -> bool {
    node.dynamic_default && node.kind == Kind::Hidden && node.default == crate::xform::UID
}

fn preload(node: &Node) -> Option<(&'static str, &'static str)> {
    Some(match node.kind {
        _ if is_uid(node) => ("uid", ""),
        Kind::Start => ("timestamp", "start"),
        Kind::End => ("timestamp", "end"),
        Kind::Today => ("date", "today"),
        Kind::DeviceId => ("property", "deviceid"),
        Kind::Username => ("property", "username"),
        Kind::Email => ("property", "email"),
        Kind::PhoneNumber => ("property", "phonenumber"),
        Kind::SubscriberId => ("property", "subscriberid"),
        Kind::SimSerial => ("property", "simserial"),
        _ => return None,
    })
}

fn mediatype(kind: Kind) -> Option<&'static str> {
    Some(match kind {
        Kind::Image => "image/*",
        Kind::Audio => "audio/*",
        Kind::Video => "video/*",
        Kind::File => "application/*",
        _ => return None,
    })
}
