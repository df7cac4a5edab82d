//! What clients and a memcached say to each other.

use super::{Command, Reply};
use crate::sim::payload::{Named, Subject, Tone};
use serde::Serialize;

/// A message. The number is the client's: a reply repeats it, so that a late one is told from the one awaited.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum Message {
    Ask { number: u32, command: Command },
    Answer { number: u32, reply: Reply },
}

impl Named for Message {
    fn kind(&self) -> &'static str {
        match self {
            Message::Ask { command, .. } => match command {
                Command::Set { .. } => "set",
                Command::Add { .. } => "add",
                Command::Cas { .. } => "cas",
                Command::Get { .. } => "get",
                Command::Gets { .. } => "gets",
                Command::Delete { .. } => "delete",
                Command::DeleteUnique { .. } => "delete-unique",
            },
            Message::Answer { reply, .. } => match reply {
                Reply::Stored => "stored",
                Reply::NotStored => "not-stored",
                Reply::Exists => "exists",
                Reply::NotFound => "not-found",
                Reply::Deleted => "deleted",
                Reply::Value(_) | Reply::ValueWithUnique(..) => "value",
                Reply::Miss => "miss",
            },
        }
    }

    fn subject(&self) -> Subject {
        match self {
            Message::Ask { number, .. } | Message::Answer { number, .. } => Subject(*number),
        }
    }

    fn tone(&self) -> Tone {
        match self {
            Message::Ask { .. } => Tone::Request,
            Message::Answer { .. } => Tone::Reply,
        }
    }
}
