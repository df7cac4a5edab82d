//! What clients, masters and replicas say to each other.

use super::log::Record;
use super::script::Script;
use super::{Command, Keys, Reply, Word};
use crate::sim::payload::{Named, Subject, Tone};
use serde::Serialize;

/// A message. Requests, replies and what is published are datagrams: whoever loses one has lost the connection that it was
/// under way on, and finds out by waiting. Between servers there is one connection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum Message {
    /// The number is the client's: a reply repeats it, so that a late one is told from the one awaited.
    Ask {
        number: u32,
        command: Command,
    },
    Answer {
        number: u32,
        reply: Reply,
    },
    /// To a subscriber.
    Published {
        channel: Word,
        text: Word,
    },
    /// A replica asks its master for everything, and for every change from then on.
    Synchronise,
    /// Everything that the master holds.
    Everything {
        keys: Keys,
    },
    /// One change more.
    Changed {
        record: Record,
    },
    /// A replica has been promoted, as a Sentinel tells clients: whoever sends this is the master now.
    Promoted,
    /// The same for the former master: whoever sends this is the master now, and the receiver its replica.
    Follow,
}

impl Named for Message {
    fn kind(&self) -> &'static str {
        match self {
            Message::Ask { command, .. } => match command {
                Command::Set { .. } => "set",
                Command::Get { .. } => "get",
                Command::Del { .. } => "del",
                Command::Exists { .. } => "exists",
                Command::Pttl { .. } => "pttl",
                Command::Pexpire { .. } => "pexpire",
                Command::Incr { .. } => "incr",
                Command::Hincrby { .. } => "hincrby",
                Command::Hset { .. } => "hset",
                Command::Hgetall { .. } => "hgetall",
                Command::Hexists { .. } => "hexists",
                Command::Hget { .. } => "hget",
                Command::Hdel { .. } => "hdel",
                Command::Eval(script) => match script {
                    Script::SetWithFence { .. } | Script::Enter { .. } => "eval-lock",
                    Script::DeleteIfMine { .. } | Script::Leave { .. } => "eval-unlock",
                    Script::ExpireIfMine { .. } | Script::Renew { .. } => "eval-renew",
                },
                Command::Publish { .. } => "publish",
                Command::Subscribe { .. } => "subscribe",
                Command::Unsubscribe { .. } => "unsubscribe",
            },
            Message::Answer { reply, .. } => match reply {
                Reply::Ok => "ok",
                Reply::Nil => "nil",
                Reply::Integer(_) => "integer",
                Reply::Text(_) => "text",
                Reply::Fields(_) => "fields",
                Reply::Failed(_) => "error",
            },
            Message::Published { .. } => "published",
            Message::Synchronise => "psync",
            Message::Everything { .. } => "full-sync",
            Message::Changed { .. } => "replicate",
            Message::Promoted => "promoted",
            Message::Follow => "follow",
        }
    }

    fn subject(&self) -> Subject {
        match self {
            Message::Ask { number, .. } | Message::Answer { number, .. } => Subject(*number),
            _ => Subject::NONE,
        }
    }

    fn tone(&self) -> Tone {
        match self {
            Message::Ask { .. } | Message::Synchronise => Tone::Request,
            _ => Tone::Reply,
        }
    }
}

/// What a server sets timers for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Timer {
    /// Time to make the append-only file durable.
    Fsync,
    /// Time to ask the master again.
    Reconnect,
    /// The delay after a restart is over.
    ComeBack,
}

impl Named for Timer {
    fn kind(&self) -> &'static str {
        match self {
            Timer::Fsync => "fsync",
            Timer::Reconnect => "reconnect",
            Timer::ComeBack => "come-back",
        }
    }

    fn subject(&self) -> Subject {
        Subject::NONE
    }
}
