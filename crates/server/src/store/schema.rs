//! How far the database's tables are, and how far this program needs them.

use sqlx::{AnyConnection, Connection as _, Row as _};

use super::{Store, StoreError, dialect::Dialect, open};

/// The migrations of a database beside those of this program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schema {
    /// The version of the database; none when there are no tables yet.
    pub has: Option<i64>,
    /// The version this program works with.
    pub needs: i64,
    /// What would be run, in order.
    pub pending: Vec<Pending>,
}

/// A migration that has not been run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pending {
    /// Its number.
    pub version: i64,
    /// Its name.
    pub name: String,
}

impl Schema {
    fn of(applied: Option<&[i64]>, known: &[(i64, &str)]) -> Self {
        let pending = known.iter().filter(|(version, _)| !applied.unwrap_or_default().contains(version));
        Self {
            has: applied.and_then(|applied| applied.iter().copied().max()),
            needs: known.iter().map(|(version, _)| *version).max().unwrap_or(0),
            pending: pending.map(|(version, name)| Pending { version: *version, name: (*name).to_owned() }).collect(),
        }
    }

    /// Whether a newer program wrote it.
    #[must_use]
    pub fn is_ahead(&self) -> bool {
        self.has.is_some_and(|has| has > self.needs)
    }

    /// Whether there are tables with something missing.
    #[must_use]
    pub fn is_behind(&self) -> bool {
        self.has.is_some() && !self.is_ahead() && !self.pending.is_empty()
    }

    /// An error when a newer program wrote it.
    ///
    /// # Errors
    /// [`StoreError::Newer`].
    pub fn not_ahead(self) -> Result<Self, StoreError> {
        match self.has {
            Some(has) if self.is_ahead() => Err(StoreError::Newer { has, needs: self.needs }),
            _ => Ok(self),
        }
    }
}

impl Store {
    /// Looks at a database without changing it or making one.
    ///
    /// # Errors
    /// When it does not answer.
    pub async fn look(url: &str) -> Result<Schema, StoreError> {
        let dialect = Dialect::of(url)?;
        let (url, _) = open::without_connections(url)?;
        let url = url.as_str();
        let mut connection = match open::connect(&dialect.without_making(url)).await? {
            Ok(connection) => connection,
            Err(error) if dialect.is_no_database(&error) => return Ok(Schema::of(None, &open::known())),
            Err(error) => return Err(dialect.explain(error, open::place(url))),
        };
        let schema = schema(&mut connection, dialect).await.map_err(|error| match error {
            StoreError::Database(error) => dialect.explain(error, open::place(url)),
            error => error,
        })?;
        connection.close().await?;
        Ok(schema)
    }

    /// How far the tables are.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn schema(&self) -> Result<Schema, StoreError> {
        let mut connection = self.pool.acquire().await?;
        schema(&mut connection, self.dialect).await
    }
}

/// How far the tables of a connection's database are.
pub(super) async fn schema(connection: &mut AnyConnection, dialect: Dialect) -> Result<Schema, StoreError> {
    let rows = match sqlx::query("SELECT version FROM _sqlx_migrations").fetch_all(connection).await {
        Ok(rows) => rows,
        Err(error) if dialect.is_no_table(&error) => return Ok(Schema::of(None, &open::known())),
        Err(error) => return Err(error.into()),
    };
    let applied: Vec<i64> = rows.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>()?;
    Ok(Schema::of(Some(&applied), &open::known()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_is_new_behind_current_or_ahead() {
        let known = [(1, "first"), (2, "second"), (4, "fourth")];
        let of = |applied: Option<&[i64]>| {
            let schema = Schema::of(applied, &known);
            let pending: Vec<i64> = schema.pending.iter().map(|pending| pending.version).collect();
            (schema.has, pending, schema.is_behind(), schema.is_ahead())
        };
        assert_eq!(of(None), (None, vec![1, 2, 4], false, false), "new");
        assert_eq!(of(Some(&[])), (None, vec![1, 2, 4], false, false), "begun, and nothing done yet");
        assert_eq!(of(Some(&[1])), (Some(1), vec![2, 4], true, false));
        assert_eq!(of(Some(&[1, 2, 4])), (Some(4), vec![], false, false));
        assert_eq!(of(Some(&[1, 2, 4, 5])), (Some(5), vec![], false, true));
        assert_eq!(of(Some(&[1, 5])), (Some(5), vec![2, 4], false, true), "nothing is run on a newer one");
        let error = Schema::of(Some(&[5]), &known).not_ahead().expect_err("newer").to_string();
        assert!(
            error.contains("version 5") && error.contains("up to 4") && error.contains("zhucun restore"),
            "{error}"
        );
    }
}
