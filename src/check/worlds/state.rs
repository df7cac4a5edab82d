//! A state of worlds: open while something happens in it, and packed into a short row of numbers while it waits. What
//! worlds are made of is kept once for all of them, see [`crate::sim::parts`].

use super::asleep::Asleep;
use super::budget::Left;
use crate::check::numbers::Numbered;
use crate::check::property::{Judgement, Monitor, View};
use crate::sim::fingerprint::{Hasher, encoded, hash_into};
use crate::sim::network::NodeSet;
use crate::sim::node::Node;
use crate::sim::parts::{Part, nodes_of};
use crate::sim::recorder::Recorder;
use crate::sim::trace::{Local, LocalIndex, Message, MessageIndex, Step, Trace};
use crate::sim::world::World;
use crate::text::Text;
use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// A world with what its monitors remember and which faults it may still meet.
#[derive(Clone)]
pub struct WorldState {
    held: Held,
    /// See [`crate::check::model::Model::marks`].
    pub(super) marks: u32,
    /// The hash of the state's identity.
    pub(super) fingerprint: u64,
    pub(super) asleep: Asleep,
}

#[derive(Clone)]
enum Held {
    Open(Box<Open>),
    Packed(Box<[u32]>),
}

/// A world in which something can happen.
#[derive(Clone)]
pub(super) struct Open {
    pub world: World,
    /// The messages and records that can be spoken of: monitors look them up.
    pub names: Trace,
    pub watched: Vec<Watched>,
    pub left: Left,
    /// The numbers of the parts that its nodes were, if it was packed.
    pub nodes: Vec<u32>,
}

#[derive(Clone)]
pub(super) struct Watched {
    pub monitor: BoxedMonitor,
    pub standing: Standing,
}

pub(super) struct BoxedMonitor(pub Box<dyn Monitor>);

impl Clone for BoxedMonitor {
    fn clone(&self) -> Self {
        BoxedMonitor(self.0.cloned())
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    Nothing,
    Broken(Text),
    Met,
    Pending(Text),
}

/// By the fingerprints. [`Shelves::is_same`] knows for certain.
impl PartialEq for WorldState {
    fn eq(&self, other: &WorldState) -> bool {
        self.fingerprint == other.fingerprint
    }
}

impl Eq for WorldState {}

impl fmt::Debug for WorldState {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "WorldState({:016x})", self.fingerprint)
    }
}

impl WorldState {
    /// What the state holds beyond its own size, in bytes.
    pub(super) fn bytes(&self) -> usize {
        let held = match &self.held {
            Held::Open(_) => size_of::<Open>(),
            Held::Packed(row) => size_of_val(&row[..]),
        };
        held + self.asleep.bytes()
    }
}

impl Open {
    pub fn identified(self, marks: u32, asleep: Asleep) -> WorldState {
        let mut hasher = Hasher::keyed(0);
        self.hash_into(&mut hasher);
        WorldState { held: Held::Open(Box::new(self)), marks, fingerprint: hasher.finish(), asleep }
    }

    /// Feeds the state's identity to `hasher`.
    fn hash_into(&self, hasher: &mut Hasher) {
        self.world.hash_into(hasher);
        self.left.hash_into(hasher);
        self.hash_watched(hasher);
    }

    /// The hash of what monitors remember.
    pub fn remembered(&self) -> u64 {
        let mut hasher = Hasher::keyed(0);
        self.hash_watched(&mut hasher);
        hasher.finish()
    }

    fn hash_watched(&self, hasher: &mut Hasher) {
        for Watched { monitor, standing } in &self.watched {
            monitor.0.hash_into(hasher);
            hasher.number(standing.code());
        }
    }
}

impl Standing {
    fn code(&self) -> u64 {
        match self {
            Standing::Nothing => 0,
            Standing::Broken(_) => 1,
            Standing::Met => 2,
            Standing::Pending(_) => 3,
        }
    }

    /// Why, in a sentence.
    pub fn why(&self) -> Option<&Text> {
        match self {
            Standing::Broken(why) | Standing::Pending(why) => Some(why),
            Standing::Nothing | Standing::Met => None,
        }
    }
}

/// Where all that states are made of is kept, each once.
pub(super) struct Shelves {
    /// A world of the same nodes.
    pattern: World,
    parts: Numbered<Part>,
    watched: Numbered<Watched>,
    left: Numbered<Left>,
    bytes: AtomicU64,
}

impl Shelves {
    pub fn new(pattern: World) -> Shelves {
        let (parts, watched, left) = (Numbered::default(), Numbered::default(), Numbered::default());
        Shelves { pattern, parts, watched, left, bytes: 0.into() }
    }

    /// The state as a row of numbers: what is left of the budget, the monitors, and the world's own row.
    pub fn packed(&self, state: WorldState) -> WorldState {
        let WorldState { held, marks, fingerprint, asleep } = state;
        let Held::Open(open) = held else { return WorldState { held, marks, fingerprint, asleep } };
        let left = encoded(|hasher| open.left.hash_into(hasher));
        let mut row = vec![self.left.number(&left, || self.keep(&left, open.left))];
        for watched in &open.watched {
            let encoding = encoded(|hasher| {
                watched.monitor.0.hash_into(hasher.number(watched.standing.code()));
                hash_into(&watched.standing.why(), hasher);
            });
            // Monitors of different properties may look alike.
            let encoding = [&[row.len() as u8][..], &encoding].concat();
            row.push(self.watched.number(&encoding, || self.keep(&encoding, watched.clone())));
        }
        let mut number = |encoding: &[u8], make: &mut dyn FnMut() -> Part| {
            self.parts.number(encoding, || self.keep(encoding, make()))
        };
        let before: Vec<(u32, &Part)> = open.nodes.iter().map(|number| (*number, self.parts.get(*number))).collect();
        open.world.take_apart(&open.names, &before, &mut number, &mut row);
        WorldState { held: Held::Packed(row.into()), marks, fingerprint, asleep }
    }

    fn keep<T>(&self, encoding: &[u8], thing: T) -> T {
        self.bytes.fetch_add(Part::bytes(encoding) as u64, Ordering::Relaxed);
        thing
    }

    /// The world of a state, with all that belongs to it.
    pub fn open<'a>(&self, state: &'a WorldState, properties: usize) -> Cow<'a, Open> {
        let row = match &state.held {
            Held::Open(open) => return Cow::Borrowed(open),
            Held::Packed(row) => row,
        };
        let of_world = &row[1 + properties..];
        let (world, names) = self.pattern.put_together(of_world, |number| self.parts.get(number));
        let nodes = nodes_of(of_world, world.nodes().len()).to_vec();
        let watched = row[1..=properties].iter().map(|number| self.watched.get(*number).clone()).collect();
        Cow::Owned(Open { world, names, watched, left: *self.left.get(row[0]), nodes })
    }

    /// Whether two states are the same, by their whole identities.
    pub fn is_same(&self, one: &WorldState, other: &WorldState, properties: usize) -> bool {
        let [one, other] = [one, other].map(|state| {
            let open = self.open(state, properties);
            encoded(|hasher| open.hash_into(hasher))
        });
        one == other
    }

    /// About how many bytes all of it takes.
    pub fn bytes(&self) -> u64 {
        self.bytes.load(Ordering::Relaxed)
    }
}

/// Shows each step to the monitors, and keeps what they look up.
pub(super) struct Watching<'a> {
    pub names: &'a mut Trace,
    pub watched: &'a mut [Watched],
    /// The nodes that monitors have looked at.
    pub looked_at: NodeSet,
}

impl Recorder for Watching<'_> {
    fn message(&mut self, _index: MessageIndex, message: Message) {
        self.names.messages.push(message);
    }

    fn local(&mut self, _index: LocalIndex, local: Local) {
        self.names.locals.push(local);
    }

    fn step(&mut self, step: Step, nodes: &[Arc<dyn Node>]) {
        let view = View::new(step, self.names, nodes);
        for Watched { monitor, standing } in &mut *self.watched {
            if matches!(standing, Standing::Broken(_)) {
                continue;
            }
            *standing = match monitor.0.observe(&view) {
                Judgement::Unchanged => continue,
                Judgement::Broken(why) => Standing::Broken(why),
                Judgement::Met => Standing::Met,
                Judgement::Pending(why) => Standing::Pending(why),
            };
        }
        self.looked_at |= view.looked_at();
    }
}
