//! # Sagas
//!
//! **The problem.** Some transactions take so long, or touch so many services, that nobody can keep anything locked or even
//! reserved until their end.
//!
//! **The idea.** Split the transaction into steps T₁ … Tₙ, each a local transaction that commits at once, for all to see;
//! and give each step a *compensation* C that makes up for it. Either all steps happen, or the first j do and are then
//! compensated, the last first: T₁ … Tⱼ, Cⱼ … C₁ (*backward recovery*). Or a step that fails is asked for again until it
//! succeeds (*forward recovery*). Many sagas have a *pivot*: the one step that cannot be compensated. What comes before it
//! can be; what comes after it must succeed in the end.
//!
//! **Who leads.** An *orchestrator* calls the steps and keeps a log; or there is none, and each service publishes what it
//! has done, in the same local transaction, for the next to react to: *choreography*.
//!
//! **What can go wrong.** A step that has not answered may have been done: it is compensated too, so a compensation must
//! bear finding nothing; and the step may come after it (a *dangling action*), so it must then do nothing. dtm's
//! [barrier](crate::protocols::parts::flexible::barrier) sees to both. A compensation may fail; it is asked for again for
//! ever. And between the steps there is no isolation at all: others read what may yet be taken back, and a compensation
//! that puts an old value back wipes out what they have written. Countermeasures: updates that commute, a *semantic lock*
//! (a flag on the row while the saga lasts), a second look before writing.
//!
//! **Where to read.** [`orchestrator`] and [`service`]; then [`settings`] for what can be varied.
//!
//! **Sources.** H. Garcia-Molina, K. Salem, *Sagas*, 1987. · L. Frank, T. Zahle, *Semantic ACID properties in
//! multidatabases using remote procedure calls and update propagations*, 1998 (countermeasures). · C. Richardson,
//! *Microservices Patterns*, 2018, ch. 4 (pivot, choreography). · dtm: `dtmsvr/trans_type_saga.go`. · Seata: `saga`.

pub mod client;
pub mod log;
pub mod message;
pub mod orchestrator;
pub mod properties;
mod scenarios;
pub mod service;
pub mod settings;
pub mod store;
#[cfg(test)]
mod tests;
mod words;

use crate::check::Property;
use crate::protocols::parts::atomic_commitment::parameters as shared;
use crate::protocols::parts::business::ROWS_MAX;
use crate::protocols::parts::flexible::{self, Account, Elsewhere, Site};
use crate::protocols::protocol::{Argument, ArgumentKind, Intervention};
use crate::protocols::{Entry, Family, Moment, Parameter, Protocol, Term, Values};
use crate::sim::node::{Node, look, process};
use crate::sim::payload::Outcome;
use crate::sim::random::Distribution;
use crate::sim::show::{Journal, Panel};
use crate::sim::time::Span;
use crate::sim::topology::{NodeSpec, Position, Topology};
use crate::sim::trace::NodeId;
use crate::sim::world::World;
use crate::text::Text;
use client::Client;
use orchestrator::Orchestrator;
use service::Service;
use settings::Settings;
use std::sync::Arc;
use store::{Event, Store};

/// The protocol of this folder.
pub struct Saga;

/// The largest number that a transaction can have.
const TRANSACTION_MAX: u32 = 20_000;

static TRANSACTION: &[Argument] = &[Argument {
    key: "transaction",
    name: Text::new("transaction", "事务"),
    kind: ArgumentKind::Subject,
    minimum: 1,
    maximum: TRANSACTION_MAX,
}];

static INTERVENTIONS: &[Intervention] = &[
    Intervention {
        key: "fail-compensation",
        name: Text::new("The business fails the compensation", "业务执行补偿失败"),
        help: Text::new(
            "From now on the service answers this order’s compensation with an exception.",
            "从现在起，该服务对这个订单的补偿一律抛异常。",
        ),
        applies: is_service,
        arguments: TRANSACTION,
    },
    Intervention {
        key: "mend",
        name: Text::new("Somebody mends the business", "有人修好业务"),
        help: Text::new("The service can compensate this order again.", "该服务又能补偿这个订单了。"),
        applies: is_service,
        arguments: TRANSACTION,
    },
    Intervention {
        key: "spend",
        name: Text::new("Somebody spends what orders have brought", "有人花掉订单带来的钱"),
        help: Text::new(
            "All that orders have added to this row is used up, as by a payment to a supplier. Flagged rows are left alone.",
            "该行中订单增加的部分全部被用掉，例如付给供应商。有标记的行不会被动用。",
        ),
        applies: is_service,
        arguments: ROW,
    },
];

static ROW: &[Argument] = &[Argument {
    key: "row",
    name: Text::new("row", "行"),
    kind: ArgumentKind::Number,
    minimum: 1,
    maximum: ROWS_MAX as u32,
}];

fn is_service(node: NodeId, topology: &Topology) -> bool {
    matches!(topology.nodes[node.index()].position, Position::Service(_))
}

static SERVICE_TITLES: [Text; 8] = [
    Text::new("Stock", "库存服务"),
    Text::new("Till", "收款服务"),
    Text::new("Order book", "订单服务"),
    Text::new("Coupons", "优惠券服务"),
    Text::new("Points", "积分服务"),
    Text::new("Shipping", "配送服务"),
    Text::new("Invoices", "发票服务"),
    Text::new("Gift boxes", "礼盒服务"),
];

/// How long a connection holds data through a partition before it breaks.
const CONNECTION_TIMEOUT: Span = Span::seconds(30);

impl Protocol for Saga {
    fn id(&self) -> &'static str {
        "saga"
    }

    fn version(&self) -> u16 {
        1
    }

    fn family(&self) -> Family {
        Family::Transactions
    }

    fn name(&self) -> Text {
        Text::same("Saga")
    }

    fn summary(&self) -> Text {
        words::SUMMARY.clone()
    }

    fn modelled(&self) -> &'static [Text] {
        words::MODELLED
    }

    fn not_modelled(&self) -> &'static [Text] {
        words::NOT_MODELLED
    }

    fn parameters(&self) -> &'static [Parameter] {
        settings::PARAMETERS
    }

    fn conflict(&self, values: &Values) -> Option<Text> {
        settings::conflict(values)
    }

    fn interventions(&self) -> &'static [Intervention] {
        INTERVENTIONS
    }

    fn topology(&self, values: &Values) -> Topology {
        let settings = Settings::of(values);
        let fsync = Distribution::Fixed(values.time("fsync"));
        let node = |id: NodeId, title: Text, position: Position, node: Arc<dyn Node>| NodeSpec {
            name: properties::name(id, settings.is_orchestrated()),
            title,
            position,
            node,
            fsync,
        };
        let client = settings.client();
        let mut nodes =
            vec![node(client, Text::new("Client", "客户端"), Position::Initiator, process::<Client>(settings))];
        if settings.is_orchestrated() {
            let title = Text::new("Orchestrator", "编排者");
            nodes.push(node(settings.first_to_ask(), title, Position::Decider, process::<Orchestrator>(settings)));
        }
        for (number, title) in (1..=settings.steps()).zip(&SERVICE_TITLES) {
            let service = process::<Service>((settings, number));
            nodes.push(node(settings.node(number), title.clone(), Position::Service(number), service));
        }
        Topology {
            nodes,
            latency: shared::latency(values),
            links: Vec::new(),
            connection_timeout: CONNECTION_TIMEOUT,
            base_latency: values.time("latency"),
        }
    }

    fn properties(&self) -> &'static [Property] {
        &properties::PROPERTIES
    }

    fn terms(&self) -> &'static [Term] {
        words::TERMS
    }

    fn narrate(&self, moment: &Moment) -> Option<Text> {
        words::narrate(moment)
    }

    fn panels(&self, _moment: &Moment, world: &World, values: &Values) -> Vec<Panel> {
        let settings = Settings::of(values);
        let (mut open, mut spent) = (false, 0);
        let mut sites = Vec::new();
        for (node, index) in world.nodes().iter().zip(0..) {
            if let Some((_, log)) = look::<Orchestrator>(&**node) {
                open |= log.all_open().any(|(transaction, _)| log.outcome(transaction).is_none());
            }
            if let Some((service, store)) = look::<Service>(&**node) {
                open |= store.outbox().next().is_some();
                // The second service is the till: what it took and then paid out is part of the sum.
                spent += if sites.len() == 1 { store.spent() } else { 0 };
                sites.push(Site {
                    node: NodeId(index),
                    schema: settings.business.schema(sites.len() as u8 + 1),
                    working: service.map(|service| &service.store().books),
                    stored: &store.books,
                    journals: journals(&settings, store),
                });
            }
        }
        let elsewhere = Elsewhere { name: Text::new("paid out by the till", "已从收款中付出"), yuan: spent };
        let elsewhere = if spent == 0 { Vec::new() } else { vec![elsewhere] };
        vec![flexible::panel(Account::Direct, &sites, elsewhere, open)]
    }

    fn entries(&self) -> &'static [Entry] {
        scenarios::ENTRIES
    }
}

/// What a service keeps besides its rows, as the ledger shows it.
fn journals(settings: &Settings, store: &Store) -> Vec<Journal> {
    let mut journals = Vec::new();
    if settings.guarded {
        journals.push(flexible::barrier_journal(&store.barrier));
    }
    if settings.has_semantic_locks() {
        let line = |(row, by): (u16, _)| {
            (format!("#{}", row + 1), Text { en: format!("{by}").into(), zh: format!("{by}").into() })
        };
        journals.push(Journal { name: Text::new("flags", "标记"), lines: store.flags().map(line).collect() });
    }
    if !settings.is_orchestrated() {
        let word = |event: Event| match event {
            Event::Happened(_) => Text::same("happened"),
            Event::Unwound(_) | Event::Over(Outcome::Abort) => Text::same("unwound"),
            Event::Over(Outcome::Commit) => Text::same("over"),
        };
        let lines = store.outbox().map(|(transaction, event)| (transaction.to_string(), word(event))).collect();
        journals.push(Journal { name: Text::new("outbox", "发件箱"), lines });
    }
    journals
}
