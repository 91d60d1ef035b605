//! Every act leaves its row in the transaction that does it: where the row cannot be written, nothing is done.

use serde_json::{Value, json};
use zhucun_server::{service::import, store::Act};
use zhucun_sync::{RecordKey, StreamId};

use super::{ask, audit, forms};
use crate::world::{NOW, World};

/// What the administration has come to, of everything that the acts below change.
async fn state(world: &World) -> Vec<Value> {
    let mut state = Vec::new();
    for path in ["places", "forms", "settings", "users/u-secretary"] {
        state.push(ask(world, "county", "GET", &format!("/api/v1/admin/{path}"), &Value::Null).await.json());
    }
    let county = StreamId::new("county", "qingxi").unwrap();
    let log = world.state.store.pull(&county, &Default::default(), 100).await.unwrap();
    state.push(json!(log.entries.len()));
    state
}

#[tokio::test]
async fn an_act_whose_row_cannot_be_written_is_not_done() {
    let world = World::new().await;
    let sheet = |version: &str| forms::sheet(version, forms::FIRST);
    let published = forms::upload(&world, sheet("1")).await["draft"].clone();
    assert_eq!(forms::publish(&world, &published, json!([])).await.status, 204);
    let draft = forms::upload(&world, sheet("2")).await["draft"]["id"].as_str().unwrap().to_owned();
    let before = state(&world).await;

    world.execute("ALTER TABLE audit RENAME TO audit_away").await;
    let settings = zhucun_domain::settings::CountySettings { unseen_days: 77, ..Default::default() };
    let acts = [
        ("POST", "places".to_owned(), json!({"names": {"zh": "白水乡", "en": "Bai Shui"}})),
        ("POST", "places".to_owned(), json!({"township": "hekou", "names": {"zh": "竹林村"}})),
        ("PUT", "places/shiban".to_owned(), json!({"names": {"zh": "新村"}})),
        ("PUT", "settings".to_owned(), json!(settings)),
        ("PUT", "forms/visit".to_owned(), json!({"villages": ["shiban"], "retired": true})),
        ("POST", format!("forms/drafts/{draft}/publish"), json!({"villages": []})),
        ("DELETE", format!("forms/drafts/{draft}"), Value::Null),
        ("PUT", "users/u-secretary".to_owned(), json!({"name": "何", "role": "committee", "place": "shiban"})),
        ("PUT", "users/u-secretary/blocked".to_owned(), json!({"blocked": true})),
        ("POST", "places/shiban/secretary".to_owned(), json!({"user": "u-neighbour"})),
    ];
    for (method, path, body) in acts {
        let answer = ask(&world, "county", method, &format!("/api/v1/admin/{path}"), &body).await;
        assert_eq!(answer.status, 500, "{method} {path}");
    }
    let uploaded = world.post("/api/v1/admin/forms?name=x.xlsx").by("county").bytes(sheet("3")).send().await;
    assert_eq!(uploaded.status, 500);
    let village = StreamId::new("village", "shiban").unwrap();
    let list = import::read("name,head_name,group\nh-1,何德贵,1\n".as_bytes()).unwrap();
    let act = Act { county: "qingxi", by: "cli", action: "households_imported", subject: "shiban", at: NOW };
    assert!(import::write(&world.state.store, &village, &list, act).await.is_err());
    world.execute("ALTER TABLE audit_away RENAME TO audit").await;

    assert_eq!(state(&world).await, before);
    let kept = ask(&world, "county", "GET", &format!("/api/v1/admin/forms/drafts/{draft}"), &Value::Null).await;
    assert_eq!(kept.json()["version"], "2", "neither thrown away nor published nor replaced");
    let household = RecordKey::new("households", "h-1");
    assert_eq!(world.state.store.record(&village, &household).await.unwrap(), None);

    import::write(&world.state.store, &village, &list, act).await.unwrap();
    assert_eq!(audit(&world).await[0].split(' ').nth(1), Some("households_imported"));
}
