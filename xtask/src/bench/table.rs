//! The figures as a table for the document, and whether they are what was wanted.
use super::report::{Opening, Report, Spread};
use anyhow::{Context, Result, bail};
use std::fmt::Write as _;

/// Keys and names, ours first.
const ENGINES: [(&str, &str); 4] = [
    ("zhucun", "Zhucun"),
    ("zhucun-household", "Zhucun, by a household's page"),
    ("enketo", "Enketo Core"),
    ("odk", "ODK Web Forms"),
];
/// What ours is compared with.
const RIVAL: &str = "enketo";
/// At most so many times as long as Enketo: wanted, and the goal beyond it.
const COLD: (f64, f64) = (0.75, 0.6);
const WARM: f64 = 0.5;
/// What stands around the generated part of the document.
pub const MARKS: (&str, &str) = ("<!-- figures: written by `cargo xtask bench --write` -->", "<!-- end of figures -->");

/// The table.
pub fn markdown(report: &Report) -> Result<String> {
    let mut text = String::from(
        "| until the first question can be answered, s | cold | warm | on later days | first paint, cold | tap until it shows, ms | kB, cold | kB, warm | scripts' heap, MB | process, MB |\n\
         |---|---|---|---|---|---|---|---|---|---|\n",
    );
    let mut found = 0;
    for (key, name) in ENGINES {
        let one = |opening: &str, value: fn(&Opening) -> f64| report.spread(key, opening, value);
        let Some(cold) = one("cold", |row| row.answerable) else { continue };
        found += 1;
        let missing = || format!("{name} has cold openings only");
        let warm = one("warm", |row| row.answerable).with_context(missing)?;
        let later = one("later", |row| row.answerable).with_context(missing)?;
        let paint = one("cold", |row| row.first_paint).with_context(missing)?;
        let shows = one("warm", |row| row.followed - row.answerable).with_context(missing)?;
        let bytes = |opening| Some(one(opening, |row| row.bytes)?.median / 1000.0);
        let heap = one("warm", |row| row.heap).with_context(missing)?;
        let process = one("warm", |row| row.renderer).with_context(missing)?;
        writeln!(
            text,
            "| {name} | {} | {} | {} | {} | {:.0} | {:.0} | {:.0} | {:.1} | {:.0} |",
            seconds(cold),
            seconds(warm),
            seconds(later),
            seconds(paint),
            shows.median,
            bytes("cold").with_context(missing)?,
            bytes("warm").with_context(missing)?,
            heap.median / 1e6,
            process.median / 1e6,
        )?;
    }
    if found == 0 {
        bail!("there are no figures in the results");
    }
    let times: Option<Vec<f64>> =
        ["cold", "warm", "later"].iter().map(|opening| report.times("zhucun", RIVAL, opening)).collect();
    if let Some(times) = times {
        writeln!(
            text,
            "| **Zhucun : Enketo Core** | **{:.2}** | **{:.2}** | **{:.2}** | | | | | | |",
            times[0], times[1], times[2]
        )?;
    }
    Ok(text)
}

/// Middle value, and in brackets the least and the most.
fn seconds(spread: Spread) -> String {
    format!("{:.2} ({:.2}–{:.2})", spread.median / 1000.0, spread.least / 1000.0, spread.most / 1000.0)
}

/// Whether what was wanted is reached, in words; a line each.
pub fn verdict(report: &Report) -> String {
    let mut lines = Vec::new();
    if let Some(cold) = report.times("zhucun", RIVAL, "cold") {
        lines.push(format!(
            "cold: {cold:.2} × Enketo Core, wanted {} ({}), goal {} ({})",
            COLD.0,
            word(cold, COLD.0),
            COLD.1,
            word(cold, COLD.1)
        ));
    }
    if let Some(warm) = report.times("zhucun", RIVAL, "warm") {
        lines.push(format!("warm: {warm:.2} × Enketo Core, wanted {WARM} ({})", word(warm, WARM)));
    }
    let ours = report.results.iter().filter(|row| row.engine == "zhucun" && row.opening == "cold");
    if let Some(most) = ours.map(|row| row.before_paint.len()).max() {
        let is_first = if most == 0 { "reached" } else { "missed" };
        lines.push(format!(
            "first paint: requests after the page that it waited for, at most: {most}, wanted 0 ({is_first})"
        ));
    }
    let load = report.load.iter().copied().fold(0.0, f64::max);
    lines.push(format!("load of the machine meanwhile: at most {load:.1}"));
    lines.join("\n")
}

fn word(times: f64, limit: f64) -> &'static str {
    if times <= limit { "reached" } else { "missed" }
}

/// What stands between the marks in the document.
pub fn section(report: &Report, machine: &str) -> Result<String> {
    let slow = &report.slow;
    Ok(format!(
        "{}\nMachine: {machine}. Chromium {}, processor {} times slower, {} ms, {:.0} kbit/s each way. Medians of {} openings each,\n\
         with the least and the most in brackets.\n\n{}\n{}\n",
        MARKS.0,
        report.chromium,
        slow.cpu,
        slow.latency_ms,
        slow.bytes_per_second * 8.0 / 1000.0,
        report.runs,
        markdown(report)?,
        verdict(report).lines().map(|line| format!("- {line}\n")).collect::<String>(),
    ))
}

/// The document with a section in the place of the one it has.
pub fn put(document: &str, section: &str, marks: (&str, &str)) -> Result<String> {
    let places = document.find(marks.0).zip(document.find(marks.1)).filter(|(from, to)| from < to);
    let (from, to) = places.context("docs/benchmarks.md has lost the marks around its figures")?;
    Ok(format!("{}{section}{}", &document[..from], &document[to..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(times: &[(&str, &str, f64)], before_paint: &str) -> Report {
        let row = |(engine, opening, ms): &(&str, &str, f64)| {
            format!(
                r#"{{"engine":"{engine}","opening":"{opening}","answerable":{ms},"followed":{ms},"firstPaint":450,
                "beforePaint":[{before_paint}],"bytes":200000,"heap":1500000,"renderer":40000000}}"#
            )
        };
        let rows: Vec<_> = times.iter().map(row).collect();
        let json = format!(
            r#"{{"chromium":"156","slow":{{"cpu":6,"latencyMs":400,"bytesPerSecond":50000}},"runs":1,"load":[0.5],"results":[{}]}}"#,
            rows.join(",")
        );
        serde_json::from_str(&json).unwrap()
    }

    const BOTH: [(&str, &str, f64); 6] = [
        ("zhucun", "cold", 5600.0),
        ("zhucun", "warm", 900.0),
        ("zhucun", "later", 900.0),
        ("enketo", "cold", 8000.0),
        ("enketo", "warm", 2000.0),
        ("enketo", "later", 2000.0),
    ];

    #[test]
    fn the_table_has_a_line_for_each_engine_and_their_proportion() {
        let table = markdown(&report(&BOTH, "")).unwrap();
        assert!(table.contains("| Zhucun | 5.60 (5.60–5.60) | 0.90 (0.90–0.90) |"), "{table}");
        assert!(table.contains("| **Zhucun : Enketo Core** | **0.70** | **0.45** | **0.45** |"), "{table}");
        assert!(!table.contains("ODK"), "{table}");
    }

    #[test]
    fn what_is_missed_is_called_missed() {
        let text = verdict(&report(&BOTH, ""));
        assert!(text.contains("cold: 0.70 × Enketo Core, wanted 0.75 (reached), goal 0.6 (missed)"), "{text}");
        assert!(text.contains("wanted 0 (reached)"), "{text}");
        assert!(verdict(&report(&BOTH, r#""/assets/a.css""#)).contains("at most: 1, wanted 0 (missed)"));
    }

    #[test]
    fn an_engine_that_was_measured_in_part_makes_no_table() {
        assert!(markdown(&report(&[("odk", "cold", 1.0)], "")).is_err());
        assert!(markdown(&report(&[], "")).is_err());
    }

    #[test]
    fn only_what_is_between_the_marks_is_replaced() {
        let document = format!("before\n{}\nformer figures\n{}\nafter\n", MARKS.0, MARKS.1);
        let section = section(&report(&BOTH, ""), "a machine").unwrap();
        let new = put(&document, &section, MARKS).unwrap();
        assert!(new.starts_with("before\n<!-- figures") && new.ends_with("<!-- end of figures -->\nafter\n"), "{new}");
        assert!(!new.contains("former") && new.contains("400 kbit/s"), "{new}");
        assert_eq!(put(&new, &section, MARKS).unwrap(), new);
        assert!(put("no marks", &section, MARKS).is_err());
    }
}
