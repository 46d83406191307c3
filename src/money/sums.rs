//! Columns of running sums: eight bytes a row, and a side table for the few sums that need more.

use super::exact::Exact;
use super::{Money, Quantity};
use crate::input::FastMap;

/// A number that nearly always fits 64 bits.
pub trait Compact: Copy + Default + std::ops::Add<Output = Self> {
    /// The short form, where the number has one; never [`i64::MIN`], which marks the long form.
    fn shorten(self) -> Option<i64>;
    /// The number of this short form.
    fn lengthen(short: i64) -> Self;
}

impl Compact for Money {
    fn shorten(self) -> Option<i64> {
        i64::try_from(self.cents()).ok().filter(|&short| short != i64::MIN)
    }

    fn lengthen(short: i64) -> Money {
        Money::from_cents(i128::from(short))
    }
}

impl Compact for Quantity {
    fn shorten(self) -> Option<i64> {
        self.exact().narrow().filter(|&short| short != i64::MIN)
    }

    fn lengthen(short: i64) -> Quantity {
        Quantity::from(Exact::from_narrow(short))
    }
}

/// One running sum per row of a table. Exact whatever is added: a sum that outgrows its eight bytes moves to a
/// side table.
#[derive(Clone, Debug, Default)]
pub struct Sums<T> {
    short: Vec<i64>,
    long: FastMap<usize, T>,
}

const LONG: i64 = i64::MIN;

impl<T: Compact> Sums<T> {
    /// So many sums, all nothing.
    pub fn zeros(rows: usize) -> Sums<T> {
        Sums { short: vec![0; rows], long: FastMap::default() }
    }

    /// One row more, with this value.
    pub fn push(&mut self, value: T) {
        if let Some(short) = value.shorten() {
            return self.short.push(short);
        }
        self.long.insert(self.short.len(), value);
        self.short.push(LONG);
    }

    /// The sum of a row.
    pub fn get(&self, row: usize) -> T {
        match self.short[row] {
            LONG => self.long.get(&row).copied().unwrap_or_default(),
            short => T::lengthen(short),
        }
    }

    /// Adds to the sum of a row.
    #[inline]
    pub fn add(&mut self, row: usize, value: T) {
        let before = self.short[row];
        let short_sum =
            value.shorten().and_then(|short| before.checked_add(short)).filter(|&sum| sum != LONG);
        if let Some(sum) = short_sum.filter(|_| before != LONG) {
            self.short[row] = sum;
            return;
        }
        self.add_long(row, value);
    }

    #[inline(never)]
    fn add_long(&mut self, row: usize, value: T) {
        let sum = self.get(row) + value;
        self.set(row, sum);
    }

    fn set(&mut self, row: usize, value: T) {
        if let Some(short) = value.shorten() {
            self.short[row] = short;
            self.long.remove(&row);
        } else {
            self.short[row] = LONG;
            self.long.insert(row, value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sum_that_outgrows_its_bytes_stays_exact() {
        let mut sums: Sums<Quantity> = Sums::zeros(2);
        let fine = Quantity::parse("0.0000001").unwrap();
        let huge = Quantity::parse("999999999999999").unwrap();
        sums.add(0, fine);
        sums.add(0, huge);
        sums.add(0, huge);
        assert_eq!(sums.get(0).to_string(), "1999999999999998.0000001");
        sums.add(0, -huge);
        sums.add(0, -huge);
        sums.add(0, -fine);
        assert!(sums.get(0).is_zero() && sums.get(1).is_zero());
    }
}
