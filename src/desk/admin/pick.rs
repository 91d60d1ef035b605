//! Where files are chosen, or dropped.

use wasm_bindgen::JsCast;
use web_sys::{DragEvent, File, FileList, HtmlInputElement};
use zhucun_view::prelude::*;
use zhucun_words::Word;

use crate::{desk::Desk, ui::icons};

/// Which files are wanted.
#[derive(Clone, Copy)]
pub(super) struct Pick {
    /// The input's own id.
    pub id: &'static str,
    /// What is to be done.
    pub word: Word,
    /// `accept` of the input; empty: any.
    pub accept: &'static str,
    /// Whether several may be given at once.
    pub several: bool,
}

/// A place to tap or to drop files on; what is chosen there is taken at once.
pub(super) fn target(desk: Desk, pick: Pick, take: impl Fn(Vec<File>) + 'static) -> View {
    let over = RwSignal::new(false);
    let take = Callback::new(take);
    let given = move |files: Option<FileList>| {
        let count = if pick.several { u32::MAX } else { 1 };
        let files: Vec<File> = files
            .map(|files| (0..files.length().min(count)).filter_map(|at| files.get(at)).collect())
            .unwrap_or_default();
        if !files.is_empty() {
            take.run(files);
        }
    };
    let choose = move |event: web_sys::Event| {
        let Some(input) = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok()) else { return };
        given(input.files());
        // So that the same file can be chosen again once it is mended.
        input.set_value("");
    };
    let drop = move |event: web_sys::Event| {
        event.prevent_default();
        over.set(false);
        let Ok(event) = event.dyn_into::<DragEvent>() else { return };
        given(event.data_transfer().and_then(|transfer| transfer.files()));
    };
    let hover = move |event: web_sys::Event| {
        event.prevent_default();
        over.set(true);
    };
    let accept = (!pick.accept.is_empty()).then_some(pick.accept);
    view! {
        <label class="desk-drop pick" class:over=move || over.get() on:dragover=hover on:dragleave=move |_: web_sys::Event| over.set(false) on:drop=drop>
            {icons::draw(icons::UPLOAD)}
            <span>{desk.say(pick.word)}</span>
            <input type="file" id=pick.id accept=accept multiple=pick.several on:change=choose/>
        </label>
    }
}
