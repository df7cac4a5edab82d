//! What must be true of it: the properties of flexible transactions, and what a saga adds.

use super::client::Client;
use super::message::Message;
use super::orchestrator::Orchestrator;
use super::service::Service;
use crate::check::{Judgement, Property, PropertyKind, View, watching};
use crate::protocols::parts::atomic_commitment::{COORDINATOR, NAMES};
use crate::protocols::parts::database::Transaction;
use crate::protocols::parts::flexible::books::Operation;
use crate::protocols::parts::flexible::{self, Books, Probe};
use crate::say;
use crate::sim::trace::NodeId;
use crate::sorted::{SortedMap, SortedSet};
use crate::text::Text;
use serde::Serialize;

/// The identifiers of the properties that a saga adds.
pub const LAST_FIRST: &str = "last-step-is-undone-first";
pub const NO_WAY_BACK: &str = "no-way-back-after-the-pivot";
pub const TOLD_THE_TRUTH: &str = "nobody-is-told-what-is-taken-back";

pub static PROPERTIES: [Property; 12] = [
    flexible::no_effect_twice::<Eyes>(),
    flexible::no_late_effect::<Eyes>(),
    flexible::undoes_what_was_done::<Eyes>(),
    Property {
        id: LAST_FIRST,
        kind: PropertyKind::Always,
        title: Text::new(
            "No step is compensated while a later one still stands",
            "后面的步骤还没补偿，就不会补偿前面的步骤",
        ),
        source: "sheet SAGA-2; Garcia-Molina, Salem 1987: T1 … Tj, Cj … C1",
        monitor: || watching(LastFirst::default(), LastFirst::judge),
    },
    Property {
        id: NO_WAY_BACK,
        kind: PropertyKind::Always,
        title: Text::new("Nothing is compensated after the pivot", "关键步骤完成之后，不再补偿任何步骤"),
        source: "sheet SAGA-3",
        monitor: || watching(NoWayBack::default(), NoWayBack::judge),
    },
    Property {
        id: TOLD_THE_TRUTH,
        kind: PropertyKind::Always,
        title: Text::new("No order of which the customer had word is taken back", "已通知顾客的订单不会再被收回"),
        source: "sheet §7: a step that cannot be compensated (a text message) before the pivot",
        monitor: || watching(ToldTheTruth::default(), ToldTheTruth::judge),
    },
    flexible::no_lost_update::<Eyes>(),
    flexible::never_below_zero::<Eyes>(),
    flexible::all_or_nothing::<Eyes>(),
    flexible::conserved::<Eyes>(),
    flexible::answered::<Eyes>(),
    flexible::intermediate::<Eyes>(),
];

/// How the monitors of flexible transactions see this protocol.
pub struct Eyes;

impl Probe for Eyes {
    fn books<'a>(view: &View<'a>, node: NodeId) -> Option<&'a Books> {
        view.node::<Service>(node).map(|(_, store)| &store.books)
    }

    fn name(view: &View, node: NodeId) -> &'static str {
        let orchestrated = view.node::<Orchestrator>(COORDINATOR).is_some();
        name(node, orchestrated)
    }

    fn unanswered(view: &View, node: NodeId) -> Option<Option<Transaction>> {
        let (client, _) = view.node::<Client>(node)?;
        client?.unanswered()
    }
}

/// What a node is called. Without an orchestrator the services follow the client.
pub fn name(node: NodeId, orchestrated: bool) -> &'static str {
    let place = if orchestrated || node.0 == 0 { node.index() } else { node.index() + 1 };
    NAMES.get(place).copied().unwrap_or("?")
}

/// What became durable at the step's node, in the words of a saga: which order's step was done or taken back there.
fn news(seen: &mut SortedMap<NodeId, u32>, view: &View) -> Vec<(Transaction, Operation)> {
    let node = view.step.node;
    let Some(books) = Eyes::books(view, node).filter(|_| view.step.kind.is_event()) else { return Vec::new() };
    let before = seen.insert(node, books.posted()).unwrap_or(0);
    let with_effect = books.posted_since(before).filter(|posting| posting.written.is_some());
    with_effect.map(|posting| (posting.transaction, posting.operation)).collect()
}

/// Which of each order's steps stand, and where.
#[derive(Clone, Default, Serialize)]
struct LastFirst {
    #[serde(skip)]
    seen: SortedMap<NodeId, u32>,
    /// Which step, from 1, is whose, as each said when it started: it may be down when its step becomes durable.
    #[serde(skip)]
    steps: SortedMap<NodeId, u8>,
    standing: SortedMap<Transaction, SortedSet<(u8, NodeId)>>,
}

impl LastFirst {
    fn judge(&mut self, view: &View) -> Judgement {
        let node = view.step.node;
        if let Some((Some(service), _)) = view.node::<Service>(node) {
            self.steps.insert(node, service.step());
        }
        for (transaction, operation) in news(&mut self.seen, view) {
            let standing = self.standing.entry(transaction).or_default();
            let step = (self.steps.get(&node).copied().unwrap_or_default(), node);
            match operation {
                Operation::Action => {
                    standing.insert(step);
                }
                _ => {
                    standing.remove(&step);
                    if let Some((_, later)) = standing.last().filter(|later| **later > step) {
                        let (here, later) = (Eyes::name(view, node), Eyes::name(view, *later));
                        return Judgement::Broken(say!(
                            "{here} has compensated {transaction} while the later step of {later} still stands",
                            "{here} 已补偿 {transaction}，而后面 {later} 的那一步还没有撤销"
                        ));
                    }
                }
            }
        }
        Judgement::Unchanged
    }
}

/// Which orders have passed their pivot.
#[derive(Clone, Default, Serialize)]
struct NoWayBack {
    #[serde(skip)]
    seen: SortedMap<NodeId, u32>,
    passed: SortedSet<Transaction>,
}

impl NoWayBack {
    fn judge(&mut self, view: &View) -> Judgement {
        let node = view.step.node;
        for (transaction, operation) in news(&mut self.seen, view) {
            match operation {
                Operation::Action => {
                    let (service, _) = view.node::<Service>(node).unzip();
                    if service.flatten().is_some_and(Service::is_pivot) {
                        self.passed.insert(transaction);
                    }
                }
                _ if self.passed.contains(&transaction) => {
                    let here = Eyes::name(view, node);
                    return Judgement::Broken(say!(
                        "{here} compensates {transaction}, whose pivot is done and cannot be taken back",
                        "{transaction} 的关键步骤已经完成、无法收回，{here} 却做了补偿"
                    ));
                }
                _ => {}
            }
        }
        Judgement::Unchanged
    }
}

/// Of which orders the customer had word, and which were taken back, wholly or in part.
#[derive(Clone, Default, Serialize)]
struct ToldTheTruth {
    #[serde(skip)]
    seen: SortedMap<NodeId, u32>,
    told: SortedSet<Transaction>,
    taken_back: SortedSet<Transaction>,
}

impl ToldTheTruth {
    fn judge(&mut self, view: &View) -> Judgement {
        let heard = match view.delivered().and_then(|message| message.payload.get::<Message>()) {
            Some(Message::Text { transaction }) => Some(*transaction),
            _ => None,
        };
        let taken_back = news(&mut self.seen, view).into_iter().filter(|(_, operation)| operation.undoes());
        let taken_back: Vec<Transaction> = taken_back.map(|(transaction, _)| transaction).collect();
        self.told.extend(heard);
        self.taken_back.extend(taken_back.iter().copied());
        let wrong =
            heard.into_iter().chain(taken_back).find(|it| self.told.contains(it) && self.taken_back.contains(it));
        match wrong {
            Some(transaction) => Judgement::Broken(say!(
                "the customer’s phone says that {transaction} is on its way, and it is taken back: no step unsends a text \
                 message",
                "顾客手机上写着 {transaction} 已在路上，订单却被收回：没有哪一步能收回短信"
            )),
            None => Judgement::Unchanged,
        }
    }
}
