use super::*;
use crate::protocols::{Value, Values};
use crate::scenario::notation::tests::fault;
use crate::scenario::sample::{CATALOGUE, Errand};
use crate::scenario::{SEED_DEFAULT, UNTIL_DEFAULT};
use crate::sim::driver::Limits;
use crate::sim::name::MessageName;
use crate::sim::payload::Subject;
use crate::sim::schedule::{SCHEDULE_MAX, Schedule, Scheduled};
use crate::sim::time::Span;
use crate::sim::trace::NodeId;
use proptest::prelude::*;

fn read(text: &str) -> Link {
    Link::read(text, CATALOGUE).unwrap_or_else(|bad| panic!("{text}: {}", bad.sentence()))
}

fn bad(text: &str) -> Bad {
    *Link::read(text, CATALOGUE).expect_err(text)
}

#[test]
fn a_protocol_by_itself_is_its_defaults() {
    let link = read("1/errand");
    assert_eq!(link, Link::of(Scenario::of(&Errand)));
    assert_eq!((link.scenario.seed, link.scenario.until), (SEED_DEFAULT, UNTIL_DEFAULT));
    assert_eq!(link.to_string(), "1/errand");
    assert_eq!(link.fragment(), "#1/errand");
}

#[test]
fn an_entry_by_itself_is_its_scenario() {
    for listed in CATALOGUE.entries() {
        let text = format!("1/{}", listed.entry.id);
        let link = read(&text);
        assert_eq!(link.scenario, listed.scenario());
        assert_eq!(link.to_string(), text);
    }
}

#[test]
fn everything_that_differs_is_written_in_one_order() {
    let text = "1/errand?seed=9&workers=3&patience=50ms&mood=very-bad&until=2s&drop=a:ask.1:w3&crash=a@3ms&t=12ms\
                &play=5ms-20ms&view=events,faults&compare=errand&lang=zh&theme=dark&embed=1&readonly=1&model=1\
                &digest=0123abcd";
    assert_eq!(read(text).to_string(), text);
    let (path, query) = text.split_once('?').unwrap();
    let backwards = query.split('&').rev().filter(|part| !part.starts_with("drop")).collect::<Vec<_>>().join("&");
    let reordered = format!("{path}?{backwards}&drop=a:ask.1:w3");
    let swapped = text.replace("drop=a:ask.1:w3&crash=a@3ms", "crash=a@3ms&drop=a:ask.1:w3");
    assert_eq!(read(&reordered).to_string(), swapped, "only faults have an order of their own");
}

#[test]
fn what_equals_the_default_or_the_entry_is_left_out() {
    for (long, short) in [
        ("1/errand?seed=1&workers=2&until=2min&faults=none&embed=0", "1/errand"),
        ("1/errand?", "1/errand"),
        ("1/errand?&&seed=2&", "1/errand?seed=2"),
        ("1/errand-done?seed=7&workers=3", "1/errand-done"),
        ("1/errand-done?seed=1&workers=2", "1/errand-done?seed=1&workers=2"),
        ("1/errand-lost?drop=a:ask.1:w1&crash=w2@before:a:ask.1", "1/errand-lost"),
        ("1/errand?model=2", "1/errand"),
        ("1/errand?embed&readonly", "1/errand?embed=1&readonly=1"),
        ("1/errand?view=faults,faults", "1/errand?view=faults"),
    ] {
        assert_eq!(read(long).to_string(), short);
    }
}

#[test]
fn faults_of_a_link_replace_those_of_the_entry() {
    assert_eq!(read("1/errand-lost").scenario.faults.len(), 2);
    assert_eq!(read("1/errand-lost?faults=none").scenario.faults.len(), 0);
    assert_eq!(read("1/errand-lost?faults=none").to_string(), "1/errand-lost?faults=none");
    assert_eq!(read("1/errand-lost?crash=a@1ms").scenario.faults.len(), 1);
    assert_eq!(read("1/errand-lost?seed=3").scenario.faults.len(), 2);
}

#[test]
fn faults_on_nodes_that_a_parameter_takes_away_are_left_out() {
    let link = read("1/errand-lost?workers=1");
    assert_eq!(link.scenario.faults.len(), 1, "w2 is gone, and its crash with it");
    assert_eq!(link.to_string(), "1/errand-lost?workers=1");
    let mut scenario = read("1/errand?workers=4&crash=w4@1ms&crash=w1@1ms").scenario;
    scenario.values.set("workers", Value::Number(2));
    assert_eq!(Link::of(scenario).to_string(), "1/errand?crash=w1@1ms");
}

#[test]
fn a_link_is_read_after_its_address_and_percent_encoded() {
    let plain = read("1/errand?crash=a@12ms&cut=a/w1@5ms+1ms");
    for text in [
        "#1/errand?crash=a@12ms&cut=a/w1@5ms+1ms",
        "https://example.org/lab/?from=feed#1/errand?crash=a@12ms&cut=a/w1@5ms+1ms",
        "#1%2Ferrand%3Fcrash%3Da%4012ms%26cut%3Da%2fw1%405ms%2B1ms",
        "1/errand?crash=a%4012ms&cut=a/w1@5ms%2b1ms",
    ] {
        assert_eq!(read(text), plain, "{text}");
    }
}

#[test]
fn what_is_wrong_is_named_with_its_place_and_the_nearest_scenario() {
    for (text, part, nearest) in [
        ("", "", "errand-done"),
        ("errand", "errand", "errand-done"),
        ("2/errand", "2", "errand-done"),
        ("17/errand-lost?crash=zz", "17", "errand-lost"),
        ("v1/errand", "v1", "errand-done"),
        ("1/erand-lots", "erand-lots", "errand-lost"),
        ("1/", "", "errand-done"),
        ("1/errand?seed", "seed", "errand-done"),
        ("1/errand?seed=-1", "-1", "errand-done"),
        ("1/errand?seed=1&seed=2", "seed", "errand-done"),
        ("1/errand-lost?sead=1", "sead", "errand-lost"),
        ("1/errand?workers=5", "5", "errand-done"),
        ("1/errand?patience=2s", "2s", "errand-done"),
        ("1/errand?mood=so-so", "so-so", "errand-done"),
        ("1/errand?workers=4&mood=very-bad", "workers=4&mood=very-bad", "errand-done"),
        ("1/errand?crash=w3@1ms", "w3", "errand-done"),
        ("1/errand?until=soon", "soon", "errand-done"),
        ("1/errand?faults=all", "all", "errand-done"),
        ("1/errand?lang=fr", "fr", "errand-done"),
        ("1/errand?view=Faults", "Faults", "errand-done"),
        ("1/errand?view=", "", "errand-done"),
        ("1/errand?compare=errant", "errant", "errand-done"),
        ("1/errand?play=9ms-3ms", "9ms-3ms", "errand-done"),
        ("1/errand?digest=+123456a", "+123456a", "errand-done"),
        ("1/errand?model=0", "0", "errand-done"),
        ("1/errand?packed=AAAA", "packed", "errand-done"),
        ("1/errand?order=a:ask.1:w1,nap", "nap", "errand-done"),
        ("1/errand?order=a:ask.1:w9", "w9", "errand-done"),
        ("1/errand?order=a:ask.1:w1,timer:a", "timer:a", "errand-done"),
        ("1/errand?order=timer:a:hunger", "hunger", "errand-done"),
        ("1/errand?order=sync:w9", "w9", "errand-done"),
        ("1/errand?order=gone:a", "gone:a", "errand-done"),
        ("1/errand?order=a:ask.1:w1,,sync:w1", "", "errand-done"),
        ("1/errand?order=@soon,sync:w1", "soon", "errand-done"),
        ("1/errand?order=sync:w1,@5ms", "@5ms", "errand-done"),
        ("1/errand?order=sync:w1&order=sync:w1", "order", "errand-done"),
    ] {
        let bad = bad(text);
        assert_eq!((bad.part.as_str(), bad.nearest), (part, Some(nearest)), "{text}: {}", bad.sentence());
        assert_eq!(&text[bad.range], part, "{text}");
        assert!(bad.what.zh.chars().any(|c| c > '\u{3fff}') && bad.mend.zh.chars().any(|c| c > '\u{3fff}'));
    }
}

#[test]
fn the_place_of_an_error_counts_in_the_text_as_given() {
    let text = "https://example.org/#1%2Ferrand?crash=w%39%40now";
    let bad = bad(text);
    assert_eq!((bad.part.as_str(), &text[bad.range]), ("w9", "w%39"));
}

#[test]
fn work_is_bounded() {
    let long = format!("1/errand?{}", "x".repeat(BYTES_MAX));
    assert_eq!(bad(&long).part.chars().count(), 61);
    let many = |count: usize| format!("1/errand?{}", vec!["crash=a@1ms"; count].join("&"));
    assert_eq!(read(&many(FAULTS_MAX)).scenario.faults.len(), FAULTS_MAX);
    assert!(bad(&many(FAULTS_MAX + 1)).what.en.contains("256 faults"));
    let order = |count: usize| format!("1/errand?order={}", vec!["sync:w1"; count].join(","));
    assert_eq!(read(&order(SCHEDULE_MAX)).scenario.schedule.unwrap().actions.len(), SCHEDULE_MAX);
    assert!(bad(&order(SCHEDULE_MAX + 1)).what.en.contains("4000 actions"));
    assert!(bad(&format!("1/errand?{}", "&".repeat(PARTS_MAX + 1))).what.en.contains("parts"));
}

#[test]
fn a_typical_link_of_twelve_faults_is_short() {
    let mut values = Values::defaults(Errand.parameters());
    values.set("workers", Value::Number(4));
    let text = "1/errand?seed=7&workers=4&crash=a@after:ask.1:w1&restart=a@40ms&pause=w1@3ms+20ms&cut=a/w1,w2@5ms+10ms\
                &oneway=a/w3@5ms+10ms&drop=a:ask.1:w1&twice=a:ask.1:w2+3ms&delay=a:ask.1:w3+30ms&slow=a:w1@5ms+10ms~3ms\
                &jump=w1@5ms-30s&rate=w2@5ms+5000&do=w1@12ms:lose-note.1";
    let link = read(text);
    assert_eq!((link.to_string().as_str(), link.scenario.faults.len()), (text, 12));
    assert!(text.len() < 400, "{}", text.len());
}

#[test]
fn an_order_is_written_as_it_is_read() {
    for order in
        ["", "@5ms", "a:ask.1:w1", "@12ms,a:ask.1:w1*2,sync:w1,w1:all-done.1:a,timer:a:patience,gone:a:w1,break:a:w1"]
    {
        let text = format!("1/errand?order={order}");
        let link = read(&text);
        assert_eq!(link.to_string(), text);
        assert!(link.scenario.schedule.is_some());
    }
    // As with faults, what names a node that does not exist is left out.
    let mut link = read("1/errand?workers=4&order=a:ask.1:w4,sync:w1");
    link.scenario.values.set("workers", Value::Number(1));
    assert_eq!(link.to_string(), "1/errand?workers=1&order=sync:w1");
}

#[test]
fn an_old_link_opens_and_says_so() {
    let link = read("1/errand?model=1&digest=00000000");
    let warning = link.warning().unwrap();
    assert!(warning.en.contains("version 1") && warning.zh.contains("第 1 版"));
    assert_eq!(link.to_string(), "1/errand?model=1&digest=00000000");
    let run = Run::of(link.scenario.clone());
    assert!(link.digest.and_then(|digest| mismatch(digest, run.digest)).is_some());
    let shared = link.sharing(&run, Some(Instant::from_micros(4_000)));
    assert_eq!(shared.warning(), None);
    assert_eq!(shared.digest.and_then(|digest| mismatch(digest, run.digest)), None);
    let again = read(&shared.to_string());
    assert_eq!((again.digest, again.at), (Some(run.digest.short()), Some(Instant::from_micros(4_000))));
    assert!(run.digest.to_string().starts_with(&format!("{:08x}", run.digest.short())));
}

fn link() -> impl Strategy<Value = Link> {
    let at = || prop::option::of((0u64..10_000_000).prop_map(Instant::from_micros));
    let values = (1u32..=4, 1u64..=1_000, any::<bool>());
    let shown =
        (at(), prop::option::of((at(), at())), prop::collection::vec("[a-z-]{1,24}", 0..=3), any::<[bool; 3]>());
    (
        (0usize..=2, any::<u64>(), values, prop::collection::vec(fault(), 0..=12), 0u64..10_000_000),
        shown,
        (0u8..3, 0u8..3, prop::option::of(any::<u32>()), 1u16..4),
        prop::option::of((at(), prop::collection::vec(scheduled(), 0..=12))),
    )
        .prop_map(
            |(
                (entry, seed, values, faults, until),
                (at, play, mut view, flags),
                (language, theme, digest, version),
                schedule,
            )| {
                let entry = CATALOGUE.entries().nth(entry).map(|listed| listed.entry);
                let mut scenario = Scenario { seed, until: Span::micros(until), ..Scenario::of(&Errand) };
                scenario.version = version;
                scenario.values.set("workers", Value::Number(values.0));
                scenario.values.set("patience", Value::Time(Span::millis(values.1)));
                scenario.values.set("mood", Value::Choice(if values.2 && values.0 < 4 { "very-bad" } else { "good" }));
                let topology = Errand.topology(&scenario.values);
                let notation = Notation::new(&Errand, &topology);
                scenario.faults = faults.into_iter().filter(|fault| notation.knows_nodes_of(fault)).collect();
                let named = |action: &Scheduled| !matches!(action, Scheduled::Syncs(node) if node.0 > values.0 as u8);
                scenario.schedule = schedule
                    .map(|(from, actions)| Schedule { from, actions: actions.into_iter().filter(named).collect() });
                view.sort();
                view.dedup();
                let play = play.map(|(from, to)| match (from, to) {
                    (Some(from), Some(to)) => Range { from: Some(from.min(to)), to: Some(from.max(to)) },
                    (from, to) => Range { from, to },
                });
                Link {
                    entry,
                    at,
                    play,
                    view,
                    compare: if flags[0] { vec![&Errand] } else { Vec::new() },
                    language: [None, Some(Language::English), Some(Language::SimplifiedChinese)][usize::from(language)],
                    theme: [None, Some(Theme::Light), Some(Theme::Dark)][usize::from(theme)],
                    embed: flags[1],
                    readonly: flags[2],
                    digest,
                    ..Link::of(scenario)
                }
            },
        )
}

/// The nodes of all but the last kind exist whatever the parameters say.
fn scheduled() -> impl Strategy<Value = Scheduled> {
    let (a, w1) = (NodeId(0), NodeId(1));
    let kind = prop_oneof![Just("ask"), Just("all-done")];
    let name = (kind, 0u32..3, 1u32..3);
    prop_oneof![
        name.prop_map(move |(kind, subject, ordinal)| Scheduled::Arrives(MessageName {
            from: a,
            to: w1,
            kind,
            subject: Subject(subject),
            ordinal
        })),
        (0u32..2).prop_map(move |subject| Scheduled::Fires { node: a, kind: "patience", subject: Subject(subject) }),
        Just(Scheduled::Disconnects { node: a, peer: w1 }),
        Just(Scheduled::Breaks { one: a, other: w1 }),
        (0u8..=4).prop_map(|node| Scheduled::Syncs(NodeId(node))),
    ]
}

const HOSTILE: &str = "[0-9a-z=&?/#@:.,*~+%\\-]{0,80}";

proptest! {
    #[test]
    fn any_link_reads_back_as_itself(link in link()) {
        let text = link.to_string();
        prop_assert!(text.bytes().all(|byte| byte.is_ascii_graphic()));
        let again = Link::read(&text, CATALOGUE).map_err(|bad| TestCaseError::fail(format!("{text}: {}", bad.sentence())))?;
        prop_assert_eq!(again.to_string(), text);
        prop_assert_eq!(again, link);
    }

    #[test]
    fn a_torn_link_opens_or_says_what_is_wrong(link in link(), at in 0usize..800, tail in HOSTILE) {
        let mut text = link.to_string();
        text.truncate(at);
        text.push_str(&tail);
        opens_or_explains(&text)?;
    }

    #[test]
    fn hostile_text_opens_or_says_what_is_wrong(tail in HOSTILE, noise in "\\PC{0,40}") {
        for text in [format!("1/errand?{tail}"), format!("1/{tail}"), tail.clone(), noise.clone(), format!("1/errand?{noise}"),
            format!("1/errand?crash={noise}"), format!("1/errand?drop=a:{tail}"), format!("%{noise}#{tail}")] {
            opens_or_explains(&text)?;
        }
    }

    #[test]
    fn whatever_opens_runs(link in link()) {
        let limits = Limits { events_max: 2_000, events_per_instant_max: 500 };
        let scenario = Link::read(&link.to_string(), CATALOGUE).unwrap().scenario;
        let (once, twice) = (Run::within(scenario.clone(), limits), Run::within(scenario, limits));
        prop_assert_eq!(once.digest, twice.digest);
        for scene in once.scenes() {
            prop_assert!(!scene.narration.en.is_empty());
            prop_assert_eq!(&once.scene(scene.event), &scene);
        }
    }
}

fn opens_or_explains(text: &str) -> Result<(), TestCaseError> {
    match Link::read(text, CATALOGUE) {
        Ok(link) => {
            let canonical = link.to_string();
            let again = Link::read(&canonical, CATALOGUE);
            prop_assert_eq!(again.ok(), Some(link), "{}", text);
        }
        Err(bad) => {
            prop_assert!(text.get(bad.range.clone()).is_some(), "{:?} in {}", bad.range, text);
            prop_assert!(!bad.what.en.is_empty() && !bad.mend.en.is_empty() && bad.nearest.is_some());
        }
    }
    Ok(())
}
