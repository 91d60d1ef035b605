//! Everything that a finished form's XML has.

use serde_json::{Map, Value as Json};

use super::Session;
use super::tree::ROOT;
use crate::contract::Id;
use crate::definition::{Entity, Kind};
use crate::xform::instance::EntityElement;
use crate::xpath::{Expr, NodeId};

impl Session {
    /// The answers as an instance in XML has them: all that is relevant, also what is empty and what nobody is asked for. An
    /// attribute of a question is beside it under `question/@attribute`.
    pub fn instance(&self) -> Json {
        Json::Object(self.whole(ROOT))
    }

    /// What the answers do to entity lists, for the meta blocks of an instance. Empty where the form has nodes of its own for it.
    /// An entity that is created gets a new id.
    pub fn entities(&self) -> Vec<EntityElement> {
        let form = self.definition();
        let has_own = form.nodes.iter().any(|node| node.name == "entity");
        let mut all = Vec::new();
        for entity in form.entities.iter().filter(|_| !has_own) {
            for id in self.tree.inside(ROOT) {
                let live = self.tree.get(id);
                if live.node == entity.node && !live.range && live.relevant {
                    all.extend(self.entity(entity, id));
                }
            }
        }
        all
    }

    /// What one of them does; `None` where it does nothing.
    fn entity(&self, entity: &Entity, id: Id) -> Option<EntityElement> {
        let text = |expression: &str| {
            let value = Expr::parse(expression).ok()?.eval(&self.tree, NodeId(id), &*self.tree.host).ok()?;
            Some((value.text(&self.tree, &*self.tree.host), value.bool()))
        };
        let holds = |expression: &str| text(expression).is_some_and(|(_, holds)| holds);
        let knows_id = !entity.entity_id.is_empty();
        let update = knows_id && (entity.update_if.is_empty() || holds(&entity.update_if));
        let create = if entity.create_if.is_empty() { !knows_id } else { holds(&entity.create_if) };
        let own = text(&entity.entity_id).map(|(id, _)| id).filter(|id| !id.is_empty());
        (create || update).then(|| EntityElement {
            path: self.path(id),
            list: entity.list.clone(),
            id: own.unwrap_or_else(|| self.tree.host.uuid()),
            create,
            update,
            base_version: String::new(),
            label: text(&entity.label).map(|(label, _)| label).unwrap_or_default(),
        })
    }

    /// Forms are no deeper than [`crate::definition::MAX_DEPTH`].
    fn whole(&self, id: Id) -> Map<String, Json> {
        let mut out = Map::new();
        for &child in &self.tree.get(id).children {
            let live = self.tree.get(child);
            let node = self.tree.form.node(live.node);
            if live.range {
                let relevant = live.children.iter().filter(|&&instance| self.tree.get(instance).relevant);
                let instances: Vec<Json> = relevant.map(|&instance| Json::Object(self.whole(instance))).collect();
                out.insert(node.name.clone(), Json::Array(instances));
                continue;
            }
            if !live.relevant {
                continue;
            }
            if node.kind == Kind::Group {
                out.insert(node.name.clone(), Json::Object(self.whole(child)));
            } else {
                for (attribute, value) in self.whole(child) {
                    out.insert([&node.name, "/", &attribute].concat(), value);
                }
                out.insert(node.name.clone(), Json::String(live.value.clone()));
            }
        }
        out
    }
}
