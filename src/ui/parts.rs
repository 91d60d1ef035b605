//! Buttons, rows, tags, fields, bars, notices.

use leptos::{ev::MouseEvent, prelude::*};

use super::icons::{self, IconData};

/// A line icon; decoration, so it is never read aloud: a word stands next to it.
#[component]
pub fn Icon(
    /// Which, from [`super::icons`].
    icon: IconData,
) -> impl IntoView {
    view! { <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false" inner_html=icon.data></svg> }
}

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
#[component]
pub fn Button(
    /// Weight.
    #[prop(optional)]
    kind: ButtonKind,
    /// Whether it is `submit` of its form.
    #[prop(optional)]
    submit: bool,
    /// Whether it is off; say next to it why.
    #[prop(into, optional)]
    disabled: Signal<bool>,
    /// Icon before the words.
    #[prop(optional_no_strip)]
    icon: Option<IconData>,
    /// What a tap does.
    #[prop(optional_no_strip)]
    on_tap: Option<Callback<()>>,
    /// The words.
    children: Children,
) -> impl IntoView {
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
        <button class=class type=if submit { "submit" } else { "button" } disabled=move || disabled.get() on:click=tap>
            {icon.map(|icon| view! { <Icon icon/> })}
            {children()}
        </button>
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
#[component]
pub fn Tag(
    /// What it says.
    #[prop(optional)]
    kind: TagKind,
    /// The words.
    #[prop(into)]
    text: String,
) -> impl IntoView {
    let (class, icon) = match kind {
        TagKind::PhoneOnly => ("tag phone-only", Some(icons::SMARTPHONE)),
        TagKind::Server => ("tag server", Some(icons::CHECK)),
        TagKind::Attention => ("tag attention", Some(icons::ALERT)),
        TagKind::Late => ("tag late", Some(icons::CLOCK)),
        TagKind::Checking => ("tag", Some(icons::SYNC)),
        TagKind::Offline => ("tag", Some(icons::OFFLINE)),
        TagKind::Plain => ("tag", None),
    };
    view! { <span class=class>{icon.map(|icon| view! { <Icon icon/> })}<span>{text}</span></span> }
}

/// A group of a page with its heading.
#[component]
pub fn Section(
    /// Heading.
    #[prop(into)]
    title: String,
    /// At the end of the heading, e.g. a link to all.
    #[prop(optional_no_strip)]
    aside: Option<AnyView>,
    /// What it holds.
    children: Children,
) -> impl IntoView {
    view! {
        <section class="part">
            <div class="part-head"><h2>{title}</h2>{aside}</div>
            {children()}
        </section>
    }
}

/// Rows in a card.
#[component]
pub fn Rows(
    /// [`Row`]s.
    children: Children,
) -> impl IntoView {
    view! { <ul class="rows">{children()}</ul> }
}

/// What stands in a row: a clear name, one line of facts, one state.
#[component]
pub fn Row(
    /// Before the words: an icon or [`Avatar`].
    #[prop(optional_no_strip)]
    lead: Option<AnyView>,
    /// Name.
    #[prop(into)]
    name: String,
    /// One line of facts.
    #[prop(into, optional)]
    facts: String,
    /// One state.
    #[prop(optional_no_strip)]
    state: Option<AnyView>,
) -> impl IntoView {
    view! {
        {lead}
        <span class="row-words">
            <span class="row-head"><b>{name}</b>{state}</span>
            {(!facts.is_empty()).then(|| view! { <small>{facts}</small> })}
        </span>
    }
}

/// The first character of a name in a circle.
#[component]
pub fn Avatar(
    /// The name.
    #[prop(into)]
    name: String,
) -> impl IntoView {
    let first = name.chars().next().map(String::from);
    drop(name);
    view! { <span class="face" aria-hidden="true">{first}</span> }
}

/// The line at the top of a page.
#[component]
pub fn TopBar(
    /// The page's heading.
    #[prop(into)]
    title: Signal<String>,
    /// Quiet words under the heading.
    #[prop(into, optional)]
    quiet: Signal<String>,
    /// What a tap on "back" does; no such button without.
    #[prop(optional_no_strip)]
    back: Option<Callback<()>>,
    /// The word of "back", for those who hear the page.
    #[prop(into, optional)]
    back_word: Signal<String>,
    /// At the end of the line.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <header class="top">
            {back
                .map(|back| {
                    view! {
                        <button class="back" type="button" aria-label=move || back_word.get() on:click=move |_| back.run(())>
                            <Icon icon=icons::BACK/>
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
            {children.map(|children| children())}
        </header>
    }
}

/// The bar of actions at the thumb.
#[component]
pub fn BottomBar(
    /// Buttons.
    children: Children,
) -> impl IntoView {
    view! { <div class="bar">{children()}</div> }
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
#[component]
pub fn Notice(
    /// How bad.
    #[prop(optional)]
    kind: NoticeKind,
    /// The words.
    #[prop(into)]
    text: String,
    /// Buttons.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let (class, role, icon) = match kind {
        NoticeKind::Info => ("notice", "status", icons::INFO),
        NoticeKind::Problem => ("notice problem", "alert", icons::ALERT),
    };
    view! {
        <div class=class role=role>
            <Icon icon/>
            <div class="notice-words"><p>{text}</p>{children.map(|children| view! { <div class="notice-ways">{children()}</div> })}</div>
        </div>
    }
}

/// What stands where a list would be.
#[component]
pub fn Empty(
    /// What is missing.
    #[prop(into)]
    title: String,
    /// Why, and what to do.
    #[prop(into, optional)]
    hint: String,
    /// Buttons.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="empty">
            <p><b>{title}</b></p>
            {(!hint.is_empty()).then(|| view! { <p class="quiet">{hint}</p> })}
            {children.map(|children| children())}
        </div>
    }
}

/// Keeps the space while something opens.
#[component]
pub fn Loading(
    /// The word for it.
    #[prop(into)]
    text: String,
) -> impl IntoView {
    view! {
        <div class="loading" role="status">
            <p class="quiet">{text}</p>
            <div class="ghost"></div>
            <div class="ghost"></div>
            <div class="ghost"></div>
        </div>
    }
}

/// The problem of a field in words, with its icon; nothing when there is none. `id` is what the field is described by.
pub fn problem_line(id: String, problem: Signal<Option<String>>) -> AnyView {
    view! {
        <div id=id class="err-space" aria-live="polite">
            {move || problem.get().map(|problem| view! { <p class="err"><Icon icon=icons::ALERT/><span>{problem}</span></p> })}
        </div>
    }
    .into_any()
}

/// A labelled line of text.
#[component]
pub fn Field(
    /// Unique on the page.
    id: &'static str,
    /// Words above.
    #[prop(into)]
    label: String,
    /// Words under the label.
    #[prop(into, optional)]
    hint: String,
    /// What is typed.
    #[prop(into)]
    value: Signal<String>,
    /// Takes what is typed.
    on_type: Callback<String>,
    /// The problem in words.
    #[prop(into, optional)]
    problem: Signal<Option<String>>,
    /// `inputmode`: which keyboard.
    #[prop(optional)]
    keyboard: &'static str,
    /// `type`, e.g. `password`.
    #[prop(into, optional)]
    kind: Signal<String>,
    /// `autocomplete`.
    #[prop(optional)]
    autocomplete: &'static str,
) -> impl IntoView {
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
                on:input=move |event| on_type.run(event_target_value(&event))
            />
            {problem_line(problem_id, problem)}
        </div>
    }
}

/// A big radio row.
#[component]
pub fn Choice(
    /// The group's name.
    name: &'static str,
    /// What it stands for.
    #[prop(into)]
    value: String,
    /// The words.
    #[prop(into)]
    label: String,
    /// Whether it is chosen.
    #[prop(into)]
    chosen: Signal<bool>,
    /// Takes its value when tapped.
    on_choose: Callback<String>,
) -> impl IntoView {
    let own = value.clone();
    view! {
        <label class="opt" class:on=move || chosen.get()>
            <input
                type="radio"
                name=name
                value=value
                prop:checked=move || chosen.get()
                on:change=move |_| on_choose.run(own.clone())
            />
            <span class="o" aria-hidden="true"></span>
            <span>{label}</span>
        </label>
    }
}

fn with(start: &str, end: &str) -> String {
    let mut text = start.to_owned();
    text.push_str(end);
    text
}
