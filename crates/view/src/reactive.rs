//! Leptos' signals, memos and effects, with their values beside the graph.
//!
//! Leptos makes each of its types anew for each type of value: a hundred kB of a hundred alike. Here the graph holds only
//! triggers, stamps and closures, and a value lies in a [`Slot`] of its own. Names and meaning are Leptos': `get` and
//! `with` follow, `*_untracked` do not, `try_*` is `None` once the owner has ended, the rest panics then.
//!
//! What is marked `#[inline(never)]` is called at hundreds of places, and most of it is the same code for every type of
//! value, so that the program holds it once. `repr(C)` keeps the part that the graph needs at the same place in each.

use std::cell::{Ref, RefCell};
use std::rc::Rc;

use leptos::prelude as graph;
use leptos::prelude::{Get as _, GetUntracked as _, Notify as _, Track as _};
use leptos::reactive::{computed::ArcMemo, graph::ToAnySubscriber as _, signal::ArcTrigger};
use send_wrapper::SendWrapper;

use crate::{Again, closure::Ask, keep};

/// A value that ends with the owner it was made under. The place itself, two words, is never given back: so a handle is a
/// plain reference, needs no search and no check of its type, and finds nothing once the owner has ended. A day's work
/// leaves some hundred kB of them.
struct Slot<V: 'static>(&'static RefCell<Option<Box<V>>>);

impl<V> Clone for Slot<V> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<V> Copy for Slot<V> {}

impl<V> Slot<V> {
    fn new(value: V) -> Self {
        let place: &'static RefCell<_> = Box::leak(Box::new(RefCell::new(Some(Box::new(value)))));
        empty_at_end(place);
        Self(place)
    }

    #[inline(never)]
    fn try_look(self) -> Option<Ref<'static, V>> {
        Ref::filter_map(self.0.borrow(), Option::as_deref).ok()
    }

    #[inline(never)]
    fn look(self) -> Ref<'static, V> {
        self.try_look().unwrap_or_else(|| gone())
    }
}

/// What can be emptied, whatever it holds.
trait Place {
    fn empty(&self);
}

impl<V> Place for RefCell<Option<Box<V>>> {
    fn empty(&self) {
        // Its end may look here again, so it is taken out first. Something that is being looked at stays: an owner does
        // not end while its own values are in use.
        let ended = self.try_borrow_mut().ok().and_then(|mut value| value.take());
        drop(ended);
    }
}

struct Emptied(&'static dyn Place);

impl Drop for Emptied {
    fn drop(&mut self) {
        self.0.empty();
    }
}

#[inline(never)]
fn empty_at_end(place: &'static dyn Place) {
    keep(Box::new(Emptied(place)));
}

#[cold]
#[inline(never)]
fn gone() -> ! {
    panic!("a signal was used after its owner had ended")
}

/// A value that is kept and not followed.
pub struct StoredValue<T: 'static>(Slot<T>);

impl<T> Clone for StoredValue<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for StoredValue<T> {}

impl<T> StoredValue<T> {
    /// Keeps a value.
    pub fn new(value: T) -> Self {
        Self(Slot::new(value))
    }

    /// Changes it; `None` once its owner has ended.
    pub fn try_update_value<O>(self, change: impl FnOnce(&mut T) -> O) -> Option<O> {
        self.0.0.borrow_mut().as_deref_mut().map(change)
    }

    /// Looks at it; `None` once its owner has ended.
    pub fn try_with_value<O>(self, look: impl FnOnce(&T) -> O) -> Option<O> {
        self.0.try_look().map(|value| look(&value))
    }

    /// Looks at it.
    pub fn with_value<O>(self, look: impl FnOnce(&T) -> O) -> O {
        look(&self.0.look())
    }

    /// Changes it, if its owner has not ended.
    pub fn update_value(self, change: impl FnOnce(&mut T)) {
        self.try_update_value(change);
    }

    /// Puts another in its place, if its owner has not ended.
    pub fn set_value(self, value: T) {
        let former = self.try_update_value(|place| std::mem::replace(place, value));
        // Dropped here, where its end may look at the value again.
        drop(former);
    }

    /// A copy of it.
    pub fn get_value(self) -> T
    where
        T: Clone,
    {
        self.with_value(T::clone)
    }
}

/// A value and who follows it.
#[repr(C)]
struct Followed<T> {
    trigger: ArcTrigger,
    value: T,
}

/// A value that is followed and changed.
pub struct RwSignal<T: 'static>(Slot<Followed<T>>);

impl<T> Clone for RwSignal<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for RwSignal<T> {}

impl<T> RwSignal<T> {
    /// A signal with its first value.
    pub fn new(value: T) -> Self {
        Self(Slot::new(Followed { trigger: ArcTrigger::new(), value }))
    }

    #[inline(never)]
    fn followed(self) -> Ref<'static, Followed<T>> {
        let followed = self.0.look();
        followed.trigger.track();
        followed
    }

    /// Tells who follows it.
    #[inline(never)]
    fn tell(self) {
        if let Some(followed) = self.0.try_look() {
            followed.trigger.notify();
        }
    }

    /// Looks at the value; `None` once its owner has ended.
    pub fn try_with_untracked<O>(self, look: impl FnOnce(&T) -> O) -> Option<O> {
        self.0.try_look().map(|followed| look(&followed.value))
    }

    /// Looks at the value.
    pub fn with_untracked<O>(self, look: impl FnOnce(&T) -> O) -> O {
        look(&self.0.look().value)
    }

    /// Looks at the value and follows it.
    pub fn with<O>(self, look: impl FnOnce(&T) -> O) -> O {
        look(&self.followed().value)
    }

    /// Follows the value without looking at it.
    pub fn track(self) {
        drop(self.followed());
    }

    /// A copy of the value, followed.
    pub fn get(self) -> T
    where
        T: Clone,
    {
        self.with(T::clone)
    }

    /// A copy of the value.
    pub fn get_untracked(self) -> T
    where
        T: Clone,
    {
        self.with_untracked(T::clone)
    }

    /// A copy of the value; `None` once its owner has ended.
    pub fn try_get_untracked(self) -> Option<T>
    where
        T: Clone,
    {
        self.try_with_untracked(T::clone)
    }

    /// Changes the value and tells who follows it; `None` once its owner has ended.
    pub fn try_update<O>(self, change: impl FnOnce(&mut T) -> O) -> Option<O> {
        let result = self.0.0.borrow_mut().as_deref_mut().map(|followed| change(&mut followed.value));
        self.tell();
        result
    }

    /// Changes the value and tells who follows it, if its owner has not ended.
    pub fn update(self, change: impl FnOnce(&mut T)) {
        self.try_update(change);
    }

    /// Sets the value and tells who follows it, if its owner has not ended.
    #[inline(never)]
    pub fn set(self, value: T) {
        drop(self.try_set(value));
    }

    /// Sets the value and tells who follows it; gives it back once the owner has ended.
    pub fn try_set(self, value: T) -> Option<T> {
        let former = match self.0.0.borrow_mut().as_deref_mut() {
            Some(followed) => std::mem::replace(&mut followed.value, value),
            None => return Some(value),
        };
        drop(former);
        self.tell();
        None
    }
}

/// A signal that lives as long as someone holds it.
pub struct ArcRwSignal<T> {
    value: Rc<RefCell<T>>,
    trigger: ArcTrigger,
}

impl<T> Clone for ArcRwSignal<T> {
    fn clone(&self) -> Self {
        Self { value: self.value.clone(), trigger: self.trigger.clone() }
    }
}

impl<T: Default + 'static> Default for ArcRwSignal<T> {
    fn default() -> Self {
        Self::new(T::default())
    }
}

impl<T: 'static> ArcRwSignal<T> {
    /// A signal with its first value.
    pub fn new(value: T) -> Self {
        Self { value: Rc::new(RefCell::new(value)), trigger: ArcTrigger::new() }
    }

    /// Looks at the value and follows it.
    pub fn with<O>(&self, look: impl FnOnce(&T) -> O) -> O {
        self.trigger.track();
        look(&self.value.borrow())
    }

    /// A copy of the value, followed.
    pub fn get(&self) -> T
    where
        T: Clone,
    {
        self.with(T::clone)
    }

    /// A copy of the value.
    pub fn get_untracked(&self) -> T
    where
        T: Clone,
    {
        self.value.borrow().clone()
    }

    /// Changes the value and tells who follows it.
    pub fn update(&self, change: impl FnOnce(&mut T)) {
        change(&mut self.value.borrow_mut());
        self.trigger.notify();
    }

    /// Changes the value and tells who follows it only where `change` says that it did.
    pub fn maybe_update(&self, change: impl FnOnce(&mut T) -> bool) {
        let changed = change(&mut self.value.borrow_mut());
        if changed {
            self.trigger.notify();
        }
    }

    /// Sets the value and tells who follows it.
    pub fn set(&self, value: T) {
        self.update(|place| *place = value);
    }
}

/// A value that is computed when it is asked for and what it was computed from has changed; who follows it is told only
/// when it is another one.
pub struct Memo<T: 'static>(Slot<Computed<T>>);

#[repr(C)]
struct Computed<T> {
    stamp: Stamp,
    value: Rc<RefCell<Option<T>>>,
}

impl<T> Clone for Memo<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Memo<T> {}

impl<T: PartialEq> Memo<T> {
    /// A memo; `compute` is given the last value.
    pub fn new(compute: impl Fn(Option<&T>) -> T + 'static) -> Self {
        let value = Rc::new(RefCell::new(None::<T>));
        let kept = value.clone();
        let step = move |()| {
            let new = compute(kept.borrow().as_ref());
            Self::keep_other(&kept, new)
        };
        Self(Slot::new(Computed { stamp: Stamp::new(Box::new(step)), value }))
    }

    /// Keeps a new value where it is another one, and says whether it is.
    #[inline(never)]
    fn keep_other(kept: &RefCell<Option<T>>, new: T) -> bool {
        let is_other = kept.borrow().as_ref() != Some(&new);
        if is_other {
            kept.replace(Some(new));
        }
        is_other
    }

    /// Looks at the value and follows it.
    pub fn with<O>(self, look: impl FnOnce(&T) -> O) -> O {
        let computed = self.0.look();
        computed.stamp.follow();
        computed.look(look)
    }

    /// Looks at the value.
    pub fn with_untracked<O>(self, look: impl FnOnce(&T) -> O) -> O {
        let computed = self.0.look();
        computed.stamp.renew();
        computed.look(look)
    }

    /// A copy of the value, followed.
    pub fn get(self) -> T
    where
        T: Clone,
    {
        self.with(T::clone)
    }

    /// A copy of the value.
    pub fn get_untracked(self) -> T
    where
        T: Clone,
    {
        self.with_untracked(T::clone)
    }

    /// A copy of the value; `None` once its owner has ended.
    pub fn try_get_untracked(self) -> Option<T>
    where
        T: Clone,
    {
        let computed = self.0.try_look()?;
        computed.stamp.renew();
        Some(computed.look(T::clone))
    }
}

impl<T> Computed<T> {
    fn look<O>(&self, look: impl FnOnce(&T) -> O) -> O {
        // There is one: the stamp was asked for, and its first step kept it.
        self.value.borrow().as_ref().map_or_else(|| gone(), look)
    }
}

/// Counts how often a step said "another value".
struct Stamp(ArcMemo<u32>);

impl Stamp {
    fn new(step: Box<dyn Ask<(), bool>>) -> Self {
        // One thread: a browser's page.
        let step = SendWrapper::new(step);
        Self(ArcMemo::new(move |last: Option<&u32>| last.copied().unwrap_or(0) + u32::from(step.ask(()))))
    }

    #[inline(never)]
    fn follow(&self) {
        self.0.get();
    }

    #[inline(never)]
    fn renew(&self) {
        self.0.get_untracked();
    }
}

impl Drop for Stamp {
    fn drop(&mut self) {
        crate::leave(&self.0.to_any_subscriber());
    }
}

/// Something that can be read and followed, whatever it is made of; by default its type's default.
pub struct Signal<T: 'static>(Option<Slot<Box<dyn Ask<(), T>>>>);

impl<T> Clone for Signal<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Signal<T> {}

impl<T> Default for Signal<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<T: Default> Signal<T> {
    /// What a closure gives: computed each time it is asked for.
    pub fn derive(read: impl Fn() -> T + 'static) -> Self {
        Self::boxed(Box::new(move |()| read()))
    }

    #[inline(never)]
    fn boxed(read: Box<dyn Ask<(), T>>) -> Self {
        Self(Some(Slot::new(read)))
    }

    /// The value, followed.
    #[inline(never)]
    pub fn get(self) -> T {
        self.0.map_or_else(T::default, |slot| slot.look().ask(()))
    }
}

impl<T: Clone + Default> From<RwSignal<T>> for Signal<T> {
    fn from(signal: RwSignal<T>) -> Self {
        Self::derive(move || signal.get())
    }
}

impl<T: Clone + Default + PartialEq> From<Memo<T>> for Signal<T> {
    fn from(memo: Memo<T>) -> Self {
        Self::derive(move || memo.get())
    }
}

/// What is done when something happens in a part of a page.
pub struct Callback<T: 'static>(Slot<Box<dyn Ask<T, ()>>>);

impl<T> Clone for Callback<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Callback<T> {}

impl<T> Callback<T> {
    /// A closure as a callback.
    pub fn new(run: impl Fn(T) + 'static) -> Self {
        Self::boxed(Box::new(run))
    }

    #[inline(never)]
    fn boxed(run: Box<dyn Ask<T, ()>>) -> Self {
        Self(Slot::new(run))
    }

    /// Calls it, if its owner has not ended.
    #[inline(never)]
    pub fn run(self, what: T) {
        if let Some(run) = self.0.try_look() {
            run.ask(what);
        }
    }
}

/// Something done after the page is drawn, and again after what it read has changed.
pub struct Effect;

impl Effect {
    /// Begins; `run` is given what it gave the last time. Ends with its owner.
    #[expect(clippy::new_ret_no_self, reason = "nobody stops one by hand; named as Leptos names it")]
    pub fn new<T: 'static>(mut run: impl FnMut(Option<T>) -> T + 'static) {
        let mut last = None;
        begin(Box::new(move |()| last = Some(run(last.take()))));
    }
}

fn begin(mut run: Box<dyn Again<(), ()>>) {
    graph::Effect::new(move |_: Option<()>| run.again(()));
}
