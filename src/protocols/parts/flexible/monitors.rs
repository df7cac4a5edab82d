//! The monitors behind the properties: each looks at the local transactions that became durable, and remembers a little.

use super::Probe;
use super::books::{Levels, Operation, Posting, Written};
use super::ledger::imbalance_yuan;
use crate::check::{Judgement, Monitor, View};
use crate::protocols::parts::database::{RowNumber, Transaction};
use crate::say;
use crate::sim::fingerprint::{Hasher, hash_into};
use crate::sim::trace::NodeId;
use crate::sorted::{SortedMap, SortedSet};
use crate::text::Text;
use serde::Serialize;
use std::marker::PhantomData;

/// What a monitor remembers, and how it judges the postings of an event.
trait Watch<P: Probe>: Clone + Default + Serialize + Send + Sync + 'static {
    fn judge(&mut self, view: &View, postings: &[Posting]) -> Judgement;
}

/// A monitor made of a watch and of how far it has read each node's books.
struct Watching<P, W> {
    /// No part of what is remembered: what was read is.
    seen: SortedMap<NodeId, u32>,
    watch: W,
    probe: PhantomData<fn() -> P>,
}

impl<P: Probe, W: Watch<P>> Watching<P, W> {
    fn boxed() -> Box<dyn Monitor> {
        Box::new(Watching::<P, W> { seen: SortedMap::new(), watch: W::default(), probe: PhantomData })
    }
}

impl<P: Probe, W: Watch<P>> Monitor for Watching<P, W> {
    fn observe(&mut self, view: &View) -> Judgement {
        let mut postings = Vec::new();
        let node = view.step.node;
        if view.step.kind.is_event()
            && let Some(books) = P::books(view, node)
        {
            let seen = self.seen.insert(node, books.posted()).unwrap_or(0);
            postings.extend(books.posted_since(seen));
        }
        self.watch.judge(view, &postings)
    }

    fn hash_into(&self, hasher: &mut Hasher) {
        hash_into(&self.watch, hasher);
    }

    fn cloned(&self) -> Box<dyn Monitor> {
        Box::new(Watching::<P, W> { seen: self.seen.clone(), watch: self.watch.clone(), probe: PhantomData })
    }
}

/// What an order has left at a service: how often something was set aside and not taken up, and how often it took effect
/// and was not undone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
struct Standing {
    reserved: i8,
    effects: i8,
}

impl Standing {
    const CLEAN: Standing = Standing { reserved: 0, effects: 0 };
    const DONE: Standing = Standing { reserved: 0, effects: 1 };

    fn note(&mut self, posting: &Posting) {
        if posting.written.is_none() {
            return;
        }
        let (reserved, effects) = match posting.operation {
            Operation::Try => (1, 0),
            Operation::Confirm => (-1, 1),
            Operation::Cancel => (-1, 0),
            Operation::Action | Operation::Message => (0, 1),
            Operation::Compensate => (0, -1),
        };
        self.reserved = self.reserved.saturating_add(reserved);
        self.effects = self.effects.saturating_add(effects);
    }
}

/// The nodes that keep books.
fn services<'a, P: Probe>(view: &'a View) -> impl Iterator<Item = NodeId> + use<'a, P> {
    view.nodes().filter(|node| P::books(view, *node).is_some())
}

/// What an order has left at each service that it touched.
#[derive(Clone, Debug, Default, Serialize)]
struct Order(SortedMap<NodeId, Standing>);

impl Order {
    fn at(&self, node: NodeId) -> Standing {
        self.0.get(&node).copied().unwrap_or_default()
    }

    /// Whether all services have done their part, or nothing is left of it anywhere.
    fn is_settled<P: Probe>(&self, view: &View) -> bool {
        let all = |standing| services::<P>(view).all(|node| self.at(node) == standing);
        all(Standing::CLEAN) || all(Standing::DONE)
    }

    /// Why it is not settled.
    fn why<P: Probe>(&self, view: &View, transaction: Transaction) -> Text {
        let services = || services::<P>(view);
        let odd = services().find(|node| ![Standing::CLEAN, Standing::DONE].contains(&self.at(*node)));
        let done = services().find(|node| self.at(*node) == Standing::DONE);
        let clean = services().find(|node| self.at(*node) == Standing::CLEAN);
        match (odd, done, clean) {
            (Some(node), ..) if self.at(node).reserved > 0 => {
                let here = P::name(view, node);
                say!("{here} has set aside what {transaction} needs", "{here} 还为 {transaction} 冻结着资源")
            }
            (None, Some(done), Some(clean)) => {
                let (done, clean) = (P::name(view, done), P::name(view, clean));
                say!(
                    "{done} has done its part of {transaction} and {clean} has not",
                    "{transaction} 在 {done} 已生效，在 {clean} 没有"
                )
            }
            _ => {
                let here = odd.map_or("?", |node| P::name(view, node));
                say!(
                    "{here} has done its part of {transaction} more than once, or undone more than there was",
                    "{here} 对 {transaction} 重复生效，或撤销得比做过的还多"
                )
            }
        }
    }
}

/// Every order's standing, and which of them are not settled.
#[derive(Clone, Default, Serialize)]
struct AllOrNothing {
    begun: bool,
    orders: SortedMap<Transaction, Order>,
    unsettled: SortedSet<Transaction>,
}

impl<P: Probe> Watch<P> for AllOrNothing {
    fn judge(&mut self, view: &View, postings: &[Posting]) -> Judgement {
        let first = !std::mem::replace(&mut self.begun, true);
        for posting in postings {
            let order = self.orders.entry(posting.transaction).or_default();
            order.0.entry(view.step.node).or_default().note(posting);
            if order.is_settled::<P>(view) {
                self.unsettled.remove(&posting.transaction);
            } else {
                self.unsettled.insert(posting.transaction);
            }
        }
        if postings.is_empty() && !first {
            return Judgement::Unchanged;
        }
        match self.unsettled.first() {
            None => Judgement::Met,
            Some(transaction) => Judgement::Pending(self.orders[transaction].why::<P>(view, *transaction)),
        }
    }
}

/// What has taken effect where.
#[derive(Clone, Default, Serialize)]
struct NoEffectTwice(SortedSet<(Transaction, NodeId, Operation)>);

impl<P: Probe> Watch<P> for NoEffectTwice {
    fn judge(&mut self, view: &View, postings: &[Posting]) -> Judgement {
        let node = view.step.node;
        for Posting { transaction, operation, .. } in postings.iter().filter(|posting| posting.written.is_some()) {
            if !self.0.insert((*transaction, node, *operation)) {
                let (here, what) = (P::name(view, node), operation.word());
                return Judgement::Broken(say!(
                    "{what} of {transaction} has taken effect at {here} a second time",
                    "{transaction} 的 {what} 在 {here} 重复生效"
                ));
            }
        }
        Judgement::Unchanged
    }
}

/// Which orders were undone where, with effect or without.
#[derive(Clone, Default, Serialize)]
struct NoLateEffect(SortedSet<(Transaction, NodeId)>);

impl<P: Probe> Watch<P> for NoLateEffect {
    fn judge(&mut self, view: &View, postings: &[Posting]) -> Judgement {
        let node = view.step.node;
        for Posting { transaction, operation, written } in postings {
            if operation.undoes() {
                self.0.insert((*transaction, node));
            } else if operation.begins() && written.is_some() && self.0.contains(&(*transaction, node)) {
                let (here, what) = (P::name(view, node), operation.word());
                return Judgement::Broken(say!(
                    "{what} of {transaction} takes effect at {here} after it was undone there: nobody will undo it again",
                    "{transaction} 在 {here} 已撤销，迟到的 {what} 却又生效：不会再有人来撤销它"
                ));
            }
        }
        Judgement::Unchanged
    }
}

/// Which orders have begun to take effect where.
#[derive(Clone, Default, Serialize)]
struct UndoesWhatWasDone(SortedSet<(Transaction, NodeId)>);

impl<P: Probe> Watch<P> for UndoesWhatWasDone {
    fn judge(&mut self, view: &View, postings: &[Posting]) -> Judgement {
        let node = view.step.node;
        for Posting { transaction, operation, .. } in postings.iter().filter(|posting| posting.written.is_some()) {
            if operation.begins() {
                self.0.insert((*transaction, node));
            } else if operation.undoes() && !self.0.contains(&(*transaction, node)) {
                let (here, what) = (P::name(view, node), operation.word());
                return Judgement::Broken(say!(
                    "{what} of {transaction} changes rows of {here}, where nothing was ever done for it",
                    "{here} 从未为 {transaction} 做过任何事，{what} 却改了数据"
                ));
            }
        }
        Judgement::Unchanged
    }
}

/// Where an order was confirmed and where it was cancelled, first.
#[derive(Clone, Default, Serialize)]
struct OneWay {
    confirmed: SortedMap<Transaction, NodeId>,
    cancelled: SortedMap<Transaction, NodeId>,
}

impl<P: Probe> Watch<P> for OneWay {
    fn judge(&mut self, view: &View, postings: &[Posting]) -> Judgement {
        for Posting { transaction, operation, .. } in postings {
            match operation {
                Operation::Confirm => self.confirmed.entry(*transaction).or_insert(view.step.node),
                Operation::Cancel => self.cancelled.entry(*transaction).or_insert(view.step.node),
                _ => continue,
            };
            if let (Some(one), Some(other)) = (self.confirmed.get(transaction), self.cancelled.get(transaction)) {
                let (one, other) = (P::name(view, *one), P::name(view, *other));
                return Judgement::Broken(say!(
                    "{transaction} is confirmed at {one} and cancelled at {other}",
                    "{transaction} 在 {one} 已确认，在 {other} 却已取消"
                ));
            }
        }
        Judgement::Unchanged
    }
}

#[derive(Clone, Default, Serialize)]
struct NeverBelowZero;

impl<P: Probe> Watch<P> for NeverBelowZero {
    fn judge(&mut self, view: &View, postings: &[Posting]) -> Judgement {
        for Posting { transaction, written, .. } in postings {
            let Some(Written { change, after, .. }) = written else { continue };
            if after.lowest() < 0 {
                let (here, row, lowest) = (P::name(view, view.step.node), change.row + 1, after.lowest());
                let (what, what_zh) = match after {
                    Levels { available: ..0, .. } => ("available", "可用量"),
                    Levels { frozen: ..0, .. } => ("frozen", "冻结量"),
                    _ => ("pending", "待入账量"),
                };
                return Judgement::Broken(say!(
                    "row #{row} of {here} has {lowest} {what} after {transaction}",
                    "{transaction} 之后，{here} 第 {row} 行的{what_zh}为 {lowest}"
                ));
            }
        }
        Judgement::Unchanged
    }
}

#[derive(Clone, Default, Serialize)]
struct NoLostUpdate;

impl<P: Probe> Watch<P> for NoLostUpdate {
    fn judge(&mut self, view: &View, postings: &[Posting]) -> Judgement {
        for Posting { transaction, operation, written } in postings {
            let Some(Written { change, before, after }) = written else { continue };
            let due = before.after(*operation, change.by);
            if due != *after {
                let (here, row, lost) = (P::name(view, view.step.node), change.row + 1, due.available - after.available);
                return Judgement::Broken(say!(
                    "{transaction} writes row #{row} of {here} as it remembers it, and others' changes ({lost}) are lost",
                    "{transaction} 按自己记得的旧值写 {here} 第 {row} 行，别人的改动（{lost}）丢失了"
                ));
            }
        }
        Judgement::Unchanged
    }
}

/// The rows that hold something for orders that are not finished.
#[derive(Clone, Default, Serialize)]
struct NothingReserved {
    begun: bool,
    rows: SortedMap<(NodeId, RowNumber), Levels>,
}

impl<P: Probe> Watch<P> for NothingReserved {
    fn judge(&mut self, view: &View, postings: &[Posting]) -> Judgement {
        let first = !std::mem::replace(&mut self.begun, true);
        for Written { change, after, .. } in postings.iter().filter_map(|posting| posting.written) {
            let place = (view.step.node, change.row);
            if after.is_at_rest() {
                self.rows.remove(&place)
            } else {
                self.rows.insert(place, after)
            };
        }
        if postings.is_empty() && !first {
            return Judgement::Unchanged;
        }
        match self.rows.first() {
            None => Judgement::Met,
            Some(((node, row), Levels { frozen, pending, .. })) => {
                let (here, row) = (P::name(view, *node), row + 1);
                let held = if *frozen != 0 { frozen } else { pending };
                Judgement::Pending(say!(
                    "row #{row} of {here} has {held} reserved for an order that is not finished",
                    "{here} 第 {row} 行还有 {held} 为未完成的订单预留着"
                ))
            }
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
    fn judge(&mut self, view: &View, postings: &[Posting]) -> Judgement {
        let first = !std::mem::replace(&mut self.begun, true);
        if postings.is_empty() && !first {
            return Judgement::Unchanged;
        }
        let mut sites = view.nodes().filter_map(|node| P::books(view, node));
        let (Some(shelf), Some(till)) = (sites.next(), sites.next()) else {
            return if first { Judgement::Met } else { Judgement::Unchanged };
        };
        let imbalance_yuan = imbalance_yuan(shelf, till);
        if !first && imbalance_yuan == self.imbalance_yuan {
            return Judgement::Unchanged;
        }
        self.imbalance_yuan = imbalance_yuan;
        let yuan = imbalance_yuan.unsigned_abs();
        match imbalance_yuan {
            0 => Judgement::Met,
            ..0 => Judgement::Pending(say!(
                "goods worth {yuan} yuan left the shelf and nobody has paid for them",
                "价值 {yuan} 元的货物已经出库，却没有收到钱"
            )),
            _ => Judgement::Pending(say!(
                "{yuan} yuan were paid for goods that never left the shelf",
                "收了 {yuan} 元，货物却没有出库"
            )),
        }
    }
}

/// The first order without an answer.
#[derive(Clone, Default, Serialize)]
struct Answered {
    begun: bool,
    waiting: Option<Transaction>,
}

impl<P: Probe> Watch<P> for Answered {
    fn judge(&mut self, view: &View, _postings: &[Posting]) -> Judgement {
        let asked = view.step.kind.is_event().then(|| P::unanswered(view, view.step.node)).flatten();
        let Some(waiting) = asked else { return Judgement::Unchanged };
        if std::mem::replace(&mut self.begun, true) && waiting == self.waiting {
            return Judgement::Unchanged;
        }
        self.waiting = waiting;
        match waiting {
            None => Judgement::Met,
            Some(order) => Judgement::Pending(say!(
                "nobody has told the initiator what became of {order}",
                "发起方还不知道 {order} 结果如何"
            )),
        }
    }
}

/// What unfinished orders have left, and in which rows.
#[derive(Clone, Default, Serialize)]
struct Intermediate(SortedMap<Transaction, (Order, SortedSet<(NodeId, RowNumber)>)>);

impl<P: Probe> Watch<P> for Intermediate {
    fn judge(&mut self, view: &View, postings: &[Posting]) -> Judgement {
        let node = view.step.node;
        for posting in postings {
            let Some(Written { change, .. }) = posting.written else { continue };
            let place = (node, change.row);
            let left_by_others = |(transaction, (order, rows)): (&Transaction, &(Order, SortedSet<_>))| {
                *transaction != posting.transaction && rows.contains(&place) && order.at(node) != Standing::CLEAN
            };
            if posting.operation.begins() && self.0.iter().any(left_by_others) {
                return Judgement::Met;
            }
            let (order, rows) = self.0.entry(posting.transaction).or_default();
            rows.insert(place);
            order.0.entry(node).or_default().note(posting);
            if order.is_settled::<P>(view) {
                self.0.remove(&posting.transaction);
            }
        }
        Judgement::Unchanged
    }
}

macro_rules! monitors {
    ($($function:ident: $watch:ident;)*) => {
        $(pub fn $function<P: Probe>() -> Box<dyn Monitor> {
            Watching::<P, $watch>::boxed()
        })*
    };
}

monitors! {
    all_or_nothing: AllOrNothing;
    no_effect_twice: NoEffectTwice;
    no_late_effect: NoLateEffect;
    undoes_what_was_done: UndoesWhatWasDone;
    one_way: OneWay;
    never_below_zero: NeverBelowZero;
    no_lost_update: NoLostUpdate;
    nothing_reserved: NothingReserved;
    conserved: Conserved;
    answered: Answered;
    intermediate: Intermediate;
}
