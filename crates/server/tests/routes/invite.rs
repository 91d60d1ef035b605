//! `/invite/{token}`, and the first administrator's way in.

use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use zhucun_domain::access::Role;
use zhucun_server::{
    service::{first, invites},
    store::{CLI, NewAccount},
};

use crate::support::{Answer, NOW, Server};

const GOOD: &str = "eine-gute-losung";

async fn send(server: &Server, path: &str, body: &str) -> Answer {
    let request = Request::post(path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    server.send(request.body(Body::from(body.to_owned())).unwrap()).await
}

/// Invites a secretary; gives the path of the link.
async fn invited(server: &Server, username: &str) -> String {
    let account = NewAccount {
        id: format!("u-{username}"),
        username: username.to_owned(),
        name: "罗<素>英".to_owned(),
        role: Role::Secretary,
        county: "qingxi".to_owned(),
        place: "shiban".to_owned(),
        password_hash: String::new(),
    };
    invites::invite(&server.state.store, &account, "u-county", NOW).await.unwrap().address("")
}

#[tokio::test]
async fn whoever_is_invited_sets_a_password_and_is_signed_in() {
    let server = Server::county().await;
    let path = invited(&server, "luo").await;
    let page = server.get(&path).await;
    assert_eq!(page.status, StatusCode::OK);
    for words in ["开通账号", "罗&#60;素&#62;英", "石板村", "驻村第一书记", "value=\"luo\"", "至少 10 个字符"]
    {
        assert!(page.text().contains(words), "{words}: {}", page.text());
    }
    assert!(!page.text().contains("<script"));
    assert_eq!(page.header("x-robots-tag"), "noindex, nofollow");
    assert_eq!((page.header("referrer-policy"), page.header("cache-control")), ("same-origin", "no-store"));
    assert!(server.get(&format!("{path}?lang=en")).await.text().contains("Your account"));

    let done = send(&server, &path, &format!("username=luo-suying&password={GOOD}&again={GOOD}")).await;
    assert_eq!((done.status, done.header("location")), (StatusCode::SEE_OTHER, "/"));
    let cookie = done.header("set-cookie").split(';').next().unwrap().to_owned();
    let me = server.get_as(&cookie, "/api/v1/session").await.json();
    assert_eq!((me["username"].as_str(), me["streams"][0].as_str()), (Some("luo-suying"), Some("village/shiban")));
    server.cookie("luo-suying", GOOD).await;

    assert_eq!(server.get(&path).await.status, StatusCode::NOT_FOUND, "good once");
    let again = send(&server, &path, &format!("username=x&password={GOOD}&again={GOOD}")).await;
    assert_eq!(again.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_is_wrong_is_said_at_its_field_and_no_password_comes_back() {
    let server = Server::county().await;
    let path = invited(&server, "luo").await;
    let table = [
        (format!("username=&password={GOOD}&again={GOOD}"), "请写一个用户名"),
        (format!("username=a+b&password={GOOD}&again={GOOD}"), "不要空格"),
        (format!("username=secretary&password={GOOD}&again={GOOD}"), "这个用户名有人用了"),
        ("username=luo&password=short&again=short".to_owned(), "太短了"),
        ("username=luo&password=1234567890&again=1234567890".to_owned(), "很容易被猜到"),
        (format!("username=luo&password={GOOD}&again=another"), "两遍不一样"),
        (String::new(), "请写一个用户名"),
    ];
    for (body, words) in table {
        let page = send(&server, &path, &body).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{body}");
        assert!(page.text().contains(words), "{body}: {}", page.text());
        assert!(!page.text().contains(GOOD) && page.header("set-cookie").is_empty());
    }
    let page = send(&server, &path, "username=罗素英&password=short&again=").await;
    assert!(page.text().contains("value=\"罗素英\""), "what was typed stays");
    assert_eq!(server.get(&path).await.status, StatusCode::OK, "the link is still good");
}

#[tokio::test]
async fn a_link_ends_after_a_week_and_when_there_is_a_newer_one() {
    let server = Server::county().await;
    let old = invited(&server, "luo").await;
    let account = server.state.store.account("u-luo").await.unwrap().unwrap();
    let new = invites::renew(&server.state.store, &account, "u-county", NOW).await.unwrap().address("");
    assert_eq!(server.get(&old).await.status, StatusCode::NOT_FOUND);
    assert_eq!(server.get(&new).await.status, StatusCode::OK);
    server.advance(invites::GOOD_FOR - 1);
    assert_eq!(server.get(&new).await.status, StatusCode::OK);
    server.advance(1);
    let gone = server.get(&new).await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND);
    assert!(gone.text().contains("这个链接不能用了"));
    for path in ["/invite", "/invite/none", "/invite/a/b", "/invite/none?lang=en"] {
        assert_eq!(server.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn a_new_password_keeps_the_name_and_ends_the_sessions_before() {
    let server = Server::county().await;
    let before = server.sign_in("secretary", Role::Secretary, "shiban").await;
    let account = server.state.store.account("u-secretary").await.unwrap().unwrap();
    let path = invites::renew(&server.state.store, &account, "u-county", NOW).await.unwrap().address("");
    assert!(server.get(&path).await.text().contains("设置新密码"));
    assert_eq!(server.get_as(&before, "/api/v1/session").await.status, StatusCode::OK, "until the link is used");
    let done = send(&server, &path, &format!("username=another&password={GOOD}&again={GOOD}")).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER);
    assert_eq!(server.get_as(&before, "/api/v1/session").await.status, StatusCode::UNAUTHORIZED);
    server.cookie("secretary", GOOD).await;
}

#[tokio::test]
async fn an_invited_name_has_no_password_that_signs_in() {
    let server = Server::county().await;
    invited(&server, "luo").await;
    for password in ["", "a-good-password"] {
        let body = serde_json::json!({"username": "luo", "password": password}).to_string();
        let request = Request::post("/api/v1/session").header(header::CONTENT_TYPE, "application/json");
        let answer = server.send(request.body(body.into()).unwrap()).await;
        assert_eq!((answer.status, answer.json()["code"].as_str()), (StatusCode::UNAUTHORIZED, Some("wrong_password")));
    }
}

#[tokio::test]
async fn a_server_without_anybody_makes_an_administrator_until_one_has_come() {
    let server = Server::empty().await;
    let store = &server.state.store;
    let first = first::administrator(store, NOW).await.unwrap().expect("nobody is in").address("");
    let together = first::administrator(store, NOW).await.unwrap().expect("nobody has come yet").address("");
    assert_eq!(
        server.get(&first).await.status,
        StatusCode::OK,
        "two servers that start together have printed one each"
    );
    server.advance(11 * 60_000);
    let second =
        first::administrator(store, NOW + 11 * 60_000).await.unwrap().expect("nobody has come yet").address("");
    for before in [&first, &together] {
        assert_eq!(server.get(before).await.status, StatusCode::NOT_FOUND, "a new start makes a new link");
    }
    let done = send(&server, &second, &format!("username=admin&password={GOOD}&again={GOOD}")).await;
    assert_eq!((done.status, done.header("location")), (StatusCode::SEE_OTHER, "/desk"));
    assert!(first::administrator(store, NOW).await.unwrap().is_none());
    let cookie = server.cookie("admin", GOOD).await;
    let me = server.get_as(&cookie, "/api/v1/session").await.json();
    assert_eq!((me["role"].as_str(), me["place"]["zh"].as_str()), (Some("county"), Some("本县")));
    let acts: Vec<_> = store.acts("county", None, 10).await.unwrap().into_iter().map(|act| act.action).collect();
    assert_eq!(acts, ["link_used", "invite_renewed", "invite_renewed", "user_invited"]);
    assert!(store.acts("county", None, 10).await.unwrap().iter().any(|act| act.by == CLI));
}

#[tokio::test]
async fn a_county_with_people_gets_no_administrator_by_itself() {
    let server = Server::county().await;
    assert!(first::administrator(&server.state.store, NOW).await.unwrap().is_none());
}
