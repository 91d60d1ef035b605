//! The service worker, a new version that waits for a tap, and storage that the browser must not throw away.

use std::cell::Cell;

use js_sys::{Function, Reflect};
use wasm_bindgen::{JsCast, JsValue, prelude::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{ServiceWorker, ServiceWorkerContainer, ServiceWorkerRegistration};

thread_local! {
    static WAITING: Cell<Option<ServiceWorker>> = const { Cell::new(None) };
    static PERSIST_ASKED: Cell<bool> = const { Cell::new(false) };
}

fn container() -> Option<ServiceWorkerContainer> {
    let navigator = web_sys::window()?.navigator();
    // Absent on plain http, where the getter would give `undefined` as if it were one.
    let container = Reflect::get(&navigator, &"serviceWorker".into()).ok()?;
    container.is_object().then(|| container.unchecked_into())
}

fn offer(worker: ServiceWorker, ready: impl Fn()) {
    WAITING.set(Some(worker));
    ready();
}

/// Watches a registration: calls back when a new version is complete and waits. The very first version takes over by
/// itself and is no news.
fn watch(registration: &ServiceWorkerRegistration, ready: impl Fn() + Clone + 'static) {
    let is_update = || container().is_some_and(|container| container.controller().is_some());
    if let Some(worker) = registration.waiting()
        && is_update()
    {
        offer(worker, ready.clone());
    }
    let found = registration.clone();
    let listener = Closure::<dyn Fn()>::new(move || {
        let Some(worker) = found.installing() else { return };
        let (ready, new) = (ready.clone(), worker.clone());
        let changed = Closure::<dyn Fn()>::new(move || {
            if new.state() == web_sys::ServiceWorkerState::Installed && is_update() {
                offer(new.clone(), ready.clone());
            }
        });
        let _ = worker.add_event_listener_with_callback("statechange", changed.into_js_value().unchecked_ref());
    });
    // Lives as long as the page.
    let _ = registration.add_event_listener_with_callback("updatefound", listener.into_js_value().unchecked_ref());
}

/// Registers the service worker at `/sw.js` and calls back when a new version waits.
pub async fn register(ready: impl Fn() + Clone + 'static) {
    let Some(container) = container() else { return };
    let promise = container.register("/sw.js");
    let Ok(registration) = JsFuture::from(promise).await else { return };
    watch(registration.unchecked_ref(), ready);
}

/// The person agreed: the waiting version takes over, then the page loads anew.
pub fn activate() {
    let (Some(container), Some(worker)) = (container(), WAITING.take()) else { return };
    let reload = Closure::once_into_js(|| {
        if let Some(window) = web_sys::window() {
            let _ = window.location().reload();
        }
    });
    let _ = container.add_event_listener_with_callback("controllerchange", reload.unchecked_ref());
    let message = js_sys::Object::new();
    let _ = Reflect::set(&message, &"type".into(), &"activate".into());
    let _ = worker.post_message(&message);
}

/// Asks the browser, once a start, not to throw the data away when the phone runs short. Asked at the first save, when the
/// person sees what for.
pub async fn persist() {
    if PERSIST_ASKED.replace(true) {
        return;
    }
    let Some(window) = web_sys::window() else { return };
    let Ok(storage) = Reflect::get(&window.navigator(), &"storage".into()) else { return };
    let Some(ask) = Reflect::get(&storage, &"persist".into()).ok().and_then(|ask| ask.dyn_into::<Function>().ok())
    else {
        return;
    };
    if let Ok(promise) = ask.call0(&storage) {
        let _ = JsFuture::from(promise.unchecked_into::<js_sys::Promise>()).await;
    }
}

/// Bytes used and bytes allowed, where the browser tells.
pub async fn storage_estimate() -> Option<(f64, f64)> {
    let window = web_sys::window()?;
    let storage = Reflect::get(&window.navigator(), &"storage".into()).ok()?;
    let ask: Function = Reflect::get(&storage, &"estimate".into()).ok()?.dyn_into().ok()?;
    let promise = ask.call0(&storage).ok()?;
    let estimate: JsValue = JsFuture::from(promise.unchecked_into::<js_sys::Promise>()).await.ok()?;
    let number = |name: &str| Reflect::get(&estimate, &name.into()).ok()?.as_f64();
    Some((number("usage")?, number("quota")?))
}

/// Whether the app was started from the home screen.
#[must_use]
pub fn is_installed() -> bool {
    web_sys::window()
        .and_then(|window| window.match_media("(display-mode: standalone)").ok().flatten())
        .is_some_and(|media| media.matches())
}
