//! The values of one run, who is which node, and which values do not go together.

use super::session::Cookie;
use crate::protocols::Values;
use crate::protocols::parts::balancing::{Algorithm, Picker, Settings as Tuning};
use crate::protocols::parts::redis::log::Persistence;
use crate::sim::time::Span;
use crate::sim::trace::NodeId;
use crate::text::Text;

pub const USERS_MAX: u32 = 6;
pub const SERVERS_MAX: u32 = 4;
pub const STANDBY_MAX: u32 = 2;
pub const CLICKS_MAX: u32 = 15;
pub const TABS_MAX: u32 = 2;
/// The users' browsers come first, then the balancer, the servers and, where there is one, the store.
pub const USER_NAMES: [&str; USERS_MAX as usize] = ["u1", "u2", "u3", "u4", "u5", "u6"];
pub const SERVER_NAMES: [&str; (SERVERS_MAX + STANDBY_MAX) as usize] = ["s1", "s2", "s3", "s4", "s5", "s6"];
pub const BALANCER: &str = "lb";
pub const STORE: &str = "r";

/// A request's number is its user's number times this, and its place among the user's requests.
pub const NUMBERS_OF_A_USER: u32 = 100;
/// From that place on numbers are those of requests that somebody else makes with a user's cookie.
pub const FOREIGN_FROM: u32 = 90;

/// Where sessions are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keeping {
    /// In the memory of the server that made it.
    Memory,
    /// In every server's memory (Tomcat: `DeltaManager`).
    AllToAll,
    /// In two servers' memories; the others know where (Tomcat: `BackupManager`).
    Backup,
    /// In a store that the container loads whole sessions from and saves them to.
    Container,
    /// In a store that a layer above the container writes changed attributes to (Spring Session).
    Above,
    /// In the cookie itself, signed.
    Token,
}

/// By what the balancer picks a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Routing {
    /// The cookie names the server; a request without one takes its turn.
    Cookie,
    /// The address decides, as in nginx.
    IpHash,
    /// Each request takes its turn.
    RoundRobin,
}

/// When users log out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogOut {
    Never,
    /// A while after their last click was answered.
    After,
    /// Together with their last click: it is still loading in another tab.
    WhileLoading,
}

/// A deliberate mistake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mistake {
    None,
    /// A token's signature is not looked at.
    NoSignature,
    /// With a new key the old one is forgotten at once.
    DropsOldKey,
    /// To log out only clears the cookie.
    ClearsCookieOnly,
}

/// The values of one run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    pub keeping: Keeping,
    pub routing: Routing,
    /// Whether an answer waits until every other server has the change.
    pub synchronous: bool,
    /// Whether a container keeps what it has loaded and asks the store no more.
    pub local_copy: bool,
    /// Whether tokens that were logged out are on a list in the store.
    pub denylist: bool,
    pub servers: u8,
    pub standby: u8,
    pub users: u8,
    /// Whether all users are behind one NAT.
    pub one_network: bool,
    pub clicks: u32,
    pub tabs: u8,
    /// Whether each tab writes an attribute of its own.
    pub own_attributes: bool,
    pub think: Span,
    pub log_out: LogOut,
    pub work: Span,
    pub item_bytes: u32,
    pub time_out: Span,
    pub store_wait: Span,
    pub persistence: Persistence,
    pub mistake: Mistake,
}

impl Settings {
    pub fn of(values: &Values) -> Settings {
        let is = |key, word: &str| values.choice(key) == word;
        Settings {
            keeping: match values.choice("keeping") {
                "all-to-all" => Keeping::AllToAll,
                "backup" => Keeping::Backup,
                "store-container" => Keeping::Container,
                "store-above" => Keeping::Above,
                "token" => Keeping::Token,
                _ => Keeping::Memory,
            },
            routing: match values.choice("routing") {
                "ip-hash" => Routing::IpHash,
                "round-robin" => Routing::RoundRobin,
                _ => Routing::Cookie,
            },
            synchronous: is("replication", "synchronous"),
            local_copy: is("local-copy", "on"),
            denylist: is("revocation", "denylist"),
            servers: values.number("servers").clamp(1, SERVERS_MAX) as u8,
            standby: values.number("standby").min(STANDBY_MAX) as u8,
            users: values.number("users").clamp(1, USERS_MAX) as u8,
            one_network: is("addresses", "one-network"),
            clicks: values.number("clicks").min(CLICKS_MAX),
            tabs: values.number("tabs").clamp(1, TABS_MAX) as u8,
            own_attributes: is("tabs-write", "their-own"),
            think: values.time("think"),
            log_out: match values.choice("log-out") {
                "after" => LogOut::After,
                "while-loading" => LogOut::WhileLoading,
                _ => LogOut::Never,
            },
            work: values.time("work"),
            item_bytes: values.number("item-bytes"),
            time_out: values.time("time-out"),
            store_wait: values.time("store-wait"),
            persistence: match values.choice("append-only") {
                "always" => Persistence::Always,
                "everysec" => Persistence::EverySecond,
                _ => Persistence::None,
            },
            mistake: match values.choice("mistake") {
                "no-signature" => Mistake::NoSignature,
                "drops-old-key" => Mistake::DropsOldKey,
                "clears-cookie-only" => Mistake::ClearsCookieOnly,
                _ => Mistake::None,
            },
        }
    }

    pub fn picker(&self) -> Picker {
        match self.routing {
            Routing::IpHash => Algorithm::IpHash,
            Routing::Cookie | Routing::RoundRobin => Algorithm::RoundRobin,
        }
        .picker(&Tuning::default())
    }

    /// The browser of a user, from 1.
    pub fn browser(&self, user: u8) -> NodeId {
        NodeId(user.saturating_sub(1))
    }

    /// The user at a browser, from 1.
    pub fn user(&self, node: NodeId) -> Option<u8> {
        (node.0 < self.users).then_some(node.0 + 1)
    }

    pub fn balancer(&self) -> NodeId {
        NodeId(self.users)
    }

    /// The server of that place, from 0.
    pub fn server(&self, place: u8) -> NodeId {
        NodeId(self.users + 1 + place)
    }

    pub fn place(&self, node: NodeId) -> Option<u8> {
        let place = node.0.checked_sub(self.users + 1)?;
        self.places().contains(&place).then_some(place)
    }

    /// All servers, those that join later too.
    pub fn places(&self) -> std::ops::Range<u8> {
        0..self.servers + self.standby
    }

    /// The store, where there is one.
    pub fn store(&self) -> Option<NodeId> {
        self.has_store().then(|| self.server(self.servers + self.standby))
    }

    pub fn has_store(&self) -> bool {
        match self.keeping {
            Keeping::Container | Keeping::Above => true,
            Keeping::Token => self.denylist,
            Keeping::Memory | Keeping::AllToAll | Keeping::Backup => false,
        }
    }

    /// Whether servers tell each other of sessions.
    pub fn replicates(&self) -> bool {
        matches!(self.keeping, Keeping::AllToAll | Keeping::Backup)
    }

    /// The place that a cookie names, if the routing looks at cookies.
    pub fn route(&self, cookie: Option<&Cookie>) -> Option<u8> {
        cookie.filter(|_| self.routing == Routing::Cookie)?.route
    }

    /// A user's address: each in a network of its own, or all behind one NAT; `change` counts the user's moves.
    pub fn address(&self, user: u8, change: u32) -> u32 {
        match (self.one_network, change) {
            (true, 0) => u32::from_be_bytes([203, 0, 113, user]),
            _ => u32::from_be_bytes([10, user, (change % 256) as u8, 7]),
        }
    }
}

/// Whose request a number is: a user from 1.
pub fn user_of(number: u32) -> u8 {
    (number / NUMBERS_OF_A_USER) as u8
}

/// Whether somebody else made the request of that number, with a user's cookie.
pub fn is_foreign(number: u32) -> bool {
    number % NUMBERS_OF_A_USER >= FOREIGN_FROM
}

/// Why these values do not go together, if they do not.
pub fn conflict(values: &Values) -> Option<Text> {
    let settings = Settings::of(values);
    (settings.local_copy && settings.keeping != Keeping::Container).then_some(Text::new(
        "Only a container keeps local copies: set keeping to store-container",
        "只有容器会保留本地副本：请把 keeping 设为 store-container",
    ))
}
