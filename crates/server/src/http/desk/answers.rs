//! A visit's answers in the form's order and words.

use serde_json::Value;
use zhucun_api::{AnswerImage, AnswerRow, AnswerSection};
use zhucun_domain::calendar;
use zhucun_forms::definition::{Definition, Kind, Node, Piece, Text};
use zhucun_words::{Lang, server as w};

use crate::dates;

/// What answers refer to outside of the form.
pub trait Outside {
    /// The words of a row of an external list.
    fn listed(&self, list: &str, name: &str) -> Option<String>;
    /// Whether an attachment has arrived, by its SHA-256.
    fn arrived(&self, sha256: &str) -> bool;
}

/// A form to read answers with.
#[derive(Debug)]
pub struct Reader<'a> {
    /// The definition.
    pub form: &'a Definition,
    /// The language of our own words.
    pub lang: Lang,
    language: usize,
    children: Vec<Vec<usize>>,
}

impl<'a> Reader<'a> {
    /// With the form's language that fits best: its own by tag, else its default.
    #[must_use]
    pub fn new(form: &'a Definition, lang: Lang) -> Self {
        let tag = if lang == Lang::Zh { "zh" } else { "en" };
        let language = form
            .languages
            .iter()
            .position(|name| {
                name.rsplit_once('(').map_or(name.as_str(), |(_, tag)| tag).to_ascii_lowercase().starts_with(tag)
            })
            .unwrap_or(form.default_language);
        let mut children = vec![Vec::new(); form.nodes.len()];
        for (index, node) in form.nodes.iter().enumerate().skip(1) {
            if let Some(list) = children.get_mut(node.parent as usize) {
                list.push(index);
            }
        }
        Self { form, lang, language, children }
    }

    /// The nodes under a node, in the form's order.
    #[must_use]
    pub fn children(&self, node: usize) -> &[usize] {
        self.children.get(node).map_or(&[], Vec::as_slice)
    }

    /// Words in the language; the default language's where it has none. Values of the answers are filled in.
    #[must_use]
    pub fn text(&self, text: &Text, answers: &Value) -> String {
        let pieces = [self.language, self.form.default_language]
            .into_iter()
            .filter_map(|language| text.0.get(language))
            .find(|pieces| !pieces.is_empty());
        pieces.into_iter().flatten().map(|piece| self.piece(piece, answers)).collect()
    }

    /// The label of a node; its name when it has none.
    #[must_use]
    pub fn label(&self, node: &Node, answers: &Value) -> String {
        let label = node.label.as_ref().map(|label| self.text(label, answers)).unwrap_or_default();
        if label.trim().is_empty() { node.name.clone() } else { label }
    }

    fn piece(&self, piece: &Piece, answers: &Value) -> String {
        match piece {
            Piece::Words(words) => words.clone(),
            Piece::Value { v } => self.value_at(v.trim(), answers).unwrap_or("…").to_owned(),
        }
    }

    /// The answer at a plain absolute path; other expressions are not worth an evaluation here.
    fn value_at<'v>(&self, path: &str, answers: &'v Value) -> Option<&'v str> {
        let root = self.form.nodes.first()?;
        let path = path.strip_prefix('/')?.strip_prefix(root.name.as_str())?.strip_prefix('/')?;
        path.split('/').try_fold(answers, |value, name| value.get(name))?.as_str()
    }

    /// An answer in words.
    #[must_use]
    pub fn words(&self, node: &Node, value: &str, answers: &Value, outside: &dyn Outside) -> String {
        if value.is_empty() {
            return String::new();
        }
        match node.kind {
            Kind::SelectOne => self.choice(node, value, answers, outside),
            Kind::SelectMultiple => {
                let chosen: Vec<_> =
                    value.split_whitespace().map(|name| self.choice(node, name, answers, outside)).collect();
                chosen.join(w::BETWEEN.get(self.lang))
            }
            Kind::Date | Kind::Today => self.date(value).unwrap_or_else(|| value.to_owned()),
            Kind::DateTime | Kind::Start | Kind::End => self.moment(value),
            Kind::Time => value.get(..5).unwrap_or(value).to_owned(),
            Kind::Geopoint => self.place(value),
            Kind::Acknowledge => w::CONFIRMED.get(self.lang).to_owned(),
            _ => value.to_owned(),
        }
    }

    fn choice(&self, node: &Node, name: &str, answers: &Value, outside: &dyn Outside) -> String {
        let words = node.choices.as_ref().and_then(|source| {
            if source.external {
                return outside.listed(&source.list, name);
            }
            let choice = self.form.choices.get(&source.list)?.iter().find(|choice| choice.name == name)?;
            Some(self.text(&choice.label, answers)).filter(|label| !label.is_empty())
        });
        words.unwrap_or_else(|| name.to_owned())
    }

    fn date(&self, value: &str) -> Option<String> {
        calendar::parse_iso(value).map(|day| dates::day_with_year(self.lang, day))
    }

    fn moment(&self, value: &str) -> String {
        let time = value.split_once('T').and_then(|(_, time)| time.get(..5));
        match (self.date(value), time) {
            (Some(date), Some(time)) => format!("{date} {time}"),
            _ => value.to_owned(),
        }
    }

    fn place(&self, value: &str) -> String {
        let numbers: Vec<f64> = value.split_whitespace().filter_map(|part| part.parse().ok()).collect();
        match numbers.as_slice() {
            [lat, lon, rest @ ..] => w::PLACE.fill(
                self.lang,
                &[
                    ("lat", &format!("{lat:.5}")),
                    ("lon", &format!("{lon:.5}")),
                    ("accuracy", &rest.get(1).map_or_else(|| "?".to_owned(), |accuracy| format!("{accuracy:.0}"))),
                ],
            ),
            _ => value.to_owned(),
        }
    }

    /// All answers by section: a group is one, and each instance of a repeat.
    #[must_use]
    pub fn sections(&self, answers: &Value, outside: &dyn Outside) -> Vec<AnswerSection> {
        let mut walk = Walk { reader: self, answers, outside, sections: Vec::new() };
        walk.structure(0, answers, &self.text(&self.form.title, answers));
        walk.sections.retain(|section| !section.answers.is_empty());
        walk.sections
    }
}

/// Whether a question's answer is shown: what the phone notes by itself is on the visit's own line, and notes have none.
#[must_use]
pub fn is_asked(node: &Node) -> bool {
    match node.kind {
        Kind::Calculate => node.label.is_some(),
        Kind::Root
        | Kind::Group
        | Kind::Repeat
        | Kind::Note
        | Kind::Hidden
        | Kind::Start
        | Kind::End
        | Kind::Today
        | Kind::Username
        | Kind::DeviceId => false,
        _ => true,
    }
}

struct Walk<'r, 'a> {
    reader: &'r Reader<'a>,
    answers: &'r Value,
    outside: &'r dyn Outside,
    sections: Vec<AnswerSection>,
}

impl Walk<'_, '_> {
    fn structure(&mut self, index: usize, value: &Value, title: &str) {
        let reader = self.reader;
        self.open(title);
        for child in reader.children(index) {
            let node = &reader.form.nodes[*child];
            let Some(inner) = value.get(&node.name) else { continue };
            match node.kind {
                Kind::Group => {
                    let label = reader.label(node, self.answers);
                    let below = if index == 0 { label } else { format!("{title} · {label}") };
                    self.structure(*child, inner, &below);
                    self.open(title);
                }
                Kind::Repeat => {
                    let label = reader.label(node, self.answers);
                    for (n, instance) in inner.as_array().into_iter().flatten().enumerate() {
                        self.structure(*child, instance, &format!("{label} {}", n + 1));
                    }
                    self.open(title);
                }
                _ if is_asked(node) => self.answer(node, inner.as_str().unwrap_or_default()),
                _ => {}
            }
        }
    }

    /// Goes on in a section of this title; empty ones are dropped in the end.
    fn open(&mut self, title: &str) {
        if self.sections.last().is_none_or(|section| section.title != title) {
            self.sections.push(AnswerSection { title: title.to_owned(), answers: Vec::new() });
        }
    }

    fn answer(&mut self, node: &Node, value: &str) {
        let label = self.reader.label(node, self.answers);
        let row = if node.kind == Kind::Image && !value.is_empty() {
            let sha256 = value.split('.').next().unwrap_or_default().to_owned();
            let arrived = self.outside.arrived(&sha256);
            AnswerRow { label, answer: String::new(), image: Some(AnswerImage { sha256, arrived }) }
        } else {
            let words = self.reader.words(node, value, self.answers, self.outside);
            let answer = if words.is_empty() { w::NOT_FILLED.get(self.reader.lang).to_owned() } else { words };
            AnswerRow { label, answer, image: None }
        };
        if let Some(section) = self.sections.last_mut() {
            section.answers.push(row);
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use serde_json::json;

    use super::*;

    pub struct Shiban;

    impl Outside for Shiban {
        fn listed(&self, list: &str, name: &str) -> Option<String> {
            (list == "households" && name == "h-1").then(|| "何德贵 · 1组".to_owned())
        }

        fn arrived(&self, sha256: &str) -> bool {
            sha256 == "abc"
        }
    }

    pub fn form() -> Definition {
        let text = |zh: &str, en: &str| json!([[zh], [en]]);
        serde_json::from_value(json!({
            "id": "f", "version": "1", "title": text("走访", "Visit"), "languages": ["中文 (zh)", "English (en)"],
            "default_language": 0,
            "nodes": [
                {"n": "data", "p": 0, "k": "root"},
                {"n": "start", "p": 0, "k": "start"},
                {"n": "who", "p": 0, "k": "group", "l": text("对象", "Who")},
                {"n": "household", "p": 2, "k": "select_one", "l": text("农户", "Household"),
                 "ch": {"list": "households", "x": true}},
                {"n": "place", "p": 2, "k": "geopoint", "l": text("位置", "Where")},
                {"n": "member", "p": 2, "k": "repeat", "l": text("成员", "Member")},
                {"n": "name", "p": 5, "k": "text", "l": text("姓名", "Name")},
                {"n": "birth", "p": 5, "k": "date", "l": text("出生", "Birth")},
                {"n": "ill", "p": 2, "k": "select_multiple", "l": text("病", "Ill"), "ch": {"list": "ill"}},
                {"n": "photo", "p": 0, "k": "image",
                 "l": [["照片:", {"v": " /data/who/household "}], ["Photo"]]},
                {"n": "sure", "p": 0, "k": "acknowledge", "l": text("确认", "Sure")},
            ],
            "choices": {"ill": [
                {"n": "a", "l": text("甲", "A")}, {"n": "b", "l": text("乙", "B")}]},
        }))
        .expect("a definition")
    }

    pub fn answers() -> Value {
        json!({
            "start": "2026-11-23T10:00:00.000+08:00",
            "who": {
                "household": "h-1", "place": "31.2 107.5 600 8.4", "ill": "b a",
                "member": [{"name": "何德贵", "birth": "1970-01-05"}, {"name": "=1+1", "birth": ""}],
            },
            "photo": "abc.jpg", "sure": "OK",
        })
    }

    #[test]
    fn answers_are_told_in_the_forms_order_and_words() {
        let form = form();
        let sections = Reader::new(&form, Lang::Zh).sections(&answers(), &Shiban);
        let told: Vec<String> = sections
            .iter()
            .flat_map(|s| s.answers.iter().map(move |a| format!("{}|{}|{}", s.title, a.label, a.answer)))
            .collect();
        assert_eq!(
            told,
            [
                "对象|农户|何德贵 · 1组",
                "对象|位置|31.20000, 107.50000（误差 8 米）",
                "成员 1|姓名|何德贵",
                "成员 1|出生|1970年1月5日 周一",
                "成员 2|姓名|=1+1",
                "成员 2|出生|没有填",
                "对象|病|乙、甲",
                "走访|照片:h-1|",
                "走访|确认|已确认",
            ]
        );
        assert_eq!(sections[4].answers[0].image, Some(AnswerImage { sha256: "abc".into(), arrived: true }));
    }

    #[test]
    fn english_is_the_forms_english() {
        let form = form();
        let sections = Reader::new(&form, Lang::En).sections(&answers(), &Shiban);
        assert_eq!(sections[0].title, "Who");
        assert_eq!(sections[3].answers[0].answer, "B, A");
    }

    #[test]
    fn what_is_no_answer_of_the_form_is_passed_over() {
        let form = form();
        for odd in [json!(null), json!([1]), json!({"who": "text", "member": {}, "photo": 3, "x": {"y": 1}})] {
            let _ = Reader::new(&form, Lang::Zh).sections(&odd, &Shiban);
        }
    }
}
