//! The values of a `range` question: pure, tested natively.

use zhucun_forms::decimal;

/// The values from `start` to `end` by `step` (as text); `None` when they are more than so many, or it is no range.
pub(super) fn steps(start: &str, end: &str, step: &str, most: i64) -> Option<Vec<String>> {
    let (start, end, step) = (scaled(start)?, scaled(end)?, scaled(step)?);
    let step = if (end >= start) == (step > 0) { step } else { -step };
    let count = (end - start).checked_div(step)?;
    (0..most).contains(&count).then(|| (0..=count).map(|n| unscaled(start + n * step)).collect())
}

/// How far a value lies between two others, in hundredths; `None` where it does not.
pub(super) fn place(value: &str, start: &str, end: &str) -> Option<i64> {
    let (value, start, end) = (scaled(value)?, scaled(start)?, scaled(end)?);
    let way = (value - start).checked_mul(100)?.checked_div(end - start)?;
    (0..=100).contains(&way).then_some(way)
}

/// Whether a value is more than nothing: it is so many stars.
pub(super) fn is_above_zero(value: &str) -> bool {
    scaled(value).is_some_and(|value| value > 0)
}

/// Whether one value is at most another: its star is lit.
pub(super) fn is_up_to(value: &str, other: &str) -> bool {
    scaled(value).zip(scaled(other)).is_some_and(|(value, other)| value <= other)
}

/// Thousandths, so that 0.1 + 0.2 is 0.3.
fn scaled(text: &str) -> Option<i64> {
    let number = decimal::parse(text.trim())?;
    (number.abs() < 1e12).then(|| (number * 1000.0).round() as i64)
}

fn unscaled(thousandths: i64) -> String {
    decimal::plain(thousandths as f64 / 1000.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_of_few_values_becomes_steps() {
        let few = |start, end, step| steps(start, end, step, 11);
        assert_eq!(few("1", "5", "1").unwrap(), ["1", "2", "3", "4", "5"]);
        assert_eq!(few("0", "0.3", "0.1").unwrap(), ["0", "0.1", "0.2", "0.3"]);
        assert_eq!(few("5", "1", "1").unwrap(), ["5", "4", "3", "2", "1"]);
        assert_eq!(few("0", "10", "1").unwrap().len(), 11);
        assert_eq!(few("0", "11", "1"), None);
        assert_eq!(few("0", "10", "0"), None);
        assert_eq!(few("a", "10", "1"), None);
    }

    #[test]
    fn a_mark_lies_where_its_value_is_also_where_a_range_runs_down() {
        assert_eq!(place("5", "0", "20"), Some(25));
        assert_eq!(place("15", "20", "0"), Some(25));
        assert_eq!(place("21", "0", "20"), None);
        assert_eq!(place("1", "1", "1"), None);
    }

    #[test]
    fn stars_are_lit_up_to_the_answer() {
        assert!(is_up_to("2", "2.5") && !is_up_to("3", "2.5") && !is_up_to("1", ""));
        assert!(is_above_zero("0.5") && !is_above_zero("0") && !is_above_zero("-1"));
    }
}
