//! Endpoint × role × stream: who gets what. A new endpoint gets its rows here.

use axum::http::Method;
use serde_json::{Value, json};
use zhucun_api::Names;
use zhucun_domain::access::Role;
use zhucun_server::{
    service::random::sha256_hex,
    store::{Place, PlaceKind},
};

use crate::admin::forms as admin_forms;
use crate::world::{JPEG, NOW, World, household};

/// The columns of the table.
const WHO: [&str; 8] = ["anonymous", "secretary", "committee", "township", "county", "dispatcher", "neighbour", ABROAD];

/// The administrator of another county on the same server.
const ABROAD: &str = "abroad";

/// Endpoint and stream, and the status for each of [`WHO`].
const TABLE: [(&str, &str, [u16; 8]); 87] = [
    ("GET", "/healthz", [200, 200, 200, 200, 200, 200, 200, 200]),
    // Built without the apps: not ready, for everybody alike.
    ("GET", "/readyz", [503, 503, 503, 503, 503, 503, 503, 503]),
    ("GET", "/api/v1/capabilities", [200, 200, 200, 200, 200, 200, 200, 200]),
    ("GET", "/api/v1/session", [401, 200, 200, 200, 200, 200, 200, 200]),
    ("POST", "/api/v1/streams/village/shiban/changes", [401, 200, 200, 403, 403, 403, 403, 403]),
    ("POST", "/api/v1/streams/village/yunling/changes", [401, 403, 403, 403, 403, 403, 200, 403]),
    ("POST", "/api/v1/streams/village/nowhere/changes", [401, 403, 403, 403, 403, 403, 403, 403]),
    ("POST", "/api/v1/streams/county/qingxi/changes", [401, 403, 403, 403, 403, 403, 403, 403]),
    ("POST", "/api/v1/streams/work/u-secretary/changes", [401, 200, 403, 403, 403, 403, 403, 403]),
    ("POST", "/api/v1/streams/dispatcher/x/changes", [401, 403, 403, 403, 403, 403, 403, 403]),
    ("GET", "/api/v1/streams/village/shiban/changes", [401, 200, 200, 403, 403, 403, 403, 403]),
    ("GET", "/api/v1/streams/village/dashu/changes", [401, 403, 403, 403, 403, 403, 403, 403]),
    ("GET", "/api/v1/streams/village/yunling/changes", [401, 403, 403, 403, 403, 403, 200, 403]),
    ("GET", "/api/v1/streams/county/qingxi/changes", [401, 200, 200, 403, 403, 403, 200, 403]),
    ("GET", "/api/v1/streams/county/other/changes", [401, 403, 403, 403, 403, 403, 403, 403]),
    ("GET", "/api/v1/streams/work/u-secretary/changes", [401, 200, 403, 403, 403, 403, 403, 403]),
    ("GET", "/api/v1/streams/work/u-neighbour/changes", [401, 403, 403, 403, 403, 403, 200, 403]),
    ("GET", "/api/v1/streams/pair/a/changes", [401, 403, 403, 403, 403, 403, 403, 403]),
    ("GET", "/api/v1/streams/UPPER/x/changes", [401, 404, 404, 404, 404, 404, 404, 404]),
    ("PUT", "/api/v1/streams/village/shiban/attachments/{sha}", [401, 204, 204, 403, 403, 403, 403, 403]),
    ("PUT", "/api/v1/streams/village/yunling/attachments/{sha}", [401, 403, 403, 403, 403, 403, 204, 403]),
    ("PUT", "/api/v1/streams/county/qingxi/attachments/{sha}", [401, 403, 403, 403, 403, 403, 403, 403]),
    ("GET", "/api/v1/streams/village/shiban/attachments/{sha}", [401, 200, 200, 200, 200, 403, 403, 403]),
    ("GET", "/api/v1/streams/village/yunling/attachments/{sha}", [401, 403, 403, 403, 200, 403, 200, 403]),
    ("GET", "/api/v1/forms/none", [401, 404, 404, 404, 404, 404, 404, 404]),
    ("GET", "/api/v1/forms/none/files", [401, 200, 200, 403, 200, 403, 200, 200]),
    ("GET", "/api/v1/forms/none/files/none", [401, 404, 404, 403, 404, 403, 404, 404]),
    ("GET", "/api/v1/villages/shiban/needs", [401, 200, 200, 200, 200, 403, 403, 403]),
    ("GET", "/api/v1/villages/dashu/needs", [401, 403, 403, 200, 200, 403, 403, 403]),
    ("GET", "/api/v1/villages/yunling/needs", [401, 403, 403, 403, 200, 403, 200, 403]),
    ("GET", "/api/v1/villages/nowhere/needs", [401, 403, 403, 403, 403, 403, 403, 403]),
    ("GET", "/api/v1/villages/shiban/households", [401, 200, 200, 200, 200, 403, 403, 403]),
    ("GET", "/api/v1/villages/dashu/households", [401, 403, 403, 200, 200, 403, 403, 403]),
    ("GET", "/api/v1/villages/yunling/households", [401, 403, 403, 403, 200, 403, 200, 403]),
    ("GET", "/api/v1/villages/nowhere/households", [401, 403, 403, 403, 403, 403, 403, 403]),
    ("GET", "/api/v1/villages/shiban/visits", [401, 200, 200, 200, 200, 403, 403, 403]),
    ("GET", "/api/v1/villages/dashu/visits", [401, 403, 403, 200, 200, 403, 403, 403]),
    ("GET", "/api/v1/villages/yunling/visits", [401, 403, 403, 403, 200, 403, 200, 403]),
    ("GET", "/api/v1/villages/nowhere/visits", [401, 403, 403, 403, 403, 403, 403, 403]),
    ("GET", "/api/v1/villages/shiban/visits/none", [401, 404, 404, 404, 404, 403, 403, 403]),
    ("GET", "/api/v1/villages/yunling/visits/none", [401, 403, 403, 403, 404, 403, 404, 403]),
    ("GET", "/api/v1/villages/shiban/visits.csv?form=household_visit", [401, 403, 403, 200, 200, 403, 403, 403]),
    ("GET", "/api/v1/villages/yunling/visits.csv?form=household_visit", [401, 403, 403, 403, 200, 403, 403, 403]),
    ("POST", "/api/v1/admin/users/search", [401, 403, 403, 200, 200, 403, 403, 200]),
    ("POST", "/api/v1/admin/users", [401, 403, 403, 200, 200, 403, 403, 403]),
    ("GET", "/api/v1/admin/users/u-committee", [401, 403, 403, 200, 200, 403, 403, 403]),
    ("GET", "/api/v1/admin/users/u-neighbour", [401, 403, 403, 403, 200, 403, 403, 403]),
    ("PUT", "/api/v1/admin/users/u-secretary", [401, 403, 403, 403, 204, 403, 403, 403]),
    ("PUT", "/api/v1/admin/users/u-extra/blocked", [401, 403, 403, 403, 204, 403, 403, 403]),
    ("PUT", "/api/v1/admin/users/u-none/blocked", [401, 403, 403, 404, 404, 403, 403, 404]),
    ("POST", "/api/v1/admin/users/u-neighbour/invitation", [401, 403, 403, 403, 200, 403, 403, 403]),
    ("POST", "/api/v1/admin/users/u-county/invitation", [401, 403, 403, 403, 200, 403, 403, 403]),
    ("DELETE", "/api/v1/admin/users/u-neighbour/invitation", [401, 403, 403, 403, 204, 403, 403, 403]),
    ("DELETE", "/api/v1/admin/users/u-committee/invitation", [401, 403, 403, 204, 204, 403, 403, 403]),
    ("GET", "/api/v1/admin/places", [401, 403, 403, 200, 200, 403, 403, 200]),
    ("POST", "/api/v1/admin/places", [401, 403, 403, 403, 200, 403, 403, 200]),
    ("PUT", "/api/v1/admin/places/shiban", [401, 403, 403, 403, 204, 403, 403, 403]),
    ("POST", "/api/v1/admin/places/shiban/secretary", [401, 403, 403, 403, 200, 403, 403, 403]),
    ("GET", "/api/v1/admin/forms", [401, 403, 403, 403, 200, 403, 403, 200]),
    ("POST", "/api/v1/admin/forms", [401, 403, 403, 403, 200, 403, 403, 200]),
    ("GET", "/api/v1/admin/forms/drafts/none", [401, 403, 403, 403, 404, 403, 403, 404]),
    ("DELETE", "/api/v1/admin/forms/drafts/none", [401, 403, 403, 403, 404, 403, 403, 404]),
    ("POST", "/api/v1/admin/forms/drafts/none/publish", [401, 403, 403, 403, 404, 403, 403, 404]),
    ("GET", "/api/v1/admin/forms/drafts/none/files", [401, 403, 403, 403, 404, 403, 403, 404]),
    ("PUT", "/api/v1/admin/forms/drafts/none/files/a.csv", [401, 403, 403, 403, 404, 403, 403, 404]),
    ("GET", "/api/v1/admin/forms/none/files", [401, 403, 403, 403, 404, 403, 403, 404]),
    ("PUT", "/api/v1/admin/forms/none/files/a.csv", [401, 403, 403, 403, 404, 403, 403, 404]),
    ("PUT", "/api/v1/admin/forms/none", [401, 403, 403, 403, 404, 403, 403, 404]),
    ("GET", "/api/v1/admin/forms/none/sheets/none", [401, 403, 403, 403, 404, 403, 403, 404]),
    ("GET", "/api/v1/admin/settings", [401, 403, 403, 403, 200, 403, 403, 200]),
    ("PUT", "/api/v1/admin/settings", [401, 403, 403, 403, 204, 403, 403, 204]),
    ("GET", "/api/v1/admin/audit", [401, 403, 403, 403, 200, 403, 403, 200]),
    ("GET", "/api/v1/villages/shiban/visits.xlsx?form=household_visit", [401, 403, 403, 200, 200, 403, 403, 403]),
    ("GET", "/api/v1/villages/yunling/visits.xlsx?form=household_visit", [401, 403, 403, 403, 200, 403, 403, 403]),
    ("GET", "/api/v1/visits.xlsx", [401, 403, 403, 200, 200, 403, 403, 200]),
    ("GET", "/api/v1/villages/shiban/visit-forms", [401, 403, 403, 200, 200, 403, 403, 403]),
    ("GET", "/api/v1/villages/yunling/visit-forms", [401, 403, 403, 403, 200, 403, 403, 403]),
    ("GET", "/api/v1/visit-forms", [401, 403, 403, 200, 200, 403, 403, 200]),
    // The dispatcher has no village: both are empty.
    ("GET", "/api/v1/unseen", [401, 403, 403, 200, 200, 200, 403, 200]),
    ("GET", "/api/v1/unseen.csv", [401, 403, 403, 200, 200, 200, 403, 200]),
    ("GET", "/api/v1/villages/shiban/link", [401, 200, 200, 403, 403, 403, 403, 403]),
    ("GET", "/api/v1/villages/yunling/link", [401, 403, 403, 403, 403, 403, 200, 403]),
    ("POST", "/api/v1/villages/shiban/link", [401, 200, 200, 403, 403, 403, 403, 403]),
    ("POST", "/api/v1/villages/nowhere/link", [401, 403, 403, 403, 403, 403, 403, 403]),
    ("DELETE", "/api/v1/villages/shiban/link", [401, 200, 200, 403, 403, 403, 403, 403]),
    ("DELETE", "/api/v1/villages/yunling/link", [401, 403, 403, 403, 403, 403, 200, 403]),
    // The dispatcher works at the desk and gets an empty list (see desk.rs).
    ("GET", "/api/v1/villages", [401, 403, 403, 200, 200, 200, 403, 200]),
];

const ADMIN: &str = "/api/v1/admin/";

/// What can be understood at an address of the administration and does no more than it must.
fn administered(path: &str) -> Value {
    match path.trim_start_matches(ADMIN).split('/').collect::<Vec<_>>()[..] {
        ["users", "search"] => json!({"words": "罗"}),
        ["users"] => json!({"name": "何德贵", "username": "", "role": "secretary", "place": "shiban"}),
        ["users", user] => json!({"name": "罗素英", "role": user.trim_start_matches("u-"), "place": "shiban"}),
        ["users", _, "blocked"] => json!({"blocked": false}),
        ["places"] => json!({"names": {"zh": "白水乡"}}),
        ["places", _] => json!({"names": {"zh": "石板村"}}),
        ["places", _, "secretary"] => json!({"user": "u-secretary"}),
        ["forms", "drafts", _, "publish"] => json!({"villages": []}),
        ["forms", _] => json!({"villages": [], "retired": false}),
        ["settings"] => json!(zhucun_domain::settings::CountySettings::default()),
        _ => Value::Null,
    }
}

/// A county with places, a form and people of its own on the same server.
async fn world() -> World {
    let world = World::new().await;
    let places = [
        ("beichuan", PlaceKind::County, ""),
        ("yuli", PlaceKind::Township, "beichuan"),
        ("qiaotou", PlaceKind::Village, "yuli"),
    ];
    for (id, kind, parent) in places {
        let names = Names::from([("zh".to_owned(), id.to_owned())]);
        let place = Place { id: id.into(), kind, parent: parent.into(), names };
        world.state.store.add_place(&place).await.unwrap();
    }
    world.account_of("beichuan", ABROAD, Role::County, "beichuan").await;
    world.account_of("beichuan", "distant", Role::Secretary, "qiaotou").await;
    world
}

#[tokio::test]
async fn each_role_gets_its_own_and_nothing_else() {
    let world = world().await;
    world.account("extra", Role::Secretary, "yunling").await;
    let mut wrong = Vec::new();
    for (method, path, statuses) in TABLE {
        let path = path.replace("{sha}", &sha256_hex(JPEG));
        for (who, expected) in WHO.into_iter().zip(statuses) {
            let mut asking = world.request(Method::from_bytes(method.as_bytes()).unwrap(), &path);
            if who != "anonymous" {
                asking = asking.by(who);
            }
            let asking = match method {
                _ if path.starts_with(ADMIN) => asking.json(&administered(&path)),
                "POST" => asking.json(&json!({"device_now": NOW, "changes": [household("c", "h", "何德贵")]})),
                "PUT" => asking.bytes(JPEG.to_vec()),
                _ => asking,
            };
            let status = asking.send().await.status.as_u16();
            if status != expected {
                wrong.push(format!("{method} {path} as {who}: {status}, expected {expected}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Of another county's administrator: what is asked by an id of this county, and what is asked for all.
#[tokio::test]
async fn a_county_reaches_nothing_of_another_and_its_lists_hold_nothing_of_it() {
    let world = world().await;
    let sheet = admin_forms::sheet("1", admin_forms::FIRST);
    let published = admin_forms::upload(&world, sheet).await["draft"].clone();
    assert_eq!(admin_forms::publish(&world, &published, json!([])).await.status, 204);
    let draft = admin_forms::upload(&world, admin_forms::sheet("2", admin_forms::FIRST)).await["draft"].clone();
    let [published, draft] = [published, draft].map(|draft| draft["id"].as_str().unwrap().to_owned());
    let to_other = json!({"name": "罗素英", "role": "secretary", "place": "shiban"});
    let table = [
        ("GET", format!("forms/drafts/{draft}"), Value::Null, 404),
        ("DELETE", format!("forms/drafts/{draft}"), Value::Null, 404),
        ("POST", format!("forms/drafts/{draft}/publish"), json!({"villages": []}), 404),
        ("PUT", "forms/visit".to_owned(), json!({"villages": [], "retired": true}), 404),
        ("GET", format!("forms/visit/sheets/{published}"), Value::Null, 404),
        ("GET", format!("forms/drafts/{draft}/files"), Value::Null, 404),
        ("PUT", format!("forms/drafts/{draft}/files/a.csv"), json!({}), 404),
        ("GET", "forms/visit/files".to_owned(), Value::Null, 404),
        ("PUT", "forms/visit/files/a.csv".to_owned(), json!({}), 404),
        ("POST", "places".to_owned(), json!({"township": "hekou", "names": {"zh": "新村"}}), 404),
        ("PUT", "places/qingxi".to_owned(), json!({"names": {"zh": "新县"}}), 403),
        ("POST", "places/shiban/secretary".to_owned(), json!({"user": "u-distant"}), 403),
        ("POST", "places/qiaotou/secretary".to_owned(), json!({"user": "u-secretary"}), 404),
        ("PUT", "users/u-distant".to_owned(), to_other, 403),
        ("GET", "users/u-secretary".to_owned(), Value::Null, 403),
    ];
    for (method, path, body, status) in table {
        let asking = world.request(method.parse().unwrap(), &format!("{ADMIN}{path}")).by(ABROAD);
        let answer = if body.is_null() { asking.send().await } else { asking.json(&body).send().await };
        assert_eq!(answer.status, status, "{method} {path}");
    }
    let lists = [
        "/api/v1/villages",
        "/api/v1/unseen",
        "/api/v1/unseen.csv",
        "/api/v1/admin/places",
        "/api/v1/admin/forms",
        "/api/v1/admin/audit",
    ];
    let mut told = Vec::new();
    for path in lists {
        told.push((path, world.get(path).by(ABROAD).send().await));
    }
    let people = world.post("/api/v1/admin/users/search").by(ABROAD).json(&json!({"place": "hekou"})).send().await;
    assert_eq!(people.json()["total"], 0);
    told.push(("people", world.post("/api/v1/admin/users/search").by(ABROAD).json(&json!({})).send().await));
    for (path, answer) in told {
        let text = answer.shown();
        assert_eq!(answer.status, 200, "{path}");
        for theirs in ["shiban", "hekou", "qingxi", "u-secretary", "石板村", "走访表"] {
            assert!(!text.contains(theirs), "{path} holds {theirs}: {text}");
        }
    }
    let own = world.get("/api/v1/villages").by(ABROAD).send().await;
    assert!(own.shown().contains("qiaotou"), "and it holds its own");
}

/// What needs no row in the table: open to all, or tested elsewhere.
const OPEN: [(&str, &str); 2] = [("POST", "/api/v1/session"), ("DELETE", "/api/v1/session")];

/// The addresses that the server has, as its router knows them.
fn templates(world: &World) -> Vec<String> {
    let router = format!("{:?}", world.app);
    // `paths: {RouteId(0): "/api/v1/capabilities", …}`
    let mut found: Vec<String> = router
        .split("RouteId(")
        .filter_map(|part| part.split_once("): \"")?.1.split('"').next().map(str::to_owned))
        .filter(|path| path.starts_with('/'))
        .collect();
    found.sort();
    found.dedup();
    found
}

/// Whether an address is one of a template's, and how many of its parts are named there.
fn named(template: &str, path: &str) -> Option<usize> {
    let path = path.split('?').next().unwrap_or(path);
    let (template, path): (Vec<_>, Vec<_>) = (template.split('/').collect(), path.split('/').collect());
    let fits = |(part, given): (&&str, &&str)| part == given || (part.starts_with('{') && !given.is_empty());
    let all = template.len() == path.len() && template.iter().zip(&path).all(fits);
    all.then(|| template.iter().zip(&path).filter(|(part, given)| part == given).count())
}

#[tokio::test]
async fn every_endpoint_of_the_api_has_its_rows() {
    let world = World::new().await;
    let templates: Vec<String> = templates(&world).into_iter().filter(|path| path.starts_with("/api/v1/")).collect();
    assert!(templates.len() > 30, "the router tells its addresses in another way by now: {templates:?}");
    let of = |path: &str| {
        templates
            .iter()
            .filter_map(|template| Some((named(template, path)?, template)))
            .max()
            .map(|(_, template)| template)
    };
    let mut tested: Vec<(&str, &String)> =
        TABLE.iter().filter_map(|(method, path, _)| Some((*method, of(path)?))).collect();
    tested.extend(OPEN.iter().filter_map(|(method, path)| Some((*method, of(path)?))));
    let mut missing = Vec::new();
    for template in &templates {
        let path: String = template
            .split('/')
            .map(|part| if part.starts_with('{') { "x" } else { part })
            .collect::<Vec<_>>()
            .join("/");
        // A method that nothing takes: the answer says which are taken.
        let asked = world.request(Method::TRACE, &path).by("county").send().await;
        assert_eq!(asked.status, 405, "{template}");
        for method in asked.header("allow").split(',').filter(|method| *method != "HEAD") {
            if !tested.contains(&(method, template)) {
                missing.push(format!("{method} {template}"));
            }
        }
    }
    assert!(missing.is_empty(), "who may what of these? Give them rows in TABLE:\n{}", missing.join("\n"));
}

#[tokio::test]
async fn signing_out_is_for_those_signed_in() {
    let world = world().await;
    for who in WHO.into_iter().skip(1) {
        assert_eq!(world.request(Method::DELETE, "/api/v1/session").by(who).send().await.status, 204);
    }
    assert_eq!(world.request(Method::DELETE, "/api/v1/session").send().await.status, 401);
}
