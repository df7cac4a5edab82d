//! A search without time under way, a slice at a time: first through the states, then, one finding after the other, for
//! the run that shows it. It is content with the first property broken.

use super::question::Ask;
use super::shown;
use crate::check::search::{Progress, Report, Search};
use crate::check::worlds::{WorldState, Worlds};
use crate::scenario::Scenario;
use crate::scenario::explore::{Budget, Found};
use std::sync::Arc;

/// See the module's own words. [`Checking::go_on`] takes it further.
pub struct Checking {
    pub(super) scenario: Scenario,
    pub(super) worlds: Arc<Worlds>,
    pub(super) budget: Budget,
    /// None once it is over.
    search: Option<Search<'static, Worlds>>,
    pub(super) progress: Progress,
    /// What the search came to, once it is over.
    pub(super) report: Option<Report<WorldState>>,
    /// Of so many findings, in order, the run that shows it, if there is one.
    pub(super) found: Vec<Option<Found>>,
}

impl Checking {
    pub fn new(ask: Ask) -> Checking {
        let worlds = Arc::new(ask.worlds);
        let search = Search::shared(worlds.clone(), ask.options);
        Checking {
            scenario: ask.scenario,
            worlds,
            budget: ask.budget,
            progress: search.progress(),
            search: Some(search),
            report: None,
            found: Vec::new(),
        }
    }

    /// Goes on by one batch of states, or one finding; says whether everything is known.
    pub fn go_on(&mut self) -> bool {
        if let Some(search) = &mut self.search {
            let searches = search.advance() && !search.has_broken();
            self.progress = search.progress();
            if !searches {
                self.report = self.search.take().map(Search::report);
            }
            return false;
        }
        let Some(report) = &self.report else { return true };
        if let Some(finding) = report.findings.get(self.found.len()) {
            self.found.push(shown(&self.scenario, &self.worlds, finding));
        }
        self.found.len() >= report.findings.len()
    }
}
