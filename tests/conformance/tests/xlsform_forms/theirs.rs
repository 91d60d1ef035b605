//! A form as pyxform made it: the summary of the case, and its XForm for what the summary does not say.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use super::normal::{Ways, condition, expression, languages, named, words};
use super::xml::Xml;
use super::{Facts, Form, put};

/// The facts of a summary, without what pyxform adds of its own accord: notes and rows of labels for tables, nodes for
/// counts, the meta group but for an audit.
pub fn theirs(summary: &Json, xform: Option<&str>) -> Form {
    let root = summary["root"].as_str().unwrap_or_default();
    let ways = &Ways { root, default: summary["default_language"].as_str().unwrap_or_default() };
    let xml = xform.map(|xform| Xml::read(xform, ways)).unwrap_or_default();
    let nodes: Vec<&Json> = summary["nodes"].as_array().into_iter().flatten().collect();
    let path_of = |node: &Json| below(node["path"].as_str().unwrap_or_default(), ways);
    let counts = counts(&nodes, ways);
    let tables = tables(&nodes, ways);
    let mut all = vec![(String::new(), whole(summary, &nodes, &xml, ways))];
    for node in &nodes {
        let path = path_of(node);
        let last = path.rsplit('/').next().unwrap_or_default();
        let is_made = last.starts_with("generated_table_list_label_")
            || last.starts_with("reserved_name_for_field_list_labels_")
            || counts.contains_key(&path);
        let in_meta = path.split('/').any(|step| step == "meta" || step == "__version__") && path != "/meta/audit";
        if is_made || in_meta {
            continue;
        }
        let mut facts = facts(node, &path, &xml, ways);
        if let Some(count) = facts.get("repeat_count").and_then(|count| counts.get(count)) {
            put(&mut facts, "repeat_count", count);
        }
        if let Some(head) = tables.get(&path) {
            for key in ["label", "hint"] {
                put(&mut facts, key, text(&head[key], &path, ways));
            }
        }
        all.push((path, facts));
    }
    Form(all)
}

/// The lists of queries: those of the sheet `external_choices`.
pub fn queried(summary: &Json) -> Vec<String> {
    let nodes = summary["nodes"].as_array().into_iter().flatten();
    let list = |node: &Json| node["query"].as_str()?.split('\'').nth(1).map(str::to_owned);
    nodes.filter_map(list).collect()
}

fn below(path: &str, ways: &Ways<'_>) -> String {
    path.strip_prefix(&format!("/{}", ways.root)).unwrap_or(path).to_owned()
}

/// Nodes that pyxform makes for the counts of repeats: `NAME_count` before the repeat `NAME`. Path to expression.
fn counts(nodes: &[&Json], ways: &Ways<'_>) -> BTreeMap<String, String> {
    let mut counts = BTreeMap::new();
    for pair in nodes.windows(2) {
        let (count, repeat) = (
            below(pair[0]["path"].as_str().unwrap_or_default(), ways),
            below(pair[1]["path"].as_str().unwrap_or_default(), ways),
        );
        let is_made =
            pair[1]["repeat"] == true && count == format!("{repeat}_count") && pair[0].get("control").is_none();
        if let Some(text) = pair[0]["calculate"].as_str().filter(|_| is_made) {
            counts.insert(count.clone(), expression(text, &count, ways));
        }
    }
    counts
}

/// Groups drawn as a table, whose words pyxform moves to a note in it. Path to that note.
fn tables<'a>(nodes: &[&'a Json], ways: &Ways<'_>) -> BTreeMap<String, &'a Json> {
    let notes = nodes.iter().filter_map(|node| {
        let path = below(node["path"].as_str()?, ways);
        let (group, last) = path.rsplit_once('/')?;
        last.starts_with("generated_table_list_label_").then(|| (group.to_owned(), *node))
    });
    notes.collect()
}

fn whole(summary: &Json, nodes: &[&Json], xml: &Xml, ways: &Ways<'_>) -> Facts {
    let mut facts = Facts::new();
    put(&mut facts, "form_id", summary["form_id"].as_str().unwrap_or_default());
    put(&mut facts, "title", words(summary["title"].as_str().unwrap_or_default(), "", ways));
    put(&mut facts, "version", summary["version"].as_str().unwrap_or_default());
    let languages = summary["languages"].as_array().into_iter().flatten().filter_map(Json::as_str);
    put(&mut facts, "languages", named(languages));
    let name = nodes.iter().find(|node| node["path"].as_str().is_some_and(|path| path.ends_with("/meta/instanceName")));
    let name = name.and_then(|node| node["calculate"].as_str()).unwrap_or_default();
    put(&mut facts, "instance_name", expression(name, "/meta/instanceName", ways));
    for (list, choices) in summary["choices"].as_object().into_iter().flatten() {
        let rows = choices.as_array().into_iter().flatten().map(|choice| row(choice, ways));
        put(&mut facts, &format!("list {list}"), rows.collect::<Vec<_>>().join("\n"));
    }
    for (id, place) in summary["external"].as_object().into_iter().flatten() {
        put(&mut facts, &format!("file {id}"), place.as_str().unwrap_or_default());
    }
    for entity in &xml.entities {
        put(&mut facts, &format!("entity {}", entity.list), entity.parts.join("; "));
    }
    facts
}

fn row(choice: &Json, ways: &Ways<'_>) -> String {
    let name = choice["name"].as_str().unwrap_or_default().to_owned();
    let mut row = vec![name, text(&choice["label"], "", ways), media(&choice["media"], "", ways)];
    let columns: BTreeSet<String> = choice
        .as_object()
        .into_iter()
        .flatten()
        .filter(|(key, _)| !["name", "label", "media"].contains(&key.as_str()))
        .map(|(key, value)| format!("{key}={}", value.as_str().unwrap_or_default()))
        .collect();
    row.extend(columns);
    row.join("; ")
}

fn facts(node: &Json, path: &str, xml: &Xml, ways: &Ways<'_>) -> Facts {
    let mut facts = Facts::new();
    let get = |key: &str| node[key].as_str().unwrap_or_default();
    let of = |key: &str| expression(get(key), path, ways);
    let is_group = node["leaf"] == false;
    put(&mut facts, "leaf", if is_group { "" } else { "yes" });
    put(&mut facts, "repeat", if node["repeat"] == true { "yes" } else { "" });
    // XForms: a value without type is a string.
    put(&mut facts, "type", if is_group { "" } else { node["type"].as_str().unwrap_or("string") });
    // A select of the sheet external_choices is a line of text with a query.
    let query = of("query");
    put(&mut facts, "control", if query.is_empty() { get("control") } else { "select1" });
    put(&mut facts, "relevant", of("relevant"));
    put(&mut facts, "required", condition(of("required")));
    put(&mut facts, "constraint", of("constraint"));
    put(&mut facts, "calculate", of("calculate"));
    put(&mut facts, "readonly", condition(of("readonly")));
    put(&mut facts, "default", get("default"));
    put(&mut facts, "repeat_count", of("repeat_count"));
    put(&mut facts, "preload", [get("preload"), get("preload_params")].join(" ").trim());
    put(&mut facts, "appearance", get("appearance").split_whitespace().collect::<Vec<_>>().join(" "));
    for key in ["label", "hint", "constraint_message", "required_message"] {
        put(&mut facts, key, text(&node[key], path, ways));
    }
    put(&mut facts, "media", media(&node["label_media"], path, ways));
    let guidance = node["hint_media"]
        .as_object()
        .into_iter()
        .flatten()
        .filter_map(|(language, all)| Some((language.clone(), words(all["guidance"].as_str()?, path, ways))));
    put(&mut facts, "guidance", languages(guidance, ways));
    put(&mut facts, "save_to", xml.save_to.get(path).cloned().unwrap_or_default());
    if query.is_empty() {
        put(&mut facts, "itemset", of("itemset"));
        put(&mut facts, "itemset_value", get("itemset_value"));
        // Words in several languages are found by the language.
        put(&mut facts, "itemset_label", get("itemset_label").replace("jr:itext(itextId)", "label"));
    } else {
        for (key, value) in [("itemset", query.as_str()), ("itemset_value", "name"), ("itemset_label", "label")] {
            put(&mut facts, key, value);
        }
    }
    let items = node["items"].as_array().into_iter().flatten().filter_map(Json::as_str);
    put(&mut facts, "items", items.collect::<Vec<_>>().join(" "));
    if get("control") == "range" {
        for key in ["start", "end", "step"] {
            put(&mut facts, key, get(key));
        }
    }
    put(&mut facts, "rows", get("rows"));
    let mut set_by: Vec<String> = node["set_by"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|action| {
            let part = |key: &str| action[key].as_str().unwrap_or_default();
            let text = part("value");
            // pyxform resolves names from the question that triggers.
            let at = xml.trigger_of(path, text).unwrap_or(path);
            format!("{} {} {}", part("action"), part("event"), expression(text, at, ways))
        })
        .collect();
    set_by.sort();
    put(&mut facts, "set_by", set_by.join("\n"));
    facts
}

fn text(text: &Json, path: &str, ways: &Ways<'_>) -> String {
    match text {
        Json::String(plain) => languages([(String::new(), words(plain, path, ways))], ways),
        Json::Object(all) => languages(
            all.iter().map(|(language, text)| (language.clone(), words(text.as_str().unwrap_or_default(), path, ways))),
            ways,
        ),
        _ => String::new(),
    }
}

/// `{language: {kind: file}}` to `kind=language:file`.
fn media(media: &Json, path: &str, ways: &Ways<'_>) -> String {
    let mut kinds: BTreeMap<&str, Vec<(String, String)>> = BTreeMap::new();
    for (language, files) in media.as_object().into_iter().flatten() {
        for (kind, file) in files.as_object().into_iter().flatten() {
            let file = file.as_str().unwrap_or_default();
            let file = file.strip_prefix("jr://").and_then(|file| file.split_once('/')).map_or(file, |(_, name)| name);
            kinds.entry(kind).or_default().push((language.clone(), words(file, path, ways)));
        }
    }
    kinds.into_iter().map(|(kind, files)| format!("{kind}={}", languages(files, ways))).collect::<Vec<_>>().join(", ")
}
