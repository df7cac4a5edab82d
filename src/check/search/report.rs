//! What a search found.

use super::{Model, Path, Progress, Search, Witness};
use crate::check::model::Predicate;
use crate::check::property::PropertyKind;
use serde::{Deserialize, Serialize};

/// Why a search ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum End {
    /// Every state that can be reached was expanded.
    Complete,
    /// Every property was decided before that.
    Decided,
    /// Cut off at the bound on distinct states.
    States,
    /// Cut off at the bound on depth.
    Depth,
    /// Cut off at the bound on memory.
    Memory,
    /// Cut off by the caller: its time was over.
    Time,
    /// Stopped by the caller for another reason.
    Cancelled,
}

impl End {
    /// The word for it on the command line.
    pub fn word(self) -> &'static str {
        match self {
            End::Complete => "complete",
            End::Decided => "decided",
            End::States => "cut-off-by-states",
            End::Depth => "cut-off-by-depth",
            End::Memory => "cut-off-by-memory",
            End::Time => "cut-off-by-time",
            End::Cancelled => "cancelled",
        }
    }
}

/// How the search told states apart.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Identity {
    /// Without doubt.
    Exact,
    /// By 64-bit fingerprints. Two of the states had the same one, and one of the two was missed, with at most this
    /// probability.
    Fingerprint { collision_odds: f64 },
}

/// What became of a property.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome<S> {
    /// In all runs.
    Holds,
    /// `always` or `eventually`: not in this run. For `eventually` the run ends in a component of so many states, which
    /// it never leaves.
    Violated { path: Path<S>, trapped_among: Option<u32> },
    /// `sometimes`: in this run.
    Seen(Path<S>),
    /// `sometimes`: in no run.
    NotSeen,
    /// The search ended before it could tell.
    NotJudged,
}

impl<S> Outcome<S> {
    /// The word for it on the command line.
    pub fn word(&self) -> &'static str {
        match self {
            Outcome::Holds | Outcome::Seen(_) => "holds",
            Outcome::Violated { .. } => "violated",
            Outcome::NotSeen => "not-seen",
            Outcome::NotJudged => "not-judged",
        }
    }

    fn without_states(self) -> Outcome<()> {
        match self {
            Outcome::Holds => Outcome::Holds,
            Outcome::Violated { path, trapped_among } => {
                Outcome::Violated { path: path.without_states(), trapped_among }
            }
            Outcome::Seen(path) => Outcome::Seen(path.without_states()),
            Outcome::NotSeen => Outcome::NotSeen,
            Outcome::NotJudged => Outcome::NotJudged,
        }
    }

    /// Whether the claim is refuted.
    pub fn is_broken(&self) -> bool {
        matches!(self, Outcome::Violated { .. } | Outcome::NotSeen)
    }

    /// The run that shows it.
    pub fn path(&self) -> Option<&Path<S>> {
        match self {
            Outcome::Violated { path, .. } | Outcome::Seen(path) => Some(path),
            _ => None,
        }
    }
}

/// A property and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding<S> {
    pub id: &'static str,
    pub kind: PropertyKind,
    pub title: &'static str,
    pub outcome: Outcome<S>,
    /// Why, where the model says so.
    pub why: Option<String>,
}

/// What a search found.
#[derive(Clone, Debug, PartialEq)]
pub struct Report<S> {
    pub end: End,
    /// Different states.
    pub distinct: u64,
    /// Initial states and the results of all transitions, repeats included.
    pub generated: u64,
    /// Levels reached; the initial states are level 1.
    pub depth: u32,
    /// States that were seen and not expanded; 0 if the search is complete.
    pub frontier: u64,
    /// The most that the search held, in bytes.
    pub memory_bytes: u64,
    pub identity: Identity,
    /// In the order in which the model claims them.
    pub findings: Vec<Finding<S>>,
}

impl<S> Report<S> {
    /// The same without the states, so that reports of all models are of one type.
    pub fn without_states(self) -> Report<()> {
        let Report { end, distinct, generated, depth, frontier, memory_bytes, identity, findings } = self;
        let findings = findings
            .into_iter()
            .map(|Finding { id, kind, title, outcome, why }| {
                let outcome = outcome.without_states();
                Finding { id, kind, title, outcome, why }
            })
            .collect();
        Report { end, distinct, generated, depth, frontier, memory_bytes, identity, findings }
    }
}

impl<M: Model> Search<'_, M> {
    /// What was found so far; for good, once [`Search::advance`] says that the search is over.
    pub fn report(mut self) -> Report<M::State> {
        let end = self.end.unwrap_or(End::Cancelled);
        let findings = (0..self.judge.properties.len()).map(|place| self.finding(place, end)).collect();
        let Progress { distinct, generated, depth, frontier, memory_bytes } = self.progress();
        let exact = self.options.exact || self.judge.model.fingerprint_is_exact();
        // The birthday bound: pairs of states over fingerprints.
        let collision_odds = (distinct as f64 * (distinct as f64 - 1.0) / 2f64.powi(65)).clamp(0.0, 1.0);
        let identity = if exact { Identity::Exact } else { Identity::Fingerprint { collision_odds } };
        Report { end, distinct, generated, depth, frontier, memory_bytes, identity, findings }
    }

    fn finding(&mut self, place: usize, end: End) -> Finding<M::State> {
        let (id, kind, title) = {
            let property = &self.judge.properties[place];
            (property.id, property.kind, property.title)
        };
        let witness = self.witnesses[place];
        let complete = end == End::Complete;
        let outcome = match kind {
            PropertyKind::Eventually if complete => self.eventually(place),
            PropertyKind::Always => match witness {
                Some(witness) => self.violated(witness),
                None if complete => Outcome::Holds,
                None => Outcome::NotJudged,
            },
            PropertyKind::Sometimes => match witness.and_then(|witness| self.path(witness)) {
                Some(path) => Outcome::Seen(path),
                None if complete => Outcome::NotSeen,
                None => Outcome::NotJudged,
            },
            PropertyKind::Eventually => Outcome::NotJudged,
        };
        let last = if outcome.is_broken() { outcome.path().map(Path::last) } else { None };
        let why = last.and_then(|state| self.judge.model.why(state, place));
        Finding { id, kind, title, outcome, why }
    }

    fn violated(&self, witness: Witness) -> Outcome<M::State> {
        self.path(witness).map_or(Outcome::NotJudged, |path| Outcome::Violated { path, trapped_among: None })
    }

    fn eventually(&mut self, place: usize) -> Outcome<M::State> {
        let Some(graph) = &mut self.graph else { return Outcome::NotJudged };
        graph.settle(|| self.order.places(&self.shards));
        let latched = !matches!(self.judge.properties[place].holds, Predicate::Mark(_));
        let Some(trap) = graph.trap(1 << place, self.initial, latched) else { return Outcome::Holds };
        let first = trap.states.first().map_or(0, |place| self.reached_by(*place).1);
        match self.replay(first, &trap.actions) {
            Some(path) => Outcome::Violated { path, trapped_among: Some(trap.size) },
            None => Outcome::NotJudged,
        }
    }
}
