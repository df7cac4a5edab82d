//! Links of the real catalogue: random scenarios written down and read again, the corpus that must open for ever, and
//! the reference that people read.

#[path = "support/lease.rs"]
mod lease;
#[path = "support/wild.rs"]
mod wild;

use faultline::protocols::{CATALOGUE, Protocol};
use faultline::scenario::Scenario;
use faultline::scenario::catalogue::Catalogue;
use faultline::scenario::link::{Link, mismatch};
use faultline::scenario::notation::{Notation, is_fault_key};
use faultline::scenario::run::Run;
use proptest::prelude::*;
use std::fs;
use std::path::PathBuf;
use std::sync::LazyLock;
use wild::{LIMITS, Picks, any_picks, any_scenario, cases, with_faults};

const KNOWN: Catalogue = Catalogue(CATALOGUE);

/// The catalogue, and a protocol that it does not have.
static ALL: LazyLock<Vec<&'static dyn Protocol>> = LazyLock::new(|| {
    let mut all = CATALOGUE.to_vec();
    all.push(&lease::Lease);
    all
});

/// A scenario of any protocol, with faults taken from what it really does.
fn scenario() -> impl Strategy<Value = Scenario> {
    let faults = prop::collection::vec(any_picks(), 0..6);
    (any::<prop::sample::Index>(), any::<u64>(), any::<[u32; 24]>(), faults).prop_map(
        |(protocol, seed, parameters, faults): (prop::sample::Index, u64, [u32; 24], Vec<Picks>)| {
            with_faults(any_scenario(ALL[protocol.index(ALL.len())], seed, &parameters), &faults)
        },
    )
}

proptest! {
    #![proptest_config(cases(192))]

    #[test]
    fn a_random_scenario_reads_back_and_runs_to_the_same_digest(scenario in scenario()) {
        let run = Run::within(scenario.clone(), LIMITS);
        let link = Link::of(scenario).sharing(&run, None);
        let text = link.to_string();
        prop_assert!(text.len() < 2_000, "{}", text);
        let again = Link::read(&text, Catalogue(&ALL));
        let again = again.map_err(|bad| TestCaseError::fail(format!("{text}: {}", bad.sentence())))?;
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
    fn a_broken_link_opens_or_says_what_is_wrong(scenario in scenario(), at in 0usize..400, noise in "\\PC{0,6}") {
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
