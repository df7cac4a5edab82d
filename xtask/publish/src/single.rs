//! The whole page as one HTML file, which plays from a disk: browsers let such a file load no other, so that everything
//! is inside. It asks nobody for anything, and its policy, which names every script and style by its hash, forbids it to.

use crate::{Outcome, only, read, replaced, save};
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest, Sha256};
use std::fs;
use std::io::Write;
use std::path::Path;

const FILE: &str = "faultline.html";
/// Where the link stands that the file opens: whoever hands out a copy writes one in there.
const SCENARIO: &str = "<meta name=\"faultline-scenario\" content=\"\" />";
/// What static/boot.js takes for the page's module.
const START: &str = "\
globalThis.faultline = { default: async () => {
const text = atob(document.getElementById(\"module\").textContent);
const packed = new Blob([Uint8Array.from(text, (letter) => letter.charCodeAt(0))]).stream();
const module_or_path = await new Response(packed.pipeThrough(new DecompressionStream(\"gzip\"))).arrayBuffer();
return __wbg_init({ module_or_path });
} };
";

/// Writes the file beside the page, from it and from its module and its script as they were before they were divided: a
/// file on a disk cannot load parts later.
pub fn write(folder: &Path, undivided: &Path) -> Outcome {
    let name = |begins: &str, ends: &str| only(folder, begins, ends);
    let (boot, icon) = (name("boot-", ".js")?, name("icon-", ".svg")?);
    let whole = |ends: &str| only(undivided, "page-", ends).map(|name| undivided.join(name));
    let (glue, module) = (whole(".js")?, whole("_bg.wasm")?);
    let mut html = read(&folder.join("index.html"))?;

    let mut scripts = Vec::new();
    let mut styles = Vec::new();
    html = without(&html, "<link rel=\"modulepreload\"")?;
    for name in ["module", "worker", "exporter", "parts"] {
        html = without(&html, &format!("<meta name=\"faultline-{name}\""))?;
    }
    let script = inside(&read(&folder.join(&boot))?, "script")?;
    html = replaced(
        &html,
        &format!("<script src=\"./{boot}\"></script>"),
        &format!("{SCENARIO}\n<script>{script}</script>"),
    )?;
    scripts.push(hash(&script));
    for sheet in ["faultline", "picture", "views"] {
        let sheet = name(&format!("{sheet}-"), ".css")?;
        let style = inside(&read(&folder.join(&sheet))?, "style")?;
        let link = format!("<link rel=\"stylesheet\" href=\"./{sheet}\"/>");
        html = replaced(&html, &link, &format!("<style>{style}</style>"))?;
        styles.push(hash(&style));
    }
    // The page takes this for its file of that name.
    let style = inside(&read(&folder.join("sharing.css"))?, "style")?;
    html = replaced(&html, "</head>", &format!("<style id=\"sharing\">{style}</style>\n  </head>"))?;
    styles.push(hash(&style));
    let icon_text = BASE64.encode(read(&folder.join(&icon))?);
    html = replaced(&html, &format!("href=\"./{icon}\""), &format!("href=\"data:image/svg+xml;base64,{icon_text}\""))?;

    let glue = inside(&format!("{}\n{START}", read(&glue)?), "script")?;
    scripts.push(hash(&glue));
    let module = BASE64.encode(packed(&module)?);
    let end = format!(
        "<script id=\"module\" type=\"application/octet-stream\">{module}</script>\n<script type=\"module\">{glue}</script>\n  </body>"
    );
    html = replaced(&html, "</body>", &end)?;
    let policy = format!(
        "default-src 'none'; script-src {} 'wasm-unsafe-eval'; style-src {}; img-src data: blob:; base-uri 'none'; form-action 'none'",
        scripts.join(" "),
        styles.join(" ")
    );
    let given = between(&html, "content=\"default-src", "\"")?.to_owned();
    html = replaced(&html, &given, &format!("content=\"{policy}\""))?;
    let given = between(&html, "<!-- No script", "-->")?.to_owned();
    html = replaced(&html, &given, "<!-- Faultline in one file: it loads nothing, and may not. -->")?;
    if html.contains("href=\"./") || html.contains("src=\"./") {
        return Err(format!("{FILE} would still name a file beside it."));
    }
    save(&folder.join(FILE), &html)
}

/// A text without the element that begins so, which holds no other.
fn without(html: &str, begins: &str) -> Outcome<String> {
    let element = between(html, begins, "/>")?.to_owned();
    replaced(html, &element, "")
}

/// What a text has from these words to those, both included.
fn between<'a>(text: &'a str, from: &str, to: &str) -> Outcome<&'a str> {
    let found = text.find(from).and_then(|start| {
        let end = start + from.len() + text[start + from.len()..].find(to)? + to.len();
        Some(&text[start..end])
    });
    found.ok_or_else(|| format!("index.html has no `{from}`."))
}

/// A text that may stand in an element as it is.
fn inside(text: &str, element: &str) -> Outcome<String> {
    let lower = text.to_ascii_lowercase();
    match lower.contains(&format!("</{element}")) || lower.contains("<!--") {
        true => Err(format!("A {element} of the page ends itself where it stands inside {FILE}.")),
        false => Ok(text.to_owned()),
    }
}

/// How a policy names what stands in an element.
fn hash(text: &str) -> String {
    format!("'sha256-{}'", BASE64.encode(Sha256::digest(text)))
}

fn packed(file: &Path) -> Outcome<Vec<u8>> {
    let bytes = fs::read(file).map_err(|error| format!("{} cannot be read: {error}.", file.display()))?;
    let mut packer = GzEncoder::new(Vec::new(), Compression::best());
    let written = packer.write_all(&bytes).and_then(|()| packer.finish());
    written.map_err(|error| format!("{} cannot be compressed: {error}.", file.display()))
}
