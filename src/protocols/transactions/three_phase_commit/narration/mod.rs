//! What each event means, in one sentence that says more than the arrow does.

mod answers;
mod coordinator;
mod participant;
mod timers;

use super::coordinator::{Coordinator, Phase};
use super::disk::{CoordinatorDisk, ParticipantDisk};
use super::message::{Body, CoordinatorRecord, Message, ParticipantRecord, Timer, TimerKind};
use super::participant::{Participant, Site};
use super::settings::Settings;
use super::state::LocalState;
use crate::protocols::Moment;
use crate::protocols::parts::atomic_commitment::{CLIENT, COORDINATOR, name, participant_number};
use crate::protocols::parts::business::Business;
use crate::protocols::parts::database::{Record, Standing, Transaction};
use crate::say;
use crate::sim::node::{Node, look};
use crate::sim::payload::Outcome;
use crate::sim::time::Instant;
use crate::sim::trace::{NodeId, StepKind};
use crate::text::Text;
use std::sync::Arc;

/// What happened at an event, and why it matters; none where the words for any protocol do.
pub fn narrate(moment: &Moment) -> Option<Text> {
    let step = moment.step();
    let event = Event { moment, node: step.node, here: name(step.node) };
    match step.kind {
        StepKind::Start => event.start(),
        StepKind::Deliver(message) => {
            let message = moment.trace.message(message);
            event.deliver(message.name.from, message.payload.get()?)
        }
        StepKind::Durable(record) => {
            let payload = &moment.trace.local(record).payload;
            match payload.get::<ParticipantRecord>() {
                Some(record) => event.durable(record),
                None => event.logged(payload.get()?),
            }
        }
        StepKind::Fire(timer) => event.fire(*moment.trace.local(timer).payload.get()?),
        StepKind::Strike(_) => event.strike(),
        _ => None,
    }
}

/// An event at its node.
struct Event<'a> {
    moment: &'a Moment<'a>,
    node: NodeId,
    here: &'static str,
}

type Place<'a, R> = Option<(Option<&'a R>, &'a <R as crate::sim::role::Role>::Durable)>;

fn participant_at(nodes: &[Arc<dyn Node>], node: NodeId) -> Place<'_, Participant> {
    look(&**nodes.get(node.index())?)
}

fn coordinator_at(nodes: &[Arc<dyn Node>]) -> Place<'_, Coordinator> {
    look(&**nodes.get(COORDINATOR.index())?)
}

/// A state's name in sentences: the same word in both languages.
fn word(state: LocalState) -> &'static str {
    state.word()
}

impl Event<'_> {
    fn participant_after(&self) -> Option<(&Participant, &ParticipantDisk)> {
        participant_at(self.moment.after, self.node).and_then(|(role, disk)| Some((role?, disk)))
    }

    fn site_before(&self, transaction: Transaction) -> Option<&Site> {
        participant_at(self.moment.before, self.node)?.0?.sites.get(&transaction)
    }

    fn site_after(&self, transaction: Transaction) -> Option<&Site> {
        participant_at(self.moment.after, self.node)?.0?.sites.get(&transaction)
    }

    /// What was decided here before the event.
    fn outcome_before(&self, transaction: Transaction) -> Option<Outcome> {
        let (role, disk) = participant_at(self.moment.before, self.node)?;
        role?.database.outcome(&disk.stored, transaction)
    }

    fn phase_before(&self, transaction: Transaction) -> Option<&Phase> {
        Some(&coordinator_at(self.moment.before)?.0?.runs.get(&transaction)?.phase)
    }

    fn phase_after(&self, transaction: Transaction) -> Option<&Phase> {
        Some(&coordinator_at(self.moment.after)?.0?.runs.get(&transaction)?.phase)
    }

    /// The parameters, as any running participant knows them.
    fn settings(&self) -> Option<Settings> {
        let nodes = (0..self.moment.after.len() as u8).map(NodeId);
        let mut roles = nodes.filter_map(|node| participant_at(self.moment.after, node)?.0);
        roles.next().map(|role| role.settings)
    }

    /// Whether the participants end a transaction together when the coordinator is silent.
    fn terminates(&self) -> bool {
        self.settings().is_some_and(|settings| settings.terminates())
    }

    fn has_quorums(&self) -> bool {
        self.settings().is_some_and(|settings| settings.quorums().is_some())
    }

    /// How many participants there are.
    fn all(&self) -> usize {
        self.moment.after.len().saturating_sub(2)
    }

    /// The participants in a state that `wanted` accepts, after the event, by what is on their disks.
    fn standing_in(&self, transaction: Transaction, wanted: impl Fn(LocalState) -> bool) -> Vec<&'static str> {
        let nodes = (0..self.moment.after.len() as u8).map(NodeId);
        nodes
            .filter(|node| {
                participant_at(self.moment.after, *node).is_some_and(|(_, disk)| wanted(disk.state(transaction)))
            })
            .map(name)
            .collect()
    }

    fn start(&self) -> Option<Text> {
        let here = self.here;
        if self.moment.step().at == Instant::START {
            return (self.node == CLIENT).then(|| {
                Text::new(
                    "An order needs goods and money, which lie in different databases: it must happen in all of them \
                     or in none",
                    "一个订单既要出货又要收款，而它们在不同的数据库里：要么全部发生，要么全不发生",
                )
            });
        }
        if self.node == COORDINATOR {
            return self.coordinator_is_back(coordinator_at(self.moment.after)?.1);
        }
        let (after, disk) = self.participant_after()?;
        let Some((transaction, _)) = disk.undecided().next() else {
            return Some(say!(
                "{here} is back, and its log owes nobody an answer: what it had not voted for is as if it had never been",
                "{here} 恢复，日志中没有未了结的承诺：没投过票的事务就当从未有过"
            ));
        };
        let state = word(disk.state(transaction));
        let (asks, alone) = (
            after.sites.get(&transaction).is_some_and(|site| site.termination.is_some()),
            after.sites.get(&transaction).and_then(|site| site.state.decided()),
        );
        Some(match (asks, alone) {
            (_, Some(_)) => say!(
                "{here} finds {transaction} in {state} on its disk and decides alone, as if nothing could have happened \
                 while it was down",
                "{here} 在磁盘上看到 {transaction} 处于 {state}，便独自决定，好像自己宕机期间什么都不会发生"
            ),
            (true, None) => say!(
                "{here} finds {transaction} in {state} on its disk. The others may have gone on without it: it decides \
                 nothing and asks",
                "{here} 在磁盘上看到 {transaction} 处于 {state}。其他人可能已撇下它继续：它不作决定，先询问"
            ),
            (false, None) => say!(
                "{here} finds {transaction} in {state} on its disk and waits for the coordinator's word, its time-out \
                 begun anew",
                "{here} 在磁盘上看到 {transaction} 处于 {state}，等待协调者的消息，超时重新计起"
            ),
        })
    }

    fn deliver(&self, from: NodeId, message: &Message) -> Option<Text> {
        let (transaction, from_name) = (message.transaction, name(from));
        if self.node == CLIENT {
            let Body::Result { outcome } = message.body else { return None };
            return Some(match outcome {
                Outcome::Commit => say!(
                    "The client may rely on {transaction}: it is committed, though some database may hear of it later",
                    "客户端可以确信 {transaction} 已提交，即使个别数据库稍后才得知"
                ),
                Outcome::Abort => say!(
                    "The client is told that {transaction} did not happen, and may order again",
                    "客户端得知 {transaction} 没有发生，可以重新下单"
                ),
            });
        }
        if self.node == COORDINATOR {
            return self.at_coordinator(from_name, transaction, message.body);
        }
        match message.body {
            Body::CanCommit { .. } => self.can_commit(transaction),
            Body::PreCommit { .. } => self.pre_commit(from, transaction),
            Body::PreAbort { .. } => self.pre_abort(transaction),
            Body::Commit => self.told(from_name, transaction, Outcome::Commit),
            Body::Abort => self.told(from_name, transaction, Outcome::Abort),
            Body::StateRequest { attempt } => Some(self.asked(from_name, transaction, attempt.is_first())),
            Body::State { .. } | Body::Ack { .. } | Body::Refuse { .. } => {
                self.answered(from_name, transaction, message.body)
            }
            _ => None,
        }
    }

    /// What a crash of the coordinator means to this protocol.
    fn strike(&self) -> Option<Text> {
        let died = self.node == COORDINATOR
            && coordinator_at(self.moment.before)?.0.is_some()
            && coordinator_at(self.moment.after)?.0.is_none();
        if !died {
            return None;
        }
        let open = coordinator_at(self.moment.before)?.0?.runs.keys().next().copied()?;
        let in_p = self.standing_in(open, |state| state == LocalState::PreCommitted);
        let in_w = self.standing_in(open, |state| state == LocalState::Ready);
        let sent: Vec<&str> = self.sent_pre_commits(open);
        let knows: Vec<&str> = in_p.iter().copied().chain(sent).collect();
        let waits: Vec<&str> = in_w.into_iter().filter(|node| !knows.contains(node)).collect();
        let (knows_en, waits_en) = (knows.join(", "), waits.join(", "));
        let (knows_zh, waits_zh) = (knows.join("、"), waits.join("、"));
        Some(match (knows.is_empty(), waits.is_empty()) {
            (false, false) if self.terminates() => say!(
                "The coordinator dies between two preCommits: {knows_en} will be in PRECOMMIT, {waits_en} in READY. \
                 Somebody has to bring them together before anybody decides",
                "协调者在两条 preCommit 之间宕机：{knows_zh} 将处于 PRECOMMIT，{waits_zh} 处于 READY。在任何人作决定之前，得有人把他们带到一起"
            ),
            (false, false) => say!(
                "The coordinator dies between two preCommits: {knows_en} will be in PRECOMMIT, {waits_en} in READY, and \
                 each will draw its own conclusion from the same silence",
                "协调者在两条 preCommit 之间宕机：{knows_zh} 将处于 PRECOMMIT，{waits_zh} 处于 READY，同样的沉默，各自会得出不同的结论"
            ),
            (false, true) => say!(
                "The coordinator dies, but {knows_en} know that all said yes, and nobody is left in READY: nobody has to wait for it",
                "协调者宕机，但 {knows_zh} 都知道大家已同意，也没有人停在 READY：谁都不必等它"
            ),
            (true, false) => say!(
                "The coordinator dies before anybody knows that all said yes: {waits_en} are in READY and hold no lock",
                "协调者宕机，还没有人知道大家都已同意：{waits_zh} 处于 READY，没有持锁"
            ),
            (true, true) => return None,
        })
    }

    /// Who has been sent a preCommit that is still under way.
    fn sent_pre_commits(&self, transaction: Transaction) -> Vec<&'static str> {
        let here = self.moment.trace.events[self.moment.event as usize];
        let under_way = |message: &&crate::sim::trace::Message| {
            let ends = |at: &u32| *at > here;
            message.name.kind == "pre-commit"
                && message.name.subject == transaction.subject()
                && message.sent < here
                && message.ends.iter().all(ends)
        };
        self.moment.trace.messages.iter().filter(under_way).map(|message| name(message.name.to)).collect()
    }
}
