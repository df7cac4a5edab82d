//! Handlers order effects; faults fall between any two of them.

use crate::puppet::{A, B, C, Do::*, On::*, after_send, at, before_send, first, own, stage};
use faultline::sim::fault::{Fault, Place};
use faultline::sim::name::Moment;
use faultline::sim::time::Span;
use faultline::sim::trace::{Ending, StepKind};

#[test]
fn a_crash_falls_between_any_two_effects() {
    let script = || vec![(Start, vec![Send(B, "one"), Write("two"), Send(B, "three"), Write("four"), Send(C, "five")])];
    let places = [
        Moment::Sends(first(A, "one", B)),
        Moment::Writes(own(A, "two")),
        Moment::Sends(first(A, "three", B)),
        Moment::Writes(own(A, "four")),
        Moment::Sends(first(A, "five", C)),
    ];
    for (count, moment) in places.into_iter().enumerate() {
        for (place, expected) in [(Place::Before(moment), count), (Place::After(moment), count + 1)] {
            let played = stage(&[script(), vec![], vec![]]).fault(Fault::Crash { node: A, place }).run();
            let effects = played.trace.steps.iter().filter(|step| !step.kind.is_event()).count();
            assert_eq!(effects, expected, "{place:?}");
            assert!(played.trace.applied(0) && played.ending == Ending::Quiescent);
        }
    }
}

#[test]
fn a_crash_before_or_after_an_event_falls_before_its_handler_or_before_its_first_effect() {
    let script = || vec![(Start, vec![Set("tick", Span::millis(3))]), (Fire("tick"), vec![Send(B, "ping")])];
    let answer = || vec![(Receive("ping"), vec![Write("heard"), Fsync, Send(A, "pong")])];
    let fires = Moment::Fires(own(A, "tick"));
    let gets = Moment::Receives(first(A, "ping", B));
    let durable = Moment::Durable(own(B, "heard"));
    for (node, place, expected) in [
        (A, Place::Before(fires), vec!["0ms a starts", "0ms a sets tick.0*1 for 3ms", "3ms a is struck by 0"]),
        (
            A,
            Place::After(fires),
            vec!["0ms a starts", "0ms a sets tick.0*1 for 3ms", "3ms a fires tick.0*1", "3ms a is struck by 0"],
        ),
        (
            B,
            Place::Before(gets),
            vec!["0ms b starts", "4ms b is struck by 0", "4ms b loses a:ping.0:b*1 (ReceiverDown)"],
        ),
        (B, Place::After(gets), vec!["0ms b starts", "4ms b gets a:ping.0:b*1", "4ms b is struck by 0"]),
        (
            B,
            Place::Before(durable),
            vec![
                "0ms b starts",
                "4ms b gets a:ping.0:b*1",
                "4ms b writes heard.0*1",
                "4ms b syncs",
                "9ms b is struck by 0",
            ],
        ),
        (
            B,
            Place::After(durable),
            vec![
                "0ms b starts",
                "4ms b gets a:ping.0:b*1",
                "4ms b writes heard.0*1",
                "4ms b syncs",
                "9ms b has heard.0*1 durable",
                "9ms b is struck by 0",
            ],
        ),
    ] {
        let played = stage(&[script(), answer()]).fault(Fault::Crash { node, place }).run();
        assert_eq!(played.lines_of(node), expected, "{place:?}");
    }
}

#[test]
fn sends_after_an_fsync_wait_for_it_while_other_events_are_handled() {
    let slow = vec![
        (Start, vec![Write("vote"), Fsync, Send(B, "yes")]),
        (Receive("ping"), vec![Send(B, "pong")]),
        (Synced, vec![Send(B, "synced")]),
    ];
    let played = stage(&[slow, vec![(Start, vec![Send(A, "ping")])]]).run();
    assert_eq!(
        played.lines_of(A),
        [
            "0ms a starts",
            "0ms a writes vote.0*1",
            "0ms a syncs",
            "1ms a gets b:ping.0:a*1",
            "1ms a sends a:pong.0:b*1",
            "5ms a has vote.0*1 durable",
            "5ms a sends a:yes.0:b*1",
            "5ms a sends a:synced.0:b*1",
        ]
    );
}

#[test]
fn nothing_is_durable_before_its_fsync_is_complete() {
    let script = || vec![(Start, vec![Write("one"), Write("two"), Fsync, Write("three")])];
    assert_eq!(stage(&[script()]).until(Span::millis(4)).run().disk(A), Vec::<&str>::new());
    assert_eq!(stage(&[script()]).until(Span::millis(5)).run().disk(A), ["one", "two"]);
}

#[test]
fn a_place_counts_every_record_that_an_fsync_makes_durable() {
    let script = || vec![(Start, vec![Write("one"), Write("two"), Fsync, Send(B, "done")])];
    for record in ["one", "two"] {
        let place = Place::After(Moment::Durable(own(A, record)));
        let played = stage(&[script(), vec![]]).fault(Fault::Crash { node: A, place }).run();
        assert!(played.trace.applied(0), "{record}");
        assert_eq!(played.disk(A), ["one", "two"]);
        assert!(played.trace.messages.is_empty());
    }
}

#[test]
fn a_process_crash_keeps_unsynced_writes() {
    let script = vec![(Start, vec![Write("one"), Fsync, Write("two"), Write("three"), Send(B, "done")])];
    let played = stage(&[script, vec![]]).fault(Fault::Crash { node: A, place: after_send(A, "done", B) }).run();
    assert_eq!(played.disk(A), ["one", "two", "three"]);
}

#[test]
fn a_power_loss_keeps_exactly_the_prefix() {
    let script = || vec![(Start, vec![Write("one"), Fsync, Write("two"), Write("three"), Send(B, "done")])];
    for kept in 0..4u32 {
        let place = after_send(A, "done", B);
        let played = stage(&[script(), vec![]]).fault(Fault::PowerLoss { node: A, place, kept }).run();
        assert_eq!(played.disk(A), ["one", "two", "three"][..3.min(kept as usize + 1)]);
    }
    // In the midst of an fsync even what it covers may be lost.
    let played = stage(&[script(), vec![]]).fault(Fault::PowerLoss { node: A, place: at(2), kept: 0 }).run();
    assert_eq!(played.disk(A), Vec::<&str>::new());
}

#[test]
fn an_fsync_after_a_restart_covers_nothing_from_before_the_crash() {
    let script = || vec![(Start, vec![Write("one"), Set("tick", Span::millis(20))]), (Fire("tick"), vec![Fsync])];
    let crash = Fault::Crash { node: A, place: Place::After(Moment::Writes(own(A, "one"))) };
    let place = Place::After(Moment::Durable(own(A, "one")));
    let played = stage(&[script()])
        .fault(crash)
        .fault(Fault::Restart { node: A, place: at(1) })
        .fault(Fault::Crash { node: A, place })
        .run();
    assert!(played.trace.applied(0) && !played.trace.applied(2), "it became durable by the crash, not by an fsync");
    assert_eq!(played.disk(A), ["one", "one"]);
}

#[test]
fn an_fsync_that_a_crash_cut_short_never_completes() {
    let script = vec![(Start, vec![Write("one"), Fsync, Send(B, "done")])];
    let played = stage(&[script, vec![]])
        .fault(Fault::Crash { node: A, place: at(2) })
        .fault(Fault::Restart { node: A, place: at(3) })
        .run();
    assert_eq!(
        played.lines_of(A),
        [
            "0ms a starts",
            "0ms a writes one.0*1",
            "0ms a syncs",
            "2ms a is struck by 0",
            "3ms a is struck by 1",
            "3ms a starts",
            "3ms a writes one.0*2",
            "3ms a syncs",
            "8ms a has one.0*2 durable",
            "8ms a sends a:done.0:b*1",
        ]
    );
}

#[test]
fn names_count_across_restarts() {
    let script = vec![(Start, vec![Write("begun"), Send(B, "hello"), Set("tick", Span::millis(100))])];
    let played = stage(&[script, vec![]])
        .fault(Fault::Crash { node: A, place: at(10) })
        .fault(Fault::Restart { node: A, place: at(20) })
        .fault(Fault::Crash { node: A, place: at(30) })
        .fault(Fault::Restart { node: A, place: at(40) })
        .run();
    let ordinals: Vec<u32> = played.trace.messages.iter().map(|message| message.name.ordinal).collect();
    assert_eq!(ordinals, [1, 2, 3]);
    assert!(played.lines().contains(&"40ms a writes begun.0*3".to_string()));
    assert_eq!(played.lines_of(A).last().expect("lines"), "140ms a fires tick.0*3");
}

#[test]
fn after_a_pause_between_effects_the_rest_runs_unchecked_then_messages_then_timers() {
    let busy = vec![
        (
            Start,
            vec![
                Set("tick", Span::millis(4)),
                Set("late", Span::millis(6)),
                Write("x"),
                Send(B, "one"),
                Send(B, "two"),
            ],
        ),
        (Receive("news"), vec![Cancel("late")]),
    ];
    let other = vec![(Start, vec![Set("wait", Span::millis(8))]), (Fire("wait"), vec![Send(A, "news")])];
    let pause = Fault::Pause { node: A, place: after_send(A, "one", B), lasting: Span::millis(30) };
    let played = stage(&[busy, other]).fault(pause).run();
    assert_eq!(
        played.lines_of(A)[4..],
        [
            "0ms a sends a:one.0:b*1",
            "0ms a is struck by 0",
            "30ms a is healed of 0",
            "30ms a sends a:two.0:b*1",
            "30ms a gets b:news.0:a*1",
            "30ms a cancels late.0*1",
            "30ms a fires tick.0*1",
        ]
    );
    // It finds that time has passed.
    assert_eq!(played.clocks_at(A, "news from b"), Some((30_000, 30_000)));
}

#[test]
fn a_timer_set_anew_on_waking_does_not_fire_at_once() {
    let lease =
        vec![(Start, vec![Set("lease", Span::millis(5))]), (Receive("beat"), vec![Set("lease", Span::millis(5))])];
    let other = vec![(Start, vec![Set("wait", Span::millis(9))]), (Fire("wait"), vec![Send(A, "beat")])];
    let played = stage(&[lease, other]).fault(Fault::Pause { node: A, place: at(2), lasting: Span::millis(20) }).run();
    let fires: Vec<String> = played.lines_of(A).into_iter().filter(|line| line.contains("fires")).collect();
    assert_eq!(fires, ["27ms a fires lease.0*2"]);
}

#[test]
fn overlapping_pauses_end_when_the_last_does() {
    let script = vec![(Start, vec![Set("tick", Span::millis(5))])];
    let pause = |from, lasting| Fault::Pause { node: A, place: at(from), lasting: Span::millis(lasting) };
    let played = stage(std::slice::from_ref(&script)).fault(pause(2, 10)).fault(pause(8, 20)).run();
    assert_eq!(played.lines_of(A).last().expect("lines"), "28ms a fires tick.0*1");
    // A pause that a crash has ended wakes nobody later.
    let played = stage(&[script])
        .fault(pause(2, 30))
        .fault(Fault::Crash { node: A, place: at(4) })
        .fault(Fault::Restart { node: A, place: at(6) })
        .fault(pause(7, 50))
        .run();
    assert_eq!(played.lines_of(A).last().expect("lines"), "57ms a fires tick.0*2");
}

#[test]
fn what_reached_a_paused_process_dies_with_it() {
    let pause = Fault::Pause { node: B, place: at(0), lasting: Span::millis(100) };
    let played = stage(&[vec![(Start, vec![Send(B, "one")])], vec![]])
        .fault(pause)
        .fault(Fault::Crash { node: B, place: at(10) })
        .fault(Fault::Restart { node: B, place: at(10) })
        .run();
    assert!(played.lines().contains(&"10ms b loses a:one.0:b*1 (ReceiverDown)".to_string()));
    assert_eq!(played.seen(B), ["start"]);
}

#[test]
fn a_fault_whose_target_never_occurs_did_not_apply() {
    let message = first(A, "never", B);
    let faults = [
        Fault::Drop { message },
        Fault::Duplicate { message, after: Span::millis(1) },
        Fault::Delay { message, by: Span::millis(1) },
        Fault::Crash { node: A, place: Place::After(Moment::Sends(message)) },
        Fault::Restart { node: A, place: at(5) },
        Fault::Intervention { node: A, place: at(5), key: "poke", arguments: vec![] },
        Fault::Crash { node: A, place: Place::Before(Moment::Fires(own(A, "never"))) },
        // Names have ordinals: there is no second one.
        Fault::Drop { message: faultline::sim::name::MessageName { ordinal: 2, ..first(A, "one", B) } },
    ];
    let script = [vec![(Start, vec![Send(B, "one"), Tell(B, "told")])], vec![]];
    let plain = stage(&script).run();
    for fault in faults {
        let played = stage(&script).fault(fault.clone()).run();
        assert!(!played.trace.applied(0), "{fault:?}");
        assert_eq!(played.lines(), plain.lines(), "{fault:?}");
        assert_eq!(played.driver.digest(), plain.driver.digest());
    }
    // Connections neither lose nor double.
    for fault in [
        Fault::Drop { message: first(A, "told", B) },
        Fault::Duplicate { message: first(A, "told", B), after: Span::millis(1) },
    ] {
        assert!(!stage(&script).fault(fault).run().trace.applied(0));
    }
}

#[test]
fn a_place_counts_only_what_the_node_gets_to() {
    let script = [vec![(Start, vec![Send(B, "one")])], vec![]];
    let gets = Moment::Receives(first(A, "one", B));
    for place in [Place::Before(gets), Place::After(gets)] {
        let played = stage(&script)
            .fault(Fault::Drop { message: first(A, "one", B) })
            .fault(Fault::Crash { node: B, place })
            .run();
        assert!(played.trace.applied(0) && !played.trace.applied(1), "{place:?}");
    }
}

#[test]
fn several_faults_at_one_place_strike_in_the_order_of_the_list() {
    let script = vec![(Start, vec![Write("one"), Send(B, "hello"), Send(B, "bye")])];
    let place = before_send(A, "bye", B);
    let played =
        stage(&[script, vec![]]).fault(Fault::Crash { node: A, place }).fault(Fault::Restart { node: A, place }).run();
    let strikes: Vec<StepKind> =
        played.trace.steps.iter().map(|step| step.kind).filter(|kind| matches!(kind, StepKind::Strike(_))).collect();
    assert_eq!(strikes, [StepKind::Strike(0), StepKind::Strike(1)]);
    assert_eq!(played.disk(A), ["one"]);
    assert!(played.lines().contains(&"0ms a sends a:hello.0:b*2".to_string()));
}

#[test]
fn interventions_reach_the_process_and_on_its_disk_also_while_it_is_down() {
    let script = || vec![(Start, vec![Write("one"), Write("two"), Fsync]), (Intervene, vec![Send(B, "ouch")])];
    let poke = |millis| Fault::Intervention { node: A, place: at(millis), key: "poke", arguments: vec![] };
    let lose = |millis| Fault::Intervention { node: A, place: at(millis), key: "lose-record", arguments: vec![] };
    let played = stage(&[script(), vec![]]).fault(poke(10)).run();
    assert!(played.trace.applied(0));
    assert_eq!(played.lines_of(A)[5..], ["10ms a is struck by 0", "10ms a sends a:ouch.0:b*1"]);
    let down =
        stage(&[script(), vec![]]).fault(Fault::Crash { node: A, place: at(10) }).fault(lose(20)).fault(poke(20)).run();
    assert!(down.trace.applied(1) && !down.trace.applied(2));
    assert_eq!(down.disk(A), ["one"]);
}
