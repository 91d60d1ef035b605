//! What is wrong with an `XForm` or an instance, where, and what to do about it.

use std::fmt;

/// A problem (or a warning) with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct XFormProblem {
    /// The element, from the top down with positions among those of its name: `/h:html/h:head/model/bind[2]`; empty when the
    /// document itself is the matter.
    pub path: String,
    /// Line in the document, from 1; 0 when unknown.
    pub line: u32,
    /// What it is.
    pub kind: XFormProblemKind,
}

/// Kinds of problems with an `XForm` or an instance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum XFormProblemKind {
    /// Not XML: why.
    NotXml(String),
    /// A document type declaration: entities could blow it up.
    DocumentType,
    /// More elements than any form has.
    TooLarge,
    /// Elements nested deeper than any form's.
    TooDeep,
    /// An instance of another form: the id it names, and the one it should.
    OtherForm(String, String),
}

impl XFormProblemKind {
    /// A stable code, for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotXml(_) => "not_xml",
            Self::DocumentType => "document_type",
            Self::TooLarge => "too_large",
            Self::TooDeep => "too_deep",
            Self::OtherForm(..) => "other_form",
        }
    }

    fn english(&self) -> String {
        match self {
            Self::NotXml(why) => format!("this is not XML: {why}"),
            Self::DocumentType => "a document type declaration (<!DOCTYPE …>) is not accepted: remove it".into(),
            Self::TooLarge => "the document has too many elements for a form".into(),
            Self::TooDeep => "elements are nested too deep for a form".into(),
            Self::OtherForm(found, wanted) => format!("this is an answer to the form “{found}”, not to “{wanted}”"),
        }
    }

    fn chinese(&self) -> String {
        match self {
            Self::NotXml(why) => format!("这不是 XML：{why}"),
            Self::DocumentType => "不接受文档类型声明（<!DOCTYPE …>）：请删除".into(),
            Self::TooLarge => "文档元素过多，不像表单".into(),
            Self::TooDeep => "元素嵌套过深，不像表单".into(),
            Self::OtherForm(found, wanted) => format!("这是表单“{found}”的答案，不是“{wanted}”的"),
        }
    }
}

impl XFormProblem {
    /// What is wrong and what to do: Chinese for `zh…`, English for everything else.
    pub fn words(&self, language: &str) -> String {
        if language.starts_with("zh") { self.kind.chinese() } else { self.kind.english() }
    }

    /// The same with its place.
    pub fn message(&self, language: &str) -> String {
        let text = self.words(language);
        let line = match (self.line, language.starts_with("zh")) {
            (0, _) => String::new(),
            (line, true) => format!("第 {line} 行"),
            (line, false) => format!("line {line}"),
        };
        match (line.is_empty(), self.path.is_empty()) {
            (true, true) => text,
            (false, true) => format!("{line}: {text}"),
            (true, false) => format!("{}: {text}", self.path),
            (false, false) => format!("{line}, {}: {text}", self.path),
        }
    }
}

impl fmt::Display for XFormProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message("en"))
    }
}

impl std::error::Error for XFormProblem {}
