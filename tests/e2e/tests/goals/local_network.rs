//! A server in a local network, over plain http: all but working offline.

use anyhow::{Result, ensure};
use zhucun_e2e::{
    Browser, LAN, Profile, Server,
    pages::{Desk, Phone, Villager},
};

#[tokio::test]
async fn over_plain_http_people_sign_in_and_stay_signed_in() -> Result<()> {
    let server = Server::start().await?;
    let origin = format!("http://{LAN}:{}", server.port());
    let (his, hers) = (Profile::new()?, Profile::new()?);
    let browser = Browser::open(&his, "zh-CN").await?;
    let phone = Phone(&browser, &origin);
    phone.open("/").await?;
    phone.give_password("shiban", "shiban-2026").await?;
    phone.state("已全部上传").await?;
    browser.see("这个地址不是 https").await?;
    browser.reload().await?;
    phone.state("已全部上传").await?;
    browser.close().await?;

    let browser = Browser::open(&hers, "zh-CN").await?;
    let desk = Desk(&browser, &origin);
    desk.sign_in("yunling", "yunling-2026").await?;
    desk.open_village("石板村").await?;
    browser.reload().await?;
    browser.see("导出走访表").await?;
    browser.close().await
}

#[tokio::test]
async fn over_plain_http_villagers_say_what_they_need_and_look_it_up() -> Result<()> {
    let server = Server::start().await?;
    let origin = format!("http://{LAN}:{}", server.port());
    let hers = Profile::new()?;
    let browser = Browser::open(&hers, "zh-CN").await?;
    let villager = Villager(&browser, &origin);
    let code = villager.say(&server.needs_link("shiban").await?, "下寨的水池裂了一条缝").await?;
    ensure!(code.len() == 17, "no code: {code}");
    villager.look_up(&code, "已收到").await?;
    browser.close().await
}
