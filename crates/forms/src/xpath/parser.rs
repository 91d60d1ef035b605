//! Text to tree. XPath's ambiguities (`*`, `div`, `-` inside names) fall away by knowing whether an operand or an operator
//! is due, so there is no separate list of tokens.

use std::fmt;

use super::ast::{Axis, Call, Node, Op, Path, Start, Step, Test};
use super::functions;
use crate::decimal;

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

impl fmt::Display for ParseError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.message)?;
        out.write_str(" (at byte ")?;
        self.position.fmt(out)?;
        out.write_str(")")
    }
}

impl std::error::Error for ParseError {}

type Parsed<T> = Result<T, ParseError>;

/// Parses a whole text.
pub(crate) fn parse(text: &str) -> Parsed<Node> {
    let mut parser = Parser { text, at: 0, depth: 0 };
    let node = parser.expression()?;
    parser.space();
    if parser.at < text.len() {
        return parser.wrong("expected an operator or the end");
    }
    Ok(node)
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
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

/// NameChar of XML 1.0 without the colon.
fn continues_name(letter: char) -> bool {
    begins_name(letter)
        || matches!(letter, '-' | '.' | '0'..='9' | '\u{b7}' | '\u{300}'..='\u{36f}' | '\u{203f}'..='\u{2040}')
}

impl<'a> Parser<'a> {
    fn wrong<T>(&self, message: &'static str) -> Parsed<T> {
        Err(ParseError { position: self.at, message })
    }

    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn space(&mut self) {
        self.at = self.text.len() - self.rest().trim_start_matches([' ', '\t', '\r', '\n']).len();
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

    fn need(&mut self, mark: &str, message: &'static str) -> Parsed<()> {
        if self.take(mark) { Ok(()) } else { self.wrong(message) }
    }

    /// Takes a name without prefix, if one is next.
    fn name(&mut self) -> Option<&'a str> {
        let rest = self.rest();
        if !rest.starts_with(begins_name) {
            return None;
        }
        let length = rest.find(|letter| !continues_name(letter)).unwrap_or(rest.len());
        self.at += length;
        Some(&rest[..length])
    }

    fn expression(&mut self) -> Parsed<Node> {
        if self.depth >= DEEPEST {
            return self.wrong("nested too deep");
        }
        self.depth += 1;
        let mut operands = vec![self.operand()?];
        let mut operators: Vec<Op> = Vec::new();
        while let Some(operator) = self.operator() {
            while operators.last().is_some_and(|last| last.precedence() >= operator.precedence()) {
                reduce(&mut operands, &mut operators);
            }
            operators.push(operator);
            operands.push(self.operand()?);
        }
        while !operators.is_empty() {
            reduce(&mut operands, &mut operators);
        }
        self.depth -= 1;
        Ok(operands.pop().expect("reducing all operators leaves one operand"))
    }

    fn operator(&mut self) -> Option<Op> {
        const MARKS: [(&str, Op); 9] = [
            ("!=", Op::Differs),
            ("<=", Op::LessOrEqual),
            (">=", Op::MoreOrEqual),
            ("=", Op::Equal),
            ("<", Op::Less),
            (">", Op::More),
            ("+", Op::Add),
            ("-", Op::Subtract),
            ("*", Op::Multiply),
        ];
        const WORDS: [(&str, Op); 4] = [("or", Op::Or), ("and", Op::And), ("div", Op::Divide), ("mod", Op::Remainder)];
        if let Some((_, op)) = MARKS.iter().find(|(mark, _)| self.take(mark)) {
            return Some(*op);
        }
        let rest = self.rest();
        let (word, op) = WORDS.iter().find(|(word, _)| {
            // `1mod2` is an operator, `order` is not.
            rest.strip_prefix(word).is_some_and(|after| !after.starts_with(begins_name))
        })?;
        self.at += word.len();
        Some(*op)
    }

    /// Minus signs and a union of paths.
    fn operand(&mut self) -> Parsed<Node> {
        let mut signs = 0;
        while self.take("-") {
            signs += 1;
        }
        let mut node = self.path()?;
        if self.take("|") {
            let mut all = vec![node, self.path()?];
            while self.take("|") {
                all.push(self.path()?);
            }
            node = Node::Union(all);
        }
        Ok(if signs == 0 { node } else { Node::Minus(Box::new(node), signs % 2 == 1) })
    }

    /// A path, or something else that may have predicates and further steps.
    fn path(&mut self) -> Parsed<Node> {
        let Some(primary) = self.primary()? else {
            return Ok(Node::Path(self.location()?));
        };
        let predicates = self.predicates()?;
        self.space();
        let goes_on = self.rest().starts_with('/');
        if predicates.is_empty() && !goes_on {
            return Ok(primary);
        }
        let mut path = Path { start: Start::Filter(Box::new(primary), predicates), steps: Vec::new() };
        if goes_on {
            self.more_steps(&mut path.steps)?;
        }
        Ok(Node::Path(path))
    }

    /// A literal, a number, brackets or a call; `None` when a location path is next.
    fn primary(&mut self) -> Parsed<Option<Node>> {
        let Some(first) = self.peek() else {
            return self.wrong("the expression ends too early");
        };
        let second_is_digit = self.rest().as_bytes().get(1).is_some_and(u8::is_ascii_digit);
        Ok(Some(match first {
            '"' | '\'' => Node::Text(self.literal()?),
            '0'..='9' => self.number()?,
            '.' if second_is_digit => self.number()?,
            '(' => {
                self.at += 1;
                let inner = self.expression()?;
                self.need(")", "expected )")?;
                inner
            }
            '$' => return self.wrong("variables are not known here; write ${name} in the sheet"),
            _ => return self.call(),
        }))
    }

    fn literal(&mut self) -> Parsed<String> {
        let rest = self.rest();
        let quote = &rest[..1];
        let Some(length) = rest[1..].find(quote) else {
            return self.wrong("a text in quotes is not closed");
        };
        self.at += length + 2;
        Ok(rest[1..=length].to_owned())
    }

    fn number(&mut self) -> Parsed<Node> {
        let rest = self.rest();
        let mut point = false;
        let length = rest
            .find(|letter: char| {
                let goes_on = letter.is_ascii_digit() || (letter == '.' && !point);
                point |= letter == '.';
                !goes_on
            })
            .unwrap_or(rest.len());
        let Some(value) = decimal::parse(&rest[..length]) else {
            return self.wrong("not a number");
        };
        self.at += length;
        Ok(Node::Number(value))
    }

    fn call(&mut self) -> Parsed<Option<Node>> {
        let start = self.at;
        let Some(mut name) = self.name() else {
            return Ok(None);
        };
        if self.rest().starts_with(':') && !self.rest().starts_with("::") {
            self.at += 1;
            if self.name().is_some() {
                name = &self.text[start..self.at];
            }
        }
        let is_node_test = matches!(name, "node" | "text" | "comment" | "processing-instruction");
        if is_node_test || !self.take("(") {
            self.at = start;
            return Ok(None);
        }
        let mut args = Vec::new();
        if !self.take(")") {
            args.push(self.expression()?);
            while self.take(",") {
                args.push(self.expression()?);
            }
            self.need(")", "expected , or )")?;
        }
        let index = functions::TABLE.iter().position(|function| function.name == name);
        Ok(Some(Node::Call(Call { name: name.to_owned(), index, args })))
    }

    fn predicates(&mut self) -> Parsed<Vec<Node>> {
        let mut all = Vec::new();
        while self.take("[") {
            all.push(self.expression()?);
            self.need("]", "expected ]")?;
        }
        Ok(all)
    }

    fn location(&mut self) -> Parsed<Path> {
        let mut path = Path { start: Start::Context, steps: Vec::new() };
        if self.peek() != Some('/') {
            path.steps.push(self.step()?);
        } else {
            path.start = Start::Root;
            let only_root = !self.rest().starts_with("//") && {
                let here = self.at;
                self.at += 1;
                let next = self.peek();
                self.at = here;
                !next.is_some_and(|next| begins_name(next) || matches!(next, '.' | '@' | '*'))
            };
            if only_root {
                self.at += 1;
                return Ok(path);
            }
        }
        self.more_steps(&mut path.steps)?;
        Ok(path)
    }

    fn more_steps(&mut self, steps: &mut Vec<Step>) -> Parsed<()> {
        while self.take("/") {
            if self.rest().starts_with('/') {
                self.at += 1;
                steps.push(Step { axis: Axis::DescendantOrSelf, test: Test::Node, predicates: Vec::new() });
            }
            steps.push(self.step()?);
        }
        Ok(())
    }

    fn step(&mut self) -> Parsed<Step> {
        if self.take("..") {
            return Ok(Step { axis: Axis::Parent, test: Test::Node, predicates: self.predicates()? });
        }
        if self.take(".") {
            return Ok(Step { axis: Axis::This, test: Test::Node, predicates: self.predicates()? });
        }
        let mut axis = Axis::Child;
        if self.take("@") {
            axis = Axis::Attribute;
        } else {
            let start = self.at;
            let named = self.name();
            match named {
                Some(name) if self.take("::") => match Axis::named(name) {
                    Some(known) => axis = known,
                    None => {
                        self.at = start;
                        return self.wrong("no such axis");
                    }
                },
                _ => self.at = start,
            }
        }
        Ok(Step { axis, test: self.test()?, predicates: self.predicates()? })
    }

    fn test(&mut self) -> Parsed<Test> {
        if self.take("*") {
            return Ok(Test::Any);
        }
        let start = self.at;
        let Some(name) = self.name() else {
            return self.wrong("expected a name");
        };
        if self.rest().starts_with(":*") {
            self.at += 2;
            return Ok(Test::Prefix(self.text[start..self.at - 1].to_owned()));
        }
        if self.rest().starts_with(':') {
            self.at += 1;
            if self.name().is_none() {
                return self.wrong("expected a name after the prefix");
            }
            return Ok(Test::Name(self.text[start..self.at].to_owned()));
        }
        let end = self.at;
        if !self.take("(") {
            self.at = end;
            return Ok(Test::Name(name.to_owned()));
        }
        let test = match name {
            "node" => Test::Node,
            "text" => Test::Text,
            "comment" => Test::Comment,
            "processing-instruction" => {
                let named = matches!(self.peek(), Some('"' | '\''));
                Test::Instruction(if named { Some(self.literal()?) } else { None })
            }
            _ => return self.wrong("a function cannot be a step"),
        };
        self.need(")", "expected )")?;
        Ok(test)
    }
}

/// Joins the last two operands by the last operator.
fn reduce(operands: &mut Vec<Node>, operators: &mut Vec<Op>) {
    if let (Some(op), Some(right), Some(left)) = (operators.pop(), operands.pop(), operands.pop()) {
        operands.push(match left {
            Node::Chain(first, mut rest) if rest[0].0.precedence() == op.precedence() => {
                rest.push((op, right));
                Node::Chain(first, rest)
            }
            left => Node::Chain(Box::new(left), vec![(op, right)]),
        });
    }
}
