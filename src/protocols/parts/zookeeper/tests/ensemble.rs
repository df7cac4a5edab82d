//! An ensemble and its clients in a simulated network.

use super::super::client::{Client, Heard, Timer as ClientTimer};
use super::super::message::Message;
use super::super::server::{Server, Setup};
use super::super::*;
use super::{EPHEMERAL, NODE, SEQUENTIAL, create, created, exists, word};
use crate::protocols::parts::Carries;
use crate::sim::clock::LocalTime;
use crate::sim::driver::{Driver, Limits};
use crate::sim::fault::{Fault, Place};
use crate::sim::node::{look, process};
use crate::sim::payload::{Named, Subject};
use crate::sim::random::{Distribution, draw};
use crate::sim::recorder::Silent;
use crate::sim::role::{Diskless, Role, Turn};
use crate::sim::show::{Face, Mood};
use crate::sim::time::Instant;
use crate::sim::topology::{NodeSpec, Position, Topology};
use crate::sim::trace::NodeId;
use crate::text::Text;

/// A process that asks what its script says, when it says, and remembers what it hears.
#[derive(Clone, Serialize)]
struct User {
    #[serde(skip)]
    script: Vec<(Span, Request)>,
    #[serde(skip)]
    heard: Vec<(LocalTime, Heard)>,
    client: Client,
}

#[derive(Clone, Debug)]
struct UserSetup {
    servers: Vec<NodeId>,
    first: u8,
    script: Vec<(Span, Request)>,
}

#[derive(Clone, Debug, Serialize)]
enum UserTimer {
    Script(u32),
    Library(ClientTimer),
}

impl Named for UserTimer {
    fn kind(&self) -> &'static str {
        match self {
            UserTimer::Script(_) => "script",
            UserTimer::Library(timer) => timer.kind(),
        }
    }
    fn subject(&self) -> Subject {
        match self {
            UserTimer::Script(line) => Subject(*line),
            UserTimer::Library(_) => Subject::NONE,
        }
    }
}

impl Carries<ClientTimer> for UserTimer {
    fn carrying(inner: ClientTimer) -> UserTimer {
        UserTimer::Library(inner)
    }
    fn carried(&self) -> Option<&ClientTimer> {
        match self {
            UserTimer::Script(_) => None,
            UserTimer::Library(timer) => Some(timer),
        }
    }
}

impl User {
    fn hear(&mut self, heard: Vec<Heard>, turn: &Turn<User>) {
        self.heard.extend(heard.into_iter().map(|heard| (turn.now(), heard)));
    }

    /// The answers, without their numbers.
    fn answers(&self) -> Vec<Result<Answer, Error>> {
        let answer = |(_, heard): &(LocalTime, Heard)| match heard {
            Heard::Answer { answer, .. } => Some(answer.clone()),
            _ => None,
        };
        self.heard.iter().filter_map(answer).collect()
    }

    fn heard_at(&self, wanted: &Heard) -> Option<u64> {
        self.heard.iter().find(|(_, heard)| heard == wanted).map(|(at, _)| at.as_micros() / 1_000)
    }
}

impl Role for User {
    type Message = Message;
    type Timer = UserTimer;
    type Durable = Diskless;
    type Setup = UserSetup;

    fn start(setup: &UserSetup, turn: &mut Turn<User>) -> User {
        let mut client = Client::new(setup.servers.clone(), setup.first, Span::seconds(4), turn.now());
        client.begin(turn);
        for (line, (at, _)) in setup.script.iter().enumerate() {
            turn.set(UserTimer::Script(line as u32), *at);
        }
        User { script: setup.script.clone(), heard: Vec::new(), client }
    }
    fn receive(&mut self, from: NodeId, message: &Message, turn: &mut Turn<User>) {
        let heard = self.client.receive(from, message, turn);
        self.hear(heard, turn);
    }
    fn fire(&mut self, timer: &UserTimer, turn: &mut Turn<User>) {
        let heard = match timer {
            UserTimer::Script(line) => self.client.ask(self.script[*line as usize].1.clone(), turn).1,
            UserTimer::Library(timer) => self.client.fire(*timer, turn),
        };
        self.hear(heard, turn);
    }
    fn disconnected(&mut self, peer: NodeId, turn: &mut Turn<User>) {
        let heard = self.client.disconnected(peer, turn);
        self.hear(heard, turn);
    }
    fn face(&self, _disk: &Diskless) -> Face {
        Face { word: Text::same("user"), mood: Mood::Idle }
    }
}

/// An ensemble and its users after some time under some faults. Messages take 1 ms, fsyncs 2 ms.
struct Town {
    driver: Driver,
    servers: usize,
}

impl Town {
    fn after(until: Span, servers: usize, scripts: &[Vec<(Span, Request)>], faults: &[Fault]) -> Town {
        const NAMES: [&str; 8] = ["z1", "z2", "z3", "z4", "z5", "u1", "u2", "u3"];
        let ensemble: Vec<NodeId> = (0..servers as u8).map(NodeId).collect();
        let server = |_| process::<Server<Message>>(Setup { ensemble: ensemble.clone(), tick: TICK });
        let user = |(index, script): (usize, &Vec<(Span, Request)>)| {
            process::<User>(UserSetup { servers: ensemble.clone(), first: index as u8, script: script.clone() })
        };
        let names = NAMES[..servers].iter().chain(&NAMES[5..]);
        let nodes = (0..servers).map(server).chain(scripts.iter().enumerate().map(user));
        let nodes = nodes.zip(names).map(|(node, name)| NodeSpec {
            name,
            title: Text::same(name),
            position: Position::Store,
            node,
            fsync: Distribution::Fixed(Span::millis(2)),
        });
        let topology = Topology {
            nodes: nodes.collect(),
            latency: Distribution::Fixed(Span::millis(1)),
            links: Vec::new(),
            connection_timeout: Span::seconds(60),
            base_latency: Span::millis(1),
        };
        let mut driver = Driver::new(&topology, 7, faults, Instant::START + until, Limits::default());
        while driver.advance(&mut Silent).is_none() {}
        Town { driver, servers }
    }

    fn server(&self, index: usize) -> Option<&Server<Message>> {
        look::<Server<Message>>(&*self.driver.nodes()[index]).expect("a server").0
    }

    fn user(&self, index: usize) -> &User {
        look::<User>(&*self.driver.nodes()[self.servers + index]).and_then(|(user, _)| user).expect("a user")
    }

    fn leaders(&self) -> Vec<usize> {
        (0..self.servers).filter(|index| self.server(*index).is_some_and(Server::is_leader)).collect()
    }

    fn paths(&self, index: usize) -> Vec<String> {
        let server = self.server(index).expect("a server that runs");
        server.tree().children("/").map(|path| path.to_string()).collect()
    }
}

fn at(instant: Span) -> Place {
    Place::At(Instant::START + instant)
}

#[test]
fn one_server_alone_serves_as_an_ensemble_does() {
    let script = vec![(Span::seconds(1), create("/a", EPHEMERAL)), (Span::seconds(2), exists("/a", false))];
    for servers in [1, 3] {
        let town = Town::after(Span::seconds(3), servers, std::slice::from_ref(&script), &[]);
        assert_eq!(town.leaders().len(), 1, "{servers} servers");
        let answers = town.user(0).answers();
        assert_eq!(created(&answers[0]), Some("/a"), "{servers} servers");
        assert!(matches!(answers[1], Ok(Answer::Stat(Stat { owner: Some(_), .. }))), "{servers} servers: {answers:?}");
    }
}

#[test]
fn an_ensemble_agrees_on_the_server_with_the_highest_number_where_all_know_the_same() {
    let town = Town::after(Span::seconds(2), 3, &[], &[]);
    assert_eq!(town.leaders(), [2]);
}

#[test]
fn a_watch_reaches_another_client_before_the_news_does() {
    let watches = vec![(Span::seconds(1), exists("/a", true)), (Span::millis(1_500), exists("/a", true))];
    let creates = vec![(Span::millis(1_200), create("/a", NODE))];
    let town = Town::after(Span::seconds(3), 3, &[watches, creates], &[]);
    let heard: Vec<&Heard> = town.user(0).heard.iter().map(|(_, heard)| heard).collect();
    let event = Heard::Event(Event { kind: EventKind::Created, path: word("/a") });
    assert!(matches!(heard[1], Heard::Answer { answer: Err(Error::NoNode), .. }));
    assert_eq!(*heard[2], event);
    assert!(matches!(heard[3], Heard::Answer { answer: Ok(Answer::Stat(_)), .. }));
}

#[test]
fn an_ephemeral_node_outlives_its_crashed_client_by_the_session_time_out() {
    let holder = vec![(Span::seconds(1), create("/a", EPHEMERAL))];
    let watcher = vec![(Span::seconds(2), exists("/a", true))];
    let crash = Fault::Crash { node: NodeId(3), place: at(Span::seconds(3)) };
    let town = Town::after(Span::seconds(20), 3, &[holder, watcher], &[crash]);
    let gone = Heard::Event(Event { kind: EventKind::Deleted, path: word("/a") });
    let after = town.user(1).heard_at(&gone).expect("the watcher hears of it");
    // Last heard of between 2 and 3 s, agreed upon are 4 s, a tick is 2 s.
    assert!((6_000..=9_100).contains(&after), "gone after {after} ms");
}

#[test]
fn a_leaders_crash_costs_no_session_and_nothing_that_was_answered() {
    let user = vec![(Span::seconds(1), create("/a", EPHEMERAL)), (Span::seconds(12), create("/b", NODE))];
    let crash = Fault::Crash { node: NodeId(2), place: at(Span::seconds(3)) };
    let restart = Fault::Restart { node: NodeId(2), place: at(Span::seconds(8)) };
    let town = Town::after(Span::seconds(15), 3, &[user], &[crash, restart]);
    assert_eq!(town.user(0).answers().iter().map(created).collect::<Vec<_>>(), [Some("/a"), Some("/b")]);
    assert_eq!(town.leaders(), [1], "the one that comes back follows");
    for index in 0..3 {
        assert_eq!(town.paths(index), ["/a", "/b"], "server {index}");
    }
}

#[test]
fn a_leader_without_a_quorum_serves_nobody_and_forgets_what_only_it_had_logged() {
    // The user's second server is the leader's, which is cut off from the others but not from the user.
    let user = vec![(Span::seconds(1), create("/a", NODE)), (Span::millis(3_100), create("/lost", NODE))];
    let other = vec![(Span::seconds(20), create("/b", NODE))];
    let groups = vec![vec![NodeId(2)], vec![NodeId(0), NodeId(1)]];
    let cut = Fault::Partition {
        groups,
        one_way: false,
        at: Instant::START + Span::seconds(3),
        lasting: Some(Span::seconds(30)),
    };
    let town = Town::after(Span::seconds(60), 3, &[vec![], other, user], &[cut]);
    let answers = town.user(2).answers();
    assert_eq!(answers.iter().map(created).collect::<Vec<_>>(), [Some("/a"), None]);
    assert_eq!(answers[1], Err(Error::ConnectionLoss));
    assert_eq!(town.user(1).answers().iter().map(created).collect::<Vec<_>>(), [Some("/b")]);
    assert_eq!(town.leaders(), [1]);
    for index in 0..3 {
        assert_eq!(town.paths(index), ["/a", "/b"], "server {index}");
    }
}

#[test]
fn what_was_under_way_to_a_server_that_the_client_has_left_changes_nothing() {
    let script = vec![(Span::millis(2_500), create("/a", NODE)), (Span::seconds(3), create("/late", NODE))];
    let scripts = [vec![], vec![], vec![]];
    let quiet = Town::after(Span::millis(2_500), 3, &scripts, &[]);
    let server_of = |user: usize| quiet.user(user).client.server().filter(|server| *server != NodeId(2));
    let (user, node) = (0..3).find_map(|user| Some((user, server_of(user)?))).expect("not all at the leader");
    let mut scripts = scripts;
    scripts[user] = script;
    // The server wakes with the request in its queue; by then the client has moved on to the next server.
    let pause = Fault::Pause { node, place: at(Span::millis(2_900)), lasting: Span::seconds(5) };
    let town = Town::after(Span::seconds(15), 3, &scripts, &[pause]);
    let answers = town.user(user).answers();
    assert_eq!(answers.iter().map(created).collect::<Vec<_>>(), [Some("/a"), None]);
    assert_eq!(answers[1], Err(Error::ConnectionLoss));
    assert!(town.user(user).client.is_connected(), "its session has outlived the change of servers");
    for index in 0..3 {
        assert_eq!(town.paths(index), ["/a"], "server {index}");
    }
}

#[test]
fn a_client_that_slept_through_its_session_learns_of_it_when_it_is_back() {
    let holder = vec![(Span::seconds(1), create("/a", EPHEMERAL))];
    let pause = Fault::Pause { node: NodeId(3), place: at(Span::seconds(2)), lasting: Span::seconds(12) };
    let town = Town::after(Span::seconds(20), 3, &[holder], &[pause]);
    let expired = town.user(0).heard_at(&Heard::Expired).expect("it is told");
    assert!(expired >= 14_000, "told after {expired} ms");
    assert_eq!(town.paths(0), [""; 0]);
}

/// Random crashes, restarts and cuts: whatever was answered is there in the end, everywhere, and one leads.
#[test]
fn nothing_that_was_answered_is_lost_whatever_crashes() {
    for seed in 0..60 {
        let random = |name: u64, below: u64| draw(seed, "town", &[name]) % below;
        let mut faults = Vec::new();
        for round in 0..4 {
            let from = Span::millis(2_000 + 12_000 * round + random(round, 6_000));
            let node = NodeId(random(10 + round, 3) as u8);
            if random(20 + round, 3) == 0 {
                let others = (0..3).map(NodeId).filter(|other| *other != node).collect();
                let (groups, lasting) = (vec![vec![node], others], Some(Span::millis(random(30 + round, 14_000))));
                let at = Instant::START + from;
                faults.push(Fault::Partition { groups, one_way: random(40 + round, 2) == 0, at, lasting });
            } else {
                faults.push(Fault::Crash { node, place: at(from) });
                let back = from + Span::millis(random(50 + round, 8_000));
                faults.push(Fault::Restart { node, place: at(back) });
            }
        }
        let script = |user: u64| -> Vec<(Span, Request)> {
            let request = |index: u64| (Span::millis(1_000 + index * 700), create(&format!("/{user}-"), SEQUENTIAL));
            (0..70).map(request).collect()
        };
        let town = Town::after(Span::seconds(120), 3, &[script(1), script(2)], &faults);
        assert_eq!(town.leaders().len(), 1, "seed {seed}");
        let everywhere = town.paths(0);
        for index in 1..3 {
            assert_eq!(town.paths(index), everywhere, "seed {seed}, server {index}");
        }
        let answered = [0, 1].iter().flat_map(|user| town.user(*user).answers());
        let mut count = 0;
        for answer in answered {
            if let Ok(Answer::Created(path, _)) = answer {
                count += 1;
                assert!(everywhere.contains(&path.to_string()), "seed {seed}: {path} was answered");
            }
        }
        assert!(count > 0, "seed {seed}: nothing was answered");
    }
}
