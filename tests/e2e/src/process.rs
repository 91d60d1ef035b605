//! A child process whose first lines say where it listens; killed when dropped.

use std::{process::Stdio, sync::Arc};

use anyhow::{Context, Result, bail};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
    sync::Mutex,
};

use crate::wait::within;

/// A running program and what it has printed so far.
pub(crate) struct Process {
    child: Child,
    /// Lines of standard output.
    pub(crate) lines: Arc<Mutex<Vec<String>>>,
}

impl Process {
    /// Starts a program and waits for the first line that `ready` accepts; gives what `ready` made of it.
    pub(crate) async fn start<T>(command: &mut Command, ready: impl Fn(&str) -> Option<T>) -> Result<(Self, T)> {
        let name = format!("{:?}", command.as_std().get_program());
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("cannot start {name}"))?;
        let mut out = BufReader::new(child.stdout.take().context("standard output is piped")?).lines();
        let lines = Arc::new(Mutex::new(Vec::new()));
        loop {
            let Some(line) = within(&name, out.next_line()).await?? else {
                bail!("{name} ended before it was ready: {:?}", lines.lock().await);
            };
            let found = ready(&line);
            lines.lock().await.push(line);
            if let Some(found) = found {
                let keep = Arc::clone(&lines);
                tokio::spawn(async move {
                    while let Ok(Some(line)) = out.next_line().await {
                        keep.lock().await.push(line);
                    }
                });
                return Ok((Self { child, lines }, found));
            }
        }
    }

    /// `kill -9`, and waits until it is gone.
    pub(crate) async fn kill(&mut self) -> Result<()> {
        self.child.kill().await.context("cannot kill the process")
    }

    /// `kill -9` without waiting, for a drop.
    pub(crate) fn kill_now(&mut self) {
        // What is gone already needs no killing.
        drop(self.child.start_kill());
    }

    /// `kill -9` of a process that is not our child, for a drop.
    pub(crate) fn kill_by_id(id: u64) {
        // What is gone already needs no killing.
        drop(std::process::Command::new("kill").arg("-9").arg(id.to_string()).stderr(Stdio::null()).status());
    }
}
