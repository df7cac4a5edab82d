//! What the search finds by itself, and where it finds nothing: the rows of the reference sheets, each with its budget.

mod balancing;
mod locks;
mod random;
mod transactions;

use super::*;
use crate::check::Verdict;
use crate::protocols::CATALOGUE;
use crate::scenario::catalogue::Catalogue;
use crate::scenario::link::Link;
use crate::scenario::run::Run;

const KNOWN: Catalogue = Catalogue(CATALOGUE);

/// Asks whether a property (any safety property, if none is named) of a link's scenario can be broken.
fn ask(link: &str, property: &str, faults: &str, at_most: u8) -> Ask {
    let link = Link::read(link, KNOWN).unwrap_or_else(|bad| panic!("{}", bad.sentence()));
    let scenario = link.scenario;
    let topology = scenario.protocol.topology(&scenario.values);
    let budget = Budget::read(faults, Some(at_most), scenario.protocol, &topology);
    let mut ask = Ask { from: link.at, ..Ask::of(scenario) };
    ask.budget = budget.unwrap_or_else(|bad| panic!("{}", bad.sentence()));
    if !property.is_empty() {
        ask.properties = vec![ask.scenario.property(property).unwrap()];
    }
    ask
}

fn verdict<'a>(run: &'a Run, property: &Property) -> &'a Verdict {
    &run.verdicts.iter().find(|judged| judged.property.id == property.id).expect("a property").verdict
}

/// What must be so of every break that is found: its link replays to it, and no fault can be left out.
fn holds_what_it_says(found: &Found) {
    let link = Link::read(&found.link().to_string(), KNOWN).unwrap_or_else(|bad| panic!("{}", bad.sentence()));
    assert_eq!(link.scenario, found.scenario);
    let run = Run::of(link.scenario);
    let Verdict::Violated { at, why } = verdict(&run, found.property) else { panic!("{} holds", found.link()) };
    assert_eq!((at, why), (&found.at, &found.why));
    assert_eq!(Some(run.digest.short()), link.digest);
    let own = found.scenario.faults.len() - found.added.len();
    for place in own..found.scenario.faults.len() {
        assert!(run.trace.applied(place as u16), "{} has a fault that meets nothing", found.link());
        let mut fewer = found.scenario.clone();
        fewer.faults.remove(place);
        let verdict = verdict(&Run::of(fewer), found.property).clone();
        assert!(!matches!(verdict, Verdict::Violated { .. }), "{} has a fault too many", found.link());
    }
}

/// The search breaks the property, with exactly so many faults.
fn breaks(link: &str, property: &str, faults: &str, at_most: u8, needed: usize) -> Found {
    let (progress, found) = Search::new(ask(link, property, faults, at_most)).finish();
    assert_eq!(progress.not_replayed, 0);
    let [found] = &found[..] else { panic!("{link}, {faults} at most {at_most}: {progress:?}") };
    assert_eq!(found.added.len(), needed, "{}", found.link());
    holds_what_it_says(found);
    found.clone()
}

/// The search tries everything within the budget and breaks nothing.
fn stands(link: &str, property: &str, faults: &str, at_most: u8) -> Progress {
    let (progress, found) = Search::new(ask(link, property, faults, at_most)).finish();
    assert!(found.is_empty(), "{}", found[0].link());
    assert_eq!((progress.standing, progress.covered), (Standing::Covered, Some(at_most)));
    progress
}

/// The longest search for what the catalogue shows, in steps: the heartbeats of an ensemble and the polls of a lock make so many
/// places for faults that some would take minutes. What is left open is not judged.
const SEARCHED_STEPS_MAX: u32 = 200_000;

/// Every safety violation of the catalogue is found again, with as many faults of the same kinds or fewer.
#[test]
fn it_finds_what_the_catalogue_shows() {
    let mut tried = 0;
    for listed in KNOWN.entries() {
        let shown = listed.scenario();
        let run = Run::of(shown.clone());
        let Some(budget) = Budget::of_faults(&shown.faults) else { continue };
        for judged in run.verdicts.iter().filter(|judged| judged.property.kind == PropertyKind::Always) {
            if shown.faults.len() > 3 || !matches!(judged.verdict, Verdict::Violated { .. }) {
                continue;
            }
            let scenario = Scenario { faults: Vec::new(), ..shown.clone() };
            let ask = Ask { budget: budget.clone(), properties: vec![judged.property], ..Ask::of(scenario) };
            let mut search = Search::new(ask);
            if search.go_on(SEARCHED_STEPS_MAX) == Standing::Searching {
                continue;
            }
            tried += 1;
            let (progress, found) = search.finish();
            let [found] = &found[..] else { panic!("{}: {} {progress:?}", listed.entry.id, judged.property.id) };
            assert!(found.added.len() <= shown.faults.len(), "{}", found.link());
            holds_what_it_says(found);
        }
    }
    assert!(tried > 20, "{tried}");
}

/// What a search gives, without what it cost.
fn answer(found: &[Found]) -> Vec<(&'static str, String)> {
    found.iter().map(|found| (found.property.id, found.link().to_string())).collect()
}

#[test]
fn the_same_question_has_the_same_answer_in_whatever_slices() {
    let ask = || Ask { aim: Aim::Each, ..ask("1/3pc?termination=on&until=20s", "", "crash,cut", 1) };
    let (whole, found) = Search::new(ask()).finish();
    for slice in [1, 7, 1_000] {
        let mut search = Search::new(ask());
        while search.go_on(slice) == Standing::Searching {}
        let progress = search.progress();
        assert_eq!(answer(search.found()), answer(&found));
        assert_eq!((progress.runs, progress.states, progress.steps), (whole.runs, whole.states, whole.steps));
    }
}

#[test]
fn merging_changes_no_verdict() {
    for (link, faults, at_most) in [
        ("1/2pc?participants=2&until=3s", "crash,restart,drop", 2),
        ("1/2pc?participants=2&until=3s&mistake=abort-after-commit-point", "crash,drop", 1),
        ("1/2pc?participants=2&until=3s&mistake=reply-before-fsync", "power,restart", 2),
        ("1/2pc?participants=1&until=2s&latency-model=uniform", "crash,restart,drop,delay", 2),
        ("1/3pc?participants=2&until=8s", "crash:c,drop,pause:c", 1),
        ("1/3pc?participants=2&until=8s&termination=on", "crash,cut", 1),
        ("1/3pc?participants=2&until=8s&decision-retry=10s", "drop", 2),
    ] {
        let with = Ask { aim: Aim::Each, ..ask(link, "", faults, at_most) };
        let (merged, found) = Search::new(with.clone()).finish();
        let (whole, found_without) = Search::new(Ask { merging: false, ..with }).finish();
        assert_eq!(answer(&found), answer(&found_without), "{link} {faults}");
        assert_eq!((merged.standing, merged.covered), (whole.standing, whole.covered));
        assert!(merged.merged > 0 && merged.steps < whole.steps && whole.merged == 0, "{link}: {merged:?}");
        assert_eq!((merged.not_replayed, whole.not_replayed), (0, 0));
    }
}

#[test]
fn from_an_instant_faults_come_only_after_it() {
    let found = breaks("1/3pc?t=3ms", "agreement", "crash:c=1", 1, 1);
    assert!(found.instant > Instant::from_micros(3_000));
    // Once every pre-commit has left, the coordinator may die.
    stands("1/3pc?t=5ms", "agreement", "crash:c=1", 1);
    stands("1/3pc?t=5.1ms", "agreement", "drop:p1,crash:p1", 1);
    // What was broken before that instant is broken without more faults.
    breaks("1/3pc?crash=c@after:pre-commit.1:p1&t=7s", "agreement", "crash", 1, 0);
    // Nothing can be added after the run's end.
    let (progress, found) = Search::new(ask("1/3pc?t=200s", "agreement", "crash", 2)).finish();
    assert!(found.is_empty() && progress.candidates == 0 && progress.standing == Standing::Covered);
}

#[test]
fn the_scenarios_own_faults_stand() {
    let found = breaks("1/3pc?decision-retry=10s&drop=c:pre-commit.1:p2", "agreement", "drop", 1, 1);
    assert_eq!(found.scenario.faults.len(), 2);
    assert!(found.link().to_string().contains("drop=c:pre-commit.1:p2&drop=c:abort.1:p"), "{}", found.link());
}

#[test]
fn a_search_keeps_within_its_bounds() {
    let limited = |bounds| Search::new(Ask { bounds, ..ask("1/2pc?until=5s", "", "crash,restart,drop", 3) }).finish().0;
    let few = limited(Bounds { runs_max: 100, ..Bounds::default() });
    assert_eq!((few.standing, few.covered), (Standing::OutOfRuns, Some(1)));
    let small = limited(Bounds { memory_bytes_max: 100_000, ..Bounds::default() });
    assert_eq!((small.standing, small.covered), (Standing::OutOfMemory, Some(1)));
    let budget = Budget::up_to(3, &[Kind::Crash, Kind::Drop]);
    let sentence = small.sentence(&budget, 0);
    assert!(sentence.en.contains("used up its memory") && sentence.en.contains("at most 1 crash or lost message were"));
    assert!(sentence.zh.contains("最多 1 次崩溃或消息丢失的情形都已试过"), "{}", sentence.zh);
}

#[test]
fn budgets_read_as_they_are_written() {
    let scenario = Scenario::of(KNOWN.protocols().next().expect("a protocol"));
    let topology = scenario.protocol.topology(&scenario.values);
    let read = |text: &str, in_all| Budget::read(text, in_all, scenario.protocol, &topology);
    let budget = read("crash=2,drop=1,crash:c=1,do.lose:p1=1", None).expect("a budget");
    assert_eq!(budget.write(&topology), "do.lose:p1=1,crash:c=1,crash=2,drop=1");
    assert_eq!(budget.in_all(), 5);
    assert_eq!(read("crash,drop", None).expect("a budget").in_all(), IN_ALL_DEFAULT);
    assert_eq!(read("crash,drop", Some(1)).expect("a budget").in_all(), 1);
    for (text, part) in [
        ("crush=1", "crush"),
        ("crash=0", "0"),
        ("crash=x", "x"),
        ("crash=10", "10"),
        ("crash:p9=1", "p9"),
        ("crash=1,,drop=1", ""),
        ("slow=1", "slow"),
        ("do.find=1", "find"),
        ("crash.lose=1", "lose"),
        ("", ""),
    ] {
        let bad = read(text, None).expect_err(text);
        assert_eq!(bad.part, part, "{text}: {}", bad.sentence());
    }
}

#[test]
fn a_question_crosses_to_the_worker_and_its_account_back() {
    let link = Link::read("1/3pc?until=20s&t=3ms", KNOWN).unwrap_or_else(|bad| panic!("{}", bad.sentence()));
    let question = Question { faults: "crash:c=1".to_owned(), ..Question::of(&link) };
    let bytes = postcard::to_allocvec(&question).expect("plain data");
    let question: Question = postcard::from_bytes(&bytes).expect("what was written");
    let mut search = Search::new(question.ask(KNOWN).unwrap_or_else(|bad| panic!("{}", bad.sentence())));
    search.go_on(100);
    let early = Account::of(&search);
    assert_eq!((early.standing, early.breaks.len()), (Standing::Searching, 0));
    assert!(early.sentence.en.starts_with("Searching with ") && early.trying.len() <= 1, "{early:?}");
    while search.go_on(1_000) == Standing::Searching {}
    let bytes = postcard::to_allocvec(&Account::of(&search)).expect("plain data");
    let account: Account = postcard::from_bytes(&bytes).expect("what was written");
    assert_eq!(account.standing, Standing::Found);
    assert_eq!(account.breaks[0].property, "agreement");
    assert_eq!(account.breaks[0].added, ["crash=c@after:pre-commit.1:p1"]);
    holds_what_it_says(&search.found()[0]);
    for (question, part) in [
        (Question { link: "1/4pc".to_owned(), ..question.clone() }, "4pc"),
        (Question { properties: vec!["agreeable".to_owned()], ..question.clone() }, "agreeable"),
        (Question { faults: "crash:x=1".to_owned(), ..question.clone() }, "x"),
    ] {
        let Err(bad) = question.ask(KNOWN) else { panic!("{part}") };
        assert_eq!(bad.part, part);
    }
    let one = Question { at_most: Some(1), faults: String::new(), ..question };
    let Ok(ask) = one.ask(KNOWN) else { panic!("a question") };
    assert_eq!((ask.budget.in_all(), ask.budget.allowances().len()), (1, 2));
}

/// The strip under the scrubber gives what a search from each of its instants gives.
#[test]
fn the_reach_of_faults_is_that_of_a_search_from_each_instant() {
    for (link, faults, at_most) in
        [("1/3pc?until=10s&decision-retry=10s", "crash:c,drop", 2), ("1/2pc?until=3s", "drop", 1)]
    {
        let ask = ask(link, "agreement", faults, at_most);
        let run = Run::of(ask.scenario.clone());
        let instants: Vec<Instant> = run.trace.events.iter().map(|step| run.trace.steps[*step as usize].at).collect();
        let mut reach = Reach::new(ask.clone(), instants);
        while !reach.go_on(1_000) {}
        let mut last = 0;
        for (from, reached) in reach.reached() {
            let (progress, found) = Search::new(Ask { from: Some(from), ..ask.clone() }).finish();
            let expected = found.first().map(|found| Reached::Breaks(found.added.len() as u8));
            assert_eq!(reached, expected.unwrap_or(Reached::Stands), "{link} from {from}: {progress:?}");
            let fewest = found.first().map_or(usize::MAX, |found| found.added.len());
            assert!(fewest >= last, "later needs as many faults or more");
            last = fewest;
        }
    }
}
