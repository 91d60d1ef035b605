//! The commands of `zhucun`.

mod backup;
mod beside;
mod check;
mod config;
mod demo;
mod describe;
mod eval;
mod forms;
mod given;
mod households;
mod lock;
mod open;
mod places;
mod play;
mod readable;
mod serve;
mod upgrade;
mod users;

use std::{io::Write as _, path::Path, process::ExitCode, time::Duration};

use clap::{Parser, Subcommand};

use crate::{
    backup::BackupError,
    demo::DemoError,
    listen::tls::TlsError,
    service::{
        files::{FilesError, KeepError},
        passwords::PasswordError,
    },
    store::StoreError,
};

const EXAMPLES: &str = "\
Examples:
  zhucun demo                                  an invented county on http://localhost:8080, to try things with
  zhucun place add county qingxi --name-zh 清溪县 --name-en \"Qingxi County\"
  zhucun place add township hekou --parent qingxi --name-zh 河口镇 --name-en Hekou
  zhucun place add village shiban --parent hekou --name-zh 石板村 --name-en Shiban
  zhucun user add --username luo --name 罗素英 --role secretary --village shiban      (the roles: user add --help)
  zhucun form check household_visit.xlsx       what is wrong, by sheet and cell
  zhucun form play household_visit.xlsx steps.jsonl             fill it step by step: what changes, what is not as expected
  zhucun form add household_visit.xlsx         the county's secretaries get it at their next contact
  zhucun form add visit.xlsx districts.csv well.jpg        with the files that it names; they can be added later, too
  zhucun household import households.csv --village shiban
  zhucun serve --public-url https://zhucun.example --trust-proxy            behind a proxy that speaks https
  zhucun serve --listen 0.0.0.0:443 --tls-cert fullchain.pem --tls-key privkey.pem --http-redirect 0.0.0.0:80
  zhucun backup /srv/backup/                   one archive, while the server runs; back with: zhucun restore FILE
  zhucun upgrade --check                       whether the database has to be brought up to date
  zhucun user list · zhucun form list · zhucun place list
  zhucun user link luo --public-url https://zhucun.example      a one-time link for a new password

A first start without anybody (`zhucun serve` in an empty folder) prints a one-time link for the county's administrator, who
does all the rest at the desk (/desk): places, people, forms, settings. The commands above do the same in a terminal.

Everything is kept in one folder (--data, else ./data): the database and the attachments.
Settings come from flags, then ZHUCUN_* variables, then the file given with --config (TOML, the same names: data,
database, listen, public_url, trust_proxy, tls_cert, tls_key, http_redirect, acme_folder, drain). The log goes to standard error: ZHUCUN_LOG=debug for more of it,
ZHUCUN_LOG_JSON=1 for one JSON object a line.";

/// The village notebook: a server for village secretaries' phones, the desk and villagers
#[derive(Debug, Parser)]
#[command(name = "zhucun", version, after_help = EXAMPLES, arg_required_else_help = true)]
struct Cli {
    #[command(flatten)]
    flags: config::Flags,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the apps, the desk, the villagers' pages and the interface; where nobody can sign in yet, prints a one-time link
    /// for the first administrator
    Serve(serve::Options),
    /// Serve an invented county, made at the first start; prints a login for every role and the villagers' links
    Demo(demo::Options),
    /// People who sign in
    #[command(subcommand)]
    User(users::UserCommand),
    /// Counties, townships and villages
    #[command(subcommand)]
    Place(places::PlaceCommand),
    /// Checklists: XLSForm spreadsheets and XForms; tools for people who write them
    #[command(subcommand)]
    Form(forms::FormCommand),
    /// Household files
    #[command(subcommand)]
    Household(households::HouseholdCommand),
    /// Write everything into one archive, while the server runs
    Backup(backup::BackupOptions),
    /// Put a backup into an empty data folder and database
    Restore(backup::RestoreOptions),
    /// Bring a database of an older version up to date
    Upgrade(upgrade::Options),
}

/// Why a command failed. Its text says what to do.
#[derive(Debug, thiserror::Error)]
pub enum CliError {
    /// Something given is wrong: one line each.
    #[error("{}", .0.join("\n"))]
    Input(Vec<String>),
    /// A file or an address.
    #[error("{what}: {source}")]
    Io {
        /// Which.
        what: String,
        /// Why.
        source: std::io::Error,
    },
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The certificate.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// The attachments' folder.
    #[error(transparent)]
    Files(#[from] FilesError),
    /// An attachment or an uploaded spreadsheet.
    #[error(transparent)]
    Keep(#[from] KeepError),
    /// Password hashing.
    #[error(transparent)]
    Password(#[from] PasswordError),
    /// A backup.
    #[error(transparent)]
    Backup(#[from] BackupError),
    /// Making the demo county.
    #[error(transparent)]
    Demo(#[from] DemoError),
}

impl CliError {
    /// One thing is wrong with what was given.
    fn input(text: impl Into<String>) -> Self {
        Self::Input(vec![text.into()])
    }

    /// Names what an I/O error was about.
    fn io(what: impl Into<String>) -> impl FnOnce(std::io::Error) -> Self {
        let what = what.into();
        move |source| Self::Io { what, source }
    }
}

/// How long what nobody waits for may still go on.
const LEAVE: Duration = Duration::from_secs(5);

/// Runs the command line; the exit code is 0 when all is well, 1 when something is wrong, 2 for a wrong
/// command line, 3 when `upgrade --check` finds something to do, 4 when a backup was made and attachments are missing.
#[must_use]
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    start_log();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&CliError::io("starting")(error)),
    };
    let ended = runtime.block_on(run(cli));
    // All that counts has ended. A look at a folder on another machine that does not answer keeps nobody from ending.
    runtime.shutdown_timeout(LEAVE);
    match ended {
        Ok(code) => code,
        Err(error) => fail(&error),
    }
}

async fn run(cli: Cli) -> Result<ExitCode, CliError> {
    let config = config::load(cli.flags)?;
    let done = match cli.command {
        Command::Upgrade(options) => return upgrade::run(&config, &options).await,
        Command::Backup(options) => return backup::run_backup(&config, &options).await,
        Command::Restore(options) => backup::run_restore(&config, &options).await,
        Command::Serve(options) => serve::run(config, options).await,
        Command::Demo(options) => demo::run(config, &options).await,
        Command::User(command) => users::run(&config, command).await,
        Command::Place(command) => places::run(&config, command).await,
        Command::Form(command) => forms::run(&config, command).await,
        Command::Household(command) => households::run(&config, command).await,
    };
    done.map(|()| ExitCode::SUCCESS)
}

fn start_log() {
    use tracing_subscriber::{EnvFilter, fmt};
    let filter = EnvFilter::try_from_env("ZHUCUN_LOG").unwrap_or_else(|_| EnvFilter::new("info,sqlx=warn"));
    let builder = fmt().with_env_filter(filter).with_writer(std::io::stderr).with_target(false);
    let started = if std::env::var_os("ZHUCUN_LOG_JSON").is_some() {
        builder.json().try_init()
    } else {
        builder.with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr())).try_init()
    };
    if started.is_err() {
        say("the log was started before; going on");
    }
}

/// A line to the person at the terminal.
fn say(text: impl AsRef<str>) {
    // Nobody to tell when standard output is closed.
    let _ = writeln!(std::io::stdout(), "{}", text.as_ref());
}

fn fail(error: &CliError) -> ExitCode {
    let _ = writeln!(std::io::stderr(), "zhucun: {error}");
    ExitCode::FAILURE
}

/// Reads a file whole.
fn read_file(path: &Path) -> Result<Vec<u8>, CliError> {
    std::fs::read(path).map_err(CliError::io(path.display().to_string()))
}
