//! Order lines in the order of the report, whatever the order of their rows.

use super::{OrderHead, OrderLines, SHORT_ORDER};
use crate::ids::{Id, Order};
use crate::parallel::both;

impl OrderLines {
    /// Numbers orders and lines anew, by order number as text, then line number, where their rows stand in another order:
    /// whoever goes through the lines as the report does then goes through memory from one end to the other, and the lines
    /// of an order stand together. Whoever has kept a number from before must not use it any more. Orders are found by their
    /// numbers from then on.
    pub fn sort(&mut self) {
        if self.are_sorted() {
            return self.orders.index();
        }
        let mut orders = std::mem::take(&mut self.orders);
        let numbers = orders.sort();
        let mut heads = self.heads.clone();
        for (&number, &head) in numbers.iter().zip(&self.heads) {
            heads[number.index()] = head;
        }
        let mut behind = 0;
        for head in &mut heads {
            head.first = behind;
            behind += head.lines();
        }
        let ((), rows) = both(|| orders.index(), || self.rows_by_key(&heads, &numbers));
        let figures = self.figures.take();
        let (figures, (keys, lines)) = both(
            || figures.map(|figures| figures.of_rows(&rows)),
            || (self.keys.of_rows(&rows), self.lines.of_rows(&rows, &numbers)),
        );
        for head in &mut heads {
            let lines = head.lines_together();
            *head = OrderHead::new(head.first, head.ordering);
            lines.for_each(|line| head.add(keys.get(line)));
        }
        (self.orders, self.keys, self.lines, self.figures) = (orders, keys, lines, figures);
        (self.heads, self.scattered) = (heads, None);
        self.long_orders.clear();
        for order in self.orders.all() {
            let head = self.heads[order.index()];
            if head.lines() > SHORT_ORDER {
                head.lines_together().for_each(|line| self.index(order, line as u32));
            }
        }
        self.rows = Some(rows);
    }

    /// Whether the lines stand by order number as text, then line number.
    fn are_sorted(&self) -> bool {
        let are_by_key = |head: &OrderHead| {
            head.is_numbered_through()
                || head
                    .lines_together()
                    .is_sorted_by(|&one, &other| !self.sorts_before(self.key(other), self.key(one)))
        };
        let are_together = self.scattered.is_none();
        are_together && self.orders.are_sorted() && self.heads.iter().all(are_by_key)
    }

    /// The row of each line, lines standing by these heads and numbers of their orders, and those of an order by their keys.
    fn rows_by_key(&self, heads: &[OrderHead], numbers: &[Id<Order>]) -> Vec<u32> {
        let mut next: Vec<u32> = heads.iter().map(|head| head.first).collect();
        let mut rows = vec![0; self.lines.len()];
        for row in 0..self.lines.len() {
            let line = &mut next[numbers[self.lines.order(row).index()].index()];
            rows[*line as usize] = row as u32;
            *line += 1;
        }
        for head in heads {
            rows[head.lines_together()].sort_by_key(|&row| self.key_rank(self.key(row as usize)));
        }
        rows
    }
}
