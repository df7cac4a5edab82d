//! The broker's log, and what its records, read in order, make of it: what waits in each topic, which half messages are
//! not resolved, what was put aside.

use super::{Body, Topic};
use crate::sim::clock::WallTime;
use crate::sim::payload::{Named, Outcome, Subject, Tone};
use crate::sim::role::Durable;
use crate::sorted::SortedMap;
use serde::Serialize;
use std::collections::VecDeque;

/// A message's place in the log, from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Offset(pub u32);

/// A message that waits in its topic until it is consumed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Entry<B> {
    pub topic: Topic,
    pub body: B,
    /// How often its consumer has failed.
    pub failures: u8,
    /// When it is due again, by the broker's wall clock; none if it is due.
    pub due: Option<WallTime>,
}

/// A half message without a record in the operation topic.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Half<B> {
    pub topic: Topic,
    pub body: B,
    /// How often a producer was asked about it.
    pub checks: u8,
    /// When it was first stored, by the broker's wall clock.
    pub born: WallTime,
}

/// What became of a half message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum End {
    Resolved(Outcome),
    /// It was asked about, and appended anew.
    Reappended,
    /// It was asked about often enough.
    Parked,
}

/// A half message that is over. It is still in the log, as everything is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Resolved<B> {
    pub half: Half<B>,
    pub end: End,
}

/// What the broker logs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum Record<B> {
    Append {
        offset: Offset,
        topic: Topic,
        body: B,
    },
    /// The consumer's progress: never forced, and repeated if it is lost.
    Progress {
        subject: Subject,
        offset: Offset,
    },
    /// The consumer failed.
    Retry {
        subject: Subject,
        offset: Offset,
        due: WallTime,
    },
    /// The consumer failed for the last time.
    DeadLetter {
        subject: Subject,
        offset: Offset,
    },
    AppendHalf {
        offset: Offset,
        half: Half<B>,
        /// The earlier copy, if it is appended anew.
        replaces: Option<Offset>,
    },
    /// In the operation topic: that half message is resolved.
    Operation {
        subject: Subject,
        half: Offset,
        outcome: Outcome,
    },
    /// In the topic of those asked about too often.
    Park {
        subject: Subject,
        half: Offset,
    },
}

impl<B: Body> Named for Record<B> {
    fn kind(&self) -> &'static str {
        match self {
            Record::Append { .. } => "append",
            Record::Progress { .. } => "progress",
            Record::Retry { .. } => "retry",
            Record::DeadLetter { .. } => "dead-letter",
            Record::AppendHalf { .. } => "append-half",
            Record::Operation { outcome: Outcome::Commit, .. } => "op-commit",
            Record::Operation { outcome: Outcome::Abort, .. } => "op-rollback",
            Record::Park { .. } => "park",
        }
    }

    fn subject(&self) -> Subject {
        match self {
            Record::Append { body, .. } => body.subject(),
            Record::AppendHalf { half, .. } => half.body.subject(),
            Record::Progress { subject, .. }
            | Record::Retry { subject, .. }
            | Record::DeadLetter { subject, .. }
            | Record::Operation { subject, .. }
            | Record::Park { subject, .. } => *subject,
        }
    }

    fn tone(&self) -> Tone {
        match self {
            Record::Operation { outcome, .. } => Tone::Decision(*outcome),
            _ => Tone::Reply,
        }
    }
}

/// The disk. What is over is kept for a while, as real brokers keep whole files for days.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Log<B> {
    next: Offset,
    waiting: SortedMap<Offset, Entry<B>>,
    consumed: VecDeque<(Offset, Entry<B>)>,
    halves: SortedMap<Offset, Half<B>>,
    resolved: SortedMap<Offset, Resolved<B>>,
    dead: Vec<Entry<B>>,
    parked: Vec<Half<B>>,
}

impl<B> Default for Log<B> {
    fn default() -> Log<B> {
        Log {
            next: Offset(0),
            waiting: SortedMap::new(),
            consumed: VecDeque::new(),
            halves: SortedMap::new(),
            resolved: SortedMap::new(),
            dead: Vec::new(),
            parked: Vec::new(),
        }
    }
}

impl<B: Body> Log<B> {
    /// How many consumed messages, and how many half messages that are over, can still be read.
    const KEPT: usize = 32;

    /// Where the next message goes.
    pub fn next(&self) -> Offset {
        self.next
    }

    /// What is in the topics and not consumed.
    pub fn waiting(&self) -> impl Iterator<Item = (Offset, &Entry<B>)> {
        self.waiting.iter().map(|(offset, entry)| (*offset, entry))
    }

    pub fn entry(&self, offset: Offset) -> Option<&Entry<B>> {
        self.waiting.get(&offset)
    }

    /// The latest messages that were consumed.
    pub fn consumed(&self) -> impl Iterator<Item = &Entry<B>> {
        self.consumed.iter().map(|(_, entry)| entry)
    }

    /// The half messages without a record in the operation topic.
    pub fn halves(&self) -> impl Iterator<Item = (Offset, &Half<B>)> {
        self.halves.iter().map(|(offset, half)| (*offset, half))
    }

    /// The latest half messages that are over.
    pub fn resolved(&self) -> impl Iterator<Item = &Resolved<B>> {
        self.resolved.values()
    }

    /// What became of the half message at a place, if it is over and can still be read.
    pub fn resolved_at(&self, offset: Offset) -> Option<End> {
        self.resolved.get(&offset).map(|resolved| resolved.end)
    }

    /// The half message at a place, resolved or not, if it can still be read.
    pub fn half(&self, offset: Offset) -> Option<&Half<B>> {
        self.halves.get(&offset).or_else(|| self.resolved.get(&offset).map(|resolved| &resolved.half))
    }

    /// The dead letters.
    pub fn dead(&self) -> &[Entry<B>] {
        &self.dead
    }

    /// The half messages that were asked about too often.
    pub fn parked(&self) -> &[Half<B>] {
        &self.parked
    }

    /// Reads one more record.
    pub fn read(&mut self, record: &Record<B>) {
        match record {
            Record::Append { offset, topic, body } => {
                self.took(*offset);
                let entry = Entry { topic: *topic, body: body.clone(), failures: 0, due: None };
                self.waiting.insert(*offset, entry);
            }
            Record::Progress { offset, .. } => {
                if let Some(entry) = self.waiting.remove(offset) {
                    self.consumed.push_back((*offset, entry));
                    if self.consumed.len() > Self::KEPT {
                        self.consumed.pop_front();
                    }
                }
            }
            Record::Retry { offset, due, .. } => {
                if let Some(entry) = self.waiting.get_mut(offset) {
                    entry.failures = entry.failures.saturating_add(1);
                    entry.due = Some(*due);
                }
            }
            Record::DeadLetter { offset, .. } => self.dead.extend(self.waiting.remove(offset)),
            Record::AppendHalf { offset, half, replaces } => {
                self.took(*offset);
                self.halves.insert(*offset, half.clone());
                if let Some(earlier) = replaces {
                    self.resolve(*earlier, End::Reappended);
                }
            }
            Record::Operation { half, outcome, .. } => self.resolve(*half, End::Resolved(*outcome)),
            Record::Park { half, .. } => {
                self.parked.extend(self.halves.get(half).cloned());
                self.resolve(*half, End::Parked);
            }
        }
    }

    fn took(&mut self, offset: Offset) {
        self.next = self.next.max(Offset(offset.0 + 1));
    }

    /// The half message is over. The first word on it stands in the operation topic's view; the log has all of them.
    fn resolve(&mut self, offset: Offset, end: End) {
        if let Some(half) = self.halves.remove(&offset) {
            self.resolved.insert(offset, Resolved { half, end });
            let oldest = self.resolved.first().map(|(oldest, _)| *oldest);
            if let Some(oldest) = oldest.filter(|_| self.resolved.len() > Self::KEPT) {
                self.resolved.remove(&oldest);
            }
        }
    }
}

impl<B: Body> Durable for Log<B> {
    type Record = Record<B>;

    fn apply(&mut self, record: &Record<B>) {
        self.read(record);
    }
}
