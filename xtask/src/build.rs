//! `cargo xtask build` and `cargo xtask serve`: Trunk with the right tools around it.

use crate::finish::BASE_VARIABLE;
use crate::process::{Outcome, become_command, cargo, command, find, root, run, say, target};
use crate::tools::{self, Tools};
use std::net::{Ipv4Addr, TcpListener};
use std::path::PathBuf;
use std::process::Command;

const PORT_PREFERRED: u16 = 8080;

/// Builds the page into `dist/` and prints what it weighs. What needs whole addresses (site map, oEmbed) is written if
/// the page's is given.
pub fn build(options: &[&str]) -> Outcome {
    let base = match options {
        [] => None,
        ["--base", address] => Some(*address),
        [word, ..] => return Err(format!("`build` does not know `{word}`: it takes --base <address>.")),
    };
    let tools = tools::install_all()?;
    say("Building the page and its worker (the first time takes a minute or two)");
    let mut build = trunk(&tools)?;
    if let Some(base) = base {
        build.env(BASE_VARIABLE, base);
    }
    run(build.args(["build", "--release"]))?;
    print_sizes()
}

/// Builds the command line, and says where it is.
pub fn command_line() -> Outcome<PathBuf> {
    say("Building the command line");
    run(cargo().args(["build", "--release", "--bin", "faultline"]))?;
    Ok(target().join("release").join(format!("faultline{}", std::env::consts::EXE_SUFFIX)))
}

/// Builds the page and serves it until somebody ends the program.
pub fn serve(options: &[&str]) -> Outcome {
    let options = Options::parse(options)?;
    let tools = tools::install_all()?;
    let port = free_port(options.port)?;
    say("Building the page and its worker (the first time takes a minute or two), then serving them at");
    say(&format!("http://127.0.0.1:{port}/ until you press Ctrl-C. After a change to the sources, reload the page."));
    let mut serve = trunk(&tools)?;
    serve.args(["serve", "--release", "--address", "127.0.0.1", "--port", &port.to_string()]);
    if options.open {
        serve.arg("--open");
    }
    become_command(&mut serve)
}

struct Options {
    port: Option<u16>,
    open: bool,
}

impl Options {
    fn parse(mut words: &[&str]) -> Outcome<Self> {
        let mut options = Self { port: None, open: false };
        loop {
            words = match words {
                [] => return Ok(options),
                ["--open", rest @ ..] => {
                    options.open = true;
                    rest
                }
                ["--port", port, rest @ ..] => {
                    let number = port.parse().ok().filter(|number| *number != 0);
                    options.port = Some(number.ok_or(format!("`{port}` is not a port: give a number up to 65535."))?);
                    rest
                }
                [word, ..] => {
                    return Err(format!("`serve` does not know `{word}`: it takes --port <number> and --open."));
                }
            };
        }
    }
}

/// The port that was asked for, which must be free; else the usual one; else any.
fn free_port(asked: Option<u16>) -> Outcome<u16> {
    let bound = |port| TcpListener::bind((Ipv4Addr::LOCALHOST, port)).and_then(|listener| listener.local_addr());
    if let Some(port) = asked {
        return bound(port).map(|_| port).map_err(|error| format!("Port {port} cannot be used: {error}."));
    }
    let address = bound(PORT_PREFERRED).or_else(|_| bound(0));
    address.map(|address| address.port()).map_err(|error| format!("No port is free on this machine: {error}."))
}

fn trunk(tools: &Tools) -> Outcome<Command> {
    let mut trunk = command(&tools.trunk);
    trunk.env("PATH", tools.path()?);
    if std::env::var_os("NO_COLOR").is_some() {
        // Any value means "no colour", but Trunk reads only this one.
        trunk.env("NO_COLOR", "true");
    }
    Ok(trunk)
}

/// Prints every built file's size: raw, and as Brotli and gzip would send it.
pub fn print_sizes() -> Outcome {
    let Some(node) = find("node") else {
        say("Sizes are printed where Node is installed.");
        return Ok(());
    };
    run(command(node).arg(root().join("tests/browser/sizes.mjs")))
}
