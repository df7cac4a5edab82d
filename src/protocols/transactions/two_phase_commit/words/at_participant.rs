//! What events at a participant mean.

use super::Event;
use crate::protocols::parts::atomic_commitment::participant_number;
use crate::protocols::parts::business::Business;
use crate::protocols::parts::database::{Record, Standing, Stored, Transaction};
use crate::protocols::transactions::two_phase_commit::participant::Participant;
use crate::say;
use crate::sim::payload::Outcome;
use crate::text::Text;

impl Event<'_> {
    pub(super) fn prepare(&self, transaction: Transaction) -> Option<Text> {
        let (here, database) = (self.here, self.database());
        let (en, zh) = (database.en, database.zh);
        let (before, disk_before) = self.participant_before()?;
        let (after, _) = self.participant_after()?;
        let was = before.database().standing(transaction);
        let decided = before.database().outcome(disk_before, transaction);
        Some(match (after.database().standing(transaction), decided) {
            (Some(Standing::Prepared), Some(_)) => say!(
                "{here} opens {transaction} again, although it had decided it: a decision has been taken back",
                "{here} 已决定过 {transaction}，却又打开它：决定被收回了"
            ),
            (Some(_), _) if was.is_some() => say!(
                "{here} is asked a second time about {transaction} and does nothing twice",
                "{here} 再次被问到 {transaction}，不会重复执行"
            ),
            (Some(Standing::Waiting(row)), _) => {
                let holder = after.database().holder(row).map_or_else(String::new, |holder| holder.to_string());
                say!(
                    "The row that {transaction} needs at {here} ({en}) is locked by {holder}: until that is decided, \
                     {transaction} cannot even vote",
                    "{transaction} 在 {here}（{zh}）要写的行被 {holder} 锁住：在它有决定之前，{transaction} 连投票都不能"
                )
            }
            (Some(Standing::Deciding(_)) | None, None) => {
                let why = participant_number(self.node).map(Business::refusal);
                let (why, why_zh) = why.map_or(("".into(), "".into()), |why| (why.en.clone(), why.zh.clone()));
                say!(
                    "{here} ({en}) cannot do its part: {why}. It has promised nothing and undoes {transaction} by itself",
                    "{here}（{zh}）做不了：{why_zh}。它尚未承诺，自行撤销 {transaction}"
                )
            }
            (None, Some(Outcome::Abort)) => say!(
                "This prepare is late: {here} has already aborted {transaction} and does not open it again",
                "这个 prepare 迟到了：{here} 已经中止 {transaction}，不会再打开它"
            ),
            (Some(_), _) if self.sends("yes") => say!(
                "{here} ({en}) votes yes before its promise is on disk: if the power fails now, it has voted and will \
                 not know it",
                "{here}（{zh}）在承诺落盘之前就投了赞成票：此刻若断电，它投过票却不会知道"
            ),
            (Some(_), _) if !after.database().holds_all_it_wrote(transaction) => say!(
                "{here} ({en}) lets go of the row as soon as it votes: others may now build on what may yet be undone",
                "{here}（{zh}）一投票就放锁：别人可能以尚会撤销的改动为基础继续"
            ),
            (Some(_), _) => say!(
                "{here} ({en}) has done its part of {transaction} and locked the row; before it may say yes, undo and \
                 redo go to disk",
                "{here}（{zh}）已完成 {transaction} 的操作并锁住该行；投赞成票之前，undo 与 redo 必须先落盘"
            ),
            _ => say!(
                "A late copy: {transaction} is over at {here}, and nothing is opened or done twice",
                "迟到的副本：{transaction} 在 {here} 已经了结，不会重新打开，也不会重复执行"
            ),
        })
    }

    pub(super) fn told(&self, transaction: Transaction, outcome: Outcome) -> Option<Text> {
        let here = self.here;
        let (before, disk) = self.participant_before()?;
        let standing = before.database().standing(transaction);
        let decided = before.database().outcome(disk, transaction);
        Some(match (outcome, standing, decided) {
            (Outcome::Commit, Some(Standing::Prepared), _) => say!(
                "{here} is released from its doubt: {transaction} is committed, and its locks go as soon as that is on \
                 its disk",
                "{here} 不再悬而未决：{transaction} 已提交，落盘后即可放锁"
            ),
            (Outcome::Abort, Some(Standing::Waiting(_)), _) => say!(
                "{transaction} need no longer wait for its row at {here}: it is aborted before it could vote",
                "{transaction} 在 {here} 不必再等锁：还没来得及投票就已中止"
            ),
            (Outcome::Abort, Some(Standing::Prepared | Standing::Working), _) => say!(
                "{here} puts back what {transaction} had changed, from its undo record; who waits for the row may go on",
                "{here} 用 undo 恢复 {transaction} 改动之前的值；等待该行的事务可以继续"
            ),
            (_, None, Some(known)) if known == outcome => say!(
                "{here} has done this already; it answers all the same, because an answer may have been lost",
                "{here} 早已这样做了，仍要应答，因为应答可能丢失"
            ),
            (_, None, Some(_)) => say!(
                "Too late: {transaction} was decided the other way at {here}, and nothing can mend that",
                "为时已晚：{transaction} 在 {here} 已按相反的决定执行，无法补救"
            ),
            (Outcome::Commit, None, None) if !disk.has_forgotten(transaction) && self.sends("ack") => say!(
                "{here} knows nothing of {transaction} and says “done” all the same: the last trace of what was lost is \
                 wiped away",
                "{here} 对 {transaction} 一无所知，却照样回答“完成”：丢失的最后一点痕迹就此抹去"
            ),
            (Outcome::Commit, None, None) if !disk.has_forgotten(transaction) => say!(
                "{here} is told to commit {transaction} and knows nothing of it: its promise is lost, and so is its part \
                 of the order",
                "{here} 被要求提交 {transaction}，却对它一无所知：承诺丢了，订单中它的那部分也丢了"
            ),
            (Outcome::Abort, None, None) => say!(
                "{here} never worked on {transaction}; it remembers the abort, so that a late prepare opens nothing",
                "{here} 从未执行 {transaction}；它记住这次中止，免得迟到的 prepare 再打开它"
            ),
            _ => return None,
        })
    }

    pub(super) fn durable(&self, record: &Record) -> Text {
        let (here, transaction) = (self.here, record.transaction());
        let released = self.released();
        let (then, then_zh) = (released.en, released.zh);
        match record {
            Record::Prepared { .. } => say!(
                "The promise is on disk: {here} may vote yes, and from now on may neither commit nor abort \
                 {transaction} by itself",
                "承诺已落盘：{here} 可以投赞成票，但从此对 {transaction} 既不能自行提交，也不能自行中止"
            ),
            Record::Committed { .. } => say!(
                "{here} has finished {transaction} for good and lets go of its locks{then}",
                "{here} 已永久完成 {transaction} 并放锁{then_zh}"
            ),
            Record::Aborted { .. } => say!(
                "{here} has undone {transaction} for good and holds nothing for it{then}",
                "{here} 已永久撤销 {transaction}，不再为它持有任何锁{then_zh}"
            ),
        }
    }

    /// Who stopped waiting for a lock at this node in this event.
    fn released(&self) -> Text {
        let waits = |place: Option<(&Participant, &Stored)>| -> Vec<Transaction> {
            place.map_or_else(Vec::new, |(role, _)| {
                let open = role.database().open();
                open.filter(|(_, standing)| matches!(standing, Standing::Waiting(_))).map(|(t, _)| t).collect()
            })
        };
        let after = waits(self.participant_after());
        match waits(self.participant_before()).into_iter().find(|transaction| !after.contains(transaction)) {
            Some(next) => say!("; {next} has waited for them and goes on", "；一直等锁的 {next} 得以继续"),
            None => Text::new("", ""),
        }
    }
}
