//! The protocol's words: what it is, what is modelled, its terms, and what each event means.

mod at_orchestrator;
mod at_service;
mod terms;

pub use terms::{MODELLED, NOT_MODELLED, SUMMARY, TERMS};

use super::client::Client;
use super::message::{Message, Timer};
use super::orchestrator::Orchestrator;
use super::service::Service;
use super::store;
use crate::protocols::Moment;
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
            let (from, payload) = (moment.name(message.name.from), message.payload.get()?);
            if event.before::<Service>().is_some() {
                event.at_service(from, payload)
            } else if event.before::<Orchestrator>().is_some() {
                event.at_orchestrator(from, payload)
            } else {
                event.at_client(payload)
            }
        }
        StepKind::Durable(record) => {
            let payload = &moment.trace.local(record).payload;
            match payload.get::<store::Record>() {
                Some(record) => event.committed(record),
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

    /// The kind of what is written in this event, if anything is.
    fn writes(&self) -> Option<&'static str> {
        self.moment.effects().iter().find_map(|effect| match effect.kind {
            StepKind::Write(record) => Some(self.moment.trace.local(record).name.kind),
            _ => None,
        })
    }

    fn start(&self) -> Option<Text> {
        let here = self.here;
        if self.moment.step().at == Instant::START {
            return (self.after::<Client>().is_some()).then(|| {
                Text::new(
                    "An order needs goods and money from different services, one step after the other; what is done \
                     stays done unless another step makes up for it",
                    "一个订单要依次用到不同服务的货和钱；做过的就是做过的，除非再用一步去抵消",
                )
            });
        }
        if let Some((_, disk)) = self.after::<Service>() {
            return Some(match disk.outbox().next() {
                Some((transaction, _)) => say!(
                    "{here} is back and finds an event about {transaction} that nobody may have: it publishes it again",
                    "{here} 恢复，发现关于 {transaction} 的事件可能还没人收到：再发布一次"
                ),
                None => say!(
                    "{here} is back: its step is in its database or it is not, and nobody waits for a lock",
                    "{here} 恢复：它的那一步要么在数据库里，要么不在，没有谁在等锁"
                ),
            });
        }
        if let Some((_, disk)) = self.after::<Orchestrator>() {
            let open = disk.all_open().next().map(|(transaction, _)| transaction);
            return Some(match open {
                Some(transaction) => say!(
                    "{here} is back and goes on with the step of {transaction} that its log does not have: it may have \
                     been called before, and done",
                    "{here} 恢复，从日志里没有记录的那一步继续 {transaction}：那一步可能早已调用过，并且做完了"
                ),
                None => say!("{here} is back and has no saga to go on with", "{here} 恢复，没有需要继续的 Saga"),
            });
        }
        Some(say!(
            "{here} is back and remembers none of its orders; they go on without it",
            "{here} 恢复，却不记得任何订单；订单照样会继续"
        ))
    }

    fn at_client(&self, message: &Message) -> Option<Text> {
        let (transaction, outcome) = match *message {
            Message::Result { transaction, outcome } => (transaction, outcome),
            Message::Text { transaction } => {
                return Some(say!(
                    "The customer reads that {transaction} is on its way: from now on it had better be true",
                    "顾客读到 {transaction} 已在路上：从现在起这最好是真的"
                ));
            }
            _ => return None,
        };
        Some(match outcome {
            Outcome::Commit => say!(
                "The client knows that every step of {transaction} is done; others have seen them one by one",
                "客户端得知 {transaction} 的每一步都已完成；而别人是一步一步看到的"
            ),
            Outcome::Abort => say!(
                "The client knows that {transaction} was taken back; that others have seen it meanwhile cannot be",
                "客户端得知 {transaction} 已被收回；但别人曾经看到过它，这是收不回的"
            ),
        })
    }

    fn fire(&self, timer: Timer) -> Option<Text> {
        let (here, transaction) = (self.here, timer.transaction());
        Some(match timer {
            Timer::Answer(_) => say!(
                "The client has no answer for {transaction} and asks again, with the same number: it will not be done \
                 twice",
                "客户端没有得到 {transaction} 的答复，用同一个编号再问：不会因此做两次"
            ),
            Timer::Global(_) if self.writes() == Some("turned") => say!(
                "{here} has gone forward with {transaction} for long enough and turns back; the step that has not \
                 answered may have been done, so it is compensated too",
                "{here} 推进 {transaction} 太久，开始回退；没有答复的那一步可能已经执行，所以也要补偿"
            ),
            Timer::Global(_) => say!(
                "The time of {transaction} is up, but there is no turning back from where it stands: {here} goes on asking",
                "{transaction} 已超时，但从现在的位置无法回头：{here} 继续请求"
            ),
            Timer::Retry(_) if self.after::<Service>().is_some() => say!(
                "Nobody has acknowledged the event about {transaction}: {here} publishes it again, for whoever has it \
                 already will know it",
                "关于 {transaction} 的事件没有人确认：{here} 再发布一次，已经收到的一方会认出它"
            ),
            Timer::Retry(_) => self.repeats(transaction)?,
        })
    }

    /// What a fault means to this protocol, where it means more than to any other.
    fn strike(&self) -> Option<Text> {
        let here = self.here;
        if let (Some((before, _)), None) = (self.before::<Orchestrator>(), self.after::<Orchestrator>()) {
            let (transaction, _) = before.log().all_open().next()?;
            return Some(say!(
                "{here} dies in the middle of {transaction}: what is done stays for all to see until {here} is back",
                "{here} 在 {transaction} 中途宕机：已做的步骤会一直摆在大家眼前，直到 {here} 恢复"
            ));
        }
        let ((before, _), (after, _)) = (self.before::<Service>()?, self.after::<Service>()?);
        if let Some(broken) = after.failing().difference(before.failing()).next() {
            return Some(say!(
                "{here} can no longer compensate {broken}: from now on its business throws an exception",
                "{here} 无法再补偿 {broken}：它的业务从此抛异常"
            ));
        }
        let mended = before.failing().difference(after.failing()).next()?;
        Some(say!(
            "Somebody has mended {here}: the next attempt to compensate {mended} will succeed",
            "有人修好了 {here}：下一次补偿 {mended} 会成功"
        ))
    }
}
