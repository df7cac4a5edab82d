//! What the lock's own rules say, case by case.

use super::servers::Servers;
use super::settings::{PARAMETERS, Settings};
use super::*;
use crate::check::Verdict;
use crate::protocols::Value as Set;
use crate::protocols::parts::locking::id;
use crate::scenario::Scenario;
use crate::scenario::run::Run;
use crate::sim::clock::LocalTime;

fn settings(set: &[(&'static str, Set)]) -> Settings {
    let mut values = Values::defaults(PARAMETERS);
    set.iter().for_each(|(key, value)| values.set(key, *value));
    Settings::of(&values)
}

#[test]
fn a_lease_goes_in_whole_seconds_and_counts_for_one_less() {
    for (millis, seconds) in [(1, 1), (1_000, 1), (1_001, 2), (30_000, 30)] {
        let lease = ("lease", Set::Time(Span::millis(millis)));
        let careful = settings(&[lease]);
        assert_eq!(careful.expires(), seconds);
        assert_eq!(careful.counted_on(), Some(Span::seconds(seconds as u64 - 1)));
        let careless = settings(&[lease, ("tick", Set::Choice("ignored"))]);
        assert_eq!(careless.counted_on(), Some(Span::seconds(seconds as u64)));
    }
    let never = settings(&[("expiry", Set::Choice("never"))]);
    assert_eq!((never.expires(), never.counted_on()), (0, None));
}

#[test]
fn a_server_that_does_not_answer_gives_way_to_the_next_and_is_tried_again() {
    let at = |seconds: u64| LocalTime::from_micros(seconds * 1_000_000);
    let (first, second) = (NodeId(2), NodeId(3));
    let mut servers = Servers::new(&settings(&[("servers", Set::Number(2))]));
    servers.failed(first, at(1));
    servers.answered(first);
    servers.failed(first, at(2));
    assert_eq!(servers.choose(at(2)), first, "only failures in a row count");
    servers.failed(first, at(3));
    assert_eq!(servers.choose(at(32)), second);
    assert_eq!(servers.choose(at(33)), first, "30 s later");
    let mut alone = Servers::new(&settings(&[]));
    (0..9).for_each(|second| alone.failed(first, at(second)));
    assert_eq!(alone.choose(at(9)), first, "there is nobody else");
}

/// Without faults, and with leases that are long enough, the lock is one: whoever comes when.
#[test]
fn nothing_is_broken_while_nothing_fails() {
    for seed in 1..=40 {
        let mut scenario = Scenario::of(&MemcachedLock);
        scenario.seed = seed;
        for (key, value) in [("clients", 3), ("turns", 3), ("servers", 2)] {
            scenario.values.set(key, Set::Number(value));
        }
        for (key, value) in [("fencing", ["off", "on"]), ("release", ["cas", "meta-delete"])] {
            scenario.values.set(key, Set::Choice(value[usize::from(seed % 2 == 0)]));
        }
        let run = Run::of(scenario);
        for property in [id::ONE_HOLDER, id::NO_STALE_WRITE, id::OWNER_RELEASES, id::SERVED] {
            let judged = run.verdicts.iter().find(|judged| judged.property.id == property).expect("a property");
            assert_eq!(judged.verdict, Verdict::Holds, "seed {seed}: {property}");
        }
    }
}

/// One client alone: add and its reply, the write and its reply, gets, cas and their replies.
#[test]
fn an_acquisition_takes_six_messages_when_nobody_else_wants_it() {
    for (fencing, messages) in [("off", 8), ("on", 12)] {
        let mut scenario = Scenario::of(&MemcachedLock);
        scenario.values.set("clients", Set::Number(1));
        scenario.values.set("fencing", Set::Choice(fencing));
        assert_eq!(Run::of(scenario).trace.messages.len(), messages, "fencing {fencing}: two of them are the write");
    }
}
