//! A stream was taken away: what was pulled of it goes from this phone, and its drafts. What the server did not take any more
//! stays to be looked at; with the last of it the photos go too. All of it may be done again and again: what is done already
//! is left alone, and so is what belongs to other streams.

use std::{future::Future, pin::Pin, rc::Rc};

use zhucun_api::Me;
use zhucun_sync::{Batch, Committed, Cursor, PendingChange, RefusalCode, Store, StreamId};
use zhucun_words::sync as words;

use super::{
    App, PhoneEngine,
    drafts::{DraftInfo, forget_files, infos},
    use_app,
};
use crate::platform::storage::StorageError;

/// Whether the stream is not the user's any more and what may go of it is gone; comes once it has been done.
pub type Losing = Pin<Box<dyn Future<Output = Result<bool, StorageError>>>>;

/// Loses a stream that a pull was refused of, with so many photos that still wait.
pub fn lose((engine, stream, photos): (Rc<PhoneEngine>, StreamId, usize)) -> Losing {
    Box::pin(take_away(use_app(), engine, stream, photos))
}

async fn take_away(app: App, engine: Rc<PhoneEngine>, stream: StreamId, photos: usize) -> Result<bool, StorageError> {
    let is_theirs = |me: &Option<Me>| me.as_ref().is_none_or(|me| me.streams.contains(&stream));
    if app.me.with_untracked(is_theirs) && (app.ask_who().await.is_err() || app.me.with_untracked(is_theirs)) {
        return Ok(false);
    }
    if !app.is_current(&engine) {
        return Ok(false);
    }
    let db = engine.store();
    let had = db.cursor(&stream).await? != Cursor::default();
    let drafts_remove = begun_in(&infos(&db.drafts().await?), &stream, had);
    let is_rest = loop {
        let expect = Some(db.generation().await?);
        let rows = db.outbox(&stream).await?;
        if !had && drafts_remove.is_empty() && !rows.iter().any(is_open) {
            break !rows.is_empty();
        }
        let (taken, mut outbox_put): (Vec<_>, Vec<_>) = rows.into_iter().partition(|row| row.acknowledged.is_some());
        outbox_put.iter_mut().for_each(|row| row.refused = Some(RefusalCode::Forbidden));
        let is_rest = !outbox_put.is_empty();
        let batch = Batch {
            expect,
            forget: vec![stream.clone()],
            outbox_put,
            outbox_remove: taken.iter().map(|row| row.number).collect(),
            drafts_remove: drafts_remove.clone(),
            // A mark that something is left: the next rounds look whether it is gone.
            cursors: vec![(stream.clone(), Cursor::default())],
            ..Batch::default()
        };
        if db.commit(batch).await? == Committed::Done {
            break is_rest;
        }
    };
    app.drafts.update(|drafts| drafts.retain(|draft| !drafts_remove.contains(&draft.id)));
    app.read_other_tabs(&engine).await?;
    if !is_rest && photos == 0 {
        forget_files(app, db.blobs_but_of_others(&stream).await?).await;
        db.erase(&stream).await?;
    }
    if had {
        app.say(words::TAKEN_AWAY);
    }
    Ok(true)
}

/// The drafts that go with a stream. Those that name none, kept by an earlier version, go when the village goes; not with what
/// is left of one, later on.
fn begun_in(drafts: &[DraftInfo], stream: &StreamId, had: bool) -> Vec<String> {
    let with_it = had && stream.kind() == "village";
    drafts.iter().filter(|draft| draft.is_of(stream, with_it)).map(|draft| draft.id.clone()).collect()
}

/// Whether a row has not come to its end: it waits, or the server has it.
fn is_open(row: &PendingChange) -> bool {
    row.refused.is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft(id: &str, village: &str) -> DraftInfo {
        DraftInfo { id: id.into(), stream: village.parse().ok(), ..DraftInfo::default() }
    }

    #[test]
    fn a_villages_drafts_go_with_it_and_those_of_the_next_village_stay() {
        let drafts = [draft("a", "village/shiban"), draft("b", "village/yunling"), draft("old", "")];
        let lost = |stream: &str, had| begun_in(&drafts, &stream.parse().unwrap(), had);
        assert_eq!(lost("village/shiban", true), ["a", "old"]);
        // Again, when the last refused change of it is discarded: what an earlier version began since is not its.
        assert_eq!(lost("village/shiban", false), ["a"]);
        assert_eq!(lost("county/qingxi", true), [""; 0]);
    }
}
