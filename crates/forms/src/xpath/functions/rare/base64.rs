//! Bytes as text (RFC 4648).

use super::{Texts, Value};

const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// The text that base64 stands for; empty where its bytes are no UTF-8.
pub(super) fn base64_decode(texts: &Texts<'_>) -> Value {
    Value::Text(String::from_utf8(decode(&texts[0])).unwrap_or_default())
}

/// The bytes that base64 stands for; what is none of its letters is left out.
pub(super) fn decode(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let (mut bits, mut count) = (0u32, 0);
    for letter in text.bytes() {
        let Some(six) = LETTERS.iter().position(|each| *each == letter) else {
            continue;
        };
        bits = bits << 6 | six as u32;
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
        }
    }
    bytes
}

/// Bytes in base64, with padding.
pub(super) fn encode(bytes: &[u8]) -> String {
    let mut text = String::new();
    for three in bytes.chunks(3) {
        let mut bits = 0u32;
        for at in 0..3 {
            bits = bits << 8 | u32::from(three.get(at).copied().unwrap_or_default());
        }
        for at in 0..4 {
            let letter = LETTERS[(bits >> (18 - 6 * at)) as usize % 64];
            text.push(if at > three.len() { '=' } else { char::from(letter) });
        }
    }
    text
}
