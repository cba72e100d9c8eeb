//! A signature: strokes that a hand drew, and the terms that it was made under.

use std::fmt::Write as _;

use borsklokka_shared::limits::{SIGNATURE_COORDINATE_MAX, SIGNATURE_POINTS_MAX, SIGNATURE_STROKES_MAX};
use serde::{Deserialize, Serialize};

use crate::api::Denied;

/// Room around a signature for the pen's width, in the same unit.
const PEN_ROOM: u16 = 6;
/// The pen's width, in the same unit.
const PEN_WIDTH: u16 = 6;

/// A drawn line: its points, across and down, in thousandths of the pad's width.
type Stroke = Vec<(u16, u16)>;

/// What a hand drew.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Strokes(Vec<Stroke>);

impl Strokes {
    /// Refuses what is too large, empty, or beside the pad.
    pub(crate) fn check(&self) -> Result<(), Denied> {
        let strokes = self.0.len();
        let points: usize = self.0.iter().map(Vec::len).sum();
        let mut coordinates = self.0.iter().flatten().flat_map(|(x, y)| [*x, *y]);
        let is_good = (1..=SIGNATURE_STROKES_MAX).contains(&strokes)
            && points <= SIGNATURE_POINTS_MAX
            && self.0.iter().all(|stroke| !stroke.is_empty())
            && coordinates.all(|coordinate| coordinate <= SIGNATURE_COORDINATE_MAX);
        if is_good {
            Ok(())
        } else {
            Err(Denied::BadSignature {
                strokes_max: SIGNATURE_STROKES_MAX,
                points_max: SIGNATURE_POINTS_MAX,
                coordinate_max: SIGNATURE_COORDINATE_MAX,
            })
        }
    }

    /// As a drawing that is no larger than what was drawn.
    pub(crate) fn svg(&self) -> String {
        let points = || self.0.iter().flatten();
        let span = |of: fn(&(u16, u16)) -> u16| {
            let least = points().map(of).min().unwrap_or_default();
            let most = points().map(of).max().unwrap_or_default();
            (
                i32::from(least) - i32::from(PEN_ROOM),
                most - least + 2 * PEN_ROOM,
            )
        };
        let ((left, width), (top, height)) = (span(|point| point.0), span(|point| point.1));
        let mut path = String::new();
        for stroke in &self.0 {
            for (index, (x, y)) in stroke.iter().enumerate() {
                let pen = if index == 0 { 'M' } else { 'L' };
                // Writing to a string cannot fail.
                let _ = write!(path, "{pen}{x} {y}");
            }
            if let [(x, y)] = stroke.as_slice() {
                let _ = write!(path, "L{x} {y}");
            }
        }
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
             viewBox=\"{left} {top} {width} {height}\"><path d=\"{path}\" fill=\"none\" stroke=\"#14202b\" \
             stroke-width=\"{PEN_WIDTH}\" stroke-linecap=\"round\" stroke-linejoin=\"round\"/></svg>"
        )
    }
}

/// A signature as it is stored.
pub(crate) struct Signature {
    pub(crate) terms_sha256: String,
    pub(crate) name: String,
    pub(crate) strokes: Strokes,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_has_limits() {
        let strokes = |strokes: usize, points: usize| Strokes(vec![vec![(500, 300); points]; strokes]);
        for (drawing, is_good) in [
            (strokes(1, 1), true),
            (strokes(SIGNATURE_STROKES_MAX, 20), true),
            (strokes(1, SIGNATURE_POINTS_MAX), true),
            (strokes(0, 0), false),
            (strokes(3, 0), false),
            (strokes(SIGNATURE_STROKES_MAX + 1, 1), false),
            (strokes(1, SIGNATURE_POINTS_MAX + 1), false),
            (
                Strokes(vec![vec![(SIGNATURE_COORDINATE_MAX, SIGNATURE_COORDINATE_MAX)]]),
                true,
            ),
            (Strokes(vec![vec![(0, SIGNATURE_COORDINATE_MAX + 1)]]), false),
        ] {
            assert_eq!(drawing.check().is_ok(), is_good);
        }
    }

    #[test]
    fn a_drawing_is_as_large_as_what_was_drawn_and_shows_dots() {
        let svg = Strokes(vec![vec![(100, 50), (300, 90)], vec![(200, 40)]]).svg();
        assert!(svg.contains("viewBox=\"94 34 212 62\""), "{svg}");
        assert!(svg.contains("d=\"M100 50L300 90M200 40L200 40\""), "{svg}");
    }
}
