//! Which order each line is of.

use crate::ids::{Id, Order};

/// Which order each line is of, in the order of the lines.
#[derive(Debug, Default)]
pub(super) struct OrderOfLine {
    lines: usize,
    /// How many orders the lines are of, while they are told by their first lines.
    orders: u32,
    /// Nothing once each line has to tell its order.
    firsts: Vec<Firsts>,
    /// Nothing while the lines of every order stand together, and the orders by their numbers.
    each: Vec<Id<Order>>,
}

/// Of so many lines that stand together, which are the first of their order.
#[derive(Clone, Copy, Debug)]
struct Firsts {
    /// Orders that begin before these lines.
    before: u32,
    bits: u64,
}

/// How many lines that is.
const TOGETHER: usize = u64::BITS as usize;

impl OrderOfLine {
    /// How many lines there are.
    #[inline]
    pub(super) const fn len(&self) -> usize {
        self.lines
    }

    /// Adds the order of the next line.
    #[inline]
    pub(super) fn push(&mut self, order: Id<Order>) {
        let number = order.index() as u32;
        let is_new = number == self.orders;
        if !self.each.is_empty() || !(is_new || number + 1 == self.orders) {
            return self.push_to_each(order);
        }
        let at = self.lines % TOGETHER;
        if at == 0 {
            self.firsts.push(Firsts { before: self.orders, bits: 0 });
        }
        if let Some(last) = self.firsts.last_mut() {
            last.bits |= u64::from(is_new) << at;
        }
        self.orders += u32::from(is_new);
        self.lines += 1;
    }

    /// The same where the lines do not stand so.
    #[inline(never)]
    fn push_to_each(&mut self, order: Id<Order>) {
        if self.each.is_empty() {
            self.each = (0..self.lines).map(|line| self.get(line)).collect();
            self.firsts = Vec::new();
        }
        self.each.push(order);
        self.lines += 1;
    }

    /// The order of a line.
    #[inline]
    pub(super) fn get(&self, line: usize) -> Id<Order> {
        if let Some(&order) = self.each.get(line) {
            return order;
        }
        let Firsts { before, bits } = self.firsts[line / TOGETHER];
        let up_to_line = bits << (TOGETHER - 1 - line % TOGETHER);
        Id::from_index((before + up_to_line.count_ones() - 1) as usize)
    }
}

impl FromIterator<Id<Order>> for OrderOfLine {
    fn from_iter<I: IntoIterator<Item = Id<Order>>>(orders: I) -> OrderOfLine {
        let mut lines = OrderOfLine::default();
        orders.into_iter().for_each(|order| lines.push(order));
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// Orders of so many lines each, and then lines of any.
        #[test]
        fn each_line_is_of_the_order_that_was_pushed(
            runs in prop::collection::vec(1usize..70, 0..8),
            then in prop::collection::vec(0usize..9, 0..4),
        ) {
            let together = runs.iter().enumerate().flat_map(|(order, &lines)| std::iter::repeat_n(order, lines));
            let orders: Vec<Id<Order>> = together.chain(then).map(Id::from_index).collect();
            let lines: OrderOfLine = orders.iter().copied().collect();
            prop_assert_eq!(lines.len(), orders.len());
            prop_assert!((0..orders.len()).all(|line| lines.get(line) == orders[line]));
        }
    }
}
