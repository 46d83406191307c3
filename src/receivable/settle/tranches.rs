//! The tranches of a receivable.

use std::mem;
use std::ops::{Deref, DerefMut};

use super::Tranche;

/// Tranches in the order of their terms. Nearly all terms have one, which needs no memory of its own.
#[derive(Clone, Debug)]
pub enum Tranches {
    /// The only one.
    One([Tranche; 1]),
    /// Any other number.
    Any(Vec<Tranche>),
}

impl Default for Tranches {
    fn default() -> Tranches {
        Tranches::Any(Vec::new())
    }
}

impl Tranches {
    /// Adds a tranche.
    #[inline]
    pub fn push(&mut self, tranche: Tranche) {
        match self {
            // Nothing is to be given back of it, so that the new one is written where it stays.
            Tranches::Any(none) if none.capacity() == 0 => {
                mem::forget(mem::replace(self, Tranches::One([tranche])));
            }
            Tranches::Any(_) | Tranches::One(_) => self.push_another(tranche),
        }
    }

    #[inline(never)]
    fn push_another(&mut self, tranche: Tranche) {
        match self {
            Tranches::Any(some) => some.push(tranche),
            Tranches::One(_) => {
                let one = mem::take(self);
                *self = Tranches::Any(one.iter().cloned().chain([tranche]).collect());
            }
        }
    }
}

impl FromIterator<Tranche> for Tranches {
    fn from_iter<I: IntoIterator<Item = Tranche>>(tranches: I) -> Tranches {
        let mut all = Tranches::default();
        for tranche in tranches {
            all.push(tranche);
        }
        all
    }
}

impl Deref for Tranches {
    type Target = [Tranche];

    fn deref(&self) -> &[Tranche] {
        match self {
            Tranches::One(one) => one,
            Tranches::Any(any) => any,
        }
    }
}

impl DerefMut for Tranches {
    fn deref_mut(&mut self) -> &mut [Tranche] {
        match self {
            Tranches::One(one) => one,
            Tranches::Any(any) => any,
        }
    }
}

impl<'a> IntoIterator for &'a Tranches {
    type Item = &'a Tranche;
    type IntoIter = std::slice::Iter<'a, Tranche>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}
