//! The last step of each of Trunk's builds, which calls it as a hook: what Trunk cannot do itself.
//!
//! - The page is divided (see `parts/`), so that a first run waits only for what it needs.
//! - The optimiser runs here (see `optimiser.rs`).
//! - Trunk leaves workers' file names as they are, so a browser could run a page with the worker of an earlier build
//!   from its cache. Here a worker's files move into a folder named after what is in them, and the page is told.
//! - Scripts and styles lose what only their readers need.
//! - What the page is seen by elsewhere is added: a page and a picture for every scenario, the page in one file, and the
//!   list of what is kept for times without a network (see `publish/`).

use crate::optimiser::Optimiser;
use crate::process::{Outcome, cargo, root, run, run_observed, say, target};
use std::env;
use std::fs;
use std::hash::{DefaultHasher, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;

/// Hands the address under which the page will stand from `cargo xtask build` to this step.
pub const BASE_VARIABLE: &str = "FAULTLINE_BASE";
/// The page's workers, each with how the optimiser treats it: as in the profiles of Cargo.toml, searches for speed; what is
/// loaded to be used once, for size.
const WORKERS: [(&str, &[&str]); 2] = [("worker", &["-O3"]), ("exporter", &["-Oz"])];
/// How the optimiser treats the page: what it has made small once it finds smaller still when its loops and branches are put
/// together anew (1.7 KB of the first load after compression).
const PAGE: &[&str] = &["-Oz", "--flatten", "--rereloop", "-Oz", "-Oz"];
/// The ends of a worker's file names; the last is of what the page starts.
const WORKER_ENDS: [&str; 3] = [".js", "_bg.wasm", "_loader.js"];
/// How the scripts' names begin that are written by hand. That of the page's module is written anew when it is divided.
const SCRIPTS: [&str; 3] = ["boot-", "fault-line.js", "sw.js"];
/// Behind which functions the parts begin.
pub const DOORS: &str = "xtask/parts/doors.txt";
/// Where index.html names the parts: nothing stands between the quotes before the page is divided.
pub const PARTS_META: &str = "name=\"faultline-parts\" content=";

pub fn finish() -> Outcome {
    let staging = env::var_os("TRUNK_STAGING_DIR").map(PathBuf::from);
    let staging = staging.ok_or("`cargo xtask finish` is called by Trunk; people call `cargo xtask build`.")?;
    let is_divided = env::var_os("TRUNK_PROFILE").is_some_and(|profile| profile == "release");
    if is_divided {
        divide(&staging)?;
        optimise(&staging)?;
    }
    for (worker, _) in WORKERS {
        let folder = move_worker(&staging, worker)
            .map_err(|error| format!("The files of `{worker}` could not be moved in the build: {error}."))?;
        let loader = format!("{worker}{}", WORKER_ENDS[2]);
        rewrite(&staging.join("index.html"), &[(&format!("\"{loader}\""), &format!("\"{folder}/{loader}\""))])?;
    }
    for name in names(&staging)? {
        if SCRIPTS.iter().any(|script| name.starts_with(script)) {
            rewrite_whole(&staging.join(name), slim)?;
        } else if name.ends_with(".css") {
            rewrite_whole(&staging.join(name), slim_style)?;
        }
    }
    publish(&staging, is_divided)
}

/// Adds what the page is seen by elsewhere: `xtask/publish` has its own dependencies, and only here are they needed.
fn publish(staging: &Path, is_divided: bool) -> Outcome {
    say("Writing a page and a picture for every scenario, and the page as one file");
    let mut publish = cargo();
    publish.args(["run", "--quiet", "--package", "publish", "--"]).arg(staging).arg(target().join("cards"));
    // A file on a disk cannot load parts later.
    publish.arg(if is_divided { undivided() } else { staging.to_path_buf() });
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

/// A style sheet without indentation and comments. No string in ours holds what begins or ends a comment.
fn slim_style(style: &str) -> String {
    let mut pieces = style.split("/*");
    let first = pieces.next().unwrap_or_default().to_owned();
    let bare = pieces.filter_map(|piece| piece.split_once("*/")).fold(first, |bare, (_, rest)| bare + rest);
    bare.lines().map(str::trim).filter(|line| !line.is_empty()).flat_map(|line| [line, "\n"]).collect()
}

/// Takes apart what the page's module holds, and leaves the parts' names in the page (`static/boot.js` reads them). The
/// page's files are named anew, after what is in all of them: parts fit only the module that they were cut from.
fn divide(staging: &Path) -> Outcome {
    let unreadable = |error: std::io::Error| format!("{}: {error}.", staging.display());
    let path = page_module(staging)?;
    let stem = path.file_name().unwrap_or_default().to_string_lossy().trim_end_matches("_bg.wasm").to_owned();

    say("Dividing the page into what a first run needs and what comes later");
    let script = staging.join(format!("{stem}.js"));
    keep_undivided(&path, &script).map_err(unreadable)?;
    let folder = staging.join("parts");
    let mut divide = parts();
    divide.arg("divide").arg(&path).arg(&script).arg(as_linked()).arg(root().join(DOORS)).arg(&folder);
    let mut parts = Vec::new();
    if !run_observed(&mut divide, |line| parts.push(line.to_owned()))? {
        return Err("The page could not be divided.".to_owned());
    }

    let mut hasher = DefaultHasher::new();
    let mut files: Vec<PathBuf> = names(&folder)?.iter().map(|name| folder.join(name)).collect();
    files.sort();
    for file in [&path, &script].into_iter().chain(&files) {
        hasher.write(&fs::read(file).map_err(unreadable)?);
    }
    let fresh = format!("page-{:016x}", hasher.finish());
    let mut listed = Vec::new();
    for line in parts {
        // A line a part: `5 locks/redis_lock 56012 +0+2`.
        let mut words = line.split(' ');
        let (Some(number), Some(name), Some(_), Some(needs)) = (words.next(), words.next(), words.next(), words.next())
        else {
            return Err(format!("The divider says `{line}`, which is not known here."));
        };
        let file = format!("{fresh}_{number}.wasm");
        fs::rename(folder.join(format!("{number}.wasm")), staging.join(&file)).map_err(unreadable)?;
        listed.push(format!("{name}={file}{needs}"));
    }
    fs::remove_dir(&folder).map_err(unreadable)?;
    for end in [".js", "_bg.wasm"] {
        let [from, to] = [&stem, &fresh].map(|name| staging.join(format!("{name}{end}")));
        fs::rename(from, to).map_err(unreadable)?;
    }
    let list = format!("{PARTS_META}\"{}\"", listed.join(" "));
    rewrite(&staging.join("index.html"), &[(&stem, &fresh), (&format!("{PARTS_META}\"\""), &list)])
}

/// The page's module as wasm-bindgen left it.
pub fn page_module(staging: &Path) -> Outcome<PathBuf> {
    let files = fs::read_dir(staging).map_err(|error| format!("{}: {error}.", staging.display()))?;
    let is_page = |name: &str| name.starts_with("page-") && name.ends_with("_bg.wasm");
    let page = files.flatten().find(|file| is_page(&file.file_name().to_string_lossy()));
    page.map(|file| file.path()).ok_or("Trunk built no page.".to_owned())
}

/// The divider (`xtask/parts`).
pub fn parts() -> Command {
    let mut parts = cargo();
    parts.args(["run", "--quiet", "--profile", "tool", "--package", "parts", "--"]);
    parts
}

/// Where the page's module and its script are as they were before they were divided, under the names that Trunk gave them:
/// the page in one file is made of them, and `cargo xtask record` watches them.
pub fn undivided() -> PathBuf {
    target().join("undivided")
}

fn keep_undivided(module: &Path, script: &Path) -> std::io::Result<()> {
    let folder = undivided();
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    for file in [module, script] {
        fs::copy(file, folder.join(file.file_name().unwrap_or_default()))?;
    }
    Ok(())
}

/// The page's module as the linker left it, which says who refers to what.
pub fn as_linked() -> PathBuf {
    target().join("wasm32-unknown-unknown/page/page.wasm")
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

/// Writes a text file anew.
fn rewrite_whole(file: &Path, with: impl Fn(&str) -> String) -> Outcome {
    let written = fs::read_to_string(file).and_then(|text| fs::write(file, with(&text)));
    written.map_err(|error| format!("{}: {error}.", file.display()))
}

fn optimise(staging: &Path) -> Outcome {
    let Some(optimiser) = Optimiser::find() else {
        say("There is no wasm-opt: the page is built without the optimiser.");
        return Ok(());
    };
    let is_wasm = |name: &&String| name.ends_with(".wasm");
    let wasm: Vec<PathBuf> = names(staging)?.iter().filter(is_wasm).map(|name| staging.join(name)).collect();
    // Side by side: each runs in one thread, and takes its time.
    thread::scope(|scope| {
        let optimise = |file: &PathBuf| {
            let worker = WORKERS.iter().find(|(worker, _)| file.ends_with(format!("{worker}_bg.wasm")));
            optimiser.optimise(file, worker.map_or(PAGE, |(_, passes)| passes))
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
    use super::{slim, slim_style};

    #[test]
    fn a_style_loses_what_only_its_readers_need() {
        let style = "/* What\n   it is. */\n:root {\n  --ink: #14212B; /* Dark. */\n\n}\n";
        assert_eq!(slim_style(style), ":root {\n--ink: #14212B;\n}\n");
    }

    #[test]
    fn a_script_loses_what_only_its_readers_need() {
        let script = "// What it is.\n// Whose it is.\n(() => {\n  // Why.\n\n  const path = \"a // b\";\n})();\n";
        assert_eq!(slim(script), "// What it is.\n// Whose it is.\n(() => {\nconst path = \"a // b\";\n})();\n");
    }
}
