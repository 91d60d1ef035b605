//! Names of elements, and how like two names are.

/// Whether a text can be an element's name: XML's `NCName`, with one prefix at most. As pyxform.
pub(super) fn is_name(text: &str) -> bool {
    let mut parts = text.splitn(3, ':');
    parts.next().is_some_and(is_plain) && parts.next().is_none_or(is_plain) && parts.next().is_none()
}

fn is_plain(text: &str) -> bool {
    let mut characters = text.chars();
    characters.next().is_some_and(begins) && characters.all(|next| begins(next) || goes_on(next))
}

/// `NameStartChar` of XML without the colon.
fn begins(character: char) -> bool {
    matches!(character,
        'A'..='Z' | 'a'..='z' | '_' | '\u{c0}'..='\u{d6}' | '\u{d8}'..='\u{f6}' | '\u{f8}'..='\u{2ff}'
        | '\u{370}'..='\u{37d}' | '\u{37f}'..='\u{1fff}' | '\u{200c}'..='\u{200d}' | '\u{2070}'..='\u{218f}'
        | '\u{2c00}'..='\u{2fef}' | '\u{3001}'..='\u{d7ff}' | '\u{f900}'..='\u{fdcf}' | '\u{fdf0}'..='\u{fffd}'
        | '\u{10000}'..='\u{effff}')
}

/// What `NameChar` of XML has beside those.
fn goes_on(character: char) -> bool {
    matches!(character, '-' | '.' | '0'..='9' | '\u{b7}' | '\u{300}'..='\u{36f}' | '\u{203f}'..='\u{2040}')
}

/// Whether one name becomes the other by two slips at most (a character too many, too few or wrong): Levenshtein's distance.
pub(super) fn is_like(one: &str, other: &str) -> bool {
    const SLIPS: usize = 2;
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    if one.len().abs_diff(other.len()) > SLIPS {
        return false;
    }
    let mut above: Vec<usize> = (0..=other.len()).collect();
    for (row, left) in one.iter().enumerate() {
        let mut line = vec![row + 1];
        for (column, right) in other.iter().enumerate() {
            let changed = above[column] + usize::from(left != right);
            line.push(changed.min(above[column + 1] + 1).min(line[column] + 1));
        }
        above = line;
    }
    above.last().is_some_and(|&slips| slips <= SLIPS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_begin_with_a_letter() {
        for name in ["a", "_a1", "a-b.c", "户主姓名", "orx:meta", "é"] {
            assert!(is_name(name), "{name}");
        }
        for name in ["", "1a", "a b", "-a", "a:b:c", ":a", "a:", "a(b)", "$a"] {
            assert!(!is_name(name), "{name}");
        }
    }

    #[test]
    fn two_slips_are_like_and_three_are_not() {
        assert!(is_like("setting", "settings") && is_like("chioces", "choices") && is_like("", "ab"));
        assert!(!is_like("etings2", "settings") && !is_like("", "abc") && !is_like("entity", "settings"));
    }
}
