//! A villager without a phone says something on the secretary's, without a network, and follows it by the code made there.

use anyhow::{Context, Result, ensure};
use serde_json::json;
use thirtyfour::By;
use zhucun_e2e::{
    Browser, Profile, Server, eventually,
    pages::{Phone, Villager},
    photos,
};

use crate::look::{look, look_in_english};

async fn begin(phone: &Phone<'_>) -> Result<()> {
    phone.to("诉求").await?;
    phone.0.tap_text("a", "有人要说件事").await?;
    phone.0.see("您有什么事要说").await
}

/// Chooses water and writes words.
async fn say(browser: &Browser, words: &str) -> Result<()> {
    browser.tap("//label[contains(@class,'tile')][contains(., '饮水')]").await?;
    browser.write("//textarea", words).await
}

#[tokio::test]
async fn what_is_said_without_a_network_is_found_by_its_code_after_the_upload() -> Result<()> {
    let server = Server::start().await?;
    let origin = server.origin();
    let (hers, his) = (Profile::new()?, Profile::new()?);
    let browser = Browser::open(&hers, "zh-CN").await?;
    let phone = Phone(&browser, &origin);
    phone.sign_in().await?;
    let photo = photos::jpeg(&browser, hers.folder()).await?;
    browser.set_offline(true).await?;
    begin(&phone).await?;
    look(&browser, "say", "zh-CN").await?;
    ensure!(browser.count("//nav[@class='places'] | //a[contains(@class,'state-link')]").await? == 0, "the app's bars");
    browser.tap_text("button", "说完了，存下来").await?;
    browser.see("请选一样").await?;
    look(&browser, "say-problems", "zh-CN").await?;
    say(&browser, "后山的水管冻裂了").await?;
    let input = browser.find("//label[contains(., '从相册')]//input").await?;
    input.send_keys(photo.to_str().context("a path in letters")?).await?;
    browser.find("//div[@class='say-photo']//img").await?;
    browser.write("//*[@id='name']", "何德贵").await?;
    browser.write("//*[@id='group']", "3").await?;
    // What is said survives a page that is loaded anew, as when the phone ran out of memory.
    browser.reload().await?;
    ensure!(browser.value("//textarea").await? == "后山的水管冻裂了", "the words are lost");
    browser.find("//div[@class='say-photo']//img").await?;
    browser.tap_text("button", "说完了，存下来").await?;
    browser.see("这部手机联网以后才查得到").await?;
    let made = Villager(&browser, &origin).code().await?;
    ensure!(made.len() == 17, "no code: {made}");
    look(&browser, "say-code", "zh-CN").await?;
    browser.reload().await?;
    ensure!(Villager(&browser, &origin).code().await? == made, "the code is lost with the page");
    browser.tap("//button[@lang='en']").await?;
    browser.see("The code works once this phone has been online").await?;
    look(&browser, "say-code", "en").await?;

    let villager = Browser::open(&his, "zh-CN").await?;
    Villager(&villager, &origin).look_up(&made, "可能那部手机还没有联网").await?;
    browser.set_offline(false).await?;
    browser.see("It has reached the server").await?;
    Villager(&villager, &origin).look_up(&made, "已收到").await?;
    villager.see("饮水").await?;
    villager.close().await?;

    browser.tap_text("button", "I have it").await?;
    phone.state("已全部上传").await?;
    browser.tap_text("a", "后山的水管冻裂了").await?;
    browser.see("在村干部的手机上说的").await?;
    browser.find("//div[@class='pics']//img").await?;
    ensure!(!browser.text().await?.contains(&made), "the code is on the need");
    // Nothing on the phone has the code any more.
    let left = browser.script("return JSON.stringify(localStorage)").await?;
    ensure!(!left.as_str().unwrap_or_default().contains(&made), "the code is still on the phone");
    browser.close().await
}

/// The next photo is as slow as on an old phone: it is made small when [`go_on`] says so.
async fn hold_photos(browser: &Browser) -> Result<()> {
    const HOLD: &str = "const real = HTMLCanvasElement.prototype.toBlob;
        HTMLCanvasElement.prototype.toBlob = function (...given) {
            HTMLCanvasElement.prototype.toBlob = real;
            window.goOn = () => real.apply(this, given);
        };";
    browser.script(HOLD).await.map(drop)
}

async fn go_on(browser: &Browser) -> Result<()> {
    eventually("a photo that waits", async || {
        Ok(browser.script("return typeof window.goOn === 'function'").await? == json!(true))
    })
    .await?;
    browser.script("window.goOn()").await.map(drop)
}

async fn choose_photo(browser: &Browser, photo: &std::path::Path) -> Result<()> {
    let input = browser.find("//label[contains(., '从相册')]//input").await?;
    input.send_keys(photo.to_str().context("a path in letters")?).await?;
    browser.see("正在缩小照片").await
}

#[tokio::test]
async fn a_photo_that_is_still_being_made_small_belongs_to_what_is_saved() -> Result<()> {
    let server = Server::start().await?;
    let origin = server.origin();
    let profile = Profile::new()?;
    let browser = Browser::open(&profile, "zh-CN").await?;
    let phone = Phone(&browser, &origin);
    phone.sign_in().await?;
    let photo = photos::jpeg(&browser, profile.folder()).await?;
    begin(&phone).await?;
    say(&browser, "水池的盖子裂了").await?;
    hold_photos(&browser).await?;
    choose_photo(&browser, &photo).await?;
    browser.tap_text("button", "说完了，存下来").await?;
    browser.see("正在保存").await?;
    ensure!(browser.count("//textarea").await? == 1, "the page went on without the photo");
    let typing = browser.script("return document.querySelector('textarea').matches(':disabled')").await?;
    ensure!(typing == json!(true), "what is typed now would be lost");
    go_on(&browser).await?;
    Villager(&browser, &origin).code().await?;
    browser.tap_text("button", "记好了").await?;
    phone.state("已全部上传").await?;
    browser.tap_text("a", "水池的盖子裂了").await?;
    browser.find("//div[@class='pics']//img").await?;
    browser.close().await
}

#[tokio::test]
async fn a_photo_is_kept_when_the_page_is_left_while_it_is_being_made_small() -> Result<()> {
    let server = Server::start().await?;
    let origin = server.origin();
    let profile = Profile::new()?;
    let browser = Browser::open(&profile, "zh-CN").await?;
    let phone = Phone(&browser, &origin);
    phone.sign_in().await?;
    let photo = photos::jpeg(&browser, profile.folder()).await?;
    begin(&phone).await?;
    say(&browser, "村口的桥塌了一角").await?;
    hold_photos(&browser).await?;
    choose_photo(&browser, &photo).await?;
    browser.tap("//header//button[contains(., '返回')]").await?;
    browser.see("没说完的一件事").await?;
    browser.see("正在缩小照片").await?;
    go_on(&browser).await?;
    browser.see("不要了").await?;
    browser.tap_text("a", "接着说").await?;
    browser.find("//div[@class='say-photo']//img").await?;
    ensure!(browser.value("//textarea").await? == "村口的桥塌了一角", "the words are lost");
    browser.tap_text("button", "说完了，存下来").await?;
    Villager(&browser, &origin).code().await?;
    browser.close().await
}

#[tokio::test]
async fn the_codes_of_several_people_wait_until_each_has_been_taken() -> Result<()> {
    let server = Server::start().await?;
    let origin = server.origin();
    let profile = Profile::new()?;
    let browser = Browser::open(&profile, "zh-CN").await?;
    let phone = Phone(&browser, &origin);
    phone.sign_in().await?;
    let waiting = "//li[contains(., '查询码还没有交给人')]";
    let mut codes = Vec::new();
    for (number, words) in ["水管冻裂了三处", "路灯坏了两盏"].into_iter().enumerate() {
        begin(&phone).await?;
        say(&browser, words).await?;
        browser.tap_text("button", "说完了，存下来").await?;
        codes.push(Villager(&browser, &origin).code().await?);
        browser.tap("//header//button[contains(., '返回')]").await?;
        eventually("the code waits", async || Ok(browser.count(waiting).await? == number + 1)).await?;
    }
    ensure!(codes[0] != codes[1], "one code for two people");
    look(&browser, "needs-codes", "zh-CN").await?;
    // They are there when the app is opened again, and beside something new.
    begin(&phone).await?;
    browser.write("//textarea", "还没说完").await?;
    browser.reload().await?;
    ensure!(browser.value("//textarea").await? == "还没说完", "a code in place of what is being said");
    browser.tap("//header//button[contains(., '返回')]").await?;
    browser.see("没说完的一件事").await?;
    ensure!(browser.count(waiting).await? == 2, "a code is lost");
    for (words, made) in [("水管冻裂了三处", &codes[0]), ("路灯坏了两盏", &codes[1])] {
        browser.tap(&format!("//li[contains(., '{words}')]//button[contains(., '再看查询码')]")).await?;
        ensure!(Villager(&browser, &origin).code().await? == *made, "another code");
        browser.tap_text("button", "记好了").await?;
        browser.see("没说完的一件事").await?;
    }
    ensure!(browser.count(waiting).await? == 0, "what was taken is still shown");
    browser.close().await
}

#[tokio::test]
async fn back_leaves_to_the_needs_and_what_was_begun_can_go_on_or_be_discarded() -> Result<()> {
    let server = Server::start().await?;
    let origin = server.origin();
    let profile = Profile::new()?;
    let browser = Browser::open(&profile, "zh-CN").await?;
    let phone = Phone(&browser, &origin);
    phone.sign_in().await?;
    begin(&phone).await?;
    say(&browser, "路灯坏了两盏").await?;
    browser.driver.back().await?;
    browser.see("没说完的一件事").await?;
    look(&browser, "needs-unfinished", "zh-CN").await?;
    look_in_english(&browser, "needs-unfinished", "Something begun").await?;
    // The letters are the secretary's again.
    ensure!(browser.script("return document.documentElement.classList.contains('large')").await? == json!(false));
    browser.tap_text("a", "接着说").await?;
    ensure!(browser.value("//textarea").await? == "路灯坏了两盏", "the words are lost");
    browser.tap("//header//button[contains(., '返回')]").await?;
    browser.tap_text("button", "不要了").await?;
    browser.see_gone("没说完的一件事").await?;
    browser.tap_text("button", "撤销").await?;
    browser.see("没说完的一件事").await?;
    browser.tap_text("button", "不要了").await?;
    browser.see_gone("没说完的一件事").await?;
    // The next person finds nothing of it.
    browser.tap_text("a", "有人要说件事").await?;
    ensure!(browser.value("//textarea").await?.is_empty(), "the words of another");
    browser.tap("//button[@lang='en']").await?;
    browser.see("What would you like to say?").await?;
    look(&browser, "say", "en").await?;
    browser.tap("//header//button[contains(., 'Back')]").await?;
    browser.see("有人要说件事").await?;
    browser.close().await
}

#[tokio::test]
async fn a_code_that_nobody_has_taken_is_shown_again() -> Result<()> {
    let server = Server::start().await?;
    let origin = server.origin();
    let profile = Profile::new()?;
    let browser = Browser::open(&profile, "zh-CN").await?;
    let phone = Phone(&browser, &origin);
    phone.sign_in().await?;
    begin(&phone).await?;
    say(&browser, "想问问危房改造").await?;
    browser.tap_text("button", "说完了，存下来").await?;
    let made = Villager(&browser, &origin).code().await?;
    browser.driver.back().await?;
    browser.see("查询码还没有交给人").await?;
    browser.tap_text("button", "再看查询码").await?;
    ensure!(Villager(&browser, &origin).code().await? == made, "another code");
    browser.tap_text("button", "记好了").await?;
    browser.see_gone("查询码还没有交给人").await?;
    eventually("the need", async || {
        Ok(!browser.driver.find_all(By::XPath("//a[contains(., '想问问危房改造')]")).await?.is_empty())
    })
    .await?;
    browser.close().await
}
