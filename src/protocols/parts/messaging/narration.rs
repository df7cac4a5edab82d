//! What happens at clients, brokers and receivers, in one sentence each, for every protocol that has them.

use super::consumer::{Message as Told, Receiver, Row};
use super::tables::Record;
use super::{Event, consumer};
use crate::protocols::Moment;
use crate::protocols::parts::Carries;
use crate::protocols::parts::broker::message::{Message as Brokered, Timer as BrokerTimer};
use crate::protocols::parts::broker::server::Server;
use crate::protocols::parts::broker::{self, Entry};
use crate::protocols::parts::business::Business;
use crate::protocols::parts::database::Transaction;
use crate::say;
use crate::sim::node::look;
use crate::sim::payload::Outcome;
use crate::sim::trace::StepKind;
use crate::text::Text;

/// Whether a message of that kind leaves in this event.
pub fn sends(moment: &Moment, kind: &str) -> bool {
    moment.effects().iter().any(|effect| match effect.kind {
        StepKind::Send(message) => moment.trace.message(message).name.kind == kind,
        _ => false,
    })
}

/// The record kinds that this event writes at once, in order.
fn writes<'a>(moment: &'a Moment) -> impl Iterator<Item = &'static str> + use<'a> {
    moment.effects().iter().filter_map(|effect| match effect.kind {
        StepKind::Write(record) => Some(moment.trace.local(record).name.kind),
        _ => None,
    })
}

/// The client learns what became of its order.
pub fn result(transaction: Transaction, outcome: Outcome) -> Text {
    match outcome {
        Outcome::Commit => say!(
            "The client knows that {transaction} is committed at the sender; the other half is promised, not done",
            "客户端得知 {transaction} 在发送方已提交；另一半是承诺，还不是事实"
        ),
        Outcome::Abort => say!(
            "The client knows that {transaction} did not happen, anywhere",
            "客户端得知 {transaction} 没有发生，哪里都没有"
        ),
    }
}

/// The client has waited long enough.
pub fn answer_timeout(transaction: Transaction) -> Text {
    say!(
        "The client does not know what became of {transaction} and orders again, under the same number: if it was done, \
         that must change nothing",
        "客户端不知道 {transaction} 结果如何，用同一编号再次下单：若已执行过，就不该再有任何变化"
    )
}

/// The broker comes back from a crash.
pub fn broker_is_back(here: &str) -> Text {
    say!(
        "{here} is back with what its disk has; whatever it does not know to be consumed it delivers again",
        "{here} 恢复，磁盘上有的都在；凡是不确定消费过的，都会再投一次"
    )
}

/// The receiver comes back from a crash.
pub fn receiver_is_back(here: &str) -> Text {
    say!(
        "{here} is back; its inbox says which orders it has done, whatever it has or has not answered",
        "{here} 恢复；做过哪些订单，去重表说了算，与应答是否发出无关"
    )
}

/// Word of an order arrives at the receiver.
pub fn arrives<M: Carries<Told> + Carries<Brokered<Event>>>(moment: &Moment, event: Event) -> Option<Text> {
    let node = moment.step().node;
    let here = moment.name(node);
    let before = look::<Receiver<M>>(&*moment.before[node.index()])?.0?;
    let Event { transaction, order } = event;
    let what = Business::describe(order);
    let (en, zh) = (what.en, what.zh);
    let inbox = before.desk().table();
    let was_done = before.desk().tables().has(transaction);
    let first_write = writes(moment).next();
    let answers_first = sends(moment, "consumed") && first_write.is_some();
    Some(match (was_done, first_write) {
        _ if sends(moment, "consume-later") => say!(
            "{here} fails on {transaction} and asks for it again later; until then nothing of it is done",
            "{here} 处理 {transaction} 失败，请求稍后重投；在此之前什么也没有做"
        ),
        (true, Some("local-commit")) => say!(
            "{here} has done {transaction} already, does not notice, and does it again",
            "{here} 早已执行过 {transaction}，却没有察觉，又执行一遍"
        ),
        _ if answers_first => say!(
            "{here} says that it has done {transaction} and only then begins: if it dies now, nobody will ask it again",
            "{here} 先说 {transaction} 已完成，然后才动手：此刻若宕机，再没有谁会来催"
        ),
        (_, Some("seen")) => say!(
            "{here} writes down that {transaction} has come, and will do it in a second transaction: between them it may die",
            "{here} 先记下 {transaction} 来过，再用另一个事务去执行：两者之间可能宕机"
        ),
        (_, Some("rejected")) => say!(
            "{here} cannot do {transaction} ({en}), its account is over its limit: it writes that down, and the sender's \
             half stays done",
            "{here} 做不了 {transaction}（{zh}），账户超限：它记下拒绝，而发送方的那一半已经做了"
        ),
        (_, Some("local-commit")) if is_single(moment) => say!(
            "{here} does its half of {transaction} ({en}) and writes into its inbox that it has: one local transaction",
            "{here} 执行 {transaction} 的后一半（{zh}），并在去重表里记下：同一个本地事务"
        ),
        (_, Some("local-commit")) => say!(
            "{here} does its half of {transaction} ({en}); that it has, it remembers elsewhere or not at all",
            "{here} 执行 {transaction} 的后一半（{zh}）；做过这件事却没有记在同一个事务里"
        ),
        _ if inbox.has_rejected(transaction) => say!(
            "{here} has refused {transaction} before, and says so again",
            "{here} 早已拒绝过 {transaction}，再答复一次"
        ),
        _ if inbox.has_seen(transaction) => say!(
            "{transaction} has come before: its number stands in the inbox of {here}, so nothing is done and the answer \
             repeated",
            "{transaction} 来过了：编号已在 {here} 的去重表里，什么也不做，只重复应答"
        ),
        _ => say!(
            "{here} cannot do {transaction} and says nothing: it will come again",
            "{here} 做不了 {transaction}，一声不吭：它还会再来"
        ),
    })
}

/// Whether the event writes its local transaction together with the inbox's row.
fn is_single(moment: &Moment) -> bool {
    moment.effects().iter().any(|effect| match effect.kind {
        StepKind::Write(record) => {
            matches!(moment.trace.local(record).payload.get::<Record<Row>>(), Some(Record::Local { row: Some(_), .. }))
        }
        _ => false,
    })
}

/// What a record on the receiver's disk means.
pub fn durable_at_receiver(moment: &Moment, record: &Record<Row>) -> Option<Text> {
    let here = moment.name(moment.step().node);
    Some(match record {
        Record::Local { posting, row: Some(_) } => {
            let transaction = posting.transaction;
            say!(
                "Both halves of {transaction} are done, and {here} will know a repetition when it sees one",
                "{transaction} 的两半都已完成；再来一遍，{here} 也认得出"
            )
        }
        Record::Local { posting, row: None } => {
            let transaction = posting.transaction;
            say!(
                "{here} has done its half of {transaction}, and its disk does not say that the message has come",
                "{here} 已执行 {transaction}，磁盘上却没有记下消息来过"
            )
        }
        Record::Row(Row::Seen { transaction }) => say!(
            "The inbox of {here} has {transaction}: whatever comes later under this number counts as done",
            "{here} 的去重表里有了 {transaction}：之后凡是这个编号都算已处理"
        ),
        Record::Row(Row::Rejected { transaction }) => say!(
            "{transaction} is refused for good at {here}; that the sender has done its half is no reason to change its mind",
            "{here} 正式拒绝了 {transaction}；发送方已经做了一半，也不能让它改变主意"
        ),
    })
}

/// A message arrives at the broker.
pub fn at_broker<M: Carries<Brokered<Event>>>(
    moment: &Moment,
    from: &'static str,
    message: &Brokered<Event>,
) -> Option<Text> {
    let node = moment.step().node;
    let here = moment.name(node);
    let (before, after) = (&*moment.before[node.index()], &*moment.after[node.index()]);
    let before = look::<Server<M, Event>>(before)?.0?;
    let after = look::<Server<M, Event>>(after)?.0?;
    Some(match message {
        Brokered::Publish { body, .. } => {
            let transaction = body.transaction;
            let known = |entry: &Entry<Event>| entry.body.transaction == transaction;
            let again = before.log().waiting().any(|(_, entry)| known(entry)) || before.log().consumed().any(known);
            match again {
                true => say!(
                    "{here} compares nothing: {transaction} is stored a second time, and will be delivered a second time",
                    "{here} 不比较内容：{transaction} 又存一遍，也会再投一遍"
                ),
                false => say!(
                    "{here} writes {transaction} into its log; once that is on disk, {from} may forget it",
                    "{here} 把 {transaction} 写入日志；落盘之后，{from} 就可以不管了"
                ),
            }
        }
        Brokered::Consumed { subject, offset } => {
            let transaction = Transaction(subject.0);
            match before.log().entry(*offset) {
                Some(_) => say!(
                    "{from} is done with {transaction}: {here} need not deliver it again, as long as it remembers that",
                    "{from} 处理完 {transaction}：只要记得这一点，{here} 就不必再投"
                ),
                None => say!(
                    "{from} says again that it is done with {transaction}: {here} knew that",
                    "{from} 再次确认处理完 {transaction}：{here} 已经知道"
                ),
            }
        }
        Brokered::ConsumeLater { subject, offset } => {
            let transaction = Transaction(subject.0);
            match after.log().entry(*offset) {
                Some(entry) => {
                    let failures = entry.failures;
                    say!(
                        "{transaction} has failed {failures} times: {here} will deliver it again, later each time",
                        "{transaction} 已失败 {failures} 次：{here} 会再投，间隔一次比一次长"
                    )
                }
                None => say!(
                    "{transaction} has failed for the last time: {here} puts it among the dead letters, and only people \
                     can help",
                    "{transaction} 最后一次重试也失败了：{here} 把它移入死信队列，只能由人处理"
                ),
            }
        }
        _ => return None,
    })
}

/// What a record on the broker's disk means.
pub fn durable_at_broker(moment: &Moment, record: &broker::Record<Event>) -> Option<Text> {
    let here = moment.name(moment.step().node);
    Some(match record {
        broker::Record::Append { body, .. } => {
            let transaction = body.transaction;
            say!(
                "{transaction} is in the log of {here}: until somebody acknowledges it, it will be delivered, again and again",
                "{transaction} 已在 {here} 的日志中：在有人确认消费之前，会一投再投"
            )
        }
        _ => return None,
    })
}

/// A timer of the broker runs out.
pub fn broker_timer<M: Carries<Brokered<Event>>>(moment: &Moment, timer: BrokerTimer) -> Option<Text> {
    let node = moment.step().node;
    let here = moment.name(node);
    let about = |offset| {
        let server = look::<Server<M, Event>>(&*moment.before[node.index()])?.0?;
        server.log().entry(offset).map(|entry| entry.body.transaction)
    };
    Some(match timer {
        BrokerTimer::Redeliver(offset) => {
            let transaction = about(offset)?;
            say!(
                "No answer about {transaction}: {here} cannot tell whether the message, the consumer or the answer was lost, \
                 and delivers again",
                "{transaction} 没有应答：{here} 分不清丢的是消息、消费者还是应答，于是再投一次"
            )
        }
        BrokerTimer::RetryDue(offset) => {
            let transaction = about(offset)?;
            say!(
                "{transaction} has waited out its level and is delivered again",
                "{transaction} 等满了这一级的间隔，再次投递"
            )
        }
        BrokerTimer::CheckHalves | BrokerTimer::Flush => return None,
    })
}

/// What a fault at the receiver means, where it means more than to any other.
pub fn strike_at_receiver<M: Carries<Told> + Carries<Brokered<Event>>>(moment: &Moment) -> Option<Text> {
    let node = moment.step().node;
    let here = moment.name(node);
    let (was, old) = look::<Receiver<M>>(&*moment.before[node.index()])?;
    let (is, new) = look::<Receiver<M>>(&*moment.after[node.index()])?;
    if old.table != new.table && is.is_some() {
        return Some(say!(
            "The inbox of {here} is cleaned: a message that comes once more will be new to it",
            "{here} 的去重表被清空：再来一遍的消息，对它就是新的"
        ));
    }
    let open = consumer::half_remembered(new);
    match (was.is_some() && is.is_none(), open) {
        (true, Some((transaction, true))) => Some(say!(
            "{here} dies after it has done its half of {transaction} and before it has written down that it has",
            "{here} 执行了 {transaction}，还没来得及记下就宕机了"
        )),
        (true, Some((transaction, false))) => Some(say!(
            "{here} dies after it has written down that {transaction} has come and before it has done anything",
            "{here} 记下 {transaction} 来过，还没执行就宕机了"
        )),
        _ => None,
    }
}
