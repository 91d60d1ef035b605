//! Needs of the demo, sent through the same door as a villager's.

use serde_json::json;
use uuid::Uuid;
use zhucun_domain::{
    access::Role,
    calendar::DAY_MS,
    collection,
    need::{State as NeedState, Step, field},
};
use zhucun_sync::{Change, RecordKey, StreamId};

use super::DemoError;
use crate::{
    service::random,
    state::AppState,
    store::{StoreError, Times},
    villager::{self, NewNeed, Typed},
};

struct Sample {
    village: &'static str,
    category: &'static str,
    text: &'static str,
    days_ago: i64,
    /// State and words of the secretary's answer, a day later.
    answer: Option<(NeedState, &'static str)>,
}

const SAMPLES: [Sample; 5] = [
    Sample {
        village: "shiban", category: "water", text: "村口的水管冻裂了，三天没水。", days_ago: 0, answer: None
    },
    Sample {
        village: "shiban",
        category: "road",
        text: "三组到小学的路塌了一截，孩子上学要绕半个钟头。",
        days_ago: 6,
        answer: Some((NeedState::Accepted, "已经去看过了，先用石子垫上，下周村里开会定怎么修。")),
    },
    Sample {
        village: "shiban",
        category: "paperwork",
        text: "社保卡换了新的，不知道怎么激活。",
        days_ago: 13,
        answer: Some((NeedState::Solved, "周五下午带上卡和身份证到村部，我帮您办。")),
    },
    Sample {
        village: "zhulin",
        category: "house",
        text: "雨后后墙裂了一条缝，想请人来看看能不能申请危改。",
        days_ago: 7,
        answer: None,
    },
    Sample {
        village: "shuangqiao",
        category: "farming",
        text: "橘子叶子发黄，想请懂技术的人来看看。",
        days_ago: 4,
        answer: Some((NeedState::Doing, "已经约了农技站的人，周三到您地里看。")),
    },
];

/// Writes them; `secretary` gives the user id of a village's secretary.
pub(super) async fn write(state: &AppState, now: i64, secretary: impl Fn(&str) -> String) -> Result<(), DemoError> {
    for (n, sample) in SAMPLES.iter().enumerate() {
        let received = now - sample.days_ago * DAY_MS - 1_800_000;
        let stream = stream(sample)?;
        let typed = typed(sample);
        let need = NewNeed { stream: &stream, once: once(n, received), typed: &typed, photo: None, moderation: false };
        let code = villager::take(state, need, received).await?.code;
        if let Some((reached, words)) = sample.answer {
            answer(state, &code, &stream, &secretary(sample.village), received + DAY_MS, reached, words).await?;
        }
    }
    Ok(())
}

async fn answer(
    state: &AppState,
    code: &str,
    stream: &StreamId,
    user: &str,
    at: i64,
    reached: NeedState,
    words: &str,
) -> Result<(), DemoError> {
    let Some(villager::Ticket { id, record, .. }) = villager::find(state, code).await? else { return Ok(()) };
    let change = random::uuid_v7(at);
    let step = Step { at, role: Some(Role::Secretary), state: reached, words: words.to_owned() };
    let change = Change {
        record: RecordKey::new(collection::NEEDS, id),
        patch: [
            (field::STATE.to_owned(), json!(reached)),
            (field::ANSWER.to_owned(), json!(words)),
            (format!("{}{change}", field::STEP), json!(step)),
        ]
        .into(),
        prev: [(field::STATE.to_owned(), record.heads(field::STATE))].into_iter().collect(),
        id: change,
        device: super::DEVICE.to_owned(),
        device_time: at,
        format: Change::FORMAT,
        extra: Default::default(),
    };
    state.store.append(stream, user, Times::server(state.clock.now()), &[change]).await?;
    Ok(())
}

/// The tickets: village, category, code. Codes are kept nowhere; they follow from what was sent and when.
pub(super) async fn tickets(state: &AppState) -> Result<Vec<(&'static str, &'static str, String)>, StoreError> {
    let mut found = Vec::new();
    for (n, sample) in SAMPLES.iter().enumerate() {
        let stream = stream(sample)?;
        let rows = state.store.records(&stream, collection::NEEDS).await?;
        let Some(row) = rows.iter().find(|row| row.record.text(field::TEXT) == sample.text) else { continue };
        let received = row.record.get(field::RECEIVED_AT).and_then(serde_json::Value::as_i64).unwrap_or_default();
        let code = villager::code_of(state, &stream, once(n, received), &typed(sample)).await?;
        if villager::find(state, &code).await?.is_some() {
            found.push((sample.village, sample.category, code));
        }
    }
    Ok(found)
}

fn stream(sample: &Sample) -> Result<StreamId, StoreError> {
    StreamId::new("village", sample.village).map_err(|_| StoreError::Corrupt("place"))
}

fn typed(sample: &Sample) -> Typed {
    Typed { category: sample.category.to_owned(), text: sample.text.to_owned(), ..Typed::default() }
}

fn once(n: usize, received: i64) -> (i64, Uuid) {
    let random = [u8::try_from(n).unwrap_or(u8::MAX); 10];
    let millis = u64::try_from(received).unwrap_or_default();
    (received, uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid())
}
