//! What a search without time has found, made a run to look at: in time, by faults alone, where that is possible; else
//! in the order found, one action after the other.

mod steering;
#[cfg(test)]
mod tests;

use super::Scenario;
use super::explore::{Aim, Ask, Bounds, Budget, Found, Search, Trial};
use super::run::Run;
use crate::check::search::{Finding, Outcome};
use crate::check::worlds::{Ordered, TimerRule, WorldState, Worlds, apart};
use crate::check::{Property, PropertyKind};
use crate::sim::fault::FAULTS_MAX;
use crate::sim::schedule::{SCHEDULE_MAX, pace};
use crate::sim::time::Instant;

/// How far a fault search looks for the same break, where following the order in time does not lead to it.
const RUNS_MAX: u64 = 4_000;

/// All runs of a scenario's nodes. The scenario's own faults and schedule are no part of it: a search without time places
/// faults itself.
pub fn worlds(
    scenario: &Scenario,
    properties: Vec<&'static Property>,
    rule: TimerRule,
    budget: crate::check::worlds::Budget,
) -> Worlds {
    Worlds::new(scenario.protocol.topology(&scenario.values), scenario.seed, properties, rule, budget)
}

/// A run that breaks the property of a finding as the search says; none if the finding is of no broken property, or if no
/// run shows it (its nodes read clocks, say). Its scenario has a schedule if it is of an order only: then there is no
/// list of faults that brings it about in time, or none was found.
pub fn shown(scenario: &Scenario, worlds: &Worlds, finding: &Finding<WorldState>) -> Option<Found> {
    let Outcome::Violated { path, trapped_among } = &finding.outcome else { return None };
    let property = worlds.properties().iter().find(|property| property.id == finding.id)?;
    let order = worlds.ordered(path)?;
    let plain = Scenario { faults: Vec::new(), schedule: None, ..scenario.clone() };
    let goes_round = trapped_among.is_some_and(|size| size > 1);
    in_time(&plain, &order, property, goes_round).or_else(|| in_order(&plain, &order, property))
}

/// By faults alone.
fn in_time(plain: &Scenario, order: &[Ordered], property: &'static Property, goes_round: bool) -> Option<Found> {
    let ask = Ask { properties: vec![property], ..Ask::of(plain.clone()) };
    let topology = plain.protocol.topology(&plain.values);
    let trial = Trial::new(&ask, topology.clone()).content_with_never(goes_round);
    let (faults, _) = apart(order);
    let steered = steering::steered(plain, &topology, order);
    let found =
        steered.filter(|faults| faults.len() <= FAULTS_MAX).and_then(|faults| trial.minimised(faults, property));
    found.or_else(|| {
        let budget = Budget::of_faults(&faults)?;
        let bounds = Bounds { runs_max: RUNS_MAX, ..Bounds::default() };
        let (_, found) = Search::new(Ask { budget, aim: Aim::First, bounds, ..ask }).finish();
        found.into_iter().next()
    })
}

/// In the order found.
fn in_order(plain: &Scenario, order: &[Ordered], property: &'static Property) -> Option<Found> {
    let (faults, schedule) = apart(order);
    if faults.len() > FAULTS_MAX || schedule.actions.len() > SCHEDULE_MAX {
        return None;
    }
    let pace = pace(&plain.protocol.topology(&plain.values));
    let end = schedule.instant(schedule.actions.len() + 1, pace).since(Instant::START);
    let added = faults.clone();
    let run = Run::of(Scenario { faults, schedule: Some(schedule), until: plain.until.max(end), ..plain.clone() });
    Found::of(run, property, added, property.kind == PropertyKind::Eventually)
}
