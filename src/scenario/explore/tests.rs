//! What the search finds by itself, and where it finds nothing: the rows of the reference sheets, each with its budget.

mod locks;
mod random;

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
        ask.properties = ask.scenario.protocol.properties().iter().filter(|known| known.id == property).collect();
        assert_eq!(ask.properties.len(), 1, "{property}");
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

/// The most lists of faults, by the events of a run and the faults of a scenario, that are searched for what the catalogue
/// shows: the heartbeats of an ensemble and the polls of a lock make so many places that more would take minutes.
const SEARCHED_LISTS_MAX: u64 = 60_000;

/// Every safety violation of the catalogue is found again, with as many faults of the same kinds or fewer.
#[test]
fn it_finds_what_the_catalogue_shows() {
    let mut tried = 0;
    for listed in KNOWN.entries() {
        let shown = listed.scenario();
        let run = Run::of(shown.clone());
        let Some(budget) = Budget::of_faults(&shown.faults) else { continue };
        let lists = u64::from(run.len()).saturating_pow(shown.faults.len() as u32);
        for judged in run.verdicts.iter().filter(|judged| judged.property.kind == PropertyKind::Always) {
            if lists > SEARCHED_LISTS_MAX || !matches!(judged.verdict, Verdict::Violated { .. }) {
                continue;
            }
            tried += 1;
            let scenario = Scenario { faults: Vec::new(), ..shown.clone() };
            let ask = Ask { budget: budget.clone(), properties: vec![judged.property], ..Ask::of(scenario) };
            let (progress, found) = Search::new(ask).finish();
            let [found] = &found[..] else { panic!("{}: {} {progress:?}", listed.entry.id, judged.property.id) };
            assert!(found.added.len() <= shown.faults.len(), "{}", found.link());
            holds_what_it_says(found);
        }
    }
    assert!(tried > 20, "{tried}");
}

mod two_phase_commit {
    use super::*;

    /// Sheet §1: 2PC-1 to 2PC-4 and 2PC-6 hold under DROP, DUP, REORDER, PART, CRASHREC.
    #[test]
    fn stands_two_crashes_restarts_and_losses() {
        let progress = stands("1/2pc?until=5s", "", "crash,restart,drop", 2);
        assert!(progress.runs > 1_000, "{progress:?}");
        assert!(progress.repeating > 0, "whoever waits for a dead coordinator asks for ever");
    }

    /// Sheet §1, the same row.
    #[test]
    fn stands_any_single_fault_of_the_network_and_any_pause() {
        stands("1/2pc?participants=2&until=5s", "", "twice,delay,cut,oneway,pause,power", 1);
    }

    /// Sheet §1: heuristic decision: permanent atomicity violation. Budget: one intervention.
    #[test]
    fn one_operator_breaks_it() {
        for key in ["do.force-abort", "do.force-abort:p3"] {
            let found = breaks("1/2pc?until=5s", "agreement", key, 2, 1);
            assert!(matches!(&found.added[0], Fault::Intervention { key: "force-abort", .. }));
        }
        stands("1/2pc?until=5s", "agreement", "do.force-commit", 1);
    }

    /// Sheet §1: 2PC-1 is broken by AMNESIA of a prepared record, or of the TM's commit record. Budget: one lost record,
    /// one crash, one restart.
    #[test]
    fn a_lost_record_breaks_it_at_the_next_start() {
        breaks("1/2pc?participants=2&until=5s", "agreement", "do.lose:p2=1,crash:p2=1,restart:p2=1", 3, 3);
        breaks("1/2pc?participants=2&until=5s", "agreement", "do.lose:c=1,crash:c=1,restart:c=1", 3, 3);
        stands("1/2pc?participants=2&until=5s", "agreement", "do.lose=1,crash=1,restart=1", 2);
    }

    /// Sheet §1: TM dead forever and all live RMs prepared: blocked forever. Budget: one crash of the coordinator, and one
    /// of the client; without inquiries. Otherwise somebody asks for ever, and the run never comes to rest.
    #[test]
    fn a_dead_coordinator_leaves_everybody_in_doubt() {
        let dead = "crash:c=1,crash:cl=1";
        breaks("1/2pc?inquiry=off&until=5s", "nobody-stays-in-doubt", dead, 2, 2);
        stands("1/2pc?inquiry=off&until=5s", "nobody-stays-in-doubt", "crash:p1=1,crash:cl=1", 2);
    }
}

mod three_phase_commit {
    use super::*;

    /// Sheet §2: coordinator crash only, sends are per recipient: VIOLATED. Budget: one crash of the coordinator.
    #[test]
    fn one_crash_of_the_coordinator_breaks_it() {
        for participants in [2, 3] {
            let found = breaks(&format!("1/3pc?participants={participants}"), "agreement", "crash:c=1", 1, 1);
            let link = found.link().to_string();
            assert!(link.contains("crash=c@after:pre-commit.1:p"), "{link}");
        }
    }

    /// Sheet §2: one participant crash only: safe. Budget: one crash of any participant.
    #[test]
    fn one_crash_of_a_participant_does_not() {
        stands("1/3pc", "agreement", "crash:p1,crash:p2,crash:p3", 1);
    }

    /// Sheet §2: message loss, no crash: VIOLATED. Budget: two drops; one does not suffice. Without repeated decisions, as
    /// in the sheet's model, which sends each message once.
    #[test]
    fn two_lost_messages_break_it() {
        breaks("1/3pc?decision-retry=10s", "agreement", "drop", 2, 2);
        stands("1/3pc?decision-retry=10s", "agreement", "drop", 1);
    }

    /// Sheet §2: premature time-out: VIOLATED. Budget: none, the time-out itself is the mistake.
    #[test]
    fn impatience_needs_one_late_message() {
        breaks("1/3pc?mistake=impatient-participants", "agreement", "drop,delay,pause", 1, 1);
    }

    /// Sheet §2: coordinator crash and termination protocol, with a participant crash: safe. Budget: one crash of the
    /// coordinator and one of any participant.
    #[test]
    fn the_termination_protocol_mends_it() {
        stands("1/3pc?termination=on", "agreement", "crash:c=1,crash:p1=1,crash:p2=1,crash:p3=1", 2);
    }
}

mod tcc {
    use super::*;

    const TWO: &str = "1/tcc?participants=2&until=8s";

    /// Sheet §3, TCC-3: broken by fence off + DUP. Budget: one doubled message; or one lost, after which it is repeated.
    #[test]
    fn without_a_guard_one_doubled_or_lost_message_takes_effect_twice() {
        breaks("1/tcc?guard=off&until=5s", "no-effect-twice", "twice", 1, 1);
        breaks("1/tcc?guard=off&until=5s", "no-effect-twice", "drop", 1, 1);
    }

    /// Sheet §3: a refusal alone leads to an empty rollback, and without a guard that changes rows. Budget: none needed.
    #[test]
    fn without_a_guard_a_refusal_alone_undoes_what_was_never_done() {
        breaks("1/tcc?guard=off&refuse=p2&until=5s", "undoes-only-what-was-done", "drop", 1, 0);
    }

    /// Sheet §3, TCC-4: suspension. Budget: one late message.
    #[test]
    fn one_late_try_hangs_where_nothing_remembers_the_cancel() {
        let found = breaks("1/tcc?guard=reservations&until=10s", "no-effect-after-its-undoing", "delay", 1, 1);
        assert_eq!(found.added[0].message().expect("a message").kind, "try");
    }

    /// Sheet §3, subtle bug (a): a second late try after the delete is admitted. Over a link that makes the try late. Budget:
    /// one doubled message; without the mistake it does nothing.
    #[test]
    fn deleting_the_fence_row_needs_a_try_that_is_late_and_doubled() {
        let late = "1/tcc?participants=1&until=10s&slow=cl:p1@4ms+10ms~4s";
        let mistaken = late.replace("&until", "&mistake=delete-on-duplicate&until");
        stands(late, "no-effect-after-its-undoing", "twice,drop", 1);
        breaks(&mistaken, "no-effect-after-its-undoing", "twice", 1, 1);
    }

    /// Sheet §3: with the fence, and with the barrier, all of TCC-3 to TCC-6 hold. Budget: any two crashes, restarts or lost
    /// messages.
    #[test]
    fn behind_a_guard_two_crashes_restarts_and_losses_break_nothing() {
        for guard in ["seata", "dtm"] {
            stands(&format!("{TWO}&guard={guard}"), "", "crash,restart,drop", 2);
        }
    }

    /// The same row. Budget: any single fault of the network, any pause, any loss of power.
    #[test]
    fn behind_a_guard_no_single_fault_of_the_network_and_no_pause_breaks_anything() {
        for guard in ["seata", "dtm"] {
            stands(&format!("{TWO}&guard={guard}"), "", "twice,delay,cut,oneway,pause,power", 1);
        }
    }

    /// A coordinator that decides alone is contradicted by its stand-by. Budget: one pause.
    #[test]
    fn deciding_alone_needs_one_pause() {
        let alone = "1/tcc?participants=2&stand-by=on&take-over=1s&guard=dtm&until=8s";
        breaks(&format!("{alone}&mistake=decide-alone"), "never-both-ways", "pause:c=1", 1, 1);
        stands(alone, "never-both-ways", "pause:c=1", 1);
    }
}

mod saga {
    use super::*;

    /// Sheet §7: T_k is invoked again, and needs idempotence. Budget: one lost message, or one doubled.
    #[test]
    fn without_a_guard_one_lost_answer_does_a_step_twice() {
        breaks("1/saga?guard=off&until=5s", "no-effect-twice", "drop", 1, 1);
        breaks("1/saga?guard=off&style=choreographed&until=5s", "no-effect-twice", "twice", 1, 1);
    }

    /// Sheet §7: dangling action. Budget: one late message.
    #[test]
    fn without_a_guard_one_late_action_dangles() {
        let impatient = "1/saga?saga-timeout=2s&retry=10s&until=10s";
        breaks(&format!("{impatient}&guard=off"), "no-effect-after-its-undoing", "delay", 1, 1);
        stands(impatient, "no-effect-after-its-undoing", "delay", 1);
    }

    /// Sheet §7: no isolation (lost updates). Budget: none needed; with a countermeasure one crash does not do it either.
    #[test]
    fn two_sagas_alone_lose_an_update_without_a_countermeasure() {
        let two = "1/saga?participants=2&orders=2&at-once=2&rows=1&refuse=p2&until=5s";
        breaks(&format!("{two}&isolation=overwrite"), "no-lost-update", "drop", 1, 0);
        for countermeasure in ["commutative", "reread", "semantic-lock"] {
            stands(&format!("{two}&isolation={countermeasure}"), "no-lost-update", "crash,drop", 1);
        }
    }

    /// Sheet §7: with the barrier SAGA-2 to SAGA-4 hold. Budget: any two crashes, restarts or lost messages.
    #[test]
    fn behind_the_barrier_two_crashes_restarts_and_losses_break_nothing() {
        for style in ["orchestrated", "choreographed"] {
            stands(&format!("1/saga?participants=2&style={style}&until=8s"), "", "crash,restart,drop", 2);
        }
    }
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

mod zookeeper_lock {
    use super::*;

    /// Four seconds, so that a run is short.
    const LOCK: &str = "1/zookeeper-lock?think=0ms&session=4s&until=20s";

    /// Sheet ZK-2: broken by PAUSE. Budget: one pause of a client.
    #[test]
    fn one_pause_of_the_holder_gives_the_lock_to_two() {
        breaks(LOCK, "one-holder", "pause:c1=1", 1, 1);
    }

    /// Sheet §12, as Jepsen found it in etcd's lock: an old answer is believed. Budget: one pause of a client.
    #[test]
    fn heeding_the_connection_does_not_help_against_a_pause() {
        breaks(&format!("{LOCK}&suspended=heeded"), "one-holder", "pause:c1=1", 1, 1);
    }

    /// Sheet F-1: no stale write after a newer one. Budget: one crash, pause or partition, of whomever.
    #[test]
    fn fencing_stands_any_single_crash_pause_or_partition() {
        let progress = stands(&format!("{LOCK}&fencing=on"), "no-stale-write", "crash,pause,cut", 1);
        assert!(progress.runs > 1_000, "{progress:?}");
    }

    /// Without it one pause is enough.
    #[test]
    fn without_fencing_one_pause_overwrites_a_newer_write() {
        breaks(LOCK, "no-stale-write", "pause:c1=1", 1, 1);
    }
}
