//! The search itself: depth first over the places of a run, with one fault more at every round.

use super::branch::{Branch, Came};
use super::found::{Found, Trial};
use super::places::Places;
use super::watch::{Mark, Record, Watch};
use super::{Aim, Ask, Progress, Standing};
use crate::sim::driver::{Driver, Limits};
use crate::sim::fault::FAULTS_MAX;
use crate::sim::trace::Ending;
use std::collections::HashSet;
use std::hash::{BuildHasherDefault, Hasher};

/// A hash is its own hash.
#[derive(Default)]
struct Itself(u64);

impl Hasher for Itself {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, _bytes: &[u8]) {}
    fn write_u64(&mut self, number: u64) {
        self.0 = number;
    }
}

/// About how much memory a branch takes, in bytes.
const BRANCH_BYTES: u64 = 16 * 1024;

/// A search under way: [`Search::go_on`] takes it further a slice at a time, so that whoever runs it can report and
/// stop whenever it likes.
pub struct Search {
    ask: Ask,
    places: Places,
    trial: Trial,
    /// The run being followed, on top of those that it branched off from.
    branches: Vec<Branch>,
    record: Record,
    seen: HashSet<u64, BuildHasherDefault<Itself>>,
    /// For each property, whether it is still searched for.
    unsettled: Vec<bool>,
    found: Vec<Found>,
    progress: Progress,
}

impl Search {
    /// The budget is cut to what a scenario can hold besides its own faults.
    pub fn new(mut ask: Ask) -> Search {
        ask.budget = ask.budget.held_to(FAULTS_MAX.saturating_sub(ask.scenario.faults.len()));
        let protocol = ask.scenario.protocol;
        let topology = protocol.topology(&ask.scenario.values);
        let trial = Trial::new(&ask, topology.clone());
        let places = Places::new(protocol, topology, ask.budget.clone(), ask.scenario.until);
        let mut search = Search {
            unsettled: vec![true; ask.properties.len()],
            branches: Vec::new(),
            record: Record::default(),
            seen: HashSet::default(),
            found: Vec::new(),
            progress: Progress {
                standing: Standing::Searching,
                runs: 0,
                merged: 0,
                repeating: 0,
                candidates: 0,
                steps: 0,
                states: 0,
                depth: 0,
                covered: None,
                trying: Vec::new(),
                memory_bytes: 0,
                not_replayed: 0,
            },
            trial,
            places,
            ask,
        };
        search.begin_round();
        search
    }

    /// What is asked.
    pub fn ask(&self) -> &Ask {
        &self.ask
    }

    /// The breaks found so far, one for each property at most, each with the fewest faults that suffice.
    pub fn found(&self) -> &[Found] {
        &self.found
    }

    pub fn progress(&self) -> Progress {
        let faults = self.branches.last().map_or(&[][..], |branch| branch.driver.faults());
        let trying = faults.get(self.ask.scenario.faults.len()..).unwrap_or_default().to_vec();
        Progress { states: self.seen.len() as u64, trying, memory_bytes: self.memory_bytes(), ..self.progress.clone() }
    }

    /// Searches to the end.
    pub fn finish(mut self) -> (Progress, Vec<Found>) {
        while self.go_on(u32::MAX) == Standing::Searching {}
        (self.progress(), self.found)
    }

    /// Goes on for about so many steps of runs.
    pub fn go_on(&mut self, steps: u32) -> Standing {
        for _ in 0..steps {
            if self.progress.standing != Standing::Searching {
                break;
            }
            self.step();
        }
        self.progress.standing
    }

    fn begin_round(&mut self) {
        let ask = &self.ask;
        let scenario = &ask.scenario;
        let driver =
            Driver::new(self.trial.topology(), scenario.seed, &scenario.faults, self.trial.until(), Limits::default());
        let watch = Watch::new(&ask.properties).branch(&self.unsettled);
        let left = self.places.budget.left(self.progress.depth);
        self.record.cut_back(Mark::default());
        self.branches.push(Branch::root(driver, watch, left));
        self.progress.runs += 1;
    }

    fn step(&mut self) {
        let Some(branch) = self.branches.last_mut() else {
            self.end_round();
            return;
        };
        if let Some(candidate) = branch.untried.pop_front() {
            let mark = self.record.mark();
            if let Some(next) = branch.with(candidate, &self.places, &self.unsettled, mark) {
                self.progress.candidates += 1;
                self.progress.runs += 1;
                self.branches.push(next);
                self.hold_bounds();
            }
            return;
        }
        let mut broken = Vec::new();
        let before = branch.driver.steps();
        let came = branch.go_on(&self.places, self.ask.from, &mut self.record, &mut broken);
        self.progress.steps += u64::from(branch.driver.steps() - before);
        for place in broken {
            self.break_found(place);
        }
        match came {
            Came::On => {}
            Came::ToAnInstant => self.come_to_an_instant(),
            Came::ToItsEnd(ending) => self.come_to_its_end(ending),
        }
    }

    fn come_to_an_instant(&mut self) {
        let Some(branch) = self.branches.last_mut() else { return };
        if self.ask.merging {
            let shape = branch.shape();
            if !self.seen.insert(branch.state(shape)) {
                self.progress.merged += 1;
                self.leave();
                return;
            }
            if branch.can_repeat() && !branch.shapes.insert(shape) {
                self.progress.repeating += 1;
                self.leave();
                return;
            }
        }
        branch.between_instants(&self.places, self.ask.from, &self.record);
    }

    fn come_to_its_end(&mut self, ending: Ending) {
        let violated = self.branches.last().map_or_else(Vec::new, |branch| branch.watch.violated_at_the_end(ending));
        for place in violated {
            self.break_found(place);
        }
        self.leave();
    }

    /// The run on top is done.
    fn leave(&mut self) {
        if let Some(branch) = self.branches.pop() {
            self.record.cut_back(branch.mark);
        }
    }

    fn end_round(&mut self) {
        if self.progress.standing != Standing::Searching {
            return;
        }
        self.progress.covered = Some(self.progress.depth);
        if self.progress.depth == self.ask.budget.in_all() {
            self.progress.standing = Standing::Covered;
        } else {
            self.progress.depth += 1;
            self.begin_round();
        }
    }

    /// The run on top breaks a property that is searched for.
    fn break_found(&mut self, place: usize) {
        let Some(branch) = self.branches.last_mut() else { return };
        branch.watch.forget(place);
        if !self.unsettled[place] {
            return;
        }
        let added = branch.driver.faults()[self.ask.scenario.faults.len()..].to_vec();
        match self.trial.minimised(added, self.ask.properties[place]) {
            None => self.progress.not_replayed += 1,
            Some(found) => {
                self.found.push(found);
                self.unsettled[place] = false;
                if self.ask.aim == Aim::First || !self.unsettled.contains(&true) {
                    self.progress.standing = Standing::Found;
                }
            }
        }
    }

    fn memory_bytes(&self) -> u64 {
        let states = self.seen.capacity() as u64 * 10;
        states + self.branches.len() as u64 * BRANCH_BYTES + self.record.bytes()
    }

    fn hold_bounds(&mut self) {
        if self.progress.runs > self.ask.bounds.runs_max {
            self.progress.standing = Standing::OutOfRuns;
        } else if self.progress.runs.is_multiple_of(256) && self.memory_bytes() > self.ask.bounds.memory_bytes_max {
            self.progress.standing = Standing::OutOfMemory;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocols::CATALOGUE;
    use crate::scenario::catalogue::Catalogue;
    use crate::scenario::explore::{Budget, Kind};
    use crate::scenario::link::Link;
    use crate::sim::recorder::Silent;

    /// Every run of a search, whatever its faults, is to the last step the run of its list of faults.
    #[test]
    fn every_run_is_the_run_of_its_faults() {
        for (link, kinds, in_all) in [
            ("1/2pc?participants=2&until=3s", &Kind::ALL[..], 1),
            ("1/2pc?participants=1&until=2s&latency-model=uniform", &Kind::ALL[..6], 2),
            ("1/3pc?participants=2&until=8s&termination=on&crash=c@5ms", &Kind::ALL[..9], 1),
        ] {
            let link = Link::read(link, Catalogue(CATALOGUE)).unwrap_or_else(|bad| panic!("{}", bad.sentence()));
            let budget = Budget::up_to(in_all, kinds);
            let mut search = Search::new(Ask { budget, aim: Aim::Each, merging: false, ..Ask::of(link.scenario) });
            let (topology, seed, until) =
                (search.trial.topology().clone(), search.ask.scenario.seed, search.trial.until());
            let mut runs = 0;
            while search.progress.standing == Standing::Searching && search.progress.runs < 1_500 {
                let depth = search.branches.len();
                search.step();
                let Some(begun) = search.branches.last().filter(|_| search.branches.len() > depth) else { continue };
                let mut branch = begun.driver.clone();
                while branch.advance(&mut Silent).is_none() {}
                let mut plain = Driver::new(&topology, seed, begun.driver.faults(), until, Limits::default());
                while plain.advance(&mut Silent).is_none() {}
                assert_eq!((plain.steps(), plain.digest()), (branch.steps(), branch.digest()), "{:?}", plain.faults());
                runs += 1;
            }
            assert!(runs > 300, "{runs}");
        }
    }
}
