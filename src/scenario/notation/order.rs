//! A schedule as text: `c:prepare.1:p1,sync:p1,timer:c:votes.1`; after a timed prefix `@12ms,c:prepare.1:p1`.

use super::Notation;
use crate::say;
use crate::scenario::bad::{Piece, Read};
use crate::sim::schedule::{SCHEDULE_MAX, Schedule, Scheduled};
use crate::sim::trace::NodeId;
use crate::text::Text;

/// What an action is called that is no message's arrival, with an example. Nodes have shorter names.
pub const ACTIONS: [(&str, &str); 4] =
    [("timer", "timer:c:votes.1"), ("sync", "sync:p1"), ("gone", "gone:p1:c"), ("break", "break:c:p1")];

impl Notation<'_> {
    /// The schedule as links write it. Actions of nodes that do not exist are left out: they could not happen.
    pub fn write_schedule(&self, schedule: &Schedule) -> String {
        let from = schedule.from.iter().map(|from| format!("@{from}"));
        let known = schedule.actions.iter().filter(|action| self.knows_nodes_of_action(action));
        let actions = known.map(|action| match action {
            Scheduled::Arrives(name) => self.message_name(name),
            Scheduled::Fires { node, kind, subject } => {
                format!("timer:{}:{}", self.name(*node), super::write::what(kind, *subject))
            }
            Scheduled::Syncs(node) => format!("sync:{}", self.name(*node)),
            Scheduled::Disconnects { node, peer } => format!("gone:{}:{}", self.name(*node), self.name(*peer)),
            Scheduled::Breaks { one, other } => format!("break:{}:{}", self.name(*one), self.name(*other)),
        });
        from.chain(actions).collect::<Vec<_>>().join(",")
    }

    fn knows_nodes_of_action(&self, action: &Scheduled) -> bool {
        let known = |node: &NodeId| node.index() < self.topology.nodes.len();
        match action {
            Scheduled::Arrives(name) => known(&name.from) && known(&name.to),
            Scheduled::Fires { node, .. } | Scheduled::Syncs(node) => known(node),
            Scheduled::Disconnects { node: one, peer: other } | Scheduled::Breaks { one, other } => {
                known(one) && known(other)
            }
        }
    }

    /// Reads a schedule: at most [`SCHEDULE_MAX`] actions.
    pub(crate) fn read_schedule(&self, value: Piece) -> Read<Schedule> {
        let mut pieces = value.pieces(',').peekable();
        let prefix = pieces.next_if(|piece| piece.text().starts_with('@'));
        let from = match prefix.and_then(|piece| piece.split('@')) {
            Some((_, instant)) => Some(instant.time()?),
            None => None,
        };
        let mut actions = Vec::new();
        for piece in pieces.filter(|_| !value.text().is_empty()) {
            if actions.len() == SCHEDULE_MAX {
                return Err(piece.bad(
                    say!("more than {SCHEDULE_MAX} actions", "动作超过 {SCHEDULE_MAX} 个"),
                    Text::new("Leave the rest out", "请去掉其余部分"),
                ));
            }
            actions.push(self.action(piece)?);
        }
        Ok(Schedule { from, actions: actions.into() })
    }

    /// `c:prepare.1:p1*2`, `timer:c:votes.1`, `sync:p1`, `gone:p1:c`, `break:c:p1`
    fn action(&self, piece: Piece) -> Read<Scheduled> {
        let Some((first, rest)) = piece.split(':') else { return Err(no_action(piece)) };
        match first.text() {
            "timer" => {
                let (node, what) = rest.split(':').ok_or_else(|| no_action(piece))?;
                let node = self.node(node)?;
                let (kind, subject) = self.kind_and_subject(what)?;
                Ok(Scheduled::Fires { node, kind, subject })
            }
            "sync" => Ok(Scheduled::Syncs(self.node(rest)?)),
            "gone" => {
                let (node, peer) = rest.split(':').ok_or_else(|| no_action(piece))?;
                Ok(Scheduled::Disconnects { node: self.node(node)?, peer: self.node(peer)? })
            }
            "break" => {
                let (one, other) = rest.split(':').ok_or_else(|| no_action(piece))?;
                Ok(Scheduled::Breaks { one: self.node(one)?, other: self.node(other)? })
            }
            _ => self.message(piece).map(Scheduled::Arrives),
        }
    }
}

fn no_action(piece: Piece) -> Box<crate::scenario::bad::Bad> {
    let examples = ACTIONS.map(|(_, example)| example).join(", ");
    let examples_zh = ACTIONS.map(|(_, example)| example).join("、");
    piece.bad(
        Text::new("not an action", "不是动作"),
        say!(
            "Write a message that arrives, as in c:commit.1:p1, or one of these: {examples}",
            "请写到达的消息，例如 c:commit.1:p1，或以下之一：{examples_zh}"
        ),
    )
}
