//! `zhucun place`.

use clap::{Args, Subcommand, ValueEnum};
use zhucun_api::Names;
use zhucun_sync::StreamId;

use super::{CliError, config::Config, open, say, users};
use crate::{
    clock::Clock,
    service::random,
    store::{Act, CLI, Place, PlaceKind, Store},
};

#[derive(Debug, Subcommand)]
pub(super) enum PlaceCommand {
    /// Add a county, township or village; a village also gets its public link for needs
    Add(Add),
    /// List the places, and the villages' public links
    List,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Level {
    County,
    Township,
    Village,
}

#[derive(Debug, Args)]
pub(super) struct Add {
    /// Level
    level: Level,
    /// Id: lower-case letters, digits, - and _
    id: String,
    /// Id of the county (for a township) or township (for a village)
    #[arg(long, value_name = "ID", required_if_eq_any([("level", "township"), ("level", "village")]))]
    parent: Option<String>,
    /// Chinese name
    #[arg(long)]
    name_zh: String,
    /// English name [default: the Chinese one]
    #[arg(long)]
    name_en: Option<String>,
}

pub(super) async fn run(config: &Config, command: PlaceCommand) -> Result<(), CliError> {
    let store = open::store(config).await?;
    match command {
        PlaceCommand::Add(add) => add_place(&store, add).await?,
        PlaceCommand::List => list(&store).await?,
    }
    store.close().await;
    Ok(())
}

async fn add_place(store: &Store, add: Add) -> Result<(), CliError> {
    let (kind, above) = match add.level {
        Level::County => (PlaceKind::County, None),
        Level::Township => (PlaceKind::Township, Some(PlaceKind::County)),
        Level::Village => (PlaceKind::Village, Some(PlaceKind::Township)),
    };
    StreamId::new(kind.code(), &add.id).map_err(|error| CliError::input(error.to_string()))?;
    let parent = match above {
        Some(above) => users::place(store, add.parent.as_deref().unwrap_or(""), above).await?.id,
        None => String::new(),
    };
    let name_en = add.name_en.unwrap_or_else(|| add.name_zh.clone());
    let names = Names::from([("zh".to_owned(), add.name_zh), ("en".to_owned(), name_en)]);
    let place = Place { id: add.id.clone(), kind, parent, names };
    let county = users::county_of(store, &place).await?;
    let act = Act { county: &county, by: CLI, action: "place_added", subject: &place.id, at: Clock::System.now() };
    let link = (kind == PlaceKind::Village).then(random::link);
    store.found_place(&place, link.as_deref(), act).await?;
    if let Some(token) = link {
        say(format!("public page for needs: /n/{token}"));
    }
    Ok(())
}

async fn list(store: &Store) -> Result<(), CliError> {
    for kind in [PlaceKind::County, PlaceKind::Township, PlaceKind::Village] {
        for place in store.places(kind).await? {
            let name = place.names.get("zh").map_or("", String::as_str);
            let link = match kind {
                PlaceKind::Village => store.village_link(&place.id).await?.map(|token| format!("/n/{token}")),
                PlaceKind::County | PlaceKind::Township => None,
            };
            say(format!("{:9} {:16} {:16} {name} {}", kind.code(), place.id, place.parent, link.unwrap_or_default()));
        }
    }
    Ok(())
}
