//! `/api/v1/admin`.

pub(crate) mod form_files;
pub(crate) mod forms;
mod places;
mod rows;
mod secretary;
mod settings;
mod users;

use serde_json::Value;

use crate::world::{Answer, World};

/// Asks as somebody.
async fn ask(world: &World, who: &str, method: &str, path: &str, body: &Value) -> Answer {
    let asking = world.request(method.parse().unwrap(), path).by(who);
    if body.is_null() { asking.send().await } else { asking.json(body).send().await }
}

/// What was administered, newest first: by whom, what and whom.
async fn audit(world: &World) -> Vec<String> {
    let page = ask(world, "county", "GET", "/api/v1/admin/audit", &Value::Null).await.json();
    let acts = page["acts"].as_array().unwrap().iter();
    acts.map(|act| format!("{} {} {}", act["by"], act["action"], act["subject"]).replace('"', "")).collect()
}
