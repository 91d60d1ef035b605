//! What only the XForm says: entities, `save_to`, which question triggers what.

use std::collections::BTreeMap;

use roxmltree::{Document, Node};

use super::normal::{Ways, expression};

/// Facts of an XForm. Paths are without the root.
#[derive(Debug, Default)]
pub struct Xml {
    pub entities: Vec<Entity>,
    pub save_to: BTreeMap<String, String>,
    /// Question that triggers, what is set, its expression.
    triggers: Vec<(String, String, String)>,
}

/// An entity: its list, then its place and its expressions as [`super::ours`] writes them.
#[derive(Debug)]
pub struct Entity {
    pub list: String,
    pub parts: [String; 5],
}

impl Xml {
    pub fn read(text: &str, ways: &Ways<'_>) -> Self {
        let document = Document::parse(text).unwrap();
        let below = |path: &str| path.strip_prefix(&format!("/{}", ways.root)).unwrap_or(path).to_owned();
        let named = |name: &'static str| document.descendants().filter(move |node| node.tag_name().name() == name);
        let mut binds: BTreeMap<String, Node<'_, '_>> = BTreeMap::new();
        for bind in named("bind") {
            binds.insert(below(bind.attribute("nodeset").unwrap_or_default()), bind);
        }
        let mut xml = Self::default();
        for (path, bind) in &binds {
            let saved = bind.attributes().find(|attribute| attribute.name() == "saveto");
            xml.save_to.extend(saved.map(|attribute| (path.clone(), attribute.value().to_owned())));
        }
        let first = named("instance").next().unwrap();
        let entities =
            first.descendants().filter(|node| node.tag_name().name() == "entity" && node.has_attribute("dataset"));
        for entity in entities {
            let steps: Vec<&str> = entity
                .ancestors()
                .take_while(|node| node.tag_name().name() != "instance")
                .map(|node| node.tag_name().name())
                .collect();
            let path = below(&steps.iter().rev().map(|step| format!("/{step}")).collect::<String>());
            let at = path.strip_suffix("/meta/entity").unwrap_or(&path).to_owned();
            let calculate = |part: &str| {
                let part = format!("{path}/{part}");
                let text = binds.get(&part).and_then(|bind| bind.attribute("calculate")).unwrap_or_default();
                expression(text, &part, ways)
            };
            let list = entity.attribute("dataset").unwrap_or_default().to_owned();
            let parts = [at, calculate("@id"), calculate("@create"), calculate("@update"), calculate("label")];
            // A repeat is there as its template and once more.
            if xml.entities.iter().all(|other| other.list != list) {
                xml.entities.push(Entity { list, parts });
            }
        }
        for set in named("setvalue").filter(|set| set.attribute("event") == Some("xforms-value-changed")) {
            let trigger = set.parent().and_then(|control| control.attribute("ref")).unwrap_or_default();
            let part = |name: &str| set.attribute(name).unwrap_or_default().to_owned();
            xml.triggers.push((below(trigger), below(&part("ref")), part("value")));
        }
        xml
    }

    /// The question that sets a node with an expression.
    pub fn trigger_of(&self, target: &str, value: &str) -> Option<&str> {
        let plain = |text: &str| text.split_whitespace().collect::<String>();
        let found = self.triggers.iter().find(|(_, set, by)| set == target && plain(by) == plain(value));
        found.map(|(trigger, ..)| trigger.as_str())
    }
}
