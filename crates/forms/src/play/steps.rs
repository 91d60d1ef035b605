//! Steps as JSON objects with one key.

use std::fmt;

use serde_json::Value;

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
        let (english, chinese, name) = match self {
            Self::BadStep(step) => ("this is no step: ", "这不是有效步骤：", step),
            Self::NoNode(path) => ("there is nothing at ", "此处没有节点：", path),
            Self::NoAnswer(path) => ("no answer can be given at ", "此处不能填写答案：", path),
            Self::ReadOnly(path) => ("the answer may not be changed at ", "此处答案不可更改：", path),
            Self::NoRepeat(path) => ("no instance can be added or taken away at ", "此处不能增减重复项：", path),
            Self::NoLanguage(name) => ("the form has no language ", "表单没有此语言：", name),
            Self::Instance(why) => ("the instance cannot be read again: ", "无法重新读取实例：", why),
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
    /// [`StepProblem::BadStep`] when it is none.
    pub fn of(json: &Value) -> Result<Self, StepProblem> {
        let bad = || StepProblem::BadStep(json.to_string());
        let mut keys = json.as_object().ok_or_else(bad)?.iter().filter(|(key, _)| *key != "asserted");
        let (Some((key, value)), None) = (keys.next(), keys.next()) else { return Err(bad()) };
        let text = || value.as_str().map(str::to_owned).ok_or_else(bad);
        Ok(match key.as_str() {
            "answer" => {
                let part = |at: usize| value.get(at).and_then(Value::as_str).map(str::to_owned).ok_or_else(bad);
                Self::Answer(part(0)?, part(1)?)
            }
            "new_repeat" => Self::NewRepeat(text()?),
            "remove_repeat" => Self::RemoveRepeat(text()?),
            "set_language" => Self::SetLanguage(text()?),
            "save_and_reopen" => Self::SaveAndReopen,
            key if key.starts_with("expect_") => Self::Expect(key.to_owned(), value.clone()),
            _ => return Err(bad()),
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
