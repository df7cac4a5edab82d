//! Comparison, held on the catalogue: faults carry over by what a node is, what cannot is listed, runs part where they
//! part, costs are those of the reference sheet.

use faultline::check::{Extent, Measure, measures};
use faultline::protocols::CATALOGUE;
use faultline::scenario::Scenario;
use faultline::scenario::catalogue::Catalogue;
use faultline::scenario::compare::{carry, first_difference};
use faultline::scenario::link::Link;
use faultline::scenario::run::Run;
use faultline::sim::fault::{Fault, Place};
use faultline::sim::name::{MessageName, Moment};
use faultline::sim::time::Span;
use faultline::sim::topology::Position;
use faultline::sim::trace::{FaultIndex, NodeId, StepKind};

const EVENTS_MAX: u32 = 3_000;

fn run_of(id: &str) -> Run {
    Run::of(Catalogue(CATALOGUE).entry(id).unwrap_or_else(|| panic!("no scenario {id}")).scenario())
}

fn cost(run: &Run, id: &str) -> Measure {
    let all = measures(&run.trace, &run.topology, &run.scenario.faults, run.ending);
    all.into_iter().find(|measure| measure.id == id).unwrap_or_else(|| panic!("no cost {id}"))
}

#[test]
fn two_phase_commit_costs_what_the_sheet_says() {
    let run = run_of("2pc-all-yes");
    let databases =
        run.topology.nodes.iter().filter(|node| matches!(node.position, Position::Service(_))).count() as u64;
    // Sheet §0: prepare, vote, commit, ack; the client's order and its result come on top.
    assert_eq!(cost(&run, "messages").value, Some(4 * databases + 2));
    // Order, prepare, vote, result, one after the other.
    assert_eq!(cost(&run, "round-trips").value, Some(4), "in halves");
    // Sheet §1: each participant forces its promise and its decision, the coordinator its commit.
    assert!(cost(&run, "fsyncs").value >= Some(2 * databases + 1));
    for id in ["locks-held", "decision-time", "blocked"] {
        let cost = cost(&run, id);
        assert!(cost.value > Some(0) && cost.extent == Extent::Over, "{cost:?}");
    }
}

/// Each holder is waited for by polls, and each poll of RedLock asks every master.
#[test]
fn locks_that_are_polled_for_cost_the_more_the_more_wait() {
    let per_acquisition = |lock: &str, clients: u64| {
        let link = format!("1/{lock}?clients={clients}&think=0ms&work=200ms&until=60s");
        let scenario =
            Link::read(&link, Catalogue(CATALOGUE)).unwrap_or_else(|bad| panic!("{}", bad.sentence())).scenario;
        let run = Run::of(scenario);
        let accepted = run.trace.messages.iter().filter(|message| message.name.kind == "accepted").count() as u64;
        assert_eq!(accepted, clients, "{link}: everybody is served");
        cost(&run, "messages").value.unwrap_or(0) / clients
    };
    for (lock, alone) in [("memcached-lock", 8), ("redlock", 22)] {
        let costs = [1, 2, 4, 6].map(|clients| per_acquisition(lock, clients));
        assert_eq!(costs[0], alone, "{lock}: the write and its answer are two");
        assert!(costs.is_sorted_by(|fewer, more| fewer < more), "{lock}: {costs:?}");
    }
    assert!(per_acquisition("redlock", 4) > per_acquisition("memcached-lock", 4));
}

#[test]
fn what_is_blocked_at_the_horizon_is_still_blocked_and_never_a_plain_number() {
    let run = run_of("2pc-coordinator-dies");
    for id in ["locks-held", "decision-time", "blocked"] {
        assert_eq!(cost(&run, id).extent, Extent::GoesOn, "{id}");
    }
    assert_eq!(cost(&run, "round-trips").value, None, "nobody is answered");
}

#[test]
fn contradicting_decisions_diverge_without_end() {
    let cost = cost(&run_of("2pc-heuristic"), "divergence");
    assert!(cost.extent != Extent::Over, "{cost:?}");
}

#[test]
fn a_run_is_the_same_as_itself_and_parts_from_another_where_a_message_is_lost() {
    let run = run_of("2pc-all-yes");
    assert_eq!(first_difference(&run, &run_of("2pc-all-yes")), None);
    for message in run.trace.messages.iter().filter(|message| !message.connected) {
        let mut scenario = run.scenario.clone();
        scenario.faults.push(Fault::Drop { message: message.name });
        let other = Run::of(scenario);
        let difference = first_difference(&run, &other).expect("a lost message changes the run");
        let sent = run.trace.steps[message.sent as usize].at;
        assert!(difference.at > sent, "nothing differs before the message is under way: {difference:?}");
        let (ours, theirs) = difference.events(&run, &other);
        assert!(ours.is_some() || theirs.is_some());
    }
}

#[test]
fn carried_to_its_own_protocol_a_scenario_keeps_its_nodes_and_instants() {
    for listed in Catalogue(CATALOGUE).entries() {
        let run = Run::of(listed.scenario());
        if run.len() > EVENTS_MAX {
            continue;
        }
        let carried = carry(&run, listed.protocol);
        let (id, scenario) = (listed.entry.id, &carried.scenario);
        assert_eq!((scenario.seed, scenario.until), (run.scenario.seed, run.scenario.until), "{id}");
        assert_eq!(scenario.values, run.scenario.values, "{id}: every parameter is shared");
        assert_eq!(scenario.faults.len() + carried.left_behind.len(), run.scenario.faults.len(), "{id}");
        for (fault, origin) in scenario.faults.iter().zip(&carried.origins) {
            let original = &run.scenario.faults[usize::from(*origin)];
            assert_eq!((fault.node(), fault.message()), (original.node(), original.message()), "{id}");
            if let Some(place) = fault.place() {
                assert!(matches!(place, Place::At(_)), "{id}: compared faults strike at instants");
            }
        }
        for left in &carried.left_behind {
            assert!(!run.trace.applied(left.fault), "{id}: only what met nothing has no instant: {left:?}");
        }
    }
}

#[test]
fn between_protocols_nodes_keep_their_place_and_what_cannot_come_is_listed() {
    for from in Catalogue(CATALOGUE).entries() {
        let run = Run::of(from.scenario());
        if run.len() > EVENTS_MAX {
            continue;
        }
        for protocol in CATALOGUE.iter().filter(|protocol| protocol.id() != from.protocol.id()) {
            let carried = carry(&run, *protocol);
            let other = Run::of(carried.scenario.clone());
            let id = from.entry.id;
            let position = |run: &Run, node: NodeId| run.topology.nodes[node.index()].position;
            for (fault, origin) in carried.scenario.faults.iter().zip(&carried.origins) {
                let original = &run.scenario.faults[usize::from(*origin)];
                if let (Some(there), Some(here)) = (fault.node(), original.node()) {
                    assert_eq!(position(&other, there), position(&run, here), "{id} to {}", protocol.id());
                }
            }
            // Each fault of the scenario either struck there or is listed, never both.
            let left = carried.left_behind_by(&other);
            for index in 0..run.scenario.faults.len() as FaultIndex {
                let place = carried.origins.iter().position(|origin| *origin == index);
                let applied = place.is_some_and(|place| other.trace.applied(place as FaultIndex));
                assert_eq!(applied, !left.iter().any(|left| left.fault == index), "{id} to {}: {index}", protocol.id());
            }
            // The first difference lies before the end of one of them, and its steps are theirs.
            if let Some(difference) = first_difference(&run, &other) {
                for (run, step) in [(&run, difference.ours), (&other, difference.theirs)] {
                    assert!(step.is_none_or(|step| run.trace.steps[step as usize].at >= difference.at), "{id}");
                }
            }
        }
    }
}

#[test]
fn what_only_happens_at_other_times_is_told_from_what_happens_otherwise() {
    let run = run_of("2pc-vote-lost");
    let protocol = CATALOGUE.iter().find(|protocol| protocol.id() != run.scenario.protocol.id());
    let other = carry(&run, *protocol.expect("there is something to compare with"));
    // A lost vote aborts under both, after different time-outs.
    let mut scenario = other.scenario.clone();
    scenario.until = Span::seconds(60);
    let difference = first_difference(&run, &Run::of(scenario)).expect("the time-outs differ");
    assert!(difference.only_in_time, "{difference:?}");
    // Where nothing is lost, one decides while the other still asks.
    let run = run_of("2pc-all-yes");
    let other = Run::of(carry(&run, *protocol.expect("there is something to compare with")).scenario);
    let difference = first_difference(&run, &other).expect("the third phase differs");
    assert!(!difference.only_in_time, "{difference:?}");
}

#[test]
fn what_strikes_after_a_step_strikes_elsewhere_after_all_of_its_instant() {
    let run = run_of("2pc-all-yes");
    let vote = run.trace.messages.iter().find(|message| message.name.kind == "yes").expect("somebody votes yes");
    let at = run.trace.steps[vote.ends[0] as usize].at;
    for (place, carried_to) in [
        (Place::Before(Moment::Receives(vote.name)), at),
        (Place::After(Moment::Receives(vote.name)), at + Span::micros(1)),
    ] {
        let mut scenario = run.scenario.clone();
        scenario.faults.push(Fault::Crash { node: vote.name.to, place });
        let run = Run::of(scenario);
        let carried = carry(&run, run.scenario.protocol);
        assert_eq!(carried.scenario.faults[0].place(), Some(Place::At(carried_to)));
    }
}

#[test]
fn a_fault_that_met_nothing_has_no_instant_to_carry() {
    let run = run_of("2pc-all-yes");
    let never = run.trace.messages[0].name;
    let never = MessageName { ordinal: 99, ..never };
    let node = never.from;
    let mut scenario: Scenario = run.scenario.clone();
    let place = Place::After(Moment::Sends(never));
    scenario.faults.push(Fault::Crash { node, place });
    let run = Run::of(scenario);
    assert!(!run.trace.steps.iter().any(|step| matches!(step.kind, StepKind::Strike(_))));
    let carried = carry(&run, run.scenario.protocol);
    assert_eq!((carried.scenario.faults.len(), carried.left_behind.len()), (0, 1));
}
