//! Where the phone is: a watch that gets better until it is dropped.

use leptos::leptos_dom::helpers::window;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::{Geolocation, Position, PositionError, PositionOptions};

/// Milliseconds until a phone without any fix says so.
const TIMEOUT: u32 = 30_000;

/// A place as the phone knows it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fix {
    /// Degrees north.
    pub latitude: f64,
    /// Degrees east.
    pub longitude: f64,
    /// Metres above the ellipsoid, where the phone knows.
    pub altitude: Option<f64>,
    /// Metres: the place is within this circle with 95 % confidence.
    pub accuracy: f64,
}

/// Why there is no place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LocationError {
    /// The person or the phone's settings do not allow it.
    Refused,
    /// Allowed, but no satellite or network was heard in time; the watch goes on.
    NoFix,
    /// This browser, or an address without https, has no location at all.
    Unsupported,
}

/// A running search; dropping it stops the receiver.
pub struct Watch {
    id: i32,
    source: Geolocation,
    _found: Closure<dyn Fn(Position)>,
    _failed: Closure<dyn Fn(PositionError)>,
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.source.clear_watch(self.id);
    }
}

/// Starts to search, with the phone's best means when `exact`, else with those that cost little; `report` is called with every fix and every failure until the watch is dropped.
///
/// # Errors
/// [`LocationError::Unsupported`] when the browser offers no location here.
pub fn watch(exact: bool, report: Box<dyn Fn(Result<Fix, LocationError>)>) -> Result<Watch, LocationError> {
    if !window().is_secure_context() {
        return Err(LocationError::Unsupported);
    }
    let source = window().navigator().geolocation().map_err(|_| LocationError::Unsupported)?;
    let report = std::rc::Rc::new(report);
    let failing = report.clone();
    let found = Closure::<dyn Fn(Position)>::new(move |position: Position| {
        let at = position.coords();
        report(Ok(Fix {
            latitude: at.latitude(),
            longitude: at.longitude(),
            altitude: at.altitude(),
            accuracy: at.accuracy(),
        }));
    });
    let failed = Closure::<dyn Fn(PositionError)>::new(move |error: PositionError| {
        failing(Err(if error.code() == 1 { LocationError::Refused } else { LocationError::NoFix }));
    });
    let options = PositionOptions::new();
    options.set_enable_high_accuracy(exact);
    options.set_timeout(TIMEOUT);
    let id = source
        .watch_position_with_error_callback_and_options(
            found.as_ref().unchecked_ref(),
            Some(failed.as_ref().unchecked_ref()),
            &options,
        )
        .map_err(|_| LocationError::Unsupported)?;
    Ok(Watch { id, source, _found: found, _failed: failed })
}
