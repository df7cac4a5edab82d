//! Sessions in Redis, two ways.
//!
//! *By the container* (Tomcat's managers over Redis): a request loads the whole session, serialised under one key, works on
//! its copy, and saves the whole copy with a new end (`SET … PX`). What another request has saved meanwhile is overwritten,
//! and a session that was deleted meanwhile is there again.
//!
//! *Above the container* (Spring Session, `RedisSessionRepository`): a session is a hash. A request loads all fields, and
//! saves only the attributes that it has changed, after a look whether the session is still there; then it moves the end.
//! Two requests that change different attributes do not disturb each other; two that change the same one do.
//!
//! Tokens need Redis only for the list of those that were logged out.

use super::super::message::{Action, Message, Page, ServerTimer};
use super::super::session::{ATTRIBUTE_NAMES, Session, SessionId, USER_FIELD};
use super::super::settings::Keeping;
use super::{Kept, Part, Server, Stage, Turn, session_of};
use crate::protocols::parts::Word;
use crate::protocols::parts::redis::{self, Command, Reply};
use serde::Serialize;

/// What begins the key of a token that was logged out.
pub const DENIED: &str = "denied:";

/// More commands than any request sends: the last digit of a command's number is its place among its request's.
pub const COMMANDS_OF_A_REQUEST: u32 = 10;

/// What a request has asked the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(super) enum Step {
    Loading,
    /// Whether the session is still there; then this is written.
    Checking(Session),
    Saving(Session),
    /// A new end.
    Renewing(Session),
    Deleting,
    /// Whether the token has been logged out; this is in it.
    Asking(Session),
}

/// A session's key. Numbers of several digits keep their order.
pub fn key_of(id: SessionId) -> Word {
    format!("session:{id}").into()
}

/// The number under which a request asks the store: its own, and which of its commands this is.
fn command_number(number: u32, command: u32) -> u32 {
    number * COMMANDS_OF_A_REQUEST + command
}

fn denied(id: SessionId) -> Word {
    format!("{DENIED}{id}").into()
}

impl Server {
    fn ask_store(&mut self, number: u32, step: Step, command: Command, turn: &mut Turn) {
        let (Some(store), Some(job)) = (self.settings.store(), self.jobs.get_mut(&number)) else { return };
        job.stage = Stage::Store(step);
        job.commands += 1;
        let asked = command_number(number, job.commands);
        turn.send(store, Message::Store(redis::message::Message::Ask { number: asked, command }));
        turn.set(ServerTimer::NoStore(number), self.settings.store_wait);
    }

    fn time_out_ms(&self) -> i64 {
        (self.settings.time_out.as_micros() / 1_000) as i64
    }

    pub(super) fn load(&mut self, number: u32, id: SessionId, turn: &mut Turn) {
        let local = match self.settings.local_copy {
            true => self.recall(id, turn.wall()),
            false => None,
        };
        match (local, self.settings.keeping) {
            (Some(session), _) => self.found(number, Some(session), turn),
            (None, Keeping::Above) => self.ask_store(number, Step::Loading, Command::Hgetall { key: key_of(id) }, turn),
            (None, _) => self.ask_store(number, Step::Loading, Command::Get { key: key_of(id) }, turn),
        }
    }

    /// Writes what a request leaves behind. Whoever has only looked moves the session's end.
    pub(super) fn save(&mut self, number: u32, id: SessionId, session: Session, turn: &mut Turn) {
        let Some(job) = self.jobs.get(&number) else { return };
        let (key, action) = (key_of(id), job.ask.action);
        match (self.settings.keeping, action) {
            (_, Action::View | Action::LogOut) => self.renew(number, id, session, turn),
            (Keeping::Above, Action::LogIn { .. }) => {
                let command = Command::Hset { key, fields: session.fields() };
                self.ask_store(number, Step::Saving(session), command, turn);
            }
            (Keeping::Above, _) => {
                self.ask_store(number, Step::Checking(session), Command::Exists { key }, turn);
            }
            (_, _) => {
                let (value, expires_ms) = (session.serialised(), Some(self.time_out_ms()));
                let command = Command::Set { key, value, only_new: false, expires_ms };
                self.ask_store(number, Step::Saving(session), command, turn);
            }
        }
    }

    fn renew(&mut self, number: u32, id: SessionId, session: Session, turn: &mut Turn) {
        let command = Command::Pexpire { key: key_of(id), milliseconds: self.time_out_ms() };
        self.ask_store(number, Step::Renewing(session), command, turn);
    }

    pub(super) fn delete(&mut self, number: u32, id: SessionId, turn: &mut Turn) {
        self.sessions.remove(&id);
        self.ask_store(number, Step::Deleting, Command::Del { key: key_of(id) }, turn);
    }

    /// A token that is logged out stays on the list until it would have expired.
    pub(super) fn deny(&mut self, number: u32, id: SessionId, turn: &mut Turn) {
        let (value, expires_ms) = (Word::from("1"), Some(self.time_out_ms()));
        let command = Command::Set { key: denied(id), value, only_new: false, expires_ms };
        self.ask_store(number, Step::Deleting, command, turn);
    }

    /// Goes on with a token's session unless that is on the list.
    pub(super) fn unless_denied(&mut self, number: u32, id: SessionId, session: Session, turn: &mut Turn) {
        if self.settings.denylist {
            self.ask_store(number, Step::Asking(session), Command::Exists { key: denied(id) }, turn);
        } else {
            self.found(number, Some(session), turn);
        }
    }

    /// The store has answered that command of a request. An answer to an earlier one comes too late.
    pub(super) fn replied(&mut self, command: u32, reply: &Reply, turn: &mut Turn) {
        let number = command / COMMANDS_OF_A_REQUEST;
        let Some(job) = self.jobs.get(&number).filter(|job| command_number(number, job.commands) == command) else {
            return;
        };
        let Stage::Store(step) = job.stage else { return };
        let (id, action) = (session_of(&job.ask), job.ask.action);
        turn.cancel(ServerTimer::NoStore(number));
        match (step, reply) {
            (_, Reply::Failed(_)) => self.answer(number, Page::Error, turn),
            (Step::Loading, Reply::Text(text)) => self.found(number, Session::read(text), turn),
            (Step::Loading, Reply::Fields(fields)) => self.found(number, Session::from_fields(fields), turn),
            (Step::Loading, _) => self.found(number, None, turn),
            (Step::Asking(session), Reply::Integer(0)) => self.found(number, Some(session), turn),
            (Step::Asking(_), _) => self.found(number, None, turn),
            // It was logged out, or timed out, meanwhile: nothing is written.
            (Step::Checking(_) | Step::Renewing(_), Reply::Integer(0)) => {
                self.answer(number, Page::PleaseLogIn, turn);
            }
            (Step::Checking(session), _) => {
                let fields = changed_fields(&session, action);
                self.ask_store(number, Step::Saving(session), Command::Hset { key: key_of(id), fields }, turn);
            }
            (Step::Saving(session), _) if self.settings.keeping == Keeping::Above => {
                self.renew(number, id, session, turn);
            }
            (Step::Saving(session) | Step::Renewing(session), _) => self.saved(number, id, session, turn),
            (Step::Deleting, _) => self.answer(number, Page::Goodbye { id }, turn),
        }
    }

    fn saved(&mut self, number: u32, id: SessionId, session: Session, turn: &mut Turn) {
        if self.settings.local_copy {
            let kept = Kept { session, used: turn.wall(), part: Part::Primary { backup: None } };
            self.sessions.insert(id, kept);
        }
        self.answer(number, Page::Shows { id, session }, turn);
    }
}

/// The fields that an action has changed.
fn changed_fields(session: &Session, action: Action) -> Vec<(Word, i64)> {
    let name = match action {
        Action::Add { attribute, .. } => ATTRIBUTE_NAMES.get(usize::from(attribute)).copied(),
        _ => Some(USER_FIELD),
    };
    session.fields().into_iter().filter(|(field, _)| Some(&**field) == name).collect()
}
