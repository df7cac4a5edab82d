//! What the nodes send each other, write to their logs and set for themselves.

use super::state::{Attempt, LocalState, Report};
use crate::protocols::parts::business::Order;
use crate::protocols::parts::database::{self, Transaction};
use crate::sim::payload::{Named, Outcome, Subject, Tone};
use serde::Serialize;

/// Every message is about one transaction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Message {
    pub transaction: Transaction,
    pub body: Body,
}

/// What a message says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Body {
    /// The client wants this done, all or nothing. It has the answers to every order below `answered_below`.
    Order {
        order: Order,
        answered_below: Transaction,
    },
    /// What became of it?
    Inquire,
    /// The answer to an order.
    Result {
        outcome: Outcome,
    },
    /// Phase 1. Transactions below `ended_below` are over everywhere and may be forgotten.
    CanCommit {
        order: Order,
        ended_below: Transaction,
    },
    Yes,
    No,
    /// Phase 2, and the same step of the termination protocol under a higher attempt.
    PreCommit {
        attempt: Attempt,
    },
    PreAbort {
        attempt: Attempt,
    },
    Ack {
        attempt: Attempt,
        state: LocalState,
    },
    Refuse {
        attempt: Attempt,
    },
    /// Phase 3.
    Commit,
    Abort,
    Done {
        outcome: Outcome,
    },
    /// Termination: how do you stand? Under attempt 0 a site asks without wishing to lead.
    StateRequest {
        attempt: Attempt,
    },
    /// `promised` is the highest attempt that the site has heard of: above the asker's, it follows somebody else.
    State {
        attempt: Attempt,
        report: Report,
        promised: Attempt,
    },
}

impl Body {
    /// The message that carries a decision.
    pub fn of(outcome: Outcome) -> Body {
        match outcome {
            Outcome::Commit => Body::Commit,
            Outcome::Abort => Body::Abort,
        }
    }

    /// The message that asks a site to move to PRECOMMIT or PREABORT.
    pub fn move_to(target: LocalState, attempt: Attempt) -> Body {
        match target {
            LocalState::PreAborted => Body::PreAbort { attempt },
            _ => Body::PreCommit { attempt },
        }
    }

    pub fn about(self, transaction: Transaction) -> Message {
        Message { transaction, body: self }
    }
}

impl Named for Message {
    fn kind(&self) -> &'static str {
        match self.body {
            Body::Order { .. } => "order",
            Body::Inquire => "inquire",
            Body::Result { .. } => "result",
            Body::CanCommit { .. } => "can-commit",
            Body::Yes => "yes",
            Body::No => "no",
            Body::PreCommit { .. } => "pre-commit",
            Body::PreAbort { .. } => "pre-abort",
            Body::Ack { .. } => "ack",
            Body::Refuse { .. } => "refuse",
            Body::Commit => "commit",
            Body::Abort => "abort",
            Body::Done { .. } => "done",
            Body::StateRequest { .. } => "state-request",
            Body::State { .. } => "state",
        }
    }

    fn subject(&self) -> Subject {
        self.transaction.subject()
    }

    fn tone(&self) -> Tone {
        match self.body {
            Body::Order { .. }
            | Body::Inquire
            | Body::CanCommit { .. }
            | Body::PreCommit { .. }
            | Body::PreAbort { .. }
            | Body::StateRequest { .. } => Tone::Request,
            Body::Commit => Tone::Decision(Outcome::Commit),
            Body::Abort => Tone::Decision(Outcome::Abort),
            Body::Result { .. }
            | Body::Yes
            | Body::No
            | Body::Ack { .. }
            | Body::Refuse { .. }
            | Body::Done { .. }
            | Body::State { .. } => Tone::Reply,
        }
    }
}

/// What a participant logs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum ParticipantRecord {
    /// w, forced before the yes.
    Ready { transaction: Transaction, order: Order, ended_below: Transaction },
    /// p with undo and redo, forced before the ack; c and a, forced before anybody is told.
    Database(database::Record),
    /// Forced before its ack: from here on the site joins no commit quorum.
    PreAborted { transaction: Transaction },
}

impl Named for ParticipantRecord {
    fn kind(&self) -> &'static str {
        match self {
            ParticipantRecord::Ready { .. } => "ready",
            ParticipantRecord::Database(database::Record::Prepared { .. }) => "pre-committed",
            ParticipantRecord::Database(record) => record.kind(),
            ParticipantRecord::PreAborted { .. } => "pre-aborted",
        }
    }

    fn subject(&self) -> Subject {
        match self {
            ParticipantRecord::Ready { transaction, .. } | ParticipantRecord::PreAborted { transaction } => {
                transaction.subject()
            }
            ParticipantRecord::Database(record) => record.subject(),
        }
    }

    fn tone(&self) -> Tone {
        match self {
            ParticipantRecord::Database(record) => record.tone(),
            _ => Tone::Reply,
        }
    }
}

/// What the coordinator logs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum CoordinatorRecord {
    /// Not forced: a coordinator that finds nothing answers "abort", and no site can be in PRECOMMIT.
    Started { transaction: Transaction, answered_below: Transaction },
    /// Forced before the first preCommit leaves: without it, no site can be in PRECOMMIT.
    PreCommitting { transaction: Transaction },
    /// Forced before the first commit or abort leaves.
    Decided { transaction: Transaction, outcome: Outcome },
    /// Everybody has acknowledged the decision; not forced.
    Ended { transaction: Transaction },
}

impl CoordinatorRecord {
    pub fn transaction(&self) -> Transaction {
        match self {
            CoordinatorRecord::Started { transaction, .. }
            | CoordinatorRecord::PreCommitting { transaction }
            | CoordinatorRecord::Decided { transaction, .. }
            | CoordinatorRecord::Ended { transaction } => *transaction,
        }
    }
}

impl Named for CoordinatorRecord {
    fn kind(&self) -> &'static str {
        match self {
            CoordinatorRecord::Started { .. } => "start",
            CoordinatorRecord::PreCommitting { .. } => "pre-committing",
            CoordinatorRecord::Decided { outcome: Outcome::Commit, .. } => "decided-commit",
            CoordinatorRecord::Decided { outcome: Outcome::Abort, .. } => "decided-abort",
            CoordinatorRecord::Ended { .. } => "end",
        }
    }

    fn subject(&self) -> Subject {
        self.transaction().subject()
    }

    fn tone(&self) -> Tone {
        match self {
            CoordinatorRecord::Decided { outcome, .. } => Tone::Decision(*outcome),
            _ => Tone::Reply,
        }
    }
}

/// A timer is about one transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Timer {
    pub transaction: Transaction,
    pub kind: TimerKind,
}

/// What a node waits for, no longer than so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum TimerKind {
    /// Coordinator, phase 1.
    Votes,
    /// Coordinator, phase 2.
    Acks,
    /// Coordinator: says the decision again to whoever has not acknowledged it.
    Retry,
    /// Participant: the next word of the coordinator, or of whoever leads.
    Patience,
    /// A leader, or a site that asks: the others' answers.
    Answers,
    /// Asks or tries once more.
    Again,
    /// Client: the answer, before it asks again.
    Answer,
}

impl TimerKind {
    pub fn of(self, transaction: Transaction) -> Timer {
        Timer { transaction, kind: self }
    }
}

impl Named for Timer {
    fn kind(&self) -> &'static str {
        match self.kind {
            TimerKind::Votes => "votes",
            TimerKind::Acks => "acks",
            TimerKind::Retry => "retry",
            TimerKind::Patience => "patience",
            TimerKind::Answers => "answers",
            TimerKind::Again => "again",
            TimerKind::Answer => "answer",
        }
    }

    fn subject(&self) -> Subject {
        self.transaction.subject()
    }
}
