//! The register of Attiya, Bar-Noy and Dolev ("Sharing Memory Robustly in Message-Passing Systems", 1995): a server asks a
//! majority for the latest value, then tells a majority what is the latest from now on; a read too.

use super::{Message, NOTHING, NoTimer, Registers, Servers, constants, face};
use crate::models::{ReferenceModel, searched};
use crate::sim::payload::{Named, Subject};
use crate::sim::role::{Diskless, Role, Turn};
use crate::sim::show::Face;
use crate::sim::trace::NodeId;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

pub static MODEL: ReferenceModel = ReferenceModel {
    id: "stateright-abd",
    names: &["linearizable-register", "abd"],
    title: "the replicated register of Attiya, Bar-Noy and Dolev",
    source: "Stateright 0.31, examples/linearizable-register.rs",
    constants: &constants(2, 5),
    by_symmetry: None,
    search: |values, options, watch| {
        Ok(searched(&Registers::new::<Replica, Internal>(values[0], values[1]), options, watch))
    },
};

/// A logical clock, and who made it tick: they order values.
type Stamp = (u32, u8);

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
enum Internal {
    Query(u32),
    AckQuery(u32, Stamp, char),
    Record(u32, Stamp, char),
    AckRecord(u32),
}

impl Named for Internal {
    fn kind(&self) -> &'static str {
        match self {
            Internal::Query(..) => "query",
            Internal::AckQuery(..) => "ack-query",
            Internal::Record(..) => "record",
            Internal::AckRecord(..) => "ack-record",
        }
    }

    fn subject(&self) -> Subject {
        Subject::NONE
    }
}

/// A client's request under way; a server works on one at a time.
#[derive(Clone, Serialize)]
enum Phase {
    /// Asks a majority. `write` is none for a read.
    Asking { request: u32, client: u8, write: Option<char>, answers: BTreeMap<u8, (Stamp, char)> },
    /// Tells a majority. `read` is what a read will be answered.
    Telling { request: u32, client: u8, read: Option<char>, told: BTreeSet<u8> },
}

#[derive(Clone, Serialize)]
struct Replica {
    stamp: Stamp,
    value: char,
    phase: Option<Phase>,
    servers: u8,
}

impl Replica {
    fn tell_others(&self, message: Internal, turn: &mut Turn<Self>) {
        let me = turn.me().0;
        for peer in (0..self.servers).filter(|peer| *peer != me) {
            turn.send(NodeId(peer), Message::Internal(message.clone()));
        }
    }

    fn begin(&mut self, from: NodeId, request: u32, write: Option<char>, turn: &mut Turn<Self>) {
        if self.phase.is_none() {
            self.tell_others(Internal::Query(request), turn);
            let answers = BTreeMap::from([(turn.me().0, (self.stamp, self.value))]);
            self.phase = Some(Phase::Asking { request, client: from.0, write, answers });
        }
    }

    fn keep_if_later(&mut self, stamp: Stamp, value: char) {
        if stamp > self.stamp {
            (self.stamp, self.value) = (stamp, value);
        }
    }

    fn answered(&mut self, from: NodeId, of: u32, stamp: Stamp, value: char, turn: &mut Turn<Self>) {
        let majority = Servers { count: self.servers }.majority();
        let Some(Phase::Asking { request, client, write, answers }) = &mut self.phase else { return };
        if *request != of {
            return;
        }
        answers.insert(from.0, (stamp, value));
        if answers.len() != majority {
            return;
        }
        let (latest, held) = answers.values().copied().max_by_key(|(stamp, _)| *stamp).unwrap_or((stamp, value));
        let me = turn.me().0;
        let (request, client, write) = (*request, *client, *write);
        let (stamp, value) = write.map_or((latest, held), |value| ((latest.0 + 1, me), value));
        self.tell_others(Internal::Record(request, stamp, value), turn);
        self.keep_if_later(stamp, value);
        let read = if write.is_none() { Some(held) } else { None };
        self.phase = Some(Phase::Telling { request, client, read, told: BTreeSet::from([me]) });
    }

    fn recorded(&mut self, from: NodeId, of: u32, turn: &mut Turn<Self>) {
        let majority = Servers { count: self.servers }.majority();
        let Some(Phase::Telling { request, client, read, told }) = &mut self.phase else { return };
        if *request == of && told.insert(from.0) && told.len() == majority {
            let answer = read.map_or(Message::PutOk(of), |value| Message::GetOk(of, value));
            turn.send(NodeId(*client), answer);
            self.phase = None;
        }
    }
}

impl Role for Replica {
    type Message = Message<Internal>;
    type Timer = NoTimer;
    type Durable = Diskless;
    type Setup = Servers;

    fn start(setup: &Servers, turn: &mut Turn<Self>) -> Self {
        Replica { stamp: (0, turn.me().0), value: NOTHING, phase: None, servers: setup.count }
    }

    fn receive(&mut self, from: NodeId, message: &Message<Internal>, turn: &mut Turn<Self>) {
        match *message {
            Message::Put(request, value) => self.begin(from, request, Some(value), turn),
            Message::Get(request) => self.begin(from, request, None, turn),
            Message::Internal(Internal::Query(request)) => {
                turn.send(from, Message::Internal(Internal::AckQuery(request, self.stamp, self.value)));
            }
            Message::Internal(Internal::AckQuery(request, stamp, value)) => {
                self.answered(from, request, stamp, value, turn);
            }
            Message::Internal(Internal::Record(request, stamp, value)) => {
                turn.send(from, Message::Internal(Internal::AckRecord(request)));
                self.keep_if_later(stamp, value);
            }
            Message::Internal(Internal::AckRecord(request)) => self.recorded(from, request, turn),
            Message::PutOk(_) | Message::GetOk(..) => {}
        }
    }

    fn fire(&mut self, timer: &NoTimer, _turn: &mut Turn<Self>) {
        match *timer {}
    }

    fn face(&self, _disk: &Diskless) -> Face {
        face()
    }
}
