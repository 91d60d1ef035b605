//! Which appearances are drawn. Others are no mistake: the question is drawn as its plain type, and its author is told.

use crate::definition::Kind;

/// The words of an appearance that change nothing here.
pub(super) fn not_drawn(kind: Kind, appearance: &str) -> Vec<String> {
    let words = appearance.split_whitespace();
    words.filter(|word| !is_drawn(kind, &word.to_lowercase())).map(str::to_owned).collect()
}

fn is_drawn(kind: Kind, word: &str) -> bool {
    let known: &[&str] = match kind {
        Kind::Group | Kind::Repeat => &["field-list", "table-list"],
        Kind::SelectOne | Kind::SelectMultiple | Kind::Rank => &[
            "minimal",
            "autocomplete",
            "quick",
            "horizontal",
            "columns",
            "columns-pack",
            "horizontal-compact",
            "compact",
            "quickcompact",
            "no-buttons",
            "likert",
            "list",
            "label",
            "list-nolabel",
        ],
        Kind::Text => &["multiline", "numbers", "url", "masked"],
        Kind::Integer | Kind::Decimal => &["numbers", "thousands-sep", "counter"],
        Kind::Range => &["picker", "rating", "vertical", "no-ticks"],
        Kind::Image => &["signature", "draw", "annotate"],
        Kind::Date | Kind::DateTime => &["month-year", "year", "no-calendar"],
        _ => &[],
    };
    known.contains(&word) || is_width(word) || is_columns(kind, word)
}

/// `w1` to `w12`: a share of the line.
fn is_width(word: &str) -> bool {
    word.strip_prefix('w').and_then(|width| width.parse::<u8>().ok()).is_some_and(|width| (1..=12).contains(&width))
}

/// `columns-3`, up to ten; `compact-3` is what it was called before.
fn is_columns(kind: Kind, word: &str) -> bool {
    let mut count =
        ["columns-", "compact-", "quickcompact-"].into_iter().filter_map(|before| word.strip_prefix(before));
    matches!(kind, Kind::SelectOne | Kind::SelectMultiple)
        && count.any(|count| count.parse::<u8>().is_ok_and(|count| (1..=10).contains(&count)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_drawn_is_not_told() {
        for (kind, words) in [
            (Kind::SelectOne, "minimal columns-3 w4"),
            (Kind::SelectMultiple, "compact-2 no-buttons"),
            (Kind::Text, "multiline w12"),
            (Kind::Range, "vertical no-ticks"),
            (Kind::Group, "field-list"),
            (Kind::Image, "signature"),
        ] {
            assert!(not_drawn(kind, words).is_empty(), "{words}");
        }
    }

    #[test]
    fn what_is_not_drawn_is_told() {
        assert_eq!(not_drawn(Kind::Text, "multiline sparkle w13"), ["sparkle", "w13"]);
        assert_eq!(not_drawn(Kind::Geopoint, "placement-map"), ["placement-map"]);
        assert_eq!(not_drawn(Kind::SelectOne, "columns-0 columns-11"), ["columns-0", "columns-11"]);
    }
}
