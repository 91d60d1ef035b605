//! County, townships and villages.

use sqlx::{AnyConnection, Row as _, any::AnyRow};
use zhucun_api::Names;
use zhucun_domain::access::Role;

use super::{Act, CLI, Store, StoreError, audit::note, links, taken};

/// The levels that rights know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlaceKind {
    /// 县.
    County,
    /// 乡镇.
    Township,
    /// 行政村.
    Village,
}

impl PlaceKind {
    /// The code stored.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::County => "county",
            Self::Township => "township",
            Self::Village => "village",
        }
    }

    /// Where somebody of a role belongs.
    #[must_use]
    pub const fn of(role: Role) -> Self {
        match role {
            Role::Secretary | Role::Committee => Self::Village,
            Role::Township => Self::Township,
            Role::County | Role::Dispatcher => Self::County,
        }
    }

    fn from_code(code: &str) -> Result<Self, StoreError> {
        [Self::County, Self::Township, Self::Village]
            .into_iter()
            .find(|kind| kind.code() == code)
            .ok_or(StoreError::Corrupt("place"))
    }
}

/// A place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Of the characters that a stream id takes.
    pub id: String,
    /// Level.
    pub kind: PlaceKind,
    /// The place it belongs to; empty for a county.
    pub parent: String,
    /// Its name by language tag.
    pub names: Names,
}

const COLUMNS: &str = "SELECT id, kind, parent, names FROM place";

impl Store {
    /// Adds a place that nobody administers: of the invented county, and of tests.
    ///
    /// # Errors
    /// [`StoreError::Taken`] when its id is taken; else when the database fails.
    pub async fn add_place(&self, place: &Place) -> Result<(), StoreError> {
        let mut write = self.write().await?;
        insert(write.db(), place).await?;
        write.commit().await
    }

    /// Adds a place, a village with its public link (the link's token).
    ///
    /// # Errors
    /// [`StoreError::Taken`] when its id or the link is taken; else when the database fails.
    pub async fn found_place(&self, place: &Place, link: Option<&str>, act: Act<'_>) -> Result<(), StoreError> {
        self.again_when_met(|| async {
            let mut write = self.write().await?;
            insert(write.db(), place).await?;
            if let Some(token) = link {
                let who = if act.by == CLI { "" } else { act.by };
                links::insert(write.db(), token, &place.id, who, act.at).await?;
            }
            note(write.db(), act).await?;
            write.commit().await
        })
        .await
    }

    /// Gives a place another name.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn rename_place(&self, id: &str, names: &Names, act: Act<'_>) -> Result<(), StoreError> {
        let names = serde_json::to_string(names).map_err(|_| StoreError::Corrupt("place"))?;
        self.again_when_met(|| async {
            let mut write = self.write().await?;
            sqlx::query("UPDATE place SET names = $2 WHERE id = $1").bind(id).bind(&names).execute(write.db()).await?;
            note(write.db(), act).await?;
            write.commit().await
        })
        .await
    }

    /// The county above a place, or the place itself when it is one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn county_of(&self, place: &Place) -> Result<Option<String>, StoreError> {
        let mut place = place.clone();
        while place.kind != PlaceKind::County {
            match self.place(&place.parent).await? {
                Some(parent) => place = parent,
                None => return Ok(None),
            }
        }
        Ok(Some(place.id))
    }

    /// A place by id.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn place(&self, id: &str) -> Result<Option<Place>, StoreError> {
        let row = sqlx::query(sqlx::AssertSqlSafe(format!("{COLUMNS} WHERE id = $1")))
            .bind(id)
            .fetch_optional(&self.pool)
            .await?;
        row.as_ref().map(place).transpose()
    }

    /// All places of a level, by id.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn places(&self, kind: PlaceKind) -> Result<Vec<Place>, StoreError> {
        let rows = sqlx::query(sqlx::AssertSqlSafe(format!("{COLUMNS} WHERE kind = $1 ORDER BY id")))
            .bind(kind.code())
            .fetch_all(&self.pool)
            .await?;
        rows.iter().map(place).collect()
    }

    /// Ids of the villages of a township or a county.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn villages_of(&self, place: &str) -> Result<Vec<String>, StoreError> {
        let rows = sqlx::query(
            "SELECT v.id FROM place v JOIN place t ON t.id = v.parent \
             WHERE v.kind = 'village' AND (v.parent = $1 OR t.parent = $1) ORDER BY v.id",
        )
        .bind(place)
        .fetch_all(&self.pool)
        .await?;
        rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
    }
}

/// Transactions that decide about a place wait for each other at its row.
pub(super) async fn in_turn(db: &mut AnyConnection, place: &str) -> Result<(), StoreError> {
    sqlx::query("UPDATE place SET kind = kind WHERE id = $1").bind(place).execute(db).await?;
    Ok(())
}

pub(super) async fn insert(db: &mut AnyConnection, place: &Place) -> Result<(), StoreError> {
    let names = serde_json::to_string(&place.names).map_err(|_| StoreError::Corrupt("place"))?;
    sqlx::query("INSERT INTO place (id, kind, parent, names) VALUES ($1, $2, $3, $4)")
        .bind(&place.id)
        .bind(place.kind.code())
        .bind(&place.parent)
        .bind(names)
        .execute(db)
        .await
        .map_err(|error| taken(error, "the place's id"))?;
    Ok(())
}

fn place(row: &AnyRow) -> Result<Place, StoreError> {
    Ok(Place {
        id: row.try_get(0)?,
        kind: PlaceKind::from_code(&row.try_get::<String, _>(1)?)?,
        parent: row.try_get(2)?,
        names: serde_json::from_str(&row.try_get::<String, _>(3)?).map_err(|_| StoreError::Corrupt("place"))?,
    })
}
