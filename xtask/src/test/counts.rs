//! How many tests passed, from what `cargo test` prints.

/// How a stage ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// All of it is good.
    Good,
    /// Something is not.
    Failed,
    /// What it needs is not here; it said what that is.
    NotRun,
}

/// Passed, failed, and not run.
#[derive(Default, Debug, PartialEq, Eq)]
pub struct Counts {
    /// Passed.
    pub passed: u64,
    /// Failed.
    pub failed: u64,
    /// Stages that could not be run here: neither passed nor failed.
    pub not_run: u64,
}

impl Counts {
    /// A stage is one more test.
    pub fn of_stage(ended: Ended) -> Self {
        let is = |other| u64::from(ended == other);
        Self { passed: is(Ended::Good), failed: is(Ended::Failed), not_run: is(Ended::NotRun) }
    }

    /// The last line of all.
    pub fn words(&self) -> String {
        let not_run = if self.not_run > 0 { format!(", {} not run", self.not_run) } else { String::new() };
        format!("{} passed, {} failed{not_run}", self.passed, self.failed)
    }

    /// The sum of every `test result:` line.
    pub fn parse(output: &str) -> Self {
        let mut counts = Self::default();
        for line in output.lines().filter_map(|line| line.trim().strip_prefix("test result:")) {
            for part in line.split([';', '.']).map(str::trim) {
                let number = |name: &str| part.strip_suffix(name).and_then(|number| number.trim().parse::<u64>().ok());
                counts.passed += number(" passed").unwrap_or(0);
                counts.failed += number(" failed").unwrap_or(0);
            }
        }
        counts
    }

    /// Adds others.
    pub fn add(&mut self, other: &Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.not_run += other.not_run;
    }

    /// Nothing was counted.
    pub fn is_empty(&self) -> bool {
        self.passed + self.failed == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_binary_is_summed() {
        let output = "running 3 tests\ntest result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.06s\n\n\
                      test result: FAILED. 2 passed; 4 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1.00s\n";
        assert_eq!(Counts::parse(output), Counts { passed: 5, failed: 4, not_run: 0 });
    }

    #[test]
    fn a_stage_that_was_not_run_has_not_passed() {
        let mut total = Counts { passed: 3, failed: 0, not_run: 0 };
        total.add(&Counts::of_stage(Ended::Good));
        assert_eq!(total.words(), "4 passed, 0 failed");
        total.add(&Counts::of_stage(Ended::NotRun));
        assert_eq!(total.words(), "4 passed, 0 failed, 1 not run");
        total.add(&Counts::of_stage(Ended::Failed));
        assert_eq!(total.words(), "4 passed, 1 failed, 1 not run");
    }

    #[test]
    fn what_does_not_compile_counts_no_tests() {
        assert!(Counts::parse("error: could not compile `zhucun-sync`").is_empty());
    }
}
