//! # A web session
//!
//! **The problem.** HTTP forgets everything between two requests. So an application names a *session* in a cookie, and keeps under
//! that name who has logged in and what they have put together. That is simple on one server. On several the next
//! request may reach another.
//!
//! **The ideas.** Send the user back to the server that has the session (*sticky*): by a route in the cookie, or by a hash of
//! the address. Give the session to others: to *all*, or to one *backup*. Keep it in a *store* that all servers share:
//! either the container does that, which loads and saves whole sessions, or a layer above it, which saves changed
//! attributes. Or keep nothing, and let the browser bring the session along, *signed*, so that it cannot be changed.
//!
//! **What can go wrong.** What is in one memory dies with it, in a crash as in a deployment. An address is no user: behind a NAT
//! many have the same one, and one who moves has several; a server more, and hashes point elsewhere. What is copied is
//! late: the next request may read before the copy comes. Two requests at once both read, both write, and one of them has
//! written for nothing. The store fails, evicts, or its clock jumps, and everybody is out. A token is valid until it
//! expires, whoever has it and whatever its user has clicked; it grows with what is in it; and its key must be changed some day.
//!
//! **Where to read.** [`server`], [`browser`] and [`balancer`], each with one function for each thing that can happen to
//! it; [`session`] has what travels; [`parameters`] says what can be varied; [`monitors`] what is judged.
//!
//! **Sources.** Apache Tomcat, *Clustering/Session Replication How-To* and *The Cluster Manager object* (`DeltaManager`,
//! `BackupManager`). · Spring Session, *Redis Configurations*. · nginx, `ngx_http_upstream_module` (`ip_hash`, `sticky`). ·
//! RFC 6265 (cookies), RFC 7519 (JWT), RFC 8725 (JWT best practices). · The reference sheet, §13.

pub mod balancer;
pub mod browser;
mod entries;
mod measures;
pub mod message;
pub mod monitors;
mod narration;
mod panels;
pub mod parameters;
pub mod server;
pub mod session;
pub mod settings;
#[cfg(test)]
mod tests;
mod words;

use crate::check::{Measure, Property, PropertyKind};
use crate::protocols::parts::redis::server::Setup;
use crate::protocols::protocol::{Argument, ArgumentKind, Intervention};
use crate::protocols::{Entry, Family, Moment, Parameter, Protocol, Term, Values};
use crate::sim::fault::Fault;
use crate::sim::node::{Node, process};
use crate::sim::random::Distribution;
use crate::sim::show::Panel;
use crate::sim::time::Span;
use crate::sim::topology::{NodeSpec, Position, Topology};
use crate::sim::trace::{Ending, NodeId, Trace};
use crate::sim::world::World;
use crate::text::Text;
use balancer::Balancer;
use browser::Browser;
use monitors::Store;
use server::Server;
use settings::{BALANCER, SERVER_NAMES, SERVERS_MAX, STANDBY_MAX, STORE, Settings, USER_NAMES};
use std::sync::Arc;

/// The protocol of this folder.
pub struct WebSession;

/// The identifiers of the properties, as links and catalogue entries name them.
pub mod id {
    pub const STAYS: &str = "stays-logged-in";
    pub const SEES: &str = "sees-own-writes";
    pub const OUT_IS_OUT: &str = "out-is-out";
    pub const OWN_ONLY: &str = "own-session-only";
    pub const KEPT: &str = "updates-kept";
    pub const ANSWERED: &str = "every-request-answered";
}

static PROPERTIES: &[Property] = &[
    Property {
        id: id::STAYS,
        kind: PropertyKind::Always,
        title: Text::new(
            "Whoever has logged in and goes on is never asked to log in again",
            "登录之后一直在用的人，不会被要求重新登录",
        ),
        source: "sheet S-4",
        monitor: monitors::stays_logged_in,
    },
    Property {
        id: id::SEES,
        kind: PropertyKind::Always,
        title: Text::new(
            "A page shows everything that its user was told is in the session",
            "页面上总能看到已确认放进会话的所有东西",
        ),
        source: "sheet S-1",
        monitor: monitors::sees_own_writes,
    },
    Property {
        id: id::OUT_IS_OUT,
        kind: PropertyKind::Always,
        title: Text::new("Nobody is let in with a session that was logged out", "会话登出之后，谁也不能再凭它进入"),
        source: "sheet S-3",
        monitor: monitors::out_is_out,
    },
    Property {
        id: id::OWN_ONLY,
        kind: PropertyKind::Always,
        title: Text::new("Nobody is shown another user's page", "谁也看不到别人的页面"),
        source: "sheet S-6",
        monitor: monitors::own_only,
    },
    Property {
        id: id::KEPT,
        kind: PropertyKind::Eventually,
        title: Text::new(
            "In the end every copy of a session has everything that its user was told is in it",
            "最终，会话的每个副本都含有已确认放进去的所有东西",
        ),
        source: "sheet S-2",
        monitor: monitors::updates_kept,
    },
    Property {
        id: id::ANSWERED,
        kind: PropertyKind::Eventually,
        title: Text::new("Every request is answered, and not with an error", "每个请求最终都得到答复，而且不是错误页"),
        source: "sheet §13: what keeping sessions is for",
        monitor: monitors::answered_all,
    },
];

fn is_server(node: NodeId, topology: &Topology) -> bool {
    topology.name(node).starts_with('s')
}

fn is_browser(node: NodeId, topology: &Topology) -> bool {
    topology.name(node).starts_with('u')
}

static INTERVENTIONS: &[Intervention] = &[
    Intervention {
        key: "join",
        name: Text::new("The server joins", "服务器加入"),
        help: Text::new(
            "It asks the others for what it must know, and may be sent requests from then on.",
            "先向其他服务器要来该知道的，之后就可以接收请求。",
        ),
        applies: is_server,
        arguments: &[],
    },
    Intervention {
        key: "leave",
        name: Text::new("The server leaves", "服务器离开"),
        help: Text::new(
            "It finishes what it has and gets nothing more, as before a deployment.",
            "处理完手头的请求，不再接收新的，如同发布前摘流量。",
        ),
        applies: is_server,
        arguments: &[],
    },
    Intervention {
        key: "publish-key",
        name: Text::new("The next key is made known", "公布下一把密钥"),
        help: Text::new(
            "The server accepts tokens that are signed with the next key, and goes on to sign with the present one.",
            "服务器开始认下一把密钥签的令牌，自己仍用当前密钥签名。",
        ),
        applies: is_server,
        arguments: &[],
    },
    Intervention {
        key: "rotate-key",
        name: Text::new("The next key signs", "改用下一把密钥签名"),
        help: Text::new(
            "The server signs with the next key from now on; what older ones have signed it still accepts.",
            "服务器从此用下一把密钥签名；旧密钥签的仍然认。",
        ),
        applies: is_server,
        arguments: &[],
    },
    Intervention {
        key: "roam",
        name: Text::new("The user's address changes", "用户的地址变化"),
        help: Text::new(
            "From wireless to mobile: the same browser, the same cookie, another address.",
            "从 Wi-Fi 换到移动网络：浏览器和 Cookie 没变，地址变了。",
        ),
        applies: is_browser,
        arguments: &[],
    },
    Intervention {
        key: "replay",
        name: Text::new("Somebody uses a copy of the cookie", "有人使用复制来的 Cookie"),
        help: Text::new(
            "Somebody who has copied the browser's last cookie asks for the user's page with it.",
            "有人复制了浏览器最后的 Cookie，用它来访问用户的页面。",
        ),
        applies: is_browser,
        arguments: &[],
    },
    Intervention {
        key: "forge",
        name: Text::new("Somebody makes up a cookie", "有人伪造 Cookie"),
        help: Text::new(
            "A token in another user's name that is not signed; where cookies only name sessions, a guess.",
            "以别人的名义编一个没有签名的令牌；若 Cookie 里只有会话标识，就瞎猜一个。",
        ),
        applies: is_browser,
        arguments: &[],
    },
    Intervention {
        key: "evict",
        name: Text::new("Redis evicts a key", "Redis 淘汰一个键"),
        help: Text::new(
            "Memory is full, and the key of that place, in the order of keys, leaves to make room.",
            "内存已满，按键的次序淘汰第几个键来腾出空间。",
        ),
        applies: |node, topology| topology.name(node) == STORE,
        arguments: &[Argument {
            key: "place",
            name: Text::new("place", "第几个"),
            kind: ArgumentKind::Number,
            minimum: 1,
            maximum: 20,
        }],
    },
];

/// How long a connection holds data through a partition before it breaks.
const CONNECTION_TIMEOUT: Span = Span::seconds(30);
/// Positions of browsers beyond the first come after all servers'.
const FURTHER_USERS: u8 = (SERVERS_MAX + STANDBY_MAX) as u8;

impl Protocol for WebSession {
    fn id(&self) -> &'static str {
        "session"
    }

    fn version(&self) -> u16 {
        1
    }

    fn family(&self) -> Family {
        Family::Sessions
    }

    fn name(&self) -> Text {
        Text::new("Web session", "分布式会话")
    }

    fn summary(&self) -> Text {
        words::SUMMARY.clone()
    }

    fn modelled(&self) -> &'static [Text] {
        words::MODELLED
    }

    fn not_modelled(&self) -> &'static [Text] {
        words::NOT_MODELLED
    }

    fn parameters(&self) -> &'static [Parameter] {
        parameters::PARAMETERS
    }

    fn conflict(&self, values: &Values) -> Option<Text> {
        settings::conflict(values)
    }

    fn interventions(&self) -> &'static [Intervention] {
        INTERVENTIONS
    }

    fn topology(&self, values: &Values) -> Topology {
        let settings = Settings::of(values);
        let fsync = Distribution::Fixed(values.time("fsync"));
        let spec = |name, title, position, node: Arc<dyn Node>| NodeSpec { name, title, position, node, fsync };
        let mut nodes: Vec<NodeSpec> = Vec::new();
        for (user, name) in (1..=settings.users).zip(USER_NAMES) {
            let position = if user == 1 { Position::Initiator } else { Position::Service(FURTHER_USERS + user) };
            let browser = process::<Browser>((settings, user));
            nodes.push(spec(name, Text::new("Browser", "浏览器"), position, browser));
        }
        let balancer = process::<Balancer>(settings);
        nodes.push(spec(BALANCER, Text::new("Load balancer", "负载均衡器"), Position::Decider, balancer));
        for (place, name) in settings.places().zip(SERVER_NAMES) {
            let server = process::<Server>((settings, place));
            nodes.push(spec(name, Text::new("Server", "应用服务器"), Position::Service(1 + place), server));
        }
        if settings.has_store() {
            let (persistence, clients) = (settings.persistence, Vec::new());
            let store = process::<Store>(Setup { persistence, master: None, clients, restart_delay: Span::ZERO });
            nodes.push(spec(STORE, Text::new("Redis", "Redis 服务器"), Position::Store, store));
        }
        Topology {
            nodes,
            latency: Distribution::Fixed(values.time("latency")),
            links: Vec::new(),
            connection_timeout: CONNECTION_TIMEOUT,
            base_latency: values.time("latency"),
        }
    }

    fn properties(&self) -> &'static [Property] {
        PROPERTIES
    }

    fn terms(&self) -> &'static [Term] {
        words::TERMS
    }

    fn narrate(&self, moment: &Moment) -> Option<Text> {
        narration::narrate(moment)
    }

    fn measures(&self, trace: &Trace, topology: &Topology, faults: &[Fault], ending: Ending) -> Vec<Measure> {
        measures::measures(trace, topology, faults, ending)
    }

    fn panels(&self, _moment: &Moment, world: &World, values: &Values) -> Vec<Panel> {
        panels::panels(world, &Settings::of(values))
    }

    fn entries(&self) -> &'static [Entry] {
        entries::ENTRIES
    }
}
