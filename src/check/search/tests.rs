use super::*;
use crate::check::model::Predicate;
use crate::sim::fingerprint::mix;
use std::collections::{HashSet, VecDeque};

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

/// Triples of numbers below 40, each of which can go up: wide enough for several threads.
struct Cube {
    /// Whether something is claimed that must come about, and does not.
    awaits: bool,
}

const CUBE: Cube = Cube { awaits: false };
const TOP: u8 = 39;

impl Model for Cube {
    type State = [u8; 3];
    type Action = usize;

    fn initial_states(&self) -> Vec<[u8; 3]> {
        vec![[0; 3], [0, 0, 1]]
    }

    fn actions(&self, state: &[u8; 3], actions: &mut Vec<usize>) {
        actions.extend((0..3).filter(|axis| state[*axis] < TOP));
    }

    fn next_state(&self, state: &[u8; 3], axis: &usize) -> Option<[u8; 3]> {
        let mut next = *state;
        next[*axis] += 1;
        Some(next)
    }

    fn properties(&self) -> Vec<StateProperty<Cube>> {
        let mut properties = vec![
            StateProperty::always("sum", "No sum is 61", |_, state: &[u8; 3]| state.iter().sum::<u8>() != 61),
            StateProperty::always("pair", "Never 11 and 38", |_, state: &[u8; 3]| {
                !(state.contains(&11) && state.contains(&38))
            }),
            StateProperty::always("corner", "No corner", |_, state| *state != [TOP; 3]),
            StateProperty::always_step(
                "climb",
                "None goes beyond 30 beside a 25",
                |_, before: &[u8; 3], after: &[u8; 3]| !before.contains(&25) || after.iter().all(|digit| *digit <= 30),
            ),
            StateProperty::sometimes("all", "It comes to four of each", |_, state| *state == [4, 4, 4]),
        ];
        let wait = StateProperty::eventually("wait", "It comes to 30, 30, 30", |_, state| *state == [30; 3]);
        properties.extend(Some(wait).filter(|_| self.awaits));
        properties
    }

    fn fingerprint(&self, state: &[u8; 3]) -> u64 {
        mix(state.iter().fold(0, |number, digit| number << 8 | u64::from(*digit)))
    }

    fn action_name(&self, _state: &Self::State, axis: &usize) -> String {
        axis.to_string()
    }
}

/// What a plain queue finds, one state after the other: the way to what first decides each property that is decided by a
/// state or a transition.
fn found_by_a_queue<M: Model>(model: &M) -> Vec<Option<Vec<String>>> {
    let properties = model.properties();
    let mut found = vec![None; properties.len()];
    let (mut seen, mut queue) = (HashSet::new(), VecDeque::new());
    let mut arrive = |before: Option<&M::State>, state: M::State, way: Vec<String>, queue: &mut VecDeque<_>| {
        for (property, found) in properties.iter().zip(&mut found).filter(|(_, found)| found.is_none()) {
            let is_decided = match (property.holds, property.kind, before) {
                (Predicate::State(holds), PropertyKind::Always, _) => !holds(model, &state),
                (Predicate::State(holds), PropertyKind::Sometimes, _) => holds(model, &state),
                (Predicate::Step(holds), _, Some(before)) => !holds(model, before, &state),
                _ => false,
            };
            *found = is_decided.then(|| way.clone());
        }
        if seen.insert(model.fingerprint(&state)) {
            queue.push_back((state, way));
        }
    };
    model.initial_states().into_iter().for_each(|state| arrive(None, state, Vec::new(), &mut queue));
    while let Some((state, way)) = queue.pop_front() {
        let mut actions = Vec::new();
        model.actions(&state, &mut actions);
        for action in actions {
            let Some(next) = model.next_state(&state, &action) else { continue };
            let way = [&way[..], &[model.action_name(&state, &action)]].concat();
            arrive(Some(&state), next, way, &mut queue);
        }
    }
    found
}

#[test]
fn any_number_of_threads_and_shards_finds_what_a_queue_finds_first() {
    let expected = found_by_a_queue(&CUBE);
    assert!(expected.iter().all(Option::is_some));
    let all = Options::default();
    for (awaits, options) in [
        (false, all.clone()),
        (true, all.clone()),
        (true, Options { states_max: 9_000, ..all.clone() }),
        (true, Options { states_max: 50_001, exact: true, ..all.clone() }),
        (true, Options { depth_max: 60, ..all.clone() }),
    ] {
        let model = Cube { awaits };
        let alone = Search::new(&model, options.clone()).run();
        for (finding, expected) in alone.findings.iter().zip(&expected) {
            let Some(path) = finding.outcome.path() else { continue };
            let way: Vec<String> = path.steps.iter().map(|(name, _)| name.clone()).collect();
            assert_eq!(Some(way), *expected, "{}", finding.id);
        }
        for (threads, shard_bits) in [(1, 2), (1, 3), (2, 5), (4, 2), (4, 5), (8, 4), (8, 5)] {
            let options = Options { threads, ..options.clone() };
            let other = Search::of(Held::Borrowed(&model), options, Sharding::new(shard_bits)).run();
            assert_eq!((other.end, other.distinct, other.frontier), (alone.end, alone.distinct, alone.frontier));
            assert_eq!((other.generated, other.depth), (alone.generated, alone.depth));
            assert_eq!(other.findings, alone.findings, "{threads} threads, {shard_bits} bits");
        }
    }
    let report = Search::new(&CUBE, Options::default()).run();
    assert_eq!((report.end, report.distinct, report.depth), (End::Decided, 40 * 40 * 40, 117));
    let report = Search::new(&Cube { awaits: true }, Options::default()).run();
    assert_eq!((report.end, report.distinct), (End::Complete, 40 * 40 * 40));
    assert!(report.findings.iter().all(|finding| finding.outcome.path().is_some()));
}
