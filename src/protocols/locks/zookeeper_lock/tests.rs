//! The ZooKeeper lock, run: what handing it on costs, when a dead holder's is free, and what its tokens are.

use super::ZooKeeperLock;
use crate::protocols::Protocol;
use crate::protocols::parts::locking::resource;
use crate::protocols::parts::{Carries, Word, zookeeper};
use crate::scenario::Scenario;
use crate::scenario::notation::Notation;
use crate::scenario::run::Run;
use crate::sim::show::{LockState, Panel, Queue, WaitsOn};
use crate::sim::time::{Instant, Span};

static ONLY: &dyn Protocol = &ZooKeeperLock;

fn run(parameters: &[(&str, &str)], faults: &[&str], until: Span) -> Run {
    let mut scenario = Scenario { until, ..Scenario::of(ONLY) };
    for (key, value) in parameters {
        let parameter = ZooKeeperLock.parameters().iter().find(|parameter| parameter.key == *key);
        let parameter = parameter.unwrap_or_else(|| panic!("no parameter {key}"));
        scenario.values.set(parameter.key, parameter.parse(value).expect("a value"));
    }
    let topology = ZooKeeperLock.topology(&scenario.values);
    let notation = Notation::new(ONLY, &topology);
    scenario.faults =
        faults.iter().map(|fault| notation.fault(fault).unwrap_or_else(|bad| panic!("{}", bad.sentence()))).collect();
    Run::of(scenario)
}

fn sent(run: &Run, kind: &str) -> usize {
    run.trace.messages.iter().filter(|message| message.name.kind == kind).count()
}

/// The messages that hand the lock on, from a watch's event to the next one's look or watch: everything beyond what each
/// client needs to take its place, which is one look at the queue and, but for the first, one watch.
fn hand_over(clients: usize, watch: &str) -> usize {
    let number = clients.to_string();
    let run = run(&[("clients", &number), ("watch", watch), ("think", "0ms")], &[], Span::seconds(60));
    // Each look and each watch is asked and answered.
    let looks = sent(&run, "get-children") - clients;
    let watches = sent(&run, "get-data") - (clients - 1);
    sent(&run, "event") + 2 * looks + 2 * watches
}

/// Sheet §11: each release wakes N − 1 in a herd, one in a chain.
#[test]
fn a_herd_takes_messages_by_the_square_and_a_chain_by_the_number() {
    for clients in 2..=6 {
        let (releases, wakes) = (clients - 1, clients * (clients - 1) / 2);
        assert_eq!(hand_over(clients, "predecessor"), 3 * releases, "a chain of {clients}");
        assert_eq!(hand_over(clients, "first"), 3 * wakes + 2 * (wakes - releases), "a herd of {clients}");
    }
    assert_eq!((hand_over(5, "predecessor"), hand_over(5, "first")), (12, 42), "as the catalogue says");
}

/// Sheet §11: freed after the session time-out, not immediately; 60 s are cut down to 20 ticks, 1 s is raised to two.
#[test]
fn a_dead_holders_lock_is_free_after_the_time_out_that_was_granted_and_at_most_a_tick_later() {
    for (asked, granted) in [("1s", 4), ("10s", 10), ("60s", 40)] {
        let run = run(&[("session", asked), ("think", "0ms")], &["crash=c1@500ms"], Span::seconds(60));
        let told = run.trace.messages.iter().find(|message| message.name.kind == "event").expect("the waiter is told");
        let told = run.trace.steps[told.sent as usize].at.since(Instant::START);
        let (least, most) = (Span::seconds(granted), Span::seconds(granted + 2) + Span::millis(20));
        assert!(least <= told && told <= most, "asked for {asked}: free after {told}");
    }
}

/// Tokens grow from holder to holder, over a change of leaders too: the epoch is their upper half.
#[test]
fn tokens_grow_even_when_another_server_leads() {
    let parameters = [("servers", "3"), ("clients", "3"), ("turns", "2"), ("fencing", "on"), ("work", "2s")];
    let run = run(&parameters, &["crash=z3@4s"], Span::seconds(60));
    let tokens: Vec<u64> = run
        .trace
        .messages
        .iter()
        .filter_map(|message| match message.payload.get::<super::message::Message>()?.carried() {
            Some(resource::Message::Write { token, .. }) => *token,
            _ => None,
        })
        .collect();
    assert_eq!(tokens.len(), 6, "everybody had two turns");
    assert!(tokens.is_sorted_by(|one, other| one < other), "{tokens:?}");
    assert!(tokens[5] >> 32 > tokens[0] >> 32, "the second leader's epoch is higher");
}

fn queue(run: &Run, at: Span) -> Queue {
    let has_come = |event: &u32| run.trace.event(*event).at <= Instant::START + at;
    let event = (0..run.len()).rev().find(has_come).expect("an event");
    match run.scene(event).panels.into_iter().next() {
        Some(Panel::Queue(queue)) => queue,
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_panel_shows_the_chain_and_an_orphan_at_its_head() {
    let calm = queue(&run(&[("clients", "3"), ("think", "0ms")], &[], Span::seconds(30)), Span::millis(500));
    let LockState::Held(holder) = &calm.lock else { panic!("{:?}", calm.lock) };
    assert_eq!((holder.believes, holder.entry.as_deref()), (true, Some("_c_c1.1-lock-0000000000")));
    let watched: Vec<&str> = calm
        .waiters
        .iter()
        .filter_map(|waiter| match &waiter.waits_on {
            WaitsOn::Watch { entry, .. } => Some(&**entry),
            _ => None,
        })
        .collect();
    assert_eq!(watched, ["_c_c1.1-lock-0000000000", "_c_c2.1-lock-0000000001"], "each watches the one before");

    let faults = ["crash=z1@before:ok.1:c1", "restart=z1@500ms"];
    let parameters = [("clients", "1"), ("protection", "none"), ("think", "0ms")];
    let stuck = queue(&run(&parameters, &faults, Span::seconds(30)), Span::seconds(20));
    let LockState::Held(orphan) = &stuck.lock else { panic!("{:?}", stuck.lock) };
    assert!(!orphan.believes, "it does not know that it holds the lock");
    let [waiter] = &stuck.waiters[..] else { panic!("{:?}", stuck.waiters) };
    let WaitsOn::Watch { of, .. } = waiter.waits_on else { panic!("{:?}", waiter.waits_on) };
    assert_eq!((waiter.node, of), (orphan.node, Some(orphan.node)), "it waits for itself");
}

#[test]
fn queues_are_ordered_by_their_numbers_whatever_the_names_begin_with() {
    let names = ["_c_z-lock-0000000002", "lock-0000000010", "_c_a-lock-0000000003", "not-a-number"];
    let ordered = super::settings::in_order(names.map(Word::from).to_vec());
    assert_eq!(ordered.iter().filter_map(|name| zookeeper::sequence(name)).collect::<Vec<_>>(), [2, 3, 10]);
}
