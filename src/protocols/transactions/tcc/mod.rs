//! # Try, confirm, cancel
//!
//! **The problem.** Two-phase commit holds locks in every database until everybody knows the decision. Where services
//! belong to different teams, or a payment takes seconds, nobody wants to be held that long by somebody else's crash.
//!
//! **The idea.** Let the business do what the database did. Every service offers three operations: *try* checks and sets
//! aside what is needed, *confirm* uses what is set aside, *cancel* gives it back. Each is one local transaction that
//! commits at once, so no lock outlives it; what lasts between the phases is the reservation, which others can see and
//! work around. The initiator registers each branch with a coordinator and tries it; if all could, the coordinator
//! confirms all, otherwise it cancels all. What was decided is repeated for ever: after a successful try, confirm must
//! succeed sooner or later. It is never turned into a cancel.
//!
//! **What can go wrong.** The three operations arrive as the network brings them. A cancel may come to a branch that was
//! never tried (*empty rollback*): it must succeed, do nothing, and leave a mark. The try may come after it (*suspension*,
//! 悬挂): it must find the mark, or it reserves what nobody will ever give back. Any of them may come twice. Seata's
//! [fence](crate::protocols::parts::flexible::fence) and dtm's [barrier](crate::protocols::parts::flexible::barrier) see to
//! all three, with a row in the business's own local transaction.
//!
//! **What it cannot do.** Isolation ends at the reservation: anybody may see that goods are set aside, and be refused for
//! it, for an order that is then called off. And a service that has said yes to a try and then *cannot* confirm has no
//! way out: nobody undoes the others.
//!
//! **Where to read.** [`initiator`], [`coordinator`] and [`branch`]; then [`settings`] for what can be varied.
//!
//! **Sources.** P. Helland, *Life beyond Distributed Transactions*, 2007 (reservations). · Seata: `GlobalStatus`,
//! `DefaultValues`, `SpringFenceHandler`. · dtm: `dtmsvr`, `client/dtmcli/barrier.go`.

pub mod branch;
pub mod coordinator;
pub mod initiator;
pub mod log;
pub mod message;
mod scenarios;
pub mod settings;
pub mod table;
#[cfg(test)]
mod tests;
mod words;

use crate::check::{Property, View};
use crate::protocols::parts::atomic_commitment::{
    NAMES, PARTICIPANTS_MAX, name, parameters as shared, participant_number,
};
use crate::protocols::parts::database::Transaction;
use crate::protocols::parts::flexible::{self, Account, Books, Probe, Site, parameters as flexible_parameters};
use crate::protocols::protocol::{Argument, ArgumentKind, Intervention};
use crate::protocols::{Entry, Family, Moment, Parameter, Protocol, Term, Values};
use crate::sim::node::{Node, look, process};
use crate::sim::random::Distribution;
use crate::sim::show::{Journal, Panel};
use crate::sim::time::Span;
use crate::sim::topology::{NodeSpec, Position, Topology};
use crate::sim::trace::NodeId;
use crate::sim::world::World;
use crate::text::Text;
use branch::Branch;
use coordinator::{Coordinator, Rank};
use initiator::Initiator;
use settings::{Guard, Settings};
use std::sync::Arc;
use table::Table;

/// The protocol of this folder.
pub struct TryConfirmCancel;

static PROPERTY_LIST: [Property; 10] = [
    flexible::no_effect_twice::<TryConfirmCancel>(),
    flexible::no_late_effect::<TryConfirmCancel>(),
    flexible::undoes_what_was_done::<TryConfirmCancel>(),
    flexible::one_way::<TryConfirmCancel>(),
    flexible::never_below_zero::<TryConfirmCancel>(),
    flexible::all_or_nothing::<TryConfirmCancel>(),
    flexible::nothing_reserved::<TryConfirmCancel>(),
    flexible::conserved::<TryConfirmCancel>(),
    flexible::answered::<TryConfirmCancel>(),
    flexible::intermediate::<TryConfirmCancel>(),
];

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
        key: "fail-confirm",
        name: Text::new("The business fails the confirm", "业务执行 confirm 失败"),
        help: Text::new(
            "From now on the service answers this order’s confirm with an exception, though it has tried it.",
            "从现在起，该服务对这个订单的 confirm 一律抛异常，尽管 try 已经成功。",
        ),
        applies: is_branch,
        arguments: TRANSACTION,
    },
    Intervention {
        key: "mend",
        name: Text::new("Somebody mends the business", "有人修好业务"),
        help: Text::new("The service can confirm this order again.", "该服务又能确认这个订单了。"),
        applies: is_branch,
        arguments: TRANSACTION,
    },
];

fn is_branch(node: NodeId, topology: &Topology) -> bool {
    matches!(topology.nodes[node.index()].position, Position::Service(_))
}

static TITLES: [Text; NAMES.len()] = [
    Text::new("Initiator", "发起方"),
    Text::new("Coordinator", "事务协调器"),
    Text::new("Stock", "库存服务"),
    Text::new("Till", "收款服务"),
    Text::new("Order book", "订单服务"),
    Text::new("Coupons", "优惠券服务"),
    Text::new("Points", "积分服务"),
    Text::new("Shipping", "配送服务"),
    Text::new("Invoices", "发票服务"),
    Text::new("Gift boxes", "礼盒服务"),
];

/// The stand-by's name.
const STAND_BY: &str = "c2";

/// How long a connection holds data through a partition before it breaks.
const CONNECTION_TIMEOUT: Span = Span::seconds(30);

impl Protocol for TryConfirmCancel {
    fn id(&self) -> &'static str {
        "tcc"
    }

    fn version(&self) -> u16 {
        1
    }

    fn family(&self) -> Family {
        Family::Transactions
    }

    fn name(&self) -> Text {
        Text::new("Try, confirm, cancel (TCC)", "TCC（Try–Confirm–Cancel）")
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
        flexible_parameters::conflict(values)
    }

    fn interventions(&self) -> &'static [Intervention] {
        INTERVENTIONS
    }

    fn topology(&self, values: &Values) -> Topology {
        let settings = Settings::of(values);
        let fsync = Distribution::Fixed(values.time("fsync"));
        let node = |name: &'static str, title: Text, position: Position, node: Arc<dyn Node>| NodeSpec {
            name,
            title,
            position,
            node,
            fsync,
        };
        let mut nodes = vec![
            node(NAMES[0], TITLES[0].clone(), Position::Initiator, process::<Initiator>(settings)),
            node(NAMES[1], TITLES[1].clone(), Position::Decider, process::<Coordinator>((settings, Rank::First))),
        ];
        for number in 1..=settings.branches().min(PARTICIPANTS_MAX) {
            let index = 1 + usize::from(number);
            let position = Position::Service(number);
            nodes.push(node(NAMES[index], TITLES[index].clone(), position, process::<Branch>((settings, number))));
        }
        if settings.stand_by().is_some() {
            let title = Text::new("Stand-by coordinator", "备用协调器");
            nodes.push(node(STAND_BY, title, Position::Decider, process::<Coordinator>((settings, Rank::StandBy))));
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
        &PROPERTY_LIST
    }

    fn terms(&self) -> &'static [Term] {
        words::TERMS
    }

    fn narrate(&self, moment: &Moment) -> Option<Text> {
        words::narrate(moment)
    }

    fn panels(&self, _moment: &Moment, world: &World, values: &Values) -> Vec<Panel> {
        let settings = Settings::of(values);
        let mut sites = Vec::new();
        for (node, index) in world.nodes().iter().zip(0..) {
            let node_id = NodeId(index);
            let (Some((branch, table)), Some(number)) = (look::<Branch>(&**node), participant_number(node_id)) else {
                continue;
            };
            sites.push(Site {
                node: node_id,
                schema: settings.business.schema(number),
                working: branch.map(|branch| &branch.table().books),
                stored: &table.books,
                journals: journals(&settings, table),
            });
        }
        let open = sites.iter().any(|site| site.stored.touched().any(|(_, levels)| !levels.is_at_rest()));
        vec![flexible::panel(Account::Reserving, &sites, Vec::new(), open)]
    }

    fn entries(&self) -> &'static [Entry] {
        scenarios::ENTRIES
    }
}

/// The guard's rows, as the ledger shows them.
fn journals(settings: &Settings, table: &Table) -> Vec<Journal> {
    let line = |transaction: Transaction, word: &'static str| (transaction.to_string(), Text::same(word));
    match settings.guard {
        Guard::Seata => {
            let lines = table.fences().map(|(transaction, status)| line(transaction, status.word()));
            vec![Journal { name: Text::new("fence", "fence 表"), lines: lines.collect() }]
        }
        Guard::Dtm => vec![flexible::barrier_journal(&table.barrier)],
        Guard::Reservations | Guard::None => Vec::new(),
    }
}

impl Probe for TryConfirmCancel {
    fn books<'a>(view: &View<'a>, node: NodeId) -> Option<&'a Books> {
        view.node::<Branch>(node).map(|(_, table)| &table.books)
    }

    fn name(_view: &View, node: NodeId) -> &'static str {
        name(node)
    }

    fn unanswered(view: &View, node: NodeId) -> Option<Option<Transaction>> {
        let (initiator, _) = view.node::<Initiator>(node)?;
        initiator?.unanswered()
    }
}
