//! What events at the orchestrator mean.

use super::Event;
use crate::protocols::parts::business::Business;
use crate::protocols::parts::database::Transaction;
use crate::protocols::transactions::saga::log::{Course, Record};
use crate::protocols::transactions::saga::message::Message;
use crate::protocols::transactions::saga::orchestrator::Orchestrator;
use crate::say;
use crate::sim::payload::Outcome;
use crate::text::Text;

impl Event<'_> {
    pub(super) fn at_orchestrator(&self, from: &'static str, message: &Message) -> Option<Text> {
        let (here, transaction) = (self.here, message.transaction());
        let (after, _) = self.after::<Orchestrator>()?;
        let wrote = self.writes();
        Some(match message {
            Message::Order { order, .. } if wrote == Some("opened") => {
                let what = Business::describe(*order);
                let (en, zh) = (what.en, what.zh);
                say!(
                    "{here} takes on {transaction} ({en}) and writes that down; from now on it will be brought to an end, \
                     forward or back",
                    "{here} 接下 {transaction}（{zh}）并写入日志；从此它一定会有结局，向前或者回退"
                )
            }
            Message::Order { .. } => say!(
                "{here} knows {transaction} by its number: a repeat begins nothing anew",
                "{here} 凭编号认得 {transaction}：重复请求不会重新开始"
            ),
            Message::Done { .. } => match (wrote, after.step(transaction)) {
                (Some("ended"), _) => say!(
                    "{from} has done the last step: {transaction} is over, and nothing can take it back",
                    "{from} 完成了最后一步：{transaction} 结束，再也收不回"
                ),
                (Some(_), Some(step)) => say!(
                    "{from} has done its step, for all to see; {here} writes that down and goes on to step {step}",
                    "{from} 已完成它那一步，所有人都能看到；{here} 写入日志，接着走第 {step} 步"
                ),
                _ => say!(
                    "{from} answers a call that is no longer waited for: {here} has gone on or turned back",
                    "{from} 答复的是一次已不再等待的调用：{here} 早已往前走或已经回头"
                ),
            },
            Message::Refused { .. } if wrote.is_some() => say!(
                "{from} cannot do its step: {here} turns round, and what was done before will be compensated, the last \
                 first",
                "{from} 做不了它那一步：{here} 掉头，之前做过的将从后往前逐一补偿"
            ),
            Message::Refused { .. } => match after.course(transaction) {
                Some(Course::Forward(_)) => say!(
                    "{from} cannot do its step now, but there is no way back: {here} will ask again until it can",
                    "{from} 现在做不了，但已没有退路：{here} 会一直请求到做成为止"
                ),
                _ => say!(
                    "{from} refuses what is no longer wanted: {transaction} is on its way back",
                    "{from} 拒绝的已不再需要：{transaction} 正在回退"
                ),
            },
            Message::Busy { .. } => say!(
                "Another saga has flagged the row at {from}: {transaction} waits, as it would for a lock, but nothing is \
                 locked",
                "{from} 的那一行被另一个 Saga 标记：{transaction} 像等锁一样等着，但并没有锁"
            ),
            Message::Compensated { .. } => match (wrote, after.step(transaction)) {
                (Some("ended"), _) => say!(
                    "The first step is made up for too: of {transaction} nothing is left, except what others saw of it",
                    "第一步也已补偿：{transaction} 没有留下任何改动，只有别人曾经看到过它"
                ),
                (Some(_), Some(step)) => say!(
                    "{from} is back to where it was; step {step} is next",
                    "{from} 已恢复原样；接下来补偿第 {step} 步"
                ),
                _ => say!("{from} says again what {here} knows", "{from} 重复了 {here} 早已知道的事"),
            },
            Message::Failed { .. } => say!(
                "{from} cannot compensate. A compensation must succeed in the end, so {here} will ask again, for ever",
                "{from} 补偿失败。补偿最终必须成功，所以 {here} 会一直请求"
            ),
            Message::Finished { .. } => say!(
                "{from} has taken its flag off: others need no longer wait there",
                "{from} 已去掉标记：别人不必再在那里等"
            ),
            _ => return None,
        })
    }

    pub(super) fn logged(&self, record: &Record) -> Option<Text> {
        let (here, transaction) = (self.here, record.transaction());
        Some(match record {
            Record::Turned { .. } => say!(
                "That {transaction} goes back is on disk: {here} will not go forward again, whatever happens to it",
                "{transaction} 回退已落盘：无论发生什么，{here} 都不会再让它向前"
            ),
            Record::Ended { outcome: Outcome::Commit, .. } => say!(
                "{transaction} is done for good: the client is told only now",
                "{transaction} 永久完成：到这时才告诉客户端"
            ),
            Record::Ended { outcome: Outcome::Abort, .. } => say!(
                "{transaction} is taken back for good: the client is told only now",
                "{transaction} 已彻底收回：到这时才告诉客户端"
            ),
            Record::StepDone { step, .. } => say!(
                "Should {here} die now, it will know that step {step} of {transaction} is done, and not call it again",
                "此刻 {here} 即使宕机，也会知道 {transaction} 的第 {step} 步已完成，不会再调用"
            ),
            Record::StepUndone { step, .. } => say!(
                "Should {here} die now, it will know that step {step} of {transaction} is compensated",
                "此刻 {here} 即使宕机，也会知道 {transaction} 的第 {step} 步已补偿"
            ),
            _ => return None,
        })
    }

    pub(super) fn repeats(&self, transaction: Transaction) -> Option<Text> {
        let here = self.here;
        let (after, _) = self.after::<Orchestrator>()?;
        Some(match after.course(transaction)? {
            Course::Forward(step) => say!(
                "No “done” for step {step} of {transaction}: it may have been done or not, so {here} calls it again, and \
                 the service must know its own step",
                "{transaction} 的第 {step} 步没有答复“完成”：可能做了，也可能没做，{here} 再次调用，服务必须认得自己做过的步骤"
            ),
            Course::Back { .. } => say!(
                "A step of {transaction} is not yet compensated: {here} asks again, because there is no other way out",
                "{transaction} 还有一步没有补偿：{here} 再次请求，因为没有别的出路"
            ),
            Course::Over(_) => say!(
                "Somebody may still have a row flagged for {transaction}: {here} says again that it is over",
                "可能还有服务为 {transaction} 保留着标记：{here} 再次通知它已结束"
            ),
        })
    }
}
