//! From faults to text, in the one canonical form.

use super::Notation;
use crate::sim::fault::{Fault, Place};
use crate::sim::name::{LocalName, MessageName, Moment};
use crate::sim::payload::Subject;
use crate::sim::time::Span;
use crate::sim::trace::NodeId;
use std::fmt::Write;

impl Notation<'_> {
    /// The fault as links write it: `crash=c@12ms`. Its nodes must exist, see [`Notation::knows_nodes_of`].
    pub fn write(&self, fault: &Fault) -> String {
        match fault {
            Fault::Crash { node, place } => format!("crash={}", self.struck_at(*node, place)),
            Fault::PowerLoss { node, place, kept } => {
                let kept = if *kept > 0 { format!("~{kept}") } else { String::new() };
                format!("power={}{kept}", self.struck_at(*node, place))
            }
            Fault::Restart { node, place } => format!("restart={}", self.struck_at(*node, place)),
            Fault::Pause { node, place, lasting } => format!("pause={}+{lasting}", self.struck_at(*node, place)),
            Fault::Partition { groups, one_way, at, lasting } => {
                let key = if *one_way { "oneway" } else { "cut" };
                let sides: Vec<String> = groups.iter().map(|group| self.names(group)).collect();
                format!("{key}={}@{at}{}", sides.join("/"), for_a_while(*lasting))
            }
            Fault::Drop { message } => format!("drop={}", self.message_name(message)),
            Fault::Duplicate { message, after } => format!("twice={}+{after}", self.message_name(message)),
            Fault::Delay { message, by } => format!("delay={}+{by}", self.message_name(message)),
            Fault::SlowLink { from, to, at, lasting, by } => {
                format!("slow={}:{}@{at}{}~{by}", self.name(*from), self.name(*to), for_a_while(*lasting))
            }
            Fault::ClockJump { node, place, by_micros } => {
                let sign = if *by_micros < 0 { '-' } else { '+' };
                let by = Span::micros(by_micros.unsigned_abs());
                format!("jump={}{sign}{by}", self.struck_at(*node, place))
            }
            Fault::ClockRate { node, place, error_ppm } => {
                format!("rate={}{error_ppm:+}", self.struck_at(*node, place))
            }
            Fault::Intervention { node, place, key, arguments } => {
                let mut text = format!("do={}:{key}", self.struck_at(*node, place));
                for argument in arguments {
                    let _ = write!(text, ".{argument}");
                }
                text
            }
        }
    }

    /// A message by its name: `c:commit.1:p1*2`.
    pub fn message_name(&self, name: &MessageName) -> String {
        format!(
            "{}:{}:{}{}",
            self.name(name.from),
            what(name.kind, name.subject),
            self.name(name.to),
            again(name.ordinal)
        )
    }

    /// A record or timer by its name: `prepared.1*2`.
    pub fn local_name(&self, name: &LocalName) -> String {
        format!("{}{}", what(name.kind, name.subject), again(name.ordinal))
    }

    /// What a node does, as places name it: `commit.1:p1`, `c:prepare.1`, `write:prepared.1`.
    pub fn moment_name(&self, moment: &Moment) -> String {
        match moment {
            Moment::Sends(name) => {
                format!("{}:{}{}", what(name.kind, name.subject), self.name(name.to), again(name.ordinal))
            }
            Moment::Receives(name) => {
                format!("{}:{}{}", self.name(name.from), what(name.kind, name.subject), again(name.ordinal))
            }
            Moment::Writes(name) => format!("write:{}", self.local_name(name)),
            Moment::Durable(name) => format!("durable:{}", self.local_name(name)),
            Moment::Fires(name) => format!("timer:{}", self.local_name(name)),
        }
    }

    fn struck_at(&self, node: NodeId, place: &Place) -> String {
        let node = self.name(node);
        match place {
            Place::At(at) => format!("{node}@{at}"),
            Place::Before(moment) => format!("{node}@before:{}", self.moment_name(moment)),
            Place::After(moment) => format!("{node}@after:{}", self.moment_name(moment)),
        }
    }

    pub(super) fn name(&self, node: NodeId) -> &'static str {
        self.topology.name(node)
    }

    fn names(&self, nodes: &[NodeId]) -> String {
        nodes.iter().map(|node| self.name(*node)).collect::<Vec<_>>().join(",")
    }
}

pub(super) fn what(kind: &str, subject: Subject) -> String {
    if subject == Subject::NONE { kind.to_owned() } else { format!("{kind}.{}", subject.0) }
}

fn again(ordinal: u32) -> String {
    if ordinal == 1 { String::new() } else { format!("*{ordinal}") }
}

fn for_a_while(lasting: Option<Span>) -> String {
    lasting.map_or_else(String::new, |lasting| format!("+{lasting}"))
}
