//! A database that takes part in a distributed transaction: rows, exclusive row locks, a redo/undo log.
//!
//! A transaction locks each row that it writes, from the first write to its decision there; who comes later waits, first
//! come first served. Before it may promise anything it logs, for every row, the value before (undo) and after (redo):
//! that is its `prepared` record. The committed rows change only when a `committed` record is durable.
//!
//! Two types keep what a crash takes from what it leaves. [`Database`] is memory: locks, waiters, working transactions.
//! [`Stored`] is the disk: what its records, read in order, make of an empty one. After a crash
//! [`Database::recovered`] re-takes the locks of prepared transactions; working ones are gone, as if they never began.
//!
//! Methods change the state and return what happened. Nothing here sends, waits or reads a clock: that is the
//! protocol's, as is the time-out of a wait for a lock.

use crate::sim::payload::{Named, Outcome, Subject, Tone};
use crate::sim::role::Durable;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fmt;

/// A distributed transaction's number, from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Transaction(pub u32);

impl Transaction {
    pub fn subject(self) -> Subject {
        Subject(self.0)
    }
}

impl fmt::Display for Transaction {
    /// As sentences and labels have it: `t1`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "t{}", self.0)
    }
}

/// A row's number in its database, from 0.
pub type RowNumber = u16;

/// One thing that a transaction does at a database: add `by` to a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    pub row: RowNumber,
    pub by: i64,
}

/// A row's value before (undo) and after (redo) a transaction's write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Image {
    pub row: RowNumber,
    pub before: i64,
    pub after: i64,
}

/// What a database is told once and for ever: what every row starts with, and between what values it must stay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Schema {
    /// How many rows there are, at least 1.
    pub rows: RowNumber,
    /// What every row holds at first.
    pub initially: i64,
    /// A row below this is refused: nothing left on the shelf.
    pub at_least: i64,
    /// A row above this is refused: the card's limit is reached.
    pub at_most: i64,
}

/// What the database logs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum Record {
    /// Undo and redo of a transaction that is about to promise. Transactions below `ended_below` are over everywhere:
    /// their outcomes need no longer be remembered.
    Prepared {
        transaction: Transaction,
        images: Vec<Image>,
        ended_below: Transaction,
    },
    Committed {
        transaction: Transaction,
    },
    Aborted {
        transaction: Transaction,
    },
}

impl Record {
    /// The record that makes a decision durable.
    pub fn of(transaction: Transaction, outcome: Outcome) -> Record {
        match outcome {
            Outcome::Commit => Record::Committed { transaction },
            Outcome::Abort => Record::Aborted { transaction },
        }
    }

    pub fn transaction(&self) -> Transaction {
        match self {
            Record::Prepared { transaction, .. }
            | Record::Committed { transaction }
            | Record::Aborted { transaction } => *transaction,
        }
    }
}

impl Named for Record {
    fn kind(&self) -> &'static str {
        match self {
            Record::Prepared { .. } => "prepared",
            Record::Committed { .. } => "committed",
            Record::Aborted { .. } => "aborted",
        }
    }

    fn subject(&self) -> Subject {
        self.transaction().subject()
    }

    fn tone(&self) -> Tone {
        match self {
            Record::Prepared { .. } => Tone::Reply,
            Record::Committed { .. } => Tone::Decision(Outcome::Commit),
            Record::Aborted { .. } => Tone::Decision(Outcome::Abort),
        }
    }
}

/// The disk: committed rows, what is prepared, what was decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Stored {
    /// Rows that differ from what they started with, or once did.
    rows: BTreeMap<RowNumber, i64>,
    /// The sum of all committed changes, kept so that a conserved sum needs no reading of every row.
    net_change: i64,
    prepared: BTreeMap<Transaction, Vec<Image>>,
    /// Outcomes that somebody may still ask about or repeat.
    decided: BTreeMap<Transaction, Outcome>,
    /// Every transaction below this one is over everywhere, and forgotten here.
    ended_below: Transaction,
}

impl Default for Stored {
    fn default() -> Stored {
        Stored {
            rows: BTreeMap::new(),
            net_change: 0,
            prepared: BTreeMap::new(),
            decided: BTreeMap::new(),
            ended_below: Transaction(1),
        }
    }
}

impl Stored {
    /// A row's committed value.
    pub fn committed(&self, schema: &Schema, row: RowNumber) -> i64 {
        self.rows.get(&row).copied().unwrap_or(schema.initially)
    }

    /// The sum of all committed changes to all rows.
    pub fn net_change(&self) -> i64 {
        self.net_change
    }

    /// Whether a `prepared` record without a decision is on the disk.
    pub fn is_prepared(&self, transaction: Transaction) -> bool {
        self.prepared.contains_key(&transaction)
    }

    /// The transactions with a `prepared` record and no decision.
    pub fn prepared(&self) -> impl Iterator<Item = Transaction> + '_ {
        self.prepared.keys().copied()
    }

    /// What was decided here, if that is durable and not forgotten.
    pub fn outcome(&self, transaction: Transaction) -> Option<Outcome> {
        self.decided.get(&transaction).copied()
    }

    /// Whether the transaction is over everywhere and no longer remembered.
    pub fn has_forgotten(&self, transaction: Transaction) -> bool {
        transaction < self.ended_below
    }

    /// Reads one more record.
    pub fn read(&mut self, record: &Record) {
        match record {
            Record::Prepared { transaction, images, ended_below } => {
                self.prepared.insert(*transaction, images.clone());
                self.forget_below(*ended_below);
            }
            Record::Committed { transaction } => {
                for image in self.prepared.remove(transaction).unwrap_or_default() {
                    let before = self.rows.insert(image.row, image.after).unwrap_or(image.before);
                    self.net_change += image.after - before;
                }
                self.remember(*transaction, Outcome::Commit);
            }
            Record::Aborted { transaction } => {
                self.prepared.remove(transaction);
                self.remember(*transaction, Outcome::Abort);
            }
        }
    }

    /// Transactions below `ended_below` are over everywhere: nobody will ask about them again.
    pub fn forget_below(&mut self, ended_below: Transaction) {
        if ended_below > self.ended_below {
            self.ended_below = ended_below;
            self.decided = self.decided.split_off(&ended_below);
        }
    }

    /// Whether the changes would go through by what is committed now: a look, that locks nothing and promises nothing.
    pub fn allows(&self, schema: &Schema, changes: &[Change]) -> bool {
        let mut after: BTreeMap<RowNumber, i64> = BTreeMap::new();
        changes.iter().all(|change| {
            let value = after.entry(change.row).or_insert_with(|| self.committed(schema, change.row));
            *value = value.saturating_add(change.by);
            (schema.at_least..=schema.at_most).contains(value)
        })
    }

    fn remember(&mut self, transaction: Transaction, outcome: Outcome) {
        if !self.has_forgotten(transaction) {
            self.decided.insert(transaction, outcome);
        }
    }

    /// A fault of the disk: the transaction's `prepared` record is gone. Says whether there was one.
    pub fn lose_prepared(&mut self, transaction: Transaction) -> bool {
        self.prepared.remove(&transaction).is_some()
    }
}

impl Durable for Stored {
    type Record = Record;

    fn apply(&mut self, record: &Record) {
        self.read(record);
    }

    /// `lose`, with a transaction's number: its `prepared` record is gone.
    fn intervene(&mut self, key: &str, arguments: &[u32]) -> bool {
        match (key, arguments) {
            ("lose", [transaction]) => self.lose_prepared(Transaction(*transaction)),
            _ => false,
        }
    }
}

/// Where an open transaction stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Standing {
    /// Waits until the row's holder is decided here.
    Waiting(RowNumber),
    /// Has written all its rows and holds their locks; has promised nothing.
    Working,
    /// Its `prepared` record is written; whether it is durable, the disk knows.
    Prepared,
    /// Its decision's record is written and not yet durable.
    Deciding(Outcome),
}

/// A transaction that is not decided here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Open {
    standing: Standing,
    /// What it still has to write, in order.
    to_write: VecDeque<Change>,
    /// What it has written.
    images: Vec<Image>,
}

/// A locked row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Lock {
    holder: Transaction,
    waiters: VecDeque<Transaction>,
}

/// What became of a transaction's writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Writing {
    /// It has written everything and holds every lock.
    Granted,
    /// It stands in the row's queue; `holder` has the lock.
    Waits { row: RowNumber, holder: Transaction },
    /// The row does not allow it: nothing left, a limit reached. It still holds what it locked: abort it.
    Refused { row: RowNumber },
}

/// A waiter whose turn came when another transaction let go, and what became of its writes.
pub type Resumed = (Transaction, Writing);

/// The memory: locks, waiters, open transactions.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Database {
    open: BTreeMap<Transaction, Open>,
    locks: BTreeMap<RowNumber, Lock>,
    /// Aborted here, by records that are not known to be durable.
    aborted: BTreeSet<Transaction>,
    #[serde(skip)]
    touched: Touched,
}

/// Which transactions changed lately, so that who watches a database of many need not compare them all. A note for
/// watchers and no part of the state: two databases are equal whatever was touched last.
#[derive(Clone, Debug, Default)]
struct Touched {
    count: u32,
    last: [u32; Touched::KEPT],
}

impl Touched {
    const KEPT: usize = 16;

    fn note(&mut self, transaction: Transaction) {
        self.last[self.count as usize % Self::KEPT] = transaction.0;
        self.count += 1;
    }
}

impl PartialEq for Touched {
    fn eq(&self, _other: &Touched) -> bool {
        true
    }
}

impl Eq for Touched {}

impl Database {
    /// How many changes to transactions there were since the start.
    pub fn touches(&self) -> u32 {
        self.touched.count
    }

    /// The transactions touched since there were `seen` changes; none if that is too long ago to tell.
    pub fn touched_since(&self, seen: u32) -> Option<impl Iterator<Item = Transaction> + Clone + '_> {
        let new = self.touched.count.checked_sub(seen)?;
        let known = new as usize <= Touched::KEPT;
        known.then(|| (seen..self.touched.count).map(|at| Transaction(self.touched.last[at as usize % Touched::KEPT])))
    }

    /// What memory holds after a start: prepared transactions hold their locks again, everything else is gone.
    pub fn recovered(stored: &Stored) -> Database {
        let mut database = Database::default();
        for (transaction, images) in &stored.prepared {
            for image in images {
                let lock = Lock { holder: *transaction, waiters: VecDeque::new() };
                database.locks.entry(image.row).or_insert(lock);
            }
            let open = Open { standing: Standing::Prepared, to_write: VecDeque::new(), images: images.clone() };
            database.open.insert(*transaction, open);
        }
        database
    }

    /// Where the transaction stands, if it is open here.
    pub fn standing(&self, transaction: Transaction) -> Option<Standing> {
        self.open.get(&transaction).map(|open| open.standing)
    }

    /// Every open transaction, and where it stands.
    pub fn open(&self) -> impl Iterator<Item = (Transaction, Standing)> + '_ {
        self.open.iter().map(|(transaction, open)| (*transaction, open.standing))
    }

    /// What was decided here, durable or not, unless it is forgotten.
    pub fn outcome(&self, stored: &Stored, transaction: Transaction) -> Option<Outcome> {
        let aborted = || self.aborted.contains(&transaction).then_some(Outcome::Abort);
        stored.outcome(transaction).or_else(aborted)
    }

    /// What was decided here for the highest-numbered transaction that is not forgotten.
    pub fn last_outcome(&self, stored: &Stored) -> Option<Outcome> {
        let aborted = self.aborted.last().map(|transaction| (*transaction, Outcome::Abort));
        let durable = stored.decided.last_key_value().map(|(transaction, outcome)| (*transaction, *outcome));
        aborted.max(durable).map(|(_, outcome)| outcome)
    }

    /// Whether the transaction has promised durably and is not decided.
    pub fn in_doubt(&self, stored: &Stored, transaction: Transaction) -> bool {
        self.standing(transaction) == Some(Standing::Prepared) && stored.is_prepared(transaction)
    }

    /// Whether the transaction holds the lock of a row.
    pub fn holds(&self, transaction: Transaction) -> bool {
        self.open
            .get(&transaction)
            .is_some_and(|open| open.images.iter().any(|image| self.holder(image.row) == Some(transaction)))
    }

    /// Whether the transaction holds the lock of every row that it has written.
    pub fn holds_all_it_wrote(&self, transaction: Transaction) -> bool {
        self.open
            .get(&transaction)
            .is_some_and(|open| open.images.iter().all(|image| self.holder(image.row) == Some(transaction)))
    }

    /// A row that the transaction holds although it is not open, if there is one: there must not be.
    pub fn stray_lock(&self, transaction: Transaction) -> Option<RowNumber> {
        if self.open.contains_key(&transaction) {
            return None;
        }
        self.locks.iter().find(|(_, lock)| lock.holder == transaction).map(|(row, _)| *row)
    }

    /// Opens a transaction and writes, as far as locks and rows allow.
    pub fn write(&mut self, stored: &Stored, schema: &Schema, transaction: Transaction, changes: &[Change]) -> Writing {
        let open = Open {
            standing: Standing::Working,
            to_write: changes.iter().copied().collect(),
            images: Vec::with_capacity(changes.len()),
        };
        self.open.insert(transaction, open);
        self.touched.note(transaction);
        self.go_on(stored, schema, transaction)
    }

    /// Writes what is left to write until a lock or a row stops it.
    fn go_on(&mut self, stored: &Stored, schema: &Schema, transaction: Transaction) -> Writing {
        let Some(open) = self.open.get_mut(&transaction) else { return Writing::Granted };
        while let Some(change) = open.to_write.front().copied() {
            let fresh = || Lock { holder: transaction, waiters: VecDeque::new() };
            let lock = self.locks.entry(change.row).or_insert_with(fresh);
            if lock.holder != transaction {
                if !lock.waiters.contains(&transaction) {
                    lock.waiters.push_back(transaction);
                }
                open.standing = Standing::Waiting(change.row);
                return Writing::Waits { row: change.row, holder: lock.holder };
            }
            open.standing = Standing::Working;
            open.to_write.pop_front();
            let written = open.images.iter().rposition(|image| image.row == change.row);
            let before = written.map_or_else(|| stored.committed(schema, change.row), |at| open.images[at].after);
            let after = before.saturating_add(change.by);
            match written {
                Some(at) => open.images[at].after = after,
                None => open.images.push(Image { row: change.row, before, after }),
            }
            if after < schema.at_least || after > schema.at_most {
                return Writing::Refused { row: change.row };
            }
        }
        Writing::Granted
    }

    /// The undo and redo of an open transaction, to be logged before anything is promised; it is prepared once that is
    /// durable.
    pub fn prepare(&mut self, transaction: Transaction, ended_below: Transaction) -> Option<Record> {
        let open = self.open.get_mut(&transaction)?;
        open.standing = Standing::Prepared;
        self.touched.note(transaction);
        Some(Record::Prepared { transaction, images: open.images.clone(), ended_below })
    }

    /// A mistake on purpose: lets go of a transaction's locks while it stays open, and says who goes on.
    pub fn unlock_early(&mut self, stored: &Stored, schema: &Schema, transaction: Transaction) -> Vec<Resumed> {
        let Some(open) = self.open.get(&transaction) else { return Vec::new() };
        let rows: Vec<RowNumber> = open.images.iter().map(|image| image.row).collect();
        self.touched.note(transaction);
        self.pass_on(stored, schema, transaction, &rows)
    }

    /// The record of a decision, to be logged; locks stay until [`settle`](Database::settle) finds it durable.
    pub fn decide(&mut self, transaction: Transaction, outcome: Outcome) -> Record {
        self.leave_queue(transaction);
        self.touched.note(transaction);
        if let Some(open) = self.open.get_mut(&transaction) {
            open.standing = Standing::Deciding(outcome);
        } else if outcome == Outcome::Abort {
            self.aborted.insert(transaction);
        }
        Record::of(transaction, outcome)
    }

    /// Rolls back at once and lets go, with a record that need not be durable.
    pub fn abort_at_once(
        &mut self,
        stored: &Stored,
        schema: &Schema,
        transaction: Transaction,
    ) -> (Record, Vec<Resumed>) {
        let resumed = self.let_go(stored, schema, transaction);
        self.aborted.insert(transaction);
        (Record::Aborted { transaction }, resumed)
    }

    /// Undoes what a transaction has written, lets go of its locks and leaves it undecided, as if it had not written.
    pub fn withdraw(&mut self, stored: &Stored, schema: &Schema, transaction: Transaction) -> Vec<Resumed> {
        self.let_go(stored, schema, transaction)
    }

    /// After an fsync: lets go of every transaction whose decision became durable, and says who goes on.
    pub fn settle(&mut self, stored: &Stored, schema: &Schema) -> Vec<Resumed> {
        self.aborted
            .retain(|transaction| stored.outcome(*transaction).is_none() && !stored.has_forgotten(*transaction));
        let durable: Vec<Transaction> = self
            .open
            .iter()
            .filter(|(transaction, open)| match open.standing {
                Standing::Deciding(outcome) => {
                    stored.outcome(**transaction) == Some(outcome) || stored.has_forgotten(**transaction)
                }
                _ => false,
            })
            .map(|(transaction, _)| *transaction)
            .collect();
        durable.into_iter().flat_map(|transaction| self.let_go(stored, schema, transaction)).collect()
    }

    /// Closes a transaction: its locks pass to the first in each queue, who write on.
    fn let_go(&mut self, stored: &Stored, schema: &Schema, transaction: Transaction) -> Vec<Resumed> {
        self.leave_queue(transaction);
        self.touched.note(transaction);
        let Some(open) = self.open.remove(&transaction) else { return Vec::new() };
        let rows: Vec<RowNumber> = open.images.iter().map(|image| image.row).collect();
        self.pass_on(stored, schema, transaction, &rows)
    }

    /// A waiter waits no longer.
    fn leave_queue(&mut self, transaction: Transaction) {
        if let Some(Standing::Waiting(row)) = self.standing(transaction)
            && let Some(lock) = self.locks.get_mut(&row)
        {
            lock.waiters.retain(|waiter| *waiter != transaction);
        }
    }

    /// The locks of those rows that the transaction holds pass to the first in each queue, who write on.
    fn pass_on(
        &mut self,
        stored: &Stored,
        schema: &Schema,
        transaction: Transaction,
        rows: &[RowNumber],
    ) -> Vec<Resumed> {
        let mut next = Vec::new();
        for row in rows {
            let Some(lock) = self.locks.get_mut(row) else { continue };
            if lock.holder != transaction {
                continue;
            }
            match lock.waiters.pop_front() {
                Some(waiter) => {
                    lock.holder = waiter;
                    next.push(waiter);
                }
                None => {
                    self.locks.remove(row);
                }
            }
        }
        next.into_iter().map(|waiter| (waiter, self.go_on(stored, schema, waiter))).collect()
    }

    /// Who holds the row.
    pub fn holder(&self, row: RowNumber) -> Option<Transaction> {
        self.locks.get(&row).map(|lock| lock.holder)
    }

    /// Who waits for the row, first come first.
    pub fn waiters(&self, row: RowNumber) -> impl Iterator<Item = Transaction> + '_ {
        self.locks.get(&row).into_iter().flat_map(|lock| lock.waiters.iter().copied())
    }

    /// What an undecided transaction has written over the row's committed value.
    pub fn uncommitted(&self, row: RowNumber) -> Option<i64> {
        let holder = self.open.get(&self.holder(row)?)?;
        holder.images.iter().find(|image| image.row == row).map(|image| image.after)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
        let touched =
            |database: &Database, seen| database.touched_since(seen).map(|touched| touched.collect::<Vec<_>>());
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
}
