//! Checklists: a spreadsheet becomes a definition, and a county gets it.

use serde_json::json;
use zhucun_api::Names;
use zhucun_domain::collection;
use zhucun_forms::{
    definition::{Definition, Piece},
    parse::{self, SheetProblem},
};
use zhucun_sync::{RecordKey, StreamId};

use super::{import::server_change, random};
use crate::store::{Store, StoreError, StoredForm, Times};

/// The author of changes that put a form into use.
pub const AUTHOR: &str = "forms";

/// Reads a spreadsheet into what is stored, with the definition and its warnings.
///
/// # Errors
/// Everything that is wrong, with sheet and cell.
pub fn read(file_name: &str, bytes: &[u8]) -> Result<(Definition, Vec<SheetProblem>), Vec<SheetProblem>> {
    let parsed = parse::read_xlsform(file_name, bytes)?;
    Ok((parsed.definition, parsed.warnings))
}

/// Keeps a definition and puts it into use in a county; the same one again changes nothing. Gives its hash.
///
/// # Errors
/// When the database fails.
pub async fn put_into_use(
    store: &Store,
    county: &StreamId,
    definition: &Definition,
    source_name: &str,
    now: i64,
) -> Result<String, StoreError> {
    let json = serde_json::to_string(definition).map_err(|_| StoreError::Corrupt("form"))?;
    let hash = random::sha256_hex(&json);
    let form = StoredForm {
        hash: hash.clone(),
        id: definition.id.clone(),
        version: definition.version.clone(),
        json,
        source_name: source_name.to_owned(),
        created: now,
    };
    store.put_form(&form).await?;
    let key = RecordKey::new(collection::FORMS, definition.id.clone());
    let record = store.record(county, &key).await?;
    let fields = [("version", json!(definition.version)), ("title", json!(titles(definition))), ("hash", json!(hash))];
    if let Some(change) = server_change(key, record.as_ref(), fields, AUTHOR, now) {
        store.append(county, AUTHOR, Times::server(now), &[change]).await?;
    }
    Ok(hash)
}

/// The title by language tag: `中文 (zh)` is `zh`; a language without a tag is `zh`, the county's own.
fn titles(definition: &Definition) -> Names {
    let texts = definition.title.0.iter().map(|pieces| {
        let words = pieces.iter().map(|piece| match piece {
            Piece::Words(words) => words.as_str(),
            Piece::Value { .. } => "",
        });
        words.collect::<String>()
    });
    let tags = definition.languages.iter().map(|language| {
        language.rsplit_once('(').and_then(|(_, tag)| tag.strip_suffix(')')).unwrap_or("zh").trim().to_owned()
    });
    tags.zip(texts).collect()
}
