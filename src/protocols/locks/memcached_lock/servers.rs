//! Which server a client asks. Nobody but the client decides: it hashes the key onto the servers that it takes for alive.
//!
//! A server that leaves several requests in a row unanswered is taken for dead, and its keys belong to the next; after a
//! while it is tried again. Another client may see it otherwise, and then the two ask different servers for the same lock.

use super::settings::Settings;
use crate::sim::clock::LocalTime;
use crate::sim::time::Span;
use crate::sim::trace::NodeId;
use serde::Serialize;

/// The servers as one client sees them, in the order in which the lock's key falls to them.
#[derive(Clone, Serialize)]
pub struct Servers {
    all: Vec<Server>,
    #[serde(skip)]
    failures_max: u32,
    #[serde(skip)]
    ejected_for: Span,
}

#[derive(Clone, Serialize)]
struct Server {
    node: NodeId,
    /// Requests in a row that had no reply.
    failures: u32,
    /// Until when it is taken for dead.
    dead_until: Option<LocalTime>,
}

impl Servers {
    pub fn new(settings: &Settings) -> Servers {
        let all = settings.servers().map(|node| Server { node, failures: 0, dead_until: None }).collect();
        Servers { all, failures_max: settings.failures_max, ejected_for: settings.ejected_for }
    }

    /// The server that the lock's key falls to: the first that is taken for alive, or the first of all.
    pub fn chosen(&self) -> NodeId {
        let alive = self.all.iter().find(|server| server.dead_until.is_none());
        alive.unwrap_or(&self.all[0]).node
    }

    /// The same, once those that have been dead for long enough are tried again.
    pub fn choose(&mut self, now: LocalTime) -> NodeId {
        for server in &mut self.all {
            server.dead_until = server.dead_until.filter(|until| now < *until);
        }
        self.chosen()
    }

    pub fn answered(&mut self, node: NodeId) {
        self.all.iter_mut().filter(|server| server.node == node).for_each(|server| server.failures = 0);
    }

    /// A request had no reply. Where there is only one server there is nobody to go to.
    pub fn failed(&mut self, node: NodeId, now: LocalTime) {
        if self.all.len() == 1 {
            return;
        }
        for server in self.all.iter_mut().filter(|server| server.node == node) {
            server.failures += 1;
            if server.failures >= self.failures_max {
                server.failures = 0;
                server.dead_until = Some(now.after(self.ejected_for));
            }
        }
    }
}
