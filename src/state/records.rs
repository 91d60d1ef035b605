//! The records in memory: loaded at start, kept up with every commit.

use std::sync::Arc;

use litemap::LiteMap;
use zhucun_domain::{
    calendar, collection,
    need::{self, State},
    visit::{self, Correction, Due},
};
use zhucun_json::{texts::find, write_text};
use zhucun_sync::{Record, RecordKey, StoredRecord};

/// When a household was last visited, and the day agreed for the next visit; days since 1970.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Visited {
    /// Day of the last visit.
    pub last: Option<i64>,
    /// Day agreed at it.
    pub next: Option<i64>,
}

impl Visited {
    /// When the household is to be visited.
    #[must_use]
    pub fn due(self, today: i64) -> Due {
        visit::due(self.last, self.next, today)
    }
}

/// The village's records and the county's forms by collection and id. Cheap to copy.
#[derive(Clone, Debug, Default)]
pub struct Records {
    map: LiteMap<RecordKey, Arc<StoredRecord>>,
}

impl Records {
    /// Puts a record, in place of the one with this key.
    pub fn put(&mut self, key: RecordKey, record: StoredRecord) {
        self.map.insert(key, Arc::new(record));
    }

    /// Takes away every record of some collections.
    pub fn forget(&mut self, gone: impl Fn(&str) -> bool) {
        self.map.retain(|key, _| !gone(&key.collection));
    }

    /// A record; `None` when there is none or it is deleted.
    #[must_use]
    pub fn get(&self, collection: &str, id: &str) -> Option<&Record> {
        self.stored(collection, id).map(|stored| stored.shown())
    }

    /// A record with what is only here and what the server has told apart.
    #[must_use]
    pub fn stored(&self, collection: &str, id: &str) -> Option<&Arc<StoredRecord>> {
        self.map.get(&RecordKey::new(collection, id)).filter(|stored| !is_gone(stored))
    }

    /// The records of a collection by id, deleted ones left out.
    #[must_use]
    pub fn all(&self, collection: &str) -> Vec<(&str, &Record)> {
        let mut found = self.with_deleted(collection);
        found.retain(|(_, record)| !record.fields.is_empty() && !record.is_deleted());
        found
    }

    fn with_deleted(&self, collection: &str) -> Vec<(&str, &Record)> {
        let (Ok(first) | Err(first)) = self.map.find_index(&RecordKey::new(collection, ""));
        let mut found = Vec::new();
        let mut at = first;
        while let Some((key, stored)) = self.map.get_indexed(at).filter(|(key, _)| key.collection == collection) {
            found.push((key.id.as_str(), stored.shown()));
            at += 1;
        }
        found
    }

    /// The households.
    #[must_use]
    pub fn households(&self) -> Vec<(&str, &Record)> {
        self.all(collection::HOUSEHOLDS)
    }

    /// The forms in use.
    #[must_use]
    pub fn forms(&self) -> Vec<(&str, &Record)> {
        self.all(collection::FORMS)
    }

    /// The needs.
    #[must_use]
    pub fn needs(&self) -> Vec<(&str, &Record)> {
        self.all(collection::NEEDS)
    }

    /// The members of a household.
    #[must_use]
    pub fn members_of(&self, household: &str) -> Vec<(&str, &Record)> {
        self.with_text(collection::MEMBERS, "household", household)
    }

    /// The records of a collection that hold a text in a field.
    fn with_text(&self, collection: &str, field: &str, text: &str) -> Vec<(&str, &Record)> {
        let mut found = self.all(collection);
        found.retain(|(_, record)| record.text(field) == text);
        found
    }

    /// The newest version of each visit that was corrected, under the id of every version of it.
    fn newest(&self) -> LiteMap<&str, &str> {
        let mut corrections = Vec::new();
        for (id, record) in self.with_deleted(collection::VISITS) {
            corrections.extend(Correction::of(id, record));
        }
        visit::newest(&corrections)
    }

    /// The visits, each in the version that counts.
    #[must_use]
    pub fn visits(&self) -> Vec<(&str, &Record)> {
        let newest = self.newest();
        let mut visits = self.all(collection::VISITS);
        visits.retain(|(id, _)| newest.get(id).is_none_or(|newest| newest == id));
        visits
    }

    /// The versions of a visit, oldest first, and the id of the one that counts.
    #[must_use]
    pub fn versions<'a>(&'a self, id: &'a str) -> (Vec<(&'a str, &'a Record)>, &'a str) {
        let newest = self.newest();
        let best = newest.get(id).copied().unwrap_or(id);
        let mut versions = self.all(collection::VISITS);
        versions.retain(|(other, _)| *other == id || newest.get(other) == Some(&best));
        let order = |(id, record): &(&str, &Record)| Correction::of(id, record).map_or(i64::MIN, |one| one.order);
        versions.sort_by_key(order);
        (versions, best)
    }

    /// The visits to a household, newest first.
    #[must_use]
    pub fn visits_of(&self, household: &str) -> Vec<(&str, &Record)> {
        let mut visits = self.visits();
        visits.retain(|(_, record)| record.text(visit::field::HOUSEHOLD) == household);
        visits.sort_by(|a, b| b.1.text(visit::field::DAY).cmp(a.1.text(visit::field::DAY)));
        visits
    }

    /// The households with when each was last visited, in one pass over the visits.
    #[must_use]
    pub fn visited(&self) -> Vec<(&str, &Record, Visited)> {
        let households = self.households();
        let mut visited: Vec<_> = households.into_iter().map(|(id, record)| (id, record, Visited::default())).collect();
        for (_, record) in self.visits() {
            let household = record.text(visit::field::HOUSEHOLD);
            let day = calendar::parse_iso(record.text(visit::field::DAY));
            let Ok(place) = visited.binary_search_by(|(id, ..)| (*id).cmp(household)) else { continue };
            if day.is_some() && day >= visited[place].2.last {
                let next = calendar::parse_iso(record.text(visit::field::NEXT_VISIT));
                visited[place].2 = Visited { last: day, next };
            }
        }
        visited
    }

    /// The visits and needs that name one of these attachments, by their hashes.
    #[must_use]
    pub fn naming(&self, hashes: &[String]) -> Vec<RecordKey> {
        // Both keep them in a field of the same name.
        let names_one = |record: &Record| {
            let list = record.get(visit::field::ATTACHMENTS).map(write_text).unwrap_or_default();
            hashes.iter().any(|hash| find(&list, hash).is_some())
        };
        let mut found = Vec::new();
        for collection in [collection::VISITS, collection::NEEDS] {
            for (id, record) in if hashes.is_empty() { Vec::new() } else { self.all(collection) } {
                if names_one(record) {
                    found.push(RecordKey::new(collection, id));
                }
            }
        }
        found
    }

    /// How many needs wait for a first answer.
    #[must_use]
    pub fn needs_waiting(&self) -> usize {
        let waits = |(_, record): &&(&str, &Record)| matches!(need::state(record), State::Received | State::Reopened);
        self.needs().iter().filter(waits).count()
    }
}

fn is_gone(stored: &StoredRecord) -> bool {
    stored.shown().fields.is_empty() || stored.shown().is_deleted()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::{Value, json};
    use zhucun_sync::{Change, DELETED};

    use super::*;

    fn stored(fields: &[(&str, Value)]) -> StoredRecord {
        let mut base = Record::default();
        let change = Change {
            id: "1".into(),
            record: RecordKey::new("any", "any"),
            patch: fields.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect(),
            prev: LiteMap::new_vec(),
            device: "d".into(),
            device_time: 0,
            format: 1,
            extra: BTreeMap::new(),
        };
        base.apply(&change, 0, "");
        StoredRecord { base, view: None }
    }

    fn visit(household: &str, day: &str, next: &str) -> StoredRecord {
        stored(&[("household", json!(household)), ("day", json!(day)), ("next_visit", json!(next))])
    }

    #[test]
    fn the_newest_visit_decides_when_a_household_is_due() {
        let mut records = Records::default();
        records.put(RecordKey::new("households", "g"), stored(&[("head_name", json!("何德贵"))]));
        records.put(RecordKey::new("households", "h"), stored(&[("head_name", json!("罗素英"))]));
        records.put(RecordKey::new("visits", "a"), visit("h", "2026-11-01", ""));
        records.put(RecordKey::new("visits", "b"), visit("h", "2026-11-20", "2026-11-25"));
        records.put(RecordKey::new("visits", "c"), visit("h", "2026-10-01", "2027-01-01"));
        let seen: Vec<_> = records.visited().into_iter().map(|(id, _, seen)| (id, seen)).collect();
        assert_eq!((seen[0], seen[1].0), (("g", Visited::default()), "h"));
        let seen = seen[1].1;
        let today = calendar::day_of(2026, 11, 24);
        assert_eq!(seen.due(today), Due::In(1));
        assert_eq!(Visited::default().due(today), Due::Never);
    }

    #[test]
    fn a_corrected_visit_counts_once_and_its_versions_stay_to_be_read() {
        let mut records = Records::default();
        let of = |household: &str, replaces: &str| {
            stored(&[("household", json!(household)), ("day", json!("2026-11-20")), ("replaces", json!(replaces))])
        };
        records.put(RecordKey::new("visits", "a"), of("h", ""));
        records.put(RecordKey::new("visits", "b"), of("h", "a"));
        records.put(RecordKey::new("visits", "c"), of("other", "b"));
        records.put(RecordKey::new("visits", "d"), of("h", ""));
        let ids = |visits: Vec<(&str, &Record)>| visits.iter().map(|(id, _)| (*id).to_owned()).collect::<Vec<_>>();
        assert_eq!(ids(records.visits()), ["c", "d"]);
        assert_eq!(ids(records.visits_of("h")), ["d"], "it was noted for the wrong household");

        for id in ["a", "b", "c"] {
            let (versions, best) = records.versions(id);
            assert_eq!((ids(versions), best), (vec!["a".into(), "b".into(), "c".into()], "c"));
        }
        assert_eq!(records.versions("d").1, "d");
        records.put(RecordKey::new("visits", "c"), stored(&[(DELETED, json!(true)), ("replaces", json!("b"))]));
        assert_eq!(ids(records.visits()), ["b", "d"]);
    }

    #[test]
    fn a_photo_is_found_in_the_visit_or_the_need_that_names_it() {
        let photo = |sha256: &str| stored(&[("attachments", json!([{"name": "a.jpg", "sha256": sha256}]))]);
        let mut records = Records::default();
        records.put(RecordKey::new("visits", "v"), photo("aa"));
        records.put(RecordKey::new("needs", "n"), photo("bb"));
        assert_eq!(records.naming(&["bb".to_owned()]), [RecordKey::new("needs", "n")]);
        assert_eq!(records.naming(&["aa".to_owned(), "bb".to_owned()]).len(), 2);
        assert_eq!(records.naming(&[]), []);
    }

    #[test]
    fn a_deleted_record_is_not_listed() {
        let mut records = Records::default();
        records.put(RecordKey::new("households", "a"), stored(&[("head_name", json!("何德贵"))]));
        records.put(RecordKey::new("households", "b"), stored(&[(DELETED, json!(true))]));
        assert_eq!(records.households().iter().map(|(id, _)| *id).collect::<Vec<_>>(), ["a"]);
        assert!(records.get("households", "b").is_none());
    }

    #[test]
    fn the_countys_forms_outlive_the_village() {
        let mut records = Records::default();
        records.put(RecordKey::new("households", "a"), stored(&[("head_name", json!("何德贵"))]));
        records.put(RecordKey::new("forms", "f"), stored(&[("hash", json!("0"))]));
        records.forget(|collection| collection != "forms");
        assert_eq!((records.households().len(), records.forms().len()), (0, 1));
    }
}
