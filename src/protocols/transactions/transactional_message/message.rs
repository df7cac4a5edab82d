//! What the cast says to each other, and what it sets timers for.

use crate::protocols::parts::broker::{self, Offset};
use crate::protocols::parts::business::Order;
use crate::protocols::parts::carries;
use crate::protocols::parts::database::Transaction;
use crate::protocols::parts::messaging::{Event, client, consumer};
use crate::sim::payload::{Named, Outcome, Payload, Subject, Tone};
use serde::Serialize;

/// A message: of the client, of the broker, of the receiver, or between a producer and its database.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum Message {
    Client(client::Message),
    Broker(broker::message::Message<Event>),
    Receiver(consumer::Message),
    Database(Database),
}

/// What producers and the database that they share say to each other, on connections.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Database {
    /// Carry out this order's local transaction.
    Execute { transaction: Transaction, order: Order },
    /// How it ended.
    Executed { transaction: Transaction, outcome: Outcome },
    /// How did it end? Asked because of a half message.
    Query { transaction: Transaction, half: Offset },
    /// How it ended; none if no row says so, which may yet change.
    Standing { transaction: Transaction, half: Offset, outcome: Option<Outcome> },
}

impl Database {
    fn transaction(&self) -> Transaction {
        match self {
            Database::Execute { transaction, .. }
            | Database::Executed { transaction, .. }
            | Database::Query { transaction, .. }
            | Database::Standing { transaction, .. } => *transaction,
        }
    }
}

impl Named for Database {
    fn kind(&self) -> &'static str {
        match self {
            Database::Execute { .. } => "execute",
            Database::Executed { .. } => "executed",
            Database::Query { .. } => "query",
            Database::Standing { .. } => "standing",
        }
    }

    fn subject(&self) -> Subject {
        self.transaction().subject()
    }

    fn tone(&self) -> Tone {
        match self {
            Database::Execute { .. } | Database::Query { .. } => Tone::Request,
            Database::Executed { .. } | Database::Standing { .. } => Tone::Reply,
        }
    }
}

impl Message {
    fn inner(&self) -> &dyn Payload {
        match self {
            Message::Client(message) => message,
            Message::Broker(message) => message,
            Message::Receiver(message) => message,
            Message::Database(message) => message,
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

/// What a producer waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum ProducerTimer {
    /// The broker has not acknowledged a half message.
    SendTimeout(Transaction),
    /// Time to register with a broker that went away.
    Heartbeat,
}

impl Named for ProducerTimer {
    fn kind(&self) -> &'static str {
        match self {
            ProducerTimer::SendTimeout(_) => "send-timeout",
            ProducerTimer::Heartbeat => "heartbeat",
        }
    }

    fn subject(&self) -> Subject {
        match self {
            ProducerTimer::SendTimeout(transaction) => transaction.subject(),
            ProducerTimer::Heartbeat => Subject::NONE,
        }
    }
}

/// What the producers' database waits for: a local transaction has done its work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Work(pub Transaction);

impl Named for Work {
    fn kind(&self) -> &'static str {
        "work"
    }

    fn subject(&self) -> Subject {
        self.0.subject()
    }
}
