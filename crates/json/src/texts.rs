//! What is done to texts in many places, once: std's ways are generic and come anew into the phone's download for every
//! kind of mark and of part.

/// The words of a text: what stands between white space.
pub fn words(text: &str) -> Vec<&str> {
    text.split_whitespace().collect()
}

/// Parts as one text, with something between them.
pub fn joined(parts: &[&str], between: &str) -> String {
    let mut all = String::new();
    for (place, part) in parts.iter().enumerate() {
        if place > 0 {
            all.push_str(between);
        }
        all.push_str(part);
    }
    all
}

/// Where a mark first begins in a text, in bytes. Answers are short: no table of the mark is worth its making.
pub fn find(text: &str, mark: &str) -> Option<usize> {
    let last = text.len().checked_sub(mark.len())?;
    (0..=last).find(|at| text.as_bytes()[*at..].starts_with(mark.as_bytes()))
}

/// What stands before the first of a mark (an ASCII character), and what behind it.
pub fn cut(text: &str, mark: u8) -> (&str, Option<&str>) {
    match text.bytes().position(|byte| byte == mark) {
        Some(at) => (&text[..at], Some(&text[at + 1..])),
        None => (text, None),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn they_do_what_std_does(text in "[ab村;]{0,8}", mark in "[ab村]{0,3}") {
            prop_assert_eq!(find(&text, &mark), text.find(&mark));
            let both = text.split_once(';').map_or((text.as_str(), None), |(before, after)| (before, Some(after)));
            prop_assert_eq!(cut(&text, b';'), both);
            let parts: Vec<&str> = text.split(';').collect();
            prop_assert_eq!(joined(&parts, &mark), parts.join(&mark));
        }
    }
}
