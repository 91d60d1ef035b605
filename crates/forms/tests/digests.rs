//! `digest()` and `extract-signed()` are our own code, for their weight on a phone (docs/decisions/0016-own-digests.md): here
//! they are compared with the libraries that would else do it.
#![cfg(feature = "read")]
#![expect(clippy::unwrap_used, reason = "tests: what is not there fails them")]

use md5::{Digest, Md5};
use proptest::prelude::*;
use ring::signature::{Ed25519KeyPair, KeyPair};
use sha1::Sha1;
use zhucun_forms::NativeHost;
use zhucun_forms::xpath::{Document, Expr, Tree};

fn text(expression: &str) -> String {
    let document = Document::read("<data/>").unwrap();
    let host = NativeHost::new(0, 0);
    let value = Expr::parse(expression).unwrap().eval(&document, document.root(), &host).unwrap();
    value.text(&document, &host)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for three in bytes.chunks(3) {
        let bits = three.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - three.len()));
        for at in 0..4 {
            let letter = LETTERS[(bits >> (18 - 6 * at)) as usize & 63];
            out.push(if at > three.len() { '=' } else { char::from(letter) });
        }
    }
    out
}

proptest! {
    #[test]
    fn digests_are_those_of_the_libraries(message in "[ -&(-~\u{4e00}-\u{9fff}]{0,300}") {
        use sha2::Digest as _;
        let of = |kind: &str| text(&format!("digest('{message}', '{kind}', 'hex')"));
        prop_assert_eq!(of("MD5"), hex(&Md5::digest(&message)));
        prop_assert_eq!(of("SHA-1"), hex(&Sha1::digest(&message)));
        prop_assert_eq!(of("SHA-256"), hex(&sha2::Sha256::digest(&message)));
        prop_assert_eq!(of("SHA-384"), hex(&sha2::Sha384::digest(&message)));
        prop_assert_eq!(of("SHA-512"), hex(&sha2::Sha512::digest(&message)));
        prop_assert_eq!(text(&format!("digest('{message}', 'MD5')")), base64(&Md5::digest(&message)));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn what_a_key_signed_is_taken_and_what_was_changed_is_not(
        seed in any::<[u8; 32]>(), message in "[a-z0-9 {}:,]{1,60}", at in any::<usize>(), bit in 0_u8..8,
    ) {
        let pair = Ed25519KeyPair::from_seed_unchecked(&seed).unwrap();
        let mut signed = pair.sign(message.as_bytes()).as_ref().to_vec();
        signed.extend_from_slice(message.as_bytes());
        let key = base64(pair.public_key().as_ref());
        let taken = |signed: &[u8]| text(&format!("extract-signed('{}', '{key}')", base64(signed)));
        prop_assert_eq!(taken(&signed), message);
        let place = at % signed.len();
        signed[place] ^= 1 << bit;
        prop_assert_eq!(taken(&signed), "");
    }
}
