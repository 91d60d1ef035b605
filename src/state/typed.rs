//! What is typed and not saved yet, outside of visits: kept on the phone, so that a page that is reloaded or a browser that
//! is closed loses none of it.

use litemap::LiteMap;
use zhucun_sync::StreamId;
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

impl App {
    /// Keeps what is typed at every change, for as long as its village is theirs who typed it. To be called once, by the root.
    pub(super) fn keep_typed(self) {
        Effect::new(move |_| {
            self.me.with(|me| {
                let Some(me) = me else { return };
                let key = settings::of_user(settings::TYPED_IN, &me.user);
                let village = me.village().map_or("", StreamId::as_str);
                if settings::get::<String>(&key).is_some_and(|kept| kept != village) {
                    self.forget_typed(&me.user);
                }
                settings::set(&key, village);
            });
        });
        Effect::new(move |_| {
            let typed = self.new_household.with(|household| self.answers.with(|answers| to_texts(household, answers)));
            // After signing out it stays as it was kept: it is there when the user signs in again.
            if let Some(user) = self.me.with_untracked(|me| me.as_ref().map(|me| me.user.clone())) {
                settings::set(&settings::of_user(settings::TYPED, &user), typed);
            }
        });
    }

    /// Nothing is typed any more, here and in what is kept.
    fn forget_typed(self, user: &str) {
        self.new_household.set(NewHousehold::default());
        self.answers.set(LiteMap::new_vec());
        settings::remove(&settings::of_user(settings::SAYING, user));
    }

    /// Takes up what a user had typed.
    pub(super) fn read_typed(self, user: &str) {
        let (household, answers) =
            from_texts(settings::get(&settings::of_user(settings::TYPED, user)).unwrap_or_default());
        self.new_household.set(household);
        self.answers.set(answers);
    }
}

/// One list of texts: the five of the household, then three for each answer, the need's id first. Types of their own for
/// so little would weigh more than all the rest of it.
fn to_texts(household: &NewHousehold, answers: &LiteMap<String, NeedAnswer>) -> Vec<String> {
    let NewHousehold { head_name, group, address, phone, kind } = household;
    let mut texts: Vec<_> = [head_name, group, address, phone, kind].map(String::clone).into();
    for (id, NeedAnswer { state, words }) in answers {
        texts.extend([id, state, words].map(String::clone));
    }
    texts
}

fn from_texts(texts: Vec<String>) -> (NewHousehold, LiteMap<String, NeedAnswer>) {
    let mut texts = texts.into_iter();
    let mut next = || texts.next().unwrap_or_default();
    let household = NewHousehold { head_name: next(), group: next(), address: next(), phone: next(), kind: next() };
    let mut answers = LiteMap::new_vec();
    while let (Some(id), Some(state), Some(words)) = (texts.next(), texts.next(), texts.next()) {
        answers.insert(id, NeedAnswer { state, words });
    }
    (household, answers)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_is_read_as_it_was_kept() {
        let answer = NeedAnswer { state: "solved".to_owned(), words: "修好了".to_owned() };
        let household =
            NewHousehold { head_name: "何德贵".to_owned(), kind: "poor".to_owned(), ..NewHousehold::default() };
        let answers = [("n-1".to_owned(), answer.clone()), ("n-2".to_owned(), answer)].into_iter().collect();
        assert_eq!(from_texts(to_texts(&household, &answers)), (household, answers));
    }

    #[test]
    fn what_was_never_kept_is_nothing_typed() {
        assert_eq!(from_texts(Vec::new()), (NewHousehold::default(), LiteMap::new_vec()));
    }
}
