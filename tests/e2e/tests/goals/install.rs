//! The app comes onto the home screen: what the phone is told of it, the offer at the right moment, and what is said where it
//! cannot be kept.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::{Value, json};
use zhucun_e2e::{Browser, Profile, Server, eventually, pages::Phone};

use crate::look::{look, look_in_english};

/// Most bytes of a screenshot in the manifest.
const SCREENSHOT_MAX: usize = 40_000;

#[tokio::test]
async fn the_manifest_shows_the_app_and_every_picture_of_it_is_there() -> Result<()> {
    let server = Server::start().await?;
    let origin = server.origin();
    let profile = Profile::new()?;
    let browser = Browser::open(&profile, "zh-CN").await?;
    let phone = Phone(&browser, &origin);
    phone.sign_in().await?;
    if let Some(folder) = std::env::var_os("ZHUCUN_SCREENSHOTS") {
        screenshots(&phone, Path::new(&folder)).await?;
    }
    // Chromium's own reading of it.
    let errors = browser.cdp("Page.getAppManifest", json!({})).await?;
    ensure!(errors["errors"] == json!([]), "the manifest: {errors}");
    const PICTURES: &str = "return (async () => {
        const manifest = await (await fetch('/manifest.webmanifest')).json();
        const pictures = [...manifest.icons, ...manifest.screenshots, ...manifest.shortcuts.flatMap((s) => s.icons)];
        return Promise.all(pictures.map(async ({src, type}) => {
            const answer = await fetch(src);
            const bytes = (await answer.arrayBuffer()).byteLength;
            return {src, bytes, good: answer.ok && answer.headers.get('content-type') === type};
        }));
    })()";
    let pictures = browser.script(PICTURES).await?;
    let pictures = pictures.as_array().context("a list")?;
    ensure!(pictures.len() == 9 && pictures.iter().all(|picture| picture["good"] == json!(true)), "{pictures:?}");
    const KEPT: &str = "return caches.keys().then(async (names) => (await Promise.all(names.map(async (name) =>
        (await (await caches.open(name)).keys()).map((request) => new URL(request.url).pathname)))).flat())";
    let kept = browser.script(KEPT).await?;
    let kept: Vec<&str> = kept.as_array().context("a list")?.iter().filter_map(Value::as_str).collect();
    ensure!(kept.contains(&"/"), "nothing is kept: {kept:?}");
    ensure!(!kept.iter().any(|path| path.contains("screenshot") || path.contains("shortcut")), "kept: {kept:?}");
    browser.close().await
}

/// Takes the manifest's screenshots.
async fn screenshots(phone: &Phone<'_>, folder: &Path) -> Result<()> {
    let browser = phone.0;
    take(browser, folder, "today").await?;
    phone.to("诉求").await?;
    take(browser, folder, "needs").await?;
    phone.open_household("罗素英").await?;
    let visit = phone.begin_visit().await?;
    visit.choose("是否见到家庭成员", "是").await?;
    visit.open_part("致贫原因").await?;
    visit.choose("主要致贫原因", "因病").await?;
    browser.script("window.scrollTo(0, 0)").await?;
    take(browser, folder, "visit").await?;
    visit.leave().await?;
    phone.open("/").await?;
    browser.see("今天要去").await
}

async fn take(browser: &Browser, folder: &Path, name: &str) -> Result<()> {
    // As small as it must be, and as good as it can be.
    for quality in [80, 65, 50, 35] {
        let taken = browser.cdp("Page.captureScreenshot", json!({ "format": "webp", "quality": quality })).await?;
        let bytes = BASE64_STANDARD.decode(taken["data"].as_str().context("a text of bytes")?)?;
        if bytes.len() <= SCREENSHOT_MAX {
            std::fs::write(folder.join(format!("screenshot-{name}.webp")), bytes)?;
            return Ok(());
        }
    }
    anyhow::bail!("the screenshot of {name} is too large")
}

/// What Chromium sends when a page could be installed, which it does not do without a window.
const OFFER: &str = "
    const offer = new Event('beforeinstallprompt', {cancelable: true});
    offer.prompt = () => { window.asked = (window.asked || 0) + 1; return Promise.resolve({outcome: 'accepted'}); };
    window.dispatchEvent(offer);
    return offer.defaultPrevented";

#[tokio::test]
async fn the_home_screen_is_offered_after_the_first_saved_visit_once_and_always_in_mine() -> Result<()> {
    let server = Server::start().await?;
    let origin = server.origin();
    let profile = Profile::new()?;
    let browser = Browser::open(&profile, "zh-CN").await?;
    let phone = Phone(&browser, &origin);
    phone.sign_in().await?;
    ensure!(browser.script(OFFER).await? == json!(true), "the browser's own bar would come at once");
    for (number, name) in ["罗素英", "姚春生"].into_iter().enumerate() {
        phone.open_household(name).await?;
        let visit = phone.begin_visit().await?;
        visit.nobody_at_home("赶集去了").await?;
        browser.see("走访完成").await?;
        let is_offered = browser.text().await?.contains("放到桌面，下次一点就开");
        ensure!(is_offered == (number == 0), "visit {number}: offered: {is_offered}");
        if number == 0 {
            look(&browser, "install-offer", "zh-CN").await?;
            browser.tap_text("button", "以后再说").await?;
            browser.see_gone("放到桌面，下次一点就开").await?;
        }
        browser.tap_text("button", "回到农户").await?;
        browser.see("走访经过").await?;
        phone.leave_to("今日").await?;
    }
    phone.to("我的").await?;
    browser.tap_text("button", "放到桌面").await?;
    eventually("the browser's question", async || Ok(browser.script("return window.asked || 0").await? == json!(1)))
        .await?;
    browser.see("添加到主屏幕").await?;
    browser.close().await
}

#[tokio::test]
async fn inside_a_chat_app_one_is_warned_before_anything_is_typed_and_an_iphone_shows_how() -> Result<()> {
    let server = Server::start().await?;
    let origin = server.origin();
    let profile = Profile::new()?;
    let browser = Browser::open(&profile, "zh-CN").await?;
    let phone = Phone(&browser, &origin);
    let iphone = "Mozilla/5.0 (iPhone; CPU iPhone OS 16_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)";
    let agent = async |end: &str| {
        browser.cdp("Emulation.setUserAgentOverride", json!({ "userAgent": format!("{iphone} {end}") })).await
    };
    agent("Mobile/15E148 MicroMessenger/8.0.40 NetType/WIFI").await?;
    phone.open("/").await?;
    browser.see("这是聊天应用里的页面").await?;
    browser.find("//*[@id='username']").await?;
    look(&browser, "in-chat", "zh-CN").await?;
    browser.tap("//div[@class='switch']//button[@lang='en']").await?;
    browser.see("This page is inside a chat app").await?;
    look(&browser, "in-chat", "en").await?;
    browser.tap("//div[@class='switch']//button[@lang='zh-CN']").await?;

    agent("Version/16.5 Mobile/15E148 Safari/604.1").await?;
    phone.sign_in().await?;
    ensure!(!browser.text().await?.contains("聊天应用"), "Safari is no chat app");
    phone.to("我的").await?;
    browser.see("选“添加到主屏幕”").await?;
    look_in_english(&browser, "mine-iphone", "Choose “Add to Home Screen”").await?;
    browser.see("选“添加到主屏幕”").await?;
    browser.script("document.querySelector('.picture').scrollIntoView({block: 'center'})").await?;
    look(&browser, "install-iphone", "zh-CN").await?;
    browser.close().await
}

#[tokio::test]
async fn the_icon_counts_what_is_only_on_this_phone() -> Result<()> {
    let server = Server::start().await?;
    let origin = server.origin();
    let profile = Profile::new()?;
    let browser = Browser::open(&profile, "zh-CN").await?;
    let phone = Phone(&browser, &origin);
    // Chromium without a window has no icon: what the app asks of it is written down.
    let script = json!({ "source": "navigator.setAppBadge = (n) => { (window.badges = window.badges || []).push(n); return Promise.resolve(); }" });
    browser.cdp("Page.enable", json!({})).await?;
    browser.cdp("Page.addScriptToEvaluateOnNewDocument", script).await?;
    phone.sign_in().await?;
    browser.set_offline(true).await?;
    phone.add_household("何小军", "2").await?;
    let last = async || browser.script("return (window.badges || []).slice(-1)[0]").await;
    eventually("one on the icon", async || Ok(last().await? == json!(1))).await?;
    browser.set_offline(false).await?;
    eventually("none on the icon", async || Ok(last().await? == json!(0))).await?;
    browser.close().await
}
