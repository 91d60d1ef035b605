//! `/api/v1/villages` and below: what the desk reads.

mod corrected;
mod exports;
mod filled_with;
mod listed;
mod many;
mod unseen;

use axum::http::StatusCode;
use serde_json::{Value, json};
use zhucun_api::{HouseholdRow, NeedRow, Shown, VillageSummary, VisitDetail, VisitList};
use zhucun_domain::access::Role;
use zhucun_forms::Definition;
use zhucun_server::service::forms;
use zhucun_sync::StreamId;

use crate::support::{NOW, Server};

pub const DAY: i64 = 86_400_000;

pub fn form() -> Definition {
    let text = |zh: &str, en: &str| json!([[zh], [en]]);
    serde_json::from_value(json!({
        "id": "f", "version": "1", "title": text("走访", "Visit"), "languages": ["中文 (zh)", "English (en)"],
        "default_language": 0,
        "nodes": [
            {"n": "data", "p": 0, "k": "root"},
            {"n": "household", "p": 0, "k": "select_one", "l": text("农户", "Household"),
             "ch": {"list": "households", "x": true}},
            {"n": "note", "p": 0, "k": "text", "l": text("说明", "Note")},
            {"n": "photo", "p": 0, "k": "image", "l": text("照片", "Photo")},
        ],
    }))
    .unwrap()
}

pub fn visit(n: i64, note: &str) -> Value {
    json!({
        "form": "f", "form_version": "1", "household": "h-1", "title": format!("何德贵 {n}"), "day": "2026-11-20",
        "started_at": NOW - n * DAY - 1000, "finished_at": NOW - n * DAY, "by": "u-secretary",
        "answers": {"household": "h-1", "note": note, "photo": "ab.jpg"},
        "attachments": [{"name": "ab.jpg", "sha256": "ab", "mime": "image/jpeg", "size": 1}],
    })
}

/// With a township's cookie.
pub async fn with_visits() -> (Server, String) {
    let server = Server::county().await;
    let county = StreamId::new("county", "qingxi").unwrap();
    forms::put_into_use(&server.state.store, &county, &form(), "f.xlsx", NOW).await.unwrap();
    for (id, head, group) in [("h-1", "何德贵", "1"), ("h-2", "罗素英", "10"), ("h-3", "陈光明", "2")] {
        let household = json!({"head_name": head, "group": group, "kind": "poor"});
        server.write("shiban", "u-secretary", "households", id, household).await;
    }
    for (n, note) in [(1, "=1+1"), (5, "水管\n冻了"), (40, "说\"好\"")] {
        server.write("shiban", "u-secretary", "visits", &format!("v-{n}"), visit(n, note)).await;
    }
    let cookie = server.sign_in("township", Role::Township, "hekou").await;
    (server, cookie)
}

#[tokio::test]
async fn a_township_sees_its_villages_in_numbers() {
    let (server, cookie) = with_visits().await;
    let need = json!({"category": "water", "text": "没水", "state": "received", "received_at": NOW - 9 * DAY});
    server.write("shiban", "villager", "needs", "n-1", need).await;
    let done = json!({"category": "road", "text": "路", "state": "solved", "received_at": NOW - 9 * DAY});
    server.write("shiban", "villager", "needs", "n-2", done).await;
    let villages: Vec<VillageSummary> =
        serde_json::from_value(server.get_as(&cookie, "/api/v1/villages").await.json()).unwrap();
    let ids: Vec<_> = villages.iter().map(|village| village.id.as_str()).collect();
    assert_eq!(ids, ["dashu", "shiban"], "the other township's village is not there");
    let shiban = &villages[1];
    assert_eq!((shiban.name["zh"].as_str(), shiban.township["zh"].as_str()), ("石板村", "河口镇"));
    assert_eq!((shiban.households, shiban.visits, shiban.seen, shiban.unseen), (3, 3, 1, 2));
    assert_eq!((shiban.needs_open, shiban.needs_late, shiban.last_visit), (1, 1, Some(NOW - DAY)));
}

#[tokio::test]
async fn visits_come_newest_first_in_pages() {
    let (server, cookie) = with_visits().await;
    let page = |query: &'static str| {
        let (server, cookie) = (&server, &cookie);
        async move {
            let answer = server.get_as(cookie, &format!("/api/v1/villages/shiban/visits?{query}")).await;
            serde_json::from_value::<VisitList>(answer.json()).unwrap()
        }
    };
    let first = page("limit=2").await;
    assert_eq!((first.total, first.visits.len()), (3, 2));
    let row = &first.visits[0];
    assert_eq!(
        (row.id.as_str(), row.household.as_str(), row.by.as_str(), row.photos),
        ("v-1", "何德贵", "罗素英", (0, 1))
    );
    let next = first.next.unwrap();
    let second: VisitList = serde_json::from_value(
        server.get_as(&cookie, &format!("/api/v1/villages/shiban/visits?limit=2&after={next}")).await.json(),
    )
    .unwrap();
    assert_eq!((second.visits[0].id.as_str(), second.next), ("v-40", None));
    let wrong = server.get_as(&cookie, "/api/v1/villages/shiban/visits?after=x").await;
    assert_eq!(wrong.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_visit_is_told_in_the_forms_words() {
    let (server, cookie) = with_visits().await;
    let answer = server.get_as(&cookie, "/api/v1/villages/shiban/visits/v-1?lang=en").await;
    let detail: VisitDetail = serde_json::from_value(answer.json()).unwrap();
    let answers = &detail.sections[0].rows;
    assert_eq!((answers[0].label.as_str(), answers[0].answer.as_str()), ("Household", "何德贵 · Group 1"));
    assert_eq!(answers[1].answer, "=1+1");
    assert_eq!((answers[2].answer.as_str(), answers[2].shown), ("ab.jpg", Shown::Photo));
    assert_eq!(
        (detail.arrived.len(), detail.form_title.as_str(), detail.village["zh"].as_str()),
        (0, "Visit", "石板村")
    );
    assert_eq!((detail.row.by.as_str(), detail.started_at, detail.versions.len()), ("罗素英", NOW - DAY - 1000, 1));
    assert_eq!(server.get_as(&cookie, "/api/v1/villages/shiban/visits/v-0").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn needs_and_households_are_listed_with_what_the_desk_asks() {
    let (server, cookie) = with_visits().await;
    for (id, days) in [("n-1", 9), ("n-2", 0)] {
        let need = json!({"category": "water", "text": "没水", "state": "received", "received_at": NOW - days * DAY});
        server.write("shiban", "villager", "needs", id, need).await;
    }
    let needs = server.get_as(&cookie, "/api/v1/villages/shiban/needs").await.json();
    let needs: Vec<NeedRow> = serde_json::from_value(needs).unwrap();
    assert_eq!(needs.iter().map(|n| (n.id.as_str(), n.late)).collect::<Vec<_>>(), [("n-2", false), ("n-1", true)]);
    let households = server.get_as(&cookie, "/api/v1/villages/shiban/households").await.json();
    let households: Vec<HouseholdRow> = serde_json::from_value(households).unwrap();
    assert_eq!(households.iter().map(|h| h.group.as_str()).collect::<Vec<_>>(), ["1", "2", "10"]);
    assert_eq!((households[0].last_visit, households[1].last_visit), (Some(NOW - DAY), None));
}

#[tokio::test]
async fn each_role_reads_what_it_may_and_no_more() {
    let (server, township) = with_visits().await;
    let secretary = server.sign_in("secretary", Role::Secretary, "shiban").await;
    let committee = server.sign_in("committee", Role::Committee, "shiban").await;
    let elsewhere = server.sign_in("elsewhere", Role::Township, "donglin").await;
    let county = server.sign_in("county", Role::County, "qingxi").await;
    let dispatcher = server.sign_in("dispatcher", Role::Dispatcher, "qingxi").await;
    let lists = ["visits", "visits/v-1", "needs", "households"];
    // cookie, villages, lists, export
    let table = [
        (&secretary, 403, 200, 403),
        (&committee, 403, 200, 403),
        (&township, 200, 200, 200),
        (&elsewhere, 200, 403, 403),
        (&county, 200, 200, 200),
        (&dispatcher, 200, 403, 403),
        (&String::new(), 401, 401, 401),
    ];
    for (n, (cookie, villages, read, export)) in table.into_iter().enumerate() {
        assert_eq!(server.get_as(cookie, "/api/v1/villages").await.status.as_u16(), villages, "{n}");
        for list in lists {
            let path = format!("/api/v1/villages/shiban/{list}");
            assert_eq!(server.get_as(cookie, &path).await.status.as_u16(), read, "{n} {list}");
        }
        for file in ["csv", "xlsx"] {
            let answer = server.get_as(cookie, &format!("/api/v1/villages/shiban/visits.{file}")).await;
            assert_eq!(answer.status.as_u16(), export, "{n} {file}");
        }
    }
    let villages = server.get_as(&dispatcher, "/api/v1/villages").await.json();
    assert_eq!(villages, json!([]));
}
