//! What nodes send, write and set for themselves: plain data with a name, erased so that the driver knows no protocol.

use super::fingerprint::{Hasher, hash_into};
use serde::{Deserialize, Serialize};
use std::any::Any;
use std::fmt::Debug;

/// What a message, record or timer is about: a transaction, key or slot. Zero means the node as a whole.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Subject(pub u32);

impl Subject {
    pub const NONE: Subject = Subject(0);
}

/// What a decision says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Outcome {
    Commit,
    Abort,
}

/// How much a message or record weighs to a reader; the picture draws each differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Tone {
    /// Asks something of its receiver.
    Request,
    /// Answers: a vote, an acknowledgement.
    Reply,
    /// Carries or makes durable an irrevocable decision.
    Decision(Outcome),
}

/// The protocol's own data, as the driver sees it. Implemented through [`Named`] for any plain data type.
pub trait Payload: Any + Debug + Send + Sync {
    /// Its name: lower case, words joined by hyphens, stable for ever because links use it.
    fn kind(&self) -> &'static str;
    /// What it is about.
    fn subject(&self) -> Subject;
    fn tone(&self) -> Tone;
    /// Feeds its fixed byte encoding to `hasher`.
    fn hash_into(&self, hasher: &mut Hasher);
    fn as_any(&self) -> &dyn Any;
}

/// What a protocol implements for its message, record and timer types to make them payloads.
pub trait Named: Clone + Debug + Serialize + Send + Sync + 'static {
    /// See [`Payload::kind`].
    fn kind(&self) -> &'static str;
    /// See [`Payload::subject`].
    fn subject(&self) -> Subject;
    /// See [`Payload::tone`].
    fn tone(&self) -> Tone {
        Tone::Reply
    }
}

impl<T: Named> Payload for T {
    fn kind(&self) -> &'static str {
        Named::kind(self)
    }
    fn subject(&self) -> Subject {
        Named::subject(self)
    }
    fn tone(&self) -> Tone {
        Named::tone(self)
    }
    fn hash_into(&self, hasher: &mut Hasher) {
        hash_into(self, hasher);
    }
    fn as_any(&self) -> &dyn Any {
        self
    }
}

impl dyn Payload {
    /// The payload as the protocol's own type, if it is one.
    pub fn get<T: Named>(&self) -> Option<&T> {
        self.as_any().downcast_ref()
    }
}
