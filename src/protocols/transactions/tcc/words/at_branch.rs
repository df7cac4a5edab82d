//! What events at a branch mean.

use super::Event;
use crate::protocols::parts::atomic_commitment::participant_number;
use crate::protocols::parts::business::Business;
use crate::protocols::parts::database::Transaction;
use crate::protocols::parts::flexible::books::{Levels, Operation, Posting, Written};
use crate::protocols::transactions::tcc::branch::Branch;
use crate::protocols::transactions::tcc::message::Message;
use crate::protocols::transactions::tcc::table::Record;
use crate::say;
use crate::text::Text;

impl Event<'_> {
    pub(super) fn at_branch(&self, message: &Message) -> Option<Text> {
        let (here, transaction) = (self.here, message.transaction());
        let (before, _) = self.before::<Branch>()?;
        let number = participant_number(self.node).unwrap_or(1);
        let name = Business::name(number);
        let (en, zh) = (&name.en, &name.zh);
        let had_reserved = before.table().has_reserved(transaction);
        Some(match message {
            Message::Try { .. } if self.sends("tried") && self.writes() => say!(
                "{here} ({en}) says that it has set its part of {transaction} aside before that is on disk: if the power \
                 fails now, it has promised what it does not have",
                "{here}（{zh}）预留尚未落盘就答复 {transaction} 成功：此刻若断电，它承诺的就是没有的东西"
            ),
            Message::Try { .. } if self.writes() && !before.allows_try(message) => say!(
                "{here} ({en}) sets something aside outside its local transaction, and then throws: the guard’s row is \
                 rolled back, the side effect is not",
                "{here}（{zh}）在本地事务之外做了预留，随后抛异常：防护行回滚了，副作用没有"
            ),
            Message::Try { .. } if self.writes() => say!(
                "{here} ({en}) checks what is available and sets its part of {transaction} aside, in one local \
                 transaction with its guard’s row",
                "{here}（{zh}）检查可用量，为 {transaction} 预留资源，与防护行在同一个本地事务里"
            ),
            Message::Try { .. } if self.sends("refused") && self.guarded(transaction) => say!(
                "{here} finds a row of {transaction} already: this try is late or doubled, and the fence throws it out",
                "{here} 发现 {transaction} 已有防护行：这次 try 迟到或重复，被 fence 拒之门外"
            ),
            Message::Try { .. } if self.sends("refused") => {
                let why = Business::refusal(number);
                let (why, why_zh) = (&why.en, &why.zh);
                say!(
                    "{here} ({en}) cannot: {why}. Nothing is set aside, and its guard’s row goes with the local \
                     transaction",
                    "{here}（{zh}）做不到：{why_zh}。没有预留任何资源，防护行随本地事务一起回滚"
                )
            }
            Message::Try { .. } => say!(
                "{here} finds that {transaction} was here before: it does nothing and reports success, which is all that \
                 a late caller needs",
                "{here} 发现 {transaction} 来过：什么也不做并报告成功，对迟到的调用方这就够了"
            ),
            Message::Confirm { .. } if self.sends("failed") && before.is_failing(transaction) => say!(
                "{here} cannot confirm {transaction}, although it has set its part aside: its local transaction rolls \
                 back, and it will be asked again",
                "{here} 虽已预留，却确认不了 {transaction}：本地事务回滚，之后会再次收到请求"
            ),
            Message::Confirm { .. } if self.sends("failed") => say!(
                "{here} is told to confirm {transaction} and finds no try to go on from: that cannot be, and is reported",
                "{here} 收到 {transaction} 的 confirm，却找不到对应的 try：这不该发生，只能报告失败"
            ),
            Message::Confirm { .. } if self.writes() && !had_reserved => say!(
                "{here} uses what it has not set aside for {transaction}: nothing stops it",
                "{here} 并没有为 {transaction} 预留，却照样使用：没有任何东西拦住它"
            ),
            Message::Confirm { .. } if self.writes() => say!(
                "{here} ({en}) uses what it had set aside for {transaction}",
                "{here}（{zh}）使用为 {transaction} 预留的资源"
            ),
            Message::Confirm { .. } => say!(
                "{here} has confirmed {transaction} before; it says so again and changes nothing",
                "{here} 早已确认 {transaction}；再答复一次，什么也不改"
            ),
            Message::Cancel { .. } if self.sends("failed") => say!(
                "{here} has confirmed {transaction} and is told to cancel it: that cannot be, and is reported",
                "{here} 已经确认 {transaction}，却被要求取消：这不该发生，只能报告失败"
            ),
            Message::Cancel { .. } if self.writes() && had_reserved => say!(
                "{here} ({en}) gives back what it had set aside for {transaction}: others may have it now",
                "{here}（{zh}）释放为 {transaction} 预留的资源：别人可以用了"
            ),
            Message::Cancel { .. } if self.writes() && self.guarded_after(transaction) => say!(
                "{here} was never tried, so there is nothing to give back: an empty rollback. It leaves a mark, for the \
                 try may yet come",
                "{here} 从未 try 过，没有可释放的：这是空回滚。它留下标记，因为 try 可能还会来"
            ),
            Message::Cancel { .. } if self.writes() => say!(
                "{here} was never tried for {transaction}, and nothing there remembers this cancel: what comes later will \
                 look new",
                "{here} 从未为 {transaction} 执行过 try，这次取消也没有留下任何记录：之后到的调用会被当成新的"
            ),
            Message::Cancel { .. } => say!(
                "{here} has cancelled {transaction} before; it says so again and changes nothing",
                "{here} 早已取消 {transaction}；再答复一次，什么也不改"
            ),
            _ => return None,
        })
    }

    /// Whether the guard had a row of the order.
    fn guarded(&self, transaction: Transaction) -> bool {
        self.before::<Branch>().is_some_and(|(branch, _)| branch.table().fence(transaction).is_some())
    }

    /// Whether the guard has one now.
    fn guarded_after(&self, transaction: Transaction) -> bool {
        self.after::<Branch>().is_some_and(|(branch, _)| {
            let table = branch.table();
            table.fence(transaction).is_some() || table.barrier.reason(transaction, Operation::Cancel).is_some()
        })
    }

    /// A local transaction of a branch is durable.
    pub(super) fn committed(&self, record: &Record) -> Text {
        let (here, transaction) = (self.here, record.transaction());
        match record {
            Record::Business { posting: Posting { written: None, .. }, .. } => say!(
                "The empty rollback of {transaction} is on disk at {here}: no row of the business has changed",
                "{transaction} 的空回滚已在 {here} 落盘：业务数据没有任何变化"
            ),
            Record::Business { posting: Posting { operation, written: Some(written), .. }, .. } => {
                let Written { change, after, .. } = written;
                let Levels { available, frozen, pending } = after;
                let row = change.row + 1;
                match (operation, after.lowest() < 0) {
                    (_, true) => say!(
                        "Row #{row} of {here} is below zero: {available} available, {frozen} frozen, {pending} pending. \
                         Something was taken that was never there",
                        "{here} 第 {row} 行出现负数：可用 {available}，冻结 {frozen}，待入账 {pending}。被拿走的东西从来不存在"
                    ),
                    (Operation::Try, _) => say!(
                        "The reservation stands: row #{row} of {here} has {available} available, {frozen} frozen, \
                         {pending} pending, and no lock is held",
                        "预留生效：{here} 第 {row} 行可用 {available}，冻结 {frozen}，待入账 {pending}，没有持有任何锁"
                    ),
                    (Operation::Confirm, _) => say!(
                        "{here} has done its part of {transaction} for good: {available} available in row #{row}",
                        "{here} 已永久完成 {transaction} 的那部分：第 {row} 行可用 {available}"
                    ),
                    _ => say!(
                        "{here} is as if {transaction} had never been: {available} available in row #{row}",
                        "{here} 恢复到没有 {transaction} 的样子：第 {row} 行可用 {available}"
                    ),
                }
            }
            Record::Fence { .. } => say!(
                "The fence of {here} says that {transaction} has been here, and the business has done nothing yet: if it \
                 dies now, they disagree for ever",
                "{here} 的 fence 已记下 {transaction}，业务却还没有执行：此刻若宕机，两者就永远不一致"
            ),
            Record::Cleaned { .. } => {
                say!("{here} has forgotten that it ever knew {transaction}", "{here} 已经忘记自己认识过 {transaction}")
            }
        }
    }
}
