//! `/api/v1/admin/users` and below.

use serde_json::{Value, json};
use zhucun_domain::access::Role;
use zhucun_server::store::{Act, NewAccount, NewLink, Post, StoreError, Successor};

use super::{ask, audit};
use crate::world::{NOW, World, household};

fn new(name: &str, username: &str, role: &str, place: &str) -> Value {
    json!({"name": name, "username": username, "role": role, "place": place})
}

fn names(list: &Value) -> Vec<String> {
    list["users"].as_array().unwrap().iter().map(|user| user["username"].as_str().unwrap().to_owned()).collect()
}

async fn list(world: &World, who: &str, search: Value) -> Value {
    ask(world, who, "POST", "/api/v1/admin/users/search", &search).await.json()
}

#[tokio::test]
async fn the_county_lists_all_and_a_township_its_villages_people() {
    let world = World::new().await;
    let all = list(&world, "county", json!({})).await;
    assert_eq!((all["total"].as_u64(), all["next"].is_null()), (Some(6), true));
    assert_eq!(names(&list(&world, "township", json!({})).await), ["committee", "secretary"]);
    assert_eq!(names(&list(&world, "county", json!({"place": "hekou"})).await), ["committee", "secretary", "township"]);
    assert_eq!(names(&list(&world, "county", json!({"role": "county"})).await), ["county"]);
    assert_eq!(names(&list(&world, "county", json!({"words": "云岭"})).await), ["neighbour"], "by the place's name");
    let first = list(&world, "county", json!({"limit": 4})).await;
    assert_eq!((names(&first).len(), first["next"].as_u64()), (4, Some(4)));
    assert_eq!(names(&list(&world, "county", json!({"limit": 4, "after": 4})).await).len(), 2);
}

#[tokio::test]
async fn an_invitation_is_a_link_that_is_shown_once_and_can_be_taken_back() {
    let world = World::new().await;
    let made =
        ask(&world, "township", "POST", "/api/v1/admin/users", &new(" 何德贵 ", "he", "committee", "shiban")).await;
    assert_eq!(made.status, 200, "{}", made.shown());
    let made = made.json();
    let link = made["link"].as_str().unwrap();
    assert!(link.starts_with("http://zhucun.test/invite/") && link.len() > 60, "{link}");
    assert!(made["qr"].as_str().unwrap().starts_with("<svg"));
    assert_eq!((made["name"].as_str(), made["until"].as_i64()), (Some("何德贵"), Some(NOW + 7 * 86_400_000)));
    let path = link.strip_prefix("http://zhucun.test").unwrap();
    assert_eq!(world.get(path).send().await.status, 200);
    let row = list(&world, "county", json!({"role": "invited"})).await["users"][0].clone();
    assert_eq!((row["joined"].as_bool(), row["link_until"].as_i64()), (Some(false), made["until"].as_i64()));

    let user = made["user"].as_str().unwrap();
    let invitation = format!("/api/v1/admin/users/{user}/invitation");
    let newer = ask(&world, "township", "POST", &invitation, &Value::Null).await.json();
    assert_eq!(world.get(path).send().await.status, 404, "the one before is good no more");
    let newer = newer["link"].as_str().unwrap().strip_prefix("http://zhucun.test").unwrap().to_owned();
    assert_eq!(world.get(&newer).send().await.status, 200);
    assert_eq!(ask(&world, "township", "DELETE", &invitation, &Value::Null).await.status, 204);
    assert_eq!(world.get(&newer).send().await.status, 404);
    assert_eq!(
        audit(&world).await,
        ["罗素英 link_revoked 何德贵", "罗素英 invite_renewed 何德贵", "罗素英 user_invited 何德贵"]
    );
}

#[tokio::test]
async fn nobody_invites_beyond_their_own_places() {
    let world = World::new().await;
    let table = [
        ("township", "secretary", "shiban", 200),
        ("township", "secretary", "yunling", 403),
        ("township", "township", "hekou", 403),
        ("township", "county", "qingxi", 403),
        ("county", "township", "hekou", 200),
        ("county", "dispatcher", "qingxi", 200),
        ("county", "county", "qingxi", 200),
        ("county", "secretary", "hekou", 400),
        ("county", "secretary", "nowhere", 400),
        ("secretary", "committee", "shiban", 403),
        ("committee", "committee", "shiban", 403),
        ("dispatcher", "secretary", "shiban", 403),
    ];
    for (who, role, place, status) in table {
        let answer = ask(&world, who, "POST", "/api/v1/admin/users", &new("何德贵", "", role, place)).await;
        assert_eq!(answer.status, status, "{who} invites a {role} to {place}");
    }
    for (name, username, status) in [("", "a", 400), ("何", "a b", 400), ("何", "secretary", 409), ("何", "he", 200)]
    {
        let body = new(name, username, "secretary", "shiban");
        let answer = ask(&world, "county", "POST", "/api/v1/admin/users", &body).await;
        assert_eq!(answer.status, status, "{name} {username}");
    }
}

#[tokio::test]
async fn who_is_blocked_may_do_nothing_and_their_phone_is_told_so() {
    let world = World::new().await;
    let path = "/api/v1/admin/users/u-secretary/blocked";
    assert_eq!(ask(&world, "township", "PUT", path, &json!({"blocked": true})).await.status, 204);
    for address in ["/api/v1/session", "/api/v1/streams/village/shiban/changes"] {
        let told = world.get(address).by("secretary").send().await;
        assert_eq!((told.status.as_u16(), told.code().as_str()), (403, "blocked"), "{address}");
    }
    let sign_in = json!({"username": "secretary", "password": crate::world::PASSWORD});
    assert_eq!(world.post("/api/v1/session").json(&sign_in).send().await.code(), "wrong_password");
    assert_eq!(
        ask(&world, "county", "POST", "/api/v1/admin/users/u-secretary/invitation", &Value::Null).await.status,
        400
    );
    assert_eq!(names(&list(&world, "county", json!({"role": "blocked"})).await), ["secretary"]);

    assert_eq!(ask(&world, "township", "PUT", path, &json!({"blocked": false})).await.status, 204);
    assert_eq!(world.get("/api/v1/session").by("secretary").send().await.code(), "signed_out", "old sessions are over");
    assert_eq!(world.post("/api/v1/session").json(&sign_in).send().await.status, 200);
    assert_eq!(audit(&world).await, ["罗素英 user_unblocked 罗素英", "罗素英 user_blocked 罗素英"]);
}

#[tokio::test]
async fn the_last_administrator_stays_one() {
    let world = World::new().await;
    let block = json!({"blocked": true});
    let demote = json!({"name": "罗素英", "role": "township", "place": "hekou"});
    let (blocked, own) = ("/api/v1/admin/users/u-county/blocked", "/api/v1/admin/users/u-county");
    assert_eq!(ask(&world, "county", "PUT", blocked, &block).await.code(), "last_administrator");
    assert_eq!(ask(&world, "county", "PUT", own, &demote).await.code(), "last_administrator");
    // One who was invited and has not come does not count.
    ask(&world, "county", "POST", "/api/v1/admin/users", &new("何德贵", "he", "county", "qingxi")).await;
    assert_eq!(ask(&world, "county", "PUT", own, &demote).await.code(), "last_administrator");
    world.account("second", Role::County, "qingxi").await;
    assert_eq!(ask(&world, "county", "PUT", own, &demote).await.status, 204);
    let me = world.get("/api/v1/session").by("county").send().await.json();
    assert_eq!(me["role"], "township");
}

#[tokio::test]
async fn a_role_is_changed_by_the_county_only_and_the_village_that_is_left_is_gone() {
    let world = World::new().await;
    let path = "/api/v1/admin/users/u-committee";
    let change = json!({"name": "何德贵", "role": "committee", "place": "yunling"});
    assert_eq!(ask(&world, "township", "PUT", path, &change).await.status, 403);
    let nowhere = json!({"name": "何德贵", "role": "committee", "place": "hekou"});
    assert_eq!(ask(&world, "county", "PUT", path, &nowhere).await.status, 400);
    let without = json!({"name": "何德贵", "role": "committee", "place": ""});
    assert_eq!(ask(&world, "county", "PUT", path, &without).await.status, 400);
    assert_eq!(ask(&world, "county", "PUT", path, &change).await.status, 204);
    let me = world.get("/api/v1/session").by("committee").send().await.json();
    assert_eq!((me["name"].as_str(), me["streams"][0].as_str()), (Some("何德贵"), Some("village/yunling")));
    assert_eq!(world.get("/api/v1/streams/village/shiban/changes").by("committee").send().await.status, 403);
    let gone = ask(&world, "county", "PUT", "/api/v1/admin/users/u-nobody", &change).await;
    assert_eq!(gone.status, 404);
}

#[tokio::test]
async fn a_link_made_for_what_somebody_was_is_good_no_more_when_they_become_something_else() {
    let world = World::new().await;
    let link = async |who: &str, user: &str| {
        let path = format!("/api/v1/admin/users/{user}/invitation");
        let made = ask(&world, who, "POST", &path, &Value::Null).await.json();
        made["link"].as_str().unwrap().strip_prefix("http://zhucun.test").unwrap().to_owned()
    };
    let is_good = async |link: &str| world.get(link).send().await.status == 200;
    // A township keeps a link of a secretary who becomes the county's administrator.
    let kept = link("township", "u-secretary").await;
    let path = "/api/v1/admin/users/u-secretary";
    let renamed = json!({"name": "罗素英二", "role": "secretary", "place": "shiban"});
    assert_eq!(ask(&world, "county", "PUT", path, &renamed).await.status, 204);
    assert!(is_good(&kept).await, "another name only");
    let promoted = json!({"name": "罗素英", "role": "county", "place": "qingxi"});
    assert_eq!(ask(&world, "county", "PUT", path, &promoted).await.status, 204);
    assert!(!is_good(&kept).await, "the township would be administrator of the county");
    // The same by a change of hands, and for somebody who goes to another township's village.
    let kept = link("township", "u-committee").await;
    let handed = json!({"user": "u-committee"});
    assert_eq!(ask(&world, "county", "POST", "/api/v1/admin/places/shiban/secretary", &handed).await.status, 200);
    assert!(!is_good(&kept).await);
    let kept = link("township", "u-committee").await;
    assert_eq!(ask(&world, "county", "POST", "/api/v1/admin/places/yunling/secretary", &handed).await.status, 200);
    assert!(!is_good(&kept).await);
}

#[tokio::test]
async fn what_was_judged_of_somebody_who_has_changed_since_is_not_done() {
    let world = World::new().await;
    let store = &world.state.store;
    let seen = store.account("u-secretary").await.unwrap().unwrap();
    let promoted = json!({"name": "罗素英", "role": "county", "place": "qingxi"});
    assert_eq!(ask(&world, "county", "PUT", "/api/v1/admin/users/u-secretary", &promoted).await.status, 204);
    let act = Act { county: "qingxi", by: "u-township", action: "x", subject: &seen.id, at: NOW };
    let link = NewLink { token_hash: "h", created: NOW, expires: NOW + 1 };
    let done = [
        store.renew_link(&seen, link, act).await,
        store.revoke_links(&seen, act).await,
        store.set_blocked(&seen, true, act).await,
        store.set_post(&seen, Post { name: "x", role: Role::Committee, place: "shiban" }, act).await,
    ];
    for done in done {
        assert!(matches!(done, Err(StoreError::Changed)), "{done:?}");
    }
    let handed = store.hand_over("shiban", Successor::Known("u-secretary"), false, act).await;
    assert!(matches!(handed, Err(StoreError::Changed)), "{handed:?}");
    assert!(store.secretaries("qingxi").await.unwrap().contains_key("yunling"));
    assert_eq!(audit(&world).await, ["罗素英 user_changed 罗素英"]);
}

#[tokio::test]
async fn who_becomes_something_else_in_the_same_village_still_sends_what_was_written_before() {
    let world = World::new().await;
    let visit = |id: &str, at: i64| {
        let mut visit = household(id, id, "x");
        visit["record"]["collection"] = json!("visits");
        visit["patch"] = json!({"form": "visit"});
        visit["device_time"] = json!(at);
        visit
    };
    let push = async |changes: &[Value], now: i64| {
        let body = json!({"device_now": now, "changes": changes});
        let answer = world.post("/api/v1/streams/village/shiban/changes").by("secretary").json(&body).send().await;
        let verdicts = answer.json()["verdicts"].as_array().unwrap().clone();
        verdicts.iter().map(|verdict| verdict["verdict"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    // Accepted, and the answer is lost.
    let lost = visit("v-lost", NOW - 5_000);
    assert_eq!(push(std::slice::from_ref(&lost), NOW).await, ["accepted"]);
    world.pass(60_000);
    let now = NOW + 60_000;
    let post = json!({"name": "罗素英", "role": "committee", "place": "shiban"});
    assert_eq!(ask(&world, "county", "PUT", "/api/v1/admin/users/u-secretary", &post).await.status, 204);
    world.pass(60_000);
    let (before, after) = (visit("v-before", now - 1_000), visit("v-after", now + 1_000));
    let mut other = lost.clone();
    other["patch"]["form"] = json!("another");
    let mut late = household("h-late", "h-late", "何德贵");
    late["device_time"] = json!(now + 1_000);
    let told = push(&[lost.clone(), before, after.clone(), late, other], now + 60_000).await;
    assert_eq!(told, ["duplicate", "accepted", "refused", "accepted", "refused"]);
    // However long ago: what was accepted is known, and the rest is refused.
    world.pass(40 * 86_400_000);
    assert_eq!(push(&[lost.clone(), after], now + 40 * 86_400_000).await, ["duplicate", "refused"]);
    // It is known to its author; to others it is what their right says.
    let body = json!({"device_now": NOW, "changes": [lost]});
    let answer = world.post("/api/v1/streams/village/shiban/changes").by("committee").json(&body).send().await;
    assert_eq!(answer.json()["verdicts"][0]["code"], "forbidden");
}

#[tokio::test]
async fn a_county_of_many_people_is_listed_page_by_page() {
    let world = World::new().await;
    for n in 0..130 {
        let account = NewAccount {
            id: format!("u-{n:03}"),
            username: format!("user-{n:03}"),
            name: format!("何{n:03}"),
            role: Role::Secretary,
            county: "qingxi".into(),
            place: "dashu".into(),
            password_hash: String::new(),
        };
        world.state.store.add_account(&account).await.unwrap();
    }
    let mut after = json!(0);
    let mut seen = Vec::new();
    while after != Value::Null {
        let page = list(&world, "county", json!({"words": " user-", "after": after})).await;
        assert_eq!(page["total"], 130);
        seen.extend(names(&page));
        after = page["next"].clone();
    }
    assert_eq!(seen.len(), 130);
    let mut sorted = seen.clone();
    sorted.sort();
    sorted.dedup();
    assert_eq!(seen, sorted, "each once, in order");
    let found = list(&world, "county", json!({"words": "何042"})).await;
    assert_eq!(names(&found), ["user-042"]);
}
