//! Text to tree. XPath's ambiguities (`*`, `div`, `-` inside names) fall away by knowing whether an operand or an operator
//! is due, so there is no separate list of tokens.

use std::fmt;

use super::ast::{Axis, Call, Node, Op, Path, Start, Step, Test};
use super::functions;
use crate::decimal;
use crate::texts::{cut, joined};

/// Brackets, arguments and predicates may be nested this deep.
const DEEPEST: usize = 200;

/// Why a text is not an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseError {
    /// Where, in bytes from the start of the text.
    pub position: usize,
    /// What is wrong there.
    pub message: &'static str,
}

impl ParseError {
    /// What is wrong and where, in words.
    pub fn text(&self) -> String {
        joined(&[self.message, " (at byte ", &self.position.to_string(), ")"], "")
    }
}

impl fmt::Display for ParseError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.text())
    }
}

impl std::error::Error for ParseError {}

/// Parses a whole text.
pub(crate) fn parse(text: &str) -> Result<Node, ParseError> {
    let mut parser = Parser { text, at: 0, depth: 0, error: None };
    let node = parser.expression();
    parser.space();
    if parser.at < text.len() {
        parser.wrong("expected an operator or the end");
    }
    parser.error.map_or(Ok(node), Err)
}

/// The first thing that is wrong ends the text: whatever is parsed after it finds nothing more, so that nobody has to ask
/// whether the part before was good. What is made then is thrown away.
struct Parser<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
    error: Option<ParseError>,
}

/// Whether a name may begin with this.
fn begins_name(letter: char) -> bool {
    // NameStartChar of XML 1.0 without the colon, which joins a prefix and a name.
    matches!(
        letter,
        'A'..='Z' | '_' | 'a'..='z' | '\u{c0}'..='\u{d6}' | '\u{d8}'..='\u{f6}' | '\u{f8}'..='\u{2ff}'
            | '\u{370}'..='\u{37d}' | '\u{37f}'..='\u{1fff}' | '\u{200c}'..='\u{200d}' | '\u{2070}'..='\u{218f}'
            | '\u{2c00}'..='\u{2fef}' | '\u{3001}'..='\u{d7ff}' | '\u{f900}'..='\u{fdcf}'
            | '\u{fdf0}'..='\u{fffd}' | '\u{10000}'..='\u{effff}'
    )
}

/// Whether a name may go on with this besides what it may begin with: NameChar of XML 1.0 without the colon.
fn continues_name(letter: char) -> bool {
    matches!(letter, '-' | '.' | '0'..='9' | '\u{b7}' | '\u{300}'..='\u{36f}' | '\u{203f}'..='\u{2040}')
}

impl<'a> Parser<'a> {
    fn wrong(&mut self, message: &'static str) {
        if self.error.is_none() {
            self.error = Some(ParseError { position: self.at, message });
        }
        self.at = self.text.len();
    }

    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn space(&mut self) {
        while matches!(self.text.as_bytes().get(self.at), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.at += 1;
        }
    }

    /// The next character after white space.
    fn peek(&mut self) -> Option<char> {
        self.space();
        self.rest().chars().next()
    }

    /// Takes a mark if it is next.
    fn take(&mut self, mark: &str) -> bool {
        self.space();
        let there = self.rest().starts_with(mark);
        if there {
            self.at += mark.len();
        }
        there
    }

    fn need(&mut self, mark: &str, message: &'static str) {
        if !self.take(mark) {
            self.wrong(message);
        }
    }

    /// Takes a name without prefix, if one is next.
    fn name(&mut self) -> Option<&'a str> {
        let rest = self.rest();
        let mut length = 0;
        for letter in rest.chars() {
            if !begins_name(letter) && (length == 0 || !continues_name(letter)) {
                break;
            }
            length += letter.len_utf8();
        }
        self.at += length;
        if length == 0 { None } else { Some(&rest[..length]) }
    }

    fn expression(&mut self) -> Node {
        if self.depth >= DEEPEST {
            self.wrong("nested too deep");
        }
        self.depth += 1;
        let node = self.chain(0);
        self.depth -= 1;
        node
    }

    /// Operands and operators, as long as these bind at least so closely.
    fn chain(&mut self, least: u8) -> Node {
        let mut node = self.operand();
        while let Some((op, end)) = self.operator() {
            if op.precedence() < least {
                break;
            }
            self.at = end;
            let right = self.chain(op.precedence() + 1);
            match &mut node {
                Node::Chain(_, rest) if rest[0].0.precedence() == op.precedence() => rest.push((op, right)),
                _ => node = Node::Chain(Box::new(node), vec![(op, right)]),
            }
        }
        node
    }

    /// The operator that is next, and where it ends.
    fn operator(&mut self) -> Option<(Op, usize)> {
        self.space();
        let (mark, op) = Op::MARKS.iter().find(|(mark, _)| {
            let after = self.rest().strip_prefix(mark);
            // `1mod2` is an operator, `order` is not.
            after.is_some_and(|after| !mark.starts_with(begins_name) || !after.starts_with(begins_name))
        })?;
        Some((*op, self.at + mark.len()))
    }

    /// Minus signs and a union of paths.
    fn operand(&mut self) -> Node {
        let mut signs = 0;
        while self.take("-") {
            signs += 1;
        }
        let mut node = self.path();
        if self.take("|") {
            let mut all = vec![node, self.path()];
            while self.take("|") {
                all.push(self.path());
            }
            node = Node::Union(all);
        }
        if signs == 0 { node } else { Node::Minus(Box::new(node), signs % 2 == 1) }
    }

    /// A path, or something else that may have predicates and further steps.
    fn path(&mut self) -> Node {
        let mut path = Path { start: Start::Context, steps: Vec::new() };
        if let Some(primary) = self.primary() {
            let predicates = self.predicates();
            self.space();
            if predicates.is_empty() && !self.rest().starts_with('/') {
                return primary;
            }
            path.start = Start::Filter(Box::new(primary), predicates);
            self.more_steps(&mut path.steps);
        } else {
            self.location(&mut path);
        }
        Node::Path(Box::new(path))
    }

    /// A literal, a number, brackets or a call; `None` when a location path is next.
    fn primary(&mut self) -> Option<Node> {
        let first = self.peek();
        let second_is_digit = self.rest().as_bytes().get(1).is_some_and(u8::is_ascii_digit);
        Some(match first {
            None => {
                self.wrong("the expression ends too early");
                Node::Number(0.0)
            }
            Some('"' | '\'') => Node::Text(self.literal()),
            Some('0'..='9') => self.number(),
            Some('.') if second_is_digit => self.number(),
            Some('(') => {
                self.at += 1;
                let inner = self.expression();
                self.need(")", "expected )");
                inner
            }
            Some('$') => {
                self.wrong("variables are not known here; write ${name} in the sheet");
                Node::Number(0.0)
            }
            _ => return self.call(),
        })
    }

    /// A text in quotes, of which the first is next.
    fn literal(&mut self) -> String {
        let (quote, rest) = (self.rest().as_bytes()[0], &self.rest()[1..]);
        let (inside, Some(_)) = cut(rest, quote) else {
            self.wrong("a text in quotes is not closed");
            return String::new();
        };
        self.at += inside.len() + 2;
        inside.to_owned()
    }

    fn number(&mut self) -> Node {
        let rest = self.rest();
        let mut length = 0;
        let mut point = false;
        for byte in rest.bytes() {
            if !byte.is_ascii_digit() && (byte != b'.' || point) {
                break;
            }
            point |= byte == b'.';
            length += 1;
        }
        let value = decimal::parse(&rest[..length]);
        if value.is_some() {
            self.at += length;
        } else {
            self.wrong("not a number");
        }
        Node::Number(value.unwrap_or_default())
    }

    fn call(&mut self) -> Option<Node> {
        let start = self.at;
        let mut name = self.name()?;
        if self.rest().starts_with(':') && !self.rest().starts_with("::") {
            self.at += 1;
            if self.name().is_some() {
                name = &self.text[start..self.at];
            }
        }
        let is_node_test = matches!(name, "node" | "text" | "comment" | "processing-instruction");
        if is_node_test || !self.take("(") {
            self.at = start;
            return None;
        }
        let mut args = Vec::new();
        if !self.take(")") {
            args.push(self.expression());
            while self.take(",") {
                args.push(self.expression());
            }
            self.need(")", "expected , or )");
        }
        let index = functions::index_of(name);
        Some(Node::Call(Box::new(Call { name: name.to_owned(), index, args })))
    }

    fn predicates(&mut self) -> Vec<Node> {
        let mut all = Vec::new();
        while self.take("[") {
            all.push(self.expression());
            self.need("]", "expected ]");
        }
        all
    }

    fn location(&mut self, path: &mut Path) {
        if self.peek() != Some('/') {
            path.steps.push(self.step());
        } else {
            path.start = Start::Root;
            if !self.rest().starts_with("//") {
                let here = self.at;
                self.at += 1;
                let goes_on = self.peek().is_some_and(|next| begins_name(next) || matches!(next, '.' | '@' | '*'));
                self.at = here;
                if !goes_on {
                    self.at += 1;
                    return;
                }
            }
        }
        self.more_steps(&mut path.steps);
    }

    fn more_steps(&mut self, steps: &mut Vec<Step>) {
        while self.take("/") {
            if self.rest().starts_with('/') {
                self.at += 1;
                steps.push(Step { axis: Axis::DescendantOrSelf, test: Test::Node, predicates: Vec::new() });
            }
            steps.push(self.step());
        }
    }

    fn step(&mut self) -> Step {
        let mut step = Step { axis: Axis::Child, test: Test::Node, predicates: Vec::new() };
        if self.take("..") {
            step.axis = Axis::Parent;
        } else if self.take(".") {
            step.axis = Axis::This;
        } else {
            step.axis = self.axis();
            step.test = self.test();
        }
        step.predicates = self.predicates();
        step
    }

    fn axis(&mut self) -> Axis {
        if self.take("@") {
            return Axis::Attribute;
        }
        let start = self.at;
        if let Some(name) = self.name()
            && self.take("::")
        {
            if let Some(known) = Axis::named(name) {
                return known;
            }
            self.at = start;
            self.wrong("no such axis");
        } else {
            self.at = start;
        }
        Axis::Child
    }

    fn test(&mut self) -> Test {
        if self.take("*") {
            return Test::Any;
        }
        let start = self.at;
        let Some(name) = self.name() else {
            self.wrong("expected a name");
            return Test::Any;
        };
        if self.rest().starts_with(":*") {
            self.at += 2;
            return Test::Prefix(self.text[start..self.at - 1].to_owned());
        }
        if self.rest().starts_with(':') {
            self.at += 1;
            if self.name().is_none() {
                self.wrong("expected a name after the prefix");
            }
            return Test::Name(self.text[start..self.at].to_owned());
        }
        let end = self.at;
        if !self.take("(") {
            self.at = end;
            return Test::Name(name.to_owned());
        }
        let test = match name {
            "node" => Test::Node,
            "text" => Test::Text,
            "comment" => Test::Comment,
            "processing-instruction" => {
                let named = matches!(self.peek(), Some('"' | '\''));
                Test::Instruction(if named { Some(self.literal()) } else { None })
            }
            _ => {
                self.wrong("a function cannot be a step");
                Test::Any
            }
        };
        self.need(")", "expected )");
        test
    }
}
