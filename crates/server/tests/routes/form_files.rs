//! `/api/v1/forms/{hash}/files`: what a phone gets of what lies beside a form.

use std::fmt::Write as _;

use serde_json::{Value, json};
use zhucun_server::service::random::sha256_hex;

use crate::{
    admin::{
        form_files::{DISTRICTS, LISTS, put},
        forms,
    },
    world::World,
};

/// A published form with a list; its hash.
async fn published(world: &World) -> String {
    let draft = forms::upload(world, forms::sheet("1", LISTS)).await["draft"].clone();
    forms::publish(world, &draft, json!([])).await;
    put(world, "visit", "districts.csv", DISTRICTS.as_bytes()).await;
    let county = zhucun_sync::StreamId::new("county", "qingxi").unwrap();
    let key = zhucun_sync::RecordKey::new("forms", "visit");
    world.state.store.record(&county, &key).await.unwrap().unwrap().text("hash").to_owned()
}

#[tokio::test]
async fn a_list_comes_as_columns_and_rows_under_a_hash_that_never_changes() {
    let world = World::new().await;
    let path = format!("/api/v1/forms/{}/files", published(&world).await);
    let list = world.get(&path).by("secretary").send().await;
    let rows = r#"{"columns":["name","label"],"rows":[["d1","东, 区"],["d2","西区"]]}"#;
    let sha256 = sha256_hex(rows);
    assert_eq!(list.json(), json!([{"name": "districts.csv", "sha256": sha256, "size": rows.len(), "is_list": true}]));
    let file = world.get(&format!("{path}/{sha256}")).by("committee").send().await;
    assert_eq!(file.body, rows.as_bytes());
    assert_eq!(file.header("cache-control"), "private, max-age=31536000, immutable");
    assert_eq!((file.header("content-type"), file.header("x-content-type-options")), ("application/json", "nosniff"));
    let known = world.get(&format!("{path}/{sha256}")).by("secretary").header("if-none-match", file.header("etag"));
    assert_eq!(known.send().await.status, 304);
    // The file as it was given is for other clients; a hash of something else is no way to it.
    for other in [sha256_hex(DISTRICTS), sha256_hex("other"), "..%2f..%2fetc".to_owned(), "%00".to_owned()] {
        assert_eq!(world.get(&format!("{path}/{other}")).by("secretary").send().await.status, 404, "{other}");
    }
}

#[tokio::test]
async fn another_county_sees_nothing_of_it_even_with_the_hash() {
    let world = World::new().await;
    let path = format!("/api/v1/forms/{}/files", published(&world).await);
    let list = world.get(&path).by("secretary").send().await.json();
    world.account_of("beichuan", "distant", zhucun_domain::access::Role::County, "beichuan").await;
    assert_eq!(world.get(&path).by("distant").send().await.json(), Value::Array(Vec::new()));
    let file = format!("{path}/{}", list[0]["sha256"].as_str().unwrap());
    assert_eq!(world.get(&file).by("distant").send().await.status, 404);
    assert_eq!(world.get(&file).by("township").send().await.status, 403);
    assert_eq!(world.get(&file).send().await.status, 401);
}

#[tokio::test]
async fn thirty_thousand_rows_are_taken_and_come_compressed() {
    let world = World::new().await;
    let hash = published(&world).await;
    let mut csv = String::from("name,label,township\n");
    for n in 0..30_000 {
        writeln!(csv, "v{n},第{n}村,t{}", n % 300).unwrap();
    }
    let added = put(&world, "visit", "districts.csv", csv.as_bytes()).await.json();
    assert_eq!(added["files"][0]["rows"], 30_000, "{added}");
    let path = format!("/api/v1/forms/{hash}/files");
    let list = world.get(&path).by("secretary").send().await.json();
    let file = format!("{path}/{}", list[0]["sha256"].as_str().unwrap());
    let packed = world.get(&file).by("secretary").header("accept-encoding", "br").send().await;
    assert_eq!(packed.header("content-encoding"), "br");
    assert!(packed.body.len() * 5 < usize::try_from(list[0]["size"].as_u64().unwrap()).unwrap());
}
