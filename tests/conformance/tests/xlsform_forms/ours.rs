//! A form as our reader made it.

use zhucun_forms::Definition;
use zhucun_forms::definition::{ChoiceSource, Event, Kind, Node, Piece, Text};

use super::normal::{Ways, condition, expression, languages, named, words};
use super::{Facts, Form, put};

/// The facts of a definition. `queried`: lists that pyxform writes to a file for queries. Of the meta group only an audit is told: the rest every form has.
pub fn ours(form: &Definition, default: &str, queried: &[String]) -> Form {
    let ways = &Ways { root: form.nodes[0].name.as_str(), default };
    let mut paths: Vec<String> = Vec::new();
    let mut all = vec![(String::new(), whole(form, queried, ways))];
    for (index, node) in form.nodes.iter().enumerate() {
        let path = if index == 0 { String::new() } else { format!("{}/{}", paths[node.parent as usize], node.name) };
        paths.push(path.clone());
        if index > 0 && path != "/meta" && path != "/meta/instanceID" {
            all.push((path.clone(), facts(form, index, &path, ways)));
        }
    }
    triggers(form, &paths, ways, &mut all);
    Form(all)
}

fn whole(form: &Definition, queried: &[String], ways: &Ways<'_>) -> Facts {
    let mut facts = Facts::new();
    put(&mut facts, "form_id", &form.id);
    put(&mut facts, "title", words(&text(form, &form.title), "", ways));
    put(&mut facts, "version", &form.version);
    put(&mut facts, "languages", named(form.languages.iter().map(String::as_str)));
    put(&mut facts, "instance_name", expression(&form.instance_name, "", ways));
    for (list, choices) in form.choices.all().iter().filter(|(list, _)| !is_elsewhere(form, list, queried)) {
        let rows = choices.iter().map(|choice| {
            let mut row = vec![
                choice.name.clone(),
                translated(form, &choice.label, "", ways),
                media(form, choice.media.iter(), "", ways),
            ];
            let mut columns: Vec<String> = choice.columns.iter().map(|(key, value)| format!("{key}={value}")).collect();
            columns.sort();
            row.append(&mut columns);
            row.join("; ")
        });
        put(&mut facts, &format!("list {list}"), rows.collect::<Vec<_>>().join("\n"));
    }
    for file in &form.files {
        let folder = if file.file.ends_with(".csv") { "file-csv" } else { "file" };
        let place =
            if file.file.starts_with("jr:") { file.file.clone() } else { format!("jr://{folder}/{}", file.file) };
        put(&mut facts, &format!("file {}", file.id), place);
    }
    for entity in &form.entities {
        let at = path_of(form, entity.node as usize);
        let parts = [
            at.clone(),
            expression(&entity.entity_id, &at, ways),
            expression(&entity.create_if, &at, ways),
            expression(&entity.update_if, &at, ways),
            expression(&entity.label, &at, ways),
        ];
        put(&mut facts, &format!("entity {}", entity.list), parts.join("; "));
    }
    facts
}

/// The appearance `search()` of old forms: its choices are part of the question, in pyxform's words.
fn is_search(node: &Node) -> bool {
    node.appearance.iter().any(|word| word.starts_with("search("))
}

/// Whether pyxform puts a list elsewhere: into the questions that search it, into a file of its own (the sheet
/// `external_choices`, whose selects have a query).
fn is_elsewhere(form: &Definition, list: &str, queried: &[String]) -> bool {
    let by = |node: &&Node| node.choices.as_ref().is_some_and(|source| source.list == list);
    let mut users = form.nodes.iter().filter(by).peekable();
    let name = list.strip_prefix("external_choices/").unwrap_or(list);
    let is_queried = queried.iter().any(|list| list == name) && users.peek().is_some_and(|node| !is_search(node));
    is_queried || users.peek().is_some() && users.all(is_search)
}

fn path_of(form: &Definition, mut index: usize) -> String {
    let mut path = String::new();
    while index > 0 {
        path = format!("/{}{path}", form.nodes[index].name);
        index = form.nodes[index].parent as usize;
    }
    path
}

fn facts(form: &Definition, index: usize, path: &str, ways: &Ways<'_>) -> Facts {
    let node = &form.nodes[index];
    let mut facts = Facts::new();
    let of = |text: &str| expression(text, path, ways);
    let is_group = matches!(node.kind, Kind::Group | Kind::Repeat);
    put(&mut facts, "leaf", if is_group { "" } else { "yes" });
    put(&mut facts, "repeat", if node.kind == Kind::Repeat { "yes" } else { "" });
    put(&mut facts, "type", if is_group { String::new() } else { bind_type(node) });
    put(&mut facts, "control", control(node));
    put(&mut facts, "relevant", of(&node.relevant));
    put(&mut facts, "required", condition(of(&node.required)));
    put(&mut facts, "constraint", of(&node.constraint));
    put(&mut facts, "calculate", of(&node.calculate));
    let readonly = if node.kind == Kind::Note && node.readonly.is_empty() { "true()" } else { &node.readonly };
    put(&mut facts, "readonly", condition(of(readonly)));
    put(&mut facts, "default", if node.dynamic_default { "" } else { &node.default });
    put(&mut facts, "repeat_count", of(&node.repeat_count));
    put(&mut facts, "preload", preload(node.kind));
    put(&mut facts, "appearance", appearance(form, index));
    for (key, text) in [
        ("label", &node.label),
        ("hint", &node.hint),
        ("guidance", &node.guidance),
        ("constraint_message", &node.constraint_message),
        ("required_message", &node.required_message),
    ] {
        put(&mut facts, key, text.as_ref().map_or(String::new(), |text| translated(form, text, path, ways)));
    }
    put(&mut facts, "media", media(form, node.media.iter(), path, ways));
    if !is_group && control(node).is_empty() {
        // What nobody is asked has words here only, for people who read the answers.
        for key in ["label", "hint", "media"] {
            facts.remove(key);
        }
    }
    put(&mut facts, "save_to", &node.save_to);
    if let Some(source) = node.choices.as_ref().filter(|_| is_search(node)) {
        let names = form.choices.get(&source.list).unwrap_or_default().iter().map(|choice| choice.name.as_str());
        put(&mut facts, "items", names.collect::<Vec<_>>().join(" "));
    } else if let Some(source) = &node.choices {
        choices(source, node.kind, path, ways, &mut facts);
    }
    if node.kind == Kind::Range {
        for key in ["start", "end", "step"] {
            put(&mut facts, key, node.parameters.get(key).cloned().unwrap_or_default());
        }
    }
    put(&mut facts, "rows", node.parameters.get("rows").cloned().unwrap_or_default());
    let own = own_actions(form, index, path, ways);
    put(&mut facts, "set_by", own.join("\n"));
    facts
}

/// What a node is set by that is said at itself.
fn own_actions(form: &Definition, index: usize, path: &str, ways: &Ways<'_>) -> Vec<String> {
    let node = &form.nodes[index];
    let mut all = Vec::new();
    if node.dynamic_default {
        let value = expression(&node.default, path, ways);
        all.push(format!("setvalue odk-instance-first-load {value}"));
        let mut above = node.parent as usize;
        while above > 0 && form.nodes[above].kind != Kind::Repeat {
            above = form.nodes[above].parent as usize;
        }
        if above > 0 {
            all.push(format!("setvalue odk-new-repeat {value}"));
        }
    }
    if node.kind == Kind::StartGeopoint {
        all.push("odk:setgeopoint odk-instance-first-load ".into());
    }
    all
}

/// Adds what nodes are set by when others are answered.
fn triggers(form: &Definition, paths: &[String], ways: &Ways<'_>, all: &mut [(String, Facts)]) {
    for (index, node) in form.nodes.iter().enumerate() {
        for action in &node.actions {
            assert_eq!(action.events, [Event::Changed], "the only event of a sheet");
            let target = expression(&action.target, &paths[index], ways);
            let name = if action.geopoint { "odk:setgeopoint" } else { "setvalue" };
            let value = expression(&action.value, &target, ways);
            let Some((_, facts)) = all.iter_mut().find(|(path, _)| *path == target) else { continue };
            let line = format!("{name} xforms-value-changed {value}");
            let mut lines: Vec<String> =
                facts.get("set_by").iter().flat_map(|text| text.lines()).map(str::to_owned).collect();
            lines.push(line);
            lines.sort();
            put(facts, "set_by", lines.join("\n"));
        }
    }
}

fn choices(source: &ChoiceSource, kind: Kind, path: &str, ways: &Ways<'_>, facts: &mut Facts) {
    let mut nodes = if source.list.is_empty() {
        source.nodeset.clone()
    } else {
        let list = source.list.strip_prefix("external_choices/").unwrap_or(&source.list);
        let filter = if source.filter.is_empty() { String::new() } else { format!("[{}]", source.filter) };
        format!("instance('{list}')/root/item{filter}")
    };
    if let Some(seed) = &source.randomize {
        nodes = if seed.is_empty() { format!("randomize({nodes})") } else { format!("randomize({nodes}, {seed})") };
    }
    put(facts, "itemset", expression(&nodes, path, ways));
    let or = |column: &str, default: &str| if column.is_empty() { default.to_owned() } else { column.to_owned() };
    // Words of places are their places.
    let is_place = matches!(kind, Kind::Geopoint | Kind::Geotrace | Kind::Geoshape);
    put(facts, "itemset_value", or(&source.value, "name"));
    put(
        facts,
        "itemset_label",
        if is_place && source.list.is_empty() { "geometry".into() } else { or(&source.label, "label") },
    );
}

/// In a table of selects pyxform writes other appearances: the same for the person.
fn appearance(form: &Definition, index: usize) -> String {
    let node = &form.nodes[index];
    let is_table = |node: &Node| node.appearance.iter().any(|word| word == "table-list");
    if node.choices.is_some() && is_table(&form.nodes[node.parent as usize]) {
        return "list-nolabel".into();
    }
    if is_table(node) {
        let others = node.appearance.iter().map(String::as_str).filter(|word| *word != "table-list");
        return std::iter::once("field-list").chain(others).collect::<Vec<_>>().join(" ");
    }
    node.appearance.join(" ")
}

fn text(form: &Definition, text: &Text) -> String {
    let pieces = &text.0[form.default_language];
    one(pieces)
}

fn one(pieces: &[Piece]) -> String {
    let words = pieces.iter().map(|piece| match piece {
        Piece::Words(words) => words.clone(),
        Piece::Value { v } => format!("{{{v}}}"),
    });
    words.collect()
}

fn translated(form: &Definition, text: &Text, path: &str, ways: &Ways<'_>) -> String {
    languages(
        form.languages
            .iter()
            .zip(&text.0)
            .map(|(language, pieces)| (language.clone(), words(&one(pieces), path, ways))),
        ways,
    )
}

fn media<'a>(
    form: &Definition,
    media: impl Iterator<Item = (&'a String, &'a Text)>,
    path: &str,
    ways: &Ways<'_>,
) -> String {
    let kinds = media.map(|(kind, text)| format!("{kind}={}", translated(form, text, path, ways)));
    let mut kinds: Vec<String> = kinds.collect();
    kinds.sort();
    kinds.join(", ")
}

fn control(node: &Node) -> &'static str {
    match node.kind {
        Kind::Group | Kind::Repeat => "group",
        Kind::SelectOne => "select1",
        Kind::SelectMultiple => "select",
        Kind::Rank => "rank",
        Kind::Range => "range",
        Kind::Image | Kind::Audio | Kind::Video | Kind::File => "upload",
        Kind::Acknowledge => "trigger",
        kind if kind.is_asked() || kind == Kind::Note => "input",
        _ => "",
    }
}

fn preload(kind: Kind) -> &'static str {
    match kind {
        Kind::Start => "timestamp start",
        Kind::End => "timestamp end",
        Kind::Today => "date today",
        Kind::Username => "property username",
        Kind::DeviceId => "property deviceid",
        Kind::PhoneNumber => "property phonenumber",
        Kind::Email => "property email",
        Kind::SubscriberId => "property subscriberid",
        Kind::SimSerial => "property simserial",
        _ => "",
    }
}

/// The XForms type of a node's value.
fn bind_type(node: &Node) -> String {
    if !node.bind_type.is_empty() {
        return node.bind_type.clone();
    }
    let own = match node.kind {
        Kind::Integer | Kind::Range => "int",
        Kind::Decimal => "decimal",
        Kind::Geopoint | Kind::StartGeopoint => "geopoint",
        Kind::Geotrace => "geotrace",
        Kind::Geoshape => "geoshape",
        Kind::Barcode => "barcode",
        Kind::Rank => "odk:rank",
        Kind::Date | Kind::Today => "date",
        Kind::Time => "time",
        Kind::DateTime | Kind::Start | Kind::End => "dateTime",
        Kind::Image | Kind::Audio | Kind::Video | Kind::File | Kind::BackgroundAudio | Kind::Audit => "binary",
        _ => "string",
    };
    own.into()
}
