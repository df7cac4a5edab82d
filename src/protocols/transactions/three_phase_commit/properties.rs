//! What must be true of it: the properties of atomic commitment, and what three phases add.

use super::client::Client;
use super::message::{Body, CoordinatorRecord, Message, ParticipantRecord, Timer, TimerKind};
use super::participant::Participant;
use super::state::LocalState;
use crate::check::{Judgement, Monitor, Property, PropertyKind, View};
use crate::protocols::parts::atomic_commitment::{self, Probe, name};
use crate::protocols::parts::database::{Database, Record, Stored, Transaction};
use crate::say;
use crate::sim::fingerprint::{Hasher, hash_into};
use crate::sim::payload::Outcome;
use crate::sim::trace::{NodeId, StepKind};
use crate::sorted::{SortedMap, SortedSet};
use crate::text::Text;
use serde::Serialize;
use std::sync::LazyLock;

/// The identifier of the property that three phases add.
pub const NOBODY_LAGS: &str = "nobody-lags-behind-a-commit";

pub static PROPERTIES: LazyLock<[Property; atomic_commitment::PROPERTIES + 1]> = LazyLock::new(|| {
    let [agreement, all_yes, reason, irrevocable, locks, forgetting, in_doubt, answered, conserved] =
        atomic_commitment::properties::<Eyes>();
    let lags = Property {
        id: NOBODY_LAGS,
        kind: PropertyKind::Always,
        title: Text::new(
            "Nobody commits while another that stayed up is short of PRECOMMIT",
            "只要还有未宕机的参与者没到 PRECOMMIT，就没有人提交",
        ),
        source: "sheet 3PC-3; Skeen 1981, adjacent states",
        monitor: || Box::new(Lagging::default()),
    };
    [agreement, lags, all_yes, reason, irrevocable, locks, forgetting, in_doubt, answered, conserved]
});

/// How the monitors of atomic commitment see this protocol.
pub struct Eyes;

impl Eyes {
    fn sent<'a>(view: &View<'a>) -> Option<&'a Message> {
        view.sent().and_then(|message| message.payload.get::<Message>())
    }
}

impl Probe for Eyes {
    fn site<'a>(view: &View<'a>, node: NodeId) -> Option<(Option<&'a Database>, &'a Stored)> {
        let (participant, disk) = view.node::<Participant>(node)?;
        Some((participant.map(|participant| &participant.database), &disk.stored))
    }

    fn vote(view: &View) -> Option<(Transaction, bool)> {
        let message = Self::sent(view)?;
        match message.body {
            Body::Yes => Some((message.transaction, true)),
            Body::No | Body::Refuse { .. } => Some((message.transaction, false)),
            _ => None,
        }
    }

    fn decision(view: &View) -> Option<(Transaction, Outcome)> {
        let message = Self::sent(view)?;
        match message.body {
            Body::Commit => Some((message.transaction, Outcome::Commit)),
            Body::Abort => Some((message.transaction, Outcome::Abort)),
            _ => None,
        }
    }

    fn forgets(view: &View) -> Option<Transaction> {
        match view.wrote()?.get::<CoordinatorRecord>()? {
            CoordinatorRecord::Ended { transaction } => Some(*transaction),
            _ => None,
        }
    }

    /// A refusal is a reason too, even while the message that says so waits for the disk.
    fn timeout(view: &View) -> Option<Transaction> {
        if let StepKind::Fire(local) = view.step.kind {
            let timer = view.trace.local(local).payload.get::<Timer>()?;
            return (timer.kind != TimerKind::Answer).then_some(timer.transaction);
        }
        if !view.step.kind.is_event() {
            return None;
        }
        let (participant, _) = view.node::<Participant>(view.step.node)?;
        let aborted = LocalState::Decided(Outcome::Abort);
        let refused = |site: &super::participant::Site| site.refuses && site.state == aborted;
        participant?.sites.iter().find(|(_, site)| refused(site)).map(|(transaction, _)| *transaction)
    }

    /// Promised is everything from READY on.
    fn in_doubt(view: &View, node: NodeId) -> Option<Transaction> {
        let (participant, disk) = view.node::<Participant>(node)?;
        let undecided = |transaction: &Transaction| {
            !matches!(disk.state(*transaction), LocalState::Initial | LocalState::Decided(_))
        };
        participant?.sites.keys().copied().find(undecided)
    }

    fn unanswered(view: &View, node: NodeId) -> Option<Option<Transaction>> {
        let (client, _) = view.node::<Client>(node)?;
        client?.unanswered()
    }
}

/// Commits that are written and not yet durable, by node.
#[derive(Clone, Default, Serialize)]
struct Lagging(SortedMap<NodeId, SortedSet<Transaction>>);

impl Lagging {
    /// A participant that has been up since it voted and is short of PRECOMMIT.
    fn laggard(view: &View, transaction: Transaction) -> Option<(NodeId, LocalState)> {
        view.nodes().find_map(|node| {
            let (participant, disk) = view.node::<Participant>(node)?;
            let participant = participant?;
            let over = participant.database.outcome(&disk.stored, transaction).is_some()
                || disk.stored.has_forgotten(transaction);
            let has_been_down = participant.sites.get(&transaction).is_some_and(|site| site.restarted);
            let state = disk.state(transaction);
            let short = matches!(state, LocalState::Initial | LocalState::Ready);
            (short && !over && !has_been_down).then_some((node, state))
        })
    }
}

impl Monitor for Lagging {
    fn observe(&mut self, view: &View) -> Judgement {
        let node = view.step.node;
        if let Some(ParticipantRecord::Database(Record::Committed { transaction })) =
            view.wrote().and_then(|record| record.get::<ParticipantRecord>())
        {
            self.0.entry(node).or_default().insert(*transaction);
        }
        if !view.step.kind.is_event() {
            return Judgement::Unchanged;
        }
        let Some(written) = self.0.get_mut(&node) else { return Judgement::Unchanged };
        let Some((_, disk)) = view.node::<Participant>(node) else { return Judgement::Unchanged };
        let durable = |transaction: &Transaction| disk.state(*transaction) == LocalState::Decided(Outcome::Commit);
        let committed: Vec<Transaction> = written.iter().copied().filter(durable).collect();
        written.retain(|transaction| !durable(transaction));
        if written.is_empty() {
            self.0.remove(&node);
        }
        for transaction in committed {
            if let Some((other, state)) = Lagging::laggard(view, transaction) {
                let (here, there, state) = (name(node), name(other), state.word());
                return Judgement::Broken(say!(
                    "{here} has committed {transaction} while {there} is still in {state}",
                    "{here} 已提交 {transaction}，而 {there} 还停在 {state}"
                ));
            }
        }
        Judgement::Unchanged
    }

    fn hash_into(&self, hasher: &mut Hasher) {
        hash_into(&self.0, hasher);
    }

    fn cloned(&self) -> Box<dyn Monitor> {
        Box::new(self.clone())
    }
}
