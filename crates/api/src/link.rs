//! A village's public link.

use zhucun_json::{Fields, FromJson, JsonError, ToJson, Value, Writer};

/// A village's public link.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct VillageLink {
    /// Its token: to name it in [`MakeLink::back_to`].
    pub token: String,
    /// Its whole address.
    pub url: String,
    /// When it was made, milliseconds since 1970 UTC; 0 when that was not kept.
    pub made_at: i64,
    /// Name of who made it; empty when it came with the village.
    pub made_by: String,
    /// When it ends, milliseconds since 1970 UTC: it was renewed or revoked a moment ago.
    pub ends_at: Option<i64>,
}

/// The links of a village that work now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Links {
    /// The one to be given to people.
    pub current: Option<VillageLink>,
    /// The one that was renewed or revoked less than a minute ago.
    pub ending: Option<VillageLink>,
}

/// Asks for a new link in place of the one there is, or to go back.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MakeLink {
    /// The token of a link that is ending: it stays, and what was made in its place ends at once. 404 when it has ended.
    pub back_to: Option<String>,
}

impl FromJson for VillageLink {
    fn from_json(value: Value) -> Result<Self, JsonError> {
        let mut fields = Fields::of(value)?;
        Ok(Self {
            token: fields.read("token")?,
            url: fields.read("url")?,
            made_at: fields.read("made_at")?,
            made_by: fields.read_or_default("made_by")?,
            ends_at: fields.option("ends_at")?,
        })
    }
}

impl ToJson for VillageLink {
    fn to_json(&self) -> Value {
        let mut object = Writer::new();
        object.put("token", &self.token);
        object.put("url", &self.url);
        object.put("made_at", &self.made_at);
        object.put("made_by", &self.made_by);
        object.put_some("ends_at", self.ends_at.as_ref());
        object.into_value()
    }
}

impl FromJson for Links {
    fn from_json(value: Value) -> Result<Self, JsonError> {
        let mut fields = Fields::of(value)?;
        Ok(Self { current: fields.option("current")?, ending: fields.option("ending")? })
    }
}

impl ToJson for Links {
    fn to_json(&self) -> Value {
        let mut object = Writer::new();
        object.put_some("current", self.current.as_ref());
        object.put_some("ending", self.ending.as_ref());
        object.into_value()
    }
}

impl FromJson for MakeLink {
    fn from_json(value: Value) -> Result<Self, JsonError> {
        Ok(Self { back_to: Fields::of(value)?.option("back_to")? })
    }
}

impl ToJson for MakeLink {
    fn to_json(&self) -> Value {
        let mut object = Writer::new();
        object.put_some("back_to", self.back_to.as_ref());
        object.into_value()
    }
}

zhucun_json::deserialize_by_hand!(VillageLink, Links, MakeLink);
zhucun_json::serialize_by_hand!(VillageLink, Links, MakeLink);
