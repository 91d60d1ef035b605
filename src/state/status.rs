//! What the app may say about where data is (P8).

use zhucun_domain::calendar::DAY_MS;
use zhucun_sync::{NetError, PendingChange, RecordKey, RefusalCode, StreamId};

/// After so many days without contact it is said on every page: the first answer to a need is due within two.
const STALE_DAYS: i64 = 2;

/// A change that the server does not have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutboxRow {
    /// Its outbox number.
    pub number: i64,
    /// Where it belongs.
    pub stream: StreamId,
    /// The record it changes.
    pub key: RecordKey,
    /// Why the server refused it.
    pub refused: Option<RefusalCode>,
}

impl OutboxRow {
    /// The row of a change that is only here; `None` once the server has it.
    #[must_use]
    pub fn of(pending: &PendingChange) -> Option<Self> {
        pending.acknowledged.is_none().then(|| Self {
            number: pending.number,
            stream: pending.stream.clone(),
            key: pending.change.record.clone(),
            refused: pending.refused,
        })
    }
}

/// Where the data is, over all streams.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SyncStatus {
    /// Changes that are only on this phone, refused ones included.
    pub rows: Vec<OutboxRow>,
    /// Photos that wait.
    pub photos: usize,
    /// The records that the waiting photos belong to.
    pub photos_of: Vec<RecordKey>,
    /// Photos that the server does not take.
    pub photos_refused: usize,
    /// When everything was last exchanged, milliseconds.
    pub last_contact: Option<i64>,
    /// Whether the latest attempt went well for every stream.
    pub contact_ok: bool,
    /// A sync is running.
    pub running: bool,
    /// Why the latest attempt failed.
    pub error: Option<NetError>,
}

/// The one thing that the top line says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Headline {
    /// So many things need a person.
    Attention(usize),
    /// So many records are only on this phone.
    PhoneOnly(usize),
    /// Only so many photos are.
    Photos(usize),
    /// Nothing waits and the latest contact was good.
    Uploaded,
    /// Nothing waits, and the server is being asked.
    Checking,
    /// Nothing waits, but there was no contact.
    Offline,
}

impl SyncStatus {
    /// Whether nothing is only on this phone.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty() && self.photos + self.photos_refused == 0
    }

    /// Records that wait to be sent, each counted once.
    #[must_use]
    pub fn waiting(&self) -> Vec<&RecordKey> {
        let mut keys: Vec<_> = self.rows.iter().filter(|row| row.refused.is_none()).map(|row| &row.key).collect();
        keys.sort_unstable();
        keys.dedup();
        keys
    }

    /// What the server refused.
    pub fn refused(&self) -> impl Iterator<Item = &OutboxRow> {
        self.rows.iter().filter(|row| row.refused.is_some())
    }

    /// How many things need a person.
    #[must_use]
    pub fn attention(&self) -> usize {
        self.refused().count() + self.photos_refused
    }

    /// How many records and photos are only on this phone, each counted once.
    #[must_use]
    pub fn unsent(&self) -> usize {
        let mut keys: Vec<_> = self.rows.iter().map(|row| &row.key).collect();
        keys.sort_unstable();
        keys.dedup();
        keys.len() + self.photos + self.photos_refused
    }

    /// Whether anything at all is only on this phone.
    #[must_use]
    pub fn is_unsent(&self) -> bool {
        !self.rows.is_empty() || self.photos + self.photos_refused > 0
    }

    /// Whether the session is over: sign in again, nothing is lost.
    #[must_use]
    pub fn is_signed_out(&self) -> bool {
        self.error == Some(NetError::SignedOut)
    }

    /// Whether a record, or a photo of it, is only on this phone.
    #[must_use]
    pub fn holds(&self, collection: &str, id: &str) -> bool {
        let is_it = |key: &RecordKey| key.collection == collection && key.id == id;
        self.rows.iter().any(|row| is_it(&row.key)) || self.photos_of.iter().any(is_it)
    }

    /// Whether the server refused a change of a record.
    #[must_use]
    pub fn has_refused(&self, collection: &str, id: &str) -> bool {
        self.refused().any(|row| row.key.collection == collection && row.key.id == id)
    }

    /// For how many days there was no contact, when it is so long that what others wrote may be missed.
    #[must_use]
    pub fn stale_days(&self, now: i64) -> Option<i64> {
        let days = (now - self.last_contact?) / DAY_MS;
        (days >= STALE_DAYS).then_some(days)
    }

    /// The one thing that the top line says.
    #[must_use]
    pub fn headline(&self, online: bool) -> Headline {
        let waiting = self.waiting().len();
        if self.attention() > 0 {
            Headline::Attention(self.attention())
        } else if waiting > 0 {
            Headline::PhoneOnly(waiting)
        } else if self.photos > 0 {
            Headline::Photos(self.photos)
        } else if self.contact_ok && online {
            Headline::Uploaded
        } else if self.running && online {
            Headline::Checking
        } else {
            Headline::Offline
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(id: &str, refused: Option<RefusalCode>) -> OutboxRow {
        let key = RecordKey::new("households", id);
        OutboxRow { number: 1, stream: "village/shiban".parse().unwrap(), key, refused }
    }

    #[test]
    fn never_says_uploaded_while_something_waits_or_the_last_contact_failed() {
        let good = SyncStatus { contact_ok: true, ..SyncStatus::default() };
        assert_eq!(good.headline(true), Headline::Uploaded);
        assert_eq!(good.headline(false), Headline::Offline);
        assert_eq!(SyncStatus::default().headline(true), Headline::Offline);
        let waiting = SyncStatus { rows: vec![row("a", None)], ..good.clone() };
        assert_eq!(waiting.headline(true), Headline::PhoneOnly(1));
        let photos = SyncStatus { photos: 2, ..good.clone() };
        assert_eq!(photos.headline(true), Headline::Photos(2));
        let refused = SyncStatus { rows: vec![row("a", Some(RefusalCode::Invalid)), row("b", None)], ..good.clone() };
        assert_eq!(refused.headline(true), Headline::Attention(1));
        let refused_photo = SyncStatus { photos_refused: 1, ..good };
        assert_eq!(refused_photo.headline(true), Headline::Attention(1));
    }

    #[test]
    fn days_without_contact_are_told_from_the_second_on() {
        let last = |days: i64| SyncStatus { last_contact: Some(-days * DAY_MS), ..SyncStatus::default() };
        assert_eq!([0, 1, 2, 9].map(|days| last(days).stale_days(0)), [None, None, Some(2), Some(9)]);
        assert_eq!(SyncStatus::default().stale_days(0), None);
    }

    #[test]
    fn a_record_is_only_here_as_long_as_a_photo_of_it_is() {
        let photos_of = vec![RecordKey::new("visits", "a")];
        let status = SyncStatus { photos: 1, photos_of, ..SyncStatus::default() };
        assert!(status.holds("visits", "a") && !status.holds("visits", "b"));
    }

    #[test]
    fn what_is_unsent_counts_refused_things_and_photos_too() {
        let rows = vec![row("a", None), row("a", None), row("b", Some(RefusalCode::Invalid))];
        let status = SyncStatus { rows, photos: 2, photos_refused: 1, ..SyncStatus::default() };
        assert_eq!((status.unsent(), SyncStatus::default().unsent()), (5, 0));
    }

    #[test]
    fn a_record_written_twice_counts_once() {
        let status = SyncStatus { rows: vec![row("a", None), row("a", None), row("b", None)], ..SyncStatus::default() };
        assert_eq!(status.headline(true), Headline::PhoneOnly(2));
        assert!(status.holds("households", "a") && !status.holds("visits", "a"));
    }
}
