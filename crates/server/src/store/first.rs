//! What a database without anybody begins with.

use sqlx::{AnyConnection, Row as _};

use super::{Act, CLI, NewAccount, NewLink, Place, Store, StoreError, accounts, audit::note, people, places};

/// What became of [`Store::begin`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Begun {
    /// The link is good.
    WithLink,
    /// Somebody has a password already: nothing was done.
    NotNeeded,
}

impl Store {
    /// Whether nobody at all has ever had a password here.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn is_nobody_in(&self) -> Result<bool, StoreError> {
        let mut connection = self.pool.acquire().await?;
        is_nobody_in(&mut connection).await
    }

    /// Where nobody has a password, keeps a link for an administrator: of whoever has their sign-in name, else of a new
    /// account, in the first county that is there, else in a new one. Their links from before `since` are good no more.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn begin(
        &self,
        county: &Place,
        account: &NewAccount,
        link: NewLink<'_>,
        since: i64,
    ) -> Result<Begun, StoreError> {
        self.again_when_met(|| async {
            let mut write = self.write().await?;
            let db = write.db();
            // A row that every database has: servers that start together wait for each other at it.
            sqlx::query("UPDATE meta SET value = value WHERE key = 'epoch'").execute(&mut *db).await?;
            if !is_nobody_in(db).await? {
                return Ok(Begun::NotNeeded);
            }
            let (id, of_county, action) = match known(db, &account.username).await? {
                Some((id, of_county)) => {
                    people::drop_links_before(db, &id, since).await?;
                    (id, of_county, "invite_renewed")
                }
                None => {
                    let of_county = first_county(db, county).await?;
                    let account = NewAccount { place: of_county.clone(), county: of_county.clone(), ..account.clone() };
                    accounts::insert(db, &account).await?;
                    (account.id, of_county, "user_invited")
                }
            };
            people::put_link(db, &id, link).await?;
            note(db, Act { county: &of_county, by: CLI, action, subject: &id, at: link.created }).await?;
            write.commit().await?;
            Ok(Begun::WithLink)
        })
        .await
    }
}

async fn is_nobody_in(db: &mut AnyConnection) -> Result<bool, StoreError> {
    let row = sqlx::query("SELECT COUNT(*) FROM account WHERE password_hash <> ''").fetch_one(db).await?;
    Ok(row.try_get::<i64, _>(0)? == 0)
}

/// Id and county of whoever has a sign-in name.
async fn known(db: &mut AnyConnection, username: &str) -> Result<Option<(String, String)>, StoreError> {
    let sql = "SELECT id, county FROM account WHERE username = $1";
    let row = sqlx::query(sql).bind(username).fetch_optional(db).await?;
    row.map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).transpose()
}

/// The id of the first county; of this one, which is added, where there is none.
async fn first_county(db: &mut AnyConnection, county: &Place) -> Result<String, StoreError> {
    let sql = "SELECT id FROM place WHERE kind = 'county' ORDER BY id LIMIT 1";
    if let Some(row) = sqlx::query(sql).fetch_optional(&mut *db).await? {
        return Ok(row.try_get(0)?);
    }
    places::insert(db, county).await?;
    Ok(county.id.clone())
}
