//! A register that is written once, by single-decree Paxos: whoever is asked to write leads a ballot, and drives the value
//! that the highest ballot of a majority has accepted, or its own. Reads are answered once the value is decided.

use super::{Message, NoTimer, Registers, Servers, constants, face};
use crate::models::{ReferenceModel, searched};
use crate::sim::payload::{Named, Subject};
use crate::sim::role::{Diskless, Role, Turn};
use crate::sim::show::Face;
use crate::sim::trace::NodeId;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

pub static MODEL: ReferenceModel = ReferenceModel {
    id: "stateright-paxos",
    names: &[],
    title: "a register decided by single-decree Paxos",
    source: "Stateright 0.31, examples/paxos.rs",
    constants: &constants(3, 5),
    by_symmetry: None,
    search: |values, options, watch| {
        Ok(searched(&Registers::new::<Server, Internal>(values[0], values[1]), options, watch))
    },
};

/// A round, and who leads it.
type Ballot = (u32, u8);
/// A client's request: its number, the client, the value.
type Proposal = (u32, u8, char);
type Accepted = Option<(Ballot, Proposal)>;

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
enum Internal {
    Prepare(Ballot),
    Prepared(Ballot, Accepted),
    Accept(Ballot, Proposal),
    Accepted(Ballot),
    Decided(Ballot, Proposal),
}

impl Named for Internal {
    fn kind(&self) -> &'static str {
        match self {
            Internal::Prepare(..) => "prepare",
            Internal::Prepared(..) => "prepared",
            Internal::Accept(..) => "accept",
            Internal::Accepted(..) => "accepted",
            Internal::Decided(..) => "decided",
        }
    }

    fn subject(&self) -> Subject {
        Subject::NONE
    }
}

#[derive(Clone, Serialize)]
struct Server {
    ballot: Ballot,
    // As a leader:
    proposal: Option<Proposal>,
    prepares: BTreeMap<u8, Accepted>,
    accepts: BTreeSet<u8>,
    // As an acceptor:
    accepted: Accepted,
    is_decided: bool,
    servers: u8,
}

impl Server {
    fn tell_others(&self, message: Internal, turn: &mut Turn<Self>) {
        let me = turn.me().0;
        for peer in (0..self.servers).filter(|peer| *peer != me) {
            turn.send(NodeId(peer), Message::Internal(message.clone()));
        }
    }

    fn majority(&self) -> usize {
        Servers { count: self.servers }.majority()
    }

    /// Leads a new ballot for a client's value, unless it has led one already. Its own promise is as good as sent.
    fn lead(&mut self, proposal: Proposal, turn: &mut Turn<Self>) {
        let me = turn.me().0;
        self.proposal = Some(proposal);
        self.accepts.clear();
        self.ballot = (self.ballot.0 + 1, me);
        self.prepares = BTreeMap::from([(me, self.accepted)]);
        self.tell_others(Internal::Prepare(self.ballot), turn);
    }

    /// With a majority of promises it drives the value of the highest ballot among them, or else its client's.
    fn prepared(&mut self, from: NodeId, accepted: Accepted, turn: &mut Turn<Self>) {
        self.prepares.insert(from.0, accepted);
        if self.prepares.len() != self.majority() {
            return;
        }
        let highest = self.prepares.values().max().copied().flatten().map(|(_, proposal)| proposal);
        let Some(proposal) = highest.or(self.proposal) else { return };
        self.proposal = Some(proposal);
        self.accepted = Some((self.ballot, proposal));
        self.accepts.insert(turn.me().0);
        self.tell_others(Internal::Accept(self.ballot, proposal), turn);
    }

    fn accepted(&mut self, from: NodeId, turn: &mut Turn<Self>) {
        self.accepts.insert(from.0);
        if self.accepts.len() != self.majority() {
            return;
        }
        let Some(proposal) = self.proposal else { return };
        self.is_decided = true;
        self.tell_others(Internal::Decided(self.ballot, proposal), turn);
        let (request, client, _) = proposal;
        turn.send(NodeId(client), Message::PutOk(request));
    }
}

impl Role for Server {
    type Message = Message<Internal>;
    type Timer = NoTimer;
    type Durable = Diskless;
    type Setup = Servers;

    fn start(setup: &Servers, _turn: &mut Turn<Self>) -> Self {
        Server {
            ballot: (0, 0),
            proposal: None,
            prepares: BTreeMap::new(),
            accepts: BTreeSet::new(),
            accepted: None,
            is_decided: false,
            servers: setup.count,
        }
    }

    fn receive(&mut self, from: NodeId, message: &Message<Internal>, turn: &mut Turn<Self>) {
        if self.is_decided {
            if let (Message::Get(request), Some((_, (_, _, value)))) = (message, self.accepted) {
                turn.send(from, Message::GetOk(*request, value));
            }
            return;
        }
        match *message {
            Message::Put(request, value) if self.proposal.is_none() => self.lead((request, from.0, value), turn),
            Message::Internal(Internal::Prepare(ballot)) if self.ballot < ballot => {
                self.ballot = ballot;
                turn.send(from, Message::Internal(Internal::Prepared(ballot, self.accepted)));
            }
            Message::Internal(Internal::Prepared(ballot, accepted)) if ballot == self.ballot => {
                self.prepared(from, accepted, turn);
            }
            Message::Internal(Internal::Accept(ballot, proposal)) if self.ballot <= ballot => {
                self.ballot = ballot;
                self.accepted = Some((ballot, proposal));
                turn.send(from, Message::Internal(Internal::Accepted(ballot)));
            }
            Message::Internal(Internal::Accepted(ballot)) if ballot == self.ballot => self.accepted(from, turn),
            Message::Internal(Internal::Decided(ballot, proposal)) => {
                self.ballot = ballot;
                self.accepted = Some((ballot, proposal));
                self.is_decided = true;
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
