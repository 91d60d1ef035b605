//! Pages for villagers: plain HTML without script, cookies or anything from elsewhere. Anyone may use them; nobody signs in.

mod guard;
mod icons;
mod identity;
pub(crate) mod look;
mod needs;
mod pages;
pub(crate) mod qr;
mod sent;
mod terms;
mod ticket;

use std::sync::Arc;

use askama::Template;
use axum::{
    Extension, Router,
    extract::{DefaultBodyLimit, Multipart, Path, Query, State, multipart::MultipartRejection},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
    routing::get,
};
use bytes::Bytes;
use guard::{Guard, Limit};
use look::{Look, LookQuery};
pub use needs::{NewNeed, Taken, Ticket, code_of, find, take};
use pages::{EndedPage, NeedPage, PlainPage, ThanksPage};
pub use sent::Typed;
use sent::{Photo, Sent};
pub use terms::{category as category_words, role as role_words};
use zhucun_domain::need;
use zhucun_sync::StreamId;
use zhucun_words::{Lang, villager as w};

use crate::{
    error::ApiError,
    http::{
        encoding::Encoding,
        extract::{BaseUrl, Peer},
    },
    service::{photo, random, settings},
    state::AppState,
    store::{Place, StoreError},
};

/// Counts per link and address. A village often stands behind one address: what comes beyond is marked, never refused.
#[derive(Debug)]
struct Guards {
    needs_by_link: Guard<String>,
    needs_by_address: Guard<String>,
    wrong_codes: Guard<String>,
}

impl Default for Guards {
    fn default() -> Self {
        const HOUR: i64 = 3_600_000;
        Self {
            needs_by_link: Guard::new(Limit { count: 60, within: HOUR }),
            needs_by_address: Guard::new(Limit { count: 30, within: HOUR }),
            wrong_codes: Guard::new(Limit { count: 20, within: HOUR / 6 }),
        }
    }
}

/// `/n/{link}`, `/t` and below.
pub fn router() -> Router<AppState> {
    Router::new()
        // The body's size is looked at while it is read: what is too large must not take the words with it.
        .route("/n/{link}", get(show).post(send).layer(DefaultBodyLimit::disable()))
        .route("/n", get(nowhere))
        .route("/n/{link}/{*rest}", get(nowhere))
        .route("/t", get(ticket::show).post(ticket::look_up))
        .layer(Extension(Arc::new(Guards::default())))
}

/// A page that could not be made for want of storage.
struct Failed(Look);

impl Failed {
    /// Logs the cause, which holds no personal data.
    fn log(look: Look, cause: &dyn std::fmt::Display) -> Self {
        // ApiError logs; the answer here is a page.
        let _ = ApiError::internal(cause);
        Self(look)
    }

    fn respond(self, request: &HeaderMap) -> Response {
        let look = self.0;
        let page = PlainPage { look, title: look.w(w::BUSY_TITLE), words: look.w(w::BUSY) };
        html(StatusCode::SERVICE_UNAVAILABLE, &page, Keep::No, request)
    }
}

/// Whether the browser may keep the page for "back".
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Keep {
    /// A form: going back must find what was typed.
    Yes,
    /// A code or a ticket: the next one at the phone must not.
    No,
}

pub(crate) fn html(status: StatusCode, page: &impl Template, keep: Keep, request: &HeaderMap) -> Response {
    let body = match page.render() {
        Ok(body) => body,
        Err(error) => return ApiError::internal(&error).into_response(),
    };
    let packed = Encoding::best(request).and_then(|coding| Some((coding, coding.compress(body.as_bytes()).ok()?)));
    let mut response = match &packed {
        Some((_, bytes)) => (status, bytes.clone()).into_response(),
        None => (status, body).into_response(),
    };
    let headers = response.headers_mut();
    let fixed: [(HeaderName, &'static str); 6] = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CACHE_CONTROL, if keep == Keep::Yes { "private, no-cache" } else { "no-store" }),
        (header::VARY, "Accept-Encoding"),
        // Not `no-referrer`: older browsers then send our own forms with `Origin: null`.
        (header::REFERRER_POLICY, "same-origin"),
        (HeaderName::from_static("x-robots-tag"), "noindex, nofollow"),
        (HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if let Ok(policy) = HeaderValue::from_str(&look::POLICY) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    if let Some((coding, _)) = packed {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(coding.name()));
    }
    response
}

async fn nowhere(Query(query): Query<LookQuery>, request: HeaderMap) -> Response {
    no_page(Look::from(&query), &request)
}

fn no_page(look: Look, request: &HeaderMap) -> Response {
    let page = PlainPage { look, title: look.w(w::NO_PAGE_TITLE), words: look.w(w::NO_PAGE) };
    html(StatusCode::NOT_FOUND, &page, Keep::No, request)
}

/// A link of another day: the way to the new one, and what was typed meanwhile, which nobody should have to type again.
fn ended(look: Look, typed: &str, request: &HeaderMap) -> Response {
    let page = EndedPage { look, other: look.switched_language(), typed: typed.to_owned() };
    html(StatusCode::GONE, &page, Keep::No, request)
}

/// A village found by its link.
struct Village {
    stream: StreamId,
    name: String,
}

/// Where a link leads.
enum Found {
    /// To a village.
    Village(Village),
    /// Nowhere any more: it was renewed or revoked.
    Ended,
    /// Nowhere.
    Nothing,
}

async fn village(state: &AppState, link: &str, lang: Lang) -> Result<Found, StoreError> {
    if link.contains('\0') {
        // Databases do not take it.
        return Ok(Found::Nothing);
    }
    let Some(link) = state.store.link(link).await? else { return Ok(Found::Nothing) };
    if link.has_ended(state.clock.now()) {
        return Ok(Found::Ended);
    }
    let Ok(stream) = StreamId::new("village", &link.village) else { return Ok(Found::Nothing) };
    let name = state.store.place(&link.village).await?.map(|place| name_of(&place, lang)).unwrap_or_default();
    Ok(Found::Village(Village { stream, name }))
}

pub(crate) fn name_of(place: &Place, lang: Lang) -> String {
    let tag = if lang == Lang::Zh { "zh" } else { "en" };
    place.names.get(tag).or_else(|| place.names.values().next()).cloned().unwrap_or_default()
}

fn new_once(state: &AppState) -> String {
    let mut bytes = [0; 10];
    random::fill(&mut bytes);
    identity::once(state.clock.now(), bytes)
}

async fn show(
    State(state): State<AppState>,
    Path(link): Path<String>,
    Query(query): Query<LookQuery>,
    request: HeaderMap,
) -> Response {
    let look = Look::from(&query);
    match village(&state, &link, look.lang).await {
        Ok(Found::Village(village)) => {
            let page = NeedPage::new(look, &village.name, &link, new_once(&state));
            html(StatusCode::OK, &page, Keep::Yes, &request)
        }
        Ok(Found::Ended) => ended(look, "", &request),
        Ok(Found::Nothing) => no_page(look, &request),
        Err(error) => Failed::log(look, &error).respond(&request),
    }
}

#[expect(clippy::too_many_arguments, reason = "each is a part of the request")]
async fn send(
    State(state): State<AppState>,
    Extension(guards): Extension<Arc<Guards>>,
    Path(link): Path<String>,
    Query(query): Query<LookQuery>,
    Peer(address): Peer,
    BaseUrl(site): BaseUrl,
    request: HeaderMap,
    parts: Result<Multipart, MultipartRejection>,
) -> Response {
    let look = Look::from(&query);
    let sent = match parts {
        Ok(parts) => Sent::read(parts).await,
        Err(_) => Sent::default(),
    };
    let village = match village(&state, &link, look.lang).await {
        Ok(Found::Village(village)) => village,
        Ok(Found::Ended) => return ended(look, &sent.typed.text, &request),
        Ok(Found::Nothing) => return no_page(look, &request),
        Err(error) => return Failed::log(look, &error).respond(&request),
    };
    let now = state.clock.now();
    let once = if identity::parse_once(&sent.once, now).is_some() { sent.once } else { new_once(&state) };
    let page = NeedPage::new(look, &village.name, &link, once.clone());
    let photo = match check(look, &sent.typed, sent.photo) {
        Ok(photo) => photo,
        Err(errors) => {
            let again = page.again(sent.typed, *errors, w::PROBLEMS);
            return html(StatusCode::UNPROCESSABLE_ENTITY, &again, Keep::Yes, &request);
        }
    };
    let crowded = [
        guards.needs_by_link.count(link.clone(), now),
        !address.is_empty() && guards.needs_by_address.count(address, now),
    ];
    let need = NewNeed {
        stream: &village.stream,
        once: identity::parse_once(&once, now).unwrap_or_default(),
        typed: &sent.typed,
        photo,
        moderation: sent.trapped || crowded.contains(&true),
    };
    match take(&state, need, now).await {
        Ok(taken) => {
            // Kept is kept: without the county's settings the answer has the usual days.
            let county = settings::of_village(&state.store, village.stream.id()).await.unwrap_or_default();
            let due = need::answer_due_in(taken.received, &county);
            let page = ThanksPage::new(look, &village.name, &link, &site, &taken, &sent.typed.category, due);
            html(StatusCode::OK, &page, Keep::No, &request)
        }
        Err(error) => {
            // Logged by the answer that an API would give.
            let _ = ApiError::from(error);
            let again = page.again(sent.typed, sent::Errors::default(), w::TRY_AGAIN_LATER);
            html(StatusCode::SERVICE_UNAVAILABLE, &again, Keep::Yes, &request)
        }
    }
}

/// Checks everything and takes out of the photo what the camera wrote into it.
fn check(look: Look, typed: &Typed, photo: Photo) -> Result<Option<(photo::Format, Bytes)>, Box<sent::Errors>> {
    let mut errors = typed.check(look.lang);
    let say = |word| Some(pages::photo_error(look, word));
    let photo = match photo {
        Photo::None => None,
        Photo::TooLarge => {
            errors.photo = say(w::PHOTO_LARGE);
            None
        }
        Photo::Cut => {
            errors.photo = say(w::PHOTO_CUT);
            None
        }
        Photo::Whole(bytes) => {
            let cleaned = photo::clean(&bytes);
            if cleaned.is_none() {
                errors.photo = say(w::PHOTO_TYPE);
            } else if !errors.is_empty() {
                // A browser does not fill a file field again.
                errors.photo = say(w::PHOTO_AGAIN);
            }
            cleaned.map(|(format, bytes)| (format, Bytes::from(bytes)))
        }
    };
    if errors.is_empty() { Ok(photo) } else { Err(Box::new(errors)) }
}
