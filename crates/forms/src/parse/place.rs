//! Where in an expression we are: brackets, functions and their arguments, quotes.

/// Fed with an expression from left to right.
#[derive(Default)]
pub(super) struct Place {
    quote: Option<char>,
    /// Open brackets; for a function's, whether it is `indexed-repeat` and which argument we are in.
    open: Vec<Open>,
    word: String,
}

enum Open {
    Predicate,
    Call { indexed: bool, argument: usize },
}

impl Place {
    pub(super) fn pass(&mut self, text: &str) {
        for character in text.chars() {
            if let Some(quote) = self.quote {
                if character == quote {
                    self.quote = None;
                }
                continue;
            }
            match character {
                '\'' | '"' => self.quote = Some(character),
                '[' => self.open.push(Open::Predicate),
                '(' => self.open.push(Open::Call { indexed: self.word == "indexed-repeat", argument: 0 }),
                ']' | ')' => {
                    self.open.pop();
                }
                ',' => {
                    if let Some(Open::Call { argument, .. }) = self.open.last_mut() {
                        *argument += 1;
                    }
                }
                _ => {}
            }
            if character.is_alphanumeric() || matches!(character, '-' | '_' | ':') {
                self.word.push(character);
            } else if !character.is_whitespace() {
                self.word.clear();
            }
        }
    }

    /// Outside all brackets and quotes.
    pub(super) fn is_outside(&self) -> bool {
        self.open.is_empty() && self.quote.is_none()
    }

    pub(super) fn in_predicate(&self) -> bool {
        self.open.iter().any(|open| matches!(open, Open::Predicate))
    }

    /// `indexed-repeat(node, repeat, index, …)`: all but the indexes name nodes of any instance.
    pub(super) fn absolute_argument(&self) -> bool {
        matches!(self.open.last(), Some(Open::Call { indexed: true, argument }) if *argument == 0 || argument % 2 == 1)
    }
}
