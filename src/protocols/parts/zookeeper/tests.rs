//! What the ZooKeeper promises, case by case: its parts here, an ensemble and its clients in `ensemble`. What a real server
//! answers, `tests/conformance` compares.

mod ensemble;

use super::sessions::Sessions;
use super::tree::{Change, Touch, Tree};
use super::watches::{Watched, Watches};
use super::*;
use crate::sim::clock::LocalTime;
use crate::sim::trace::NodeId;

fn word(text: &str) -> Word {
    Word::from(text)
}

const NODE: CreateMode = CreateMode { ephemeral: false, sequential: false };
const EPHEMERAL: CreateMode = CreateMode { ephemeral: true, sequential: false };
const SEQUENTIAL: CreateMode = CreateMode { ephemeral: false, sequential: true };
const QUEUE: CreateMode = CreateMode { ephemeral: true, sequential: true };

fn create(path: &str, mode: CreateMode) -> Request {
    Request::Create { path: word(path), data: word(""), mode }
}

fn delete(path: &str) -> Request {
    Request::Delete { path: word(path), version: None }
}

fn exists(path: &str, watch: bool) -> Request {
    Request::Exists { path: word(path), watch }
}

/// The path that was created, if it was.
fn created(answer: &Result<Answer, Error>) -> Option<&str> {
    match answer {
        Ok(Answer::Created(path, _)) => Some(path),
        _ => None,
    }
}

/// A tree, and the transactions that change it.
#[derive(Default)]
struct Alone {
    tree: Tree,
    touches: Vec<Touch>,
}

impl Alone {
    fn change(&mut self, change: &Change) -> Result<Answer, Error> {
        let applied = self.tree.apply(self.tree.last().next(), change);
        self.touches = applied.touches;
        applied.answer
    }

    fn open(&mut self) -> SessionId {
        let opened = self.change(&Change::OpenSession { timeout: Span::seconds(30) });
        opened.map(|_| self.tree.last_session()).expect("a session always opens")
    }

    fn ask(&mut self, session: SessionId, request: &Request) -> Result<Answer, Error> {
        if request.is_read() { self.tree.read(request) } else { self.change(&self.tree.decide(session, request)) }
    }
}

#[test]
fn a_parent_numbers_its_sequential_children_and_repeats_none() {
    let mut alone = Alone::default();
    let session = alone.open();
    alone.ask(session, &create("/lock", NODE)).expect("a node");
    let names = [0, 1].map(|_| alone.ask(session, &create("/lock/a-", QUEUE)));
    let names = names.each_ref().map(created);
    assert_eq!(names, [Some("/lock/a-0000000000"), Some("/lock/a-0000000001")]);
    alone.ask(session, &delete("/lock/a-0000000001")).expect("a deletion");
    alone.ask(session, &create("/lock/plain", NODE)).expect("a node");
    let next = alone.ask(session, &create("/lock/a-", SEQUENTIAL));
    assert_eq!(created(&next), Some("/lock/a-0000000003"), "every child that ever was counts");
}

#[test]
fn what_does_not_fit_is_refused_by_its_reason() {
    let mut alone = Alone::default();
    let session = alone.open();
    let mut ask = |request: &Request| alone.ask(session, request);
    assert_eq!(created(&ask(&create("/a", EPHEMERAL))), Some("/a"));
    for (request, error) in [
        (create("/a", NODE), Error::NodeExists),
        (create("/b/c", NODE), Error::NoNode),
        (create("/a/b", NODE), Error::NoChildrenForEphemerals),
        (create("nowhere", NODE), Error::BadArguments),
        (delete("/"), Error::BadArguments),
        (delete("/b"), Error::NoNode),
        (Request::Delete { path: word("/a"), version: Some(1) }, Error::BadVersion),
        (Request::SetData { path: word("/a"), data: word("x"), version: Some(7) }, Error::BadVersion),
        (exists("/b", true), Error::NoNode),
    ] {
        assert_eq!(ask(&request), Err(error), "{request:?}");
    }
    assert_eq!(created(&ask(&create("/p", NODE))), Some("/p"));
    assert_eq!(created(&ask(&create("/p/q", NODE))), Some("/p/q"));
    assert_eq!(ask(&delete("/p")), Err(Error::NotEmpty));
}

#[test]
fn a_session_takes_its_ephemeral_nodes_along_and_may_ask_no_more() {
    let mut alone = Alone::default();
    let (first, second) = (alone.open(), alone.open());
    alone.ask(first, &create("/kept", NODE)).expect("a node");
    alone.ask(first, &create("/mine", EPHEMERAL)).expect("a node");
    alone.ask(second, &create("/theirs", EPHEMERAL)).expect("a node");
    alone.ask(first, &Request::Close).expect("an end");
    assert_eq!(alone.touches, [Touch::Deleted(word("/mine"))]);
    let left: Vec<&str> = alone.tree.children("/").map(|path| &**path).collect();
    assert_eq!(left, ["/kept", "/theirs"]);
    assert_eq!(alone.ask(first, &create("/more", NODE)), Err(Error::SessionExpired));
}

#[test]
fn a_watch_fires_once_and_an_end_is_told_once_to_who_watches_it_twice() {
    let mut watches = Watches::default();
    let (a, b) = (NodeId(1), NodeId(2));
    watches.add(Watched::Data, word("/p/q"), a);
    watches.add(Watched::Children, word("/p/q"), a);
    watches.add(Watched::Children, word("/p"), b);
    let event = |kind, path| Event { kind, path: word(path) };
    let gone = Touch::Deleted(word("/p/q"));
    let first = watches.fire(&gone);
    let expected = [(a, event(EventKind::Deleted, "/p/q")), (b, event(EventKind::ChildrenChanged, "/p"))];
    assert_eq!(first, expected);
    assert_eq!(watches.fire(&gone), []);
}

#[test]
fn a_watch_that_is_brought_along_fires_if_its_moment_was_missed() {
    let mut alone = Alone::default();
    let session = alone.open();
    alone.ask(session, &create("/a", NODE)).expect("a node");
    let seen = alone.tree.last();
    let client = NodeId(1);
    let mut watches = Watches::default();
    assert_eq!(watches.renew(&alone.tree, Watched::Data, &word("/a"), seen, client), None);
    assert_eq!(watches.fire(&Touch::Set(word("/a"))).len(), 1, "it stands again");
    alone.ask(session, &delete("/a")).expect("a deletion");
    let missed = watches.renew(&alone.tree, Watched::Data, &word("/a"), seen, client);
    assert_eq!(missed.map(|event| event.kind), Some(EventKind::Deleted));
}

#[test]
fn a_session_lives_up_to_a_tick_longer_than_agreed_and_never_shorter() {
    let mut sessions = Sessions::default();
    let at = |millis: u64| LocalTime::from_micros(millis * 1_000);
    sessions.touch(SessionId(1), Span::seconds(4), TICK, at(1_500));
    assert_eq!(sessions.next(), Some(at(6_000)));
    assert_eq!(sessions.expired(at(5_999)), []);
    assert_eq!(sessions.expired(at(6_000)), [SessionId(1)]);
    sessions.touch(SessionId(2), Span::seconds(4), TICK, at(2_000));
    assert_eq!(sessions.next(), Some(at(8_000)), "on a tick exactly, the next one");
    assert!(!sessions.is_elsewhere(SessionId(2), NodeId(0)), "who has just begun to lead does not know yet");
    sessions.move_to(SessionId(2), NodeId(1));
    assert!(sessions.is_elsewhere(SessionId(2), NodeId(0)));
    sessions.touch(SessionId(2), Span::seconds(4), TICK, at(3_000));
    assert!(!sessions.is_elsewhere(SessionId(2), NodeId(1)));
}
