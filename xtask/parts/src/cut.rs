//! Cuts a module along a plan.
//!
//! A function that leaves and that others call is replaced in the rest by a stand-in, which sees to it that the part is
//! there and calls the function through a slot of the function table that the part fills. A part imports everything else
//! that it uses from the rest's exports, so memory, stack and tables are shared, and calls in both directions are plain.

use crate::data;
use crate::graph::{LOADER, slots};
use crate::plan::Plan;
use std::collections::BTreeMap;
use std::ops::Range;
use walrus::ir::{BinaryOp, Value};
use walrus::{
    ConstExpr, ElementItems, ElementKind, ExportItem, FunctionBuilder, FunctionId, FunctionKind, GlobalKind,
    ImportKind, ImportedFunction, InstrSeqBuilder, LocalId, Module, ModuleConfig, TableId, ValType, passes,
};

/// The module's name under which a part imports the rest's exports.
const REST: &str = "rest";

/// What became of a module.
pub struct Divided {
    pub rest: Vec<u8>,
    pub parts: Vec<Vec<u8>>,
}

pub fn parse(bytes: &[u8]) -> Result<Module, String> {
    let module = ModuleConfig::new().generate_producers_section(false).parse(bytes);
    let mut module = module.map_err(|error| error.to_string())?;
    // What the linker left about another numbering.
    for section in ["linking", "reloc.CODE", "reloc.DATA"] {
        module.customs.remove_raw(section);
    }
    Ok(module)
}

/// Cuts a module, which is also given as its bytes: every part begins as a copy of the whole.
pub fn divide(bytes: &[u8], mut rest: Module, plan: &Plan, places: &[Range<u32>]) -> Result<Divided, String> {
    let loader = rest.exports.get_func(LOADER).map_err(|error| error.to_string())?;
    let table =
        rest.tables.main_function_table().map_err(|error| error.to_string())?.ok_or("it has no function table.")?;
    // Functions are told by their number in the whole: every copy has the same.
    let numbers: BTreeMap<usize, FunctionId> =
        rest.funcs.iter().map(|function| (function.id().index(), function.id())).collect();
    let whole_table = rest.tables.get_mut(table);
    let (first_slot, slot_count) = (whole_table.initial, plan.awaited.len() as u64);
    whole_table.initial += slot_count;
    whole_table.maximum = whole_table.maximum.map(|maximum| maximum.max(first_slot + slot_count));
    let awaited: Vec<Vec<FunctionId>> = (0..plan.parts.len())
        .map(|part| plan.awaited.iter().copied().filter(|id| plan.part(*id) == Some(part)).collect())
        .collect();
    let new_slots: Vec<FunctionId> = awaited.concat();

    let mut exports = Exports::default();
    let old_slots = slots(&rest)?;
    let parts = (0..plan.parts.len())
        .map(|part| {
            let belongs = |number: usize| plan.part(numbers[&number]) == Some(part);
            // What nobody else has the address of stands in the table from now on only where its part is loaded.
            let own = old_slots.iter().filter(|(_, id)| plan.part(**id) == Some(part) && !plan.addressed.contains(id));
            let own = own.map(|(slot, id)| (*slot, id.index()));
            let new = (first_slot..).zip(&new_slots).filter(|(_, id)| plan.part(**id) == Some(part));
            let filled: BTreeMap<u64, usize> = own.chain(new.map(|(slot, id)| (slot, id.index()))).collect();
            let mut module = parse(bytes)?;
            data::keep(&mut module, places, |piece| plan.brings(part, piece), false)?;
            write_part(module, &belongs, &filled, &mut exports)
        })
        .collect::<Result<Vec<_>, String>>()?;

    let loaded = see_to(&mut rest, table, loader, first_slot, &awaited)?;
    for (slot, id) in (first_slot..).zip(&new_slots) {
        stand_in(&mut rest, *id, table, to_i32(slot)?, loaded);
    }
    let kept = old_slots.into_iter().filter(|(_, id)| plan.part(*id).is_none() || plan.addressed.contains(id));
    refill(&mut rest, table, &kept.collect())?;
    data::keep(&mut rest, places, |piece| plan.keeps(piece), true)?;
    exports.add_to(&mut rest, &numbers)?;
    passes::gc::run(&mut rest);
    Ok(Divided { rest: rest.emit_wasm(), parts })
}

fn to_i32(number: u64) -> Result<i32, String> {
    i32::try_from(number).map_err(|error| error.to_string())
}

/// A function that takes a slot and returns once the part is loaded that fills it. Parts have their slots one after the
/// other, from the first on.
fn see_to(
    rest: &mut Module,
    table: TableId,
    loader: FunctionId,
    first_slot: u64,
    awaited: &[Vec<FunctionId>],
) -> Result<FunctionId, String> {
    let mut ends = Vec::new();
    let mut end = first_slot;
    for functions in awaited {
        end += functions.len() as u64;
        ends.push(to_i32(end)?);
    }
    let slot = rest.locals.add(ValType::I32);
    let mut builder = FunctionBuilder::new(&mut rest.types, &[ValType::I32], &[]);
    let mut body = builder.func_body();
    body.local_get(slot).table_get(table).ref_is_null();
    body.if_else(
        None,
        |missing| {
            part_of_slot(missing, slot, &ends);
            missing.call(loader);
        },
        |_| {},
    );
    Ok(rest.funcs.add_local(builder.local_func(vec![slot])))
}

/// Counts the parts whose slots end before this one: that is the number of its part.
fn part_of_slot(body: &mut InstrSeqBuilder, slot: LocalId, ends: &[i32]) {
    body.i32_const(0);
    for end in &ends[..ends.len().saturating_sub(1)] {
        body.local_get(slot).i32_const(*end).binop(BinaryOp::I32GeU).binop(BinaryOp::I32Add);
    }
}

/// Replaces a function's body by one that calls it where it went.
fn stand_in(rest: &mut Module, id: FunctionId, table: TableId, slot: i32, loaded: FunctionId) {
    let ty = rest.funcs.get(id).ty();
    let (takes, returns) = (rest.types.get(ty).params().to_vec(), rest.types.get(ty).results().to_vec());
    let arguments: Vec<_> = takes.iter().map(|takes| rest.locals.add(*takes)).collect();
    let mut builder = FunctionBuilder::new(&mut rest.types, &takes, &returns);
    let mut body = builder.func_body();
    body.i32_const(slot).call(loaded);
    for argument in &arguments {
        body.local_get(*argument);
    }
    body.i32_const(slot).call_indirect(ty, table);
    rest.funcs.get_mut(id).kind = FunctionKind::Local(builder.local_func(arguments));
}

/// Keeps in a copy of the whole only what belongs to one part; everything else is imported.
fn write_part(
    mut part: Module,
    belongs: &dyn Fn(usize) -> bool,
    filled: &BTreeMap<u64, usize>,
    exports: &mut Exports,
) -> Result<Vec<u8>, String> {
    let table =
        part.tables.main_function_table().map_err(|error| error.to_string())?.ok_or("it has no function table.")?;
    part.start = None;
    // The rest has done all of this by the time a part is loaded.
    for export in part.exports.iter().map(walrus::Export::id).collect::<Vec<_>>() {
        part.exports.delete(export);
    }
    import_all(&mut part, belongs);
    let ids: BTreeMap<usize, FunctionId> =
        part.funcs.iter().map(|function| (function.id().index(), function.id())).collect();
    refill(&mut part, table, &filled.iter().map(|(slot, number)| (*slot, ids[number])).collect())?;
    // What a part asks of the table that it gets is the least; how large it is, is the rest's business.
    part.tables.get_mut(table).maximum = None;
    passes::gc::run(&mut part);
    for import in part.imports.iter_mut() {
        import.module = REST.to_owned();
        import.name = exports.name(match import.kind {
            ImportKind::Function(id) => Shared::Function(id.index()),
            ImportKind::Table(id) => Shared::Table(id.index()),
            ImportKind::Memory(id) => Shared::Memory(id.index()),
            ImportKind::Global(id) => Shared::Global(id.index()),
            ImportKind::Tag(_) => return Err("it uses exceptions.".to_owned()),
        });
    }
    Ok(part.emit_wasm())
}

/// Turns everything that does not belong to a part into an import; those that nothing uses are dropped afterwards.
fn import_all(part: &mut Module, belongs: &dyn Fn(usize) -> bool) {
    for id in part.tables.iter().map(walrus::Table::id).collect::<Vec<_>>() {
        part.tables.get_mut(id).import = Some(part.imports.add(REST, "", id));
    }
    for id in part.memories.iter().map(walrus::Memory::id).collect::<Vec<_>>() {
        part.memories.get_mut(id).import = Some(part.imports.add(REST, "", id));
    }
    for id in part.globals.iter().map(walrus::Global::id).collect::<Vec<_>>() {
        if matches!(part.globals.get(id).kind, GlobalKind::Local(_)) {
            part.globals.get_mut(id).kind = GlobalKind::Import(part.imports.add(REST, "", id));
        }
    }
    let local: Vec<FunctionId> = part.funcs.iter_local().map(|(id, _)| id).collect();
    for id in local.into_iter().filter(|id| !belongs(id.index())) {
        let ty = part.funcs.get(id).ty();
        let import = part.imports.add(REST, "", id);
        part.funcs.get_mut(id).kind = FunctionKind::Import(ImportedFunction { import, ty });
    }
}

/// Fills these slots of the function table as soon as the module is there, and no others.
fn refill(module: &mut Module, table: TableId, filled: &BTreeMap<u64, FunctionId>) -> Result<(), String> {
    for element in module.elements.iter().map(walrus::Element::id).collect::<Vec<_>>() {
        module.elements.delete(element);
    }
    for table in module.tables.iter_mut() {
        table.elem_segments.clear();
    }
    let mut runs: Vec<(u64, Vec<FunctionId>)> = Vec::new();
    for (slot, id) in filled {
        match runs.last_mut() {
            Some((start, ids)) if *start + ids.len() as u64 == *slot => ids.push(*id),
            _ => runs.push((*slot, vec![*id])),
        }
    }
    for (start, ids) in runs {
        let offset = ConstExpr::Value(Value::I32(to_i32(start)?));
        let element = module.elements.add(ElementKind::Active { table, offset }, ElementItems::Functions(ids));
        module.tables.get_mut(table).elem_segments.insert(element);
    }
    Ok(())
}

/// A thing of the rest that parts use, by its number in the whole.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Shared {
    Function(usize),
    Table(usize),
    Memory(usize),
    Global(usize),
}

/// The names under which the rest exports what parts use. Short: there are many.
#[derive(Default)]
struct Exports(BTreeMap<Shared, String>);

impl Exports {
    fn name(&mut self, shared: Shared) -> String {
        let count = self.0.len();
        self.0.entry(shared).or_insert_with(|| format!("_{count:x}")).clone()
    }

    fn add_to(self, rest: &mut Module, functions: &BTreeMap<usize, FunctionId>) -> Result<(), String> {
        for (shared, name) in self.0 {
            let item = match shared {
                Shared::Function(number) => ExportItem::Function(functions[&number]),
                Shared::Table(number) => {
                    let found = rest.tables.iter().find(|table| table.id().index() == number);
                    ExportItem::Table(found.ok_or("a table is gone.")?.id())
                }
                Shared::Memory(number) => {
                    let found = rest.memories.iter().find(|memory| memory.id().index() == number);
                    ExportItem::Memory(found.ok_or("a memory is gone.")?.id())
                }
                Shared::Global(number) => {
                    let found = rest.globals.iter().find(|global| global.id().index() == number);
                    ExportItem::Global(found.ok_or("a global is gone.")?.id())
                }
            };
            rest.exports.add(&name, item);
        }
        Ok(())
    }
}
