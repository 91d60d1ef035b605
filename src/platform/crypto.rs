//! Random bytes, ids and hashes by the browser's own means.

use js_sys::{Array, Object, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::CryptoKey;

use super::clock;

/// The browser's randomness as the sync engine takes it.
#[derive(Clone, Copy, Debug, Default)]
pub struct BrowserRng;

impl zhucun_sync::Rng for BrowserRng {
    fn fill(&self, bytes: &mut [u8]) {
        fill(bytes);
    }
}

/// Fills the buffer from the browser's secure source.
pub fn fill(bytes: &mut [u8]) {
    let source = web_sys::window().and_then(|window| window.crypto().ok());
    if source.is_some_and(|crypto| crypto.get_random_values_with_u8_array(bytes).is_ok()) {
        return;
    }
    // Every browser that runs the app has it; without, ids stay different by time and chance.
    for byte in bytes {
        *byte = (js_sys::Math::random() * 256.0) as u8;
    }
}

/// A new UUIDv7: record and change ids sort by the phone's time of making.
#[must_use]
pub fn uuid() -> String {
    let mut random = [0; 10];
    fill(&mut random);
    let millis = u64::try_from(clock::now()).unwrap_or_default();
    uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid().to_string()
}

/// Whether SHA-256 and offline start are to be had: only on https and on this machine itself.
#[must_use]
pub fn is_secure_context() -> bool {
    let Some(window) = web_sys::window() else { return false };
    let secure = Reflect::get(&window, &"isSecureContext".into()).is_ok_and(|value| value.is_truthy());
    secure && window.crypto().is_ok_and(|crypto| crypto.subtle().is_object())
}

/// SHA-256 of bytes in lower-case hex, as attachments and definitions are named; `None` without a secure context.
pub async fn sha256(bytes: &Uint8Array) -> Option<String> {
    if !is_secure_context() {
        return None;
    }
    let subtle = web_sys::window()?.crypto().ok()?.subtle();
    let promise = subtle.digest_with_str_and_buffer_source("SHA-256", bytes.unchecked_ref()).ok()?;
    let buffer: JsValue = JsFuture::from(promise).await.ok()?;
    Some(hex(&buffer))
}

fn hex(buffer: &JsValue) -> String {
    let mut hex = String::with_capacity(64);
    for byte in Uint8Array::new(buffer).to_vec() {
        for half in [byte >> 4, byte & 15] {
            hex.push(char::from_digit(u32::from(half), 16).unwrap_or('0'));
        }
    }
    hex
}

/// PBKDF2 with HMAC-SHA-256 of a text, 32 bytes in lower-case hex; `None` without a secure context.
pub async fn pbkdf2(text: &str, salt: &str, rounds: u32) -> Option<String> {
    if !is_secure_context() {
        return None;
    }
    let subtle = web_sys::window()?.crypto().ok()?.subtle();
    let bytes = Uint8Array::from(text.as_bytes());
    let uses = Array::of1(&"deriveBits".into());
    let key = subtle.import_key_with_str("raw", &bytes, "PBKDF2", false, &uses).ok()?;
    let key: CryptoKey = JsFuture::from(key).await.ok()?.unchecked_into();
    let how = Object::new();
    let values: [(&str, JsValue); 4] = [
        ("name", "PBKDF2".into()),
        ("hash", "SHA-256".into()),
        ("salt", Uint8Array::from(salt.as_bytes()).into()),
        ("iterations", rounds.into()),
    ];
    for (name, value) in values {
        // Setting a property of a new object does not fail.
        let _ = Reflect::set(&how, &name.into(), &value);
    }
    let bits = subtle.derive_bits_with_object(&how, &key, 256).ok()?;
    Some(hex(&JsFuture::from(bits).await.ok()?))
}
