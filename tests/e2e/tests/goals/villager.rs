//! A villager says what is needed and follows it.

use anyhow::{Result, ensure};
use zhucun_e2e::{
    Browser, Profile, Server,
    pages::{Phone, Villager},
};

#[tokio::test]
async fn a_need_said_through_the_link_is_answered_on_the_phone_and_read_by_its_code() -> Result<()> {
    let server = Server::start().await?;
    let origin = server.origin();
    let (his, hers) = (Profile::new()?, Profile::new()?);
    let browser = Browser::open(&his, "zh-CN").await?;
    let villager = Villager(&browser, &origin);
    let code = villager.say(&server.needs_link("shiban").await?, "下寨的水池裂了一条缝").await?;
    ensure!(code.len() == 17, "no code: {code}");
    villager.look_up(&code, "已收到").await?;

    let secretary = Browser::open(&hers, "zh-CN").await?;
    let phone = Phone(&secretary, &origin);
    phone.sign_in().await?;
    phone.answer_need("下寨的水池裂了一条缝", "受理", "").await?;
    phone.answer_need("下寨的水池裂了一条缝", "办结", "水池今天补好了,请看看还漏不漏").await?;
    phone.state("已全部上传").await?;

    villager.look_up(&code, "水池今天补好了,请看看还漏不漏").await?;
    browser.see("这件事办完了").await?;
    browser.see("已受理").await?;
    secretary.close().await?;
    browser.close().await
}

#[tokio::test]
async fn a_page_that_is_sent_twice_is_one_need_with_one_code() -> Result<()> {
    let server = Server::start().await?;
    let origin = server.origin();
    let (his, hers) = (Profile::new()?, Profile::new()?);
    let browser = Browser::open(&his, "zh-CN").await?;
    let villager = Villager(&browser, &origin);
    villager.write(&server.needs_link("shiban").await?, "上寨的路灯坏了两盏").await?;
    let code = villager.send_twice().await?;
    ensure!(code.len() == 17, "no code: {code}");
    // Loading the answer anew sends the page once more.
    browser.reload().await?;
    ensure!(villager.code().await? == code, "another ticket for the same page");

    let secretary = Browser::open(&hers, "zh-CN").await?;
    let phone = Phone(&secretary, &origin);
    phone.sign_in().await?;
    phone.to("诉求").await?;
    secretary.see("上寨的路灯坏了两盏").await?;
    ensure!(secretary.count("//main//a[contains(., '上寨的路灯坏了两盏')]").await? == 1, "the need is there twice");
    secretary.close().await?;
    browser.close().await
}
