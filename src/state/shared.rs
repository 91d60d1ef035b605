//! Where a photo that was shared with the app can go: a photo question of a draft.

use zhucun_forms::contract::Item;
use zhucun_forms::definition::Kind;

use super::{
    App,
    drafts::{self, DraftError, DraftFile},
};
use crate::form_ui::filling::living;
use crate::platform::clock;

/// A photo question of a draft.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PhotoPlace {
    /// The draft.
    pub draft: String,
    /// The question's path.
    pub path: String,
    /// The question's words, with those of its page where that is one of several instances.
    pub label: String,
    /// Whether a photo is there already: it would be replaced.
    pub is_taken: bool,
}

/// The photo questions of a draft, in the form's order; none when it cannot be opened.
pub async fn places(app: App, draft: &str) -> Vec<PhotoPlace> {
    let Ok(opened) = drafts::open(app, draft).await else { return Vec::new() };
    let session = &opened.session;
    let mut places = Vec::new();
    for page in session.pages() {
        for item in &page.items {
            let Item::Question(id) = item else { continue };
            let Some(question) = session.question(*id) else { continue };
            let is_signature = question.appearance.iter().any(|word| word == "signature");
            if question.kind == Kind::Image && !is_signature && !question.readonly {
                let mut label = String::new();
                if page.repeat.is_some() {
                    label.push_str(&page.title);
                    label.push_str(" · ");
                }
                label.push_str(&question.label);
                let is_taken = !question.value.is_empty();
                places.push(PhotoPlace { draft: draft.to_owned(), path: session.path(*id), label, is_taken });
            }
        }
    }
    places
}

/// Puts a kept photo there.
///
/// # Errors
/// When the draft is gone or the phone's storage refuses; the draft is then as it was.
pub async fn put(app: App, place: &PhotoPlace, photo: DraftFile) -> Result<(), DraftError> {
    // One that was left with something on its way would write over it.
    if let Some(filling) = living(&place.draft, i64::MAX) {
        return filling.put_photo(&place.path, photo).await;
    }
    let mut opened = drafts::open(app, &place.draft).await?;
    let id = opened.session.find(&place.path).ok_or(DraftError::Gone)?;
    let mut name = opened.session.question(id).map(|question| question.name).unwrap_or_default();
    name.push('-');
    name.push_str(&clock::now().to_string());
    name.push_str(".jpg");
    opened.session.answer(id, &name);
    opened.stored.files.insert(name, photo);
    opened.stored.blank = false;
    drafts::refresh(&mut opened.stored, &opened.session, &opened.session.pages());
    drafts::put(app, &opened.stored).await
}
