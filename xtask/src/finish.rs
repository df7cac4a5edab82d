//! The last step of each of Trunk's builds, which calls it as a hook: what Trunk cannot do itself.
//!
//! - The page is divided (see `parts/`), so that a first run waits only for what it needs.
//! - The optimiser runs here (see `optimiser.rs`).
//! - Trunk leaves workers' file names as they are, so a browser could run a page with the worker of an earlier build
//!   from its cache. Here a worker's files move into a folder named after what is in them, and the page is told.
//! - Scripts lose what only their readers need.
//! - What the page is seen by elsewhere is added: a page and a picture for every scenario, the page in one file, and the
//!   list of what is kept for times without a network (see `publish/`).

use crate::optimiser::Optimiser;
use crate::process::{Outcome, cargo, run, say, target};
use std::env;
use std::fs;
use std::hash::{DefaultHasher, Hasher};
use std::path::{Path, PathBuf};
use std::thread;

/// Hands the address under which the page will stand from `cargo xtask build` to this step.
pub const BASE_VARIABLE: &str = "FAULTLINE_BASE";
/// The page's workers, each with how the optimiser treats it: as in the profiles of Cargo.toml, searches for speed; what is
/// loaded to be used once, for size.
const WORKERS: [(&str, &str); 2] = [("worker", "-O3"), ("exporter", "-Oz")];
/// The ends of a worker's file names; the last is of what the page starts.
const WORKER_ENDS: [&str; 3] = [".js", "_bg.wasm", "_loader.js"];
/// How the scripts' names begin that are written by hand.
const SCRIPTS: [&str; 3] = ["boot-", "fault-line.js", "sw.js"];
/// The page's module as it is before it is divided, for the page in one file.
const WHOLE: &str = "whole.wasm";
/// Where index.html names the parts: nothing stands between the quotes before the page is divided.
const PARTS_META: &str = "name=\"faultline-parts\" content=";

pub fn finish() -> Outcome {
    let staging = env::var_os("TRUNK_STAGING_DIR").map(PathBuf::from);
    let staging = staging.ok_or("`cargo xtask finish` is called by Trunk; people call `cargo xtask build`.")?;
    if env::var_os("TRUNK_PROFILE").is_some_and(|profile| profile == "release") {
        divide(&staging)?;
        optimise(&staging)?;
    }
    for (worker, _) in WORKERS {
        let folder = move_worker(&staging, worker)
            .map_err(|error| format!("The files of `{worker}` could not be moved in the build: {error}."))?;
        let loader = format!("{worker}{}", WORKER_ENDS[2]);
        rewrite(&staging.join("index.html"), &[(&format!("\"{loader}\""), &format!("\"{folder}/{loader}\""))])?;
    }
    for name in names(&staging)?.iter().filter(|name| SCRIPTS.iter().any(|script| name.starts_with(script))) {
        let script = staging.join(name);
        let slimmed = fs::read_to_string(&script).and_then(|text| fs::write(&script, slim(&text)));
        slimmed.map_err(|error| format!("{}: {error}.", script.display()))?;
    }
    publish(&staging)
}

/// Adds what the page is seen by elsewhere: `xtask/publish` has its own dependencies, and only here are they needed.
fn publish(staging: &Path) -> Outcome {
    say("Writing a page and a picture for every scenario, and the page as one file");
    let mut publish = cargo();
    publish.args(["run", "--quiet", "--package", "publish", "--"]).arg(staging).arg(target().join("cards"));
    if let Some(base) = env::var_os(BASE_VARIABLE) {
        publish.arg("--base").arg(base);
    }
    run(&mut publish)
}

/// A script without indentation and without the comments that stand on lines of their own, but for those at its head.
fn slim(script: &str) -> String {
    let is_comment = |line: &&str| line.starts_with("//");
    let lines: Vec<&str> = script.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let head = lines.iter().take_while(|line| is_comment(line)).count();
    let (head, rest) = lines.split_at(head);
    let kept = head.iter().chain(rest.iter().filter(|line| !is_comment(line)));
    kept.flat_map(|line| [line, "\n"]).collect()
}

/// Takes apart what the page's module holds, and leaves the parts' names in the page (`src/ui/parts.rs` reads them). The
/// page's files are named anew: parts fit only the module that they were cut from.
fn divide(staging: &Path) -> Outcome {
    let unreadable = |error: std::io::Error| format!("{}: {error}.", staging.display());
    let built = names(staging)?;
    let module = built.iter().find(|name| name.starts_with("page-") && name.ends_with("_bg.wasm"));
    let stem = module.and_then(|name| name.strip_suffix("_bg.wasm")).ok_or("Trunk built no page.")?;

    fs::copy(staging.join(format!("{stem}_bg.wasm")), staging.join(WHOLE)).map_err(unreadable)?;
    say("Dividing the page into what a first run needs and what comes later");
    let folder = staging.join("parts");
    let mut divide = cargo();
    divide.args(["run", "--quiet", "--release", "--package", "parts", "--"]);
    run(divide.arg(staging.join(format!("{stem}_bg.wasm"))).arg(&folder))?;

    let mut hasher = DefaultHasher::new();
    hasher.write(&fs::read(staging.join(format!("{stem}_bg.wasm"))).map_err(unreadable)?);
    let fresh = format!("page-{:016x}", hasher.finish());
    let mut listed = Vec::new();
    for file in names(&folder)? {
        // 0-3pc.wasm: the number by which the module asks for it, and the name by which the page does.
        let (number, name) = file.strip_suffix(".wasm").and_then(|name| name.split_once('-')).unwrap_or_default();
        fs::rename(folder.join(&file), staging.join(format!("{fresh}_{number}.wasm"))).map_err(unreadable)?;
        listed.push(format!("{number}-{name}={fresh}_{number}.wasm"));
    }
    fs::remove_dir(&folder).map_err(unreadable)?;
    listed.sort();
    let listed: Vec<&str> = listed.iter().filter_map(|part| part.split_once('-')).map(|(_, part)| part).collect();
    for end in [".js", "_bg.wasm"] {
        let [from, to] = [stem, &fresh].map(|name| staging.join(format!("{name}{end}")));
        fs::rename(from, to).map_err(unreadable)?;
    }
    let list = format!("{PARTS_META}\"{}\"", listed.join(" "));
    rewrite(&staging.join("index.html"), &[(stem, &fresh), (&format!("{PARTS_META}\"\""), &list)])
}

/// The names of what is in a folder.
fn names(folder: &Path) -> Outcome<Vec<String>> {
    let files = fs::read_dir(folder).and_then(Iterator::collect::<std::io::Result<Vec<_>>>);
    let files = files.map_err(|error| format!("{}: {error}.", folder.display()))?;
    Ok(files.iter().map(|file| file.file_name().to_string_lossy().into_owned()).collect())
}

/// Replaces words in a file, each of which must be there.
fn rewrite(file: &Path, words: &[(&str, &str)]) -> Outcome {
    let unreadable = |error: std::io::Error| format!("{}: {error}.", file.display());
    let mut text = fs::read_to_string(file).map_err(unreadable)?;
    for (from, to) in words {
        if !text.contains(from) {
            return Err(format!("{} does not hold `{from}`.", file.display()));
        }
        text = text.replace(from, to);
    }
    fs::write(file, text).map_err(unreadable)
}

fn optimise(staging: &Path) -> Outcome {
    let Some(optimiser) = Optimiser::find() else {
        say("There is no wasm-opt: the page is built without the optimiser.");
        return Ok(());
    };
    // A tenth of a file that few ever fetch is not worth doing the longest work twice.
    let is_loaded = |name: &&String| name.ends_with(".wasm") && *name != WHOLE;
    let wasm: Vec<PathBuf> = names(staging)?.iter().filter(is_loaded).map(|name| staging.join(name)).collect();
    // Side by side: each runs in one thread, and takes its time.
    thread::scope(|scope| {
        let optimise = |file: &PathBuf| {
            let worker = WORKERS.iter().find(|(worker, _)| file.ends_with(format!("{worker}_bg.wasm")));
            optimiser.optimise(file, worker.map_or("-Oz", |(_, level)| level))
        };
        let running: Vec<_> = wasm.iter().map(|file| scope.spawn(move || optimise(file))).collect();
        running.into_iter().try_for_each(|one| one.join().map_err(|_| "The optimiser's thread stopped.".to_owned())?)
    })
}

/// Moves a worker's files into a folder of their own, and gives its name.
fn move_worker(staging: &Path, worker: &str) -> std::io::Result<String> {
    let files = WORKER_ENDS.map(|end| format!("{worker}{end}"));
    let mut hasher = DefaultHasher::new();
    for file in &files {
        hasher.write(&fs::read(staging.join(file))?);
    }
    let folder = format!("{worker}-{:016x}", hasher.finish());
    fs::create_dir_all(staging.join(&folder))?;
    for file in &files {
        // The files name each other relative to themselves, so that they may move together.
        fs::rename(staging.join(file), staging.join(&folder).join(file))?;
    }
    Ok(folder)
}

#[cfg(test)]
mod tests {
    use super::slim;

    #[test]
    fn a_script_loses_what_only_its_readers_need() {
        let script = "// What it is.\n// Whose it is.\n(() => {\n  // Why.\n\n  const path = \"a // b\";\n})();\n";
        assert_eq!(slim(script), "// What it is.\n// Whose it is.\n(() => {\nconst path = \"a // b\";\n})();\n");
    }
}
