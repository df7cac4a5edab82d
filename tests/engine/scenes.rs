//! Any instant again, as it was; and the trace's books.

use crate::lease::Lease;
use crate::runs::scenario;
use faultline::protocols::Protocol;
use faultline::scenario::Scenario;
use faultline::scenario::run::Run;
use faultline::sim::clock::Clock;
use faultline::sim::driver::{Driver, Limits};
use faultline::sim::node::Node;
use faultline::sim::recorder::{Recording, Status, Watcher};
use faultline::sim::show::{Condition, Face};
use faultline::sim::time::{Instant, Span};
use faultline::sim::trace::{NodeId, Step, StepKind, StretchKind, Trace};
use std::sync::Arc;

/// A node as it was during the run.
type Seen = (Option<Face>, Status, Vec<Condition>, Clock);

struct Nobody;

impl Watcher for Nobody {
    fn observe(&mut self, _step: Step, _trace: &Trace, _nodes: &[Arc<dyn Node>]) {}
}

/// What every node was after each event, noted while the scenario runs.
fn noted(scenario: &Scenario) -> Vec<Vec<Seen>> {
    let topology = scenario.protocol.topology(&scenario.values);
    let until = Instant::START + scenario.until;
    let mut driver = Driver::new(&topology, scenario.seed, &scenario.faults, until, Limits::default());
    let mut recording = Recording::new(topology.nodes.len(), scenario.faults.len(), Nobody);
    let mut noted: Vec<Vec<Seen>> = Vec::new();
    let mut steps = 0;
    while driver.advance(&mut recording).is_none() {
        if driver.steps() == steps {
            continue;
        }
        steps = driver.steps();
        let world = driver.world();
        let now = (0..topology.nodes.len()).map(|index| {
            let (node, clock) = (&world.nodes()[index], world.clock(NodeId(index as u8)));
            let conditions = node.conditions(clock.monotonic(world.now()));
            (node.face(), world.status(NodeId(index as u8)), conditions, clock.clone())
        });
        let now: Vec<Seen> = now.collect();
        let events = recording.trace.events.len();
        if events == noted.len()
            && let Some(last) = noted.last_mut()
        {
            *last = now.clone();
        }
        noted.resize(events, now);
    }
    noted
}

fn scenarios() -> Vec<Scenario> {
    let long = |faults: &[&str]| Scenario {
        until: Span::seconds(20),
        ..scenario(&Lease, &[("turns", "60"), ("clients", "5")], faults)
    };
    let mut all: Vec<Scenario> =
        Lease.entries().iter().filter_map(|entry| crate::runs::CATALOGUE.scenario_of(entry)).collect();
    all.push(long(&[]));
    all.push(long(&[
        "crash=s@100ms",
        "restart=s@130ms",
        "pause=c1@300ms+400ms",
        "cut=s,r/c2/c3@500ms+90ms",
        "crash=c4@after:r:stored.9",
        "restart=c4@900ms",
        "power=r@before:durable:written.12~0",
        "restart=r@1s",
        "do=s@after:granted.20:c5:revoke.5",
        "jump=c2@after:put.15:r+1h",
        "rate=c5@1.2s-300000",
        "twice=c1:heartbeat.3:s+4ms",
        "pause=s@between+9ms".replace("between", "1.5s").as_str(),
    ]));
    all
}

#[test]
fn a_scene_is_what_the_run_was_then() {
    let mut events = 0;
    for scenario in scenarios() {
        let noted = noted(&scenario);
        let run = Run::of(scenario);
        assert_eq!(noted.len(), run.len() as usize);
        events += noted.len();
        let agrees = |scene: faultline::scenario::run::Scene, how: &str| {
            let found: Vec<Seen> = scene.nodes.into_iter().map(|n| (n.face, n.status, n.conditions, n.clock)).collect();
            assert_eq!(found, noted[scene.event as usize], "{how} {} at {}", scene.event, scene.at);
        };
        run.scenes().for_each(|scene| agrees(scene, "in order"));
        // And from the nearest snapshot: all of a short run, some of a long one, some of them around snapshots.
        let near = |event: &u32| run.len() < 400 || event.is_multiple_of(97) || event % 64 < 2 || event % 64 > 62;
        for event in (0..run.len()).filter(near) {
            agrees(run.scene(event), "alone");
            let sketched = run.sketch(event).nodes.into_iter().map(|node| node.status);
            let seen = noted[event as usize].iter().map(|(_, status, ..)| *status);
            assert!(sketched.eq(seen), "who runs is known from the trace alone at event {event}");
        }
    }
    assert!(events > 3_000, "only {events} events");
}

#[test]
fn every_step_belongs_to_its_event_and_every_message_knows_its_ends() {
    for scenario in scenarios() {
        let trace = Run::of(scenario).trace;
        for (index, step) in trace.steps.iter().enumerate() {
            let index = index as u32;
            let event = trace.event_of(index);
            assert_eq!(step.kind.is_event(), trace.events[event as usize] == index);
            assert_eq!(step.at, trace.event(event).at, "effects happen at the instant of their event");
            match step.kind {
                StepKind::Send(message) => {
                    let message = trace.message(message);
                    assert_eq!((message.sent, message.name.from), (index, step.node));
                    assert!(message.due >= step.at);
                }
                StepKind::Deliver(message) | StepKind::Lose(message, _) => {
                    let message = trace.message(message);
                    assert_eq!(message.ends.iter().filter(|end| **end == index).count(), 1);
                    assert_eq!(message.name.to, step.node);
                    assert!(message.sent < index);
                }
                StepKind::Strike(fault) | StepKind::Heal(fault) => {
                    assert!(trace.struck[usize::from(fault)].contains(&index));
                }
                _ => {}
            }
        }
        let mut times = trace.steps.iter().map(|step| step.at);
        assert!(times.clone().zip(times.by_ref().skip(1)).all(|(one, next)| one <= next), "time never runs back");
        assert!(trace.messages.iter().all(|message| message.ends.len() <= 2));
    }
}

#[test]
fn an_effect_follows_an_event_of_its_own_node() {
    for scenario in scenarios() {
        let trace = Run::of(scenario).trace;
        for (event, _) in trace.events.iter().enumerate() {
            let steps = trace.steps_of(event as u32);
            assert!(steps[1..].iter().all(|step| step.node == steps[0].node), "{steps:?}");
        }
    }
}

#[test]
fn stretches_are_the_conditions_of_the_scenes() {
    for scenario in scenarios() {
        let noted = noted(&scenario);
        let run = Run::of(scenario);
        // Between a node's own events only time passes, so a stretch is held to the scenes of its node's events.
        let mut open: Vec<Vec<StretchKind>> = vec![Vec::new(); run.topology.nodes.len()];
        for event in 0..run.len() {
            for stretch in
                run.trace.stretches.iter().filter(|stretch| stretch.from == event && stretch.to != Some(event))
            {
                open[stretch.node.index()].push(stretch.what.clone());
            }
            for stretch in
                run.trace.stretches.iter().filter(|stretch| stretch.to == Some(event) && stretch.from != event)
            {
                open[stretch.node.index()].retain(|what| *what != stretch.what);
            }
            let step = run.trace.event(event);
            if matches!(step.kind, StepKind::Lose(..)) || is_of_a_link(&run, step) {
                continue;
            }
            let (_, status, conditions, _) = &noted[event as usize][step.node.index()];
            let mut expected: Vec<StretchKind> = conditions.iter().cloned().map(StretchKind::Condition).collect();
            match status {
                Status::Running => {}
                Status::Paused => expected.push(StretchKind::Paused),
                Status::Down => expected.push(StretchKind::Down),
            }
            let found = &open[step.node.index()];
            assert!(
                found.len() == expected.len() && expected.iter().all(|what| found.contains(what)),
                "event {event}, {step:?}: {found:?} instead of {expected:?}"
            );
        }
    }
}

/// Whether a fault's step only stands at this node because it must stand somewhere.
fn is_of_a_link(run: &Run, step: Step) -> bool {
    match step.kind {
        StepKind::Strike(fault) | StepKind::Heal(fault) => run.scenario.faults[usize::from(fault)].node().is_none(),
        _ => false,
    }
}
