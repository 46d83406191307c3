//! Columns of running sums: four bytes a row while nearly all of them fit, else eight, and a side table for the few
//! sums that need more.

use super::exact::Exact;
use super::{Money, Price, Quantity};
use crate::input::FastMap;
use crate::memory::bring_near;

/// A number that nearly always fits 64 bits, and mostly 32.
pub trait Compact: Copy + Default + std::ops::Add<Output = Self> {
    /// The units of the 64-bit form in one unit of the 32-bit form.
    const COARSE: i64;
    /// The 64-bit form, where the number has one; never [`i64::MIN`], which marks the numbers that have none.
    fn shorten(self) -> Option<i64>;
    /// The number of this 64-bit form.
    fn lengthen(short: i64) -> Self;
}

impl Compact for Money {
    /// Both forms count cents: 32 bits reach beyond 21 million.
    const COARSE: i64 = 1;

    #[inline]
    fn shorten(self) -> Option<i64> {
        i64::try_from(self.cents()).ok().filter(|&short| short != i64::MIN)
    }

    #[inline]
    fn lengthen(short: i64) -> Money {
        Money::from_cents(i128::from(short))
    }
}

/// A number over [`Exact`], with so many of its narrow units in a coarse one.
macro_rules! compact {
    ($name:ident, $coarse:literal) => {
        impl Compact for $name {
            const COARSE: i64 = $coarse;

            #[inline]
            fn shorten(self) -> Option<i64> {
                self.exact().narrow().filter(|&short| short != i64::MIN)
            }

            #[inline]
            fn lengthen(short: i64) -> $name {
                $name::from(Exact::from_narrow(short))
            }
        }
    };
}

// Thousandths: 32 bits reach beyond 2 million.
compact!(Quantity, 1_000);
// Ten-thousandths: 32 bits reach beyond 200,000.
compact!(Price, 100);

/// One running sum per row of a table. Exact whatever is added: a sum that outgrows its bytes moves to a side table, and
/// the whole column becomes a wider one once that holds too many.
#[derive(Clone, Debug)]
pub struct Sums<T> {
    column: Column,
    /// The sums that the column has no form for, by row.
    aside: FastMap<u32, T>,
}

#[derive(Clone, Debug)]
enum Column {
    /// In coarse units.
    Narrow(Vec<i32>),
    /// In fine units.
    Wide(Vec<i64>),
}

/// What stands in the column for a sum that lies aside.
const ASIDE_NARROW: i32 = i32::MIN;
const ASIDE_WIDE: i64 = i64::MIN;
/// A narrow column becomes a wide one where more than one in so many of its sums, and more than so many at all, lie
/// aside: from there on the side table would take more room.
const MOST_ASIDE: usize = 16;

impl<T> Default for Sums<T> {
    fn default() -> Sums<T> {
        Sums { column: Column::Narrow(Vec::new()), aside: FastMap::default() }
    }
}

impl<T: Compact> Sums<T> {
    /// None yet, with room for so many.
    pub fn with_capacity(rows: usize) -> Sums<T> {
        Sums { column: Column::Narrow(Vec::with_capacity(rows)), aside: FastMap::default() }
    }

    /// So many rows with nothing in them, and room for so many in all.
    pub fn of_zeros(rows: usize, room: usize) -> Sums<T> {
        // Written here, from one end to the other: memory that is read before anything is written there is given twice, first
        // as zeros, then of its own. Room that nobody has looked at takes no memory yet.
        let mut sums = Vec::with_capacity(room);
        sums.resize(rows, 0);
        Sums { column: Column::Narrow(sums), aside: FastMap::default() }
    }

    /// Further rows with nothing in them, up to the one of this number, where there are fewer.
    #[inline]
    pub fn reach(&mut self, row: usize) {
        match &mut self.column {
            Column::Narrow(sums) if sums.len() <= row => sums.resize(row + 1, 0),
            Column::Wide(sums) if sums.len() <= row => sums.resize(row + 1, 0),
            _ => {}
        }
    }

    /// One row more, with nothing in it.
    #[inline]
    pub fn push_zero(&mut self) {
        match &mut self.column {
            Column::Narrow(sums) => sums.push(0),
            Column::Wide(sums) => sums.push(0),
        }
    }

    /// One row more, with this in it.
    #[inline]
    pub fn push(&mut self, value: T) {
        let pushed = match &mut self.column {
            Column::Narrow(sums) => narrow(value).map(|narrow| sums.push(narrow)),
            Column::Wide(sums) => value.shorten().map(|short| sums.push(short)),
        };
        if pushed.is_none() {
            self.push_aside(value);
        }
    }

    /// The same where that lies aside.
    #[cold]
    #[inline(never)]
    fn push_aside(&mut self, value: T) {
        let row = match &self.column {
            Column::Narrow(sums) => sums.len(),
            Column::Wide(sums) => sums.len(),
        };
        self.push_zero();
        self.set(row, value);
    }

    /// Brings the sums of these rows near.
    pub fn approach(&self, rows: impl Iterator<Item = usize>) {
        match &self.column {
            Column::Narrow(sums) => bring_near(rows.map(|row| u64::from(sums[row].cast_unsigned()))),
            Column::Wide(sums) => bring_near(rows.map(|row| sums[row].cast_unsigned())),
        }
    }

    /// The sum of a row.
    #[inline]
    pub fn get(&self, row: usize) -> T {
        let short = match &self.column {
            Column::Narrow(sums) if sums[row] != ASIDE_NARROW => i64::from(sums[row]) * T::COARSE,
            Column::Wide(sums) if sums[row] != ASIDE_WIDE => sums[row],
            _ => return self.lying_aside(row),
        };
        T::lengthen(short)
    }

    #[cold]
    fn lying_aside(&self, row: usize) -> T {
        self.aside.get(&(row as u32)).copied().unwrap_or_default()
    }

    /// Adds to the sum of a row.
    #[inline]
    pub fn add(&mut self, row: usize, value: T) {
        let added = match &mut self.column {
            Column::Narrow(sums) => add_narrow::<T>(&mut sums[row], value),
            Column::Wide(sums) => add_wide(&mut sums[row], value),
        };
        if added.is_none() {
            self.add_aside(row, value);
        }
    }

    /// The same where the sum lies aside, or will.
    #[cold]
    #[inline(never)]
    fn add_aside(&mut self, row: usize, value: T) {
        let sum = self.get(row) + value;
        self.set(row, sum);
    }

    fn set(&mut self, row: usize, value: T) {
        let is_set = match &mut self.column {
            Column::Narrow(sums) => {
                let narrow = narrow(value);
                sums[row] = narrow.unwrap_or(ASIDE_NARROW);
                narrow.is_some()
            }
            Column::Wide(sums) => {
                let short = value.shorten();
                sums[row] = short.unwrap_or(ASIDE_WIDE);
                short.is_some()
            }
        };
        if is_set {
            self.aside.remove(&(row as u32));
        } else {
            self.aside.insert(row as u32, value);
            self.widen_where_many_lie_aside();
        }
    }

    fn widen_where_many_lie_aside(&mut self) {
        let Column::Narrow(sums) = &self.column else { return };
        if self.aside.len() <= MOST_ASIDE || self.aside.len() <= sums.len() / MOST_ASIDE {
            return;
        }
        let mut wide: Vec<i64> = sums.iter().map(|&sum| i64::from(sum) * T::COARSE).collect();
        self.aside.retain(|&row, &mut value| {
            let short = value.shorten();
            wide[row as usize] = short.unwrap_or(ASIDE_WIDE);
            short.is_none()
        });
        self.column = Column::Wide(wide);
    }
}

/// The number in coarse units, where that is exact.
#[inline]
fn coarse<T: Compact>(value: T) -> Option<i64> {
    let short = value.shorten()?;
    let coarse = short / T::COARSE;
    (coarse * T::COARSE == short).then_some(coarse)
}

/// The number in coarse units, where that is exact and fits; never [`i32::MIN`], which marks the numbers that do not.
#[inline]
pub(crate) fn narrow<T: Compact>(value: T) -> Option<i32> {
    i32::try_from(coarse(value)?).ok().filter(|&narrow| narrow != ASIDE_NARROW)
}

/// The number of so many coarse units.
#[inline]
pub(crate) fn widened<T: Compact>(narrow: i32) -> T {
    T::lengthen(i64::from(narrow) * T::COARSE)
}

/// Adds to a sum; `None`, and nothing is added, where the sum lies aside or would have to.
#[inline]
fn add_narrow<T: Compact>(sum: &mut i32, value: T) -> Option<()> {
    let before = Some(*sum).filter(|&before| before != ASIDE_NARROW)?;
    // Where this wraps around, what comes out is far from fitting.
    let after = i64::from(before).wrapping_add(coarse(value)?);
    *sum = i32::try_from(after).ok().filter(|&after| after != ASIDE_NARROW)?;
    Some(())
}

/// The same in a wide column.
#[inline]
fn add_wide<T: Compact>(sum: &mut i64, value: T) -> Option<()> {
    let before = Some(*sum).filter(|&before| before != ASIDE_WIDE)?;
    *sum = before.checked_add(value.shorten()?).filter(|&after| after != ASIDE_WIDE)?;
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zeros(rows: usize) -> Sums<Quantity> {
        let mut sums = Sums::default();
        (0..rows).for_each(|_| sums.push_zero());
        sums
    }

    #[test]
    fn a_sum_that_outgrows_its_bytes_stays_exact() {
        for rows in [2, 2 + MOST_ASIDE] {
            let mut sums = zeros(rows);
            let fine = Quantity::parse("0.0000001").unwrap();
            let huge = Quantity::parse("999999999999999").unwrap();
            // Enough others of their kind make the column a wide one.
            for row in 2..rows {
                sums.add(row, Quantity::parse("0.0001").unwrap());
            }
            for row in 0..2 {
                sums.add(row, fine);
                sums.add(row, huge);
                sums.add(row, huge);
                assert_eq!(sums.get(row).to_string(), "1999999999999998.0000001");
            }
            for value in [huge, huge, fine] {
                sums.add(0, -value);
            }
            assert!(sums.get(0).is_zero());
            assert_eq!(sums.get(1).to_string(), "1999999999999998.0000001");
            assert_eq!(matches!(sums.column, Column::Wide(_)), rows > 2);
        }
    }

    #[test]
    fn every_form_holds_its_limits() {
        let limits = ["2147483.647", "-2147483.648", "9223372036854.775807", "-9223372036854.775808"];
        for wide in [false, true] {
            let mut sums = zeros(40);
            for row in 0..if wide { 30 } else { 0 } {
                sums.add(row, Quantity::parse("0.0001").unwrap());
            }
            for (row, limit) in limits.iter().enumerate().map(|(at, limit)| (35 + at, limit)) {
                let limit = Quantity::parse(limit).unwrap();
                sums.add(row, limit);
                assert_eq!(sums.get(row), limit);
                sums.add(row, limit);
                assert_eq!(sums.get(row), limit + limit);
                sums.add(row, -limit);
                assert_eq!(sums.get(row), limit);
            }
            for (row, limit) in limits.iter().enumerate().map(|(at, limit)| (40 + at, limit)) {
                let limit = Quantity::parse(limit).unwrap();
                sums.push(limit);
                assert_eq!(sums.get(row), limit);
            }
            assert_eq!(matches!(sums.column, Column::Wide(_)), wide);
        }
    }
}
