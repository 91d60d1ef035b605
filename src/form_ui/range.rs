//! `range`: up to 11 values are steps to tap, more are a slider.

use zhucun_view::prelude::*;
use zhucun_words::visit as words;

use super::ask::{Ask, clear, several, single};
use super::values::range_steps;

/// The widget.
pub fn field(ask: Ask) -> View {
    let or = |name, default: &str| Some(ask.parameter(name)).filter(|v| !v.is_empty()).unwrap_or(default.to_owned());
    let (start, end, step) = (or("start", "1"), or("end", "10"), or("step", "1"));
    match range_steps(&start, &end, &step) {
        Some(values) => steps(ask, values),
        None => slider(ask, start, end, step),
    }
}

fn steps(ask: Ask, values: Vec<String>) -> View {
    let steps: Vec<_> = values.into_iter().map(|value| step(ask, value)).collect();
    several(ask, view! { <div class="steps">{steps}</div> {clear(ask)} })
}

fn step(ask: Ask, value: String) -> View {
    let (picked, taken, words) = (value.clone(), value.clone(), value);
    let is_on = move || ask.value().with(|value| *value == picked);
    let on = is_on.clone();
    view! {
        <label class="step" class:on=is_on>
            <input type="radio" name=ask.element_id("") prop:checked=on prop:disabled=move || ask.readonly()
                on:change=move |_| ask.answer(&taken) />
            <span>{words}</span>
        </label>
    }
}

fn slider(ask: Ask, start: String, end: String, step: String) -> View {
    ask.keep_shown(str::to_owned);
    let value = ask.value_now();
    let shown = move || {
        let value = ask.value().get();
        if value.is_empty() { ask.say(words::NOT_SET).to_owned() } else { value }
    };
    let input = view! {
        <output class="slider-value" for=ask.element_id("")>{shown}</output>
        <input class="slider" id=ask.element_id("") type="range" min=start max=end step=step prop:value=value
            aria-describedby=ask.described() prop:disabled=move || ask.readonly()
            on:input=move |event| ask.type_in(&event_target_value(&event))
            on:change=move |event| ask.answer(&event_target_value(&event)) />
        {clear(ask)}
    };
    single(ask, input)
}
