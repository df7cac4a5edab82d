//! What happens at clients.

use super::Event;
use crate::protocols::locks::zookeeper_lock::message::Timer;
use crate::protocols::locks::zookeeper_lock::stage::Stage;
use crate::protocols::parts::locking::name;
use crate::protocols::parts::zookeeper::client::Timer as LibraryTimer;
use crate::protocols::parts::zookeeper::message::ToClient;
use crate::protocols::parts::zookeeper::{Answer, Error, sequence};
use crate::say;
use crate::sim::trace::NodeId;
use crate::text::Text;

impl Event<'_> {
    pub(super) fn told(&self, from: NodeId, connection: u32, said: &ToClient) -> Option<Text> {
        let (here, server) = (self.here, self.moment.name(from));
        let before = self.before()?;
        if !before.library().listens_to(from, connection) {
            return Some(say!(
                "{here} has left this connection long since, and does not hear it",
                "{here} 早已放弃这个连接，不再理会"
            ));
        }
        let holds = matches!(before.stage(), Stage::Holding(_));
        Some(match said {
            ToClient::Connected { timeout, .. } if before.library().session().is_some() => {
                let timeout = timeout.to_string();
                say!(
                    "The session of {here} has outlived the change of connections: its node is still there, and {timeout} run anew",
                    "{here} 的会话挺过了换连接：它的节点还在，{timeout} 的超时重新计时"
                )
            }
            ToClient::Connected { timeout, .. } => {
                let timeout = timeout.to_string();
                say!(
                    "{here} has a session; if the ensemble hears nothing of it for {timeout}, it is over",
                    "{here} 有了会话；集群若 {timeout} 没有它的消息，会话即告结束"
                )
            }
            ToClient::Expired if holds => say!(
                "{here} learns only now that its session is over: the lock had been somebody else's to take ever since",
                "{here} 此时才得知会话早已过期：从那时起锁就可以归别人"
            ),
            ToClient::Expired => say!(
                "{here} has lost its session, and its place in the queue with it",
                "{here} 失去了会话，队列中的位置也随之失去"
            ),
            ToClient::Closed if holds => say!(
                "{server} hangs up. Whether {here} still holds the lock it cannot tell from here",
                "{server} 断开了连接。{here} 无从判断自己是否还持有锁"
            ),
            ToClient::Closed => {
                say!("{server} hangs up; {here} will try again", "{server} 断开了连接，{here} 稍后重试")
            }
            ToClient::Pong => {
                say!("{server} has heard of {here}: the session lives", "{server} 收到了 {here} 的心跳：会话还在")
            }
            ToClient::Happened { event, .. } => {
                let number = sequence(&event.path).unwrap_or_default();
                say!(
                    "Number {number} is gone. {here} looks at the queue again: whoever stood there may have died waiting",
                    "编号 {number} 已消失。{here} 重新查看队列：那个客户端也可能只是在等待中死去"
                )
            }
            ToClient::Reply { answer, .. } => return self.answered(answer),
        })
    }

    fn answered(&self, answer: &Result<Answer, Error>) -> Option<Text> {
        let here = self.here;
        let (before, after) = (self.before()?, self.after()?);
        Some(match (answer, before.stage(), after.stage()) {
            (Ok(Answer::Created(path, _)), ..) => {
                let number = sequence(path).unwrap_or_default();
                say!(
                    "{here} has number {number}, and looks who is before it",
                    "{here} 得到编号 {number}，看看前面还有谁"
                )
            }
            (Ok(Answer::Children(_)), Stage::Asking, Stage::Holding(holding)) => match holding.fencing_token {
                Some(token) => say!(
                    "{here} is first: it believes from here on that it holds the lock, with fencing token {token}",
                    "{here} 排第一：从此认为自己持有锁，防护令牌为 {token}"
                ),
                None => say!(
                    "{here} is first: it believes from here on that it holds the lock, until somebody tells it otherwise",
                    "{here} 排第一：从此认为自己持有锁，直到有人告诉它并非如此"
                ),
            },
            (Ok(Answer::Children(_)), ..) if self.sends("get-data") => {
                let watched = after.watched().and_then(|watched| sequence(&watched.path)).unwrap_or_default();
                say!(
                    "{here} is not first; it will watch number {watched} and ask nothing more",
                    "{here} 不是第一个；它将监视编号 {watched}，此后不再询问"
                )
            }
            (Ok(Answer::Children(_)), ..) if self.sends("exists") => say!(
                "{here} finds a node with its own name in it: the create had worked, and only the answer was lost",
                "{here} 发现了带自己标识的节点：创建其实成功了，只是答复丢了"
            ),
            (Ok(Answer::Children(_)), ..) if self.sends("create") => say!(
                "No node bears the name of {here}: the create had not worked, and can safely be tried again",
                "没有带 {here} 标识的节点：创建没有成功，可以放心重试"
            ),
            (Ok(Answer::Children(_)), ..) => {
                say!("{here} takes whoever is first for itself", "{here} 把排第一的当成了自己")
            }
            (Ok(Answer::Data(..)), _, Stage::Waiting) => {
                let owner = after.watched().and_then(|watched| watched.owner).map_or("?", |owner| name(owner.client));
                say!(
                    "The watch stands: {here} waits, and will hear when the node of {owner} is gone",
                    "监视已设好：{here} 等着，{owner} 的节点一消失就会得到通知"
                )
            }
            (Err(Error::NoNode), Stage::Asking, _) => say!(
                "The node went while {here} was looking: it looks again, for no watch was left",
                "{here} 查看时该节点刚好消失：没有留下监视，于是再看一次"
            ),
            (Ok(Answer::Done), Stage::Releasing, _) => {
                say!("{here} has given up its place", "{here} 已让出位置")
            }
            (Err(Error::NoNode), Stage::Releasing, _) => {
                say!("The node was gone already: there is nothing to release", "节点早已不在：没有可释放的")
            }
            (Ok(Answer::Stat(_)), ..) => say!(
                "{here} knows its node's transaction now, as if the answer had never been lost",
                "{here} 得知了自己节点的事务号，就像答复从未丢失"
            ),
            (Ok(Answer::Done), Stage::Done, _) => {
                say!("{here} has taken its leave: its session is over at once", "{here} 正常告别：会话立即结束")
            }
            _ => return None,
        })
    }

    pub(super) fn fired(&self, timer: Timer) -> Option<Text> {
        let here = self.here;
        let writes = self.sends("write");
        Some(match timer {
            Timer::Want(_) if self.sends("connect") => say!(
                "{here} wants the lock, and has no session yet: it asks for one",
                "{here} 想要锁，但还没有会话：先建立会话"
            ),
            Timer::Want(_) => {
                say!("{here} wants the lock: it asks for a place in the queue", "{here} 想要锁：去队列里占一个位置")
            }
            Timer::Work(_) if writes => {
                say!("{here} is done and writes what it took the lock for", "{here} 完成工作，写入它为之加锁的结果")
            }
            Timer::Resend(_) if writes => {
                say!("{here} has no answer from the resource, and writes again", "资源没有答复，{here} 再写一次")
            }
            Timer::Work(_) | Timer::Resend(_) => say!(
                "{here} does not write: it has heard nothing of its server for too long to be sure of its session",
                "{here} 没有写：太久没有服务器的消息，它不能确定会话还在"
            ),
            Timer::Library(LibraryTimer::Ping) => {
                say!("{here} shows that it is there: its session lives on that", "{here} 发出心跳：会话靠它维持")
            }
            Timer::Library(LibraryTimer::Silence) => say!(
                "Two thirds of the session time-out without a word: {here} gives up this server and looks for another",
                "会话超时的三分之二都没有消息：{here} 放弃这台服务器，另找一台"
            ),
            Timer::Library(LibraryTimer::Reconnect) => {
                let server = self.after()?.library().server().map_or("?", |server| self.moment.name(server));
                say!(
                    "{here} tries {server}: with the session that it had, if it had one",
                    "{here} 尝试连接 {server}：如果原有会话，就带上它"
                )
            }
        })
    }

    pub(super) fn disconnected(&self, peer: NodeId) -> Option<Text> {
        let (here, peer) = (self.here, self.moment.name(peer));
        let before = self.before()?;
        self.after().filter(|after| !after.library().is_connected() && before.library().is_connected())?;
        Some(match before.stage() {
            Stage::Asking | Stage::Releasing => say!(
                "The connection to {peer} is gone, and an answer with it: whether {here} got what it asked for it cannot know",
                "与 {peer} 的连接断了，答复也随之丢失：请求究竟执行了没有，{here} 无从得知"
            ),
            Stage::Holding(_) => say!(
                "The connection to {peer} is gone; whether the session of {here} still stands, and the lock with it, only the ensemble knows",
                "与 {peer} 的连接断了；{here} 的会话和锁是否还在，只有集群知道"
            ),
            _ => say!("{here} has lost its connection to {peer}", "{here} 与 {peer} 的连接断了"),
        })
    }
}
