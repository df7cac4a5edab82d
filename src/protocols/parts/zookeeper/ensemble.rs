//! Who leads: what a server remembers of the ensemble besides the tree.
//!
//! An election (*fast leader election*) makes servers agree on whoever knows most. Its winner then has to have an epoch
//! promised by a quorum, and its history on the disks of a quorum, before it serves: *discovery* and *synchronisation* in
//! the paper on Zab. What was committed is on the disk of somebody in every quorum, so a leader that
//! knows less than one of its followers steps back.

use super::message::{Proposal, Vote};
use super::sessions::Sessions;
use super::tree::Tree;
use super::{SessionId, Zxid};
use crate::sim::clock::LocalTime;
use crate::sim::time::Span;
use crate::sim::trace::NodeId;
use crate::sorted::{SortedMap, SortedSet};
use serde::Serialize;

/// How long a server waits for a better candidate once a quorum agrees, and before it first repeats its vote
/// (`finalizeWait` in `FastLeaderElection`).
pub const FINALIZE_WAIT: Span = Span::millis(200);
/// The longest that it waits before it repeats its vote (`maxNotificationInterval`).
pub const REPEAT_MAX: Span = Span::seconds(60);

/// How long a follower waits before it turns to its leader again (`leaderConnectDelayDuringRetryMs` in `Learner`).
pub const JOIN_AGAIN: Span = Span::millis(100);

/// A server's place in the ensemble.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum Place {
    Looking(Looking),
    Following(Following),
    Leading(Leading),
}

/// Looks for a leader.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Looking {
    pub round: u32,
    pub vote: Vote,
    /// The votes of this round, one's own among them.
    pub votes: SortedMap<NodeId, Vote>,
    /// Whom those follow that look no more.
    pub settled: SortedMap<NodeId, NodeId>,
    pub repeat_after: Span,
}

impl Looking {
    /// Begins a round with a vote for oneself.
    pub fn begin(round: u32, own: Vote) -> Looking {
        let votes = [(own.leader, own)].into_iter().collect();
        Looking { round, vote: own, votes, settled: SortedMap::new(), repeat_after: FINALIZE_WAIT }
    }

    /// How many agree with one's own vote.
    pub fn agreeing(&self) -> usize {
        self.votes.values().filter(|vote| **vote == self.vote).count()
    }

    /// How many follow a leader already who says so itself.
    pub fn settled_on(&self, leader: NodeId) -> usize {
        let says_so = self.settled.get(&leader) == Some(&leader);
        if says_so { self.settled.values().filter(|of| **of == leader).count() } else { 0 }
    }
}

/// Follows a leader.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Following {
    pub leader: NodeId,
    pub since: LocalTime,
    /// When the leader was last heard of.
    pub heard: LocalTime,
    /// Whether the leader has said that clients may be served.
    pub serving: bool,
    /// Sessions heard of since the last heartbeat.
    pub touched: SortedSet<SessionId>,
}

impl Following {
    pub fn new(leader: NodeId, now: LocalTime) -> Following {
        Following { leader, since: now, heard: now, serving: false, touched: SortedSet::new() }
    }
}

/// How far a leader is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum Phase {
    /// Until a quorum wants to follow.
    Gathering,
    /// Until a quorum has promised the epoch.
    Discovery,
    /// Until a quorum has its history.
    Synchronisation,
    Broadcast,
}

/// How far a follower is, as its leader sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum Stage {
    Asked {
        promised: u32,
    },
    Promised,
    /// It is sent everything that is proposed.
    Loading,
    Loaded,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Follower {
    pub stage: Stage,
    /// Whether its promise of the epoch was its first: only such a one counts.
    pub counts: bool,
    pub heard: LocalTime,
    /// Up to which transaction it has logged everything.
    pub accepted: Zxid,
}

/// Leads, or tries to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Leading {
    pub phase: Phase,
    pub since: LocalTime,
    pub epoch: u32,
    pub followers: SortedMap<NodeId, Follower>,
    /// The tree after everything that is proposed: what the next request meets.
    pub ahead: Tree,
    /// The last transaction proposed.
    pub proposed: Zxid,
    pub sessions: Sessions,
    /// When it looks at them next.
    pub expiry: Option<LocalTime>,
}

impl Leading {
    pub fn new(ahead: Tree, now: LocalTime) -> Leading {
        Leading {
            phase: Phase::Gathering,
            since: now,
            epoch: 0,
            followers: SortedMap::new(),
            proposed: ahead.last(),
            ahead,
            sessions: Sessions::default(),
            expiry: None,
        }
    }

    /// A server without an ensemble needs nobody's promise, and stays in the epoch that it was in.
    pub fn alone(ahead: Tree, now: LocalTime) -> Leading {
        let epoch = ahead.last().epoch;
        Leading { phase: Phase::Broadcast, epoch, ..Leading::new(ahead, now) }
    }

    /// How many of the ensemble are that far, the leader itself among them if it is.
    pub fn count(&self, own: bool, is_that_far: impl Fn(&Follower) -> bool) -> usize {
        usize::from(own) + self.followers.values().filter(|follower| is_that_far(follower)).count()
    }

    /// The followers that are at least that far.
    pub fn at_least(&self, stage: Stage) -> Vec<NodeId> {
        let far = self.followers.iter().filter(|(_, follower)| follower.stage >= stage);
        far.map(|(node, _)| *node).collect()
    }

    /// Takes the next transaction's number and goes through it ahead of everybody.
    pub fn number(&mut self, origin: Option<super::message::Origin>, change: super::tree::Change) -> Proposal {
        self.proposed = self.proposed.next();
        self.ahead.apply(self.proposed, &change);
        Proposal { zxid: self.proposed, origin, change }
    }
}
