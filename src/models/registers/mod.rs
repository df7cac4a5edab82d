//! Stateright's examples of registers: servers that keep a value for clients, each of which writes once and then reads.
//! The history of what clients called and were answered must be linearizable.
//!
//! Stateright 0.31, src/actor/register.rs. The network is a multiset without loss; a delivery that changes nothing and
//! sends nothing is no transition. The nodes are roles, as a protocol's are.

mod abd;
mod client;
mod history;
mod paxos;
mod single_copy;

pub use abd::MODEL as ABD;
pub use paxos::MODEL as PAXOS;
pub use single_copy::MODEL as SINGLE_COPY;

use super::Constant;
use crate::check::collapse::{Delivery, Nodes, OBSERVED, Observer, Row};
use crate::check::model::{Model, StateProperty};
use crate::sim::node::process;
use crate::sim::payload::{Named, Payload, Subject};
use crate::sim::role::Role;
use crate::sim::show::{Face, Mood};
use crate::text::Text;
use client::Client;
use history::Clients;
use serde::Serialize;

/// What a register holds before anybody writes.
const NOTHING: char = '\0';

const fn constants(servers: u32, servers_max: u32) -> [Constant; 2] {
    [
        Constant { key: "servers", meaning: "servers", default: servers, minimum: 1, maximum: servers_max },
        Constant { key: "clients", meaning: "clients", default: 2, minimum: 1, maximum: 5 },
    ]
}

/// What clients and servers say to each other, and what servers say among themselves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
enum Message<I> {
    Put(u32, char),
    Get(u32),
    PutOk(u32),
    GetOk(u32, char),
    Internal(I),
}

impl<I: Named> Named for Message<I> {
    fn kind(&self) -> &'static str {
        match self {
            Message::Put(..) => "put",
            Message::Get(..) => "get",
            Message::PutOk(..) => "put-ok",
            Message::GetOk(..) => "get-ok",
            Message::Internal(internal) => internal.kind(),
        }
    }

    fn subject(&self) -> Subject {
        Subject::NONE
    }
}

/// The timer of nodes that set none.
#[derive(Clone, Debug, Serialize)]
enum NoTimer {}

impl Named for NoTimer {
    fn kind(&self) -> &'static str {
        match *self {}
    }

    fn subject(&self) -> Subject {
        match *self {}
    }
}

/// What a server is told: how many of them there are.
#[derive(Clone, Copy)]
struct Servers {
    count: u8,
}

impl Servers {
    fn majority(self) -> usize {
        usize::from(self.count) / 2 + 1
    }
}

/// These nodes are never drawn.
fn face() -> Face {
    Face { word: Text::new("running", "运行中"), mood: Mood::Idle }
}

/// Servers of one role, clients, and what the clients saw.
struct Registers {
    nodes: Nodes<Clients>,
    servers: u32,
}

/// The mark of a read that was answered with what somebody wrote.
const CHOSEN: u8 = 2;

impl Registers {
    fn new<S, I>(servers: u32, clients: u32) -> Registers
    where
        S: Role<Setup = Servers, Message = Message<I>>,
        I: Named + PartialEq + Eq,
    {
        let nodes = (0..servers).map(|_| process::<S>(Servers { count: servers as u8 }));
        let clients_of =
            (0..clients).map(|client| process::<Client<I>>(client::Setup { id: servers + client, servers }));
        let history = Clients::new::<I>(servers as u8, clients as usize);
        Registers { nodes: Nodes::new(nodes.chain(clients_of).collect(), history), servers }
    }

    fn name(&self, node: u8) -> String {
        match u32::from(node).checked_sub(self.servers) {
            None => format!("s{node}"),
            Some(client) => format!("c{client}"),
        }
    }
}

impl Model for Registers {
    type State = Row;
    type Action = Delivery;

    fn initial_states(&self) -> Vec<Row> {
        vec![self.nodes.initial()]
    }

    fn actions(&self, state: &Row, actions: &mut Vec<Delivery>) {
        self.nodes.deliveries(state, actions);
    }

    fn next_state(&self, state: &Row, action: &Delivery) -> Option<Row> {
        self.nodes.deliver(state, action)
    }

    fn properties(&self) -> Vec<StateProperty<Registers>> {
        vec![
            StateProperty::always("linearizable", "What clients see is linearizable", |model: &Registers, state| {
                model.nodes.is_well(state)
            }),
            StateProperty::sometimes("value-chosen", "A read is answered with what somebody wrote", |model, state| {
                model.nodes.is_under_way(state, CHOSEN)
            }),
        ]
    }

    fn fingerprint(&self, state: &Row) -> u64 {
        state.fingerprint()
    }

    fn next_fingerprint(&self, state: &Row, action: &Delivery) -> Option<u64> {
        Some(self.nodes.fingerprint_after(state, action))
    }

    fn state_bytes(&self, state: &Row) -> usize {
        state.bytes()
    }

    fn action_name(&self, _state: &Self::State, action: &Delivery) -> String {
        let envelope = self.nodes.envelope(action);
        format!("{} → {}: {:?}", self.name(envelope.from.0), self.name(envelope.to.0), envelope.payload)
    }
}
