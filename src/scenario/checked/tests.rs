//! What searches find opens, replays, and breaks what they say; in time and by order.

use super::*;
use crate::check::search::{End, Options};
use crate::protocols::CATALOGUE;
use crate::scenario::catalogue::Catalogue;
use crate::scenario::link::Link;
use crate::sim::trace::Ending;

const SAFE: &str = "agreement";
const LIVE: &str = "nobody-stays-in-doubt";

/// A link, a property, a rule, and faults that break it.
type Case = (&'static str, &'static str, TimerRule, &'static [(Allowed, u8)]);

const CASES: [Case; 12] = [
    ("1/3pc?participants=2", SAFE, TimerRule::Patient, &[(Allowed::Crash, 1)]),
    ("1/3pc?participants=2&decision-retry=10s", SAFE, TimerRule::Patient, &[(Allowed::Drop, 2)]),
    ("1/2pc?participants=2", LIVE, TimerRule::Patient, &[(Allowed::Crash, 1)]),
    (
        "1/2pc?participants=2&mistake=reply-before-fsync",
        SAFE,
        TimerRule::Patient,
        &[(Allowed::PowerLoss, 1), (Allowed::Restart, 1)],
    ),
    ("1/2pc?participants=2&mistake=abort-after-commit-point", SAFE, TimerRule::Patient, &[(Allowed::Drop, 1)]),
    ("1/2pc?participants=2&mistake=prepared-timeout-abort", SAFE, TimerRule::Patient, &[(Allowed::Drop, 1)]),
    ("1/2pc?participants=2&mistake=prepared-timeout-commit", SAFE, TimerRule::Patient, &[(Allowed::Drop, 1)]),
    ("1/2pc?participants=1&mistake=prepared-timeout-abort", SAFE, TimerRule::Any, &[]),
    ("1/3pc?participants=2", SAFE, TimerRule::Patient, &[(Allowed::Pause, 1)]),
    ("1/3pc?participants=2", SAFE, TimerRule::Patient, &[(Allowed::Partition, 1)]),
    ("1/2pc?participants=2", SAFE, TimerRule::Patient, &[(Allowed::Intervention, 1)]),
    (
        "1/2pc?participants=2",
        SAFE,
        TimerRule::Patient,
        &[(Allowed::Crash, 1), (Allowed::Restart, 1), (Allowed::Intervention, 1)],
    ),
];

fn read(link: &str) -> Link {
    Link::read(link, Catalogue(CATALOGUE)).unwrap_or_else(|bad| panic!("{link}: {}", bad.sentence()))
}

fn finding(worlds: &Worlds) -> Finding<WorldState> {
    let options = Options { states_max: 400_000, ..Options::default() };
    crate::check::search::Search::new(worlds, options).run().findings.remove(0)
}

fn worlds_of((link, property, rule, faults): Case) -> (Scenario, Worlds) {
    let scenario = read(link).scenario;
    let properties = vec![scenario.property(property).unwrap()];
    let budget = faults.iter().fold(Faults::default(), |budget, (allowed, most)| budget.with(*allowed, *most));
    let worlds = worlds(&scenario, properties, rule, budget);
    (scenario, worlds)
}

/// The link opens the run that was found, and that run breaks the property.
#[track_caller]
fn opens(found: &Found) -> Run {
    let text = found.link().to_string();
    let link = read(&text);
    assert_eq!(link.scenario, found.scenario, "{text}");
    let run = Run::of(link.scenario);
    assert_eq!(Some(run.digest.short()), link.digest, "{text}");
    let judged = run.verdicts.iter().find(|judged| judged.property.id == found.property.id).unwrap();
    assert!(matches!(judged.verdict.word(), "violated" | "not-yet"), "{text}: {:?}", judged.verdict);
    assert!((0..run.scenario.faults.len()).all(|fault| run.trace.applied(fault as u16)), "{text}");
    run
}

#[test]
fn what_a_search_finds_opens_in_time() {
    for case in CASES {
        let (scenario, worlds) = worlds_of(case);
        let found = shown(&scenario, &worlds, &finding(&worlds)).unwrap_or_else(|| panic!("{case:?}"));
        assert!(!found.is_order_only(), "{case:?}: {}", found.link());
        opens(&found);
        // Without any of its faults nothing breaks.
        for place in 0..found.added.len() {
            let mut fewer = found.scenario.clone();
            fewer.faults.remove(place);
            let verdict =
                Run::of(fewer).verdicts.iter().find(|judged| judged.property.id == case.1).unwrap().verdict.word();
            assert_eq!(verdict, "holds", "{case:?}, {}", found.link());
        }
    }
}

#[test]
fn what_a_search_finds_opens_by_order() {
    for case in CASES {
        let (scenario, worlds) = worlds_of(case);
        let finding = finding(&worlds);
        let Outcome::Violated { path, .. } = &finding.outcome else { panic!("{case:?}: {finding:?}") };
        let order = worlds.ordered(path).unwrap();
        let found = in_order(&scenario, &order, worlds.properties()[0]).unwrap_or_else(|| panic!("{case:?}"));
        assert!(found.is_order_only());
        let run = opens(&found);
        assert!(matches!(run.ending, Ending::Order | Ending::Quiescent), "{case:?}");
        assert!(found.link().to_string().len() < 1_000, "{}", found.link());
        // The run says what the search said.
        if case.1 == SAFE {
            assert_eq!(Some(found.why.en.to_string()), finding.why, "{case:?}");
        }
    }
}

#[test]
fn only_what_is_broken_is_shown() {
    let (scenario, worlds) = worlds_of(("1/2pc?participants=2", SAFE, TimerRule::Patient, &[]));
    let finding = finding(&worlds);
    assert_eq!(finding.outcome, Outcome::Holds);
    assert!(shown(&scenario, &worlds, &finding).is_none());
}

/// Goes through with what is asked, in slices.
fn account(question: &Question) -> Account {
    let mut checking =
        Checking::new(question.ask(Catalogue(CATALOGUE)).unwrap_or_else(|bad| panic!("{}", bad.sentence())));
    let mut slices = 1;
    while !checking.go_on() {
        let account = Account::of(&checking);
        assert_eq!((account.end, account.verdicts.len()), (None, 0), "it has not ended: {}", account.sentence);
        slices += 1;
    }
    assert!(slices > 2, "it went on at once");
    Account::of(&checking)
}

fn asked(link: &str, faults: &str) -> Question {
    Question { faults: faults.to_owned(), ..Question::of(&read(link)) }
}

#[test]
fn a_search_in_slices_covers_what_one_at_once_does_and_says_what_that_is() {
    let question = asked("1/2pc?participants=2", "crash=1");
    let account = account(&question);
    let ask = question.ask(Catalogue(CATALOGUE)).unwrap_or_else(|bad| panic!("{}", bad.sentence()));
    let report = crate::check::search::Search::new(&ask.worlds, ask.options).run();
    assert_eq!((account.states, account.generated, account.depth), (report.distinct, report.generated, report.depth));
    assert!(account.verdicts.iter().all(|verdict| verdict.judged == Judged::Holds), "{:?}", account.verdicts);
    let states = explore::grouped(report.distinct);
    let nodes = ask.scenario.protocol.topology(&ask.scenario.values).nodes.len();
    assert_eq!(
        account.sentence.en,
        format!(
            "Nothing broke in all runs of {nodes} nodes with at most 1 crash, in whatever order: {states} states; \
             not a proof beyond that"
        )
    );
    assert!(account.identity.is_some_and(|identity| identity.en.contains("64-bit")));
}

#[test]
fn what_a_search_in_slices_finds_comes_with_the_link_that_opens_it() {
    let account = account(&asked("1/3pc?participants=2", "crash=1"));
    let broken = account.broken().expect("a broken property");
    let opens = broken.opens.as_ref().expect("a run that shows it");
    let link = read(&opens.link);
    assert_eq!(opens.added.len(), link.scenario.faults.len());
    let run = Run::of(link.scenario);
    let judged = run.verdicts.iter().find(|judged| judged.property.id == broken.property).expect("a property");
    assert_eq!(judged.verdict.word(), "violated");
}

#[test]
fn bounds_that_are_used_up_are_named() {
    let bounds = Bounds { states_max: 1_000, ..Bounds::default() };
    let account = account(&Question { bounds, ..asked("1/2pc?participants=2", "crash=2,drop=2") });
    assert_eq!(account.end, Some(End::States));
    assert!(
        account.sentence.en.starts_with("The search used up its states after 1,000 states"),
        "{}",
        account.sentence
    );
    assert!(account.verdicts.iter().all(|verdict| verdict.judged == Judged::NotJudged));
}

#[test]
fn what_means_nothing_without_time_is_refused() {
    for faults in ["delay", "jump=1", "nonsense"] {
        assert!(asked("1/2pc", faults).ask(Catalogue(CATALOGUE)).is_err(), "{faults}");
    }
    let unknown = Question { properties: vec!["nonsense".to_owned()], ..asked("1/2pc", "") };
    assert!(unknown.ask(Catalogue(CATALOGUE)).is_err());
}
