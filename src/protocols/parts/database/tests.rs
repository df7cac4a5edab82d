//! What the database promises, method by method.

use super::*;
use crate::sim::role::Durable;

const SCHEMA: Schema = Schema { rows: 2, initially: 5, at_least: 0, at_most: 100 };
const T1: Transaction = Transaction(1);
const T2: Transaction = Transaction(2);
const T3: Transaction = Transaction(3);

fn take(row: RowNumber, units: i64) -> Vec<Change> {
    vec![Change { row, by: -units }]
}

#[test]
fn a_lock_is_held_until_the_decision_is_durable_and_passes_to_the_first_waiter() {
    let (mut database, mut stored) = (Database::default(), Stored::default());
    assert_eq!(database.write(&stored, &SCHEMA, T1, &take(0, 2)), Writing::Granted);
    assert_eq!(database.write(&stored, &SCHEMA, T2, &take(0, 1)), Writing::Waits { row: 0, holder: T1 });
    assert_eq!(database.write(&stored, &SCHEMA, T3, &take(0, 1)), Writing::Waits { row: 0, holder: T1 });
    let prepared = database.prepare(T1, T1).expect("t1 is open");
    assert!(!database.in_doubt(&stored, T1), "nothing is promised before the record is durable");
    stored.read(&prepared);
    assert!(database.in_doubt(&stored, T1));
    let committed = database.decide(T1, Outcome::Commit);
    assert_eq!(database.settle(&stored, &SCHEMA), [], "the decision is not durable yet");
    assert_eq!((database.holder(0), stored.committed(&SCHEMA, 0)), (Some(T1), 5));
    stored.read(&committed);
    assert_eq!(database.settle(&stored, &SCHEMA), [(T2, Writing::Granted)]);
    assert_eq!((database.holder(0), stored.committed(&SCHEMA, 0)), (Some(T2), 3));
    assert_eq!(database.uncommitted(0), Some(2), "t2 wrote over t1's committed value");
    assert_eq!(database.waiters(0).collect::<Vec<_>>(), [T3]);
}

#[test]
fn what_the_shelf_does_not_hold_is_refused_and_undone() {
    let (mut database, stored) = (Database::default(), Stored::default());
    assert_eq!(database.write(&stored, &SCHEMA, T1, &take(1, 6)), Writing::Refused { row: 1 });
    let (record, resumed) = database.abort_at_once(&stored, &SCHEMA, T1);
    assert_eq!((record, resumed), (Record::Aborted { transaction: T1 }, vec![]));
    assert_eq!((database.holder(1), stored.committed(&SCHEMA, 1)), (None, 5));
    assert_eq!(database.outcome(&stored, T1), Some(Outcome::Abort));
}

#[test]
fn a_look_locks_nothing_and_a_withdrawn_write_leaves_no_trace() {
    let (mut database, stored) = (Database::default(), Stored::default());
    assert!(stored.allows(&SCHEMA, &take(0, 5)) && !stored.allows(&SCHEMA, &take(0, 6)));
    assert!(!stored.allows(&SCHEMA, &[Change { row: 0, by: -3 }, Change { row: 0, by: -3 }]), "both together");
    database.write(&stored, &SCHEMA, T1, &take(0, 1));
    database.write(&stored, &SCHEMA, T2, &take(0, 1));
    assert_eq!(database.withdraw(&stored, &SCHEMA, T1), [(T2, Writing::Granted)]);
    assert_eq!((database.standing(T1), database.outcome(&stored, T1)), (None, None));
    assert_eq!(database.uncommitted(0), Some(4), "t2 wrote over the committed value");
}

#[test]
fn a_waiter_that_gives_up_leaves_the_queue() {
    let (mut database, stored) = (Database::default(), Stored::default());
    database.write(&stored, &SCHEMA, T1, &take(0, 1));
    database.write(&stored, &SCHEMA, T2, &take(0, 1));
    database.write(&stored, &SCHEMA, T3, &take(0, 1));
    assert_eq!(database.abort_at_once(&stored, &SCHEMA, T2).1, []);
    assert_eq!(database.abort_at_once(&stored, &SCHEMA, T1).1, [(T3, Writing::Granted)]);
}

#[test]
fn a_waiter_that_gives_up_slowly_is_not_given_the_lock() {
    let (mut database, mut stored) = (Database::default(), Stored::default());
    database.write(&stored, &SCHEMA, T1, &take(0, 1));
    database.write(&stored, &SCHEMA, T2, &take(0, 1));
    let aborted = database.decide(T2, Outcome::Abort);
    assert_eq!(database.abort_at_once(&stored, &SCHEMA, T1).1, [], "t2 is on its way out");
    stored.read(&aborted);
    assert_eq!(database.settle(&stored, &SCHEMA), []);
    assert_eq!(database.stray_lock(T2), None);
}

#[test]
fn a_waiter_for_two_rows_goes_on_to_the_second() {
    let (mut database, stored) = (Database::default(), Stored::default());
    database.write(&stored, &SCHEMA, T1, &take(0, 1));
    database.write(&stored, &SCHEMA, T2, &take(1, 1));
    let both = [Change { row: 0, by: -1 }, Change { row: 1, by: -1 }];
    assert_eq!(database.write(&stored, &SCHEMA, T3, &both), Writing::Waits { row: 0, holder: T1 });
    let (_, resumed) = database.abort_at_once(&stored, &SCHEMA, T1);
    assert_eq!(resumed, [(T3, Writing::Waits { row: 1, holder: T2 })]);
    assert!(database.holds(T3), "the first row stays locked while it waits for the second");
}

#[test]
fn after_a_crash_only_prepared_transactions_are_left_and_they_hold_their_locks() {
    let (mut database, mut stored) = (Database::default(), Stored::default());
    database.write(&stored, &SCHEMA, T1, &take(0, 1));
    database.write(&stored, &SCHEMA, T2, &take(1, 1));
    stored.read(&database.prepare(T1, T1).expect("t1 is open"));
    let mut database = Database::recovered(&stored);
    assert_eq!(database.open().collect::<Vec<_>>(), [(T1, Standing::Prepared)]);
    assert_eq!(database.write(&stored, &SCHEMA, T3, &take(0, 1)), Writing::Waits { row: 0, holder: T1 });
    assert_eq!(database.uncommitted(0), Some(4));
    stored.read(&database.decide(T1, Outcome::Commit));
    assert_eq!(database.settle(&stored, &SCHEMA), [(T3, Writing::Granted)]);
    assert_eq!(stored.committed(&SCHEMA, 0), 4, "redo from the log alone");
}

#[test]
fn what_ended_everywhere_is_forgotten_and_the_disk_stays_small() {
    let (mut database, mut stored) = (Database::default(), Stored::default());
    for number in 1..=1_000 {
        let transaction = Transaction(number);
        database.write(&stored, &SCHEMA, transaction, &[Change { row: 0, by: 0 }]);
        stored.read(&database.prepare(transaction, transaction).expect("it is open"));
        stored.read(&database.decide(transaction, Outcome::Commit));
        database.settle(&stored, &SCHEMA);
    }
    assert_eq!(stored.decided.len(), 1);
    assert!(stored.has_forgotten(Transaction(999)) && !stored.has_forgotten(Transaction(1_000)));
    assert_eq!(database, Database::default());
}

#[test]
fn watchers_learn_what_was_touched_unless_it_is_too_long_ago() {
    let (mut database, stored) = (Database::default(), Stored::default());
    let seen = database.touches();
    database.write(&stored, &SCHEMA, T1, &take(0, 1));
    database.write(&stored, &SCHEMA, T2, &take(0, 1));
    let touched = |database: &Database, seen| database.touched_since(seen).map(|touched| touched.collect::<Vec<_>>());
    assert_eq!(touched(&database, seen), Some(vec![T1, T2]));
    let seen = database.touches();
    assert_eq!(touched(&database, seen), Some(vec![]));
    assert_eq!(touched(&database, seen + 1), None, "another database, before a crash");
    for number in 10..40 {
        database.write(&stored, &SCHEMA, Transaction(number), &take(0, 1));
    }
    assert_eq!(touched(&database, seen), None);
}

#[test]
fn a_lost_prepared_record_takes_locks_and_redo_with_it() {
    let (mut database, mut stored) = (Database::default(), Stored::default());
    database.write(&stored, &SCHEMA, T1, &take(0, 1));
    stored.read(&database.prepare(T1, T1).expect("t1 is open"));
    assert!(stored.intervene("lose", &[1]));
    assert!(!stored.intervene("lose", &[1]), "there is nothing more to lose");
    assert_eq!(Database::recovered(&stored), Database::default());
}
