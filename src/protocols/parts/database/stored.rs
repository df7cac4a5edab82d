//! The disk of a database: what its records, read in order, make of an empty one.

use super::{Change, Image, Record, RowNumber, Schema, Transaction};
use crate::sim::payload::Outcome;
use crate::sim::role::Durable;
use crate::sorted::SortedMap;
use serde::Serialize;

/// The disk: committed rows, what is prepared, what was decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Stored {
    /// Rows that differ from what they started with, or once did.
    rows: SortedMap<RowNumber, i64>,
    /// The sum of all committed changes, kept so that a conserved sum needs no reading of every row.
    net_change: i64,
    pub(super) prepared: SortedMap<Transaction, Vec<Image>>,
    /// Outcomes that somebody may still ask about or repeat.
    pub(super) decided: SortedMap<Transaction, Outcome>,
    /// Every transaction below this one is over everywhere, and forgotten here.
    ended_below: Transaction,
}

impl Default for Stored {
    fn default() -> Stored {
        Stored {
            rows: SortedMap::new(),
            net_change: 0,
            prepared: SortedMap::new(),
            decided: SortedMap::new(),
            ended_below: Transaction(1),
        }
    }
}

impl Stored {
    /// A row's committed value.
    pub fn committed(&self, schema: &Schema, row: RowNumber) -> i64 {
        self.rows.get(&row).copied().unwrap_or(schema.initially)
    }

    /// The sum of all committed changes to all rows.
    pub fn net_change(&self) -> i64 {
        self.net_change
    }

    /// Whether a `prepared` record without a decision is on the disk.
    pub fn is_prepared(&self, transaction: Transaction) -> bool {
        self.prepared.contains_key(&transaction)
    }

    /// The transactions with a `prepared` record and no decision.
    pub fn prepared(&self) -> impl Iterator<Item = Transaction> + '_ {
        self.prepared.keys().copied()
    }

    /// What was decided here, if that is durable and not forgotten.
    pub fn outcome(&self, transaction: Transaction) -> Option<Outcome> {
        self.decided.get(&transaction).copied()
    }

    /// Whether the transaction is over everywhere and no longer remembered.
    pub fn has_forgotten(&self, transaction: Transaction) -> bool {
        transaction < self.ended_below
    }

    /// Reads one more record.
    pub fn read(&mut self, record: &Record) {
        match record {
            Record::Prepared { transaction, images, ended_below } => {
                self.prepared.insert(*transaction, images.clone());
                self.forget_below(*ended_below);
            }
            Record::Committed { transaction } => {
                for image in self.prepared.remove(transaction).unwrap_or_default() {
                    let before = self.rows.insert(image.row, image.after).unwrap_or(image.before);
                    self.net_change += image.after - before;
                }
                self.remember(*transaction, Outcome::Commit);
            }
            Record::Aborted { transaction } => {
                self.prepared.remove(transaction);
                self.remember(*transaction, Outcome::Abort);
            }
        }
    }

    /// Transactions below `ended_below` are over everywhere: nobody will ask about them again.
    pub fn forget_below(&mut self, ended_below: Transaction) {
        if ended_below > self.ended_below {
            self.ended_below = ended_below;
            self.decided.retain(|transaction, _| *transaction >= ended_below);
        }
    }

    /// Whether the changes would go through by what is committed now: a look, that locks nothing and promises nothing.
    pub fn allows(&self, schema: &Schema, changes: &[Change]) -> bool {
        let mut after: SortedMap<RowNumber, i64> = SortedMap::new();
        changes.iter().all(|change| {
            let value = after.entry(change.row).or_insert_with(|| self.committed(schema, change.row));
            *value = value.saturating_add(change.by);
            (schema.at_least..=schema.at_most).contains(value)
        })
    }

    fn remember(&mut self, transaction: Transaction, outcome: Outcome) {
        if !self.has_forgotten(transaction) {
            self.decided.insert(transaction, outcome);
        }
    }

    /// A fault of the disk: the transaction's `prepared` record is gone. Says whether there was one.
    pub fn lose_prepared(&mut self, transaction: Transaction) -> bool {
        self.prepared.remove(&transaction).is_some()
    }
}

impl Durable for Stored {
    type Record = Record;

    fn apply(&mut self, record: &Record) {
        self.read(record);
    }

    /// `lose`, with a transaction's number: its `prepared` record is gone.
    fn intervene(&mut self, key: &str, arguments: &[u32]) -> bool {
        match (key, arguments) {
            ("lose", [transaction]) => self.lose_prepared(Transaction(*transaction)),
            _ => false,
        }
    }
}
