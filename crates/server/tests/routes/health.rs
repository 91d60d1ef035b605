//! `/healthz` and `/readyz`.

use std::{sync::Arc, time::Duration};

use object_store::{
    memory::InMemory,
    throttle::{ThrottleConfig, ThrottledStore},
};
use serde_json::json;
use tokio::time::Instant;
use zhucun_server::{Settings, http::assets::Assets, service::files::Files};

use crate::world::World;

async fn built() -> World {
    let files = ["index.html", "desk.html"].map(|name| (name.to_owned(), b"page".to_vec()));
    World::with(Assets::Memory(files.into()), Settings::default()).await
}

#[tokio::test]
async fn a_server_that_can_work_says_so_to_anyone() {
    let world = built().await;
    let live = world.get("/healthz").send().await;
    assert_eq!((live.shown().as_str(), live.header("cache-control")), ("200 ok\n", "no-store"));
    let ready = world.get("/readyz").send().await;
    insta::assert_snapshot!(ready.shown(), @r#"
    200 {
      "checks": {
        "apps": "ok",
        "attachments": "ok",
        "database": "ok",
        "schema": "ok",
        "server": "ok"
      },
      "ready": true
    }
    "#);
    assert_eq!((ready.header("cache-control"), ready.header("x-zhucun")), ("no-store", ""));
    assert_eq!(world.post("/readyz").send().await.status, 405);
}

#[tokio::test]
async fn a_server_that_stops_says_so_at_once_and_still_lives() {
    let world = built().await;
    assert_eq!(world.get("/readyz").send().await.status, 200);
    world.state.health().stop();
    let ready = world.get("/readyz").send().await;
    assert_eq!((ready.status.as_u16(), &ready.json()["checks"]["server"]), (503, &json!("stopping")));
    assert_eq!(world.get("/healthz").send().await.status, 200);
    assert_eq!(world.get("/api/v1/capabilities").send().await.status, 200, "what comes is still answered");
}

#[tokio::test]
async fn what_is_missing_is_named_by_a_code() {
    let world = World::new().await;
    let folder = world.folder();
    assert_eq!(world.get("/readyz").send().await.json()["checks"]["apps"], "missing");
    // Where the folder was is a file now: nothing can be put there, whoever runs the test.
    std::fs::remove_dir_all(folder.join("attachments")).unwrap();
    std::fs::write(folder.join("attachments"), "").unwrap();
    world.state.store.close().await;
    assert_eq!(world.get("/readyz").send().await.json()["checks"]["database"], "ok", "asked again a moment later");
    world.pass(2_000);
    let ready = world.get("/readyz").send().await;
    assert_eq!(ready.status, 503);
    let checks = json!({"server": "ok", "database": "unreachable", "schema": "unknown", "attachments": "not_writable", "apps": "missing"});
    assert_eq!(ready.json(), json!({"ready": false, "checks": checks}));
}

/// As a folder on another machine that is gone (NFS).
#[tokio::test]
async fn a_folder_that_does_not_answer_keeps_nobody_waiting() {
    let hour = Duration::from_secs(3_600);
    let config = ThrottleConfig { wait_put_per_call: hour, ..ThrottleConfig::default() };
    let stuck = Arc::new(ThrottledStore::new(InMemory::new(), config));
    let folder = tempfile::tempdir().unwrap();
    let world = World::of(Assets::Memory([].into()), Settings::default(), folder, Files::of(stuck)).await;
    let begun = Instant::now();
    let ask = async || world.get("/readyz").send().await.json()["checks"].clone();
    let (first, second, third) = tokio::join!(ask(), ask(), ask());
    assert!(begun.elapsed() < Duration::from_secs(5), "those who waited look once: {:?}", begun.elapsed());
    for checks in [first, second, third] {
        assert_eq!((&checks["attachments"], &checks["database"]), (&json!("not_writable"), &json!("ok")));
    }
    world.pass(2_000);
    assert_eq!(ask().await["attachments"], "not_writable", "the same look goes on");
}
