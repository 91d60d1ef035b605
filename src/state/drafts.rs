//! Drafts of visits: begun, kept at every change, opened again at the same place, finalised into one change.

mod correction;
mod forget;
mod stored;
pub mod version;

use std::any::Any;
use std::collections::BTreeMap;
use std::rc::Rc;

use js_sys::Uint8Array;
use leptos::task::spawn_local;
use litemap::LiteMap;
use serde_json::Value;
use zhucun_domain::{collection, household, visit::field};
use zhucun_forms::contract::{Finalised, List, Lists, Page};
use zhucun_forms::definition::{Kind, Node};
use zhucun_forms::xpath::needs_rare;
use zhucun_forms::{Definition, Session};
use zhucun_json::{Writer, from_text, to_text};
use zhucun_sync::{AttachmentState, PendingAttachment, Record, RecordKey, StreamId};
use zhucun_words::{Lang, Word, app as app_words, common, visit as words};

pub use super::draft_info::{DraftInfo, begun, infos};
use crate::later;
use crate::platform::camera::{Picture, make};
use crate::platform::host::BrowserHost;
use crate::platform::storage::{Db, StorageError};
use crate::platform::{clock, crypto};
use crate::state::{App, Records, form_files, rare, sync::fetch_definition, use_app};
pub use correction::{correct, correcting, hash_of};
pub use forget::forget_files;
pub use stored::{DraftFile, StoredDraft};

/// Why a draft cannot be begun, opened or finalised.
#[derive(Clone, Debug, PartialEq)]
pub enum DraftError {
    /// The form's definition has not reached this phone yet.
    FormMissing,
    /// A list that the form reads has not reached this phone yet: its name.
    ListMissing(String),
    /// The form calls functions of the program's last part, which has not reached this phone yet.
    PartMissing,
    /// There is no such draft: finalised or deleted before.
    Gone,
    /// What is kept cannot be read; it is left as it is.
    Broken,
    /// A picture's bytes are not on this phone any more: it must be taken again.
    PictureMissing,
    /// A signature could not be drawn: no memory.
    NoMemory,
    /// Without https the browser computes no hash to name a picture by.
    NoHttps,
    /// A correction in which nothing was changed.
    Unchanged,
    /// Not signed in to the village that it belongs to.
    NoVillage,
    /// The phone's storage.
    Storage(StorageError),
}

impl From<StorageError> for DraftError {
    fn from(error: StorageError) -> Self {
        Self::Storage(error)
    }
}

impl DraftError {
    /// What to say, with what to do next.
    #[must_use]
    pub fn word(&self) -> Word {
        match self {
            Self::FormMissing => words::FORM_MISSING,
            Self::ListMissing(_) => words::LIST_MISSING,
            Self::PartMissing => app_words::NOT_HERE_YET,
            Self::Gone => words::DRAFT_GONE,
            Self::Broken => words::DRAFT_BROKEN,
            Self::PictureMissing => words::PICTURE_MISSING,
            Self::NoMemory => words::PHOTO_NO_MEMORY,
            Self::NoHttps => words::PHOTO_NO_HTTPS,
            Self::Unchanged => words::UNCHANGED,
            Self::NoVillage => words::NO_VILLAGE,
            Self::Storage(error) => error.word(),
        }
    }

    /// [`Self::word`] in words, with what is missing.
    #[must_use]
    pub fn text(&self, lang: Lang) -> String {
        let name = if let Self::ListMissing(name) = self { name } else { "" };
        self.word().fill(lang, &[("list", name)])
    }
}

/// An opened draft.
pub struct Opened {
    /// The filling, at the page it was left.
    pub session: Session,
    /// The rest.
    pub stored: StoredDraft,
    /// Paths of answers that do not fit the definition.
    pub lost: Vec<String>,
}

/// Begins a visit; answers the draft's id. One that was begun before for the same household goes on. It is listed at once and
/// kept while its first page is drawn already: there is no answer yet that could be lost, and the page says when nothing can
/// be kept.
///
/// `None` when the form has come and nobody waits for it any more: then nothing is begun.
///
/// # Errors
/// When the form is not on this phone.
pub async fn start(
    app: App,
    form: &str,
    household: Option<String>,
    is_awaited: impl Fn() -> bool,
) -> Result<Option<String>, DraftError> {
    let begun =
        || app.drafts.with_untracked(|drafts| begun(drafts, form, household.as_deref()).map(|draft| draft.id.clone()));
    if let Some(id) = begun() {
        return Ok(Some(id));
    }
    let hash = app
        .records
        .with_untracked(|records| records.get(collection::FORMS, form).map(|record| record.text("hash").to_owned()));
    let hash = hash.ok_or(DraftError::FormMissing)?;
    let lang = app.lang.get_untracked();
    let (definition, lists) = ready(app, &hash, lang).await?;
    if !is_awaited() {
        return Ok(None);
    }
    // Begun meanwhile, by a second tap on a page that was opened anew.
    if let Some(id) = begun() {
        return Ok(Some(id));
    }
    let mut session = Session::new(definition, lists, host(app, &Value::Null));
    if let Some(index) = language_index(&session.definition().languages, lang) {
        session.set_language(index);
    }
    if let (Some(id), Some(path)) = (&household, household_path(session.definition())) {
        session.prefill(&path, id);
    }
    let mut stored = StoredDraft { definition: hash, blank: true, ..StoredDraft::default() };
    stored.info.id = crypto::uuid();
    form.clone_into(&mut stored.info.form);
    stored.info.household = household;
    refresh(&mut stored, &session, &session.pages());
    let id = stored.info.id.clone();
    let first = stored.clone();
    show(app, first.info.clone());
    spawn_local(async move {
        if let Err(error) = put(app, &first).await {
            hide(app, &first.info.id);
            app.say(error.word());
        }
    });
    let opened = Opened { session, stored, lost: Vec::new() };
    app.inner.update_value(|inner| inner.begun = Some(Box::new(opened)));
    Ok(Some(id))
}

/// Opens a kept draft.
///
/// # Errors
/// When there is none, its definition is missing, or it cannot be read.
pub async fn open(app: App, id: &str) -> Result<Opened, DraftError> {
    let is_it =
        |begun: &mut Box<dyn Any>| begun.downcast_ref::<Opened>().is_some_and(|begun| begun.stored.info.id == id);
    let begun = app.inner.try_update_value(|inner| inner.begun.take_if(is_it)).flatten();
    if let Some(begun) = begun
        && let Ok(begun) = begun.downcast()
    {
        return Ok(*begun);
    }
    let db = app.db().ok_or(DraftError::NoVillage)?;
    let rows = db.drafts().await?;
    let (_, text) = rows.into_iter().find(|(kept, _)| kept == id).ok_or(DraftError::Gone)?;
    let stored: StoredDraft = from_text(&text).map_err(|_| DraftError::Broken)?;
    if !app.drafts.with_untracked(|drafts| drafts.iter().any(|draft| draft.id == id)) {
        // Hidden, and about to be deleted: nothing may be filled into it any more.
        return Err(DraftError::Gone);
    }
    let (definition, lists) = ready(app, &stored.definition, app.lang.get_untracked()).await?;
    let (session, lost) = Session::restore(definition, lists, host(app, &stored.fixed), &stored.draft);
    Ok(Opened { session, stored, lost })
}

/// Brings what is kept up to the filling with its pages: answers, household, titles, time; and the village, where none is named yet.
pub fn refresh(stored: &mut StoredDraft, session: &Session, pages: &[Page]) {
    if stored.info.stream.is_none() {
        stored.info.stream = use_app().village();
    }
    stored.draft = session.draft();
    stored.info.blank = stored.blank;
    stored.info.updated_at = clock::now();
    stored.info.title = title(session);
    let page = session.page_among(pages);
    if let Some(page) = pages.iter().find(|p| p.id == page) {
        stored.info.section = page.section;
    }
    if let Some(path) = household_path(session.definition()) {
        let chosen = session.find(&path).and_then(|id| session.question(id)).map(|question| question.value);
        stored.info.household = chosen.filter(|value| !value.is_empty());
    }
}

/// Keeps a draft; returns after the phone has it for sure.
///
/// # Errors
/// When the phone's storage refuses: nothing was written, what was kept before is still there.
pub async fn put(app: App, stored: &StoredDraft) -> Result<(), DraftError> {
    let village = app.village();
    let db = app.db().filter(|_| village.is_some() && village == stored.info.stream).ok_or(DraftError::NoVillage)?;
    db.put_draft(&stored.info.id, &to_text(stored)).await?;
    show(app, stored.info.clone());
    Ok(())
}

/// Takes a draft out of the lists; it is still kept until [`delete`].
pub fn hide(app: App, id: &str) {
    app.drafts.update(|drafts| drafts.retain(|draft| draft.id != id));
}

/// Shows a draft first in the lists, as it is kept by now; undoes [`hide`].
pub fn show(app: App, info: DraftInfo) {
    hide(app, &info.id);
    app.drafts.update(|drafts| drafts.insert(0, info));
}

/// Deletes a draft, and gives back the room of its pictures; `blank` only when nothing is answered in what is kept: another
/// tab may have gone on with it. What cannot be deleted now is shown again at the next start.
pub async fn delete(app: App, id: String, blank: bool) {
    let Some(db) = app.db() else { return };
    let Ok(rows) = db.drafts().await else { return };
    let Some((_, text)) = rows.into_iter().find(|(kept, _)| *kept == id) else { return };
    let Ok(stored) = from_text::<StoredDraft>(&text) else { return };
    if (stored.blank || !blank) && db.delete_draft(&id).await.is_ok() {
        hide(app, &id);
        // Without the last part of the app there was no file yet.
        later::now(forget::begin, (app, stored.files.into_iter().map(|(_, file)| file.sha256).collect()));
    }
}

/// Writes a finished visit: pictures first, then record, attachments and the draft's end in one transaction.
///
/// # Errors
/// When a picture is missing, nothing was corrected, or the phone's storage refuses; the draft is then still there, whole.
pub async fn finalise(app: App, stored: &StoredDraft, finished: Finalised) -> Result<(), DraftError> {
    let db = app.db().ok_or(DraftError::NoVillage)?;
    let me = app.me.get_untracked().ok_or(DraftError::NoVillage)?;
    let is_correction = !stored.info.replaces.is_empty();
    if is_correction && stored.blank {
        return Err(DraftError::Unchanged);
    }
    let stream: StreamId = me.village().cloned().ok_or(DraftError::NoVillage)?;
    let mut names = LiteMap::new_vec();
    let mut listed = Vec::new();
    let mut pending = Vec::new();
    for (name, _) in &finished.attachments {
        let file = stored.files.get(name).ok_or(DraftError::PictureMissing)?;
        // What the visit has already is on the server or on its way there.
        let has_it = correction::has_file(app, &stored.info.replaces, &file.sha256);
        let file = match made(&db, file, app.lang.get_untracked()).await? {
            Some(file) => file,
            None if has_it => file.clone(),
            None => return Err(DraftError::PictureMissing),
        };
        let full = attachment_name(&file.sha256, name);
        let mut entry = Writer::new();
        entry.put("name", &full);
        entry.put("sha256", &file.sha256);
        entry.put("mime", &file.mime);
        entry.put("size", &file.size);
        if !file.name.is_empty() {
            entry.put("file", &file.name);
        }
        listed.push(entry.into_value());
        if !has_it {
            pending.push(PendingAttachment {
                stream: stream.clone(),
                sha256: file.sha256,
                size: file.size,
                mime: file.mime,
                state: AttachmentState::Waiting,
            });
        }
        names.insert(name.clone(), full);
    }
    let mut answers = finished.answers;
    rename(&mut answers, &names);
    let draft = &stored.draft;
    let fields = [
        (field::FORM, Value::from(draft.form.0.as_str())),
        (field::FORM_VERSION, Value::from(draft.form.1.as_str())),
        (field::FORM_HASH, Value::from(stored.definition.as_str())),
        (field::HOUSEHOLD, Value::from(stored.info.household.as_deref().unwrap_or(""))),
        (field::NEXT_VISIT, Value::from(answer_named(&answers, "next_visit").unwrap_or(""))),
        (field::ANSWERS, answers),
        (field::TITLE, Value::from(finished.instance_name)),
        (field::STARTED_AT, Value::from(js_sys::Date::parse(&draft.start) as i64)),
        (field::FINISHED_AT, Value::from(clock::now())),
        (field::DAY, Value::from(draft.start.get(..10).unwrap_or(""))),
        (field::BY, Value::from(me.user.as_str())),
        (field::ATTACHMENTS, Value::Array(listed)),
    ];
    // Not `collect`: it brings a sort along.
    let mut patch = BTreeMap::new();
    for (field, value) in fields {
        patch.insert(field.to_owned(), value);
    }
    if is_correction {
        correction::add(&mut patch, stored, &me.user);
    }
    let id = stored.info.id.clone();
    // The village may have changed hands while the pictures were made.
    if !app.works_in(&me.user, Some(&stream)) {
        return Err(DraftError::NoVillage);
    }
    app.write(RecordKey::new(collection::VISITS, id.clone()), patch, pending, vec![id.clone()]).await?;
    app.drafts.update(|drafts| drafts.retain(|draft| draft.id != id));
    // A photo that was drawn on has become another one.
    let is_unused = |(name, file): &(&String, &DraftFile)| !names.contains_key(*name) || file.is_to_be_made();
    let unused = stored.files.iter().filter(is_unused).map(|(_, file)| file.sha256.clone());
    spawn_local(forget_files(app, unused.collect()));
    // What the offer would bring back is in the finished visit or gone: the draft that it belongs to has ended.
    app.end_undo();
    Ok(())
}

/// A draft's file as it is sent, with its bytes kept; `None` when they are gone.
async fn made(db: &Db, file: &DraftFile, lang: Lang) -> Result<Option<DraftFile>, DraftError> {
    let kept = if file.sha256.is_empty() { None } else { db.blob(&file.sha256).await?.map(|(_, bytes)| bytes) };
    if !file.is_to_be_made() {
        return Ok(kept.map(|_| file.clone()));
    }
    if kept.is_none() && !file.sha256.is_empty() {
        return Ok(None);
    }
    let made = make(file, kept, lang).await.map_err(|_| DraftError::NoMemory)?;
    let kept = keep_picture(db, &made).await?;
    Ok(Some(DraftFile { name: file.name.clone(), ..kept }))
}

/// Keeps a picture's bytes under their hash.
///
/// # Errors
/// When the phone's storage refuses.
pub async fn keep_picture(db: &Db, picture: &Picture) -> Result<DraftFile, DraftError> {
    keep_bytes(db, picture.mime, &picture.bytes).await
}

/// Keeps bytes under their hash.
///
/// # Errors
/// When the phone's storage refuses.
pub async fn keep_bytes(db: &Db, mime: &str, bytes: &Uint8Array) -> Result<DraftFile, DraftError> {
    let sha256 = crypto::sha256(bytes).await.ok_or(DraftError::NoHttps)?;
    db.put_blob(&sha256, mime, bytes).await?;
    Ok(DraftFile { sha256, mime: mime.to_owned(), size: bytes.length().into(), ..DraftFile::default() })
}

/// The name of a file in the record it belongs to, with the ending of the name that it had.
#[must_use]
pub fn attachment_name(sha256: &str, name: &str) -> String {
    let mut full = sha256.to_owned();
    full.push_str(ending(name));
    full
}

/// The ending of a file's name with its dot, `.jpg`; empty when it has none that every system takes.
#[must_use]
pub fn ending(name: &str) -> &str {
    let dot = name.bytes().rposition(|byte| byte == b'.');
    let ending = dot.and_then(|at| name.get(at..)).unwrap_or_default();
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric();
    if (2..=6).contains(&ending.len()) && ending.bytes().skip(1).all(is_plain) { ending } else { "" }
}

/// Replaces file names in answers, at any depth.
fn rename(answers: &mut Value, names: &LiteMap<String, String>) {
    match answers {
        Value::String(text) => {
            if let Some(name) = names.get(text) {
                name.clone_into(text);
            }
        }
        Value::Array(list) => list.iter_mut().for_each(|value| rename(value, names)),
        Value::Object(group) => group.values_mut().for_each(|value| rename(value, names)),
        _ => {}
    }
}

/// The first answer of a name, at any depth of groups.
pub fn answer_named<'a>(answers: &'a Value, name: &str) -> Option<&'a str> {
    let group = answers.as_object()?;
    group.get(name).and_then(Value::as_str).or_else(|| group.values().find_map(|value| answer_named(value, name)))
}

/// The definition's language for a language of the screens, by its tag (`中文 (zh)`).
#[must_use]
pub fn language_index(languages: &[String], lang: Lang) -> Option<usize> {
    let tag = match lang {
        Lang::Zh => "zh",
        Lang::En => "en",
    };
    languages.iter().position(|name| {
        let in_brackets = name.rsplit_once('(').map_or(name.as_str(), |(_, tag)| tag.trim_end_matches(')'));
        in_brackets.trim().get(..2).is_some_and(|two| two.eq_ignore_ascii_case(tag))
    })
}

/// Path of the first question that asks for a household of the village's records.
fn household_path(definition: &Definition) -> Option<String> {
    let asks = |node: &Node| {
        node.kind == Kind::SelectOne
            && node.choices.as_ref().is_some_and(|choices| choices.external && choices.list == household::LIST)
    };
    path_of(definition, definition.nodes.iter().find(|node| asks(node))?)
}

/// The path of a node; `None` within a repeat, where it has several.
pub fn path_of<'a>(definition: &'a Definition, mut node: &'a Node) -> Option<String> {
    let mut names = vec![node.name.as_str()];
    while let Some(parent) = definition.nodes.get(node.parent as usize) {
        if parent.kind == Kind::Repeat {
            return None;
        }
        names.push(&parent.name);
        if parent.kind == Kind::Root {
            break;
        }
        node = parent;
    }
    let mut path = String::new();
    for name in names.iter().rev() {
        path.push('/');
        path.push_str(name);
    }
    Some(path)
}

/// The form's title in the session's language, its plain words only.
fn title(session: &Session) -> String {
    use zhucun_forms::definition::Piece;
    let definition = session.definition();
    let mut title = String::new();
    let titles = &definition.title.0;
    let any = titles.get(session.language()).into_iter().chain(titles).find(|title| !title.is_empty());
    for piece in any.into_iter().flatten() {
        if let Piece::Words(words) = piece {
            title.push_str(words);
        }
    }
    if title.is_empty() { definition.id.clone() } else { title }
}

/// A household as people call it: `1组 何德贵`.
#[must_use]
pub fn household_label(record: &Record, lang: Lang) -> String {
    let mut label = common::GROUP_NAME.fill(lang, &[("n", record.text(household::field::GROUP))]);
    label.push(' ');
    label.push_str(record.text(household::field::HEAD_NAME));
    label
}

/// A definition with the lists that it reads: the village's own households, by group and name, and what lies beside the form.
async fn ready(app: App, hash: &str, lang: Lang) -> Result<(Rc<Definition>, Rc<Lists>), DraftError> {
    let mut definition = definition(app, hash).await?;
    let mut lists = Lists::new_vec();
    lists.insert(household::LIST.to_owned(), app.records.with_untracked(|records| households(records, lang)));
    if definition.files.iter().any(|file| file.id != household::LIST) {
        let here = later::rest().await;
        let ready = later::now(form_files::ready, (hash.to_owned(), definition, lists)).filter(|_| here);
        (definition, lists) = ready.ok_or(DraftError::PartMissing)?.await?;
    }
    Ok((definition, Rc::new(lists)))
}

fn households(records: &Records, lang: Lang) -> List {
    let mut rows = records.households();
    rows.sort_by(|(_, one), (_, other)| {
        let key = |record: &'_ Record| {
            let group = record.text(household::field::GROUP).parse::<u32>();
            (group.unwrap_or(u32::MAX), record.text(household::field::HEAD_NAME).to_owned())
        };
        key(one).cmp(&key(other))
    });
    let mut list = List::new(&household::COLUMNS);
    for (id, record) in rows {
        list.push(&household::row(id, record, &household_label(record, lang)));
    }
    list
}

/// A definition that this phone has, or can fetch now.
///
/// # Errors
/// When it cannot be had or read.
pub async fn definition(app: App, hash: &str) -> Result<Rc<Definition>, DraftError> {
    let db = app.db().ok_or(DraftError::NoVillage)?;
    let text = match db.definition(hash).await? {
        Some(text) => text,
        // In the first minute the list of forms is here before the forms are.
        None => {
            let text = fetch_definition(hash).await.ok_or(DraftError::FormMissing)?;
            let (hash, kept) = (hash.to_owned(), text.clone());
            // Not waited for: what is kept of a draft comes after it, and the exchange with the server tries again.
            spawn_local(async move { drop(db.put_definition(&hash, &kept).await) });
            text
        }
    };
    if needs_rare(&text) {
        if !later::rest().await {
            return Err(DraftError::PartMissing);
        }
        later::now(rare::install, ());
    }
    from_text(&text).map(Rc::new).map_err(|_| DraftError::Broken)
}

/// A correction is filled as of the visit: what a form computes from today stays, and its rules are those of that day.
fn host(app: App, fixed: &Value) -> Rc<dyn zhucun_forms::Host> {
    let username = app.me.with_untracked(|me| me.as_ref().map(|me| me.username.clone()).unwrap_or_default());
    let at = fixed.get(field::FINISHED_AT).and_then(Value::as_i64);
    Rc::new(BrowserHost { username, device: app.device(), at })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_forms_language_is_found_by_its_tag() {
        let languages = ["中文 (zh)".to_owned(), "English (en)".to_owned()];
        assert_eq!(language_index(&languages, Lang::En), Some(1));
        assert_eq!(language_index(&languages, Lang::Zh), Some(0));
        assert_eq!(language_index(&["Bouyei (pcc)".to_owned()], Lang::En), None);
        assert_eq!(language_index(&[String::new()], Lang::En), None);
    }

    #[test]
    fn file_names_become_hashes_at_any_depth_and_other_answers_stay() {
        let mut answers =
            json!({ "causes": { "photo": "photo-1.jpg", "note": "x" }, "member": [{ "p": "photo-1.jpg" }] });
        rename(&mut answers, &[("photo-1.jpg".to_owned(), "9f.jpg".to_owned())].into_iter().collect());
        assert_eq!(answers, json!({ "causes": { "photo": "9f.jpg", "note": "x" }, "member": [{ "p": "9f.jpg" }] }));
    }

    #[test]
    fn a_file_keeps_the_ending_that_it_had_and_no_odd_one() {
        assert_eq!(attachment_name("9f", "photo-1.jpg"), "9f.jpg");
        assert_eq!(attachment_name("9f", "list.xlsx"), "9f.xlsx");
        for odd in ["README", "a.", "a.b/c", "a.名单", "a.verylong", ""] {
            assert_eq!(attachment_name("9f", odd), "9f", "{odd}");
        }
    }

    #[test]
    fn the_next_visit_is_found_in_its_group() {
        let answers = json!({ "who": { "met": "yes" }, "needs": { "next_visit": "2026-12-01" } });
        assert_eq!(answer_named(&answers, "next_visit"), Some("2026-12-01"));
        assert_eq!(answer_named(&answers, "end"), None);
    }

    #[test]
    fn the_household_question_is_found_by_its_list() {
        let node = |name: &str, parent, kind| Node { name: name.into(), parent, kind, ..Node::default() };
        let mut asked = node("household", 1, Kind::SelectOne);
        asked.choices = Some(zhucun_forms::definition::ChoiceSource {
            list: "households".into(),
            external: true,
            ..zhucun_forms::definition::ChoiceSource::default()
        });
        let nodes = vec![node("data", 0, Kind::Root), node("who", 0, Kind::Group), asked];
        let definition = Definition { nodes, ..Definition::default() };
        assert_eq!(household_path(&definition).as_deref(), Some("/data/who/household"));
    }
}
