//! Undo and redo: of faults, parameters and seed. Each step keeps the instant it was made at and what it did.

use faultline::scenario::Scenario;
use faultline::sim::time::Instant;
use faultline::sim::trace::EventIndex;
use faultline::text::Text;

/// How many edits can be undone.
const UNDO_MAX: usize = 100;

/// A scenario as it was before an edit.
#[derive(Clone)]
pub struct Past {
    pub scenario: Scenario,
    /// Where the pen stood.
    pub at: Instant,
    pub event: EventIndex,
    /// What the edit did, as a noun phrase: "crash c at 12ms".
    pub edit: Text,
}

/// What can be undone and redone, the latest last.
#[derive(Clone, Default)]
pub struct History {
    undo: Vec<Past>,
    redo: Vec<Past>,
    /// Raised at every change, so that two histories compare in one step.
    version: u32,
}

impl PartialEq for History {
    fn eq(&self, other: &History) -> bool {
        self.version == other.version && self.undo.len() == other.undo.len()
    }
}

impl History {
    /// An edit is about to be made.
    pub fn edited(&mut self, before: Past) {
        self.version += 1;
        self.redo.clear();
        self.undo.push(before);
        if self.undo.len() > UNDO_MAX {
            self.undo.remove(0);
        }
    }

    /// Takes the last edit back: gives the scenario before it, and keeps `now` for redoing.
    pub fn undo(&mut self, now: Past) -> Option<Past> {
        let past = self.undo.pop()?;
        self.version += 1;
        self.redo.push(Past { edit: past.edit.clone(), ..now });
        Some(past)
    }

    /// Makes the last edit that was taken back again.
    pub fn redo(&mut self, now: Past) -> Option<Past> {
        let past = self.redo.pop()?;
        self.version += 1;
        self.undo.push(Past { edit: past.edit.clone(), ..now });
        Some(past)
    }

    /// Whether the scenario is no longer the one that was opened.
    pub fn is_edited(&self) -> bool {
        !self.undo.is_empty()
    }

    /// What undoing would undo.
    pub fn next_undo(&self) -> Option<&Text> {
        self.undo.last().map(|past| &past.edit)
    }

    /// What redoing would redo.
    pub fn next_redo(&self) -> Option<&Text> {
        self.redo.last().map(|past| &past.edit)
    }
}
