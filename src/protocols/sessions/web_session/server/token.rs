//! Tokens: the session travels in the cookie, and a signature says that a server wrote it.
//!
//! A server has keys by number. It signs with one and accepts a range of them, so that a new key can be made known
//! everywhere before anybody signs with it, and an old one outlive the tokens that it signed.

use super::super::session::{Session, SessionId, Token};
use super::super::settings::Mistake;
use super::Server;
use crate::sim::clock::WallTime;
use crate::sim::payload::{Named, Subject};
use crate::sim::role::Durable;
use serde::Serialize;

/// A server's keys: all of it that survives a restart. Its configuration has them, and a record is the file as it was written
/// last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Keys {
    /// The one that it signs with.
    pub signs: u32,
    oldest: u32,
    newest: u32,
}

impl Default for Keys {
    fn default() -> Keys {
        Keys { signs: 1, oldest: 1, newest: 1 }
    }
}

impl Named for Keys {
    fn kind(&self) -> &'static str {
        "keys"
    }

    fn subject(&self) -> Subject {
        Subject(self.signs)
    }
}

impl Durable for Keys {
    type Record = Keys;

    fn apply(&mut self, record: &Keys) {
        *self = *record;
    }
}

impl Keys {
    /// Accepts what the next key signs.
    pub(super) fn publish(&mut self) {
        self.newest += 1;
    }

    /// Signs with the next key.
    pub(super) fn rotate(&mut self, drops_old: bool) {
        self.signs += 1;
        self.newest = self.newest.max(self.signs);
        if drops_old {
            self.oldest = self.signs;
        }
    }

    fn accepts(self, key: u32) -> bool {
        (self.oldest..=self.newest).contains(&key)
    }
}

impl Server {
    pub(super) fn signed(&self, id: SessionId, session: Session, wall: WallTime) -> Token {
        let bytes = Token::bytes(&session, self.settings.item_bytes);
        Token { id, session, key: Some(self.keys.signs), expires: wall.after(self.settings.time_out), bytes }
    }

    /// The session in a token that one of the accepted keys has signed and that has not expired.
    pub(super) fn verified(&self, token: &Token, wall: WallTime) -> Option<Session> {
        let is_signed = match token.key {
            Some(key) => self.keys.accepts(key),
            None => self.settings.mistake == Mistake::NoSignature,
        };
        let has_expired = wall >= token.expires;
        (is_signed && !has_expired).then_some(token.session)
    }
}
