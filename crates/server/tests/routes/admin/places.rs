//! `/api/v1/admin/places`.

use serde_json::{Value, json};

use super::{ask, audit};
use crate::world::{NOW, World};

const PLACES: &str = "/api/v1/admin/places";

#[tokio::test]
async fn a_township_sees_its_own_and_the_county_all_with_their_people() {
    let world = World::new().await;
    let own = ask(&world, "township", "GET", PLACES, &Value::Null).await.json();
    let ids = |places: &Value| -> Vec<String> {
        places.as_array().unwrap().iter().map(|place| place["id"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(
        (ids(&own["townships"]), ids(&own["villages"])),
        (vec!["hekou".into()], vec!["dashu".into(), "shiban".into()])
    );
    let all = ask(&world, "county", "GET", PLACES, &Value::Null).await.json();
    assert_eq!((ids(&all["townships"]).len(), ids(&all["villages"]).len()), (2, 3));
    let shiban = all["villages"].as_array().unwrap().iter().find(|village| village["id"] == "shiban").unwrap();
    assert_eq!((shiban["users"][0]["role"].as_str(), shiban["has_link"].as_bool()), (Some("secretary"), Some(true)));
    assert_eq!(shiban["users"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn places_are_added_with_an_id_out_of_their_english_name_and_renamed() {
    let world = World::new().await;
    let add = async |body: Value| ask(&world, "county", "POST", PLACES, &body).await;
    let township = add(json!({"names": {"zh": "白水乡", "en": "Bai Shui"}})).await.json();
    assert_eq!(township["id"], "bai-shui");
    let village = add(json!({"township": "bai-shui", "names": {"zh": "竹林村"}})).await.json();
    assert!(village["id"].as_str().unwrap().starts_with("village-"));
    let twice = add(json!({"township": "bai-shui", "names": {"zh": "又一村", "en": "Shiban"}})).await.json();
    assert_ne!(twice["id"], "shiban");
    assert_eq!(add(json!({"township": "shiban", "names": {"zh": "竹林村"}})).await.status, 404);
    assert_eq!(add(json!({"names": {"zh": " "}})).await.status, 400);
    let listed = ask(&world, "county", "GET", PLACES, &Value::Null).await.json();
    let added = listed["villages"].as_array().unwrap().iter().find(|found| found["id"] == village["id"]).unwrap();
    assert_eq!((added["has_link"].as_bool(), added["names"]["en"].as_str()), (Some(true), Some("竹林村")));
    let links = world.state.store.links(village["id"].as_str().unwrap(), NOW).await.unwrap();
    let [link] = &links[..] else { panic!("{links:?}") };
    assert_eq!(
        (link.made_by.as_str(), link.made, link.token.len()),
        ("u-county", NOW, 10),
        "can be typed off a poster"
    );

    let path = format!("{PLACES}/qingxi");
    assert_eq!(ask(&world, "county", "PUT", &path, &json!({"names": {"zh": "新县", "en": "New"}})).await.status, 204);
    let me = world.get("/api/v1/session").by("county").send().await.json();
    assert_eq!(me["place"]["zh"], "新县");
    assert_eq!(
        ask(&world, "county", "PUT", &format!("{PLACES}/none"), &json!({"names": {"zh": "x"}})).await.status,
        404
    );
    assert_eq!(audit(&world).await[0], "罗素英 place_renamed 新县");
}
