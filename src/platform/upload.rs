//! Sending a file with its progress, which `fetch` does not tell, and so that it can be stopped: for the desk.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::Promise;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{File, ProgressEvent, XmlHttpRequest};
use zhucun_api::{HEADER, Problem, ProblemCode};
use zhucun_json::from_text;

use super::http::HttpError;

/// Time limit, milliseconds: ten megabytes over a weak line.
const LIMIT: u32 = 300_000;

/// Stops what is being sent with it.
#[derive(Clone, Default)]
pub struct Stop(Rc<RefCell<Option<XmlHttpRequest>>>);

impl Stop {
    /// Breaks off what is being sent; the one who waits for it hears [`HttpError::Offline`].
    pub fn stop(&self) {
        // Not borrowed meanwhile: breaking off calls who waits.
        let request = self.0.borrow_mut().take();
        if let Some(request) = request {
            let _ = request.abort();
        }
    }
}

/// Sends a file's bytes by a method; gives the answer's text. `on_progress` hears how much of a hundred has gone.
///
/// # Errors
/// See [`HttpError`].
pub async fn send_file(
    (method, url): (&str, &str),
    file: &File,
    stop: &Stop,
    on_progress: impl Fn(u32) + 'static,
) -> Result<String, HttpError> {
    let offline = |_: JsValue| HttpError::Offline;
    let request = XmlHttpRequest::new().map_err(offline)?;
    request.open(method, url).map_err(offline)?;
    request.set_timeout(LIMIT);
    let progress = Closure::<dyn Fn(ProgressEvent)>::new(move |event: ProgressEvent| {
        if event.total() > 0.0 {
            on_progress((event.loaded() / event.total() * 100.0) as u32);
        }
    });
    if let Ok(upload) = request.upload() {
        upload.set_onprogress(Some(progress.as_ref().unchecked_ref()));
    }
    let ended = Promise::new(&mut |resolve, _| request.set_onloadend(Some(&resolve)));
    request.send_with_opt_blob(Some(file)).map_err(offline)?;
    *stop.0.borrow_mut() = Some(request.clone());
    // `loadend` comes after success, failure, time-out and abort alike.
    let _ = JsFuture::from(ended).await;
    stop.0.borrow_mut().take();
    let is_ours = matches!(request.get_response_header(HEADER), Ok(Some(_)));
    let text = request.response_text().ok().flatten().unwrap_or_default();
    match (is_ours, request.status().unwrap_or_default()) {
        (true, 200..=299) => Ok(text),
        (true, status) => {
            let code = from_text::<Problem>(&text).map_or(ProblemCode::Unknown, |problem| problem.code);
            Err(HttpError::Refused { status, code, wait: None })
        }
        (false, _) => Err(HttpError::Offline),
    }
}
