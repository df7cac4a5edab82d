//! The WebAssembly optimiser, `wasm-opt` of Binaryen.
//!
//! A build goes on without it, and says so. Trunk's own call to it is switched off in `index.html`, because Trunk fails
//! where the optimiser is missing or old, and repeats its work when nothing has changed.

use crate::process::{Outcome, command, find, output, root, run, say};
use crate::tools;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Older ones fail on what today's Rust emits.
const VERSION_MIN: u32 = 132;
const NPM_PACKAGE: &str = "binaryen@132.0.0";

pub struct Optimiser {
    /// The program, and the script that it runs if the program is Node.
    words: Vec<PathBuf>,
    version: u32,
}

impl Optimiser {
    /// The one on the PATH if it is new enough, else the one under the project, if any.
    pub fn find() -> Option<Self> {
        let on_path = find("wasm-opt").map(|program| vec![program]);
        // Called through Node rather than through npm's link, which is a different thing on each system.
        let script = folder().join("node_modules/binaryen/bin/wasm-opt");
        let installed = find("node").filter(|_| script.is_file()).map(|node| vec![node, script]);
        on_path.into_iter().chain(installed).find_map(|words| {
            // wasm-opt version 132 (version_132)
            let text = output(command_of(&words).arg("--version"))?;
            let version = text.split_whitespace().nth(2)?.parse().ok()?;
            (version >= VERSION_MIN).then_some(Self { words, version })
        })
    }

    /// Optimises a file in place. Results are kept, so that a build in which nothing changed takes no time.
    pub fn optimise(&self, wasm: &Path, passes: &[&str]) -> Outcome {
        let name = wasm.file_name().expect("a file has a name").to_string_lossy();
        let bytes = fs::read(wasm).map_err(|error| format!("{}: {error}.", wasm.display()))?;
        let mut hasher = DefaultHasher::new();
        (&bytes, passes, self.version).hash(&mut hasher);
        let kept_folder = root().join("target/wasm-opt");
        let kept = kept_folder.join(format!("{:016x}.wasm", hasher.finish()));
        if !kept.is_file() {
            say(&format!("Optimising {name} with wasm-opt {} {}", self.version, passes.join(" ")));
            let written = || -> std::io::Result<PathBuf> {
                fs::create_dir_all(&kept_folder)?;
                Ok(kept.with_extension("unfinished"))
            };
            let unfinished = written().map_err(|error| format!("{}: {error}.", kept_folder.display()))?;
            run(command_of(&self.words).args(passes).arg(wasm).arg("-o").arg(&unfinished))?;
            fs::rename(&unfinished, &kept).map_err(|error| format!("{}: {error}.", kept.display()))?;
        }
        fs::copy(&kept, wasm).map_err(|error| format!("{}: {error}.", wasm.display()))?;
        Ok(())
    }
}

/// Installs the optimiser if there is none and npm is there. It is never a reason to fail.
pub fn install() -> Outcome {
    if Optimiser::find().is_some() {
        return Ok(());
    }
    let Some(npm) = find("npm") else {
        say("There is neither wasm-opt nor npm to install it: the page is built without the optimiser.");
        return Ok(());
    };
    say(&format!("Installing wasm-opt ({NPM_PACKAGE} from npm) into .tools/"));
    let mut install = command(npm);
    install.args(["install", "--no-save", "--no-package-lock", "--no-audit", "--no-fund", "--fetch-retries=1"]);
    install.arg("--prefix").arg(folder()).arg(NPM_PACKAGE);
    // npm takes a folder that is not there for a mistake.
    let _ = fs::create_dir_all(folder());
    if run(&mut install).is_err() || Optimiser::find().is_none() {
        say("wasm-opt could not be installed: the page is built without the optimiser.");
    }
    Ok(())
}

fn folder() -> PathBuf {
    tools::folder().join("binaryen")
}

fn command_of(words: &[PathBuf]) -> Command {
    let mut command = command(&words[0]);
    command.args(&words[1..]);
    command
}
