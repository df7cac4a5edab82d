//! The role of a ZooKeeper server: what its clients ask, and how transactions are applied.
//!
//! How leaders are chosen and transactions agreed upon stands in `election.rs` and `broadcast.rs`.

mod broadcast;
mod election;

use super::ensemble::{Following, Leading, Phase, Place};
use super::log::{Record, Stored};
use super::message::{Between, FromClient, Message, Origin, Proposal, Timer, ToClient};
use super::tree::{Change, Tree};
use super::watches::{Watches, left_by};
use super::{Answer, Error, Request, SESSION_TICKS_MAX, SESSION_TICKS_MIN, SessionId, Zxid};
use crate::protocols::parts::Carries;
use crate::sim::clock::LocalTime;
use crate::sim::role::{Role, Turn};
use crate::sim::show::{Face, Mood};
use crate::sim::time::Span;
use crate::sim::trace::NodeId;
use crate::sorted::SortedMap;
use crate::text::Text;
use serde::Serialize;
use std::collections::VecDeque;
use std::marker::PhantomData;

/// What a server is told.
#[derive(Clone, Debug)]
pub struct Setup {
    /// Every server of the ensemble, this one among them; one alone needs nobody.
    pub ensemble: Vec<NodeId>,
    /// `tickTime`.
    pub tick: Span,
}

impl Setup {
    fn quorum(&self) -> usize {
        self.ensemble.len() / 2 + 1
    }

    /// What a client is granted that asks for that time-out.
    fn granted(&self, timeout: Span) -> Span {
        timeout.clamp(self.tick.times(SESSION_TICKS_MIN), self.tick.times(SESSION_TICKS_MAX))
    }
}

/// A client that is connected to this server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Attached {
    connection: u32,
    /// None until the leader has confirmed it.
    session: Option<SessionId>,
    /// What it asked and is not answered, in order. The first is under way if it is a write.
    asked: VecDeque<(u32, Request)>,
}

/// A ZooKeeper server in a protocol whose messages are `M`.
#[derive(Clone, Serialize)]
pub struct Server<M> {
    #[serde(skip)]
    setup: Setup,
    place: Place,
    /// In how many elections it took part.
    round: u32,
    /// The highest epoch that it has promised to follow, and the epoch of the leader whose history it has: as it wrote
    /// them, durable or not.
    promised: u32,
    epoch: u32,
    /// What is committed.
    tree: Tree,
    /// What is logged and not known to be committed, in order.
    pending: VecDeque<Proposal>,
    clients: SortedMap<NodeId, Attached>,
    watches: Watches,
    /// Whose request the last transaction was, for whoever watches: whether two states are one does not depend on it.
    #[serde(skip)]
    last_origin: Option<Origin>,
    #[serde(skip)]
    messages: PhantomData<M>,
}

impl<M: Carries<Message>> Server<M> {
    /// What this server would show a reader.
    pub fn tree(&self) -> &Tree {
        &self.tree
    }

    /// Whether it leads, and a quorum follows.
    pub fn is_leader(&self) -> bool {
        self.leads_in().is_some()
    }

    /// The epoch in which it leads, if it does and a quorum follows.
    pub fn leads_in(&self) -> Option<u32> {
        match &self.place {
            Place::Leading(leading) if leading.phase == Phase::Broadcast => Some(leading.epoch),
            _ => None,
        }
    }

    /// Which client's request the last transaction was; none for the end of a session that nobody asked for, or what an
    /// operator did.
    pub fn changed_by(&self) -> Option<NodeId> {
        self.last_origin.map(|origin| origin.client)
    }

    /// When a session ends unless it is heard of, by the clock of this server, if it leads.
    pub fn session_ends(&self, session: SessionId) -> Option<LocalTime> {
        match &self.place {
            Place::Leading(leading) => leading.sessions.due(session),
            _ => None,
        }
    }

    /// Who watches that node's own self, in no order that means anything.
    pub fn watchers(&self, path: &str) -> impl Iterator<Item = NodeId> + '_ {
        self.watches.of_node(path)
    }

    /// How much it knows: of two servers the one with more must lead.
    fn standing(&self) -> (u32, Zxid) {
        (self.epoch, self.tree.last())
    }

    /// Whether it answers clients.
    pub fn serves(&self) -> bool {
        match &self.place {
            Place::Looking(_) => false,
            Place::Following(following) => following.serving,
            Place::Leading(_) => self.is_leader(),
        }
    }

    fn say(&self, to: NodeId, said: Between, turn: &mut Turn<Self>) {
        turn.send_connected(to, M::carrying(Message::Between(said)));
    }

    fn tell(&self, client: NodeId, said: ToClient, turn: &mut Turn<Self>) {
        if let Some(Attached { connection, .. }) = self.clients.get(&client) {
            turn.send_connected(client, M::carrying(Message::ToClient { connection: *connection, said }));
        }
    }

    /// Hands something to the leader, which may be this server.
    fn hand_on(&mut self, said: Between, turn: &mut Turn<Self>) {
        match &self.place {
            Place::Following(Following { leader, .. }) => self.say(*leader, said, turn),
            Place::Leading(_) => self.judge(said, turn),
            Place::Looking(_) => {}
        }
    }

    fn hear_client(&mut self, from: NodeId, connection: u32, said: &FromClient, turn: &mut Turn<Self>) {
        if let FromClient::Connect { session, timeout, seen } = said {
            return self.connect(from, connection, *session, *timeout, *seen, turn);
        }
        let Some(client) = self.clients.get_mut(&from).filter(|client| client.connection == connection) else { return };
        let session = client.session;
        match said {
            FromClient::Ask { number, request } => client.asked.push_back((*number, request.clone())),
            FromClient::Ping => self.tell(from, ToClient::Pong, turn),
            FromClient::Renew { seen, watches } => {
                for (kind, path) in watches {
                    if let Some(event) = self.watches.renew(&self.tree, *kind, path, *seen, from) {
                        self.tell(from, ToClient::Happened { zxid: self.tree.last(), event }, turn);
                    }
                }
            }
            FromClient::Connect { .. } => {}
        }
        if let Some(session) = session {
            self.heard_of(session, turn);
        }
        if matches!(said, FromClient::Ask { .. })
            && self.clients.get(&from).is_some_and(|client| client.asked.len() == 1)
        {
            self.go_on(from, turn);
        }
    }

    fn connect(
        &mut self,
        client: NodeId,
        connection: u32,
        session: Option<SessionId>,
        timeout: Span,
        seen: Zxid,
        turn: &mut Turn<Self>,
    ) {
        self.detach(client);
        self.clients.insert(client, Attached { connection, session: None, asked: VecDeque::new() });
        if !self.serves() || seen > self.tree.last() {
            return self.close(client, turn);
        }
        let origin = Origin { server: turn.me(), client, connection, number: 0 };
        let timeout = self.setup.granted(timeout);
        let said = match session {
            Some(session) => Between::Revalidate { origin, session },
            None => Between::Open { origin, timeout },
        };
        self.hand_on(said, turn);
    }

    /// Says goodbye to a client, as closing its connection would.
    fn close(&mut self, client: NodeId, turn: &mut Turn<Self>) {
        self.tell(client, ToClient::Closed, turn);
        self.detach(client);
    }

    fn close_all(&mut self, turn: &mut Turn<Self>) {
        let clients: Vec<NodeId> = self.clients.keys().copied().collect();
        clients.into_iter().for_each(|client| self.close(client, turn));
        self.watches.clear();
    }

    fn detach(&mut self, client: NodeId) {
        self.clients.remove(&client);
        self.watches.forget(client);
    }

    /// The session stands: its client is told, and may ask.
    fn attach(&mut self, origin: Origin, session: SessionId, timeout: Option<Span>, turn: &mut Turn<Self>) {
        let client = origin.client;
        let Some(attached) = self.clients.get_mut(&client).filter(|of| of.connection == origin.connection) else {
            return;
        };
        match timeout {
            Some(timeout) => {
                attached.session = Some(session);
                self.tell(client, ToClient::Connected { session, timeout }, turn);
                self.go_on(client, turn);
            }
            None => {
                self.tell(client, ToClient::Expired, turn);
                self.detach(client);
            }
        }
    }

    /// Answers a client's requests in order, until one has to be agreed upon first.
    fn go_on(&mut self, client: NodeId, turn: &mut Turn<Self>) {
        while let Some(attached) = self.clients.get(&client) {
            let Some(session) = attached.session else { return };
            let Some((number, request)) = attached.asked.front().cloned() else { return };
            if !request.is_read() {
                let origin = Origin { server: turn.me(), client, connection: attached.connection, number };
                return self.hand_on(Between::Forward { origin, session, request }, turn);
            }
            let answer = self.tree.read(&request);
            if let Some((kind, path)) = left_by(&request, &answer) {
                self.watches.add(kind, path, client);
            }
            self.reply(client, number, answer, turn);
        }
    }

    /// Answers a client's first request.
    fn reply(&mut self, client: NodeId, number: u32, answer: Result<Answer, Error>, turn: &mut Turn<Self>) {
        self.tell(client, ToClient::Reply { number, zxid: self.tree.last(), answer }, turn);
        if let Some(attached) = self.clients.get_mut(&client) {
            attached.asked.pop_front();
        }
    }

    /// Applies a transaction that is committed: watches fire, then whoever asked for it is answered.
    fn commit(&mut self, proposal: &Proposal, turn: &mut Turn<Self>) {
        let applied = self.tree.apply(proposal.zxid, &proposal.change);
        self.last_origin = proposal.origin;
        for touch in &applied.touches {
            for (client, event) in self.watches.fire(touch) {
                self.tell(client, ToClient::Happened { zxid: proposal.zxid, event }, turn);
            }
        }
        let origin = proposal.origin.filter(|origin| origin.server == turn.me());
        if let (Some(origin), Change::OpenSession { timeout }) = (origin, &proposal.change) {
            self.attach(origin, self.tree.last_session(), Some(*timeout), turn);
        } else if let Some(Origin { client, connection, number, .. }) = origin
            && self.clients.get(&client).is_some_and(|attached| attached.connection == connection)
        {
            match applied.answer {
                // Whoever comes from a connection that its client has left gets no answer.
                Err(Error::SessionMoved) => self.close(client, turn),
                answer => {
                    self.reply(client, number, answer, turn);
                    self.go_on(client, turn);
                }
            }
        }
        if let Change::CloseSession { session } = proposal.change {
            let over = self.clients.iter().filter(|(_, attached)| attached.session == Some(session));
            let over: Vec<NodeId> = over.map(|(client, _)| *client).collect();
            over.into_iter().for_each(|client| self.close(client, turn));
        }
    }

    /// The session's client is there: the leader must know, now or with the next heartbeat.
    fn heard_of(&mut self, session: SessionId, turn: &mut Turn<Self>) {
        match &mut self.place {
            Place::Following(following) => drop(following.touched.insert(session)),
            Place::Leading(_) => self.touch(session, turn.now()),
            Place::Looking(_) => {}
        }
    }

    fn touch(&mut self, session: SessionId, now: LocalTime) {
        let tick = self.setup.tick;
        if let Place::Leading(Leading { ahead, sessions, .. }) = &mut self.place
            && let Some(timeout) = ahead.session(session)
        {
            sessions.touch(session, timeout, tick, now);
        }
    }
}

impl<M: Carries<Message>> Role for Server<M> {
    type Message = M;
    type Timer = Timer;
    type Durable = Stored;
    type Setup = Setup;

    fn start(setup: &Setup, turn: &mut Turn<Self>) -> Self {
        let tree = turn.disk().tree().clone();
        let mut server = Server {
            setup: setup.clone(),
            place: Place::Leading(Leading::alone(tree.clone(), turn.now())),
            round: 0,
            promised: turn.disk().promised(),
            epoch: turn.disk().epoch(),
            tree,
            pending: VecDeque::new(),
            clients: SortedMap::new(),
            watches: Watches::default(),
            last_origin: None,
            messages: PhantomData,
        };
        match setup.ensemble.len() {
            1 => server.begin_to_serve(turn),
            _ => server.look_for_leader(turn),
        }
        server
    }

    fn receive(&mut self, from: NodeId, message: &M, turn: &mut Turn<Self>) {
        match message.carried() {
            Some(Message::FromClient { connection, said }) => self.hear_client(from, *connection, said, turn),
            Some(Message::Between(Between::Vote { round, vote, settled })) => {
                self.hear_vote(from, *round, *vote, *settled, turn);
            }
            Some(Message::Between(said)) => match &self.place {
                Place::Following(following) if following.leader == from => self.hear_leader(said, turn),
                Place::Leading(_) => self.hear_follower(from, said, turn),
                Place::Looking(_) | Place::Following(_) => {}
            },
            Some(Message::ToClient { .. }) | None => {}
        }
    }

    fn fire(&mut self, timer: &Timer, turn: &mut Turn<Self>) {
        match timer {
            Timer::Vote => self.repeat_vote(turn),
            Timer::Elected => self.elected(turn),
            Timer::Join => self.join(turn),
            Timer::HalfTick => self.half_tick(turn),
            Timer::Expiry => self.expire(turn),
        }
    }

    fn synced(&mut self, turn: &mut Turn<Self>) {
        self.advance(turn);
    }

    fn disconnected(&mut self, peer: NodeId, turn: &mut Turn<Self>) {
        self.detach(peer);
        match &mut self.place {
            Place::Following(following) if following.leader == peer => self.look_for_leader(turn),
            Place::Leading(leading) => drop(leading.followers.remove(&peer)),
            Place::Following(_) | Place::Looking(_) => {}
        }
    }

    /// `delete-node`: an operator deletes the node with that number at its end.
    fn intervene(&mut self, key: &str, arguments: &[u32], turn: &mut Turn<Self>) -> bool {
        match (key, arguments) {
            ("delete-node", [number]) => self.delete_numbered(*number, turn),
            _ => false,
        }
    }

    fn face(&self, _disk: &Stored) -> Face {
        match (&self.place, self.serves()) {
            _ if self.setup.ensemble.len() == 1 => Face { word: Text::new("serves", "服务中"), mood: Mood::Busy },
            (Place::Looking(_), _) => Face { word: Text::new("looking", "选举中"), mood: Mood::Waiting },
            (Place::Leading(_), true) => Face { word: Text::new("leader", "领导者"), mood: Mood::Busy },
            (Place::Following(_), true) => Face { word: Text::new("follower", "跟随者"), mood: Mood::Idle },
            (_, false) => Face { word: Text::new("syncing", "同步中"), mood: Mood::Waiting },
        }
    }
}

/// The record of a transaction.
fn record(proposal: &Proposal) -> Record {
    Record::Transaction(proposal.clone())
}
