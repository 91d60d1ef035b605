//! Checklists: a definition is kept, and a county gets it.

use serde_json::{Value, json};
use zhucun_api::Names;
use zhucun_domain::{collection, form::field};
use zhucun_forms::definition::{Definition, Piece};
use zhucun_sync::{Record, RecordKey, StreamId};
use zhucun_words::Lang;

use super::{import::server_change, random};
use crate::store::{Act, NewVersion, Sheet, Store, StoreError, StoredForm};

/// The author of changes that put a form into use.
pub const AUTHOR: &str = "forms";

/// A version of a form for a county.
pub struct Version<'a> {
    /// The definition.
    pub definition: &'a Definition,
    /// Name of the file it was read from.
    pub source_name: &'a str,
    /// The file, where it is kept.
    pub sheet: Option<Sheet<'a>>,
    /// For whom it is.
    pub wanted: Use,
}

/// Keeps a definition and puts it into use in a county; the same one again changes nothing. Of the invented county, and of
/// tests: nobody did it. Gives its hash.
///
/// # Errors
/// [`StoreError::VersionUsed`]; else when the database fails.
pub async fn put_into_use(
    store: &Store,
    county: &StreamId,
    definition: &Definition,
    source_name: &str,
    now: i64,
) -> Result<String, StoreError> {
    let wanted = Use { villages: None, retired: Some(false) };
    let version = Version { definition, source_name, sheet: None, wanted };
    put(store, county, version, AUTHOR, now, None).await
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

/// A definition as it is kept.
///
/// # Errors
/// When it cannot be written as JSON.
pub fn stored(definition: &Definition, source_name: &str, now: i64) -> Result<StoredForm, StoreError> {
    let json = serde_json::to_string(definition).map_err(|_| StoreError::Corrupt("form"))?;
    Ok(StoredForm {
        hash: random::sha256_hex(&json),
        id: definition.id.clone(),
        version: definition.version.clone(),
        json,
        source_name: source_name.to_owned(),
        created: now,
    })
}

/// Keeps a definition and puts it into use in a county, all in one transaction with the row of `act`, which is written when
/// something is other than before. Gives its hash.
///
/// # Errors
/// [`StoreError::VersionUsed`], [`StoreError::Changed`] when its draft is gone; else when the database fails.
pub async fn put(
    store: &Store,
    county: &StreamId,
    version: Version<'_>,
    author: &str,
    now: i64,
    act: Option<Act<'_>>,
) -> Result<String, StoreError> {
    let Version { definition, source_name, sheet, wanted } = version;
    let form = stored(definition, source_name, now)?;
    let key = RecordKey::new(collection::FORMS, definition.id.clone());
    let record = store.record(county, &key).await?;
    let fields = [
        (field::VERSION, json!(definition.version)),
        (field::TITLE, json!(titles(definition))),
        (field::HASH, json!(form.hash)),
    ];
    let fields = fields.into_iter().chain(wanted.fields(record.as_ref()));
    let changes: Vec<_> = server_change(key, record.as_ref(), fields, AUTHOR, now).into_iter().collect();
    let is_other = !changes.is_empty() || sheet.as_ref().is_some_and(Sheet::is_new);
    let version = NewVersion { form: &form, sheet };
    match act.filter(|_| is_other) {
        Some(act) => store.administer(county, author, &changes, Some(version), act).await?,
        None => store.put_version(county, author, now, &changes, version).await?,
    }
    Ok(form.hash)
}

/// Says for whom a form in use is. False when there is no such form.
///
/// # Errors
/// When the database fails.
pub async fn set_use(
    store: &Store,
    county: &StreamId,
    form: &str,
    wanted: Use,
    by: &str,
    now: i64,
) -> Result<bool, StoreError> {
    let key = RecordKey::new(collection::FORMS, form);
    let Some(record) = store.record(county, &key).await?.filter(|record| !record.is_deleted()) else {
        return Ok(false);
    };
    let before = record.get(field::RETIRED) == Some(&Value::Bool(true));
    let action = match (before, wanted.retired.unwrap_or(before)) {
        (false, true) => "form_retired",
        (true, false) => "form_returned",
        _ => "form_assigned",
    };
    let act = Act { county: county.id(), by, action, subject: form, at: now };
    let fields = wanted.fields(Some(&record));
    let changes: Vec<_> = server_change(key, Some(&record), fields, AUTHOR, now).into_iter().collect();
    store.administer(county, by, &changes, None, act).await?;
    Ok(true)
}

/// The definition's language for a language of the screens, by its tag (`中文 (zh)`).
#[must_use]
pub fn language(definition: &Definition, lang: Lang) -> Option<usize> {
    let tag = if lang == Lang::Zh { "zh" } else { "en" };
    let tag_of = |name: &String| name.rsplit_once('(').map_or(name.as_str(), |(_, tag)| tag).to_ascii_lowercase();
    definition.languages.iter().position(|name| tag_of(name).starts_with(tag))
}

/// The title by language tag: `中文 (zh)` is `zh`; a language without a tag is `zh`, the county's own. Without the
/// languages that have none: who reads the title in one of them gets another's.
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
    tags.zip(texts).filter(|(_, title)| !title.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use zhucun_forms::definition::Text;

    use super::*;

    #[test]
    fn a_title_is_in_the_languages_that_have_one() {
        let form = Definition {
            languages: vec!["中文 (zh)".into(), "English (en)".into()],
            title: Text(vec![vec![Piece::Words("安全检查".into())], Vec::new()]),
            ..Definition::default()
        };
        assert_eq!(titles(&form).into_iter().collect::<Vec<_>>(), [("zh".to_owned(), "安全检查".to_owned())]);
    }
}
