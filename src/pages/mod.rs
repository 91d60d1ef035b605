//! One folder or file per thing a person comes to do.

mod frame;
pub mod households;
pub mod install;
pub mod link;
pub mod mine;
pub mod needs;
pub mod say;
pub mod shared;
pub mod sign_in;
pub mod sync;
pub mod today;
pub mod visits;

pub use frame::{Notices, StateTag, UndoBar, in_order, missing, more, page, record_tag, short};
