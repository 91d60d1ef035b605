//! The meta block: what a finished form is called, and what it does to entity lists.

use super::builder::Builder;
use super::xml;
use crate::definition::{Entity, Kind};
use crate::xpath::{Expr, PathStart};

impl Builder<'_> {
    /// Says in the definition's own words what the form's meta nodes say. The nodes stay: expressions may read them.
    pub(super) fn use_meta(&mut self) {
        for index in 1..self.nodes.len() {
            let meta = self.nodes[index].parent as usize;
            let owner = self.nodes[meta].parent as usize;
            if index == meta || xml::local(&self.nodes[meta].name) != "meta" || meta == 0 {
                continue;
            }
            match xml::local(&self.nodes[index].name) {
                "instanceName" if owner == 0 => self.definition.instance_name = self.instance_name(index),
                "entity" if self.nodes[index].kind == Kind::Group => {
                    let entity = self.entity(index, meta, owner);
                    self.definition.entities.extend(entity);
                }
                _ => {}
            }
        }
    }

    /// The expression, where it means the same at the root; else the node that has its value.
    fn instance_name(&self, index: usize) -> String {
        let node = &self.nodes[index];
        let is_same =
            |expr: Expr| expr.paths().iter().all(|path| matches!(path.start, PathStart::Root | PathStart::Instance(_)));
        if !node.calculate.is_empty() && Expr::parse(&node.calculate).is_ok_and(is_same) {
            return node.calculate.clone();
        }
        self.paths.absolute(index)
    }

    /// An `entity` element; its attributes and label are nodes, which the expressions name.
    fn entity(&self, index: usize, meta: usize, owner: usize) -> Option<Entity> {
        let child = |name: &str| {
            self.nodes
                .iter()
                .find(|node| node.parent as usize == index && xml::local(node.name.trim_start_matches('@')) == name)
        };
        let path = match owner {
            0 => format!("/{}/{}/{}", self.nodes[0].name, self.nodes[meta].name, self.nodes[index].name),
            _ => format!("./{}/{}", self.nodes[meta].name, self.nodes[index].name),
        };
        let list = child("dataset")?.default.clone();
        let of = |name: &str| child(name).map(|node| format!("{path}/{}", node.name));
        // Always, or as the attribute says.
        let when = |name: &str| match child(name) {
            Some(node) if node.calculate.is_empty() => String::new(),
            Some(node) => format!("{path}/{0} = '1' or {path}/{0} = 'true'", node.name),
            None => String::new(),
        };
        let updates = child("update").is_some();
        Some(Entity {
            list,
            node: owner as u32,
            entity_id: if updates { of("id").unwrap_or_default() } else { String::new() },
            create_if: when("create"),
            update_if: when("update"),
            label: of("label").unwrap_or_default(),
        })
    }
}
