//! What happened at an event and why it matters, in one sentence.

use super::Broker;
use super::message::{Message, Notice, NotifierTimer, ReceiverTimer, Republish};
use super::notifier::{self, Notifier, Status};
use super::receiver::Receiver;
use super::sender::{Row, Sender};
use crate::protocols::Moment;
use crate::protocols::parts::broker::message::{Message as Brokered, Timer as BrokerTimer};
use crate::protocols::parts::business::Business;
use crate::protocols::parts::database::Transaction;
use crate::protocols::parts::messaging::client::{self, AnswerTimeout};
use crate::protocols::parts::messaging::consumer;
use crate::protocols::parts::messaging::tables::Record;
use crate::protocols::parts::messaging::{CLIENT, Event, narration as shared};
use crate::say;
use crate::sim::node::look;
use crate::sim::time::Instant;
use crate::sim::trace::StepKind;
use crate::text::Text;

pub(super) fn narrate(moment: &Moment) -> Option<Text> {
    let event = Happening { moment, here: moment.name(moment.step().node) };
    match moment.step().kind {
        StepKind::Start => event.start(),
        StepKind::Deliver(message) => {
            let message = moment.trace.message(message);
            event.deliver(moment.name(message.name.from), message.payload.get()?)
        }
        StepKind::Durable(record) => {
            let payload = &moment.trace.local(record).payload;
            if let Some(record) = payload.get::<Record<Row>>() {
                event.durable_at_sender(record)
            } else if let Some(record) = payload.get::<Record<consumer::Row>>() {
                shared::durable_at_receiver(moment, record)
            } else if let Some(record) = payload.get::<notifier::Record>() {
                event.durable_at_notifier(record)
            } else {
                shared::durable_at_broker(moment, payload.get()?)
            }
        }
        StepKind::Fire(timer) => {
            let payload = &moment.trace.local(timer).payload;
            if let Some(timer) = payload.get::<NotifierTimer>() {
                event.notifier_timer(*timer)
            } else if let Some(timer) = payload.get::<ReceiverTimer>() {
                Some(event.receiver_timer(*timer))
            } else if let Some(timer) = payload.get::<BrokerTimer>() {
                shared::broker_timer::<Message>(moment, *timer)
            } else if let Some(Republish(transaction)) = payload.get::<Republish>() {
                Some(event.republish(*transaction))
            } else {
                payload.get::<AnswerTimeout>().map(|timer| shared::answer_timeout(timer.0))
            }
        }
        StepKind::Strike(_) => event.strike(),
        _ => None,
    }
}

/// An event at its node.
struct Happening<'a> {
    moment: &'a Moment<'a>,
    here: &'static str,
}

impl Happening<'_> {
    fn sends(&self, kind: &str) -> bool {
        shared::sends(self.moment, kind)
    }

    fn writes(&self, kind: &str) -> bool {
        self.moment.effects().iter().any(|effect| match effect.kind {
            StepKind::Write(record) => self.moment.trace.local(record).name.kind == kind,
            _ => false,
        })
    }

    fn notifier(&self) -> Option<&Notifier> {
        look::<Notifier>(&*self.moment.after[self.moment.step().node.index()])?.0
    }

    fn receiver_before(&self) -> Option<&Receiver> {
        look::<Receiver>(&*self.moment.before[self.moment.step().node.index()])?.0
    }

    fn start(&self) -> Option<Text> {
        let (node, here) = (self.moment.step().node, self.here);
        if self.moment.step().at == Instant::START {
            return (node == CLIENT).then(|| {
                Text::new(
                    "An order is to be paid for elsewhere, at a company whose server nobody here controls: commit first, then \
                     try to tell it",
                    "订单的另一半在别人家的服务器上，这边谁也管不着它：先提交，再尽力通知",
                )
            });
        }
        let node = &*self.moment.after[node.index()];
        if let Some((_, notices)) = look::<Notifier>(node) {
            return Some(match notices.first_open() {
                Some(_) => say!(
                    "{here} is back, and its table says what it owes and when the next attempt is due",
                    "{here} 恢复，通知表里写着还欠谁、下次何时通知"
                ),
                None => say!(
                    "{here} is back and knows of nothing that it owes; what was in memory only is gone",
                    "{here} 恢复，不知道还欠着谁；只在内存里的都没了"
                ),
            });
        }
        if look::<Sender>(node).is_some() {
            return Some(say!(
                "{here} is back; what it had not handed over it hands over now",
                "{here} 恢复；没移交的，现在移交"
            ));
        }
        if look::<Receiver>(node).is_some() {
            return Some(say!(
                "{here} is back, and does not know what it has missed: somebody must tell it, or it must ask",
                "{here} 恢复，不知道自己错过了什么：要么有人来通知，要么自己去问"
            ));
        }
        look::<Broker>(node).map(|_| shared::broker_is_back(here))
    }

    fn deliver(&self, from: &'static str, message: &Message) -> Option<Text> {
        match message {
            Message::Client(message) => self.client(*message),
            Message::Broker(Brokered::Deliver { body, .. }) => {
                let (here, transaction) = (self.here, body.transaction);
                Some(match (self.writes("notice"), self.sends("consumed")) {
                    (true, _) => say!(
                        "{here} writes {transaction} into its table before it takes it off the broker's hands",
                        "{here} 先把 {transaction} 写进通知表，再从消息队列手里接过来"
                    ),
                    (false, true) if self.sends("notify") => say!(
                        "{here} takes {transaction} off the broker's hands and keeps it in memory, which a crash will not \
                         respect",
                        "{here} 从消息队列接过 {transaction}，只放在内存里，而崩溃可不管这些"
                    ),
                    _ => say!(
                        "{here} has {transaction} already, and only says so again",
                        "{here} 早已有了 {transaction}，只是再应答一次"
                    ),
                })
            }
            Message::Broker(Brokered::Published { subject }) => {
                let transaction = Transaction(subject.0);
                let here = self.here;
                Some(say!(
                    "The broker has {transaction}: {here} has done its duty, whatever becomes of the receiver",
                    "消息队列有了 {transaction}：{here} 的责任已尽，接收方如何与它无关"
                ))
            }
            Message::Broker(message) => shared::at_broker::<Message>(self.moment, from, message),
            Message::Notice(notice) => self.notice(from, notice),
        }
    }

    fn client(&self, message: client::Message) -> Option<Text> {
        let here = self.here;
        match message {
            client::Message::Order { transaction, order } => {
                let what = Business::describe(order);
                let (en, zh) = (what.en, what.zh);
                Some(match (self.writes("local-commit"), self.writes("order-rejected")) {
                    (true, _) => say!(
                        "{here} does its half of {transaction} ({en}) and asks nobody else: the receiver will be told, not asked",
                        "{here} 执行 {transaction} 的前一半（{zh}），不问任何人：对接收方是通知，不是商量"
                    ),
                    (_, true) => say!(
                        "{here} cannot do its half of {transaction}, the shelf is empty: there is nothing to tell anybody",
                        "{here} 做不了 {transaction} 的前一半，库存不足：没有什么要通知的"
                    ),
                    _ => say!(
                        "{here} knows {transaction} by its number and answers from its tables",
                        "{here} 凭编号认出 {transaction}，直接从表中作答"
                    ),
                })
            }
            client::Message::Result { transaction, outcome } => Some(shared::result(transaction, outcome)),
        }
    }

    fn notice(&self, from: &'static str, notice: &Notice) -> Option<Text> {
        let here = self.here;
        Some(match notice {
            Notice::Notify { event, .. } => self.notified(*event),
            Notice::Success { transaction } => match self.notifier()?.table().row(*transaction)?.status {
                Status::Confirmed if self.writes("confirmed") => say!(
                    "{from} has said the one word that counts: {here} will not call again about {transaction}",
                    "{from} 说出了唯一算数的那个词：{here} 不会再为 {transaction} 打扰它"
                ),
                Status::Confirmed => say!(
                    "{from} confirms {transaction}, as {here} knows or believes",
                    "{from} 确认了 {transaction}，{here} 已经这样认为"
                ),
                _ => say!(
                    "The answer about {transaction} comes too late: the call is over, and to {here} it has failed",
                    "{transaction} 的应答来晚了：这次调用已结束，在 {here} 看来就是失败"
                ),
            },
            Notice::Failure { transaction } => match self.notifier()?.table().row(*transaction)?.status {
                Status::Confirmed => say!(
                    "{here} takes any answer for success and strikes {transaction} off, although {from} has done nothing",
                    "{here} 把任何应答都当成功，划掉了 {transaction}，尽管 {from} 什么也没做"
                ),
                Status::GivenUp => say!(
                    "That was the last attempt: {here} gives {transaction} up, and keeps that on record",
                    "这是最后一次：{here} 放弃 {transaction}，并留下记录"
                ),
                Status::Due(_) => say!(
                    "Whatever {from} meant, it is not the word that counts: for {here} this attempt has failed",
                    "不管 {from} 是什么意思，这不是算数的那个词：对 {here} 而言这次失败了"
                ),
            },
            Notice::Query => say!(
                "{from} does not wait to be told but asks: {here} answers from its own table",
                "{from} 不等通知，主动来问：{here} 从自己的表中作答"
            ),
            Notice::Statement { events } => {
                let count = events.len();
                match self.writes("local-commit") {
                    true => say!(
                        "{here} compares the {count} on the statement with its own, finds what nobody has told it, and does \
                         it now",
                        "{here} 用账单上的 {count} 笔与自己的对照，发现有没人通知过的，现在补上"
                    ),
                    false => say!(
                        "{here} compares the {count} on the statement with its own and has missed nothing",
                        "{here} 用账单上的 {count} 笔与自己的对照，没有遗漏"
                    ),
                }
            }
        })
    }

    fn notified(&self, Event { transaction, order }: Event) -> Text {
        let here = self.here;
        let what = Business::describe(order);
        let (en, zh) = (what.en, what.zh);
        let was_done = self.receiver_before().is_some_and(|receiver| receiver.desk().tables().has(transaction));
        match (was_done, self.writes("local-commit"), self.writes("rejected")) {
            (true, true, _) => say!(
                "{here} has done {transaction} already, does not look at its number, and does it again",
                "{here} 早已执行过 {transaction}，却不看编号，又执行一遍"
            ),
            (false, true, _) => say!(
                "The signature is right and the number new: {here} does its half of {transaction} ({en})",
                "签名正确，编号是新的：{here} 执行 {transaction} 的后一半（{zh}）"
            ),
            (_, _, true) => say!(
                "{here} believes it and refuses: its account is over its limit, and the sender has long since committed",
                "{here} 相信这条通知，但拒绝执行：账户超限，而发送方早已提交"
            ),
            _ if self.sends("failure") && !was_done => say!(
                "{here} fails on {transaction} and does nothing: it says so, or something like it",
                "{here} 处理 {transaction} 失败，什么也没做：它如实应答，或大致如此"
            ),
            _ => say!(
                "{here} has heard of {transaction} before: its number is known, and only the answer is repeated",
                "{here} 听说过 {transaction}：编号认得，只重复应答"
            ),
        }
    }

    fn durable_at_sender(&self, record: &Record<Row>) -> Option<Text> {
        let here = self.here;
        Some(match record {
            Record::Local { posting, .. } => {
                let transaction = posting.transaction;
                say!(
                    "{transaction} is committed at {here}; whether the receiver is up at all plays no part in it",
                    "{transaction} 在 {here} 已提交；接收方在不在线，与此无关"
                )
            }
            Record::Row(Row::Rejected { transaction }) => {
                say!("{here} has it on record that {transaction} did not happen", "{here} 记下：{transaction} 没有发生")
            }
            Record::Row(_) => return None,
        })
    }

    fn durable_at_notifier(&self, record: &notifier::Record) -> Option<Text> {
        let (here, row) = (self.here, record.0);
        let (transaction, attempts) = (row.event.transaction, row.attempts);
        Some(match row.status {
            Status::Due(_) if attempts == 0 => say!(
                "{transaction} is in the table of {here}: no crash will make it forget to call",
                "{transaction} 已在 {here} 的通知表中：崩溃也不会让它忘了通知"
            ),
            Status::Due(_) => {
                let gap = self.notifier()?.schedule().gaps().get(usize::from(attempts) - 1).copied();
                match gap {
                    Some(gap) => say!(
                        "{here} calls for the {attempts}. time; if that fails too, the next attempt comes {gap} later",
                        "{here} 第 {attempts} 次通知；若仍失败，{gap} 之后再试"
                    ),
                    None => say!(
                        "{here} calls for the {attempts}. and last time",
                        "{here} 第 {attempts} 次通知，也是最后一次"
                    ),
                }
            }
            Status::Confirmed => say!(
                "{transaction} is confirmed, after {attempts} attempts: {here} owes nothing more",
                "{transaction} 通知了 {attempts} 次，得到确认：{here} 不再欠什么"
            ),
            Status::GivenUp => say!(
                "{here} has given {transaction} up after {attempts} attempts: it promised an effort, not a delivery; the \
                 receiver must ask",
                "{here} 通知 {attempts} 次后放弃了 {transaction}：它承诺的是尽力，不是送达；接收方只能自己来问"
            ),
        })
    }

    fn notifier_timer(&self, timer: NotifierTimer) -> Option<Text> {
        let here = self.here;
        Some(match timer {
            NotifierTimer::NoAnswer(transaction) if self.writes("given-up") => say!(
                "No answer about {transaction}, and there is no attempt left: {here} gives up",
                "{transaction} 没有应答，也没有下一次了：{here} 放弃"
            ),
            NotifierTimer::NoAnswer(transaction) => say!(
                "No answer about {transaction} in time: the receiver may be down, slow, or done; {here} will call again",
                "{transaction} 没有及时应答：接收方也许宕机，也许太慢，也许已经做完；{here} 会再通知"
            ),
            NotifierTimer::Attempt(transaction) => say!(
                "The schedule says that it is time: {here} tries {transaction} again",
                "按时间表到点了：{here} 再次通知 {transaction}"
            ),
        })
    }

    fn receiver_timer(&self, timer: ReceiverTimer) -> Text {
        let here = self.here;
        match timer {
            ReceiverTimer::Work(transaction) => say!(
                "{here} has long since done {transaction}, and answers only now: somebody may have stopped waiting",
                "{here} 早已执行 {transaction}，现在才应答：对方也许早就不等了"
            ),
            ReceiverTimer::Reconcile => say!(
                "{here} does not rely on being told: it asks the sender for all that was committed",
                "{here} 不指望别人通知：向发送方查询提交过的全部订单"
            ),
        }
    }

    fn republish(&self, transaction: Transaction) -> Text {
        let here = self.here;
        say!(
            "The broker has not acknowledged {transaction}: {here} sends it again from its table",
            "消息队列没有确认 {transaction}：{here} 从自己的表中重新发送"
        )
    }

    /// What a fault means to this protocol, where it means more than to any other.
    fn strike(&self) -> Option<Text> {
        let index = self.moment.step().node.index();
        let (before, after) = (&*self.moment.before[index], &*self.moment.after[index]);
        let here = self.here;
        if let Some((Some(was), _)) = look::<Notifier>(before) {
            let forgets = look::<Notifier>(after).is_some_and(|(is, disk)| is.is_none() && disk.first_open().is_none());
            return (forgets && was.table().first_open().is_some()).then(|| {
                say!(
                    "{here} dies, and with it the only list of who is still to be told",
                    "{here} 宕机，还要通知谁的唯一名单也随之消失"
                )
            });
        }
        let was = look::<Receiver>(before)?.1.table.rows().count();
        let (is, disk) = look::<Receiver>(after)?;
        if was > 0 && disk.table.rows().next().is_none() && is.is_some() {
            return Some(say!(
                "The inbox of {here} is cleaned: a notification that comes once more will be new to it",
                "{here} 的去重表被清空：再来一遍的通知，对它就是新的"
            ));
        }
        if self.sends("failure") {
            return Some(say!(
                "Somebody tells {here} of an order, without the sender's signature: {here} does not believe it",
                "有人向 {here} 谎报一个订单，没有发送方的签名：{here} 不信"
            ));
        }
        self.writes("local-commit").then(|| {
            say!(
                "Somebody tells {here} of an order that nobody has placed; {here} checks no signature and believes it",
                "有人向 {here} 谎报一个没人下过的订单；{here} 不验签，信了"
            )
        })
    }
}
