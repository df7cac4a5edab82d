//! What the memcached promises, case by case; what a real one answers, `tests/conformance` compares.

use super::*;

fn at(millis: u64) -> LocalTime {
    LocalTime::from_micros(millis * 1_000)
}

fn fresh() -> Memcached {
    Memcached::started(at(300), WallTime::from_micros(300_000), 3)
}

fn word(text: &str) -> Word {
    Word::from(text)
}

fn add(memcached: &mut Memcached, key: &str, expires: i64, now: u64) -> Reply {
    memcached.execute(&Command::Add { key: word(key), value: word("a"), expires }, at(now))
}

#[test]
fn an_item_leaves_with_a_tick_of_the_clock_up_to_a_second_early() {
    let mut memcached = fresh();
    // Ticks are at 1,300 ms, 2,300 ms …
    assert_eq!(add(&mut memcached, "k", 1, 1_299), Reply::Stored);
    assert_eq!(memcached.left("k", at(1_299)), Some(Span::millis(1)));
    assert_eq!(add(&mut memcached, "k", 1, 1_300), Reply::Stored, "one millisecond later it is gone");
    assert_eq!(add(&mut memcached, "k", 1, 2_299), Reply::NotStored);
    assert_eq!(add(&mut memcached, "k", 0, 2_300), Reply::Stored);
    assert_eq!(add(&mut memcached, "k", 0, 1_000_000_000), Reply::NotStored, "0 is never");
}

#[test]
fn what_is_more_than_thirty_days_is_a_unix_time() {
    let mut memcached = fresh();
    assert_eq!(add(&mut memcached, "days", RELATIVE_SECONDS_MAX, 300), Reply::Stored);
    assert_eq!(add(&mut memcached, "days", 0, 300), Reply::NotStored);
    assert_eq!(add(&mut memcached, "more", RELATIVE_SECONDS_MAX + 1, 300), Reply::Stored);
    assert_eq!(add(&mut memcached, "more", 0, 300), Reply::Stored, "31 days is 1970, long past");
    assert_eq!(add(&mut memcached, "unix", RUN_START_UNIX_SECONDS + 10, 300), Reply::Stored);
    assert_eq!(add(&mut memcached, "unix", 0, 10_299), Reply::NotStored);
    assert_eq!(add(&mut memcached, "unix", 0, 10_300), Reply::Stored);
}

#[test]
fn the_number_of_an_item_guards_what_a_client_read() {
    let mut memcached = fresh();
    let key = word("k");
    let set = |value: &str| Command::Set { key: key.clone(), value: word(value), expires: 0 };
    assert_eq!(memcached.execute(&set("a"), at(400)), Reply::Stored);
    let gets = Command::Gets { key: key.clone() };
    let Reply::ValueWithUnique(_, unique) = memcached.execute(&gets, at(400)) else { panic!("it was stored") };
    assert_eq!(memcached.execute(&set("b"), at(400)), Reply::Stored);
    let delete = |unique| Command::DeleteUnique { key: key.clone(), unique };
    assert_eq!(memcached.execute(&delete(unique), at(400)), Reply::Exists, "another has stored since");
    let cas = |unique| Command::Cas { key: key.clone(), value: word("c"), expires: -1, unique };
    assert_eq!(memcached.execute(&cas(unique), at(400)), Reply::Exists);
    assert_eq!(memcached.execute(&cas(unique + 1), at(400)), Reply::Stored);
    assert_eq!(memcached.execute(&gets, at(400)), Reply::Miss, "a negative expiry time is over at once");
    assert_eq!(memcached.execute(&delete(unique), at(400)), Reply::NotFound);
}

#[test]
fn the_least_recently_used_item_makes_room_whatever_its_expiry_time() {
    let mut memcached = fresh();
    for key in ["a", "b", "c"] {
        assert_eq!(add(&mut memcached, key, 0, 400), Reply::Stored);
    }
    assert_eq!(memcached.execute(&Command::Get { key: word("a") }, at(400)), Reply::Value(word("a")));
    assert_eq!(add(&mut memcached, "d", 0, 400), Reply::Stored);
    let there = |key| memcached.peek(key, at(400)).is_some();
    assert_eq!(["a", "b", "c", "d"].map(there), [true, false, true, true]);
    assert!(memcached.evict("a") && !memcached.evict("a"));
}
