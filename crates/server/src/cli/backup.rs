//! `zhucun backup` and `zhucun restore`.

use std::{
    io::{IsTerminal as _, Write as _},
    path::{Path, PathBuf},
};

use clap::Args;

use super::{CliError, config, config::Config, lock::Lock, open, say};
use crate::{
    backup::{self, Job, Manifest, Progress, Written, space},
    clock::Clock,
    service::files::Files,
    store::Store,
};

#[derive(Debug, Args)]
#[command(
    after_help = "The server may go on running. The archive holds everything about everybody, passwords as hashes: keep \
    it where only administrators reach it, and a copy on another machine. When attachments were missing or damaged the \
    archive is whole without them and the exit code is 1."
)]
pub(super) struct BackupOptions {
    /// The archive to write, or a folder in which one is named after the moment
    file: PathBuf,
    /// The database alone
    #[arg(long)]
    without_attachments: bool,
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

pub(super) async fn run_backup(config: &Config, options: &BackupOptions) -> Result<(), CliError> {
    let data = config.data(open::DATA);
    let url = config.database(&data);
    if Store::look(&url).await?.has.is_none() {
        return Err(CliError::input(format!(
            "there is nothing to back up: {} has no tables",
            config::without_secret(&url)
        )));
    }
    // One of an older version too: before an upgrade.
    let store = Store::open_as_it_is(&url).await?;
    let files = if options.without_attachments { None } else { Some(open::files(&data)?) };
    let written = make(&store, files.as_ref(), &options.file).await;
    store.close().await;
    let missing = written?.manifest.attachments.map_or(0, |kept| kept.missing.len());
    if missing > 0 {
        return Err(CliError::input(format!(
            "the backup is made, but without {missing} attachments whose bytes are gone or damaged in {}; the log names \
             them, and the manifest in the archive does. An older backup may still have them",
            data.join(open::ATTACHMENTS).display()
        )));
    }
    Ok(())
}

/// Makes a backup and says what is in it.
pub(super) async fn make(store: &Store, files: Option<&Files>, target: &Path) -> Result<Written, CliError> {
    let job = Job { store, files, now: Clock::System.now(), target, progress: &progress };
    let written = backup::write(&job).await;
    progress_ends();
    let written = written?;
    say(contents(&written.manifest));
    say(format!("written      {}, {}", written.path.display(), space::shown(written.size)));
    Ok(written)
}

pub(super) async fn run_restore(config: &Config, options: &RestoreOptions) -> Result<(), CliError> {
    if options.check {
        let manifest = backup::verify(&options.file)?;
        say(contents(&manifest));
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
    say(contents(&restored.manifest));
    say(format!("restored     {} as of {}", config::without_secret(&url), restored.manifest.created));
    if restored.manifest.attachments.is_none() {
        say("             the backup has no attachments: put the folder “attachments” back as it was");
    }
    Ok(())
}

fn contents(manifest: &Manifest) -> String {
    let rows: u64 = manifest.tables.iter().map(|table| table.rows).sum();
    let attachments = match &manifest.attachments {
        Some(kept) => format!("{}, {}", kept.count, space::shown(kept.bytes)),
        None => "left out".to_owned(),
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
