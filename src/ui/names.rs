//! Code lists in words. A code that a county has added and this build does not know is shown as it is.

use zhucun_domain::{access::Role, need::State};
use zhucun_words::{Lang, Word, common, households as words};

fn or_code(lang: Lang, code: &str, word: Option<Word>) -> &str {
    word.map_or(code, |word| word.get(lang))
}

/// Kind of a household 户属性.
#[must_use]
pub fn kind(lang: Lang, code: &str) -> &str {
    let word = match code {
        "general" => common::KIND_GENERAL,
        "poor" => common::KIND_POOR,
        "low_income_allowance" => common::KIND_LOW_INCOME_ALLOWANCE,
        "extreme_hardship" => common::KIND_EXTREME_HARDSHIP,
        "unstable" => common::KIND_UNSTABLE,
        "marginal" => common::KIND_MARGINAL,
        "sudden_hardship" => common::KIND_SUDDEN_HARDSHIP,
        _ => return code,
    };
    word.get(lang)
}

/// Cause of poverty 致贫原因.
#[must_use]
pub fn cause(lang: Lang, code: &str) -> &str {
    let word = match code {
        "illness" => words::CAUSE_ILLNESS,
        "disability" => words::CAUSE_DISABILITY,
        "schooling" => words::CAUSE_SCHOOLING,
        "disaster" => words::CAUSE_DISASTER,
        "no_land" => words::CAUSE_NO_LAND,
        "no_water" => words::CAUSE_NO_WATER,
        "no_skill" => words::CAUSE_NO_SKILL,
        "no_labour" => words::CAUSE_NO_LABOUR,
        "no_capital" => words::CAUSE_NO_CAPITAL,
        "poor_transport" => words::CAUSE_POOR_TRANSPORT,
        "low_motivation" => words::CAUSE_LOW_MOTIVATION,
        "marriage" => words::CAUSE_MARRIAGE,
        "accident" => words::CAUSE_ACCIDENT,
        "other" => words::CAUSE_OTHER,
        _ => return code,
    };
    word.get(lang)
}

/// Relation of a member to the head.
#[must_use]
pub fn relation(lang: Lang, code: &str) -> &str {
    let word = match code {
        "head" => Some(words::RELATION_HEAD),
        "spouse" => Some(words::RELATION_SPOUSE),
        "child" => Some(words::RELATION_CHILD),
        "parent" => Some(words::RELATION_PARENT),
        "grandchild" => Some(words::RELATION_GRANDCHILD),
        "grandparent" => Some(words::RELATION_GRANDPARENT),
        "sibling" => Some(words::RELATION_SIBLING),
        "other" => Some(words::RELATION_OTHER),
        _ => None,
    };
    or_code(lang, code, word)
}

/// Health of a member; nothing to say of a healthy one.
#[must_use]
pub fn health(lang: Lang, code: &str) -> &str {
    let word = match code {
        "healthy" => return "",
        "chronic" => Some(words::HEALTH_CHRONIC),
        "serious" => Some(words::HEALTH_SERIOUS),
        "disabled" => Some(words::HEALTH_DISABLED),
        _ => None,
    };
    or_code(lang, code, word)
}

/// Category of a need 类别.
#[must_use]
pub fn category(lang: Lang, code: &str) -> &str {
    let word = match code {
        "allowance" => common::CATEGORY_ALLOWANCE,
        "medical" => common::CATEGORY_MEDICAL,
        "school" => common::CATEGORY_SCHOOL,
        "house" => common::CATEGORY_HOUSE,
        "water" => common::CATEGORY_WATER,
        "road" => common::CATEGORY_ROAD,
        "farming" => common::CATEGORY_FARMING,
        "job" => common::CATEGORY_JOB,
        "elderly_disabled" => common::CATEGORY_ELDERLY_DISABLED,
        "dispute" => common::CATEGORY_DISPUTE,
        "paperwork" => common::CATEGORY_PAPERWORK,
        "project_opinion" => common::CATEGORY_PROJECT_OPINION,
        "other" => common::CATEGORY_OTHER,
        _ => return code,
    };
    word.get(lang)
}

/// State of a need.
#[must_use]
pub fn state(lang: Lang, state: State) -> &'static str {
    let word = match state {
        State::Received => common::STATE_RECEIVED,
        State::Accepted => common::STATE_ACCEPTED,
        State::Referred => common::STATE_REFERRED,
        State::Doing => common::STATE_DOING,
        State::Solved => common::STATE_SOLVED,
        State::Rated => common::STATE_RATED,
        State::Explained => common::STATE_EXPLAINED,
        State::Reopened => common::STATE_REOPENED,
    };
    word.get(lang)
}

/// A role; `None` is the villager.
#[must_use]
pub fn role(lang: Lang, role: Option<Role>) -> &'static str {
    let word = match role {
        Some(Role::Secretary) => common::ROLE_SECRETARY,
        Some(Role::Committee) => common::ROLE_COMMITTEE,
        Some(Role::Township) => common::ROLE_TOWNSHIP,
        Some(Role::County) => common::ROLE_COUNTY,
        Some(Role::Dispatcher) => common::ROLE_DISPATCHER,
        None => common::ROLE_VILLAGER,
    };
    word.get(lang)
}
