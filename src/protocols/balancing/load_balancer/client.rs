//! The clients, all of them in one node: each request comes after a random time, from a client drawn by popularity, and goes to
//! one balancer after the other.

use super::message::{Arrival, Message};
use super::settings::{Popularity, Settings};
use crate::sim::clock::LocalTime;
use crate::sim::random::{Zipf, one_of};
use crate::sim::role::{Diskless, Role, Turn as RoleTurn};
use crate::sim::show::{Face, Mood};
use crate::sim::trace::NodeId;
use crate::sorted::{SortedMap, SortedSet};
use crate::text::Text;
use serde::Serialize;
use std::sync::Arc;

type Turn<'a> = RoleTurn<'a, Client>;

/// What a client is told once.
#[derive(Clone)]
pub struct Setup {
    pub settings: Settings,
    /// Who asks how often, where that follows Zipf's law.
    pub zipf: Arc<Zipf>,
}

/// A request without a response.
#[derive(Clone, Copy, Debug, Serialize)]
struct Awaited {
    key: u32,
    balancer: NodeId,
}

/// The clients' memory.
#[derive(Clone, Serialize)]
pub struct Client {
    #[serde(skip)]
    setup: Setup,
    /// The next request's number.
    next: u32,
    awaited: SortedMap<u32, Awaited>,
    /// Requests that nobody could be found for.
    failed: SortedSet<u32>,
    /// It has come back from a crash and knows nothing of its requests.
    lost_its_memory: bool,
}

impl Client {
    /// The first request that is not answered: it failed, is awaited, or is still to come. After a crash it does not know.
    pub fn unanswered(&self) -> Option<u32> {
        let to_come = (self.next <= self.setup.settings.requests || self.lost_its_memory).then_some(self.next);
        let awaited = self.awaited.keys().next().copied();
        [self.failed.first().copied(), awaited, to_come].into_iter().flatten().min()
    }

    pub fn has_failed(&self, number: u32) -> bool {
        self.failed.contains(&number)
    }

    fn key(&self, number: u32, turn: &Turn) -> u32 {
        let settings = &self.setup.settings;
        let draw = turn.draw("key", &[u64::from(number)]);
        match settings.popularity {
            Popularity::Uniform => one_of(draw, u64::from(settings.keys)) as u32,
            Popularity::Zipf => self.setup.zipf.rank(draw),
            // Half of all requests are about one key.
            Popularity::OneHot if draw < u64::MAX / 2 => 0,
            Popularity::OneHot => one_of(draw << 1, u64::from(settings.keys)) as u32,
        }
    }

    fn ask(&mut self, number: u32, key: u32, balancer: NodeId, turn: &mut Turn) {
        self.awaited.insert(number, Awaited { key, balancer });
        turn.send_connected(balancer, Message::Request { number, key });
    }

    fn expect_next(&self, turn: &mut Turn) {
        if self.next <= self.setup.settings.requests {
            let gap = self.setup.settings.arrivals.sample(turn.draw("arrival", &[u64::from(self.next)]));
            turn.set(Arrival(self.next), gap);
        }
    }
}

impl Role for Client {
    type Message = Message;
    type Timer = Arrival;
    type Durable = Diskless;
    type Setup = Setup;

    fn start(setup: &Setup, turn: &mut Turn) -> Self {
        let lost_its_memory = turn.now() > LocalTime::default();
        let (awaited, failed) = (SortedMap::new(), SortedSet::new());
        let client = Client { setup: setup.clone(), next: 1, awaited, failed, lost_its_memory };
        if !lost_its_memory {
            client.expect_next(turn);
        }
        client
    }

    fn receive(&mut self, _from: NodeId, message: &Message, _turn: &mut Turn) {
        match message {
            Message::Response { number } => {
                self.awaited.remove(number);
                self.failed.remove(number);
            }
            Message::Failure { number } if self.awaited.remove(number).is_some() => {
                self.failed.insert(*number);
            }
            _ => {}
        }
    }

    fn fire(&mut self, Arrival(number): &Arrival, turn: &mut Turn) {
        let key = self.key(*number, turn);
        let balancer = self.setup.settings.balancer((*number - 1) % self.setup.settings.balancers);
        self.next = *number + 1;
        self.ask(*number, key, balancer, turn);
        self.expect_next(turn);
    }

    /// A balancer has gone: what it had been asked is asked of the next one.
    fn disconnected(&mut self, peer: NodeId, turn: &mut Turn) {
        let again: Vec<(u32, u32)> = self
            .awaited
            .iter()
            .filter(|(_, awaited)| awaited.balancer == peer)
            .map(|(number, awaited)| (*number, awaited.key))
            .collect();
        let next = self.setup.settings.balancer_after(peer);
        for (number, key) in again {
            self.ask(number, key, next, turn);
        }
    }

    fn face(&self, _disk: &Diskless) -> Face {
        if self.lost_its_memory {
            return Face { word: Text::new("lost memory", "失忆"), mood: Mood::Idle };
        }
        match self.awaited.is_empty() {
            true => Face { word: Text::new("answered", "已答复"), mood: Mood::Idle },
            false => Face { word: Text::new("waiting", "等待中"), mood: Mood::Waiting },
        }
    }
}
