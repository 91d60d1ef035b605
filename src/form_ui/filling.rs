//! An open form: the session, what of it must be drawn again, and its way to the phone's storage. Root-owned by reference
//! counting, so that saving and photos go on when the page is left.

mod living;
mod saving;
pub mod way;

use std::cell::{Cell, RefCell, RefMut};
use std::rc::Rc;

use litemap::LiteMap;
use zhucun_forms::Session;
use zhucun_forms::contract::{Changed, Id, Page, Problem, QuestionView};
use zhucun_forms::instance::Removed;
use zhucun_view::prelude::*;
use zhucun_words::Lang;

use super::media::consent;
use crate::later;
use crate::platform::clock;
use crate::platform::storage::Db;
use crate::state::App;
use crate::state::drafts::{self, DraftError, DraftFile, Opened, StoredDraft};
pub use living::of as living;

/// What the visit shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Screen {
    /// A page of the form.
    Page,
    /// The list of pages.
    Contents,
    /// What is left to mend, or "finish".
    Review,
    /// Finished.
    Done,
}

/// What is shown: the screen and the page that is or was turned to.
pub type Place = (Screen, Id);

/// Whether the draft is on the phone.
#[derive(Clone, Debug, PartialEq)]
pub enum Saved {
    /// As it was when it was opened.
    Opened,
    /// Since then, milliseconds since 1970 UTC.
    At(i64),
    /// The phone's storage refused; it is tried again.
    Failed(DraftError),
}

/// What a photo question is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PhotoState {
    /// The photo is being made small.
    Busy,
    /// Why it was not taken in: a word of the catalogue.
    Refused(zhucun_words::Word),
}

/// What is told to who follows the filling.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Followed {
    /// Another page or screen is shown.
    Shown,
    /// It is left and can go on.
    Left,
    /// It is finished.
    Finished,
}

/// Who follows the filling, with the person's consent.
pub type Follower = Rc<dyn Fn(&Rc<Filling>, Followed)>;

/// An open form.
pub struct Filling {
    /// The app.
    pub app: App,
    /// Who fills it in, and their database: it stays theirs, whoever signs in meanwhile.
    user: String,
    db: Option<Db>,
    session: RefCell<Session>,
    /// The pages, once asked for and until something changes.
    pages: RefCell<Option<Rc<Vec<Page>>>>,
    stored: RefCell<StoredDraft>,
    drawn: RefCell<LiteMap<Id, ArcTrigger>>,
    layout: ArcTrigger,
    turned: ArcTrigger,
    /// What is shown.
    pub screen: ArcRwSignal<Screen>,
    /// Problems found when a page was left or at the review, by question.
    pub marks: ArcRwSignal<LiteMap<Id, Problem>>,
    /// Whether the draft is on the phone.
    pub saved: ArcRwSignal<Saved>,
    /// What photo questions are doing.
    pub photos: ArcRwSignal<LiteMap<Id, PhotoState>>,
    wanted: Cell<Option<Id>>,
    /// Whether a timer will save: the newest of so many.
    planned: Cell<bool>,
    plans: Cell<u32>,
    /// When the newest answer was given, milliseconds since 1970 UTC.
    answered: Cell<i64>,
    /// When the oldest was that is not saved.
    unsaved: Cell<i64>,
    dirty: Cell<bool>,
    /// How many writes are on their way.
    writes: Cell<u8>,
    closed: Cell<bool>,
    ending: Cell<bool>,
    follower: RefCell<Option<Follower>>,
    /// Of `way`, which comes with the last part of the program, in kinds that the others know: which way it is divided into
    /// pages, by its place among all; the question that had the focus last; whether the page is another and shows the same.
    divided: Cell<u8>,
    at: Cell<Option<Id>>,
    stays: Cell<bool>,
}

/// The open form as views hold it.
#[derive(Clone, Copy)]
pub struct Form(StoredValue<Rc<Filling>>);

impl Form {
    /// An opened draft; when it is open already, that one goes on.
    #[must_use]
    pub fn new(app: App, mut opened: Opened) -> Self {
        if let Some(filling) = living::of(&opened.stored.info.id, opened.stored.info.updated_at) {
            return Self(StoredValue::new(filling));
        }
        let screen = if opened.stored.review { Screen::Review } else { Screen::Page };
        if opened.stored.info.stream.is_none() {
            opened.stored.info.stream = app.village();
        }
        let filling = Rc::new(Filling {
            app,
            user: app.me.with_untracked(|me| me.as_ref().map(|me| me.user.clone())).unwrap_or_default(),
            db: app.db(),
            session: RefCell::new(opened.session),
            pages: RefCell::default(),
            stored: RefCell::new(opened.stored),
            drawn: RefCell::default(),
            layout: ArcTrigger::new(),
            turned: ArcTrigger::new(),
            screen: ArcRwSignal::new(screen),
            marks: ArcRwSignal::default(),
            saved: ArcRwSignal::new(Saved::Opened),
            photos: ArcRwSignal::default(),
            wanted: Cell::new(None),
            planned: Cell::new(false),
            plans: Cell::new(0),
            answered: Cell::new(0),
            unsaved: Cell::new(0),
            dirty: Cell::new(false),
            writes: Cell::new(0),
            closed: Cell::new(false),
            ending: Cell::new(false),
            follower: RefCell::default(),
            divided: Cell::new(u8::MAX),
            at: Cell::new(None),
            stays: Cell::new(false),
        });
        living::add(&filling);
        Self(StoredValue::new(filling))
    }

    /// The same to look at: nothing of it is kept.
    #[must_use]
    pub fn to_look_at(self) -> Self {
        let filling = self.get();
        filling.closed.set(true);
        // No other form goes on with it.
        filling.ending.set(true);
        self
    }

    /// The form itself; to be taken before a wait, since a view's handle ends with the view.
    #[must_use]
    pub fn get(self) -> Rc<Filling> {
        self.0.get_value()
    }

    /// The language of the screens.
    #[must_use]
    pub fn lang(self) -> Lang {
        self.0.with_value(|filling| filling.app.lang).get()
    }
}

impl Filling {
    // Reading

    /// A question as it stands; read again by the caller's effect when it changes.
    #[must_use]
    pub fn question(&self, id: Id) -> Option<QuestionView> {
        self.drawn.borrow_mut().entry(id).or_default().track();
        self.session.borrow().question(id)
    }

    /// The pages; read again when pages or items come, go or are turned.
    #[must_use]
    pub fn pages(&self) -> Rc<Vec<Page>> {
        self.layout.track();
        self.turned.track();
        self.pages_now()
    }

    fn pages_now(&self) -> Rc<Vec<Page>> {
        self.pages.borrow_mut().get_or_insert_with(|| Rc::new(self.session.borrow().pages())).clone()
    }

    /// The session, to change in it what the pages are made of.
    fn change(&self) -> RefMut<'_, Session> {
        self.pages.take();
        self.session.borrow_mut()
    }

    /// The page to show; read again when it is turned.
    #[must_use]
    pub fn page(&self) -> Id {
        let pages = self.pages();
        self.session.borrow().page_among(&pages)
    }

    /// The household it is about, once chosen and kept.
    #[must_use]
    pub fn household(&self) -> Option<String> {
        self.turned.track();
        self.saved.with(|_| ());
        self.stored.borrow().info.household.clone()
    }

    /// A file of the draft by the name that answers hold.
    #[must_use]
    pub fn file(&self, name: &str) -> Option<DraftFile> {
        self.stored.borrow().files.get(name).cloned()
    }

    /// Looks at the session; nothing is read again.
    pub fn with_session<T>(&self, look: impl FnOnce(&Session) -> T) -> T {
        look(&self.session.borrow())
    }

    /// The hash of the definition that it was begun with.
    #[must_use]
    pub fn definition(&self) -> String {
        self.stored.borrow().definition.clone()
    }

    /// What the draft says of itself.
    #[must_use]
    pub fn info(&self) -> drafts::DraftInfo {
        self.stored.borrow().info.clone()
    }

    /// Of a correction: why; `None` for a visit of its own.
    #[must_use]
    pub fn reason(&self) -> Option<String> {
        let stored = self.stored.borrow();
        (!stored.info.replaces.is_empty()).then(|| stored.reason.clone())
    }

    /// Says why a visit is corrected.
    pub fn set_reason(self: &Rc<Self>, reason: String) {
        self.stored.borrow_mut().reason = reason;
        self.save();
    }

    /// Everything that is wrong, in the form's order, with the page of each.
    #[must_use]
    pub fn problems(&self) -> Vec<Problem> {
        self.layout.track();
        self.turned.track();
        let problems = self.session.borrow().problems();
        for problem in &problems {
            self.drawn.borrow_mut().entry(problem.id).or_default().track();
        }
        problems
    }

    /// The form's languages and the active one.
    #[must_use]
    pub fn languages(&self) -> (Vec<String>, usize) {
        self.layout.track();
        let session = self.session.borrow();
        (session.definition().languages.clone(), session.language())
    }

    // Changing

    /// Takes an answer.
    pub fn answer(self: &Rc<Self>, id: Id, value: &str) {
        self.stored.borrow_mut().blank = false;
        self.photos.maybe_update(|photos| photos.remove(&id).is_some());
        self.note(id, value);
    }

    /// Takes an answer that no person gives: with nothing but such ones the draft is still blank.
    pub fn note(self: &Rc<Self>, id: Id, value: &str) {
        let changed = self.session.borrow_mut().answer(id, value);
        if changed.layout || changed.questions.iter().any(|id| self.names_instance(*id)) {
            self.pages.take();
        }
        self.redraw(&changed);
        self.save();
        self.note_places();
    }

    /// Questions that are to get the place where the phone is now; each told once.
    pub fn take_places(&self) -> Vec<Id> {
        self.session.borrow_mut().take_places()
    }

    fn note_places(self: &Rc<Self>) {
        let places = self.take_places();
        if !places.is_empty() {
            // Before the last part is here nobody has agreed to it.
            later::now(consent::note_places, (self.clone(), places));
        }
    }

    /// Whether an answer may stand in a list of instances: in the place of a name there is what was answered first.
    fn names_instance(&self, id: Id) -> bool {
        self.session.borrow().is_in_instance(id)
    }

    /// Changes what is said of a file of the draft, which is made when there is none; saved with the next answer.
    pub fn change_file(&self, name: &str, change: impl FnOnce(&mut DraftFile)) {
        change(self.stored.borrow_mut().files.entry(name.to_owned()).or_default());
    }

    /// Whether somebody follows.
    #[must_use]
    pub fn is_followed(&self) -> bool {
        self.follower.borrow().is_some()
    }

    /// Who follows from now on.
    pub fn set_follower(&self, follower: Option<Follower>) {
        *self.follower.borrow_mut() = follower;
    }

    /// Tells who follows.
    pub fn tell(self: &Rc<Self>, what: Followed) {
        // Cloned first: it may change who follows.
        let follower = self.follower.borrow().clone();
        if let Some(follower) = follower {
            follower(self, what);
        }
    }

    /// Takes a picture's file and the answer that names it; the former file stays for "undo".
    pub fn answer_file(self: &Rc<Self>, id: Id, name: &str, file: DraftFile) {
        self.stored.borrow_mut().files.insert(name.to_owned(), file);
        self.answer(id, name);
        // A stroke cannot be given again: it is written at once.
        self.flush();
    }

    /// Says what a photo question is doing.
    pub fn set_photo(&self, id: Id, state: PhotoState) {
        if state == PhotoState::Busy {
            self.stored.borrow_mut().blank = false;
        }
        self.photos.update(|photos| {
            photos.insert(id, state);
        });
    }

    /// Adds an instance of a repeat and turns to its page.
    pub fn add(self: &Rc<Self>, repeat: Id) {
        let (instance, changed) = self.change().add_repeat(repeat);
        self.stored.borrow_mut().blank = false;
        self.redraw(&changed);
        self.note_places();
        self.go(instance);
    }

    /// Takes an instance of a repeat away; give the answer to [`Self::undo_remove`].
    pub fn remove(self: &Rc<Self>, instance: Id) -> Removed {
        let (removed, changed) = self.change().remove_repeat(instance);
        self.stored.borrow_mut().blank = false;
        self.redraw(&changed);
        self.save();
        removed
    }

    /// Brings a removed instance back.
    pub fn undo_remove(self: &Rc<Self>, removed: Removed) {
        let changed = self.change().undo_remove(removed);
        self.redraw(&changed);
        self.save();
    }

    /// Turns to the language of the screens, when the form has it.
    pub fn follow(self: &Rc<Self>, lang: Lang) {
        let index = drafts::language_index(&self.session.borrow().definition().languages, lang);
        if let Some(index) = index {
            self.set_language(index);
        }
    }

    /// Turns to one of the form's languages.
    pub fn set_language(self: &Rc<Self>, index: usize) {
        if self.session.borrow().language() == index {
            return;
        }
        let changed = self.change().set_language(index);
        self.redraw(&changed);
        let problems = self.session.borrow().problems();
        self.marks.update(|marks| {
            for problem in problems {
                if let Some(mark) = marks.get_mut(&problem.id) {
                    *mark = problem;
                }
            }
        });
        // Titles and list lines are words too.
        self.layout.notify();
        self.save();
    }

    fn redraw(&self, changed: &Changed) {
        if changed.layout {
            self.layout.notify();
        }
        let drawn = self.drawn.borrow();
        // Cloned first: what is notified may ask for another question.
        let triggers: Vec<_> = changed.questions.iter().filter_map(|id| drawn.get(id).cloned()).collect();
        drop(drawn);
        triggers.iter().for_each(Notify::notify);
    }

    // Turning pages

    /// Turns to a page: what is wrong on the one that is left is marked there.
    pub fn go(self: &Rc<Self>, page: Id) {
        self.mark_page();
        self.session.borrow_mut().set_page(page);
        self.show(Screen::Page);
    }

    /// Turns by one page forward or back; past the last one comes the review, before the first one nothing.
    pub fn turn(self: &Rc<Self>, forward: bool) {
        let (pages, page) = (self.pages_now(), self.session.borrow().page());
        let at = pages.iter().position(|p| p.id == page).unwrap_or(0);
        let to = if forward { Some(at + 1) } else { at.checked_sub(1) };
        match to.map(|to| pages.get(to)) {
            Some(Some(page)) => self.go(page.id),
            Some(None) => {
                self.mark_page();
                self.show(Screen::Review);
            }
            None => {}
        }
    }

    /// Shows again what was shown before, by the browser's "back".
    pub fn go_back_to(self: &Rc<Self>, (screen, page): Place) {
        self.mark_page();
        self.session.borrow_mut().set_page(page);
        self.show(screen);
    }

    /// Shows another part of the visit; the draft remembers the review. Not while it is being finished: what would be answered
    /// then would be in no visit.
    pub fn show(self: &Rc<Self>, screen: Screen) {
        if self.closed.get() && !self.ending.get() {
            return;
        }
        self.stored.borrow_mut().review = screen == Screen::Review;
        if screen == Screen::Review {
            self.mark(self.session.borrow().problems());
        }
        self.screen.set(screen);
        self.turned.notify();
        self.tell(Followed::Shown);
        self.save();
    }

    fn mark_page(&self) {
        if self.screen.get_untracked() == Screen::Page {
            let session = self.session.borrow();
            let problems = session.page_problems(session.page());
            drop(session);
            self.mark(problems);
        }
    }

    fn mark(&self, problems: Vec<Problem>) {
        self.marks.update(|marks| marks.extend(problems.into_iter().map(|problem| (problem.id, problem))));
    }

    /// Turns to the page of a question or a repeat's list, which gets the focus there, see [`Self::take_wanted`].
    pub fn jump(self: &Rc<Self>, question: Id) {
        let pages = self.pages_now();
        let page = pages.iter().find(|page| page.items.iter().any(|item| item.id() == question));
        if let Some(page) = page {
            self.wanted.set(Some(question));
            self.go(page.id);
        }
    }

    /// The question to focus now that its page is shown; once.
    #[must_use]
    pub fn take_wanted(&self) -> Option<Id> {
        self.wanted.take()
    }

    /// Whether another page is shown only because the form is divided in another way; once.
    #[must_use]
    pub fn take_stays(&self) -> bool {
        self.stays.take()
    }

    /// Whether it is all on one page, which is drawn as far as it is looked at.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.divided.get() == way::WHOLE
    }

    /// A file name no other answer of this draft has, e.g. `house_photo-1763868120000.jpg`.
    #[must_use]
    pub fn file_name(&self, question: Id, ending: &str) -> String {
        let mut name = self.session.borrow().question(question).map(|question| question.name).unwrap_or_default();
        name.push('-');
        name.push_str(&clock::now().to_string());
        name.push_str(ending);
        name
    }
}
