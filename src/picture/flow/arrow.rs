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
    /// Its pieces between breaks, each through two points, or bowed towards the middle one of three.
    pieces: Vec<Vec<(f64, f64)>>,
    /// Where the head's tip stands, and in which direction it points.
    tip: (f64, f64),
    toward: (f64, f64),
}

impl Pen<'_> {
    /// A message's way, its heads, and what it lands on.
    pub(super) fn arrow(&self, arrow: &Arrow) -> Vec<Piece> {
        let (mut casing, mut line, mut dots) = (Path::default(), Path::default(), Path::default());
        let (mut head, mut cross_path, mut disc, mut bar) =
            (Path::default(), Path::default(), Path::default(), Path::default());
        for leg in &arrow.legs {
            let lost = matches!(leg.end, End::Lost(_));
            let Way { pieces, tip, toward } = self.way(arrow, leg);
            for way in &pieces {
                casing.to(way[0].0, way[0].1);
                let path = if lost { &mut dots } else { &mut line };
                path.to(way[0].0, way[0].1);
                for (path, points) in [(&mut casing, &way[1..]), (path, &way[1..])] {
                    match points {
                        [end] => path.line(end.0, end.1),
                        [by, end, ..] => path.bow(by.0, by.1, end.0, end.1),
                        [] => path,
                    };
                }
            }
            match leg.end {
                End::Lost(_) => cross(&mut cross_path, tip.0, tip.1),
                End::Delivered => {
                    self.head(&mut head, arrow.tone, tip, toward);
                    let (x, y) = self.at(leg.at, self.sheet.geometry.at_lane(leg.lane));
                    match arrow.tone {
                        Tone::Decision(Outcome::Commit) => {
                            disc.circle(x, y, 4.5);
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
        // As few paths as the look allows: a request's shaft and head are one, a decision's heads and disc are one.
        let straight = arrow.sender != arrow.receiver;
        let (shaft_class, head_class) = match arrow.tone {
            Tone::Request if straight => {
                line.join(&head);
                head = Path::default();
                ("solid", "filled")
            }
            Tone::Reply => ("shaft", "open"),
            Tone::Request | Tone::Decision(_) => {
                head.join(&disc);
                ("shaft", "filled")
            }
        };
        [
            ("casing", casing),
            (shaft_class, line),
            ("dots", dots),
            (head_class, head),
            ("ring", ring),
            ("cross", cross_path),
            ("block", bar),
        ]
        .into_iter()
        .filter(|(_, path)| !path.is_empty())
        .map(|(class, path)| Piece { class, path: path.text() })
        .collect()
    }

    /// The way of one leg, cut at breaks; where its head stands, and in which direction it points.
    fn way(&self, arrow: &Arrow, leg: &Leg) -> Way {
        let geometry = &self.sheet.geometry;
        let (start, end) = ((arrow.sent, self.lane(arrow.sender)), (leg.at, geometry.at_lane(leg.lane)));
        if arrow.sender == arrow.receiver {
            let (from, tip) = (self.at(start.0, start.1), self.at(end.0, end.1));
            let by = self.at((start.0 + end.0) / 2.0, start.1 - 2.0 * geometry.lane_gap.min(40.0));
            return Way { pieces: vec![vec![from, by, tip]], tip, toward: unit(by, tip) };
        }
        let mut pieces = self.between_breaks(start, end);
        let last = pieces.len() - 1;
        let toward = unit(pieces[last].0, pieces[last].1);
        let landing = pieces[last].1;
        let back = |by: f64| (landing.0 - toward.0 * by, landing.1 - toward.1 * by);
        // Where the head's tip stands before what it lands on, and where the shaft ends behind the head.
        let (tip, shaft) = match (leg.end, arrow.tone) {
            (End::Delivered, Tone::Decision(Outcome::Commit)) => (back(5.0), back(9.0)),
            (End::Delivered, Tone::Decision(Outcome::Abort)) => (back(4.0), back(8.0)),
            (End::Delivered, Tone::Request) => (back(2.0), back(6.0)),
            (End::Delivered, Tone::Reply) => (back(1.0), back(2.0)),
            _ => (landing, landing),
        };
        pieces[last].1 = shaft;
        Way { pieces: pieces.into_iter().map(|(from, to)| vec![from, to]).collect(), tip, toward }
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
