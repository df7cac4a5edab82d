//! The model's ZooKeeper against a real one.

use crate::jute::{Heard, Session};
use crate::process::{Folder, Server, installed, skip};
use crate::sequence::Choices;
use faultline::protocols::parts::Word;
use faultline::protocols::parts::zookeeper::message::{FromClient, Message, ToClient};
use faultline::protocols::parts::zookeeper::server::{Server as Role, Setup};
use faultline::protocols::parts::zookeeper::{Answer, CreateMode, Error, Event, Request, SessionId, Stat, TICK, Zxid};
use faultline::sim::clock::{LocalTime, WallTime};
use faultline::sim::node::{Node, process};
use faultline::sim::role::{Effect, Now};
use faultline::sim::time::Span;
use faultline::sim::trace::NodeId;
use std::collections::{BTreeMap, VecDeque};
use std::path::{Path, PathBuf};
use std::sync::Arc;

const SERVER: NodeId = NodeId(0);
/// Long enough that no session expires while a test runs.
const TIMEOUT: Span = Span::seconds(40);
/// Where Debian puts it.
const JAR: &str = "/usr/share/java/zookeeper.jar";

/// The model: the very role that protocols run, alone, with its effects carried out at once.
struct Model {
    node: Arc<dyn Node>,
    /// What was sent to each client and is not read.
    sent: BTreeMap<NodeId, VecDeque<ToClient>>,
    numbers: BTreeMap<NodeId, u32>,
}

impl Model {
    fn new() -> Model {
        let node = process::<Role<Message>>(Setup { ensemble: vec![SERVER], tick: TICK });
        let mut model = Model { node, sent: BTreeMap::new(), numbers: BTreeMap::new() };
        model.turn(|node, now, effects| node.start(now, effects));
        model
    }

    /// Lets the node do something and carries out what it orders, and what follows from that.
    fn turn(&mut self, act: impl FnOnce(&mut dyn Node, Now, &mut Vec<Effect>)) {
        let now = Now { me: SERVER, monotonic: LocalTime::from_micros(0), wall: WallTime::from_micros(0), seed: 0 };
        let mut effects = Vec::new();
        let node = Arc::get_mut(&mut self.node).expect("nobody else has it");
        act(node, now, &mut effects);
        let mut effects = VecDeque::from(effects);
        while let Some(effect) = effects.pop_front() {
            let node = Arc::get_mut(&mut self.node).expect("nobody else has it");
            match effect {
                Effect::Write { record } => node.write(&*record),
                Effect::Fsync => {
                    let (count, mut more) = (node.unsynced(), Vec::new());
                    node.synced(now, count, &mut more);
                    effects.extend(more);
                }
                Effect::Send { to, payload, .. } => {
                    if let Some(Message::ToClient { said, .. }) = payload.get::<Message>() {
                        self.sent.entry(to).or_default().push_back(said.clone());
                    }
                }
                Effect::Set { .. } | Effect::Cancel { .. } => {}
            }
        }
    }

    fn say(&mut self, client: NodeId, said: FromClient) {
        let message = Message::FromClient { connection: 1, said };
        self.turn(|node, now, effects| node.receive(now, client, &message, effects));
    }

    fn open(&mut self, client: NodeId) -> SessionId {
        self.say(client, FromClient::Connect { session: None, timeout: TIMEOUT, seen: Zxid::default() });
        match self.sent.entry(client).or_default().pop_front() {
            Some(ToClient::Connected { session, .. }) => session,
            other => panic!("no session but {other:?}"),
        }
    }

    /// The events that have come by now.
    fn events(&mut self, client: NodeId) -> Vec<Event> {
        let sent = self.sent.entry(client).or_default();
        let mut events = Vec::new();
        while let Some(ToClient::Happened { event, .. }) = sent.front() {
            events.push(event.clone());
            sent.pop_front();
        }
        events
    }

    fn ask(&mut self, client: NodeId, request: &Request) -> (Vec<Event>, Result<Answer, Error>) {
        let number = self.numbers.entry(client).or_default();
        *number += 1;
        let asked = FromClient::Ask { number: *number, request: request.clone() };
        self.say(client, asked);
        let events = self.events(client);
        match self.sent.entry(client).or_default().pop_front() {
            Some(ToClient::Reply { answer, .. }) => (events, answer),
            other => panic!("{request:?} was answered by {other:?}"),
        }
    }
}

/// A real server for one test.
fn start(java: &Path, folder: &Folder) -> Server {
    Server::start(java, |port| {
        let configuration = folder.0.join("zoo.cfg");
        let data = folder.0.join("data");
        let text = format!(
            "tickTime={}\ndataDir={}\nclientPort={port}\nclientPortAddress=127.0.0.1\nmaxClientCnxns=0\n",
            TICK.as_micros() / 1_000,
            data.display(),
        );
        std::fs::write(&configuration, text).expect("a file of its own");
        let mut arguments: Vec<String> =
            ["-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx64m"].map(Into::into).into();
        arguments.push("-Dzookeeper.admin.enableServer=false".into());
        arguments.extend(["-cp".into(), JAR.into()]);
        arguments.push("org.apache.zookeeper.server.ZooKeeperServerMain".into());
        arguments.push(configuration.to_string_lossy().into_owned());
        arguments
    })
}

/// The program that runs it, if both are there.
fn java() -> Option<PathBuf> {
    let java = installed("java")?;
    if Path::new(JAR).is_file() {
        return Some(java);
    }
    skip("zookeeper");
    None
}

/// The two sides' names for the same sessions and the same transactions.
struct Dictionary {
    sessions: Vec<(SessionId, SessionId)>,
    /// The last transactions before the first that is compared: the model's and the real one's.
    before: (u32, u32),
}

impl Dictionary {
    fn zxid(&self, real: Zxid) -> Zxid {
        Zxid { counter: real.counter - self.before.1 + self.before.0, ..real }
    }

    fn stat(&self, real: Stat) -> Stat {
        let session = |owner: SessionId| self.sessions.iter().find(|(_, real)| *real == owner).map(|(model, _)| *model);
        Stat {
            created: self.zxid(real.created),
            modified: self.zxid(real.modified),
            children_changed: self.zxid(real.children_changed),
            owner: real.owner.and_then(session),
            ..real
        }
    }

    /// The real answer as the model says it; children in the order of their names, since theirs means nothing.
    fn answer(&self, real: Answer) -> Answer {
        match real {
            Answer::Stat(stat) => Answer::Stat(self.stat(stat)),
            Answer::Created(path, stat) => Answer::Created(path, self.stat(stat)),
            Answer::Data(data, stat) => Answer::Data(data, self.stat(stat)),
            Answer::Children(mut names) => {
                names.sort();
                Answer::Children(names)
            }
            other => other,
        }
    }
}

/// A random request; its paths stand below `root`, few enough that requests meet.
fn request(choices: &mut Choices, root: &str) -> Request {
    let path = |choices: &mut Choices| -> Word {
        let name = choices.one_of(&["a", "b", "a/x", "b/x", "a/x/y"]);
        format!("{root}/{name}").into()
    };
    let parent = |choices: &mut Choices| -> Word {
        let name = choices.one_of(&["", "/a", "/b"]);
        format!("{root}{name}").into()
    };
    let data = Word::from(choices.one_of(&["", "one", "two"]));
    let version = choices.one_of(&[None, None, Some(0), Some(1)]);
    let (ephemeral, watch) = (choices.below(2) == 0, choices.below(2) == 0);
    match choices.below(12) {
        0..=2 => Request::Create { path: path(choices), data, mode: CreateMode { ephemeral, sequential: false } },
        3 | 4 => {
            let path = format!("{}/n-", parent(choices)).into();
            Request::Create { path, data, mode: CreateMode { ephemeral, sequential: true } }
        }
        5 => Request::Delete { path: path(choices), version },
        6 => Request::SetData { path: path(choices), data, version },
        7 | 8 => Request::Exists { path: path(choices), watch },
        9 => Request::GetData { path: path(choices), watch },
        _ => Request::GetChildren { path: parent(choices), watch },
    }
}

fn code(answer: Result<Answer, Error>) -> Result<Answer, i32> {
    answer.map_err(Error::code)
}

#[test]
fn random_requests_of_three_sessions_are_answered_alike() {
    const CLIENTS: [NodeId; 3] = [NodeId(1), NodeId(2), NodeId(3)];
    let Some(java) = java() else { return };
    let folder = Folder::new();
    let server = start(&java, &folder);
    for seed in 0..40 {
        let mut model = Model::new();
        let mut choices = Choices::of(seed);
        let timeout_millis = (TIMEOUT.as_micros() / 1_000) as i32;
        let mut real: Vec<Session> = CLIENTS.map(|_| Session::open(&server, timeout_millis)).into();
        assert!(real.iter().all(|session| session.timeout_millis == timeout_millis), "the time-out that was asked for");
        let opened = CLIENTS.map(|client| model.open(client));
        let sessions = opened.into_iter().zip(&real).map(|(model, real)| (model, SessionId(real.id as u32))).collect();
        let root = format!("/seed-{seed}");
        let first = Request::Create { path: root.clone().into(), data: "".into(), mode: CreateMode::default() };
        model.ask(CLIENTS[0], &first).1.expect("a root for the model");
        real[0].ask(&first).reply.expect("a root for the real one");
        let root_is = Request::Exists { path: root.clone().into(), watch: false };
        let created = |answer: Option<Answer>| match answer {
            Some(Answer::Stat(stat)) => stat.created.counter,
            other => panic!("no root but {other:?}"),
        };
        let before = (created(model.ask(CLIENTS[0], &root_is).1.ok()), created(real[0].ask(&root_is).reply.ok()));
        let dictionary = Dictionary { sessions, before };
        for step in 0..120 {
            let who = choices.below(CLIENTS.len() as u64) as usize;
            let request = request(&mut choices, &root);
            let (expected, answer) = model.ask(CLIENTS[who], &request);
            let Heard { events, reply } = real[who].ask(&request);
            let reply = reply.map(|reply| dictionary.answer(reply));
            assert_eq!(code(answer), reply, "seed {seed}, step {step}: session {who} asks {request:?}");
            assert_eq!(expected, events, "seed {seed}, step {step}: session {who} hears beside {request:?}");
            for (client, session) in CLIENTS.iter().zip(&mut real) {
                assert_eq!(model.events(*client), session.events(), "seed {seed}, step {step}: after {request:?}");
            }
        }
        // Whoever leaves takes ephemeral nodes along, and the others hear of it; in which order means nothing.
        let sorted = |mut events: Vec<Event>| {
            events.sort();
            events
        };
        for leaving in 0..CLIENTS.len() {
            let (_, answer) = model.ask(CLIENTS[leaving], &Request::Close);
            assert_eq!(code(answer), real[leaving].ask(&Request::Close).reply, "seed {seed}: an end");
            for other in leaving + 1..CLIENTS.len() {
                let (model, real) = (model.events(CLIENTS[other]), real[other].events());
                assert_eq!(sorted(model), sorted(real), "seed {seed}: session {other} hears that {leaving} left");
            }
        }
    }
}

#[test]
fn time_outs_are_granted_within_the_same_bounds() {
    let Some(java) = java() else { return };
    let folder = Folder::new();
    let server = start(&java, &folder);
    for asked in [1, 3_999, 4_000, 4_001, 30_000, 40_000, 40_001, 600_000] {
        let mut model = Model::new();
        let timeout = Span::millis(asked);
        model.say(NodeId(1), FromClient::Connect { session: None, timeout, seen: Zxid::default() });
        let granted = match model.sent.entry(NodeId(1)).or_default().pop_front() {
            Some(ToClient::Connected { timeout, .. }) => timeout.as_micros() / 1_000,
            other => panic!("no session but {other:?}"),
        };
        let real = Session::open(&server, asked as i32);
        assert_eq!(granted, real.timeout_millis as u64, "asked for {asked} ms");
    }
}
