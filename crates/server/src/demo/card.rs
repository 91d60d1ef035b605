//! What the person at the terminal is told, in both languages.

use zhucun_domain::ticket;
use zhucun_words::{Lang, Word, server as w};

use super::{LOGINS, PLACES, needs};
use crate::{
    state::AppState,
    store::{PlaceKind, StoreError},
    villager,
};

/// A login for every role, the villages' pages and some tickets, under an address without a slash at its end.
///
/// # Errors
/// When the database fails.
pub async fn card(state: &AppState, base_url: &str) -> Result<String, StoreError> {
    let mut rows = vec![[w::DEMO_ROLE, w::DEMO_PLACE, w::DEMO_USER, w::DEMO_PASSWORD, w::DEMO_PAGE].map(both)];
    for login in &LOGINS {
        let page = if login.role.at_desk() { "/desk" } else { "/" };
        rows.push([
            both(villager::role_words(login.role)),
            place(login.place),
            login.username.to_owned(),
            login.password.to_owned(),
            format!("{base_url}{page}"),
        ]);
    }
    let mut links = Vec::new();
    for (id, ..) in PLACES.iter().filter(|(_, kind, ..)| *kind == PlaceKind::Village) {
        if let Some(token) = state.store.village_link(id).await? {
            links.push([place(id), format!("{base_url}/n/{token}")]);
        }
    }
    let tickets: Vec<_> = needs::tickets(state)
        .await?
        .into_iter()
        .map(|(village, category, code)| {
            let words = [Lang::Zh, Lang::En].map(|lang| villager::category_words(lang, category));
            [place(village), words.join(" "), ticket::grouped(&code), format!("{base_url}/t")]
        })
        .collect();
    let mut text = format!("\n{}\n\n{}", both(w::DEMO_TITLE), table(&rows));
    text.push_str(&format!("\n{}\n{}", both(w::DEMO_LINKS), table(&links)));
    if !tickets.is_empty() {
        text.push_str(&format!("\n{}\n{}", both(w::DEMO_TICKETS), table(&tickets)));
    }
    text.push_str(&format!("\n{}\n", both(w::DEMO_WARNING)));
    Ok(text)
}

fn both(word: Word) -> String {
    format!("{} {}", word.get(Lang::Zh), word.get(Lang::En))
}

fn place(id: &str) -> String {
    PLACES.iter().find(|(known, ..)| *known == id).map(|(.., zh, en)| format!("{zh} {en}")).unwrap_or_default()
}

/// Columns as wide as their widest cell.
fn table<const N: usize>(rows: &[[String; N]]) -> String {
    let widths: [usize; N] = std::array::from_fn(|n| rows.iter().map(|row| width(&row[n])).max().unwrap_or(0));
    let mut text = String::new();
    for row in rows {
        let mut line = String::from(" ");
        for (cell, wide) in row.iter().zip(widths) {
            line.push(' ');
            line.push_str(cell);
            line.push_str(&" ".repeat(wide - width(cell) + 1));
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

/// Columns on a terminal: Chinese characters take two.
fn width(text: &str) -> usize {
    text.chars().map(|c| if c as u32 >= 0x2e80 { 2 } else { 1 }).sum()
}

#[cfg(test)]
mod tests {
    #[test]
    fn columns_stand_under_each_other_in_chinese_too() {
        let text = super::table(&[["石板村".to_owned(), "a".to_owned()], ["Hekou".to_owned(), "b".to_owned()]]);
        assert_eq!(text, "  石板村  a\n  Hekou   b\n");
    }
}
