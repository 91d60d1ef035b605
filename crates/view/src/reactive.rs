//! Leptos' signals, memos and effects, with their values behind one type.
//!
//! Leptos makes each of its types anew for each type of value: a hundred kB of a hundred alike. Here the graph holds only
//! triggers, stamps and closures, and a value lies beside it as `dyn Any`. Names and meaning are Leptos': `get` and `with`
//! follow, `*_untracked` do not, `try_*` is `None` once the owner has ended, the rest panics then.

use std::any::Any;
use std::cell::RefCell;
use std::marker::PhantomData;
use std::rc::Rc;

use leptos::prelude as graph;
use leptos::prelude::{Get as _, GetUntracked as _, GetValue as _, LocalStorage, Notify as _, Track as _};
use leptos::reactive::{computed::ArcMemo, signal::ArcTrigger};
use send_wrapper::SendWrapper;

/// A value of any type in the arena: it lives as long as the owner it was made under.
#[derive(Clone, Copy)]
struct Slot(graph::StoredValue<Rc<dyn Any>, LocalStorage>);

impl Slot {
    fn new(value: Rc<dyn Any>) -> Self {
        Self(graph::StoredValue::new_local(value))
    }

    fn look(self) -> Option<Rc<dyn Any>> {
        self.0.try_get_value()
    }
}

fn gone() -> ! {
    panic!("a signal was used after its owner had ended")
}

/// A value that is kept and not followed.
pub struct StoredValue<T>(Slot, PhantomData<fn() -> T>);

impl<T> Clone for StoredValue<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for StoredValue<T> {}

impl<T: 'static> StoredValue<T> {
    /// Keeps a value.
    pub fn new(value: T) -> Self {
        Self(Slot::new(Rc::new(RefCell::new(value))), PhantomData)
    }

    /// Changes it; `None` once its owner has ended.
    pub fn try_update_value<O>(self, change: impl FnOnce(&mut T) -> O) -> Option<O> {
        let any = self.0.look()?;
        let cell = any.downcast_ref::<RefCell<T>>()?;
        Some(change(&mut cell.borrow_mut()))
    }

    /// Looks at it; `None` once its owner has ended.
    pub fn try_with_value<O>(self, look: impl FnOnce(&T) -> O) -> Option<O> {
        let any = self.0.look()?;
        let cell = any.downcast_ref::<RefCell<T>>()?;
        Some(look(&cell.borrow()))
    }

    /// Looks at it.
    pub fn with_value<O>(self, look: impl FnOnce(&T) -> O) -> O {
        self.try_with_value(look).unwrap_or_else(|| gone())
    }

    /// Changes it, if its owner has not ended.
    pub fn update_value(self, change: impl FnOnce(&mut T)) {
        self.try_update_value(change);
    }

    /// Puts another in its place, if its owner has not ended.
    pub fn set_value(self, value: T) {
        self.try_set_value(value);
    }

    /// Puts another in its place; gives it back once the owner has ended.
    pub fn try_set_value(self, value: T) -> Option<T> {
        let mut value = Some(value);
        self.try_update_value(|place| value.take().map(|value| drop(std::mem::replace(place, value))));
        value
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
struct Followed<T> {
    trigger: ArcTrigger,
    value: RefCell<T>,
}

/// A value that is followed and changed.
pub struct RwSignal<T>(Slot, PhantomData<fn() -> T>);

impl<T> Clone for RwSignal<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for RwSignal<T> {}

impl<T: 'static> RwSignal<T> {
    /// A signal with its first value.
    pub fn new(value: T) -> Self {
        Self(Slot::new(Rc::new(Followed { trigger: ArcTrigger::new(), value: RefCell::new(value) })), PhantomData)
    }

    fn reach<O>(self, reach: impl FnOnce(&Followed<T>) -> O) -> Option<O> {
        self.0.look()?.downcast_ref().map(reach)
    }

    /// Looks at the value; `None` once its owner has ended.
    pub fn try_with_untracked<O>(self, look: impl FnOnce(&T) -> O) -> Option<O> {
        self.reach(|followed| look(&followed.value.borrow()))
    }

    /// Looks at the value.
    pub fn with_untracked<O>(self, look: impl FnOnce(&T) -> O) -> O {
        self.try_with_untracked(look).unwrap_or_else(|| gone())
    }

    /// Looks at the value and follows it.
    pub fn with<O>(self, look: impl FnOnce(&T) -> O) -> O {
        let looked = self.reach(|followed| {
            followed.trigger.track();
            look(&followed.value.borrow())
        });
        looked.unwrap_or_else(|| gone())
    }

    /// Follows the value without looking at it.
    pub fn track(self) {
        self.with(|_| ());
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
        self.reach(|followed| {
            let result = change(&mut followed.value.borrow_mut());
            followed.trigger.notify();
            result
        })
    }

    /// Changes the value and tells who follows it, if its owner has not ended.
    pub fn update(self, change: impl FnOnce(&mut T)) {
        self.try_update(change);
    }

    /// Sets the value and tells who follows it, if its owner has not ended.
    pub fn set(self, value: T) {
        self.try_set(value);
    }

    /// Sets the value and tells who follows it; gives it back once the owner has ended.
    pub fn try_set(self, value: T) -> Option<T> {
        let mut value = Some(value);
        self.try_update(|place| value.take().map(|value| drop(std::mem::replace(place, value))));
        value
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
pub struct Memo<T>(Slot, PhantomData<fn() -> T>);

struct Computed<T> {
    value: Rc<RefCell<Option<T>>>,
    stamp: ArcMemo<u32>,
}

impl<T> Clone for Memo<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Memo<T> {}

impl<T: PartialEq + 'static> Memo<T> {
    /// A memo; `compute` is given the last value.
    pub fn new(compute: impl Fn(Option<&T>) -> T + 'static) -> Self {
        let value = Rc::new(RefCell::new(None::<T>));
        let kept = value.clone();
        let step = move || {
            let new = compute(kept.borrow().as_ref());
            let is_other = kept.borrow().as_ref() != Some(&new);
            if is_other {
                kept.replace(Some(new));
            }
            is_other
        };
        let stamp = stamp(Box::new(step));
        Self(Slot::new(Rc::new(Computed { value, stamp })), PhantomData)
    }

    fn reach<O>(self, is_followed: bool, look: impl FnOnce(&T) -> O) -> Option<O> {
        let any = self.0.look()?;
        let computed: &Computed<T> = any.downcast_ref()?;
        if is_followed {
            computed.stamp.get()
        } else {
            computed.stamp.get_untracked()
        };
        let value = computed.value.borrow();
        value.as_ref().map(look)
    }

    /// Looks at the value and follows it.
    pub fn with<O>(self, look: impl FnOnce(&T) -> O) -> O {
        self.reach(true, look).unwrap_or_else(|| gone())
    }

    /// Looks at the value.
    pub fn with_untracked<O>(self, look: impl FnOnce(&T) -> O) -> O {
        self.reach(false, look).unwrap_or_else(|| gone())
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
        self.reach(false, T::clone)
    }
}

/// Counts how often a step said "another value".
fn stamp(step: Box<dyn Fn() -> bool>) -> ArcMemo<u32> {
    // One thread: a browser's page.
    let step = SendWrapper::new(step);
    ArcMemo::new(move |last: Option<&u32>| last.copied().unwrap_or(0) + u32::from(step()))
}

/// Something that can be read and followed, whatever it is made of; by default its type's default.
pub struct Signal<T>(Option<Slot>, PhantomData<fn() -> T>);

type Read<T> = Box<dyn Fn() -> T>;

impl<T> Clone for Signal<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Signal<T> {}

impl<T> Default for Signal<T> {
    fn default() -> Self {
        Self(None, PhantomData)
    }
}

impl<T: Default + 'static> Signal<T> {
    /// What a closure gives: computed each time it is asked for.
    pub fn derive(read: impl Fn() -> T + 'static) -> Self {
        let read: Read<T> = Box::new(read);
        Self(Some(Slot::new(Rc::new(read))), PhantomData)
    }

    /// The value, followed.
    pub fn get(self) -> T {
        let Some(slot) = self.0 else { return T::default() };
        let any = slot.look().unwrap_or_else(|| gone());
        any.downcast_ref::<Read<T>>().map_or_else(|| gone(), |read| read())
    }
}

impl<T: Clone + Default + 'static> From<RwSignal<T>> for Signal<T> {
    fn from(signal: RwSignal<T>) -> Self {
        Self::derive(move || signal.get())
    }
}

impl<T: Clone + Default + PartialEq + 'static> From<Memo<T>> for Signal<T> {
    fn from(memo: Memo<T>) -> Self {
        Self::derive(move || memo.get())
    }
}

/// What is done when something happens in a part of a page.
pub struct Callback<T>(Slot, PhantomData<fn(T)>);

type Run<T> = Box<dyn Fn(T)>;

impl<T> Clone for Callback<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Callback<T> {}

impl<T: 'static> Callback<T> {
    /// A closure as a callback.
    pub fn new(run: impl Fn(T) + 'static) -> Self {
        let run: Run<T> = Box::new(run);
        Self(Slot::new(Rc::new(run)), PhantomData)
    }

    /// Calls it, if its owner has not ended.
    pub fn run(self, what: T) {
        if let Some(run) = self.0.look().as_ref().and_then(|any| any.downcast_ref::<Run<T>>()) {
            run(what);
        }
    }
}

/// Something done after the page is drawn, and again after what it read has changed.
pub struct Effect;

impl Effect {
    /// Begins; `run` is given what it gave the last time. Ends with its owner.
    #[allow(clippy::new_ret_no_self, reason = "nobody stops one by hand; named as Leptos names it")]
    pub fn new<T: 'static>(mut run: impl FnMut(Option<T>) -> T + 'static) {
        let mut last = None;
        begin(Box::new(move || last = Some(run(last.take()))));
    }
}

fn begin(mut run: Box<dyn FnMut()>) {
    graph::Effect::new(move |_: Option<()>| run());
}
