//! The layers, held by reading the sources: who may import whom, and what deterministic code does without.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The layers of the library, each importing only from those before it.
const LAYERS: [&str; 9] = ["text", "sorted", "sim", "check", "models", "protocols", "scenario", "picture", "export"];

/// The longest that a source file may be, without the tests at its end; and where that is held.
const LINES_MAX: usize = 450;
const SHORT: [&str; 7] =
    ["src/sim/", "src/check/", "src/models/", "src/scenario/", "src/picture/", "src/export/", "src/command/"];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Every file under a folder whose name ends so, with its path relative to the package.
fn files(folder: &str, endings: &[&str]) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        let entries = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        for entry in entries {
            let path = entry.expect("an entry").path();
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_string();
            if path.is_dir() && !["target", "dist", "node_modules"].contains(&name.as_str()) && !name.starts_with('.') {
                folders.push(path);
            } else if endings.iter().any(|ending| name.ends_with(ending)) {
                let text = fs::read_to_string(&path).expect("text");
                found.push((relative(&path), text));
            }
        }
    }
    found.sort();
    assert!(!found.is_empty(), "nothing under {folder}");
    found
}

fn relative(path: &Path) -> String {
    path.strip_prefix(root()).unwrap_or(path).to_string_lossy().replace('\\', "/")
}

fn sources() -> Vec<(String, String)> {
    files("src", &[".rs"])
}

/// Whether it is a file of tests, which may use what they like.
fn is_test(path: &str) -> bool {
    path.ends_with("/tests.rs") || path.ends_with("/sample.rs")
}

/// The source without its comments and without the tests at its end.
fn code(text: &str) -> String {
    let end = text.find("#[cfg(test)]\nmod tests {").unwrap_or(text.len());
    text[..end].lines().map(|line| line.split("//").next().unwrap_or_default()).collect::<Vec<_>>().join("\n")
}

/// The layer that a file belongs to; none for the interface and the programs.
fn layer(path: &str) -> Option<usize> {
    let first = path.strip_prefix("src/")?.split(['/', '.']).next()?;
    LAYERS.iter().position(|layer| *layer == first)
}

/// Every path that follows `root::`, braces taken apart: `crate::{a::b, c}` gives `a::b` and `c`.
fn paths_after(code: &str, root: &str) -> Vec<String> {
    let mut paths = Vec::new();
    let mut rest = code;
    while let Some(place) = rest.find(root) {
        let before = rest[..place].chars().next_back();
        rest = &rest[place + root.len()..];
        if before.is_some_and(|before| before.is_alphanumeric() || before == '_') {
            continue;
        }
        match rest.strip_prefix('{') {
            None => paths.push(rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_' || *c == ':').collect()),
            Some(inside) => {
                let (mut depth, mut path) = (0, String::new());
                for character in inside.chars() {
                    match character {
                        '{' => depth += 1,
                        '}' if depth == 0 => break,
                        '}' => depth -= 1,
                        ',' if depth == 0 => paths.push(std::mem::take(&mut path)),
                        other if depth == 0 && !other.is_whitespace() => path.push(other),
                        _ => {}
                    }
                }
                paths.push(path);
            }
        }
    }
    paths.into_iter().filter(|path| !path.is_empty()).collect()
}

#[test]
fn paths_are_read_from_imports() {
    let code = "use crate::sim::{a, b::{c, d}};\nuse crate::{text::Text, check};\nlet x = crate::say!(1); mycrate::no;";
    assert_eq!(paths_after(code, "crate::"), ["sim::", "text::Text", "check", "say"]);
}

#[test]
fn a_layer_imports_only_from_those_before_it() {
    let mut imports = 0;
    for (path, text) in sources() {
        let Some(own) = layer(&path).filter(|_| !is_test(&path)) else { continue };
        for imported in paths_after(&code(&text), "crate::") {
            let first = imported.split("::").next().unwrap_or_default();
            // `say!` stands at the crate's root and belongs to `text`.
            let Some(other) = LAYERS.iter().position(|layer| *layer == first) else {
                assert_eq!(first, "say", "{path} imports {imported}, which is no layer of the library");
                continue;
            };
            imports += 1;
            assert!(other <= own, "{path} imports {imported}: {first} comes after {}", LAYERS[own]);
        }
    }
    assert!(imports > 100, "only {imports} imports were read");
}

/// The protocol that a file belongs to: its family and folder.
fn protocol(path: &str) -> Option<(&str, &str)> {
    let mut parts = path.strip_prefix("src/protocols/")?.split('/');
    let (family, folder) = (parts.next()?, parts.next()?);
    (family != "parts" && !folder.ends_with(".rs")).then_some((family, folder))
}

#[test]
fn protocols_never_import_each_other() {
    let all: BTreeSet<(String, String)> = sources()
        .iter()
        .filter_map(|(path, _)| protocol(path).map(|(family, folder)| (family.to_string(), folder.to_string())))
        .collect();
    for (path, text) in sources() {
        let Some((family, folder)) = protocol(&path) else { continue };
        let code = code(&text);
        for imported in paths_after(&code, "protocols::").iter().chain(&paths_after(&code, "super::")) {
            let other = all.iter().find(|(other_family, other)| {
                imported.split("::").any(|part| part == other)
                    && (other.as_str(), other_family.as_str()) != (folder, family)
            });
            assert!(other.is_none(), "{path} imports {imported}");
        }
    }
}

#[test]
fn parts_know_no_protocol() {
    for (path, text) in sources() {
        if !path.starts_with("src/protocols/parts/") {
            continue;
        }
        for imported in paths_after(&code(&text), "crate::protocols::") {
            let first = imported.split("::").next().unwrap_or_default();
            let known = ["parts", "entry", "parameter", "protocol"].contains(&first);
            let data = first.chars().next().is_some_and(char::is_uppercase);
            assert!(known || data, "{path} imports {imported}");
        }
    }
}

#[test]
fn nothing_above_the_protocols_names_one() {
    let ids: Vec<&str> = faultline::protocols::CATALOGUE.iter().map(|protocol| protocol.id()).collect();
    for (path, text) in sources() {
        let code = code(&text);
        if path.starts_with("src/protocols/") || is_test(&path) {
            continue;
        }
        for id in &ids {
            let quoted = format!("\"{id}\"");
            assert!(!code.contains(&quoted), "{path} names {id}");
        }
    }
}

/// Words of a source, for finding types.
fn words(code: &str) -> BTreeSet<&str> {
    code.split(|c: char| !c.is_alphanumeric() && c != '_').collect()
}

#[test]
fn deterministic_code_has_no_floats_and_no_unordered_collections() {
    for (path, text) in sources() {
        let deterministic = path.starts_with("src/sim/") || path.starts_with("src/protocols/");
        if !deterministic || is_test(&path) {
            continue;
        }
        let code = code(&text);
        let words = words(&code);
        for word in ["f32", "f64", "HashMap", "HashSet", "SystemTime", "thread_rng"] {
            assert!(!words.contains(word), "{path} uses {word}");
        }
    }
}

/// The bodies of the types that derive `Serialize`: what is hashed and what crosses to the browser.
fn serialized(code: &str) -> Vec<&str> {
    let derives = code.match_indices("Serialize").map(|(place, _)| place);
    derives
        .filter_map(|place| {
            let line = code[..place].rfind('\n').map_or(0, |newline| newline + 1);
            code[line..].trim_start().starts_with("#[derive(").then_some(())?;
            let body = &code[place..];
            let open = body.find([';', '{'])?;
            let tuple = body[open..].starts_with(';');
            let close = if tuple { open } else { body[open..].find("\n}").map_or(body.len(), |end| open + end) };
            Some(&body[..close])
        })
        .collect()
}

#[test]
fn what_is_hashed_has_the_same_width_everywhere() {
    let mut types = 0;
    for (path, text) in sources() {
        if !path.starts_with("src/sim/") && !path.starts_with("src/protocols/") {
            continue;
        }
        for body in serialized(&code(&text)) {
            types += 1;
            let words = words(body);
            assert!(!words.contains("usize") && !words.contains("isize"), "{path}: {body}");
        }
    }
    assert!(types > 20, "only {types} types were read");
}

#[test]
fn files_stay_short() {
    for (path, text) in sources().into_iter().filter(|(path, _)| SHORT.iter().any(|folder| path.starts_with(folder))) {
        let lines = code(&text).lines().count();
        assert!(lines <= LINES_MAX, "{path} has {lines} lines: split it by concern");
    }
}

#[test]
fn no_path_of_somebodys_machine_is_in_the_repository() {
    let endings = [".rs", ".toml", ".md", ".html", ".css", ".js", ".mjs", ".json"];
    let all = ["src", "tests", "static", "xtask", "docs"].into_iter().flat_map(|folder| files(folder, &endings));
    for (path, text) in all {
        for machine in ["/home/", "/Users/", "/root/", concat!("/wo", "rk/"), "C:\\"] {
            let itself = path == "tests/layers.rs";
            assert!(itself || !text.contains(machine), "{path} names {machine}");
        }
    }
}
