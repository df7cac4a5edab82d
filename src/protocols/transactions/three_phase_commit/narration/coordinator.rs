//! What an event means at the coordinator.

use super::*;

impl Event<'_> {
    pub(super) fn at_coordinator(&self, from: &'static str, transaction: Transaction, body: Body) -> Option<Text> {
        let (was, is) = (self.phase_before(transaction), self.phase_after(transaction));
        let all = self.all();
        Some(match (body, was, is) {
            (
                Body::Inquire,
                Some(Phase::Voting { .. } | Phase::PreCommitting { .. }),
                Some(Phase::Decided { outcome: Outcome::Abort, .. }),
            ) => say!(
                "The client asks while {transaction} is under way. The log holds no decision yet, and the coordinator takes \
                 that for an abort",
                "{transaction} 还在进行，客户端就来问。日志里还没有决定，协调者竟把这当作中止"
            ),
            (Body::Order { order, .. }, ..) => {
                let what = Business::describe(order);
                let (en, zh) = (what.en, what.zh);
                say!(
                    "The coordinator takes on {transaction} ({en}) and asks every database for its opinion; nothing is \
                     locked by asking",
                    "协调者接下 {transaction}（{zh}），先征求每个数据库的意见；只是询问，不加任何锁"
                )
            }
            (Body::Yes, Some(Phase::Voting { .. }), Some(Phase::Voting { yes })) => {
                let yes = yes.len();
                say!(
                    "{yes} of {all} say yes; a single no, or silence, still aborts {transaction} at no cost",
                    "{all} 个中已有 {yes} 个同意；只要一个 no 或一方沉默，{transaction} 就中止，毫无代价"
                )
            }
            (Body::Yes, Some(Phase::Voting { .. }), _) => say!(
                "The votes for {transaction} are in. Before anybody commits, all are to know; the log says so first, as \
                 somebody may now be in PRECOMMIT",
                "{transaction} 的票齐了。提交之前，先让所有人都知道；日志先记下，因为从此可能有人处于 PRECOMMIT"
            ),
            (Body::No, Some(Phase::Voting { .. }), Some(Phase::Decided { .. })) => say!(
                "One no is enough: {transaction} is aborted, and nobody has executed anything",
                "一个 no 就够了：{transaction} 中止，而且还没有人执行过什么"
            ),
            (Body::No, Some(Phase::Voting { .. }), _) => say!(
                "{from} said no, and yet the coordinator goes on: it wants a majority only",
                "{from} 答了 no，协调者却继续：它只要多数"
            ),
            (Body::Yes | Body::No, ..) => say!(
                "The vote of {from} changes nothing more for {transaction}",
                "{from} 的票对 {transaction} 已不起作用"
            ),
            (Body::Done { outcome }, Some(Phase::Decided { outcome: decided, .. }), _) if outcome != *decided => say!(
                "{from} reports that it had already decided the other way: the coordinator can only note the damage",
                "{from} 报告它早已作出相反的决定：协调者只能记录损失"
            ),
            (Body::Done { .. }, Some(_), Some(Phase::Decided { missing, .. })) => {
                let left: Vec<&str> = missing.iter().map(|node| name(*node)).collect();
                let (left, left_zh) = (left.join(", "), left.join("、"));
                say!(
                    "{from} has it on disk; the coordinator must keep the decision for {left}",
                    "{from} 已落盘；协调者还须为 {left_zh} 保留这个决定"
                )
            }
            (Body::Done { .. }, Some(_), _) => say!(
                "Everybody has {transaction} on disk: the coordinator may forget it",
                "{transaction} 已在所有数据库落盘：协调者可以忘记它了"
            ),
            (Body::Ack { .. }, Some(Phase::PreCommitting { .. }), Some(Phase::PreCommitting { acknowledged })) => {
                let count = acknowledged.len();
                say!(
                    "{count} of {all} are in PRECOMMIT; until all are, no commit may be said",
                    "{all} 个中已有 {count} 个进入 PRECOMMIT；没到齐之前，不能说提交"
                )
            }
            (
                Body::Ack { .. } | Body::State { .. },
                Some(Phase::PreCommitting { .. }),
                Some(Phase::Decided { outcome: Outcome::Commit, .. }),
            ) => say!(
                "Everybody is in PRECOMMIT: whoever dies now, the others will commit, and so does the coordinator",
                "所有人都在 PRECOMMIT：此后谁宕机，其余的都会提交，协调者也提交"
            ),
            (Body::Refuse { .. }, Some(Phase::PreCommitting { .. }), Some(Phase::Ending { .. })) => say!(
                "{from} cannot execute. Others may be in PRECOMMIT, so the coordinator asks how all stand before it \
                 aborts",
                "{from} 无法执行。可能有人已在 PRECOMMIT，协调者先问清大家的状态再中止"
            ),
            (
                _,
                Some(Phase::PreCommitting { .. } | Phase::Voting { .. }),
                Some(Phase::Decided { outcome: Outcome::Abort, .. }),
            ) => say!(
                "{from} is not with them: {transaction} is aborted, and whoever has executed must roll back before its \
                 time-out commits",
                "{from} 不参与：{transaction} 中止，已执行者必须赶在自己超时提交之前回滚"
            ),
            (_, Some(Phase::Ending { .. }), Some(Phase::Ending { .. })) => say!(
                "{from} has answered; the coordinator says abort only when nobody is left in PRECOMMIT",
                "{from} 已回答；只有没人留在 PRECOMMIT，协调者才会说中止"
            ),
            (
                _,
                Some(Phase::Ending { .. } | Phase::Unsure { .. }),
                Some(Phase::Decided { outcome: Outcome::Abort, .. }),
            ) => say!(
                "Nobody can have committed {transaction}, nor will: the coordinator aborts it",
                "不可能有人已提交 {transaction}，今后也不会：协调者中止它"
            ),
            (
                _,
                Some(Phase::Ending { .. } | Phase::Unsure { .. }),
                Some(Phase::Decided { outcome: Outcome::Commit, .. }),
            ) => say!(
                "{transaction} is committed, or must be: the coordinator makes it its decision and tells the rest",
                "{transaction} 已经提交，或必须提交：协调者以此为决定，通知其余"
            ),
            (Body::StateRequest { .. }, ..) => say!(
                "{from} has been down and asks the coordinator how {transaction} stands",
                "{from} 宕过机，来问协调者 {transaction} 的情况"
            ),
            (Body::Inquire, _, Some(Phase::Decided { .. })) | (Body::Inquire, _, None) => say!(
                "The client asks what became of {transaction}, and is told",
                "客户端来问 {transaction} 的结果，得到了答复"
            ),
            (Body::Inquire, ..) => say!(
                "The client asks too early: {transaction} is not decided, and it will be told when it is",
                "客户端问早了：{transaction} 还没有决定，有了就会通知"
            ),
            (_, Some(Phase::Decided { .. }) | None, _) => say!(
                "What {from} says of {transaction} changes nothing more: it is decided",
                "{from} 关于 {transaction} 的消息已不起作用：已有决定"
            ),
            _ => say!(
                "{from} says how it stands with {transaction}; the coordinator may not decide it alone any more",
                "{from} 报告 {transaction} 在它那里的状态；协调者已不能独自决定"
            ),
        })
    }

    pub(super) fn logged(&self, record: &CoordinatorRecord) -> Option<Text> {
        Some(match record {
            CoordinatorRecord::PreCommitting { transaction } if self.terminates() => say!(
                "The preCommits for {transaction} leave one after the other. Should it stop between two of them, whoever \
                 leads then finds some in PRECOMMIT and some in READY",
                "{transaction} 的 preCommit 一条接一条发出。若在两条之间停下，之后的主持者会看到有人在 PRECOMMIT、有人在 READY"
            ),
            CoordinatorRecord::PreCommitting { transaction } => say!(
                "The preCommits for {transaction} leave one after the other; between two of them, some databases would \
                 commit on their own and some abort",
                "{transaction} 的 preCommit 一条接一条发出；在两条之间，有的数据库会自行提交，有的会自行中止"
            ),
            CoordinatorRecord::Decided { transaction, outcome: Outcome::Commit } => say!(
                "The coordinator has decided: {transaction} is committed. Nobody depends on hearing it, for in PRECOMMIT \
                 all would commit anyway",
                "协调者已决定：{transaction} 提交。听不到也无妨，处于 PRECOMMIT 的本来就都会提交"
            ),
            CoordinatorRecord::Decided { transaction, outcome: Outcome::Abort }
                if self.standing_in(*transaction, |state| state == LocalState::PreCommitted).is_empty() =>
            {
                say!(
                    "The coordinator has decided: {transaction} is aborted. Nobody is in PRECOMMIT, so nobody could think \
                     otherwise",
                    "协调者已决定：{transaction} 中止。没有人在 PRECOMMIT，谁都不会另作他想"
                )
            }
            CoordinatorRecord::Decided { transaction, outcome: Outcome::Abort } => say!(
                "The coordinator has decided: {transaction} is aborted. Whoever is in PRECOMMIT has to hear it before its \
                 time is up",
                "协调者已决定：{transaction} 中止。处于 PRECOMMIT 的必须在超时之前听到"
            ),
            CoordinatorRecord::Started { .. } | CoordinatorRecord::Ended { .. } => return None,
        })
    }

    pub(super) fn coordinator_is_back(&self, disk: &CoordinatorDisk) -> Option<Text> {
        let Some((transaction, logged)) = disk.runs.iter().next() else {
            return Some(Text::new(
                "The coordinator is back with nothing open in its log: whoever asks about an order that it does not know \
                 is told abort",
                "协调者恢复，日志里没有未了结的事务：若有人问起它不知道的订单，一律答中止",
            ));
        };
        Some(match (logged.outcome, logged.pre_committing, self.phase_after(*transaction)) {
            (Some(_), ..) => say!(
                "The coordinator is back and finds its decision on {transaction} in the log: it says it again until all \
                 have it",
                "协调者恢复，日志里有它对 {transaction} 的决定：它会反复通知，直到所有人落实"
            ),
            (None, false, _) => say!(
                "The coordinator is back; its log shows no phase 2 for {transaction}, so nobody can be in PRECOMMIT and \
                 abort is safe",
                "协调者恢复；日志里 {transaction} 没有进入阶段 2，不可能有人在 PRECOMMIT，中止是安全的"
            ),
            (None, true, Some(Phase::PreCommitting { .. })) => say!(
                "The coordinator is back; phase 2 of {transaction} had begun, and it runs it again, hoping that nobody's \
                 time is up",
                "协调者恢复；{transaction} 的阶段 2 已经开始，它重做一遍，但愿还没有人超时"
            ),
            _ => say!(
                "The coordinator is back; somebody may be in PRECOMMIT, and the others may have ended {transaction} \
                 without it: it asks",
                "协调者恢复；可能有人在 PRECOMMIT，其他人也可能已自行了结 {transaction}：它先询问"
            ),
        })
    }
}
