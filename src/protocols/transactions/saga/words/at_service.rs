//! What events at a service mean.

use super::Event;
use crate::protocols::parts::business::Business;
use crate::protocols::parts::flexible::books::{Posting, Written};
use crate::protocols::transactions::saga::message::Message;
use crate::protocols::transactions::saga::service::Service;
use crate::protocols::transactions::saga::store::Record;
use crate::say;
use crate::text::Text;

impl Event<'_> {
    pub(super) fn at_service(&self, from: &'static str, message: &Message) -> Option<Text> {
        let (here, transaction) = (self.here, message.transaction());
        let (before, _) = self.before::<Service>()?;
        let name = Business::name(before.number());
        let (en, zh) = (&name.en, &name.zh);
        let why = Business::refusal(before.number());
        let (why, why_zh) = (&why.en, &why.zh);
        let wrote = self.writes();
        Some(match message {
            Message::Action { .. } | Message::Order { .. } | Message::Happened { .. } => match wrote {
                Some("step") => say!(
                    "{here} ({en}) does its step of {transaction} and commits it at once: anybody may see it and build \
                     on it, although {transaction} is not over",
                    "{here}（{zh}）执行 {transaction} 的那一步并立即提交：尽管 {transaction} 还没结束，任何人都能看到并依赖它"
                ),
                Some("refusal") => say!(
                    "{here} ({en}) cannot: {why}. The saga turns back here, and it publishes that for the one before it",
                    "{here}（{zh}）做不了：{why_zh}。Saga 从这里回退，并向前一个服务发布这件事"
                ),
                _ if self.sends("busy") => say!(
                    "{here} ({en}) finds its row flagged by a saga that is not over, and does not build on what may be \
                     taken back",
                    "{here}（{zh}）发现该行被一个未结束的 Saga 标记，不去依赖可能被收回的改动"
                ),
                _ if self.sends("refused") => say!(
                    "{here} ({en}) cannot do its step of {transaction}: {why}",
                    "{here}（{zh}）做不了 {transaction} 的那一步：{why_zh}"
                ),
                _ if self.sends("done") || self.sends("noted") => say!(
                    "{here} finds {transaction} in its barrier: the step is done or was compensated before it came, and \
                     nothing happens twice",
                    "{here} 在屏障表里查到 {transaction}：这一步要么已做，要么在到达之前就已补偿，不会重复发生"
                ),
                _ => say!(
                    "{here} ({en}) cannot do its step of {transaction}, and past the pivot there is no way back: the event \
                     will come again until it can",
                    "{here}（{zh}）做不了 {transaction} 的那一步，而关键步骤之后没有退路：事件会一再到来，直到做成"
                ),
            },
            Message::Compensate { .. } | Message::Unwound { .. } => match wrote {
                Some("step-taken-back") => say!(
                    "{here} ({en}) makes up for its step of {transaction} with another local transaction; in between, \
                     anybody may have seen it",
                    "{here}（{zh}）用另一个本地事务抵消 {transaction} 的那一步；在此期间谁都可能看到过它"
                ),
                Some(_) => say!(
                    "{here} has never done a step of {transaction}: there is nothing to make up for, and it leaves a mark \
                     for the call that may yet come",
                    "{here} 从未执行过 {transaction} 的步骤：没有可补偿的，但要为可能迟到的调用留下标记"
                ),
                None if before.failing().contains(&transaction) => say!(
                    "{here} tries to make up for its step of {transaction} and throws an exception: its local transaction \
                     rolls back, and the step stands",
                    "{here} 补偿 {transaction} 的那一步时抛出异常：本地事务回滚，那一步仍然存在"
                ),
                None if self.lacks(message) => say!(
                    "{here} ({en}) cannot take back what {transaction} brought: somebody has spent it since. No isolation \
                     kept them from it, and a compensation has no compensation",
                    "{here}（{zh}）无法收回 {transaction} 带来的钱：已经有人把它花掉了。没有隔离来阻止，而补偿没有补偿"
                ),
                None => say!(
                    "{here} has made up for its step of {transaction} before, and only says so",
                    "{here} 早已补偿过 {transaction} 的那一步，只是再答复一次"
                ),
            },
            Message::Finish { .. } => say!(
                "{transaction} is over: {here} takes its flag off, and what it wrote may be built on",
                "{transaction} 已结束：{here} 去掉标记，它写下的内容可以放心依赖了"
            ),
            Message::Noted { .. } => say!(
                "{from} has the event about {transaction} in its own database: {here} need not publish it again",
                "{from} 已把关于 {transaction} 的事件存进自己的数据库：{here} 不必再发布"
            ),
            _ => return None,
        })
    }

    /// Whether a compensation fails because what it would take back is gone.
    fn lacks(&self, message: &Message) -> bool {
        let (Message::Compensate { order, .. } | Message::Unwound { order, .. }) = message else { return false };
        let answers = self.sends("compensated") || self.sends("noted");
        !answers && self.before::<Service>().is_some_and(|(service, _)| service.lacks(*order))
    }

    /// A local transaction of a service is durable.
    pub(super) fn committed(&self, record: &Record) -> Option<Text> {
        let here = self.here;
        let Some(transaction) = record.transaction() else { return self.spent(record) };
        Some(match record {
            Record::Local { posting: Some(Posting { written: None, .. }), .. } => say!(
                "The mark is on disk at {here}: a step of {transaction} that comes late will find it and do nothing",
                "标记已在 {here} 落盘：{transaction} 迟到的步骤会看到它，什么也不做"
            ),
            Record::Local { posting: Some(Posting { operation, written: Some(written), .. }), .. } => {
                let Written { change, before, after } = written;
                let (row, now) = (change.row + 1, after.available);
                let lost = before.after(*operation, change.by).available - now;
                match (operation.undoes(), lost != 0) {
                    (true, true) => say!(
                        "{here} has put back what it found before {transaction}, {now} in row #{row}: what others wrote \
                         meanwhile is wiped out",
                        "{here} 写回了 {transaction} 之前看到的值，第 {row} 行为 {now}：别人在此期间写下的被抹掉了"
                    ),
                    (true, _) => say!(
                        "The step of {transaction} at {here} is made up for: {now} in row #{row}",
                        "{transaction} 在 {here} 的那一步已抵消：第 {row} 行为 {now}"
                    ),
                    (false, _) => say!(
                        "The step of {transaction} at {here} stands: {now} in row #{row}, and only another step can make \
                         up for it",
                        "{transaction} 在 {here} 的那一步生效：第 {row} 行为 {now}，只有再做一步才能抵消"
                    ),
                }
            }
            Record::Local { posting: None, .. } => say!(
                "That {here} refuses {transaction} is on disk, with the event that says so: it cannot change its mind",
                "{here} 拒绝 {transaction} 已落盘，连同通知此事的事件：它不能再改主意"
            ),
            Record::Published { .. } | Record::Unflagged { .. } | Record::Spent { .. } => return None,
        })
    }

    fn spent(&self, record: &Record) -> Option<Text> {
        let Record::Spent { row, amount } = record else { return None };
        let (here, row) = (self.here, row + 1);
        Some(say!(
            "{amount} that orders brought to row #{row} of {here} are spent: whoever would take them back comes too late",
            "{here} 第 {row} 行由订单带来的 {amount} 已被花掉：再想收回就晚了"
        ))
    }
}
