//! What all widgets share: the question as signals, its label, hint and problem, its element.

use std::ops::Deref;
use std::rc::Rc;

use wasm_bindgen::JsCast;
use wasm_bindgen::JsValue;
use web_sys::HtmlElement;
use zhucun_forms::contract::{Id, Problem, QuestionView, Rule};
use zhucun_forms::definition::Kind;
use zhucun_view::prelude::*;
use zhucun_words::visit as words;
use zhucun_words::{Lang, Word};

use super::filling::Form;
use super::media;
use crate::later::later;
use crate::platform::dom;
use crate::ui::icons::{self, IconData};
use crate::ui::say;

/// Appearances that a first page may have.
const COMMON: [&str; 4] = ["autocomplete", "columns", "columns-2", "horizontal"];

/// A question on screen: one handle, since each closure of a widget holds it.
#[derive(Clone, Copy)]
pub struct Ask(StoredValue<Question>);

#[derive(Clone, Copy)]
struct Question {
    form: Form,
    id: Id,
    view: Memo<Newest>,
    value: Memo<String>,
    problem: Memo<Option<String>>,
    /// Whether an answer is being typed for which nothing was wrong so far.
    typing: RwSignal<bool>,
}

/// A question as it stands now; never the same as before: comparing all of it costs more than setting a text again.
#[derive(Clone)]
struct Newest(Rc<QuestionView>);

impl Newest {
    fn new(question: QuestionView) -> Self {
        Self(Rc::new(question))
    }
}

impl PartialEq for Newest {
    fn eq(&self, _: &Self) -> bool {
        false
    }
}

/// The choices that a question offers: its name and its words for each. Of hundreds each copy would cost.
#[derive(Clone)]
pub struct Choices(Rc<QuestionView>);

impl Deref for Choices {
    type Target = [(String, String)];

    fn deref(&self) -> &Self::Target {
        &self.0.choices
    }
}

impl PartialEq for Choices {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl Ask {
    /// A question of an open form.
    pub fn new(form: Form, id: Id) -> Self {
        // Once gone it stays as it was for the moment until its item is taken from the page.
        let view = Memo::new(move |last: Option<&Newest>| {
            let now = form.get().question(id).map(Newest::new);
            now.or_else(|| last.cloned()).unwrap_or_else(|| Newest::new(gone(id)))
        });
        let typing = RwSignal::new(false);
        let problem = Memo::new(move |_| {
            let lang = form.lang();
            let marks = form.get().marks.clone();
            view.with(|question| match &question.0.problem {
                Some(problem) => (!typing.get()).then(|| problem_words(problem, question.0.kind, lang)),
                None if question.0.required && question.0.value.is_empty() => {
                    marks.with(|marks| marks.get(&id).map(|mark| problem_words(mark, question.0.kind, lang)))
                }
                None => None,
            })
        });
        let value = Memo::new(move |_| view.with(|question| question.0.value.clone()));
        Self(StoredValue::new(Question { form, id, view, value, problem, typing }))
    }

    /// The form.
    pub fn form(self) -> Form {
        self.0.with_value(|question| question.form)
    }

    /// The question.
    pub fn id(self) -> Id {
        self.0.with_value(|question| question.id)
    }

    fn view(self) -> Memo<Newest> {
        self.0.with_value(|question| question.view)
    }

    /// The answer alone.
    pub fn value(self) -> Memo<String> {
        self.0.with_value(|question| question.value)
    }

    /// What is wrong, in words; `None` also while a first attempt is being typed.
    pub fn problem(self) -> Memo<Option<String>> {
        self.0.with_value(|question| question.problem)
    }

    fn typing(self) -> RwSignal<bool> {
        self.0.with_value(|question| question.typing)
    }

    /// What kind of question; does not change.
    pub fn kind(self) -> Kind {
        self.view().with_untracked(|question| question.0.kind)
    }

    /// Whether the appearance has a word; does not change.
    pub fn looks(self, word: &str) -> bool {
        self.view().with_untracked(|question| question.0.appearance.iter().any(|name| name == word))
    }

    /// Whether appearance and parameters ask for nothing that first pages do not have.
    pub fn is_plain(self) -> bool {
        self.view().with_untracked(|question| {
            let is_common = |word: &String| COMMON.contains(&word.as_str());
            let question = &question.0;
            question.appearance.iter().all(is_common) && question.parameters.is_empty() && !question.pictured
        })
    }

    /// The words of the appearance; do not change.
    pub fn appearance(self) -> Vec<String> {
        self.view().with_untracked(|question| question.0.appearance.clone())
    }

    /// The class of the question's element, with what its style must know: its width among those beside it on a wide screen
    /// (`w4` of twelve), and whether it is a row of a table (`list-nolabel`).
    fn class(self) -> String {
        let mut class = String::from("ask");
        for word in self.appearance() {
            if word.starts_with(['w', 'l']) {
                class.push(' ');
                class.push_str(&word);
            }
        }
        class
    }

    /// A parameter of the question, empty when it is not set; does not change.
    pub fn parameter(self, name: &str) -> String {
        self.view().with_untracked(|question| question.0.parameters.get(name).cloned().unwrap_or_default())
    }

    /// The answer, not to be told of its changes.
    pub fn value_now(self) -> String {
        self.value().get_untracked()
    }

    /// Whether it may not be changed.
    pub fn readonly(self) -> bool {
        self.view().with(|question| question.0.readonly)
    }

    /// Whether an answer is needed.
    pub fn required(self) -> bool {
        self.view().with(|question| question.0.required)
    }

    /// The label.
    pub fn label(self) -> String {
        self.view().with(|question| question.0.label.clone())
    }

    /// The choices offered: changes only when they do, not with the answer.
    pub fn choices(self) -> Memo<Choices> {
        Memo::new(move |_| self.view().with(|question| Choices(question.0.clone())))
    }

    /// Whether some of its choices have pictures; does not change.
    pub fn pictured(self) -> bool {
        self.view().with_untracked(|question| question.0.pictured)
    }

    /// Words of the screens.
    pub fn say(self, word: Word) -> &'static str {
        word.get(self.form().lang())
    }

    /// Takes an answer given by a tap.
    pub fn answer(self, value: &str) {
        self.form().get().answer(self.id(), value);
    }

    /// Takes an answer as far as it is typed. A field that is left as it was gives none.
    pub fn type_in(self, value: &str) {
        if self.value_now() != value {
            self.form().get().answer(self.id(), value);
        }
    }

    /// The field got the focus: problems of a first attempt wait until it is left.
    pub fn entered(self) {
        self.typing().set(self.problem().with_untracked(Option::is_none));
    }

    /// Whether it is still on screen: a field that is taken away with the focus in it says `blur` after its question is gone.
    pub fn is_shown(self) -> bool {
        self.0.try_with_value(|_| ()).is_some()
    }

    /// The field lost the focus: what is wrong is said, but not under the finger that is on something below it.
    pub fn left(self) {
        if !self.is_shown() {
            return;
        }
        self.form().get().settle(self.id(), self.typing());
    }

    /// Brings a question that has grown on the screen as a whole, when it was there in part.
    pub fn reveal(self) {
        request_animation_frame(move || {
            if let Some(question) = self.element("-q") {
                dom::reveal(&question);
            }
        });
    }

    /// The id of the field's element; `part` tells its parts apart.
    pub fn element_id(self, part: &str) -> String {
        let mut id = String::from("q");
        id.push_str(&self.id().to_string());
        id.push_str(part);
        id
    }

    /// What describes the field: hint and problem.
    pub fn described(self) -> String {
        let mut ids = self.element_id("-h ");
        ids.push_str(&self.element_id("-p"));
        ids
    }

    /// `true` or `false` for `aria-invalid`.
    pub fn invalid(self) -> &'static str {
        if self.problem().with(Option::is_some) { "true" } else { "false" }
    }

    /// Shows the answer in the field when it changes by other means than typing: never while the focus is in it.
    pub fn keep_shown(self, shown: fn(&str) -> String) {
        Effect::new(move |_| {
            let value = shown(&self.value().get());
            if let Some(field) = self.element("")
                && document().active_element().as_deref() != Some(field.as_ref())
            {
                set_value(&field, &value);
            }
        });
    }

    /// An element of this question, while it is on screen: a frame or a timer may come after its end.
    pub fn element(self, part: &str) -> Option<HtmlElement> {
        if !self.is_shown() {
            return None;
        }
        document().get_element_by_id(&self.element_id(part)).map(JsCast::unchecked_into)
    }
}

/// Sets the value of an input, textarea or select.
pub fn set_value(field: &HtmlElement, value: &str) {
    // Setting a plain property of an element that exists does not fail.
    let _ = js_sys::Reflect::set(field, &JsValue::from_str("value"), &JsValue::from_str(value));
}

fn gone(id: Id) -> QuestionView {
    QuestionView {
        id,
        name: String::new(),
        kind: Kind::Hidden,
        label: String::new(),
        hint: String::new(),
        guidance: String::new(),
        value: String::new(),
        required: false,
        readonly: true,
        appearance: Vec::new(),
        parameters: litemap::LiteMap::new_vec(),
        choices: Vec::new(),
        media: Vec::new(),
        pictured: false,
        problem: None,
    }
}

/// A problem in words: the form's own, else what to do by kind.
pub fn problem_words(problem: &Problem, kind: Kind, lang: Lang) -> String {
    if !problem.message.is_empty() {
        return problem.message.clone();
    }
    let word = match (problem.rule, kind) {
        (Rule::Required, Kind::SelectOne | Kind::Range | Kind::Rank) => words::PLEASE_CHOOSE,
        (Rule::Required, Kind::SelectMultiple) => words::PLEASE_CHOOSE_SOME,
        (Rule::Required, Kind::Image) => words::PLEASE_PICTURE,
        (Rule::Required, Kind::Acknowledge) => words::PLEASE_CONFIRM,
        (Rule::Required, _) => words::PLEASE_FILL,
        (Rule::Type, Kind::Integer) => words::NOT_INTEGER,
        (Rule::Type, Kind::Decimal | Kind::Range) => words::NOT_NUMBER,
        (Rule::Type, Kind::Date) => words::NOT_DATE,
        _ => words::NOT_ALLOWED,
    };
    word.get(lang).to_owned()
}

/// A question with one field: label, hint, field, problem.
pub fn single(ask: Ask, field: View) -> View {
    view! {
        <div class=ask.class() class:fixed=move || ask.readonly() id=ask.element_id("-q")>
            <label class="ask-label" for=ask.element_id("")>{label_words(ask)}</label>
            {hint(ask)}
            {field}
            {problem(ask)}
        </div>
    }
}

/// A question with several fields or buttons: a fieldset with its legend.
pub fn several(ask: Ask, fields: View) -> View {
    view! {
        <fieldset class=ask.class() class:fixed=move || ask.readonly() id=ask.element_id("-q") tabindex="-1"
            aria-describedby=ask.described()>
            <legend class="ask-label">{label_words(ask)}</legend>
            {hint(ask)}
            {fields}
            {problem(ask)}
        </fieldset>
    }
}

fn label_words(ask: Ask) -> View {
    let state = move || match (ask.readonly(), ask.required()) {
        (true, _) => Some(words::READ_ONLY),
        (_, true) => Some(words::REQUIRED),
        _ => None,
    };
    view! {
        {move || ask.label()}
        // A place to break the line.
        " "
        {move || state().map(|word| view! { <span class="ask-need">{ask.say(word)}</span> })}
    }
}

/// What is shown and played with the words.
pub fn shown(ask: Ask) -> View {
    let files = Memo::new(move |_| ask.view().with(|question| question.0.media.clone()));
    View::of(move || {
        Some(files.get()).filter(|files| !files.is_empty()).map(|files| later(media::shown::view, (ask, files)))
    })
}

fn hint(ask: Ask) -> View {
    // By its own words, so that what was opened stays open.
    let guidance = Memo::new(move |_| ask.view().with(|question| question.0.guidance.clone()));
    view! {
        {shown(ask)}
        <p class="ask-hint" id=ask.element_id("-h")>{move || ask.view().with(|question| question.0.hint.clone())}</p>
        {move || Some(guidance.get()).filter(|words| !words.is_empty()).map(|words| view! {
            <details class="ask-more"><summary>{say(&words::MORE_ABOUT)}</summary><p>{words}</p></details>
        })}
    }
}

/// The place of the problem; always there, so that a screen reader hears what comes into it.
fn problem(ask: Ask) -> View {
    view! {
        <div class="err-space" id=ask.element_id("-p") aria-live="polite">
            {move || ask.problem().get().map(|words| view! { <p class="err">{icon(icons::ALERT)} <span>{words}</span></p> })}
        </div>
    }
}

/// A line with an icon under a field: state, not problem.
pub fn line(glyph: IconData, words: String) -> View {
    view! { <p class="ask-line">{icon(glyph)} <span>{words}</span></p> }
}

/// A button of a widget.
pub fn button(glyph: Option<IconData>, words: View, tap: impl Fn() + 'static) -> View {
    tapped(glyph, words, Callback::new(move |()| tap()))
}

#[inline(never)]
fn tapped(glyph: Option<IconData>, words: View, tap: Callback<()>) -> View {
    view! { <button type="button" class="btn q-button" on:click=move |_| tap.run(())>{glyph.map(icon)} <span>{words}</span></button> }
}

/// A line icon; a word stands next to it.
pub fn icon(icon: IconData) -> View {
    view! { {icons::draw(icon)} }
}

/// "No answer" for what is not required: a radio button cannot be taken back otherwise.
pub fn clear(ask: Ask) -> View {
    let may = Memo::new(move |_| !ask.required() && !ask.readonly() && !ask.value().with(String::is_empty));
    let clear = move || {
        view! {
            <button type="button" class="btn plain clear" on:click=move |_| ask.answer("")>
                {say(&words::CLEAR_ANSWER)}
            </button>
        }
    };
    view! { {move || may.get().then(clear)} }
}
