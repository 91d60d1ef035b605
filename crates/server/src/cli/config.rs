//! Settings: flags, then `ZHUCUN_*`, then a TOML file.

use std::{net::SocketAddr, path::PathBuf};

use clap::Args;
use serde::Deserialize;

use super::CliError;
use crate::store::Store;

/// Flags of every command.
#[derive(Debug, Args)]
pub(super) struct Flags {
    /// Settings file (TOML)
    #[arg(long, global = true, env = "ZHUCUN_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
    /// Folder of the database and the attachments [default: data]
    #[arg(long, global = true, env = "ZHUCUN_DATA", value_name = "FOLDER")]
    data: Option<PathBuf>,
    /// Another database than zhucun.db in the data folder: sqlite:///srv/zhucun.db?mode=rwc, or PostgreSQL:
    /// postgres://user:password@host/database
    #[arg(long, global = true, env = "ZHUCUN_DATABASE", value_name = "URL", hide_env_values = true)]
    database: Option<String>,
}

/// What a settings file may hold.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    data: Option<PathBuf>,
    database: Option<String>,
    listen: Option<SocketAddr>,
    public_url: Option<String>,
    trust_proxy: Option<bool>,
    tls_cert: Option<PathBuf>,
    tls_key: Option<PathBuf>,
    http_redirect: Option<SocketAddr>,
    acme_folder: Option<PathBuf>,
    drain: Option<u64>,
}

/// Settings, put together.
#[derive(Debug)]
pub(super) struct Config {
    data: Option<PathBuf>,
    database: Option<String>,
    /// From the file only; `serve`'s flags come before it.
    pub(super) listen: Option<SocketAddr>,
    /// See `listen`.
    pub(super) public_url: Option<String>,
    /// See `listen`.
    pub(super) trust_proxy: bool,
    /// See `listen`.
    pub(super) tls_cert: Option<PathBuf>,
    /// See `listen`.
    pub(super) tls_key: Option<PathBuf>,
    /// See `listen`.
    pub(super) http_redirect: Option<SocketAddr>,
    /// See `listen`.
    pub(super) acme_folder: Option<PathBuf>,
    /// See `listen`; seconds.
    pub(super) drain: Option<u64>,
}

impl Config {
    /// The data folder, or `fallback` when none was named.
    pub(super) fn data(&self, fallback: &str) -> PathBuf {
        self.data.clone().unwrap_or_else(|| fallback.into())
    }

    /// The database's address.
    pub(super) fn database(&self, data: &std::path::Path) -> String {
        self.database.clone().unwrap_or_else(|| Store::sqlite_url(&data.join("zhucun.db")))
    }
}

/// Reads the file, if one is named, and puts the flags over it.
pub(super) fn load(flags: Flags) -> Result<Config, CliError> {
    let file = flags.config.as_ref().map_or_else(|| Ok(File::default()), read)?;
    Ok(Config {
        data: flags.data.or(file.data),
        database: flags.database.or(file.database),
        listen: file.listen,
        public_url: file.public_url,
        trust_proxy: file.trust_proxy.unwrap_or(false),
        tls_cert: file.tls_cert,
        tls_key: file.tls_key,
        http_redirect: file.http_redirect,
        acme_folder: file.acme_folder,
        drain: file.drain,
    })
}

fn read(path: &PathBuf) -> Result<File, CliError> {
    let text = std::fs::read_to_string(path).map_err(CliError::io(path.display().to_string()))?;
    toml::from_str(&text).map_err(|error| CliError::input(format!("{}: {error}", path.display())))
}

/// A database's address without the password in it.
pub(super) fn without_secret(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    let (user, rest) = rest.rsplit_once('@').map_or(("", rest), |(_, rest)| ("…@", rest));
    // PostgreSQL takes a password also after `?`.
    let rest = if scheme.starts_with("postgres") { rest.split('?').next().unwrap_or(rest) } else { rest };
    format!("{scheme}://{user}{rest}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_come_before_the_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("zhucun.toml");
        std::fs::write(&path, "data = '/srv/a'\npublic_url = 'https://x.example'").expect("written");
        let flags = Flags { config: Some(path.clone()), data: Some("/srv/b".into()), database: None };
        let config = load(flags).expect("read");
        assert_eq!(config.data("data"), PathBuf::from("/srv/b"));
        assert_eq!(config.public_url.as_deref(), Some("https://x.example"));
        std::fs::write(&path, "dta = 1").expect("written");
        let flags = Flags { config: Some(path), data: None, database: None };
        let error = load(flags).expect_err("a slip of the pen").to_string();
        assert!(error.contains("dta") && error.contains("public_url"), "{error}");
    }

    #[test]
    fn a_password_in_an_address_is_not_shown() {
        assert_eq!(without_secret("postgres://u:p@h/d"), "postgres://…@h/d");
        assert_eq!(without_secret("postgresql://h/d?user=u&password=p"), "postgresql://h/d");
        assert_eq!(without_secret("postgres://u:p?a@h/d"), "postgres://…@h/d");
        assert_eq!(without_secret("sqlite:///a.db"), "sqlite:///a.db");
    }
}
