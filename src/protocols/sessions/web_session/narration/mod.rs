//! What happened at an event and why it matters, in one sentence.

mod at_server;
mod between;

use super::browser::{Browser, Standing};
use super::message::{Action, Answer, Ask, Click, Message, Page, ServerTimer, SetCookie};
use super::monitors::Store;
use super::server::Server;
use super::session::{COOKIE_BYTES_MAX, SessionId};
use super::settings::{Keeping, Routing, Settings, is_foreign, user_of};
use crate::protocols::Moment;
use crate::protocols::parts::redis::{Command, message::Message as Redis};
use crate::say;
use crate::sim::node::{Node, look};
use crate::sim::role::Role;
use crate::sim::time::Instant;
use crate::sim::trace::{NodeId, StepKind};
use crate::text::Text;
use std::sync::Arc;

pub(super) fn narrate(moment: &Moment) -> Option<Text> {
    let step = moment.step();
    let settings = *role::<Browser>(moment.after, NodeId(0)).or(role::<Browser>(moment.before, NodeId(0)))?.settings();
    let event = Event { moment, node: step.node, here: moment.name(step.node), settings };
    match step.kind {
        StepKind::Start => event.started(),
        StepKind::Deliver(message) => {
            let message = moment.trace.message(message);
            event.delivered(message.name.from, message.payload.get()?)
        }
        StepKind::Fire(timer) => {
            let payload = &moment.trace.local(timer).payload;
            match (payload.get::<Click>(), payload.get::<ServerTimer>()) {
                (Some(click), _) => event.clicked(*click),
                (_, Some(timer)) => event.timer_of_server(*timer),
                _ => None,
            }
        }
        StepKind::Disconnected(peer) => event.disconnected(peer),
        StepKind::Strike(_) => event.struck(),
        _ => None,
    }
}

/// The volatile state of a node that runs that role.
fn role<R: Role>(nodes: &[Arc<dyn Node>], node: NodeId) -> Option<&R> {
    look::<R>(&**nodes.get(node.index())?)?.0
}

/// An event at its node.
struct Event<'a> {
    moment: &'a Moment<'a>,
    node: NodeId,
    here: &'static str,
    settings: Settings,
}

impl Event<'_> {
    /// The first message that the event's handler sent and that is of interest, with its receiver.
    fn sent<T>(&self, wanted: impl Fn(NodeId, &Message) -> Option<T>) -> Option<T> {
        self.moment.effects().iter().find_map(|effect| {
            let StepKind::Send(message) = effect.kind else { return None };
            let message = self.moment.trace.message(message);
            wanted(message.name.to, message.payload.get::<Message>()?)
        })
    }

    /// The page that the handler answered with.
    fn answer(&self) -> Option<Answer> {
        self.sent(|_, message| if let Message::Answer(answer) = message { Some(answer.clone()) } else { None })
    }

    /// The command that the handler asked Redis to do.
    fn command(&self) -> Option<Command> {
        self.sent(|_, message| match message {
            Message::Store(Redis::Ask { command, .. }) => Some(command.clone()),
            _ => None,
        })
    }

    fn server(&self) -> Option<&Server> {
        role::<Server>(self.moment.after, self.node)
    }

    fn started(&self) -> Option<Text> {
        let here = self.here;
        if self.moment.step().at == Instant::START {
            return (self.node == NodeId(0)).then(|| self.premise());
        }
        if let Some(store) = role::<Store>(self.moment.after, self.node) {
            let count = store.keys().all().count();
            return Some(say!(
                "Redis is back, with what its file had: {count} keys",
                "Redis 恢复，文件里有多少就是多少：{count} 个键"
            ));
        }
        self.server().map(|_| match self.settings.replicates() {
            true => say!(
                "{here} is back with an empty memory, and asks the others for what it missed before it takes requests",
                "{here} 恢复，内存是空的；先向其他服务器索取会话，再接收请求"
            ),
            false => say!(
                "{here} is back with an empty memory: of the sessions that it had it knows nothing",
                "{here} 恢复，内存是空的：原来存的会话它一概不知"
            ),
        })
    }

    /// Where sessions live in this run.
    fn premise(&self) -> Text {
        match self.settings.keeping {
            Keeping::Memory => Text::new(
                "A session lives in the memory of the server that made it, and nowhere else",
                "会话只在创建它的那台服务器的内存里，别处没有",
            ),
            Keeping::AllToAll => Text::new(
                "Every server has a copy of every session, and hears of every change",
                "每台服务器都有全部会话的副本，每次修改都会收到",
            ),
            Keeping::Backup => Text::new(
                "Two servers have a session, a primary and a backup; the others know where it is",
                "每个会话有一主一备两份，其他服务器只知道它在哪里",
            ),
            Keeping::Container => Text::new(
                "Sessions live in Redis; the container loads a whole one for each request and saves the whole one after it",
                "会话在 Redis 里：容器在每个请求前整个读出，之后整个写回",
            ),
            Keeping::Above => Text::new(
                "Sessions live in Redis as hashes, and a request writes only the attributes that it has changed",
                "会话在 Redis 里，以哈希存放，每个请求只写自己改过的属性",
            ),
            Keeping::Token => Text::new(
                "The session is in the cookie, signed: servers remember nothing",
                "会话就在 Cookie 里，带着签名：服务器什么也不记",
            ),
        }
    }

    fn delivered(&self, from: NodeId, message: &Message) -> Option<Text> {
        let sender = self.moment.name(from);
        match message {
            Message::Ask(ask) if self.server().is_some() => self.asked(ask),
            Message::Ask(ask) => self.dispatched(ask),
            Message::Answer(answer) if self.settings.place(from).is_some() => Some(self.passed_on(sender, answer)),
            Message::Answer(answer) => self.answered(answer),
            Message::Join => {
                let here = self.here;
                Some(say!(
                    "{sender} joins: {here} sends it requests from now on",
                    "{sender} 加入：{here} 从此也向它发送请求"
                ))
            }
            Message::Leave => Some(say!(
                "{sender} leaves in good order: it gets no new requests; the sessions in its memory stay there",
                "{sender} 有序离开：不再收到新请求；它内存里的会话还在它那里"
            )),
            Message::Peer(peer) => self.told(sender, peer),
            Message::Store(message) => self.of_store(sender, message),
        }
    }

    // -- Browsers ----------------------------------------------------------------------------------------------------

    fn clicked(&self, Click(click): Click) -> Option<Text> {
        let here = self.here;
        let action = self.sent(|_, message| if let Message::Ask(ask) = message { Some(ask.action) } else { None })?;
        let tabs = self.settings.tabs;
        Some(match action {
            Action::LogIn { .. } => say!("{here} logs in with name and password", "{here} 输入用户名密码登录"),
            Action::LogOut => say!("{here} clicks on “log out”", "{here} 点击“登出”"),
            _ if tabs > 1 => say!(
                "{here} clicks in {tabs} tabs at once: each request carries the same cookie",
                "{here} 在 {tabs} 个标签页同时点击：每个请求带着同一个 Cookie"
            ),
            _ => say!(
                "{here} puts something into the session (click {click}); all that says who it is is the cookie",
                "{here} 往会话里放一样东西（第 {click} 次点击）；能说明它是谁的只有 Cookie"
            ),
        })
    }

    fn answered(&self, answer: &Answer) -> Option<Text> {
        let (here, number) = (self.here, answer.number);
        if is_foreign(number) {
            return Some(self.answered_somebody_else(answer));
        }
        let before = role::<Browser>(self.moment.before, self.node)?;
        let leaves = matches!(before.standing(), Standing::LoggingOut | Standing::LoggedOut);
        Some(match &answer.page {
            Page::Shows { session, .. } => {
                let count = session.contents.count();
                let lacks = before.told().map_or(0, |(_, told)| session.contents.lacks(&told));
                match &answer.cookie {
                    SetCookie::Set(cookie) if cookie.bytes() > COOKIE_BYTES_MAX => {
                        let bytes = cookie.bytes();
                        say!(
                            "The new cookie has {bytes} bytes: {here} drops it, keeps the old one, and with that what was in the \
                             session before",
                            "新 Cookie 有 {bytes} 字节：{here} 不收，仍用旧的，会话也就停在原来的内容"
                        )
                    }
                    _ if lacks > 0 => say!(
                        "The page that {here} gets lacks {lacks} things that it was told were there",
                        "{here} 得到的页面少了 {lacks} 样已确认放进去的东西"
                    ),
                    SetCookie::Set(_) if count == 0 => say!(
                        "{here} is logged in; from now on the cookie says so with every request",
                        "{here} 登录成功；此后每个请求都由 Cookie 来证明"
                    ),
                    SetCookie::Set(cookie) => {
                        let bytes = cookie.bytes();
                        say!(
                            "{here} sees {count} things in its session, and gets a new cookie of {bytes} bytes",
                            "{here} 看到会话里有 {count} 样东西，并得到一个 {bytes} 字节的新 Cookie"
                        )
                    }
                    _ => say!("{here} sees {count} things in its session", "{here} 看到会话里有 {count} 样东西"),
                }
            }
            Page::PleaseLogIn if leaves => say!(
                "The tab of {here} that was still loading gets the log-in form: its user has just left",
                "{here} 还在加载的标签页得到登录页：用户刚刚登出"
            ),
            Page::PleaseLogIn => say!(
                "{here} was logged in and is asked to log in again: for the server its cookie means nothing",
                "{here} 明明登录过，却被要求重新登录：对服务器来说它的 Cookie 什么也不是"
            ),
            Page::Goodbye { .. } => say!(
                "{here} is logged out and has thrown its cookie away; whoever has copied it still has it",
                "{here} 已登出，Cookie 也扔了；但若有人复制过，那份还在"
            ),
            Page::Error => say!("{here} sees an error page", "{here} 看到错误页"),
        })
    }

    fn answered_somebody_else(&self, answer: &Answer) -> Text {
        let (here, user) = (self.here, user_of(answer.number));
        match &answer.page {
            Page::Shows { session, .. } if session.user != user => {
                let owner = session.user;
                say!(
                    "A made-up cookie is taken at its word: at {here} one reads the page of u{owner}",
                    "伪造的 Cookie 被当真：在 {here} 这里读到了 u{owner} 的页面"
                )
            }
            Page::Shows { .. } => say!(
                "Somebody with a copy of the cookie of {here} reads its page",
                "有人拿着 {here} 的 Cookie 副本，读到了它的页面"
            ),
            _ => say!(
                "Somebody with a cookie that is no good any more, or never was, is not let in",
                "Cookie 已经失效，或者从来无效：来人被拒之门外"
            ),
        }
    }

    // -- The balancer ------------------------------------------------------------------------------------------------

    fn dispatched(&self, ask: &Ask) -> Option<Text> {
        let (here, number) = (self.here, ask.number);
        let to = self.sent(|to, message| matches!(message, Message::Ask(_)).then_some(to));
        let Some(to) = to else {
            return Some(say!(
                "{here} knows of no server that is there: request {number} fails",
                "{here} 没有可用的服务器：请求 {number} 失败"
            ));
        };
        let (name, place) = (self.moment.name(to), self.settings.place(to));
        let route = self.settings.route(ask.cookie.as_ref());
        Some(match self.settings.routing {
            Routing::Cookie if route.is_some() && route == place => say!(
                "The cookie names {name}: {here} sends request {number} there",
                "Cookie 里写着 {name}：{here} 把请求 {number} 发给它"
            ),
            Routing::Cookie if route.is_some() => say!(
                "The server that the cookie names is not there: {here} sends request {number} to {name}, whose turn it is",
                "Cookie 里写的服务器不在了：{here} 把请求 {number} 发给轮到的 {name}"
            ),
            Routing::IpHash => say!(
                "By the address of its network {here} sends request {number} to {name}",
                "{here} 按所在网段的地址把请求 {number} 发给 {name}"
            ),
            _ => say!(
                "It is the turn of {name}: {here} sends it request {number}",
                "轮到 {name}：{here} 把请求 {number} 发给它"
            ),
        })
    }

    fn passed_on(&self, sender: &str, answer: &Answer) -> Text {
        let (here, number) = (self.here, answer.number);
        match answer.page {
            Page::Error => say!(
                "{here} passes on that {sender} could not do request {number}",
                "{here} 转告：{sender} 没能处理请求 {number}"
            ),
            _ => say!(
                "{here} passes on what {sender} answers to request {number}",
                "{here} 转发 {sender} 对请求 {number} 的答复"
            ),
        }
    }

    fn disconnected(&self, peer: NodeId) -> Option<Text> {
        let (here, name) = (self.here, self.moment.name(peer));
        if role::<Browser>(self.moment.after, self.node).is_some() {
            return Some(say!("{here} has lost the connection to {name}", "{here} 与 {name} 的连接断开"));
        }
        if self.server().is_some() {
            return self.lost_a_server(name);
        }
        Some(say!(
            "{here} learns that {name} is gone: what it has not answered goes elsewhere",
            "{here} 得知 {name} 不在了：它没答复的请求改发别处"
        ))
    }

    /// What a fault, or what the protocol declares besides, means here.
    fn struck(&self) -> Option<Text> {
        let here = self.here;
        if let Some(asks) = self.asks_as_somebody_else() {
            return Some(asks);
        }
        if let Some(before) = role::<Store>(self.moment.before, self.node) {
            let count = before.keys().all().count();
            let is_down = role::<Store>(self.moment.after, self.node).is_none();
            return is_down.then(|| {
                say!(
                    "Redis dies, and every server's sessions with it: {count} keys were in its memory",
                    "Redis 宕机，所有服务器的会话都没了着落：它内存里有 {count} 个键"
                )
            });
        }
        let before = role::<Server>(self.moment.before, self.node)?;
        let count = before.sessions().count();
        let Some(after) = self.server() else {
            return Some(match count {
                0 => say!("{here} dies, and takes no session with it", "{here} 宕机，没有带走任何会话"),
                _ => say!(
                    "{here} dies, and with it what was in its memory: {count} sessions",
                    "{here} 宕机，内存里的 {count} 个会话随之消失"
                ),
            });
        };
        let (old, new) = (before.signs_with(), after.signs_with());
        if new != old {
            return Some(say!(
                "{here} signs with key {new} from now on; tokens that key {old} has signed are still under way",
                "{here} 从此用 {new} 号密钥签名；{old} 号密钥签的令牌还在外面"
            ));
        }
        match self.sent(|_, message| Some(message.clone()))? {
            Message::Leave => Some(say!(
                "{here} is taken out for its new version, with {count} sessions in its memory: it says so, finishes what it \
                 has, and gets nothing more",
                "{here} 为发布新版本摘下流量，内存里有 {count} 个会话：先打招呼，处理完手头的，不再接收新的"
            )),
            Message::Join => Some(say!("{here} is new, and ready at once", "{here} 是新来的，立刻可用")),
            _ => Some(say!(
                "{here} is new, and asks the others for what it has to know before it takes requests",
                "{here} 是新来的，先向其他服务器要来该知道的，再接收请求"
            )),
        }
    }

    /// Somebody has taken a cookie to a browser of their own.
    fn asks_as_somebody_else(&self) -> Option<Text> {
        let here = self.here;
        let ask = self.sent(|_, message| if let Message::Ask(ask) = message { Some(ask.clone()) } else { None })?;
        let is_made_up = ask.cookie.is_some_and(|cookie| cookie.id() == SessionId(0));
        Some(match is_made_up {
            true => say!(
                "Somebody at {here} sends a cookie that no server has given",
                "有人在 {here} 发出一个没有任何服务器发过的 Cookie"
            ),
            false => say!(
                "Somebody who has copied the last cookie of {here} asks for its page",
                "有人复制了 {here} 最后的 Cookie，来要它的页面"
            ),
        })
    }
}
