//! A register that is one copy at each server: linearizable with one server, and not with more.

use super::{Message, NOTHING, NoTimer, Registers, Servers, constants, face};
use crate::models::{ReferenceModel, searched};
use crate::sim::payload::{Named, Subject};
use crate::sim::role::{Diskless, Role, Turn};
use crate::sim::show::Face;
use crate::sim::trace::NodeId;
use serde::Serialize;

pub static MODEL: ReferenceModel = ReferenceModel {
    id: "stateright-single-copy",
    names: &["single-copy-register"],
    title: "a register of which each server has a copy of its own",
    source: "Stateright 0.31, examples/single-copy-register.rs",
    constants: &constants(1, 5),
    by_symmetry: None,
    search: |values, options, watch| {
        Ok(searched(&Registers::new::<SingleCopy, Internal>(values[0], values[1]), options, watch))
    },
};

/// Servers do not talk to each other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
enum Internal {}

impl Named for Internal {
    fn kind(&self) -> &'static str {
        match *self {}
    }

    fn subject(&self) -> Subject {
        match *self {}
    }
}

#[derive(Clone, Serialize)]
struct SingleCopy {
    value: char,
}

impl Role for SingleCopy {
    type Message = Message<Internal>;
    type Timer = NoTimer;
    type Durable = Diskless;
    type Setup = Servers;

    fn start(_setup: &Servers, _turn: &mut Turn<Self>) -> Self {
        SingleCopy { value: NOTHING }
    }

    fn receive(&mut self, from: NodeId, message: &Message<Internal>, turn: &mut Turn<Self>) {
        match message {
            Message::Put(request, value) => {
                self.value = *value;
                turn.send(from, Message::PutOk(*request));
            }
            Message::Get(request) => turn.send(from, Message::GetOk(*request, self.value)),
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
