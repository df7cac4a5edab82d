//! What happened at an event and why it matters, in one sentence.

use super::message::Message;
use super::recipe::{Adding, Timer};
use super::settings::LOCK;
use crate::protocols::Moment;
use crate::protocols::parts::locking::client::Stage;
use crate::protocols::parts::locking::message::Timer as TimerOf;
use crate::protocols::parts::locking::{Hold, name, narration};
use crate::protocols::parts::memcached::message::Message as Memcached;
use crate::protocols::parts::memcached::server::Server;
use crate::protocols::parts::memcached::{Command, Reply};
use crate::say;
use crate::sim::node::{Node, look};
use crate::sim::trace::{NodeId, StepKind};
use crate::text::Text;
use std::sync::Arc;

type Event<'a> = narration::Event<'a, Adding>;

pub(super) fn narrate(moment: &Moment) -> Option<Text> {
    let event = Event::of(moment);
    match moment.step().kind {
        StepKind::Deliver(message) => {
            let message = moment.trace.message(message);
            match message.payload.get()? {
                Message::Service(Memcached::Ask { command, .. }) => asked(&event, message.name.from, command),
                Message::Service(Memcached::Answer { reply, .. }) => answered(&event, reply),
                Message::Counter(message) => event.counter(message),
                Message::Resource(message) => event.resource(message),
            }
        }
        StepKind::Fire(timer) => match moment.trace.local(timer).payload.get::<TimerOf<Timer>>()? {
            TimerOf::Common(timer) => event.fired(*timer),
            TimerOf::Own(Timer::Reply(_)) => unanswered(&event),
        },
        StepKind::Strike(_) => struck(&event),
        _ => None,
    }
}

/// Whose token is under the lock's key at a server, expired or not.
fn holder(nodes: &[Arc<dyn Node>], node: NodeId) -> Option<Hold> {
    let (server, _) = look::<Server<Message>>(&**nodes.get(node.index())?)?;
    Hold::of_token(server?.memory().kept(LOCK)?)
}

/// The answer that the server gives in this event.
fn reply<'a>(event: &Event<'a>) -> Option<&'a Reply> {
    event.moment.effects().iter().find_map(|effect| {
        let StepKind::Send(message) = effect.kind else { return None };
        match event.moment.trace.message(message).payload.get::<Message>()? {
            Message::Service(Memcached::Answer { reply, .. }) => Some(reply),
            _ => None,
        }
    })
}

// -- At a server -----------------------------------------------------------------------------------------------------

fn asked(event: &Event, from: NodeId, command: &Command) -> Option<Text> {
    let (asker, here) = (name(from), event.here);
    let was = holder(event.moment.before, event.node);
    let other = was.filter(|hold| hold.client != from).map(|hold| name(hold.client));
    let nothing = || say!("{here} has no lock of {asker} to release", "{here} 上没有 {asker} 的锁可释放");
    Some(match (command, reply(event)?) {
        (Command::Add { .. }, Reply::Stored) => match other {
            Some(other) => say!(
                "The item of {other} is over by this server's clock, whatever {other} believes: {asker} has the lock",
                "按这台服务器的时钟，{other} 的条目已过期，不管 {other} 自己怎么想：锁归 {asker}"
            ),
            None => say!(
                "Nothing is under the key: add stores the token of {asker}, and the lock is {asker}'s",
                "键不存在：add 写入 {asker} 的令牌，锁归 {asker}"
            ),
        },
        (Command::Add { .. }, _) => match other {
            Some(other) => say!(
                "{other} holds the lock; memcached remembers nobody who waits, so {asker} will have to ask again",
                "锁在 {other} 手里；memcached 不记录谁在等，{asker} 只能再问"
            ),
            None => say!(
                "The token of {asker} is there already: an earlier add of its own took the lock",
                "键里已经是 {asker} 的令牌：它先前的 add 已拿到锁"
            ),
        },
        (Command::Get { .. }, _) => say!("{asker} looks whose token is there", "{asker} 查看键里是谁的令牌"),
        (Command::Gets { .. }, _) => say!(
            "{asker} looks whose token is there and which number the item has: the number changes with every store",
            "{asker} 查看键里是谁的令牌及条目的版本号：每次写入版本号都会变"
        ),
        (Command::Cas { .. } | Command::DeleteUnique { .. }, Reply::Stored | Reply::Deleted) => say!(
            "The item is still the one that {asker} looked at: the lock is free",
            "条目仍是 {asker} 看到的那一个：锁已释放"
        ),
        (Command::Cas { .. } | Command::DeleteUnique { .. }, Reply::Exists) => match other {
            Some(other) => say!(
                "Since {asker} looked, {other} has taken the lock: the number differs, and the lock is left alone",
                "{asker} 查看之后，{other} 拿到了锁：版本号不符，没有动它"
            ),
            None => say!("The item is a newer one: it is left alone", "条目已经更新过：没有动它"),
        },
        (Command::Cas { .. } | Command::DeleteUnique { .. }, _) => nothing(),
        (Command::Delete { .. }, Reply::Deleted) => match other {
            Some(other) => say!(
                "delete does not ask whose lock it is: {asker} deletes the lock of {other}",
                "delete 不问锁是谁的：{asker} 删掉了 {other} 的锁"
            ),
            None => say!("{asker} deletes the key: the lock is free", "{asker} 删除了键：锁已释放"),
        },
        (Command::Delete { .. }, _) => nothing(),
        (Command::Set { .. }, _) => return None,
    })
}

// -- At a client -----------------------------------------------------------------------------------------------------

fn answered(event: &Event, reply: &Reply) -> Option<Text> {
    let here = event.here;
    let (before, after) = (event.before()?, event.after()?);
    Some(match (before.stage(), after.stage()) {
        (Stage::Asking, Stage::Asking) if event.sends("get") => say!(
            "{here} is refused, but a reply was lost: perhaps the lock is its own",
            "{here} 被拒绝，但之前丢过一条回复：也许锁正是它自己的"
        ),
        (Stage::Asking, Stage::Waiting) => {
            say!("{here} did not get the lock and will poll again", "{here} 没有拿到锁，稍后再轮询")
        }
        (Stage::Releasing, Stage::Releasing) => say!(
            "The token is {here}'s own still; it removes the item of this number and no other",
            "令牌仍是 {here} 自己的；它只删除这个版本号的条目"
        ),
        (Stage::Releasing, _) => match reply {
            Reply::Stored | Reply::Deleted if before.recipe().releases_safely() => {
                say!("{here} has released the lock", "{here} 已释放锁")
            }
            Reply::Deleted => say!(
                "{here} learns that a key was deleted; whose lock that was, it is not told",
                "{here} 得知键已删除；删的是谁的锁，没有人告诉它"
            ),
            _ if left_behind(event) => say!(
                "{here} finds no lock of its own here, and takes it for released; it asked another server than the one that \
                 granted it",
                "{here} 在这里找不到自己的锁，便以为已释放；可它问的并不是当初授予它的那台服务器"
            ),
            _ => say!(
                "{here} learns only now that it had lost the lock while it believed to hold it",
                "{here} 此时才得知自己早已失去锁，而它一直以为还持有"
            ),
        },
        _ => return event.progressed(),
    })
}

/// Whether some server still has a token of this client.
fn left_behind(event: &Event) -> bool {
    let mut nodes = (0..event.moment.after.len() as u8).map(NodeId);
    nodes.any(|node| holder(event.moment.after, node).is_some_and(|hold| hold.client == event.node))
}

fn unanswered(event: &Event) -> Option<Text> {
    let here = event.here;
    let (before, after) = (event.before()?, event.after()?);
    let server = |node: NodeId| event.moment.name(node);
    let (was, is) = (server(before.recipe().server()), server(after.recipe().server()));
    Some(if was != is {
        say!(
            "{here} takes {was} for dead, and from now on asks {is}, which knows nothing of what {was} granted",
            "{here} 认定 {was} 已死，从此改问 {is}，而 {is} 对 {was} 授予过什么一无所知"
        )
    } else {
        say!(
            "No reply has come to {here}: whether its request was carried out it cannot know",
            "{here} 没有等到回复：请求究竟执行了没有，它无从得知"
        )
    })
}

// -- Faults ----------------------------------------------------------------------------------------------------------

fn struck(event: &Event) -> Option<Text> {
    let here = event.here;
    if event.holder_dies() {
        return Some(say!(
            "{here} dies with the lock: only an expiry time can free it now, if it has one",
            "{here} 持锁宕机：现在只有过期时间能释放锁，前提是设过"
        ));
    }
    let holder = name(holder(event.moment.before, event.node)?.client);
    let (server, _) = look::<Server<Message>>(&**event.moment.after.get(event.node.index())?)?;
    match server.map(|server| server.memory().kept(LOCK).is_some()) {
        Some(true) => None,
        Some(false) => Some(say!(
            "{here} needs room and drops the item that was the lock; {holder} holds it, and is not told",
            "{here} 要腾地方，把充当锁的条目淘汰了；持有它的 {holder} 并不知情"
        )),
        None => Some(say!(
            "{here} dies, and nothing of it was on disk: that {holder} holds the lock nobody remembers",
            "{here} 宕机，磁盘上什么也没有：{holder} 持有锁这件事，再没有人记得"
        )),
    }
}
