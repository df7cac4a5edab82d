//! A comparison under way: every way under every load under many seeds, one sampling after the other.

use super::Scenario;
use super::bad::Read;
use super::catalogue::Catalogue;
use super::link::Link;
use super::sampling::{SEEDS_MAX, Sampling, Spread, Survey, Tally};
use crate::protocols::comparison::{Column, Comparison, Load, Way};
use serde::{Deserialize, Serialize};

/// A comparison under way: [`Comparing::go_on`] takes it further a slice at a time.
pub struct Comparing {
    seeds: u32,
    /// Those that have not begun, the next one last.
    waiting: Vec<Scenario>,
    of: u32,
    sampling: Option<Sampling>,
    done: Vec<Survey>,
}

/// What is known of a comparison so far.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Compared {
    /// How many cells there are in all.
    pub of: u32,
    /// Trial by trial, in it way by way, in it load by load, as far as they are done; without histograms.
    pub cells: Vec<Survey>,
}

/// What a table says at one place.
#[derive(Clone, Copy, Debug)]
pub enum Figure<'a> {
    Cost(&'a Spread),
    Failed(&'a Tally),
    /// All that is claimed.
    Guarantees(&'a [Tally]),
}

/// Every cell of a comparison, in the order of [`Compared::cells`].
fn cells(comparison: &'static Comparison) -> impl Iterator<Item = (&'static Way, &'static Load)> {
    comparison.trials.iter().flat_map(|trial| {
        let loads = trial.loads.iter();
        comparison.ways.iter().flat_map(move |way| loads.clone().map(move |load| (way, load)))
    })
}

/// The scenario of a way under a load, with its own seed.
fn scenario(way: &Way, load: &Load, catalogue: Catalogue) -> Read<Scenario> {
    Link::read(&way.under(load), catalogue).map(|link| link.scenario)
}

impl Comparing {
    /// A comparison under so many seeds, at most [`SEEDS_MAX`].
    ///
    /// # Errors
    /// If a way's link cannot be read; comparisons are no input, and a test reads every one.
    pub fn new(comparison: &'static Comparison, seeds: u32, catalogue: Catalogue) -> Read<Comparing> {
        let mut waiting: Vec<Scenario> =
            cells(comparison).map(|(way, load)| scenario(way, load, catalogue)).collect::<Read<_>>()?;
        waiting.reverse();
        let of = waiting.len() as u32;
        Ok(Comparing { seeds: seeds.min(SEEDS_MAX), waiting, of, sampling: None, done: Vec::new() })
    }

    /// Goes on for about so many actions of runs; says whether every cell is done.
    pub fn go_on(&mut self, actions: u32) -> bool {
        let next = || self.waiting.pop().map(|scenario| Sampling::new(scenario, self.seeds));
        let Some(mut sampling) = self.sampling.take().or_else(next) else { return true };
        if sampling.go_on(actions) {
            let mut survey = sampling.survey();
            survey.costs.iter_mut().for_each(|spread| spread.bars.clear());
            self.done.push(survey);
        } else {
            self.sampling = Some(sampling);
        }
        self.sampling.is_none() && self.waiting.is_empty()
    }

    /// What is known so far.
    pub fn compared(&self) -> Compared {
        Compared { of: self.of, cells: self.done.clone() }
    }
}

impl Compared {
    /// What was measured of a way under a load, if it was by now; all by their places.
    pub fn cell(&self, comparison: &Comparison, trial: usize, way: usize, load: usize) -> Option<&Survey> {
        let before: usize = comparison.trials.iter().take(trial).map(|trial| trial.loads.len()).sum();
        let loads = comparison.trials.get(trial)?.loads.len();
        self.cells.get(before * comparison.ways.len() + way * loads + load)
    }
}

/// What a survey says in a column; nothing if its protocol does not know of it.
pub fn figure(survey: &Survey, column: Column) -> Option<Figure<'_>> {
    match column {
        Column::Cost(id) => survey.costs.iter().find(|spread| spread.id == id).map(Figure::Cost),
        Column::Failed(id) => survey.properties.iter().find(|tally| tally.id == id).map(Figure::Failed),
        Column::Guarantees => Some(Figure::Guarantees(&survey.properties)),
    }
}

/// Those of a protocol's claims that failed in some run.
pub fn failed(tallies: &[Tally]) -> impl Iterator<Item = &Tally> {
    tallies.iter().filter(|tally| !tally.only_possible && tally.broken() > 0)
}

/// The link of the run under a seed of a way under a load.
pub fn link(way: &Way, load: &Load, seed: u64) -> String {
    let link = way.under(load);
    let mark = if link.contains('?') { '&' } else { '?' };
    format!("{link}{mark}seed={seed}")
}
