//! Requests at a server, and what its timers and Redis bring.

use super::super::message::{Action, Answer, Ask, Page, ServerTimer};
use super::super::server::COMMANDS_OF_A_REQUEST;
use super::super::session::{Holds, SessionId};
use super::super::settings::Keeping;
use super::{Command, Event, Redis};
use crate::protocols::parts::redis::Reply;
use crate::say;
use crate::text::Text;

impl Event<'_> {
    pub(super) fn asked(&self, ask: &Ask) -> Option<Text> {
        let (here, number) = (self.here, ask.number);
        if let Action::LogIn { user } = ask.action {
            return Some(say!(
                "Name and password of u{user} are right: {here} begins session {number}",
                "u{user} 的用户名密码正确：{here} 建立会话 {number}"
            ));
        }
        let id = ask.cookie.as_ref().map_or(SessionId(0), super::super::session::Cookie::id);
        if let Some(answer) = self.answer() {
            return Some(self.answered_at_once(ask, id, &answer));
        }
        if let Some(command) = self.command() {
            return Some(match command {
                Command::Get { .. } | Command::Hgetall { .. } => {
                    say!(
                        "{here} has no session of its own, and asks Redis for {id}",
                        "{here} 自己不存会话，向 Redis 读取 {id}"
                    )
                }
                Command::Exists { .. } => say!(
                    "The signature is right; {here} asks Redis whether token {id} has been logged out",
                    "签名无误；{here} 还要向 Redis 查询令牌 {id} 是否已登出"
                ),
                Command::Del { .. } => say!(
                    "{here} has a copy of its own, and deletes {id} in Redis",
                    "{here} 有本地副本，并到 Redis 删除 {id}"
                ),
                _ => return None,
            });
        }
        if let Some(holder) = self.fetches() {
            return Some(say!(
                "{here} has no copy of session {id}, but knows that {holder} has: it fetches it",
                "{here} 没有会话 {id} 的副本，但知道 {holder} 有：去取"
            ));
        }
        Some(match self.settings.keeping {
            Keeping::Token => say!(
                "{here} checks the signature, and reads out of the cookie all that it needs to know",
                "{here} 验过签名，需要知道的都从 Cookie 里读到了"
            ),
            _ if ask.action == Action::LogOut => say!(
                "{here} forgets session {id}, and waits until the others have too",
                "{here} 删掉会话 {id}，等其他服务器也删掉"
            ),
            _ => say!("{here} finds session {id} in its own memory", "{here} 在自己的内存里找到会话 {id}"),
        })
    }

    fn answered_at_once(&self, ask: &Ask, id: SessionId, answer: &Answer) -> Text {
        let here = self.here;
        let token = ask.cookie.as_ref().and_then(|cookie| match &cookie.holds {
            Holds::Token(token) => Some(token),
            Holds::Identifier(_) => None,
        });
        match (&answer.page, token) {
            (Page::PleaseLogIn, Some(token)) => match token.key {
                None => {
                    say!("The token is not signed: {here} does not believe a word", "令牌没有签名：{here} 一个字也不信")
                }
                Some(key) => say!(
                    "{here} does not accept the token: it was signed with key {key}, or has expired",
                    "{here} 不认这个令牌：它用 {key} 号密钥签名，或者已过期"
                ),
            },
            (Page::PleaseLogIn, None) => say!(
                "{here} has never heard of session {id}, or not for too long: to it this user is a stranger",
                "{here} 不认识会话 {id}，或者它已超时：在它眼里来的是个陌生人"
            ),
            (Page::Goodbye { .. }, Some(_)) => say!(
                "{here} can only ask the browser to throw the token away: it stays valid until it expires",
                "{here} 只能让浏览器把令牌扔掉：到期之前它仍然有效"
            ),
            _ => say!("{here} ends session {id}", "{here} 结束会话 {id}"),
        }
    }

    pub(super) fn timer_of_server(&self, timer: ServerTimer) -> Option<Text> {
        let here = self.here;
        let ServerTimer::Work(number) = timer else {
            return Some(say!(
                "Redis has not answered {here} for too long: without the session there is nothing but an error",
                "{here} 等 Redis 太久没有回应：读不到会话，只能给错误页"
            ));
        };
        if let Some(command) = self.command() {
            return Some(match command {
                Command::Set { .. } => say!(
                    "Request {number} is done: {here} saves the whole session as it has it, whatever others have saved meanwhile",
                    "请求 {number} 处理完：{here} 把手里的整个会话写回，不管这期间别人写过什么"
                ),
                Command::Exists { .. } => say!(
                    "Request {number} is done: before it writes, {here} asks whether the session is still there",
                    "请求 {number} 处理完：{here} 写之前先问会话还在不在"
                ),
                Command::Hset { .. } => {
                    say!("{here} writes the new session, field by field", "{here} 写入新会话的各个字段")
                }
                _ => say!(
                    "Request {number} has changed nothing: {here} only moves the session's end",
                    "请求 {number} 什么也没改：{here} 只给会话续期"
                ),
            });
        }
        let peers = self.tells_of();
        Some(match (self.answer().map(|answer| answer.page), self.settings.keeping, peers) {
            (Some(Page::PleaseLogIn), ..) => say!(
                "The session was logged out while {here} worked on request {number}",
                "{here} 处理请求 {number} 期间，会话已被登出"
            ),
            (Some(_), Keeping::Token, _) => say!(
                "{here} signs a new token with what request {number} has added, and forgets everything",
                "{here} 把请求 {number} 加进来的东西签进新令牌，然后什么也不记"
            ),
            (Some(_), Keeping::AllToAll, 1..) => say!(
                "{here} answers request {number} and tells {peers} others what has changed, without waiting for them",
                "{here} 答复请求 {number}，同时把改动告诉另外 {peers} 台，不等它们"
            ),
            (None, Keeping::Backup, 1..) => say!(
                "{here} copies what request {number} leaves to its backup, and answers once that has it",
                "{here} 把请求 {number} 之后的会话复制给备份，等备份收到再答复"
            ),
            (None, _, 1..) => say!(
                "{here} tells {peers} others what request {number} has changed, and answers once they have it",
                "{here} 把请求 {number} 的改动告诉另外 {peers} 台，等它们收到再答复"
            ),
            _ => say!(
                "Request {number} is done: what it has changed is in the memory of {here}",
                "请求 {number} 处理完：改动留在 {here} 的内存里"
            ),
        })
    }

    // -- Redis -------------------------------------------------------------------------------------------------------

    pub(super) fn of_store(&self, sender: &str, message: &Redis) -> Option<Text> {
        let here = self.here;
        match message {
            Redis::Ask { command, .. } => self.at_store(sender, command),
            Redis::Answer { number, reply } => {
                let number = number / COMMANDS_OF_A_REQUEST;
                let page = self.answer().map(|answer| answer.page);
                Some(match (reply, page, self.command()) {
                    (_, None, Some(Command::Del { .. })) => say!(
                        "The session is there: {here} deletes it, which is all that a log-out needs",
                        "会话还在：{here} 把它删掉，登出只需如此"
                    ),
                    (_, None, Some(Command::Set { .. })) => say!(
                        "The token is valid: {here} puts it on the list until it would have expired",
                        "令牌有效：{here} 把它记入黑名单，直到它本该过期"
                    ),
                    (Reply::Text(_), ..) => say!(
                        "{here} has loaded the session; what is saved from now on until it saves it will overwrite",
                        "{here} 读到了会话；从现在到它写回之间，别人写的都会被它覆盖"
                    ),
                    (Reply::Fields(fields), None, _) if !fields.is_empty() => {
                        say!("{here} has loaded the session's fields", "{here} 读到了会话的各个字段")
                    }
                    (Reply::Nil | Reply::Fields(_), ..) => say!(
                        "Redis has no such session: to {here} the user is a stranger",
                        "Redis 里没有这个会话：在 {here} 眼里来的是个陌生人"
                    ),
                    (_, Some(Page::PleaseLogIn), _) if self.settings.keeping == Keeping::Token => {
                        say!(
                            "The token is on the list: {here} lets nobody in with it",
                            "令牌在黑名单上：{here} 不让任何人凭它进来"
                        )
                    }
                    (_, Some(Page::PleaseLogIn), _) => say!(
                        "The session is gone meanwhile: {here} writes nothing",
                        "这期间会话已经没了：{here} 什么也不写"
                    ),
                    (_, Some(Page::Goodbye { .. }), _) if self.settings.keeping == Keeping::Token => {
                        say!("The token is on the list of those that count no more", "令牌进了黑名单，从此不算数")
                    }
                    (_, Some(Page::Goodbye { .. }), _) => {
                        say!(
                            "The session is deleted: no server finds it any more",
                            "会话已删除：哪台服务器都找不到它了"
                        )
                    }
                    (_, Some(_), _) if self.settings.local_copy => say!(
                        "The session is saved: {here} answers request {number}, and keeps a copy for the next",
                        "会话已保存：{here} 答复请求 {number}，并留一份副本给下一个请求用"
                    ),
                    (_, Some(_), _) => say!(
                        "The session is saved: {here} answers request {number} and keeps nothing itself",
                        "会话已保存：{here} 答复请求 {number}，自己不留"
                    ),
                    (_, None, Some(Command::Hset { .. })) => say!(
                        "The session is still there: {here} writes what request {number} has changed, and nothing else",
                        "会话还在：{here} 只写请求 {number} 改过的，其余不碰"
                    ),
                    (_, None, Some(Command::Pexpire { .. })) => {
                        say!("That is written; now {here} moves the session's end", "写好了；{here} 再给会话续期")
                    }
                    (_, None, _) => say!("{here} goes on with request {number}", "{here} 继续处理请求 {number}"),
                })
            }
            _ => None,
        }
    }

    fn at_store(&self, sender: &str, command: &Command) -> Option<Text> {
        let reply = self.sent(|_, message| match message {
            super::Message::Store(Redis::Answer { reply, .. }) => Some(reply.clone()),
            _ => None,
        });
        Some(match (command, reply) {
            (Command::Get { key } | Command::Hgetall { key }, Some(Reply::Nil)) => {
                say!("Redis has nothing under {key}", "Redis 里没有 {key}")
            }
            (Command::Get { key } | Command::Hgetall { key }, _) => {
                say!("Redis looks up {key} for {sender}", "Redis 为 {sender} 查找 {key}")
            }
            (Command::Set { key, .. }, _) => say!(
                "Redis puts what {sender} sends under {key}, whatever was there or was not",
                "Redis 把 {sender} 给的写到 {key} 下，不管原来有什么、有没有"
            ),
            (Command::Hset { key, fields }, _) => {
                let count = fields.len();
                say!("Redis writes {count} fields of {key}", "Redis 写入 {key} 的 {count} 个字段")
            }
            (Command::Del { key }, _) => say!("Redis deletes {key}", "Redis 删除 {key}"),
            (Command::Exists { key }, Some(Reply::Integer(0))) => say!("{key} is not there", "{key} 不存在"),
            (Command::Exists { key }, _) => say!("{key} is there", "{key} 存在"),
            (Command::Pexpire { key, .. }, _) => {
                say!("The end of {key} moves: its user was here", "{key} 续期：它的用户来过")
            }
            _ => return None,
        })
    }
}
