//! Links of the real catalogue: random scenarios written down and read again, the corpus that must open for ever, and
//! the reference that people read.

#[path = "support/lease.rs"]
mod lease;

use faultline::protocols::{CATALOGUE, Parameter, ParameterKind, Protocol, Value};
use faultline::scenario::Scenario;
use faultline::scenario::catalogue::Catalogue;
use faultline::scenario::link::{Link, mismatch};
use faultline::scenario::notation::{Notation, is_fault_key};
use faultline::scenario::run::Run;
use faultline::sim::driver::Limits;
use faultline::sim::fault::{Fault, Place};
use faultline::sim::name::Moment;
use faultline::sim::time::{Instant, Span};
use faultline::sim::trace::{NodeId, StepKind};
use proptest::prelude::*;
use std::fs;
use std::path::PathBuf;
use std::sync::LazyLock;

const KNOWN: Catalogue = Catalogue(CATALOGUE);

/// The catalogue, and a protocol that it does not have.
static ALL: LazyLock<Vec<&'static dyn Protocol>> = LazyLock::new(|| {
    let mut all = CATALOGUE.to_vec();
    all.push(&lease::Lease);
    all
});

/// Enough for any scenario with few nodes, and little enough for thousands of them.
const LIMITS: Limits = Limits { events_max: 3_000, events_per_instant_max: 1_000 };

/// Random numbers that a scenario is made of: what they mean depends on the protocol and on its own runs.
#[derive(Clone, Debug)]
struct Dice {
    protocol: usize,
    seed: u64,
    parameters: Vec<u32>,
    faults: Vec<[u32; 4]>,
    until: u64,
}

fn dice() -> impl Strategy<Value = Dice> {
    let parameters = prop::collection::vec(prop_oneof![3 => Just(0u32), 1 => any::<u32>()], 32);
    let faults = prop::collection::vec(any::<[u32; 4]>(), 0..6);
    (any::<prop::sample::Index>(), any::<u64>(), parameters, faults, 1u64..200_000_000).prop_map(
        |(protocol, seed, parameters, faults, until)| Dice {
            protocol: protocol.index(ALL.len()),
            seed,
            parameters,
            faults,
            until,
        },
    )
}

/// The value that a throw means; zero is the default.
fn value(parameter: &Parameter, throw: u32) -> Value {
    match parameter.kind {
        _ if throw == 0 => parameter.default(),
        // Not too many of anything: the runs are many.
        ParameterKind::Number { minimum, maximum, .. } => {
            Value::Number(minimum + throw % (maximum - minimum + 1).min(8))
        }
        ParameterKind::Time { minimum, maximum, .. } => {
            let room = (maximum.as_micros() - minimum.as_micros()).min(200_000) + 1;
            Value::Time(Span::micros(minimum.as_micros() + u64::from(throw) % room))
        }
        ParameterKind::Choice(choices) => Value::Choice(choices[throw as usize % choices.len()].key),
    }
}

fn scenario(dice: &Dice) -> Scenario {
    let protocol = ALL[dice.protocol];
    let mut scenario = Scenario { seed: dice.seed, until: Span::micros(dice.until), ..Scenario::of(protocol) };
    for (parameter, throw) in protocol.parameters().iter().zip(&dice.parameters) {
        let before = scenario.values.clone();
        scenario.values.set(parameter.key, value(parameter, *throw));
        if protocol.conflict(&scenario.values).is_some() {
            scenario.values = before;
        }
    }
    for throw in &dice.faults {
        // Each fault strikes something that the run with the earlier ones really does.
        let run = Run::within(scenario.clone(), LIMITS);
        scenario.faults.extend(fault(&run, *throw));
    }
    scenario
}

fn fault(run: &Run, [which, what, when, how]: [u32; 4]) -> Option<Fault> {
    let steps = &run.trace.steps;
    let step = steps[what as usize % steps.len()];
    let at = Instant::from_micros(u64::from(when) % (run.trace.end().as_micros() + 1));
    let span = Span::micros(u64::from(how) % 300_000);
    let nodes = run.topology.nodes.len();
    let (node, other) = (step.node, NodeId(((step.node.index() + 1 + how as usize % (nodes - 1)) % nodes) as u8));
    let moment = match step.kind {
        StepKind::Send(message) => Some(Moment::Sends(run.trace.message(message).name)),
        StepKind::Deliver(message) => Some(Moment::Receives(run.trace.message(message).name)),
        StepKind::Write(record) => Some(Moment::Writes(run.trace.local(record).name)),
        StepKind::Durable(record) => Some(Moment::Durable(run.trace.local(record).name)),
        StepKind::Fire(timer) => Some(Moment::Fires(run.trace.local(timer).name)),
        _ => None,
    };
    let place = match (moment, when % 3) {
        (Some(moment), 0) => Place::Before(moment),
        (Some(moment), 1) => Place::After(moment),
        _ => Place::At(at),
    };
    let lasting = (how % 4 > 0).then_some(span);
    let message =
        (!run.trace.messages.is_empty()).then(|| run.trace.messages[what as usize % run.trace.messages.len()].name);
    Some(match which % 12 {
        0 => Fault::Crash { node, place },
        1 => Fault::PowerLoss { node, place, kept: how % 3 },
        2 => Fault::Restart { node, place: Place::At(at) },
        3 => Fault::Pause { node, place, lasting: span },
        4 => Fault::Partition { groups: vec![vec![node], vec![other]], one_way: how % 2 == 0, at, lasting },
        5 => Fault::Drop { message: message? },
        6 => Fault::Duplicate { message: message?, after: span },
        7 => Fault::Delay { message: message?, by: span },
        8 => Fault::SlowLink { from: node, to: other, at, lasting, by: span },
        9 => Fault::ClockJump { node, place, by_micros: i64::from(how) - i64::from(u32::MAX / 2) },
        10 => Fault::ClockRate { node, place, error_ppm: (how % 1_000_001) as i32 - 500_000 },
        _ => {
            let declared = run.scenario.protocol.interventions();
            let intervention = declared.get(how as usize % declared.len().max(1))?;
            if !(intervention.applies)(node, &run.topology) {
                return None;
            }
            let arguments = intervention
                .arguments
                .iter()
                .map(|argument| argument.minimum + what % (argument.maximum - argument.minimum + 1).min(3));
            Fault::Intervention { node, place, key: intervention.key, arguments: arguments.collect() }
        }
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn a_random_scenario_reads_back_and_runs_to_the_same_digest(dice in dice()) {
        let scenario = scenario(&dice);
        let run = Run::within(scenario.clone(), LIMITS);
        let link = Link::of(scenario).sharing(&run, None);
        let text = link.to_string();
        prop_assert!(text.len() < 2_000, "{}", text);
        let again = Link::read(&text, Catalogue(&ALL)).map_err(|bad| TestCaseError::fail(format!("{text}: {}", bad.sentence())))?;
        prop_assert_eq!(again.to_string(), text.clone());
        let rerun = Run::within(again.scenario.clone(), LIMITS);
        prop_assert_eq!(again.digest.and_then(|digest| mismatch(digest, rerun.digest)), None);
        prop_assert_eq!((rerun.digest, rerun.len()), (run.digest, run.len()), "{}", text);
        // Whatever it is, it can be looked at: its first, middle and last event, in both languages.
        for event in [0, run.len() / 2, run.len().saturating_sub(1)] {
            let scene = run.scene(event);
            prop_assert!(!scene.narration.en.is_empty() && !scene.narration.zh.is_empty(), "{} event {}", text, event);
        }
    }

    #[test]
    fn a_broken_link_opens_or_says_what_is_wrong(dice in dice(), at in 0usize..400, noise in "\\PC{0,6}") {
        let scenario = scenario(&Dice { faults: dice.faults.iter().take(2).copied().collect(), ..dice });
        let mut text = Link::of(scenario).to_string();
        let at = at.min(text.len());
        text.insert_str(at, &noise);
        if let Err(bad) = Link::read(&text, Catalogue(&ALL)) {
            prop_assert!(text.get(bad.range.clone()).is_some(), "{:?} in {}", bad.range, text);
            prop_assert!(bad.nearest.is_some());
            prop_assert!(!bad.sentence().zh.is_empty());
        }
    }
}

fn corpus_path() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/links.txt")
}

/// The links that must open for ever: one `link digest` a line. `FAULTLINE_BLESS=1` adds what the catalogue has and the
/// corpus lacks; nothing is ever taken away. A line of today's model that no longer matches its digest is a change of
/// behaviour, and wants a new version of the model instead of a new digest.
#[test]
fn every_link_of_the_corpus_opens_and_replays() {
    let path = corpus_path();
    let mut corpus = fs::read_to_string(&path).unwrap_or_default();
    if std::env::var("FAULTLINE_BLESS").is_ok_and(|value| value == "1") {
        for listed in KNOWN.entries() {
            let run = Run::of(listed.scenario());
            for link in [Link::of_entry(listed), Link::of(listed.scenario())] {
                let text = link.sharing(&run, None).to_string();
                if !corpus.lines().any(|line| line.split(' ').next() == Some(&text)) {
                    corpus.push_str(&format!("{text} {}\n", run.digest));
                }
            }
        }
        fs::write(&path, &corpus).unwrap();
    }
    let mut wrong = Vec::new();
    for line in corpus.lines() {
        let (text, digest) = line.split_once(' ').unwrap_or((line, ""));
        match Link::read(text, KNOWN) {
            Err(bad) => wrong.push(format!("{text}: {}", bad.sentence())),
            Ok(link) if link.warning().is_some() => {}
            Ok(link) => {
                let now = Run::of(link.scenario).digest.to_string();
                if now != digest {
                    wrong.push(format!("{text}: {now} instead of {digest}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let missing = KNOWN.entries().filter(|listed| !corpus.contains(&format!("1/{}?", listed.entry.id)));
    let missing: Vec<&str> = missing.map(|listed| listed.entry.id).collect();
    assert!(missing.is_empty(), "FAULTLINE_BLESS=1 adds {}", missing.join(", "));
}

/// Everything between backquotes in the reference that looks like a part of a link is one.
#[test]
fn the_reference_is_true() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("docs/links.md");
    let reference = fs::read_to_string(path).unwrap();
    let mut read = 0;
    for quoted in reference.split('`').skip(1).step_by(2) {
        let key = quoted.split_once('=').map_or("", |(key, _)| key);
        let whole = match quoted {
            "key=value" => continue,
            _ if quoted.contains("1/2pc") => quoted.trim_matches(|c| c == '\'' || c == '\n').to_owned(),
            _ if !key.is_empty() && !key.contains([' ', '\n']) => format!("1/2pc?{quoted}"),
            _ => continue,
        };
        let link = whole.rsplit([' ', '\'']).find(|part| !part.is_empty()).unwrap_or(&whole);
        let opened = Link::read(link, KNOWN).unwrap_or_else(|bad| panic!("{quoted}: {}", bad.sentence()));
        if is_fault_key(key) {
            let topology = opened.scenario.protocol.topology(&opened.scenario.values);
            let notation = Notation::new(opened.scenario.protocol, &topology);
            assert_eq!(notation.write(&opened.scenario.faults[0]), quoted, "the reference shows canonical forms");
        }
        read += 1;
    }
    assert!(read > 30, "only {read} parts of links were found in the reference");
}
