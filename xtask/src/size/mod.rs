//! `cargo xtask size`: what a phone fetches before its first checklist can be filled, by file, and a villager's page.
mod engine;
mod http;
mod villager;

use crate::{
    app::{LATER, Manifest},
    files,
    place::Place,
};
use anyhow::{Context, Result, bail};
use std::path::Path;

/// Most bytes, compressed, of everything before the first checklist, its definition counted (3,900 for household_visit): the
/// budget. The goal is 150,000.
const APP_LIMIT: u64 = 200_000;
/// Most bytes, compressed, of the app's page with its styles and texts: with its headers it is what the first flight of a TCP
/// connection holds (ten segments of 1,460). One more, and everything waits for another round trip.
const PAGE_LIMIT: u64 = 13_500;
/// Most bytes, compressed, of what comes after the first question (`zhucun_app::later`), with its styles: a phone fetches it too.
/// It was 90,000 before every question type and appearance of XLSForm had its widget, before rare functions and what sends came
/// here from the first part, and before ways to divide a checklist and to move a draft to a new version (13,000 of the engine).
const LATER_LIMIT: u64 = 195_000;
/// Most bytes, compressed, of a villager's page with its style: what the first flight of a TCP connection holds.
const VILLAGER_LIMIT: u64 = 14 * 1024;

/// How strict to be.
#[derive(clap::Args)]
pub struct Options {
    /// Fail, not skip, when the server is not built and the villager's page cannot be measured
    #[arg(long)]
    pub need_server: bool,
    /// Weigh the forms engine, too: builds a module with and one without it
    #[arg(long)]
    pub engine: bool,
}

/// A line of the table.
struct Row {
    name: String,
    bytes: u64,
}

/// Prints the tables; an error when a limit is passed.
pub fn run(place: &Place, options: &Options) -> Result<()> {
    let mut over = Vec::new();
    let mut rows = app_rows(&place.dist())?;
    let server = place.server();
    let villager = if server.is_file() {
        let found = villager::measure(place)?;
        rows.extend(found.definitions);
        Some(found.page)
    } else if options.need_server {
        bail!("{} is missing: cargo build --release -p zhucun-server", server.display());
    } else {
        println!("size: villager's page and form skipped, {} is not built", server.display());
        None
    };
    let (later, rows): (Vec<Row>, Vec<Row>) =
        rows.into_iter().partition(|row: &Row| row.name.contains(&format!("/{LATER}-")));
    let page = rows.iter().find(|row| row.name == "index.html").map_or(0, |row| row.bytes);
    check("before the first checklist", rows, APP_LIMIT, &mut over);
    check("the app's page", vec![Row { name: "index.html".to_owned(), bytes: page }], PAGE_LIMIT, &mut over);
    check("after it", later, LATER_LIMIT, &mut over);
    if let Some(rows) = villager {
        check("a villager's page", rows, VILLAGER_LIMIT, &mut over);
    }
    if options.engine {
        engine::run(place, &mut over)?;
    }
    if !over.is_empty() {
        bail!("{}", over.join("; "));
    }
    Ok(())
}

/// Everything the service worker keeps, compressed as it goes over the wire.
fn app_rows(dist: &Path) -> Result<Vec<Row>> {
    let manifest = Manifest::read(dist).context("dist/ is not built: run `cargo xtask app`")?;
    if manifest.mode == "dev" {
        bail!("dist/ holds a development build: run `cargo xtask app`");
    }
    let mut names: Vec<&str> = manifest
        .precache
        .iter()
        .map(|path| if path == "/" { "index.html" } else { path.trim_start_matches('/') })
        .collect();
    names.push("sw.js");
    let mut rows = Vec::new();
    for name in names {
        let file = manifest.files.get(name).with_context(|| format!("manifest.json does not know {name}"))?;
        let wire = if file.compressed { format!("{name}.br") } else { name.to_owned() };
        rows.push(Row { name: name.to_owned(), bytes: files::read(&dist.join(wire))?.len() as u64 });
    }
    Ok(rows)
}

/// Prints a table with its sum; says what is over.
fn check(title: &str, mut rows: Vec<Row>, limit: u64, over: &mut Vec<String>) {
    rows.sort_by_key(|row| std::cmp::Reverse(row.bytes));
    let sum: u64 = rows.iter().map(|row| row.bytes).sum();
    println!("size: {title}");
    for row in &rows {
        println!("{:>10}  {}", row.bytes, row.name);
    }
    println!("{sum:>10}  of {limit} bytes");
    if sum > limit {
        over.push(format!("{title}: {sum} bytes, {limit} at most"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_itself_passes_and_one_more_does_not() {
        let row = |bytes| Row { name: "a".into(), bytes };
        let mut over = Vec::new();
        check("x", vec![row(60), row(40)], 100, &mut over);
        assert!(over.is_empty());
        check("x", vec![row(60), row(41)], 100, &mut over);
        assert_eq!(over, ["x: 101 bytes, 100 at most"]);
    }
}
