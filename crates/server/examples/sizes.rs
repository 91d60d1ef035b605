//! What a county takes on the disk, for docs/operations.md: `cargo run --release -p zhucun-server --example sizes`. The demo
//! county's visits are written again and again, each as a visit of its own.
#![expect(clippy::print_stdout, reason = "a program for the terminal")]

use std::{error::Error, path::Path};

use zhucun_server::{
    AppState, Parts, Settings,
    backup::{self, Attach, Job, space::shown},
    clock::Clock,
    demo,
    http::{assets::Assets, forms::Packed},
    service::{
        attempts::Attempts,
        files::Files,
        passwords::{Cost, Passwords},
        random,
    },
    store::{Store, Times},
};
use zhucun_sync::{Change, Cursor, StreamId};

/// Visits to add.
const VISITS: usize = 10_000;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("zhucun.db");
    let files = Files::folder(&folder.path().join("attachments"))?;
    let state = AppState::new(Parts {
        store: Store::open(&Store::sqlite_url(&file)).await?,
        files: files.clone(),
        clock: Clock::System,
        settings: Settings::default(),
        passwords: Passwords::new(Cost::Least)?,
        attempts: Attempts::default(),
        assets: Assets::Memory([].into()),
        packed_forms: Packed::default(),
    });
    demo::fill(&state, None).await?;
    let store = &state.store;
    let village = StreamId::new("village", "shiban")?;
    let log = store.pull(&village, &Cursor::default(), 100_000).await?.entries;
    let visits: Vec<Change> =
        log.into_iter().map(|entry| entry.change).filter(|change| change.record.collection == "visits").collect();
    let bytes: usize = visits.iter().map(|visit| visit.canonical().len()).sum();
    println!(
        "the demo: {} of visits in {}, {} bytes each",
        visits.len(),
        village.as_str(),
        bytes / visits.len().max(1)
    );
    let before = size(store).await?;
    println!("its database: {}", shown(before));
    let now = state.clock.now();
    let again = visits.iter().cycle().take(VISITS).map(|visit| {
        let mut visit = visit.clone();
        visit.id = random::uuid_v7(now);
        visit.record.id = random::uuid_v7(now);
        visit.prev = Default::default();
        visit
    });
    let again: Vec<Change> = again.collect();
    for batch in again.chunks(200) {
        store.append(&village, "u-demo", Times::server(now), batch).await?;
    }
    let added = size(store).await? - before;
    println!("{VISITS} more visits: {} more, {} for 1,000", shown(added), shown(added * 1_000 / VISITS as u64));
    backup_of(store, &files, folder.path(), now).await
}

/// The database's pages.
async fn size(store: &Store) -> Result<u64, Box<dyn Error>> {
    Ok(store.snapshot().await?.bytes().await?)
}

async fn backup_of(store: &Store, files: &Files, folder: &Path, now: i64) -> Result<(), Box<dyn Error>> {
    let target = folder.join("backup.tar");
    let started = Clock::System.now();
    let written =
        backup::write(&Job { store, attach: Attach::Inside(files), now, target: &target, progress: &|_| {} }).await?;
    let took = Clock::System.now() - started;
    println!("the backup of all of it: {}, in {took} ms", shown(written.size));
    Ok(())
}
