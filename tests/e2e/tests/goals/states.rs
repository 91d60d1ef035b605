//! Screens that have nothing to show, wait, or cannot: each says what is the matter and what to do.

use anyhow::{Context, Result};
use serde_json::json;
use zhucun_e2e::{
    Browser, Kind, Profile, Proxy, Server, Way, eventually,
    pages::{Phone, Villager},
};

use crate::look::look;

/// The app's words, by which a state is known, in both languages.
struct Said {
    tag: &'static str,
    switch: &'static str,
    downloading: &'static str,
    no_household: &'static str,
    no_need: &'static str,
    closed: &'static str,
    no_closed: &'static str,
    none_found: &'static str,
    nothing_unsent: &'static str,
    gone: &'static str,
    stale: &'static str,
    broken: &'static str,
    offline: &'static str,
}

const ZH: Said = Said {
    tag: "zh-CN",
    switch: "中文",
    downloading: "正在下载村里的名单",
    no_household: "还没有农户",
    no_need: "没有要办的诉求",
    closed: "办完的",
    no_closed: "还没有办完的诉求",
    none_found: "没有找到",
    nothing_unsent: "没有。写完的都上传了。",
    gone: "这条记录不在这部手机上",
    stale: "已经 5 天没连上服务器",
    broken: "打不开手机里的数据",
    offline: "连不上服务器",
};

const EN: Said = Said {
    tag: "en",
    switch: "English",
    downloading: "Fetching the village",
    no_household: "No households yet",
    no_need: "No open needs",
    closed: "Closed",
    no_closed: "No need has been closed yet",
    none_found: "Nothing found",
    nothing_unsent: "Nothing.",
    gone: "This record is not on this phone",
    stale: "No contact with the server for 5 days",
    broken: "The data on this phone cannot be opened",
    offline: "The server cannot be reached",
};

async fn switch(browser: &Browser, said: &Said) -> Result<()> {
    let button = format!("//div[@class='switch']//button[normalize-space(.)='{}']", said.switch);
    browser.tap(&button).await?;
    browser.find(&format!("{button}[@aria-pressed='true']")).await.map(drop)
}

#[tokio::test]
async fn a_new_village_shows_what_to_do_first() -> Result<()> {
    let server = Server::start().await?;
    let password = server.add_village("xinzhai", "新寨村").await?;
    let mut proxy = Proxy::start(server.port()).await?;
    let origin = proxy.origin();
    let profile = Profile::new()?;
    let browser = Browser::open(&profile, "zh-CN").await?;
    let phone = Phone(&browser, &origin);
    phone.open("/").await?;
    phone.give_password("xinzhai", "wrong").await?;
    browser.see("用户名或密码不对").await?;
    look(&browser, "sign-in-refused", ZH.tag).await?;
    proxy.set(Way::HoldAnswer(Kind::Pull));
    phone.give_password("xinzhai", &password).await?;
    proxy.held().await?;
    browser.see(ZH.downloading).await?;
    look(&browser, "today-downloading", ZH.tag).await?;
    proxy.set(Way::Pass);
    phone.open("/").await?;
    phone.state("已全部上传").await?;
    for said in [&ZH, &EN] {
        phone.open("/mine").await?;
        switch(&browser, said).await?;
        empty(&phone, said).await?;
    }
    browser.close().await
}

async fn empty(phone: &Phone<'_>, said: &Said) -> Result<()> {
    let browser = phone.0;
    let pages = [
        ("/", said.no_household, "today-empty"),
        ("/households", said.no_household, "households-empty"),
        ("/needs", said.no_need, "needs-empty"),
        ("/sync", said.nothing_unsent, "sync-empty"),
        ("/households/none", said.gone, "household-gone"),
        ("/needs/none", said.gone, "need-gone"),
        ("/visits/none", said.gone, "visit-gone"),
    ];
    for (path, words, name) in pages {
        phone.open(path).await?;
        browser.see(words).await?;
        look(browser, name, said.tag).await?;
    }
    phone.open("/needs").await?;
    browser.tap_text("button", said.closed).await?;
    browser.see(said.no_closed).await?;
    look(browser, "needs-closed-empty", said.tag).await?;
    phone.open("/households").await?;
    browser.write("//*[@id='search']", "qqq").await?;
    browser.see(said.none_found).await?;
    look(browser, "households-none-found", said.tag).await
}

/// A name as long as some are, and one without a place to break it.
const LONG: &str = "阿迪力江·麦麦提吐尔逊·阿卜杜热合曼";
const UNBROKEN: &str = "Wolfeschlegelsteinhausenbergerdorffwelche";

#[tokio::test]
async fn long_names_a_long_absence_and_a_database_that_does_not_open() -> Result<()> {
    let server = Server::start().await?;
    let csv = format!(
        "name,head_name,group,address\nlong-1,{LONG},1,{LONG}{LONG}{LONG}\nlong-2,{UNBROKEN},1,{UNBROKEN}{UNBROKEN}\n"
    );
    server.import_households("shiban", &csv).await?;
    let proxy = Proxy::start(server.port()).await?;
    let origin = proxy.origin();
    let profile = Profile::new()?;
    let browser = Browser::open(&profile, "zh-CN").await?;
    let phone = Phone(&browser, &origin);
    phone.sign_in().await?;
    for said in [&ZH, &EN] {
        proxy.set(Way::Pass);
        phone.open("/mine").await?;
        switch(&browser, said).await?;
        for (name, shot) in [(LONG, "long"), (UNBROKEN, "unbroken")] {
            phone.open("/households").await?;
            browser.write("//*[@id='search']", name).await?;
            browser.see(name).await?;
            look(&browser, &format!("households-{shot}"), said.tag).await?;
            browser.tap_text("a", name).await?;
            browser.see(name).await?;
            look(&browser, &format!("household-{shot}"), said.tag).await?;
        }
        proxy.set(Way::Cut);
        away_for_five_days(&browser).await?;
        phone.open("/").await?;
        browser.see(said.stale).await?;
        look(&browser, "today-stale", said.tag).await?;
        phone.open("/sync").await?;
        browser.see(said.offline).await?;
        look(&browser, "sync-unreachable", said.tag).await?;
    }
    proxy.set(Way::Pass);
    a_newer_version_has_the_database(&browser).await?;
    for said in [&EN, &ZH] {
        browser.script(&format!("localStorage.setItem('zhucun.lang', '\"{}\"')", said.tag)).await?;
        phone.open("/").await?;
        browser.see(said.broken).await?;
        look(&browser, "broken", said.tag).await?;
    }
    browser.close().await
}

/// As the phone would remember it.
async fn away_for_five_days(browser: &Browser) -> Result<()> {
    const AGO: &str = "const key = Object.keys(localStorage).find((key) => key.startsWith('zhucun.contact.'));
        localStorage.setItem(key, String(Date.now() - 5 * 86400000 - 60000)); return key";
    let key = browser.script(AGO).await?;
    key.as_str().context("the last contact is not kept").map(drop)
}

async fn a_newer_version_has_the_database(browser: &Browser) -> Result<()> {
    // On a page that may have a database and has none open.
    browser.goto(browser.driver.current_url().await?.join("/t")?.as_str()).await?;
    const OPEN: &str = "const done = arguments[arguments.length - 1];
        indexedDB.databases().then(([found]) => {
            const request = indexedDB.open(found.name, 99);
            request.onsuccess = () => { request.result.close(); done(true); };
            request.onerror = () => done(String(request.error));
            request.onblocked = () => done('blocked');
        });";
    let opened = browser.driver.execute_async(OPEN, Vec::new()).await?.json().clone();
    anyhow::ensure!(opened == json!(true), "{opened}");
    Ok(())
}

/// Of the 17 digits none is beyond the field's end, with the letters of the page twice as large too.
async fn the_whole_code_is_seen(browser: &Browser) -> Result<()> {
    const BEYOND: &str = "const root = document.documentElement, field = document.querySelector('input[name=code]');
        return ['', '212.5%'].map((size) => {
            root.style.fontSize = size;
            const beyond = field.scrollWidth - field.clientWidth;
            root.style.fontSize = '';
            return beyond;
        });";
    let beyond = browser.script(BEYOND).await?;
    anyhow::ensure!(beyond == json!([0, 0]), "the code is cut off: {beyond}");
    Ok(())
}

/// The day that a page of the app shows under its title, as the page's own clock has it.
const DAY: &str = "const day = new Date(Date.now());
    return document.querySelector('header small').innerText.includes(`${day.getMonth() + 1}月${day.getDate()}日`);";

#[tokio::test]
async fn a_page_that_is_open_over_midnight_shows_the_new_day_when_it_is_seen() -> Result<()> {
    let server = Server::start().await?;
    let origin = server.origin();
    let profile = Profile::new()?;
    let browser = Browser::open(&profile, "zh-CN").await?;
    let phone = Phone(&browser, &origin);
    phone.sign_in().await?;
    browser.see("今天要去").await?;
    anyhow::ensure!(browser.script(DAY).await? == json!(true), "not today");
    // The phone slept for a day, and the app was open.
    const LATER: &str = "const now = Date.now.bind(Date);
        Date.now = () => now() + 86400000;
        document.dispatchEvent(new Event('visibilitychange'));";
    browser.script(LATER).await?;
    eventually("the new day", async || Ok(browser.script(DAY).await? == json!(true))).await?;
    browser.close().await
}

#[tokio::test]
async fn a_villager_reads_what_is_missing_and_that_a_code_is_unknown() -> Result<()> {
    let server = Server::start().await?;
    let origin = server.origin();
    let profile = Profile::new()?;
    let browser = Browser::open(&profile, "zh-CN").await?;
    let villager = Villager(&browser, &origin);
    for (tag, query) in [("zh-CN", ""), ("en", "?lang=en")] {
        villager.open(&format!("/n/no-such-village{query}")).await?;
        browser.find("//main").await?;
        look(&browser, "villager-unknown", tag).await?;
        villager.open(&format!("/t{query}")).await?;
        look(&browser, "ticket-asked", tag).await?;
        browser.write("//input[@name='code']", "1234 5678 9012 3456 7").await?;
        browser.tap("//main//form//button").await?;
        browser.find("//*[@role='alert']").await?;
        look(&browser, "ticket-unknown", tag).await?;
        the_whole_code_is_seen(&browser).await?;
    }
    browser.close().await
}
