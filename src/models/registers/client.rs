//! A client: it writes, and when that is answered it reads from the next server.

use super::{Message, NoTimer, face};
use crate::sim::payload::Named;
use crate::sim::role::{Diskless, Role, Turn};
use crate::sim::show::Face;
use crate::sim::trace::NodeId;
use serde::Serialize;
use std::marker::PhantomData;

/// What a client is told: its place among all nodes, which come after the servers.
#[derive(Clone, Copy)]
pub(super) struct Setup {
    pub id: u32,
    pub servers: u32,
}

#[derive(Clone, Serialize)]
pub(super) struct Client<I> {
    /// The request whose answer it waits for.
    awaiting: Option<u32>,
    operations: u32,
    id: u32,
    servers: u32,
    #[serde(skip)]
    internal: PhantomData<I>,
}

impl<I: Named> Role for Client<I> {
    type Message = Message<I>;
    type Timer = NoTimer;
    type Durable = Diskless;
    type Setup = Setup;

    fn start(setup: &Setup, turn: &mut Turn<Self>) -> Self {
        let Setup { id, servers } = *setup;
        let value = char::from(b'A' + (id - servers) as u8);
        turn.send(NodeId((id % servers) as u8), Message::Put(id, value));
        Client { awaiting: Some(id), operations: 1, id, servers, internal: PhantomData }
    }

    fn receive(&mut self, _from: NodeId, message: &Message<I>, turn: &mut Turn<Self>) {
        match message {
            Message::PutOk(request) if self.awaiting == Some(*request) => {
                let next = (self.operations + 1) * self.id;
                turn.send(NodeId(((self.id + self.operations) % self.servers) as u8), Message::Get(next));
                self.awaiting = Some(next);
                self.operations += 1;
            }
            Message::GetOk(request, _) if self.awaiting == Some(*request) => {
                self.awaiting = None;
                self.operations += 1;
            }
            _ => {}
        }
    }

    fn fire(&mut self, timer: &NoTimer, _turn: &mut Turn<Self>) {
        match *timer {}
    }

    fn face(&self, _disk: &Diskless) -> Face {
        face()
    }
}
