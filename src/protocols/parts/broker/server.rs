//! The role of a broker.

use super::message::{Message, Timer};
use super::{Body, Checking, FLUSH_INTERVAL, Flush, Log, Offset, Record, Retry, Subscription, Topic};
use crate::protocols::parts::Carries;
use crate::sim::clock::LocalTime;
use crate::sim::role::{Role, Turn};
use crate::sim::show::{Face, Mood};
use crate::sim::time::Span;
use crate::sim::trace::NodeId;
use crate::sorted::SortedSet;
use crate::text::Text;
use serde::Serialize;
use std::marker::PhantomData;

/// What a broker is told.
#[derive(Clone, Debug)]
pub struct Setup {
    pub flush: Flush,
    pub subscriptions: Vec<Subscription>,
    pub checking: Checking,
}

impl Setup {
    pub(super) fn subscription(&self, topic: Topic) -> Option<&Subscription> {
        self.subscriptions.iter().find(|subscription| subscription.topic == topic)
    }
}

/// A broker in a protocol whose messages are `M`, of messages that carry `B`.
#[derive(Clone, Serialize)]
pub struct Server<M, B> {
    #[serde(skip)]
    pub(super) setup: Setup,
    /// The log, with what is not durable yet.
    pub(super) log: Log<B>,
    /// What is delivered and not answered.
    delivered: SortedSet<Offset>,
    /// What its consumer failed on, and is not due again.
    postponed: SortedSet<Offset>,
    /// The producers that have registered, and which of them was asked last.
    pub(super) producers: SortedSet<NodeId>,
    pub(super) asked: u32,
    /// The half topic is gone through every so often from here on.
    pub(super) started: LocalTime,
    flush_is_due: bool,
    #[serde(skip)]
    messages: PhantomData<M>,
}

impl<M: Carries<Message<B>>, B: Body> Server<M, B> {
    /// The log, with what is not durable yet.
    pub fn log(&self) -> &Log<B> {
        &self.log
    }

    /// Whether the message is delivered and not answered.
    pub fn is_delivered(&self, offset: Offset) -> bool {
        self.delivered.contains(&offset)
    }

    /// Appends to the log; durable after [`flush`](Server::flush).
    pub(super) fn append(&mut self, record: Record<B>, turn: &mut Turn<Self>) {
        self.log.read(&record);
        turn.write(record);
    }

    /// What was appended becomes durable: now, and what follows waits for it; or later.
    pub(super) fn flush(&mut self, turn: &mut Turn<Self>) {
        match self.setup.flush {
            Flush::BeforeReply => turn.fsync(),
            Flush::Later => {
                if !std::mem::replace(&mut self.flush_is_due, true) {
                    turn.set(Timer::Flush, FLUSH_INTERVAL);
                }
            }
        }
    }

    /// Stored as it comes, even if it has come before.
    fn publish(&mut self, from: NodeId, topic: Topic, body: B, turn: &mut Turn<Self>) {
        let subject = body.subject();
        self.append(Record::Append { offset: self.log.next(), topic, body }, turn);
        self.flush(turn);
        turn.send(from, M::carrying(Message::Published { subject }));
        self.deliver(turn);
    }

    /// Delivers whatever is due and not under way.
    pub(super) fn deliver(&mut self, turn: &mut Turn<Self>) {
        let mut held_up: SortedSet<(Topic, u32)> = SortedSet::new();
        for (offset, entry) in self.log.waiting() {
            let Some(subscription) = self.setup.subscription(entry.topic) else { continue };
            let first = held_up.insert((entry.topic, entry.body.key()));
            let in_turn = first || !subscription.in_order;
            if !in_turn || self.postponed.contains(&offset) || !self.delivered.insert(offset) {
                continue;
            }
            let (body, failures) = (entry.body.clone(), entry.failures);
            turn.send(subscription.consumer, M::carrying(Message::Deliver { offset, body, failures }));
            turn.set(Timer::Redeliver(offset), subscription.redeliver_after);
        }
    }

    fn consumed(&mut self, offset: Offset, turn: &mut Turn<Self>) {
        let Some(entry) = self.log.entry(offset) else { return };
        let subject = entry.body.subject();
        self.answered(offset, turn);
        self.append(Record::Progress { subject, offset }, turn);
        self.deliver(turn);
    }

    /// The consumer has failed: again at the next level, or to the dead letters.
    fn failed(&mut self, offset: Offset, turn: &mut Turn<Self>) {
        let Some(entry) = self.log.entry(offset).filter(|_| self.delivered.contains(&offset)) else { return };
        let (subject, failures) = (entry.body.subject(), usize::from(entry.failures));
        let Some(subscription) = self.setup.subscription(entry.topic) else { return };
        let delay = match subscription.retry {
            Retry::Levels(levels) => levels.get(failures).copied(),
            Retry::Every(delay) => Some(delay),
        };
        self.answered(offset, turn);
        match delay {
            Some(delay) => {
                self.append(Record::Retry { subject, offset, due: turn.wall().after(delay) }, turn);
                self.flush(turn);
                self.postpone(offset, delay, turn);
            }
            None => {
                self.append(Record::DeadLetter { subject, offset }, turn);
                self.flush(turn);
            }
        }
        self.deliver(turn);
    }

    fn postpone(&mut self, offset: Offset, delay: Span, turn: &mut Turn<Self>) {
        self.postponed.insert(offset);
        turn.set(Timer::RetryDue(offset), delay);
    }

    fn answered(&mut self, offset: Offset, turn: &mut Turn<Self>) {
        if self.delivered.remove(&offset) {
            turn.cancel(Timer::Redeliver(offset));
        }
    }
}

impl<M: Carries<Message<B>>, B: Body> Role for Server<M, B> {
    type Message = M;
    type Timer = Timer;
    type Durable = Log<B>;
    type Setup = Setup;

    /// After a crash: whatever is not known to be consumed is delivered again.
    fn start(setup: &Setup, turn: &mut Turn<Self>) -> Self {
        let mut server = Server {
            setup: setup.clone(),
            log: turn.disk().clone(),
            delivered: SortedSet::new(),
            postponed: SortedSet::new(),
            producers: SortedSet::new(),
            asked: 0,
            started: turn.now(),
            flush_is_due: false,
            messages: PhantomData,
        };
        let later: Vec<_> = server.log.waiting().filter_map(|(offset, entry)| Some((offset, entry.due?))).collect();
        for (offset, due) in later {
            if due > turn.wall() {
                server.postpone(offset, due.since(turn.wall()), turn);
            }
        }
        server.deliver(turn);
        server.check_later(turn);
        server
    }

    fn receive(&mut self, from: NodeId, message: &M, turn: &mut Turn<Self>) {
        match message.carried() {
            Some(Message::Publish { topic, body }) => self.publish(from, *topic, body.clone(), turn),
            Some(Message::Half { topic, body }) => self.half(from, *topic, body.clone(), turn),
            Some(Message::End { half, outcome, .. }) => self.end(*half, *outcome, turn),
            Some(Message::Consumed { offset, .. }) => self.consumed(*offset, turn),
            Some(Message::ConsumeLater { offset, .. }) => self.failed(*offset, turn),
            Some(Message::Register) => {
                self.producers.insert(from);
            }
            _ => {}
        }
    }

    fn fire(&mut self, timer: &Timer, turn: &mut Turn<Self>) {
        match *timer {
            Timer::Redeliver(offset) => {
                self.delivered.remove(&offset);
                self.deliver(turn);
            }
            Timer::RetryDue(offset) => {
                self.postponed.remove(&offset);
                self.deliver(turn);
            }
            Timer::CheckHalves => self.check(turn),
            Timer::Flush => {
                self.flush_is_due = false;
                turn.fsync();
            }
        }
    }

    fn disconnected(&mut self, peer: NodeId, _turn: &mut Turn<Self>) {
        self.producers.remove(&peer);
    }

    fn face(&self, _disk: &Log<B>) -> Face {
        let halves = self.log.halves().next().is_some();
        let waiting = self.log.waiting().next().is_some();
        match (halves, waiting) {
            (true, _) => Face { word: Text::new("holds halves", "有半消息"), mood: Mood::Waiting },
            (false, true) => Face { word: Text::new("delivers", "投递中"), mood: Mood::Busy },
            (false, false) => Face { word: Text::new("empty", "队列空"), mood: Mood::Idle },
        }
    }
}
