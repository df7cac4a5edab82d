//! What the cast says to each other.

use crate::protocols::parts::Carries;
use crate::protocols::parts::locking;
use crate::protocols::parts::memcached::message::Message as Memcached;

/// A message: of memcached and its clients, of the counter, or of the resource.
pub type Message = locking::message::Message<Memcached>;

impl Carries<Memcached> for Message {
    fn carrying(inner: Memcached) -> Message {
        Message::Service(inner)
    }

    fn carried(&self) -> Option<&Memcached> {
        match self {
            Message::Service(message) => Some(message),
            Message::Counter(_) | Message::Resource(_) => None,
        }
    }
}
