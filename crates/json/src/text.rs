//! JSON text (RFC 8259) to a [`Value`] and back. serde_json's own reader and writer are made for every type and for
//! streams: on a phone they weigh 15 kB more than these. Numbers are exact both ways ([`decimal`]).

use serde_json::{Map, Number, Value};

use crate::decimal;

/// Lists and objects may lie this deep in each other, as with serde_json.
const DEEPEST: usize = 127;

/// Reads a whole text; `None` when it is not JSON.
pub(crate) fn read(text: &str) -> Option<Value> {
    let mut reader = Reader::new(text);
    let value = reader.value(0)?;
    reader.space();
    (reader.at == text.len()).then_some(value)
}

/// Reads a text from its beginning on. Lists of many texts can be read by hand, without a value for each:
/// [`Reader::passes`] their marks, [`Reader::string_onto`] what is in them.
#[derive(Debug)]
pub struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    /// At the beginning of a text.
    #[must_use]
    pub fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    /// Passes over white space, and over a mark if it is what comes then; whether it is.
    pub fn passes(&mut self, mark: u8) -> bool {
        self.space();
        self.take(mark)
    }
}

impl Reader<'_> {
    fn peek(&self) -> u8 {
        self.text.as_bytes().get(self.at).copied().unwrap_or(0)
    }

    /// Passes over a byte if it is the next one.
    fn take(&mut self, byte: u8) -> bool {
        let is_it = self.peek() == byte;
        self.at += usize::from(is_it);
        is_it
    }

    fn space(&mut self) {
        while matches!(self.peek(), b' ' | b'\t' | b'\n' | b'\r') {
            self.at += 1;
        }
    }

    fn word(&mut self, word: &str, value: Value) -> Option<Value> {
        let is_it = self.text.as_bytes()[self.at..].starts_with(word.as_bytes());
        self.at += word.len();
        is_it.then_some(value)
    }

    fn value(&mut self, depth: usize) -> Option<Value> {
        self.space();
        match self.peek() {
            b'{' if depth < DEEPEST => self.object(depth + 1),
            b'[' if depth < DEEPEST => self.list(depth + 1),
            b'"' => self.string().map(Value::String),
            b't' => self.word("true", Value::Bool(true)),
            b'f' => self.word("false", Value::Bool(false)),
            b'n' => self.word("null", Value::Null),
            _ => self.number(),
        }
    }

    /// After an item: whether another one follows, `None` when neither that nor the end does.
    fn goes_on(&mut self, end: u8) -> Option<bool> {
        if self.passes(b',') {
            return Some(true);
        }
        self.take(end).then_some(false)
    }

    fn list(&mut self, depth: usize) -> Option<Value> {
        self.at += 1;
        let mut list = Vec::new();
        let mut goes_on = !self.passes(b']');
        while goes_on {
            list.push(self.value(depth)?);
            goes_on = self.goes_on(b']')?;
        }
        Some(Value::Array(list))
    }

    fn object(&mut self, depth: usize) -> Option<Value> {
        self.at += 1;
        let mut object = Map::new();
        let mut goes_on = !self.passes(b'}');
        while goes_on {
            let name = self.string()?;
            if !self.passes(b':') {
                return None;
            }
            let value = self.value(depth)?;
            object.insert(name, value);
            goes_on = self.goes_on(b'}')?;
        }
        Some(Value::Object(object))
    }

    fn string(&mut self) -> Option<String> {
        let mut string = String::new();
        self.string_onto(&mut string)?;
        Some(string)
    }

    /// Reads a string to the end of another one; `None` when none comes or it does not end well.
    pub fn string_onto(&mut self, string: &mut String) -> Option<()> {
        if !self.passes(b'"') {
            return None;
        }
        loop {
            let start = self.at;
            while !matches!(self.peek(), b'"' | b'\\' | 0..=31) {
                self.at += 1;
            }
            // Stops only at bytes that are characters of their own.
            string.push_str(self.text.get(start..self.at)?);
            match self.peek() {
                b'"' => {
                    self.at += 1;
                    return Some(());
                }
                b'\\' => {
                    self.at += 1;
                    string.push(self.escaped()?);
                }
                _ => return None,
            }
        }
    }

    fn escaped(&mut self) -> Option<char> {
        let byte = self.peek();
        self.at += 1;
        Some(match byte {
            b'"' | b'\\' | b'/' => char::from(byte),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let first = self.hex()?;
                // Two halves of a character outside the basic plane.
                if (0xd800..0xdc00).contains(&first) {
                    if !(self.take(b'\\') && self.take(b'u')) {
                        return None;
                    }
                    let second = self.hex()?.checked_sub(0xdc00).filter(|low| *low < 0x400)?;
                    return char::from_u32(0x1_0000 + ((first - 0xd800) << 10) + second);
                }
                return char::from_u32(first);
            }
            _ => return None,
        })
    }

    fn hex(&mut self) -> Option<u32> {
        let mut code = 0;
        for _ in 0..4 {
            code = code * 16 + char::from(self.peek()).to_digit(16)?;
            self.at += 1;
        }
        Some(code)
    }

    fn digits(&mut self) -> &str {
        let start = self.at;
        while self.peek().is_ascii_digit() {
            self.at += 1;
        }
        &self.text[start..self.at]
    }

    fn number(&mut self) -> Option<Value> {
        let start = self.at;
        self.take(b'-');
        let whole = self.digits();
        if whole.is_empty() || (whole.len() > 1 && whole.starts_with('0')) {
            return None;
        }
        let mut is_whole = true;
        if self.take(b'.') {
            is_whole = false;
            if self.digits().is_empty() {
                return None;
            }
        }
        let text = &self.text[start..self.at];
        let mut places = 0;
        if matches!(self.peek(), b'e' | b'E') {
            is_whole = false;
            self.at += 1;
            let is_below = self.peek() == b'-';
            self.at += usize::from(matches!(self.peek(), b'-' | b'+'));
            let power = self.digits();
            if power.is_empty() {
                return None;
            }
            // More than a number has room for, however it began.
            places = power.parse().unwrap_or(i32::MAX).min(100_000);
            places = if is_below { -places } else { places };
        }
        if is_whole && text != "-0" {
            if let Ok(number) = text.parse::<i64>() {
                return Some(Value::from(number));
            }
            if let Ok(number) = text.parse::<u64>() {
                return Some(Value::from(number));
            }
        }
        Number::from_f64(decimal::parse_shifted(text, places)?).map(Value::Number)
    }
}

/// Writes a value at the end of a text.
pub(crate) fn write(value: &Value, text: &mut String) {
    match value {
        Value::Null => text.push_str("null"),
        Value::Bool(yes) => text.push_str(if *yes { "true" } else { "false" }),
        Value::Number(number) => write_number(number, text),
        Value::String(string) => write_string(string, text),
        Value::Array(list) => {
            text.push('[');
            for (at, value) in list.iter().enumerate() {
                if at > 0 {
                    text.push(',');
                }
                write(value, text);
            }
            text.push(']');
        }
        Value::Object(object) => {
            text.push('{');
            for (at, (name, value)) in object.iter().enumerate() {
                if at > 0 {
                    text.push(',');
                }
                write_string(name, text);
                text.push(':');
                write(value, text);
            }
            text.push('}');
        }
    }
}

fn write_number(number: &Number, text: &mut String) {
    if let Some(number) = number.as_i64() {
        text.push_str(&number.to_string());
    } else if let Some(number) = number.as_u64() {
        text.push_str(&number.to_string());
    } else if let Some(number) = number.as_f64() {
        let digits = decimal::plain(number);
        text.push_str(&digits);
        // So that it is read as the same kind of number.
        if !digits.contains('.') {
            text.push_str(".0");
        }
    }
}

fn write_string(string: &str, text: &mut String) {
    text.push('"');
    let mut start = 0;
    for (at, byte) in string.bytes().enumerate() {
        let escape = match byte {
            b'"' => b'"',
            b'\\' => b'\\',
            8 => b'b',
            9 => b't',
            10 => b'n',
            12 => b'f',
            13 => b'r',
            0..=31 => b'u',
            _ => continue,
        };
        text.push_str(&string[start..at]);
        start = at + 1;
        text.push('\\');
        text.push(char::from(escape));
        if escape == b'u' {
            text.push_str("00");
            for digit in [byte >> 4, byte & 15] {
                text.push(char::from(if digit < 10 { b'0' + digit } else { b'a' + digit - 10 }));
            }
        }
    }
    text.push_str(&string[start..]);
    text.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn written(value: &Value) -> String {
        let mut text = String::new();
        write(value, &mut text);
        text
    }

    /// Any value; whole numbers, texts and names with everything in them.
    fn values() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<u64>().prop_map(Value::from),
            any::<String>().prop_map(Value::from),
            "[\\x00-\\x7f\"\\\\]{0,8}".prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 40, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
                prop::collection::btree_map(any::<String>(), inner, 0..6)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    #[test]
    fn what_is_no_json_is_refused_as_serde_json_refuses_it() {
        for text in [
            "",
            " ",
            "tru",
            "nulls",
            "[1,]",
            "[1 2]",
            "{\"a\"}",
            "{\"a\":}",
            "{a:1}",
            "{\"a\":1,}",
            "01",
            "-",
            "1.",
            ".5",
            "1e",
            "+1",
            "NaN",
            "\"a",
            "\"\\x\"",
            "\"\\u12\"",
            "\"\\ud800\"",
            "\"\\ud800\\u0041\"",
            "\"\\udc00\"",
            "\"\n\"",
            "1 2",
            "[",
            "{",
            "\u{feff}1",
            "'a'",
            "1e999",
        ] {
            assert_eq!(read(text), None, "{text}");
            assert!(serde_json::from_str::<Value>(text).is_err(), "{text}");
        }
    }

    #[test]
    fn what_is_json_is_read_as_serde_json_reads_it() {
        for text in [
            " [ ] ",
            "{ }",
            "\t{\"a\" : [ 1 , -2.5e-3 , \"\\u4e2d\\ud83d\\ude00\\/\\b\" , null ] }\r\n",
            "-0",
            "0",
            "-0.0",
            "18446744073709551615",
            "18446744073709551616",
            "-9223372036854775808",
            "1E+2",
            "0.1",
            "{\"a\":1,\"a\":2}",
            "\"\u{7f}\u{2028}\"",
        ] {
            assert_eq!(read(text), serde_json::from_str(text).ok(), "{text}");
        }
    }

    #[test]
    fn what_lies_too_deep_is_refused_and_no_stack_is_used_up() {
        let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
        assert!(read(&nested(DEEPEST)).is_some() && read(&nested(DEEPEST + 1)).is_none());
        assert!(serde_json::from_str::<Value>(&nested(DEEPEST)).is_ok());
        assert!(read(&"[".repeat(1_000_000)).is_none());
    }

    #[test]
    fn numbers_keep_their_kind() {
        for value in [json!(1.0), json!(-0.0), json!(1e300), json!(5e-324), json!(0.1), json!(1), json!(u64::MAX)] {
            assert_eq!(read(&written(&value)), Some(value));
        }
    }

    proptest! {
        #[test]
        fn any_value_is_written_as_serde_json_writes_it_and_read_back(value in values()) {
            let text = written(&value);
            prop_assert_eq!(&text, &value.to_string());
            prop_assert_eq!(read(&text), Some(value));
        }

        #[test]
        fn any_number_is_read_exactly(number in any::<f64>()) {
            prop_assume!(number.is_finite());
            prop_assert_eq!(read(&format!("{number:e}")).and_then(|value| value.as_f64()), Some(number));
        }

        #[test]
        fn no_text_makes_it_panic(text in "[\\[\\]{}\",:.eEtrufalsn0-9\\\\ -]{0,30}") {
            prop_assert_eq!(read(&text).is_some(), serde_json::from_str::<Value>(&text).is_ok());
        }
    }
}
