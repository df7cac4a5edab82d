use super::*;
use crate::sim::fingerprint::mix;

/// A counter modulo something, which goes up by one, by two or not at all, and can break for good.
struct Wheel {
    size: u64,
    /// Whether it can break.
    fragile: bool,
    /// How many bits of the fingerprint are kept.
    bits: u32,
}

const WHEEL: Wheel = Wheel { size: 1_000, fragile: false, bits: 64 };
const BROKEN: u64 = u64::MAX;

impl Model for Wheel {
    type State = u64;
    type Action = u64;

    fn initial_states(&self) -> Vec<u64> {
        vec![0]
    }

    fn actions(&self, state: &u64, actions: &mut Vec<u64>) {
        if *state != BROKEN {
            actions.extend([0, 1, 2]);
            actions.extend(self.fragile.then_some(BROKEN));
        }
    }

    fn next_state(&self, state: &u64, action: &u64) -> Option<u64> {
        match action {
            0 if state.is_multiple_of(2) => None,
            &BROKEN => Some(BROKEN),
            by => Some((state + by) % self.size),
        }
    }

    fn properties(&self) -> Vec<StateProperty<Wheel>> {
        vec![
            StateProperty::always("below", "It stays below 500", |_, state| *state < 500 || *state == BROKEN),
            StateProperty::always_step("no-jump", "It never passes zero without stopping there", |_, before, after| {
                *after == BROKEN || *after == 0 || before <= after
            }),
            StateProperty::sometimes("top", "It comes to 999", |_, state| *state == 999),
            StateProperty::sometimes("beyond", "It comes to 1000", |_, state| *state == 1_000),
            StateProperty::eventually("home", "It comes to 7", |_, state| *state == 7),
            StateProperty::eventually("start", "It comes to 0", |_, state| *state == 0),
        ]
    }

    fn fingerprint(&self, state: &u64) -> u64 {
        mix(*state) >> (64 - self.bits)
    }

    fn fingerprint_is_exact(&self) -> bool {
        self.bits == 64
    }

    fn is_fault(&self, action: &u64) -> bool {
        *action == BROKEN
    }

    fn action_name(&self, _state: &Self::State, action: &u64) -> String {
        format!("+{action}")
    }
}

fn outcome<'a>(report: &'a Report<u64>, id: &str) -> &'a Outcome<u64> {
    &report.findings.iter().find(|finding| finding.id == id).unwrap().outcome
}

#[test]
fn it_counts_every_state_and_every_transition() {
    let report = Search::new(&WHEEL, Options::default()).run();
    assert_eq!((report.end, report.distinct, report.frontier), (End::Complete, 1_000, 0));
    // The initial state; two transitions of each state; of every other one more, to itself.
    assert_eq!(report.generated, 1 + 2 * 1_000 + 500);
    assert_eq!(report.depth, 501);
    assert_eq!(report.identity, Identity::Exact);
}

#[test]
fn counterexamples_are_the_shortest() {
    let report = Search::new(&WHEEL, Options::default()).run();
    let Outcome::Violated { path, trapped_among: None } = outcome(&report, "below") else { panic!() };
    assert_eq!((path.steps.len(), *path.last()), (250, 500));
    assert!(path.steps.iter().all(|(name, _)| name == "+2"));
    let Outcome::Violated { path, .. } = outcome(&report, "no-jump") else { panic!() };
    assert_eq!((path.steps.len(), *path.last()), (501, 1));
    let Outcome::Seen(path) = outcome(&report, "top") else { panic!() };
    assert_eq!(path.steps.len(), 500);
    assert_eq!(*outcome(&report, "beyond"), Outcome::NotSeen);
    // It need not come to 7, but from everywhere it can: whoever goes on fairly gets there.
    assert_eq!(*outcome(&report, "home"), Outcome::Holds);
}

#[test]
fn a_fault_is_no_way_out_but_a_way_in() {
    let report = Search::new(&Wheel { fragile: true, ..WHEEL }, Options::default()).run();
    let Outcome::Violated { path, trapped_among } = outcome(&report, "home") else { panic!() };
    assert_eq!((path.steps.len(), *path.last(), *trapped_among), (1, BROKEN, Some(1)));
    assert_eq!(*outcome(&report, "start"), Outcome::Holds, "it was so at the start");
}

#[test]
fn a_search_that_is_cut_off_says_so() {
    let cut = |options| Search::new(&WHEEL, options).run();
    let report = cut(Options { states_max: 100, ..Options::default() });
    assert_eq!((report.end, report.distinct), (End::States, 100));
    assert!(report.findings.iter().all(|finding| finding.outcome == Outcome::NotJudged));
    let report = cut(Options { depth_max: 10, ..Options::default() });
    assert_eq!((report.end, report.depth, report.distinct), (End::Depth, 10, 19));
    assert_eq!(report.frontier, 2);
    assert_eq!(cut(Options { depth_max: 1, ..Options::default() }).distinct, 1);
    assert_eq!(cut(Options { memory_bytes_max: 5_000, ..Options::default() }).end, End::Memory);
    let mut search = Search::new(&WHEEL, Options::default());
    assert!(search.advance());
    search.stop(End::Time);
    assert!(!search.advance());
    assert_eq!(search.report().end, End::Time);
}

#[test]
fn fingerprints_may_collide_and_whole_states_may_not() {
    let poor = Wheel { bits: 12, ..WHEEL };
    let report = Search::new(&poor, Options::default()).run();
    assert!(report.distinct < 1_000);
    assert!(matches!(report.identity, Identity::Fingerprint { .. }));
    let report = Search::new(&poor, Options { exact: true, ..Options::default() }).run();
    assert_eq!((report.distinct, report.generated, report.identity), (1_000, 2_501, Identity::Exact));
}

/// Triples of numbers below 24, each of which can go up: wide enough for several threads.
struct Cube;

impl Model for Cube {
    type State = [u8; 3];
    type Action = usize;

    fn initial_states(&self) -> Vec<[u8; 3]> {
        vec![[0; 3], [0, 0, 1]]
    }

    fn actions(&self, state: &[u8; 3], actions: &mut Vec<usize>) {
        actions.extend((0..3).filter(|axis| state[*axis] < 23));
    }

    fn next_state(&self, state: &[u8; 3], axis: &usize) -> Option<[u8; 3]> {
        let mut next = *state;
        next[*axis] += 1;
        Some(next)
    }

    fn properties(&self) -> Vec<StateProperty<Cube>> {
        vec![
            StateProperty::always("sum", "No sum is 41", |_, state: &[u8; 3]| state.iter().sum::<u8>() != 41),
            StateProperty::always("corner", "No corner", |_, state| *state != [23, 23, 23]),
            StateProperty::sometimes("all", "It comes to four of each", |_, state| *state == [4, 4, 4]),
        ]
    }

    fn fingerprint(&self, state: &[u8; 3]) -> u64 {
        mix(state.iter().fold(0, |number, digit| number << 8 | u64::from(*digit)))
    }

    fn action_name(&self, _state: &Self::State, axis: &usize) -> String {
        axis.to_string()
    }
}

#[test]
fn any_number_of_threads_finds_the_same() {
    let options = Options { states_max: 9_000, ..Options::default() };
    for options in [Options::default(), options, Options { exact: true, ..Options::default() }] {
        let alone = Search::new(&Cube, options.clone()).run();
        for threads in [2, 3, 7] {
            let together = Search::new(&Cube, Options { threads, ..options.clone() }).run();
            assert_eq!((together.end, together.distinct), (alone.end, alone.distinct));
            assert_eq!((together.generated, together.depth), (alone.generated, alone.depth));
            assert_eq!(together.findings, alone.findings);
        }
    }
    let report = Search::new(&Cube, Options::default()).run();
    assert_eq!((report.end, report.distinct, report.depth), (End::Decided, 24 * 24 * 24, 69));
}
