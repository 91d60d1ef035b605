//! Numbers with marks between their thousands while they are typed (`thousands-sep`), and by steps.

use web_sys::{Event, HtmlInputElement};
use zhucun_forms::decimal;
use zhucun_forms::definition::Kind;
use zhucun_json::texts::cut;
use zhucun_view::prelude::*;

use super::super::ask::{Ask, set_value, single};
use super::super::text::input;
use super::super::values::plain_amount;

/// The keyboard for a number.
pub(super) fn keyboard(ask: Ask) -> &'static str {
    if ask.kind() == Kind::Integer { "numeric" } else { "decimal" }
}

/// The widget of `thousands-sep`: the answer is kept without marks.
pub(super) fn field(ask: Ask) -> View {
    ask.keep_shown(marked);
    let typed = move |event: Event| {
        let field: HtmlInputElement = event_target(&event);
        let value = field.value();
        // What is no number yet (a word of an input method) is left alone.
        if plain_amount(&value) != ask.value_now() {
            return;
        }
        let caret = field.selection_start().ok().flatten().unwrap_or_default();
        let (shown, caret) = remarked(&value, caret as usize);
        if shown != value {
            field.set_value(&shown);
            // The field has a caret: it is being typed in.
            let _ = field.set_selection_range(caret as u32, caret as u32);
        }
    };
    let left = move |event: Event| {
        if ask.is_shown() {
            set_value(&event_target(&event), &marked(&ask.value_now()));
        }
    };
    single(ask, view! { <div on:input=typed on:focusout=left>{input(ask, keyboard(ask), plain_amount)}</div> })
}

/// A number with a mark before each three digits; what is none stays as it is.
pub fn marked(number: &str) -> String {
    let (sign, rest) = number.strip_prefix('-').map_or(("", number), |rest| ("-", rest));
    let whole = cut(rest, b'.').0;
    if decimal::parse(number).is_none() {
        return number.to_owned();
    }
    let mut out = sign.to_owned();
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out.push_str(&rest[whole.len()..]);
    out
}

/// What is typed, with marks where they belong, and where the caret is then: behind as many digits as before.
fn remarked(typed: &str, caret: usize) -> (String, usize) {
    let counts = |letter: &char| *letter != ',';
    let before = plain_amount(&typed.chars().take(caret).collect::<String>()).chars().count();
    let shown = marked(&plain_amount(typed));
    let mut passed = 0;
    let place = shown.chars().take_while(|letter| {
        let goes_on = passed < before;
        passed += usize::from(counts(letter));
        goes_on
    });
    let place = place.count();
    (shown, place)
}

/// A number after a step of one. From nothing the first step up is 1, the first step down 0: what is counted is not below.
pub fn stepped(number: &str, by: i64) -> String {
    match decimal::parse(number) {
        None => if by > 0 { "1" } else { "0" }.to_owned(),
        Some(_) if by < 0 && is_least(number) => number.to_owned(),
        // Thousandths, so that 0.1 and 1 is 1.1.
        Some(value) => decimal::plain(((value + by as f64) * 1000.0).round() / 1000.0 + 0.0),
    }
}

/// Whether a step down would go below zero.
pub(super) fn is_least(number: &str) -> bool {
    decimal::parse(number).is_some_and(|value| (0.0..1.0).contains(&value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_marked_and_what_is_no_number_stays() {
        for (number, shown) in [
            ("1234567", "1,234,567"),
            ("123", "123"),
            ("-1234.5678", "-1,234.5678"),
            ("1000.", "1,000."),
            ("", ""),
            ("12x45", "12x45"),
            (".5", ".5"),
        ] {
            assert_eq!(marked(number), shown, "{number}");
        }
    }

    #[test]
    fn the_caret_stays_behind_its_digit() {
        // Typed at the end.
        assert_eq!(remarked("1,2345", 6), ("12,345".to_owned(), 6));
        // Typed in the middle: 1|,234 with a 9.
        assert_eq!(remarked("19,234", 2), ("19,234".to_owned(), 2));
        assert_eq!(remarked("191,234", 3), ("191,234".to_owned(), 3));
        assert_eq!(remarked("1911,234", 4), ("1,911,234".to_owned(), 5));
        // A digit taken away from the front.
        assert_eq!(remarked(",234", 0), ("234".to_owned(), 0));
        // Full-width digits of a Chinese keyboard.
        assert_eq!(remarked("１２３４", 4), ("1,234".to_owned(), 5));
    }

    #[test]
    fn a_count_goes_by_one_and_not_below_nothing() {
        for (number, by, next) in [
            ("", 1, "1"),
            ("", -1, "0"),
            ("0", -1, "0"),
            ("1", -1, "0"),
            ("-3", 1, "-2"),
            ("-3", -1, "-4"),
            ("0.1", 1, "1.1"),
        ] {
            assert_eq!(stepped(number, by), next, "{number} {by}");
        }
    }
}
