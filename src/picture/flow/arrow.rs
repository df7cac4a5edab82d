//! Arrows as strokes: shafts cut at breaks, heads by what the message weighs, what a decision lands on.

use super::draw::{Pen, Piece, cross};
use super::lanes::Orientation;
use super::marks::{Arrow, End, Leg};
use crate::picture::path::Path;
use crate::sim::payload::{Outcome, Tone};

/// Heads of arrows: 8 long, 6 wide.
const HEAD_LENGTH: f64 = 8.0;
const HEAD_HALF_WIDTH: f64 = 3.0;

/// The way of one leg.
struct Way {
    /// Its pieces between breaks.
    shaft: Path,
    /// Where the head's tip stands, and in which direction it points.
    tip: (f64, f64),
    toward: (f64, f64),
}

impl Pen<'_> {
    /// A message's way, and what stands at its ends: its heads, and what they land on.
    pub(super) fn arrow(&self, arrow: &Arrow) -> [Vec<Piece>; 2] {
        let (mut casing, mut line, mut dots) = (Path::default(), Path::default(), Path::default());
        // A decision's heads and what a commit lands on are one path.
        let (mut head, mut cross_path, mut bar) = (Path::default(), Path::default(), Path::default());
        for leg in &arrow.legs {
            let lost = matches!(leg.end, End::Lost(_));
            let Way { shaft, tip, toward } = self.way(arrow, leg);
            casing.join(&shaft);
            if lost { &mut dots } else { &mut line }.join(&shaft);
            match leg.end {
                End::Lost(_) => cross(&mut cross_path, tip.0, tip.1),
                End::Delivered => {
                    self.head(&mut head, arrow.tone, tip, toward);
                    let (x, y) = self.at(leg.at, self.sheet.geometry.at_lane(leg.lane));
                    match arrow.tone {
                        Tone::Decision(Outcome::Commit) => {
                            head.circle(x, y, 4.5);
                        }
                        Tone::Decision(Outcome::Abort) => {
                            let corners = [(-2.5, -7.0), (2.5, -7.0), (2.5, 7.0), (-2.5, 7.0)];
                            let corner = |(along, across): (f64, f64)| match self.sheet.geometry.orientation {
                                Orientation::Right => (x + along, y + across),
                                Orientation::Down => (x + across, y + along),
                            };
                            bar.outline(&corners.map(corner));
                        }
                        _ => {}
                    }
                }
                End::UnderWay => {}
            }
        }
        let mut ring = Path::default();
        if let Some(due) = arrow.due {
            let (x, y) = self.at(due, self.lane(arrow.receiver));
            ring.circle(x, y, 4.0);
        }
        let head_class = match arrow.tone {
            Tone::Request => "solid",
            Tone::Reply => "open",
            Tone::Decision(_) => "filled",
        };
        let [mut way, mut ends] = [Vec::new(), Vec::new()];
        for (is_end, class, path) in [
            (false, "casing", casing),
            (false, "shaft", line),
            (false, "dots", dots),
            (true, head_class, head),
            (true, "ring", ring),
            (true, "cross", cross_path),
            (true, "block", bar),
        ] {
            if !path.is_empty() {
                let pieces = if is_end { &mut ends } else { &mut way };
                pieces.push(Piece { class, path: path.text() });
            }
        }
        [way, ends]
    }

    /// The way of one leg, cut at breaks; where its head stands, and in which direction it points.
    fn way(&self, arrow: &Arrow, leg: &Leg) -> Way {
        let geometry = &self.sheet.geometry;
        let (start, end) = ((arrow.sent, self.lane(arrow.sender)), (leg.at, geometry.at_lane(leg.lane)));
        if arrow.sender == arrow.receiver {
            let (from, tip) = (self.at(start.0, start.1), self.at(end.0, end.1));
            let by = self.at((start.0 + end.0) / 2.0, start.1 - 2.0 * geometry.lane_gap.min(40.0));
            let mut shaft = Path::default();
            shaft.to(from.0, from.1).bow(by.0, by.1, tip.0, tip.1);
            return Way { shaft, tip, toward: unit(by, tip) };
        }
        let mut pieces = self.between_breaks(start, end);
        let last = pieces.len() - 1;
        let toward = unit(pieces[last].0, pieces[last].1);
        let landing = pieces[last].1;
        let back = |by: f64| (landing.0 - toward.0 * by, landing.1 - toward.1 * by);
        // Where the head's tip stands before what it lands on, and where the shaft ends behind the head.
        let (tip, end) = match (leg.end, arrow.tone) {
            (End::Delivered, Tone::Decision(Outcome::Commit)) => (back(5.0), back(9.0)),
            (End::Delivered, Tone::Decision(Outcome::Abort)) => (back(4.0), back(8.0)),
            (End::Delivered, Tone::Request) => (back(2.0), back(6.0)),
            (End::Delivered, Tone::Reply) => (back(1.0), back(2.0)),
            _ => (landing, landing),
        };
        pieces[last].1 = end;
        let mut shaft = Path::default();
        for (from, to) in pieces {
            shaft.stroke(from, to);
        }
        Way { shaft, tip, toward }
    }

    fn head(&self, path: &mut Path, tone: Tone, tip: (f64, f64), toward: (f64, f64)) {
        let wing = |tip: (f64, f64), side: f64| {
            (
                tip.0 - toward.0 * HEAD_LENGTH - toward.1 * side * HEAD_HALF_WIDTH,
                tip.1 - toward.1 * HEAD_LENGTH + toward.0 * side * HEAD_HALF_WIDTH,
            )
        };
        match tone {
            Tone::Request => {
                // Its outline is stroked as the shaft is, which adds to its size.
                let inner = |point: (f64, f64)| (tip.0 + (point.0 - tip.0) * 0.8, tip.1 + (point.1 - tip.1) * 0.8);
                path.outline(&[tip, inner(wing(tip, 1.0)), inner(wing(tip, -1.0))]);
            }
            Tone::Reply => {
                let (left, right) = (wing(tip, 1.0), wing(tip, -1.0));
                path.to(left.0, left.1).line(tip.0, tip.1).line(right.0, right.1);
            }
            Tone::Decision(_) => {
                let second = (tip.0 - toward.0 * 6.0, tip.1 - toward.1 * 6.0);
                for tip in [tip, second] {
                    path.outline(&[tip, wing(tip, 1.0), wing(tip, -1.0)]);
                }
            }
        }
    }
}

/// The direction from one point to another; to the right if they are the same.
fn unit(from: (f64, f64), to: (f64, f64)) -> (f64, f64) {
    let (x, y) = (to.0 - from.0, to.1 - from.1);
    let length = x.hypot(y);
    if length > 0.0 { (x / length, y / length) } else { (1.0, 0.0) }
}
