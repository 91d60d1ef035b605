//! The binary, as it is used in a terminal.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    path::Path,
    process::{Command, Output, Stdio},
};

use crate::process::{Serving, Zhucun, checklist, exchange};
use serde_json::json;
use zhucun_test_database::Postgres;

#[test]
fn the_help_teaches_with_examples() {
    let help = Zhucun::new().good(&["--help"]);
    for word in ["zhucun demo", "form check", "household import", "ZHUCUN_", "--config"] {
        assert!(help.contains(word), "{word} is missing:\n{help}");
    }
}

#[cfg(unix)]
#[test]
fn the_commands_of_the_readme_work_as_they_are_written() {
    let readme = include_str!("../../../../README.md");
    let (before, county) = readme.split_once("## Running it for a county").unwrap();
    let (_, authors) = before.split_once("## For people who write forms").unwrap();
    let for_authors: Vec<&str> = authors.lines().filter_map(|line| line.strip_prefix("    ")).collect();
    let lines: Vec<&str> = county.lines().filter_map(|line| line.strip_prefix("    ")).collect();
    let (serve, before) = lines.split_last().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let postgres = Postgres::if_wanted();
    // What a file is, its bytes say.
    let survey = "| survey |\n| | type | name | label |\n| | begin group | who | Who |\n| | text | met | Met |\n| | end group |\n";
    std::fs::write(folder.path().join("household_visit.xlsx"), survey).unwrap();
    let programs = Path::new(env!("CARGO_BIN_EXE_zhucun")).parent().unwrap().to_string_lossy().into_owned();
    let shell = |line: &str| {
        let mut command = Command::new("sh");
        let path = format!("{programs}:{}", std::env::var("PATH").unwrap());
        command.args(["-c", line]).current_dir(folder.path()).env("PATH", path).env("ZHUCUN_LISTEN", "127.0.0.1:0");
        if let Some(postgres) = &postgres {
            command.env("ZHUCUN_DATABASE", postgres.url());
        }
        command
    };
    for line in for_authors.iter().chain(before) {
        let output = shell(line).output().unwrap();
        assert!(output.status.success(), "{line}: {}", String::from_utf8_lossy(&output.stderr));
    }
    assert!(before.len() > 8 && for_authors.len() == 4, "{before:?} {for_authors:?}");
    // `exec`, so that what is ended is the server and not its shell.
    let serving = Serving::start(&mut shell(&format!("exec {serve}")));
    assert!(serving.said.contains("https://zhucun.example"), "{}", serving.said);
}

#[test]
fn a_user_is_added_once_with_a_password_that_signs_in() {
    let zhucun = Zhucun::with_village();
    let add = ["user", "add", "--username", "luo", "--name", "罗素英", "--role", "secretary", "--village", "shiban"];
    let said = zhucun.good(&add);
    let password = said.lines().next().unwrap().strip_prefix("password: ").unwrap().to_owned();
    assert!(zhucun.bad(&add).contains("the user name is taken; choose another"));
    let (serving, address) = zhucun.serve();
    let body = format!(r#"{{"username":"luo","password":"{password}"}}"#);
    let request = format!(
        "POST /api/v1/session HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    let answer = exchange(&address, request.as_bytes());
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(answer.contains("village/shiban"));
    drop(serving);
}

#[test]
fn a_form_is_told_and_played_in_a_terminal() {
    let zhucun = Zhucun::new();
    let xml = r#"<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"><h:head><h:title>T</h:title>
        <model><instance><data id="f"><a/><b/></data></instance><bind nodeset="/data/b" calculate="/data/a * 2"/></model>
        </h:head><h:body><input ref="/data/a"/></h:body></h:html>"#;
    let form = zhucun.file("form.xml", xml.as_bytes());
    let told: serde_json::Value = serde_json::from_str(&zhucun.good(&["form", "describe", &form])).unwrap();
    assert_eq!(told["nodes"][1]["calculate"], "/data/a * 2");
    let steps =
        zhucun.file("steps.jsonl", b"{\"answer\":[\"/data/a\",\"4\"]}\n{\"expect_value\":[\"/data/b\",\"8\"]}\n");
    let played = zhucun.good(&["form", "play", &form, &steps]);
    assert_eq!(played.lines().count(), 3, "{played}");
    assert!(played.contains(r#"{"expect_value":["/data/b","8"]}"#), "{played}");
    let wrong = zhucun.file("wrong.json", b"[{\"expect_value\":[\"/data/b\",\"8\"]}]");
    assert!(zhucun.bad(&["form", "play", &form, &wrong]).contains("1 of 1 steps"));
    assert!(zhucun.bad(&["form", "play", &zhucun.file("no.xml", b"<a/>"), &wrong]).contains("no.xml is not opened"));
    let bad = zhucun.file("bad.xml", xml.replace("/data/a *", "/data/b *").as_bytes());
    assert!(zhucun.bad(&["form", "describe", &bad]).contains("b → b"));
}

#[test]
fn the_help_of_a_form_command_tells_every_step_and_what_a_line_asks() {
    let zhucun = Zhucun::new();
    let help = zhucun.good(&["form", "play", "--help"]);
    for shape in zhucun_forms::play::SHAPES {
        assert!(help.contains(shape), "{shape} is not in {help}");
    }
    let help = zhucun.good(&["form", "eval", "--help"]);
    for told in ["\"expr\"", "\"context_xml\"", "\"root_node\"", "\"tz\"", "{\"id\", \"type\", \"value\"}"] {
        assert!(help.contains(told), "{told} is not in {help}");
    }
}

#[test]
fn a_form_is_played_with_the_lists_beside_it_and_says_which_are_missing() {
    let zhucun = Zhucun::new();
    let form = zhucun.file(
        "water.md",
        "| survey |\n| | type | name | label | calculation |\n| | select_one_from_file plants.csv | plant | Plant | |\n\
         | | calculate | yuan | | pulldata('prices', 'yuan', 'kind', 'tap') |\n\
         | | calculate | head | | pulldata('households', 'head_name', 'name', 'h1') |\n"
            .as_bytes(),
    );
    let steps = zhucun.file(
        "steps.jsonl",
        "{\"expect_choices\":[\"/data/plant\",[\"p1\"]]}\n{\"expect_choice_labels\":[\"/data/plant\",[\"水厂\"]]}\n\
         {\"expect_value\":[\"/data/yuan\",\"3.5\"]}\n{\"expect_value\":[\"/data/head\",\"何德贵\"]}\n"
            .as_bytes(),
    );
    let output = zhucun.run(&["form", "play", &form, &steps]);
    assert_eq!(output.status.code(), Some(1));
    let text = String::from_utf8(output.stdout).unwrap();
    let opened: serde_json::Value = serde_json::from_str(text.lines().next().unwrap()).unwrap();
    let missing = |name: &str| format!("the file {name}, which the form names, is not beside it");
    assert_eq!(opened["problems"], json!(["plants.csv", "prices.csv", "households.csv"].map(missing)));

    zhucun.file("plants.csv", "name,label\np1,水厂\n".as_bytes());
    zhucun.file("households.csv", "name,head_name\nh1,何德贵\n".as_bytes());
    zhucun.file("prices.csv", b"kind,yuan\nwell,0,1\n");
    let output = zhucun.run(&["form", "play", &form, &steps]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("prices.csv: line 2 has more cells"), "{text}");
    zhucun.file("prices.csv", b"kind,preis\ntap,3.5\n");
    let lacks = "prices.csv has no column yuan (it has: kind, preis)";
    assert!(String::from_utf8(zhucun.run(&["form", "play", &form, &steps]).stdout).unwrap().contains(lacks));
    assert!(zhucun.good(&["form", "check", &form]).contains(&format!("water.md: warning: {lacks}")));
    zhucun.file("prices.csv", b"kind,yuan\nwell,0\ntap,3.5\n");
    let played = zhucun.good(&["form", "play", &form, &steps]);
    assert!(played.lines().next().unwrap().ends_with("\"problems\":[]}"), "{played}");
}

#[test]
fn every_problem_of_a_form_of_any_kind_is_told_with_its_place() {
    let zhucun = Zhucun::new();
    let check = |file: &str| {
        let output = zhucun.run(&["form", "check", "--json", file]);
        let text = String::from_utf8(output.stdout).unwrap();
        let lines: Vec<serde_json::Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        (output.status.code(), lines)
    };
    let table = "| survey |\n| | type | name | label | appearance |\n| | txt | a | A | |\n| | text | b c | B | |\n";
    let bad = zhucun.file("visit.md", table.as_bytes());
    let (code, told) = check(&bad);
    assert_eq!(code, Some(1));
    let text = "“txt” is not a question type: check the spelling";
    assert_eq!(
        told[0],
        json!({"level": "error", "code": "unknown_type", "sheet": "survey", "cell": "A2", "text": text})
    );
    assert_eq!((&told[1]["code"], &told[1]["cell"], told.len()), (&json!("bad_name"), &json!("B3"), 2));
    assert!(zhucun.bad(&["form", "check", &bad]).contains("2 problems; it can be used when"));

    let xml = "<h:html xmlns='http://www.w3.org/2002/xforms' xmlns:h='http://www.w3.org/1999/xhtml'><h:head><h:title>T</h:title>\
        <model><instance><data id='f' version='1'><a/></data></instance><instance id='towns' src='jr://file-csv/towns.csv'/></model>\
        </h:head>\n<h:body><select1 ref='/data/a' appearance='sparkle'><itemset nodeset=\"instance('towns')/root/item\">\
        <value ref='name'/><label ref='label'/></itemset></select1></h:body></h:html>";
    let (code, told) = check(&zhucun.file("clinic.xml", xml.as_bytes()));
    assert_eq!((code, told.len()), (Some(0), 3), "{told:?}");
    assert_eq!((&told[0]["code"], &told[0]["line"]), (&json!("plain_appearance"), &json!(2)));
    assert_eq!((&told[0]["level"], &told[0]["element"]), (&json!("warning"), &json!("/h:html/h:body/select1")));
    assert_eq!(told[1], json!({"level": "needs", "file": "towns.csv"}));
    let text = "the file towns.csv, which the form names, is not beside it";
    assert_eq!(told[2], json!({"level": "warning", "code": "file_missing", "file": "towns.csv", "text": text}));
}

#[test]
fn an_xform_is_put_into_use_from_a_terminal() {
    let zhucun = Zhucun::with_village();
    let xml = r#"<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"><h:head><h:title>Clinic</h:title>
        <model><instance><data id="clinic" version="7"><a/></data></instance></model></h:head><h:body><input ref="/data/a"/></h:body></h:html>"#;
    let form = zhucun.file("clinic.xml", xml.as_bytes());
    zhucun.good(&["form", "add", &form]);
    let said = zhucun.good(&["form", "list"]);
    assert!(said.contains("clinic") && said.contains("version “7” in force") && said.contains("Clinic"), "{said}");
}

#[test]
fn a_version_of_a_form_is_not_used_for_another_content() {
    let zhucun = Zhucun::with_village();
    let form = |name: &str, label: &str, version: &str| {
        let mut book = rust_xlsxwriter::Workbook::new();
        let survey = book.add_worksheet().set_name("survey").unwrap();
        for (column, (heading, cell)) in (0..).zip([("type", "text"), ("name", "note"), ("label", label)]) {
            survey.write(0, column, heading).unwrap();
            survey.write(1, column, cell).unwrap();
        }
        let settings = book.add_worksheet().set_name("settings").unwrap();
        for (column, (heading, cell)) in (0..).zip([("form_id", "f"), ("form_title", "F"), ("version", version)]) {
            settings.write(0, column, heading).unwrap();
            settings.write(1, column, cell).unwrap();
        }
        zhucun.file(name, &book.save_to_buffer().unwrap())
    };
    let (first, other) = (form("first.xlsx", "Note", "1"), form("other.xlsx", "Remark", "1"));
    zhucun.good(&["form", "add", &first]);
    zhucun.good(&["form", "add", &first]);
    let second = form("second.xlsx", "Remark", "2");
    let told = zhucun.bad(&["form", "add", &second, &other]);
    assert!(told.contains("other.xlsx, version “1”") && told.contains("column version"), "{told}");
    assert!(zhucun.good(&["form", "list"]).contains("version “1” in force"), "all of the files or none");
    let twice = form("twice.xlsx", "Twice", "2");
    assert!(zhucun.bad(&["form", "add", &second, &twice]).contains("twice.xlsx: another of the files"));
    zhucun.good(&["form", "add", &second]);
    assert!(zhucun.bad(&["form", "add", &other]).contains("version “1”"), "nor later");
}

#[test]
fn a_form_is_added_with_what_it_names_or_gets_it_later() {
    let zhucun = Zhucun::with_village();
    let mut book = rust_xlsxwriter::Workbook::new();
    let survey = book.add_worksheet().set_name("survey").unwrap();
    let rows = [["type", "name", "label"], ["select_one_from_file districts.csv", "d", "D"]];
    for (row, cells) in (0..).zip(rows) {
        for (column, cell) in (0..).zip(cells) {
            survey.write(row, column, cell).unwrap();
        }
    }
    let form = zhucun.file("towns.xlsx", &book.save_to_buffer().unwrap());
    let said = zhucun.good(&["form", "check", &form]);
    assert!(said.contains("warning: the file districts.csv, which the form names, is not beside it"), "{said}");
    let list = zhucun.file("districts.csv", b"name,label\na,A\n");
    let said = zhucun.good(&["form", "check", &form]);
    assert!(
        said.contains("reads the list districts.csv beside it, 1 row") && !said.contains("warning: the file"),
        "{said}"
    );
    let said = zhucun.good(&["form", "add", &form]);
    assert!(said.contains("warning: towns names the file districts.csv, which is missing"), "{said}");
    std::fs::create_dir(Path::new(&form).with_file_name("bad")).unwrap();
    let bad = zhucun.file("bad/districts.csv", b"name,label\na,A,B\n");
    assert!(zhucun.bad(&["form", "add", &form, &bad]).contains("districts.csv: line 2"));
    let other = zhucun.file("well.jpg", b"\xff\xd8\xff\xe0");
    assert!(zhucun.bad(&["form", "add", &form, &other]).contains("well.jpg: the form names no file of this name"));
    let other = zhucun.file("bad/districts.csv", b"nombre,label\na,A\n");
    let said = zhucun.good(&["form", "add", &form, &other]);
    assert!(said.contains("warning: districts.csv has no column name (it has: nombre, label)"), "{said}");
    let said = zhucun.good(&["form", "add", &form, &list]);
    assert!(!said.contains("no column"), "{said}");
    assert!(!said.contains("warning: towns"), "{said}");
    assert!(!zhucun.good(&["form", "add", &form]).contains("warning: towns"), "it stays");
}

/// The path of the one link in what was said.
fn link(said: &str) -> String {
    let line = said.lines().find(|line| line.contains("/invite/")).unwrap_or_else(|| panic!("no link: {said}"));
    line[line.find("/invite/").unwrap()..].trim().to_owned()
}

#[test]
fn a_first_start_prints_a_link_for_the_administrator_and_the_log_does_not_hold_it() {
    let zhucun = Zhucun::new();
    let mut command = zhucun.command(&["serve", "--listen", "127.0.0.1:0"]);
    let mut serving = Serving::start(command.env("ZHUCUN_LOG", "debug").stderr(Stdio::piped()));
    let address = serving.said.rsplit_once("http://").unwrap().1.trim().to_owned();
    let path = link(&serving.said);
    let get = |path: &str| format!("GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").into_bytes();
    assert!(exchange(&address, &get(&path)).starts_with("HTTP/1.1 200"));
    let body = "username=admin&password=eine-gute-losung&again=eine-gute-losung";
    let post = format!(
        "POST {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\
         content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    assert!(exchange(&address, post.as_bytes()).contains("location: /desk"));
    let mut log = serving.child.stderr.take().unwrap();
    drop(serving);
    let mut logged = String::new();
    log.read_to_string(&mut logged).unwrap();
    let token = path.rsplit('/').next().unwrap();
    assert!(logged.contains("/invite/{token}") && !logged.contains(token), "{logged}");
    assert!(!zhucun.serve().0.said.contains("/invite/"), "somebody can sign in now");
}

#[test]
fn a_link_for_a_new_password_is_made_in_the_terminal_too() {
    let zhucun = Zhucun::with_village();
    zhucun.good(&[
        "user",
        "add",
        "--username",
        "luo",
        "--name",
        "罗素英",
        "--role",
        "secretary",
        "--village",
        "shiban",
    ]);
    let said = zhucun.good(&["user", "link", "luo", "--public-url", "https://zhucun.example"]);
    assert!(said.starts_with("https://zhucun.example/invite/"), "{said}");
    let (_serving, address) = zhucun.serve();
    let get = format!("GET {} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n", link(&said));
    assert!(exchange(&address, get.as_bytes()).contains("设置新密码"));
    assert!(zhucun.bad(&["user", "link", "nobody"]).contains("nobody signs in as"));
}

/// Tries to sign in; gives the status.
fn sign_in(address: &str, username: &str, password: &str) -> String {
    let body = format!(r#"{{"username":"{username}","password":"{password}"}}"#);
    let head = "POST /api/v1/session HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/json";
    let answer = exchange(address, format!("{head}\r\ncontent-length: {}\r\n\r\n{body}", body.len()).as_bytes());
    answer.split(' ').nth(1).unwrap().to_owned()
}

#[test]
fn people_are_listed_blocked_and_given_a_new_password() {
    let zhucun = Zhucun::with_village();
    let password_of = |said: String| said.lines().next().unwrap().strip_prefix("password: ").unwrap().to_owned();
    assert_eq!(zhucun.good(&["user", "list"]), "nobody yet\n");
    let add = ["user", "add", "--username", "luo", "--name", "罗素英", "--role", "secretary", "--village", "shiban"];
    let first = password_of(zhucun.good(&add));
    let (_serving, address) = zhucun.serve();
    assert_eq!(zhucun.good(&["user", "list"]), "luo              secretary  shiban           罗素英\n");
    assert_eq!(sign_in(&address, "luo", &first), "200");
    assert!(zhucun.good(&["user", "block", "luo"]).contains("luo is blocked"));
    assert!(zhucun.good(&["user", "list"]).ends_with("罗素英 blocked\n"));
    assert_eq!(sign_in(&address, "luo", &first), "401");
    assert!(zhucun.good(&["user", "unblock", "luo"]).contains("may sign in again"));
    let second = password_of(zhucun.good(&["user", "reset-password", "luo"]));
    assert_ne!(first, second);
    assert_eq!(sign_in(&address, "luo", &first), "401");
    assert_eq!(sign_in(&address, "luo", &second), "200");
    for command in ["block", "unblock", "reset-password", "link"] {
        assert!(zhucun.bad(&["user", command, "nobody"]).contains("nobody signs in as “nobody”"));
    }
    let county = ["user", "add", "--username", "wu", "--name", "吴", "--role", "county", "--county", "qingxi"];
    zhucun.good(&county);
    assert!(zhucun.bad(&["user", "block", "wu"]).contains("the last administrator"));
}

#[test]
fn forms_are_listed_with_their_version() {
    let zhucun = Zhucun::with_village();
    assert_eq!(zhucun.good(&["form", "list"]), "");
    let file = zhucun.file("household_visit.xlsx", &checklist());
    zhucun.good(&["form", "add", &file]);
    let said = zhucun.good(&["form", "list"]);
    assert!(said.starts_with("qingxi           household_visit") && said.contains("in force, 0 visits"), "{said}");
}

#[test]
fn who_serves_a_network_over_plain_http_is_warned_and_who_serves_this_machine_is_not() {
    let zhucun = Zhucun::new();
    let serving = Serving::start(&mut zhucun.command(&["serve", "--listen", "0.0.0.0:0"]));
    assert!(serving.said.contains("WARNING") && serving.said.contains("UNENCRYPTED"), "{}", serving.said);
    drop(serving);
    assert!(!zhucun.serve().0.said.contains("WARNING"));
}

#[test]
fn the_help_names_every_role_and_the_place_it_needs() {
    let help = Zhucun::new().good(&["user", "add", "--help"]);
    for (role, place) in [
        ("secretary", "--village"),
        ("committee", "--village"),
        ("township", "--township"),
        ("county", "--county"),
        ("dispatcher", "--county"),
    ] {
        let line = help.lines().find(|line| line.trim_start().starts_with(&format!("- {role}:")));
        assert!(line.is_some_and(|line| line.contains(place)), "{role}:\n{help}");
    }
}

#[test]
fn a_user_needs_a_place_that_fits_the_role() {
    let zhucun = Zhucun::with_village();
    let add =
        |rest: &[&str]| zhucun.bad(&[&["user", "add", "--username", "a", "--name", "b", "--role"], rest].concat());
    assert!(add(&["township", "--village", "shiban"]).contains("a township needs --township"));
    assert!(add(&["secretary", "--village", "nowhere"]).contains("there are: shiban"));
}

#[test]
fn a_broken_spreadsheet_is_told_and_nothing_is_added() {
    let zhucun = Zhucun::with_village();
    let file = zhucun.file("broken.xlsx", b"this is no spreadsheet");
    let output = zhucun.run(&["form", "check", &file]);
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(told.contains("broken.xlsx: error: the file cannot be opened as a spreadsheet"), "{told}");
    assert_eq!(output.status.code(), Some(1));
    assert!(zhucun.bad(&["form", "add", &file]).contains("no form was added"));
    let chinese = zhucun.command(&["form", "check", &file]).env("LC_ALL", "zh_CN.UTF-8").output().unwrap();
    assert!(String::from_utf8_lossy(&chinese.stdout).contains("文件无法作为电子表格打开"));
    let missing = zhucun.bad(&["form", "check", "/nowhere/form.xlsx"]);
    assert!(missing.contains("/nowhere/form.xlsx"), "{missing}");
}

#[test]
fn expressions_are_answered_line_by_line() {
    let mut child =
        Zhucun::on_a_file().command(&["form", "eval"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let (mut asks, mut answers) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
    let mut ask = |line: &str| {
        writeln!(asks, "{line}").unwrap();
        let mut answer = String::new();
        // Each before the next is asked.
        answers.read_line(&mut answer).unwrap();
        answer
    };
    assert_eq!(ask(r#"{"id":"a","expr":"1 div 0"}"#), "{\"id\":\"a\",\"type\":\"number\",\"value\":\"Infinity\"}\n");
    assert!(ask("{").starts_with(r#"{"id":null,"type":"error","value":""#));
    let nodes = r#"{"id":2,"expr":"//b","context_xml":"<a><b>x</b></a>","expect":{"type":"nodeset"}}"#;
    assert_eq!(ask(nodes), "{\"id\":2,\"type\":\"nodeset\",\"value\":[{\"path\":\"/a[1]/b[1]\",\"string\":\"x\"}]}\n");
    let day = r#"{"id":3,"expr":"decimal-date-time('1970-01-02')","tz":"+12:00"}"#;
    assert_eq!(ask(day), "{\"id\":3,\"type\":\"number\",\"value\":0.5}\n");
    drop(asks);
    assert!(child.wait().unwrap().success());
}

#[test]
fn importing_households_again_updates_and_never_doubles() {
    let zhucun = Zhucun::with_village();
    let import = |text: &str| {
        let file = zhucun.file("households.csv", text.as_bytes());
        zhucun.run(&["household", "import", &file, "--village", "shiban"])
    };
    let said = |output: &Output| String::from_utf8_lossy(&output.stdout).trim().to_owned();
    let list =
        "\u{feff}name,label,head_name,group,kind\nh-0001,\"1组 何德贵\",何德贵,1,poor\nh-0002,x,罗素英,1,unstable\n";
    assert_eq!(said(&import(list)), "2 added, 0 updated, 0 as before");
    assert_eq!(said(&import(list)), "0 added, 0 updated, 2 as before");
    assert_eq!(said(&import(&list.replace("罗素英,1", "罗素英,2"))), "0 added, 1 updated, 1 as before");
    let bad = import(&format!("{list}h-0003,x,陈光明,2,marginal\nh 4,x,陈,2,\n"));
    assert_eq!(bad.status.code(), Some(1));
    let told = String::from_utf8_lossy(&bad.stderr).into_owned();
    assert!(told.contains("line 5, name:") && told.contains("line 5, head_name:"), "{told}");
    assert!(told.contains("nothing was imported"));
    let again = import(&format!("{list}h-0003,x,陈光明,2,marginal\n"));
    assert_eq!(said(&again), "1 added, 1 updated, 1 as before", "the bad list had left nothing behind");
}

#[test]
fn the_settings_are_shown_and_a_flag_comes_before_the_variable() {
    let zhucun = Zhucun::on_a_file();
    let folder = zhucun.0.path().join("elsewhere");
    let shown = folder.to_string_lossy().into_owned();
    zhucun.good(&["--data", &shown, "place", "add", "county", "a", "--name-zh", "甲县"]);
    assert!(Path::new(&folder).join("zhucun.db").exists());
    assert!(zhucun.good(&["place", "list"]).is_empty());
    let wrong = zhucun.bad(&["serve", "--public-url", "zhucun.example/path"]);
    assert!(wrong.contains("https://zhucun.example"), "{wrong}");
}

#[test]
fn a_sender_whose_large_request_is_refused_gets_to_read_why() {
    let zhucun = Zhucun::new();
    let (_serving, address) = zhucun.serve();
    let size = 30 * 1024 * 1024;
    let head = format!(
        "PUT /api/v1/streams/village/x/attachments/00 HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: {size}\r\n\r\n"
    );
    let mut request = head.into_bytes();
    request.resize(request.len() + size, 0);
    let answer = exchange(&address, &request);
    assert!(answer.starts_with("HTTP/1.1 401") && answer.contains("signed_out"), "{answer}");
}

#[cfg(unix)]
#[test]
fn a_server_told_to_stop_stops_with_everything_written() {
    let zhucun = Zhucun::on_a_file().and_a_village();
    let (mut serving, address) = zhucun.serve();
    let answer = exchange(&address, b"GET /api/v1/capabilities HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
    assert!(answer.contains("\"formats\":[1]"), "{answer}");
    serving.signal("TERM");
    assert!(serving.child.wait().unwrap().success());
    let mut rest = String::new();
    serving.lines.read_to_string(&mut rest).unwrap();
    assert!(rest.ends_with("stopped\n"), "{rest}");
    assert!(!zhucun.0.path().join("data/zhucun.db-wal").exists(), "the file is complete by itself");
}

#[test]
fn a_database_that_is_not_there_is_told_without_its_password() {
    let zhucun = Zhucun::on_a_file();
    let url = "postgres://zhucun:top-secret@127.0.0.1:1/zhucun";
    for command in [&["--database", url, "place", "list"][..], &["--database", url, "serve", "--listen", "127.0.0.1:0"]]
    {
        let output = zhucun.run(command);
        let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(said.contains("cannot be reached at 127.0.0.1:1/zhucun") && !said.contains("top-secret"), "{said}");
    }
}

#[test]
fn a_file_that_is_no_database_is_told_by_its_name() {
    let zhucun = Zhucun::on_a_file();
    let file = zhucun.file("notes.db", b"these are no tables, but a text that is long enough to look at");
    let told = zhucun.bad(&["--database", &format!("sqlite://{file}"), "place", "list"]);
    assert!(told.contains("notes.db") && told.contains("cannot be opened as a database"), "{told}");
    let told = zhucun.bad(&["--database", "sqlite:///nowhere/zhucun.db?mode=rwc", "place", "list"]);
    assert!(told.contains("/nowhere/zhucun.db") && told.contains("is its folder there"), "{told}");
}
