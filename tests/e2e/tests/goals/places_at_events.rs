//! `background-geopoint`: where the phone was when a question was answered, only for who has agreed.

use anyhow::{Result, ensure};
use zhucun_e2e::{
    Browser, Profile, Server, eventually,
    pages::{Desk, Phone, Visit},
    shot_whole,
};

const FORM: &str = "
| survey | | | | | |
| | type | name | label::中文 (zh) | label::English (en) | trigger |
| | begin group | here | 到户 | At the house | |
| | text | who | 户主叫什么 | Name of the head | |
| | background-geopoint | answered_at | | | ${who} |
| | end group | | | | |
| settings | |
| | form_id | form_title | version |
| | places | 带位置的表 | 1 |
";

async fn visit(phone: &Phone<'_>, browser: &Browser, answer: &str, who: &str) -> Result<()> {
    let visit = Visit(browser);
    phone.open("/visit/new").await?;
    browser.tap("//button[normalize-space(.)='带位置的表']").await?;
    visit.at("到户").await?;
    if answer == "同意记" {
        // What was answered at the visit before holds, and can be changed.
        browser.see("您没有同意").await?;
        browser.tap_text("button", "改").await?;
    }
    browser.see("填某些问题时所在的位置").await?;
    shot_whole(browser, "place-at-event.zh-CN").await?;
    browser.tap_text("button", answer).await?;
    visit.fill("户主叫什么", who).await?;
    visit.leave_field().await?;
    visit.saved().await?;
    visit.next("检查").await?;
    visit.finish().await?;
    browser.tap_text("button", "回到今日").await
}

#[tokio::test]
async fn the_place_of_an_answer_is_noted_when_the_person_agrees_and_only_then() -> Result<()> {
    let server = Server::start().await?;
    let origin = server.origin();
    let profile = Profile::new()?;
    let browser = Browser::open(&profile, "zh-CN").await?;
    let phone = Phone(&browser, &origin);
    phone.sign_in().await?;
    let sheet = profile.folder().join("places.md");
    std::fs::write(&sheet, FORM)?;
    server.add_form_with(&[&sheet]).await?;
    phone.open("/").await?;
    phone.state("已全部上传").await?;
    browser.allow_place(&origin, 26.58, 106.71).await?;
    visit(&phone, &browser, "不同意", "不同意的").await?;
    visit(&phone, &browser, "同意记", "同意的").await?;
    phone.state("已全部上传").await?;
    let exported = export(&origin).await?;
    let row = |name: &str| exported.lines().find(|line| line.contains(name)).map(str::to_owned).unwrap_or_default();
    ensure!(row("\"同意的\"").contains("26.58"), "no place:\n{exported}");
    ensure!(!row("\"不同意的\"").contains("26.58"), "noted all the same:\n{exported}");
    browser.close().await
}

/// What the phone keeps of drafts.
const DRAFTS: &str = "return new Promise((resolve, reject) => {
    const open = indexedDB.open('zhucun-u-shiban');
    open.onerror = () => reject(open.error);
    open.onsuccess = () => {
        const all = open.result.transaction('drafts').objectStore('drafts').getAll();
        all.onsuccess = () => {
            open.result.close();
            resolve(JSON.stringify(all.result));
        };
    };
})";

#[tokio::test]
async fn a_place_that_was_noted_goes_when_the_person_takes_it_back() -> Result<()> {
    let server = Server::start().await?;
    let origin = server.origin();
    let profile = Profile::new()?;
    let browser = Browser::open(&profile, "zh-CN").await?;
    let phone = Phone(&browser, &origin);
    phone.sign_in().await?;
    let sheet = profile.folder().join("places.md");
    std::fs::write(&sheet, FORM)?;
    server.add_form_with(&[&sheet]).await?;
    phone.open("/").await?;
    phone.state("已全部上传").await?;
    browser.allow_place(&origin, 26.58, 106.71).await?;
    let visit = Visit(&browser);
    phone.open("/visit/new").await?;
    browser.tap("//button[normalize-space(.)='带位置的表']").await?;
    visit.at("到户").await?;
    browser.tap_text("button", "同意记").await?;
    visit.fill("户主叫什么", "反悔的").await?;
    visit.leave_field().await?;
    let kept = async || Ok::<_, anyhow::Error>(browser.script(DRAFTS).await?.as_str().unwrap_or_default().to_owned());
    eventually("the place", async || Ok(kept().await?.contains("26.58"))).await?;
    browser.tap_text("button", "改").await?;
    browser.tap_text("button", "不同意").await?;
    eventually("the place is gone", async || Ok(!kept().await?.contains("26.58"))).await?;
    ensure!(kept().await?.contains("反悔的"), "the answer went with it");
    browser.close().await
}

/// What the township reads.
async fn export(origin: &str) -> Result<String> {
    const EXPORT: &str =
        "return fetch('/api/v1/villages/shiban/visits.csv?form=places&lang=names').then((got) => got.text())";
    let profile = Profile::new()?;
    let browser = Browser::open(&profile, "zh-CN").await?;
    Desk(&browser, origin).sign_in("yunling", "yunling-2026").await?;
    let mut text = String::new();
    eventually("the visit at the desk", async || {
        text = browser.script(EXPORT).await?.as_str().unwrap_or_default().to_owned();
        Ok(text.contains("\"同意的\"") && text.contains("\"不同意的\""))
    })
    .await?;
    browser.close().await?;
    Ok(text)
}
