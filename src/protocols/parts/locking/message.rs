//! What is said and set for oneself around any lock: what its own servers and clients say, and what all locks have in common.

use super::client::Timer as Common;
use super::{counter, resource};
use crate::protocols::parts::Carries;
use crate::sim::payload::{Named, Payload, Subject, Tone};
use serde::Serialize;

/// A message: of the lock's servers and their clients, of the counter, or of the resource.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum Message<Service> {
    Service(Service),
    Counter(counter::Message),
    Resource(resource::Message),
}

impl<Service: Named> Message<Service> {
    fn inner(&self) -> &dyn Payload {
        match self {
            Message::Service(message) => message,
            Message::Counter(message) => message,
            Message::Resource(message) => message,
        }
    }
}

impl<Service: Named> Named for Message<Service> {
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

impl<Service: Named> Carries<counter::Message> for Message<Service> {
    fn carrying(inner: counter::Message) -> Self {
        Message::Counter(inner)
    }

    fn carried(&self) -> Option<&counter::Message> {
        match self {
            Message::Counter(message) => Some(message),
            _ => None,
        }
    }
}

impl<Service: Named> Carries<resource::Message> for Message<Service> {
    fn carrying(inner: resource::Message) -> Self {
        Message::Resource(inner)
    }

    fn carried(&self) -> Option<&resource::Message> {
        match self {
            Message::Resource(message) => Some(message),
            _ => None,
        }
    }
}

/// What a client sets timers for: what every lock's clients do, or what only this one's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Timer<Own> {
    Common(Common),
    Own(Own),
}

impl<Own: Named> Named for Timer<Own> {
    fn kind(&self) -> &'static str {
        match self {
            Timer::Common(timer) => Named::kind(timer),
            Timer::Own(timer) => Named::kind(timer),
        }
    }

    fn subject(&self) -> Subject {
        match self {
            Timer::Common(timer) => Named::subject(timer),
            Timer::Own(timer) => Named::subject(timer),
        }
    }
}
