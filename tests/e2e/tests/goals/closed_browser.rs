//! The browser is closed or killed between the steps of a visit.

use anyhow::{Result, ensure};
use zhucun_e2e::{
    Browser, Profile, Server,
    pages::{Desk, Phone, Visit},
};

const WHY: &str = "全家在县城务工,打了两次电话没有人接";

#[tokio::test]
async fn a_draft_and_a_finished_visit_outlive_the_browser() -> Result<()> {
    let server = Server::start().await?;
    let origin = server.origin();
    let profile = Profile::new()?;

    let browser = Browser::open(&profile, "zh-CN").await?;
    Phone(&browser, &origin).sign_in().await?;
    browser.close().await?;

    // Killed, as a phone without memory does it, as soon as the word "saved" was there.
    let browser = Browser::open(&profile, "zh-CN").await?;
    let phone = Phone(&browser, &origin);
    start_offline(&phone).await?;
    phone.open_household("姚春生").await?;
    let visit = phone.begin_visit().await?;
    visit.choose("是否见到家庭成员", "否").await?;
    visit.saved().await?;
    visit.fill("未见到的原因", WHY).await?;
    visit.leave_field().await?;
    visit.saved().await?;
    browser.kill().await?;

    // The draft is where it was; finished, and closed before anything was sent.
    let browser = Browser::open(&profile, "zh-CN").await?;
    let (phone, visit) = (Phone(&browser, &origin), Visit(&browser));
    start_offline(&phone).await?;
    browser.tap_text("a", "姚春生 入户走访表").await?;
    ensure!(visit.filled("未见到的原因").await? == WHY, "the reason is lost");
    ensure!(visit.is_chosen("是否见到家庭成员", "否").await?, "the choice is lost");
    visit.next("检查").await?;
    visit.finish().await?;
    browser.see("走访已存在这部手机，有网时自动上传。").await?;
    browser.kill().await?;

    // Still only on this phone, and said so; then the network comes.
    let browser = Browser::open(&profile, "zh-CN").await?;
    let phone = Phone(&browser, &origin);
    start_offline(&phone).await?;
    phone.state("1 条仅在手机").await?;
    browser.see_gone("没写完").await?;
    phone.watch_state().await?;
    phone.to_sync().await?;
    browser.see("走访：姚春生").await?;
    phone.never_said_uploaded().await?;
    browser.set_offline(false).await?;
    phone.state("已全部上传").await?;
    browser.close().await?;

    let profile = Profile::new()?;
    let browser = Browser::open(&profile, "zh-CN").await?;
    let desk = Desk(&browser, &origin);
    desk.sign_in("yunling", "yunling-2026").await?;
    desk.open_village("石板村").await?;
    let (_, csv) = desk.export().await?;
    ensure!(csv.matches(WHY).count() == 1, "the visit is not in the export once:\n{csv}");
    browser.close().await
}

async fn start_offline(phone: &Phone<'_>) -> Result<()> {
    phone.0.set_offline(true).await?;
    phone.open("/").await?;
    phone.0.see("今天要去").await
}
