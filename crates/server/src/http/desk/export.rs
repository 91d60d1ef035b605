//! A village's visits by one form as a file for spreadsheets: CSV for programs and quick looks, XLSX with types.

use std::{cmp::Reverse, collections::BTreeMap, sync::Arc};

use axum::{
    body::Body,
    extract::State,
    http::{HeaderValue, header},
    response::Response,
};
use futures_util::stream;
use serde::Deserialize;
use serde_json::Value;
use tokio::{io::AsyncReadExt as _, sync::Semaphore, sync::mpsc};
use zhucun_domain::{access::Action, calendar, collection, visit::field};
use zhucun_forms::{Definition, list_words::ListWords};
use zhucun_sync::{Record, StreamId};
use zhucun_words::{Lang, server as w};

use super::{
    answers::Reader,
    csv as file,
    table::{Cells, Filled, table},
    visit_forms::exported,
    visits::{Around, definition},
    xlsx::{self, Batch, Spec},
};
use crate::{
    error::ApiError,
    http::extract::{self, Params, Search, Signed},
    service::form_lists,
    state::AppState,
    store::{FilledWith, FoundForm, RecordRow, Versions},
};

/// Visits read at once for XLSX.
const BATCH: i64 = 500;
/// Files of XLSX made at the same time; whoever comes after them waits.
static AT_ONCE: Semaphore = Semaphore::const_new(2);

/// What to export.
#[derive(Debug, Deserialize)]
pub(super) struct ExportQuery {
    /// Form id; the newest visit's when absent.
    #[serde(default)]
    form: String,
    /// `zh` or `en` for labels and words; of CSV also `names` for names and values as stored (long digits without an
    /// apostrophe).
    #[serde(default)]
    lang: String,
    /// `all` for the replaced versions of corrected visits too.
    #[serde(default)]
    versions: String,
}

impl ExportQuery {
    fn versions(&self) -> Versions {
        if self.versions == "all" { Versions::All } else { Versions::Newest }
    }
}

/// `GET /api/v1/villages/{village}/visits.csv?form=&lang=&versions=`.
pub(super) async fn csv(
    State(state): State<AppState>,
    signed: Signed,
    Params(village): Params<String>,
    Search(query): Search<ExportQuery>,
) -> Result<Response, ApiError> {
    let stream = extract::stream("village", &village)?;
    signed.require(Action::Export(&stream))?;
    let lang = Lang::from_tag(&query.lang);
    let cells = if query.lang == "names" { Cells::Names } else { Cells::Words };
    let versions = query.versions();
    let mut visits = state.store.records_page(&stream, collection::VISITS, versions, None, i64::MAX).await?;
    let form = match visits.first() {
        Some(visit) if query.form.is_empty() => visit.record.text(field::FORM).to_owned(),
        _ => query.form,
    };
    visits.retain(|visit| visit.record.text(field::FORM) == form);
    let mut around = Around::of(&state, &stream, &visits, lang).await?;

    let filled_with = visits.iter().map(|visit| FilledWith::of(&visit.record));
    let (forms, which, lists) = definitions(&state, &signed.access().county, filled_with, cells).await?;
    around.set_lists(&lists);
    let readers: Vec<_> = forms.iter().map(|form| Reader::new(form, lang)).collect();
    let filled: Vec<_> = visits
        .iter()
        .map(|visit| Filled {
            reader: which.of(&visit.record),
            answers: visit.record.get(field::ANSWERS).unwrap_or(&Value::Null),
        })
        .collect();
    let (heading, rows) = table(&readers, &filled, cells, &around);
    let first = facts_heading(lang, cells, versions).into_iter().chain(heading).collect::<Vec<_>>();
    let line = |(visit, row)| facts(visit, &around, versions).into_iter().chain::<Vec<String>>(row).collect();
    let rows = visits.iter().zip(rows).map(line);
    let guard = if cells == Cells::Names { file::safe } else { file::kept };
    let bytes = file::file(std::iter::once(first).chain(rows), guard);

    let day = calendar::iso(calendar::china_day(state.clock.now()));
    let name = village_name(&state, &village, Lang::Zh).await?;
    download(bytes.into(), &format!("visits-{village}-{day}.csv"), &format!("{name} 走访 {day}.csv"))
}

/// The columns every visit has.
fn facts_heading(lang: Lang, cells: Cells, versions: Versions) -> Vec<String> {
    let columns = [
        ("visit", w::COLUMN_VISIT),
        ("household", w::COLUMN_HOUSEHOLD),
        ("group", w::COLUMN_GROUP),
        ("day", w::COLUMN_DAY),
        ("by", w::COLUMN_BY),
        ("finished_at", w::COLUMN_FINISHED),
        ("form_version", w::COLUMN_VERSION),
        ("replaces", w::COLUMN_REPLACES),
        ("corrected_at", w::COLUMN_CORRECTED),
        ("corrected_by", w::COLUMN_CORRECTED_BY),
        ("reason", w::COLUMN_REASON),
    ];
    let wanted = if versions == Versions::All { columns.len() } else { 7 };
    let heading = |(name, word): &(&str, zhucun_words::Word)| {
        if cells == Cells::Names { (*name).to_owned() } else { word.get(lang).to_owned() }
    };
    columns.iter().take(wanted).map(heading).collect()
}

fn facts(visit: &RecordRow, around: &Around, versions: Versions) -> Vec<String> {
    let row = around.row(visit);
    let text = |name| visit.record.text(name).to_owned();
    let version = text(field::FORM_VERSION);
    let mut facts = vec![row.id, row.household, row.group, row.day, row.by, china_time(row.finished_at), version];
    if versions == Versions::All {
        facts.push(text(field::REPLACES));
        facts.push(row.corrected_at.map(china_time).unwrap_or_default());
        facts.push(around.name(visit.record.text(field::CORRECTED_BY)).to_owned());
        facts.push(text(field::REASON));
    }
    facts
}

/// `2026-11-23 10:05` in China, as spreadsheets read it.
fn china_time(ms: i64) -> String {
    let minutes = (ms + 8 * 3_600_000).div_euclid(60_000).rem_euclid(1440);
    format!("{} {:02}:{:02}", calendar::iso(calendar::china_day(ms)), minutes / 60, minutes % 60)
}

/// `GET /api/v1/villages/{village}/visits.xlsx?form=&lang=&versions=`.
pub(super) async fn xlsx_of_village(
    State(state): State<AppState>,
    signed: Signed,
    Params(village): Params<String>,
    Search(query): Search<ExportQuery>,
) -> Result<Response, ApiError> {
    let stream = extract::stream("village", &village)?;
    signed.require(Action::Export(&stream))?;
    let lang = Lang::from_tag(&query.lang);
    let name = village_name(&state, &village, lang).await?;
    let bytes = book(&state, &signed.access().county, &[stream], &query).await?;
    named_book(&state, bytes, lang, &village, &name)
}

/// `GET /api/v1/visits.xlsx?form=&lang=&versions=`: all villages that the role covers.
pub(super) async fn xlsx_of_all(
    State(state): State<AppState>,
    signed: Signed,
    Search(query): Search<ExportQuery>,
) -> Result<Response, ApiError> {
    let streams = exported(&signed)?;
    let lang = Lang::from_tag(&query.lang);
    let place = signed.account().place.clone();
    let name = village_name(&state, &place, lang).await?;
    let bytes = book(&state, &signed.access().county, &streams, &query).await?;
    named_book(&state, bytes, lang, &place, &name)
}

/// A place's name; its id when it has none.
async fn village_name(state: &AppState, id: &str, lang: Lang) -> Result<String, ApiError> {
    let names = state.store.place(id).await?.map(|place| place.names).unwrap_or_default();
    let tag = if lang == Lang::Zh { "zh" } else { "en" };
    Ok(names.get(tag).or_else(|| names.values().next()).cloned().unwrap_or_else(|| id.to_owned()))
}

fn named_book(state: &AppState, body: Body, lang: Lang, place: &str, name: &str) -> Result<Response, ApiError> {
    let day = calendar::iso(calendar::china_day(state.clock.now()));
    let title = w::VISITS_FILE.get(lang);
    download(body, &format!("visits-{place}-{day}.xlsx"), &format!("{name} {title} {day}.xlsx"))
}

/// Makes the workbook page by page on a thread of its own and gives its bytes as they are read from the disk: however many
/// visits there are, only some hundreds are in memory.
async fn book(state: &AppState, county: &str, streams: &[StreamId], query: &ExportQuery) -> Result<Body, ApiError> {
    let _turn = AT_ONCE.acquire().await.map_err(|error| ApiError::internal(&error))?;
    let lang = Lang::from_tag(&query.lang);
    let (form, filled_with) = form_of(state, streams, &query.form).await?;
    let (forms, which, lists) = definitions(state, county, filled_with.into_iter(), Cells::Words).await?;
    let all = query.versions();
    let spec = Spec { forms, lang, versions: all, villages: streams.len() > 1 };
    let (send, receive) = mpsc::channel::<Batch>(1);
    let writing = tokio::task::spawn_blocking(move || xlsx::write(&spec, receive));
    for stream in streams {
        let village = village_name(state, stream.id(), lang).await?;
        let mut around = Around::of_village(state, stream, lang).await?;
        around.set_lists(&lists);
        let mut after: Option<(String, String)> = None;
        loop {
            let from = after.as_ref().map(|(key, id)| (key.as_str(), id.as_str()));
            let mut visits = state.store.records_page(stream, collection::VISITS, all, from, BATCH).await?;
            after = visits.last().filter(|_| visits.len() as i64 == BATCH).map(|v| (v.sort_key.clone(), v.id.clone()));
            visits.retain(|visit| visit.record.text(field::FORM) == form);
            around.add(state, stream, &visits).await?;
            let visits: Vec<_> = visits.into_iter().map(|visit| (which.of(&visit.record), visit)).collect();
            let batch = Batch { village: village.clone(), around: Arc::new(around.clone()), visits };
            if send.send(batch).await.is_err() {
                // The writer has given up; it says why below.
                after = None;
            }
            if after.is_none() {
                break;
            }
        }
    }
    drop(send);
    let written = writing.await.map_err(|error| ApiError::internal(&error))?;
    let file = written.map_err(|error| ApiError::internal(&error))?;
    Ok(Body::from_stream(stream::try_unfold(tokio::fs::File::from_std(file), async |mut file| {
        let mut bytes = Vec::with_capacity(64 * 1024);
        let read = file.read_buf(&mut bytes).await?;
        Ok::<_, std::io::Error>((read > 0).then_some((bytes, file)))
    })))
}

/// The form that is asked for, else the newest visit's, and what of it was filled.
async fn form_of(state: &AppState, streams: &[StreamId], asked: &str) -> Result<(String, Vec<FilledWith>), ApiError> {
    let mut form = asked.to_owned();
    if form.is_empty() {
        let mut newest: Option<RecordRow> = None;
        for stream in streams {
            let first = state.store.records_page(stream, collection::VISITS, Versions::Newest, None, 1).await?.pop();
            if first.as_ref().map(|row| &row.sort_key) > newest.as_ref().map(|row| &row.sort_key) {
                newest = first;
            }
        }
        form = newest.map(|row| row.record.text(field::FORM).to_owned()).unwrap_or_default();
    }
    let mut filled = Vec::new();
    for stream in streams {
        filled.extend(state.store.filled_with(stream, &form).await?);
    }
    Ok((form, filled))
}

/// Which of some definitions each visit was filled with.
struct Which(BTreeMap<FilledWith, usize>);

impl Which {
    fn of(&self, visit: &Record) -> usize {
        self.0.get(&FilledWith::of(visit)).copied().unwrap_or(0)
    }
}

/// The definitions that visits were filled with, each once, newest first, with the words of the lists beside them; an empty one
/// when there are none.
async fn definitions(
    state: &AppState,
    county: &str,
    filled: impl Iterator<Item = FilledWith>,
    cells: Cells,
) -> Result<(Vec<Definition>, Which, Arc<ListWords>), ApiError> {
    let mut found: Vec<(FoundForm, Vec<FilledWith>)> = Vec::new();
    for with in filled {
        if found.iter().any(|(_, known)| known.contains(&with)) {
            continue;
        }
        let form = state.store.form_of(county, &with).await?;
        let form = form.unwrap_or_else(|| FoundForm { hash: String::new(), json: String::new(), created: 0 });
        match found.iter_mut().find(|(known, _)| known.json == form.json) {
            Some((_, same)) => same.push(with),
            None => found.push((form, vec![with])),
        }
    }
    found.sort_by_key(|(form, _)| Reverse(form.created));
    let which = (0..).zip(&found).flat_map(|(at, (_, with))| with.iter().map(move |with| (with.clone(), at))).collect();
    let read = |(form, _): &(FoundForm, _)| match form.json.as_str() {
        "" => Ok(Definition::default()),
        _ => definition(form),
    };
    let mut forms = found.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    let county = extract::stream("county", county)?;
    let hashed: Vec<_> = found.iter().map(|(form, _)| form.hash.as_str()).zip(&forms).collect();
    let lists = match cells {
        Cells::Words => form_lists::words(state, &county, &hashed).await?,
        Cells::Names => ListWords::default(),
    };
    if forms.is_empty() {
        forms.push(Definition::default());
    }
    Ok((forms, Which(which), lists.into()))
}

/// A file to keep, under an ASCII name and one in the language of people.
pub(super) fn download(body: Body, ascii: &str, name: &str) -> Result<Response, ApiError> {
    let mut encoded = String::new();
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    let kind = if ascii.ends_with(".xlsx") {
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    } else {
        "text/csv; charset=utf-8"
    };
    let disposition = format!("attachment; filename=\"{ascii}\"; filename*=UTF-8''{encoded}");
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(
        header::CONTENT_DISPOSITION,
        HeaderValue::from_str(&disposition).map_err(|error| ApiError::internal(&error))?,
    );
    Ok(response)
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_moment_is_said_by_chinas_clock() {
        assert_eq!(super::china_time(0), "1970-01-01 08:00");
        assert_eq!(super::china_time(1_795_400_000_000), "2026-11-23 10:13");
    }
}
