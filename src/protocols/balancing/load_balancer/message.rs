//! What clients, balancers and providers say to each other, and what they set timers for.

use super::seen::Seen;
use crate::sim::payload::{Named, Subject, Tone};
use crate::sim::time::Span;
use serde::Serialize;
use std::sync::Arc;

/// A message. Requests and calls go over connections, health checks as datagrams.
#[derive(Clone, Debug, Serialize)]
pub enum Message {
    /// A client asks a balancer; `key` is the number of its address.
    Request { number: u32, key: u32 },
    /// A balancer asks a provider. The provider knows the number only; what the balancer saw is for those who watch.
    Call { number: u32, attempt: u32, key: u32, seen: Arc<Seen> },
    /// The provider has done it.
    Reply { number: u32, attempt: u32 },
    /// The provider's queue is full.
    Refusal { number: u32, attempt: u32 },
    /// What the client asked for.
    Response { number: u32 },
    /// Nobody could be found to do it (HTTP's 502).
    Failure { number: u32 },
    /// Are you well?
    Check,
    /// Yes, and up for so long.
    Healthy { up_for: Span },
    /// A provider becomes a member.
    Join,
    /// A provider leaves: it finishes what it has, and wants no more.
    Leave,
}

impl Named for Message {
    fn kind(&self) -> &'static str {
        match self {
            Message::Request { .. } => "request",
            Message::Call { .. } => "call",
            Message::Reply { .. } => "reply",
            Message::Refusal { .. } => "refusal",
            Message::Response { .. } => "response",
            Message::Failure { .. } => "failure",
            Message::Check => "check",
            Message::Healthy { .. } => "healthy",
            Message::Join => "join",
            Message::Leave => "leave",
        }
    }

    fn subject(&self) -> Subject {
        match self {
            Message::Request { number, .. }
            | Message::Call { number, .. }
            | Message::Reply { number, .. }
            | Message::Refusal { number, .. }
            | Message::Response { number }
            | Message::Failure { number } => Subject(*number),
            Message::Check | Message::Healthy { .. } | Message::Join | Message::Leave => Subject::NONE,
        }
    }

    fn tone(&self) -> Tone {
        match self {
            Message::Request { .. } | Message::Call { .. } | Message::Check | Message::Join | Message::Leave => {
                Tone::Request
            }
            _ => Tone::Reply,
        }
    }
}

/// What a client sets timers for: the next request, by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Arrival(pub u32);

impl Named for Arrival {
    fn kind(&self) -> &'static str {
        "arrival"
    }

    fn subject(&self) -> Subject {
        Subject(self.0)
    }
}

/// What a provider sets timers for: a worker will have finished, by the number of the job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Finished(pub u32);

impl Named for Finished {
    fn kind(&self) -> &'static str {
        "finished"
    }

    fn subject(&self) -> Subject {
        Subject(self.0)
    }
}

/// What a balancer sets timers for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Timer {
    /// No reply has come to that request's call.
    Unanswered(u32),
    /// Time to check all providers.
    NextCheck,
    /// A provider that failed may be tried again; its place in the fleet, from 1.
    TryAgain(u32),
    /// Averages begin anew.
    NewWindow,
}

impl Named for Timer {
    fn kind(&self) -> &'static str {
        match self {
            Timer::Unanswered(_) => "unanswered",
            Timer::NextCheck => "next-check",
            Timer::TryAgain(_) => "try-again",
            Timer::NewWindow => "new-window",
        }
    }

    fn subject(&self) -> Subject {
        match self {
            Timer::Unanswered(number) | Timer::TryAgain(number) => Subject(*number),
            Timer::NextCheck | Timer::NewWindow => Subject::NONE,
        }
    }
}
