//! The program as a process.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    process::{Child, Command, Output, Stdio},
};

use rust_xlsxwriter::Workbook;
use tempfile::TempDir;
use zhucun_test_database::Postgres;

/// A data folder, and a database elsewhere when the tests run on PostgreSQL.
pub struct Zhucun(pub TempDir, pub Option<Postgres>);

impl Zhucun {
    pub fn new() -> Self {
        Self(tempfile::tempdir().unwrap(), Postgres::if_wanted())
    }

    /// With its database in the data folder.
    pub fn on_a_file() -> Self {
        Self(tempfile::tempdir().unwrap(), None)
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_zhucun"));
        command
            .env("ZHUCUN_DATA", self.0.path().join("data"))
            .env("ZHUCUN_LOG", "warn")
            .env("LC_ALL", "C")
            .env_remove("ZHUCUN_DATABASE")
            .args(arguments);
        if let Some(postgres) = &self.1 {
            command.env("ZHUCUN_DATABASE", postgres.url());
        }
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    pub fn good(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    pub fn bad(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        String::from_utf8(output.stderr).unwrap()
    }

    pub fn file(&self, name: &str, bytes: &[u8]) -> String {
        let path = self.0.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path.to_string_lossy().into_owned()
    }

    pub fn with_village() -> Self {
        Self::new().and_a_village()
    }

    pub fn and_a_village(self) -> Self {
        let zhucun = self;
        zhucun.good(&["place", "add", "county", "qingxi", "--name-zh", "清溪县"]);
        zhucun.good(&["place", "add", "township", "hekou", "--parent", "qingxi", "--name-zh", "河口镇"]);
        zhucun.good(&["place", "add", "village", "shiban", "--parent", "hekou", "--name-zh", "石板村"]);
        zhucun
    }

    /// Serves; gives the process and its address.
    pub fn serve(&self) -> (Serving, String) {
        let serving = Serving::start(&mut self.command(&["serve", "--listen", "127.0.0.1:0"]));
        let address = serving.address();
        (serving, address)
    }
}

pub struct Serving {
    pub child: Child,
    pub lines: BufReader<std::process::ChildStdout>,
    /// What it said until it listened.
    pub said: String,
}

impl Serving {
    pub fn start(command: &mut Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap());
        let mut said = String::new();
        while !said.contains("listening    http") {
            assert_ne!(lines.read_line(&mut said).unwrap(), 0, "it ended: {said}");
        }
        Self { child, lines, said }
    }

    /// Where it listens.
    pub fn address(&self) -> String {
        self.said.rsplit_once("://").unwrap().1.trim().to_owned()
    }

    /// Sends it a signal, e.g. `TERM`.
    pub fn signal(&self, name: &str) {
        let sent = Command::new("kill").args([&format!("-{name}"), &self.child.id().to_string()]).status().unwrap();
        assert!(sent.success());
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        // Already ended in the good case.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub fn exchange(address: &str, request: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(request).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

/// A checklist of one question.
pub fn checklist() -> Vec<u8> {
    let mut book = Workbook::new();
    let survey = book.add_worksheet();
    survey.set_name("survey").unwrap();
    for (row, cells) in [(0, ["type", "name", "label"]), (1, ["text", "note", "Note"])] {
        for (column, cell) in (0..).zip(cells) {
            survey.write(row, column, cell).unwrap();
        }
    }
    book.save_to_buffer().unwrap()
}
