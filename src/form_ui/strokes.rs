//! Signatures and drawings as strokes: what the draft keeps until the visit is finalised.

use zhucun_json::{FromJson, JsonError, ToJson, Value};

/// The paper's width in the strokes' own units; what is on screen is scaled to it.
pub const WIDTH: u32 = 1000;
/// The height of a signature's paper in the same units; others say their own.
pub const HEIGHT: u32 = 400;

/// Strokes in the order of drawing; a stroke is `x, y, x, y, …` in units of the paper.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Strokes(pub Vec<Vec<u16>>);

impl Strokes {
    /// Whether nothing is drawn.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl FromJson for Strokes {
    fn from_json(value: Value) -> Result<Self, JsonError> {
        Vec::from_json(value).map(Self)
    }
}

impl ToJson for Strokes {
    fn to_json(&self) -> Value {
        self.0.to_json()
    }
}

/// A place on a canvas that is shown `width` × `height` large, in units of a paper so `tall`; what is outside lies on its
/// edge.
#[must_use]
pub fn on_paper(x: f64, y: f64, (width, height): (f64, f64), tall: u32) -> (u16, u16) {
    let unit = |at: f64, shown: f64, paper: u32| {
        let paper = f64::from(paper);
        if shown > 0.0 { (at / shown * paper).round().clamp(0.0, paper) as u16 } else { 0 }
    };
    (unit(x, width, WIDTH), unit(y, height, tall))
}

/// Adds a point unless it is nearer than two units to the last one: a finger gives far more points than ink needs.
pub fn extend(stroke: &mut Vec<u16>, (x, y): (u16, u16)) -> bool {
    if let [.., last_x, last_y] = stroke[..]
        && last_x.abs_diff(x) < 2
        && last_y.abs_diff(y) < 2
    {
        return false;
    }
    stroke.extend([x, y]);
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strokes_survive_being_written_to_the_draft() {
        let strokes = Strokes(vec![vec![10, 20, 30, 40], vec![5, 5]]);
        let text = zhucun_json::to_text(&strokes);
        assert_eq!(text, "[[10,20,30,40],[5,5]]");
        assert_eq!(zhucun_json::from_text::<Strokes>(&text).unwrap(), strokes);
    }

    #[test]
    fn points_are_scaled_to_the_paper_and_kept_on_it() {
        assert_eq!(on_paper(164.0, 65.6, (328.0, 131.2), HEIGHT), (500, 200));
        assert_eq!(on_paper(-4.0, 900.0, (328.0, 131.2), HEIGHT), (0, 400));
        assert_eq!(on_paper(164.0, 328.0, (328.0, 656.0), 2000), (500, 1000));
        assert_eq!(on_paper(4.0, 9.0, (0.0, 0.0), HEIGHT), (0, 0));
    }

    #[test]
    fn points_that_add_nothing_are_left_out() {
        let mut stroke = Vec::new();
        assert!(extend(&mut stroke, (10, 10)) && !extend(&mut stroke, (11, 11)) && extend(&mut stroke, (12, 10)));
        assert_eq!(stroke, [10, 10, 12, 10]);
    }
}
