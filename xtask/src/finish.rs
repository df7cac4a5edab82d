//! The last step of each of Trunk's builds, which calls it as a hook: what Trunk cannot do itself.
//!
//! - The optimiser runs here (see `optimiser.rs`).
//! - Trunk leaves a worker's file names as they are, so a browser could run a page with the worker of an earlier build
//!   from its cache. Here the worker's files move into a folder named after what is in them, and the page is told.

use crate::optimiser::Optimiser;
use crate::process::{Outcome, say};
use std::env;
use std::fs;
use std::hash::{DefaultHasher, Hasher};
use std::path::{Path, PathBuf};

const WORKER_FILES: [&str; 3] = ["worker.js", "worker_bg.wasm", "worker_loader.js"];
/// The folder is named after all of them; the loader is what the page starts.
const WORKER_LOADER: &str = "worker_loader.js";

pub fn finish() -> Outcome {
    let staging = env::var_os("TRUNK_STAGING_DIR").map(PathBuf::from);
    let staging = staging.ok_or("`cargo xtask finish` is called by Trunk; people call `cargo xtask build`.")?;
    if env::var_os("TRUNK_PROFILE").is_some_and(|profile| profile == "release") {
        optimise(&staging)?;
    }
    move_worker(&staging).map_err(|error| format!("The worker's files could not be moved in the build: {error}."))
}

fn optimise(staging: &Path) -> Outcome {
    let Some(optimiser) = Optimiser::find() else {
        say("There is no wasm-opt: the page is built without the optimiser.");
        return Ok(());
    };
    let files = fs::read_dir(staging).map_err(|error| format!("{}: {error}.", staging.display()))?;
    for file in files.flatten().map(|file| file.path()).filter(|path| path.extension().is_some_and(|end| end == "wasm"))
    {
        let is_worker = file.ends_with("worker_bg.wasm");
        // As in the profiles of Cargo.toml: the worker for speed, the page for size.
        optimiser.optimise(&file, if is_worker { "-O3" } else { "-Oz" })?;
    }
    Ok(())
}

fn move_worker(staging: &Path) -> std::io::Result<()> {
    let mut hasher = DefaultHasher::new();
    for file in WORKER_FILES {
        hasher.write(&fs::read(staging.join(file))?);
    }
    let folder = format!("worker-{:016x}", hasher.finish());
    fs::create_dir_all(staging.join(&folder))?;
    for file in WORKER_FILES {
        // The files name each other relative to themselves, so that they may move together.
        fs::rename(staging.join(file), staging.join(&folder).join(file))?;
    }

    let page = staging.join("index.html");
    let html = fs::read_to_string(&page)?;
    let quoted = format!("\"{WORKER_LOADER}\"");
    if !html.contains(&quoted) {
        return Err(std::io::Error::other(format!("index.html does not name {WORKER_LOADER}")));
    }
    fs::write(&page, html.replace(&quoted, &format!("\"{folder}/{WORKER_LOADER}\"")))
}
