//! An expression as text: read again it is the same expression.

use std::fmt::{self, Write};

use super::Expr;
use super::ast::{Axis, Node, Op, Path, Start, Step, Test};
use crate::decimal;

impl fmt::Display for Expr {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        print(&self.0, out)
    }
}

type Out<'a, 'f> = &'a mut fmt::Formatter<'f>;

fn print(node: &Node, out: Out<'_, '_>) -> fmt::Result {
    match node {
        Node::Number(number) => print_number(*number, out),
        Node::Text(text) => {
            let quote = if text.contains('"') { '\'' } else { '"' };
            write!(out, "{quote}{text}{quote}")
        }
        Node::Chain(first, rest) => {
            let own = rest.first().map_or(0, |(op, _)| op.precedence());
            print_part(first, binds_looser(first, own), out)?;
            for (op, part) in rest {
                write!(out, " {} ", written(&Op::MARKS, op))?;
                // Operators of one precedence go from left to right: such a part on the right stood in brackets.
                print_part(part, binds_looser(part, own + 1), out)?;
            }
            Ok(())
        }
        Node::Minus(inner, changed) => {
            out.write_str(if *changed { "-" } else { "--" })?;
            print_part(inner, matches!(**inner, Node::Chain(..) | Node::Minus(..)), out)
        }
        Node::Union(all) => {
            for (place, part) in all.iter().enumerate() {
                if place > 0 {
                    out.write_str(" | ")?;
                }
                print_part(part, matches!(part, Node::Chain(..) | Node::Minus(..) | Node::Union(_)), out)?;
            }
            Ok(())
        }
        Node::Path(path) => print_path(path, out),
        Node::Call(call) => {
            write!(out, "{}(", call.name)?;
            for (place, arg) in call.args.iter().enumerate() {
                if place > 0 {
                    out.write_str(", ")?;
                }
                print(arg, out)?;
            }
            out.write_char(')')
        }
    }
}

/// Whether a part is a chain of operators that bind less closely.
fn binds_looser(part: &Node, least: u8) -> bool {
    matches!(part, Node::Chain(_, rest) if rest.first().is_some_and(|(op, _)| op.precedence() < least))
}

fn print_part(part: &Node, in_brackets: bool, out: Out<'_, '_>) -> fmt::Result {
    // What follows the root alone would be taken for its step.
    let is_root = matches!(part, Node::Path(path) if path.start == Start::Root && path.steps.is_empty());
    if in_brackets || is_root {
        out.write_char('(')?;
        print(part, out)?;
        out.write_char(')')
    } else {
        print(part, out)
    }
}

fn print_number(number: f64, out: Out<'_, '_>) -> fmt::Result {
    if number == 0.0 {
        out.write_char('0')
    } else if number.is_finite() {
        out.write_str(&decimal::plain(number))
    } else {
        // More than there is: only so many digits are read as that.
        write!(out, "1{}", "0".repeat(309))
    }
}

/// How an operator or an axis is written.
fn written<T: PartialEq>(all: &[(&'static str, T)], wanted: &T) -> &'static str {
    all.iter().find(|(_, one)| one == wanted).map_or("", |(name, _)| *name)
}

fn print_path(path: &Path, out: Out<'_, '_>) -> fmt::Result {
    // Whether a step is behind something, from which a mark sets it apart.
    let mut behind = true;
    match &path.start {
        Start::Context => behind = false,
        Start::Root if path.steps.is_empty() => return out.write_char('/'),
        Start::Root => {}
        Start::Filter(inner, predicates) => {
            let plain = matches!(**inner, Node::Number(_) | Node::Text(_) | Node::Call(_));
            print_part(inner, !plain, out)?;
            print_predicates(predicates, out)?;
        }
    }
    // Whether `/` of a `//` is written, of which the other comes with the next step.
    let mut half = false;
    for (place, step) in path.steps.iter().enumerate() {
        if behind {
            out.write_char('/')?;
        }
        let everything = step.axis == Axis::DescendantOrSelf && step.test == Test::Node && step.predicates.is_empty();
        half = everything && behind && !half && place + 1 < path.steps.len();
        if !half {
            print_step(step, out)?;
        }
        behind = true;
    }
    Ok(())
}

fn print_step(step: &Step, out: Out<'_, '_>) -> fmt::Result {
    match (step.axis, &step.test) {
        (Axis::This, Test::Node) => out.write_char('.')?,
        (Axis::Parent, Test::Node) => out.write_str("..")?,
        (Axis::Child, test) => print_test(test, out)?,
        (Axis::Attribute, test) => {
            out.write_char('@')?;
            print_test(test, out)?;
        }
        (axis, test) => {
            write!(out, "{}::", written(&Axis::NAMES, &axis))?;
            print_test(test, out)?;
        }
    }
    print_predicates(&step.predicates, out)
}

fn print_predicates(predicates: &[Node], out: Out<'_, '_>) -> fmt::Result {
    for predicate in predicates {
        out.write_char('[')?;
        print(predicate, out)?;
        out.write_char(']')?;
    }
    Ok(())
}

fn print_test(test: &Test, out: Out<'_, '_>) -> fmt::Result {
    match test {
        Test::Name(name) => out.write_str(name),
        Test::Any => out.write_char('*'),
        Test::Prefix(prefix) => write!(out, "{prefix}*"),
        Test::Node => out.write_str("node()"),
        Test::Text => out.write_str("text()"),
        Test::Comment => out.write_str("comment()"),
        Test::Instruction(None) => out.write_str("processing-instruction()"),
        Test::Instruction(Some(name)) => {
            let quote = if name.contains('"') { '\'' } else { '"' };
            write!(out, "processing-instruction({quote}{name}{quote})")
        }
    }
}
