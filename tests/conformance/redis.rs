//! The model's Redis against a real one.

use crate::process::{Folder, Server, installed};
use crate::resp::{Answer, Connection, agrees, words};
use crate::sequence::{Choices, Clock, enough};
use faultline::protocols::parts::Word;
use faultline::protocols::parts::redis::log::Persistence;
use faultline::protocols::parts::redis::message::Message;
use faultline::protocols::parts::redis::script::Script;
use faultline::protocols::parts::redis::server::{Server as Role, Setup};
use faultline::protocols::parts::redis::{Command, Entry, Reply};
use faultline::sim::clock::{LocalTime, WallTime};
use faultline::sim::node::{Node, look, process};
use faultline::sim::role::{Effect, Now};
use faultline::sim::time::Span;
use faultline::sim::trace::NodeId;
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::thread::{scope, sleep};
use std::time::Duration;

const MARGIN: Duration = Duration::from_millis(100);
const CLIENT: NodeId = NodeId(10);
const SUBSCRIBER: NodeId = NodeId(11);

/// The model: the very role that protocols run, with its effects carried out at once.
struct Model {
    node: Arc<dyn Node>,
    me: NodeId,
    asked: u32,
}

/// What the model's server sent.
struct Sent {
    to: NodeId,
    message: Message,
}

impl Model {
    fn new(me: NodeId, persistence: Persistence, master: Option<NodeId>) -> Model {
        let node =
            process::<Role<Message>>(Setup { persistence, master, clients: vec![CLIENT], restart_delay: Span::ZERO });
        Model { node, me, asked: 0 }
    }

    fn node(&mut self) -> &mut dyn Node {
        Arc::get_mut(&mut self.node).expect("nobody else has it")
    }

    /// Lets the node do something, and carries out what it orders: writes and fsyncs at once, sends to whoever looks.
    fn turn(&mut self, micros: u64, act: impl FnOnce(&mut dyn Node, Now, &mut Vec<Effect>)) -> Vec<Sent> {
        let wall = WallTime::from_micros(micros as i64);
        let now = Now { me: self.me, monotonic: LocalTime::from_micros(micros), wall, seed: 0 };
        let (mut sent, mut effects) = (Vec::new(), Vec::new());
        act(self.node(), now, &mut effects);
        for effect in effects {
            match effect {
                Effect::Write { record } => self.node().write(&*record),
                Effect::Fsync => {
                    let count = self.node.unsynced();
                    self.node().synced(now, count, &mut Vec::new());
                }
                Effect::Send { to, payload, .. } => {
                    let message = payload.get::<Message>().expect("its own message").clone();
                    sent.push(Sent { to, message });
                }
                Effect::Set { .. } | Effect::Cancel { .. } => {}
            }
        }
        sent
    }

    fn start(&mut self, micros: u64) -> Vec<Sent> {
        self.turn(micros, |node, now, effects| node.start(now, effects))
    }

    fn receive(&mut self, micros: u64, from: NodeId, message: &Message) -> Vec<Sent> {
        self.turn(micros, |node, now, effects| node.receive(now, from, message, effects))
    }

    /// A client's command: its reply, and what else was sent.
    fn ask(&mut self, micros: u64, from: NodeId, command: &Command) -> (Reply, Vec<Sent>) {
        self.asked += 1;
        let number = self.asked;
        let mut sent = self.receive(micros, from, &Message::Ask { number, command: command.clone() });
        let is_answer = |sent: &Sent| matches!(&sent.message, Message::Answer { number: of, .. } if *of == number);
        let at = sent.iter().position(is_answer).expect("every command is answered");
        let Message::Answer { reply, .. } = sent.remove(at).message else { unreachable!("it is an answer") };
        (reply, sent)
    }

    fn entry(&self, key: &str, micros: u64) -> Option<Entry> {
        let (role, _) = look::<Role<Message>>(&*self.node)?;
        role?.keys().get(key, WallTime::from_micros(micros as i64)).cloned()
    }

    /// When a key expires, or did lately, in microseconds.
    fn expiry(&self, key: &str) -> Option<u64> {
        // Long ago, nothing had expired.
        let entry = look::<Role<Message>>(&*self.node)?.0?.keys().get(key, WallTime::from_micros(i64::MIN)).cloned();
        u64::try_from(entry?.expires?.as_micros()).ok()
    }
}

fn start(program: &Path, folder: &Folder, more: &[&str]) -> Server {
    let server = Server::start(program, |port| {
        let folder = folder.0.to_string_lossy().into_owned();
        let mut arguments = vec!["--port".into(), port.to_string(), "--dir".into(), folder];
        arguments.extend(["--bind", "127.0.0.1", "--save", "", "--repl-diskless-sync-delay", "0"].map(String::from));
        arguments.extend(more.iter().map(ToString::to_string));
        arguments
    });
    // It listens before it has read its file.
    let mut connection = Connection::new(server.connect());
    while connection.ask_words(&["PING"]) != Answer::Simple("PONG".into()) {
        sleep(Duration::from_millis(10));
    }
    server
}

/// One key or channel for each of what locks use, so that commands meet; a prefix keeps sequences apart.
struct Vocabulary {
    prefix: String,
}

impl Vocabulary {
    fn word(&self, name: &str) -> Word {
        format!("{}{name}", self.prefix).into()
    }

    /// A random command; expiry times are drawn from `expiries`, in milliseconds.
    fn command(&self, choices: &mut Choices, expiries: &[i64]) -> Command {
        let key = self.word(choices.one_of(&["a", "a", "b", "counter"]));
        let token = Word::from(choices.one_of(&["t1", "t2", "7", "9223372036854775807"]));
        let owner = Word::from(choices.one_of(&["c1:1", "c2:1"]));
        let milliseconds = choices.one_of(expiries);
        match choices.below(23) {
            0..=2 => Command::Set { key, value: token, only_new: true, expires_ms: Some(milliseconds) },
            3 => Command::Set { key, value: token, only_new: choices.below(2) == 0, expires_ms: None },
            4 => Command::Get { key },
            5 => Command::Del { key },
            6 => Command::Exists { key },
            7 => Command::Pttl { key },
            8 => Command::Pexpire { key, milliseconds },
            9 => Command::Incr { key },
            10 => Command::Hincrby { key, field: owner, by: choices.one_of(&[1, -1, i64::MAX]) },
            11 => Command::Hexists { key, field: owner },
            12 => Command::Hget { key, field: owner },
            13 => Command::Hdel { key, field: owner },
            14 => Command::Publish { channel: self.word("channel"), text: token },
            21 => Command::Hset { key, fields: vec![(owner, 3), ("c3:1".into(), -1)] },
            22 => Command::Hgetall { key },
            number => Command::Eval(self.script(choices, number, key, owner, token, milliseconds)),
        }
    }

    fn script(
        &self,
        choices: &mut Choices,
        number: u64,
        key: Word,
        owner: Word,
        token: Word,
        milliseconds: i64,
    ) -> Script {
        let counter = self.word("counter");
        match number {
            15 => Script::DeleteIfMine { key, token },
            16 => Script::ExpireIfMine { key, token, milliseconds },
            17 => Script::SetWithFence { key, token, milliseconds, counter },
            18 => {
                let counter = (choices.below(2) == 0).then_some(counter);
                Script::Enter { key, owner, milliseconds, counter }
            }
            19 => Script::Leave {
                key,
                owner,
                milliseconds,
                channel: self.word("channel"),
                latch: self.word(choices.one_of(&["l1", "l2", "l3"])),
                latch_milliseconds: milliseconds,
            },
            _ => Script::Renew { key, owner, milliseconds },
        }
    }
}

/// The keys that a command touches.
fn keys(command: &Command) -> Vec<Word> {
    match command {
        Command::Set { key, .. }
        | Command::Get { key }
        | Command::Del { key }
        | Command::Exists { key }
        | Command::Pttl { key }
        | Command::Pexpire { key, .. }
        | Command::Incr { key }
        | Command::Hincrby { key, .. }
        | Command::Hset { key, .. }
        | Command::Hgetall { key }
        | Command::Hexists { key, .. }
        | Command::Hget { key, .. }
        | Command::Hdel { key, .. } => vec![key.clone()],
        Command::Eval(script) => script.arguments().0,
        Command::Publish { .. } | Command::Subscribe { .. } | Command::Unsubscribe { .. } => Vec::new(),
    }
}

/// One sequence with a subscriber beside it. Says whether it went through without a stall.
fn sequence(server: &Server, seed: u64, length: u32, expiries: &[i64], wait_ms_max: u64) -> bool {
    let vocabulary = Vocabulary { prefix: format!("{seed}:") };
    let (mut real, mut listener) = (Connection::new(server.connect()), Connection::new(server.connect()));
    let mut choices = Choices::of(seed);
    let clock = Clock::start();
    let mut model = Model::new(NodeId(0), Persistence::None, None);
    model.start(0);
    let subscribe = Command::Subscribe { channel: vocabulary.word("channel") };
    let (reply, _) = model.ask(clock.micros(), SUBSCRIBER, &subscribe);
    let answer = listener.ask(&words(&subscribe));
    assert!(agrees(&subscribe, &reply, &answer), "{subscribe:?}: {answer:?}, and in the model {reply:?}");
    for step in 0..length {
        if wait_ms_max > 0 {
            sleep(Duration::from_millis(choices.below(wait_ms_max)));
        }
        let command = vocabulary.command(&mut choices, expiries);
        let expiries: Vec<u64> = keys(&command).iter().filter_map(|key| model.expiry(key)).collect();
        let now = clock.clear_of(&expiries, MARGIN);
        let answer = real.ask(&words(&command));
        if !clock.is_certain(now) {
            return false;
        }
        let (reply, sent) = model.ask(now, CLIENT, &command);
        let what = format!("sequence {seed}, step {step}: {command:?}");
        assert!(agrees(&command, &reply, &answer), "{what}: {answer:?}, and in the model {reply:?}");
        for Sent { to, message } in sent {
            let Message::Published { channel, text } = message else { panic!("{what}: sent {message:?}") };
            let pushed = Answer::Array(["message", &channel, &text].map(|word| Answer::Text(word.into())).to_vec());
            assert_eq!((to, listener.answer()), (SUBSCRIBER, pushed), "{what}");
        }
    }
    // Whatever else the real one had published would come before this.
    let end = Command::Publish { channel: vocabulary.word("channel"), text: "end".into() };
    real.ask(&words(&end));
    let Answer::Array(last) = listener.answer() else { panic!("sequence {seed}: no message") };
    assert_eq!(last.last(), Some(&Answer::Text("end".into())), "sequence {seed}: the model did not publish this");
    true
}

/// Sequences one beside the other: they have keys of their own, and most of their time is waiting.
fn sequences(server: &Server, seeds: std::ops::Range<u64>, length: u32, expiries: &[i64], wait_ms_max: u64) {
    let all = seeds.clone().count();
    let finished = scope(|scope| {
        let run = |seed| scope.spawn(move || sequence(server, seed, length, expiries, wait_ms_max));
        let running: Vec<_> = seeds.map(run).collect();
        running.into_iter().map(|run| run.join().expect("a comparison failed")).filter(|finished| *finished).count()
    });
    enough(finished, all);
}

#[test]
fn replies_agree_over_random_sequences_in_which_nothing_expires() {
    let Some(program) = installed("redis-server") else { return };
    let folder = Folder::new();
    let server = start(&program, &folder, &["--appendonly", "no"]);
    sequences(&server, 0..12, 1_000, &[30_000, 600_000, 0, -1], 0);
}

#[test]
fn replies_agree_over_random_sequences_in_which_keys_expire() {
    let Some(program) = installed("redis-server") else { return };
    let folder = Folder::new();
    let server = start(&program, &folder, &["--appendonly", "no"]);
    sequences(&server, 100..124, 60, &[250, 400, 700], 150);
}

fn set(key: &str, value: &str, expires_ms: Option<i64>) -> Command {
    Command::Set { key: key.into(), value: value.into(), only_new: false, expires_ms }
}

/// Compares until the machine did not stall meanwhile: nothing where a stall made it uncertain what time the server took it
/// for.
fn undisturbed(compare: impl Fn() -> Option<()>) {
    const TRIES_MAX: usize = 5;
    let found = (0..TRIES_MAX).find_map(|_| compare());
    assert!(found.is_some(), "this machine stalled in each of {TRIES_MAX} tries");
}

#[test]
fn a_restart_leaves_what_the_append_only_file_has_and_lengthens_nothing() {
    let Some(program) = installed("redis-server") else { return };
    for (persistence, appendonly, appendfsync) in [
        (Persistence::None, "no", "no"),
        (Persistence::WhenItComes, "yes", "no"),
        (Persistence::EverySecond, "yes", "everysec"),
        (Persistence::Always, "yes", "always"),
    ] {
        let more = ["--appendonly", appendonly, "--appendfsync", appendfsync];
        undisturbed(|| restart(&program, persistence, &more));
    }
}

/// What a restart leaves, with and without a file.
fn restart(program: &Path, persistence: Persistence, more: &[&str]) -> Option<()> {
    let folder = Folder::new();
    let mut server = start(program, &folder, more);
    let (mut model, clock) = (Model::new(NodeId(0), persistence, None), Clock::start());
    model.start(0);
    let hash = Command::Hincrby { key: "hash".into(), field: "c1:1".into(), by: 2 };
    let mut real = Connection::new(server.connect());
    for command in [set("stays", "1", None), set("goes", "2", Some(300)), set("long", "3", Some(60_000)), hash] {
        both(&mut real, &mut model, clock, &command)?;
    }
    drop(server);
    let unsynced = model.node.unsynced();
    // Only the process dies: what it wrote is with the operating system.
    model.node().crash(unsynced);
    sleep(Duration::from_millis(500));
    server = start(program, &folder, more);
    model.start(clock.micros());
    let mut real = Connection::new(server.connect());
    let get = |key: &str| Command::Get { key: key.into() };
    let left = Command::Pttl { key: "long".into() };
    let field = Command::Hget { key: "hash".into(), field: "c1:1".into() };
    for command in [get("stays"), get("goes"), left, field] {
        both(&mut real, &mut model, clock, &command)?;
    }
    Some(())
}

#[test]
fn a_replica_reads_refuses_writes_and_forgets_what_it_never_received() {
    let Some(program) = installed("redis-server") else { return };
    undisturbed(|| fail_over(&program));
}

fn fail_over(program: &Path) -> Option<()> {
    let (folders, clock) = ([Folder::new(), Folder::new()], Clock::start());
    let servers = [0, 1].map(|index| start(program, &folders[index], &["--appendonly", "no"]));
    let mut real = [0, 1].map(|index: usize| Connection::new(servers[index].connect()));
    let ids = [NodeId(0), NodeId(1)];
    let mut models = [Model::new(ids[0], Persistence::None, None), Model::new(ids[1], Persistence::None, Some(ids[0]))];
    models[0].start(0);
    // A replica that starts later gets what is there already.
    let [master, replica] = &mut models;
    both(&mut real[0], master, clock, &set("before", "1", Some(60_000)))?;
    let request = replica.start(clock.micros());
    let everything = master.receive(clock.micros(), ids[1], &request[0].message);
    replica.receive(clock.micros(), ids[0], &everything[0].message);
    let port = servers[0].address.port().to_string();
    assert_eq!(real[1].ask_words(&["REPLICAOF", "127.0.0.1", &port]), Answer::Simple("OK".into()));
    in_sync(&mut real[0]);
    both(&mut real[1], replica, clock, &Command::Get { key: "before".into() })?;
    both(&mut real[1], replica, clock, &Command::Pttl { key: "before".into() })?;
    // Then every change, with its expiry time.
    let enter = Script::Enter { key: "lock".into(), owner: "c1:1".into(), milliseconds: 400, counter: None };
    for change in both(&mut real[0], master, clock, &Command::Eval(enter.clone()))? {
        replica.receive(clock.micros(), ids[0], &change.message);
    }
    in_sync(&mut real[0]);
    let field = Command::Hget { key: "lock".into(), field: "c1:1".into() };
    both(&mut real[1], replica, clock, &field)?;
    for refused in [
        set("lock", "x", None),
        Command::Del { key: "nothing".into() },
        Command::Incr { key: "lock".into() },
        Command::Pexpire { key: "nothing".into(), milliseconds: 5 },
        Command::Hdel { key: "lock".into(), field: "c2:1".into() },
        Command::Eval(enter.clone()),
        Command::Eval(Script::DeleteIfMine { key: "nothing".into(), token: "t".into() }),
    ] {
        both(&mut real[1], replica, clock, &refused)?;
    }
    // By its own clock, what has expired is gone, and nobody has told it so.
    sleep(Duration::from_millis(600));
    both(&mut real[1], replica, clock, &field)?;
    // Promoted, it writes; what its master takes from then on it never hears of.
    assert_eq!(real[1].ask_words(&["REPLICAOF", "NO", "ONE"]), Answer::Simple("OK".into()));
    let sent = replica.turn(clock.micros(), |node, now, effects| {
        assert!(node.intervene(now, "fail-over", &[], effects));
    });
    let told: BTreeSet<NodeId> = sent.iter().map(|sent| sent.to).collect();
    assert_eq!(told, BTreeSet::from([CLIENT, ids[0]]));
    both(&mut real[0], master, clock, &set("late", "1", Some(60_000)))?;
    both(&mut real[1], replica, clock, &Command::Get { key: "late".into() })?;
    both(&mut real[1], replica, clock, &Command::Eval(enter))?;
    assert!(replica.entry("lock", clock.micros()).is_some());
    Some(())
}

/// Asks both the same and compares; what else the model sent, unless the machine stalled.
#[track_caller]
fn both(real: &mut Connection, model: &mut Model, clock: Clock, command: &Command) -> Option<Vec<Sent>> {
    let now = clock.micros();
    let answer = real.ask(&words(command));
    if !clock.is_certain(now) {
        return None;
    }
    let (reply, sent) = model.ask(now, CLIENT, command);
    assert!(agrees(command, &reply, &answer), "{command:?}: {answer:?}, and in the model {reply:?}");
    Some(sent)
}

/// Waits until the one replica has everything.
fn in_sync(master: &mut Connection) {
    for _ in 0..200 {
        if master.ask_words(&["WAIT", "1", "1000"]) == Answer::Integer(1) {
            return;
        }
        sleep(Duration::from_millis(50));
    }
    panic!("the real replica did not catch up");
}
