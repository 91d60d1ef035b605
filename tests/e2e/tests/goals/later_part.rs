//! A later part of the app does not come: what needs it says what to do, and the rest works.

use anyhow::Result;
use zhucun_e2e::{Browser, Profile, Proxy, Server, Way, pages::Phone};

use crate::look::look;

#[tokio::test]
async fn a_checklist_can_be_begun_before_the_last_part_of_the_app_has_come() -> Result<()> {
    let server = Server::start().await?;
    let proxy = Proxy::start(server.port()).await?;
    let origin = proxy.origin();
    let profile = Profile::new()?;
    let browser = Browser::open(&profile, "zh-CN").await?;
    let phone = Phone(&browser, &origin);
    proxy.set(Way::NoPart("later"));
    phone.open("/").await?;
    phone.give_password("shiban", "shiban-2026").await?;
    browser.see("已全部上传").await?;

    phone.open("/mine").await?;
    browser.see("这一部分还没有下载到手机上。联网后再试。").await?;
    // From a page that did not come there is a way to the others, also on a phone without a button for it.
    phone.to("农户").await?;
    phone.open("/sync").await?;
    browser.see("这一部分还没有下载到手机上。联网后再试。").await?;
    look(&browser, "later-failed", "zh-CN").await?;
    browser.tap("//header//button[@aria-label='返回']").await?;
    phone.to("农户").await?;
    phone.open_household("何德贵").await?;
    phone.begin_visit().await?;

    phone.open("/mine").await?;
    browser.see("这一部分还没有下载到手机上。联网后再试。").await?;
    proxy.set(Way::Pass);
    browser.tap_text("button", "再试一次").await?;
    browser.see("退出登录").await?;
    browser.close().await
}

#[tokio::test]
async fn what_fills_a_checklist_is_asked_for_again_when_it_did_not_come() -> Result<()> {
    let server = Server::start().await?;
    let proxy = Proxy::start(server.port()).await?;
    let origin = proxy.origin();
    let profile = Profile::new()?;
    let browser = Browser::open(&profile, "zh-CN").await?;
    let phone = Phone(&browser, &origin);
    proxy.set(Way::NoPart("forms"));
    phone.open("/").await?;
    phone.give_password("shiban", "shiban-2026").await?;
    browser.see("已全部上传").await?;

    phone.to("农户").await?;
    phone.open_household("何德贵").await?;
    browser.tap_text("button", "开始走访").await?;
    browser.see("这一部分还没有下载到手机上。联网后再试。").await?;
    look(&browser, "forms-failed", "zh-CN").await?;
    phone.open("/visit/nowhere").await?;
    browser.see("这一部分还没有下载到手机上。联网后再试。").await?;
    proxy.set(Way::Pass);
    browser.tap_text("button", "再试一次").await?;
    browser.see("打不开").await?;
    phone.open("/").await?;
    phone.to("农户").await?;
    phone.open_household("何德贵").await?;
    phone.begin_visit().await?;
    browser.close().await
}
