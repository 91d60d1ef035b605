//! A definition out of its JSON, by hand: the phone's way.

use zhucun_json::{Fields, FromJson, JsonError, Value};

use super::{Action, Choice, ChoiceLists, ChoiceSource, Definition, Event, ExternalFile, Node, Piece, Text, TreeNode};

#[cfg(feature = "native")]
use super::Entity;

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
        fields.read_all(&mut [
            ("id", &mut form.id),
            ("version", &mut form.version),
            ("title", &mut form.title),
            ("languages", &mut form.languages),
            ("default_language", &mut form.default_language),
            ("nodes", &mut form.nodes),
        ])?;
        fields.fill_all(&mut [
            ("choices", &mut form.choices),
            ("instance_name", &mut form.instance_name),
            ("style", &mut form.style),
            ("files", &mut form.files),
            ("first", &mut form.first),
            ("texts", &mut form.texts),
            ("trees", &mut form.trees),
        ])?;
        // What the server does with a finished form: the phone need not know.
        #[cfg(feature = "native")]
        fields.fill("entities", &mut form.entities)?;
        #[cfg(feature = "native")]
        fields.fill("ns", &mut form.namespaces)?;
        Ok(form)
    }
}

impl FromJson for TreeNode {
    fn from_json(value: Value) -> Result<Self, JsonError> {
        let mut fields = Fields::of(value)?;
        let mut node = Self { name: fields.read("n")?, ..Self::default() };
        fields.fill("p", &mut node.parent)?;
        fields.fill("t", &mut node.text)?;
        Ok(node)
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
        fields.fill_all(&mut [
            ("p", &mut node.parent),
            ("k", &mut node.kind),
            ("n", &mut node.name),
            ("rel", &mut node.relevant),
            ("req", &mut node.required),
            ("con", &mut node.constraint),
            ("calc", &mut node.calculate),
            ("ro", &mut node.readonly),
            ("def", &mut node.default),
            ("rc", &mut node.repeat_count),
            ("ty", &mut node.bind_type),
            ("dyn", &mut node.dynamic_default),
            ("fix", &mut node.fixed),
            ("l", &mut node.label),
            ("h", &mut node.hint),
            ("cm", &mut node.constraint_message),
            ("rm", &mut node.required_message),
            ("g", &mut node.guidance),
            ("a", &mut node.appearance),
            ("par", &mut node.parameters),
            ("ch", &mut node.choices),
            ("m", &mut node.media),
            ("set", &mut node.actions),
            ("b", &mut node.begins),
        ])?;
        // As `entities`.
        #[cfg(feature = "native")]
        fields.fill("sv", &mut node.save_to)?;
        Ok(node)
    }
}

impl FromJson for Action {
    fn from_json(value: Value) -> Result<Self, JsonError> {
        let mut fields = Fields::of(value)?;
        let mut action = Self { events: fields.read("e")?, ..Self::default() };
        fields.fill_all(&mut [("t", &mut action.target), ("v", &mut action.value), ("geo", &mut action.geopoint)])?;
        Ok(action)
    }
}

impl FromJson for Event {
    fn from_json(value: Value) -> Result<Self, JsonError> {
        Ok(match value.as_str().unwrap_or_default() {
            "first" => Self::First,
            "load" => Self::Load,
            "repeat" => Self::Repeat,
            "changed" => Self::Changed,
            _ => return Err(JsonError::expected("an event that this build knows")),
        })
    }
}

impl FromJson for ExternalFile {
    fn from_json(value: Value) -> Result<Self, JsonError> {
        let mut fields = Fields::of(value)?;
        Ok(Self { id: fields.read("id")?, file: fields.read("file")? })
    }
}

#[cfg(feature = "native")]
impl FromJson for Entity {
    fn from_json(value: Value) -> Result<Self, JsonError> {
        let mut fields = Fields::of(value)?;
        let mut entity = Self { list: fields.read("list")?, node: fields.read("node")?, ..Self::default() };
        fields.fill_all(&mut [
            ("entity_id", &mut entity.entity_id),
            ("create_if", &mut entity.create_if),
            ("update_if", &mut entity.update_if),
            ("label", &mut entity.label),
        ])?;
        Ok(entity)
    }
}

impl FromJson for ChoiceSource {
    fn from_json(value: Value) -> Result<Self, JsonError> {
        let mut fields = Fields::of(value)?;
        let mut source = Self { list: fields.read("list")?, ..Self::default() };
        fields.fill_all(&mut [
            ("x", &mut source.external),
            ("f", &mut source.filter),
            ("n", &mut source.nodeset),
            ("v", &mut source.value),
            ("lb", &mut source.label),
            ("r", &mut source.randomize),
        ])?;
        Ok(source)
    }
}

impl FromJson for Choice {
    fn from_json(value: Value) -> Result<Self, JsonError> {
        let mut fields = Fields::of(value)?;
        let mut choice = Self { name: fields.read("n")?, label: fields.read("l")?, ..Self::default() };
        fields.fill_all(&mut [("c", &mut choice.columns), ("m", &mut choice.media)])?;
        Ok(choice)
    }
}

#[cfg(feature = "native")]
zhucun_json::deserialize_by_hand!(Entity);
zhucun_json::deserialize_by_hand!(
    Text,
    Piece,
    Definition,
    Node,
    Action,
    Event,
    ExternalFile,
    ChoiceSource,
    Choice,
    TreeNode
);
