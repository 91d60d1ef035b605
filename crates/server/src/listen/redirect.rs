//! The plain http door beside https: sends people on, and shows certbot's challenges.

use std::path::PathBuf;

use axum::{
    Router,
    extract::{Path, State},
    http::{HeaderMap, HeaderValue, StatusCode, Uri, header},
    response::{IntoResponse as _, Response},
    routing::get,
};

/// A challenge is some 90 bytes.
const CHALLENGE_MAX: usize = 4096;

/// Where people are sent, and what is shown here all the same.
#[derive(Clone, Debug)]
pub struct Redirect {
    /// The public address, without a slash at its end; else the host that the request names.
    pub public_url: Option<String>,
    /// The port of https.
    pub port: u16,
    /// The folder given to `certbot --webroot -w`.
    pub acme: Option<PathBuf>,
}

impl Redirect {
    /// What answers.
    pub fn router(self) -> Router {
        let router = Router::new().fallback(send_on);
        let router = match &self.acme {
            Some(_) => router.route("/.well-known/acme-challenge/{token}", get(challenge)),
            None => router,
        };
        router.with_state(self)
    }

    /// The address over https of what was asked for; none without a host.
    fn target(&self, headers: &HeaderMap, uri: &Uri) -> Option<String> {
        let path = uri.path_and_query().map_or("/", axum::http::uri::PathAndQuery::as_str);
        if let Some(url) = &self.public_url {
            return Some(format!("{url}{path}"));
        }
        let host = headers.get(header::HOST)?.to_str().ok()?.parse::<axum::http::uri::Authority>().ok()?;
        let host = host.host();
        Some(if self.port == 443 {
            format!("https://{host}{path}")
        } else {
            format!("https://{host}:{}{path}", self.port)
        })
    }
}

/// 308: a villager's page that is sent from an old link arrives as it was sent.
async fn send_on(State(redirect): State<Redirect>, headers: HeaderMap, uri: Uri) -> Response {
    match redirect.target(&headers, &uri).and_then(|target| HeaderValue::from_str(&target).ok()) {
        Some(target) => (StatusCode::PERMANENT_REDIRECT, [(header::LOCATION, target)]).into_response(),
        None => StatusCode::BAD_REQUEST.into_response(),
    }
}

/// A file that certbot has put there. The name is of the letters that tokens have: it leads nowhere else.
async fn challenge(State(redirect): State<Redirect>, Path(token): Path<String>) -> Response {
    let plain = !token.is_empty() && token.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    let Some(folder) = redirect.acme.filter(|_| plain) else { return StatusCode::NOT_FOUND.into_response() };
    match tokio::fs::read(folder.join(".well-known/acme-challenge").join(token)).await {
        Ok(bytes) if bytes.len() <= CHALLENGE_MAX => bytes.into_response(),
        Ok(_) | Err(_) => StatusCode::NOT_FOUND.into_response(),
    }
}

#[cfg(test)]
mod tests {
    use axum::{body::Body, http::Request};
    use tower::ServiceExt as _;

    use super::*;

    async fn ask(redirect: &Redirect, host: &str, path: &str) -> (u16, String) {
        let request = Request::post(path).header("host", host).body(Body::empty()).expect("a request");
        let response = redirect.clone().router().oneshot(request).await.expect("an answer");
        let target = response.headers().get("location").map_or("", |target| target.to_str().expect("text"));
        (response.status().as_u16(), target.to_owned())
    }

    #[tokio::test]
    async fn who_comes_over_plain_http_is_sent_to_the_same_page_over_https() {
        let mut redirect = Redirect { public_url: None, port: 443, acme: None };
        let sent = ask(&redirect, "zhucun.example:80", "/n/abc?x=1").await;
        assert_eq!(sent, (308, "https://zhucun.example/n/abc?x=1".to_owned()));
        assert_eq!(ask(&redirect, "[::1]:80", "/").await.1, "https://[::1]/");
        assert_eq!(ask(&redirect, "user@other.example/", "/").await.0, 400);
        redirect.port = 8443;
        assert_eq!(ask(&redirect, "10.0.0.5", "/desk").await.1, "https://10.0.0.5:8443/desk");
        redirect.public_url = Some("https://zhucun.example".to_owned());
        assert_eq!(ask(&redirect, "10.0.0.5", "/desk").await.1, "https://zhucun.example/desk");
    }

    #[tokio::test]
    async fn certbots_challenge_is_shown_and_no_other_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let challenges = folder.path().join(".well-known/acme-challenge");
        std::fs::create_dir_all(&challenges).expect("made");
        std::fs::write(challenges.join("tok-en_1"), "tok-en_1.print").expect("written");
        std::fs::write(folder.path().join(".well-known/secret"), "secret").expect("written");
        let redirect = Redirect { public_url: None, port: 443, acme: Some(folder.path().to_owned()) };
        for (name, status) in [("tok-en_1", 200), ("none", 404), ("..%2Fsecret", 404)] {
            let path = format!("/.well-known/acme-challenge/{name}");
            let request = Request::get(path).header("host", "x").body(Body::empty()).expect("a request");
            let response = redirect.clone().router().oneshot(request).await.expect("an answer");
            assert_eq!(response.status().as_u16(), status, "{name}");
        }
    }
}
