//! XLSForm to definition, XPath expressions, a filling session. Pure: no clock, randomness or I/O of its own ([`Host`]).
//!
//! - [`parse`] (feature `read`): sheets to [`Definition`], with problems and their cell.
//! - [`instance`]: a live tree of answers; only what depends on a changed node is computed again.
//! - [`contract`]: what a screen needs to draw a form and may ask of it.
//! - [`spots`]: several places as one answer, measured.
//! - [`told`]: a filled form as a page to read, and two versions of it side by side.
//! - [`xpath`]: XPath 1.0 with the ODK functions.

pub mod contract;
pub mod dates;
pub mod definition;
pub mod host;
pub mod instance;
#[cfg(feature = "read")]
pub mod parse;
pub mod spots;
pub mod told;
pub mod xpath;

pub use zhucun_json::{decimal, texts};

pub use definition::Definition;
pub use host::Host;
#[cfg(feature = "native")]
pub use host::NativeHost;
pub use instance::{Removed, Session};
