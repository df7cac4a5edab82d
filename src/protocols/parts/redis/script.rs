//! The scripts of locks, whole: a server runs one from its first line to its last with nothing in between.
//!
//! Here each is a function of the keys; [`Script::source`] is the same in Lua, which `tests/conformance` has a real Redis
//! run. A script's changes go to the log and the replicas one by one, as their commands would.

use super::keys::{Execution, Outcome};
use super::{Command, Reply, Word};
use serde::Serialize;

/// A script with its keys and arguments.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum Script {
    /// Deletes the key if the token under it is this: the release of a plain lock.
    DeleteIfMine { key: Word, token: Word },
    /// Gives the key more time if the token under it is this: the renewal of a plain lock.
    ExpireIfMine { key: Word, token: Word, milliseconds: i64 },
    /// Takes a plain lock and, with it, the next number of a counter: its fencing token.
    SetWithFence { key: Word, token: Word, milliseconds: i64, counter: Word },
    /// Takes a re-entrant lock, once more if it is the owner's already; otherwise says how long it is taken for. With a
    /// counter, each first taking draws the next number.
    Enter { key: Word, owner: Word, milliseconds: i64, counter: Option<Word> },
    /// Leaves a re-entrant lock; the last leaving frees it and says so on the channel. The latch keeps what was answered, so
    /// that a request which is repeated leaves once only.
    Leave { key: Word, owner: Word, milliseconds: i64, channel: Word, latch: Word, latch_milliseconds: i64 },
    /// Gives a re-entrant lock more time if the owner is in it.
    Renew { key: Word, owner: Word, milliseconds: i64 },
}

/// What [`Script::Leave`] publishes.
pub const FREED: &str = "0";

impl Script {
    pub(super) fn run(&self, keys: &mut Execution) -> Outcome {
        match self {
            Script::DeleteIfMine { key, token } => {
                if !is(keys, key, token)? {
                    return Ok(Reply::Integer(0));
                }
                keys.run(&Command::Del { key: key.clone() })
            }
            Script::ExpireIfMine { key, token, milliseconds } => {
                if !is(keys, key, token)? {
                    return Ok(Reply::Integer(0));
                }
                keys.run(&Command::Pexpire { key: key.clone(), milliseconds: *milliseconds })
            }
            Script::SetWithFence { key, token, milliseconds, counter } => {
                let (key, value) = (key.clone(), token.clone());
                let taken = keys.run(&Command::Set { key, value, only_new: true, expires_ms: Some(*milliseconds) })?
                    == Reply::Ok;
                if taken { keys.run(&Command::Incr { key: counter.clone() }) } else { Ok(Reply::Nil) }
            }
            Script::Enter { key, owner, milliseconds, counter } => {
                enter(keys, key, owner, *milliseconds, counter.as_ref())
            }
            Script::Leave { key, owner, milliseconds, channel, latch, latch_milliseconds } => {
                if let Reply::Text(answered) = keys.run(&Command::Get { key: latch.clone() })? {
                    return Ok(Reply::Integer(answered.parse().unwrap_or(0)));
                }
                let Some(freed) = leave(keys, key, owner, *milliseconds)? else { return Ok(Reply::Nil) };
                if freed {
                    keys.publish(channel, &Word::from(FREED));
                }
                let value = Word::from(if freed { "1" } else { "0" });
                let expires_ms = Some(*latch_milliseconds);
                keys.run(&Command::Set { key: latch.clone(), value, only_new: false, expires_ms })?;
                Ok(Reply::Integer(freed.into()))
            }
            Script::Renew { key, owner, milliseconds } => {
                if !is_in(keys, key, owner)? {
                    return Ok(Reply::Integer(0));
                }
                keys.run(&Command::Pexpire { key: key.clone(), milliseconds: *milliseconds })?;
                Ok(Reply::Integer(1))
            }
        }
    }

    /// The key of the lock that it is about.
    pub fn key(&self) -> &Word {
        match self {
            Script::DeleteIfMine { key, .. }
            | Script::ExpireIfMine { key, .. }
            | Script::SetWithFence { key, .. }
            | Script::Enter { key, .. }
            | Script::Leave { key, .. }
            | Script::Renew { key, .. } => key,
        }
    }

    /// The same in Lua.
    pub fn source(&self) -> &'static str {
        match self {
            Script::DeleteIfMine { .. } => {
                "if redis.call('get', KEYS[1]) ~= ARGV[1] then return 0 end
                 return redis.call('del', KEYS[1])"
            }
            Script::ExpireIfMine { .. } => {
                "if redis.call('get', KEYS[1]) ~= ARGV[1] then return 0 end
                 return redis.call('pexpire', KEYS[1], ARGV[2])"
            }
            Script::SetWithFence { .. } => {
                "if not redis.call('set', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) then return nil end
                 return redis.call('incr', KEYS[2])"
            }
            Script::Enter { counter: None, .. } => {
                "local mine = redis.call('exists', KEYS[1]) == 0 or redis.call('hexists', KEYS[1], ARGV[1]) == 1
                 if not mine then return redis.call('pttl', KEYS[1]) end
                 redis.call('hincrby', KEYS[1], ARGV[1], 1)
                 redis.call('pexpire', KEYS[1], ARGV[2])
                 return nil"
            }
            Script::Enter { counter: Some(_), .. } => {
                "local first = redis.call('exists', KEYS[1]) == 0
                 if not first and redis.call('hexists', KEYS[1], ARGV[1]) == 0 then
                   return redis.call('pttl', KEYS[1])
                 end
                 redis.call('hincrby', KEYS[1], ARGV[1], 1)
                 redis.call('pexpire', KEYS[1], ARGV[2])
                 if first then redis.call('incr', KEYS[2]) end
                 return redis.call('get', KEYS[2])"
            }
            Script::Leave { .. } => {
                "local answered = redis.call('get', KEYS[3])
                 if answered then return tonumber(answered) end
                 if redis.call('hexists', KEYS[1], ARGV[1]) == 0 then return nil end
                 local freed = 0
                 if redis.call('hincrby', KEYS[1], ARGV[1], -1) > 0 then
                   redis.call('pexpire', KEYS[1], ARGV[2])
                 else
                   redis.call('del', KEYS[1])
                   redis.call('publish', KEYS[2], ARGV[3])
                   freed = 1
                 end
                 redis.call('set', KEYS[3], freed, 'PX', ARGV[4])
                 return freed"
            }
            Script::Renew { .. } => {
                "if redis.call('hexists', KEYS[1], ARGV[1]) == 0 then return 0 end
                 redis.call('pexpire', KEYS[1], ARGV[2])
                 return 1"
            }
        }
    }

    /// Its keys and arguments, in the order in which the source numbers them.
    pub fn arguments(&self) -> (Vec<Word>, Vec<Word>) {
        let number = |number: &i64| Word::from(number.to_string());
        let key = self.key().clone();
        match self {
            Script::DeleteIfMine { token, .. } => (vec![key], vec![token.clone()]),
            Script::ExpireIfMine { token, milliseconds, .. } => (vec![key], vec![token.clone(), number(milliseconds)]),
            Script::SetWithFence { token, milliseconds, counter, .. } => {
                (vec![key, counter.clone()], vec![token.clone(), number(milliseconds)])
            }
            Script::Enter { owner, milliseconds, counter, .. } => {
                (std::iter::once(key).chain(counter.clone()).collect(), vec![owner.clone(), number(milliseconds)])
            }
            Script::Leave { owner, milliseconds, channel, latch, latch_milliseconds, .. } => (
                vec![key, channel.clone(), latch.clone()],
                vec![owner.clone(), number(milliseconds), Word::from(FREED), number(latch_milliseconds)],
            ),
            Script::Renew { owner, milliseconds, .. } => (vec![key], vec![owner.clone(), number(milliseconds)]),
        }
    }
}

/// Whether the text under the key is the token.
fn is(keys: &mut Execution, key: &Word, token: &Word) -> Result<bool, super::Failure> {
    Ok(keys.run(&Command::Get { key: key.clone() })? == Reply::Text(token.clone()))
}

fn is_in(keys: &mut Execution, key: &Word, owner: &Word) -> Result<bool, super::Failure> {
    Ok(keys.run(&Command::Hexists { key: key.clone(), field: owner.clone() })? == Reply::Integer(1))
}

fn enter(keys: &mut Execution, key: &Word, owner: &Word, milliseconds: i64, counter: Option<&Word>) -> Outcome {
    let first = keys.run(&Command::Exists { key: key.clone() })? == Reply::Integer(0);
    if !first && !is_in(keys, key, owner)? {
        return keys.run(&Command::Pttl { key: key.clone() });
    }
    keys.run(&Command::Hincrby { key: key.clone(), field: owner.clone(), by: 1 })?;
    keys.run(&Command::Pexpire { key: key.clone(), milliseconds })?;
    let Some(counter) = counter else { return Ok(Reply::Nil) };
    if first {
        keys.run(&Command::Incr { key: counter.clone() })?;
    }
    keys.run(&Command::Get { key: counter.clone() })
}

/// Leaves once, and says whether that freed the lock; nothing if the owner is not in it.
fn leave(keys: &mut Execution, key: &Word, owner: &Word, milliseconds: i64) -> Result<Option<bool>, super::Failure> {
    if !is_in(keys, key, owner)? {
        return Ok(None);
    }
    let (key, field) = (key.clone(), owner.clone());
    let left = keys.run(&Command::Hincrby { key: key.clone(), field, by: -1 })?;
    let freed = matches!(left, Reply::Integer(..=0));
    let end = if freed { Command::Del { key } } else { Command::Pexpire { key, milliseconds } };
    keys.run(&end)?;
    Ok(Some(freed))
}
