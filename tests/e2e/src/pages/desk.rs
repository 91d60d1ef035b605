//! The desk of township and county.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use thirtyfour::By;

use crate::{Browser, eventually};

/// The desk at a server's address.
pub struct Desk<'a>(pub &'a Browser, pub &'a str);

impl Desk<'_> {
    /// Signs in and waits for the villages.
    ///
    /// # Errors
    /// When they do not come.
    pub async fn sign_in(&self, username: &str, password: &str) -> Result<()> {
        self.0.goto(&format!("{}/desk", self.1)).await?;
        self.give_password(username, password).await?;
        self.0.find("//a[contains(@class,'desk-row')]").await.map(drop)
    }

    /// Fills in name and password where the page asks for them, and taps.
    ///
    /// # Errors
    /// When it does not ask.
    pub async fn give_password(&self, username: &str, password: &str) -> Result<()> {
        self.0.write("//input[@name='username']", username).await?;
        self.0.write("//input[@name='password']", password).await?;
        self.0.tap("//form//button[@type='submit']").await
    }

    /// Opens a village.
    ///
    /// # Errors
    /// When it is not there.
    pub async fn open_village(&self, name: &str) -> Result<()> {
        self.0.tap_text("a", name).await?;
        self.0.see("导出走访表").await?;
        self.0.find("//tr[contains(@class,'desk-row')]//a").await.map(drop)
    }

    /// Opens the first visit whose row has words.
    ///
    /// # Errors
    /// When there is none.
    pub async fn open_visit(&self, words: &str) -> Result<()> {
        self.0.tap(&format!("//tr[contains(@class,'desk-row')][contains(., \"{words}\")]//a")).await?;
        self.0.find("//article//dl[@class='told-rows']//dt").await.map(drop)
    }

    /// The answer to the question with a label, in the visit that is open.
    ///
    /// # Errors
    /// When the question is not there.
    pub async fn answer(&self, label: &str) -> Result<String> {
        let path = format!("//dl[@class='told-rows']//dt[normalize-space(.)=\"{label}\"]/following-sibling::dd[1]");
        self.0.words(&path).await
    }

    /// Waits until the picture that answers a question has come from the server and can be drawn.
    ///
    /// # Errors
    /// When it cannot.
    pub async fn picture(&self, label: &str) -> Result<()> {
        let path = format!("//figure[figcaption[normalize-space(.)=\"{label}\"]]//img");
        eventually(label, async || {
            let image = self.0.driver.find(By::XPath(&path)).await?;
            let look = "arguments[0].scrollIntoView(); return arguments[0].complete ? arguments[0].naturalWidth : 0";
            let width = self.0.driver.execute(look, vec![image.to_json()?]).await?;
            Ok(width.json().as_u64().unwrap_or_default() > 0)
        })
        .await
    }

    /// The village's CSV export, by the link on the page: its first three bytes, and all of it as text.
    ///
    /// # Errors
    /// When it does not come.
    pub async fn export(&self) -> Result<(Vec<u8>, String)> {
        const FETCH: &str = "
            const link = [...document.querySelectorAll('a')].find((link) => link.href.includes('visits.csv'));
            return fetch(link.href).then((answer) => answer.arrayBuffer()).then((bytes) =>
                [[...new Uint8Array(bytes).slice(0, 3)], new TextDecoder().decode(bytes)]);";
        serde_json::from_value(self.0.script(FETCH).await?).context("no export")
    }

    /// The newest visit of a form in a village as it is kept: names from the root down, and values.
    ///
    /// # Errors
    /// When there is none.
    pub async fn kept(&self, village: &str, form: &str) -> Result<BTreeMap<String, String>> {
        const ROWS: &str = r#"return fetch(arguments[0]).then((answer) => answer.text()).then((text) => {
            const rows = text.replace(/^\ufeff/, '').match(/.+(\r?\n|$)/g).slice(0, 2);
            const [names, values] = rows.map((row) => [...row.trimEnd().matchAll(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g)]
                .map((cell) => cell[1].replace(/^"|"$/g, '').replaceAll('""', '"')));
            return Object.fromEntries(names.map((name, at) => [name, values[at] ?? '']));
        })"#;
        let address = format!("/api/v1/villages/{village}/visits.csv?lang=names&form={form}");
        let kept = self.0.driver.execute(ROWS, vec![address.into()]).await?;
        serde_json::from_value(kept.json().clone()).context("no visit")
    }

    /// What a correction changed, as the page tells it: question, before, after.
    ///
    /// # Errors
    /// When nothing is told.
    pub async fn changed(&self) -> Result<Vec<[String; 3]>> {
        const READ: &str = "return [...document.querySelectorAll('.compared .pair')]
            .filter((pair) => pair.getClientRects().length > 0)
            .map((pair) => [...pair.querySelectorAll('dt, dd')].map((cell) =>
                cell.querySelector('img') ? 'picture' : (cell.querySelector('span') ?? cell).textContent))";
        self.0.find("//section[contains(@class,'compared')]").await?;
        serde_json::from_value(self.0.script(READ).await?).context("no pairs")
    }

    /// The start of a file that a link of the page leads to.
    ///
    /// # Errors
    /// When it does not come.
    pub async fn file_start(&self, address: &str) -> Result<Vec<u8>> {
        let fetch = format!(
            "const link = [...document.querySelectorAll('a')].find((link) => link.href.includes('{address}'));
            return fetch(link.href).then((answer) => answer.arrayBuffer())
                .then((bytes) => [...new Uint8Array(bytes).slice(0, 4)]);"
        );
        serde_json::from_value(self.0.script(&fetch).await?).context("no file")
    }

    /// How many rows of the page hold words.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub async fn rows(&self, words: &str) -> Result<usize> {
        self.0.count(&format!("//*[contains(@class,'desk-row')][contains(., \"{words}\")]")).await
    }
}
