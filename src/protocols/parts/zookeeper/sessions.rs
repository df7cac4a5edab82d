//! When sessions end: the leader's watch over who was heard of, and through whom.

use super::SessionId;
use crate::sim::clock::LocalTime;
use crate::sim::time::Span;
use crate::sim::trace::NodeId;
use crate::sorted::SortedMap;
use serde::Serialize;

/// What the leader knows of an open session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
struct Open {
    /// When it ends unless it is heard of, by the leader's monotonic clock.
    due: LocalTime,
    /// Which server its client is connected to; none if a new leader has not heard of it yet.
    server: Option<NodeId>,
}

/// The open sessions. The instants at which they end are rounded up to whole ticks: a session lives up to a tick longer
/// than agreed, never shorter (`ExpiryQueue.roundToNextInterval`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Sessions(SortedMap<SessionId, Open>);

impl Sessions {
    /// The session was heard of.
    pub fn touch(&mut self, session: SessionId, timeout: Span, tick: Span, now: LocalTime) {
        let (tick, due) = (tick.as_micros().max(1), now.after(timeout).as_micros());
        let due = LocalTime::from_micros((due / tick).saturating_add(1).saturating_mul(tick));
        let server = self.0.get(&session).and_then(|open| open.server);
        self.0.insert(session, Open { due, server });
    }

    /// The session's client is connected to that server from here on.
    pub fn move_to(&mut self, session: SessionId, server: NodeId) {
        if let Some(open) = self.0.get_mut(&session) {
            open.server = Some(server);
        }
    }

    /// Whether the session's client is connected elsewhere by now.
    pub fn is_elsewhere(&self, session: SessionId, server: NodeId) -> bool {
        self.0.get(&session).and_then(|open| open.server).is_some_and(|known| known != server)
    }

    /// Takes the sessions that have not been heard of for too long.
    pub fn expired(&mut self, now: LocalTime) -> Vec<SessionId> {
        let over = self.0.iter().filter(|(_, open)| open.due <= now).map(|(session, _)| *session).collect::<Vec<_>>();
        over.iter().for_each(|session| self.forget(*session));
        over
    }

    /// The session is over.
    pub fn forget(&mut self, session: SessionId) {
        self.0.remove(&session);
    }

    /// When it ends unless it is heard of.
    pub fn due(&self, session: SessionId) -> Option<LocalTime> {
        self.0.get(&session).map(|open| open.due)
    }

    /// When to look next.
    pub fn next(&self) -> Option<LocalTime> {
        self.0.values().map(|open| open.due).min()
    }
}
