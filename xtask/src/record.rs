//! `cargo xtask record`: watches first runs in a browser, and writes down which functions they do without.

use crate::finish::{DOORS, PARTS_META, as_linked, page_module, parts, undivided};
use crate::process::{Outcome, cargo, output, root, run, say, target};
use crate::{browser, build};
use std::fs;
use std::path::Path;

/// What the page takes for its later part. It never comes, so that a first run is all that there is to see.
const NEVER: &str = "later=never.wasm";

pub fn record() -> Outcome {
    let browser = browser::prepare()?;
    build::build(&[])?;
    let watched = target().join("watched");
    watch(&root().join("dist"), &watched)?;

    say("Watching the first runs of every scenario (some minutes)");
    let [noted, list] = ["noted.txt", "list.json"].map(|name| watched.join(name));
    let catalogue = output(cargo().args(["run", "--quiet", "--bin", "faultline", "--", "list", "--json"]));
    let catalogue = catalogue.ok_or("The command line does not list its scenarios.")?;
    fs::write(&list, catalogue).map_err(|error| format!("{}: {error}.", list.display()))?;
    run(browser.run("record.mjs").arg(&watched).arg(&list).arg(&noted))?;
    let module = page_module(&undivided())?;
    run(parts().arg("record").arg(module).arg(as_linked()).arg(root().join(DOORS)).arg(noted))
}

/// Writes a page beside the built one that is not divided and notes which of its functions are called.
fn watch(built: &Path, watched: &Path) -> Outcome {
    let unwritable = |error: std::io::Error| format!("{}: {error}.", watched.display());
    if watched.exists() {
        fs::remove_dir_all(watched).map_err(unwritable)?;
    }
    fs::create_dir_all(watched).map_err(unwritable)?;
    let files = fs::read_dir(built).and_then(Iterator::collect::<std::io::Result<Vec<_>>>).map_err(unwritable)?;
    for file in files.iter().map(|file| file.path()).filter(|path| path.is_file()) {
        fs::copy(&file, watched.join(file.file_name().unwrap_or_default())).map_err(unwritable)?;
    }
    let script_of = |module: &Path| module.to_string_lossy().replace("_bg.wasm", ".js");
    let (module, undivided) = (page_module(watched)?, page_module(&undivided())?);
    let script = fs::copy(script_of(&undivided), script_of(&module));
    script.and_then(|_| fs::copy(&undivided, &module)).map_err(unwritable)?;
    run(parts().arg("watch").arg(&module))?;

    let index = watched.join("index.html");
    let page = fs::read_to_string(&index).map_err(unwritable)?;
    let (head, list) = page.split_once(&format!("{PARTS_META}\"")).ok_or("The built page names no parts.")?;
    let (_, tail) = list.split_once('"').ok_or("The built page names no parts.")?;
    fs::write(&index, format!("{head}{PARTS_META}\"{NEVER}\"{tail}")).map_err(unwritable)
}
