//! A visit is begun by its checklist, from today or from the home screen: whom it is about is its first question.

use anyhow::{Result, ensure};
use zhucun_e2e::{
    Browser, Kind, Profile, Proxy, Server, Way,
    pages::{Phone, Visit},
    sheets, shot,
};

use crate::{administration::GOOD, look::look};

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
    browser.set_offline(false).await?;
    phone.open("/").await?;
    browser.see("今天要去").await?;
    ensure!(browser.count("//*[contains(., '没写完')]").await? == 0, "a blank draft is shown");
    browser.set_offline(true).await?;
    phone.open("/visit/new").await?;
    visit.at("走访对象").await?;
    // By the first letters of Pinyin, as in the list of households.
    visit.find("走访农户", "ycs", "4组 姚春生").await?;
    visit.at("姚春生").await?;
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

#[tokio::test]
async fn where_several_checklists_are_in_use_the_one_that_is_chosen_is_begun() -> Result<()> {
    let server = Server::start().await?;
    let origin = server.origin();
    let profile = Profile::new()?;
    server.add_form(&sheets::form(profile.folder(), "1", GOOD)?).await?;
    let browser = Browser::open(&profile, "zh-CN").await?;
    let (phone, visit) = (Phone(&browser, &origin), Visit(&browser));
    phone.sign_in().await?;
    phone.open("/visit/new").await?;
    browser.see("用哪张表").await?;
    shot(&browser, "new-visit-choice.zh-CN").await?;
    browser.tap("//button[normalize-space(.)='入户走访']").await?;
    visit.fill("户主叫什么", "何德贵").await?;
    visit.leave_field().await?;
    visit.saved().await?;
    visit.leave().await?;
    browser.see("今天要去").await?;
    browser.see("没写完").await?;
    // What was typed is not blank: another visit for nobody leaves it.
    phone.open("/visit/new").await?;
    browser.tap("//button[normalize-space(.)='入户走访']").await?;
    ensure!(visit.filled("户主叫什么").await?.is_empty(), "the draft went on");
    visit.leave().await?;
    browser.tap("//section[contains(., '没写完')]//a").await?;
    ensure!(visit.filled("户主叫什么").await? == "何德贵", "what was typed is gone");
    browser.close().await
}

#[tokio::test]
async fn a_visit_that_is_not_waited_for_any_more_is_not_begun() -> Result<()> {
    let server = Server::start().await?;
    let mut proxy = Proxy::start(server.port()).await?;
    let origin = proxy.origin();
    let browser = Browser::open(&Profile::new()?, "zh-CN").await?;
    let phone = Phone(&browser, &origin);
    proxy.set(Way::HoldAnswer(Kind::Form));
    phone.open("/").await?;
    phone.give_password("shiban", "shiban-2026").await?;
    browser.see("今天要去").await?;
    proxy.held().await?;
    // The checklist is on its way to this phone for the first time. It takes long: there is a way back.
    browser.tap_text("a", "开始走访").await?;
    browser.tap("//header//button[@aria-label='返回']").await?;
    browser.see("今天要去").await?;
    proxy.set(Way::Pass);
    browser.see("已全部上传").await?;
    ensure!(browser.count("//*[contains(., '没写完')]").await? == 0, "a visit was begun for nobody");
    // And when it is waited for, it is.
    browser.tap_text("a", "开始走访").await?;
    Visit(&browser).at("走访对象").await?;
    browser.close().await
}

#[tokio::test]
async fn on_a_first_day_without_an_answer_it_is_said_and_the_visit_begins_when_the_checklist_comes() -> Result<()> {
    let server = Server::start().await?;
    let mut proxy = Proxy::start(server.port()).await?;
    let origin = proxy.origin();
    let browser = Browser::open(&Profile::new()?, "zh-CN").await?;
    let phone = Phone(&browser, &origin);
    proxy.set(Way::HoldAnswer(Kind::Pull));
    phone.open("/").await?;
    phone.give_password("shiban", "shiban-2026").await?;
    proxy.held().await?;
    phone.open("/visit/new").await?;
    browser.find("//header//button[@aria-label='返回']").await?;
    look(&browser, "new-visit-waiting", "zh-CN").await?;
    proxy.set(Way::Cut);
    browser.see("表格还没有下载").await?;
    look(&browser, "new-visit-none", "zh-CN").await?;
    proxy.set(Way::Pass);
    browser.set_offline(true).await?;
    browser.set_offline(false).await?;
    Visit(&browser).at("走访对象").await?;
    browser.find("//ul[@class='found']//button").await?;
    browser.close().await
}

#[tokio::test]
async fn who_makes_no_visits_is_told_so_and_is_offered_none() -> Result<()> {
    let server = Server::start().await?;
    let origin = server.origin();
    let browser = Browser::open(&Profile::new()?, "zh-CN").await?;
    let phone = Phone(&browser, &origin);
    phone.open("/").await?;
    phone.give_password("shiban-cun", "shiban-cun-2026").await?;
    browser.find("//main//a[contains(@class,'row')]").await?;
    ensure!(browser.count("//a[@href='/visit/new']").await? == 0, "a visit is offered");
    for (lang, name, not_yours) in
        [("zh-CN", "中文", "走访由第一书记填写"), ("en", "English", "Visits are made by the First Secretary")]
    {
        phone.open("/mine").await?;
        browser.tap(&format!("//div[@class='switch']//button[normalize-space(.)='{name}']")).await?;
        browser.find(&format!("//html[@lang='{lang}']")).await?;
        phone.open("/visit/new").await?;
        browser.see(not_yours).await?;
        look(&browser, "new-visit-not-yours", lang).await?;
    }
    browser.close().await
}
