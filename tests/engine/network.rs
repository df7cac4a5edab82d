//! Datagrams and connections, cuts, slow links.

use crate::puppet::{A, B, C, Do::*, On::*, Script, Stage, at, first, instant, stage};
use faultline::sim::fault::Fault;
use faultline::sim::name::MessageName;
use faultline::sim::time::Span;
use faultline::sim::trace::NodeId;
use proptest::prelude::*;

fn cut(groups: &[&[NodeId]], from: u64, lasting: Option<u64>) -> Fault {
    let groups = groups.iter().map(|group| group.to_vec()).collect();
    Fault::Partition { groups, one_way: false, at: instant(from), lasting: lasting.map(Span::millis) }
}

/// Waits, then does as told.
fn later(millis: u64, todo: Vec<crate::puppet::Do>) -> Script {
    vec![(Start, vec![Set("wait", Span::millis(millis))]), (Fire("wait"), todo)]
}

fn idle() -> Script {
    Vec::new()
}

#[test]
fn datagrams_are_lost_doubled_delayed_and_overtaken_as_the_faults_say() {
    let script = || stage(&[vec![(Start, vec![Send(B, "one"), Send(B, "two")])], idle()]);
    let one = first(A, "one", B);
    assert_eq!(script().run().seen(B), ["start", "one from a", "two from a"]);
    let lost = script().fault(Fault::Drop { message: one }).run();
    assert_eq!(lost.seen(B), ["start", "two from a"]);
    assert!(lost.lines().contains(&"1ms b loses a:one.0:b*1 (Dropped)".to_string()));
    let doubled = script().fault(Fault::Duplicate { message: one, after: Span::millis(3) }).run();
    assert_eq!(doubled.seen(B), ["start", "one from a", "two from a", "one from a"]);
    assert_eq!(doubled.trace.messages[0].ends.len(), 2);
    assert_eq!(doubled.trace.end(), instant(4));
    let overtaken = script().fault(Fault::Delay { message: one, by: Span::millis(2) }).run();
    assert_eq!(overtaken.seen(B), ["start", "two from a", "one from a"]);
    assert_eq!(overtaken.trace.messages[0].due, instant(1), "when it would have been");
    // Both at once: each copy is late.
    let both = script()
        .fault(Fault::Duplicate { message: one, after: Span::millis(3) })
        .fault(Fault::Delay { message: one, by: Span::millis(2) })
        .run();
    assert_eq!(both.seen(B), ["start", "two from a", "one from a", "one from a"]);
    assert_eq!(both.trace.end(), instant(6));
}

#[test]
fn a_connection_keeps_order_even_when_its_first_message_is_late() {
    let script = stage(&[vec![(Start, vec![Tell(B, "one"), Tell(B, "two"), Send(B, "datagram")])], idle()]);
    let late = script.fault(Fault::Delay { message: first(A, "one", B), by: Span::millis(5) }).run();
    assert_eq!(late.seen(B), ["start", "datagram from a", "one from a", "two from a"]);
    assert!(late.trace.applied(0));
}

#[test]
fn a_partition_loses_datagrams_and_holds_connections_until_it_heals() {
    let script = || stage(&[later(5, vec![Send(B, "datagram"), Tell(B, "one"), Tell(B, "two")]), idle()]);
    let healed = script().fault(cut(&[&[A], &[B]], 2, Some(20))).run();
    assert_eq!(healed.seen(B), ["start", "one from a", "two from a"]);
    assert!(healed.lines().contains(&"6ms b loses a:datagram.0:b*1 (Partitioned)".to_string()));
    assert!(healed.lines().contains(&"23ms b gets a:one.0:b*1".to_string()));
    assert_eq!(healed.seen(A).len(), 2, "its connection held");
}

#[test]
fn a_partition_longer_than_the_time_out_breaks_connections_at_both_ends() {
    let script = || stage(&[later(5, vec![Tell(B, "one")]), idle()]);
    let broken = script().fault(cut(&[&[A], &[B]], 2, Some(200))).run();
    assert_eq!(broken.seen(A), ["start", "fire wait", "lost b"]);
    assert_eq!(broken.seen(B), ["start", "lost a"]);
    assert!(broken.lines().contains(&"56ms b loses a:one.0:b*1 (ConnectionBroken)".to_string()));
    assert!(broken.lines().contains(&"56ms a is told that b is gone".to_string()));
    assert!(broken.lines().contains(&"56ms b is told that a is gone".to_string()));
}

#[test]
fn what_is_on_its_way_when_a_cut_begins_is_lost_and_when_it_has_ended_arrives() {
    let script = || stage(&[vec![(Start, vec![Send(B, "one")])], idle()]).link(A, B, Span::millis(10));
    assert_eq!(script().fault(cut(&[&[A], &[B]], 5, Some(20))).run().seen(B), ["start"]);
    assert_eq!(script().fault(cut(&[&[A], &[B]], 5, Some(2))).run().seen(B), ["start", "one from a"]);
}

#[test]
fn a_one_way_partition_stops_its_first_group_only() {
    let script = || {
        stage(&[
            later(5, vec![Send(B, "a-says"), Send(C, "a-says")]),
            later(5, vec![Send(A, "b-says"), Send(C, "b-says")]),
            idle(),
        ])
    };
    let groups = vec![vec![A], vec![B, C]];
    let one_way = Fault::Partition { groups, one_way: true, at: instant(2), lasting: None };
    let played = script().fault(one_way).run();
    assert_eq!(played.seen(A), ["start", "fire wait", "b-says from b"]);
    assert_eq!(played.seen(B), ["start", "fire wait"]);
    assert_eq!(played.seen(C), ["start", "b-says from b"]);
}

#[test]
fn several_groups_are_cut_from_each_other_and_nodes_in_none_reach_all() {
    let says = |others: [NodeId; 3]| later(5, others.map(|other| Send(other, "hello")).to_vec());
    let d = NodeId(3);
    let script = [says([B, C, d]), says([A, C, d]), says([A, B, d]), says([A, B, C])];
    let played = stage(&script).fault(cut(&[&[A], &[B], &[C]], 2, None)).run();
    assert_eq!(played.seen(A), ["start", "fire wait", "hello from d"]);
    assert_eq!(played.seen(C), ["start", "fire wait", "hello from d"]);
    assert_eq!(played.seen(d), ["start", "fire wait", "hello from a", "hello from b", "hello from c"]);
}

#[test]
fn overlapping_cuts_heal_one_by_one() {
    let script = || stage(&[later(5, vec![Tell(B, "one")]), idle()]);
    let played = script().fault(cut(&[&[A], &[B]], 2, Some(10))).fault(cut(&[&[B], &[A]], 4, Some(30))).run();
    assert!(played.lines().contains(&"35ms b gets a:one.0:b*1".to_string()), "{:#?}", played.lines());
    assert_eq!(played.seen(A), ["start", "fire wait"]);
}

#[test]
fn a_heal_in_one_direction_leaves_the_other_to_its_time_out() {
    let script = || stage(&[later(5, vec![Tell(B, "one")]), later(8, vec![Tell(A, "two")])]);
    let one_way = |from, to, lasting: Option<u64>| Fault::Partition {
        groups: vec![vec![from], vec![to]],
        one_way: true,
        at: instant(2),
        lasting: lasting.map(Span::millis),
    };
    let played = script().fault(one_way(A, B, Some(10))).fault(one_way(B, A, None)).run();
    assert_eq!(played.seen(B), ["start", "fire wait", "one from a", "lost a"]);
    assert_eq!(played.seen(A), ["start", "fire wait", "lost b"]);
    assert!(played.lines().contains(&"59ms a is told that b is gone".to_string()), "{:#?}", played.lines());
}

#[test]
fn a_heal_takes_nothing_from_a_delay() {
    let script = || stage(&[later(5, vec![Tell(B, "one"), Tell(B, "two")]), idle()]);
    let played = script()
        .fault(cut(&[&[A], &[B]], 2, Some(10)))
        .fault(Fault::Delay { message: first(A, "two", B), by: Span::millis(30) })
        .run();
    assert!(played.lines().contains(&"13ms b gets a:one.0:b*1".to_string()), "{:#?}", played.lines());
    assert!(played.lines().contains(&"36ms b gets a:two.0:b*1".to_string()), "{:#?}", played.lines());
}

#[test]
fn a_cut_takes_nothing_from_what_has_reached_a_paused_node() {
    let script = || stage(&[later(5, vec![Send(B, "datagram"), Tell(B, "one"), Tell(B, "two")]), idle()]);
    let pause = Fault::Pause { node: B, place: at(2), lasting: Span::millis(30) };
    let played = script().fault(pause).fault(cut(&[&[A], &[B]], 10, None)).run();
    assert_eq!(played.seen(B), ["start", "datagram from a", "one from a", "two from a"]);
    assert!(played.lines().contains(&"32ms b gets a:two.0:b*1".to_string()));
    assert_eq!(played.seen(A), ["start", "fire wait"], "nothing was held, so nothing breaks");
}

#[test]
fn a_pause_that_meets_a_cut_breaks_no_connection_without_cause() {
    // The first message is held by the cut, the second comes after its end, while the receiver is paused.
    let script = || {
        stage(&[
            vec![
                (Start, vec![Set("wait", Span::millis(5)), Set("again", Span::millis(14))]),
                (Fire("wait"), vec![Tell(B, "one")]),
                (Fire("again"), vec![Tell(B, "two")]),
            ],
            idle(),
        ])
    };
    for (from, lasting) in [(8, 10), (11, 10), (13, 100), (2, 40)] {
        let played = script()
            .fault(cut(&[&[A], &[B]], 4, Some(8)))
            .fault(Fault::Pause { node: B, place: at(from), lasting: Span::millis(lasting) })
            .run();
        assert_eq!(played.seen(B), ["start", "one from a", "two from a"], "{from}+{lasting}");
        assert_eq!(played.seen(A), ["start", "fire wait", "fire again"], "{from}+{lasting}");
    }
}

#[test]
fn what_the_network_loses_is_lost_whatever_its_receiver_does() {
    let script = || stage(&[later(5, vec![Send(B, "one")]), idle()]);
    let played = script()
        .fault(Fault::Pause { node: B, place: at(2), lasting: Span::millis(30) })
        .fault(Fault::Drop { message: first(A, "one", B) })
        .run();
    assert!(played.lines().contains(&"6ms b loses a:one.0:b*1 (Dropped)".to_string()));
}

#[test]
fn a_crash_breaks_connections_at_both_ends() {
    let script = || stage(&[later(5, vec![Tell(B, "one")]), vec![(Receive("one"), vec![Tell(A, "two")])]]);
    let played = script().fault(Fault::Crash { node: B, place: at(20) }).run();
    assert_eq!(played.seen(A), ["start", "fire wait", "two from b", "lost b"]);
    assert!(played.lines().contains(&"21ms a is told that b is gone".to_string()));
    // What is under way on it, in both directions, is lost.
    let midway = script().link(B, A, Span::millis(30)).fault(Fault::Crash { node: B, place: at(20) }).run();
    assert_eq!(midway.seen(A), ["start", "fire wait", "lost b"]);
    assert!(midway.lines().contains(&"20ms a loses b:two.0:a*1 (ConnectionBroken)".to_string()));
}

#[test]
fn a_power_loss_tells_nobody_until_a_time_out_or_the_machine_is_back() {
    let script = || stage(&[later(5, vec![Tell(B, "one")]), idle()]);
    let power = Fault::PowerLoss { node: B, place: at(20), kept: 0 };
    assert!(script().fault(power.clone()).run().lines().contains(&"70ms a is told that b is gone".to_string()));
    let back = script().fault(power).fault(Fault::Restart { node: B, place: at(30) }).run();
    assert!(back.lines().contains(&"31ms a is told that b is gone".to_string()), "{:#?}", back.lines());
}

#[test]
fn behind_a_partition_a_crash_is_learned_of_by_time_out_or_when_it_heals() {
    let script = || stage(&[later(5, vec![Tell(B, "one")]), idle()]);
    let crash = Fault::Crash { node: B, place: at(20) };
    let for_ever = script().fault(cut(&[&[A], &[B]], 15, None)).fault(crash.clone()).run();
    assert!(for_ever.lines().contains(&"70ms a is told that b is gone".to_string()));
    let healed = script().fault(cut(&[&[A], &[B]], 15, Some(20))).fault(crash).run();
    assert!(healed.lines().contains(&"36ms a is told that b is gone".to_string()), "{:#?}", healed.lines());
}

#[test]
fn a_connection_ends_before_the_next_one_begins() {
    // B crashes and is back before A has learned of it; B greets at once, A goes on sending on what it takes for its
    // connection.
    let script = || {
        stage(&[
            vec![
                (Start, vec![Tell(B, "one"), Set("again", Span::millis(21))]),
                (Fire("again"), vec![Tell(B, "stale")]),
                (Disconnected, vec![Tell(B, "anew")]),
            ],
            vec![(Start, vec![Tell(A, "hello")])],
        ])
        .link(B, A, Span::millis(8))
    };
    let crash = |stage: Stage| {
        stage.fault(Fault::Crash { node: B, place: at(20) }).fault(Fault::Restart { node: B, place: at(20) })
    };
    let played = crash(script()).run();
    assert_eq!(played.seen(A), ["start", "hello from b", "fire again", "lost b", "hello from b"]);
    assert_eq!(played.seen(B), ["start", "anew from a"]);
    assert!(played.lines().contains(&"22ms b loses a:stale.0:b*1 (ConnectionBroken)".to_string()));
    // The same if A sleeps through all of it.
    let asleep = crash(script()).fault(Fault::Pause { node: A, place: at(22), lasting: Span::millis(40) }).run();
    assert_eq!(asleep.seen(A), ["start", "hello from b", "fire again", "lost b", "hello from b"]);
}

#[test]
fn a_node_hears_nothing_of_the_connections_of_its_last_life() {
    let script =
        || stage(&[vec![(Start, vec![Set("wait", Span::millis(5))]), (Fire("wait"), vec![Tell(B, "one")])], idle()]);
    let played = script()
        .link(B, A, Span::millis(10))
        .fault(Fault::Crash { node: B, place: at(20) })
        .fault(Fault::Crash { node: A, place: at(22) })
        .fault(Fault::Restart { node: A, place: at(24) })
        .until(Span::millis(28))
        .run();
    assert_eq!(played.seen(A), ["start"]);
}

#[test]
fn a_connection_to_a_node_that_is_down_is_refused() {
    let script = || stage(&[later(5, vec![Tell(B, "one")]), idle()]);
    let played = script().fault(Fault::Crash { node: B, place: at(1) }).run();
    assert_eq!(played.seen(A), ["start", "fire wait", "lost b"]);
    assert!(played.lines().contains(&"6ms b loses a:one.0:b*1 (ReceiverDown)".to_string()));
}

#[test]
fn a_slow_link_slows_one_direction_while_it_lasts() {
    let script = || {
        stage(&[
            vec![
                (Start, vec![Set("wait", Span::millis(5)), Set("again", Span::millis(50))]),
                (Fire("wait"), vec![Send(B, "one")]),
                (Fire("again"), vec![Send(B, "two")]),
            ],
            later(5, vec![Send(A, "three")]),
        ])
    };
    let slow = Fault::SlowLink { from: A, to: B, at: instant(2), lasting: Some(Span::millis(20)), by: Span::millis(7) };
    let played = script().fault(slow).run();
    for line in ["13ms b gets a:one.0:b*1", "6ms a gets b:three.0:a*1", "51ms b gets a:two.0:b*1"] {
        assert!(played.lines().contains(&line.to_string()), "{line}: {:#?}", played.lines());
    }
}

#[test]
fn events_of_one_instant_are_ordered_by_name_not_by_insertion() {
    let words = ["delta", "alpha", "charlie", "bravo"];
    let orders = [[0, 1, 2, 3], [3, 2, 1, 0], [1, 3, 0, 2], [2, 0, 3, 1]];
    for order in orders {
        let sends = order.map(|index| Send(C, words[index])).to_vec();
        let sets = order.map(|index| Set(words[index], Span::millis(1))).to_vec();
        let all = [sends.clone(), sets].concat();
        let played = stage(&[vec![(Start, all)], vec![(Start, sends)], idle()]).run();
        let expected = ["alpha", "bravo", "charlie", "delta"];
        let seen = played.seen(C);
        let pairs: Vec<String> =
            expected.iter().flat_map(|word| [format!("{word} from a"), format!("{word} from b")]).collect();
        assert_eq!(seen[1..], pairs);
        assert_eq!(played.seen(A)[1..], expected.map(|word| format!("fire {word}")));
    }
}

/// What the tests throw at two nodes that keep talking.
fn any_fault() -> impl Strategy<Value = Fault> {
    let node = (0u8..2).prop_map(NodeId);
    let millis = 0u64..60;
    prop_oneof![
        (node.clone(), millis.clone()).prop_map(|(node, from)| Fault::Crash { node, place: at(from) }),
        (node.clone(), millis.clone()).prop_map(|(node, from)| Fault::PowerLoss { node, place: at(from), kept: 1 }),
        (node.clone(), millis.clone()).prop_map(|(node, from)| Fault::Restart { node, place: at(from) }),
        (node, millis.clone(), 0u64..40).prop_map(|(node, from, lasting)| Fault::Pause {
            node,
            place: at(from),
            lasting: Span::millis(lasting)
        }),
        (millis.clone(), proptest::option::of(0u64..40), any::<bool>(), any::<bool>()).prop_map(
            |(from, lasting, one_way, turned)| Fault::Partition {
                groups: if turned { vec![vec![B], vec![A]] } else { vec![vec![A], vec![B]] },
                one_way,
                at: instant(from),
                lasting: lasting.map(Span::millis),
            }
        ),
        (0usize..4, 1u32..20, 0u64..30).prop_map(|(word, ordinal, by)| Fault::Delay {
            message: MessageName { ordinal, ..first(A, WORDS[word], B) },
            by: Span::millis(by),
        }),
    ]
}

const WORDS: [&str; 4] = ["w0", "w1", "w2", "w3"];

proptest! {
    /// Whatever happens to a connection, what arrives in one life of it is a run of what was sent in that order: nothing
    /// twice, nothing left out in between.
    #[test]
    fn a_connection_neither_loses_nor_doubles_nor_reorders(faults in proptest::collection::vec(any_fault(), 0..6)) {
        let talk = |to| {
            vec![
                (Start, vec![Set("tick", Span::millis(3))]),
                (Fire("tick"), vec![Tell(to, WORDS[0]), Tell(to, WORDS[1]), Tell(to, WORDS[2]), Set("tick", Span::millis(3))]),
            ]
        };
        let played = faults
            .into_iter()
            .fold(stage(&[talk(B), talk(A)]), Stage::fault)
            .until(Span::millis(150))
            .run();
        for (from, to) in [(A, B), (B, A)] {
            let mut sent: Vec<u32> = Vec::new();
            let mut last = None;
            for step in &played.trace.steps {
                use faultline::sim::trace::StepKind::*;
                match step.kind {
                    Send(index) if step.node == from => sent.push(index),
                    // A new life of either end: what was sent before never arrives.
                    Disconnected(_) | Start if step.node == from || step.node == to => last = None,
                    Deliver(index) if step.node == to && played.trace.message(index).name.from == from => {
                        let place = sent.iter().position(|other| *other == index).expect("it was sent");
                        if let Some(last) = last {
                            prop_assert_eq!(place, last + 1, "{:#?}", played.lines());
                        }
                        last = Some(place);
                    }
                    _ => {}
                }
            }
            // Nothing arrives twice.
            prop_assert!(played.trace.messages.iter().all(|message| message.ends.len() <= 1));
        }
    }
}
