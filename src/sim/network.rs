//! What lies between nodes: latency, cuts, slow links, and connections that keep order until they break.

use super::fingerprint::{Hasher, hash_into};
use super::name::MessageName;
use super::random::Distribution;
use super::time::{Instant, Span};
use super::topology::Topology;
use super::trace::{FaultIndex, MessageIndex, NodeId};
use crate::sorted::SortedMap;
use serde::Serialize;
use std::collections::VecDeque;

/// Sets of nodes as bits: a run has at most 64 nodes.
pub type NodeSet = u64;

/// The most nodes that a topology may have.
pub const NODES_MAX: usize = 64;

pub(super) fn set_of(nodes: &[NodeId]) -> NodeSet {
    nodes.iter().fold(0, |set, node| set | 1 << node.0)
}

/// A partition in force.
#[derive(Clone, Debug, Serialize)]
struct Cut {
    fault: FaultIndex,
    groups: Vec<NodeSet>,
    one_way: bool,
}

impl Cut {
    fn separates(&self, from: NodeId, to: NodeId) -> bool {
        let group = |node: NodeId| self.groups.iter().position(|set| set & (1 << node.0) != 0);
        match (group(from), group(to)) {
            (Some(from), Some(to)) => from != to && (!self.one_way || from == 0),
            _ => false,
        }
    }
}

/// One direction of a connection.
#[derive(Clone, Debug, Default, Serialize)]
pub(super) struct Channel {
    /// Under way, in order; only the first can arrive.
    pub queue: VecDeque<MessageIndex>,
    /// When the last of them is due: the next may not overtake it.
    pub last_due: Instant,
    /// Since when the first is held up by a partition.
    pub held_since: Option<Instant>,
}

/// Latencies, cuts, slow links and connections.
#[derive(Clone)]
pub struct Network {
    latency: Distribution,
    links: SortedMap<(NodeId, NodeId), Distribution>,
    pub(super) connection_timeout: Span,
    cuts: Vec<Cut>,
    slow: Vec<(FaultIndex, NodeId, NodeId, Span)>,
    /// Open connections, a channel for each direction.
    pub(super) channels: SortedMap<(NodeId, NodeId), Channel>,
    /// Connections that a crash has ended: who has not learned of it yet, and who crashed.
    pub(super) half_open: SortedMap<(NodeId, NodeId), HalfOpen>,
}

/// A connection of which only one end is left. What is still sent on it is lost.
#[derive(Clone, Debug, Serialize)]
pub(super) struct HalfOpen {
    /// When the end that is left learns of it.
    pub learns: Instant,
    /// The machine at the other end has no power: it answers nothing, and time must tell.
    pub powerless: bool,
}

impl Network {
    pub(super) fn new(topology: &Topology) -> Network {
        Network {
            latency: topology.latency,
            links: topology.links.iter().map(|link| ((link.from, link.to), link.latency)).collect(),
            connection_timeout: topology.connection_timeout,
            cuts: Vec::new(),
            slow: Vec::new(),
            channels: SortedMap::new(),
            half_open: SortedMap::new(),
        }
    }

    /// How long this message takes: drawn by its name, so that no other message changes it.
    pub(super) fn latency(&self, seed: u64, name: &MessageName, copy: u64) -> Span {
        let mut hasher = Hasher::keyed(seed);
        hasher.text("latency").text(name.kind).number(u64::from(name.subject.0));
        hasher.number(u64::from(name.from.0) << 8 | u64::from(name.to.0));
        hasher.number(u64::from(name.ordinal) << 8 | copy);
        let distribution = self.links.get(&(name.from, name.to)).unwrap_or(&self.latency);
        let slowed: Span =
            self.slow.iter().fold(
                Span::ZERO,
                |sum, (_, from, to, by)| {
                    if (*from, *to) == (name.from, name.to) { sum + *by } else { sum }
                },
            );
        distribution.sample(hasher.finish()) + slowed
    }

    /// Whether nothing passes from one node to the other now.
    pub fn is_cut(&self, from: NodeId, to: NodeId) -> bool {
        self.cuts.iter().any(|cut| cut.separates(from, to))
    }

    pub(super) fn cut(&mut self, fault: FaultIndex, groups: &[Vec<NodeId>], one_way: bool) {
        self.cuts.push(Cut { fault, groups: groups.iter().map(|group| set_of(group)).collect(), one_way });
    }

    /// The partitions in force, by the faults that made them.
    pub fn cuts(&self) -> impl Iterator<Item = FaultIndex> {
        self.cuts.iter().map(|cut| cut.fault)
    }

    pub(super) fn slow_down(&mut self, fault: FaultIndex, from: NodeId, to: NodeId, by: Span) {
        self.slow.push((fault, from, to, by));
    }

    /// Ends a partition or slow link. Says whether it was in force.
    pub(super) fn heal(&mut self, fault: FaultIndex) -> bool {
        let before = self.cuts.len() + self.slow.len();
        self.cuts.retain(|cut| cut.fault != fault);
        self.slow.retain(|(slow, ..)| *slow != fault);
        before != self.cuts.len() + self.slow.len()
    }

    /// Feeds the cuts and slow links in force to `hasher`, whichever came first.
    pub(super) fn hash_into(&self, hasher: &mut Hasher) {
        hasher.multiset(0, self.cuts.iter(), |cut, hasher| {
            hasher.number(u64::from(cut.one_way)).number(cut.groups.len() as u64);
            for group in &cut.groups {
                hasher.number(*group);
            }
        });
        hasher.multiset(2, self.slow.iter(), |(_, from, to, by), hasher| {
            hasher.number(u64::from(from.0) << 8 | u64::from(to.0)).number(by.as_micros());
        });
    }

    /// Feeds all that changes to `hasher`, as it stands.
    pub(super) fn hash_as_it_is(&self, hasher: &mut Hasher) {
        hash_into(&(&self.cuts, &self.slow, &self.channels, &self.half_open), hasher);
    }

    /// Whether any latency is drawn.
    pub(super) fn draws(&self) -> bool {
        !self.latency.is_fixed() || !self.links.values().all(Distribution::is_fixed)
    }

    /// Feeds the times that connections remember to `hasher`, relative to `now`.
    pub(super) fn hash_timing(&self, now: Instant, hasher: &mut Hasher) {
        let ahead = |at: Instant| at.since(now).as_micros();
        for channel in self.channels.values() {
            let held_for = channel.held_since.map_or(0, |since| 1 + now.since(since).as_micros());
            hasher.number(ahead(channel.last_due)).number(held_for);
        }
        for ((left, gone), half) in &self.half_open {
            let ends = u64::from(left.0) << 16 | u64::from(gone.0) << 8 | u64::from(half.powerless);
            hasher.number(ends).number(ahead(half.learns));
        }
    }

    /// The nodes that have an open connection with this one.
    pub(super) fn peers(&self, node: NodeId) -> Vec<NodeId> {
        let mut peers: Vec<NodeId> = self
            .channels
            .keys()
            .filter_map(|(from, to)| if *from == node { Some(*to) } else { (*to == node).then_some(*from) })
            .collect();
        peers.sort_unstable();
        peers.dedup();
        peers
    }

    /// Closes a connection; what was under way on it, in both directions.
    pub(super) fn close(&mut self, one: NodeId, other: NodeId) -> Vec<MessageIndex> {
        [(one, other), (other, one)]
            .iter()
            .filter_map(|direction| self.channels.remove(direction))
            .flat_map(|channel| channel.queue)
            .collect()
    }
}
