//! From text to faults. Each function takes the piece that it reads and says exactly which part of it is wrong.

use super::{FAULTS, Notation};
use crate::protocols::Intervention;
use crate::say;
use crate::scenario::bad::{Bad, Piece, Read, listed, nearest};
use crate::sim::clock::RATE_ERROR_MAX_PPM;
use crate::sim::fault::{Fault, GROUPS_MAX, Place};
use crate::sim::name::{LocalName, MessageName, Moment};
use crate::sim::payload::Subject;
use crate::sim::time::{Instant, Span};
use crate::sim::trace::NodeId;
use crate::text::Text;

impl Notation<'_> {
    /// Reads a fault from its key and its value.
    pub(crate) fn read_fault(&self, key: Piece, value: Piece) -> Read<Fault> {
        match key.text() {
            "crash" => self.struck(value).map(|(node, place)| Fault::Crash { node, place }),
            "restart" => self.struck(value).map(|(node, place)| Fault::Restart { node, place }),
            "power" => {
                let (value, kept) = match value.split_last('~') {
                    Some((value, kept)) => (value, kept.number(0, u64::from(u32::MAX))? as u32),
                    None => (value, 0),
                };
                self.struck(value).map(|(node, place)| Fault::PowerLoss { node, place, kept })
            }
            "pause" => {
                let (value, lasting) = value.split_last('+').ok_or_else(|| incomplete("pause", value))?;
                let lasting = lasting.time()?;
                self.struck(value).map(|(node, place)| Fault::Pause { node, place, lasting })
            }
            "cut" => self.partition(value, false),
            "oneway" => self.partition(value, true),
            "drop" => self.message(value).map(|message| Fault::Drop { message }),
            "twice" => {
                let (message, after) = value.split_last('+').ok_or_else(|| incomplete("twice", value))?;
                Ok(Fault::Duplicate { message: self.message(message)?, after: after.time()? })
            }
            "delay" => {
                let (message, by) = value.split_last('+').ok_or_else(|| incomplete("delay", value))?;
                Ok(Fault::Delay { message: self.message(message)?, by: by.time()? })
            }
            "slow" => self.slow_link(value),
            "jump" => {
                let (value, ahead, by) = signed("jump", value)?;
                let by = by.time::<Span>()?.as_micros() as i64;
                let (node, place) = self.struck(value)?;
                Ok(Fault::ClockJump { node, place, by_micros: if ahead { by } else { -by } })
            }
            "rate" => {
                let (value, fast, error) = signed("rate", value)?;
                let error = error.number(0, RATE_ERROR_MAX_PPM as u64)? as i32;
                let (node, place) = self.struck(value)?;
                Ok(Fault::ClockRate { node, place, error_ppm: if fast { error } else { -error } })
            }
            "do" => self.intervention(value),
            other => {
                let meant = nearest(other, FAULTS.iter().map(|(key, _)| *key)).unwrap_or("crash");
                let example = example(meant);
                Err(key.bad(
                    Text::new("there is no such fault", "没有这种故障"),
                    say!("Perhaps “{meant}” is meant, as in {example}", "也许是“{meant}”，例如 {example}"),
                ))
            }
        }
    }

    /// `node@place`
    fn struck(&self, value: Piece) -> Read<(NodeId, Place)> {
        let (node, place) = value.split('@').ok_or_else(|| {
            value.bad(
                Text::new("it does not say when", "没有写明何时发生"),
                Text::new(
                    "Write the node, @ and an instant or a place, as in c@12ms or c@after:commit.1:p1",
                    "请写节点、@ 和时刻或位置，例如 c@12ms 或 c@after:commit.1:p1",
                ),
            )
        })?;
        let node = self.node(node)?;
        Ok((node, self.place(place, node)?))
    }

    /// A node's name.
    pub(super) fn node(&self, piece: Piece) -> Read<NodeId> {
        self.topology.named(piece.text()).ok_or_else(|| self.no_such_node(piece))
    }

    fn no_such_node(&self, piece: Piece) -> Box<Bad> {
        let names = listed(self.topology.nodes.iter().map(|node| node.name));
        let (names, names_zh) = (names.en, names.zh);
        piece.bad(
            Text::new("there is no such node", "没有这个节点"),
            say!("The nodes here are {names}", "这里的节点有：{names_zh}"),
        )
    }

    /// `12ms`, `before:…`, `after:…`
    fn place(&self, piece: Piece, node: NodeId) -> Read<Place> {
        match piece.split(':') {
            Some((when, moment)) if when.text() == "before" => Ok(Place::Before(self.moment(moment, node)?)),
            Some((when, moment)) if when.text() == "after" => Ok(Place::After(self.moment(moment, node)?)),
            Some((when, _)) => Err(when.bad(
                Text::new("neither an instant nor a place", "既不是时刻，也不是位置"),
                Text::new(
                    "Write an instant such as 12ms, or before: or after: and what the node does",
                    "请写时刻（例如 12ms），或 before:、after: 加上该节点的动作",
                ),
            )),
            None => self.instant(piece).map(Place::At),
        }
    }

    /// `12ms`; `now` where there is a now.
    fn instant(&self, piece: Piece) -> Read<Instant> {
        match self.now {
            Some(now) if piece.text() == "now" => Ok(now),
            _ => piece.time(),
        }
    }

    /// `5ms+10ms`; without an end, for ever.
    fn lasting(&self, when: Piece) -> Read<(Instant, Option<Span>)> {
        match when.split('+') {
            Some((at, lasting)) => Ok((self.instant(at)?, Some(lasting.time()?))),
            None => Ok((self.instant(when)?, None)),
        }
    }

    /// What `node` does: `commit.1:p1`, `c:prepare.1`, `write:…`, `durable:…`, `timer:…`, each perhaps with `*2`.
    fn moment(&self, piece: Piece, node: NodeId) -> Read<Moment> {
        let (piece, ordinal) = ordinal(piece)?;
        let (left, right) = piece.split(':').ok_or_else(|| {
            piece.bad(
                Text::new("not something that a node does", "不是节点的动作"),
                Text::new(
                    "Write commit.1:p1 for sending, c:prepare.1 for receiving, or write:, durable: or timer: and a name",
                    "发送写 commit.1:p1，接收写 c:prepare.1，其余写 write:、durable: 或 timer: 加名称",
                ),
            )
        })?;
        // Names of nodes and of kinds never coincide, so whichever side names a node tells sending from receiving.
        if let Some(to) = self.topology.named(right.text()) {
            let (kind, subject) = self.kind_and_subject(left)?;
            return Ok(Moment::Sends(MessageName { from: node, to, kind, subject, ordinal }));
        }
        if let Some(from) = self.topology.named(left.text()) {
            let (kind, subject) = self.kind_and_subject(right)?;
            return Ok(Moment::Receives(MessageName { from, to: node, kind, subject, ordinal }));
        }
        let local = |of: fn(LocalName) -> Moment| {
            let (kind, subject) = self.kind_and_subject(right)?;
            Ok(of(LocalName { node, kind, subject, ordinal }))
        };
        match left.text() {
            "write" => local(Moment::Writes),
            "durable" => local(Moment::Durable),
            "timer" => local(Moment::Fires),
            _ if self.kind_and_subject(left).is_ok() => Err(self.no_such_node(right)),
            _ => Err(self.no_such_node(left)),
        }
    }

    /// `commit.1`, or `commit` alone where it is about nothing in particular.
    pub(super) fn kind_and_subject(&self, piece: Piece) -> Read<(&'static str, Subject)> {
        let (kind, subject) = match piece.split('.') {
            Some((kind, subject)) => (kind, Subject(subject.number(0, u64::from(u32::MAX))? as u32)),
            None => (piece, Subject::NONE),
        };
        let terms = self.protocol.terms();
        match terms.iter().find(|term| term.kind == kind.text()) {
            Some(term) => Ok((term.kind, subject)),
            None => Err(self.unknown(kind, terms.iter().map(|term| term.kind))),
        }
    }

    fn unknown<'c>(&self, piece: Piece, known: impl Iterator<Item = &'c str> + Clone) -> Box<Bad> {
        let meant = nearest(piece.text(), known.clone());
        let protocol = self.protocol.name();
        let (name, name_zh) = (&protocol.en, &protocol.zh);
        let what = say!("{name} has no such word", "{name_zh}没有这个词");
        let known = listed(known);
        let (known, known_zh) = (known.en, known.zh);
        let mend = match meant {
            Some(meant) => say!("Perhaps “{meant}” is meant; it has {known}", "也许是“{meant}”；可用的有：{known_zh}"),
            None => Text::new("It declares none", "它没有声明任何词"),
        };
        piece.bad(what, mend)
    }

    /// `c:commit.1:p1*2`
    pub(super) fn message(&self, piece: Piece) -> Read<MessageName> {
        let (named, ordinal) = ordinal(piece)?;
        let parts: Vec<Piece> = named.pieces(':').take(4).collect();
        let [from, what, to] = parts[..] else {
            return Err(piece.bad(
                Text::new("not a message", "不是消息"),
                Text::new(
                    "Write sender, name and receiver, as in c:commit.1:p1, and *2 for the second such message",
                    "请写发送者、名称、接收者，例如 c:commit.1:p1；第二条同名消息加 *2",
                ),
            ));
        };
        let (from, to) = (self.node(from)?, self.node(to)?);
        let (kind, subject) = self.kind_and_subject(what)?;
        Ok(MessageName { to, kind, subject, from, ordinal })
    }

    /// `c/p1,p2@5ms+10ms`
    fn partition(&self, value: Piece, one_way: bool) -> Read<Fault> {
        let key = if one_way { "oneway" } else { "cut" };
        let (sides, when) = value.split('@').ok_or_else(|| incomplete(key, value))?;
        let (at, lasting) = self.lasting(when)?;
        let mut groups: Vec<Vec<NodeId>> = Vec::new();
        for side in sides.pieces('/') {
            let mut group = Vec::new();
            for name in side.pieces(',') {
                let node = self.node(name)?;
                if group.contains(&node) || groups.iter().flatten().any(|other| *other == node) {
                    return Err(name.bad(
                        Text::new("it stands on two sides", "它同时出现在两边"),
                        Text::new("Name each node once", "每个节点只写一次"),
                    ));
                }
                group.push(node);
            }
            groups.push(group);
            if groups.len() > GROUPS_MAX {
                return Err(side.bad(
                    Text::new("too many groups", "分组太多"),
                    say!("Write at most {GROUPS_MAX}", "最多写 {GROUPS_MAX} 组"),
                ));
            }
        }
        if groups.len() < 2 {
            return Err(sides.bad(
                Text::new("a partition needs two sides", "网络分区需要两边"),
                Text::new("Write a / between them, as in c/p1,p2", "用 / 隔开，例如 c/p1,p2"),
            ));
        }
        Ok(Fault::Partition { groups, one_way, at, lasting })
    }

    /// `c:p1@5ms+10ms~3ms`
    fn slow_link(&self, value: Piece) -> Read<Fault> {
        let (rest, by) = value.split_last('~').ok_or_else(|| incomplete("slow", value))?;
        let (nodes, when) = rest.split('@').ok_or_else(|| incomplete("slow", value))?;
        let (from, to) = nodes.split(':').ok_or_else(|| incomplete("slow", value))?;
        let (at, lasting) = self.lasting(when)?;
        Ok(Fault::SlowLink { from: self.node(from)?, to: self.node(to)?, at, lasting, by: by.time()? })
    }

    /// `p1@12ms:abort.1.2`
    fn intervention(&self, value: Piece) -> Read<Fault> {
        let (struck, what) = value.split_last(':').ok_or_else(|| incomplete("do", value))?;
        let (node, place) = self.struck(struck)?;
        let mut parts = what.pieces('.');
        let key = parts.next().unwrap_or(what);
        let declared = self.protocol.interventions();
        let intervention: &Intervention = declared
            .iter()
            .find(|intervention| intervention.key == key.text())
            .ok_or_else(|| self.unknown(key, declared.iter().map(|intervention| intervention.key)))?;
        if !(intervention.applies)(node, self.topology) {
            let name = self.topology.name(node);
            return Err(struck.bad(
                say!("it makes no sense at {name}", "它不适用于 {name}"),
                Text::new("Name another node", "请换一个节点"),
            ));
        }
        let mut arguments = Vec::new();
        for argument in intervention.arguments {
            let Some(piece) = parts.next() else {
                let name = argument.key;
                return Err(what.bad(
                    say!("its argument “{name}” is missing", "缺少参数“{name}”"),
                    Text::new("Write it after a dot", "写在点号之后"),
                ));
            };
            arguments.push(piece.number(u64::from(argument.minimum), u64::from(argument.maximum))? as u32);
        }
        if let Some(piece) = parts.next() {
            return Err(piece.bad(Text::new("one argument too many", "参数多了"), Text::new("Leave it out", "请去掉")));
        }
        Ok(Fault::Intervention { node, place, key: intervention.key, arguments })
    }
}

/// What stands before `*2`, and 2; 1 if nothing does.
fn ordinal(piece: Piece) -> Read<(Piece, u32)> {
    match piece.split_last('*') {
        Some((rest, ordinal)) => Ok((rest, ordinal.number(1, u64::from(u32::MAX))? as u32)),
        None => Ok((piece, 1)),
    }
}

/// What stands before the last sign, whether the sign is a plus, and what follows it.
fn signed<'a>(key: &str, value: Piece<'a>) -> Read<(Piece<'a>, bool, Piece<'a>)> {
    let ahead = value.split_last('+');
    let back = value.split_last('-');
    match (ahead, back) {
        // Names may hold hyphens, but nothing after the amount's own sign does.
        (Some((rest, amount)), None) => Ok((rest, true, amount)),
        (None, Some((rest, amount))) => Ok((rest, false, amount)),
        (Some((rest, amount)), Some((_, after))) if amount.range().start > after.range().start => {
            Ok((rest, true, amount))
        }
        (Some(_), Some((rest, amount))) => Ok((rest, false, amount)),
        (None, None) => Err(incomplete(key, value)),
    }
}

fn example(key: &str) -> &'static str {
    FAULTS.iter().find(|(known, _)| *known == key).map_or("", |(_, example)| example)
}

fn incomplete(key: &str, value: Piece) -> Box<Bad> {
    let example = example(key);
    value.bad(
        say!("this “{key}” is incomplete", "这个“{key}”不完整"),
        say!("Write it like {example}", "请写成 {example} 的样子"),
    )
}
