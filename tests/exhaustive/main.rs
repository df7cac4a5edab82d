//! Every order of a protocol's actions, searched: what the reference sheets say can happen, and what cannot.

mod atomic_commitment;
mod flexible;
mod partial_order;

use faultline::check::search::{End, Options, Outcome, Report, Search};
use faultline::check::worlds::{Allowed, Budget, TimerRule, Worlds};
use faultline::protocols::CATALOGUE;
use faultline::scenario::catalogue::Catalogue;
use faultline::scenario::link::Link;
use faultline::scenario::{Scenario, checked};

const NOTHING: &[(Allowed, u8)] = &[];

/// The worlds of the protocol that a link names with its parameters.
fn worlds_of(link: &str, properties: &[&str], rule: TimerRule, faults: &[(Allowed, u8)]) -> (Scenario, Worlds) {
    let scenario = Link::read(link, Catalogue(CATALOGUE)).unwrap().scenario;
    let properties: Vec<_> = scenario.properties().filter(|property| properties.contains(&property.id)).collect();
    let budget = faults.iter().fold(Budget::default(), |budget, (allowed, number)| budget.with(*allowed, *number));
    let worlds = checked::worlds(&scenario, properties, rule, budget);
    (scenario, worlds)
}

/// Searches them all.
fn searched(link: &str, properties: &[&str], rule: TimerRule, faults: &[(Allowed, u8)], threads: usize) -> Report<()> {
    let (_, worlds) = worlds_of(link, properties, rule, faults);
    let options = Options { threads, states_max: 400_000, ..Options::default() };
    Search::new(&worlds, options).run().without_states()
}

/// The property holds in every order.
#[track_caller]
fn holds(link: &str, property: &str, rule: TimerRule, faults: &[(Allowed, u8)]) {
    let report = searched(link, &[property], rule, faults, 1);
    assert_eq!(report.end, End::Complete);
    assert_eq!(report.findings[0].outcome, Outcome::Holds);
}

/// The property is broken; gives the shortest way.
#[track_caller]
fn breaks(link: &str, property: &str, rule: TimerRule, faults: &[(Allowed, u8)]) -> Vec<String> {
    let report = searched(link, &[property], rule, faults, 1);
    let Outcome::Violated { path, .. } = &report.findings[0].outcome else { panic!("{:?}", report.findings) };
    assert!(report.findings[0].why.is_some());
    path.steps.iter().map(|(name, ())| name.clone()).collect()
}

/// Searches for a break of the property until so many states are known.
fn searched_for(states_max: u32, link: &str, property: &str, rule: TimerRule, faults: &[(Allowed, u8)]) -> Report<()> {
    let (scenario, worlds) = worlds_of(link, &[property], rule, faults);
    assert!(scenario.faults.is_empty());
    Search::new(&worlds, Options { states_max, ..Options::default() }).run().without_states()
}
