//! Photos come from another app's share sheet: into a checklist that is being filled, or as something needed; also without a
//! network.

use anyhow::{Result, ensure};
use zhucun_e2e::{Browser, Profile, Server, pages::Phone};

use crate::look::{look, look_in_english};

/// Shares photos as the phone's share sheet does: a form that is posted to the app's address.
const SHARE: &str = "
    return (async () => {
        const form = document.createElement('form');
        form.action = '/share'; form.method = 'post'; form.enctype = 'multipart/form-data';
        const input = document.createElement('input');
        input.type = 'file'; input.name = 'photos'; input.multiple = true;
        const files = new DataTransfer();
        for (const colour of COLOURS) {
            const canvas = document.createElement('canvas');
            canvas.width = 800; canvas.height = 600;
            const pen = canvas.getContext('2d');
            pen.fillStyle = colour; pen.fillRect(0, 0, 800, 600);
            const blob = await new Promise((done) => canvas.toBlob(done, 'image/jpeg'));
            files.items.add(new File([blob], colour + '.jpg', {type: 'image/jpeg'}));
        }
        input.files = files.files;
        form.append(input);
        document.body.append(form);
        form.submit();
    })()";

async fn share(browser: &Browser, colours: &[&str]) -> Result<()> {
    browser.script(&SHARE.replace("COLOURS", &serde_json::to_string(colours)?)).await.map(drop)
}

#[tokio::test]
async fn a_photo_shared_without_a_network_goes_into_the_checklist_that_is_being_filled() -> Result<()> {
    let server = Server::start().await?;
    let origin = server.origin();
    let profile = Profile::new()?;
    let browser = Browser::open(&profile, "zh-CN").await?;
    let phone = Phone(&browser, &origin);
    phone.sign_in().await?;
    phone.open_household("罗素英").await?;
    let visit = phone.begin_visit().await?;
    visit.choose("是否见到家庭成员", "是").await?;
    visit.open_part("致贫原因").await?;
    visit.choose("主要致贫原因", "因病").await?;
    visit.saved().await?;
    browser.set_offline(true).await?;
    share(&browser, &["teal"]).await?;
    browser.see("这张照片放到哪里").await?;
    browser.see("罗素英").await?;
    browser.see("佐证照片").await?;
    look(&browser, "shared", "zh-CN").await?;
    browser.tap("//section//button[contains(@class,'row')]").await?;
    // On to the checklist, where the photo is.
    visit.at("致贫原因").await?;
    visit.photo("佐证照片").await?;
    browser.set_offline(false).await?;
    phone.open("/share").await?;
    browser.see("没有收到照片").await?;
    look(&browser, "shared-none", "zh-CN").await?;
    share(&browser, &["red"]).await?;
    browser.see("已有照片，会换掉").await?;
    browser.tap_text("button", "不要了").await?;
    browser.see("没有收到照片").await?;
    browser.tap_text("button", "撤销").await?;
    browser.see("这张照片放到哪里").await?;
    browser.close().await
}

#[tokio::test]
async fn shared_photos_become_something_that_is_needed() -> Result<()> {
    let server = Server::start().await?;
    let origin = server.origin();
    let profile = Profile::new()?;
    let browser = Browser::open(&profile, "zh-CN").await?;
    let phone = Phone(&browser, &origin);
    phone.sign_in().await?;
    share(&browser, &["teal", "red"]).await?;
    browser.see("先选一张照片").await?;
    look(&browser, "shared-two", "zh-CN").await?;
    look_in_english(&browser, "shared-two", "Choose a photo").await?;
    browser.tap_text("button", "写成一件诉求").await?;
    browser.see("您有什么事要说").await?;
    browser.find("(//div[@class='say-photo']//img)[2]").await?;
    phone.open("/share").await?;
    browser.see("没有收到照片").await?;
    ensure!(browser.count("//main//img").await? == 0, "they wait twice");
    browser.close().await
}

#[tokio::test]
async fn shared_photos_that_a_need_does_not_take_stay_to_be_put_elsewhere() -> Result<()> {
    let server = Server::start().await?;
    let origin = server.origin();
    let profile = Profile::new()?;
    let browser = Browser::open(&profile, "zh-CN").await?;
    let phone = Phone(&browser, &origin);
    phone.sign_in().await?;
    share(&browser, &["teal", "red", "navy", "olive", "gold"]).await?;
    browser.see("先选一张照片").await?;
    browser.tap_text("button", "写成一件诉求").await?;
    browser.see("还剩 2 张").await?;
    look(&browser, "shared-left", "zh-CN").await?;
    ensure!(browser.count("//label[contains(@class,'tile')]").await? == 2, "not those that are left");
    browser.tap_text("button", "接着说").await?;
    browser.see("您有什么事要说").await?;
    browser.find("(//div[@class='say-photo']//img)[3]").await?;
    phone.open("/share").await?;
    browser.see("先选一张照片").await?;
    ensure!(browser.count("//label[contains(@class,'tile')]").await? == 2, "not those that are left");
    browser.close().await
}
