//! A checklist as the phone keeps it: compact, made from sheets by the server, read as JSON by the phone.
//!
//! The server writes it (serde's `Serialize`, which costs the phone nothing), the phone reads it by hand (`read`).

mod kind;
mod read;

use std::collections::BTreeMap;

use litemap::LiteMap;
use serde::{Serialize, Serializer};
use zhucun_json::Value;

pub use kind::Kind;

/// An index into [`Definition::nodes`].
pub type NodeIndex = u32;

/// How deep groups and repeats may lie in each other: readers refuse more, so that what walks a form may call itself.
pub const MAX_DEPTH: usize = 64;

/// A text in each of the definition's languages, by the language's index. May hold `${path}` as [`Definition::nodes`]'
/// absolute paths in `<output>` form: see [`Piece`].
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Text(pub Vec<Vec<Piece>>);

/// A part of a text.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Piece {
    /// Words as they are.
    Words(String),
    /// The value of an expression, in the context of the question that shows it.
    Value {
        /// XPath.
        v: String,
    },
}

/// A form definition.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Definition {
    /// `form_id` of the settings.
    pub id: String,
    /// `version` of the settings; empty when none.
    pub version: String,
    /// `form_title`.
    pub title: Text,
    /// Languages as the sheet writes them, e.g. `中文 (zh)`; one empty name when the sheet has no translations.
    pub languages: Vec<String>,
    /// Index of the default language.
    pub default_language: usize,
    /// All nodes of the primary instance in document order; 0 is the root.
    pub nodes: Vec<Node>,
    /// Choice lists by `list_name`.
    #[serde(skip_serializing_if = "ChoiceLists::is_empty")]
    pub choices: ChoiceLists,
    /// `instance_name`, an expression over the root.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub instance_name: String,
    /// Words of the setting `style`: `pages`, `theme-grid`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub style: Vec<String>,
    /// Files that expressions and selects read (`csv-external`, `pulldata`, `select_one_from_file`).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<ExternalFile>,
    /// What a finished form creates or updates: ODK Entities.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub entities: Vec<Entity>,
    /// What a new filling begins with, where defaults cannot say it (an `XForm` whose repeats have instances of their
    /// own): in the shape of [`crate::contract::Draft::answers`]. Null when defaults say it all.
    #[serde(skip_serializing_if = "Value::is_null")]
    pub first: Value,
    /// URIs of the prefixes in names of nodes (`orx:meta`), and the one that the form has for the meta block: for writing
    /// instances.
    #[serde(rename = "ns", skip_serializing_if = "LiteMap::is_empty")]
    pub namespaces: LiteMap<String, String>,
    /// Texts that expressions ask for by their ids (`jr:itext`).
    #[serde(skip_serializing_if = "LiteMap::is_empty")]
    pub texts: LiteMap<String, Text>,
    /// Secondary instances that are no tables, by name: see [`TreeNode`].
    #[serde(skip_serializing_if = "LiteMap::is_empty")]
    pub trees: LiteMap<String, Vec<TreeNode>>,
}

/// An element or an attribute of a secondary instance that is no table. The first is the element at the top, the others come
/// in document order, attributes before what is inside their element.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct TreeNode {
    /// Its name; an attribute's begins with `@`.
    #[serde(rename = "n")]
    pub name: String,
    /// Index of the element that it is in; the first has itself.
    #[serde(rename = "p", skip_serializing_if = "is_zero")]
    pub parent: NodeIndex,
    /// Its text.
    #[serde(rename = "t", skip_serializing_if = "String::is_empty")]
    pub text: String,
}

/// A node of the primary instance.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Node {
    /// Element name.
    #[serde(rename = "n")]
    pub name: String,
    /// Index of the parent; the root is its own.
    #[serde(rename = "p")]
    pub parent: NodeIndex,
    /// What it is.
    #[serde(rename = "k")]
    pub kind: Kind,
    /// XPath with absolute paths, or relative ones inside a repeat (as pyxform resolves `${name}`). All expressions alike.
    #[serde(rename = "rel", skip_serializing_if = "String::is_empty")]
    pub relevant: String,
    /// `true()` for a plain yes.
    #[serde(rename = "req", skip_serializing_if = "String::is_empty")]
    pub required: String,
    /// See `relevant`.
    #[serde(rename = "con", skip_serializing_if = "String::is_empty")]
    pub constraint: String,
    /// See `relevant`.
    #[serde(rename = "calc", skip_serializing_if = "String::is_empty")]
    pub calculate: String,
    /// See `relevant`.
    #[serde(rename = "ro", skip_serializing_if = "String::is_empty")]
    pub readonly: String,
    /// A value as stored, or an expression when `dynamic_default`.
    #[serde(rename = "def", skip_serializing_if = "String::is_empty")]
    pub default: String,
    /// Whether `default` is an expression evaluated once, when the node comes into being.
    #[serde(rename = "dyn", skip_serializing_if = "is_false")]
    pub dynamic_default: bool,
    /// The words of the question.
    #[serde(rename = "l", skip_serializing_if = "Option::is_none")]
    pub label: Option<Text>,
    /// The words under it.
    #[serde(rename = "h", skip_serializing_if = "Option::is_none")]
    pub hint: Option<Text>,
    /// Said when `constraint` fails.
    #[serde(rename = "cm", skip_serializing_if = "Option::is_none")]
    pub constraint_message: Option<Text>,
    /// Said when a required answer is missing.
    #[serde(rename = "rm", skip_serializing_if = "Option::is_none")]
    pub required_message: Option<Text>,
    /// Words of the `appearance` column.
    #[serde(rename = "a", skip_serializing_if = "Vec::is_empty")]
    pub appearance: Vec<String>,
    /// `parameters`: name to value.
    #[serde(rename = "par", skip_serializing_if = "LiteMap::is_empty")]
    pub parameters: LiteMap<String, String>,
    /// Where a select's choices come from.
    #[serde(rename = "ch", skip_serializing_if = "Option::is_none")]
    pub choices: Option<ChoiceSource>,
    /// `repeat_count` of a repeat.
    #[serde(rename = "rc", skip_serializing_if = "String::is_empty")]
    pub repeat_count: String,
    /// Whether a person may neither add nor take away instances of a repeat (`jr:noAddRemove`).
    #[serde(rename = "fix", skip_serializing_if = "is_false")]
    pub fixed: bool,
    /// `guidance_hint`: more words, shown when asked for.
    #[serde(rename = "g", skip_serializing_if = "Option::is_none")]
    pub guidance: Option<Text>,
    /// Files shown or played with the label, by `image`, `big-image`, `audio` and `video`; a file name in each language.
    #[serde(rename = "m", skip_serializing_if = "LiteMap::is_empty")]
    pub media: LiteMap<String, Text>,
    /// What is done when something happens at this node: dynamic defaults, `trigger`.
    #[serde(rename = "set", skip_serializing_if = "Vec::is_empty")]
    pub actions: Vec<Action>,
    /// `save_to`: the property of the entity that gets the answer.
    #[serde(rename = "sv", skip_serializing_if = "String::is_empty")]
    pub save_to: String,
    /// The `XForms` type of the value (`int`, `date`), where it is not the one that [`Node::kind`] has by itself.
    #[serde(rename = "ty", skip_serializing_if = "String::is_empty")]
    pub bind_type: String,
    /// With how many instances a repeat without `repeat_count` begins, where it is not one.
    #[serde(rename = "b", skip_serializing_if = "Option::is_none")]
    pub begins: Option<u32>,
}

/// A value that is set when something happens: `XForms` `setvalue`, ODK `setgeopoint`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Action {
    /// What has to happen; one of them is enough.
    #[serde(rename = "e")]
    pub events: Vec<Event>,
    /// The path of what is set: absolute, or relative to the node that has the action.
    #[serde(rename = "t")]
    pub target: String,
    /// An expression in the context of the target; empty: the value is cleared.
    #[serde(rename = "v", skip_serializing_if = "String::is_empty")]
    pub value: String,
    /// Whether the place of the phone is taken instead of a value.
    #[serde(rename = "geo", skip_serializing_if = "is_false")]
    pub geopoint: bool,
}

/// When an action is done. Names of the ODK `XForms` specification.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Event {
    /// `odk-instance-first-load`: a new filling begins. At the root.
    #[default]
    First,
    /// `odk-instance-load`: a filling begins or goes on. At the root.
    Load,
    /// `odk-new-repeat`: the repeat that has the action got an instance.
    Repeat,
    /// `xforms-value-changed`: the answer of the node that has the action changed.
    Changed,
}

/// A file beside the form.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct ExternalFile {
    /// Its name in expressions: `instance('id')`.
    pub id: String,
    /// `districts.csv`; `jr://instance/last-saved` for the answers that were sent last.
    pub file: String,
}

/// What a finished form does to an entity list. Source: ODK Entities specification.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Entity {
    /// The entity list.
    pub list: String,
    /// The group or repeat whose answers are the entity's: the root, unless `save_to` is used in a repeat.
    pub node: NodeIndex,
    /// The id of the entity that is updated: an expression; empty where one is created.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub entity_id: String,
    /// Whether one is created: an expression; empty: always, unless one is updated.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub create_if: String,
    /// Whether the one of `entity_id` is updated: an expression; empty: always, where there is an `entity_id`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub update_if: String,
    /// What the entity is called: an expression.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub label: String,
}

impl Node {
    /// Whether a reader is told its answer: what a person was asked, and what was computed and has words.
    #[must_use]
    pub fn is_told(&self) -> bool {
        self.kind.is_asked() && !self.is_heading() || self.kind == Kind::Calculate && self.label.is_some()
    }

    /// Whether it is the head of a table: a select with appearance `label` shows its choices' words and takes no answer.
    fn is_heading(&self) -> bool {
        matches!(self.kind, Kind::SelectOne | Kind::SelectMultiple)
            && self.appearance.iter().any(|word| word == "label")
    }
}

fn is_false(value: &bool) -> bool {
    !*value
}

fn is_zero(index: &NodeIndex) -> bool {
    *index == 0
}

/// Where a select's choices come from.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct ChoiceSource {
    /// A list of `choices`, or the name of an external list (`households` for households.csv).
    #[serde(rename = "list")]
    pub list: String,
    /// Whether the list is external: given to the session by name.
    #[serde(rename = "x", skip_serializing_if = "is_false")]
    pub external: bool,
    /// `choice_filter`, evaluated with each item as context.
    #[serde(rename = "f", skip_serializing_if = "String::is_empty")]
    pub filter: String,
    /// Where choices are nodes of the answers (the instances of a repeat): their path, its filter included; `list` is empty.
    #[serde(rename = "n", skip_serializing_if = "String::is_empty")]
    pub nodeset: String,
    /// The column (or path below the choice) that is stored; empty: `name`.
    #[serde(rename = "v", skip_serializing_if = "String::is_empty")]
    pub value: String,
    /// The column (or path below the choice) that is read; empty: `label`.
    #[serde(rename = "lb", skip_serializing_if = "String::is_empty")]
    pub label: String,
    /// Whether the choices are shuffled: the seed, an expression, empty for none.
    #[serde(rename = "r", skip_serializing_if = "Option::is_none")]
    pub randomize: Option<String>,
}

/// A choice.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Choice {
    /// What is stored.
    #[serde(rename = "n")]
    pub name: String,
    /// What is read.
    #[serde(rename = "l")]
    pub label: Text,
    /// Other columns, for `choice_filter`.
    #[serde(rename = "c", skip_serializing_if = "LiteMap::is_empty")]
    pub columns: LiteMap<String, String>,
    /// As [`Node::media`].
    #[serde(rename = "m", skip_serializing_if = "LiteMap::is_empty")]
    pub media: LiteMap<String, Text>,
}

/// Choice lists by name, in the order of their names. Not a tree: they are few, and a tree's code is not.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ChoiceLists(Vec<(String, Vec<Choice>)>);

impl ChoiceLists {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The choices of a list.
    pub fn get(&self, name: &str) -> Option<&[Choice]> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, choices)| choices.as_slice())
    }

    /// All lists with their names.
    pub fn all(&self) -> &[(String, Vec<Choice>)] {
        &self.0
    }
}

impl From<BTreeMap<String, Vec<Choice>>> for ChoiceLists {
    fn from(lists: BTreeMap<String, Vec<Choice>>) -> Self {
        Self(lists.into_iter().collect())
    }
}

impl Serialize for ChoiceLists {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, choices)| (name, choices)))
    }
}
