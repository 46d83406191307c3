//! What is kept of an order itself.

use std::ops::Range;

use super::kept::Ordering;
use super::key::LineKey;

/// What is kept of an order.
#[derive(Clone, Copy, Debug)]
pub(super) struct OrderHead {
    /// Its first line.
    pub(super) first: u32,
    /// Who ordered its first line, and when.
    pub(super) ordering: Ordering,
    /// Four times the count of lines, and [how they are numbered](OrderHead::NUMBERED).
    lines_and_numbering: u32,
}

impl OrderHead {
    /// Any line has a line number.
    const NUMBERED: u32 = 0b01;
    /// One after the other, lines are numbered 1, 2, 3 and so on.
    const NUMBERED_THROUGH: u32 = 0b10;

    /// That of an order without a line.
    #[inline]
    pub(super) const fn new(first: u32, ordering: Ordering) -> OrderHead {
        OrderHead { first, ordering, lines_and_numbering: OrderHead::NUMBERED_THROUGH }
    }

    #[inline]
    pub(super) const fn lines(self) -> u32 {
        self.lines_and_numbering / 4
    }

    /// Its lines, where those of every order follow one another.
    #[inline]
    pub(super) const fn lines_together(self) -> Range<usize> {
        self.first as usize..(self.first + self.lines()) as usize
    }

    #[inline]
    pub(super) const fn is_numbered(self) -> bool {
        self.lines_and_numbering & OrderHead::NUMBERED != 0
    }

    #[inline]
    pub(super) const fn is_numbered_through(self) -> bool {
        self.lines_and_numbering & OrderHead::NUMBERED_THROUGH != 0
    }

    #[inline]
    pub(super) fn add(&mut self, key: LineKey) {
        if key != LineKey::Number(self.lines() + 1) {
            self.lines_and_numbering &= !OrderHead::NUMBERED_THROUGH;
        }
        self.lines_and_numbering = (self.lines_and_numbering + 4) | u32::from(key.is_numbered());
    }

    /// Adds a line where its lines are numbered through, this one is the next by its key, and it stands behind the last of
    /// them; whether that is so.
    #[inline]
    pub(super) fn go_on(&mut self, line: u32, key: LineKey) -> bool {
        let lines = self.lines();
        let goes_on =
            self.is_numbered_through() && key == LineKey::Number(lines + 1) && self.first + lines == line;
        self.lines_and_numbering += u32::from(goes_on) * 4;
        goes_on
    }

    /// Of lines that follow one another and are numbered through, the one that has the key.
    #[inline]
    pub(super) fn line_with_key(self, key: LineKey) -> Option<usize> {
        let LineKey::Number(number) = key else { return None };
        let at = number.wrapping_sub(1);
        (at < self.lines()).then(|| (self.first + at) as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::Id;
    use chrono::NaiveDate;

    #[test]
    fn a_number_beyond_those_of_the_lines_is_none_of_them() {
        let ordering = Ordering { customer: Id::from_index(0), date: NaiveDate::default() };
        let mut head = OrderHead::new(7, ordering);
        (1..=2).for_each(|number| head.add(LineKey::Number(number)));
        let line = |number| head.line_with_key(LineKey::Number(number));
        assert_eq!([1, 2].map(line), [Some(7), Some(8)]);
        assert_eq!([0, 3, u32::MAX].map(line), [None; 3]);
    }

    #[test]
    fn an_order_goes_on_with_the_next_number_behind_its_last_line() {
        let ordering = Ordering { customer: Id::from_index(0), date: NaiveDate::default() };
        let mut head = OrderHead::new(7, ordering);
        head.add(LineKey::Number(1));
        let others = [(8, 1), (8, 3), (9, 2), (7, 2)];
        assert!(others.iter().all(|&(line, number)| !head.go_on(line, LineKey::Number(number))));
        assert!(!head.go_on(8, LineKey::Text(Id::from_index(2))));
        assert!(head.go_on(8, LineKey::Number(2)));
        assert_eq!((head.lines(), head.is_numbered(), head.is_numbered_through()), (2, true, true));
        head.add(LineKey::Number(4));
        assert!(!head.go_on(10, LineKey::Number(4)));
    }
}
