//! The command line.

use faultline::command;
use faultline::protocols::CATALOGUE;
use faultline::scenario::catalogue::Catalogue;
use std::io;

fn main() {
    let arguments: Vec<String> = std::env::args_os().skip(1).map(|word| word.to_string_lossy().into_owned()).collect();
    let mut out = io::BufWriter::new(io::stdout().lock());
    let code = command::main(Catalogue(CATALOGUE), &arguments, &mut out, &mut io::stderr().lock());
    std::process::exit(code);
}
