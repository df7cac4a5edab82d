//! The role of a memcached: it answers at once, and forgets everything in a crash.

use super::Memcached;
use super::message::Message;
use crate::protocols::parts::{Carries, NoTimer, Word};
use crate::sim::role::{Diskless, Role, Turn};
use crate::sim::show::{Face, Mood};
use crate::sim::trace::NodeId;
use crate::text::Text;
use serde::Serialize;
use std::marker::PhantomData;

/// What a server is told.
#[derive(Clone, Debug)]
pub struct Setup {
    /// How many items it has room for.
    pub items_max: u32,
    /// The key that the intervention `evict` evicts.
    pub evictable: Word,
}

/// A memcached in a protocol whose messages are `M`.
#[derive(Clone, Serialize)]
pub struct Server<M> {
    #[serde(skip)]
    setup: Setup,
    memory: Memcached,
    #[serde(skip)]
    messages: PhantomData<M>,
}

impl<M> Server<M> {
    pub fn memory(&self) -> &Memcached {
        &self.memory
    }
}

impl<M: Carries<Message>> Role for Server<M> {
    type Message = M;
    type Timer = NoTimer;
    type Durable = Diskless;
    type Setup = Setup;

    fn start(setup: &Setup, turn: &mut Turn<Self>) -> Self {
        let memory = Memcached::started(turn.now(), turn.wall(), setup.items_max);
        Server { setup: setup.clone(), memory, messages: PhantomData }
    }

    fn receive(&mut self, from: NodeId, message: &M, turn: &mut Turn<Self>) {
        if let Some(Message::Ask { number, command }) = message.carried() {
            let reply = self.memory.execute(command, turn.now());
            turn.send(from, M::carrying(Message::Answer { number: *number, reply }));
        }
    }

    fn fire(&mut self, timer: &NoTimer, _turn: &mut Turn<Self>) {
        match *timer {}
    }

    /// `evict`: the item that locks are made of leaves to make room.
    fn intervene(&mut self, key: &str, _arguments: &[u32], turn: &mut Turn<Self>) -> bool {
        let evicted = self.setup.evictable.clone();
        key == "evict" && self.memory.peek(&evicted, turn.now()).is_some() && self.memory.evict(&evicted)
    }

    fn face(&self, _disk: &Diskless) -> Face {
        if self.memory.is_empty() {
            Face { word: Text::new("empty", "空"), mood: Mood::Idle }
        } else {
            Face { word: Text::new("caching", "有缓存"), mood: Mood::Busy }
        }
    }
}
