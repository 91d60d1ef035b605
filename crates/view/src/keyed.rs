//! Lists whose items stay as they are while others come and go.

use leptos::prelude::untrack;
use leptos::reactive::owner::Owner;
use web_sys::Text;

use crate::{
    Child, El, View,
    child::{clear, insert_before},
    follow,
};

struct Item<K> {
    key: K,
    owner: Owner,
    start: Text,
    end: Text,
}

impl<K> Item<K> {
    fn new(outer: &Owner, key: K, view: &mut dyn FnMut() -> View) -> (Self, El) {
        let nodes = El::fragment();
        let start = nodes.mark();
        let owner = outer.with(Owner::new);
        owner.with(|| untrack(view)).add_to(&nodes);
        let end = nodes.mark();
        (Self { key, owner, start, end }, nodes)
    }

    fn end(self) {
        self.owner.cleanup();
        clear(&self.start, &self.end);
        self.start.remove();
        self.end.remove();
    }
}

/// A view for each key, in the order of the keys: made when its key comes, kept while it stays, ended when it goes. Keys
/// that stay must keep their order among themselves; one that moves is made anew.
pub fn keyed<K: Clone + PartialEq + 'static>(
    keys: impl Fn() -> Vec<K> + 'static,
    view: impl Fn(K) -> View + 'static,
) -> View {
    let to = El::fragment();
    let last = to.mark();
    let outer = Owner::current().unwrap_or_default();
    let mut shown: Vec<Item<K>> = Vec::new();
    follow(Box::new(move |()| {
        let keys = keys();
        let mut old = std::mem::take(&mut shown).into_iter().peekable();
        for (at, key) in keys.iter().enumerate() {
            // Those in front of the next one that stays and are not wanted here any more.
            while old.peek().is_some_and(|item| item.key != *key && !keys[at..].contains(&item.key)) {
                old.next().into_iter().for_each(Item::end);
            }
            if old.peek().is_some_and(|item| item.key == *key) {
                shown.extend(old.next());
                continue;
            }
            let (item, nodes) = Item::new(&outer, key.clone(), &mut || view(key.clone()));
            insert_before(old.peek().map_or(&last, |next| &next.start), nodes.element());
            shown.push(item);
        }
        old.for_each(Item::end);
    }));
    to.into_view()
}
