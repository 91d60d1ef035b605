//! What a phone gives beside typing: microphone, camera, place, the turning of the screen; and a checklist that asks for all
//! of it.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use base64::{Engine, prelude::BASE64_STANDARD};
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

/// A tone of so many milliseconds as WAV in a folder.
///
/// # Errors
/// When the folder refuses.
pub fn tone(folder: &Path, name: &str, ms: u32) -> Result<PathBuf> {
    const RATE: u32 = 8_000;
    let count = RATE / 1_000 * ms;
    let mut bytes = Vec::with_capacity(count as usize + 44);
    bytes.extend_from_slice(b"RIFF");
    bytes.extend_from_slice(&(36 + count).to_le_bytes());
    bytes.extend_from_slice(b"WAVEfmt ");
    // Of plain numbers, one channel, a byte each.
    for number in [16, 0x0001_0001, RATE, RATE, 0x0008_0001] {
        bytes.extend_from_slice(&number.to_le_bytes());
    }
    bytes.extend_from_slice(b"data");
    bytes.extend_from_slice(&count.to_le_bytes());
    bytes.extend((0..count).map(|at| if at / 10 % 2 == 0 { 0x90 } else { 0x70 }));
    let path = folder.join(name);
    std::fs::write(&path, bytes)?;
    Ok(path)
}

/// A film of half a second in a folder, made by the browser that is open.
///
/// # Errors
/// When the browser or the folder refuses.
pub async fn clip(browser: &Browser, folder: &Path, name: &str) -> Result<PathBuf> {
    const RECORD: &str = "return new Promise((done, fail) => {
        const canvas = document.createElement('canvas');
        canvas.width = 160; canvas.height = 120;
        const pen = canvas.getContext('2d');
        let frame = 0;
        const drawing = setInterval(() => {
            pen.fillStyle = `hsl(${frame++ * 20} 60% 50%)`;
            pen.fillRect(0, 0, 160, 120);
        }, 40);
        const recorder = new MediaRecorder(canvas.captureStream(25), {mimeType: 'video/webm;codecs=vp8'});
        recorder.ondataavailable = ({data}) => {
            clearInterval(drawing);
            const reader = new FileReader();
            reader.onload = () => done(reader.result.split(',')[1]);
            reader.onerror = () => fail(reader.error);
            reader.readAsDataURL(data);
        };
        recorder.start();
        setTimeout(() => recorder.stop(), 500);
    })";
    let text = browser.script(RECORD).await?;
    let path = folder.join(name);
    std::fs::write(&path, BASE64_STANDARD.decode(text.as_str().context("a text of bytes")?)?)?;
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
