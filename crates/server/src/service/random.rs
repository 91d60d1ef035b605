//! Secure randomness, ids and hashes.

use sha2::{Digest as _, Sha256};

/// Fills a buffer from the operating system.
///
/// # Panics
/// When the system has no randomness: nothing here can be safe then.
pub fn fill(buffer: &mut [u8]) {
    getrandom::fill(buffer).expect("the operating system gives random bytes");
}

/// Lower-case hex.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |nibble: u8| char::from(DIGITS[usize::from(nibble)]);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

/// So many random bytes as hex.
#[must_use]
pub fn token(bytes: usize) -> String {
    let mut buffer = vec![0; bytes];
    fill(&mut buffer);
    hex(&buffer)
}

/// SHA-256 as hex.
#[must_use]
pub fn sha256_hex(data: impl AsRef<[u8]>) -> String {
    hex(&Sha256::digest(data))
}

/// A UUIDv7 of a moment (milliseconds since 1970 UTC): the id of a change that the server makes.
#[must_use]
pub fn uuid_v7(now: i64) -> String {
    let mut random = [0; 10];
    fill(&mut random);
    uuid::Builder::from_unix_timestamp_millis(u64::try_from(now).unwrap_or(0), &random).into_uuid().to_string()
}

/// A new user id: `u-` and 64 bits.
#[must_use]
pub fn user_id() -> String {
    format!("u-{}", token(8))
}

/// So many decimal digits, each evenly drawn.
#[must_use]
pub fn digits<const N: usize>() -> [u8; N] {
    let mut digits = [0; N];
    for digit in &mut digits {
        *digit = below(10);
    }
    digits
}

/// A password to hand over on paper: 15 letters and digits (74 bits) without the ones that look alike, in groups.
#[must_use]
pub fn password() -> String {
    let mut text = String::new();
    for i in 0..15 {
        if i > 0 && i % 5 == 0 {
            text.push('-');
        }
        text.push(letter());
    }
    text
}

/// The token of a village's public link, short enough to be typed from a poster: 10 letters and digits (49 bits).
#[must_use]
pub fn link() -> String {
    (0..10).map(|_| letter()).collect()
}

/// A letter or digit that looks like no other.
fn letter() -> char {
    const LETTERS: &[u8; 31] = b"abcdefghjkmnpqrstuvwxyz23456789";
    char::from(LETTERS[usize::from(below(31))])
}

/// An evenly drawn number below `bound`.
fn below(bound: u8) -> u8 {
    let limit = u8::MAX - u8::MAX % bound;
    loop {
        let mut byte = [0];
        fill(&mut byte);
        if byte[0] < limit {
            return byte[0] % bound;
        }
    }
}
