//! A visit's answers in the form's order and words.

use serde_json::Value;
use zhucun_domain::calendar;
use zhucun_forms::{
    definition::{ChoiceSource, Definition, Kind, Node},
    spots,
    told::{self, Say, Section, Teller},
};
use zhucun_words::{Lang, server as w};

use crate::dates;

/// What answers refer to outside of the form.
pub trait Outside {
    /// The words of a row of an external list.
    fn listed(&self, source: &ChoiceSource, name: &str) -> Option<String>;
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
        let mut children = vec![Vec::new(); form.nodes.len()];
        for (index, node) in form.nodes.iter().enumerate().skip(1) {
            if let Some(list) = children.get_mut(node.parent as usize) {
                list.push(index);
            }
        }
        let language = told::language(form, if lang == Lang::Zh { "zh" } else { "en" });
        Self { form, lang, language, children }
    }

    /// The nodes under a node, in the form's order.
    #[must_use]
    pub fn children(&self, node: usize) -> &[usize] {
        self.children.get(node).map_or(&[], Vec::as_slice)
    }

    /// The label of a node, without values of answers; its name when it has none.
    #[must_use]
    pub fn label(&self, node: &Node) -> String {
        Teller::new(self.form, self.language, &Value::Null, &self.plain()).label(node)
    }

    /// The words of a choice.
    #[must_use]
    pub fn choice(&self, node: &Node, name: &str) -> String {
        Teller::new(self.form, self.language, &Value::Null, &self.plain()).choice(node, name)
    }

    /// The form's title.
    #[must_use]
    pub fn title(&self) -> String {
        Teller::new(self.form, self.language, &Value::Null, &self.plain()).text(&self.form.title)
    }

    /// An answer in words.
    #[must_use]
    pub fn words(&self, node: &Node, value: &str, answers: &Value, outside: &dyn Outside) -> String {
        if value.is_empty() {
            return String::new();
        }
        Teller::new(self.form, self.language, answers, &Words { lang: self.lang, outside }).words(node, value)
    }

    /// All answers by section.
    #[must_use]
    pub fn sections(&self, answers: &Value, outside: &dyn Outside) -> Vec<Section> {
        told::tell(self.form, self.language, answers, &Words { lang: self.lang, outside })
    }

    fn plain(&self) -> Words<'static> {
        Words { lang: self.lang, outside: &Nothing }
    }
}

/// No list outside of the form.
struct Nothing;

impl Outside for Nothing {
    fn listed(&self, _: &ChoiceSource, _: &str) -> Option<String> {
        None
    }
}

/// The desk's own words.
struct Words<'a> {
    lang: Lang,
    outside: &'a dyn Outside,
}

impl Say for Words<'_> {
    fn value(&self, kind: Kind, value: &str) -> String {
        match kind {
            Kind::Date | Kind::Today => self.date(value).unwrap_or_else(|| value.to_owned()),
            Kind::DateTime | Kind::Start | Kind::End => self.moment(value),
            Kind::Time => value.get(..5).unwrap_or(value).to_owned(),
            Kind::Geopoint => self.place(value),
            Kind::Geotrace | Kind::Geoshape => self.spots(value, kind == Kind::Geoshape),
            Kind::Acknowledge => w::CONFIRMED.get(self.lang).to_owned(),
            Kind::Integer | Kind::Decimal | Kind::Range | Kind::Calculate => told::grouped(value),
            _ => value.to_owned(),
        }
    }

    fn listed(&self, source: &ChoiceSource, name: &str) -> Option<String> {
        self.outside.listed(source, name)
    }

    fn between(&self) -> &str {
        w::BETWEEN.get(self.lang)
    }
}

impl Words<'_> {
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

    fn spots(&self, value: &str, closed: bool) -> String {
        let spots = spots::apart(value, closed);
        let measure = spots::measure(&spots, closed, f64::cos);
        let word = if closed { w::FIELD } else { w::LINE };
        let whole = |number: f64| told::grouped(&format!("{number:.0}"));
        let parts = [
            ("n", spots.len().to_string()),
            ("m", whole(measure.length)),
            ("area", whole(measure.area)),
            ("mu", measure.mu().to_string()),
        ];
        word.fill(self.lang, &parts.each_ref().map(|(name, text)| (*name, text.as_str())))
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
}

#[cfg(test)]
pub(super) mod tests {
    use serde_json::json;

    use super::*;

    pub struct Shiban;

    impl Outside for Shiban {
        fn listed(&self, source: &ChoiceSource, name: &str) -> Option<String> {
            (source.list == "households" && name == "h-1").then(|| "何德贵 · 1组".to_owned())
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
            .flat_map(|s| s.rows.iter().map(move |row| format!("{}|{}|{}", s.title, row.label, row.answer)))
            .collect();
        assert_eq!(
            told,
            [
                "对象|农户|何德贵 · 1组",
                "对象|位置|31.20000, 107.50000（误差 8 米）",
                "成员 1 · 何德贵|姓名|何德贵",
                "成员 1 · 何德贵|出生|1970年1月5日 周一",
                "成员 2 · =1+1|姓名|=1+1",
                "|病|乙、甲",
                "|照片:h-1|abc.jpg",
                "|确认|已确认",
            ]
        );
        assert_eq!(sections[2].missing, ["出生"]);
        let english = Reader::new(&form, Lang::En).sections(&answers(), &Shiban);
        assert_eq!((english[0].title.as_str(), english[3].rows[0].answer.as_str()), ("Who", "B, A"));
    }
}
