//! What a build needs besides cargo: the WebAssembly target, Trunk and the wasm-bindgen command.
//!
//! A tool of the right version on the PATH is used as it is. A missing one goes to `.tools/` in the project.

use crate::optimiser;
use crate::process::{Outcome, cargo, command, find, output, path_with, root, run, say};
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

const TARGET: &str = "wasm32-unknown-unknown";
/// The newest that the project's Rust compiles; 0.22 wants a newer one.
const TRUNK_VERSION: &str = "0.21.14";

/// The tools of a build, each of the right version.
pub struct Tools {
    pub trunk: PathBuf,
    wasm_bindgen: PathBuf,
}

impl Tools {
    /// The PATH on which Trunk finds the right wasm-bindgen before any other.
    pub fn path(&self) -> Outcome<OsString> {
        let folder = self.wasm_bindgen.parent().expect("a program stands in a folder");
        path_with(&[folder.to_path_buf()])
    }
}

/// Where everything is installed that the project needs and the machine lacks.
pub fn folder() -> PathBuf {
    root().join(".tools")
}

/// Finds or installs everything that a build needs, the optimiser too.
pub fn install_all() -> Outcome<Tools> {
    install_target()?;
    let wasm_bindgen_version = locked_version("wasm-bindgen")?;
    let trunk = install("trunk", "trunk", TRUNK_VERSION, &["--locked", "--no-default-features"])?;
    // Without --locked: its lock file may name packages that a registry's mirror does not carry yet.
    let wasm_bindgen = install("wasm-bindgen-cli", "wasm-bindgen", &wasm_bindgen_version, &[])?;
    optimiser::install()?;
    Ok(Tools { trunk, wasm_bindgen })
}

fn install_target() -> Outcome {
    let sysroot = output(command("rustc").args(["--print", "sysroot"]))
        .ok_or("`rustc` cannot be run. Install Rust from https://rustup.rs first.")?;
    if Path::new(sysroot.trim()).join("lib/rustlib").join(TARGET).join("lib").is_dir() {
        return Ok(());
    }
    if find("rustup").is_none() {
        return Err(format!(
            "This Rust has no {TARGET} target and there is no rustup to add it. Install the target with the package \
             manager that installed Rust, or Rust itself from https://rustup.rs."
        ));
    }
    say(&format!("Adding the {TARGET} target to Rust"));
    run(command("rustup").args(["target", "add", TARGET]))
}

/// The version of a package in Cargo.lock.
fn locked_version(package: &str) -> Outcome<String> {
    let lock = fs::read_to_string(root().join("Cargo.lock")).map_err(|error| format!("Cargo.lock: {error}."))?;
    let name = format!("name = \"{package}\"");
    let version = lock.lines().skip_while(|line| *line != name).nth(1);
    version
        .and_then(|line| line.strip_prefix("version = \"")?.strip_suffix('"'))
        .map(str::to_owned)
        .ok_or_else(|| format!("Cargo.lock names no version of {package}."))
}

/// Finds a program of exactly this version on the PATH or in `.tools/`, or builds it there.
fn install(package: &str, program: &str, version: &str, options: &[&str]) -> Outcome<PathBuf> {
    let is_right = |candidate: &PathBuf| version_of(candidate).as_deref() == Some(version);
    let installed = folder().join("bin").join(format!("{program}{}", std::env::consts::EXE_SUFFIX));
    if let Some(right) = find(program).into_iter().chain([installed.clone()]).find(is_right) {
        return Ok(right);
    }

    say(&format!("Installing {package} {version} into .tools/ (once; a few minutes on two cores)"));
    let target = folder().join("target");
    let mut install = cargo();
    install.args(["install", package, "--version", version, "--bin", program, "--force"]).args(options);
    install.arg("--root").arg(folder()).arg("--target-dir").arg(&target);
    // These tools spend their time in other programs: building them quickly matters more than how fast they are.
    install.envs([
        ("CARGO_PROFILE_RELEASE_LTO", "off"),
        ("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1"),
        ("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16"),
        ("CARGO_PROFILE_RELEASE_DEBUG", "0"),
    ]);
    run(&mut install)?;
    // The folder let an interrupted installation go on; it is large and has served.
    let _ = fs::remove_dir_all(target);
    if is_right(&installed) {
        return Ok(installed);
    }
    Err(format!("{} was installed but does not say that it is version {version}.", installed.display()))
}

/// The second word of what `--version` prints: `trunk 0.21.14`.
fn version_of(program: &PathBuf) -> Option<String> {
    let text = output(command(program).arg("--version"))?;
    text.split_whitespace().nth(1).map(str::to_owned)
}
