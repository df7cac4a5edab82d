//! What the cast says to each other.

use crate::protocols::parts::Carries;
use crate::protocols::parts::locking;
use crate::protocols::parts::redis::message::Message as Redis;

/// A message: of the masters and their clients, of the counter, or of the resource.
pub type Message = locking::message::Message<Redis>;

impl Carries<Redis> for Message {
    fn carrying(inner: Redis) -> Message {
        Message::Service(inner)
    }

    fn carried(&self) -> Option<&Redis> {
        match self {
            Message::Service(message) => Some(message),
            Message::Counter(_) | Message::Resource(_) => None,
        }
    }
}
