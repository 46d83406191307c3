//! What the rows of an invoice come to.

use crate::money::Money;

/// What an invoice's rows come to, in four bytes, since there are millions: the cents themselves, or else which of the
/// large amounts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Gross(i32);

impl Gross {
    /// So many cents stand in four bytes; what is further below nought counts large amounts.
    const MOST: i32 = 1 << 30;
    /// Nothing.
    pub(super) const NONE: Gross = Gross(0);

    /// The amount.
    #[inline]
    pub(super) fn of(self, large: &[Money]) -> Money {
        match self.as_large() {
            None => Money::from_cents(self.0.into()),
            Some(at) => large[at],
        }
    }

    /// Adds to it.
    #[inline]
    pub(super) fn add(&mut self, amount: Money, large: &mut Vec<Money>) {
        // What leaves the bounds of 64 bits comes out far beyond those of four bytes.
        let sum = amount.narrow().map(|more| more.wrapping_add(self.0.into()));
        let has_room = |sum: &i64| (-i64::from(Gross::MOST)..=Gross::MOST.into()).contains(sum);
        match sum.filter(has_room) {
            Some(sum) if self.as_large().is_none() => self.0 = sum as i32,
            _ => self.add_large(amount, large),
        }
    }

    #[cold]
    #[inline(never)]
    fn add_large(&mut self, amount: Money, large: &mut Vec<Money>) {
        let sum = self.of(large) + amount;
        if let Some(at) = self.as_large() {
            large[at] = sum;
        } else {
            self.0 = i32::MIN.saturating_add_unsigned(large.len() as u32);
            large.push(sum);
        }
    }

    /// Which of the large amounts it is, where it is one.
    #[inline]
    fn as_large(self) -> Option<usize> {
        (self.0 < -Gross::MOST).then(|| self.0.abs_diff(i32::MIN) as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn cents() -> impl Strategy<Value = i128> {
        let most = i128::from(Gross::MOST);
        prop_oneof![
            -9i128..9,
            most - 3..most + 3,
            -most - 3..-most + 3,
            i128::from(i64::MAX) - 2 * most..i128::from(i64::MAX) + 2,
            i128::from(i64::MIN) - 2..i128::from(i64::MIN) + 2 * most
        ]
    }

    proptest! {
        #[test]
        fn a_sum_is_exact_however_large(rows in prop::collection::vec((0usize..4, cents()), 0..40)) {
            let (mut sums, mut large, mut plain) = ([Gross::default(); 4], Vec::new(), [0; 4]);
            for (at, cents) in rows {
                sums[at].add(Money::from_cents(cents), &mut large);
                plain[at] += cents;
            }
            prop_assert_eq!(sums.map(|sum| sum.of(&large).cents()), plain);
        }
    }
}
