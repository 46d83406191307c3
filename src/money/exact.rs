//! The exact decimal behind quantities and prices: a 64-bit integer of millionths, and where that can't hold the
//! number, a 128-bit integer of 10⁻¹⁸. Every value has one form only, so that equal numbers are equal values.

use std::cmp::Ordering;
use std::fmt;
use std::ops::{Add, Neg, Sub};

use ethnum::I256;

use super::digits::push_millionths;
use super::held::Held;
use super::number::{NARROW_POWERS, Number, NumberFault, POWERS};
use crate::rows::Room;

/// An exact decimal number. Adding and subtracting never round; multiplying rounds only where the name says so.
///
/// It takes two words: a row of the match holds a dozen of them, and they are moved a lot.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Exact {
    /// The narrow form, or the lower half of the wide one.
    low: u64,
    /// The upper half of the wide form, or [`NARROW`].
    high: Held,
}

/// What stands for the narrow form; no number in the wide form has it.
const NARROW: Held = Held::LEAST;
/// The least number of the wide form, in units of 10⁻¹⁸: its upper half is beyond [`NARROW`].
const LEAST_WIDE: i128 = (NARROW.get() as i128 + 1) << 64;

#[derive(Clone, Copy, Debug)]
enum Form {
    /// Millionths: the form of every number that has one.
    Narrow(i64),
    /// Units of 10⁻¹⁸: only numbers that have no narrow form.
    Wide(i128),
}

use Form::{Narrow, Wide};

impl Default for Exact {
    fn default() -> Exact {
        Exact::ZERO
    }
}

impl Exact {
    /// Nothing.
    pub const ZERO: Exact = Exact::of(Narrow(0));
    /// Decimals of the narrow form.
    pub const NARROW_PLACES: u32 = 6;
    /// Decimals of the wide form.
    pub const WIDE_PLACES: u32 = 18;
    /// Decimals that a cell may state: four fewer than the wide form holds, so that a product with a tax rate or
    /// a share stays exact. Tax invoices carry 13 at most.
    pub const MAX_CELL_PLACES: u32 = 14;

    const STEP: i128 = 10i128.pow(Exact::WIDE_PLACES - Exact::NARROW_PLACES);

    /// What a cell states; refused beyond [`Exact::MAX_CELL_PLACES`] decimals or from 10¹⁵ on.
    #[inline]
    pub fn from_number(number: Number) -> Result<Exact, NumberFault> {
        if let Some(narrow) = number.narrow(Exact::NARROW_PLACES) {
            return Ok(Exact::of(Narrow(narrow)));
        }
        number
            .scaled_to(Exact::MAX_CELL_PLACES)
            .ok_or(NumberFault::TooManyDecimals(Exact::MAX_CELL_PLACES))?;
        let wide = number.scaled_to(Exact::WIDE_PLACES).ok_or(NumberFault::TooLarge)?;
        if wide.unsigned_abs() / 10u128.pow(Exact::WIDE_PLACES) >= super::CELL_LIMIT.unsigned_abs() {
            return Err(NumberFault::TooLarge);
        }
        Ok(Exact::from_wide(wide))
    }

    /// `units × 10^-places`, for at most 18 places.
    #[inline]
    pub fn from_scaled(units: i128, places: u32) -> Exact {
        // Rates and amounts nearly always have a narrow form, found without dividing 128 bits.
        if let Some(narrow) = i64::try_from(units).ok().and_then(|units| narrow_scaled(units, places)) {
            return Exact::of(Narrow(narrow));
        }
        Exact::from_scaled_wide(units, places)
    }

    #[cold]
    fn from_scaled_wide(units: i128, places: u32) -> Exact {
        Exact::from_wide(units.saturating_mul(POWERS[(Exact::WIDE_PLACES - places) as usize]))
    }

    #[inline]
    const fn of(form: Form) -> Exact {
        match form {
            Narrow(units) => Exact { low: units.cast_unsigned(), high: NARROW },
            Wide(units) => {
                Exact { low: units.cast_unsigned() as u64, high: Held::saturating((units >> 64) as i64) }
            }
        }
    }

    #[inline]
    const fn form(self) -> Form {
        let high = self.high.get();
        if high == NARROW.get() {
            return Narrow(self.low.cast_signed());
        }
        Wide((high as i128) << 64 | self.low as i128)
    }

    /// The number in millionths, where that is exact and fits.
    #[inline]
    pub const fn narrow(self) -> Option<i64> {
        match self.form() {
            Narrow(units) => Some(units),
            Wide(_) => None,
        }
    }

    /// The number of millionths given.
    #[inline]
    pub const fn from_narrow(units: i64) -> Exact {
        Exact::of(Narrow(units))
    }

    /// In units of 10⁻¹⁸.
    #[inline]
    pub fn wide(self) -> i128 {
        match self.form() {
            Narrow(units) => i128::from(units) * Exact::STEP,
            Wide(units) => units,
        }
    }

    #[cold]
    fn from_wide(units: i128) -> Exact {
        match i64::try_from(units / Exact::STEP) {
            Ok(narrow) if units % Exact::STEP == 0 => Exact::of(Narrow(narrow)),
            _ => Exact::of(Wide(units.max(LEAST_WIDE))),
        }
    }

    /// Exactly nothing.
    #[inline]
    pub const fn is_zero(self) -> bool {
        matches!(self.form(), Narrow(0))
    }

    /// The product in hundredths (cents), rounded half away from zero.
    #[inline]
    pub fn product_cents_rounded(self, other: Exact) -> i128 {
        // The 64-bit division is several times faster, and nearly every amount fits it.
        if let (Narrow(a), Narrow(b)) = (self.form(), other.form())
            && let Some(product) = a.checked_mul(b)
        {
            const DIVISOR: u64 = Exact::UNITS_PER_CENT as u64;
            // Half the divisor more than a signed number always fits the unsigned one.
            let cents = (product.unsigned_abs() + DIVISOR / 2) / DIVISOR;
            let cents = cents.cast_signed();
            return i128::from(if product < 0 { -cents } else { cents });
        }
        self.wide_product_cents_rounded(other)
    }

    /// Products of two narrow forms in one cent.
    const UNITS_PER_CENT: i128 = 10i128.pow(2 * Exact::NARROW_PLACES - 2);

    #[cold]
    fn wide_product_cents_rounded(self, other: Exact) -> i128 {
        if let (Narrow(a), Narrow(b)) = (self.form(), other.form()) {
            let product = i128::from(a) * i128::from(b);
            return (product + Exact::UNITS_PER_CENT / 2 * product.signum()) / Exact::UNITS_PER_CENT;
        }
        round_div(I256::from(self.wide()) * I256::from(other.wide()), 10i128.pow(2 * Exact::WIDE_PLACES - 2))
    }

    /// `self × units × 10^-places`, exact where the factors' decimals together stay within 18.
    #[must_use]
    #[inline]
    pub fn times_exactly(self, units: i64, places: u32) -> Exact {
        // Nearly every price times a rate has a narrow form, found with one 64-bit division.
        if let Narrow(own) = self.form()
            && let Some(product) = own.checked_mul(units)
            && let Some(&power) = NARROW_POWERS.get(places as usize)
            && product % power == 0
        {
            return Exact::of(Narrow(product / power));
        }
        self.times_exactly_wide(units, places)
    }

    #[cold]
    fn times_exactly_wide(self, units: i64, places: u32) -> Exact {
        if let Some(product) = self.wide().checked_mul(i128::from(units)) {
            return Exact::from_wide(product / POWERS[places as usize]);
        }
        let product = I256::from(self.wide()) * I256::from(units);
        Exact::from_wide(round_div(product, POWERS[places as usize]))
    }

    /// `cents ÷ 100 ÷ divisor` rounded to six decimals, for showing; the divisor must not be nothing.
    pub fn quotient_shown(cents: i128, divisor: Exact) -> Exact {
        // cents × 10⁻² ÷ (narrow × 10⁻⁶); in millionths × 10⁶.
        if let Narrow(divisor) = divisor.form() {
            let millionths = mul_div_rounded(cents, 10i128.pow(10), divisor.into());
            return Exact::from_scaled(millionths, Exact::NARROW_PLACES);
        }
        // cents × 10⁻² ÷ (wide × 10⁻¹⁸) = cents × 10¹⁶ ÷ wide; in millionths × 10⁶.
        let millionths = round_div(I256::from(cents) * I256::from(10i128.pow(22)), divisor.wide());
        Exact::from_wide(millionths.saturating_mul(Exact::STEP))
    }

    /// Writes the text of `Display` (`12.5`, `-3`), much faster where the number is narrow.
    #[inline]
    pub fn write_to(self, room: Room<'_>) -> Room<'_> {
        match self.form() {
            Narrow(units) => push_millionths(room, units < 0, units.unsigned_abs()),
            Wide(_) => self.write_wide(room),
        }
    }

    #[cold]
    fn write_wide(self, room: Room<'_>) -> Room<'_> {
        room.text(self.to_string().as_bytes())
    }
}

/// `units × 10^-places` in millionths, where that is exact and fits.
#[inline]
fn narrow_scaled(units: i64, places: u32) -> Option<i64> {
    let power = |places: u32| NARROW_POWERS.get(places as usize).copied();
    if let Some(missing) = Exact::NARROW_PLACES.checked_sub(places) {
        return units.checked_mul(power(missing)?);
    }
    let beyond = power(places - Exact::NARROW_PLACES)?;
    (units % beyond == 0).then_some(units / beyond)
}

/// `a × b ÷ divisor` rounded half away from zero; a result beyond 128 bits is held at their limit.
#[inline]
pub(super) fn mul_div_rounded(a: i128, b: i128, divisor: i128) -> i128 {
    mul_div_narrow(a, b, divisor).unwrap_or_else(|| mul_div_wide(a, b, divisor))
}

#[cold]
fn mul_div_wide(a: i128, b: i128, divisor: i128) -> i128 {
    round_div(I256::from(a) * I256::from(b), divisor)
}

/// The same where all of it fits 64 bits, as nearly every amount does: several times faster.
#[inline]
fn mul_div_narrow(a: i128, b: i128, divisor: i128) -> Option<i128> {
    let product = i64::try_from(a).ok()?.checked_mul(i64::try_from(b).ok()?)?;
    let divisor = i64::try_from(divisor).ok()?;
    let magnitude = divisor.unsigned_abs();
    let quotient = product.unsigned_abs().checked_add(magnitude / 2)?.checked_div(magnitude)?;
    let quotient = i128::from(quotient);
    Some(if (product < 0) == (divisor < 0) { quotient } else { -quotient })
}

/// `dividend ÷ divisor` rounded half away from zero; a result beyond 128 bits is held at their limit.
pub(super) fn round_div(dividend: I256, divisor: i128) -> i128 {
    let magnitude = I256::from(divisor.unsigned_abs());
    let negative = dividend.is_negative() != (divisor < 0);
    let quotient = (dividend.abs() + magnitude / 2) / magnitude;
    let bounded = i128::try_from(quotient).unwrap_or(i128::MAX);
    if negative { -bounded } else { bounded }
}

impl Exact {
    #[cold]
    fn cmp_wide(self, other: Exact) -> Ordering {
        self.wide().cmp(&other.wide())
    }

    #[cold]
    fn plus_wide(self, other: Exact) -> Exact {
        Exact::from_wide(self.wide().saturating_add(other.wide()))
    }

    #[cold]
    fn minus_wide(self, other: Exact) -> Exact {
        self.plus_wide(-other)
    }

    #[cold]
    fn negated_wide(self) -> Exact {
        Exact::from_wide(self.wide().saturating_neg())
    }
}

impl Add for Exact {
    type Output = Exact;
    #[inline]
    fn add(self, other: Exact) -> Exact {
        let sum = self.narrow().zip(other.narrow()).and_then(|(a, b)| a.checked_add(b));
        sum.map_or_else(|| self.plus_wide(other), Exact::from_narrow)
    }
}

impl Sub for Exact {
    type Output = Exact;
    #[inline]
    fn sub(self, other: Exact) -> Exact {
        let difference = self.narrow().zip(other.narrow()).and_then(|(a, b)| a.checked_sub(b));
        difference.map_or_else(|| self.minus_wide(other), Exact::from_narrow)
    }
}

impl Neg for Exact {
    type Output = Exact;
    #[inline]
    fn neg(self) -> Exact {
        let negated = self.narrow().and_then(i64::checked_neg);
        negated.map_or_else(|| self.negated_wide(), Exact::from_narrow)
    }
}

impl PartialOrd for Exact {
    #[inline]
    fn partial_cmp(&self, other: &Exact) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Exact {
    #[inline]
    fn cmp(&self, other: &Exact) -> Ordering {
        match (self.form(), other.form()) {
            (Narrow(a), Narrow(b)) => a.cmp(&b),
            _ => self.cmp_wide(*other),
        }
    }
}

impl fmt::Debug for Exact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.form().fmt(f)
    }
}

impl fmt::Display for Exact {
    /// Without an exponent and without trailing zeros: `12.5`, `0.000001`, `-3`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (units, places) = match self.form() {
            Narrow(units) => (u128::from(units.unsigned_abs()), Exact::NARROW_PLACES),
            Wide(units) => (units.unsigned_abs(), Exact::WIDE_PLACES),
        };
        let negative = matches!(self.form(), Narrow(units) if units < 0)
            || matches!(self.form(), Wide(units) if units < 0);
        let power = POWERS[places as usize].unsigned_abs();
        let (whole, fraction) = (units / power, units % power);
        if negative {
            f.write_str("-")?;
        }
        if fraction == 0 {
            return write!(f, "{whole}");
        }
        let digits = format!("{fraction:0width$}", width = places as usize);
        write!(f, "{whole}.{}", digits.trim_end_matches('0'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn sums_beyond_all_bounds_stay_at_them() {
        let most = Exact::from_wide(i128::MAX);
        let least = Exact::from_wide(i128::MIN);
        assert_eq!((most + most, least + least), (most, least));
        assert!(least < Exact::ZERO && Exact::ZERO < most && least.narrow().is_none());
    }

    proptest! {
        #[test]
        fn a_number_has_one_form_and_keeps_it(units in prop_oneof![any::<i128>(), any::<i64>().prop_map(i128::from), any::<i64>().prop_map(|narrow| i128::from(narrow) * Exact::STEP)]) {
            let exact = Exact::from_wide(units);
            prop_assert_eq!(exact.wide(), units.max(LEAST_WIDE));
            let narrow = i64::try_from(units / Exact::STEP).ok().filter(|_| units % Exact::STEP == 0);
            prop_assert_eq!(exact.narrow(), narrow);
            prop_assert_eq!(-(-exact), exact);
        }

        #[test]
        fn the_narrow_ways_say_what_the_wide_ones_say(a in any::<i64>(), b in -20_000_000_000i64..20_000_000_000, small in -1000i64..1000, divisor in prop_oneof![Just(10_000_000_000i64), -1000i64..0, 1i64..1000]) {
            for (a, b) in [(a, b), (a, small), (a / 1_000_000_000, b), (small, b)] {
                let product = I256::from(a) * I256::from(b);
                let divisor = i128::from(divisor);
                prop_assert_eq!(mul_div_rounded(a.into(), b.into(), divisor), round_div(product, divisor));
            }
            let exact = Exact::from_narrow(a / 1_000_000).times_exactly(b, 10);
            let wide = I256::from(a / 1_000_000) * I256::from(b) * I256::from(100);
            prop_assert_eq!(I256::from(exact.wide()), wide);
            let quotient = Exact::quotient_shown(a.into(), Exact::from_narrow(divisor));
            let millionths = round_div(I256::from(a) * I256::from(10i64.pow(10)), divisor.into());
            prop_assert_eq!(quotient.wide(), millionths.saturating_mul(Exact::STEP).max(LEAST_WIDE));
        }
    }
}
