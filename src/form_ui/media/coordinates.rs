//! Places by typing: the way out where no satellite is heard.

use wasm_bindgen::JsCast;
use web_sys::HtmlElement;
use zhucun_forms::{decimal, texts};
use zhucun_json::texts::joined;
use zhucun_view::prelude::*;
use zhucun_words::media as words;

use crate::form_ui::ask::{Ask, button, icon, set_value};
use crate::form_ui::values::plain_number;
use crate::ui::{icons, say};

/// A field for one place, or for one a line, behind words that open it. `now` is what stands in it then, `take` what is done
/// with good ones.
pub fn by_typing(
    ask: Ask,
    many: bool,
    now: impl Fn() -> Vec<String> + 'static,
    take: impl Fn(Vec<String>) + 'static,
) -> View {
    let wrong = RwSignal::new(None::<usize>);
    let fill = move |_| {
        if let Some(field) = ask.element("-typed") {
            let lines: Vec<_> = now().iter().map(|spot| line_of(spot)).collect();
            let lines: Vec<_> = lines.iter().map(String::as_str).collect();
            set_value(&field, &joined(&lines, "\n"));
        }
        wrong.set(None);
    };
    let done = move || {
        let Some(field) = ask.element("-typed") else { return };
        let typed = crate::platform::js::text(&field, "value");
        match read(&typed) {
            Ok(spots) => {
                wrong.set(None);
                take(spots);
                close(&field);
            }
            Err(line) => wrong.set(Some(line)),
        }
    };
    let problem = move || {
        wrong.get().map(|line| {
            let words = words::TYPE_WRONG.fill(ask.form().lang(), &[("n", &line.to_string())]);
            view! { <p class="err">{icon(icons::ALERT)} <span>{words}</span></p> }
        })
    };
    let described = ask.element_id("-typed-hint");
    let invalid = move || if wrong.get().is_some() { "true" } else { "false" };
    let hint = if many { &words::TYPE_MANY } else { &words::TYPE_ONE };
    view! {
        <details class="by-typing" hidden=move || ask.readonly()>
            <summary on:click=fill>{icon(icons::KEYBOARD)} <span>{say(&words::TYPE_PLACE)}</span></summary>
            <label class="ask-hint" id=described.clone() for=ask.element_id("-typed")>{say(hint)}</label>
            <textarea class="field" id=ask.element_id("-typed") rows=if many { "4" } else { "1" } autocomplete="off"
                spellcheck="false" aria-invalid=invalid></textarea>
            <div aria-live="polite">{problem}</div>
            {button(Some(icons::CHECK), say(&words::TYPE_TAKE), done)}
        </details>
    }
}

/// A place in a line: what is only there since nobody typed more is left out.
fn line_of(spot: &str) -> String {
    let short = spot.strip_suffix(" 0 0").unwrap_or(spot);
    short.to_owned()
}

/// The places of what is typed; the number of the first line that is none.
fn read(typed: &str) -> Result<Vec<String>, usize> {
    let mut found = Vec::new();
    for (number, line) in typed.lines().enumerate() {
        if !line.trim().is_empty() {
            found.push(place(line).ok_or(number + 1)?);
        }
    }
    if found.is_empty() { Err(1) } else { Ok(found) }
}

/// A place as somebody types it, `26.5783, 106.7135`, as an answer: heights and accuracy may be left out. `None` for what is
/// no place on earth.
#[must_use]
fn place(text: &str) -> Option<String> {
    let between = |c: char| if matches!(c, ',' | '，' | '、' | ';' | '；' | '/' | '°') { ' ' } else { c };
    let parts: String = text.chars().map(between).collect();
    let plain: Vec<String> = texts::words(&parts).into_iter().map(plain_number).collect();
    let words: Vec<&str> = plain.iter().map(String::as_str).collect();
    let numbers: Vec<f64> = words.iter().filter_map(|word| decimal::parse(word)).collect();
    let is_place = numbers.len() == words.len()
        && (2..=4).contains(&numbers.len())
        && numbers[0].abs() <= 90.0
        && numbers[1].abs() <= 180.0;
    if !is_place {
        return None;
    }
    let mut parts = words;
    while parts.len() < 4 {
        parts.push("0");
    }
    Some(joined(&parts, " "))
}

fn close(field: &HtmlElement) {
    if let Ok(Some(details)) = field.closest("details") {
        let _ = details.remove_attribute("open");
        // What is typed is taken: the focus goes to what was opened with.
        if let Ok(Some(summary)) = details.query_selector("summary") {
            let _ = summary.unchecked_into::<HtmlElement>().focus();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_that_is_no_place_is_named() {
        assert_eq!(read("26.5, 106.7\n\n26.6 106.8 0 5\n").unwrap(), ["26.5 106.7 0 0", "26.6 106.8 0 5"]);
        assert_eq!(read("26.5, 106.7\n村口"), Err(2));
        assert_eq!(read(" \n"), Err(1));
        assert_eq!(line_of("26.5 106.7 0 0"), "26.5 106.7");
        assert_eq!(line_of("26.5 106.7 0 5"), "26.5 106.7 0 5");
    }

    #[test]
    fn places_are_taken_as_people_write_them() {
        assert_eq!(place("26.5783, 106.7135").unwrap(), "26.5783 106.7135 0 0");
        assert_eq!(place("２６．５，１０６．７").unwrap(), "26.5 106.7 0 0");
        assert_eq!(place(" 26.5°  106.7° 1180 6 ").unwrap(), "26.5 106.7 1180 6");
        for wrong in ["", "26.5", "91 0", "0 181", "26.5 x", "1 2 3 4 5", "村口"] {
            assert_eq!(place(wrong), None, "{wrong}");
        }
    }
}
