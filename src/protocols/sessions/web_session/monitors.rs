//! The properties as small state machines: what users see, and where copies of their sessions are.

use super::browser::{Browser, Standing};
use super::message::{Action, Answer, Ask, Message, Page};
use super::server::{Server, key_of};
use super::session::{Contents, Holds, Session, SessionId};
use super::settings::{Keeping, Settings, is_foreign, user_of};
use crate::check::{Judgement, Monitor, View, watching};
use crate::protocols::parts::redis;
use crate::say;
use crate::sim::time::Instant;
use crate::sim::trace::{NodeId, StepKind};
use crate::sorted::{SortedMap, SortedSet};
use crate::text::Text;
use serde::Serialize;

/// The store of this protocol.
pub type Store = redis::server::Server<Message>;

fn browser<'a>(view: &View<'a>, node: NodeId) -> Option<&'a Browser> {
    view.node::<Browser>(node)?.0
}

/// The request that a browser sent in this step.
fn asked<'a>(view: &View<'a>) -> Option<(&'a Browser, &'a Ask)> {
    let message = view.sent()?;
    match message.payload.get::<Message>()? {
        Message::Ask(ask) => Some((browser(view, message.name.from)?, ask)),
        _ => None,
    }
}

/// The answer that reached a browser in this step.
fn answered<'a>(view: &View<'a>) -> Option<(&'a Browser, &'a Answer)> {
    let message = view.delivered()?;
    match message.payload.get::<Message>()? {
        Message::Answer(answer) => Some((browser(view, view.step.node)?, answer)),
        _ => None,
    }
}

/// When each user last asked with a cookie; and which requests came after too long a rest.
#[derive(Clone, Default, Serialize)]
struct Rests {
    last: SortedMap<u8, Instant>,
    rested: SortedSet<u32>,
}

pub(super) fn stays_logged_in() -> Box<dyn Monitor> {
    watching(Rests::default(), |rests, view| {
        if let Some((browser, ask)) = asked(view).filter(|(_, ask)| !is_foreign(ask.number)) {
            let last = rests.last.insert(user_of(ask.number), view.step.at);
            if last.is_some_and(|last| view.step.at.since(last) >= browser.settings().time_out) {
                rests.rested.insert(ask.number);
            }
        }
        let Some((browser, answer)) = answered(view) else { return Judgement::Unchanged };
        let number = answer.number;
        let leaves = matches!(browser.standing(), Standing::LoggingOut | Standing::LoggedOut);
        if answer.page != Page::PleaseLogIn || is_foreign(number) || leaves || rests.rested.contains(&number) {
            return Judgement::Unchanged;
        }
        let (user, time_out) = (user_of(number), browser.settings().time_out);
        Judgement::Broken(say!(
            "u{user} is asked to log in again, and has neither logged out nor been idle for {time_out}",
            "u{user} 被要求重新登录，而它既没有登出，也没有闲置 {time_out}"
        ))
    })
}

/// What each user had been told of when a request was sent, by the request.
type Expected = SortedMap<u32, (SessionId, Contents)>;

pub(super) fn sees_own_writes() -> Box<dyn Monitor> {
    watching(Expected::new(), |expected, view| {
        if let Some((browser, ask)) = asked(view)
            && let Some(told) = browser.told().filter(|_| !is_foreign(ask.number))
        {
            expected.insert(ask.number, told);
        }
        let Some((_, Answer { number, page: Page::Shows { id, session }, .. })) = answered(view) else {
            return Judgement::Unchanged;
        };
        let Some((_, told)) = expected.remove(number).filter(|(of, _)| of == id) else { return Judgement::Unchanged };
        match session.contents.lacks(&told) {
            0 => Judgement::Unchanged,
            missing => {
                let (user, all) = (user_of(*number), told.count());
                Judgement::Broken(say!(
                    "The page of u{user} lacks {missing} of the {all} things that its user was told are there",
                    "u{user} 看到的页面少了 {missing} 样东西，而之前已确认放进去的共 {all} 样"
                ))
            }
        }
    })
}

/// The copies of a session that requests may come to work on, and where each is.
pub(super) fn copies(
    view: &View,
    settings: &Settings,
    browser: &Browser,
    id: SessionId,
) -> Vec<(&'static str, Session)> {
    let in_memory = || {
        settings.places().filter_map(|place| {
            let kept = view.node::<Server>(settings.server(place))?.0?.kept(id)?;
            Some((super::settings::SERVER_NAMES[usize::from(place)], kept.session))
        })
    };
    match settings.keeping {
        Keeping::Memory | Keeping::AllToAll | Keeping::Backup => in_memory().collect(),
        Keeping::Container | Keeping::Above => {
            let store = settings.store().and_then(|store| view.node::<Store>(store));
            let entry = store.and_then(|(store, disk)| store.map_or(disk.keys(), Store::keys).kept(&key_of(id)));
            let session = entry.and_then(|entry| Session::stored(&entry.value));
            session.map(|session| (super::settings::STORE, session)).into_iter().collect()
        }
        Keeping::Token => match browser.cookie().map(|cookie| &cookie.holds) {
            Some(Holds::Token(token)) if token.id == id => vec![("?", token.session)],
            _ => Vec::new(),
        },
    }
}

/// Why the copies of a user's session do not have what the user was told of, if they do not.
fn missing(view: &View, user: u8, browser: &Browser) -> Option<Text> {
    let (id, told) = browser.told()?;
    let copies = copies(view, browser.settings(), browser, id);
    if copies.is_empty() {
        return Some(say!("Nobody has the session of u{user} any more", "u{user} 的会话已不在任何地方"));
    }
    let (place, lacks) =
        copies.iter().map(|(place, session)| (*place, session.contents.lacks(&told))).find(|(_, lacks)| *lacks > 0)?;
    Some(match place {
        "?" => say!(
            "The cookie of u{user} lacks {lacks} of the things that its user was told are in the session",
            "u{user} 的 Cookie 里少了 {lacks} 样已确认放进会话的东西"
        ),
        place => say!(
            "The session of u{user} at {place} lacks {lacks} of the things that its user was told are in it",
            "{place} 上 u{user} 的会话少了 {lacks} 样已确认放进去的东西"
        ),
    })
}

/// Which of several things is outstanding, as last said, so that it is said once.
#[derive(Clone, Default, Serialize)]
struct LastSaid {
    has_begun: bool,
    said: Option<Text>,
}

impl LastSaid {
    fn judge(&mut self, outstanding: Option<Text>) -> Judgement {
        if std::mem::replace(&mut self.has_begun, true) && self.said == outstanding {
            return Judgement::Unchanged;
        }
        self.said.clone_from(&outstanding);
        outstanding.map_or(Judgement::Met, Judgement::Pending)
    }
}

/// Every user's browser; none while it is down.
fn browsers<'a>(view: &'a View<'a>) -> impl Iterator<Item = (u8, Option<&'a Browser>)> {
    view.nodes().map_while(|node| Some((node.0 + 1, view.node::<Browser>(node)?.0)))
}

pub(super) fn updates_kept() -> Box<dyn Monitor> {
    watching(LastSaid::default(), |last, view| {
        let moves = matches!(view.step.kind, StepKind::Deliver(_) | StepKind::Fire(_) | StepKind::Strike(_));
        if last.has_begun && !moves {
            return Judgement::Unchanged;
        }
        let outstanding = browsers(view).find_map(|(user, browser)| missing(view, user, browser?));
        last.judge(outstanding)
    })
}

/// Sessions whose users have read that they are out; and requests that were sent with them since.
#[derive(Clone, Default, Serialize)]
struct Outs {
    sessions: SortedSet<SessionId>,
    since: SortedSet<u32>,
}

pub(super) fn out_is_out() -> Box<dyn Monitor> {
    watching(Outs::default(), |outs, view| {
        if let Some((_, ask)) = asked(view) {
            let is_out = ask.cookie.as_ref().is_some_and(|cookie| outs.sessions.contains(&cookie.id()));
            if is_out && ask.action != Action::LogOut {
                outs.since.insert(ask.number);
            }
        }
        match answered(view).map(|(_, answer)| answer) {
            Some(Answer { page: Page::Goodbye { id }, .. }) => {
                outs.sessions.insert(*id);
                Judgement::Unchanged
            }
            Some(Answer { page: Page::Shows { id, .. }, number, .. }) if outs.since.contains(number) => {
                let user = user_of(*number);
                Judgement::Broken(say!(
                    "Somebody with the cookie of u{user} is let into session {id}, which was logged out before they asked",
                    "有人拿着 u{user} 的 Cookie 进入了会话 {id}，而该会话在此之前已经登出"
                ))
            }
            _ => Judgement::Unchanged,
        }
    })
}

pub(super) fn own_only() -> Box<dyn Monitor> {
    watching((), |(), view| {
        let Some((_, Answer { number, page: Page::Shows { session, .. }, .. })) = answered(view) else {
            return Judgement::Unchanged;
        };
        let (asker, owner) = (user_of(*number), session.user);
        if asker == owner {
            return Judgement::Unchanged;
        }
        Judgement::Broken(say!(
            "The browser of u{asker} is shown a page of u{owner}",
            "u{asker} 的浏览器看到了 u{owner} 的页面"
        ))
    })
}

pub(super) fn answered_all() -> Box<dyn Monitor> {
    watching(LastSaid::default(), |last, view| {
        let moves = matches!(
            view.step.kind,
            StepKind::Deliver(_) | StepKind::Fire(_) | StepKind::Strike(_) | StepKind::Disconnected(_)
        );
        if last.has_begun && !moves {
            return Judgement::Unchanged;
        }
        let outstanding = browsers(view).find_map(|(user, browser)| match browser {
            None => Some(say!("The browser of u{user} is down", "u{user} 的浏览器宕机")),
            Some(browser) => match browser.unanswered() {
                Some(number) if browser.has_failed(number) => {
                    Some(say!("Request {number} was answered with an error", "请求 {number} 得到的是错误页"))
                }
                Some(number) => Some(say!("Request {number} is not answered", "请求 {number} 尚未答复")),
                None if browser.is_done() => None,
                None => Some(say!("u{user} has not done all that it will", "u{user} 还没有做完")),
            },
        });
        last.judge(outstanding)
    })
}
