//! `/api/v1/admin/settings`: kept, given to phones, used where the server computes.

use serde_json::{Value, json};
use zhucun_domain::{calendar::DAY_MS, settings::CountySettings};

use super::{ask, audit};
use crate::world::{NOW, World};

const PATH: &str = "/api/v1/admin/settings";

#[tokio::test]
async fn every_setting_has_its_default_until_it_is_decided() {
    let world = World::new().await;
    let shown: CountySettings =
        serde_json::from_value(ask(&world, "county", "GET", PATH, &Value::Null).await.json()).unwrap();
    assert_eq!(shown, CountySettings::default());
    let new = CountySettings {
        unseen_days: 60,
        answer_days: 5,
        holidays: vec!["2027-01-18".into()],
        poverty_line: [("2027".to_owned(), 7800)].into(),
        ..shown
    };
    assert_eq!(ask(&world, "county", "PUT", PATH, &json!(new)).await.status, 204);
    assert_eq!(ask(&world, "county", "GET", PATH, &Value::Null).await.json(), json!(new));
    let pulled = world.get("/api/v1/streams/county/qingxi/changes").by("secretary").send().await.json();
    let change = &pulled["entries"][0]["change"];
    assert_eq!((change["record"]["id"].as_str(), change["patch"]["unseen_days"].as_u64()), (Some("county"), Some(60)));
    assert_eq!(audit(&world).await, ["罗素英 settings_changed 清溪县"]);
    let wrong = CountySettings { answer_days: 0, ..new };
    let told = ask(&world, "county", "PUT", PATH, &json!(wrong)).await;
    assert_eq!((told.status.as_u16(), told.json()["detail"].as_str()), (400, Some("answer_days")));
}

#[tokio::test]
async fn what_is_unseen_and_what_is_late_follow_the_settings() {
    let world = World::new().await;
    let push = async |id: &str, collection: &str, record: &str, patch: Value| {
        let change = json!({"id": id, "record": {"collection": collection, "id": record}, "patch": patch,
            "device": "phone-1", "device_time": NOW - 1000, "format": 1});
        assert_eq!(world.push("secretary", &[change]).await.json()["verdicts"][0]["verdict"], "accepted");
    };
    push("c-0", "households", "h-1", json!({"head_name": "何德贵", "group": "1"})).await;
    push("c-1", "visits", "v-1", json!({"household": "h-1", "finished_at": NOW - 40 * DAY_MS})).await;
    push("c-2", "needs", "n-1", json!({"state": "received", "received_at": NOW - 5 * DAY_MS, "category": "water"}))
        .await;
    let numbers = async || {
        let villages = world.get("/api/v1/villages").by("county").send().await.json();
        let shiban = villages.as_array().unwrap().iter().find(|village| village["id"] == "shiban").unwrap().clone();
        (shiban["seen"].as_i64().unwrap(), shiban["needs_late"].as_i64().unwrap())
    };
    assert_eq!(numbers().await, (0, 1));
    let new = CountySettings { unseen_days: 60, answer_days: 10, ..CountySettings::default() };
    ask(&world, "county", "PUT", PATH, &json!(new)).await;
    assert_eq!(numbers().await, (1, 0));
    let needs = world.get("/api/v1/villages/shiban/needs").by("secretary").send().await.json();
    assert_eq!(needs[0]["late"], false);
}
