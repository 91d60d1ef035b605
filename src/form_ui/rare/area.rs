//! `text` of several lines: appearance `multiline`, or the parameter `rows`.

use zhucun_view::prelude::*;

use super::super::ask::{Ask, single};
use super::super::text::typed;

/// Lines when the form does not say.
const ROWS: &str = "4";

/// The widget.
pub(super) fn field(ask: Ask) -> View {
    ask.keep_shown(str::to_owned);
    let value = ask.value_now();
    let rows = ask.parameter("rows");
    let rows = if rows.is_empty() { ROWS } else { &rows };
    let area = view! {
        <textarea class="field" id=ask.element_id("") rows=rows aria-describedby=ask.described()
            aria-invalid=move || ask.invalid() aria-required=move || ask.required().to_string()
            prop:readOnly=move || ask.readonly() prop:value=value
            on:input=move |event| typed(ask, &event, str::to_owned)
            on:compositionend=move |event| typed(ask, &event, str::to_owned)
            on:focus=move |_| ask.entered() on:blur=move |_| ask.left()></textarea>
    };
    single(ask, area)
}
