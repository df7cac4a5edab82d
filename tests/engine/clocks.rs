//! Two clocks a node: the wall clock can jump, the monotonic one runs at a rate; neither stops in a pause.

use crate::puppet::{A, B, Do::*, On::*, at, stage};
use faultline::sim::fault::Fault;
use faultline::sim::time::Span;
use proptest::prelude::*;

fn ticking() -> Vec<(crate::puppet::On, Vec<crate::puppet::Do>)> {
    vec![(Start, vec![Set("tick", Span::millis(100))])]
}

#[test]
fn a_jump_moves_the_wall_clock_and_no_timer() {
    for by_micros in [3_600_000_000, -40_000] {
        let played = stage(&[ticking()]).fault(Fault::ClockJump { node: A, place: at(20), by_micros }).run();
        assert_eq!(played.lines_of(A).last().expect("lines"), "100ms a fires tick.0*1");
        assert_eq!(played.clocks_at(A, "fire tick"), Some((100_000, 100_000 + by_micros)));
    }
}

#[test]
fn a_rate_moves_timers_that_are_set() {
    for (error_ppm, fires) in [(250_000, "84ms"), (-200_000, "120ms")] {
        let played = stage(&[ticking()]).fault(Fault::ClockRate { node: A, place: at(20), error_ppm }).run();
        assert_eq!(played.lines_of(A).last().expect("lines"), &format!("{fires} a fires tick.0*1"));
        assert_eq!(played.clocks_at(A, "fire tick"), Some((100_000, 100_000)));
    }
}

#[test]
fn a_rate_touches_no_other_node_and_later_timers_run_by_it() {
    let script =
        || vec![(Start, vec![Set("tick", Span::millis(10))]), (Fire("tick"), vec![Set("tock", Span::millis(10))])];
    let played =
        stage(&[script(), script()]).fault(Fault::ClockRate { node: A, place: at(0), error_ppm: 250_000 }).run();
    assert_eq!(played.lines_of(A).last().expect("lines"), "16ms a fires tock.0*1");
    assert_eq!(played.lines_of(B).last().expect("lines"), "20ms b fires tock.0*1");
}

#[test]
fn neither_clock_stops_in_a_pause() {
    let played = stage(&[ticking()])
        .fault(Fault::ClockJump { node: A, place: at(10), by_micros: 5_000 })
        .fault(Fault::Pause { node: A, place: at(20), lasting: Span::millis(300) })
        .run();
    assert_eq!(played.clocks_at(A, "fire tick"), Some((320_000, 325_000)));
}

#[test]
fn clocks_go_on_while_a_node_is_down() {
    let played = stage(&[vec![]])
        .fault(Fault::Crash { node: A, place: at(10) })
        .fault(Fault::Restart { node: A, place: at(30) })
        .run();
    assert_eq!(played.clocks_at(A, "start"), Some((30_000, 30_000)));
}

proptest! {
    /// A timer fires at the first instant at which the local clock says that its time has come, whatever the rates were.
    #[test]
    fn a_timer_fires_when_the_local_clock_says_so(
        changes in proptest::collection::vec((0u64..150, -500_000i32..=500_000), 0..6),
        after in 0u64..200_000,
    ) {
        let script = vec![(Start, vec![Set("tick", Span::micros(after))])];
        let stage = changes.iter().fold(stage(&[script]), |stage, (millis, error_ppm)| {
            stage.fault(Fault::ClockRate { node: A, place: at(*millis), error_ppm: *error_ppm })
        });
        let played = stage.run();
        let (local, _) = played.clocks_at(A, "fire tick").expect("it fires");
        prop_assert!(local >= after, "fired {} early", after - local);
        // A microsecond earlier in true time the clock had not got there: at most two local ones are skipped.
        prop_assert!(local <= after + 1 + changes.len() as u64, "{local} of {after}");
    }
}
