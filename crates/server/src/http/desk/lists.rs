//! Villages, needs and households of a village.

use std::collections::BTreeMap;

use axum::{extract::State, response::Response};
use serde_json::Value;
use zhucun_api::{HouseholdRow, NeedRow, VillageSummary};
use zhucun_domain::{
    access::Action,
    calendar, collection, household,
    need::{self, State as NeedState},
    settings::CountySettings,
    visit,
};
use zhucun_sync::{Record, StreamId};

use crate::{
    error::ApiError,
    http::extract::{Params, Signed, json, stream},
    service::settings,
    state::AppState,
    store::PlaceKind,
};

/// `GET /api/v1/villages`: those of the township or the county. Nobody else has villages to list.
pub(super) async fn villages(State(state): State<AppState>, signed: Signed) -> Result<Response, ApiError> {
    if !signed.access().role.at_desk() {
        return Err(ApiError::forbidden());
    }
    let townships: BTreeMap<_, _> =
        state.store.places(PlaceKind::Township).await?.into_iter().map(|place| (place.id, place.names)).collect();
    let county = settings::of(&state.store, &signed.access().county).await?;
    let mut summaries = Vec::new();
    for id in &signed.access().villages {
        let stream = stream("village", id)?;
        signed.require(Action::Read(&stream))?;
        let Some(place) = state.store.place(id).await? else { continue };
        let township = townships.get(&place.parent).cloned().unwrap_or_default();
        summaries.push(VillageSummary {
            id: place.id,
            name: place.names,
            township,
            ..summary(&state, &stream, &county).await?
        });
    }
    Ok(json(&summaries))
}

/// The numbers of a village.
async fn summary(state: &AppState, stream: &StreamId, county: &CountySettings) -> Result<VillageSummary, ApiError> {
    let store = &state.store;
    let now = state.clock.now();
    let seen = store.last_seen(stream).await?;
    let households = store.ids(stream, collection::HOUSEHOLDS).await?;
    let is_unseen = |id: &&String| visit::is_unseen(seen.get(*id).copied(), now, i64::from(county.unseen_days));
    let unseen = households.iter().filter(is_unseen).count();
    let needs = store.records(stream, collection::NEEDS).await?;
    let open = needs.iter().filter(|row| need::state(&row.record).is_open()).count();
    let late = needs.iter().filter(|row| is_late(&row.record, now, county)).count();
    Ok(VillageSummary {
        id: String::new(),
        name: Default::default(),
        township: Default::default(),
        households: to_i64(households.len()),
        visits: store.count(stream, collection::VISITS).await?,
        seen: to_i64(households.len() - unseen),
        unseen_days: county.unseen_days,
        unseen: to_i64(unseen),
        needs_open: to_i64(open),
        needs_late: to_i64(late),
        last_visit: seen.values().max().copied(),
    })
}

/// `GET /api/v1/villages/{village}/needs`, newest first.
pub(super) async fn needs(
    State(state): State<AppState>,
    signed: Signed,
    Params(village): Params<String>,
) -> Result<Response, ApiError> {
    let stream = stream("village", &village)?;
    signed.require(Action::Read(&stream))?;
    let now = state.clock.now();
    let county = settings::of(&state.store, &signed.access().county).await?;
    let rows: Vec<NeedRow> = state
        .store
        .records(&stream, collection::NEEDS)
        .await?
        .into_iter()
        .rev()
        .map(|row| NeedRow {
            category: row.record.text(need::field::CATEGORY).to_owned(),
            text: row.record.text(need::field::TEXT).to_owned(),
            state: need::state(&row.record).code().to_owned(),
            received_at: received(&row.record),
            late: is_late(&row.record, now, &county),
            steps: need::steps(&row.record),
            id: row.id,
        })
        .collect();
    Ok(json(&rows))
}

fn received(record: &Record) -> i64 {
    record.get(need::field::RECEIVED_AT).and_then(Value::as_i64).unwrap_or_default()
}

/// Whether the first answer is late.
fn is_late(record: &Record, now: i64, county: &CountySettings) -> bool {
    let due = need::answer_due_in(received(record), county);
    need::state(record) == NeedState::Received && calendar::china_day(now) > due
}

/// `GET /api/v1/villages/{village}/households`, by group and name.
pub(super) async fn households(
    State(state): State<AppState>,
    signed: Signed,
    Params(village): Params<String>,
) -> Result<Response, ApiError> {
    let stream = stream("village", &village)?;
    signed.require(Action::Read(&stream))?;
    let last = state.store.last_seen(&stream).await?;
    let rows: Vec<HouseholdRow> = state
        .store
        .records(&stream, collection::HOUSEHOLDS)
        .await?
        .into_iter()
        .map(|row| HouseholdRow {
            head_name: row.record.text(household::field::HEAD_NAME).to_owned(),
            group: row.record.text(household::field::GROUP).to_owned(),
            kind: row.record.text(household::field::KIND).to_owned(),
            last_visit: last.get(&row.id).copied(),
            id: row.id,
        })
        .collect();
    Ok(json(&rows))
}

fn to_i64(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
