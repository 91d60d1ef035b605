//! Push: what waits in the outbox goes to the server in batches; each change gets its verdict.

use std::collections::VecDeque;

use super::{Engine, Outcome};
use crate::{
    Batch, ChangeId, Clock, Committed, Net, NetError, PendingChange, PushReply, PushRequest, RefusalCode, Rng, Store,
    StreamId, Verdict,
};

/// A batch's size on the wire stays below this (bytes), unless one change alone is larger.
const MAX_BYTES: usize = 256 * 1024;

/// What becomes of outbox rows, by change id. A list: a batch is short, and a map of its own weighs on the phone.
type Fates = Vec<(ChangeId, Fate)>;

/// What becomes of an outbox row.
enum Fate {
    Acknowledged(i64),
    Refused(RefusalCode),
}

/// The verdicts of a reply by change id, and whether some change has to wait; none when the reply is not the answer to
/// this request.
fn fates(request: &PushRequest, reply: PushReply) -> Option<(Fates, bool)> {
    let fits = reply.verdicts.len() == request.changes.len()
        && reply.verdicts.iter().zip(&request.changes).all(|(verdict, change)| *verdict.id() == change.id);
    if !fits {
        return None;
    }
    let mut known = Vec::with_capacity(reply.verdicts.len());
    let mut must_wait = false;
    for verdict in reply.verdicts {
        match verdict {
            Verdict::Accepted { id, seq, .. } | Verdict::Duplicate { id, seq, .. } => {
                known.push((id, Fate::Acknowledged(seq)));
            }
            Verdict::Refused { id, code } => {
                known.push((id, Fate::Refused(code)));
            }
            Verdict::RetryLater { .. } => must_wait = true,
        }
    }
    Some((known, must_wait))
}

/// How many rows from the front make the next batch: at least one.
fn batch_len(queue: &VecDeque<PendingChange>, limit: usize) -> usize {
    let mut bytes = 0;
    let mut count = 0;
    for row in queue.iter().take(limit) {
        bytes += row.change.canonical().len();
        if count > 0 && bytes > MAX_BYTES {
            break;
        }
        count += 1;
    }
    count
}

impl<C: Clock, R: Rng, N: Net, S: Store> Engine<C, R, N, S> {
    /// Sends the waiting changes of the outbox in the device's order (P4). Says whether the outbox is another one since.
    pub(super) async fn push_waiting(
        &self,
        stream: &StreamId,
        rows: &[PendingChange],
        out: &mut Outcome,
    ) -> Result<bool, S::Error> {
        let mut queue: VecDeque<_> = rows.iter().filter(|row| row.is_waiting()).cloned().collect();
        let any = !queue.is_empty();
        let mut limit = PushRequest::MAX;
        while !queue.is_empty() {
            let count = batch_len(&queue, limit);
            let changes: Vec<_> = queue.iter().take(count).map(|row| row.change.clone()).collect();
            let request = PushRequest { device_now: self.clock.now(), changes };
            let alone = |code| vec![(request.changes[0].id.clone(), Fate::Refused(code))];
            let (known, must_wait) = match self.net.push(stream, &request).await {
                Ok(reply) => match fates(&request, reply) {
                    Some(fates) => fates,
                    None => {
                        out.fail(NetError::Offline);
                        break;
                    }
                },
                // One bad change must not hold up the others: halve until it stands alone.
                Err(NetError::TooLarge | NetError::Server(400 | 422)) if count > 1 => {
                    limit = count / 2;
                    continue;
                }
                Err(NetError::TooLarge) => (alone(RefusalCode::TooLarge), false),
                Err(NetError::Server(400 | 422)) => (alone(RefusalCode::Invalid), false),
                Err(error) => {
                    out.fail(error);
                    break;
                }
            };
            if count == 1 {
                limit = PushRequest::MAX;
            }
            self.settle(stream, &known, out).await?;
            queue.drain(..count);
            if must_wait {
                // Later changes would overtake the one that waits.
                break;
            }
        }
        Ok(any)
    }

    /// Writes the verdicts into the outbox. A row that is gone meanwhile (pulled or discarded) stays gone.
    async fn settle(&self, stream: &StreamId, known: &[(ChangeId, Fate)], out: &mut Outcome) -> Result<(), S::Error> {
        loop {
            let expect = Some(self.store.generation().await?);
            let (mut pushed, mut refused) = (0, 0);
            let mut outbox_put = Vec::new();
            for mut row in self.store.outbox(stream).await? {
                match known.iter().find(|(id, _)| *id == row.change.id).map(|(_, fate)| fate) {
                    Some(Fate::Acknowledged(seq)) => {
                        pushed += 1;
                        row.acknowledged = Some(*seq);
                        row.refused = None;
                    }
                    Some(Fate::Refused(code)) => {
                        refused += 1;
                        row.refused = Some(*code);
                    }
                    None => continue,
                }
                outbox_put.push(row);
            }
            if outbox_put.is_empty() {
                return Ok(());
            }
            if self.store.commit(Batch { expect, outbox_put, ..Batch::default() }).await? == Committed::Done {
                out.pushed += pushed;
                out.refused += refused;
                return Ok(());
            }
        }
    }
}
