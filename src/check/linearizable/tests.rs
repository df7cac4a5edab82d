use super::*;
use proptest::prelude::*;

const MANY: u64 = 1_000_000;

type Registers = Register<u8>;

/// A history of a register from lines of "process what": `w1`, `r1`, `r-` (reads nothing), `c12`; `!` answers with the
/// answer that stands in the call, `x` fails, `?` gives up.
fn register(lines: &[&str]) -> Judged {
    let specification = Registers { initial: None };
    let mut history = History::<Registers>::default();
    let mut answers: BTreeMap<u64, RegisterAnswer<u8>> = BTreeMap::new();
    for line in lines {
        let (process, what) = line.split_once(' ').unwrap();
        let process: u64 = process.parse().unwrap();
        let digits: Vec<Option<u8>> = what.chars().skip(1).map(|c| c.to_digit(10).map(|digit| digit as u8)).collect();
        let (call, answer) = match what.chars().next().unwrap() {
            'r' => (RegisterCall::Read, RegisterAnswer::Holds(digits[0])),
            'w' => (RegisterCall::Write(digits[0]), RegisterAnswer::Done),
            'c' => (RegisterCall::CompareAndSet(digits[0], digits[1]), RegisterAnswer::Done),
            '!' => {
                history.answer(process, answers.remove(&process).unwrap()).unwrap();
                continue;
            }
            'x' => {
                history.fail(process).unwrap();
                continue;
            }
            _ => {
                history.give_up(process).unwrap();
                continue;
            }
        };
        history.call(process, call).unwrap();
        answers.insert(process, answer);
    }
    judge(&specification, &history, MANY)
}

fn holds(lines: &[&str]) -> bool {
    matches!(register(lines).verdict, Linearizability::Linearizable(_))
}

#[test]
fn operations_in_sequence_follow_the_specification() {
    assert!(holds(&["0 r-", "0 !", "0 w1", "0 !", "1 r1", "1 !", "1 c12", "1 !", "0 r2", "0 !"]));
    assert_eq!(register(&["0 w1", "0 !", "1 r-", "1 !"]).verdict, Linearizability::Not { operation: 1 });
    assert_eq!(register(&[]).verdict, Linearizability::Linearizable(vec![]));
}

#[test]
fn concurrent_operations_take_effect_in_any_order() {
    // Herlihy and Wing: reads that overlap a write may see the old value or the new one, but not the new one first.
    assert!(holds(&["0 w1", "1 r-", "1 !", "2 r1", "2 !", "0 !"]));
    let not = register(&["0 w1", "1 r1", "1 !", "2 r-", "2 !", "0 !"]);
    assert_eq!(not.verdict, Linearizability::Not { operation: 2 });
}

#[test]
fn an_operation_without_an_answer_may_take_effect_late_or_never() {
    assert!(holds(&["0 w1", "0 ?", "1 r-", "1 !", "1 r1", "1 !", "1 r1", "1 !"]));
    assert!(holds(&["0 w1", "0 ?", "1 r-", "1 !"]));
    assert!(!holds(&["0 w1", "0 ?", "1 r1", "1 !", "1 r-", "1 !"]), "it cannot be undone");
    assert!(holds(&["0 w1", "1 r1", "1 !"]), "still outstanding at the end");
    assert!(!holds(&["0 w1", "0 x", "1 r1", "1 !"]), "what failed did not happen");
}

#[test]
fn an_answer_that_nobody_waits_for_is_none() {
    let mut history = History::<Registers>::default();
    assert_eq!(history.answer(3, RegisterAnswer::Done), Err(Outstanding::Nothing));
    assert_eq!(history.call(3, RegisterCall::Read), Ok(0));
    assert_eq!(history.call(3, RegisterCall::Read), Err(Outstanding::Operation(0)));
    assert_eq!(history.call(4, RegisterCall::Read), Ok(1));
    assert_eq!(history.fail(3), Ok(0));
    assert_eq!(history.outstanding(4), Some(0), "places move down");
    assert_eq!(history.answer(4, RegisterAnswer::Holds(None)), Ok(0));
}

#[test]
fn the_first_operation_that_cannot_be_placed_is_named() {
    // The read of 1 by process 2 is answered before the other wrong one.
    let lines = ["0 w1", "0 !", "0 w2", "0 !", "2 r1", "3 r1", "2 !", "3 !", "0 r2", "0 !"];
    assert_eq!(register(&lines).verdict, Linearizability::Not { operation: 2 });
    // Not the last to be called: the last to be answered.
    let lines = ["0 w1", "0 !", "2 r2", "0 r1", "0 !", "2 !"];
    assert_eq!(register(&lines).verdict, Linearizability::Not { operation: 1 });
}

#[test]
fn keys_are_judged_apart() {
    let mut history = History::<KeyValue>::default();
    let text = |text: &str| Some(text.to_owned());
    let key = |key: &str| key.to_owned();
    for (process, call, answer) in [
        (0, KeyValueCall::Put(key("x"), text("1")), RegisterAnswer::Done),
        (1, KeyValueCall::Append(key("y"), key("a")), RegisterAnswer::Done),
        (1, KeyValueCall::Append(key("y"), key("b")), RegisterAnswer::Done),
        (2, KeyValueCall::Get(key("y")), RegisterAnswer::Holds(text("ab"))),
        (2, KeyValueCall::CompareAndSet(key("x"), text("2"), None), RegisterAnswer::Refused),
        (3, KeyValueCall::Get(key("x")), RegisterAnswer::Holds(None)),
        (3, KeyValueCall::Get(key("y")), RegisterAnswer::Holds(text("ba"))),
    ] {
        history.call(process, call).unwrap();
        history.answer(process, answer).unwrap();
    }
    assert_eq!(judge(&KeyValue, &history, MANY).verdict, Linearizability::Not { operation: 5 });
}

#[test]
fn queues_are_first_in_first_out() {
    let judged = |values: [u8; 2]| {
        let mut history = History::<Queue<u8>>::default();
        // Two values in overlapping calls, then two out one after the other, then nothing is left.
        history.call(0, QueueCall::Enqueue(1)).unwrap();
        history.call(1, QueueCall::Enqueue(2)).unwrap();
        history.answer(0, QueueAnswer::Enqueued).unwrap();
        history.answer(1, QueueAnswer::Enqueued).unwrap();
        for value in [Some(values[0]), Some(values[1]), None] {
            history.call(2, QueueCall::Dequeue).unwrap();
            history.answer(2, QueueAnswer::Dequeued(value)).unwrap();
        }
        judge(&Queue::default(), &history, MANY).verdict
    };
    assert!(matches!(judged([1, 2]), Linearizability::Linearizable(_)));
    assert!(matches!(judged([2, 1]), Linearizability::Linearizable(_)));
    assert_eq!(judged([1, 1]), Linearizability::Not { operation: 3 });
}

#[test]
fn a_lock_has_one_holder() {
    let judged = |second: LockAnswer| {
        let mut history = History::<Lock>::default();
        for (process, call, answer) in [
            (0, LockCall::Acquire(0), LockAnswer::Granted),
            (1, LockCall::Acquire(1), second),
            (1, LockCall::Release(1), LockAnswer::Refused),
            (0, LockCall::Release(0), LockAnswer::Granted),
        ] {
            history.call(process, call).unwrap();
            history.answer(process, answer).unwrap();
        }
        judge(&Lock, &history, MANY).verdict
    };
    assert!(matches!(judged(LockAnswer::Refused), Linearizability::Linearizable(_)));
    assert_eq!(judged(LockAnswer::Granted), Linearizability::Not { operation: 1 });
}

#[test]
fn too_many_ways_are_undecided() {
    let mut history = History::<Registers>::default();
    for process in 0..20 {
        history.call(process, RegisterCall::Write(Some(process as u8))).unwrap();
    }
    history.call(20, RegisterCall::Read).unwrap();
    history.answer(20, RegisterAnswer::Holds(Some(99))).unwrap();
    let judged = judge(&Registers { initial: None }, &history, 1_000);
    assert_eq!(judged.verdict, Linearizability::Undecided);
}

/// Ten thousand operations, three at a time: sets of placed ones stay small however long a history is.
#[test]
fn long_histories_are_judged_in_time() {
    let mut history = History::<Registers>::default();
    for round in 0..3_333u32 {
        let value = (round % 200) as u8;
        history.call(0, RegisterCall::Write(Some(value))).unwrap();
        history.call(1, RegisterCall::Read).unwrap();
        history.call(2, RegisterCall::CompareAndSet(Some(value), Some(value))).unwrap();
        history.answer(2, RegisterAnswer::Done).unwrap();
        history.answer(1, RegisterAnswer::Holds(Some(value))).unwrap();
        history.answer(0, RegisterAnswer::Done).unwrap();
    }
    let judged = judge(&Registers { initial: None }, &history, 50_000);
    assert!(matches!(judged.verdict, Linearizability::Linearizable(order) if order.len() == 9_999));
    history.call(0, RegisterCall::Read).unwrap();
    history.answer(0, RegisterAnswer::Holds(Some(250))).unwrap();
    let judged = judge(&Registers { initial: None }, &history, 50_000);
    assert_eq!(judged.verdict, Linearizability::Not { operation: 9_999 });
}

/// Whether some order of all operations, with any of those that have no answer, respects time and the specification.
fn by_brute_force(history: &History<Registers>) -> bool {
    fn go(history: &History<Registers>, state: Option<u8>, placed: u32) -> bool {
        let calls = history.calls();
        let open = |place: usize| placed >> place & 1 == 0;
        if (0..calls.len()).all(|place| !open(place) || calls[place].answer.is_none()) {
            return true;
        }
        (0..calls.len()).filter(|place| open(*place)).any(|place| {
            let call = &calls[place];
            let later = |other: usize| open(other) && calls[other].returned < call.called;
            let specification = Registers { initial: None };
            !(0..calls.len()).any(later)
                && specification
                    .after(&state, &call.call, call.answer.as_ref())
                    .is_some_and(|next| go(history, next, placed | 1 << place))
        })
    }
    go(history, None, 0)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn it_agrees_with_trying_every_order(steps in prop::collection::vec((0u64..4, 0u8..6, 0u8..3, 0u8..3), 0..18)) {
        let mut history = History::<Registers>::default();
        for (process, what, one, other) in steps {
            match (history.outstanding(process), what) {
                (Some(_), 0) => drop(history.fail(process)),
                (Some(_), 1) => drop(history.give_up(process)),
                (Some(place), _) => {
                    let answer = match history.calls()[place].call {
                        RegisterCall::Read => RegisterAnswer::Holds(one.checked_sub(1)),
                        RegisterCall::CompareAndSet(..) if what == 2 => RegisterAnswer::Refused,
                        _ => RegisterAnswer::Done,
                    };
                    history.answer(process, answer).unwrap();
                }
                (None, 0..=2) => drop(history.call(process, RegisterCall::Read)),
                (None, 3 | 4) => drop(history.call(process, RegisterCall::Write(one.checked_sub(1)))),
                (None, _) => {
                    let call = RegisterCall::CompareAndSet(one.checked_sub(1), other.checked_sub(1));
                    history.call(process, call).unwrap();
                }
            }
        }
        let judged = judge(&Registers { initial: None }, &history, MANY);
        let linearizable = matches!(judged.verdict, Linearizability::Linearizable(_));
        prop_assert_eq!(linearizable, by_brute_force(&history));
        if let Linearizability::Linearizable(order) = judged.verdict {
            let specification = Registers { initial: None };
            let mut state = None;
            for place in order {
                let call = &history.calls()[place];
                state = specification.after(&state, &call.call, call.answer.as_ref()).unwrap();
            }
        }
    }
}
