//! Every screen in both languages, for people to look at (ZHUCUN_SHOTS names a folder), and for what holds on each of them.

use anyhow::{Result, ensure};
use zhucun_e2e::{
    Browser, Profile, Server, eventually,
    pages::{Phone, Villager},
};

use crate::look::look;

/// A language: its tag, its name in the app's switch, and the words by which screens are known.
struct Lang {
    tag: &'static str,
    name: &'static str,
    household: &'static str,
    start: &'static str,
    review: &'static str,
    left: &'static str,
    no: &'static str,
    why: &'static str,
    finished: &'static str,
    only_here: &'static str,
    received: &'static str,
    export: &'static str,
}

const ZH: Lang = Lang {
    tag: "zh-CN",
    name: "中文",
    household: "罗素英",
    start: "开始走访",
    review: "去检查和完成",
    left: "要改",
    no: "否",
    why: "未见到的原因",
    finished: "走访完成",
    only_here: "仅在手机",
    received: "已收到",
    export: "导出走访表",
};

const EN: Lang = Lang {
    tag: "en",
    name: "English",
    household: "姚春生",
    start: "Start visit",
    review: "Check and finish",
    left: "left to fix",
    no: "No",
    why: "Why not",
    finished: "Visit finished",
    only_here: "Only on this phone",
    received: "Received",
    export: "Export visits",
};

#[tokio::test]
async fn every_screen_of_the_phone_fits_it_in_both_languages() -> Result<()> {
    let server = Server::start().await?;
    let origin = server.origin();
    let profile = Profile::new()?;
    let browser = Browser::open(&profile, "zh-CN").await?;
    let phone = Phone(&browser, &origin);
    phone.open("/").await?;
    for lang in [&EN, &ZH] {
        switch(&browser, lang).await?;
        look(&browser, "sign-in", lang.tag).await?;
    }
    phone.sign_in().await?;
    for lang in [&ZH, &EN] {
        browser.set_offline(false).await?;
        phone.open("/mine").await?;
        switch(&browser, lang).await?;
        look(&browser, "mine", lang.tag).await?;
        places(&phone, lang).await?;
        visit(&phone, lang).await?;
    }
    browser.close().await
}

async fn places(phone: &Phone<'_>, lang: &Lang) -> Result<()> {
    let browser = phone.0;
    let lists = [("/", "today"), ("/households", "households"), ("/needs", "needs")];
    for (path, name) in lists {
        phone.open(path).await?;
        browser.find("//main//a[contains(@class,'row')]").await?;
        look(browser, name, lang.tag).await?;
    }
    browser.tap("//main//a[contains(@class,'row')]").await?;
    browser.find("//fieldset").await?;
    look(browser, "need", lang.tag).await?;
    phone.open("/visit/new").await?;
    browser.find("//ul[@class='found']//button").await?;
    look(browser, "new-visit", lang.tag).await?;
    // Left by its own button it leaves no draft.
    browser.tap("//header//button[contains(@class,'icon-button')]").await?;
    browser.find("//main//a[contains(@class,'row')]").await?;
    phone.open("/households/new").await?;
    browser.find("//*[@id='head_name']").await?;
    look(browser, "new-household", lang.tag).await?;
    browser.tap("//button[contains(@class,'fill')]").await?;
    browser.find("//*[contains(@class,'err')]").await?;
    look(browser, "new-household-problems", lang.tag).await?;
    phone.open("/households").await?;
    browser.write("//*[@id='search']", lang.household).await?;
    eventually("one row", async || Ok(browser.count("//main//a[contains(@class,'row')]").await? == 1)).await?;
    look(browser, "search", lang.tag).await?;
    browser.tap_text("a", lang.household).await?;
    browser.see(lang.start).await?;
    look(browser, "household", lang.tag).await
}

/// From the household that is open to the page of uploads, without a network.
async fn visit(phone: &Phone<'_>, lang: &Lang) -> Result<()> {
    let browser = phone.0;
    browser.set_offline(true).await?;
    browser.tap_text("button", lang.start).await?;
    browser.tap("//fieldset//label[contains(@class,'opt')][1]").await?;
    browser.find("//fieldset[.//button[contains(@class,'q-button')]]").await?;
    look(browser, "visit", lang.tag).await?;
    browser.tap("(//header//button[contains(@class,'head-button')])[last()]").await?;
    browser.see(lang.review).await?;
    look(browser, "contents", lang.tag).await?;
    browser.tap_text("button", lang.review).await?;
    browser.see(lang.left).await?;
    look(browser, "review", lang.tag).await?;
    browser.tap("(//header//button[contains(@class,'head-button')])[last()]").await?;
    browser.tap("//ul[@class='contents']//button").await?;
    browser.tap(&format!("//label[contains(@class,'opt')][normalize-space(.)='{}']", lang.no)).await?;
    let why = format!("//div[contains(@class,'ask')][./label[contains(., '{}')]]//input", lang.why);
    browser.write(&why, "门锁着").await?;
    browser.tap("//nav//button[contains(@class,'fill')]").await?;
    browser.find("//p[@class='visit-ready']").await?;
    look(browser, "review-ready", lang.tag).await?;
    browser.tap("//nav//button[contains(@class,'fill')]").await?;
    browser.see(lang.finished).await?;
    look(browser, "done", lang.tag).await?;
    browser.tap("//main//button[contains(@class,'fill')]").await?;
    phone.to_sync().await?;
    browser.see(lang.only_here).await?;
    look(browser, "sync", lang.tag).await
}

#[tokio::test]
async fn every_screen_of_villagers_and_of_the_desk_fits_in_both_languages() -> Result<()> {
    let server = Server::start().await?;
    let origin = server.origin();
    let (narrow, wide) = (Profile::new()?, Profile::new()?);
    let browser = Browser::open(&narrow, "zh-CN").await?;
    let link = server.needs_link("shiban").await?;
    for lang in [&ZH, &EN] {
        villager(&Villager(&browser, &origin), &link, lang).await?;
    }
    desk(&browser, &origin, "desk-360").await?;
    browser.close().await?;
    let browser = Browser::open_wide(&wide, "zh-CN").await?;
    desk(&browser, &origin, "desk-1280").await?;
    browser.close().await
}

async fn villager(villager: &Villager<'_>, link: &str, lang: &Lang) -> Result<()> {
    let browser = villager.0;
    villager.open(link).await?;
    if lang.tag == "en" {
        browser.tap("//a[@lang='en']").await?;
        browser.find("//html[@lang='en']//textarea").await?;
    }
    villager.fill("下寨的水池裂了一条缝").await?;
    look(browser, "villager", lang.tag).await?;
    let code = villager.send().await?;
    look(browser, "code", lang.tag).await?;
    browser.tap("//main//form//button").await?;
    browser.see(lang.received).await?;
    look(browser, "ticket", lang.tag).await?;
    ensure!(code.len() == 17, "no code: {code}");
    Ok(())
}

async fn desk(browser: &Browser, origin: &str, name: &str) -> Result<()> {
    browser.goto(&format!("{origin}/desk")).await?;
    browser.find("//input[@name='username']").await?;
    look(browser, &format!("{name}-sign-in"), ZH.tag).await?;
    zhucun_e2e::pages::Desk(browser, origin).sign_in("yunling", "yunling-2026").await?;
    for lang in [&ZH, &EN] {
        browser.goto(&format!("{origin}/desk#/")).await?;
        if lang.tag == "en" {
            browser.tap_text("button", lang.name).await?;
        }
        browser.find("//a[contains(@class,'desk-row')]").await?;
        look(browser, &format!("{name}-villages"), lang.tag).await?;
        browser.tap("//a[contains(@class,'desk-row')][contains(., '石板村') or contains(., 'Shiban')]").await?;
        browser.see(lang.export).await?;
        browser.find("//tr[contains(@class,'desk-row')]").await?;
        look(browser, &format!("{name}-village"), lang.tag).await?;
        browser.tap("//tr[contains(@class,'desk-row')]//a").await?;
        browser.find("//article//dl/dt").await?;
        look(browser, &format!("{name}-visit"), lang.tag).await?;
        browser.goto(&format!("{origin}/desk#/!unseen")).await?;
        browser.find("//tr[contains(@class,'desk-row')]").await?;
        look(browser, &format!("{name}-unseen"), lang.tag).await?;
    }
    Ok(())
}

/// Takes the app's own switch to a language.
async fn switch(browser: &Browser, lang: &Lang) -> Result<()> {
    let button = format!("//div[@class='switch']//button[normalize-space(.)='{}']", lang.name);
    browser.tap(&button).await?;
    browser.find(&format!("{button}[@aria-pressed='true']")).await.map(drop)
}
