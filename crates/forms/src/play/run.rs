//! A form and its steps from the first to the last, told line by line.

use std::rc::Rc;

use serde_json::{Value, json};

use super::{Player, Step};
use crate::contract::Lists;
use crate::{Definition, Host};

/// Plays a form: opens it (or refuses it, for the reasons in `form`) with the lists that lie beside it, with `instance` to edit
/// that, then takes the steps. `each` gets a JSON object for the opening (`opened`, `changed`, `problems`) and for every step (`step`, with `changed` or, where
/// something is not as it should be, `wrong`; `problems` that are new). Gives how many steps are wrong.
pub fn run(
    form: Result<Rc<Definition>, Vec<String>>,
    lists: &Rc<Lists>,
    instance: Option<&str>,
    steps: &[Value],
    host: &Rc<dyn Host>,
    each: &mut dyn FnMut(&Value),
) -> usize {
    let refusal = steps.iter().find(|step| step.get("expect_load_error").is_some());
    let opened = form.and_then(|definition| open(definition, lists, instance, host));
    let mut player = match opened {
        Ok(player) => player,
        Err(problems) => {
            each(&json!({ "opened": false, "problems": problems }));
            return usize::from(refusal.is_none());
        }
    };
    // An expression that cannot be evaluated is told and counts as empty.
    let mut known = 0;
    let problems = news(&player, &mut known);
    let is_faulty = !problems.is_empty();
    each(&json!({ "opened": true, "changed": player.changes(), "problems": problems }));
    if let Some(step) = refusal {
        let line =
            if is_faulty { json!({ "step": step }) } else { json!({ "step": step, "wrong": "the form is opened" }) };
        each(&line);
        return usize::from(!is_faulty);
    }
    let mut wrong = 0;
    for step in steps {
        let mut line = match Step::of(step).and_then(|step| Ok((step.is_deed(), player.take(&step)?))) {
            Ok((_, played)) if played.mismatch.is_some() => json!({ "step": step, "wrong": played.mismatch }),
            Ok((true, played)) => json!({ "step": step, "changed": played.changed }),
            Ok((false, _)) => json!({ "step": step }),
            Err(problem) => json!({ "step": step, "wrong": problem.to_string() }),
        };
        let problems = news(&player, &mut known);
        if !problems.is_empty() {
            line["problems"] = json!(problems);
        }
        wrong += usize::from(line.get("wrong").is_some());
        each(&line);
    }
    wrong
}

/// What went wrong inside expressions, or was more than a filling takes, since this was last asked; a form that is opened again
/// begins anew.
fn news(player: &Player, known: &mut usize) -> Vec<String> {
    let all = player.session().eval_problems();
    let new = all.get(*known..).unwrap_or(all);
    *known = all.len();
    new.iter().map(|problem| format!("{}: {}: {}", problem.path, problem.expression, problem.message)).collect()
}

fn open(
    definition: Rc<Definition>,
    lists: &Rc<Lists>,
    instance: Option<&str>,
    host: &Rc<dyn Host>,
) -> Result<Player, Vec<String>> {
    let (lists, host) = (Rc::clone(lists), Rc::clone(host));
    match instance {
        Some(xml) => Player::edit(definition, lists, host, xml).map_err(|problem| vec![problem.to_string()]),
        None => Ok(Player::open(definition, lists, host)),
    }
}
