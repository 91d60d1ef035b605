//! People who sign in.

use sqlx::{AnyConnection, Row as _, any::AnyRow};
use zhucun_domain::access::{Access, Role};

use super::{Act, Store, StoreError, audit::note, taken};

/// An account.
#[derive(Clone, PartialEq, Eq)]
pub struct Account {
    /// User id, e.g. `u-1f3a…`.
    pub id: String,
    /// Sign-in name.
    pub username: String,
    /// Name to show.
    pub name: String,
    /// Role.
    pub role: Role,
    /// County's id.
    pub county: String,
    /// Id of the village, township or county that the role is for.
    pub place: String,
    /// Hash of the password in PHC form; empty for somebody who was invited and has not come yet.
    pub password_hash: String,
    /// May not sign in any more.
    pub blocked: bool,
}

/// An account to add.
#[derive(Clone)]
pub struct NewAccount {
    /// User id; see [`crate::service::random::user_id`].
    pub id: String,
    /// Sign-in name; must be free.
    pub username: String,
    /// Name to show.
    pub name: String,
    /// Role.
    pub role: Role,
    /// County's id.
    pub county: String,
    /// Id of the village, township or county that the role is for.
    pub place: String,
    /// Hash of the password, made by [`crate::service::passwords::Passwords::hash`]; empty for somebody who is invited.
    pub password_hash: String,
}

const COLUMNS: &str = "SELECT id, username, name, role, county, place, password_hash, blocked FROM account";

impl Store {
    /// Adds an account that nobody administers: of the invented county, and of tests.
    ///
    /// # Errors
    /// [`StoreError::Taken`] when the name is taken; else when the database fails.
    pub async fn add_account(&self, account: &NewAccount) -> Result<(), StoreError> {
        let mut write = self.write().await?;
        insert(write.db(), account).await?;
        write.commit().await
    }

    /// Adds somebody who has a password already.
    ///
    /// # Errors
    /// [`StoreError::Taken`] when the name is taken; else when the database fails.
    pub async fn add_user(&self, account: &NewAccount, act: Act<'_>) -> Result<(), StoreError> {
        self.again_when_met(|| async {
            let mut write = self.write().await?;
            insert(write.db(), account).await?;
            note(write.db(), act).await?;
            write.commit().await
        })
        .await
    }

    /// An account by sign-in name.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn account_by_username(&self, username: &str) -> Result<Option<Account>, StoreError> {
        self.account_where("username", username).await
    }

    /// An account by user id.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn account(&self, id: &str) -> Result<Option<Account>, StoreError> {
        self.account_where("id", id).await
    }

    async fn account_where(&self, column: &'static str, value: &str) -> Result<Option<Account>, StoreError> {
        let row = sqlx::query(sqlx::AssertSqlSafe(format!("{COLUMNS} WHERE {column} = $1")))
            .bind(value)
            .fetch_optional(&self.pool)
            .await?;
        row.as_ref().map(account).transpose()
    }

    /// What an account may reach, read afresh: places move.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn access(&self, account: &Account) -> Result<Access, StoreError> {
        let villages = match account.role {
            // Without one after a handover.
            Role::Secretary | Role::Committee if account.place.is_empty() => Vec::new(),
            Role::Secretary | Role::Committee => vec![account.place.clone()],
            Role::Township | Role::County => self.villages_of(&account.place).await?,
            Role::Dispatcher => Vec::new(),
        };
        Ok(Access { user: account.id.clone(), role: account.role, county: account.county.clone(), villages })
    }
}

pub(super) async fn insert(db: &mut AnyConnection, account: &NewAccount) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO account (id, username, name, role, county, place, password_hash, blocked) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, 0)",
    )
    .bind(&account.id)
    .bind(&account.username)
    .bind(&account.name)
    .bind(account.role.code())
    .bind(&account.county)
    .bind(&account.place)
    .bind(&account.password_hash)
    .execute(db)
    .await
    .map_err(|error| taken(error, "the user name"))?;
    Ok(())
}

pub(super) fn account(row: &AnyRow) -> Result<Account, StoreError> {
    Ok(Account {
        id: row.try_get(0)?,
        username: row.try_get(1)?,
        name: row.try_get(2)?,
        role: Role::from_code(&row.try_get::<String, _>(3)?).ok_or(StoreError::Corrupt("account"))?,
        county: row.try_get(4)?,
        place: row.try_get(5)?,
        password_hash: row.try_get(6)?,
        blocked: row.try_get::<i64, _>(7)? != 0,
    })
}
