//! A form's file, of whatever kind: the one entry for the desk, the terminal and tests.

use std::fmt;

use crate::definition::Definition;
use crate::parse::{FileKind, ProblemKind, SheetProblem, read_xlsform};
use crate::xform::{XFormProblem, XFormProblemKind, read_xform};

/// A form that can be filled.
#[derive(Clone, Debug)]
pub struct ReadForm {
    /// The form.
    pub definition: Definition,
    /// What its author may want to know; nothing that keeps it from being filled.
    pub warnings: Vec<FormProblem>,
}

/// A problem (or a warning) with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FormProblem {
    /// In sheets, or in a file that is no form of any kind.
    Sheet(SheetProblem),
    /// In an `XForm`.
    XForm(XFormProblem),
}

impl FormProblem {
    /// A stable code, for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Sheet(problem) => problem.kind.code(),
            Self::XForm(problem) => problem.kind.code(),
        }
    }

    /// Where it is: the sheet and the cell (`survey`, `C12`), or the element and the line (`/h:html/h:body/input[2]`, `40`). Empty
    /// where the file itself is the matter.
    pub fn place(&self) -> (String, String) {
        match self {
            Self::Sheet(problem) => (problem.sheet.clone(), problem.cell.clone()),
            Self::XForm(XFormProblem { path, line: 0, .. }) => (path.clone(), String::new()),
            Self::XForm(XFormProblem { path, line, .. }) => (path.clone(), line.to_string()),
        }
    }

    /// What is wrong and what to do: Chinese for `zh…`, English for everything else.
    pub fn words(&self, language: &str) -> String {
        match self {
            Self::Sheet(problem) => problem.words(language),
            Self::XForm(problem) => problem.words(language),
        }
    }

    /// The same with its place.
    pub fn message(&self, language: &str) -> String {
        match self {
            Self::Sheet(problem) => problem.message(language),
            Self::XForm(problem) => problem.message(language),
        }
    }
}

impl fmt::Display for FormProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message("en"))
    }
}

impl std::error::Error for FormProblem {}

/// Reads a form: xlsx, xlsm, xls, ods, csv, Markdown or `XForm` XML, told apart by content. `file_name` gives the form's id and
/// title where a sheet has none.
///
/// # Errors
/// Everything that keeps the form from being filled, with its place.
pub fn read_form(file_name: &str, bytes: &[u8]) -> Result<ReadForm, Vec<FormProblem>> {
    if FileKind::of(bytes) == Some(FileKind::Xml) {
        return xform(bytes).map_err(|problems| problems.into_iter().map(FormProblem::XForm).collect());
    }
    match read_xlsform(file_name, bytes) {
        Ok(read) => {
            let mut warnings: Vec<_> = read.warnings.into_iter().map(FormProblem::Sheet).collect();
            if read.definition.version.is_empty() {
                let (sheet, cell) = ("settings".to_owned(), String::new());
                warnings.push(FormProblem::Sheet(SheetProblem { sheet, cell, kind: ProblemKind::NoVersion }));
            }
            Ok(ReadForm { definition: read.definition, warnings })
        }
        Err(problems) => Err(problems.into_iter().map(FormProblem::Sheet).collect()),
    }
}

fn xform(bytes: &[u8]) -> Result<ReadForm, Vec<XFormProblem>> {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return Err(vec![XFormProblem { path: String::new(), line: 0, kind: XFormProblemKind::NotUtf8 }]);
    };
    let read = read_xform(text)?;
    let mut warnings: Vec<_> = read.warnings.into_iter().map(FormProblem::XForm).collect();
    if read.definition.version.is_empty() {
        let kind = XFormProblemKind::NoVersion;
        warnings.push(FormProblem::XForm(XFormProblem { path: String::new(), line: 0, kind }));
    }
    Ok(ReadForm { definition: read.definition, warnings })
}

#[cfg(test)]
mod tests {
    use super::*;

    const XFORM: &str = "<h:html xmlns='http://www.w3.org/2002/xforms' xmlns:h='http://www.w3.org/1999/xhtml'><h:head>\
        <h:title>T</h:title><model><instance><data id='f' version='1'><a/></data></instance></model></h:head>\
        <h:body>\n<input ref='/data/a' appearance='sparkle w3'><label>A</label></input></h:body></h:html>";

    fn told(bytes: &[u8]) -> Vec<(&'static str, String, String)> {
        let problems = read_form("form", bytes).expect_err("a form with problems");
        let told = |problem: &FormProblem| (problem.code(), problem.place().0, problem.place().1);
        problems.iter().map(told).collect()
    }

    #[test]
    fn sheets_and_xforms_are_read_by_what_they_are_and_warned_of_alike() {
        let sheets = "| survey |\n| | type | name | label | appearance |\n| | text | a | A | sparkle w3 |\n\
            | settings |\n| | version |\n| | 1 |\n";
        let sheets = read_form("form.xml", sheets.as_bytes()).unwrap();
        let xform = read_form("form.xlsx", XFORM.as_bytes()).unwrap();
        assert_eq!((sheets.definition.id.as_str(), xform.definition.id.as_str()), ("form", "f"));
        let warnings = |read: &ReadForm| read.warnings.iter().map(ToString::to_string).collect::<Vec<_>>();
        let said = "the appearance “sparkle” is not known here: drawn as plain text";
        assert_eq!(warnings(&sheets), [format!("survey D2: {said}")]);
        assert_eq!(warnings(&xform), [format!("line 2, /h:html/h:body/input: {said}")]);
    }

    #[test]
    fn a_form_without_a_version_is_told_that_a_changed_one_will_be_refused() {
        let sheets = "| survey |\n| | type | name | label |\n| | text | a | A |\n";
        let xform = XFORM.replace(" version='1'", "").replace(" appearance='sparkle w3'", "");
        for (bytes, place, words) in [
            (sheets, "settings", "表单没有版本，启用后再改动会被拒绝：请填写 version 列，每次改动换一个版本"),
            (&xform, "", "主实例的根元素没有 version，启用后再改动会被拒绝：请填写，每次改动换一个版本"),
        ] {
            let warnings = read_form("form", bytes.as_bytes()).unwrap().warnings;
            assert_eq!(warnings.len(), 1, "{warnings:?}");
            assert_eq!((warnings[0].code(), warnings[0].place().0.as_str()), ("no_version", place));
            assert_eq!(warnings[0].words("zh"), words);
            assert!(warnings[0].words("en").contains("a changed one is refused: "));
        }
    }

    #[test]
    fn a_problem_has_its_cell_or_its_line() {
        let sheets = "| survey |\n| | type | name | label |\n| | txt | a | A |\n";
        assert_eq!(told(sheets.as_bytes()), [("unknown_type", "survey".into(), "A2".into())]);
        let path = "/h:html/h:body/input".to_owned();
        assert_eq!(
            told(XFORM.replace("ref='/data/a'", "ref='/data/b'").as_bytes()),
            [("unknown_path", path, "2".into())]
        );
    }

    #[test]
    fn what_is_no_form_is_told_as_a_whole() {
        let whole = |code| vec![(code, String::new(), String::new())];
        assert_eq!(told(b""), whole("not_a_spreadsheet"));
        assert_eq!(told(b"<h:html>\xff</h:html>"), whole("not_utf8"));
        assert_eq!(told(b"<data><a/></data>")[0].0, "not_a_form");
    }
}
