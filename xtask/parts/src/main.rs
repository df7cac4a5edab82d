//! Divides the page's WebAssembly module: what the first run needs stays, the rest becomes parts that the page loads when
//! it needs them (`static/boot.js`). See docs/decisions/0004-parts.md.
//!
//! The build's last step calls it (`xtask/src/finish.rs`). `parts divide <module> <script> <linked> <doors> <folder>` rewrites
//! the module and its script in place, writes each part into the folder as `<number>.wasm` and prints a line for each: its
//! number, its name, its bytes and the numbers of the parts that it needs. `<linked>` is the module as the linker left it, `<doors>` is `doors.txt`. For `cargo xtask record`,
//! `parts watch <module>` lets the module note which functions are called, and `parts record <module> <linked> <doors>
//! <noted>` writes the doors from what it noted.

mod cut;
mod data;
mod doors;
mod glue;
mod graph;
mod names;
mod plan;
mod record;
mod references;

use doors::Doors;
use graph::Graph;
use plan::Plan;
use references::References;
use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match words.as_slice() {
        ["divide", module, script, linked, doors, folder] => divide(module, script, linked, doors, folder),
        ["watch", module] => watch(module),
        ["record", module, linked, doors, noted] => record(module, linked, doors, noted),
        _ => Err("these words mean nothing to `parts`: see its main.rs.".to_owned()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("The page cannot be divided: {message}");
            ExitCode::FAILURE
        }
    }
}

fn read(path: &str) -> Result<Vec<u8>, String> {
    std::fs::read(path).map_err(|error| format!("{path}: {error}."))
}

fn write(path: impl AsRef<Path>, bytes: impl AsRef<[u8]>) -> Result<(), String> {
    let path = path.as_ref();
    std::fs::write(path, bytes).map_err(|error| format!("{}: {error}.", path.display()))
}

fn read_doors(path: &str) -> Result<Doors, String> {
    Doors::read(&String::from_utf8_lossy(&read(path)?))
}

fn divide(path: &str, script: &str, linked: &str, doors: &str, folder: &str) -> Result<(), String> {
    let mut module = cut::parse(&read(path)?)?;
    let short = glue::shorten(&mut module);
    write(script, glue::rewrite(&String::from_utf8_lossy(&read(script)?), &short))?;
    let bytes = module.emit_wasm();
    let module = cut::parse(&bytes)?;
    let graph = Graph::of(&module, References::read(&read(linked)?)?)?;
    let doors = read_doors(doors)?;
    let gone = doors.gone(&graph);
    if gone > 0 {
        eprintln!("{gone} functions are no more that first runs did without: `cargo xtask record` may find others.");
    }
    let plan = Plan::of(&module, &graph, &doors);
    let divided = cut::divide(&bytes, module, &plan, &graph.places)?;
    std::fs::create_dir_all(folder).map_err(|error| format!("{folder}: {error}."))?;
    for (number, part) in divided.parts.iter().enumerate() {
        write(Path::new(folder).join(format!("{number}.wasm")), part)?;
        let needs: String = plan.needs[number].iter().map(|needed| format!("+{needed}")).collect();
        println!("{number} {} {} {needs}", plan.parts[number], part.len());
    }
    write(path, divided.rest)
}

fn watch(path: &str) -> Result<(), String> {
    let mut module = cut::parse(&read(path)?)?;
    record::watch(&mut module);
    write(path, module.emit_wasm())
}

fn record(path: &str, linked: &str, doors: &str, noted: &str) -> Result<(), String> {
    let module = cut::parse(&read(path)?)?;
    let graph = Graph::of(&module, References::read(&read(linked)?)?)?;
    let found = record::doors(&module, &graph, &String::from_utf8_lossy(&read(noted)?))?;
    println!(
        "{} doors behind which first runs of links go on, {} of all first runs",
        found.linked.len(),
        found.later.len()
    );
    write(doors, found.write())
}
