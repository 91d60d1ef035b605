//! `text`: one line, or several with appearance `multiline`; appearance `numbers` brings the number pad.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Event, InputEvent, KeyboardEvent};

use super::ask::{Ask, single};
use super::values::plain_number;

/// Takes what is typed, but not the half-written words of an input method: those are taken when it is done.
pub fn typed(ask: Ask, event: &Event, plain: bool) {
    if event.dyn_ref::<InputEvent>().is_some_and(InputEvent::is_composing) {
        return;
    }
    let value = event_target_value(event);
    ask.type_in(&if plain { plain_number(&value) } else { value });
}

/// "Done" on the keyboard puts it away; not the one that chooses a word of the input method.
pub fn done(event: &KeyboardEvent) {
    if event.key() == "Enter" && !event.is_composing() {
        // A field that cannot lose the focus keeps it.
        let _ = event_target::<web_sys::HtmlElement>(event).blur();
    }
}

/// The widget.
pub fn field(ask: Ask) -> AnyView {
    ask.keep_shown(str::to_owned);
    let plain = ask.looks("numbers");
    let value = ask.value_now();
    if ask.looks("multiline") {
        let area = view! {
            <textarea class="field" id=ask.element_id("") rows="4" aria-describedby=ask.described()
                aria-invalid=move || ask.invalid() aria-required=move || ask.required().to_string()
                prop:readOnly=move || ask.readonly() prop:value=value
                on:input=move |event| typed(ask, &event, false)
                on:compositionend=move |event| typed(ask, &event, false)
                on:focus=move |_| ask.entered() on:blur=move |_| ask.left()></textarea>
        };
        return single(ask, area.into_any());
    }
    line(ask, if plain { "numeric" } else { "text" }, plain)
}

/// One line, with the keyboard that fits.
pub fn line(ask: Ask, keyboard: &'static str, plain: bool) -> AnyView {
    let value = ask.value_now();
    let input = view! {
        <input class="field" id=ask.element_id("") type="text" inputmode=keyboard autocomplete="off" enterkeyhint="done"
            aria-describedby=ask.described() aria-invalid=move || ask.invalid()
            aria-required=move || ask.required().to_string()
            prop:readOnly=move || ask.readonly() prop:value=value
            on:input=move |event| typed(ask, &event, plain)
            on:compositionend=move |event| typed(ask, &event, plain)
            on:keydown=move |event| done(&event)
            on:focus=move |_| ask.entered()
            on:blur=move |event| {
                ask.left();
                super::ask::set_value(&event_target(&event), &ask.value_now());
            } />
    };
    single(ask, input.into_any())
}
