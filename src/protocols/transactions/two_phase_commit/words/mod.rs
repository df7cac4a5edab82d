//! The protocol's words: what it is, what is modelled, its terms, and what each event means.

mod at_coordinator;
mod at_participant;
mod terms;

pub use terms::{MODELLED, NOT_MODELLED, SUMMARY, TERMS};

use super::coordinator::{Coordinator, Stage};
use super::log::Log;
use super::message::{Message, Timer};
use super::participant::Participant;
use crate::protocols::Moment;
use crate::protocols::parts::atomic_commitment::{COORDINATOR, name, participant_number};
use crate::protocols::parts::business::Business;
use crate::protocols::parts::database::{Record, Standing, Stored, Transaction};
use crate::say;
use crate::sim::node::{Node, look};
use crate::sim::payload::Outcome;
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
            match payload.get::<Record>() {
                Some(record) => Some(event.durable(record)),
                None => event.decision_durable(payload.get()?),
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

fn participant(nodes: &[Arc<dyn Node>], node: NodeId) -> Place<'_, Participant> {
    look(&**nodes.get(node.index())?)
}

fn coordinator(nodes: &[Arc<dyn Node>]) -> Place<'_, Coordinator> {
    look(&**nodes.get(COORDINATOR.index())?)
}

impl Event<'_> {
    /// Whether a message of that kind leaves in this event.
    fn sends(&self, kind: &str) -> bool {
        self.moment.effects().iter().any(|effect| match effect.kind {
            StepKind::Send(message) => self.moment.trace.message(message).name.kind == kind,
            _ => false,
        })
    }

    fn participant_after(&self) -> Option<(&Participant, &Stored)> {
        participant(self.moment.after, self.node).and_then(|(role, disk)| Some((role?, disk)))
    }

    fn participant_before(&self) -> Option<(&Participant, &Stored)> {
        participant(self.moment.before, self.node).and_then(|(role, disk)| Some((role?, disk)))
    }

    fn coordinator_after(&self) -> Option<(&Coordinator, &Log)> {
        coordinator(self.moment.after).and_then(|(role, disk)| Some((role?, disk)))
    }

    fn coordinator_before(&self) -> Option<(&Coordinator, &Log)> {
        coordinator(self.moment.before).and_then(|(role, disk)| Some((role?, disk)))
    }

    /// A transaction that this participant has voted yes on and of which its disk knows nothing.
    fn lost_promise(&self, disk: &Stored) -> Option<Transaction> {
        let now = self.moment.step().at;
        let yes = self.moment.trace.messages.iter().filter(|message| {
            let sent = self.moment.trace.steps[message.sent as usize].at;
            message.name.from == self.node && message.name.kind == "yes" && sent <= now
        });
        yes.map(|message| Transaction(message.name.subject.0)).find(|transaction| {
            !disk.is_prepared(*transaction) && disk.outcome(*transaction).is_none() && !disk.has_forgotten(*transaction)
        })
    }

    /// The participants that are up and in doubt about some transaction, and the first such transaction.
    fn in_doubt(&self) -> (Vec<&'static str>, Option<Transaction>) {
        let mut names = Vec::new();
        let mut first = None;
        for index in 0..self.moment.after.len() {
            let node = NodeId(index as u8);
            let Some((Some(role), disk)) = participant(self.moment.after, node) else { continue };
            let mut open = role.database().open().map(|(transaction, _)| transaction);
            if let Some(transaction) = open.find(|transaction| role.database().in_doubt(disk, *transaction)) {
                names.push(name(node));
                first = first.or(Some(transaction));
            }
        }
        (names, first)
    }

    /// The name of this participant's database.
    fn database(&self) -> Text {
        participant_number(self.node)
            .map_or(Text::new("database", "数据库"), |number| Business::name(number).clone())
    }

    fn start(&self) -> Option<Text> {
        let here = self.here;
        if self.moment.step().at == crate::sim::time::Instant::START {
            return (self.node == super::atomic_commitment::CLIENT).then(|| {
                Text::new(
                    "An order needs goods and money, which lie in different databases: it must happen in all of them \
                     or in none",
                    "一个订单既要出货又要收款，而它们在不同的数据库里：要么全部发生，要么全不发生",
                )
            });
        }
        if let Some((_, disk)) = self.participant_after() {
            return Some(match (disk.prepared().next(), self.lost_promise(disk)) {
                (Some(transaction), _) => say!(
                    "{here} is back, and its log says that it promised {transaction}: it locks the rows again and must \
                     ask what was decided",
                    "{here} 恢复，日志表明它对 {transaction} 作过承诺：重新锁住这些行，并须询问决定"
                ),
                (None, Some(lost)) => say!(
                    "{here} is back and does not know that it ever voted yes on {lost}: to itself it owes nobody \
                     anything, and its part is undone",
                    "{here} 恢复，却不知道自己对 {lost} 投过赞成票：它以为不欠任何人，自己那部分已经撤销"
                ),
                (None, None) => say!(
                    "{here} is back with no promise in its log: whatever it was working on is undone, and owed to nobody",
                    "{here} 恢复，日志中没有任何承诺：未完成的工作已撤销，也不欠任何人"
                ),
            });
        }
        let (_, disk) = self.coordinator_after().filter(|_| self.node == COORDINATOR)?;
        Some(match disk.unacknowledged().next() {
            Some((transaction, Outcome::Commit)) => say!(
                "{here} is back and finds in its log that {transaction} is committed: it was so all the time, and now \
                 the others hear of it",
                "{here} 恢复，日志里写着 {transaction} 已提交：它一直就是已提交的，现在大家才得知"
            ),
            Some((transaction, Outcome::Abort)) => say!(
                "{here} is back and finds in its log that {transaction} is aborted: it says so again until all have \
                 heard",
                "{here} 恢复，日志里写着 {transaction} 已中止：它会反复通知，直到所有人都收到"
            ),
            None => say!(
                "{here} is back and its log holds no open decision: whatever it was collecting votes for is aborted, \
                 and whoever asks will be told so",
                "{here} 恢复，日志中没有未了结的决定：正在收集投票的事务一律视为中止，谁来问就告诉谁"
            ),
        })
    }

    fn deliver(&self, from: NodeId, message: &Message) -> Option<Text> {
        if self.node == COORDINATOR {
            return self.at_coordinator(name(from), message);
        }
        match *message {
            Message::Order { transaction, order, .. } => {
                let what = Business::describe(order);
                let (here, en, zh) = (self.here, what.en, what.zh);
                Some(say!(
                    "{here} does its own part of {transaction} first ({en}) and will ask for the others' only when it \
                     can promise itself",
                    "{here} 先做好 {transaction} 中自己的部分（{zh}），自己能承诺了再去请其他人"
                ))
            }
            Message::Prepare { transaction, .. } => self.prepare(transaction),
            Message::Commit { transaction } => self.told(transaction, Outcome::Commit),
            Message::Abort { transaction } => self.told(transaction, Outcome::Abort),
            Message::Recover => Some(self.coordinator_is_back()),
            Message::Result { transaction, outcome } => Some(match outcome {
                Outcome::Commit => say!(
                    "The client may rely on {transaction}: it is committed, though some database may hear of it later",
                    "客户端可以确信 {transaction} 已提交，即使个别数据库稍后才得知"
                ),
                Outcome::Abort => say!(
                    "The client knows that {transaction} did not happen, and may order again",
                    "客户端得知 {transaction} 没有发生，可以重新下单"
                ),
            }),
            _ => None,
        }
    }

    fn fire(&self, timer: Timer) -> Option<Text> {
        let (here, transaction) = (self.here, timer.transaction());
        Some(match timer {
            Timer::Votes(_) => say!(
                "The coordinator has waited long enough: a vote that does not come counts as no, and {transaction} is \
                 aborted",
                "协调者等够了：没来的票按反对计，{transaction} 中止"
            ),
            Timer::Retry(_) => match self.coordinator_after()?.0.stage(transaction) {
                Some(Stage::Announcing { outcome: Outcome::Abort, unacknowledged })
                    if self.was_committing(transaction) =>
                {
                    let left: Vec<&str> = unacknowledged.iter().map(|node| name(*node)).collect();
                    let (left, left_zh) = (left.join(", "), left.join("、"));
                    say!(
                        "{left} did not acknowledge the commit, and the coordinator takes it for a failure: it now says \
                         abort, after the commit point",
                        "{left_zh} 没有应答提交，协调者误当成失败：越过提交点之后，它竟改口说中止"
                    )
                }
                Some(Stage::Announcing { unacknowledged, .. }) => {
                    let left: Vec<&str> = unacknowledged.iter().map(|node| name(*node)).collect();
                    let (left, left_zh) = (left.join(", "), left.join("、"));
                    say!(
                        "No acknowledgement from {left}: the coordinator repeats its decision, because it can be \
                         repeated and cannot be changed",
                        "没有收到 {left_zh} 的应答：协调者重发决定。决定可以重复，不能更改"
                    )
                }
                _ => return None,
            },
            Timer::Inquiry(_) => {
                let (after, _) = self.participant_after()?;
                match after.database().standing(transaction) {
                    Some(Standing::Prepared) => say!(
                        "{here} is still in doubt about {transaction}: it may ask again, but not guess, and holds its \
                         locks meanwhile",
                        "{here} 对 {transaction} 仍悬而未决：可以再问，不能猜，锁也只能继续持有"
                    ),
                    Some(Standing::Deciding(Outcome::Abort)) => say!(
                        "{here} is tired of waiting and aborts {transaction}, which it had promised not to decide",
                        "{here} 等得不耐烦，中止了 {transaction}，尽管它承诺过不自行决定"
                    ),
                    Some(Standing::Deciding(Outcome::Commit)) => say!(
                        "{here} is tired of waiting and commits {transaction}, which it had promised not to decide",
                        "{here} 等得不耐烦，提交了 {transaction}，尽管它承诺过不自行决定"
                    ),
                    _ => return None,
                }
            }
            Timer::LockWait(_) => say!(
                "{transaction} has waited too long for its row at {here}: it votes no, and others need not wait for it",
                "{transaction} 在 {here} 等锁太久：投反对票，免得别人再等它"
            ),
            Timer::Answer(_) => say!(
                "The client has no answer for {transaction} and does not know whether it happened: it asks",
                "客户端没有得到 {transaction} 的答复，不知道它是否发生，于是去问"
            ),
        })
    }

    fn coordinator_is_back(&self) -> Text {
        let here = self.here;
        if self.sends("inquire") {
            say!(
                "The coordinator is back, and {here} has something to ask: what became of the order it knows nothing of",
                "协调者回来了，{here} 正有事要问：那个杳无音信的订单结果如何"
            )
        } else {
            say!(
                "The coordinator is back, but {here} is in doubt about nothing and has nothing to ask",
                "协调者回来了，但 {here} 没有悬而未决的事务，无需询问"
            )
        }
    }

    fn was_committing(&self, transaction: Transaction) -> bool {
        let stage = self.coordinator_before().and_then(|(role, _)| role.stage(transaction));
        matches!(stage, Some(Stage::Announcing { outcome: Outcome::Commit, .. }))
    }

    /// What a fault means to this protocol, where it means more than to any other.
    fn strike(&self) -> Option<Text> {
        if self.node == COORDINATOR {
            let (before, after) = (coordinator(self.moment.before)?.1, coordinator(self.moment.after)?.1);
            let mut decided = before.unacknowledged();
            if let Some((lost, _)) = decided.find(|(transaction, _)| after.decision(*transaction).is_none()) {
                return Some(say!(
                    "The coordinator's disk has lost the one record that says {lost} is decided: after its next start it \
                     will say that it was not",
                    "协调者的磁盘丢失了唯一证明 {lost} 已有决定的记录：下次启动后，它会说没有这回事"
                ));
            }
            let died = self.coordinator_before().is_some() && self.coordinator_after().is_none();
            let (doubting, transaction) = self.in_doubt();
            let transaction = transaction.filter(|_| died)?;
            let (who, who_zh) = (doubting.join(", "), doubting.join("、"));
            return Some(match coordinator(self.moment.after)?.1.decision(transaction) {
                Some(Outcome::Commit) => say!(
                    "The coordinator dies, and with it the only one who can say that {transaction} is committed: {who} \
                     must hold their locks until it is back",
                    "协调者宕机，只有它能说出 {transaction} 已提交：{who_zh} 只能持锁等它回来"
                ),
                _ => say!(
                    "The coordinator dies with every promise in hand: {who} may neither commit nor abort {transaction}, \
                     and hold their locks until it is back",
                    "协调者拿着所有承诺宕机了：{who_zh} 对 {transaction} 既不能提交也不能中止，只能持锁等它回来"
                ),
            });
        }
        let (before, disk_before) = participant(self.moment.before, self.node)?;
        let (after, disk_after) = participant(self.moment.after, self.node)?;
        let here = self.here;
        if let Some(lost) = disk_before
            .prepared()
            .find(|transaction| !disk_after.is_prepared(*transaction) && disk_after.outcome(*transaction).is_none())
        {
            return Some(say!(
                "The disk of {here} has lost its promise for {lost}: after its next start {here} will not know that it \
                 ever voted",
                "{here} 的磁盘丢失了对 {lost} 的承诺：下次启动后，{here} 将不知道自己投过票"
            ));
        }
        let (before, after) = (before?, after?);
        let (transaction, standing) = after.database().open().find(|(transaction, standing)| {
            matches!(standing, Standing::Deciding(_))
                && before.database().standing(*transaction) == Some(Standing::Prepared)
        })?;
        Some(match standing {
            Standing::Deciding(Outcome::Commit) => say!(
                "An operator commits {transaction} at {here} by hand, to free its locks: a guess, and nobody else is told",
                "运维人员为了放锁，在 {here} 手工提交 {transaction}：这是猜测，而且没有通知任何人"
            ),
            _ => say!(
                "An operator aborts {transaction} at {here} by hand, to free its locks: a guess, and nobody else is told",
                "运维人员为了放锁，在 {here} 手工中止 {transaction}：这是猜测，而且没有通知任何人"
            ),
        })
    }
}
