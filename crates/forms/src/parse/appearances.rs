//! Which appearances are drawn. Others are no mistake: the question is drawn as its plain type, and its author is told.

use crate::definition::Kind;

/// The words of an appearance that change nothing here. What has arguments (`search('a', 'b')`) is one word.
pub(crate) fn not_drawn(kind: Kind, appearance: &str) -> Vec<String> {
    words(appearance).into_iter().filter(|word| !is_drawn(kind, &word.to_lowercase())).map(str::to_owned).collect()
}

/// Words apart by white space that stands in no parentheses.
fn words(appearance: &str) -> Vec<&str> {
    let (mut found, mut start, mut open) = (Vec::new(), 0, 0_u32);
    for (at, letter) in appearance.char_indices() {
        match letter {
            '(' => open += 1,
            ')' => open = open.saturating_sub(1),
            _ if letter.is_whitespace() && open == 0 => {
                found.extend(appearance.get(start..at));
                start = at + letter.len_utf8();
            }
            _ => {}
        }
    }
    found.extend(appearance.get(start..));
    found.retain(|word| !word.is_empty());
    found
}

fn is_drawn(kind: Kind, word: &str) -> bool {
    let known: &[&str] = match kind {
        Kind::Group | Kind::Repeat => &["field-list", "table-list"],
        Kind::SelectOne | Kind::SelectMultiple => &[
            "minimal",
            "autocomplete",
            "search",
            "horizontal",
            "horizontal-compact",
            "columns",
            "columns-pack",
            "compact",
            "no-buttons",
            "likert",
            "list",
            "label",
            "list-nolabel",
        ],
        Kind::Text => &["multiline", "numbers", "url", "masked"],
        // A number is always typed on a pad of digits.
        Kind::Integer | Kind::Decimal => &["numbers", "thousands-sep", "counter"],
        Kind::Range => &["picker", "rating", "vertical", "no-ticks"],
        Kind::Image => &["signature", "draw", "annotate", "new", "new-front"],
        Kind::Video => &["new", "new-front"],
        Kind::Audio => &["new"],
        Kind::Barcode => &["front"],
        Kind::Date => &["month-year", "year", "no-calendar"],
        Kind::DateTime => &["no-calendar"],
        _ => &[],
    };
    known.contains(&word) || is_width(word) || is_layout(kind, word)
}

/// `w1` to `w12`: a share of the line.
fn is_width(word: &str) -> bool {
    word.strip_prefix('w').and_then(|width| width.parse::<u8>().ok()).is_some_and(|width| (1..=12).contains(&width))
}

/// `quick`, and `columns-3` as the app lays it out.
fn is_layout(kind: Kind, word: &str) -> bool {
    let is_one = kind == Kind::SelectOne;
    let numbered = |before: &str| {
        let count = word.strip_prefix(before).and_then(|count| count.parse::<u8>().ok());
        count.is_some_and(|count| (1..=10).contains(&count))
    };
    (is_one && (matches!(word, "quick" | "quickcompact") || numbered("quickcompact-")))
        || (matches!(kind, Kind::SelectOne | Kind::SelectMultiple) && (numbered("columns-") || numbered("compact-")))
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
            (Kind::Video, "new-front"),
            (Kind::SelectOne, "quickcompact-2 no-buttons"),
            (Kind::SelectMultiple, "compact-4"),
        ] {
            assert!(not_drawn(kind, words).is_empty(), "{words}");
        }
    }

    #[test]
    fn what_is_not_drawn_is_told() {
        assert_eq!(not_drawn(Kind::Text, "multiline sparkle w13"), ["sparkle", "w13"]);
        assert_eq!(not_drawn(Kind::Geopoint, "placement-map"), ["placement-map"]);
        assert_eq!(not_drawn(Kind::SelectOne, "columns-0 columns-11"), ["columns-0", "columns-11"]);
        assert_eq!(not_drawn(Kind::SelectMultiple, "quick"), ["quick"]);
        assert_eq!(
            not_drawn(Kind::SelectOne, "minimal search('a', 'matches', 'b c', ${d})"),
            ["search('a', 'matches', 'b c', ${d})"]
        );
    }
}
