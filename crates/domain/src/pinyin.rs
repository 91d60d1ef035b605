//! Finding a name by the first letters of its syllables: `hdg` for 何德贵.

use std::cmp::Ordering;

/// The first character of each letter in the order of Pinyin (CLDR's `zh-u-co-pinyin`, which browsers bring along); no
/// syllable begins with i, u or v.
const FIRST: [(char, char); 23] = [
    ('阿', 'a'),
    ('八', 'b'),
    ('嚓', 'c'),
    ('哒', 'd'),
    ('妸', 'e'),
    ('发', 'f'),
    ('旮', 'g'),
    ('哈', 'h'),
    ('讥', 'j'),
    ('咔', 'k'),
    ('垃', 'l'),
    ('痳', 'm'),
    ('拏', 'n'),
    ('噢', 'o'),
    ('妑', 'p'),
    ('七', 'q'),
    ('呥', 'r'),
    ('扨', 's'),
    ('它', 't'),
    ('穵', 'w'),
    ('夕', 'x'),
    ('丫', 'y'),
    ('帀', 'z'),
];

/// Surnames that are spoken otherwise than the character alone.
const SURNAMES: [(char, char); 8] =
    [('曾', 'z'), ('单', 's'), ('解', 'x'), ('仇', 'q'), ('区', 'o'), ('查', 'z'), ('翟', 'z'), ('尉', 'y')];

/// The letter a character's syllable begins with, by an order of characters in Pinyin; ASCII letters and digits are their
/// own. `None` for what has no syllable.
pub fn letter(c: char, order: impl Fn(char, char) -> Ordering) -> Option<char> {
    match c {
        '\u{4e00}'..='\u{9fff}' => {
            let after = FIRST.partition_point(|(first, _)| order(*first, c) != Ordering::Greater);
            FIRST.get(after.checked_sub(1)?).map(|(_, letter)| *letter)
        }
        _ => c.is_ascii_alphanumeric().then(|| c.to_ascii_lowercase()),
    }
}

/// The letters of a name, its first character taken as a surname.
pub fn initials(name: &str, letter: impl Fn(char) -> Option<char>) -> String {
    let of = |(place, c): (usize, char)| {
        let surname = SURNAMES.iter().find(|(surname, _)| place == 0 && *surname == c);
        surname.map_or_else(|| letter(c), |(_, letter)| Some(*letter))
    };
    name.chars().enumerate().filter_map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A few characters with their syllables: enough of the order for a test.
    fn syllable(c: char) -> String {
        let table = "阿a 八ba 嚓ca 哒da 德de 妸e 发fa 旮ga 贵gui 哈ha 何he 讥ji 解jie 咔ka 垃la 痳ma 拏na 噢o 妑pa 七qi 呥ran 扨sa \
                     它ta 穵wa 王wang 夕xi 丫ya 帀za 左zuo";
        let found = table.split_whitespace().find_map(|entry| entry.strip_prefix(c));
        found.unwrap_or_else(|| panic!("{c} is not in the test's table")).to_owned()
    }

    fn of(name: &str) -> String {
        initials(name, |c| letter(c, |a, b| syllable(a).cmp(&syllable(b))))
    }

    #[test]
    fn a_name_has_the_first_letters_of_its_syllables() {
        assert_eq!(of("何德贵"), "hdg");
        assert_eq!(of("阿左"), "az");
        assert_eq!(of("王 Li-2"), "wli2");
    }

    #[test]
    fn a_surname_is_spoken_as_a_surname() {
        assert_eq!(of("解德"), "xd");
        assert_eq!(of("何解"), "hj");
    }
}
