//! What happened, in the words of atomic commitment: derived from a step and the world it led to, the same way for every
//! protocol, by comparing each database with what it was before.

use super::Probe;
use crate::check::View;
use crate::protocols::parts::database::{Database, Stored, Transaction};
use crate::sim::payload::{Outcome, Subject};
use crate::sim::trace::{NodeId, StepKind};
use crate::sorted::{SortedMap, SortedSet};
use serde::Serialize;

/// One thing that happened to a transaction at a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Happening {
    pub node: NodeId,
    pub transaction: Transaction,
    pub what: What,
}

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// A vote left the node.
    Voted { yes: bool },
    /// The node decided: durably, or by acting on it.
    Decided(Outcome),
    /// The node had voted yes, and after a restart its disk knows nothing of it: it is rolled back.
    LostItsPromise,
    /// A transaction that was decided at the node is open again.
    Reopened,
    /// The node aborted by itself, was never asked to make that durable, and forgot it in a crash: as if it never was.
    Forgot,
}

/// What is remembered of one participant.
#[derive(Clone, Debug, Default, Serialize)]
struct Site {
    /// Its open transactions, and whether a yes left the node for them.
    open: SortedMap<Transaction, bool>,
    /// Transactions aborted by records that are not durable yet.
    soft_aborts: SortedSet<Transaction>,
    /// How far it has seen the database's changes; by itself no part of what is remembered.
    #[serde(skip)]
    seen: u32,
}

/// Watches every participant's database. The memory of a monitor, and so a part of the world's identity.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Observer {
    sites: SortedMap<NodeId, Site>,
}

impl Observer {
    /// What this step made happen.
    pub fn observe<P: Probe>(&mut self, view: &View) -> Vec<Happening> {
        let node = view.step.node;
        let mut happenings = Vec::new();
        let mut say = |transaction, what| happenings.push(Happening { node, transaction, what });
        if !view.step.kind.is_event() {
            if let Some((transaction, yes)) = P::vote(view) {
                if let Some(promised) = self.sites.get_mut(&node).and_then(|site| site.open.get_mut(&transaction)) {
                    *promised |= yes;
                }
                say(transaction, What::Voted { yes });
            }
            if let Some((transaction, outcome)) = P::decision(view) {
                say(transaction, What::Decided(outcome));
            }
        } else if let Some((Some(database), stored)) = P::site(view, node) {
            let site = self.sites.entry(node).or_default();
            let subject = subject_of(view).map(|subject| Transaction(subject.0));
            site.compare(database, stored, subject, view.step.kind == StepKind::Start, say);
        }
        happenings
    }
}

/// What the event is about.
fn subject_of(view: &View) -> Option<Subject> {
    match view.step.kind {
        StepKind::Fire(local) | StepKind::Durable(local) => Some(view.trace.local(local).name.subject),
        _ => view.delivered().map(|message| message.name.subject),
    }
}

impl Site {
    /// Says what changed at this database since the last event here.
    fn compare(
        &mut self,
        database: &Database,
        stored: &Stored,
        subject: Option<Transaction>,
        restarted: bool,
        mut say: impl FnMut(Transaction, What),
    ) {
        if !self.soft_aborts.is_empty() {
            self.soft_aborts
                .retain(|transaction| stored.outcome(*transaction).is_none() && !stored.has_forgotten(*transaction));
        }
        if restarted {
            std::mem::take(&mut self.soft_aborts).into_iter().for_each(|transaction| say(transaction, What::Forgot));
        }
        // Most events touch one transaction; only after a start are all of them compared.
        let touched = if restarted { None } else { database.touched_since(self.seen) };
        let touched: Vec<Transaction> = match touched {
            Some(touched) => touched.collect(),
            None => self.open.keys().copied().chain(database.open().map(|(transaction, _)| transaction)).collect(),
        };
        self.seen = database.touches();
        for transaction in &touched {
            self.close(database, stored, *transaction, &mut say);
        }
        if let Some(transaction) = subject
            && let Some(outcome) = database.outcome(stored, transaction)
            && !self.open.contains_key(&transaction)
        {
            self.decided(stored, transaction, outcome, &mut say);
        }
        for transaction in touched {
            self.open(database, stored, transaction, &mut say);
        }
    }

    /// Says what became of a transaction that is open no more.
    fn close(
        &mut self,
        database: &Database,
        stored: &Stored,
        transaction: Transaction,
        say: &mut impl FnMut(Transaction, What),
    ) {
        if database.standing(transaction).is_some() {
            return;
        }
        let Some(promised) = self.open.remove(&transaction) else { return };
        match database.outcome(stored, transaction) {
            Some(outcome) => self.decided(stored, transaction, outcome, say),
            None if promised && !stored.has_forgotten(transaction) => say(transaction, What::LostItsPromise),
            None => {}
        }
    }

    /// Remembers a transaction that is open now.
    fn open(
        &mut self,
        database: &Database,
        stored: &Stored,
        transaction: Transaction,
        say: &mut impl FnMut(Transaction, What),
    ) {
        if database.standing(transaction).is_some() && !self.open.contains_key(&transaction) {
            self.open.insert(transaction, false);
            if database.outcome(stored, transaction).is_some() {
                say(transaction, What::Reopened);
            }
        }
    }

    fn decided(
        &mut self,
        stored: &Stored,
        transaction: Transaction,
        outcome: Outcome,
        say: &mut impl FnMut(Transaction, What),
    ) {
        if stored.outcome(transaction).is_none() {
            self.soft_aborts.insert(transaction);
        }
        say(transaction, What::Decided(outcome));
    }
}
