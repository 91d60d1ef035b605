//! What a county decides for itself, as one record of its stream. A field that is not there, or that cannot be read, has its
//! default.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use zhucun_sync::Record;

use crate::{calendar, need, visit};

/// The record's id in the collection `settings`.
pub const RECORD: &str = "county";

/// Settings fields.
pub mod field {
    /// Days after which a household counts as unseen, number.
    pub const UNSEEN_DAYS: &str = "unseen_days";
    /// Working days until a need is answered first, number.
    pub const ANSWER_DAYS: &str = "answer_days";
    /// Working days until the village has done it, number.
    pub const VILLAGE_DAYS: &str = "village_days";
    /// Working days until the township has, number.
    pub const TOWNSHIP_DAYS: &str = "township_days";
    /// Working days until the county has, number.
    pub const COUNTY_DAYS: &str = "county_days";
    /// Days from Monday to Friday that are no working days: ISO dates.
    pub const HOLIDAYS: &str = "holidays";
    /// The poverty line: year to yuan a head.
    pub const POVERTY_LINE: &str = "poverty_line";
}

/// Most days of any limit.
pub const DAYS_MAX: u32 = 365;
/// Most holidays.
pub const HOLIDAYS_MAX: usize = 400;

/// A county's settings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CountySettings {
    /// See [`field::UNSEEN_DAYS`].
    pub unseen_days: u32,
    /// See [`field::ANSWER_DAYS`].
    pub answer_days: u32,
    /// See [`field::VILLAGE_DAYS`].
    pub village_days: u32,
    /// See [`field::TOWNSHIP_DAYS`].
    pub township_days: u32,
    /// See [`field::COUNTY_DAYS`].
    pub county_days: u32,
    /// See [`field::HOLIDAYS`].
    pub holidays: Vec<String>,
    /// See [`field::POVERTY_LINE`].
    pub poverty_line: BTreeMap<String, i64>,
}

impl Default for CountySettings {
    fn default() -> Self {
        Self {
            unseen_days: visit::UNSEEN_DAYS as u32,
            answer_days: need::ANSWER_WITHIN,
            village_days: 7,
            township_days: 15,
            county_days: 30,
            holidays: Vec::new(),
            poverty_line: BTreeMap::new(),
        }
    }
}

impl CountySettings {
    /// Out of the county's record.
    #[must_use]
    pub fn of(record: &Record) -> Self {
        let known = Self::default();
        let days = |field, default| {
            let days = record.get(field).and_then(Value::as_u64).and_then(|days| u32::try_from(days).ok());
            days.filter(|days| (1..=DAYS_MAX).contains(days)).unwrap_or(default)
        };
        let holidays = record.get(field::HOLIDAYS).and_then(Value::as_array);
        let lines = record.get(field::POVERTY_LINE).and_then(Value::as_object);
        Self {
            unseen_days: days(field::UNSEEN_DAYS, known.unseen_days),
            answer_days: days(field::ANSWER_DAYS, known.answer_days),
            village_days: days(field::VILLAGE_DAYS, known.village_days),
            township_days: days(field::TOWNSHIP_DAYS, known.township_days),
            county_days: days(field::COUNTY_DAYS, known.county_days),
            holidays: holidays.into_iter().flatten().filter_map(|day| day.as_str().map(str::to_owned)).collect(),
            poverty_line: lines
                .into_iter()
                .flatten()
                .filter_map(|(year, yuan)| Some((year.clone(), yuan.as_i64()?)))
                .collect(),
        }
    }

    /// The record's fields.
    #[must_use]
    pub fn fields(&self) -> [(&'static str, Value); 7] {
        [
            (field::UNSEEN_DAYS, json!(self.unseen_days)),
            (field::ANSWER_DAYS, json!(self.answer_days)),
            (field::VILLAGE_DAYS, json!(self.village_days)),
            (field::TOWNSHIP_DAYS, json!(self.township_days)),
            (field::COUNTY_DAYS, json!(self.county_days)),
            (field::HOLIDAYS, json!(self.holidays)),
            (field::POVERTY_LINE, json!(self.poverty_line)),
        ]
    }

    /// The names of fields whose values are none: limits of 1 to [`DAYS_MAX`] days, dates, years with an amount.
    #[must_use]
    pub fn wrong(&self) -> Vec<&'static str> {
        let days = [
            (field::UNSEEN_DAYS, self.unseen_days),
            (field::ANSWER_DAYS, self.answer_days),
            (field::VILLAGE_DAYS, self.village_days),
            (field::TOWNSHIP_DAYS, self.township_days),
            (field::COUNTY_DAYS, self.county_days),
        ];
        let mut wrong: Vec<_> =
            days.into_iter().filter(|(_, days)| !(1..=DAYS_MAX).contains(days)).map(|(name, _)| name).collect();
        let is_date = |day: &String| day.len() == 10 && calendar::parse_iso(day).is_some();
        if self.holidays.len() > HOLIDAYS_MAX || !self.holidays.iter().all(is_date) {
            wrong.push(field::HOLIDAYS);
        }
        let is_year = |year: &str| year.len() == 4 && year.bytes().all(|b| b.is_ascii_digit());
        if !self.poverty_line.iter().all(|(year, yuan)| is_year(year) && (1..=1_000_000).contains(yuan)) {
            wrong.push(field::POVERTY_LINE);
        }
        wrong
    }

    /// The holidays as days since 1970.
    #[must_use]
    pub fn holiday_days(&self) -> Vec<i64> {
        self.holidays.iter().filter_map(|day| calendar::parse_iso(day)).collect()
    }
}

#[cfg(test)]
mod tests {
    use zhucun_sync::{Change, RecordKey};

    use super::*;

    fn record(fields: Vec<(&'static str, Value)>) -> Record {
        let mut record = Record::default();
        let change = Change {
            id: "1".into(),
            record: RecordKey::new("settings", RECORD),
            patch: fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
            prev: Default::default(),
            device: "d".into(),
            device_time: 0,
            format: 1,
            extra: BTreeMap::new(),
        };
        record.apply(&change, 0, "");
        record
    }

    #[test]
    fn what_is_written_is_read_and_what_is_not_there_has_its_default() {
        let settings = CountySettings {
            unseen_days: 20,
            holidays: vec!["2026-10-01".into()],
            poverty_line: [("2026".to_owned(), 7500)].into(),
            ..CountySettings::default()
        };
        assert_eq!(CountySettings::of(&record(settings.fields().to_vec())), settings);
        assert_eq!(CountySettings::of(&Record::default()), CountySettings::default());
        let odd = record(vec![(field::UNSEEN_DAYS, json!(0)), (field::ANSWER_DAYS, json!("two"))]);
        assert_eq!(CountySettings::of(&odd), CountySettings::default());
    }

    #[test]
    fn what_cannot_be_is_named() {
        assert!(CountySettings::default().wrong().is_empty());
        let wrong = CountySettings {
            answer_days: 0,
            holidays: vec!["2026-02-30".into()],
            poverty_line: [("26".to_owned(), 7500)].into(),
            ..CountySettings::default()
        };
        assert_eq!(wrong.wrong(), [field::ANSWER_DAYS, field::HOLIDAYS, field::POVERTY_LINE]);
    }

    #[test]
    fn a_need_is_due_after_the_countys_own_days() {
        let received = calendar::day_of(2026, 9, 30) * calendar::DAY_MS;
        let holidays = (1..=7).map(|day| format!("2026-10-{day:02}")).collect();
        let settings = CountySettings { answer_days: 3, holidays, ..CountySettings::default() };
        assert_eq!(calendar::iso(need::answer_due_in(received, &settings)), "2026-10-12");
        assert_eq!(need::answer_due_in(received, &CountySettings::default()), need::answer_due(received));
    }
}
