//! Codes of a need in words: category, state, role.

use zhucun_domain::{access::Role, need::State};
use zhucun_words::{Lang, Word, common as c};

/// The words of a category; what is unknown is "other".
#[must_use]
pub fn category(lang: Lang, code: &str) -> &'static str {
    let word = match code {
        "allowance" => c::CATEGORY_ALLOWANCE,
        "medical" => c::CATEGORY_MEDICAL,
        "school" => c::CATEGORY_SCHOOL,
        "house" => c::CATEGORY_HOUSE,
        "water" => c::CATEGORY_WATER,
        "road" => c::CATEGORY_ROAD,
        "farming" => c::CATEGORY_FARMING,
        "job" => c::CATEGORY_JOB,
        "elderly_disabled" => c::CATEGORY_ELDERLY_DISABLED,
        "dispute" => c::CATEGORY_DISPUTE,
        "paperwork" => c::CATEGORY_PAPERWORK,
        "project_opinion" => c::CATEGORY_PROJECT_OPINION,
        _ => c::CATEGORY_OTHER,
    };
    word.get(lang)
}

/// The words of a state.
#[must_use]
pub fn state(lang: Lang, state: State) -> &'static str {
    let word = match state {
        State::Received => c::STATE_RECEIVED,
        State::Accepted => c::STATE_ACCEPTED,
        State::Referred => c::STATE_REFERRED,
        State::Doing => c::STATE_DOING,
        State::Solved => c::STATE_SOLVED,
        State::Rated => c::STATE_RATED,
        State::Explained => c::STATE_EXPLAINED,
        State::Reopened => c::STATE_REOPENED,
    };
    word.get(lang)
}

/// The words of a role.
#[must_use]
pub fn role(role: Role) -> Word {
    match role {
        Role::Secretary => c::ROLE_SECRETARY,
        Role::Committee => c::ROLE_COMMITTEE,
        Role::Township => c::ROLE_TOWNSHIP,
        Role::County => c::ROLE_COUNTY,
        Role::Dispatcher => c::ROLE_DISPATCHER,
    }
}
