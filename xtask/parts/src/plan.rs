//! What goes into which part.
//!
//! What is reached without going through a door stays. Of the others, a protocol's own functions go into its part; what
//! first runs behind a link call, into `linked`, and all else into `later`. Constant data goes with the only part that
//! refers to it. What several refer to goes into `linked`, which is loaded before any other.

use crate::doors::Doors;
use crate::graph::{Graph, Thing};
use crate::names;
use crate::references::Piece;
use std::collections::{BTreeSet, HashMap, HashSet};
use walrus::{FunctionId, Module};

/// The part on which all others stand.
pub const LINKED: usize = 0;
const LATER: usize = 1;

pub struct Plan {
    /// The parts' names, by their numbers: a protocol's is its folder.
    pub parts: Vec<String>,
    functions: HashMap<FunctionId, usize>,
    pieces: HashMap<Piece, usize>,
    /// Functions of parts for which something must stand in the rest, as others call them.
    pub awaited: BTreeSet<FunctionId>,
    /// Those of which others have the address.
    pub addressed: HashSet<FunctionId>,
}

impl Plan {
    pub fn of(module: &Module, graph: &Graph, doors: &Doors) -> Plan {
        let rest = graph.rest(|name| doors.has(name));
        let linked = graph.rest(|name| doors.is_later(name));
        let leaving: Vec<FunctionId> =
            module.funcs.iter_local().map(|(id, _)| id).filter(|id| !rest.contains(&Thing::Function(*id))).collect();
        let folders: BTreeSet<String> = leaving.iter().filter_map(|id| names::protocol(graph.name(*id))).collect();
        let parts: Vec<String> = ["linked", "later"].map(str::to_owned).into_iter().chain(folders).collect();
        let part = |id: &FunctionId| match names::protocol(graph.name(*id)) {
            Some(folder) => parts.iter().position(|part| *part == folder).unwrap_or(LATER),
            None if linked.contains(&Thing::Function(*id)) => LINKED,
            None => LATER,
        };
        let functions: HashMap<FunctionId, usize> = leaving.iter().map(|id| (*id, part(id))).collect();
        let mut plan = Plan {
            pieces: pieces(graph, &rest, &functions, parts.len()),
            parts,
            functions,
            awaited: BTreeSet::new(),
            addressed: HashSet::new(),
        };
        plan.look_from_outside(graph);
        plan
    }

    fn look_from_outside(&mut self, graph: &Graph) {
        for (user, used) in graph.uses() {
            if let Some(id) = used.function()
                && self.functions.contains_key(&id)
                && self.part_of(user) != self.part(id)
            {
                self.awaited.insert(id);
            }
        }
        let outside =
            |id: &&FunctionId| graph.addressing(**id).iter().any(|user| self.part_of(*user) != self.part(**id));
        self.addressed = self.awaited.iter().filter(outside).copied().collect();
    }

    fn part_of(&self, thing: Thing) -> Option<usize> {
        match thing {
            Thing::Function(id) => self.part(id),
            Thing::Piece(piece) => self.part_of_piece(piece),
        }
    }

    pub fn part(&self, id: FunctionId) -> Option<usize> {
        self.functions.get(&id).copied()
    }

    pub fn part_of_piece(&self, piece: Piece) -> Option<usize> {
        self.pieces.get(&piece).copied()
    }
}

/// Into which part each piece goes that does not stay.
fn pieces(
    graph: &Graph,
    rest: &HashSet<Thing>,
    functions: &HashMap<FunctionId, usize>,
    parts: usize,
) -> HashMap<Piece, usize> {
    let mut pieces = HashMap::new();
    for part in 0..parts {
        let own = functions.iter().filter(|(_, of)| **of == part).map(|(id, _)| Thing::Function(*id));
        let own: Vec<Thing> = own.flat_map(|id| graph.used_by(id)).filter(|used| used.function().is_none()).collect();
        for piece in graph.reach_pieces(own).filter(|piece| !rest.contains(&Thing::Piece(*piece))) {
            pieces.entry(piece).and_modify(|of| *of = LINKED).or_insert(part);
        }
    }
    pieces
}
