//! What people do on any page: look, tap, type. Everything waits until it can be done, and says what was on the page instead
//! when it never can.

use anyhow::{Context, Result, ensure};
use serde_json::json;
use thirtyfour::{By, Key, WebElement, error::WebDriverResult};

use crate::{Browser, eventually, wait::obtain};

/// Brings an element to the middle of the screen, out of the bars at top and bottom.
const TO_THE_MIDDLE: &str = "arguments[0].scrollIntoView({block: 'center', behavior: 'instant'})";

impl Browser {
    /// Opens an address.
    ///
    /// # Errors
    /// When it does not load in time.
    pub async fn goto(&self, url: &str) -> Result<()> {
        self.driver.goto(url).await.with_context(|| format!("cannot open {url}"))
    }

    /// Loads the page anew.
    ///
    /// # Errors
    /// When it does not load in time.
    pub async fn reload(&self) -> Result<()> {
        self.driver.refresh().await.context("cannot load the page anew")
    }

    /// All words on the page.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub async fn text(&self) -> Result<String> {
        Ok(self.script("return document.body.innerText").await?.as_str().unwrap_or_default().to_owned())
    }

    /// Waits until words are on the page.
    ///
    /// # Errors
    /// When they do not come; says what is there instead.
    pub async fn see(&self, words: &str) -> Result<()> {
        let waited = eventually(words, async || Ok(self.text().await?.contains(words))).await;
        self.telling(waited).await
    }

    /// Waits until words are not on the page any more.
    ///
    /// # Errors
    /// When they stay; says what is there.
    pub async fn see_gone(&self, words: &str) -> Result<()> {
        let waited = eventually("words should go", async || Ok(!self.text().await?.contains(words))).await;
        self.telling(waited.with_context(|| words.to_owned())).await
    }

    /// The first element of a path, once it is there.
    ///
    /// # Errors
    /// When it does not come; says what is there instead.
    pub async fn find(&self, xpath: &str) -> Result<WebElement> {
        let found = obtain(xpath, async || Ok(Some(self.driver.find(By::XPath(xpath)).await?))).await;
        self.telling(found).await
    }

    /// What one gets with the first element of a path, once it is there; from the new one when it is drawn anew meanwhile.
    ///
    /// # Errors
    /// When it does not come or does not give it.
    pub async fn with<T>(&self, xpath: &str, get: impl AsyncFn(WebElement) -> WebDriverResult<T>) -> Result<T> {
        let got = obtain(xpath, async || Ok(Some(get(self.driver.find(By::XPath(xpath)).await?).await?))).await;
        self.telling(got).await
    }

    /// The words of the first element of a path, once it is there.
    ///
    /// # Errors
    /// When it does not come.
    pub async fn words(&self, xpath: &str) -> Result<String> {
        self.with(xpath, async |element| element.text().await).await
    }

    /// How many elements a path finds now.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub async fn count(&self, xpath: &str) -> Result<usize> {
        Ok(self.driver.find_all(By::XPath(xpath)).await?.len())
    }

    /// Taps the first element of a path, once it is there.
    ///
    /// # Errors
    /// When it does not come or cannot be tapped.
    pub async fn tap(&self, xpath: &str) -> Result<()> {
        let tapped = obtain(xpath, async || {
            let element = self.driver.find(By::XPath(xpath)).await?;
            self.driver.execute(TO_THE_MIDDLE, vec![element.to_json()?]).await?;
            element.click().await?;
            Ok(Some(()))
        })
        .await;
        self.telling(tapped.context("cannot be tapped")).await
    }

    /// Taps the first element of a path with a finger, as it stands on the screen now.
    ///
    /// # Errors
    /// When it does not come.
    pub async fn touch(&self, xpath: &str) -> Result<()> {
        const CENTRE: &str = "const box = arguments[0].getBoundingClientRect();
            return {x: Math.round(box.left + box.width / 2), y: Math.round(box.top + box.height / 2)};";
        let centre = async |element: WebElement| {
            self.driver.execute(TO_THE_MIDDLE, vec![element.to_json()?]).await?;
            self.driver.execute(CENTRE, vec![element.to_json()?]).await
        };
        let at = self.with(xpath, centre).await?.json().clone();
        self.cdp("Input.dispatchTouchEvent", json!({ "type": "touchStart", "touchPoints": [at] })).await?;
        self.cdp("Input.dispatchTouchEvent", json!({ "type": "touchEnd", "touchPoints": [] })).await.map(drop)
    }

    /// Taps the first element of a kind that holds words, e.g. `a`, `button`.
    ///
    /// # Errors
    /// See [`Browser::tap`].
    pub async fn tap_text(&self, tag: &str, words: &str) -> Result<()> {
        self.tap(&format!("//{tag}[contains(normalize-space(.), \"{words}\")]")).await
    }

    /// Taps the first element of a tag with these words two times, before the page can do anything in between.
    ///
    /// # Errors
    /// When it does not come.
    pub async fn tap_twice(&self, tag: &str, words: &str) -> Result<()> {
        let xpath = format!("//{tag}[contains(normalize-space(.), \"{words}\")]");
        let tapped = obtain(&xpath, async || {
            let element = self.driver.find(By::XPath(&xpath)).await?;
            let script = "arguments[0].click(); arguments[0].click()";
            self.driver.execute(script, vec![element.to_json()?]).await?;
            Ok(Some(()))
        })
        .await;
        self.telling(tapped).await
    }

    /// Replaces what is in the first field of a path.
    ///
    /// # Errors
    /// When the field does not come or does not hold the text afterwards.
    pub async fn write(&self, xpath: &str, text: &str) -> Result<()> {
        let all_of = async |field: WebElement| {
            self.driver.execute(TO_THE_MIDDLE, vec![field.to_json()?]).await?;
            field.send_keys(Key::Control + "a").await?;
            Ok(field)
        };
        let field = self.with(xpath, all_of).await?;
        field.send_keys(text).await?;
        let held = field.value().await?.unwrap_or_default();
        ensure!(held == text, "typed {text:?}, but {xpath} holds {held:?}");
        Ok(())
    }

    /// What is in the first field of a path, once it is there.
    ///
    /// # Errors
    /// When the field does not come.
    pub async fn value(&self, xpath: &str) -> Result<String> {
        Ok(self.with(xpath, async |field| field.value().await).await?.unwrap_or_default())
    }

    /// Adds what is on the page to an error.
    async fn telling<T>(&self, result: Result<T>) -> Result<T> {
        match result {
            Ok(value) => Ok(value),
            Err(error) => {
                let place = self.driver.current_url().await.map(|url| url.to_string()).unwrap_or_default();
                let text = self.text().await.unwrap_or_default();
                Err(error.context(format!("at {place} the page says: {text}")))
            }
        }
    }
}
