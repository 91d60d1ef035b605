//! The way from signing in to a finished visit, by keyboard alone; and where the focus goes.

use anyhow::Result;
use thirtyfour::Key;
use zhucun_e2e::{Browser, Profile, Server, eventually, pages::Phone};

#[tokio::test]
async fn a_visit_can_be_made_by_keyboard_alone() -> Result<()> {
    let server = Server::start().await?;
    let origin = server.origin();
    let profile = Profile::new()?;
    let browser = Browser::open(&profile, "zh-CN").await?;
    let phone = Phone(&browser, &origin);
    phone.open("/").await?;
    browser.see("登录").await?;
    browser.tab_to("用户名").await?;
    browser.keys("shiban").await?;
    browser.tab_to("密码").await?;
    browser.keys("shiban-2026").await?;
    browser.key(Key::Enter).await?;
    browser.see("已全部上传").await?;

    browser.tab_to("农户").await?;
    browser.key(Key::Enter).await?;
    browser.see("20 户").await?;
    browser.tab_to("拼音首字母").await?;
    browser.keys("hdg").await?;
    browser.see("找到 1 户").await?;
    browser.tab_to("何德贵").await?;
    browser.key(Key::Enter).await?;
    browser.see("走访经过").await?;
    browser.tab_to("开始走访").await?;
    browser.key(Key::Enter).await?;
    browser.see("是否见到家庭成员").await?;

    // Nobody at home: yes and no are one stop, and the arrows choose.
    browser.tab_to("是否见到家庭成员").await?;
    browser.key(Key::Space).await?;
    browser.key(Key::Down).await?;
    browser.see("未见到的原因").await?;
    browser.tab_to("未见到的原因").await?;
    browser.keys("门锁着").await?;
    browser.tab_to("下一页").await?;
    browser.key(Key::Enter).await?;
    browser.see("检查").await?;
    browser.tab_to("完成").await?;
    browser.key(Key::Enter).await?;
    browser.see("走访完成").await?;
    browser.tab_to("回到农户").await?;
    browser.key(Key::Enter).await?;
    phone.state("已全部上传").await?;
    browser.close().await
}

/// Waits until the focus is on an element, by its CSS selector.
async fn focused(browser: &Browser, selector: &str) -> Result<()> {
    let script = format!("return document.activeElement.matches(\"{selector}\")");
    eventually(selector, async || Ok(browser.script(&script).await?.as_bool() == Some(true))).await
}

#[tokio::test]
async fn the_focus_stays_on_the_page_when_what_was_tapped_goes() -> Result<()> {
    let server = Server::start().await?;
    let origin = server.origin();
    let profile = Profile::new()?;
    let browser = Browser::open(&profile, "zh-CN").await?;
    let phone = Phone(&browser, &origin);
    phone.sign_in().await?;
    phone.open_household("罗素英").await?;
    let visit = phone.begin_visit().await?;
    visit.choose("是否见到家庭成员", "是").await?;
    visit.saved().await?;
    visit.leave().await?;
    phone.leave_to("我的").await?;
    browser.tap_text("button", "退出登录").await?;
    focused(&browser, ".leaving .notice button").await?;
    browser.tap_text("button", "不退出").await?;
    focused(&browser, ".leaving > button").await?;
    // The whole page is drawn anew in the other language, and again.
    browser.tap("//main//button[@lang='en']").await?;
    browser.see("Sign out").await?;
    focused(&browser, "button[lang='en']").await?;
    browser.tap("//main//button[@lang='zh-CN']").await?;
    browser.see("退出登录").await?;

    phone.to("诉求").await?;
    browser.tap_text("a", "有人要说件事").await?;
    browser.write("//textarea", "路灯坏了两盏").await?;
    browser.driver.back().await?;
    browser.tap_text("button", "不要了").await?;
    focused(&browser, "h1").await?;
    browser.tap_text("button", "撤销").await?;
    browser.see("没说完的一件事").await?;
    focused(&browser, "h1").await?;
    browser.close().await
}
