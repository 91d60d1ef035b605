//! ODK `XForm` XML: forms in, instances in and out. Source: <https://getodk.github.io/xforms-spec/>.

mod actions;
mod binds;
mod body;
mod builder;
mod check;
mod choices;
mod entities;
pub mod instance;
pub mod lexical;
mod paths;
mod primary;
mod problem;
mod read;
mod secondary;
mod texts;
mod xml;

pub use problem::{XFormProblem, XFormProblemKind};
pub use read::{XForm, read_xform};
