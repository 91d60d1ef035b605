//! wasm-bindgen's script, cut down to what the module still needs. wasm-bindgen writes it before `wasm-opt` finds out what
//! nothing uses, and with names of 40 letters that stand in the module again.
use super::wasm::Module;
use anyhow::{Context, Result, ensure};
use std::collections::{BTreeMap, BTreeSet};

/// How the script names the module's exports.
const EXPORT: &str = "wasm.";

/// The script without what only other scripts would ask for: ours asks for the start.
pub fn start_only(script: &str) -> String {
    without_classes(&script.replacen("export { initSync, ", "export { ", 1))
}

/// Classes that crates export (wasm-streams, which comes with Leptos, has three) go, and with them, later, their parts of
/// the module.
fn without_classes(script: &str) -> String {
    let classes: Vec<&str> =
        script.lines().filter_map(|line| line.strip_prefix("export class ")).filter_map(first).collect();
    let of = |start: &str| classes.iter().map(|class| start.replace('$', class)).collect::<Vec<_>>();
    let (bodies, statements) = (of("export class $ {"), of("const $Finalization = "));
    let lines = of("if (Symbol.dispose) $.prototype");
    let mut out = String::with_capacity(script.len());
    let mut end: Option<&str> = None;
    for line in script.split_inclusive('\n') {
        let starts = |with: &[String]| with.iter().any(|start| line.starts_with(start.as_str()));
        if let Some(mark) = end {
            if line.trim_end().ends_with(mark) && (mark == ";" || line.starts_with(mark)) {
                end = None;
            }
        } else if starts(&bodies) {
            end = Some("}");
        } else if starts(&statements) {
            end = Some(";").filter(|end| !line.trim_end().ends_with(end));
        } else if !starts(&lines) {
            out.push_str(line);
        }
    }
    // A class that the imports make objects of is in use after all.
    if classes.iter().any(|class| out.contains(class)) { script.to_owned() } else { out }
}

fn first(text: &str) -> Option<&str> {
    text.split(|c: char| !is_name(c)).next().filter(|name| !name.is_empty())
}

fn is_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || c == '$'
}

/// The exports that the script names.
pub fn used_exports(script: &str) -> BTreeSet<String> {
    let mut used = BTreeSet::new();
    each_export(script, |name| {
        used.insert(name.to_owned());
        name.to_owned()
    });
    used
}

/// The script with every export's name replaced.
fn each_export(script: &str, mut rename: impl FnMut(&str) -> String) -> String {
    let mut out = String::with_capacity(script.len());
    let mut rest = script;
    while let Some(at) = rest.find(EXPORT) {
        let (before, after) = rest.split_at(at + EXPORT.len());
        out.push_str(before);
        rest = after;
        let alone = !before[..at].ends_with(|c| is_name(c) || c == '.');
        if let (true, Some(name)) = (alone, first(after)) {
            out.push_str(&rename(name));
            rest = &after[name.len()..];
        }
    }
    out.push_str(rest);
    out
}

/// Drops the functions that the module does not import, and gives imports and exports names of a letter or two, in the
/// script and in the module alike. The exports' new names are given by the old ones.
pub fn shorten(script: &str, module: &mut Module, from: &str) -> Result<(String, BTreeMap<String, String>)> {
    let mut names = BTreeMap::new();
    for (number, import) in module.imports.iter_mut().filter(|import| import.module == from).enumerate() {
        let short = short(number);
        ensure!(names.insert(import.name.clone(), short.clone()).is_none(), "{} is imported twice", import.name);
        (import.module, import.name) = ("a".to_owned(), short);
    }
    let script = with_imports(script, from, &names)?;
    let mut names = BTreeMap::new();
    for (number, export) in module.exports.iter_mut().enumerate() {
        names.insert(std::mem::replace(&mut export.name, short(number)), short(number));
    }
    let unknown: Vec<String> = used_exports(&script).into_iter().filter(|name| !names.contains_key(name)).collect();
    ensure!(unknown.is_empty(), "the module does not export {}", unknown.join(", "));
    Ok((each_export(&script, |name| names[name].clone()), names))
}

/// The script with these imports only, under their new names.
fn with_imports(script: &str, from: &str, names: &BTreeMap<String, String>) -> Result<String> {
    let mark = format!("\"{from}\": ");
    let (_, after) = script.split_once(&mark).with_context(|| format!("the script has no imports for {from}"))?;
    let table = first(after).context("the script's imports have no name")?;
    let open = format!("    const {table} = {{\n");
    let (before, rest) = script.split_once(&open).context("the script's imports are not where they were")?;
    let (body, after) = rest.split_once("\n    };\n").context("the script's imports do not end")?;
    let mut out = before.to_owned() + &open;
    let mut found = 0;
    let mut keep = true;
    for line in body.split_inclusive('\n') {
        match entry(line) {
            Some((name, value)) if name != "__proto__" => {
                keep = names.contains_key(name);
                if let Some(short) = names.get(name) {
                    out.push_str(&format!("{short}: {value}"));
                    found += 1;
                }
            }
            _ if keep => out.push_str(line),
            _ => {}
        }
    }
    ensure!(found == names.len(), "the script has {found} of the {} functions that the module imports", names.len());
    out.push_str("\n    };\n");
    out.push_str(&after.replacen(&mark, "\"a\": ", 1));
    Ok(out)
}

/// The name and the rest of a line with which a function of the imports begins.
fn entry(line: &str) -> Option<(&str, &str)> {
    let (name, value) = line.strip_prefix("        ")?.split_once(": ")?;
    (!name.is_empty() && name.chars().all(is_name)).then_some((name, value))
}

/// a, b, … z, A, … Z, aa, ba, …
pub fn short(mut number: usize) -> String {
    const LETTERS: &[u8; 52] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    let mut name = String::new();
    loop {
        name.push(char::from(LETTERS[number % 52]));
        if number < 52 {
            return name;
        }
        number = number / 52 - 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCRIPT: &str = "\
export class Sink {
    free() {
        wasm.__wbg_sink_free(this.p, 0);
    }
}
if (Symbol.dispose) Sink.prototype[Symbol.dispose] = Sink.prototype.free;
function __wbg_get_imports() {
    const import0 = {
        __proto__: null,
        __wbg_a_1: function(arg0) {
            const ret = { b: 1 };
        },
        __wbg_dead_2: function() { return f(function () {
        }, arguments); },
        __wbg_floor_3: Math.floor,
    };
    return {
        __proto__: null,
        \"./x_bg.js\": import0,
    };
}
const SinkFinalization = (typeof F === 'undefined')
    ? { register: () => {} }
    : new F(ptr => wasm.__wbg_sink_free(ptr, 1));
function g() { return new DataView(wasm.memory.buffer, x.wasm.y); }
";

    /// Imports `__wbg_a_1` and `__wbg_floor_3`, exports `memory`.
    fn module() -> Module {
        let mut bytes = b"\0asm\x01\0\0\0\x02".to_vec();
        let row = b"\x02\x09./x_bg.js\x09__wbg_a_1\0\0\x09./x_bg.js\x0d__wbg_floor_3\0\0";
        bytes.push(row.len() as u8);
        bytes.extend(row);
        bytes.extend(b"\x07\x0a\x01\x06memory\x02\0");
        Module::read(&bytes).unwrap()
    }

    #[test]
    fn classes_nobody_asks_for_go_with_all_that_belongs_to_them() {
        let script = without_classes(SCRIPT);
        assert!(!script.contains("Sink"), "{script}");
        assert_eq!(
            script.len(),
            SCRIPT.find("function __wbg").map_or(0, |from| {
                let cut = SCRIPT.find("const Sink").unwrap()..SCRIPT.find("function g").unwrap();
                SCRIPT.len() - from - cut.len()
            })
        );
        assert_eq!(used_exports(&script), BTreeSet::from(["memory".to_owned()]));
    }

    #[test]
    fn only_the_start_is_exported() {
        let end = "export { initSync, __wbg_init as default };\n";
        assert_eq!(start_only(end), "export { __wbg_init as default };\n");
    }

    #[test]
    fn a_class_in_use_stays() {
        let script = SCRIPT.replace("const ret = {", "const ret = Sink && {");
        assert_eq!(without_classes(&script), script);
    }

    #[test]
    fn names_are_short_on_both_sides_and_the_unused_is_gone() {
        let mut module = module();
        let (script, exports) = shorten(&without_classes(SCRIPT), &mut module, "./x_bg.js").unwrap();
        assert_eq!(exports["memory"], "a");
        assert!(
            script.contains("        __proto__: null,\na: function(arg0) {\n            const ret = { b: 1 };"),
            "{script}"
        );
        assert!(script.contains("b: Math.floor,") && script.contains("\"a\": import0"), "{script}");
        assert!(!script.contains("dead") && !script.contains("arguments"), "{script}");
        assert!(script.contains("DataView(wasm.a.buffer, x.wasm.y)"), "{script}");
        let names: Vec<_> =
            module.imports.iter().map(|import| (import.module.as_str(), import.name.as_str())).collect();
        assert_eq!(names, [("a", "a"), ("a", "b")]);
        assert_eq!(module.exports[0].name, "a");
    }

    #[test]
    fn what_does_not_fit_together_is_an_error() {
        let missing = SCRIPT.replace("__wbg_floor_3", "__wbg_other_3");
        assert!(shorten(&missing, &mut module(), "./x_bg.js").is_err());
        let error = shorten(SCRIPT, &mut module(), "./x_bg.js").unwrap_err();
        assert_eq!(error.to_string(), "the module does not export __wbg_sink_free");
    }

    #[test]
    fn short_names_are_all_different() {
        let names: BTreeSet<String> = (0..6000).map(short).collect();
        assert_eq!(names.len(), 6000);
        assert_eq!([0, 51, 52, 53].map(short), ["a", "Z", "aa", "ba"]);
    }
}
