//! The JSON of the REST interface (`/api/v1`) and its error codes, shared by app and server.
//!
//! | method and path | asks | answers | who |
//! |---|---|---|---|
//! | GET `/api/v1/capabilities` | | [`Capabilities`] | anyone |
//! | POST `/api/v1/session` | [`SignIn`] | [`Me`] and the cookie | anyone, limited |
//! | GET `/api/v1/session` | | [`Me`] | signed in |
//! | DELETE `/api/v1/session` | | 204 | signed in |
//! | POST `/api/v1/streams/{kind}/{id}/changes` | `PushRequest` | `PushReply` | `Action::Push` per change |
//! | GET `/api/v1/streams/{kind}/{id}/changes?after=&limit=` | | `PullPage` | `Action::Pull` |
//! | PUT `/api/v1/streams/{kind}/{id}/attachments/{sha256}` | bytes | 204 | `Action::Attach` |
//! | GET `/api/v1/streams/{kind}/{id}/attachments/{sha256}` | | bytes | `Action::Read` |
//! | GET `/api/v1/forms/{hash}` | | `Definition` | signed in |
//! | GET `/api/v1/forms/{hash}/files` | | [`FormFile`] list | `Action::Pull` of the county's stream, `Action::Administer` |
//! | GET `/api/v1/forms/{hash}/files/{sha256}` | | the bytes, of a list its [`FormFile`] JSON | the same |
//! | GET `/api/v1/villages/{village}/link` | | [`Links`] | `Action::ManageLink` |
//! | POST `/api/v1/villages/{village}/link` | [`MakeLink`] | [`Links`] | `Action::ManageLink` |
//! | DELETE `/api/v1/villages/{village}/link` | | [`Links`] | `Action::ManageLink` |
//! | GET `/api/v1/villages` | | [`VillageSummary`] list | township, county; the dispatcher has none |
//! | GET `/api/v1/villages/{village}/visits?after=&limit=` | | [`VisitList`] | `Action::Read` |
//! | GET `/api/v1/villages/{village}/visits/{visit}` | | [`VisitDetail`] | `Action::Read` |
//! | GET `/api/v1/villages/{village}/needs` | | [`NeedRow`] list | `Action::Read` |
//! | GET `/api/v1/villages/{village}/households` | | [`HouseholdRow`] list | `Action::Read` |
//! | GET `/api/v1/villages/{village}/visits.csv?form=&lang=&versions=` | | CSV | `Action::Export` |
//! | GET `/api/v1/villages/{village}/visits.xlsx?form=&lang=&versions=` | | XLSX | `Action::Export` |
//! | GET `/api/v1/visits.xlsx?form=&lang=&versions=` | | XLSX of all villages | township, county |
//! | GET `/api/v1/unseen?days=&village=&after=&limit=` | | [`UnseenList`] | township, county |
//! | GET `/api/v1/unseen.csv?days=&village=&lang=` | | CSV | township, county |
//!
//! The desk's administration is in [`admin`]. Errors are RFC 9457 problem+json: [`Problem`].

pub mod admin;

mod link;

use std::collections::BTreeMap;

pub use link::{Links, MakeLink, VillageLink};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use zhucun_domain::access::Role;
use zhucun_domain::need::Step;
pub use zhucun_forms::told::{Row, Section, Shown};
use zhucun_json::{Fields, FromJson, JsonError, ToJson, Writer};
use zhucun_sync::StreamId;

/// The name of the header that a server of ours always sends with JSON, so that a captive portal's 200 is noticed.
pub const HEADER: &str = "x-zhucun";

/// The largest attachment, bytes: half an hour of a voice, a minute and a half of a film. The phone shrinks photos long
/// before.
pub const ATTACHMENT_MAX: usize = 8 * 1024 * 1024;

/// Whether a file's first bytes are those of a program, which a computer or phone would run when it is opened: those are no
/// attachments. Eight bytes tell.
#[must_use]
pub fn is_program(head: &[u8]) -> bool {
    const MAGIC: [&[u8]; 8] = [
        b"MZ",
        b"\x7fELF",
        b"dex\n",
        b"\xca\xfe\xba\xbe",
        b"\xfe\xed\xfa\xce",
        b"\xfe\xed\xfa\xcf",
        b"\xce\xfa\xed\xfe",
        b"\xcf\xfa\xed\xfe",
    ];
    // A recording of some phones begins as scripts do.
    MAGIC.iter().any(|magic| head.starts_with(magic)) || (head.starts_with(b"#!") && !head.starts_with(b"#!AMR"))
}

/// The largest change, bytes of JSON.
pub const CHANGE_MAX: usize = 256 * 1024;

/// A text by language tag (`zh`, `en`).
pub type Names = BTreeMap<String, String>;

/// What the server can do; asked instead of guessing from versions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Capabilities {
    /// Change formats accepted, newest first.
    pub formats: Vec<u32>,
    /// Largest attachment, bytes.
    pub attachment_max: usize,
    /// The server's clock, milliseconds since 1970 UTC.
    pub now: i64,
}

/// A sign-in.
#[derive(Clone, Debug, Deserialize)]
pub struct SignIn {
    /// The name given by the county.
    pub username: String,
    /// The password.
    pub password: String,
}

/// Who is signed in, and what their device replicates. Kept on the phone, so that the app starts without a network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Me {
    /// User id; names the phone's database, so that several users of a phone never see each other's data.
    pub user: String,
    /// Sign-in name.
    pub username: String,
    /// Name to show.
    pub name: String,
    /// Role.
    pub role: Role,
    /// The village, township or county by name, for the top line.
    pub place: Names,
    /// Streams to replicate.
    pub streams: Vec<StreamId>,
    /// The village's public address for needs (absolute), for secretary and committee.
    pub needs_link: Option<String>,
}

impl Me {
    /// The village's stream, for those who work in one.
    #[must_use]
    pub fn village(&self) -> Option<&StreamId> {
        self.streams.iter().find(|stream| stream.kind() == "village")
    }

    /// The county's stream.
    #[must_use]
    pub fn county(&self) -> Option<&StreamId> {
        self.streams.iter().find(|stream| stream.kind() == "county")
    }
}

/// A file beside a form, as a phone gets it.
///
/// A list (CSV, XML, `GeoJSON`) comes as JSON, `{"columns": ["name", "label"], "rows": [["a", "A"]]}`, all texts, so that no
/// phone has to read three formats; pictures and sounds come as they are. The bytes of a hash never change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormFile {
    /// As the form names it: `districts.csv`.
    pub name: String,
    /// SHA-256 of what a phone gets, the name to ask for.
    pub sha256: String,
    /// Bytes of it.
    pub size: i64,
    /// Whether it is a list.
    pub is_list: bool,
}

/// A village as the desk lists it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VillageSummary {
    /// Village id (the stream is `village/<id>`).
    pub id: String,
    /// Its name.
    pub name: Names,
    /// Its township's name.
    pub township: Names,
    /// Households on file.
    pub households: i64,
    /// Visits received.
    pub visits: i64,
    /// Households visited at least once in the last `unseen_days` days.
    pub seen: i64,
    /// Days after which a household counts as unseen, as the county has set it.
    pub unseen_days: u32,
    /// Households not visited in the last `unseen_days` days.
    pub unseen: i64,
    /// Needs that are open.
    pub needs_open: i64,
    /// Open needs past their day.
    pub needs_late: i64,
    /// When the newest visit was finished, milliseconds; absent when none.
    pub last_visit: Option<i64>,
}

/// A form by which visits were filled.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct VisitForm {
    /// Form id.
    pub id: String,
    /// By language tag; empty when the form is not known any more.
    pub title: Names,
}

/// A page of visits, newest first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct VisitList {
    /// The visits.
    pub visits: Vec<VisitRow>,
    /// How many there are in all.
    pub total: i64,
    /// What to give as `after` for the next page; absent on the last.
    pub next: Option<String>,
}

/// A visit in a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct VisitRow {
    /// Record id.
    pub id: String,
    /// `instance_name`.
    pub title: String,
    /// Head of household; empty when the visit was to the village.
    pub household: String,
    /// Group of the household.
    pub group: String,
    /// Form id.
    pub form: String,
    /// Day of the visit, ISO.
    pub day: String,
    /// Finished, milliseconds.
    pub finished_at: i64,
    /// Name of who made it.
    pub by: String,
    /// Attachments that have arrived, and how many there should be.
    pub photos: (i64, i64),
    /// When it was corrected last, milliseconds; absent when it never was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub corrected_at: Option<i64>,
}

/// A visit opened at the desk: answers in the form's order and words.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct VisitDetail {
    /// The row.
    pub row: VisitRow,
    /// The village's name.
    pub village: Names,
    /// Begun, milliseconds.
    pub started_at: i64,
    /// The form's title.
    pub form_title: String,
    /// The answers; pictures by file name, which begins with their SHA-256.
    pub sections: Vec<Section>,
    /// SHA-256 of the visit's attachments that have arrived.
    pub arrived: Vec<String>,
    /// What is said of all of them.
    #[serde(default)]
    pub files: Vec<FileFact>,
    /// All versions of the visit, oldest first; one when it was never corrected.
    pub versions: Vec<VisitVersion>,
}

/// An attachment as a visit names it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileFact {
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// Its own name, of a file that was chosen; else empty.
    #[serde(default)]
    pub name: String,
    /// Bytes.
    pub size: i64,
}

impl FileFact {
    /// Of a visit's attachments.
    #[must_use]
    pub fn list(attachments: Option<&Value>) -> Vec<Self> {
        let of = |file: &Value| {
            let text = |name: &str| file.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
            let size = file.get("size").and_then(Value::as_i64).unwrap_or_default();
            Self { sha256: text("sha256"), name: text("file"), size }
        };
        let list = attachments.and_then(Value::as_array).into_iter().flatten();
        list.map(of).filter(|fact| !fact.sha256.is_empty()).collect()
    }
}

/// A version of a visit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VisitVersion {
    /// Record id.
    pub id: String,
    /// The version that it replaces; empty for the first.
    pub replaces: String,
    /// When it was finished or corrected, milliseconds.
    pub at: i64,
    /// Name of who made it.
    pub by: String,
    /// Why it was corrected; empty when not said.
    pub reason: String,
    /// Whether it is the one that counts.
    pub counts: bool,
}

/// Households that were not seen for so many days, never seen ones first, then the longest ago.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnseenList {
    /// Days asked for.
    pub days: i64,
    /// The households of this page.
    pub households: Vec<UnseenRow>,
    /// How many there are in all.
    pub total: i64,
    /// What to give as `after` for the next page; absent on the last.
    pub next: Option<String>,
}

/// A household that was not seen for long.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnseenRow {
    /// Record id.
    pub id: String,
    /// Head.
    pub head_name: String,
    /// Group.
    pub group: String,
    /// Village id.
    pub village: String,
    /// The village's name.
    pub village_name: Names,
    /// Names of the village's secretaries.
    pub secretaries: Vec<String>,
    /// When it was last seen, milliseconds; absent when never.
    pub last_seen: Option<i64>,
    /// Whole days since then.
    pub days: Option<i64>,
}

/// A need at the desk.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NeedRow {
    /// Record id.
    pub id: String,
    /// Category by code.
    pub category: String,
    /// The villager's words.
    pub text: String,
    /// State by code.
    pub state: String,
    /// Received, milliseconds.
    pub received_at: i64,
    /// Whether the first answer is late.
    pub late: bool,
    /// The steps.
    pub steps: Vec<Step>,
}

/// A household at the desk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HouseholdRow {
    /// Record id.
    pub id: String,
    /// Head.
    pub head_name: String,
    /// Group.
    pub group: String,
    /// Kind by code.
    pub kind: String,
    /// Finish of the last visit, milliseconds.
    pub last_visit: Option<i64>,
}

/// RFC 9457 problem details.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Problem {
    /// `https://zhucun.example/problems/<code>`.
    #[serde(rename = "type")]
    pub kind: String,
    /// In English, for developers.
    pub title: String,
    /// HTTP status.
    pub status: u16,
    /// The stable code; screens choose their words by it.
    pub code: ProblemCode,
    /// What more there is to say, without personal data.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<Value>,
}

/// Stable error codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ProblemCode {
    /// Name or password wrong.
    WrongPassword,
    /// Too many tries; `detail` is the seconds to wait.
    TooManyTries,
    /// No session: sign in.
    SignedOut,
    /// Not yours.
    Forbidden,
    /// No such thing.
    NotFound,
    /// Not understood.
    BadRequest,
    /// The bytes do not have the hash they are named by.
    WrongHash,
    /// Too large.
    TooLarge,
    /// Not a kind of file that is taken.
    WrongType,
    /// The request comes from another site.
    CrossSite,
    /// The account is blocked.
    Blocked,
    /// Something with this name is there already.
    Taken,
    /// The county would be without an administrator.
    LastAdministrator,
    /// Somebody else changed it meanwhile.
    Changed,
    /// Try again later.
    Busy,
    /// The server's fault; logged there.
    Internal,
    /// A code that this build does not know.
    Unknown,
}

impl ProblemCode {
    const CODES: [(&str, Self); 17] = [
        ("wrong_password", Self::WrongPassword),
        ("too_many_tries", Self::TooManyTries),
        ("signed_out", Self::SignedOut),
        ("forbidden", Self::Forbidden),
        ("not_found", Self::NotFound),
        ("bad_request", Self::BadRequest),
        ("wrong_hash", Self::WrongHash),
        ("too_large", Self::TooLarge),
        ("wrong_type", Self::WrongType),
        ("cross_site", Self::CrossSite),
        ("blocked", Self::Blocked),
        ("taken", Self::Taken),
        ("last_administrator", Self::LastAdministrator),
        ("changed", Self::Changed),
        ("busy", Self::Busy),
        ("internal", Self::Internal),
        ("unknown", Self::Unknown),
    ];
}

// By hand is what the phone reads and writes; the desk's rows, and what the phone does only one way, are serde's.

impl FromJson for ProblemCode {
    fn from_json(value: Value) -> Result<Self, JsonError> {
        let code = String::from_json(value)?;
        Ok(Self::CODES.iter().find(|(known, _)| *known == code).map_or(Self::Unknown, |(_, problem)| *problem))
    }
}

impl FromJson for Problem {
    fn from_json(value: Value) -> Result<Self, JsonError> {
        let mut fields = Fields::of(value)?;
        Ok(Self {
            kind: fields.read("type")?,
            title: fields.read("title")?,
            status: fields.read("status")?,
            code: fields.read("code")?,
            detail: fields.option("detail")?,
        })
    }
}

impl ToJson for SignIn {
    fn to_json(&self) -> Value {
        let mut object = Writer::new();
        object.put("username", &self.username);
        object.put("password", &self.password);
        object.into_value()
    }
}

impl FromJson for Me {
    fn from_json(value: Value) -> Result<Self, JsonError> {
        let mut fields = Fields::of(value)?;
        Ok(Self {
            user: fields.read("user")?,
            username: fields.read("username")?,
            name: fields.read("name")?,
            role: fields.read("role")?,
            place: fields.read("place")?,
            streams: fields.read("streams")?,
            needs_link: fields.option("needs_link")?,
        })
    }
}

impl ToJson for Me {
    fn to_json(&self) -> Value {
        let mut object = Writer::new();
        object.put("user", &self.user);
        object.put("username", &self.username);
        object.put("name", &self.name);
        object.put("role", &self.role);
        object.put("place", &self.place);
        object.put("streams", &self.streams);
        object.put_some("needs_link", self.needs_link.as_ref());
        object.into_value()
    }
}

impl FromJson for FormFile {
    fn from_json(value: Value) -> Result<Self, JsonError> {
        let mut fields = Fields::of(value)?;
        Ok(Self {
            name: fields.read("name")?,
            sha256: fields.read("sha256")?,
            size: fields.read("size")?,
            is_list: fields.read_or_default("is_list")?,
        })
    }
}

impl ToJson for FormFile {
    fn to_json(&self) -> Value {
        let mut object = Writer::new();
        object.put("name", &self.name);
        object.put("sha256", &self.sha256);
        object.put("size", &self.size);
        object.put("is_list", &self.is_list);
        object.into_value()
    }
}

zhucun_json::deserialize_by_hand!(ProblemCode, Problem, Me, FormFile);
zhucun_json::serialize_by_hand!(SignIn, Me, FormFile);
