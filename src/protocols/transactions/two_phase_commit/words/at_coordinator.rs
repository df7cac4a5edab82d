//! What events at the coordinator mean.

use super::Event;
use crate::protocols::parts::atomic_commitment::name;
use crate::protocols::parts::business::Business;
use crate::protocols::transactions::two_phase_commit::coordinator::Stage;
use crate::protocols::transactions::two_phase_commit::log::Record;
use crate::protocols::transactions::two_phase_commit::message::Message;
use crate::say;
use crate::sim::payload::Outcome;
use crate::text::Text;

impl Event<'_> {
    pub(super) fn at_coordinator(&self, from: &'static str, message: &Message) -> Option<Text> {
        let transaction = message.transaction();
        let (before, _) = self.coordinator_before()?;
        let (after, disk) = self.coordinator_after()?;
        let (was, is) = (before.stage(transaction), after.stage(transaction));
        Some(match message {
            Message::Order { order, .. } => {
                let what = Business::describe(*order);
                let (en, zh) = (what.en, what.zh);
                say!(
                    "The coordinator takes on {transaction} ({en}) and asks every database whether it can; so far \
                     anybody may still say no",
                    "协调者接下 {transaction}（{zh}），询问每个数据库能否完成；此刻任何一方都还可以说不"
                )
            }
            Message::BeginCommit { .. } => say!(
                "{from} has promised already; only the others need to be asked",
                "{from} 已经承诺，只需再问其余参与者"
            ),
            Message::Yes { .. } => match (was, is) {
                (Some(Stage::Collecting { .. }), Some(Stage::Collecting { yes, .. })) => {
                    let yes = yes.len();
                    let all = self.moment.after.len() - 2;
                    say!(
                        "{yes} of {all} have promised; a single no, or silence, still aborts {transaction}",
                        "{all} 个中已有 {yes} 个承诺；只要一票反对或一方沉默，{transaction} 仍会中止"
                    )
                }
                (Some(Stage::Collecting { .. }), _) if self.sends("commit") => say!(
                    "The coordinator says commit before its decision is on disk: if the power fails now, it will deny it",
                    "决定尚未落盘，协调者就发出了提交：此刻若断电，它将不认账"
                ),
                (Some(Stage::Collecting { .. }), _) => say!(
                    "{transaction} has the votes it needs; until the decision is on the coordinator's disk nobody else \
                     can know it, and nobody else may decide",
                    "{transaction} 的票够了；在决定写入协调者磁盘之前，没有别人能知道它，也没有别人能作决定"
                ),
                (None, None) if !disk.is_committed_everywhere(transaction) => say!(
                    "{from} votes on something that the coordinator no longer knows: {transaction} can only be aborted",
                    "{from} 投票的事务，协调者已不记得：{transaction} 只能中止"
                ),
                _ => say!(
                    "The vote of {from} comes too late to matter: {transaction} is decided",
                    "{from} 的票来晚了：{transaction} 已有决定"
                ),
            },
            Message::No { .. } => match (was, is) {
                (Some(Stage::Collecting { .. }), Some(Stage::Collecting { .. })) => say!(
                    "{from} said no, and yet the coordinator goes on collecting: it wants a majority only",
                    "{from} 已投反对票，协调者却继续收集：它只要多数"
                ),
                (Some(Stage::Collecting { .. }), _) => say!(
                    "One no is enough: {transaction} is aborted, whatever the others have promised",
                    "一票反对就够了：不论其他人承诺了什么，{transaction} 都中止"
                ),
                _ => say!(
                    "The no of {from} changes nothing more: {transaction} is decided",
                    "{from} 的反对票已不起作用：{transaction} 已有决定"
                ),
            },
            Message::Ack { .. } | Message::Heuristic { .. } => {
                let heuristic = matches!(message, Message::Heuristic { .. });
                match (was, is) {
                    _ if heuristic => say!(
                        "{from} reports that {transaction} is already decided the other way there: the coordinator can only \
                         note the damage",
                        "{from} 报告 {transaction} 在它那里早已作出相反的决定：协调者只能记录损失"
                    ),
                    (Some(Stage::Announcing { .. }), Some(Stage::Announcing { unacknowledged, .. })) => {
                        let left: Vec<&str> = unacknowledged.iter().map(|node| name(*node)).collect();
                        let (left, left_zh) = (left.join(", "), left.join("、"));
                        say!(
                            "{from} has it on disk; the coordinator must keep the decision for {left}",
                            "{from} 已落盘；协调者还须为 {left_zh} 保留这个决定"
                        )
                    }
                    (Some(Stage::Announcing { .. }), None) => say!(
                        "Everybody has {transaction} on disk: the coordinator may forget it",
                        "{transaction} 已在所有数据库落盘：协调者可以忘记它了"
                    ),
                    _ => say!(
                        "{from} has done as told; the coordinator no longer keeps {transaction} and needs no answer",
                        "{from} 已照办；协调者已不保留 {transaction}，也不需要应答"
                    ),
                }
            }
            Message::Inquire { .. } => match (is, disk.decision(transaction)) {
                (_, Some(Outcome::Commit)) => say!(
                    "The coordinator's log knows: {transaction} is committed, and {from} need doubt no longer",
                    "协调者的日志里有答案：{transaction} 已提交，{from} 不必再疑"
                ),
                (_, Some(Outcome::Abort)) => say!(
                    "The coordinator's log knows: {transaction} is aborted, and {from} need doubt no longer",
                    "协调者的日志里有答案：{transaction} 已中止，{from} 不必再疑"
                ),
                (Some(_), None) => say!(
                    "{from} asks too early: {transaction} is not decided, and will be told when it is",
                    "{from} 问早了：{transaction} 还没有决定，有了就会通知"
                ),
                (None, None) if disk.is_committed_everywhere(transaction) => say!(
                    "{from} asked before it knew; {transaction} is long over",
                    "{from} 的询问发自它得知之前；{transaction} 早已了结"
                ),
                (None, None) => say!(
                    "The coordinator knows nothing of {transaction}, so it was never committed: no information means \
                     abort",
                    "协调者对 {transaction} 一无所知，说明它从未提交：没有信息就是中止"
                ),
            },
            _ => return None,
        })
    }

    pub(super) fn decision_durable(&self, record: &Record) -> Option<Text> {
        Some(match record {
            Record::DecidedCommit { transaction } => say!(
                "This is the commit point: {transaction} is committed now, although no database knows it yet, and \
                 nothing can undo it",
                "这就是提交点：{transaction} 此刻已提交，尽管还没有数据库知道，任何事都无法撤销它"
            ),
            Record::DecidedAbort { transaction } => say!(
                "The abort of {transaction} is on the coordinator's disk: it will be told until all have acknowledged it",
                "{transaction} 的中止已写入协调者磁盘：它会一直通知，直到全部应答"
            ),
            Record::End { .. } => return None,
        })
    }
}
