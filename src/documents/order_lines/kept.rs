//! What is kept of every order line: there are millions of them, so that every byte counts.

use chrono::NaiveDate;

use crate::ids::{CustomerKey, Id, Order};
use crate::input::Reason;
use crate::memory::list_of_many;

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
    lines: Vec<Line>,
    /// The lines that were ordered by others or on other days than the first line of their order.
    others: Vec<(u32, Ordering)>,
}

#[derive(Clone, Copy, Debug)]
struct Line {
    order: Id<Order>,
    /// Which of the goods, or [`NO_GOODS`], and below that the line's state.
    goods_and_state: u32,
}

impl Line {
    #[inline]
    const fn new(order: Id<Order>, goods: u32, State(state): State) -> Line {
        Line { order, goods_and_state: goods << State::BITS | state }
    }

    #[inline]
    const fn goods(self) -> u32 {
        self.goods_and_state >> State::BITS
    }

    #[inline]
    const fn state(self) -> State {
        State(self.goods_and_state & ((1 << State::BITS) - 1))
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
    /// None yet, of which there will be many in a large book.
    pub(super) fn of_many() -> Kept {
        Kept { lines: list_of_many(), others: Vec::new() }
    }

    /// How many lines there are.
    #[inline]
    pub(super) const fn len(&self) -> usize {
        self.lines.len()
    }

    /// Adds a line. `of_order` is what holds for its order.
    #[inline]
    pub(super) fn push(
        &mut self,
        order: Id<Order>,
        goods: u32,
        (left_out_for, cancelled): (Option<Reason>, bool),
        (own, of_order): (Ordering, Ordering),
    ) {
        let is_other = own != of_order;
        if is_other {
            self.others.push((self.lines.len() as u32, own));
        }
        let flags = (u32::from(cancelled) * State::CANCELLED) | (u32::from(is_other) * State::OTHER);
        let state = State(State::reason_bits(left_out_for) | flags);
        self.lines.push(Line::new(order, goods, state));
    }

    /// The same lines in another order, `rows` being what each was before, and with other numbers of their orders.
    pub(super) fn of_rows(&self, rows: &[u32], numbers: &[Id<Order>]) -> Kept {
        let line = |&row: &u32| {
            let line = self.lines[row as usize];
            Line { order: numbers[line.order.index()], ..line }
        };
        let is_other = |row: &u32| self.state(*row as usize).has(State::OTHER);
        let others = rows.iter().zip(0..).filter(|(row, _)| is_other(row));
        Kept {
            lines: rows.iter().map(line).collect(),
            others: others.filter_map(|(&row, line)| Some((line, self.other(row as usize)?))).collect(),
        }
    }

    #[inline]
    fn state(&self, line: usize) -> State {
        self.lines[line].state()
    }

    /// The line's order.
    #[inline]
    pub(super) fn order(&self, line: usize) -> Id<Order> {
        self.lines[line].order
    }

    /// Which of the goods the line has, or [`NO_GOODS`].
    #[inline]
    pub(super) fn goods(&self, line: usize) -> u32 {
        self.lines[line].goods()
    }

    pub(super) fn set_goods(&mut self, line: usize, goods: u32) {
        let line = &mut self.lines[line];
        *line = Line::new(line.order, goods, line.state());
    }

    /// Why the line does not count, where it does not.
    #[inline]
    pub(super) fn left_out_for(&self, line: usize) -> Option<Reason> {
        let bits = self.state(line).0 & State::LEFT_OUT_FOR;
        bits.checked_sub(1).map(|at| State::REASONS[at as usize])
    }

    pub(super) fn leave_out(&mut self, line: usize, reason: Reason) {
        let line = &mut self.lines[line];
        let state = State(line.state().0 & !State::LEFT_OUT_FOR | State::reason_bits(Some(reason)));
        *line = Line::new(line.order, line.goods(), state);
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
