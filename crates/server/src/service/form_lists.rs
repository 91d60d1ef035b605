//! What the rows of lists beside forms are called: answers hold what a list's rows are known by, people read their words.

use bytes::Bytes;
use zhucun_forms::{
    Definition,
    list_words::{ListWords, is_read},
    tables::Table,
};
use zhucun_sync::StreamId;

use super::{files::FilesError, form_files::needed};
use crate::{error::ApiError, state::AppState};

/// The words of the lists of a county's forms, each with the hash of its definition, the newest first. A list that was never
/// given says nothing.
///
/// # Errors
/// When the database or the folder of files fails.
pub async fn words(state: &AppState, county: &StreamId, forms: &[(&str, &Definition)]) -> Result<ListWords, ApiError> {
    let mut lists = Vec::new();
    for &(hash, form) in forms {
        if needed(form).is_empty() {
            continue;
        }
        for file in state.store.form_files(county.id(), hash).await? {
            if file.table_sha256.is_empty() || !is_read(form, &file.name) {
                continue;
            }
            let bytes = match state.files.get(county, &file.table_sha256).await {
                Ok(bytes) => bytes,
                Err(FilesError::Missing) => continue,
                Err(error) => return Err(error.into()),
            };
            lists.push((form.clone(), file.name, bytes));
        }
    }
    if lists.is_empty() {
        return Ok(ListWords::default());
    }
    // A list may have 200,000 rows: not beside other requests.
    let read = tokio::task::spawn_blocking(move || read(&lists)).await;
    read.map_err(|error| ApiError::internal(&error))?.map_err(|error| ApiError::internal(&error))
}

/// Form, name of the file, and what phones get of it.
fn read(lists: &[(Definition, String, Bytes)]) -> Result<ListWords, serde_json::Error> {
    let mut words = ListWords::default();
    for (form, name, bytes) in lists {
        words.add(form, name, &serde_json::from_slice::<Table>(bytes)?);
    }
    Ok(words)
}
