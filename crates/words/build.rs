//! Makes a typed key of every word in locales/<language>/<room>.json. A key missing in one language, or with other
//! `{places}` there, fails the build.

use std::{collections::BTreeMap, env, fmt::Write as _, fs, path::Path};

type Room = BTreeMap<String, String>;

fn read(dir: &Path) -> BTreeMap<String, Room> {
    let mut rooms = BTreeMap::new();
    for entry in fs::read_dir(dir).unwrap_or_else(|e| panic!("cannot read {}: {e}", dir.display())) {
        let path = entry.expect("a directory entry").path();
        if path.extension().is_none_or(|e| e != "json") {
            continue;
        }
        let text = fs::read_to_string(&path).expect("a readable file");
        let room: Room = serde_json::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        rooms.insert(path.file_stem().expect("a file name").to_string_lossy().into_owned(), room);
    }
    rooms
}

fn places(text: &str) -> Vec<&str> {
    let mut found: Vec<_> =
        text.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name).collect();
    found.sort_unstable();
    found.dedup();
    found
}

fn main() {
    let locales = Path::new(&env::var("CARGO_MANIFEST_DIR").expect("set by cargo")).join("../../locales");
    println!("cargo:rerun-if-changed={}", locales.display());
    let (zh, en) = (read(&locales.join("zh-CN")), read(&locales.join("en")));
    let mut code = String::new();
    let mut wrong = Vec::new();
    for room in en.keys().filter(|room| !zh.contains_key(*room)) {
        wrong.push(format!("locales/zh-CN/{room}.json is missing"));
    }
    for (room, words) in &zh {
        let Some(english) = en.get(room) else {
            wrong.push(format!("locales/en/{room}.json is missing"));
            continue;
        };
        wrong.extend(english.keys().filter(|k| !words.contains_key(*k)).map(|k| format!("zh-CN lacks {room}.{k}")));
        writeln!(code, "/// Words of locales/*/{room}.json.\npub mod {room} {{\n    use crate::{{Room, Word}};")
            .expect("a string");
        let (mut zh_texts, mut en_texts) = (Vec::new(), Vec::new());
        for (key, chinese) in words {
            let Some(english) = english.get(key) else {
                wrong.push(format!("en lacks {room}.{key}"));
                continue;
            };
            if places(chinese) != places(english) {
                wrong.push(format!("{room}.{key} has other places in zh-CN than in en"));
            }
            let name = key.to_uppercase();
            let at = zh_texts.len();
            zh_texts.push(chinese.as_str());
            en_texts.push(english.as_str());
            writeln!(code, "    /// {english:?}\n    pub const {name}: Word = Word {{ room: &ROOM, at: {at} }};")
                .expect("a string");
        }
        // `END` of lib.rs between them.
        let (zh_texts, en_texts) = (zh_texts.join("\u{1}"), en_texts.join("\u{1}"));
        writeln!(code, "    static ROOM: Room = Room {{ zh: {zh_texts:?}, en: {en_texts:?} }};\n}}").expect("a string");
    }
    assert!(wrong.is_empty(), "the catalogue is not whole:\n{}", wrong.join("\n"));
    fs::write(Path::new(&env::var("OUT_DIR").expect("set by cargo")).join("words.rs"), code)
        .expect("a writable OUT_DIR");
}
