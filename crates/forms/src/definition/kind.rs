//! What a node is.

use serde::Serialize;
use zhucun_json::{FromJson, JsonError, Value};

/// What a node is: a structure or a question type (XLSForm's name).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The root of the instance.
    #[default]
    Root,
    /// `begin group`.
    Group,
    /// `begin repeat`.
    Repeat,
    /// `text`.
    Text,
    /// `integer`.
    Integer,
    /// `decimal`.
    Decimal,
    /// `range`.
    Range,
    /// `select_one`.
    SelectOne,
    /// `select_multiple`.
    SelectMultiple,
    /// `note`.
    Note,
    /// `geopoint`.
    Geopoint,
    /// `date`.
    Date,
    /// `time`.
    Time,
    /// `dateTime`.
    DateTime,
    /// `image`: a photo, or with appearance `signature` strokes.
    Image,
    /// `calculate`.
    Calculate,
    /// `acknowledge`.
    Acknowledge,
    /// `hidden`.
    Hidden,
    /// `start`.
    Start,
    /// `end`.
    End,
    /// `today`.
    Today,
    /// `username`.
    Username,
    /// `deviceid`.
    DeviceId,
    /// `rank`: all choices in the order the person put them in, separated by spaces.
    Rank,
    /// `geotrace`: points of a line, separated by `;`.
    Geotrace,
    /// `geoshape`: points of an area, the first also as the last, separated by `;`.
    Geoshape,
    /// `audio`: a recording or a file of sound.
    Audio,
    /// `video`.
    Video,
    /// `file`: any file.
    File,
    /// `barcode`: its text.
    Barcode,
    /// `phonenumber`: of this device.
    #[serde(rename = "phonenumber")]
    PhoneNumber,
    /// `email`: of the person signed in.
    Email,
    /// `subscriberid`.
    #[serde(rename = "subscriberid")]
    SubscriberId,
    /// `simserial`.
    #[serde(rename = "simserial")]
    SimSerial,
    /// `start-geopoint`: where the filling began, taken with consent.
    StartGeopoint,
    /// `background-audio`: sound of the whole filling, recorded with consent.
    BackgroundAudio,
    /// `audit`: a log of how the form was filled, kept with consent; a file of the finished form.
    Audit,
}

impl Kind {
    /// Whether a person is asked for it.
    #[must_use]
    pub const fn is_asked(self) -> bool {
        matches!(
            self,
            Self::Text
                | Self::Integer
                | Self::Decimal
                | Self::Range
                | Self::SelectOne
                | Self::SelectMultiple
                | Self::Geopoint
                | Self::Date
                | Self::Time
                | Self::DateTime
                | Self::Image
                | Self::Acknowledge
                | Self::Rank
                | Self::Geotrace
                | Self::Geoshape
                | Self::Audio
                | Self::Video
                | Self::File
                | Self::Barcode
        )
    }

    /// Whether its answer names a file that belongs to the filled form.
    #[must_use]
    pub const fn is_file(self) -> bool {
        matches!(self, Self::Image | Self::Audio | Self::Video | Self::File | Self::BackgroundAudio | Self::Audit)
    }

    /// Whether its answer is where something is: one place or several.
    #[must_use]
    pub const fn is_located(self) -> bool {
        matches!(self, Self::Geopoint | Self::Geotrace | Self::Geoshape)
    }

    /// Whether it is filled in without being asked, and only with the person's consent.
    #[must_use]
    pub const fn needs_consent(self) -> bool {
        matches!(self, Self::StartGeopoint | Self::BackgroundAudio | Self::Audit)
    }

    /// Its name, as a definition has it.
    #[must_use]
    pub fn code(self) -> &'static str {
        Self::CODES.iter().find(|(_, kind)| *kind == self).map_or("", |(code, _)| code)
    }

    const CODES: [(&str, Self); 37] = [
        ("root", Self::Root),
        ("group", Self::Group),
        ("repeat", Self::Repeat),
        ("text", Self::Text),
        ("integer", Self::Integer),
        ("decimal", Self::Decimal),
        ("range", Self::Range),
        ("select_one", Self::SelectOne),
        ("select_multiple", Self::SelectMultiple),
        ("note", Self::Note),
        ("geopoint", Self::Geopoint),
        ("date", Self::Date),
        ("time", Self::Time),
        ("date_time", Self::DateTime),
        ("image", Self::Image),
        ("calculate", Self::Calculate),
        ("acknowledge", Self::Acknowledge),
        ("hidden", Self::Hidden),
        ("start", Self::Start),
        ("end", Self::End),
        ("today", Self::Today),
        ("username", Self::Username),
        ("device_id", Self::DeviceId),
        ("rank", Self::Rank),
        ("geotrace", Self::Geotrace),
        ("geoshape", Self::Geoshape),
        ("audio", Self::Audio),
        ("video", Self::Video),
        ("file", Self::File),
        ("barcode", Self::Barcode),
        ("phonenumber", Self::PhoneNumber),
        ("email", Self::Email),
        ("subscriberid", Self::SubscriberId),
        ("simserial", Self::SimSerial),
        ("start_geopoint", Self::StartGeopoint),
        ("background_audio", Self::BackgroundAudio),
        ("audit", Self::Audit),
    ];
}

impl FromJson for Kind {
    fn from_json(value: Value) -> Result<Self, JsonError> {
        let code = value.as_str().unwrap_or_default();
        let found = Self::CODES.iter().find(|(known, _)| *known == code).map(|(_, kind)| *kind);
        found.ok_or_else(|| JsonError::expected("a question type that this build knows"))
    }
}

zhucun_json::deserialize_by_hand!(Kind);
