//! Several places as one answer, `lat lon altitude accuracy;…`: taken apart, put together, measured.

use crate::{decimal, texts};

/// Of the sphere that ODK measures on, metres.
const RADIUS: f64 = 6_378_100.0;

/// A unit of land: 1/15 of a hectare, square metres.
const MU: f64 = 10_000.0 / 15.0;

/// The places of an answer; of an area without the last one, which is the first again.
#[must_use]
pub fn apart(value: &str, closed: bool) -> Vec<String> {
    let mut spots = Vec::new();
    let mut rest = Some(value);
    while let Some(text) = rest {
        let (spot, after) = texts::cut(text, b';');
        let spot = spot.trim();
        if !spot.is_empty() {
            spots.push(spot.to_owned());
        }
        rest = after;
    }
    if closed && spots.len() > 1 && spots.first() == spots.last() {
        spots.pop();
    }
    spots
}

/// Places as an answer; an area ends where it began.
#[must_use]
pub fn together(spots: &[String], closed: bool) -> String {
    let mut parts: Vec<&str> = spots.iter().map(String::as_str).collect();
    if closed && let Some(first) = parts.first().copied() {
        parts.push(first);
    }
    texts::joined(&parts, ";")
}

/// Latitude and longitude of a place, degrees.
#[must_use]
pub fn degrees(spot: &str) -> Option<(f64, f64)> {
    let words = texts::words(spot);
    Some((decimal::parse(words.first()?)?, decimal::parse(words.get(1)?)?))
}

/// What places enclose.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Measure {
    /// Along them, metres; of an area all around.
    pub length: f64,
    /// Square metres; 0 for a line.
    pub area: f64,
}

impl Measure {
    /// The area in mu, to a tenth.
    #[must_use]
    pub fn mu(self) -> f64 {
        (self.area / MU * 10.0).round() / 10.0
    }
}

/// Measures them on a plane that touches the earth at the first one: a field is small. `cosine` is of radians.
#[must_use]
pub fn measure(spots: &[String], closed: bool, cosine: fn(f64) -> f64) -> Measure {
    let on_plane = plane(spots, cosine);
    let mut measure = Measure { length: 0.0, area: 0.0 };
    let last = if closed { on_plane.last() } else { on_plane.first() };
    let Some(&(mut x, mut y)) = last else { return measure };
    for (to_x, to_y) in on_plane {
        let (by_x, by_y) = (to_x - x, to_y - y);
        measure.length += (by_x * by_x + by_y * by_y).sqrt();
        measure.area += (x * to_y - to_x * y) / 2.0;
        (x, y) = (to_x, to_y);
    }
    measure.area = if closed { measure.area.abs() } else { 0.0 };
    measure
}

/// Metres east and north of the first place.
fn plane(spots: &[String], cosine: fn(f64) -> f64) -> Vec<(f64, f64)> {
    let all: Vec<_> = spots.iter().filter_map(|spot| degrees(spot)).collect();
    let Some(&(lat, lon)) = all.first() else { return Vec::new() };
    let (metres, narrow) = (RADIUS.to_radians(), cosine(lat.to_radians()));
    all.into_iter().map(|(to_lat, to_lon)| ((to_lon - lon) * metres * narrow, (to_lat - lat) * metres)).collect()
}

/// The places as the path of an SVG picture of 100 × 100, north above; empty for fewer than two.
#[must_use]
pub fn path(spots: &[String], closed: bool, cosine: fn(f64) -> f64) -> String {
    let all = plane(spots, cosine);
    let (mut west, mut east, mut south, mut north) = (0.0_f64, 0.0_f64, 0.0_f64, 0.0_f64);
    for (x, y) in &all {
        (west, east, south, north) = (west.min(*x), east.max(*x), south.min(*y), north.max(*y));
    }
    let (wide, tall) = (east - west, north - south);
    let scale = 90.0 / wide.max(tall).max(1.0);
    let mut path = String::new();
    if all.len() < 2 {
        return path;
    }
    for (n, (x, y)) in all.into_iter().enumerate() {
        path.push(if n == 0 { 'M' } else { 'L' });
        let from_left = 50.0 + (x - west - wide / 2.0) * scale;
        let from_top = 50.0 - (y - south - tall / 2.0) * scale;
        path.push_str(&decimal::plain(from_left.round()));
        path.push(' ');
        path.push_str(&decimal::plain(from_top.round()));
    }
    if closed {
        path.push('Z');
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spots(all: &[&str]) -> Vec<String> {
        all.iter().map(|spot| (*spot).to_owned()).collect()
    }

    #[test]
    fn an_area_ends_where_it_began_and_a_line_does_not() {
        let three = spots(&["0 0 0 5", "0 1 0 5", "1 1 0 5"]);
        assert_eq!(together(&three, true), "0 0 0 5;0 1 0 5;1 1 0 5;0 0 0 5");
        assert_eq!(together(&three, false), "0 0 0 5;0 1 0 5;1 1 0 5");
        for closed in [true, false] {
            assert_eq!(apart(&together(&three, closed), closed), three);
        }
        assert_eq!(apart("", true), spots(&[]));
        assert_eq!(together(&[], true), "");
        let one = spots(&["0 0 0 5"]);
        assert_eq!(apart(&together(&one, true), true), one);
        assert_eq!(apart(" 1 2; 3 4 ;", false), spots(&["1 2", "3 4"]));
    }

    #[test]
    fn a_field_of_a_hundred_metres_is_measured_as_one() {
        // 100 m are 0.000898… degrees on this sphere.
        let d = 100.0 / RADIUS.to_radians();
        let corner = |north: f64, east: f64| {
            format!("{} {} 0 5", 30.0 + north * d, 106.0 + east * d / 30_f64.to_radians().cos())
        };
        let field = [corner(0.0, 0.0), corner(1.0, 0.0), corner(1.0, 1.0), corner(0.0, 1.0)];
        let measured = measure(&field, true, f64::cos);
        assert!((measured.area - 10_000.0).abs() < 0.1 && (measured.length - 400.0).abs() < 0.01, "{measured:?}");
        assert!((measured.mu() - 15.0).abs() < 0.01);
        let line = measure(&field, false, f64::cos);
        assert!((line.length - 300.0).abs() < 0.01 && line.area.abs() < f64::EPSILON, "{line:?}");
        assert_eq!(path(&field, true, f64::cos), "M5 95L5 5L95 5L95 95Z");
        assert_eq!(measure(&[], true, f64::cos), Measure { length: 0.0, area: 0.0 });
        assert_eq!(path(&field[..1], false, f64::cos), "");
    }
}
