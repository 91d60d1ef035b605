//! `text`: one line.

use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlInputElement, InputEvent, KeyboardEvent};
use zhucun_view::prelude::*;

use super::ask::{Ask, single};

/// Takes what is typed, but not the half-written words of an input method: those are taken when it is done.
pub fn typed(ask: Ask, event: &Event, plain: Plain) {
    if !event.dyn_ref::<InputEvent>().is_some_and(InputEvent::is_composing) {
        ask.type_in(&plain(&event_target_value(event)));
    }
}

/// What is taken of what is typed.
pub type Plain = fn(&str) -> String;

/// "Done" on the keyboard puts it away; not the one that chooses a word of the input method.
pub fn done(event: &KeyboardEvent) {
    if event.key() == "Enter" && !event.is_composing() {
        // A field that cannot lose the focus keeps it.
        let _ = event_target::<web_sys::HtmlElement>(event).blur();
    }
}

/// The widget.
pub fn field(ask: Ask) -> View {
    ask.keep_shown(str::to_owned);
    line(ask, "text", str::to_owned)
}

/// One line, with the keyboard that fits.
pub fn line(ask: Ask, keyboard: &'static str, plain: Plain) -> View {
    single(ask, input(ask, keyboard, plain))
}

/// Its field alone.
pub fn input(ask: Ask, keyboard: &'static str, plain: Plain) -> View {
    let value = ask.value_now();
    view! {
        <input class="field" id=ask.element_id("") type="text" inputmode=keyboard autocomplete="off" enterkeyhint="done"
            aria-describedby=ask.described() aria-invalid=move || ask.invalid()
            aria-required=move || ask.required().to_string()
            prop:readOnly=move || ask.readonly() prop:value=value
            on:input=move |event| typed(ask, &event, plain)
            on:compositionend=move |event| typed(ask, &event, plain)
            on:keydown=move |event| done(&event)
            on:focus=move |event| {
                ask.entered();
                // Typing replaces a number: most begin with a default 0.
                if keyboard != "text" {
                    event_target::<HtmlInputElement>(&event).select();
                }
            }
            on:blur=move |event| {
                if !ask.is_shown() {
                    return;
                }
                // Also what came without an `input` event: some keyboards' suggestions.
                ask.type_in(&plain(&event_target_value(&event)));
                ask.left();
                super::ask::set_value(&event_target(&event), &ask.value_now());
            }
        />
    }
}
