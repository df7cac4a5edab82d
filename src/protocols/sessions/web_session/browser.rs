//! A user at a browser: logs in, puts one thing after the other into the session, perhaps logs out; and the cookie.

use super::message::{Action, Answer, Ask, Click, Message, Page, SetCookie};
use super::session::{COOKIE_BYTES_MAX, Contents, Cookie, Holds, Session, SessionId, Token};
use super::settings::{FOREIGN_FROM, Keeping, LogOut, NUMBERS_OF_A_USER, Settings};
use crate::sim::clock::LocalTime;
use crate::sim::payload::Outcome;
use crate::sim::role::{Diskless, Role, Turn as RoleTurn};
use crate::sim::show::{Face, Mood};
use crate::sim::time::Span;
use crate::sim::trace::NodeId;
use crate::sorted::{SortedMap, SortedSet};
use crate::text::Text;
use serde::Serialize;

type Turn<'a> = RoleTurn<'a, Browser>;

/// How long after the user before it each one logs in.
const START_GAP: Span = Span::millis(100);

/// How its user stands to the application, as the user knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Standing {
    /// Has not been let in yet.
    LoggingIn,
    /// What was put into the session is what the user was told of: `told`.
    LoggedIn {
        id: SessionId,
        told: Contents,
    },
    /// Has clicked on “log out”.
    LoggingOut,
    LoggedOut,
}

/// A request without an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
struct Awaited {
    action: Action,
    /// The session that it is about.
    id: Option<SessionId>,
}

/// The browser's memory.
#[derive(Clone, Serialize)]
pub struct Browser {
    #[serde(skip)]
    settings: Settings,
    user: u8,
    /// How often its address has changed.
    moves: u32,
    cookie: Option<Cookie>,
    /// The last cookie that it had, as somebody else may have copied it.
    copied: Option<Cookie>,
    standing: Standing,
    /// The number that the next request gets, among the user's.
    next: u32,
    clicks: u32,
    awaited: SortedMap<u32, Awaited>,
    /// Requests that were answered with an error, or not at all.
    failed: SortedSet<u32>,
    /// How many requests others have made with its cookie.
    foreign: u32,
    /// It has come back from a crash and knows nothing of its user.
    lost_its_memory: bool,
}

impl Browser {
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    pub fn standing(&self) -> Standing {
        self.standing
    }

    pub fn cookie(&self) -> Option<&Cookie> {
        self.cookie.as_ref()
    }

    /// The session that the user believes to be in, and what the user was told is in it.
    pub fn told(&self) -> Option<(SessionId, Contents)> {
        match self.standing {
            Standing::LoggedIn { id, told } => Some((id, told)),
            _ => None,
        }
    }

    /// The first request that has failed or is not answered, if one has.
    pub fn unanswered(&self) -> Option<u32> {
        self.failed.first().or_else(|| self.awaited.keys().next()).copied()
    }

    pub fn has_failed(&self, number: u32) -> bool {
        self.failed.contains(&number)
    }

    /// Whether the user has clicked as often as it will.
    pub fn is_done(&self) -> bool {
        let logs_out = self.settings.log_out != LogOut::Never;
        let is_out = matches!(self.standing, Standing::LoggedOut);
        !self.lost_its_memory && self.clicks >= self.settings.clicks && (is_out || !logs_out)
    }

    fn ask(&mut self, action: Action, turn: &mut Turn) {
        let number = u32::from(self.user) * NUMBERS_OF_A_USER + self.next;
        self.next += 1;
        // A log-in comes without the cookie of a session before it.
        let cookie = self.cookie.clone().filter(|_| !matches!(action, Action::LogIn { .. }));
        self.awaited.insert(number, Awaited { action, id: cookie.as_ref().map(Cookie::id) });
        self.send(number, cookie, action, turn);
    }

    fn send(&self, number: u32, cookie: Option<Cookie>, action: Action, turn: &mut Turn) {
        let address = self.settings.address(self.user, self.moves);
        turn.send_connected(self.settings.balancer(), Message::Ask(Ask { number, address, cookie, action }));
    }

    fn log_in(&mut self, turn: &mut Turn) {
        self.standing = Standing::LoggingIn;
        self.ask(Action::LogIn { user: self.user }, turn);
    }

    fn log_out(&mut self, turn: &mut Turn) {
        self.standing = Standing::LoggingOut;
        self.ask(Action::LogOut, turn);
    }

    /// One click, in as many tabs as there are.
    fn click(&mut self, click: u32, turn: &mut Turn) {
        self.clicks = click;
        for tab in 0..self.settings.tabs {
            let attribute = if self.settings.own_attributes { tab } else { 0 };
            let item = (click.saturating_sub(1) as u8).wrapping_mul(2) + tab;
            self.ask(Action::Add { attribute, item }, turn);
        }
        if click >= self.settings.clicks && self.settings.log_out == LogOut::WhileLoading {
            self.log_out(turn);
        }
    }

    fn answered(&mut self, answer: &Answer, turn: &mut Turn) {
        let Some(awaited) = self.awaited.remove(&answer.number) else { return };
        match &answer.cookie {
            SetCookie::Keep => {}
            // What is too large a browser does not keep: the cookie stays as it was.
            SetCookie::Set(cookie) if cookie.bytes() > COOKIE_BYTES_MAX => {}
            SetCookie::Set(cookie) => {
                self.cookie = Some(cookie.clone());
                self.copied = self.cookie.clone();
            }
            SetCookie::Clear => self.cookie = None,
        }
        match (&answer.page, self.standing) {
            (Page::Shows { id, .. }, Standing::LoggingIn) if matches!(awaited.action, Action::LogIn { .. }) => {
                self.standing = Standing::LoggedIn { id: *id, told: Contents::default() };
            }
            (Page::Shows { .. }, Standing::LoggedIn { id, mut told }) if awaited.id == Some(id) => {
                if let Action::Add { attribute, item } = awaited.action {
                    told.add(attribute, item);
                }
                self.standing = Standing::LoggedIn { id, told };
            }
            (Page::PleaseLogIn, Standing::LoggedIn { id, .. }) if awaited.id == Some(id) => {
                self.cookie = None;
                self.log_in(turn);
            }
            // Whoever is not let out because they are not in is out.
            (Page::Goodbye { .. } | Page::PleaseLogIn, Standing::LoggingOut) if awaited.action == Action::LogOut => {
                self.standing = Standing::LoggedOut;
            }
            (Page::Error, _) => {
                self.failed.insert(answer.number);
            }
            _ => {}
        }
        self.go_on(turn);
    }

    /// Once all tabs have loaded, the user thinks and clicks again.
    fn go_on(&self, turn: &mut Turn) {
        let clicks_on = self.clicks < self.settings.clicks || self.settings.log_out != LogOut::Never;
        if self.awaited.is_empty() && clicks_on && matches!(self.standing, Standing::LoggedIn { .. }) {
            turn.set(Click(self.clicks + 1), self.settings.think);
        }
    }

    /// Somebody else asks with a cookie: an answer to them is none to the user.
    fn ask_as_somebody_else(&mut self, cookie: Cookie, turn: &mut Turn) -> bool {
        if self.foreign >= NUMBERS_OF_A_USER - FOREIGN_FROM {
            return false;
        }
        let number = u32::from(self.user) * NUMBERS_OF_A_USER + FOREIGN_FROM + self.foreign;
        self.foreign += 1;
        self.send(number, Some(cookie), Action::View, turn);
        true
    }

    /// A cookie that nobody has given: a token in another user's name that is not signed, or a guess.
    fn forged(&self, turn: &Turn) -> Cookie {
        let session = Session::of(self.user % self.settings.users + 1);
        let expires = turn.wall().after(self.settings.time_out);
        let bytes = Token::bytes(&session, self.settings.item_bytes);
        let holds = match self.settings.keeping {
            Keeping::Token => Holds::Token(Token { id: SessionId(0), session, key: None, expires, bytes }),
            _ => Holds::Identifier(SessionId(0)),
        };
        Cookie { holds, route: None }
    }
}

impl Role for Browser {
    type Message = Message;
    type Timer = Click;
    type Durable = Diskless;
    type Setup = (Settings, u8);

    fn start((settings, user): &(Settings, u8), turn: &mut Turn) -> Self {
        let lost_its_memory = turn.now() > LocalTime::default();
        if !lost_its_memory {
            turn.set(Click(0), START_GAP.times(user.saturating_sub(1).into()));
        }
        Browser {
            settings: *settings,
            user: *user,
            moves: 0,
            cookie: None,
            copied: None,
            standing: Standing::LoggingIn,
            next: 1,
            clicks: 0,
            awaited: SortedMap::new(),
            failed: SortedSet::new(),
            foreign: 0,
            lost_its_memory,
        }
    }

    fn receive(&mut self, _from: NodeId, message: &Message, turn: &mut Turn) {
        if let Message::Answer(answer) = message {
            self.answered(answer, turn);
        }
    }

    fn fire(&mut self, Click(click): &Click, turn: &mut Turn) {
        match *click {
            0 => self.log_in(turn),
            click if click > self.settings.clicks => self.log_out(turn),
            click => self.click(click, turn),
        }
    }

    /// The balancer has gone, and with it every answer.
    fn disconnected(&mut self, _peer: NodeId, _turn: &mut Turn) {
        let lost: Vec<u32> = self.awaited.keys().copied().collect();
        self.awaited.clear();
        for number in lost {
            self.failed.insert(number);
        }
    }

    /// `roam`: the user's address changes. `replay`: somebody who has copied the last cookie uses it. `forge`: somebody
    /// makes up a cookie.
    fn intervene(&mut self, key: &str, _arguments: &[u32], turn: &mut Turn) -> bool {
        match key {
            "roam" => {
                self.moves += 1;
                true
            }
            "replay" => match self.copied.clone() {
                Some(cookie) => self.ask_as_somebody_else(cookie, turn),
                None => false,
            },
            "forge" => {
                let cookie = self.forged(turn);
                self.ask_as_somebody_else(cookie, turn)
            }
            _ => false,
        }
    }

    fn face(&self, _disk: &Diskless) -> Face {
        match self.standing {
            _ if self.lost_its_memory => Face { word: Text::new("lost memory", "失忆"), mood: Mood::Idle },
            _ if !self.awaited.is_empty() => Face { word: Text::new("loading", "加载中"), mood: Mood::Waiting },
            _ if !self.failed.is_empty() => {
                Face { word: Text::new("saw an error", "看到错误页"), mood: Mood::Decided(Outcome::Abort) }
            }
            Standing::LoggedIn { .. } => Face { word: Text::new("logged in", "已登录"), mood: Mood::Holding },
            Standing::LoggedOut => Face { word: Text::new("logged out", "已登出"), mood: Mood::Idle },
            Standing::LoggingIn | Standing::LoggingOut => {
                Face { word: Text::new("logged out", "未登录"), mood: Mood::Idle }
            }
        }
    }
}
