//! A visit is begun by its checklist, from today or from the home screen: whom it is about is its first question.

use anyhow::{Result, ensure};
use zhucun_e2e::{
    Browser, Profile, Server,
    pages::{Phone, Visit},
    shot,
};

const FAMILY: &str = "姚春生";

#[tokio::test]
async fn a_visit_begun_without_a_household_asks_for_it_and_a_blank_one_leaves_nothing() -> Result<()> {
    let server = Server::start().await?;
    let origin = server.origin();
    let browser = Browser::open(&Profile::new()?, "zh-CN").await?;
    let (phone, visit) = (Phone(&browser, &origin), Visit(&browser));
    phone.sign_in().await?;

    // From today, looked at, and left.
    browser.tap_text("a", "开始走访").await?;
    visit.at("走访对象").await?;
    visit.leave().await?;
    browser.see("今天要去").await?;
    ensure!(browser.count("//*[contains(., '没写完')]").await? == 0, "a blank draft stayed");

    // By the shortcut, without a network; the phone put an end to the first before anything was answered.
    browser.set_offline(true).await?;
    phone.open("/visit/new").await?;
    visit.at("走访对象").await?;
    shot(&browser, "new-visit.zh-CN").await?;
    phone.open("/visit/new").await?;
    visit.at("走访对象").await?;
    visit.find("走访农户", "姚", "4组 姚春生").await?;
    visit.nobody_at_home("赶场去了").await?;
    browser.set_offline(false).await?;
    browser.tap_text("button", "回到农户").await?;
    browser.see(FAMILY).await?;
    browser.see("走访 ·").await?;
    phone.state("已全部上传").await?;
    phone.open("/").await?;
    browser.see("今天要去").await?;
    ensure!(browser.count("//*[contains(., '没写完')]").await? == 0, "a blank draft stayed");
    browser.close().await
}
