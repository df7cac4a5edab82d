//! What the coordinator's word, or a leader's, means at a participant.

use super::*;

impl Event<'_> {
    pub(super) fn can_commit(&self, transaction: Transaction) -> Option<Text> {
        let here = self.here;
        let (before, after) = (self.site_before(transaction), self.site_after(transaction));
        Some(match (before, after, self.outcome_before(transaction)) {
            (_, _, Some(_)) => say!(
                "This canCommit is late: {here} has decided {transaction} already and votes no",
                "这个 canCommit 迟到了：{here} 已对 {transaction} 有了决定，答 no"
            ),
            (Some(_), ..) => say!(
                "{here} is asked a second time about {transaction} and votes only once",
                "{here} 再次被问到 {transaction}，只投一次票"
            ),
            (None, Some(_), _) => say!(
                "{here} looks and sees nothing against {transaction}; it locks nothing, and writes only that it will have \
                 said yes",
                "{here} 看了看，{transaction} 没有问题；它不加锁，只记下自己将答 yes"
            ),
            (None, None, None) => {
                let why = participant_number(self.node).map(Business::refusal);
                let (why, why_zh) = why.map_or(("".into(), "".into()), |why| (why.en.clone(), why.zh.clone()));
                say!(
                    "{here} cannot do its part of {transaction}: {why}. Nothing was locked, so nothing has to be undone \
                     anywhere",
                    "{here} 做不了 {transaction} 中自己的部分：{why_zh}。没有加过锁，所以哪里都不用撤销"
                )
            }
        })
    }

    pub(super) fn pre_commit(&self, from: NodeId, transaction: Transaction) -> Option<Text> {
        let (here, leads) = (self.here, name(from));
        let before = self.site_before(transaction);
        let standing = self.participant_after()?.0.database.standing(transaction);
        let after = self.site_after(transaction).map(|site| (site.state, site.refuses));
        Some(match (before.map(|site| site.state), after, standing) {
            (_, _, Some(Standing::Waiting(row))) => {
                let holder = self.participant_after()?.0.database.holder(row);
                let holder = holder.map_or_else(String::new, |holder| holder.to_string());
                say!(
                    "The row that {transaction} needs at {here} is locked by {holder}: the yes of phase 1 reserved nothing, \
                     and {here} cannot acknowledge yet",
                    "{transaction} 在 {here} 要写的行被 {holder} 锁住：阶段 1 的 yes 什么也没预留，{here} 还不能应答"
                )
            }
            (Some(LocalState::Ready), Some((LocalState::PreCommitted, _)), _) if from != COORDINATOR => say!(
                "{here} executes and moves up to PRECOMMIT at the word of {leads}: when all are there, dying changes \
                 nothing any more",
                "{here} 应 {leads} 的要求执行并进入 PRECOMMIT：等大家都到了，再有人宕机也无妨"
            ),
            (Some(LocalState::Ready), Some((LocalState::PreCommitted, _)), _) => say!(
                "{here} knows now that all said yes; only now it executes, locks its row, and writes undo and redo",
                "{here} 现在知道大家都同意了；到此刻它才执行、锁住该行，并写下 undo 与 redo"
            ),
            (Some(LocalState::PreCommitted), ..) => {
                say!("{here} is in PRECOMMIT already and says so again", "{here} 已经在 PRECOMMIT，再答一次")
            }
            (Some(_), Some((LocalState::Ready, true)), _) => say!(
                "{here} said yes and cannot execute after all. Somebody may be in PRECOMMIT, so it does not abort alone \
                 but says so",
                "{here} 答过 yes，执行时却做不到。可能有人已在 PRECOMMIT，所以它不独自中止，只如实报告"
            ),
            (Some(_), Some((LocalState::Decided(Outcome::Abort), _)), _) => say!(
                "{here} said yes and cannot execute after all: it undoes its part and refuses, which aborts the order",
                "{here} 答过 yes，执行时却做不到：它撤销自己的部分并拒绝，订单因此中止"
            ),
            (Some(LocalState::PreAborted), Some((LocalState::PreCommitted, _)), _) if self.has_quorums() => say!(
                "{here} had promised to join no commit, somebody may have aborted on that, and it joins one all the same",
                "{here} 承诺过不再参与提交，可能有人已据此中止，它却还是加入了提交"
            ),
            (Some(LocalState::PreAborted), Some((LocalState::PreCommitted, _)), _) => say!(
                "{here} moves from PREABORT to PRECOMMIT at the word of {leads}: nobody has decided, and all are to stand \
                 on the same side",
                "{here} 应 {leads} 的要求从 PREABORT 进入 PRECOMMIT：还没有人作出决定，大家要站到同一边"
            ),
            (Some(_), Some((LocalState::PreAborted, _)), _) => say!(
                "{here} is in PREABORT and bound by it: no commit may count on it any more",
                "{here} 处于 PREABORT，受其约束：任何提交都不能再把它算进去"
            ),
            (None, None, _) | (Some(LocalState::Decided(_)), ..) => say!(
                "Too late: {here} has decided {transaction} in the meantime, and answers with that",
                "为时已晚：{here} 在此期间已对 {transaction} 作出决定，并如实回答"
            ),
            _ => say!(
                "{here} does not follow this preCommit: it has been down, or follows a higher attempt by now",
                "{here} 不跟随这条 preCommit：它宕过机，或已跟随编号更大的尝试"
            ),
        })
    }

    pub(super) fn pre_abort(&self, transaction: Transaction) -> Option<Text> {
        let here = self.here;
        let before = self.site_before(transaction).map(|site| site.state);
        let after = self.site_after(transaction).map(|site| site.state);
        Some(match (before, after) {
            (Some(LocalState::PreCommitted), Some(LocalState::PreAborted)) => say!(
                "{here} steps back from PRECOMMIT, its row still locked: nobody may abort while another still takes this \
                 for a commit",
                "{here} 从 PRECOMMIT 退回，行仍锁着：只要还有人把它当作提交，谁都不许中止"
            ),
            (Some(LocalState::PreAborted), _) => {
                say!("{here} is in PREABORT already and says so again", "{here} 已经在 PREABORT，再答一次")
            }
            (Some(_), Some(LocalState::PreAborted)) => say!(
                "{here} enters PREABORT: no commit may count on it any more",
                "{here} 进入 PREABORT：从此任何提交都不能再把它算进去"
            ),
            (Some(_), Some(LocalState::PreCommitted)) => say!(
                "{here} is in PRECOMMIT and bound by it: no abort may count on it",
                "{here} 处于 PRECOMMIT，受其约束：任何中止都不能把它算进去"
            ),
            _ => say!(
                "{here} does not follow this preAbort, and says how it stands",
                "{here} 不跟随这条 preAbort，只报告自己的状态"
            ),
        })
    }

    pub(super) fn told(&self, from: &str, transaction: Transaction, outcome: Outcome) -> Option<Text> {
        let here = self.here;
        let site = self.site_before(transaction);
        let after = self.site_after(transaction).map(|site| site.state);
        let obeys = self.moment.effects().iter().any(|step| matches!(step.kind, StepKind::Write(_)));
        Some(match (outcome, site.map(|site| site.state), self.outcome_before(transaction)) {
            (_, _, Some(known)) if known != outcome && obeys => say!(
                "{here} had decided {transaction} the other way, and now obeys {from}: it takes back what others may have \
                 relied on",
                "{here} 早已对 {transaction} 作出相反的决定，现在却听从 {from}：收回了别人可能已经依赖的结果"
            ),
            (_, _, Some(known)) if known != outcome => match outcome {
                Outcome::Commit => say!(
                    "Too late: {here} has aborted {transaction} by itself, and {from} says commit. They will differ for \
                     ever",
                    "为时已晚：{here} 已自行中止 {transaction}，而 {from} 说提交。两边永远不一致了"
                ),
                Outcome::Abort => say!(
                    "Too late: {here} has committed {transaction} by itself, and {from} says abort. They will differ for \
                     ever",
                    "为时已晚：{here} 已自行提交 {transaction}，而 {from} 说中止。两边永远不一致了"
                ),
            },
            (_, _, Some(_)) => say!(
                "{here} has this decision already; it says so, because its first answer may be lost",
                "{here} 已有这个决定；仍再答一次，因为上一次应答可能丢了"
            ),
            (_, Some(LocalState::Decided(_)), _) => say!(
                "{here} is about to finish {transaction} anyway; the same decision from two sides does no harm",
                "{here} 正在了结 {transaction}；同一决定从两边来并无妨碍"
            ),
            (Outcome::Commit, Some(LocalState::PreCommitted), _) => say!(
                "{here} needs to wait no longer: {transaction} is committed, and its lock goes as soon as that is on disk",
                "{here} 不必再等：{transaction} 已提交，落盘后即可放锁"
            ),
            (Outcome::Commit, Some(_), _) if !matches!(after, Some(LocalState::Decided(_))) => say!(
                "{here} must commit {transaction}, which it has not executed yet, and waits for the row",
                "{here} 必须提交 {transaction}，却还没有执行过，只能等待该行"
            ),
            (Outcome::Commit, Some(_), _) => say!(
                "{here} must commit what it has not executed yet: it does so now, and can refuse no more, because it said \
                 yes",
                "{here} 必须提交尚未执行过的事务：它现在执行，不能再拒绝，因为它答过 yes"
            ),
            (Outcome::Abort, Some(LocalState::PreCommitted | LocalState::PreAborted), _) => say!(
                "{here} puts back what {transaction} had changed, from the undo of phase 2, and lets others have the row",
                "{here} 用阶段 2 写下的 undo 恢复 {transaction} 改动之前的值，把行让给别人"
            ),
            (Outcome::Abort, Some(_), _) => say!(
                "{here} has nothing to undo for {transaction}: in READY nothing was executed",
                "{here} 没有什么要为 {transaction} 撤销：READY 时什么都没执行"
            ),
            (Outcome::Abort, None, None) => say!(
                "{here} never voted for {transaction}; it remembers the abort, so that a late canCommit opens nothing",
                "{here} 从未为 {transaction} 投票；它记住这次中止，免得迟到的 canCommit 再打开它"
            ),
            (Outcome::Commit, None, None) => say!(
                "{here} is told to commit {transaction} and knows nothing of it: it cannot do its part",
                "{here} 被要求提交 {transaction}，却对它一无所知：无法完成自己的部分"
            ),
        })
    }
}
