//! Which arrows may be painted in one stroke: of two that cross, one lies over the other, so that crossings read; those
//! that do not cross lie together.

use super::marks::{Arrow, Mark, Shape};
use crate::sim::payload::Tone;

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

/// So many layers are there at most for one weight of messages.
const LAYERS_OF_ONE: u32 = u64::BITS;

/// So many weights there are.
const WEIGHTS: u32 = 3;

/// What weighs more lies over what weighs less: a decision must not be lost among replies.
fn weight(tone: Tone) -> u32 {
    match tone {
        Tone::Reply => 0,
        Tone::Request => 1,
        Tone::Decision(_) => 2,
    }
}

/// The layer of what stands at an arrow's ends: over the ways of all, so that none cuts a head that it passes.
pub(super) fn layer_of_ends(tone: Tone) -> u32 {
    (WEIGHTS + weight(tone)) * LAYERS_OF_ONE
}

/// The layer of each mark, in the marks' order; the marks are in the order in which they begin. Among messages of one
/// weight each lies on the lowest layer on which it crosses none: every layer and weight costs a few elements, whatever
/// the number of messages.
pub(super) fn layers(marks: &[Mark]) -> Vec<u32> {
    let mut layers: Vec<u32> = Vec::with_capacity(marks.len());
    // The arrows that have not ended before the present one begins.
    let mut open: Vec<(usize, Vec<Way>)> = Vec::new();
    for (index, mark) in marks.iter().enumerate() {
        let (weight, own): (u32, Vec<Way>) = match &mark.shape {
            Shape::Arrow(arrow) => (weight(arrow.tone), ways(arrow).collect()),
            _ => (0, Vec::new()),
        };
        open.retain(|(other, _)| marks[*other].to >= mark.from);
        let mut taken: u64 = 0;
        for (other, ways) in &open {
            if layers[*other] / LAYERS_OF_ONE == weight && ways.iter().any(|way| own.iter().any(|own| own.crosses(way)))
            {
                taken |= 1 << (layers[*other] % LAYERS_OF_ONE);
            }
        }
        layers.push(weight * LAYERS_OF_ONE + taken.trailing_ones().min(LAYERS_OF_ONE - 1));
        open.push((index, own));
    }
    layers
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::picture::flow::marks::{End, Leg};
    use crate::sim::payload::Outcome;
    use crate::sim::trace::NodeId;

    fn arrow(tone: Tone, from: (u8, f64), to: (u8, f64)) -> Mark {
        let legs = vec![Leg { at: to.1, lane: f64::from(to.0), end: End::Delivered }];
        let [sender, receiver] = [NodeId(from.0), NodeId(to.0)];
        let arrow = Arrow { message: 0, tone, sender, receiver, sent: from.1, legs, due: None };
        Mark { from: from.1, to: to.1, target: None, shape: Shape::Arrow(arrow) }
    }

    fn request(from: (u8, f64), to: (u8, f64)) -> Mark {
        arrow(Tone::Request, from, to)
    }

    #[test]
    fn a_fan_lies_together_and_what_crosses_it_lies_over_it() {
        let fan = [request((0, 0.0), (1, 10.0)), request((0, 0.0), (2, 20.0)), request((0, 0.0), (3, 30.0))];
        let zero = LAYERS_OF_ONE;
        assert_eq!(layers(&fan), [zero; 3]);
        let back = request((3, 5.0), (0, 25.0));
        let later = request((3, 40.0), (0, 60.0));
        assert_eq!(layers(&[fan.as_slice(), &[back, later]].concat()), [zero, zero, zero, zero + 1, zero]);
    }

    #[test]
    fn crossings_read_with_no_more_layers_than_they_need() {
        // To and fro for long: each crosses those beside it, and none of the others.
        let chain: Vec<Mark> = (0..12u8)
            .map(|turn| {
                let (from, to) = if turn % 2 == 0 { (0, 2) } else { (2, 0) };
                request((from, f64::from(turn)), (to, f64::from(turn) + 1.5))
            })
            .collect();
        let layers = layers(&chain);
        let taken: Vec<u32> = layers.iter().map(|layer| layer - LAYERS_OF_ONE).collect();
        assert_eq!(taken, [0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1]);
    }

    #[test]
    fn what_weighs_more_lies_over_what_weighs_less() {
        let decision = arrow(Tone::Decision(Outcome::Commit), (0, 0.0), (2, 10.0));
        let reply = arrow(Tone::Reply, (2, 1.0), (0, 11.0));
        let request = request((0, 2.0), (2, 9.0));
        let [decision, reply, request] = layers(&[decision, reply, request])[..] else { panic!("three marks") };
        assert!(reply < request && request < decision);
        let ends = [Tone::Reply, Tone::Request, Tone::Decision(Outcome::Commit)].map(layer_of_ends);
        assert!(decision < ends[0] && ends.is_sorted(), "no way cuts a head");
    }
}
