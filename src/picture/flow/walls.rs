//! Partitions and slow links as walls in the gaps between lanes.

use super::marks::{Mark, Shape, Side, Target};
use crate::picture::axis::Axis;
use crate::scenario::run::Run;
use crate::sim::fault::Fault;
use crate::sim::trace::{FaultIndex, NodeId, StepKind};

/// A wall in the gap after a lane, in pixels along the axis.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Wall {
    pub fault: FaultIndex,
    pub after: NodeId,
    pub one_way: Option<Side>,
    pub slow: bool,
    pub from: f64,
    /// Infinite if nothing ends it.
    pub to: f64,
}

impl Wall {
    /// The piece of it in a window.
    pub fn mark(&self, from: f64, to: f64) -> Mark {
        let shape = Shape::Wall {
            after: self.after,
            one_way: self.one_way,
            slow: self.slow,
            opens: self.from >= from,
            closes: self.to <= to,
        };
        Mark { from: self.from.max(from), to: self.to.min(to), target: Some(Target::Fault(self.fault)), shape }
    }
}

/// Every wall of a run.
pub(super) fn walls(run: &Run, axis: &Axis) -> Vec<Wall> {
    let trace = &run.trace;
    let mut walls = Vec::new();
    for (index, steps) in trace.struck.iter().enumerate() {
        let Some(fault) = run.scenario.faults.get(index) else { continue };
        let at = |wanted: fn(StepKind) -> bool| {
            let step = steps.iter().map(|step| trace.steps[*step as usize]).find(|step| wanted(step.kind));
            step.map(|step| axis.px(step.at))
        };
        let Some(from) = at(|kind| matches!(kind, StepKind::Strike(_))) else { continue };
        let to = at(|kind| matches!(kind, StepKind::Heal(_))).unwrap_or(f64::INFINITY);
        let mut wall = |after: NodeId, one_way: Option<Side>, slow: bool| {
            walls.push(Wall { fault: index as FaultIndex, after, one_way, slow, from, to });
        };
        match fault {
            Fault::Partition { groups, one_way, .. } => {
                for (before, after) in gaps_between(groups, run.topology.nodes.len()) {
                    // The first group cannot reach the others: what it sends stops at the wall.
                    let first_is_before = groups.first().is_some_and(|group| group.contains(&before));
                    let side = if first_is_before { Side::After } else { Side::Before };
                    wall(NodeId(after.0 - 1), one_way.then_some(side), false);
                }
            }
            Fault::SlowLink { from, to, .. } if from != to => {
                let side = if from < to { Side::After } else { Side::Before };
                wall(NodeId(from.0.max(to.0) - 1), Some(side), true);
            }
            _ => {}
        }
    }
    walls
}

/// Neighbours among the lanes that a partition names, if they are on different sides: a wall stands before the second.
fn gaps_between(groups: &[Vec<NodeId>], nodes: usize) -> Vec<(NodeId, NodeId)> {
    let group_of = |node: NodeId| groups.iter().position(|group| group.contains(&node));
    let named: Vec<NodeId> = (0..nodes as u8).map(NodeId).filter(|node| group_of(*node).is_some()).collect();
    let pairs = named.windows(2).map(|pair| (pair[0], pair[1]));
    pairs.filter(|(before, after)| group_of(*before) != group_of(*after)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wall_stands_between_neighbours_on_different_sides() {
        let groups = [vec![NodeId(0), NodeId(1)], vec![NodeId(2), NodeId(3)]];
        assert_eq!(gaps_between(&groups, 4), [(NodeId(1), NodeId(2))]);
        let islands = [vec![NodeId(1)], vec![NodeId(0), NodeId(3)]];
        assert_eq!(gaps_between(&islands, 4), [(NodeId(0), NodeId(1)), (NodeId(1), NodeId(3))]);
    }
}
