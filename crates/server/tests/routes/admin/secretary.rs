//! `/api/v1/admin/places/{village}/secretary`: a village changes hands.

use serde_json::{Value, json};
use zhucun_server::service::random::sha256_hex;

use super::{ask, audit};
use crate::world::{JPEG, NOW, World, household};

const PATH: &str = "/api/v1/admin/places/shiban/secretary";
const CHANGES: &str = "/api/v1/streams/village/shiban/changes";

async fn pull(world: &World, who: &str) -> u16 {
    world.get(CHANGES).by(who).send().await.status.as_u16()
}

#[tokio::test]
async fn the_successor_gets_the_village_and_the_predecessor_loses_it_at_once() {
    let world = World::new().await;
    world.push("secretary", &[household("c-1", "h-1", "何德贵")]).await;
    let done = ask(&world, "county", "POST", PATH, &json!({"user": "u-neighbour"})).await;
    assert_eq!((done.status.as_u16(), done.json()["invitation"].is_null()), (200, true));
    assert_eq!((pull(&world, "secretary").await, pull(&world, "neighbour").await), (403, 200));
    let me = world.get("/api/v1/session").by("secretary").send().await.json();
    assert_eq!(me["streams"], json!(["county/qingxi", "work/u-secretary"]), "may sign in to see this");
    assert_eq!(me["place"]["zh"], "清溪县");
    assert_eq!(me["needs_link"], Value::Null);
    let gone = world.get("/api/v1/streams/village/yunling/changes").by("neighbour").send().await;
    assert_eq!(gone.status, 403, "nobody has two");
    assert_eq!(pull(&world, "committee").await, 200);
    assert_eq!(audit(&world).await.len(), 3);
}

#[tokio::test]
async fn a_successor_who_is_invited_comes_by_a_link_and_a_predecessor_can_be_blocked() {
    let world = World::new().await;
    let body = json!({"invite": ["杜若青", "du"], "block": true});
    let done = ask(&world, "county", "POST", PATH, &body).await.json();
    let link = done["invitation"]["link"].as_str().unwrap().strip_prefix("http://zhucun.test").unwrap().to_owned();
    assert_eq!(world.get("/api/v1/session").by("secretary").send().await.code(), "blocked");
    let sent = "username=du&password=eine-gute-losung&again=eine-gute-losung";
    let joined =
        world.post(&link).header("content-type", "application/x-www-form-urlencoded").bytes(sent.into()).send();
    let joined = joined.await;
    assert_eq!(joined.status, 303);
    let cookie = joined.header("set-cookie").split(';').next().unwrap().to_owned();
    let me = world.get("/api/v1/session").header("cookie", &cookie).send().await.json();
    assert_eq!(me["streams"][0], "village/shiban");
    let taken = json!({"invite": ["x", "neighbour"]});
    assert_eq!(ask(&world, "county", "POST", PATH, &taken).await.code(), "taken");
}

#[tokio::test]
async fn what_the_predecessor_wrote_before_still_comes_and_what_was_written_later_does_not() {
    let world = World::new().await;
    let sha = sha256_hex(JPEG);
    ask(&world, "county", "POST", PATH, &json!({"user": "u-neighbour"})).await;
    world.pass(5 * 60_000);
    let now = NOW + 5 * 60_000;
    let mut before = household("c-1", "v-1", "何德贵");
    before["patch"]["photo"] = json!(format!("{sha}.jpg"));
    let mut after = household("c-2", "h-2", "罗素英");
    after["device_time"] = json!(now - 1000);
    let push = async |changes: Value, device_now: i64| {
        let body = json!({"device_now": device_now, "changes": changes});
        world.post(CHANGES).by("secretary").json(&body).send().await
    };
    let answer = push(json!([before, after]), now).await.json();
    assert_eq!(answer["verdicts"][0]["verdict"], "accepted");
    assert_eq!(
        (&answer["verdicts"][1]["verdict"], &answer["verdicts"][1]["code"]),
        (&json!("refused"), &json!("forbidden"))
    );
    // A clock that is behind by an hour makes nothing earlier.
    let mut behind = household("c-3", "h-3", "陈光明");
    behind["device_time"] = json!(now - 3_600_000);
    assert_eq!(push(json!([behind]), now - 3_600_000).await.json()["verdicts"][0]["verdict"], "refused");

    let put = async |who: &str, bytes: &[u8]| {
        let path = format!("/api/v1/streams/village/shiban/attachments/{}", sha256_hex(bytes));
        world.put(&path).by(who).bytes(bytes.to_vec()).send().await.status.as_u16()
    };
    assert_eq!(put("secretary", JPEG).await, 204, "a photo of what came in time");
    assert_eq!(put("secretary", b"\xff\xd8\xff\xe0 another").await, 403);
    assert_eq!(pull(&world, "secretary").await, 403, "nothing is read any more");

    world.pass(30 * 86_400_000);
    let late = household("c-4", "h-4", "周大兵");
    assert_eq!(push(json!([late]), now + 30 * 86_400_000).await.status, 403, "a month is enough");
}

#[tokio::test]
async fn who_cannot_follow_is_said() {
    let world = World::new().await;
    let table = [
        (json!({}), 400),
        (json!({"user": "u-neighbour", "invite": ["a", "b"]}), 400),
        (json!({"user": "u-township"}), 400),
        (json!({"user": "u-none"}), 404),
        (json!({"user": "u-committee"}), 200),
    ];
    for (body, status) in table {
        assert_eq!(ask(&world, "county", "POST", PATH, &body).await.status, status, "{body}");
    }
    let body = json!({"user": "u-neighbour"});
    assert_eq!(ask(&world, "county", "POST", "/api/v1/admin/places/hekou/secretary", &body).await.status, 404);
    assert_eq!(ask(&world, "township", "POST", PATH, &body).await.status, 403);
    let me = world.get("/api/v1/session").by("committee").send().await.json();
    assert_eq!((me["role"].as_str(), me["streams"][0].as_str()), (Some("secretary"), Some("village/shiban")));
}
