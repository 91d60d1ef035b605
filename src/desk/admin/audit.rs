//! What was administered, newest first.

use zhucun_api::admin::{AuditPage, AuditRow};
use zhucun_view::prelude::*;
use zhucun_words::{Word, admin as words};

use super::parts::day;
use crate::desk::{Desk, Source, source::further};

const AUDIT: &str = "/api/v1/admin/audit";

pub(super) fn list(desk: Desk) -> View {
    let acts = Source::new(|after| further(AUDIT, after));
    let rows = acts.draw(desk, move || {
        let rows = move || acts.read(|found: &AuditPage| rows(desk, found));
        view! { {rows}{acts.more(desk, "#acts", "")} }
    });
    view! { <h2>{desk.say(words::AUDIT)}</h2><p class="hint">{desk.say(words::AUDIT_HINT)}</p>{rows} }
}

fn rows(desk: Desk, found: &AuditPage) -> View {
    if found.acts.is_empty() {
        return view! { <p class="quiet">{desk.word(words::NO_ACTS)}</p> };
    }
    let rows: Vec<_> = found.acts.iter().map(|act| row(desk, act)).collect();
    view! { <div class="rows" id="acts">{rows}</div> }
}

fn row(desk: Desk, act: &AuditRow) -> View {
    let by = if act.by.is_empty() { desk.word(words::BY_SERVER).to_owned() } else { act.by.clone() };
    let what = word(&act.action).map_or_else(|| act.action.clone(), |word| desk.word(word).to_owned());
    view! {
        <div class="desk-row" tabindex="-1">
            <b>{what}" · "{act.subject.clone()}</b>
            <small>{day(desk, act.at)}" · "{by}</small>
        </div>
    }
}

/// The word of an act; what a newer server notes is shown by its code.
fn word(action: &str) -> Option<Word> {
    Some(match action {
        "user_added" => words::ACT_USER_ADDED,
        "user_invited" => words::ACT_USER_INVITED,
        "invite_renewed" => words::ACT_INVITE_RENEWED,
        "link_revoked" => words::ACT_LINK_REVOKED,
        "link_used" => words::ACT_LINK_USED,
        "password_reset" => words::ACT_PASSWORD_RESET,
        "user_changed" => words::ACT_USER_CHANGED,
        "user_blocked" => words::ACT_USER_BLOCKED,
        "user_unblocked" => words::ACT_USER_UNBLOCKED,
        "secretary_changed" => words::ACT_SECRETARY_CHANGED,
        "village_taken" => words::ACT_VILLAGE_TAKEN,
        "village_given" => words::ACT_VILLAGE_GIVEN,
        "place_added" => words::ACT_PLACE_ADDED,
        "place_renamed" => words::ACT_PLACE_RENAMED,
        "form_uploaded" => words::ACT_FORM_UPLOADED,
        "form_file_added" => words::ACT_FORM_FILE_ADDED,
        "draft_dropped" => words::ACT_DRAFT_DROPPED,
        "households_imported" => words::ACT_HOUSEHOLDS_IMPORTED,
        "form_published" => words::ACT_FORM_PUBLISHED,
        "form_assigned" => words::ACT_FORM_ASSIGNED,
        "form_retired" => words::ACT_FORM_RETIRED,
        "form_returned" => words::ACT_FORM_RETURNED,
        "settings_changed" => words::ACT_SETTINGS_CHANGED,
        _ => return None,
    })
}
