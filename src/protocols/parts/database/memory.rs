//! The memory of a database: locks, waiters, open transactions. A crash takes it.

use super::{Change, Image, Record, RowNumber, Schema, Stored, Transaction};
use crate::sim::payload::Outcome;
use crate::sorted::{SortedMap, SortedSet};
use serde::Serialize;
use std::collections::VecDeque;

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
    open: SortedMap<Transaction, Open>,
    locks: SortedMap<RowNumber, Lock>,
    /// Aborted here, by records that are not known to be durable.
    aborted: SortedSet<Transaction>,
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
        let durable = stored.decided.last().map(|(transaction, outcome)| (*transaction, *outcome));
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
