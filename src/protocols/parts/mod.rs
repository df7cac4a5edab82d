//! What protocols share: state machines whose records and results lift into a protocol's own. A part knows no protocol.

use crate::sim::payload::{Named, Subject};
use serde::Serialize;
use std::sync::Arc;

pub mod atomic_commitment;
pub mod balancing;
pub mod broker;
pub mod business;
pub mod database;
pub mod flexible;
pub mod locking;
pub mod memcached;
pub mod messaging;
pub mod ranges;
pub mod redis;
pub mod zookeeper;

/// A key, or a text under one, as servers keep it: cheap to copy, because messages, records and states all hold it.
pub type Word = Arc<str>;

/// A protocol's message type that carries the messages of a part among its own, so that the part's roles run in it.
pub trait Carries<Inner>: Named {
    fn carrying(inner: Inner) -> Self;
    /// What it carries, if it is one of the part's.
    fn carried(&self) -> Option<&Inner>;
}

/// A part's messages may also stand alone.
impl<Alone: Named> Carries<Alone> for Alone {
    fn carrying(inner: Alone) -> Alone {
        inner
    }

    fn carried(&self) -> Option<&Alone> {
        Some(self)
    }
}

/// Says of each variant of a protocol's message type which part's messages it carries.
macro_rules! carries {
    ($message:ident { $($variant:ident: $inner:ty;)* }) => {
        $(impl $crate::protocols::parts::Carries<$inner> for $message {
            fn carrying(inner: $inner) -> $message {
                $message::$variant(inner)
            }

            fn carried(&self) -> Option<&$inner> {
                match self {
                    $message::$variant(inner) => Some(inner),
                    _ => None,
                }
            }
        })*
    };
}

pub(crate) use carries;

/// The timer of a role that sets none.
#[derive(Clone, Debug, Serialize)]
pub enum NoTimer {}

impl Named for NoTimer {
    fn kind(&self) -> &'static str {
        match *self {}
    }

    fn subject(&self) -> Subject {
        match *self {}
    }
}
