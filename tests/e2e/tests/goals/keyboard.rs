//! The way from signing in to a finished visit, by keyboard alone.

use anyhow::Result;
use thirtyfour::Key;
use zhucun_e2e::{Browser, Profile, Server, pages::Phone};

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
