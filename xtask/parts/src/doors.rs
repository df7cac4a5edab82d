//! Doors: functions to which code of a first run refers, but which no first run calls. The rest of the page ends at them.
//!
//! Implementations of `Protocol` are doors by themselves, but for those that the front page shows.
//!
//! `cargo xtask record` finds them by watching first runs. What is behind no door stays in the rest: a function that is
//! new and that something of the first run refers to is loaded with it until the next recording.

use crate::graph::Graph;
use crate::names;
use std::collections::BTreeSet;
use std::fmt::Write;

const HEAD: &str = "\
# Where the first run ends: functions to which its code refers, but which it does not call. What is only behind these
# doors is loaded later (docs/decisions/0004-parts.md). Written by `cargo xtask record`; nobody needs to edit it.
";
/// The sections of the file: the folders of protocols that the front page's first run shows; doors through which first runs
/// behind a link go on, although that of the front page does not; and doors that no first run opens.
const FRONT: &str = "[front]";
const LINKED: &str = "[linked]";
const LATER: &str = "[later]";

#[derive(Default)]
pub struct Doors {
    pub front: BTreeSet<String>,
    pub linked: BTreeSet<String>,
    pub later: BTreeSet<String>,
}

impl Doors {
    pub fn read(text: &str) -> Result<Doors, String> {
        let mut doors = Doors::default();
        let mut section = None;
        for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
            match (line, &mut section) {
                (FRONT, _) => section = Some(&mut doors.front),
                (LINKED, _) => section = Some(&mut doors.linked),
                (LATER, _) => section = Some(&mut doors.later),
                (name, Some(doors)) => drop(doors.insert(name.to_owned())),
                _ => return Err(format!("doors.txt: `{line}` stands before the first section.")),
            }
        }
        Ok(doors)
    }

    pub fn write(&self) -> String {
        let mut text = HEAD.to_owned();
        for (section, doors) in [(FRONT, &self.front), (LINKED, &self.linked), (LATER, &self.later)] {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "\n{section}");
            for door in doors {
                let _ = writeln!(text, "{door}");
            }
        }
        text
    }

    /// Whether the front page's first run does without this function.
    pub fn has(&self, name: &str) -> bool {
        self.linked.contains(name) || self.later.contains(name) || self.is_elsewhere(name)
    }

    /// How many doors lead nowhere: nothing of their name is left.
    pub fn gone(&self, graph: &Graph) -> usize {
        let names = graph.all_names();
        self.linked.iter().chain(&self.later).filter(|name| !names.contains(name.as_str())).count()
    }

    /// Whether this leads to a protocol that the front page does not show.
    pub fn is_elsewhere(&self, name: &str) -> bool {
        names::protocol(name).is_some_and(|folder| !self.front.contains(&folder))
    }

    /// Whether every first run does.
    pub fn is_later(&self, name: &str) -> bool {
        self.later.contains(name)
    }
}

#[cfg(test)]
mod tests {
    use super::Doors;

    #[test]
    fn what_is_written_is_read() {
        let text = "[front]\nlocks/lease\n[linked]\nb::<[u8]>\n[later]\na::{closure}\n";
        let doors = Doors::read(text).expect("it is well written");
        let again = Doors::read(&doors.write()).expect("it is well written");
        assert!(again.has("b::<[u8]>") && !again.is_later("b::<[u8]>") && again.is_later("a::{closure}"));
        let of = |protocol| {
            format!(
                "<faultline::protocols::locks::{protocol}::Lock as faultline::protocols::protocol::Protocol>::entries"
            )
        };
        assert!(again.has(&of("fencing")) && !again.has(&of("lease")));
        assert_eq!(doors.write(), again.write());
        assert!(Doors::read("a\n[later]\n").is_err());
    }
}
