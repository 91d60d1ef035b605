//! Who asks: HTTP Basic, over https only. Of Digest the server would have to keep more than slow hashes of passwords.

use std::net::SocketAddr;

use axum::{
    extract::{ConnectInfo, FromRequestParts},
    http::{HeaderMap, StatusCode, header, request::Parts},
};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use zhucun_domain::{
    access::{Action, Role},
    collection,
};
use zhucun_sync::StreamId;
use zhucun_words::{Lang, openrosa as w};

use super::answer::{self, Refusal};
use crate::{
    http::extract::{self, Peer},
    service::{basic, submissions},
    state::{AppState, Settings},
};

/// Longest name or password, bytes.
const LONGEST: usize = 1000;

/// A first secretary with a village.
pub(super) struct Secretary {
    pub(super) sender: submissions::Sender,
    pub(super) lang: Lang,
}

impl FromRequestParts<AppState> for Secretary {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Refusal> {
        let lang = answer::lang(&parts.headers);
        if !is_safe(&state.settings, parts) {
            // Without a challenge, so that no password is sent on its account.
            return Err(Refusal::of(StatusCode::FORBIDDEN, lang, w::NOT_SECURE));
        }
        let (name, password) = credentials(&parts.headers).ok_or_else(|| Refusal::challenge(lang, w::SIGN_IN))?;
        let Ok(Peer(address)) = Peer::from_request_parts(parts, state).await;
        let failed = |error| Refusal::from_api(lang, &error);
        let account = basic::who(state, &name, &password, &address).await.map_err(failed)?;
        let access = state.store.access(&account).await.map_err(|error| failed(error.into()))?;
        if access.role != Role::Secretary {
            return Err(Refusal::of(StatusCode::FORBIDDEN, lang, w::NOT_SECRETARY));
        }
        let village = access.villages.first().and_then(|id| StreamId::new("village", id).ok());
        let county = StreamId::new("county", &access.county).ok();
        let (Some(village), Some(county)) = (village, county) else {
            return Err(Refusal::of(StatusCode::FORBIDDEN, lang, w::NO_VILLAGE));
        };
        let may = access.may(Action::Push(&village, collection::VISITS)) && access.may(Action::Pull(&county));
        if !may {
            return Err(Refusal::of(StatusCode::FORBIDDEN, lang, w::NOT_YOURS));
        }
        Ok(Self { sender: submissions::Sender { access, village, county }, lang })
    }
}

/// Name and password of a request; `None` where it has none that can be understood.
fn credentials(headers: &HeaderMap) -> Option<(String, String)> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, encoded) = value.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") || encoded.len() > 4 * LONGEST {
        return None;
    }
    let decoded = String::from_utf8(BASE64_STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (name, password) = decoded.split_once(':')?;
    let plain = |text: &str| text.len() <= LONGEST && !text.contains('\0');
    (plain(name) && plain(password)).then(|| (name.trim().to_owned(), password.to_owned()))
}

/// Whether nobody on the way can read a password: https, as far as the server knows, or a client on this machine.
fn is_safe(settings: &Settings, parts: &Parts) -> bool {
    if extract::over_https(settings, &parts.headers) {
        return true;
    }
    // A proxy that is not trusted is on this machine, too: but people ask it for another name.
    let host = extract::asked_host(settings, &parts.headers, &parts.uri).unwrap_or_default();
    let name = if host.starts_with('[') { host.split(']').next() } else { host.split(':').next() };
    let is_own = matches!(name, Some("localhost" | "127.0.0.1" | "[::1"));
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
    is_own && !settings.trust_proxy && peer.is_some_and(|ConnectInfo(address)| address.ip().is_loopback())
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderValue, Request};

    use super::*;

    fn with(value: &str) -> Option<(String, String)> {
        let mut headers = HeaderMap::new();
        headers.insert(header::AUTHORIZATION, HeaderValue::from_str(value).expect("a value"));
        credentials(&headers)
    }

    #[test]
    fn a_password_may_hold_a_colon_and_a_name_may_be_chinese() {
        let encoded = |text: &str| format!("Basic {}", BASE64_STANDARD.encode(text));
        assert_eq!(with(&encoded("罗:a:b")), Some(("罗".into(), "a:b".into())));
        assert_eq!(
            with(&encoded("luo:").to_lowercase().replace("basic", "BASIC")),
            with(&encoded("luo:").to_lowercase())
        );
        for bad in ["Basic", "Basic !!!", "Bearer abc", "Digest username=\"luo\"", &encoded("luo"), &encoded("l\0:x")] {
            assert_eq!(with(bad), None, "{bad}");
        }
        assert_eq!(with(&encoded(&format!("luo:{}", "x".repeat(1001)))), None);
    }

    #[test]
    fn a_password_is_taken_over_https_or_from_this_machine_only() {
        let ask = |host: &str, peer: [u8; 4], proto: Option<&str>| {
            let mut request = Request::get("/openrosa/formList").header(header::HOST, host);
            if let Some(proto) = proto {
                request = request.header("x-forwarded-proto", proto);
            }
            let (mut parts, ()) = request.body(()).expect("a request").into_parts();
            parts.extensions.insert(ConnectInfo(SocketAddr::from((peer, 4000))));
            parts
        };
        let here = [127, 0, 0, 1];
        let plain = Settings::default();
        let proxied = Settings { trust_proxy: true, ..Settings::default() };
        let tls = Settings { tls: true, ..Settings::default() };
        let table = [
            (&tls, ask("zhucun.example", [10, 0, 0, 2], None), true),
            (&plain, ask("zhucun.example", [10, 0, 0, 2], None), false),
            (&plain, ask("zhucun.example", [10, 0, 0, 2], Some("https")), false),
            (&plain, ask("localhost:8080", here, None), true),
            (&plain, ask("[::1]:8080", here, None), true),
            (&plain, ask("localhost:8080", [10, 0, 0, 2], None), false),
            (&plain, ask("zhucun.example", here, None), false),
            (&proxied, ask("zhucun.example", here, Some("https")), true),
            (&proxied, ask("zhucun.example", here, Some("http")), false),
            (&proxied, ask("localhost", here, None), false),
        ];
        for (settings, parts, safe) in table {
            assert_eq!(is_safe(settings, &parts), safe, "{settings:?} {:?}", parts.headers);
        }
    }
}
