//! An invented county to try things with. `zhucun demo` calls [`fill`] on an empty database and prints [`card`] at every
//! start; what was done in it stays.

mod card;
mod form;
mod needs;
mod people;
mod visits;

use std::path::Path;

pub use card::card;
use people::{Dice, Household};
use serde_json::{Value, json};
use zhucun_api::Names;
use zhucun_domain::{access::Role, calendar, collection, household::field};
use zhucun_forms::Definition;
use zhucun_sync::{RecordKey, StreamId};

use crate::{
    service::{files::KeepError, forms, import::server_change, passwords::PasswordError},
    state::AppState,
    store::{NewAccount, Place, PlaceKind, StoreError, Times},
};

/// The device and author of what the demo writes.
const DEVICE: &str = "demo";

/// Why the demo county could not be made.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A villager's need could not be kept.
    #[error(transparent)]
    Keep(#[from] KeepError),
    /// Password hashing.
    #[error(transparent)]
    Password(#[from] PasswordError),
    /// The checklist's file cannot be read.
    #[error("{file}: {source}; give another with --form FILE, or leave it out")]
    File {
        /// Which.
        file: String,
        /// Why.
        source: std::io::Error,
    },
    /// The checklist is wrong, by sheet and cell.
    #[error("{file}:\n{problems}")]
    Form {
        /// Which.
        file: String,
        /// A line each.
        problems: String,
    },
}

const COUNTY: &str = "qingxi";

/// Id, level, the place above, Chinese and English name.
const PLACES: [(&str, PlaceKind, &str, &str, &str); 6] = [
    (COUNTY, PlaceKind::County, "", "清溪县", "Qingxi County"),
    ("yunling", PlaceKind::Township, COUNTY, "云岭镇", "Yunling"),
    ("baishui", PlaceKind::Township, COUNTY, "白水乡", "Baishui"),
    ("shiban", PlaceKind::Village, "yunling", "石板村", "Shiban"),
    ("zhulin", PlaceKind::Village, "yunling", "竹林村", "Zhulin"),
    ("shuangqiao", PlaceKind::Village, "baishui", "双桥村", "Shuangqiao"),
];

/// A login: user name, password, name to show, role, place.
struct Login {
    username: &'static str,
    password: &'static str,
    name: &'static str,
    role: Role,
    place: &'static str,
}

const fn login(
    username: &'static str,
    password: &'static str,
    name: &'static str,
    role: Role,
    place: &'static str,
) -> Login {
    Login { username, password, name, role, place }
}

/// Everybody who can sign in. The passwords are public, for trying only.
const LOGINS: [Login; 10] = [
    login("shiban", "shiban-2026", "沈书远", Role::Secretary, "shiban"),
    login("zhulin", "zhulin-2026", "杜若青", Role::Secretary, "zhulin"),
    login("shuangqiao", "shuangqiao-2026", "郝立川", Role::Secretary, "shuangqiao"),
    login("shiban-cun", "shiban-cun-2026", "石板村村两委", Role::Committee, "shiban"),
    login("zhulin-cun", "zhulin-cun-2026", "竹林村村两委", Role::Committee, "zhulin"),
    login("shuangqiao-cun", "shuangqiao-cun-2026", "双桥村村两委", Role::Committee, "shuangqiao"),
    login("yunling", "yunling-2026", "云岭镇驻村办", Role::Township, "yunling"),
    login("baishui", "baishui-2026", "白水乡驻村办", Role::Township, "baishui"),
    login("qingxi", "qingxi-2026", "清溪县驻村办", Role::County, COUNTY),
    login("danwei", "danwei-2026", "派出单位联络员", Role::Dispatcher, COUNTY),
];

impl Login {
    /// The user id; the same at every making.
    fn user(&self) -> String {
        format!("u-{}", self.username)
    }
}

/// The user id of a village's secretary.
fn secretary(village: &str) -> &'static Login {
    LOGINS.iter().find(|login| login.role == Role::Secretary && login.place == village).unwrap_or(&LOGINS[0])
}

/// Writes the county: places, people, links, households with members, past visits, needs, the checklist. The county itself
/// comes last, so that a making that was cut off is seen by its absence.
///
/// # Errors
/// When the checklist is wrong or storage fails.
pub async fn fill(state: &AppState, form: Option<&Path>) -> Result<(), DemoError> {
    let (definition, source) = form::load(form)?;
    let now = state.clock.now();
    let county = StreamId::new("county", COUNTY).map_err(|_| StoreError::Corrupt("place"))?;
    forms::put_into_use(&state.store, &county, &definition, &source, now).await?;
    let villages = PLACES.iter().filter(|(_, kind, ..)| *kind == PlaceKind::Village);
    for (number, (village, ..)) in (0..).zip(villages) {
        fill_village(state, village, number, &definition, now).await?;
    }
    needs::write(state, now, |village| secretary(village).user()).await?;
    for login in &LOGINS {
        let account = NewAccount {
            id: login.user(),
            username: login.username.to_owned(),
            name: login.name.to_owned(),
            role: login.role,
            county: COUNTY.to_owned(),
            place: login.place.to_owned(),
            password_hash: state.passwords.hash(login.password).await?,
        };
        there_already(state.store.add_account(&account).await)?;
    }
    for (id, kind, parent, zh, en) in PLACES.into_iter().rev() {
        let names = Names::from([("zh".to_owned(), zh.to_owned()), ("en".to_owned(), en.to_owned())]);
        let place = Place { id: id.to_owned(), kind, parent: parent.to_owned(), names };
        there_already(state.store.add_place(&place).await)?;
    }
    Ok(())
}

/// What a making that was cut off had written stays.
fn there_already(result: Result<(), StoreError>) -> Result<(), StoreError> {
    match result {
        Err(StoreError::Taken(_)) => Ok(()),
        other => other,
    }
}

async fn fill_village(
    state: &AppState,
    village: &'static str,
    number: u32,
    form: &Definition,
    now: i64,
) -> Result<(), DemoError> {
    let stream = StreamId::new("village", village).map_err(|_| StoreError::Corrupt("place"))?;
    if state.store.count(&stream, collection::HOUSEHOLDS).await? > 0 {
        return Ok(());
    }
    there_already(state.store.add_link(&format!("{village}-demo"), village).await)?;
    let today = calendar::china_day(now);
    let households = people::households(village, number, today);
    let secretary = secretary(village);
    let mut dice = Dice::new(700 + u64::from(number));
    let mut visits = Vec::new();
    for (n, household) in households.iter().enumerate() {
        let by = (secretary.user(), secretary.username);
        if let Some(visit) = visits::visit(n, household, form, (&by.0, by.1), today, &mut dice) {
            let key = RecordKey::new(collection::VISITS, format!("v-{}", household.id));
            visits.extend(server_change(key, None, visit.fields, DEVICE, visit.finished));
        }
    }
    let user = secretary.user();
    state.store.append(&stream, &user, Times::server(now), &visits).await?;
    // Households last: their presence says that the village is complete.
    let changes: Vec<_> = households
        .iter()
        .flat_map(|household| {
            let key = RecordKey::new(collection::HOUSEHOLDS, household.id.clone());
            let members = household.members.iter().map(|member| {
                let key = RecordKey::new(collection::MEMBERS, member.id.clone());
                (key, member_fields(household, member))
            });
            std::iter::once((key, household_fields(household))).chain(members).collect::<Vec<_>>()
        })
        .filter_map(|(key, fields)| server_change(key, None, fields, DEVICE, now))
        .collect();
    state.store.append(&stream, DEVICE, Times::server(now), &changes).await?;
    Ok(())
}

fn household_fields(household: &Household) -> Vec<(&'static str, Value)> {
    vec![
        (field::HEAD_NAME, json!(household.head_name)),
        (field::GROUP, json!(household.group)),
        (field::ADDRESS, json!(household.address)),
        (field::PHONE, json!(household.phone)),
        (field::KIND, json!(household.kind)),
        (field::MAIN_CAUSE, json!(household.main_cause)),
        (field::PLACE, json!(household.place)),
    ]
}

fn member_fields(household: &Household, member: &people::Member) -> Vec<(&'static str, Value)> {
    vec![
        ("household", json!(household.id)),
        ("name", json!(member.name)),
        ("sex", json!(member.sex)),
        ("birth", json!(member.birth)),
        ("relation", json!(member.relation)),
        ("health", json!(member.health)),
        ("student", json!(member.student)),
        ("labour", json!(member.labour)),
    ]
}
