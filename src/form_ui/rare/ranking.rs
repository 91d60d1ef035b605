//! `rank`: choices are put in their order, by dragging, by buttons or by the arrow keys. Unanswered until the first of them is
//! moved, or the person says that the order is right as it stands.

use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, KeyboardEvent, PointerEvent};
use zhucun_view::prelude::*;
use zhucun_words::{Word, visit, widgets as words};

use super::super::ask::{Ask, Choices, button, clear, icon, line, several};
use super::order::{landing, moved, order, value};
use crate::ui::icons::{self, IconData};
use crate::ui::say;

/// So near to the edges of the screen (CSS pixels) a dragged row scrolls the page: the bars are that high.
const EDGE: f64 = 110.0;
/// Pixels a picture.
const SPEED: f64 = 8.0;

/// The widget's state.
#[derive(Clone, Copy)]
struct Ranking {
    ask: Ask,
    choices: Memo<Choices>,
    /// The places of the choices in their order.
    order: Memo<Vec<usize>>,
    /// What a screen reader is told.
    spoken: RwSignal<String>,
    drag: StoredValue<Option<Drag>>,
}

/// A row under a finger.
#[derive(Clone)]
struct Drag {
    pointer: i32,
    from: usize,
    to: usize,
    /// Where the finger came down, on the page; and where it is, on the screen.
    start: f64,
    now: f64,
    /// Top and height of all rows, on the page.
    rows: Vec<(f64, f64)>,
}

impl Ranking {
    fn words(self, position: usize) -> String {
        let place = self.order.with(|order| order.get(position).copied()).unwrap_or_default();
        self.choices.with(|choices| choices.get(place).map(|(_, words)| words.clone())).unwrap_or_default()
    }

    /// A word about the choice at a position.
    fn said(self, word: Word, position: usize) -> String {
        let (n, of) = ((position + 1).to_string(), self.order.with(Vec::len).to_string());
        word.fill(self.ask.form().lang(), &[("what", &self.words(position)), ("n", &n), ("of", &of)])
    }

    /// Puts one at another position; the first time this is also the answer for all others.
    fn put(self, from: usize, to: usize) {
        if self.ask.readonly() || to >= self.order.with_untracked(Vec::len) {
            return;
        }
        let order = moved(self.order.get_untracked(), from, to);
        self.ask.answer(&self.choices.with_untracked(|choices| value(&order, choices)));
        self.spoken.set(untrack(|| self.said(words::RANKED, to)));
    }

    fn row(self, position: usize) -> Option<HtmlElement> {
        let mut part = String::from("-r");
        part.push_str(&position.to_string());
        self.ask.element(&part)
    }

    fn down(self, event: &PointerEvent, from: usize) {
        if self.ask.readonly() || self.drag.with_value(Option::is_some) {
            return;
        }
        let scrolled = scroll_top();
        let place = |row: HtmlElement| {
            let at = row.get_bounding_client_rect();
            (at.top() + scrolled, at.height())
        };
        let rows: Vec<_> = (0..).map_while(|position| self.row(position).map(place)).collect();
        // Without capture the drag ends where the finger leaves the handle.
        let _ = event_target::<HtmlElement>(event).set_pointer_capture(event.pointer_id());
        let now = f64::from(event.client_y());
        let drag = Drag { pointer: event.pointer_id(), from, to: from, start: now + scrolled, now, rows };
        self.drag.set_value(Some(drag));
        self.follow();
    }

    fn moved(self, event: &PointerEvent) {
        self.drag.update_value(|drag| {
            if let Some(drag) = drag.as_mut().filter(|drag| drag.pointer == event.pointer_id()) {
                drag.now = f64::from(event.client_y());
            }
        });
    }

    /// Once a picture while a row is under a finger: the page scrolls at its edges, the rows make room.
    fn follow(self) {
        request_animation_frame(move || {
            let Some(Some(mut drag)) = self.drag.try_with_value(Clone::clone) else { return };
            let height = f64::from(document().document_element().map_or(0, |root| root.client_height()));
            if drag.now < EDGE {
                window().scroll_by_with_x_and_y(0.0, -SPEED);
            } else if drag.now > height - EDGE {
                window().scroll_by_with_x_and_y(0.0, SPEED);
            }
            let way = drag.now + scroll_top() - drag.start;
            let (top, own) = drag.rows[drag.from];
            drag.to = landing(&drag.rows, drag.from, top + own / 2.0 + way);
            for position in 0..drag.rows.len() {
                let is_between = drag.from < position && position <= drag.to;
                let shift = match position {
                    position if position == drag.from => way,
                    _ if is_between => -own,
                    position if drag.to <= position && position < drag.from => own,
                    _ => 0.0,
                };
                self.shift(position, Some(shift));
            }
            self.drag.update_value(|kept| {
                if let Some(kept) = kept {
                    kept.to = drag.to;
                }
            });
            self.follow();
        });
    }

    fn shift(self, position: usize, by: Option<f64>) {
        let Some(row) = self.row(position) else { return };
        let is_own = self.drag.with_value(|drag| drag.as_ref().is_some_and(|drag| drag.from == position));
        let _ = row.class_list().toggle_with_force("dragged", is_own && by.is_some());
        let style = row.unchecked_ref::<HtmlElement>().style();
        // Plain values of plain properties.
        let _ = match by {
            Some(by) => {
                let mut text = String::from("translateY(");
                text.push_str(&(by as i64).to_string());
                text.push_str("px)");
                style.set_property("transform", &text)
            }
            None => style.remove_property("transform").map(drop),
        };
    }

    /// The finger is up (`is_taken`), or the browser took it for something else.
    fn up(self, event: &PointerEvent, is_taken: bool) {
        let Some(Some(drag)) = self.drag.try_with_value(Clone::clone) else { return };
        if drag.pointer != event.pointer_id() {
            return;
        }
        self.drag.set_value(None);
        (0..drag.rows.len()).for_each(|position| self.shift(position, None));
        if is_taken {
            self.put(drag.from, drag.to);
        }
    }

    fn keys(self, event: &KeyboardEvent, position: usize) {
        let last = self.order.with_untracked(Vec::len).saturating_sub(1);
        let to = match event.key().as_str() {
            "ArrowUp" => position.saturating_sub(1),
            "ArrowDown" => (position + 1).min(last),
            "Home" => 0,
            "End" => last,
            _ => return,
        };
        event.prevent_default();
        if to != position {
            self.put(position, to);
        }
    }
}

fn scroll_top() -> f64 {
    crate::platform::dom::scroll_top()
}

/// The widget.
pub(super) fn field(ask: Ask) -> View {
    let choices = ask.choices();
    let order = Memo::new(move |_| ask.value().with(|value| choices.with(|choices| order(value, choices))));
    let ranking = Ranking { ask, choices, order, spoken: RwSignal::new(String::new()), drag: StoredValue::new(None) };
    let is_blank = Memo::new(move |_| ask.value().with(String::is_empty));
    let rows = move || {
        // The choices first: an order that stays must not hide that their words are others now.
        let count = choices.with(|choices| choices.len());
        if count == 0 {
            return view! { <p class="ask-hint">{say(&visit::NO_CHOICES)}</p> };
        }
        let rows: Vec<_> = (0..count).map(|position| row(ranking, position, is_blank.get())).collect();
        view! { <ol class="ranks" class:blank=is_blank.get()>{rows}</ol> }
    };
    let state = move || {
        let is_open = is_blank.get() && !ask.readonly() && !order.with(Vec::is_empty);
        let take = move || ask.answer(&choices.with_untracked(|choices| value(&order.get_untracked(), choices)));
        is_open.then(|| {
            view! {
                {line(icons::INFO, ask.say(words::RANK_HOW).to_owned())}
                {button(Some(icons::CHECK), say(&words::RANK_RIGHT), take)}
            }
        })
    };
    several(
        ask,
        view! {
            {rows} {state} {clear(ask)}
            <span class="heard" aria-live="polite">{move || ranking.spoken.get()}</span>
        },
    )
}

fn row(ranking: Ranking, position: usize, is_blank: bool) -> View {
    let ask = ranking.ask;
    let number = if is_blank { "–".to_owned() } else { (position + 1).to_string() };
    let words = ranking.words(position);
    let last = ranking.order.with(Vec::len).saturating_sub(1);
    let ways = (!ask.readonly()).then(|| {
        let up = way(ranking, position, icons::UP, words::RANK_UP, position.checked_sub(1));
        let down = way(ranking, position, icons::DOWN, words::RANK_DOWN, (position < last).then_some(position + 1));
        view! { <span class="rank-ways">{up} {down}</span> }
    });
    let grip = (!ask.readonly()).then(|| {
        view! {
            <button type="button" class="icon-button grip" id=part(ranking, "-g", position)
                aria-label=ranking.said(words::RANK_GRIP, position)
                on:keydown=move |event| ranking.keys(&event, position)
                on:pointerdown=move |event| ranking.down(&event, position) on:pointermove=move |event| ranking.moved(&event)
                on:pointerup=move |event| ranking.up(&event, true)
                on:pointercancel=move |event| ranking.up(&event, false)>{icon(icons::GRIP)}</button>
        }
    });
    let mut id = String::from("-r");
    id.push_str(&position.to_string());
    view! {
        <li class="rank" id=ask.element_id(&id)>
            {grip} <span class="rank-number">{number}</span> <b>{words}</b> {ways}
        </li>
    }
}

/// A button that moves a row by one; at the end it is there and does nothing, so that the focus stays.
fn way(ranking: Ranking, position: usize, glyph: IconData, word: Word, to: Option<usize>) -> View {
    let kind = if glyph.data == icons::UP.data { "-u" } else { "-d" };
    let tap = move |_: web_sys::MouseEvent| {
        if let Some(to) = to {
            ranking.put(position, to);
        }
    };
    view! {
        <button type="button" class="icon-button" id=part(ranking, kind, position) aria-label=ranking.said(word, position)
            aria-disabled=to.is_none().to_string() on:click=tap>{icon(glyph)}</button>
    }
}

/// The id of a part of a row: by its choice, which it follows when that is moved, so that the focus does.
fn part(ranking: Ranking, kind: &str, position: usize) -> String {
    let place = ranking.order.with(|order| order.get(position).copied()).unwrap_or_default();
    let mut part = kind.to_owned();
    part.push_str(&place.to_string());
    ranking.ask.element_id(&part)
}
