//! How leader and followers agree on one order of transactions.

use super::super::ensemble::{Follower, Leading, Phase, Place, Stage};
use super::super::message::{Between, Message, Origin, Timer};
use super::super::tree::Change;
use super::super::{Error, INIT_LIMIT_TICKS, Request, SYNC_LIMIT_TICKS, SessionId, Zxid};
use super::{Record, Server, record};
use crate::protocols::parts::Carries;
use crate::sim::clock::LocalTime;
use crate::sim::role::Turn;
use crate::sim::time::Span;
use crate::sim::trace::NodeId;

impl<M: Carries<Message>> Server<M> {
    /// A leader goes as far as what it has heard, and what is on its own disk, allows.
    pub(super) fn advance(&mut self, turn: &mut Turn<Self>) {
        let quorum = self.setup.quorum();
        let Place::Leading(leading) = &mut self.place else { return };
        // Of its own disk only what is durable counts.
        let (promised, epoch, logged) = (turn.disk().promised(), turn.disk().epoch(), turn.disk().tree().last());
        match leading.phase {
            Phase::Gathering if leading.count(true, |_| true) >= quorum => {
                let asked = leading.followers.values().map(|follower| match follower.stage {
                    Stage::Asked { promised } => promised,
                    _ => 0,
                });
                leading.epoch = asked.chain([self.promised]).max().unwrap_or_default() + 1;
                leading.phase = Phase::Discovery;
                let (epoch, followers) = (leading.epoch, leading.at_least(Stage::Asked { promised: 0 }));
                self.promised = epoch;
                turn.write(Record::Promise { epoch });
                turn.fsync();
                followers.into_iter().for_each(|follower| self.say(follower, Between::NewEpoch { epoch }, turn));
            }
            Phase::Discovery if leading.count(promised == leading.epoch, |follower| follower.counts) >= quorum => {
                leading.phase = Phase::Synchronisation;
                let (epoch, promised) = (leading.epoch, leading.at_least(Stage::Promised));
                self.epoch = epoch;
                turn.write(Record::Lead { epoch });
                turn.fsync();
                promised.into_iter().for_each(|follower| self.load(follower, turn));
            }
            Phase::Synchronisation
                if leading.count(epoch == leading.epoch, |follower| follower.stage == Stage::Loaded) >= quorum =>
            {
                leading.phase = Phase::Broadcast;
                leading.proposed = Zxid { epoch, counter: 0 };
                let loaded = leading.at_least(Stage::Loaded);
                loaded.into_iter().for_each(|follower| self.say(follower, Between::UpToDate, turn));
                self.begin_to_serve(turn);
            }
            Phase::Broadcast => {
                let is_agreed = |zxid: Zxid, leading: &Leading| {
                    let has = |follower: &Follower| follower.stage == Stage::Loaded && follower.accepted >= zxid;
                    leading.count(logged >= zxid, has) >= quorum
                };
                while let Place::Leading(leading) = &self.place
                    && let Some(next) = self.pending.front().cloned()
                    && is_agreed(next.zxid, leading)
                {
                    self.pending.pop_front();
                    for follower in leading.at_least(Stage::Loading) {
                        self.say(follower, Between::Commit { zxid: next.zxid }, turn);
                    }
                    self.commit(&next, turn);
                }
            }
            _ => {}
        }
    }

    /// Every session gets its whole time-out anew: nobody knows how long ago the last leader heard of it.
    pub(super) fn begin_to_serve(&mut self, turn: &mut Turn<Self>) {
        let sessions: Vec<SessionId> = self.tree.sessions().map(|(session, _)| session).collect();
        sessions.into_iter().for_each(|session| self.touch(session, turn.now()));
        self.watch_sessions(turn);
    }

    /// Sets the timer for the next session that may expire.
    fn watch_sessions(&mut self, turn: &mut Turn<Self>) {
        let Place::Leading(leading) = &mut self.place else { return };
        let next = leading.sessions.next();
        if std::mem::replace(&mut leading.expiry, next) == next {
            return;
        }
        match next {
            Some(due) => turn.set(Timer::Expiry, due.since(turn.now())),
            None => turn.cancel(Timer::Expiry),
        }
    }

    /// Ends the sessions of which nobody has heard.
    pub(super) fn expire(&mut self, turn: &mut Turn<Self>) {
        let Place::Leading(leading) = &mut self.place else { return };
        leading.expiry = None;
        for session in leading.sessions.expired(turn.now()) {
            self.propose(None, Change::CloseSession { session }, turn);
        }
        self.watch_sessions(turn);
    }

    /// What servers hand on to the leader.
    pub(super) fn judge(&mut self, said: Between, turn: &mut Turn<Self>) {
        if !self.is_leader() {
            return;
        }
        let Place::Leading(leading) = &self.place else { return };
        match said {
            Between::Forward { origin, session, request } => {
                // Nothing may overtake a client on its way to another server: what is still under way from the last one
                // is refused. A session's end is its end wherever it comes from.
                let is_late = leading.sessions.is_elsewhere(session, origin.server) && request != Request::Close;
                let change = match is_late {
                    true => Change::Refuse(Error::SessionMoved),
                    false => leading.ahead.decide(session, &request),
                };
                if !is_late {
                    self.hear_through(session, origin.server, turn.now());
                }
                self.propose(Some(origin), change, turn);
            }
            Between::Open { origin, timeout } => self.propose(Some(origin), Change::OpenSession { timeout }, turn),
            Between::Revalidate { origin, session } => {
                let timeout = leading.ahead.session(session);
                self.hear_through(session, origin.server, turn.now());
                self.watch_sessions(turn);
                self.answer_validity(origin, session, timeout, turn);
            }
            _ => {}
        }
    }

    /// A session was heard of through that server, to which its client is connected now.
    fn hear_through(&mut self, session: SessionId, server: NodeId, now: LocalTime) {
        self.touch(session, now);
        if let Place::Leading(leading) = &mut self.place {
            leading.sessions.move_to(session, server);
        }
    }

    fn answer_validity(&mut self, origin: Origin, session: SessionId, timeout: Option<Span>, turn: &mut Turn<Self>) {
        if origin.server == turn.me() {
            return self.attach(origin, session, timeout, turn);
        }
        self.say(origin.server, Between::Valid { origin, session, timeout }, turn);
    }

    /// Gives a change its place in the order, and has it logged everywhere.
    fn propose(&mut self, origin: Option<Origin>, change: Change, turn: &mut Turn<Self>) {
        let Place::Leading(leading) = &mut self.place else { return };
        if let Change::CloseSession { session } = change {
            leading.sessions.forget(session);
        }
        let opened_at = origin.filter(|_| matches!(change, Change::OpenSession { .. }));
        let proposal = leading.number(origin, change);
        let (opened, followers) = (leading.ahead.last_session(), leading.at_least(Stage::Loading));
        if let Some(Origin { server, .. }) = opened_at {
            self.hear_through(opened, server, turn.now());
        }
        // Before the fsync: what is ordered after it waits for its end.
        self.watch_sessions(turn);
        for follower in followers {
            self.say(follower, Between::Propose(proposal.clone()), turn);
        }
        turn.write(record(&proposal));
        turn.fsync();
        self.pending.push_back(proposal);
    }

    /// An operator, at the leader, deletes a sequential node by its number. Says whether there is one, without children.
    pub(super) fn delete_numbered(&mut self, number: u32, turn: &mut Turn<Self>) -> bool {
        let Place::Leading(leading) = &self.place else { return false };
        let Some(path) = leading.ahead.numbered(number).filter(|_| self.is_leader()) else { return false };
        self.propose(None, Change::Delete { path }, turn);
        true
    }

    /// Sends a follower everything.
    fn load(&mut self, follower: NodeId, turn: &mut Turn<Self>) {
        let Place::Leading(leading) = &mut self.place else { return };
        if let Some(of) = leading.followers.get_mut(&follower) {
            of.stage = Stage::Loading;
        }
        let (epoch, proposals) = (leading.epoch, self.pending.iter().cloned().collect());
        self.say(follower, Between::NewLeader { epoch, tree: self.tree.clone(), proposals }, turn);
    }

    /// What a leader hears from its followers, and from those that would follow.
    pub(super) fn hear_follower(&mut self, from: NodeId, said: &Between, turn: &mut Turn<Self>) {
        let own = self.standing();
        let Place::Leading(leading) = &mut self.place else { return };
        if let Between::Follow { promised } = said {
            let stage = Stage::Asked { promised: *promised };
            // A promise stands, however often its maker asks.
            let counts = leading.followers.get(&from).is_some_and(|before| before.counts);
            let follower = Follower { stage, counts, heard: turn.now(), accepted: Zxid::default() };
            leading.followers.insert(from, follower);
            if leading.phase > Phase::Gathering {
                let epoch = leading.epoch;
                self.say(from, Between::NewEpoch { epoch }, turn);
            }
            return self.advance(turn);
        }
        let (leads_in, phase) = (leading.epoch, leading.phase);
        let Some(follower) = leading.followers.get_mut(&from) else { return };
        follower.heard = turn.now();
        match said {
            Between::Promised { epoch, standing } if *epoch == leads_in => {
                if phase == Phase::Discovery && standing.is_some_and(|standing| standing > own) {
                    // Somebody knows more: that one must lead.
                    return self.look_for_leader(turn);
                }
                follower.stage = Stage::Promised;
                follower.counts |= standing.is_some();
                match phase {
                    Phase::Gathering | Phase::Discovery => self.advance(turn),
                    Phase::Synchronisation | Phase::Broadcast => self.load(from, turn),
                }
            }
            Between::Loaded { epoch } if *epoch == leads_in && follower.stage == Stage::Loading => {
                follower.stage = Stage::Loaded;
                if phase == Phase::Broadcast {
                    self.say(from, Between::UpToDate, turn);
                }
                self.advance(turn);
            }
            Between::Accepted { zxid } => {
                follower.accepted = follower.accepted.max(*zxid);
                self.advance(turn);
            }
            Between::Touched { sessions } => {
                sessions.iter().for_each(|session| self.touch(*session, turn.now()));
                self.watch_sessions(turn);
            }
            _ => self.judge(said.clone(), turn),
        }
    }

    /// What a follower hears from its leader.
    pub(super) fn hear_leader(&mut self, said: &Between, turn: &mut Turn<Self>) {
        let Place::Following(following) = &mut self.place else { return };
        following.heard = turn.now();
        let leader = following.leader;
        match said {
            Between::NewEpoch { epoch } => {
                turn.cancel(Timer::Join);
                if *epoch < self.promised {
                    return self.look_for_leader(turn);
                }
                let standing = (*epoch > self.promised).then(|| self.standing());
                if standing.is_some() {
                    self.promised = *epoch;
                    turn.write(Record::Promise { epoch: *epoch });
                    turn.fsync();
                }
                self.say(leader, Between::Promised { epoch: *epoch, standing }, turn);
            }
            Between::NewLeader { epoch, tree, proposals } => {
                self.tree = tree.clone();
                self.pending = proposals.iter().cloned().collect();
                self.epoch = *epoch;
                turn.write(Record::Load { epoch: *epoch, tree: tree.clone() });
                proposals.iter().for_each(|proposal| turn.write(record(proposal)));
                turn.fsync();
                self.say(leader, Between::Loaded { epoch: *epoch }, turn);
                if let Some(last) = proposals.last() {
                    self.say(leader, Between::Accepted { zxid: last.zxid }, turn);
                }
            }
            Between::UpToDate => following.serving = true,
            Between::Propose(proposal) => {
                turn.write(record(proposal));
                turn.fsync();
                self.say(leader, Between::Accepted { zxid: proposal.zxid }, turn);
                self.pending.push_back(proposal.clone());
            }
            Between::Commit { zxid } => {
                while self.pending.front().is_some_and(|next| next.zxid <= *zxid) {
                    let Some(next) = self.pending.pop_front() else { break };
                    self.commit(&next, turn);
                }
            }
            Between::Valid { origin, session, timeout } => self.attach(*origin, *session, *timeout, turn),
            Between::Heartbeat => {
                let sessions = std::mem::take(&mut following.touched).into_iter().collect();
                self.say(leader, Between::Touched { sessions }, turn);
            }
            _ => {}
        }
    }

    /// Half a tick is over: a leader shows that it is there, and all see whether they still have whom they need.
    pub(super) fn half_tick(&mut self, turn: &mut Turn<Self>) {
        let (tick, now, quorum) = (self.setup.tick, turn.now(), self.setup.quorum());
        let limit = |ticks: u64| tick.times(ticks);
        let is_lost = match &self.place {
            Place::Looking(_) => return,
            Place::Following(following) if following.serving => now.since(following.heard) > limit(SYNC_LIMIT_TICKS),
            Place::Following(following) => now.since(following.since) > limit(INIT_LIMIT_TICKS),
            Place::Leading(leading) if leading.phase == Phase::Broadcast => {
                let is_there = |follower: &Follower| {
                    follower.stage == Stage::Loaded && now.since(follower.heard) <= limit(SYNC_LIMIT_TICKS)
                };
                leading.count(true, is_there) < quorum
            }
            Place::Leading(leading) => now.since(leading.since) > limit(INIT_LIMIT_TICKS),
        };
        if is_lost {
            return self.look_for_leader(turn);
        }
        if let Place::Leading(leading) = &self.place {
            for follower in leading.at_least(Stage::Loaded) {
                self.say(follower, Between::Heartbeat, turn);
            }
        }
        turn.set(Timer::HalfTick, self.half_a_tick());
    }
}
