//! A villager says something on the secretary's phone: a page of their own in large letters, with nothing else on it and
//! nothing of other people's behind it. "Back" leaves to the needs; what is said is kept.

mod code;
mod photos;

use leptos::task::spawn_local;
use zhucun_domain::need::{self, CATEGORIES, NeedProblem};
use zhucun_sync::StreamId;
use zhucun_view::prelude::*;
use zhucun_words::{Lang, Word, household_edit as edit_words, say as words};

use super::today::place_name;
use crate::{
    platform::dom,
    routes::{self, Route},
    state::{
        App,
        saying::{self, Code, Said, SayError, Saying, Wrong},
        use_app,
    },
    ui::{Button, ButtonKind, Field, Notice, NoticeKind, icons, names, problem_line},
};

/// What the page's parts share.
#[derive(Clone, Copy)]
struct Page {
    app: App,
    /// The villager's language, which need not be the secretary's.
    lang: RwSignal<Lang>,
    said: Said,
    /// It is a need already, and only its code is shown: so until the page is left.
    code: Memo<Option<Code>>,
    tried: RwSignal<bool>,
    /// What went wrong, in words that are made already.
    problem: RwSignal<Option<Word>>,
}

impl Page {
    fn open(app: App) -> Self {
        let said = saying::open(app);
        Self {
            app,
            lang: RwSignal::new(app.lang.get_untracked()),
            said,
            code: Memo::new(move |shown: Option<&Option<Code>>| {
                shown.cloned().flatten().or_else(|| said.with(Saying::shown_code))
            }),
            tried: RwSignal::new(false),
            problem: RwSignal::new(None),
        }
    }

    /// Changes what is said and keeps it.
    fn change(self, change: impl FnOnce(&mut Saying)) {
        if !self.said.change(change) {
            self.problem.set(Some(zhucun_words::errors::STORAGE_FULL));
        }
    }

    fn wrong(self) -> Memo<Vec<Wrong>> {
        Memo::new(move |_| if self.tried.get() { self.said.with(Saying::check) } else { Vec::new() })
    }

    fn save(self) {
        self.tried.set(true);
        self.problem.set(None);
        let wrong = self.said.now().check();
        if let Some(first) = wrong.first() {
            dom::focus(field_of(*first));
        } else if !untrack(|| self.said.is_saving()) {
            let (app, said) = (self.app, self.said);
            spawn_local(async move {
                let result = said.save(app).await;
                // The page may have been left meanwhile.
                if !routes::is_here(&Route::Say) {
                    return;
                }
                match result {
                    Ok(()) => {
                        dom::scroll_to(0.0);
                        request_animation_frame(dom::focus_heading);
                    }
                    Err(error) => {
                        // Of a photo it is said beside the photos.
                        if !matches!(error, SayError::Photo(_)) {
                            let _ = self.problem.try_set(Some(error.word()));
                        }
                        request_animation_frame(|| dom::focus(".say .problem"));
                    }
                }
            });
        }
    }
}

/// The page.
pub fn say((): ()) -> View {
    let app = use_app();
    // What could still be undone is the secretary's.
    app.end_undo();
    let this = Page::open(app);
    dom::set_large(true);
    Effect::new(move |_| dom::set_lang(this.lang.get()));
    // What is said in a village is not said in the next one.
    let village = Memo::new(move |_| app.me.with(|me| me.as_ref().and_then(|me| me.village().cloned())));
    Effect::new(move |before: Option<Option<StreamId>>| {
        let now = village.get();
        if before.is_some_and(|before| before != now) {
            this.change(|said| *said = Saying::default());
        }
        now
    });
    on_cleanup(move || {
        dom::set_large(app.large.get_untracked());
        dom::set_lang(app.lang.get_untracked());
    });
    view! {
        <div class="say">
            {head(this)}
            {move || {
                let lang = this.lang.get();
                match this.code.get() {
                    Some(code) => code::shown(this, lang, code),
                    None => form(this, lang),
                }
            }}
        </div>
    }
}

fn head(this: Page) -> View {
    let switch = move |lang: Lang, name: &'static str| {
        view! {
            <button
                type="button"
                lang=lang.tag()
                aria-pressed=move || if this.lang.get() == lang { "true" } else { "false" }
                on:click=move |_| this.lang.set(lang)
            >
                {name}
            </button>
        }
    };
    view! {
        <header class="say-head">
            <button
                class="btn plain"
                type="button"
                on:click=move |_| routes::return_to(Route::Needs)
            >
                {icons::draw(icons::BACK)}
                {move || words::LEAVE.get(this.lang.get())}
            </button>
            <div class="switch">{switch(Lang::Zh, "中文")}{switch(Lang::En, "English")}</div>
        </header>
    }
}

fn form(this: Page, lang: Lang) -> View {
    let wrong = this.wrong();
    let save = Callback::new(move |()| this.save());
    let busy = Signal::derive(move || this.said.is_saving());
    let count = move || {
        let count = wrong.with(Vec::len);
        (count > 0).then(|| crate::ui::counted(&edit_words::PROBLEMS, lang, count))
    };
    view! {
        <main class="page">
            <h1 tabindex="-1">{words::TITLE.get(lang)}</h1>
            <p class="quiet">{words::INTRO.fill(lang, &[("village", &place_name(this.app))])}</p>
            // While it is being saved, what is typed would be lost.
            <fieldset class="say-fields" disabled=move || this.said.is_saving()>
                {categories(this, lang, wrong)}
                {text(this, lang, wrong)}
                {photos::field(this, lang)}
                {person(this, lang, wrong)}
            </fieldset>
            <p class="say-kept">{icons::draw(icons::INFO)}<span>{words::KEPT.get(lang)}</span></p>
            {move || {
                this.problem.get().map(|word| view! { <Notice kind=NoticeKind::Problem text=word.get(lang)/> })
            }}
            <p class="err-count" role="status">{count}</p>
            <Button kind=ButtonKind::Fill disabled=busy on_tap=Some(save)>
                {move || (if busy.get() { words::SAVING } else { words::SAVE }).get(lang)}
            </Button>
        </main>
    }
}

const fn field_of(wrong: Wrong) -> &'static str {
    match wrong {
        Wrong::Need(NeedProblem::Category) => "input[name=category]",
        Wrong::Need(NeedProblem::TextShort | NeedProblem::TextLong) => "#text",
        Wrong::Need(NeedProblem::NameLong) => "#name",
        Wrong::Need(NeedProblem::PhoneOdd | NeedProblem::PhoneLong) => "#phone",
        Wrong::Group => "#group",
    }
}

/// The words of a problem that belongs to a field, by the field's selector.
fn problem_of(lang: Lang, wrong: Memo<Vec<Wrong>>, selector: &'static str) -> Signal<Option<String>> {
    Signal::derive(move || {
        let wrong = wrong.with(|all| all.iter().find(|wrong| field_of(**wrong) == selector).copied())?;
        let most = |word: Word, max: usize| word.fill(lang, &[("max", &max.to_string())]);
        Some(match wrong {
            Wrong::Need(NeedProblem::Category) => words::NEED_CATEGORY.get(lang).to_owned(),
            Wrong::Need(NeedProblem::TextShort) => words::NEED_TEXT.get(lang).to_owned(),
            Wrong::Need(NeedProblem::TextLong) => most(words::LONG, need::TEXT_MAX),
            Wrong::Need(NeedProblem::NameLong) => most(words::LONG, need::NAME_MAX),
            Wrong::Need(NeedProblem::PhoneLong) => most(words::LONG, need::PHONE_MAX),
            Wrong::Need(NeedProblem::PhoneOdd) => edit_words::PROBLEM_PHONE.get(lang).to_owned(),
            Wrong::Group => edit_words::PROBLEM_GROUP.get(lang).to_owned(),
        })
    })
}

fn categories(this: Page, lang: Lang, wrong: Memo<Vec<Wrong>>) -> View {
    let tiles: Vec<_> = CATEGORIES
        .into_iter()
        .map(|code| {
            let chosen = move || this.said.with(|said| said.category == code);
            view! {
                <label class="tile" class:on=chosen>
                    <input
                        type="radio"
                        name="category"
                        value=code
                        prop:checked=chosen
                        on:change=move |_| this.change(|said| code.clone_into(&mut said.category))
                    />
                    {icons::draw(icons::category(code))}
                    <span>{names::category(lang, code).to_owned()}</span>
                </label>
            }
        })
        .collect();
    view! {
        <fieldset class="field-block">
            <legend class="q">{words::CATEGORY.get(lang)}</legend>
            <div class="tiles">{tiles}</div>
            {problem_line("category-problem".to_owned(), problem_of(lang, wrong, "input[name=category]"))}
        </fieldset>
    }
}

fn text(this: Page, lang: Lang, wrong: Memo<Vec<Wrong>>) -> View {
    let problem = problem_of(lang, wrong, "#text");
    view! {
        <div class="field-block">
            <label class="q" for="text">{words::TEXT.get(lang)}</label>
            <span class="hint" id="text-hint">{words::TEXT_HINT.get(lang)}</span>
            <textarea
                class="field"
                id="text"
                rows="4"
                aria-describedby="text-hint text-problem"
                aria-invalid=move || problem.get().is_some().then_some("true")
                prop:value=move || this.said.with(|said| said.text.clone())
                on:input=move |event| {
                    let typed = event_target_value(&event);
                    this.change(|said| said.text = typed);
                }
            ></textarea>
            {problem_line("text-problem".to_owned(), problem)}
        </div>
    }
}

fn person(this: Page, lang: Lang, wrong: Memo<Vec<Wrong>>) -> View {
    let read = move |part: fn(&Saying) -> &String| Signal::derive(move || this.said.with(|said| part(said).clone()));
    view! {
        <fieldset class="field-block">
            <legend class="q">{words::WHO.get(lang)}</legend>
            <span class="hint">{words::WHO_HINT.get(lang)}</span>
            <Field
                id="name"
                label=words::NAME.get(lang)
                value=read(|said| &said.name)
                on_type=Callback::new(move |typed| this.change(|said| said.name = typed))
                problem=problem_of(lang, wrong, "#name")
            />
            <Field
                id="phone"
                label=words::PHONE.get(lang)
                value=read(|said| &said.phone)
                on_type=Callback::new(move |typed| this.change(|said| said.phone = typed))
                problem=problem_of(lang, wrong, "#phone")
                keyboard="tel"
            />
            <Field
                id="group"
                label=words::GROUP.get(lang)
                value=read(|said| &said.group)
                on_type=Callback::new(move |typed| this.change(|said| said.group = typed))
                problem=problem_of(lang, wrong, "#group")
                keyboard="numeric"
            />
        </fieldset>
    }
}
