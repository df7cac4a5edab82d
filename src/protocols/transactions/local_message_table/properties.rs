//! What this protocol adds to the properties of messages: order, and a table that does not grow for ever.

use super::LocalMessageTable;
use super::outbox::Status;
use super::sender::Sender;
use super::settings::SENDER_NODE;
use crate::check::{Judgement, Monitor, Property, PropertyKind, View};
use crate::protocols::parts::database::{RowNumber, Transaction};
use crate::protocols::parts::flexible::{self, Posting, Probe as _};
use crate::protocols::parts::messaging;
use crate::say;
use crate::sim::fingerprint::{Hasher, hash_into};
use crate::sim::trace::{NodeId, StepKind};
use crate::sorted::SortedMap;
use crate::text::Text;
use serde::Serialize;

/// The identifiers of the properties that this protocol adds.
pub const IN_ORDER: &str = "in-order-for-each-product";
pub const OUTBOX_EMPTY: &str = "the-table-empties";

/// All properties.
pub static PROPERTIES: [Property; 8] = [
    flexible::no_effect_twice::<LocalMessageTable>(),
    messaging::committed_first::<LocalMessageTable>(),
    messaging::in_hands::<LocalMessageTable>(),
    Property {
        id: IN_ORDER,
        kind: PropertyKind::Always,
        title: Text::new(
            "Orders for one product are done by the receiver in the order in which the sender committed them",
            "同一商品的订单，接收方执行的顺序与发送方提交的顺序一致",
        ),
        source: "sheet LMT-4",
        monitor: in_order,
    },
    flexible::all_or_nothing::<LocalMessageTable>(),
    Property {
        id: OUTBOX_EMPTY,
        kind: PropertyKind::Eventually,
        title: Text::new("The table of messages empties", "消息表最终清空"),
        source: "sheet LMT-5: no row stays NEW",
        monitor: outbox_empty,
    },
    flexible::conserved::<LocalMessageTable>(),
    flexible::answered::<LocalMessageTable>(),
];

/// Which orders the sender has committed for each product and the receiver has not done, in order; and the latest that
/// the receiver has done.
#[derive(Clone, Default, Serialize)]
struct InOrder {
    /// How far each node's books are read: no part of what is remembered.
    #[serde(skip)]
    seen: SortedMap<NodeId, u32>,
    committed: SortedMap<RowNumber, Vec<Transaction>>,
}

impl InOrder {
    fn fresh(&mut self, view: &View) -> Vec<Posting> {
        let node = view.step.node;
        let Some(books) = LocalMessageTable::books(view, node).filter(|_| view.step.kind.is_event()) else {
            return Vec::new();
        };
        let seen = self.seen.insert(node, books.posted()).unwrap_or(0);
        books.posted_since(seen).collect()
    }

    /// Whoever the receiver passes over is taken off the list: what it does later comes too late.
    fn done(&mut self, row: RowNumber, transaction: Transaction) -> Option<Transaction> {
        let waiting = self.committed.get_mut(&row)?;
        let place = waiting.iter().position(|waits| *waits == transaction)?;
        let passed_over = waiting.first().copied().filter(|first| *first != transaction);
        waiting.drain(..=place);
        passed_over
    }
}

impl Monitor for InOrder {
    fn observe(&mut self, view: &View) -> Judgement {
        for Posting { transaction, written, .. } in self.fresh(view) {
            let Some(row) = written.map(|written| written.change.row) else { continue };
            if view.step.node == SENDER_NODE {
                self.committed.entry(row).or_default().push(transaction);
            } else if let Some(first) = self.done(row, transaction) {
                let product = row + 1;
                return Judgement::Broken(say!(
                    "the receiver does {transaction} before {first}, which the sender committed first for product \
                     #{product}",
                    "商品 #{product} 的 {first} 在发送方先提交，接收方却先执行了 {transaction}"
                ));
            }
        }
        Judgement::Unchanged
    }

    fn hash_into(&self, hasher: &mut Hasher) {
        hash_into(self, hasher);
    }

    fn cloned(&self) -> Box<dyn Monitor> {
        Box::new(self.clone())
    }
}

fn in_order() -> Box<dyn Monitor> {
    Box::new(InOrder::default())
}

/// The first row that is not over, as last said.
#[derive(Clone, Default, Serialize)]
struct OutboxEmpty {
    begun: bool,
    first: Option<(Transaction, bool)>,
}

impl Monitor for OutboxEmpty {
    fn observe(&mut self, view: &View) -> Judgement {
        let begins = !std::mem::replace(&mut self.begun, true);
        let changes = matches!(view.step.kind, StepKind::Durable(_) | StepKind::Strike(_) | StepKind::Start);
        if !begins && (!changes || view.step.node != SENDER_NODE) {
            return Judgement::Unchanged;
        }
        let row = view.node::<Sender>(SENDER_NODE).and_then(|(_, disk)| disk.table.rows().next());
        let first = row.map(|(_, row)| (row.event.transaction, row.status == Status::Sent));
        if !begins && first == self.first {
            return Judgement::Unchanged;
        }
        self.first = first;
        match first {
            None => Judgement::Met,
            Some((transaction, false)) => Judgement::Pending(say!(
                "the row of {transaction} is still to be sent",
                "{transaction} 的消息还没有发出"
            )),
            Some((transaction, true)) => Judgement::Pending(say!(
                "the row of {transaction} is sent, and nobody has said that it is done",
                "{transaction} 的消息已发出，还没有收到完成的回执"
            )),
        }
    }

    fn hash_into(&self, hasher: &mut Hasher) {
        hash_into(self, hasher);
    }

    fn cloned(&self) -> Box<dyn Monitor> {
        Box::new(self.clone())
    }
}

fn outbox_empty() -> Box<dyn Monitor> {
    Box::new(OutboxEmpty::default())
}
