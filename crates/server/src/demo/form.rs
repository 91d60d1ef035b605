//! The demo's checklist: a file that was given, else the household checklist that lies beside the project, else our own.

use std::path::Path;

use zhucun_forms::{
    Definition,
    parse::{Sheet, SheetProblem, Workbook, read_workbook},
    read_form,
};

use super::DemoError;

/// Where the household checklist lies when the demo is started from the project's folder.
const BESIDE: &str = "../shared/forms/household_visit.xlsx";

const OWN: [(&str, &str); 3] = [
    ("survey", include_str!("form/survey.csv")),
    ("choices", include_str!("form/choices.csv")),
    ("settings", include_str!("form/settings.csv")),
];

/// The definition and the name of its source.
pub(super) fn load(given: Option<&Path>) -> Result<(Definition, String), DemoError> {
    let beside = Path::new(BESIDE);
    let Some(file) = given.or_else(|| beside.is_file().then_some(beside)) else {
        let form = own().map_err(|problems| wrong("the demo's own checklist", &problems))?;
        return Ok((form, "demo".to_owned()));
    };
    let shown = file.display().to_string();
    let bytes = std::fs::read(file).map_err(|source| DemoError::File { file: shown.clone(), source })?;
    let name = file.file_name().map_or_else(|| shown.clone(), |name| name.to_string_lossy().into_owned());
    let read = read_form(&name, &bytes).map_err(|problems| wrong(&shown, &problems))?;
    Ok((read.definition, name))
}

fn wrong(file: &str, problems: &[impl ToString]) -> DemoError {
    let lines: Vec<_> = problems.iter().map(ToString::to_string).collect();
    DemoError::Form { file: file.to_owned(), problems: lines.join("\n") }
}

/// Our own small checklist.
fn own() -> Result<Definition, Vec<SheetProblem>> {
    let sheets = OWN.into_iter().map(|(name, text)| Sheet { name: name.to_owned(), rows: rows(text) }).collect();
    read_workbook("visit_demo", &Workbook { sheets }).map(|parsed| parsed.definition)
}

fn rows(text: &str) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    reader.records().filter_map(Result::ok).map(|row| row.iter().map(str::to_owned).collect()).collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn our_own_checklist_is_whole_and_in_both_languages() {
        let form = super::own().unwrap_or_else(|problems| panic!("{problems:?}"));
        assert_eq!((form.id.as_str(), form.languages.len()), ("visit_demo", 2));
        assert!(form.nodes.iter().any(|node| node.name == "next_visit"));
        assert!(form.nodes.iter().filter_map(|node| node.label.as_ref()).all(|label| label.0.len() == 2));
    }
}
