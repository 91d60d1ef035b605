//! Opening what a command works on.

use std::path::Path;

use super::{CliError, config::Config};
use crate::{
    clock::Clock,
    http::{assets::Assets, forms::Packed},
    service::{
        attempts::Attempts,
        files::Files,
        passwords::{Cost, Passwords},
    },
    state::{AppState, Parts, Settings},
    store::Store,
};

/// The default data folder.
pub(super) const DATA: &str = "data";

/// The database alone.
pub(super) async fn store(config: &Config) -> Result<Store, CliError> {
    let data = config.data(DATA);
    make(&data)?;
    Ok(Store::open(&config.database(&data)).await?)
}

/// The attachments' folder alone.
pub(super) fn files(config: &Config) -> Result<Files, CliError> {
    folder(&config.data(DATA))
}

fn folder(data: &Path) -> Result<Files, CliError> {
    let folder = data.join("attachments");
    Files::folder(&folder).map_err(CliError::io(folder.display().to_string()))
}

/// Everything a server needs.
pub(super) async fn state(config: &Config, data: &Path, settings: Settings) -> Result<AppState, CliError> {
    make(data)?;
    Ok(AppState::new(Parts {
        store: Store::open(&config.database(data)).await?,
        files: folder(data)?,
        clock: Clock::System,
        settings,
        passwords: Passwords::new(Cost::Full)?,
        attempts: Attempts::default(),
        assets: Assets::Embedded,
        packed_forms: Packed::default(),
    }))
}

fn make(data: &Path) -> Result<(), CliError> {
    std::fs::create_dir_all(data).map_err(CliError::io(data.display().to_string()))
}
