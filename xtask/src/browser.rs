//! What the browser tests need: Node with its packages, Chromium, and fonts for both languages.

use crate::packages;
use crate::process::{Outcome, command, find, output, root, run, say};
use std::env;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

/// The first with `--test-concurrency` and `--test-reporter`; Debian 12 packages a later one of the same line.
const NODE_MIN: (u32, u32) = (18, 19);
const NODE_WITH_TIMEOUT: (u32, u32) = (20, 11);
const TEST_TIME_MS_MAX: u32 = 600_000;
const CHROMIUM_NAMES: [&str; 5] = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome"];
const CHROMIUM_VARIABLE: &str = "FAULTLINE_CHROMIUM";
#[cfg(target_os = "macos")]
const CHROMIUM_PLACES: [&str; 2] = [
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
];
#[cfg(not(target_os = "macos"))]
const CHROMIUM_PLACES: [&str; 0] = [];

pub struct Browser {
    node: Node,
    chromium: PathBuf,
}

struct Node {
    program: PathBuf,
    version: (u32, u32),
}

impl Browser {
    /// One of the scripts beside the tests, which works with a browser.
    pub fn run(&self, script: &str) -> Command {
        let mut node = command(&self.node.program);
        node.current_dir(folder()).env(CHROMIUM_VARIABLE, &self.chromium).arg(script);
        node
    }

    /// Node's test runner over these files, so many of them at once.
    pub fn run_tests(&self, files: &[PathBuf], concurrency: usize) -> Command {
        let mut node = command(&self.node.program);
        node.current_dir(folder()).env(CHROMIUM_VARIABLE, &self.chromium);
        node.args(["--test", "--test-reporter=spec", &format!("--test-concurrency={concurrency}")]);
        if self.node.version >= NODE_WITH_TIMEOUT {
            // A browser that hangs should cost minutes, not the rest of the day.
            node.arg(format!("--test-timeout={TEST_TIME_MS_MAX}"));
        }
        node.args(files);
        node
    }
}

pub fn folder() -> PathBuf {
    root().join("tests/browser")
}

/// Finds or installs everything that the browser tests need.
pub fn prepare() -> Outcome<Browser> {
    let missing = missing_packages();
    if !missing.is_empty() {
        packages::install(&missing)?;
    }
    let node = node().ok_or(format!(
        "The browser tests need Node {}.{} or newer and npm. Install them from https://nodejs.org.",
        NODE_MIN.0, NODE_MIN.1
    ))?;
    let chromium = chromium().ok_or(format!(
        "The browser tests need Chromium or Chrome. Install one, or set {CHROMIUM_VARIABLE} to its program."
    ))?;
    if !has_chinese_fonts() {
        say("No font for Chinese was found: screenshots will show boxes. Install Noto Sans CJK.");
    }
    install_node_packages()?;
    Ok(Browser { node, chromium })
}

/// The names of Debian's packages for what is not there.
fn missing_packages() -> Vec<&'static str> {
    let mut packages = Vec::new();
    if node().is_none() {
        packages.extend(["nodejs", "npm"]);
    }
    if chromium().is_none() {
        packages.push("chromium");
    }
    if !has_chinese_fonts() {
        packages.extend(["fontconfig", "fonts-noto-cjk"]);
    }
    packages
}

fn node() -> Option<Node> {
    find("npm")?;
    let program = find("node")?;
    let text = output(command(&program).arg("--version"))?;
    let mut numbers = text.trim().trim_start_matches('v').split('.').map_while(|number| number.parse::<u32>().ok());
    let version = (numbers.next()?, numbers.next()?);
    (version >= NODE_MIN).then_some(Node { program, version })
}

fn chromium() -> Option<PathBuf> {
    let named = env::var_os(CHROMIUM_VARIABLE).map(PathBuf::from);
    let usual = || CHROMIUM_PLACES.iter().map(PathBuf::from).find(|place| place.is_file());
    named.or_else(|| CHROMIUM_NAMES.iter().find_map(|name| find(name))).or_else(usual)
}

/// Asked only on Linux: the other systems bring such fonts with them.
fn has_chinese_fonts() -> bool {
    let fonts = || output(command(find("fc-list")?).arg(":lang=zh-cn"));
    !cfg!(target_os = "linux") || fonts().is_some_and(|fonts| !fonts.is_empty())
}

/// Installs exactly what the lock file names, once for each state of the lock file.
fn install_node_packages() -> Outcome {
    let lock = fs::read(folder().join("package-lock.json")).map_err(|error| format!("package-lock.json: {error}."))?;
    let installed = folder().join("node_modules/.installed-lock.json");
    if fs::read(&installed).is_ok_and(|earlier| earlier == lock) {
        return Ok(());
    }
    say("Installing the browser tests' packages with npm");
    let npm = find("npm").ok_or("There is Node but no npm. Install npm.")?;
    run(command(npm).current_dir(folder()).args(["ci", "--no-audit", "--no-fund"]))?;
    fs::write(&installed, lock).map_err(|error| format!("{}: {error}.", installed.display()))
}
