//! The protocol's words: what it is, what is modelled, its terms, and what each event means.

mod at_branch;
mod at_coordinator;
mod terms;

pub use terms::{MODELLED, NOT_MODELLED, SUMMARY, TERMS};

use super::branch::Branch;
use super::coordinator::Coordinator;
use super::initiator::{Initiator, Stage};
use super::log::Log;
use super::message::{Message, Timer};
use super::table::{self, Table};
use crate::protocols::Moment;
use crate::protocols::parts::atomic_commitment::CLIENT as INITIATOR;
use crate::say;
use crate::sim::node::{Node, look};
use crate::sim::payload::Outcome;
use crate::sim::role::Role;
use crate::sim::time::Instant;
use crate::sim::trace::{NodeId, StepKind};
use crate::text::Text;
use std::sync::Arc;

/// What happened at an event, and why it matters; none where the words for any protocol do.
pub fn narrate(moment: &Moment) -> Option<Text> {
    let step = moment.step();
    let event = Event { moment, node: step.node, here: moment.name(step.node) };
    match step.kind {
        StepKind::Start => event.start(),
        StepKind::Deliver(message) => {
            let message = moment.trace.message(message);
            let (from, payload) = (message.name.from, message.payload.get()?);
            match step.node {
                INITIATOR => event.at_initiator(moment.name(from), payload),
                _ if event.before::<Branch>().is_some() => event.at_branch(payload),
                _ => event.at_coordinator(moment.name(from), payload),
            }
        }
        StepKind::Durable(record) => {
            let payload = &moment.trace.local(record).payload;
            match payload.get::<table::Record>() {
                Some(record) => Some(event.committed(record)),
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

/// A node that runs, with its disk.
type Running<'a, R> = (&'a R, &'a <R as Role>::Durable);

fn running<R: Role>(nodes: &[Arc<dyn Node>], node: NodeId) -> Option<Running<'_, R>> {
    look::<R>(&**nodes.get(node.index())?).and_then(|(role, disk)| Some((role?, disk)))
}

impl<'a> Event<'a> {
    fn before<R: Role>(&self) -> Option<Running<'a, R>> {
        running(self.moment.before, self.node)
    }

    fn after<R: Role>(&self) -> Option<Running<'a, R>> {
        running(self.moment.after, self.node)
    }

    /// Whether a message of that kind leaves in this event.
    fn sends(&self, kind: &str) -> bool {
        self.moment.effects().iter().any(|effect| match effect.kind {
            StepKind::Send(message) => self.moment.trace.message(message).name.kind == kind,
            _ => false,
        })
    }

    /// Whether anything is written in this event.
    fn writes(&self) -> bool {
        self.moment.effects().iter().any(|effect| matches!(effect.kind, StepKind::Write(_)))
    }

    fn start(&self) -> Option<Text> {
        let here = self.here;
        if self.moment.step().at == Instant::START {
            return (self.node == INITIATOR).then(|| {
                Text::new(
                    "An order needs goods and money from different services; none of them is to hold a lock for the \
                     others, so each will be asked to set its part aside first",
                    "一个订单需要不同服务的货和钱；谁也不该为别人持锁，所以先请各服务预留自己的那部分",
                )
            });
        }
        if let Some((_, disk)) = self.after::<Branch>() {
            let disk: &Table = disk;
            return Some(match disk.reserved().next() {
                Some(transaction) => say!(
                    "{here} is back; what it has set aside for {transaction} is in its database, and it need ask nobody: \
                     the coordinator will come to it",
                    "{here} 恢复；为 {transaction} 预留的资源就在数据库里，它不必去问谁：协调器会来通知"
                ),
                None => say!(
                    "{here} is back: each of its local transactions is there or not, and no lock is left behind",
                    "{here} 恢复：每个本地事务要么在，要么不在，没有遗留任何锁"
                ),
            });
        }
        if let Some((_, disk)) = self.after::<Coordinator>() {
            let disk: &Log = disk;
            return Some(match disk.all_open().next().map(|(transaction, entry)| (transaction, entry.decided)) {
                Some((transaction, Some(Outcome::Commit))) => say!(
                    "{here} is back and finds in its log that {transaction} is to be confirmed: it goes on where it \
                     stopped, because confirming twice does no harm",
                    "{here} 恢复，日志里写着 {transaction} 应当确认：从停下的地方继续，重复确认无害"
                ),
                Some((transaction, Some(Outcome::Abort))) => say!(
                    "{here} is back and finds in its log that {transaction} is to be cancelled: it goes on where it stopped",
                    "{here} 恢复，日志里写着 {transaction} 应当取消：从停下的地方继续"
                ),
                Some((transaction, None)) => say!(
                    "{here} is back: {transaction} is open and not decided, and its time begins anew",
                    "{here} 恢复：{transaction} 已开启而未决定，重新计时"
                ),
                None => say!("{here} is back and owes nobody anything", "{here} 恢复，没有未了结的事务"),
            });
        }
        (self.node == INITIATOR).then(|| {
            say!(
                "{here} is back and remembers none of its orders: what is open the coordinator will call off when its \
                 time is up",
                "{here} 恢复，却不记得任何订单：未结束的事务由协调器超时回滚"
            )
        })
    }

    fn at_initiator(&self, from: &'static str, message: &Message) -> Option<Text> {
        let transaction = message.transaction();
        let (after, _) = self.after::<Initiator>()?;
        let (before, _) = self.before::<Initiator>()?;
        let stage = after.stage(transaction);
        Some(match message {
            Message::Begun { .. } => say!(
                "{transaction} has a name that everybody will know it by; before a branch is tried, the coordinator must \
                 know of it",
                "{transaction} 有了大家都认得的编号；对分支执行 try 之前，必须先让协调器知道它"
            ),
            Message::Registered { branch, .. } => {
                let branch = self.moment.name(*branch);
                say!(
                    "Only now {branch} may be tried: even if that call gets lost, {branch} will be told the end",
                    "到这时才可以对 {branch} 执行 try：即使这次调用丢失，{branch} 也会得知结局"
                )
            }
            Message::Tried { .. } => match stage {
                Some(Stage::Trying { tried, .. }) => {
                    let tried = tried.len();
                    say!(
                        "{from} has set its part aside, {tried} so far: nobody is locked, and {transaction} can still be \
                         called off",
                        "{from} 已预留，目前 {tried} 个：没有锁住任何人，{transaction} 仍可取消"
                    )
                }
                Some(Stage::Ending { wants: Outcome::Commit }) if self.sends("submit") => say!(
                    "All have set their part aside: the initiator asks for the end of {transaction}, and from the \
                     coordinator’s decision on it can only go forward",
                    "全部已预留：发起方请求结束 {transaction}；协调器一旦决定，就只能向前"
                ),
                Some(Stage::Ending { wants: Outcome::Commit }) | None => say!(
                    "{from} says again that it has set its part aside: the initiator knows, and has gone on",
                    "{from} 再次答复已预留：发起方早已知道，并且已经往下走"
                ),
                _ => say!(
                    "{from} has set its part aside, too late to matter: {transaction} is being called off, and {from} \
                     will be told",
                    "{from} 预留成功，但已无关紧要：{transaction} 正在取消，{from} 会接到通知"
                ),
            },
            Message::Refused { .. } if self.sends("give-up") => say!(
                "One that cannot is enough: {transaction} is called off, and every branch will be told, {from} too",
                "一个做不到就够了：{transaction} 取消，所有分支都会接到通知，{from} 也不例外"
            ),
            Message::Refused { .. } => say!(
                "{from} refuses a call that was answered before: that changes nothing",
                "{from} 拒绝的是一次早已答复过的调用：什么也不改变"
            ),
            Message::Result { outcome: Outcome::Commit, .. } if before.stage(transaction).is_some() => say!(
                "The initiator may rely on it: {transaction} is decided, though the services may not have carried it out \
                 yet",
                "发起方可以放心：{transaction} 已经决定，尽管各服务可能还没有执行完"
            ),
            Message::Result { outcome: Outcome::Abort, .. } if before.stage(transaction).is_some() => say!(
                "The initiator knows that {transaction} is called off, and may order again",
                "发起方得知 {transaction} 已取消，可以重新下单"
            ),
            Message::Result { .. } => say!(
                "An answer to a question asked twice: the initiator knows it already",
                "问了两次的问题又得到一次答复：发起方早已知道"
            ),
            _ => return None,
        })
    }

    fn fire(&self, timer: Timer) -> Option<Text> {
        let (here, transaction) = (self.here, timer.transaction());
        Some(match timer {
            Timer::Call(_) if self.sends("give-up") => say!(
                "A branch has not answered in time: it may have set its part aside or not, and the initiator cannot \
                 know; {transaction} is called off, for all of them",
                "有分支没有及时答复：它可能预留了，也可能没有，发起方无从得知；{transaction} 对所有分支一律取消"
            ),
            Timer::Call(_) => say!(
                "The coordinator is silent about {transaction}; it may have decided or not, so the initiator asks again",
                "协调器对 {transaction} 没有回音；它可能已经决定，也可能没有，发起方再问一次"
            ),
            Timer::Global(_) => say!(
                "{here} has waited long enough for the initiator: whatever was set aside for {transaction} must not stay \
                 so, and it is called off",
                "{here} 等发起方等够了：为 {transaction} 预留的资源不能一直占着，予以取消"
            ),
            Timer::Retry(_) => self.repeats(transaction)?,
            Timer::TakeOver(_) => self.takes_over(transaction)?,
            Timer::Clean(_) => say!(
                "{here} deletes the guard’s row of {transaction}: from here on it cannot tell a late call from a new one",
                "{here} 删除 {transaction} 的防护行：从此分不清迟到的调用与新的调用"
            ),
        })
    }

    /// What a fault means to this protocol, where it means more than to any other.
    fn strike(&self) -> Option<Text> {
        let here = self.here;
        if let (Some((before, _)), None) = (self.before::<Coordinator>(), self.after::<Coordinator>()) {
            let log = before.log();
            let (transaction, decided) =
                log.all_open().next().map(|(transaction, entry)| (transaction, entry.decided))?;
            return Some(match decided {
                Some(_) => say!(
                    "{here} dies with {transaction} decided: what is set aside stays so until somebody with that log \
                     goes on, but nobody is locked",
                    "{here} 宕机，此时 {transaction} 已有决定：预留会保持到有人凭日志继续为止，但没有谁被锁住"
                ),
                None => say!(
                    "{here} dies before {transaction} is decided: what is set aside stays so until it is back or \
                     somebody takes over",
                    "{here} 在 {transaction} 决定之前宕机：预留会保持到它恢复或被接管为止"
                ),
            });
        }
        if let (Some((before, _)), None) = (self.before::<Initiator>(), self.after::<Initiator>()) {
            let waiting = before.unanswered()??;
            return Some(say!(
                "The initiator dies with {waiting} under way: nobody will submit it, and only the coordinator’s time-out \
                 will free what is set aside",
                "发起方在 {waiting} 进行中宕机：不会再有人提交它，只有协调器的超时才能释放预留"
            ));
        }
        let ((before, _), (after, _)) = (self.before::<Branch>()?, self.after::<Branch>()?);
        if let Some(broken) = after.failing().difference(before.failing()).next() {
            return Some(say!(
                "{here} has promised to be able to confirm {broken}, and cannot: from now on its business throws an \
                 exception",
                "{here} 承诺过能确认 {broken}，现在却不能：它的业务从此抛异常"
            ));
        }
        let mended = before.failing().difference(after.failing()).next()?;
        Some(say!(
            "Somebody has mended {here}: the next confirm of {mended} will succeed, and one is sure to come",
            "有人修好了 {here}：{mended} 的下一次 confirm 会成功，而它一定会来"
        ))
    }
}
