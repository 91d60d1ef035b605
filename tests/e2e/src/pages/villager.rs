//! The villager's pages.

use anyhow::{Context, Result};
use thirtyfour::By;

use crate::{Browser, Server};

/// A villager's browser.
pub struct Villager<'a>(pub &'a Browser);

impl Villager<'_> {
    /// Says what is needed through the village's link; gives the ticket code.
    ///
    /// # Errors
    /// When the page or the code does not appear.
    pub async fn say(&self, server: &Server, link: &str, words: &str) -> Result<String> {
        self.0.driver.goto(server.url(link)).await?;
        self.0.type_into("textarea", words).await?;
        // The radio itself lies under its picture.
        let choice = self.0.driver.find(By::Css("input[type=radio][value=water]")).await?;
        self.0.driver.execute("arguments[0].checked = true", vec![choice.to_json()?]).await?;
        self.0.click_css("form [type=submit]").await?;
        self.0.see("查询码").await?;
        let text = self.0.text().await?;
        let digits = |line: &str| line.chars().filter(char::is_ascii_digit).collect::<String>();
        text.lines().map(digits).find(|line| line.len() == 17).context("no code on the page")
    }

    /// Looks up a ticket.
    ///
    /// # Errors
    /// When the page does not show its state.
    pub async fn look_up(&self, server: &Server, code: &str) -> Result<()> {
        self.0.driver.goto(server.url("/t")).await?;
        self.0.type_into("form input:not([type=hidden])", code).await?;
        self.0.click_css("form [type=submit]").await?;
        self.0.see("已收到").await
    }
}
