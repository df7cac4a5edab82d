//! What the cast says to each other, and what it sets timers for.

use crate::protocols::parts::broker;
use crate::protocols::parts::carries;
use crate::protocols::parts::database::Transaction;
use crate::protocols::parts::messaging::{Event, client};
use crate::sim::payload::{Named, Payload, Subject, Tone};
use serde::Serialize;

/// A message: of the client, of the broker, or of a notification.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum Message {
    Client(client::Message),
    Broker(broker::message::Message<Event>),
    Notice(Notice),
}

/// What the notifier, the receiver and the sender say to each other. Datagrams: calls over the internet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum Notice {
    /// The result of an order, signed by the sender's key; or not, if somebody else has made it up.
    Notify { event: Event, is_signed: bool },
    /// The receiver answers with the one body that counts.
    Success { transaction: Transaction },
    /// The receiver answers with anything else, whatever its status code.
    Failure { transaction: Transaction },
    /// The receiver asks the sender for all orders that it has committed.
    Query,
    /// The sender's statement.
    Statement { events: Vec<Event> },
}

impl Named for Notice {
    fn kind(&self) -> &'static str {
        match self {
            Notice::Notify { .. } => "notify",
            Notice::Success { .. } => "success",
            Notice::Failure { .. } => "failure",
            Notice::Query => "query",
            Notice::Statement { .. } => "statement",
        }
    }

    fn subject(&self) -> Subject {
        match self {
            Notice::Notify { event, .. } => event.transaction.subject(),
            Notice::Success { transaction } | Notice::Failure { transaction } => transaction.subject(),
            Notice::Query | Notice::Statement { .. } => Subject::NONE,
        }
    }

    fn tone(&self) -> Tone {
        match self {
            Notice::Notify { .. } | Notice::Query => Tone::Request,
            Notice::Success { .. } | Notice::Failure { .. } | Notice::Statement { .. } => Tone::Reply,
        }
    }
}

impl Message {
    fn inner(&self) -> &dyn Payload {
        match self {
            Message::Client(message) => message,
            Message::Broker(message) => message,
            Message::Notice(message) => message,
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
        Notice: Notice;
    }
}

/// The sender's broker has not acknowledged an order's message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Republish(pub Transaction);

impl Named for Republish {
    fn kind(&self) -> &'static str {
        "republish"
    }

    fn subject(&self) -> Subject {
        self.0.subject()
    }
}

/// What the notifier waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum NotifierTimer {
    /// No answer to an attempt.
    NoAnswer(Transaction),
    /// The next attempt is due.
    Attempt(Transaction),
}

impl Named for NotifierTimer {
    fn kind(&self) -> &'static str {
        match self {
            NotifierTimer::NoAnswer(_) => "no-answer",
            NotifierTimer::Attempt(_) => "attempt",
        }
    }

    fn subject(&self) -> Subject {
        match self {
            NotifierTimer::NoAnswer(transaction) | NotifierTimer::Attempt(transaction) => transaction.subject(),
        }
    }
}

/// What the receiver waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum ReceiverTimer {
    /// Its own work on a notification is done, and it answers.
    Work(Transaction),
    /// Time to ask the sender what it may have missed.
    Reconcile,
}

impl Named for ReceiverTimer {
    fn kind(&self) -> &'static str {
        match self {
            ReceiverTimer::Work(_) => "work",
            ReceiverTimer::Reconcile => "reconcile",
        }
    }

    fn subject(&self) -> Subject {
        match self {
            ReceiverTimer::Work(transaction) => transaction.subject(),
            ReceiverTimer::Reconcile => Subject::NONE,
        }
    }
}
