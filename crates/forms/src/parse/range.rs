//! Parameters of `range`, as pyxform checks them: numbers that go together, and ticks that lie on the line.

use litemap::LiteMap;

use super::parameters::{Context, RANGE};
use super::problem::{ProblemKind, RangeFault};

/// A decimal number, exact: in units of 10⁻¹².
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Number(i128);

const PLACES: i32 = 12;

impl Number {
    /// `None` for what is no number, or has more digits than any form's.
    pub(super) fn read(text: &str) -> Option<Self> {
        let (digits, exponent) = match text.split_once(['e', 'E']) {
            Some((digits, exponent)) => (digits, exponent.parse::<i32>().ok()?),
            None => (text, 0),
        };
        let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
        let unsigned = whole.strip_prefix(['-', '+']).unwrap_or(whole);
        let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if unsigned.len() + part.len() == 0 || !is_digits(unsigned) || !is_digits(part) {
            return None;
        }
        let all: i128 = [unsigned, part].concat().parse().ok()?;
        let places = PLACES.checked_sub(i32::try_from(part.len()).ok()?)?.checked_add(exponent)?;
        let unit = 10_i128.checked_pow(places.unsigned_abs())?;
        let units = if places >= 0 {
            all.checked_mul(unit)?
        } else if all % unit == 0 {
            all / unit
        } else {
            return None;
        };
        Some(Self(if whole.starts_with('-') { -units } else { units }))
    }

    pub(super) const fn is_whole(self) -> bool {
        self.0 % 10_i128.pow(PLACES.unsigned_abs()) == 0
    }

    const fn is_multiple_of(self, unit: Self) -> bool {
        unit.0 == 0 || self.0 % unit.0 == 0
    }

    const fn less(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

/// The line that a range is.
struct Line {
    start: Number,
    end: Number,
    step: Number,
    tick: Option<Number>,
}

impl Line {
    fn width(&self) -> Number {
        Number(self.end.less(self.start).0.saturating_abs())
    }

    fn holds(&self, value: Number) -> bool {
        value >= self.start.min(self.end) && value <= self.start.max(self.end)
    }
}

pub(super) fn check(found: &LiteMap<String, String>, context: &Context<'_>) -> Vec<ProblemKind> {
    let mut problems = Vec::new();
    let is_line = context.appearance.is_empty()
        || context.appearance.contains("vertical")
        || context.appearance.contains("no-ticks");
    for key in ["tick_interval", "placeholder", "tick_labelset"] {
        if !is_line && found.contains_key(key) {
            problems.push(ProblemKind::BadRange(key, RangeFault::Appearance));
        }
    }
    let mut read = |key: &'static str| {
        let default = RANGE.iter().find(|(name, _)| *name == key).map(|(_, value)| *value);
        let text = found.get(key).map(String::as_str).or(default)?;
        let number = Number::read(text);
        if number.is_none() {
            problems.push(ProblemKind::BadNumber(key.into(), text.into()));
        }
        number
    };
    let (start, end, step, tick, placeholder) =
        (read("start"), read("end"), read("step"), read("tick_interval"), read("placeholder"));
    let (Some(start), Some(end), Some(step)) = (start, end, step) else { return problems };
    let line = Line { start, end, step, tick };
    let mut fault = |key, is_wrong: bool, fault| {
        if is_wrong {
            problems.push(ProblemKind::BadRange(key, fault));
        }
    };
    fault("step", step.0 == 0, RangeFault::Zero);
    fault("step", step > line.width(), RangeFault::TooWide);
    if let Some(tick) = tick {
        fault("tick_interval", tick.0 == 0, RangeFault::Zero);
        fault("tick_interval", tick > line.width(), RangeFault::TooWide);
        fault("tick_interval", !tick.is_multiple_of(step), RangeFault::OffStep);
    }
    if let Some(placeholder) = placeholder {
        fault("placeholder", !placeholder.less(start).is_multiple_of(step), RangeFault::OffStep);
        fault("placeholder", !line.holds(placeholder), RangeFault::Outside);
    }
    if let Some(list) = found.get("tick_labelset") {
        problems.extend(labels(list, &line, context).map(|fault| ProblemKind::BadRange("tick_labelset", fault)));
    }
    problems
}

/// What is wrong with the words on the ticks.
fn labels(list: &str, line: &Line, context: &Context<'_>) -> Option<RangeFault> {
    let Some(choices) = context.lists.names_of(list) else { return Some(RangeFault::NoList) };
    let mut values = Vec::new();
    for name in choices {
        let Some(value) = Number::read(name) else { return Some(RangeFault::NotNumbers) };
        if !line.holds(value) {
            return Some(RangeFault::ChoiceOutside);
        }
        if !value.less(line.start).is_multiple_of(line.tick.unwrap_or(line.step)) {
            return Some(RangeFault::ChoiceOffTick);
        }
        values.push(value);
    }
    let ends = [line.start, line.end];
    let only_ends = values.iter().all(|value| ends.contains(value)) && ends.iter().all(|end| values.contains(end));
    (context.appearance.contains("no-ticks") && !only_ends).then_some(RangeFault::NotEnds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_exact() {
        let tenth = Number::read("0.1").expect("a number");
        assert!(Number::read("0.3").is_some_and(|number| number.is_multiple_of(tenth)));
        assert_eq!(Number::read("1e2"), Number::read("100.0"));
        assert_eq!(Number::read("-.5"), Number::read("-0.50"));
        assert!(Number::read("3.0").is_some_and(Number::is_whole) && !tenth.is_whole());
        for text in ["", ".", "-", "one", "nan", "inf", "1_000", "1e999999999999", "0.00000000000001", "1-2"] {
            assert_eq!(Number::read(text), None, "{text}");
        }
    }
}
