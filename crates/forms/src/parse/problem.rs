//! What is wrong with a sheet, where, and what to do about it.

use std::fmt;

/// A problem (or a warning) with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SheetProblem {
    /// Name of the sheet; empty when the file itself is the matter.
    pub sheet: String,
    /// The cell, e.g. `C12`; `12` for a whole row; empty when the sheet itself is the matter.
    pub cell: String,
    /// What it is.
    pub kind: ProblemKind,
}

/// Kinds of problems with a sheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProblemKind {
    /// The bytes are no spreadsheet that can be read.
    NotASpreadsheet,
    /// More rows or columns than any form has.
    TooLarge,
    /// No sheet of that name.
    NoSheet(&'static str),
    /// A sheet without this column.
    NoColumn(&'static str),
    /// No question at all.
    NoQuestions,
    /// A named row without a type.
    NoType,
    /// A row without a name.
    NoName,
    /// A name that cannot be an element's name.
    BadName(String),
    /// The name was used before in the same group; the row of the first use.
    DuplicateName(String, u32),
    /// A type that XLSForm does not have.
    UnknownType(String),
    /// A type that this version cannot do.
    UnsupportedType(String),
    /// Something else that this version cannot do: as the sheet writes it.
    Unsupported(String),
    /// A list's file of a kind that cannot be read.
    BadFile(String),
    /// A parameter that must be a number: its key and value.
    BadNumber(String, String),
    /// A `calculate` without its expression.
    NoCalculation,
    /// A choice list that is not on the `choices` sheet.
    NoList(String),
    /// The same choice twice in a list.
    DuplicateChoice(String),
    /// A choice of a `select_multiple` with a space in its name.
    SpaceInChoice(String),
    /// An `end` without its `begin`.
    UnmatchedEnd(String),
    /// A `begin` without its `end`.
    UnmatchedBegin(String),
    /// `${name}` of nothing.
    UnknownReference(String),
    /// `${name}` of several nodes.
    AmbiguousReference(String),
    /// `${` without its `}`.
    UnclosedReference,
    /// Not a valid expression: it and why.
    BadExpression(String, String),
    /// A function that is not known: it and the expression.
    UnknownFunction(String, String),
    /// Values or relevance that depend on themselves: the names on the way round.
    Cycle(Vec<String>),
    /// Parameters that are not `key=value`.
    BadParameters(String),
    /// The default language is none of the sheet's.
    UnknownLanguage(String),
    /// Warning: a question without words.
    NoLabel(String),
    /// Warning: a column that is not used.
    UnusedColumn(String),
}

impl ProblemKind {
    /// A stable code, for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotASpreadsheet => "not_a_spreadsheet",
            Self::TooLarge => "too_large",
            Self::NoSheet(_) => "no_sheet",
            Self::NoColumn(_) => "no_column",
            Self::NoQuestions => "no_questions",
            Self::NoType => "no_type",
            Self::NoName => "no_name",
            Self::BadName(_) => "bad_name",
            Self::DuplicateName(..) => "duplicate_name",
            Self::UnknownType(_) => "unknown_type",
            Self::UnsupportedType(_) => "unsupported_type",
            Self::Unsupported(_) => "unsupported",
            Self::BadFile(_) => "bad_file",
            Self::BadNumber(..) => "bad_number",
            Self::NoCalculation => "no_calculation",
            Self::NoList(_) => "no_list",
            Self::DuplicateChoice(_) => "duplicate_choice",
            Self::SpaceInChoice(_) => "space_in_choice",
            Self::UnmatchedEnd(_) => "unmatched_end",
            Self::UnmatchedBegin(_) => "unmatched_begin",
            Self::UnknownReference(_) => "unknown_reference",
            Self::AmbiguousReference(_) => "ambiguous_reference",
            Self::UnclosedReference => "unclosed_reference",
            Self::BadExpression(..) => "bad_expression",
            Self::UnknownFunction(..) => "unknown_function",
            Self::Cycle(_) => "cycle",
            Self::BadParameters(_) => "bad_parameters",
            Self::UnknownLanguage(_) => "unknown_language",
            Self::NoLabel(_) => "no_label",
            Self::UnusedColumn(_) => "unused_column",
        }
    }

    fn english(&self) -> String {
        match self {
            Self::NotASpreadsheet => {
                "the file cannot be opened as a spreadsheet: save it again as .xlsx and try once more".into()
            }
            Self::TooLarge => {
                "the sheet is too large for a form: delete the rows and columns that are not needed".into()
            }
            Self::NoSheet(name) => format!("there is no sheet named “{name}”: add it"),
            Self::NoColumn(name) => format!("the column “{name}” is missing: add it to the first row"),
            Self::NoQuestions => "the form has no question: add rows below the column names".into(),
            Self::NoType => "this row has no type: write one, such as text or select_one".into(),
            Self::NoName => "this row has no name: write one".into(),
            Self::BadName(name) => format!(
                "“{name}” cannot be a name: begin with a letter or underscore, go on with letters, digits, - _ or ."
            ),
            Self::DuplicateName(name, row) => {
                format!("the name “{name}” is already used in this group, in row {row}: choose another")
            }
            Self::UnknownType(name) => format!("“{name}” is not a question type: check the spelling"),
            Self::UnsupportedType(name) => {
                format!(
                    "the question type “{name}” cannot be filled with this version: remove the row or use another type"
                )
            }
            Self::Unsupported(text) => format!("“{text}” cannot be done with this version: remove it"),
            Self::BadFile(name) => format!("the list “{name}” must be a file that ends with .csv, .xml or .geojson"),
            Self::BadNumber(key, value) => format!("the parameter “{key}” must be a number, not “{value}”"),
            Self::NoCalculation => "this row calculates nothing: fill the column “calculation”".into(),
            Self::NoList(name) => format!("there is no choice list “{name}”: add it to the sheet “choices”"),
            Self::DuplicateChoice(name) => format!("the choice “{name}” is already in this list: rename or delete one"),
            Self::SpaceInChoice(name) => {
                format!("the choice “{name}” is used by a select_multiple and may have no space in its name")
            }
            Self::UnmatchedEnd(name) => format!("“{name}” ends nothing: add its begin, or delete this row"),
            Self::UnmatchedBegin(name) => format!("“{name}” is not ended: add its end row"),
            Self::UnknownReference(name) => format!("${{{name}}} names no question of this form: check the spelling"),
            Self::AmbiguousReference(name) => {
                format!("${{{name}}} could be more than one question: give them different names")
            }
            Self::UnclosedReference => "“${” is not closed: write ${name}".into(),
            Self::BadExpression(text, why) => format!("the expression “{text}” is not valid: {why}"),
            Self::UnknownFunction(name, text) => format!("the function {name}() in “{text}” is not known"),
            Self::Cycle(names) => format!("these depend on each other in a circle: {}", names.join(" → ")),
            Self::BadParameters(text) => format!("“{text}” must be written as key=value key=value"),
            Self::UnknownLanguage(name) => format!("the default language “{name}” has no column such as label::{name}"),
            Self::NoLabel(name) => format!("“{name}” has no label"),
            Self::UnusedColumn(name) => format!("the column “{name}” is not used by this version"),
        }
    }

    fn chinese(&self) -> String {
        match self {
            Self::NotASpreadsheet => "文件无法作为电子表格打开：请另存为 .xlsx 后重试".into(),
            Self::TooLarge => "工作表过大，不像表单：请删除多余的行和列".into(),
            Self::NoSheet(name) => format!("缺少名为“{name}”的工作表：请添加"),
            Self::NoColumn(name) => format!("缺少“{name}”列：请在首行添加"),
            Self::NoQuestions => "表单中没有题目：请在列名下面添加".into(),
            Self::NoType => "此行没有题型（type）：请填写，如 text、select_one".into(),
            Self::NoName => "此行没有名称（name）：请填写".into(),
            Self::BadName(name) => {
                format!("“{name}”不能用作名称：须以字母或下划线开头，后接字母、数字、-、_ 或 .")
            }
            Self::DuplicateName(name, row) => format!("名称“{name}”在同一组的第 {row} 行已用过：请换一个"),
            Self::UnknownType(name) => format!("没有“{name}”这种题型：请检查拼写"),
            Self::UnsupportedType(name) => format!("本版本不支持题型“{name}”：请删除此行或换用其他题型"),
            Self::Unsupported(text) => format!("本版本不支持“{text}”：请删除"),
            Self::BadFile(name) => format!("列表“{name}”须为 .csv、.xml 或 .geojson 文件"),
            Self::BadNumber(key, value) => format!("参数“{key}”须为数字，不能是“{value}”"),
            Self::NoCalculation => "此行没有计算式：请填写 calculation 列".into(),
            Self::NoList(name) => format!("没有选项列表“{name}”：请在 choices 工作表中添加"),
            Self::DuplicateChoice(name) => format!("选项“{name}”在此列表中重复：请改名或删除其一"),
            Self::SpaceInChoice(name) => format!("选项“{name}”用于多选题，名称中不能有空格"),
            Self::UnmatchedEnd(name) => format!("“{name}”没有对应的开始行：请补上，或删除此行"),
            Self::UnmatchedBegin(name) => format!("“{name}”没有结束行：请补上"),
            Self::UnknownReference(name) => format!("${{{name}}} 不是本表单的题目：请检查拼写"),
            Self::AmbiguousReference(name) => format!("${{{name}}} 对应多个题目：请使用不同的名称"),
            Self::UnclosedReference => "“${”没有结束：请写成 ${名称}".into(),
            Self::BadExpression(text, why) => format!("表达式“{text}”有误：{why}"),
            Self::UnknownFunction(name, text) => format!("“{text}”中的函数 {name}() 不存在"),
            Self::Cycle(names) => format!("以下内容互相依赖，形成循环：{}", names.join(" → ")),
            Self::BadParameters(text) => format!("“{text}”应写成 键=值 键=值"),
            Self::UnknownLanguage(name) => format!("默认语言“{name}”没有对应的列，如 label::{name}"),
            Self::NoLabel(name) => format!("“{name}”没有题目文字（label）"),
            Self::UnusedColumn(name) => format!("本版本不使用“{name}”列"),
        }
    }
}

impl SheetProblem {
    /// What is wrong and what to do: Chinese for `zh…`, English for everything else.
    pub fn words(&self, language: &str) -> String {
        if language.starts_with("zh") { self.kind.chinese() } else { self.kind.english() }
    }

    /// The same with its place.
    pub fn message(&self, language: &str) -> String {
        let text = self.words(language);
        match (self.sheet.is_empty(), self.cell.is_empty()) {
            (true, _) => text,
            (false, true) => format!("{}: {text}", self.sheet),
            (false, false) => format!("{} {}: {text}", self.sheet, self.cell),
        }
    }
}

impl fmt::Display for SheetProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message("en"))
    }
}
