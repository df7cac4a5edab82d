//! What the cast says to each other, and what it sets timers for.

use crate::protocols::parts::business::Order;
use crate::protocols::parts::database::Transaction;
use crate::sim::payload::{Named, Outcome, Subject, Tone};
use serde::Serialize;

/// A message. Orders and their results travel on connections, everything else in datagrams.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum Message {
    /// The client wants this done, all or nothing. It has the answers to every order below `answered_below`.
    Order { transaction: Transaction, order: Order, answered_below: Transaction },
    /// A participant that has prepared asks the coordinator to begin (`initiator = participant`): its yes is included.
    BeginCommit { transaction: Transaction, order: Order, answered_below: Transaction },
    /// Phase one: can you? Transactions below `ended_below` are over everywhere.
    Prepare { transaction: Transaction, order: Order, ended_below: Transaction },
    /// A vote: I can, and I promise to wait for the decision.
    Yes { transaction: Transaction },
    /// A vote: I cannot, and have rolled back.
    No { transaction: Transaction },
    /// Phase two: do.
    Commit { transaction: Transaction },
    /// Phase two: undo.
    Abort { transaction: Transaction },
    /// The decision is durable here.
    Ack { transaction: Transaction },
    /// What became of it?
    Inquire { transaction: Transaction },
    /// Too late: an operator has already decided otherwise here (X/Open's XA_HEURCOM, XA_HEURRB).
    Heuristic { transaction: Transaction },
    /// The answer to an order.
    Result { transaction: Transaction, outcome: Outcome },
    /// The coordinator is back from a crash: whoever waits for something may ask now (X/Open's xa_recover).
    Recover,
}

impl Message {
    /// The message that tells a participant the decision.
    pub fn decision(transaction: Transaction, outcome: Outcome) -> Message {
        match outcome {
            Outcome::Commit => Message::Commit { transaction },
            Outcome::Abort => Message::Abort { transaction },
        }
    }

    /// What it is about; number 0 for a message that is about none.
    pub fn transaction(&self) -> Transaction {
        match self {
            Message::Recover => Transaction(0),
            Message::Order { transaction, .. }
            | Message::BeginCommit { transaction, .. }
            | Message::Prepare { transaction, .. }
            | Message::Yes { transaction }
            | Message::No { transaction }
            | Message::Commit { transaction }
            | Message::Abort { transaction }
            | Message::Ack { transaction }
            | Message::Inquire { transaction }
            | Message::Heuristic { transaction }
            | Message::Result { transaction, .. } => *transaction,
        }
    }
}

impl Named for Message {
    fn kind(&self) -> &'static str {
        match self {
            Message::Order { .. } => "order",
            Message::BeginCommit { .. } => "begin-commit",
            Message::Prepare { .. } => "prepare",
            Message::Yes { .. } => "yes",
            Message::No { .. } => "no",
            Message::Commit { .. } => "commit",
            Message::Abort { .. } => "abort",
            Message::Ack { .. } => "ack",
            Message::Inquire { .. } => "inquire",
            Message::Recover => "recover",
            Message::Heuristic { .. } => "heuristic",
            Message::Result { .. } => "result",
        }
    }

    fn subject(&self) -> Subject {
        self.transaction().subject()
    }

    fn tone(&self) -> Tone {
        match self {
            Message::Order { .. }
            | Message::BeginCommit { .. }
            | Message::Prepare { .. }
            | Message::Inquire { .. }
            | Message::Recover => Tone::Request,
            Message::Commit { .. } => Tone::Decision(Outcome::Commit),
            Message::Abort { .. } => Tone::Decision(Outcome::Abort),
            _ => Tone::Reply,
        }
    }
}

/// What a node waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Timer {
    /// The coordinator: for all votes.
    Votes(Transaction),
    /// The coordinator: for all acknowledgements, before it repeats its decision.
    Retry(Transaction),
    /// A participant in doubt: for the decision, before it asks again.
    Inquiry(Transaction),
    /// A participant: for a lock, before it gives up.
    LockWait(Transaction),
    /// The client: for the answer, before it asks.
    Answer(Transaction),
}

impl Timer {
    pub fn transaction(self) -> Transaction {
        match self {
            Timer::Votes(transaction)
            | Timer::Retry(transaction)
            | Timer::Inquiry(transaction)
            | Timer::LockWait(transaction)
            | Timer::Answer(transaction) => transaction,
        }
    }
}

impl Named for Timer {
    fn kind(&self) -> &'static str {
        match self {
            Timer::Votes(_) => "votes",
            Timer::Retry(_) => "retry",
            Timer::Inquiry(_) => "inquiry",
            Timer::LockWait(_) => "lock-wait",
            Timer::Answer(_) => "answer",
        }
    }

    fn subject(&self) -> Subject {
        self.transaction().subject()
    }
}
