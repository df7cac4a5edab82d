//! What happened at an event and why it matters, in one sentence.

mod at_client;
mod at_server;
mod between;

use super::client::Client;
use super::message::{Message, Timer};
use super::queue_in;
use super::stage::Stage;
use crate::protocols::Moment;
use crate::protocols::parts::locking::queue::Entry;
use crate::protocols::parts::locking::{name, narration as resource};
use crate::protocols::parts::zookeeper::message::{Message as ZooKeeper, Timer as ServerTimer};
use crate::protocols::parts::zookeeper::sequence;
use crate::protocols::parts::zookeeper::server::Server;
use crate::say;
use crate::sim::node::{Node, look};
use crate::sim::trace::{NodeId, StepKind};
use crate::text::Text;
use std::sync::Arc;

pub(super) fn narrate(moment: &Moment) -> Option<Text> {
    let step = moment.step();
    let event = Event { moment, node: step.node, here: moment.name(step.node) };
    match step.kind {
        StepKind::Deliver(message) => {
            let message = moment.trace.message(message);
            let from = message.name.from;
            match message.payload.get()? {
                Message::ZooKeeper(ZooKeeper::FromClient { said, .. }) => event.asked(from, said),
                Message::ZooKeeper(ZooKeeper::ToClient { connection, said }) => event.told(from, *connection, said),
                Message::ZooKeeper(ZooKeeper::Between(said)) => event.between(from, said),
                Message::Resource(message) => {
                    let holds = event.before().is_some_and(|client| matches!(client.stage(), Stage::Holding(_)));
                    resource::sentence(event.here, message, event.sends("refused"), holds)
                }
            }
        }
        StepKind::Fire(timer) => {
            let payload = &moment.trace.local(timer).payload;
            match payload.get::<Timer>() {
                Some(timer) => event.fired(*timer),
                None => payload.get::<ServerTimer>().map(|timer| event.server_fired(*timer)),
            }
        }
        StepKind::Durable(_) => event.changed(),
        StepKind::Disconnected(peer) => event.disconnected(peer),
        StepKind::Strike(_) => event.struck(),
        _ => None,
    }
}

struct Event<'a> {
    moment: &'a Moment<'a>,
    node: NodeId,
    here: &'static str,
}

fn client(nodes: &[Arc<dyn Node>], node: NodeId) -> Option<&Client> {
    look::<Client>(&**nodes.get(node.index())?)?.0
}

fn server(nodes: &[Arc<dyn Node>], node: NodeId) -> Option<&Server<Message>> {
    look::<Server<Message>>(&**nodes.get(node.index())?)?.0
}

/// The queue as a server has it.
fn queue(nodes: &[Arc<dyn Node>], node: NodeId) -> Vec<Entry> {
    server(nodes, node).map_or_else(Vec::new, |server| queue_in(server.tree()))
}

/// Whose place it is.
fn whose(entry: &Entry) -> &'static str {
    name(entry.owner.client)
}

/// Its number.
fn number(entry: &Entry) -> u32 {
    sequence(&entry.name).unwrap_or_default()
}

impl Event<'_> {
    fn before(&self) -> Option<&Client> {
        client(self.moment.before, self.node)
    }

    fn after(&self) -> Option<&Client> {
        client(self.moment.after, self.node)
    }

    /// Whether the event's handler sends such a message at once.
    fn sends(&self, kind: &str) -> bool {
        self.moment.effects().iter().any(|effect| match effect.kind {
            StepKind::Send(message) => self.moment.trace.message(message).name.kind == kind,
            _ => false,
        })
    }

    /// What has changed in the queue as this server has it.
    fn changed(&self) -> Option<Text> {
        let (before, after) = (queue(self.moment.before, self.node), queue(self.moment.after, self.node));
        let knows = |queue: &[Entry], entry: &Entry| queue.iter().any(|known| known.name == entry.name);
        let here = self.here;
        if let Some(come) = after.iter().find(|entry| !knows(&before, entry)) {
            let (number, owner) = (number(come), whose(come));
            let place = after.iter().position(|entry| entry.name == come.name).unwrap_or_default();
            return Some(match place.checked_sub(1).map(|ahead| whose(&after[ahead])) {
                Some(ahead) if ahead == owner => say!(
                    "Number {number} is {owner}'s, behind another node of {owner}'s own: it will wait for itself",
                    "{owner} 得到编号 {number}，排在自己的另一个节点之后：它将等待自己"
                ),
                Some(ahead) => say!(
                    "Number {number} is {owner}'s, just behind {ahead}",
                    "{owner} 得到编号 {number}，紧跟在 {ahead} 之后"
                ),
                None => say!(
                    "Number {number} is {owner}'s, and nobody is before it: the lock is {owner}'s, whether it knows or not",
                    "{owner} 得到编号 {number}，前面没有人：锁归它，不管它是否已经知道"
                ),
            });
        }
        let gone: Vec<&Entry> = before.iter().filter(|entry| !knows(&after, entry)).collect();
        let first_gone = *gone.first()?;
        let (number, owner) = (number(first_gone), whose(first_gone));
        let was_first = before.first().is_some_and(|first| first.name == first_gone.name);
        Some(match (was_first, after.first().map(whose)) {
            (true, Some(next)) => say!(
                "Number {number} of {owner} is gone: by the word of {here} the lock is {next}'s from here on",
                "{owner} 的编号 {number} 已删除：在 {here} 看来，锁从此归 {next}"
            ),
            (true, None) => say!(
                "Number {number} of {owner} is gone, and the queue is empty: the lock is free",
                "{owner} 的编号 {number} 已删除，队列为空：锁是空闲的"
            ),
            (false, _) => say!(
                "Number {number} of {owner} is gone from the middle of the queue: whoever watched it must look again, and does not hold the lock",
                "{owner} 的编号 {number} 从队列中间消失：监视它的客户端要重新查看，但并未因此拿到锁"
            ),
        })
    }
}
