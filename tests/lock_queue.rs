//! The queue of a lock as the page shows it, held against what the monitors say of the same runs.

use faultline::check::Verdict;
use faultline::protocols::parts::locking::id;
use faultline::protocols::{CATALOGUE, Family};
use faultline::scenario::catalogue::{Catalogue, Listed};
use faultline::scenario::run::Run;
use faultline::sim::show::{
    Condition, ConditionKind, Holder, LockState, Panel, Queue, ResourceWrite, Standing, WaitsOn,
};
use faultline::sim::time::Instant;
use faultline::sim::trace::{NodeId, StretchKind};

const KNOWN: Catalogue = Catalogue(CATALOGUE);

fn locks() -> impl Iterator<Item = Listed> {
    KNOWN.entries().filter(|listed| listed.protocol.family() == Family::Locks)
}

fn run(id: &str) -> Run {
    Run::of(KNOWN.entry(id).unwrap_or_else(|| panic!("no scenario {id}")).scenario())
}

fn queue(panels: &[Panel]) -> &Queue {
    let mut queues = panels.iter().filter_map(|panel| match panel {
        Panel::Queue(queue) => Some(queue),
        _ => None,
    });
    queues.next_back().expect("a lock has a queue")
}

fn holder(queue: &Queue) -> Option<&Holder> {
    match &queue.lock {
        LockState::Held(holder) => Some(holder),
        _ => None,
    }
}

/// Every write of a run with what became of it: "c1 accepted Current".
fn writes(run: &Run) -> Vec<(&'static str, bool, Standing)> {
    let scene = run.scene(run.len() - 1);
    let said = |write: &ResourceWrite| (run.topology.name(write.node), write.accepted, write.standing);
    queue(&scene.panels).writes.iter().map(said).collect()
}

#[test]
fn what_is_shown_is_what_lasts_in_the_trace() {
    for listed in locks() {
        let run = Run::of(listed.scenario());
        for scene in run.scenes() {
            let what = format!("{}, event {}", listed.entry.id, scene.event);
            let queue = queue(&scene.panels);
            let lasting = |kind: ConditionKind| -> Vec<NodeId> {
                let is = |what: &StretchKind| matches!(what, StretchKind::Condition(Condition { kind: lasts, .. }) if *lasts == kind);
                let now = |from: u32, to: Option<u32>| from <= scene.event && to.is_none_or(|to| to > scene.event);
                let all =
                    run.trace.stretches.iter().filter(|stretch| is(&stretch.what) && now(stretch.from, stretch.to));
                let mut nodes: Vec<NodeId> = all.map(|stretch| stretch.node).collect();
                nodes.sort_unstable();
                nodes
            };
            let sorted = |mut nodes: Vec<NodeId>| {
                nodes.sort_unstable();
                nodes
            };
            // Where servers know nothing of each other, several may hold it: the queue names one.
            let holders = lasting(ConditionKind::Holds);
            assert_eq!(holders.is_empty(), holder(queue).is_none(), "{what}");
            assert!(holder(queue).is_none_or(|holder| holders.contains(&holder.node)), "{what}");
            let believers = queue.believers.iter().map(|believer| believer.node).collect();
            assert_eq!(lasting(ConditionKind::BelievesToHold), sorted(believers), "{what}");
            let waiters = queue.waiters.iter().filter(|waiter| waiter.since.is_some()).map(|waiter| waiter.node);
            assert_eq!(lasting(ConditionKind::WaitsForLock), sorted(waiters.collect()), "{what}");
            let since = holder(queue).map(|holder| holder.since).into_iter();
            let since = since.chain(queue.believers.iter().map(|believer| believer.since));
            assert!(
                since.chain(queue.waiters.iter().filter_map(|waiter| waiter.since)).all(|at| at <= scene.at),
                "{what}"
            );
        }
    }
}

#[test]
fn a_write_that_destroys_a_newer_one_is_marked_where_the_property_breaks() {
    for listed in locks() {
        let run = Run::of(listed.scenario());
        let judged = run.verdicts.iter().find(|judged| judged.property.id == id::NO_STALE_WRITE).expect("a property");
        let broken: Option<Instant> = match &judged.verdict {
            Verdict::Violated { at, .. } => Some(run.trace.event(*at).at),
            _ => None,
        };
        let scene = run.scene(run.len() - 1);
        let mut overtaken =
            queue(&scene.panels).writes.iter().filter(|write| write.accepted && write.standing == Standing::Overtaken);
        assert_eq!(overtaken.next().map(|write| write.at), broken, "{}", listed.entry.id);
    }
}

#[test]
fn writes_are_marked_by_the_order_of_grants() {
    use Standing::{Current, Overtaken, Stale};
    assert_eq!(writes(&run("redis-lock-calm")), [("c1", true, Current), ("c2", true, Current)]);
    assert_eq!(writes(&run("redis-lock-pause")), [("c2", true, Current), ("c1", true, Overtaken)]);
    assert_eq!(writes(&run("redis-lock-pause-fenced")), [("c2", true, Current), ("c1", false, Overtaken)]);
    assert_eq!(writes(&run("redis-lock-late-but-first")), [("c1", true, Stale), ("c2", true, Current)]);
}

/// The holder works 70 s under a lease of 30 s, which is renewed every 10 s.
#[test]
fn a_watchdog_renews_and_the_lease_runs_anew() {
    let run = run("redis-lock-watchdog");
    let scenes: Vec<_> = run.scenes().collect();
    let of_first = |scene: &faultline::scenario::run::Scene| {
        holder(queue(&scene.panels)).filter(|holder| holder.node == NodeId(0)).map(|holder| holder.renewals)
    };
    assert_eq!(
        scenes.iter().filter_map(of_first).max(),
        Some(7),
        "at 10, 20 … 70 s, with its last write still under way"
    );
    let lease = scenes.iter().filter_map(|scene| holder(queue(&scene.panels))?.lease);
    assert!(lease.clone().all(|lease| lease.length.as_micros() == 30_000_000));
    let ends: Vec<Instant> = lease.map(|lease| lease.ends).collect();
    assert!(ends.is_sorted(), "a renewal never shortens it");
}

#[test]
fn waiters_say_what_they_wait_on() {
    let waits = |id: &str| -> Vec<WaitsOn> {
        let run = run(id);
        let all = run.scenes().flat_map(|scene| queue(&scene.panels).waiters.clone()).collect::<Vec<_>>();
        all.into_iter().map(|waiter| waiter.waits_on).collect()
    };
    let polls = waits("redis-lock-calm");
    assert!(polls.iter().any(|on| matches!(on, WaitsOn::Poll { at: Some(_) })));
    assert!(!polls.iter().any(|on| matches!(on, WaitsOn::Subscription { .. })), "nobody subscribes");
    let told = waits("redis-lock-redisson");
    assert!(told.iter().any(|on| matches!(on, WaitsOn::Subscription { until: Some(_) })));
    assert!(!told.iter().any(|on| matches!(on, WaitsOn::Poll { .. })), "nobody polls");
}

#[test]
fn a_lock_is_measured_by_what_it_does() {
    let measured = |id: &str, line: &str| {
        let all = run(id).measures();
        all.into_iter().find(|measure| measure.id == line).unwrap_or_else(|| panic!("no {line}")).value
    };
    assert_eq!(measured("redis-lock-calm", "grants"), Some(2));
    assert_eq!(measured("redis-lock-calm", "only-believed"), Some(0));
    assert_eq!(measured("redis-lock-calm", "freed-after"), None, "nobody crashes");
    // Granted at 1 ms for 30 s; the holder crashes at 500 ms; the first poll after the lease's end comes later.
    let freed = measured("redis-lock-holder-dies", "freed-after").expect("its holder crashes");
    assert!((29_501_000..35_000_000).contains(&freed), "{freed}");
    // A published release is one way to the waiter, its request another, the answer a third.
    assert_eq!(measured("redis-lock-redisson", "hand-over"), Some(3_000));
    assert_eq!(measured("redis-lock-redisson", "polls-per-grant"), Some(0));
    assert!(measured("redis-lock-pause", "only-believed").expect("a time") > 0);
}
