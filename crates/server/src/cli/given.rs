//! The files that `zhucun form add` is given: forms, and what lies beside them.

use std::path::{Path, PathBuf};

use zhucun_forms::Definition;

use super::{CliError, forms::read, read_file, readable::language, say};
use crate::service::{
    form_files::{self, Of},
    uploads::{self, File, Parts},
};

/// Forms, and files beside them.
#[derive(Default)]
pub(super) struct Given {
    /// With the file each was read from.
    pub(super) forms: Vec<(Definition, File)>,
    beside: Vec<File>,
}

/// What a file is by its name alone.
enum Guess {
    Form,
    Beside,
    /// A list, or a form written in the same format.
    Either,
}

fn guess(path: &Path) -> Guess {
    let ending = path.extension().map(|ending| ending.to_string_lossy().to_ascii_lowercase()).unwrap_or_default();
    match ending.as_str() {
        "xlsx" | "xlsm" | "xls" | "ods" | "md" | "" => Guess::Form,
        "csv" | "xml" => Guess::Either,
        _ => Guess::Beside,
    }
}

fn name(path: &Path) -> String {
    path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned())
}

impl Given {
    /// Reads files. What a form names is a file beside it, whatever it looks like.
    ///
    /// # Errors
    /// Everything that is wrong with any of them.
    pub(super) fn read(paths: &[PathBuf]) -> Result<Self, CliError> {
        let mut given = Self::default();
        let mut problems = Vec::new();
        for path in paths.iter().filter(|path| matches!(guess(path), Guess::Form)) {
            given.form(path, &mut problems)?;
        }
        for path in paths {
            let is_named = given.forms.iter().any(|(form, _)| form_files::needed(form).contains(&name(path)));
            match guess(path) {
                Guess::Form => {}
                Guess::Either if !is_named && !form_files::is_households(&name(path)) => {
                    given.form(path, &mut problems)?;
                }
                Guess::Either | Guess::Beside => given.beside(path, is_named, &mut problems)?,
            }
        }
        if given.forms.is_empty() && problems.is_empty() {
            problems.push("there is no form among the files; name it first, then what lies beside it".to_owned());
        }
        if problems.is_empty() { Ok(given) } else { Err(CliError::Input(problems)) }
    }

    fn form(&mut self, path: &Path, problems: &mut Vec<String>) -> Result<(), CliError> {
        match read(path) {
            Ok(form) => self.forms.push(form),
            Err(CliError::Input(lines)) => problems.extend(lines),
            Err(error) => return Err(error),
        }
        Ok(())
    }

    fn beside(&mut self, path: &Path, is_named: bool, problems: &mut Vec<String>) -> Result<(), CliError> {
        let (name, bytes) = (name(path), read_file(path)?);
        let checked = if form_files::is_households(&name) {
            Err(form_files::NotTaken::Households)
        } else if is_named {
            form_files::check(&name, &bytes)
        } else {
            Err(form_files::NotTaken::NotNamed)
        };
        match checked {
            Ok(()) => self.beside.push(File { name, bytes: bytes.into() }),
            Err(why) => problems.push(format!("{}: {why}", path.display())),
        }
        Ok(())
    }

    /// Puts a form into use in a county, with the files beside it, and says so; says what is missing.
    ///
    /// # Errors
    /// When storage fails.
    pub(super) async fn publish(
        &self,
        parts: Parts<'_>,
        (form, file): &(Definition, File),
        by: &str,
    ) -> Result<(), CliError> {
        let hash = uploads::publish(parts, file, form, by).await?;
        let of = Of { form, hash: &hash };
        let needed = form_files::needed(form);
        for beside in self.beside.iter().filter(|beside| needed.contains(&beside.name)) {
            let taken = form_files::take(parts, of, &beside.name, beside.bytes.clone(), by).await;
            let lacks = taken.map_err(|why| match why {
                form_files::NotTaken::Keep(error) => CliError::Keep(error),
                why => CliError::input(format!("{}: {why}", beside.name)),
            })?;
            if let Some(lacks) = lacks {
                say(format!("warning: {}", lacks.words(&language())));
            }
        }
        say(format!("{}: version “{}” in use in {}, {hash}", form.id, form.version, parts.county));
        for name in form_files::missing(&form_files::rows(parts, of).await?) {
            let sheet = &file.name;
            say(format!(
                "warning: {} names the file {name}, which is missing; phones do not begin a form without its lists, and \
                 show no picture that is not there. Add it: zhucun form add {sheet} {name}",
                form.id
            ));
        }
        Ok(())
    }
}
