//! What happened at an event and why it matters, in one sentence.

use super::client::Client;
use super::message::{Message, Timer};
use super::settings::LOCK;
use super::stage::Stage;
use crate::protocols::Moment;
use crate::protocols::parts::locking::{Hold, name, narration as resource};
use crate::protocols::parts::redis::message::{Message as Redis, Timer as ServerTimer};
use crate::protocols::parts::redis::script::Script;
use crate::protocols::parts::redis::server::Server;
use crate::protocols::parts::redis::{Command, Reply, Value};
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
            let payload: &Message = message.payload.get()?;
            match payload {
                Message::Redis(Redis::Ask { command, .. }) => event.asked(from, command),
                Message::Redis(Redis::Answer { reply, .. }) => event.answered(reply),
                Message::Redis(message) => event.told(from, message),
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

/// Whose token is under the lock's key, expired or not.
fn holder(nodes: &[Arc<dyn Node>], node: NodeId) -> Option<Hold> {
    let (server, _) = look::<Server<Message>>(&**nodes.get(node.index())?)?;
    match &server?.keys().kept(LOCK)?.value {
        Value::Text(token) => Hold::of_token(token),
        Value::Hash(fields) => Hold::of_token(fields.keys().next()?),
    }
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

    /// The answer that the server gives in this event, if it gives one at once.
    fn reply(&self) -> Option<&Reply> {
        self.moment.effects().iter().find_map(|effect| {
            let StepKind::Send(message) = effect.kind else { return None };
            match self.moment.trace.message(message).payload.get::<Message>()? {
                Message::Redis(Redis::Answer { reply, .. }) => Some(reply),
                _ => None,
            }
        })
    }

    /// Whether a release released something, as far as the answer tells.
    fn freed(&self) -> bool {
        self.reply().is_none_or(|reply| *reply == Reply::Integer(1))
    }

    // -- At a server -------------------------------------------------------------------------------------------------

    fn asked(&self, from: NodeId, command: &Command) -> Option<Text> {
        let asker = name(from);
        let (was, is) = (holder(self.moment.before, self.node), holder(self.moment.after, self.node));
        let other = was.filter(|hold| hold.client != from).map(|hold| name(hold.client));
        let granted = is.is_some_and(|hold| hold.client == from) && is != was;
        if let Some(Reply::Failed(failure)) = self.reply() {
            let failure = failure.sentence();
            return Some(say!("Redis refuses: {failure}", "Redis 拒绝：{failure}"));
        }
        Some(match command {
            Command::Set { .. } | Command::Eval(Script::SetWithFence { .. } | Script::Enter { .. }) => {
                match (granted, other) {
                    (true, Some(other)) => say!(
                        "The lease of {other} is over by this clock, whatever {other} believes: Redis grants the lock to {asker}",
                        "按这里的时钟，{other} 的租约已到期，不管 {other} 自己怎么想：Redis 把锁授予 {asker}"
                    ),
                    (true, None) => say!(
                        "Nothing is under the key: the lock is {asker}'s until its lease ends",
                        "键不存在：锁归 {asker}，直到租约到期"
                    ),
                    (false, Some(other)) => say!(
                        "{other} holds the lock; Redis remembers nobody who waits, so {asker} will have to ask again",
                        "锁在 {other} 手里；Redis 不记录谁在等，{asker} 只能再问"
                    ),
                    (false, None) => say!(
                        "The token of {asker} is there already: its first request took the lock, and the reply was lost",
                        "键里已经是 {asker} 的令牌：第一次请求其实成功了，只是回复丢了"
                    ),
                }
            }
            Command::Pexpire { .. } => {
                say!("Only now does the lock of {asker} have an end", "直到此刻，{asker} 的锁才有了期限")
            }
            Command::Get { key } if **key == *LOCK => {
                say!("{asker} looks whose token is there", "{asker} 查看键里是谁的令牌")
            }
            Command::Get { .. } => {
                say!("{asker} asks for the newest fencing token", "{asker} 询问最新的防护令牌")
            }
            Command::Del { .. } => match other {
                Some(other) => say!(
                    "DEL does not ask whose lock it is: {asker} deletes the lock of {other}",
                    "DEL 不问锁是谁的：{asker} 删掉了 {other} 的锁"
                ),
                None => say!("{asker} deletes the key: the lock is free", "{asker} 删除了键：锁已释放"),
            },
            Command::Eval(Script::DeleteIfMine { .. } | Script::Leave { .. }) => match (was, other) {
                (_, Some(other)) => say!(
                    "The token is not {asker}'s any more but {other}'s: the script leaves the lock alone",
                    "令牌已不是 {asker} 的，而是 {other} 的：脚本没有动这把锁"
                ),
                (Some(_), None) if is.is_none() && self.freed() => {
                    say!("The token is {asker}'s own: the lock is free", "令牌确实是 {asker} 的：锁已释放")
                }
                _ => say!(
                    "There is nothing to release: the lease of {asker} had ended long before",
                    "已经没有可释放的：{asker} 的租约早就到期了"
                ),
            },
            Command::Eval(Script::ExpireIfMine { .. } | Script::Renew { .. }) => match other {
                Some(other) => say!("Too late to renew: the lock is {other}'s", "续期来晚了：锁已归 {other}"),
                None if is.is_some() => {
                    say!("The lease of {asker} runs anew from here", "{asker} 的租约从此刻重新计时")
                }
                None => say!("Too late to renew: the lease has ended", "续期来晚了：租约已到期"),
            },
            Command::Subscribe { .. } => say!(
                "{asker} will hear when the lock is released, if the message reaches it",
                "锁释放时会通知 {asker}，前提是通知能送达"
            ),
            _ => return None,
        })
    }

    fn told(&self, from: NodeId, message: &Redis) -> Option<Text> {
        let (here, sender) = (self.here, self.moment.name(from));
        Some(match message {
            Redis::Published { .. } => match self.before()?.stage() {
                Stage::Waiting => {
                    say!("{here} hears that the lock is free, and asks at once", "{here} 得知锁已释放，立即去问")
                }
                _ => say!(
                    "{here} hears that the lock is free, and is just asking anyway",
                    "{here} 得知锁已释放，而它正好在问"
                ),
            },
            Redis::Promoted => say!("From now on {here} asks {sender}", "从此 {here} 改问 {sender}"),
            Redis::Synchronise => say!(
                "{sender} is a replica of {here} from now on, and gets every change after it is acknowledged",
                "{sender} 成为 {here} 的从库，此后每次改动都在答复客户端之后才传给它"
            ),
            Redis::Everything { .. } => {
                say!("{here} holds what {sender} held when it sent this", "{here} 拥有了 {sender} 发送时的全部数据")
            }
            Redis::Changed { .. } => say!(
                "{here} has the change too; until now it was on {sender} only",
                "{here} 也有了这次改动；在此之前只有 {sender} 有"
            ),
            Redis::Follow => say!("{here} is a replica now", "{here} 现在是从库了"),
            Redis::Ask { .. } | Redis::Answer { .. } => return None,
        })
    }

    fn server_fired(&self, timer: ServerTimer) -> Text {
        let here = self.here;
        match timer {
            ServerTimer::Fsync => {
                say!("{here} makes durable what it has long acknowledged", "{here} 把早已答复过的改动落盘")
            }
            ServerTimer::ComeBack => say!("{here} answers again", "{here} 恢复答复"),
            ServerTimer::Reconnect => say!("{here} tries its master again", "{here} 重新连接主库"),
        }
    }

    // -- At a client -------------------------------------------------------------------------------------------------

    fn answered(&self, reply: &Reply) -> Option<Text> {
        let here = self.here;
        let (before, after) = (self.before()?, self.after()?);
        let token = match after.stage() {
            Stage::Holding(holding) => holding.fencing_token,
            _ => None,
        };
        Some(match (before.stage(), after.stage()) {
            (Stage::Asking, Stage::Holding(_)) => match token {
                Some(token) => say!(
                    "{here} believes that it holds the lock, with fencing token {token}",
                    "{here} 认为自己持有锁，防护令牌为 {token}"
                ),
                None => say!(
                    "{here} believes from here on that it holds the lock; only its clock could tell it otherwise",
                    "从此刻起 {here} 认为自己持有锁；能提醒它的只有它自己的时钟"
                ),
            },
            (Stage::Asking, Stage::Waiting) => match reply {
                Reply::Integer(left) => say!(
                    "{here} learns that the lease runs for {left} ms more, and waits for a message or for that time",
                    "{here} 得知租约还剩 {left} ms，于是等通知或等到那时"
                ),
                _ => say!("{here} did not get the lock and will poll again", "{here} 没有拿到锁，稍后再轮询"),
            },
            (Stage::Asking, Stage::Asking) if self.sends("pexpire") => {
                say!("{here} has the lock, and so far the lock has no end", "{here} 拿到了锁，但这把锁此刻还没有期限")
            }
            (Stage::Asking, Stage::Asking) if self.sends("get") => say!(
                "{here} is refused, but a reply was lost: perhaps the lock is its own",
                "{here} 被拒绝，但之前丢过一条回复：也许锁正是它自己的"
            ),
            (Stage::Asking, Stage::Asking) if self.sends("subscribe") => say!(
                "{here} did not get the lock, and subscribes to hear of its release",
                "{here} 没有拿到锁，于是订阅释放通知"
            ),
            (Stage::Asking, Stage::Asking) => say!(
                "{here} asks once more: the lock may have been released before it could hear of it",
                "{here} 再问一次：也许锁在它能收到通知之前就已释放"
            ),
            (Stage::Releasing, _) => match reply {
                Reply::Integer(1) => say!("{here} has released the lock", "{here} 已释放锁"),
                _ => say!(
                    "{here} learns only now that it had lost the lock: its lease had ended while it believed to hold it",
                    "{here} 此时才得知自己早已失去锁：它以为持有时，租约其实已经到期"
                ),
            },
            (Stage::Holding(was), Stage::Holding(is)) if is.until > was.until => {
                say!("{here} has its lease renewed", "{here} 的租约已续期")
            }
            (Stage::Holding(_), Stage::Holding(_)) if *reply == Reply::Integer(0) => say!(
                "The lock is no longer {here}'s: the watchdog stops, and tells nobody who works under it",
                "锁已不属于 {here}：看门狗停止续期，却没有告诉正在工作的线程"
            ),
            _ => return None,
        })
    }

    fn fired(&self, timer: Timer) -> Option<Text> {
        let here = self.here;
        let writes = self.sends("write");
        Some(match timer {
            Timer::Want(_) => say!("{here} wants the lock, and asks whether it is free", "{here} 想要锁，去问是否空闲"),
            Timer::Retry(_) => say!("{here} asks again: nobody would tell it", "{here} 再问一次：没有人会通知它"),
            Timer::Reply(_) => say!(
                "No reply has come to {here}: whether its request was carried out it cannot know",
                "{here} 没有等到回复：请求究竟执行了没有，它无从得知"
            ),
            Timer::Work(_) if writes => {
                say!("{here} is done and writes what it took the lock for", "{here} 完成工作，写入它为之加锁的结果")
            }
            Timer::Resend(_) if writes => {
                say!("{here} has no answer from the resource, and writes again", "资源没有答复，{here} 再写一次")
            }
            Timer::Work(_) | Timer::Resend(_) => {
                say!("{here} does not write: its lease may be over", "{here} 没有写：它的租约可能已到期")
            }
            Timer::Watchdog(_) => say!(
                "A third of the lease is over, and the watchdog of {here} asks for more",
                "租约已过三分之一，{here} 的看门狗请求续期"
            ),
            Timer::LeaseEnd(_) => say!(
                "By its own clock the lease of {here} is over: it stops, and no longer believes to hold the lock",
                "按自己的时钟，{here} 的租约已到期：它停下来，不再认为自己持有锁"
            ),
        })
    }

    // -- Faults ------------------------------------------------------------------------------------------------------

    /// What a crash means to the lock.
    fn struck(&self) -> Option<Text> {
        let here = self.here;
        if let (Some(before), None) = (self.before(), self.after()) {
            return matches!(before.stage(), Stage::Holding(_)).then(|| {
                say!(
                    "{here} dies with the lock: only its lease can free it now",
                    "{here} 持锁宕机：现在只有租约到期才能释放锁"
                )
            });
        }
        let hold = holder(self.moment.before, self.node)?;
        let (server, disk) = look::<Server<Message>>(&*self.moment.after[self.node.index()])?;
        let holder = name(hold.client);
        match (server, disk.keys().kept(LOCK)) {
            (Some(_), _) => None,
            (None, Some(_)) => Some(say!(
                "{here} dies; that {holder} holds the lock is in its file",
                "{here} 宕机；{holder} 持有锁这件事已写在它的文件里"
            )),
            (None, None) => Some(say!(
                "{here} dies, and its memory of who holds the lock with it: {holder} does, and works on",
                "{here} 宕机，关于锁归谁的记忆也随之消失：{holder} 持有它，还在工作"
            )),
        }
    }
}
