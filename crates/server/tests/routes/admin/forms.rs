//! `/api/v1/admin/forms`: a spreadsheet becomes a draft, a version in force, a form that is for some villages, a retired one.

use rust_xlsxwriter::Workbook;
use serde_json::{Value, json};
use zhucun_forms::read_form;
use zhucun_server::service::{
    forms,
    random::sha256_hex,
    uploads::{self, File, Parts},
};

use super::{ask, audit};
use crate::world::{Answer, NOW, World, household};

const PATH: &str = "/api/v1/admin/forms";

/// A checklist of these rows and this version.
pub fn sheet(version: &str, rows: &[[&str; 3]]) -> Vec<u8> {
    let mut book = Workbook::new();
    let survey = book.add_worksheet();
    survey.set_name("survey").unwrap();
    let heading = ["type", "name", "label"];
    for (row, cells) in (0..).zip(std::iter::once(&heading).chain(rows)) {
        for (column, cell) in (0..).zip(cells) {
            survey.write(row, column, *cell).unwrap();
        }
    }
    let settings = book.add_worksheet();
    settings.set_name("settings").unwrap();
    for (column, (name, value)) in (0..).zip([("form_id", "visit"), ("form_title", "走访表"), ("version", version)])
    {
        settings.write(0, column, name).unwrap();
        settings.write(1, column, value).unwrap();
    }
    book.save_to_buffer().unwrap()
}

pub async fn upload(world: &World, bytes: Vec<u8>) -> Value {
    let answer = world.post(&format!("{PATH}?name=visit.xlsx&lang=zh")).by("county").bytes(bytes).send().await;
    assert_eq!(answer.status, 200, "{}", answer.shown());
    answer.json()
}

pub async fn publish(world: &World, draft: &Value, villages: Value) -> Answer {
    let path = format!("{PATH}/drafts/{}/publish", draft["id"].as_str().unwrap());
    ask(world, "county", "POST", &path, &json!({"villages": villages})).await
}

/// The form's record as phones get it.
async fn record(world: &World) -> Value {
    let county = zhucun_sync::StreamId::new("county", "qingxi").unwrap();
    let key = zhucun_sync::RecordKey::new("forms", "visit");
    let record = world.state.store.record(&county, &key).await.unwrap().unwrap_or_default();
    json!({"version": record.get("version"), "villages": record.get("villages"), "retired": record.get("retired")})
}

pub const FIRST: &[[&str; 3]] = &[["text", "name", "姓名"], ["integer", "people", "几口人"], ["note", "end", "谢谢"]];

#[tokio::test]
async fn every_problem_is_told_with_its_sheet_and_cell_and_nothing_is_kept() {
    let world = World::new().await;
    let told =
        upload(&world, sheet("1", &[["txt", "a", "甲"], ["text", "a b", "乙"], ["select_one none", "c", "丙"]])).await;
    assert_eq!(told["draft"], Value::Null);
    let shown: Vec<String> = told["problems"].as_array().unwrap().iter().map(Value::to_string).collect();
    insta::assert_snapshot!(shown.join("\n"), @r#"
    {"cell":"A2","error":true,"sheet":"survey","text":"没有“txt”这种题型：请检查拼写"}
    {"cell":"B3","error":true,"sheet":"survey","text":"“a b”不能用作名称：须以字母或下划线开头，后接字母、数字、-、_ 或 ."}
    {"cell":"A4","error":true,"sheet":"survey","text":"没有选项列表“none”：请在 choices 工作表中添加"}
    "#);
    let nonsense = upload(&world, b"no spreadsheet".to_vec()).await;
    assert_eq!(
        (nonsense["problems"][0]["error"].as_bool(), nonsense["problems"][0]["sheet"].as_str()),
        (Some(true), Some(""))
    );
    assert_eq!(ask(&world, "county", "GET", PATH, &Value::Null).await.json(), json!([]));
    let large = world.post(PATH).by("county").bytes(vec![0; 10 * 1024 * 1024 + 1]).send().await;
    assert_eq!((large.status.as_u16(), large.code().as_str()), (413, "too_large"));
}

/// An `XForm` with this version and this body.
fn xform(version: &str, body: &str) -> Vec<u8> {
    format!(
        "<h:html xmlns='http://www.w3.org/2002/xforms' xmlns:h='http://www.w3.org/1999/xhtml'><h:head><h:title>Clinic</h:title>\
         <model><instance><data id='clinic' version='{version}'><name/></data></instance></model></h:head>\n\
         <h:body>{body}</h:body></h:html>"
    )
    .into_bytes()
}

#[tokio::test]
async fn an_xform_is_checked_and_put_into_use_as_a_sheet_is() {
    let world = World::new().await;
    let question = "<input ref='/data/name' appearance='sparkle'><label>Name</label></input>";
    let told = upload(&world, xform("1", &question.replace("/data/name", "/data/nam"))).await;
    assert_eq!((&told["draft"], &told["is_xform"]), (&Value::Null, &json!(true)));
    let problem = &told["problems"][0];
    assert_eq!(problem["sheet"], "/h:html/h:body/input");
    assert_eq!((&problem["cell"], &problem["error"]), (&json!("2"), &json!(true)));
    assert_eq!(problem["text"], "“/data/nam”不是主实例中的节点：请检查拼写");

    let first = upload(&world, xform("1", question)).await;
    assert!(first["problems"][0]["text"].as_str().unwrap().contains("sparkle"), "{first}");
    assert_eq!((&first["draft"]["form"], &first["draft"]["title"]), (&json!("clinic"), &json!({"zh": "Clinic"})));
    assert_eq!(publish(&world, &first["draft"], json!([])).await.status, 204);
    let row = ask(&world, "county", "GET", PATH, &Value::Null).await.json()[0].clone();
    assert_eq!((&row["id"], &row["version"], &row["title"]), (&json!("clinic"), &json!("1"), &json!({"zh": "Clinic"})));
    let kept = format!("{PATH}/clinic/sheets/{}", row["sheets"][0]["id"].as_str().unwrap());
    assert_eq!(ask(&world, "county", "GET", &kept, &Value::Null).await.body, xform("1", question));

    let other = upload(&world, xform("1", &question.replace("<label>Name", "<label>Your name"))).await;
    let problem = &other["problems"][0];
    assert_eq!((&other["draft"], &problem["sheet"]), (&Value::Null, &json!("")));
    assert!(problem["text"].as_str().unwrap().contains("主实例根元素的 version 属性"), "{problem}");
}

#[tokio::test]
async fn a_draft_says_what_is_other_and_counts_only_once_it_is_published() {
    let world = World::new().await;
    let first = upload(&world, sheet("1", FIRST)).await["draft"].clone();
    assert_eq!((first["questions"].as_u64(), first["before"].is_null()), (Some(2), true));
    assert_eq!(record(&world).await["version"], Value::Null);
    assert_eq!(publish(&world, &first, json!([])).await.status, 204);
    assert_eq!(record(&world).await, json!({"version": "1", "villages": null, "retired": null}));
    assert_eq!(publish(&world, &first, json!([])).await.status, 404, "published before");

    let rows =
        [["text", "name", "姓名"], ["decimal", "people", "几口人"], ["text", "road", "路"], ["note", "x", "谢谢"]];
    let second = upload(&world, sheet("2", &rows)).await["draft"].clone();
    assert_eq!(second["before"], "1");
    let changes: Vec<String> = second["changes"].as_array().unwrap().iter().map(Value::to_string).collect();
    insta::assert_snapshot!(changes.join("\n"), @r#"
    {"how":{"type":["integer","decimal"]},"label":"几口人","name":"people"}
    {"how":"added","label":"路","name":"road"}
    "#);
    let path = format!("{PATH}/drafts/{}", second["id"].as_str().unwrap());
    let preview = ask(&world, "county", "GET", &path, &Value::Null).await;
    assert_eq!(preview.json()["version"], "2");
    assert_eq!(record(&world).await["version"], "1", "a draft is on no phone");
    assert_eq!(publish(&world, &second, json!(["shiban", "dashu", "shiban"])).await.status, 204);
    assert_eq!(record(&world).await, json!({"version": "2", "villages": ["dashu", "shiban"], "retired": null}));
    let each = ["罗素英 form_published visit", "罗素英 form_uploaded visit"];
    assert_eq!(audit(&world).await, [each, each].concat());
}

#[tokio::test]
async fn other_content_wants_another_version() {
    let world = World::new().await;
    let first = upload(&world, sheet("1", FIRST)).await["draft"].clone();
    publish(&world, &first, json!([])).await;
    let same = upload(&world, sheet("1", FIRST)).await;
    assert!(same["problems"][0]["text"].as_str().unwrap().contains("一模一样"), "{same}");
    let other = upload(&world, sheet("1", &FIRST[..1])).await;
    let problem = &other["problems"][0];
    assert_eq!((problem["sheet"].as_str(), other["draft"].is_null()), (Some("settings"), true));
    assert!(problem["text"].as_str().unwrap().contains("version"), "{problem}");
    // Nor may a version of long ago come back with other content; with its own it may.
    let second = upload(&world, sheet("2", &FIRST[..2])).await["draft"].clone();
    assert_eq!(publish(&world, &second, json!([])).await.status, 204);
    let other = upload(&world, sheet("1", &FIRST[..1])).await;
    assert!(other["draft"].is_null() && other["problems"][0]["text"].as_str().unwrap().contains("version"), "{other}");
    let back = upload(&world, sheet("1", FIRST)).await["draft"].clone();
    assert_eq!(publish(&world, &back, json!([])).await.status, 204);
}

#[tokio::test]
async fn a_draft_whose_version_somebody_else_has_used_meanwhile_is_not_published() {
    let world = World::new().await;
    let draft = upload(&world, sheet("1", FIRST)).await["draft"].clone();
    let county = zhucun_sync::StreamId::new("county", "qingxi").unwrap();
    let other = read_form("other.xlsx", &sheet("1", &FIRST[..1])).unwrap().definition;
    let hash = forms::put_into_use(&world.state.store, &county, &other, "other.xlsx", NOW).await.unwrap();
    let told = publish(&world, &draft, json!([])).await;
    assert_eq!((told.status.as_u16(), told.code().as_str()), (409, "changed"));
    let key = zhucun_sync::RecordKey::new("forms", "visit");
    assert_eq!(world.state.store.record(&county, &key).await.unwrap().unwrap().text("hash"), hash);
    assert_eq!(audit(&world).await, ["罗素英 form_uploaded visit"]);
}

/// A build that reads more out of a spreadsheet than the one before makes another definition of it.
#[tokio::test]
async fn the_same_spreadsheet_read_by_another_build_is_no_other_content() {
    let world = World::new().await;
    let bytes = sheet("1", FIRST);
    let county = zhucun_sync::StreamId::new("county", "qingxi").unwrap();
    let parts = Parts { store: &world.state.store, files: &world.state.files, county: &county, now: NOW };
    let mut definition = read_form("visit.xlsx", &bytes).unwrap().definition;
    let file = File { name: "visit.xlsx".into(), bytes: bytes.clone().into() };
    uploads::publish(parts, &file, &definition, "u-county").await.unwrap();
    definition.nodes.pop();
    assert!(uploads::is_free(parts, &file, &definition).await.unwrap());
    uploads::publish(parts, &file, &definition, "u-county").await.unwrap();
    let bytes = sheet("1", &FIRST[..1]);
    let other = read_form("visit.xlsx", &bytes).unwrap().definition;
    let file = File { name: "visit.xlsx".into(), bytes: bytes.into() };
    assert!(!uploads::is_free(parts, &file, &other).await.unwrap());
}

#[tokio::test]
async fn a_form_is_assigned_retired_and_brought_back_and_its_sheet_is_kept() {
    let world = World::new().await;
    let bytes = sheet("1", FIRST);
    let draft = upload(&world, bytes.clone()).await["draft"].clone();
    publish(&world, &draft, json!([])).await;
    let change = async |villages: Value, retired: bool| {
        ask(&world, "county", "PUT", &format!("{PATH}/visit"), &json!({"villages": villages, "retired": retired})).await
    };
    assert_eq!(change(json!(["shiban"]), false).await.status, 204);
    assert_eq!(change(json!(["shiban"]), true).await.status, 204);
    assert_eq!(record(&world).await, json!({"version": "1", "villages": ["shiban"], "retired": true}));
    assert_eq!(change(json!([]), false).await.status, 204);
    assert_eq!(record(&world).await, json!({"version": "1", "villages": [], "retired": false}));
    assert_eq!(change(json!(["elsewhere"]), false).await.status, 400);
    assert_eq!(
        audit(&world).await[..3],
        ["罗素英 form_returned visit", "罗素英 form_retired visit", "罗素英 form_assigned visit"]
    );

    let mut visit = household("v", "v-1", "x");
    visit["record"]["collection"] = json!("visits");
    visit["patch"] = json!({"form": "visit", "answers": {"form": "other"}, "finished_at": 1});
    world.push("secretary", &[visit]).await;
    let rows = ask(&world, "county", "GET", PATH, &Value::Null).await.json();
    assert_eq!((rows[0]["visits"].as_i64(), rows[0]["title"]["zh"].as_str()), (Some(1), Some("走访表")));
    let sheet = &rows[0]["sheets"][0];
    let path = format!("{PATH}/visit/sheets/{}", sheet["id"].as_str().unwrap());
    let kept = ask(&world, "county", "GET", &path, &Value::Null).await;
    assert_eq!((sha256_hex(&kept.body), sheet["name"].as_str()), (sha256_hex(&bytes), Some("visit.xlsx")));
    assert!(kept.header("content-disposition").starts_with("attachment"));
}

#[tokio::test]
async fn a_draft_can_be_thrown_away() {
    let world = World::new().await;
    let draft = upload(&world, sheet("1", FIRST)).await["draft"]["id"].as_str().unwrap().to_owned();
    let path = format!("{PATH}/drafts/{draft}");
    assert_eq!(ask(&world, "county", "DELETE", &path, &Value::Null).await.status, 204);
    assert_eq!(ask(&world, "county", "GET", &path, &Value::Null).await.status, 404);
    assert_eq!(ask(&world, "county", "DELETE", &path, &Value::Null).await.status, 404);
    assert_eq!(audit(&world).await, ["罗素英 draft_dropped visit", "罗素英 form_uploaded visit"]);
}
