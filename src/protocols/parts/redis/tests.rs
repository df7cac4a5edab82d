//! What the Redis promises, case by case; what a real one answers, `tests/conformance` compares.

use super::log::Record;
use super::*;
use crate::sim::clock::WallTime;
use crate::sim::time::Span;

fn at(millis: i64) -> WallTime {
    WallTime::from_micros(millis * 1_000)
}

fn word(text: &str) -> Word {
    Word::from(text)
}

fn set_new(token: &str, expires_ms: i64) -> Command {
    Command::Set { key: word("lock"), value: word(token), only_new: true, expires_ms: Some(expires_ms) }
}

fn pttl() -> Command {
    Command::Pttl { key: word("lock") }
}

#[test]
fn a_key_expires_by_the_wall_clock_and_a_jump_ends_it_early() {
    let mut keys = Keys::default();
    let mut ask = |command: &Command, millis| keys.execute(command, at(millis)).reply;
    assert_eq!(ask(&set_new("a", 30_000), 0), Reply::Ok);
    assert_eq!(ask(&set_new("b", 30_000), 29_999), Reply::Nil);
    assert_eq!(ask(&pttl(), 29_999), Reply::Integer(1));
    assert_eq!(ask(&set_new("b", 30_000), 30_000), Reply::Ok);
    assert_eq!(ask(&pttl(), 10_000), Reply::Integer(50_000), "a clock set back makes it last longer");
}

#[test]
fn what_a_key_that_expired_leaves_behind_is_a_deletion_in_the_log() {
    let mut keys = Keys::default();
    keys.execute(&set_new("a", 10), at(0));
    let delete = Record::Delete { key: word("lock") };
    assert_eq!(keys.execute(&pttl(), at(10)).changes, [delete]);
    assert_eq!(keys.execute(&pttl(), at(10)).changes, []);
}

#[test]
fn expiry_times_in_the_log_are_absolute() {
    let mut keys = Keys::default();
    let records = keys.execute(&set_new("a", 1_000), at(0)).changes;
    let mut loaded = Keys::default();
    records.iter().for_each(|record| loaded.read(record));
    assert_eq!(loaded, keys);
    let late = loaded.get("lock", at(900)).and_then(|entry| entry.expires);
    assert_eq!(late.map(|expires| expires.since(at(900))), Some(Span::millis(100)), "a restart lengthens nothing");
    assert_eq!(loaded.get("lock", at(1_000)), None);
}

#[test]
fn only_the_token_that_took_a_lock_lets_it_go() {
    let mut keys = Keys::default();
    keys.execute(&set_new("a", 1_000), at(0));
    let delete = |token| Command::Eval(Script::DeleteIfMine { key: word("lock"), token: word(token) });
    assert_eq!(keys.execute(&delete("b"), at(1)), executed(Reply::Integer(0)));
    assert_eq!(keys.execute(&delete("a"), at(1)).reply, Reply::Integer(1));
    assert_eq!(keys.execute(&delete("a"), at(1)), executed(Reply::Integer(0)));
}

fn executed(reply: Reply) -> Executed {
    Executed { reply, changes: Vec::new(), published: Vec::new() }
}

#[test]
fn a_fencing_token_is_drawn_with_the_lock_and_only_then() {
    let mut keys = Keys::default();
    let take = |token| {
        let (key, token, counter) = (word("lock"), word(token), word("fence"));
        Command::Eval(Script::SetWithFence { key, token, milliseconds: 1_000, counter })
    };
    let replies = [("a", 0), ("b", 500), ("b", 1_000)].map(|(token, now)| keys.execute(&take(token), at(now)).reply);
    assert_eq!(replies, [Reply::Integer(1), Reply::Nil, Reply::Integer(2)]);
}

#[test]
fn a_re_entrant_lock_is_free_when_it_is_left_as_often_as_it_was_entered() {
    let mut keys = Keys::default();
    let enter = |owner| {
        Command::Eval(Script::Enter { key: word("lock"), owner: word(owner), milliseconds: 30_000, counter: None })
    };
    let leave = |owner, latch| {
        Command::Eval(Script::Leave {
            key: word("lock"),
            owner: word(owner),
            milliseconds: 30_000,
            channel: word("freed"),
            latch: word(latch),
            latch_milliseconds: 5_000,
        })
    };
    let mut ask = |command: &Command, millis| {
        let executed = keys.execute(command, at(millis));
        (executed.reply, executed.published.len())
    };
    assert_eq!(ask(&enter("a"), 0), (Reply::Nil, 0));
    assert_eq!(ask(&enter("b"), 10), (Reply::Integer(29_990), 0), "b learns how long to wait");
    assert_eq!(ask(&enter("a"), 20), (Reply::Nil, 0));
    assert_eq!(ask(&leave("b", "l0"), 30), (Reply::Nil, 0), "b is not in it");
    assert_eq!(ask(&leave("a", "l1"), 30), (Reply::Integer(0), 0));
    assert_eq!(ask(&leave("a", "l1"), 31), (Reply::Integer(0), 0), "the same request leaves once only");
    assert_eq!(ask(&leave("a", "l2"), 32), (Reply::Integer(1), 1));
    assert_eq!(ask(&leave("a", "l2"), 33), (Reply::Integer(1), 0), "and says so once only");
    assert_eq!(ask(&enter("b"), 34), (Reply::Nil, 0));
}

#[test]
fn the_wrong_kind_of_value_is_an_error_and_changes_nothing() {
    let mut keys = Keys::default();
    let (key, field) = (word("lock"), word("a"));
    keys.execute(&Command::Hincrby { key: key.clone(), field: field.clone(), by: 1 }, at(0));
    let wrong = executed(Reply::Failed(Failure::WrongType));
    assert_eq!(keys.execute(&Command::Get { key: key.clone() }, at(0)), wrong);
    assert_eq!(keys.execute(&Command::Incr { key: key.clone() }, at(0)), wrong);
    assert_eq!(keys.execute(&set_new("a", 1_000), at(0)), executed(Reply::Nil));
    assert_eq!(keys.execute(&Command::Hdel { key, field }, at(0)).reply, Reply::Integer(1));
    assert_eq!(keys.execute(&set_new("a", 1_000), at(0)).reply, Reply::Ok, "a hash without fields is no key");
}

#[test]
fn writing_some_fields_leaves_the_others_and_the_end_as_they_are() {
    let mut keys = Keys::default();
    let key = word("session");
    let hset = |fields: &[(&str, i64)]| Command::Hset {
        key: word("session"),
        fields: fields.iter().map(|(field, value)| (word(field), *value)).collect(),
    };
    assert_eq!(keys.execute(&hset(&[("user", 1), ("cart", 2)]), at(0)).reply, Reply::Integer(2));
    keys.execute(&Command::Pexpire { key: key.clone(), milliseconds: 1_000 }, at(0));
    assert_eq!(keys.execute(&hset(&[("cart", 3), ("seen", 4)]), at(500)).reply, Reply::Integer(1), "one is new");
    let all = [("user", 1), ("cart", 3), ("seen", 4)].map(|(field, value)| (word(field), value));
    let mut fields = |millis| keys.execute(&Command::Hgetall { key: key.clone() }, at(millis)).reply;
    assert_eq!(fields(999), Reply::Fields(all.into_iter().collect()));
    assert_eq!(fields(1_000), Reply::Fields(std::iter::empty().collect()), "the end stayed where it was");
}
