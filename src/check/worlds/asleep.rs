//! Partial-order reduction by sleep sets (Godefroid, "Partial-Order Methods for the Verification of Concurrent Systems",
//! 1996, chapter 5): of two actions that do not touch each other one order is as good as the other.
//!
//! When a state is expanded, what has been tried there before an action is *asleep* in the state that the action leads
//! to, as long as all that happens leaves it alone: taking it there would lead where the other order has led already. A
//! sleep set leaves out transitions, never states: so no cycle can hide anything, and nothing has to be visible to a
//! property but in one respect. Monitors are part of a state, and they see every step; so a step that changes what a monitor
//! remembers touches all others, and one at which a monitor looks at a node touches what happens there.
//!
//! It is enough to keep the sleep set with which a state was first reached, though a state is reached in many ways. Suppose
//! that a breadth-first search without sleep sets first comes to a state x along s₀ a₁ s₁ … aₙ x, and that aₙ is asleep
//! before the last step: some sⱼ was left by an action u, which is aₙ, before it was left by aⱼ₊₁, and u and each of those
//! that follow leave each other alone. Then z = sⱼ u was reached before sⱼ₊₁, so what aⱼ₊₂ makes of z before what it makes
//! of sⱼ₊₁, and so on: x was reached by aₙ₋₁ from a state that was expanded before sₙ₋₁, and that is a contradiction. No step
//! by which a state is first reached is ever left out: states, depths and counterexamples are those of the search without.
//!
//! Faults are never asleep, and wake everything: they share a budget, and a crash touches all else at its node.

use crate::sim::network::NodeSet;
use crate::sim::trace::NodeId;

/// What one action at one node footprint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Footprint {
    /// The action's name among those that can happen.
    pub name: u64,
    pub node: NodeId,
    /// The nodes that monitors looked at.
    pub looked_at: NodeSet,
    /// Whether it changed what a monitor remembers.
    pub is_seen: bool,
}

impl Footprint {
    /// Whether the order of the two makes no difference, where both can happen.
    fn leaves_alone(&self, other: &Footprint) -> bool {
        let looks = |one: &Footprint, other: &Footprint| one.looked_at >> other.node.0 & 1 == 1;
        !self.is_seen && !other.is_seen && self.node != other.node && !looks(self, other) && !looks(other, self)
    }
}

/// The actions that need not be taken in a state.
#[derive(Clone, Default)]
pub(super) struct Asleep(Box<[Footprint]>);

impl Asleep {
    pub fn has(&self, name: u64) -> bool {
        self.0.iter().any(|footprint| footprint.name == name)
    }

    /// What it holds beyond its own size, in bytes.
    pub fn bytes(&self) -> usize {
        size_of_val(&*self.0)
    }

    /// What was tried, or asleep, in a state before its next action.
    pub fn tried(&self) -> Tried {
        Tried(self.0.to_vec())
    }
}

/// See [`Asleep::tried`].
pub(super) struct Tried(Vec<Footprint>);

impl Tried {
    /// What is asleep after an action, which is tried with that; nothing after one that touches more than one node.
    pub fn then(&mut self, footprint: Option<Footprint>) -> Asleep {
        let Some(footprint) = footprint else { return Asleep::default() };
        let asleep = self.0.iter().filter(|before| before.leaves_alone(&footprint)).copied().collect();
        self.0.push(footprint);
        Asleep(asleep)
    }
}
