//! Which room may use which (docs/ARCHITECTURE.md), read from `cargo metadata`.
use crate::place::Place;
use anyhow::{Context, Result};
use cargo_metadata::{DependencyKind, MetadataCommand};

/// Rooms without I/O: they run the same on phone and server, and tests give them time and chance.
const PURE: [&str; 6] = ["zhucun-json", "zhucun-domain", "zhucun-forms", "zhucun-sync", "zhucun-api", "zhucun-words"];

/// What a pure room never uses: runtimes, databases, browsers, clocks, random numbers.
const IMPURE: [&str; 22] = [
    "axum",
    "chrono",
    "console_error_panic_hook",
    "fastrand",
    "getrandom",
    "gloo-net",
    "gloo-storage",
    "gloo-timers",
    "hyper",
    "indexed_db_futures",
    "js-sys",
    "leptos",
    "object_store",
    "rand",
    "reqwasm",
    "reqwest",
    "sqlx",
    "time",
    "tokio",
    "wasm-bindgen",
    "wasm-bindgen-futures",
    "web-sys",
];

/// Who may use which room: (user, rooms). Members of tests/ may use all.
const ARROWS: [(&str, &[&str]); 12] = [
    ("zhucun-json", &[]),
    ("zhucun-forms", &["zhucun-json"]),
    ("zhucun-sync", &["zhucun-json"]),
    ("zhucun-words", &[]),
    ("zhucun-domain", &["zhucun-forms", "zhucun-json", "zhucun-sync"]),
    ("zhucun-api", &["zhucun-domain", "zhucun-forms", "zhucun-json", "zhucun-sync"]),
    ("zhucun-view-macro", &[]),
    ("zhucun-view", &["zhucun-view-macro"]),
    (
        "zhucun-app",
        &["zhucun-domain", "zhucun-forms", "zhucun-json", "zhucun-sync", "zhucun-api", "zhucun-words", "zhucun-view"],
    ),
    ("zhucun-server", &PURE),
    (
        "zhucun-testkit",
        &["zhucun-domain", "zhucun-forms", "zhucun-sync", "zhucun-api", "zhucun-words", "zhucun-server"],
    ),
    ("xtask", &[]),
];

/// One line of a Cargo.toml: `user` depends on `on`.
struct Arrow {
    user: String,
    on: String,
    kind: DependencyKind,
    features: Vec<String>,
    in_tests: bool,
}

/// Findings over the whole workspace.
pub fn check(place: &Place) -> Result<Vec<String>> {
    let metadata = MetadataCommand::new().current_dir(&place.root).no_deps().exec().context("cargo metadata failed")?;
    let tests = place.root.join("tests");
    let mut findings = Vec::new();
    for package in &metadata.packages {
        let in_tests = package.manifest_path.starts_with(tests.to_string_lossy().as_ref());
        let name = package.name.to_string();
        if !in_tests && !ARROWS.iter().any(|(user, _)| *user == name) {
            findings.push(format!("{name} is a new room: say in xtask/src/tidy/arrows.rs what it may use"));
        }
        let arrows = package.dependencies.iter().map(|dependency| Arrow {
            user: name.clone(),
            on: dependency.name.clone(),
            kind: dependency.kind,
            features: dependency.features.clone(),
            in_tests,
        });
        findings.extend(arrows.filter_map(|arrow| judge(&arrow)));
    }
    Ok(findings)
}

/// What is wrong with it, if anything.
fn judge(arrow: &Arrow) -> Option<String> {
    let Arrow { user, on, kind, features, in_tests } = arrow;
    if *kind != DependencyKind::Normal || *in_tests {
        // Tests and build scripts may use what they need; but nobody depends on the apps.
        return (on == "zhucun-app").then(|| format!("{user} uses {on}: nobody depends on the apps"));
    }
    if PURE.contains(&user.as_str()) {
        if IMPURE.contains(&on.as_str()) {
            return Some(format!("{user} uses {on}: it is pure, pass what it needs through its traits"));
        }
        let random =
            |feature: &&String| matches!(feature.as_str(), "v1" | "v4" | "v6" | "v7" | "rng" | "fast-rng" | "js");
        if let Some(feature) = features.iter().find(random).filter(|_| on == "uuid") {
            return Some(format!("{user} uses uuid with {feature}: ids are made at the edges"));
        }
    }
    if user == "zhucun-app"
        && on == "zhucun-forms"
        && features.iter().any(|feature| feature == "read" || feature == "native")
    {
        return Some("zhucun-app uses zhucun-forms with its spreadsheet reader: that is the server's".to_owned());
    }
    let room = on == "xtask" || on.starts_with("zhucun-");
    let allowed = ARROWS.iter().find(|(name, _)| name == user).is_some_and(|(_, rooms)| rooms.contains(&on.as_str()));
    (room && !allowed).then(|| format!("{user} uses {on}: this arrow is not in the design (docs/ARCHITECTURE.md)"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arrow(user: &str, on: &str, kind: DependencyKind, features: &[&str]) -> Arrow {
        let features = features.iter().map(|feature| (*feature).to_owned()).collect();
        Arrow { user: user.into(), on: on.into(), kind, features, in_tests: false }
    }

    fn wrong(user: &str, on: &str) -> bool {
        judge(&arrow(user, on, DependencyKind::Normal, &[])).is_some()
    }

    #[test]
    fn pure_rooms_have_no_clock_no_runtime_no_browser() {
        assert!(wrong("zhucun-sync", "tokio"));
        assert!(wrong("zhucun-forms", "chrono"));
        assert!(wrong("zhucun-domain", "web-sys"));
        assert!(!wrong("zhucun-server", "tokio"));
        assert!(!wrong("zhucun-sync", "serde"));
        assert!(judge(&arrow("zhucun-sync", "uuid", DependencyKind::Normal, &["v7"])).is_some());
        assert!(judge(&arrow("zhucun-sync", "uuid", DependencyKind::Normal, &["std"])).is_none());
    }

    #[test]
    fn arrows_go_one_way() {
        assert!(wrong("zhucun-app", "zhucun-server"));
        assert!(wrong("zhucun-server", "zhucun-app"));
        assert!(wrong("zhucun-sync", "zhucun-domain"));
        assert!(!wrong("zhucun-domain", "zhucun-sync"));
        assert!(!wrong("zhucun-app", "zhucun-words"));
    }

    #[test]
    fn the_test_kit_is_for_tests_only() {
        assert!(wrong("zhucun-server", "zhucun-testkit"));
        assert!(judge(&arrow("zhucun-server", "zhucun-testkit", DependencyKind::Development, &[])).is_none());
    }

    #[test]
    fn the_spreadsheet_reader_stays_on_the_server() {
        assert!(judge(&arrow("zhucun-app", "zhucun-forms", DependencyKind::Normal, &["read"])).is_some());
    }
}
