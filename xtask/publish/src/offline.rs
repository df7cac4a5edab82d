//! Tells the service worker what the page is made of: the index, what lies beside it, and the workers' folders. Nearly all
//! of it bears its hash in its name, and is the same wherever that name stands.

use crate::{Outcome, read, replaced, save};
use sha2::{Digest, Sha256};
use std::fs;
use std::path::{Path, PathBuf};

const KEEPER: &str = "sw.js";
/// Beside the page: for others than its visitors, and for scenarios' own pages, which the page itself stands for.
const NOT_OF_THE_PAGE: [&str; 5] = [KEEPER, "fault-line.js", "faultline.html", "index.html", "scriptless.css"];

/// A folder for each scenario's own pages.
const PAGES: &str = "s";

pub fn write(folder: &Path) -> Outcome {
    let mut files = Vec::new();
    for (name, path) in entries(folder)? {
        if path.is_dir() && name != PAGES {
            files.extend(entries(&path)?.into_iter().map(|(file, _)| format!("{name}/{file}")));
        } else if path.is_file() && !NOT_OF_THE_PAGE.contains(&name.as_str()) {
            files.push(name);
        }
    }
    files.sort();
    let mut version = Sha256::new();
    for file in files.iter().map(String::as_str).chain(["index.html"]) {
        let path = folder.join(file);
        version.update(file);
        version.update(fs::read(&path).map_err(|error| format!("{} cannot be read: {error}.", path.display()))?);
    }
    let version: String = version.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    let listed: Vec<String> = files.iter().map(|file| format!("\"{file}\"")).collect();
    let keeper = read(&folder.join(KEEPER))?;
    let keeper = replaced(&keeper, "const version = \"\";", &format!("const version = \"{version}\";"))?;
    let keeper = replaced(&keeper, "const files = [];", &format!("const files = [{}];", listed.join(", ")))?;
    save(&folder.join(KEEPER), &keeper)
}

/// What is in a folder, by name.
fn entries(folder: &Path) -> Outcome<Vec<(String, PathBuf)>> {
    let entries = fs::read_dir(folder).map_err(|error| format!("{} cannot be read: {error}.", folder.display()))?;
    let named = |entry: fs::DirEntry| (entry.file_name().to_string_lossy().into_owned(), entry.path());
    Ok(entries.flatten().map(named).collect())
}
