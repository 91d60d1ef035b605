//! Which files a form needs beside it: pictures and sounds of its texts, lists that it reads.

use std::collections::BTreeSet;

use crate::definition::{Definition, ExternalFile, Kind, Node, Piece, Text};
use crate::xpath::{Expr, PathStart};

/// What a file is, by its ending.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FileKind {
    /// Rows with named columns.
    Csv,
    /// `root/item` with a child for each column.
    Xml,
    /// Features, each a row.
    Geojson,
    /// Shown or played: everything else.
    Media,
}

impl FileKind {
    /// Of a file by its name.
    #[must_use]
    pub fn of(name: &str) -> Self {
        let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
        match ending.to_ascii_lowercase().as_str() {
            "csv" => Self::Csv,
            "xml" => Self::Xml,
            "geojson" => Self::Geojson,
            _ => Self::Media,
        }
    }
}

/// The files that the form needs beside it, by name, each once. What is made where the form is filled (`jr://instance/…`) is
/// none of them.
#[must_use]
pub fn files_needed(form: &Definition) -> Vec<String> {
    let mut names = BTreeSet::new();
    for node in &form.nodes {
        node.media.values().for_each(|text| add_text(&mut names, text));
        if node.kind == Kind::Image && !node.dynamic_default {
            add(&mut names, &node.default);
        }
        for word in &node.appearance {
            // Collect's `search('districts', …)`.
            if let Some(name) = word.strip_prefix("search(").and_then(quoted) {
                names.insert([name, ".csv"].concat());
            }
        }
    }
    for (_, choices) in form.choices.all() {
        for choice in choices {
            choice.media.values().for_each(|text| add_text(&mut names, text));
        }
    }
    for file in external(form) {
        add(&mut names, &file.file);
    }
    names.into_iter().collect()
}

/// Lists that are read from elsewhere: those that the form names, and those that its questions and expressions read though no
/// sheet has them; their files end in `.csv`.
#[must_use]
pub fn external(form: &Definition) -> Vec<ExternalFile> {
    let mut files = form.files.clone();
    let mut ids: BTreeSet<String> = files.iter().map(|file| file.id.clone()).collect();
    ids.extend(form.choices.all().iter().map(|(list, _)| list.clone()));
    ids.extend(form.trees.keys().cloned());
    let mut read = BTreeSet::new();
    for node in &form.nodes {
        if let Some(source) = node.choices.as_ref().filter(|source| source.external) {
            read.insert(source.list.clone());
        }
        expressions(node, &mut |text| lists_in(text, &mut read));
    }
    lists_in(&form.instance_name, &mut read);
    // What updates an entity has to know how it was.
    read.extend(form.entities.iter().filter(|entity| !entity.entity_id.is_empty()).map(|entity| entity.list.clone()));
    for id in read.into_iter().filter(|id| !ids.contains(id)) {
        let file = if id == LAST_SAVED { "jr://instance/last-saved".to_owned() } else { [&id, ".csv"].concat() };
        files.push(ExternalFile { id, file });
    }
    files
}

/// The list of the answers that were sent last, as pyxform names it.
const LAST_SAVED: &str = "__last-saved";

/// Every expression of a node.
pub(crate) fn expressions(node: &Node, each: &mut dyn FnMut(&str)) {
    for text in [&node.relevant, &node.required, &node.constraint, &node.calculate, &node.readonly, &node.repeat_count]
    {
        each(text);
    }
    if node.dynamic_default {
        each(&node.default);
    }
    if let Some(source) = &node.choices {
        each(&source.filter);
        each(&source.nodeset);
        each(source.randomize.as_deref().unwrap_or_default());
    }
    node.actions.iter().for_each(|action| each(&action.value));
    let texts = [&node.label, &node.hint, &node.guidance, &node.constraint_message, &node.required_message];
    for piece in texts.into_iter().flatten().flat_map(|text| &text.0).flatten() {
        if let Piece::Value { v } = piece {
            each(v);
        }
    }
}

fn lists_in(text: &str, found: &mut BTreeSet<String>) {
    if text.is_empty() {
        return;
    }
    let Ok(expression) = Expr::parse(text) else { return };
    for path in expression.paths() {
        if let PathStart::Instance(id) = path.start
            && !id.is_empty()
        {
            // `pulldata('districts.csv', …)` is taken, too.
            found.insert(id.strip_suffix(".csv").unwrap_or(id).to_owned());
        }
    }
}

/// What stands in the quotes that a text begins with.
fn quoted(text: &str) -> Option<&str> {
    let text = text.trim_start();
    let quote = text.chars().next().filter(|first| matches!(first, '\'' | '"'))?;
    text.get(1..)?.split_once(quote).map(|(name, _)| name)
}

fn add_text(names: &mut BTreeSet<String>, text: &Text) {
    for pieces in &text.0 {
        if let [Piece::Words(name)] = pieces.as_slice() {
            add(names, name);
        }
    }
}

fn add(names: &mut BTreeSet<String>, name: &str) {
    names.extend(file_name(name).map(str::to_owned));
}

/// The name of a file of a form, of it or of its whole address: `a.jpg`, `jr://images/a.jpg`. `None` for what is no file beside
/// the form: made where the form is filled (`jr://instance/…`), or elsewhere.
#[must_use]
pub fn file_name(name: &str) -> Option<&str> {
    let name = match name.strip_prefix("jr://") {
        Some(rest) if rest.starts_with("instance/") => return None,
        Some(rest) => rest.split_once('/')?.1,
        None => name,
    };
    let name = name.trim();
    (!name.is_empty() && name != "-" && !name.contains("://")).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::definition::{Choice, ChoiceSource};

    fn text(name: &str) -> Text {
        Text(vec![vec![Piece::Words(name.into())]])
    }

    #[test]
    fn a_form_needs_its_pictures_its_sounds_and_the_lists_that_it_reads() {
        let media = |kind: &str, name: &str| [(kind.to_owned(), text(name))].into_iter().collect();
        let source = |list: &str| Some(ChoiceSource { list: list.into(), external: true, ..ChoiceSource::default() });
        let nodes = vec![
            Node::default(),
            Node { media: media("image", "well.jpg"), choices: source("villages"), ..Node::default() },
            Node { media: media("audio", "jr://audio/hello.mp3"), choices: source("map"), ..Node::default() },
            Node {
                calculate: "pulldata('prices', 'a', 'b', 'c') + instance(\"kinds\")/root/item/x".into(),
                ..Node::default()
            },
            Node { relevant: "'instance(no)' = instance('__last-saved')/data/x".into(), ..Node::default() },
            Node { appearance: vec!["minimal".into(), "search('found')".into()], ..Node::default() },
            Node { kind: Kind::Image, default: "plan.png".into(), ..Node::default() },
        ];
        let choice = Choice { name: "a".into(), media: media("image", "a.png"), ..Choice::default() };
        let form = Definition {
            nodes,
            choices: std::collections::BTreeMap::from([("kinds".to_owned(), vec![choice])]).into(),
            files: vec![ExternalFile { id: "map".into(), file: "map.geojson".into() }],
            ..Definition::default()
        };
        assert_eq!(
            files_needed(&form),
            ["a.png", "found.csv", "hello.mp3", "map.geojson", "plan.png", "prices.csv", "villages.csv", "well.jpg"]
        );
    }
}
