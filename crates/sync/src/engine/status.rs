//! What the app may say about a stream (P8).

use super::Engine;
use crate::{AttachmentState, Clock, Net, Rng, Store, StreamId};

/// The last exchange with the server, kept in memory: after a start the app knows nothing until it has asked.
#[derive(Clone, Copy, Default)]
pub(super) struct Contact {
    last_ok: Option<i64>,
    is_current: bool,
}

/// Where a stream's data is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Status {
    /// Changes that are only on this phone and wait to be sent.
    pub changes: usize,
    /// Attachments that are only on this phone and wait to be sent.
    pub attachments: usize,
    /// Changes and attachments that the server refused: only on this phone, and a person must look.
    pub needs_attention: usize,
    /// Changes that the server has but no pull has brought back: they count as on the server.
    pub acknowledged: usize,
    /// When everything was last exchanged, by this device's clock (milliseconds since 1970 UTC); since the app's start.
    pub last_contact: Option<i64>,
    /// Whether the latest attempt went well, up to the stream's head.
    pub contact_ok: bool,
}

impl Status {
    /// How many things wait on this phone.
    #[must_use]
    pub fn on_this_phone(&self) -> usize {
        self.changes + self.attachments
    }

    /// Whether the app may say "synced": nothing is only on this phone and the latest contact succeeded.
    #[must_use]
    pub fn is_synced(&self) -> bool {
        self.on_this_phone() == 0 && self.needs_attention == 0 && self.contact_ok
    }
}

impl<C: Clock, R: Rng, N: Net, S: Store> Engine<C, R, N, S> {
    /// Where the data of a stream is now.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn status(&self, stream: &StreamId) -> Result<Status, S::Error> {
        let mut status = Status::default();
        for row in self.store.outbox(stream).await? {
            match (row.acknowledged, row.refused) {
                (Some(_), _) => status.acknowledged += 1,
                (None, Some(_)) => status.needs_attention += 1,
                (None, None) => status.changes += 1,
            }
        }
        for attachment in self.store.attachments(stream).await? {
            match attachment.state {
                AttachmentState::Waiting => status.attachments += 1,
                AttachmentState::Refused => status.needs_attention += 1,
                AttachmentState::Sent => {}
            }
        }
        let contacts = self.contacts.borrow();
        let contact = contacts.iter().find(|(known, _)| known == stream).map(|(_, contact)| *contact);
        let contact = contact.unwrap_or_default();
        Ok(Status { last_contact: contact.last_ok, contact_ok: contact.is_current, ..status })
    }

    pub(super) fn note_contact(&self, stream: &StreamId, ok: bool) {
        let last_ok = ok.then(|| self.clock.now());
        self.with_contact(stream, |contact| {
            contact.is_current = ok;
            contact.last_ok = last_ok.or(contact.last_ok);
        });
    }

    pub(super) fn note_behind(&self, stream: &StreamId) {
        self.with_contact(stream, |contact| contact.is_current = false);
    }

    fn with_contact(&self, stream: &StreamId, note: impl FnOnce(&mut Contact)) {
        let mut contacts = self.contacts.borrow_mut();
        if let Some((_, contact)) = contacts.iter_mut().find(|(known, _)| known == stream) {
            return note(contact);
        }
        let mut contact = Contact::default();
        note(&mut contact);
        contacts.push((stream.clone(), contact));
    }
}
