//! What random sequences of commands have in common: draws by name, the clock, and what is too close to an expiry.

use faultline::sim::random::draw;
use std::thread::sleep;
use std::time::{Duration, Instant};

/// The longest that a reply may take for it to be clear what time the server thought it was.
const REPLY_MAX: Duration = Duration::from_millis(50);

/// A sequence's own choices: the same in every run of the tests.
pub struct Choices {
    seed: u64,
    drawn: u64,
}

impl Choices {
    pub fn of(seed: u64) -> Choices {
        Choices { seed, drawn: 0 }
    }

    /// A number below `count`.
    pub fn below(&mut self, count: u64) -> u64 {
        self.drawn += 1;
        draw(self.seed, "conformance", &[self.drawn]) % count
    }

    pub fn one_of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len() as u64) as usize]
    }
}

/// Time since the server started: the model's clock reads the same.
#[derive(Clone, Copy)]
pub struct Clock {
    started: Instant,
}

impl Clock {
    pub fn start() -> Clock {
        Clock { started: Instant::now() }
    }

    pub fn micros(self) -> u64 {
        self.started.elapsed().as_micros() as u64
    }

    /// Waits until none of these expiry times, in microseconds, is less than `margin` away; says what time it is then.
    pub fn clear_of(self, expiries: &[u64], margin: Duration) -> u64 {
        let margin = margin.as_micros() as u64;
        loop {
            let now = self.micros();
            match expiries.iter().filter(|expiry| expiry.abs_diff(now) < margin).max() {
                Some(close) => sleep(Duration::from_micros(close + margin - now)),
                None => return now,
            }
        }
    }

    /// Whether an answer to what was asked at `asked` came soon enough to be compared.
    pub fn is_certain(self, asked: u64) -> bool {
        self.micros() - asked <= REPLY_MAX.as_micros() as u64
    }
}

/// How many sequences went through, of all that were tried: a machine that stalls makes a sequence uncertain from there on.
pub fn enough(finished: usize, all: usize) {
    assert!(finished * 2 > all, "only {finished} of {all} sequences ran without a stall of this machine: try again");
}
