//! Households, visits, needs, roles and what each may see. Pure: no clock, randomness or I/O of its own. Words and fields
//! follow the project's domain description; code lists that a county may change are data, not enums.

pub mod access;
pub mod calendar;
pub mod household;
pub mod need;
pub mod pinyin;
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
    /// County stream: forms in use; id is the form's id, fields `version`, `title` (language tag to words), `hash`
    /// (SHA-256 of the definition's JSON, the name under which it is fetched).
    pub const FORMS: &str = "forms";
}
