//! The sheet `entities` and the column `save_to`: what a finished form creates or updates. Source: ODK Entities; where an
//! entity belongs when several have answers in one form: pyxform.

use std::collections::{BTreeMap, BTreeSet};

use super::names::is_name;
use super::problem::{EntityFault, ProblemKind, SheetProblem};
use super::references::{At, Scope, names_in};
use super::survey::{Role, Survey};
use crate::definition::{Entity, Kind, NodeIndex};

/// Columns of the sheet. `repeat` belongs to later versions of the specification.
const COLUMNS: &[&str] = &["dataset", "entity_id", "create_if", "update_if", "label", "repeat"];

/// The root, and the groups and repeats below it that something is in.
type Containers = Vec<NodeIndex>;

/// A row of the sheet.
struct Declaration {
    list: String,
    row: usize,
    /// Names in its expressions.
    names: BTreeSet<String>,
    references: Vec<Reference>,
}

/// Where the form says something to an entity.
struct Reference {
    containers: Containers,
    row: Option<usize>,
    /// `save_to`; else an expression of the sheet names the question.
    property: Option<String>,
}

/// Where an entity would like to be.
struct Request {
    entity: usize,
    wanted: Containers,
    /// Where its `save_to`s are.
    saved: Vec<Containers>,
}

/// Reads the entities, and writes what is saved at the questions.
pub(super) fn read(scope: &Scope, survey: &mut Survey<'_>) -> Vec<Entity> {
    let mut declarations = declarations(survey);
    references(scope, survey, &mut declarations);
    let mut requests: Vec<(Containers, Vec<Request>)> = Vec::new();
    for (entity, declaration) in declarations.iter().enumerate() {
        match request(scope, survey, entity, declaration) {
            Ok((place, request)) => match requests.iter_mut().find(|(known, _)| *known == place) {
                Some((_, all)) => all.push(request),
                None => requests.push((place, vec![request])),
            },
            Err(problem) => survey.problems.push(problem),
        }
    }
    let mut places: BTreeMap<Containers, usize> = BTreeMap::new();
    let mut reserved: BTreeMap<Containers, usize> = BTreeMap::new();
    // One entity of the whole form is the form's, wherever its answers are.
    let is_forms = matches!(requests.as_slice(), [(place, only)] if place.len() == 1 && only.len() == 1);
    for (place, all) in requests {
        for mut request in all {
            if is_forms {
                request.wanted.truncate(1);
            }
            if let Err(other) = allot(&place, &request, &mut places, &mut reserved) {
                let fault = EntityFault::NoRoom(scope.absolute(last(&place)), declarations[other].row as u32 + 1);
                let row = declarations[request.entity].row;
                survey.problems.push(survey.sheets.entities.row_problem(row, ProblemKind::Entity(fault)));
            }
        }
    }
    let mut found: Vec<(usize, NodeIndex)> = places.into_iter().map(|(place, entity)| (entity, last(&place))).collect();
    found.sort_unstable();
    found.into_iter().map(|(entity, node)| made(scope, survey, &declarations[entity], node)).collect()
}

fn last(containers: &Containers) -> NodeIndex {
    containers.last().copied().unwrap_or_default()
}

/// The rows of the sheet, each looked at by itself.
fn declarations(survey: &mut Survey<'_>) -> Vec<Declaration> {
    let table = &survey.sheets.entities;
    let mut problems = Vec::new();
    for column in table.columns.iter().filter(|column| !COLUMNS.contains(&column.key.as_str())) {
        problems.push(table.head_problem(column, ProblemKind::StrangeColumn(column.title.clone())));
    }
    let mut all: Vec<Declaration> = Vec::new();
    for row in table.rows() {
        let get = |key: &str| table.get(row, key);
        let has = |key: &str| !get(key).is_empty();
        let list = get("dataset");
        let mut fault = |key: &str, fault: EntityFault| {
            problems.push(table.problem(row, key, ProblemKind::Entity(fault)));
        };
        if list.is_empty() {
            fault("dataset", EntityFault::NoName);
        } else if list.starts_with("__") || list.contains('.') || !is_name(list) {
            fault("dataset", EntityFault::BadName(list.into()));
        } else if all.iter().any(|other| other.list == list) {
            fault("dataset", EntityFault::DuplicateList(list.into()));
        }
        if has("update_if") && !has("entity_id") {
            fault("entity_id", EntityFault::NoId(list.into()));
        } else if has("entity_id") && has("create_if") && !has("update_if") {
            fault("update_if", EntityFault::NoUpdateIf(list.into()));
        } else if !has("entity_id") && !has("label") {
            fault("label", EntityFault::NoLabel(list.into()));
        }
        let names = ["entity_id", "create_if", "update_if", "label"].into_iter().flat_map(|key| names_in(get(key)));
        all.push(Declaration { list: list.into(), row, names: names.collect(), references: Vec::new() });
    }
    survey.problems.append(&mut problems);
    all
}

/// Goes through the questions: which entity each belongs to.
fn references(scope: &Scope, survey: &mut Survey<'_>, declarations: &mut [Declaration]) {
    for place in 1..survey.entries.len() {
        let entry = &survey.entries[place];
        let (Some(row), Role::Row | Role::Preset(_)) = (entry.row, &entry.role) else { continue };
        let name = entry.node.name.clone();
        let containers = scope.above(place as NodeIndex);
        let text = survey.sheets.survey.get(row, "save_to");
        if !text.is_empty() {
            let is_group = matches!(entry.node.kind, Kind::Group | Kind::Repeat);
            match saved(text, is_group, declarations) {
                Ok((entity, property)) => {
                    survey.entries[place].node.save_to.clone_from(&property);
                    let reference =
                        Reference { containers: containers.clone(), row: Some(row), property: Some(property) };
                    declarations[entity].references.push(reference);
                }
                Err(fault) => survey.problem(row, "save_to", ProblemKind::Entity(fault)),
            }
        }
        for declaration in declarations.iter_mut().filter(|declaration| declaration.names.contains(&name)) {
            let reference = Reference { containers: containers.clone(), row: None, property: None };
            declaration.references.push(reference);
        }
    }
}

/// The entity and the property that a `save_to` means.
fn saved(text: &str, is_group: bool, declarations: &[Declaration]) -> Result<(usize, String), EntityFault> {
    let (list, property) = match text.split_once('#') {
        Some((_, rest)) if rest.contains('#') => return Err(EntityFault::TwoPrefixes(text.into())),
        Some((list, property)) => (Some(list), property),
        None => (None, text),
    };
    let entity = match (list, declarations) {
        (_, []) => return Err(EntityFault::NoEntities),
        (None, [_]) => Some(0),
        (None, _) => return Err(EntityFault::NoPrefix(text.into())),
        (Some(list), all) => all.iter().position(|declaration| declaration.list == list),
    };
    let entity = entity.ok_or_else(|| EntityFault::NoList(list.unwrap_or_default().into()))?;
    if is_group {
        return Err(EntityFault::OnGroup);
    }
    let lower = property.to_lowercase();
    if lower == "name" || lower == "label" || property.starts_with("__") || !is_name(property) {
        return Err(EntityFault::BadName(property.into()));
    }
    let twin = declarations[entity].references.iter().find(|other| other.property.as_deref() == Some(property));
    match twin {
        Some(twin) => Err(EntityFault::TwiceSaved(property.into(), twin.row.unwrap_or_default() as u32 + 1)),
        None => Ok((entity, property.to_owned())),
    }
}

/// Where an entity would like to be: in the group of all its `save_to`s, else as deep as its expressions reach. All it
/// reads must be in one line of repeats.
fn request(
    scope: &Scope,
    survey: &Survey<'_>,
    entity: usize,
    declaration: &Declaration,
) -> Result<(Containers, Request), SheetProblem> {
    let boundary = |containers: &Containers| boundary(scope, containers);
    let repeats = |containers: &Containers| containers.iter().filter(|&&node| scope.is_repeat(node)).count();
    let depth = |containers: &Containers| (repeats(containers), containers.len());
    let all = &declaration.references;
    let mut saved: Vec<Containers> = Vec::new();
    for reference in all.iter().filter(|reference| reference.property.is_some()) {
        if !saved.contains(&reference.containers) {
            saved.push(reference.containers.clone());
        }
    }
    // The repeat that is in most others; of two alike the earlier one.
    let mut place: Containers = vec![0];
    for reference in all {
        if repeats(&reference.containers) > repeats(&place) {
            place = boundary(&reference.containers);
        }
    }
    let deepest = |all: &mut dyn Iterator<Item = &Containers>| {
        let inside = all.filter(|containers| boundary(containers) == place);
        inside
            .fold(None::<&Containers>, |best, next| best.filter(|best| best.len() >= next.len()).or(Some(next)))
            .cloned()
    };
    let wanted = match deepest(&mut saved.iter()).or_else(|| saved.first().cloned()) {
        Some(deepest_saved) => {
            let (inner, common) = (boundary(&deepest_saved), common(&saved));
            if depth(&common) > depth(&inner) { common } else { inner }
        }
        None => deepest(&mut all.iter().map(|reference| &reference.containers)).unwrap_or_else(|| vec![0]),
    };
    for reference in all {
        let own = boundary(&reference.containers);
        let is_saved = reference.property.is_some();
        let other = if !place.starts_with(&own) {
            &place
        } else if is_saved && boundary(&wanted) != own {
            &wanted
        } else {
            continue;
        };
        let path = |containers: &Containers| scope.absolute(last(containers));
        let fault = EntityFault::OtherScope(declaration.list.clone(), path(&own).into(), path(other).into());
        let kind = ProblemKind::Entity(fault);
        return Err(match reference.row.filter(|_| is_saved) {
            Some(row) => survey.sheets.survey.problem(row, "save_to", kind),
            None => survey.sheets.entities.row_problem(declaration.row, kind),
        });
    }
    Ok((place, Request { entity, wanted, saved }))
}

/// The innermost repeat that something is in, with what is above it; else the root.
fn boundary(scope: &Scope, containers: &Containers) -> Containers {
    let end = containers.iter().rposition(|&node| scope.is_repeat(node)).unwrap_or_default();
    containers[..=end.min(containers.len().saturating_sub(1))].to_vec()
}

/// What all have in common from the root on.
fn common(all: &[Containers]) -> Containers {
    let Some(first) = all.first() else { return vec![0] };
    let length = all.iter().map(|other| first.iter().zip(other).take_while(|(one, other)| one == other).count()).min();
    first[..length.unwrap_or_default()].to_vec()
}

/// Gives an entity the lowest place that is free, from where it would like to be up to its repeat; the entity in the way
/// where there is none. Groups between a place and what is saved there are that entity's too.
fn allot(
    place: &Containers,
    request: &Request,
    places: &mut BTreeMap<Containers, usize>,
    reserved: &mut BTreeMap<Containers, usize>,
) -> Result<(), usize> {
    let mut in_the_way = request.entity;
    for depth in (place.len()..=request.wanted.len()).rev() {
        let here = request.wanted[..depth].to_vec();
        if let Some(&other) = places.get(&here).or_else(|| reserved.get(&here)) {
            in_the_way = other;
            // Its own answers are inside another's group.
            if let Some(&other) = request.saved.first().and_then(|saved| reserved.get(saved)) {
                return Err(other);
            }
            continue;
        }
        for saved in &request.saved {
            for end in here.len()..=saved.len() {
                reserved.insert(saved[..end].to_vec(), request.entity);
            }
        }
        places.insert(here.clone(), request.entity);
        reserved.insert(here, request.entity);
        return Ok(());
    }
    Err(in_the_way)
}

fn made(scope: &Scope, survey: &mut Survey<'_>, declaration: &Declaration, node: NodeIndex) -> Entity {
    let table = &survey.sheets.entities;
    let mut problems = Vec::new();
    let mut read = |key: &str| match scope.expression(At::Node(node), table.get(declaration.row, key)) {
        Ok(resolved) => resolved.text,
        Err(kind) => {
            problems.push(table.problem(declaration.row, key, kind));
            String::new()
        }
    };
    let entity = Entity {
        list: declaration.list.clone(),
        node,
        entity_id: read("entity_id"),
        create_if: read("create_if"),
        update_if: read("update_if"),
        label: read("label"),
    };
    survey.problems.append(&mut problems);
    entity
}
