//! How a server finds a leader, or becomes one.

use super::super::ensemble::{FINALIZE_WAIT, Following, JOIN_AGAIN, Leading, Looking, Place, REPEAT_MAX};
use super::super::message::{Between, Message, Timer, Vote};
use super::Server;
use crate::protocols::parts::Carries;
use crate::sim::role::Turn;
use crate::sim::time::Span;
use crate::sim::trace::NodeId;

impl<M: Carries<Message>> Server<M> {
    /// Nobody leads: clients are sent away, and everything that is logged counts, whether or not it was committed.
    pub(super) fn look_for_leader(&mut self, turn: &mut Turn<Self>) {
        self.close_all(turn);
        self.last_origin = None;
        for proposal in std::mem::take(&mut self.pending) {
            self.tree.apply(proposal.zxid, &proposal.change);
        }
        for timer in [Timer::HalfTick, Timer::Expiry, Timer::Elected, Timer::Join] {
            turn.cancel(timer);
        }
        self.round += 1;
        let own = Vote { standing: self.standing(), leader: turn.me() };
        self.place = Place::Looking(Looking::begin(self.round, own));
        self.announce(turn);
    }

    /// Says to all whom it would have, and says it again after a while.
    fn announce(&mut self, turn: &mut Turn<Self>) {
        let Place::Looking(looking) = &self.place else { return };
        let (me, round, vote) = (turn.me(), looking.round, looking.vote);
        for peer in self.setup.ensemble.iter().filter(|peer| **peer != me) {
            turn.send(*peer, M::carrying(Message::Between(Between::Vote { round, vote, settled: false })));
        }
        turn.set(Timer::Vote, looking.repeat_after);
    }

    pub(super) fn repeat_vote(&mut self, turn: &mut Turn<Self>) {
        if let Place::Looking(looking) = &mut self.place {
            looking.repeat_after = Span::micros(looking.repeat_after.as_micros() * 2).min(REPEAT_MAX);
            self.announce(turn);
        }
    }

    pub(super) fn hear_vote(&mut self, from: NodeId, round: u32, vote: Vote, settled: bool, turn: &mut Turn<Self>) {
        let quorum = self.setup.quorum();
        let leader = match &mut self.place {
            Place::Looking(looking) if settled => {
                looking.settled.insert(from, vote.leader);
                if looking.settled_on(vote.leader) >= quorum.min(self.setup.ensemble.len() - 1) {
                    return self.follow(vote.leader, turn);
                }
                return;
            }
            Place::Looking(_) => return self.hear_candidate(from, round, vote, turn),
            Place::Following(following) => following.leader,
            Place::Leading(_) => turn.me(),
        };
        if !settled {
            let vote = Vote { leader, ..vote };
            let settled = Between::Vote { round: self.round, vote, settled: true };
            turn.send(from, M::carrying(Message::Between(settled)));
        }
    }

    /// The vote of another one that looks for a leader.
    fn hear_candidate(&mut self, from: NodeId, round: u32, vote: Vote, turn: &mut Turn<Self>) {
        let own = Vote { standing: self.standing(), leader: turn.me() };
        let Place::Looking(looking) = &mut self.place else { return };
        if round < looking.round {
            // It has missed the beginning of this round.
            let again = Between::Vote { round: looking.round, vote: looking.vote, settled: false };
            return turn.send(from, M::carrying(Message::Between(again)));
        }
        let before = (looking.round, looking.vote);
        if round > looking.round {
            *looking = Looking::begin(round, own);
            self.round = round;
        }
        looking.vote = looking.vote.max(vote);
        looking.votes.insert(from, vote);
        looking.votes.insert(turn.me(), looking.vote);
        let (agreed, repeat_after) = (looking.agreeing() >= self.setup.quorum(), looking.repeat_after);
        if before != (looking.round, looking.vote) {
            looking.repeat_after = FINALIZE_WAIT;
            self.announce(turn);
        }
        // Whoever sees a quorum agree only listens; otherwise it speaks again after a while.
        if agreed {
            turn.cancel(Timer::Vote);
            turn.set(Timer::Elected, FINALIZE_WAIT);
        } else {
            turn.cancel(Timer::Elected);
            turn.set(Timer::Vote, repeat_after);
        }
    }

    /// Nobody better has come forward since a quorum agreed.
    pub(super) fn elected(&mut self, turn: &mut Turn<Self>) {
        let Place::Looking(looking) = &self.place else { return };
        if looking.agreeing() >= self.setup.quorum() {
            self.follow(looking.vote.leader, turn);
        }
    }

    /// Follows that leader, or leads.
    fn follow(&mut self, leader: NodeId, turn: &mut Turn<Self>) {
        turn.cancel(Timer::Vote);
        turn.cancel(Timer::Elected);
        turn.set(Timer::HalfTick, self.half_a_tick());
        if leader == turn.me() {
            self.place = Place::Leading(Leading::new(self.tree.clone(), turn.now()));
            self.advance(turn);
        } else {
            self.place = Place::Following(Following::new(leader, turn.now()));
            self.join(turn);
        }
    }

    /// Asks the chosen leader to be led, until it answers.
    pub(super) fn join(&mut self, turn: &mut Turn<Self>) {
        if let Place::Following(following) = &self.place {
            self.say(following.leader, Between::Follow { promised: self.promised }, turn);
            turn.set(Timer::Join, JOIN_AGAIN);
        }
    }

    pub(super) fn half_a_tick(&self) -> Span {
        Span::micros(self.setup.tick.as_micros() / 2)
    }
}
