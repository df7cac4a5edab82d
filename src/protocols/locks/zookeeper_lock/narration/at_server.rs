//! What happens at servers, between them and their clients, and what faults mean to them.

use super::{Event, number, queue, whose};
use crate::protocols::locks::zookeeper_lock::settings::LOCK;
use crate::protocols::locks::zookeeper_lock::stage::Stage;
use crate::protocols::parts::locking::{Hold, name};
use crate::protocols::parts::zookeeper::message::{FromClient, Timer};
use crate::protocols::parts::zookeeper::{Request, sequence};
use crate::say;
use crate::sim::trace::NodeId;
use crate::text::Text;

impl Event<'_> {
    pub(super) fn asked(&self, from: NodeId, said: &FromClient) -> Option<Text> {
        let (here, asker) = (self.here, name(from));
        Some(match said {
            FromClient::Connect { .. } if self.sends("closed") => say!(
                "{here} has no leader, or knows less than {asker} has seen: it hangs up",
                "{here} 没有领导者，或知道的比 {asker} 见过的还少：断开连接"
            ),
            FromClient::Connect { session: None, timeout, .. } => {
                let timeout = timeout.to_string();
                say!(
                    "{asker} asks for a session of {timeout}; what it gets lies between 2 and 20 ticks",
                    "{asker} 请求 {timeout} 的会话；实际给的在 2 到 20 个 tick 之间"
                )
            }
            FromClient::Connect { .. } => say!(
                "{asker} comes with a session; whether that still stands is for the leader to say",
                "{asker} 带着原有会话而来；会话是否有效由领导者说了算"
            ),
            FromClient::Ping => say!(
                "A heartbeat of {asker}: its session time-out runs anew from here",
                "{asker} 的心跳：会话超时从此刻重新计时"
            ),
            FromClient::Renew { .. } => say!(
                "{here} takes over the watches of {asker}: what happened in between is told now",
                "{here} 接手 {asker} 的监视：其间发生的事现在补报"
            ),
            FromClient::Ask { request, .. } => return self.requested(asker, request),
        })
    }

    fn requested(&self, asker: &str, request: &Request) -> Option<Text> {
        let here = self.here;
        Some(match request {
            Request::Create { .. } if self.sends("forward") => say!(
                "{asker} wants a place in the queue; {here} hands that to its leader, which alone gives numbers",
                "{asker} 要在队列里占一个位置；{here} 转交给领导者，只有领导者能编号"
            ),
            Request::Create { .. } => say!(
                "{asker} wants a place in the queue, and has it once that is on disk",
                "{asker} 要在队列里占一个位置；落盘之后才算数"
            ),
            Request::Delete { path, .. } => {
                let number = sequence(path).unwrap_or_default();
                let entries = queue(self.moment.before, self.node);
                let owner = entries.iter().find(|entry| path.ends_with(&*entry.name)).map(whose);
                match owner {
                    Some(owner) if owner != asker => say!(
                        "{asker} deletes number {number}, which is {owner}'s: ZooKeeper does not ask whose it is",
                        "{asker} 要删除编号 {number}，而它属于 {owner}：ZooKeeper 不问是谁的"
                    ),
                    Some(_) => say!("{asker} gives up number {number}", "{asker} 让出编号 {number}"),
                    None => say!(
                        "{asker} gives up number {number}, which is gone already",
                        "{asker} 要让出编号 {number}，而它早已不在"
                    ),
                }
            }
            Request::GetChildren { .. } => {
                let entries = queue(self.moment.before, self.node);
                let first = entries.first()?;
                let (count, owner, number) = (entries.len(), whose(first), number(first));
                say!(
                    "{asker} looks at the queue: {count} in it, number {number} of {owner} first",
                    "{asker} 查看队列：共 {count} 个，编号 {number}（{owner}）排第一"
                )
            }
            Request::GetData { path, .. } if self.sends("error") => {
                let number = sequence(path).unwrap_or_default();
                say!(
                    "Number {number} has gone meanwhile: there is nothing to watch",
                    "编号 {number} 在此期间已经消失：没有可监视的"
                )
            }
            Request::GetData { path, .. } => {
                let number = sequence(path).unwrap_or_default();
                let node = format!("{LOCK}{}", path.trim_start_matches('/'));
                let watching = super::server(self.moment.after, self.node)?.watchers(&node).count();
                match watching {
                    0 | 1 => say!(
                        "{here} will tell {asker} once when number {number} is gone, and nobody else",
                        "编号 {number} 消失时，{here} 会通知 {asker} 一次，且只通知它"
                    ),
                    _ => say!(
                        "{here} has {watching} who watch number {number}: its end will wake them all, for one lock",
                        "已有 {watching} 个客户端在 {here} 监视编号 {number}：它一消失就全部唤醒，而锁只有一把"
                    ),
                }
            }
            Request::Exists { .. } => {
                say!("{asker} asks by which transaction its node was created", "{asker} 询问自己的节点由哪个事务创建")
            }
            Request::Close => say!(
                "{asker} ends its session by itself: nobody has to wait for a time-out",
                "{asker} 主动结束会话：无需等到超时"
            ),
            Request::SetData { .. } | Request::Sync { .. } => return None,
        })
    }

    pub(super) fn server_fired(&self, timer: Timer) -> Text {
        let here = self.here;
        match timer {
            Timer::Expiry if self.moment.effects().iter().any(|effect| self.is_write(effect.kind)) => say!(
                "Nobody has heard of a session for its whole time-out: {here} declares it over, and its node with it",
                "某个会话整个超时期间都没有消息：{here} 宣布它过期，其节点随之删除"
            ),
            Timer::Expiry => say!(
                "{here} looks which sessions are due: all have been heard of meanwhile",
                "{here} 检查到期的会话：其间都有过消息"
            ),
            Timer::Vote => say!("{here} says again whom it would have lead", "{here} 重申自己的投票"),
            Timer::Elected if self.sends("follow") => {
                say!(
                    "A quorum agrees, and nobody better has come forward: {here} follows",
                    "多数派已一致，且没有更合适的人选：{here} 成为跟随者"
                )
            }
            Timer::Elected => say!(
                "A quorum agrees on {here}; before it serves it needs their promises, and its history on their disks",
                "多数派推举 {here}；在服务之前，它还需要他们的承诺，并让他们存下它的历史"
            ),
            Timer::Join => say!(
                "{here} turns to its leader again: perhaps that one did not know yet that it was chosen",
                "{here} 再次请求跟随：对方也许还不知道自己已当选"
            ),
            Timer::HalfTick if self.sends("vote") => say!(
                "{here} has heard too little for too long: it sends its clients away and looks for a leader",
                "{here} 太久没有足够的消息：它送走客户端，重新寻找领导者"
            ),
            Timer::HalfTick if self.sends("heartbeat") => say!(
                "{here} shows that it leads, and asks whom its followers have heard of",
                "{here} 表明自己仍在领导，并询问跟随者听到了谁"
            ),
            Timer::HalfTick => {
                say!("{here} sees that whom it needs is still there", "{here} 确认它所依赖的节点仍在")
            }
        }
    }

    fn is_write(&self, kind: crate::sim::trace::StepKind) -> bool {
        matches!(kind, crate::sim::trace::StepKind::Write(_))
    }

    /// What a crash means to the lock.
    pub(super) fn struck(&self) -> Option<Text> {
        let here = self.here;
        if let (Some(before), None) = (self.before(), self.after()) {
            return match before.stage() {
                Stage::Holding(_) => Some(say!(
                    "{here} dies with the lock: its node stays until the ensemble has not heard of its session for the whole time-out",
                    "{here} 持锁宕机：它的节点要等集群整个会话超时都没有消息才会删除"
                )),
                Stage::Waiting => Some(say!(
                    "{here} dies waiting: its node still stands in the queue, before whoever watches it",
                    "{here} 在等待中宕机：它的节点仍在队列里，挡在监视它的客户端前面"
                )),
                _ => None,
            };
        }
        let before = super::server(self.moment.before, self.node)?;
        if super::server(self.moment.after, self.node).is_some() {
            return self.changed();
        }
        let holder: Option<Hold> = queue(self.moment.before, self.node).first().map(|entry| entry.owner);
        let leads = before.is_leader();
        Some(match holder.map(|hold| name(hold.client)) {
            Some(holder) if leads => say!(
                "{here} dies, and nobody leads; that {holder} holds the lock is on the disks of a quorum",
                "{here} 宕机，暂时无人领导；{holder} 持有锁这件事已在多数派的磁盘上"
            ),
            _ => say!(
                "{here} dies; what was agreed upon is on the disks of a quorum",
                "{here} 宕机；已达成一致的内容在多数派的磁盘上"
            ),
        })
    }
}
