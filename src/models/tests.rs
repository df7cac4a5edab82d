use super::transaction_commit::TransactionCommit;
use super::two_phase::TwoPhase;
use super::*;
use crate::check::search::{End, Outcome};
use std::collections::BTreeSet;

fn search(name: &str, values: &[u32]) -> Report<()> {
    let model = ReferenceModel::of(name).unwrap();
    (model.search)(values, Options::default(), &mut |_| None).unwrap()
}

/// Complete, with these counts: distinct, generated, depth; and these properties broken.
#[track_caller]
fn counts(name: &str, values: &[u32], expected: (u64, u64, u32), broken: &[&str]) {
    let report = search(name, values);
    assert_eq!(report.end, End::Complete);
    assert_eq!((report.distinct, report.generated, report.depth), expected);
    let found: Vec<_> = report.findings.iter().filter(|one| one.outcome.is_broken()).map(|one| one.id).collect();
    assert_eq!(found, broken);
}

#[test]
fn transaction_commit_counts_as_published() {
    // tlaplus/Examples, transaction_commit: manifest.json for TCommit.cfg and TwoPhase.cfg.
    counts("TCommit", &[3], (34, 94, 7), &[]);
    counts("TwoPhase", &[3], (288, 1_146, 11), &[]);
    // Stateright, examples/2pc.rs.
    counts("two-phase", &[5], (8_832, 58_146, 17), &[]);
    // TwoPhase.tla: "a configuration with 50816 reachable states".
    assert_eq!(search("two-phase", &[6]).distinct, 50_816);
}

#[test]
fn atomic_commitment_counts_as_published() {
    // tlaplus/Examples, acp: manifest.json for ACP_SB_TLC.cfg and ACP_NB_TLC.cfg.
    counts("ACP_SB", &[3], (54_944, 218_352, 21), &["ac5"]);
    counts("ACP_NB", &[2], (4_284, 23_988, 19), &[]);
}

#[test]
fn who_decides_before_forwarding_breaks_agreement() {
    let report = search("acp-nb-wrong", &[2]);
    let agreement = &report.findings[0];
    let Outcome::Violated { path, .. } = &agreement.outcome else { panic!("{:?}", agreement.outcome) };
    let names: Vec<&str> = path.steps.iter().map(|(name, ())| name.as_str()).collect();
    assert_eq!(names.iter().filter(|name| **name == "coordDie").count(), 1);
    assert_eq!(names.iter().filter(|name| name.starts_with("parDie")).count(), 1);
    assert!(names.last().unwrap().starts_with("abortOnTimeout"), "{names:?}");
}

#[test]
fn paxos_counts_as_published() {
    // tlaplus/Examples, PaxosHowToWinATuringAward: manifest.json for MCPaxosTiny.cfg.
    counts("paxos-tiny", &[3, 2, 2], (3_921, 23_563, 17), &[]);
}

#[test]
fn registers_count_as_in_stateright() {
    // Stateright 0.31, the tests of examples/single-copy-register.rs, linearizable-register.rs and paxos.rs.
    assert_eq!(search("stateright-single-copy", &[1, 2]).distinct, 93);
    assert_eq!(search("stateright-abd", &[2, 2]).distinct, 544);
    let paxos = search("stateright-paxos", &[3, 2]);
    assert_eq!(paxos.distinct, 16_668);
    for report in [search("stateright-single-copy", &[1, 2]), search("stateright-abd", &[2, 2]), paxos] {
        assert_eq!(report.end, End::Complete);
        assert_eq!(report.findings[0].outcome, Outcome::Holds);
        assert!(matches!(report.findings[1].outcome, Outcome::Seen(_)));
    }
}

/// The counterexamples of Stateright's tests, which are shortest.
#[test]
fn copies_that_do_not_talk_are_not_linearizable() {
    let report = search("stateright-single-copy", &[2, 2]);
    let Outcome::Violated { path, .. } = &report.findings[0].outcome else { panic!() };
    let names: Vec<&str> = path.steps.iter().map(|(name, ())| name.as_str()).collect();
    assert_eq!(names.len(), 4);
    assert!(names[0].contains("Put(") && names[1].contains("PutOk(") && names[2].contains("Get("), "{names:?}");
    assert!(names[3].contains("GetOk(") && names[3].contains("'\\0'"), "{names:?}");
}

/// Numbers of node states and messages depend on which thread came first; nothing that is reported does.
#[test]
fn any_number_of_threads_finds_the_same() {
    for (name, values) in [("stateright-paxos", &[3, 2][..]), ("stateright-single-copy", &[2, 3]), ("ACP_NB", &[2])] {
        let model = ReferenceModel::of(name).unwrap();
        let alone = search(name, values);
        let together = Options { threads: 3, ..Options::default() };
        let together = (model.search)(values, together, &mut |_| None).unwrap();
        assert_eq!((together.end, together.distinct, together.generated), (alone.end, alone.distinct, alone.generated));
        assert_eq!(together.findings, alone.findings);
    }
}

#[test]
fn exact_identity_finds_the_same() {
    for (name, values) in
        [("ACP_NB", &[2][..]), ("paxos", &[3, 2, 2]), ("two-phase", &[4]), ("stateright-abd", &[2, 2])]
    {
        let model = ReferenceModel::of(name).unwrap();
        let exact = Options { exact: true, ..Options::default() };
        let exact = (model.search)(values, exact, &mut |_| None).unwrap();
        let usual = search(name, values);
        assert_eq!((exact.distinct, exact.generated), (usual.distinct, usual.generated));
        assert_eq!(exact.findings, usual.findings);
    }
}

#[test]
fn what_does_not_fit_is_refused() {
    let paxos = ReferenceModel::of("Paxos").unwrap();
    let error = (paxos.search)(&[5, 4, 8], Options::default(), &mut |_| None).unwrap_err();
    assert!(error.contains("at most 128 fit"), "{error}");
}

#[test]
fn models_are_found_by_their_names_and_have_sensible_constants() {
    for model in CATALOGUE {
        assert_eq!(ReferenceModel::of(model.id).unwrap().id, model.id);
        for name in model.names {
            assert_eq!(ReferenceModel::of(name).unwrap().id, model.id, "{name}");
        }
        for constant in model.constants {
            assert!((constant.minimum..=constant.maximum).contains(&constant.default), "{}", constant.key);
        }
    }
    assert!(ReferenceModel::of("three-phase").is_none());
}

#[test]
fn a_watcher_can_end_a_search() {
    let model = ReferenceModel::of("two-phase").unwrap();
    let report = (model.search)(&[6], Options::default(), &mut |_| Some(End::Time)).unwrap();
    assert_eq!(report.end, End::Time);
    assert!(report.findings.iter().any(|finding| finding.outcome == Outcome::NotJudged));
}

/// How many states there are that do not become each other when resource managers change places, counted by going
/// through all and putting each in order.
fn orbits<M: Symmetric<State = u64>>(model: &M) -> u64 {
    let (mut seen, mut representatives) = (BTreeSet::new(), BTreeSet::new());
    let (mut left, mut actions) = (model.initial_states(), Vec::new());
    while let Some(state) = left.pop() {
        if seen.insert(state) {
            representatives.insert(model.representative(&state));
            actions.clear();
            model.actions(&state, &mut actions);
            left.extend(actions.iter().filter_map(|action| model.next_state(&state, action)));
        }
    }
    representatives.len() as u64
}

#[test]
fn symmetry_changes_no_verdict() {
    for rms in 1..=5 {
        let expected = [orbits(&TransactionCommit { rms }), orbits(&TwoPhase { rms })];
        for (name, expected) in ["t-commit", "two-phase"].into_iter().zip(expected) {
            let model = ReferenceModel::of(name).unwrap();
            let options = Options { exact: true, ..Options::default() };
            let reduced = model.by_symmetry.unwrap()(&[rms], options, &mut |_| None).unwrap();
            let whole = search(name, &[rms]);
            assert_eq!((reduced.end, reduced.distinct), (End::Complete, expected), "{name} {rms}");
            let verdicts = |report: &Report<()>| -> Vec<_> {
                report
                    .findings
                    .iter()
                    .map(|one| (one.id, one.outcome.word(), one.outcome.path().map(|path| path.steps.len())))
                    .collect()
            };
            assert_eq!(verdicts(&reduced), verdicts(&whole), "{name} {rms}");
            assert!(rms == 1 || reduced.distinct < whole.distinct);
        }
    }
}
