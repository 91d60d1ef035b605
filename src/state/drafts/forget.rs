//! Room given back. Nothing waits for it, so it comes with the last part of the app.

use leptos::task::spawn_local;
use zhucun_json::texts::find;

use crate::platform::settings;
use crate::state::App;

/// [`forget_files`], not waited for.
pub fn begin((app, hashes): (App, Vec<String>)) {
    spawn_local(forget_files(app, hashes));
}

/// Deletes kept bytes, by their hashes, that nothing names, neither finished nor begun: the same photo may be in two of them.
pub async fn forget_files(app: App, hashes: Vec<String>) {
    let Some(db) = app.db() else { return };
    let Ok(drafts) = db.drafts().await else { return };
    let user = app.me.with_untracked(|me| me.as_ref().map(|me| me.user.clone())).unwrap_or_default();
    let said = settings::text(&settings::of_user(settings::SAYING, &user)).unwrap_or_default();
    for sha256 in hashes.into_iter().filter(|sha256| !sha256.is_empty()) {
        let mut begun = drafts.iter().map(|(_, text)| text).chain([&said]);
        let is_begun = begun.any(|text| find(text, &sha256).is_some());
        let hash = [sha256];
        let is_finished = app.records.with_untracked(|records| !records.naming(&hash).is_empty());
        let [sha256] = hash;
        if !is_begun && !is_finished {
            // Room that cannot be given back now is no harm.
            drop(db.delete_blob(&sha256).await);
        }
    }
}
