//! `/api/v1/session`, `/api/v1/capabilities`.

mod cookie;

use axum::http::Method;
use serde_json::json;
use zhucun_server::{Settings, http::assets::Assets};

use crate::world::{PASSWORD, World};

const PATH: &str = "/api/v1/session";

async fn sign_in(world: &World, username: &str, password: &str) -> crate::world::Answer {
    world.post(PATH).json(&json!({"username": username, "password": password})).send().await
}

#[tokio::test]
async fn signing_in_answers_who_i_am_and_what_to_replicate() {
    let world = World::new().await;
    let answer = sign_in(&world, "secretary", PASSWORD).await;
    insta::assert_snapshot!(answer.shown(), @r#"
    200 {
      "name": "罗素英",
      "needs_link": "http://zhucun.test/n/link-shiban",
      "place": {
        "zh": "石板村"
      },
      "role": "secretary",
      "streams": [
        "village/shiban",
        "county/qingxi",
        "work/u-secretary"
      ],
      "user": "u-secretary",
      "username": "secretary"
    }
    "#);
    assert_eq!((answer.header("x-zhucun"), answer.header("cache-control")), ("1", "no-store"));
    let token = answer.header("set-cookie").split(';').next().unwrap();
    let again = world.get(PATH).header("cookie", token).send().await;
    assert_eq!(again.json(), answer.json());
    assert_eq!(again.header("set-cookie"), answer.header("set-cookie"), "the cookie's life is renewed");
}

#[tokio::test]
async fn a_wrong_name_and_a_wrong_password_are_told_alike() {
    let world = World::new().await;
    let wrong = sign_in(&world, "secretary", "guess").await;
    insta::assert_snapshot!(wrong.shown(), @r#"
    401 {
      "code": "wrong_password",
      "status": 401,
      "title": "the name or the password is wrong",
      "type": "https://zhucun.example/problems/wrong_password"
    }
    "#);
    assert_eq!(wrong.header("content-type"), "application/problem+json");
    assert_eq!(sign_in(&world, "nobody", PASSWORD).await.shown(), wrong.shown());
}

#[tokio::test]
async fn many_wrong_passwords_have_to_wait_even_for_the_right_one() {
    let world = World::new().await;
    for _ in 0..10 {
        assert_eq!(sign_in(&world, "secretary", "guess").await.code(), "wrong_password");
    }
    let held = sign_in(&world, "secretary", PASSWORD).await;
    insta::assert_snapshot!(held.shown(), @r#"
    429 {
      "code": "too_many_tries",
      "detail": 30,
      "status": 429,
      "title": "too many tries; wait and try again",
      "type": "https://zhucun.example/problems/too_many_tries"
    }
    "#);
    assert_eq!(held.header("retry-after"), "30");
    assert_eq!(sign_in(&world, "committee", PASSWORD).await.status, 200, "others are not held up");
    world.pass(30_000);
    assert_eq!(sign_in(&world, "secretary", PASSWORD).await.status, 200);
}

#[tokio::test]
async fn behind_a_proxy_the_address_it_saw_counts_and_no_invented_one() {
    let settings =
        Settings { trust_proxy: true, public_url: Some("https://zhucun.test".into()), ..Settings::default() };
    let world = World::with(Assets::Memory([].into()), settings).await;
    let from = async |address: &str, password: &str| {
        let body = json!({"username": "secretary", "password": password});
        world.post(PATH).header("x-forwarded-for", address).json(&body).send().await
    };
    for i in 0..10 {
        assert_eq!(from(&format!("10.9.9.{i}, 203.0.113.7"), "guess").await.status, 401);
    }
    assert_eq!(from("10.9.9.99, 203.0.113.7", PASSWORD).await.status, 429);
    let other = from("203.0.113.8", PASSWORD).await;
    assert_eq!(other.json()["needs_link"], "https://zhucun.test/n/link-shiban");
    assert!(other.header("strict-transport-security").starts_with("max-age="));
}

#[tokio::test]
async fn without_a_session_one_is_signed_out_and_signing_out_ends_it() {
    let world = World::new().await;
    insta::assert_snapshot!(world.get(PATH).send().await.shown(), @r#"
    401 {
      "code": "signed_out",
      "status": 401,
      "title": "no session: sign in",
      "type": "https://zhucun.example/problems/signed_out"
    }
    "#);
    let out = world.request(Method::DELETE, PATH).by("secretary").send().await;
    assert_eq!(out.status, 204);
    assert!(out.header("set-cookie").contains("Max-Age=0"));
    assert_eq!(world.get(PATH).by("secretary").send().await.status, 401);
}

#[tokio::test]
async fn a_session_unused_for_a_year_is_over_and_a_used_one_is_not() {
    const DAY: i64 = 24 * 3_600_000;
    let world = World::new().await;
    world.pass(364 * DAY);
    assert_eq!(world.get(PATH).by("secretary").send().await.status, 200);
    world.pass(364 * DAY);
    assert_eq!(world.get(PATH).by("secretary").send().await.status, 200);
    assert_eq!(world.get(PATH).by("county").send().await.status, 401);
}

#[tokio::test]
async fn what_another_site_starts_is_refused() {
    let world = World::new().await;
    let table = [
        (Some(("sec-fetch-site", "same-origin")), 204),
        (Some(("sec-fetch-site", "cross-site")), 403),
        (Some(("sec-fetch-site", "same-site")), 403),
        (Some(("origin", "http://zhucun.test")), 204),
        (Some(("origin", "http://evil.test")), 403),
        (Some(("origin", "null")), 403),
        (None, 204),
    ];
    for (i, (header, status)) in table.into_iter().enumerate() {
        let username = format!("guest{i}");
        world.account(&username, zhucun_domain::access::Role::County, "qingxi").await;
        let asking = world.request(Method::DELETE, PATH).by(&username);
        let asking = match header {
            Some((name, value)) => asking.header(name, value),
            None => asking,
        };
        let answer = asking.send().await;
        assert_eq!(answer.status, status, "{header:?}");
        if status == 403 {
            assert_eq!(answer.code(), "cross_site");
        }
    }
    let read = world.get("/api/v1/capabilities").header("sec-fetch-site", "cross-site").send().await;
    insta::assert_snapshot!(read.shown(), @r#"
    200 {
      "attachment_max": 8388608,
      "formats": [
        1
      ],
      "now": 1800000000000
    }
    "#);
}

#[tokio::test]
async fn what_is_not_understood_is_said_without_repeating_it() {
    let world = World::new().await;
    let malformed = world.post(PATH).text_json("{\"username\": \"罗素英\", \"password\": 1").send().await;
    insta::assert_snapshot!(malformed.shown(), @r#"
    400 {
      "code": "bad_request",
      "detail": "the JSON is wrong at line 1, column 39",
      "status": 400,
      "title": "the request is not understood",
      "type": "https://zhucun.example/problems/bad_request"
    }
    "#);
    let nul = sign_in(&world, "a\0", "b").await;
    insta::assert_snapshot!(nul.shown(), @r#"
    400 {
      "code": "bad_request",
      "detail": "name or password is too long or holds NUL",
      "status": 400,
      "title": "the request is not understood",
      "type": "https://zhucun.example/problems/bad_request"
    }
    "#);
    let form = world.post(PATH).header("content-type", "text/plain").bytes(b"{}".to_vec()).send().await;
    insta::assert_snapshot!(form.shown(), @r#"
    415 {
      "code": "wrong_type",
      "detail": "application/json",
      "status": 415,
      "title": "not a type that is taken here",
      "type": "https://zhucun.example/problems/wrong_type"
    }
    "#);
    let large = world.post(PATH).text_json("x".repeat(9000)).send().await;
    insta::assert_snapshot!(large.shown(), @r#"
    413 {
      "code": "too_large",
      "detail": 8192,
      "status": 413,
      "title": "too large; `detail` is the most",
      "type": "https://zhucun.example/problems/too_large"
    }
    "#);
    let method = world.put(PATH).send().await;
    insta::assert_snapshot!(method.shown(), @r#"
    405 {
      "code": "bad_request",
      "status": 405,
      "title": "this address does not take this method",
      "type": "https://zhucun.example/problems/bad_request"
    }
    "#);
    let nothing = world.get("/api/v1/nothing").send().await;
    insta::assert_snapshot!(nothing.shown(), @r#"
    404 {
      "code": "not_found",
      "status": 404,
      "title": "there is nothing here",
      "type": "https://zhucun.example/problems/not_found"
    }
    "#);
    for answer in [malformed, nul, form, large, method, nothing] {
        assert_eq!(answer.header("content-type"), "application/problem+json");
        assert_eq!(answer.header("x-zhucun"), "1");
    }
}
