//! Faults, places and moments as text: readable, short, and typed by hand.
//!
//! | text | fault |
//! | --- | --- |
//! | `crash=c@12ms` | the process of c dies |
//! | `power=c@12ms~2` | c loses power; of the writes not yet synced the first two survive |
//! | `restart=c@40ms` | c starts again |
//! | `pause=p1@3ms+20ms` | p1 stops for a while |
//! | `cut=c/p1,p2@5ms+10ms` | a partition between groups; without `+…` for ever |
//! | `oneway=c/p1@5ms` | only what the first group sends to the others is lost |
//! | `drop=c:commit.1:p1*2` | the second commit about transaction 1 from c to p1 is lost |
//! | `twice=c:commit.1:p1+3ms` | it arrives again 3 ms later |
//! | `delay=c:commit.1:p1+30ms` | it takes 30 ms longer |
//! | `slow=c:p1@5ms+10ms~3ms` | for 10 ms, all from c to p1 takes 3 ms longer; without `+…` for ever |
//! | `jump=p1@5ms-30s` | the wall clock of p1 jumps back |
//! | `rate=p1@5ms+5000` | both clocks of p1 run fast, by parts per million |
//! | `do=p1@12ms:abort.1.2` | what the protocol declares, with its arguments |
//!
//! After `@` stands an instant, or `before:` or `after:` and a moment of that node: `commit.1:p1` (it sends),
//! `c:prepare.1` (it receives), `write:prepared.1`, `durable:prepared.1`, `timer:votes.1`; then `*2` for the second time.

mod order;
mod read;
#[cfg(test)]
pub(super) mod tests;
mod write;

pub use order::ACTIONS;

use super::bad::{Piece, Read};
use crate::protocols::Protocol;
use crate::sim::fault::{Fault, Place};
use crate::sim::name::Moment;
use crate::sim::time::Instant;
use crate::sim::topology::Topology;
use crate::sim::trace::NodeId;

/// Every fault's key with an example, in the order in which the fault list offers them.
pub const FAULTS: [(&str, &str); 13] = [
    ("crash", "crash=c@12ms"),
    ("power", "power=c@12ms~2"),
    ("restart", "restart=c@40ms"),
    ("pause", "pause=p1@3ms+20ms"),
    ("cut", "cut=c/p1,p2@5ms+10ms"),
    ("oneway", "oneway=c/p1@5ms+10ms"),
    ("drop", "drop=c:commit.1:p1*2"),
    ("twice", "twice=c:commit.1:p1+3ms"),
    ("delay", "delay=c:commit.1:p1+30ms"),
    ("slow", "slow=c:p1@5ms+10ms~3ms"),
    ("jump", "jump=p1@5ms-30s"),
    ("rate", "rate=p1@5ms+5000"),
    ("do", "do=p1@12ms:abort.1"),
];

/// Reads and writes faults in the words of one protocol and the names of its nodes.
#[derive(Clone, Copy)]
pub struct Notation<'a> {
    protocol: &'static dyn Protocol,
    topology: &'a Topology,
    now: Option<Instant>,
}

impl<'a> Notation<'a> {
    pub fn new(protocol: &'static dyn Protocol, topology: &'a Topology) -> Notation<'a> {
        Notation { protocol, topology, now: None }
    }

    /// Also understands the place `now`, as the suggestions of the catalogue write it: the instant on screen.
    pub fn with_now(self, now: Instant) -> Notation<'a> {
        Notation { now: Some(now), ..self }
    }

    /// Reads one fault: `crash=c@12ms`.
    pub fn fault(&self, text: &str) -> Read<Fault> {
        let piece = Piece::of(text);
        let (key, value) = piece.split('=').unwrap_or((piece, Piece::of("")));
        self.read_fault(key, value)
    }

    /// Whether every node that the fault names exists: fewer participants leave some faults without their node.
    pub fn knows_nodes_of(&self, fault: &Fault) -> bool {
        let known = |node: NodeId| node.index() < self.topology.nodes.len();
        let message = fault.message().is_none_or(|message| known(message.from) && known(message.to));
        let link = match fault {
            Fault::Partition { groups, .. } => groups.iter().flatten().all(|node| known(*node)),
            Fault::SlowLink { from, to, .. } => known(*from) && known(*to),
            _ => true,
        };
        let place = match fault.place() {
            Some(Place::Before(moment) | Place::After(moment)) => match moment {
                Moment::Sends(name) | Moment::Receives(name) => known(name.from) && known(name.to),
                Moment::Writes(_) | Moment::Durable(_) | Moment::Fires(_) => true,
            },
            Some(Place::At(_)) | None => true,
        };
        message && link && place && fault.node().is_none_or(known)
    }
}

/// Whether a key of a link is a fault's.
pub fn is_fault_key(key: &str) -> bool {
    FAULTS.iter().any(|(known, _)| *known == key)
}
