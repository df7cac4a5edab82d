//! The last step of each of Trunk's builds, which calls it as a hook: what Trunk cannot do itself.
//!
//! - The page is divided (see `parts/`), so that a first run waits only for what it needs.
//! - The optimiser runs here (see `optimiser.rs`).
//! - Trunk leaves a worker's file names as they are, so a browser could run a page with the worker of an earlier build
//!   from its cache. Here the worker's files move into a folder named after what is in them, and the page is told.
//! - Scripts and styles lose what only their readers need.
//! - Every scenario gets a page of its own.

use crate::optimiser::Optimiser;
use crate::process::{Outcome, cargo, root, run, run_observed, say, target};
use std::env;
use std::fs;
use std::hash::{DefaultHasher, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Hands the address under which the page will stand from `cargo xtask build` to this step.
pub const BASE_VARIABLE: &str = "FAULTLINE_BASE";
const WORKER_FILES: [&str; 3] = ["worker.js", "worker_bg.wasm", "worker_loader.js"];
/// The folder is named after all of them; the loader is what the page starts.
const WORKER_LOADER: &str = "worker_loader.js";
/// What other people's pages load to show a run.
const EMBEDDING_SCRIPT: &str = "fault-line.js";
/// Behind which functions the parts begin.
pub const DOORS: &str = "xtask/parts/doors.txt";
/// Where index.html names the parts: nothing stands between the quotes before the page is divided.
pub const PARTS_META: &str = "name=\"faultline-parts\" content=";

pub fn finish() -> Outcome {
    let staging = env::var_os("TRUNK_STAGING_DIR").map(PathBuf::from);
    let staging = staging.ok_or("`cargo xtask finish` is called by Trunk; people call `cargo xtask build`.")?;
    if env::var_os("TRUNK_PROFILE").is_some_and(|profile| profile == "release") {
        divide(&staging)?;
        optimise(&staging)?;
    }
    let folder = move_worker(&staging)
        .map_err(|error| format!("The worker's files could not be moved in the build: {error}."))?;
    let [from, to] = [format!("\"{WORKER_LOADER}\""), format!("\"{folder}/{WORKER_LOADER}\"")];
    rewrite(&staging.join("index.html"), &[(&from, &to)])?;
    slim_all(&staging).map_err(|error| format!("{}: {error}.", staging.display()))?;
    write_pages(&staging)
}

/// Takes from the built scripts and styles what only their readers need. The page's own script was written anew already.
fn slim_all(staging: &Path) -> std::io::Result<()> {
    for file in fs::read_dir(staging)? {
        let path = file?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name == EMBEDDING_SCRIPT || name.starts_with("boot-") {
            fs::write(&path, slim(&fs::read_to_string(&path)?))?;
        } else if name.ends_with(".css") {
            fs::write(&path, slim_style(&fs::read_to_string(&path)?))?;
        }
    }
    Ok(())
}

/// Writes a page for every scenario, from the finished page and from the runs themselves.
fn write_pages(staging: &Path) -> Outcome {
    say("Writing a page for every scenario");
    let mut pages = cargo();
    pages.args(["run", "--quiet", "--bin", "faultline", "--", "pages"]).arg(staging);
    if let Some(base) = env::var_os(BASE_VARIABLE) {
        pages.arg("--base").arg(base);
    }
    run(&mut pages)
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
/// page's files are named anew: parts fit only the module that they were cut from.
fn divide(staging: &Path) -> Outcome {
    let unreadable = |error: std::io::Error| format!("{}: {error}.", staging.display());
    let path = page_module(staging)?;
    let stem = path.file_name().unwrap_or_default().to_string_lossy().trim_end_matches("_bg.wasm").to_owned();

    say("Dividing the page into what a first run needs and what comes later");
    let script = staging.join(format!("{stem}.js"));
    let (whole_module, whole_script) = whole();
    fs::create_dir_all(whole_module.parent().unwrap_or(staging)).map_err(unreadable)?;
    fs::copy(&path, &whole_module).and_then(|_| fs::copy(&script, &whole_script)).map_err(unreadable)?;
    let folder = staging.join("parts");
    let mut divide = parts();
    divide.arg("divide").arg(&path).arg(&script).arg(as_linked()).arg(root().join(DOORS)).arg(&folder);
    let mut parts = Vec::new();
    if !run_observed(&mut divide, |line| parts.push(line.to_owned()))? {
        return Err("The page could not be divided.".to_owned());
    }

    let mut hasher = DefaultHasher::new();
    hasher.write(&fs::read(&path).map_err(unreadable)?);
    let fresh = format!("page-{:016x}", hasher.finish());
    let mut listed = Vec::new();
    // A line a part: `1 later 560122`.
    for (number, name) in parts.iter().filter_map(|line| line.rsplit_once(' ')?.0.split_once(' ')) {
        let file = format!("{fresh}_{number}.wasm");
        fs::rename(folder.join(format!("{number}.wasm")), staging.join(&file)).map_err(unreadable)?;
        listed.push(format!("{name}={file}"));
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

/// The page's module and its script before they are divided: `cargo xtask record` watches them.
pub fn whole() -> (PathBuf, PathBuf) {
    (target().join("page-whole/page_bg.wasm"), target().join("page-whole/page.js"))
}

/// The page's module as the linker left it, which says who refers to what.
pub fn as_linked() -> PathBuf {
    target().join("wasm32-unknown-unknown/page/page.wasm")
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
    let files = fs::read_dir(staging).map_err(|error| format!("{}: {error}.", staging.display()))?;
    for file in files.flatten().map(|file| file.path()).filter(|path| path.extension().is_some_and(|end| end == "wasm"))
    {
        let is_worker = file.ends_with("worker_bg.wasm");
        // As in the profiles of Cargo.toml: the worker for speed, the page for size.
        optimiser.optimise(&file, if is_worker { "-O3" } else { "-Oz" })?;
    }
    Ok(())
}

/// Moves the worker's files into a folder of their own, and gives its name.
fn move_worker(staging: &Path) -> std::io::Result<String> {
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
