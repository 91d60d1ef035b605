//! Households, visits, needs, roles and what each may see. Pure: no clock, randomness or I/O of its own. Words and fields
//! follow the project's domain description; code lists that a county may change are data, not enums.

pub mod access;
pub mod account;
pub mod calendar;
pub mod form;
pub mod household;
pub mod need;
pub mod pinyin;
pub mod qr;
pub mod settings;
pub mod ticket;
pub mod visit;

/// Collections of a village's stream.
pub mod collection {
    /// See [`crate::household`].
    pub const HOUSEHOLDS: &str = "households";
    /// Members of households: fields `household`, `name`, `sex` (`f`, `m`), `birth` (ISO date), `relation`, `health`,
    /// `student`, `labour`.
    pub const MEMBERS: &str = "members";
    /// See [`crate::visit`].
    pub const VISITS: &str = "visits";
    /// See [`crate::need`].
    pub const NEEDS: &str = "needs";
    /// County stream: forms in use; see [`crate::form`].
    pub const FORMS: &str = "forms";
    /// County stream: one record, [`crate::settings::RECORD`]; see [`crate::settings`].
    pub const SETTINGS: &str = "settings";
}
