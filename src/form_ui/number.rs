//! `integer` and `decimal`: the number pad; full-width digits are taken as well.

use zhucun_forms::definition::Kind;
use zhucun_view::prelude::*;

use super::ask::Ask;
use super::text::line;
use super::values::plain_amount;

/// The widget.
pub fn field(ask: Ask) -> View {
    ask.keep_shown(str::to_owned);
    line(ask, if ask.kind() == Kind::Integer { "numeric" } else { "decimal" }, plain_amount)
}
