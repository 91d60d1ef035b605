//! What is kept of a draft, and its JSON.

use litemap::LiteMap;

use zhucun_forms::contract::Draft;
use zhucun_json::{Fields, FromJson, JsonError, ToJson, Value, Writer};

use crate::form_ui::strokes::Strokes;
use crate::state::draft_info::DraftInfo;

/// A file that belongs to a draft: a photo, a recording, what is drawn or written here.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DraftFile {
    /// Name of its kept bytes; empty for strokes and text alone, which become a file when the visit is finalised.
    pub sha256: String,
    /// E.g. `image/jpeg`.
    pub mime: String,
    /// Bytes.
    pub size: i64,
    /// A signature as it was drawn, a drawing, or what is drawn over the photo that is kept.
    pub strokes: Strokes,
    /// The height of the paper under the strokes, see [`Strokes`].
    pub tall: u32,
    /// A name typed in place of a signature; the text of a file of text.
    pub text: String,
    /// Its own name, of a file that was chosen.
    pub name: String,
}

impl DraftFile {
    /// Whether its kept bytes are not yet what is sent: strokes are drawn, and text written, when the visit is finalised.
    #[must_use]
    pub fn is_to_be_made(&self) -> bool {
        !self.strokes.is_empty() || !self.text.is_empty()
    }
}

/// A draft as it is kept on the phone.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StoredDraft {
    /// What lists show.
    pub info: DraftInfo,
    /// Hash of the definition it was begun with: it stays with that one.
    pub definition: String,
    /// The filling session.
    pub draft: Draft,
    /// Files by the name that the answers hold. Those no answer names any more stay for "undo" until finalised.
    pub files: LiteMap<String, DraftFile>,
    /// Whether the person was at the review after the last page.
    pub review: bool,
    /// Whether nothing was answered yet: then it goes when it is left.
    pub blank: bool,
    /// Of a correction: the fields of the visit that stay as they are (when, by whom), an object.
    pub fixed: Value,
    /// Of a correction: why.
    pub reason: String,
    /// What became of it with another version of its form; see [`super::version::Version`].
    pub version: Value,
}

impl FromJson for DraftFile {
    fn from_json(value: Value) -> Result<Self, JsonError> {
        let mut fields = Fields::of(value)?;
        let mut file = Self::default();
        let texts = [
            ("sha256", &mut file.sha256),
            ("mime", &mut file.mime),
            ("text", &mut file.text),
            ("name", &mut file.name),
        ];
        for (name, text) in texts {
            fields.fill(name, text)?;
        }
        fields.fill("size", &mut file.size)?;
        fields.fill("strokes", &mut file.strokes)?;
        fields.fill("tall", &mut file.tall)?;
        Ok(file)
    }
}

impl ToJson for DraftFile {
    fn to_json(&self) -> Value {
        let mut object = Writer::new();
        let texts = [("sha256", &self.sha256), ("mime", &self.mime), ("text", &self.text), ("name", &self.name)];
        for (name, text) in texts {
            if !text.is_empty() {
                object.put(name, text);
            }
        }
        object.put("size", &self.size);
        if !self.strokes.is_empty() {
            object.put("strokes", &self.strokes);
            object.put("tall", &self.tall);
        }
        object.into_value()
    }
}

impl FromJson for StoredDraft {
    fn from_json(value: Value) -> Result<Self, JsonError> {
        let mut fields = Fields::of(value)?;
        Ok(Self {
            info: fields.read("info")?,
            definition: fields.read("definition")?,
            draft: fields.read("draft")?,
            files: fields.read_or_default("files")?,
            review: fields.read_or_default("review")?,
            blank: fields.read_or_default("blank")?,
            fixed: fields.read_or_default("fixed")?,
            reason: fields.read_or_default("reason")?,
            version: fields.read_or_default("version")?,
        })
    }
}

impl ToJson for StoredDraft {
    fn to_json(&self) -> Value {
        let mut object = Writer::new();
        object.put("info", &self.info);
        object.put("definition", &self.definition);
        object.put("draft", &self.draft);
        object.put("files", &self.files);
        object.put("review", &self.review);
        if self.blank {
            object.put("blank", &self.blank);
        }
        if !self.fixed.is_null() {
            object.put("fixed", &self.fixed);
            object.put("reason", &self.reason);
        }
        if !self.version.is_null() {
            object.put("version", &self.version);
        }
        object.into_value()
    }
}

#[cfg(test)]
mod tests {
    use zhucun_json::{from_text, to_text};

    use super::*;

    #[test]
    fn a_kept_draft_reads_and_is_written_the_same() {
        let kept = concat!(
            r#"{"definition":"9f","draft":{"answers":{"who":{"met":"yes"}},"form":["visit","3"],"language":1,"#,
            r#""page":"/data/who","start":"2026-11-24T09:00:00.000+08:00"},"files":{"s.png":{"size":0,"#,
            r#""strokes":[[10,20,30,40]],"tall":400},"photo-1.jpg":{"mime":"image/jpeg","sha256":"ab","size":7},"#,
            r#""log.csv":{"mime":"text/csv","size":0,"text":"event"},"#,
            r#""list-2.pdf":{"mime":"application/pdf","name":"名单.pdf","sha256":"cd","size":9}},"#,
            r#""info":{"form":"visit","household":null,"id":"d1","section":2,"sections":6,"stream":"village/shiban","#,
            r#""title":"走访","updated_at":5},"#,
            r#""review":true}"#
        );
        let stored: StoredDraft = from_text(kept).unwrap();
        assert_eq!(stored.files.get("s.png").unwrap().strokes, Strokes(vec![vec![10, 20, 30, 40]]));
        assert_eq!(stored.files.get("list-2.pdf").unwrap().name, "名单.pdf");
        assert_eq!((stored.info.household.as_deref(), stored.review), (None, true));
        assert_eq!(stored.info.stream, Some("village/shiban".parse().unwrap()));
        let read = |text: &str| zhucun_json::parse(text).unwrap();
        assert_eq!(read(&to_text(&stored)), read(kept));
    }

    #[test]
    fn a_correction_keeps_what_of_its_visit_stays() {
        let draft = r#"{"form":["visit","3"],"answers":{},"start":"","language":0,"page":""}"#;
        let info = r#"{"form":"visit","household":"h","id":"d1","replaces":"v1","section":1,"sections":2,"title":"","updated_at":5}"#;
        let kept = format!(
            r#"{{"definition":"9f","draft":{draft},"files":{{}},"fixed":{{"day":"2026-11-20"}},"info":{info},"reason":"写错了","review":false}}"#
        );
        let stored: StoredDraft = from_text(&kept).unwrap();
        assert_eq!((stored.info.replaces.as_str(), stored.reason.as_str()), ("v1", "写错了"));
        let read = |text: &str| zhucun_json::parse(text).unwrap();
        assert_eq!(read(&to_text(&stored)), read(&kept));
    }

    #[test]
    fn what_an_earlier_version_did_not_keep_may_be_missing_the_rest_may_not() {
        let draft = r#"{"form":["visit","3"],"answers":{},"start":"","language":0,"page":""}"#;
        let info = r#"{"form":"visit","id":"d1","page_title":"谁","title":"","updated_at":5}"#;
        let whole = format!(r#"{{"definition":"9f","draft":{draft},"info":{info}}}"#);
        let stored: StoredDraft = from_text(&whole).unwrap();
        assert!(stored.files.is_empty() && !stored.review && !stored.blank && stored.info.section == (0, 0));
        assert_eq!(stored.info.stream, None);
        let without = format!(r#"{{"definition":"9f","info":{info}}}"#);
        assert_eq!(from_text::<StoredDraft>(&without).unwrap_err().to_string(), "draft: expected this field");
    }
}
