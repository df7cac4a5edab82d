//! A protocol for the tests of this layer: a caller asks workers, who note what was asked and answer.

use super::catalogue::Catalogue;
use crate::check::{Judgement, Monitor, Property, PropertyKind, View};
use crate::protocols::entry::{Change, Suggestion};
use crate::protocols::parameter::Choice;
use crate::protocols::{
    Argument, ArgumentKind, Entry, Expectation, Expectations, Expected, Family, Intervention, Moment, Parameter,
    ParameterKind, Protocol, Term, Values,
};
use crate::sim::fingerprint::Hasher;
use crate::sim::node::process;
use crate::sim::payload::{Named, Subject, Tone};
use crate::sim::random::Distribution;
use crate::sim::role::{Durable, Role, Turn};
use crate::sim::show::{Face, Mood};
use crate::sim::time::Span;
use crate::sim::topology::{NodeSpec, Position, Topology};
use crate::sim::trace::NodeId;
use crate::text::Text;
use serde::Serialize;

pub(crate) static CATALOGUE: Catalogue = Catalogue(&[&Errand]);

#[derive(Clone, Debug, Serialize)]
enum Message {
    Ask(u32),
    Done(u32),
}

impl Named for Message {
    fn kind(&self) -> &'static str {
        match self {
            Message::Ask(_) => "ask",
            Message::Done(_) => "all-done",
        }
    }
    fn subject(&self) -> Subject {
        let (Message::Ask(errand) | Message::Done(errand)) = self;
        Subject(*errand)
    }
    fn tone(&self) -> Tone {
        match self {
            Message::Ask(_) => Tone::Request,
            Message::Done(_) => Tone::Reply,
        }
    }
}

#[derive(Clone, Debug, Serialize)]
struct Patience;

impl Named for Patience {
    fn kind(&self) -> &'static str {
        "patience"
    }
    fn subject(&self) -> Subject {
        Subject::NONE
    }
}

#[derive(Clone, Debug, Serialize)]
struct Noted(u32);

impl Named for Noted {
    fn kind(&self) -> &'static str {
        "noted"
    }
    fn subject(&self) -> Subject {
        Subject(self.0)
    }
}

#[derive(Clone, Default, Serialize)]
struct Notes(Vec<u32>);

impl Durable for Notes {
    type Record = Noted;
    fn apply(&mut self, record: &Noted) {
        self.0.push(record.0);
    }
    fn intervene(&mut self, _key: &str, arguments: &[u32]) -> bool {
        let before = self.0.len();
        self.0.retain(|errand| Some(errand) != arguments.first());
        self.0.len() < before
    }
}

#[derive(Clone)]
struct Setup {
    workers: u8,
    patience: Span,
}

#[derive(Clone, Serialize)]
struct Node {
    answers: u8,
}

impl Role for Node {
    type Message = Message;
    type Timer = Patience;
    type Durable = Notes;
    type Setup = Setup;

    fn start(setup: &Setup, turn: &mut Turn<Self>) -> Node {
        if turn.me() == NodeId(0) {
            for worker in 1..=setup.workers {
                turn.send(NodeId(worker), Message::Ask(1));
            }
            turn.set(Patience, setup.patience);
        }
        Node { answers: 0 }
    }

    fn receive(&mut self, from: NodeId, message: &Message, turn: &mut Turn<Self>) {
        match message {
            Message::Ask(errand) => {
                turn.write(Noted(*errand));
                turn.fsync();
                turn.send(from, Message::Done(*errand));
            }
            Message::Done(_) => self.answers += 1,
        }
    }

    fn fire(&mut self, _timer: &Patience, _turn: &mut Turn<Self>) {}

    fn face(&self, _disk: &Notes) -> Face {
        Face { word: Text::new("calm", "平静"), mood: Mood::Idle }
    }
}

/// Sees whether any answer arrived.
#[derive(Clone)]
struct Answered;

impl Monitor for Answered {
    fn observe(&mut self, view: &View) -> Judgement {
        match view.delivered() {
            Some(message) if message.name.kind == "all-done" => Judgement::Met,
            _ => Judgement::Unchanged,
        }
    }
    fn hash_into(&self, _hasher: &mut Hasher) {}
    fn cloned(&self) -> Box<dyn Monitor> {
        Box::new(self.clone())
    }
}

pub(super) struct Errand;

static NAMES: [&str; 5] = ["a", "w1", "w2", "w3", "w4"];

impl Protocol for Errand {
    fn id(&self) -> &'static str {
        "errand"
    }
    fn version(&self) -> u16 {
        2
    }
    fn family(&self) -> Family {
        Family::Messaging
    }
    fn name(&self) -> Text {
        Text::new("Errand", "差事")
    }
    fn summary(&self) -> Text {
        Text::same("")
    }
    fn modelled(&self) -> &'static [Text] {
        &[]
    }
    fn not_modelled(&self) -> &'static [Text] {
        &[]
    }
    fn parameters(&self) -> &'static [Parameter] {
        static PARAMETERS: [Parameter; 3] = [
            Parameter {
                key: "workers",
                name: Text::new("workers", "工人数"),
                help: Text::same(""),
                kind: ParameterKind::Number { minimum: 1, maximum: 4, default: 2 },
                source: Text::same(""),
            },
            Parameter {
                key: "patience",
                name: Text::new("patience", "耐心"),
                help: Text::same(""),
                kind: ParameterKind::Time {
                    minimum: Span::millis(1),
                    maximum: Span::seconds(1),
                    default: Span::millis(30),
                },
                source: Text::same(""),
            },
            Parameter {
                key: "mood",
                name: Text::new("mood", "心情"),
                help: Text::same(""),
                kind: ParameterKind::Choice(&[
                    Choice { key: "good", name: Text::new("good", "好"), breaks: None },
                    Choice { key: "very-bad", name: Text::new("very bad", "极差"), breaks: None },
                ]),
                source: Text::same(""),
            },
        ];
        &PARAMETERS
    }
    fn conflict(&self, values: &Values) -> Option<Text> {
        let bad = values.choice("mood") == "very-bad" && values.number("workers") == 4;
        bad.then(|| Text::new("four workers are never in a very bad mood", "四个工人不会都心情极差"))
    }
    fn interventions(&self) -> &'static [Intervention] {
        static INTERVENTIONS: [Intervention; 1] = [Intervention {
            key: "lose-note",
            name: Text::new("A note is lost", "笔记丢失"),
            help: Text::same(""),
            applies: |node, _| node != NodeId(0),
            arguments: &[Argument {
                key: "errand",
                name: Text::new("errand", "差事"),
                kind: ArgumentKind::Subject,
                minimum: 1,
                maximum: 9,
            }],
        }];
        &INTERVENTIONS
    }
    fn topology(&self, values: &Values) -> Topology {
        let workers = values.number("workers") as u8;
        let setup = Setup { workers, patience: values.time("patience") };
        let node = |index: u8| NodeSpec {
            name: NAMES[usize::from(index)],
            title: Text::same(NAMES[usize::from(index)]),
            position: if index == 0 { Position::Initiator } else { Position::Service(index) },
            node: process::<Node>(setup.clone()),
            fsync: Distribution::Fixed(Span::millis(1)),
        };
        Topology {
            nodes: (0..=workers).map(node).collect(),
            latency: Distribution::Fixed(Span::millis(2)),
            links: Vec::new(),
            connection_timeout: Span::seconds(1),
            base_latency: Span::millis(2),
        }
    }
    fn properties(&self) -> &'static [Property] {
        static PROPERTIES: [Property; 1] = [Property {
            id: "answered",
            kind: PropertyKind::Sometimes,
            title: Text::new("Somebody answers", "有人应答"),
            source: "",
            monitor: || Box::new(Answered),
        }];
        &PROPERTIES
    }
    fn terms(&self) -> &'static [Term] {
        const fn term(kind: &'static str, zh: &'static str) -> Term {
            Term { kind, label: Text::new(kind, zh), gloss: Text::new(kind, zh) }
        }
        static TERMS: [Term; 4] =
            [term("ask", "请求"), term("all-done", "办妥"), term("patience", "耐心"), term("noted", "笔记")];
        &TERMS
    }
    fn narrate(&self, _moment: &Moment) -> Option<Text> {
        None
    }
    fn entries(&self) -> &'static [Entry] {
        static ENTRIES: [Entry; 3] = [
            Entry {
                id: "errand-done",
                question: Text::new("Is it done?", "办妥了吗？"),
                answer: Text::new("Yes.", "办妥了。"),
                parameters: &[("workers", "3")],
                seed: 7,
                faults: &["pause=w3@after:write:noted.1+20ms"],
                until: Span::seconds(5),
                suggestions: &[],
                expected: Expectations::of(&[Expectation {
                    property: "answered",
                    verdict: Expected::Holds,
                    because: "a pause delays an answer and loses none",
                }]),
            },
            Entry {
                id: "errand-lost",
                question: Text::new("Is it done?", "办妥了吗？"),
                answer: Text::new("No.", "没有。"),
                parameters: &[],
                seed: 1,
                faults: &["drop=a:ask.1:w1", "crash=w2@before:a:ask.1"],
                until: Span::seconds(5),
                suggestions: &[Suggestion {
                    name: Text::new("Restart w2", "重启 w2"),
                    change: Change::Fault("restart=w2@now"),
                }],
                expected: Expectations::of(&[Expectation {
                    property: "answered",
                    verdict: Expected::NotSeen,
                    because: "one question is lost, the other finds nobody",
                }]),
            },
            Entry {
                id: "errand-wrong",
                question: Text::new("Is it done?", "办妥了吗？"),
                answer: Text::new("The expectation is wrong on purpose.", "故意写错的预期。"),
                parameters: &[("workers", "1")],
                seed: 1,
                faults: &["drop=a:ask.1:w1"],
                until: Span::seconds(5),
                suggestions: &[],
                expected: Expectations::of(&[Expectation {
                    property: "answered",
                    verdict: Expected::Holds,
                    because: "it is not so",
                }]),
            },
        ];
        &ENTRIES
    }
}
