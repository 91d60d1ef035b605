//! Places: `lat lon altitude accuracy`, several of them separated by `;` or one in each node.

use super::{Call, Value};
use crate::decimal;
use crate::texts::{cut, words};
use crate::xpath::eval::Evaluated;

/// Of the sphere that ODK measures on, metres.
const RADIUS: f64 = 6_378_100.0;

/// Latitude and longitude in degrees.
type Place = (f64, f64);

fn place(text: &str) -> Option<Place> {
    let words = words(text);
    Some((decimal::parse(words.first()?)?, decimal::parse(words.get(1)?)?))
}

/// The places in a text; `None` when one is none.
fn places(text: &str) -> Option<Vec<Place>> {
    let mut places = Vec::new();
    let mut rest = Some(text);
    while let Some(text) = rest {
        let (part, after) = cut(text, b';');
        if !part.trim().is_empty() {
            places.push(place(part)?);
        }
        rest = after;
    }
    Some(places)
}

fn cents(number: f64) -> Value {
    Value::Number((number * 100.0).round() / 100.0)
}

/// Metres along the places. Of several arguments each is one place: a line is an argument by itself.
pub(super) fn distance(call: &Call<'_>) -> Evaluated {
    let mut is_apart = true;
    call.each_from(0, &mut |value| is_apart &= call.count() == 1 || cut(&call.text_of(value), b';').1.is_none());
    let Some(places) = places(&call.joined(0, ";")).filter(|_| is_apart) else {
        return call.unusable(&call.text(0));
    };
    let math = |name, number| call.eval.host.math(name, number, 0.0);
    let (sin, cos) = (|number| math("sin", number), |number| math("cos", number));
    let metres = |pair: &[Place]| {
        let (lat, other) = (pair[0].0.to_radians(), pair[1].0.to_radians());
        let turn = (pair[1].1 - pair[0].1).to_radians();
        math("acos", (sin(lat) * sin(other) + cos(lat) * cos(other) * cos(turn)).clamp(-1.0, 1.0)) * RADIUS
    };
    Ok(cents(places.windows(2).map(metres).sum()))
}

/// Square metres inside the places; 0 where they enclose nothing.
pub(super) fn area(call: &Call<'_>) -> Evaluated {
    let mut places = places(&call.joined(0, ";")).unwrap_or_default();
    if places.len() < 3 {
        return Ok(Value::Number(0.0));
    }
    if let Some(first) = places.first().copied()
        && places.last() != Some(&first)
    {
        places.push(first);
    }
    let sin = |degrees: f64| call.eval.host.math("sin", degrees.to_radians(), 0.0);
    let part = |pair: &[Place]| (pair[1].1 - pair[0].1).to_radians() * (2.0 + sin(pair[0].0) + sin(pair[1].0));
    Ok(cents((places.windows(2).map(part).sum::<f64>() * RADIUS * RADIUS / 2.0).abs()))
}

/// Whether a place lies inside a closed shape.
pub(super) fn geofence(call: &Call<'_>) -> Evaluated {
    let (Some((lat, lon)), Some(shape)) = (place(&call.text(0)), places(&call.text(1))) else {
        return Ok(Value::Bool(false));
    };
    // A shape that does not end where it began is none.
    if shape.len() < 4 || shape.first() != shape.last() {
        return Ok(Value::Bool(false));
    }
    let crosses = |pair: &&[Place]| {
        let ((a_lat, a_lon), (b_lat, b_lon)) = (pair[0], pair[1]);
        (a_lon > lon) != (b_lon > lon) && lat < (b_lat - a_lat) * (lon - a_lon) / (b_lon - a_lon) + a_lat
    };
    Ok(Value::Bool(shape.windows(2).filter(crosses).count() % 2 == 1))
}

/// Whether a line, or the edge of a shape, crosses or touches itself: as in ODK Collect, also where it goes back along itself,
/// but not where one stretch goes on from another or where a shape is closed.
pub(super) fn intersects(call: &Call<'_>) -> Evaluated {
    let text = call.text(0);
    let Some(mut line) = places(&text) else {
        return call.unusable(&text);
    };
    // Who stands still gets no further.
    line.dedup();
    let stretches: Vec<&[Place]> = line.windows(2).collect();
    let closed = stretches.len() > 2 && line.first() == line.last();
    for (at, one) in stretches.iter().enumerate() {
        for (next, other) in stretches.iter().enumerate().skip(at + 1) {
            let meet = if next == at + 1 {
                lies_on(one[0], other) || lies_on(other[1], one)
            } else {
                !(closed && at == 0 && next == stretches.len() - 1) && do_meet(one, other)
            };
            if meet {
                return Ok(Value::Bool(true));
            }
        }
    }
    Ok(Value::Bool(false))
}

/// On which side of a stretch a place lies: above 0, below 0, or 0 in line with it.
fn side(of: &[Place], place: Place) -> f64 {
    let (from, to) = (of[0], of[1]);
    (to.0 - from.0) * (place.1 - from.1) - (to.1 - from.1) * (place.0 - from.0)
}

fn lies_on(place: Place, stretch: &[Place]) -> bool {
    let between = |one: f64, other: f64, it: f64| it >= one.min(other) && it <= one.max(other);
    let (from, to) = (stretch[0], stretch[1]);
    side(stretch, place) == 0.0 && between(from.0, to.0, place.0) && between(from.1, to.1, place.1)
}

fn do_meet(one: &[Place], other: &[Place]) -> bool {
    let opposite = |of: &[Place], ends: &[Place]| side(of, ends[0]) * side(of, ends[1]) < 0.0;
    (opposite(one, other) && opposite(other, one))
        || other.iter().any(|end| lies_on(*end, one))
        || one.iter().any(|end| lies_on(*end, other))
}
