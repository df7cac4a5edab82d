//! ZooKeeper's wire protocol, as far as the comparison needs it: a session on a socket, one request at a time.
//!
//! Source: `zookeeper.jute` and `ClientCnxn` of ZooKeeper 3.8.

use crate::process::Server;
use faultline::protocols::parts::Word;
use faultline::protocols::parts::zookeeper::{Answer, Event, EventKind, Request, SessionId, Stat, Zxid};
use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::thread::sleep;
use std::time::{Duration, Instant};

/// The greatest answer that a test expects, in bytes.
const ANSWER_MAX: usize = 1 << 20;
/// How long a server may take to start serving, and to answer.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long it may take to open a session once it serves.
const OPENING_MAX: Duration = Duration::from_secs(2);
/// The `xid` of an event, which answers nothing.
const EVENT: i32 = -1;

/// A session with a real server.
pub struct Session {
    stream: TcpStream,
    xid: i32,
    pub id: i64,
    pub timeout_millis: i32,
}

/// What the server sent: events first, then the reply to what was asked, or its error's code.
pub struct Heard {
    pub events: Vec<Event>,
    pub reply: Result<Answer, i32>,
}

impl Session {
    /// Opens a session. A server that has just started listens before it serves: it hangs up on who is too early, or never
    /// answers.
    pub fn open(server: &Server, timeout_millis: i32) -> Session {
        let since = Instant::now();
        loop {
            let mut stream = server.connect();
            stream.set_read_timeout(Some(OPENING_MAX)).expect("a socket");
            let mut frame = Frame::default();
            frame.int(0).long(0).int(timeout_millis).long(0).bytes(&[0; 16]).flag(false);
            match send(&mut stream, &frame).and_then(|()| receive(&mut stream)) {
                Ok(mut answer) => {
                    let (_version, timeout_millis, id) = (answer.int(), answer.int(), answer.long());
                    stream.set_read_timeout(Some(PATIENCE)).expect("a socket");
                    return Session { stream, xid: 0, id, timeout_millis };
                }
                Err(error) => assert!(since.elapsed() < PATIENCE, "no session: {error}"),
            }
            sleep(Duration::from_millis(50));
        }
    }

    pub fn ask(&mut self, request: &Request) -> Heard {
        self.xid += 1;
        let mut frame = Frame::default();
        frame.int(self.xid).int(operation(request));
        match request {
            Request::Create { path, data, mode } => {
                let flags = i32::from(mode.ephemeral) + 2 * i32::from(mode.sequential);
                // `create2`, which answers with the stat too. One entry of access control: anybody may do anything.
                frame.text(path).bytes(data.as_bytes()).int(1).int(31).text("world").text("anyone").int(flags);
            }
            Request::Delete { path, version } => drop(frame.text(path).int(guard(*version))),
            Request::SetData { path, data, version } => {
                frame.text(path).bytes(data.as_bytes()).int(guard(*version));
            }
            Request::Exists { path, watch }
            | Request::GetData { path, watch }
            | Request::GetChildren { path, watch } => drop(frame.text(path).flag(*watch)),
            Request::Sync { path } => drop(frame.text(path)),
            Request::Close => {}
        }
        let mut events = Vec::new();
        send(&mut self.stream, &frame).expect("the server reads");
        loop {
            let mut answer = receive(&mut self.stream).expect("the server answers");
            let (xid, _zxid, error) = (answer.int(), answer.long(), answer.int());
            if xid == EVENT {
                events.push(answer.event());
                continue;
            }
            assert_eq!(xid, self.xid, "requests are answered in order");
            let reply = if error == 0 { Ok(answer.answer(request)) } else { Err(error) };
            return Heard { events, reply };
        }
    }

    /// Reads the events that have come by now: what is answered after them is a ping.
    pub fn events(&mut self) -> Vec<Event> {
        let mut frame = Frame::default();
        frame.int(-2).int(11);
        let mut events = Vec::new();
        send(&mut self.stream, &frame).expect("the server reads");
        loop {
            let mut answer = receive(&mut self.stream).expect("the server answers");
            let (xid, _zxid, _error) = (answer.int(), answer.long(), answer.int());
            match xid {
                EVENT => events.push(answer.event()),
                _ => return events,
            }
        }
    }
}

fn guard(version: Option<u32>) -> i32 {
    version.map_or(-1, |version| version as i32)
}

fn operation(request: &Request) -> i32 {
    match request {
        Request::Create { .. } => 15,
        Request::Delete { .. } => 2,
        Request::Exists { .. } => 3,
        Request::GetData { .. } => 4,
        Request::SetData { .. } => 5,
        Request::GetChildren { .. } => 8,
        Request::Sync { .. } => 9,
        Request::Close => -11,
    }
}

fn send(stream: &mut TcpStream, frame: &Frame) -> io::Result<()> {
    let mut bytes = (frame.0.len() as i32).to_be_bytes().to_vec();
    bytes.extend(&frame.0);
    stream.write_all(&bytes)
}

fn receive(stream: &mut TcpStream) -> io::Result<Received> {
    let mut length = [0; 4];
    stream.read_exact(&mut length)?;
    let length = u32::from_be_bytes(length) as usize;
    assert!(length <= ANSWER_MAX, "an answer of {length} bytes");
    let mut bytes = vec![0; length];
    stream.read_exact(&mut bytes)?;
    Ok(Received { bytes, at: 0 })
}

/// What is sent, in network order.
#[derive(Default)]
struct Frame(Vec<u8>);

impl Frame {
    fn int(&mut self, number: i32) -> &mut Frame {
        self.0.extend(number.to_be_bytes());
        self
    }

    fn long(&mut self, number: i64) -> &mut Frame {
        self.0.extend(number.to_be_bytes());
        self
    }

    fn flag(&mut self, flag: bool) -> &mut Frame {
        self.0.push(u8::from(flag));
        self
    }

    fn bytes(&mut self, bytes: &[u8]) -> &mut Frame {
        self.int(bytes.len() as i32);
        self.0.extend(bytes);
        self
    }

    fn text(&mut self, text: &str) -> &mut Frame {
        self.bytes(text.as_bytes())
    }
}

/// What was received, read from its beginning on.
struct Received {
    bytes: Vec<u8>,
    at: usize,
}

impl Received {
    fn take(&mut self, count: usize) -> &[u8] {
        self.at += count;
        &self.bytes[self.at - count..self.at]
    }

    fn int(&mut self) -> i32 {
        i32::from_be_bytes(self.take(4).try_into().expect("four bytes"))
    }

    fn long(&mut self) -> i64 {
        i64::from_be_bytes(self.take(8).try_into().expect("eight bytes"))
    }

    fn text(&mut self) -> Word {
        // No data at all has the length -1.
        let length = self.int().max(0) as usize;
        String::from_utf8(self.take(length).to_vec()).expect("text").into()
    }

    fn event(&mut self) -> Event {
        let (kind, _state, path) = (self.int(), self.int(), self.text());
        let kind = match kind {
            1 => EventKind::Created,
            2 => EventKind::Deleted,
            3 => EventKind::DataChanged,
            4 => EventKind::ChildrenChanged,
            other => panic!("an event of type {other}"),
        };
        Event { kind, path }
    }

    fn zxid(&mut self) -> Zxid {
        let zxid = self.long();
        Zxid { epoch: (zxid >> 32) as u32, counter: zxid as u32 }
    }

    /// A node's stat; of its owner's number the lower half, which tells the sessions of one test apart.
    fn stat(&mut self) -> Stat {
        let (created, modified) = (self.zxid(), self.zxid());
        let (_created_at, _modified_at) = (self.long(), self.long());
        let (version, child_version, _access_version) = (self.int() as u32, self.int() as u32, self.int());
        let owner = self.long();
        let (_length, children, children_changed) = (self.int(), self.int() as u32, self.zxid());
        let owner = (owner != 0).then_some(SessionId(owner as u32));
        Stat { created, modified, children_changed, version, child_version, owner, children }
    }

    fn answer(&mut self, request: &Request) -> Answer {
        match request {
            Request::Create { .. } => {
                let path = self.text();
                Answer::Created(path, self.stat())
            }
            Request::Delete { .. } | Request::Sync { .. } | Request::Close => Answer::Done,
            Request::SetData { .. } | Request::Exists { .. } => Answer::Stat(self.stat()),
            Request::GetData { .. } => {
                let data = self.text();
                Answer::Data(data, self.stat())
            }
            Request::GetChildren { .. } => {
                let count = self.int();
                Answer::Children((0..count).map(|_| self.text()).collect())
            }
        }
    }
}
