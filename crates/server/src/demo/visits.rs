//! Past visits of the demo: what a secretary would have answered, cut to what the checklist in use asks.

use serde_json::{Map, Value, json};
use zhucun_domain::{
    calendar::{self, DAY_MS},
    visit::field,
};
use zhucun_forms::definition::{Definition, Kind};

use super::people::{Dice, Household};

/// How many days ago a household was visited, and in how many days from then the next visit was agreed (0: not). By this
/// some are overdue, some due later; households beyond the list were never visited.
const PAST: [(i64, i64); 12] =
    [(92, 0), (41, 0), (12, 14), (35, 45), (8, 7), (20, 0), (61, 30), (5, 0), (28, 28), (16, 30), (75, 0), (3, 21)];

/// A visit as the fields of its record.
pub(super) struct Visit {
    /// Finished, milliseconds since 1970 UTC.
    pub(super) finished: i64,
    /// Field to value.
    pub(super) fields: Vec<(&'static str, Value)>,
}

/// The past visit of the n-th household, if it had one.
pub(super) fn visit(
    n: usize,
    household: &Household,
    form: &Definition,
    by: (&str, &str),
    today: i64,
    dice: &mut Dice,
) -> Option<Visit> {
    let (ago, agreed) = *PAST.get(n.checked_sub(usize::from(n > 2))?).filter(|_| n != 2)?;
    let day = today - ago;
    // At ten in the morning, more or less, by China's clock.
    let started = day * DAY_MS + (2 * 60 + i64::from(dice.below(90))) * 60_000;
    let finished = started + (15 + i64::from(dice.below(30))) * 60_000;
    let next = if agreed > 0 { calendar::iso(day + agreed) } else { String::new() };
    let all = answers(household, by.1, (started, finished), &next, dice);
    let answers = cut(form, 0, &all);
    Some(Visit {
        finished,
        fields: vec![
            (field::FORM, json!(form.id)),
            (field::FORM_VERSION, json!(form.version)),
            (field::HOUSEHOLD, json!(household.id)),
            (field::ANSWERS, answers),
            (field::TITLE, json!(format!("{} {}", household.head_name, calendar::iso(day)))),
            (field::STARTED_AT, json!(started)),
            (field::FINISHED_AT, json!(finished)),
            (field::DAY, json!(calendar::iso(day))),
            (field::BY, json!(by.0)),
            (field::ATTACHMENTS, json!([])),
            (field::NEXT_VISIT, json!(next)),
        ],
    })
}

/// `2026-11-23T10:00:00.000+08:00`.
fn moment(ms: i64) -> String {
    let minutes = (ms + 8 * 3_600_000).div_euclid(60_000).rem_euclid(1440);
    format!("{}T{:02}:{:02}:00.000+08:00", calendar::iso(calendar::china_day(ms)), minutes / 60, minutes % 60)
}

/// Answers to every question that either checklist asks.
fn answers(household: &Household, username: &str, at: (i64, i64), next: &str, dice: &mut Dice) -> Value {
    let people = household.members.len();
    let ill = household.members.iter().filter(|member| member.health == "chronic").count();
    let (wages, farming) = (u64::from(dice.below(12)) * 1000 + 9000, u64::from(dice.below(8)) * 500 + 3000);
    let (costs, transfer) = (farming / 4, u64::from(dice.below(5)) * 600);
    let net = wages + farming - costs + transfer;
    let per_head = net / u64::try_from(people.max(1)).unwrap_or(1);
    let thirsty = dice.below(5) == 0;
    let mut income = Map::from_iter(
        [
            ("wages", wages.to_string()),
            ("wages_source", "told".to_owned()),
            ("farming", farming.to_string()),
            ("farming_source", "seen".to_owned()),
            ("costs", costs.to_string()),
            ("property", "0".to_owned()),
            ("transfer", transfer.to_string()),
            ("net", net.to_string()),
            ("per_head", per_head.to_string()),
        ]
        .map(|(name, value)| (name.to_owned(), json!(value))),
    );
    if transfer > 0 {
        income.insert("transfer_source".into(), json!("document"));
    }
    if per_head < 2300 {
        income.insert("income_low".into(), json!("OK"));
    }
    json!({
        "start": moment(at.0), "end": moment(at.1), "today": calendar::iso(calendar::china_day(at.0)),
        "username": username,
        "who": {
            "household": household.id, "head_name": household.head_name, "met": "yes", "place": household.place,
        },
        "family": {
            "member": household.members.iter().map(member).collect::<Vec<_>>(),
            "members": people.to_string(), "chronic": ill.to_string(),
        },
        "causes": {
            "main_cause": if household.main_cause.is_empty() { "other" } else { household.main_cause },
            "other_causes": "", "cause_note": "",
        },
        "income": income,
        "living": {
            "food": "ok", "clothing": "ok", "schooling": "ok", "medical": "ok", "housing": "ok", "gaps": "0",
            "water": "ok", "house_grade": if dice.below(3) == 0 { "b" } else { "a" },
        },
        "needs": {
            "need": if thirsty { "water" } else { "" },
            "need_text": if thirsty { json!("冬天水管容易冻") } else { Value::Null },
            "satisfaction": (3 + dice.below(3)).to_string(), "signature": "",
            "next_step": "下个月再来看看", "next_visit": next,
        },
        "home": {
            "people": people.to_string(), "ill": if ill > 0 { "old" } else { "" },
            "drinking": if thirsty { "spring" } else { "tap" }, "house_photo": "",
        },
        "money": {"earned": net.to_string(), "earned_by": "wages"},
        "help": {
            "wish": if thirsty { "冬天水管容易冻，想换深埋的管子" } else { "都还好" },
            "satisfaction": (3 + dice.below(3)).to_string(), "signature": "", "next_visit": next,
        },
    })
}

fn member(member: &super::people::Member) -> Value {
    let mut answers = Map::new();
    let mut put = |name: &str, value: &str| {
        answers.insert(name.to_owned(), json!(value));
    };
    put("m_name", &member.name);
    put("m_sex", member.sex);
    put("m_id", "");
    put("m_birth", &member.birth);
    put("m_age", &member.age.to_string());
    put("m_relation", member.relation);
    put("m_health", member.health);
    if !member.student.is_empty() {
        put("m_student", member.student);
    }
    if !member.labour.is_empty() {
        put("m_labour", member.labour);
    }
    if member.labour == "ordinary" {
        put("m_months_away", "0");
    }
    put("m_insurance", "medical");
    Value::Object(answers)
}

/// Only what the checklist asks, and nothing for what was left out.
fn cut(form: &Definition, at: usize, all: &Value) -> Value {
    let mut kept = Map::new();
    for (index, node) in form.nodes.iter().enumerate().skip(1).filter(|(_, node)| node.parent as usize == at) {
        let Some(value) = all.get(&node.name).filter(|value| !value.is_null()) else { continue };
        let value = match node.kind {
            Kind::Group => cut(form, index, value),
            Kind::Repeat => value.as_array().into_iter().flatten().map(|one| cut(form, index, one)).collect(),
            _ => value.clone(),
        };
        kept.insert(node.name.clone(), value);
    }
    Value::Object(kept)
}
