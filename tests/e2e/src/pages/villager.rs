//! The villager's pages.

use anyhow::Result;
use thirtyfour::By;

use crate::Browser;

/// A villager's browser at a server's address.
pub struct Villager<'a>(pub &'a Browser, pub &'a str);

impl Villager<'_> {
    /// Opens the village's page and writes a need about water, without sending it.
    ///
    /// # Errors
    /// When the page does not come.
    pub async fn write(&self, link: &str, words: &str) -> Result<()> {
        self.open(link).await?;
        self.fill(words).await
    }

    /// Opens the village's page.
    ///
    /// # Errors
    /// When it does not come.
    pub async fn open(&self, link: &str) -> Result<()> {
        self.0.goto(&format!("{}{link}", self.1)).await
    }

    /// Writes a need about water on the page that is open.
    ///
    /// # Errors
    /// When the page has no place for it.
    pub async fn fill(&self, words: &str) -> Result<()> {
        // The radio itself lies under its picture.
        self.0.tap("//label[@for='c-water']").await?;
        self.0.write("//textarea", words).await
    }

    /// Sends the page; gives the ticket code.
    ///
    /// # Errors
    /// When the code does not appear.
    pub async fn send(&self) -> Result<String> {
        self.0.tap("//form//*[@type='submit']").await?;
        self.code().await
    }

    /// The ticket code that is shown.
    ///
    /// # Errors
    /// When none comes.
    pub async fn code(&self) -> Result<String> {
        let code = self.0.words("//*[@id='code']").await?;
        Ok(code.chars().filter(char::is_ascii_digit).collect())
    }

    /// Says what is needed through the village's link; gives the ticket code.
    ///
    /// # Errors
    /// When the page or the code does not appear.
    pub async fn say(&self, link: &str, words: &str) -> Result<String> {
        self.write(link, words).await?;
        self.send().await
    }

    /// Taps "send" twice, quickly, as people do on a slow network; gives the ticket code that is shown in the end.
    ///
    /// # Errors
    /// When the code does not appear.
    pub async fn send_twice(&self) -> Result<String> {
        self.0.script("const send = document.querySelector('form [type=submit]'); send.click(); send.click();").await?;
        self.code().await
    }

    /// Looks up a ticket and waits for words on it.
    ///
    /// # Errors
    /// When the page does not show them.
    pub async fn look_up(&self, code: &str, words: &str) -> Result<()> {
        self.0.goto(&format!("{}/t", self.1)).await?;
        let field = self.0.driver.find(By::Css("form input:not([type=hidden])")).await?;
        field.send_keys(code).await?;
        self.0.tap("//form//*[@type='submit']").await?;
        self.0.see(words).await
    }
}
