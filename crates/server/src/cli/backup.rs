//! `zhucun backup` and `zhucun restore`.

use std::{
    io::{IsTerminal as _, Write as _},
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::Args;

use super::{CliError, config, config::Config, lock::Lock, open, say};
use crate::{
    backup::{self, Attach, Beside, Job, Manifest, Progress, Written, keep, space},
    clock::Clock,
    service::files::Files,
    store::Store,
};

/// The archive was made, and attachments are missing.
const MISSING: u8 = 4;

#[derive(Debug, Args)]
#[command(
    after_help = "The server may go on running. The archive holds everything about everybody, passwords as hashes: keep \
    it where only administrators reach it, and a copy on another machine. Exit code: 0 all is well, 4 the backup is made \
    but attachments are missing or damaged, 1 there is none."
)]
pub(super) struct BackupOptions {
    /// The archive to write, or a folder in which one is named after the moment
    file: PathBuf,
    /// The database alone
    #[arg(long)]
    without_attachments: bool,
    /// Keep the attachments in this folder and not in the archive: only those that are not there yet are copied. Every
    /// archive needs the one folder
    #[arg(long, value_name = "FOLDER", conflicts_with = "without_attachments")]
    attachments_into: Option<PathBuf>,
    /// When the backup is made, delete all but the newest NUMBER archives of the folder
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u16).range(1..))]
    keep: Option<u16>,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Nothing may be there yet: name an empty folder (--data) and, if it is not in the folder, an empty \
    database (--database). It may be another kind of database than the backup was made of. Phones that were ahead of the \
    backup begin anew and send again what they still have."
)]
pub(super) struct RestoreOptions {
    /// The archive
    file: PathBuf,
    /// Read and check the archive, and write nothing
    #[arg(long)]
    check: bool,
}

pub(super) async fn run_backup(config: &Config, options: &BackupOptions) -> Result<ExitCode, CliError> {
    let data = config.data(open::DATA);
    let url = config.database(&data);
    if Store::look(&url).await?.has.is_none() {
        return Err(CliError::input(format!(
            "there is nothing to back up: {} has no tables",
            config::without_secret(&url)
        )));
    }
    if options.keep.is_some() && !options.file.is_dir() {
        return Err(CliError::input(format!("--keep needs a folder, and {} is none", options.file.display())));
    }
    // One of an older version too: before an upgrade.
    let store = Store::open_as_it_is(&url).await?;
    let written = make_with(&store, &data, options).await;
    store.close().await;
    let written = written?;
    if let Some(count) = options.keep {
        let gone = keep::newest(&options.file, count.into(), &written.path)?;
        say(format!("deleted      {gone} older archives; the newest {count} are kept"));
    }
    let lines = missing(&written, &data, options);
    if lines.is_empty() {
        return Ok(ExitCode::SUCCESS);
    }
    super::fail(&CliError::Input(lines));
    Ok(ExitCode::from(MISSING))
}

/// Makes a backup with the attachments where they are wanted.
async fn make_with(store: &Store, data: &Path, options: &BackupOptions) -> Result<Written, CliError> {
    if options.without_attachments {
        return make(store, Attach::LeftOut, &options.file).await;
    }
    let from = open::files(data)?;
    let Some(folder) = &options.attachments_into else {
        return make(store, Attach::Inside(&from), &options.file).await;
    };
    let mut builder = std::fs::DirBuilder::new();
    #[cfg(unix)]
    // Of its owner alone, as the archives are.
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    let failed = || CliError::io(folder.display().to_string());
    builder.recursive(true).create(folder).map_err(failed())?;
    let to = Files::folder(folder).map_err(failed())?;
    make(store, Attach::Beside { from: &from, to: &to, folder }, &options.file).await
}

/// What the backup does not have, or the server has no more; a line each.
fn missing(written: &Written, data: &Path, options: &BackupOptions) -> Vec<String> {
    let (gone, only_here) = match (&written.manifest.attachments, &written.beside) {
        (Some(kept), _) => (kept.missing.len(), 0),
        (None, Some(beside)) => (beside.missing.len(), beside.only_here.len()),
        (None, None) => (0, 0),
    };
    let from = data.join(open::ATTACHMENTS);
    let mut lines = Vec::new();
    if gone > 0 {
        lines.push(format!(
            "the backup is made, but without {gone} attachments whose bytes are gone or damaged in {}; the log names \
             them. An older backup may still have them",
            from.display()
        ));
    }
    if let Some(folder) = options.attachments_into.as_ref().filter(|_| only_here > 0) {
        lines.push(format!(
            "the backup is made, but {only_here} attachments are gone or damaged in {} and only the backup still has them; \
             the log names them. Copy them back from {}",
            from.display(),
            folder.display()
        ));
    }
    lines
}

/// Makes a backup and says what is in it.
pub(super) async fn make(store: &Store, attach: Attach<'_>, target: &Path) -> Result<Written, CliError> {
    let job = Job { store, attach, now: Clock::System.now(), target, progress: &progress };
    let written = backup::write(&job).await;
    progress_ends();
    let written = written?;
    say(contents(&written.manifest, written.beside.as_ref()));
    say(format!("written      {}, {}", written.path.display(), space::shown(written.size)));
    Ok(written)
}

pub(super) async fn run_restore(config: &Config, options: &RestoreOptions) -> Result<(), CliError> {
    if options.check {
        let manifest = backup::verify(&options.file)?;
        say(contents(&manifest, None));
        say(format!("good         {}, of {}", options.file.display(), manifest.created));
        return Ok(());
    }
    let data = config.data(open::DATA);
    let url = config.database(&data);
    // Checked before anything is made, the folder too.
    backup::verify(&options.file)?;
    open::make(&data)?;
    let _lock = Lock::alone(&data, "a backup is put back")?;
    let files = open::files(&data)?;
    let restored = backup::restore(&options.file, &url, &data, &files, &progress).await;
    progress_ends();
    let restored = restored?;
    say(contents(&restored.manifest, None));
    say(format!("restored     {} as of {}", config::without_secret(&url), restored.manifest.created));
    if restored.links > 0 {
        say(format!(
            "left out     {} links of invitation and for new passwords: used ones would be good again. Make new ones",
            restored.links
        ));
    }
    if restored.manifest.attachments.is_none() {
        say("             the backup has no attachments: put the folder “attachments” back as it was");
    }
    Ok(())
}

fn contents(manifest: &Manifest, beside: Option<&Beside>) -> String {
    let rows: u64 = manifest.tables.iter().map(|table| table.rows).sum();
    let attachments = match (&manifest.attachments, beside) {
        (Some(kept), _) => format!("{}, {}", kept.count, space::shown(kept.bytes)),
        (None, Some(beside)) => format!("{} copied beside it, {}", beside.count, space::shown(beside.bytes)),
        (None, None) => "left out".to_owned(),
    };
    format!(
        "database     version {}, {} tables, {rows} rows\nattachments  {attachments}",
        manifest.schema,
        manifest.tables.len()
    )
}

/// On a terminal, one line that changes.
fn progress(progress: Progress) {
    let text = match progress {
        Progress::Rows(rows) => format!("{rows} rows"),
        Progress::Attachments(done, all) if done == all || done % 100 == 0 => format!("{done} of {all} attachments"),
        Progress::Attachments(..) => return,
    };
    let mut stderr = std::io::stderr();
    if stderr.is_terminal() {
        // Nobody to tell when it is closed.
        let _ = write!(stderr, "\r\x1b[K{text}");
    }
}

fn progress_ends() {
    let mut stderr = std::io::stderr();
    if stderr.is_terminal() {
        let _ = write!(stderr, "\r\x1b[K");
    }
}
