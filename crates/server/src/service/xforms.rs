//! Definitions written as `XForm`s, each once.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use bytes::Bytes;
use zhucun_domain::{collection, form};
use zhucun_forms::{Definition, xform_out};
use zhucun_sync::{Record, StreamId};

use super::form_files::md5_hex;
use crate::{error::ApiError, state::AppState};

/// The most that are kept in memory.
const KEPT: usize = 64;

/// A form as clients get it.
#[derive(Debug)]
pub struct Xform {
    /// What it was written of.
    pub definition: Definition,
    /// The document.
    pub xml: Bytes,
    /// MD5 of it.
    pub md5: String,
}

/// Written forms by the hash of their definition; `None` for one that cannot be written.
#[derive(Debug, Default)]
pub struct Xforms(Mutex<BTreeMap<String, Option<Arc<Xform>>>>);

/// A form of a county, written; `None` where there is no such definition, or XML cannot hold it.
///
/// # Errors
/// When the database fails.
pub async fn written(state: &AppState, hash: &str) -> Result<Option<Arc<Xform>>, ApiError> {
    if let Some(known) = state.xforms().0.lock().unwrap_or_else(PoisonError::into_inner).get(hash) {
        return Ok(known.clone());
    }
    let Some(json) = state.store.form_json(hash).await? else { return Ok(None) };
    let writing = tokio::task::spawn_blocking(move || {
        let definition: Definition = serde_json::from_str(&json)?;
        Ok::<_, serde_json::Error>((xform_out::write(&definition), definition))
    });
    let (xml, definition) = match writing.await {
        Ok(Ok(written)) => written,
        Ok(Err(error)) => return Err(ApiError::internal(&error)),
        Err(error) => return Err(ApiError::internal(&error)),
    };
    let written = match xml {
        Ok(xml) => Some(Arc::new(Xform { md5: md5_hex(&xml), xml: xml.into(), definition })),
        Err(error) => {
            tracing::warn!(form = definition.id, %error, "a form cannot be offered by OpenRosa");
            None
        }
    };
    let mut kept = state.xforms().0.lock().unwrap_or_else(PoisonError::into_inner);
    if kept.len() >= KEPT {
        kept.clear();
    }
    kept.insert(hash.to_owned(), written.clone());
    Ok(written)
}

/// The forms that a visit in a village may begin with, by id.
///
/// # Errors
/// When the database fails.
pub async fn offered(
    state: &AppState,
    county: &StreamId,
    village: &StreamId,
) -> Result<Vec<(String, Record)>, ApiError> {
    let records = state.store.records(county, collection::FORMS).await?;
    let offered = records.into_iter().filter(|row| form::is_offered(&row.record, village.id()));
    Ok(offered.map(|row| (row.id, row.record)).collect())
}
