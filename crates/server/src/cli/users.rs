//! `zhucun user`.

use clap::{
    ArgGroup, Args, Subcommand,
    builder::{PossibleValue, PossibleValuesParser, TypedValueParser},
};
use zhucun_domain::access::Role;

use super::{CliError, config::Config, open, say};
use crate::{
    clock::Clock,
    service::{
        invites,
        passwords::{Cost, Passwords},
        random,
    },
    store::{Account, Act, CLI, NewAccount, Person, Place, PlaceKind, Store},
};

#[derive(Debug, Subcommand)]
pub(super) enum UserCommand {
    /// Add somebody; prints a password once
    Add(Add),
    /// Print a one-time link by which somebody sets a new password, good for 7 days
    Link(LinkFor),
    /// List the people of every county, with role and place
    List,
    /// Give somebody a new password, printed once; their phones are signed out and keep what was not sent
    ResetPassword {
        /// Name to sign in with
        username: String,
    },
    /// Let somebody in no more; what they wrote stays
    Block {
        /// Name to sign in with
        username: String,
    },
    /// Let somebody in again
    Unblock {
        /// Name to sign in with
        username: String,
    },
}

#[derive(Debug, Args)]
pub(super) struct LinkFor {
    /// Name to sign in with
    username: String,
    /// The address people use, to begin the link with
    #[arg(long, env = "ZHUCUN_PUBLIC_URL", value_name = "URL", default_value = "http://localhost:8080")]
    public_url: String,
}

#[derive(Debug, Args)]
#[command(group = ArgGroup::new("place").required(true))]
pub(super) struct Add {
    /// Name to sign in with
    #[arg(long)]
    username: String,
    /// Name to show
    #[arg(long)]
    name: String,
    /// What they may do
    #[arg(long, value_parser = roles())]
    role: Role,
    /// Village, for secretary and committee
    #[arg(long, group = "place", value_name = "ID")]
    village: Option<String>,
    /// Township, for township
    #[arg(long, group = "place", value_name = "ID")]
    township: Option<String>,
    /// County, for county and dispatcher
    #[arg(long, group = "place", value_name = "ID")]
    county: Option<String>,
}

/// The roles, for the help too.
fn roles() -> impl TypedValueParser<Value = Role> {
    let shown = Role::ALL.map(|role| {
        let does = match role {
            Role::Secretary => "visits households, with the phone app",
            Role::Committee => "keeps households and needs, with the phone app",
            Role::Township => "reads the township's villages at the desk",
            Role::County => "reads the county's villages at the desk",
            Role::Dispatcher => "the unit that sent secretaries; reads no village's records",
        };
        PossibleValue::new(role.code()).help(format!("{does}; needs --{}", PlaceKind::of(role).code()))
    });
    PossibleValuesParser::new(shown).try_map(|code| Role::from_code(&code).ok_or("no such role"))
}

pub(super) async fn run(config: &Config, command: UserCommand) -> Result<(), CliError> {
    let store = open::store(config).await?;
    let done = match command {
        UserCommand::Add(add) => add_user(&store, add).await.map(|password| handed_over(&password)),
        UserCommand::Link(link) => link_for(&store, &link).await,
        UserCommand::List => list(&store).await,
        UserCommand::ResetPassword { username } => {
            reset(&store, &username).await.map(|password| handed_over(&password))
        }
        UserCommand::Block { username } => block(&store, &username, true).await,
        UserCommand::Unblock { username } => block(&store, &username, false).await,
    };
    store.close().await;
    say(done?);
    Ok(())
}

fn handed_over(password: &str) -> String {
    format!("password: {password}\nIt is shown only now. Hand it over in person.")
}

async fn account(store: &Store, username: &str) -> Result<Account, CliError> {
    let account = store.account_by_username(username).await?;
    account.ok_or_else(|| CliError::input(format!("nobody signs in as “{username}”; zhucun user list names all")))
}

async fn list(store: &Store) -> Result<String, CliError> {
    let mut lines = Vec::new();
    for county in store.places(PlaceKind::County).await? {
        for Person { account, link_until } in store.people(&county.id, Clock::System.now()).await? {
            let state = match (account.blocked, account.password_hash.is_empty(), link_until) {
                (true, ..) => "blocked",
                (false, true, Some(_)) => "invited",
                (false, true, None) => "invited, the link is too old",
                (false, false, _) => "",
            };
            let place = if account.place.is_empty() { "-" } else { &account.place };
            let line =
                format!("{:16} {:10} {place:16} {} {state}", account.username, account.role.code(), account.name);
            lines.push(line.trim_end().to_owned());
        }
    }
    Ok(if lines.is_empty() { "nobody yet".to_owned() } else { lines.join("\n") })
}

async fn reset(store: &Store, username: &str) -> Result<String, CliError> {
    let account = account(store, username).await?;
    let password = random::password();
    let hash = Passwords::new(Cost::Full)?.hash(&password).await?;
    store.set_password(&account.id, &hash, act(&account, "password_reset")).await?;
    Ok(password)
}

async fn block(store: &Store, username: &str, blocked: bool) -> Result<String, CliError> {
    let account = account(store, username).await?;
    let (action, done) = if blocked { ("user_blocked", "is blocked") } else { ("user_unblocked", "may sign in again") };
    if account.blocked != blocked {
        store.set_blocked(&account, blocked, act(&account, action)).await?;
    }
    Ok(format!("{username} {done}"))
}

fn act<'a>(account: &'a Account, action: &'static str) -> Act<'a> {
    Act { county: &account.county, by: CLI, action, subject: &account.id, at: Clock::System.now() }
}

async fn link_for(store: &Store, link: &LinkFor) -> Result<String, CliError> {
    let account = account(store, &link.username).await?;
    if account.blocked {
        return Err(CliError::input(format!(
            "“{}” is blocked: unblock them first: zhucun user unblock {0}",
            link.username
        )));
    }
    let made = invites::renew(store, &account, CLI, Clock::System.now()).await?;
    Ok(made.address(link.public_url.trim_end_matches('/')))
}

async fn add_user(store: &Store, add: Add) -> Result<String, CliError> {
    let (kind, id) = match (&add.village, &add.township, &add.county) {
        (Some(id), _, _) => (PlaceKind::Village, id),
        (_, Some(id), _) => (PlaceKind::Township, id),
        (_, _, Some(id)) => (PlaceKind::County, id),
        (None, None, None) => return Err(CliError::input("give --village, --township or --county")),
    };
    let wanted = PlaceKind::of(add.role);
    if kind != wanted {
        return Err(CliError::input(format!("a {} needs --{}", add.role.code(), wanted.code())));
    }
    let username = add.username.trim().to_owned();
    if username.is_empty() || username.contains('\0') || add.name.contains('\0') {
        return Err(CliError::input("--username and --name are words"));
    }
    let place = place(store, id, kind).await?;
    let county = county_of(store, &place).await?;
    let password = random::password();
    let account = NewAccount {
        id: random::user_id(),
        username,
        name: add.name,
        role: add.role,
        county,
        place: place.id,
        password_hash: Passwords::new(Cost::Full)?.hash(&password).await?,
    };
    let at = Clock::System.now();
    let act = Act { county: &account.county, by: CLI, action: "user_added", subject: &account.id, at };
    store.add_user(&account, act).await?;
    Ok(password)
}

/// A place that must be there, of a level.
pub(super) async fn place(store: &Store, id: &str, kind: PlaceKind) -> Result<Place, CliError> {
    match store.place(id).await?.filter(|place| place.kind == kind) {
        Some(place) => Ok(place),
        None => {
            let known: Vec<String> = store.places(kind).await?.into_iter().map(|place| place.id).collect();
            let kind = kind.code();
            Err(CliError::input(if known.is_empty() {
                format!("there is no {kind} yet; add it first: zhucun place add {kind} {id} …")
            } else {
                format!("there is no {kind} “{id}”; there are: {}", known.join(", "))
            }))
        }
    }
}

/// The county above a place.
pub(super) async fn county_of(store: &Store, place: &Place) -> Result<String, CliError> {
    store.county_of(place).await?.ok_or_else(|| {
        CliError::input(format!("“{}” has no county above it; add the places from the county down", place.id))
    })
}
