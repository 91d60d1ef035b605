//! The main path: a checklist is filled at a household without a network, and read at the township.

use anyhow::{Result, ensure};
use zhucun_e2e::{
    Browser, Profile, Server,
    pages::{Desk, Phone, Visit},
    photos,
};

const FAMILY: &str = "家庭情况";
const MEMBER: &str = "家庭成员";
const CAUSES: &str = "致贫原因";
const INCOME: &str = "年度收入(元)";
const LIVING: &str = "两不愁三保障";
const NEEDS: &str = "诉求与帮扶";
const CHECKED: &str = "人均低于 2300 元,已当面核对";

#[tokio::test]
async fn a_visit_filled_without_a_network_over_a_closed_browser_is_read_at_the_township() -> Result<()> {
    let server = Server::start().await?;
    let origin = server.origin();
    let profile = Profile::new()?;

    let browser = Browser::open(&profile, "zh-CN").await?;
    let phone = Phone(&browser, &origin);
    phone.sign_in().await?;
    let photo = photos::jpeg(&browser, profile.folder()).await?;
    cut_and_start_anew(&phone).await?;
    phone.open_household("何德贵").await?;
    let visit = phone.begin_visit().await?;
    whom(&visit, &origin).await?;
    family(&visit).await?;
    causes(&visit, &photo).await?;
    income(&visit).await?;
    visit.saved().await?;
    browser.close().await?;

    let browser = Browser::open(&profile, "zh-CN").await?;
    let (phone, visit) = (Phone(&browser, &origin), Visit(&browser));
    go_on(&phone, &visit).await?;
    living(&visit).await?;
    needs(&visit).await?;
    mend_and_finish(&visit).await?;
    only_on_this_phone(&phone).await?;

    browser.set_offline(false).await?;
    phone.state("已全部上传").await?;
    browser.see_gone("走访：何德贵").await?;
    browser.close().await?;
    read_at_the_township(&origin).await
}

async fn cut_and_start_anew(phone: &Phone<'_>) -> Result<()> {
    phone.0.set_offline(true).await?;
    phone.state("离线").await?;
    phone.0.reload().await?;
    phone.state("离线").await?;
    phone.0.see("今天要去").await
}

/// Autocomplete, a note that follows, select_one, geopoint.
async fn whom(visit: &Visit<'_>, origin: &str) -> Result<()> {
    visit.search("走访农户", "罗 1组", "1组 罗素英").await?;
    visit.0.see("户主:罗素英").await?;
    visit.search("走访农户", "何德贵", "1组 何德贵").await?;
    visit.0.see("户主:何德贵").await?;
    visit.choose("是否见到家庭成员", "是").await?;
    visit.0.allow_place(origin, 26.58, 106.71).await?;
    visit.button("位置", "获取位置").await?;
    visit.says("位置", "已定位，精确到 8 米").await?;
    visit.next(FAMILY).await
}

/// A repeat: added, taken away, brought back; text, date, menu, integer, select_multiple, and the other language.
async fn family(visit: &Visit<'_>) -> Result<()> {
    visit.button(MEMBER, "添加家庭成员").await?;
    visit.0.see("家庭成员 2/2").await?;
    visit.fill("姓名", "何小军").await?;
    visit.previous("家庭成员 1/2").await?;
    visit.previous(FAMILY).await?;
    visit.0.tap("//button[@aria-label='移除 何小军']").await?;
    visit.0.see("已移除 何小军").await?;
    visit.0.tap_text("button", "撤销").await?;
    visit.0.find("//button[@aria-label='移除 何小军']").await?;
    visit.0.tap("//button[@aria-label='移除 何小军']").await?;
    visit.0.see("已移除 何小军").await?;

    visit.next("家庭成员 1/1").await?;
    visit.fill("姓名", "何德贵").await?;
    visit.choose("性别", "男").await?;
    visit.fill("公民身份号码", "52010019860312001X").await?;
    visit.date("出生日期", "1986-03-12").await?;
    visit.menu("与户主关系", "户主").await?;
    visit.choose("健康状况", "长期慢性病").await?;
    visit.choose("劳动能力", "普通劳动力").await?;
    visit.fill("在外务工月数", "5").await?;
    visit.choose("参保情况", "基本医疗保险").await?;
    visit.choose("参保情况", "养老保险").await?;
    visit.0.tap("//header//button[contains(@aria-label, 'English (en)')]").await?;
    visit.0.see("Months worked away this year").await?;
    ensure!(visit.filled("Name").await? == "何德贵", "the language has taken the name");
    ensure!(visit.is_chosen("Insured for", "Pension").await?, "the language has taken an answer");
    visit.0.tap("//header//button[@aria-label='中文 (zh)']").await?;
    visit.0.see("在外务工月数").await?;
    visit.next(FAMILY).await?;
    visit.0.see("共 1 人,其中患病 1 人").await?;
    visit.next(CAUSES).await
}

/// A choice that leaves another list, a photo, lines of text.
async fn causes(visit: &Visit<'_>, photo: &std::path::Path) -> Result<()> {
    visit.choose("主要致贫原因", "因病").await?;
    visit.choose("其他致贫原因", "缺技术").await?;
    let illness = "//fieldset[.//legend[contains(., '其他致贫原因')]]//label[normalize-space(.)='因病']";
    ensure!(visit.0.count(illness).await? == 0, "the main cause is offered once more");
    visit.give_photo("佐证照片", photo).await?;
    visit.photo("佐证照片").await?;
    visit.fill("情况说明", "妻子常年吃药,去年住院两次").await?;
    visit.next(INCOME).await
}

/// Decimals, choices that come with them, a note that counts, acknowledge.
async fn income(visit: &Visit<'_>) -> Result<()> {
    visit.fill("工资性收入", "1500.5").await?;
    visit.choose("工资性收入 · 依据", "自述").await?;
    visit.fill("转移性收入", "600").await?;
    visit.choose("转移性收入 · 依据", "凭证").await?;
    visit.0.see("家庭纯收入 2100.5 元,人均 2100.5 元").await?;
    visit.choose(CHECKED, "已核对").await
}

/// After the browser was closed: today's list leads to the same page, and nothing is lost.
async fn go_on(phone: &Phone<'_>, visit: &Visit<'_>) -> Result<()> {
    phone.0.set_offline(true).await?;
    phone.open("/").await?;
    phone.state("离线").await?;
    phone.0.see("写到第 4/6 部分").await?;
    phone.0.tap_text("a", "何德贵 入户走访表").await?;
    visit.at(INCOME).await?;
    ensure!(visit.filled("工资性收入").await? == "1500.5", "the wages are lost");
    ensure!(visit.is_chosen(CHECKED, "已核对").await?, "the tick is lost");
    visit.previous(CAUSES).await?;
    visit.photo("佐证照片").await?;
    ensure!(visit.filled("情况说明").await? == "妻子常年吃药,去年住院两次", "the words are lost");
    visit.next(INCOME).await?;
    visit.next(LIVING).await
}

/// Everything but the water.
async fn living(visit: &Visit<'_>) -> Result<()> {
    for question in ["不愁吃", "不愁穿", "义务教育有保障", "基本医疗有保障", "住房安全有保障"]
    {
        visit.choose(question, "有保障").await?;
    }
    visit.choose("房屋危险等级", "B 级").await?;
    visit.next(NEEDS).await
}

/// Two columns of choices, a range, a signature, a date.
async fn needs(visit: &Visit<'_>) -> Result<()> {
    visit.choose("当前诉求", "就医").await?;
    visit.choose("当前诉求", "饮水").await?;
    visit.fill("诉求内容", "想问大病报销怎么办").await?;
    visit.choose("对帮扶工作的满意程度", "4").await?;
    visit.sign("农户签名").await?;
    visit.fill("下一步打算", "帮他到镇上办慢病卡").await?;
    visit.date("下次走访日期", "2099-01-05").await?;
    visit.next("检查").await
}

/// The review names what is missing and leads there.
async fn mend_and_finish(visit: &Visit<'_>) -> Result<()> {
    visit.0.see("还有 1 处要改").await?;
    visit.0.tap_text("button", "饮水安全").await?;
    visit.at(LIVING).await?;
    ensure!(visit.focused().await? == "饮水安全", "the focus is elsewhere");
    visit.says("饮水安全", "请选一项").await?;
    visit.choose("饮水安全", "有问题").await?;
    visit.fill("饮水安全:问题", "枯水期要挑水").await?;
    visit.review().await?;
    visit.finish().await
}

async fn only_on_this_phone(phone: &Phone<'_>) -> Result<()> {
    phone.0.see("仅在手机").await?;
    phone.0.see("走访已存在这部手机，有网时自动上传。").await?;
    phone.0.tap_text("button", "回到农户").await?;
    phone.state("1 条仅在手机").await?;
    phone.to_sync().await?;
    phone.0.see("现在没有网。有网后会自己上传。").await?;
    phone.0.see("走访：何德贵").await
}

async fn read_at_the_township(origin: &str) -> Result<()> {
    let profile = Profile::new()?;
    let browser = Browser::open(&profile, "zh-CN").await?;
    let desk = Desk(&browser, origin);
    desk.sign_in("yunling", "yunling-2026").await?;
    desk.open_village("石板村").await?;
    let (bom, csv) = desk.export().await?;
    ensure!(bom == [0xef, 0xbb, 0xbf], "the export begins with {bom:x?}");
    ensure!(csv.contains("帮他到镇上办慢病卡"), "the visit is not in the export");
    desk.open_visit("附件 2/2").await?;
    for (label, answer) in [
        ("姓名", "何德贵"),
        ("在外务工月数", "5"),
        ("主要致贫原因", "因病"),
        ("工资性收入", "1500.5"),
        ("饮水安全:问题", "枯水期要挑水"),
        ("诉求内容", "想问大病报销怎么办"),
        ("对帮扶工作的满意程度", "4"),
        ("下次走访日期", "2099年1月5日 周一"),
    ] {
        let found = desk.answer(label).await?;
        ensure!(found == answer, "{label}: {found}, not {answer}");
    }
    desk.picture("佐证照片").await?;
    desk.picture("农户签名").await?;
    browser.close().await
}
