//! The balancer: hands each request to a server, by the cookie, the address or whose turn it is.

use super::message::{Answer, Ask, Message, Page, SetCookie};
use super::settings::{SERVER_NAMES, Settings};
use crate::protocols::parts::balancing::{Balancer as _, Fleet, Picker, Provider, Request};
use crate::sim::role::{Diskless, Role, Turn as RoleTurn};
use crate::sim::show::{Face, Mood};
use crate::sim::trace::NodeId;
use crate::sorted::SortedMap;
use crate::text::Text;
use serde::Serialize;
use std::net::Ipv4Addr;

type Turn<'a> = RoleTurn<'a, Balancer>;

/// A request that a server has not answered.
#[derive(Clone, Serialize)]
struct Awaited {
    browser: NodeId,
    ask: Ask,
    server: u8,
}

/// The balancer's memory.
#[derive(Clone, Serialize)]
pub struct Balancer {
    #[serde(skip)]
    settings: Settings,
    /// The servers in its configuration, in the order in which they came: a place in the fleet is a place here.
    members: Vec<u8>,
    fleet: Fleet,
    picker: Picker,
    awaited: SortedMap<u32, Awaited>,
    /// How many requests each server has been sent.
    sent: SortedMap<u8, u32>,
}

impl Balancer {
    /// Whether requests may go to the server of that place.
    pub fn is_available(&self, server: u8) -> bool {
        self.place(server).is_some_and(|place| self.fleet.is_available(place))
    }

    /// How many requests that server has been sent, and how many of them it has not answered.
    pub fn load(&self, server: u8) -> (u32, u32) {
        let in_flight = self.awaited.values().filter(|awaited| awaited.server == server).count();
        (self.sent.get(&server).copied().unwrap_or(0), in_flight as u32)
    }

    fn place(&self, server: u8) -> Option<u16> {
        self.members.iter().position(|member| *member == server).map(|place| place as u16)
    }

    /// To whom a request goes: where its cookie says, if that one is there.
    fn pick(&mut self, ask: &Ask, turn: &Turn) -> Option<u8> {
        let route = self.settings.route(ask.cookie.as_ref());
        if let Some(server) = route.filter(|server| self.is_available(*server)) {
            return Some(server);
        }
        let address = Ipv4Addr::from(ask.address).to_string();
        let draw = |ordinal| turn.draw("pick", &[ask.number.into(), ordinal]);
        let request = Request { key: address.as_bytes(), draw: &draw };
        let place = self.picker.pick(&request, &self.fleet)?;
        self.members.get(usize::from(place)).copied()
    }

    fn dispatch(&mut self, browser: NodeId, ask: Ask, turn: &mut Turn) {
        let number = ask.number;
        let Some(server) = self.pick(&ask, turn) else {
            let answer = Answer { number, page: Page::Error, cookie: SetCookie::Keep, keeps: false };
            turn.send_connected(browser, Message::Answer(answer));
            return;
        };
        *self.sent.entry(server).or_default() += 1;
        turn.send_connected(self.settings.server(server), Message::Ask(ask.clone()));
        self.awaited.insert(number, Awaited { browser, ask, server });
    }

    /// A server comes or goes. Whoever is new comes last, and the rotation begins anew, as after nginx has read its
    /// configuration again.
    fn set_available(&mut self, server: u8, available: bool) {
        match self.place(server) {
            Some(place) => self.fleet.set_available(place, available),
            None if available => {
                let were: Vec<bool> = self.members.iter().map(|member| self.is_available(*member)).collect();
                self.members.push(server);
                *self = Balancer { fleet: fleet(&self.members), picker: self.settings.picker(), ..self.clone() };
                for (place, was) in (0..).zip(were) {
                    self.fleet.set_available(place, was);
                }
            }
            None => {}
        }
    }
}

fn fleet(members: &[u8]) -> Fleet {
    let name = |member: &u8| SERVER_NAMES.get(usize::from(*member)).copied().unwrap_or("?");
    Fleet::of(members.iter().map(|member| Provider::new(name(member), 1)).collect())
}

impl Role for Balancer {
    type Message = Message;
    type Timer = crate::protocols::parts::NoTimer;
    type Durable = Diskless;
    type Setup = Settings;

    /// With those servers that its configuration names.
    fn start(settings: &Settings, _turn: &mut Turn) -> Self {
        let members: Vec<u8> = (0..settings.servers).collect();
        Balancer {
            settings: *settings,
            fleet: fleet(&members),
            members,
            picker: settings.picker(),
            awaited: SortedMap::new(),
            sent: SortedMap::new(),
        }
    }

    fn receive(&mut self, from: NodeId, message: &Message, turn: &mut Turn) {
        let server = self.settings.place(from);
        match (message, server) {
            (Message::Ask(ask), None) => self.dispatch(from, ask.clone(), turn),
            (Message::Answer(answer), Some(server)) => {
                let is_it = |awaited: &&Awaited| awaited.server == server;
                if let Some(browser) = self.awaited.get(&answer.number).filter(is_it).map(|awaited| awaited.browser) {
                    self.awaited.remove(&answer.number);
                    turn.send_connected(browser, Message::Answer(answer.clone()));
                }
            }
            (Message::Join, Some(server)) => self.set_available(server, true),
            (Message::Leave, Some(server)) => self.set_available(server, false),
            _ => {}
        }
    }

    fn fire(&mut self, timer: &crate::protocols::parts::NoTimer, _turn: &mut Turn) {
        match *timer {}
    }

    /// A server has gone: what it has not answered is tried elsewhere.
    fn disconnected(&mut self, peer: NodeId, turn: &mut Turn) {
        let Some(server) = self.settings.place(peer) else { return };
        self.set_available(server, false);
        let lost: Vec<u32> =
            self.awaited.iter().filter(|(_, awaited)| awaited.server == server).map(|(number, _)| *number).collect();
        for number in lost {
            if let Some(Awaited { browser, ask, .. }) = self.awaited.remove(&number) {
                self.dispatch(browser, ask, turn);
            }
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
