//! Everything that a shell script would do for Faultline, without asking anybody for a shell.
//!
//! It has no dependencies, so that a fresh checkout reaches the first sentence on the screen in a second.

mod browser;
mod build;
mod finish;
mod optimiser;
mod packages;
mod process;
mod record;
mod servers;
mod test;
mod tools;

use process::Outcome;
use std::process::ExitCode;

const USAGE: &str = "\
cargo xtask serve [--port <number>] [--open]
    Builds the page and serves it on this machine.
cargo xtask build [--base <address>]
    Builds the page into dist/, which any static host can serve. With the address where it will stand, its scenarios'
    pages name themselves in full, and there are a site map and oEmbed.
cargo xtask test [native | browser [<test file>…]]
    Runs every test, or only the native ones, or only the browser's (a test file needs no path and no ending).
cargo xtask record
    Watches first runs in a browser and writes down which functions they do without: those are loaded later
    (docs/decisions/0004-parts.md). Needed when a first run asks for a part, or weighs more than it may.
cargo xtask install
    Installs what the others need, where it is missing, and nothing else.

Tools that are missing are installed under the project, in .tools/; nothing that you have is replaced.";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match dispatch(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("\nerror: {message}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(arguments: &[&str]) -> Outcome {
    match arguments {
        ["serve", options @ ..] => build::serve(options),
        ["build", options @ ..] => build::build(options),
        ["test"] => test::everything(),
        ["test", "native"] => test::native().map(|counts| println!("{counts}")),
        ["test", "browser", files @ ..] => test::browser(files).map(|counts| println!("{counts}")),
        ["record"] => record::record(),
        ["install"] => {
            tools::install_all()?;
            servers::prepare()?;
            browser::prepare().map(|_| ())
        }
        // Trunk calls this at the end of each of its builds; it is no command for people.
        ["finish"] => finish::finish(),
        [] | ["help" | "--help" | "-h"] => {
            println!("{USAGE}");
            Ok(())
        }
        _ => Err(format!("`cargo xtask {}` is not a command. These are:\n\n{USAGE}", arguments.join(" "))),
    }
}
