//! What protocols have in common in which a message carries the second half of an order: a sender that does its half in
//! a transaction of its own, a message that brings word of it, a receiver that does the other half later.
//!
//! Nobody locks anything while the message is under way, and nobody can say no any more: once the sender has committed,
//! all that is left is to bring the message until the receiver has done its half. So the properties are these: neither
//! half is done twice for one order, although everything is repeated (every order has a number that is valid
//! everywhere, and every service remembers it *in the same local transaction* as what it does); the receiver acts only
//! on what the sender has committed; what is committed is always in somebody's hands; and in the end both halves are
//! done, unless the receiver refuses, which nobody can undo.
//!
//! The small business is that of all transaction protocols: the sender is the shelf, the receiver the till.
//!
//! What is true of every flexible transaction is in [`flexible`](super::flexible); here is what messages add. A
//! protocol implements both [`Probe`]s and lists the properties. Sources: C. Richardson, *Microservices Patterns*,
//! 2018, §3.3; P. Helland, *Life beyond Distributed Transactions*, 2007; the reference sheet, §4 to §6 and §15.

pub mod client;
pub mod consumer;
mod monitors;
pub mod narration;
pub mod parameters;
pub mod show;
pub mod tables;
pub mod terms;

use super::broker::Body;
use super::business::{Business, Order};
use super::database::Transaction;
use super::flexible;
use super::ranges::Ranges;
use crate::check::{Property, PropertyKind, View};
use crate::sim::payload::Subject;
use crate::sim::trace::NodeId;
use crate::text::Text;
use serde::Serialize;

/// The client, in every topology.
pub const CLIENT: NodeId = NodeId(0);
/// Which database of the business the sender has: the shelf.
pub const SENDER: u8 = 1;
/// Which database of the business the receiver has: the till.
pub const RECEIVER: u8 = 2;
/// How many databases the business has here.
pub const DATABASES: u8 = 2;

/// What a message says: this order is committed at the sender. Its number is valid everywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Event {
    pub transaction: Transaction,
    pub order: Order,
}

impl Body for Event {
    fn subject(&self) -> Subject {
        self.transaction.subject()
    }

    /// Orders for one product keep their order.
    fn key(&self) -> u32 {
        u32::from(self.order.row)
    }
}

/// Whose books.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Service {
    Sender,
    Receiver,
}

impl Service {
    /// Which database of the business it has.
    pub fn number(self) -> u8 {
        match self {
            Service::Sender => SENDER,
            Service::Receiver => RECEIVER,
        }
    }
}

/// What a protocol lets the monitors of messages see, besides what every flexible transaction does. All functions look
/// at one step and the world that it led to.
pub trait Probe: flexible::Probe {
    /// What a service has done, by its disk.
    fn done<'a>(view: &View<'a>, service: Service) -> Option<&'a Ranges>;
    /// Whether somebody who runs, or some disk, still has the message of an order that the sender has committed, and
    /// will bring it on or show it to people. Messages under way count by themselves.
    fn in_hands(view: &View, transaction: Transaction) -> bool;
    /// Whether a node passes messages on without keeping them: while it handles an event, one may be in nobody's hands that
    /// it sends a moment later.
    fn hands_on(_view: &View, _node: NodeId) -> bool {
        false
    }
}

/// The shop in which a sender and a receiver do one half each.
pub fn business(rows: u16, orders: u32, refuses: Option<Service>) -> Business {
    Business { databases: DATABASES, rows, orders, refuses: refuses.map(Service::number) }
}

/// The identifiers of the properties that messages add, as links and catalogue entries name them.
pub mod id {
    pub const COMMITTED_FIRST: &str = "acts-on-what-is-committed";
    pub const IN_HANDS: &str = "always-in-somebodys-hands";
}

/// The receiver acts only on what the sender has committed.
pub const fn committed_first<P: Probe>() -> Property {
    Property {
        id: id::COMMITTED_FIRST,
        kind: PropertyKind::Always,
        title: Text::new(
            "The receiver acts only on what the sender has committed",
            "接收方只会执行发送方已经提交的订单",
        ),
        source: "sheet LMT-3, MQ-3",
        monitor: monitors::committed_first::<P>,
    }
}

/// What the sender has committed is in somebody's hands until the receiver has done its half.
pub const fn in_hands<P: Probe>() -> Property {
    Property {
        id: id::IN_HANDS,
        kind: PropertyKind::Always,
        title: Text::new(
            "Until the receiver is done, somebody always has the message",
            "在接收方完成之前，消息始终在某处保存着",
        ),
        source: "sheet LMT-1, MQ-1, as a safety property: nothing is lost",
        monitor: monitors::in_hands::<P>,
    }
}
