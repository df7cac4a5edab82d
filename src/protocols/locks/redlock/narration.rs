//! What happened at an event and why it matters, in one sentence.

use super::message::Message;
use super::recipe::{Majority, Timer};
use super::settings::LOCK;
use crate::protocols::Moment;
use crate::protocols::parts::locking::client::Stage;
use crate::protocols::parts::locking::message::Timer as TimerOf;
use crate::protocols::parts::locking::{Hold, name, narration};
use crate::protocols::parts::redis::message::{Message as Redis, Timer as ServerTimer};
use crate::protocols::parts::redis::script::Script;
use crate::protocols::parts::redis::server::Server;
use crate::protocols::parts::redis::{Command, Reply, Value};
use crate::say;
use crate::sim::node::{Node, look};
use crate::sim::trace::{NodeId, StepKind};
use crate::text::Text;
use std::sync::Arc;

type Event<'a> = narration::Event<'a, Majority>;

pub(super) fn narrate(moment: &Moment) -> Option<Text> {
    let event = Event::of(moment);
    match moment.step().kind {
        StepKind::Deliver(message) => {
            let message = moment.trace.message(message);
            let from = message.name.from;
            match message.payload.get()? {
                Message::Service(Redis::Ask { command, .. }) => asked(&event, from, command),
                Message::Service(Redis::Answer { reply, .. }) => answered(&event, from, reply),
                Message::Service(_) => None,
                Message::Counter(message) => event.counter(message),
                Message::Resource(message) => event.resource(message),
            }
        }
        StepKind::Fire(timer) => {
            let payload = &moment.trace.local(timer).payload;
            match payload.get::<TimerOf<Timer>>() {
                Some(TimerOf::Common(timer)) => event.fired(*timer),
                Some(TimerOf::Own(timer)) => fired(&event, *timer),
                None => payload.get::<ServerTimer>().and_then(|timer| master_fired(&event, *timer)),
            }
        }
        StepKind::Strike(_) => struck(&event),
        _ => None,
    }
}

fn master(nodes: &[Arc<dyn Node>], node: NodeId) -> Option<&Server<Message>> {
    look::<Server<Message>>(&**nodes.get(node.index())?)?.0
}

/// Whose token is under the lock's key at a master, expired or not.
fn holder(nodes: &[Arc<dyn Node>], node: NodeId) -> Option<Hold> {
    match &master(nodes, node)?.keys().kept(LOCK)?.value {
        Value::Text(token) => Hold::of_token(token),
        Value::Hash(_) => None,
    }
}

/// How many masters have this hold's token, and how many masters there are.
fn granted(nodes: &[Arc<dyn Node>], hold: Hold) -> (usize, usize) {
    let all = (0..nodes.len() as u8).map(NodeId);
    let masters = all.clone().filter(|node| look::<Server<Message>>(&*nodes[node.index()]).is_some()).count();
    (all.filter(|node| holder(nodes, *node) == Some(hold)).count(), masters)
}

// -- At a master -----------------------------------------------------------------------------------------------------

fn asked(event: &Event, from: NodeId, command: &Command) -> Option<Text> {
    let (asker, here) = (name(from), event.here);
    if master(event.moment.before, event.node).is_some_and(Server::stays_out) {
        return Some(say!(
            "{here} has restarted and does not know what it granted before, so it answers nobody yet",
            "{here} 刚重启，不记得之前授予过什么，所以暂不答复任何人"
        ));
    }
    let (was, is) = (holder(event.moment.before, event.node), holder(event.moment.after, event.node));
    let other = was.filter(|hold| hold.client != from).map(|hold| name(hold.client));
    Some(match command {
        Command::Set { .. } => match (is.filter(|hold| hold.client == from && is != was), other) {
            (Some(hold), other) => {
                let (count, masters) = granted(event.moment.after, hold);
                let majority = count > masters / 2;
                match other {
                    Some(other) => say!(
                        "By the clock of {here} the lease of {other} is over, so it grants {asker} the lock: {count} of \
                         {masters}",
                        "按 {here} 的时钟，{other} 的租约已到期，于是授予 {asker}：{masters} 个里的第 {count} 个"
                    ),
                    None if majority => say!(
                        "{here} grants {asker} the lock: {count} of {masters}, a majority, of which {asker} knows nothing yet",
                        "{here} 把锁授予 {asker}：{masters} 个里已有 {count} 个，构成多数，只是 {asker} 还不知道"
                    ),
                    None => say!(
                        "{here} grants {asker} the lock, knowing nothing of the other masters: {count} of {masters}",
                        "{here} 把锁授予 {asker}，对其他主库一无所知：{masters} 个里的第 {count} 个"
                    ),
                }
            }
            (None, Some(other)) => say!(
                "{here} has granted the lock to {other} and refuses {asker}: no master grants two",
                "{here} 已把锁授予 {other}，拒绝 {asker}：一个主库不会同时授予两方"
            ),
            (None, None) => {
                say!("{here} has an older token of {asker} there still", "{here} 上还留着 {asker} 的旧令牌")
            }
        },
        Command::Get { .. } => say!("{asker} looks whose token {here} has", "{asker} 查看 {here} 上是谁的令牌"),
        Command::Del { .. } => match other {
            Some(other) => say!(
                "DEL does not ask whose lock it is: {asker} deletes the grant of {other} at {here}",
                "DEL 不问锁是谁的：{asker} 删掉了 {here} 给 {other} 的授予"
            ),
            None if was.is_some() => {
                say!("{here} is free of the lock of {asker}", "{here} 上 {asker} 的锁已释放")
            }
            None => say!("{here} has nothing to release", "{here} 上没有可释放的"),
        },
        Command::Eval(Script::DeleteIfMine { .. }) => match (was, is, other) {
            (_, _, Some(other)) => say!(
                "At {here} the lock is {other}'s: the script leaves it alone",
                "{here} 上的锁是 {other} 的：脚本没有动它"
            ),
            (Some(_), None, None) => say!("{here} takes its grant to {asker} back", "{here} 收回给 {asker} 的授予"),
            _ => say!(
                "{here} has granted {asker} nothing; {asker} could not know, and unlocks everywhere",
                "{here} 没有授予过 {asker}；{asker} 无从得知，所以处处释放"
            ),
        },
        Command::Eval(Script::ExpireIfMine { .. }) => match (is, other) {
            (Some(_), None) => say!("At {here} the lease of {asker} runs anew", "{here} 上 {asker} 的租约重新计时"),
            _ => say!("{here} has nothing of {asker}'s to extend", "{here} 上没有 {asker} 可续的租约"),
        },
        _ => return None,
    })
}

fn master_fired(event: &Event, timer: ServerTimer) -> Option<Text> {
    let here = event.here;
    Some(match timer {
        ServerTimer::Fsync => {
            say!("{here} makes durable what it has long acknowledged", "{here} 把早已答复过的改动落盘")
        }
        ServerTimer::ComeBack => say!(
            "Whatever {here} granted before its restart is over by now: it may answer again",
            "{here} 重启前授予的租约如今都已到期：可以恢复答复了"
        ),
        ServerTimer::Reconnect => return None,
    })
}

// -- At a client -----------------------------------------------------------------------------------------------------

fn answered(event: &Event, from: NodeId, reply: &Reply) -> Option<Text> {
    let here = event.here;
    let master = event.moment.name(from);
    let (before, after) = (event.before()?, event.after()?);
    let quorum = after.recipe().quorum();
    let agreed = after.recipe().agreed();
    Some(match (before.stage(), after.stage()) {
        (Stage::Asking, Stage::Asking) if *reply == Reply::Ok => say!(
            "{here} hears of its grant by {master}: {agreed} so far, and it needs {quorum}",
            "{here} 得知 {master} 授予了它：目前 {agreed} 个，需要 {quorum} 个"
        ),
        (Stage::Asking, Stage::Asking) => say!(
            "{master} refuses {here}, which has {agreed} grants so far and needs {quorum}",
            "{master} 拒绝了 {here}；它目前有 {agreed} 个授予，需要 {quorum} 个"
        ),
        (Stage::Asking, Stage::Holding(_)) => say!(
            "With {master} it is a majority, and the lease has time left: {here} holds the lock until its validity is over",
            "加上 {master} 就是多数，且租期尚有剩余：{here} 持有锁，直到有效期结束"
        ),
        (Stage::Asking, Stage::Waiting) if *reply == Reply::Ok => say!(
            "A majority, but too late: asking took {here} longer than the lease leaves, so it gives all of it back",
            "凑够了多数，却太迟了：{here} 申请耗时过长，租期已无剩余，于是全部退还"
        ),
        (Stage::Asking, Stage::Waiting) => say!(
            "No majority can come together any more: {here} unlocks, and tries again after a while",
            "已不可能凑够多数：{here} 释放所得，稍后再试"
        ),
        (Stage::LookingAgain(_), Stage::LookingAgain(_)) => say!(
            "{here} hears whose token {master} has; {agreed} of the {quorum} that it needs are its own",
            "{here} 得知 {master} 上是谁的令牌；所需 {quorum} 个里，已有 {agreed} 个是它自己的"
        ),
        (Stage::Releasing, Stage::Releasing) => {
            say!("{master} has answered the release of {here}", "{master} 答复了 {here} 的释放请求")
        }
        (Stage::Releasing, _) => {
            say!("All masters have answered: the turn of {here} is over", "各主库都已答复：{here} 这一轮结束")
        }
        (Stage::Holding(_), Stage::Holding(_)) if after.recipe().extensions() > before.recipe().extensions() => {
            say!("With {master} a majority has extended the lease of {here}", "加上 {master}，多数主库已为 {here} 续期")
        }
        (Stage::Holding(_), Stage::Holding(_)) if *reply == Reply::Ok => say!(
            "{master} has granted it too: {here} holds the lock already, and one more grant does no harm",
            "{master} 也授予了：{here} 早已持锁，多一个授予也无妨"
        ),
        _ => {
            return event.progressed().or_else(|| {
                Some(say!("{here} needs no answer of {master} any more", "{here} 已不需要 {master} 的答复"))
            });
        }
    })
}

fn fired(event: &Event, timer: Timer) -> Option<Text> {
    let here = event.here;
    let (before, after) = (event.before()?, event.after()?);
    Some(match (timer, before.stage(), after.stage()) {
        (Timer::Extend(_), ..) => say!(
            "A third of the lease is over: {here} asks all masters to extend it",
            "租期已过三分之一：{here} 请所有主库续期"
        ),
        (Timer::Reply(_), Stage::Releasing, _) => say!(
            "Not every master has answered {here}; where the release was lost the lease will end it",
            "并非每个主库都答复了 {here}；释放请求若丢了，就等租约到期"
        ),
        (Timer::Reply(_), ..) => say!(
            "Too few masters have answered {here} in time: it unlocks, and tries again after a while",
            "按时答复 {here} 的主库太少：它释放所得，稍后再试"
        ),
    })
}

// -- Faults ----------------------------------------------------------------------------------------------------------

fn struck(event: &Event) -> Option<Text> {
    let here = event.here;
    if event.holder_dies() {
        return Some(say!(
            "{here} dies with the lock: only its lease can free it now, on each master by itself",
            "{here} 持锁宕机：现在只有各主库上的租约到期才能释放锁"
        ));
    }
    let holder = name(holder(event.moment.before, event.node)?.client);
    let (server, disk) = look::<Server<Message>>(&**event.moment.after.get(event.node.index())?)?;
    match (server, disk.keys().kept(LOCK)) {
        (Some(_), _) => None,
        (None, Some(_)) => Some(say!(
            "{here} dies; that it granted {holder} the lock is in its file",
            "{here} 宕机；它把锁授予 {holder} 这件事已写在文件里"
        )),
        (None, None) => Some(say!(
            "{here} dies, and that it granted {holder} the lock is not on its disk",
            "{here} 宕机，它把锁授予 {holder} 这件事没有落盘"
        )),
    }
}
