//! Files beside the form: what reads them, and that no two have one name.

use std::collections::BTreeMap;

use super::problem::ProblemKind;
use super::references::{LAST_SAVED, Scope};
use super::survey::{FILES, Survey, expressions_of};
use super::types::List;
use crate::definition::ExternalFile;

impl Survey<'_> {
    /// Collects the files of the form, each once, and tells names that would mean two things.
    pub(super) fn collect_files(&mut self, scope: &Scope) -> Vec<ExternalFile> {
        let mut named = std::mem::take(&mut self.files);
        self.twice(&named);
        for entry in &self.entries {
            if let Some(List::File(file)) = &entry.list {
                let id = stem(file).to_owned();
                named.push((ExternalFile { id, file: file.clone() }, entry.row));
            }
            for (_, text) in expressions_of(&entry.node) {
                let of_pulldata = |id: &str| ExternalFile { id: id.to_owned(), file: [id, ".csv"].concat() };
                named.extend(pulldata(text).map(|id| (of_pulldata(id), entry.row)));
            }
        }
        if scope.reads_last_saved() {
            let file = ExternalFile { id: LAST_SAVED.into(), file: "jr://instance/last-saved".into() };
            named.push((file, None));
        }
        // In the order of the sheet.
        named.sort_by_key(|(_, row)| row.unwrap_or(usize::MAX));
        let mut known: BTreeMap<String, (String, Option<usize>)> = BTreeMap::new();
        let mut files = Vec::new();
        for (file, row) in named {
            let list = ["choices: ", &file.id].concat();
            let other = match known.get(&file.id) {
                Some((other, _)) if *other == file.file => continue,
                Some((other, row)) => Some((other.clone(), *row)),
                None => self.sheets.lists.contains_key(&file.id).then_some((list, None)),
            };
            if let Some((other, other_row)) = other
                && let Some(row) = row.or(other_row)
            {
                self.problem(
                    row,
                    "type",
                    ProblemKind::SameFile(file.id.clone(), other.into(), file.file.as_str().into()),
                );
            }
            known.insert(file.id.clone(), (file.file.clone(), row));
            files.push(file);
        }
        files
    }

    /// `csv-external` and `xml-external` of one name twice.
    fn twice(&mut self, named: &[(ExternalFile, Option<usize>)]) {
        let mut known: BTreeMap<&str, &str> = BTreeMap::new();
        for (file, row) in named {
            if let (Some(other), Some(row)) = (known.insert(&file.id, &file.file), row) {
                let kind = ProblemKind::SameFile(file.id.clone(), other.into(), file.file.as_str().into());
                self.problem(*row, "name", kind);
            }
        }
    }
}

fn stem(file: &str) -> &str {
    FILES.iter().find_map(|ending| file.strip_suffix(ending)).unwrap_or(file)
}

/// The first arguments of `pulldata()` in an expression: names of files.
fn pulldata(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices("pulldata").filter_map(|(at, call)| {
        let inside = text[at + call.len()..].trim_start().strip_prefix('(')?;
        let first = inside.split(',').next()?.trim();
        let name = first.strip_prefix(['\'', '"'])?.strip_suffix(['\'', '"'])?;
        (!name.is_empty()).then_some(name)
    })
}
