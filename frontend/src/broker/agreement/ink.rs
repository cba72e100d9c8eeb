//! A signature as it is drawn: strokes of points, thinned out so that the server takes them, and the line that shows them.

use std::fmt::Write as _;

use borsklokka_shared::limits::{SIGNATURE_COORDINATE_MAX, SIGNATURE_POINTS_MAX, SIGNATURE_STROKES_MAX};

/// The pad's width in a signature's unit; it is as high as [`HEIGHT`].
pub const WIDTH: u16 = SIGNATURE_COORDINATE_MAX;
/// The pad's height, in the same unit.
pub const HEIGHT: u16 = 360;
/// A finger that has moved by less than this has not moved.
const STEP_MIN: f32 = 2.0;
/// How far a point may lie off the line that goes on without it, at first.
const OFF_MAX: f32 = 0.75;

/// A point, across and down, in thousandths of the pad's width.
pub type Point = [u16; 2];

/// What a finger has drawn.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ink {
    strokes: Vec<Vec<Point>>,
    /// What the finger draws now; empty while it is lifted.
    current: Vec<Point>,
}

impl Ink {
    /// The finger comes down. Past the most strokes nothing more is drawn.
    pub fn press(&mut self, point: Point) {
        self.lift();
        if self.strokes.len() < SIGNATURE_STROKES_MAX {
            self.current.push(point);
        }
    }

    /// The finger moves.
    pub fn go(&mut self, point: Point) {
        let Some(last) = self.current.last() else {
            return;
        };
        let (across, down) = (apart(last[0], point[0]), apart(last[1], point[1]));
        if across.hypot(down) < STEP_MIN {
            return;
        }
        self.current.push(point);
        if self.current.len() > SIGNATURE_POINTS_MAX {
            fit(std::slice::from_mut(&mut self.current), SIGNATURE_POINTS_MAX / 2);
        }
    }

    /// The finger is lifted.
    pub fn lift(&mut self) {
        if !self.current.is_empty() {
            let stroke = std::mem::take(&mut self.current);
            self.strokes.push(thin(&stroke, OFF_MAX));
            fit(&mut self.strokes, SIGNATURE_POINTS_MAX);
        }
    }

    /// Whether nothing is drawn.
    pub fn is_blank(&self) -> bool {
        self.strokes.is_empty() && self.current.is_empty()
    }

    /// The strokes as the server takes them.
    pub fn strokes(mut self) -> Vec<Vec<Point>> {
        self.lift();
        self.strokes
    }

    /// The finished strokes as the data of an SVG path.
    pub fn finished(&self) -> String {
        path(&self.strokes)
    }

    /// The stroke under the finger as the data of an SVG path.
    pub fn unfinished(&self) -> String {
        path(std::slice::from_ref(&self.current))
    }
}

fn apart(one: u16, other: u16) -> f32 {
    f32::from(one) - f32::from(other)
}

/// Strokes as the data of an SVG path: smooth, and a dot where there is one point only.
pub fn path(strokes: &[Vec<Point>]) -> String {
    let mut data = String::new();
    for stroke in strokes {
        let (Some([x, y]), Some([end_x, end_y])) = (stroke.first(), stroke.last()) else {
            continue;
        };
        // Writing to a string cannot fail.
        let _ = write!(data, "M{x} {y}");
        for pair in stroke.windows(2).skip(1) {
            let [[x, y], [next_x, next_y]] = [pair[0], pair[1]];
            // The line bends at each point, and runs through the middle between two.
            let _ = write!(data, "Q{x} {y} {} {}", x.midpoint(next_x), y.midpoint(next_y));
        }
        let _ = write!(data, "L{end_x} {end_y}");
    }
    data
}

/// Thins strokes out, no more than it takes, until they have at most so many points.
fn fit(strokes: &mut [Vec<Point>], points_max: usize) {
    let mut off_max = OFF_MAX;
    while strokes.iter().map(Vec::len).sum::<usize>() > points_max {
        off_max *= 2.0;
        for stroke in &mut *strokes {
            *stroke = thin(stroke, off_max);
        }
    }
}

/// Leaves out the points that the line between the others passes within `off_max` (Ramer, Douglas and Peucker).
fn thin(stroke: &[Point], off_max: f32) -> Vec<Point> {
    let mut kept = vec![false; stroke.len()];
    let mut spans = Vec::new();
    if let Some(last) = stroke.len().checked_sub(1) {
        kept[0] = true;
        kept[last] = true;
        spans.push((0, last));
    }
    while let Some((first, last)) = spans.pop() {
        let farthest = (first + 1..last)
            .map(|nth| (nth, off(stroke[nth], stroke[first], stroke[last])))
            .max_by(|one, other| one.1.total_cmp(&other.1));
        if let Some((nth, far)) = farthest
            && far > off_max
        {
            kept[nth] = true;
            spans.extend([(first, nth), (nth, last)]);
        }
    }
    stroke
        .iter()
        .zip(kept)
        .filter_map(|(point, is_kept)| is_kept.then_some(*point))
        .collect()
}

/// How far a point lies off the line between two others.
fn off(point: Point, from: Point, to: Point) -> f32 {
    let along = [apart(to[0], from[0]), apart(to[1], from[1])];
    let [across, down] = [apart(point[0], from[0]), apart(point[1], from[1])];
    let length = along[0].hypot(along[1]);
    if length < f32::EPSILON {
        return across.hypot(down);
    }
    let part = ((across * along[0] + down * along[1]) / (length * length)).clamp(0.0, 1.0);
    (across - part * along[0]).hypot(down - part * along[1])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(strokes: impl IntoIterator<Item = Vec<Point>>) -> Ink {
        let mut ink = Ink::default();
        for stroke in strokes {
            let mut points = stroke.into_iter();
            ink.press(points.next().unwrap());
            points.for_each(|point| ink.go(point));
            ink.lift();
        }
        ink
    }

    /// A scribble that no straight line passes through.
    fn scribble(points: u16) -> Vec<Point> {
        (0..points)
            .map(|nth| {
                [
                    (nth % 1_000 * 7) % WIDTH,
                    if nth % 2 == 0 { 10 } else { HEIGHT - 10 },
                ]
            })
            .collect()
    }

    #[test]
    fn a_straight_line_is_two_points_and_a_corner_stays() {
        let straight = (0..=100).map(|x| [x * 5, 100]).collect();
        let corner = (0..=100)
            .map(|x| {
                if x < 50 {
                    [x * 5, 100]
                } else {
                    [250, 100 + (x - 50) * 3]
                }
            })
            .collect();
        assert_eq!(
            drawn([straight, corner]).strokes(),
            [vec![[0, 100], [500, 100]], vec![[0, 100], [250, 100], [250, 250]]]
        );
    }

    #[test]
    fn a_dot_is_a_stroke_of_one_point_however_a_finger_trembles() {
        let ink = drawn([vec![[40, 50], [41, 50], [40, 51]]]);
        assert_eq!(ink.finished(), "M40 50L40 50");
        assert_eq!(ink.strokes(), [[[40, 50]]]);
    }

    #[test]
    fn no_signature_is_larger_than_the_server_takes() {
        for ink in [
            drawn([scribble(30_000)]),
            drawn((0..300).map(|_| scribble(60))),
            drawn((0..300).map(|nth| vec![[nth, nth]])),
        ] {
            let strokes = ink.strokes();
            assert!(strokes.len() <= SIGNATURE_STROKES_MAX, "{}", strokes.len());
            let points: usize = strokes.iter().map(Vec::len).sum();
            assert!(points <= SIGNATURE_POINTS_MAX, "{points}");
            assert!(strokes.iter().all(|stroke| !stroke.is_empty()));
        }
    }

    #[test]
    fn what_is_drawn_smoothly_keeps_its_shape() {
        let round: Vec<Point> = (0..=360_u16)
            .map(|degree| {
                let turn = f32::from(degree).to_radians();
                [
                    (500.0 + 150.0 * turn.cos()) as u16,
                    (180.0 + 150.0 * turn.sin()) as u16,
                ]
            })
            .collect();
        let thinned = drawn([round.clone()]).strokes().remove(0);
        assert!((20..200).contains(&thinned.len()), "{}", thinned.len());
        for point in round {
            let nearest = thinned
                .windows(2)
                .map(|pair| off(point, pair[0], pair[1]))
                .fold(f32::MAX, f32::min);
            assert!(nearest <= OFF_MAX + STEP_MIN, "{point:?}: {nearest}");
        }
    }

    #[test]
    fn the_stroke_under_the_finger_is_shown_by_itself() {
        let mut ink = drawn([vec![[0, 0], [10, 0]]]);
        ink.press([20, 20]);
        ink.go([30, 30]);
        ink.go([40, 20]);
        assert_eq!(ink.finished(), "M0 0L10 0");
        assert_eq!(ink.unfinished(), "M20 20Q30 30 35 25L40 20");
        assert!(!ink.is_blank() && Ink::default().is_blank());
    }
}
