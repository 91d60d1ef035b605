//! What a county decides: read from and written to its stream.

use zhucun_domain::{
    collection,
    settings::{CountySettings, RECORD},
};
use zhucun_sync::{RecordKey, StreamId};

use super::import::server_change;
use crate::store::{Act, Store, StoreError};

/// A county's settings; the defaults where it has decided nothing.
///
/// # Errors
/// When the database fails.
pub async fn of(store: &Store, county: &str) -> Result<CountySettings, StoreError> {
    let Ok(stream) = StreamId::new("county", county) else { return Ok(CountySettings::default()) };
    let record = store.record(&stream, &key()).await?;
    Ok(record.as_ref().map(CountySettings::of).unwrap_or_default())
}

/// The settings of the county that a village belongs to.
///
/// # Errors
/// When the database fails.
pub async fn of_village(store: &Store, village: &str) -> Result<CountySettings, StoreError> {
    let county = match store.place(village).await? {
        Some(place) => store.county_of(&place).await?,
        None => None,
    };
    match county {
        Some(county) => of(store, &county).await,
        None => Ok(CountySettings::default()),
    }
}

/// Writes what differs, with the row of the act.
///
/// # Errors
/// When the database fails.
pub async fn write(
    store: &Store,
    county: &StreamId,
    by: &str,
    settings: &CountySettings,
    now: i64,
) -> Result<(), StoreError> {
    let record = store.record(county, &key()).await?;
    let changes: Vec<_> = server_change(key(), record.as_ref(), settings.fields(), "desk", now).into_iter().collect();
    let act = Act { county: county.id(), by, action: "settings_changed", subject: county.id(), at: now };
    store.administer(county, by, &changes, None, act).await
}

fn key() -> RecordKey {
    RecordKey::new(collection::SETTINGS, RECORD)
}
