//! `/api/v1/admin/forms/…/files`: what lies beside a form, of a draft and of the version in force.

use serde_json::{Value, json};

use super::{ask, audit, forms};
use crate::world::{Answer, JPEG, World};

const PATH: &str = "/api/v1/admin/forms";

/// A checklist that reads two lists.
pub const LISTS: &[[&str; 3]] = &[
    ["select_one_from_file households.csv", "who", "谁"],
    ["select_one_from_file districts.csv", "district", "区"],
    ["select_one_from_file towns.csv", "town", "镇"],
];

pub const DISTRICTS: &str = "name,label\nd1,\"东, 区\"\nd2,西区\n";

pub async fn put(world: &World, path: &str, name: &str, bytes: &[u8]) -> Answer {
    world.put(&format!("{PATH}/{path}/files/{name}?lang=en")).by("county").bytes(bytes.to_vec()).send().await
}

fn shown(files: &Value) -> Vec<String> {
    let row = |row: &Value| format!("{} {} {}", row["name"].as_str().unwrap(), row["size"], row["rows"]);
    files.as_array().unwrap().iter().map(row).collect()
}

/// What the county's stream says of the form's files.
pub async fn announced(world: &World) -> String {
    let county = zhucun_sync::StreamId::new("county", "qingxi").unwrap();
    let key = zhucun_sync::RecordKey::new("forms", "visit");
    world.state.store.record(&county, &key).await.unwrap().unwrap().text("files").to_owned()
}

#[tokio::test]
async fn a_draft_says_what_is_missing_takes_it_and_keeps_it_when_it_is_published() {
    let world = World::new().await;
    let told = forms::upload(&world, forms::sheet("1", LISTS)).await;
    let missing: Vec<&str> =
        told["problems"].as_array().unwrap().iter().map(|problem| problem["text"].as_str().unwrap()).collect();
    assert!(missing.iter().any(|text| text.contains("districts.csv")) && !missing.join("").contains("households"));
    assert!(told["problems"].as_array().unwrap().iter().all(|problem| problem["error"] == false));
    let draft = told["draft"].clone();
    assert_eq!(draft["files"][0]["size"], Value::Null);
    let path = format!("drafts/{}", draft["id"].as_str().unwrap());
    let added = put(&world, &path, "districts.csv", DISTRICTS.as_bytes()).await.json();
    assert_eq!((&added["problem"], shown(&added["files"])[0].as_str()), (&Value::Null, "districts.csv 35 2"));
    assert_eq!(forms::publish(&world, &draft, json!([])).await.status, 204);
    assert_ne!(announced(&world).await, "");
    let later = ask(&world, "county", "GET", &format!("{PATH}/visit/files"), &Value::Null).await.json();
    assert_eq!(later, added["files"]);
    let acts = ["罗素英 form_published visit", "罗素英 form_file_added visit", "罗素英 form_uploaded visit"];
    assert_eq!(audit(&world).await, acts);
}

#[tokio::test]
async fn a_file_is_added_to_the_version_in_force_and_phones_are_told() {
    let world = World::new().await;
    let draft = forms::upload(&world, forms::sheet("1", LISTS)).await["draft"].clone();
    assert_eq!(forms::publish(&world, &draft, json!([])).await.status, 204, "published with a warning");
    assert_eq!(announced(&world).await, "");
    put(&world, "visit", "districts.csv", DISTRICTS.as_bytes()).await;
    let first = announced(&world).await;
    put(&world, "visit", "districts.csv", DISTRICTS.as_bytes()).await;
    assert_eq!(announced(&world).await, first, "the same again is nothing new");
    put(&world, "visit", "districts.csv", b"name,label\nd1,A\n").await;
    assert!(!first.is_empty() && announced(&world).await != first);
}

#[tokio::test]
async fn the_next_version_takes_over_what_it_needs_and_a_draft_what_the_draft_before_had() {
    let world = World::new().await;
    let draft = forms::upload(&world, forms::sheet("1", LISTS)).await["draft"].clone();
    let path = format!("drafts/{}", draft["id"].as_str().unwrap());
    put(&world, &path, "districts.csv", DISTRICTS.as_bytes()).await;
    let mended = forms::upload(&world, forms::sheet("1b", LISTS)).await["draft"].clone();
    assert_eq!(shown(&mended["files"]), ["districts.csv 35 2", "towns.csv null null"]);
    forms::publish(&world, &mended, json!([])).await;
    let said = announced(&world).await;
    let second = forms::upload(&world, forms::sheet("2", &LISTS[1..2])).await;
    assert_eq!(
        (shown(&second["draft"]["files"]), second["problems"].as_array().unwrap().len()),
        (vec!["districts.csv 35 2".to_owned()], 0)
    );
    forms::publish(&world, &second["draft"], json!([])).await;
    assert_eq!(announced(&world).await, said, "the files are the same");
    let third = forms::upload(&world, forms::sheet("3", forms::FIRST)).await["draft"].clone();
    assert_eq!(third["files"], json!([]));
    forms::publish(&world, &third, json!([])).await;
    assert_eq!(announced(&world).await, "");
}

#[tokio::test]
async fn a_list_without_a_column_that_the_form_names_is_kept_and_said() {
    let world = World::new().await;
    let draft = forms::upload(&world, forms::sheet("1", LISTS)).await["draft"].clone();
    let path = format!("drafts/{}", draft["id"].as_str().unwrap());
    let told = put(&world, &path, "districts.csv", b"nombre,label\nd1,A\n").await.json();
    assert_eq!(told["warning"], "districts.csv has no column name (it has: nombre, label)");
    assert_eq!((&told["problem"], &told["files"][0]["rows"]), (&Value::Null, &json!(1)));
    let told = put(&world, &path, "districts.csv", DISTRICTS.as_bytes()).await.json();
    assert_eq!(told["warning"], Value::Null);
}

#[tokio::test]
async fn what_cannot_be_used_is_said_and_not_kept() {
    let world = World::new().await;
    let draft = forms::upload(&world, forms::sheet("1", LISTS)).await["draft"].clone();
    let path = format!("drafts/{}", draft["id"].as_str().unwrap());
    let table: [(&str, &[u8], &str); 6] = [
        ("district.csv", b"name\na\n", "names no file of this name"),
        ("households.csv", b"name\na\n", "the village’s own list"),
        ("districts.csv", b"name,label\na,b,c\n", "line 2"),
        ("districts.csv", b"name\n\xbc\xd7\n", "UTF-8"),
        ("districts.csv", b"", "no column names"),
        ("..%2fdistricts.csv", b"name\na\n", "names no file of this name"),
    ];
    for (name, bytes, said) in table {
        let told = put(&world, &path, name, bytes).await.json();
        let problem = told["problem"].as_str().unwrap_or_default();
        assert!(problem.contains(said), "{name}: {told}");
        assert_eq!(told["files"][0]["size"], Value::Null, "{name}");
    }
    let large = put(&world, &path, "districts.csv", &vec![b'a'; 16 * 1024 * 1024 + 1]).await;
    assert_eq!((large.status.as_u16(), large.code().as_str()), (413, "too_large"));
    assert_eq!(audit(&world).await, ["罗素英 form_uploaded visit"]);
    let picture = put(&world, &path, "districts.csv", JPEG).await.json();
    assert!(picture["problem"].as_str().unwrap().contains("UTF-8"), "{picture}");
}
