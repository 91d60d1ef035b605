//! Households that nobody saw for so many days, over all villages that the role covers.

use std::collections::BTreeMap;

use axum::{extract::State, response::Response};
use serde::Deserialize;
use zhucun_api::{UnseenList, UnseenRow};
use zhucun_domain::{access::Action, calendar, collection, household::field, visit};
use zhucun_words::{Lang, server as w};

use super::{csv as file, export::download};
use crate::{
    error::ApiError,
    http::extract::{Search, Signed, json, stream},
    service::settings,
    state::AppState,
};

/// Households a page unless asked otherwise.
const PAGE: usize = 50;
/// The most households of a page.
const PAGE_MAX: usize = 200;
/// The most days that may be asked for: ten years.
const DAYS_MAX: i64 = 3650;

/// What is asked for.
#[derive(Debug, Deserialize)]
pub(super) struct UnseenQuery {
    days: Option<i64>,
    /// Of one village only.
    #[serde(default)]
    village: String,
    /// `next` of the page before.
    after: Option<String>,
    limit: Option<usize>,
    #[serde(default)]
    lang: String,
}

impl UnseenQuery {
    /// As asked, else as the county has set.
    async fn days(&self, state: &AppState, signed: &Signed) -> Result<i64, ApiError> {
        let days = match self.days {
            Some(days) => days,
            None => settings::of(&state.store, &signed.access().county).await?.unseen_days.into(),
        };
        Ok(days.clamp(1, DAYS_MAX))
    }
}

/// `GET /api/v1/unseen?days=&village=&after=&limit=`.
pub(super) async fn list(
    State(state): State<AppState>,
    signed: Signed,
    Search(query): Search<UnseenQuery>,
) -> Result<Response, ApiError> {
    let days = query.days(&state, &signed).await?;
    let rows = unseen(&state, &signed, &query, days, |stream| Action::Read(stream)).await?;
    let limit = query.limit.unwrap_or(PAGE).clamp(1, PAGE_MAX);
    let from = match query.after.as_deref() {
        Some(after) => place_after(&rows, after).ok_or_else(|| ApiError::bad_request("`after` is no cursor"))?,
        None => 0,
    };
    let total = i64::try_from(rows.len()).unwrap_or(i64::MAX);
    let until = from.saturating_add(limit).min(rows.len());
    let page = rows.get(from..until).unwrap_or_default();
    let next = page.last().filter(|_| until < rows.len()).map(|last| format!("{until}.{}.{}", last.village, last.id));
    Ok(json(&UnseenList { days, households: page.to_vec(), total, next }))
}

/// The place after a page: behind its last household, or where it was, when that household has been seen meanwhile.
fn place_after(rows: &[UnseenRow], after: &str) -> Option<usize> {
    let mut parts = after.splitn(3, '.');
    let (place, village, id) = (parts.next()?.parse::<usize>().ok()?, parts.next()?, parts.next()?);
    let found = rows.iter().position(|row| row.village == village && row.id == id);
    Some(found.map_or(place.saturating_sub(1), |found| found + 1))
}

/// `GET /api/v1/unseen.csv?days=&village=&lang=`.
pub(super) async fn csv(
    State(state): State<AppState>,
    signed: Signed,
    Search(query): Search<UnseenQuery>,
) -> Result<Response, ApiError> {
    let days = query.days(&state, &signed).await?;
    let rows = unseen(&state, &signed, &query, days, |stream| Action::Export(stream)).await?;
    let lang = Lang::from_tag(&query.lang);
    let heading = [
        w::COLUMN_VILLAGE,
        w::COLUMN_GROUP,
        w::COLUMN_HOUSEHOLD,
        w::COLUMN_SECRETARY,
        w::COLUMN_LAST_SEEN,
        w::COLUMN_DAYS,
    ];
    let heading = heading.map(|word| word.get(lang).to_owned());
    let tag = if lang == Lang::Zh { "zh" } else { "en" };
    let line = |row: &UnseenRow| {
        [
            row.village_name.get(tag).or_else(|| row.village_name.values().next()).cloned().unwrap_or_default(),
            row.group.clone(),
            row.head_name.clone(),
            row.secretaries.join(w::BETWEEN.get(lang)),
            row.last_seen.map_or_else(|| w::NEVER.get(lang).to_owned(), |ms| calendar::iso(calendar::china_day(ms))),
            row.days.map(|days| days.to_string()).unwrap_or_default(),
        ]
    };
    let bytes = file::file(std::iter::once(heading).chain(rows.iter().map(line)), file::kept);
    let day = calendar::iso(calendar::china_day(state.clock.now()));
    let name = w::UNSEEN_FILE.fill(lang, &[("days", &days.to_string())]);
    download(bytes.into(), &format!("unseen-{day}.csv"), &format!("{name} {day}.csv"))
}

/// Never seen ones first, then the longest ago; within a village by group and name.
async fn unseen(
    state: &AppState,
    signed: &Signed,
    query: &UnseenQuery,
    days: i64,
    action: impl Fn(&zhucun_sync::StreamId) -> Action<'_>,
) -> Result<Vec<UnseenRow>, ApiError> {
    let access = signed.access();
    if !access.role.at_desk() {
        return Err(ApiError::forbidden());
    }
    let asked = if query.village.is_empty() { access.villages.clone() } else { vec![query.village.clone()] };
    let mut secretaries: BTreeMap<_, _> = state.store.secretaries(&access.county).await?;
    let now = state.clock.now();
    let mut rows = Vec::new();
    for village in asked {
        let stream = stream("village", &village)?;
        signed.require(action(&stream))?;
        let names = state.store.place(&village).await?.map(|place| place.names).unwrap_or_default();
        let secretaries = secretaries.remove(&village).unwrap_or_default();
        let seen = state.store.last_seen(&stream).await?;
        for row in state.store.records(&stream, collection::HOUSEHOLDS).await? {
            let last_seen = seen.get(&row.id).copied();
            if visit::is_unseen(last_seen, now, days) {
                rows.push(UnseenRow {
                    head_name: row.record.text(field::HEAD_NAME).to_owned(),
                    group: row.record.text(field::GROUP).to_owned(),
                    village: village.clone(),
                    village_name: names.clone(),
                    secretaries: secretaries.clone(),
                    last_seen,
                    days: visit::days_since(last_seen, now),
                    id: row.id,
                });
            }
        }
    }
    // Stable: within the same moment the order of villages and households stays.
    rows.sort_by_key(|row| row.last_seen);
    Ok(rows)
}
