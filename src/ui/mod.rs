//! Plain parts: props in, callbacks out; no state of the app but its language, no I/O.

#[cfg(test)]
mod contrast;
pub mod dates;
pub mod icons;
pub mod long_list;
pub mod names;
mod parts;
pub mod pictures;
pub mod qr;
mod say;
pub mod sizes;
pub mod told;

pub use parts::{
    Avatar, BottomBar, Button, ButtonKind, Choice, Empty, Field, Loading, Notice, NoticeKind, Row, Rows, Section, Tag,
    TagKind, TopBar, problem_line,
};
pub use say::{counted, said, say};
