//! What appearances ask for: pure, tested natively.

use zhucun_json::texts;

/// How choices stand beside each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Layout {
    /// So many columns at most, as far as the screen is wide enough; 0: as many as fit.
    pub(super) columns: u32,
    /// Whether the circle or box in front of the words is left out.
    pub(super) is_bare: bool,
}

/// Choices with pictures, where nothing else is asked for.
pub(super) const TILES: Layout = Layout { columns: 2, is_bare: false };

/// The layout that an appearance asks for; `None` for plain rows. `compact` is what `columns-pack no-buttons` was before.
pub(super) fn layout(appearance: &[String]) -> Option<Layout> {
    let mut layout = Layout { columns: 1, is_bare: false };
    for word in appearance {
        match word.as_str() {
            "no-buttons" => layout.is_bare = true,
            "columns" | "horizontal" => layout.columns = 2,
            "columns-pack" | "horizontal-compact" => layout.columns = 0,
            "compact" | "quickcompact" => layout = Layout { columns: 0, is_bare: true },
            word => {
                if let Some(columns) = numbered(word, "columns-") {
                    layout.columns = columns;
                } else if let Some(columns) = numbered(word, "compact-").or_else(|| numbered(word, "quickcompact-")) {
                    layout = Layout { columns, is_bare: true };
                }
            }
        }
    }
    (layout != Layout { columns: 1, is_bare: false }).then_some(layout)
}

/// The number behind a word, from 1 to 10.
fn numbered(word: &str, before: &str) -> Option<u32> {
    word.strip_prefix(before)?.parse().ok().filter(|number| (1..=10).contains(number))
}

/// About how wide words are, in quarters of a letter's height: a Chinese character is 4, others 2 or 3.
pub(super) fn width(words: &str) -> u32 {
    words
        .chars()
        .map(|letter| {
            if letter > '\u{2e80}' {
                4
            } else if letter.is_ascii_uppercase() {
                3
            } else {
                2
            }
        })
        .sum()
}

/// As [`width`], of the longest piece that cannot be broken: a word, or three Chinese characters.
pub(super) fn longest(words: &str) -> u32 {
    let piece =
        |word: &str| if word.chars().any(|letter| letter > '\u{2e80}') { width(word).min(12) } else { width(word) };
    texts::words(words).into_iter().map(piece).max().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(words: &str) -> Option<(u32, bool)> {
        let words: Vec<String> = words.split(' ').map(str::to_owned).collect();
        layout(&words).map(|layout| (layout.columns, layout.is_bare))
    }

    #[test]
    fn an_appearance_says_how_many_columns_and_whether_there_are_marks() {
        assert_eq!(asked("columns-3"), Some((3, false)));
        assert_eq!(asked("w4 columns-10 no-buttons"), Some((10, true)));
        assert_eq!(asked("columns-pack"), Some((0, false)));
        assert_eq!(asked("no-buttons"), Some((1, true)));
        assert_eq!(asked("quickcompact-2"), Some((2, true)));
        assert_eq!(asked("compact"), Some((0, true)));
    }

    #[test]
    fn what_asks_for_no_columns_is_plain() {
        for words in ["image-map", "w6", "columns-11", "columns-0", "columns-x", "columns-1", ""] {
            assert_eq!(asked(words), None, "{words}");
        }
    }

    #[test]
    fn chinese_words_are_wider_than_latin_ones() {
        assert_eq!(width("很同意"), 12);
        assert!(width("Yes") < width("是的"));
    }

    #[test]
    fn a_chinese_word_can_be_broken_and_a_latin_one_cannot() {
        assert_eq!(longest("非常不满意"), 12);
        assert_eq!(longest("是"), 4);
        assert_eq!(longest("Neither good nor bad"), width("Neither"));
    }
}
