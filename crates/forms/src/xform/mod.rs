//! ODK `XForm` XML: instances in and out. Source: <https://getodk.github.io/xforms-spec/>.

pub mod instance;
mod problem;
mod xml;

pub use problem::{XFormProblem, XFormProblemKind};
