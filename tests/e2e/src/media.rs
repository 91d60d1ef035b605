//! What a phone gives beside typing: microphone, camera, place, the turning of the screen; and a checklist that asks for all
//! of it.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use rust_xlsxwriter::Workbook;
use serde_json::json;
use thirtyfour::By;

use crate::Browser;

/// A row of a checklist: type, name, label in Chinese and English, appearance, parameters.
pub type Row = [&'static str; 6];

/// Writes a checklist `media` into a folder.
///
/// # Errors
/// When the folder refuses.
pub fn form(folder: &Path, version: &str, rows: &[Row]) -> Result<PathBuf> {
    let mut book = Workbook::new();
    let survey = book.add_worksheet();
    survey.set_name("survey")?;
    let heading = ["type", "name", "label::中文 (zh)", "label::English (en)", "appearance", "parameters"];
    for (row, cells) in (0..).zip(std::iter::once(&heading).chain(rows)) {
        for (column, cell) in (0..).zip(cells) {
            survey.write(row, column, *cell)?;
        }
    }
    let settings = book.add_worksheet();
    settings.set_name("settings")?;
    for (column, (name, value)) in
        (0..).zip([("form_id", "media"), ("form_title", "多媒体"), ("version", version), ("style", "pages")])
    {
        settings.write(0, column, name)?;
        settings.write(1, column, value)?;
    }
    let path = folder.join(format!("media-{version}.xlsx"));
    book.save(&path).with_context(|| format!("cannot write {}", path.display()))?;
    Ok(path)
}

impl Browser {
    /// Allows or refuses pages of an address what a person is asked about: `microphone`, `camera`, `geolocation`.
    ///
    /// # Errors
    /// When the browser refuses.
    pub async fn permit(&self, origin: &str, what: &str, is_allowed: bool) -> Result<()> {
        let setting = if is_allowed { "granted" } else { "denied" };
        let params = json!({ "permission": { "name": what }, "setting": setting, "origin": origin });
        self.cdp("Browser.setPermission", params).await.map(drop)
    }

    /// Turns the phone: on its side or upright.
    ///
    /// # Errors
    /// When the browser refuses.
    pub async fn turn(&self, on_its_side: bool) -> Result<()> {
        let (width, height, angle, kind) =
            if on_its_side { (640, 360, 90, "landscapePrimary") } else { (360, 640, 0, "portraitPrimary") };
        let params = json!({
            "width": width, "height": height, "deviceScaleFactor": 2, "mobile": true,
            "screenOrientation": { "type": kind, "angle": angle },
        });
        self.cdp("Emulation.setDeviceMetricsOverride", params).await.map(drop)
    }

    /// How many points of a question's paper have ink on them, of a hundred times a hundred.
    ///
    /// # Errors
    /// When there is no paper.
    pub async fn ink(&self, question: &str) -> Result<u64> {
        const COUNT: &str = "
            const paper = arguments[0].querySelector('canvas');
            if (!paper || !paper.width) return 0;
            const small = document.createElement('canvas');
            small.width = small.height = 100;
            const pen = small.getContext('2d');
            pen.drawImage(paper, 0, 0, 100, 100);
            const points = pen.getImageData(0, 0, 100, 100).data;
            let inked = 0;
            for (let n = 3; n < points.length; n += 4) if (points[n] > 40) inked++;
            return inked;";
        let question = self.find(question).await?;
        let inked = self.driver.execute(COUNT, vec![question.to_json()?]).await?;
        Ok(inked.json().as_u64().unwrap_or_default())
    }

    /// Gives a file to the picker of a question that has no camera of its own.
    ///
    /// # Errors
    /// When there is none.
    pub async fn give_file(&self, question: &str, file: &Path) -> Result<()> {
        let path = format!("{question}//input[@type='file'][not(@capture)]");
        let input = self.driver.find(By::XPath(path)).await?;
        input.send_keys(file.to_str().context("a path of letters")?).await?;
        Ok(())
    }
}
