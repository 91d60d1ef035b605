//! The secretary's phone.

use anyhow::{Context, Result, ensure};

use crate::{Browser, eventually};

use super::{Visit, says};

/// The secretary's app at a server's address.
pub struct Phone<'a>(pub &'a Browser, pub &'a str);

/// Writes down all that the top line has said since, so that a word that came and went is known too.
const WATCH: &str = "
    window.said = [];
    const look = () => document.querySelectorAll('.state-link [role=status]').forEach((state) => {
        const words = state.innerText.trim();
        if (words && window.said[window.said.length - 1] !== words) window.said.push(words);
    });
    look();
    new MutationObserver(look).observe(document.body, {subtree: true, childList: true, characterData: true});";

impl Phone<'_> {
    /// Opens a page of the app.
    ///
    /// # Errors
    /// When it does not load.
    pub async fn open(&self, path: &str) -> Result<()> {
        self.0.goto(&format!("{}{path}", self.1)).await
    }

    /// Fills in name and password, and taps.
    ///
    /// # Errors
    /// When the page does not come.
    pub async fn give_password(&self, username: &str, password: &str) -> Result<()> {
        self.0.write("//*[@id='username']", username).await?;
        self.0.write("//*[@id='password']", password).await?;
        self.0.tap("//form//button[@type='submit'][not(@disabled)]").await
    }

    /// Signs in as the secretary of Shiban and waits until everything is on the phone and the app can start without a network.
    ///
    /// # Errors
    /// When that does not come about.
    pub async fn sign_in(&self) -> Result<()> {
        self.open("/").await?;
        self.give_password("shiban", "shiban-2026").await?;
        self.0.see("已全部上传").await?;
        const ACTIVE: &str =
            "return navigator.serviceWorker.getRegistration().then((found) => !!(found && found.active))";
        const CONTROLLED: &str = "return !!navigator.serviceWorker.controller";
        let is = async |script: &str| Ok(self.0.script(script).await?.as_bool() == Some(true));
        eventually("the service worker", async || is(ACTIVE).await).await?;
        if !is(CONTROLLED).await? {
            // It was activated while the page was loading, and takes over with the next one.
            self.0.reload().await?;
            self.0.see("已全部上传").await?;
        }
        eventually("the service worker's page", async || is(CONTROLLED).await).await
    }

    /// Goes to one of the four places by the bar: 今日, 农户, 诉求, 我的.
    ///
    /// # Errors
    /// When the bar is not there.
    pub async fn to(&self, place: &str) -> Result<()> {
        self.0.tap(&format!("//nav[@class='places']//a[./span[.=\"{place}\"]]")).await?;
        let here = format!("//nav[@class='places']//a[@aria-current='page'][./span[.=\"{place}\"]]");
        self.0.find(&here).await.map(drop)
    }

    /// Goes to the page of uploads by the top line.
    ///
    /// # Errors
    /// When it does not come.
    pub async fn to_sync(&self) -> Result<()> {
        self.0.tap("//a[contains(@class,'state-link')]").await?;
        self.0.find("//*[contains(@class,'sync-now')]").await.map(drop)
    }

    /// Taps "upload now" on the page of uploads.
    ///
    /// # Errors
    /// When it cannot be tapped.
    pub async fn upload_now(&self) -> Result<()> {
        self.0.tap("//button[contains(., '现在上传')][not(@disabled)]").await
    }

    /// Waits until the top line says words.
    ///
    /// # Errors
    /// When it says others.
    pub async fn state(&self, words: &str) -> Result<()> {
        let waited = eventually(words, async || Ok(self.state_now().await? == words)).await;
        match waited {
            Ok(()) => Ok(()),
            Err(error) => Err(error.context(format!("it says {:?}", self.state_now().await.unwrap_or_default()))),
        }
    }

    /// What the top line says.
    ///
    /// # Errors
    /// When there is none.
    pub async fn state_now(&self) -> Result<String> {
        self.0.words("//a[contains(@class,'state-link')]//*[@role='status']").await
    }

    /// Begins to write down what the top line says.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub async fn watch_state(&self) -> Result<()> {
        self.0.script(WATCH).await.map(drop)
    }

    /// All that the top line has said since [`Phone::watch_state`].
    ///
    /// # Errors
    /// When nobody watched: the page was loaded anew.
    pub async fn said(&self) -> Result<Vec<String>> {
        let said = self.0.script("return window.said").await?;
        serde_json::from_value(said).context("nobody watched")
    }

    /// Checks that the top line has never said that everything is uploaded, since it was watched.
    ///
    /// # Errors
    /// When it has.
    pub async fn never_said_uploaded(&self) -> Result<()> {
        let said = self.said().await?;
        ensure!(!said.is_empty(), "nothing was heard");
        ensure!(!said.iter().any(|words| words.contains("已全部上传")), "it said so too early: {said:?}");
        Ok(())
    }

    /// Opens a household from the list, by searching its head's name.
    ///
    /// # Errors
    /// When it is not found.
    pub async fn open_household(&self, name: &str) -> Result<()> {
        self.to("农户").await?;
        self.0.write("//*[@id='search']", name).await?;
        self.0.see("找到 1 户").await?;
        self.0.tap_text("a", name).await?;
        self.0.see("走访经过").await
    }

    /// Begins a visit at the household that is open, with a finger that taps twice: it is one visit all the same.
    ///
    /// # Errors
    /// When the checklist does not come.
    pub async fn begin_visit(&self) -> Result<Visit<'_>> {
        self.0.tap_twice("button", "开始走访").await?;
        let visit = Visit(self.0);
        visit.at("走访对象").await?;
        Ok(visit)
    }

    /// Adds a household with a name in a group, and waits until its file is open.
    ///
    /// # Errors
    /// When it is not kept.
    pub async fn add_household(&self, name: &str, group: &str) -> Result<()> {
        self.fill_household(name, group).await?;
        self.0.see("走访经过").await
    }

    /// Fills in a new household and taps "save".
    ///
    /// # Errors
    /// When the page does not come.
    pub async fn fill_household(&self, name: &str, group: &str) -> Result<()> {
        self.leave_to("农户").await?;
        self.0.tap_text("button", "加一户").await?;
        self.0.write("//*[@id='head_name']", name).await?;
        self.0.write("//*[@id='group']", group).await?;
        self.0
            .tap("//nav//button[contains(., '保存')] | //*[contains(@class,'bar')]//button[contains(., '保存')]")
            .await
    }

    /// Goes to one of the four places from wherever one is, by "back" where there is no bar.
    ///
    /// # Errors
    /// When "back" leads nowhere.
    pub async fn leave_to(&self, place: &str) -> Result<()> {
        let (bar, back) = ("//nav[@class='places']", "//header//button[@aria-label='返回']");
        self.0.find(&format!("{bar} | {back}")).await?;
        while self.0.count(bar).await? == 0 {
            let before = self.0.driver.current_url().await?;
            self.0.tap(back).await?;
            eventually("back", async || Ok(self.0.driver.current_url().await? != before)).await?;
            self.0.find(&format!("{bar} | {back}")).await?;
        }
        self.to(place).await
    }

    /// Opens a need by its words, chooses what happens next and writes to the villager.
    ///
    /// # Errors
    /// When the need is not there or the answer is not kept.
    pub async fn answer_need(&self, need: &str, next: &str, words: &str) -> Result<()> {
        self.leave_to("诉求").await?;
        self.0.tap_text("a", need).await?;
        self.0.tap(&format!("//label[contains(@class,'opt')]{}", says(next))).await?;
        if !words.is_empty() {
            self.0.write("//*[@id='words']", words).await?;
        }
        self.0.tap("//button[contains(., '保存')]").await?;
        self.0.see("已存在这部手机").await
    }
}
