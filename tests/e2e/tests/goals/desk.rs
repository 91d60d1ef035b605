//! What township, county and the dispatching unit see at the desk.

use anyhow::{Result, ensure};
use zhucun_e2e::{Browser, Profile, Server, eventually, pages::Desk};

const FAILED: &str = "没有取到";

#[tokio::test]
async fn who_signs_in_after_somebody_else_begins_at_the_start() -> Result<()> {
    let server = Server::start().await?;
    let origin = server.origin();
    let profile = Profile::new()?;
    let browser = Browser::open_wide(&profile, "zh-CN").await?;
    let desk = Desk(&browser, &origin);
    desk.sign_in("yunling", "yunling-2026").await?;
    desk.open_village("石板村").await?;
    browser.tap_text("button", "退出登录").await?;
    at_the_start_without_a_village(&desk).await?;

    // Signed out elsewhere meanwhile: the address still stands at the village.
    browser.tap_text("button", "退出登录").await?;
    browser.find("//input[@name='username']").await?;
    desk.sign_in("yunling", "yunling-2026").await?;
    desk.open_village("石板村").await?;
    browser.script("return fetch('/api/v1/session', {method: 'DELETE'}).then(() => true)").await?;
    browser.reload().await?;
    at_the_start_without_a_village(&desk).await?;

    // An address that was passed on is kept.
    browser.tap_text("button", "退出登录").await?;
    browser.find("//input[@name='username']").await?;
    desk.sign_in("yunling", "yunling-2026").await?;
    browser.script("return fetch('/api/v1/session', {method: 'DELETE'}).then(() => true)").await?;
    browser.goto(&format!("{origin}/desk#/shiban")).await?;
    browser.reload().await?;
    desk.give_password("yunling", "yunling-2026").await?;
    browser.see("导出走访表").await?;
    browser.close().await
}

/// The dispatching unit signs in: its desk has no village, and nothing failed.
async fn at_the_start_without_a_village(desk: &Desk<'_>) -> Result<()> {
    desk.give_password("danwei", "danwei-2026").await?;
    desk.0.see("这个账号下没有村").await?;
    ensure!(!desk.0.text().await?.contains(FAILED), "something of another place was fetched");
    eventually("the address of the start", async || {
        Ok(desk.0.script("return location.hash").await?.as_str() == Some("#/"))
    })
    .await
}

#[tokio::test]
async fn rows_say_what_there_is_and_nothing_twice() -> Result<()> {
    let server = Server::start().await?;
    let origin = server.origin();
    let profile = Profile::new()?;
    let browser = Browser::open_wide(&profile, "zh-CN").await?;
    let desk = Desk(&browser, &origin);
    desk.sign_in("yunling", "yunling-2026").await?;
    browser.tap_text("button", "English").await?;
    browser.see("Open needs: ").await?;
    let text = browser.text().await?;
    ensure!(text.contains(" late)") && !text.contains("late\n"), "late needs do not stand in brackets: {text}");
    browser.tap_text("button", "中文").await?;
    browser.see("件诉求在办（").await?;
    desk.open_village("石板村").await?;
    ensure!(desk.rows("附件 0/0").await? == 0, "photos that are not there");
    // The demo's titles end with their day: a row names the household, and says the day in its own column.
    let named = "//tr[contains(@class,'desk-row')][contains(th//b, '·')][contains(td[1], '月')]";
    ensure!(browser.count(named).await? > 0, "no row with household and day");
    let titled = browser.count("//tr//b[contains(translate(., '0123456789', '9999999999'), '9999-99-99')]").await?;
    ensure!(titled == 0, "{titled} rows say their day twice");
    browser.close().await
}
