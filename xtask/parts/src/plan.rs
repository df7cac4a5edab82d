//! What goes into which part.
//!
//! What is reached without going through a door stays. Of the others, what only one protocol needs goes into its part: all
//! that is reached through its implementation of `Protocol`, as nothing else names it. What several protocols need goes into a part of their family, or of the folder that they share; all
//! else that first runs behind a link call, into `linked`, on which all other parts stand; the rest into `later`. Constant
//! data goes with those that refer to it, in several copies if these have nothing in common.

use crate::doors::Doors;
use crate::graph::{Graph, Thing};
use crate::names;
use crate::references::Piece;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use walrus::{FunctionId, Module};

/// The parts that are always there, by their numbers.
const LINKED: usize = 0;
const LATER: usize = 1;
const ALWAYS: [&str; 2] = ["linked", "later"];

/// Protocols, by their folders.
type Folders<'a> = BTreeSet<&'a str>;

pub struct Plan {
    /// The parts' names, by their numbers: a protocol's is its folder.
    pub parts: Vec<String>,
    /// What must be there before a part is used, beside the rest and `linked`, by their numbers.
    pub needs: Vec<BTreeSet<usize>>,
    functions: HashMap<FunctionId, usize>,
    pieces: HashMap<Piece, BTreeSet<usize>>,
    /// Functions of parts for which something must stand in the rest, as others call them.
    pub awaited: BTreeSet<FunctionId>,
    /// Those of which others have the address.
    pub addressed: HashSet<FunctionId>,
}

impl Plan {
    pub fn of(module: &Module, graph: &Graph, doors: &Doors) -> Plan {
        let rest = graph.rest(|name| doors.has(name));
        let leaving = module.funcs.iter_local().map(|(id, _)| id).filter(|id| !rest.contains(&Thing::Function(*id)));
        let users = Users::of(module, graph, doors);
        let home = |id: FunctionId| (id, users.home(Thing::Function(id), graph.name(id)));
        let functions: BTreeMap<FunctionId, String> = leaving.map(home).collect();
        let pieces = pieces(graph, &rest, &functions);
        let mut plan = Plan {
            parts: ALWAYS.map(str::to_owned).to_vec(),
            needs: Vec::new(),
            functions: HashMap::new(),
            pieces: HashMap::new(),
            awaited: BTreeSet::new(),
            addressed: HashSet::new(),
        };
        let named: BTreeSet<&String> = functions.values().chain(pieces.values().flatten()).collect();
        plan.parts.extend(named.into_iter().filter(|name| !ALWAYS.contains(&name.as_str())).cloned());
        let numbers: HashMap<&str, usize> = plan.parts.iter().enumerate().map(|(part, name)| (&**name, part)).collect();
        plan.functions = functions.iter().map(|(id, name)| (*id, numbers[&**name])).collect();
        let numbered = |names: &BTreeSet<String>| names.iter().map(|name| numbers[&**name]).collect();
        plan.pieces = pieces.iter().map(|(piece, names)| (*piece, numbered(names))).collect();
        plan.look_from_outside(graph);
        plan.needs = plan.needs(graph);
        plan
    }

    fn look_from_outside(&mut self, graph: &Graph) {
        for (user, used) in graph.uses() {
            if let Some(id) = used.function()
                && let Some(part) = self.part(id)
                && !self.is_only_in(user, part)
            {
                self.awaited.insert(id);
            }
        }
        let outside = |id: &&FunctionId| {
            self.part(**id).is_some_and(|part| graph.addressing(**id).iter().any(|user| !self.is_only_in(*user, part)))
        };
        self.addressed = self.awaited.iter().filter(outside).copied().collect();
    }

    /// Data must be there before who refers to it; `later` has its own copy of what it shares with protocols. A function that
    /// is called would come by itself, but protocols should not have to wait for what they share.
    fn needs(&self, graph: &Graph) -> Vec<BTreeSet<usize>> {
        let mut needs = vec![BTreeSet::from([LINKED]); self.parts.len()];
        for (user, used) in graph.uses() {
            for needed in self.parts_of(used).into_iter().filter(|part| is_shared(&self.parts[*part])) {
                for user in self.parts_of(user).into_iter().filter(|user| *user != LATER) {
                    needs[user].insert(needed);
                }
            }
        }
        // What is needed may need others in turn, and those again.
        for _ in &self.parts {
            let direct = needs.clone();
            for needs in &mut needs {
                let indirect: BTreeSet<usize> = needs.iter().flat_map(|needed| &direct[*needed]).copied().collect();
                needs.extend(indirect);
            }
        }
        for (part, needs) in needs.iter_mut().enumerate() {
            needs.remove(&part);
        }
        needs
    }

    fn parts_of(&self, thing: Thing) -> BTreeSet<usize> {
        match thing {
            Thing::Function(id) => self.part(id).into_iter().collect(),
            Thing::Piece(piece) => self.pieces.get(&piece).cloned().unwrap_or_default(),
        }
    }

    fn is_only_in(&self, thing: Thing, part: usize) -> bool {
        self.parts_of(thing) == BTreeSet::from([part])
    }

    pub fn part(&self, id: FunctionId) -> Option<usize> {
        self.functions.get(&id).copied()
    }

    /// Whether a part brings a piece.
    pub fn brings(&self, part: usize, piece: Piece) -> bool {
        self.pieces.get(&piece).is_some_and(|parts| parts.contains(&part))
    }

    /// Whether a piece stays in the rest.
    pub fn keeps(&self, piece: Piece) -> bool {
        !self.pieces.contains_key(&piece)
    }
}

/// Who needs what in first runs behind a link.
struct Users {
    /// What is needed whatever the protocol.
    all: HashSet<Thing>,
    /// What each protocol needs, by its folder.
    each: BTreeMap<String, HashSet<Thing>>,
}

impl Users {
    fn of(module: &Module, graph: &Graph, doors: &Doors) -> Users {
        let mut faces: BTreeMap<String, Vec<Thing>> = BTreeMap::new();
        for (id, _) in module.funcs.iter_local().filter(|(id, _)| !doors.is_later(graph.name(*id))) {
            if let Some(folder) = names::protocol(graph.name(id)) {
                faces.entry(folder).or_default().push(Thing::Function(id));
            }
        }
        let needs = |faces: Vec<Thing>| graph.reach(faces, |name| doors.is_later(name));
        Users {
            all: graph.rest(|name| doors.is_later(name) || names::protocol(name).is_some()),
            each: faces.into_iter().map(|(folder, faces)| (folder, needs(faces))).collect(),
        }
    }

    /// The part of something that leaves the rest.
    fn home(&self, thing: Thing, name: &str) -> String {
        if self.all.contains(&thing) {
            return ALWAYS[LINKED].to_owned();
        }
        let users = self.each.iter().filter(|(_, needs)| needs.contains(&thing)).map(|(user, _)| user.as_str());
        let users: Folders = users.collect();
        match users.len() {
            0 => ALWAYS[LATER].to_owned(),
            _ => common(&users).or_else(|| names::shared_folder(name)).unwrap_or(ALWAYS[LINKED].to_owned()),
        }
    }
}

/// What several parts have in common: the part itself or, if all are of one family, that.
fn common(parts: &Folders) -> Option<String> {
    let first = parts.first()?;
    let family = first.split('/').next()?;
    let is_of_family = |part: &&str| part.split('/').next() == Some(family);
    match parts.len() {
        1 => Some((*first).to_owned()),
        _ => parts.iter().all(is_of_family).then(|| family.to_owned()),
    }
}

/// Whether a part is of several protocols.
fn is_shared(part: &str) -> bool {
    !ALWAYS.contains(&part) && (!part.contains('/') || part.starts_with(names::SHARED))
}

/// Into which parts each piece goes that does not stay.
fn pieces(
    graph: &Graph,
    rest: &HashSet<Thing>,
    functions: &BTreeMap<FunctionId, String>,
) -> BTreeMap<Piece, BTreeSet<String>> {
    let mut owners: BTreeMap<&str, Vec<Thing>> = BTreeMap::new();
    for (id, part) in functions {
        let used = graph.used_by(Thing::Function(*id)).filter(|used| used.function().is_none());
        owners.entry(part).or_default().extend(used);
    }
    let mut users: BTreeMap<Piece, Folders> = BTreeMap::new();
    for (owner, used) in owners {
        for piece in graph.reach_pieces(used).filter(|piece| !rest.contains(&Thing::Piece(*piece))) {
            users.entry(piece).or_default().insert(owner);
        }
    }
    let of_functions: Folders = functions.values().map(String::as_str).collect();
    let homes = |users: &Folders| match common(users).filter(|part| of_functions.contains(part.as_str())) {
        Some(part) => BTreeSet::from([part]),
        None if users.contains(ALWAYS[LINKED]) => BTreeSet::from([ALWAYS[LINKED].to_owned()]),
        None => users.iter().map(|user| (*user).to_owned()).collect(),
    };
    users.iter().map(|(piece, users)| (*piece, homes(users))).collect()
}
