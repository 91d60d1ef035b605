//! What is typed and not saved yet, outside of visits: kept on the phone, so that a page that is reloaded or a browser that
//! is closed loses none of it.

use litemap::LiteMap;
use zhucun_json::{Fields, FromJson, JsonError, ToJson, Value, Writer};
use zhucun_view::prelude::*;

use super::App;
use crate::platform::settings;

/// What is typed into "new household".
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewHousehold {
    /// Head of household.
    pub head_name: String,
    /// Villagers' group.
    pub group: String,
    /// Address.
    pub address: String,
    /// Telephone.
    pub phone: String,
    /// Kind by code.
    pub kind: String,
}

/// What is typed as the answer to a need.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NeedAnswer {
    /// The state chosen, by code.
    pub state: String,
    /// Words for the villager.
    pub words: String,
}

/// All of it, as it is kept for a user.
#[derive(Clone, Debug, Default, PartialEq)]
struct Typed {
    household: NewHousehold,
    answers: LiteMap<String, NeedAnswer>,
}

impl App {
    /// Keeps what is typed at every change. To be called once, by the root.
    pub(super) fn keep_typed(self) {
        Effect::new(move |_| {
            let typed = Typed { household: self.new_household.get(), answers: self.answers.get() };
            // After signing out it stays as it was kept: it is there when the user signs in again.
            if let Some(user) = self.me.with_untracked(|me| me.as_ref().map(|me| me.user.clone())) {
                if typed == Typed::default() {
                    settings::remove(&key(&user));
                } else {
                    settings::set(&key(&user), typed);
                }
            }
        });
    }

    /// Takes up what a user had typed.
    pub(super) fn read_typed(self, user: &str) {
        let typed = settings::get::<Typed>(&key(user)).unwrap_or_default();
        self.new_household.set(typed.household);
        self.answers.set(typed.answers);
    }
}

fn key(user: &str) -> String {
    let mut key = settings::TYPED.to_owned();
    key.push_str(user);
    key
}

impl FromJson for NewHousehold {
    fn from_json(value: Value) -> Result<Self, JsonError> {
        let mut fields = Fields::of(value)?;
        Ok(Self {
            head_name: fields.read_or_default("head_name")?,
            group: fields.read_or_default("group")?,
            address: fields.read_or_default("address")?,
            phone: fields.read_or_default("phone")?,
            kind: fields.read_or_default("kind")?,
        })
    }
}

impl ToJson for NewHousehold {
    fn to_json(&self) -> Value {
        let mut object = Writer::new();
        object.put("head_name", &self.head_name);
        object.put("group", &self.group);
        object.put("address", &self.address);
        object.put("phone", &self.phone);
        object.put("kind", &self.kind);
        object.into_value()
    }
}

impl FromJson for NeedAnswer {
    fn from_json(value: Value) -> Result<Self, JsonError> {
        let mut fields = Fields::of(value)?;
        Ok(Self { state: fields.read_or_default("state")?, words: fields.read_or_default("words")? })
    }
}

impl ToJson for NeedAnswer {
    fn to_json(&self) -> Value {
        let mut object = Writer::new();
        object.put("state", &self.state);
        object.put("words", &self.words);
        object.into_value()
    }
}

impl FromJson for Typed {
    fn from_json(value: Value) -> Result<Self, JsonError> {
        let mut fields = Fields::of(value)?;
        Ok(Self { household: fields.read_or_default("household")?, answers: fields.read_or_default("answers")? })
    }
}

impl ToJson for Typed {
    fn to_json(&self) -> Value {
        let mut object = Writer::new();
        object.put("household", &self.household);
        object.put("answers", &self.answers);
        object.into_value()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use zhucun_json::{from_text, to_text};

    #[test]
    fn what_is_typed_is_read_as_it_was_kept() {
        let answer = NeedAnswer { state: "solved".to_owned(), words: "修好了".to_owned() };
        let typed = Typed {
            household: NewHousehold { head_name: "何德贵".to_owned(), ..NewHousehold::default() },
            answers: [("n-1".to_owned(), answer)].into_iter().collect(),
        };
        assert_eq!(from_text::<Typed>(&to_text(&typed)).unwrap(), typed);
        assert_eq!(from_text::<Typed>("{}").unwrap(), Typed::default());
    }
}
