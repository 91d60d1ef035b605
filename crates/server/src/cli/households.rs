//! `zhucun household`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use zhucun_sync::StreamId;

use super::{CliError, config::Config, open, read_file, say, users};
use crate::{
    clock::Clock,
    service::import,
    store::{Act, CLI, PlaceKind, Store},
};

#[derive(Debug, Subcommand)]
pub(super) enum HouseholdCommand {
    /// Import a list into a village's file; importing again updates, never doubles
    #[command(
        after_help = "The file is CSV in UTF-8 with a first row of column names: name (a stable id), head_name and \
        group are needed; kind, phone and address are taken too. It is imported whole or not at all."
    )]
    Import(Import),
}

#[derive(Debug, Args)]
pub(super) struct Import {
    /// The list
    file: PathBuf,
    /// Into which village
    #[arg(long, value_name = "ID")]
    village: String,
}

pub(super) async fn run(config: &Config, command: HouseholdCommand) -> Result<(), CliError> {
    let HouseholdCommand::Import(options) = command;
    let bytes = read_file(&options.file)?;
    let list = import::read(&bytes).map_err(|problems| {
        let file = options.file.display();
        let mut lines: Vec<String> = problems.iter().map(|problem| format!("{file}: {problem}")).collect();
        lines.push("nothing was imported; mend the file and import it again".to_owned());
        CliError::Input(lines)
    })?;
    let store = open::store(config).await?;
    let done = import_list(&store, &options.village, &list).await?;
    store.close().await;
    say(format!("{} added, {} updated, {} as before", done.added, done.updated, done.same));
    Ok(())
}

async fn import_list(
    store: &Store,
    village: &str,
    list: &[import::HouseholdLine],
) -> Result<import::Imported, CliError> {
    let place = users::place(store, village, PlaceKind::Village).await?;
    let stream = StreamId::new("village", &place.id).map_err(|error| CliError::input(error.to_string()))?;
    let county = users::county_of(store, &place).await?;
    let at = Clock::System.now();
    let act = Act { county: &county, by: CLI, action: "households_imported", subject: &place.id, at };
    Ok(import::write(store, &stream, list, act).await?)
}
