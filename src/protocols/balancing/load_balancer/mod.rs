//! # A load balancer
//!
//! **The problem.** A service runs in several processes. Requests come one after the other; each must go to one process
//! that is well and not too busy, and sometimes to the same one as the last request of its kind.
//!
//! **The idea.** A *balancer* stands before the *providers* and picks, by one of the algorithms of
//! [`parts::balancing`](crate::protocols::parts::balancing). It knows what it has been told (weights), what it has seen (its
//! own requests in flight, how long answers took) and what it has asked (health checks). Several balancers know
//! nothing of each other's requests.
//!
//! **What can go wrong.** A provider dies, and until somebody notices requests go there: a failed request is tried again
//! elsewhere, and is itself a sign (a *passive* check). One that is merely slow still answers its checks. A check that is
//! lost looks like a death, and whoever hashes keys moves them for nothing. A key that half the world asks for overloads its
//! owner, however even the ring is. Several balancers that each look who is idle all see the same one.
//! And what is best at one thing pays with another: no algorithm promises all properties, and each is judged by what it
//! promises ([`Aim`]) and by what every balancer must do.
//!
//! **Where to read.** [`balancer`], [`provider`] and [`client`], each with one function for each thing that can happen to
//! it; [`parameters`] for what can be varied; [`monitors`] for what is judged.
//!
//! **Sources.** Those of the algorithms, and: nginx, `ngx_http_upstream_module` (`max_fails`, `fail_timeout`). · HAProxy,
//! *Configuration Manual* (`inter`, `fall`, `rise`). · Dubbo, *Load balancing* and *Cluster fault tolerance*. ·
//! M. Mitzenmacher, *How Useful Is Old Information?*, 2000 (stale views).

pub mod balancer;
mod charting;
pub mod client;
mod entries;
mod hashing;
mod measures;
pub mod message;
pub mod monitors;
mod narration;
mod panels;
pub mod parameters;
pub mod provider;
pub mod seen;
pub mod settings;
mod words;

use crate::check::{Measure, Property, PropertyKind};
use crate::protocols::parts::balancing::Aim;
use crate::protocols::placement::Hashing;
use crate::protocols::protocol::{BeginsCharting, Intervention};
use crate::protocols::{Entry, Family, Moment, Parameter, Protocol, Term, Value, Values};
use crate::sim::fault::Fault;
use crate::sim::node::{Node, process};
use crate::sim::random::{Distribution, Zipf};
use crate::sim::show::Panel;
use crate::sim::time::Span;
use crate::sim::topology::{NodeSpec, Position, Topology};
use crate::sim::trace::{Ending, NodeId, Trace};
use crate::sim::world::World;
use crate::text::Text;
use balancer::Balancer;
use client::Client;
use provider::Provider;
use settings::{BALANCER_NAMES, PROVIDERS_MAX, STANDBY_MAX, Settings};
use std::sync::Arc;

/// The protocol of this folder.
pub struct LoadBalancer;

/// The identifiers of the properties, as links and catalogue entries name them.
pub mod id {
    pub const EXACT_CYCLES: &str = "exact-cycles";
    pub const KEYS_STAY: &str = "keys-stay";
    pub const BOUNDED: &str = "bounded-load";
    pub const LEAST_BUSY: &str = "least-busy";
    pub const DEAD_GET_NOTHING: &str = "dead-get-nothing";
    pub const COUNTED_ONCE: &str = "counted-once";
    pub const ANSWERED: &str = "every-request-answered";
    pub const QUEUED: &str = "queued";
    pub const RETRIED: &str = "retried";
}

static PROPERTIES: &[Property] = &[
    Property {
        id: id::EXACT_CYCLES,
        kind: PropertyKind::Always,
        title: Text::new(
            "Every cycle gives each provider exactly its weight",
            "每一轮里，各提供者恰好得到与权重相等的请求数",
        ),
        source: "sheet LB-1",
        monitor: monitors::exact_cycles,
    },
    Property {
        id: id::KEYS_STAY,
        kind: PropertyKind::Always,
        title: Text::new(
            "A client leaves its provider only when that goes, or for one that comes",
            "客户端只在提供者离开、或为新来者才换提供者",
        ),
        source: "sheet LB-2",
        monitor: monitors::keys_stay,
    },
    Property {
        id: id::BOUNDED,
        kind: PropertyKind::Always,
        title: Text::new(
            "No provider has more in flight than its bound, when it is picked",
            "被选中的提供者，在途请求不超过上限",
        ),
        source: "sheet LB-4",
        monitor: monitors::bounded,
    },
    Property {
        id: id::LEAST_BUSY,
        kind: PropertyKind::Always,
        title: Text::new(
            "A balancer never picks a provider that it sees busier than another",
            "负载均衡器不会选它看来更忙的提供者",
        ),
        source: "sheet LB-5",
        monitor: monitors::least_busy,
    },
    Property {
        id: id::DEAD_GET_NOTHING,
        kind: PropertyKind::Always,
        title: Text::new("Nothing is sent to a provider that is known to be dead", "不向已知失效的提供者发送请求"),
        source: "sheet LB-6",
        monitor: monitors::dead_get_nothing,
    },
    Property {
        id: id::COUNTED_ONCE,
        kind: PropertyKind::Always,
        title: Text::new("What counts as in flight is what is awaited", "在途计数与实际等待的请求一致"),
        source: "sheet LB-6: retries do not count twice",
        monitor: monitors::counted_once,
    },
    Property {
        id: id::ANSWERED,
        kind: PropertyKind::Eventually,
        title: Text::new("Every request is answered in the end", "每个请求最终都得到答复"),
        source: "sheet §14: retries",
        monitor: monitors::answered,
    },
    Property {
        id: id::QUEUED,
        kind: PropertyKind::Sometimes,
        title: Text::new("A request waits for a worker", "有请求在排队等工作线程"),
        source: "sheet §14: what balancing is to avoid",
        monitor: monitors::queued,
    },
    Property {
        id: id::RETRIED,
        kind: PropertyKind::Sometimes,
        title: Text::new("A request is tried again", "有请求被重试"),
        source: "sheet LB-6",
        monitor: monitors::retried,
    },
];

fn is_provider(node: NodeId, topology: &Topology) -> bool {
    topology.name(node).starts_with('p')
}

static INTERVENTIONS: &[Intervention] = &[
    Intervention {
        key: "join",
        name: Text::new("The provider joins", "提供者加入"),
        help: Text::new(
            "It registers: the balancers may send it requests from now on.",
            "向各负载均衡器注册，从此可以收到请求。",
        ),
        applies: is_provider,
        arguments: &[],
    },
    Intervention {
        key: "leave",
        name: Text::new("The provider leaves", "提供者离开"),
        help: Text::new(
            "It deregisters and finishes what it has, as before a deployment.",
            "注销后把手头的请求处理完，如同发布前的优雅下线。",
        ),
        applies: is_provider,
        arguments: &[],
    },
];

/// How long a connection holds data through a partition before it breaks.
const CONNECTION_TIMEOUT: Span = Span::seconds(30);
/// Zipf's exponent in thousandths: web requests have 0.64 to 0.83 (Breslau and others, 1999).
const ZIPF_EXPONENT: u32 = 800;
/// Positions of balancers beyond the first come after all providers'.
const FURTHER_BALANCERS: u8 = (PROVIDERS_MAX + STANDBY_MAX) as u8;

impl Protocol for LoadBalancer {
    fn id(&self) -> &'static str {
        "load-balancer"
    }

    fn version(&self) -> u16 {
        1
    }

    fn family(&self) -> Family {
        Family::Balancing
    }

    fn name(&self) -> Text {
        Text::new("Load balancer", "负载均衡器")
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
        // Nobody has a disk.
        let fsync = Distribution::Fixed(Span::ZERO);
        let spec = |name, title, position, node: Arc<dyn Node>| NodeSpec { name, title, position, node, fsync };
        let clients = client::Setup { settings, zipf: Arc::new(Zipf::new(settings.keys, ZIPF_EXPONENT)) };
        let clients = process::<Client>(clients);
        let mut nodes = vec![spec("c", Text::new("Clients", "客户端"), Position::Initiator, clients)];
        for number in 0..settings.balancers as u8 {
            let position = if number == 0 { Position::Decider } else { Position::Service(FURTHER_BALANCERS + number) };
            let title = Text::new("Load balancer", "负载均衡器");
            nodes.push(spec(BALANCER_NAMES[usize::from(number)], title, position, process::<Balancer>(settings)));
        }
        for place in settings.places() {
            let title = Text::new("Provider", "提供者");
            let node = process::<Provider>((settings, place));
            nodes.push(spec(settings.name(place), title, Position::Service(1 + place as u8), node));
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

    fn measures(&self, trace: &Trace, topology: &Topology, faults: &[Fault], ending: Ending) -> Vec<Measure> {
        measures::measures(trace, topology, faults, ending)
    }

    fn charting(&self) -> Option<BeginsCharting> {
        Some(charting::charting)
    }

    fn under_load(&self, values: &Values, requests: u32) -> Option<(Values, Span)> {
        let mut values = values.clone();
        values.set("requests", Value::Number(requests));
        let lasting = charting::lasting(values.time("every"), &Settings::of(&values));
        Some((values, lasting))
    }

    fn is_judged(&self, values: &Values, property: &Property) -> bool {
        let aim = match property.id {
            id::EXACT_CYCLES => Aim::WeightedCycles,
            id::KEYS_STAY => Aim::KeysStay,
            id::BOUNDED => Aim::BoundedLoad,
            id::LEAST_BUSY => Aim::LeastBusy,
            // What every balancer must do, whatever its algorithm.
            _ => return true,
        };
        Settings::of(values).aims_at(aim)
    }

    fn terms(&self) -> &'static [Term] {
        words::TERMS
    }

    fn narrate(&self, moment: &Moment) -> Option<Text> {
        narration::narrate(moment)
    }

    fn panels(&self, _moment: &Moment, world: &World, values: &Values) -> Vec<Panel> {
        panels::panels(world, &Settings::of(values))
    }

    fn hashing(&self) -> Option<&'static Hashing> {
        Some(&hashing::HASHING)
    }

    fn entries(&self) -> &'static [Entry] {
        entries::ENTRIES
    }
}
