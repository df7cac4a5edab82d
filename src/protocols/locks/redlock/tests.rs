//! What the algorithm says, case by case, and that it holds where the sheet says so.

use super::round::Round;
use super::settings::PARAMETERS;
use super::*;
use crate::check::Verdict;
use crate::protocols::Value as Set;
use crate::protocols::parts::locking::id;
use crate::scenario::Scenario;
use crate::scenario::run::Run;
use crate::sim::clock::LocalTime;
use crate::sim::fault::{Fault, Place};
use crate::sim::random::draw;
use crate::sim::time::Instant;

fn settings(set: &[(&'static str, Set)]) -> Settings {
    let mut values = Values::defaults(PARAMETERS);
    set.iter().for_each(|(key, value)| values.set(key, *value));
    Settings::of(&values)
}

fn at(millis: u64) -> LocalTime {
    LocalTime::from_micros(millis * 1_000)
}

#[test]
fn the_first_answer_of_each_master_counts() {
    let mut round = Round::new(1, at(0), 5);
    for (master, agrees) in [(2, true), (2, true), (3, true), (3, false), (4, false)] {
        round.note(NodeId(master), agrees);
    }
    assert!(round.has(2) && !round.has(3));
    assert!(!round.is_hopeless(3) && round.is_hopeless(5) && !round.is_complete());
    round.note(NodeId(5), false);
    round.note(NodeId(6), false);
    assert!(round.is_hopeless(3) && round.is_complete());
}

#[test]
fn validity_is_the_lease_less_what_asking_took_and_what_clocks_may_differ() {
    // 30 s, less 1 % and 2 ms.
    let checked = settings(&[]);
    assert_eq!(checked.drift, Span::millis(302));
    assert_eq!(checked.valid_until(at(100), at(200)), Some(at(29_798)));
    assert_eq!(checked.valid_until(at(100), at(29_798)), None, "nothing of it is left");
    let careless = settings(&[("drift", Set::Choice("none"))]);
    assert_eq!(careless.valid_until(at(100), at(200)), Some(at(30_100)));
    let unchecked = settings(&[("validity", Set::Choice("unchecked"))]);
    assert_eq!(unchecked.valid_until(at(100), at(60_000)), Some(at(90_000)));
}

#[test]
fn more_than_half_are_a_majority() {
    for (masters, quorum) in [(1, 1), (2, 2), (3, 2), (4, 3), (5, 3), (7, 4)] {
        assert_eq!(settings(&[("masters", Set::Number(masters))]).quorum(), quorum, "of {masters}");
    }
}

fn run_with(seed: u64, set: &[(&'static str, Set)], faults: Vec<Fault>) -> Run {
    let mut scenario = Scenario::of(&RedLock);
    scenario.seed = seed;
    set.iter().for_each(|(key, value)| scenario.values.set(key, *value));
    scenario.faults = faults;
    Run::of(scenario)
}

#[track_caller]
fn holds(run: &Run, property: &str, what: &str) {
    let judged = run.verdicts.iter().find(|judged| judged.property.id == property).expect("a property");
    assert_eq!(judged.verdict, Verdict::Holds, "{what}: {property}");
}

/// One client alone: of each master it asks for the lock and for the release, and is answered both.
#[test]
fn an_acquisition_takes_four_messages_for_each_master() {
    for masters in [1, 3, 5, 7] {
        for (fencing, more) in [("off", 0), ("on", 2 + 2 * masters)] {
            let set =
                [("clients", Set::Number(1)), ("masters", Set::Number(masters)), ("fencing", Set::Choice(fencing))];
            let messages = run_with(1, &set, Vec::new()).trace.messages.len();
            assert_eq!(messages, (4 * masters + 2 + more) as usize, "{masters} masters; two are the write");
        }
    }
}

/// Sheet RL-1: holds under DROP, DELAY and crashes of a minority, with clocks that agree. What is drawn here breaks nothing.
#[test]
fn lost_and_late_messages_and_a_minority_that_dies_break_nothing() {
    let set = [("clients", Set::Number(3)), ("turns", Set::Number(2)), ("work", Set::Time(Span::millis(100)))];
    for seed in 1..=40 {
        let pick = |purpose, name: u64, count: u64| draw(seed, purpose, &[name]) % count;
        let plain = run_with(seed, &set, Vec::new());
        let mut faults: Vec<Fault> = (0..6)
            .map(|fault| {
                let message = pick("message", fault, plain.trace.messages.len() as u64) as usize;
                let message = plain.trace.messages[message].name;
                match pick("kind", fault, 2) {
                    0 => Fault::Drop { message },
                    _ => Fault::Delay { message, by: Span::millis(pick("by", fault, 400)) },
                }
            })
            .collect();
        let first = pick("master", 0, 5) as u8;
        for master in [first, (first + 1) % 5] {
            let at = Instant::from_micros(pick("crash", u64::from(master), 1_000_000));
            faults.push(Fault::Crash { node: NodeId(3 + master), place: Place::At(at) });
        }
        let run = run_with(seed, &set, faults);
        for property in [id::ONE_HOLDER, id::NO_STALE_WRITE, id::OWNER_RELEASES] {
            holds(&run, property, &format!("seed {seed}"));
        }
    }
}
