//! A run: a pure function of its scenario, with an end that it names, and scenes that are what it was.

use crate::lease::Lease;
use crate::puppet::{A, B, Do::*, On::*, stage};
use faultline::protocols::Protocol;
use faultline::scenario::Scenario;
use faultline::scenario::catalogue::Catalogue;
use faultline::scenario::notation::Notation;
use faultline::scenario::run::Run;
use faultline::sim::driver::Limits;
use faultline::sim::time::{Instant, Span};
use faultline::sim::trace::{Ending, Step};

pub static CATALOGUE: Catalogue = Catalogue(&[&Lease]);

/// The protocol with these parameters and faults, both as links write them.
pub fn scenario(protocol: &'static dyn Protocol, parameters: &[(&str, &str)], faults: &[&str]) -> Scenario {
    let mut scenario = Scenario::of(protocol);
    for (key, value) in parameters {
        let parameter = protocol.parameters().iter().find(|parameter| parameter.key == *key).expect("a parameter");
        scenario.values.set(parameter.key, parameter.parse(value).expect("a value"));
    }
    let topology = protocol.topology(&scenario.values);
    let notation = Notation::new(protocol, &topology);
    let read = |fault: &&str| notation.fault(fault).unwrap_or_else(|bad| panic!("{fault}: {}", bad.sentence()));
    scenario.faults = faults.iter().map(read).collect();
    scenario
}

#[test]
fn every_entry_of_the_lease_ends_in_its_verdicts() {
    for listed in CATALOGUE.entries() {
        let run = Run::of(listed.scenario());
        for expectation in listed.entry.expected.iter() {
            let judged = run.verdicts.iter().find(|judged| judged.property.id == expectation.property);
            let verdict = &judged.expect("a property").verdict;
            assert!(
                listed.agrees(expectation.property, verdict),
                "{}: {} {verdict:?}\n{}",
                listed.entry.id,
                expectation.property,
                faultline::scenario::transcript::transcript(&run, Some(listed.entry))
            );
        }
        for (index, fault) in run.scenario.faults.iter().enumerate() {
            assert!(run.trace.applied(index as u16), "{}: {fault:?} did not apply", listed.entry.id);
        }
    }
}

#[test]
fn a_run_is_a_pure_function_of_its_scenario() {
    let steps = |run: &Run| -> Vec<Step> { run.trace.steps.clone() };
    for listed in CATALOGUE.entries() {
        let (once, again) = (Run::of(listed.scenario()), Run::of(listed.scenario()));
        assert_eq!(once.digest, again.digest);
        assert_eq!(steps(&once), steps(&again));
        let other = Run::of(Scenario { seed: listed.entry.seed + 1, ..listed.scenario() });
        assert_ne!(once.digest, other.digest, "{} does not depend on its seed", listed.entry.id);
    }
}

#[test]
fn a_run_says_how_it_ended() {
    let calm = Run::of(scenario(&Lease, &[], &[]));
    assert_eq!(calm.ending, Ending::Quiescent);
    let short = Run::of(Scenario { until: Span::millis(20), ..scenario(&Lease, &[], &[]) });
    assert_eq!(short.ending, Ending::Horizon);
    assert!(short.trace.end() <= Instant::START + Span::millis(20));
    // What happens up to the horizon is what happens in the longer run.
    assert_eq!(short.trace.steps, calm.trace.steps[..short.trace.steps.len()]);
    let limits = Limits { events_max: 50, ..Limits::default() };
    let cut_short = Run::within(scenario(&Lease, &[("turns", "100")], &[]), limits);
    assert_eq!((cut_short.ending, cut_short.len()), (Ending::TooManyEvents, 50));
    let mut spinning =
        stage(&[vec![(Start, vec![Set("spin", Span::ZERO)]), (Fire("spin"), vec![Set("spin", Span::ZERO)])]]);
    spinning.limits.events_per_instant_max = 100;
    let spun = spinning.run();
    assert_eq!((spun.ending, spun.trace.events.len()), (Ending::TooManyAtOneInstant, 100));
}

#[test]
fn many_events_spread_over_time_meet_no_limit_per_instant() {
    let mut ticking = stage(&[
        vec![
            (Start, vec![Set("tick", Span::millis(1))]),
            (Fire("tick"), vec![Set("tick", Span::millis(1)), Send(B, "ping")]),
        ],
        vec![],
    ]);
    ticking.limits.events_per_instant_max = 10;
    let played = ticking.until(Span::seconds(1)).run();
    assert_eq!(played.ending, Ending::Horizon);
    assert_eq!(played.seen(A).len(), 1_001);
}
