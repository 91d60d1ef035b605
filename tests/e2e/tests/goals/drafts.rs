//! What is begun and not finished: it goes on where it was, it can be taken away, and what was never filled in leaves nothing.

use anyhow::{Result, ensure};
use zhucun_e2e::{Browser, Profile, Server, eventually, pages::Phone, photos};

const FAMILY: &str = "姚春生";
const WHY: &str = "未见到的原因";

/// How many drafts the phone keeps: what is shown as deleted is kept while it can be brought back, and a page that is loaded anew
/// before it has gone shows it again.
const KEPT: &str = "return new Promise((resolve, reject) => {
    const open = indexedDB.open('zhucun-u-shiban');
    open.onerror = () => reject(open.error);
    open.onsuccess = () => {
        const count = open.result.transaction('drafts').objectStore('drafts').count();
        count.onsuccess = () => {
            open.result.close();
            resolve(count.result);
        };
    };
})";

#[tokio::test]
async fn a_visit_that_was_begun_goes_on_and_can_be_deleted_and_a_blank_one_leaves_nothing() -> Result<()> {
    let server = Server::start().await?;
    let origin = server.origin();
    let browser = Browser::open(&Profile::new()?, "zh-CN").await?;
    let phone = Phone(&browser, &origin);
    phone.sign_in().await?;

    // Looked at, and left.
    phone.open_household(FAMILY).await?;
    phone.begin_visit().await?.leave().await?;
    browser.see("开始走访").await?;
    browser.reload().await?;
    browser.see("开始走访").await?;
    ensure!(browser.count("//*[contains(., '没写完')]").await? == 0, "a blank draft stayed");

    // Begun, and left: the household and today lead back to it, and the page of uploads names it.
    let visit = phone.begin_visit().await?;
    visit.choose("是否见到家庭成员", "否").await?;
    visit.saved().await?;
    visit.leave().await?;
    browser.see("没写完").await?;
    browser.see("写到第 1/").await?;
    phone.to_sync().await?;
    browser.see("没写完").await?;
    browser.see("没有。写完的都上传了。").await?;
    phone.leave_to("今日").await?;
    browser.tap_text("a", "姚春生 入户走访表").await?;
    ensure!(visit.is_chosen("是否见到家庭成员", "否").await?, "the choice is lost");
    visit.leave().await?;
    phone.open_household(FAMILY).await?;
    browser.tap_text("button", "继续走访").await?;
    ensure!(visit.is_chosen("是否见到家庭成员", "否").await?, "another visit was begun");

    // Signing out tells of it, and offers no upload of what is not finished.
    visit.leave().await?;
    phone.leave_to("我的").await?;
    browser.tap_text("button", "退出登录").await?;
    browser.see("有没写完的走访仅在这部手机上").await?;
    ensure!(browser.count("//button[contains(., '先上传')]").await? == 0, "a draft cannot be uploaded");
    browser.tap_text("button", "不退出").await?;

    // Deleted, brought back, and deleted for good.
    phone.leave_to("农户").await?;
    phone.open_household(FAMILY).await?;
    for is_kept in [true, false] {
        browser.tap_text("button", "继续走访").await?;
        visit.delete().await?;
        browser.see("草稿已删除").await?;
        browser.see("开始走访").await?;
        if is_kept {
            browser.tap_text("button", "撤销").await?;
            browser.tap_text("button", "继续走访").await?;
            ensure!(visit.is_chosen("是否见到家庭成员", "否").await?, "what was answered did not come back");
            visit.leave().await?;
        }
    }
    // Another offer ends the first: that draft is gone for good, and the one of the second offer still kept.
    phone.leave_to("农户").await?;
    phone.open_household("周巧珍").await?;
    phone.begin_visit().await?.choose("是否见到家庭成员", "否").await?;
    visit.saved().await?;
    visit.delete().await?;
    browser.see("草稿已删除").await?;
    eventually("the first draft's end", async || Ok(browser.script(KEPT).await?.as_u64() == Some(1))).await?;
    phone.open("/").await?;
    browser.see("周巧珍 入户走访表").await?;
    ensure!(browser.count("//a[contains(., '姚春生 入户走访表')]").await? == 0, "the first draft is listed");
    browser.close().await
}

/// Types into a field and loads the page anew in the same breath. What it leaves in the page goes with the page.
fn typed_and_reloaded(label: &str, words: &str) -> String {
    format!(
        "const ask = [...document.querySelectorAll('.ask')].find((one) => one.textContent.includes('{label}'));
        const field = ask.querySelector('input, textarea');
        window.isBefore = true;
        field.value = '{words}';
        field.dispatchEvent(new Event('input', {{ bubbles: true }}));
        location.reload();"
    )
}

/// Whether the words "saved" stand elsewhere when they are said than when they are not.
const SAID_AND_NOT: &str = "const line = document.querySelector('.saved-place .is-saved');
    const [there, now] = [line, line.lastElementChild].map((one) => () => JSON.stringify(one.getBoundingClientRect()));
    const said = there() + now();
    line.classList.remove('is-saved');
    const silent = there() + now();
    line.classList.add('is-saved');
    return said !== silent;";

#[tokio::test]
async fn what_is_typed_the_moment_before_the_page_goes_is_kept() -> Result<()> {
    let server = Server::start().await?;
    let origin = server.origin();
    let browser = Browser::open(&Profile::new()?, "zh-CN").await?;
    let phone = Phone(&browser, &origin);
    phone.sign_in().await?;
    phone.open_household(FAMILY).await?;
    let visit = phone.begin_visit().await?;
    visit.choose("是否见到家庭成员", "否").await?;
    visit.saved().await?;
    for words in ["赶场", "赶场去了", "赶场去了，下午回"] {
        browser.find(&format!("//*[contains(@class, 'ask') and contains(., '{WHY}')]//input")).await?;
        browser.script(&typed_and_reloaded(WHY, words)).await?;
        eventually("the page anew", async || Ok(browser.script("return window.isBefore").await?.is_null())).await?;
        let kept = visit.filled(WHY).await?;
        ensure!(kept == words, "“{words}” was typed, “{kept}” is there");
    }
    visit.fill(WHY, "下地去了").await?;
    visit.leave_field().await?;
    visit.saved().await?;
    let moved = browser.script(SAID_AND_NOT).await?;
    ensure!(moved.as_bool() == Some(false), "the page moves when it is saved");
    browser.close().await
}

#[tokio::test]
async fn deleting_a_correction_that_was_begun_leads_back_to_the_visit() -> Result<()> {
    let server = Server::start().await?;
    let origin = server.origin();
    let browser = Browser::open(&Profile::new()?, "zh-CN").await?;
    let phone = Phone(&browser, &origin);
    phone.sign_in().await?;
    phone.open_household(FAMILY).await?;
    let visit = phone.begin_visit().await?;
    visit.nobody_at_home("赶场去了").await?;
    browser.tap_text("button", "回到农户").await?;
    browser.tap("//a[contains(., '走访 ·')]").await?;
    browser.tap_text("button", "更正这次走访").await?;
    visit.at("更正").await?;
    visit.fill(WHY, "下地去了").await?;
    visit.leave_field().await?;
    visit.saved().await?;

    visit.delete().await?;
    browser.see("草稿已删除").await?;
    browser.see("更正这次走访").await?;
    let text = browser.text().await?;
    ensure!(!text.contains("这条记录不在这部手机上"), "it leads to where the draft would have become a visit: {text}");
    browser.tap_text("button", "撤销").await?;
    browser.see("继续更正").await?;
    browser.close().await
}

/// A phone on which a photo takes as long as one likes: it is made small when `letGo` is called.
const SLOW_PHOTOS: &str = "
    const make = HTMLCanvasElement.prototype.toBlob;
    HTMLCanvasElement.prototype.toBlob = function (...given) { window.letGo = () => make.apply(this, given); };";

#[tokio::test]
async fn a_photo_that_comes_after_the_visit_was_left_and_opened_again_is_kept_beside_what_is_typed_there() -> Result<()>
{
    let server = Server::start().await?;
    let origin = server.origin();
    let profile = Profile::new()?;
    let browser = Browser::open(&profile, "zh-CN").await?;
    let phone = Phone(&browser, &origin);
    phone.sign_in().await?;
    let photo = photos::jpeg(&browser, profile.folder()).await?;
    phone.open_household(FAMILY).await?;
    let visit = phone.begin_visit().await?;
    visit.choose("是否见到家庭成员", "是").await?;
    visit.open_part("致贫原因").await?;
    visit.choose("主要致贫原因", "因病").await?;
    browser.script(SLOW_PHOTOS).await?;
    visit.give_photo("佐证照片", &photo).await?;
    eventually("the photo is drawn", async || {
        Ok(browser.script("return typeof window.letGo").await?.as_str() == Some("function"))
    })
    .await?;
    visit.leave().await?;

    browser.tap_text("button", "继续走访").await?;
    visit.fill("情况说明", "常年吃药").await?;
    visit.leave_field().await?;
    visit.saved().await?;
    browser.script("window.letGo()").await?;
    visit.photo("佐证照片").await?;
    visit.saved().await?;
    browser.reload().await?;
    visit.photo("佐证照片").await?;
    ensure!(visit.filled("情况说明").await? == "常年吃药", "the photo has written over what was typed");
    browser.close().await
}

#[tokio::test]
async fn nothing_can_be_answered_in_a_visit_while_it_is_being_finished() -> Result<()> {
    let server = Server::start().await?;
    let origin = server.origin();
    let browser = Browser::open(&Profile::new()?, "zh-CN").await?;
    let phone = Phone(&browser, &origin);
    phone.sign_in().await?;
    phone.open_household(FAMILY).await?;
    let visit = phone.begin_visit().await?;
    visit.signed("修房").await?;
    browser.see("都填好了").await?;
    // The signature becomes a picture when the visit is finished.
    browser.script(SLOW_PHOTOS).await?;
    browser.tap_text("button", "完成走访").await?;
    eventually("the signature is drawn", async || {
        Ok(browser.script("return typeof window.letGo").await?.as_str() == Some("function"))
    })
    .await?;
    browser.tap_text("button", "上一页").await?;
    browser.tap("//main//button[contains(., '是否见到家庭成员')]").await?;
    visit.at("检查").await?;
    ensure!(browser.count("//main//input").await? == 0, "a question can be answered that will be in no visit");
    browser.script("window.letGo()").await?;
    browser.find("//main//h1[.='走访完成']").await?;
    browser.close().await
}

#[tokio::test]
async fn what_is_typed_and_not_saved_outlives_a_reload() -> Result<()> {
    let server = Server::start().await?;
    let origin = server.origin();
    let browser = Browser::open(&Profile::new()?, "zh-CN").await?;
    let phone = Phone(&browser, &origin);
    phone.sign_in().await?;

    phone.to("农户").await?;
    browser.tap_text("button", "加一户").await?;
    browser.write("//*[@id='head_name']", "韦老三").await?;
    browser.write("//*[@id='address']", "四组 9 号").await?;
    browser.reload().await?;
    ensure!(browser.value("//*[@id='head_name']").await? == "韦老三", "the name is lost");
    ensure!(browser.value("//*[@id='address']").await? == "四组 9 号", "the address is lost");

    phone.leave_to("诉求").await?;
    browser.tap_text("a", "村口的水管冻裂了").await?;
    browser.write("//*[@id='words']", "明天上午带人来修").await?;
    browser.reload().await?;
    ensure!(browser.value("//*[@id='words']").await? == "明天上午带人来修", "the answer is lost");
    browser.close().await
}
