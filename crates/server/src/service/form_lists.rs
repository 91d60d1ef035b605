//! What the rows of lists beside forms are called: answers hold what a list's rows are known by, people read their words.

use zhucun_forms::{Definition, list_words::ListWords, tables::Table};
use zhucun_sync::StreamId;

use super::{files::FilesError, form_files::needed};
use crate::{error::ApiError, state::AppState};

/// The words of the lists of a county's forms, each with the hash of its definition, the newest first. A list that was never
/// given says nothing.
///
/// # Errors
/// When the database or the folder of files fails.
pub async fn words(state: &AppState, county: &StreamId, forms: &[(&str, &Definition)]) -> Result<ListWords, ApiError> {
    let mut words = ListWords::default();
    for &(hash, form) in forms {
        if needed(form).is_empty() {
            continue;
        }
        for file in state.store.form_files(county.id(), hash).await? {
            if file.table_sha256.is_empty() {
                continue;
            }
            let bytes = match state.files.get(county, &file.table_sha256).await {
                Ok(bytes) => bytes,
                Err(FilesError::Missing) => continue,
                Err(error) => return Err(error.into()),
            };
            let table: Table = serde_json::from_slice(&bytes).map_err(|error| ApiError::internal(&error))?;
            words.add(form, &file.name, &table);
        }
    }
    Ok(words)
}
