//! A form on one page, however long: its questions are drawn when the person comes near them, and stay. What is still to come
//! keeps about its height, so that one can go to any question at once.

use litemap::LiteMap;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};
use zhucun_forms::contract::Id;
use zhucun_json::texts::joined;
use zhucun_view::{El, prelude::*};

use super::super::filling::Form;
use super::super::{Place, item, places};
use crate::platform::near::Watch;

/// Questions in a piece.
const PIECE: usize = 30;
/// A piece that has grown to more, by what became relevant, is made several.
const MOST: usize = 3 * PIECE;
/// About how high a question is, CSS pixels.
const HEIGHT: usize = 110;
/// The attribute that says which piece an element is.
const NUMBER: &str = "data-piece";

/// What is on a page that has the whole form.
pub fn view((form, page): (Form, Id)) -> View {
    let places = places(form, page);
    let division = StoredValue::new(Division::default());
    let pieces = Memo::new(move |_| {
        let all = places.get();
        division.try_update_value(|division| division.divided(&all)).unwrap_or_default()
    });
    // What a person sees first waits for no callback.
    let first = pieces.with_untracked(|pieces| {
        let wanted = form.get().wanted();
        let has = |(_, items): &(u32, Vec<Place>)| items.iter().any(|(_, id)| Some(*id) == wanted);
        let at = pieces.iter().position(has).unwrap_or_default();
        pieces.iter().skip(at.saturating_sub(1)).take(2).map(|(number, _)| *number).collect::<Vec<_>>()
    });
    let near = StoredValue::new(LiteMap::<u32, RwSignal<bool>>::new_vec());
    let watch = StoredValue::new(Some(Watch::new(move |changes| {
        for (element, is_near) in changes {
            let number = element.get_attribute(NUMBER).and_then(|number| number.parse::<u32>().ok());
            let signal = number.and_then(|number| near.try_with_value(|near| near.get(&number).copied()).flatten());
            if let Some(signal) = signal.filter(|_| is_near) {
                let _ = signal.try_set(true);
            }
        }
    })));
    on_cleanup(move || watch.set_value(None));
    let numbers = move || pieces.with(|pieces| pieces.iter().map(|(number, _)| *number).collect::<Vec<_>>());
    let draw = move |number: u32| {
        let is_near = RwSignal::new(first.contains(&number));
        near.update_value(|near| {
            near.insert(number, is_near);
        });
        let piece = piece(form, page, (number, is_near), pieces);
        watch.with_value(|watch| watch.iter().for_each(|watch| watch.add(piece.element())));
        piece.into_view()
    };
    view! { <div class="items">{keyed(numbers, draw)}</div> }
}

type Pieces = Vec<(u32, Vec<Place>)>;

fn piece(form: Form, page: Id, (number, is_near): (u32, RwSignal<bool>), pieces: Memo<Pieces>) -> El {
    let own = Memo::new(move |_| {
        pieces.with(|pieces| {
            let found = pieces.iter().find(|(other, _)| *other == number);
            found.map_or_else(Vec::new, |(_, items)| items.clone())
        })
    });
    let piece = El::new("div");
    piece.attribute(NUMBER, &number.to_string());
    let outer: Element = piece.element().clone();
    Effect::new(move |_| {
        let height = if is_near.get() { String::new() } else { px(own.with(Vec::len) * HEIGHT) };
        let _ = outer.unchecked_ref::<HtmlElement>().style().set_property("min-height", &height);
    });
    // Its own level of ownership: what is drawn once is not drawn again when others come.
    piece.child(keyed(
        move || if is_near.get() { own.get() } else { Vec::new() },
        move |(kind, id)| item(form, page, kind, id),
    ));
    piece
}

fn px(height: usize) -> String {
    joined(&[&height.to_string(), "px"], "")
}

/// Which questions are in which piece. One that was in a piece stays there: what is drawn is not drawn anew when others come
/// and go.
#[derive(Default)]
struct Division {
    piece_of: LiteMap<Place, u32>,
    made: u32,
}

impl Division {
    fn divided(&mut self, all: &[Place]) -> Pieces {
        let mut pieces = Pieces::new();
        let is_first = self.piece_of.is_empty();
        for item in all {
            let known = self.piece_of.get(item).copied();
            let last = pieces.last().map(|(number, items)| (*number, items.len()));
            let number = match (known, last) {
                (Some(known), _) => known,
                (None, Some((last, count))) if !is_first || count < PIECE => last,
                (None, _) => self.next(),
            };
            match pieces.last_mut().filter(|(last, _)| *last == number) {
                Some((_, items)) => items.push(*item),
                None => pieces.push((number, vec![*item])),
            }
        }
        let pieces = self.cut(pieces);
        self.piece_of = LiteMap::new_vec();
        for (number, items) in &pieces {
            for item in items {
                self.piece_of.insert(*item, *number);
            }
        }
        pieces
    }

    fn next(&mut self) -> u32 {
        self.made += 1;
        self.made
    }

    fn cut(&mut self, pieces: Pieces) -> Pieces {
        let mut cut = Pieces::new();
        for (number, items) in pieces {
            if items.len() <= MOST {
                cut.push((number, items));
                continue;
            }
            for (place, part) in items.chunks(PIECE).enumerate() {
                let number = if place == 0 { number } else { self.next() };
                cut.push((number, part.to_vec()));
            }
        }
        cut
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn questions(ids: impl IntoIterator<Item = Id>) -> Vec<Place> {
        ids.into_iter().map(|id| (0, id)).collect()
    }

    fn told(pieces: &Pieces) -> Vec<(u32, usize)> {
        pieces.iter().map(|(number, items)| (*number, items.len())).collect()
    }

    #[test]
    fn what_comes_and_goes_moves_no_other_question_to_another_piece() {
        let mut division = Division::default();
        let all = division.divided(&questions(0..70));
        assert_eq!(told(&all), [(1, 30), (2, 30), (3, 10)]);
        let with = division.divided(&questions((0..10).chain(100..105).chain(10..70)));
        assert_eq!(told(&with), [(1, 35), (2, 30), (3, 10)]);
        let without = division.divided(&questions((0..5).chain(31..70)));
        assert_eq!(told(&without), [(1, 5), (2, 29), (3, 10)]);
    }

    #[test]
    fn hundreds_that_come_at_once_are_pieces_of_their_own() {
        let mut division = Division::default();
        division.divided(&questions(0..10));
        let all = division.divided(&questions((0..5).chain(100..300).chain(5..10)));
        assert_eq!(all.iter().map(|(_, items)| items.len()).sum::<usize>(), 210);
        assert!(all.iter().all(|(_, items)| items.len() <= PIECE), "{:?}", told(&all));
        let ids: Vec<Id> = all.iter().flat_map(|(_, items)| items.iter().map(|(_, id)| *id)).collect();
        assert_eq!(ids, (0..5).chain(100..300).chain(5..10).collect::<Vec<_>>());
    }
}
