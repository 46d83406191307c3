//! The terms that orders and customers state, each text read once.

use std::num::NonZero;

use crate::book_text::BookText;
use crate::diagnostic::Problem;
use crate::documents::order_lines::{NewLine, OrderLines};
use crate::eights::{are_equal, ends};
use crate::ids::{Id, Order};
use crate::input::FastMap;
use crate::memory::list_of_many;
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

/// Per order, which terms its lowest line has that has any, and which line that is.
#[derive(Debug, Default)]
pub(super) struct OrderTerms {
    terms: Vec<Option<NonZero<u32>>>,
    /// The lines that state them, where these are not the first of their orders.
    other_lines: FastMap<usize, usize>,
}

impl OrderTerms {
    /// None yet, of which there will be many in a large book.
    pub(super) fn of_many() -> OrderTerms {
        OrderTerms { terms: list_of_many(), other_lines: FastMap::default() }
    }

    /// The terms of an order.
    #[inline]
    pub(super) fn of(&self, order: usize) -> Option<TermsNo> {
        self.terms.get(order).copied().flatten().map(|number| TermsNo(number.get() - 1))
    }

    /// The line that states the terms of an order that has any.
    #[inline]
    pub(super) fn line_of(&self, order: Id<Order>, lines: &OrderLines) -> usize {
        self.other_lines.get(&order.index()).copied().unwrap_or_else(|| lines.first_of(order))
    }

    /// Notes the terms of an order line: they are those of its order where no line that sorts before it has any.
    #[inline]
    pub(super) fn note(&mut self, lines: &OrderLines, new: NewLine, terms: TermsNo) {
        let knows_any = self.of(new.order.index()).is_some();
        if new.goes_on && knows_any {
            return;
        }
        let is_lower = || lines.sorts_before(lines.key(new.line), lines.key(self.line_of(new.order, lines)));
        if !knows_any || is_lower() {
            self.set(lines, new, terms);
        }
    }

    fn set(&mut self, lines: &OrderLines, new: NewLine, TermsNo(number): TermsNo) {
        let (order, terms) = (new.order.index(), NonZero::new(number + 1));
        if new.line != lines.first_of(new.order) {
            self.other_lines.insert(order, new.line);
        } else if !self.other_lines.is_empty() {
            self.other_lines.remove(&order);
        }
        if order < self.terms.len() {
            self.terms[order] = terms;
            return;
        }
        self.terms.resize(order, None);
        self.terms.push(terms);
    }

    /// The order that will stand for all that have the same terms as this one, or none, once the others are forgotten.
    pub(super) fn stand_in(&self, order: usize) -> usize {
        self.of(order).map_or(0, |terms| terms.index() + 1)
    }

    /// Forgets all orders but those that stand for others.
    pub(super) fn keep_stand_ins(&mut self) {
        let last = self.terms.iter().flatten().max().map_or(0, |number| number.get());
        self.terms = (0..=last).map(NonZero::new).collect();
        self.other_lines = FastMap::default();
    }
}

/// Terms by their text; each text is read once.
pub(super) struct TermsBook {
    basis: MonthlyBasis,
    pub(super) all: Vec<Terms>,
    by_text: FastMap<String, Option<TermsNo>>,
    /// What cells of order lines hold of at most sixteen bytes, by these and how many there are, and which terms each of
    /// these is.
    written: FastMap<(usize, (u64, u64)), Option<TermsNo>>,
    /// What the last cell held, and which terms that is: order lines that say the same stand together.
    last: (BookText, Option<TermsNo>),
}

impl TermsBook {
    pub(super) fn new(basis: MonthlyBasis) -> TermsBook {
        TermsBook {
            basis,
            all: Vec::new(),
            by_text: FastMap::default(),
            written: FastMap::default(),
            last: (BookText::default(), None),
        }
    }

    /// The terms of an order line, as written.
    #[inline(always)]
    pub(super) fn read_written(
        &mut self,
        written: &[u8],
    ) -> Result<Option<TermsNo>, (&'static str, Problem)> {
        let (last, terms) = &self.last;
        if are_equal(last.bytes(), written) { Ok(*terms) } else { self.read_another(written) }
    }

    /// The same where they are not those of the last line.
    #[inline(never)]
    fn read_another(&mut self, written: &[u8]) -> Result<Option<TermsNo>, (&'static str, Problem)> {
        let short = (written.len() <= 16).then(|| (written.len(), ends(written)));
        let known = short.and_then(|short| self.written.get(&short)).copied();
        let terms = match known {
            Some(terms) => terms,
            None => self.read(std::str::from_utf8(written).unwrap_or_default().trim())?,
        };
        if let (None, Some(short)) = (known, short) {
            self.written.insert(short, terms);
        }
        self.last.0.set(written);
        self.last.1 = terms;
        Ok(terms)
    }

    /// The terms; `Ok(None)` where the text is empty.
    pub(super) fn read(&mut self, text: &str) -> Result<Option<TermsNo>, (&'static str, Problem)> {
        if text.is_empty() {
            return Ok(None);
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
        Ok(terms)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_are_the_same_however_they_are_written_and_whatever_was_written_before() {
        let mut book = TermsBook::new(MonthlyBasis::default());
        let wide = format!("{:>20}", "45");
        let all = [
            "30",
            "45",
            "45",
            "",
            "30",
            " 30",
            &wide,
            &wide,
            "月结30天",
            "soon",
            "月结30天",
            "  ",
            "45",
            "soon",
        ];
        for written in all.into_iter().chain(all) {
            let read = book.read_written(written.as_bytes()).ok();
            assert_eq!(read, book.read(written.trim()).ok(), "{written}");
            assert_eq!(read.is_none(), written == "soon");
            assert_eq!(read.flatten().is_none(), written == "soon" || written.trim().is_empty());
        }
        assert_eq!(book.all.len(), 3);
    }
}
