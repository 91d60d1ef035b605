//! The functions, one table: a name, how many arguments, and the code.

mod date;
mod geo;
mod node;
mod number;
mod text;

pub(crate) use node::shuffled;

use std::borrow::Cow;

use super::ast::{self, Node};
use super::eval::{Eval, EvalError, Evaluated, Scope};
use super::{NodeId, Value};

/// A function of the table.
pub(crate) struct Function {
    pub name: &'static str,
    least: u8,
    /// [`MANY`]: any number.
    most: u8,
    code: Code,
}

/// How a function is computed. What many have in common is done in [`call`].
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

/// All functions.
pub(crate) static TABLE: &[Function] = &[
    f("abs", 1, 1, Number(f64::abs)),
    f("acos", 1, 1, Math),
    f("area", 1, 1, Values(geo::area)),
    f("asin", 1, 1, Math),
    f("atan", 1, 1, Math),
    f("atan2", 2, 2, Math),
    f("base64-decode", 1, 1, OfTexts(text::base64_decode)),
    f("boolean", 1, 1, Values(node::boolean)),
    f("boolean-from-string", 1, 1, OfTexts(text::boolean_from_string)),
    f("ceiling", 1, 1, Number(f64::ceil)),
    f("checklist", 3, MANY, Values(number::checklist)),
    f("coalesce", 1, MANY, Lazy(node::coalesce)),
    f("concat", 0, MANY, Values(text::concat)),
    f("contains", 2, 2, OfTexts(text::contains)),
    f("cos", 1, 1, Math),
    f("count", 1, 1, Values(number::count)),
    f("count-non-empty", 1, 1, Values(number::count_non_empty)),
    f("count-selected", 1, 1, OfTexts(text::count_selected)),
    f("current", 0, 0, Values(node::current)),
    f("date", 1, 1, Values(date::date)),
    f("date-time", 1, 1, Values(date::date)),
    f("decimal-date-time", 1, 1, Values(date::decimal_date_time)),
    f("decimal-time", 1, 1, Values(date::decimal_time)),
    f("distance", 1, MANY, Values(geo::distance)),
    f("ends-with", 2, 2, OfTexts(text::ends_with)),
    f("exp", 1, 1, Math),
    f("exp10", 1, 1, Values(number::exp10)),
    f("false", 0, 0, Values(node::no)),
    f("floor", 1, 1, Number(f64::floor)),
    f("format-date", 2, 2, Values(date::format)),
    f("format-date-time", 2, 2, Values(date::format)),
    f("geofence", 2, 2, Values(geo::geofence)),
    f("if", 3, 3, Lazy(node::choose)),
    f("indexed-repeat", 3, 7, Values(node::indexed_repeat)),
    f("instance", 1, 1, Values(node::instance)),
    f("int", 1, 1, Number(f64::trunc)),
    f("join", 1, MANY, Values(text::join)),
    f("jr:choice-name", 2, 2, Values(node::choice_name)),
    f("jr:itext", 1, 1, Values(node::itext)),
    f("last", 0, 0, Values(node::last)),
    f("local-name", 0, 1, Values(node::local_name)),
    f("log", 1, 1, Math),
    f("log10", 1, 1, Math),
    f("max", 1, MANY, Values(number::max)),
    f("min", 1, MANY, Values(number::min)),
    f("name", 0, 1, Values(node::name)),
    f("normalize-space", 0, 1, OfTexts(text::normalize_space)),
    f("not", 1, 1, Values(node::not)),
    f("now", 0, 0, Values(date::now)),
    f("number", 0, 1, Values(number::number)),
    f("once", 1, 1, Lazy(node::once)),
    f("pi", 0, 0, Values(number::pi)),
    f("position", 0, 1, Values(node::position)),
    f("pow", 2, 2, Math),
    f("pulldata", 4, 4, Values(node::pulldata)),
    f("random", 0, 0, Values(number::random)),
    f("randomize", 1, 2, Values(node::randomize)),
    f("regex", 2, 2, Values(text::regex)),
    f("round", 1, 2, Values(number::round)),
    f("selected", 2, 2, OfTexts(text::selected)),
    f("selected-at", 2, 2, Values(text::selected_at)),
    f("sin", 1, 1, Math),
    f("sqrt", 1, 1, Number(f64::sqrt)),
    f("starts-with", 2, 2, OfTexts(text::starts_with)),
    f("string", 0, 1, OfTexts(text::string)),
    f("string-length", 0, 1, OfTexts(text::string_length)),
    f("substr", 2, 3, Values(text::substr)),
    f("substring", 2, 3, Values(text::substring)),
    f("substring-after", 2, 2, OfTexts(text::substring_after)),
    f("substring-before", 2, 2, OfTexts(text::substring_before)),
    f("sum", 1, 1, Values(number::sum)),
    f("tan", 1, 1, Math),
    f("today", 0, 0, Values(date::today)),
    f("translate", 3, 3, OfTexts(text::translate)),
    f("true", 0, 0, Values(node::yes)),
    f("uuid", 0, 1, Values(text::uuid)),
    f("weighted-checklist", 4, MANY, Values(number::weighted_checklist)),
];

/// Whether a function without arguments looks at the context node.
pub(crate) fn uses_context(name: &str) -> bool {
    matches!(name, "string" | "number" | "string-length" | "normalize-space" | "name" | "local-name")
}

/// Calls a function.
pub(crate) fn call(eval: &Eval<'_>, call: &ast::Call, scope: Scope) -> Evaluated {
    let Some(index) = call.index else {
        return Err(EvalError::UnknownFunction(call.name.clone()));
    };
    let function = &TABLE[index];
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
