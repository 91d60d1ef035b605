//! The table of what is measured in the app alone: opening a long form, a lookup in a long list, choices that depend on a choice.
use super::{rank, word};
use serde::Deserialize;
use std::fmt::Write as _;

/// Milliseconds at most: opening a form; a lookup, without what an answer costs anyway; a cascade.
const OPENED: f64 = 150.0;
const LOOKED_UP: f64 = 5.0;
const CASCADED: f64 = 50.0;

/// One thing that was done several times.
#[derive(Deserialize)]
pub(super) struct Measured {
    /// `anew`, `again`, `lookup`, `no-lookup`, `cascade`.
    what: String,
    rows: Vec<Time>,
}

/// One time, in milliseconds.
#[derive(Deserialize)]
struct Time {
    /// In scripts.
    script: f64,
    /// Of the page's main thread in all.
    busy: f64,
    /// Until it was painted.
    painted: f64,
    /// What of an opening it took to read the definition and to begin a filling with it.
    definition: Option<f64>,
}

/// What is told of all times: a value, and the share that is not above.
struct Told<'a>(&'a [Time]);

impl Told<'_> {
    fn at(&self, share: f64, value: impl Fn(&Time) -> Option<f64>) -> f64 {
        rank(self.0.iter().filter_map(value).collect(), share)
    }

    /// Median, and in brackets what 95 of 100 are not above.
    fn both(&self, value: fn(&Time) -> Option<f64>) -> String {
        format!("{:.1} ({:.1})", self.at(0.5, value), self.at(0.95, value))
    }
}

/// The table; empty when the app was not measured.
pub(super) fn table(all: &[Measured]) -> String {
    let find = |what: &str| all.iter().find(|measured| measured.what == what).map(|measured| Told(&measured.rows));
    let mut text = String::new();
    let mut row = |name: &str, told: &Told<'_>, wanted: &str| {
        let (script, busy) = (told.both(|time| Some(time.script)), told.both(|time| Some(time.busy)));
        let painted = told.both(|time| Some(time.painted));
        text += &format!("| {name}, {} times | {script} | {busy} | {painted} | {wanted} |\n", told.0.len());
    };
    for (what, when) in [("anew", "the first in a page that was started anew"), ("again", "once more in the same page")]
    {
        let Some(told) = find(what) else { continue };
        let wanted = format!("painted, median: {}", limit(told.at(0.5, |time| Some(time.painted)), OPENED));
        row(&format!("open the form of 1000 questions, {when}"), &told, &wanted);
    }
    for (what, name) in [
        ("lookup", "an answer, and its row among 30000 is looked up"),
        ("no-lookup", "the same answer, and nothing is looked up"),
    ] {
        let Some(told) = find(what) else { continue };
        row(name, &told, "");
    }
    if let Some(told) = find("cascade") {
        let wanted = format!("painted, 95 of 100: {}", limit(told.at(0.95, |time| Some(time.painted)), CASCADED));
        row("choose a county and see its 400 of 8000 villages", &told, &wanted);
    }
    if text.is_empty() {
        return text;
    }
    text.insert_str(0, HEAD);
    text.push('\n');
    for (what, when) in [("anew", "first"), ("again", "later")] {
        let Some(told) = find(what) else { continue };
        let ms = told.at(0.5, |time| time.definition);
        text += &format!("- the definition alone, {when}: median {ms:.1} ms, wanted {}\n", limit(ms, OPENED));
    }
    if let Some((with, without)) = find("lookup").zip(find("no-lookup")) {
        let more = |value: fn(&Time) -> Option<f64>| with.at(0.5, value) - without.at(0.5, value);
        let (script, painted) = (more(|time| Some(time.script)), more(|time| Some(time.painted)));
        let _ = writeln!(
            text,
            "- the lookup alone, difference of the medians: script {script:.1} ms, wanted {}; painted {painted:.1} ms, wanted {}",
            limit(script, LOOKED_UP),
            limit(painted, LOOKED_UP)
        );
    }
    text
}

const HEAD: &str = "In the app alone; milliseconds: median, and in brackets what 95 of 100 are not above.\n\n\
    | what is done | script | main thread in all | until painted | wanted |\n\
    |---|---|---|---|---|\n";

fn limit(found: f64, limit: f64) -> String {
    format!("{limit} ({})", word(found, limit))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measured(what: &str, rows: &[(f64, f64)], definition: &str) -> String {
        let row = |(script, painted): &(f64, f64)| {
            format!(r#"{{"script":{script},"busy":{painted},"painted":{painted}{definition}}}"#)
        };
        let rows: Vec<_> = rows.iter().map(row).collect();
        format!(r#"{{"what":"{what}","rows":[{}]}}"#, rows.join(","))
    }

    fn table_of(all: &[String]) -> String {
        table(&serde_json::from_str::<Vec<Measured>>(&format!("[{}]", all.join(","))).unwrap())
    }

    #[test]
    fn an_opening_is_told_as_a_whole_and_its_definition_alone() {
        let rows = [(90.0, 140.0), (80.0, 160.0), (85.0, 151.0)];
        let text = table_of(&[measured("anew", &rows, r#","definition":60"#)]);
        let row =
            "started anew, 3 times | 85.0 (90.0) | 151.0 (160.0) | 151.0 (160.0) | painted, median: 150 (missed) |";
        assert!(text.contains(row), "{text}");
        assert!(text.contains("- the definition alone, first: median 60.0 ms, wanted 150 (reached)"), "{text}");
    }

    #[test]
    fn a_lookup_is_what_it_costs_more_than_an_answer_without_one() {
        let all = [measured("lookup", &[(16.0, 31.0)], ""), measured("no-lookup", &[(12.0, 25.0)], "")];
        let text = table_of(&all);
        let line = "script 4.0 ms, wanted 5 (reached); painted 6.0 ms, wanted 5 (missed)";
        assert!(text.contains(line), "{text}");
    }

    #[test]
    fn choices_are_judged_by_when_they_are_painted() {
        let text = table_of(&[measured("cascade", &[(30.0, 51.0)], "")]);
        assert!(text.contains("painted, 95 of 100: 50 (missed)"), "{text}");
    }

    #[test]
    fn without_the_app_there_is_no_table() {
        assert_eq!(table_of(&[]), "");
    }
}
