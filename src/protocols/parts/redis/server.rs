//! The role of a Redis: a master, with or without replicas, or a replica.

use super::log::{AppendOnlyFile, Persistence, Record};
use super::message::{Message, Timer};
use super::{Command, Executed, Failure, Keys, Reply, Word};
use crate::protocols::parts::Carries;
use crate::sim::clock::{LocalTime, WallTime};
use crate::sim::role::{Role, Turn};
use crate::sim::show::{Face, Mood};
use crate::sim::time::Span;
use crate::sim::trace::NodeId;
use crate::sorted::{SortedMap, SortedSet};
use crate::text::Text;
use serde::Serialize;
use std::marker::PhantomData;

/// How often `appendfsync everysec` makes the file durable.
const EVERY_SECOND: Span = Span::seconds(1);
/// How long an operating system may keep a write in memory (Linux: `dirty_expire_centisecs`, 30 s).
const WHEN_IT_COMES: Span = Span::seconds(30);
/// How long a replica waits before it asks its master again.
const RECONNECT: Span = Span::seconds(1);

/// What a server is told.
#[derive(Clone, Debug)]
pub struct Setup {
    pub persistence: Persistence,
    /// The master that it replicates at first; none if it is one.
    pub master: Option<NodeId>,
    /// Who is told when it is promoted.
    pub clients: Vec<NodeId>,
    /// For how long it answers nobody once it has started again after a crash: a *delayed restart*, as whoever runs it
    /// may have it wait until all that it may have forgotten is over.
    pub restart_delay: Span,
}

/// A Redis in a protocol whose messages are `M`.
#[derive(Clone, Serialize)]
pub struct Server<M> {
    #[serde(skip)]
    setup: Setup,
    keys: Keys,
    /// Whom it replicates; none if it is a master.
    master: Option<NodeId>,
    /// Who replicates it.
    replicas: SortedSet<NodeId>,
    subscribers: SortedMap<Word, SortedSet<NodeId>>,
    /// Whether it will make the file durable when the timer fires.
    fsync_is_due: bool,
    /// Whether it has started again and answers nobody yet.
    stays_out: bool,
    #[serde(skip)]
    messages: PhantomData<M>,
}

impl<M: Carries<Message>> Server<M> {
    pub fn keys(&self) -> &Keys {
        &self.keys
    }

    pub fn is_master(&self) -> bool {
        self.master.is_none()
    }

    /// Whether it has started again and answers nobody yet.
    pub fn stays_out(&self) -> bool {
        self.stays_out
    }

    /// Who is subscribed to a channel.
    pub fn subscribers(&self, channel: &str) -> impl Iterator<Item = NodeId> + '_ {
        self.subscribers.get(channel).into_iter().flatten().copied()
    }

    fn ask(&mut self, from: NodeId, number: u32, command: &Command, turn: &mut Turn<Self>) {
        let executed = self.execute(from, command, turn.wall());
        self.append(&executed.changes, turn);
        if self.setup.persistence == Persistence::Always && !executed.changes.is_empty() {
            turn.fsync();
        }
        turn.send(from, M::carrying(Message::Answer { number, reply: executed.reply }));
        for record in executed.changes {
            self.replicate(&record, turn);
        }
        for (channel, text) in executed.published {
            for subscriber in self.subscribers(&channel) {
                let (channel, text) = (channel.clone(), text.clone());
                turn.send(subscriber, M::carrying(Message::Published { channel, text }));
            }
        }
    }

    fn execute(&mut self, from: NodeId, command: &Command, wall: WallTime) -> Executed {
        match command {
            Command::Subscribe { channel } => {
                if let Some(subscribers) = self.subscribers.get_mut(channel) {
                    subscribers.insert(from);
                } else {
                    self.subscribers.insert(channel.clone(), [from].into_iter().collect());
                }
                self.subscriptions(from)
            }
            Command::Unsubscribe { channel } => {
                if let Some(subscribers) = self.subscribers.get_mut(channel) {
                    subscribers.remove(&from);
                }
                self.subscribers.retain(|_, subscribers| !subscribers.is_empty());
                self.subscriptions(from)
            }
            Command::Publish { channel, .. } => {
                let receivers = self.subscribers(channel).count() as i64;
                Executed { reply: Reply::Integer(receivers), ..self.keys.execute(command, wall) }
            }
            _ if self.is_master() => self.keys.execute(command, wall),
            _ => self.read_only(command, wall),
        }
    }

    /// How many channels a client is subscribed to: the answer to subscribing and unsubscribing.
    fn subscriptions(&self, client: NodeId) -> Executed {
        let channels = self.subscribers.values().filter(|subscribers| subscribers.contains(&client)).count();
        Executed { reply: Reply::Integer(channels as i64), changes: Vec::new(), published: Vec::new() }
    }

    /// A replica reads, and by its own clock what has expired is gone; but only its master changes anything.
    fn read_only(&self, command: &Command, wall: WallTime) -> Executed {
        let executed = self.keys.clone().execute(command, wall);
        let tries_to_write = match command {
            Command::Eval(_) => !executed.changes.is_empty(),
            _ => command.writes(),
        };
        let reply = if tries_to_write { Reply::Failed(Failure::ReadOnly) } else { executed.reply };
        Executed { reply, changes: Vec::new(), published: Vec::new() }
    }

    /// Hands changes to the append-only file, if there is one.
    fn append(&mut self, changes: &[Record], turn: &mut Turn<Self>) {
        let later = match self.setup.persistence {
            Persistence::None => return,
            Persistence::Always => None,
            Persistence::EverySecond => Some(EVERY_SECOND),
            Persistence::WhenItComes => Some(WHEN_IT_COMES),
        };
        changes.iter().for_each(|record| turn.write(record.clone()));
        if let Some(later) = later.filter(|_| !changes.is_empty() && !self.fsync_is_due) {
            self.fsync_is_due = true;
            turn.set(Timer::Fsync, later);
        }
    }

    /// Passes a change on, without waiting for anybody.
    fn replicate(&self, record: &Record, turn: &mut Turn<Self>) {
        for replica in &self.replicas {
            turn.send_connected(*replica, M::carrying(Message::Changed { record: record.clone() }));
        }
    }

    /// A change from the master: no client waits for it, so it is durable when it comes.
    fn take_over(&mut self, record: Record, turn: &mut Turn<Self>) {
        self.keys.read(&record);
        self.append(std::slice::from_ref(&record), turn);
        if self.setup.persistence == Persistence::Always {
            turn.fsync();
        }
        self.replicate(&record, turn);
    }

    /// What is evicted is deleted, in the file and at the replicas too.
    fn evict(&mut self, place: u32, turn: &mut Turn<Self>) -> bool {
        let evicted = self.keys.all().nth((place as usize).wrapping_sub(1)).map(|(key, _)| key.clone());
        let Some(key) = evicted.filter(|_| self.is_master()) else { return false };
        let record = Record::Delete { key };
        self.keys.read(&record);
        self.append(std::slice::from_ref(&record), turn);
        self.replicate(&record, turn);
        true
    }

    fn follow(&mut self, master: NodeId, turn: &mut Turn<Self>) {
        self.master = Some(master);
        turn.send_connected(master, M::carrying(Message::Synchronise));
    }
}

impl<M: Carries<Message>> Role for Server<M> {
    type Message = M;
    type Timer = Timer;
    type Durable = AppendOnlyFile;
    type Setup = Setup;

    fn start(setup: &Setup, turn: &mut Turn<Self>) -> Self {
        let mut server = Server {
            keys: turn.disk().keys().clone(),
            master: None,
            replicas: SortedSet::default(),
            subscribers: SortedMap::new(),
            fsync_is_due: false,
            // All nodes first start when the run does: whoever starts later starts again.
            stays_out: setup.restart_delay > Span::ZERO && turn.now() > LocalTime::default(),
            setup: setup.clone(),
            messages: PhantomData,
        };
        if server.stays_out {
            turn.set(Timer::ComeBack, setup.restart_delay);
        }
        if let Some(master) = setup.master {
            server.follow(master, turn);
        }
        server
    }

    fn receive(&mut self, from: NodeId, message: &M, turn: &mut Turn<Self>) {
        match message.carried() {
            _ if self.stays_out => {}
            Some(Message::Ask { number, command }) => self.ask(from, *number, command, turn),
            Some(Message::Synchronise) => {
                self.replicas.insert(from);
                turn.send_connected(from, M::carrying(Message::Everything { keys: self.keys.clone() }));
            }
            Some(Message::Everything { keys }) if self.master == Some(from) => {
                self.take_over(Record::Load { keys: keys.clone() }, turn);
            }
            Some(Message::Changed { record }) if self.master == Some(from) => self.take_over(record.clone(), turn),
            Some(Message::Follow) => self.follow(from, turn),
            _ => {}
        }
    }

    fn fire(&mut self, timer: &Timer, turn: &mut Turn<Self>) {
        match timer {
            Timer::Fsync => {
                self.fsync_is_due = false;
                turn.fsync();
            }
            Timer::ComeBack => self.stays_out = false,
            Timer::Reconnect => {
                if let Some(master) = self.master {
                    self.follow(master, turn);
                }
            }
        }
    }

    fn disconnected(&mut self, peer: NodeId, turn: &mut Turn<Self>) {
        self.replicas.remove(&peer);
        if self.master == Some(peer) {
            turn.set(Timer::Reconnect, RECONNECT);
        }
    }

    /// `fail-over`: an operator, or a Sentinel, makes this replica the master and tells everybody. `evict`: memory is full,
    /// and the key of that place, from 1, in the order of keys leaves to make room (`maxmemory-policy`).
    fn intervene(&mut self, key: &str, arguments: &[u32], turn: &mut Turn<Self>) -> bool {
        if let ("evict", [place]) = (key, arguments) {
            return self.evict(*place, turn);
        }
        let Some(former) = self.master.filter(|_| key == "fail-over") else { return false };
        self.master = None;
        self.replicas.remove(&former);
        turn.cancel(Timer::Reconnect);
        for client in &self.setup.clients {
            turn.send(*client, M::carrying(Message::Promoted));
        }
        turn.send_connected(former, M::carrying(Message::Follow));
        true
    }

    fn face(&self, _disk: &AppendOnlyFile) -> Face {
        match self.is_master() {
            _ if self.stays_out => Face { word: Text::new("stays out", "暂不服务"), mood: Mood::Waiting },
            true => Face { word: Text::new("master", "主库"), mood: Mood::Busy },
            false => Face { word: Text::new("replica", "从库"), mood: Mood::Idle },
        }
    }
}
