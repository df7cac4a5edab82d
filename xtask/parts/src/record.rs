//! Finds the doors: lets the page note which functions are called, and reads what it noted.

use crate::doors::Doors;
use crate::graph::Graph;
use crate::names;
use std::collections::{BTreeMap, BTreeSet};
use walrus::ir::{GlobalSet, Value};
use walrus::{ConstExpr, FunctionId, Module, ValType};

/// The watched module exports a number by this name and the function's, which is 1 once the function was called.
const CALLED: &str = "called_";
/// What first runs of the front page note; all others are of pages behind a link.
const FRONT: &str = "front";

/// Lets every function note that it was called.
pub fn watch(module: &mut Module) {
    let functions: Vec<FunctionId> = module.funcs.iter_local().map(|(id, _)| id).collect();
    for id in functions {
        let noted = module.globals.add_local(ValType::I32, true, false, ConstExpr::Value(Value::I32(0)));
        module.exports.add(&format!("{CALLED}{}", id.index()), noted);
        let mut body = module.funcs.get_mut(id).kind.unwrap_local_mut().builder_mut().func_body();
        body.const_at(0, Value::I32(1)).instr_at(1, GlobalSet { global: noted });
    }
}

/// Reads what was noted, a line a function: where, and `called_` with the function's number.
pub fn doors(module: &Module, graph: &Graph, noted: &str) -> Result<Doors, String> {
    let ids: BTreeMap<usize, FunctionId> = module.funcs.iter_local().map(|(id, _)| (id.index(), id)).collect();
    let (mut front, mut anywhere) = (BTreeSet::new(), BTreeSet::new());
    for line in noted.lines() {
        let words = line.split_once(' ').and_then(|(place, name)| Some((place, name.strip_prefix(CALLED)?)));
        let id = words.and_then(|(_, number)| ids.get(&number.parse().ok()?));
        let (Some((place, _)), Some(id)) = (words, id) else {
            return Err(format!("`{line}` is not what a watched page notes."));
        };
        anywhere.insert(graph.name(*id));
        // What is never behind a door says nothing about what is shown.
        if place == FRONT && !graph.is_open(*id) {
            front.insert(graph.name(*id));
        }
    }
    if front.is_empty() {
        return Err("no first run of the front page was watched.".to_owned());
    }
    let shown: BTreeSet<String> = front.iter().filter_map(|name| names::protocol(name)).collect();
    let mut doors =
        Doors { front: shown, linked: BTreeSet::new(), later: graph.doors(|name| !anywhere.contains(name)) };
    // Functions of other protocols are doors by their names.
    let own: Vec<String> =
        graph.doors(|name| !front.contains(name)).into_iter().filter(|door| !doors.is_elsewhere(door)).collect();
    for door in own {
        let section = if anywhere.contains(door.as_str()) { &mut doors.linked } else { &mut doors.later };
        section.insert(door);
    }
    Ok(doors)
}
