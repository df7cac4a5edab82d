//! What a long run holds in memory: at most 64 MB for 100,000 events, snapshots and all. Alone in its program, because it
//! counts every byte that the program allocates.

use faultline::protocols::{CATALOGUE, Protocol, Value};
use faultline::scenario::Scenario;
use faultline::scenario::run::Run;
use faultline::sim::driver::Limits;
use faultline::sim::time::Span;
use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// The system's allocator, counted.
struct Counted;

/// How many bytes are allocated now.
static HELD: AtomicUsize = AtomicUsize::new(0);

// SAFETY: every call goes to the system's allocator as it came; only a number is kept beside it.
unsafe impl GlobalAlloc for Counted {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        HELD.fetch_add(layout.size(), Ordering::Relaxed);
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        HELD.fetch_sub(layout.size(), Ordering::Relaxed);
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        HELD.fetch_add(size, Ordering::Relaxed);
        HELD.fetch_sub(layout.size(), Ordering::Relaxed);
        unsafe { System.realloc(pointer, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counted = Counted;

const EVENTS: u32 = 100_000;
const BYTES_MAX: usize = 64_000_000;

/// The first protocol that takes a load of concurrent transactions, under it.
fn load() -> Scenario {
    let load = [("orders", 6_000), ("at-once", 32), ("rows", 64)];
    let has = |protocol: &&&dyn Protocol| {
        load.iter().all(|(key, _)| protocol.parameters().iter().any(|parameter| parameter.key == *key))
    };
    let protocol = CATALOGUE.iter().find(has).expect("a protocol with concurrent transactions");
    let mut scenario = Scenario { until: Span::seconds(100_000), ..Scenario::of(*protocol) };
    for (key, value) in load {
        let parameter = protocol.parameters().iter().find(|parameter| parameter.key == key).expect("found above");
        scenario.values.set(parameter.key, Value::Number(value));
    }
    scenario
}

#[test]
fn a_run_of_100_000_events_holds_at_most_64_megabytes() {
    let before = HELD.load(Ordering::Relaxed);
    let start = Instant::now();
    let run = Run::within(load(), Limits { events_max: EVENTS, ..Limits::default() });
    let took = start.elapsed();
    let held = HELD.load(Ordering::Relaxed) - before;
    assert_eq!(run.len(), EVENTS, "the load is too small");
    let seeks = (0..40u32).map(|index| {
        let start = Instant::now();
        let scene = run.scene((index * 37 % 40) * (EVENTS / 40) + index * 131 % 2_500);
        (start.elapsed(), scene.event)
    });
    let worst: Duration = seeks.map(|(took, _)| took).max().unwrap_or_default();
    println!(
        "{:.1} MB for {EVENTS} events of {} with {} messages and {} records and timers; run in {took:?}, worst seek {worst:?}",
        held as f64 / 1e6,
        run.scenario.protocol.id(),
        run.trace.messages.len(),
        run.trace.locals.len(),
    );
    assert!(held <= BYTES_MAX, "{held} bytes");
}
