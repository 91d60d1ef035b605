//! A finished visit is read, corrected without a network, and counts once.

use anyhow::{Result, ensure};
use zhucun_e2e::{
    Browser, Profile, Server, eventually,
    pages::{Desk, Phone, Visit},
    print, shot,
};

use crate::look::look;

const FAMILY: &str = "何德贵";
const QUESTION: &str = "下一步打算";
const BEFORE: &str = "替他问小额信贷";
const AFTER: &str = "替他问大病报销";

#[tokio::test]
async fn a_visit_corrected_offline_over_a_closed_browser_counts_once_and_is_told_side_by_side() -> Result<()> {
    let server = Server::start().await?;
    let origin = server.origin();
    let profile = Profile::new()?;
    let browser = Browser::open(&profile, "zh-CN").await?;
    let phone = Phone(&browser, &origin);
    phone.sign_in().await?;
    phone.open_household(FAMILY).await?;
    let before = browser.count("//a[contains(., '走访 ·')]").await?;
    let visit = phone.begin_visit().await?;
    visit.signed(BEFORE).await?;
    visit.finish().await?;
    phone.0.tap_text("button", "回到农户").await?;
    phone.state("已全部上传").await?;
    browser.close().await?;

    begun_and_killed(&profile, &origin).await?;
    finished_and_killed(&profile, &origin).await?;
    let browser = Browser::open(&profile, "zh-CN").await?;
    let phone = Phone(&browser, &origin);
    start_offline(&phone).await?;
    phone.state("1 条仅在手机").await?;
    browser.set_offline(false).await?;
    phone.state("已全部上传").await?;
    phone.open_household(FAMILY).await?;
    let rows = browser.count("//a[contains(., '走访 ·')]").await?;
    ensure!(rows == before + 1, "{rows} visits, {before} before: the corrected one counts twice");
    browser.close().await?;
    pictures_are_elsewhere(&origin).await?;
    at_the_township(&origin).await
}

/// On another phone the pictures of a visit are at the server only: without a network that is said, also in a correction.
async fn pictures_are_elsewhere(origin: &str) -> Result<()> {
    let profile = Profile::new()?;
    let browser = Browser::open(&profile, "zh-CN").await?;
    let phone = Phone(&browser, origin);
    phone.sign_in().await?;
    phone.open_household(FAMILY).await?;
    browser.tap("//a[contains(., '走访 ·')]").await?;
    browser.see("不愁吃").await?;
    let visit = Visit(&browser);
    browser.tap_text("button", "更正这次走访").await?;
    visit.at("更正").await?;
    visit.open_part("诉求与帮扶").await?;
    visit.photo("农户签名").await?;
    browser.set_offline(true).await?;
    visit.says("农户签名", "要联网才能看").await?;
    ensure!(browser.count("//img[contains(@class,'photo-kept')]").await? == 0, "a picture that cannot be had");
    look(&browser, "visit-correcting-offline", "zh-CN").await?;
    browser.set_offline(false).await?;
    visit.photo("农户签名").await?;
    browser.close().await
}

async fn start_offline(phone: &Phone<'_>) -> Result<()> {
    phone.0.set_offline(true).await?;
    phone.open("/").await?;
    phone.0.see("今天要去").await
}

/// Begins the correction; the browser is killed when it is said to be saved.
async fn begun_and_killed(profile: &Profile, origin: &str) -> Result<()> {
    let browser = Browser::open(profile, "zh-CN").await?;
    let phone = Phone(&browser, origin);
    start_offline(&phone).await?;
    phone.open_household(FAMILY).await?;
    browser.tap("//a[contains(., '走访 ·')]").await?;
    browser.see("不愁吃").await?;
    ensure!(Desk(&browser, origin).answer(QUESTION).await? == BEFORE, "another visit");
    look(&browser, "visit-read", "zh-CN").await?;

    // Looked at and left: no draft stays.
    let visit = Visit(&browser);
    browser.tap_text("button", "更正这次走访").await?;
    visit.at("更正").await?;
    visit.leave().await?;
    browser.see("更正这次走访").await?;
    browser.tap_text("button", "更正这次走访").await?;
    visit.review().await?;
    browser.see("都填好了").await?;
    browser.tap_text("button", "完成更正").await?;
    browser.see("还没有改任何一项").await?;
    visit.open_part("诉求与帮扶").await?;
    ensure!(visit.filled(QUESTION).await? == BEFORE, "the answer was not brought along");
    visit.photo("农户签名").await?;
    visit.fill(QUESTION, AFTER).await?;
    visit.leave_field().await?;
    visit.saved().await?;
    look(&browser, "visit-correcting", "zh-CN").await?;
    visit.saved().await?;
    browser.kill().await
}

/// Goes on with it, and finishes; killed before anything is sent.
async fn finished_and_killed(profile: &Profile, origin: &str) -> Result<()> {
    let browser = Browser::open(profile, "zh-CN").await?;
    let (phone, visit) = (Phone(&browser, origin), Visit(&browser));
    start_offline(&phone).await?;
    phone.open_household(FAMILY).await?;
    browser.tap("//a[contains(., '走访 ·')]").await?;
    browser.tap_text("button", "继续更正").await?;
    visit.at("更正").await?;
    ensure!(visit.filled(QUESTION).await? == AFTER, "the correction is lost");
    visit.next("检查").await?;
    look(&browser, "visit-correction-review", "zh-CN").await?;
    visit.finish_correction("记错了").await?;
    browser.tap_text("button", "看更正后的走访").await?;
    browser.see("原因：记错了").await?;
    let changed = Desk(&browser, origin).changed().await?;
    ensure!(changed == [[QUESTION, BEFORE, AFTER].map(str::to_owned)], "{changed:?}");
    look(&browser, "visit-corrected", "zh-CN").await?;
    browser.tap_text("button", "没改的也显示").await?;
    look(&browser, "visit-corrected-all", "zh-CN").await?;
    browser.tap_text("button", "只看改了的").await?;
    print(&browser, "visit-corrected").await?;

    // The first version is there to be read, and says that it does not count.
    browser.tap("//ul[@class='rows']//a[contains(., '最初填写')]").await?;
    browser.see("这个版本已经更正").await?;
    ensure!(Desk(&browser, origin).answer(QUESTION).await? == BEFORE, "the first version was changed");
    ensure!(browser.count("//button[contains(., '更正这次走访')]").await? == 0, "what is replaced cannot be corrected");
    look(&browser, "visit-outdated", "zh-CN").await?;
    browser.kill().await
}

async fn at_the_township(origin: &str) -> Result<()> {
    let profile = Profile::new()?;
    let browser = Browser::open_wide(&profile, "zh-CN").await?;
    let desk = Desk(&browser, origin);
    desk.sign_in("yunling", "yunling-2026").await?;
    desk.open_village("石板村").await?;
    ensure!(desk.rows("已更正").await? == 1, "not one corrected visit");
    let (_, csv) = desk.export().await?;
    ensure!(csv.contains(AFTER) && !csv.contains(BEFORE), "the export holds the old version");
    ensure!(desk.file_start("visits.xlsx").await? == *b"PK\x03\x04", "no workbook");
    desk.open_visit("已更正").await?;
    let changed = desk.changed().await?;
    ensure!(changed == [[QUESTION, BEFORE, AFTER].map(str::to_owned)], "{changed:?}");
    browser.see("原因：记错了").await?;
    desk.picture("农户签名").await?;
    shot(&browser, "desk-1280-corrected").await?;
    print(&browser, "desk-corrected").await?;
    browser.tap_text("button", "没改的也显示").await?;
    eventually("what is the same", async || Ok(desk.changed().await?.len() > 10)).await?;

    // The list stays while another version is opened beside it.
    browser.tap("//ul[@class='rows']//a[contains(., '最初填写')]").await?;
    browser.see("这个版本已经更正").await?;
    ensure!(desk.answer(QUESTION).await? == BEFORE, "another version");
    ensure!(desk.rows("已更正").await? == 1, "the list went");
    browser.close().await
}
