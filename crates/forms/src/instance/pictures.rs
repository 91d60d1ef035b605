//! Pictures and sounds of choices and groups. Apart: they come to a phone with the last part of the app.

use super::Session;
use crate::contract::{Files, Id};
use crate::definition::Kind;

/// The files that are shown with a question's choices, in the active language: by the choice's name, where it has any.
#[inline(never)]
pub fn of_choices(session: &Session, id: Id) -> Vec<(String, Files)> {
    let mut all = Vec::new();
    if session.tree.is_alive(id) {
        for choice in session.own_choices(id) {
            let files = session.files(id, &choice.media);
            if !files.is_empty() {
                all.push((choice.name.clone(), files));
            }
        }
    }
    all
}

/// The words of a group or a repeat and the files that are shown with them, in the active language.
#[inline(never)]
pub fn of_group(session: &Session, id: Id) -> (String, Files) {
    if !session.tree.is_alive(id) || !matches!(session.tree.kind(id), Kind::Group | Kind::Repeat) {
        return (String::new(), Files::new());
    }
    let node = session.tree.form.node(session.tree.get(id).node);
    (session.label(id), session.files(id, &node.media))
}
