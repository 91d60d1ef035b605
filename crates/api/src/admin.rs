//! The JSON of the desk's administration, `/api/v1/admin`: people, places, forms, settings, what was administered. Read by
//! the desk only, so it is serde's.
//!
//! | method and path | asks | answers | who |
//! |---|---|---|---|
//! | POST `users/search` | [`UserSearch`] | [`UserList`] | `Action::ListUsers` |
//! | POST `users` | [`NewUser`] | [`Invitation`] | `Action::Manage` |
//! | GET `users/{user}` | | [`UserRow`] | `Action::Manage` |
//! | PUT `users/{user}` | [`UserChange`] | 204 | `Action::Administer` |
//! | PUT `users/{user}/blocked` | [`Block`] | 204 | `Action::Manage` |
//! | POST `users/{user}/invitation` | | [`Invitation`] | `Action::Manage` |
//! | DELETE `users/{user}/invitation` | | 204 | `Action::Manage` |
//! | GET `places` | | [`Places`] | `Action::ListUsers` |
//! | POST `places` | [`NewPlace`] | [`Made`] | `Action::Administer` |
//! | PUT `places/{place}` | [`PlaceChange`] | 204 | `Action::Administer` |
//! | POST `places/{village}/secretary` | [`NewSecretary`] | [`Handover`] | `Action::Administer` |
//! | GET `forms` | | [`FormRow`] list | `Action::Administer` |
//! | POST `forms?name=&lang=` | the file's bytes: sheets or `XForm` | [`Upload`] | `Action::Administer` |
//! | GET `forms/drafts/{draft}/files`, `forms/{form}/files` | | [`FileRow`] list | `Action::Administer` |
//! | PUT `forms/drafts/{draft}/files/{name}`, `forms/{form}/files/{name}` with `?lang=` | the file's bytes | [`FileUpload`] | `Action::Administer` |
//! | GET `forms/drafts/{draft}` | | `Definition` | `Action::Administer` |
//! | DELETE `forms/drafts/{draft}` | | 204 | `Action::Administer` |
//! | POST `forms/drafts/{draft}/publish` | [`Assignment`] | 204 | `Action::Administer` |
//! | PUT `forms/{form}` | [`FormChange`] | 204 | `Action::Administer` |
//! | GET `forms/{form}/sheets/{upload}` | | the file | `Action::Administer` |
//! | GET, PUT `settings` | [`CountySettings`] | [`CountySettings`], 204 | `Action::Administer` |
//! | GET `audit?after=` | | [`AuditPage`] | `Action::Administer` |

use serde::{Deserialize, Serialize};
use zhucun_domain::access::Role;
pub use zhucun_domain::settings::CountySettings;

use crate::Names;

/// The largest file of a form, bytes.
pub const SHEET_MAX: usize = 10 * 1024 * 1024;

/// The largest file beside a form, bytes. It travels to every phone, so the smaller the better.
pub const FORM_FILE_MAX: usize = 16 * 1024 * 1024;

/// Whom to list. It travels in the body: names do not belong into addresses.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct UserSearch {
    /// In their names or their place's.
    pub words: String,
    /// Role by code; `blocked` and `invited` for those who are.
    pub role: String,
    /// Id of a place: those of it and of what is below it.
    pub place: String,
    /// [`UserList::next`] of the page before.
    pub after: usize,
    /// How many at most; the server's own number when absent.
    pub limit: Option<usize>,
}

/// A page of people, by name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserList {
    /// The people.
    pub users: Vec<UserRow>,
    /// How many there are in all that fit what was asked.
    pub total: usize,
    /// What to give as `after` for the next page; absent on the last.
    pub next: Option<usize>,
}

/// Somebody in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserRow {
    /// User id.
    pub id: String,
    /// Sign-in name.
    pub username: String,
    /// Name to show.
    pub name: String,
    /// Role.
    pub role: Role,
    /// Id of the place that the role is for; empty for a secretary who has handed over.
    pub place: String,
    /// The place's name.
    pub place_name: Names,
    /// May not sign in.
    pub blocked: bool,
    /// Whether they have a password: whoever has none was invited and has not come yet.
    pub joined: bool,
    /// Until when a link of theirs is good, milliseconds; absent when there is none.
    pub link_until: Option<i64>,
}

/// Somebody to invite.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewUser {
    /// Name to show.
    pub name: String,
    /// Sign-in name proposed; they may choose another.
    pub username: String,
    /// Role.
    pub role: Role,
    /// Id of the place that the role is for.
    pub place: String,
}

/// A link that is good once: it is shown now and kept nowhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invitation {
    /// The user's id.
    pub user: String,
    /// Their name to show.
    pub name: String,
    /// The address, absolute.
    pub link: String,
    /// The same as a QR code: SVG.
    pub qr: String,
    /// Until when it is good, milliseconds.
    pub until: i64,
}

/// What may change of somebody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserChange {
    /// Name to show.
    pub name: String,
    /// Role.
    pub role: Role,
    /// Id of the place that the role is for.
    pub place: String,
}

/// Blocks or unblocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Block {
    /// May not sign in from now on.
    pub blocked: bool,
}

/// The county and what is below it, as far as one sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Places {
    /// The county.
    pub county: PlaceRow,
    /// Its townships, by id.
    pub townships: Vec<PlaceRow>,
    /// Its villages, by township and id.
    pub villages: Vec<VillageRow>,
}

/// A place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlaceRow {
    /// Its id.
    pub id: String,
    /// Its name.
    pub names: Names,
}

/// A village with what is administered of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VillageRow {
    /// Its id.
    pub id: String,
    /// Its name.
    pub names: Names,
    /// Its township's id.
    pub township: String,
    /// Households on file.
    pub households: i64,
    /// Those who work in it, by role and name; blocked ones left out.
    pub users: Vec<UserRef>,
    /// Whether villagers have an address for needs.
    pub has_link: bool,
}

/// Somebody who is named.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserRef {
    /// User id.
    pub id: String,
    /// Name to show.
    pub name: String,
    /// Role.
    pub role: Role,
}

/// A township or village to add.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewPlace {
    /// The township of a village; absent for a township.
    pub township: Option<String>,
    /// Its name in Chinese and, where it has one, in English.
    pub names: Names,
}

/// Something new by its id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Made {
    /// Its id.
    pub id: String,
}

/// A place's new name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlaceChange {
    /// See [`NewPlace::names`].
    pub names: Names,
}

/// Who comes after a village's secretary.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewSecretary {
    /// Somebody who has an account: their user id.
    #[serde(default)]
    pub user: Option<String>,
    /// Else somebody to invite: name to show and proposed sign-in name.
    #[serde(default)]
    pub invite: Option<(String, String)>,
    /// Whether the predecessor is blocked; else they may sign in and see that they have no village.
    #[serde(default)]
    pub block: bool,
}

/// What a change of secretary came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Handover {
    /// The link of a successor who was invited.
    pub invitation: Option<Invitation>,
}

/// A form of the county.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormRow {
    /// Form id.
    pub id: String,
    /// Its title.
    pub title: Names,
    /// The version in force.
    pub version: String,
    /// Since when it is, milliseconds.
    pub since: i64,
    /// Ids of the villages it is for; empty: all.
    pub villages: Vec<String>,
    /// No phone begins with it any more.
    pub retired: bool,
    /// Visits received that were filled with it, of any version.
    pub visits: i64,
    /// The spreadsheets that were published, newest first.
    pub sheets: Vec<SheetRow>,
}

/// A spreadsheet that was published.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SheetRow {
    /// The upload's id.
    pub id: String,
    /// Name of the file.
    pub name: String,
    /// Version it brought.
    pub version: String,
    /// When it was published, milliseconds.
    pub at: i64,
}

/// What the server makes of a form's file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Upload {
    /// Whether it is an `XForm`: places are elements and lines then, not sheets and cells.
    #[serde(default)]
    pub is_xform: bool,
    /// What is wrong, in the order of the file; the form can be used when none of it is an error.
    pub problems: Vec<Found>,
    /// The version, kept aside until it is published; absent when there are errors.
    pub draft: Option<Draft>,
}

/// Something found in a form's file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    /// Whether it keeps the form from being used.
    pub error: bool,
    /// Name of the sheet, or path of the element; empty when the file itself is the matter.
    pub sheet: String,
    /// The cell, e.g. `C12`, or the line; may be empty.
    pub cell: String,
    /// What it is and what to do.
    pub text: String,
    /// The file beside the form that is missing, where that is the matter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
}

/// A version that is not published.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// The upload's id.
    pub id: String,
    /// Form id.
    pub form: String,
    /// Its title.
    pub title: Names,
    /// Its version.
    pub version: String,
    /// Questions in it.
    pub questions: usize,
    /// The version in force; absent for a new form.
    pub before: Option<String>,
    /// Ids of the villages that the form is for now; empty: all.
    pub villages: Vec<String>,
    /// What is other than in the version in force, in the form's order.
    pub changes: Vec<QuestionChange>,
    /// The files that the form needs beside it.
    #[serde(default)]
    pub files: Vec<FileRow>,
}

/// A file that a form needs beside it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileRow {
    /// As the form names it.
    pub name: String,
    /// Whether it is a list, without which phones do not begin the form; else it is shown or played.
    #[serde(default)]
    pub is_list: bool,
    /// Bytes; absent while it is missing.
    pub size: Option<i64>,
    /// Rows of a list; absent for a picture or a sound.
    pub rows: Option<i64>,
    /// SHA-256 of the bytes; empty while it is missing.
    pub sha256: String,
}

/// What the server makes of a file beside a form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileUpload {
    /// What is wrong with it; then nothing was kept.
    pub problem: Option<String>,
    /// What its author may want to know though it was kept: columns that it lacks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub warning: Option<String>,
    /// All files that the form needs, this one among them.
    pub files: Vec<FileRow>,
}

/// How a question differs from the version in force.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuestionChange {
    /// Its names from the root down, e.g. `who/household`.
    pub name: String,
    /// Its words.
    pub label: String,
    /// How.
    pub how: ChangeKind,
}

/// How something differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeKind {
    /// It was not there.
    Added,
    /// It is not there any more.
    Removed,
    /// It is of another type: from, to.
    Type(String, String),
    /// The same type asked otherwise: words, choices or conditions.
    Other,
}

/// Which villages a form is for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assignment {
    /// Ids; empty: all.
    pub villages: Vec<String>,
}

/// What may change of a form in use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormChange {
    /// See [`Assignment`].
    pub villages: Vec<String>,
    /// No phone may begin with it.
    pub retired: bool,
}

/// What was administered, newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditPage {
    /// The acts.
    pub acts: Vec<AuditRow>,
    /// What to give as `after` for the next page; absent on the last.
    pub next: Option<String>,
}

/// An act of administration: who, when, what, whom; no content.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditRow {
    /// When, milliseconds.
    pub at: i64,
    /// Who, by name; empty for the server's command line.
    pub by: String,
    /// What, by code.
    pub action: String,
    /// Whom or what it was about, by name or id.
    pub subject: String,
}
