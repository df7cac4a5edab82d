//! Divides the page's WebAssembly module: what the first run needs stays, the rest becomes parts that the page loads when
//! it needs them (`src/ui/parts.rs`). What goes where is said in `parts.txt`; `plan.rs` reads it, `cut.rs` does it.
//!
//! `cargo xtask finish` calls this as `parts <module> <folder>`: it rewrites the module in place, writes each part into
//! the folder as `<number>-<name>.wasm`, and prints how large everything became.

mod cut;
mod plan;

use plan::Plan;
use std::path::Path;
use std::process::ExitCode;

const RULES: &str = include_str!("../parts.txt");

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [module, folder] = arguments.as_slice() else {
        eprintln!("`parts` takes the module and the folder for its parts.");
        return ExitCode::FAILURE;
    };
    match divide(Path::new(module), Path::new(folder)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{module} cannot be divided: {message}");
            ExitCode::FAILURE
        }
    }
}

fn divide(path: &Path, folder: &Path) -> Result<(), String> {
    let unreadable = |error: std::io::Error| error.to_string();
    let bytes = std::fs::read(path).map_err(unreadable)?;
    let rules = plan::rules(RULES)?;
    let module = cut::parse(&bytes)?;
    let plan = Plan::of(&module, &rules)?;
    let divided = cut::divide(&bytes, module, &plan, rules.parts.len())?;
    std::fs::create_dir_all(folder).map_err(unreadable)?;
    for (number, part) in divided.parts.iter().enumerate() {
        std::fs::write(folder.join(format!("{number}-{}.wasm", rules.parts[number])), part).map_err(unreadable)?;
        println!("part {number}, {}: {} bytes", rules.parts[number], part.len());
    }
    println!("the rest: {} bytes", divided.rest.len());
    std::fs::write(path, divided.rest).map_err(unreadable)
}
