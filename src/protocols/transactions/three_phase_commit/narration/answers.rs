//! What the states of others mean, and what it means that something is on disk.

use super::*;

impl Event<'_> {
    pub(super) fn asked(&self, from: &str, transaction: Transaction, only_asks: bool) -> Text {
        let here = self.here;
        let before = self.site_before(transaction);
        let state = match (self.outcome_before(transaction), before) {
            (Some(outcome), _) => LocalState::Decided(outcome),
            (None, Some(site)) => site.state,
            (None, None) => {
                return say!(
                    "{here} has never voted for {transaction}: it aborts on the spot, and that answers the question",
                    "{here} 从未为 {transaction} 投票：它当场中止，问题也就有了答案"
                );
            }
        };
        let gives_up = before.is_some_and(|site| site.termination.is_some())
            && self.site_after(transaction).is_some_and(|site| site.termination.is_none());
        if let Some(outcome) = state.decided() {
            let (en, zh) = match outcome {
                Outcome::Commit => ("committed", "提交"),
                Outcome::Abort => ("aborted", "中止"),
            };
            return say!(
                "{here} has {en} {transaction} already: {from} need not count any further",
                "{here} 已{zh} {transaction}：{from} 不必再数下去"
            );
        }
        let state = word(state);
        if only_asks {
            say!(
                "{from} has been down and asks: {here} tells it {state}",
                "{from} 宕过机，来询问：{here} 告诉它 {state}"
            )
        } else if gives_up {
            say!(
                "{from} leads with a higher number: {here} gives up its own attempt and reports {state}",
                "{from} 以更大的编号主持：{here} 放弃自己的尝试，报告 {state}"
            )
        } else {
            say!(
                "{from} wants to know how all stand before anybody decides: {here} reports {state}, and follows no lower \
                 attempt",
                "{from} 想先弄清大家的状态，再让任何人作决定：{here} 报告 {state}，并且不再跟随更小的编号"
            )
        }
    }

    pub(super) fn answered(&self, from: &str, transaction: Transaction, body: Body) -> Option<Text> {
        let here = self.here;
        let before = self.site_before(transaction)?;
        let led = before.termination.is_some();
        let after = self.site_after(transaction);
        let what = match body {
            Body::State { report, .. } => report.state,
            Body::Ack { state, .. } => state,
            _ => LocalState::Ready,
        };
        let said = word(what);
        if let Some(outcome) = after.and_then(|site| site.state.decided()).filter(|_| before.state.decided().is_none())
        {
            return Some(match (what.decided(), outcome) {
                (Some(_), Outcome::Commit) => say!(
                    "{from} has committed {transaction} already, so there is only one decision left: {here} commits too",
                    "{from} 已提交 {transaction}，只剩一种决定：{here} 也提交"
                ),
                (Some(_), Outcome::Abort) => say!(
                    "{from} has aborted {transaction} already, so there is only one decision left: {here} aborts too",
                    "{from} 已中止 {transaction}，只剩一种决定：{here} 也中止"
                ),
                (None, Outcome::Commit) => say!(
                    "{here} counts enough in PRECOMMIT: it may commit {transaction}, for all of them",
                    "{here} 数到足够多的 PRECOMMIT：可以替大家提交 {transaction}"
                ),
                (None, Outcome::Abort) => say!(
                    "{here} has counted, and nobody can have committed {transaction}: it aborts, for all of them",
                    "{here} 清点完毕，不可能有人已提交 {transaction}：替大家中止"
                ),
            });
        }
        if before.state.decided().is_some() {
            return Some(say!(
                "{from} reports {said}; {here} has decided {transaction} and needs no more answers",
                "{from} 报告 {said}；{here} 已对 {transaction} 作出决定，不再需要回答"
            ));
        }
        if !led {
            return Some(say!(
                "{from} reports {said}, but {here} no longer leads: the answer is too late to matter",
                "{from} 报告 {said}，但 {here} 已不再主持：这个回答来晚了"
            ));
        }
        if after.is_some_and(|site| site.termination.is_none()) {
            return Some(say!(
                "{here} cannot settle {transaction} with what it has heard, and puts it off",
                "凭听到的回答，{here} 还无法了结 {transaction}，只好推后"
            ));
        }
        let moves = self.moment.effects().iter().any(|step| match step.kind {
            StepKind::Send(sent) => matches!(self.moment.trace.message(sent).name.kind, "pre-commit" | "pre-abort"),
            _ => false,
        });
        Some(match (body, moves) {
            (_, true) => say!(
                "{from} reports {said}, and the picture is complete: {here} brings all to the same side before anybody \
                 decides",
                "{from} 报告 {said}，情况已清楚：在任何人作决定之前，{here} 先让大家站到同一边"
            ),
            (Body::Refuse { .. }, false) => say!(
                "{from} cannot execute: {here} will have to lead the others to an abort, if that is still possible",
                "{from} 无法执行：若还来得及，{here} 得把大家带向中止"
            ),
            _ => say!(
                "{from} reports {said}; {here} decides nothing before the others have answered too",
                "{from} 报告 {said}；其他人没回答之前，{here} 不作决定"
            ),
        })
    }

    pub(super) fn durable(&self, record: &ParticipantRecord) -> Option<Text> {
        let here = self.here;
        Some(match record {
            ParticipantRecord::Ready { transaction, .. } if self.terminates() => say!(
                "{here} may say yes: its vote for {transaction} survives a crash. It has locked nothing, but from now on \
                 decides only together with the others",
                "{here} 可以答 yes 了：对 {transaction} 的票已能经受崩溃。它没有加锁，但从此只能和大家一起决定"
            ),
            ParticipantRecord::Ready { transaction, .. } => say!(
                "{here} may say yes: its vote for {transaction} survives a crash. It has locked nothing, and may still \
                 abort when nobody speaks to it",
                "{here} 可以答 yes 了：对 {transaction} 的票已能经受崩溃。它没有加锁，没人理它时仍可中止"
            ),
            ParticipantRecord::PreAborted { transaction } => say!(
                "PREABORT is on disk at {here}: it counts towards the abort of {transaction}",
                "PREABORT 已在 {here} 落盘：计入 {transaction} 的中止"
            ),
            ParticipantRecord::Database(Record::Prepared { transaction, .. }) => {
                let (in_p, all) =
                    (self.standing_in(*transaction, |state| state == LocalState::PreCommitted), self.all());
                let count = in_p.len();
                if self.terminates() {
                    say!(
                        "Undo and redo are on disk: {here} is in PRECOMMIT, which tells whoever has to end {transaction} \
                         that all said yes. {count} of {all} are there",
                        "undo 与 redo 已落盘：{here} 进入 PRECOMMIT，将来由谁来了结 {transaction}，都能由此得知大家同意过。{all} 个中已有 {count} 个到达"
                    )
                } else {
                    say!(
                        "Undo and redo are on disk: {here} is in PRECOMMIT and, if nobody speaks to it, will take silence \
                         for a commit. {count} of {all} are there",
                        "undo 与 redo 已落盘：{here} 进入 PRECOMMIT，若再听不到消息，会把沉默当作提交。{all} 个中已有 {count} 个到达"
                    )
                }
            }
            ParticipantRecord::Database(Record::Committed { transaction }) => {
                let aborted = self.standing_in(*transaction, |state| state == LocalState::Decided(Outcome::Abort));
                let verb = if aborted.len() == 1 { "has" } else { "have" };
                let (aborted, aborted_zh) = (aborted.join(", "), aborted.join("、"));
                match aborted.is_empty() {
                    true => say!(
                        "{here} has committed {transaction} for good and lets go of its row",
                        "{here} 已永久提交 {transaction}，放开该行"
                    ),
                    false => say!(
                        "{here} has committed {transaction} for good, and {aborted} {verb} aborted it: half an order",
                        "{here} 已永久提交 {transaction}，而 {aborted_zh} 中止了它：订单只做了一半"
                    ),
                }
            }
            ParticipantRecord::Database(Record::Aborted { transaction }) => {
                let committed = self.standing_in(*transaction, |state| state == LocalState::Decided(Outcome::Commit));
                let verb = if committed.len() == 1 { "has" } else { "have" };
                let (committed, committed_zh) = (committed.join(", "), committed.join("、"));
                match committed.is_empty() {
                    true => say!(
                        "{here} has aborted {transaction} for good and holds nothing for it",
                        "{here} 已永久中止 {transaction}，不再为它持有任何东西"
                    ),
                    false => say!(
                        "{here} has aborted {transaction} for good, and {committed} {verb} committed it: half an order",
                        "{here} 已永久中止 {transaction}，而 {committed_zh} 提交了它：订单只做了一半"
                    ),
                }
            }
        })
    }
}
