//! Questions of every kind and appearance but media and places: by touch, by keyboard, in both languages. The form is the
//! gallery, `forms/gallery.md`.

use anyhow::{Context, Result, ensure};
use serde_json::json;
use thirtyfour::Key;
use zhucun_e2e::{
    Browser, Profile, Server, eventually,
    pages::{Desk, Phone, Visit, Widgets},
    sheets, shot_whole,
};

use crate::look::look;

const PAGES: [(&str, &str); 10] = [
    ("一行一行地选", "rows"),
    ("打分的表", "scales"),
    ("长名单", "lists"),
    ("排先后", "order"),
    ("数字", "numbers"),
    ("范围", "ranges"),
    ("文字", "texts"),
    ("日期和时间", "dates"),
    ("几种状态", "states"),
    ("一行几个", "grid"),
];

/// The gallery, opened on a phone.
async fn gallery(server: &Server, browser: &Browser, origin: &str) -> Result<()> {
    server.add_form(&sheets::gallery()).await?;
    let phone = Phone(browser, origin);
    phone.sign_in().await?;
    phone.open("/visit/new").await?;
    browser.tap("//button[normalize-space(.)='题型样张']").await?;
    Visit(browser).at("一行一行地选").await
}

#[tokio::test]
async fn questions_of_every_appearance_are_answered_by_touch_and_arrive_as_they_are_kept() -> Result<()> {
    let server = Server::start().await?;
    let origin = server.origin();
    let profile = Profile::new()?;
    let browser = Browser::open(&profile, "zh-CN").await?;
    gallery(&server, &browser, &origin).await?;
    let visit = Visit(&browser);
    choices(&browser).await?;
    visit.next("排先后").await?;
    order(&browser).await?;
    visit.next("数字").await?;
    numbers(&browser).await?;
    visit.next("范围").await?;
    ranges(&browser).await?;
    visit.next("文字").await?;
    texts(&browser).await?;
    visit.next("日期和时间").await?;
    dates(&browser).await?;
    visit.next("几种状态").await?;
    visit.fill("必须填", "1").await?;
    visit.choose("看过了", "已核对").await?;
    visit.review().await?;
    visit.finish().await?;
    browser.tap_text("button", "回到今日").await?;
    Phone(&browser, &origin).state("已全部上传").await?;
    browser.close().await?;
    arrived(&origin).await
}

async fn choices(browser: &Browser) -> Result<()> {
    let (visit, widgets) = (Visit(browser), Widgets(browser));
    visit.touch("喜欢哪个颜色", "绿").await?;
    visit.touch("哪些颜色都行", "红").await?;
    visit.touch("哪些颜色都行", "蓝").await?;
    visit.touch("三列", "黄").await?;
    visit.touch("有什么难处", "看病难").await?;
    visit.touch("有什么难处", "水").await?;
    visit.touch("没有圆圈", "蓝").await?;
    visit.touch("图上选", "说不清").await?;
    visit.next("打分的表").await?;
    widgets.press("对帮扶满意吗", "详细说明").await?;
    visit.says("对帮扶满意吗", "问本人，不问邻居").await?;
    widgets.touch("对帮扶满意吗", "同意").await?;
    // What was opened stays open when the question is drawn again.
    browser.find("//details[@open]").await?;
    widgets.touch("愿意参加吗", "否").await?;
    widgets.touch("村里的路好走", "很不同意").await?;
    widgets.touch("自来水够用", "一般").await?;
    widgets.touch("看病方便", "非常同意").await?;
    // A group that is a table: its head has the words, once.
    widgets.touch("给老人的", "医生").await?;
    widgets.touch("给孩子的", "学校").await?;
    widgets.touch("给孩子的", "班车").await?;
    browser.find("//div[contains(@class,'table-head')][normalize-space(.)='医生学校班车']").await?;
    visit.next("长名单").await?;
    widgets.option("主要难处", "", "上学远").await?;
    widgets.press("其他难处", "请选择").await?;
    widgets.touch("其他难处", "水").await?;
    widgets.touch("其他难处", "房顶漏雨").await?;
    widgets.press("其他难处", "选好了").await?;
    visit.says("其他难处", "水、房顶漏雨").await?;
    ensure!(browser.count("//*[@class='closed-list']").await? == 0, "the list is still open");
    // By the first letters of Pinyin, and by words.
    visit.find("民族", "byz", "布依族").await?;
    widgets.are_drawn("家里有哪些民族", "label", 8).await?;
    browser.write(&search("家里有哪些民族"), "苗").await?;
    widgets.touch("家里有哪些民族", "苗族").await?;
    browser.write(&search("家里有哪些民族"), "仡佬").await?;
    widgets.touch("家里有哪些民族", "仡佬族").await?;
    // What is chosen stays in sight while one searches on.
    ensure!(widgets.is_on("家里有哪些民族", "苗族").await?, "the first is gone");
    widgets.are_drawn("户主的民族", "label", 8).await?;
    widgets.press("户主的民族", "再显示一些").await?;
    widgets.are_drawn("户主的民族", "label", 56).await?;
    widgets.touch("户主的民族", "基诺族").await
}

fn search(label: &str) -> String {
    format!("//fieldset[./legend/text()='{label}']//input[@type='search']")
}

async fn order(browser: &Browser) -> Result<()> {
    let (visit, widgets) = (Visit(browser), Widgets(browser));
    let question = "先解决哪个";
    visit.says(question, "还没有排").await?;
    widgets.drag(question, "看病难", "水").await?;
    widgets.is_ordered(question, &["看病难", "水", "入户路没有硬化", "上学远", "房顶漏雨"]).await?;
    widgets.drag(question, "水", "房顶漏雨").await?;
    widgets.is_ordered(question, &["看病难", "入户路没有硬化", "上学远", "房顶漏雨", "水"]).await?;
    widgets.press(question, "上移：上学远").await?;
    widgets.press(question, "下移：房顶漏雨").await?;
    widgets.is_ordered(question, &["看病难", "上学远", "入户路没有硬化", "水", "房顶漏雨"]).await?;
    // At the top there is no way up.
    widgets.press(question, "上移：看病难").await?;
    widgets.is_ordered(question, &["看病难", "上学远"]).await?;
    ensure!(browser.count("//p[contains(., '还没有排')]").await? == 1, "the other one is not ordered yet");
    widgets.press("颜色的先后", "就按这个顺序").await?;
    eventually("ordered", async || Ok(browser.count("//p[contains(., '还没有排')]").await? == 0)).await
}

async fn numbers(browser: &Browser) -> Result<()> {
    let (visit, widgets) = (Visit(browser), Widgets(browser));
    widgets.press("几头牛", "减 1").await?;
    ensure!(widgets.shown("几头牛").await? == "0", "less than nothing");
    for _ in 0..3 {
        widgets.press("几头牛", "加 1").await?;
    }
    ensure!(widgets.shown("几头牛").await? == "3", "three times one more");
    widgets.write("几头牛", "21").await?;
    visit.says("几头牛", "最多 20 头").await?;
    widgets.press("几头牛", "减 1").await?;
    eventually("20 is well", async || Ok(browser.count("//p[@class='err']").await? == 0)).await?;
    widgets.write("几亩地", "2.5").await?;
    widgets.press("几亩地", "加 1").await?;
    let money = browser.find("//*[./label/text()='一年收入（元）']//input").await?;
    money.send_keys("1234567").await?;
    ensure!(widgets.shown("一年收入（元）").await? == "1,234,567", "no marks while it is typed");
    // A digit in the middle: the caret stays where it is.
    for _ in 0..4 {
        money.send_keys(Key::Left).await?;
    }
    money.send_keys("89").await?;
    ensure!(widgets.shown("一年收入（元）").await? == "123,489,567", "{}", widgets.shown("一年收入（元）").await?);
    visit.leave_field().await?;
    ensure!(widgets.shown("一年收入（元）").await? == "123,489,567", "no marks afterwards");
    widgets.write("朝哪个方向", "270.5").await
}

async fn ranges(browser: &Browser) -> Result<()> {
    let (visit, widgets) = (Visit(browser), Widgets(browser));
    visit.touch("从 1 到 5", "4").await?;
    widgets.touch("给几颗星", "2 星（最多 5 星）").await?;
    widgets.touch("给几颗星", "3 星（最多 5 星）").await?;
    visit.says("给几颗星", "3 / 5").await?;
    widgets.option("几口人", "", "17").await?;
    visit.says("水位（厘米）", "未填").await?;
    // Where the thumb stands already it is meant, too.
    widgets.slide("水位（厘米）", 0.5).await?;
    visit.says("水位（厘米）", "50").await?;
    widgets.slide("水位（厘米）", 0.8).await?;
    visit.says("水位（厘米）", "80").await?;
    widgets.slide("种了几成", 0.25).await?;
    visit.says("种了几成", "25").await?;
    widgets.slide("没有刻度", 1.0).await?;
    visit.says("没有刻度", "1").await?;
    widgets.press("没有刻度", "清除").await?;
    visit.says("没有刻度", "未填").await?;
    ensure!(browser.count("//*[./label/text()='没有刻度']//i").await? == 0, "there are marks");
    ensure!(browser.count("//*[./label/text()='种了几成']//i").await? == 21, "there are no marks");
    Ok(())
}

async fn texts(browser: &Browser) -> Result<()> {
    let (visit, widgets) = (Visit(browser), Widgets(browser));
    visit.fill("说说情况", "第一行").await?;
    let rows = browser.with("//*[./label/text()='写六行']//textarea", async |field| field.attr("rows").await).await?;
    ensure!(rows.as_deref() == Some("6"), "{rows:?} rows");
    let keyboard =
        browser.with("//*[./label/text()='电话']//input", async |field| field.attr("inputmode").await).await?;
    ensure!(keyboard.as_deref() == Some("numeric"), "{keyboard:?}");
    widgets.write("电话", "０1398567").await?;
    let link = browser.find("//fieldset[./legend/text()='说明在哪里']//a").await?;
    let facts = (link.attr("href").await?, link.attr("target").await?, link.attr("rel").await?);
    let wanted = ["https://example.org/help?a=1", "_blank", "noopener noreferrer"].map(|part| Some(part.to_owned()));
    ensure!(facts == wanted.clone().into(), "{facts:?}");
    let secret = "//*[./label/text()='密码']//input";
    let kind = async || {
        Ok::<_, anyhow::Error>(browser.with(secret, async |field| field.attr("type").await).await?.unwrap_or_default())
    };
    eventually("masked", async || Ok(kind().await? == "password")).await?;
    widgets.write("密码", "xiaoxin-7").await?;
    widgets.press("密码", "显示").await?;
    eventually("shown", async || Ok(kind().await? == "text")).await?;
    ensure!(widgets.shown("密码").await? == "xiaoxin-7", "what was typed is gone");
    Ok(())
}

async fn dates(browser: &Browser) -> Result<()> {
    let (visit, widgets) = (Visit(browser), Widgets(browser));
    visit.date("哪一天", "2026-11-23").await?;
    widgets.write("哪年哪月", "2019").await?;
    visit.says("哪年哪月", "还没有填完：月").await?;
    widgets.option("哪年哪月", "-m", "3").await?;
    visit.says("哪年哪月", "2019年3月").await?;
    widgets.write("哪一年", "1956").await?;
    widgets.write("出生日期", "2024").await?;
    widgets.option("出生日期", "-m", "2").await?;
    widgets.option("出生日期", "-d", "29").await?;
    visit.says("出生日期", "2024年2月29日").await?;
    // In another year there is no such day: that is said, and nothing is kept.
    widgets.write("出生日期", "2023").await?;
    visit.says("出生日期", "还没有填完：日").await?;
    widgets.option("出生日期", "-d", "28").await?;
    visit.date("别的历法", "2001-01-02").await?;
    let pick = "arguments[0].value = arguments[1]; arguments[0].dispatchEvent(new Event('change', {bubbles: true}))";
    let hour = browser.find("//*[./label/text()='几点']//input[@type='time']").await?;
    browser.driver.execute(pick, vec![hour.to_json()?, "08:30".into()]).await?;
    let moment = browser.find("//*[./label/text()='什么时候']//input[@type='datetime-local']").await?;
    browser.driver.execute(pick, vec![moment.to_json()?, "2026-11-23T10:30".into()]).await?;
    widgets.write("从什么时候起", "2025").await?;
    widgets.option("从什么时候起", "-m", "12").await?;
    widgets.option("从什么时候起", "-d", "31").await?;
    visit.says("从什么时候起", "还没有填完：时间").await?;
    let time = browser.find("//*[./legend/text()='从什么时候起']//input[@type='time']").await?;
    browser.driver.execute(pick, vec![time.to_json()?, "23:05".into()]).await?;
    visit.says("从什么时候起", "2025年12月31日").await
}

/// What the desk has of it: values as XLSForm's other readers expect them, and words.
async fn arrived(origin: &str) -> Result<()> {
    let profile = Profile::new()?;
    let browser = Browser::open_wide(&profile, "zh-CN").await?;
    let desk = Desk(&browser, origin);
    desk.sign_in("yunling", "yunling-2026").await?;
    let kept = desk.kept("shiban", "gallery").await?;
    let wanted = [
        ("rows/plain", "green"),
        ("rows/several", "red blue"),
        ("rows/three", "yellow"),
        ("rows/pack", "ill water"),
        ("rows/bare", "blue"),
        ("rows/mapped", "unsure"),
        ("scales/scale", "good"),
        ("scales/listed", "no"),
        ("scales/head", ""),
        ("scales/road", "very_bad"),
        ("scales/water", "fair"),
        ("scales/clinic", "very_good"),
        ("scales/services/for_old", "doctor"),
        ("scales/services/for_young", "school bus"),
        ("lists/menu", "school"),
        ("lists/closed", "water roof"),
        ("lists/people", "bouyei"),
        ("lists/peoples", "miao gelao"),
        ("lists/all_people", "jino"),
        ("order/first", "ill school road water roof"),
        ("order/kept", "red yellow green blue"),
        ("numbers/cows", "20"),
        ("numbers/land", "3.5"),
        ("numbers/money", "123489567"),
        ("numbers/bearing", "270.5"),
        ("ranges/steps", "4"),
        ("ranges/stars", "3"),
        ("ranges/picked", "17"),
        ("ranges/height", "80"),
        ("ranges/share", "25"),
        ("ranges/smooth", ""),
        ("texts/long_text", "第一行"),
        ("texts/phone", "01398567"),
        ("texts/page", "https://example.org/help?a=1"),
        ("texts/secret", "xiaoxin-7"),
        ("dates/day", "2026-11-23"),
        ("dates/month", "2019-03-01"),
        ("dates/year", "1956-01-01"),
        ("dates/born", "2023-02-28"),
        ("dates/other", "2001-01-02"),
        ("states/fixed_order", "blue red"),
        ("states/seen", "OK"),
    ];
    for (name, value) in wanted {
        let found = kept.get(name).with_context(|| format!("no {name} in {kept:?}"))?;
        ensure!(found == value, "{name} is {found:?}, not {value:?}");
    }
    for (name, begins) in
        [("hour", "08:30:00.000"), ("moment", "2026-11-23T10:30:00.000"), ("begun", "2025-12-31T23:05:00.000")]
    {
        let found = kept.get(&format!("dates/{name}")).map_or("", String::as_str);
        ensure!(found.starts_with(begins) && found.len() > begins.len(), "{name} is {found:?}");
    }
    browser.goto(&format!("{origin}/desk#/shiban")).await?;
    desk.open_visit("题型样张").await?;
    for (label, words) in [
        ("先解决哪个", "看病难、上学远、入户路没有硬化、水、房顶漏雨"),
        ("哪年哪月", "2019-03"),
        ("哪一年", "1956"),
        ("一年收入（元）", "123,489,567"),
        ("家里有哪些民族", "苗族、仡佬族"),
    ] {
        let told = desk.answer(label).await?;
        ensure!(told == words, "{label}: {told}");
    }
    browser.close().await
}

#[tokio::test]
async fn every_widget_can_be_used_by_keyboard_alone() -> Result<()> {
    let server = Server::start().await?;
    let origin = server.origin();
    let profile = Profile::new()?;
    let browser = Browser::open(&profile, "zh-CN").await?;
    gallery(&server, &browser, &origin).await?;
    let (visit, widgets) = (Visit(&browser), Widgets(&browser));
    for name in ["三列", "没有圆圈"] {
        browser.tab_to(name).await?;
        browser.key(Key::Space).await?;
        browser.key(Key::Down).await?;
        ensure!(widgets.is_on(name, "黄").await?, "{name}: the arrow chooses the next");
    }
    visit.next("打分的表").await?;
    browser.tab_to("详细说明").await?;
    browser.key(Key::Enter).await?;
    browser.find("//details[@open]").await?;
    for name in ["对帮扶满意吗", "村里的路好走"] {
        browser.tab_to("很不同意").await?;
        browser.key(Key::Space).await?;
        browser.key(Key::Right).await?;
        ensure!(widgets.is_on(name, "不同意").await?, "{name}: the arrow chooses the next");
    }
    visit.next("长名单").await?;
    browser.tab_to("其他难处").await?;
    browser.key(Key::Enter).await?;
    browser.tab_to("水").await?;
    browser.key(Key::Space).await?;
    browser.tab_to("选好了").await?;
    browser.key(Key::Enter).await?;
    let focus = browser.script("return document.activeElement.className").await?;
    ensure!(focus.as_str().is_some_and(|class| class.contains("closed-head")), "the focus is on {focus}");
    visit.says("其他难处", "水").await?;

    visit.next("排先后").await?;
    browser.tab_to("水，第 1，共 5 项").await?;
    browser.key(Key::Down).await?;
    browser.key(Key::Down).await?;
    widgets.is_ordered("先解决哪个", &["入户路没有硬化", "上学远", "水"]).await?;
    // The focus goes with what is moved, and what happened is said.
    let focus = browser.script("return document.activeElement.getAttribute('aria-label')").await?;
    ensure!(focus.as_str().is_some_and(|name| name.starts_with("水，第 3，共 5 项")), "the focus is on {focus}");
    browser.find("//*[@aria-live][contains(@class,'heard')][.='水：排第 3，共 5 项']").await?;
    browser.key(Key::Home).await?;
    widgets.is_ordered("先解决哪个", &["水", "入户路没有硬化"]).await?;
    browser.tab_to("下移：水").await?;
    browser.key(Key::Enter).await?;
    widgets.is_ordered("先解决哪个", &["入户路没有硬化", "水"]).await?;

    visit.next("数字").await?;
    browser.tab_to("几头牛").await?;
    browser.key(Key::Enter).await?;
    browser.tab_to("几头牛").await?;
    browser.key(Key::Up).await?;
    browser.key(Key::Up).await?;
    browser.key(Key::Down).await?;
    ensure!(widgets.shown("几头牛").await? == "1", "{}", widgets.shown("几头牛").await?);

    visit.next("范围").await?;
    browser.tab_to("给几颗星").await?;
    browser.key(Key::Space).await?;
    browser.key(Key::Right).await?;
    visit.says("给几颗星", "2 / 5").await?;
    browser.tab_to("水位（厘米）").await?;
    browser.key(Key::Up).await?;
    visit.says("水位（厘米）", "60").await?;

    visit.open_part("日期和时间").await?;
    browser.tab_to("哪一年").await?;
    browser.keys("2024").await?;
    browser.key(Key::Up).await?;
    ensure!(widgets.shown("哪一年").await? == "2025", "{}", widgets.shown("哪一年").await?);
    browser.close().await
}

#[tokio::test]
async fn what_may_not_be_changed_says_so_and_stays() -> Result<()> {
    let server = Server::start().await?;
    let origin = server.origin();
    let profile = Profile::new()?;
    let browser = Browser::open(&profile, "zh-CN").await?;
    gallery(&server, &browser, &origin).await?;
    let (visit, widgets) = (Visit(&browser), Widgets(&browser));
    visit.open_part("几种状态").await?;
    for label in ["已经定了", "定了的评分", "写好的", "数好的", "排好的"] {
        visit.says(label, "不能改").await?;
    }
    browser.touch("//fieldset[./legend/text()='已经定了']//label[contains(., '否')]").await?;
    browser.touch("//fieldset[./legend/text()='定了的评分']//label[contains(., '一般')]").await?;
    widgets.press("数好的", "加 1").await?;
    ensure!(widgets.is_on("已经定了", "是").await? && widgets.is_on("定了的评分", "同意").await?, "it changed");
    ensure!(widgets.shown("数好的").await? == "3", "it counted");
    ensure!(widgets.order("排好的").await?.starts_with(&["蓝".to_owned(), "红".to_owned()]), "another order");
    ensure!(browser.count("//fieldset[./legend/text()='排好的']//li//button").await? == 0, "an order to be changed");
    visit.says("没有可选的", "现在没有可选的项").await?;
    // What is missing is said where it is missing.
    visit.review().await?;
    browser.tap("//button[contains(., '必须填')]").await?;
    visit.at("几种状态").await?;
    visit.says("必须填", "请填写这一项").await?;
    browser.close().await
}

#[tokio::test]
async fn a_tap_goes_on_where_a_question_is_quick_and_arrow_keys_do_not() -> Result<()> {
    let server = Server::start().await?;
    let origin = server.origin();
    let profile = Profile::new()?;
    let browser = Browser::open(&profile, "zh-CN").await?;
    gallery(&server, &browser, &origin).await?;
    let (visit, widgets) = (Visit(&browser), Widgets(&browser));
    visit.open_part("点了就走").await?;
    browser.tab_to("先答这个").await?;
    browser.key(Key::Down).await?;
    ensure!(widgets.is_on("先答这个", "否").await?, "the arrow chooses the next");
    // There is another question on the page: it comes first.
    widgets.touch("先答这个", "说不清").await?;
    visit.at("点了就走").await?;
    browser.touch("//label[.//span[text()='是']][ancestor::*[contains(@class,'scale')]]").await?;
    visit.at("最后一页").await?;
    visit.previous("点了就走").await?;
    ensure!(widgets.is_on("再答这个", "是").await? && widgets.is_on("先答这个", "说不清").await?, "an answer is gone");
    browser.close().await
}

#[tokio::test]
async fn the_gallery_fits_a_phone_in_both_languages() -> Result<()> {
    let server = Server::start().await?;
    let origin = server.origin();
    let profile = Profile::new()?;
    let browser = Browser::open(&profile, "zh-CN").await?;
    gallery(&server, &browser, &origin).await?;
    let visit = Visit(&browser);
    for (at, (part, name)) in PAGES.into_iter().enumerate() {
        visit.at(part).await?;
        half_filled(&browser, name).await?;
        let name = format!("gallery-{name}");
        look(&browser, &name, "zh-CN").await?;
        whole(&browser, &format!("{name}.zh-CN")).await?;
        browser.tap("//header//button[contains(., 'EN')]").await?;
        browser.find("//html[@lang='en']").await?;
        // All words of the form, choices too.
        let chinese = "return document.querySelector('.items').innerText.match(/[\\u4e00-\\u9fff]+/g)";
        eventually("English", async || Ok(browser.script(chinese).await? == json!(null))).await?;
        look(&browser, &name, "en").await?;
        whole(&browser, &format!("{name}.en")).await?;
        browser.tap("//header//button[contains(., '中文')]").await?;
        browser.find("//html[@lang='zh-CN']").await?;
        if let Some((next, _)) = PAGES.get(at + 1) {
            visit.next(next).await?;
        }
    }
    browser.close().await
}

/// The whole page with its bars at its ends, and with the phone's text twice as large.
async fn whole(browser: &Browser, name: &str) -> Result<()> {
    const SIZE: &str = "document.documentElement.style.fontSize = arguments[0];
        document.querySelectorAll('.visit-head, .visit-bar').forEach((bar) => bar.style.position = 'static')";
    browser.driver.execute(SIZE, vec![json!("")]).await?;
    shot_whole(browser, &format!("{name}.whole")).await?;
    browser.driver.execute(SIZE, vec![json!("212.5%")]).await?;
    shot_whole(browser, &format!("{name}.whole.200")).await?;
    browser.driver.execute(SIZE, vec![json!("")]).await.map(drop)?;
    Ok(())
}

/// Answers something on a page, so that both states are in its picture.
async fn half_filled(browser: &Browser, page: &str) -> Result<()> {
    let (visit, widgets) = (Visit(browser), Widgets(browser));
    match page {
        "rows" => {
            visit.touch("三列", "黄").await?;
            visit.touch("有什么难处", "水").await?;
            visit.touch("没有圆圈", "红").await
        }
        "scales" => {
            widgets.touch("对帮扶满意吗", "同意").await?;
            widgets.touch("愿意参加吗", "否").await?;
            widgets.touch("村里的路好走", "很不同意").await?;
            widgets.touch("看病方便", "非常同意").await
        }
        "lists" => {
            widgets.press("其他难处", "请选择").await?;
            widgets.touch("其他难处", "水").await
        }
        "order" => widgets.press("颜色的先后", "就按这个顺序").await,
        "numbers" => {
            widgets.write("几头牛", "21").await?;
            widgets.write("一年收入（元）", "1234567").await
        }
        "ranges" => {
            visit.touch("从 1 到 5", "4").await?;
            widgets.touch("给几颗星", "3 星（最多 5 星）").await?;
            widgets.slide("种了几成", 0.25).await
        }
        "dates" => {
            visit.date("哪一天", "2026-11-23").await?;
            widgets.write("哪年哪月", "2019").await?;
            widgets.option("哪年哪月", "-m", "3").await?;
            widgets.write("出生日期", "2024").await
        }
        _ => Ok(()),
    }
}

#[tokio::test]
async fn on_a_wide_screen_questions_with_a_width_stand_side_by_side() -> Result<()> {
    const PLACES: &str = "return [...document.querySelectorAll('.items > *')].map((one) => one.getBoundingClientRect())
        .map((box) => [Math.round(box.left), Math.round(box.top)])";
    let server = Server::start().await?;
    let origin = server.origin();
    let profile = Profile::new()?;
    let browser = Browser::open_wide(&profile, "zh-CN").await?;
    gallery(&server, &browser, &origin).await?;
    Visit(&browser).open_part("一行几个").await?;
    browser.find("//*[./label/text()='下面一整行']").await?;
    let places: Vec<(i64, i64)> = serde_json::from_value(browser.script(PLACES).await?)?;
    let [left, middle, right, below] = places[..] else { anyhow::bail!("{places:?}") };
    ensure!(left.1 == middle.1 && middle.1 == right.1, "one row: {places:?}");
    ensure!(left.0 < middle.0 && middle.0 < right.0, "side by side: {places:?}");
    ensure!(below.1 > left.1 && below.0 == left.0, "a row of its own: {places:?}");
    shot_whole(&browser, "gallery-grid.wide").await?;
    browser.close().await
}
