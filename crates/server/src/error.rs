//! What a handler answers when it cannot do what was asked: RFC 9457 problem+json with a stable code.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::Value;
use zhucun_api::{HEADER, Problem, ProblemCode};

use crate::{
    service::{files::FilesError, passwords::PasswordError},
    store::StoreError,
};

/// An error answer.
#[derive(Clone, Debug)]
pub struct ApiError {
    status: StatusCode,
    code: ProblemCode,
    title: &'static str,
    detail: Option<Value>,
    /// Seconds.
    retry_after: Option<u64>,
}

impl ApiError {
    const fn new(status: StatusCode, code: ProblemCode, title: &'static str) -> Self {
        Self { status, code, title, detail: None, retry_after: None }
    }

    /// 401: name or password wrong.
    #[must_use]
    pub const fn wrong_password() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, ProblemCode::WrongPassword, "the name or the password is wrong")
    }

    /// 429: wait so many seconds.
    #[must_use]
    pub fn too_many_tries(seconds: u64) -> Self {
        let mut error =
            Self::new(StatusCode::TOO_MANY_REQUESTS, ProblemCode::TooManyTries, "too many tries; wait and try again");
        error.detail = Some(seconds.into());
        error.retry_after = Some(seconds);
        error
    }

    /// 401: sign in first.
    #[must_use]
    pub const fn signed_out() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, ProblemCode::SignedOut, "no session: sign in")
    }

    /// 403: not yours.
    #[must_use]
    pub const fn forbidden() -> Self {
        Self::new(StatusCode::FORBIDDEN, ProblemCode::Forbidden, "your role may not do this here")
    }

    /// 403: the request was started by another site.
    #[must_use]
    pub const fn cross_site() -> Self {
        Self::new(StatusCode::FORBIDDEN, ProblemCode::CrossSite, "the request comes from another site")
    }

    /// 403: the account is blocked.
    #[must_use]
    pub const fn blocked() -> Self {
        Self::new(StatusCode::FORBIDDEN, ProblemCode::Blocked, "this account is blocked: ask who gave it")
    }

    /// 409: there is one with this name already; `detail` is what is taken.
    #[must_use]
    pub fn taken(what: &str) -> Self {
        let mut error = Self::new(StatusCode::CONFLICT, ProblemCode::Taken, "taken; choose another");
        error.detail = Some(Value::String(what.to_owned()));
        error
    }

    /// 404.
    #[must_use]
    pub const fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, ProblemCode::NotFound, "there is nothing here")
    }

    /// 405.
    #[must_use]
    pub const fn method_not_allowed() -> Self {
        Self::new(StatusCode::METHOD_NOT_ALLOWED, ProblemCode::BadRequest, "this address does not take this method")
    }

    /// 400. The detail must not repeat what was sent: it may be personal.
    #[must_use]
    pub fn bad_request(detail: impl Into<String>) -> Self {
        let mut error = Self::new(StatusCode::BAD_REQUEST, ProblemCode::BadRequest, "the request is not understood");
        error.detail = Some(Value::String(detail.into()));
        error
    }

    /// 422: the bytes are not those that the name says.
    #[must_use]
    pub const fn wrong_hash() -> Self {
        Self::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            ProblemCode::WrongHash,
            "the bytes do not have this SHA-256; send again",
        )
    }

    /// 413 with the most that is taken, in bytes (or changes).
    #[must_use]
    pub fn too_large(max: usize) -> Self {
        let mut error =
            Self::new(StatusCode::PAYLOAD_TOO_LARGE, ProblemCode::TooLarge, "too large; `detail` is the most");
        error.detail = Some(max.into());
        error
    }

    /// 415 with what is taken.
    #[must_use]
    pub fn wrong_type(taken: &str) -> Self {
        let mut error =
            Self::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, ProblemCode::WrongType, "not a type that is taken here");
        error.detail = Some(Value::String(taken.to_owned()));
        error
    }

    /// 503: try again after so many seconds.
    #[must_use]
    pub const fn busy(seconds: u64) -> Self {
        let mut error = Self::new(StatusCode::SERVICE_UNAVAILABLE, ProblemCode::Busy, "busy; try again later");
        error.retry_after = Some(seconds);
        error
    }

    /// 500. The cause goes to the log; it must not hold personal data.
    pub fn internal(cause: &dyn std::fmt::Display) -> Self {
        tracing::error!(%cause, "internal error");
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, ProblemCode::Internal, "the server failed; it is logged there")
    }

    /// The HTTP status.
    #[must_use]
    pub const fn status(&self) -> StatusCode {
        self.status
    }

    /// After how many seconds to come again, where that is known.
    #[must_use]
    pub const fn retry_after(&self) -> Option<u64> {
        self.retry_after
    }

    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> ProblemCode {
        self.code
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        match error {
            error if error.is_passing() => {
                tracing::warn!(%error, "the sender is told to come again");
                Self::busy(5)
            }
            StoreError::Taken(what) => Self::taken(what),
            StoreError::Changed | StoreError::VersionUsed => {
                Self::new(StatusCode::CONFLICT, ProblemCode::Changed, "changed by somebody else meanwhile; look again")
            }
            StoreError::LastAdministrator => Self::new(
                StatusCode::CONFLICT,
                ProblemCode::LastAdministrator,
                "the last administrator of a county stays one",
            ),
            error => Self::internal(&error),
        }
    }
}

impl From<FilesError> for ApiError {
    fn from(error: FilesError) -> Self {
        match error {
            FilesError::WrongType => Self::wrong_type("any file but programs"),
            FilesError::Missing => Self::not_found(),
            error @ FilesError::Storage(_) => Self::internal(&error),
        }
    }
}

impl From<PasswordError> for ApiError {
    fn from(error: PasswordError) -> Self {
        match error {
            PasswordError::Busy => Self::busy(5),
            error @ PasswordError::Hash(_) => Self::internal(&error),
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let code = serde_json::to_value(self.code).ok().and_then(|code| code.as_str().map(str::to_owned));
        let problem = Problem {
            kind: format!("https://zhucun.example/problems/{}", code.unwrap_or_default()),
            title: self.title.to_owned(),
            status: self.status.as_u16(),
            code: self.code,
            detail: self.detail,
        };
        let body = serde_json::to_string(&problem).unwrap_or_default();
        let mut response = (self.status, body).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.insert(HEADER, HeaderValue::from_static("1"));
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}
