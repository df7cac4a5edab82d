//! The monitors behind the properties: each a small memory and one function from what happened to a judgement.

use super::observer::{Happening, Observer, What};
use super::{COORDINATOR, Probe, name};
use crate::check::{Judgement, Monitor, View};
use crate::protocols::parts::business::Business;
use crate::protocols::parts::database::{Database, Standing, Transaction};
use crate::say;
use crate::sim::fingerprint::{Hasher, hash_into};
use crate::sim::payload::Outcome;
use crate::sim::trace::{NodeId, StepKind};
use crate::sorted::{SortedMap, SortedSet};
use crate::text::Text;
use serde::Serialize;
use std::marker::PhantomData;

/// What a monitor is to know besides what the observer tells it.
trait Watch<P: Probe>: Clone + Default + Serialize + Send + Sync + 'static {
    fn judge(&mut self, view: &View, happenings: &[Happening]) -> Judgement;
}

/// A monitor made of a watch and an observer.
struct Watching<P, W> {
    observer: Observer,
    watch: W,
    probe: PhantomData<fn() -> P>,
}

impl<P: Probe, W: Watch<P>> Watching<P, W> {
    fn boxed() -> Box<dyn Monitor> {
        Box::new(Watching::<P, W> { observer: Observer::default(), watch: W::default(), probe: PhantomData })
    }
}

impl<P: Probe, W: Watch<P>> Monitor for Watching<P, W> {
    fn observe(&mut self, view: &View) -> Judgement {
        let happenings = self.observer.observe::<P>(view);
        self.watch.judge(view, &happenings)
    }

    fn hash_into(&self, hasher: &mut Hasher) {
        hash_into(&(&self.observer, &self.watch), hasher);
    }

    fn cloned(&self) -> Box<dyn Monitor> {
        Box::new(Watching::<P, W> { observer: self.observer.clone(), watch: self.watch.clone(), probe: PhantomData })
    }
}

/// A set of nodes: one bit each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
struct Nodes(u16);

impl Nodes {
    fn add(&mut self, node: NodeId) {
        self.0 |= 1 << node.0;
    }
    fn remove(&mut self, node: NodeId) {
        self.0 &= !(1 << node.0);
    }
    fn has(self, node: NodeId) -> bool {
        self.0 & (1 << node.0) != 0
    }
    /// The first of them; participants before the coordinator, because a database's decision says more.
    fn first(self) -> Option<NodeId> {
        let databases = self.0 & !(1 << COORDINATOR.0);
        let of = if databases == 0 { self.0 } else { databases };
        (of != 0).then(|| NodeId(of.trailing_zeros() as u8))
    }
}

/// Who ever committed and who ever aborted a transaction: latched.
#[derive(Clone, Copy, Debug, Default, Serialize)]
struct Decisions {
    committed: Nodes,
    aborted: Nodes,
}

impl Decisions {
    /// Notes what happened; says whether it changed anything.
    fn note(&mut self, happening: &Happening) -> bool {
        let before = (self.committed, self.aborted);
        match happening.what {
            What::Decided(Outcome::Commit) => self.committed.add(happening.node),
            What::Decided(Outcome::Abort) | What::LostItsPromise => self.aborted.add(happening.node),
            What::Forgot => self.aborted.remove(happening.node),
            What::Voted { .. } | What::Reopened => {}
        }
        before != (self.committed, self.aborted)
    }
}

type Ledger = SortedMap<Transaction, Decisions>;

#[derive(Clone, Default, Serialize)]
struct Agreement(Ledger);

impl<P: Probe> Watch<P> for Agreement {
    fn judge(&mut self, _view: &View, happenings: &[Happening]) -> Judgement {
        for happening in happenings {
            let decisions = self.0.entry(happening.transaction).or_default();
            if decisions.note(happening)
                && let (Some(committed), Some(aborted)) = (decisions.committed.first(), decisions.aborted.first())
            {
                return Judgement::Broken(disagreement(happening, committed, aborted));
            }
        }
        Judgement::Unchanged
    }
}

fn disagreement(happening: &Happening, committed: NodeId, aborted: NodeId) -> Text {
    let (transaction, here) = (happening.transaction, name(happening.node));
    let (committed, aborted) = (name(committed), name(aborted));
    match happening.what {
        What::LostItsPromise => say!(
            "{committed} committed {transaction}, but {here} lost its promise and has rolled it back",
            "{committed} 已提交 {transaction}，而 {here} 丢失了自己的承诺，已把它回滚"
        ),
        _ => say!(
            "{committed} has committed {transaction} and {aborted} has aborted it",
            "{committed} 提交了 {transaction}，{aborted} 却中止了它"
        ),
    }
}

/// Who has voted yes.
#[derive(Clone, Default, Serialize)]
struct AllVotedYes(SortedMap<Transaction, Nodes>);

impl<P: Probe> Watch<P> for AllVotedYes {
    fn judge(&mut self, view: &View, happenings: &[Happening]) -> Judgement {
        for Happening { node, transaction, what } in happenings {
            match what {
                What::Voted { yes: true } => self.0.entry(*transaction).or_default().add(*node),
                What::Decided(Outcome::Commit) => {
                    let voted = self.0.get(transaction).copied().unwrap_or_default();
                    let silent = view.nodes().find(|other| P::site(view, *other).is_some() && !voted.has(*other));
                    if let Some(silent) = silent {
                        let (here, silent) = (name(*node), name(silent));
                        return Judgement::Broken(say!(
                            "{here} commits {transaction} although {silent} never voted yes",
                            "{silent} 从未投赞成票，{here} 却提交了 {transaction}"
                        ));
                    }
                }
                _ => {}
            }
        }
        Judgement::Unchanged
    }
}

/// What allows an abort: any fault, or a no vote or time-out of that transaction. A participant that has promised
/// nothing may always abort by itself: that is its no.
#[derive(Clone, Default, Serialize)]
struct AbortHasAReason {
    fault: bool,
    reasons: SortedSet<Transaction>,
    promised: SortedMap<Transaction, Nodes>,
}

impl<P: Probe> Watch<P> for AbortHasAReason {
    fn judge(&mut self, view: &View, happenings: &[Happening]) -> Judgement {
        self.fault |= matches!(view.step.kind, StepKind::Strike(_) | StepKind::Lose(..));
        if self.fault {
            return Judgement::Unchanged;
        }
        self.reasons.extend(P::timeout(view));
        for Happening { node, transaction, what } in happenings {
            match what {
                What::Voted { yes: true } => self.promised.entry(*transaction).or_default().add(*node),
                What::Voted { yes: false } => {
                    self.reasons.insert(*transaction);
                }
                What::Decided(Outcome::Abort) => {
                    let promised = self.promised.get(transaction).is_some_and(|nodes| nodes.has(*node));
                    let may_refuse = P::site(view, *node).is_some() && !promised;
                    if !may_refuse && !self.reasons.contains(transaction) {
                        let here = name(*node);
                        return Judgement::Broken(say!(
                            "{here} aborts {transaction}, though nobody voted no and nothing failed",
                            "没有人投反对票，也没有任何故障，{here} 却中止了 {transaction}"
                        ));
                    }
                }
                _ => {}
            }
        }
        Judgement::Unchanged
    }
}

#[derive(Clone, Default, Serialize)]
struct Irrevocable(Ledger);

impl<P: Probe> Watch<P> for Irrevocable {
    fn judge(&mut self, _view: &View, happenings: &[Happening]) -> Judgement {
        for happening in happenings {
            let Happening { node, transaction, what } = *happening;
            let here = name(node);
            let decisions = self.0.entry(transaction).or_default();
            if what == What::Reopened {
                return Judgement::Broken(say!(
                    "{here} opens {transaction} again, which it had already decided",
                    "{here} 已经决定过 {transaction}，却又重新打开它"
                ));
            }
            if decisions.note(happening) && decisions.committed.has(node) && decisions.aborted.has(node) {
                return Judgement::Broken(say!(
                    "{here} has both committed and aborted {transaction}",
                    "{here} 对 {transaction} 既提交过又中止过"
                ));
            }
        }
        Judgement::Unchanged
    }
}

/// How far each database's changes were seen; by itself no part of what is remembered.
#[derive(Clone, Default, Serialize)]
struct Locks {
    #[serde(skip)]
    seen: SortedMap<NodeId, u32>,
}

impl<P: Probe> Watch<P> for Locks {
    fn judge(&mut self, view: &View, _happenings: &[Happening]) -> Judgement {
        let node = view.step.node;
        if !view.step.kind.is_event() {
            return Judgement::Unchanged;
        }
        let Some((Some(database), _)) = P::site(view, node) else { return Judgement::Unchanged };
        let seen = self.seen.insert(node, database.touches()).unwrap_or(0);
        let touched = if view.step.kind == StepKind::Start { None } else { database.touched_since(seen) };
        let wrong = match touched {
            Some(mut touched) => touched.find_map(|transaction| wrong_lock(database, transaction, node)),
            None => database.open().find_map(|(transaction, _)| wrong_lock(database, transaction, node)),
        };
        wrong.map_or(Judgement::Unchanged, Judgement::Broken)
    }
}

/// What is wrong with the locks of a transaction, if anything is.
fn wrong_lock(database: &Database, transaction: Transaction, node: NodeId) -> Option<Text> {
    let here = name(node);
    if let Some(row) = database.stray_lock(transaction) {
        let row = row + 1;
        return Some(say!(
            "{here} still holds row #{row} for {transaction}, which is decided",
            "{transaction} 已有决定，{here} 仍为它锁着第 {row} 行"
        ));
    }
    let undecided = matches!(database.standing(transaction)?, Standing::Prepared | Standing::Deciding(_));
    (undecided && !database.holds_all_it_wrote(transaction)).then(|| {
        say!(
            "{here} has let go of rows that {transaction} wrote, before {transaction} is decided",
            "{transaction} 尚无决定，{here} 就放开了它写过的行"
        )
    })
}

/// Who has committed, because only commits must not be forgotten too early.
#[derive(Clone, Default, Serialize)]
struct Forgetting(Ledger);

impl<P: Probe> Watch<P> for Forgetting {
    fn judge(&mut self, view: &View, happenings: &[Happening]) -> Judgement {
        for happening in happenings {
            self.0.entry(happening.transaction).or_default().note(happening);
        }
        let Some(transaction) = P::forgets(view) else { return Judgement::Unchanged };
        let committed = self.0.get(&transaction).is_some_and(|decisions| decisions.committed.has(view.step.node));
        let undecided = |node: &NodeId| {
            P::site(view, *node)
                .is_some_and(|(_, stored)| stored.outcome(transaction).is_none() && !stored.has_forgotten(transaction))
        };
        match view.nodes().find(undecided) {
            Some(node) if committed => {
                let (here, there) = (name(view.step.node), name(node));
                Judgement::Broken(say!(
                    "{here} forgets {transaction}, yet {there} has never carried it out",
                    "{here} 忘记了 {transaction}，而 {there} 从未执行过它"
                ))
            }
            _ => Judgement::Unchanged,
        }
    }
}

/// For each node that is up, the first transaction that it is in doubt about.
#[derive(Clone, Default, Serialize)]
struct NobodyInDoubt {
    begun: bool,
    doubts: SortedMap<NodeId, Transaction>,
}

impl<P: Probe> Watch<P> for NobodyInDoubt {
    fn judge(&mut self, view: &View, _happenings: &[Happening]) -> Judgement {
        let node = view.step.node;
        let first = !std::mem::replace(&mut self.begun, true);
        if P::site(view, node).is_none() || !view.step.kind.is_event() {
            return if first { Judgement::Met } else { Judgement::Unchanged };
        }
        let doubt = P::in_doubt(view, node);
        let before = match doubt {
            Some(transaction) => self.doubts.insert(node, transaction),
            None => self.doubts.remove(&node),
        };
        if before == doubt && !first {
            return Judgement::Unchanged;
        }
        let Some((node, transaction)) = self.doubts.first() else { return Judgement::Met };
        let (here, others) = (name(*node), self.doubts.len() - 1);
        Judgement::Pending(match others {
            0 => say!(
                "{here} has promised {transaction} and may not decide it alone",
                "{here} 已对 {transaction} 作出承诺，不能自行决定"
            ),
            1 => say!(
                "{here} and one more have promised {transaction} and may not decide it alone",
                "{here} 与另外一个数据库已对 {transaction} 作出承诺，不能自行决定"
            ),
            _ => say!(
                "{here} and {others} more have promised {transaction} and may not decide it alone",
                "{here} 与另外 {others} 个数据库已对 {transaction} 作出承诺，不能自行决定"
            ),
        })
    }
}

/// The client's first order without an answer.
#[derive(Clone, Default, Serialize)]
struct Answered {
    begun: bool,
    waiting: Option<Transaction>,
}

impl<P: Probe> Watch<P> for Answered {
    fn judge(&mut self, view: &View, _happenings: &[Happening]) -> Judgement {
        let asked = view.step.kind.is_event().then(|| P::unanswered(view, view.step.node)).flatten();
        let Some(waiting) = asked else { return Judgement::Unchanged };
        if std::mem::replace(&mut self.begun, true) && waiting == self.waiting {
            return Judgement::Unchanged;
        }
        self.waiting = waiting;
        match waiting {
            None => Judgement::Met,
            Some(order) => Judgement::Pending(say!(
                "the client does not know what became of {order}",
                "客户端不知道 {order} 结果如何"
            )),
        }
    }
}

/// By how many yuan goods and money disagree.
#[derive(Clone, Default, Serialize)]
struct Conserved {
    begun: bool,
    imbalance_yuan: i64,
}

impl<P: Probe> Watch<P> for Conserved {
    fn judge(&mut self, view: &View, _happenings: &[Happening]) -> Judgement {
        let first = !std::mem::replace(&mut self.begun, true);
        if !first && !view.step.kind.is_event() {
            return Judgement::Unchanged;
        }
        let mut sites = view.nodes().filter_map(|node| P::site(view, node));
        let (Some((_, shelf)), Some((_, till))) = (sites.next(), sites.next()) else {
            return if first { Judgement::Met } else { Judgement::Unchanged };
        };
        let imbalance_yuan = Business::imbalance_yuan(shelf, till);
        if !first && imbalance_yuan == self.imbalance_yuan {
            return Judgement::Unchanged;
        }
        self.imbalance_yuan = imbalance_yuan;
        let yuan = imbalance_yuan.unsigned_abs();
        match imbalance_yuan {
            0 => Judgement::Met,
            ..0 => Judgement::Pending(say!(
                "goods worth {yuan} yuan left the shelf and nobody paid for them",
                "价值 {yuan} 元的货物已经出库，却没有收到钱"
            )),
            _ => Judgement::Pending(say!(
                "{yuan} yuan were paid for goods that never left the shelf",
                "收了 {yuan} 元，货物却没有出库"
            )),
        }
    }
}

pub fn agreement<P: Probe>() -> Box<dyn Monitor> {
    Watching::<P, Agreement>::boxed()
}

pub fn all_voted_yes<P: Probe>() -> Box<dyn Monitor> {
    Watching::<P, AllVotedYes>::boxed()
}

pub fn abort_has_a_reason<P: Probe>() -> Box<dyn Monitor> {
    Watching::<P, AbortHasAReason>::boxed()
}

pub fn irrevocable<P: Probe>() -> Box<dyn Monitor> {
    Watching::<P, Irrevocable>::boxed()
}

pub fn locks<P: Probe>() -> Box<dyn Monitor> {
    Watching::<P, Locks>::boxed()
}

pub fn forgetting<P: Probe>() -> Box<dyn Monitor> {
    Watching::<P, Forgetting>::boxed()
}

pub fn nobody_in_doubt<P: Probe>() -> Box<dyn Monitor> {
    Watching::<P, NobodyInDoubt>::boxed()
}

pub fn answered<P: Probe>() -> Box<dyn Monitor> {
    Watching::<P, Answered>::boxed()
}

pub fn conserved<P: Probe>() -> Box<dyn Monitor> {
    Watching::<P, Conserved>::boxed()
}
