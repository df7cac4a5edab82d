//! What happens between a lock's clients and the resource, in one sentence.

use super::name;
use super::resource::Message;
use crate::say;
use crate::text::Text;

/// The sentence for a message that reaches `here`, whether the resource refuses it, and whether a client believed just
/// before that it held the lock.
pub fn sentence(here: &str, message: &Message, refuses: bool, holds: bool) -> Option<Text> {
    Some(match message {
        Message::Write { hold, token } => {
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
        Message::Accepted { .. } if holds => say!("The write is done: the lock can go", "写入完成：可以释放锁了"),
        Message::Accepted { .. } => return None,
        Message::Refused { .. } => say!(
            "The refusal tells {here} what the lock did not: that it is not the holder any more",
            "锁没有告诉 {here} 的，拒绝告诉了它：它已不是持有者"
        ),
    })
}
