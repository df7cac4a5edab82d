//! Who refers to what, as the linker left it in the page's module (`--emit-relocs`, see `build.rs`).
//!
//! The module that is divided is a later one, from which wasm-bindgen has dropped this, with its functions numbered anew.
//! What joins the two are the functions' names and the addresses of data, which stay.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use wasmparser::{DataKind, KnownCustom, Linking, Name, Operator, Parser, Payload, RelocationEntry, SymbolInfo};

/// Segments of this name hold what nothing ever writes: only such data can come later, as it comes once more where a
/// part is loaded twice.
const CONSTANT: &str = ".rodata";

/// A piece of data that is referred to as a whole, by its place among those of a module.
pub type Piece = usize;

/// What a function or a piece of data refers to.
#[derive(Clone, Default)]
pub struct Uses {
    /// Functions whose address is taken, by name.
    pub functions: BTreeSet<String>,
    pub pieces: BTreeSet<Piece>,
}

impl Uses {
    fn add(&mut self, target: &Target) {
        match target {
            Target::Function(name) => drop(self.functions.insert(name.clone())),
            Target::Piece(piece) => drop(self.pieces.insert(*piece)),
        }
    }
}

enum Target {
    Function(String),
    Piece(Piece),
}

/// Who refers to what in a module.
pub struct References {
    /// By function's name.
    pub functions: BTreeMap<String, Uses>,
    /// By piece of data.
    pub pieces: Vec<Uses>,
    /// Where each piece stands in memory, in this order, without overlaps.
    pub places: Vec<Range<u32>>,
    /// Which pieces are never written.
    pub constant: Vec<bool>,
    /// What is referred to from bytes that belong to no piece.
    pub loose: Uses,
}

impl References {
    pub fn read(bytes: &[u8]) -> Result<References, String> {
        read(bytes).map_err(|error| error.to_string())?
    }
}

/// A module's sections, as far as they matter here.
#[derive(Default)]
struct Sections<'a> {
    imported: u32,
    /// By the functions' numbers.
    names: BTreeMap<u32, &'a str>,
    /// Where in the code section each function's body stands, in order.
    bodies: Vec<Range<u32>>,
    /// Where each segment stands in memory, and in the data section.
    segments: Vec<(u32, Range<u32>)>,
    segment_names: Vec<&'a str>,
    symbols: Vec<SymbolInfo<'a>>,
    in_code: Vec<RelocationEntry>,
    in_data: Vec<RelocationEntry>,
}

fn read(bytes: &[u8]) -> wasmparser::Result<Result<References, String>> {
    let mut sections = Sections::default();
    let mut code_start = 0;
    for payload in Parser::new(0).parse_all(bytes) {
        match payload? {
            Payload::ImportSection(imports) => {
                let imports = imports.into_imports().collect::<wasmparser::Result<Vec<_>>>()?;
                let functions = imports.iter().filter(|import| matches!(import.ty, wasmparser::TypeRef::Func(_)));
                sections.imported = functions.count() as u32;
            }
            Payload::CodeSectionStart { range, .. } => code_start = range.start,
            Payload::CodeSectionEntry(body) => {
                let range = body.range();
                sections.bodies.push((range.start - code_start) as u32..(range.end - code_start) as u32);
            }
            Payload::DataSection(segments) => {
                let data_start = segments.range().start;
                for segment in segments {
                    let segment = segment?;
                    let end = segment.range.end - data_start;
                    let start = end - segment.data.len();
                    let address = match segment.kind {
                        DataKind::Active { offset_expr, .. } => match offset_expr.get_operators_reader().read()? {
                            Operator::I32Const { value } => value as u32,
                            _ => return Ok(Err("a segment of data stands at an address that is computed.".to_owned())),
                        },
                        DataKind::Passive => return Ok(Err("a segment of data is passive.".to_owned())),
                    };
                    sections.segments.push((address, start as u32..end as u32));
                }
            }
            Payload::CustomSection(section) => match section.as_known() {
                KnownCustom::Name(names) => {
                    for subsection in names {
                        if let Name::Function(map) = subsection? {
                            for naming in map {
                                let naming = naming?;
                                sections.names.insert(naming.index, naming.name);
                            }
                        }
                    }
                }
                KnownCustom::Linking(linking) => {
                    for subsection in linking.subsections() {
                        match subsection? {
                            Linking::SegmentInfo(segments) => {
                                for segment in segments {
                                    sections.segment_names.push(segment?.name);
                                }
                            }
                            Linking::SymbolTable(symbols) => {
                                for symbol in symbols {
                                    sections.symbols.push(symbol?);
                                }
                            }
                            _ => {}
                        }
                    }
                }
                KnownCustom::Reloc(relocations) => {
                    let entries = relocations.entries().into_iter().collect::<wasmparser::Result<Vec<_>>>()?;
                    match section.name() {
                        "reloc.CODE" => sections.in_code = entries,
                        "reloc.DATA" => sections.in_data = entries,
                        _ => {}
                    }
                }
                _ => {}
            },
            _ => {}
        }
    }
    Ok(sections.references())
}

impl Sections<'_> {
    fn references(&self) -> Result<References, String> {
        if self.in_code.is_empty() || self.symbols.is_empty() {
            return Err("the linker has left no relocations in it.".to_owned());
        }
        let places = self.places();
        let constant = places.iter().map(|place| self.is_constant(place.start)).collect();
        let numbers = (0..self.bodies.len()).map(|number| self.imported + number as u32);
        let names = numbers.map(|number| self.name(number)).collect::<Result<Vec<_>, _>>()?;
        let mut functions: BTreeMap<String, Uses> = names.iter().map(|name| (name.clone(), Uses::default())).collect();
        let mut pieces = vec![Uses::default(); places.len()];
        let mut loose = Uses::default();
        for entry in &self.in_code {
            let Some(target) = self.target(entry, &places)? else { continue };
            let number = self.bodies.partition_point(|body| body.end <= entry.offset);
            let name = names.get(number).ok_or("a relocation stands behind all code.")?;
            functions.entry(name.clone()).or_default().add(&target);
        }
        for entry in &self.in_data {
            let Some(target) = self.target(entry, &places)? else { continue };
            let address = self.segments.iter().find(|(_, bytes)| bytes.contains(&entry.offset));
            let address = address.map(|(start, bytes)| start + entry.offset - bytes.start);
            match address.and_then(|address| piece_at(&places, address)) {
                Some(piece) => pieces[piece].add(&target),
                None => loose.add(&target),
            }
        }
        Ok(References { functions, pieces, places, constant, loose })
    }

    fn name(&self, function: u32) -> Result<String, String> {
        let name = self.names.get(&function).ok_or(format!("its function {function} has no name."))?;
        Ok(rustc_demangle::try_demangle(name).map_or_else(|_| (*name).to_owned(), |name| name.to_string()))
    }

    fn is_constant(&self, address: u32) -> bool {
        let contains = |(start, bytes): &(u32, Range<u32>)| (*start..start + bytes.len() as u32).contains(&address);
        let segment = self.segments.iter().position(contains);
        segment.and_then(|segment| self.segment_names.get(segment)).is_some_and(|name| name.starts_with(CONSTANT))
    }

    /// Where symbols say that there is data. Those that overlap are one: the linker lets equal ends of texts share bytes.
    fn places(&self) -> Vec<Range<u32>> {
        let mut places: Vec<Range<u32>> = self.symbols.iter().filter_map(|symbol| self.place(symbol)).collect();
        places.sort_by_key(|place| (place.start, place.end));
        let mut apart: Vec<Range<u32>> = Vec::new();
        for place in places {
            match apart.last_mut() {
                Some(last) if place.start < last.end => last.end = last.end.max(place.end),
                _ => apart.push(place),
            }
        }
        apart
    }

    fn place(&self, symbol: &SymbolInfo) -> Option<Range<u32>> {
        let SymbolInfo::Data { symbol: Some(data), .. } = symbol else { return None };
        let (start, _) = self.segments.get(data.index as usize)?;
        (data.size > 0).then(|| start + data.offset..start + data.offset + data.size)
    }

    /// What a relocation refers to; none if it is neither an address of a function nor one of data.
    fn target(&self, entry: &RelocationEntry, places: &[Range<u32>]) -> Result<Option<Target>, String> {
        use wasmparser::RelocationType::*;
        let symbol = self.symbols.get(entry.index as usize);
        Ok(match (entry.ty, symbol) {
            (TableIndexSleb | TableIndexI32, Some(SymbolInfo::Func { index, .. })) => {
                Some(Target::Function(self.name(*index)?))
            }
            (MemoryAddrSleb | MemoryAddrLeb | MemoryAddrI32, Some(symbol)) => {
                self.place(symbol).and_then(|place| piece_at(places, place.start)).map(Target::Piece)
            }
            // Calls are read from the instructions, and the others name nothing that could leave.
            (FunctionIndexLeb | TypeIndexLeb | GlobalIndexLeb | TableNumberLeb, _) => None,
            (kind, _) => return Err(format!("a relocation of kind {kind:?} is not known here.")),
        })
    }
}

/// The piece in which an address lies.
fn piece_at(places: &[Range<u32>], address: u32) -> Option<Piece> {
    let after = places.partition_point(|place| place.start <= address);
    (after > 0 && places[after - 1].contains(&address)).then(|| after - 1)
}
