//! Half messages: kept from consumers until their transaction's end is known, asked about by a schedule, parked in the
//! end.

use super::message::{Message, Timer};
use super::server::Server;
use super::{Body, Half, Offset, Record, Topic};
use crate::protocols::parts::Carries;
use crate::sim::payload::Outcome;
use crate::sim::role::Turn;
use crate::sim::time::Span;
use crate::sim::trace::NodeId;

impl<M: Carries<Message<B>>, B: Body> Server<M, B> {
    /// A half message is stored, and shown to nobody.
    pub(super) fn half(&mut self, from: NodeId, topic: Topic, body: B, turn: &mut Turn<Self>) {
        let (offset, subject) = (self.log.next(), body.subject());
        let shown = self.setup.checking.shows_halves.then(|| body.clone());
        let half = Half { topic, body, checks: 0, born: turn.wall() };
        self.append(Record::AppendHalf { offset, half, replaces: None }, turn);
        self.flush(turn);
        turn.send(from, M::carrying(Message::HalfStored { subject, half: offset }));
        if let Some(body) = shown {
            self.append(Record::Append { offset: self.log.next(), topic, body }, turn);
            self.flush(turn);
            self.deliver(turn);
        }
        self.check_later(turn);
    }

    /// Commit: the message is copied into its topic, and only then is the half message resolved; whether it was before,
    /// nobody looks. Rollback only resolves it. Unknown changes nothing: it will be asked about again.
    pub(super) fn end(&mut self, offset: Offset, outcome: Option<Outcome>, turn: &mut Turn<Self>) {
        let (Some(half), Some(outcome)) = (self.log.half(offset), outcome) else { return };
        let (topic, body, subject) = (half.topic, half.body.clone(), half.body.subject());
        if outcome == Outcome::Commit {
            self.append(Record::Append { offset: self.log.next(), topic, body }, turn);
            self.flush(turn);
        }
        self.append(Record::Operation { subject, half: offset, outcome }, turn);
        self.flush(turn);
        self.deliver(turn);
    }

    /// Goes through what is not resolved: too young, and the rest is younger still; asked often enough, and it is
    /// parked; else it is appended anew, and some producer of the group is asked, if one lives.
    pub(super) fn check(&mut self, turn: &mut Turn<Self>) {
        let checking = self.setup.checking;
        let unresolved: Vec<(Offset, Half<B>)> =
            self.log.halves().map(|(offset, half)| (offset, half.clone())).collect();
        for (offset, half) in unresolved {
            let subject = half.body.subject();
            if half.checks >= checking.checks_max {
                self.append(Record::Park { subject, half: offset }, turn);
                self.flush(turn);
                continue;
            }
            if turn.wall().since(half.born) <= checking.immune_for {
                break;
            }
            let (anew, body) = (self.log.next(), half.body.clone());
            let half = Half { checks: half.checks + 1, ..half };
            self.append(Record::AppendHalf { offset: anew, half, replaces: Some(offset) }, turn);
            self.flush(turn);
            if let Some(producer) = self.next_producer() {
                turn.send(producer, M::carrying(Message::CheckBack { half: anew, body }));
            }
        }
        self.check_later(turn);
    }

    /// The producers take turns, from the second on, as RocketMQ's counter has it.
    fn next_producer(&mut self) -> Option<NodeId> {
        self.asked = self.asked.wrapping_add(1);
        let living = self.producers.len().max(1) as u32;
        self.producers.iter().nth((self.asked % living) as usize).copied()
    }

    /// The half topic is gone through at fixed times from the broker's start, as long as there is something in it.
    pub(super) fn check_later(&self, turn: &mut Turn<Self>) {
        if self.log.halves().next().is_some() {
            let interval = self.setup.checking.interval.as_micros().max(1);
            let past = turn.now().since(self.started).as_micros() % interval;
            turn.set(Timer::CheckHalves, Span::micros(interval - past));
        }
    }
}
