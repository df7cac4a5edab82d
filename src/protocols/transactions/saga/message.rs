//! What the cast says to each other, and what it sets timers for.

use crate::protocols::parts::business::Order;
use crate::protocols::parts::database::Transaction;
use crate::sim::payload::{Named, Outcome, Subject, Tone};
use serde::Serialize;

/// A message. Orders and their results travel on connections, everything else in datagrams.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Message {
    /// The client wants this done.
    Order { transaction: Transaction, order: Order },
    /// What became of it.
    Result { transaction: Transaction, outcome: Outcome },
    /// Orchestrated: do your step.
    Action { transaction: Transaction, order: Order },
    /// Orchestrated: make up for your step, whether you know of it or not.
    Compensate { transaction: Transaction, order: Order },
    /// The step is done.
    Done { transaction: Transaction },
    /// The step cannot be done: the business refuses (dtm: FAILURE, 409).
    Refused { transaction: Transaction },
    /// Not now: another order that is not finished has the row (dtm: ONGOING, 425).
    Busy { transaction: Transaction },
    /// The step is made up for, or was never done.
    Compensated { transaction: Transaction },
    /// The compensation failed, with an exception.
    Failed { transaction: Transaction },
    /// Orchestrated, with semantic locks: the saga is over, let go of the row.
    Finish { transaction: Transaction },
    /// The row is free.
    Finished { transaction: Transaction },
    /// Choreographed, an event: my step has happened; the next does its own.
    Happened { transaction: Transaction, order: Order },
    /// Choreographed, an event: the saga goes back, and I am back; the one before makes up for its own.
    Unwound { transaction: Transaction, order: Order },
    /// Choreographed: the event is in my database.
    Noted { transaction: Transaction, unwound: bool },
    /// To the customer’s phone: your order is on its way. Nobody can unsend it.
    Text { transaction: Transaction },
}

impl Message {
    pub fn transaction(&self) -> Transaction {
        match self {
            Message::Order { transaction, .. }
            | Message::Result { transaction, .. }
            | Message::Action { transaction, .. }
            | Message::Compensate { transaction, .. }
            | Message::Done { transaction }
            | Message::Refused { transaction }
            | Message::Busy { transaction }
            | Message::Compensated { transaction }
            | Message::Failed { transaction }
            | Message::Finish { transaction }
            | Message::Finished { transaction }
            | Message::Happened { transaction, .. }
            | Message::Unwound { transaction, .. }
            | Message::Noted { transaction, .. }
            | Message::Text { transaction } => *transaction,
        }
    }
}

impl Named for Message {
    fn kind(&self) -> &'static str {
        match self {
            Message::Order { .. } => "order",
            Message::Result { .. } => "result",
            Message::Action { .. } => "action",
            Message::Compensate { .. } => "compensate",
            Message::Done { .. } => "done",
            Message::Refused { .. } => "refused",
            Message::Busy { .. } => "busy",
            Message::Compensated { .. } => "compensated",
            Message::Failed { .. } => "failed",
            Message::Finish { .. } => "finish",
            Message::Finished { .. } => "finished",
            Message::Happened { .. } => "happened",
            Message::Unwound { .. } => "unwound",
            Message::Noted { .. } => "noted",
            Message::Text { .. } => "text",
        }
    }

    fn subject(&self) -> Subject {
        self.transaction().subject()
    }

    fn tone(&self) -> Tone {
        match self {
            Message::Order { .. } | Message::Action { .. } | Message::Finish { .. } | Message::Happened { .. } => {
                Tone::Request
            }
            Message::Result { outcome, .. } => Tone::Decision(*outcome),
            Message::Compensate { .. } | Message::Unwound { .. } => Tone::Decision(Outcome::Abort),
            _ => Tone::Reply,
        }
    }
}

/// What a node waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Timer {
    /// The client: for the answer, before it asks again.
    Answer(Transaction),
    /// The orchestrator: for the whole saga, before it turns back.
    Global(Transaction),
    /// Whoever has called or published: for the answer, before it does so again.
    Retry(Transaction),
}

impl Timer {
    pub fn transaction(self) -> Transaction {
        match self {
            Timer::Answer(transaction) | Timer::Global(transaction) | Timer::Retry(transaction) => transaction,
        }
    }
}

impl Named for Timer {
    fn kind(&self) -> &'static str {
        match self {
            Timer::Answer(_) => "answer",
            Timer::Global(_) => "global",
            Timer::Retry(_) => "retry",
        }
    }

    fn subject(&self) -> Subject {
        self.transaction().subject()
    }
}
