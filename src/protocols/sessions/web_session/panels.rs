//! What the run lets one see: where each session lives, and how busy each server is.

use super::balancer::Balancer;
use super::browser::Browser;
use super::monitors::Store;
use super::server::{DENIED, Part, Server};
use super::session::{Holds, Session};
use super::settings::{Keeping, Settings};
use crate::say;
use crate::sim::node::look;
use crate::sim::payload::Outcome;
use crate::sim::show::{Letter, Load, Loads, Mailbox, Mailboxes, Mood, Panel};
use crate::sim::trace::NodeId;
use crate::sim::world::World;
use crate::text::Text;

pub(super) fn panels(world: &World, settings: &Settings) -> Vec<Panel> {
    let mut boxes: Vec<Mailbox> = match settings.keeping {
        Keeping::Token => (1..=settings.users).map(|user| cookie(world, settings, user)).collect(),
        Keeping::Container | Keeping::Above if !settings.local_copy => Vec::new(),
        _ => settings.places().map(|place| memory(world, settings, place)).collect(),
    };
    boxes.extend(settings.store().and_then(|node| store(world, node)));
    let title = Text::new("Where each session lives", "会话存放在哪里");
    vec![Panel::Mailboxes(Mailboxes { title, boxes }), Panel::Loads(loads(world, settings))]
}

/// A session as the panel has it: whose it is, and how much is in it.
fn letter(name: String, session: Session, what: &Text, mood: Mood) -> Letter {
    let (user, count) = (session.user, session.contents.count());
    let (en, zh) = (&what.en, &what.zh);
    Letter { name, state: say!("u{user}, {count} things{en}", "u{user}，{count} 样{zh}"), mood }
}

/// The cookie of a user, where it is the session.
fn cookie(world: &World, settings: &Settings, user: u8) -> Mailbox {
    let node = settings.browser(user);
    let browser = look::<Browser>(&*world.nodes()[node.index()]).and_then(|(browser, _)| browser);
    let token = browser.and_then(Browser::cookie).and_then(|cookie| match &cookie.holds {
        Holds::Token(token) => Some(token),
        Holds::Identifier(_) => None,
    });
    let letters = token.map(|token| {
        let bytes = token.bytes;
        let what = say!(", {bytes} bytes", "，{bytes} 字节");
        letter(token.id.to_string(), token.session, &what, Mood::Holding)
    });
    Mailbox { node, name: Text::new("Cookie", "Cookie"), letters: letters.into_iter().collect() }
}

/// The sessions in a server's memory.
fn memory(world: &World, settings: &Settings, place: u8) -> Mailbox {
    let node = settings.server(place);
    let server = look::<Server>(&*world.nodes()[node.index()]).and_then(|(server, _)| server);
    let letters = server.into_iter().flat_map(Server::sessions).map(|(id, kept)| {
        let (what, mood) = match (settings.keeping, kept.part) {
            (Keeping::Backup, Part::Primary { .. }) => (Text::new(", primary", "，主"), Mood::Holding),
            (Keeping::Backup, Part::Backup { .. }) => (Text::new(", backup", "，备"), Mood::Idle),
            (Keeping::Container, _) => (Text::new(", local copy", "，本地副本"), Mood::Idle),
            _ => (Text::new("", ""), Mood::Holding),
        };
        letter(id.to_string(), kept.session, &what, mood)
    });
    Mailbox { node, name: Text::new("Memory", "内存"), letters: letters.collect() }
}

/// What is in the store: sessions, and tokens that were logged out.
fn store(world: &World, node: NodeId) -> Option<Mailbox> {
    let (store, disk) = look::<Store>(&*world.nodes()[node.index()])?;
    let keys = store.map_or(disk.keys(), Store::keys);
    let letters = keys.all().map(|(key, entry)| match Session::stored(&entry.value) {
        _ if key.starts_with(DENIED) => Letter {
            name: key[DENIED.len()..].to_owned(),
            state: Text::new("logged out", "已登出"),
            mood: Mood::Decided(Outcome::Abort),
        },
        Some(session) => {
            letter(key.rsplit(':').next().unwrap_or("").to_owned(), session, &Text::new("", ""), Mood::Holding)
        }
        None => Letter { name: key.to_string(), state: Text::new("no user", "没有用户"), mood: Mood::Idle },
    });
    Some(Mailbox { node, name: Text::new("Redis", "Redis"), letters: letters.collect() })
}

fn loads(world: &World, settings: &Settings) -> Loads {
    let node = settings.balancer();
    let balancer = look::<Balancer>(&*world.nodes()[node.index()]).and_then(|(balancer, _)| balancer);
    let load = |place: u8| {
        let (requests, in_flight) = balancer.map_or((0, 0), |balancer| balancer.load(place));
        let available = balancer.is_some_and(|balancer| balancer.is_available(place));
        Load { node: settings.server(place), available, requests, in_flight, waiting: 0 }
    };
    Loads { title: Text::new("Requests", "请求"), nodes: settings.places().map(load).collect() }
}
