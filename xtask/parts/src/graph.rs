//! Who needs whom in the page's module: functions and constant data, and what each refers to.

use crate::names;
use crate::references::{Piece, References, Uses};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use walrus::ir::{Const, Value, Visitor, dfs_in_order};
use walrus::{ConstExpr, ElementItems, ElementKind, ExportItem, FunctionId, Module};

/// Functions of fewer instructions are not worth a door: what stands in for them would be as long.
const SMALL: u64 = 12;
/// Unless they lead to so many bytes of data: `entries` of a protocol is an address, and behind it are all its texts.
const MUCH_DATA_BYTES: usize = 256;

/// The rest exports this function, which takes a part's number and returns once that part is loaded.
pub const LOADER: &str = "load_part";

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Thing {
    Function(FunctionId),
    Piece(Piece),
}

pub struct Graph {
    /// What each refers to.
    uses: HashMap<Thing, BTreeSet<Thing>>,
    /// What is there whatever anybody refers to.
    roots: Vec<Thing>,
    /// Functions to which something refers by their address, with all that does.
    addressed: HashMap<FunctionId, Vec<Thing>>,
    /// Lasting names.
    names: HashMap<FunctionId, String>,
    /// Functions that are never behind a door.
    open: HashSet<FunctionId>,
    /// Where constant data stands in memory; pieces that are written to are here too, as roots.
    pub places: Vec<std::ops::Range<u32>>,
}

impl Graph {
    pub fn of(module: &Module, references: References) -> Result<Graph, String> {
        let mut by_name: HashMap<&str, Vec<FunctionId>> = HashMap::new();
        for function in module.funcs.iter() {
            if let Some(name) = &function.name {
                by_name.entry(names::shared(name)).or_default().push(function.id());
            }
        }
        let mut graph = Graph {
            uses: HashMap::new(),
            roots: Vec::new(),
            addressed: HashMap::new(),
            names: HashMap::new(),
            open: HashSet::new(),
            places: references.places,
        };
        for (id, function) in module.funcs.iter_local() {
            let mut seen = Seen { places: &graph.places, callees: BTreeSet::new(), pieces: BTreeSet::new() };
            dfs_in_order(&mut seen, function, function.entry_block());
            let Seen { callees, pieces, .. } = seen;
            let user = Thing::Function(id);
            let name = module.funcs.get(id).name.as_deref().unwrap_or_default();
            graph.uses.entry(user).or_default().extend(callees.into_iter().map(Thing::Function));
            match references.functions.get(names::shared(name)) {
                Some(uses) => graph.add(user, uses, &by_name),
                // Of a function that the linker did not know, any number that may be an address is taken for one.
                None => graph.uses.entry(user).or_default().extend(pieces.into_iter().map(Thing::Piece)),
            }
            graph.names.insert(id, names::lasting(name));
        }
        for (piece, uses) in references.pieces.iter().enumerate() {
            graph.add(Thing::Piece(piece), uses, &by_name);
            if !references.constant[piece] {
                graph.roots.push(Thing::Piece(piece));
            }
        }
        let small = module.funcs.iter_local().filter(|(_, function)| function.size() < SMALL).map(|(id, _)| id);
        let open: Vec<FunctionId> = small.filter(|id| graph.data_bytes(*id) < MUCH_DATA_BYTES).collect();
        graph.open.extend(open);
        graph.find_roots(module, &references.loose, &by_name)?;
        Ok(graph)
    }

    fn add(&mut self, user: Thing, uses: &Uses, by_name: &HashMap<&str, Vec<FunctionId>>) {
        let used = self.uses.entry(user).or_default();
        used.extend(uses.pieces.iter().map(|piece| Thing::Piece(*piece)));
        for id in uses.functions.iter().filter_map(|name| by_name.get(names::shared(name))).flatten() {
            used.insert(Thing::Function(*id));
            self.addressed.entry(*id).or_default().push(user);
        }
    }

    fn find_roots(
        &mut self,
        module: &Module,
        loose: &Uses,
        by_name: &HashMap<&str, Vec<FunctionId>>,
    ) -> Result<(), String> {
        self.roots.extend(module.start.map(Thing::Function));
        for export in module.exports.iter() {
            if let ExportItem::Function(id) = export.item {
                self.roots.push(Thing::Function(id));
            }
        }
        // Who refers to these is not known.
        self.roots.extend(loose.pieces.iter().map(|piece| Thing::Piece(*piece)));
        let named = loose.functions.iter().filter_map(|name| by_name.get(names::shared(name))).flatten();
        self.roots.extend(named.map(|id| Thing::Function(*id)));
        let nobody = slots(module)?.into_values().filter(|id| !self.addressed.contains_key(id));
        self.roots.extend(nobody.map(Thing::Function));
        // Loading a part must not need one; and what is called from outside is there.
        self.open.extend(self.roots.iter().filter_map(Thing::function));
        let loader = module.exports.get_func(LOADER).map_err(|_| format!("it exports no `{LOADER}`."))?;
        let needed = self.reach([Thing::Function(loader)], |_| false);
        self.open.extend(needed.iter().filter_map(Thing::function));
        Ok(())
    }

    pub fn name(&self, id: FunctionId) -> &str {
        self.names.get(&id).map_or("", String::as_str)
    }

    pub fn all_names(&self) -> BTreeSet<&str> {
        self.names.values().map(String::as_str).collect()
    }

    pub fn uses(&self) -> impl Iterator<Item = (Thing, Thing)> {
        self.uses.iter().flat_map(|(user, used)| used.iter().map(|used| (*user, *used)))
    }

    /// Whether a function is never behind a door.
    pub fn is_open(&self, id: FunctionId) -> bool {
        self.open.contains(&id)
    }

    pub fn used_by(&self, thing: Thing) -> impl Iterator<Item = Thing> {
        self.uses.get(&thing).into_iter().flatten().copied()
    }

    /// These pieces and all to which they refer, directly or by others.
    pub fn reach_pieces(&self, from: impl IntoIterator<Item = Thing>) -> impl Iterator<Item = Piece> {
        let (mut reached, mut ahead) = (BTreeSet::new(), from.into_iter().collect::<Vec<_>>());
        while let Some(thing) = ahead.pop() {
            if let Thing::Piece(piece) = thing
                && reached.insert(piece)
            {
                ahead.extend(self.used_by(thing));
            }
        }
        reached.into_iter()
    }

    /// How much data a function refers to, directly and through other data.
    fn data_bytes(&self, id: FunctionId) -> usize {
        self.reach_pieces(self.used_by(Thing::Function(id))).map(|piece| self.places[piece].len()).sum()
    }

    /// Everything that refers to a function by its address.
    pub fn addressing(&self, id: FunctionId) -> &[Thing] {
        self.addressed.get(&id).map_or(&[], Vec::as_slice)
    }

    /// All that is reached from outside without going through a door.
    pub fn rest(&self, is_door: impl Fn(&str) -> bool) -> HashSet<Thing> {
        self.reach(self.roots.iter().copied(), is_door)
    }

    /// All that is reached from these without going through a door.
    pub fn reach(&self, from: impl IntoIterator<Item = Thing>, is_door: impl Fn(&str) -> bool) -> HashSet<Thing> {
        let mut reached = HashSet::new();
        let mut ahead: Vec<Thing> = from.into_iter().collect();
        while let Some(thing) = ahead.pop() {
            if !self.is_shut(thing, &is_door) && reached.insert(thing) {
                ahead.extend(self.uses.get(&thing).into_iter().flatten());
            }
        }
        reached
    }

    fn is_shut(&self, thing: Thing, is_door: &impl Fn(&str) -> bool) -> bool {
        // What is imported has no name here, and cannot leave.
        let name = thing.function().filter(|id| !self.open.contains(id)).and_then(|id| self.names.get(&id));
        name.is_some_and(|name| is_door(name))
    }

    /// The doors that what is reached from outside comes to.
    pub fn doors(&self, is_door: impl Fn(&str) -> bool) -> BTreeSet<String> {
        let reached = self.rest(&is_door);
        let seen = reached.iter().filter_map(|thing| self.uses.get(thing)).flatten();
        let shut = seen.filter(|thing| self.is_shut(**thing, &is_door)).filter_map(Thing::function);
        shut.map(|id| self.name(id).to_owned()).collect()
    }
}

impl Thing {
    pub fn function(&self) -> Option<FunctionId> {
        match self {
            Thing::Function(id) => Some(*id),
            Thing::Piece(_) => None,
        }
    }
}

/// What stands in the function table, by slot.
pub fn slots(module: &Module) -> Result<BTreeMap<u64, FunctionId>, String> {
    let mut slots = BTreeMap::new();
    for element in module.elements.iter() {
        let (ElementKind::Active { offset: ConstExpr::Value(Value::I32(offset)), .. }, ElementItems::Functions(ids)) =
            (&element.kind, &element.items)
        else {
            continue;
        };
        slots.extend((*offset as u64..).zip(ids.iter().copied()));
    }
    let functions = module.elements.iter().map(|element| match &element.items {
        ElementItems::Functions(ids) => ids.len(),
        ElementItems::Expressions(..) => 0,
    });
    let count: usize = functions.sum();
    if slots.len() != count {
        return Err("its function table is filled in a way that is not known here.".to_owned());
    }
    Ok(slots)
}

/// What a function's instructions name: functions, and pieces at numbers that may be addresses.
struct Seen<'a> {
    places: &'a [std::ops::Range<u32>],
    callees: BTreeSet<FunctionId>,
    pieces: BTreeSet<Piece>,
}

impl Seen<'_> {
    fn number(&mut self, number: u32) {
        let after = self.places.partition_point(|place| place.start <= number);
        if after > 0 && self.places[after - 1].contains(&number) {
            self.pieces.insert(after - 1);
        }
    }
}

impl<'instructions> Visitor<'instructions> for Seen<'_> {
    fn visit_function_id(&mut self, id: &FunctionId) {
        self.callees.insert(*id);
    }

    fn visit_const(&mut self, instruction: &Const) {
        if let Value::I32(number) = instruction.value {
            self.number(number as u32);
        }
    }

    fn visit_load(&mut self, instruction: &walrus::ir::Load) {
        self.number(instruction.arg.offset as u32);
    }

    fn visit_store(&mut self, instruction: &walrus::ir::Store) {
        self.number(instruction.arg.offset as u32);
    }
}
