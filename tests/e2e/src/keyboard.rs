//! A person without a mouse and without touch.

use anyhow::{Context, Result, bail};
use serde_json::Value;
use thirtyfour::Key;

use crate::Browser;

/// So often one taps Tab before one gives up.
const PATIENCE: usize = 60;

/// What the focus is on: its name as a screen reader says it, and whether one sees that it has the focus.
const FOCUS: &str = "
    const at = document.activeElement;
    const labels = at.labels ? [...at.labels].map((label) => label.innerText).join(' ') : '';
    const group = at.closest('fieldset');
    const legend = group ? group.querySelector('legend').innerText : '';
    const seen = [at, ...(at.labels || [])].some((element) => getComputedStyle(element).outlineStyle !== 'none')
        || (at.nextElementSibling && getComputedStyle(at.nextElementSibling).outlineStyle !== 'none');
    return {name: [at.getAttribute('aria-label') || '', at.innerText || '', labels, legend, at.value || ''].join(' '), seen};";

impl Browser {
    /// Taps a key.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub async fn key(&self, key: Key) -> Result<()> {
        self.driver.action_chain().send_keys(key).perform().await.context("a key")
    }

    /// Types words where the focus is.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub async fn keys(&self, words: &str) -> Result<()> {
        self.driver.action_chain().send_keys(words).perform().await.context("keys")
    }

    /// Taps Tab until the focus is on something with this name.
    ///
    /// # Errors
    /// When it never comes there, or when one does not see where it is.
    pub async fn tab_to(&self, name: &str) -> Result<()> {
        let mut names = Vec::new();
        for _ in 0..PATIENCE {
            self.key(Key::Tab).await?;
            let focus = self.script(FOCUS).await?;
            let found = focus.get("name").and_then(Value::as_str).unwrap_or_default().to_owned();
            if found.contains(name) {
                if focus.get("seen") != Some(&Value::Bool(true)) {
                    bail!("the focus is on {found:?}, and one does not see it");
                }
                return Ok(());
            }
            names.push(found);
        }
        bail!("Tab never comes to {name:?}, only to {names:#?}")
    }
}
