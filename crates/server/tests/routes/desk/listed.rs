//! Choices of lists that lie beside a form: people read the list's words, programs what is stored.

use serde_json::{Value, json};
use zhucun_api::VisitDetail;
use zhucun_domain::access::Role;
use zhucun_forms::Definition;
use zhucun_server::service::{form_files, forms, uploads};
use zhucun_sync::StreamId;

use super::{exports::book, visit};
use crate::support::{NOW, Server};

const VILLAGE: &str = "/api/v1/villages/shiban";

fn form() -> Definition {
    serde_json::from_value(json!({
        "id": "f", "version": "1", "title": [["走访"], ["Visit"]], "languages": ["中文 (zh)", "English (en)"],
        "default_language": 0,
        "nodes": [
            {"n": "data", "p": 0, "k": "root"},
            {"n": "crops", "p": 0, "k": "select_multiple", "l": [["种什么"], ["Crops"]], "ch": {"list": "crops", "x": true}},
            {"n": "best", "p": 0, "k": "select_one", "l": [["最好的"], ["Best"]],
             "ch": {"list": "crops", "x": true, "v": "code", "lb": "latin"}},
        ],
    }))
    .unwrap()
}

/// A village with one visit, and a township's cookie; `list` lies beside the form.
async fn with(list: Option<&str>) -> (Server, String) {
    let server = Server::county().await;
    let county = StreamId::new("county", "qingxi").unwrap();
    let form = form();
    let hash = forms::put_into_use(&server.state.store, &county, &form, "f.xlsx", NOW).await.unwrap();
    if let Some(list) = list {
        let parts =
            uploads::Parts { store: &server.state.store, files: &server.state.files, county: &county, now: NOW };
        let of = form_files::Of { form: &form, hash: &hash };
        form_files::take(parts, of, "crops.csv", list.to_owned().into(), "u-county").await.unwrap();
    }
    let mut filled = visit(1, "");
    filled["form_hash"] = json!(hash);
    filled["answers"] = json!({"crops": "tea gone", "best": "7"});
    server.write("shiban", "u-secretary", "visits", "v-1", filled).await;
    let cookie = server.sign_in("township", Role::Township, "hekou").await;
    (server, cookie)
}

async fn told(server: &Server, cookie: &str) -> Vec<String> {
    let answer = server.get_as(cookie, &format!("{VILLAGE}/visits/v-1?lang=zh")).await;
    let detail: VisitDetail = serde_json::from_value(answer.json()).unwrap();
    detail.sections.iter().flat_map(|section| &section.rows).map(|row| row.answer.clone()).collect()
}

const CROPS: &str = "name,label,code,latin\ntea,茶叶,7,Camellia sinensis\nrice,稻子,8,Oryza sativa\n";

#[tokio::test]
async fn the_desk_reads_the_words_of_a_list_by_the_columns_of_each_question() {
    let (server, cookie) = with(Some(CROPS)).await;
    assert_eq!(
        told(&server, &cookie).await,
        ["茶叶、gone", "Camellia sinensis"],
        "what the list has not stays as it is"
    );
}

#[tokio::test]
async fn files_for_people_have_the_words_and_those_for_programs_what_is_stored() {
    let (server, cookie) = with(Some(CROPS)).await;
    let csv = async |lang: &str| server.get_as(&cookie, &format!("{VILLAGE}/visits.csv?lang={lang}")).await.text();
    let words = csv("zh").await;
    assert!(words.contains("\"茶叶、gone\",\"Camellia sinensis\""), "{words}");
    let names = csv("names").await;
    assert!(names.contains("\"tea gone\",\"7\""), "{names}");
    let sheets = book(server.get_as(&cookie, &format!("{VILLAGE}/visits.xlsx?lang=zh")).await);
    let row = &sheets[0].1[2];
    let has = |wanted: &str| row.iter().any(|cell| cell == wanted);
    assert!(has("茶叶、gone") && has("Camellia sinensis") && has("tea gone") && has("7"), "{row:?}");
}

#[tokio::test]
async fn without_the_list_what_is_stored_is_read() {
    let (server, cookie) = with(None).await;
    assert_eq!(told(&server, &cookie).await, ["tea、gone", "7"]);
    let other: Value = server.get_as(&cookie, &format!("{VILLAGE}/visits")).await.json();
    assert_eq!(other["total"], 1);
}
