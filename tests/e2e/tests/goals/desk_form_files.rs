//! Forms that are more than a sheet, given by the county at its desk: with lists and pictures beside them, as XForm, with words
//! that would be a program elsewhere.

use std::path::{Path, PathBuf};

use anyhow::{Result, ensure};
use serde_json::json;
use zhucun_e2e::{
    Browser, Profile, Server, eventually,
    pages::{Admin, Desk, Phone, Visit},
    photos,
};

use crate::form_files::{are_drawn, begin, kept, looks_up, sheet, villages};
use crate::look::look;

/// The county at its desk, where forms are uploaded.
async fn uploading(origin: &str) -> Result<(Profile, Browser)> {
    let profile = Profile::new()?;
    let browser = Browser::open_wide(&profile, "zh-CN").await?;
    Desk(&browser, origin).sign_in("qingxi", "qingxi-2026").await?;
    Admin(&browser, origin).to("表单").await?;
    browser.tap_text("a", "上传表单").await?;
    Ok((profile, browser))
}

/// Takes the desk's own switch and waits for words in that language.
async fn switch(browser: &Browser, words: &str) -> Result<()> {
    browser.tap("//header//button[normalize-space(.)='English' or normalize-space(.)='中文']").await?;
    browser.see(words).await
}

/// Pictures of the screen in both languages, and what holds on every one.
async fn look_in_both(browser: &Browser, name: &str) -> Result<()> {
    to_the_files(browser).await?;
    look(browser, name, "zh-CN").await?;
    switch(browser, "Files this form needs").await?;
    to_the_files(browser).await?;
    look(browser, name, "en").await?;
    switch(browser, "这张表要用的文件").await
}

fn written(folder: &Path, name: &str, text: &str) -> Result<PathBuf> {
    let path = folder.join(name);
    std::fs::write(&path, text)?;
    Ok(path)
}

/// Brings the section of files onto the screen.
async fn to_the_files(browser: &Browser) -> Result<()> {
    browser.script("document.querySelector('.file-rows').scrollIntoView({block: 'center'})").await.map(drop)
}

#[tokio::test]
async fn a_county_gives_a_forms_list_and_picture_at_the_desk_and_a_newer_list_later() -> Result<()> {
    let server = Server::start().await?;
    let origin = server.origin();
    let (profile, browser) = uploading(&origin).await?;
    let (admin, folder) = (Admin(&browser, &origin), profile.folder());
    admin.give_sheet(&sheet(folder)?).await?;
    for name in ["villages.csv", "photo.jpg"] {
        admin.file_says(name, "还缺").await?;
    }
    admin.file_says("villages.csv", "没有它，手机上不能开始填这张表").await?;
    browser.see("还缺：photo.jpg、villages.csv。").await?;
    ensure!(browser.count("//table//td[contains(., 'villages.csv')]").await? == 0, "what is missing is said twice");
    look_in_both(&browser, "desk-files-missing.wide").await?;

    let picture = photos::jpeg(&browser, folder).await?;
    let wrong = written(folder, "vilages.csv", "name,label\nv1,一\n")?;
    admin.give_files(&[&wrong, &villages(folder, "老村")?, &picture]).await?;
    admin.file_says("villages.csv", "名单，30,000 行").await?;
    admin.file_says("photo.jpg", "图片，").await?;
    for name in ["villages.csv", "photo.jpg"] {
        admin.file_says(name, "已有").await?;
        admin.file_says(name, "已放好。").await?;
    }
    browser.see("vilages.csv：表单中没有提到这个文件名").await?;
    browser.see_gone("还缺：").await?;
    look_in_both(&browser, "desk-files-given.wide").await?;
    browser.tap_text("button", "发布").await?;
    browser.see("已发布。").await?;
    admin.file_says("villages.csv", "名单，30,000 行").await?;

    let phones = Profile::new()?;
    let phone_browser = Browser::open(&phones, "zh-CN").await?;
    let phone = Phone(&phone_browser, &origin);
    phone.sign_in().await?;
    begin(&phone, &phone_browser).await?;
    looks_up(&phone_browser, "v29999", "老村29999").await?;
    are_drawn(&phone_browser).await?;

    let before = kept(&phone_browser).await?;
    admin.give_files(&[&villages(folder, "新村")?]).await?;
    admin.file_says("villages.csv", "已换成新的。").await?;
    look_in_both(&browser, "desk-files-in-force.wide").await?;
    phone.open("/").await?;
    eventually("the newer list in the place of the older one", async || {
        let now = kept(&phone_browser).await?;
        Ok(now.len() == before.len() && now != before)
    })
    .await?;
    begin(&phone, &phone_browser).await?;
    looks_up(&phone_browser, "v29999", "新村29999").await?;
    phone_browser.close().await?;
    browser.close().await
}

/// A line over which a list takes half a minute; or what the machine gives.
async fn slow(browser: &Browser, is_slow: bool) -> Result<()> {
    browser.cdp("Network.enable", json!({})).await?;
    let up = if is_slow { 20_000 } else { -1 };
    let line = json!({ "offline": false, "latency": 0, "downloadThroughput": -1, "uploadThroughput": up });
    browser.cdp("Network.emulateNetworkConditions", line).await.map(drop)
}

#[tokio::test]
async fn a_file_that_is_stopped_breaks_off_or_is_no_good_says_so_and_the_form_is_published_all_the_same() -> Result<()>
{
    const STOP: &str = "//*[@class='files-now']//button";
    let server = Server::start().await?;
    let origin = server.origin();
    let (profile, browser) = uploading(&origin).await?;
    let (admin, folder) = (Admin(&browser, &origin), profile.folder());
    admin.give_sheet(&sheet(folder)?).await?;
    admin.file_says("villages.csv", "还缺").await?;

    let broken = written(folder, "villages.csv", "name,label\nv1,一,二\n")?;
    admin.give_files(&[&broken]).await?;
    admin.file_says("villages.csv", "2").await?;
    browser.find("//ul[contains(@class,'file-rows')]//p[@class='err']").await?;
    to_the_files(&browser).await?;
    look(&browser, "desk-files-broken.wide", "zh-CN").await?;

    let list = villages(folder, "老村")?;
    slow(&browser, true).await?;
    admin.give_files(&[&list]).await?;
    browser.see("正在上传 villages.csv").await?;
    zhucun_e2e::shot(&browser, "desk-files-going.zh-CN").await?;
    browser.tap_text("button", "发布").await?;
    browser.see("文件还在上传").await?;
    browser.tap(STOP).await?;
    browser.see("停下了。还没有传：villages.csv。").await?;
    // It comes in the frame after the words.
    eventually("the focus on what goes on", async || {
        Ok(browser.script("return document.activeElement.textContent.trim()").await? == "接着传")
    })
    .await?;
    ensure!(browser.count(STOP).await? == 0, "it still goes");

    browser.set_offline(true).await?;
    browser.tap_text("button", "接着传").await?;
    browser.see("连不上服务器。请检查网络后再试。还没有传：villages.csv。").await?;
    zhucun_e2e::shot(&browser, "desk-files-offline.zh-CN").await?;
    browser.set_offline(false).await?;
    browser.tap_text("button", "接着传").await?;
    admin.file_says("villages.csv", "已放好。").await?;

    browser.see("还缺：photo.jpg。缺图片、声音、影片时，手机上只是不显示。可以先发布，以后再补。").await?;
    browser.tap_text("button", "发布").await?;
    browser.see("已发布。").await?;
    admin.file_says("photo.jpg", "还缺").await?;
    browser.set_offline(true).await?;
    browser.tap("//a[contains(@class,'desk-row')][contains(., '入户走访表')]").await?;
    browser.find("//p[@role='alert'][contains(., '连不上服务器')]").await?;
    zhucun_e2e::shot(&browser, "desk-files-unreachable.zh-CN").await?;
    browser.set_offline(false).await?;
    browser.tap_text("button", "再试一次").await?;
    browser.see("这张表不需要别的文件。").await?;
    browser.close().await
}

/// An `XForm` as ODK tools write it: a group, a calculation, a relevance, translations.
const XFORM: &str = r#"<?xml version="1.0"?>
<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml" xmlns:jr="http://openrosa.org/javarosa">
  <h:head>
    <h:title>水井巡查</h:title>
    <model>
      <instance><data id="wells" version="1"><well><name/><depth/><deep/><why/></well><meta><instanceID/></meta></data></instance>
      <itext>
        <translation lang="中文 (zh)" default="true()">
          <text id="/data/well:label"><value>水井</value></text>
          <text id="/data/well/name:label"><value>水井叫什么</value></text>
          <text id="/data/well/depth:label"><value>有多深（米）</value></text>
          <text id="/data/well/why:label"><value>为什么打这么深：<output value=" /data/well/deep "/> 米</value></text>
          <text id="dry"><value>浅处没水</value></text>
          <text id="salt"><value>浅处水咸</value></text>
        </translation>
      </itext>
      <bind nodeset="/data/well/name" type="string" required="true()"/>
      <bind nodeset="/data/well/depth" type="int" constraint=". &lt; 500"/>
      <bind nodeset="/data/well/deep" type="int" calculate=" /data/well/depth * 1"/>
      <bind nodeset="/data/well/why" type="string" relevant=" /data/well/depth &gt; 50"/>
      <bind nodeset="/data/meta/instanceID" type="string" readonly="true()" jr:preload="uid"/>
    </model>
  </h:head>
  <h:body>
    <group ref="/data/well" appearance="field-list">
      <label ref="jr:itext('/data/well:label')"/>
      <input ref="/data/well/name"><label ref="jr:itext('/data/well/name:label')"/></input>
      <input ref="/data/well/depth"><label ref="jr:itext('/data/well/depth:label')"/></input>
      <select1 ref="/data/well/why">
        <label ref="jr:itext('/data/well/why:label')"/>
        <item><label ref="jr:itext('dry')"/><value>dry</value></item>
        <item><label ref="jr:itext('salt')"/><value>salt</value></item>
      </select1>
    </group>
  </h:body>
</h:html>
"#;

#[tokio::test]
async fn an_xform_that_is_uploaded_at_the_desk_is_filled_on_the_phone_and_read_at_the_desk() -> Result<()> {
    let server = Server::start().await?;
    let origin = server.origin();
    let (profile, browser) = uploading(&origin).await?;
    let admin = Admin(&browser, &origin);
    admin.give_sheet(&written(profile.folder(), "wells.xml", XFORM)?).await?;
    browser.see("水井巡查 · 版本 1").await?;
    browser.tap_text("button", "发布").await?;
    browser.see("已发布。").await?;

    let phones = Profile::new()?;
    let phone_browser = Browser::open(&phones, "zh-CN").await?;
    let (phone, visit) = (Phone(&phone_browser, &origin), Visit(&phone_browser));
    phone.sign_in().await?;
    phone.open("/visit/new").await?;
    phone_browser.tap("//button[normalize-space(.)='水井巡查']").await?;
    visit.at("水井").await?;
    visit.fill("水井叫什么", "老井").await?;
    visit.fill("有多深（米）", "80").await?;
    visit.leave_field().await?;
    visit.choose("为什么打这么深：80 米", "浅处没水").await?;
    visit.next("检查").await?;
    visit.finish().await?;
    phone.open("/").await?;
    phone.state("已全部上传").await?;
    phone_browser.close().await?;

    let kept = Desk(&browser, &origin).kept("shiban", "wells").await?;
    for (name, value) in [("well/name", "老井"), ("well/depth", "80"), ("well/why", "dry")] {
        ensure!(kept.get(name).is_some_and(|kept| kept == value), "{name}: {kept:?}");
    }
    // Each form is exported for itself.
    admin.to("村").await?;
    Desk(&browser, &origin).open_village("石板村").await?;
    for form in ["wells", "household_visit"] {
        let links = format!("//p[./b]//a[contains(@href, 'form={form}&')]");
        browser.find(&links).await?;
        ensure!(browser.count(&links).await? == 3, "not three files of {form}");
    }
    browser.script("document.querySelector('section .desk-ways').scrollIntoView({block: 'center'})").await?;
    look(&browser, "desk-exports.wide", "zh-CN").await?;
    browser.close().await?;

    // The same on a phone's width, in both languages.
    let narrow = Profile::new()?;
    let browser = Browser::open(&narrow, "zh-CN").await?;
    Desk(&browser, &origin).sign_in("qingxi", "qingxi-2026").await?;
    browser.find("//a[contains(@href, '/api/v1/visits.xlsx?form=wells&')]").await?;
    look(&browser, "desk-exports-all", "zh-CN").await?;
    Desk(&browser, &origin).open_village("石板村").await?;
    browser.script("document.querySelector('section .desk-ways').scrollIntoView({block: 'center'})").await?;
    look(&browser, "desk-exports", "zh-CN").await?;
    switch(&browser, "Export visits (Excel)").await?;
    browser.script("document.querySelector('section .desk-ways').scrollIntoView({block: 'center'})").await?;
    look(&browser, "desk-exports", "en").await?;
    browser.close().await
}

/// A form with a slip of the pen, without a version, and with a list of which it names two columns.
const HASTY: &str = "\
| survey |
| | type | name | label::中文 (zh) | label::English (en) | relevant | parameters |
| | select_one yesno | met | 见到了吗 | Met | | |
| | text | why | 为什么没有 | Why not | ${met} = 'noo' | |
| | select_one_from_file prices.csv | kind | 卖了什么 | What was sold | | value=kind label=yuan |
| choices |
| | list_name | name | label::中文 (zh) | label::English (en) |
| | yesno | yes | 见到了 | Yes |
| | yesno | no | 没见到 | No |
| settings |
| | form_id | form_title |
| | hasty | 赶集 |
";

#[tokio::test]
async fn who_uploads_a_form_is_told_its_slips_and_what_a_list_lacks_in_both_languages() -> Result<()> {
    let server = Server::start().await?;
    let origin = server.origin();
    let (profile, browser) = uploading(&origin).await?;
    let (admin, folder) = (Admin(&browser, &origin), profile.folder());
    admin.give_sheet(&written(folder, "hasty.md", HASTY)?).await?;
    browser.see("表单没有版本，启用后再改动会被拒绝").await?;
    browser.see("noo").await?;
    look(&browser, "desk-form-slips.wide", "zh-CN").await?;
    admin.give_files(&[&written(folder, "prices.csv", "kind,place\npig,village\n")?]).await?;
    admin.file_says("prices.csv", "没有表单所用的列 yuan（现有：kind、place）").await?;
    look_in_both(&browser, "desk-list-lacks.wide").await?;
    browser.see("赶集 · 版本 （无） · 3 个问题").await?;
    // The words of a reader stay in the language in which it was asked.
    switch(&browser, "赶集 · version (none) · 3 questions").await?;
    look(&browser, "desk-form-slips.wide", "en").await?;
    // What is only a warning does not stop a county in a hurry.
    browser.tap_text("button", "Publish").await?;
    browser.see("Published.").await?;
    browser.close().await
}

/// What a hostile form would have run; it is to be read.
const PROGRAM: &str = "<script>window.ran=1</script><img src=x onerror=window.ran=1>";

/// A checklist whose every word is [`PROGRAM`].
fn hostile() -> String {
    format!(
        "
| survey | | | | |
| | type | name | label | hint |
| | begin group | who | 组{p} | |
| | text | name | 问{p} | 提示{p} |
| | select_one list | one | 选{p} | |
| | select_one list | two | 查{p} | |
| | note | said | 说{p} ${{name}} | |
| | end group | | | |
| choices | | | |
| | list_name | name | label |
| | list | a | 甲{p} |
| | list | b | 乙{p} |
| settings | |
| | form_id | form_title | version |
| | hostile | 表{p} | 1 |
",
        p = PROGRAM
    )
}

/// Whether words of the form stand on the page as they are, and nothing of them was run.
async fn is_read_not_run(browser: &Browser, words: &[&str]) -> Result<()> {
    const TRACES: &str = "return [window.ran ?? 0, document.querySelectorAll('img[src=\"x\"]').length,
        [...document.scripts].filter((one) => one.textContent.includes('ran=1')).length]";
    for words in words {
        browser.see(&format!("{words}{PROGRAM}")).await?;
    }
    let traces = browser.script(TRACES).await?;
    ensure!(traces == json!([0, 0, 0]), "it was taken for a program: {traces}");
    Ok(())
}

#[tokio::test]
async fn a_program_in_a_forms_words_is_shown_as_words_on_phone_and_desk() -> Result<()> {
    let server = Server::start().await?;
    let origin = server.origin();
    let (profile, browser) = uploading(&origin).await?;
    let admin = Admin(&browser, &origin);
    admin.give_sheet(&written(profile.folder(), "hostile.md", &hostile())?).await?;
    is_read_not_run(&browser, &["表"]).await?;
    browser.tap_text("button", "在手机上的样子").await?;
    is_read_not_run(&browser, &["组", "问", "提示", "选", "甲", "乙"]).await?;
    browser.tap_text("button", "发布").await?;
    browser.see("已发布。").await?;
    is_read_not_run(&browser, &["表"]).await?;

    let phones = Profile::new()?;
    let phone_browser = Browser::open(&phones, "zh-CN").await?;
    let (phone, visit) = (Phone(&phone_browser, &origin), Visit(&phone_browser));
    phone.sign_in().await?;
    phone.open("/visit/new").await?;
    is_read_not_run(&phone_browser, &["表"]).await?;
    phone_browser.tap_text("button", "表<script>").await?;
    is_read_not_run(&phone_browser, &["组", "问", "提示", "选", "甲", "乙", "说"]).await?;
    visit.fill(&format!("问{PROGRAM}"), PROGRAM).await?;
    visit.leave_field().await?;
    phone_browser.see(&format!("说{PROGRAM} {PROGRAM}")).await?;
    visit.choose(&format!("选{PROGRAM}"), &format!("甲{PROGRAM}")).await?;
    is_read_not_run(&phone_browser, &["组"]).await?;
    const OUT: &str = "return [...document.querySelectorAll('.opt > span')]
        .filter((one) => one.scrollWidth > one.clientWidth || one.getBoundingClientRect().right > innerWidth).length";
    eventually("all words within the screen", async || Ok(phone_browser.script(OUT).await?.as_u64() == Some(0)))
        .await?;
    zhucun_e2e::shot(&phone_browser, "hostile.zh-CN").await?;
    visit.next("检查").await?;
    visit.finish().await?;
    is_read_not_run(&phone_browser, &[]).await?;
    phone.open("/").await?;
    phone.state("已全部上传").await?;
    phone_browser.close().await?;

    browser.goto(&format!("{origin}/desk#/shiban")).await?;
    let desk = Desk(&browser, &origin);
    desk.open_visit("表<script>").await?;
    is_read_not_run(&browser, &["问", "选", "甲"]).await?;
    ensure!(desk.answer(&format!("问{PROGRAM}")).await? == PROGRAM, "the answer is another");
    browser.close().await
}
