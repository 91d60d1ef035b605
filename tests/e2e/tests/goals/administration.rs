//! A county begins with nothing and nobody; a village changes hands.

use anyhow::{Result, ensure};
use serde_json::{Value, json};
use zhucun_e2e::{
    Browser, Profile, Server, eventually,
    pages::{Admin, Desk, Phone},
    sheets, shot,
};

use crate::look::look;

const PASSWORD: &str = "yi-ju-hao-ji-de-hua";

/// A form that can be used.
pub(crate) const GOOD: &[[&str; 4]] = &[
    ["text", "name", "户主叫什么", "What is the head called"],
    ["integer", "people", "家里几口人", "How many people"],
    ["note", "thanks", "谢谢", "Thank you"],
];

#[tokio::test]
async fn a_county_goes_from_the_first_start_to_a_secretary_who_sees_the_form() -> Result<()> {
    let server = Server::empty().await?;
    let origin = server.origin();
    let profile = Profile::new()?;
    let browser = Browser::open_wide(&profile, "zh-CN").await?;
    let admin = Admin(&browser, &origin);
    let link = server.first_link().await?;
    admin.join(&link, Some("guanli"), PASSWORD).await?;
    browser.see("本县").await?;
    browser.goto(&format!("{origin}{link}")).await?;
    browser.see("这个链接不能用了").await?;
    browser.goto(&format!("{origin}/desk")).await?;

    browser.tap_text("a", "管理村和乡镇").await?;
    admin.add_place("县", "河口镇", "Hekou").await?;
    admin.add_place("河口镇", "石板村", "Shiban").await?;
    upload(&admin, &profile).await?;

    admin.to("人员").await?;
    let link = admin.invite("罗素英").await?;
    shot(&browser, "admin-slip.wide").await?;
    on_the_phone(&origin, &link).await?;
    browser.close().await
}

/// A form with errors, the mended one, a look at it, publishing.
async fn upload(admin: &Admin<'_>, profile: &Profile) -> Result<()> {
    let browser = admin.0;
    admin.to("表单").await?;
    browser.tap_text("a", "上传表单").await?;
    let wrong = [GOOD[0], ["integr", "people", "家里几口人", "How many people"], ["text", "name", "又", "Again"]];
    admin.give_sheet(&sheets::form(profile.folder(), "1", &wrong)?).await?;
    browser.see("有 2 处要改").await?;
    shot(browser, "admin-upload-problems.wide").await?;
    for words in ["survey", "A3", "B4", "integr"] {
        ensure!(browser.text().await?.contains(words), "{words} is not said");
    }
    ensure!(browser.count("//button[contains(., '发布')]").await? == 0, "what is wrong cannot be published");

    admin.give_sheet(&sheets::form(profile.folder(), "1", GOOD)?).await?;
    browser.see("没有发现问题").await?;
    browser.tap_text("button", "在手机上的样子").await?;
    browser.find("//*[@class='phone-frame']//*[contains(., '户主叫什么')]").await?;
    browser.write("//*[@class='phone-frame']//input", "何德贵").await?;
    shot(browser, "admin-preview.wide").await?;
    browser.tap("//*[@class='phone-frame']/preceding-sibling::button[.='English']").await?;
    browser.see("What is the head called").await?;
    ensure!(browser.value("//*[@class='phone-frame']//input").await? == "何德贵", "what was tried is gone");
    let kept = browser.script("return indexedDB.databases().then((all) => all.map((one) => one.name))").await?;
    ensure!(kept == json!([]), "the preview keeps something: {kept}");
    browser.tap_text("button", "发布").await?;
    browser.see("所有村").await?;
    browser.see("收到的走访").await
}

async fn on_the_phone(origin: &str, link: &str) -> Result<()> {
    let profile = Profile::new()?;
    let browser = Browser::open(&profile, "zh-CN").await?;
    browser.goto(&format!("{origin}{link}")).await?;
    browser.see("石板村").await?;
    shot(&browser, "invite.zh-CN").await?;
    let phone = Phone(&browser, origin);
    Admin(&browser, origin).join(link, Some("luo"), PASSWORD).await?;
    browser.see("还没有农户").await?;
    phone.add_household("何德贵", "1").await?;
    browser.tap_text("button", "开始走访").await?;
    browser.see("户主叫什么").await?;
    browser.close().await
}

/// What a phone's database holds of a village: keys by store, and how many drafts and photos.
const KEPT: &str = "
    return new Promise((resolve) => {
        const open = indexedDB.open('zhucun-u-shiban');
        open.onsuccess = () => {
            const db = open.result;
            const stores = [...db.objectStoreNames];
            const tx = db.transaction(stores);
            const found = [];
            for (const store of stores) {
                tx.objectStore(store).getAllKeys().onsuccess = (event) => {
                    for (const key of event.target.result) {
                        if (store === 'drafts' || store === 'blobs' || store === 'outbox' || key.startsWith('village/'))
                            found.push(`${store}: ${key}`);
                    }
                };
            }
            tx.oncomplete = () => { db.close(); resolve(found); };
        };
    });";

/// The heading over drafts.
const DRAFTS: &str = "//h2[contains(., '没写完')]";

#[tokio::test]
async fn a_village_that_changes_hands_is_the_successors_and_gone_from_the_predecessors_phone() -> Result<()> {
    let server = Server::start().await?;
    let origin = server.origin();
    let profile = Profile::new()?;
    let before = Browser::open(&profile, "zh-CN").await?;
    let phone = Phone(&before, &origin);
    phone.sign_in().await?;
    phone.open_household("何德贵").await?;
    let visit = phone.begin_visit().await?;
    visit.choose("是否见到家庭成员", "是").await?;
    before.tap("//header//button[contains(@aria-label,'返回')]").await?;
    before.set_offline(true).await?;
    phone.add_household("新来户", "3").await?;
    ensure!(!kept(&before).await?.is_empty(), "there is a village to lose");

    let link = hand_over(&origin).await?;

    before.set_offline(false).await?;
    before.see("您不再负责这个村").await?;
    eventually("nothing of the village on the phone", async || Ok(kept(&before).await?.is_empty())).await?;
    let text = before.text().await?;
    for gone in ["何德贵", "新来户"] {
        ensure!(!text.contains(gone), "{gone} is still shown: {text}");
    }
    ensure!(before.count(DRAFTS).await? == 0, "the draft is still listed: {text}");
    phone.open("/").await?;
    before.see("今日").await?;
    ensure!(!before.text().await?.contains("何德贵"), "it came back");
    before.close().await?;

    let profile = Profile::new()?;
    let after = Browser::open(&profile, "zh-CN").await?;
    Admin(&after, &origin).join(&link, Some("du-ruoqing"), PASSWORD).await?;
    after.see("今天要去").await?;
    let phone = Phone(&after, &origin);
    phone.open_household("何德贵").await?;
    phone.leave_to("农户").await?;
    phone.open_household("新来户").await?;
    after.close().await
}

#[tokio::test]
async fn a_visit_that_is_open_when_its_village_changes_hands_closes_says_why_and_leaves_nothing() -> Result<()> {
    let server = Server::start().await?;
    let origin = server.origin();
    let profile = Profile::new()?;
    let browser = Browser::open(&profile, "zh-CN").await?;
    let phone = Phone(&browser, &origin);
    phone.sign_in().await?;
    phone.open_household("何德贵").await?;
    let visit = phone.begin_visit().await?;
    visit.choose("是否见到家庭成员", "否").await?;
    visit.saved().await?;
    hand_over(&origin).await?;
    browser.set_offline(true).await?;
    visit.fill("未见到的原因", "赶场去了").await?;
    visit.leave_field().await?;
    visit.saved().await?;

    browser.set_offline(false).await?;
    browser.see("您现在不负责这个村").await?;
    ensure!(browser.count("//input | //textarea").await? == 0, "it can still be filled in");
    eventually("nothing of the village on the phone", async || Ok(kept(&browser).await?.is_empty())).await?;
    browser.tap_text("a", "回到今日").await?;
    browser.see("您不再负责这个村").await?;
    // Leaving it has brought nothing back.
    ensure!(kept(&browser).await?.is_empty(), "the draft came back: {:?}", kept(&browser).await?);
    ensure!(browser.count(DRAFTS).await? == 0, "the draft is still listed");
    browser.close().await
}

#[tokio::test]
async fn a_secretary_who_moves_loses_the_old_village_and_nothing_of_the_new_one() -> Result<()> {
    let server = Server::start().await?;
    server.add_village("xinzhai", "新寨村").await?;
    let origin = server.origin();
    let profile = Profile::new()?;
    let browser = Browser::open(&profile, "zh-CN").await?;
    let phone = Phone(&browser, &origin);
    phone.sign_in().await?;
    begin(&phone, "何德贵").await?;
    browser.set_offline(true).await?;
    give_to_known(&origin, "新寨村", "沈书远").await?;
    // Written after the handover: the server does not take it, and it stays until the person discards it.
    phone.add_household("迟来户", "3").await?;
    browser.set_offline(false).await?;
    browser.see("您不再负责这个村").await?;
    phone.state("1 条需处理").await?;

    phone.add_household("新寨户", "1").await?;
    phone.leave_to("农户").await?;
    begin(&phone, "新寨户").await?;
    phone.to_sync().await?;
    // Every round finds the old village taken away again.
    for _ in 0..3 {
        phone.upload_now().await?;
    }
    browser.see("新寨户 入户走访表").await?;
    browser.reload().await?;
    browser.see("新寨户 入户走访表").await?;
    ensure!(!browser.text().await?.contains("何德贵"), "the old village's draft is listed");

    browser.tap_text("button", "不要了").await?;
    browser.see("这条不要了").await?;
    phone.leave_to("农户").await?;
    browser.see("新寨户").await?;
    phone.leave_to("诉求").await?;
    // Ends the minute in which it could be undone.
    browser.tap_text("a", "有人要说件事").await?;
    browser.see("您有什么事要说").await?;
    let of = |rows: &[Value], what: &str| rows.iter().filter(|row| row.to_string().contains(what)).count();
    eventually("the old village's end", async || Ok(of(&kept(&browser).await?, "village/shiban") == 0)).await?;
    let rows = kept(&browser).await?;
    ensure!(of(&rows, "drafts: ") == 1 && of(&rows, "village/xinzhai") > 0, "{rows:?}");
    phone.open("/").await?;
    browser.see("新寨户 入户走访表").await?;
    browser.close().await
}

/// Begins a visit to a household, and leaves it.
async fn begin(phone: &Phone<'_>, household: &str) -> Result<()> {
    phone.open_household(household).await?;
    let visit = phone.begin_visit().await?;
    visit.choose("是否见到家庭成员", "否").await?;
    visit.saved().await?;
    visit.leave().await
}

async fn kept(browser: &Browser) -> Result<Vec<Value>> {
    Ok(browser.script(KEPT).await?.as_array().cloned().unwrap_or_default())
}

/// The county invites a new secretary for Shiban; gives the path of the link.
async fn hand_over(origin: &str) -> Result<String> {
    let profile = Profile::new()?;
    let browser = Browser::open_wide(&profile, "zh-CN").await?;
    Desk(&browser, origin).sign_in("qingxi", "qingxi-2026").await?;
    browser.tap_text("a", "管理村和乡镇").await?;
    browser.tap("//table//a[contains(., '石板村')]").await?;
    browser.see("现在是沈书远").await?;
    browser.write("//*[@id='after-name']", "杜若青").await?;
    shot(&browser, "admin-secretary.wide").await?;
    browser.tap_text("button", "交接").await?;
    let link = Admin(&browser, origin).link().await?;
    browser.close().await?;
    Ok(link)
}

/// The county gives a village to somebody who has an account.
async fn give_to_known(origin: &str, village: &str, name: &str) -> Result<()> {
    let profile = Profile::new()?;
    let browser = Browser::open_wide(&profile, "zh-CN").await?;
    Desk(&browser, origin).sign_in("qingxi", "qingxi-2026").await?;
    browser.tap_text("a", "管理村和乡镇").await?;
    browser.tap(&format!("//table//a[contains(., '{village}')]")).await?;
    browser.tap("//label[contains(., '已经有账号的人')]").await?;
    browser.write("//*[@id='after-search']", name).await?;
    browser.tap(&format!("//div[@role='radiogroup']//label[contains(., '{name}')]")).await?;
    browser.tap_text("button", "交接").await?;
    browser.see("已交接").await?;
    browser.close().await
}

/// Where the county administers: the address behind `#`, a name for the picture, something that is there once it is drawn.
pub(crate) const SCREENS: [(&str, &str, &str); 10] = [
    ("/", "villages", "//a[contains(@class,'desk-row')]"),
    ("!places", "places", "//table//td"),
    ("!places/shiban", "place", "//form//*[@id='name-zh']"),
    ("!places/+", "place-new", "//form//*[@id='place-zh']"),
    ("!forms", "forms", "//a[contains(@class,'desk-row')]"),
    ("!forms/household_visit", "form", "//dl[@class='facts']"),
    ("!forms/+", "upload", "//input[@id='sheet']"),
    ("!users", "users", "//a[contains(@class,'desk-row')]"),
    ("!users/u-shiban", "user", "//dl[@class='facts']"),
    ("!settings", "settings", "//*[@id='unseen']"),
];

#[tokio::test]
async fn every_screen_of_the_administration_is_for_everybody_in_both_languages_and_sizes() -> Result<()> {
    let server = Server::start().await?;
    let origin = server.origin();
    for wide in [true, false] {
        let profile = Profile::new()?;
        let browser = match wide {
            true => Browser::open_wide(&profile, "zh-CN").await?,
            false => Browser::open(&profile, "zh-CN").await?,
        };
        Desk(&browser, &origin).sign_in("qingxi", "qingxi-2026").await?;
        for lang in ["zh-CN", "en"] {
            for (hash, name, there) in SCREENS {
                browser.goto(&format!("{origin}/desk#{hash}")).await?;
                browser.find(there).await?;
                let size = if wide { "wide" } else { "phone" };
                if name == "places" {
                    browser.see("石板村").await?;
                }
                look(&browser, &format!("admin-{name}.{size}"), lang).await?;
                if name == "upload" {
                    problems(&Admin(&browser, &origin), &profile, &format!("admin-problems.{size}"), lang).await?;
                }
            }
            browser.tap("//header//button[normalize-space(.)='English' or normalize-space(.)='中文']").await?;
        }
        browser.close().await?;
    }
    Ok(())
}

/// What is wrong with a sheet is read on any screen.
async fn problems(admin: &Admin<'_>, profile: &Profile, name: &str, lang: &str) -> Result<()> {
    let wrong = [["integr", "people", "家里几口人", "How many people"]];
    admin.give_sheet(&sheets::form(profile.folder(), "1", &wrong)?).await?;
    for words in ["survey", "A2", "integr"] {
        admin.0.see(words).await?;
    }
    look(admin.0, name, lang).await
}
