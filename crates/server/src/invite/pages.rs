//! What the templates show.

use askama::Template;
use zhucun_domain::account;
use zhucun_words::{Word, invite as w};

use crate::{store::Account, villager::look::Look};

/// What was typed, to be shown again; a password is not.
pub struct Typed {
    /// The sign-in name.
    pub username: String,
}

/// What is wrong with what was typed, in words.
#[derive(Default)]
pub struct Errors {
    /// With the sign-in name.
    pub username: Option<String>,
    /// With the password.
    pub password: Option<String>,
    /// With the password written again.
    pub again: Option<String>,
}

impl Errors {
    /// Whether nothing is wrong.
    pub const fn is_empty(&self) -> bool {
        self.username.is_none() && self.password.is_none() && self.again.is_none()
    }
}

/// The page that asks for a sign-in name and a password.
#[derive(Template)]
#[template(path = "invite/join.html")]
pub struct JoinPage {
    look: Look,
    title: &'static str,
    path: String,
    intro: &'static str,
    name: String,
    role: &'static str,
    place: String,
    joined: bool,
    problem: bool,
    username: String,
    username_error: Option<String>,
    password_error: Option<String>,
    again_error: Option<String>,
    password_hint: String,
}

impl JoinPage {
    /// For the account of a link that is good.
    pub fn new(
        look: Look,
        token: &str,
        account: &Account,
        role: &'static str,
        place: String,
        again: Option<(Typed, Errors)>,
    ) -> Self {
        let joined = !account.password_hash.is_empty();
        let problem = again.is_some();
        let (typed, errors) =
            again.unwrap_or_else(|| (Typed { username: account.username.clone() }, Errors::default()));
        Self {
            look,
            title: look.w(if joined { w::TITLE_RESET } else { w::TITLE }),
            path: format!("/invite/{token}"),
            intro: look.w(if joined { w::INTRO_RESET } else { w::INTRO }),
            name: account.name.clone(),
            role,
            place,
            joined,
            problem,
            username: typed.username,
            username_error: errors.username,
            password_error: errors.password,
            again_error: errors.again,
            password_hint: w::PASSWORD_HINT.fill(look.lang, &[("min", &account::PASSWORD_MIN.to_string())]),
        }
    }
}

/// A page that says why there is nothing to do here.
#[derive(Template)]
#[template(path = "invite/gone.html")]
pub struct GonePage {
    look: Look,
    title: &'static str,
    path: &'static str,
    words: &'static str,
}

impl GonePage {
    /// With its title and words.
    pub fn new(look: Look, title: Word, words: Word) -> Self {
        Self { look, title: look.w(title), path: "/invite", words: look.w(words) }
    }
}
