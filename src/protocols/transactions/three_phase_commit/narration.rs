//! What each event means, in one sentence that says more than the arrow does.

use super::coordinator::{Coordinator, Phase};
use super::disk::{CoordinatorDisk, ParticipantDisk};
use super::message::{Body, CoordinatorRecord, Message, ParticipantRecord, Timer, TimerKind};
use super::participant::{Participant, Site};
use super::state::LocalState;
use crate::protocols::Moment;
use crate::protocols::parts::atomic_commitment::{CLIENT, COORDINATOR, name, participant_number};
use crate::protocols::parts::business::Business;
use crate::protocols::parts::database::{Record, Standing, Transaction};
use crate::say;
use crate::sim::node::{Node, look};
use crate::sim::payload::Outcome;
use crate::sim::time::Instant;
use crate::sim::trace::{NodeId, StepKind};
use crate::text::Text;
use std::sync::Arc;

/// What happened at an event, and why it matters; none where the words for any protocol do.
pub fn narrate(moment: &Moment) -> Option<Text> {
    let step = moment.step();
    let event = Event { moment, node: step.node, here: name(step.node) };
    match step.kind {
        StepKind::Start => event.start(),
        StepKind::Deliver(message) => {
            let message = moment.trace.message(message);
            event.deliver(message.name.from, message.payload.get()?)
        }
        StepKind::Durable(record) => {
            let payload = &moment.trace.local(record).payload;
            match payload.get::<ParticipantRecord>() {
                Some(record) => event.durable(record),
                None => event.logged(payload.get()?),
            }
        }
        StepKind::Fire(timer) => event.fire(*moment.trace.local(timer).payload.get()?),
        StepKind::Strike(_) => event.strike(),
        _ => None,
    }
}

/// An event at its node.
struct Event<'a> {
    moment: &'a Moment<'a>,
    node: NodeId,
    here: &'static str,
}

type Place<'a, R> = Option<(Option<&'a R>, &'a <R as crate::sim::role::Role>::Durable)>;

fn participant(nodes: &[Arc<dyn Node>], node: NodeId) -> Place<'_, Participant> {
    look(&**nodes.get(node.index())?)
}

fn coordinator(nodes: &[Arc<dyn Node>]) -> Place<'_, Coordinator> {
    look(&**nodes.get(COORDINATOR.index())?)
}

/// A state's name in sentences: the same word in both languages.
fn word(state: LocalState) -> &'static str {
    state.word()
}

impl Event<'_> {
    fn participant_after(&self) -> Option<(&Participant, &ParticipantDisk)> {
        participant(self.moment.after, self.node).and_then(|(role, disk)| Some((role?, disk)))
    }

    fn site_before(&self, transaction: Transaction) -> Option<&Site> {
        participant(self.moment.before, self.node)?.0?.sites.get(&transaction)
    }

    fn site_after(&self, transaction: Transaction) -> Option<&Site> {
        participant(self.moment.after, self.node)?.0?.sites.get(&transaction)
    }

    /// What was decided here before the event.
    fn outcome_before(&self, transaction: Transaction) -> Option<Outcome> {
        let (role, disk) = participant(self.moment.before, self.node)?;
        role?.database.outcome(&disk.stored, transaction)
    }

    fn phase_before(&self, transaction: Transaction) -> Option<&Phase> {
        Some(&coordinator(self.moment.before)?.0?.runs.get(&transaction)?.phase)
    }

    fn phase_after(&self, transaction: Transaction) -> Option<&Phase> {
        Some(&coordinator(self.moment.after)?.0?.runs.get(&transaction)?.phase)
    }

    /// How many participants there are.
    fn all(&self) -> usize {
        self.moment.after.len().saturating_sub(2)
    }

    /// The participants in a state that `wanted` accepts, after the event, by what is on their disks.
    fn standing_in(&self, transaction: Transaction, wanted: impl Fn(LocalState) -> bool) -> Vec<&'static str> {
        let nodes = (0..self.moment.after.len() as u8).map(NodeId);
        nodes
            .filter(|node| {
                participant(self.moment.after, *node).is_some_and(|(_, disk)| wanted(disk.state(transaction)))
            })
            .map(name)
            .collect()
    }

    fn start(&self) -> Option<Text> {
        let here = self.here;
        if self.moment.step().at == Instant::START {
            return (self.node == CLIENT).then(|| {
                Text::new(
                    "An order needs goods and money, which lie in different databases: it must happen in all of them \
                     or in none",
                    "一个订单既要出货又要收款，而它们在不同的数据库里：要么全部发生，要么全不发生",
                )
            });
        }
        if self.node == COORDINATOR {
            return self.coordinator_is_back(coordinator(self.moment.after)?.1);
        }
        let (after, disk) = self.participant_after()?;
        let Some((transaction, _)) = disk.undecided().next() else {
            return Some(say!(
                "{here} is back, and its log owes nobody an answer: what it had not voted for is as if it had never been",
                "{here} 恢复，日志中没有未了结的承诺：没投过票的事务就当从未有过"
            ));
        };
        let state = word(disk.state(transaction));
        let (asks, alone) = (
            after.sites.get(&transaction).is_some_and(|site| site.termination.is_some()),
            after.sites.get(&transaction).and_then(|site| site.state.decided()),
        );
        Some(match (asks, alone) {
            (_, Some(_)) => say!(
                "{here} finds {transaction} in {state} on its disk and decides alone, as if nothing could have happened \
                 while it was down",
                "{here} 在磁盘上看到 {transaction} 处于 {state}，便独自决定，好像自己宕机期间什么都不会发生"
            ),
            (true, None) => say!(
                "{here} finds {transaction} in {state} on its disk. The others may have gone on without it: it decides \
                 nothing and asks",
                "{here} 在磁盘上看到 {transaction} 处于 {state}。其他人可能已撇下它继续：它不作决定，先询问"
            ),
            (false, None) => say!(
                "{here} finds {transaction} in {state} on its disk and waits for the coordinator's word, its time-out \
                 begun anew",
                "{here} 在磁盘上看到 {transaction} 处于 {state}，等待协调者的消息，超时重新计起"
            ),
        })
    }

    fn coordinator_is_back(&self, disk: &CoordinatorDisk) -> Option<Text> {
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

    fn deliver(&self, from: NodeId, message: &Message) -> Option<Text> {
        let (transaction, from_name) = (message.transaction, name(from));
        if self.node == CLIENT {
            let Body::Result { outcome } = message.body else { return None };
            return Some(match outcome {
                Outcome::Commit => say!(
                    "The client may rely on {transaction}: it is committed, though some database may hear of it later",
                    "客户端可以确信 {transaction} 已提交，即使个别数据库稍后才得知"
                ),
                Outcome::Abort => say!(
                    "The client is told that {transaction} did not happen, and may order again",
                    "客户端得知 {transaction} 没有发生，可以重新下单"
                ),
            });
        }
        if self.node == COORDINATOR {
            return self.at_coordinator(from_name, transaction, message.body);
        }
        match message.body {
            Body::CanCommit { .. } => self.can_commit(transaction),
            Body::PreCommit { .. } => self.pre_commit(from, transaction),
            Body::PreAbort { .. } => self.pre_abort(transaction),
            Body::Commit => self.told(from_name, transaction, Outcome::Commit),
            Body::Abort => self.told(from_name, transaction, Outcome::Abort),
            Body::StateRequest { attempt } => Some(self.asked(from_name, transaction, attempt.is_first())),
            Body::State { .. } | Body::Ack { .. } | Body::Refuse { .. } => {
                self.answered(from_name, transaction, message.body)
            }
            _ => None,
        }
    }

    fn can_commit(&self, transaction: Transaction) -> Option<Text> {
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

    fn pre_commit(&self, from: NodeId, transaction: Transaction) -> Option<Text> {
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

    fn pre_abort(&self, transaction: Transaction) -> Option<Text> {
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

    fn told(&self, from: &str, transaction: Transaction, outcome: Outcome) -> Option<Text> {
        let here = self.here;
        let site = self.site_before(transaction);
        let after = self.site_after(transaction).map(|site| site.state);
        Some(match (outcome, site.map(|site| site.state), self.outcome_before(transaction)) {
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

    fn asked(&self, from: &str, transaction: Transaction, only_asks: bool) -> Text {
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

    fn answered(&self, from: &str, transaction: Transaction, body: Body) -> Option<Text> {
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

    fn at_coordinator(&self, from: &'static str, transaction: Transaction, body: Body) -> Option<Text> {
        let (was, is) = (self.phase_before(transaction), self.phase_after(transaction));
        let all = self.all();
        Some(match (body, was, is) {
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
                "The votes for {transaction} are in. Before anybody commits, everybody is to know that; the log says so \
                 first, because from here on somebody may be in PRECOMMIT",
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

    fn durable(&self, record: &ParticipantRecord) -> Option<Text> {
        let here = self.here;
        Some(match record {
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
                say!(
                    "Undo and redo are on disk: {here} is in PRECOMMIT and, if nobody speaks to it, will take silence for \
                     a commit. {count} of {all} are there",
                    "undo 与 redo 已落盘：{here} 进入 PRECOMMIT，若再听不到消息，会把沉默当作提交。{all} 个中已有 {count} 个到达"
                )
            }
            ParticipantRecord::Database(Record::Committed { transaction }) => {
                let aborted = self.standing_in(*transaction, |state| state == LocalState::Decided(Outcome::Abort));
                let (aborted, aborted_zh) = (aborted.join(", "), aborted.join("、"));
                match aborted.is_empty() {
                    true => say!(
                        "{here} has committed {transaction} for good and lets go of its row",
                        "{here} 已永久提交 {transaction}，放开该行"
                    ),
                    false => say!(
                        "{here} has committed {transaction} for good, and {aborted} has aborted it: half an order",
                        "{here} 已永久提交 {transaction}，而 {aborted_zh} 中止了它：订单只做了一半"
                    ),
                }
            }
            ParticipantRecord::Database(Record::Aborted { transaction }) => {
                let committed = self.standing_in(*transaction, |state| state == LocalState::Decided(Outcome::Commit));
                let (committed, committed_zh) = (committed.join(", "), committed.join("、"));
                match committed.is_empty() {
                    true => say!(
                        "{here} has aborted {transaction} for good and holds nothing for it",
                        "{here} 已永久中止 {transaction}，不再为它持有任何东西"
                    ),
                    false => say!(
                        "{here} has aborted {transaction} for good, and {committed} has committed it: half an order",
                        "{here} 已永久中止 {transaction}，而 {committed_zh} 提交了它：订单只做了一半"
                    ),
                }
            }
        })
    }

    fn logged(&self, record: &CoordinatorRecord) -> Option<Text> {
        Some(match record {
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
            CoordinatorRecord::Decided { transaction, outcome: Outcome::Abort } => say!(
                "The coordinator has decided: {transaction} is aborted. Whoever is in PRECOMMIT has to hear it before its \
                 time is up",
                "协调者已决定：{transaction} 中止。处于 PRECOMMIT 的必须在超时之前听到"
            ),
            CoordinatorRecord::Started { .. } | CoordinatorRecord::Ended { .. } => return None,
        })
    }

    fn fire(&self, timer: Timer) -> Option<Text> {
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
                    "{left} has not acknowledged the decision: the coordinator repeats it, which can do no harm",
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

    /// What a crash of the coordinator means to this protocol.
    fn strike(&self) -> Option<Text> {
        let died = self.node == COORDINATOR
            && coordinator(self.moment.before)?.0.is_some()
            && coordinator(self.moment.after)?.0.is_none();
        if !died {
            return None;
        }
        let open = coordinator(self.moment.before)?.0?.runs.keys().next().copied()?;
        let in_p = self.standing_in(open, |state| state == LocalState::PreCommitted);
        let in_w = self.standing_in(open, |state| state == LocalState::Ready);
        let sent: Vec<&str> = self.sent_pre_commits(open);
        let knows: Vec<&str> = in_p.iter().copied().chain(sent).collect();
        let waits: Vec<&str> = in_w.into_iter().filter(|node| !knows.contains(node)).collect();
        let (knows_en, waits_en) = (knows.join(", "), waits.join(", "));
        let (knows_zh, waits_zh) = (knows.join("、"), waits.join("、"));
        Some(match (knows.is_empty(), waits.is_empty()) {
            (false, false) => say!(
                "The coordinator dies between two preCommits: {knows_en} will be in PRECOMMIT, {waits_en} in READY, and \
                 each will draw its own conclusion from the same silence",
                "协调者在两条 preCommit 之间宕机：{knows_zh} 将处于 PRECOMMIT，{waits_zh} 处于 READY，同样的沉默，各自会得出不同的结论"
            ),
            (false, true) => say!(
                "The coordinator dies, but {knows_en} know that all said yes: nobody has to wait for it",
                "协调者宕机，但 {knows_zh} 都知道大家已同意：谁都不必等它"
            ),
            (true, false) => say!(
                "The coordinator dies before anybody knows that all said yes: {waits_en} are in READY and hold no lock",
                "协调者宕机，还没有人知道大家都已同意：{waits_zh} 处于 READY，没有持锁"
            ),
            (true, true) => return None,
        })
    }

    /// Who has been sent a preCommit that is still under way.
    fn sent_pre_commits(&self, transaction: Transaction) -> Vec<&'static str> {
        let here = self.moment.trace.events[self.moment.event as usize];
        let under_way = |message: &&crate::sim::trace::Message| {
            let ends = |at: &u32| *at > here;
            message.name.kind == "pre-commit"
                && message.name.subject == transaction.subject()
                && message.sent < here
                && message.ends.iter().all(ends)
        };
        self.moment.trace.messages.iter().filter(under_way).map(|message| name(message.name.to)).collect()
    }
}
