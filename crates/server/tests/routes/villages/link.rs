//! `/api/v1/villages/{village}/link`: made, renewed, revoked, and what villagers see of it.

use axum::http::{Method, Request, header};
use serde_json::{Value, json};

use crate::world::{Answer, World};

const PATH: &str = "/api/v1/villages/shiban/link";
const MINUTE: i64 = 60_000;

async fn make(world: &World, who: &str, body: &Value) -> Answer {
    world.post(PATH).by(who).json(body).send().await
}

async fn show(world: &World) -> Value {
    let answer = world.get(PATH).by("secretary").send().await;
    assert_eq!(answer.status, 200);
    answer.json()
}

/// The status of a villager's page.
async fn page(world: &World, token: &str) -> u16 {
    world.get(&format!("/n/{token}")).send().await.status.as_u16()
}

fn token(link: &Value) -> String {
    link["token"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_renewed_link_is_another_and_the_old_one_ends_after_its_minute() {
    let world = World::new().await;
    let first = show(&world).await;
    assert_eq!(first["current"]["url"], "http://zhucun.test/n/link-shiban");
    assert_eq!(first["current"]["made_at"], 0, "it came with the village");
    assert!(first.get("ending").is_none());

    let renewed = make(&world, "committee", &json!({})).await.json();
    let new = token(&renewed["current"]);
    assert!(new.len() == 10 && new != "link-shiban", "{new}");
    assert_eq!(renewed["current"]["made_at"], crate::world::NOW);
    assert_eq!(renewed["current"]["made_by"], "罗素英");
    assert_eq!(renewed["ending"]["token"], "link-shiban");
    assert_eq!((page(&world, &new).await, page(&world, "link-shiban").await), (200, 200));
    let me = world.get("/api/v1/session").by("secretary").send().await.json();
    assert_eq!(me["needs_link"], renewed["current"]["url"]);

    world.pass(MINUTE);
    assert_eq!(page(&world, "link-shiban").await, 200, "a whole minute");
    world.pass(MINUTE);
    assert_eq!((page(&world, &new).await, page(&world, "link-shiban").await), (200, 410));
    assert!(show(&world).await.get("ending").is_none());
}

#[tokio::test]
async fn a_renewal_can_be_undone_within_its_minute_and_not_later() {
    let world = World::new().await;
    let new = token(&make(&world, "secretary", &json!({})).await.json()["current"]);
    world.pass(MINUTE);
    let back = make(&world, "secretary", &json!({"back_to": "link-shiban"})).await;
    assert_eq!(back.json()["current"]["token"], "link-shiban");
    assert_eq!((page(&world, "link-shiban").await, page(&world, &new).await), (200, 410));

    make(&world, "secretary", &json!({})).await;
    world.pass(2 * MINUTE);
    let late = make(&world, "secretary", &json!({"back_to": "link-shiban"})).await;
    assert_eq!((late.status.as_u16(), late.code().as_str()), (404, "not_found"));
    assert_eq!(make(&world, "secretary", &json!({"back_to": "unknown"})).await.status, 404);
}

#[tokio::test]
async fn a_revoked_link_is_gone_until_a_new_one_is_made() {
    let world = World::new().await;
    let revoked = world.request(Method::DELETE, PATH).by("secretary").send().await;
    assert_eq!(revoked.status, 200);
    assert!(revoked.json().get("current").is_none());
    assert_eq!(revoked.json()["ending"]["token"], "link-shiban");
    let me = world.get("/api/v1/session").by("secretary").send().await.json();
    assert!(me.get("needs_link").is_none(), "{me}");
    // Taken back, and revoked again.
    assert_eq!(make(&world, "secretary", &json!({"back_to": "link-shiban"})).await.status, 200);
    world.request(Method::DELETE, PATH).by("committee").send().await;
    world.pass(2 * MINUTE);
    assert_eq!(show(&world).await, json!({}));
    assert_eq!(page(&world, "link-shiban").await, 410);
    let made = make(&world, "secretary", &json!({})).await.json();
    assert_eq!(page(&world, &token(&made["current"])).await, 200);
}

#[tokio::test]
async fn a_link_of_another_village_cannot_be_brought_back() {
    let world = World::new().await;
    world.state.store.add_link("link-yunling", "yunling").await.unwrap();
    world.request(Method::DELETE, "/api/v1/villages/yunling/link").by("neighbour").send().await;
    assert_eq!(make(&world, "secretary", &json!({"back_to": "link-yunling"})).await.status, 404);
    assert_eq!(show(&world).await["current"]["token"], "link-shiban");
}

#[tokio::test]
async fn who_comes_by_an_old_link_reads_what_to_do_and_finds_the_words_again() {
    let world = World::new().await;
    make(&world, "secretary", &json!({})).await;
    world.pass(2 * MINUTE);
    let answer = world.get("/n/link-shiban").send().await;
    assert_eq!(answer.status, 410);
    assert_eq!(answer.header("cache-control"), "no-store");
    let text = String::from_utf8(answer.body).unwrap();
    assert!(text.contains("请向驻村第一书记") && text.contains("ask your First Secretary"), "{text}");

    let body = "--b\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\n水管<又>裂了\r\n--b--\r\n";
    let request = Request::post("/n/link-shiban").header(header::CONTENT_TYPE, "multipart/form-data; boundary=b");
    let response = tower::ServiceExt::oneshot(world.app.clone(), request.body(axum::body::Body::from(body)).unwrap())
        .await
        .unwrap();
    assert_eq!(response.status(), 410);
    let bytes = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
    let text = String::from_utf8(bytes.to_vec()).unwrap();
    assert!(text.contains("水管&#60;又&#62;裂了"), "{text}");
}
