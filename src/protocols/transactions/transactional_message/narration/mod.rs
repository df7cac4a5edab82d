//! What happened at an event and why it matters, in one sentence.

mod database;

use super::message::{Message, ProducerTimer, Work};
use super::producer::Producer;
use super::store::{Row, Store};
use super::{Broker, Till};
use crate::protocols::Moment;
use crate::protocols::parts::broker::message::{Message as Brokered, Timer as BrokerTimer};
use crate::protocols::parts::broker::{self, End, Offset};
use crate::protocols::parts::business::Business;
use crate::protocols::parts::database::Transaction;
use crate::protocols::parts::messaging::client::{self, AnswerTimeout};
use crate::protocols::parts::messaging::consumer;
use crate::protocols::parts::messaging::tables::Record;
use crate::protocols::parts::messaging::{CLIENT, Event, narration as shared};
use crate::say;
use crate::sim::node::look;
use crate::sim::payload::Outcome;
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
                event.durable_at_store(record)
            } else if let Some(record) = payload.get::<Record<consumer::Row>>() {
                shared::durable_at_receiver(moment, record)
            } else {
                event.durable_at_broker(payload.get()?)
            }
        }
        StepKind::Fire(timer) => {
            let payload = &moment.trace.local(timer).payload;
            if let Some(timer) = payload.get::<ProducerTimer>() {
                event.producer_timer(*timer)
            } else if let Some(timer) = payload.get::<BrokerTimer>() {
                event.broker_timer(*timer)
            } else if let Some(Work(transaction)) = payload.get::<Work>() {
                let (here, transaction) = (event.here, *transaction);
                Some(say!(
                    "The local transaction of {transaction} has done its work at {here}: until now nobody could see it",
                    "{transaction} 的本地事务在 {here} 执行完毕：在此之前谁也看不到它"
                ))
            } else {
                payload.get::<AnswerTimeout>().map(|timer| shared::answer_timeout(timer.0))
            }
        }
        StepKind::Strike(_) => shared::strike_at_receiver::<Message>(moment).or_else(|| event.strike()),
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

    fn broker(&self, after: bool) -> Option<&Broker> {
        let nodes = if after { self.moment.after } else { self.moment.before };
        look::<Broker>(&*nodes[self.moment.step().node.index()])?.0
    }

    fn start(&self) -> Option<Text> {
        let (node, here) = (self.moment.step().node, self.here);
        if self.moment.step().at == Instant::START {
            return (node == CLIENT).then(|| {
                Text::new(
                    "An order takes goods from one database and money into another: the broker is to keep word of it before \
                     the first has committed, and show it only afterwards",
                    "一个订单从一个数据库出货、在另一个收款：消息队列要在前者提交之前就存下消息，提交之后才让人看到",
                )
            });
        }
        let node = &*self.moment.after[node.index()];
        if look::<Producer>(node).is_some() {
            return Some(say!(
                "{here} is back, remembers no transaction, and registers: it can be asked about any of them all the same",
                "{here} 恢复并注册，什么事务都不记得：照样会被问到任何一个"
            ));
        }
        if look::<Store>(node).is_some() {
            return Some(say!(
                "{here} is back: what was committed is there, what was open never was",
                "{here} 恢复：提交过的都在，未提交的等于从未发生"
            ));
        }
        if look::<Till>(node).is_some() {
            return Some(shared::receiver_is_back(here));
        }
        look::<Broker>(node).map(|_| shared::broker_is_back(here))
    }

    fn deliver(&self, from: &'static str, message: &Message) -> Option<Text> {
        match message {
            Message::Client(message) => self.client(*message),
            Message::Broker(Brokered::Deliver { body, .. }) => shared::arrives::<Message>(self.moment, *body),
            Message::Broker(Brokered::Half { body, .. }) => Some(self.half(*body)),
            Message::Broker(Brokered::HalfStored { subject, .. }) => Some(self.half_stored(Transaction(subject.0))),
            Message::Broker(Brokered::End { subject, half, outcome }) => {
                self.end(from, Transaction(subject.0), *half, *outcome)
            }
            Message::Broker(Brokered::CheckBack { body, .. }) => Some(self.checked_back(body.transaction)),
            Message::Broker(Brokered::Register) => {
                let here = self.here;
                Some(say!(
                    "{here} knows that {from} lives, and may ask it about any transaction of the group",
                    "{here} 得知 {from} 在线，组里任何事务都可以问它"
                ))
            }
            Message::Broker(message) => shared::at_broker::<Message>(self.moment, from, message),
            Message::Database(message) => self.database(from, *message),
            Message::Receiver(_) => None,
        }
    }

    fn client(&self, message: client::Message) -> Option<Text> {
        let here = self.here;
        match message {
            client::Message::Order { transaction, order } => {
                let what = Business::describe(order);
                let (en, zh) = (what.en, what.zh);
                Some(match self.sends("half") {
                    true => say!(
                        "{here} does nothing of {transaction} ({en}) yet: first the broker must have the message that says \
                         it is done",
                        "{here} 先不动 {transaction}（{zh}）：要先让消息队列存下“已完成”的消息"
                    ),
                    false => say!(
                        "{here} has {transaction} under way already; its number says that it is the same order",
                        "{here} 正在处理 {transaction}；凭编号知道是同一个订单"
                    ),
                })
            }
            client::Message::Result { transaction, outcome } => Some(shared::result(transaction, outcome)),
        }
    }

    fn half(&self, event: Event) -> Text {
        let (here, transaction) = (self.here, event.transaction);
        match self.sends("deliver") {
            true => say!(
                "{here} delivers the half message of {transaction} at once, as if it were whole: nothing is committed yet",
                "{here} 把 {transaction} 的半消息当成完整消息立刻投递：此刻什么都还没提交"
            ),
            false => say!(
                "{here} stores {transaction} in the half topic, where no consumer looks",
                "{here} 把 {transaction} 存入半消息主题，消费者看不到那里"
            ),
        }
    }

    fn half_stored(&self, transaction: Transaction) -> Text {
        let here = self.here;
        if self.sends("end-commit") {
            say!(
                "{here} tells the broker to commit {transaction} and only then runs the local transaction, which may yet fail",
                "{here} 先让消息队列提交 {transaction}，然后才执行本地事务，而它还可能失败"
            )
        } else if self.sends("execute") {
            say!(
                "The message of {transaction} is safe: now, and not before, {here} runs the local transaction",
                "{transaction} 的消息已经存好：{here} 这才执行本地事务"
            )
        } else {
            say!(
                "A second half message of {transaction} is stored, because {here} had sent it twice: both will be ended",
                "{transaction} 又存了一条半消息，因为 {here} 发过两次：两条都会有结论"
            )
        }
    }

    fn end(
        &self,
        from: &'static str,
        transaction: Transaction,
        half: Offset,
        outcome: Option<Outcome>,
    ) -> Option<Text> {
        let here = self.here;
        let log = self.broker(false)?.log();
        let before = log.resolved_at(half);
        Some(match (outcome, before) {
            (None, _) => say!(
                "{from} does not know how {transaction} will end: nothing changes, and {here} will ask again",
                "{from} 还不知道 {transaction} 的结果：什么都不变，{here} 稍后再问"
            ),
            (Some(Outcome::Commit), None) => say!(
                "{here} copies {transaction} into its topic, for all to see; only then does the operation topic say that \
                 the half message is over",
                "{here} 把 {transaction} 复制到真正的主题，从此可见；之后才在操作主题里记下半消息已了结"
            ),
            (Some(Outcome::Commit), Some(End::Resolved(Outcome::Abort))) => say!(
                "{transaction} was rolled back here, and now {from} says commit: {here} looks nothing up and delivers it",
                "{transaction} 在这里已回滚，现在 {from} 又说提交：{here} 不查旧账，照样投递"
            ),
            (Some(Outcome::Commit), Some(_)) => say!(
                "{here} has had word of {transaction} before, or has appended it anew; it looks nothing up and delivers it \
                 once more",
                "{here} 此前已得到过 {transaction} 的结论，或者已重新追加过它；它不查旧账，又投递一次"
            ),
            (Some(Outcome::Abort), _) => say!(
                "{transaction} is rolled back: nothing is deleted from an append-only log, {here} only notes that it is over",
                "{transaction} 已回滚：只追加的日志不删任何东西，{here} 只记下它已了结"
            ),
        })
    }

    fn checked_back(&self, transaction: Transaction) -> Text {
        let here = self.here;
        if self.sends("query") {
            say!(
                "{here} is asked about {transaction}, perhaps of another instance; the database they share must know",
                "{here} 被问到 {transaction}，也许它属于另一个实例；共用的数据库应当知道"
            )
        } else if self.sends("end-rollback") {
            say!(
                "{here} finds nothing of {transaction} in its memory and says rollback; that another instance ran it, it \
                 cannot know",
                "{here} 在自己的内存里找不到 {transaction}，就答回滚；它无从知道是别的实例执行的"
            )
        } else {
            say!(
                "{here} answers about {transaction} from its own memory, which is no better than its luck",
                "{here} 凭自己的内存回答 {transaction}：答得对不对，全看运气"
            )
        }
    }

    fn writes(&self, kind: &str) -> bool {
        self.moment.effects().iter().any(|effect| match effect.kind {
            StepKind::Write(record) => self.moment.trace.local(record).name.kind == kind,
            _ => false,
        })
    }

    fn durable_at_broker(&self, record: &broker::Record<Event>) -> Option<Text> {
        let here = self.here;
        Some(match record {
            broker::Record::AppendHalf { half, replaces: None, .. } => {
                let transaction = half.body.transaction;
                say!(
                    "The half message of {transaction} is on the disk of {here}, and will be asked about until it is resolved",
                    "{transaction} 的半消息已在 {here} 落盘，没有结论就会一直追问"
                )
            }
            broker::Record::AppendHalf { half, .. } => {
                let (transaction, checks) = (half.body.transaction, half.checks);
                say!(
                    "The half message of {transaction} stands in the log anew, with the note that it was asked about {checks} \
                     times",
                    "{transaction} 的半消息重新追加进日志，并记下已回查 {checks} 次"
                )
            }
            broker::Record::Park { subject, .. } => {
                let transaction = Transaction(subject.0);
                say!(
                    "{transaction} is parked: {here} asks no more, and delivers nothing unless people make it",
                    "{transaction} 已搁置：{here} 不再追问，除非有人处理，否则也不会投递"
                )
            }
            record => return shared::durable_at_broker(self.moment, record),
        })
    }

    fn producer_timer(&self, timer: ProducerTimer) -> Option<Text> {
        let here = self.here;
        Some(match timer {
            ProducerTimer::SendTimeout(transaction) if self.sends("half") => say!(
                "{here} does not know whether the broker has the half message of {transaction}, and sends it again",
                "{here} 不知道消息队列是否存下了 {transaction} 的半消息，于是重发"
            ),
            ProducerTimer::SendTimeout(transaction) if self.sends("execute") => say!(
                "The broker never had the half message of {transaction}, and {here} runs the local transaction all the same",
                "消息队列根本没有 {transaction} 的半消息，{here} 却照样执行本地事务"
            ),
            ProducerTimer::SendTimeout(transaction) => say!(
                "Without a half message there is no local transaction: {here} gives {transaction} up, and nothing has happened",
                "没有半消息就不执行本地事务：{here} 放弃 {transaction}，什么都没有发生"
            ),
            ProducerTimer::Heartbeat => say!(
                "{here} registers again: until then the broker could not have asked it",
                "{here} 重新注册：在此之前消息队列无法问它"
            ),
        })
    }

    fn broker_timer(&self, timer: BrokerTimer) -> Option<Text> {
        let here = self.here;
        match timer {
            BrokerTimer::CheckHalves => {
                let parks = self.writes("park");
                if self.broker(false)?.log().halves().next().is_none() {
                    return Some(say!(
                        "{here} goes through its half messages and finds none left: all are resolved",
                        "{here} 扫描半消息，一条也不剩：都有了结论"
                    ));
                }
                Some(match (parks, self.sends("check-back"), self.writes("append-half")) {
                    (true, ..) => say!(
                        "{here} has asked often enough: a half message that nobody can answer for is put aside",
                        "{here} 问够了：没有谁能说明结果的半消息，移到一边"
                    ),
                    (_, true, _) => say!(
                        "{here} goes through its half messages, finds one without an end, and asks a producer of the group",
                        "{here} 扫描半消息，发现有一条没有结论，就去问生产者组里的一个实例"
                    ),
                    (_, false, true) => say!(
                        "{here} would ask, but no producer of the group is alive; it counts as asked all the same",
                        "{here} 想问，可是组里没有一个实例在线；这一次照样计数"
                    ),
                    _ => say!(
                        "{here} goes through its half messages: what is there is too young to be asked about",
                        "{here} 扫描半消息：都还太新，不必追问"
                    ),
                })
            }
            BrokerTimer::Flush => Some(say!(
                "{here} makes its log durable; what it acknowledged in the last half second could have been lost",
                "{here} 把日志落盘；最近半秒内确认过的，在此之前都可能丢失"
            )),
            timer => shared::broker_timer::<Message>(self.moment, timer),
        }
    }

    /// What a fault means to this protocol, where it means more than to any other.
    fn strike(&self) -> Option<Text> {
        let index = self.moment.step().node.index();
        let (before, after) = (&*self.moment.before[index], &*self.moment.after[index]);
        let here = self.here;
        let was = look::<Producer>(before)?.0?;
        (look::<Producer>(after)?.0.is_none() && was.is_busy()).then(|| {
            say!(
                "{here} dies in the middle: whether its local transaction committed, only the database can say now",
                "{here} 中途宕机：它的本地事务提交与否，现在只有数据库说得清"
            )
        })
    }
}
