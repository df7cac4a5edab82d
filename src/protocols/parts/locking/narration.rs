//! What happened to a client, the counter or the resource, in one sentence: where every lock has the same to say.

use super::client::{Client, Recipe, Stage, Timer};
use super::{counter, name, resource};
use crate::protocols::Moment;
use crate::say;
use crate::sim::node::look;
use crate::sim::trace::{NodeId, StepKind};
use crate::text::Text;
use std::marker::PhantomData;

/// One event of a run in which clients follow the recipe.
pub struct Event<'a, R> {
    pub moment: &'a Moment<'a>,
    pub node: NodeId,
    /// The name of the node at which it happened.
    pub here: &'static str,
    recipe: PhantomData<fn() -> R>,
}

impl<'a, R: Recipe> Event<'a, R> {
    pub fn of(moment: &'a Moment<'a>) -> Self {
        let node = moment.step().node;
        Event { moment, node, here: moment.name(node), recipe: PhantomData }
    }

    /// The client just before, if it is one and ran.
    pub fn before(&self) -> Option<&'a Client<R>> {
        look::<Client<R>>(&**self.moment.before.get(self.node.index())?)?.0
    }

    pub fn after(&self) -> Option<&'a Client<R>> {
        look::<Client<R>>(&**self.moment.after.get(self.node.index())?)?.0
    }

    /// Whether the event's handler sends such a message at once.
    pub fn sends(&self, kind: &str) -> bool {
        self.moment.effects().iter().any(|effect| match effect.kind {
            StepKind::Send(message) => self.moment.trace.message(message).name.kind == kind,
            _ => false,
        })
    }

    // -- At a client -------------------------------------------------------------------------------------------------

    /// What an answer of the lock's servers changed for the client, where that is the same for every lock.
    pub fn progressed(&self) -> Option<Text> {
        let here = self.here;
        Some(match (self.before()?.stage(), self.after()?.stage()) {
            (Stage::Asking, Stage::Holding(_)) => say!(
                "{here} believes from here on that it holds the lock; only its clock could tell it otherwise",
                "从此刻起 {here} 认为自己持有锁；能提醒它的只有它自己的时钟"
            ),
            (Stage::Asking, Stage::Drawing(_)) => say!(
                "{here} is granted the lock, and draws a fencing token from the counter: the lock itself has none to give",
                "{here} 拿到了锁，再向计数器取防护令牌：锁本身没有令牌可发"
            ),
            (Stage::LookingAgain(token), Stage::Holding(_)) => say!(
                "The lock is still {here}'s, so token {token} was drawn while it held it: now it may begin",
                "锁仍归 {here}，可见令牌 {token} 确是持锁期间所取：可以开始了"
            ),
            (Stage::LookingAgain(token), Stage::Waiting) => say!(
                "The lock is not {here}'s any more: token {token} may be newer than the next holder's, and must not be used",
                "锁已不归 {here}：令牌 {token} 可能比下一位持有者的还新，不能用"
            ),
            _ => return None,
        })
    }

    pub fn fired(&self, timer: Timer) -> Option<Text> {
        let here = self.here;
        let writes = self.sends("write");
        Some(match timer {
            Timer::Want(_) => say!("{here} wants the lock, and asks whether it is free", "{here} 想要锁，去问是否空闲"),
            Timer::Retry(_) => say!("{here} asks again: nobody would tell it", "{here} 再问一次：没有人会通知它"),
            Timer::Redraw(_) => say!(
                "The counter has not answered {here}, and a number lost is no harm: it asks for another",
                "计数器没有答复 {here}；丢一个号无妨，再取一个"
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
            Timer::LeaseEnd(_) => say!(
                "By its own clock the lease of {here} is over: it stops, and no longer believes to hold the lock",
                "按自己的时钟，{here} 的租约已到期：它停下来，不再认为自己持有锁"
            ),
        })
    }

    /// A client that held the lock has died in this event.
    pub fn holder_dies(&self) -> bool {
        let held = self.before().is_some_and(|before| matches!(before.stage(), Stage::Holding(_)));
        held && self.after().is_none()
    }

    // -- At the counter and the resource -----------------------------------------------------------------------------

    pub fn counter(&self, message: &counter::Message) -> Option<Text> {
        let here = self.here;
        Some(match message {
            counter::Message::Draw { hold } => {
                let asker = name(hold.client);
                say!(
                    "The counter hands {asker} the next number; whether {asker} holds the lock it does not know",
                    "计数器把下一个号发给 {asker}；{asker} 是否持锁，它并不知道"
                )
            }
            counter::Message::Token { token, .. } => match self.after()?.stage() {
                Stage::LookingAgain(_) => say!(
                    "{here} has drawn token {token}, and looks once more whether the lock is its own: it may have been \
                     asleep",
                    "{here} 取到令牌 {token}，再查一次锁是否还归自己：其间它可能停顿过"
                ),
                Stage::Holding(_) => say!(
                    "{here} has drawn token {token} and goes on, without a look whether the lock is still its own",
                    "{here} 取到令牌 {token} 便直接继续，不再查锁是否还归自己"
                ),
                _ => say!("{here} has no use for this number any more", "{here} 已用不上这个号"),
            },
        })
    }

    pub fn resource(&self, message: &resource::Message) -> Option<Text> {
        let holds = || matches!(self.before().map(Client::stage), Some(Stage::Holding(_)));
        sentence(self.here, message, self.sends("refused"), holds())
    }
}

/// The sentence for a message that reaches `here`, whether the resource refuses it, and whether a client believed just
/// before that it held the lock.
pub fn sentence(here: &str, message: &resource::Message, refuses: bool, holds: bool) -> Option<Text> {
    Some(match message {
        resource::Message::Write { hold, token } => {
            let writer = name(hold.client);
            match token {
                Some(token) if refuses => say!(
                    "Token {token} is older than one that the resource has seen: the write of {writer} comes from the past, \
                     and is refused",
                    "令牌 {token} 比资源见过的更旧：{writer} 的写入来自过去，被拒绝"
                ),
                Some(token) => say!(
                    "No newer token than {token} has come yet: the write of {writer} is accepted",
                    "还没有比 {token} 更新的令牌来过：接受 {writer} 的写入"
                ),
                None => say!(
                    "The resource cannot tell a holder from one that was: it accepts the write of {writer}",
                    "资源分不清谁是现任持有者、谁是前任：它接受了 {writer} 的写入"
                ),
            }
        }
        resource::Message::Accepted { .. } if holds => {
            say!("The write is done: the lock can go", "写入完成：可以释放锁了")
        }
        resource::Message::Accepted { .. } => return None,
        resource::Message::Refused { .. } => say!(
            "The refusal tells {here} what the lock did not: that it is not the holder any more",
            "锁没有告诉 {here} 的，拒绝告诉了它：它已不是持有者"
        ),
    })
}
