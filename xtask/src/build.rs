//! `cargo xtask build` and `cargo xtask serve`: Trunk with the right tools around it.

use crate::process::{Outcome, command, find, root, run, say};
use crate::tools::{self, Tools};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::process::Command;
use std::time::Duration;

const PORT_PREFERRED: u16 = 8080;

/// Builds the page into `dist/` and prints what it weighs.
pub fn build() -> Outcome {
    let tools = tools::install_all()?;
    say("Building the page and its worker (the first time takes a minute or two)");
    run(trunk(&tools)?.args(["build", "--release"]))?;
    print_sizes()
}

/// Builds the page and serves it until somebody ends the program.
pub fn serve(options: &[&str]) -> Outcome {
    let options = Options::parse(options)?;
    let port = free_port(options.port)?;
    let tools = tools::install_all()?;
    say("Building the page and its worker (the first time takes a minute or two)");
    announce_when_up(port);
    let mut serve = trunk(&tools)?;
    serve.args(["serve", "--release", "--address", "127.0.0.1", "--port", &port.to_string()]);
    if options.open {
        serve.arg("--open");
    }
    run(&mut serve)
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

/// Trunk says where it serves before the build and lets the build's lines follow; the address belongs at the end.
fn announce_when_up(port: u16) {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    std::thread::spawn(move || {
        while TcpStream::connect_timeout(&address, Duration::from_secs(1)).is_err() {
            std::thread::sleep(Duration::from_millis(200));
        }
        say(&format!("Faultline is at http://{address}/ until you press Ctrl-C. Reload the page after a rebuild."));
    });
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
