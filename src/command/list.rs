//! `faultline list`: the catalogue.

use super::{FINE, Failure};
use crate::export::json::text;
use crate::protocols::Expected;
use crate::scenario::catalogue::{Catalogue, Listed};
use serde_json::{Value, json};
use std::io::Write;

pub(super) fn list(catalogue: Catalogue, as_json: bool, out: &mut dyn Write) -> Result<i32, Failure> {
    if as_json {
        let entries: Vec<String> = catalogue.entries().map(|listed| described(listed).to_string()).collect();
        writeln!(out, "[\n{}\n]", entries.join(",\n"))?;
        return Ok(FINE);
    }
    let width = catalogue.entries().map(|listed| listed.entry.id.len()).max().unwrap_or(0);
    for (family, entries) in catalogue.families() {
        writeln!(out, "{}", family.title())?;
        for Listed { protocol, entry } in entries {
            let others = entry.expected.iter().filter(|expectation| expectation.verdict != Expected::Holds);
            let others: Vec<String> = others.map(|e| format!("{} ({})", e.property, e.verdict.word())).collect();
            let but = if others.is_empty() { String::new() } else { format!(" but {}", others.join(", ")) };
            writeln!(out, "  {:<width$}  {}, all hold{but}", entry.id, protocol.id())?;
        }
    }
    Ok(FINE)
}

fn described(Listed { protocol, entry }: Listed) -> Value {
    let expected: serde_json::Map<String, Value> = entry
        .expected
        .iter()
        .map(|expectation| (expectation.property.to_owned(), Value::from(expectation.verdict.word())))
        .collect();
    json!({
        "id": entry.id,
        "protocol": protocol.id(),
        "family": protocol.family().id(),
        "question": text(&entry.question),
        "expected": expected,
    })
}
