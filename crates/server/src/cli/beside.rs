//! The files that a form names, looked for in the form's own folder.

use std::{io::ErrorKind, path::Path};

use zhucun_api::admin::FORM_FILE_MAX;
use zhucun_forms::{
    Definition,
    columns::{ColumnsMissing, columns_missing},
    contract::{List, Lists},
    files::{FileKind, external, file_name, files_needed},
    tables::{self, Table},
};
use zhucun_words::Lang;

use super::{CliError, read_file, readable::language};
use crate::service::form_files::{self, NotTaken};

/// A file that a form names.
pub(super) struct Beside {
    /// As the form names it.
    pub(super) name: String,
    /// What is in it: a list, or `None` for what is shown or played.
    pub(super) read: Result<Option<Table>, Wrong>,
    /// The columns that a list lacks; it is used all the same.
    lacks: Option<ColumnsMissing>,
}

impl Beside {
    /// What is wrong with it: a code for programs, and words in the terminal's language.
    pub(super) fn wrong(&self) -> Option<(&'static str, String)> {
        match (&self.read, &self.lacks) {
            (Err(wrong), _) => Some((wrong.code(), wrong.words(&self.name))),
            (Ok(_), Some(lacks)) => Some(("column_missing", lacks.words(&language()))),
            (Ok(_), None) => None,
        }
    }
}

/// Why a file beside a form cannot be used.
pub(super) enum Wrong {
    /// It is not in the form's folder.
    Missing,
    /// A county would not take it.
    NotTaken(NotTaken),
}

impl Wrong {
    /// A code for programs.
    fn code(&self) -> &'static str {
        match self {
            Self::Missing => "file_missing",
            Self::NotTaken(_) => "file_not_taken",
        }
    }

    /// What is wrong with the file of a name, in the terminal's language.
    fn words(&self, name: &str) -> String {
        let zh = language().starts_with("zh");
        match self {
            Self::Missing if zh => format!("表单所用的文件 {name} 不在表单所在的文件夹中"),
            Self::Missing => format!("the file {name}, which the form names, is not beside it"),
            Self::NotTaken(why) => {
                let why = if zh { why.own_words(Lang::Zh) } else { None }.unwrap_or_else(|| why.to_string());
                format!("{name}{}{why}", if zh { "：" } else { ": " })
            }
        }
    }
}

/// The files that a form needs, the village's list of households last where it reads that, from the folder of the form.
///
/// # Errors
/// When a file that is there cannot be read.
pub(super) fn look(form: &Path, definition: &Definition) -> Result<Vec<Beside>, CliError> {
    let mut names = files_needed(definition);
    names.sort_by_key(|name| form_files::is_households(name));
    let folder = form.parent().unwrap_or_else(|| Path::new(""));
    let beside = |name: String| {
        let read = read(folder, &name)?;
        let list = read.as_ref().ok().and_then(Option::as_ref);
        let lacks = list.and_then(|table| columns_missing(definition, &name, &table.columns));
        Ok(Beside { name, read, lacks })
    };
    names.into_iter().map(beside).collect()
}

fn read(folder: &Path, name: &str) -> Result<Result<Option<Table>, Wrong>, CliError> {
    if !form_files::is_name(name) {
        return Ok(Err(Wrong::Missing));
    }
    let path = folder.join(name);
    match std::fs::metadata(&path) {
        Ok(facts) if facts.len() > FORM_FILE_MAX as u64 => return Ok(Err(Wrong::NotTaken(NotTaken::TooLarge))),
        Ok(facts) if facts.is_file() => {}
        Ok(_) => return Ok(Err(Wrong::Missing)),
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Err(Wrong::Missing)),
        Err(error) => return Err(CliError::io(path.display().to_string())(error)),
    }
    let bytes = read_file(&path)?;
    let read = match FileKind::of(name) {
        FileKind::Media => form_files::check(name, &bytes).map(|()| None),
        kind => tables::read(kind, &bytes).map(Some).map_err(NotTaken::List),
    };
    Ok(read.map_err(Wrong::NotTaken))
}

/// The lists among the files, by the names that expressions have for them.
pub(super) fn lists(definition: &Definition, files: &[Beside]) -> Lists {
    let mut lists = Lists::new();
    for external in external(definition) {
        let name = file_name(&external.file);
        let found = files.iter().find(|file| Some(file.name.as_str()) == name);
        if let Some(Ok(Some(table))) = found.map(|file| &file.read) {
            let mut list = List::new(&table.columns.iter().map(String::as_str).collect::<Vec<_>>());
            for row in &table.rows {
                list.push(&row.iter().map(String::as_str).collect::<Vec<_>>());
            }
            lists.insert(external.id, list);
        }
    }
    lists
}
