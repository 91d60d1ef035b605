//! docs/operations.md and deploy/: what is written there works.
#![cfg(unix)]
#![allow(clippy::unwrap_used, missing_docs)] // Tests.

use std::{path::Path, process::Command};

use process::{Serving, Zhucun, checklist};

mod process;

/// The lines of the boxes marked `sh`.
fn commands(document: &str) -> Vec<&str> {
    let mut lines = Vec::new();
    let mut marked = None;
    for line in document.lines() {
        match (line.strip_prefix("```"), marked) {
            (Some(mark), None) => marked = Some(mark),
            (Some(_), Some(_)) => marked = None,
            (None, Some("sh")) => lines.push(line),
            (None, _) => {}
        }
    }
    lines
}

#[test]
fn the_commands_of_the_manual_work_as_they_are_written() {
    let lines = commands(include_str!("../../../docs/operations.md"));
    // For its own database and folder; the commands are of a terminal, not of `zhucun`.
    let zhucun = Zhucun::on_a_file();
    let folder = zhucun.0.path();
    let made = rcgen::generate_simple_self_signed(["zhucun.example".to_owned()]).unwrap();
    zhucun.file("fullchain.pem", made.cert.pem().as_bytes());
    zhucun.file("privkey.pem", made.signing_key.serialize_pem().as_bytes());
    zhucun.file("household_visit.xlsx", &checklist());
    let programs = Path::new(env!("CARGO_BIN_EXE_zhucun")).parent().unwrap().to_string_lossy().into_owned();
    let shell = |line: &str| {
        let mut command = Command::new("sh");
        let path = format!("{programs}:{}", std::env::var("PATH").unwrap());
        command.args(["-c", line]).current_dir(folder).env("PATH", path);
        command.env("ZHUCUN_LISTEN", "127.0.0.1:0").env_remove("ZHUCUN_DATABASE").env("ZHUCUN_LOG", "warn");
        command
    };
    let (mut ran, mut served) = (0, 0);
    for line in lines {
        if line.starts_with("zhucun serve ") {
            // `exec`, so that what is ended is the server and not its shell.
            let serving = Serving::start(&mut shell(&format!("exec {line}")));
            assert!(serving.said.contains("listening    http"), "{line}: {}", serving.said);
            served += 1;
        } else {
            let output = shell(line).output().unwrap();
            assert!(output.status.success(), "{line}: {}", String::from_utf8_lossy(&output.stderr));
        }
        ran += 1;
    }
    assert!(ran >= 20 && served == 3, "{ran} commands, {served} servers");
}

#[test]
fn the_settings_file_is_read_with_every_line_in_use() {
    let zhucun = Zhucun::on_a_file();
    let text = include_str!("../../../deploy/zhucun.toml");
    // Flags come before the file: nothing is looked for in /var/lib.
    let read = |text: &str| {
        let file = zhucun.file("zhucun.toml", text.as_bytes());
        zhucun.good(&["upgrade", "--check", "--config", &file])
    };
    assert!(read(text).contains("nothing to do"));
    // Those that are for another way of https, too; each only once.
    let mut taken = Vec::new();
    let all: Vec<&str> = text
        .lines()
        .map(|line| line.strip_prefix("# ").filter(|line| line.contains(" = ")).unwrap_or(line))
        .filter(|line| {
            let key = line.split(" = ").next().unwrap();
            let setting = line.contains(" = ");
            let new = !taken.contains(&key);
            taken.push(key);
            setting && new
        })
        .collect();
    assert_eq!(all.len(), 9, "{all:?}");
    assert!(read(&all.join("\n")).contains("nothing to do"));
}

#[test]
fn the_units_call_commands_that_there_are() {
    let units = [
        ("serve --help", include_str!("../../../deploy/zhucun.service"), "/usr/local/bin/zhucun serve"),
        (
            "backup --help",
            include_str!("../../../deploy/zhucun-backup.service"),
            "/usr/local/bin/zhucun backup /var/backups/zhucun/",
        ),
    ];
    let zhucun = Zhucun::on_a_file();
    for (help, unit, command) in units {
        assert!(unit.contains(&format!("ExecStart={command}\n")), "{command}");
        zhucun.good(&help.split(' ').collect::<Vec<_>>());
        // What keeps it in its place.
        for line in ["User=zhucun", "ProtectSystem=strict", "NoNewPrivileges=yes", "UMask=0077"] {
            assert!(unit.lines().any(|other| other == line), "{line}");
        }
    }
    let image = include_str!("../../../deploy/Containerfile");
    for (name, value) in [("ZHUCUN_DATA", "/data"), ("ZHUCUN_LISTEN", "0.0.0.0:8080"), ("ZHUCUN_LOG_JSON", "1")] {
        assert!(image.contains(&format!("{name}={value}")), "{name}");
    }
}
