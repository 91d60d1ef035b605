//! Steps as JSON objects with one key.

use std::fmt;

use serde_json::Value;

/// Tells every step: its shape, and what it means.
macro_rules! steps {
    ($($shape:literal $meaning:literal)*) => {
        /// The shapes of all steps.
        pub const SHAPES: &[&str] = &[$($shape),*];
        /// All steps in words, for people: the shape of each and, below it, what it means.
        pub const STEPS: &str = concat!($("  ", $shape, "\n      ", $meaning, "\n"),*);
    };
}

steps! {
    r#"{"answer": [path, value]}"# "answers as a person would; several choices are separated by spaces, \"\" clears"
    r#"{"new_repeat": path}"# "adds an instance at the end of that repeat"
    r#"{"remove_repeat": path}"# "takes that instance away: /data/person[2]"
    r#"{"set_language": name}"# "a language as the form names it: English (en)"
    r#"{"save_and_reopen": true}"# "writes the instance and opens it again"
    r#"{"expect_value": [path, text]}"# "the value as it is stored; \"\" when empty"
    r#"{"expect_relevant": [path, true or false]}"# "whether it is asked; false within a group that is not"
    r#"{"expect_required": [path, true or false]}"# "whether an answer is needed now"
    r#"{"expect_readonly": [path, true or false]}"# "whether it may not be changed"
    r#"{"expect_valid": [path, true or false, "constraint" or "required"]}"# "whether that rule is kept"
    r#"{"expect_message": [path, text]}"# "the words of the rule that is broken"
    r#"{"expect_choices": [path, [name, …]]}"# "the choices that are offered, in their order"
    r#"{"expect_choice_labels": [path, [text, …]]}"# "their words"
    r#"{"expect_label": [path, text]}"# "the question's words, values filled in"
    r#"{"expect_repeat_count": [path, number]}"# "how many instances the repeat has"
    r#"{"expect_gone": path}"# "there is nothing at the path"
    r#"{"expect_instance_xml": xml}"# "what would be sent, compared as a tree; uuid:* stands for any UUID"
    r#"{"expect_load_error": text}"# "the form is refused when it is opened; the text is only a hint"
}

/// What is done or expected. As JSON an object with one key, beside which `asserted` may stand.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// `{"answer": [path, value]}`; an empty value clears.
    Answer(String, String),
    /// `{"new_repeat": path}`: of the repeat.
    NewRepeat(String),
    /// `{"remove_repeat": path}`: of the instance.
    RemoveRepeat(String),
    /// `{"set_language": name}`.
    SetLanguage(String),
    /// `{"save_and_reopen": true}`: written as an instance and opened again.
    SaveAndReopen,
    /// `{"expect_…": …}`: the key and what is expected.
    Expect(String, Value),
}

/// Why a step cannot be taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StepProblem {
    /// Not a step: the JSON.
    BadStep(String),
    /// A step that there is, given something else: how it looks.
    Shape(&'static str),
    /// There is nothing at this path now.
    NoNode(String),
    /// What is there holds no answer.
    NoAnswer(String),
    /// It may not be changed.
    ReadOnly(String),
    /// No repeat to which an instance can be added or from which one can be taken.
    NoRepeat(String),
    /// No language of the form.
    NoLanguage(String),
    /// The instance could not be read again: why.
    Instance(String),
}

impl StepProblem {
    /// What is wrong: Chinese for `zh…`, English for everything else.
    #[must_use]
    pub fn message(&self, language: &str) -> String {
        let zh = language.starts_with("zh");
        if let Self::BadStep(step) = self {
            let names: Vec<_> = SHAPES.iter().map(|shape| key_of(shape)).collect();
            return if zh {
                format!("这不是有效步骤：{step}。步骤是只有一个键的对象：{}", names.join("、"))
            } else {
                format!("this is no step: {step}; a step is an object with one of these keys: {}", names.join(", "))
            };
        }
        let (english, chinese, name) = match self {
            Self::BadStep(step) => ("", "", step.as_str()),
            Self::Shape(shape) => ("this step looks like this: ", "此步骤的写法是：", *shape),
            Self::NoNode(path) => ("there is nothing at ", "此处没有节点：", path.as_str()),
            Self::NoAnswer(path) => ("no answer can be given at ", "此处不能填写答案：", path.as_str()),
            Self::ReadOnly(path) => ("the answer may not be changed at ", "此处答案不可更改：", path.as_str()),
            Self::NoRepeat(path) => {
                ("no instance can be added or taken away at ", "此处不能增减重复项：", path.as_str())
            }
            Self::NoLanguage(name) => ("the form has no language ", "表单没有此语言：", name.as_str()),
            Self::Instance(why) => ("the instance cannot be read again: ", "无法重新读取实例：", why.as_str()),
        };
        [if zh { chinese } else { english }, name].concat()
    }
}

impl fmt::Display for StepProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message("en"))
    }
}

impl std::error::Error for StepProblem {}

impl Step {
    /// Reads a step.
    ///
    /// # Errors
    /// [`StepProblem::BadStep`] when it is none, [`StepProblem::Shape`] when it looks otherwise.
    pub fn of(json: &Value) -> Result<Self, StepProblem> {
        let bad = || StepProblem::BadStep(json.to_string());
        let mut keys = json.as_object().ok_or_else(bad)?.iter().filter(|(key, _)| *key != "asserted");
        let (Some((key, value)), None) = (keys.next(), keys.next()) else { return Err(bad()) };
        let shape = SHAPES.iter().find(|shape| key_of(shape) == key).ok_or_else(bad)?;
        if !fits(key, value) {
            return Err(StepProblem::Shape(shape));
        }
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        Ok(match key.as_str() {
            "answer" => Self::Answer(text(&value[0]), text(&value[1])),
            "new_repeat" => Self::NewRepeat(text(value)),
            "remove_repeat" => Self::RemoveRepeat(text(value)),
            "set_language" => Self::SetLanguage(text(value)),
            "save_and_reopen" => Self::SaveAndReopen,
            _ => Self::Expect(key.to_owned(), value.clone()),
        })
    }

    /// Reads steps from a JSON array, or from lines of JSON.
    ///
    /// # Errors
    /// [`StepProblem::BadStep`] for the first that is none.
    pub fn all(text: &str) -> Result<Vec<Value>, StepProblem> {
        if let Ok(Value::Array(steps)) = serde_json::from_str(text) {
            return Ok(steps);
        }
        let lines = text.lines().filter(|line| !line.trim().is_empty());
        lines.map(|line| serde_json::from_str(line).map_err(|_| StepProblem::BadStep(line.to_owned()))).collect()
    }

    /// Whether it does something rather than expect it.
    #[must_use]
    pub fn is_deed(&self) -> bool {
        !matches!(self, Self::Expect(..))
    }
}

/// The key of a step's shape: what stands in its first quotes.
fn key_of(shape: &'static str) -> &'static str {
    shape.split('"').nth(1).unwrap_or_default()
}

/// Whether what is given to a step is of its shape.
fn fits(key: &str, value: &Value) -> bool {
    let Some([path, given, rest @ ..]) = value.as_array().map(Vec::as_slice) else {
        return match key {
            "save_and_reopen" => value == true,
            "new_repeat" | "remove_repeat" | "set_language" => value.is_string(),
            "expect_gone" | "expect_instance_xml" | "expect_load_error" => value.is_string(),
            _ => false,
        };
    };
    let is_given = match key {
        "answer" | "expect_value" | "expect_label" | "expect_message" => given.is_string(),
        "expect_relevant" | "expect_required" | "expect_readonly" | "expect_valid" => given.is_boolean(),
        "expect_choices" | "expect_choice_labels" => {
            given.as_array().is_some_and(|texts| texts.iter().all(Value::is_string))
        }
        "expect_repeat_count" => given.is_u64(),
        _ => false,
    };
    let is_rest = match rest {
        [] => key != "expect_valid",
        [rule] => key == "expect_valid" && (rule == "constraint" || rule == "required"),
        _ => false,
    };
    path.is_string() && is_given && is_rest
}
