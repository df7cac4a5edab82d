//! What survives a crash, at a participant and at the coordinator.

use super::message::{CoordinatorRecord, ParticipantRecord};
use super::state::LocalState;
use crate::protocols::parts::business::Order;
use crate::protocols::parts::database::{Record, Stored, Transaction};
use crate::sim::payload::Outcome;
use crate::sim::role::Durable;
use crate::sorted::{SortedMap, SortedSet};
use serde::Serialize;

/// A participant's disk: its database, and the transactions that it has voted yes for.
#[derive(Clone, Debug, Default, Serialize)]
pub struct ParticipantDisk {
    pub stored: Stored,
    /// Voted yes, not decided.
    ready: SortedMap<Transaction, Order>,
    /// Of these: barred from committing.
    pre_aborted: SortedSet<Transaction>,
}

impl ParticipantDisk {
    /// Where the site durably stands.
    pub fn state(&self, transaction: Transaction) -> LocalState {
        if let Some(outcome) = self.stored.outcome(transaction) {
            LocalState::Decided(outcome)
        } else if self.pre_aborted.contains(&transaction) {
            LocalState::PreAborted
        } else if self.stored.is_prepared(transaction) {
            LocalState::PreCommitted
        } else if self.ready.contains_key(&transaction) {
            LocalState::Ready
        } else {
            LocalState::Initial
        }
    }

    /// The transactions that it has promised something for and that are not decided here, with their orders.
    pub fn undecided(&self) -> impl Iterator<Item = (Transaction, Order)> + '_ {
        self.ready.iter().map(|(transaction, order)| (*transaction, *order))
    }
}

impl Durable for ParticipantDisk {
    type Record = ParticipantRecord;

    fn apply(&mut self, record: &ParticipantRecord) {
        match record {
            ParticipantRecord::Ready { transaction, order, ended_below } => {
                self.stored.forget_below(*ended_below);
                if self.stored.outcome(*transaction).is_none() && !self.stored.has_forgotten(*transaction) {
                    self.ready.insert(*transaction, *order);
                }
            }
            ParticipantRecord::Database(record) => {
                self.stored.read(record);
                self.pre_aborted.remove(&record.transaction());
                if !matches!(record, Record::Prepared { .. }) {
                    self.ready.remove(&record.transaction());
                }
            }
            ParticipantRecord::PreAborted { transaction } => {
                self.pre_aborted.insert(*transaction);
            }
        }
    }

    fn intervene(&mut self, key: &str, arguments: &[u32]) -> bool {
        self.stored.intervene(key, arguments)
    }
}

/// What the coordinator knows of a transaction that is not over everywhere.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Logged {
    pub pre_committing: bool,
    pub outcome: Option<Outcome>,
}

/// The coordinator's disk.
#[derive(Clone, Debug, Default, Serialize)]
pub struct CoordinatorDisk {
    pub runs: SortedMap<Transaction, Logged>,
    pub ended: Ended,
}

impl Durable for CoordinatorDisk {
    type Record = CoordinatorRecord;

    fn apply(&mut self, record: &CoordinatorRecord) {
        match *record {
            CoordinatorRecord::Started { transaction, answered_below } => {
                self.ended.answered_below(answered_below);
                self.runs.entry(transaction).or_default();
            }
            CoordinatorRecord::PreCommitting { transaction } => {
                self.runs.entry(transaction).or_default().pre_committing = true;
            }
            CoordinatorRecord::Decided { transaction, outcome } => {
                self.runs.entry(transaction).or_default().outcome = Some(outcome);
            }
            CoordinatorRecord::Ended { transaction } => {
                if let Some(outcome) = self.runs.remove(&transaction).and_then(|run| run.outcome) {
                    self.ended.insert(transaction, outcome);
                }
            }
        }
    }
}

/// The transactions that are over everywhere: all below a number, and some beyond it. Small, however many they are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Ended {
    below: Transaction,
    beyond: SortedSet<Transaction>,
    /// How those ended whose answer the client may not have.
    outcomes: SortedMap<Transaction, Outcome>,
}

impl Default for Ended {
    fn default() -> Ended {
        Ended { below: Transaction(1), beyond: SortedSet::new(), outcomes: SortedMap::new() }
    }
}

impl Ended {
    pub fn below(&self) -> Transaction {
        self.below
    }

    pub fn contains(&self, transaction: Transaction) -> bool {
        transaction < self.below || self.beyond.contains(&transaction)
    }

    pub fn outcome(&self, transaction: Transaction) -> Option<Outcome> {
        self.outcomes.get(&transaction).copied()
    }

    /// The client has the answers to every order below this one.
    pub fn answered_below(&mut self, transaction: Transaction) {
        self.outcomes.retain(|other, _| *other >= transaction);
    }

    pub fn insert(&mut self, transaction: Transaction, outcome: Outcome) {
        self.outcomes.insert(transaction, outcome);
        self.beyond.insert(transaction);
        while self.beyond.remove(&self.below) {
            self.below = Transaction(self.below.0.saturating_add(1));
        }
    }
}
