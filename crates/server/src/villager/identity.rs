//! The same page sent twice is the same need: its record, its change and its ticket code follow from what was sent and the
//! server's secret. Nothing has to be remembered between the two, and the code is stored nowhere.

use sha2::{Digest, Sha256};
use uuid::Uuid;
use zhucun_domain::ticket;

/// Of the page's once-id only this long ago or less is believed, milliseconds: a page may lie open for a month.
const OPEN_MAX: i64 = 31 * 86_400_000;

/// What a need is known by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// Id of the record in `needs`.
    pub record: String,
    /// Id of the change, a UUIDv7.
    pub change: String,
    /// The ticket code, for the villager's eyes only.
    pub code: String,
}

/// A once-id for a new page: a UUIDv7 made of the time and random bytes.
#[must_use]
pub fn once(now: i64, random: [u8; 10]) -> String {
    uuid_v7(now, random).to_string()
}

/// The once-id as it came back, or `None` when it was not made here.
#[must_use]
pub fn parse_once(text: &str, now: i64) -> Option<(i64, Uuid)> {
    let id = Uuid::try_parse(text).ok().filter(|id| id.get_version_num() == 7)?;
    let made = i64::try_from(id.as_u128() >> 80).ok()?;
    (made <= now + 60_000 && made >= now - OPEN_MAX).then_some((made, id))
}

/// The identity of what was sent. `parts` is everything the villager gave: another text from the same page, say after going
/// back, is another need and not lost.
#[must_use]
pub fn of(pepper: &[u8], stream: &str, once: (i64, Uuid), parts: &[&str]) -> Identity {
    let mut sent = Sha256::new();
    for part in [stream, &once.1.to_string()].iter().chain(parts) {
        // The length keeps parts from running into each other.
        sent.update((part.len() as u64).to_be_bytes());
        sent.update(part.as_bytes());
    }
    let sent = sent.finalize();
    let keyed = |purpose: &[u8]| -> [u8; 32] {
        let inner = Sha256::new().chain_update(pepper).chain_update(purpose).chain_update(sent).finalize();
        Sha256::new().chain_update(pepper).chain_update(inner).finalize().into()
    };
    let record = keyed(b"record");
    let change = keyed(b"change");
    Identity {
        record: uuid_v7(once.0, first(&record)).to_string(),
        change: uuid_v7(once.0, first(&change)).to_string(),
        code: code(keyed(b"code")),
    }
}

fn first(hash: &[u8; 32]) -> [u8; 10] {
    let mut ten = [0; 10];
    ten.copy_from_slice(&hash[..10]);
    ten
}

fn code(hash: [u8; 32]) -> String {
    let mut wide = [0; 16];
    wide.copy_from_slice(&hash[..16]);
    // 128 bits over 10^16: every digit is even to within 10^-22.
    let mut number = u128::from_be_bytes(wide);
    ticket::code(std::array::from_fn(|_| {
        let digit = (number % 10) as u8;
        number /= 10;
        digit
    }))
}

fn uuid_v7(millis: i64, random: [u8; 10]) -> Uuid {
    uuid::Builder::from_unix_timestamp_millis(u64::try_from(millis).unwrap_or_default(), &random).into_uuid()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_795_000_000_000;

    #[test]
    fn the_same_page_gives_the_same_need_and_anything_else_another() {
        let page = parse_once(&once(NOW, [7; 10]), NOW + 5).expect("ours");
        let other = parse_once(&once(NOW, [8; 10]), NOW + 5).expect("ours");
        let need = of(b"pepper", "village/shiban", page, &["water", "没水"]);
        assert_eq!(need, of(b"pepper", "village/shiban", page, &["water", "没水"]));
        assert!(ticket::parse(&need.code).is_some());
        for different in [
            of(b"pepper", "village/shiban", other, &["water", "没水"]),
            of(b"pepper", "village/shiban", page, &["water没", "水"]),
            of(b"pepper", "village/other", page, &["water", "没水"]),
            of(b"salt", "village/shiban", page, &["water", "没水"]),
        ] {
            assert!(different.record != need.record && different.change != need.change && different.code != need.code);
        }
        assert_ne!(need.record, need.change);
    }

    #[test]
    fn a_once_id_of_somebody_elses_making_is_not_believed() {
        assert_eq!(parse_once("", NOW), None);
        assert_eq!(parse_once("00000000-0000-4000-8000-000000000000", NOW), None);
        assert_eq!(parse_once(&once(NOW + 3_600_000, [0; 10]), NOW), None);
        assert_eq!(parse_once(&once(NOW - OPEN_MAX - 1, [0; 10]), NOW), None);
    }
}
