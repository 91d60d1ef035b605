//! Questions of a visit that are answered otherwise than by rows and fields: scales, tables, orders, sliders, parts of dates.

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use thirtyfour::{By, WebElement};

use super::visit::{field, question};
use crate::{Browser, eventually};

/// The open page of a visit.
pub struct Widgets<'a>(pub &'a Browser);

/// A choice by its words, however it is drawn.
fn choice(label: &str, words: &str) -> String {
    format!("{}//label[.//span[text()=\"{words}\"]]", question(label))
}

impl Widgets<'_> {
    /// Touches a choice (of a scale, a table, stars) and waits until it is taken.
    ///
    /// # Errors
    /// When it is not there or not taken.
    pub async fn touch(&self, label: &str, words: &str) -> Result<()> {
        self.0.touch(&choice(label, words)).await?;
        eventually(words, async || self.is_on(label, words).await).await
    }

    /// Whether a choice is taken.
    ///
    /// # Errors
    /// When it is not there.
    pub async fn is_on(&self, label: &str, words: &str) -> Result<bool> {
        self.0.with(&format!("{}//input", choice(label, words)), async |input| input.is_selected().await).await
    }

    /// Touches a button of a question by its words, or by the name that a screen reader says.
    ///
    /// # Errors
    /// When it is not there.
    pub async fn press(&self, label: &str, words: &str) -> Result<()> {
        let words = format!("[contains(., \"{words}\") or contains(@aria-label, \"{words}\")]");
        self.0.touch(&format!("{q}//button{words} | {q}//summary{words}", q = question(label))).await
    }

    /// Chooses an option of the phone's own menu; `part` tells the menus of one question apart.
    ///
    /// # Errors
    /// When it is not there.
    pub async fn option(&self, label: &str, part: &str, words: &str) -> Result<()> {
        let menu = format!("{}//select[contains(@id, '{part}')]", question(label));
        self.0.tap(&format!("{menu}/option[normalize-space(.)=\"{words}\"]")).await
    }

    /// Types into the first field of a question and leaves it.
    ///
    /// # Errors
    /// When it is not there.
    pub async fn write(&self, label: &str, text: &str) -> Result<()> {
        self.0.with(&field(label), async |field| field.clear().await).await?;
        self.0.find(&field(label)).await?.send_keys(text).await?;
        self.0.script("document.activeElement.blur()").await.map(drop)
    }

    /// What the first field of a question shows.
    ///
    /// # Errors
    /// When it is not there.
    pub async fn shown(&self, label: &str) -> Result<String> {
        self.0.value(&field(label)).await
    }

    /// The words of an order, from the top.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub async fn order(&self, label: &str) -> Result<Vec<String>> {
        let mut order = Vec::new();
        for row in self.0.driver.find_all(By::XPath(format!("{}//li/b", question(label)))).await? {
            order.push(row.text().await?);
        }
        Ok(order)
    }

    /// Waits until an order begins so.
    ///
    /// # Errors
    /// When it does not; says what it is.
    pub async fn is_ordered(&self, label: &str, begins: &[&str]) -> Result<()> {
        let waited = eventually(label, async || Ok(self.order(label).await?.starts_with(&owned(begins)))).await;
        match waited {
            Ok(()) => Ok(()),
            Err(error) => Err(error.context(format!("it is {:?}", self.order(label).await?))),
        }
    }

    /// Drags a row of an order by its handle to where another one is.
    ///
    /// # Errors
    /// When one of them is not there.
    pub async fn drag(&self, label: &str, row: &str, to: &str) -> Result<()> {
        let of = |words: &str| format!("{}//li[./b[normalize-space(.)=\"{words}\"]]", question(label));
        let handle = self.0.find(&format!("{}//button[contains(@class,'grip')]", of(row))).await?;
        let target = self.0.find(&of(to)).await?;
        self.0.driver.execute("arguments[0].scrollIntoView({block: 'center'})", vec![handle.to_json()?]).await?;
        let (from, to) = (self.centre(&handle).await?, self.centre(&target).await?);
        let (x, mut y) = (from.0, from.1);
        self.finger("touchStart", x, y).await?;
        let step = (to.1 - from.1) / 6.0 * 1.08;
        for _ in 0..6 {
            y += step;
            self.finger("touchMove", x, y).await?;
            // Rows make room once a picture.
            self.0
                .script("return new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
                .await?;
        }
        self.0.cdp("Input.dispatchTouchEvent", json!({ "type": "touchEnd", "touchPoints": [] })).await.map(drop)
    }

    /// Touches a slider at a part of its length, from 0 to 1 as it stands on the screen.
    ///
    /// # Errors
    /// When it is not there.
    pub async fn slide(&self, label: &str, part: f64) -> Result<()> {
        let slider = self.0.find(&format!("{}//input[@type='range']", question(label))).await?;
        self.0.driver.execute("arguments[0].scrollIntoView({block: 'center'})", vec![slider.to_json()?]).await?;
        let at = self.0.driver.execute(BOX, vec![slider.to_json()?]).await?.json().clone();
        let side = |name: &str| at.get(name).and_then(Value::as_f64).context("a length");
        let (left, top, width, height) = (side("left")?, side("top")?, side("width")?, side("height")?);
        let (x, y) = if width > height {
            (left + 16.0 + (width - 32.0) * part, top + height / 2.0)
        } else {
            (left + width / 2.0, top + height - 16.0 - (height - 32.0) * part)
        };
        self.finger("touchStart", x, y).await?;
        self.0.cdp("Input.dispatchTouchEvent", json!({ "type": "touchEnd", "touchPoints": [] })).await.map(drop)
    }

    /// Checks how many choices of a question are drawn.
    ///
    /// # Errors
    /// When it is another number.
    pub async fn are_drawn(&self, label: &str, tag: &str, count: usize) -> Result<()> {
        let path = format!("{}//{tag}", question(label));
        let drawn = async || self.0.count(&path).await;
        let waited = eventually(label, async || Ok(drawn().await? == count)).await;
        ensure!(waited.is_ok(), "{label}: {} drawn, not {count}", drawn().await?);
        Ok(())
    }

    async fn centre(&self, of: &WebElement) -> Result<(f64, f64)> {
        let at = self.0.driver.execute(BOX, vec![of.to_json()?]).await?.json().clone();
        let side = |name: &str| at.get(name).and_then(Value::as_f64).context("a length");
        Ok((side("left")? + side("width")? / 2.0, side("top")? + side("height")? / 2.0))
    }

    async fn finger(&self, what: &str, x: f64, y: f64) -> Result<()> {
        let points = json!({ "type": what, "touchPoints": [{ "x": x, "y": y }] });
        self.0.cdp("Input.dispatchTouchEvent", points).await.map(drop)
    }
}

const BOX: &str = "return arguments[0].getBoundingClientRect().toJSON()";

fn owned(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}
