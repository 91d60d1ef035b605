//! Photos that another app has shared: into a checklist that is being filled, or as something that is needed.

use leptos::task::spawn_local;
use web_sys::Blob;
use zhucun_domain::need::PHOTOS_MAX;
use zhucun_view::prelude::*;
use zhucun_words::{Lang, Word, say as say_words, shared as words};

use super::{
    page,
    today::{draft_name, place_name},
};
use crate::{
    platform::{camera::forget_url, shared},
    routes::{self, Route},
    state::{
        App, saying,
        shared::{PhotoPlace, places, put},
        use_app,
    },
    ui::{Button, Empty, Loading, Notice, NoticeKind, Row, Rows, Section, counted, icons, said},
};

/// A photo that waits: the name it is kept under, its bytes, an address to show it.
#[derive(Clone)]
struct Photo {
    name: String,
    bytes: Blob,
    url: String,
}

/// What the page's parts share.
#[derive(Clone, Copy)]
struct Page {
    app: App,
    /// `None` until they are read.
    photos: RwSignal<Option<Vec<Photo>>>,
    /// Which one goes next.
    chosen: RwSignal<usize>,
    /// The questions that could take it, by draft.
    places: RwSignal<Vec<PhotoPlace>>,
    busy: RwSignal<bool>,
    /// A need has taken as many as it may.
    is_full: RwSignal<bool>,
    problem: RwSignal<Option<Word>>,
}

/// The page.
pub fn shared((): ()) -> View {
    let app = use_app();
    let this = Page {
        app,
        photos: RwSignal::new(None),
        chosen: RwSignal::new(0),
        places: RwSignal::new(Vec::new()),
        busy: RwSignal::new(false),
        is_full: RwSignal::new(false),
        problem: RwSignal::new(None),
    };
    spawn_local(this.read());
    on_cleanup(move || {
        for photo in this.photos.try_get_untracked().flatten().unwrap_or_default() {
            forget_url(&photo.url);
        }
    });
    let quiet = Signal::derive(move || place_name(app));
    let body = move || {
        let lang = app.lang.get();
        match this.photos.with(|photos| photos.as_ref().map(Vec::len)) {
            None => view! { <Loading text=zhucun_words::app::LOADING.get(lang)/> },
            Some(0) => view! { <Empty title=words::NONE.get(lang) hint=words::NONE_HINT.get(lang)/> },
            Some(count) => choosing(this, lang, count),
        }
    };
    page(false, said(&words::TITLE), quiet, View::of(body), None)
}

impl Page {
    async fn read(self) {
        let photos: Vec<_> = shared::waiting()
            .await
            .into_iter()
            .filter_map(|(name, bytes)| {
                let url = web_sys::Url::create_object_url_with_blob(&bytes).ok()?;
                Some(Photo { name, bytes, url })
            })
            .collect();
        if self.photos.try_set(Some(photos)).is_some() {
            return;
        }
        let drafts =
            self.app.drafts.with_untracked(|drafts| drafts.iter().map(|draft| draft.id.clone()).collect::<Vec<_>>());
        let mut all = Vec::new();
        for draft in drafts {
            all.extend(places(self.app, &draft).await);
        }
        let _ = self.places.try_set(all);
    }

    /// Takes a photo out of those that wait.
    async fn done_with(self, photo: &Photo) {
        shared::forget(&photo.name).await;
        forget_url(&photo.url);
        let _ = self.photos.try_update(|photos| {
            photos.iter_mut().for_each(|photos| photos.retain(|other| other.name != photo.name));
        });
        let _ = self.chosen.try_set(0);
    }

    fn begin(self) -> bool {
        self.problem.set(None);
        self.is_full.set(false);
        let is_free = !self.busy.get_untracked();
        self.busy.set(true);
        is_free
    }

    /// Into the question; when no other photo waits, on to the checklist.
    fn give(self, place: PhotoPlace) {
        let chosen = self.chosen.get_untracked();
        let photo = self.photos.with_untracked(|photos| photos.as_ref()?.get(chosen).cloned());
        let Some(photo) = photo.filter(|_| self.begin()) else { return };
        spawn_local(async move {
            let done = match saying::take_in(self.app, &photo.bytes).await {
                Ok(kept) => put(self.app, &place, kept).await.map_err(|error| error.word()),
                Err(word) => Err(word),
            };
            let _ = self.busy.try_set(false);
            match done {
                Ok(()) => {
                    self.done_with(&photo).await;
                    let _ = self.places.try_update(|places| {
                        places.iter_mut().filter(|other| **other == place).for_each(|other| other.is_taken = true);
                    });
                    let is_last = self.photos.try_with_untracked(|photos| photos.as_ref().is_none_or(Vec::is_empty));
                    if is_last == Some(true) && routes::is_here(&Route::Shared) {
                        routes::replace(Route::Visit(place.draft));
                    }
                }
                Err(word) => drop(self.problem.try_set(Some(word))),
            }
        });
    }

    /// All of them, as far as there is room, as a need on the villagers' own page. Those that are left stay here.
    fn say(self) {
        if !self.begin() {
            return;
        }
        let photos = self.photos.get_untracked().unwrap_or_default();
        // A need that was discarded is not gone on with, and what could be undone would take the place of this.
        self.app.end_undo();
        let said = saying::open(self.app);
        // No other person's code.
        said.show("");
        spawn_local(async move {
            let mut problem = None;
            for photo in photos {
                if said.room() == 0 {
                    break;
                }
                match said.add_photo(self.app, &photo.bytes).await {
                    Ok(()) => self.done_with(&photo).await,
                    Err(word) => problem = Some(word),
                }
            }
            let _ = self.busy.try_set(false);
            let is_empty = self.photos.try_with_untracked(|photos| photos.as_ref().is_none_or(Vec::is_empty));
            match problem {
                Some(word) => drop(self.problem.try_set(Some(word))),
                None if is_empty == Some(false) => drop(self.is_full.try_set(true)),
                None if routes::is_here(&Route::Shared) => routes::replace(Route::Say),
                None => {}
            }
        });
    }

    fn discard(self) {
        let photos = self.photos.get_untracked().unwrap_or_default();
        self.photos.set(Some(Vec::new()));
        let names: Vec<_> = photos.iter().map(|photo| photo.name.clone()).collect();
        let back = move || drop(self.photos.try_set(Some(photos)));
        let done = move || {
            spawn_local(async move {
                for name in names {
                    shared::forget(&name).await;
                }
            });
        };
        self.app.offer_undo(words::DISCARDED.get(self.app.lang.get_untracked()).to_owned(), back, done);
    }
}

fn choosing(this: Page, lang: Lang, count: usize) -> View {
    let tiles: Vec<_> = this.photos.with_untracked(|photos| {
        photos
            .iter()
            .flatten()
            .enumerate()
            .map(|(at, photo)| {
                let chosen = move || this.chosen.get() == at;
                view! {
                    <label class="tile" class:on=chosen>
                        <input type="radio" name="photo" prop:checked=chosen on:change=move |_| this.chosen.set(at)/>
                        <img class="pic" src=photo.url.clone() alt=counted(&words::PHOTO_N, lang, at + 1)/>
                    </label>
                }
            })
            .collect()
    });
    let lead = if count > 1 { words::WHICH } else { words::WHERE_TO };
    let say = Callback::new(move |()| this.say());
    let discard = Callback::new(move |()| this.discard());
    view! {
        <p>{lead.get(lang)}</p>
        <div class="tiles shared-photos">{tiles}</div>
        {move || this.problem.get().map(|word| view! { <Notice kind=NoticeKind::Problem text=word.get(lang)/> })}
        {move || this.is_full.get().then(|| full(lang, count))}
        <p role="status">{move || this.busy.get().then(|| zhucun_words::media::PHOTO_BUSY.get(lang))}</p>
        {move || drafts(this, lang)}
        <Section title=words::NEED.get(lang)>
            <Button icon=Some(icons::NEED) disabled=this.busy on_tap=Some(say)>{words::AS_NEED.get(lang)}</Button>
        </Section>
        <div class="leaving">
            <Button icon=Some(icons::DELETE) disabled=this.busy on_tap=Some(discard)>{words::DISCARD.get(lang)}</Button>
        </div>
    }
}

/// The need has as many photos as it may; so many are left here.
fn full(lang: Lang, left: usize) -> View {
    let text = words::FULL.fill(lang, &[("max", &PHOTOS_MAX.to_string()), ("n", &left.to_string())]);
    let go_on = Callback::new(|()| routes::navigate(Route::Say));
    view! {
        <Notice text=text.as_str()>
            <Button icon=Some(icons::NEED) on_tap=Some(go_on)>{say_words::CONTINUE.get(lang)}</Button>
        </Notice>
    }
}

/// A section for each draft with its photo questions.
fn drafts(this: Page, lang: Lang) -> View {
    let app = this.app;
    let places = this.places.get();
    let sections: Vec<_> = app.drafts.with(|drafts| {
        drafts
            .iter()
            .filter_map(|draft| {
                let rows: Vec<_> = places
                    .iter()
                    .filter(|place| place.draft == draft.id)
                    .map(|place| {
                        let facts = if place.is_taken { words::REPLACES.get(lang) } else { "" };
                        let label = place.label.clone();
                        let place = place.clone();
                        view! {
                            <li>
                                <button type="button" class="row" on:click=move |_| this.give(place.clone())>
                                    <Row lead=Some(icons::draw(icons::CAMERA)) name=label.as_str() facts/>
                                    {icons::draw(icons::NEXT)}
                                </button>
                            </li>
                        }
                    })
                    .collect();
                let title = draft_name(app, lang, draft);
                (!rows.is_empty()).then(|| view! { <Section title=title.as_str()><Rows>{rows}</Rows></Section> })
            })
            .collect()
    });
    view! { {sections} }
}
