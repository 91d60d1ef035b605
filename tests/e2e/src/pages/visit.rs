//! A visit: the checklist page by page, each question by its words.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use thirtyfour::{By, WebElement};

use super::says;
use crate::{Browser, eventually};

/// An open visit.
pub struct Visit<'a>(pub &'a Browser);

/// The question with a label, as an XPath.
#[must_use]
pub fn question(label: &str) -> String {
    format!(
        "//*[contains(concat(' ', @class, ' '), ' ask ')]\
         [./*[contains(@class,'ask-label')]/text()[normalize-space(.)=\"{label}\"]]"
    )
}

pub(super) fn field(label: &str) -> String {
    format!("{q}//input | {q}//textarea", q = question(label))
}

impl Visit<'_> {
    /// Waits until a part of the checklist is open.
    ///
    /// # Errors
    /// When another is.
    pub async fn at(&self, part: &str) -> Result<()> {
        self.0.find(&format!("//header//h1[contains(., \"{part}\")]")).await.map(drop)
    }

    /// Turns to the next page and waits until it is there: by its part, or the heading within it.
    ///
    /// # Errors
    /// When another page comes.
    pub async fn next(&self, part: &str) -> Result<()> {
        self.turn("//nav[contains(@class,'visit-bar')]//button[contains(., '下一页')]", part).await
    }

    /// Turns to the page before.
    ///
    /// # Errors
    /// When another page comes.
    pub async fn previous(&self, part: &str) -> Result<()> {
        self.turn("//nav[contains(@class,'visit-bar')]//button[contains(., '上一页')]", part).await
    }

    async fn turn(&self, button: &str, part: &str) -> Result<()> {
        self.0.tap(button).await?;
        self.0.find(&format!("//h1[contains(., \"{part}\")] | //h2[contains(., \"{part}\")]")).await.map(drop)
    }

    /// Types an answer.
    ///
    /// # Errors
    /// When the question is not there.
    pub async fn fill(&self, label: &str, text: &str) -> Result<()> {
        self.0.write(&field(label), text).await
    }

    /// What is in the field of a question.
    ///
    /// # Errors
    /// When the question is not there.
    pub async fn filled(&self, label: &str) -> Result<String> {
        self.0.value(&field(label)).await
    }

    /// Taps a choice: a radio, a box to tick, a step of a range, and checks that it is taken.
    ///
    /// # Errors
    /// When it is not there or not taken.
    pub async fn choose(&self, label: &str, choice: &str) -> Result<()> {
        let row = format!("{}//label{}", question(label), says(choice));
        self.0.tap(&row).await?;
        eventually(choice, async || self.is_chosen(label, choice).await).await
    }

    /// Presses a choice with the mouse as slowly as people do, and checks that it is taken and that no problem comes
    /// on the page while it is held.
    ///
    /// # Errors
    /// When it is not there, not taken, or a problem comes too early.
    pub async fn press(&self, label: &str, choice: &str) -> Result<()> {
        const FRAMES: &str = "return new Promise((done) => {
            let left = 15;
            const next = () => left-- > 0 ? requestAnimationFrame(next) : done(document.querySelectorAll('.err').length);
            next();
        })";
        let before = self.0.count("//p[@class='err']").await?;
        let row = self.0.find(&format!("{}//label{}", question(label), says(choice))).await?;
        self.0.driver.execute("arguments[0].scrollIntoView({block: 'center'})", vec![row.to_json()?]).await?;
        self.0.driver.action_chain().move_to_element_center(&row).click_and_hold().perform().await?;
        let held = self.0.script(FRAMES).await?.as_u64();
        ensure!(held == u64::try_from(before).ok(), "{held:?} problems, and {before} before the mouse was down");
        self.0.driver.action_chain().release().perform().await?;
        eventually(choice, async || self.is_chosen(label, choice).await).await
    }

    /// Taps a choice with a finger, and checks that it is taken.
    ///
    /// # Errors
    /// When it is not there or not taken.
    pub async fn touch(&self, label: &str, choice: &str) -> Result<()> {
        self.0.touch(&format!("{}//label{}", question(label), says(choice))).await?;
        eventually(choice, async || self.is_chosen(label, choice).await).await
    }

    /// Whether a choice is taken.
    ///
    /// # Errors
    /// When it is not there.
    pub async fn is_chosen(&self, label: &str, choice: &str) -> Result<bool> {
        let row = format!("{}//label{}//input", question(label), says(choice));
        self.0.with(&row, async |input| input.is_selected().await).await
    }

    /// Chooses from the phone's own menu.
    ///
    /// # Errors
    /// When it is not there.
    pub async fn menu(&self, label: &str, choice: &str) -> Result<()> {
        self.0.tap(&format!("{}//option{}", question(label), says(choice))).await
    }

    /// Searches among many choices and takes one.
    ///
    /// # Errors
    /// When it is not found.
    pub async fn search(&self, label: &str, typed: &str, choice: &str) -> Result<()> {
        self.0.tap(&format!("{}//button{}", question(label), says("换一个"))).await?;
        self.find(label, typed, choice).await
    }

    /// As [`search`](Self::search), where nothing is chosen yet.
    ///
    /// # Errors
    /// When it is not found.
    pub async fn find(&self, label: &str, typed: &str, choice: &str) -> Result<()> {
        self.0.write(&field(label), typed).await?;
        self.0.tap(&format!("{}//ul[@class='found']//button{}", question(label), says(choice))).await?;
        self.0.find(&format!("{}//b{}", question(label), says(choice))).await.map(drop)
    }

    /// Gives a day, `2026-12-01`, as the phone's own picker would.
    ///
    /// # Errors
    /// When the question is not there.
    pub async fn date(&self, label: &str, day: &str) -> Result<()> {
        const PICK: &str = "arguments[0].focus(); arguments[0].value = arguments[1];
            for (const kind of ['input', 'change']) arguments[0].dispatchEvent(new Event(kind, {bubbles: true}));
            arguments[0].blur();";
        let input = self.0.find(&field(label)).await?;
        self.0.driver.execute(PICK, vec![input.to_json()?, day.into()]).await?;
        // The answer is said again in words.
        self.0.find(&format!("{}//p[@class='ask-line'][.!='']", question(label))).await.map(drop)
    }

    /// Taps a button inside a question.
    ///
    /// # Errors
    /// When it is not there.
    pub async fn button(&self, label: &str, words: &str) -> Result<()> {
        self.0.tap(&format!("{}//button[contains(., \"{words}\")]", question(label))).await
    }

    /// Taps a button of a question that stands at the foot of the screen, right above the bar, and gives how far it is above
    /// the bar (CSS pixels) once the question says other words.
    ///
    /// # Errors
    /// When it is not there, or the words do not come.
    pub async fn tap_at_the_foot(&self, label: &str, words: &str, then: &str) -> Result<f64> {
        const TO_THE_FOOT: &str = "arguments[0].scrollIntoView({block: 'end', behavior: 'instant'})";
        const ABOVE_THE_BAR: &str = "return document.querySelector('.visit-bar').getBoundingClientRect().top
            - Math.max(...[...arguments[0].querySelectorAll('button, summary')].filter((b) => b.checkVisibility())
                .map((b) => b.getBoundingClientRect().bottom))";
        let path = format!("{}//button[contains(., \"{words}\")]", question(label));
        let button = self.0.find(&path).await?;
        self.0.driver.execute(TO_THE_FOOT, vec![button.to_json()?]).await?;
        button.click().await?;
        self.says(label, then).await?;
        let fields = self.0.find(&question(label)).await?;
        let room = self.0.driver.execute(ABOVE_THE_BAR, vec![fields.to_json()?]).await?;
        room.json().as_f64().context("a length")
    }

    /// Waits until words are within a question.
    ///
    /// # Errors
    /// When they do not come.
    pub async fn says(&self, label: &str, words: &str) -> Result<()> {
        self.0.find(&format!("{}[contains(normalize-space(.), \"{words}\")]", question(label))).await.map(drop)
    }

    /// Gives a file to a photo question, as the album does.
    ///
    /// # Errors
    /// When the question is not there.
    pub async fn give_photo(&self, label: &str, file: &Path) -> Result<()> {
        let input = format!("{}//input[@type='file'][not(@capture)]", question(label));
        let input = self.0.find(&input).await?;
        input.send_keys(file.to_str().context("a path of letters")?).await?;
        Ok(())
    }

    /// Comes back from camera and album without a photo: the person went back, or the camera was refused to the browser.
    ///
    /// # Errors
    /// When the question is not there.
    pub async fn give_no_photo(&self, label: &str) -> Result<()> {
        const BACK: &str = "for (const kind of ['cancel', 'change'])
            arguments[0].dispatchEvent(new Event(kind, {bubbles: true}));";
        for input in self.0.driver.find_all(By::XPath(format!("{}//input[@type='file']", question(label)))).await? {
            self.0.driver.execute(BACK, vec![input.to_json()?]).await?;
        }
        Ok(())
    }

    /// Waits until the photo of a question is shown, drawn from what the phone has kept.
    ///
    /// # Errors
    /// When it is not.
    pub async fn photo(&self, label: &str) -> Result<WebElement> {
        const WIDTH: &str = "return arguments[0].complete ? arguments[0].naturalWidth : 0";
        let path = format!("{}//img[contains(@class,'photo-kept')]", question(label));
        eventually("the photo", async || {
            let image = self.0.driver.find(By::XPath(&path)).await?;
            let width = self.0.driver.execute(WIDTH, vec![image.to_json()?]).await?;
            Ok(width.json().as_u64().unwrap_or_default() > 0)
        })
        .await?;
        self.0.find(&path).await
    }

    /// Draws two strokes on the paper of a signature.
    ///
    /// # Errors
    /// When the paper is not there.
    pub async fn sign(&self, label: &str) -> Result<()> {
        let paper = self.0.find(&format!("{}//canvas", question(label))).await?;
        self.0.driver.execute("arguments[0].scrollIntoView({block: 'center'})", vec![paper.to_json()?]).await?;
        for (x, y) in [(-80, -20), (-60, 30)] {
            let pen = self.0.driver.action_chain().move_to_element_with_offset(&paper, x, y).click_and_hold();
            pen.move_by_offset(50, 20).move_by_offset(60, -30).release().perform().await?;
        }
        self.says(label, "撤销一笔").await
    }

    /// Opens the contents and goes from there to the review.
    ///
    /// # Errors
    /// When it does not come.
    pub async fn review(&self) -> Result<()> {
        self.0.tap("//header//button[contains(@aria-label,'打开目录')]").await?;
        self.at("目录").await?;
        self.0.tap_text("button", "去检查和完成").await?;
        self.at("检查").await
    }

    /// Waits until what was typed is said to be on this phone.
    ///
    /// # Errors
    /// When it is not said.
    pub async fn saved(&self) -> Result<()> {
        self.0.see("已存在这部手机").await
    }

    /// Finishes from the review.
    ///
    /// # Errors
    /// When it does not end.
    pub async fn finish(&self) -> Result<()> {
        self.0.see("都填好了").await?;
        self.0.tap_text("button", "完成走访").await?;
        self.0.find("//main//h1[.='走访完成']").await.map(drop)
    }

    /// Says why a visit is corrected, and finishes from the review.
    ///
    /// # Errors
    /// When it does not end.
    pub async fn finish_correction(&self, why: &str) -> Result<()> {
        self.0.see("都填好了").await?;
        self.0.write("//*[@id='reason']", why).await?;
        self.0.tap_text("button", "完成更正").await?;
        self.0.find("//main//h1[.='更正完成']").await.map(drop)
    }

    /// The shortest honest visit: nobody was at home.
    ///
    /// # Errors
    /// When it does not end.
    pub async fn nobody_at_home(&self, why: &str) -> Result<()> {
        self.choose("是否见到家庭成员", "否").await?;
        self.fill("未见到的原因", why).await?;
        self.next("检查").await?;
        self.finish().await
    }

    /// A short visit with somebody at home, signed; ends at the review.
    ///
    /// # Errors
    /// When a question is not there.
    pub async fn signed(&self, next_step: &str) -> Result<()> {
        self.choose("是否见到家庭成员", "是").await?;
        self.next("家庭情况").await?;
        self.0.tap("//button[@aria-label='移除 家庭成员 1']").await?;
        self.open_part("致贫原因").await?;
        self.choose("主要致贫原因", "缺资金").await?;
        self.next("年度收入").await?;
        self.choose("人均低于 2300 元,已当面核对", "已核对").await?;
        self.next("两不愁三保障").await?;
        for part in ["不愁吃", "不愁穿", "义务教育有保障", "基本医疗有保障", "住房安全有保障", "饮水安全"]
        {
            self.choose(part, "有保障").await?;
        }
        self.choose("房屋危险等级", "A 级").await?;
        self.next("诉求与帮扶").await?;
        self.sign("农户签名").await?;
        self.fill("下一步打算", next_step).await?;
        self.next("检查").await
    }

    /// Leaves the visit by the arrow at its top.
    ///
    /// # Errors
    /// When it does not end.
    pub async fn leave(&self) -> Result<()> {
        self.0.tap("//header//button[contains(@aria-label, '草稿已保留')]").await?;
        eventually("the visit's end", async || Ok(self.0.count("//*[contains(@class,'visit-head')]").await? == 0)).await
    }

    /// Deletes the draft, on the list of its parts, with a finger that taps twice.
    ///
    /// # Errors
    /// When there is no such button.
    pub async fn delete(&self) -> Result<()> {
        self.0.tap("//header//button[contains(@aria-label, '打开目录')]").await?;
        self.0.tap_twice("button", "删除这份草稿").await
    }

    /// The label of the question that has the focus.
    ///
    /// # Errors
    /// When none has.
    pub async fn focused(&self) -> Result<String> {
        const LABEL: &str =
            "return document.activeElement?.closest('.ask')?.querySelector('.ask-label')?.firstChild?.textContent";
        let label = self.0.script(LABEL).await?;
        ensure!(label.is_string(), "no question has the focus");
        Ok(label.as_str().unwrap_or_default().to_owned())
    }

    /// Leaves the field with the focus, as "done" on the keyboard does.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub async fn leave_field(&self) -> Result<()> {
        self.0.script("document.activeElement.blur()").await.map(drop)
    }

    /// Goes to a part of the checklist by the contents.
    ///
    /// # Errors
    /// When it is not there.
    pub async fn open_part(&self, part: &str) -> Result<()> {
        self.0.tap("//header//button[contains(@aria-label,'打开目录')]").await?;
        self.at("目录").await?;
        self.0.tap(&format!("//ul[@class='contents']//button[./span{}]", says(part))).await?;
        self.at(part).await
    }

    /// The photo that a question shows, as a text of its bytes.
    ///
    /// # Errors
    /// When it shows none.
    pub async fn photo_bytes(&self, label: &str) -> Result<String> {
        const READ: &str = "
            const image = arguments[0];
            const canvas = document.createElement('canvas');
            canvas.width = image.naturalWidth; canvas.height = image.naturalHeight;
            canvas.getContext('2d').drawImage(image, 0, 0);
            return canvas.toDataURL('image/png');";
        let image = self.photo(label).await?;
        let bytes = self.0.driver.execute(READ, vec![image.to_json()?]).await?;
        Ok(bytes.json().as_str().context("a text")?.to_owned())
    }
}
