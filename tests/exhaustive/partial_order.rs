//! Leaving out orders that make no difference changes no verdict, no count of states, no depth and no counterexample.

use super::*;
use faultline::check::PropertyKind;
use faultline::check::search::Report;

/// All properties that are no `eventually`.
fn judged(link: &str) -> Vec<&'static str> {
    let scenario = Link::read(link, Catalogue(CATALOGUE)).unwrap().scenario;
    let properties = scenario.properties().filter(|property| property.kind != PropertyKind::Eventually);
    properties.map(|property| property.id).collect()
}

/// Without and with. What is cut off is cut off at the same state.
fn both(
    link: &str,
    properties: &[&str],
    rule: TimerRule,
    faults: &[(Allowed, u8)],
    options: Options,
) -> [Report<()>; 2] {
    let worlds = || worlds_of(link, properties, rule, faults).1;
    let report = |worlds: Worlds| Search::new(&worlds, options.clone()).run().without_states();
    [report(worlds()), report(worlds().in_part().unwrap())]
}

#[test]
fn every_protocol_has_the_same_states_verdicts_and_counterexamples() {
    let budgets =
        [NOTHING, &[(Allowed::Crash, 1), (Allowed::Restart, 1), (Allowed::Drop, 1)], &[(Allowed::Partition, 1)]];
    let mut left_out = 0;
    for protocol in CATALOGUE {
        let link = format!("1/{}", protocol.id());
        let judged = judged(&link);
        for (rule, faults) in
            [TimerRule::Patient, TimerRule::Any].into_iter().flat_map(|rule| budgets.map(|faults| (rule, faults)))
        {
            // Where nobody watches, the most is left out.
            for properties in [&judged[..], &[]] {
                let options = Options { states_max: 2_000, ..Options::default() };
                let [all, part] = both(&link, properties, rule, faults, options);
                let what = format!("{link} {rule:?} {faults:?} {properties:?}");
                assert!(part.generated <= all.generated, "{what}");
                left_out += all.generated - part.generated;
                assert_eq!((part.distinct, part.depth, part.end), (all.distinct, all.depth, all.end), "{what}");
                assert_eq!(part.findings, all.findings, "{what}");
            }
        }
    }
    assert!(left_out > 10_000, "{left_out} transitions were left out");
}

#[test]
fn mistakes_break_by_the_same_shortest_run() {
    for (link, faults) in [
        ("1/2pc?participants=2&mistake=abort-after-commit-point", &[(Allowed::Drop, 1)][..]),
        ("1/2pc?participants=2&mistake=prepared-timeout-abort", &[(Allowed::Drop, 1)]),
        ("1/3pc?participants=2", &[(Allowed::Crash, 1)]),
        ("1/3pc?participants=2", &[(Allowed::Partition, 1)]),
    ] {
        let options = Options { threads: 2, ..Options::default() };
        let [all, part] = both(link, &["agreement"], TimerRule::Patient, faults, options);
        assert!(all.findings.iter().any(|finding| finding.outcome.is_broken()), "{link}: {:?}", all.findings);
        assert_eq!(part.findings, all.findings, "{link}");
    }
}

#[test]
fn what_needs_all_transitions_is_refused() {
    let (_, worlds) = worlds_of("1/2pc", &["nobody-stays-in-doubt"], TimerRule::Patient, NOTHING);
    assert!(worlds.in_part().is_none());
}

#[test]
fn two_nodes_that_leave_each_other_alone_are_taken_in_one_order() {
    let [all, part] = both("1/2pc?participants=4", &[], TimerRule::Patient, NOTHING, Options::default());
    assert_eq!((part.distinct, part.depth, part.end), (all.distinct, all.depth, all.end));
    assert!(part.generated * 2 < all.generated, "{} of {}", part.generated, all.generated);
}
