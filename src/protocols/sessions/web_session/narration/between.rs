//! What servers say to each other.

use super::super::message::{Message, Page, Peer};
use super::{Event, Server, role};
use crate::say;
use crate::sim::trace::StepKind;
use crate::text::Text;

impl Event<'_> {
    /// From whom the handler fetches a session.
    pub(super) fn fetches(&self) -> Option<&'static str> {
        let holder = self.sent(|to, message| matches!(message, Message::Peer(Peer::Fetch { .. })).then_some(to))?;
        Some(self.moment.name(holder))
    }

    /// How many servers the handler has sent a change to.
    pub(super) fn tells_of(&self) -> usize {
        let told = self.moment.effects().iter().filter(|effect| {
            let StepKind::Send(message) = effect.kind else { return false };
            let message = self.moment.trace.message(message).payload.get::<Message>();
            matches!(message, Some(Message::Peer(Peer::Delta { .. } | Peer::Copy { .. })))
        });
        told.count()
    }

    pub(super) fn told(&self, sender: &str, peer: &Peer) -> Option<Text> {
        let here = self.here;
        Some(match peer {
            Peer::Delta { id, .. } => {
                let before = role::<Server>(self.moment.before, self.node)?.kept(*id);
                let after = self.server()?.kept(*id)?;
                let lost = before.map_or(0, |before| after.session.contents.lacks(&before.session.contents));
                match (before, lost) {
                    (None, _) => say!("{here} has a copy of session {id} now", "{here} 现在有了会话 {id} 的副本"),
                    (Some(_), 0) => {
                        say!("{here} brings its copy of session {id} up to date", "{here} 更新会话 {id} 的副本")
                    }
                    (Some(_), _) => say!(
                        "{sender} says what the attribute is now, and {here} overwrites {lost} things that {sender} did not know of",
                        "{sender} 告知属性的新值，{here} 照写，盖掉了 {lost} 样 {sender} 不知道的东西"
                    ),
                }
            }
            Peer::Copy { id, .. } => {
                say!("{here} keeps a backup of session {id} for {sender}", "{here} 为 {sender} 保存会话 {id} 的备份")
            }
            Peer::Stored { .. } => match self.answer() {
                Some(answer) => {
                    let number = answer.number;
                    say!(
                        "{sender} has it too: now {here} may answer request {number}",
                        "{sender} 也有了：{here} 可以答复请求 {number} 了"
                    )
                }
                None => say!("{sender} has it too", "{sender} 也有了"),
            },
            Peer::Whereabouts { id, located } => {
                let primary = self.moment.name(located.primary);
                say!("{here} notes that {primary} has session {id}", "{here} 记下：会话 {id} 在 {primary}")
            }
            Peer::Gone { id, .. } => say!(
                "{here} hears that session {id} was logged out, and forgets it",
                "{here} 得知会话 {id} 已登出，将其删除"
            ),
            Peer::Fetch { id, .. } => {
                say!("{here} gives {sender} its copy of session {id}", "{here} 把会话 {id} 的副本交给 {sender}")
            }
            Peer::Fetched { session, .. } => match (session, self.answer().map(|answer| answer.page)) {
                (Some(_), _) => {
                    say!("{here} has the session now and is its primary from here on", "{here} 取到会话，从此由它做主")
                }
                (None, Some(Page::PleaseLogIn)) => say!(
                    "{sender} does not have it any more either: to {here} the user is a stranger",
                    "{sender} 也没有了：在 {here} 眼里来的是个陌生人"
                ),
                (None, _) => return None,
            },
            Peer::Transfer => say!(
                "{sender} has just started: {here} sends it what it has to know",
                "{sender} 刚启动：{here} 把该知道的发给它"
            ),
            Peer::Everything { .. } => {
                let count = self.server()?.sessions().count();
                match self.sent(|_, message| matches!(message, Message::Join).then_some(())) {
                    Some(()) => say!(
                        "{here} has heard from everybody, holds {count} sessions, and is ready for requests",
                        "{here} 收齐了各家的回复，存有 {count} 个会话，可以接收请求了"
                    ),
                    None => say!("{here} takes over what {sender} has", "{here} 收下 {sender} 的会话信息"),
                }
            }
        })
    }

    pub(super) fn lost_a_server(&self, gone: &str) -> Option<Text> {
        let (here, copies) = (self.here, self.tells_of());
        Some(match copies {
            0 => say!("{here} learns that {gone} is gone", "{here} 得知 {gone} 不在了"),
            _ => say!(
                "{here} learns that {gone} is gone, and has the {copies} sessions of which it now has the only copy copied again",
                "{here} 得知 {gone} 不在了：有 {copies} 个会话只剩它这一份，立刻再备份一次"
            ),
        })
    }
}
