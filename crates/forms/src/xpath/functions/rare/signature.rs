//! Signatures of Ed25519 (RFC 8032), verified: nothing here is secret, so nothing is done in constant time.

use super::base64::decode;
use super::digest::{Sha2, multiply, sha2};
use super::{Texts, Value};

/// `extract-signed(base64, public key in base64)`: the text behind the signature of 64 bytes; empty when that is not valid.
pub(super) fn extract_signed(texts: &Texts<'_>) -> Value {
    let signed = decode(&texts[0]);
    let message = verified(&signed, &decode(&texts[1])).unwrap_or_default();
    Value::Text(String::from_utf8(message.to_vec()).unwrap_or_default())
}

/// What a signature that comes before it signs; `None` when the signature is not the key's.
fn verified<'a>(signed: &'a [u8], key: &[u8]) -> Option<&'a [u8]> {
    let (signature, message) = signed.split_at_checked(64)?;
    let (nonce, scalar) = signature.split_at(32);
    // Of a scalar and the same one with the group's order added only the first is valid.
    if key.len() != 32 || !is_less(&words(scalar), &ORDER) {
        return None;
    }
    let hashed = sha2(&[nonce, key, message].concat(), Sha2::SHA512);
    let signer = Point::decoded(key)?.negated();
    // The base point is the one whose y is 4/5 and whose x is even.
    let base = Point::decoded(&bytes(number(4).times(&number(5).inverse())))?;
    let is = base.times(scalar).plus(&signer.times(&hashed));
    (is.encoded() == nonce).then_some(message)
}

/// The order of the group, the least word first: 2^252 and some.
const ORDER: [u32; 8] = [0x5cf5_d3ed, 0x5812_631a, 0xa2f7_9cd6, 0x14de_f9de, 0, 0, 0, 0x1000_0000];

/// The prime 2^255 - 19.
const PRIME: [u32; 8] = [0xffff_ffed, MOST, MOST, MOST, MOST, MOST, MOST, 0x7fff_ffff];
const MOST: u32 = u32::MAX;

fn is_less(one: &[u32; 8], other: &[u32; 8]) -> bool {
    one.iter().rev().lt(other.iter().rev())
}

/// 32 bytes as words, the least first.
fn words(bytes: &[u8]) -> [u32; 8] {
    let mut words = [0; 8];
    for (at, byte) in bytes.iter().enumerate().take(32) {
        words[at / 4] |= u32::from(*byte) << (8 * (at % 4));
    }
    words
}

fn bytes(number: Field) -> Vec<u8> {
    number.least().iter().flat_map(|word| word.to_le_bytes()).collect()
}

/// A number modulo the prime; any of the numbers below 2^256 that are the same.
#[derive(Clone, Copy)]
struct Field([u32; 8]);

fn number(small: u32) -> Field {
    Field([small, 0, 0, 0, 0, 0, 0, 0])
}

impl Field {
    /// Adds a number and `over` times 2^256, which is 38.
    fn plus_over(mut self, other: &[u32; 8], over: u32) -> Self {
        let mut carry = u64::from(over) * 38;
        for (word, other) in self.0.iter_mut().zip(other) {
            carry += u64::from(*word) + u64::from(*other);
            *word = carry as u32;
            carry >>= 32;
        }
        if carry == 0 { self } else { self.plus_over(&[0; 8], carry as u32) }
    }

    fn plus(&self, other: &Self) -> Self {
        self.plus_over(&other.0, 0)
    }

    fn minus(&self, other: &Self) -> Self {
        // Of numbers below 2^256: that minus one, taken away bit by bit, and what makes it 2 times the prime.
        let mut complement = other.0;
        for word in &mut complement {
            *word = !*word;
        }
        // 2^256 - 1 - other is -other + 37.
        let difference = self.plus_over(&complement, 0);
        let mut less = PRIME;
        less[0] -= 37;
        difference.plus_over(&less, 0)
    }

    fn times(&self, other: &Self) -> Self {
        let mut product = [0; 16];
        multiply(&self.0, &other.0, &mut product);
        let mut high = [0; 9];
        multiply(&product[8..], &[38], &mut high);
        let mut low = [0; 8];
        low.copy_from_slice(&product[..8]);
        let mut rest = [0; 8];
        rest.copy_from_slice(&high[..8]);
        Self(low).plus_over(&rest, high[8])
    }

    /// The number itself: the least that is the same.
    fn least(mut self) -> [u32; 8] {
        while !is_less(&self.0, &PRIME) {
            let mut borrow = 0;
            for (word, part) in self.0.iter_mut().zip(PRIME) {
                let less = u64::from(*word).wrapping_sub(u64::from(part) + borrow);
                *word = less as u32;
                borrow = less >> 63;
            }
        }
        self.0
    }

    fn is(&self, other: &Self) -> bool {
        self.least() == other.least()
    }

    /// To the power of 2^`bits` - `less`, a whole number above 0.
    fn to_power(self, bits: usize, less: u32) -> Self {
        let mut power = [MOST; 8];
        for bit in bits..256 {
            power[bit / 32] &= !(1 << (bit % 32));
        }
        // That is 2^bits - 1 so far.
        power[0] -= less - 1;
        let mut result = number(1);
        for bit in (0..bits).rev() {
            result = result.times(&result);
            if power[bit / 32] >> (bit % 32) & 1 == 1 {
                result = result.times(&self);
            }
        }
        result
    }

    /// The number by which it gives 1 (Fermat); 0 for 0.
    fn inverse(self) -> Self {
        self.to_power(255, 21)
    }

    /// A number whose square it is.
    fn root(self) -> Option<Self> {
        let root = self.to_power(252, 2);
        // Times a root of -1, which is 2 to the power of a quarter of the prime.
        let other = root.times(&number(2).to_power(253, 5));
        [root, other].into_iter().find(|root| root.times(root).is(&self))
    }
}

/// A point of the curve, in the extended coordinates of RFC 8032: x = X/Z, y = Y/Z, xy = T/Z.
struct Point {
    x: Field,
    y: Field,
    z: Field,
    t: Field,
}

/// The curve's d: -121665/121666.
fn curve() -> Field {
    number(0).minus(&number(121_665)).times(&number(121_666).inverse())
}

impl Point {
    fn new(x: Field, y: Field) -> Self {
        Self { x, y, z: number(1), t: x.times(&y) }
    }

    /// Of 32 bytes: y, and whether x is odd in the highest bit.
    fn decoded(bytes: &[u8]) -> Option<Self> {
        let mut least = words(bytes);
        let is_odd = least[7] >> 31 == 1;
        least[7] &= MOST >> 1;
        if !is_less(&least, &PRIME) {
            return None;
        }
        let y = Field(least);
        let square = y.times(&y);
        let over = square.minus(&number(1));
        let under = curve().times(&square).plus(&number(1));
        let x = over.times(&under.inverse()).root()?;
        let own = x.least();
        if own == [0; 8] && is_odd {
            return None;
        }
        Some(Self::new(if (own[0] & 1 == 1) == is_odd { x } else { number(0).minus(&x) }, y))
    }

    fn encoded(&self) -> Vec<u8> {
        let inverse = self.z.inverse();
        let mut encoded = bytes(self.y.times(&inverse));
        encoded[31] |= (self.x.times(&inverse).least()[0] as u8 & 1) << 7;
        encoded
    }

    fn negated(self) -> Self {
        Self::new(number(0).minus(&self.x), self.y)
    }

    /// The sum, of equal points too (RFC 8032, 5.1.4); `double` is 2d.
    fn sum(&self, other: &Self, double: &Field) -> Self {
        let a = self.y.minus(&self.x).times(&other.y.minus(&other.x));
        let b = self.y.plus(&self.x).times(&other.y.plus(&other.x));
        let c = self.t.times(&other.t).times(double);
        let d = self.z.times(&other.z).times(&number(2));
        let (e, f, g, h) = (b.minus(&a), d.minus(&c), d.plus(&c), b.plus(&a));
        Self { x: e.times(&f), y: g.times(&h), z: f.times(&g), t: e.times(&h) }
    }

    fn plus(&self, other: &Self) -> Self {
        self.sum(other, &curve().times(&number(2)))
    }

    /// The point added to itself as often as a whole number says, whose least byte comes first.
    fn times(&self, scalar: &[u8]) -> Self {
        let double = curve().times(&number(2));
        let mut result = Self::new(number(0), number(1));
        for byte in scalar.iter().rev() {
            for bit in (0..8).rev() {
                result = result.sum(&result, &double);
                if byte >> bit & 1 == 1 {
                    result = result.sum(self, &double);
                }
            }
        }
        result
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn unhex(text: &str) -> Vec<u8> {
        (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
    }

    /// Key, message, signature: RFC 8032, 7.1, tests 1 to 3.
    const KNOWN: [(&str, &str, &str); 3] = [
        (
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
            "",
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
        ),
        (
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
            "72",
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
        ),
        (
            "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
            "af82",
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
        ),
    ];

    fn is_valid(key: &[u8], message: &[u8], signature: &[u8]) -> bool {
        let signed = [signature, message].concat();
        verified(&signed, key).is_some_and(|verified| verified == message)
    }

    #[test]
    fn published_signatures_are_valid_and_changed_ones_are_not() {
        for (key, message, signature) in KNOWN {
            let (key, message, signature) = (unhex(key), unhex(message), unhex(signature));
            assert!(is_valid(&key, &message, &signature));
            assert!(!is_valid(&key, &[&message[..], b"x"].concat(), &signature));
            for at in [0, 31, 32, 63] {
                let mut other = signature.clone();
                other[at] ^= 1;
                assert!(!is_valid(&key, &message, &other), "byte {at}");
            }
            let mut other = key.clone();
            other[3] ^= 4;
            assert!(!is_valid(&other, &message, &signature));
            assert!(!is_valid(&key[1..], &message, &signature));
        }
    }

    #[test]
    fn the_same_signature_with_the_groups_order_added_is_not_valid() {
        let (key, message, signature) = KNOWN[1];
        let (key, message, mut signature) = (unhex(key), unhex(message), unhex(signature));
        let mut carry = 0;
        for (at, byte) in signature[32..].iter_mut().enumerate() {
            carry += u32::from(*byte) + (ORDER[at / 4] >> (8 * (at % 4)) & 255);
            *byte = carry as u8;
            carry >>= 8;
        }
        assert_eq!(carry, 0);
        assert!(!is_valid(&key, &message, &signature));
    }

    #[test]
    fn what_is_too_short_or_no_signature_is_not_valid() {
        assert_eq!(verified(b"short", &[0; 32]), None);
        assert_eq!(verified(&[255; 80], &[255; 32]), None);
        assert_eq!(extract_signed(&["".into(), "".into()]), Value::Text(String::new()));
    }

    proptest! {
        #[test]
        fn numbers_of_the_field_are_calculated_with(one: [u32; 8], other: [u32; 8], third: [u32; 8]) {
            let (a, b, c) = (Field(one), Field(other), Field(third));
            prop_assert!(a.plus(&b).minus(&b).is(&a));
            prop_assert!(a.minus(&a).is(&number(0)));
            prop_assert!(a.plus(&b).times(&c).is(&a.times(&c).plus(&b.times(&c))));
            prop_assert!(a.minus(&b).times(&c).is(&a.times(&c).minus(&b.times(&c))));
            prop_assume!(!a.is(&number(0)));
            prop_assert!(a.times(&a.inverse()).is(&number(1)));
            let square = a.times(&a);
            let root = square.root().unwrap();
            prop_assert!(root.is(&a) || root.is(&number(0).minus(&a)));
        }

        #[test]
        fn any_bytes_may_be_tried(signed in prop::collection::vec(any::<u8>(), 0..100), key: [u8; 32]) {
            prop_assert_eq!(verified(&signed, &key), None);
        }
    }
}
