//! Endpoint × role × stream: who gets what. A new endpoint gets its rows here.

use axum::http::Method;
use serde_json::{Value, json};
use zhucun_domain::access::Role;
use zhucun_server::service::random::sha256_hex;

use crate::world::{JPEG, NOW, World, household};

/// The columns of the table.
const WHO: [&str; 7] = ["anonymous", "secretary", "committee", "township", "county", "dispatcher", "neighbour"];

/// Endpoint and stream, and the status for each of [`WHO`].
const TABLE: [(&str, &str, [u16; 7]); 78] = [
    ("GET", "/healthz", [200, 200, 200, 200, 200, 200, 200]),
    // Built without the apps: not ready, for everybody alike.
    ("GET", "/readyz", [503, 503, 503, 503, 503, 503, 503]),
    ("GET", "/api/v1/capabilities", [200, 200, 200, 200, 200, 200, 200]),
    ("GET", "/api/v1/session", [401, 200, 200, 200, 200, 200, 200]),
    ("POST", "/api/v1/streams/village/shiban/changes", [401, 200, 200, 403, 403, 403, 403]),
    ("POST", "/api/v1/streams/village/yunling/changes", [401, 403, 403, 403, 403, 403, 200]),
    ("POST", "/api/v1/streams/village/nowhere/changes", [401, 403, 403, 403, 403, 403, 403]),
    ("POST", "/api/v1/streams/county/qingxi/changes", [401, 403, 403, 403, 403, 403, 403]),
    ("POST", "/api/v1/streams/work/u-secretary/changes", [401, 200, 403, 403, 403, 403, 403]),
    ("POST", "/api/v1/streams/dispatcher/x/changes", [401, 403, 403, 403, 403, 403, 403]),
    ("GET", "/api/v1/streams/village/shiban/changes", [401, 200, 200, 403, 403, 403, 403]),
    ("GET", "/api/v1/streams/village/dashu/changes", [401, 403, 403, 403, 403, 403, 403]),
    ("GET", "/api/v1/streams/village/yunling/changes", [401, 403, 403, 403, 403, 403, 200]),
    ("GET", "/api/v1/streams/county/qingxi/changes", [401, 200, 200, 403, 403, 403, 200]),
    ("GET", "/api/v1/streams/county/other/changes", [401, 403, 403, 403, 403, 403, 403]),
    ("GET", "/api/v1/streams/work/u-secretary/changes", [401, 200, 403, 403, 403, 403, 403]),
    ("GET", "/api/v1/streams/work/u-neighbour/changes", [401, 403, 403, 403, 403, 403, 200]),
    ("GET", "/api/v1/streams/pair/a/changes", [401, 403, 403, 403, 403, 403, 403]),
    ("GET", "/api/v1/streams/UPPER/x/changes", [401, 404, 404, 404, 404, 404, 404]),
    ("PUT", "/api/v1/streams/village/shiban/attachments/{sha}", [401, 204, 204, 403, 403, 403, 403]),
    ("PUT", "/api/v1/streams/village/yunling/attachments/{sha}", [401, 403, 403, 403, 403, 403, 204]),
    ("PUT", "/api/v1/streams/county/qingxi/attachments/{sha}", [401, 403, 403, 403, 403, 403, 403]),
    ("GET", "/api/v1/streams/village/shiban/attachments/{sha}", [401, 200, 200, 200, 200, 403, 403]),
    ("GET", "/api/v1/streams/village/yunling/attachments/{sha}", [401, 403, 403, 403, 200, 403, 200]),
    ("GET", "/api/v1/forms/none", [401, 404, 404, 404, 404, 404, 404]),
    ("GET", "/api/v1/villages/shiban/needs", [401, 200, 200, 200, 200, 403, 403]),
    ("GET", "/api/v1/villages/dashu/needs", [401, 403, 403, 200, 200, 403, 403]),
    ("GET", "/api/v1/villages/yunling/needs", [401, 403, 403, 403, 200, 403, 200]),
    ("GET", "/api/v1/villages/nowhere/needs", [401, 403, 403, 403, 403, 403, 403]),
    ("GET", "/api/v1/villages/shiban/households", [401, 200, 200, 200, 200, 403, 403]),
    ("GET", "/api/v1/villages/dashu/households", [401, 403, 403, 200, 200, 403, 403]),
    ("GET", "/api/v1/villages/yunling/households", [401, 403, 403, 403, 200, 403, 200]),
    ("GET", "/api/v1/villages/nowhere/households", [401, 403, 403, 403, 403, 403, 403]),
    ("GET", "/api/v1/villages/shiban/visits", [401, 200, 200, 200, 200, 403, 403]),
    ("GET", "/api/v1/villages/dashu/visits", [401, 403, 403, 200, 200, 403, 403]),
    ("GET", "/api/v1/villages/yunling/visits", [401, 403, 403, 403, 200, 403, 200]),
    ("GET", "/api/v1/villages/nowhere/visits", [401, 403, 403, 403, 403, 403, 403]),
    ("GET", "/api/v1/villages/shiban/visits/none", [401, 404, 404, 404, 404, 403, 403]),
    ("GET", "/api/v1/villages/yunling/visits/none", [401, 403, 403, 403, 404, 403, 404]),
    ("GET", "/api/v1/villages/shiban/visits.csv?form=household_visit", [401, 403, 403, 200, 200, 403, 403]),
    ("GET", "/api/v1/villages/yunling/visits.csv?form=household_visit", [401, 403, 403, 403, 200, 403, 403]),
    ("GET", "/api/v1/admin/users", [401, 403, 403, 200, 200, 403, 403]),
    ("POST", "/api/v1/admin/users", [401, 403, 403, 200, 200, 403, 403]),
    ("GET", "/api/v1/admin/users/u-committee", [401, 403, 403, 200, 200, 403, 403]),
    ("GET", "/api/v1/admin/users/u-neighbour", [401, 403, 403, 403, 200, 403, 403]),
    ("PUT", "/api/v1/admin/users/u-secretary", [401, 403, 403, 403, 204, 403, 403]),
    ("PUT", "/api/v1/admin/users/u-extra/blocked", [401, 403, 403, 403, 204, 403, 403]),
    ("PUT", "/api/v1/admin/users/u-none/blocked", [401, 403, 403, 404, 404, 403, 403]),
    ("POST", "/api/v1/admin/users/u-neighbour/invitation", [401, 403, 403, 403, 200, 403, 403]),
    ("POST", "/api/v1/admin/users/u-county/invitation", [401, 403, 403, 403, 200, 403, 403]),
    ("DELETE", "/api/v1/admin/users/u-neighbour/invitation", [401, 403, 403, 403, 204, 403, 403]),
    ("DELETE", "/api/v1/admin/users/u-committee/invitation", [401, 403, 403, 204, 204, 403, 403]),
    ("GET", "/api/v1/admin/places", [401, 403, 403, 200, 200, 403, 403]),
    ("POST", "/api/v1/admin/places", [401, 403, 403, 403, 200, 403, 403]),
    ("PUT", "/api/v1/admin/places/shiban", [401, 403, 403, 403, 204, 403, 403]),
    ("POST", "/api/v1/admin/places/shiban/secretary", [401, 403, 403, 403, 200, 403, 403]),
    ("GET", "/api/v1/admin/forms", [401, 403, 403, 403, 200, 403, 403]),
    ("POST", "/api/v1/admin/forms", [401, 403, 403, 403, 200, 403, 403]),
    ("GET", "/api/v1/admin/forms/drafts/none", [401, 403, 403, 403, 404, 403, 403]),
    ("DELETE", "/api/v1/admin/forms/drafts/none", [401, 403, 403, 403, 404, 403, 403]),
    ("POST", "/api/v1/admin/forms/drafts/none/publish", [401, 403, 403, 403, 404, 403, 403]),
    ("PUT", "/api/v1/admin/forms/none", [401, 403, 403, 403, 404, 403, 403]),
    ("GET", "/api/v1/admin/forms/none/sheets/none", [401, 403, 403, 403, 404, 403, 403]),
    ("GET", "/api/v1/admin/settings", [401, 403, 403, 403, 200, 403, 403]),
    ("PUT", "/api/v1/admin/settings", [401, 403, 403, 403, 204, 403, 403]),
    ("GET", "/api/v1/admin/audit", [401, 403, 403, 403, 200, 403, 403]),
    ("GET", "/api/v1/villages/shiban/visits.xlsx?form=household_visit", [401, 403, 403, 200, 200, 403, 403]),
    ("GET", "/api/v1/villages/yunling/visits.xlsx?form=household_visit", [401, 403, 403, 403, 200, 403, 403]),
    ("GET", "/api/v1/visits.xlsx", [401, 403, 403, 200, 200, 403, 403]),
    // The dispatcher has no village: both are empty.
    ("GET", "/api/v1/unseen", [401, 403, 403, 200, 200, 200, 403]),
    ("GET", "/api/v1/unseen.csv", [401, 403, 403, 200, 200, 200, 403]),
    ("GET", "/api/v1/villages/shiban/link", [401, 200, 200, 403, 403, 403, 403]),
    ("GET", "/api/v1/villages/yunling/link", [401, 403, 403, 403, 403, 403, 200]),
    ("POST", "/api/v1/villages/shiban/link", [401, 200, 200, 403, 403, 403, 403]),
    ("POST", "/api/v1/villages/nowhere/link", [401, 403, 403, 403, 403, 403, 403]),
    ("DELETE", "/api/v1/villages/shiban/link", [401, 200, 200, 403, 403, 403, 403]),
    ("DELETE", "/api/v1/villages/yunling/link", [401, 403, 403, 403, 403, 403, 200]),
    // The dispatcher works at the desk and gets an empty list (see desk.rs).
    ("GET", "/api/v1/villages", [401, 403, 403, 200, 200, 200, 403]),
];

const ADMIN: &str = "/api/v1/admin/";

/// What can be understood at an address of the administration and does no more than it must.
fn administered(path: &str) -> Value {
    match path.trim_start_matches(ADMIN).split('/').collect::<Vec<_>>()[..] {
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

#[tokio::test]
async fn each_role_gets_its_own_and_nothing_else() {
    let world = World::new().await;
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

#[tokio::test]
async fn signing_out_is_for_those_signed_in() {
    let world = World::new().await;
    for who in WHO.into_iter().skip(1) {
        assert_eq!(world.request(Method::DELETE, "/api/v1/session").by(who).send().await.status, 204);
    }
    assert_eq!(world.request(Method::DELETE, "/api/v1/session").send().await.status, 401);
}
