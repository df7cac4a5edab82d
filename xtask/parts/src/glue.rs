//! The script that wasm-bindgen has written for the module. The two call each other by long names that end in hashes,
//! which no compression takes away: they become short in both.

use std::collections::BTreeMap;
use walrus::Module;

/// The module's name under which it imports what the script gives it.
const SCRIPT: &str = "./page_bg.js";
/// Names of so many letters at most stay.
const LONG: usize = 12;

/// Gives the module's imports and exports short names, and returns them by the old ones.
pub fn shorten(module: &mut Module) -> BTreeMap<String, String> {
    let mut short = BTreeMap::new();
    let imports = module.imports.iter_mut().filter(|import| import.module == SCRIPT).map(|import| &mut import.name);
    let exports = module.exports.iter_mut().map(|export| &mut export.name);
    for name in imports.chain(exports).filter(|name| name.len() > LONG) {
        let count = short.len();
        *name = short.entry(std::mem::take(name)).or_insert_with(|| format!("${count:x}")).clone();
    }
    short
}

/// Gives a script's words their short names, and leaves out what only its readers need.
pub fn rewrite(script: &str, short: &BTreeMap<String, String>) -> String {
    let mut written = String::with_capacity(script.len());
    let mut in_comment = false;
    for line in script.lines().map(str::trim) {
        in_comment |= line.starts_with("/*");
        if !in_comment && !line.is_empty() && !line.starts_with("//") {
            for piece in line.split_inclusive(|letter: char| !is_in_word(letter)) {
                let word = piece.trim_end_matches(|letter: char| !is_in_word(letter));
                written.push_str(short.get(word).map_or(word, String::as_str));
                written.push_str(&piece[word.len()..]);
            }
            written.push('\n');
        }
        in_comment &= !line.ends_with("*/");
    }
    written
}

fn is_in_word(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_' || letter == '$'
}

#[cfg(test)]
mod tests {
    use super::rewrite;

    #[test]
    fn scripts_are_written_with_short_names() {
        let script = "/**\n * What it is.\n */\nexport function load(a) {\n    // Why.\n\n    wasm.__wbg_load_0123(a, __wbg_load_01);\n}\n";
        let short = [("__wbg_load_0123".to_owned(), "$0".to_owned())].into();
        assert_eq!(rewrite(script, &short), "export function load(a) {\nwasm.$0(a, __wbg_load_01);\n}\n");
    }
}
