//! What senders and receivers let one see: both databases, their tables of messages as queues, and where the money is.

use super::consumer::Inbox;
use super::tables::Tables;
use super::{RECEIVER, SENDER};
use crate::protocols::parts::business::{Business, PRICE_YUAN};
use crate::protocols::parts::database::Transaction;
use crate::protocols::parts::flexible::{Account, Elsewhere, Site, panel};
use crate::sim::payload::Outcome;
use crate::sim::role::Role;
use crate::sim::show::{Letter, Mailbox, Mood, Panel};
use crate::sim::trace::NodeId;
use crate::text::Text;

/// Whatever lets one look at the nodes of a run: a monitor's view, or a world.
pub trait Look {
    /// The node's volatile state (none while it is down) and its disk, if it runs that role.
    fn node<R: Role>(&self, node: NodeId) -> Option<(Option<&R>, &R::Durable)>;
}

impl Look for crate::check::View<'_> {
    fn node<R: Role>(&self, node: NodeId) -> Option<(Option<&R>, &R::Durable)> {
        crate::check::View::node(self, node)
    }
}

impl Look for crate::sim::world::World {
    fn node<R: Role>(&self, node: NodeId) -> Option<(Option<&R>, &R::Durable)> {
        crate::sim::node::look(&**self.nodes().get(node.index())?)
    }
}

/// A service's node, what its process works on (none while it is down), and its disk.
pub struct Place<'a, T> {
    pub node: NodeId,
    pub working: Option<&'a Tables<T>>,
    pub stored: &'a Tables<T>,
}

impl<'a, T> Place<'a, T> {
    fn site(&self, business: &Business, number: u8) -> Site<'a> {
        Site {
            node: self.node,
            schema: business.schema(number),
            working: self.working.map(|tables| &tables.books),
            stored: &self.stored.books,
            journals: Vec::new(),
        }
    }
}

/// Both databases, and what the messages of orders that are under way are worth.
pub fn ledger<S, R>(
    business: &Business,
    sender: &Place<S>,
    receiver: &Place<R>,
    in_hands: impl Fn(Transaction) -> bool,
) -> Panel {
    let (shelf, till) = (&sender.stored, &receiver.stored);
    let half_done = shelf.done.difference(&till.done).map(Transaction).next();
    let under_way = half_done.is_some_and(in_hands);
    let missing_yuan = -(shelf.books.net_change() * PRICE_YUAN + till.books.net_change());
    let elsewhere = Elsewhere {
        name: Text::new("in messages under way", "在途消息中"),
        yuan: if under_way { missing_yuan.max(0) } else { 0 },
    };
    let sites = [sender.site(business, SENDER), receiver.site(business, RECEIVER)];
    panel(Account::Direct, &sites, vec![elsewhere], under_way)
}

/// The receiver's inbox as a queue.
pub fn inbox(node: NodeId, inbox: &Inbox) -> Mailbox {
    let letters = inbox.rows().map(|(transaction, is_rejected)| Letter {
        name: transaction.to_string(),
        state: match is_rejected {
            true => Text::new("rejected, for people to look at", "已拒绝，待人工处理"),
            false => Text::new("seen", "已处理"),
        },
        mood: match is_rejected {
            true => Mood::Decided(Outcome::Abort),
            false => Mood::Decided(Outcome::Commit),
        },
    });
    Mailbox { node, name: Text::new("Inbox", "去重表"), letters: letters.collect() }
}
