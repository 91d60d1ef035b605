//! Who may do what: the one place where roles are decided. A role is a set of streams; nothing is filtered inside one.

use zhucun_json::{FromJson, JsonError, ToJson, Value};
use zhucun_sync::StreamId;

use crate::collection;

/// The roles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// 驻村第一书记: all of their own village.
    Secretary,
    /// 村两委: their village's households and needs.
    Committee,
    /// 乡镇: every village of the township.
    Township,
    /// 县: the whole county.
    County,
    /// 派出单位: the secretaries it sent; no household's personal data.
    Dispatcher,
}

impl Role {
    /// All of them, for tables and tests.
    pub const ALL: [Self; 5] = [Self::Secretary, Self::Committee, Self::Township, Self::County, Self::Dispatcher];

    /// The code used in JSON and on the command line.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Secretary => "secretary",
            Self::Committee => "committee",
            Self::Township => "township",
            Self::County => "county",
            Self::Dispatcher => "dispatcher",
        }
    }

    /// The role of a code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.code() == code)
    }

    /// Whether the role works at the desk (`/desk`) rather than with the phone app.
    #[must_use]
    pub const fn at_desk(self) -> bool {
        matches!(self, Self::Township | Self::County | Self::Dispatcher)
    }
}

impl FromJson for Role {
    fn from_json(value: Value) -> Result<Self, JsonError> {
        value.as_str().and_then(Self::from_code).ok_or_else(|| JsonError::expected("a role that this build knows"))
    }
}

impl ToJson for Role {
    fn to_json(&self) -> Value {
        self.code().to_json()
    }
}

zhucun_json::deserialize_by_hand!(Role);
zhucun_json::serialize_by_hand!(Role);

/// Who somebody is, as far as rights go: the role and the places it covers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Access {
    /// The user's id.
    pub user: String,
    /// The role.
    pub role: Role,
    /// The county's id.
    pub county: String,
    /// Ids of the villages the role covers: one for secretary and committee, the township's, all of the county, none for
    /// the dispatcher.
    pub villages: Vec<String>,
}

/// What somebody wants to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action<'a> {
    /// Pull a stream to a device.
    Pull(&'a StreamId),
    /// Push changes to a collection of a stream.
    Push(&'a StreamId, &'a str),
    /// Read a village's records at the desk, attachments included.
    Read(&'a StreamId),
    /// Export a village's records to a file.
    Export(&'a StreamId),
    /// Put an attachment into a stream.
    Attach(&'a StreamId),
    /// See, make, renew and revoke a village's public link.
    ManageLink(&'a StreamId),
    /// Forms, places, settings, roles, a village's change of secretary, and the list of what was administered.
    Administer,
    /// See who has an account; only those that one may [`Action::Manage`].
    ListUsers,
    /// Invite somebody, make them a new link, block and unblock them.
    Manage(Subject<'a>),
}

/// Somebody with an account, or who is to get one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Subject<'a> {
    /// Their county's id.
    pub county: &'a str,
    /// Their role.
    pub role: Role,
    /// Id of the village, township or county that the role is for; empty for a secretary who has handed over.
    pub place: &'a str,
}

impl Access {
    /// Whether somebody may. Everything not named is refused.
    #[must_use]
    pub fn may(&self, action: Action<'_>) -> bool {
        match action {
            Action::Pull(stream) => match stream.kind() {
                "village" => self.covers(stream) && !self.role.at_desk(),
                "county" => stream.id() == self.county && !self.role.at_desk(),
                "work" => self.role == Role::Secretary && stream.id() == self.user,
                _ => false,
            },
            Action::Push(stream, collection) => match (stream.kind(), self.role) {
                ("village", Role::Secretary) => {
                    self.covers(stream)
                        && [collection::HOUSEHOLDS, collection::MEMBERS, collection::VISITS, collection::NEEDS]
                            .contains(&collection)
                }
                ("village", Role::Committee) => {
                    self.covers(stream)
                        && [collection::HOUSEHOLDS, collection::MEMBERS, collection::NEEDS].contains(&collection)
                }
                ("work", Role::Secretary) => stream.id() == self.user,
                _ => false,
            },
            Action::Attach(stream) | Action::ManageLink(stream) => {
                stream.kind() == "village"
                    && matches!(self.role, Role::Secretary | Role::Committee)
                    && self.covers(stream)
            }
            Action::Read(stream) => stream.kind() == "village" && self.role != Role::Dispatcher && self.covers(stream),
            Action::Export(stream) => {
                stream.kind() == "village" && matches!(self.role, Role::Township | Role::County) && self.covers(stream)
            }
            Action::Administer => self.role == Role::County,
            Action::ListUsers => matches!(self.role, Role::Township | Role::County),
            Action::Manage(who) => match self.role {
                Role::County => who.county == self.county,
                Role::Township => {
                    who.county == self.county
                        && matches!(who.role, Role::Secretary | Role::Committee)
                        && self.villages.iter().any(|id| id == who.place)
                }
                Role::Secretary | Role::Committee | Role::Dispatcher => false,
            },
        }
    }

    /// The streams a device of this user replicates.
    #[must_use]
    pub fn streams(&self) -> Vec<StreamId> {
        let village = self.villages.iter().filter_map(|id| StreamId::new("village", id).ok());
        let own = [("county", &self.county), ("work", &self.user)]
            .into_iter()
            .filter_map(|(kind, id)| StreamId::new(kind, id).ok());
        village.chain(own).filter(|stream| self.may(Action::Pull(stream))).collect()
    }

    fn covers(&self, stream: &StreamId) -> bool {
        self.villages.iter().any(|id| id == stream.id())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn access(role: Role, villages: &[&str]) -> Access {
        Access {
            user: "u-1".into(),
            role,
            county: "qingxi".into(),
            villages: villages.iter().map(|v| (*v).to_owned()).collect(),
        }
    }

    #[test]
    fn each_role_reaches_its_own_streams_and_no_other() {
        let own = StreamId::new("village", "shiban").expect("valid");
        let other = StreamId::new("village", "other").expect("valid");
        let county = StreamId::new("county", "qingxi").expect("valid");
        // role, pull own, push visits, read, export, manage the link, administer
        let table = [
            (Role::Secretary, true, true, true, false, true, false),
            (Role::Committee, true, false, true, false, true, false),
            (Role::Township, false, false, true, true, false, false),
            (Role::County, false, false, true, true, false, true),
            (Role::Dispatcher, false, false, false, false, false, false),
        ];
        for (role, pull, push, read, export, link, administer) in table {
            let who = access(role, &["shiban"]);
            assert_eq!(who.may(Action::Pull(&own)), pull, "{role:?} pull");
            assert_eq!(who.may(Action::Push(&own, "visits")), push, "{role:?} push");
            assert_eq!(who.may(Action::Read(&own)), read, "{role:?} read");
            assert_eq!(who.may(Action::Export(&own)), export, "{role:?} export");
            assert_eq!(who.may(Action::ManageLink(&own)), link, "{role:?} link");
            assert_eq!(who.may(Action::Administer), administer, "{role:?} administer");
            for action in [
                Action::Pull(&other),
                Action::Push(&other, "needs"),
                Action::Read(&other),
                Action::Export(&other),
                Action::Attach(&other),
                Action::ManageLink(&other),
            ] {
                assert!(!who.may(action), "{role:?} {action:?}");
            }
            assert!(!who.may(Action::Push(&county, "forms")), "{role:?} writes no forms through sync");
        }
    }

    #[test]
    fn the_county_manages_all_and_a_township_those_who_work_in_its_villages() {
        let subject = |county, role, place| Action::Manage(Subject { county, role, place });
        // subject, township, county
        let table = [
            (subject("qingxi", Role::Secretary, "shiban"), true, true),
            (subject("qingxi", Role::Committee, "shiban"), true, true),
            (subject("qingxi", Role::Secretary, "other"), false, true),
            (subject("qingxi", Role::Secretary, ""), false, true),
            (subject("qingxi", Role::Township, "shiban"), false, true),
            (subject("qingxi", Role::Township, "hekou"), false, true),
            (subject("qingxi", Role::County, "qingxi"), false, true),
            (subject("qingxi", Role::Dispatcher, "qingxi"), false, true),
            (subject("elsewhere", Role::Secretary, "shiban"), false, false),
            (subject("elsewhere", Role::County, "elsewhere"), false, false),
            (Action::ListUsers, true, true),
            (Action::Administer, false, true),
        ];
        for (action, township, county) in table {
            assert_eq!(access(Role::Township, &["shiban"]).may(action), township, "township {action:?}");
            assert_eq!(access(Role::County, &["shiban"]).may(action), county, "county {action:?}");
            for role in [Role::Secretary, Role::Committee, Role::Dispatcher] {
                assert!(!access(role, &["shiban"]).may(action), "{role:?} {action:?}");
            }
        }
    }

    #[test]
    fn nobody_writes_an_unknown_collection() {
        let own = StreamId::new("village", "shiban").expect("valid");
        for role in Role::ALL {
            assert!(!access(role, &["shiban"]).may(Action::Push(&own, "users")));
        }
    }
}
