//! Up to three photos of what a villager says.

use web_sys::{Blob, HtmlInputElement};
use zhucun_domain::need::PHOTOS_MAX;
use zhucun_view::prelude::*;
use zhucun_words::{Lang, Word, media as media_words, say as words};

use super::Page;
use crate::{
    pages::needs::photo,
    state::drafts::DraftFile,
    ui::{Button, Notice, NoticeKind, counted, icons},
};

/// The field.
pub(super) fn field(this: Page, lang: Lang) -> View {
    let said = this.said;
    let kept = Memo::new(move |_| said.with(|said| said.photos.clone()));
    let take = move |files: Vec<Blob>| said.add_photos(this.app, files);
    let more = move || {
        let is_full = kept.with(|kept| kept.len() >= PHOTOS_MAX);
        (!is_full && !said.is_shrinking()).then(|| {
            view! {
                <div class="q-buttons">
                    {picker(lang, media_words::PHOTO_TAKE, Some("environment"), take)}
                    {picker(lang, media_words::PHOTO_ALBUM, None, take)}
                </div>
            }
        })
    };
    view! {
        <fieldset class="field-block">
            <legend class="q">{words::PHOTOS.get(lang)}</legend>
            <span class="hint">{words::PHOTOS_HINT.get(lang)}</span>
            {move || kept.get().iter().enumerate().map(|(at, photo)| shown(this, lang, at, photo)).collect::<Vec<_>>()}
            {more}
            <p role="status">{move || said.is_shrinking().then(|| media_words::PHOTO_BUSY.get(lang))}</p>
            {move || said.refused().map(|word| view! { <Notice kind=NoticeKind::Problem text=word.get(lang)/> })}
        </fieldset>
    }
}

fn shown(this: Page, lang: Lang, at: usize, kept: &DraftFile) -> View {
    let sha256 = kept.sha256.clone();
    let remove = Callback::new(move |()| this.change(|said| said.photos.retain(|photo| photo.sha256 != sha256)));
    view! {
        <div class="say-photo">
            {photo(this.app, &kept.sha256, counted(&words::PHOTO_N, lang, at + 1))}
            <Button icon=Some(icons::DELETE) on_tap=Some(remove)>{media_words::PHOTO_REMOVE.get(lang)}</Button>
        </div>
    }
}

fn picker(lang: Lang, word: Word, capture: Option<&'static str>, take: impl Fn(Vec<Blob>) + Copy + 'static) -> View {
    let chosen = move |event: web_sys::Event| {
        let input: HtmlInputElement = event_target(&event);
        let files = input.files();
        let count = files.as_ref().map_or(0, web_sys::FileList::length);
        take((0..count).filter_map(|at| files.as_ref()?.get(at)).map(Blob::from).collect());
        // So that the same file can be chosen again.
        input.set_value("");
    };
    view! {
        <label class="btn q-button pick">
            {icons::draw(if capture.is_some() { icons::CAMERA } else { icons::IMAGE })} <span>{word.get(lang)}</span>
            <input type="file" accept="image/*" multiple=capture.is_none() capture=capture on:change=chosen />
        </label>
    }
}
