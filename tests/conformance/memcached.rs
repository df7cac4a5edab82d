//! The model's memcached against a real one.

use crate::process::{Server, installed};
use crate::sequence::{Choices, Clock, enough};
use faultline::protocols::parts::Word;
use faultline::protocols::parts::memcached::{Command, Memcached, RELATIVE_SECONDS_MAX, RUN_START_UNIX_SECONDS, Reply};
use faultline::sim::clock::{LocalTime, WallTime};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::thread::{scope, sleep};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Memcached's clock ticks once a second.
const MARGIN: Duration = Duration::from_millis(1_100);
/// A Unix time is reckoned from when the server started, in whole seconds, on a clock that began within another one.
const UNIX_MARGIN: Duration = Duration::from_millis(2_100);

/// One connection, by the text protocol.
struct Connection {
    reader: BufReader<TcpStream>,
    /// The Unix time, in seconds, that the model takes for the start of its run.
    run_start: i64,
    /// The real number of each item whose number the model has told.
    uniques: BTreeMap<u64, u64>,
}

/// What came over the wire: the first line, and the value if there is one.
type Answer = (String, Option<String>);

impl Connection {
    /// Begins at the turn of a second: so the run starts at a whole Unix time, as the model's does.
    fn new(server: &Server) -> Connection {
        let unix = || SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970");
        let reader = BufReader::new(server.connect());
        sleep(Duration::from_secs(unix().as_secs() + 1).saturating_sub(unix()));
        Connection { reader, run_start: unix().as_secs() as i64, uniques: BTreeMap::new() }
    }

    /// An expiry time as the real server must be told it.
    fn expires(&self, expires: i64) -> i64 {
        if expires > RUN_START_UNIX_SECONDS / 2 { expires - RUN_START_UNIX_SECONDS + self.run_start } else { expires }
    }

    /// The real number for the model's; for one that no item ever had, one that no item ever has.
    fn unique(&self, unique: u64) -> u64 {
        self.uniques.get(&unique).copied().unwrap_or(u64::MAX)
    }

    fn ask(&mut self, command: &Command) -> Answer {
        let stored = |verb: &str, key: &Word, value: &Word, expires: i64, more: &str| {
            format!("{verb} {key} 0 {} {}{more}\r\n{value}\r\n", self.expires(expires), value.len())
        };
        let request = match command {
            Command::Set { key, value, expires } => stored("set", key, value, *expires, ""),
            Command::Add { key, value, expires } => stored("add", key, value, *expires, ""),
            Command::Cas { key, value, expires, unique } => {
                stored("cas", key, value, *expires, &format!(" {}", self.unique(*unique)))
            }
            Command::Get { key } => format!("get {key}\r\n"),
            Command::Gets { key } => format!("gets {key}\r\n"),
            Command::Delete { key } => format!("delete {key}\r\n"),
            Command::DeleteUnique { key, unique } => format!("md {key} C{}\r\n", self.unique(*unique)),
        };
        self.reader.get_mut().write_all(request.as_bytes()).expect("the server listens");
        let first = self.line();
        if !first.starts_with("VALUE ") {
            return (first, None);
        }
        let value = self.line();
        assert_eq!(self.line(), "END");
        (first, Some(value))
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.reader.read_line(&mut line).expect("an answer in time");
        line.trim_end().into()
    }

    /// Whether the real answer says what the model's reply says. Numbers of items differ, but each has one.
    fn agrees(&mut self, reply: &Reply, (first, value): &Answer) -> bool {
        let said = |words: &[&str]| words.contains(&first.as_str());
        match reply {
            Reply::Stored => said(&["STORED"]),
            Reply::NotStored => said(&["NOT_STORED"]),
            Reply::Exists => said(&["EXISTS", "EX"]),
            Reply::NotFound => said(&["NOT_FOUND", "NF"]),
            Reply::Deleted => said(&["DELETED", "HD"]),
            Reply::Miss => said(&["END"]),
            Reply::Value(text) => value.as_deref() == Some(text),
            Reply::ValueWithUnique(text, unique) => {
                let real = first.rsplit(' ').next().and_then(|number| number.parse().ok()).expect("an item's number");
                let known = *self.uniques.entry(*unique).or_insert(real);
                value.as_deref() == Some(text) && known == real
            }
        }
    }
}

fn command(choices: &mut Choices, prefix: &str, expiries: &[i64], told: &[u64]) -> Command {
    let key = Word::from(format!("{prefix}{}", choices.one_of(&["a", "b"])));
    let value = Word::from(choices.one_of(&["c1.1", "c2.1", "c2.2"]));
    let expires = choices.one_of(expiries);
    // One of the numbers told lately, or one that no item has.
    let lately = choices.below(3) as usize;
    let unique = told.iter().rev().nth(lately).copied().unwrap_or(u64::MAX);
    match choices.below(10) {
        0..=2 => Command::Add { key, value, expires },
        3 => Command::Set { key, value, expires },
        4 => Command::Get { key },
        5 | 6 => Command::Gets { key },
        7 => Command::Cas { key, value, expires, unique },
        8 => Command::Delete { key },
        _ => Command::DeleteUnique { key, unique },
    }
}

/// One sequence. Says whether it went through without a stall.
fn sequence(server: &Server, seed: u64, length: u32, expiries: &[i64], wait_ms_max: u64) -> bool {
    let (mut real, mut choices, clock) = (Connection::new(server), Choices::of(seed), Clock::start());
    let mut model = Memcached::started(LocalTime::from_micros(0), WallTime::from_micros(0), 1_000);
    let (mut expiry_of, mut told) = (BTreeMap::new(), Vec::new());
    for step in 0..length {
        if wait_ms_max > 0 {
            sleep(Duration::from_millis(choices.below(wait_ms_max)));
        }
        let command = command(&mut choices, &format!("{seed}:"), expiries, &told);
        let expiry: Option<(u64, Duration)> = expiry_of.get(command.key()).copied();
        let now = expiry.map_or_else(|| clock.micros(), |(expiry, margin)| clock.clear_of(&[expiry], margin));
        let answer = real.ask(&command);
        if !clock.is_certain(now) {
            return false;
        }
        let reply = model.execute(&command, LocalTime::from_micros(now));
        let what = format!("sequence {seed}, step {step}: {command:?}");
        assert!(real.agrees(&reply, &answer), "{what}: {answer:?}, and in the model {reply:?}");
        match (&command, &reply) {
            (
                Command::Set { key, expires, .. }
                | Command::Add { key, expires, .. }
                | Command::Cas { key, expires, .. },
                Reply::Stored,
            ) => match ends(*expires, now) {
                Some(ends) => {
                    let margin = if *expires > RELATIVE_SECONDS_MAX { UNIX_MARGIN } else { MARGIN };
                    expiry_of.insert(key.clone(), (ends, margin));
                }
                None => {
                    expiry_of.remove(key);
                }
            },
            (_, Reply::ValueWithUnique(_, unique)) => told.push(*unique),
            _ => {}
        }
    }
    true
}

/// When an item of this expiry time ends, in microseconds of the run, if it does so at a time ahead.
fn ends(expires: i64, now_micros: u64) -> Option<u64> {
    match expires {
        1..=RELATIVE_SECONDS_MAX => Some(now_micros + expires as u64 * 1_000_000),
        RUN_START_UNIX_SECONDS.. => Some((expires - RUN_START_UNIX_SECONDS) as u64 * 1_000_000),
        _ => None,
    }
}

fn sequences(server: &Server, seeds: std::ops::Range<u64>, length: u32, expiries: &[i64], wait_ms_max: u64) {
    let all = seeds.clone().count();
    let finished = scope(|scope| {
        let run = |seed| scope.spawn(move || sequence(server, seed, length, expiries, wait_ms_max));
        let running: Vec<_> = seeds.map(run).collect();
        running.into_iter().map(|run| run.join().expect("a comparison failed")).filter(|finished| *finished).count()
    });
    enough(finished, all);
}

fn start() -> Option<Server> {
    let program = installed("memcached")?;
    // As root it wants to be told whom to run as; anybody else it lets be.
    let arguments =
        |port: u16| format!("-l 127.0.0.1 -p {port} -U 0 -u nobody -m 64").split(' ').map(String::from).collect();
    Some(Server::start(&program, arguments))
}

#[test]
fn replies_agree_over_random_sequences_in_which_nothing_expires_later() {
    let Some(server) = start() else { return };
    // Never, in a month, at once, at a Unix time long past, at one far ahead.
    let expiries = [0, RELATIVE_SECONDS_MAX, -1, RELATIVE_SECONDS_MAX + 1, RUN_START_UNIX_SECONDS + 90_000];
    sequences(&server, 0..12, 1_000, &expiries, 0);
}

#[test]
fn replies_agree_over_random_sequences_in_which_items_expire() {
    let Some(server) = start() else { return };
    sequences(&server, 100..124, 40, &[0, 2, 3, RUN_START_UNIX_SECONDS + 9], 500);
}
