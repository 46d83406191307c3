//! A number of 64 bits that leaves room to say that there is none.

use std::num::NonZeroU64;

/// Any number of 64 bits but the least, in whose place an `Option` keeps that there is none. The first bit is kept upside
/// down: so the numbers stand in their order, and none of them is kept as nought.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Held(NonZeroU64);

const UPSIDE_DOWN: u64 = 1 << 63;

impl Held {
    /// The least that there is.
    pub(super) const LEAST: Held = Held(NonZeroU64::MIN);

    /// This number; `None` where it is the least of 64 bits.
    #[inline(always)]
    pub(super) const fn new(number: i64) -> Option<Held> {
        match NonZeroU64::new(number.cast_unsigned() ^ UPSIDE_DOWN) {
            Some(held) => Some(Held(held)),
            None => None,
        }
    }

    /// This number, or [`Held::LEAST`] where that is the nearest.
    #[inline(always)]
    pub(super) const fn saturating(number: i64) -> Held {
        match Held::new(number) {
            Some(held) => held,
            None => Held::LEAST,
        }
    }

    /// The number.
    #[inline(always)]
    pub(super) const fn get(self) -> i64 {
        (self.0.get() ^ UPSIDE_DOWN).cast_signed()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_held_in_their_order() {
        let numbers = [i64::MIN + 1, -1, 0, 1, i64::MAX];
        let held = numbers.map(|number| Held::new(number).unwrap());
        assert_eq!(held.map(Held::get), numbers);
        assert!(held.is_sorted());
        assert_eq!((Held::new(i64::MIN), Held::saturating(i64::MIN).get()), (None, i64::MIN + 1));
    }
}
