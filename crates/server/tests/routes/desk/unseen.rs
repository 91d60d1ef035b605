//! `/api/v1/unseen`: whom nobody saw for so many days.

use axum::http::StatusCode;
use serde_json::json;
use zhucun_api::UnseenList;
use zhucun_domain::access::Role;

use super::{DAY, visit, with_visits};
use crate::support::{NOW, Server};

/// In shiban one is seen, one never was; in dashu one was seen long ago, one for exactly thirty days not; yunling is of
/// another township.
async fn with_households() -> (Server, String) {
    let (server, cookie) = with_visits().await;
    server.write("shiban", "u-secretary", "households", "h-3", json!({"_deleted": true})).await;
    for (village, id, head, days) in [
        ("dashu", "d-1", "吴天明", 40),
        ("dashu", "d-2", "韦老三", 30),
        ("dashu", "d-3", "周巧珍", 29),
        ("yunling", "y-1", "别人", 90),
    ] {
        server.write(village, "u-x", "households", id, json!({"head_name": head, "group": "1"})).await;
        let mut seen = visit(days, "");
        seen["household"] = json!(id);
        server.write(village, "u-x", "visits", &format!("v-{id}"), seen).await;
    }
    (server, cookie)
}

async fn unseen(server: &Server, cookie: &str, query: &str) -> UnseenList {
    let answer = server.get_as(cookie, &format!("/api/v1/unseen{query}")).await;
    assert_eq!(answer.status, StatusCode::OK, "{query}");
    serde_json::from_value(answer.json()).unwrap()
}

fn ids(list: &UnseenList) -> Vec<&str> {
    list.households.iter().map(|row| row.id.as_str()).collect()
}

#[tokio::test]
async fn never_seen_ones_come_first_then_the_longest_ago() {
    let (server, cookie) = with_households().await;
    let list = unseen(&server, &cookie, "").await;
    assert_eq!((list.days, list.total, ids(&list)), (30, 3, vec!["h-2", "d-1", "d-2"]));
    let (never, longest) = (&list.households[0], &list.households[1]);
    assert_eq!((never.days, never.last_seen, never.village.as_str()), (None, None, "shiban"));
    assert_eq!(never.secretaries, ["罗素英"]);
    assert_eq!(
        (longest.days, longest.last_seen, longest.village_name["zh"].as_str()),
        (Some(40), Some(NOW - 40 * DAY), "大树村")
    );
    assert_eq!(ids(&unseen(&server, &cookie, "?days=41").await), ["h-2"]);
    assert_eq!(ids(&unseen(&server, &cookie, "?village=dashu").await), ["d-1", "d-2"]);
}

#[tokio::test]
async fn the_list_comes_in_pages_that_go_on_after_somebody_was_seen() {
    let (server, cookie) = with_households().await;
    let first = unseen(&server, &cookie, "?limit=2").await;
    let next = first.next.clone().unwrap();
    assert_eq!((ids(&first), first.total), (vec!["h-2", "d-1"], 3));
    assert_eq!(ids(&unseen(&server, &cookie, &format!("?limit=2&after={next}")).await), ["d-2"]);
    let mut seen = visit(0, "");
    seen["household"] = json!("d-1");
    server.write("dashu", "u-x", "visits", "v-new", seen).await;
    let second = unseen(&server, &cookie, &format!("?limit=2&after={next}")).await;
    assert_eq!((ids(&second), second.next.is_none()), (vec!["d-2"], true));
    assert_eq!(server.get_as(&cookie, "/api/v1/unseen?after=x").await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_corrected_visit_is_seen_on_its_own_day_and_for_the_household_it_names_now() {
    let (server, cookie) = with_households().await;
    let mut correction = visit(40, "");
    for (field, value) in [("household", "h-2"), ("replaces", "v-d-1")] {
        correction[field] = json!(value);
    }
    correction["corrected_at"] = json!(NOW);
    server.write("dashu", "u-x", "visits", "c", correction).await;
    // It was noted for the wrong household: d-1 was never seen.
    let list = unseen(&server, &cookie, "?village=dashu").await;
    assert_eq!(
        list.households.iter().map(|row| (row.id.as_str(), row.days)).collect::<Vec<_>>(),
        [("d-1", None), ("d-2", Some(30))]
    );
}

#[tokio::test]
async fn the_file_has_all_of_them() {
    let (server, cookie) = with_households().await;
    let answer = server.get_as(&cookie, "/api/v1/unseen.csv?lang=zh").await;
    assert!(answer.header("content-disposition").contains("unseen-2026-11-23.csv"));
    let text = answer.text();
    let lines: Vec<_> = text.trim_start_matches('\u{feff}').lines().collect();
    assert_eq!(lines[0], "\"村\",\"组\",\"户主\",\"第一书记\",\"最近走访\",\"未走访天数\"");
    assert_eq!(lines[1], "\"石板村\",\"10\",\"罗素英\",\"罗素英\",\"从未走访\",\"\"");
    assert_eq!(lines[2], "\"大树村\",\"1\",\"吴天明\",\"\",\"2026-10-14\",\"40\"");
    assert_eq!(lines.len(), 4);
}

#[tokio::test]
async fn only_township_and_county_ask_and_only_for_their_villages() {
    let (server, township) = with_households().await;
    let county = server.sign_in("county", Role::County, "qingxi").await;
    assert_eq!(unseen(&server, &county, "").await.total, 4);
    for path in ["unseen?village=yunling", "unseen.csv?village=yunling", "unseen?village=nowhere"] {
        assert_eq!(server.get_as(&township, &format!("/api/v1/{path}")).await.status, StatusCode::FORBIDDEN, "{path}");
    }
    let secretary = server.sign_in("secretary", Role::Secretary, "shiban").await;
    assert_eq!(server.get_as(&secretary, "/api/v1/unseen").await.status, StatusCode::FORBIDDEN);
}
