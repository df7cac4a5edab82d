//! The books of a service: what is available in each row, what is set aside, and every local transaction as one step.
//!
//! An order that takes goods *freezes* them first: they are neither for sale nor gone. An order that brings money first
//! makes it *pending*: it is expected, and counts for nothing yet. A protocol that reserves nothing leaves both at zero.

use crate::protocols::parts::database::{Change, RowNumber, Schema, Transaction};
use crate::sorted::SortedMap;
use serde::Serialize;
use std::collections::VecDeque;

/// What a service does for an order, each time in one local transaction. The names are dtm's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum Operation {
    /// TCC: checks, and sets aside what will be needed.
    Try,
    /// TCC: uses what is set aside.
    Confirm,
    /// TCC: gives back what is set aside.
    Cancel,
    /// Saga: does it, for all to see. Also what the receiver of a message does.
    Action,
    /// Saga: makes up for what was done.
    Compensate,
    /// Transactional messages: the sender's own local transaction.
    Message,
}

impl Operation {
    pub fn word(self) -> &'static str {
        match self {
            Operation::Try => "try",
            Operation::Confirm => "confirm",
            Operation::Cancel => "cancel",
            Operation::Action => "action",
            Operation::Compensate => "compensate",
            Operation::Message => "msg",
        }
    }

    /// Whether it begins an order's effect at a service, or ends it there by undoing it.
    pub fn undoes(self) -> bool {
        matches!(self, Operation::Cancel | Operation::Compensate)
    }

    /// Whether it is the first thing that a service does for an order that goes well.
    pub fn begins(self) -> bool {
        matches!(self, Operation::Try | Operation::Action | Operation::Message)
    }
}

/// What stands in a row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Levels {
    /// For anybody to use.
    pub available: i64,
    /// Set aside for orders that are not finished: out of what was available.
    pub frozen: i64,
    /// Expected from orders that are not finished: not yet available.
    pub pending: i64,
}

impl Levels {
    /// What really is there, whether set aside or not.
    pub fn there(self) -> i64 {
        self.available + self.frozen
    }

    /// Whether nothing is set aside and nothing expected.
    pub fn is_at_rest(self) -> bool {
        self.frozen == 0 && self.pending == 0
    }

    /// The lowest of the three.
    pub fn lowest(self) -> i64 {
        self.available.min(self.frozen).min(self.pending)
    }

    /// What a local transaction makes of them, checked or not.
    pub fn after(self, operation: Operation, by: i64) -> Levels {
        let Levels { available, frozen, pending } = self;
        let (taken, brought) = (by.min(0).saturating_neg(), by.max(0));
        match operation {
            Operation::Try => {
                Levels { available: available - taken, frozen: frozen + taken, pending: pending + brought }
            }
            Operation::Confirm => {
                Levels { available: available + brought, frozen: frozen - taken, pending: pending - brought }
            }
            Operation::Cancel => {
                Levels { available: available + taken, frozen: frozen - taken, pending: pending - brought }
            }
            Operation::Action | Operation::Message => Levels { available: available + by, ..self },
            Operation::Compensate => Levels { available: available - by, ..self },
        }
    }
}

/// What a local transaction did to a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Written {
    /// What the order asks of this service; undoing operations turn it round.
    pub change: Change,
    pub before: Levels,
    pub after: Levels,
}

/// One local transaction of a service for an order: a step that happens whole or not at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Posting {
    pub transaction: Transaction,
    pub operation: Operation,
    /// None if the operation found nothing to do and was carried out all the same: an empty rollback.
    pub written: Option<Written>,
}

/// How many postings are kept for whoever watches: more than ever become durable at once.
const RECENT_MAX: usize = 128;

/// A service's rows. What its local transactions, read in order, make of an untouched shop.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Books {
    rows: SortedMap<RowNumber, Levels>,
    /// By how much what is there, in all rows, differs from the start.
    net_change: i64,
    /// For monitors only.
    #[serde(skip)]
    posted: u32,
    #[serde(skip)]
    recent: VecDeque<Posting>,
}

impl Books {
    /// What stands in a row.
    pub fn levels(&self, schema: &Schema, row: RowNumber) -> Levels {
        let untouched = Levels { available: schema.initially, ..Levels::default() };
        self.rows.get(&row).copied().unwrap_or(untouched)
    }

    /// Whether the rows allow it: goods must be available, and what is expected must stay within the limit. What was set
    /// aside has been checked.
    pub fn allow(&self, schema: &Schema, operation: Operation, change: Change) -> bool {
        let Levels { available, pending, .. } = self.levels(schema, change.row);
        let by = match operation {
            Operation::Confirm | Operation::Cancel => return true,
            Operation::Compensate => change.by.saturating_neg(),
            Operation::Try | Operation::Action | Operation::Message => change.by,
        };
        match by {
            ..0 => available + by >= schema.at_least,
            _ => available + pending + by <= schema.at_most,
        }
    }

    /// The local transaction that carries an operation out, to be logged and then [read](Books::read).
    pub fn posting(&self, schema: &Schema, transaction: Transaction, operation: Operation, change: Change) -> Posting {
        let before = self.levels(schema, change.row);
        let written = Written { change, before, after: before.after(operation, change.by) };
        Posting { transaction, operation, written: Some(written) }
    }

    /// Reads one more local transaction.
    pub fn read(&mut self, posting: &Posting) {
        if let Some(Written { change, before, after }) = posting.written {
            let was = self.rows.insert(change.row, after).unwrap_or(before);
            self.net_change += after.there() - was.there();
        }
        self.posted = self.posted.wrapping_add(1);
        if self.recent.len() == RECENT_MAX {
            self.recent.pop_front();
        }
        self.recent.push_back(*posting);
    }

    /// Somebody who is no order uses up what is available in a row. For whether goods and money agree it is still there:
    /// it was paid, whatever became of it.
    pub fn spend(&mut self, row: RowNumber, amount: i64) {
        if let Some(levels) = self.rows.get_mut(&row) {
            levels.available -= amount;
        }
    }

    /// By how much what is there, and what was spent, differs from the start, in all rows.
    pub fn net_change(&self) -> i64 {
        self.net_change
    }

    /// Every row that was ever touched, as it stands.
    pub fn touched(&self) -> impl Iterator<Item = (RowNumber, Levels)> + '_ {
        self.rows.iter().map(|(row, levels)| (*row, *levels))
    }

    /// How many local transactions there have been.
    pub fn posted(&self) -> u32 {
        self.posted
    }

    /// The local transactions after the first so many, in order.
    pub fn posted_since(&self, seen: u32) -> impl Iterator<Item = Posting> + '_ {
        let fresh = (self.posted.wrapping_sub(seen) as usize).min(self.recent.len());
        self.recent.iter().skip(self.recent.len() - fresh).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocols::parts::business::{Business, Order};

    const SHOP: Business = Business { databases: 8, rows: 2, orders: 1, refuses: None };

    fn carry_out(number: u8, operations: &[Operation]) -> (Levels, Levels) {
        let schema = SHOP.schema(number);
        let [change] = Business::changes(number, Order { row: 1, units: 2 });
        let mut books = Books::default();
        let before = books.levels(&schema, 1);
        for operation in operations {
            assert!(books.allow(&schema, *operation, change), "{operation:?} at {number}");
            books.read(&books.posting(&schema, Transaction(1), *operation, change));
        }
        assert_eq!(books.net_change(), books.levels(&schema, 1).there() - before.there());
        (before, books.levels(&schema, 1))
    }

    #[test]
    fn what_is_tried_and_confirmed_is_what_an_action_does() {
        for number in 1..=8 {
            let (_, tried) = carry_out(number, &[Operation::Try, Operation::Confirm]);
            assert_eq!(tried, carry_out(number, &[Operation::Action]).1);
            assert!(tried.is_at_rest());
        }
    }

    #[test]
    fn what_is_undone_is_as_it_was() {
        for number in 1..=8 {
            let (before, cancelled) = carry_out(number, &[Operation::Try, Operation::Cancel]);
            assert_eq!(before, cancelled);
            let (before, compensated) = carry_out(number, &[Operation::Action, Operation::Compensate]);
            assert_eq!(before, compensated);
        }
    }

    #[test]
    fn goods_that_are_set_aside_are_there_and_money_that_is_expected_is_not() {
        let (before, shelf) = carry_out(1, &[Operation::Try]);
        assert_eq!((shelf.available, shelf.frozen, shelf.there()), (before.available - 2, 2, before.there()));
        let (_, till) = carry_out(2, &[Operation::Try]);
        assert_eq!(till, Levels { available: 0, frozen: 0, pending: 60 });
    }
}
