//! A world's identity, and what can happen in it next.

use crate::lease::Lease;
use crate::puppet::{A, B, C, Do::*, Memory, On::*, Script, Stage, at, first, instant, stage};
use crate::runs::scenario;
use faultline::scenario::Scenario;
use faultline::sim::driver::{Driver, Limits};
use faultline::sim::fault::Fault;
use faultline::sim::recorder::{Silent, Status};
use faultline::sim::time::{Instant, Span};
use faultline::sim::trace::{NodeId, StepKind};
use faultline::sim::world::{Action, World};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// Asks again and again: a loop that an exhaustive search must close.
fn retrying() -> [Script; 2] {
    let ask = || vec![Send(B, "ping"), Tell(B, "told"), Set("retry", Span::millis(10))];
    [
        vec![(Start, ask()), (Fire("retry"), ask())],
        vec![(Receive("ping"), vec![Write("heard"), Fsync, Send(A, "pong")])],
    ]
}

/// The fingerprints at these instants.
fn fingerprints_at(stage: &Stage, millis: &[u64]) -> Vec<u64> {
    millis
        .iter()
        .map(|millis| {
            let mut driver = stage.clone().until(Span::millis(*millis)).driver();
            while driver.advance(&mut Silent).is_none() {}
            driver.world().fingerprint()
        })
        .collect()
}

#[test]
fn a_retry_loop_closes() {
    // B's disk grows with what it hears, so B writes nothing here.
    let mut scripts = retrying();
    scripts[1] = vec![(Receive("ping"), vec![Send(A, "pong")])];
    for memory in [Memory::Nothing, Memory::Last] {
        let stage = stage(&scripts).with_memory(memory, &scripts);
        // Just after each answer: other ordinals, another instant, the same world. Local and wall times count from now.
        let rounds = fingerprints_at(&stage, &[2, 12, 22, 502]);
        assert!(rounds.windows(2).all(|pair| pair[0] == pair[1]), "{memory:?}: {rounds:x?}");
    }
}

#[test]
fn what_differs_in_its_future_is_another_world() {
    let scripts = retrying();
    let stage = stage(&scripts).with_memory(Memory::Nothing, &scripts);
    let plain = fingerprints_at(&stage, &[5])[0];
    for (what, fault) in [
        ("a cut", Fault::Partition { groups: vec![vec![A], vec![B]], one_way: false, at: instant(5), lasting: None }),
        ("a pause", Fault::Pause { node: A, place: at(4), lasting: Span::seconds(1) }),
        ("a crash", Fault::Crash { node: A, place: at(4) }),
        ("a clock's rate", Fault::ClockRate { node: A, place: at(5), error_ppm: 100 }),
        ("a clock's jump", Fault::ClockJump { node: A, place: at(4), by_micros: 1 }),
        ("a late message", Fault::Delay { message: first(A, "ping", B), by: Span::millis(30) }),
    ] {
        let other = fingerprints_at(&stage.clone().fault(fault), &[5])[0];
        assert_ne!(other, plain, "{what}");
    }
}

#[test]
fn the_notice_of_a_broken_connection_is_part_of_the_world() {
    let script = [vec![(Start, vec![Tell(B, "told")])], vec![]];
    let crash = |from| stage(&script).fault(Fault::Crash { node: B, place: at(from) }).link(B, A, Span::millis(10));
    let [pending, told] = fingerprints_at(&crash(5), &[6, 16])[..] else { panic!("two") };
    assert_ne!(pending, told);
}

#[test]
fn equal_messages_add_up_and_never_cancel() {
    let send = |count: usize, word| {
        let script = [vec![(Start, vec![Send(B, word); count])], vec![]];
        fingerprints_at(&stage(&script).with_memory(Memory::Nothing, &script), &[0])[0]
    };
    let worlds = [send(0, "x"), send(1, "x"), send(2, "x"), send(3, "x"), send(2, "y"), send(4, "y")];
    for (index, world) in worlds.iter().enumerate() {
        assert!(!worlds[..index].contains(world), "{index}");
    }
    // Sent in another order, they are the same multiset.
    let mixed = |words: [&'static str; 3]| {
        let script = [vec![(Start, words.map(|word| Send(B, word)).to_vec())], vec![]];
        fingerprints_at(&stage(&script).with_memory(Memory::Nothing, &script), &[0])[0]
    };
    assert_eq!(mixed(["x", "y", "x"]), mixed(["y", "x", "x"]));
    // On a connection their order counts.
    let told = |words: [&'static str; 2]| {
        let script = [vec![(Start, words.map(|word| Tell(B, word)).to_vec())], vec![]];
        fingerprints_at(&stage(&script).with_memory(Memory::Nothing, &script), &[0])[0]
    };
    assert_ne!(told(["x", "y"]), told(["y", "x"]));
}

#[test]
fn a_doubled_message_is_two_messages() {
    let once = [vec![(Start, vec![Send(B, "x")])], vec![]];
    let twice = [vec![(Start, vec![Send(B, "x"), Send(B, "x")])], vec![]];
    let doubled = Fault::Duplicate { message: first(A, "x", B), after: Span::ZERO };
    let doubled = stage(&once).with_memory(Memory::Nothing, &once).fault(doubled);
    let sent_twice = stage(&twice).with_memory(Memory::Nothing, &twice);
    assert_eq!(fingerprints_at(&doubled, &[0]), fingerprints_at(&sent_twice, &[0]));
}

#[test]
fn fingerprints_are_the_same_on_every_platform() {
    let scripts = retrying();
    let stage = stage(&scripts).with_memory(Memory::Last, &scripts);
    let fault = Fault::Partition { groups: vec![vec![A], vec![B]], one_way: true, at: instant(21), lasting: None };
    let found = fingerprints_at(&stage.fault(fault), &[0, 1, 6, 20, 24]);
    assert_eq!(found, GOLDEN, "{found:#x?}");
}

/// Written down once: a change means that searches made before cannot be compared.
const GOLDEN: [u64; 5] =
    [0x9d76a4e041ec9d3d, 0xb9ac9c38513285aa, 0x75385555a657259a, 0x3a8fbdb422a50e0e, 0x431e97a1e2fe3300];

// ---------------------------------------------------------------------------------------------------------------------
// Untimed: any action, in any order

/// Worlds to explore from: fresh ones, and ones that a timed run under faults has led to.
fn starts() -> Vec<World> {
    let mut worlds = Vec::new();
    let scenarios = [
        scenario(&Lease, &[], &[]),
        scenario(&Lease, &[], &["cut=s/c1,c2@4ms", "crash=r@9ms", "pause=c3@6ms+1s"]),
        scenario(
            &Lease,
            &[("turns", "3")],
            &["power=s@6ms~0", "restart=s@9ms", "crash=c1@8ms", "twice=s:granted.1:c3+2ms"],
        ),
        scenario(&Lease, &[], &["oneway=c2/s@3ms+5ms", "pause=s@4ms+4ms", "rate=c1@2ms+5000"]),
    ];
    for Scenario { protocol, values, seed, faults, .. } in scenarios {
        for millis in [0, 5, 7, 12, 20] {
            let topology = protocol.topology(&values);
            let until = Instant::START + Span::millis(millis);
            let mut driver = Driver::new(&topology, seed, &faults, until, Limits::default());
            for _ in 0..if millis == 0 { 0 } else { u32::MAX } {
                if driver.advance(&mut Silent).is_some() {
                    break;
                }
            }
            worlds.push(driver.world().clone());
        }
    }
    worlds
}

/// What can happen, without the numbers that the driver gives to messages.
fn described(world: &World) -> Vec<Action> {
    let mut actions: Vec<Action> = world
        .enabled()
        .into_iter()
        .map(|action| if let Action::Deliver(_) = action { Action::Deliver(0) } else { action })
        .collect();
    actions.sort_unstable();
    actions
}

/// Takes always the first action: whether it comes to an end, rather than back to a world where it was before.
fn ends(mut world: World) -> bool {
    let mut known = BTreeSet::new();
    while let Some(action) = world.enabled().first() {
        if !known.insert(world.fingerprint()) {
            return false;
        }
        world.apply(*action, &mut Silent);
        assert!(known.len() < 3_000, "it neither ends nor closes: {:?}", world.enabled());
    }
    true
}

#[test]
fn always_the_first_action_leads_to_quiescence_or_round_a_loop() {
    assert!(ends(starts()[0].clone()), "without faults every client is served");
    // What is sent to a node that never wakes piles up without end.
    let awake = |world: &World| (0..5).all(|node| world.status(NodeId(node)) != Status::Paused);
    let worlds: Vec<World> = starts().into_iter().filter(awake).collect();
    let ended = worlds.iter().filter(|world| ends((*world).clone())).count();
    assert!(0 < ended && ended < worlds.len(), "{ended} of {}: clients of a dead server ask for ever", worlds.len());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    /// Any order of actions: no panic, every action does something, and equal worlds allow equal actions.
    #[test]
    fn random_walks_never_panic_and_equal_worlds_allow_the_same(picks in proptest::collection::vec(any::<u32>(), 2_000)) {
        let starts = starts();
        let mut world = starts[picks[0] as usize % starts.len()].clone();
        let mut known: BTreeMap<u64, Vec<Action>> = BTreeMap::new();
        for pick in picks {
            let enabled = world.enabled();
            let described = described(&world);
            let before = known.entry(world.fingerprint()).or_insert_with(|| described.clone());
            prop_assert_eq!(&*before, &described);
            let Some(action) = enabled.get(pick as usize % enabled.len().max(1)) else { break };
            let before = world.fingerprint();
            let mut counter = Counter::default();
            world.apply(*action, &mut counter);
            let moved = counter.0 > 0 || world.fingerprint() != before;
            prop_assert!(moved, "{action:?} did nothing");
        }
    }
}

#[test]
fn what_cannot_happen_does_nothing() {
    for world in starts() {
        let mut same = world.clone();
        for node in (0..9).map(NodeId) {
            let never = [Action::Start(node), Action::Sync(node), Action::Disconnect { node, peer: C }];
            for action in never.into_iter().filter(|action| !world.enabled().contains(action)) {
                same.apply(action, &mut Silent);
            }
        }
        for index in 0..200 {
            if !world.enabled().contains(&Action::Deliver(index)) {
                same.apply(Action::Deliver(index), &mut Silent);
            }
        }
        assert_eq!(same.fingerprint(), world.fingerprint());
        assert_eq!(same.enabled(), world.enabled());
    }
}

/// Counts steps.
#[derive(Default)]
struct Counter(u32);

impl faultline::sim::recorder::Recorder for Counter {
    fn step(&mut self, _step: faultline::sim::trace::Step, _nodes: &[std::sync::Arc<dyn faultline::sim::node::Node>]) {
        self.0 += 1;
    }
}

#[test]
fn untimed_a_node_starts_before_anything_reaches_it_and_performs_before_it_hears_more() {
    let script = [vec![(Start, vec![Send(B, "one"), Send(B, "two")])], vec![]];
    let mut world = stage(&script).driver().world().clone();
    world.apply(Action::Start(A), &mut Silent);
    assert_eq!(world.enabled(), [Action::Perform(A), Action::Start(B)]);
    world.apply(Action::Perform(A), &mut Silent);
    // The message waits for B's start; a crash may fall between the two sends.
    assert_eq!(world.enabled(), [Action::Perform(A), Action::Start(B)]);
    world.apply(Action::Start(B), &mut Silent);
    assert_eq!(world.enabled(), [Action::Perform(A), Action::Deliver(0)]);
}

#[test]
fn untimed_messages_on_a_connection_arrive_in_order() {
    let script = [vec![(Start, vec![Tell(B, "one"), Send(B, "free"), Tell(B, "two")])], vec![]];
    let mut world = stage(&script).driver().world().clone();
    for action in [Action::Start(A), Action::Start(B), Action::Perform(A), Action::Perform(A), Action::Perform(A)] {
        world.apply(action, &mut Silent);
    }
    assert_eq!(world.enabled(), [Action::Deliver(1), Action::Deliver(0)]);
    world.apply(Action::Deliver(0), &mut Silent);
    assert_eq!(world.enabled(), [Action::Deliver(1), Action::Deliver(2)]);
}

#[test]
fn untimed_a_connection_across_a_cut_is_held_and_may_break() {
    let script = [vec![(Start, vec![Tell(B, "one"), Tell(B, "two")])], vec![]];
    let cut = Fault::Partition { groups: vec![vec![A], vec![B]], one_way: false, at: instant(0), lasting: None };
    let mut driver = stage(&script).fault(cut).until(Span::ZERO).driver();
    while driver.advance(&mut Silent).is_none() {}
    let mut world = driver.world().clone();
    assert_eq!(world.enabled(), [Action::Deliver(0)], "it can come as far as the cut");
    world.apply(Action::Deliver(0), &mut Silent);
    assert_eq!(world.enabled(), [Action::Break { one: A, other: B }]);
    world.apply(Action::Break { one: A, other: B }, &mut Silent);
    let told = [Action::Disconnect { node: A, peer: B }, Action::Disconnect { node: B, peer: A }];
    assert_eq!(world.enabled(), told);
}

#[test]
fn the_run_of_a_snapshot_is_the_run() {
    let Scenario { protocol, values, seed, faults, .. } =
        scenario(&Lease, &[("turns", "4")], &["crash=s@12ms", "restart=s@20ms", "drop=s:extended.1:c3"]);
    let topology = protocol.topology(&values);
    let mut driver = Driver::new(&topology, seed, &faults, Instant::START + Span::seconds(2), Limits::default());
    let mut snapshots = vec![driver.snapshot()];
    while driver.advance(&mut Silent).is_none() {
        snapshots.push(driver.snapshot());
    }
    for mut copy in snapshots {
        while copy.advance(&mut Silent).is_none() {}
        assert_eq!(copy.digest(), driver.digest());
        assert_eq!(copy.world().fingerprint(), driver.world().fingerprint());
    }
}

#[test]
fn steps_are_small() {
    assert!(std::mem::size_of::<faultline::sim::trace::Step>() <= 64);
    assert!(std::mem::size_of::<StepKind>() <= 16);
}
