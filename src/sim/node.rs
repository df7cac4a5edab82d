//! A running node with its disk, erased so that the driver is compiled once for all protocols.

use super::clock::LocalTime;
use super::fingerprint::{Hasher, hash_into};
use super::payload::Payload;
use super::role::{Durable, Effect, Now, RecordOf, Role, turn};
use super::show::{Condition, Face};
use super::trace::NodeId;
use std::any::Any;
use std::sync::Arc;

/// A node as the driver sees it. [`process`] makes one of any [`Role`].
pub trait Node: Send + Sync {
    fn start(&mut self, now: Now, effects: &mut Vec<Effect>);
    fn receive(&mut self, now: Now, from: NodeId, message: &dyn Payload, effects: &mut Vec<Effect>);
    fn fire(&mut self, now: Now, timer: &dyn Payload, effects: &mut Vec<Effect>);
    fn disconnected(&mut self, now: Now, peer: NodeId, effects: &mut Vec<Effect>);
    /// Says whether the intervention found anything to act on, in the process or on its disk.
    fn intervene(&mut self, now: Now, key: &str, arguments: &[u32], effects: &mut Vec<Effect>) -> bool;
    /// Appends a record to the log, not yet durable.
    fn write(&mut self, record: &dyn Payload);
    /// The first `count` records not yet durable become so; the role is told.
    fn synced(&mut self, now: Now, count: usize, effects: &mut Vec<Effect>);
    /// How many records are written and not yet durable.
    fn unsynced(&self) -> usize;
    /// Whether it has a disk at all.
    fn has_disk(&self) -> bool;
    /// The process dies; of the records not yet durable the first `kept` survive.
    fn crash(&mut self, kept: usize);
    /// Feeds the node's identity (volatile and durable state) to `hasher`.
    fn hash_into(&self, hasher: &mut Hasher);
    /// The face; none while the node is down.
    fn face(&self) -> Option<Face>;
    fn conditions(&self, now: LocalTime) -> Vec<Condition>;
    fn as_any(&self) -> &dyn Any;
    fn cloned(&self) -> Arc<dyn Node>;
}

/// A role, its disk and its set-up.
#[derive(Clone)]
pub struct Process<R: Role> {
    setup: R::Setup,
    /// None while the node is down.
    role: Option<R>,
    /// What completed fsyncs have made durable.
    durable: R::Durable,
    /// Written since, in order.
    unsynced: Vec<RecordOf<R>>,
}

/// A node that runs the role.
pub fn process<R: Role>(setup: R::Setup) -> Arc<dyn Node> {
    Arc::new(Process::<R> { setup, role: None, durable: R::Durable::default(), unsynced: Vec::new() })
}

/// The role's volatile state and durable disk, if `node` runs that role; no volatile state while it is down.
pub fn look<R: Role>(node: &dyn Node) -> Option<(Option<&R>, &R::Durable)> {
    let process = node.as_any().downcast_ref::<Process<R>>()?;
    Some((process.role.as_ref(), &process.durable))
}

impl<R: Role> Process<R> {
    /// The driver hands each payload to the node whose protocol made it.
    fn own<T: super::payload::Named>(payload: &dyn Payload) -> &T {
        payload.get().expect("a protocol's nodes send each other its own messages only")
    }
}

impl<R: Role> Node for Process<R> {
    fn start(&mut self, now: Now, effects: &mut Vec<Effect>) {
        self.role = Some(R::start(&self.setup, &mut turn(now, &self.durable, effects)));
    }

    fn receive(&mut self, now: Now, from: NodeId, message: &dyn Payload, effects: &mut Vec<Effect>) {
        if let Some(role) = &mut self.role {
            role.receive(from, Self::own(message), &mut turn(now, &self.durable, effects));
        }
    }

    fn fire(&mut self, now: Now, timer: &dyn Payload, effects: &mut Vec<Effect>) {
        if let Some(role) = &mut self.role {
            role.fire(Self::own(timer), &mut turn(now, &self.durable, effects));
        }
    }

    fn disconnected(&mut self, now: Now, peer: NodeId, effects: &mut Vec<Effect>) {
        if let Some(role) = &mut self.role {
            role.disconnected(peer, &mut turn(now, &self.durable, effects));
        }
    }

    fn intervene(&mut self, now: Now, key: &str, arguments: &[u32], effects: &mut Vec<Effect>) -> bool {
        let on_disk = self.durable.intervene(key, arguments);
        let in_process = match &mut self.role {
            Some(role) => role.intervene(key, arguments, &mut turn(now, &self.durable, effects)),
            None => false,
        };
        on_disk || in_process
    }

    fn write(&mut self, record: &dyn Payload) {
        self.unsynced.push(Self::own::<RecordOf<R>>(record).clone());
    }

    fn synced(&mut self, now: Now, count: usize, effects: &mut Vec<Effect>) {
        for record in self.unsynced.drain(..count.min(self.unsynced.len())) {
            self.durable.apply(&record);
        }
        if let Some(role) = &mut self.role {
            role.synced(&mut turn(now, &self.durable, effects));
        }
    }

    fn has_disk(&self) -> bool {
        R::Durable::IS_ON_DISK
    }

    fn unsynced(&self) -> usize {
        self.unsynced.len()
    }

    fn crash(&mut self, kept: usize) {
        self.role = None;
        self.unsynced.truncate(kept);
        for record in self.unsynced.drain(..) {
            self.durable.apply(&record);
        }
    }

    fn hash_into(&self, hasher: &mut Hasher) {
        hash_into(&(&self.role, &self.durable), hasher);
        hash_into(&self.unsynced, hasher);
    }

    fn face(&self) -> Option<Face> {
        self.role.as_ref().map(|role| role.face(&self.durable))
    }

    fn conditions(&self, now: LocalTime) -> Vec<Condition> {
        self.role.as_ref().map_or_else(Vec::new, |role| role.conditions(&self.durable, now))
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn cloned(&self) -> Arc<dyn Node> {
        Arc::new(self.clone())
    }
}
