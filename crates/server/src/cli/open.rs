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

/// The folder of the attachments within it.
pub(super) const ATTACHMENTS: &str = "attachments";

/// The database alone. One of an older version is left as it is: a server of that version may be running on it.
pub(super) async fn store(config: &Config) -> Result<Store, CliError> {
    store_in(config, &config.data(DATA)).await
}

async fn store_in(config: &Config, data: &Path) -> Result<Store, CliError> {
    make(data)?;
    let url = config.database(data);
    let schema = Store::look(&url).await?.not_ahead()?;
    if schema.is_behind() {
        return Err(CliError::input(format!(
            "the database is of version {}, and this program works with version {}: stop the server and run \
             zhucun upgrade, or start the server of this version, which does the same",
            schema.has.unwrap_or(0),
            schema.needs
        )));
    }
    Ok(Store::open(&url).await?)
}

/// The attachments.
pub(super) fn files(data: &Path) -> Result<Files, CliError> {
    let folder = data.join(ATTACHMENTS);
    Files::folder(&folder).map_err(CliError::io(folder.display().to_string()))
}

/// Everything a server needs.
pub(super) async fn state(config: &Config, data: &Path, settings: Settings) -> Result<AppState, CliError> {
    Ok(AppState::new(Parts {
        store: store_in(config, data).await?,
        files: files(data)?,
        clock: Clock::System,
        settings,
        passwords: Passwords::new(Cost::Full)?,
        attempts: Attempts::default(),
        assets: Assets::Embedded,
        packed_forms: Packed::default(),
    }))
}

/// Makes a folder where none is.
pub(super) fn make(data: &Path) -> Result<(), CliError> {
    std::fs::create_dir_all(data).map_err(CliError::io(data.display().to_string()))
}
