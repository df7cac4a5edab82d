//! The sender's table of messages: what is to be sent, what was sent and is not done, what is done.

use crate::protocols::parts::database::Transaction;
use crate::protocols::parts::messaging::Event;
use crate::protocols::parts::ranges::Ranges;
use crate::sim::payload::{Named, Subject};
use crate::sim::role::Durable;
use crate::sorted::SortedMap;
use serde::Serialize;
use std::collections::VecDeque;

/// A row's number. It is drawn when the row is inserted, not when its transaction commits, as `AUTO_INCREMENT` does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct RowId(pub u32);

/// Where a row stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Status {
    /// To be sent.
    New,
    /// Sent; the receiver has not said that it is done.
    Sent,
}

/// A row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Row {
    pub event: Event,
    pub status: Status,
}

/// A change of the table. `kept` says whether a row stays after it was sent, until the receiver has said that it is
/// done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Change {
    Insert {
        row: RowId,
        event: Event,
    },
    Sent {
        row: RowId,
        transaction: Transaction,
        kept: bool,
    },
    /// Sent long ago, and nothing was heard: to be sent again.
    Again {
        row: RowId,
        transaction: Transaction,
    },
    Done {
        row: RowId,
        transaction: Transaction,
    },
    /// The receiver will not do its half: the row stays for people to look at.
    Refused {
        row: RowId,
        transaction: Transaction,
    },
    /// The sender itself has refused an order, and will say so again.
    Rejected {
        transaction: Transaction,
    },
}

impl Named for Change {
    fn kind(&self) -> &'static str {
        match self {
            Change::Insert { .. } => "row-inserted",
            Change::Sent { .. } => "row-sent",
            Change::Again { .. } => "row-again",
            Change::Done { .. } => "row-done",
            Change::Refused { .. } => "row-refused",
            Change::Rejected { .. } => "order-rejected",
        }
    }

    fn subject(&self) -> Subject {
        match self {
            Change::Insert { event, .. } => event.transaction.subject(),
            Change::Sent { transaction, .. }
            | Change::Again { transaction, .. }
            | Change::Done { transaction, .. }
            | Change::Refused { transaction, .. }
            | Change::Rejected { transaction } => transaction.subject(),
        }
    }
}

/// The table.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Outbox {
    /// No row has this number or a higher one.
    next: RowId,
    rows: SortedMap<RowId, Row>,
    /// The row of each order: an index.
    by_order: SortedMap<Transaction, RowId>,
    /// How far a relay has come that remembers a number instead of looking at each row.
    position: RowId,
    /// The latest rows that are over, and whether the receiver did its half.
    over: VecDeque<(Event, bool)>,
    refused: Ranges,
    rejected: Ranges,
}

impl Outbox {
    /// How many rows that are over can still be read.
    const KEPT: usize = 16;

    /// The number of the next row.
    pub fn next(&self) -> RowId {
        self.next
    }

    /// The rows that are not over, in the order of their numbers.
    pub fn rows(&self) -> impl Iterator<Item = (RowId, Row)> + '_ {
        self.rows.iter().map(|(id, row)| (*id, *row))
    }

    /// The latest rows that are over, and whether the receiver did its half.
    pub fn over(&self) -> impl Iterator<Item = (Event, bool)> + '_ {
        self.over.iter().copied()
    }

    /// The row of an order, if it is not over.
    pub fn row_of(&self, transaction: Transaction) -> Option<(RowId, Row)> {
        let id = *self.by_order.get(&transaction)?;
        self.rows.get(&id).map(|row| (id, *row))
    }

    /// How far a relay has come that remembers a number.
    pub fn position(&self) -> RowId {
        self.position
    }

    /// Whether the receiver has refused the order.
    pub fn is_refused(&self, transaction: Transaction) -> bool {
        self.refused.contains(transaction.0)
    }

    /// Whether the sender has rejected the order.
    pub fn is_rejected(&self, transaction: Transaction) -> bool {
        self.rejected.contains(transaction.0)
    }

    fn end(&mut self, id: RowId, well: bool) {
        if let Some(row) = self.rows.remove(&id) {
            self.by_order.remove(&row.event.transaction);
            self.over.push_back((row.event, well));
            if self.over.len() > Self::KEPT {
                self.over.pop_front();
            }
        }
    }
}

impl Durable for Outbox {
    type Record = Change;

    fn apply(&mut self, change: &Change) {
        match *change {
            Change::Insert { row, event } => {
                self.next = self.next.max(RowId(row.0 + 1));
                self.rows.insert(row, Row { event, status: Status::New });
                self.by_order.insert(event.transaction, row);
            }
            Change::Sent { row, kept, .. } => {
                self.position = self.position.max(row);
                match self.rows.get_mut(&row) {
                    Some(sent) if kept => sent.status = Status::Sent,
                    _ => self.end(row, true),
                }
            }
            Change::Again { row, .. } => {
                if let Some(row) = self.rows.get_mut(&row) {
                    row.status = Status::New;
                }
            }
            Change::Done { row, .. } => self.end(row, true),
            Change::Refused { row, transaction } => {
                self.refused.insert(transaction.0);
                self.end(row, false);
            }
            Change::Rejected { transaction } => {
                self.rejected.insert(transaction.0);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocols::parts::business::Order;

    fn event(number: u32) -> Event {
        Event { transaction: Transaction(number), order: Order { row: 0, units: 1 } }
    }

    #[test]
    fn a_row_goes_from_new_to_sent_to_done_and_may_have_to_be_sent_again() {
        let (mut outbox, row, transaction) = (Outbox::default(), RowId(0), Transaction(1));
        let status = |outbox: &Outbox| outbox.row_of(transaction).map(|(_, row)| row.status);
        outbox.apply(&Change::Insert { row, event: event(1) });
        assert_eq!(status(&outbox), Some(Status::New));
        outbox.apply(&Change::Sent { row, transaction, kept: true });
        assert_eq!(status(&outbox), Some(Status::Sent));
        outbox.apply(&Change::Again { row, transaction });
        assert_eq!(status(&outbox), Some(Status::New));
        outbox.apply(&Change::Done { row, transaction });
        assert_eq!(status(&outbox), None);
        assert_eq!(outbox.over().collect::<Vec<_>>(), [(event(1), true)]);
    }

    #[test]
    fn a_row_that_nobody_answers_for_is_over_when_it_is_sent() {
        let (mut outbox, row, transaction) = (Outbox::default(), RowId(4), Transaction(9));
        outbox.apply(&Change::Insert { row, event: event(9) });
        outbox.apply(&Change::Sent { row, transaction, kept: false });
        assert_eq!((outbox.rows().count(), outbox.next(), outbox.position()), (0, RowId(5), RowId(4)));
    }
}
