//! The coordinator: collects votes, decides once, and repeats its decision until everybody has acknowledged it.
//!
//! Its one irrevocable act is the fsync of `decided-commit`. Before it, silence means abort; after it, nothing in the
//! world can make the transaction abort. Between the last vote and that fsync nobody but the coordinator can know which
//! way it goes: that is the window in which its death leaves everybody else in doubt.

use super::log::{Log, Record};
use super::message::{Message, Timer};
use super::settings::{Mistake, Settings};
use crate::protocols::parts::atomic_commitment::{CLIENT, participants};
use crate::protocols::parts::business::Order;
use crate::protocols::parts::database::Transaction;
use crate::sim::clock::LocalTime;
use crate::sim::payload::Outcome;
use crate::sim::role::{Role, Turn};
use crate::sim::show::{Face, Mood};
use crate::sim::trace::NodeId;
use crate::sorted::{SortedMap, SortedSet};
use crate::text::Text;
use serde::Serialize;

/// Where a transaction stands at the coordinator.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum Stage {
    /// Phase one: who has voted what.
    Collecting { yes: SortedSet<NodeId>, no: SortedSet<NodeId> },
    /// Phase two: who has not acknowledged the decision.
    Announcing { outcome: Outcome, unacknowledged: SortedSet<NodeId> },
}

/// The coordinator's memory.
#[derive(Clone, Debug, Serialize)]
pub struct Coordinator {
    #[serde(skip)]
    settings: Settings,
    open: SortedMap<Transaction, Stage>,
    /// The client has the answers to all orders below this one.
    answered_below: Transaction,
    /// What it decided last, for its face.
    last: Option<Outcome>,
}

impl Coordinator {
    /// Where the transaction stands, if it is not over.
    pub fn stage(&self, transaction: Transaction) -> Option<&Stage> {
        self.open.get(&transaction)
    }

    /// Every transaction below this one is decided, and acknowledged by whoever has to.
    fn ended_below(&self) -> Transaction {
        self.open.first().map_or(self.answered_below, |(first, _)| self.answered_below.min(*first))
    }

    fn everybody(&self) -> SortedSet<NodeId> {
        participants(self.settings.participants()).collect()
    }

    /// Phase one begins: everybody who has not voted is asked.
    fn begin(
        &mut self,
        transaction: Transaction,
        order: Order,
        answered_below: Transaction,
        yes: SortedSet<NodeId>,
        turn: &mut Turn<Self>,
    ) {
        if self.open.contains_key(&transaction) {
            return;
        }
        self.answered_below = self.answered_below.max(answered_below);
        let to_ask: Vec<NodeId> = self.everybody().difference(&yes).copied().collect();
        self.open.insert(transaction, Stage::Collecting { yes, no: SortedSet::new() });
        let ended_below = self.ended_below();
        for participant in to_ask {
            turn.send(participant, Message::Prepare { transaction, order, ended_below });
        }
        turn.set(Timer::Votes(transaction), self.settings.vote_timeout);
        self.count(transaction, turn);
    }

    fn vote(&mut self, from: NodeId, transaction: Transaction, in_favour: bool, turn: &mut Turn<Self>) {
        if let Some(Stage::Collecting { yes, no }) = self.open.get_mut(&transaction) {
            if in_favour { yes } else { no }.insert(from);
            self.count(transaction, turn);
        }
    }

    /// Decides, if the votes so far allow it: commit needs every yes, one no is enough to abort.
    fn count(&mut self, transaction: Transaction, turn: &mut Turn<Self>) {
        let Some(Stage::Collecting { yes, no }) = self.open.get(&transaction) else { return };
        let all = usize::from(self.settings.participants());
        let enough = match self.settings.mistake {
            Mistake::CommitOnMajority => all / 2 + 1,
            _ => all,
        };
        if yes.len() >= enough {
            self.decide(transaction, Outcome::Commit, turn);
        } else if no.len() > all - enough {
            self.decide(transaction, Outcome::Abort, turn);
        }
    }

    /// The decision: durable first, then told.
    fn decide(&mut self, transaction: Transaction, outcome: Outcome, turn: &mut Turn<Self>) {
        turn.cancel(Timer::Votes(transaction));
        self.last = Some(outcome);
        if self.settings.presumed_abort && outcome == Outcome::Abort {
            self.abort_and_forget(transaction, turn);
            return;
        }
        let unacknowledged = self.everybody();
        self.open.insert(transaction, Stage::Announcing { outcome, unacknowledged });
        turn.write(Record::decision(transaction, outcome));
        if self.settings.mistake == Mistake::CommitBeforeFsync && outcome == Outcome::Commit {
            self.announce(transaction, turn);
            turn.fsync();
        } else {
            turn.fsync();
            self.announce(transaction, turn);
        }
    }

    /// Presumed abort: no record, no acknowledgements. Who voted no has rolled back already and need not be told.
    fn abort_and_forget(&mut self, transaction: Transaction, turn: &mut Turn<Self>) {
        let Some(Stage::Collecting { no, .. }) = self.open.remove(&transaction) else { return };
        for participant in self.everybody().difference(&no) {
            turn.send(*participant, Message::Abort { transaction });
        }
        self.answer_client(transaction, Outcome::Abort, turn);
    }

    /// Phase two: tells the decision to everybody who has not acknowledged it, and will do so again.
    fn announce(&mut self, transaction: Transaction, turn: &mut Turn<Self>) {
        let Some(Stage::Announcing { outcome, unacknowledged }) = self.open.get(&transaction) else { return };
        let outcome = *outcome;
        for participant in unacknowledged {
            turn.send(*participant, Message::decision(transaction, outcome));
        }
        self.answer_client(transaction, outcome, turn);
        turn.set(Timer::Retry(transaction), self.settings.decision_retry);
    }

    fn repeat(&mut self, transaction: Transaction, turn: &mut Turn<Self>) {
        let Some(Stage::Announcing { outcome, unacknowledged }) = self.open.get_mut(&transaction) else { return };
        if self.settings.mistake == Mistake::AbortAfterCommitPoint {
            *outcome = Outcome::Abort;
        }
        for participant in unacknowledged.iter() {
            turn.send(*participant, Message::decision(transaction, *outcome));
        }
        turn.set(Timer::Retry(transaction), self.settings.decision_retry);
    }

    /// A participant needs to hear of it no more. When that is so of all, the transaction is forgotten.
    fn acknowledged(&mut self, from: NodeId, transaction: Transaction, turn: &mut Turn<Self>) {
        let Some(Stage::Announcing { unacknowledged, .. }) = self.open.get_mut(&transaction) else { return };
        unacknowledged.remove(&from);
        if unacknowledged.is_empty() {
            self.open.remove(&transaction);
            turn.cancel(Timer::Retry(transaction));
            turn.write(Record::End { transaction });
        }
    }

    /// Somebody does not know what became of a transaction. An undecided one is answered when it is decided; no
    /// information, neither in memory nor on disk, means abort.
    fn inquired(&mut self, from: NodeId, transaction: Transaction, turn: &mut Turn<Self>) {
        let acknowledged_by_all = turn.disk().is_committed_everywhere(transaction);
        let outcome = match (turn.disk().decision(transaction), self.open.get(&transaction)) {
            (Some(outcome), _) => outcome,
            (None, Some(_)) => return,
            (None, None) if acknowledged_by_all => Outcome::Commit,
            (None, None) => Outcome::Abort,
        };
        if from == CLIENT {
            turn.send_connected(CLIENT, Message::Result { transaction, outcome });
        } else if !acknowledged_by_all {
            // Otherwise the question is stale: this participant has acknowledged the commit since.
            turn.send(from, Message::decision(transaction, outcome));
        }
    }

    /// Back from a crash: whoever waits need not wait for its own timer.
    fn invite_questions(&self, turn: &mut Turn<Self>) {
        for participant in self.everybody() {
            turn.send(participant, Message::Recover);
        }
        if !self.settings.participant_begins {
            turn.send_connected(CLIENT, Message::Recover);
        }
    }

    fn answer_client(&self, transaction: Transaction, outcome: Outcome, turn: &mut Turn<Self>) {
        if !self.settings.participant_begins {
            turn.send_connected(CLIENT, Message::Result { transaction, outcome });
        }
    }
}

impl Role for Coordinator {
    type Message = Message;
    type Timer = Timer;
    type Durable = Log;
    type Setup = Settings;

    /// After a crash: what is decided and not acknowledged by all is announced again. Votes that were being collected are
    /// lost, which means abort: whoever is in doubt about them is asked to ask.
    fn start(settings: &Settings, turn: &mut Turn<Self>) -> Self {
        let mut coordinator =
            Coordinator { settings: *settings, open: SortedMap::new(), answered_below: Transaction(1), last: None };
        let decided: Vec<(Transaction, Outcome)> = turn.disk().unacknowledged().collect();
        for (transaction, outcome) in decided {
            let unacknowledged = coordinator.everybody();
            coordinator.open.insert(transaction, Stage::Announcing { outcome, unacknowledged });
            coordinator.last = Some(outcome);
            coordinator.announce(transaction, turn);
        }
        // A coordinator that starts later than the run has crashed. With nothing to tell, it asks who waits.
        if coordinator.open.is_empty() && settings.inquiry && turn.now() > LocalTime::default() {
            coordinator.invite_questions(turn);
        }
        coordinator
    }

    fn receive(&mut self, from: NodeId, message: &Message, turn: &mut Turn<Self>) {
        match *message {
            Message::Order { transaction, order, answered_below } => {
                self.begin(transaction, order, answered_below, SortedSet::new(), turn);
            }
            Message::BeginCommit { transaction, order, answered_below } => {
                self.begin(transaction, order, answered_below, SortedSet::from_iter([from]), turn);
            }
            Message::Yes { transaction } => self.vote(from, transaction, true, turn),
            Message::No { transaction } => self.vote(from, transaction, false, turn),
            Message::Ack { transaction } | Message::Heuristic { transaction } => {
                self.acknowledged(from, transaction, turn);
            }
            Message::Inquire { transaction } => self.inquired(from, transaction, turn),
            Message::Prepare { .. }
            | Message::Commit { .. }
            | Message::Abort { .. }
            | Message::Result { .. }
            | Message::Recover => {}
        }
    }

    fn fire(&mut self, timer: &Timer, turn: &mut Turn<Self>) {
        match *timer {
            Timer::Votes(transaction) => {
                if let Some(Stage::Collecting { .. }) = self.open.get(&transaction) {
                    self.decide(transaction, Outcome::Abort, turn);
                }
            }
            Timer::Retry(transaction) => self.repeat(transaction, turn),
            Timer::Inquiry(_) | Timer::LockWait(_) | Timer::Answer(_) => {}
        }
    }

    fn face(&self, disk: &Log) -> Face {
        let collecting = self.open.values().any(|stage| matches!(stage, Stage::Collecting { .. }));
        let announcing = self.open.iter().find_map(|(transaction, stage)| match stage {
            Stage::Announcing { outcome, .. } => Some((*outcome, disk.decision(*transaction).is_some())),
            Stage::Collecting { .. } => None,
        });
        match (collecting, announcing, self.last) {
            (true, ..) => Face { word: Text::new("collecting", "收集投票"), mood: Mood::Waiting },
            (false, Some((_, false)), _) => Face { word: Text::new("deciding", "写入决定"), mood: Mood::Busy },
            (false, Some((Outcome::Commit, _)), _) => {
                Face { word: Text::new("committing", "提交中"), mood: Mood::Decided(Outcome::Commit) }
            }
            (false, Some((Outcome::Abort, _)), _) => {
                Face { word: Text::new("aborting", "中止中"), mood: Mood::Decided(Outcome::Abort) }
            }
            (false, None, Some(outcome)) => Face { word: Text::new("done", "完成"), mood: Mood::Decided(outcome) },
            (false, None, None) => Face { word: Text::new("idle", "空闲"), mood: Mood::Idle },
        }
    }
}
