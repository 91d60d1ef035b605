//! What users come to do, in a real browser against the real server.

use anyhow::Result;
use zhucun_e2e::{Browser, Profile, Server, pages::Villager, shot};

#[tokio::test]
async fn a_villager_says_what_is_needed_and_follows_it_by_its_code() -> Result<()> {
    let server = Server::start().await?;
    let profile = Profile::new()?;
    let browser = Browser::open(&profile, "zh-CN").await?;
    let villager = Villager(&browser);
    let link = server.needs_link("shiban").await?;
    let code = villager.say(&server, &link, "村口的水管冻裂了,三天没水").await?;
    shot(&browser, "code.zh-CN").await?;
    villager.look_up(&server, &code).await?;
    shot(&browser, "ticket.zh-CN").await?;
    browser.close().await
}
