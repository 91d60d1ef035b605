//! What is typed, said and chosen at the desk stays where it is: over a change of language, over an answer of the server, over
//! a network that goes.

use anyhow::{Result, ensure};
use serde_json::json;
use zhucun_e2e::{
    Browser, Profile, Proxy, Server, Way, eventually, obtain,
    pages::{Admin, Desk},
    sheets,
};

use crate::administration::{GOOD, SCREENS};

const OFFLINE: &str = "连不上服务器。请检查网络后再试。";
const NOT_OUT: &str = "还没有完全退出";

async fn county(origin: &str) -> Result<(Profile, Browser)> {
    let profile = Profile::new()?;
    let browser = Browser::open_wide(&profile, "zh-CN").await?;
    Desk(&browser, origin).sign_in("qingxi", "qingxi-2026").await?;
    Ok((profile, browser))
}

async fn at(browser: &Browser, origin: &str, hash: &str) -> Result<()> {
    browser.goto(&format!("{origin}/desk#{hash}")).await
}

/// Takes the desk's own switch, by the name of the language.
async fn switch(browser: &Browser, name: &str) -> Result<()> {
    browser.tap(&format!("//header//button[normalize-space(.)='{name}']")).await?;
    let tag = if name == "English" { "en" } else { "zh-CN" };
    browser.find(&format!("//html[@lang='{tag}']")).await.map(drop)
}

/// What the focus is on, in words; nothing when it is lost.
async fn focus(browser: &Browser) -> Result<String> {
    const FOCUS: &str = "const at = document.activeElement;
        return !at || at === document.body ? '' : at.id || at.textContent.trim() || at.tagName";
    Ok(browser.script(FOCUS).await?.as_str().unwrap_or_default().to_owned())
}

async fn holds(browser: &Browser, fields: &[(&str, &str)]) -> Result<()> {
    for (id, text) in fields {
        let held = browser.value(&format!("//*[@id='{id}']")).await?;
        ensure!(held == *text, "{id} held {text:?}, now {held:?}");
    }
    Ok(())
}

#[tokio::test]
async fn what_is_typed_at_the_desk_outlives_a_change_of_language() -> Result<()> {
    let server = Server::start().await?;
    let origin = server.origin();
    let (profile, browser) = county(&origin).await?;
    let typed: [(&str, &[(&str, &str)]); 4] = [
        ("!settings", &[("unseen", "45"), ("holidays", "2026-10-01"), ("name-en", "Clear Brook")]),
        ("!places/shiban", &[("after-name", "某某"), ("name-en", "Stone Slab"), ("place-search", "石板")]),
        ("!places/+", &[("place-zh", "河口镇"), ("place-en", "Hekou")]),
        ("!users/+", &[("user-search", "沈"), ("new-name", "罗素英"), ("new-username", "luo-suying")]),
    ];
    for (hash, fields) in typed {
        at(&browser, &origin, hash).await?;
        for (id, text) in fields {
            browser.write(&format!("//*[@id='{id}']"), text).await?;
        }
        switch(&browser, "English").await?;
        holds(&browser, fields).await?;
        switch(&browser, "中文").await?;
        holds(&browser, fields).await?;
    }

    // What is chosen, and the link that is shown only here and now.
    browser.tap("//select[@id='new-role']/option[@value='committee']").await?;
    browser.find("//select[@id='new-place']/option").await?;
    switch(&browser, "English").await?;
    browser.see("Make the link").await?;
    holds(&browser, &[("new-role", "committee"), ("new-name", "罗素英")]).await?;
    browser.tap("//form[.//*[@id='new-name']]//button[@type='submit']").await?;
    let admin = Admin(&browser, &origin);
    let link = admin.link().await?;
    switch(&browser, "中文").await?;
    browser.see("只在这里显示这一次").await?;
    ensure!(admin.link().await? == link, "the link is gone");

    at(&browser, &origin, "!forms/+").await?;
    admin.give_sheet(&sheets::form(profile.folder(), "1", GOOD)?).await?;
    browser.see("没有发现问题").await?;
    browser.tap("//label[contains(., '选定的村')]").await?;
    browser.tap("//*[contains(@class,'desk-checks')]//label[contains(., '石板村')]").await?;
    switch(&browser, "English").await?;
    browser.see("Nothing wrong was found.").await?;
    let ticked = browser.find("//*[contains(@class,'desk-checks')]//label[contains(., 'Shiban')]/input").await?;
    ensure!(ticked.is_selected().await?, "the village that was chosen is not");
    browser.close().await
}

/// The words of a screen once all of it has come: the same at two looks.
async fn settled(browser: &Browser, there: &str) -> Result<String> {
    browser.find(there).await?;
    let mut last = String::new();
    obtain("all of the screen", async || {
        let is_whole = browser.count("//*[contains(@class,'loading')]").await? == 0;
        let now = browser.text().await?;
        let is_same = std::mem::replace(&mut last, now.clone()) == now;
        Ok((is_whole && is_same).then_some(now))
    })
    .await
}

#[tokio::test]
async fn a_change_of_language_changes_every_word_of_the_desk() -> Result<()> {
    let server = Server::start().await?;
    let origin = server.origin();
    let (_profile, browser) = county(&origin).await?;
    let of_villages = [
        ("/shiban", "village", "//tr[contains(@class,'desk-row')]//a"),
        ("!unseen", "unseen", "//tr[contains(@class,'desk-row')]"),
    ];
    for (hash, name, there) in SCREENS.into_iter().chain(of_villages) {
        at(&browser, &origin, hash).await?;
        switch(&browser, "English").await?;
        browser.reload().await?;
        let wanted = settled(&browser, there).await?;
        switch(&browser, "中文").await?;
        browser.reload().await?;
        let chinese = settled(&browser, there).await?;
        ensure!(chinese != wanted, "{name} is the same in both languages");
        switch(&browser, "English").await?;
        let turned = settled(&browser, there).await?;
        let left: Vec<_> = turned.lines().filter(|line| !wanted.lines().any(|other| other == *line)).collect();
        ensure!(turned == wanted, "{name}: not as when it is loaded in English: {left:?}");
        switch(&browser, "中文").await?;
    }
    browser.close().await
}

#[tokio::test]
async fn a_sign_out_that_the_server_does_not_hear_holds_all_the_same() -> Result<()> {
    let server = Server::start().await?;
    let proxy = Proxy::start(server.port()).await?;
    let origin = proxy.origin();
    let profile = Profile::new()?;
    let browser = Browser::open_wide(&profile, "zh-CN").await?;
    Desk(&browser, &origin).sign_in("yunling", "yunling-2026").await?;
    proxy.set(Way::Portal);
    browser.tap_text("button", "退出登录").await?;
    browser.see(NOT_OUT).await?;
    browser.reload().await?;
    browser.see(NOT_OUT).await?;
    browser.find("//input[@name='username']").await?;

    // The cookie is good yet; nobody enters by it.
    proxy.set(Way::Pass);
    const STATUS: &str = "return fetch('/api/v1/session').then((answer) => answer.status)";
    ensure!(browser.script(STATUS).await? == json!(200), "there is nothing to hold");
    browser.tap_text("button", "再试一次").await?;
    browser.see_gone(NOT_OUT).await?;
    // The words go with the tap; the server hears of it a moment later.
    eventually("the server was told", async || Ok(browser.script(STATUS).await? == json!(401))).await?;
    browser.reload().await?;
    browser.find("//input[@name='username']").await?;
    browser.close().await
}

#[tokio::test]
async fn who_is_here_cannot_be_asked_and_nobody_is_told_to_sign_in() -> Result<()> {
    let server = Server::start().await?;
    let proxy = Proxy::start(server.port()).await?;
    let origin = proxy.origin();
    let profile = Profile::new()?;
    let browser = Browser::open_wide(&profile, "zh-CN").await?;
    let desk = Desk(&browser, &origin);
    desk.sign_in("yunling", "yunling-2026").await?;
    proxy.set(Way::Portal);
    browser.reload().await?;
    browser.see(OFFLINE).await?;
    ensure!(browser.count("//input[@name='username']").await? == 0, "they are signed in");
    proxy.set(Way::Pass);
    browser.tap_text("button", "再试一次").await?;
    browser.find("//a[contains(@class,'desk-row')]").await?;

    // What could not be fetched is asked for again where it stands.
    proxy.set(Way::Portal);
    browser.tap_text("a", "石板村").await?;
    browser.see(OFFLINE).await?;
    proxy.set(Way::Pass);
    browser.tap_text("button", "再试一次").await?;
    browser.find("//tr[contains(@class,'desk-row')]//a").await?;
    browser.close().await
}

#[tokio::test]
async fn what_is_done_is_said_where_it_is_seen_and_the_focus_stays() -> Result<()> {
    let server = Server::start().await?;
    let origin = server.origin();
    let (_profile, browser) = county(&origin).await?;
    at(&browser, &origin, "!places/shiban").await?;
    browser.write("//*[@id='after-name']", "某某").await?;
    browser.write("//*[@id='name-en']", "Stone Slab").await?;
    browser.tap("//form[.//*[@id='name-en']]//button[@type='submit']").await?;
    browser.see("已保存。").await?;
    browser.see("石板村 · Stone Slab").await?;
    holds(&browser, &[("after-name", "某某")]).await?;
    ensure!(focus(&browser).await? == "保存", "the focus is on {:?}", focus(&browser).await?);

    at(&browser, &origin, "!forms/household_visit").await?;
    for (tap, said, after) in [("停用表单", "表单已停用。", "重新启用"), ("重新启用", "表单已重新启用。", "停用表单")]
    {
        browser.tap_text("button", tap).await?;
        browser.see(said).await?;
        browser.find(&format!("//button[normalize-space(.)='{after}']")).await?;
        ensure!(focus(&browser).await? == after, "the focus is on {:?}", focus(&browser).await?);
    }

    at(&browser, &origin, "!users/u-zhulin").await?;
    browser.tap("//button[normalize-space(.)='重设密码']").await?;
    let link = Admin(&browser, &origin).link().await?;
    browser.tap("//button[normalize-space(.)='收回链接']").await?;
    browser.see("链接已收回，不能用了。").await?;
    ensure!(browser.count("//*[@id='slip-link']").await? == 0, "{link} is still shown");
    // Its button is gone: the words have the focus.
    eventually("the focus", async || Ok(focus(&browser).await?.contains("链接已收回"))).await?;
    browser.tap("//button[normalize-space(.)='停用']").await?;
    browser.see("已停用。").await?;
    browser.tap("//button[normalize-space(.)='恢复']").await?;
    browser.see("已恢复。").await?;
    browser.close().await
}

#[tokio::test]
async fn a_village_goes_only_to_somebody_who_is_seen_to_be_chosen() -> Result<()> {
    let server = Server::start().await?;
    let origin = server.origin();
    let (_profile, browser) = county(&origin).await?;
    at(&browser, &origin, "!places/shiban").await?;
    browser.see("现在是沈书远").await?;
    browser.tap("//label[contains(., '已经有账号的人')]").await?;
    browser.tap("//label[contains(., '郝立川')]").await?;
    browser.find("//button[normalize-space(.)='交接给郝立川']").await?;
    browser.write("//*[@id='after-search']", "qqq").await?;
    browser.see("没有找到能接任的人").await?;
    browser.write("//*[@id='after-search']", "杜若青").await?;
    browser.find("//label[contains(., '杜若青')]").await?;
    browser.tap("//button[normalize-space(.)='交接']").await?;
    browser.see("请选一个人。").await?;
    browser.see("现在是沈书远").await?;
    browser.tap("//label[contains(., '杜若青')]").await?;
    browser.tap("//button[normalize-space(.)='交接给杜若青']").await?;
    browser.see("已交接。").await?;
    browser.see("现在是杜若青").await?;
    browser.close().await
}

#[tokio::test]
async fn a_filter_stays_under_the_fingers_while_it_is_changed() -> Result<()> {
    let server = Server::start().await?;
    let origin = server.origin();
    let (_profile, browser) = county(&origin).await?;
    at(&browser, &origin, "!unseen/shiban").await?;
    browser.find("//select[@id='unseen-days']").await?;
    for days in ["60", "90"] {
        // As the arrow keys do it.
        let choose = format!(
            "const days = document.getElementById('unseen-days'); days.focus(); days.value = '{days}';
             days.dispatchEvent(new Event('change', {{bubbles: true}})); return days.value"
        );
        ensure!(browser.script(&choose).await? == days, "{days} cannot be chosen");
        browser.see(&format!("{days} 天没走访的农户")).await?;
        let hash = browser.script("return location.hash").await?;
        ensure!(hash == format!("#!unseen/shiban/{days}"), "{hash}");
        ensure!(focus(&browser).await? == "unseen-days", "the focus is on {:?}", focus(&browser).await?);
        holds(&browser, &[("unseen-days", days)]).await?;
    }
    browser.close().await
}
