//! What a suite of cases came to: said, demanded, and told as data, of which docs/conformance.md is made.

use std::path::PathBuf;

use serde::Serialize;

/// Cases that are judged alike.
#[derive(Clone, Copy, Debug)]
pub struct Suite {
    /// Its name, which becomes a file's: letters, digits, `-` and `_`.
    pub name: &'static str,
    /// What it is about, in docs/conformance.md.
    pub title: &'static str,
    /// The share of good cases that is wanted, in percent; none where each other case only needs its reason.
    pub wanted: Option<f64>,
    /// Cases that are not as expected, by id, with the reason: wrong themselves, or not applying to what forms are here.
    pub skipped: &'static [(&'static str, &'static str)],
}

/// A case that is not as expected.
#[derive(Debug, Serialize)]
struct Other {
    id: String,
    /// What the source calls its test.
    test: String,
    reason: String,
}

/// The outcome of a suite, as it is told.
#[derive(Debug, Serialize)]
struct Told {
    suite: &'static str,
    title: &'static str,
    wanted: Option<f64>,
    total: usize,
    good: usize,
    rest: Vec<Other>,
}

/// The outcome of a suite: how many cases there are, how many are as expected, and why the others are not.
#[derive(Debug)]
pub struct Report {
    told: Told,
    skipped: &'static [(&'static str, &'static str)],
    /// What nobody gave a reason for, and reasons that are not needed.
    wrong: Vec<String>,
}

impl Report {
    /// An empty report.
    pub const fn new(suite: &Suite) -> Self {
        let Suite { name, title, wanted, skipped } = *suite;
        Self {
            told: Told { suite: name, title, wanted, total: 0, good: 0, rest: Vec::new() },
            skipped,
            wrong: Vec::new(),
        }
    }

    /// Counts a case. `test` is what its source calls it; the error says what came and was not expected.
    pub fn case(&mut self, id: &str, test: &str, outcome: Result<(), String>) {
        let skipped = self.skipped.iter().find(|(skipped, _)| *skipped == id);
        self.told.total += 1;
        let reason = match (outcome, skipped) {
            (Ok(()), None) => {
                self.told.good += 1;
                return;
            }
            (Ok(()), Some(_)) => {
                self.told.good += 1;
                return self.wrong.push(format!("{id} is good and need not be skipped"));
            }
            (Err(_), Some((_, reason))) => (*reason).to_owned(),
            (Err(why), None) => {
                self.wrong.push(format!("{id}: {why}"));
                why
            }
        };
        self.told.rest.push(Other { id: id.to_owned(), test: test.to_owned(), reason });
    }

    /// Share of the cases that are as expected, in percent; 100 where there is no case.
    #[expect(clippy::cast_precision_loss, reason = "a few thousand cases")]
    fn percent(&self) -> f64 {
        if self.told.total == 0 { 100.0 } else { self.told.good as f64 * 100.0 / self.told.total as f64 }
    }

    /// Says the figures, and every case that is not as expected where `ZHUCUN_VERBOSE` is set; writes all of it as `SUITE.json`
    /// into the folder that `ZHUCUN_CONFORMANCE_REPORT` names.
    ///
    /// # Panics
    /// Where a case is not as expected and nobody gave the reason, where fewer are good than wanted, and where that folder cannot
    /// be written to.
    #[expect(clippy::print_stderr, reason = "for the person who runs the tests")]
    pub fn finish(&self) {
        let (told, percent) = (&self.told, self.percent());
        eprintln!("{}: {} of {} ({percent:.2} %)", told.suite, told.good, told.total);
        if std::env::var_os("ZHUCUN_VERBOSE").is_some() {
            for other in &told.rest {
                eprintln!("{}: {}", other.id, other.reason);
            }
        }
        if let Some(folder) = std::env::var_os("ZHUCUN_CONFORMANCE_REPORT").map(PathBuf::from) {
            let path = folder.join(told.suite).with_extension("json");
            let written = std::fs::create_dir_all(&folder)
                .and_then(|()| std::fs::write(&path, serde_json::to_vec_pretty(told).map_err(std::io::Error::other)?));
            assert!(written.is_ok(), "{} cannot be written: {written:?}", path.display());
        }
        assert!(self.wrong.is_empty(), "{} of {}:\n{}", self.wrong.len(), told.suite, self.wrong.join("\n"));
        let wanted = told.wanted.unwrap_or_default();
        assert!(percent >= wanted, "{}: {percent:.2} % are good, {wanted} % are wanted", told.suite);
    }
}

#[cfg(test)]
mod tests {

    use super::*;

    const SUITE: Suite = Suite {
        name: "test",
        title: "Test",
        wanted: Some(70.0),
        skipped: &[("a", "wrong itself"), ("z", "not there")],
    };

    fn report(outcomes: &[(&str, bool)]) -> Report {
        let mut report = Report::new(&SUITE);
        for (id, is_good) in outcomes {
            report.case(id, "a test", if *is_good { Ok(()) } else { Err("other".to_owned()) });
        }
        report
    }

    fn fails(outcomes: &[(&str, bool)]) -> String {
        let panic = std::panic::catch_unwind(|| report(outcomes).finish()).unwrap_err();
        panic.downcast_ref::<String>().unwrap().clone()
    }

    #[test]
    fn cases_are_counted_and_the_others_listed_with_their_reason() {
        let report = report(&[("a", false), ("b", true), ("c", true), ("d", true)]);
        report.finish();
        let json = serde_json::to_value(&report.told).unwrap();
        assert_eq!((&json["total"], &json["good"]), (&serde_json::json!(4), &serde_json::json!(3)));
        assert_eq!(json["rest"], serde_json::json!([{"id": "a", "test": "a test", "reason": "wrong itself"}]));
    }

    #[test]
    fn a_case_without_a_reason_fails_and_so_does_a_reason_that_is_not_needed() {
        assert!(fails(&[("b", false), ("c", true), ("d", true), ("e", true)]).contains("b: other"));
        assert!(fails(&[("a", true), ("b", true)]).contains("a is good and need not be skipped"));
    }

    #[test]
    fn less_than_what_is_wanted_fails() {
        assert!(fails(&[("a", false), ("b", true)]).contains("50.00 % are good, 70 % are wanted"));
    }
}
