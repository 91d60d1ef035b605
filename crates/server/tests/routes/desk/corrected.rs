//! A visit that was corrected: it counts once, and all its versions can be read.

use serde_json::{Value, json};
use zhucun_api::{VillageSummary, VisitDetail, VisitList};

use super::{DAY, visit, with_visits};
use crate::support::{NOW, Server};

/// A version of the visit of five days ago.
fn correction(replaces: &str, note: &str) -> Value {
    let mut version = visit(5, note);
    for (field, value) in [
        ("replaces", json!(replaces)),
        ("corrected_at", json!(NOW)),
        ("corrected_by", json!("u-secretary")),
        ("reason", json!("写错了")),
    ] {
        version[field] = value;
    }
    version
}

async fn correct(server: &Server, id: &str, replaces: &str, note: &str) {
    server.advance(1_000);
    server.write("shiban", "u-secretary", "visits", id, correction(replaces, note)).await;
}

async fn listed(server: &Server, cookie: &str) -> Vec<String> {
    let answer = server.get_as(cookie, "/api/v1/villages/shiban/visits").await;
    let list: VisitList = serde_json::from_value(answer.json()).unwrap();
    assert_eq!(list.total, i64::try_from(list.visits.len()).unwrap());
    list.visits.into_iter().map(|row| row.id).collect()
}

async fn detail(server: &Server, cookie: &str, id: &str) -> VisitDetail {
    let answer = server.get_as(cookie, &format!("/api/v1/villages/shiban/visits/{id}?lang=zh")).await;
    serde_json::from_value(answer.json()).unwrap()
}

#[tokio::test]
async fn a_corrected_visit_counts_once_in_its_newest_version_at_its_own_day() {
    let (server, cookie) = with_visits().await;
    correct(&server, "c-1", "v-5", "水管换了").await;
    assert_eq!(listed(&server, &cookie).await, ["v-1", "c-1", "v-40"]);
    correct(&server, "c-2", "c-1", "水管没有换").await;
    assert_eq!(listed(&server, &cookie).await, ["v-1", "c-2", "v-40"]);
    let villages = server.get_as(&cookie, "/api/v1/villages").await.json();
    let villages: Vec<VillageSummary> = serde_json::from_value(villages).unwrap();
    assert_eq!((villages[1].visits, villages[1].last_visit), (3, Some(NOW - DAY)));
}

#[tokio::test]
async fn every_version_can_be_read_and_says_when_by_whom_and_why() {
    let (server, cookie) = with_visits().await;
    correct(&server, "c-1", "v-5", "水管换了").await;
    correct(&server, "c-2", "c-1", "水管没有换").await;
    for (id, note) in [("v-5", "水管\n冻了"), ("c-1", "水管换了"), ("c-2", "水管没有换")] {
        let detail = detail(&server, &cookie, id).await;
        assert_eq!((detail.row.id.as_str(), detail.sections[0].rows[1].answer.as_str()), (id, note));
        let versions: Vec<_> = detail.versions.iter().map(|v| (v.id.as_str(), v.replaces.as_str(), v.counts)).collect();
        assert_eq!(versions, [("v-5", "", false), ("c-1", "v-5", false), ("c-2", "c-1", true)]);
        let last = &detail.versions[2];
        assert_eq!((last.at, last.by.as_str(), last.reason.as_str()), (NOW, "罗素英", "写错了"));
        assert_eq!(detail.versions[0].at, NOW - 5 * DAY);
    }
}

#[tokio::test]
async fn of_two_corrections_of_the_same_version_the_one_written_last_counts() {
    let (server, cookie) = with_visits().await;
    correct(&server, "c-2", "v-5", "一").await;
    correct(&server, "c-1", "v-5", "二").await;
    assert_eq!(listed(&server, &cookie).await, ["v-1", "c-1", "v-40"]);
    let versions: Vec<_> =
        detail(&server, &cookie, "c-2").await.versions.into_iter().map(|v| (v.id, v.counts)).collect();
    assert_eq!(versions, [("v-5".into(), false), ("c-2".into(), false), ("c-1".into(), true)]);
}

#[tokio::test]
async fn a_correction_may_come_before_what_it_corrects_and_be_deleted() {
    let (server, cookie) = with_visits().await;
    // The phone's first correction was refused, and is sent again behind the second.
    correct(&server, "c-2", "c-1", "二").await;
    assert_eq!(listed(&server, &cookie).await, ["v-1", "v-5", "c-2", "v-40"]);
    correct(&server, "c-1", "v-5", "一").await;
    assert_eq!(listed(&server, &cookie).await, ["v-1", "c-2", "v-40"]);
    server.write("shiban", "u-secretary", "visits", "c-2", json!({"_deleted": true})).await;
    assert_eq!(listed(&server, &cookie).await, ["v-1", "c-1", "v-40"]);
    server.write("shiban", "u-secretary", "visits", "c-1", json!({"replaces": ""})).await;
    assert_eq!(listed(&server, &cookie).await, ["v-1", "v-5", "c-1", "v-40"], "what it replaced counts again");
}

#[tokio::test]
async fn files_hold_the_newest_version_unless_all_are_asked_for() {
    let (server, cookie) = with_visits().await;
    correct(&server, "c-1", "v-5", "水管换了").await;
    let file = async |query: &str| {
        server.get_as(&cookie, &format!("/api/v1/villages/shiban/visits.csv?lang=names{query}")).await.text()
    };
    let newest = file("").await;
    assert!(newest.contains("水管换了") && !newest.contains("水管\n冻了") && !newest.contains("replaces"));
    let all = file("&versions=all").await;
    assert!(all.contains("\"form_version\",\"replaces\",\"corrected_at\",\"corrected_by\",\"reason\""), "{all}");
    assert!(all.contains("\"v-5\",\"2026-11-23 10:00\",\"罗素英\",\"写错了\"") && all.contains("水管\n冻了"), "{all}");
}
