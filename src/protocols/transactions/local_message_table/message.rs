//! What the cast says to each other, and what it sets timers for.

use super::outbox::RowId;
use crate::protocols::parts::broker;
use crate::protocols::parts::carries;
use crate::protocols::parts::database::Transaction;
use crate::protocols::parts::messaging::{Event, client, consumer};
use crate::sim::payload::{Named, Payload, Subject, Tone};
use serde::Serialize;

/// A message: of the client, of the broker, of the receiver, or between a relay and the sender's database.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum Message {
    Client(client::Message),
    Broker(broker::message::Message<Event>),
    Receiver(consumer::Message),
    Table(Table),
}

/// What a relay and the sender's database say to each other, on a connection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum Table {
    /// Which rows are to be sent?
    Poll,
    /// From now on, every row to be sent, as it commits.
    Capture,
    /// Rows to be sent, in the order of their numbers; captured ones in the order of their commits.
    Rows { rows: Vec<(RowId, Event)> },
    /// This row is sent.
    MarkSent { row: RowId, transaction: Transaction },
    /// That is on the disk.
    Marked { row: RowId, transaction: Transaction },
}

impl Named for Table {
    fn kind(&self) -> &'static str {
        match self {
            Table::Poll => "poll",
            Table::Capture => "capture",
            Table::Rows { .. } => "rows",
            Table::MarkSent { .. } => "mark-sent",
            Table::Marked { .. } => "marked",
        }
    }

    fn subject(&self) -> Subject {
        match self {
            Table::MarkSent { transaction, .. } | Table::Marked { transaction, .. } => transaction.subject(),
            Table::Rows { rows } => match rows[..] {
                [(_, event)] => event.transaction.subject(),
                _ => Subject::NONE,
            },
            Table::Poll | Table::Capture => Subject::NONE,
        }
    }

    fn tone(&self) -> Tone {
        match self {
            Table::Poll | Table::Capture | Table::MarkSent { .. } => Tone::Request,
            Table::Rows { .. } | Table::Marked { .. } => Tone::Reply,
        }
    }
}

impl Message {
    fn inner(&self) -> &dyn Payload {
        match self {
            Message::Client(message) => message,
            Message::Broker(message) => message,
            Message::Receiver(message) => message,
            Message::Table(message) => message,
        }
    }
}

impl Named for Message {
    fn kind(&self) -> &'static str {
        self.inner().kind()
    }

    fn subject(&self) -> Subject {
        self.inner().subject()
    }

    fn tone(&self) -> Tone {
        self.inner().tone()
    }
}

carries! {
    Message {
        Client: client::Message;
        Broker: broker::message::Message<Event>;
        Receiver: consumer::Message;
    }
}

/// What the sender waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum SenderTimer {
    /// The local transaction has done all its work.
    Work(Transaction),
    /// The receiver has not said that it is done.
    Rescan(Transaction),
    /// Without a table of messages: the broker has not answered.
    Republish(Transaction),
}

impl Named for SenderTimer {
    fn kind(&self) -> &'static str {
        match self {
            SenderTimer::Work(_) => "work",
            SenderTimer::Rescan(_) => "rescan",
            SenderTimer::Republish(_) => "republish",
        }
    }

    fn subject(&self) -> Subject {
        match self {
            SenderTimer::Work(transaction) | SenderTimer::Rescan(transaction) | SenderTimer::Republish(transaction) => {
                transaction.subject()
            }
        }
    }
}

/// What a relay waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum RelayTimer {
    /// Time to look at the table again.
    Interval,
    /// The broker has not answered.
    Republish(Transaction),
}

impl Named for RelayTimer {
    fn kind(&self) -> &'static str {
        match self {
            RelayTimer::Interval => "poll-interval",
            RelayTimer::Republish(_) => "republish",
        }
    }

    fn subject(&self) -> Subject {
        match self {
            RelayTimer::Interval => Subject::NONE,
            RelayTimer::Republish(transaction) => transaction.subject(),
        }
    }
}
