//! The real server with the demo county, in a folder of its own.

use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use tempfile::TempDir;
use tokio::process::Command;
use zhucun_test_database::Postgres;

use crate::process::Process;

/// The checklist of the demo county, the one that the whole project is measured by: not in the repository, but beside it
/// (`ZHUCUN_SHARED`, else `../shared`).
fn checklist() -> Result<PathBuf> {
    let beside = || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared"));
    let path = std::env::var_os("ZHUCUN_SHARED").map_or_else(beside, PathBuf::from).join("forms/household_visit.xlsx");
    ensure!(path.is_file(), "{} is missing: ZHUCUN_SHARED names the folder that holds forms/", path.display());
    Ok(path)
}

/// What a server begins with.
#[derive(Clone, Copy)]
enum Begin {
    /// The invented county: `zhucun demo`.
    Demo,
    /// Nothing and nobody: `zhucun serve`.
    Empty,
}

/// A running server.
pub struct Server {
    folder: TempDir,
    port: u16,
    process: Process,
    /// When the tests run on PostgreSQL; after the process, which uses it.
    database: Option<Postgres>,
    begin: Begin,
}

impl Server {
    /// Starts the program named by ZHUCUN_BIN with a new demo county on a free port: on PostgreSQL when
    /// ZHUCUN_TEST_DATABASE names a server, else on a SQLite file.
    ///
    /// # Errors
    /// When ZHUCUN_BIN is not set (`cargo xtask test` sets it) or the server does not come up.
    pub async fn start() -> Result<Self> {
        Self::begin(Begin::Demo).await
    }

    /// Starts it in an empty folder, as a county does.
    ///
    /// # Errors
    /// See [`Server::start`].
    pub async fn empty() -> Result<Self> {
        Self::begin(Begin::Empty).await
    }

    async fn begin(begin: Begin) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let database = Postgres::if_wanted();
        let (process, port) = launch(&folder, database.as_ref(), 0, begin).await?;
        Ok(Self { folder, port, process, database, begin })
    }

    /// The path of the link (`/invite/…`) that the first start printed for the administrator.
    ///
    /// # Errors
    /// When it printed none.
    pub async fn first_link(&self) -> Result<String> {
        let lines = self.process.lines.lock().await;
        let line =
            lines.iter().find(|line| line.contains("/invite/")).with_context(|| format!("no link in {lines:?}"))?;
        Ok(line[line.find("/invite/").context("just found")?..].trim().to_owned())
    }

    /// The address without a slash at its end.
    #[must_use]
    pub fn origin(&self) -> String {
        format!("http://localhost:{}", self.port)
    }

    /// The port it listens on.
    #[must_use]
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// Imports households into a village.
    ///
    /// # Errors
    /// When the program refuses them.
    pub async fn import_households(&self, village: &str, csv: &str) -> Result<()> {
        let file = self.folder.path().join("households.csv");
        std::fs::write(&file, csv)?;
        let file = file.to_string_lossy();
        self.command(&["household", "import", &file, "--village", village]).await.map(drop)
    }

    /// Adds a form from a spreadsheet; all villages use it.
    ///
    /// # Errors
    /// When the program refuses it.
    pub async fn add_form(&self, sheet: &std::path::Path) -> Result<()> {
        self.command(&["form", "add", &sheet.to_string_lossy()]).await.map(drop)
    }

    /// Puts a form into use with what lies beside it; given again, what lies beside it takes the place of what did.
    ///
    /// # Errors
    /// When the program refuses it.
    pub async fn add_form_with(&self, files: &[&std::path::Path]) -> Result<()> {
        let files: Vec<_> = files.iter().map(|file| file.to_string_lossy()).collect();
        let arguments: Vec<&str> = ["form", "add"].into_iter().chain(files.iter().map(AsRef::as_ref)).collect();
        self.command(&arguments).await.map(drop)
    }

    /// Makes a village without households, and its secretary; gives the password of the username, which is the village's id.
    ///
    /// # Errors
    /// When the program refuses them.
    pub async fn add_village(&self, id: &str, name: &str) -> Result<String> {
        self.command(&["place", "add", "village", id, "--parent", "yunling", "--name-zh", name]).await?;
        let user = ["user", "add", "--username", id, "--name", "新来的", "--role", "secretary", "--village", id];
        let said = self.command(&user).await?;
        Ok(said.lines().find_map(|line| line.strip_prefix("password: ")).context("a password")?.trim().to_owned())
    }

    /// Runs another command of the program on the same data, as somebody at the server does while it serves.
    async fn command(&self, arguments: &[&str]) -> Result<String> {
        let mut command = Command::new(program()?);
        if let Some(database) = &self.database {
            command.env("ZHUCUN_DATABASE", database.url());
        }
        let output = command.args(arguments).arg("--data").arg(self.folder.path()).output().await?;
        ensure!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// `kill -9`.
    ///
    /// # Errors
    /// When it is not there any more.
    pub async fn kill(&mut self) -> Result<()> {
        self.process.kill().await
    }

    /// Starts it again on the same data and port.
    ///
    /// # Errors
    /// When it does not come up.
    pub async fn restart(&mut self) -> Result<()> {
        let (process, port) = launch(&self.folder, self.database.as_ref(), self.port, self.begin).await?;
        ensure!(port == self.port, "the port {} was taken meanwhile", self.port);
        self.process = process;
        Ok(())
    }

    /// The path of the public page of a village (`/n/…`), from what the demo printed.
    ///
    /// # Errors
    /// When the demo printed no link for the village.
    pub async fn needs_link(&self, village: &str) -> Result<String> {
        let lines = self.process.lines.lock().await;
        let line = lines.iter().find(|line| line.contains("/n/") && line.contains(village));
        let line = line.with_context(|| format!("no link for {village} in {lines:?}"))?;
        let start = line.find("/n/").context("just found")?;
        Ok(line[start..].split_whitespace().next().context("a link is not empty")?.to_owned())
    }
}

fn program() -> Result<PathBuf> {
    let program = std::env::var_os("ZHUCUN_BIN").context("ZHUCUN_BIN names the server: run cargo xtask test")?;
    Ok(PathBuf::from(program))
}

async fn launch(folder: &TempDir, database: Option<&Postgres>, port: u16, begin: Begin) -> Result<(Process, u16)> {
    let mut command = Command::new(program()?);
    match begin {
        Begin::Demo => command.arg("demo").arg("--port").arg(port.to_string()).arg("--form").arg(checklist()?),
        Begin::Empty => command.arg("serve").arg("--listen").arg(format!("127.0.0.1:{port}")),
    };
    command.arg("--data").arg(folder.path()).env("ZHUCUN_LOG", "error");
    if let Some(database) = database {
        command.env("ZHUCUN_DATABASE", database.url());
    }
    // The last line of what it says; by then the links are printed.
    Process::start(&mut command, |line| {
        let rest = line.split_once("listening")?.1;
        rest.trim().rsplit_once(':')?.1.parse().ok()
    })
    .await
}
