//! The JSON of the types as serde's derive had it before they were written by hand (docs/decisions/0006-json-by-hand.md):
//! what is stored on phones and servers has this form. Only the shape matters here, so enums may stand for words.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

fn is_false(value: &bool) -> bool {
    !*value
}

#[derive(Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct StreamId(String);

impl TryFrom<String> for StreamId {
    type Error = zhucun_sync::StreamIdError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse::<zhucun_sync::StreamId>().map(|stream| Self(stream.as_str().to_owned()))
    }
}

impl From<StreamId> for String {
    fn from(stream: StreamId) -> Self {
        stream.0
    }
}

impl Clone for StreamId {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

#[derive(Serialize, Deserialize)]
pub struct RecordKey {
    collection: String,
    id: String,
}

#[derive(Serialize, Deserialize)]
pub struct Change {
    id: String,
    record: RecordKey,
    patch: BTreeMap<String, Value>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    prev: BTreeMap<String, Vec<String>>,
    device: String,
    device_time: i64,
    format: u32,
    #[serde(flatten)]
    extra: BTreeMap<String, Value>,
}

#[derive(Serialize, Deserialize)]
pub struct Head {
    change: String,
    order_time: i64,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    author: String,
    value: Value,
}

#[derive(Serialize, Deserialize)]
pub struct Record {
    fields: BTreeMap<String, Vec<Head>>,
}

#[derive(Serialize, Deserialize)]
pub struct StoredRecord {
    base: Record,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    view: Option<Record>,
}

#[derive(Serialize, Deserialize)]
pub struct Cursor {
    epoch: String,
    seq: i64,
}

#[derive(Serialize, Deserialize)]
pub struct Entry {
    seq: i64,
    order_time: i64,
    author: String,
    change: Change,
}

#[derive(Serialize, Deserialize)]
pub struct PullPage {
    epoch: String,
    entries: Vec<Entry>,
    head: i64,
}

#[derive(Serialize, Deserialize)]
pub struct PushRequest {
    device_now: i64,
    changes: Vec<Change>,
}

#[derive(Serialize, Deserialize)]
pub struct PushReply {
    verdicts: Vec<Verdict>,
    server_now: i64,
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "verdict", rename_all = "snake_case")]
pub enum Verdict {
    Accepted { id: String, seq: i64, order_time: i64 },
    Duplicate { id: String, seq: i64, order_time: i64 },
    Refused { id: String, code: RefusalCode },
    RetryLater { id: String },
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefusalCode {
    IdConflict,
    Forbidden,
    TooLarge,
    Invalid,
    Format,
    Gone,
    #[serde(other)]
    Unknown,
}

#[derive(Serialize, Deserialize)]
pub struct PendingChange {
    number: i64,
    stream: StreamId,
    change: Change,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    acknowledged: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    refused: Option<RefusalCode>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AttachmentState {
    Waiting,
    Sent,
    Refused,
}

#[derive(Serialize, Deserialize)]
pub struct PendingAttachment {
    stream: StreamId,
    sha256: String,
    size: i64,
    mime: String,
    state: AttachmentState,
}

#[derive(Serialize, Deserialize)]
pub struct Text(Vec<Vec<Piece>>);

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
pub enum Piece {
    Words(String),
    Value { v: String },
}

#[derive(Serialize, Deserialize)]
pub struct Definition {
    id: String,
    version: String,
    title: Text,
    languages: Vec<String>,
    default_language: usize,
    nodes: Vec<Node>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    choices: BTreeMap<String, Vec<Choice>>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    instance_name: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    style: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    files: Vec<ExternalFile>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    entities: Vec<Entity>,
    #[serde(default, skip_serializing_if = "Value::is_null")]
    first: Value,
}

#[derive(Serialize, Deserialize)]
pub struct ExternalFile {
    id: String,
    file: String,
}

#[derive(Serialize, Deserialize)]
pub struct Entity {
    list: String,
    node: u32,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    entity_id: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    create_if: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    update_if: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    label: String,
}

#[derive(Serialize, Deserialize)]
pub struct Action {
    e: Vec<Event>,
    #[serde(default)]
    t: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    v: String,
    #[serde(default, skip_serializing_if = "is_false")]
    geo: bool,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Event {
    First,
    Load,
    Repeat,
    Changed,
}

#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Node {
    n: String,
    p: u32,
    k: Kind,
    #[serde(skip_serializing_if = "String::is_empty")]
    rel: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    req: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    con: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    calc: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    ro: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    def: String,
    #[serde(rename = "dyn", skip_serializing_if = "is_false")]
    dynamic: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    l: Option<Text>,
    #[serde(skip_serializing_if = "Option::is_none")]
    h: Option<Text>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cm: Option<Text>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rm: Option<Text>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    a: Vec<String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    par: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ch: Option<ChoiceSource>,
    #[serde(skip_serializing_if = "String::is_empty")]
    rc: String,
    #[serde(skip_serializing_if = "is_false")]
    fix: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    g: Option<Text>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    m: BTreeMap<String, Text>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    set: Vec<Action>,
    #[serde(skip_serializing_if = "String::is_empty")]
    sv: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    ty: String,
}

#[derive(Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    #[default]
    Root,
    Group,
    Repeat,
    Text,
    Integer,
    Decimal,
    Range,
    SelectOne,
    SelectMultiple,
    Note,
    Geopoint,
    Date,
    Time,
    DateTime,
    Image,
    Calculate,
    Acknowledge,
    Hidden,
    Start,
    End,
    Today,
    Username,
    DeviceId,
    Rank,
    Geotrace,
    Geoshape,
    Audio,
    Video,
    File,
    Barcode,
    #[serde(rename = "phonenumber")]
    PhoneNumber,
    Email,
    #[serde(rename = "subscriberid")]
    SubscriberId,
    #[serde(rename = "simserial")]
    SimSerial,
    StartGeopoint,
    BackgroundAudio,
    Audit,
}

#[derive(Serialize, Deserialize)]
pub struct ChoiceSource {
    list: String,
    #[serde(default, skip_serializing_if = "is_false")]
    x: bool,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    f: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    n: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    v: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    lb: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    r: Option<String>,
}

#[derive(Serialize, Deserialize)]
pub struct Choice {
    n: String,
    l: Text,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    c: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    m: BTreeMap<String, Text>,
}

#[derive(Serialize, Deserialize)]
pub struct Draft {
    form: (String, String),
    answers: Value,
    start: String,
    language: usize,
    page: String,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    Secretary,
    Committee,
    Township,
    County,
    Dispatcher,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    Received,
    Accepted,
    Doing,
    Referred,
    Solved,
    Rated,
    Explained,
    Reopened,
}

#[derive(Serialize, Deserialize)]
pub struct Step {
    at: i64,
    role: Option<Role>,
    state: State,
    #[serde(default)]
    words: String,
}

#[derive(Serialize, Deserialize)]
pub struct SignIn {
    username: String,
    password: String,
}

#[derive(Serialize, Deserialize)]
pub struct Me {
    user: String,
    username: String,
    name: String,
    role: Role,
    place: BTreeMap<String, String>,
    streams: Vec<StreamId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    needs_link: Option<String>,
}

#[derive(Serialize, Deserialize)]
pub struct FormFile {
    name: String,
    sha256: String,
    size: i64,
    #[serde(default)]
    is_list: bool,
}

#[derive(Serialize, Deserialize)]
pub struct Problem {
    #[serde(rename = "type")]
    kind: String,
    title: String,
    status: u16,
    code: ProblemCode,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    detail: Option<Value>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProblemCode {
    WrongPassword,
    TooManyTries,
    SignedOut,
    Forbidden,
    NotFound,
    BadRequest,
    WrongHash,
    TooLarge,
    WrongType,
    CrossSite,
    Busy,
    Internal,
    #[serde(other)]
    Unknown,
}
