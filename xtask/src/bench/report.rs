//! What the measuring script writes, and middle values over it.
use serde::Deserialize;

/// One run of the bench.
#[derive(Deserialize)]
pub struct Report {
    /// Chromium's major version.
    pub chromium: String,
    /// What was slowed down.
    pub slow: Slow,
    /// Openings of each kind.
    pub runs: u32,
    /// Load of the machine before the first run and after each.
    pub load: Vec<f64>,
    /// Every opening.
    pub results: Vec<Opening>,
}

/// What was slowed down.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Slow {
    /// The page's processor, so many times.
    pub cpu: f64,
    /// Until an answer begins.
    pub latency_ms: f64,
    /// Each way.
    pub bytes_per_second: f64,
}

/// One opening of an engine's page.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Opening {
    /// `zhucun`, `zhucun-household`, `enketo`, `odk`.
    pub engine: String,
    /// `cold`, `warm`, `later`.
    pub opening: String,
    /// Milliseconds from the start of navigation until the answer that was kept was given.
    pub answerable: f64,
    /// … until the question that depends on it had come.
    pub followed: f64,
    /// … until anything was painted.
    pub first_paint: f64,
    /// Requests, besides the page itself, that had ended before anything was painted.
    pub before_paint: Vec<String>,
    /// Bytes over the network until the answer.
    pub bytes: f64,
    /// Bytes of scripts' objects.
    pub heap: f64,
    /// Private bytes of the page's process.
    pub renderer: f64,
}

/// Middle value and both ends.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    /// The middle one; the mean of the middle two.
    pub median: f64,
    /// The smallest.
    pub least: f64,
    /// The largest.
    pub most: f64,
}

impl Report {
    /// Over all openings of a kind; `None` when there are none.
    pub fn spread(&self, engine: &str, opening: &str, value: impl Fn(&Opening) -> f64) -> Option<Spread> {
        let rows = self.results.iter().filter(|row| row.engine == engine && row.opening == opening);
        spread(rows.map(value).collect())
    }

    /// How many times as long as another engine it takes until the answer.
    pub fn times(&self, engine: &str, other: &str, opening: &str) -> Option<f64> {
        let median = |engine| self.spread(engine, opening, |row| row.answerable).map(|spread| spread.median);
        Some(median(engine)? / median(other)?)
    }
}

fn spread(mut values: Vec<f64>) -> Option<Spread> {
    values.sort_by(f64::total_cmp);
    let (least, most) = (*values.first()?, *values.last()?);
    let middle = values.len() / 2;
    let median = if values.len() % 2 == 1 { values[middle] } else { f64::midpoint(values[middle - 1], values[middle]) };
    Some(Spread { median, least, most })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_middle_one_or_between_the_middle_two() {
        assert_eq!(spread(vec![9.0, 1.0, 2.0]), Some(Spread { median: 2.0, least: 1.0, most: 9.0 }));
        assert_eq!(spread(vec![1.0, 4.0, 2.0, 9.0]).map(|spread| spread.median), Some(3.0));
        assert_eq!(spread(Vec::new()), None);
    }
}
