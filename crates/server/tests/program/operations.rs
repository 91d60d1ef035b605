//! docs/operations.md and deploy/: what is written there works.

use std::{os::unix::fs::PermissionsExt as _, path::Path, process::Command};

use crate::process::{Serving, Zhucun, checklist};

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
    let lines = commands(include_str!("../../../../docs/operations.md"));
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
    let text = include_str!("../../../../deploy/zhucun.toml");
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
    let serve = include_str!("../../../../deploy/zhucun.service");
    let backup = include_str!("../../../../deploy/zhucun-backup.service");
    // What keeps them in their place.
    for line in ["User=zhucun", "ProtectSystem=strict", "NoNewPrivileges=yes", "UMask=0077"] {
        for unit in [serve, backup] {
            assert!(unit.lines().any(|other| other == line), "{line}");
        }
    }
    let of = |unit: &'static str, key: &str| {
        let mut lines = unit.lines().filter_map(|line| line.strip_prefix(key)?.strip_prefix('='));
        lines.next().unwrap_or_else(|| panic!("{key}"))
    };
    assert_eq!(of(serve, "ExecStart"), "/usr/local/bin/zhucun serve");
    let zhucun = Zhucun::on_a_file().and_a_village();
    zhucun.good(&["serve", "--help"]);
    // The longest drain, and ten seconds for requests under way.
    assert_eq!(zhucun.run(&["serve", "--drain", "601"]).status.code(), Some(2), "600 seconds at most");
    let stop: u64 = of(serve, "TimeoutStopSec").parse().unwrap();
    assert!(stop > 600 + 10, "{stop}");
    // The nightly command, as it stands, in a folder of the test's.
    let command = of(backup, "ExecStart").strip_prefix("/usr/local/bin/zhucun ").unwrap();
    let folder = zhucun.0.path().join("backups");
    std::fs::create_dir(&folder).unwrap();
    let command = command.replace("/var/backups/zhucun", &folder.to_string_lossy());
    let said = zhucun.good(&command.split(' ').collect::<Vec<_>>());
    assert!(said.contains("copied beside it") && said.contains("the newest 30 are kept"), "{said}");
    assert_eq!(of(backup, "SuccessExitStatus"), "4", "as `backup --help` says");
    assert!(zhucun.good(&["backup", "--help"]).contains("4 the backup is made but attachments are missing"));
    let image = include_str!("../../../../deploy/Containerfile");
    for (name, value) in [("ZHUCUN_DATA", "/data"), ("ZHUCUN_LISTEN", "0.0.0.0:8080"), ("ZHUCUN_LOG_JSON", "1")] {
        assert!(image.contains(&format!("{name}={value}")), "{name}");
    }
}

/// `systemd-run`, as far as the script needs it: what follows `-p` is done, the rest is run.
const SYSTEMD_RUN: &str = r#"#!/bin/sh
while [ $# -gt 0 ]; do
    case "$1" in
        -p) case "$2" in
                Environment=*) export "${2#Environment=}" ;;
                EnvironmentFile=-*) export "$(cat "${2#EnvironmentFile=-}")" ;;
                WorkingDirectory=*) cd "${2#WorkingDirectory=}" ;;
            esac
            shift 2 ;;
        --*) shift ;;
        *) exec "$@" ;;
    esac
done
"#;

/// A command of the administrator works on the database of the service, which only the secrets name.
#[test]
fn the_administrators_commands_have_the_settings_and_the_secrets_of_the_service() {
    let unit = include_str!("../../../../deploy/zhucun.service");
    let script = include_str!("../../../../deploy/zhucun-admin");
    for line in ["User=zhucun", "Group=zhucun", "UMask=0077", "Environment=ZHUCUN_CONFIG=/etc/zhucun/zhucun.toml"] {
        assert!(unit.lines().any(|other| other == line), "{line}");
        assert!(script.contains(&format!("-p {line}")), "{line}");
    }
    assert!(unit.contains("\nEnvironmentFile=-/etc/zhucun/secrets\n"));
    let zhucun = Zhucun::on_a_file();
    let folder = zhucun.0.path().to_string_lossy().into_owned();
    zhucun.file("systemd-run", SYSTEMD_RUN.as_bytes());
    let elsewhere = format!("sqlite://{folder}/elsewhere.db?mode=rwc");
    zhucun.file("secrets", format!("ZHUCUN_DATABASE={elsewhere}\n").as_bytes());
    zhucun.file("zhucun.toml", format!("data = \"{folder}/data\"\n").as_bytes());
    let script = script
        .replace("/usr/local/bin/zhucun", env!("CARGO_BIN_EXE_zhucun"))
        .replace("/etc/zhucun", &folder)
        .replace("/var/lib/zhucun", &folder);
    zhucun.file("zhucun-admin", script.as_bytes());
    for program in ["systemd-run", "zhucun-admin"] {
        std::fs::set_permissions(zhucun.0.path().join(program), std::fs::Permissions::from_mode(0o755)).unwrap();
    }
    let path = format!("{folder}:{}", std::env::var("PATH").unwrap());
    let mut command = Command::new(zhucun.0.path().join("zhucun-admin"));
    command.args(["place", "add", "county", "qingxi", "--name-zh", "清 溪县"]);
    command.env("PATH", path).env_remove("ZHUCUN_DATABASE").env_remove("ZHUCUN_DATA");
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(zhucun.good(&["place", "list", "--database", &elsewhere]).contains("清 溪县"));
    assert!(!zhucun.0.path().join("data/zhucun.db").exists());
}

/// Of villagers' links, ticket codes and invitations, which are addresses.
#[test]
fn the_proxies_log_no_addresses() {
    let nginx = include_str!("../../../../deploy/nginx.conf");
    let servers: Vec<&str> = nginx.split("\nserver {").skip(1).collect();
    assert_eq!(servers.len(), 2);
    for server in servers {
        assert!(server.contains("\n    access_log off;\n"), "{server}");
        assert!(server.contains("\n    error_log /var/log/nginx/error.log alert;\n"), "{server}");
    }
    let caddy = include_str!("../../../../deploy/Caddyfile");
    assert!(caddy.contains("\t\t\t\trequest delete\n"));
    assert!(!caddy.lines().any(|line| line == "\tlog" || line == "\tlog {"), "no access log is asked for");
}
