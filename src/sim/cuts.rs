//! The partitions that searches try: ways to cut the nodes apart.

use super::trace::NodeId;

/// Up to so many nodes every way of cutting them in two is tried; beyond, each node cut off alone.
const EVERY_WAY_NODES_MAX: usize = 6;

/// The sides of a partition.
pub type Sides = Vec<Vec<NodeId>>;

fn nodes(count: usize) -> impl Iterator<Item = NodeId> {
    (0..count as u8).map(NodeId)
}

fn apart(node: NodeId, count: usize) -> [Vec<NodeId>; 2] {
    [vec![node], nodes(count).filter(|other| *other != node).collect()]
}

/// Cuts through which nothing passes.
pub fn both_ways(count: usize) -> Vec<Sides> {
    let mut cuts: Vec<Sides> = Vec::new();
    if count >= 2 {
        cuts = nodes(count).map(|node| apart(node, count).into()).collect();
        // With two nodes, either alone is the same cut.
        cuts.truncate(if count == 2 { 1 } else { count });
    }
    if (4..=EVERY_WAY_NODES_MAX).contains(&count) {
        // Subsets without the last node, each cut once; those of one node, or all but one, are above.
        for set in 1u64..1 << (count - 1) {
            let (one, other): (Vec<NodeId>, Vec<NodeId>) = nodes(count).partition(|node| set & (1 << node.0) != 0);
            if one.len() > 1 && other.len() > 1 {
                cuts.push(vec![one, other]);
            }
        }
    }
    cuts
}

/// Cuts through which nothing passes from the first side to the second: each node cannot send, or cannot hear.
pub fn one_way(count: usize) -> Vec<Sides> {
    if count < 2 {
        return Vec::new();
    }
    nodes(count)
        .flat_map(|node| {
            let [one, rest] = apart(node, count);
            [vec![one.clone(), rest.clone()], vec![rest, one]]
        })
        .collect()
}
