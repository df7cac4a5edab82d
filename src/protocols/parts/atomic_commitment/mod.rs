//! What every atomic-commit protocol must do, said once: the cast, what a protocol lets the monitors see, the properties.
//!
//! The properties are the textbook's (Bernstein, Hadzilacos, Goodman 1987, ch. 7): AC1 agreement, AC2 commit only if all
//! voted yes, AC3 abort only for a reason, AC4 decisions are irrevocable, AC5 everybody decides in the end; and what an
//! engineer wants besides: locks held exactly as long as needed, nothing forgotten too early, money and goods conserved.
//!
//! A protocol implements [`Probe`] and calls [`properties`].

mod monitors;
mod observer;
pub mod parameters;

use super::database::{Database, Stored, Transaction};
use crate::check::{Property, PropertyKind, View};
use crate::sim::payload::Outcome;
use crate::sim::trace::NodeId;
use crate::text::Text;

/// The names of the cast, by node: the client, the coordinator, the participants.
pub const NAMES: [&str; 10] = ["cl", "c", "p1", "p2", "p3", "p4", "p5", "p6", "p7", "p8"];
/// The client.
pub const CLIENT: NodeId = NodeId(0);
/// The coordinator: the node that decides.
pub const COORDINATOR: NodeId = NodeId(1);
/// The most participants.
pub const PARTICIPANTS_MAX: u8 = 8;

/// The participant of that number, from 1.
pub const fn participant(number: u8) -> NodeId {
    NodeId(COORDINATOR.0 + number)
}

/// The number, from 1, of a participant; none for the client and the coordinator.
pub fn participant_number(node: NodeId) -> Option<u8> {
    node.0.checked_sub(COORDINATOR.0).filter(|number| *number > 0)
}

/// The participants, in order.
pub fn participants(count: u8) -> impl Iterator<Item = NodeId> + Clone {
    (1..=count).map(participant)
}

/// The node's name.
pub fn name(node: NodeId) -> &'static str {
    NAMES.get(node.index()).copied().unwrap_or("?")
}

/// What a protocol lets the monitors see. All functions look at one step and the world that it led to.
pub trait Probe: 'static {
    /// A participant's database: its memory (none while it is down) and its disk; none for other nodes.
    fn site<'a>(view: &View<'a>, node: NodeId) -> Option<(Option<&'a Database>, &'a Stored)>;
    /// The vote that leaves a participant in this step.
    fn vote(view: &View) -> Option<(Transaction, bool)>;
    /// The decision that the coordinator, or whoever decides in its stead, reveals in this step.
    fn decision(view: &View) -> Option<(Transaction, Outcome)>;
    /// The transaction that the coordinator forgets in this step, taking it to be done everywhere.
    fn forgets(view: &View) -> Option<Transaction>;
    /// The transaction that this step gives a reason to abort other than a vote: by its time-out, say.
    fn timeout(view: &View) -> Option<Transaction>;
    /// A transaction about which a running participant may not decide alone, or is simply not decided after its promise;
    /// by default one that is prepared.
    fn in_doubt(view: &View, node: NodeId) -> Option<Transaction> {
        let (database, stored) = Self::site(view, node)?;
        let database = database?;
        database.open().map(|(transaction, _)| transaction).find(|transaction| database.in_doubt(stored, *transaction))
    }
    /// For the client: its first order without an answer, if there is one; none for other nodes.
    fn unanswered(view: &View, node: NodeId) -> Option<Option<Transaction>>;
}

/// The identifiers of the properties, as links and catalogue entries name them.
pub mod id {
    pub const AGREEMENT: &str = "agreement";
    pub const ALL_VOTED_YES: &str = "commit-needs-every-yes";
    pub const ABORT_HAS_A_REASON: &str = "abort-has-a-reason";
    pub const IRREVOCABLE: &str = "irrevocable";
    pub const LOCKS: &str = "locks-until-decision";
    pub const FORGETTING: &str = "forgets-only-what-is-done";
    pub const NOBODY_IN_DOUBT: &str = "nobody-stays-in-doubt";
    pub const ANSWERED: &str = "every-order-is-answered";
    pub const CONSERVED: &str = "goods-and-money-agree";
}

/// How many properties there are.
pub const PROPERTIES: usize = 9;

/// The properties of an atomic-commit protocol.
pub const fn properties<P: Probe>() -> [Property; PROPERTIES] {
    [
        Property {
            id: id::AGREEMENT,
            kind: PropertyKind::Always,
            title: Text::new("No two nodes ever decide differently", "任何两个节点的决定都不会相反"),
            source: "AC1; sheet 2PC-1, 3PC-1 (TCConsistent), latched",
            monitor: monitors::agreement::<P>,
        },
        Property {
            id: id::ALL_VOTED_YES,
            kind: PropertyKind::Always,
            title: Text::new(
                "Nobody commits unless every database voted yes",
                "只有所有数据库都投了赞成票，才会有人提交",
            ),
            source: "AC2; sheet 2PC-2",
            monitor: monitors::all_voted_yes::<P>,
        },
        Property {
            id: id::ABORT_HAS_A_REASON,
            kind: PropertyKind::Always,
            title: Text::new(
                "Nobody aborts without a no vote, a time-out or a fault",
                "没有反对票、超时或故障，就不会有人中止",
            ),
            source: "AC3; sheet 2PC-3",
            monitor: monitors::abort_has_a_reason::<P>,
        },
        Property {
            id: id::IRREVOCABLE,
            kind: PropertyKind::Always,
            title: Text::new("A decision is never taken back", "决定一旦作出就不会收回"),
            source: "AC4; sheet 2PC-4",
            monitor: monitors::irrevocable::<P>,
        },
        Property {
            id: id::LOCKS,
            kind: PropertyKind::Always,
            title: Text::new(
                "Locks are held from the first write to the decision, no shorter and no longer",
                "锁从第一次写一直持有到决定，不多也不少",
            ),
            source: "sheet 2PC-6",
            monitor: monitors::locks::<P>,
        },
        Property {
            id: id::FORGETTING,
            kind: PropertyKind::Always,
            title: Text::new(
                "The coordinator forgets a commit only when every database has decided it durably",
                "只有每个数据库都把决定落盘之后，协调者才会忘记一次提交",
            ),
            source: "sheet §1: end(tx) after all Acks; subtle bug \"Ack'ing unknown tx\"",
            monitor: monitors::forgetting::<P>,
        },
        Property {
            id: id::NOBODY_IN_DOUBT,
            kind: PropertyKind::Eventually,
            title: Text::new("No running database stays in doubt", "没有存活的数据库一直悬而未决"),
            source: "AC5; sheet 2PC-5, 3PC-2",
            monitor: monitors::nobody_in_doubt::<P>,
        },
        Property {
            id: id::ANSWERED,
            kind: PropertyKind::Eventually,
            title: Text::new("Every order gets its answer", "每个订单最终都得到答复"),
            source: "AC5, as the client sees it",
            monitor: monitors::answered::<P>,
        },
        Property {
            id: id::CONSERVED,
            kind: PropertyKind::Eventually,
            title: Text::new("Goods and money agree", "货款两清：货架价值与收款之和不变"),
            source: "what atomicity is for: no order is half done for ever",
            monitor: monitors::conserved::<P>,
        },
    ]
}
