//! A checklist as the phone keeps it: compact, made from sheets by the server, read as JSON by the phone.
//!
//! The server writes it (serde's `Serialize`, which costs the phone nothing), the phone reads it by hand, at the end.

use litemap::LiteMap;
use std::collections::BTreeMap;

use serde::{Serialize, Serializer};
use zhucun_json::{Fields, FromJson, JsonError, Value};

/// An index into [`Definition::nodes`].
pub type NodeIndex = u32;

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
}

impl Node {
    /// Whether a reader is told its answer: what a person was asked, and what was computed and has words.
    #[must_use]
    pub fn is_told(&self) -> bool {
        self.kind.is_asked() || self.kind == Kind::Calculate && self.label.is_some()
    }
}

fn is_false(value: &bool) -> bool {
    !*value
}

/// What a node is: a structure or a question type (XLSForm's name).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The root of the instance.
    #[default]
    Root,
    /// `begin group`.
    Group,
    /// `begin repeat`.
    Repeat,
    /// `text`.
    Text,
    /// `integer`.
    Integer,
    /// `decimal`.
    Decimal,
    /// `range`.
    Range,
    /// `select_one`.
    SelectOne,
    /// `select_multiple`.
    SelectMultiple,
    /// `note`.
    Note,
    /// `geopoint`.
    Geopoint,
    /// `date`.
    Date,
    /// `time`.
    Time,
    /// `dateTime`.
    DateTime,
    /// `image`: a photo, or with appearance `signature` strokes.
    Image,
    /// `calculate`.
    Calculate,
    /// `acknowledge`.
    Acknowledge,
    /// `hidden`.
    Hidden,
    /// `start`.
    Start,
    /// `end`.
    End,
    /// `today`.
    Today,
    /// `username`.
    Username,
    /// `deviceid`.
    DeviceId,
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

impl Kind {
    /// Whether a person is asked for it.
    #[must_use]
    pub const fn is_asked(self) -> bool {
        matches!(
            self,
            Self::Text
                | Self::Integer
                | Self::Decimal
                | Self::Range
                | Self::SelectOne
                | Self::SelectMultiple
                | Self::Geopoint
                | Self::Date
                | Self::Time
                | Self::DateTime
                | Self::Image
                | Self::Acknowledge
        )
    }

    const CODES: [(&str, Self); 23] = [
        ("root", Self::Root),
        ("group", Self::Group),
        ("repeat", Self::Repeat),
        ("text", Self::Text),
        ("integer", Self::Integer),
        ("decimal", Self::Decimal),
        ("range", Self::Range),
        ("select_one", Self::SelectOne),
        ("select_multiple", Self::SelectMultiple),
        ("note", Self::Note),
        ("geopoint", Self::Geopoint),
        ("date", Self::Date),
        ("time", Self::Time),
        ("date_time", Self::DateTime),
        ("image", Self::Image),
        ("calculate", Self::Calculate),
        ("acknowledge", Self::Acknowledge),
        ("hidden", Self::Hidden),
        ("start", Self::Start),
        ("end", Self::End),
        ("today", Self::Today),
        ("username", Self::Username),
        ("device_id", Self::DeviceId),
    ];
}

impl FromJson for Kind {
    fn from_json(value: Value) -> Result<Self, JsonError> {
        let code = value.as_str().unwrap_or_default();
        let found = Self::CODES.iter().find(|(known, _)| *known == code).map(|(_, kind)| *kind);
        found.ok_or_else(|| JsonError::expected("a question type that this build knows"))
    }
}

impl FromJson for Text {
    fn from_json(value: Value) -> Result<Self, JsonError> {
        Vec::from_json(value).map(Self)
    }
}

impl FromJson for Piece {
    fn from_json(value: Value) -> Result<Self, JsonError> {
        match value {
            Value::String(words) => Ok(Self::Words(words)),
            value => Ok(Self::Value { v: Fields::of(value)?.read("v")? }),
        }
    }
}

impl FromJson for Definition {
    fn from_json(value: Value) -> Result<Self, JsonError> {
        let mut fields = Fields::of(value)?;
        // Filled in place: a part that is wrong leaves nothing half made to be taken down again.
        let mut form = Self::default();
        for (name, text) in [("id", &mut form.id), ("version", &mut form.version)] {
            *text = fields.read(name)?;
        }
        form.title = fields.read("title")?;
        form.languages = fields.read("languages")?;
        form.default_language = fields.read("default_language")?;
        form.nodes = fields.read("nodes")?;
        fields.fill("choices", &mut form.choices)?;
        fields.fill("instance_name", &mut form.instance_name)?;
        Ok(form)
    }
}

impl FromJson for ChoiceLists {
    fn from_json(value: Value) -> Result<Self, JsonError> {
        let Value::Object(lists) = value else { return Err(JsonError::expected("an object")) };
        let mut all = Self::default();
        for (name, choices) in lists {
            all.0.push((name, Vec::from_json(choices)?));
        }
        Ok(all)
    }
}

impl FromJson for Node {
    fn from_json(value: Value) -> Result<Self, JsonError> {
        let mut fields = Fields::of(value)?;
        let mut node = Self::default();
        fields.fill("p", &mut node.parent)?;
        fields.fill("k", &mut node.kind)?;
        for (name, text) in [
            ("n", &mut node.name),
            ("rel", &mut node.relevant),
            ("req", &mut node.required),
            ("con", &mut node.constraint),
            ("calc", &mut node.calculate),
            ("ro", &mut node.readonly),
            ("def", &mut node.default),
            ("rc", &mut node.repeat_count),
        ] {
            fields.fill(name, text)?;
        }
        fields.fill("dyn", &mut node.dynamic_default)?;
        for (name, text) in [
            ("l", &mut node.label),
            ("h", &mut node.hint),
            ("cm", &mut node.constraint_message),
            ("rm", &mut node.required_message),
        ] {
            fields.fill(name, text)?;
        }
        fields.fill("a", &mut node.appearance)?;
        fields.fill("par", &mut node.parameters)?;
        fields.fill("ch", &mut node.choices)?;
        Ok(node)
    }
}

impl FromJson for ChoiceSource {
    fn from_json(value: Value) -> Result<Self, JsonError> {
        let mut fields = Fields::of(value)?;
        let mut source = Self { list: fields.read("list")?, ..Self::default() };
        fields.fill("x", &mut source.external)?;
        fields.fill("f", &mut source.filter)?;
        Ok(source)
    }
}

impl FromJson for Choice {
    fn from_json(value: Value) -> Result<Self, JsonError> {
        let mut fields = Fields::of(value)?;
        let mut choice = Self { name: fields.read("n")?, ..Self::default() };
        choice.label = fields.read("l")?;
        fields.fill("c", &mut choice.columns)?;
        Ok(choice)
    }
}

zhucun_json::deserialize_by_hand!(Kind, Text, Piece, Definition, Node, ChoiceSource, Choice);
