//! The visits of a village, and one of them with its answers in words.

use std::collections::{BTreeMap, BTreeSet};

use axum::{extract::State, response::Response};
use serde::Deserialize;
use serde_json::Value;
use zhucun_api::{VisitDetail, VisitList, VisitRow};
use zhucun_domain::{access::Action, collection, household, visit::field};
use zhucun_forms::Definition;
use zhucun_sync::{Record, RecordKey, StreamId};
use zhucun_words::{Lang, common};

use super::{
    LangQuery,
    answers::{Outside, Reader},
};
use crate::{
    error::ApiError,
    http::extract::{Params, Search, Signed, json, stream},
    state::AppState,
    store::{RecordRow, StoreError},
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
#[derive(Default)]
pub(super) struct Around {
    households: BTreeMap<String, Record>,
    people: BTreeMap<String, String>,
    arrived: BTreeSet<String>,
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
        let mut around = Self { lang, arrived: state.store.attachments_arrived(stream).await?, ..Self::default() };
        for visit in visits {
            around.household(state, stream, visit.record.text(field::HOUSEHOLD)).await?;
            around.person(state, visit.record.text(field::BY)).await?;
        }
        Ok(around)
    }

    async fn household(&mut self, state: &AppState, stream: &StreamId, id: &str) -> Result<(), StoreError> {
        if !id.is_empty() && !self.households.contains_key(id) {
            let key = RecordKey::new(collection::HOUSEHOLDS, id);
            self.households.insert(id.to_owned(), state.store.record(stream, &key).await?.unwrap_or_default());
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

    /// A visit as lists show it.
    pub(super) fn row(&self, visit: &RecordRow) -> VisitRow {
        let record = &visit.record;
        let of_household = |name| self.households.get(record.text(field::HOUSEHOLD)).map_or("", |h| h.text(name));
        let hashes: BTreeSet<_> = record
            .get(field::ATTACHMENTS)
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(|attachment| attachment.get("sha256")?.as_str())
            .collect();
        let arrived = hashes.iter().filter(|hash| self.arrived.contains(**hash)).count();
        let count = |n| i64::try_from(n).unwrap_or(i64::MAX);
        VisitRow {
            id: visit.id.clone(),
            title: record.text(field::TITLE).to_owned(),
            household: of_household(household::field::HEAD_NAME).to_owned(),
            group: of_household(household::field::GROUP).to_owned(),
            form: record.text(field::FORM).to_owned(),
            day: record.text(field::DAY).to_owned(),
            finished_at: record.get(field::FINISHED_AT).and_then(Value::as_i64).unwrap_or_default(),
            by: self.people.get(record.text(field::BY)).cloned().unwrap_or_default(),
            photos: (count(arrived), count(hashes.len())),
        }
    }
}

impl Outside for Around {
    fn listed(&self, list: &str, name: &str) -> Option<String> {
        let record = self.households.get(name).filter(|_| list == collection::HOUSEHOLDS)?;
        let head = record.text(household::field::HEAD_NAME);
        let group = common::GROUP_NAME.fill(self.lang, &[("n", record.text(household::field::GROUP))]);
        (!head.is_empty()).then(|| format!("{head} · {group}"))
    }

    fn arrived(&self, sha256: &str) -> bool {
        self.arrived.contains(sha256)
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
    let mut visits = state.store.records_page(&stream, collection::VISITS, after, limit + 1).await?;
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
    let key = RecordKey::new(collection::VISITS, &id);
    let record = state.store.record(&stream, &key).await?.filter(|record| !record.is_deleted());
    let visit = RecordRow { id, sort_key: String::new(), record: record.ok_or_else(ApiError::not_found)? };
    let around = Around::of(&state, &stream, std::slice::from_ref(&visit), query.lang()).await?;
    let (form, version) = (visit.record.text(field::FORM), visit.record.text(field::FORM_VERSION));
    let sections = match definition(&state, form, version).await? {
        Some(form) => {
            let answers = visit.record.get(field::ANSWERS).unwrap_or(&Value::Null);
            Reader::new(&form, query.lang()).sections(answers, &around)
        }
        None => Vec::new(),
    };
    Ok(json(&VisitDetail { row: around.row(&visit), sections }))
}

/// The definition of a form's version.
pub(super) async fn definition(state: &AppState, id: &str, version: &str) -> Result<Option<Definition>, ApiError> {
    let Some(text) = state.store.form_version_json(id, version).await? else { return Ok(None) };
    serde_json::from_str(&text).map(Some).map_err(|error| ApiError::internal(&error))
}
