//! The functions, one table: a name, how many arguments, and the code.

mod date;
mod geo;
mod node;
mod number;
mod text;

use super::ast::{self, Node};
use super::eval::{Eval, EvalError, Evaluated, Scope};
use super::{NodeId, Value};

/// A function of the table.
pub(crate) struct Function {
    pub name: &'static str,
    least: u8,
    /// [`MANY`]: any number.
    most: u8,
    code: fn(&Call<'_>) -> Evaluated,
}

impl Function {
    pub(crate) fn takes(&self, count: usize) -> bool {
        count >= usize::from(self.least) && (self.most == MANY || count <= usize::from(self.most))
    }
}

const MANY: u8 = u8::MAX;

/// Shorter to write in the table.
const fn f(name: &'static str, least: u8, most: u8, code: fn(&Call<'_>) -> Evaluated) -> Function {
    Function { name, least, most, code }
}

/// All functions.
pub(crate) static TABLE: &[Function] = &[
    f("abs", 1, 1, number::abs),
    f("acos", 1, 1, number::acos),
    f("area", 1, 1, geo::area),
    f("asin", 1, 1, number::asin),
    f("atan", 1, 1, number::atan),
    f("atan2", 2, 2, number::atan2),
    f("base64-decode", 1, 1, text::base64_decode),
    f("boolean", 1, 1, node::boolean),
    f("boolean-from-string", 1, 1, text::boolean_from_string),
    f("ceiling", 1, 1, number::ceiling),
    f("checklist", 3, MANY, number::checklist),
    f("coalesce", 1, MANY, node::coalesce),
    f("concat", 0, MANY, text::concat),
    f("contains", 2, 2, text::contains),
    f("cos", 1, 1, number::cos),
    f("count", 1, 1, number::count),
    f("count-non-empty", 1, 1, number::count_non_empty),
    f("count-selected", 1, 1, text::count_selected),
    f("current", 0, 0, node::current),
    f("date", 1, 1, date::date),
    f("date-time", 1, 1, date::date),
    f("decimal-date-time", 1, 1, date::decimal_date_time),
    f("decimal-time", 1, 1, date::decimal_time),
    f("distance", 1, MANY, geo::distance),
    f("ends-with", 2, 2, text::ends_with),
    f("exp", 1, 1, number::exp),
    f("exp10", 1, 1, number::exp10),
    f("false", 0, 0, node::no),
    f("floor", 1, 1, number::floor),
    f("format-date", 2, 2, date::format),
    f("format-date-time", 2, 2, date::format),
    f("geofence", 2, 2, geo::geofence),
    f("if", 3, 3, node::choose),
    f("indexed-repeat", 3, 7, node::indexed_repeat),
    f("instance", 1, 1, node::instance),
    f("int", 1, 1, number::int),
    f("join", 1, MANY, text::join),
    f("jr:choice-name", 2, 2, node::choice_name),
    f("jr:itext", 1, 1, node::itext),
    f("last", 0, 0, node::last),
    f("local-name", 0, 1, node::local_name),
    f("log", 1, 1, number::log),
    f("log10", 1, 1, number::log10),
    f("max", 1, MANY, number::max),
    f("min", 1, MANY, number::min),
    f("name", 0, 1, node::name),
    f("normalize-space", 0, 1, text::normalize_space),
    f("not", 1, 1, node::not),
    f("now", 0, 0, date::now),
    f("number", 0, 1, number::number),
    f("once", 1, 1, node::once),
    f("pi", 0, 0, number::pi),
    f("position", 0, 1, node::position),
    f("pow", 2, 2, number::pow),
    f("pulldata", 4, 4, node::pulldata),
    f("random", 0, 0, number::random),
    f("randomize", 1, 2, node::randomize),
    f("regex", 2, 2, text::regex),
    f("round", 1, 2, number::round),
    f("selected", 2, 2, text::selected),
    f("selected-at", 2, 2, text::selected_at),
    f("sin", 1, 1, number::sin),
    f("sqrt", 1, 1, number::sqrt),
    f("starts-with", 2, 2, text::starts_with),
    f("string", 0, 1, text::string),
    f("string-length", 0, 1, text::string_length),
    f("substr", 2, 3, text::substr),
    f("substring", 2, 3, text::substring),
    f("substring-after", 2, 2, text::substring_after),
    f("substring-before", 2, 2, text::substring_before),
    f("sum", 1, 1, number::sum),
    f("tan", 1, 1, number::tan),
    f("today", 0, 0, date::today),
    f("translate", 3, 3, text::translate),
    f("true", 0, 0, node::yes),
    f("uuid", 0, 1, text::uuid),
    f("weighted-checklist", 4, MANY, number::weighted_checklist),
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
    (function.code)(&Call { eval, scope, name: function.name, args: &call.args })
}

/// A call under way. Arguments are evaluated when asked for, so that `if` and `coalesce` leave out what they do not need.
pub(crate) struct Call<'a> {
    eval: &'a Eval<'a>,
    scope: Scope,
    name: &'static str,
    args: &'a [Node],
}

impl Call<'_> {
    fn count(&self) -> usize {
        self.args.len()
    }

    fn value(&self, at: usize) -> Evaluated {
        self.eval.node(&self.args[at], self.scope)
    }

    /// As text; that of the context node where there is no such argument.
    fn text(&self, at: usize) -> Evaluated<String> {
        match self.args.get(at) {
            Some(arg) => self.eval.text(arg, self.scope),
            None => Ok(self.eval.tree.string(self.scope.node).into_owned()),
        }
    }

    fn number(&self, at: usize) -> Evaluated<f64> {
        self.eval.number(&self.args[at], self.scope)
    }

    fn nodes(&self, at: usize) -> Evaluated<Vec<NodeId>> {
        self.eval.nodes(&self.args[at], self.scope, self.name)
    }

    /// Values from an argument on, every node apart as its text.
    fn flat(&self, from: usize) -> Evaluated<Vec<Value>> {
        let mut all = Vec::new();
        for at in from..self.count() {
            match self.value(at)? {
                Value::Nodes(nodes) => all.extend(nodes.into_iter().map(|node| self.node_text(node))),
                value => all.push(value),
            }
        }
        Ok(all)
    }

    fn node_text(&self, node: NodeId) -> Value {
        Value::Text(self.eval.tree.string(node).into_owned())
    }

    fn number_of(&self, value: &Value) -> f64 {
        value.number(self.eval.tree, self.eval.host)
    }

    fn text_of(&self, value: &Value) -> String {
        value.text(self.eval.tree, self.eval.host)
    }

    fn offset(&self) -> i32 {
        self.eval.host.utc_offset()
    }

    fn unusable<T>(&self, argument: &str) -> Evaluated<T> {
        Err(EvalError::Unusable(self.name.to_owned(), argument.to_owned()))
    }
}
