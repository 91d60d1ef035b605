//! A form as the phone shows it, to be tried: the phone's own questions in a frame of a phone's size. Nothing of it is kept.

use std::rc::Rc;

use leptos::task::spawn_local;
use zhucun_domain::household;
use zhucun_forms::{
    Definition, Session,
    contract::{List, Lists},
};
use zhucun_json::from_text;
use zhucun_view::prelude::*;
use zhucun_words::{Lang, admin as words, common, visit as visit_words};

use super::parts::word_for;
use crate::{
    desk::Desk,
    form_ui::{self, filling::Form},
    platform::{host::BrowserHost, http},
    state::{
        drafts::{Opened, StoredDraft},
        use_app,
    },
    ui::Loading,
};

/// Households to choose from; nobody is called so.
const HOUSEHOLDS: [(&str, &str, &str); 3] = [("p-1", "样例甲", "1"), ("p-2", "样例乙", "2"), ("p-3", "样例丙", "3")];

/// What is shown in the frame.
#[derive(Clone, PartialEq)]
enum Shown {
    Waiting,
    Failed(zhucun_words::Word),
    /// The definition's text.
    Here(String),
}

/// The frame, for the draft at an address.
pub(super) fn view(desk: Desk, url: &str) -> View {
    let shown = RwSignal::new(Shown::Waiting);
    let url = url.to_owned();
    spawn_local(async move {
        let next = match http::get_text(&url).await {
            Ok(text) => Shown::Here(text),
            Err(error) => Shown::Failed(word_for(&error)),
        };
        // The frame may be gone.
        let _ = shown.try_set(next);
    });
    let lang = RwSignal::new(desk.lang.get_untracked());
    // What is tried stays; the desk's language comes to the frame too.
    Effect::new(move |_| lang.set(desk.lang.get()));
    let turn = move |_: web_sys::MouseEvent| lang.update(|lang| *lang = other(*lang));
    view! {
        <p class="hint">{desk.say(words::PREVIEW_HINT)}</p>
        <button type="button" class="btn" on:click=turn>
            {move || if other(lang.get()) == Lang::Zh { "中文" } else { "English" }}
        </button>
        <div class="phone-frame" role="region" tabindex="0" aria-label=desk.say(words::PREVIEW)>
            {move || {
                let shown = shown.get();
                untrack(|| match shown {
                    Shown::Waiting => View::of(move || view! { <Loading text=desk.word(words::READING)/> }),
                    Shown::Failed(why) => view! { <p role="alert">{desk.say(why)}</p> },
                    Shown::Here(text) => filled(desk, &text, lang),
                })
            }}
        </div>
    }
}

const fn other(lang: Lang) -> Lang {
    match lang {
        Lang::Zh => Lang::En,
        Lang::En => Lang::Zh,
    }
}

fn filled(desk: Desk, text: &str, lang: RwSignal<Lang>) -> View {
    let Ok(definition) = from_text::<Definition>(text) else {
        return view! { <p role="alert">{desk.say(words::NOT_DONE)}</p> };
    };
    let host = Rc::new(BrowserHost { username: "preview".into(), device: "preview".into(), at: None });
    let session = Session::new(Rc::new(definition), lists(), host);
    let opened = Opened { session, stored: StoredDraft::default(), lost: Vec::new() };
    let form = Form::new(use_app(), opened).to_look_at();
    // The words around the questions follow too; the desk's own language comes back with the frame's end.
    Effect::new(move |_| {
        let lang = lang.get();
        use_app().lang.set(lang);
        form.get().follow(lang);
    });
    let own = desk.lang;
    on_cleanup(move || use_app().lang.set(own.get_untracked()));
    let page = Memo::new(move |_| form.get().page());
    view! {
        {head(form)}
        <div class="visit-page">{move || form_ui::items(form, page.get())}</div>
        {bar(form)}
    }
}

/// The section's title, and how far it is.
fn head(form: Form) -> View {
    let facts = Memo::new(move |_| {
        let filling = form.get();
        let (pages, at) = (filling.pages(), filling.page());
        let page = pages.iter().find(|page| page.id == at);
        page.map(|page| (page.title.clone(), page.section)).unwrap_or_default()
    });
    view! {
        <div class="visit-head">
            <div class="visit-top"><b>{move || facts.get().0}</b><span class="quiet">{move || {
                let (at, of) = facts.get().1;
                [at.to_string(), of.to_string()].join("/")
            }}</span></div>
        </div>
    }
}

fn bar(form: Form) -> View {
    let at = Memo::new(move |_| {
        let filling = form.get();
        let (pages, page) = (filling.pages(), filling.page());
        (pages.iter().position(|other| other.id == page).unwrap_or(0), pages.len())
    });
    let (is_first, is_last) = (move || at.get().0 == 0, move || at.get().0 + 1 >= at.get().1);
    let turn = move |forward: bool| {
        let (at, of) = at.get_untracked();
        // The last page leads nowhere: there is nothing to finish.
        if !forward || at + 1 < of {
            form.get().turn(forward);
        }
    };
    view! {
        <div class="bar visit-bar">
            <button type="button" class="btn" disabled=is_first on:click=move |_| turn(false)>
                {move || visit_words::PREVIOUS.get(form.lang())}
            </button>
            <button type="button" class="btn fill" disabled=is_last on:click=move |_| turn(true)>
                {move || visit_words::NEXT.get(form.lang())}
            </button>
        </div>
    }
}

fn lists() -> Rc<Lists> {
    let mut list = List::new(&household::COLUMNS);
    for (id, name, group) in HOUSEHOLDS {
        let mut record = zhucun_sync::Record::default();
        let change = zhucun_sync::Change {
            id: id.to_owned(),
            record: zhucun_sync::RecordKey::new("households", id),
            patch: [(household::field::HEAD_NAME, name), (household::field::GROUP, group)]
                .into_iter()
                .map(|(field, value)| (field.to_owned(), value.into()))
                .collect(),
            prev: Default::default(),
            device: String::new(),
            device_time: 0,
            format: 1,
            extra: Default::default(),
        };
        record.apply(&change, 0, "");
        let group = common::GROUP_NAME.fill(Lang::Zh, &[("n", group)]);
        list.push(&household::row(id, &record, &[group, name.to_owned()].join(" ")));
    }
    Rc::new([(household::LIST.to_owned(), list)].into_iter().collect())
}
