//! The letter that a character's syllable begins with: by the order of Pinyin that the browser has, without a table of ours.

use std::{cell::RefCell, cmp::Ordering};

use js_sys::{Array, Function, Intl::Collator, Object};
use wasm_bindgen::JsValue;
use zhucun_domain::pinyin;

/// Where the characters begin whose letters are kept.
const FROM: u32 = 0x4e00;

thread_local! {
    static ORDER: Function = Collator::new(&Array::of1(&"zh-u-co-pinyin".into()), &Object::new()).compare();
    /// Letters that were found, by character; 0 is not looked for yet, 1 none.
    static FOUND: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

fn order(one: char, other: char) -> Ordering {
    let text = |c: char| JsValue::from_str(c.encode_utf8(&mut [0; 4]));
    let order = ORDER.with(|order| order.call2(&JsValue::UNDEFINED, &text(one), &text(other)));
    order.ok().and_then(|order| order.as_f64()).map_or(Ordering::Equal, |order| order.total_cmp(&0.0))
}

fn letter(c: char) -> Option<char> {
    let Some(place) = u32::from(c).checked_sub(FROM).map(|place| place as usize).filter(|place| *place < 0x5200) else {
        return pinyin::letter(c, order);
    };
    FOUND.with_borrow_mut(|found| {
        found.resize(0x5200, 0);
        if found[place] == 0 {
            found[place] = pinyin::letter(c, order).map_or(1, |letter| letter as u8);
        }
        Some(char::from(found[place])).filter(|letter| *letter != '\u{1}')
    })
}

/// The first letters of a name's syllables.
#[must_use]
pub fn initials(name: &str) -> String {
    pinyin::initials(name, letter)
}
