//! `HEAD` and `POST /openrosa/submission`. Source: OpenRosa Form Submission API.

use std::{sync::LazyLock, time::Duration};

use axum::{
    extract::{Multipart, State, multipart::Field},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use bytes::{Bytes, BytesMut};
use tokio::sync::Semaphore;
use zhucun_words::{Lang, openrosa as w};

use super::{
    answer::{Refusal, message},
    auth::Secretary,
};
use crate::{
    error::ApiError,
    http::extract::BaseUrl,
    service::submissions::{self, NotTaken, Submission, Taken},
    state::AppState,
};

/// What clients are told: larger submissions come in several requests.
pub(super) const ACCEPT_MAX: u32 = 10 * 1024 * 1024;
/// The most that is read of one request: one file may be larger than [`ACCEPT_MAX`], and comes alone then.
pub(super) const BODY_MAX: usize = 40 * 1024 * 1024;
/// The largest file.
const FILE_MAX: usize = 32 * 1024 * 1024;
/// The largest XML. A visit's answers are smaller still.
const XML_MAX: usize = 2 * 1024 * 1024;
/// Most bytes of files that are held until the XML has come, which names them; it comes first as a rule.
const HELD_MAX: usize = 10 * 1024 * 1024;
/// Most parts of one request.
const PARTS_MAX: usize = 500;

/// The part with the answers.
const XML: &str = "xml_submission_file";
/// The part by which ODK Collect says that more files follow.
const INCOMPLETE: &str = "*isIncomplete*";

/// Memory that all requests together may hold files in, in units of [`UNIT`]: 256 MB. What is slow to come holds no more of it
/// than it announces.
static MEMORY: LazyLock<Semaphore> = LazyLock::new(|| Semaphore::new(4096));
/// Bytes.
const UNIT: usize = 64 * 1024;
/// How long a request waits for memory.
const PATIENCE: Duration = Duration::from_secs(10);

/// `HEAD /openrosa/submission`: whether one may send, and how much.
pub(super) async fn head(_secretary: Secretary, BaseUrl(base): BaseUrl) -> Response {
    let mut response = StatusCode::NO_CONTENT.into_response();
    if let Ok(location) = HeaderValue::from_str(&format!("{base}/openrosa/submission")) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    response
}

/// `POST /openrosa/submission`: answers and files; the same again changes nothing.
pub(super) async fn take(
    State(state): State<AppState>,
    secretary: Secretary,
    headers: HeaderMap,
    parts: Result<Multipart, axum::extract::multipart::MultipartRejection>,
) -> Result<Response, Refusal> {
    let lang = secretary.lang;
    let not_understood = || Refusal::of(StatusCode::BAD_REQUEST, lang, w::NOT_UNDERSTOOD);
    let parts = parts.map_err(|_| not_understood())?;
    let announced = headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    let units = announced.unwrap_or(FILE_MAX).min(BODY_MAX).div_ceil(UNIT).max(1);
    let memory = MEMORY.acquire_many(u32::try_from(units).unwrap_or(1));
    // Given back when the request is done.
    let Ok(Ok(_memory)) = tokio::time::timeout(PATIENCE, memory).await else {
        return Err(Refusal::from_api(lang, &ApiError::busy(10)));
    };
    let mut receiving =
        Receiving { state: &state, secretary: &secretary, submission: None, held: Vec::new(), more: false };
    receiving.read(parts).await?;
    let Some(submission) = receiving.submission else {
        return Err(Refusal::of(StatusCode::BAD_REQUEST, lang, w::NO_XML));
    };
    let taken = submission.finish(&state, receiving.more).await.map_err(|why| refusal(why, lang))?;
    Ok(match taken {
        Taken::Visit if submission.has_more() => message(StatusCode::CREATED, lang, w::RECEIVED_WITH_MORE.get(lang)),
        Taken::Visit => message(StatusCode::CREATED, lang, w::RECEIVED.get(lang)),
        Taken::Part => message(StatusCode::ACCEPTED, lang, w::PART_RECEIVED.get(lang)),
    })
}

/// A request on its way in.
struct Receiving<'a> {
    state: &'a AppState,
    secretary: &'a Secretary,
    submission: Option<Submission>,
    /// Files that came before the XML.
    held: Vec<(String, Bytes)>,
    /// Whether more files follow.
    more: bool,
}

impl Receiving<'_> {
    async fn read(&mut self, mut parts: Multipart) -> Result<(), Refusal> {
        let mut count = 0;
        while let Some(part) = parts.next_field().await.map_err(|error| self.broken(error.status()))? {
            count += 1;
            if count > PARTS_MAX {
                return Err(self.too_large());
            }
            match part.name() {
                Some(XML) if self.submission.is_some() => {
                    return Err(Refusal::of(StatusCode::BAD_REQUEST, self.secretary.lang, w::NOT_UNDERSTOOD));
                }
                Some(XML) => self.open(part).await?,
                Some(INCOMPLETE) => self.more = true,
                _ => self.file(part).await?,
            }
        }
        Ok(())
    }

    async fn open(&mut self, part: Field<'_>) -> Result<(), Refusal> {
        let lang = self.secretary.lang;
        let bytes = self.whole(part, XML_MAX).await?;
        let xml =
            String::from_utf8(bytes.into()).map_err(|_| Refusal::of(StatusCode::BAD_REQUEST, lang, w::NOT_UTF8))?;
        let opened = submissions::open(self.state, self.secretary.sender.clone(), xml).await;
        let submission = opened.map_err(|why| refusal(why, lang))?;
        for (name, bytes) in std::mem::take(&mut self.held) {
            if submission.takes(&name) {
                submission.keep(self.state, &name, bytes).await.map_err(|why| refusal(why, lang))?;
            }
        }
        self.submission = Some(submission);
        Ok(())
    }

    /// A file that the submission names is kept under its hash; its name is only looked up. Others are passed over.
    async fn file(&mut self, part: Field<'_>) -> Result<(), Refusal> {
        let Some(name) = part.file_name().or(part.name()).map(str::to_owned) else { return Ok(()) };
        let named = self.submission.as_ref().map(|submission| submission.takes(&name));
        match named {
            Some(false) => Ok(()),
            Some(true) => {
                let bytes = self.whole(part, FILE_MAX).await?;
                match &self.submission {
                    Some(submission) => {
                        submission.keep(self.state, &name, bytes).await.map_err(|why| refusal(why, self.secretary.lang))
                    }
                    None => Ok(()),
                }
            }
            None => {
                let held: usize = self.held.iter().map(|(_, bytes)| bytes.len()).sum();
                let bytes = self.whole(part, HELD_MAX.saturating_sub(held)).await?;
                self.held.push((name, bytes));
                Ok(())
            }
        }
    }

    async fn whole(&self, mut part: Field<'_>, max: usize) -> Result<Bytes, Refusal> {
        let mut bytes = BytesMut::new();
        while let Some(chunk) = part.chunk().await.map_err(|error| self.broken(error.status()))? {
            if bytes.len() + chunk.len() > max {
                return Err(self.too_large());
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok(bytes.freeze())
    }

    fn too_large(&self) -> Refusal {
        Refusal::of(StatusCode::PAYLOAD_TOO_LARGE, self.secretary.lang, w::TOO_LARGE)
    }

    /// A body that broke off, is no multipart, or is larger than is read.
    fn broken(&self, status: StatusCode) -> Refusal {
        if status == StatusCode::PAYLOAD_TOO_LARGE {
            return self.too_large();
        }
        Refusal::of(StatusCode::BAD_REQUEST, self.secretary.lang, w::NOT_UNDERSTOOD)
    }
}

/// Why not, with what to do.
fn refusal(why: NotTaken, lang: Lang) -> Refusal {
    match why {
        NotTaken::Xml(problem) => Refusal::new(StatusCode::BAD_REQUEST, lang, problem.words(lang.tag())),
        NotTaken::NoId => Refusal::of(StatusCode::BAD_REQUEST, lang, w::NO_ID),
        NotTaken::UnknownForm(form) => {
            Refusal::new(StatusCode::NOT_FOUND, lang, w::UNKNOWN_FORM.fill(lang, &[("form", &form)]))
        }
        NotTaken::UnknownVersion(form, version) => {
            let text = w::UNKNOWN_VERSION.fill(lang, &[("form", &form), ("version", &version)]);
            Refusal::new(StatusCode::CONFLICT, lang, text)
        }
        NotTaken::Household => Refusal::of(StatusCode::UNPROCESSABLE_ENTITY, lang, w::UNKNOWN_HOUSEHOLD),
        NotTaken::OtherAnswers => Refusal::of(StatusCode::CONFLICT, lang, w::OTHER_ANSWERS),
        NotTaken::Program => Refusal::of(StatusCode::UNPROCESSABLE_ENTITY, lang, w::PROGRAM),
        NotTaken::TooLarge => Refusal::of(StatusCode::PAYLOAD_TOO_LARGE, lang, w::ANSWERS_TOO_LARGE),
        NotTaken::Refused => Refusal::of(StatusCode::FORBIDDEN, lang, w::NOT_YOURS),
        NotTaken::Failed(error) => Refusal::from_api(lang, &error),
    }
}
