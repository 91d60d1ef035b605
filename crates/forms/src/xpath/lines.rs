//! Expressions asked and answered in JSON, a line each: `zhucun form eval`, and the conformance test.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value as Json, json};

use super::{Document, Expr, Value};
use crate::{Host, NativeHost, dates};

/// The names of time zones that are known beside `+08:00` and the like; none of them has a summer time.
const ZONES: [(&str, i32); 4] = [("UTC", 0), ("Z", 0), ("Asia/Shanghai", 480), ("America/Phoenix", -420)];

/// What is asked; other members of the object are passed over.
#[derive(Deserialize)]
struct Question {
    expr: String,
    /// The document; none where the expression needs none.
    context_xml: Option<String>,
    /// Where evaluation starts: a path as [`Document::find`] reads it.
    context_node: Option<String>,
    /// The node in the place of the document.
    root_node: Option<String>,
    /// Prefix to URI.
    #[serde(default)]
    namespaces: BTreeMap<String, String>,
    language: Option<String>,
    /// The type asked for, of which the first of the two counts.
    #[serde(rename = "type")]
    kind: Option<String>,
    expect: Option<Expected>,
    tz: Option<String>,
}

#[derive(Deserialize)]
struct Expected {
    #[serde(rename = "type")]
    kind: Option<String>,
}

/// Answers a line `{"id", "expr", "context_xml"?, "context_node"?, "root_node"?, "namespaces"?, "language"?, "type"? or
/// "expect": {"type"}?, "tz"?}` by a line `{"id", "type", "value"}`, both without their ends. The type is `number` (the value may
/// be the text `NaN`, `Infinity` or `-Infinity`), `string`, `boolean`, `nodeset` (`[{"path", "string"}]`) or `error`, with what
/// is wrong. `now`: milliseconds since 1970 UTC.
pub fn answer(line: &[u8], now: i64) -> String {
    let (id, answered) = match serde_json::from_slice::<Json>(line) {
        Ok(object) => (object.get("id").cloned().unwrap_or_default(), asked(object, now)),
        Err(error) => (Json::Null, Err(format!("{error}: {WHAT_TO_WRITE}"))),
    };
    let (kind, value) = answered.unwrap_or_else(|error| ("error", Json::String(error)));
    written(&id, kind, &value)
}

/// The answer to a line that is not even looked at.
pub fn refused(why: &str) -> String {
    written(&Json::Null, "error", &Json::String(why.to_owned()))
}

/// An answer, its members in this order: a map would be sorted.
fn written(id: &Json, kind: &str, value: &Json) -> String {
    format!("{{\"id\":{id},\"type\":\"{kind}\",\"value\":{value}}}")
}

const WHAT_TO_WRITE: &str = "write one JSON object a line, e.g. {\"id\": 1, \"expr\": \"1 + 1\"}";

fn asked(object: Json, now: i64) -> Result<(&'static str, Json), String> {
    if !object.is_object() {
        return Err(WHAT_TO_WRITE.to_owned());
    }
    let question: Question = serde_json::from_value(object).map_err(|error| error.to_string())?;
    let host = NativeHost::new(now, offset(question.tz.as_deref().unwrap_or("UTC"))?);
    let mut document =
        Document::read(question.context_xml.as_deref().unwrap_or("<root/>")).map_err(|e| e.to_string())?;
    if let Some(root) = &question.root_node {
        document.set_root(root).map_err(|error| format!("root_node: {error}"))?;
    }
    for (prefix, uri) in &question.namespaces {
        document.bind(prefix, uri);
    }
    if let Some(language) = &question.language {
        document.set_language(language);
    }
    let context = question.context_node.as_deref().unwrap_or("/");
    let context = document.find(context).map_err(|error| format!("context_node: {error}"))?;
    let expr = Expr::parse(&question.expr).map_err(|error| error.to_string())?;
    let value = expr.eval(&document, context, &host).map_err(|error| error.to_string())?;
    let kind = question.kind.or(question.expect.and_then(|expect| expect.kind));
    turned(&value, kind.as_deref(), &document, &host)
}

/// Minutes ahead of UTC.
fn offset(zone: &str) -> Result<i32, String> {
    let named = ZONES.iter().find(|(name, _)| *name == zone).map(|(_, offset)| *offset);
    let fixed = || Some(zone).filter(|zone| zone.starts_with(['+', '-'])).and_then(dates::parse_offset);
    named.or_else(fixed).ok_or_else(|| {
        let names = ZONES.map(|(name, _)| name).join(", ");
        format!("tz: {zone} is not known; write {names}, or hours and minutes ahead of UTC like +08:00")
    })
}

/// The value as the type asked for; without one as the type that it has.
fn turned(
    value: &Value,
    kind: Option<&str>,
    document: &Document,
    host: &dyn Host,
) -> Result<(&'static str, Json), String> {
    let own = match value {
        Value::Nodes(_) => "nodeset",
        Value::Text(_) | Value::Date(_) => "string",
        Value::Number(_) | Value::Days(_) => "number",
        Value::Bool(_) => "boolean",
    };
    match kind.unwrap_or(own) {
        "number" => Ok(("number", number(value.number(document, host)))),
        "string" => Ok(("string", Json::String(value.text(document, host)))),
        "boolean" => Ok(("boolean", Json::Bool(value.bool()))),
        "nodeset" => match value {
            Value::Nodes(nodes) => {
                let texts = nodes.iter().map(|node| super::Tree::string(document, *node));
                let all = document.paths(nodes).into_iter().zip(texts);
                Ok(("nodeset", all.map(|(path, string)| json!({ "path": path, "string": string })).collect()))
            }
            _ => Err(format!("the expression gives a {own}, not nodes")),
        },
        "error" => turned(value, None, document, host),
        other => Err(format!("type: {other} is not known; write number, string, boolean or nodeset")),
    }
}

/// What is whole is written without a point; -0 as 0.
fn number(number: f64) -> Json {
    if !number.is_finite() {
        return Json::String(super::number_text(number));
    }
    if number.fract() == 0.0 && number.abs() < 1e15 { json!(number as i64) } else { json!(number) }
}
