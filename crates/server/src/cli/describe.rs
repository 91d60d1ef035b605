//! `zhucun form describe`.

use std::path::Path;

use super::{
    CliError,
    readable::{Readable, lines},
    say,
};

/// Prints what a form is; `phone`: the definition as phones get it.
pub(super) fn run(file: &Path, phone: bool) -> Result<(), CliError> {
    let read = Readable::open(file)?.read.map_err(|problems| CliError::Input(lines(file, &problems)))?;
    let definition = read.definition;
    let json = if phone {
        serde_json::to_string_pretty(&definition)
    } else {
        serde_json::to_string_pretty(&zhucun_forms::describe::summary(&definition))
    };
    say(json.map_err(|error| CliError::input(error.to_string()))?);
    Ok(())
}
