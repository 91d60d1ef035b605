//! Administering people: links to join or for a new password, blocking, roles, a village's change of secretary. Each is one
//! transaction with its row of the audit.

use sqlx::{AnyConnection, Row as _};
use zhucun_domain::access::Role;

use super::{Account, Act, NewAccount, Store, StoreError, accounts, audit::note, taken};

/// An account with its link.
#[derive(Clone, PartialEq, Eq)]
pub struct Person {
    /// The account.
    pub account: Account,
    /// Until when a link of theirs is good, milliseconds since 1970 UTC.
    pub link_until: Option<i64>,
}

/// A link to make.
#[derive(Clone, Copy, Debug)]
pub struct NewLink<'a> {
    /// Hash of its token.
    pub token_hash: &'a str,
    /// Milliseconds since 1970 UTC.
    pub created: i64,
    /// Until when it is good.
    pub expires: i64,
}

/// Who comes after a secretary.
pub enum Successor<'a> {
    /// Somebody new, who joins by a link.
    New(&'a NewAccount, NewLink<'a>),
    /// Somebody who has an account, by id.
    Known(&'a str),
}

/// A role and place that somebody gets.
#[derive(Clone, Copy, Debug)]
pub struct Post<'a> {
    /// Name to show.
    pub name: &'a str,
    /// Role.
    pub role: Role,
    /// The place's id.
    pub place: &'a str,
}

/// What somebody may still send to a stream that was taken from them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Late {
    /// The role they had.
    pub role: Role,
    /// When it was taken, milliseconds since 1970 UTC.
    pub at: i64,
}

impl Store {
    /// All people of a county, by name.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn people(&self, county: &str, now: i64) -> Result<Vec<Person>, StoreError> {
        let rows = sqlx::query(
            "SELECT a.id, a.username, a.name, a.role, a.county, a.place, a.password_hash, a.blocked, \
             (SELECT MAX(i.expires) FROM invite i WHERE i.account = a.id AND i.expires > $2) \
             FROM account a WHERE a.county = $1 ORDER BY a.name, a.id",
        )
        .bind(county)
        .bind(now)
        .fetch_all(&self.pool)
        .await?;
        rows.iter().map(|row| Ok(Person { account: accounts::account(row)?, link_until: row.try_get(8)? })).collect()
    }

    /// Until when a link of somebody's is good; `None` when none is.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn link_until(&self, account: &str, now: i64) -> Result<Option<i64>, StoreError> {
        let row = sqlx::query("SELECT MAX(expires) FROM invite WHERE account = $1 AND expires > $2")
            .bind(account)
            .bind(now)
            .fetch_one(&self.pool)
            .await?;
        Ok(row.try_get(0)?)
    }

    /// Whether nobody at all has ever had a password here.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn is_nobody_in(&self) -> Result<bool, StoreError> {
        let row = sqlx::query("SELECT COUNT(*) FROM account WHERE password_hash <> ''").fetch_one(&self.pool).await?;
        Ok(row.try_get::<i64, _>(0)? == 0)
    }

    /// Adds somebody without a password, with a link to join.
    ///
    /// # Errors
    /// [`StoreError::Taken`] when the sign-in name is; else when the database fails.
    pub async fn invite(&self, account: &NewAccount, link: NewLink<'_>, act: Act<'_>) -> Result<(), StoreError> {
        let mut write = self.write().await?;
        accounts::insert(write.db(), account).await?;
        put_link(write.db(), &account.id, link).await?;
        note(write.db(), act).await?;
        write.commit().await
    }

    /// Makes a new link for somebody; the ones before are good no more.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn renew_link(&self, account: &str, link: NewLink<'_>, act: Act<'_>) -> Result<(), StoreError> {
        let mut write = self.write().await?;
        drop_links(write.db(), account).await?;
        put_link(write.db(), account, link).await?;
        note(write.db(), act).await?;
        write.commit().await
    }

    /// Takes somebody's links back.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn revoke_links(&self, account: &str, act: Act<'_>) -> Result<(), StoreError> {
        let mut write = self.write().await?;
        drop_links(write.db(), account).await?;
        note(write.db(), act).await?;
        write.commit().await
    }

    /// The account of a link that is good.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn linked(&self, token_hash: &str, now: i64) -> Result<Option<Account>, StoreError> {
        let row = sqlx::query(
            "SELECT a.id, a.username, a.name, a.role, a.county, a.place, a.password_hash, a.blocked \
             FROM invite i JOIN account a ON a.id = i.account \
             WHERE i.token_hash = $1 AND i.expires > $2 AND a.blocked = 0",
        )
        .bind(token_hash)
        .bind(now)
        .fetch_optional(&self.pool)
        .await?;
        row.as_ref().map(accounts::account).transpose()
    }

    /// Uses a link up: sign-in name and password are set, all sessions before end, and a new one begins. False when the link
    /// was used or taken back meanwhile.
    ///
    /// # Errors
    /// [`StoreError::Taken`] when the sign-in name is; else when the database fails.
    pub async fn join(
        &self,
        token_hash: &str,
        account: &Account,
        session_hash: &str,
        act: Act<'_>,
    ) -> Result<bool, StoreError> {
        let mut write = self.write().await?;
        let used = sqlx::query("DELETE FROM invite WHERE token_hash = $1 AND account = $2 AND expires > $3")
            .bind(token_hash)
            .bind(&account.id)
            .bind(act.at)
            .execute(write.db())
            .await?;
        if used.rows_affected() == 0 {
            return Ok(false);
        }
        drop_links(write.db(), &account.id).await?;
        sqlx::query("UPDATE account SET username = $2, password_hash = $3 WHERE id = $1 AND blocked = 0")
            .bind(&account.id)
            .bind(&account.username)
            .bind(&account.password_hash)
            .execute(write.db())
            .await
            .map_err(|error| taken(error, "the user name"))?;
        drop_sessions(write.db(), &account.id).await?;
        sqlx::query("INSERT INTO session (token_hash, account, created, seen) VALUES ($1, $2, $3, $3)")
            .bind(session_hash)
            .bind(&account.id)
            .bind(act.at)
            .execute(write.db())
            .await?;
        note(write.db(), act).await?;
        write.commit().await?;
        Ok(true)
    }

    /// Blocks somebody or lets them in again. A blocked person's sessions stay as something that may do nothing, so that their
    /// phone learns of it; they end when the person is let in.
    ///
    /// # Errors
    /// [`StoreError::LastAdministrator`]; else when the database fails.
    pub async fn set_blocked(&self, account: &str, blocked: bool, act: Act<'_>) -> Result<(), StoreError> {
        let mut write = self.write().await?;
        if blocked {
            guard_last(write.db(), act.county, account).await?;
            drop_links(write.db(), account).await?;
        } else {
            drop_sessions(write.db(), account).await?;
        }
        sqlx::query("UPDATE account SET blocked = $2 WHERE id = $1")
            .bind(account)
            .bind(i64::from(blocked))
            .execute(write.db())
            .await?;
        note(write.db(), act).await?;
        write.commit().await
    }

    /// Gives somebody a new password; whoever is signed in with the old one is signed out, and links are good no more.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_password(&self, account: &str, password_hash: &str, act: Act<'_>) -> Result<(), StoreError> {
        let mut write = self.write().await?;
        drop_links(write.db(), account).await?;
        drop_sessions(write.db(), account).await?;
        sqlx::query("UPDATE account SET password_hash = $2 WHERE id = $1")
            .bind(account)
            .bind(password_hash)
            .execute(write.db())
            .await?;
        note(write.db(), act).await?;
        write.commit().await
    }

    /// Gives somebody a name, role and place. A village that they leave takes for a while what they wrote before.
    ///
    /// # Errors
    /// [`StoreError::LastAdministrator`]; else when the database fails.
    pub async fn set_post(&self, account: &str, post: Post<'_>, act: Act<'_>) -> Result<(), StoreError> {
        let mut write = self.write().await?;
        if post.role != Role::County {
            guard_last(write.db(), act.county, account).await?;
        }
        leave(write.db(), account, post.place, act.at).await?;
        sqlx::query("UPDATE account SET name = $2, role = $3, place = $4 WHERE id = $1")
            .bind(account)
            .bind(post.name)
            .bind(post.role.code())
            .bind(post.place)
            .execute(write.db())
            .await?;
        note(write.db(), act).await?;
        write.commit().await
    }

    /// Gives a village to a new secretary, in one transaction: whoever was it loses the village, and with `block` may not sign
    /// in any more. Gives the ids of the predecessors.
    ///
    /// # Errors
    /// [`StoreError::Taken`] when a new sign-in name is; else when the database fails.
    pub async fn hand_over(
        &self,
        village: &str,
        successor: Successor<'_>,
        block: bool,
        act: Act<'_>,
    ) -> Result<(), StoreError> {
        let mut write = self.write().await?;
        let id = match &successor {
            Successor::New(account, _) => account.id.clone(),
            Successor::Known(id) => (*id).to_owned(),
        };
        let db = write.db();
        let before = sqlx::query("SELECT id FROM account WHERE place = $1 AND role = 'secretary' AND id <> $2")
            .bind(village)
            .bind(&id)
            .fetch_all(&mut *db)
            .await?;
        for row in before {
            let predecessor: String = row.try_get(0)?;
            leave(db, &predecessor, "", act.at).await?;
            drop_links(db, &predecessor).await?;
            sqlx::query(
                "UPDATE account SET place = '', blocked = CASE WHEN $2 = 1 THEN 1 ELSE blocked END WHERE id = $1",
            )
            .bind(&predecessor)
            .bind(i64::from(block))
            .execute(&mut *db)
            .await?;
            note(db, Act { action: "village_taken", subject: &predecessor, ..act }).await?;
        }
        match successor {
            Successor::New(account, link) => {
                accounts::insert(db, account).await?;
                put_link(db, &account.id, link).await?;
                note(db, Act { action: "user_invited", subject: &account.id, ..act }).await?;
            }
            Successor::Known(known) => {
                leave(db, known, village, act.at).await?;
                sqlx::query("UPDATE account SET role = 'secretary', place = $2 WHERE id = $1")
                    .bind(known)
                    .bind(village)
                    .execute(&mut *db)
                    .await?;
                // Back after a time elsewhere: everything may be written again.
                sqlx::query("DELETE FROM handover WHERE stream = $1 AND account = $2")
                    .bind(stream_of(village))
                    .bind(known)
                    .execute(&mut *db)
                    .await?;
                note(db, Act { action: "village_given", subject: known, ..act }).await?;
            }
        }
        note(db, Act { action: "secretary_changed", subject: village, ..act }).await?;
        write.commit().await
    }

    /// What somebody may still send to a stream that they do not work in any more.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn late(&self, stream: &str, account: &str) -> Result<Option<Late>, StoreError> {
        let row = sqlx::query("SELECT role, at FROM handover WHERE stream = $1 AND account = $2")
            .bind(stream)
            .bind(account)
            .fetch_optional(&self.pool)
            .await?;
        row.map(|row| {
            let role = Role::from_code(&row.try_get::<String, _>(0)?).ok_or(StoreError::Corrupt("handover"))?;
            Ok(Late { role, at: row.try_get(1)? })
        })
        .transpose()
    }

    /// Whether a change of somebody's in a stream names an attachment.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn is_named_by(&self, stream: &str, account: &str, sha256: &str) -> Result<bool, StoreError> {
        let row = sqlx::query(
            "SELECT 1 FROM change c JOIN payload p ON p.stream = c.stream AND p.change_id = c.id \
             WHERE c.stream = $1 AND c.author = $2 AND p.json LIKE $3 LIMIT 1",
        )
        .bind(stream)
        .bind(account)
        .bind(format!("%{sha256}%"))
        .fetch_optional(&self.pool)
        .await?;
        Ok(row.is_some())
    }
}

fn stream_of(village: &str) -> String {
    format!("village/{village}")
}

/// Notes that somebody leaves their village, when the new place is another.
async fn leave(db: &mut AnyConnection, account: &str, place: &str, at: i64) -> Result<(), StoreError> {
    let row =
        sqlx::query("SELECT role, place FROM account WHERE id = $1").bind(account).fetch_optional(&mut *db).await?;
    let Some(row) = row else { return Ok(()) };
    let (role, before): (String, String) = (row.try_get(0)?, row.try_get(1)?);
    let in_village = matches!(Role::from_code(&role), Some(Role::Secretary | Role::Committee));
    if !in_village || before.is_empty() || before == place {
        return Ok(());
    }
    sqlx::query(
        "INSERT INTO handover (stream, account, role, at) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (stream, account) DO UPDATE SET role = excluded.role, at = excluded.at",
    )
    .bind(stream_of(&before))
    .bind(account)
    .bind(role)
    .bind(at)
    .execute(db)
    .await?;
    Ok(())
}

/// Somebody must be left who can administer: counts those with a password.
async fn guard_last(db: &mut AnyConnection, county: &str, account: &str) -> Result<(), StoreError> {
    let rows = sqlx::query(
        "SELECT id FROM account WHERE county = $1 AND role = 'county' AND blocked = 0 AND password_hash <> ''",
    )
    .bind(county)
    .fetch_all(db)
    .await?;
    let ids: Vec<String> = rows.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>()?;
    if ids.iter().any(|id| id == account) && ids.len() == 1 { Err(StoreError::LastAdministrator) } else { Ok(()) }
}

async fn put_link(db: &mut AnyConnection, account: &str, link: NewLink<'_>) -> Result<(), StoreError> {
    sqlx::query("INSERT INTO invite (token_hash, account, created, expires) VALUES ($1, $2, $3, $4)")
        .bind(link.token_hash)
        .bind(account)
        .bind(link.created)
        .bind(link.expires)
        .execute(db)
        .await?;
    Ok(())
}

async fn drop_links(db: &mut AnyConnection, account: &str) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM invite WHERE account = $1").bind(account).execute(db).await?;
    Ok(())
}

async fn drop_sessions(db: &mut AnyConnection, account: &str) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM session WHERE account = $1").bind(account).execute(db).await?;
    Ok(())
}
