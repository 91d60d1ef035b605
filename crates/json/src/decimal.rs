//! Numbers and their decimal text, exactly rounded both ways. std's own way needs tables of 12 kB that do not compress: on
//! a phone that is a tenth of what may be downloaded. Answers have few digits and take the short way in [`scaled`] and
//! [`plain`]; the rest is long division (W. D. Clinger, "How to read floating point numbers accurately", 1990).

use std::cmp::Ordering;

use crate::texts::cut;

/// Whole numbers below this are exact, and so is one of them times or divided by a power of ten up to 10^22.
const EXACT: u64 = 1 << 53;

/// The number that `-12.5`, `.5` or `3.` stands for; `None` when a text is not digits with at most one point.
pub fn parse(text: &str) -> Option<f64> {
    parse_shifted(text, 0)
}

/// [`parse`], with the point moved by so many places to the right.
pub fn parse_shifted(text: &str, places: i32) -> Option<f64> {
    let (is_below, text) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let (whole, part) = cut(text, b'.');
    let part = part.unwrap_or_default();
    let mut digits = Vec::new();
    for byte in [whole, part].concat().bytes() {
        if !byte.is_ascii_digit() {
            return None;
        }
        digits.push(byte - b'0');
    }
    if digits.is_empty() {
        return None;
    }
    let number = scaled(&digits, places - part.len() as i32);
    Some(if is_below { -number } else { number })
}

/// Digits times a power of ten, rounded to the nearest number (to the even one of two).
fn scaled(digits: &[u8], power: i32) -> f64 {
    let zeros = digits.iter().take_while(|digit| **digit == 0).count();
    let digits = &digits[zeros..];
    if digits.len() <= 15 && power.abs() <= 22 {
        let number = digits.iter().fold(0, |number: u64, digit| number * 10 + u64::from(*digit)) as f64;
        let scale = (0..power.abs()).fold(1.0, |scale: f64, _| scale * 10.0);
        return if power < 0 { number / scale } else { number * scale };
    }
    match digits.len() as i32 + power {
        _ if digits.is_empty() => 0.0,
        310.. => f64::INFINITY,
        ..=-330 => 0.0,
        _ => divided(digits, power),
    }
}

fn divided(digits: &[u8], power: i32) -> f64 {
    let mut above = Big::default();
    digits.iter().for_each(|digit| above.times_plus(10, u32::from(*digit)));
    let mut below = Big::default();
    below.times_plus(0, 1);
    let scale = if power < 0 { &mut below } else { &mut above };
    (0..power.abs()).for_each(|_| scale.times_plus(10, 0));
    // above / below becomes 1 or more and less than 2, times 2^exponent.
    let mut exponent = above.bits() - below.bits();
    if exponent > 0 {
        below.shift(exponent);
    } else {
        above.shift(-exponent);
    }
    if above.order(&below) == Ordering::Less {
        above.shift(1);
        exponent -= 1;
    }
    // The smallest numbers have fewer bits than 53.
    let bits = 53.min(exponent + 1075);
    if exponent > 1023 || bits < 0 {
        return if bits < 0 { 0.0 } else { f64::INFINITY };
    }
    let mut whole = 0_u64;
    for _ in 0..bits {
        whole <<= 1;
        if above.order(&below) != Ordering::Less {
            above.minus(&below);
            whole |= 1;
        }
        above.shift(1);
    }
    match above.order(&below) {
        Ordering::Greater => whole += 1,
        Ordering::Equal => whole += whole & 1,
        Ordering::Less => {}
    }
    whole as f64 * power_of_two(exponent - bits + 1)
}

/// 2^exponent, for exponents from -1074 to 1023.
fn power_of_two(exponent: i32) -> f64 {
    if exponent < -1022 {
        f64::from_bits(1 << (exponent + 1074))
    } else {
        f64::from_bits(((exponent + 1023) as u64) << 52)
    }
}

/// The fewest digits that mean the same finite number, without an exponent.
pub fn plain(number: f64) -> String {
    let mut text = if number.is_sign_negative() { String::from("-") } else { String::new() };
    let number = number.abs();
    let (digits, point) = fewest(number);
    if point <= 0 {
        text.push('0');
    }
    for place in point.min(0)..point.max(digits.len() as i32) {
        if place == point {
            text.push('.');
        }
        // Places in front of the first digit and behind the last one are zeros.
        let digit = if place < 0 { None } else { digits.get(place as usize) };
        text.push(char::from(b'0' + digit.copied().unwrap_or(0)));
    }
    text
}

fn fewest(number: f64) -> Digits {
    for places in 0..=22 {
        if let Some(digits) = short(number, places) {
            return digits;
        }
    }
    shortest(number)
}

/// Digits, and how many of them stand before the point (below 0: zeros between).
type Digits = (Vec<u8>, i32);

/// The digits when so many after the point are enough and all together are at most 15: such texts are numbers apart.
fn short(number: f64, places: i32) -> Option<Digits> {
    let scale = (0..places).fold(1.0, |scale: f64, _| scale * 10.0);
    let whole = (number * scale).round();
    if whole >= 1e15 || whole / scale != number {
        return None;
    }
    let digits: Vec<u8> = (whole as u64).to_string().bytes().map(|byte| byte - b'0').collect();
    let point = digits.len() as i32 - places;
    Some((digits, point))
}

fn shortest(number: f64) -> Digits {
    let (all, point) = expanded(number);
    for count in 1..17.min(all.len()) {
        let down = &all[..count];
        let up = next(down);
        let is_up_nearer = all[count..].cmp(&[5][..]) != Ordering::Less;
        let up = (up.as_slice(), (up.len() - count) as i32);
        let candidates = if is_up_nearer { [up, (down, 0)] } else { [(down, 0), up] };
        for (digits, longer) in candidates {
            let point = point + longer;
            if scaled(digits, point - digits.len() as i32) == number {
                let zeros = digits.iter().rev().take_while(|digit| **digit == 0).count();
                return (digits[..digits.len() - zeros].to_vec(), point);
            }
        }
    }
    let mut digits = if all.len() > 17 && all[17] >= 5 { next(&all[..17]) } else { all[..all.len().min(17)].to_vec() };
    let longer = digits.len().saturating_sub(17) as i32;
    while digits.last() == Some(&0) {
        digits.pop();
    }
    (digits, point + longer)
}

/// One more at the last place.
fn next(digits: &[u8]) -> Vec<u8> {
    let mut digits = digits.to_vec();
    for digit in digits.iter_mut().rev() {
        if *digit < 9 {
            *digit += 1;
            return digits;
        }
        *digit = 0;
    }
    digits.insert(0, 1);
    digits
}

/// All digits of a number: a double is a whole number times a power of two, and so has an end in decimals.
fn expanded(number: f64) -> Digits {
    let bits = number.to_bits();
    let exponent = (bits >> 52) as i32;
    let fraction = bits & (EXACT / 2 - 1);
    let (whole, exponent) = if exponent == 0 { (fraction, -1074) } else { (fraction | (EXACT / 2), exponent - 1075) };
    let mut big = Big(vec![whole as u32, (whole >> 32) as u32]);
    // 2^-n is 5^n with the point n places to the left.
    if exponent > 0 {
        big.shift(exponent);
    } else {
        (0..-exponent).for_each(|_| big.times_plus(5, 0));
    }
    let digits = big.digits();
    let point = digits.len() as i32 + exponent.min(0);
    (digits, point)
}

/// A whole number of any size, 32 bits a place, the lowest first.
#[derive(Default)]
struct Big(Vec<u32>);

impl Big {
    fn times_plus(&mut self, factor: u32, plus: u32) {
        let mut carry = u64::from(plus);
        for place in &mut self.0 {
            carry += u64::from(*place) * u64::from(factor);
            *place = carry as u32;
            carry >>= 32;
        }
        if carry > 0 {
            self.0.push(carry as u32);
        }
    }

    fn shift(&mut self, bits: i32) {
        (0..bits / 31).for_each(|_| self.times_plus(1 << 31, 0));
        self.times_plus(1 << (bits % 31), 0);
    }

    fn bits(&self) -> i32 {
        let top = self.0.iter().rposition(|place| *place != 0);
        top.map_or(0, |top| top as i32 * 32 + 32 - self.0[top].leading_zeros() as i32)
    }

    fn order(&self, other: &Self) -> Ordering {
        let places = self.0.len().max(other.0.len());
        let at = |big: &Self, index: usize| big.0.get(index).copied().unwrap_or(0);
        let orders = (0..places).rev().map(|index| at(self, index).cmp(&at(other, index)));
        orders.fold(Ordering::Equal, Ordering::then)
    }

    /// Takes away what is not more.
    fn minus(&mut self, other: &Self) {
        let mut borrow = 0;
        for (index, place) in self.0.iter_mut().enumerate() {
            let take = u64::from(other.0.get(index).copied().unwrap_or(0)) + borrow;
            borrow = u64::from(u64::from(*place) < take);
            *place = (u64::from(*place) + (borrow << 32) - take) as u32;
        }
    }

    /// Decimal digits without zeros in front.
    fn digits(mut self) -> Vec<u8> {
        let mut digits = Vec::new();
        while self.bits() > 0 {
            let mut rest = 0;
            for place in self.0.iter_mut().rev() {
                rest = (rest << 32) | u64::from(*place);
                *place = (rest / 10) as u32;
                rest %= 10;
            }
            digits.push(rest as u8);
        }
        digits.reverse();
        digits
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn texts_that_are_no_plain_numbers_are_none() {
        for text in ["", "-", ".", "1e5", "1,5", "1.2.3", "--1", "１", "NaN", "+1"] {
            assert_eq!(parse(text), None, "{text}");
        }
        assert_eq!((parse("3."), parse(".5"), parse("-007")), (Some(3.0), Some(0.5), Some(-7.0)));
    }

    #[test]
    fn the_edges_of_what_a_number_can_be_are_std_s() {
        for text in [
            "0.1",
            "9007199254740993",
            "9007199254740992.5",
            "123456789012345678901234567890",
            "0.30000000000000004",
            "2.2250738585072011",
            "1.7976931348623159",
            "4.9406564584124654",
        ] {
            for places in [0, 22, 23, 300, 308, 309, -22, -23, -307, -308, -323, -324, -325, -330, -400, 400] {
                assert_eq!(parse_shifted(text, places), format!("{text}e{places}").parse().ok(), "{text}e{places}");
            }
        }
    }

    proptest! {
        #[test]
        fn any_number_is_written_as_std_writes_it_and_read_back(bits: u64) {
            let number = f64::from_bits(bits);
            prop_assume!(number.is_finite());
            prop_assert_eq!(plain(number), number.to_string());
            prop_assert_eq!(parse(&plain(number)), Some(number));
        }

        #[test]
        fn figures_of_forms_are_written_as_std_writes_them(whole in -10_000_000_000_i64..10_000_000_000, places in 0..9_u32) {
            let number = whole as f64 / f64::from(10_u32.pow(places));
            prop_assert_eq!(plain(number), number.to_string());
            prop_assert_eq!(parse(&plain(number)), Some(number));
        }

        #[test]
        fn any_digits_are_read_as_std_reads_them(text in "-?[0-9]{1,40}(\\.[0-9]{0,40})?", places in -350..350_i32) {
            prop_assert_eq!(parse(&text), text.parse().ok());
            prop_assert_eq!(parse_shifted(&text, places), format!("{text}e{places}").parse().ok());
        }
    }
}
