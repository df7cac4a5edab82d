//! What producers, the broker and consumers say to each other.

use super::{Body, Offset, Topic};
use crate::sim::payload::{Named, Outcome, Subject, Tone};
use serde::Serialize;

/// A message. Only `register` opens a connection: by it the broker knows which producers live. All others are
/// datagrams.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum Message<B> {
    /// Store this.
    Publish { topic: Topic, body: B },
    /// It is stored.
    Published { subject: Subject },
    /// Store this and show it to nobody.
    Half { topic: Topic, body: B },
    /// It is stored, there.
    HalfStored { subject: Subject, half: Offset },
    /// How the half message's transaction ended; none if that is not known. Nobody answers this.
    End { subject: Subject, half: Offset, outcome: Option<Outcome> },
    /// How did this half message's transaction end?
    CheckBack { half: Offset, body: B },
    /// A producer of the group lives.
    Register,
    /// To a consumer, for the first time or again.
    Deliver { offset: Offset, body: B, failures: u8 },
    /// The consumer has done what it says.
    Consumed { subject: Subject, offset: Offset },
    /// The consumer has failed: again later (`RECONSUME_LATER`).
    ConsumeLater { subject: Subject, offset: Offset },
}

impl<B: Body> Named for Message<B> {
    fn kind(&self) -> &'static str {
        match self {
            Message::Publish { .. } => "publish",
            Message::Published { .. } => "published",
            Message::Half { .. } => "half",
            Message::HalfStored { .. } => "half-stored",
            Message::End { outcome: Some(Outcome::Commit), .. } => "end-commit",
            Message::End { outcome: Some(Outcome::Abort), .. } => "end-rollback",
            Message::End { outcome: None, .. } => "end-unknown",
            Message::CheckBack { .. } => "check-back",
            Message::Register => "register",
            Message::Deliver { .. } => "deliver",
            Message::Consumed { .. } => "consumed",
            Message::ConsumeLater { .. } => "consume-later",
        }
    }

    fn subject(&self) -> Subject {
        match self {
            Message::Publish { body, .. }
            | Message::Half { body, .. }
            | Message::CheckBack { body, .. }
            | Message::Deliver { body, .. } => body.subject(),
            Message::Published { subject }
            | Message::HalfStored { subject, .. }
            | Message::End { subject, .. }
            | Message::Consumed { subject, .. }
            | Message::ConsumeLater { subject, .. } => *subject,
            Message::Register => Subject::NONE,
        }
    }

    fn tone(&self) -> Tone {
        match self {
            Message::Publish { .. }
            | Message::Half { .. }
            | Message::CheckBack { .. }
            | Message::Register
            | Message::Deliver { .. } => Tone::Request,
            Message::End { outcome: Some(outcome), .. } => Tone::Decision(*outcome),
            _ => Tone::Reply,
        }
    }
}

/// What the broker sets timers for. Those of one message go by its place in the log, counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Timer {
    /// No answer to a delivery.
    Redeliver(Offset),
    /// A message whose consumer failed is due again.
    RetryDue(Offset),
    /// Time to go through the half messages.
    CheckHalves,
    /// Time to make the log durable.
    Flush,
}

impl Named for Timer {
    fn kind(&self) -> &'static str {
        match self {
            Timer::Redeliver(_) => "redeliver",
            Timer::RetryDue(_) => "retry-due",
            Timer::CheckHalves => "check-halves",
            Timer::Flush => "flush",
        }
    }

    fn subject(&self) -> Subject {
        match self {
            Timer::Redeliver(offset) | Timer::RetryDue(offset) => Subject(offset.0 + 1),
            Timer::CheckHalves | Timer::Flush => Subject::NONE,
        }
    }
}
