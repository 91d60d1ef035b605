//! `zhucun form`.

use std::path::{Path, PathBuf};

use clap::Subcommand;
use zhucun_forms::Definition;
use zhucun_sync::StreamId;

use super::{
    CliError, check,
    config::Config,
    describe,
    given::Given,
    open, play,
    readable::{Readable, lines},
    say,
};
use crate::{
    clock::Clock,
    service::uploads::{self, File, Parts},
    store::{CLI, PlaceKind, Store, StoreError},
};

#[derive(Debug, Subcommand)]
pub(super) enum FormCommand {
    /// Put forms into use with the files they name: all of them, or none when one has a problem. The same form again adds files
    Add {
        /// XLSForms (.xlsx, .xlsm, .xls, .ods, .csv, .md), XForms (.xml), and pictures, sounds and lists (.csv, .xml, .geojson) that lie beside them
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// In this county only [default: in every county]
        #[arg(long, value_name = "ID")]
        county: Option<String>,
    },
    /// List the forms of every county, with the version in force
    List,
    /// Say what is wrong with a form, by sheet and cell or by line and element; the exit code is 1 when something is
    Check(check::Options),
    /// Print what a form is in JSON: nodes, types, rules, choices, languages
    Describe {
        /// The form: a spreadsheet or XForm XML
        file: PathBuf,
        /// Print the definition instead, as phones get it
        #[arg(long)]
        phone: bool,
    },
    /// Answer expressions in JSON lines from standard input, each by a line
    #[command(after_help = EVAL_HELP)]
    Eval,
    /// Fill a form step by step: prints what each step changes; the exit code is 1 when something is not as expected
    Play(play::Options),
}

const EVAL_HELP: &str = r#"A line is a JSON object:
  "expr"          the expression
  "id"            anything; stands in the answer
  "context_xml"   the document that it looks into; without one it needs none
  "context_node"  where it begins, a path with a position in every step: /data[1]/item[2]/@id [default: the document]
  "root_node"     a path, too: the node that takes the place of the document for absolute paths
  "namespaces"    {prefix: URI}
  "language"      of jr:itext
  "type"          number, string, boolean or nodeset: what the answer is turned to
  "tz"            UTC, Asia/Shanghai, America/Phoenix, or hours ahead of UTC like +08:00

It is answered by {"id", "type", "value"}; a line that cannot be answered by the type error and what to do.

  echo '{"id": 1, "expr": "sum(//n)", "context_xml": "<a><n>1</n><n>2</n></a>"}' | zhucun form eval
  {"id":1,"type":"number","value":3}"#;

pub(super) async fn run(config: &Config, command: FormCommand) -> Result<(), CliError> {
    match command {
        FormCommand::Add { files, county } => add(config, &files, county.as_deref()).await,
        FormCommand::List => list(config).await,
        FormCommand::Check(options) => check::run(&options),
        FormCommand::Describe { file, phone } => describe::run(&file, phone),
        FormCommand::Eval => super::eval::run(),
        FormCommand::Play(options) => play::run(&options),
    }
}

async fn list(config: &Config) -> Result<(), CliError> {
    let store = open::store(config).await?;
    for county in counties(&store, None).await? {
        for form in uploads::rows(&store, &county).await? {
            let title = form.title.get("zh").or_else(|| form.title.values().next()).map_or("", String::as_str);
            let state = if form.retired { "retired" } else { "in force" };
            let (id, version, visits) = (&form.id, &form.version, form.visits);
            say(format!("{:16} {id:20} version “{version}” {state}, {visits} visits  {title}", county.id()));
        }
    }
    store.close().await;
    Ok(())
}

/// Reads a form; warnings are said, problems are the error.
pub(super) fn read(path: &Path) -> Result<(Definition, File), CliError> {
    let Readable { file, read } = Readable::open(path)?;
    let read = read.map_err(|problems| CliError::Input(lines(path, &problems)))?;
    for line in lines(path, &read.warnings) {
        say(format!("warning: {line}"));
    }
    Ok((read.definition, file))
}

async fn add(config: &Config, files: &[PathBuf], county: Option<&str>) -> Result<(), CliError> {
    let given = Given::read(files).map_err(nothing_added)?;
    let mut problems = Vec::new();
    let store = open::store(config).await?;
    let files = open::files(&config.data(open::DATA))?;
    let counties = counties(&store, county).await?;
    let now = Clock::System.now();
    for (at, (definition, file)) in given.forms.iter().enumerate() {
        let is_same =
            |(other, _): &(Definition, File)| other.id == definition.id && other.version == definition.version;
        if given.forms.iter().take(at).any(is_same) {
            problems.push(format!("{}: another of the files is the same version of the same form", file.name));
        }
        for county in &counties {
            let parts = Parts { store: &store, files: &files, county, now };
            if !uploads::is_free(parts, file, definition).await? {
                let (name, version) = (&file.name, &definition.version);
                problems.push(format!("{name}, version “{version}”, in {county}: {}", StoreError::VersionUsed));
            }
        }
    }
    if !problems.is_empty() {
        return Err(nothing_added(CliError::Input(problems)));
    }
    for form in &given.forms {
        for county in &counties {
            let parts = Parts { store: &store, files: &files, county, now };
            given.publish(parts, form, CLI).await?;
        }
    }
    store.close().await;
    Ok(())
}

/// Says that none of the files was added.
fn nothing_added(error: CliError) -> CliError {
    match error {
        CliError::Input(mut problems) => {
            problems.push("no form was added; mend these and try again".to_owned());
            CliError::Input(problems)
        }
        error => error,
    }
}

/// The streams of the counties that get the form.
async fn counties(store: &Store, only: Option<&str>) -> Result<Vec<StreamId>, CliError> {
    let ids = match only {
        Some(id) => vec![super::users::place(store, id, PlaceKind::County).await?.id],
        None => store.places(PlaceKind::County).await?.into_iter().map(|place| place.id).collect(),
    };
    if ids.is_empty() {
        return Err(CliError::input("there is no county yet; add it first: zhucun place add county …"));
    }
    ids.iter().map(|id| StreamId::new("county", id).map_err(|error| CliError::input(error.to_string()))).collect()
}
