//! Binary logarithm, power of two and normal quantile in fixed point, from small tables that the compiler computes in
//! integers. Every function is monotonic by construction: an interpolation never passes the next entry of its table.

/// Logarithms, exponents and quantiles are in units of 2⁻³².
pub(super) const FRACTION_BITS: u32 = 32;
const ONE: u64 = 1 << FRACTION_BITS;

/// ln 2 in units of 2⁻³².
pub(super) const LN_2: u64 = 2_977_044_472;

/// The logarithm is tabled at this many steps per doubling: linear interpolation is then at most 3 · 10⁻⁶ too low.
const LOGARITHM_STEP_BITS: u32 = 8;
const LOGARITHM_STEPS: usize = 1 << LOGARITHM_STEP_BITS;
static LOGARITHMS: [u64; LOGARITHM_STEPS + 1] = logarithms();

/// Powers of two are tabled for the first six bits of the exponent's fraction and for the next six.
const POWER_STEP_BITS: u32 = 6;
const POWER_STEPS: usize = 1 << POWER_STEP_BITS;
static COARSE_POWERS: [u64; POWER_STEPS] = powers(0);
static FINE_POWERS: [u64; POWER_STEPS] = powers(POWER_STEP_BITS);

/// The normal tail is tabled at 32 steps per standard deviation, as far as 2⁻⁶⁴ needs: interpolating its logarithm
/// linearly then misses the tail by at most a part in 8,000 of itself.
const NORMAL_STEP_BITS: u32 = 5;
const NORMAL_STEPS: usize = (9 << NORMAL_STEP_BITS) + 8;
static NORMAL_SURPRISES: [u64; NORMAL_STEPS + 1] = normal_surprises();
const _: () = assert!(normal_surprises()[NORMAL_STEPS] > 64 * ONE);

/// floor(number · draw / 2⁶⁴): which of `number` equal shares the draw falls into.
pub(super) const fn share(draw: u64, number: u64) -> u64 {
    ((draw as u128 * number as u128) >> 64) as u64
}

/// log2(number) in units of 2⁻³², for a number of at least 1.
pub(super) fn log2(number: u64) -> u64 {
    let mantissa = (number << number.leading_zeros()) << 1;
    let step = (mantissa >> (64 - LOGARITHM_STEP_BITS)) as usize;
    let rest = (mantissa << LOGARITHM_STEP_BITS) >> 32;
    let rise = LOGARITHMS[step + 1] - LOGARITHMS[step];
    u64::from(number.ilog2()) * ONE + LOGARITHMS[step] + ((rise * rest) >> 32)
}

/// −log2(count / 2⁶⁴) in units of 2⁻³², from 0 to 64; a count of 0 counts as 1.
pub(super) fn surprise(count: u64) -> u64 {
    64 * ONE - log2(count | 1)
}

/// number · 2^exponent, rounded to the nearest integer, at most `u64::MAX`, for numbers below 2⁶³; the exponent is in
/// units of 2⁻³². At most 2 · 10⁻⁸ of itself too low.
pub(super) fn times_power_of_two(number: u64, exponent: i64) -> u64 {
    debug_assert!(number < 1 << 63);
    let whole = exponent >> FRACTION_BITS;
    if whole > 62 {
        return if number == 0 { 0 } else { u64::MAX };
    }
    let scaled = u128::from(number) * u128::from(power_of_two(exponent as u64 % ONE));
    let shift = (63 - whole).min(127);
    ((scaled + (1 << (shift - 1))) >> shift).min(u128::from(u64::MAX)) as u64
}

/// The standard normal quantile at draw / 2⁶⁴ in units of 2⁻³² standard deviations, from about −9.1 to 9.1.
pub(super) fn normal_quantile(draw: u64) -> i64 {
    let below = draw < 1 << 63;
    let surprise = surprise(if below { draw } else { !draw });
    let step = NORMAL_SURPRISES.partition_point(|entry| *entry <= surprise) - 1;
    let rise = NORMAL_SURPRISES[step + 1] - NORMAL_SURPRISES[step];
    let step_size = ONE >> NORMAL_STEP_BITS;
    let deviation = (step as u64 * step_size + (surprise - NORMAL_SURPRISES[step]) * step_size / rise) as i64;
    if below { -deviation } else { deviation }
}

/// 2^fraction in units of 2⁻⁶³, for a fraction below 1 in units of 2⁻³²: the product of two tabled powers and of the
/// tangent 1 + x · ln 2 for what is left, which lies below the power and so below the next entry.
fn power_of_two(fraction: u64) -> u64 {
    let coarse = fraction >> (FRACTION_BITS - POWER_STEP_BITS);
    let fine = (fraction >> (FRACTION_BITS - 2 * POWER_STEP_BITS)) % POWER_STEPS as u64;
    let rest = fraction % (1 << (FRACTION_BITS - 2 * POWER_STEP_BITS));
    let tangent = (1 << 63) + ((rest * LN_2) >> 1);
    product(product(COARSE_POWERS[coarse as usize], FINE_POWERS[fine as usize]), tangent)
}

/// The product of two numbers from 1 to less than 2, itself less than 2, all in units of 2⁻⁶³.
const fn product(left: u64, right: u64) -> u64 {
    ((left as u128 * right as u128) >> 63) as u64
}

/// log2(number) in units of 2⁻³², bit by bit: squaring doubles the logarithm, and its whole part is the next bit
/// (Turner, *A Fast Binary Logarithm Algorithm*, IEEE Signal Processing Magazine, 2010).
const fn log2_by_squaring(number: u128) -> u64 {
    let mut square = (number << number.leading_zeros()) >> 64;
    let mut logarithm = number.ilog2() as u64 * ONE;
    let mut bit = ONE >> 1;
    while bit > 0 {
        square = (square * square) >> 63;
        if square >> 64 > 0 {
            square >>= 1;
            logarithm += bit;
        }
        bit >>= 1;
    }
    logarithm
}

/// log2(1 + step / steps) for every step.
const fn logarithms() -> [u64; LOGARITHM_STEPS + 1] {
    let mut table = [0; LOGARITHM_STEPS + 1];
    let mut step = 0;
    while step <= LOGARITHM_STEPS {
        table[step] = log2_by_squaring((LOGARITHM_STEPS + step) as u128) - LOGARITHM_STEP_BITS as u64 * ONE;
        step += 1;
    }
    table
}

/// 2^(step / steps / 2^skipped_bits) in units of 2⁻⁶³ for every step, from repeated square roots of 2.
const fn powers(skipped_bits: u32) -> [u64; POWER_STEPS] {
    let mut table = [1 << 63; POWER_STEPS];
    let mut root: u128 = 1 << 64;
    let mut bit = 1;
    while bit <= skipped_bits + POWER_STEP_BITS {
        root = (root << 63).isqrt();
        let mut step = 0;
        while bit > skipped_bits && step < POWER_STEPS {
            if (step >> (skipped_bits + POWER_STEP_BITS - bit)) & 1 == 1 {
                table[step] = product(table[step], root as u64);
            }
            step += 1;
        }
        bit += 1;
    }
    table
}

/// −log2 of the normal tail beyond each step, in units of 2⁻³².
///
/// The density is tabled at half steps by a recurrence, and integrated from far out by Simpson's rule. No constant
/// is needed: the tail beyond 0 is ½, so the surprise there is 1.
const fn normal_surprises() -> [u64; NORMAL_STEPS + 1] {
    /// Where the density is taken for 0: at 12 standard deviations.
    const FAR_STEPS: usize = 12 << NORMAL_STEP_BITS;
    /// exp(−h² / 2) for a half step h of 1/64, in units of 2⁻⁶⁴: the Taylor series at 2⁻¹³.
    const FIRST_RATIO: u128 = (1 << 64) - (1 << 51) + (1 << 38) / 2 - (1 << 25) / 6 + (1 << 12) / 24;

    // The density relative to that at 0, in units of 2⁻¹¹²: each is the one before times exp(−z · h − h² / 2).
    let mut densities = [1u128 << 112; 2 * FAR_STEPS + 1];
    let mut ratio = FIRST_RATIO;
    let mut half_step = 0;
    while half_step < 2 * FAR_STEPS {
        let (high, low) = (densities[half_step] >> 64, densities[half_step] as u64 as u128);
        densities[half_step + 1] = high * ratio + ((low * ratio) >> 64);
        ratio = (((ratio * FIRST_RATIO) >> 64) * FIRST_RATIO) >> 64;
        half_step += 1;
    }

    let mut tails = [0u128; FAR_STEPS + 1];
    let mut step = FAR_STEPS;
    while step > 0 {
        step -= 1;
        let area = densities[2 * step] + 4 * densities[2 * step + 1] + densities[2 * step + 2];
        tails[step] = tails[step + 1] + area;
    }

    let mut table = [0; NORMAL_STEPS + 1];
    while step <= NORMAL_STEPS {
        table[step] = ONE + log2_by_squaring(tails[0]) - log2_by_squaring(tails[step]);
        step += 1;
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    fn real(fixed: u64) -> f64 {
        fixed as f64 / ONE as f64
    }

    #[test]
    fn logarithms_and_powers_agree_with_floats() {
        for draw in super::super::tests::draws() {
            let error = real(log2(draw | 1)) - ((draw | 1) as f64).log2();
            assert!((-3e-6..1e-9).contains(&error), "log2({draw}) is off by {error}");
            let exponent = -((draw >> 29) as i64);
            let power = (62.0 + exponent as f64 / ONE as f64).exp2();
            let error = times_power_of_two(1 << 62, exponent) as f64 / power - 1.0;
            assert!((-2e-8..1e-12).contains(&error), "2^{exponent} is off by {error}");
        }
        assert_eq!([log2(1), log2(2), log2(1 << 63), surprise(0)], [0, ONE, 63 * ONE, 64 * ONE]);
        assert_eq!(LN_2, (std::f64::consts::LN_2 * ONE as f64).round() as u64);
    }

    /// Quantiles of 2.5 % (every textbook), 10⁻⁶ (NIST) and 2⁻⁶⁴.
    #[test]
    fn normal_quantiles_agree_with_the_literature() {
        for (tail, quantile) in [(0.025, 1.959_964), (1e-6, 4.753_424), (2f64.powi(-64), 9.080_155)] {
            let draw = (tail * 2f64.powi(64)) as u64;
            let below = normal_quantile(draw) as f64 / ONE as f64;
            assert!((below + quantile).abs() < 1e-4, "{below}");
            assert!((normal_quantile(!draw) + normal_quantile(draw)).abs() <= 1);
        }
    }

    #[test]
    fn powers_end_at_both_ends_of_the_range() {
        let one = ONE as i64;
        assert_eq!(
            [-1, 0, 1, 22, 23, 24].map(|whole| times_power_of_two(1 << 40, whole * one) >> 32),
            [1 << 7, 1 << 8, 1 << 9, 1 << 30, 1 << 31, u64::MAX >> 32]
        );
        assert_eq!([i64::MIN, -41 * one, -40 * one].map(|exponent| times_power_of_two(1 << 40, exponent)), [0, 1, 1]);
        assert_eq!([0, 1].map(|number| times_power_of_two(number, i64::MAX)), [0, u64::MAX]);
    }

    #[test]
    fn nothing_decreases_where_table_entries_meet() {
        for step in 0..1u64 << 12 {
            let seam = step << (FRACTION_BITS - 12);
            assert!(power_of_two(seam.saturating_sub(1)) <= power_of_two(seam));
            assert!(log2((1 << 63) + (step << 51) - 1) <= log2((1 << 63) + (step << 51)));
        }
    }
}
