//! The two clocks of a node. Neither stops in a pause: a node that wakes finds that time has passed.

use super::time::{Instant, Span};
use serde::{Deserialize, Serialize, Serializer};
use std::cell::Cell;

/// A reading of one node's monotonic clock in local microseconds, kept in node states.
///
/// A type of its own because a state's identity takes it relative to now: two states that wait "30 ms more" are equal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct LocalTime(u64);

/// A reading of one node's wall clock in microseconds since the run's start, as that node believes it, kept in node
/// states; before the start after a jump backwards. Encoded relative to now, like [`LocalTime`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct WallTime(i64);

thread_local! {
    /// What local and wall times are encoded relative to; set only by [`relative_to`].
    static NOW: Cell<(u64, i64)> = const { Cell::new((0, 0)) };
}

/// Runs `encode` with every local and wall time that it encodes taken relative to these.
pub fn relative_to<R>(monotonic: LocalTime, wall: WallTime, encode: impl FnOnce() -> R) -> R {
    let before = NOW.replace((monotonic.0, wall.0));
    let result = encode();
    NOW.set(before);
    result
}

impl LocalTime {
    pub const fn from_micros(micros: u64) -> LocalTime {
        LocalTime(micros)
    }

    pub const fn as_micros(self) -> u64 {
        self.0
    }

    /// The local time `span` later.
    pub const fn after(self, span: Span) -> LocalTime {
        LocalTime(self.0.saturating_add(span.as_micros()))
    }

    /// The local span from `earlier` to this reading; zero if `earlier` is later.
    pub const fn since(self, earlier: LocalTime) -> Span {
        Span::micros(self.0.saturating_sub(earlier.0))
    }
}

impl Serialize for LocalTime {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i64(self.0.wrapping_sub(NOW.get().0) as i64)
    }
}

impl WallTime {
    pub const fn from_micros(micros: i64) -> WallTime {
        WallTime(micros)
    }

    pub const fn as_micros(self) -> i64 {
        self.0
    }

    /// The wall time `span` later.
    pub const fn after(self, span: Span) -> WallTime {
        WallTime(self.0.saturating_add_unsigned(span.as_micros()))
    }

    /// The span from `earlier` to this reading; zero if `earlier` is later, as it may be after a jump.
    pub const fn since(self, earlier: WallTime) -> Span {
        let micros = self.0.saturating_sub(earlier.0);
        Span::micros(if micros < 0 { 0 } else { micros as u64 })
    }
}

impl Serialize for WallTime {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i64(self.0.wrapping_sub(NOW.get().1))
    }
}

/// The largest clock-rate error that a fault may set, in parts per million: half to one and a half times real speed.
pub const RATE_ERROR_MAX_PPM: i32 = 500_000;

/// A node's oscillator and the two clocks that it drives.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clock {
    /// Virtual instant at which the rate last changed, and the monotonic reading then.
    changed_at: Instant,
    reading_then: u64,
    /// Rate error in parts per million: +100 runs 0.01 % fast.
    rate_error_ppm: i32,
    /// Sum of the jumps of the wall clock so far, in microseconds.
    wall_offset_micros: i64,
}

impl Default for Clock {
    fn default() -> Clock {
        Clock { changed_at: Instant::START, reading_then: 0, rate_error_ppm: 0, wall_offset_micros: 0 }
    }
}

impl Clock {
    const MILLION: u128 = 1_000_000;

    fn rate(&self) -> u128 {
        (1_000_000 + i64::from(self.rate_error_ppm)) as u128
    }

    /// The monotonic clock: only its rate can be wrong. Timers use it.
    pub fn monotonic(&self, now: Instant) -> LocalTime {
        let elapsed = u128::from(now.since(self.changed_at).as_micros());
        LocalTime(self.reading_then + (elapsed * self.rate() / Self::MILLION) as u64)
    }

    /// The wall clock in microseconds since the run's start as this node believes it; it can jump.
    pub fn wall_micros(&self, now: Instant) -> i64 {
        (self.monotonic(now).0 as i64).saturating_add(self.wall_offset_micros)
    }

    /// The wall clock, for node states.
    pub fn wall(&self, now: Instant) -> WallTime {
        WallTime(self.wall_micros(now))
    }

    /// How far the wall clock stands from true time, in microseconds.
    pub fn wall_error_micros(&self, now: Instant) -> i64 {
        self.wall_micros(now) - now.as_micros() as i64
    }

    /// Rate error in parts per million.
    pub fn rate_error_ppm(&self) -> i32 {
        self.rate_error_ppm
    }

    /// The first virtual instant at which the monotonic clock reads at least `local`.
    pub fn instant_of(&self, local: LocalTime) -> Instant {
        let ahead = u128::from(local.0.saturating_sub(self.reading_then));
        self.changed_at + Span::micros((ahead * Self::MILLION).div_ceil(self.rate()) as u64)
    }

    pub(super) fn set_rate(&mut self, now: Instant, rate_error_ppm: i32) {
        self.reading_then = self.monotonic(now).0;
        self.changed_at = now;
        self.rate_error_ppm = rate_error_ppm.clamp(-RATE_ERROR_MAX_PPM, RATE_ERROR_MAX_PPM);
    }

    pub(super) fn jump(&mut self, by_micros: i64) {
        self.wall_offset_micros = self.wall_offset_micros.saturating_add(by_micros);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fast_clock_fires_early_and_exactly() {
        let mut clock = Clock::default();
        clock.set_rate(Instant::from_micros(1_000), 250_000);
        assert_eq!(clock.monotonic(Instant::from_micros(5_000)).as_micros(), 6_000);
        let due = clock.instant_of(LocalTime::from_micros(6_000));
        assert_eq!(due, Instant::from_micros(5_000));
        assert!(clock.monotonic(due).as_micros() >= 6_000);
    }

    #[test]
    fn a_jump_moves_the_wall_clock_only() {
        let mut clock = Clock::default();
        clock.jump(-30_000);
        let now = Instant::from_micros(10_000);
        assert_eq!((clock.wall_micros(now), clock.monotonic(now).as_micros()), (-20_000, 10_000));
    }
}
