//! What the rows say about their nodes: expressions, words, files of media, choices. Names are all known by now.

use std::borrow::Cow;

use litemap::LiteMap;

use super::appearances;
use super::defaults::is_dynamic;
use super::languages::Raw;
use super::parameters;
use super::problem::ProblemKind;
use super::references::{At, Scope, bad_reference, only_name};
use super::survey::{Entry, Role, Survey, Turn, yes_or_no};
use super::table::Table;
use super::types::{List, Preset, bind_type};
use crate::definition::{ChoiceSource, Kind, Node, NodeIndex, Text};

/// Columns of media, and what they are called in the definition.
const MEDIA: [(&str, &str); 4] = [
    ("media::image", "image"),
    ("media::big-image", "big-image"),
    ("media::audio", "audio"),
    ("media::video", "video"),
];

impl<'a> Survey<'a> {
    /// Second pass: everything but the tree.
    pub(super) fn details(&mut self, scope: &Scope) {
        self.needs = vec![Vec::new(); self.entries.len()];
        for place in 1..self.entries.len() {
            let mut entry = std::mem::take(&mut self.entries[place]);
            let index = place as NodeIndex;
            match (&entry.role, entry.row) {
                (Role::Row | Role::Preset(_), Some(row)) => self.row(scope, index, row, &mut entry),
                (Role::Other(select), _) => {
                    // The names of a select and of what is beside it are in one group.
                    let select = self.entries[*select as usize].node.name.clone();
                    entry.node.relevant = ["selected(../", &select, ", 'other')"].concat();
                    entry.node.label = Some(self.sheets.languages.plain("Specify other."));
                }
                (Role::Looped, _) => entry.node.label = self.choice_label(scope, entry.choice),
                (Role::Meta, Some(row)) => self.parameters(scope, index, row, &mut entry),
                (Role::Meta | Role::Row | Role::Preset(_), None) => {}
            }
            self.entries[place] = entry;
        }
    }

    fn choice_label(&mut self, scope: &Scope, choice: Option<Turn>) -> Option<Text> {
        let sheets = self.sheets;
        let Turn::Row(choice) = choice? else { return Some(sheets.languages.plain("Other")) };
        let read = |raw: Raw<'_>| scope.pieces(0, raw.text);
        let (label, mut problems) = sheets.languages.text(&sheets.choices, choice, "label", read);
        self.problems.append(&mut problems);
        label
    }

    fn row(&mut self, scope: &Scope, index: NodeIndex, row: usize, entry: &mut Entry) {
        self.looping = entry.choice;
        self.expressions(scope, index, row, &mut entry.node);
        self.words(scope, index, row, entry);
        self.choices(scope, index, row, entry);
        self.appearance(scope, index, row, &mut entry.node);
        self.parameters(scope, index, row, entry);
        self.binds(row, &mut entry.node);
        if let Role::Preset(preset) = &entry.role {
            self.preset(row, preset, &mut entry.node);
        }
        self.shown(row, &mut entry.node);
    }

    /// A cell; in a loop with the words of the loop's choice.
    fn cell(&self, row: usize, key: &str) -> Cow<'a, str> {
        let text = self.sheets.survey.get(row, key);
        match self.looping {
            Some(choice) if text.contains("%(") => {
                let language = self.sheets.languages.default;
                self.looped(choice, Raw { text, language }).into()
            }
            _ => text.into(),
        }
    }

    /// The text of a cell with its references resolved; empty where it is wrong.
    fn resolve(&mut self, scope: &Scope, at: At, row: usize, key: &str) -> String {
        let raw = self.cell(row, key);
        if raw.is_empty() {
            return String::new();
        }
        match scope.expression(at, &raw) {
            Ok(resolved) => {
                if matches!(key, "relevant" | "calculation") {
                    self.needs[at.node() as usize].extend(resolved.reads);
                }
                resolved.text
            }
            Err(kind) => {
                self.problem(row, key, kind);
                String::new()
            }
        }
    }

    /// An expression that may be written as a plain yes or no.
    fn condition(&mut self, scope: &Scope, index: NodeIndex, row: usize, key: &str) -> String {
        match yes_or_no(self.sheets.survey.get(row, key)) {
            Some(true) => "true()".into(),
            // Never required or read-only is what there is anyway.
            Some(false) if matches!(key, "required" | "readonly") => String::new(),
            Some(false) => "false()".into(),
            None => self.resolve(scope, At::Node(index), row, key),
        }
    }

    fn expressions(&mut self, scope: &Scope, index: NodeIndex, row: usize, node: &mut Node) {
        node.relevant = self.condition(scope, index, row, "relevant");
        node.required = self.condition(scope, index, row, "required");
        node.constraint = self.condition(scope, index, row, "constraint");
        node.calculate = self.condition(scope, index, row, "calculation");
        node.readonly = self.condition(scope, index, row, "readonly");
        if node.kind == Kind::Repeat {
            node.repeat_count = self.resolve(scope, At::Node(index), row, "repeat_count");
        }
        let default = self.cell(row, "default");
        node.dynamic_default = is_dynamic(&default, node.kind);
        if let Some(kind) = bad_reference(&default).filter(|_| !node.dynamic_default) {
            self.problem(row, "default", kind);
        }
        node.default = if node.dynamic_default {
            self.resolve(scope, At::Node(index), row, "default")
        } else if node.kind == Kind::Image && !default.is_empty() && !default.contains("jr://images/") {
            ["jr://images/", &default].concat()
        } else {
            default.into_owned()
        };
        if node.kind == Kind::Calculate && node.calculate.is_empty() && !node.dynamic_default {
            self.problem(row, "calculation", ProblemKind::NoCalculation);
        }
    }

    fn words(&mut self, scope: &Scope, index: NodeIndex, row: usize, entry: &mut Entry) {
        let sheets = self.sheets;
        let choice = entry.choice;
        let mut problems = Vec::new();
        let mut read = |key: &str| {
            let (text, mut wrong) = sheets.languages.text(&sheets.survey, row, key, |raw: Raw<'_>| match choice {
                Some(choice) if raw.text.contains("%(") => scope.pieces(index, &self.looped(choice, raw)),
                _ => scope.pieces(index, raw.text),
            });
            problems.append(&mut wrong);
            text
        };
        let node = &mut entry.node;
        node.label = read("label");
        node.hint = read("hint");
        node.guidance = read("guidance_hint");
        node.constraint_message = read("constraint_message");
        node.required_message = read("required_message");
        let media = MEDIA.iter().filter_map(|(key, name)| Some(((*name).to_owned(), read(key)?)));
        node.media = media.collect();
        self.problems.append(&mut problems);
    }

    /// A text of a loop with the words of the loop's choice.
    fn looped(&self, choice: Turn, raw: Raw<'_>) -> String {
        let choices = &self.sheets.choices;
        let (name, label) = match choice {
            Turn::Row(row) => {
                (choices.get(row, "name"), self.sheets.languages.raw(choices, row, "label", raw.language))
            }
            Turn::Other => ("other", "Other"),
        };
        raw.text.replace("%(name)s", name).replace("%(label)s", label)
    }

    fn choices(&mut self, scope: &Scope, index: NodeIndex, row: usize, entry: &mut Entry) {
        let filter = |survey: &mut Self, at: At| survey.resolve(scope, at, row, "choice_filter");
        let source = match &entry.list {
            None => return,
            Some(List::Choices(list)) => {
                ChoiceSource { list: list.clone(), filter: filter(self, At::Choice(index)), ..ChoiceSource::default() }
            }
            Some(List::External(list)) => {
                let list = self.sheets.external_name(list);
                ChoiceSource { list, filter: filter(self, At::Choice(index)), ..ChoiceSource::default() }
            }
            Some(List::File(file)) => {
                let (stem, ending) = file.rsplit_once('.').unwrap_or((file, ""));
                let is_map = ending == "geojson";
                ChoiceSource {
                    list: stem.into(),
                    external: true,
                    filter: filter(self, At::Choice(index)),
                    value: if is_map { "id".into() } else { String::new() },
                    label: if is_map { "title".into() } else { String::new() },
                    ..ChoiceSource::default()
                }
            }
            Some(List::Answers(name)) => match self.answers(scope, index, row, name, entry.node.kind) {
                Ok(source) => source,
                Err(kind) => return self.problem(row, "type", kind),
            },
        };
        entry.node.choices = Some(source);
    }

    /// Choices that are the answers to a question in all instances of its repeat (or the instances, for places of a map).
    fn answers(
        &mut self,
        scope: &Scope,
        index: NodeIndex,
        row: usize,
        name: &str,
        kind: Kind,
    ) -> Result<ChoiceSource, ProblemKind> {
        let target = scope.target(name)?;
        let path = scope.all_answers(index, target);
        let is_select = matches!(kind, Kind::SelectOne | Kind::SelectMultiple | Kind::Rank);
        let (nodeset, value) = match path.rsplit_once('/') {
            Some((above, last)) if is_select => (above.to_owned(), last.to_owned()),
            _ => (path, "geometry".to_owned()),
        };
        let repeat = if is_select { scope.repeat_of(target) } else { Some(target) };
        let filter = match repeat {
            Some(repeat) => self.resolve(scope, At::Answer(index, repeat), row, "choice_filter"),
            None => self.resolve(scope, At::Choice(index), row, "choice_filter"),
        };
        // An instance in which nothing was answered is no choice.
        let filter = if filter.is_empty() { ["./", &value, " != ''"].concat() } else { filter };
        Ok(ChoiceSource {
            nodeset: [&nodeset, "[", &filter, "]"].concat(),
            label: value.clone(),
            value,
            ..ChoiceSource::default()
        })
    }

    /// Arguments in an appearance (`search()`, `ex:…()`) may name questions: clients take them as paths.
    fn appearance(&mut self, scope: &Scope, index: NodeIndex, row: usize, node: &mut Node) {
        let text = self.sheets.survey.get(row, "appearance");
        let resolved = self.resolve(scope, At::Node(index), row, "appearance");
        node.appearance = resolved.split_whitespace().map(str::to_owned).collect();
        for word in appearances::not_drawn(node.kind, text) {
            let kind = self.sheets.survey.get(row, "type").to_owned();
            self.warn(row, "appearance", ProblemKind::PlainAppearance(word, kind));
        }
    }

    fn parameters(&mut self, scope: &Scope, index: NodeIndex, row: usize, entry: &mut Entry) {
        let raw = self.sheets.survey.get(row, "parameters");
        let found = match parameters::read(raw) {
            Some(found) => found,
            None => return self.problem(row, "parameters", ProblemKind::BadParameters(raw.into())),
        };
        let context = parameters::Context {
            lists: self.sheets,
            from_file: matches!(entry.list, Some(List::File(_))),
            appearance: self.sheets.survey.get(row, "appearance"),
        };
        for kind in parameters::check(entry.node.kind, &found, &context) {
            self.problem(row, "parameters", kind);
        }
        self.randomize(scope, index, row, &found, entry.node.choices.as_mut());
        self.settle(scope, index, row, &found, entry);
    }

    fn randomize(
        &mut self,
        scope: &Scope,
        index: NodeIndex,
        row: usize,
        found: &LiteMap<String, String>,
        source: Option<&mut ChoiceSource>,
    ) {
        let Some(source) = source else { return };
        if found.get("randomize").is_some_and(|value| super::survey::is_yes(value)) {
            let seed = found.get("seed").map_or("", String::as_str);
            match scope.expression(At::Node(index), seed) {
                Ok(resolved) => source.randomize = Some(resolved.text),
                Err(kind) => self.problem(row, "parameters", kind),
            }
        }
        for (key, column) in [("value", &mut source.value), ("label", &mut source.label)] {
            if let Some(value) = found.get(key).filter(|_| source.external) {
                column.clone_from(value);
            }
        }
    }

    /// What the parameters are in the definition: those of choices are said by their source.
    fn settle(
        &mut self,
        scope: &Scope,
        index: NodeIndex,
        row: usize,
        found: &LiteMap<String, String>,
        entry: &mut Entry,
    ) {
        let node = &mut entry.node;
        let list = match node.kind {
            Kind::SelectOne | Kind::SelectMultiple | Kind::Rank => return,
            Kind::Range => found.get("tick_labelset"),
            Kind::Geopoint | Kind::Geotrace | Kind::Geoshape => found.get("reference-geometry"),
            _ => None,
        };
        if let Some(list) = list {
            let source = match only_name(list) {
                Some(name) => self.answers(scope, index, row, name, node.kind),
                None => Ok(ChoiceSource {
                    list: list.clone(),
                    external: !self.sheets.lists.contains_key(list),
                    filter: self.resolve(scope, At::Choice(index), row, "choice_filter"),
                    ..ChoiceSource::default()
                }),
            };
            match source {
                Ok(source) => node.choices = Some(source),
                Err(kind) => self.problem(row, "parameters", kind),
            }
        }
        let said = |key: &str| matches!(key, "tick_labelset" | "reference-geometry");
        for (key, value) in found.iter().filter(|(key, _)| !said(key)) {
            node.parameters.insert(key.clone(), value.clone());
        }
        if node.kind == Kind::Range {
            for (key, value) in parameters::RANGE {
                if !node.parameters.contains_key(key) {
                    node.parameters.insert(key.to_owned(), value.to_owned());
                }
            }
            if !parameters::is_whole(&node.parameters) {
                node.bind_type = "decimal".into();
            }
        }
    }

    /// `bind::…`, `body::…`: what old forms write there, in the definition's own words.
    fn binds(&mut self, row: usize, node: &mut Node) {
        let table = &self.sheets.survey;
        let wanted = table.get(row, "bind::type");
        if !wanted.is_empty() && wanted != bind_type(node.kind) {
            node.bind_type = wanted.to_owned();
        }
        for (column, key) in PARAMETERS {
            let value = table.get(row, column);
            if !value.is_empty() && !node.parameters.contains_key(*key) {
                node.parameters.insert((*key).to_owned(), value.to_owned());
            }
        }
        if !node.kind.is_asked() {
            preload(node, table, row);
        }
        let has_big = node.media.contains_key("big-image") && !node.media.contains_key("image");
        if has_big && (node.kind.is_asked() || node.kind == Kind::Note) {
            self.problem(row, "media::big-image", ProblemKind::NoSmallImage(node.name.clone()));
        }
    }

    fn preset(&mut self, row: usize, preset: &Preset, node: &mut Node) {
        if node.constraint.is_empty() {
            preset.constraint.clone_into(&mut node.constraint);
        }
        if node.hint.is_none() && !preset.hint.is_empty() {
            node.hint = Some(self.sheets.languages.plain(preset.hint));
        }
        if preset.background {
            node.bind_type = "geopoint".into();
            if self.sheets.survey.get(row, "trigger").is_empty() {
                self.problem(row, "type", ProblemKind::NoTrigger);
            }
            if !self.sheets.survey.get(row, "calculation").is_empty() {
                self.problem(row, "calculation", ProblemKind::NoCalculationHere);
            }
        }
    }

    /// Whether a person sees it. What is calculated and has no words is not asked, whatever its type; all else needs words.
    fn shown(&mut self, row: usize, node: &mut Node) {
        if !(node.kind.is_asked() || node.kind == Kind::Note) {
            return;
        }
        let table = &self.sheets.survey;
        let is_set = !node.calculate.is_empty() || !table.get(row, "trigger").is_empty();
        let has_words = node.label.is_some() || node.hint.is_some();
        if is_set && !has_words {
            if node.bind_type.is_empty() && bind_type(node.kind) != "string" {
                node.bind_type = bind_type(node.kind).to_owned();
            }
            node.kind = if node.calculate.is_empty() { Kind::Hidden } else { Kind::Calculate };
            node.choices = None;
            return;
        }
        // A row of labels over a table has none of its own.
        let is_head = node.appearance.iter().any(|word| word == "label");
        let has_media = !node.media.is_empty() || !table.get(row, "media").is_empty();
        if !has_words && !has_media && !is_head {
            self.problem(row, "label", ProblemKind::NoWords(node.name.clone()));
        }
    }
}

/// Columns of old forms that are parameters.
const PARAMETERS: &[(&str, &str)] = &[
    ("control::accuracythreshold", "capture-accuracy"),
    ("control::unacceptableaccuracythreshold", "warning-accuracy"),
    ("control::rows", "rows"),
    ("control::incremental", "incremental"),
    ("bind::orx:max-pixels", "max-pixels"),
    ("bind::odk:quality", "quality"),
    ("bind::odk:allow-mock-accuracy", "allow-mock-accuracy"),
];

/// `jr:preload`: what is known without asking.
fn preload(node: &mut Node, table: &Table<'_>, row: usize) {
    let params = table.get(row, "bind::jr:preloadparams");
    let kind = match (table.get(row, "bind::jr:preload"), params) {
        ("timestamp", "start") => Kind::Start,
        ("timestamp", "end") => Kind::End,
        ("date", "today") => Kind::Today,
        ("property", "deviceid") => Kind::DeviceId,
        ("property", "username") => Kind::Username,
        ("property", "phonenumber") => Kind::PhoneNumber,
        ("property", "email") => Kind::Email,
        ("property", "subscriberid") => Kind::SubscriberId,
        ("property", "simserial") => Kind::SimSerial,
        _ => return,
    };
    node.kind = kind;
}
