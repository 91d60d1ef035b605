//! A later part of the app does not come: what needs it says what to do, and the rest works.

use anyhow::{Result, ensure};
use zhucun_e2e::{
    Browser, Profile, Proxy, Server, Way,
    pages::{Phone, Visit},
};

use crate::look::look;

#[tokio::test]
async fn a_checklist_can_be_begun_before_the_last_part_of_the_app_has_come() -> Result<()> {
    let server = Server::start().await?;
    let proxy = Proxy::start(server.port()).await?;
    let origin = proxy.origin();
    let profile = Profile::new()?;
    let browser = Browser::open(&profile, "zh-CN").await?;
    let phone = signed_in(&proxy, Way::NoPart("later"), &browser, &origin).await?;

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
async fn a_visit_that_cannot_be_filled_yet_can_be_opened_once_the_network_is_back() -> Result<()> {
    let server = Server::start().await?;
    let proxy = Proxy::start(server.port()).await?;
    let profile = Profile::new()?;
    let browser = Browser::open(&profile, "zh-CN").await?;
    let origin = proxy.origin();
    let phone = signed_in(&proxy, Way::NoPart("forms"), &browser, &origin).await?;
    phone.open("/visit/nowhere").await?;
    browser.see("这一部分还没有下载到手机上。联网后再试。").await?;
    look(&browser, "forms-failed", "zh-CN").await?;
    proxy.set(Way::Pass);
    browser.tap_text("button", "再试一次").await?;
    browser.see("这份草稿已经完成或删除").await?;
    browser.close().await
}

#[tokio::test]
async fn a_visit_that_could_not_be_begun_is_begun_by_the_same_button_once_the_network_is_back() -> Result<()> {
    let server = Server::start().await?;
    let proxy = Proxy::start(server.port()).await?;
    let profile = Profile::new()?;
    let browser = Browser::open(&profile, "zh-CN").await?;
    let origin = proxy.origin();
    let phone = signed_in(&proxy, Way::NoPart("forms"), &browser, &origin).await?;
    phone.to("农户").await?;
    phone.open_household("何德贵").await?;
    browser.tap_text("button", "开始走访").await?;
    browser.see("这一部分还没有下载到手机上。联网后再试。").await?;
    proxy.set(Way::Pass);
    phone.begin_visit().await?;
    browser.close().await
}

/// Signed in on a phone whose network behaves in a way.
async fn signed_in<'a>(proxy: &Proxy, way: Way, browser: &'a Browser, origin: &'a str) -> Result<Phone<'a>> {
    let phone = Phone(browser, origin);
    proxy.set(way);
    phone.open("/").await?;
    phone.give_password("shiban", "shiban-2026").await?;
    browser.see("已全部上传").await?;
    Ok(phone)
}

#[tokio::test]
async fn a_tap_waits_for_what_fills_the_checklist_and_two_begin_one_visit() -> Result<()> {
    let server = Server::start().await?;
    let mut proxy = Proxy::start(server.port()).await?;
    let origin = proxy.origin();
    let profile = Profile::new()?;
    let browser = Browser::open(&profile, "zh-CN").await?;
    let phone = signed_in(&proxy, Way::HoldPart("forms"), &browser, &origin).await?;
    phone.to("农户").await?;
    phone.open_household("何德贵").await?;
    browser.tap_text("button", "开始走访").await?;
    browser.find("//button[normalize-space(.)='正在打开…']").await?;
    // Left and opened anew, the page takes a tap again: both wait for the same.
    browser.tap("//header//button[@aria-label='返回']").await?;
    phone.open_household("何德贵").await?;
    browser.tap_text("button", "开始走访").await?;
    proxy.held().await?;
    proxy.set(Way::Pass);
    let visit = Visit(&browser);
    visit.at("走访对象").await?;
    visit.choose("是否见到家庭成员", "否").await?;
    visit.saved().await?;
    visit.leave().await?;
    phone.open("/").await?;
    browser.see("没写完").await?;
    ensure!(browser.count("//a[contains(., '何德贵 入户走访表')]").await? == 1, "one visit was begun");
    browser.close().await
}
