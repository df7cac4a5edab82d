//! A world taken apart. Worlds are many where what they are made of is few: a node with its run-time, a message under way,
//! something that is due, the network. Whoever keeps many worlds keeps each part once, and of a world the parts' numbers.

use super::counts::Counts;
use super::fingerprint::{Hasher, encoded, hash_into};
use super::identity::hash_effects;
use super::name::Uncounted;
use super::network::Network;
use super::node::Node;
use super::time::Instant;
use super::trace::{Local, LocalIndex, Message, MessageIndex, NodeId, Trace};
use super::world::{Action, Due, Flight, Slot, World};
use std::collections::BTreeMap;
use std::sync::Arc;

/// As many numbers at the beginning of a row are the instant.
const NOW_NUMBERS: usize = 2;
/// About how many bytes a part takes beside what its encoding says.
const PART_BYTES: usize = 512;

/// Something that worlds are made of.
pub struct Part(Kind);

enum Kind {
    Node(Box<NodePart>),
    Flight(Flight),
    Due(Due, Action),
    Network(Box<Network>),
}

/// A node with its run-time, how often it has used its names, and the records and timers that it may yet speak of.
struct NodePart {
    node: Arc<dyn Node>,
    slot: Slot,
    counts: Vec<(Uncounted, u32)>,
    locals: Vec<Local>,
}

/// Gives the number of the part of an encoding, which is made if it is new.
pub type Number<'a> = dyn FnMut(&[u8], &mut dyn FnMut() -> Part) -> u32 + 'a;

impl Part {
    /// About how many bytes a part of this encoding takes.
    pub fn bytes(encoding: &[u8]) -> usize {
        size_of::<Part>() + PART_BYTES + 3 * encoding.len()
    }

    /// Whether nothing has happened to a node since it was put together of this part: whatever does changes the node, but
    /// for a pause, what had reached it, and effects that were left undone.
    fn is_still(&self, process: &Arc<dyn Node>, slot: &Slot) -> bool {
        let Kind::Node(part) = &self.0 else { return false };
        let is_idle = |slot: &Slot| slot.pending.is_empty() && slot.inbox.is_empty() && slot.pauses.is_empty();
        Arc::ptr_eq(&part.node, process) && part.slot.status == slot.status && is_idle(&part.slot) && is_idle(slot)
    }
}

impl World {
    /// Appends the world as a row of numbers. `trace` knows its messages and locals by their indices. Indices are no part
    /// of it: they say how many came before. `before` are the nodes' parts of the world that this one was, with their
    /// numbers, if it was put together: most of them are as they were.
    pub fn take_apart(&self, trace: &Trace, before: &[(u32, &Part)], number: &mut Number, row: &mut Vec<u32>) {
        let now = self.now.as_micros();
        row.extend([now as u32, (now >> 32) as u32]);
        let order: Vec<MessageIndex> = self.flights.keys().copied().collect();
        let place = |index: MessageIndex| order.binary_search(&index).map_or(MessageIndex::MAX, |place| place as u32);
        let mut counted = None;
        for (node, slot) in (0..).map(NodeId).zip(&self.slots) {
            let process = &self.nodes[node.index()];
            if let Some((number, part)) = before.get(node.index())
                && part.is_still(process, slot)
            {
                row.push(*number);
                continue;
            }
            let (mut slot, mut locals) = (slot.clone(), Vec::new());
            each_local(&mut slot, |index| {
                locals.push(trace.local(*index).clone());
                *index = locals.len() as LocalIndex - 1;
            });
            each_message(slot.inbox.iter_mut().map(|(_, action)| action), place);
            let counted = counted.get_or_insert_with(|| self.counts.all());
            let of_node = counted.iter().filter(|(name, _)| name.node == node);
            let counts: Vec<(Uncounted, u32)> = of_node.map(|(name, count)| (*name, *count)).collect();
            let encoding = encoded(|hasher| {
                process.hash_into(hasher.number(1).number(u64::from(node.0)));
                hash_slot(&slot, hasher);
                hasher.number(counts.len() as u64);
                for (Uncounted { purpose, peer, kind, subject, .. }, count) in &counts {
                    hash_into(&(*purpose as u8, peer, kind, subject, count), hasher);
                }
                locals.iter().for_each(|local| local.payload.hash_into(hasher));
            });
            row.push(number(&encoding, &mut || {
                let (slot, counts, locals) = (slot.clone(), counts.clone(), locals.clone());
                Part(Kind::Node(Box::new(NodePart { node: process.clone(), slot, counts, locals })))
            }));
        }
        let mut network = self.network.clone();
        let queues = network.channels.iter_mut().flat_map(|(_, channel)| &mut channel.queue);
        queues.for_each(|index| *index = place(*index));
        let encoding = encoded(|hasher| network.hash_as_it_is(hasher.number(2)));
        row.push(number(&encoding, &mut || Part(Kind::Network(Box::new(network.clone())))));
        row.push(self.flights.len() as u32);
        for flight in self.flights.values() {
            let encoding = encoded(|hasher| hash_flight(flight, hasher.number(3)));
            row.push(number(&encoding, &mut || Part(Kind::Flight(flight.clone()))));
        }
        for (due, action) in &self.agenda {
            let mut action = *action;
            each_message([&mut action], place);
            let encoding = encoded(|hasher| {
                due.hash_into(Instant::START, true, hasher.number(4));
                hash_action(action, hasher);
            });
            row.push(number(&encoding, &mut || Part(Kind::Due(*due, action))));
        }
    }

    /// The world that was taken apart into a row, made from this one, which has the same nodes; with a trace that knows
    /// what can still be spoken of.
    ///
    /// # Panics
    /// If the numbers are not those of such a world's parts: a mistake of the caller.
    pub fn put_together<'a>(&self, row: &[u32], part: impl Fn(u32) -> &'a Part) -> (World, Trace) {
        let (mut row, mut trace) = (row.iter().copied(), Trace::default());
        let mut next = || row.next().expect("a world's row");
        let now = Instant::from_micros(u64::from(next()) | u64::from(next()) << 32);
        let (mut nodes, mut slots, mut counts) = (Vec::new(), Vec::new(), Counts::default());
        for _ in &self.slots {
            let Kind::Node(node) = &part(next()).0 else { panic!("a node's part") };
            let (first, mut slot) = (trace.locals.len() as LocalIndex, node.slot.clone());
            each_local(&mut slot, |index| *index += first);
            trace.locals.extend_from_slice(&node.locals);
            node.counts.iter().for_each(|(name, count)| counts.set(name, *count));
            nodes.push(node.node.clone());
            slots.push(slot);
        }
        let Kind::Network(network) = &part(next()).0 else { panic!("the network's part") };
        let (mut flights, mut agenda) = (BTreeMap::new(), BTreeMap::new());
        for index in 0..next() {
            let Kind::Flight(flight) = &part(next()).0 else { panic!("a message's part") };
            let Flight { name, payload, connected, .. } = flight;
            let (payload, ends) = (payload.clone(), Vec::new());
            trace.messages.push(Message { name: *name, payload, connected: *connected, sent: 0, due: now, ends });
            flights.insert(index, flight.clone());
        }
        for number in row {
            let Kind::Due(due, action) = &part(number).0 else { panic!("the part of something due") };
            agenda.insert(*due, *action);
        }
        let (next_message, next_local) = (trace.messages.len() as u32, trace.locals.len() as u32);
        let (seed, network) = (self.seed, Network::clone(network));
        (World { now, seed, nodes, slots, network, flights, agenda, counts, next_message, next_local }, trace)
    }
}

/// The numbers of the nodes' parts in a world's row.
pub fn nodes_of(row: &[u32], nodes: usize) -> &[u32] {
    &row[NOW_NUMBERS..][..nodes]
}

/// Whatever of a node's run-time is a local's index, always in the same order.
fn each_local(slot: &mut Slot, mut change: impl FnMut(&mut LocalIndex)) {
    slot.last_record.iter_mut().for_each(|(index, _)| change(index));
    slot.syncs.iter_mut().for_each(|sync| change(&mut sync.last.0));
    slot.timers.iter_mut().for_each(|(_, timer)| change(&mut timer.index));
}

fn each_message<'a>(actions: impl IntoIterator<Item = &'a mut Action>, place: impl Fn(MessageIndex) -> MessageIndex) {
    for action in actions {
        if let Action::Deliver(index) = action {
            *index = place(*index);
        }
    }
}

fn hash_slot(slot: &Slot, hasher: &mut Hasher) {
    let Slot { status, clock, fsync: _, pending, syncs, timers, pauses, inbox, uncovered, last_record } = slot;
    hash_into(&(status, clock, pauses, uncovered, last_record), hasher);
    hash_effects(pending.iter(), pending.len(), hasher);
    hasher.number(syncs.len() as u64);
    for sync in syncs {
        sync.due.hash_into(Instant::START, true, hasher);
        hash_into(&(&sync.covered, &sync.last), hasher);
        hash_effects(sync.rest.iter(), sync.rest.len(), hasher);
    }
    hasher.number(timers.len() as u64);
    for timer in timers.values() {
        timer.due.hash_into(Instant::START, true, hasher);
        hash_into(&(&timer.name, timer.local_due.as_micros()), hasher);
        timer.payload.hash_into(hasher);
    }
    hasher.number(inbox.len() as u64);
    for (due, action) in inbox {
        due.hash_into(Instant::START, true, hasher);
        hash_action(*action, hasher);
    }
}

fn hash_flight(flight: &Flight, hasher: &mut Hasher) {
    let Flight { name, payload, connected, doom, copies, arrived } = flight;
    hash_into(&(name, connected, doom.map(|loss| loss as u8), copies, arrived), hasher);
    payload.hash_into(hasher);
}

fn hash_action(action: Action, hasher: &mut Hasher) {
    match action {
        Action::Perform(node) => hash_into(&(0, node), hasher),
        Action::Start(node) => hash_into(&(1, node), hasher),
        Action::Sync(node) => hash_into(&(2, node), hasher),
        Action::Deliver(index) => hash_into(&(3, index), hasher),
        Action::Disconnect { node, peer } => hash_into(&(4, node, peer), hasher),
        Action::Fire { node, kind, subject } => hash_into(&(5, node, kind, subject), hasher),
        Action::Break { one, other } => hash_into(&(6, one, other), hasher),
    }
}
