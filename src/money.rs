//! Exact numbers: [`Money`], [`Quantity`], [`Price`] and [`Rate`], how they are read, and every rounding.
//!
//! No binary float touches a figure. Money is a whole number of cents (fen); quantities and prices are scaled
//! integers with an exact wider form behind them ([`exact::Exact`]). Rounding happens only in the functions of
//! this module whose names say so, half away from zero (四舍五入), and no other file rounds.

mod capitals;
pub(crate) mod digits;
pub mod exact;
mod held;
pub mod number;
mod sums;

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Neg, Sub, SubAssign};

use crate::eights::{decimal_at_end, hundredths_at_end, hundredths_of_one};
use crate::rows::Room;
use digits::push_hundredths;
use ethnum::I256;
use exact::{Exact, mul_div_rounded};
use held::Held;
pub use number::{Number, NumberFault};
pub use sums::{Compact, Sums};
pub(crate) use sums::{narrow, widened};

/// No single cell may hold this many units or more (10¹⁵): beyond it a figure is a slip of the keyboard or of an
/// export, and below it no sum of a book's cells can leave the integers used here.
const CELL_LIMIT: i128 = 1_000_000_000_000_000;

/// An amount of money in one currency: whole cents, sign as in the books (credits negative). Never rounded by
/// adding or subtracting.
///
/// ```
/// use recv::money::Money;
/// assert_eq!((Money::from_cents(12_345) - Money::from_cents(45)).to_string(), "123.00");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Money(i128);

impl Money {
    /// Nothing owed.
    pub const ZERO: Money = Money(0);

    /// So many cents (fen).
    pub const fn from_cents(cents: i128) -> Money {
        Money(cents)
    }

    /// The amount in cents (fen).
    pub const fn cents(self) -> i128 {
        self.0
    }

    /// The amount that a cell states; refused when it has more than two decimals or is 10¹⁵ or more.
    #[inline]
    pub fn from_number(number: Number) -> Result<Money, NumberFault> {
        // Nearly every amount fits 64 bits, in which this is several times faster.
        if let Some(cents) = number.narrow(2).filter(|cents| cents.unsigned_abs() < Money::NARROW_LIMIT) {
            return Ok(Money(i128::from(cents)));
        }
        let cents = number.scaled_to(2).ok_or(NumberFault::TooManyDecimals(2))?;
        if cents.unsigned_abs() >= CELL_LIMIT.unsigned_abs() * 100 {
            return Err(NumberFault::TooLarge);
        }
        Ok(Money(cents))
    }

    /// In cents, beyond every amount that a cell may state.
    const NARROW_LIMIT: u64 = CELL_LIMIT.unsigned_abs() as u64 * 100;

    /// The amount that a spreadsheet shows of a number with hidden decimals: rounded half away from zero to the cent.
    pub fn shown_rounded(number: Number) -> Result<Money, NumberFault> {
        Money::from_number(number.rounded_to(2))
    }

    /// The amount of an exact number, where it is a whole number of cents.
    pub fn from_exact(number: Exact) -> Option<Money> {
        const UNITS_PER_CENT: i128 = 10i128.pow(Exact::WIDE_PLACES - 2);
        let units = number.wide();
        (units % UNITS_PER_CENT == 0).then_some(Money(units / UNITS_PER_CENT))
    }

    /// The amount without its sign.
    #[must_use]
    pub const fn abs(self) -> Money {
        Money(self.0.abs())
    }

    /// Both together, where they are the sums of few rows: each states less than 10³² cents, and those of a batch together
    /// stay far from the bounds of 128 bits, which [`Money::add`] must look at.
    #[must_use]
    #[inline(always)]
    pub(crate) const fn plus_of_few(self, other: Money) -> Money {
        Money(self.0.wrapping_add(other.0))
    }

    /// Neither owed nor owing.
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// Below zero.
    pub const fn is_negative(self) -> bool {
        self.0 < 0
    }

    /// Above zero.
    pub const fn is_positive(self) -> bool {
        self.0 > 0
    }

    /// The amount, or nothing where it is below zero.
    #[must_use]
    pub fn or_zero(self) -> Money {
        self.max(Money::ZERO)
    }

    /// The amount in the company's currency, rounded to the cent, half away from zero: 6,000.00 at 7.12345 is 42,740.70.
    #[must_use]
    pub fn converted(self, rate: ExchangeRate) -> Money {
        Money(Exact::from_scaled(self.0, 2).product_cents_rounded(rate.exact()))
    }

    /// `self × rate`, rounded half away from zero to the cent.
    ///
    /// ```
    /// use recv::money::{Money, Rate};
    /// let two_percent = Rate::parse_percent("2%").unwrap();
    /// assert_eq!(Money::from_cents(78_874).times_rounded(two_percent).to_string(), "15.77");
    /// ```
    #[must_use]
    pub fn times_rounded(self, rate: Rate) -> Money {
        Money(mul_div_rounded(self.0, rate.units().into(), Rate::UNITS_OF_ONE.into()))
    }

    /// `self × part ÷ whole`, rounded half away from zero to the cent; nothing where `whole` is nothing.
    #[must_use]
    pub fn share_rounded(self, part: Money, whole: Money) -> Money {
        if whole.is_zero() {
            return Money::ZERO;
        }
        Money(mul_div_rounded(self.0, part.0, whole.0))
    }

    /// Whether `self × rate` reaches `amount`, compared exactly.
    pub fn share_reaches(self, rate: Rate, amount: Money) -> bool {
        I256::from(self.0) * I256::from(rate.units()) >= I256::from(amount.0) * I256::from(Rate::UNITS_OF_ONE)
    }

    /// `self ÷ whole` as a fraction rounded to `places` decimals; `None` where `whole` is nothing.
    pub fn ratio_rounded(self, whole: Money, places: u32) -> Option<Rate> {
        if whole.is_zero() {
            return None;
        }
        let units = mul_div_rounded(self.0, 10i128.pow(places), whole.0);
        i64::try_from(units).ok()?.checked_mul(10i64.pow(Rate::PLACES - places)).map(Rate::from_units)
    }

    /// With thousands separators and two decimals, as tables print it: `1,234,567.80`.
    pub fn grouped(self) -> String {
        let plain = self.to_string();
        let (sign, digits) = plain.strip_prefix('-').map_or(("", plain.as_str()), |rest| ("-", rest));
        let (whole, cents) = digits.split_once('.').unwrap_or((digits, "00"));
        format!("{sign}{}.{cents}", group_thousands(whole))
    }

    /// The amount in cents, where 64 bits hold it.
    #[inline]
    pub(crate) fn narrow(self) -> Option<i64> {
        i64::try_from(self.0).ok()
    }

    /// Writes the text of `Display` (`-1234.50`), much faster.
    #[inline]
    pub fn write_to(self, room: Room<'_>) -> Room<'_> {
        match self.narrow() {
            Some(cents) => push_hundredths(room, cents < 0, cents.unsigned_abs()),
            None => self.write_wide(room),
        }
    }

    #[cold]
    fn write_wide(self, room: Room<'_>) -> Room<'_> {
        room.text(self.to_string().as_bytes())
    }
}

/// `1234567` as `1,234,567`; the text holds digits only.
pub(crate) fn group_thousands(digits: &str) -> String {
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let cents = self.0.unsigned_abs();
        write!(f, "{sign}{}.{:02}", cents / 100, cents % 100)
    }
}

impl Add for Money {
    type Output = Money;
    #[inline]
    fn add(self, other: Money) -> Money {
        Money(self.0.saturating_add(other.0))
    }
}

impl Sub for Money {
    type Output = Money;
    #[inline]
    fn sub(self, other: Money) -> Money {
        Money(self.0.saturating_sub(other.0))
    }
}

impl Neg for Money {
    type Output = Money;
    #[inline]
    fn neg(self) -> Money {
        Money(self.0.saturating_neg())
    }
}

impl AddAssign for Money {
    #[inline]
    fn add_assign(&mut self, other: Money) {
        *self = *self + other;
    }
}

impl SubAssign for Money {
    #[inline]
    fn sub_assign(&mut self, other: Money) {
        *self = *self - other;
    }
}

impl Sum for Money {
    fn sum<I: Iterator<Item = Money>>(amounts: I) -> Money {
        amounts.fold(Money::ZERO, Add::add)
    }
}

/// An amount of money as a cell states it, or two cells together: below 10¹⁵ each, so that eight bytes hold it, and say as
/// well that there is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CellMoney(Held);

impl CellMoney {
    /// Nothing.
    pub const ZERO: CellMoney = CellMoney(Held::saturating(0));

    /// So many cents; `None` where they are far more than a cell may state.
    #[inline(always)]
    fn of_cents(cents: i64) -> Option<CellMoney> {
        Held::new(cents).map(CellMoney)
    }

    /// The amount that a cell states; refused as [`Money::from_number`] refuses it.
    pub fn from_number(number: Number) -> Result<CellMoney, NumberFault> {
        Money::from_number(number)?.narrow().and_then(CellMoney::of_cents).ok_or(NumberFault::TooLarge)
    }

    /// The amount that the last `length` bytes of a text state in the form of most files; `None` leaves them to
    /// [`Number::parse`] and [`CellMoney::from_number`], which say the same and more slowly.
    #[inline(always)]
    pub fn at_end(text: &[u8], length: usize) -> Option<CellMoney> {
        match hundredths_at_end(text, length) {
            Some(cents) => CellMoney::of_cents(cents.cast_signed()),
            None if length == 0 => None,
            None => CellMoney::any_at_end(text, length),
        }
    }

    /// The same of one that is not stated with two decimals, or is a long one.
    #[inline(never)]
    fn any_at_end(text: &[u8], length: usize) -> Option<CellMoney> {
        let cents = decimal_at_end::<2>(text, length);
        cents.filter(|cents| cents.unsigned_abs() < Money::NARROW_LIMIT).and_then(CellMoney::of_cents)
    }

    /// Both together; `None` where that is far more than a cell may state.
    #[inline(always)]
    pub fn plus(self, other: CellMoney) -> Option<CellMoney> {
        CellMoney::of_cents(self.cents().checked_add(other.cents())?)
    }

    /// Below zero.
    #[inline(always)]
    pub const fn is_negative(self) -> bool {
        self.cents() < 0
    }

    /// The same amount below zero, whatever its sign.
    #[must_use]
    pub fn below_zero(self) -> CellMoney {
        CellMoney::of_cents(-self.cents().abs()).unwrap_or(self)
    }

    #[inline(always)]
    const fn cents(self) -> i64 {
        self.0.get()
    }
}

impl From<CellMoney> for Money {
    #[inline(always)]
    fn from(stated: CellMoney) -> Money {
        Money(i128::from(stated.cents()))
    }
}

/// Defines a newtype over [`Exact`]: the same exact arithmetic, but a quantity can't be added to a price.
macro_rules! exact_type {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Exact);

        impl $name {
            /// Nothing.
            pub const ZERO: $name = $name(Exact::ZERO);

            /// What a cell states; refused beyond [`Exact::MAX_CELL_PLACES`] decimals or from 10¹⁵ on.
            pub fn from_number(number: Number) -> Result<$name, NumberFault> {
                Exact::from_number(number).map($name)
            }

            /// What the last `length` bytes of a text state in the form of most files; `None` leaves them to
            /// [`Number::parse`], which says the same and more slowly.
            #[inline(always)]
            pub fn at_end(text: &[u8], length: usize) -> Option<$name> {
                let units = decimal_at_end::<{ Exact::NARROW_PLACES }>(text, length)?;
                Some($name(Exact::from_narrow(units)))
            }

            /// Exactly nothing.
            #[inline]
            pub fn is_zero(self) -> bool {
                self.0.is_zero()
            }

            /// Below zero.
            #[inline]
            pub fn is_negative(self) -> bool {
                self.0 < Exact::ZERO
            }

            /// Above zero.
            #[inline]
            pub fn is_positive(self) -> bool {
                self.0 > Exact::ZERO
            }

            /// Without its sign.
            #[must_use]
            #[inline]
            pub fn abs(self) -> $name {
                if self.is_negative() { -self } else { self }
            }

            /// The exact number inside.
            pub const fn exact(self) -> Exact {
                self.0
            }

            /// Writes the text of `Display`, much faster.
            #[inline]
            pub fn write_to(self, room: Room<'_>) -> Room<'_> {
                self.0.write_to(room)
            }
        }

        impl From<Exact> for $name {
            #[inline]
            fn from(exact: Exact) -> $name {
                $name(exact)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl Add for $name {
            type Output = $name;
            #[inline]
            fn add(self, other: $name) -> $name {
                $name(self.0 + other.0)
            }
        }

        impl Sub for $name {
            type Output = $name;
            #[inline]
            fn sub(self, other: $name) -> $name {
                $name(self.0 - other.0)
            }
        }

        impl Neg for $name {
            type Output = $name;
            #[inline]
            fn neg(self) -> $name {
                $name(-self.0)
            }
        }

        impl AddAssign for $name {
            #[inline]
            fn add_assign(&mut self, other: $name) {
                self.0 = self.0 + other.0;
            }
        }

        impl Sum for $name {
            fn sum<I: Iterator<Item = $name>>(values: I) -> $name {
                values.fold($name::ZERO, Add::add)
            }
        }
    };
}

exact_type! {
    /// A quantity of goods in the order's unit, exact; returns are negative.
    Quantity
}

exact_type! {
    /// A price in money per unit, exact.
    Price
}

exact_type! {
    /// What one unit of a currency is worth in the company's, exact; above zero.
    ExchangeRate
}

impl ExchangeRate {
    /// That of the company's own currency.
    pub fn one() -> ExchangeRate {
        ExchangeRate(Exact::from_scaled(1, 0))
    }
}

impl Quantity {
    /// `self × price`, rounded half away from zero to the cent.
    ///
    /// ```
    /// use recv::money::{Money, Price, Quantity};
    /// let quantity = Quantity::parse("3.2").unwrap();
    /// let price = Price::parse("3565.48672566372").unwrap();
    /// assert_eq!(quantity.times_rounded(price).to_string(), "11409.56");
    /// ```
    #[must_use]
    #[inline]
    pub fn times_rounded(self, price: Price) -> Money {
        Money(self.0.product_cents_rounded(price.0))
    }

    /// `self × share`, exact: a share has at most [`Rate::SHARE_PLACES`] decimals, so that nothing is lost.
    #[must_use]
    #[inline]
    pub fn times_share(self, share: Rate) -> Quantity {
        Quantity(self.0.times_exactly(share.units(), Rate::PLACES))
    }

    /// Whether `|gross − self × price| ≤ |self| × bound`: the price that `gross` implies is within `bound` of `price`.
    pub fn price_error_within(self, gross: Money, price: Price, bound: Price) -> bool {
        let scale = 10i128.pow(2 * Exact::WIDE_PLACES - 2);
        let quantity = I256::from(self.0.wide());
        let error = I256::from(gross.0) * I256::from(scale) - quantity * I256::from(price.0.wide());
        error.abs() <= quantity.abs() * I256::from(bound.0.wide())
    }

    /// Whether `self × price ≥ gross`, compared exactly.
    pub fn is_worth(self, price: Price, gross: Money) -> bool {
        let scale = 10i128.pow(2 * Exact::WIDE_PLACES - 2);
        I256::from(self.0.wide()) * I256::from(price.0.wide()) >= I256::from(gross.0) * I256::from(scale)
    }

    /// The quantity that a test or a doc example writes as text.
    pub fn parse(text: &str) -> Result<Quantity, NumberFault> {
        Quantity::from_number(Number::parse(text.as_bytes())?)
    }
}

impl Price {
    /// The price that a test or a doc example writes as text.
    pub fn parse(text: &str) -> Result<Price, NumberFault> {
        Price::from_number(Number::parse(text.as_bytes())?)
    }

    /// So much money per unit.
    pub fn of_money(amount: Money) -> Price {
        Price(Exact::from_scaled(amount.0, 2))
    }

    /// `self × share`, exact: a share has at most [`Rate::SHARE_PLACES`] decimals.
    #[must_use]
    #[inline]
    pub fn times_share(self, share: Rate) -> Price {
        Price(self.0.times_exactly(share.units(), Rate::PLACES))
    }

    /// A net price with the tax of `rate` on top, exact.
    #[must_use]
    pub fn with_tax(self, rate: Rate) -> Price {
        Price(self.0 + self.0.times_exactly(rate.units(), Rate::PLACES))
    }

    /// `amount ÷ quantity` to six decimals, for showing only: no rule computes with it. `None` at quantity 0.
    pub fn quotient_shown(amount: Money, quantity: Quantity) -> Option<Price> {
        if quantity.is_zero() {
            return None;
        }
        Some(Price(Exact::quotient_shown(amount.0, quantity.0)))
    }
}

/// A fraction: a tax rate, a provision rate, an uplift, a share. `0.15` is 15%.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rate(Held);

impl Rate {
    /// Decimals kept: 10, far beyond any tax or provision rate.
    const PLACES: u32 = 10;
    /// Decimals allowed in a rate that multiplies a quantity or a price (tax, share billed): 0.01%.
    pub const SHARE_PLACES: u32 = 4;
    /// Nothing, 0%.
    pub const ZERO: Rate = Rate::from_units(0);
    /// The whole, 100%.
    pub const ONE: Rate = Rate::from_units(Rate::UNITS_OF_ONE);

    const UNITS_OF_ONE: i64 = 10i64.pow(Rate::PLACES);

    /// A fraction, as `0.15`. Refused beyond 10 decimals or 1,000 times the whole.
    pub fn from_fraction(number: Number) -> Result<Rate, NumberFault> {
        let units = number.scaled_to(Rate::PLACES).ok_or(NumberFault::TooManyDecimals(Rate::PLACES))?;
        if units.unsigned_abs() > 1_000 * u128::from(Rate::UNITS_OF_ONE.unsigned_abs()) {
            return Err(NumberFault::TooLarge);
        }
        i64::try_from(units).map(Rate::from_units).map_err(|_| NumberFault::TooLarge)
    }

    /// The fraction below one that the last `length` bytes of a text state in the form of most files: `0.13`; `None` leaves
    /// them to [`Number::parse`] and [`Rate::from_fraction`], which say the same and more slowly.
    #[inline(always)]
    pub fn fraction_at_end(text: &[u8], length: usize) -> Option<Rate> {
        // Nearly every tax rate is a whole number of hundredths.
        if let (Some(&last), 4) = (text.last_chunk(), length)
            && let Some(percent) = hundredths_of_one(last)
        {
            return Some(Rate::from_units(i64::from(percent) * (Rate::UNITS_OF_ONE / 100)));
        }
        let rate = decimal_at_end::<{ Rate::PLACES }>(text, length).map(Rate::from_units)?;
        (rate < Rate::ONE && rate.is_share()).then_some(rate)
    }

    /// A percentage, as `15` for 15%.
    pub fn from_percent(number: Number) -> Result<Rate, NumberFault> {
        Rate::from_fraction(number.shifted_down(2))
    }

    /// The text of a percentage with its sign, as the policy writes it: `15%`, `0.5%`.
    pub fn parse_percent(text: &str) -> Result<Rate, NumberFault> {
        let digits = text.trim().strip_suffix('%').ok_or(NumberFault::NotANumber)?;
        Rate::from_percent(Number::parse(digits.trim_end().as_bytes())?)
    }

    /// Whether the rate has at most [`Rate::SHARE_PLACES`] decimals.
    pub const fn is_share(self) -> bool {
        self.units() % 10i64.pow(Rate::PLACES - Rate::SHARE_PLACES) == 0
    }

    /// `self × (1 + uplift)`, never above the whole. Rounded at the tenth decimal where the product is longer.
    #[must_use]
    pub fn raised_by(self, uplift: Rate) -> Rate {
        const ONE: i64 = Rate::UNITS_OF_ONE;
        let raised = mul_div_rounded(self.units().into(), (ONE + uplift.units()).into(), ONE.into());
        Rate::from_units(i64::try_from(raised).unwrap_or(ONE).min(ONE))
    }

    /// The bare integer, in units of 10⁻¹⁰, for comparing products of rates and amounts exactly.
    #[inline(always)]
    pub const fn units(self) -> i64 {
        self.0.get()
    }

    /// The rate of so many units of 10⁻¹⁰.
    #[inline(always)]
    pub const fn from_units(units: i64) -> Rate {
        Rate(Held::saturating(units))
    }

    /// How much more this rate is than another; negative where it is less.
    #[must_use]
    pub const fn less(self, other: Rate) -> Rate {
        Rate::from_units(self.units() - other.units())
    }

    /// As a percentage for people: `15%`, `0.5%`.
    pub fn percent(self) -> String {
        let as_percent = Exact::from_scaled(i128::from(self.units()), Rate::PLACES - 2);
        format!("{as_percent}%")
    }

    /// Writes the text of `Display`, the fraction.
    pub fn write_to(self, room: Room<'_>) -> Room<'_> {
        Exact::from_scaled(i128::from(self.units()), Rate::PLACES).write_to(room)
    }
}

impl Default for Rate {
    fn default() -> Rate {
        Rate::ZERO
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Exact::from_scaled(i128::from(self.units()), Rate::PLACES).fmt(f)
    }
}

/// `round(net × rate)`: the tax on a net amount, half away from zero to the cent.
pub fn tax_rounded(net: Money, rate: Rate) -> Money {
    net.times_rounded(rate)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rust_decimal::{Decimal, RoundingStrategy};

    fn money(text: &str) -> Money {
        Money::from_number(Number::parse(text.as_bytes()).unwrap()).unwrap()
    }

    proptest! {
        #[test]
        fn what_is_read_at_the_end_of_a_text_is_what_careful_reading_says(text in "[0-9]{1,17}([.][0-9]{1,7})?|0[.][0-9]{1,5}|[-+]?[0-9.,]{0,6}") {
            let row = format!("SO2026030500017,{text}");
            let number = || Number::parse(text.as_bytes());
            let found = CellMoney::at_end(row.as_bytes(), text.len());
            prop_assert!(found.is_none() || found == number().and_then(CellMoney::from_number).ok());
            prop_assert_eq!(number().and_then(CellMoney::from_number).map(Money::from), number().and_then(Money::from_number));
            let found = Price::at_end(row.as_bytes(), text.len());
            prop_assert!(found.is_none() || found == number().and_then(Price::from_number).ok());
            let found = Rate::fraction_at_end(row.as_bytes(), text.len());
            prop_assert!(found.is_none() || found == number().and_then(Rate::from_fraction).ok());
        }
    }

    #[test]
    fn amounts_of_cells_are_added_and_turned_as_money_is() {
        let cell = |text: &str| CellMoney::from_number(Number::parse(text.as_bytes()).unwrap()).unwrap();
        let most = "999999999999999.99";
        for (a, b) in [("1.20", "-0.5"), ("-3", "3"), (most, most), ("-999999999999999.99", "0.01")] {
            let (a, b) = (cell(a), cell(b));
            assert_eq!(a.plus(b).map(Money::from), Some(Money::from(a) + Money::from(b)));
            assert_eq!(Money::from(a).plus_of_few(b.into()), Money::from(a) + Money::from(b));
            assert_eq!(Money::from(a.below_zero()), -Money::from(a).abs());
            assert_eq!(a.is_negative(), Money::from(a).is_negative());
        }
    }

    #[test]
    fn what_may_be_missing_takes_no_more_room() {
        assert_eq!(size_of::<Option<CellMoney>>(), 8);
        assert_eq!(size_of::<Option<Rate>>(), 8);
        assert_eq!(size_of::<Option<Quantity>>(), 16);
    }

    #[test]
    fn rates_stand_in_their_order() {
        let units = [i64::MIN + 1, -1, 0, 1, i64::MAX];
        let rates = units.map(Rate::from_units);
        assert_eq!(rates.map(Rate::units), units);
        assert!(rates.is_sorted());
    }

    #[test]
    fn halves_round_away_from_zero() {
        let half = Rate::parse_percent("50%").unwrap();
        for (amount, expected) in [("0.01", "0.01"), ("-0.01", "-0.01"), ("0.03", "0.02"), ("2.00", "1.00")] {
            assert_eq!(money(amount).times_rounded(half).to_string(), expected);
        }
        let price = |text| Price::parse(text).unwrap();
        let one = Quantity::parse("1").unwrap();
        assert_eq!(one.times_rounded(price("2.345")).to_string(), "2.35");
        assert_eq!(one.times_rounded(price("1.005")).to_string(), "1.01");
        assert_eq!((-one).times_rounded(price("1.005")).to_string(), "-1.01");
    }

    #[test]
    fn money_shows_separators_and_two_decimals() {
        assert_eq!(money("-1234567.8").grouped(), "-1,234,567.80");
        assert_eq!(money("0").grouped(), "0.00");
        assert_eq!(money("999.99").grouped(), "999.99");
    }

    #[test]
    fn a_third_decimal_in_money_is_refused_unless_it_is_nought() {
        assert_eq!(
            Money::from_number(Number::parse(b"1.005").unwrap()),
            Err(NumberFault::TooManyDecimals(2))
        );
        assert_eq!(money("1.000").to_string(), "1.00");
        assert_eq!(
            Money::from_number(Number::parse(b"1000000000000000").unwrap()),
            Err(NumberFault::TooLarge)
        );
    }

    #[test]
    fn an_uplift_is_relative_and_never_passes_the_whole() {
        let rate = |text| Rate::parse_percent(text).unwrap();
        assert_eq!(rate("15%").raised_by(rate("20%")), rate("18%"));
        assert_eq!(rate("100%").raised_by(rate("20%")), Rate::ONE);
        assert_eq!(rate("10.2648%").percent(), "10.2648%");
        assert_eq!(rate("15%").to_string(), "0.15");
    }

    #[test]
    fn huge_quantities_and_prices_multiply_exactly() {
        let quantity = Quantity::parse("1000000000").unwrap();
        let price = Price::parse("99999999.99").unwrap();
        assert_eq!(quantity.times_rounded(price).to_string(), "99999999990000000.00");
    }

    proptest! {
        #[test]
        fn products_agree_with_an_independent_decimal(q in -1_000_000_000i64..1_000_000_000, p in 0i64..1_000_000_000_000, qs in 0u32..7, ps in 0u32..12) {
            let (quantity, price) = (Decimal::new(q, qs), Decimal::new(p, ps));
            let expected = (quantity * price).round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero);
            let got = Quantity::parse(&quantity.to_string()).unwrap().times_rounded(Price::parse(&price.to_string()).unwrap());
            prop_assert_eq!(format!("{expected:.2}"), got.to_string());
        }

        #[test]
        fn sums_agree_with_an_independent_decimal(cells in prop::collection::vec((-1_000_000_000_000i64..1_000_000_000_000, 0u32..13), 0..20)) {
            let expected: Decimal = cells.iter().map(|&(m, s)| Decimal::new(m, s)).sum();
            let got: Quantity = cells.iter().map(|&(m, s)| Quantity::parse(&Decimal::new(m, s).to_string()).unwrap()).sum();
            prop_assert_eq!(got.to_string(), expected.normalize().to_string());
        }
    }
}
