//! `zhucun upgrade`, and what `zhucun serve` does about a database of an older version.

use std::{path::Path, process::ExitCode};

use clap::Args;

use super::{CliError, backup, config, config::Config, lock::Lock, open, say};
use crate::{
    backup::{Attach, space},
    store::{Store, schema::Schema},
};

/// `upgrade --check`: something would be run.
const NEEDED: u8 = 3;

/// What no server may run beside.
const UPGRADED: &str = "a database of an older version is brought up to date";

#[derive(Debug, Args)]
#[command(
    after_help = "The server does the same by itself when it starts. No server may run meanwhile: stop every process first, then \
    start one, and the others after it. Before anything is changed the database is copied to \
    DATA/backups (attachments are not changed by an upgrade). Exit code of --check: 0 nothing to do, 3 an upgrade is needed, \
    1 something is wrong. Going back: docs/operations.md."
)]
pub(super) struct Options {
    /// Say what would be done, and change nothing
    #[arg(long)]
    check: bool,
    /// Do not copy the database first: there is a backup of your own
    #[arg(long)]
    no_backup: bool,
}

pub(super) async fn run(config: &Config, options: &Options) -> Result<ExitCode, CliError> {
    let data = config.data(open::DATA);
    let url = config.database(&data);
    let schema = Store::look(&url).await?;
    say(format!("database     {}", config::without_secret(&url)));
    let has = schema
        .has
        .map_or_else(|| "no tables yet; the first start makes them".to_owned(), |has| format!("version {has}"));
    say(format!("it is of     {has}"));
    say(format!("needed is    version {}", schema.needs));
    let schema = schema.not_ahead()?;
    if !schema.is_behind() {
        say("nothing to do");
        return Ok(ExitCode::SUCCESS);
    }
    for pending in &schema.pending {
        say(format!("to run       {} ({})", pending.version, pending.name));
    }
    if options.check {
        check_space(config, &data).await?;
        return Ok(ExitCode::from(NEEDED));
    }
    // With PostgreSQL it may be new.
    open::make(&data)?;
    let _lock = Lock::alone(&data, UPGRADED)?;
    upgrade(&url, &data, &schema, !options.no_backup).await?;
    Ok(ExitCode::SUCCESS)
}

/// Says whether there is room for the copy and for the tables that are written anew.
async fn check_space(config: &Config, data: &Path) -> Result<(), CliError> {
    let store = Store::open_as_it_is(&config.database(data)).await?;
    let bytes = store.snapshot().await?.bytes().await;
    store.close().await;
    let bytes = bytes?;
    say(format!("size         {}", space::shown(bytes)));
    if let Some(free) = space::free(data) {
        say(format!("free         {} on the disk of {}", space::shown(free), data.display()));
    }
    space::require(data, room(bytes))?;
    say("backup       advised; “zhucun upgrade” copies the database first, and so does the server");
    Ok(())
}

/// Brings a database of an older version up to date before a server works on it. Alone: a server of the older version that goes
/// on would write rows without what the new columns are to hold.
pub(super) async fn before_serving(config: &Config, data: &Path) -> Result<(), CliError> {
    let url = config.database(data);
    if !Store::look(&url).await?.not_ahead()?.is_behind() {
        return Ok(());
    }
    let _lock = Lock::alone(data, UPGRADED)?;
    // Another one may have done it meanwhile.
    let schema = Store::look(&url).await?.not_ahead()?;
    if schema.is_behind() { upgrade(&url, data, &schema, true).await } else { Ok(()) }
}

/// The copy, and as much again for what is written anew.
const fn room(bytes: u64) -> u64 {
    bytes.saturating_mul(2)
}

/// Brings the tables up to date, after a copy. The caller is alone on the folder.
async fn upgrade(url: &str, data: &Path, schema: &Schema, copy: bool) -> Result<(), CliError> {
    if copy {
        let store = Store::open_as_it_is(url).await?;
        let copied = copied(&store, data).await;
        store.close().await;
        copied?;
    }
    Store::open(url).await?.close().await;
    say(format!("upgraded     from version {} to {}", schema.has.unwrap_or(0), schema.needs));
    Ok(())
}

async fn copied(store: &Store, data: &Path) -> Result<(), CliError> {
    space::require(data, room(store.snapshot().await?.bytes().await?))?;
    let folder = data.join("backups");
    open::make(&folder)?;
    backup::make(store, Attach::LeftOut, &folder).await?;
    Ok(())
}
