//! The network and the server behave badly, and nothing is lost, doubled or claimed too early.

use anyhow::{Result, ensure};
use serde_json::json;
use zhucun_e2e::{
    Browser, Kind, Profile, Proxy, Server, Way, eventually,
    pages::{Desk, Phone, Visit},
};

const UPLOADED: &str = "已全部上传";

#[tokio::test]
async fn a_session_lost_with_a_full_outbox_loses_nothing_and_goes_on_after_signing_in() -> Result<()> {
    let server = Server::start().await?;
    let origin = server.origin();
    let profile = Profile::new()?;
    let browser = Browser::open(&profile, "zh-CN").await?;
    let phone = Phone(&browser, &origin);
    phone.sign_in().await?;
    browser.set_offline(true).await?;
    phone.add_household("安得水", "2").await?;
    phone.add_household("安得山", "3").await?;
    phone.state("2 条仅在手机").await?;
    browser.cdp("Network.clearBrowserCookies", json!({})).await?;
    phone.watch_state().await?;
    browser.set_offline(false).await?;

    browser.see("登录过期了。请重新登录，手机里的东西都在，一条不少。").await?;
    phone.state("2 条仅在手机").await?;
    phone.never_said_uploaded().await?;
    browser.tap_text("button", "重新登录").await?;
    ensure!(browser.value("//*[@id='username']").await? == "shiban", "the name is asked for again");
    browser.write("//*[@id='password']", "shiban-2026").await?;
    browser.tap("//form//button[@type='submit']").await?;
    phone.state(UPLOADED).await?;
    browser.close().await?;
    at_the_desk_once(&origin, &["安得水", "安得山"]).await
}

#[tokio::test]
async fn a_captive_portal_is_no_server() -> Result<()> {
    let server = Server::start().await?;
    let proxy = Proxy::start(server.port()).await?;
    let origin = proxy.origin();
    let profile = Profile::new()?;
    let browser = Browser::open(&profile, "zh-CN").await?;
    let phone = Phone(&browser, &origin);
    proxy.set(Way::Portal);
    phone.open("/").await?;
    phone.give_password("shiban", "shiban-2026").await?;
    browser.see("连不上服务器。请看看手机有没有网，再试。").await?;
    proxy.set(Way::Pass);
    phone.sign_in().await?;

    proxy.set(Way::Portal);
    phone.to_sync().await?;
    phone.upload_now().await?;
    browser.see("连不上服务器，过一会儿会自己再试。").await?;
    phone.state("离线").await?;
    browser.see("没有要上传的，但还没有连上服务器核对。").await?;

    phone.watch_state().await?;
    phone.add_household("安得泉", "2").await?;
    phone.state("1 条仅在手机").await?;
    phone.to_sync().await?;
    phone.upload_now().await?;
    browser.see("连不上服务器，过一会儿会自己再试。").await?;
    phone.state("1 条仅在手机").await?;
    phone.never_said_uploaded().await?;

    proxy.set(Way::Pass);
    phone.upload_now().await?;
    phone.state(UPLOADED).await?;
    browser.see("没有。写完的都上传了。").await?;
    browser.close().await?;
    at_the_desk_once(&server.origin(), &["安得泉"]).await
}

#[tokio::test]
async fn a_server_killed_in_the_middle_of_a_push_has_everything_once_after_its_restart() -> Result<()> {
    let mut server = Server::start().await?;
    let mut proxy = Proxy::start(server.port()).await?;
    let origin = proxy.origin();
    let profile = Profile::new()?;
    let browser = Browser::open(&profile, "zh-CN").await?;
    let phone = Phone(&browser, &origin);
    phone.sign_in().await?;

    // Killed with half of the request, then killed when it had kept everything but nobody had heard its answer.
    let mut names = Vec::new();
    for (way, first, second) in
        [(Way::HoldHalf(Kind::Changes), "安得石", "安得土"), (Way::HoldAnswer(Kind::Changes), "安得木", "安得田")]
    {
        browser.set_offline(true).await?;
        phone.add_household(first, "1").await?;
        phone.add_household(second, "2").await?;
        phone.state("2 条仅在手机").await?;
        phone.watch_state().await?;
        proxy.set(way);
        browser.set_offline(false).await?;
        proxy.held().await?;
        server.kill().await?;
        proxy.set(Way::Cut);
        phone.to_sync().await?;
        browser.see("连不上服务器，过一会儿会自己再试。").await?;
        phone.state("2 条仅在手机").await?;
        phone.never_said_uploaded().await?;

        server.restart().await?;
        proxy.set(Way::Pass);
        phone.upload_now().await?;
        phone.state(UPLOADED).await?;
        let said = phone.said().await?;
        ensure!(said.iter().any(|words| words == UPLOADED), "what is said is not heard: {said:?}");
        ensure!(!said.iter().any(|words| words.contains("需处理")), "what was sent twice was refused: {said:?}");
        names.extend([first, second]);
    }
    browser.close().await?;
    at_the_desk_once(&server.origin(), &names).await
}

#[tokio::test]
async fn a_server_killed_under_a_signature_gets_it_after_its_restart_and_until_then_it_is_only_on_the_phone()
-> Result<()> {
    let mut server = Server::start().await?;
    let mut proxy = Proxy::start(server.port()).await?;
    let origin = proxy.origin();
    let (profile, other) = (Profile::new()?, Profile::new()?);
    let browser = Browser::open(&profile, "zh-CN").await?;
    let phone = Phone(&browser, &origin);
    phone.sign_in().await?;
    phone.open_household("姚春生").await?;
    phone.begin_visit().await?.signed("替他问小额信贷").await?;
    proxy.set(Way::HoldHalf(Kind::Photo));
    Visit(&browser).finish().await?;
    proxy.held().await?;
    browser.tap_text("button", "回到农户").await?;
    phone.watch_state().await?;
    server.kill().await?;
    proxy.set(Way::Cut);
    phone.to_sync().await?;
    browser.see("连不上服务器，过一会儿会自己再试。").await?;
    // The visit's words have arrived; its signature has not.
    phone.state("1 个附件仅在手机").await?;
    browser.see("1 个附件等着上传").await?;
    phone.never_said_uploaded().await?;
    server.restart().await?;
    proxy.set(Way::Pass);
    phone.upload_now().await?;
    phone.state(UPLOADED).await?;
    browser.close().await?;

    let browser = Browser::open(&other, "zh-CN").await?;
    let origin = server.origin();
    let desk = Desk(&browser, &origin);
    desk.sign_in("yunling", "yunling-2026").await?;
    desk.open_village("石板村").await?;
    desk.open_visit("附件 1/1").await?;
    ensure!(desk.answer("下一步打算").await? == "替他问小额信贷", "another visit");
    desk.picture("农户签名").await?;
    browser.close().await
}

/// The township sees each of the households, and none twice.
async fn at_the_desk_once(origin: &str, names: &[&str]) -> Result<()> {
    let profile = Profile::new()?;
    let browser = Browser::open(&profile, "zh-CN").await?;
    let desk = Desk(&browser, origin);
    desk.sign_in("yunling", "yunling-2026").await?;
    desk.open_village("石板村").await?;
    for name in names {
        // Households are drawn as they come near.
        eventually("the household is drawn", async || {
            browser.script("window.scrollTo(0, document.documentElement.scrollHeight)").await?;
            Ok(browser.text().await?.contains(name))
        })
        .await?;
        let rows = desk.rows(name).await?;
        ensure!(rows == 1, "{name} is there {rows} times");
    }
    browser.close().await
}
