//! A visit is read by the definition it was filled with, whatever else has the same name.

use serde_json::json;
use zhucun_api::VisitDetail;
use zhucun_forms::Definition;
use zhucun_server::service::forms;
use zhucun_sync::StreamId;

use super::{exports::book, form, visit, with_visits};
use crate::support::{NOW, Server};

/// The form with another word for its note.
fn with_note(word: &str) -> Definition {
    let mut form = form();
    form.nodes[2].label = serde_json::from_value(json!([[word], [word]])).unwrap();
    form
}

async fn put(server: &Server, county: &str, form: &Definition, at: i64) -> String {
    let county = StreamId::new("county", county).unwrap();
    forms::put_into_use(&server.state.store, &county, form, "f.xlsx", at).await.unwrap()
}

async fn filled(server: &Server, id: &str, hash: &str, note: &str) {
    let mut filled = visit(2, note);
    filled["form_hash"] = json!(hash);
    server.write("shiban", "u-secretary", "visits", id, filled).await;
}

/// Two counties on one server begin with the same spreadsheet, and one of them changes a word before it puts it into use.
#[tokio::test]
async fn a_form_of_the_same_name_and_version_in_another_county_is_another_form() {
    let (server, cookie) = with_visits().await;
    let own = put(&server, "qingxi", &form(), NOW).await;
    put(&server, "beichuan", &with_note("别的县的说明"), NOW + 1).await;
    filled(&server, "v-own", &own, "水").await;
    let asked = server.get_as(&cookie, "/api/v1/villages/shiban/visits/v-own?lang=zh").await;
    let detail: VisitDetail = serde_json::from_value(asked.json()).unwrap();
    assert_eq!(detail.sections[0].rows[1].label, "说明");
    let csv = server.get_as(&cookie, "/api/v1/villages/shiban/visits.csv?form=f&lang=zh").await.text();
    assert!(csv.contains("水"), "{csv}");
    let sheets = book(server.get_as(&cookie, "/api/v1/villages/shiban/visits.xlsx?form=f&lang=zh").await);
    assert!(sheets[0].1[1].contains(&"说明".to_owned()), "{:?}", sheets[0].1[1]);
}

/// As it was before a version could not come back with other content.
#[tokio::test]
async fn two_definitions_of_one_version_each_read_their_own_visits() {
    let (server, cookie) = with_visits().await;
    let mut other = form();
    other.nodes[2].name = "remark".to_owned();
    other.nodes[2].label = serde_json::from_value(json!([["备注"], ["Remark"]])).unwrap();
    let (old, new) = (put(&server, "qingxi", &form(), NOW).await, put(&server, "beichuan", &other, NOW + 1).await);
    filled(&server, "v-old", &old, "水").await;
    let mut filled = visit(0, "");
    filled["form_hash"] = json!(new);
    filled["answers"] = json!({"household": "h-1", "remark": "电"});
    server.write("shiban", "u-secretary", "visits", "v-new", filled).await;
    for (id, label, answer) in [("v-old", "说明", "水"), ("v-new", "备注", "电")] {
        let asked = server.get_as(&cookie, &format!("/api/v1/villages/shiban/visits/{id}?lang=zh")).await;
        let detail: VisitDetail = serde_json::from_value(asked.json()).unwrap();
        let row = &detail.sections[0].rows[1];
        assert_eq!((row.label.as_str(), row.answer.as_str()), (label, answer));
    }
    let csv = server.get_as(&cookie, "/api/v1/villages/shiban/visits.csv?form=f&lang=zh").await.text();
    assert!(csv.contains("备注") && csv.contains("说明") && csv.contains("电") && csv.contains("水"), "{csv}");
    let sheets = book(server.get_as(&cookie, "/api/v1/villages/shiban/visits.xlsx?form=f&lang=zh").await);
    let cells: Vec<&str> = sheets[0].1.iter().flatten().map(String::as_str).collect();
    assert!(["备注", "说明", "电", "水"].into_iter().all(|text| cells.contains(&text)), "{cells:?}");
}
