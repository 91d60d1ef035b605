//! `/api/v1/streams/{kind}/{id}/changes`.

use serde_json::{Value, json};
use zhucun_sync::{PullPage, RecordKey};

use crate::world::{NOW, World, household, village};

const PATH: &str = "/api/v1/streams/village/shiban/changes";

async fn pull(world: &World, query: &str) -> PullPage {
    let answer = world.get(&format!("{PATH}{query}")).by("secretary").send().await;
    assert_eq!(answer.status, 200);
    serde_json::from_slice(&answer.body).unwrap()
}

#[tokio::test]
async fn what_was_pushed_is_pulled_and_seen_in_the_view() {
    let world = World::new().await;
    let pushed = world.push("secretary", &[household("c1", "h1", "何德贵"), household("c2", "h2", "罗素英")]).await;
    insta::assert_snapshot!(pushed.shown(), @r#"
    200 {
      "server_now": 1800000000000,
      "verdicts": [
        {
          "id": "c1",
          "order_time": 1799999999000,
          "seq": 1,
          "verdict": "accepted"
        },
        {
          "id": "c2",
          "order_time": 1799999999000,
          "seq": 2,
          "verdict": "accepted"
        }
      ]
    }
    "#);
    let page = pull(&world, "").await;
    assert_eq!(page.head, 2);
    assert_eq!(page.entries[0].author, "u-secretary");
    assert_eq!(serde_json::to_value(&page.entries[0].change).unwrap(), household("c1", "h1", "何德贵"));
    let rest = pull(&world, &format!("?after={}.1&limit=1", page.epoch)).await;
    assert_eq!(rest.entries.iter().map(|entry| entry.seq).collect::<Vec<_>>(), [2]);
    let record = world.state.store.record(&village(), &RecordKey::new("households", "h1")).await.unwrap().unwrap();
    assert_eq!(record.text("head_name"), "何德贵");
}

#[tokio::test]
async fn a_cursor_of_another_epoch_starts_from_the_beginning() {
    let world = World::new().await;
    world.push("secretary", &[household("c1", "h1", "何德贵")]).await;
    assert_eq!(pull(&world, "?after=before-the-backup.9").await.entries.len(), 1);
    assert_eq!(pull(&world, "?after=.0").await.entries.len(), 1);
    let bad = world.get(&format!("{PATH}?after=nonsense")).by("secretary").send().await;
    insta::assert_snapshot!(bad.shown(), @r#"
    400 {
      "code": "bad_request",
      "detail": "a cursor is <epoch>.<seq>",
      "status": 400,
      "title": "the request is not understood",
      "type": "https://zhucun.example/problems/bad_request"
    }
    "#);
    assert_eq!(world.get(&format!("{PATH}?limit=many")).by("secretary").send().await.code(), "bad_request");
}

#[tokio::test]
async fn pushing_again_is_a_duplicate_and_another_payload_a_conflict() {
    let world = World::new().await;
    let first = world.push("secretary", &[household("c1", "h1", "何德贵")]).await.json();
    world.pass(60_000);
    let again = world
        .push(
            "secretary",
            &[household("c1", "h1", "何德贵"), household("c1", "h1", "别人"), household("c2", "h2", "罗")],
        )
        .await
        .json();
    assert_eq!(again["verdicts"][0]["verdict"], "duplicate");
    assert_eq!(again["verdicts"][0]["seq"], first["verdicts"][0]["seq"]);
    assert_eq!(again["verdicts"][0]["order_time"], first["verdicts"][0]["order_time"]);
    assert_eq!(again["verdicts"][1], json!({"verdict": "refused", "id": "c1", "code": "id_conflict"}));
    assert_eq!(again["verdicts"][2]["seq"], 2, "a refused change takes no place in the log");
    assert_eq!(pull(&world, "").await.head, 2);
}

#[tokio::test]
async fn a_duplicate_within_one_batch_is_written_once() {
    let world = World::new().await;
    let answer = world.push("secretary", &[household("c1", "h1", "何"), household("c1", "h1", "何")]).await.json();
    assert_eq!(answer["verdicts"][0]["verdict"], "accepted");
    assert_eq!(answer["verdicts"][1]["verdict"], "duplicate");
    assert_eq!(pull(&world, "").await.head, 1);
}

#[tokio::test]
async fn the_order_time_takes_out_the_skew_of_the_device_and_never_lies_ahead() {
    let world = World::new().await;
    let hour = 3_600_000;
    // The device is an hour behind; it wrote ten seconds before it sent.
    let slow = |id: &str, before: i64| {
        let mut change = household(id, "h1", "何德贵");
        change["device_time"] = json!(NOW - hour - before);
        change
    };
    let body = json!({"device_now": NOW - hour, "changes": [slow("c1", 10_000), slow("c2", -10_000)]});
    let answer = world.post(PATH).by("secretary").json(&body).send().await.json();
    assert_eq!(answer["verdicts"][0]["order_time"], NOW - 10_000);
    assert_eq!(answer["verdicts"][1]["order_time"], NOW);
    assert_eq!(answer["server_now"], NOW);
    assert_eq!(pull(&world, "").await.entries[0].change.device_time, NOW - hour - 10_000, "kept as data");
}

#[tokio::test]
async fn one_bad_change_blocks_no_other_and_is_told_why() {
    let world = World::new().await;
    let altered = |id: &str, alter: fn(&mut Value)| {
        let mut change = household(id, "h1", "何德贵");
        alter(&mut change);
        change
    };
    let changes = [
        altered("nul", |change| change["patch"]["head_name"] = json!("a\0b")),
        altered("newer", |change| change["format"] = json!(99)),
        altered("large", |change| change["patch"]["note"] = json!("x".repeat(zhucun_api::CHANGE_MAX))),
        altered("users", |change| change["record"]["collection"] = json!("users")),
        altered("unlike", |change| change["patch"] = json!("not a patch")),
        json!({"id": "half"}),
        json!(7),
        altered("good", |change| change["from_a_newer_app"] = json!({"kept": true})),
    ];
    let answer = world.push("secretary", &changes).await;
    let told: Vec<String> = answer.json()["verdicts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|verdict| format!("{} {}", verdict["id"], verdict.get("code").unwrap_or(&verdict["verdict"])))
        .collect();
    insta::assert_snapshot!(told.join("\n"), @r#"
    "nul" "invalid"
    "newer" "format"
    "large" "too_large"
    "users" "forbidden"
    "unlike" "invalid"
    "half" "invalid"
    "" "invalid"
    "good" "accepted"
    "#);
    let page = pull(&world, "").await;
    assert_eq!(page.entries[0].change.extra["from_a_newer_app"], json!({"kept": true}));
}

#[tokio::test]
async fn the_committee_writes_needs_but_no_visits() {
    let world = World::new().await;
    let mut visit = household("c1", "v1", "x");
    visit["record"]["collection"] = json!("visits");
    let mut need = household("c2", "n1", "x");
    need["record"]["collection"] = json!("needs");
    let answer = world.push("committee", &[visit, need]).await.json();
    assert_eq!(answer["verdicts"][0], json!({"verdict": "refused", "id": "c1", "code": "forbidden"}));
    assert_eq!(answer["verdicts"][1]["verdict"], "accepted");
}

#[tokio::test]
async fn a_batch_that_is_too_large_is_told_so_that_the_phone_halves_it() {
    let world = World::new().await;
    let many: Vec<Value> = (0..201).map(|i| household(&format!("c{i}"), "h1", "何")).collect();
    insta::assert_snapshot!(world.push("secretary", &many).await.shown(), @r#"
    413 {
      "code": "too_large",
      "detail": 200,
      "status": 413,
      "title": "too large; `detail` is the most",
      "type": "https://zhucun.example/problems/too_large"
    }
    "#);
    let heavy = json!({"device_now": 0, "changes": ["x".repeat(5 * 1024 * 1024)]});
    assert_eq!(world.post(PATH).by("secretary").json(&heavy).send().await.code(), "too_large");
}

#[tokio::test]
async fn pushes_at_the_same_time_leave_no_gap_and_lose_nothing() {
    let world = World::new().await;
    let batches = (0..8).map(|device| {
        let changes: Vec<Value> =
            (0..10).map(|i| household(&format!("d{device}-c{i}"), &format!("h{i}"), &format!("头{device}"))).collect();
        let world = &world;
        async move { world.push("secretary", &changes).await }
    });
    for answer in futures_util::future::join_all(batches).await {
        assert_eq!(answer.status, 200);
        assert!(answer.json()["verdicts"].as_array().unwrap().iter().all(|verdict| verdict["verdict"] == "accepted"));
    }
    let page = pull(&world, "?limit=500").await;
    assert_eq!(page.entries.iter().map(|entry| entry.seq).collect::<Vec<_>>(), (1..=80).collect::<Vec<_>>());
    // The view is the fold of the log.
    let mut fold = zhucun_sync::Record::default();
    for entry in page.entries.iter().filter(|entry| entry.change.record.id == "h3") {
        fold.apply(&entry.change, entry.order_time, &entry.author);
    }
    let stored = world.state.store.record(&village(), &RecordKey::new("households", "h3")).await.unwrap().unwrap();
    assert_eq!(stored, fold);
    assert_eq!(
        stored.heads("head_name").len(),
        8,
        "eight heads that do not know of each other are a conflict, all kept"
    );
}

#[tokio::test]
async fn a_page_ends_before_it_is_too_heavy_for_a_slow_connection() {
    let world = World::new().await;
    for i in 0..6 {
        let mut change = household(&format!("c{i}"), &format!("h{i}"), "何");
        change["patch"]["note"] = json!("字".repeat(80_000));
        assert_eq!(world.push("secretary", &[change]).await.json()["verdicts"][0]["verdict"], "accepted");
    }
    let page = pull(&world, "").await;
    assert!(page.entries.len() < 6 && !page.entries.is_empty());
    let rest = pull(&world, &format!("?after={}.{}", page.epoch, page.entries.len())).await;
    assert_eq!(page.entries.len() + rest.entries.len(), 6);
}

#[tokio::test]
async fn a_long_page_goes_compressed_to_who_takes_it_and_a_short_one_as_it_is() {
    let world = World::new().await;
    let short = world.get(PATH).by("secretary").header("accept-encoding", "gzip, br").send().await;
    assert_eq!((short.status.as_u16(), short.header("content-encoding")), (200, ""));
    let changes: Vec<_> = (0..20).map(|n| household(&format!("c{n}"), &format!("h{n}"), "何德贵")).collect();
    world.push("secretary", &changes).await;
    let plain = world.get(PATH).by("secretary").send().await;
    assert_eq!(plain.header("content-encoding"), "");
    let packed = world.get(PATH).by("secretary").header("accept-encoding", "gzip, br").send().await;
    assert_eq!((packed.header("content-encoding"), packed.header("vary")), ("br", "Accept-Encoding"));
    assert_eq!(packed.header("cache-control"), "no-store");
    let mut unpacked = Vec::new();
    brotli::BrotliDecompress(&mut &packed.body[..], &mut unpacked).unwrap();
    assert_eq!(unpacked, plain.body);
    assert!(packed.body.len() * 4 < plain.body.len(), "{} of {} bytes", packed.body.len(), plain.body.len());
    let zipped = world.get(PATH).by("secretary").header("accept-encoding", "gzip").send().await;
    assert_eq!(zipped.header("content-encoding"), "gzip");
}
