//! A form on one page, however long: its questions are drawn from where the person is, and more of them as the end comes near.

use zhucun_forms::contract::Id;
use zhucun_view::{El, prelude::*};
use zhucun_words::way as words;

use super::super::ask::button;
use super::super::filling::Form;
use super::super::{Place, listed, places};
use crate::platform::near::Watch;
use crate::ui::counted;

/// Questions that are drawn at once.
const PIECE: usize = 30;

/// What is on a page that has the whole form.
pub fn view((form, page): (Form, Id)) -> View {
    let all = places(form, page);
    let count = Memo::new(move |_| all.with(Vec::len));
    let wanted = form.get().wanted();
    let at = all.with_untracked(|all| all.iter().position(|(_, id)| Some(*id) == wanted)).unwrap_or_default();
    // A few in front of it, so that one sees where it is; near the beginning all of them.
    let from = if at < PIECE { 0 } else { at - 3 };
    let (from, to) = (RwSignal::new(from), RwSignal::new(at + PIECE));
    let drawn = Memo::new(move |_| {
        let (from, to) = (from.get(), to.get());
        all.with(|all| all.iter().take(to).skip(from).copied().collect::<Vec<Place>>())
    });
    let before = move || {
        let show = move || from.update(|from| *from = from.saturating_sub(PIECE));
        let hidden = from.get();
        (hidden > 0).then(|| button(None, View::of(counted(&words::BEFORE, form.lang(), hidden)), show))
    };
    let watch = StoredValue::new(Some(Watch::new(move |changes| {
        if changes.iter().any(|(_, is_near)| *is_near) {
            let _ = to.try_update(|to| *to += PIECE);
        }
    })));
    on_cleanup(move || watch.set_value(None));
    // Another one each time: it is told once more when it is still near.
    let end = move || {
        (to.get() < count.get()).then(|| {
            let end = El::new("div");
            watch.with_value(|watch| watch.iter().for_each(|watch| watch.add(end.element())));
            end.into_view()
        })
    };
    view! { {before} {listed(form, page, drawn)} {end} }
}
