//! What events at a coordinator mean.

use super::Event;
use crate::protocols::parts::business::Business;
use crate::protocols::parts::database::Transaction;
use crate::protocols::transactions::tcc::coordinator::{Coordinator, Rank};
use crate::protocols::transactions::tcc::log::Record;
use crate::protocols::transactions::tcc::message::Message;
use crate::say;
use crate::sim::payload::Outcome;
use crate::text::Text;

impl Event<'_> {
    pub(super) fn at_coordinator(&self, from: &'static str, message: &Message) -> Option<Text> {
        let (here, transaction) = (self.here, message.transaction());
        let (after, _) = self.after::<Coordinator>()?;
        let (before, _) = self.before::<Coordinator>()?;
        Some(match message {
            Message::Begin { order, .. } if self.writes() => {
                let what = Business::describe(*order);
                let (en, zh) = (what.en, what.zh);
                say!(
                    "{here} opens {transaction} ({en}): from now on it answers for its end, even if the initiator does not",
                    "{here} 开启 {transaction}（{zh}）：从现在起由它负责了结，即使发起方不再出现"
                )
            }
            Message::Register { branch, .. } if self.writes() => {
                let branch = self.moment.name(*branch);
                say!(
                    "{here} writes down that {branch} takes part, before anybody asks {branch} for anything",
                    "在任何人向 {branch} 提出要求之前，{here} 先记下它参与了事务"
                )
            }
            Message::Submit { .. } | Message::GiveUp { .. } if self.writes() => match message {
                Message::Submit { .. } => say!(
                    "Every branch has tried: {here} writes the decision down before it tells anybody",
                    "所有分支都 try 成功：{here} 先写下决定，再通知任何人"
                ),
                _ => say!(
                    "{here} writes down that {transaction} is called off, and will cancel every branch that is \
                     registered, tried or not",
                    "{here} 写下 {transaction} 取消的决定，并将取消每个已注册的分支，不管 try 过没有"
                ),
            },
            Message::Begin { .. } | Message::Register { .. } | Message::Submit { .. } | Message::GiveUp { .. } => {
                match after.log().outcome(transaction) {
                    Some(_) if self.sends("result") => say!(
                        "It comes too late or for a second time: {transaction} is decided, and the initiator is told how",
                        "来晚了，或是重复：{transaction} 已有决定，告知发起方"
                    ),
                    None if after.rank() == Rank::StandBy => say!(
                        "{here} keeps {transaction} for the other coordinator, who may still drive it: it says nothing yet",
                        "{here} 替另一个协调器保存着 {transaction}，对方可能仍在推进：它暂不作答"
                    ),
                    _ => say!(
                        "{here} knows of {transaction} already; a repeat changes nothing",
                        "{here} 早已知道 {transaction}；重复请求不改变任何事"
                    ),
                }
            }
            Message::Confirmed { .. } | Message::Cancelled { .. } => {
                let waited = before.announcing(transaction).is_some_and(|announcing| !announcing.left.is_empty());
                match (waited, after.announcing(transaction)) {
                    (true, Some(announcing)) => {
                        let left: Vec<&str> = announcing.left.iter().map(|node| self.moment.name(*node)).collect();
                        let (left, left_zh) = (left.join(", "), left.join("、"));
                        say!(
                            "{from} is done with {transaction}; {left} may be waiting still, and until it is done goods \
                             and money need not agree",
                            "{from} 已完成 {transaction}；{left_zh} 可能还在等，在那之前货款可以暂时不符"
                        )
                    }
                    (true, None) => say!(
                        "Every branch has carried {transaction} out: nothing is set aside for it any more",
                        "所有分支都已执行 {transaction}：不再为它预留任何资源"
                    ),
                    (false, _) => say!(
                        "{from} answers a repeat: {here} knew that it is done",
                        "{from} 答复的是重复的请求：{here} 早已知道它完成了"
                    ),
                }
            }
            Message::Failed { .. } if self.writes() => say!(
                "{from} cannot confirm, and {here} takes that for a reason to cancel: the others have used what was set \
                 aside, and cannot give it back",
                "{from} 无法确认，{here} 就误以为可以改为取消：其他服务已经用掉预留，还不回来了"
            ),
            Message::Failed { .. } => say!(
                "{from} cannot carry {transaction} out now. That is no reason to decide anew: {here} will ask again, for \
                 ever",
                "{from} 现在执行不了 {transaction}。这不是改变决定的理由：{here} 会一直重试"
            ),
            Message::Replicate { record } => match (record, after.log().outcome(transaction)) {
                (Record::Decided { outcome, .. }, Some(ours)) if ours != *outcome => say!(
                    "Too late: {here} has taken {transaction} over and decided otherwise, and its word counts",
                    "太晚了：{here} 已接管 {transaction} 并作出相反的决定，以它为准"
                ),
                (Record::Decided { .. }, _) => say!(
                    "Once {here} has the decision on its disk too, {transaction} can be finished by either of them",
                    "决定在 {here} 也落盘之后，两个协调器都能把 {transaction} 进行到底"
                ),
                (Record::Ended { .. }, _) => {
                    say!("{here} need no longer watch over {transaction}", "{here} 不必再看着 {transaction}")
                }
                _ => say!(
                    "{here} keeps the record too: should {from} fall silent, it knows whom to tell",
                    "{here} 也保存这条记录：万一 {from} 没了声音，它知道该通知谁"
                ),
            },
            Message::Replicated { decided, record } => match (decided, before.log().outcome(transaction)) {
                (Some(theirs), ours) if ours != Some(*theirs) && self.writes() => say!(
                    "{here} learns that {from} has decided {transaction} meanwhile, and does as it did",
                    "{here} 得知 {from} 已经对 {transaction} 作出决定，于是照办"
                ),
                _ => match record {
                    Record::Decided { .. } => say!(
                        "The decision is on both disks: only now it counts, and the branches are told",
                        "决定已在两块磁盘上：到这时才算数，可以通知各分支"
                    ),
                    _ => say!(
                        "Both have the record: {transaction} would survive the loss of either",
                        "两边都有这条记录：失去任何一方，{transaction} 都不会丢"
                    ),
                },
            },
            _ => return None,
        })
    }

    pub(super) fn logged(&self, record: &Record) -> Option<Text> {
        let (here, transaction) = (self.here, record.transaction());
        Some(match record {
            Record::Decided { outcome: Outcome::Commit, .. } if self.sends("confirm") => say!(
                "{transaction} is decided: every branch will confirm, however often it has to be asked",
                "{transaction} 已决定：每个分支都会确认，不管要请求多少次"
            ),
            Record::Decided { outcome: Outcome::Abort, .. } if self.sends("cancel") => say!(
                "{transaction} is called off: every registered branch is told to cancel, whether it was tried or not",
                "{transaction} 取消：通知每个已注册的分支，不管它 try 过没有"
            ),
            Record::Opened { .. } if self.sends("begun") => say!(
                "{transaction} is in the log of {here}: it has an end from now on, whoever dies",
                "{transaction} 已写入 {here} 的日志：从此无论谁宕机，它都会有结局"
            ),
            Record::Branch { branch, .. } if self.sends("registered") => {
                let branch = self.moment.name(*branch);
                say!(
                    "{branch} is in the log: it will be told the end, even if its try never arrives",
                    "{branch} 已在日志中：即使 try 从未到达，它也会得知结局"
                )
            }
            _ => return None,
        })
    }

    pub(super) fn repeats(&self, transaction: Transaction) -> Option<Text> {
        let here = self.here;
        let (after, _) = self.after::<Coordinator>()?;
        match after.announcing(transaction) {
            Some(announcing) => {
                let left: Vec<&str> = announcing.left.iter().map(|node| self.moment.name(*node)).collect();
                let (left, left_zh) = (left.join(", "), left.join("、"));
                Some(match announcing.outcome {
                    Outcome::Commit => say!(
                        "{left} has not confirmed: {here} asks again. It may ask for ever, and may never cancel instead",
                        "{left_zh} 还没有确认：{here} 再次请求。可以永远请求下去，绝不能改为取消"
                    ),
                    Outcome::Abort => say!(
                        "{left} has not cancelled: {here} asks again, because whatever is set aside there must come free",
                        "{left_zh} 还没有取消：{here} 再次请求，那里预留的资源必须释放"
                    ),
                })
            }
            None => Some(say!(
                "The stand-by has not acknowledged: {here} may not go on with {transaction} alone, and sends the record \
                 again",
                "备用协调器没有应答：{here} 不能独自推进 {transaction}，重发记录"
            )),
        }
    }

    pub(super) fn takes_over(&self, transaction: Transaction) -> Option<Text> {
        let here = self.here;
        let (after, _) = self.after::<Coordinator>()?;
        Some(match after.announcing(transaction) {
            Some(_) => say!(
                "{here} has heard nothing of {transaction} for too long and takes it over: it is decided, so it only has \
                 to be carried out",
                "{here} 太久没有 {transaction} 的消息，予以接管：决定已有，只需执行"
            ),
            None => say!(
                "{here} has heard nothing of {transaction} for too long and takes it over: nothing is decided, so it is \
                 called off, and the other coordinator can no longer decide otherwise",
                "{here} 太久没有 {transaction} 的消息，予以接管：尚无决定，于是取消，另一个协调器再也不能作出相反的决定"
            ),
        })
    }
}
