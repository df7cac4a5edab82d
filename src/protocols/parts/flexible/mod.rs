//! What every flexible transaction must do, said once: the books that its services keep, the fences that guard them, what a
//! protocol lets the monitors see, the properties.
//!
//! A *flexible* (eventually consistent) transaction is a row of local transactions at different services, each of which
//! commits by itself. Between them anybody may see that one service has done its part and another has not; what is
//! promised is the end: all have done their part, or what was done is undone. So an order is judged by what the services'
//! [books](books::Books) say, never by what anybody claims.
//!
//! A protocol keeps [`Books`] on each service's disk, implements [`Probe`], and lists those of the properties below that
//! it is to be held to. What is true of a failure-free run and of every run with the guards on is *agreement in the end*
//! and *every effect at most once*; what is not promised is isolation, and a `sometimes` shows it.

pub mod barrier;
pub mod books;
pub mod fence;
mod ledger;
mod monitors;
pub mod parameters;

pub use books::{Books, Levels, Operation, Posting, Written};
pub use ledger::{Account, Elsewhere, panel};

use super::database::{Schema, Transaction};
use crate::check::{Property, PropertyKind, View};
use crate::sim::trace::NodeId;
use crate::text::Text;

/// What a protocol lets the monitors see. All functions look at one step and the world that it led to.
pub trait Probe: 'static {
    /// The durable books of a node that keeps some; its first two such nodes are the shelf and the till.
    fn books<'a>(view: &View<'a>, node: NodeId) -> Option<&'a Books>;
    /// What a node is called, for sentences.
    fn name(view: &View, node: NodeId) -> &'static str;
    /// For whoever places the orders, as far as it runs and remembers them: its first order without an answer, if there is
    /// one; none for other nodes.
    fn unanswered(view: &View, node: NodeId) -> Option<Option<Transaction>>;
}

/// The identifiers of the properties, as links and catalogue entries name them.
pub mod id {
    pub const ALL_OR_NOTHING: &str = "all-or-nothing-in-the-end";
    pub const NO_EFFECT_TWICE: &str = "no-effect-twice";
    pub const NO_LATE_EFFECT: &str = "no-effect-after-its-undoing";
    pub const UNDOES_WHAT_WAS_DONE: &str = "undoes-only-what-was-done";
    pub const ONE_WAY: &str = "never-both-ways";
    pub const NEVER_BELOW_ZERO: &str = "never-below-zero";
    pub const NO_LOST_UPDATE: &str = "no-lost-update";
    pub const NOTHING_RESERVED: &str = "nothing-stays-reserved";
    pub const CONSERVED: &str = "goods-and-money-agree";
    pub const ANSWERED: &str = "every-order-is-answered";
    pub const INTERMEDIATE: &str = "intermediate-state-seen";
}

/// In the end: nothing more may happen while it is not so.
pub const fn all_or_nothing<P: Probe>() -> Property {
    Property {
        id: id::ALL_OR_NOTHING,
        kind: PropertyKind::Eventually,
        title: Text::new(
            "In the end every service has done its part of an order, or none has",
            "最终，一个订单要么各服务全部生效，要么全部没有生效",
        ),
        source: "sheet TCC-2, SAGA-1, LMT-1",
        monitor: monitors::all_or_nothing::<P>,
    }
}

/// Repeats change nothing.
pub const fn no_effect_twice<P: Probe>() -> Property {
    Property {
        id: id::NO_EFFECT_TWICE,
        kind: PropertyKind::Always,
        title: Text::new("No operation takes effect twice", "任何操作都不会重复生效"),
        source: "sheet TCC-3, SAGA-4, LMT-2, MQ-4, ID-1",
        monitor: monitors::no_effect_twice::<P>,
    }
}

/// No suspension (悬挂), no dangling action.
pub const fn no_late_effect<P: Probe>() -> Property {
    Property {
        id: id::NO_LATE_EFFECT,
        kind: PropertyKind::Always,
        title: Text::new("Nothing takes effect after it was undone (suspension)", "撤销之后不会再生效（悬挂）"),
        source: "sheet TCC-4; SAGA: dangling action",
        monitor: monitors::no_late_effect::<P>,
    }
}

/// An empty rollback changes nothing.
pub const fn undoes_what_was_done<P: Probe>() -> Property {
    Property {
        id: id::UNDOES_WHAT_WAS_DONE,
        kind: PropertyKind::Always,
        title: Text::new(
            "What was never done is not undone either (empty rollback)",
            "从未生效的操作不会被撤销（空回滚不改数据）",
        ),
        source: "sheet §3: empty rollback must succeed without business effect; SAGA-2",
        monitor: monitors::undoes_what_was_done::<P>,
    }
}

/// An order goes one way, at all services.
pub const fn one_way<P: Probe>() -> Property {
    Property {
        id: id::ONE_WAY,
        kind: PropertyKind::Always,
        title: Text::new(
            "No order is confirmed at one service and cancelled at another",
            "同一个订单不会在一处确认、在另一处取消",
        ),
        source: "sheet TCC-2, TCC-5",
        monitor: monitors::one_way::<P>,
    }
}

/// Nothing is taken that is not there.
pub const fn never_below_zero<P: Probe>() -> Property {
    Property {
        id: id::NEVER_BELOW_ZERO,
        kind: PropertyKind::Always,
        title: Text::new(
            "No row falls below zero, neither what is available nor what is set aside",
            "任何一行的可用量与冻结量都不会为负",
        ),
        source: "sheet TCC-6",
        monitor: monitors::never_below_zero::<P>,
    }
}

/// A local transaction changes a row by what it says, whoever else has changed it meanwhile.
pub const fn no_lost_update<P: Probe>() -> Property {
    Property {
        id: id::NO_LOST_UPDATE,
        kind: PropertyKind::Always,
        title: Text::new("No order overwrites what another has written", "任何订单都不会覆盖别人的更新"),
        source: "sheet §7: no isolation (lost updates)",
        monitor: monitors::no_lost_update::<P>,
    }
}

/// Reservations end.
pub const fn nothing_reserved<P: Probe>() -> Property {
    Property {
        id: id::NOTHING_RESERVED,
        kind: PropertyKind::Eventually,
        title: Text::new("Nothing stays reserved", "没有资源一直被冻结"),
        source: "sheet TCC-1: frozen = 0 for finished orders",
        monitor: monitors::nothing_reserved::<P>,
    }
}

/// What all of it is for.
pub const fn conserved<P: Probe>() -> Property {
    Property {
        id: id::CONSERVED,
        kind: PropertyKind::Eventually,
        title: Text::new("Goods and money agree", "货款两清：货架价值与收款之和不变"),
        source: "sheet TCC-1, SAGA-5",
        monitor: monitors::conserved::<P>,
    }
}

/// Whoever ordered is told.
pub const fn answered<P: Probe>() -> Property {
    Property {
        id: id::ANSWERED,
        kind: PropertyKind::Eventually,
        title: Text::new("Every order gets its answer", "每个订单最终都得到答复"),
        source: "sheet §23: every call can be asked what became of it",
        monitor: monitors::answered::<P>,
    }
}

/// What is *not* promised.
pub const fn intermediate<P: Probe>() -> Property {
    Property {
        id: id::INTERMEDIATE,
        kind: PropertyKind::Sometimes,
        title: Text::new(
            "An order works on a row that an unfinished order has changed (no isolation)",
            "订单读写了另一个未完成订单改过的行（没有隔离）",
        ),
        source: "sheet TCC: isolation is only reserve-level; SAGA: no isolation",
        monitor: monitors::intermediate::<P>,
    }
}

/// A service as the ledger needs it told.
pub struct Site<'a> {
    pub node: NodeId,
    pub schema: Schema,
    /// What its process works on, ahead of the disk by what is being written; none while it is down.
    pub working: Option<&'a Books>,
    pub stored: &'a Books,
    pub journals: Vec<crate::sim::show::Journal>,
}
