//! What happened at an event and why it matters, in one sentence.

use super::message::{Message, RelayTimer, SenderTimer, Table};
use super::outbox::{Change, Status};
use super::relay::Relay;
use super::sender::Sender;
use super::{Broker, Till};
use crate::protocols::Moment;
use crate::protocols::parts::broker::message::{Message as Brokered, Timer as BrokerTimer};
use crate::protocols::parts::business::Business;
use crate::protocols::parts::database::Transaction;
use crate::protocols::parts::messaging::client::{self, AnswerTimeout};
use crate::protocols::parts::messaging::consumer::{self, Row};
use crate::protocols::parts::messaging::tables::Record;
use crate::protocols::parts::messaging::{CLIENT, narration as shared};
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
            if let Some(record) = payload.get::<Record<Change>>() {
                event.durable_at_sender(record)
            } else if let Some(record) = payload.get::<Record<Row>>() {
                shared::durable_at_receiver(moment, record)
            } else {
                shared::durable_at_broker(moment, payload.get()?)
            }
        }
        StepKind::Fire(timer) => {
            let payload = &moment.trace.local(timer).payload;
            if let Some(timer) = payload.get::<SenderTimer>() {
                event.sender_timer(*timer)
            } else if let Some(timer) = payload.get::<RelayTimer>() {
                event.relay_timer(*timer)
            } else if let Some(timer) = payload.get::<BrokerTimer>() {
                shared::broker_timer::<Message>(moment, *timer)
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

    fn sender_before(&self) -> Option<&Sender> {
        look::<Sender>(&*self.moment.before[self.moment.step().node.index()])?.0
    }

    fn start(&self) -> Option<Text> {
        let (node, here) = (self.moment.step().node, self.here);
        if self.moment.step().at == Instant::START {
            return (node == CLIENT).then(|| {
                Text::new(
                    "An order takes goods from one database and money into another, and no transaction spans both: word \
                     of the first must reach the second, once",
                    "一个订单从一个数据库出货、在另一个数据库收款，没有事务能跨越两者：前者提交的消息必须送到后者，而且只生效一次",
                )
            });
        }
        let node = &*self.moment.after[node.index()];
        if let Some((_, disk)) = look::<Sender>(node) {
            let rows = disk.table.rows().count();
            return Some(match rows {
                0 => say!(
                    "{here} is back, and its table of messages is empty: it owes nobody anything",
                    "{here} 恢复，消息表是空的：没有欠谁的消息"
                ),
                _ => say!(
                    "{here} is back and finds {rows} in its table of messages: what it had committed, it still has to tell",
                    "{here} 恢复，消息表里还有 {rows} 行：提交过的，仍要告诉对方"
                ),
            });
        }
        if look::<Relay>(node).is_some() {
            return Some(say!(
                "{here} is back and remembers nothing, nor need it: what it had not marked is still to be sent",
                "{here} 恢复，什么都不记得，也不必记得：没打上标记的行仍是待发送"
            ));
        }
        if look::<Till>(node).is_some() {
            return Some(shared::receiver_is_back(here));
        }
        look::<Broker>(node).map(|_| shared::broker_is_back(here))
    }

    fn deliver(&self, from: &'static str, message: &Message) -> Option<Text> {
        let here = self.here;
        match message {
            Message::Client(message) => self.client(*message),
            Message::Broker(Brokered::Deliver { body, .. }) => shared::arrives::<Message>(self.moment, *body),
            Message::Broker(Brokered::Published { subject }) => {
                let transaction = Transaction(subject.0);
                Some(match self.sends("mark-sent") {
                    true => say!(
                        "The broker has {transaction} on its disk: only now does {here} mark the row as sent",
                        "{transaction} 已在消息队列落盘：{here} 这才把那一行标记为已发送"
                    ),
                    false => say!(
                        "The broker has {transaction}; {here} knew that already, or keeps no account of it",
                        "消息队列已有 {transaction}；{here} 早已知道，或者根本没有记账"
                    ),
                })
            }
            Message::Broker(message) => shared::at_broker::<Message>(self.moment, from, message),
            Message::Receiver(message) => self.told(*message),
            Message::Table(message) => self.table(from, message),
        }
    }

    fn client(&self, message: client::Message) -> Option<Text> {
        let here = self.here;
        match message {
            client::Message::Order { transaction, order } => {
                let what = Business::describe(order);
                let (en, zh) = (what.en, what.zh);
                let known = self.sender_before().is_some_and(|sender| {
                    sender.desk().tables().has(transaction) || sender.desk().table().is_rejected(transaction)
                });
                Some(match (known, self.sends("result")) {
                    (true, true) => say!(
                        "{here} knows {transaction} by its number and answers from its tables: a repetition changes \
                         nothing",
                        "{here} 凭编号认出 {transaction}，直接从表中作答：重复下单不会改变什么"
                    ),
                    (true, false) => say!(
                        "{here} does not look whether it knows {transaction}, and begins it a second time",
                        "{here} 没有检查是否见过 {transaction}，又执行了一遍"
                    ),
                    (false, _) if self.sends("publish") => say!(
                        "{here} sends word of {transaction} ({en}) before it has committed anything: if it fails now, word \
                         is out of what never happened",
                        "{here} 还没提交就把 {transaction}（{zh}）的消息发了出去：此刻若失败，外面流传的就是从未发生的事"
                    ),
                    (false, _) => say!(
                        "{here} begins its half of {transaction} ({en}); whether the other half can be done it does not ask",
                        "{here} 开始执行 {transaction} 的前一半（{zh}）；后一半能否完成，它并不过问"
                    ),
                })
            }
            client::Message::Result { transaction, outcome } => Some(shared::result(transaction, outcome)),
        }
    }

    fn told(&self, message: consumer::Message) -> Option<Text> {
        let here = self.here;
        match message {
            consumer::Message::Notify { event } => shared::arrives::<Message>(self.moment, event),
            consumer::Message::Done { transaction } => {
                let row = self.sender_before()?.desk().table().row_of(transaction);
                Some(match row {
                    Some(_) => say!(
                        "Both halves of {transaction} are done, and {here} may strike its row off",
                        "{transaction} 的两半都已完成，{here} 可以划掉那一行"
                    ),
                    None => say!(
                        "{here} hears again that {transaction} is done: its row is gone long since",
                        "{here} 再次得知 {transaction} 已完成：那一行早就划掉了"
                    ),
                })
            }
            consumer::Message::Refused { transaction } => Some(say!(
                "The receiver refuses {transaction}, and {here} can do nothing about it but tell people: the goods have left \
                 the shelf",
                "接收方拒绝了 {transaction}，{here} 除了告警别无办法：货已经出库了"
            )),
        }
    }

    fn table(&self, from: &'static str, message: &Table) -> Option<Text> {
        let here = self.here;
        Some(match message {
            Table::Poll => {
                let table = self.sender_before()?.desk().table();
                let new = table.rows().filter(|(_, row)| row.status == Status::New).count();
                match new {
                    0 => say!(
                        "{from} looks at the table of messages and finds nothing to send",
                        "{from} 扫描消息表，没有要发送的"
                    ),
                    _ => say!(
                        "{from} finds rows to send that were committed together with the business, {new} of them",
                        "{from} 发现 {new} 行待发送的消息，它们是与业务数据一起提交的"
                    ),
                }
            }
            Table::Capture => say!(
                "{from} follows the log of {here}'s database: it will see every row as it commits, in that order",
                "{from} 跟随 {here} 数据库的日志：每一行提交时它都能看到，顺序也是提交的顺序"
            ),
            Table::Rows { rows } if rows.is_empty() => {
                say!("{here} has nothing to send and looks again later", "{here} 没有要发送的，过会儿再看")
            }
            Table::Rows { rows } => {
                let count = rows.len();
                match self.first_sent() {
                    Some("mark-sent") => say!(
                        "{here} marks {count} as sent and only then sends: if it dies now, nobody will send them",
                        "{here} 先把 {count} 行标记为已发送，然后才发送：此刻若宕机，就再也没有谁会发"
                    ),
                    _ => say!(
                        "{here} sends {count} and will mark them only afterwards: rather twice than never",
                        "{here} 先发送 {count} 行，之后才打标记：宁可重复，不可遗漏"
                    ),
                }
            }
            Table::MarkSent { transaction, .. } => say!(
                "{from} says that {transaction} is sent: no relay takes its row again",
                "{from} 说 {transaction} 已发出：不会再有中继取这一行"
            ),
            Table::Marked { transaction, .. } => match self.sends("publish") {
                true => say!(
                    "The table says that {transaction} is sent, and only now does {here} send it",
                    "表里已写着 {transaction} 已发送，{here} 这才动手发送"
                ),
                false => say!(
                    "{here} is rid of {transaction}: the table knows that it was sent",
                    "{here} 放下了 {transaction}：表里已记为已发送"
                ),
            },
        })
    }

    /// The kind of the first message that leaves in this event.
    fn first_sent(&self) -> Option<&'static str> {
        self.moment.effects().iter().find_map(|effect| match effect.kind {
            StepKind::Send(message) => Some(self.moment.trace.message(message).name.kind),
            _ => None,
        })
    }

    fn durable_at_sender(&self, record: &Record<Change>) -> Option<Text> {
        let here = self.here;
        Some(match record {
            Record::Local { posting, row: Some(_) } => {
                let transaction = posting.transaction;
                say!(
                    "{transaction} is committed, and with it the row that says so: from here on the message cannot be lost",
                    "{transaction} 已提交，说明此事的那一行也随之提交：从此消息不会丢失"
                )
            }
            Record::Local { posting, row: None } => {
                let transaction = posting.transaction;
                say!(
                    "{transaction} is committed at {here}, and no row says that it has to be told: that is in memory only",
                    "{transaction} 在 {here} 已提交，却没有哪一行记着要通知对方：这件事只在内存里"
                )
            }
            Record::Row(Change::Sent { transaction, kept: true, .. }) => say!(
                "{transaction} counts as sent; until the receiver says that it is done, {here} keeps the row",
                "{transaction} 记为已发送；在接收方回执之前，{here} 保留这一行"
            ),
            Record::Row(Change::Sent { transaction, .. }) => say!(
                "{transaction} is the broker's from here on: {here} has done its duty",
                "{transaction} 从此由消息队列负责：{here} 的任务完成了"
            ),
            Record::Row(Change::Rejected { transaction }) => say!(
                "{here} cannot do its half of {transaction}, the shelf is empty: nothing was begun, and nobody is told",
                "{here} 做不了 {transaction} 的前一半，库存不足：什么都没有开始，也不通知任何人"
            ),
            Record::Row(Change::Refused { transaction, .. }) => say!(
                "{transaction} is on record as refused: goods gone, no money, and people must settle it",
                "{transaction} 记为被拒绝：货出了，钱没收到，只能由人来处理"
            ),
            Record::Row(_) => return None,
        })
    }

    fn sender_timer(&self, timer: SenderTimer) -> Option<Text> {
        let here = self.here;
        Some(match timer {
            SenderTimer::Work(transaction) => say!(
                "The local transaction of {transaction} has done its work at {here} and commits; its row's number was drawn \
                 when it began",
                "{transaction} 的本地事务在 {here} 执行完毕，提交；它那一行的编号早在开始时就分配了"
            ),
            SenderTimer::Rescan(transaction) => say!(
                "{transaction} was sent long ago and nobody has confirmed it: {here} sends it again, for it cannot tell \
                 whether the message or the answer was lost",
                "{transaction} 早已发出却无回执：{here} 无从知道丢的是消息还是回执，于是重发"
            ),
            SenderTimer::Republish(transaction) => say!(
                "The broker has not acknowledged {transaction}; {here} sends it again, as long as it lives",
                "消息队列没有确认 {transaction}；只要 {here} 还活着，就会重发"
            ),
        })
    }

    fn relay_timer(&self, timer: RelayTimer) -> Option<Text> {
        let here = self.here;
        Some(match timer {
            RelayTimer::Interval => say!(
                "Time for {here} to look at the table again: a message waits half this interval on average",
                "{here} 又该扫描消息表了：消息平均要等半个间隔"
            ),
            RelayTimer::Republish(transaction) => say!(
                "The broker has not acknowledged {transaction}: {here} sends it again, although it may be there already",
                "消息队列没有确认 {transaction}：{here} 重新发送，尽管它可能早已送到"
            ),
        })
    }

    /// What a fault means to this protocol, where it means more than to any other.
    fn strike(&self) -> Option<Text> {
        let index = self.moment.step().node.index();
        let (before, after) = (&*self.moment.before[index], &*self.moment.after[index]);
        let here = self.here;
        if let (Some((Some(_), _)), Some((None, disk))) = (look::<Sender>(before), look::<Sender>(after)) {
            let rows = disk.table.rows().count();
            return (rows > 0).then(|| {
                say!(
                    "{here} dies; its table of messages, with {rows} that are not done, does not",
                    "{here} 宕机；它的消息表还在，里面有 {rows} 行没有了结"
                )
            });
        }
        if let (Some((Some(was), _)), Some((None, _))) = (look::<Relay>(before), look::<Relay>(after)) {
            return Some(match was.is_idle() {
                true => say!(
                    "{here} dies with nothing in hand: messages wait in the table until somebody looks",
                    "{here} 宕机，手上没有消息：消息在表里等着"
                ),
                false => say!(
                    "{here} dies between sending and marking: the row is still new, and will be sent a second time",
                    "{here} 在发送之后、打标记之前宕机：那一行仍是待发送，会再发一次"
                ),
            });
        }
        shared::strike_at_receiver::<Message>(self.moment)
    }
}
