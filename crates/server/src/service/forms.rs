//! Checklists: a spreadsheet becomes a definition, and a county gets it.

use serde_json::{Value, json};
use zhucun_api::Names;
use zhucun_domain::{collection, form::field};
use zhucun_forms::{
    definition::{Definition, Piece},
    parse::{self, SheetProblem},
};
use zhucun_sync::{Record, RecordKey, StreamId};
use zhucun_words::Lang;

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
    put(store, county, definition, source_name, Use { villages: None, retired: Some(false) }, AUTHOR, now).await
}

/// For whom a form is; what is `None` stays.
#[derive(Clone, Debug, Default)]
pub struct Use {
    /// Ids of villages; empty: all.
    pub villages: Option<Vec<String>>,
    /// No phone begins with it any more.
    pub retired: Option<bool>,
}

impl Use {
    /// The fields to write. What a record without the field means anyway is not written to it.
    fn fields(self, record: Option<&Record>) -> Vec<(&'static str, Value)> {
        let has = |name| record.is_some_and(|record| record.get(name).is_some());
        let villages = self.villages.filter(|villages| !villages.is_empty() || has(field::VILLAGES));
        let retired = self.retired.filter(|retired| *retired || has(field::RETIRED));
        let villages = villages.map(|villages| (field::VILLAGES, json!(villages)));
        villages.into_iter().chain(retired.map(|retired| (field::RETIRED, json!(retired)))).collect()
    }
}

/// Keeps a definition and puts it into use in a county, for whom it is said. Gives its hash.
///
/// # Errors
/// When the database fails.
pub async fn put(
    store: &Store,
    county: &StreamId,
    definition: &Definition,
    source_name: &str,
    wanted: Use,
    author: &str,
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
    let version = [
        (field::VERSION, json!(definition.version)),
        (field::TITLE, json!(titles(definition))),
        (field::HASH, json!(hash)),
    ];
    let fields = version.into_iter().chain(wanted.fields(record.as_ref()));
    if let Some(change) = server_change(key, record.as_ref(), fields, AUTHOR, now) {
        store.append(county, author, Times::server(now), &[change]).await?;
    }
    Ok(hash)
}

/// Says for whom a form in use is. Gives whether it was retired before; `None` when there is no such form.
///
/// # Errors
/// When the database fails.
pub async fn set_use(
    store: &Store,
    county: &StreamId,
    form: &str,
    wanted: Use,
    author: &str,
    now: i64,
) -> Result<Option<bool>, StoreError> {
    let key = RecordKey::new(collection::FORMS, form);
    let Some(record) = store.record(county, &key).await?.filter(|record| !record.is_deleted()) else { return Ok(None) };
    let before = record.get(field::RETIRED) == Some(&Value::Bool(true));
    let fields = wanted.fields(Some(&record));
    if let Some(change) = server_change(key, Some(&record), fields, AUTHOR, now) {
        store.append(county, author, Times::server(now), &[change]).await?;
    }
    Ok(Some(before))
}

/// The definition's language for a language of the screens, by its tag (`中文 (zh)`).
#[must_use]
pub fn language(definition: &Definition, lang: Lang) -> Option<usize> {
    let tag = if lang == Lang::Zh { "zh" } else { "en" };
    let tag_of = |name: &String| name.rsplit_once('(').map_or(name.as_str(), |(_, tag)| tag).to_ascii_lowercase();
    definition.languages.iter().position(|name| tag_of(name).starts_with(tag))
}

/// The title by language tag: `中文 (zh)` is `zh`; a language without a tag is `zh`, the county's own.
#[must_use]
pub fn titles(definition: &Definition) -> Names {
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
