//! All tables as rows of plain values, and back: what a backup is made of. It knows no table by name but the streams, the
//! store's own notes and the links that are good once, so a new table is in the backup the day it is made, and a backup goes into either database.

use std::ops::DerefMut as _;

use futures_util::TryStreamExt as _;
use serde_json::Value;
use sqlx::{Any, AssertSqlSafe, Column as _, Row as _, Transaction, TypeInfo as _, ValueRef as _, any::AnyRow};

use super::{Store, StoreError, dialect::Dialect, write::Write};
use crate::service::random;

/// Holds what is the database's own, not the county's.
const META: &str = "meta";

/// Links that are good once. In a backup they may be used ones: they are not put back, else they would be good again.
const INVITE: &str = "invite";

/// The database as it was at one moment, while others go on writing.
pub struct Snapshot {
    transaction: Transaction<'static, Any>,
    dialect: Dialect,
}

/// A row on its way out.
#[derive(Debug)]
pub enum Line {
    /// The columns' names, before the first row.
    Columns(Vec<String>),
    /// A row.
    Row(Vec<Value>),
}

/// An attachment that the database knows of.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Noted {
    /// The stream.
    pub stream: String,
    /// SHA-256 of the bytes.
    pub sha256: String,
}

impl Store {
    /// Looks at the database as it is now.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn snapshot(&self) -> Result<Snapshot, StoreError> {
        let mut transaction = self.pool.begin_with(self.dialect.begin_snapshot()).await?;
        self.dialect.unlimited(transaction.deref_mut()).await?;
        // The moment is that of the first look.
        sqlx::query("SELECT COUNT(*) FROM meta").fetch_one(transaction.deref_mut()).await?;
        Ok(Snapshot { transaction, dialect: self.dialect })
    }

    /// Begins to put a backup in; nothing is there until [`Loading::finish`].
    ///
    /// # Errors
    /// When the database fails.
    pub async fn loading(&self) -> Result<Loading, StoreError> {
        let mut write = self.write().await?;
        self.dialect.unlimited(write.db()).await?;
        sqlx::query("DELETE FROM meta").execute(write.db()).await?;
        Ok(Loading { write, links: 0 })
    }
}

impl Snapshot {
    /// The tables' names, in order.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn tables(&mut self) -> Result<Vec<String>, StoreError> {
        let rows = sqlx::query(self.dialect.tables()).fetch_all(self.transaction.deref_mut()).await?;
        rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
    }

    /// How much room the database takes, bytes.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn bytes(&mut self) -> Result<u64, StoreError> {
        let row = sqlx::query(self.dialect.size()).fetch_one(self.transaction.deref_mut()).await?;
        Ok(u64::try_from(row.try_get::<i64, _>(0)?).unwrap_or(0))
    }

    /// A table that has rows; the database's own notes do not count.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn filled(&mut self) -> Result<Option<String>, StoreError> {
        for table in self.tables().await?.into_iter().filter(|table| table != META) {
            let sql = format!("SELECT 1 FROM {} LIMIT 1", checked(&table)?);
            if sqlx::query(AssertSqlSafe(sql)).fetch_optional(self.transaction.deref_mut()).await?.is_some() {
                return Ok(Some(table));
            }
        }
        Ok(None)
    }

    /// Gives a table's rows one after the other; how many there were.
    ///
    /// # Errors
    /// When the database fails, or `each` does.
    pub async fn rows<E: From<StoreError>>(
        &mut self,
        table: &str,
        mut each: impl FnMut(Line) -> Result<(), E>,
    ) -> Result<u64, E> {
        let sql = format!("SELECT * FROM {}", checked(table)?);
        let mut rows = sqlx::query(AssertSqlSafe(sql)).fetch(self.transaction.deref_mut());
        let mut count = 0;
        while let Some(row) = rows.try_next().await.map_err(StoreError::from)? {
            if count == 0 {
                each(Line::Columns(row.columns().iter().map(|column| column.name().to_owned()).collect()))?;
            }
            each(Line::Row(values(&row)?))?;
            count += 1;
        }
        Ok(count)
    }

    /// The attachments that have arrived, and their bytes in all.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn attachments(&mut self) -> Result<(Vec<Noted>, u64), StoreError> {
        let sql = "SELECT stream, sha256, size FROM attachment ORDER BY stream, sha256";
        let mut rows = sqlx::query(sql).fetch(self.transaction.deref_mut());
        let (mut noted, mut bytes) = (Vec::new(), 0_u64);
        while let Some(row) = rows.try_next().await? {
            noted.push(Noted { stream: row.try_get(0)?, sha256: row.try_get(1)? });
            bytes += u64::try_from(row.try_get::<i64, _>(2)?).unwrap_or(0);
        }
        Ok((noted, bytes))
    }
}

/// A backup on its way in, in one transaction; dropped without [`Loading::finish`] nothing of it stays.
pub struct Loading {
    write: Write,
    links: u64,
}

impl Loading {
    /// Puts a row into a table; a link that is good once is left out.
    ///
    /// # Errors
    /// When the database does not take it.
    pub async fn row(&mut self, table: &str, columns: &[String], row: Vec<Value>) -> Result<(), StoreError> {
        if row.len() != columns.len() {
            return Err(StoreError::Corrupt("row of the backup"));
        }
        if table == INVITE {
            self.links += 1;
            return Ok(());
        }
        // A value that is not there is left out: its column's type need not be known.
        let there = columns.iter().zip(row).filter(|(_, value)| !value.is_null());
        let (columns, row): (Vec<&str>, Vec<Value>) = there.map(|(column, value)| (column.as_str(), value)).unzip();
        for column in &columns {
            checked(column)?;
        }
        let numbers: Vec<String> = (1..=columns.len()).map(|n| format!("${n}")).collect();
        let sql = format!("INSERT INTO {} ({}) VALUES ({})", checked(table)?, columns.join(", "), numbers.join(", "));
        let mut query = sqlx::query(AssertSqlSafe(sql));
        for value in row {
            query = match value {
                Value::String(text) => query.bind(text),
                Value::Number(number) => match (number.as_i64(), number.as_f64()) {
                    (Some(number), _) => query.bind(number),
                    (None, Some(number)) => query.bind(number),
                    (None, None) => return Err(StoreError::Corrupt("row of the backup")),
                },
                _ => return Err(StoreError::Corrupt("row of the backup")),
            };
        }
        query.execute(self.write.db()).await?;
        Ok(())
    }

    /// Ends it. Every stream gets a new epoch, so that phones that were ahead of the backup begin anew and send again what
    /// they still have (docs/SYNC.md). Gives how many links were left out.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn finish(mut self) -> Result<u64, StoreError> {
        let epoch = random::token(8);
        let db = self.write.db();
        sqlx::query("UPDATE stream SET epoch = $1").bind(&epoch).execute(&mut *db).await?;
        sqlx::query(
            "INSERT INTO meta (key, value) VALUES ('epoch', $1) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        )
        .bind(&epoch)
        .execute(db)
        .await?;
        self.write.commit().await?;
        Ok(self.links)
    }
}

/// A name of ours: what comes from a file becomes a part of a statement only when it is one.
fn checked(name: &str) -> Result<&str, StoreError> {
    let plain = !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    if plain { Ok(name) } else { Err(StoreError::Corrupt("name of a table or column")) }
}

fn values(row: &AnyRow) -> Result<Vec<Value>, StoreError> {
    (0..row.columns().len()).map(|index| value(row, index)).collect()
}

/// One of the three types that the tables have.
fn value(row: &AnyRow, index: usize) -> Result<Value, StoreError> {
    let raw = row.try_get_raw(index)?;
    if raw.is_null() {
        return Ok(Value::Null);
    }
    match raw.type_info().name() {
        "TEXT" => Ok(row.try_get::<String, _>(index)?.into()),
        "DOUBLE" | "REAL" => {
            let number = serde_json::Number::from_f64(row.try_get(index)?).ok_or(StoreError::Corrupt("number"))?;
            Ok(number.into())
        }
        _ => Ok(row.try_get::<i64, _>(index)?.into()),
    }
}
