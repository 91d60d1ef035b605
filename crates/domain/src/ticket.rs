//! Ticket codes 查询码: 16 random digits (53 bits) and a check digit (ISO 7064 MOD 11,10), typed on a number pad.

/// Digits of a code, the check digit included.
pub const LENGTH: usize = 17;

/// Salt of the verifier that a phone writes into a need whose code it made: PBKDF2 with HMAC-SHA-256 over the code, 32 bytes.
/// One for all codes: the server finds a need by its code alone.
pub const SALT: &str = "zhucun/ticket/1";
/// Rounds of the verifier: what makes trying out all codes too dear.
pub const ROUNDS: u32 = 100_000;

/// Evenly drawn decimal digits out of random bytes; `None` when there are too few usable ones: draw again.
#[must_use]
pub fn digits(bytes: &[u8]) -> Option<[u8; LENGTH - 1]> {
    let mut digits = [0; LENGTH - 1];
    // 250 and above would make the small digits likelier.
    let mut usable = bytes.iter().filter(|byte| **byte < 250);
    for digit in &mut digits {
        *digit = usable.next()? % 10;
    }
    Some(digits)
}

/// Makes a code of 16 numbers, each 0–9, that the caller drew evenly from a secure source.
#[must_use]
pub fn code(digits: [u8; LENGTH - 1]) -> String {
    let mut text: String = digits.iter().map(|digit| char::from(b'0' + digit % 10)).collect();
    text.push(char::from(b'0' + check_digit(text.bytes())));
    text
}

/// What a villager typed as a code: blanks, hyphens and full-width digits allowed. `None` when it cannot be one, which tells
/// a slip of the finger from a code that does not exist.
#[must_use]
pub fn parse(typed: &str) -> Option<String> {
    let mut digits = String::new();
    for c in typed.chars() {
        match c {
            '0'..='9' => digits.push(c),
            '０'..='９' => digits.push(char::from_u32(c as u32 - '０' as u32 + '0' as u32)?),
            ' ' | '-' | '\u{3000}' | '\t' | '\r' | '\n' => {}
            _ => return None,
        }
    }
    let (body, check) = digits.split_at_checked(LENGTH - 1)?;
    (check.len() == 1 && check.as_bytes()[0] - b'0' == check_digit(body.bytes())).then_some(digits)
}

/// A code in groups for reading aloud: `1234 5678 9012 34567`.
#[must_use]
pub fn grouped(code: &str) -> String {
    let mut text = String::new();
    for (i, c) in code.chars().enumerate() {
        if i > 0 && i % 4 == 0 && i < LENGTH - 1 {
            text.push(' ');
        }
        text.push(c);
    }
    text
}

/// ISO 7064 MOD 11,10 of decimal digits: finds every single wrong digit and nearly every swap of neighbours.
fn check_digit(digits: impl Iterator<Item = u8>) -> u8 {
    let product = digits.fold(10, |product: u32, digit| {
        let sum = (product + u32::from(digit - b'0')) % 10;
        (if sum == 0 { 10 } else { sum }) * 2 % 11
    });
    ((11 - product) % 10) as u8
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_code_is_read_back_however_it_is_spaced(digits in prop::array::uniform16(0_u8..10)) {
            let code = code(digits);
            prop_assert_eq!(parse(&grouped(&code)), Some(code.clone()));
        }

        #[test]
        fn one_wrong_digit_is_noticed(digits in prop::array::uniform16(0_u8..10), at in 0..LENGTH, add in 1_u8..10) {
            let code = code(digits);
            let wrong: String = code.bytes().enumerate()
                .map(|(i, b)| char::from(if i == at { b'0' + (b - b'0' + add) % 10 } else { b })).collect();
            prop_assert_eq!(parse(&wrong), None);
        }

        #[test]
        fn any_text_is_read_without_harm(text in ".*") {
            let _ = parse(&text);
        }
    }

    #[test]
    fn digits_are_drawn_evenly_or_not_at_all() {
        let all: Vec<u8> = (0..=255).collect();
        let mut counts = [0; 10];
        for digit in all.chunks(16).filter_map(digits).flatten() {
            counts[usize::from(digit)] += 1;
        }
        // The last chunk has six bytes too few.
        assert_eq!(counts, [24; 10]);
        assert_eq!(digits(&[255; 64]), None);
        assert_eq!(digits(&[251, 7].repeat(16)), Some([7; 16]));
    }

    #[test]
    fn full_width_digits_are_digits() {
        let code = code([1; 16]);
        let wide: String =
            code.chars().map(|c| char::from_u32(c as u32 - '0' as u32 + '０' as u32).expect("a digit")).collect();
        assert_eq!(parse(&wide), Some(code));
    }
}
