//! Puppets: nodes that do what a test scripts for them, and the lines that say what happened, one per step, by names.

use faultline::sim::clock::{LocalTime, WallTime};
use faultline::sim::driver::{Driver, Limits};
use faultline::sim::fault::{Fault, Place};
use faultline::sim::name::{LocalName, MessageName, Moment};
use faultline::sim::node::{Node, look, process};
use faultline::sim::payload::{Named, Subject};
use faultline::sim::random::Distribution;
use faultline::sim::recorder::{Recording, Watcher};
use faultline::sim::role::{Durable, Role, Turn};
use faultline::sim::show::{Face, Mood};
use faultline::sim::time::{Instant, Span};
use faultline::sim::topology::{LinkSpec, NodeSpec, Position, Topology};
use faultline::sim::trace::{Ending, NodeId, Step, StepKind, Trace};
use faultline::text::Text;
use serde::Serialize;
use std::sync::Arc;

pub const A: NodeId = NodeId(0);
pub const B: NodeId = NodeId(1);
pub const C: NodeId = NodeId(2);

/// The names of the nodes, in order.
pub const NAMES: [&str; 4] = ["a", "b", "c", "d"];

/// A message, record or timer: one word and what it is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Word(pub &'static str, pub u32);

impl Named for Word {
    fn kind(&self) -> &'static str {
        self.0
    }
    fn subject(&self) -> Subject {
        Subject(self.1)
    }
}

/// What a puppet reacts to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum On {
    Start,
    /// Only after a crash: the disk is not empty, or the puppet has started before.
    Receive(&'static str),
    Fire(&'static str),
    Synced,
    Disconnected,
    Intervene,
}

/// What it then does, in this order.
#[derive(Clone, Copy, Debug)]
pub enum Do {
    /// A datagram.
    Send(NodeId, &'static str),
    /// On the connection.
    Tell(NodeId, &'static str),
    Write(&'static str),
    Fsync,
    Set(&'static str, Span),
    Cancel(&'static str),
}

pub type Script = Vec<(On, Vec<Do>)>;

/// How much of what it saw a puppet remembers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Memory {
    All,
    Last,
    Nothing,
}

#[derive(Clone)]
pub struct Setup {
    script: Arc<Script>,
    memory: Memory,
}

/// A puppet's volatile state: what it saw, with the readings of its clocks.
#[derive(Clone, Serialize)]
pub struct Puppet {
    #[serde(skip)]
    setup: Setup,
    pub seen: Vec<(String, LocalTime, WallTime)>,
}

/// A puppet's disk: the words that became durable.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Disk {
    pub words: Vec<Word>,
}

impl Durable for Disk {
    type Record = Word;
    fn apply(&mut self, record: &Word) {
        self.words.push(*record);
    }
    fn intervene(&mut self, key: &str, _arguments: &[u32]) -> bool {
        key == "lose-record" && self.words.pop().is_some()
    }
}

impl Puppet {
    fn react(&mut self, on: On, seen: String, turn: &mut Turn<Puppet>) -> bool {
        if self.setup.memory == Memory::Last {
            self.seen.clear();
        }
        if self.setup.memory != Memory::Nothing {
            self.seen.push((seen, turn.now(), turn.wall()));
        }
        let script = self.setup.script.clone();
        let mut reacted = false;
        for (_, todo) in script.iter().filter(|(when, _)| *when == on) {
            reacted = true;
            for effect in todo {
                match *effect {
                    Do::Send(to, word) => turn.send(to, Word(word, 0)),
                    Do::Tell(to, word) => turn.send_connected(to, Word(word, 0)),
                    Do::Write(word) => turn.write(Word(word, 0)),
                    Do::Fsync => turn.fsync(),
                    Do::Set(word, after) => turn.set(Word(word, 0), after),
                    Do::Cancel(word) => turn.cancel(Word(word, 0)),
                }
            }
        }
        reacted
    }
}

impl Role for Puppet {
    type Message = Word;
    type Timer = Word;
    type Durable = Disk;
    type Setup = Setup;

    fn start(setup: &Setup, turn: &mut Turn<Puppet>) -> Puppet {
        let mut puppet = Puppet { setup: setup.clone(), seen: Vec::new() };
        puppet.react(On::Start, "start".into(), turn);
        puppet
    }
    fn receive(&mut self, from: NodeId, message: &Word, turn: &mut Turn<Puppet>) {
        self.react(On::Receive(message.0), format!("{} from {}", message.0, NAMES[from.index()]), turn);
    }
    fn fire(&mut self, timer: &Word, turn: &mut Turn<Puppet>) {
        self.react(On::Fire(timer.0), format!("fire {}", timer.0), turn);
    }
    fn synced(&mut self, turn: &mut Turn<Puppet>) {
        self.react(On::Synced, "synced".into(), turn);
    }
    fn disconnected(&mut self, peer: NodeId, turn: &mut Turn<Puppet>) {
        self.react(On::Disconnected, format!("lost {}", NAMES[peer.index()]), turn);
    }
    fn intervene(&mut self, key: &str, _arguments: &[u32], turn: &mut Turn<Puppet>) -> bool {
        key == "poke" && self.react(On::Intervene, "poked".into(), turn)
    }
    fn face(&self, _disk: &Disk) -> Face {
        Face { word: Text::same("here"), mood: Mood::Idle }
    }
}

/// Puppets on their stage.
#[derive(Clone)]
pub struct Stage {
    pub topology: Topology,
    pub faults: Vec<Fault>,
    pub seed: u64,
    pub until: Span,
    pub limits: Limits,
}

/// Messages take 1 ms, fsyncs 5 ms, connections break after 50 ms unless a test says otherwise.
pub fn stage(scripts: &[Script]) -> Stage {
    let nodes = scripts.iter().enumerate().map(|(index, script)| NodeSpec {
        name: NAMES[index],
        title: Text::same(NAMES[index]),
        position: Position::Service(index as u8 + 1),
        node: process::<Puppet>(Setup { script: Arc::new(script.clone()), memory: Memory::All }),
        fsync: Distribution::Fixed(Span::millis(5)),
    });
    let topology = Topology {
        nodes: nodes.collect(),
        latency: Distribution::Fixed(Span::millis(1)),
        links: Vec::new(),
        connection_timeout: Span::millis(50),
        base_latency: Span::millis(1),
    };
    Stage { topology, faults: Vec::new(), seed: 1, until: Span::seconds(10), limits: Limits::default() }
}

impl Stage {
    pub fn fault(mut self, fault: Fault) -> Stage {
        self.faults.push(fault);
        self
    }

    pub fn until(mut self, until: Span) -> Stage {
        self.until = until;
        self
    }

    /// Messages from one node to another take that long.
    pub fn link(mut self, from: NodeId, to: NodeId, latency: Span) -> Stage {
        self.topology.links.push(LinkSpec { from, to, latency: Distribution::Fixed(latency) });
        self
    }

    /// Puppets that forget, so that a loop closes.
    pub fn with_memory(mut self, memory: Memory, scripts: &[Script]) -> Stage {
        for (node, script) in self.topology.nodes.iter_mut().zip(scripts) {
            node.node = process::<Puppet>(Setup { script: Arc::new(script.clone()), memory });
        }
        self
    }

    pub fn driver(&self) -> Driver {
        let until = Instant::START + self.until;
        Driver::new(&self.topology, self.seed, &self.faults, until, self.limits)
    }

    pub fn run(&self) -> Played {
        let mut driver = self.driver();
        let mut recording = Recording::new(self.topology.nodes.len(), self.faults.len(), Nobody);
        let ending = loop {
            if let Some(ending) = driver.advance(&mut recording) {
                break ending;
            }
        };
        Played { trace: recording.trace, ending, driver }
    }
}

struct Nobody;

impl Watcher for Nobody {
    fn observe(&mut self, _step: Step, _trace: &Trace, _nodes: &[Arc<dyn Node>]) {}
}

/// A run of puppets.
pub struct Played {
    pub trace: Trace,
    pub ending: Ending,
    pub driver: Driver,
}

impl Played {
    /// Every step as a line: `1ms a sends ping`.
    pub fn lines(&self) -> Vec<String> {
        self.trace.steps.iter().map(|step| line(&self.trace, step)).collect()
    }

    /// The lines of one node.
    pub fn lines_of(&self, node: NodeId) -> Vec<String> {
        self.trace.steps.iter().filter(|step| step.node == node).map(|step| line(&self.trace, step)).collect()
    }

    /// What a puppet that is up saw in its present life, without times.
    pub fn seen(&self, node: NodeId) -> Vec<String> {
        let (puppet, _) = look::<Puppet>(&*self.driver.nodes()[node.index()]).expect("a puppet");
        puppet.map_or_else(Vec::new, |puppet| puppet.seen.iter().map(|(seen, ..)| seen.clone()).collect())
    }

    /// When a puppet that is up saw it, by its two clocks, in microseconds.
    pub fn clocks_at(&self, node: NodeId, what: &str) -> Option<(u64, i64)> {
        let (puppet, _) = look::<Puppet>(&*self.driver.nodes()[node.index()])?;
        let (_, local, wall) = puppet?.seen.iter().find(|(seen, ..)| seen == what)?;
        Some((local.as_micros(), wall.as_micros()))
    }

    /// What is durable at a puppet.
    pub fn disk(&self, node: NodeId) -> Vec<&'static str> {
        let (_, disk) = look::<Puppet>(&*self.driver.nodes()[node.index()]).expect("a puppet");
        disk.words.iter().map(|word| word.0).collect()
    }
}

/// A step by its names, whatever else happened in the run.
pub fn line(trace: &Trace, step: &Step) -> String {
    let what = match step.kind {
        StepKind::Start => "starts".into(),
        StepKind::Deliver(index) => format!("gets {}", message(trace.message(index).name)),
        StepKind::Fire(index) => format!("fires {}", local(trace.local(index).name)),
        StepKind::Durable(index) => format!("has {} durable", local(trace.local(index).name)),
        StepKind::Disconnected(peer) => format!("is told that {} is gone", NAMES[peer.index()]),
        StepKind::Lose(index, loss) => format!("loses {} ({loss:?})", message(trace.message(index).name)),
        StepKind::Strike(fault) => format!("is struck by {fault}"),
        StepKind::Heal(fault) => format!("is healed of {fault}"),
        StepKind::Send(index) => format!("sends {}", message(trace.message(index).name)),
        StepKind::Write(index) => format!("writes {}", local(trace.local(index).name)),
        StepKind::Fsync => "syncs".into(),
        StepKind::Set(index) => format!("sets {} for {}", local(trace.local(index).name), trace.local(index).due),
        StepKind::Cancel(index) => format!("cancels {}", local(trace.local(index).name)),
    };
    format!("{} {} {what}", step.at, NAMES.get(step.node.index()).unwrap_or(&"?"))
}

fn message(name: MessageName) -> String {
    let node = |node: NodeId| NAMES.get(node.index()).copied().map_or_else(|| node.0.to_string(), String::from);
    format!("{}:{}.{}:{}*{}", node(name.from), name.kind, name.subject.0, node(name.to), name.ordinal)
}

fn local(name: LocalName) -> String {
    format!("{}.{}*{}", name.kind, name.subject.0, name.ordinal)
}

/// The first message of that kind between two puppets.
pub fn first(from: NodeId, kind: &'static str, to: NodeId) -> MessageName {
    MessageName { from, to, kind, subject: Subject::NONE, ordinal: 1 }
}

/// The first record or timer of that kind at a puppet.
pub fn own(node: NodeId, kind: &'static str) -> LocalName {
    LocalName { node, kind, subject: Subject::NONE, ordinal: 1 }
}

pub fn at(millis: u64) -> Place {
    Place::At(Instant::START + Span::millis(millis))
}

pub fn instant(millis: u64) -> Instant {
    Instant::START + Span::millis(millis)
}

pub fn after_send(from: NodeId, kind: &'static str, to: NodeId) -> Place {
    Place::After(Moment::Sends(first(from, kind, to)))
}

pub fn before_send(from: NodeId, kind: &'static str, to: NodeId) -> Place {
    Place::Before(Moment::Sends(first(from, kind, to)))
}
