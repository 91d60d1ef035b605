//! A parsed expression.

/// A part of an expression. Chains of operators of one precedence are flat, so that only brackets deepen the tree.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Node {
    Number(f64),
    Text(String),
    /// Left to right; all operators have one precedence.
    Chain(Box<Node>, Vec<(Op, Node)>),
    /// To a number, with the sign changed or (an even number of minus signs) not.
    Minus(Box<Node>, bool),
    Union(Vec<Node>),
    Path(Box<Path>),
    Call(Box<Call>),
}

/// A function call. `index` is the function's, of `functions::index_of`; `None`: there is no such function.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Call {
    pub name: String,
    pub index: Option<usize>,
    pub args: Vec<Node>,
}

/// A location path.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Path {
    pub start: Start,
    pub steps: Vec<Step>,
}

/// Where a path starts.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Start {
    Context,
    Root,
    /// The nodes that an expression gives, filtered.
    Filter(Box<Node>, Vec<Node>),
}

/// A step of a path.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Step {
    pub axis: Axis,
    pub test: Test,
    pub predicates: Vec<Node>,
}

/// The direction of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Axis {
    Child,
    Parent,
    This,
    Attribute,
    Descendant,
    DescendantOrSelf,
    Ancestor,
    AncestorOrSelf,
    FollowingSibling,
    PrecedingSibling,
    Following,
    Preceding,
}

impl Axis {
    /// The axes by their names.
    pub(crate) const NAMES: [(&str, Self); 12] = [
        ("child", Self::Child),
        ("parent", Self::Parent),
        ("self", Self::This),
        ("attribute", Self::Attribute),
        ("descendant", Self::Descendant),
        ("descendant-or-self", Self::DescendantOrSelf),
        ("ancestor", Self::Ancestor),
        ("ancestor-or-self", Self::AncestorOrSelf),
        ("following-sibling", Self::FollowingSibling),
        ("preceding-sibling", Self::PrecedingSibling),
        ("following", Self::Following),
        ("preceding", Self::Preceding),
    ];

    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::NAMES.iter().find(|(own, _)| *own == name).map(|(_, axis)| *axis)
    }

    /// Whether positions count against document order.
    pub(crate) fn backwards(self) -> bool {
        matches!(self, Self::Ancestor | Self::AncestorOrSelf | Self::PrecedingSibling | Self::Preceding)
    }
}

/// Which nodes of an axis a step takes.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Test {
    /// An element (or attribute) of this name as written, prefix included.
    Name(String),
    /// `*`.
    Any,
    /// `prefix:*`, kept as `prefix:`.
    Prefix(String),
    /// `node()`.
    Node,
    /// `text()`.
    Text,
    /// `comment()`.
    Comment,
    /// `processing-instruction()`, with its name where one is asked.
    Instruction(Option<String>),
}

/// An operator between two operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Op {
    Or,
    And,
    Equal,
    Differs,
    Less,
    LessOrEqual,
    More,
    MoreOrEqual,
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
}

impl Op {
    /// How operators are written; one that begins with another's mark comes before it.
    pub(crate) const MARKS: [(&str, Self); 13] = [
        ("!=", Self::Differs),
        ("<=", Self::LessOrEqual),
        (">=", Self::MoreOrEqual),
        ("=", Self::Equal),
        ("<", Self::Less),
        (">", Self::More),
        ("+", Self::Add),
        ("-", Self::Subtract),
        ("*", Self::Multiply),
        ("or", Self::Or),
        ("and", Self::And),
        ("div", Self::Divide),
        ("mod", Self::Remainder),
    ];

    /// Operators of a greater number bind closer.
    pub(crate) fn precedence(self) -> u8 {
        match self {
            Self::Or => 1,
            Self::And => 2,
            Self::Equal | Self::Differs => 3,
            Self::Less | Self::LessOrEqual | Self::More | Self::MoreOrEqual => 4,
            Self::Add | Self::Subtract => 5,
            Self::Multiply | Self::Divide | Self::Remainder => 6,
        }
    }

    /// What it does with two numbers; `None` where it gives no number.
    pub(crate) fn arithmetic(self) -> Option<fn(f64, f64) -> f64> {
        Some(match self {
            Self::Add => |left, right| left + right,
            Self::Subtract => |left, right| left - right,
            Self::Multiply => |left, right| left * right,
            Self::Divide => |left, right| left / right,
            Self::Remainder => remainder,
            _ => return None,
        })
    }
}

/// What is left of a division towards zero, exactly: `%` for the numbers of forms. The processor's way, which is meant for
/// any numbers, divides whole numbers of 128 bits.
fn remainder(left: f64, right: f64) -> f64 {
    let (mut rest, unit) = (left.abs(), right.abs());
    if unit == 0.0 || !rest.is_finite() || unit.is_nan() {
        return f64::NAN;
    }
    if unit.is_infinite() {
        return left;
    }
    let mut part = unit;
    while part * 2.0 <= rest {
        part *= 2.0;
    }
    // Each step takes away what is at least half of the rest: no digit is lost.
    while part >= unit {
        if part <= rest {
            rest -= part;
        }
        part /= 2.0;
    }
    rest.copysign(left)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::remainder;

    #[test]
    fn what_cannot_be_divided_is_no_number() {
        assert!(
            [(1.0, 0.0), (f64::INFINITY, 2.0), (1.0, f64::NAN), (f64::NAN, 1.0)]
                .iter()
                .all(|(a, b)| remainder(*a, *b).is_nan())
        );
        assert_eq!(remainder(5.0, f64::INFINITY), 5.0);
    }

    proptest! {
        #[test]
        fn it_is_std_s(left in -1e12..1e12_f64, right in prop_oneof![-1e3..1e3_f64, -1e12..1e12_f64], whole: bool) {
            let (left, right) = if whole { (left.trunc(), right.trunc()) } else { (left, right) };
            prop_assume!(right != 0.0);
            prop_assert_eq!(remainder(left, right), left % right);
        }
    }
}
