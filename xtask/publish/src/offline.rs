//! Tells the service worker what the page is made of. Everything that the page's own index names has its hash in its
//! name; the index has none, and goes with the version that it names.

use crate::{Outcome, only, read, replaced, save};
use sha2::{Digest, Sha256};
use std::fs;
use std::path::Path;

const KEEPER: &str = "sw.js";
/// Beside the page: for others than its visitors, and for scenarios' own pages, which the page itself stands for.
const NOT_OF_THE_PAGE: [&str; 6] =
    [KEEPER, "fault-line.js", "faultline.html", "index.html", "opening.css", "scriptless.css"];

pub fn write(folder: &Path) -> Outcome {
    let mut files = Vec::new();
    for place in ["", &only(folder, "worker-", "")?, &only(folder, "exporter-", "")?] {
        let under = folder.join(place);
        let entries = fs::read_dir(&under).map_err(|error| format!("{} cannot be read: {error}.", under.display()))?;
        for entry in entries.flatten().filter(|entry| entry.path().is_file()) {
            let name = entry.file_name().to_string_lossy().into_owned();
            if !NOT_OF_THE_PAGE.contains(&name.as_str()) {
                files.push(if place.is_empty() { name } else { format!("{place}/{name}") });
            }
        }
    }
    files.sort();
    let mut version = Sha256::new();
    version.update(read(&folder.join("index.html"))?);
    files.iter().for_each(|file| version.update(file));
    let version: String = version.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    let listed: Vec<String> = files.iter().map(|file| format!("\"{file}\"")).collect();
    let keeper = read(&folder.join(KEEPER))?;
    let keeper = replaced(&keeper, "const version = \"\";", &format!("const version = \"{version}\";"))?;
    let keeper = replaced(&keeper, "const files = [];", &format!("const files = [{}];", listed.join(", ")))?;
    save(&folder.join(KEEPER), &keeper)
}
