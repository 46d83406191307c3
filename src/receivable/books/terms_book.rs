//! The terms that orders and customers state, each text read once.

use crate::diagnostic::Problem;
use crate::input::FastMap;
use crate::terms::{MonthlyBasis, Terms};

/// The number of terms among all of a [`TermsBook`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TermsNo(u32);

impl TermsNo {
    /// Which of all terms.
    pub(super) const fn index(self) -> usize {
        self.0 as usize
    }
}

/// Per order, its lowest line that has terms, and which.
#[derive(Debug, Default)]
pub(super) struct OrderTerms(Vec<(u32, TermsNo)>);

impl OrderTerms {
    /// No line.
    const NONE: u32 = u32::MAX;

    pub(super) fn of(&self, order: usize) -> Option<(usize, TermsNo)> {
        let &(line, terms) = self.0.get(order)?;
        (line != OrderTerms::NONE).then_some((line as usize, terms))
    }

    pub(super) fn set(&mut self, order: usize, line: usize, terms: TermsNo) {
        if self.0.len() <= order {
            self.0.resize(order + 1, (OrderTerms::NONE, terms));
        }
        self.0[order] = (line as u32, terms);
    }
}

/// Terms by their text; each text is read once.
pub(super) struct TermsBook {
    basis: MonthlyBasis,
    pub(super) all: Vec<Terms>,
    by_text: FastMap<String, Option<TermsNo>>,
    /// What was asked for last: rows that say the same stand together in most files.
    last: (String, Option<TermsNo>),
}

impl TermsBook {
    pub(super) fn new(basis: MonthlyBasis) -> TermsBook {
        TermsBook { basis, all: Vec::new(), by_text: FastMap::default(), last: (String::new(), None) }
    }

    /// The terms; `Ok(None)` where the text is empty.
    pub(super) fn read(&mut self, text: &str) -> Result<Option<TermsNo>, (&'static str, Problem)> {
        if text.is_empty() {
            return Ok(None);
        }
        if text == self.last.0 {
            return Ok(self.last.1);
        }
        let known = self.by_text.get(text).copied();
        let terms = known.unwrap_or_else(|| {
            let read = Terms::parse(text, self.basis).ok().map(|terms| {
                self.all.push(terms);
                TermsNo(self.all.len() as u32 - 1)
            });
            self.by_text.insert(text.to_owned(), read);
            read
        });
        if terms.is_none() {
            return Err(("terms", Problem::Terms(text.to_owned())));
        }
        text.clone_into(&mut self.last.0);
        self.last.1 = terms;
        Ok(terms)
    }
}
