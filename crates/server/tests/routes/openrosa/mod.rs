//! `/openrosa`: by requests as the standards describe them.

mod auth;
mod form_list;
mod hostile;
mod submission;

use axum::{
    Router,
    body::{Body, to_bytes},
    http::Request,
};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde_json::{Value, json};
use tower::ServiceExt as _;
use zhucun_forms::Definition;
use zhucun_server::{Settings, http::assets::Assets, service::forms};
use zhucun_sync::{RecordKey, StreamId};

use crate::world::{Answer, NOW, PASSWORD, World, household, village};

pub fn county() -> StreamId {
    StreamId::new("county", "qingxi").unwrap()
}

/// The county over https, with a household in its village and a checklist.
pub async fn world() -> World {
    let settings = Settings { public_url: Some("https://qingxi.example".into()), ..Settings::default() };
    let world = World::with(Assets::Memory([].into()), settings).await;
    let mut first = household("c1", "h-1", "何德贵");
    first["patch"]["group"] = json!("3");
    assert_eq!(world.push("secretary", &[first]).await.status, 200);
    publish(&world, &form("3")).await;
    world
}

pub async fn publish(world: &World, form: &Definition) -> String {
    forms::put_into_use(&world.state.store, &county(), form, "visit.xlsx", NOW).await.unwrap()
}

/// A checklist with a household, photos and a repeat.
pub fn form(version: &str) -> Definition {
    serde_json::from_value(json!({
        "id": "visit", "version": version, "title": [["走访表"], ["Visit <3>"]],
        "languages": ["中文 (zh)", "English (en)"], "default_language": 0,
        "nodes": [
            {"n": "data", "p": 0, "k": "root"},
            {"n": "start", "p": 0, "k": "start"},
            {"n": "end", "p": 0, "k": "end"},
            {"n": "who", "p": 0, "k": "group"},
            {"n": "household", "p": 3, "k": "select_one", "l": [["谁"], ["Who"]], "ch": {"list": "households", "x": true}},
            {"n": "note", "p": 0, "k": "text", "l": [["记"], ["Note"]]},
            {"n": "house", "p": 0, "k": "image", "l": [["屋"], ["House"]]},
            {"n": "member", "p": 0, "k": "repeat", "l": [["人"], ["Person"]]},
            {"n": "name", "p": 7, "k": "text", "l": [["名"], ["Name"]]},
            {"n": "face", "p": 7, "k": "image", "l": [["像"], ["Face"]]},
            {"n": "people", "p": 0, "k": "calculate", "calc": "count(/data/member)"},
            {"n": "empty", "p": 0, "k": "group"},
            {"n": "hidden", "p": 11, "k": "hidden"},
            {"n": "next_visit", "p": 0, "k": "date", "l": [["下次"], ["Next"]]},
            {"n": "plan", "p": 0, "k": "file", "l": [["图"], ["Plan"]]},
        ],
    }))
    .unwrap()
}

pub fn basic(username: &str, password: &str) -> String {
    format!("Basic {}", BASE64_STANDARD.encode(format!("{username}:{password}")))
}

pub async fn get(world: &World, username: &str, path: &str) -> Answer {
    world.get(path).header("authorization", &basic(username, PASSWORD)).header("accept-language", "en").send().await
}

pub fn text(answer: &Answer) -> String {
    String::from_utf8(answer.body.clone()).unwrap()
}

/// What an answer says in its envelope.
pub fn said(answer: &Answer) -> String {
    let text = text(answer);
    let envelope = "<OpenRosaResponse xmlns=\"http://openrosa.org/http/response\"><message>";
    let (_, message) = text.split_once(envelope).unwrap_or_else(|| panic!("{text}"));
    message.split_once("</message></OpenRosaResponse>").unwrap().0.to_owned()
}

/// A part of a submission: its name, the name of the file, the bytes.
pub type Part<'a> = (&'a str, Option<&'a str>, &'a [u8]);

/// A submission as ODK Collect sends it.
pub async fn submit(world: &World, username: &str, parts: &[Part<'_>]) -> Answer {
    submit_to(&world.app, username, parts).await
}

/// The same to a server.
pub async fn submit_to(app: &Router, username: &str, parts: &[Part<'_>]) -> Answer {
    let mut body = Vec::new();
    for (name, file, bytes) in parts {
        let file = file.map(|file| format!("; filename=\"{file}\"")).unwrap_or_default();
        let head = format!("--X-BOUNDARY\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n");
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--X-BOUNDARY--\r\n");
    let request = Request::post("/openrosa/submission?deviceID=collect%3Aabc")
        .header("host", "qingxi.example")
        .header("authorization", basic(username, PASSWORD))
        .header("accept-language", "en")
        .header("x-openrosa-version", "1.0")
        .header("content-type", "multipart/form-data; boundary=X-BOUNDARY")
        .header("content-length", body.len())
        .body(Body::from(body))
        .unwrap();
    let (parts, body) = app.clone().oneshot(request).await.unwrap().into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap().to_vec();
    Answer { status: parts.status, headers: parts.headers, body }
}

/// The answers of a visit with an id; `inside` is what stands between its times and its meta block.
pub fn xml(id: &str, inside: &str) -> String {
    format!(
        "<?xml version='1.0' ?><data id=\"visit\" version=\"3\" xmlns:jr=\"http://openrosa.org/javarosa\" \
         xmlns:orx=\"http://openrosa.org/xforms\"><start>2026-11-23T09:00:00.000+08:00</start>\
         <end>2026-11-23T09:30:00.000+08:00</end>{inside}\
         <meta><instanceID>{id}</instanceID><instanceName>何德贵 11-23</instanceName></meta></data>"
    )
}

/// With nothing but answers.
pub async fn send(world: &World, xml: &str) -> Answer {
    submit(world, "secretary", &[("xml_submission_file", Some("visit.xml"), xml.as_bytes())]).await
}

/// The visits of the village, as the desk lists them.
pub async fn visits(world: &World) -> Vec<Value> {
    let rows = world.state.store.records(&village(), "visits").await.unwrap();
    let visit = |row: &zhucun_server::store::RecordRow| {
        let mut visit = json!({"id": row.id});
        for (name, _) in row.record.fields.iter() {
            visit[name] = row.record.get(name).cloned().unwrap();
        }
        visit
    };
    rows.iter().map(visit).collect()
}

/// How many changes the village's stream has.
pub async fn head(world: &World) -> i64 {
    world.state.store.pull(&village(), &zhucun_sync::Cursor::default(), 1).await.unwrap().head
}

/// A field of a record with all its heads: more than one would be a conflict.
pub async fn heads(world: &World, id: &str, field: &str) -> usize {
    let record = world.state.store.record(&village(), &RecordKey::new("visits", id)).await.unwrap().unwrap();
    record.heads(field).len()
}
