//! `zhucun form play`.

use std::{
    io::Read as _,
    path::{Path, PathBuf},
    rc::Rc,
};

use clap::Args;
use serde_json::Value;
use zhucun_forms::{
    Host, NativeHost,
    contract::Lists,
    files::FileKind,
    play::{STEPS, Step, run as play},
};

use super::{
    CliError,
    beside::{self, Beside},
    read_file,
    readable::{Readable, lines},
    say,
};
use crate::clock::Clock;

/// Minutes by which the clocks of forms are ahead of UTC: China's.
const OFFSET: i32 = 480;

const HELP: &str = concat!(
    "Prints a line of JSON for the opening, {\"opened\", \"changed\", \"problems\"}, and one for each step: {\"step\"} with \"changed\" ",
    "(what is other now, as steps that expect it) or, where something is not as it should be, \"wrong\" (what there is instead). ",
    "Paths have a position for every repeat: /data/person[2]/name; without the last one they name the repeat.\n\n",
    r#"  echo '{"answer": ["/data/who/met", "no"]}' | zhucun form play household_visit.xlsx -"#,
);

#[derive(Debug, Args)]
#[command(after_help = "The steps and their shapes: zhucun form play --help", after_long_help = long_help())]
pub(super) struct Options {
    /// The form: a spreadsheet or XForm XML. The lists that it names are read from its folder (households.csv, too, if it is there)
    form: PathBuf,
    /// The steps: a JSON array, or a step a line; - for standard input. Those named expect_… are checked, the others act
    steps: PathBuf,
    /// An instance (XML) to edit, in place of a new one
    #[arg(long, value_name = "FILE")]
    instance: Option<PathBuf>,
}

/// What a step is, and how every one looks.
fn long_help() -> String {
    ["Steps:\n", STEPS, "\n", HELP].concat()
}

/// Plays the steps; prints a line of JSON for each, with what changed. Something that is not as expected is the error.
pub(super) fn run(options: &Options) -> Result<(), CliError> {
    let form = Readable::open(&options.form)?.read.map(|read| Rc::new(read.definition));
    let form = form.map_err(|problems| lines(&options.form, &problems));
    let files = form.as_ref().map_or(Ok(Vec::new()), |form| beside::look(&options.form, form))?;
    let lists = Rc::new(form.as_ref().map_or_else(|_| Lists::new(), |form| beside::lists(form, &files)));
    let steps = Step::all(&text(&options.steps)?).map_err(|problem| CliError::input(problem.to_string()))?;
    let instance = options.instance.as_deref().map(text).transpose()?;
    let host: Rc<dyn Host> = Rc::new(NativeHost::new(Clock::System.now(), OFFSET));
    let mut is_opened = true;
    let wrong = play(form, &lists, instance.as_deref(), &steps, &host, &mut |line| {
        is_opened &= line["opened"] != false;
        let mut line = line.clone();
        // Lists that are not there count as empty.
        if line["opened"] == true
            && let Some(problems) = line["problems"].as_array_mut()
        {
            problems.extend(unread(&files).map(Value::from));
        }
        say(line.to_string());
    });
    if wrong == 0 {
        Ok(())
    } else if !is_opened {
        Err(CliError::input(format!(
            "{} is not opened: the problems are above; try form check",
            options.form.display()
        )))
    } else {
        Err(CliError::input(format!("{wrong} of {} steps are not as they should be", steps.len())))
    }
}

/// What is wrong with the lists beside the form. Pictures and sounds are not looked at by steps.
fn unread(files: &[Beside]) -> impl Iterator<Item = String> {
    let lists = files.iter().filter(|file| FileKind::of(&file.name) != FileKind::Media);
    lists.filter_map(|file| Some(file.wrong()?.1))
}

/// A file as text; `-` is standard input.
fn text(path: &Path) -> Result<String, CliError> {
    let bytes = if path == Path::new("-") {
        let mut bytes = Vec::new();
        std::io::stdin().read_to_end(&mut bytes).map_err(CliError::io("standard input"))?;
        bytes
    } else {
        read_file(path)?
    };
    String::from_utf8(bytes).map_err(|_| CliError::input(format!("{}: not UTF-8", path.display())))
}
