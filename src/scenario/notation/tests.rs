use super::*;
use crate::protocols::Values;
use crate::scenario::sample::Errand;
use crate::sim::clock::RATE_ERROR_MAX_PPM;
use crate::sim::fault::{GROUPS_MAX, Place};
use crate::sim::name::{LocalName, MessageName, Moment};
use crate::sim::payload::Subject;
use crate::sim::time::{Span, TIME_MAX_MICROS};
use proptest::prelude::*;

fn topology() -> Topology {
    let mut values = Values::defaults(Errand.parameters());
    values.set("workers", crate::protocols::Value::Number(4));
    Errand.topology(&values)
}

fn canonical(text: &str) -> String {
    let topology = topology();
    let notation = Notation::new(&Errand, &topology);
    notation.fault(text).map_or_else(|bad| bad.sentence().to_string(), |fault| notation.write(&fault))
}

#[test]
fn every_kind_of_fault_is_written_as_it_is_read() {
    for text in [
        "crash=a@12ms",
        "crash=a@after:ask.1:w1",
        "crash=w1@before:a:ask.1*3",
        "crash=w1@after:write:noted.1",
        "crash=w1@after:durable:noted.1*2",
        "crash=a@before:timer:patience",
        "power=w1@1.5s~2",
        "power=w1@after:write:noted.1",
        "restart=w1@40ms",
        "pause=w1@3ms+20ms",
        "pause=a@after:w1:all-done.1+20ms",
        "cut=a/w1,w2@5ms+10ms",
        "cut=a/w1/w2,w3@5ms",
        "oneway=a/w1@5ms+10ms",
        "drop=a:ask.1:w1*2",
        "drop=a:ask:w1",
        "twice=a:ask.1:w1+3ms",
        "delay=w1:all-done.7:a+30ms",
        "slow=a:w1@5ms+10ms~3ms",
        "slow=a:w1@5ms~250us",
        "jump=w1@5ms-30s",
        "jump=a@after:w1:all-done.1-30s",
        "jump=a@before:ask.1:w1+30s",
        "rate=w1@5ms+5000",
        "rate=w1@5ms-5000",
        "do=w1@12ms:lose-note.1",
        "do=w1@after:durable:noted.1:lose-note.9",
    ] {
        assert_eq!(canonical(text), text);
    }
}

#[test]
fn what_need_not_be_written_is_not() {
    for (long, short) in [
        ("drop=a:ask.0:w1*1", "drop=a:ask:w1"),
        ("power=w1@12ms~0", "power=w1@12ms"),
        ("crash=a@0.012s", "crash=a@12ms"),
        ("crash=a@after:ask.01:w1*01", "crash=a@after:ask.1:w1"),
        ("rate=a@5ms-0", "rate=a@5ms+0"),
    ] {
        assert_eq!(canonical(long), short);
    }
}

#[test]
fn what_is_wrong_is_named_with_its_place() {
    for (text, part) in [
        ("crush=a@12ms", "crush"),
        ("", ""),
        ("crash", ""),
        ("crash=a", "a"),
        ("crash=x@12ms", "x"),
        ("crash=a@noon", "noon"),
        ("crash=a@now", "now"),
        ("crash=a@during:ask.1:w1", "during"),
        ("crash=a@after:ask", "ask"),
        ("crash=a@after:ask.1:w9", "w9"),
        ("crash=a@after:asks.1:w1", "asks"),
        ("crash=a@after:asks.1:all", "asks.1"),
        ("crash=a@after:ask.x:w1", "x"),
        ("crash=a@after:write:ask.1*0", "0"),
        ("pause=a@3ms", "a@3ms"),
        ("pause=a@3ms+x", "x"),
        ("cut=a@5ms", "a"),
        ("cut=a/a@5ms", "a"),
        ("cut=a/w1", "a/w1"),
        ("cut=a/@5ms", ""),
        ("drop=a:ask.1", "a:ask.1"),
        ("drop=a:ask.1:w1:w2", "a:ask.1:w1:w2"),
        ("drop=a:ack.1:w1", "ack"),
        ("slow=a@5ms~1ms", "a@5ms~1ms"),
        ("rate=a@5ms+500001", "500001"),
        ("rate=a@5ms", "a@5ms"),
        ("power=a@5ms~-1", "-1"),
        ("do=a@5ms:lose-note.1", "a@5ms"),
        ("do=w1@5ms:lose-note", "lose-note"),
        ("do=w1@5ms:lose-note.10", "10"),
        ("do=w1@5ms:lose-note.1.2", "2"),
        ("do=w1@5ms:find-note.1", "find-note"),
    ] {
        let topology = topology();
        let bad = Notation::new(&Errand, &topology).fault(text).expect_err(text);
        assert_eq!(bad.part, part, "{text}: {}", bad.sentence());
        if text.contains('=') {
            assert_eq!(&text[bad.range.clone()], part, "{text}");
        }
        assert!(!bad.what.en.is_empty() && !bad.mend.zh.is_empty());
    }
}

#[test]
fn a_misspelt_word_is_answered_with_the_nearest() {
    assert!(canonical("crush=a@12ms").contains("“crash”"));
    assert!(canonical("drop=w1:al-done.1:a").contains("“all-done”"));
    assert!(canonical("do=w1@5ms:lost-note.1").contains("“lose-note”"));
}

#[test]
fn suggestions_mean_the_instant_on_screen() {
    let topology = topology();
    let notation = Notation::new(&Errand, &topology).with_now(Instant::from_micros(1_250));
    for (suggested, meant) in [
        ("restart=w2@now", "restart=w2@1.25ms"),
        ("pause=w2@now+1s", "pause=w2@1.25ms+1s"),
        ("cut=a/w1@now", "cut=a/w1@1.25ms"),
        ("slow=a:w1@now+2s~1ms", "slow=a:w1@1.25ms+2s~1ms"),
    ] {
        assert_eq!(notation.fault(suggested).map(|fault| notation.write(&fault)), Ok(meant.to_owned()));
    }
}

#[test]
fn the_examples_are_spelt_as_they_are_read() {
    for (key, example) in FAULTS {
        assert!(example.starts_with(&format!("{key}=")), "{example}");
        assert!(is_fault_key(key));
    }
}

fn node() -> impl Strategy<Value = NodeId> {
    (0u8..5).prop_map(NodeId)
}

fn span() -> impl Strategy<Value = Span> {
    prop_oneof![0u64..100_000, 0..=TIME_MAX_MICROS].prop_map(Span::micros)
}

fn instant() -> impl Strategy<Value = Instant> {
    span().prop_map(|span| Instant::START + span)
}

fn message() -> impl Strategy<Value = MessageName> {
    (node(), node(), prop_oneof![Just("ask"), Just("all-done")], any::<u32>(), 1..=u32::MAX).prop_map(
        |(from, to, kind, subject, ordinal)| MessageName { to, kind, subject: Subject(subject), from, ordinal },
    )
}

fn moment(node: NodeId) -> impl Strategy<Value = Moment> {
    let local = (prop_oneof![Just("noted"), Just("patience")], 0u32..3, 1u32..3)
        .prop_map(move |(kind, subject, ordinal)| LocalName { node, kind, subject: Subject(subject), ordinal });
    (message(), local, 0..5).prop_map(move |(message, local, which)| match which {
        0 => Moment::Sends(MessageName { from: node, ..message }),
        1 => Moment::Receives(MessageName { to: node, ..message }),
        2 => Moment::Writes(local),
        3 => Moment::Durable(local),
        _ => Moment::Fires(local),
    })
}

fn struck() -> impl Strategy<Value = (NodeId, Place)> {
    node().prop_flat_map(|node| {
        let place = prop_oneof![
            instant().prop_map(Place::At),
            moment(node).prop_map(Place::Before),
            moment(node).prop_map(Place::After)
        ];
        (Just(node), place)
    })
}

fn groups() -> impl Strategy<Value = Vec<Vec<NodeId>>> {
    Just((0u8..5).map(NodeId).collect::<Vec<_>>()).prop_shuffle().prop_flat_map(|nodes| {
        (2..=nodes.len().min(GROUPS_MAX), 0..=1usize).prop_map(move |(sides, left_out)| {
            let mut groups = vec![Vec::new(); sides];
            for (index, node) in nodes.iter().enumerate().take(nodes.len() - left_out.min(nodes.len() - sides)) {
                groups[index % sides].push(*node);
            }
            groups
        })
    })
}

pub(crate) fn fault() -> impl Strategy<Value = Fault> {
    let lasting = || prop::option::of(span());
    prop_oneof![
        struck().prop_map(|(node, place)| Fault::Crash { node, place }),
        (struck(), any::<u32>()).prop_map(|((node, place), kept)| Fault::PowerLoss { node, place, kept }),
        struck().prop_map(|(node, place)| Fault::Restart { node, place }),
        (struck(), span()).prop_map(|((node, place), lasting)| Fault::Pause { node, place, lasting }),
        (groups(), any::<bool>(), instant(), lasting()).prop_map(|(groups, one_way, at, lasting)| Fault::Partition {
            groups,
            one_way,
            at,
            lasting
        }),
        message().prop_map(|message| Fault::Drop { message }),
        (message(), span()).prop_map(|(message, after)| Fault::Duplicate { message, after }),
        (message(), span()).prop_map(|(message, by)| Fault::Delay { message, by }),
        (node(), node(), instant(), lasting(), span()).prop_map(|(from, to, at, lasting, by)| Fault::SlowLink {
            from,
            to,
            at,
            lasting,
            by
        }),
        (struck(), -(TIME_MAX_MICROS as i64)..=TIME_MAX_MICROS as i64)
            .prop_map(|((node, place), by_micros)| Fault::ClockJump { node, place, by_micros }),
        (struck(), -RATE_ERROR_MAX_PPM..=RATE_ERROR_MAX_PPM).prop_map(|((node, place), error_ppm)| Fault::ClockRate {
            node,
            place,
            error_ppm
        }),
        (1u8..5, instant(), 1u32..=9).prop_map(|(node, at, errand)| Fault::Intervention {
            node: NodeId(node),
            place: Place::At(at),
            key: "lose-note",
            arguments: vec![errand],
        }),
    ]
}

proptest! {
    #[test]
    fn any_fault_reads_back_as_itself(fault in fault()) {
        let topology = topology();
        let notation = Notation::new(&Errand, &topology);
        let text = notation.write(&fault);
        prop_assert_eq!(notation.fault(&text).map_err(|bad| bad.sentence().to_string()), Ok(fault), "{}", text);
    }

    #[test]
    fn any_text_is_a_fault_or_an_error_that_points_into_it(text in "[a-z0-9=@:.,/*~+\\-é ]{0,40}") {
        let topology = topology();
        let notation = Notation::new(&Errand, &topology);
        match notation.fault(&text) {
            Ok(fault) => prop_assert_eq!(notation.fault(&notation.write(&fault)), Ok(fault)),
            Err(bad) => prop_assert!(text.get(bad.range).is_some()),
        }
    }

    #[test]
    fn a_torn_fault_never_panics(fault in fault(), at in 0usize..60, to in "[a-z0-9=@:.,/*~+-]{0,3}") {
        let topology = topology();
        let notation = Notation::new(&Errand, &topology);
        let mut text = notation.write(&fault);
        let at = at.min(text.len());
        text.truncate(at);
        text.push_str(&to);
        let _ = notation.fault(&text);
    }
}
