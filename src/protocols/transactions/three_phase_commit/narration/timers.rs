//! What it means that something did not come in time.

use super::*;

impl Event<'_> {
    pub(super) fn fire(&self, timer: Timer) -> Option<Text> {
        let (here, transaction) = (self.here, timer.transaction);
        let before = self.site_before(transaction).map(|site| site.state);
        let after = self.site_after(transaction).map(|site| site.state);
        Some(match timer.kind {
            TimerKind::Votes => say!(
                "The coordinator has waited long enough for votes: silence counts as no, and {transaction} is aborted \
                 before anybody executes it",
                "协调者等投票等够了：沉默按 no 计，{transaction} 在执行之前就中止"
            ),
            TimerKind::Acks => match self.phase_after(transaction) {
                Some(Phase::Ending { .. }) => say!(
                    "An acknowledgement is missing. Some may be in PRECOMMIT, so the coordinator asks all before it brings \
                     them back",
                    "缺了一个应答。可能有人已在 PRECOMMIT，协调者先问清所有人，再把他们召回"
                ),
                _ => say!(
                    "An acknowledgement is missing, and the coordinator aborts {transaction}: it must reach everybody in \
                     PRECOMMIT before their time is up",
                    "缺了一个应答，协调者中止 {transaction}：它必须赶在处于 PRECOMMIT 者超时之前通知到"
                ),
            },
            TimerKind::Retry => {
                let Some(Phase::Decided { missing, .. }) = self.phase_after(transaction) else { return None };
                let left: Vec<&str> = missing.iter().map(|node| name(*node)).collect();
                let (left, left_zh) = (left.join(", "), left.join("、"));
                say!(
                    "No acknowledgement from {left}: the coordinator repeats its decision, which can do no harm",
                    "{left_zh} 还没有应答决定：协调者重发一次，重复无害"
                )
            }
            TimerKind::Patience => match (before?, after) {
                (LocalState::PreCommitted, Some(LocalState::Decided(_))) => say!(
                    "{here} has heard nothing for too long. In PRECOMMIT it takes silence for yes and commits {transaction}, \
                     whatever the others do",
                    "{here} 太久没有听到消息。处于 PRECOMMIT，它把沉默当作同意，提交 {transaction}，不管别人怎么做"
                ),
                (state, Some(LocalState::Decided(_)) | None) => {
                    let state = word(state);
                    say!(
                        "{here} has heard nothing for too long. In {state} it takes silence for no and aborts \
                         {transaction}, whatever the others do",
                        "{here} 太久没有听到消息。处于 {state}，它把沉默当作反对，中止 {transaction}，不管别人怎么做"
                    )
                }
                (state, Some(_)) => {
                    let state = word(state);
                    say!(
                        "{here} has heard nothing for too long. It is in {state} but may not decide by that alone: it \
                         stands for election and asks how the others stand",
                        "{here} 太久没有听到消息。它处于 {state}，但不能仅凭这一点决定：它出来主持，询问其他人的状态"
                    )
                }
            },
            TimerKind::Answers if self.node == COORDINATOR => match self.phase_after(transaction) {
                Some(Phase::Decided { .. }) => say!(
                    "Whoever has not answered is not counted: with the rest the coordinator can decide {transaction}",
                    "没有回答的不算：凭其余的回答，协调者可以决定 {transaction}"
                ),
                Some(Phase::Ending { .. }) => say!(
                    "Whoever has not answered is not counted: the coordinator brings the rest to one side first",
                    "没有回答的不算：协调者先让其余的站到同一边"
                ),
                _ => say!(
                    "The answers do not suffice: the coordinator may not decide {transaction} and will ask again",
                    "回答不够：协调者不能决定 {transaction}，稍后再问"
                ),
            },
            TimerKind::Answers => {
                match (after, self.site_after(transaction).is_some_and(|s| s.termination.is_some())) {
                    (Some(LocalState::Decided(Outcome::Commit)), _) => say!(
                        "Whoever has not answered is not counted: with those that did, {here} commits {transaction}",
                        "没有回答的不算：凭已有的回答，{here} 提交 {transaction}"
                    ),
                    (Some(LocalState::Decided(Outcome::Abort)) | None, _) => say!(
                        "Whoever has not answered is not counted: nobody that did is in PRECOMMIT, and {here} aborts \
                     {transaction}",
                        "没有回答的不算：回答者中没有人在 PRECOMMIT，{here} 中止 {transaction}"
                    ),
                    (Some(_), true) => say!(
                        "Whoever has not answered is not counted: {here} brings the rest to one side before anybody decides",
                        "没有回答的不算：在任何人作决定之前，{here} 先让其余的站到同一边"
                    ),
                    (Some(_), false) => say!(
                        "Too few have answered: {here} may neither commit nor abort {transaction}. It waits, and will ask again",
                        "回答的人不够：{here} 对 {transaction} 既不能提交也不能中止，只能等待，稍后再问"
                    ),
                }
            }
            TimerKind::Again => say!(
                "{transaction} is still open at {here}: it asks once more, and guesses nothing",
                "{transaction} 在 {here} 仍未了结：它再问一次，绝不猜测"
            ),
            TimerKind::Answer => say!(
                "The client has no answer for {transaction} and does not know whether it happened: it asks",
                "客户端没有得到 {transaction} 的答复，不知道它是否发生，于是去问"
            ),
        })
    }
}
