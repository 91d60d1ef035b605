//! Files beside a form: lists that are looked up and chosen from, pictures of questions and choices; without a network, and
//! after the county has given newer ones.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Result, ensure};
use zhucun_e2e::{
    Browser, Profile, Server, eventually, media,
    pages::{Phone, Visit, Widgets},
    photos, shot_whole,
};

use crate::look::{look, look_in_english};

const FORM: &str = "
| survey | | | | | | | |
| | type | name | label::中文 (zh) | label::English (en) | calculation | choice_filter | media::image::中文 (zh) |
| | begin group | which | 哪个村 | Which village | | | |
| | text | code | 村编号 | Village code | | | photo.jpg |
| | calculate | found | | | pulldata('villages', 'label', 'name', ${code}) | | |
| | note | shown | 村名：${found} | Village: ${found} | | | |
| | select_one county | county | 县 | County | | | |
| | select_one_from_file villages.csv | village | 村 | Village | | county = ${county} | |
| | end group | | | | | | |
| choices | | | | |
| | list_name | name | label::中文 (zh) | label::English (en) | media::image::中文 (zh) |
| | county | k1 | 青溪县 | Qingxi | photo.jpg |
| | county | k2 | 北川县 | Beichuan | |
| settings | |
| | form_id | form_title | version |
| | beside | 带文件的表 | 1 |
";

/// Thirty thousand villages of a thousand counties, called by a word and their number.
pub(crate) fn villages(folder: &Path, word: &str) -> Result<PathBuf> {
    let mut list = String::from("name,label,county\n");
    for number in 0..30_000 {
        writeln!(list, "v{number},{word}{number},k{}", number % 1_000)?;
    }
    let path = folder.join("villages.csv");
    std::fs::write(&path, list)?;
    Ok(path)
}

/// The checklist that has files beside it.
pub(crate) fn sheet(folder: &Path) -> Result<PathBuf> {
    let path = folder.join("beside.md");
    std::fs::write(&path, FORM)?;
    Ok(path)
}

/// Begins a visit by the checklist that has files beside it.
pub(crate) async fn begin(phone: &Phone<'_>, browser: &Browser) -> Result<()> {
    phone.open("/visit/new").await?;
    browser.tap("//button[normalize-space(.)='带文件的表']").await?;
    Visit(browser).at("哪个村").await
}

/// Types a village's number and waits for its name out of the list.
pub(crate) async fn looks_up(browser: &Browser, code: &str, label: &str) -> Result<()> {
    Widgets(browser).write("村编号", code).await?;
    browser.find(&format!("//p[contains(@class,'ask-note')][contains(., '村名：{label}')]")).await.map(drop)
}

/// Whether the pictures of the question and of the choice are drawn.
pub(crate) async fn are_drawn(browser: &Browser) -> Result<()> {
    const DRAWN: &str = "return [...document.querySelectorAll('.shown-picture img, img.tile-picture')]
        .filter((one) => one.complete && one.naturalWidth > 0).length";
    eventually("two pictures", async || Ok(browser.script(DRAWN).await?.as_u64() == Some(2))).await
}

/// What the phone keeps of files, by their hashes.
pub(crate) async fn kept(browser: &Browser) -> Result<Vec<String>> {
    const KEYS: &str = "return new Promise((resolve, reject) => {
        const open = indexedDB.open('zhucun-u-shiban');
        open.onerror = () => reject(open.error);
        open.onsuccess = () => {
            const keys = open.result.transaction('definitions').objectStore('definitions').getAllKeys();
            keys.onsuccess = () => {
                open.result.close();
                resolve(keys.result.filter((key) => key.startsWith('file|')));
            };
        };
    })";
    Ok(serde_json::from_value(browser.script(KEYS).await?)?)
}

#[tokio::test]
async fn a_form_with_a_long_list_and_pictures_works_without_a_network_and_with_a_newer_list() -> Result<()> {
    let server = Server::start().await?;
    let origin = server.origin();
    let profile = Profile::new()?;
    let browser = Browser::open(&profile, "zh-CN").await?;
    let phone = Phone(&browser, &origin);
    phone.sign_in().await?;
    let folder = profile.folder();
    let sheet = sheet(folder)?;
    let picture = photos::jpeg(&browser, folder).await?;
    server.add_form_with(&[&sheet, &villages(folder, "老村")?, &picture]).await?;
    phone.open("/").await?;
    phone.state("已全部上传").await?;
    begin(&phone, &browser).await?;
    looks_up(&browser, "v29999", "老村29999").await?;
    are_drawn(&browser).await?;
    let visit = Visit(&browser);
    visit.touch("县", "青溪县").await?;
    visit.touch("村", "老村1001").await?;
    shot_whole(&browser, "form-files.zh-CN").await?;

    browser.set_offline(true).await?;
    phone.open("/").await?;
    browser.see("今天要去").await?;
    begin(&phone, &browser).await?;
    looks_up(&browser, "v12345", "老村12345").await?;
    are_drawn(&browser).await?;
    browser.set_offline(false).await?;

    let before = kept(&browser).await?;
    server.add_form_with(&[&sheet, &villages(folder, "新村")?]).await?;
    phone.open("/").await?;
    let newer = eventually("the newer list in the place of the older one", async || {
        let now = kept(&browser).await?;
        Ok(now.len() == before.len() && now != before)
    });
    newer.await?;
    begin(&phone, &browser).await?;
    looks_up(&browser, "v7", "新村7").await?;
    browser.set_offline(true).await?;
    phone.open("/").await?;
    begin(&phone, &browser).await?;
    looks_up(&browser, "v29998", "新村29998").await?;
    browser.close().await
}

#[tokio::test]
async fn a_form_whose_list_is_nowhere_yet_says_which_and_is_not_begun() -> Result<()> {
    let server = Server::start().await?;
    let origin = server.origin();
    let profile = Profile::new()?;
    let browser = Browser::open(&profile, "zh-CN").await?;
    let phone = Phone(&browser, &origin);
    phone.sign_in().await?;
    server.add_form_with(&[&sheet(profile.folder())?]).await?;
    phone.open("/").await?;
    phone.state("已全部上传").await?;
    phone.open("/visit/new").await?;
    browser.tap("//button[normalize-space(.)='带文件的表']").await?;
    browser.see("“villages.csv”不在这部手机上").await?;
    shot_whole(&browser, "form-files-missing.zh-CN").await?;
    ensure!(browser.count("//header[contains(@class,'visit-head')]").await? == 0, "it was begun");
    browser.close().await
}

/// A form whose page, heading and choices are shown, heard and seen, not only read.
const TOLD: &str = "
| survey | | | | | | |
| | type | name | label::中文 (zh) | label::English (en) | media::image::中文 (zh) | media::audio::中文 (zh) | media::video::中文 (zh) |
| | begin group | songs | 村里的歌 | Songs of the village | photo.jpg | short.wav | |
| | text | name | 歌名 | Name of the song | | | |
| | begin group | kinds | 哪一种 | Which kind | | | clip.webm |
| | select_one kind | kind | 像哪一个 | Which is it like | | | |
| | end group | | | | | | |
| | end group | | | | | | |
| choices | | | | | |
| | list_name | name | label::中文 (zh) | label::English (en) | media::audio::中文 (zh) | media::video::中文 (zh) |
| | kind | long | 山歌 | Hill song | long.wav | |
| | kind | short | 号子 | Work song | short.wav | clip.webm |
| | kind | none | 都不像 | None of them | | |
| settings | |
| | form_id | form_title | version |
| | told | 带声音的表 | 1 |
";

/// What is heard or seen now: how many play that have an end.
const PLAYING: &str =
    "return [...document.querySelectorAll('audio, video')].filter((one) => !one.paused && !one.ended).length";

async fn play(browser: &Browser, count: u64) -> Result<()> {
    eventually(&format!("{count} to play"), async || Ok(browser.script(PLAYING).await?.as_u64() == Some(count))).await
}

#[tokio::test]
async fn choices_and_headings_are_heard_and_seen_by_buttons_that_choose_nothing() -> Result<()> {
    let server = Server::start().await?;
    let origin = server.origin();
    let profile = Profile::new()?;
    let browser = Browser::open(&profile, "zh-CN").await?;
    let (phone, visit, folder) = (Phone(&browser, &origin), Visit(&browser), profile.folder());
    phone.sign_in().await?;
    let sheet = folder.join("told.md");
    std::fs::write(&sheet, TOLD)?;
    let (long, short) = (media::tone(folder, "long.wav", 20_000)?, media::tone(folder, "short.wav", 300)?);
    let (picture, clip) = (photos::jpeg(&browser, folder).await?, media::clip(&browser, folder, "clip.webm").await?);
    server.add_form_with(&[&sheet, &long, &short, &picture, &clip]).await?;
    phone.open("/").await?;
    phone.state("已全部上传").await?;
    phone.open("/visit/new").await?;
    browser.tap("//button[normalize-space(.)='带声音的表']").await?;
    visit.at("村里的歌").await?;
    eventually("the title's picture", async || {
        const WIDTH: &str = "return document.querySelector('.under-heading img')?.naturalWidth ?? 0";
        Ok(browser.script(WIDTH).await?.as_u64().unwrap_or_default() > 0)
    })
    .await?;
    browser.find("//button[@aria-label='听录音：山歌']").await?;
    shot_whole(&browser, "told-choices.zh-CN").await?;
    look(&browser, "told-choices", "zh-CN").await?;

    browser.tap("//*[@class='under-heading'][.//img]//button[contains(., '听录音')]").await?;
    browser.find("//*[@class='under-heading']//audio").await?;
    play(&browser, 0).await?;
    browser.tap("//*[@class='under-heading']//button[contains(., '看视频')]").await?;
    browser.find("//*[@class='under-heading']//video").await?;

    browser.touch("//button[@aria-label='听录音：山歌']").await?;
    browser.find("//button[@aria-label='停下：山歌']").await?;
    play(&browser, 1).await?;
    // One at a time, each until its end.
    browser.touch("//button[@aria-label='听录音：号子']").await?;
    browser.find("//button[@aria-label='听录音：山歌']").await?;
    browser.find("//button[@aria-label='听录音：号子']").await?;
    play(&browser, 0).await?;
    browser.touch("//button[@aria-label='听录音：山歌']").await?;
    play(&browser, 1).await?;
    browser.touch("//button[@aria-label='停下：山歌']").await?;
    play(&browser, 0).await?;
    browser.touch("//button[@aria-label='看视频：号子']").await?;
    browser.find("//*[@class='opt-played']//video").await?;
    shot_whole(&browser, "told-choices-film.zh-CN").await?;
    // It stays at its end: what is below does not move up from under a finger.
    play(&browser, 0).await?;
    ensure!(browser.count("//*[@class='opt-played']//video").await? == 1, "the page moved when the film ended");
    for choice in ["山歌", "号子", "都不像"] {
        ensure!(!visit.is_chosen("像哪一个", choice).await?, "{choice} was chosen by being played");
    }
    visit.choose("像哪一个", "号子").await?;
    look_in_english(&browser, "told-choices", "Which is it like").await?;
    browser.close().await
}
