//! The desk of the county, where it administers.

use std::path::Path;

use anyhow::{Context, Result};

use crate::Browser;

/// The administration at a server's address.
pub struct Admin<'a>(pub &'a Browser, pub &'a str);

impl Admin<'_> {
    /// Opens the page of a link that is good once, and sets a name (where it asks for one) and a password.
    ///
    /// # Errors
    /// When the link is no good.
    pub async fn join(&self, path: &str, username: Option<&str>, password: &str) -> Result<()> {
        self.0.goto(&format!("{}{path}", self.1)).await?;
        if let Some(username) = username {
            self.0.write("//*[@id='username']", username).await?;
        }
        self.0.write("//*[@id='password']", password).await?;
        self.0.write("//*[@id='again']", password).await?;
        self.0.tap("//button[@type='submit']").await
    }

    /// Goes to a place by the bar.
    ///
    /// # Errors
    /// When it is not there.
    pub async fn to(&self, place: &str) -> Result<()> {
        self.0.tap(&format!("//nav[@class='places']//a[./span[.=\"{place}\"]]")).await?;
        let here = format!("//nav[@class='places']//a[@aria-current='page'][./span[.=\"{place}\"]]");
        self.0.find(&here).await.map(drop)
    }

    /// Adds a township, or a village of a township by its name.
    ///
    /// # Errors
    /// When it is not added.
    pub async fn add_place(&self, above: &str, name: &str, english: &str) -> Result<()> {
        self.0.tap_text("a", "添加村或乡镇").await?;
        self.0.tap(&format!("//select[@id='place-above']/option[contains(., \"{above}\")]")).await?;
        self.0.write("//*[@id='place-zh']", name).await?;
        self.0.write("//*[@id='place-en']", english).await?;
        self.0.tap("//form[.//*[@id='place-zh']]//button[@type='submit']").await?;
        self.0.find(&format!("//h2[contains(., \"{name}\")]")).await.map(drop)
    }

    /// Gives a spreadsheet to the page of uploads.
    ///
    /// # Errors
    /// When the page is not open.
    pub async fn give_sheet(&self, file: &Path) -> Result<()> {
        let input = self.0.find("//input[@id='sheet']").await?;
        input.send_keys(file.to_string_lossy().into_owned()).await.context("the file cannot be given")
    }

    /// Gives files, all at once, that lie beside the form which is open.
    ///
    /// # Errors
    /// When no place for them is there.
    pub async fn give_files(&self, files: &[&Path]) -> Result<()> {
        let input = self.0.find("//input[@id='form-file']").await?;
        let paths: Vec<_> = files.iter().map(|file| file.to_string_lossy()).collect();
        input.send_keys(paths.join("\n")).await.context("the files cannot be given")
    }

    /// Waits until words stand at a file that the open form needs.
    ///
    /// # Errors
    /// When they do not come.
    pub async fn file_says(&self, name: &str, words: &str) -> Result<()> {
        let row = format!("//ul[contains(@class,'file-rows')]/li[.//b[.=\"{name}\"]][contains(., \"{words}\")]");
        self.0.find(&row).await.map(drop)
    }

    /// Invites a secretary to the first village; gives the path of the link.
    ///
    /// # Errors
    /// When no link is shown.
    pub async fn invite(&self, name: &str) -> Result<String> {
        self.0.tap("//a[contains(@class,'btn')][normalize-space(.)=\"邀请\"]").await?;
        self.0.find("//select[@id='new-place']/option").await?;
        self.0.write("//*[@id='new-name']", name).await?;
        self.0.tap("//form[.//*[@id='new-name']]//button[@type='submit']").await?;
        self.link().await
    }

    /// The path of the link that is shown.
    ///
    /// # Errors
    /// When none is.
    pub async fn link(&self) -> Result<String> {
        let link = self.0.value("//*[@id='slip-link']").await?;
        let at = link.find("/invite/").with_context(|| link.clone())?;
        Ok(link[at..].to_owned())
    }
}
