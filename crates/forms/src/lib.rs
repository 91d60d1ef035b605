//! XLSForm to definition, XPath expressions, a filling session. Pure: no clock, randomness or I/O of its own ([`Host`]).
//!
//! - [`parse`] (feature `read`): sheets to [`Definition`], with problems and their cell.
//! - [`instance`]: a live tree of answers; only what depends on a changed node is computed again.
//! - [`contract`]: what a screen needs to draw a form and may ask of it.
//! - [`describe`] (feature `read`): a definition told as JSON.
//! - [`list`]: lists from elsewhere, which expressions and selects read.
//! - [`moving`]: a draft of one version of a form goes on with another.
//! - [`play`] (feature `read`): a form played step by step.
//! - [`files`], [`tables`], [`columns`], [`list_words`], [`xform_out`] (feature `read`): what lies beside a form, lists among it,
//!   what they lack and what their rows are called; a form as an `XForm` for other clients.
//! - [`read`] (feature `read`): a file of any kind to [`Definition`].
//! - [`spots`]: several places as one answer, measured.
//! - [`told`]: a filled form as a page to read, and two versions of it side by side.
//! - [`xform`] (feature `read`): XForm XML to [`Definition`], instances as XML.
//! - [`xpath`]: XPath 1.0 with the ODK functions.

#[cfg(feature = "read")]
pub mod columns;
pub mod contract;
pub mod dates;
pub mod definition;
#[cfg(feature = "read")]
pub mod describe;
#[cfg(feature = "read")]
pub mod files;
pub mod host;
pub mod instance;
pub mod list;
#[cfg(feature = "read")]
pub mod list_words;
pub mod moving;
#[cfg(feature = "read")]
pub mod parse;
#[cfg(feature = "read")]
pub mod play;
#[cfg(feature = "read")]
pub mod read;
pub mod spots;
#[cfg(feature = "read")]
pub mod tables;
pub mod told;
#[cfg(feature = "read")]
pub mod xform;
#[cfg(feature = "read")]
pub mod xform_out;
pub mod xpath;

pub use zhucun_json::{decimal, texts};

pub use definition::Definition;
pub use host::Host;
#[cfg(feature = "native")]
pub use host::NativeHost;
pub use instance::{Removed, Session};
#[cfg(feature = "read")]
pub use read::{FormProblem, ReadForm, read_form};
