//! What clients called and were answered: for each client its operations, and with each how many of every other client's
//! had been answered when it was called.

use super::{CHOSEN, Message, NOTHING, OBSERVED, Observer, Payload};
use crate::check::linearizable::{History, Linearizability, Register, RegisterAnswer, RegisterCall, judge};
use crate::sim::payload::Named;
use crate::sim::trace::NodeId;
use serde::Serialize;

/// More ways than a handful of operations has.
const CONFIGURATIONS_MAX: u64 = 10_000_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
enum Operation {
    Write(char),
    Read,
}

#[derive(Clone, Debug, Serialize)]
struct Called {
    operation: Operation,
    /// For each client, how many of its operations had been answered.
    before: Vec<u8>,
    /// What a read was answered; a write is answered with nothing.
    answer: Option<char>,
}

/// What an envelope says to clients.
#[derive(Clone, Copy)]
enum Said {
    Call(Operation),
    Answer(char),
}

/// See the module's own words.
#[derive(Clone, Serialize)]
pub(super) struct Clients {
    /// The clients' nodes come after those of the servers.
    servers: u8,
    operations: Vec<Vec<Called>>,
    /// Of each client, how many of its operations are answered: all, or all but the last.
    answered: Vec<u8>,
    #[serde(skip)]
    read: fn(&dyn Payload) -> Option<Said>,
}

fn said<I: Named>(payload: &dyn Payload) -> Option<Said> {
    match payload.get::<Message<I>>()? {
        Message::Put(_, value) => Some(Said::Call(Operation::Write(*value))),
        Message::Get(_) => Some(Said::Call(Operation::Read)),
        Message::PutOk(_) => Some(Said::Answer(NOTHING)),
        Message::GetOk(_, value) => Some(Said::Answer(*value)),
        Message::Internal(_) => None,
    }
}

impl Clients {
    pub fn new<I: Named>(servers: u8, clients: usize) -> Clients {
        Clients { servers, operations: vec![Vec::new(); clients], answered: vec![0; clients], read: said::<I> }
    }

    /// The operations as a history in time: calls and answers in an order in which they can have happened.
    fn history(&self) -> History<Register<char>> {
        let mut history = History::default();
        let clients = self.operations.len();
        let (mut called, mut answered) = (vec![0; clients], vec![0u8; clients]);
        let total: usize = self.operations.iter().map(Vec::len).sum();
        let answers: usize = self.answered.iter().map(|count| usize::from(*count)).sum();
        for _ in 0..total + answers {
            // Calls first: a client may call once it has its answer and the others have those that it knows of.
            let can_call = |client: &usize| {
                let next = self.operations[*client].get(called[*client]);
                called[*client] == usize::from(answered[*client])
                    && next.is_some_and(|next| next.before.iter().zip(&answered).all(|(before, now)| before <= now))
            };
            if let Some(client) = (0..clients).find(can_call) {
                let call = match self.operations[client][called[client]].operation {
                    Operation::Write(value) => RegisterCall::Write(Some(value)),
                    Operation::Read => RegisterCall::Read,
                };
                called[client] += 1;
                // A client calls when it has its last answer: nothing is outstanding.
                let _ = history.call(client as u64, call);
                continue;
            }
            // Then an answer that no call still to come was made before.
            let can_be_answered = |client: &usize| {
                let mut others = (0..clients).filter(|other| other != client);
                answered[*client] < self.answered[*client]
                    && called[*client] > usize::from(answered[*client])
                    && others.all(|other| {
                        let next = self.operations[other].get(called[other]);
                        next.is_none_or(|next| next.before[*client] > answered[*client])
                    })
            };
            if let Some(client) = (0..clients).find(can_be_answered) {
                let Called { operation, answer, .. } = &self.operations[client][usize::from(answered[client])];
                let answer = match operation {
                    Operation::Write(_) => RegisterAnswer::Done,
                    Operation::Read => RegisterAnswer::Holds(*answer),
                };
                answered[client] += 1;
                let _ = history.answer(client as u64, answer);
            }
        }
        history
    }
}

impl Observer for Clients {
    fn marks(&self, payload: &dyn Payload) -> u8 {
        match (self.read)(payload) {
            Some(Said::Answer(value)) if value != NOTHING => OBSERVED | CHOSEN,
            Some(_) => OBSERVED,
            None => 0,
        }
    }

    /// An answer counts only for a call that waits for it.
    fn delivered(&mut self, _from: NodeId, to: NodeId, payload: &dyn Payload) {
        let Some(client) = to.0.checked_sub(self.servers).map(usize::from) else { return };
        if let Some(Said::Answer(value)) = (self.read)(payload)
            && self.operations[client].len() > usize::from(self.answered[client])
            && let Some(last) = self.operations[client].last_mut()
        {
            last.answer = Some(value);
            self.answered[client] += 1;
        }
    }

    fn sent(&mut self, from: NodeId, _to: NodeId, payload: &dyn Payload) {
        let Some(client) = from.0.checked_sub(self.servers).map(usize::from) else { return };
        if let Some(Said::Call(operation)) = (self.read)(payload) {
            let mut before = self.answered.clone();
            // Its own are in order anyway.
            before[client] = 0;
            self.operations[client].push(Called { operation, before, answer: None });
        }
    }

    fn is_well(&self) -> bool {
        let register = Register { initial: Some(NOTHING) };
        let verdict = judge(&register, &self.history(), CONFIGURATIONS_MAX).verdict;
        matches!(verdict, Linearizability::Linearizable(_))
    }
}
