//! The reference of embeds, held to the sources: what it names is what there is, no more and no less.

use faultline::protocols;
use faultline::scenario::catalogue::Catalogue;
use faultline::scenario::link::Link;
use std::collections::BTreeSet;
use std::fs;

type Names = BTreeSet<String>;

fn source(path: &str) -> String {
    let path = format!("{}/{path}", env!("CARGO_MANIFEST_DIR"));
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The rows of the table that follows these words in the reference, cell by cell.
fn table(after: &str) -> Vec<Vec<String>> {
    let reference = source("docs/embedding.md");
    let (_, rest) = reference.split_once(after).unwrap_or_else(|| panic!("the reference has no {after}"));
    let lines = rest.lines().skip_while(|line| !line.starts_with('|')).take_while(|line| line.starts_with('|'));
    let cells = |line: &str| line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect();
    let rows: Vec<Vec<String>> = lines.skip(2).map(cells).collect();
    assert!(rows.len() > 3, "only {} rows after {after}", rows.len());
    rows
}

/// What stands between backquotes.
fn quoted(cell: &str) -> impl Iterator<Item = &str> {
    cell.split('`').skip(1).step_by(2)
}

/// The names in the first column, up to what is not of a name.
fn named(rows: &[Vec<String>]) -> Names {
    rows.iter().flat_map(|row| quoted(&row[0])).map(|name| word(name).to_owned()).collect()
}

fn word(text: &str) -> &str {
    text.split(|letter: char| !letter.is_ascii_alphanumeric()).next().unwrap_or_default()
}

/// Every text in double quotes just after these words in a source.
fn after(source: &str, words: &str) -> Names {
    source.match_indices(words).map(|(at, _)| word(&source[at + words.len()..]).to_owned()).collect()
}

/// Every text in double quotes between these words and the next `]`.
fn list(source: &str, words: &str) -> Names {
    let (_, rest) = source.split_once(words).unwrap_or_else(|| panic!("the source has no {words}"));
    let (list, _) = rest.split_once(']').expect("a list ends");
    list.split('"').skip(1).step_by(2).map(str::to_owned).collect()
}

#[test]
fn attributes_are_those_of_the_element() {
    let script = source("static/fault-line.js");
    let mut known = list(&script, "observedAttributes = [");
    known.extend(after(&script, "hasAttribute(\""));
    assert_eq!(named(&table("### Attributes")), known);
}

#[test]
fn methods_are_those_of_the_element() {
    let script = source("static/fault-line.js");
    let (_, public) = script.split_once("    play(").expect("the element plays");
    let (public, _) = public.split_once("\n  }\n").expect("the element ends");
    let mut known: Names = public
        .lines()
        .filter(|line| line.starts_with("    ") && line.ends_with(") {"))
        .filter_map(|line| line.strip_prefix("    "))
        .filter(|line| !line.starts_with(' '))
        .map(|line| word(line).to_owned())
        .collect();
    known.insert("play".to_owned());
    assert_eq!(named(&table("### Methods")), known);
}

#[test]
fn events_and_what_they_say_are_those_of_the_frame() {
    let rows = table("### Events");
    let frame = source("src/ui/embedding/mod.rs");
    let mut known = after(&frame, "Report::new(\"");
    known.extend(after(&frame, "step(\""));
    known.extend(["ready", "edit"].map(str::to_owned));
    assert!(frame.contains("\"ready\"") && frame.contains("\"edit\""));
    assert_eq!(named(&rows), known);
    assert_eq!(list(&source("static/fault-line.js"), "data?.faultline !== 1 || !["), known);
    let said: Names = rows
        .iter()
        .flat_map(|row| quoted(&row[1]).map(str::to_owned).collect::<Vec<_>>())
        .filter(|name| name != "step")
        .collect();
    let known: Names =
        ["text(\"", "number(\"", "flag(\""].into_iter().flat_map(|kind| after(&frame, &format!(".{kind}"))).collect();
    assert_eq!(said, known);
}

#[test]
fn messages_are_those_that_a_frame_obeys() {
    let rows = table("## Messages");
    let told: Names = rows
        .iter()
        .flat_map(|row| quoted(&row[0]))
        .filter_map(|cell| cell.split('"').nth(1))
        .map(str::to_owned)
        .collect();
    let order = source("src/ui/embedding/order.rs");
    let arms = order.lines().map(str::trim).filter(|line| line.starts_with('"') && line.contains("=> Order::"));
    let known: Names = arms.filter_map(|line| line.split('"').nth(1)).map(str::to_owned).collect();
    assert_eq!(told, known);
    let spoken = after(&source("static/fault-line.js"), "do: \"");
    assert!(spoken.is_subset(&known), "the element says {spoken:?}");
}

#[test]
fn flags_are_parts_of_links() {
    for row in table("## The frame") {
        let flag = quoted(&row[0]).next().expect("a flag");
        if let Err(bad) = Link::read(&format!("1/2pc?{flag}"), Catalogue(protocols::CATALOGUE)) {
            panic!("{flag}: {}", bad.sentence());
        }
    }
}
