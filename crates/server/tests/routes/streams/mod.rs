//! `/api/v1/streams/{kind}/{id}/…`.

mod attachments;
mod changes;
mod tickets;
