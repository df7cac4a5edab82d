//! One request to all masters at once, and what has come of it so far.

use crate::sim::clock::LocalTime;
use crate::sim::trace::NodeId;
use crate::sorted::SortedSet;
use serde::Serialize;

/// A round of requests.
#[derive(Clone, Serialize)]
pub struct Round {
    /// The number of its requests, which the masters' answers repeat.
    pub number: u32,
    /// When they were sent.
    pub sent: LocalTime,
    /// How many masters were asked.
    asked: u8,
    /// Who has agreed, and who has answered otherwise.
    agreed: SortedSet<NodeId>,
    declined: SortedSet<NodeId>,
}

impl Round {
    pub fn new(number: u32, sent: LocalTime, asked: u8) -> Round {
        Round { number, sent, asked, agreed: SortedSet::default(), declined: SortedSet::default() }
    }

    /// Notes an answer; the first of each master counts.
    pub fn note(&mut self, master: NodeId, agrees: bool) {
        if !self.agreed.contains(&master) && !self.declined.contains(&master) {
            let answers = if agrees { &mut self.agreed } else { &mut self.declined };
            answers.insert(master);
        }
    }

    pub fn agreed(&self) -> &SortedSet<NodeId> {
        &self.agreed
    }

    /// Whether so many have agreed.
    pub fn has(&self, quorum: u8) -> bool {
        self.agreed.len() >= usize::from(quorum)
    }

    /// Whether so many cannot agree any more.
    pub fn is_hopeless(&self, quorum: u8) -> bool {
        self.declined.len() + usize::from(quorum) > usize::from(self.asked)
    }

    /// Whether everybody has answered.
    pub fn is_complete(&self) -> bool {
        self.agreed.len() + self.declined.len() >= usize::from(self.asked)
    }
}
