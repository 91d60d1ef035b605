//! The cookie of `/api/v1/session`, over https and over plain http in a local network.

use axum::http::Method;
use serde_json::json;
use zhucun_server::{Settings, http::assets::Assets};

use crate::world::{Answer, Asking, PASSWORD, World};

const PATH: &str = "/api/v1/session";
const HTTPS: (&str, &str) = ("x-forwarded-proto", "https");
const HTTP: (&str, &str) = ("x-forwarded-proto", "http");

async fn world(public_url: Option<&str>, trust_proxy: bool) -> World {
    let settings = Settings { public_url: public_url.map(str::to_owned), trust_proxy, ..Settings::default() };
    World::with(Assets::Memory([].into()), settings).await
}

/// Signs in as a browser does: with the site's origin.
async fn sign_in(world: &World, origin: &str, header: Option<(&str, &str)>) -> Answer {
    let body = json!({"username": "secretary", "password": PASSWORD});
    let host = origin.split_once("://").unwrap().1;
    let asking = world.request_to(host, Method::POST, PATH).header("origin", origin);
    with(asking, header).json(&body).send().await
}

fn with<'a>(asking: Asking<'a>, header: Option<(&str, &str)>) -> Asking<'a> {
    match header {
        Some((name, value)) => asking.header(name, value),
        None => asking,
    }
}

#[tokio::test]
async fn over_https_the_cookie_is_secure_and_over_plain_http_it_is_one_that_browsers_keep() {
    let (public, lan) = ("https://zhucun.test", "http://192.168.1.5:8092");
    let table = [
        (Some(public), false, public, None, true),
        (Some(public), true, public, Some(HTTP), true),
        (None, true, public, Some(HTTPS), true),
        (None, true, lan, Some(HTTP), false),
        (None, true, lan, None, false),
        (None, false, lan, None, false),
        // Anybody may write this: only a proxy of ours is believed.
        (None, false, lan, Some(HTTPS), false),
        (Some("http://zhucun.lan"), false, "http://zhucun.lan", None, false),
        (Some("http://zhucun.lan"), false, lan, None, false),
    ];
    for (url, trust_proxy, origin, header, secure) in table {
        let world = world(url, trust_proxy).await;
        let answer = sign_in(&world, origin, header).await;
        assert_eq!(answer.status, 200, "{url:?} {header:?}");
        let cookie = answer.header("set-cookie");
        let (start, end) = if secure {
            ("__Host-zhucun=", "; Path=/; Max-Age=31536000; HttpOnly; Secure; SameSite=Lax")
        } else {
            ("zhucun=", "; Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax")
        };
        assert!(cookie.starts_with(start) && cookie.ends_with(end), "{url:?} {header:?}: {cookie}");
        let token = cookie.split(';').next().unwrap();
        let again = with(world.get(PATH).header("cookie", token), header).send().await;
        assert_eq!(again.header("set-cookie"), cookie, "the cookie's life is renewed");
        let out = with(world.request(Method::DELETE, PATH).header("cookie", token), header).send().await;
        let gone = out.header("set-cookie");
        assert!(gone.starts_with(&format!("{start}; ")) && gone.contains("Max-Age=0"), "{gone}");
    }
}

#[tokio::test]
async fn what_was_set_without_encryption_never_signs_in_over_https() {
    let world = world(None, true).await;
    let ask = async |cookie: &str, header| {
        let answer = world.get(PATH).header("cookie", cookie).header("x-forwarded-proto", header).send().await;
        if answer.status == 200 { answer.json()["username"].as_str().unwrap().to_owned() } else { answer.code() }
    };
    let both = "zhucun=t-neighbour; __Host-zhucun=t-secretary";
    assert_eq!(ask("zhucun=t-neighbour", "https").await, "signed_out");
    assert_eq!(ask(both, "https").await, "secretary");
    assert_eq!(ask("zhucun=t-neighbour; __Host-zhucun=t-gone", "https").await, "signed_out");
    // Browsers send what is Secure over plain http to localhost only; who signs in there anew has the plain one.
    assert_eq!(ask(both, "http").await, "neighbour");
    assert_eq!(ask("__Host-zhucun=t-secretary", "http").await, "secretary");
}

#[tokio::test]
async fn a_secure_cookie_stays_secure_when_it_is_renewed() {
    let world = world(None, false).await;
    let answer = world.get(PATH).header("cookie", "__Host-zhucun=t-secretary").send().await;
    assert!(answer.header("set-cookie").starts_with("__Host-zhucun=t-secretary; "));
    assert!(answer.header("set-cookie").contains("; Secure"));
}

#[tokio::test]
async fn another_site_is_refused_on_a_local_network_too() {
    let world = world(Some("http://zhucun.lan"), false).await;
    for (host, origin, status) in [
        ("192.168.1.5:8092", "http://192.168.1.5:8092", 200),
        ("192.168.1.5:8092", "http://zhucun.lan", 200),
        ("192.168.1.5:8092", "http://192.168.1.5:9000", 403),
        ("192.168.1.5:8092", "http://192.168.1.6:8092", 403),
        ("192.168.1.5:8092", "null", 403),
    ] {
        let body = json!({"username": "secretary", "password": PASSWORD});
        let answer = world.request_to(host, Method::POST, PATH).header("origin", origin).json(&body).send().await;
        assert_eq!(answer.status, status, "{origin}");
    }
}

#[tokio::test]
async fn signing_out_ends_every_session_that_the_browser_has_here() {
    let world = world(None, true).await;
    let origin = "http://localhost:8080";
    let cookie = |answer: &Answer| answer.header("set-cookie").split(';').next().unwrap().to_owned();
    let guarded = cookie(&sign_in(&world, origin, Some(HTTPS)).await);
    let plain = cookie(&sign_in(&world, origin, Some(HTTP)).await);
    let both = format!("{guarded}; {plain}");
    let out = world.request(Method::DELETE, PATH).header("cookie", &both).send().await;
    assert_eq!(out.status, 204);
    for (token, header) in [(&guarded, HTTPS), (&plain, HTTP), (&both, HTTP)] {
        let after = with(world.get(PATH).header("cookie", token), Some(header)).send().await;
        assert_eq!(after.status, 401, "{token}");
    }
}
