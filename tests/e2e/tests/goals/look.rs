//! What holds on every screen, and its pictures.

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use zhucun_e2e::{Browser, axe, shot};

/// Screenshots of the screen as it is now, and what holds on every one: in light and dark, and with text twice as large.
///
/// # Errors
/// When something does not hold; says on which screen and where.
pub async fn look(browser: &Browser, name: &str, tag: &str) -> Result<()> {
    let name = format!("{name}.{tag}");
    shot(browser, &name).await?;
    // What is seen only by a screen reader, or by no person, is a point in the page; a choice is touched by its label.
    const FACTS: &str = "return {
        small: [...document.querySelectorAll('a[href], button, input, select, textarea, summary')]
            .filter((one) => one.tabIndex >= 0)
            .map((one) => [one, one.closest('label')
                ?? (one.type === 'radio' || one.type === 'checkbox' ? one.labels[0] : null) ?? one])
            .map(([one, touched]) => [one, touched.getBoundingClientRect()])
            .filter(([, box]) => box.width > 1 && box.height > 1 && Math.min(box.width, box.height) < 47.5)
            .map(([one, box]) => `${box.width} × ${box.height}: ${one.outerHTML.slice(0, 120)}`),
        wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
        lang: document.documentElement.lang,
        heading: document.querySelectorAll('h1').length,
        elsewhere: performance.getEntriesByType('resource').map((entry) => entry.name)
            .filter((name) => !name.startsWith(location.origin) && !name.startsWith('data:') && !name.startsWith('blob:')),
    }";
    let facts = browser.script(FACTS).await?;
    let language = facts.get("lang").and_then(Value::as_str).context("a language")?;
    ensure!(tag.starts_with(language) || language.starts_with(tag), "{name}: the page says {language:?}");
    ensure!(facts.get("wide") == Some(&json!(0)), "{name}: wider than the screen: {facts}");
    ensure!(facts.get("heading") == Some(&json!(1)), "{name}: not one heading: {facts}");
    ensure!(facts.get("small") == Some(&json!([])), "{name}: smaller than a finger: {facts}");
    ensure!(facts.get("elsewhere") == Some(&json!([])), "{name}: asks another host: {facts}");
    for scheme in ["light", "dark"] {
        axe::scheme(browser, scheme).await?;
        axe::check(browser, &format!("{name}, {scheme}")).await?;
    }
    shot(browser, &format!("{name}.dark")).await?;
    axe::scheme(browser, "light").await?;
    twice_as_large(browser, &name).await
}

/// The phone's text size at 200 %: nothing is cut off at the side, nothing covers the rest.
async fn twice_as_large(browser: &Browser, name: &str) -> Result<()> {
    const SIZE: &str = "document.documentElement.style.fontSize = arguments[0]; \
         return document.documentElement.scrollWidth - document.documentElement.clientWidth";
    let wide = browser.driver.execute(SIZE, vec![json!("212.5%")]).await?.json().clone();
    shot(browser, &format!("{name}.200")).await?;
    browser.driver.execute(SIZE, vec![json!("")]).await?;
    ensure!(wide == json!(0), "{name}: wider than the screen by {wide} px when text is twice as large");
    Ok(())
}

/// The page as it is in English, known by words on it; then it is Chinese again.
///
/// # Errors
/// See [`look`]; and when the words do not come.
pub async fn look_in_english(browser: &Browser, name: &str, words: &str) -> Result<()> {
    language(browser, "en").await?;
    browser.see(words).await?;
    look(browser, name, "en").await?;
    language(browser, "zh-CN").await
}

async fn language(browser: &Browser, tag: &str) -> Result<()> {
    browser.script(&format!("localStorage.setItem('zhucun.lang', '\"{tag}\"')")).await?;
    browser.reload().await
}
