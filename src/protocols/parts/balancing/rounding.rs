//! Binary floating-point numbers in integers: what a product computes in `float` or `double` comes out as in the product,
//! wherever this runs.

/// A number that is not negative, of so many significant bits: 24 in a `float`, 53 in a `double`. Every operation rounds
/// to the nearest, halves to even, as IEEE 754 does; exponents have no bounds here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rounded<const BITS: u32> {
    /// Zero, or from 2^(BITS − 1) to 2^BITS − 1.
    significand: u64,
    exponent: i32,
}

pub type Float = Rounded<24>;
pub type Double = Rounded<53>;

impl<const BITS: u32> Rounded<BITS> {
    pub fn of(number: u64) -> Rounded<BITS> {
        Rounded::round(u128::from(number), 0, false)
    }

    pub fn times(self, other: Rounded<BITS>) -> Rounded<BITS> {
        let product = u128::from(self.significand) * u128::from(other.significand);
        Rounded::round(product, self.exponent + other.exponent, false)
    }

    /// The quotient; by zero it is zero, which no caller asks for.
    pub fn over(self, other: Rounded<BITS>) -> Rounded<BITS> {
        /// Enough that the quotient has more bits than are kept, few enough that the dividend fits.
        const SHIFT: i32 = 66;
        let (dividend, divisor) = (u128::from(self.significand) << SHIFT, u128::from(other.significand));
        let (Some(quotient), Some(rest)) = (dividend.checked_div(divisor), dividend.checked_rem(divisor)) else {
            return Rounded { significand: 0, exponent: 0 };
        };
        Rounded::round(quotient, self.exponent - other.exponent - SHIFT, rest > 0)
    }

    /// The largest whole number that is not greater; `u64::MAX` if that has no room.
    pub fn floor(self) -> u64 {
        match self.exponent {
            0.. if self.significand == 0 => 0,
            up @ 0.. if up as u32 <= self.significand.leading_zeros() => self.significand << up,
            0.. => u64::MAX,
            down => self.significand.checked_shr(down.unsigned_abs()).unwrap_or(0),
        }
    }

    /// significand · 2^exponent, and a little more if `more`, rounded to so many bits.
    fn round(significand: u128, exponent: i32, more: bool) -> Rounded<BITS> {
        let length = 128 - significand.leading_zeros();
        if length <= BITS {
            // Nothing is cut off: whoever says `more` has given bits enough.
            let up = if significand == 0 { 0 } else { BITS - length };
            return Rounded { significand: (significand as u64) << up, exponent: exponent - up as i32 };
        }
        let down = length - BITS;
        let (kept, cut) = (significand >> down, significand & ((1 << down) - 1));
        let half = 1 << (down - 1);
        let up = cut > half || (cut == half && (more || kept & 1 == 1));
        let (kept, exponent) = (kept as u64 + u64::from(up), exponent + down as i32);
        match kept >> BITS {
            0 => Rounded { significand: kept, exponent },
            _ => Rounded { significand: kept >> 1, exponent: exponent + 1 },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_float_rounds_as_the_processors(a: u32, b in 1..=u32::MAX, c: u16, shift in 0..32u32) {
            let (a, b) = (a >> shift, (b >> (31 - shift)).max(1));
            let ours = Float::of(a.into()).over(Float::of(b.into())).times(Float::of(c.into()));
            let theirs = a as f32 / b as f32 * f32::from(c);
            prop_assert_eq!(ours.floor(), theirs.floor() as u64);
            let scaled = ours.times(Float::of(1 << 40));
            prop_assert_eq!(scaled.floor(), (theirs * (1u64 << 40) as f32).floor() as u64);
        }

        #[test]
        fn a_double_rounds_as_the_processors(a: u64, b in 1..=u64::MAX, c: u32, shift in 0..64u32) {
            let (a, b) = (a >> shift, (b >> (63 - shift)).max(1));
            let ours = Double::of(a).over(Double::of(b)).times(Double::of(c.into()));
            let theirs = a as f64 / b as f64 * f64::from(c);
            prop_assert_eq!(ours.floor(), theirs.floor() as u64);
            let scaled = ours.times(Double::of(1 << 50));
            prop_assert_eq!(scaled.floor(), (theirs * (1u64 << 50) as f64).floor() as u64);
        }
    }
}
