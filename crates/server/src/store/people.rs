//! Administering people: links to join or for a new password, blocking, roles, a village's change of secretary. Each is one
//! transaction with its row of the audit.
//!
//! Locks are taken in this order, so that two who administer at once wait for each other and do not stand in each other's way:
//! the county's place, where who may administer or who has a village is decided; then accounts; then their links and sessions.

use sqlx::{AnyConnection, Row as _};
use zhucun_domain::access::Role;

use super::{Account, Act, NewAccount, Store, StoreError, accounts, audit::note, places::in_turn, taken};

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
#[derive(Clone, Copy)]
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

    /// Adds somebody without a password, with a link to join.
    ///
    /// # Errors
    /// [`StoreError::Taken`] when the sign-in name is; else when the database fails.
    pub async fn invite(&self, account: &NewAccount, link: NewLink<'_>, act: Act<'_>) -> Result<(), StoreError> {
        self.again_when_met(|| async {
            let mut write = self.write().await?;
            accounts::insert(write.db(), account).await?;
            put_link(write.db(), &account.id, link).await?;
            note(write.db(), act).await?;
            write.commit().await
        })
        .await
    }

    /// Makes a new link for somebody as they were looked at; the ones before are good no more.
    ///
    /// # Errors
    /// [`StoreError::Changed`] when they have another role or place by now; else when the database fails.
    pub async fn renew_link(&self, account: &Account, link: NewLink<'_>, act: Act<'_>) -> Result<(), StoreError> {
        self.again_when_met(|| async {
            let mut write = self.write().await?;
            as_seen(write.db(), account).await?;
            drop_links(write.db(), &account.id).await?;
            put_link(write.db(), &account.id, link).await?;
            note(write.db(), act).await?;
            write.commit().await
        })
        .await
    }

    /// Takes somebody's links back.
    ///
    /// # Errors
    /// [`StoreError::Changed`] when they have another role or place by now; else when the database fails.
    pub async fn revoke_links(&self, account: &Account, act: Act<'_>) -> Result<(), StoreError> {
        self.again_when_met(|| async {
            let mut write = self.write().await?;
            as_seen(write.db(), account).await?;
            drop_links(write.db(), &account.id).await?;
            note(write.db(), act).await?;
            write.commit().await
        })
        .await
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
        self.again_when_met(|| self.join_once(token_hash, account, session_hash, act)).await
    }

    async fn join_once(
        &self,
        token_hash: &str,
        account: &Account,
        session_hash: &str,
        act: Act<'_>,
    ) -> Result<bool, StoreError> {
        let mut write = self.write().await?;
        lock(write.db(), &account.id).await?;
        let used = sqlx::query("DELETE FROM invite WHERE token_hash = $1 AND account = $2 AND expires > $3")
            .bind(token_hash)
            .bind(&account.id)
            .bind(act.at)
            .execute(write.db())
            .await?;
        if used.rows_affected() == 0 {
            return Ok(false);
        }
        sqlx::query("UPDATE account SET username = $2, password_hash = $3 WHERE id = $1 AND blocked = 0")
            .bind(&account.id)
            .bind(&account.username)
            .bind(&account.password_hash)
            .execute(write.db())
            .await
            .map_err(|error| taken(error, "the user name"))?;
        drop_links(write.db(), &account.id).await?;
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
    /// [`StoreError::LastAdministrator`], [`StoreError::Changed`]; else when the database fails.
    pub async fn set_blocked(&self, account: &Account, blocked: bool, act: Act<'_>) -> Result<(), StoreError> {
        self.again_when_met(|| async {
            let mut write = self.write().await?;
            in_turn(write.db(), act.county).await?;
            as_seen(write.db(), account).await?;
            if blocked {
                guard_last(write.db(), act.county, &account.id).await?;
            }
            sqlx::query("UPDATE account SET blocked = $2 WHERE id = $1")
                .bind(&account.id)
                .bind(i64::from(blocked))
                .execute(write.db())
                .await?;
            if blocked {
                drop_links(write.db(), &account.id).await?;
            } else {
                drop_sessions(write.db(), &account.id).await?;
            }
            note(write.db(), act).await?;
            write.commit().await
        })
        .await
    }

    /// Gives somebody a new password; whoever is signed in with the old one is signed out, and links are good no more.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_password(&self, account: &str, password_hash: &str, act: Act<'_>) -> Result<(), StoreError> {
        self.again_when_met(|| async {
            let mut write = self.write().await?;
            sqlx::query("UPDATE account SET password_hash = $2 WHERE id = $1")
                .bind(account)
                .bind(password_hash)
                .execute(write.db())
                .await?;
            drop_links(write.db(), account).await?;
            drop_sessions(write.db(), account).await?;
            note(write.db(), act).await?;
            write.commit().await
        })
        .await
    }

    /// Gives somebody as they were looked at a name, role and place. A village that they leave, or where they become
    /// something else, takes for a while what they wrote before.
    ///
    /// # Errors
    /// [`StoreError::LastAdministrator`], [`StoreError::Changed`]; else when the database fails.
    pub async fn set_post(&self, account: &Account, post: Post<'_>, act: Act<'_>) -> Result<(), StoreError> {
        self.again_when_met(|| async {
            let mut write = self.write().await?;
            in_turn(write.db(), act.county).await?;
            as_seen(write.db(), account).await?;
            if post.role != Role::County {
                guard_last(write.db(), act.county, &account.id).await?;
            }
            moves(write.db(), &account.id, (post.role, post.place), act.at).await?;
            sqlx::query("UPDATE account SET name = $2, role = $3, place = $4 WHERE id = $1")
                .bind(&account.id)
                .bind(post.name)
                .bind(post.role.code())
                .bind(post.place)
                .execute(write.db())
                .await?;
            note(write.db(), act).await?;
            write.commit().await
        })
        .await
    }

    /// Gives a village to a new secretary, in one transaction: whoever was it loses the village, and with `block` may not sign
    /// in any more.
    ///
    /// # Errors
    /// [`StoreError::Taken`] when a new sign-in name is, [`StoreError::Changed`] when a known successor became something else
    /// or was blocked meanwhile; else when the database fails.
    pub async fn hand_over(
        &self,
        village: &str,
        successor: Successor<'_>,
        block: bool,
        act: Act<'_>,
    ) -> Result<(), StoreError> {
        self.again_when_met(|| async {
            let mut write = self.write().await?;
            in_turn(write.db(), act.county).await?;
            let id = match successor {
                Successor::New(account, _) => &account.id,
                Successor::Known(id) => id,
            };
            for predecessor in secretaries_but(write.db(), village, id).await? {
                give_up(write.db(), &predecessor, block, act).await?;
            }
            match successor {
                Successor::New(account, link) => {
                    accounts::insert(write.db(), account).await?;
                    put_link(write.db(), id, link).await?;
                    note(write.db(), Act { action: "user_invited", subject: id, ..act }).await?;
                }
                Successor::Known(known) => take_over(write.db(), village, known, act).await?,
            }
            note(write.db(), Act { action: "secretary_changed", subject: village, ..act }).await?;
            write.commit().await
        })
        .await
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

/// The secretaries of a village beside one.
async fn secretaries_but(db: &mut AnyConnection, village: &str, id: &str) -> Result<Vec<String>, StoreError> {
    let sql = "SELECT id FROM account WHERE place = $1 AND role = 'secretary' AND id <> $2 ORDER BY id";
    let rows = sqlx::query(sql).bind(village).bind(id).fetch_all(db).await?;
    rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
}

/// A secretary is left without a village.
async fn give_up(db: &mut AnyConnection, secretary: &str, block: bool, act: Act<'_>) -> Result<(), StoreError> {
    moves(db, secretary, (Role::Secretary, ""), act.at).await?;
    sqlx::query("UPDATE account SET place = '', blocked = CASE WHEN $2 = 1 THEN 1 ELSE blocked END WHERE id = $1")
        .bind(secretary)
        .bind(i64::from(block))
        .execute(&mut *db)
        .await?;
    note(db, Act { action: "village_taken", subject: secretary, ..act }).await
}

/// Somebody who works in a village, or did, becomes a village's secretary.
async fn take_over(db: &mut AnyConnection, village: &str, known: &str, act: Act<'_>) -> Result<(), StoreError> {
    moves(db, known, (Role::Secretary, village), act.at).await?;
    let done = sqlx::query(
        "UPDATE account SET role = 'secretary', place = $2 \
         WHERE id = $1 AND role IN ('secretary', 'committee') AND blocked = 0",
    )
    .bind(known)
    .bind(village)
    .execute(&mut *db)
    .await?;
    if done.rows_affected() == 0 {
        return Err(StoreError::Changed);
    }
    // Back after a time elsewhere: everything may be written again.
    sqlx::query("DELETE FROM handover WHERE stream = $1 AND account = $2")
        .bind(stream_of(village))
        .bind(known)
        .execute(&mut *db)
        .await?;
    note(db, Act { action: "village_given", subject: known, ..act }).await
}

/// To be called before somebody gets a role and place. When either is another one, links made for them before are good no
/// more, since who holds one would get what the new role may; and a village where they worked takes for a while what they
/// wrote as what they were.
async fn moves(db: &mut AnyConnection, account: &str, (role, place): (Role, &str), at: i64) -> Result<(), StoreError> {
    lock(db, account).await?;
    let row =
        sqlx::query("SELECT role, place FROM account WHERE id = $1").bind(account).fetch_optional(&mut *db).await?;
    let Some(row) = row else { return Ok(()) };
    let (role_before, before): (String, String) = (row.try_get(0)?, row.try_get(1)?);
    if role_before == role.code() && before == place {
        return Ok(());
    }
    drop_links(db, account).await?;
    let in_village = matches!(Role::from_code(&role_before), Some(Role::Secretary | Role::Committee));
    if !in_village || before.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "INSERT INTO handover (stream, account, role, at) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (stream, account) DO UPDATE SET role = excluded.role, at = excluded.at",
    )
    .bind(stream_of(&before))
    .bind(account)
    .bind(role_before)
    .bind(at)
    .execute(db)
    .await?;
    Ok(())
}

/// Who else wants to write to an account waits.
async fn lock(db: &mut AnyConnection, account: &str) -> Result<(), StoreError> {
    sqlx::query("UPDATE account SET blocked = blocked WHERE id = $1").bind(account).execute(db).await?;
    Ok(())
}

/// Locks an account that still is what it was when the right to administer it was judged.
async fn as_seen(db: &mut AnyConnection, account: &Account) -> Result<(), StoreError> {
    let found =
        sqlx::query("UPDATE account SET blocked = blocked WHERE id = $1 AND role = $2 AND place = $3 AND blocked = $4")
            .bind(&account.id)
            .bind(account.role.code())
            .bind(&account.place)
            .bind(i64::from(account.blocked))
            .execute(db)
            .await?;
    if found.rows_affected() == 0 { Err(StoreError::Changed) } else { Ok(()) }
}

/// Somebody must be left who can administer: counts those with a password. Only while the county's place is locked does the
/// count hold until the end of the transaction.
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

pub(super) async fn put_link(db: &mut AnyConnection, account: &str, link: NewLink<'_>) -> Result<(), StoreError> {
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

/// Takes back the links that were made before a moment.
pub(super) async fn drop_links_before(db: &mut AnyConnection, account: &str, since: i64) -> Result<(), StoreError> {
    let sql = "DELETE FROM invite WHERE account = $1 AND created < $2";
    sqlx::query(sql).bind(account).bind(since).execute(db).await?;
    Ok(())
}

async fn drop_sessions(db: &mut AnyConnection, account: &str) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM session WHERE account = $1").bind(account).execute(db).await?;
    Ok(())
}
