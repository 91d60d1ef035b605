//! `zhucun form check`.

use std::path::PathBuf;

use clap::Args;
use serde_json::{Value, json};
use zhucun_forms::{Definition, FormProblem};

use super::{
    CliError,
    beside::{self, Beside},
    readable::{Readable, language},
    say,
};
use crate::service::{form_files, uploads};

#[derive(Debug, Args)]
#[command(after_help = HELP)]
pub(super) struct Options {
    /// The form: a spreadsheet (.xlsx, .xlsm, .xls, .ods), tables (.csv, .md) or XForm XML; told apart by what is in it
    file: PathBuf,
    /// Say it in JSON lines, for programs
    #[arg(long)]
    json: bool,
}

const HELP: &str = concat!(
    "Each line has a place: sheet and cell of a spreadsheet, line and element of an XForm. What keeps the form from being ",
    "filled comes first and ends in exit code 1; a form without any is told what its author may want to know (appearances ",
    "that are not drawn, columns that are not used, answers that are no choice, no version) and which files it needs: those ",
    "that are not in its folder, cannot be read or lack a column that it names are warnings.\n\n",
    "With --json a line is {\"level\": \"error\" or \"warning\", \"code\", \"sheet\", \"cell\", \"text\"}, of an XForm with \"element\" and ",
    "\"line\" in place of \"sheet\" and \"cell\", of a file beside the form with \"file\" alone; or {\"level\": \"needs\", \"file\"}. Codes stay as they are from version to version, ",
    "texts are in the language of the terminal (LC_ALL, LANG: Chinese or English).\n\n",
    "  zhucun form check household_visit.xlsx\n",
    "  zhucun form check --json clinic.xml",
);

/// Says what is wrong with a form; the error is how much that is.
pub(super) fn run(options: &Options) -> Result<(), CliError> {
    let Readable { read, .. } = Readable::open(&options.file)?;
    let shown = options.file.display();
    let tell = |level: &str, problem: &FormProblem| {
        if options.json {
            say(told(level, problem, &language()).to_string());
        } else {
            say(format!("{shown}: {level}: {}", problem.message(&language())));
        }
    };
    match read {
        Err(problems) => {
            problems.iter().for_each(|problem| tell("error", problem));
            let count = problems.len();
            let problems = if count == 1 { "problem" } else { "problems" };
            Err(CliError::input(format!("{shown}: {count} {problems}; it can be used when that is mended")))
        }
        Ok(read) => {
            read.warnings.iter().for_each(|warning| tell("warning", warning));
            let files = beside::look(&options.file, &read.definition)?;
            for file in files.iter().filter(|file| !form_files::is_households(&file.name)) {
                tell_file(file, &shown.to_string(), options.json);
            }
            if !options.json {
                say(format!("{shown}: good; {}", facts(&read.definition)));
            }
            Ok(())
        }
    }
}

/// Says of a file that the form needs whether it is beside it and can be used.
fn tell_file(file: &Beside, shown: &str, json: bool) {
    let name = &file.name;
    if json {
        say(json!({ "level": "needs", "file": name }).to_string());
    }
    match (file.wrong(), &file.read) {
        (Some((code, text)), _) if json => {
            say(json!({ "level": "warning", "code": code, "file": name, "text": text }).to_string());
        }
        (Some((_, text)), _) => say(format!("{shown}: warning: {text}")),
        (None, _) if json => {}
        (None, Ok(Some(list))) => {
            let rows = if list.rows.len() == 1 { "1 row".to_owned() } else { format!("{} rows", list.rows.len()) };
            say(format!("{shown}: reads the list {name} beside it, {rows}"));
        }
        (None, _) => say(format!("{shown}: shows or plays the file {name} beside it")),
    }
}

/// A problem for programs.
fn told(level: &str, problem: &FormProblem, language: &str) -> Value {
    let (code, text) = (problem.code(), problem.words(language));
    match problem {
        FormProblem::Sheet(problem) => {
            json!({ "level": level, "code": code, "sheet": problem.sheet, "cell": problem.cell, "text": text })
        }
        FormProblem::XForm(problem) => {
            json!({ "level": level, "code": code, "element": problem.path, "line": problem.line, "text": text })
        }
    }
}

/// `form household_visit, version “3”, 41 questions, in 中文 (zh) and English (en)`.
fn facts(definition: &Definition) -> String {
    let version = match definition.version.as_str() {
        "" => "no version".to_owned(),
        version => format!("version “{version}”"),
    };
    let questions = definition.nodes.iter().filter(|node| uploads::is_question(node)).count();
    let named: Vec<_> =
        definition.languages.iter().filter(|name| !name.is_empty() && *name != "default").cloned().collect();
    let languages = if named.is_empty() { String::new() } else { format!(", in {}", named.join(", ")) };
    let questions = if questions == 1 { "1 question".to_owned() } else { format!("{questions} questions") };
    format!("form {}, {version}, {questions}{languages}", definition.id)
}
