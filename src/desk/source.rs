//! What a part of the desk asks the server for: what has come of it so far, page after page. An older answer never takes the
//! place of a newer one, and what is read stays while it is asked for again.

use std::rc::Rc;

use leptos::task::spawn_local;
use serde::de::DeserializeOwned;
use zhucun_api::{
    UnseenList, VisitList,
    admin::{AuditPage, UserList},
};
use zhucun_view::prelude::*;
use zhucun_words::{Word, desk as words};

use super::{Desk, why};
use crate::{
    platform::{
        dom,
        http::{self, HttpError, Method},
    },
    ui::{Button, ButtonKind, Loading, Notice, NoticeKind},
};

/// A question to the server.
pub(crate) struct Question {
    /// Where.
    pub url: String,
    /// What is sent, as JSON; without it nothing is.
    pub body: Option<String>,
}

impl From<String> for Question {
    fn from(url: String) -> Self {
        Self { url, body: None }
    }
}

impl Question {
    async fn ask<T: DeserializeOwned>(self) -> Result<T, HttpError> {
        if self.body.is_none() {
            return http::get_json(&self.url).await;
        }
        let text = http::ask(Method::POST, &self.url, self.body).await?;
        serde_json::from_str(&text).map_err(|_| HttpError::Offline)
    }
}

/// An address, or that of the page after.
pub(crate) fn further(url: &str, after: Option<&str>) -> Question {
    let Some(after) = after else { return url.to_owned().into() };
    [url, if url.contains('?') { "&" } else { "?" }, "after=", &http::encode(after)].concat().into()
}

/// A list that comes page after page.
pub(crate) trait Paged {
    /// What to give as `after` for the next page; none on the last.
    fn next(&self) -> Option<String>;
    /// How many rows have come.
    fn rows(&self) -> usize;
    /// Takes the page after.
    fn join(&mut self, next: Self);
}

macro_rules! paged {
    ($($list:ident, $rows:ident;)*) => {$(
        impl Paged for $list {
            fn next(&self) -> Option<String> {
                self.next.as_ref().map(ToString::to_string)
            }

            fn rows(&self) -> usize {
                self.$rows.len()
            }

            fn join(&mut self, next: Self) {
                self.$rows.extend(next.$rows);
                self.next = next.next;
            }
        }
    )*};
}

paged! { VisitList, visits; UnseenList, households; UserList, users; AuditPage, acts; }

/// How something is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// Another question: what is shown answers it no more.
    Anew,
    /// The same once more: what is shown stays.
    Again,
    /// The page after what is shown.
    Further,
}

/// What has come.
enum Come<T> {
    Nothing,
    Here(T),
    Failed(Word),
}

/// What is shown, and what was asked last.
struct Kept<T> {
    come: Come<T>,
    /// Counts the changes of what has come.
    version: u32,
    /// The number of the newest question.
    newest: u32,
    /// How it was asked, until it is answered.
    asked: Option<Way>,
    /// Why it was not answered, where something older is shown.
    trouble: Option<(Way, Word)>,
}

impl<T> Kept<T> {
    const fn new() -> Self {
        Self { come: Come::Nothing, version: 0, newest: 0, asked: None, trouble: None }
    }

    /// Begins a question and gives its number; none for a page that is on its way already, or of a list that is about to be
    /// another.
    fn begin(&mut self, way: Way) -> Option<u32> {
        if way == Way::Further && self.asked.is_some() {
            return None;
        }
        if way == Way::Anew {
            self.show(Come::Nothing);
        }
        self.trouble = None;
        self.asked = Some(way);
        self.newest += 1;
        Some(self.newest)
    }

    /// Takes the answer to the question of a number, unless a newer one was asked; says whether it did.
    fn end(&mut self, number: u32, answer: Result<T, Word>, join: impl FnOnce(&mut T, T)) -> bool {
        let Some(way) = self.asked.filter(|_| number == self.newest) else { return false };
        self.asked = None;
        match (answer, &mut self.come) {
            (Ok(next), Come::Here(all)) if way == Way::Further => {
                join(all, next);
                self.version += 1;
            }
            (Ok(value), _) => self.show(Come::Here(value)),
            (Err(why), Come::Here(_)) => self.trouble = Some((way, why)),
            (Err(why), _) => self.show(Come::Failed(why)),
        }
        true
    }

    fn show(&mut self, come: Come<T>) {
        self.come = come;
        self.version += 1;
    }

    const fn state(&self) -> State {
        match self.come {
            Come::Nothing => State::Waiting,
            Come::Here(_) => State::Here,
            Come::Failed(why) => State::Failed(why),
        }
    }
}

/// Which of the three it is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Waiting,
    Here,
    Failed(Word),
}

type Asks = Rc<dyn Fn(Option<&str>) -> Question>;

/// Something of the server's.
pub(crate) struct Source<T: 'static> {
    kept: RwSignal<Kept<T>>,
    version: Memo<u32>,
    state: Memo<State>,
    asked: Memo<Option<Way>>,
    trouble: Memo<Option<(Way, Word)>>,
    question: StoredValue<Asks>,
}

impl<T> Clone for Source<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Source<T> {}

impl<T: DeserializeOwned + 'static> Source<T> {
    /// Asks at once. The question is given where the next page begins, for lists that have pages.
    pub fn new(question: impl Fn(Option<&str>) -> Question + 'static) -> Self {
        let source = Self::later(question);
        source.ask();
        source
    }

    /// To be asked for.
    pub fn later(question: impl Fn(Option<&str>) -> Question + 'static) -> Self {
        let kept = RwSignal::new(Kept::new());
        Self {
            kept,
            version: Memo::new(move |_| kept.with(|kept| kept.version)),
            state: Memo::new(move |_| kept.with(Kept::state)),
            asked: Memo::new(move |_| kept.with(|kept| kept.asked)),
            trouble: Memo::new(move |_| kept.with(|kept| kept.trouble)),
            question: StoredValue::new(Rc::new(question)),
        }
    }

    /// Of one address that never changes.
    pub fn of(url: String) -> Self {
        Self::new(move |_| url.clone().into())
    }

    /// Asks another question: what is shown goes.
    pub fn ask(self) {
        self.send(Way::Anew, None, |all, next| *all = next, || {});
    }

    /// Asks the same again: what is shown stays until the answer comes, and when none does. Where what was tapped goes with
    /// the answer, the words that say what was done have the focus.
    pub fn refresh(self) {
        self.again(|| request_animation_frame(|| dom::focus_if_lost(".work-said:not(:empty)")));
    }

    fn again(self, then: impl FnOnce() + 'static) {
        self.send(Way::Again, None, |all, next| *all = next, then);
    }

    fn send(self, way: Way, after: Option<&str>, join: fn(&mut T, T), then: impl FnOnce() + 'static) {
        let Some(number) = self.kept.try_update(|kept| kept.begin(way)).flatten() else { return };
        let question = self.question.with_value(|question| question(after));
        spawn_local(async move {
            let answer = question.ask().await.map_err(|error| why(&error));
            // The part that asked may be gone.
            if self.kept.try_update(|kept| kept.end(number, answer, join)) == Some(true) {
                then();
            }
        });
    }

    /// Looks at what has come, and follows it.
    pub fn read<O>(self, look: impl FnOnce(&T) -> O) -> Option<O> {
        self.version.get();
        self.kept.with_untracked(|kept| match &kept.come {
            Come::Here(value) => Some(look(value)),
            _ => None,
        })
    }

    /// Draws what has come: once, whatever else comes later. What is to follow reads it in a closure of its own. Until then
    /// the word for its state, with a way to try again.
    pub fn draw(self, desk: Desk, draw: impl Fn() -> View + 'static) -> View {
        View::of(move || {
            let state = self.state.get();
            untrack(|| match state {
                State::Waiting => View::of(move || view! { <Loading text=desk.word(words::LOADING)/> }),
                State::Here => view! { {self.stale(desk)}{draw()} },
                State::Failed(why) => view! { <p role="alert">{desk.say(why)}</p>{self.retry(desk)} },
            })
        })
    }

    /// That what is shown may have changed since.
    fn stale(self, desk: Desk) -> View {
        View::of(move || {
            let (_, why) = self.trouble.get().filter(|(way, _)| *way == Way::Again)?;
            let text = desk.word(why);
            Some(untrack(|| view! { <Notice kind=NoticeKind::Problem text=text>{self.retry(desk)}</Notice> }))
        })
    }

    fn retry(self, desk: Desk) -> View {
        let then = || request_animation_frame(|| dom::focus_if_lost("main"));
        let tap = Callback::new(move |()| self.again(then));
        let word = move || desk.word(if self.asked.get().is_some() { words::LOADING } else { words::RETRY });
        view! { <Button kind=ButtonKind::Line on_tap=Some(tap)>{word}</Button> }
    }
}

impl<T: Paged + DeserializeOwned + 'static> Source<T> {
    /// The button for the next page, where there is one. `rows` and `inside` find what takes the focus when the button goes:
    /// the element that holds the rows, and what of a row can have it.
    pub fn more(self, desk: Desk, rows: &'static str, inside: &'static str) -> View {
        let has_more = Memo::new(move |_| self.read(|all| all.next().is_some()).unwrap_or_default());
        let tap = move |_| {
            let Some((next, shown)) = untrack(|| self.read(|all| (all.next(), all.rows()))) else { return };
            let first_new = [rows, " > :nth-child(", &(shown + 1).to_string(), ")", inside].concat();
            self.send(Way::Further, next.as_deref(), T::join, move || {
                request_animation_frame(move || dom::focus_if_lost(&first_new));
            });
        };
        let is_asked = move || self.asked.get() == Some(Way::Further);
        let failed = move || {
            let (_, why) = self.trouble.get().filter(|(way, _)| *way == Way::Further)?;
            Some(view! { <p class="err" role="alert">{desk.word(why)}</p> })
        };
        let word = move || desk.word(if is_asked() { words::LOADING } else { words::MORE });
        View::of(move || {
            has_more.get().then(|| {
                view! {
                    <div class="desk-more">
                        {failed}
                        <button type="button" class="btn" aria-disabled=move || is_asked().then_some("true") on:click=tap>
                            {word}
                        </button>
                    </div>
                }
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type List = Kept<Vec<&'static str>>;

    fn here(kept: &List) -> Vec<&'static str> {
        match &kept.come {
            Come::Here(all) => all.clone(),
            _ => Vec::new(),
        }
    }

    fn end(kept: &mut List, number: Option<u32>, answer: Result<&'static str, Word>) -> bool {
        kept.end(number.unwrap_or_default(), answer.map(|one| vec![one]), |all, next| all.extend(next))
    }

    #[test]
    fn an_older_answer_never_takes_the_place_of_a_newer_one() {
        let mut kept = List::new();
        let wang = kept.begin(Way::Anew);
        let li = kept.begin(Way::Anew);
        assert!(end(&mut kept, li, Ok("Li")));
        assert!(!end(&mut kept, wang, Ok("Wang")));
        assert_eq!(here(&kept), ["Li"]);
        // Nor while the newer one is still on its way.
        let wang = kept.begin(Way::Anew);
        kept.begin(Way::Anew);
        assert!(!end(&mut kept, wang, Ok("Wang")) && kept.state() == State::Waiting);
    }

    #[test]
    fn two_taps_on_more_bring_the_page_once_and_a_failed_one_says_so_and_can_be_tried_again() {
        let mut kept = List::new();
        let first = kept.begin(Way::Anew);
        assert_eq!(kept.begin(Way::Further), None, "the list is not there yet");
        end(&mut kept, first, Ok("1"));
        let more = kept.begin(Way::Further);
        assert!(more.is_some());
        assert_eq!(kept.begin(Way::Further), None, "the second tap");
        end(&mut kept, more, Err(words::OFFLINE));
        assert_eq!((here(&kept), kept.trouble), (vec!["1"], Some((Way::Further, words::OFFLINE))));
        let more = kept.begin(Way::Further);
        end(&mut kept, more, Ok("2"));
        assert_eq!((here(&kept), kept.trouble), (vec!["1", "2"], None));
    }

    #[test]
    fn what_is_shown_stays_while_it_is_asked_for_again_and_goes_when_something_else_is() {
        let mut kept = List::new();
        let first = kept.begin(Way::Anew);
        end(&mut kept, first, Ok("1"));
        let again = kept.begin(Way::Again);
        assert_eq!(here(&kept), ["1"]);
        end(&mut kept, again, Err(words::FAILED));
        assert_eq!((here(&kept), kept.trouble), (vec!["1"], Some((Way::Again, words::FAILED))));
        let other = kept.begin(Way::Anew);
        assert!(here(&kept).is_empty());
        end(&mut kept, other, Err(words::OFFLINE));
        assert!(kept.state() == State::Failed(words::OFFLINE));
        // A page that was on its way when something else was asked is not added to that.
        let other = kept.begin(Way::Again);
        end(&mut kept, other, Ok("A"));
        let more = kept.begin(Way::Further);
        let other = kept.begin(Way::Anew);
        end(&mut kept, other, Ok("B"));
        assert!(!end(&mut kept, more, Ok("A2")));
        assert_eq!(here(&kept), ["B"]);
    }
}
