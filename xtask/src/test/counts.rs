//! How many tests passed, from what `cargo test` prints.

/// Passed and failed.
#[derive(Default, Debug, PartialEq, Eq)]
pub struct Counts {
    /// Passed.
    pub passed: u64,
    /// Failed.
    pub failed: u64,
}

impl Counts {
    /// A stage is one more test.
    pub fn of_stage(good: bool) -> Self {
        Self { passed: good.into(), failed: (!good).into() }
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
        assert_eq!(Counts::parse(output), Counts { passed: 5, failed: 4 });
    }

    #[test]
    fn what_does_not_compile_counts_no_tests() {
        assert!(Counts::parse("error: could not compile `zhucun-sync`").is_empty());
    }
}
