//! The database of one service: its books, and a table of messages beside them in the same log, so that one local
//! transaction changes both or neither.
//!
//! [`Tables`] is the disk, [`Desk`] the memory: the same tables, ahead by what is being written. Local transactions
//! follow one another in the log, so whoever builds on another's writes is lost with it in a crash.

use crate::protocols::parts::business::{Business, Order};
use crate::protocols::parts::database::{Change, Schema, Transaction};
use crate::protocols::parts::flexible::{Books, Operation, Posting};
use crate::protocols::parts::ranges::Ranges;
use crate::sim::payload::{Named, Outcome, Subject, Tone};
use crate::sim::role::Durable;
use serde::Serialize;

/// What the service logs: `R` is a change of its table of messages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum Record<R> {
    /// One local transaction: the service's half of an order, and what happens to the table of messages with it.
    Local { posting: Posting, row: Option<R> },
    /// A local transaction on the table of messages alone.
    Row(R),
}

impl<R: Named> Named for Record<R> {
    fn kind(&self) -> &'static str {
        match self {
            Record::Local { .. } => "local-commit",
            Record::Row(row) => row.kind(),
        }
    }

    fn subject(&self) -> Subject {
        match self {
            Record::Local { posting, .. } => posting.transaction.subject(),
            Record::Row(row) => row.subject(),
        }
    }

    fn tone(&self) -> Tone {
        match self {
            Record::Local { .. } => Tone::Decision(Outcome::Commit),
            Record::Row(row) => row.tone(),
        }
    }
}

/// The disk: the books, which orders are in them, and a table of messages.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Tables<T> {
    pub books: Books,
    /// The orders of which the service has done its half: a unique key.
    pub done: Ranges,
    pub table: T,
}

impl<T> Tables<T> {
    /// Whether the service has done its half of the order.
    pub fn has(&self, transaction: Transaction) -> bool {
        self.done.contains(transaction.0)
    }
}

impl<T: Durable> Durable for Tables<T> {
    type Record = Record<T::Record>;

    fn apply(&mut self, record: &Record<T::Record>) {
        match record {
            Record::Local { posting, row } => {
                self.books.read(posting);
                self.done.insert(posting.transaction.0);
                row.iter().for_each(|row| self.table.apply(row));
            }
            Record::Row(row) => self.table.apply(row),
        }
    }

    fn intervene(&mut self, key: &str, arguments: &[u32]) -> bool {
        self.table.intervene(key, arguments)
    }
}

/// The memory of the database.
#[derive(Clone, Debug, Serialize)]
pub struct Desk<T> {
    #[serde(skip)]
    number: u8,
    #[serde(skip)]
    schema: Schema,
    tables: Tables<T>,
}

impl<T: Durable> Desk<T> {
    /// What memory holds after a start.
    pub fn recovered(business: &Business, number: u8, disk: &Tables<T>) -> Desk<T> {
        Desk { number, schema: business.schema(number), tables: disk.clone() }
    }

    pub fn tables(&self) -> &Tables<T> {
        &self.tables
    }

    pub fn table(&self) -> &T {
        &self.tables.table
    }

    pub fn schema(&self) -> Schema {
        self.schema
    }

    fn change(&self, order: Order) -> Change {
        let [change] = Business::changes(self.number, order);
        change
    }

    /// Whether the books allow this service's half of an order.
    pub fn allows(&self, operation: Operation, order: Order) -> bool {
        self.tables.books.allow(&self.schema, operation, self.change(order))
    }

    /// The record of a local transaction that does this service's half of an order: durable, it is committed.
    pub fn local(
        &self,
        transaction: Transaction,
        operation: Operation,
        order: Order,
        row: Option<T::Record>,
    ) -> Record<T::Record> {
        let posting = self.tables.books.posting(&self.schema, transaction, operation, self.change(order));
        Record::Local { posting, row }
    }

    /// An intervention on the table of messages, as it is on the disk.
    pub fn intervene(&mut self, key: &str, arguments: &[u32]) -> bool {
        self.tables.intervene(key, arguments)
    }

    /// What is being written is seen from here on by whoever works on this desk.
    pub fn read(&mut self, record: &Record<T::Record>) {
        self.tables.apply(record);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocols::parts::messaging::{RECEIVER, business};
    use crate::sim::role::Diskless;

    const ORDER: Order = Order { row: 0, units: 2 };

    #[test]
    fn what_is_not_durable_is_seen_at_the_desk_and_gone_after_a_crash() {
        let shop = business(2, 2, None);
        let disk = Tables::<Diskless>::default();
        let mut desk = Desk::recovered(&shop, RECEIVER, &disk);
        for number in 1..=2 {
            desk.read(&desk.local(Transaction(number), Operation::Action, ORDER, None));
        }
        assert_eq!(desk.tables().books.net_change(), 120, "the second builds on the first");
        assert!(desk.tables().has(Transaction(2)));
        assert!(!Desk::recovered(&shop, RECEIVER, &disk).tables().has(Transaction(1)));
    }

    #[test]
    fn who_has_nothing_to_give_refuses() {
        let shop = business(2, 2, Some(crate::protocols::parts::messaging::Service::Receiver));
        let desk = Desk::recovered(&shop, RECEIVER, &Tables::<Diskless>::default());
        assert!(!desk.allows(Operation::Action, ORDER));
    }
}
