//! What the cast says to each other, and what it sets timers for.

use super::log;
use crate::protocols::parts::business::Order;
use crate::protocols::parts::database::Transaction;
use crate::sim::payload::{Named, Outcome, Subject, Tone};
use crate::sim::trace::NodeId;
use serde::Serialize;

/// A message. The initiator and the coordinators talk on connections, everything else goes in datagrams.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum Message {
    /// The initiator opens a global transaction. It has the answers to every order below `answered_below`.
    Begin { transaction: Transaction, order: Order, answered_below: Transaction },
    /// It is open, and its time runs.
    Begun { transaction: Transaction },
    /// A branch is about to be tried: whatever becomes of the try, it must be told the end.
    Register { transaction: Transaction, branch: NodeId },
    /// The branch will be told.
    Registered { transaction: Transaction, branch: NodeId },
    /// Check, and set aside what the order needs.
    Try { transaction: Transaction, order: Order },
    /// It is set aside.
    Tried { transaction: Transaction },
    /// It cannot be set aside: the business refuses, or the fence throws an exception.
    Refused { transaction: Transaction },
    /// Every branch has tried: carry it through.
    Submit { transaction: Transaction },
    /// Some branch has not: call it off.
    GiveUp { transaction: Transaction },
    /// Use what is set aside.
    Confirm { transaction: Transaction, order: Order },
    /// Give back what is set aside.
    Cancel { transaction: Transaction, order: Order },
    /// It is used.
    Confirmed { transaction: Transaction },
    /// It is given back, or there was nothing to give back.
    Cancelled { transaction: Transaction },
    /// The second phase failed here, with an exception: ask again.
    Failed { transaction: Transaction },
    /// What was decided about an order.
    Result { transaction: Transaction, outcome: Outcome },
    /// A coordinator's record, for the stand-by to keep too.
    Replicate { record: log::Record },
    /// The stand-by has it on disk; and if the order is decided there, how.
    Replicated { record: log::Record, decided: Option<Outcome> },
}

impl Message {
    /// The second phase of a branch.
    pub fn second_phase(transaction: Transaction, order: Order, outcome: Outcome) -> Message {
        match outcome {
            Outcome::Commit => Message::Confirm { transaction, order },
            Outcome::Abort => Message::Cancel { transaction, order },
        }
    }

    pub fn transaction(&self) -> Transaction {
        match self {
            Message::Replicate { record } | Message::Replicated { record, .. } => record.transaction(),
            Message::Begin { transaction, .. }
            | Message::Begun { transaction }
            | Message::Register { transaction, .. }
            | Message::Registered { transaction, .. }
            | Message::Try { transaction, .. }
            | Message::Tried { transaction }
            | Message::Refused { transaction }
            | Message::Submit { transaction }
            | Message::GiveUp { transaction }
            | Message::Confirm { transaction, .. }
            | Message::Cancel { transaction, .. }
            | Message::Confirmed { transaction }
            | Message::Cancelled { transaction }
            | Message::Failed { transaction }
            | Message::Result { transaction, .. } => *transaction,
        }
    }
}

impl Named for Message {
    fn kind(&self) -> &'static str {
        match self {
            Message::Begin { .. } => "begin",
            Message::Begun { .. } => "begun",
            Message::Register { .. } => "register",
            Message::Registered { .. } => "registered",
            Message::Try { .. } => "try",
            Message::Tried { .. } => "tried",
            Message::Refused { .. } => "refused",
            Message::Submit { .. } => "submit",
            Message::GiveUp { .. } => "give-up",
            Message::Confirm { .. } => "confirm",
            Message::Cancel { .. } => "cancel",
            Message::Confirmed { .. } => "confirmed",
            Message::Cancelled { .. } => "cancelled",
            Message::Failed { .. } => "failed",
            Message::Result { .. } => "result",
            Message::Replicate { .. } => "replicate",
            Message::Replicated { .. } => "replicated",
        }
    }

    fn subject(&self) -> Subject {
        self.transaction().subject()
    }

    fn tone(&self) -> Tone {
        match self {
            Message::Begin { .. }
            | Message::Register { .. }
            | Message::Try { .. }
            | Message::Submit { .. }
            | Message::GiveUp { .. }
            | Message::Replicate { .. } => Tone::Request,
            Message::Confirm { .. } | Message::Result { outcome: Outcome::Commit, .. } => {
                Tone::Decision(Outcome::Commit)
            }
            Message::Cancel { .. } | Message::Result { outcome: Outcome::Abort, .. } => Tone::Decision(Outcome::Abort),
            _ => Tone::Reply,
        }
    }
}

/// What a node waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Timer {
    /// The initiator: for the answer to its call.
    Call(Transaction),
    /// The coordinator: for the initiator to come to an end.
    Global(Transaction),
    /// A coordinator: for the second phase to be carried out, or its record replicated, before it tries again.
    Retry(Transaction),
    /// The stand-by: for news from the coordinator, before it takes the transaction over.
    TakeOver(Transaction),
    /// A branch: until its fence row is deleted.
    Clean(Transaction),
}

impl Timer {
    pub fn transaction(self) -> Transaction {
        match self {
            Timer::Call(transaction)
            | Timer::Global(transaction)
            | Timer::Retry(transaction)
            | Timer::TakeOver(transaction)
            | Timer::Clean(transaction) => transaction,
        }
    }
}

impl Named for Timer {
    fn kind(&self) -> &'static str {
        match self {
            Timer::Call(_) => "call",
            Timer::Global(_) => "global",
            Timer::Retry(_) => "retry",
            Timer::TakeOver(_) => "take-over",
            Timer::Clean(_) => "clean",
        }
    }

    fn subject(&self) -> Subject {
        self.transaction().subject()
    }
}
