//! What is kept of every order line: there are millions of them, so that every byte counts.

use chrono::NaiveDate;

use super::order_of_line::OrderOfLine;
use crate::ids::{CustomerKey, Id, Order};
use crate::input::Reason;

/// Who ordered, and on which day: nearly always the same for all lines of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ordering {
    pub(super) customer: Id<CustomerKey>,
    pub(super) date: NaiveDate,
}

/// The goods of a line that nobody asked for. The numbers of goods are below this.
pub(super) const NO_GOODS: u32 = u32::MAX >> State::BITS;

/// All order lines, in the order of their rows.
#[derive(Debug, Default)]
pub(super) struct Kept {
    orders: OrderOfLine,
    /// What else is said of each line; nothing while all of them are [plain](Facts::PLAIN).
    facts: Vec<Facts>,
    /// The lines that were ordered by others or on other days than the first line of their order.
    others: Vec<(u32, Ordering)>,
}

/// Which of the goods a line has, or [`NO_GOODS`], and below that the line's state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Facts(u32);

impl Facts {
    /// Those of a line that counts, and of whose goods nobody has asked.
    const PLAIN: Facts = Facts::new(NO_GOODS, State(0));

    #[inline]
    const fn new(goods: u32, State(state): State) -> Facts {
        Facts(goods << State::BITS | state)
    }

    #[inline]
    const fn goods(self) -> u32 {
        self.0 >> State::BITS
    }

    #[inline]
    const fn state(self) -> State {
        State(self.0 & ((1 << State::BITS) - 1))
    }
}

/// Whether a line counts, whether it is cancelled, and whether it is among the others, in bits.
#[derive(Clone, Copy, Debug)]
struct State(u32);

impl State {
    const BITS: u32 = 4;
    const LEFT_OUT_FOR: u32 = 0b11;
    const CANCELLED: u32 = 0b100;
    const OTHER: u32 = 0b1000;
    /// Why a line may be left out.
    const REASONS: [Reason; 3] = [Reason::OrderAfterAsOf, Reason::NotApproved, Reason::OrderSetAside];

    #[inline]
    fn reason_bits(reason: Option<Reason>) -> u32 {
        let Some(reason) = reason else { return 0 };
        State::REASONS.iter().position(|&known| known == reason).map_or(0, |at| at as u32 + 1)
    }

    #[inline]
    const fn has(self, bit: u32) -> bool {
        self.0 & bit != 0
    }
}

impl Kept {
    /// How many lines there are.
    #[inline]
    pub(super) const fn len(&self) -> usize {
        self.orders.len()
    }

    /// Adds a line. `of_order` is what holds for its order.
    #[inline(always)]
    pub(super) fn push(
        &mut self,
        order: Id<Order>,
        goods: u32,
        state: (Option<Reason>, bool),
        (own, of_order): (Ordering, Ordering),
    ) {
        let is_plain = goods == NO_GOODS && state == (None, false) && own == of_order;
        if !is_plain || !self.facts.is_empty() {
            self.push_facts(goods, state, (own, of_order));
        }
        self.orders.push(order);
    }

    /// Adds the facts of a line.
    #[inline(never)]
    fn push_facts(
        &mut self,
        goods: u32,
        (left_out_for, cancelled): (Option<Reason>, bool),
        (own, of_order): (Ordering, Ordering),
    ) {
        let is_other = own != of_order;
        if is_other {
            self.others.push((self.len() as u32, own));
        }
        let flags = (u32::from(cancelled) * State::CANCELLED) | (u32::from(is_other) * State::OTHER);
        let state = State(State::reason_bits(left_out_for) | flags);
        self.note_all();
        self.facts.push(Facts::new(goods, state));
    }

    /// Notes the facts of every line.
    #[inline]
    fn note_all(&mut self) {
        if self.facts.len() < self.len() {
            self.facts.resize(self.len(), Facts::PLAIN);
        }
    }

    /// The same lines in another order, `rows` being what each was before, and with other numbers of their orders.
    pub(super) fn of_rows(&self, rows: &[u32], numbers: &[Id<Order>]) -> Kept {
        let order = |&row: &u32| numbers[self.order(row as usize).index()];
        let facts = if self.facts.is_empty() { &[] } else { rows };
        let is_other = |row: &u32| self.state(*row as usize).has(State::OTHER);
        let others = rows.iter().zip(0..).filter(|(row, _)| is_other(row));
        Kept {
            orders: rows.iter().map(order).collect(),
            facts: facts.iter().map(|&row| self.facts[row as usize]).collect(),
            others: others.filter_map(|(&row, line)| Some((line, self.other(row as usize)?))).collect(),
        }
    }

    #[inline]
    fn facts(&self, line: usize) -> Facts {
        self.facts.get(line).copied().unwrap_or(Facts::PLAIN)
    }

    #[inline]
    fn state(&self, line: usize) -> State {
        self.facts(line).state()
    }

    /// The line's order.
    #[inline]
    pub(super) fn order(&self, line: usize) -> Id<Order> {
        self.orders.get(line)
    }

    /// Which of the goods the line has, or [`NO_GOODS`].
    #[inline]
    pub(super) fn goods(&self, line: usize) -> u32 {
        self.facts(line).goods()
    }

    pub(super) fn set_goods(&mut self, line: usize, goods: u32) {
        self.note_all();
        let facts = &mut self.facts[line];
        *facts = Facts::new(goods, facts.state());
    }

    /// Why the line does not count, where it does not.
    #[inline]
    pub(super) fn left_out_for(&self, line: usize) -> Option<Reason> {
        let bits = self.state(line).0 & State::LEFT_OUT_FOR;
        bits.checked_sub(1).map(|at| State::REASONS[at as usize])
    }

    pub(super) fn leave_out(&mut self, line: usize, reason: Reason) {
        self.note_all();
        let facts = &mut self.facts[line];
        let state = State(facts.state().0 & !State::LEFT_OUT_FOR | State::reason_bits(Some(reason)));
        *facts = Facts::new(facts.goods(), state);
    }

    /// Whether the line is cancelled.
    pub(super) fn is_cancelled(&self, line: usize) -> bool {
        self.state(line).has(State::CANCELLED)
    }

    /// Who ordered the line and when, where that is not what holds for its order.
    #[inline]
    pub(super) fn other(&self, line: usize) -> Option<Ordering> {
        if !self.state(line).has(State::OTHER) {
            return None;
        }
        let at = self.others.partition_point(|&(other, _)| (other as usize) < line);
        self.others.get(at).map(|&(_, ordering)| ordering)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn lines_are_what_was_pushed_and_said_of_them(
            pushed in prop::collection::vec((0usize..9, prop_oneof![9 => Just(0u8), 1 => 0u8..16], prop_oneof![9 => Just(NO_GOODS), 1 => 0u32..9]), 0..30),
            left_out in any::<prop::sample::Index>(),
        ) {
            let ordering = |number: u8| Ordering { customer: Id::from_index(number.into()), date: NaiveDate::default() };
            let reason = |bits: u8| (bits & 3).checked_sub(1).map(|at| State::REASONS[usize::from(at)]);
            let mut kept = Kept::default();
            for &(order, bits, goods) in &pushed {
                let state = (reason(bits), bits & 4 != 0);
                kept.push(Id::from_index(order), goods, state, (ordering(bits / 8), ordering(0)));
            }
            let rows: Vec<u32> = (0..pushed.len() as u32).rev().collect();
            let numbers: Vec<Id<Order>> = (0..9).rev().map(Id::from_index).collect();
            let turned = kept.of_rows(&rows, &numbers);
            prop_assert_eq!(kept.facts.is_empty(), pushed.iter().all(|&(_, bits, goods)| bits == 0 && goods == NO_GOODS));
            for (line, &(order, bits, goods)) in pushed.iter().enumerate() {
                let said = (goods, reason(bits), bits & 4 != 0, Some(ordering(1)).filter(|_| bits & 8 != 0));
                for (kept, line, order) in [(&kept, line, order), (&turned, pushed.len() - 1 - line, 8 - order)] {
                    prop_assert_eq!(kept.order(line).index(), order);
                    let found = (kept.goods(line), kept.left_out_for(line), kept.is_cancelled(line), kept.other(line));
                    prop_assert_eq!(found, said);
                }
            }
            if !pushed.is_empty() {
                let line = left_out.index(pushed.len());
                let is_cancelled = kept.is_cancelled(line);
                kept.leave_out(line, Reason::OrderSetAside);
                kept.set_goods(line, 5);
                prop_assert_eq!((kept.left_out_for(line), kept.goods(line)), (Some(Reason::OrderSetAside), 5));
                prop_assert_eq!((kept.is_cancelled(line), kept.len()), (is_cancelled, pushed.len()));
            }
        }
    }
}
