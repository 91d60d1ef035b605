//! A definition out of its JSON, by hand: the phone's way.

use zhucun_json::{Fields, FromJson, JsonError, Value};

use super::{
    Action, Choice, ChoiceLists, ChoiceSource, Definition, Entity, Event, ExternalFile, Node, Piece, Text, TreeNode,
};

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
        fields.fill("style", &mut form.style)?;
        fields.fill("files", &mut form.files)?;
        fields.fill("entities", &mut form.entities)?;
        fields.fill("first", &mut form.first)?;
        fields.fill("ns", &mut form.namespaces)?;
        fields.fill("texts", &mut form.texts)?;
        fields.fill("trees", &mut form.trees)?;
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
            ("sv", &mut node.save_to),
            ("ty", &mut node.bind_type),
        ] {
            fields.fill(name, text)?;
        }
        fields.fill("dyn", &mut node.dynamic_default)?;
        fields.fill("fix", &mut node.fixed)?;
        for (name, text) in [
            ("l", &mut node.label),
            ("h", &mut node.hint),
            ("cm", &mut node.constraint_message),
            ("rm", &mut node.required_message),
            ("g", &mut node.guidance),
        ] {
            fields.fill(name, text)?;
        }
        fields.fill("a", &mut node.appearance)?;
        fields.fill("par", &mut node.parameters)?;
        fields.fill("ch", &mut node.choices)?;
        fields.fill("m", &mut node.media)?;
        fields.fill("set", &mut node.actions)?;
        fields.fill("b", &mut node.begins)?;
        Ok(node)
    }
}

impl FromJson for Action {
    fn from_json(value: Value) -> Result<Self, JsonError> {
        let mut fields = Fields::of(value)?;
        let mut action = Self { events: fields.read("e")?, ..Self::default() };
        fields.fill("t", &mut action.target)?;
        fields.fill("v", &mut action.value)?;
        fields.fill("geo", &mut action.geopoint)?;
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

impl FromJson for Entity {
    fn from_json(value: Value) -> Result<Self, JsonError> {
        let mut fields = Fields::of(value)?;
        let mut entity = Self { list: fields.read("list")?, node: fields.read("node")?, ..Self::default() };
        for (name, text) in [
            ("entity_id", &mut entity.entity_id),
            ("create_if", &mut entity.create_if),
            ("update_if", &mut entity.update_if),
            ("label", &mut entity.label),
        ] {
            fields.fill(name, text)?;
        }
        Ok(entity)
    }
}

impl FromJson for ChoiceSource {
    fn from_json(value: Value) -> Result<Self, JsonError> {
        let mut fields = Fields::of(value)?;
        let mut source = Self { list: fields.read("list")?, ..Self::default() };
        fields.fill("x", &mut source.external)?;
        fields.fill("r", &mut source.randomize)?;
        for (name, text) in
            [("f", &mut source.filter), ("n", &mut source.nodeset), ("v", &mut source.value), ("lb", &mut source.label)]
        {
            fields.fill(name, text)?;
        }
        Ok(source)
    }
}

impl FromJson for Choice {
    fn from_json(value: Value) -> Result<Self, JsonError> {
        let mut fields = Fields::of(value)?;
        let mut choice = Self { name: fields.read("n")?, ..Self::default() };
        choice.label = fields.read("l")?;
        fields.fill("c", &mut choice.columns)?;
        fields.fill("m", &mut choice.media)?;
        Ok(choice)
    }
}

zhucun_json::deserialize_by_hand!(
    Text,
    Piece,
    Definition,
    Node,
    Action,
    Event,
    ExternalFile,
    Entity,
    ChoiceSource,
    Choice,
    TreeNode
);
