//! What a run cost, read from its trace: the same lines for every way of keeping sessions.

use super::message::{Answer, Ask, Message, Page, Peer};
use super::session::SessionId;
use super::settings::is_foreign;
use crate::check::measure::{Measure, Total, Unit};
use crate::sim::fault::Fault;
use crate::sim::time::Instant;
use crate::sim::topology::{Position, Topology};
use crate::sim::trace::{Ending, NodeId, StepKind, Trace};
use crate::sorted::{SortedMap, SortedSet};
use crate::text::Text;

/// What is counted while the trace is read.
#[derive(Default)]
struct Counts {
    logins_lost: u64,
    /// Requests of users with a cookie, and the bytes of their cookies; the largest of them.
    with_cookie: u64,
    cookie_bytes: u64,
    cookie_bytes_max: u64,
    sent: SortedMap<u32, Instant>,
    answered: u64,
    latency_micros: u64,
    /// Copies of sessions in servers' memories, and how many there were at most.
    copies: SortedSet<(NodeId, SessionId)>,
    copies_max: u64,
    between_servers: u64,
    to_store: u64,
}

/// The measured costs.
pub(super) fn measures(trace: &Trace, topology: &Topology, faults: &[Fault], ending: Ending) -> Vec<Measure> {
    let counts = Counts::read(trace, topology, faults);
    let requests = trace.messages.iter().filter(|message| is_from_user(topology, message.name.from)).count() as u64;
    let line = |id, en, zh, unit, value: Option<u64>| {
        Measure::of(id, Text::new(en, zh), unit, Total { value, goes_on: false }, ending)
    };
    let mean = |sum: u64, count: u64| (sum + count / 2).checked_div(count);
    let per_request = |count: u64| (count * 10 + requests / 2).checked_div(requests);
    vec![
        line(
            "logins-lost",
            "Log-ins lost: times that a user had to log in again",
            "丢失的登录：用户被迫重新登录的次数",
            Unit::Count,
            Some(counts.logins_lost),
        ),
        line(
            "cookie-bytes",
            "Bytes of cookie per request, on average",
            "每个请求的 Cookie 字节数（平均）",
            Unit::Count,
            mean(counts.cookie_bytes, counts.with_cookie),
        ),
        line(
            "cookie-bytes-most",
            "Bytes of cookie in a request, at most",
            "单个请求的 Cookie 字节数（最大）",
            Unit::Count,
            (counts.with_cookie > 0).then_some(counts.cookie_bytes_max),
        ),
        line(
            "sessions-in-memory",
            "Copies of sessions in the memories of all servers, at most",
            "所有服务器内存中的会话副本数（最大）",
            Unit::Count,
            Some(counts.copies_max),
        ),
        line(
            "latency",
            "From a request to its answer, on average",
            "从请求到答复的平均时间",
            Unit::Micros,
            mean(counts.latency_micros, counts.answered),
        ),
        line(
            "between-servers",
            "Messages between servers, per request",
            "每个请求的服务器间消息数",
            Unit::Tenths,
            per_request(counts.between_servers),
        ),
        line(
            "store-commands",
            "Commands to Redis, per request",
            "每个请求的 Redis 命令数",
            Unit::Tenths,
            per_request(counts.to_store),
        ),
    ]
}

fn is_server(topology: &Topology, node: NodeId) -> bool {
    topology.name(node).starts_with('s')
}

fn is_from_user(topology: &Topology, node: NodeId) -> bool {
    topology.name(node).starts_with('u')
}

impl Counts {
    fn read(trace: &Trace, topology: &Topology, faults: &[Fault]) -> Counts {
        let mut counts = Counts::default();
        for step in &trace.steps {
            match step.kind {
                StepKind::Send(index) => {
                    let message = trace.message(index);
                    if let Some(payload) = message.payload.get() {
                        counts.sent(topology, message.name.from, message.name.to, payload, step.at);
                    }
                }
                StepKind::Deliver(index) => {
                    if let Some(payload) = trace.message(index).payload.get() {
                        counts.delivered(topology, step.node, payload, step.at);
                    }
                }
                StepKind::Strike(fault) => {
                    let ends = matches!(
                        faults.get(usize::from(fault)),
                        Some(Fault::Crash { .. } | Fault::PowerLoss { .. } | Fault::Restart { .. })
                    );
                    if ends {
                        counts.copies.retain(|(node, _)| *node != step.node);
                    }
                }
                _ => {}
            }
        }
        counts
    }

    fn sent(&mut self, topology: &Topology, from: NodeId, to: NodeId, message: &Message, at: Instant) {
        match message {
            Message::Ask(ask) if is_from_user(topology, from) && !is_foreign(ask.number) => self.asked(ask, at),
            Message::Answer(Answer { page, keeps, .. }) if is_server(topology, from) => match page {
                Page::Shows { id, .. } if *keeps => self.has_copy(from, *id),
                Page::Goodbye { id } => {
                    self.copies.remove(&(from, *id));
                }
                _ => {}
            },
            Message::Peer(_) => self.between_servers += 1,
            Message::Store(_) if topology.nodes[to.index()].position == Position::Store => self.to_store += 1,
            _ => {}
        }
    }

    fn asked(&mut self, ask: &Ask, at: Instant) {
        self.sent.insert(ask.number, at);
        if let Some(cookie) = &ask.cookie {
            let bytes = u64::from(cookie.bytes());
            self.with_cookie += 1;
            self.cookie_bytes += bytes;
            self.cookie_bytes_max = self.cookie_bytes_max.max(bytes);
        }
    }

    fn delivered(&mut self, topology: &Topology, to: NodeId, message: &Message, at: Instant) {
        match message {
            Message::Answer(answer) if is_from_user(topology, to) => {
                // Answers to somebody who uses a user's cookie were not sent for in the user's name.
                let Some(sent) = self.sent.remove(&answer.number) else { return };
                self.answered += 1;
                self.latency_micros += at.since(sent).as_micros();
                self.logins_lost += u64::from(answer.page == Page::PleaseLogIn);
            }
            Message::Peer(Peer::Delta { id, .. } | Peer::Copy { id, .. }) => self.has_copy(to, *id),
            Message::Peer(Peer::Everything { sessions, .. }) => {
                sessions.iter().for_each(|(id, _)| self.has_copy(to, *id));
            }
            Message::Peer(Peer::Whereabouts { id, .. } | Peer::Gone { id, .. }) => {
                self.copies.remove(&(to, *id));
            }
            _ => {}
        }
    }

    fn has_copy(&mut self, server: NodeId, id: SessionId) {
        self.copies.insert((server, id));
        self.copies_max = self.copies_max.max(self.copies.len() as u64);
    }
}
