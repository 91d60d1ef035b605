//! A long checklist: divided as its form or the person wants, looked over before it is finished, and taken over to a newer
//! version of its form.

use std::fmt::Write as _;
use std::path::PathBuf;

use anyhow::{Result, ensure};
use zhucun_e2e::{
    Browser, Profile, Proxy, Server, Way, eventually,
    pages::{Phone, Visit, Widgets},
};

use crate::look::{look, look_in_english};

/// Two groups; with the style `pages` the first one is a question a page, the second one, a `field-list`, is one page.
const PAGED: &str = "
| survey | | | | | | |
| | type | name | label::中文 (zh) | label::English (en) | appearance | relevant |
| | begin group | home | 家里 | Home | | |
| | text | who | 名字 | Name | | |
| | integer | count | 几口人 | How many people | | |
| | select_one yes_no | land | 有地吗 | Is there land | | |
| | end group | | | | | |
| | begin group | land_group | 田地 | Land | field-list | ${land} = 'yes' |
| | text | crop | 种什么 | What grows there | | |
| | decimal | mu | 几亩 | How many mu | | |
| | end group | | | | | |
| choices | | | |
| | list_name | name | label::中文 (zh) | label::English (en) |
| | yes_no | yes | 有 | Yes |
| | yes_no | no | 没有 | No |
| settings | | | |
| | form_id | form_title | version | style |
| | paged | 分页的表 | VERSION | pages |
";

fn written(profile: &Profile, name: &str, form: &str) -> Result<PathBuf> {
    let path = profile.folder().join(name);
    std::fs::write(&path, form)?;
    Ok(path)
}

/// A phone on which a form has arrived, and a visit of it is begun.
async fn begin(phone: &Phone<'_>, title: &str, part: &str) -> Result<()> {
    let browser = phone.0;
    phone.open("/visit/new").await?;
    browser.tap(&format!("//button[normalize-space(.)='{title}']")).await?;
    Visit(browser).at(part).await
}

/// Whether these and no other questions of the form are on the page.
async fn asks(browser: &Browser, labels: &[&str]) -> Result<()> {
    const LABELS: &str = "return [...document.querySelectorAll('.items .ask > .ask-label')]
        .map((label) => label.firstChild.textContent.trim())";
    let wanted = serde_json::json!(labels);
    let waited = eventually("the questions of a page", async || Ok(browser.script(LABELS).await? == wanted)).await;
    match waited {
        Ok(()) => Ok(()),
        Err(error) => Err(error.context(format!("{labels:?}: {}", browser.script(LABELS).await?))),
    }
}

/// Goes to the contents, chooses a way to go through the form, and comes back.
async fn go_through(browser: &Browser, way: &str) -> Result<()> {
    let toggle = "(//header//button[contains(@class,'head-button')])[last()]";
    browser.tap(toggle).await?;
    browser.tap(&format!("//fieldset[contains(@class,'visit-ways')]//label[normalize-space(.)='{way}']")).await?;
    browser.find(&format!("//label[contains(@class,'on')][normalize-space(.)='{way}']")).await?;
    browser.tap(toggle).await
}

#[tokio::test]
async fn a_checklist_is_divided_as_its_form_says_or_as_the_person_wants_and_nobody_loses_their_place() -> Result<()> {
    let server = Server::start().await?;
    let origin = server.origin();
    let profile = Profile::new()?;
    server.add_form(&written(&profile, "paged.md", &PAGED.replace("VERSION", "1"))?).await?;
    let browser = Browser::open(&profile, "zh-CN").await?;
    let phone = Phone(&browser, &origin);
    phone.sign_in().await?;
    begin(&phone, "分页的表", "家里").await?;
    let visit = Visit(&browser);
    asks(&browser, &["名字"]).await?;
    visit.next("家里").await?;
    asks(&browser, &["几口人"]).await?;
    visit.fill("几口人", "4").await?;
    visit.next("家里").await?;
    visit.choose("有地吗", "有").await?;
    visit.next("田地").await?;
    asks(&browser, &["种什么", "几亩"]).await?;
    visit.previous("家里").await?;
    asks(&browser, &["有地吗"]).await?;

    go_through(&browser, "一组一页").await?;
    asks(&browser, &["名字", "几口人", "有地吗"]).await?;
    ensure!(visit.focused().await? == "有地吗", "the question is lost");
    visit.open_part("田地").await?;
    asks(&browser, &["种什么", "几亩"]).await?;
    Widgets(&browser).write("几亩", "2.5").await?;
    go_through(&browser, "一题一页").await?;
    asks(&browser, &["几亩"]).await?;
    go_through(&browser, "全在一页").await?;
    asks(&browser, &["名字", "几口人", "有地吗", "种什么", "几亩"]).await?;
    ensure!(visit.focused().await? == "几亩", "the question is lost");
    browser.tap("(//header//button[contains(@class,'head-button')])[last()]").await?;
    visit.at("目录").await?;
    browser.find("//ul[@class='contents']//button[@aria-current='page'][contains(., '田地')]").await?;
    look(&browser, "way-contents", "zh-CN").await?;
    browser.tap("//ul[@class='contents']//button[contains(., '家里')]").await?;
    visit.at("分页的表").await?;
    eventually("the group's first question", async || Ok(visit.focused().await? == "名字")).await?;

    // It is the phone's way, also after a reload; and back is where one was.
    visit.saved().await?;
    browser.reload().await?;
    asks(&browser, &["名字", "几口人", "有地吗", "种什么", "几亩"]).await?;
    ensure!(visit.filled("几口人").await? == "4", "an answer is lost");
    go_through(&browser, "按表的安排").await?;
    asks(&browser, &["名字"]).await?;
    look_in_english(&browser, "way-page", "Name").await?;
    browser.close().await
}

#[tokio::test]
async fn a_checklist_that_was_begun_before_the_last_part_came_is_divided_when_nobody_types() -> Result<()> {
    let server = Server::start().await?;
    let mut proxy = Proxy::start(server.port()).await?;
    let origin = proxy.origin();
    let profile = Profile::new()?;
    server.add_form(&written(&profile, "paged.md", &PAGED.replace("VERSION", "1"))?).await?;
    let browser = Browser::open(&profile, "zh-CN").await?;
    let phone = Phone(&browser, &origin);
    proxy.set(Way::HoldPart("later"));
    phone.open("/").await?;
    phone.give_password("shiban", "shiban-2026").await?;
    browser.see("已全部上传").await?;
    begin(&phone, "分页的表", "家里").await?;
    asks(&browser, &["名字", "几口人", "有地吗"]).await?;
    let visit = Visit(&browser);
    visit.fill("几口人", "4").await?;
    proxy.held().await?;
    proxy.set(Way::Pass);
    const HERE: &str = "return performance.getEntriesByType('resource')
        .some((entry) => /later-.*wasm/.test(entry.name) && entry.responseEnd > 0)";
    eventually("the last part", async || Ok(browser.script(HERE).await?.as_bool() == Some(true))).await?;
    // Still being typed in.
    ensure!(visit.focused().await? == "几口人", "the field was taken away");
    browser.script("document.activeElement.blur()").await?;
    asks(&browser, &["几口人"]).await?;
    ensure!(visit.filled("几口人").await? == "4", "what was typed is lost");
    visit.previous("家里").await?;
    asks(&browser, &["名字"]).await?;
    browser.close().await
}

/// A thousand questions in ten groups, of which the last one has to be answered.
fn long_form() -> String {
    let mut form = String::from("| survey |\n| | type | name | label | required |\n");
    for group in 0..10 {
        let _ = writeln!(form, "| | begin group | g{group} | 第{group}部分 | |");
        for question in 0..100 {
            let n = group * 100 + question;
            let required = if n == 999 { "yes" } else { "" };
            let _ = writeln!(form, "| | text | q{n} | 第{n}题 | {required} |");
        }
        let _ = writeln!(form, "| | end group | | | |");
    }
    form + "| settings |\n| | form_id | form_title | version |\n| | thousand | 千题表 | 1 |\n"
}

#[tokio::test]
async fn a_thousand_questions_on_one_page_are_drawn_as_one_looks_and_any_problem_is_a_tap_away() -> Result<()> {
    let server = Server::start().await?;
    let origin = server.origin();
    let profile = Profile::new()?;
    server.add_form(&written(&profile, "thousand.md", &long_form())?).await?;
    let browser = Browser::open(&profile, "zh-CN").await?;
    let phone = Phone(&browser, &origin);
    phone.sign_in().await?;
    begin(&phone, "千题表", "第0部分").await?;
    let (visit, drawn) = (Visit(&browser), "//div[@class='items']//*[contains(@class,'ask-label')]");
    visit.fill("第3题", "三").await?;
    go_through(&browser, "全在一页").await?;
    visit.at("千题表").await?;
    ensure!(visit.filled("第3题").await? == "三", "an answer is lost");
    let count = browser.count(drawn).await?;
    ensure!((30..200).contains(&count), "{count} questions are drawn");
    browser.script("scrollTo(0, document.documentElement.scrollHeight)").await?;
    eventually("the next questions", async || Ok(browser.count(drawn).await? > count)).await?;
    let count = browser.count(drawn).await?;
    ensure!(count < 300, "{count} questions are drawn");

    browser.reload().await?;
    visit.at("千题表").await?;
    visit.review().await?;
    browser.see("还有 1 处要改").await?;
    let rows = browser.count("//main//button[contains(@class,'contents-row')]").await?;
    ensure!(rows < 100, "{rows} answers are drawn");
    browser.tap_text("button", "去改第一处").await?;
    eventually("the last question", async || Ok(visit.focused().await.is_ok_and(|label| label == "第999题"))).await?;
    let count = browser.count(drawn).await?;
    ensure!(count < 200, "{count} questions are drawn on the way to the last");
    browser.tap_text("button", "前面还有").await?;
    browser.see("第980题").await?;
    visit.fill("第999题", "完").await?;
    visit.open_part("第5部分").await.or_else(|_| Ok::<(), anyhow::Error>(()))?;
    eventually("the part's first", async || Ok(visit.focused().await.is_ok_and(|label| label == "第500题"))).await?;
    visit.review().await?;
    visit.finish().await?;
    browser.close().await
}

#[tokio::test]
async fn before_it_is_finished_the_answers_are_read_once_more_and_what_will_not_be_sent_is_named() -> Result<()> {
    let server = Server::start().await?;
    let origin = server.origin();
    let profile = Profile::new()?;
    server.add_form(&written(&profile, "paged.md", &PAGED.replace("VERSION", "1"))?).await?;
    let browser = Browser::open(&profile, "zh-CN").await?;
    let phone = Phone(&browser, &origin);
    phone.sign_in().await?;
    begin(&phone, "分页的表", "家里").await?;
    let visit = Visit(&browser);
    visit.fill("名字", "何德贵").await?;
    go_through(&browser, "全在一页").await?;
    visit.choose("有地吗", "有").await?;
    visit.fill("种什么", "玉米").await?;
    visit.fill("几亩", "12500").await?;
    visit.review().await?;
    for (question, answer) in
        [("名字", "何德贵"), ("几口人", "未填"), ("有地吗", "有"), ("种什么", "玉米"), ("几亩", "12,500")]
    {
        let row = format!(
            "//main//button[contains(@class,'contents-row')][contains(., '{question}')][contains(., '{answer}')]"
        );
        browser.find(&row).await?;
    }
    ensure!(!browser.text().await?.contains("不会上传"), "everything is sent");
    look(&browser, "way-review", "zh-CN").await?;
    browser.tap("//main//button[contains(@class,'contents-row')][contains(., '几口人')]").await?;
    eventually("the question", async || Ok(visit.focused().await.is_ok_and(|label| label == "几口人"))).await?;

    visit.choose("有地吗", "没有").await?;
    visit.review().await?;
    browser.see("有 2 个答案不会上传").await?;
    browser.find("//div[@class='unsent']//li[contains(., '种什么')][contains(., '玉米')]").await?;
    look(&browser, "way-unsent", "zh-CN").await?;
    visit.saved().await?;
    look_in_english(&browser, "way-unsent", "no longer asked").await?;
    visit.finish().await?;
    browser.close().await
}

/// The form without the second question, with another one, and with a choice less.
fn second_version() -> String {
    let without = PAGED.replace("| | integer | count | 几口人 | How many people | | |\n", "");
    let with = without.replace(
        "| | end group | | | | | |\n| | begin group | land_group",
        "| | text | road | 路通吗 | Is there a road | | |\n| | end group | | | | | |\n| | begin group | land_group",
    );
    with.replace("VERSION", "2")
}

/// Opens the draft of the form from today.
async fn open_draft(phone: &Phone<'_>) -> Result<()> {
    phone.open("/").await?;
    phone.state("已全部上传").await?;
    phone.0.tap_text("a", "分页的表").await?;
    Visit(phone.0).at("家里").await
}

#[tokio::test]
async fn a_draft_goes_over_to_a_newer_version_of_its_form_and_back_and_no_answer_is_lost() -> Result<()> {
    let server = Server::start().await?;
    let origin = server.origin();
    let profile = Profile::new()?;
    server.add_form(&written(&profile, "paged.md", &PAGED.replace("VERSION", "1"))?).await?;
    let browser = Browser::open(&profile, "zh-CN").await?;
    let phone = Phone(&browser, &origin);
    phone.sign_in().await?;
    begin(&phone, "分页的表", "家里").await?;
    let visit = Visit(&browser);
    asks(&browser, &["名字"]).await?;
    visit.fill("名字", "何德贵").await?;
    visit.next("家里").await?;
    visit.fill("几口人", "4").await?;
    visit.leave_field().await?;
    visit.saved().await?;
    visit.leave().await?;

    server.add_form(&written(&profile, "second.md", &second_version())?).await?;
    eventually("the newer version", async || {
        open_draft(&phone).await?;
        Ok(browser.text().await?.contains("这张表出了新版"))
    })
    .await?;
    look(&browser, "way-newer", "zh-CN").await?;
    look_in_english(&browser, "way-newer", "has a newer version").await?;
    browser.see("这张表出了新版").await?;
    browser.tap_text("button", "还用旧版").await?;
    browser.see_gone("这张表出了新版").await?;
    visit.saved().await?;
    browser.reload().await?;
    asks(&browser, &["几口人"]).await?;
    ensure!(!browser.text().await?.contains("这张表出了新版"), "asked once more");

    // Still to be had from the contents.
    browser.tap("//header//button[contains(@aria-label,'打开目录')]").await?;
    browser.see("这张表出了新版").await?;
    browser.tap_text("button", "换到新版").await?;
    browser.see("现在用的是新版，带过来 1 个答案。").await?;
    browser.find("//div[@class='unsent']//li[contains(., '几口人')][contains(., '4')]").await?;
    look(&browser, "way-moved", "zh-CN").await?;
    look_in_english(&browser, "way-moved", "This is the new version").await?;
    browser.see("现在用的是新版").await?;
    browser.tap_text("button", "知道了").await?;
    browser.see_gone("现在用的是新版").await?;
    go_through(&browser, "全在一页").await?;
    asks(&browser, &["名字", "有地吗", "路通吗"]).await?;
    ensure!(visit.filled("名字").await? == "何德贵", "what fits is lost");
    visit.fill("名字", "何贵").await?;
    visit.fill("路通吗", "通").await?;
    visit.leave_field().await?;
    visit.saved().await?;
    browser.reload().await?;
    asks(&browser, &["名字", "有地吗", "路通吗"]).await?;

    browser.tap("//header//button[contains(@aria-label,'打开目录')]").await?;
    browser.tap_text("button", "退回旧版").await?;
    browser.see("已退回旧版").await?;
    browser.find("//div[@class='unsent']//li[contains(., '路通吗')][contains(., '通')]").await?;
    asks(&browser, &["名字", "几口人", "有地吗"]).await?;
    ensure!(visit.filled("几口人").await? == "4", "what did not go along did not come back");
    ensure!(visit.filled("名字").await? == "何贵", "what was given since is lost");
    look(&browser, "way-back", "zh-CN").await?;

    // And over again, to be finished there; "back" leads out as before.
    browser.tap("//header//button[contains(@aria-label,'打开目录')]").await?;
    browser.tap_text("button", "换到新版").await?;
    browser.see("现在用的是新版").await?;
    browser.tap_text("button", "知道了").await?;
    visit.leave().await?;
    browser.see("今天要去").await?;
    open_draft_again(&phone).await?;
    ensure!(visit.filled("路通吗").await? == "通", "an answer that waited for its question is lost");
    visit.review().await?;
    browser.see("有 1 个答案不会上传").await?;
    browser.find("//div[@class='unsent']//li[contains(., '几口人')][contains(., '4')]").await?;
    visit.finish().await?;
    browser.close().await
}

async fn open_draft_again(phone: &Phone<'_>) -> Result<()> {
    phone.0.tap_text("a", "分页的表").await?;
    phone.0.find("//div[@class='items']//label").await.map(drop)
}

/// Takes the newer definition out of the phone's storage, as if it had not come yet, and gives how many there were.
const FORGET: &str = "return new Promise((done) => {
    const open = indexedDB.open('zhucun-u-shiban');
    open.onsuccess = () => {
        const kept = open.result.transaction('definitions', 'readwrite').objectStore('definitions');
        let gone = 0;
        kept.openCursor().onsuccess = (event) => {
            const at = event.target.result;
            if (!at) { open.result.close(); return done(gone); }
            if (JSON.stringify(at.value).includes('路通吗')) { gone += 1; at.delete(); }
            at.continue();
        };
    };
})";

#[tokio::test]
async fn a_newer_version_that_is_not_here_yet_says_so_and_the_visit_goes_on() -> Result<()> {
    let server = Server::start().await?;
    let origin = server.origin();
    let profile = Profile::new()?;
    server.add_form(&written(&profile, "paged.md", &PAGED.replace("VERSION", "1"))?).await?;
    let browser = Browser::open(&profile, "zh-CN").await?;
    let phone = Phone(&browser, &origin);
    phone.sign_in().await?;
    begin(&phone, "分页的表", "家里").await?;
    let visit = Visit(&browser);
    asks(&browser, &["名字"]).await?;
    visit.fill("名字", "何德贵").await?;
    visit.leave_field().await?;
    visit.saved().await?;
    visit.leave().await?;

    server.add_form(&written(&profile, "second.md", &second_version())?).await?;
    eventually("the newer version", async || {
        open_draft(&phone).await?;
        Ok(browser.text().await?.contains("这张表出了新版"))
    })
    .await?;
    browser.set_offline(true).await?;
    // The browser keeps answers that never change.
    browser.cdp("Network.clearBrowserCache", serde_json::json!({})).await?;
    ensure!(browser.script(FORGET).await?.as_u64() == Some(1), "the newer definition was kept");
    browser.tap_text("button", "换到新版").await?;
    browser.see("新版还没有下载到这部手机").await?;
    look(&browser, "way-not-here", "zh-CN").await?;
    visit.next("家里").await?;
    visit.fill("几口人", "4").await?;
    visit.leave_field().await?;
    visit.saved().await?;
    browser.set_offline(false).await?;
    browser.tap_text("button", "换到新版").await?;
    browser.see("现在用的是新版").await?;
    browser.close().await
}
