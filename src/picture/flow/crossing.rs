//! Which arrows may be painted in one stroke: an arrow lies over those that it crosses and that left before it, so that
//! crossings read; those that cross nothing lie together.

use super::marks::{Arrow, Mark, Shape};

/// A straight way between two lanes, from the lower to the higher.
#[derive(Clone, Copy)]
struct Way {
    low: f64,
    high: f64,
    at_low: f64,
    at_high: f64,
}

impl Way {
    fn at(&self, lane: f64) -> f64 {
        self.at_low + (self.at_high - self.at_low) * (lane - self.low) / (self.high - self.low)
    }

    fn crosses(&self, other: &Way) -> bool {
        let (low, high) = (self.low.max(other.low), self.high.min(other.high));
        low < high && (self.at(low) - other.at(low)) * (self.at(high) - other.at(high)) < 0.0
    }
}

fn ways(arrow: &Arrow) -> impl Iterator<Item = Way> {
    let (sent, sender) = (arrow.sent, f64::from(arrow.sender.0));
    arrow.legs.iter().filter(move |leg| leg.lane != sender).map(move |leg| match leg.lane < sender {
        true => Way { low: leg.lane, high: sender, at_low: leg.at, at_high: sent },
        false => Way { low: sender, high: leg.lane, at_low: sent, at_high: leg.at },
    })
}

/// The layer of each mark, in the marks' order; the marks are in the order in which they begin.
pub(super) fn layers(marks: &[Mark]) -> Vec<u32> {
    let mut layers: Vec<u32> = Vec::with_capacity(marks.len());
    // The arrows that have not ended before the present one begins.
    let mut open: Vec<(usize, Vec<Way>)> = Vec::new();
    for (index, mark) in marks.iter().enumerate() {
        let own: Vec<Way> = match &mark.shape {
            Shape::Arrow(arrow) => ways(arrow).collect(),
            _ => Vec::new(),
        };
        open.retain(|(other, _)| marks[*other].to >= mark.from);
        let crossed = open.iter().filter(|(_, other)| other.iter().any(|way| own.iter().any(|own| own.crosses(way))));
        layers.push(crossed.map(|(other, _)| layers[*other] + 1).max().unwrap_or(0));
        open.push((index, own));
    }
    layers
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::picture::flow::marks::{End, Leg};
    use crate::sim::payload::Tone;
    use crate::sim::trace::NodeId;

    fn arrow(from: (u8, f64), to: (u8, f64)) -> Mark {
        let legs = vec![Leg { at: to.1, lane: f64::from(to.0), end: End::Delivered }];
        let [sender, receiver] = [NodeId(from.0), NodeId(to.0)];
        let arrow = Arrow { message: 0, tone: Tone::Request, sender, receiver, sent: from.1, legs, due: None };
        Mark { from: from.1, to: to.1, target: None, shape: Shape::Arrow(arrow) }
    }

    #[test]
    fn a_fan_lies_together_and_what_crosses_it_lies_over_it() {
        let fan = [arrow((0, 0.0), (1, 10.0)), arrow((0, 0.0), (2, 20.0)), arrow((0, 0.0), (3, 30.0))];
        assert_eq!(layers(&fan), [0, 0, 0]);
        let back = arrow((3, 5.0), (0, 25.0));
        let later = arrow((3, 40.0), (0, 60.0));
        assert_eq!(layers(&[fan.as_slice(), &[back, later]].concat()), [0, 0, 0, 1, 0]);
    }

    #[test]
    fn whoever_crosses_a_crossing_arrow_lies_over_both() {
        let marks = [arrow((0, 0.0), (2, 10.0)), arrow((2, 1.0), (0, 11.0)), arrow((0, 2.0), (2, 9.0))];
        assert_eq!(layers(&marks), [0, 1, 2]);
    }
}
