//! How many faults of each kind a search without time may spend.

use crate::sim::fingerprint::Hasher;
use crate::sim::trace::NodeId;

/// A kind of fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Allowed {
    Crash,
    PowerLoss,
    /// No fault by itself: a node that is down starts again.
    Restart,
    Drop,
    Duplicate,
    /// A node does nothing for a while: others run out of patience with it.
    Pause,
    /// Nothing passes between two sides for a while.
    Partition,
    OneWayPartition,
    /// What the protocol itself declares.
    Intervention,
}

/// So many faults of one kind, anywhere or only where they touch one node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allowance {
    pub allowed: Allowed,
    /// For a node fault the node struck, for a message fault either end, for a partition a node cut off alone.
    pub node: Option<NodeId>,
    /// For interventions: only this one.
    pub intervention: Option<&'static str>,
    pub most: u8,
}

/// The most allowances that a budget may have.
pub const ALLOWANCES_MAX: usize = 14;

/// Which faults a search may use, and how many in all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Budget {
    /// The most particular first, so that they are spent first.
    allowances: Vec<Allowance>,
    in_all: u8,
}

/// What is left of a budget: of each allowance, and in all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Left {
    each: [u8; ALLOWANCES_MAX],
    in_all: u8,
}

/// What a fault touches.
#[derive(Clone, Copy)]
pub(super) enum Touched<'a> {
    Node(NodeId),
    Message(NodeId, NodeId),
    Sides(&'a [Vec<NodeId>]),
}

impl Budget {
    /// These faults, and no more than `in_all` of them together. None if there are more than [`ALLOWANCES_MAX`].
    pub fn new(mut allowances: Vec<Allowance>, in_all: u8) -> Option<Budget> {
        allowances.sort_by_key(|a| (a.node.is_none(), a.intervention.is_none(), a.node, a.allowed, a.intervention));
        (allowances.len() <= ALLOWANCES_MAX).then_some(Budget { allowances, in_all })
    }

    /// With this many more of a kind, anywhere; a budget that is full already stays as it is.
    #[must_use]
    pub fn with(self, allowed: Allowed, most: u8) -> Budget {
        let more = Allowance { allowed, node: None, intervention: None, most };
        let allowances = self.allowances.iter().copied().chain([more]).collect();
        Budget::new(allowances, self.in_all.saturating_add(most)).unwrap_or(self)
    }

    pub fn allowances(&self) -> &[Allowance] {
        &self.allowances
    }

    /// The most faults together.
    pub fn in_all(&self) -> u8 {
        self.in_all
    }

    /// All of it.
    pub(super) fn left(&self) -> Left {
        let mut each = [0; ALLOWANCES_MAX];
        for (left, allowance) in each.iter_mut().zip(&self.allowances) {
            *left = allowance.most.min(self.in_all);
        }
        Left { each, in_all: self.in_all }
    }
}

impl Touched<'_> {
    fn is_at(self, node: NodeId) -> bool {
        match self {
            Touched::Node(struck) => struck == node,
            Touched::Message(from, to) => from == node || to == node,
            Touched::Sides(sides) => sides.iter().any(|side| side[..] == [node]),
        }
    }
}

impl Left {
    /// Whether any fault of the kind is left.
    pub fn has(&self, allowed: Allowed, budget: &Budget) -> bool {
        budget.allowances.iter().zip(self.each).any(|(allowance, left)| allowance.allowed == allowed && left > 0)
    }

    /// What is left after a fault; none if it may not be used.
    pub fn after(&self, allowed: Allowed, key: &str, touched: Touched, budget: &Budget) -> Option<Left> {
        let fits = |(allowance, left): (&Allowance, u8)| {
            allowance.allowed == allowed
                && left > 0
                && allowance.node.is_none_or(|node| touched.is_at(node))
                && allowance.intervention.is_none_or(|wanted| wanted == key)
        };
        let place = budget.allowances.iter().zip(self.each).position(fits)?;
        let mut after = *self;
        after.each[place] -= 1;
        after.in_all -= 1;
        // What cannot be spent any more is as good as nothing.
        after.each.iter_mut().for_each(|left| *left = (*left).min(after.in_all));
        Some(after)
    }

    pub fn hash_into(&self, hasher: &mut Hasher) {
        hasher.bytes(&self.each).bytes(&[self.in_all]);
    }
}
