//! What the cast says to each other, and what clients set timers for.

use crate::protocols::parts::Carries;
use crate::protocols::parts::locking::resource;
use crate::protocols::parts::redis;
use crate::sim::payload::{Named, Subject, Tone};
use serde::Serialize;

/// A message: of Redis and its clients, or of the resource and its writers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum Message {
    Redis(redis::message::Message),
    Resource(resource::Message),
}

impl Message {
    fn inner(&self) -> &dyn crate::sim::payload::Payload {
        match self {
            Message::Redis(message) => message,
            Message::Resource(message) => message,
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

impl Carries<redis::message::Message> for Message {
    fn carrying(inner: redis::message::Message) -> Message {
        Message::Redis(inner)
    }

    fn carried(&self) -> Option<&redis::message::Message> {
        match self {
            Message::Redis(message) => Some(message),
            Message::Resource(_) => None,
        }
    }
}

impl Carries<resource::Message> for Message {
    fn carrying(inner: resource::Message) -> Message {
        Message::Resource(inner)
    }

    fn carried(&self) -> Option<&resource::Message> {
        match self {
            Message::Resource(message) => Some(message),
            Message::Redis(_) => None,
        }
    }
}

/// What a client sets timers for, by the number of the hold or request that it is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Timer {
    /// Wants the lock.
    Want(u32),
    /// No reply has come to the request of that number.
    Reply(u32),
    /// Time to try for the lock again.
    Retry(u32),
    /// The work under the lock is done, and can be written.
    Work(u32),
    /// The resource has not answered.
    Resend(u32),
    /// Time to renew the lease.
    Watchdog(u32),
    /// The lease is over by the client's own reckoning.
    LeaseEnd(u32),
}

impl Named for Timer {
    fn kind(&self) -> &'static str {
        match self {
            Timer::Want(_) => "want",
            Timer::Reply(_) => "no-reply",
            Timer::Retry(_) => "retry",
            Timer::Work(_) => "work",
            Timer::Resend(_) => "resend",
            Timer::Watchdog(_) => "watchdog",
            Timer::LeaseEnd(_) => "lease-end",
        }
    }

    fn subject(&self) -> Subject {
        match self {
            Timer::Want(number)
            | Timer::Reply(number)
            | Timer::Retry(number)
            | Timer::Work(number)
            | Timer::Resend(number)
            | Timer::Watchdog(number)
            | Timer::LeaseEnd(number) => Subject(*number),
        }
    }
}
