//! The third protocol beyond its runs: links, pictures, the way to and from the worker, comparison.

use crate::lease::Lease;
use crate::runs::{CATALOGUE as KNOWN, scenario};
use crate::wild::{LIMITS, any_picks, any_scenario, cases, with_faults};
use faultline::picture::axis::{Axis, Scale};
use faultline::picture::flow::Flow;
use faultline::picture::flow::marks::{Shape, Target};
use faultline::picture::table::{Filter, Table};
use faultline::picture::thumbnail::Thumbnail;
use faultline::protocols::CATALOGUE;
use faultline::scenario::compare::{carry, first_difference};
use faultline::scenario::link::Link;
use faultline::scenario::run::Run;
use faultline::scenario::wire::WireRun;
use faultline::sim::fault::Fault;
use faultline::sim::show::{Holder, LockState, Panel};
use faultline::sim::topology::Position;
use faultline::text::Language;
use proptest::prelude::*;
use std::collections::BTreeSet;

fn runs() -> impl Iterator<Item = Run> {
    KNOWN.entries().map(|listed| Run::of(listed.scenario()))
}

#[test]
fn a_link_of_it_reads_back_as_itself() {
    for listed in KNOWN.entries() {
        let link = Link::of_entry(listed);
        let run = Run::of(listed.scenario());
        for link in [Link::of(listed.scenario()), link.clone(), link.sharing(&run, Some(run.trace.end()))] {
            let text = link.fragment();
            let read = Link::read(&text, KNOWN).unwrap_or_else(|bad| panic!("{text}: {}", bad.sentence()));
            assert_eq!(read.scenario, listed.scenario(), "{text}");
            assert_eq!(read.fragment(), text);
            assert_eq!(Run::of(read.scenario).digest, run.digest);
        }
    }
}

#[test]
fn its_queue_shows_how_much_of_the_lease_is_left() {
    let lease = 30_000;
    let mut left = Vec::new();
    for scene in Run::of(scenario(&Lease, &[("lease", "30ms")], &[])).scenes() {
        let [Panel::Queue(queue)] = &scene.panels[..] else { continue };
        if let LockState::Held(Holder { lease: Some(lease), .. }) = &queue.lock {
            left.push(lease.ends.since(scene.at).as_micros());
        }
    }
    assert!(left.iter().all(|micros| *micros <= lease) && left.contains(&lease));
    assert!(left.iter().any(|micros| *micros < lease));
}

#[test]
fn its_pictures_show_every_message_and_every_event() {
    for run in runs() {
        for scale in [Scale::Folded, Scale::True] {
            let axis = Axis::of(&run, scale);
            let flow = Flow::of(&run, &axis);
            let marks = flow.marks(&run, &axis, 0.0, axis.length());
            let messages: BTreeSet<Option<Target>> =
                marks.iter().filter(|mark| matches!(mark.shape, Shape::Arrow(_))).map(|mark| mark.target).collect();
            // A tail that only repeats itself is drawn once.
            let folded = axis.repeat().is_some();
            assert!(folded || messages.len() == run.trace.messages.len(), "{}", run.scenario.seed);
            assert!(marks.iter().all(|mark| mark.from.is_finite() && mark.from <= mark.to));
            assert_eq!(flow.breaks().is_empty(), run.verdicts.iter().all(|judged| judged.verdict.word() != "violated"));
        }
        let thumbnail = Thumbnail::of(&run);
        assert!(!thumbnail.lanes.is_empty() && !thumbnail.requests.is_empty());
        for language in [Language::English, Language::SimplifiedChinese] {
            let table = Table::of(&run, language);
            assert_eq!(table.matching(&Filter::default(), 0, run.len()).len(), run.len() as usize);
            assert!((0..run.len()).all(|event| !table.event(event).is_empty()));
        }
    }
}

#[test]
fn it_comes_back_from_the_worker_as_it_went() {
    for run in runs() {
        let back = WireRun::of(&run).into_run(run.scenario.clone()).expect("it fits its protocol");
        assert_eq!(back.digest, run.digest);
        assert_eq!(back.trace.steps, run.trace.steps);
        assert_eq!(back.trace.stretches, run.trace.stretches);
        let names = |run: &Run| run.trace.messages.iter().map(|message| message.name).collect::<Vec<_>>();
        assert_eq!(names(&back), names(&run));
    }
}

#[test]
fn it_compares_with_itself_and_carries_over_to_others() {
    for run in runs() {
        assert!(first_difference(&run, &run).is_none());
        let again = carry(&run, &Lease);
        assert!(again.parameters_left.is_empty());
        for protocol in CATALOGUE {
            let carried = carry(&run, *protocol);
            let other = Run::of(carried.scenario.clone());
            let left = carried.left_behind_by(&other);
            // Every fault stands in the other run or is listed, never guessed.
            assert!(carried.origins.len() + left.len() >= run.scenario.faults.len());
            assert!(first_difference(&run, &other).is_some());
        }
    }
}

#[test]
fn faults_carry_over_by_what_a_node_is() {
    let run = Run::of(scenario(&Lease, &[], &["crash=s@3ms", "pause=c2@4ms+5ms"]));
    for protocol in CATALOGUE {
        let carried = carry(&run, *protocol);
        let topology = carried.scenario.protocol.topology(&carried.scenario.values);
        let position = |fault: &Fault| fault.node().map(|node| topology.nodes[node.index()].position);
        let positions: Vec<Position> = carried.scenario.faults.iter().filter_map(position).collect();
        assert_eq!(positions, [Position::Decider, Position::Service(2)], "{}", protocol.id());
    }
}

proptest! {
    #![proptest_config(cases(64))]

    /// Any scenario of it, with any faults, is a link; its picture and its way through the worker hold.
    #[test]
    fn any_scenario_of_it_is_a_link(
        seed in any::<u64>(),
        parameters in any::<[u32; 16]>(),
        faults in proptest::collection::vec(any_picks(), 0..4),
    ) {
        let scenario = with_faults(any_scenario(&Lease, seed, &parameters), &faults);
        let text = Link::of(scenario.clone()).fragment();
        let read = Link::read(&text, KNOWN);
        let read = read.map_err(|bad| TestCaseError::fail(format!("{text}: {}", bad.sentence())))?;
        prop_assert_eq!(&read.scenario, &scenario);
        let run = Run::within(scenario, LIMITS);
        let axis = Axis::of(&run, Scale::Folded);
        let flow = Flow::of(&run, &axis);
        prop_assert!(flow.marks(&run, &axis, 0.0, axis.length()).iter().all(|mark| mark.from <= mark.to));
    }
}
