//! A villager's page, and the form's definition, as the built server sends them from a demo county of its own.
use super::{Row, http};
use crate::place::Place;
use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

/// What the server sends.
pub struct Found {
    /// The page behind a villager's link with all that it loads.
    pub page: Vec<Row>,
    /// The form's definition, part of what a phone fetches.
    pub definitions: Vec<Row>,
}

/// Starts the server with a new demo county, fetches, and stops it.
pub fn measure(place: &Place) -> Result<Found> {
    let folder = place.target.join("zhucun-size-demo");
    if folder.exists() {
        std::fs::remove_dir_all(&folder)?;
    }
    let mut server = place.command(&place.server().to_string_lossy());
    server.args(["demo", "--port", "0", "--data"]).arg(&folder);
    let running = Running::start(&mut server)?;
    let found = fetch(&running.link);
    drop(running);
    std::fs::remove_dir_all(&folder)?;
    found
}

fn fetch(link: &str) -> Result<Found> {
    let rest = link.strip_prefix("http://").context("the demo's link is not http")?;
    let (address, path) = rest.split_once('/').context("the demo's link has no path")?;
    let path = format!("/{path}");
    let answer = http::get(address, &path, "")?;
    let mut page = vec![Row { name: "the page".to_owned(), bytes: answer.wire }];
    for part in loaded(&answer.text) {
        let bytes = http::get(address, part, "")?.wire;
        page.push(Row { name: part.to_owned(), bytes });
    }
    Ok(Found { page, definitions: definitions(address)? })
}

/// The forms' definitions that a secretary's phone of the demo county fetches.
fn definitions(address: &str) -> Result<Vec<Row>> {
    let cookie = http::sign_in(address, "/api/v1/session", r#"{"username":"shiban","password":"shiban-2026"}"#)?;
    let session: Value = serde_json::from_str(&http::get(address, "/api/v1/session", &cookie)?.text)?;
    let streams = session["streams"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let county = streams.into_iter().find(|stream| stream.starts_with("county/")).context("no stream of the county")?;
    let changes = http::get(address, &format!("/api/v1/streams/{county}/changes"), &cookie)?.text;
    let mut rows = Vec::new();
    for part in changes.split("\"hash\":\"").skip(1) {
        let hash = part.split('"').next().unwrap_or_default();
        let bytes = http::get(address, &format!("/api/v1/forms/{hash}"), &cookie)?.wire;
        rows.push(Row { name: "a checklist's definition".to_owned(), bytes });
    }
    if rows.is_empty() {
        bail!("the demo county has no checklist: it could not be counted");
    }
    Ok(rows)
}

/// Addresses of styles, scripts and pictures a page loads from us.
fn loaded(page: &str) -> Vec<&str> {
    let attribute = |tag: &'_ str, name: &str| {
        tag.split_once(name).and_then(|(_, rest)| rest.split_once('"')).map(|(value, _)| value.len())
    };
    let mut found = Vec::new();
    for (start, _) in page.match_indices('<') {
        let tag = page[start..].split('>').next().unwrap_or_default();
        let name = if tag.starts_with("<link") && (tag.contains("stylesheet") || tag.contains("icon")) {
            "href=\""
        } else if tag.starts_with("<script") || tag.starts_with("<img") {
            "src=\""
        } else {
            continue;
        };
        if let (Some(length), Some(at)) = (attribute(tag, name), tag.find(name)) {
            let value = &tag[at + name.len()..at + name.len() + length];
            if value.starts_with('/') {
                found.push(value);
            }
        }
    }
    found
}

/// A demo server that is stopped when this goes.
struct Running {
    child: Child,
    link: String,
}

impl Running {
    /// Waits until it has printed a villager's link, a minute at most.
    fn start(command: &mut Command) -> Result<Self> {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().context("starting the server")?;
        let pipe = child.stdout.take().context("standard output was piped")?;
        let (seen, link) = mpsc::channel();
        // Reads on after the link, so that the server never stands at a full pipe.
        thread::spawn(move || {
            for line in BufReader::new(pipe).lines().map_while(Result::ok) {
                if let Some(link) = villager_link(&line) {
                    let _ = seen.send(link.to_owned());
                }
            }
        });
        let mut running = Self { child, link: String::new() };
        match link.recv_timeout(Duration::from_secs(60)) {
            Ok(link) => running.link = link,
            Err(_) => bail!("`zhucun demo` printed no villager's link (http://…/n/…) within a minute"),
        }
        Ok(running)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn villager_link(line: &str) -> Option<&str> {
    line.split_whitespace().find(|word| word.starts_with("http://") && word.contains("/n/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_villagers_link_is_found_in_what_the_demo_prints() {
        assert_eq!(villager_link("  上坝村  http://127.0.0.1:8080/n/abc  "), Some("http://127.0.0.1:8080/n/abc"));
        assert_eq!(villager_link("open http://127.0.0.1:8080/"), None);
    }

    #[test]
    fn what_a_page_loads_is_counted_and_what_it_links_to_is_not() {
        let page =
            r#"<link rel="stylesheet" href="/n.css"><a href="/t">t</a><img src="/qr.svg" alt=""><img src="data:x">"#;
        assert_eq!(loaded(page), ["/n.css", "/qr.svg"]);
    }
}
