//! `/api/v1/forms/{hash}`.

use std::io::Read as _;

use zhucun_domain::collection;
use zhucun_forms::definition::{Definition, Piece, Text};
use zhucun_server::service::forms;
use zhucun_sync::{Cursor, StreamId};

use crate::world::{NOW, World};

fn definition(version: &str) -> Definition {
    Definition {
        id: "household_visit".into(),
        version: version.into(),
        title: Text(vec![vec![Piece::Words("入户走访".into())], vec![Piece::Words("Household visit".into())]]),
        languages: vec!["中文 (zh)".into(), "English (en)".into()],
        ..Definition::default()
    }
}

#[tokio::test]
async fn a_form_put_into_use_is_told_to_phones_and_fetched_by_its_hash() {
    let world = World::new().await;
    let county = StreamId::new("county", "qingxi").unwrap();
    let store = &world.state.store;
    let hash = forms::put_into_use(store, &county, &definition("1"), "household_visit.xlsx", NOW).await.unwrap();
    forms::put_into_use(store, &county, &definition("1"), "household_visit.xlsx", NOW).await.unwrap();
    let page = store.pull(&county, &Cursor::default(), 10).await.unwrap();
    assert_eq!(page.head, 1, "the same form again changes nothing");
    let change = &page.entries[0].change;
    assert_eq!((change.record.collection.as_str(), change.record.id.as_str()), (collection::FORMS, "household_visit"));
    insta::assert_snapshot!(change.patch["title"].to_string(), @r#"{"en":"Household visit","zh":"入户走访"}"#);
    assert_eq!(change.patch["hash"], hash);

    let plain = world.get(&format!("/api/v1/forms/{hash}")).by("secretary").send().await;
    assert_eq!(serde_json::from_slice::<Definition>(&plain.body).unwrap(), definition("1"));
    let packed =
        world.get(&format!("/api/v1/forms/{hash}")).by("secretary").header("accept-encoding", "gzip, br").send().await;
    assert_eq!((packed.header("content-encoding"), packed.header("x-zhucun")), ("br", "1"));
    let mut unpacked = Vec::new();
    brotli::Decompressor::new(&packed.body[..], 4096).read_to_end(&mut unpacked).unwrap();
    assert_eq!(unpacked, plain.body);

    let newer = forms::put_into_use(store, &county, &definition("2"), "household_visit.xlsx", NOW).await.unwrap();
    assert_ne!(newer, hash);
    assert_eq!(
        world.get(&format!("/api/v1/forms/{hash}")).by("secretary").send().await.status,
        200,
        "old drafts need it"
    );
}

#[tokio::test]
async fn an_unknown_form_is_not_found_and_anonymous_gets_none() {
    let world = World::new().await;
    assert_eq!(world.get("/api/v1/forms/abc").by("secretary").send().await.code(), "not_found");
    assert_eq!(world.get("/api/v1/forms/abc").send().await.code(), "signed_out");
}
