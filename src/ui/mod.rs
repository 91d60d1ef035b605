//! Plain parts: props in, callbacks out; no state of the app, no I/O.

#[cfg(test)]
mod contrast;
pub mod dates;
pub mod icons;
pub mod names;
mod parts;

pub use parts::{
    Avatar, BottomBar, Button, ButtonKind, Choice, Empty, Field, Loading, Notice, NoticeKind, Row, Rows, Section, Tag,
    TagKind, TopBar, problem_line,
};
