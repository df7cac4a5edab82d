//! The register decided by single-decree Paxos for Stateright, with its own clients and linearizability tester. What a
//! server does is what the reference model's server does.

use stateright::actor::register::{RegisterActor, RegisterMsg};
use stateright::actor::{Actor, ActorModel, Id, Network, Out, majority, model_peers};
use stateright::semantics::LinearizabilityTester;
use stateright::semantics::register::Register;
use stateright::util::{HashableHashMap, HashableHashSet};
use stateright::{Expectation, Model};
use std::borrow::Cow;

type Ballot = (u32, Id);
type Proposal = (u64, Id, char);
type Accepted = Option<(Ballot, Proposal)>;

#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Internal {
    Prepare(Ballot),
    Prepared(Ballot, Accepted),
    Accept(Ballot, Proposal),
    Accepted(Ballot),
    Decided(Ballot, Proposal),
}

type Message = RegisterMsg<u64, char, Internal>;

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct State {
    ballot: Ballot,
    proposal: Option<Proposal>,
    prepares: HashableHashMap<Id, Accepted>,
    accepts: HashableHashSet<Id>,
    accepted: Accepted,
    is_decided: bool,
}

#[derive(Clone)]
pub struct Server {
    peers: Vec<Id>,
}

impl Server {
    fn majority(&self) -> usize {
        majority(self.peers.len() + 1)
    }

    fn tell(&self, out: &mut Out<Server>, message: Internal) {
        out.broadcast(&self.peers, &RegisterMsg::Internal(message));
    }
}

impl Actor for Server {
    type Msg = Message;
    type State = State;
    type Timer = ();
    type Random = ();
    type Storage = ();

    fn on_start(&self, _id: Id, _storage: &Option<()>, _out: &mut Out<Self>) -> State {
        State {
            ballot: (0, Id::from(0)),
            proposal: None,
            prepares: HashableHashMap::default(),
            accepts: HashableHashSet::default(),
            accepted: None,
            is_decided: false,
        }
    }

    fn on_msg(&self, id: Id, state: &mut Cow<State>, from: Id, message: Message, out: &mut Out<Self>) {
        if state.is_decided {
            if let (RegisterMsg::Get(request), Some((_, (_, _, value)))) = (message, state.accepted) {
                out.send(from, RegisterMsg::GetOk(request, value));
            }
            return;
        }
        match message {
            RegisterMsg::Put(request, value) if state.proposal.is_none() => {
                let state = state.to_mut();
                state.proposal = Some((request, from, value));
                state.accepts = HashableHashSet::default();
                state.ballot = (state.ballot.0 + 1, id);
                state.prepares = HashableHashMap::default();
                state.prepares.insert(id, state.accepted);
                self.tell(out, Internal::Prepare(state.ballot));
            }
            RegisterMsg::Internal(Internal::Prepare(ballot)) if state.ballot < ballot => {
                state.to_mut().ballot = ballot;
                out.send(from, RegisterMsg::Internal(Internal::Prepared(ballot, state.accepted)));
            }
            RegisterMsg::Internal(Internal::Prepared(ballot, accepted)) if ballot == state.ballot => {
                let state = state.to_mut();
                state.prepares.insert(from, accepted);
                if state.prepares.len() != self.majority() {
                    return;
                }
                let highest = state.prepares.values().max().copied().flatten().map(|(_, proposal)| proposal);
                let Some(proposal) = highest.or(state.proposal) else { return };
                state.proposal = Some(proposal);
                state.accepted = Some((ballot, proposal));
                state.accepts.insert(id);
                self.tell(out, Internal::Accept(ballot, proposal));
            }
            RegisterMsg::Internal(Internal::Accept(ballot, proposal)) if state.ballot <= ballot => {
                let state = state.to_mut();
                state.ballot = ballot;
                state.accepted = Some((ballot, proposal));
                out.send(from, RegisterMsg::Internal(Internal::Accepted(ballot)));
            }
            RegisterMsg::Internal(Internal::Accepted(ballot)) if ballot == state.ballot => {
                let state = state.to_mut();
                state.accepts.insert(from);
                if state.accepts.len() != self.majority() {
                    return;
                }
                let Some(proposal) = state.proposal else { return };
                state.is_decided = true;
                self.tell(out, Internal::Decided(ballot, proposal));
                out.send(proposal.1, RegisterMsg::PutOk(proposal.0));
            }
            RegisterMsg::Internal(Internal::Decided(ballot, proposal)) => {
                let state = state.to_mut();
                state.ballot = ballot;
                state.accepted = Some((ballot, proposal));
                state.is_decided = true;
            }
            _ => {}
        }
    }
}

/// So many servers and clients, each of which writes once and then reads.
pub fn model(
    servers: usize,
    clients: usize,
) -> impl Model<
    State: std::hash::Hash + Clone + PartialEq + std::fmt::Debug + Send + Sync,
    Action: Clone + PartialEq + std::fmt::Debug + Send + Sync,
> + Send
+ Sync
+ 'static {
    ActorModel::new((), LinearizabilityTester::new(Register(char::default())))
        .actors((0..servers).map(|server| RegisterActor::Server(Server { peers: model_peers(server, servers) })))
        .actors((0..clients).map(|_| RegisterActor::Client { put_count: 1, server_count: servers }))
        .init_network(Network::new_unordered_nonduplicating([]))
        .property(Expectation::Always, "linearizable", |_, state| state.history.serialized_history().is_some())
        .property(Expectation::Sometimes, "value chosen", |_, state| {
            let mut messages = state.network.iter_deliverable();
            messages.any(|envelope| matches!(envelope.msg, RegisterMsg::GetOk(_, value) if *value != char::default()))
        })
        .record_msg_in(RegisterMsg::record_returns)
        .record_msg_out(RegisterMsg::record_invocations)
}
