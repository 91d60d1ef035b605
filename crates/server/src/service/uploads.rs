//! Spreadsheets uploaded at the desk: read, compared with the version in force, kept aside until they are published.

use std::collections::BTreeMap;

use bytes::Bytes;
use serde_json::Value;
use zhucun_api::{
    Names,
    admin::{ChangeKind, Draft, FormRow, Found, QuestionChange, SheetRow, Upload},
};
use zhucun_domain::{collection, form::field};
use zhucun_forms::{
    definition::{Definition, Kind, Node, Piece, Text},
    parse::FileKind,
    read::{FormProblem, ReadForm, read_form},
};
use zhucun_sync::{Record, RecordKey, StreamId};
use zhucun_words::{Lang, Word, admin as w};

use super::{
    files::{Files, KeepError},
    form_files, forms, random,
};
use crate::{
    error::ApiError,
    store::{Act, Sheet, Store, StoreError, StoredForm, StoredUpload, UploadFacts},
};

/// An uploaded file.
pub struct File {
    /// Its name.
    pub name: String,
    /// What is in it.
    pub bytes: Bytes,
}

/// What is worked with.
#[derive(Clone, Copy)]
pub struct Parts<'a> {
    /// The database.
    pub store: &'a Store,
    /// Where the bytes are kept.
    pub files: &'a Files,
    /// The county's stream.
    pub county: &'a StreamId,
    /// Milliseconds since 1970 UTC.
    pub now: i64,
}

/// Reads a file; what is good is kept aside as a draft.
///
/// # Errors
/// When storage fails.
pub async fn take(parts: Parts<'_>, file: File, by: &str, lang: Lang) -> Result<Upload, ApiError> {
    let (name, bytes) = (file.name.clone(), file.bytes.clone());
    let read = tokio::task::spawn_blocking(move || read_form(&name, &bytes));
    let is_xform = FileKind::of(&file.bytes) == Some(FileKind::Xml);
    let ReadForm { definition, warnings } = match read.await.map_err(|error| ApiError::internal(&error))? {
        Ok(read) => read,
        Err(problems) => {
            let problems = problems.iter().map(|problem| found(problem, true, lang)).collect();
            return Ok(Upload { is_xform, problems, draft: None });
        }
    };
    let mut problems: Vec<_> = warnings.iter().map(|problem| found(problem, false, lang)).collect();
    let key = RecordKey::new(collection::FORMS, definition.id.clone());
    let record = parts.store.record(parts.county, &key).await?.filter(|record| !record.is_deleted());
    let form = forms::stored(&definition, &file.name, parts.now)?;
    if let Some(word) = same_version(parts, record.as_ref(), &form, &file).await? {
        let version = Some(definition.version.as_str()).filter(|version| !version.is_empty());
        let text = word.fill(lang, &[("version", version.unwrap_or(w::VERSION_NONE.get(lang)))]);
        let sheet = if is_xform { String::new() } else { "settings".to_owned() };
        problems.insert(0, Found { error: true, sheet, cell: String::new(), text, file: None });
        return Ok(Upload { is_xform, problems, draft: None });
    }
    let before = match &record {
        Some(record) => parts.store.form_json(record.text(field::HASH)).await?,
        None => None,
    };
    let before: Option<Definition> = before.and_then(|json| serde_json::from_str(&json).ok());
    let hash = form.hash.clone();
    let of = form_files::Of { form: &definition, hash: &hash };
    // Before the draft: it takes the place of the one whose files these are.
    form_files::take_over(parts, of).await?;
    let upload = keep(parts, &file, form, 0).await?;
    let subject = &definition.id;
    let act = Act { county: parts.county.id(), by, action: "form_uploaded", subject, at: parts.now };
    parts.store.put_draft(&upload, act).await?;
    let files = form_files::rows(parts, of).await?;
    problems.extend(form_files::missing(&files).into_iter().map(|name| missing(name, lang)));
    let draft = Draft {
        files,
        id: upload.facts.id,
        title: forms::titles(&definition),
        version: definition.version.clone(),
        questions: definition.nodes.iter().filter(|node| is_question(node)).count(),
        before: record.as_ref().map(|record| record.text(field::VERSION).to_owned()),
        villages: record.as_ref().map(villages).unwrap_or_default(),
        changes: before.map(|before| compare(&before, &definition, lang)).unwrap_or_default(),
        form: definition.id,
    };
    Ok(Upload { is_xform, problems, draft: Some(draft) })
}

/// Keeps a spreadsheet's bytes; gives what is to be noted of it. `published` is 0 for a draft.
async fn keep(parts: Parts<'_>, file: &File, form: StoredForm, published: i64) -> Result<StoredUpload, KeepError> {
    let sha256 = random::sha256_hex(&file.bytes);
    parts.files.put(parts.county, &sha256, file.bytes.clone()).await?;
    let facts = UploadFacts {
        id: random::uuid_v7(parts.now),
        county: parts.county.id().to_owned(),
        form: form.id,
        version: form.version,
        source_name: file.name.clone(),
        source_sha256: sha256,
        created: parts.now,
        published,
    };
    Ok(StoredUpload { facts, definition: form.json })
}

/// Whether a version may be put into use in a county: see [`Store::is_version_used`].
///
/// # Errors
/// When the database fails.
pub async fn is_free(parts: Parts<'_>, file: &File, definition: &Definition) -> Result<bool, StoreError> {
    let form = forms::stored(definition, &file.name, parts.now)?;
    Ok(!parts.store.is_version_used(parts.county, &form, &random::sha256_hex(&file.bytes)).await?)
}

/// Puts a version into use at once, with its spreadsheet where it is not kept yet. Gives the definition's hash.
///
/// # Errors
/// When the version is known with other content, or storage fails.
pub async fn publish(parts: Parts<'_>, file: &File, definition: &Definition, by: &str) -> Result<String, KeepError> {
    let sha256 = random::sha256_hex(&file.bytes);
    let newest = parts.store.published_uploads(parts.county.id()).await?;
    let newest = newest.iter().find(|upload| upload.form == definition.id);
    let upload = match newest.filter(|upload| upload.source_sha256 == sha256) {
        Some(_) => None,
        None => Some(keep(parts, file, forms::stored(definition, &file.name, parts.now)?, parts.now).await?),
    };
    let version = forms::Version {
        definition,
        source_name: &file.name,
        sheet: Some(upload.as_ref().map_or(Sheet::Kept(&sha256), Sheet::New)),
        wanted: forms::Use { villages: None, retired: Some(false) },
    };
    let act = Act { county: parts.county.id(), by, action: "form_published", subject: &definition.id, at: parts.now };
    let hash = forms::stored(definition, &file.name, parts.now)?.hash;
    form_files::take_over(parts, form_files::Of { form: definition, hash: &hash }).await?;
    let hash = forms::put(parts.store, parts.county, version, forms::AUTHOR, parts.now, Some(act)).await?;
    form_files::announce(parts, &definition.id).await?;
    Ok(hash)
}

/// What is said of a file that the form needs and has not.
fn missing(name: &str, lang: Lang) -> Found {
    let text = w::FILE_MISSING.fill(lang, &[("name", name)]);
    Found { error: false, sheet: String::new(), cell: String::new(), text, file: Some(name.to_owned()) }
}

fn found(problem: &FormProblem, error: bool, lang: Lang) -> Found {
    let (sheet, cell) = problem.place();
    Found { error, sheet, cell, text: problem.words(lang.tag()), file: None }
}

/// What is to be said of a form that is the one in force, or has the version of another: visits name the version they were
/// filled with, and people read it there.
async fn same_version(
    parts: Parts<'_>,
    in_force: Option<&Record>,
    form: &StoredForm,
    file: &File,
) -> Result<Option<Word>, StoreError> {
    if in_force.is_some_and(|record| record.text(field::HASH) == form.hash) {
        return Ok(Some(w::SHEET_SAME));
    }
    let is_used = parts.store.is_version_used(parts.county, form, &random::sha256_hex(&file.bytes)).await?;
    let is_xform = FileKind::of(&file.bytes) == Some(FileKind::Xml);
    Ok(is_used.then_some(if is_xform { w::XFORM_SAME_VERSION } else { w::SHEET_SAME_VERSION }))
}

/// The villages that a form is for; none: all.
fn villages(record: &Record) -> Vec<String> {
    let list = record.get(field::VILLAGES).and_then(Value::as_array);
    list.into_iter().flatten().filter_map(|id| id.as_str().map(str::to_owned)).collect()
}

/// Whether a node is something that is answered, by a person or not.
#[must_use]
pub const fn is_question(node: &Node) -> bool {
    !matches!(node.kind, Kind::Root | Kind::Group | Kind::Repeat | Kind::Note)
}

/// A question as it is compared: where it stands, not its number.
struct Asked<'a> {
    node: &'a Node,
    label: String,
    choices: Option<String>,
}

fn questions(definition: &Definition, lang: Lang) -> Vec<(String, Asked<'_>)> {
    let mut ways: Vec<String> = Vec::with_capacity(definition.nodes.len());
    let mut found = Vec::new();
    for (index, node) in definition.nodes.iter().enumerate() {
        let above = ways.get(node.parent as usize).filter(|_| index > 0).map_or("", String::as_str);
        let way = match (index, above) {
            (0, _) => String::new(),
            (_, "") => node.name.clone(),
            (_, above) => format!("{above}/{}", node.name),
        };
        if is_question(node) {
            let list = node.choices.as_ref().and_then(|source| definition.choices.get(&source.list));
            let choices = list.and_then(|list| serde_json::to_string(list).ok());
            let label = node.label.as_ref().map(|label| words(label, definition, lang)).unwrap_or_default();
            found.push((way.clone(), Asked { node, label, choices }));
        }
        ways.push(way);
    }
    found
}

/// The plain words of a text in a language, else in the form's own.
fn words(text: &Text, definition: &Definition, lang: Lang) -> String {
    let index = forms::language(definition, lang).unwrap_or(definition.default_language);
    let pieces = text.0.get(index).filter(|pieces| !pieces.is_empty()).or(text.0.first());
    let word = |piece: &Piece| match piece {
        Piece::Words(words) => words.clone(),
        Piece::Value { .. } => "…".to_owned(),
    };
    pieces.into_iter().flatten().map(word).collect()
}

/// What is other, in the new form's order, then what is gone.
fn compare(before: &Definition, after: &Definition, lang: Lang) -> Vec<QuestionChange> {
    let old: BTreeMap<_, _> = questions(before, lang).into_iter().collect();
    let new = questions(after, lang);
    let mut changes = Vec::new();
    for (name, asked) in &new {
        let how = match old.get(name) {
            None => ChangeKind::Added,
            Some(was) if was.node.kind != asked.node.kind => {
                ChangeKind::Type(was.node.kind.code().into(), asked.node.kind.code().into())
            }
            Some(was) if plain(was.node) != plain(asked.node) || was.choices != asked.choices => ChangeKind::Other,
            Some(_) => continue,
        };
        changes.push(QuestionChange { name: name.clone(), label: asked.label.clone(), how });
    }
    for (name, asked) in &old {
        if !new.iter().any(|(kept, _)| kept == name) {
            changes.push(QuestionChange { name: name.clone(), label: asked.label.clone(), how: ChangeKind::Removed });
        }
    }
    changes
}

/// A node without its parent's number, which moves with what stands before it.
fn plain(node: &Node) -> Node {
    Node { parent: 0, ..node.clone() }
}

/// The forms of a county, by id.
///
/// # Errors
/// When the database fails.
pub async fn rows(store: &Store, county: &StreamId) -> Result<Vec<FormRow>, StoreError> {
    let published = store.published_uploads(county.id()).await?;
    let visits = store.visits_by_form(county.id()).await?;
    let mut rows = Vec::new();
    for row in store.records(county, collection::FORMS).await? {
        let record = &row.record;
        let sheets = published
            .iter()
            .filter(|upload| upload.form == row.id)
            .map(|upload| SheetRow {
                id: upload.id.clone(),
                name: upload.source_name.clone(),
                version: upload.version.clone(),
                at: upload.published,
            })
            .collect();
        let title = record.get(field::TITLE).and_then(|title| serde_json::from_value::<Names>(title.clone()).ok());
        rows.push(FormRow {
            title: title.unwrap_or_default(),
            version: record.text(field::VERSION).to_owned(),
            since: record.fields.get(field::HASH).and_then(|heads| heads.first()).map_or(0, |head| head.order_time),
            villages: villages(record),
            retired: record.get(field::RETIRED) == Some(&Value::Bool(true)),
            visits: visits.get(&row.id).copied().unwrap_or(0),
            sheets,
            id: row.id,
        });
    }
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn form(nodes: &Value, choices: &Value) -> Definition {
        serde_json::from_value(json!({
            "id": "f", "version": "1", "title": [["f"]], "languages": ["中文 (zh)", "English (en)"],
            "default_language": 0, "nodes": nodes, "choices": choices,
        }))
        .expect("a definition")
    }

    #[test]
    fn a_question_is_known_by_its_place_and_what_moved_is_no_change() {
        let label = |zh: &str, en: &str| json!([[zh], [en]]);
        let list = |name: &str| json!({"list": name});
        let before = form(
            &json!([
                {"n": "data", "p": 0, "k": "root"},
                {"n": "who", "p": 0, "k": "group"},
                {"n": "name", "p": 1, "k": "text", "l": label("姓名", "Name")},
                {"n": "kind", "p": 1, "k": "select_one", "l": label("类别", "Kind"), "ch": list("kinds")},
                {"n": "old", "p": 0, "k": "text", "l": label("旧", "Old")},
            ]),
            &json!({"kinds": [{"n": "a", "l": [["甲"], ["A"]]}]}),
        );
        let after = form(
            &json!([
                {"n": "data", "p": 0, "k": "root"},
                {"n": "start", "p": 0, "k": "text", "l": label("新", "New")},
                {"n": "who", "p": 0, "k": "group"},
                {"n": "name", "p": 2, "k": "text", "l": label("姓名", "Name")},
                {"n": "kind", "p": 2, "k": "select_one", "l": label("类别", "Kind"), "ch": list("kinds")},
            ]),
            &json!({"kinds": [{"n": "a", "l": [["甲"], ["A"]]}, {"n": "b", "l": [["乙"], ["B"]]}]}),
        );
        let shown: Vec<_> = compare(&before, &after, Lang::En)
            .into_iter()
            .map(|change| format!("{} {} {:?}", change.name, change.label, change.how))
            .collect();
        assert_eq!(shown, ["start New Added", "who/kind Kind Other", "old Old Removed"]);
        assert!(compare(&before, &before, Lang::Zh).is_empty());
    }
}
