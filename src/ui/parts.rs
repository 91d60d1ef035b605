//! Buttons, rows, tags, fields, bars, notices.

use web_sys::MouseEvent;
use zhucun_view::prelude::*;

use super::icons::{self, IconData};

/// How much a button weighs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ButtonKind {
    /// The one filled button of a screen.
    Fill,
    /// A line around it.
    #[default]
    Line,
    /// Words only.
    Plain,
}

/// A button of at least 48 px.
#[derive(Default)]
pub struct Button {
    /// Weight.
    pub kind: ButtonKind,
    /// Of one that is drawn anew by its own tap: it keeps the focus.
    pub id: &'static str,
    /// Whether it is `submit` of its form.
    pub submit: bool,
    /// Whether it is off; say next to it why.
    pub disabled: Signal<bool>,
    /// Icon before the words.
    pub icon: Option<IconData>,
    /// What a tap does.
    pub on_tap: Option<Callback<()>>,
    /// The words.
    pub children: View,
}

impl Component for Button {
    fn view(self) -> View {
        let Self { kind, id, submit, disabled, icon, on_tap, children } = self;
        let class = match kind {
            ButtonKind::Fill => "btn fill",
            ButtonKind::Line => "btn",
            ButtonKind::Plain => "btn plain",
        };
        let tap = move |_: MouseEvent| {
            if let Some(on_tap) = on_tap {
                on_tap.run(());
            }
        };
        view! {
            <button id=(!id.is_empty()).then_some(id) class=class type=if submit { "submit" } else { "button" } disabled=move || disabled.get() on:click=tap>
                {icon.map(icons::draw)}
                {children}
            </button>
        }
    }
}

/// What a tag says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TagKind {
    /// 仅在手机, amber.
    PhoneOnly,
    /// 已上传, green.
    Server,
    /// 需处理, red.
    Attention,
    /// 逾期, red on pale.
    Late,
    /// The server is being asked, grey.
    Checking,
    /// No contact, grey.
    Offline,
    /// A fact.
    #[default]
    Plain,
}

/// A state: always an icon and a word, never colour alone.
#[derive(Default)]
pub struct Tag<'a> {
    /// What it says.
    pub kind: TagKind,
    /// The words.
    pub text: &'a str,
}

impl Component for Tag<'_> {
    fn view(self) -> View {
        let Self { kind, text } = self;
        let (class, icon) = match kind {
            TagKind::PhoneOnly => ("tag phone-only", Some(icons::SMARTPHONE)),
            TagKind::Server => ("tag server", Some(icons::CHECK)),
            TagKind::Attention => ("tag attention", Some(icons::ALERT)),
            TagKind::Late => ("tag late", Some(icons::CLOCK)),
            TagKind::Checking => ("tag", Some(icons::SYNC)),
            TagKind::Offline => ("tag", Some(icons::OFFLINE)),
            TagKind::Plain => ("tag", None),
        };
        view! { <span class=class>{icon.map(icons::draw)}<span>{text}</span></span> }
    }
}

/// A group of a page with its heading.
#[derive(Default)]
pub struct Section<'a> {
    /// Heading.
    pub title: &'a str,
    /// At the end of the heading, e.g. a link to all.
    pub aside: Option<View>,
    /// What it holds.
    pub children: View,
}

impl Component for Section<'_> {
    fn view(self) -> View {
        let Self { title, aside, children } = self;
        view! {
            <section class="part">
                <div class="part-head"><h2>{title}</h2>{aside}</div>
                {children}
            </section>
        }
    }
}

/// Rows in a card.
#[derive(Default)]
pub struct Rows {
    /// [`Row`]s.
    pub children: View,
}

impl Component for Rows {
    fn view(self) -> View {
        let Self { children } = self;
        view! { <ul class="rows">{children}</ul> }
    }
}

/// What stands in a row: a clear name, one line of facts, one state.
#[derive(Default)]
pub struct Row<'a> {
    /// Before the words: an icon or [`Avatar`].
    pub lead: Option<View>,
    /// Name.
    pub name: &'a str,
    /// One line of facts.
    pub facts: &'a str,
    /// One state.
    pub state: Option<View>,
}

impl Component for Row<'_> {
    fn view(self) -> View {
        let Self { lead, name, facts, state } = self;
        view! {
            {lead}
            <span class="row-words">
                <span class="row-head"><b>{name}</b>{state}</span>
                {(!facts.is_empty()).then(|| view! { <small>{facts}</small> })}
            </span>
        }
    }
}

/// The first character of a name in a circle.
#[derive(Default)]
pub struct Avatar<'a> {
    /// The name.
    pub name: &'a str,
}

impl Component for Avatar<'_> {
    fn view(self) -> View {
        let Self { name } = self;
        let first = name.chars().next().map(String::from);
        view! { <span class="face" aria-hidden="true">{first}</span> }
    }
}

/// The line at the top of a page.
#[derive(Default)]
pub struct TopBar {
    /// The page's heading.
    pub title: Signal<String>,
    /// Quiet words under the heading.
    pub quiet: Signal<String>,
    /// What a tap on "back" does; no such button without.
    pub back: Option<Callback<()>>,
    /// The word of "back", for those who hear the page.
    pub back_word: Signal<String>,
    /// At the end of the line.
    pub children: Option<View>,
}

impl Component for TopBar {
    fn view(self) -> View {
        let Self { title, quiet, back, back_word, children } = self;
        view! {
            <header class="top">
                {back
                    .map(|back| {
                        view! {
                            <button class="back" type="button" aria-label=move || back_word.get() on:click=move |_| back.run(())>
                                {icons::draw(icons::BACK)}
                            </button>
                        }
                    })}
                <div class="top-words">
                    <h1 tabindex="-1">{move || title.get()}</h1>
                    {move || {
                        let quiet = quiet.get();
                        (!quiet.is_empty()).then(|| view! { <small>{quiet}</small> })
                    }}
                </div>
                {children}
            </header>
        }
    }
}

/// The bar of actions at the thumb.
#[derive(Default)]
pub struct BottomBar {
    /// Buttons.
    pub children: View,
}

impl Component for BottomBar {
    fn view(self) -> View {
        let Self { children } = self;
        view! { <footer class="bar">{children}</footer> }
    }
}

/// How bad.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum NoticeKind {
    /// To know.
    #[default]
    Info,
    /// To do something about.
    Problem,
}

/// Words that must be seen, with what to do.
#[derive(Default)]
pub struct Notice<'a> {
    /// How bad.
    pub kind: NoticeKind,
    /// The words.
    pub text: &'a str,
    /// Buttons.
    pub children: Option<View>,
}

impl Component for Notice<'_> {
    fn view(self) -> View {
        let Self { kind, text, children } = self;
        let (class, role, icon) = match kind {
            NoticeKind::Info => ("notice", "status", icons::INFO),
            NoticeKind::Problem => ("notice problem", "alert", icons::ALERT),
        };
        view! {
            <div class=class role=role>
                {icons::draw(icon)}
                <div class="notice-words"><p>{text}</p>{children.map(|children| view! { <div class="notice-ways">{children}</div> })}</div>
            </div>
        }
    }
}

/// What stands where a list would be.
#[derive(Default)]
pub struct Empty<'a> {
    /// What is missing.
    pub title: &'a str,
    /// Why, and what to do.
    pub hint: &'a str,
    /// Buttons.
    pub children: Option<View>,
}

impl Component for Empty<'_> {
    fn view(self) -> View {
        let Self { title, hint, children } = self;
        view! {
            <div class="empty">
                <p><b>{title}</b></p>
                {(!hint.is_empty()).then(|| view! { <p class="quiet">{hint}</p> })}
                {children}
            </div>
        }
    }
}

/// Keeps the space while something opens.
#[derive(Default)]
pub struct Loading<'a> {
    /// The word for it.
    pub text: &'a str,
}

impl Component for Loading<'_> {
    fn view(self) -> View {
        let Self { text } = self;
        view! {
            <div class="loading" role="status">
                <p class="quiet">{text}</p>
                <div class="ghost"></div>
                <div class="ghost"></div>
                <div class="ghost"></div>
            </div>
        }
    }
}

/// The problem of a field in words, with its icon; nothing when there is none. `id` is what the field is described by.
pub fn problem_line(id: String, problem: Signal<Option<String>>) -> View {
    view! {
        <div id=id class="err-space" aria-live="polite">
            {move || problem.get().map(|problem| view! { <p class="err">{icons::draw(icons::ALERT)}<span>{problem}</span></p> })}
        </div>
    }
}

/// A labelled line of text.
#[derive(Default)]
pub struct Field<'a> {
    /// Unique on the page.
    pub id: &'static str,
    /// Words above.
    pub label: &'a str,
    /// Words under the label.
    pub hint: &'a str,
    /// What is typed.
    pub value: Signal<String>,
    /// Takes what is typed.
    pub on_type: Option<Callback<String>>,
    /// The problem in words.
    pub problem: Signal<Option<String>>,
    /// `inputmode`: which keyboard.
    pub keyboard: &'static str,
    /// `type`, e.g. `password`.
    pub kind: Signal<String>,
    /// `autocomplete`.
    pub autocomplete: &'static str,
}

impl Component for Field<'_> {
    fn view(self) -> View {
        let Self { id, label, hint, value, on_type, problem, keyboard, kind, autocomplete } = self;
        let (hint_id, problem_id) = (with(id, "-hint"), with(id, "-problem"));
        let described = with(&hint_id, &with(" ", &problem_id));
        view! {
            <div class="field-block">
                <label class="q" for=id>{label}</label>
                <span class="hint" id=hint_id>{hint}</span>
                <input
                    class="field"
                    id=id
                    name=id
                    type=move || {
                        let kind = kind.get();
                        if kind.is_empty() { "text".to_owned() } else { kind }
                    }
                    inputmode=(!keyboard.is_empty()).then_some(keyboard)
                    autocomplete=if autocomplete.is_empty() { "off" } else { autocomplete }
                    autocapitalize="none"
                    spellcheck="false"
                    aria-describedby=described
                    aria-invalid=move || problem.get().is_some().then_some("true")
                    prop:value=move || value.get()
                    on:input=move |event| tell(on_type, event_target_value(&event))
                />
                {problem_line(problem_id, problem)}
            </div>
        }
    }
}

/// A big radio row.
#[derive(Default)]
pub struct Choice<'a> {
    /// The group's name.
    pub name: &'static str,
    /// What it stands for.
    pub value: &'a str,
    /// The words.
    pub label: &'a str,
    /// Whether it is chosen.
    pub chosen: Signal<bool>,
    /// Takes its value when tapped.
    pub on_choose: Option<Callback<String>>,
}

impl Component for Choice<'_> {
    fn view(self) -> View {
        let Self { name, value, label, chosen, on_choose } = self;
        let own = value.to_owned();
        view! {
            <label class="opt" class:on=move || chosen.get()>
                <input
                    type="radio"
                    name=name
                    value=value
                    prop:checked=move || chosen.get()
                    on:change=move |_| tell(on_choose, own.clone())
                />
                <span class="o" aria-hidden="true"></span>
                <span>{label}</span>
            </label>
        }
    }
}

fn with(start: &str, end: &str) -> String {
    let mut text = start.to_owned();
    text.push_str(end);
    text
}

fn tell(hears: Option<Callback<String>>, what: String) {
    if let Some(hears) = hears {
        hears.run(what);
    }
}
