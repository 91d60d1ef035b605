//! A correction of a finished visit: a draft with its answers, bound to the form it was filled with. The visit stays as it
//! is; what is finalised is another version of it, which names the one it replaces.

use std::collections::BTreeMap;

use serde_json::Value;
use zhucun_domain::{collection, visit::field};
use zhucun_forms::{Session, contract::Draft, dates};
use zhucun_json::{Writer, texts::find, to_text};
use zhucun_sync::Record;

use super::{DraftError, DraftFile, StoredDraft, host, language_index, put, ready, refresh};
use crate::{
    platform::{clock, crypto},
    state::{App, Records},
};

/// Fields of the visit that a correction leaves as they are: it tells of the same visit.
const FIXED: [&str; 4] = [field::STARTED_AT, field::FINISHED_AT, field::DAY, field::BY];

/// The draft that corrects a visit in any of its versions, when one is begun.
#[must_use]
pub fn correcting(app: App, visit: &str) -> Option<String> {
    app.drafts.with(|drafts| {
        app.records.with(|records| {
            let (versions, _) = records.versions(visit);
            let is_it = |replaces: &str| versions.iter().any(|(id, _)| *id == replaces);
            drafts.iter().find(|draft| is_it(&draft.replaces)).map(|draft| draft.id.clone())
        })
    })
}

/// The definition that a visit was filled with, by its hash. One that was written before visits named it: the form in use, if
/// that is still the same version, or `or_other`.
#[must_use]
pub fn hash_of(records: &Records, visit: &Record, or_other: bool) -> Option<String> {
    let own = visit.text(field::FORM_HASH);
    if !own.is_empty() {
        return Some(own.to_owned());
    }
    let form = records.get(collection::FORMS, visit.text(field::FORM))?;
    let is_same = form.text("version") == visit.text(field::FORM_VERSION);
    (is_same || or_other).then(|| form.text("hash").to_owned())
}

/// Begins to correct a visit, or goes on with it; answers the draft's id.
///
/// # Errors
/// When the visit or its form is not on this phone, or the phone cannot keep the draft.
pub async fn correct(app: App, visit: &str) -> Result<String, DraftError> {
    if let Some(id) = untracked(|| correcting(app, visit)) {
        return Ok(id);
    }
    let record = app.records.with_untracked(|records| records.get(collection::VISITS, visit).cloned());
    let record = record.ok_or(DraftError::Gone)?;
    let hash = app.records.with_untracked(|records| hash_of(records, &record, false));
    let hash = hash.ok_or(DraftError::FormMissing)?;
    let lang = app.lang.get_untracked();
    let (definition, lists) = ready(app, &hash, lang).await?;
    let text = |name: &str| record.text(name).to_owned();
    let started = record.get(field::STARTED_AT).and_then(Value::as_i64).unwrap_or_default();
    let draft = Draft {
        form: (text(field::FORM), text(field::FORM_VERSION)),
        answers: record.get(field::ANSWERS).cloned().unwrap_or_default(),
        start: dates::format_date_time(started, clock::utc_offset()),
        language: language_index(&definition.languages, lang).unwrap_or(definition.default_language),
        page: String::new(),
    };
    let mut fixed = Writer::new();
    for name in FIXED {
        if let Some(value) = record.get(name) {
            fixed.put(name, value);
        }
    }
    let mut stored = StoredDraft { definition: hash, blank: true, fixed: fixed.into_value(), ..StoredDraft::default() };
    let (session, _) = Session::restore(definition, lists, host(app, &stored.fixed), &draft);
    stored.info.id = crypto::uuid();
    stored.info.form = text(field::FORM);
    stored.info.replaces = visit.to_owned();
    stored.info.household = Some(text(field::HOUSEHOLD)).filter(|household| !household.is_empty());
    for file in record.get(field::ATTACHMENTS).and_then(Value::as_array).into_iter().flatten() {
        let text = |name: &str| file.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let size = file.get("size").and_then(Value::as_i64).unwrap_or_default();
        let (sha256, mime, name) = (text("sha256"), text("mime"), text("file"));
        let kept = DraftFile { sha256, mime, size, name, ..DraftFile::default() };
        stored.files.insert(text("name"), kept);
    }
    refresh(&mut stored, &session, &session.pages());
    let id = stored.info.id.clone();
    put(app, &stored).await?;
    Ok(id)
}

fn untracked<T>(read: impl FnOnce() -> T) -> T {
    zhucun_view::prelude::untrack(read)
}

/// Whether a visit names a picture.
pub(super) fn has_file(app: App, visit: &str, sha256: &str) -> bool {
    !sha256.is_empty()
        && app.records.with_untracked(|records| {
            let list =
                records.get(collection::VISITS, visit).and_then(|record| record.get(field::ATTACHMENTS).cloned());
            list.is_some_and(|list| find(&to_text(&list), sha256).is_some())
        })
}

/// What a correction has beside a visit's fields, and those of them that stay.
pub(super) fn add(patch: &mut BTreeMap<String, Value>, stored: &StoredDraft, by: &str) {
    for name in FIXED {
        if let Some(value) = stored.fixed.get(name) {
            patch.insert(name.to_owned(), value.clone());
        }
    }
    let own = [
        (field::REPLACES, Value::from(stored.info.replaces.as_str())),
        (field::CORRECTED_AT, Value::from(clock::now())),
        (field::CORRECTED_BY, Value::from(by)),
        (field::REASON, Value::from(stored.reason.trim())),
    ];
    for (name, value) in own {
        patch.insert(name.to_owned(), value);
    }
}
