//! A balancer: picks a provider for every request, by its own view of them, and picks again when that fails.

use super::message::{Message, Timer};
use super::seen::Seen;
use super::settings::{CLIENT, Mistake, Settings, WINDOW, address};
use crate::protocols::parts::balancing::{Algorithm, Balancer as _, Fleet, Index, Picker, Provider, Request, warm_up};
use crate::sim::clock::LocalTime;
use crate::sim::role::{Diskless, Role, Turn as RoleTurn};
use crate::sim::show::{Face, Mood};
use crate::sim::time::Span;
use crate::sim::trace::NodeId;
use crate::sorted::SortedMap;
use crate::text::Text;
use serde::Serialize;
use std::sync::Arc;

type Turn<'a> = RoleTurn<'a, Balancer>;

/// A call that is awaited.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Awaited {
    pub provider: Index,
    key: u32,
    /// Of how many tries this is the last, from 1.
    attempt: u32,
    sent: LocalTime,
}

/// What a balancer believes of a provider's health.
#[derive(Clone, Copy, Debug, Serialize)]
struct Health {
    member: bool,
    /// Whether it has answered a check since the last one.
    heard: bool,
    /// Checks in a row that it has not answered, and that it has.
    missed: u32,
    passed: u32,
    /// Too many checks were missed: no requests until enough are answered.
    dead: bool,
    /// A request to it failed: no requests for a while.
    suspended: bool,
    /// When its process started, by its own word; none if that was before the run, and it is warm.
    started: Option<LocalTime>,
}

/// The balancer's memory.
#[derive(Clone, Serialize)]
pub struct Balancer {
    #[serde(skip)]
    settings: Settings,
    fleet: Fleet,
    picker: Picker,
    health: Vec<Health>,
    awaited: SortedMap<u32, Awaited>,
    /// How many calls were in flight at each provider at the last check; kept only by mistake.
    counted: Vec<u32>,
    /// Who was available before that last changed; for whoever watches.
    #[serde(skip)]
    earlier: Option<Vec<bool>>,
}

impl Balancer {
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    pub fn fleet(&self) -> &Fleet {
        &self.fleet
    }

    pub fn picker(&self) -> &Picker {
        &self.picker
    }

    /// The fleet as it was before somebody last went or came, if anybody did.
    pub fn earlier_fleet(&self) -> Option<Fleet> {
        let mut fleet = self.fleet.clone();
        for (index, available) in fleet.places().zip(self.earlier.as_ref()?) {
            fleet.set_available(index, *available);
        }
        Some(fleet)
    }

    /// The calls that it waits for, by request.
    pub fn awaited(&self) -> impl Iterator<Item = (u32, Awaited)> {
        self.awaited.iter().map(|(number, awaited)| (*number, *awaited))
    }

    /// Whether it believes a provider to be a member, and well.
    pub fn believes_well(&self, index: Index) -> bool {
        let health = self.health.get(usize::from(index));
        health.is_some_and(|health| health.member && !health.dead && !health.suspended)
    }

    // -- Requests ----------------------------------------------------------------------------------------------------

    fn dispatch(&mut self, number: u32, key: u32, attempt: u32, turn: &mut Turn) {
        self.warm_up(turn.now());
        let (me, address) = (u64::from(turn.me().0), address(key, self.settings.one_network));
        let draw = |ordinal| turn.draw("pick", &[me, u64::from(number), u64::from(attempt), ordinal]);
        let request = Request { key: address.as_bytes(), draw: &draw };
        let picked = match self.settings.mistake {
            Mistake::StaleCounts => self.picker.pick(&request, &self.fleet.with_in_flight(&self.counted)),
            _ => self.picker.pick(&request, &self.fleet),
        };
        let Some(provider) = picked else {
            // As nginx does: where all have failed, all get another chance, though not with this request.
            self.health.iter_mut().for_each(|health| health.suspended = false);
            self.look_again();
            turn.send_connected(CLIENT, Message::Failure { number });
            return;
        };
        let seen = Arc::new(Seen::of(&self.fleet, provider, |index| self.believes_well(index)));
        self.fleet.sent(provider);
        self.awaited.insert(number, Awaited { provider, key, attempt, sent: turn.now() });
        turn.send_connected(self.settings.provider(provider), Message::Call { number, attempt, key, seen });
        turn.set(Timer::Unanswered(number), self.settings.timeout);
    }

    fn replied(&mut self, number: u32, provider: Index, attempt: u32, turn: &mut Turn) {
        if let Some(awaited) = self.take(number, provider, attempt) {
            turn.cancel(Timer::Unanswered(number));
            self.fleet.answered(provider, turn.now().since(awaited.sent));
            turn.send_connected(CLIENT, Message::Response { number });
        }
    }

    /// A try has failed: the provider is left alone for a while, and somebody else is tried.
    fn failed(&mut self, number: u32, provider: Index, attempt: u32, turn: &mut Turn) {
        let Some(awaited) = self.take(number, provider, attempt) else { return };
        turn.cancel(Timer::Unanswered(number));
        if self.settings.mistake != Mistake::NeverUncounts {
            self.fleet.given_up(provider);
        }
        self.picker.failed(provider, &self.fleet);
        if self.settings.passive {
            self.health[usize::from(provider)].suspended = true;
            turn.set(Timer::TryAgain(u32::from(provider) + 1), self.settings.fail_timeout);
            self.look_again();
        }
        if attempt < self.settings.tries {
            self.dispatch(number, awaited.key, attempt + 1, turn);
        } else {
            turn.send_connected(CLIENT, Message::Failure { number });
        }
    }

    /// The call that is awaited, if it is that one: an answer to an earlier try comes too late.
    fn take(&mut self, number: u32, provider: Index, attempt: u32) -> Option<Awaited> {
        let awaited = *self.awaited.get(&number)?;
        if (awaited.provider, awaited.attempt) != (provider, attempt) {
            return None;
        }
        self.awaited.remove(&number)
    }

    // -- Health ------------------------------------------------------------------------------------------------------

    /// Takes the view of health over into the fleet.
    fn look_again(&mut self) {
        let before = self.availability();
        for index in self.fleet.places() {
            let member = self.health[usize::from(index)].member;
            let available = self.believes_well(index) || (member && self.settings.mistake == Mistake::IgnoresHealth);
            self.fleet.set_available(index, available);
        }
        if before != self.availability() {
            self.earlier = Some(before);
        }
    }

    fn availability(&self) -> Vec<bool> {
        self.fleet.providers().iter().map(|provider| provider.available).collect()
    }

    fn warm_up(&mut self, now: LocalTime) {
        if self.settings.warm_up > Span::ZERO {
            for (index, health) in (0..).zip(&self.health) {
                let uptime = health.started.map_or(self.settings.warm_up, |started| now.since(started));
                let weight = warm_up::weight(uptime, self.settings.warm_up, self.settings.weight(index));
                self.fleet.set_weight(index, weight);
            }
        }
    }

    fn count(&mut self) {
        if self.settings.mistake == Mistake::StaleCounts {
            self.counted = self.fleet.providers().iter().map(|provider| provider.in_flight).collect();
        }
    }

    fn check_all(&mut self, turn: &mut Turn) {
        self.count();
        for (index, health) in (0..).zip(&mut self.health).filter(|(_, health)| health.member) {
            if !std::mem::take(&mut health.heard) {
                health.missed += 1;
                health.passed = 0;
                health.dead |= health.missed >= self.settings.fall;
            }
            turn.send(self.settings.provider(index), Message::Check);
        }
        self.look_again();
        turn.set(Timer::NextCheck, self.settings.check_every);
    }

    fn heard_of(&mut self, index: Index, up_for: Span, now: LocalTime) {
        let Some(health) = self.health.get_mut(usize::from(index)) else { return };
        health.heard = true;
        health.missed = 0;
        health.passed += 1;
        health.dead &= health.passed < self.settings.rise;
        health.started = now.as_micros().checked_sub(up_for.as_micros()).map(LocalTime::from_micros);
        self.look_again();
    }

    fn set_member(&mut self, index: Index, member: bool) {
        if let Some(health) = self.health.get_mut(usize::from(index)) {
            *health = Health { member, ..WELL };
            self.look_again();
        }
    }
}

/// A provider of which nothing bad is known.
const WELL: Health =
    Health { member: true, heard: true, missed: 0, passed: 0, dead: false, suspended: false, started: None };

impl Role for Balancer {
    type Message = Message;
    type Timer = Timer;
    type Durable = Diskless;
    type Setup = Settings;

    fn start(settings: &Settings, turn: &mut Turn) -> Self {
        let places = settings.places();
        let fleet = places.clone().map(|place| Provider::new(settings.name(place), settings.weight(place)));
        let health = places.map(|place| Health { member: settings.is_member_at_first(place), ..WELL });
        let mut balancer = Balancer {
            settings: *settings,
            fleet: Fleet::of(fleet.collect()),
            picker: settings.picker(),
            health: health.collect(),
            awaited: SortedMap::new(),
            counted: Vec::new(),
            earlier: None,
        };
        balancer.look_again();
        balancer.count();
        // Whoever has not joined has not gone.
        balancer.earlier = None;
        turn.set(Timer::NextCheck, settings.check_every);
        if settings.algorithm == Algorithm::ShortestResponse {
            turn.set(Timer::NewWindow, WINDOW);
        }
        balancer
    }

    fn receive(&mut self, from: NodeId, message: &Message, turn: &mut Turn) {
        let provider = self.settings.place(from);
        match (message, provider) {
            (Message::Request { number, key }, None) => self.dispatch(*number, *key, 1, turn),
            (Message::Reply { number, attempt }, Some(provider)) => self.replied(*number, provider, *attempt, turn),
            (Message::Refusal { number, attempt }, Some(provider)) => self.failed(*number, provider, *attempt, turn),
            (Message::Healthy { up_for }, Some(provider)) => self.heard_of(provider, *up_for, turn.now()),
            (Message::Join, Some(provider)) => self.set_member(provider, true),
            (Message::Leave, Some(provider)) => self.set_member(provider, false),
            _ => {}
        }
    }

    fn fire(&mut self, timer: &Timer, turn: &mut Turn) {
        match timer {
            Timer::Unanswered(number) => {
                if let Some(awaited) = self.awaited.get(number).copied() {
                    self.failed(*number, awaited.provider, awaited.attempt, turn);
                }
            }
            Timer::NextCheck => self.check_all(turn),
            Timer::TryAgain(place) => {
                if let Some(health) = self.health.get_mut(*place as usize - 1) {
                    health.suspended = false;
                }
                self.look_again();
            }
            Timer::NewWindow => {
                self.fleet.clear_averages();
                turn.set(Timer::NewWindow, WINDOW);
            }
        }
    }

    /// A provider has gone: everything that was awaited of it has failed.
    fn disconnected(&mut self, peer: NodeId, turn: &mut Turn) {
        let Some(provider) = self.settings.place(peer) else { return };
        let lost: Vec<(u32, u32)> = self
            .awaited
            .iter()
            .filter(|(_, awaited)| awaited.provider == provider)
            .map(|(number, awaited)| (*number, awaited.attempt))
            .collect();
        for (number, attempt) in lost {
            self.failed(number, provider, attempt, turn);
        }
    }

    fn face(&self, _disk: &Diskless) -> Face {
        if self.fleet.available().next().is_none() {
            return Face { word: Text::new("nobody left", "无可用"), mood: Mood::Waiting };
        }
        match self.awaited.is_empty() {
            true => Face { word: Text::new("ready", "就绪"), mood: Mood::Idle },
            false => Face { word: Text::new("in flight", "有在途"), mood: Mood::Busy },
        }
    }
}
