//! What the workbook of 50,000 visits costs. Not a test of right or wrong but a measurement; run by hand:
//! `cargo test --release -p zhucun-server --test routes many -- --ignored --nocapture`
#![expect(clippy::print_stdout, reason = "a measurement reports")]

use std::fmt::Write as _;

use axum::{body::Body, http::Request};
use futures_util::StreamExt as _;
use serde_json::{Map, Value, json};
use tower::ServiceExt as _;
use zhucun_domain::access::Role;
use zhucun_forms::{Definition, definition::Kind, parse::read_xlsform};
use zhucun_server::{
    service::{forms, random},
    store::Times,
};
use zhucun_sync::{Change, RecordKey, StreamId};

use crate::support::{NOW, Server};

const VISITS: usize = 50_000;
const HOUSEHOLDS: usize = 500;

/// Every question answered, three instances of each repeat: more than people answer.
fn answers(form: &Definition, at: usize, seed: usize) -> Value {
    let mut all = Map::new();
    for (index, node) in form.nodes.iter().enumerate().skip(1).filter(|(_, node)| node.parent as usize == at) {
        let choices = node.choices.as_ref().and_then(|source| form.choices.get(&source.list)).unwrap_or_default();
        let choice = |n: usize| choices.get(n % choices.len().max(1)).map_or("h-1", |choice| choice.name.as_str());
        let value = match node.kind {
            Kind::Group => answers(form, index, seed),
            Kind::Repeat => (0..3).map(|n| answers(form, index, seed + n)).collect(),
            Kind::Integer | Kind::Calculate => json!((seed % 9_000).to_string()),
            Kind::Decimal => json!(format!("{}.5", seed % 9_000)),
            Kind::SelectOne => json!(choice(seed)),
            Kind::SelectMultiple => json!(format!("{} {}", choice(seed), choice(seed + 1))),
            Kind::Date | Kind::Today => json!("2026-11-20"),
            Kind::DateTime | Kind::Start | Kind::End => json!("2026-11-20T10:00:00.000+08:00"),
            Kind::Geopoint => json!("26.58 106.71 1100 8"),
            Kind::Image => json!(format!("{}.jpg", random::sha256_hex(seed.to_be_bytes()))),
            Kind::Acknowledge => json!("OK"),
            Kind::Note | Kind::Root => continue,
            _ => json!(format!("冬天水管容易冻，想换深埋的管子 {seed}")),
        };
        all.insert(node.name.clone(), value);
    }
    Value::Object(all)
}

fn change(collection: &str, id: String, patch: Value) -> Change {
    Change {
        id: format!("c-{id}"),
        record: RecordKey::new(collection, id),
        patch: serde_json::from_value(patch).unwrap(),
        prev: Default::default(),
        device: "test".into(),
        device_time: NOW,
        format: Change::FORMAT,
        extra: Default::default(),
    }
}

/// A number of /proc/self/status, MB.
fn memory(name: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with(name)).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() / 1024
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "a measurement of some minutes, no test of right or wrong: run by hand as said above"]
async fn a_workbook_of_fifty_thousand_visits() {
    let server = Server::county().await;
    let shared =
        std::env::var("ZHUCUN_SHARED").expect("ZHUCUN_SHARED names the folder with forms/household_visit.xlsx");
    let bytes = std::fs::read(format!("{shared}/forms/household_visit.xlsx")).unwrap();
    let form = read_xlsform("household_visit.xlsx", &bytes).unwrap().definition;
    let county = StreamId::new("county", "qingxi").unwrap();
    forms::put_into_use(&server.state.store, &county, &form, "household_visit.xlsx", NOW).await.unwrap();
    let stream = StreamId::new("village", "shiban").unwrap();
    let times = Times::server(NOW);
    let households: Vec<_> = (0..HOUSEHOLDS)
        .map(|n| {
            change(
                "households",
                format!("h-{n}"),
                json!({"head_name": format!("户主{n}"), "group": (n % 9).to_string()}),
            )
        })
        .collect();
    server.state.store.append(&stream, "u-secretary", times, &households).await.unwrap();
    let mut size = 0;
    for batch in 0..VISITS / 500 {
        let visits: Vec<_> = (batch * 500..(batch + 1) * 500)
            .map(|n| {
                let visit = json!({
                    "form": form.id, "form_version": form.version, "household": format!("h-{}", n % HOUSEHOLDS),
                    "day": "2026-11-20", "started_at": NOW - 1_000, "finished_at": NOW - n as i64, "by": "u-secretary",
                    "title": format!("户主 {n}"), "answers": answers(&form, 0, n), "attachments": [],
                });
                size += visit.to_string().len();
                change("visits", format!("v-{n}"), visit)
            })
            .collect();
        server.state.store.append(&stream, "u-secretary", times, &visits).await.unwrap();
    }
    let cookie = server.sign_in("township", Role::Township, "hekou").await;
    let mut report = format!("{VISITS} visits, {} MB of JSON\n", size / 1_000_000);
    for path in [
        "/api/v1/villages/shiban/visits.xlsx?lang=zh",
        "/api/v1/unseen",
        "/api/v1/villages",
        "/api/v1/villages/shiban/visits",
    ] {
        // The peak from here on.
        std::fs::write("/proc/self/clear_refs", "5").unwrap();
        let (before, started) = (memory("VmRSS"), tokio::time::Instant::now());
        let request = Request::get(path).header("cookie", &cookie).body(Body::empty()).unwrap();
        let answer = server.app().oneshot(request).await.unwrap();
        assert!(answer.status().is_success(), "{path}: {}", answer.status());
        let first = started.elapsed();
        let (mut body, mut bytes) = (answer.into_body().into_data_stream(), 0);
        while let Some(chunk) = body.next().await {
            bytes += chunk.unwrap().len();
        }
        let peak = memory("VmHWM");
        writeln!(
            report,
            "{path}: first byte after {:.1} s, all {} kB after {:.1} s, memory {before} MB, at most {peak} MB",
            first.as_secs_f64(),
            bytes / 1000,
            started.elapsed().as_secs_f64()
        )
        .unwrap();
    }
    println!("{report}");
}
