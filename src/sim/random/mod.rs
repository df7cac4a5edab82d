//! Draws by name, and the distributions that they are mapped to.
//!
//! A draw is a hash of what it is for, never the next number of a stream: a fault that is added to a run leaves every
//! other draw as it was. A distribution maps one draw to one value by inverting its distribution function (Devroye,
//! *Non-Uniform Random Variate Generation*, 1986, chapter II.2), in integers only, so that the browser agrees with the
//! native run. The map never decreases with the draw.
//!
//! Quality: where a draw stands for the probability u = draw / 2⁶⁴ and F is the distribution function, the value
//! misses u by at most 10⁻⁴ in F, before it is rounded to a whole microsecond and clamped to [`TIME_MAX_MICROS`].

mod fixed_point;
mod zipf;

pub use zipf::Zipf;

use super::fingerprint::Hasher;
use super::time::{Span, TIME_MAX_MICROS};
use serde::{Deserialize, Serialize};

/// 64 evenly distributed bits that depend on the run's `seed`, on what they are for and on the name of who asks.
///
/// One purpose always takes the same number of parts, in the same order.
pub fn draw(seed: u64, purpose: &str, parts: &[u64]) -> u64 {
    let mut hasher = Hasher::keyed(seed);
    hasher.text(purpose);
    for part in parts {
        hasher.number(*part);
    }
    hasher.finish()
}

/// Which of `choices` equally likely numbers from 0 a draw stands for; it never decreases with the draw.
pub const fn one_of(draw: u64, choices: u64) -> u64 {
    fixed_point::share(draw, choices)
}

/// How lengths of virtual time are distributed. Spans beyond [`TIME_MAX_MICROS`] count as that.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Distribution {
    /// Always the same span.
    Fixed(Span),
    /// Every microsecond from `from` to `to`, both included, is equally likely; always `from` if `to` is less.
    Uniform { from: Span, to: Span },
    /// Time between events that do not know of each other: F(x) = 1 − exp(−x / mean).
    Exponential { mean: Span },
    /// Latencies and service times: the logarithm is normal, F(x) = Φ(ln(x / median) / sigma).
    /// `sigma_thousandths` is sigma in thousandths: 0 is fixed, 500 a moderate spread, 2,000 a very wide one.
    LogNormal { median: Span, sigma_thousandths: u32 },
    /// Heavy tails: F(x) = 1 − (minimum / x)^alpha. `alpha_thousandths` is alpha in thousandths, from 1 to
    /// [`Distribution::ALPHA_MAX_THOUSANDTHS`]; beyond, the nearer end counts. Up to 1,000 only the clamp keeps the
    /// mean finite.
    Pareto { minimum: Span, alpha_thousandths: u32 },
}

impl Distribution {
    /// The largest alpha of a Pareto distribution, in thousandths: all but fixed.
    pub const ALPHA_MAX_THOUSANDTHS: u32 = 1_000_000;

    /// Whether it is the same span whatever is drawn.
    pub fn is_fixed(&self) -> bool {
        matches!(self, Distribution::Fixed(_))
    }

    /// The span that `draw` stands for: the quantile at draw / 2⁶⁴, to the nearest microsecond.
    pub fn sample(&self, draw: u64) -> Span {
        let micros = match *self {
            Distribution::Fixed(span) => clamped(span),
            Distribution::Uniform { from, to } => uniform(clamped(from), clamped(to), draw),
            Distribution::Exponential { mean } => exponential(clamped(mean), draw),
            Distribution::LogNormal { median, sigma_thousandths } => {
                log_normal(clamped(median), sigma_thousandths, draw)
            }
            Distribution::Pareto { minimum, alpha_thousandths } => pareto(clamped(minimum), alpha_thousandths, draw),
        };
        Span::micros(micros.min(TIME_MAX_MICROS))
    }
}

fn clamped(span: Span) -> u64 {
    span.as_micros().min(TIME_MAX_MICROS)
}

fn uniform(from: u64, to: u64, draw: u64) -> u64 {
    let choices = to.saturating_sub(from) + 1;
    from + fixed_point::share(draw, choices)
}

/// mean · −ln(1 − u), where −ln(1 − u) = −log2(1 − u) · ln 2.
fn exponential(mean: u64, draw: u64) -> u64 {
    let product = u128::from(mean) * u128::from(fixed_point::surprise(!draw)) * u128::from(fixed_point::LN_2);
    let fraction_bits = 2 * fixed_point::FRACTION_BITS;
    ((product + (1 << (fraction_bits - 1))) >> fraction_bits) as u64
}

/// median · exp(sigma · z), where z is the normal quantile and exp(x) = 2^(x · log2 e).
fn log_normal(median: u64, sigma_thousandths: u32, draw: u64) -> u64 {
    /// log2(e) / 1,000 in units of 2⁻⁴⁸.
    const LOG2_E_THOUSANDTH: i128 = 406_082_553_035;
    let sigma_quantile = i128::from(fixed_point::normal_quantile(draw)) * i128::from(sigma_thousandths);
    let exponent = (sigma_quantile * LOG2_E_THOUSANDTH) >> 48;
    fixed_point::times_power_of_two(median, exponent as i64)
}

/// minimum · (1 − u)^(−1 / alpha) = minimum · 2^(−log2(1 − u) / alpha).
fn pareto(minimum: u64, alpha_thousandths: u32, draw: u64) -> u64 {
    let alpha = u64::from(alpha_thousandths.clamp(1, Distribution::ALPHA_MAX_THOUSANDTHS));
    let exponent = fixed_point::surprise(!draw) * 1_000 / alpha;
    fixed_point::times_power_of_two(minimum, exponent as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 10,001 draws spread evenly, and draws ever closer to both ends.
    pub(super) fn draws() -> Vec<u64> {
        let even = (0..=10_000).map(|part| (u128::from(u64::MAX) * part / 10_000) as u64);
        let tail = (0..64).flat_map(|bit| [1 << bit, 3 << bit >> 1, 5 << bit >> 2].into_iter());
        let mut draws: Vec<u64> = even.chain(tail.flat_map(|near: u64| [near - 1, near, !near])).collect();
        draws.sort_unstable();
        draws
    }

    pub(super) fn probability(draw: u64) -> f64 {
        (draw as f64 + 0.5) / 2f64.powi(64)
    }

    /// 1 − Φ(z) for z ≥ 0: its Taylor series near 0, its continued fraction far out.
    fn normal_tail(z: f64) -> f64 {
        let density = (-z * z / 2.0).exp() / (2.0 * std::f64::consts::PI).sqrt();
        if z > 3.0 {
            return density / (1..200).rev().fold(z, |rest, level| z + f64::from(level) / rest);
        }
        let (mut term, mut sum) = (z, 0.0);
        for level in 1..100 {
            sum += term;
            term *= z * z / f64::from(2 * level + 1);
        }
        0.5 - density * sum
    }

    /// The probabilities of less and of more than z standard deviations.
    fn normal(z: f64) -> (f64, f64) {
        if z < 0.0 { (normal_tail(-z), 1.0 - normal_tail(-z)) } else { (1.0 - normal_tail(z), normal_tail(z)) }
    }

    /// Holds `distribution` to what `split` says: the probabilities of less and of more than some microseconds.
    fn check(distribution: Distribution, split: impl Fn(f64) -> (f64, f64)) {
        let mut before = Span::ZERO;
        for draw in draws() {
            let (span, wanted) = (distribution.sample(draw), probability(draw));
            assert!(span >= before, "{distribution:?} decreases at {draw}");
            assert!(span <= Span::micros(TIME_MAX_MICROS));
            before = span;
            // A value stands for all that would be rounded or clamped to it.
            let micros = span.as_micros() as f64;
            let (below, more) = split((micros - 0.5).max(0.0));
            let (less, above) = if span.as_micros() == TIME_MAX_MICROS { (1.0, 0.0) } else { split(micros + 0.5) };
            assert!(below - 1e-4 <= wanted && wanted <= less + 1e-4, "{distribution:?} at {draw}: {span}");
            // The long tail is good relative to itself, too.
            let left = probability(!draw);
            let tail_is_good = above * 0.999 <= left && left <= more * 1.001;
            assert!(!draw < 10_000 || tail_is_good, "{distribution:?} at {draw}: {span}");
        }
    }

    #[test]
    fn fixed_and_uniform_are_exact() {
        let (from, to) = (Span::micros(10), Span::micros(13));
        assert!(draws().iter().all(|draw| Distribution::Fixed(to).sample(*draw) == to));
        assert!(draws().iter().all(|draw| Distribution::Uniform { from: to, to: from }.sample(*draw) == to));
        let quarters = [0, (1 << 62) - 1, 1 << 62, 1 << 63, u64::MAX];
        let sampled = quarters.map(|draw| Distribution::Uniform { from, to }.sample(draw).as_micros());
        assert_eq!(sampled, [10, 10, 11, 12, 13]);
    }

    #[test]
    fn exponential_has_its_quantiles() {
        for mean in [1, 30, 5_000, 10_000_000, 100_000_000_000, TIME_MAX_MICROS] {
            let split = |micros: f64| (-(-micros / mean as f64).exp_m1(), (-micros / mean as f64).exp());
            check(Distribution::Exponential { mean: Span::micros(mean) }, split);
        }
    }

    #[test]
    fn log_normal_has_its_quantiles() {
        for median in [1, 200, 50_000, 10_000_000, 100_000_000_000, TIME_MAX_MICROS] {
            for sigma_thousandths in [1, 3, 40, 500, 1_000, 2_000, 10_000] {
                let split = |micros: f64| normal((micros / median as f64).ln() * 1e3 / f64::from(sigma_thousandths));
                check(Distribution::LogNormal { median: Span::micros(median), sigma_thousandths }, split);
            }
        }
    }

    #[test]
    fn pareto_has_its_quantiles() {
        for minimum in [1, 200, 50_000, 10_000_000, 100_000_000_000, TIME_MAX_MICROS] {
            for alpha_thousandths in [1, 50, 1_000, 1_160, 2_500, 40_000, Distribution::ALPHA_MAX_THOUSANDTHS] {
                let split = |micros: f64| {
                    let power = (micros / minimum as f64).max(1.0).ln() * f64::from(alpha_thousandths) / 1e3;
                    (-(-power).exp_m1(), (-power).exp())
                };
                check(Distribution::Pareto { minimum: Span::micros(minimum), alpha_thousandths }, split);
            }
        }
    }

    #[test]
    fn senseless_parameters_neither_panic_nor_leave_the_range() {
        for span in [Span::ZERO, Span::micros(1), Span::micros(u64::MAX)] {
            for thousandths in [0, 1, u32::MAX] {
                for draw in draws() {
                    for distribution in [
                        Distribution::Fixed(span),
                        Distribution::Uniform { from: Span::ZERO, to: span },
                        Distribution::Exponential { mean: span },
                        Distribution::LogNormal { median: span, sigma_thousandths: thousandths },
                        Distribution::Pareto { minimum: span, alpha_thousandths: thousandths },
                    ] {
                        let sampled = distribution.sample(draw);
                        assert!(sampled <= Span::micros(TIME_MAX_MICROS));
                        assert!(span > Span::ZERO || sampled == Span::ZERO);
                    }
                }
            }
        }
    }

    /// These values are the same on every platform; a change of any of them is a new version of every model.
    #[test]
    fn golden_draws_and_samples() {
        let arrival = draw(7, "arrival", &[1, 2]);
        assert_eq!(arrival, 4_357_047_091_304_979_839);
        assert_eq!(draw(8, "arrival", &[1, 2]), 2_280_726_175_384_539_852);
        assert_eq!(draw(7, "arrival", &[2, 1]), 8_670_780_080_190_260_696);
        assert_eq!(draw(7, "latency", &[1, 2]), 17_907_098_416_965_086_861);
        let span = Span::seconds(10);
        let mut hasher = Hasher::keyed(0);
        for (distribution, micros) in [
            (Distribution::Uniform { from: Span::ZERO, to: span }, [0, 2_500_000, 2_361_960, 10_000_000]),
            (Distribution::Exponential { mean: span }, [0, 2_876_821, 2_694_443, 443_614_196]),
            (
                Distribution::LogNormal { median: span, sigma_thousandths: 500 },
                [106_726, 7_137_593, 6_981_678, 936_974_729],
            ),
            (
                Distribution::Pareto { minimum: span, alpha_thousandths: 1_500 },
                [10_000_000, 12_114_137, 11_967_739, TIME_MAX_MICROS],
            ),
        ] {
            assert_eq!([0, 1 << 62, arrival, u64::MAX].map(|draw| distribution.sample(draw).as_micros()), micros);
            for draw in draws() {
                hasher.number(distribution.sample(draw).as_micros());
            }
        }
        assert_eq!(hasher.finish(), 8_980_535_431_645_291_119);
    }
}
