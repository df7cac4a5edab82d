//! What the cast says to each other, and what clients set timers for.

use crate::protocols::parts::Carries;
use crate::protocols::parts::locking::resource;
use crate::protocols::parts::zookeeper;
use crate::sim::payload::{Named, Subject, Tone};
use serde::Serialize;

/// A message: of ZooKeeper and its clients, or of the resource and its writers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum Message {
    ZooKeeper(zookeeper::message::Message),
    Resource(resource::Message),
}

impl Message {
    fn inner(&self) -> &dyn crate::sim::payload::Payload {
        match self {
            Message::ZooKeeper(message) => message,
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

impl Carries<zookeeper::message::Message> for Message {
    fn carrying(inner: zookeeper::message::Message) -> Message {
        Message::ZooKeeper(inner)
    }

    fn carried(&self) -> Option<&zookeeper::message::Message> {
        match self {
            Message::ZooKeeper(message) => Some(message),
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
            Message::ZooKeeper(_) => None,
        }
    }
}

/// What a client sets timers for, by the number of the hold that it is about; and its library's timers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Timer {
    /// Wants the lock.
    Want(u32),
    /// The work under the lock is done, and can be written.
    Work(u32),
    /// The resource has not answered.
    Resend(u32),
    Library(zookeeper::client::Timer),
}

impl Named for Timer {
    fn kind(&self) -> &'static str {
        match self {
            Timer::Want(_) => "want",
            Timer::Work(_) => "work",
            Timer::Resend(_) => "resend",
            Timer::Library(timer) => timer.kind(),
        }
    }

    fn subject(&self) -> Subject {
        match self {
            Timer::Want(number) | Timer::Work(number) | Timer::Resend(number) => Subject(*number),
            Timer::Library(timer) => timer.subject(),
        }
    }
}

impl Carries<zookeeper::client::Timer> for Timer {
    fn carrying(inner: zookeeper::client::Timer) -> Timer {
        Timer::Library(inner)
    }

    fn carried(&self) -> Option<&zookeeper::client::Timer> {
        match self {
            Timer::Library(timer) => Some(timer),
            Timer::Want(_) | Timer::Work(_) | Timer::Resend(_) => None,
        }
    }
}
