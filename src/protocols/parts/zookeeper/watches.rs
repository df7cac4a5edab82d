//! The watches that a server keeps for its clients. Each fires once.

use super::tree::{Touch, Tree};
use super::{Answer, Error, Event, EventKind, Request, Word, Zxid, parent};
use crate::sim::trace::NodeId;
use crate::sorted::{SortedMap, SortedSet};
use serde::Serialize;

/// What a client watches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum Watched {
    /// A node's data, and its end.
    Data,
    /// That a node which is not there comes to be.
    Absence,
    /// A node's children, and its end.
    Children,
}

/// The watch that a read leaves, by its answer: none if it asks for none, or is refused for want of the node.
pub fn left_by(request: &Request, answer: &Result<Answer, Error>) -> Option<(Watched, Word)> {
    let (watch, path, kind) = match request {
        Request::Exists { path, watch } if answer.is_err() => (watch, path, Watched::Absence),
        Request::Exists { path, watch } | Request::GetData { path, watch } => (watch, path, Watched::Data),
        Request::GetChildren { path, watch } => (watch, path, Watched::Children),
        _ => return None,
    };
    let is_left = *watch && (answer.is_ok() || kind == Watched::Absence);
    is_left.then(|| (kind, path.clone()))
}

type Watchers = SortedMap<Word, SortedSet<NodeId>>;

/// Who watches what. Absence and data are one thing to the server: whatever happens to the node's own self.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Watches {
    nodes: Watchers,
    children: Watchers,
}

impl Watches {
    pub fn add(&mut self, kind: Watched, path: Word, client: NodeId) {
        let watchers = match kind {
            Watched::Data | Watched::Absence => &mut self.nodes,
            Watched::Children => &mut self.children,
        };
        match watchers.get_mut(&path) {
            Some(watching) => drop(watching.insert(client)),
            None => drop(watchers.insert(path, [client].into_iter().collect())),
        }
    }

    /// A client is gone, and its watches with it.
    pub fn forget(&mut self, client: NodeId) {
        for watchers in [&mut self.nodes, &mut self.children] {
            for (_, watching) in watchers.iter_mut() {
                watching.remove(&client);
            }
            watchers.retain(|_, watching| !watching.is_empty());
        }
    }

    /// Who watches a node's own self.
    pub fn of_node(&self, path: &str) -> impl Iterator<Item = NodeId> + '_ {
        self.nodes.get(path).into_iter().flatten().copied()
    }

    pub fn clear(&mut self) {
        *self = Watches::default();
    }

    /// Takes the watches that a transaction fires, and says who is to hear what, in order.
    pub fn fire(&mut self, touch: &Touch) -> Vec<(NodeId, Event)> {
        let take = |watchers: &mut Watchers, path: &str| watchers.remove(path).unwrap_or_default();
        let (path, kind) = match touch {
            Touch::Created(path) => (path, EventKind::Created),
            Touch::Deleted(path) => (path, EventKind::Deleted),
            Touch::Set(path) => (path, EventKind::DataChanged),
        };
        let mut hear: SortedSet<NodeId> = take(&mut self.nodes, path);
        if kind == EventKind::Deleted {
            // Whoever watches both hears of the end once.
            hear.extend(take(&mut self.children, path));
        }
        let event = |kind, path: &str| Event { kind, path: path.into() };
        let mut heard: Vec<_> = hear.into_iter().map(|client| (client, event(kind, path))).collect();
        if let Some(above) = parent(path).filter(|_| kind != EventKind::DataChanged) {
            let watching = take(&mut self.children, above);
            heard.extend(watching.into_iter().map(|client| (client, event(EventKind::ChildrenChanged, above))));
        }
        heard
    }

    /// A client that had lost its connection brings a watch along, and the last transaction that it has seen: either
    /// what it watched for has happened since, or the watch stands again.
    pub fn renew(&mut self, tree: &Tree, kind: Watched, path: &Word, seen: Zxid, client: NodeId) -> Option<Event> {
        let stat = tree.stat(path);
        let happened = match (kind, stat) {
            (Watched::Absence, Some(_)) => Some(EventKind::Created),
            (Watched::Data | Watched::Children, None) => Some(EventKind::Deleted),
            (Watched::Data, Some(stat)) if stat.modified > seen => Some(EventKind::DataChanged),
            (Watched::Children, Some(stat)) if stat.children_changed > seen => Some(EventKind::ChildrenChanged),
            _ => None,
        };
        if happened.is_none() {
            self.add(kind, path.clone(), client);
        }
        happened.map(|kind| Event { kind, path: path.clone() })
    }
}
