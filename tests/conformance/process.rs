//! A real server as a child process: found on the path, started on a free port, ended with its owner.

use std::env;
use std::io::Write;
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// How long a server may take to answer its port.
const START_MAX: Duration = Duration::from_secs(10);
/// How often another port is tried: somebody else may take a free one before the server does.
const PORTS_MAX: u32 = 5;
/// Ports that no system gives to outgoing connections by itself.
const PORTS: Range<u32> = 10_000..32_000;

/// A running server.
pub struct Server {
    child: Child,
    pub address: SocketAddr,
}

impl Server {
    /// Starts a program that is given its port by `arguments`.
    pub fn start(program: &Path, arguments: impl Fn(u16) -> Vec<String>) -> Server {
        for _ in 0..PORTS_MAX {
            let port = free_port();
            let mut command = Command::new(program);
            command.args(arguments(port)).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
            let mut child = command.spawn().unwrap_or_else(|error| panic!("{}: {error}", program.display()));
            let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
            let since = Instant::now();
            while since.elapsed() < START_MAX && child.try_wait().is_ok_and(|ended| ended.is_none()) {
                if TcpStream::connect(address).is_ok() {
                    return Server { child, address };
                }
                sleep(Duration::from_millis(20));
            }
            end(&mut child);
        }
        panic!("{} did not start", program.display());
    }

    /// A connection that waits for no answer longer than a test may take.
    pub fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).expect("the server listens");
        stream.set_nodelay(true).expect("a socket");
        stream.set_read_timeout(Some(START_MAX)).expect("a socket");
        stream
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        end(&mut self.child);
    }
}

/// Kills it, as a crash would; there is nothing left to do if it has ended by itself.
fn end(child: &mut Child) {
    let _ = child.kill();
    let _ = child.wait();
}

/// A port that nobody answers at and that no other test of this process is given.
///
/// Listening on one to learn that it is free would not do: a process that another thread starts meanwhile holds a copy
/// of the listener until it has become its program, and would be taken for the server.
fn free_port() -> u16 {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    loop {
        let next = std::process::id().wrapping_mul(100).wrapping_add(COUNT.fetch_add(1, Ordering::Relaxed));
        let port = (PORTS.start + next % (PORTS.end - PORTS.start)) as u16;
        if TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
            return port;
        }
    }
}

/// The program of that name on the path. Where there is none, says that nothing is compared.
pub fn installed(name: &str) -> Option<PathBuf> {
    let folders = env::var_os("PATH").unwrap_or_default();
    let found = env::split_paths(&folders).map(|folder| folder.join(name)).find(|program| program.is_file());
    if found.is_none() {
        skip(name);
    }
    found
}

/// Says that nothing is compared, past the test runner, which keeps to itself what a test that passes prints.
pub fn skip(name: &str) {
    let sentence = format!("skipped: {name} is not installed here, so no reply of the model is compared with it\n");
    let _ = std::io::stderr().write_all(sentence.as_bytes());
}

/// A folder of its own for one server's files, removed with its owner.
pub struct Folder(pub PathBuf);

impl Folder {
    pub fn new() -> Folder {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let path = env::temp_dir().join(format!("faultline-conformance-{}-{count}", std::process::id()));
        std::fs::create_dir_all(&path).expect("a folder for the server's files");
        Folder(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
