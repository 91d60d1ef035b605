//! A need that was taken down on a phone brings the ticket that the phone made.

use serde_json::{Value, json};
use zhucun_domain::ticket;
use zhucun_server::service::tickets;

use crate::world::{Answer, NOW, World};

fn code(digit: u8) -> String {
    ticket::code([digit; 16])
}

/// A need as the phone writes it.
fn need(change: &str, record: &str, ticket: &Value) -> Value {
    json!({
        "id": change, "record": {"collection": "needs", "id": record},
        "patch": {
            "category": "water", "text": "水管裂了", "received_at": NOW - 1000, "by": "u-secretary", "state": "received",
            format!("step.{change}"): {"at": NOW - 1000, "role": null, "state": "received", "words": ""},
            "ticket": ticket,
        },
        "device": "phone-1", "device_time": NOW - 1000, "format": 1,
    })
}

fn verdict(answer: &Answer) -> String {
    let verdict = &answer.json()["verdicts"][0];
    match verdict["code"].as_str() {
        Some(code) => code.to_owned(),
        None => verdict["verdict"].as_str().unwrap().to_owned(),
    }
}

async fn look_up(world: &World, code: &str) -> (u16, String) {
    let form = format!("code={code}").into_bytes();
    let asking = world.post("/t").header("content-type", "application/x-www-form-urlencoded").bytes(form);
    let answer = asking.send().await;
    (answer.status.as_u16(), String::from_utf8(answer.body).unwrap())
}

#[tokio::test]
async fn the_code_made_on_the_phone_finds_the_need_once_it_is_uploaded() {
    let world = World::new().await;
    let code = code(7);
    let (status, before) = look_up(&world, &code).await;
    assert_eq!(status, 404);
    assert!(before.contains("手机还没有联网"), "says that the phone may not have been online: {before}");

    let change = need("c1", "n1", &json!(tickets::verifier(&code)));
    assert_eq!(verdict(&world.push("secretary", std::slice::from_ref(&change)).await), "accepted");
    let (status, page) = look_up(&world, &code).await;
    assert_eq!(status, 200, "{page}");
    assert!(page.contains("已收到") && page.contains("饮水"), "{page}");
    // The answer was lost and the phone sends again.
    assert_eq!(verdict(&world.push("secretary", &[change]).await), "duplicate");
    assert_eq!(look_up(&world, &code).await.0, 200);
}

#[tokio::test]
async fn a_ticket_that_leads_somewhere_cannot_be_led_elsewhere() {
    let world = World::new().await;
    let taken = json!(tickets::verifier(&code(7)));
    world.push("secretary", &[need("c1", "n1", &taken)]).await;
    assert_eq!(verdict(&world.push("committee", &[need("c2", "n2", &taken)]).await), "id_conflict");
    let body = json!({"device_now": NOW, "changes": [need("c3", "n3", &taken)]});
    let other = world.post("/api/v1/streams/village/yunling/changes").by("neighbour").json(&body).send().await;
    assert_eq!(verdict(&other), "id_conflict");
    // What was refused has left nothing behind, and does not hold back what comes after it.
    let good = need("c4", "n2", &json!(tickets::verifier(&code(8))));
    assert_eq!(verdict(&world.push("committee", &[good]).await), "accepted");
    let needs = world.get("/api/v1/villages/shiban/needs").by("secretary").send().await.json();
    assert_eq!(needs.as_array().unwrap().len(), 2, "{needs}");
}

#[tokio::test]
async fn nobody_puts_a_key_of_their_own_to_a_need_that_is_there() {
    let world = World::new().await;
    world.push("secretary", &[need("c1", "n1", &json!(tickets::verifier(&code(7))))]).await;
    let later = need("c2", "n1", &json!(tickets::verifier(&code(8))));
    assert_eq!(verdict(&world.push("committee", &[later]).await), "forbidden");
    assert_eq!(look_up(&world, &code(8)).await.0, 404);
}

#[tokio::test]
async fn what_is_no_verifier_is_refused_above_all_a_code() {
    let world = World::new().await;
    let odd = [json!(code(7)), json!("A".repeat(64)), json!(null), json!(7), json!("0".repeat(63))];
    for (n, ticket) in odd.into_iter().enumerate() {
        let answer = world.push("secretary", &[need(&format!("c{n}"), &format!("n{n}"), &ticket)]).await;
        assert_eq!(verdict(&answer), "invalid", "{ticket}");
    }
    let needs = world.get("/api/v1/villages/shiban/needs").by("secretary").send().await.json();
    assert_eq!(needs, json!([]));
}
