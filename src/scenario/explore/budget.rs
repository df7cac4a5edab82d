//! Which faults a search may use, and how many of each: `crash=1,drop=2`; only where they touch a node: `crash:c=1`; one
//! of the protocol's own interventions: `do.lose=1`.

use crate::protocols::Protocol;
use crate::say;
use crate::scenario::bad::{Piece, Read};
use crate::sim::fault::Fault;
use crate::sim::topology::Topology;
use crate::sim::trace::NodeId;
use crate::text::Text;

/// A kind of fault that a search can place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Crash,
    Restart,
    PowerLoss,
    Drop,
    Duplicate,
    Delay,
    Pause,
    Partition,
    OneWayPartition,
    ClockJump,
    Intervention,
}

/// What a kind is called.
struct Words {
    /// As links write it.
    key: &'static str,
    /// Of one: "crash".
    one: Text,
    /// Of several: "crashes".
    several: Text,
}

impl Kind {
    /// Every kind, those that are simplest to think about first: a search tries them in this order.
    pub const ALL: [Kind; 11] = [
        Kind::Crash,
        Kind::Restart,
        Kind::PowerLoss,
        Kind::Drop,
        Kind::Duplicate,
        Kind::Delay,
        Kind::Pause,
        Kind::Partition,
        Kind::OneWayPartition,
        Kind::ClockJump,
        Kind::Intervention,
    ];

    /// The kinds of faults that a search never places: they take effect by degrees.
    pub const NOT_SEARCHED: [(&'static str, Text); 2] =
        [("slow", Text::new("slow links", "慢链路")), ("rate", Text::new("clock rates", "时钟快慢"))];

    fn words(self) -> Words {
        let (key, one, several, zh) = match self {
            Kind::Crash => ("crash", "crash", "crashes", "崩溃"),
            Kind::Restart => ("restart", "restart", "restarts", "重启"),
            Kind::PowerLoss => ("power", "power loss", "power losses", "断电"),
            Kind::Drop => ("drop", "lost message", "lost messages", "消息丢失"),
            Kind::Duplicate => ("twice", "doubled message", "doubled messages", "消息重复"),
            Kind::Delay => ("delay", "delayed message", "delayed messages", "消息延迟"),
            Kind::Pause => ("pause", "pause", "pauses", "暂停"),
            Kind::Partition => ("cut", "partition", "partitions", "分区"),
            Kind::OneWayPartition => ("oneway", "one-way partition", "one-way partitions", "单向分区"),
            Kind::ClockJump => ("jump", "clock jump", "clock jumps", "时钟跳变"),
            Kind::Intervention => ("do", "intervention", "interventions", "人为干预"),
        };
        Words { key, one: Text::new(one, zh), several: Text::new(several, zh) }
    }

    /// As links and budgets write it.
    pub fn key(self) -> &'static str {
        self.words().key
    }

    /// "crash", or of several "crashes".
    pub fn name(self, number: u8) -> Text {
        let Words { one, several, .. } = self.words();
        if number == 1 { one } else { several }
    }

    /// The kind of that key.
    pub fn of_key(key: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.key() == key)
    }

    fn of(fault: &Fault) -> Option<Kind> {
        Some(match fault {
            Fault::Crash { .. } => Kind::Crash,
            Fault::PowerLoss { .. } => Kind::PowerLoss,
            Fault::Restart { .. } => Kind::Restart,
            Fault::Pause { .. } => Kind::Pause,
            Fault::Partition { one_way: false, .. } => Kind::Partition,
            Fault::Partition { one_way: true, .. } => Kind::OneWayPartition,
            Fault::Drop { .. } => Kind::Drop,
            Fault::Duplicate { .. } => Kind::Duplicate,
            Fault::Delay { .. } => Kind::Delay,
            Fault::ClockJump { .. } => Kind::ClockJump,
            Fault::Intervention { .. } => Kind::Intervention,
            Fault::SlowLink { .. } | Fault::ClockRate { .. } => return None,
        })
    }
}

/// So many faults of one kind, anywhere or only where they touch one node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allowance {
    pub kind: Kind,
    /// For a node fault the node struck, for a message fault either end, for a partition a node cut off alone.
    pub node: Option<NodeId>,
    /// For interventions: only this one.
    pub intervention: Option<&'static str>,
    /// From 1 to [`FAULTS_IN_ALL_MAX`].
    pub most: u8,
}

impl Allowance {
    /// Up to so many of a kind, anywhere.
    pub fn of(kind: Kind, most: u8) -> Allowance {
        Allowance { kind, node: None, intervention: None, most }
    }
}

/// The most faults that a search may put into one run.
pub const FAULTS_IN_ALL_MAX: u8 = 9;

/// Which faults a search may use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Budget {
    /// The most particular first, so that they are spent first.
    allowances: Vec<Allowance>,
    in_all: u8,
}

/// What is left of a budget.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Left {
    each: Vec<u8>,
    pub in_all: u8,
}

impl Budget {
    /// These faults, and no more than `in_all` of them together.
    pub fn new(mut allowances: Vec<Allowance>, in_all: u8) -> Budget {
        allowances.sort_by_key(|a| (a.node.is_none(), a.intervention.is_none(), a.node, a.kind, a.intervention));
        let sum = allowances.iter().fold(0u8, |sum, allowance| sum.saturating_add(allowance.most));
        Budget { allowances, in_all: in_all.min(sum).min(FAULTS_IN_ALL_MAX) }
    }

    /// Up to so many faults of these kinds, in any mixture.
    pub fn up_to(in_all: u8, kinds: &[Kind]) -> Budget {
        Budget::new(kinds.iter().map(|kind| Allowance::of(*kind, in_all)).collect(), in_all)
    }

    /// Exactly as many of each kind as there are in a list of faults; none if a search does not place one of them.
    pub fn of_faults(faults: &[Fault]) -> Option<Budget> {
        let kinds: Vec<Kind> = faults.iter().map(Kind::of).collect::<Option<_>>()?;
        let many =
            |kind: Kind| kinds.iter().filter(|other| **other == kind).count().min(FAULTS_IN_ALL_MAX.into()) as u8;
        let used = Kind::ALL.into_iter().filter(|kind| kinds.contains(kind));
        Some(Budget::new(used.map(|kind| Allowance::of(kind, many(kind))).collect(), FAULTS_IN_ALL_MAX))
    }

    /// The same kinds of faults, up to so many of each and together.
    pub fn with_in_all(&self, in_all: u8) -> Budget {
        Budget::new(self.allowances.iter().map(|allowance| Allowance { most: in_all, ..*allowance }).collect(), in_all)
    }

    /// No more than so many faults together.
    pub(super) fn held_to(self, in_all: usize) -> Budget {
        Budget { in_all: self.in_all.min(in_all.min(FAULTS_IN_ALL_MAX.into()) as u8), ..self }
    }

    pub fn allowances(&self) -> &[Allowance] {
        &self.allowances
    }

    /// The most faults together.
    pub fn in_all(&self) -> u8 {
        self.in_all
    }

    /// Reads `crash=1,drop=2`, `crash:c=1`. A kind without a number is held only by `in_all`, which without a value is
    /// the sum of the numbers, or 2 where a kind has none.
    pub fn read(text: &str, in_all: Option<u8>, protocol: &'static dyn Protocol, topology: &Topology) -> Read<Budget> {
        let mut allowances: Vec<Allowance> = Vec::new();
        let mut counted = true;
        for piece in Piece::of(text).pieces(',') {
            let (what, most) = piece.split('=').map_or((piece, None), |(what, most)| (what, Some(most)));
            let (kind, node) = what.split(':').map_or((what, None), |(kind, node)| (kind, Some(node)));
            let (kind, intervention) = kind.split('.').map_or((kind, None), |(kind, key)| (kind, Some(key)));
            let known = Kind::ALL.map(Kind::key).join(", ");
            let kind = Kind::of_key(kind.text()).ok_or_else(|| {
                let by_degrees = Kind::NOT_SEARCHED.into_iter().find(|(key, _)| *key == kind.text());
                let no_kind = match by_degrees {
                    Some((_, Text { en, zh })) => {
                        say!(
                            "a search places no {en}: there are too many degrees of them",
                            "搜索不会安排{zh}：程度不可穷举"
                        )
                    }
                    None => say!("a search places no such faults", "搜索不会安排这样的故障"),
                };
                kind.bad(no_kind, say!("Write one of {known}", "请写其中之一：{known}"))
            })?;
            let node = node.map(|node| {
                let names = topology.nodes.iter().map(|node| node.name).collect::<Vec<_>>().join(", ");
                let no_node = say!("there is no such node", "没有这个节点");
                topology
                    .named(node.text())
                    .ok_or_else(|| node.bad(no_node, say!("Write one of {names}", "请写其中之一：{names}")))
            });
            let intervention = intervention.map(|key| {
                let declared = protocol.interventions().iter().filter(|_| kind == Kind::Intervention);
                let known = declared.clone().map(|declared| declared.key).collect::<Vec<_>>().join(", ");
                let unknown = || {
                    let what = say!("the protocol declares no such intervention", "协议没有声明这种干预");
                    key.bad(what, say!("Write do. and one of {known}", "请写 do. 加上其中之一：{known}"))
                };
                declared
                    .clone()
                    .find(|declared| declared.key == key.text())
                    .map(|declared| declared.key)
                    .ok_or_else(unknown)
            });
            let most = most.map(|most| match most.text().parse::<u8>() {
                Ok(number) if (1..=FAULTS_IN_ALL_MAX).contains(&number) => Ok(number),
                _ => Err(most.bad(
                    say!("this is not a number of faults", "这不是故障的个数"),
                    say!("Write a number from 1 to {FAULTS_IN_ALL_MAX}", "请写 1 到 {FAULTS_IN_ALL_MAX} 的数"),
                )),
            });
            counted &= most.is_some();
            let most = most.transpose()?.unwrap_or(FAULTS_IN_ALL_MAX);
            allowances.push(Allowance { kind, node: node.transpose()?, intervention: intervention.transpose()?, most });
        }
        let sum = allowances.iter().fold(0u8, |sum, allowance| sum.saturating_add(allowance.most));
        Ok(Budget::new(allowances, in_all.unwrap_or(if counted { sum } else { IN_ALL_DEFAULT })))
    }

    /// As it is read: `crash:c=1,drop=2`.
    pub fn write(&self, topology: &Topology) -> String {
        let one = |allowance: &Allowance| {
            let node = allowance.node.map_or_else(String::new, |node| format!(":{}", topology.name(node)));
            let key = allowance.intervention.map_or_else(String::new, |key| format!(".{key}"));
            format!("{}{key}{node}={}", allowance.kind.key(), allowance.most)
        };
        self.allowances.iter().map(one).collect::<Vec<_>>().join(",")
    }

    /// All of it, but no more than so many faults together.
    pub(super) fn left(&self, in_all: u8) -> Left {
        Left { each: self.allowances.iter().map(|allowance| allowance.most).collect(), in_all }
    }
}

/// How many faults together, where nothing else says.
pub const IN_ALL_DEFAULT: u8 = 2;

impl Left {
    /// Whether any fault of the kind is left.
    pub fn has(&self, kind: Kind, budget: &Budget) -> bool {
        let some = |(allowance, left): (&Allowance, &u8)| allowance.kind == kind && *left > 0;
        self.in_all > 0 && budget.allowances.iter().zip(&self.each).any(some)
    }

    /// What is left after this fault; none if it may not be used.
    pub fn after(&self, fault: &Fault, budget: &Budget) -> Option<Left> {
        let kind = Kind::of(fault)?;
        let in_all = self.in_all.checked_sub(1)?;
        let fits = |(allowance, left): (&Allowance, &u8)| {
            allowance.kind == kind && *left > 0 && allowance.node.is_none_or(|node| touches(fault, node)) && {
                let is = |wanted| matches!(fault, Fault::Intervention { key, .. } if *key == wanted);
                allowance.intervention.is_none_or(is)
            }
        };
        let place = budget.allowances.iter().zip(&self.each).position(fits)?;
        let mut each = self.each.clone();
        each[place] -= 1;
        Some(Left { each, in_all })
    }

    /// As one number for each allowance; what cannot be spent any more counts as nothing.
    pub fn numbers(&self) -> impl Iterator<Item = u8> {
        let in_all = self.in_all;
        self.each.iter().map(move |left| (*left).min(in_all)).chain([in_all])
    }
}

fn touches(fault: &Fault, node: NodeId) -> bool {
    match fault {
        Fault::Partition { groups, .. } => groups.iter().any(|group| group[..] == [node]),
        _ => match fault.message() {
            Some(message) => message.from == node || message.to == node,
            None => fault.node() == Some(node),
        },
    }
}
