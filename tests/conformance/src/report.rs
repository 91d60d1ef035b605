//! What a suite of cases came to, as data: docs/conformance.md is made of it.

use std::path::PathBuf;

use serde::Serialize;

/// The outcome of a suite: how many cases there are, how many are as expected, and why the others are not.
#[derive(Debug, Serialize)]
pub struct Report {
    suite: &'static str,
    total: usize,
    good: usize,
    rest: Vec<(String, String)>,
}

impl Report {
    /// An empty report of the suite of that name; the name becomes a file's, so: letters, digits, `-` and `_`.
    pub const fn new(suite: &'static str) -> Self {
        Self { suite, total: 0, good: 0, rest: Vec::new() }
    }

    /// A case is as expected.
    pub fn good(&mut self) {
        self.total += 1;
        self.good += 1;
    }

    /// A case is not as expected, and why: it is wrong itself, does not apply here, or is not done yet.
    pub fn rest(&mut self, id: &str, reason: &str) {
        self.total += 1;
        self.rest.push((id.to_owned(), reason.to_owned()));
    }

    /// How many cases are as expected.
    pub const fn good_count(&self) -> usize {
        self.good
    }

    /// How many cases there are.
    pub const fn total(&self) -> usize {
        self.total
    }

    /// Share of the cases that are as expected, in percent; 100 where there is no case.
    #[expect(clippy::cast_precision_loss, reason = "a few thousand cases")]
    pub fn percent(&self) -> f64 {
        if self.total == 0 { 100.0 } else { self.good as f64 * 100.0 / self.total as f64 }
    }

    /// Says the figures, every case that is not as expected where `ZHUCUN_VERBOSE` is set, and writes all of it as
    /// `SUITE.json` into the folder that `ZHUCUN_CONFORMANCE_REPORT` names.
    ///
    /// # Panics
    /// Where that folder cannot be written to.
    #[expect(clippy::print_stderr, reason = "for the person who runs the tests")]
    pub fn finish(&self) {
        eprintln!("{}: {} of {} ({:.2} %)", self.suite, self.good, self.total, self.percent());
        if std::env::var_os("ZHUCUN_VERBOSE").is_some() {
            for (id, reason) in &self.rest {
                eprintln!("{id}: {reason}");
            }
        }
        let Some(folder) = std::env::var_os("ZHUCUN_CONFORMANCE_REPORT").map(PathBuf::from) else { return };
        let path = folder.join(self.suite).with_extension("json");
        let written = std::fs::create_dir_all(&folder)
            .and_then(|()| std::fs::write(&path, serde_json::to_vec_pretty(self).map_err(std::io::Error::other)?));
        assert!(written.is_ok(), "{} cannot be written: {written:?}", path.display());
    }
}

#[cfg(test)]
mod tests {
    use super::Report;

    #[test]
    fn cases_are_counted_and_the_others_listed() {
        let mut report = Report::new("test");
        report.good();
        report.good();
        report.good();
        report.rest("a", "wrong itself");
        assert_eq!((report.good_count(), report.total(), report.percent()), (3, 4, 75.0));
        let json = serde_json::to_value(&report).unwrap_or_default();
        assert_eq!(json["rest"], serde_json::json!([["a", "wrong itself"]]));
    }
}
