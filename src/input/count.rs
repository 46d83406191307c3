//! Rows, and the money that they state, as control totals: by currency, because amounts of two are never added.

use super::FastMap;
use crate::eights::are_equal;
use crate::money::Money;

/// The currencies of a file's rows as the file writes them, numbered as they come; an empty text is one of them.
#[derive(Clone, Debug, Default)]
pub struct Currencies {
    names: Vec<String>,
    numbers: FastMap<String, usize>,
}

impl Currencies {
    /// The names, by number.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    fn number(&mut self, name: &str) -> usize {
        // Most files name one currency, or none.
        if self.names.first().is_some_and(|first| are_equal(first.as_bytes(), name.as_bytes())) {
            return 0;
        }
        self.another_number(name)
    }

    fn another_number(&mut self, name: &str) -> usize {
        if let Some(&known) = self.numbers.get(name) {
            return known;
        }
        self.names.push(name.to_owned());
        self.numbers.insert(name.to_owned(), self.names.len() - 1);
        self.names.len() - 1
    }

    /// What a row states, in the currency that it names so.
    pub(super) fn stated(&mut self, money: Money, name: &str) -> Stated {
        self.stated_by(Sum { rows: 1, money }, name)
    }

    /// The same of several rows.
    pub(super) fn stated_by(&mut self, sum: Sum, name: &str) -> Stated {
        Stated { sum, currency: self.number(name) }
    }
}

/// The money of a row, or of several.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stated {
    sum: Sum,
    /// The number of its currency.
    currency: usize,
}

impl Stated {
    /// What one row states in the same currency.
    pub(super) const fn by_one(self, money: Money) -> Stated {
        Stated { sum: Sum { rows: 1, money }, ..self }
    }
}

/// Rows of one currency, and their money.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sum {
    /// How many.
    pub rows: u64,
    /// What they state.
    pub money: Money,
}

impl Sum {
    /// Both together.
    #[must_use]
    #[inline]
    pub fn plus(self, other: Sum) -> Sum {
        Sum { rows: self.rows + other.rows, money: self.money + other.money }
    }
}

/// Rows, and their money in each currency of the file's [`Currencies`].
#[derive(Clone, Debug, Default)]
pub struct Count {
    /// Those of the first currency, which is that of nearly all rows.
    first: Sum,
    others: Vec<Sum>,
}

impl Count {
    fn sums(&self) -> impl Iterator<Item = &Sum> {
        std::iter::once(&self.first).chain(&self.others)
    }

    /// How many rows.
    pub fn rows(&self) -> u64 {
        self.sums().map(|sum| sum.rows).sum()
    }

    /// The rows in the currency of this number.
    pub fn of(&self, currency: usize) -> Sum {
        self.sums().nth(currency).copied().unwrap_or_default()
    }

    fn sum(&mut self, currency: usize) -> &mut Sum {
        match currency.checked_sub(1) {
            None => &mut self.first,
            Some(other) => {
                if self.others.len() <= other {
                    self.others.resize(other + 1, Sum::default());
                }
                &mut self.others[other]
            }
        }
    }

    pub(super) fn add(&mut self, stated: Stated) {
        let sum = self.sum(stated.currency);
        *sum = sum.plus(stated.sum);
    }

    pub(super) fn take_away(&mut self, stated: Stated) {
        let sum = self.sum(stated.currency);
        sum.rows -= stated.sum.rows;
        sum.money -= stated.sum.money;
    }

    /// Both together.
    #[must_use]
    pub fn plus(&self, other: &Count) -> Count {
        let most = self.others.len().max(other.others.len());
        let both = |currency| self.of(currency).plus(other.of(currency));
        Count { first: both(0), others: (1..=most).map(both).collect() }
    }

    /// Whether both hold as many rows, and as much money, in every currency.
    pub(super) fn is(&self, other: &Count) -> bool {
        let most = self.others.len().max(other.others.len());
        (0..=most).all(|currency| self.of(currency) == other.of(currency))
    }
}
