//! Everything that a finished form's XML has.

use serde_json::{Map, Value as Json};

use super::Session;
use super::tree::ROOT;
use crate::contract::Id;
use crate::definition::Kind;

impl Session {
    /// The answers as an instance in XML has them: all that is relevant, also what is empty and what nobody is asked for. An
    /// attribute of a question is beside it under `question/@attribute`.
    pub fn instance(&self) -> Json {
        Json::Object(self.whole(ROOT))
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
