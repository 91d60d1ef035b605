//! The visits of a village, and one of them with its answers in words.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use axum::{extract::State, response::Response};
use serde::Deserialize;
use serde_json::Value;
use zhucun_api::{FileFact, VisitDetail, VisitList, VisitRow, VisitVersion};
use zhucun_domain::{
    access::Action,
    collection, household,
    visit::{Correction, field, newest},
};
use zhucun_forms::{Definition, definition::ChoiceSource, list_words::ListWords};
use zhucun_sync::{Record, RecordKey, StreamId};
use zhucun_words::{Lang, common};

use super::{
    LangQuery,
    answers::{Outside, Reader},
};
use crate::{
    error::ApiError,
    http::extract::{self, Params, Search, Signed, json, stream},
    service::form_lists,
    state::AppState,
    store::{FilledWith, FoundForm, RecordRow, StoreError, Versions},
};

/// Visits a page unless asked otherwise.
const PAGE: i64 = 50;
/// The most visits of a page.
const PAGE_MAX: i64 = 200;

/// Which page.
#[derive(Debug, Deserialize)]
pub(super) struct PageQuery {
    /// `next` of the page before.
    after: Option<String>,
    limit: Option<i64>,
}

/// What visits refer to: households, people, photos.
#[derive(Clone, Default)]
pub(super) struct Around {
    households: BTreeMap<String, Arc<Record>>,
    people: BTreeMap<String, String>,
    arrived: Arc<BTreeSet<String>>,
    lists: Arc<ListWords>,
    lang: Lang,
}

impl Around {
    /// Of these visits.
    pub(super) async fn of(
        state: &AppState,
        stream: &StreamId,
        visits: &[RecordRow],
        lang: Lang,
    ) -> Result<Self, StoreError> {
        let mut around =
            Self { lang, arrived: Arc::new(state.store.attachments_arrived(stream).await?), ..Self::default() };
        around.add(state, stream, visits).await?;
        Ok(around)
    }

    /// With all households of a village: for many visits, given by [`Around::add`].
    pub(super) async fn of_village(state: &AppState, stream: &StreamId, lang: Lang) -> Result<Self, StoreError> {
        let mut around = Self { lang, ..Self::default() };
        for row in state.store.records(stream, collection::HOUSEHOLDS).await? {
            around.households.insert(row.id, Arc::new(row.record));
        }
        Ok(around)
    }

    /// Also reads the choices of lists that lie beside forms.
    pub(super) fn set_lists(&mut self, lists: &Arc<ListWords>) {
        self.lists = Arc::clone(lists);
    }

    /// What more visits refer to.
    pub(super) async fn add(
        &mut self,
        state: &AppState,
        stream: &StreamId,
        visits: &[RecordRow],
    ) -> Result<(), StoreError> {
        for visit in visits {
            self.household(state, stream, visit.record.text(field::HOUSEHOLD)).await?;
            self.person(state, visit.record.text(field::BY)).await?;
            self.person(state, visit.record.text(field::CORRECTED_BY)).await?;
        }
        Ok(())
    }

    async fn household(&mut self, state: &AppState, stream: &StreamId, id: &str) -> Result<(), StoreError> {
        if !id.is_empty() && !self.households.contains_key(id) {
            let key = RecordKey::new(collection::HOUSEHOLDS, id);
            let record = state.store.record(stream, &key).await?.unwrap_or_default();
            self.households.insert(id.to_owned(), Arc::new(record));
        }
        Ok(())
    }

    async fn person(&mut self, state: &AppState, id: &str) -> Result<(), StoreError> {
        if !id.is_empty() && !self.people.contains_key(id) {
            let name = state.store.account(id).await?.map(|account| account.name).unwrap_or_default();
            self.people.insert(id.to_owned(), name);
        }
        Ok(())
    }

    /// Somebody's name; empty when unknown.
    pub(super) fn name(&self, user: &str) -> &str {
        self.people.get(user).map_or("", String::as_str)
    }

    /// A visit as lists show it.
    pub(super) fn row(&self, visit: &RecordRow) -> VisitRow {
        let record = &visit.record;
        let of_household = |name| self.households.get(record.text(field::HOUSEHOLD)).map_or("", |h| h.text(name));
        let hashes = hashes(record);
        let arrived = hashes.iter().filter(|hash| self.arrived.contains(**hash)).count();
        let count = |n| i64::try_from(n).unwrap_or(i64::MAX);
        VisitRow {
            id: visit.id.clone(),
            title: record.text(field::TITLE).to_owned(),
            household: of_household(household::field::HEAD_NAME).to_owned(),
            group: of_household(household::field::GROUP).to_owned(),
            form: record.text(field::FORM).to_owned(),
            day: record.text(field::DAY).to_owned(),
            finished_at: moment(record, field::FINISHED_AT).unwrap_or_default(),
            by: self.name(record.text(field::BY)).to_owned(),
            photos: (count(arrived), count(hashes.len())),
            corrected_at: moment(record, field::CORRECTED_AT),
        }
    }

    /// A visit's versions.
    fn versions(&self, versions: &[RecordRow]) -> Vec<VisitVersion> {
        let corrections: Vec<_> = versions.iter().filter_map(|row| Correction::of(&row.id, &row.record)).collect();
        let newest = newest(&corrections);
        let version = |row: &RecordRow| {
            let by = [field::CORRECTED_BY, field::BY].map(|name| row.record.text(name));
            let by = by.into_iter().find(|by| !by.is_empty()).unwrap_or_default();
            VisitVersion {
                id: row.id.clone(),
                replaces: row.record.text(field::REPLACES).to_owned(),
                at: moment(&row.record, field::CORRECTED_AT)
                    .or_else(|| moment(&row.record, field::FINISHED_AT))
                    .unwrap_or_default(),
                by: self.name(by).to_owned(),
                reason: row.record.text(field::REASON).to_owned(),
                counts: newest.get(row.id.as_str()).is_none_or(|newest| *newest == row.id.as_str()),
            }
        };
        versions.iter().map(version).collect()
    }
}

/// A moment of a record, milliseconds.
pub(super) fn moment(record: &Record, name: &str) -> Option<i64> {
    record.get(name).and_then(Value::as_i64)
}

/// The hashes of a visit's attachments.
fn hashes(visit: &Record) -> BTreeSet<&str> {
    let attachments = visit.get(field::ATTACHMENTS).and_then(Value::as_array);
    attachments.into_iter().flatten().filter_map(|attachment| attachment.get("sha256")?.as_str()).collect()
}

impl Outside for Around {
    fn listed(&self, source: &ChoiceSource, name: &str) -> Option<String> {
        if source.list != collection::HOUSEHOLDS {
            return self.lists.get(source, name).map(str::to_owned);
        }
        let record = self.households.get(name)?;
        let head = record.text(household::field::HEAD_NAME);
        let group = common::GROUP_NAME.fill(self.lang, &[("n", record.text(household::field::GROUP))]);
        (!head.is_empty()).then(|| format!("{head} · {group}"))
    }
}

/// `GET /api/v1/villages/{village}/visits?after=&limit=`, newest first.
pub(super) async fn list(
    State(state): State<AppState>,
    signed: Signed,
    Params(village): Params<String>,
    Search(page): Search<PageQuery>,
) -> Result<Response, ApiError> {
    let stream = stream("village", &village)?;
    signed.require(Action::Read(&stream))?;
    let limit = page.limit.unwrap_or(PAGE).clamp(1, PAGE_MAX);
    let after = match page.after.as_deref() {
        Some(cursor) => Some(cursor.split_once('.').ok_or_else(|| ApiError::bad_request("`after` is no cursor"))?),
        None => None,
    };
    // One more than asked for tells whether there is a next page.
    let mut visits = state.store.records_page(&stream, collection::VISITS, Versions::Newest, after, limit + 1).await?;
    let more = usize::try_from(limit).is_ok_and(|limit| visits.len() > limit);
    if more {
        visits.pop();
    }
    let around = Around::of(&state, &stream, &visits, Lang::default()).await?;
    Ok(json(&VisitList {
        next: visits.last().filter(|_| more).map(|last| format!("{}.{}", last.sort_key, last.id)),
        visits: visits.iter().map(|visit| around.row(visit)).collect(),
        total: state.store.count(&stream, collection::VISITS).await?,
    }))
}

/// `GET /api/v1/villages/{village}/visits/{visit}?lang=`.
pub(super) async fn show(
    State(state): State<AppState>,
    signed: Signed,
    Params((village, id)): Params<(String, String)>,
    Search(query): Search<LangQuery>,
) -> Result<Response, ApiError> {
    let stream = stream("village", &village)?;
    signed.require(Action::Read(&stream))?;
    let versions = state.store.visit_versions(&stream, &id).await?;
    let visit = versions.iter().find(|version| version.id == id).ok_or_else(ApiError::not_found)?;
    let mut around = Around::of(&state, &stream, &versions, query.lang()).await?;
    let with = FilledWith::of(&visit.record);
    let found = state.store.form_of(&signed.access().county, &with).await?;
    let form = found.as_ref().map(definition).transpose()?;
    if let (Some(found), Some(form)) = (&found, &form) {
        let county = extract::stream("county", &signed.access().county)?;
        around.set_lists(&form_lists::words(&state, &county, &[(found.hash.as_str(), form)]).await?.into());
    }
    let (form_title, sections) = match form {
        Some(form) => {
            let answers = visit.record.get(field::ANSWERS).unwrap_or(&Value::Null);
            let reader = Reader::new(&form, query.lang());
            (reader.title(), reader.sections(answers, &around))
        }
        None => (with.form, Vec::new()),
    };
    let arrived = hashes(&visit.record).into_iter().filter(|hash| around.arrived.contains(*hash));
    Ok(json(&VisitDetail {
        row: around.row(visit),
        village: state.store.place(&village).await?.map(|place| place.names).unwrap_or_default(),
        started_at: moment(&visit.record, field::STARTED_AT).unwrap_or_default(),
        form_title,
        sections,
        arrived: arrived.map(str::to_owned).collect(),
        files: FileFact::list(visit.record.get(field::ATTACHMENTS)),
        versions: around.versions(&versions),
    }))
}

/// A definition out of what is stored.
pub(super) fn definition(found: &FoundForm) -> Result<Definition, ApiError> {
    serde_json::from_str(&found.json).map_err(|error| ApiError::internal(&error))
}
