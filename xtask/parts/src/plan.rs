//! Which function goes into which part.
//!
//! A function whose name matches a rule goes where the rule says. One that matches none follows those that call it: if
//! all of them are in one part, it joins them; if they are in several, it joins the last of those. One that anything in
//! the rest calls, or that can be called through a pointer, stays.

use std::collections::{HashMap, HashSet};
use walrus::ir::{Visitor, dfs_in_order};
use walrus::{ConstExpr, ElementItems, ExportItem, FunctionId, Module};

/// The section of functions that stay whatever the sections after it say.
const REST: &str = "rest";

/// What `parts.txt` says.
pub struct Rules {
    /// The parts' names, by their numbers.
    pub parts: Vec<String>,
    /// Pieces of names, as Rust writes paths, and the part that takes a function with such a piece; none: it stays.
    pieces: Vec<(String, Option<usize>)>,
}

/// Reads `parts.txt`: `[part]`, then a piece of a name a line. `#` begins a comment.
pub fn rules(text: &str) -> Result<Rules, String> {
    let mut rules = Rules { parts: Vec::new(), pieces: Vec::new() };
    let mut section = None;
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
        if let Some(name) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            section = Some((name != REST).then_some(rules.parts.len()));
            rules.parts.extend((name != REST).then(|| name.to_owned()));
        } else {
            let part = section.ok_or(format!("parts.txt: `{line}` stands before the first section."))?;
            rules.pieces.push((line.to_owned(), part));
        }
    }
    Ok(rules)
}

impl Rules {
    /// Where a function goes by its name: into a part, or explicitly into none.
    fn of(&self, name: &str) -> Option<Option<usize>> {
        let name = without_hashes(name);
        self.pieces.iter().find(|(piece, _)| name.contains(piece.as_str())).map(|(_, part)| *part)
    }
}

/// The number of the part into which each function goes that leaves the rest.
pub struct Plan(HashMap<FunctionId, usize>);

impl Plan {
    pub fn of(module: &Module, rules: &Rules) -> Result<Plan, String> {
        let mut named = HashMap::new();
        let mut stays = pinned(module);
        for (id, _) in module.funcs.iter_local() {
            match module.funcs.get(id).name.as_deref().and_then(|name| rules.of(name)) {
                Some(Some(part)) => drop(named.insert(id, part)),
                Some(None) => drop(stays.insert(id)),
                None => {}
            }
        }
        if let Some(idle) = (0..rules.parts.len()).find(|part| !named.values().any(|taken| taken == part)) {
            return Err(format!("no function's name matches part `{}`: see parts.txt.", rules.parts[idle]));
        }
        let calls = calls(module);
        let stays = reached(stays.into_iter().filter(|id| !named.contains_key(id)), &calls, &named);
        let mut plan = named.clone();
        for part in 0..rules.parts.len() {
            let roots = named.iter().filter(|(_, of)| **of == part).map(|(id, _)| *id);
            for id in reached(roots, &calls, &HashMap::new()) {
                // Later parts overwrite earlier ones: what several share waits for the last.
                if !stays.contains(&id) && !named.contains_key(&id) {
                    plan.insert(id, part);
                }
            }
        }
        Ok(Plan(plan))
    }

    pub fn part(&self, id: FunctionId) -> Option<usize> {
        self.0.get(&id).copied()
    }
}

/// `faultline[4e3db2d527ea4e15]::sim` without what tells two crates of one name apart.
fn without_hashes(name: &str) -> String {
    let mut pieces = name.split('[');
    let first = pieces.next().unwrap_or_default().to_owned();
    pieces.fold(first, |mut whole, piece| {
        match piece.split_once(']') {
            Some((hash, rest)) if hash.len() > 8 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()) => {
                whole.push_str(rest);
            }
            _ => {
                whole.push('[');
                whole.push_str(piece);
            }
        }
        whole
    })
}

/// What is called from outside or through a pointer.
fn pinned(module: &Module) -> HashSet<FunctionId> {
    let mut pinned: HashSet<FunctionId> = module.start.into_iter().collect();
    pinned.extend(module.exports.iter().filter_map(|export| match export.item {
        ExportItem::Function(id) => Some(id),
        _ => None,
    }));
    for element in module.elements.iter() {
        match &element.items {
            ElementItems::Functions(ids) => pinned.extend(ids),
            ElementItems::Expressions(_, items) => pinned.extend(items.iter().filter_map(|item| match item {
                ConstExpr::RefFunc(id) => Some(*id),
                _ => None,
            })),
        }
    }
    pinned
}

/// Whom each function calls by name.
fn calls(module: &Module) -> HashMap<FunctionId, HashSet<FunctionId>> {
    struct Callees(HashSet<FunctionId>);
    impl<'instructions> Visitor<'instructions> for Callees {
        fn visit_function_id(&mut self, id: &FunctionId) {
            self.0.insert(*id);
        }
    }
    let local = module.funcs.iter_local();
    local
        .map(|(id, function)| {
            let mut callees = Callees(HashSet::new());
            dfs_in_order(&mut callees, function, function.entry_block());
            (id, callees.0)
        })
        .collect()
}

/// Everything that these call, and what those call, up to a wall.
fn reached(
    from: impl Iterator<Item = FunctionId>,
    calls: &HashMap<FunctionId, HashSet<FunctionId>>,
    wall: &HashMap<FunctionId, usize>,
) -> HashSet<FunctionId> {
    let mut reached = HashSet::new();
    let mut ahead: Vec<FunctionId> = from.collect();
    while let Some(id) = ahead.pop() {
        if calls.contains_key(&id) && !wall.contains_key(&id) && reached.insert(id) {
            ahead.extend(&calls[&id]);
        }
    }
    reached
}
