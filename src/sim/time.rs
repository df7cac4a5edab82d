//! Virtual time: integers, in microseconds, never the machine's clock.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::ops::{Add, AddAssign, Sub};
use std::str::FromStr;

/// A length of virtual time in virtual microseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Span(u64);

/// An instant of virtual time: virtual microseconds since the start of the run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Instant(u64);

/// The longest span, and the latest instant, that a scenario may name: about eleven days, in virtual microseconds.
pub const TIME_MAX_MICROS: u64 = 1_000_000_000_000;

impl Span {
    pub const ZERO: Span = Span(0);

    pub const fn micros(micros: u64) -> Span {
        Span(micros)
    }

    pub const fn millis(millis: u64) -> Span {
        Span(millis * 1_000)
    }

    pub const fn seconds(seconds: u64) -> Span {
        Span(seconds * 1_000_000)
    }

    pub const fn as_micros(self) -> u64 {
        self.0
    }

    pub const fn times(self, factor: u64) -> Span {
        Span(self.0.saturating_mul(factor))
    }
}

impl Instant {
    pub const START: Instant = Instant(0);

    pub const fn from_micros(micros: u64) -> Instant {
        Instant(micros)
    }

    pub const fn as_micros(self) -> u64 {
        self.0
    }

    /// The span from `earlier` to this instant; zero if `earlier` is later.
    pub const fn since(self, earlier: Instant) -> Span {
        Span(self.0.saturating_sub(earlier.0))
    }
}

impl Add<Span> for Instant {
    type Output = Instant;
    fn add(self, span: Span) -> Instant {
        Instant(self.0.saturating_add(span.0))
    }
}

impl Add for Span {
    type Output = Span;
    fn add(self, other: Span) -> Span {
        Span(self.0.saturating_add(other.0))
    }
}

impl AddAssign for Span {
    fn add_assign(&mut self, other: Span) {
        *self = *self + other;
    }
}

impl Sub for Span {
    type Output = Span;
    fn sub(self, other: Span) -> Span {
        Span(self.0.saturating_sub(other.0))
    }
}

/// The units a time may be written in, largest first.
const UNITS: [(&str, u64); 5] = [("h", 3_600_000_000), ("min", 60_000_000), ("s", 1_000_000), ("ms", 1_000), ("us", 1)];

impl fmt::Display for Span {
    /// The shortest exact way to write it, in one unit: `12ms`, `1.5s`, `250us`, `0ms`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (unit, size) = match self.0 {
            0 => ("ms", 1_000),
            micros if micros < 1_000 => ("us", 1),
            micros if micros < 1_000_000 => ("ms", 1_000),
            micros if micros >= 3_600_000_000 && micros % 3_600_000_000 == 0 => ("h", 3_600_000_000),
            micros if micros >= 120_000_000 && micros % 60_000_000 == 0 => ("min", 60_000_000),
            _ => ("s", 1_000_000),
        };
        write!(formatter, "{}", self.0 / size)?;
        let rest = self.0 % size;
        if rest > 0 {
            let digits = size.ilog10() as usize;
            write!(formatter, ".{}", format!("{rest:0digits$}").trim_end_matches('0'))?;
        }
        formatter.write_str(unit)
    }
}

impl fmt::Display for Instant {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        Span(self.0).fmt(formatter)
    }
}

/// Why a text is no time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoTime;

impl FromStr for Span {
    type Err = NoTime;

    /// Reads `12ms`, `1.5s`, `250us`, `2min`, `1h`; exact to the microsecond, at most [`TIME_MAX_MICROS`].
    fn from_str(text: &str) -> Result<Span, NoTime> {
        let number_end = text.find(|c: char| !c.is_ascii_digit() && c != '.').ok_or(NoTime)?;
        let (number, unit) = text.split_at(number_end);
        let size = UNITS.iter().find(|(name, _)| *name == unit).ok_or(NoTime)?.1;
        let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
        if whole.is_empty() || whole.len() > 13 || fraction.is_empty() || fraction.len() > 9 {
            return Err(NoTime);
        }
        let whole: u64 = whole.parse().map_err(|_| NoTime)?;
        let scale = 10u64.pow(fraction.len() as u32);
        let scaled = fraction.parse::<u64>().map_err(|_| NoTime)?.checked_mul(size).ok_or(NoTime)?;
        if !scaled.is_multiple_of(scale) {
            return Err(NoTime);
        }
        let micros = whole.checked_mul(size).and_then(|m| m.checked_add(scaled / scale)).ok_or(NoTime)?;
        if micros > TIME_MAX_MICROS { Err(NoTime) } else { Ok(Span(micros)) }
    }
}

impl FromStr for Instant {
    type Err = NoTime;
    fn from_str(text: &str) -> Result<Instant, NoTime> {
        text.parse::<Span>().map(|span| Instant(span.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_in_one_unit_and_read_back() {
        for (micros, text) in [
            (0, "0ms"),
            (250, "250us"),
            (12_000, "12ms"),
            (1_500, "1.5ms"),
            (1_500_000, "1.5s"),
            (90_000_000, "90s"),
            (120_000_000, "2min"),
            (7_200_000_000, "2h"),
            (1_234_567, "1.234567s"),
        ] {
            assert_eq!(Span::micros(micros).to_string(), text);
            assert_eq!(text.parse(), Ok(Span::micros(micros)));
        }
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for text in ["", "12", "ms", "1.ms", ".5s", "1.23us", "99999999999999s", "300h", "-1ms", "1e3ms", "1 ms"] {
            assert_eq!(text.parse::<Span>(), Err(NoTime), "{text}");
        }
    }
}
