//! Running other programs: plainly, with a time limit, or with their output read while it is shown.
use anyhow::{Context, Result, bail};
use std::{
    io::{BufRead, BufReader, Write},
    os::unix::process::CommandExt,
    process::{Command, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

/// Runs to the end, its output shown. An exit code other than 0 is an error that names the command.
pub fn run(command: &mut Command) -> Result<()> {
    let shown = words(command);
    let status = command.status().with_context(|| format!("could not start `{shown}`"))?;
    if !status.success() {
        bail!("`{shown}` failed ({status})");
    }
    Ok(())
}

/// Runs to the end and gives what it wrote to standard output.
pub fn read(command: &mut Command) -> Result<String> {
    let shown = words(command);
    let output = command.stderr(Stdio::piped()).output().with_context(|| format!("could not start `{shown}`"))?;
    if !output.status.success() {
        bail!("`{shown}` failed ({}): {}", output.status, String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// How a run with a time limit ended.
#[derive(Debug, PartialEq, Eq)]
pub enum Limited {
    /// It succeeded.
    Done,
    /// It failed by itself.
    Failed,
    /// It was killed, with its children, at the limit.
    TimedOut,
}

/// Runs in a process group of its own, which is killed when `limit` is over.
pub fn limited(command: &mut Command, limit: Duration) -> Result<Limited> {
    let shown = words(command);
    let mut child =
        command.stdin(Stdio::null()).process_group(0).spawn().with_context(|| format!("could not start `{shown}`"))?;
    let group = child.id();
    let (ended, end) = mpsc::channel();
    thread::spawn(move || ended.send(child.wait()));
    match end.recv_timeout(limit) {
        Ok(status) => Ok(if status?.success() { Limited::Done } else { Limited::Failed }),
        Err(_) => {
            run(Command::new("kill").args(["-KILL", "--", &format!("-{group}")]))?;
            // Reap it: the group is dead, so this ends.
            let _ = end.recv();
            Ok(Limited::TimedOut)
        }
    }
}

/// Runs to the end, showing standard output line by line and keeping it; says whether it succeeded.
pub fn tee(command: &mut Command) -> Result<(bool, String)> {
    let shown = words(command);
    let mut child = command.stdout(Stdio::piped()).spawn().with_context(|| format!("could not start `{shown}`"))?;
    let pipe = child.stdout.take().context("standard output was piped")?;
    let mut kept = String::new();
    for line in BufReader::new(pipe).split(b'\n') {
        let line = line?;
        let line = String::from_utf8_lossy(&line);
        println!("{line}");
        kept.push_str(&line);
        kept.push('\n');
    }
    std::io::stdout().flush()?;
    Ok((child.wait()?.success(), kept))
}

/// Whether the program is there and answers; its first line.
pub fn version(command: &mut Command) -> Option<String> {
    let output = command.stderr(Stdio::null()).output().ok().filter(|output| output.status.success())?;
    Some(String::from_utf8_lossy(&output.stdout).lines().next().unwrap_or_default().to_owned())
}

/// A command as one would type it.
pub fn words(command: &Command) -> String {
    let mut text = command.get_program().to_string_lossy().into_owned();
    for argument in command.get_args() {
        text.push(' ');
        text.push_str(&argument.to_string_lossy());
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_hangs_is_killed_at_its_limit() {
        let ended = limited(Command::new("sleep").arg("60"), Duration::from_millis(50)).unwrap();
        assert_eq!(ended, Limited::TimedOut);
    }

    #[test]
    fn a_program_within_its_limit_ends_by_itself() {
        assert_eq!(limited(&mut Command::new("true"), Duration::from_secs(30)).unwrap(), Limited::Done);
        assert_eq!(limited(&mut Command::new("false"), Duration::from_secs(30)).unwrap(), Limited::Failed);
    }

    #[test]
    fn a_failed_command_is_named_in_the_error() {
        let error = run(Command::new("false").arg("--flag")).unwrap_err();
        assert!(error.to_string().starts_with("`false --flag` failed"), "{error}");
    }

    #[test]
    fn what_is_shown_is_also_kept() {
        let (good, text) = tee(Command::new("printf").arg("a\\nb\\n")).unwrap();
        assert!(good);
        assert_eq!(text, "a\nb\n");
    }
}
