//! Cuts a module along a plan.
//!
//! A function that leaves the rest is replaced there by a stand-in, which asks the page for the part if it is not loaded,
//! and then calls the function through a slot of the function table that the part fills. A part imports everything else
//! that it uses from the rest's exports, so memory, stack and tables are shared, and calls in both directions are plain.

use crate::plan::Plan;
use std::collections::BTreeMap;
use walrus::ir::Value;
use walrus::{
    ConstExpr, ElementItems, ElementKind, ExportItem, FunctionBuilder, FunctionId, FunctionKind, GlobalKind,
    ImportKind, ImportedFunction, Module, ModuleConfig, TableId, passes,
};

/// The rest exports this function, which takes a part's number and returns once that part is loaded.
const LOADER: &str = "load_part";
/// The module's name under which a part imports the rest's exports.
const REST: &str = "rest";

/// What became of a module.
pub struct Divided {
    pub rest: Vec<u8>,
    pub parts: Vec<Vec<u8>>,
}

pub fn parse(bytes: &[u8]) -> Result<Module, String> {
    ModuleConfig::new().generate_producers_section(false).parse(bytes).map_err(|error| error.to_string())
}

/// Cuts a module, which is also given as its bytes: every part begins as a copy of the whole.
pub fn divide(bytes: &[u8], mut rest: Module, plan: &Plan, parts: usize) -> Result<Divided, String> {
    let loader = rest.exports.get_func(LOADER).map_err(|_| format!("it exports no `{LOADER}`."))?;
    let table =
        rest.tables.main_function_table().map_err(|error| error.to_string())?.ok_or("it has no function table.")?;
    // Functions are told by their number in the whole: every copy has the same.
    let numbers: BTreeMap<usize, FunctionId> =
        rest.funcs.iter().map(|function| (function.id().index(), function.id())).collect();
    let first_slot = rest.tables.get(table).initial;
    let slots: BTreeMap<usize, u64> = numbers
        .iter()
        .filter(|(_, id)| plan.part(**id).is_some())
        .map(|(number, _)| *number)
        .zip(first_slot..)
        .collect();

    let mut exports = Exports::default();
    let written = (0..parts)
        .map(|part| {
            let belongs = |number: usize| plan.part(numbers[&number]) == Some(part);
            write_part(parse(bytes)?, &belongs, &slots, &mut exports)
        })
        .collect::<Result<Vec<_>, String>>()?;

    for (number, slot) in &slots {
        let id = numbers[number];
        let part = plan.part(id).ok_or("a slot without a part.")?;
        stand_in(&mut rest, id, Place { table, slot: to_i32(*slot)?, part: to_i32(part as u64)?, loader });
    }
    let whole_table = rest.tables.get_mut(table);
    whole_table.initial = first_slot + slots.len() as u64;
    whole_table.maximum = whole_table.maximum.map(|maximum| maximum.max(whole_table.initial));
    exports.add_to(&mut rest, &numbers)?;
    passes::gc::run(&mut rest);
    Ok(Divided { rest: rest.emit_wasm(), parts: written })
}

fn to_i32(number: u64) -> Result<i32, String> {
    i32::try_from(number).map_err(|error| error.to_string())
}

/// Where a function that left can be called.
struct Place {
    table: TableId,
    slot: i32,
    part: i32,
    loader: FunctionId,
}

/// Replaces a function's body by one that calls it where it went.
fn stand_in(rest: &mut Module, id: FunctionId, place: Place) {
    let ty = rest.funcs.get(id).ty();
    let (takes, returns) = (rest.types.get(ty).params().to_vec(), rest.types.get(ty).results().to_vec());
    let arguments: Vec<_> = takes.iter().map(|takes| rest.locals.add(*takes)).collect();
    let mut builder = FunctionBuilder::new(&mut rest.types, &takes, &returns);
    let mut body = builder.func_body();
    body.i32_const(place.slot).table_get(place.table).ref_is_null();
    body.if_else(
        None,
        |missing| {
            missing.i32_const(place.part).call(place.loader);
        },
        |_| {},
    );
    for argument in &arguments {
        body.local_get(*argument);
    }
    body.i32_const(place.slot).call_indirect(ty, place.table);
    rest.funcs.get_mut(id).kind = FunctionKind::Local(builder.local_func(arguments));
}

/// Keeps in a copy of the whole only what belongs to one part; everything else is imported.
fn write_part(
    mut part: Module,
    belongs: &dyn Fn(usize) -> bool,
    slots: &BTreeMap<usize, u64>,
    exports: &mut Exports,
) -> Result<Vec<u8>, String> {
    let table =
        part.tables.main_function_table().map_err(|error| error.to_string())?.ok_or("it has no function table.")?;
    part.start = None;
    // The rest has done all of this by the time a part is loaded.
    for export in part.exports.iter().map(walrus::Export::id).collect::<Vec<_>>() {
        part.exports.delete(export);
    }
    for data in part.data.iter().map(walrus::Data::id).collect::<Vec<_>>() {
        part.data.delete(data);
    }
    for element in part.elements.iter().map(walrus::Element::id).collect::<Vec<_>>() {
        part.elements.delete(element);
    }
    for memory in part.memories.iter_mut() {
        memory.data_segments.clear();
    }
    for table in part.tables.iter_mut() {
        table.elem_segments.clear();
    }
    import_all(&mut part, belongs);
    fill_slots(&mut part, table, belongs, slots)?;
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

/// Puts a part's functions into their slots of the function table as soon as the part is there.
fn fill_slots(
    part: &mut Module,
    table: TableId,
    belongs: &dyn Fn(usize) -> bool,
    slots: &BTreeMap<usize, u64>,
) -> Result<(), String> {
    let ids: BTreeMap<usize, FunctionId> =
        part.funcs.iter().map(|function| (function.id().index(), function.id())).collect();
    for (number, slot) in slots.iter().filter(|(number, _)| belongs(**number)) {
        let offset = ConstExpr::Value(Value::I32(to_i32(*slot)?));
        let items = ElementItems::Functions(vec![ids[number]]);
        let element = part.elements.add(ElementKind::Active { table, offset }, items);
        part.tables.get_mut(table).elem_segments.insert(element);
    }
    let whole_table = part.tables.get_mut(table);
    // What a part asks of the table that it gets is the least; how large it is, is the rest's business.
    whole_table.maximum = None;
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
