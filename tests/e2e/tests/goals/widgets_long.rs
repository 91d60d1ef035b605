//! Long lists of choices on a phone: few of them are drawn, any is found.

use std::fmt::Write as _;

use anyhow::{Result, ensure};
use zhucun_e2e::{
    Browser, Profile, Server,
    pages::{Phone, Visit, Widgets},
};

/// The field that looks through the choices of a question.
fn search(label: &str) -> String {
    format!("//fieldset[./legend/text()='{label}']//input[@type='search']")
}

/// A list of 300 as rows, and 8,000 villages of eight townships, of which one is asked for first.
fn long_form() -> String {
    let mut form = String::from(
        "| survey |
| | type | name | label::中文 (zh) | label::English (en) | appearance | choice_filter |
| | begin group | g | 很长 | Long |
| | select_one street | street | 哪条街 | Street |
| | select_one town | town | 哪个乡 | Town | minimal |
| | select_one village | village | 哪个村 | Village | autocomplete | town = ${town} |
| | select_one team | team | 哪个组 | Team | | town = ${town} |
| | end group |
| choices |
| | list_name | name | label::中文 (zh) | label::English (en) | town |
",
    );
    for street in 0..300 {
        let _ = writeln!(form, "| | street | s{street} | 第{street}街 | Street {street} |");
    }
    for town in 0..8 {
        let _ = writeln!(form, "| | town | t{town} | {town}号乡 | Town {town} |");
    }
    for village in 0..8_000 {
        // All but a few in one town: so many are offered at once.
        let town = if village < 7_900 { 0 } else { village % 7 + 1 };
        let _ = writeln!(form, "| | village | v{village} | 石板{village}村 | Shiban {village} | t{town} |");
    }
    for team in 0..120 {
        let _ = writeln!(form, "| | team | g{team} | {}乡{}组 | Team {team} | t{} |", team / 60, team % 60, team / 60);
    }
    form + "| settings |\n| | form_id | form_title | version |\n| | long | 长名单 | 1 |\n"
}

#[tokio::test]
async fn of_hundreds_and_thousands_of_choices_few_are_drawn_and_any_is_found_at_once() -> Result<()> {
    let server = Server::start().await?;
    let origin = server.origin();
    let profile = Profile::new()?;
    let form = profile.folder().join("long.md");
    std::fs::write(&form, long_form())?;
    server.add_form(&form).await?;
    let browser = Browser::open(&profile, "zh-CN").await?;
    let phone = Phone(&browser, &origin);
    phone.sign_in().await?;
    phone.open("/visit/new").await?;
    browser.tap("//button[normalize-space(.)='长名单']").await?;
    let (visit, widgets) = (Visit(&browser), Widgets(&browser));
    visit.at("很长").await?;
    widgets.are_drawn("哪条街", "label", 8).await?;
    browser.write(&search("哪条街"), "299").await?;
    widgets.are_drawn("哪条街", "label[contains(@class,'opt')]", 1).await?;
    widgets.touch("哪条街", "第299街").await?;

    widgets.option("哪个乡", "", "0号乡").await?;
    widgets.are_drawn("哪个村", "li", 50).await?;
    browser.write("//*[./label/text()='哪个村']//input", "7899").await?;
    widgets.are_drawn("哪个村", "li", 1).await?;
    browser.tap_text("button", "石板7899村").await?;
    visit.says("哪个村", "石板7899村").await?;

    // In another town's list it is looked for anew.
    browser.write(&search("哪个组"), "59").await?;
    widgets.are_drawn("哪个组", "label", 1).await?;
    widgets.touch("哪个组", "0乡59组").await?;
    widgets.option("哪个乡", "", "1号乡").await?;
    widgets.are_drawn("哪个组", "label[contains(.,'1乡')]", 8).await?;
    ensure!(browser.value(&search("哪个组")).await?.is_empty(), "what was looked for is still in the field");
    browser.close().await
}
