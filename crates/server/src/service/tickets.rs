//! What is kept of ticket codes (docs/decisions/0010-tickets-made-on-a-phone.md).

use sha2::{Digest as _, Sha256};
use tokio::sync::Semaphore;
use zhucun_domain::ticket;

use super::random;

/// Deriving takes some 20 ms of a core: so many at once, and the others wait.
static TURNS: Semaphore = Semaphore::const_new(2);

/// The hash under which a code of ours is found: with the server's secret.
#[must_use]
pub fn hash(pepper: &[u8], code: &str) -> String {
    let inner = Sha256::new().chain_update(pepper).chain_update(b"ticket").chain_update(code).finalize();
    random::hex(&Sha256::new().chain_update(pepper).chain_update(inner).finalize())
}

/// How hashes begin of what a phone made: behind all others in the table's order.
pub const OF_PHONE: &str = "p:";

/// The hash under which a need is found whose code a phone made, by its verifier.
#[must_use]
pub fn hash_of_phone(pepper: &[u8], verifier: &str) -> String {
    format!("{OF_PHONE}{}", hash(pepper, verifier))
}

/// What a phone writes into a need in place of the code that it made: slow to make, so that nobody who reads it finds the code
/// by trying all.
#[must_use]
pub fn verifier(code: &str) -> String {
    let mut bytes = [0; 32];
    pbkdf2::pbkdf2_hmac::<Sha256>(code.as_bytes(), ticket::SALT.as_bytes(), ticket::ROUNDS, &mut bytes);
    random::hex(&bytes)
}

/// [`verifier`] in its turn, off the threads that answer; `None` when the server is stopping.
pub async fn verifier_in_turn(code: String) -> Option<String> {
    let _turn = TURNS.acquire().await.ok()?;
    tokio::task::spawn_blocking(move || verifier(&code)).await.ok()
}

/// Whether a text can be a verifier.
#[must_use]
pub fn is_verifier(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_verifier_is_pbkdf2_as_browsers_compute_it() {
        // python3: hashlib.pbkdf2_hmac('sha256', b'12345678901234567', b'zhucun/ticket/1', 100_000).hex()
        let known = "2b903dfb6ec524a0ae784af3bbe9e760c581d0f0830ae52816280b953200a9c3";
        assert_eq!(verifier("12345678901234567"), known);
        assert!(is_verifier(known) && !is_verifier(&known[1..]) && !is_verifier(&known.to_uppercase()));
    }

    #[test]
    fn the_hash_depends_on_code_and_secret() {
        assert_ne!(hash(b"pepper", "1"), hash(b"pepper", "2"));
        assert_ne!(hash(b"pepper", "1"), hash(b"salt", "1"));
    }
}
