//! The functions: a name, how many arguments, and the code. Those that few forms call are apart, in [`rare`].

mod date;
mod node;
mod number;
pub(super) mod rare;
mod text;

pub(crate) use node::shuffled;

use std::borrow::Cow;
use std::cell::Cell;

use super::ast::{self, Node};
use super::eval::{Eval, EvalError, Evaluated, Scope};
use super::{NodeId, Value};
use crate::texts::cut;

/// A function.
#[derive(Clone, Copy)]
pub(crate) struct Function {
    name: &'static str,
    least: u8,
    /// [`MANY`]: any number.
    most: u8,
    code: Code,
}

/// How a function is computed. What many have in common is done in [`call`].
#[derive(Clone, Copy)]
enum Code {
    /// One number to another.
    Number(fn(f64) -> f64),
    /// By the host, under the same name.
    Math,
    /// From the texts of all arguments.
    Texts(fn(&Texts<'_>) -> Value),
    /// From the values of all arguments.
    Values(fn(&Call<'_>) -> Evaluated),
    /// Evaluates only those arguments that it needs.
    Lazy(fn(&Eval<'_>, &[Node], Scope) -> Evaluated),
}

/// The arguments as texts.
type Texts<'a> = [Cow<'a, str>];

impl Function {
    pub(crate) fn takes(&self, count: usize) -> bool {
        count >= usize::from(self.least) && (self.most == MANY || count <= usize::from(self.most))
    }
}

const MANY: u8 = u8::MAX;

/// Shorter to write in the table.
const fn f(name: &'static str, least: u8, most: u8, code: Code) -> Function {
    Function { name, least, most, code }
}

use Code::{Lazy, Math, Number, Texts as OfTexts, Values};

/// The functions that forms call.
static TABLE: &[Function] = &[
    f("abs", 1, 1, Number(f64::abs)),
    f("boolean", 1, 1, Values(node::boolean)),
    f("ceiling", 1, 1, Number(f64::ceil)),
    f("coalesce", 1, MANY, Lazy(node::coalesce)),
    f("concat", 0, MANY, Values(text::concat)),
    f("contains", 2, 2, OfTexts(text::contains)),
    f("count", 1, 1, Values(number::count)),
    f("count-selected", 1, 1, OfTexts(text::count_selected)),
    f("current", 0, 0, Values(node::current)),
    f("date", 1, 1, Values(date::date)),
    f("date-time", 1, 1, Values(date::date)),
    f("decimal-date-time", 1, 1, Values(date::decimal_date_time)),
    f("false", 0, 0, Values(node::no)),
    f("floor", 1, 1, Number(f64::floor)),
    f("if", 3, 3, Lazy(node::choose)),
    f("instance", 1, 1, Values(node::instance)),
    f("int", 1, 1, Number(f64::trunc)),
    f("last", 0, 0, Values(node::last)),
    f("normalize-space", 0, 1, OfTexts(text::normalize_space)),
    f("not", 1, 1, Values(node::not)),
    f("now", 0, 0, Values(date::now)),
    f("number", 0, 1, Values(number::number)),
    f("once", 1, 1, Lazy(node::once)),
    f("position", 0, 1, Values(node::position)),
    f("pow", 2, 2, Math),
    f("regex", 2, 2, Values(text::regex)),
    f("round", 1, 2, Values(number::round)),
    f("selected", 2, 2, OfTexts(text::selected)),
    f("sqrt", 1, 1, Number(f64::sqrt)),
    f("starts-with", 2, 2, OfTexts(text::starts_with)),
    f("string", 0, 1, OfTexts(text::string)),
    f("string-length", 0, 1, OfTexts(text::string_length)),
    f("sum", 1, 1, Values(number::sum)),
    f("today", 0, 0, Values(date::today)),
    f("true", 0, 0, Values(node::yes)),
];

/// Names of the functions of [`rare`], in the order of its table. That they are known here tells a form that needs them
/// ([`needs_rare`]), and gives each its index before they are there.
const RARE: &str = "acos area asin atan atan2 base64-decode boolean-from-string checklist cos count-non-empty decimal-time \
                    depend digest distance enclosed-area ends-with exp exp10 extract-signed format-date format-date-time \
                    geofence id indexed-repeat intersects is-selected join jr:choice-name jr:itext lang local-name log log10 max \
                    min name namespace-uri pi property pulldata random randomize selected-at sin substr substring \
                    substring-after substring-before tan translate uuid version weighted-checklist";

/// Where a name is in [`RARE`].
fn rare_place(name: &str) -> Option<usize> {
    let mut place = 0;
    let mut rest = Some(RARE);
    while let Some(names) = rest {
        let (first, after) = cut(names, b' ');
        if first == name {
            return Some(place);
        }
        place += 1;
        rest = after;
    }
    None
}

/// Gives the rare function of a place and name.
type Rare = fn(usize, &'static str) -> Option<Function>;

thread_local! {
    /// How to reach the rare functions: in native programs always, else once they are installed.
    static INSTALLED: Cell<Option<Rare>> = const {
        #[cfg(feature = "native")]
        let at_first: Option<Rare> = Some(rare::function);
        #[cfg(not(feature = "native"))]
        let at_first: Option<Rare> = None;
        Cell::new(at_first)
    };
}

/// The index of a function: its place in [`TABLE`], or behind that its place in [`RARE`], whether that is there or not.
pub(crate) fn index_of(name: &str) -> Option<usize> {
    let place = TABLE.iter().position(|function| function.name == name);
    place.or_else(|| Some(TABLE.len() + rare_place(name)?))
}

/// The function of an index; `None` when it is a rare one and those are not there.
pub(crate) fn at(index: usize) -> Option<Function> {
    match TABLE.get(index) {
        Some(function) => Some(*function),
        None => rare_at(index - TABLE.len()),
    }
}

fn rare_at(place: usize) -> Option<Function> {
    let mut names = RARE;
    for _ in 0..place {
        names = cut(names, b' ').1?;
    }
    INSTALLED.get()?(place, cut(names, b' ').0)
}

/// Whether a text calls one of the functions that few forms call. The text is an expression, or a whole definition as JSON
/// with whatever words there are: at worst it says yes where `sin (` is meant otherwise.
#[must_use]
pub fn needs_rare(text: &str) -> bool {
    let bytes = text.as_bytes();
    let is_letter = |byte: u8| byte.is_ascii_alphabetic() || byte >= 0x80;
    // Where the last run of characters that names have begins and ends, and whether it still goes on.
    let (mut from, mut to, mut goes_on) = (0, 0, false);
    for (at, byte) in bytes.iter().enumerate() {
        if is_letter(*byte) || matches!(byte, b'0'..=b'9' | b'-' | b'.' | b':' | b'_') {
            if !goes_on {
                from = at;
            }
            (to, goes_on) = (at + 1, true);
            continue;
        }
        if *byte == b'(' {
            for start in from..to {
                // `3-sin(1)` calls sin. In JSON a line's end is two characters, `\n`: that `n` is no part of a name.
                let may_begin = start == from
                    || !is_letter(bytes[start - 1])
                    || (start == from + 1 && from > 0 && bytes[from - 1] == b'\\');
                if may_begin && text.get(start..to).and_then(rare_place).is_some() {
                    return true;
                }
            }
        }
        goes_on = false;
        if !byte.is_ascii_whitespace() {
            to = 0;
        }
    }
    false
}

/// Whether a function without arguments looks at the context node.
pub(crate) fn uses_context(name: &str) -> bool {
    matches!(name, "string" | "number" | "string-length" | "normalize-space" | "name" | "local-name" | "namespace-uri")
}

/// Calls a function.
pub(crate) fn call(eval: &Eval<'_>, call: &ast::Call, scope: Scope) -> Evaluated {
    let Some(function) = call.index.and_then(at) else {
        return Err(EvalError::UnknownFunction(call.name.clone()));
    };
    if !function.takes(call.args.len()) {
        return Err(EvalError::Arguments(call.name.clone()));
    }
    let lazy = matches!(function.code, Lazy(_));
    let mut values = Vec::new();
    for arg in if lazy { &[][..] } else { &call.args } {
        values.push(eval.node(arg, scope)?);
    }
    if values.is_empty() && uses_context(function.name) {
        values.push(Value::Nodes(vec![scope.node]));
    }
    let args = &call.args;
    let call = Call { eval, scope, name: function.name, values: &values };
    Ok(match function.code {
        Number(code) => Value::Number(code(call.number(0))),
        Math => {
            let other = if call.count() > 1 { call.number(1) } else { 0.0 };
            Value::Number(eval.host.math(function.name, call.number(0), other))
        }
        OfTexts(code) => {
            let mut texts = Vec::with_capacity(call.count());
            for at in 0..call.count() {
                texts.push(call.text(at));
            }
            code(&texts)
        }
        Values(code) => return code(&call),
        Lazy(code) => return code(eval, args, scope),
    })
}

/// A call under way.
pub(crate) struct Call<'a> {
    eval: &'a Eval<'a>,
    scope: Scope,
    name: &'static str,
    values: &'a [Value],
}

impl Call<'_> {
    fn count(&self) -> usize {
        self.values.len()
    }

    fn text(&self, at: usize) -> Cow<'_, str> {
        self.text_of(&self.values[at])
    }

    fn number(&self, at: usize) -> f64 {
        self.number_of(&self.values[at])
    }

    fn nodes(&self, at: usize) -> Evaluated<&[NodeId]> {
        match &self.values[at] {
            Value::Nodes(nodes) => Ok(nodes),
            _ => Err(EvalError::NotNodes(self.name.to_owned())),
        }
    }

    /// Calls `each` for an argument's value; where that is nodes, for each as its text.
    fn each_of(&self, at: usize, each: &mut dyn FnMut(&Value)) {
        match &self.values[at] {
            Value::Nodes(nodes) => {
                for node in nodes {
                    each(&Value::Text(self.eval.tree.string(*node).into_owned()));
                }
            }
            value => each(value),
        }
    }

    /// [`Self::each_of`] all arguments from one on.
    fn each_from(&self, from: usize, each: &mut dyn FnMut(&Value)) {
        for at in from..self.count() {
            self.each_of(at, each);
        }
    }

    /// The texts of all arguments from one on, with something between them.
    fn joined(&self, from: usize, between: &str) -> String {
        let mut all = String::new();
        let mut is_first = true;
        self.each_from(from, &mut |value| {
            if !std::mem::take(&mut is_first) {
                all.push_str(between);
            }
            all.push_str(&self.text_of(value));
        });
        all
    }

    fn number_of(&self, value: &Value) -> f64 {
        value.number(self.eval.tree, self.eval.host)
    }

    fn text_of<'v>(&'v self, value: &'v Value) -> Cow<'v, str> {
        value.to_text(self.eval.tree, self.eval.host)
    }

    fn offset(&self) -> i32 {
        self.eval.host.utc_offset()
    }

    #[cold]
    fn unusable<T>(&self, argument: &str) -> Evaluated<T> {
        Err(EvalError::Unusable(self.name.to_owned(), argument.to_owned()))
    }
}
