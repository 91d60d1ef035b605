//! The service worker, a new version that waits for a tap, and storage that the browser must not throw away.

use std::cell::Cell;

use js_sys::{Function, Reflect};
use wasm_bindgen::{JsCast, JsValue, prelude::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{ServiceWorker, ServiceWorkerContainer, ServiceWorkerRegistration};
use zhucun_json::texts::find;

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
    let Some(window) = web_sys::window() else { return false };
    let is_standalone =
        window.match_media("(display-mode: standalone)").ok().flatten().is_some_and(|media| media.matches());
    // Safari before 15.4 says it in its own way only.
    is_standalone || Reflect::get(&window.navigator(), &"standalone".into()).is_ok_and(|value| value.is_truthy())
}

/// What kind of browser it is, as far as keeping data and the home screen go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Browser {
    /// A page inside a chat app: what it keeps may be gone tomorrow, and it has no home screen to offer.
    InChat,
    /// Safari on an iPhone or iPad: the home screen is in its share menu.
    Safari,
    /// Another browser.
    Other,
}

/// How chat apps with pages inside name themselves: WeChat and WeCom, QQ, Weibo, DingTalk, Feishu, Alipay, Douyin. QQ's browser
/// (`MQQBrowser`) is none of them, though WeChat on Android says that too.
const CHATS: [&str; 8] = ["MicroMessenger", " QQ/", "Weibo", "__weibo__", "DingTalk", "Lark/", "AlipayClient", "aweme"];

/// The kind of browser by its name for itself. `fingers` is how many it can feel at once: an iPad says that it is a Mac.
#[must_use]
pub fn browser_of(agent: &str, fingers: i32) -> Browser {
    let says = |mark: &str| find(agent, mark).is_some();
    let is_apple = says("iPhone") || says("iPad") || says("Macintosh") && fingers > 1;
    if CHATS.into_iter().any(says) {
        Browser::InChat
    } else if is_apple
        && says("Safari/")
        && !["CriOS", "FxiOS", "EdgiOS", "MQQBrowser", "UCBrowser"].into_iter().any(says)
    {
        Browser::Safari
    } else {
        Browser::Other
    }
}

/// The kind of this browser.
#[must_use]
pub fn browser() -> Browser {
    let Some(window) = web_sys::window() else { return Browser::Other };
    let navigator = window.navigator();
    let fingers = Reflect::get(&navigator, &"maxTouchPoints".into()).ok().and_then(|fingers| fingers.as_f64());
    browser_of(&navigator.user_agent().unwrap_or_default(), fingers.unwrap_or_default() as i32)
}

#[cfg(test)]
mod tests {
    use super::{Browser, browser_of};

    const IPHONE: &str =
        "Mozilla/5.0 (iPhone; CPU iPhone OS 16_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)";
    const ANDROID: &str = "Mozilla/5.0 (Linux; Android 12; V2027A; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/107.0.5304.141";

    fn of(start: &str, end: &str) -> Browser {
        browser_of(&format!("{start} {end}"), 5)
    }

    #[test]
    fn a_page_inside_a_chat_app_is_known() {
        for end in [
            "Mobile/15E148 MicroMessenger/8.0.40(0x18002831) NetType/WIFI Language/zh_CN",
            "Mobile/15E148 wxwork/4.1.16 MicroMessenger/7.0.1 Language/zh",
            "Mobile/15E148 QQ/8.9.68.635 V1_IPH_SQ_8.9.68_1_APP_A Pixel/1170",
            "Mobile/15E148 Weibo (iPhone13,2__weibo__13.7.2__iphone__os16.5)",
            "Mobile/15E148 AliApp(DingTalk/7.0.40) com.laiwang.DingTalk/29966410 Channel/201200",
            "Mobile/15E148 Ariver/1.0.11 AliApp(AP/10.3.80.6000) AlipayClient/10.3.80",
        ] {
            assert_eq!(of(IPHONE, end), Browser::InChat, "{end}");
        }
        assert_eq!(
            of(ANDROID, "Mobile Safari/537.36 MMWEBID/2 MicroMessenger/8.0.37.2380 MQQBrowser/6.2"),
            Browser::InChat
        );
        assert_eq!(
            of(ANDROID, "Mobile Safari/537.36 V1_AND_SQ_8.9.63_4194 QQ/8.9.63.11390 NetType/4G"),
            Browser::InChat
        );
    }

    #[test]
    fn safari_on_iphone_and_ipad_is_told_from_others_there() {
        assert_eq!(of(IPHONE, "Version/16.5 Mobile/15E148 Safari/604.1"), Browser::Safari);
        assert_eq!(of(IPHONE, "CriOS/114.0.5735.124 Mobile/15E148 Safari/604.1"), Browser::Other);
        assert_eq!(
            of(IPHONE, "Version/16.0 MQQBrowser/14.2.1 Mobile/15E148 Safari/604.1 QBWebViewUA/2"),
            Browser::Other
        );
        let mac = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/16.5 Safari/605.1.15";
        assert_eq!((browser_of(mac, 5), browser_of(mac, 0)), (Browser::Safari, Browser::Other));
    }

    #[test]
    fn ordinary_browsers_are_none_of_them() {
        let chrome = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/114.0.0.0 Mobile Safari/537.36";
        let qq = "Mozilla/5.0 (Linux; U; Android 12; zh-cn) AppleWebKit/537.36 Chrome/98.0 MQQBrowser/13.8 Mobile Safari/537.36";
        for agent in [chrome, qq, "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", ""] {
            assert_eq!(browser_of(agent, 5), Browser::Other, "{agent}");
        }
    }
}
