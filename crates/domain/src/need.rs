//! A need 诉求: a villager's, or the secretary's on their behalf. The steps of its ticket.

use zhucun_json::{Fields, FromJson, JsonError, ToJson, Value, Writer};
use zhucun_sync::Record;

use crate::{access::Role, calendar, household, settings::CountySettings};

/// Need fields. A step is a field of its own (`step.<change or uuid>`), so that steps of two people never conflict.
pub mod field {
    /// Category by code list.
    pub const CATEGORY: &str = "category";
    /// The villager's words.
    pub const TEXT: &str = "text";
    /// Name, optional.
    pub const NAME: &str = "name";
    /// Telephone, optional.
    pub const PHONE: &str = "phone";
    /// Villagers' group, optional: asked where a need is taken down on the phone.
    pub const GROUP: &str = "group";
    /// Verifier of the ticket code that the phone made (see [`crate::ticket`]); only in the change that brings the need.
    pub const TICKET: &str = "ticket";
    /// Attachments: array of `{name, sha256, mime, size}`.
    pub const ATTACHMENTS: &str = "attachments";
    /// Received, milliseconds since 1970 UTC.
    pub const RECEIVED_AT: &str = "received_at";
    /// `villager` or the id of the user who wrote it on their behalf.
    pub const BY: &str = "by";
    /// State by code, see [`super::State`].
    pub const STATE: &str = "state";
    /// The latest answer in words the villager reads.
    pub const ANSWER: &str = "answer";
    /// Prefix of step fields; the value is a [`super::Step`].
    pub const STEP: &str = "step.";
}

/// Categories a county starts with; code list, not an enum.
pub const CATEGORIES: [&str; 13] = [
    "allowance",
    "medical",
    "school",
    "house",
    "water",
    "road",
    "farming",
    "job",
    "elderly_disabled",
    "dispute",
    "paperwork",
    "project_opinion",
    "other",
];

/// Shortest text of a need, characters.
pub const TEXT_MIN: usize = 2;
/// Longest text of a need, characters.
pub const TEXT_MAX: usize = 2000;
/// Longest name, characters.
pub const NAME_MAX: usize = 60;
/// Longest phone, characters.
pub const PHONE_MAX: usize = 40;
/// Most photos of a need that is taken down on the phone.
pub const PHOTOS_MAX: usize = 3;

/// What is wrong with a need as typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NeedProblem {
    /// None of the categories.
    Category,
    /// Fewer characters than [`TEXT_MIN`].
    TextShort,
    /// More characters than [`TEXT_MAX`].
    TextLong,
    /// More characters than [`NAME_MAX`].
    NameLong,
    /// Other characters than a phone has.
    PhoneOdd,
    /// More characters than [`PHONE_MAX`].
    PhoneLong,
}

/// Checks a need as typed, blanks around taken off; empty when all is well.
#[must_use]
pub fn check(category: &str, text: &str, name: &str, phone: &str) -> Vec<NeedProblem> {
    let (text, name, phone) = (text.chars().count(), name.chars().count(), phone);
    let checks = [
        (!CATEGORIES.contains(&category), NeedProblem::Category),
        (text < TEXT_MIN, NeedProblem::TextShort),
        (text > TEXT_MAX, NeedProblem::TextLong),
        (name > NAME_MAX, NeedProblem::NameLong),
        (!household::is_phone(phone), NeedProblem::PhoneOdd),
        (phone.chars().count() > PHONE_MAX, NeedProblem::PhoneLong),
    ];
    checks.into_iter().filter_map(|(is_wrong, problem)| is_wrong.then_some(problem)).collect()
}

/// Working days until the secretary must have answered.
pub const ANSWER_WITHIN: u32 = 2;

/// The states of a ticket, *fixed*.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// 已收到.
    Received,
    /// 已受理.
    Accepted,
    /// 已转办.
    Referred,
    /// 办理中.
    Doing,
    /// 已办结.
    Solved,
    /// 已评价.
    Rated,
    /// 解释说明: cannot be done, with the reason.
    Explained,
    /// 重新办理.
    Reopened,
}

impl State {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Received,
        Self::Accepted,
        Self::Referred,
        Self::Doing,
        Self::Solved,
        Self::Rated,
        Self::Explained,
        Self::Reopened,
    ];

    /// The code stored.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Accepted => "accepted",
            Self::Referred => "referred",
            Self::Doing => "doing",
            Self::Solved => "solved",
            Self::Rated => "rated",
            Self::Explained => "explained",
            Self::Reopened => "reopened",
        }
    }

    /// The state of a code; what is unknown counts as received, so that it is never lost from sight.
    #[must_use]
    pub fn from_code(code: &str) -> Self {
        Self::known(code).unwrap_or(Self::Received)
    }

    fn known(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }

    /// Whether somebody still has to do something.
    #[must_use]
    pub const fn is_open(self) -> bool {
        !matches!(self, Self::Solved | Self::Rated | Self::Explained)
    }

    /// The states a handler in the village may go to from here.
    #[must_use]
    pub const fn next(self) -> &'static [Self] {
        match self {
            Self::Received | Self::Reopened => &[Self::Accepted, Self::Doing, Self::Solved, Self::Explained],
            Self::Accepted | Self::Referred => &[Self::Doing, Self::Solved, Self::Explained],
            Self::Doing => &[Self::Solved, Self::Explained],
            Self::Solved | Self::Rated | Self::Explained => &[Self::Reopened],
        }
    }

    /// Whether going there needs words for the villager.
    #[must_use]
    pub const fn needs_words(self) -> bool {
        matches!(self, Self::Solved | Self::Explained)
    }
}

/// A step on the ticket: what the villager sees in plain words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// When, milliseconds since 1970 UTC by the device that made it.
    pub at: i64,
    /// Who has it now or who did it: role only, never a name.
    pub role: Option<Role>,
    /// The state it led to.
    pub state: State,
    /// Words to the villager; empty when none.
    pub words: String,
}

impl FromJson for State {
    fn from_json(value: Value) -> Result<Self, JsonError> {
        value.as_str().and_then(Self::known).ok_or_else(|| JsonError::expected("a state that this build knows"))
    }
}

impl ToJson for State {
    fn to_json(&self) -> Value {
        self.code().to_json()
    }
}

impl FromJson for Step {
    fn from_json(value: Value) -> Result<Self, JsonError> {
        let mut fields = Fields::of(value)?;
        Ok(Self {
            at: fields.read("at")?,
            role: fields.option("role")?,
            state: fields.read("state")?,
            words: fields.read_or_default("words")?,
        })
    }
}

impl ToJson for Step {
    fn to_json(&self) -> Value {
        let mut object = Writer::new();
        object.put("at", &self.at);
        object.put("role", &self.role);
        object.put("state", &self.state);
        object.put("words", &self.words);
        object.into_value()
    }
}

zhucun_json::deserialize_by_hand!(State, Step);
zhucun_json::serialize_by_hand!(State, Step);

/// The ticket's steps, oldest first; what cannot be read is left out.
#[must_use]
pub fn steps(record: &Record) -> Vec<Step> {
    let mut steps: Vec<Step> = record
        .fields
        .iter()
        .filter(|(name, _)| name.starts_with(field::STEP))
        .filter_map(|(_, heads)| heads.first())
        .filter_map(|head| Step::from_json(head.value.clone()).ok())
        .collect();
    steps.sort_by_key(|step| step.at);
    steps
}

/// The state of a need.
#[must_use]
pub fn state(record: &Record) -> State {
    State::from_code(record.text(field::STATE))
}

/// The day (since 1970, China's calendar) by which a first answer is due.
#[must_use]
pub fn answer_due(received_at: i64) -> i64 {
    calendar::after_working_days(calendar::china_day(received_at), ANSWER_WITHIN)
}

/// The same in a county with settings of its own.
#[must_use]
pub fn answer_due_in(received_at: i64, county: &CountySettings) -> i64 {
    calendar::after_working_days_but(calendar::china_day(received_at), county.answer_days, &county.holiday_days())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_state_stays_open() {
        assert!(State::from_code("something new").is_open());
    }

    #[test]
    fn only_category_and_text_must_be_given_and_lengths_count_characters() {
        assert_eq!(check("water", "没水", "", ""), []);
        assert_eq!(check("", "", "", ""), [NeedProblem::Category, NeedProblem::TextShort]);
        assert_eq!(check("other", &"水".repeat(TEXT_MAX), &"何".repeat(NAME_MAX), "0000-1 2"), []);
        assert_eq!(
            check("other", &"水".repeat(TEXT_MAX + 1), &"何".repeat(NAME_MAX + 1), "<b>"),
            [NeedProblem::TextLong, NeedProblem::NameLong, NeedProblem::PhoneOdd]
        );
        assert_eq!(check("other", "没水", "", &"1".repeat(PHONE_MAX + 1)), [NeedProblem::PhoneLong]);
    }

    #[test]
    fn every_state_leads_somewhere_and_a_closed_one_only_back() {
        for state in State::ALL {
            assert!(!state.next().is_empty());
            assert_eq!(state.is_open(), state.next() != [State::Reopened]);
        }
    }
}
