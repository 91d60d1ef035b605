//! Hashes: MD5 (RFC 1321), SHA-1 and SHA-2 (FIPS 180-4). Their constants are the roots of primes and sines, and so are computed.

use std::cell::Cell;

use super::base64::encode;
use super::{Call, Value};
use crate::xpath::eval::Evaluated;

/// `digest(text, algorithm, encoding?)`.
pub(super) fn digest(call: &Call<'_>) -> Evaluated {
    let text = call.text(0);
    let algorithm = call.text(1);
    let bytes = text.as_bytes();
    let mut name = algorithm.to_ascii_uppercase();
    name.retain(|letter| letter != '-');
    let hash = match name.as_str() {
        "MD5" => md5(bytes, &|number| call.eval.host.math("sin", number, 0.0)),
        "SHA1" => sha1(bytes),
        "SHA256" => sha2(bytes, Sha2::SHA256),
        "SHA384" => sha2(bytes, Sha2::SHA384),
        "SHA512" => sha2(bytes, Sha2::SHA512),
        _ => return call.unusable(&algorithm),
    };
    if call.count() < 3 {
        return Ok(Value::Text(encode(&hash)));
    }
    let encoding = call.text(2);
    Ok(Value::Text(if encoding.eq_ignore_ascii_case("hex") {
        hex(&hash)
    } else if encoding.eq_ignore_ascii_case("base64") {
        encode(&hash)
    } else {
        return call.unusable(&encoding);
    }))
}

fn hex(bytes: &[u8]) -> String {
    let mut text = String::new();
    for byte in bytes {
        for digit in [byte >> 4, byte & 15] {
            text.push(char::from(b"0123456789abcdef"[usize::from(digit)]));
        }
    }
    text
}

/// A message with a one, zeros and its length in bits behind it: whole blocks of `block` bytes. The length takes the last
/// eighth of a block, in the order of bytes that the algorithm has.
fn padded(message: &[u8], block: usize, least_first: bool) -> Vec<u8> {
    let mut padded = message.to_vec();
    padded.push(0x80);
    while padded.len() % block > block - block / 8 {
        padded.push(0);
    }
    while padded.len() % block != block - 8 {
        padded.push(0);
    }
    let bits = message.len() as u64 * 8;
    padded.extend_from_slice(&if least_first { bits.to_le_bytes() } else { bits.to_be_bytes() });
    padded
}

/// The word of four bytes at a place.
fn word(bytes: &[u8], place: usize) -> u32 {
    bytes[4 * place..4 * place + 4].iter().fold(0, |word, byte| word << 8 | u32::from(*byte))
}

/// MD5; the sine of a number is told, a browser has it.
fn md5(message: &[u8], sine: &dyn Fn(f64) -> f64) -> Vec<u8> {
    const TURNS: [[u32; 4]; 4] = [[7, 12, 17, 22], [5, 9, 14, 20], [4, 11, 16, 23], [6, 10, 15, 21]];
    let mut state = [0x6745_2301u32, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476];
    let constants: Vec<u32> = (1..=64).map(|at| (sine(f64::from(at)).abs() * 4_294_967_296.0) as u32).collect();
    for block in padded(message, 64, true).chunks_exact(64) {
        let [mut a, mut b, mut c, mut d] = state;
        for (at, constant) in constants.iter().enumerate() {
            let (mixed, place) = match at / 16 {
                0 => ((b & c) | (!b & d), at),
                1 => ((d & b) | (!d & c), 5 * at + 1),
                2 => (b ^ c ^ d, 3 * at + 5),
                _ => (c ^ (b | !d), 7 * at),
            };
            let sum = a.wrapping_add(mixed).wrapping_add(*constant).wrapping_add(word(block, place % 16).swap_bytes());
            (a, d, c) = (d, c, b);
            b = b.wrapping_add(sum.rotate_left(TURNS[at / 16][at % 4]));
        }
        for (whole, part) in state.iter_mut().zip([a, b, c, d]) {
            *whole = whole.wrapping_add(part);
        }
    }
    state.iter().flat_map(|word| word.to_le_bytes()).collect()
}

fn sha1(message: &[u8]) -> Vec<u8> {
    let mut state = [0x6745_2301u32, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476, 0xc3d2_e1f0];
    for block in padded(message, 64, false).chunks_exact(64) {
        let mut words: Vec<u32> = (0..16).map(|place| word(block, place)).collect();
        for at in 16..80 {
            words.push((words[at - 3] ^ words[at - 8] ^ words[at - 14] ^ words[at - 16]).rotate_left(1));
        }
        let [mut a, mut b, mut c, mut d, mut e] = state;
        for (at, word) in words.iter().enumerate() {
            let (mixed, constant) = match at / 20 {
                0 => ((b & c) | (!b & d), 0x5a82_7999u32),
                1 => (b ^ c ^ d, 0x6ed9_eba1),
                2 => ((b & c) | (b & d) | (c & d), 0x8f1b_bcdc),
                _ => (b ^ c ^ d, 0xca62_c1d6),
            };
            let sum = a.rotate_left(5).wrapping_add(mixed).wrapping_add(e).wrapping_add(constant).wrapping_add(*word);
            (e, d, c, b, a) = (d, c, b.rotate_left(30), a, sum);
        }
        for (whole, part) in state.iter_mut().zip([a, b, c, d, e]) {
            *whole = whole.wrapping_add(part);
        }
    }
    state.iter().flat_map(|word| word.to_be_bytes()).collect()
}

/// One of the SHA-2 family.
#[derive(Clone, Copy)]
pub(super) struct Sha2 {
    /// Bits of a word: 32 or 64.
    bits: u32,
    /// The first of the eight primes whose square roots it begins with, counted from 0.
    prime: usize,
    /// Bytes of the result.
    length: usize,
    rounds: usize,
    /// How far words are turned: in Σ1 and Σ0, then in σ1 and σ0, whose last is a shift.
    turns: [[u32; 3]; 4],
}

impl Sha2 {
    pub(super) const SHA256: Self = Self {
        bits: 32,
        prime: 0,
        length: 32,
        rounds: 64,
        turns: [[6, 11, 25], [2, 13, 22], [17, 19, 10], [7, 18, 3]],
    };
    pub(super) const SHA512: Self = Self {
        bits: 64,
        prime: 0,
        length: 64,
        rounds: 80,
        turns: [[14, 18, 41], [28, 34, 39], [19, 61, 6], [1, 8, 7]],
    };
    const SHA384: Self = Self { prime: 8, length: 48, ..Self::SHA512 };

    fn turned(self, word: u64, by: u32) -> u64 {
        let turned = word >> by | word << (self.bits - by);
        if self.bits == 32 { turned & 0xffff_ffff } else { turned }
    }

    /// One of the four functions of one word.
    fn mixed(self, word: u64, function: usize) -> u64 {
        let [one, two, three] = self.turns[function];
        let last = if function < 2 { self.turned(word, three) } else { word >> three };
        self.turned(word, one) ^ self.turned(word, two) ^ last
    }

    /// The bits of a constant that a word has.
    fn cut(self, constant: u64) -> u64 {
        constant >> (64 - self.bits)
    }
}

/// A hash of the SHA-2 family.
pub(super) fn sha2(message: &[u8], kind: Sha2) -> Vec<u8> {
    let size = kind.bits as usize / 8;
    let roots = ROOTS.get().unwrap_or_else(roots);
    let mut state: Vec<u64> = roots[80 + kind.prime..][..8].iter().map(|root| kind.cut(*root)).collect();
    let constants: Vec<u64> = roots[..kind.rounds].iter().map(|root| kind.cut(*root)).collect();
    // In words of 32 bits what runs over is only cut off where it would come back: where words are turned, and at the end.
    let sum = |parts: &[u64]| {
        let sum = parts.iter().fold(0u64, |sum, part| sum.wrapping_add(*part));
        if size == 4 { sum & 0xffff_ffff } else { sum }
    };
    for block in padded(message, 16 * size, false).chunks_exact(16 * size) {
        let mut words: Vec<u64> = block
            .chunks_exact(size)
            .map(|bytes| bytes.iter().fold(0, |word, byte| word << 8 | u64::from(*byte)))
            .collect();
        for at in 16..kind.rounds {
            let (near, far) = (kind.mixed(words[at - 2], 2), kind.mixed(words[at - 15], 3));
            words.push(sum(&[near, words[at - 7], far, words[at - 16]]));
        }
        let mut v = state.clone();
        for (word, constant) in words.iter().zip(&constants) {
            let chosen = (v[4] & v[5]) ^ (!v[4] & v[6]);
            let most = (v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]);
            let first = sum(&[v[7], kind.mixed(v[4], 0), chosen, *constant, *word]);
            let second = sum(&[kind.mixed(v[0], 1), most]);
            v.rotate_right(1);
            v[4] = sum(&[v[4], first]);
            v[0] = sum(&[first, second]);
        }
        for (whole, part) in state.iter_mut().zip(v) {
            *whole = sum(&[*whole, part]);
        }
    }
    let bytes = state.iter().flat_map(|word| word.to_be_bytes().into_iter().skip(8 - size));
    bytes.take(kind.length).collect()
}

thread_local! {
    static ROOTS: Cell<Option<[u64; 96]>> = const { Cell::new(None) };
}

/// The cube roots of the first 80 primes and the square roots of the first 16, kept for the next time.
fn roots() -> [u64; 96] {
    let mut roots = [0; 96];
    let mut primes: Vec<u32> = Vec::new();
    let mut next = 2;
    while primes.len() < 80 {
        if primes.iter().all(|prime| next % prime != 0) {
            let place = primes.len();
            roots[place] = root(next, true);
            if place < 16 {
                roots[80 + place] = root(next, false);
            }
            primes.push(next);
        }
        next += 1;
    }
    ROOTS.set(Some(roots));
    roots
}

/// The first 64 bits behind the point of a prime's square or cube root: the greatest number of 64 such bits (and the few before
/// the point) whose power is not above the prime, bit by bit.
fn root(prime: u32, cube: bool) -> u64 {
    let mut root = [0u32; 3];
    for bit in (0..67).rev() {
        root[bit / 32] |= 1 << (bit % 32);
        let mut power = [0u32; 9];
        multiply(&root, &root, &mut power[..6]);
        // The words of the power that are before the point.
        let mut whole = &power[4..6];
        let square = power;
        if cube {
            multiply(&square[..6], &root, &mut power);
            whole = &power[6..];
        }
        if whole[0] >= prime || whole[1..].iter().any(|word| *word > 0) {
            root[bit / 32] ^= 1 << (bit % 32);
        }
    }
    u64::from(root[1]) << 32 | u64::from(root[0])
}

/// Multiplies two numbers, of which the least word comes first; `product` has as many words as both together.
pub(super) fn multiply(one: &[u32], other: &[u32], product: &mut [u32]) {
    product.fill(0);
    for (at, left) in one.iter().enumerate() {
        let mut carry = 0u64;
        for (place, right) in other.iter().enumerate() {
            let sum = u64::from(product[at + place]) + u64::from(*left) * u64::from(*right) + carry;
            product[at + place] = sum as u32;
            carry = sum >> 32;
        }
        product[at + other.len()] = carry as u32;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(message: &[u8]) -> [String; 5] {
        let sha = |kind| hex(&sha2(message, kind));
        [hex(&md5(message, &f64::sin)), hex(&sha1(message)), sha(Sha2::SHA256), sha(Sha2::SHA384), sha(Sha2::SHA512)]
    }

    #[test]
    fn known_messages_have_their_published_hashes() {
        let of_abc = all(b"abc");
        assert_eq!(of_abc[0], "900150983cd24fb0d6963f7d28e17f72");
        assert_eq!(of_abc[1], "a9993e364706816aba3e25717850c26c9cd0d89d");
        assert_eq!(of_abc[2], "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert!(of_abc[3].starts_with("cb00753f45a35e8bb5a03d699ac65007272c32ab0eded163"));
        assert!(of_abc[4].starts_with("ddaf35a193617abacc417349ae20413112e6fa4e89a97ea2"));
        assert_eq!(all(b"")[0], "d41d8cd98f00b204e9800998ecf8427e");
    }

    const EXPECTED: [&str; 5] = [
        "f4d0e59d5b54de4f3dbafc8dab2fbd05707c32ee7f5cd78ed3e6415918cf7e8d",
        "185eadf79a3a9ede7aff8b6d83547267c4192e2dd885d5442dc0c46946b9cc5a",
        "94bc81110d562891b0adac6bac4837f28ae9118c192446b6ac4414fdf4c6e629",
        "67993c57200b8813b1db895ee1f674a4591c04fe61ba21c88b409eebba4148c1",
        "66bd429c77493904b125d5aaf62a1ca55ebf78f90947f861afe8f4f413e30be1",
    ];

    /// Around every edge of a block: the hash of the hashes of all messages of up to 300 bytes, as Python's hashlib has it.
    #[test]
    fn messages_of_any_length_are_hashed() {
        let mut hashes: [String; 5] = Default::default();
        for length in 0..=300 {
            let message: Vec<u8> = (0..length).map(|at| (at * 7 + length) as u8).collect();
            for (each, hash) in hashes.iter_mut().zip(all(&message)) {
                each.push_str(&hash);
            }
        }
        let of_all: Vec<String> = hashes.iter().map(|all| hex(&sha2(all.as_bytes(), Sha2::SHA256))).collect();
        assert_eq!(of_all, EXPECTED);
    }
}
