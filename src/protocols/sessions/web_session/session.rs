//! A session and its cookie as plain data.

use crate::protocols::parts::Word;
use crate::protocols::parts::redis::Value;
use crate::sim::clock::WallTime;
use crate::sorted::SortedMap;
use serde::Serialize;
use std::fmt;

/// How many attributes a session has: enough for two tabs that write different ones.
pub const ATTRIBUTES: usize = 2;
/// Their names where they are fields of a hash.
pub const ATTRIBUTE_NAMES: [&str; ATTRIBUTES] = ["cart", "seen"];
/// The field that says whose session it is.
pub const USER_FIELD: &str = "user";
/// The largest cookie that browsers are bound to keep (RFC 6265, §6.1).
pub const COOKIE_BYTES_MAX: u32 = 4_096;

/// `JSESSIONID=` and the 32 hexadecimal digits of Tomcat's 16 random bytes.
const IDENTIFIER_BYTES: u32 = 43;
/// What a route adds to it: `.s1`.
const ROUTE_BYTES: u32 = 3;
/// `token=`, the encoded header `{"alg":"HS256","typ":"JWT","kid":"1"}`, a SHA-256 signature and two dots.
const ENVELOPE_BYTES: u32 = 6 + 50 + 43 + 2;
/// `{"sub":"u1","jti":"101","iat":1700000000,"exp":1700001800}` before it is encoded.
const CLAIMS_BYTES: u32 = 58;

/// A session's identifier. In truth 128 random bits that nobody guesses; here the number of the request that logged in,
/// which is as unique. Zero is a guess.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct SessionId(pub u32);

impl fmt::Display for SessionId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.0)
    }
}

/// What is in a session besides its user: two attributes, each a set of things that were put there, one bit each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Contents([u64; ATTRIBUTES]);

impl Contents {
    pub fn add(&mut self, attribute: u8, item: u8) {
        if let Some(set) = self.0.get_mut(usize::from(attribute)) {
            *set |= 1 << (item % 63);
        }
    }

    pub fn attribute(&self, attribute: u8) -> u64 {
        self.0.get(usize::from(attribute)).copied().unwrap_or(0)
    }

    /// Overwrites an attribute, as `setAttribute` does.
    pub fn set(&mut self, attribute: u8, value: u64) {
        if let Some(set) = self.0.get_mut(usize::from(attribute)) {
            *set = value;
        }
    }

    /// How many things there are.
    pub fn count(&self) -> u32 {
        self.0.iter().map(|set| set.count_ones()).sum()
    }

    /// How many of these it does not have.
    pub fn lacks(&self, wanted: &Contents) -> u32 {
        self.0.iter().zip(&wanted.0).map(|(has, wants)| (wants & !has).count_ones()).sum()
    }
}

/// A session: who is logged in, and what the application keeps for them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Session {
    pub user: u8,
    pub contents: Contents,
}

impl Session {
    pub fn of(user: u8) -> Session {
        Session { user, contents: Contents::default() }
    }

    /// The whole session as one text, as a container serialises it.
    pub fn serialised(&self) -> Word {
        let [cart, seen] = self.contents.0;
        format!("{} {cart} {seen}", self.user).into()
    }

    pub fn read(text: &str) -> Option<Session> {
        let mut parts = text.split(' ');
        let user = parts.next()?.parse().ok()?;
        let mut set = || parts.next()?.parse().ok();
        Some(Session { user, contents: Contents([set()?, set()?]) })
    }

    /// The session as the fields of a hash, one for each attribute.
    pub fn fields(&self) -> Vec<(Word, i64)> {
        let attributes = ATTRIBUTE_NAMES.iter().zip(self.contents.0).map(|(name, set)| (Word::from(*name), set as i64));
        [(Word::from(USER_FIELD), i64::from(self.user))].into_iter().chain(attributes).collect()
    }

    /// A hash without its user is what is left of a session, and no session.
    pub fn from_fields(fields: &SortedMap<Word, i64>) -> Option<Session> {
        let user = u8::try_from(*fields.get(USER_FIELD)?).ok()?;
        let mut contents = Contents::default();
        for (attribute, name) in (0..).zip(ATTRIBUTE_NAMES) {
            contents.set(attribute, fields.get(name).map_or(0, |set| *set as u64));
        }
        Some(Session { user, contents })
    }

    /// What stands under a session's key, whichever way wrote it.
    pub fn stored(value: &Value) -> Option<Session> {
        match value {
            Value::Text(text) => Session::read(text),
            Value::Hash(fields) => Session::from_fields(fields),
        }
    }
}

/// A signed token: the session itself, in the hands of the browser.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Token {
    pub id: SessionId,
    pub session: Session,
    /// The number of the key that it is signed with; none if it is not signed.
    pub key: Option<u32>,
    /// By the wall clock of whoever signed it.
    pub expires: WallTime,
    pub bytes: u32,
}

impl Token {
    /// How long the cookie is: base64 takes four bytes for three.
    pub fn bytes(session: &Session, item_bytes: u32) -> u32 {
        let claims = CLAIMS_BYTES + session.contents.count() * item_bytes;
        ENVELOPE_BYTES + (claims * 4).div_ceil(3)
    }
}

/// What a cookie holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum Holds {
    /// The session's name: the session is elsewhere.
    Identifier(SessionId),
    /// The session.
    Token(Token),
}

/// A cookie, and the server that the balancer is to send it to, where the routing goes by cookies.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Cookie {
    pub holds: Holds,
    pub route: Option<u8>,
}

impl Cookie {
    pub fn id(&self) -> SessionId {
        match &self.holds {
            Holds::Identifier(id) => *id,
            Holds::Token(token) => token.id,
        }
    }

    pub fn bytes(&self) -> u32 {
        let held = match &self.holds {
            Holds::Identifier(_) => IDENTIFIER_BYTES,
            Holds::Token(token) => token.bytes,
        };
        held + self.route.map_or(0, |_| ROUTE_BYTES)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn session() -> Session {
        let mut session = Session::of(3);
        session.contents.add(0, 5);
        session.contents.add(1, 62);
        session
    }

    #[test]
    fn a_session_is_read_as_it_was_written() {
        assert_eq!(Session::read(&session().serialised()), Some(session()));
        assert_eq!(Session::from_fields(&session().fields().into_iter().collect()), Some(session()));
        for broken in ["", "1", "1 2", "x 0 0", "300 0 0"] {
            assert_eq!(Session::read(broken), None, "{broken}");
        }
    }

    #[test]
    fn what_is_left_of_a_session_is_none() {
        let left = [(Word::from("cart"), 1)].into_iter().collect();
        assert_eq!(Session::from_fields(&left), None);
    }

    #[test]
    fn a_token_grows_with_what_is_in_it_and_an_identifier_does_not() {
        let empty = Token::bytes(&Session::of(1), 100);
        assert_eq!(Token::bytes(&session(), 100) - empty, 344 - 78, "258 bytes and 58, in base64");
        let cookie = Cookie { holds: Holds::Identifier(SessionId(101)), route: Some(0) };
        assert_eq!(cookie.bytes(), 46);
    }
}
