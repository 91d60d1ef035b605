//! What a person does about a change that the server refused: in the later part, since only its pages ask for it.

use leptos::task::spawn_local;
use zhucun_words::sync as words;

use super::{App, OutboxRow};

/// Sends a refused change once more.
pub fn retry(app: App, row: OutboxRow) {
    spawn_local(resolve(app, row, true));
}

/// Takes a refused change away for good, a minute from now; until then it can be undone.
pub fn discard(app: App, row: OutboxRow) {
    let number = row.number;
    app.discarding.update(|numbers| numbers.push(number));
    let done = move || spawn_local(resolve(app, row, false));
    let text = words::DISCARDED.get(app.lang.get_untracked()).to_owned();
    app.offer_undo(text, move || show(app, number), done);
}

fn show(app: App, number: i64) {
    app.discarding.update(|numbers| numbers.retain(|other| *other != number));
}

/// Both ways in one: a future of its own for each would be the most of this file twice.
async fn resolve(app: App, row: OutboxRow, is_retried: bool) {
    let Some(engine) = app.engine() else { return };
    let result = if is_retried {
        engine.retry_refused(&row.stream, row.number).await
    } else {
        engine.discard_refused(&row.stream, row.number).await
    };
    let keys = [row.key.clone()];
    let read = match result {
        Ok(_) => app.refresh_records(&engine, &row.stream, &keys).await,
        Err(error) => Err(error),
    };
    match read {
        Ok(()) => {
            let _ = app.refresh_status(&engine).await;
            app.sync_now();
        }
        Err(error) => app.say(error.word()),
    }
    show(app, row.number);
}
