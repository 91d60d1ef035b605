//! What people do wrong and what phones refuse: said in words, with what to do, and the answer of before stays.

use anyhow::{Result, ensure};
use serde_json::json;
use zhucun_e2e::{
    Browser, Profile, Server,
    pages::{Phone, Visit},
    photos,
};

const PHOTO: &str = "佐证照片";

#[tokio::test]
async fn photos_and_places_that_cannot_be_taken_say_what_to_do_and_change_nothing() -> Result<()> {
    let server = Server::start().await?;
    let origin = server.origin();
    let profile = Profile::new()?;
    let browser = Browser::open(&profile, "zh-CN").await?;
    let phone = Phone(&browser, &origin);
    phone.sign_in().await?;
    phone.open_household("何德贵").await?;
    let visit = phone.begin_visit().await?;
    visit.choose("是否见到家庭成员", "是").await?;
    refused_place(&visit, &origin).await?;

    visit.open_part("致贫原因").await?;
    visit.choose("主要致贫原因", "因病").await?;
    let folder = profile.folder();
    visit.give_photo(PHOTO, &photos::no_picture(folder)?).await?;
    visit.says(PHOTO, "这个文件不是能打开的照片").await?;
    // Without a photo before, none is made up.
    ensure!(browser.count("//img[contains(@class,'photo-kept')]").await? == 0, "a letter has become a photo");
    visit.give_photo(PHOTO, &photos::jpeg(&browser, folder).await?).await?;
    let before = visit.photo_bytes(PHOTO).await?;
    for file in [photos::huge_picture(folder)?, photos::huge_rubbish(folder)?] {
        visit.give_photo(PHOTO, &file).await?;
        visit.says(PHOTO, "这张照片太大，手机打不开").await?;
        visit.says(PHOTO, "原来的答案没有变").await?;
        ensure!(visit.photo_bytes(PHOTO).await? == before, "the photo of before has changed");
    }
    visit.give_photo(PHOTO, &photos::no_picture(folder)?).await?;
    visit.says(PHOTO, "这个文件不是能打开的照片").await?;
    ensure!(visit.photo_bytes(PHOTO).await? == before, "the photo of before has changed");
    visit.give_no_photo(PHOTO).await?;
    ensure!(visit.photo_bytes(PHOTO).await? == before, "the photo of before has changed");
    browser.reload().await?;
    ensure!(visit.photo_bytes(PHOTO).await? == before, "the photo of before is not kept");
    browser.close().await
}

async fn refused_place(visit: &Visit<'_>, origin: &str) -> Result<()> {
    visit.0.refuse_place(origin).await?;
    // What is said at the foot of the screen is brought above the bar, with its button.
    visit.0.find("//button[contains(., '获取位置')]").await?;
    let room = visit.tap_at_the_foot("位置", "获取位置", "手机没有允许定位。").await?;
    ensure!(room >= 0.0, "the bar covers {} px of the button", -room);
    visit.says("位置", "再点“重试”；也可以先不填，继续走访").await?;
    // Allowed after all, the button it names takes it.
    visit.0.allow_place(origin, 26.58, 106.71).await?;
    visit.button("位置", "重试").await?;
    visit.says("位置", "已定位，精确到 8 米").await
}

#[tokio::test]
async fn a_full_phone_is_said_before_saved_and_what_was_typed_is_kept_once_there_is_room() -> Result<()> {
    let server = Server::start().await?;
    let origin = server.origin();
    let profile = Profile::new()?;
    let browser = Browser::open(&profile, "zh-CN").await?;
    let phone = Phone(&browser, &origin);
    phone.sign_in().await?;
    phone.open_household("姚春生").await?;
    let visit = phone.begin_visit().await?;
    visit.choose("是否见到家庭成员", "否").await?;
    visit.saved().await?;
    browser.close().await?;

    // Full from the start: a browser that has once found room does not look again for half a minute.
    let browser = Browser::open(&profile, "zh-CN").await?;
    let (phone, visit) = (Phone(&browser, &origin), Visit(&browser));
    browser.cdp("Storage.overrideQuotaForOrigin", json!({ "origin": origin, "quotaSize": 1 })).await?;
    phone.open("/").await?;
    browser.see("今天要去").await?;
    // A household: not saved, said, and the words stay in their fields.
    phone.fill_household("安得满", "2").await?;
    browser.see("手机存储满了，这次没有保存。").await?;
    ensure!(browser.value("//*[@id='head_name']").await? == "安得满", "what was typed is gone");
    browser.tap_text("button", "知道了").await?;
    // A draft: "not saved", and never "saved".
    phone.leave_to("今日").await?;
    browser.tap_text("a", "姚春生 入户走访表").await?;
    visit.fill("未见到的原因", "门锁着").await?;
    visit.leave_field().await?;
    browser.see("还没有存上！").await?;
    browser.see("手机存储满了").await?;
    // Finishing: not done either, and said.
    visit.next("检查").await?;
    browser.tap_text("button", "完成走访").await?;
    browser.find("//main/div[@role='alert'][contains(., '手机存储满了')]").await?;
    let text = browser.text().await?;
    ensure!(!text.contains("已存在这部手机") && !text.contains("走访完成"), "it says saved: {text}");

    // Room again: the draft is saved by itself, the household by a tap.
    browser.cdp("Storage.overrideQuotaForOrigin", json!({ "origin": origin })).await?;
    visit.saved().await?;
    browser.see_gone("还没有存上！").await?;
    browser.reload().await?;
    visit.at("检查").await?;
    visit.previous("走访对象").await?;
    ensure!(visit.filled("未见到的原因").await? == "门锁着", "the reason is lost");
    visit.next("检查").await?;
    visit.finish().await?;
    phone.open("/").await?;
    phone.add_household("安得满", "2").await?;
    browser.close().await
}

#[tokio::test]
async fn wrong_passwords_are_said_and_after_many_one_has_to_wait() -> Result<()> {
    let server = Server::start().await?;
    let origin = server.origin();
    let profile = Profile::new()?;
    let browser = Browser::open(&profile, "zh-CN").await?;
    let phone = Phone(&browser, &origin);
    phone.open("/").await?;
    phone.give_password("shiban", "").await?;
    browser.see("请填用户名和密码").await?;
    for _ in 0..10 {
        phone.give_password("shiban", "shiban-2025").await?;
        browser.see("用户名或密码不对。看看大小写，再试一次。").await?;
    }
    phone.give_password("shiban", "shiban-2025").await?;
    browser.see("试的次数太多了，请过几分钟再试。").await?;
    // The right one has to wait too: nothing is to be learned by trying on.
    phone.give_password("shiban", "shiban-2026").await?;
    browser.see("试的次数太多了，请过几分钟再试。").await?;
    ensure!(browser.count("//nav[@class='places']").await? == 0, "somebody is signed in");
    browser.close().await
}
