//! The secretary gives the villagers their address: shared, printed, renewed, and known without a network.

use anyhow::{Context, Result, ensure};
use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::json;
use zhucun_e2e::{
    Browser, Profile, Server, eventually,
    pages::{Phone, Villager},
};

use crate::look::{look, look_in_english};

/// The address that the page shows.
async fn address(browser: &Browser) -> Result<String> {
    browser.words("//p[@class='address']/a").await
}

#[tokio::test]
async fn the_secretary_renews_the_villagers_address_and_can_undo_it() -> Result<()> {
    let server = Server::start().await?;
    let origin = server.origin();
    let (his, hers) = (Profile::new()?, Profile::new()?);
    let browser = Browser::open(&hers, "zh-CN").await?;
    let phone = Phone(&browser, &origin);
    phone.sign_in().await?;
    phone.to("诉求").await?;
    browser.tap_text("a", "村民网址").await?;
    browser.see("/n/shiban-demo").await?;
    look(&browser, "link", "zh-CN").await?;
    look_in_english(&browser, "link", "Change the address").await?;

    browser.tap("//button[contains(., '换新网址')][not(@disabled)]").await?;
    browser.see("换好了，旧网址一分钟后失效").await?;
    let new = address(&browser).await?;
    ensure!(new.starts_with(&origin) && !new.contains("demo"), "no new address: {new}");
    let villagers = Browser::open(&his, "zh-CN").await?;
    let path = new.strip_prefix(&origin).context("ours")?.to_owned();
    Villager(&villagers, &origin).say(&path, "旧水池又漏了").await?;
    villagers.close().await?;

    browser.tap_text("button", "撤销").await?;
    eventually("the address of before", async || Ok(address(&browser).await?.ends_with("/n/shiban-demo"))).await?;
    browser.tap("//button[contains(., '停用')][not(@disabled)]").await?;
    browser.see("现在没有村民网址").await?;
    look(&browser, "link-none", "zh-CN").await?;
    browser.tap_text("button", "撤销").await?;
    browser.see("/n/shiban-demo").await?;
    browser.close().await
}

#[tokio::test]
async fn the_address_is_known_without_a_network_and_copied_with_words_that_invite() -> Result<()> {
    let server = Server::start().await?;
    let origin = server.origin();
    let profile = Profile::new()?;
    let browser = Browser::open(&profile, "zh-CN").await?;
    let phone = Phone(&browser, &origin);
    phone.sign_in().await?;
    browser.set_offline(true).await?;
    phone.to("我的").await?;
    browser.tap_text("a", "村民反映问题的地址").await?;
    browser.see("连不上服务器").await?;
    browser.see("/n/shiban-demo").await?;
    browser.find("//button[contains(., '换新网址')][@disabled]").await?;
    look(&browser, "link-offline", "zh-CN").await?;

    let clipboard = json!({ "permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"], "origin": origin });
    browser.cdp("Browser.grantPermissions", clipboard).await?;
    browser.tap_text("button", "转发").await?;
    browser.see("已复制，可以贴到村民群里").await?;
    let copied = browser.script("return navigator.clipboard.readText()").await?;
    let copied = copied.as_str().unwrap_or_default();
    ensure!(copied.contains("石板村的乡亲") && copied.ends_with("/n/shiban-demo"), "copied: {copied}");

    // A poster is not printed before the server has said that the address still works.
    browser.tap_text("a", "海报").await?;
    browser.see("连上网核对过网址才能打印").await?;
    browser.find("//button[contains(., '打印')][@disabled]").await?;
    look(&browser, "poster-offline", "zh-CN").await?;
    browser.set_offline(false).await?;
    browser.find("//button[contains(., '打印')][not(@disabled)]").await?;
    browser.see_gone("连上网核对过网址才能打印").await?;
    browser.close().await
}

#[tokio::test]
async fn the_poster_is_one_page_of_a4_with_the_code_and_the_address() -> Result<()> {
    let server = Server::start().await?;
    let origin = server.origin();
    let profile = Profile::new()?;
    let browser = Browser::open(&profile, "zh-CN").await?;
    let phone = Phone(&browser, &origin);
    phone.sign_in().await?;
    phone.open("/needs/link").await?;
    browser.tap_text("a", "海报").await?;
    browser.see("有困难，有意见，扫码说").await?;
    browser.see("Need something? Scan and say it").await?;
    browser.find("//button[contains(., '打印')]").await?;
    look(&browser, "poster", "zh-CN").await?;
    let printed = browser.cdp("Page.printToPDF", json!({ "preferCSSPageSize": true, "printBackground": true })).await?;
    let pdf = BASE64_STANDARD.decode(printed["data"].as_str().context("a text of bytes")?)?;
    if let Some(folder) = std::env::var_os("ZHUCUN_SHOTS") {
        std::fs::write(std::path::Path::new(&folder).join("poster.pdf"), &pdf)?;
    }
    let text = String::from_utf8_lossy(&pdf);
    ensure!(text.contains("/Count 1"), "not one page");
    // Points: 210 by 297 mm.
    let is_a4 = text.split("/MediaBox").skip(1).any(|rest| {
        let sides: Vec<f64> =
            rest.split(|c: char| !c.is_ascii_digit() && c != '.').filter_map(|n| n.parse().ok()).take(4).collect();
        sides.len() == 4 && (sides[2] - 595.0).abs() < 2.0 && (sides[3] - 842.0).abs() < 2.0
    });
    ensure!(is_a4, "not A4");
    browser.cdp("Emulation.setEmulatedMedia", json!({ "media": "print" })).await?;
    // Of the code itself, without the empty modules around it.
    const SIDE: &str = "const qr = document.querySelector('.poster .qr'), all = qr.viewBox.baseVal.width;
        return qr.getBoundingClientRect().width * (all - 8) / all";
    let side = browser.script(SIDE).await?;
    ensure!(side.as_f64().is_some_and(|px| px / 96.0 * 25.4 >= 80.0), "the code is too small: {side} px");
    browser.close().await
}
